# Aulan tabletti.

kiosk-touch = Kosketa kasvoja, jotka sopivat parhaiten. Vastaat nimettömästi.
kiosk-emergency = Jos olet vaarassa, soita 112. Sosiaalipäivystys auttaa kaikkina vuorokauden aikoina.
kiosk-words-hint = Kun lähetät sanoja, joku vastaa niihin. Saat koodin, jolla näet vastauksen.
kiosk-if-you-leave = Sanat lähtevät vasta, kun painat Lähetä. Jos lähdet pois, lähetämme vain kasvot.
kiosk-next = Jatka
kiosk-send = Lähetä
kiosk-without-words = Lähetä ilman sanoja
kiosk-change = Vaihda kasvot
kiosk-still = Oletko vielä siinä?
kiosk-still-why = Lähetämme kasvot ilman sanoja, kun aika loppuu.
kiosk-still-here = Olen tässä
kiosk-wait = Hetki…
kiosk-nothing = Valitse kasvot tai kirjoita sana. Sitten voit lähettää.
kiosk-too-long = Teksti on liian pitkä. Lyhennä sitä vähän.
kiosk-failed = Verkko ei toimi juuri nyt. Palautteesi ei lähtenyt vielä. Yritä hetken kuluttua uudelleen.
kiosk-thanks = Kiitos. Palautteesi on perillä.
kiosk-answer-by = Saat vastauksen viimeistään { $day }.
kiosk-counted = Se lasketaan mukaan yksikön tuloksiin.
kiosk-complaint = Palautteesi voi olla muistutus. Näet koodillasi, miten teet muistutuksen.
kiosk-code = Kuittikoodisi
kiosk-code-how = Ota kuva tai kirjoita koodi muistiin. Koodi on vain sinulla: emme voi etsiä sitä uudelleen. Näet vastauksen osoitteessa
kiosk-done = Valmis
kiosk-clears = Näyttö tyhjenee:
kiosk-to-start = Alkuun
