# Kun verkkoa ei ole.

offline-title-kept = Verkko katkesi. Palaute on tallessa tällä laitteella.
offline-text-kept = Se lähtee, kun verkko palaa. Sinun ei tarvitse kirjoittaa sitä uudelleen.
offline-title-arrived = Palautteesi on perillä.
offline-title-refused = Palautettasi ei voitu ottaa vastaan
offline-title-full = Palautteesi ei lähtenyt
offline-text-full = Verkko ei toimi, eikä tälle laitteelle mahdu enempää odottamaan. Yritä myöhemmin uudelleen tai kerro palautteesi työntekijälle.
offline-title-check = Verkko ei toimi juuri nyt
offline-text-check = Voit silti lähettää palautteesi. Se säilyy tällä laitteella ja lähtee, kun verkko palaa.
offline-title-no-page = Verkko ei toimi
offline-text-no-page = Tätä sivua ei ole tällä laitteella. Jos täytit lomaketta, palaa taaksepäin: vastauksesi ovat yhä siinä.
offline-waiting = Palaute odottaa verkkoa.
offline-sent = Palautteesi on perillä. Koodisi toimii nyt.
offline-held = Palautteesi on perillä. Henkilökunta katsoo sen ensin läpi, ja sen jälkeen koodisi toimii.
offline-refused = Palautettasi ei voitu ottaa vastaan. Anna se uudelleen, kun verkko toimii.
offline-code-title = Näin näet vastauksen
offline-code = Kuittikoodisi
offline-code-how = Koodi toimii, kun palaute on perillä. Kirjoita se muistiin tai ota kuva. Koodi on vain sinulla.
offline-copy = Kopioi koodi
offline-copied = Koodi on kopioitu.
offline-safe-title = Kukaan ei lue palautettasi tältä laitteelta
offline-safe = Palaute on suljettu niin, että vain palvelu voi avata sen. Pidä tämä sivu auki tai avaa se uudelleen, kun verkko toimii.
offline-send = Lähetä palaute
