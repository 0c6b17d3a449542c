# Lomake: kysymykset, lopun omat kentät, virheet.

form-title-fault = Korjaa vielä: { $title }
form-fact-minutes =
    { $minutes ->
        [one] Vastaaminen vie noin minuutin. Voit pitää taukoja.
       *[other] Vastaaminen vie noin { $minutes } minuuttia. Voit pitää taukoja.
    }
form-fact-anonymous = Et tarvitse nimeä etkä tunnuksia. Voit jättää kysymyksiä väliin.
form-fact-code = Saat koodin. Sillä näet, mitä palautteesi sai aikaan.
form-ways = Tapa vastata
form-way-all = Kaikki kysymykset
form-way-one = Yksi kysymys kerrallaan
form-show-all = Näytä kaikki kysymykset
form-easy = Näytä selkokielellä
form-plain = Näytä yleiskielellä
form-question = Kysymys { $number }, yhteensä { $count }
form-last = Vielä lopuksi
form-next = Seuraava
form-back = Edellinen
form-skip = Ohita kysymys
form-stays = Vastauksesi pysyvät tallessa, vaikka palaat taaksepäin.
form-listen = Kuuntele kysymys
form-clear = Poista vastaus
form-no-answer = Ei vastausta
form-background-hint = Näihin ei tarvitse vastata.
form-text-hint = Älä kirjoita henkilötunnusta. Jos se jää tekstiin, poistamme sen.
form-years = vuotta
form-months = kuukautta

form-given-by = Kuka antaa palautteen?
form-given-by-client = Olen asiakas
form-given-by-client-supported = Olen asiakas, ja joku auttaa minua vastaamaan
form-given-by-relative = Olen asiakkaan läheinen
form-given-by-other = Joku muu
form-given-by-unknown = En halua sanoa

form-reply = Haluatko vastauksen?
form-reply-how = Saat koodin, kun lähetät palautteen. Koodilla voit lukea vastauksen ilman nimeä.
form-reply-wanted = Haluan vastauksen
form-reply-email = Sähköposti, jos haluat viestin
form-reply-email-hint = Kirjoitamme sinulle, kun vastaus on valmis tai meillä on kysyttävää. Osoitteen näkee vain se, joka vastaa sinulle.
form-reply-phone = Puhelinnumero, jos haluat mieluummin puhelun
form-reply-phone-hint = Voit jättää tämän tyhjäksi.

form-volunteer = Haluatko mukaan kehittämään palveluja?
form-volunteer-how = Voimme kutsua sinut mukaan. Säilytämme yhteystietosi erillään vastauksistasi, eikä niitä voi yhdistää toisiinsa. Poistamme yhteystiedot, kun { $months } kuukautta on kulunut.
form-volunteer-wanted = Haluan mukaan kehittämään
form-volunteer-name = Nimesi
form-volunteer-email = Sähköpostiosoitteesi
form-volunteer-reach = Sähköposti tai puhelinnumero riittää.
form-volunteer-phone = Puhelinnumerosi

form-ready = Nyt voit lähettää palautteesi.
form-send = Lähetä palaute
form-send-again = Lähetä uutena palautteena
form-check = Tarkista vastaukset
form-check-title = Tarkista vastauksesi
form-check-change = Muuta vastauksia
form-check-nothing = Et ole vielä vastannut mihinkään.
form-check-skipped =
    { $count ->
        [one] Jätit yhden kysymyksen väliin. Se sopii hyvin.
       *[other] Jätit { $count } kysymystä väliin. Se sopii hyvin.
    }

form-sum-title =
    { $count ->
        [one] Yksi kohta kaipaa vielä korjausta
       *[other] { $count } kohtaa kaipaa vielä korjausta
    }
form-sum-kept = Vastauksesi ovat tallessa. Korjaa kohta ja lähetä sitten uudelleen.
form-fault-nothing = Vastaa ainakin yhteen kysymykseen tai kirjoita muutama sana. Muut voit jättää väliin.
form-fault-choice = Emme saaneet selvää vastauksesta. Valitse uudelleen tai jätä kysymys väliin.
form-fault-long =
    { $over ->
        [one] Tekstissä on yksi merkki liikaa. Siihen mahtuu { $max } merkkiä. Lyhennä tekstiä.
       *[other] Tekstissä on { $over } merkkiä liikaa. Siihen mahtuu { $max } merkkiä. Lyhennä tekstiä.
    }
form-fault-year = Kirjoita vuosi neljällä numerolla, esimerkiksi 1973. Vuosi on väliltä { $min }–{ $max }.
form-fault-months = Kirjoita vuodet ja kuukaudet numeroina, esimerkiksi 1 ja 2. Vuosia on enintään { $max }.
form-fault-number = Kirjoita luku numeroina. Luku on väliltä { $min }–{ $max }.
form-fault-email-at = Osoitteesta puuttuu @-merkki. Kirjoita osoite näin: nimi@esimerkki.fi
form-fault-email = Tarkista osoite. Kirjoita se ilman välilyöntejä ja pilkkuja näin: nimi@esimerkki.fi. Osoitteen lopussa on kirjaimia, esimerkiksi .fi tai .com.
form-fault-line = Kirjoita tähän yksi rivi, enintään { $max } merkkiä.
form-fault-name = Kirjoita nimesi, jotta tiedämme, kehen otamme yhteyttä.
form-fault-reach = Kirjoita sähköpostiosoite tai puhelinnumero, jotta tavoitamme sinut.

form-notice-title-changed = Lomake on muuttunut
form-notice-text-changed = Kysymykset päivittyivät, kun täytit lomaketta. Vastaukset, jotka sopivat uusiin kysymyksiin, ovat tallessa. Katso ne läpi ja lähetä palaute sitten.
form-notice-title-busy = Palvelussa on nyt ruuhkaa
form-notice-text-busy = Vastauksesi ovat tallessa tällä sivulla. Odota hetki ja lähetä palaute uudelleen.
form-notice-title-sent = Olet jo lähettänyt tämän palautteen
form-notice-text-sent = Muutit vastauksia lähettämisen jälkeen. Haluatko lähettää muutetut vastaukset uutena palautteena? Silloin saat uuden koodin, ja aiempi palaute jää voimaan.
form-notice-title-code = Palaute ei vielä lähtenyt
form-notice-text-code = Vastauksesi ovat tallessa tällä sivulla. Lähetä palaute uudelleen, niin saat uuden koodin.
form-notice-title-fault = Palaute ei vielä lähtenyt
form-notice-text-fault = Vika on palvelussa, ei sinussa. Vastauksesi ovat tallessa tällä sivulla. Yritä hetken kuluttua uudelleen.
form-notice-title-closed = Tämä yksikkö on suljettu
form-notice-text-closed = Emme voi enää ottaa palautetta vastaan tälle yksikölle. Kirjoittamasi teksti on alla, ja voit kopioida sen talteen.

thanks-title = Kiitos. Palautteesi on perillä.
thanks-answer-by = Saat vastauksen viimeistään { $day }.
thanks-counted = Palautteesi on mukana tuloksissa. Tulokset ja niistä tehdyt päätökset kerrotaan, kun ne julkaistaan.
thanks-how = Näin näet vastauksen
thanks-code = Kuittikoodisi
thanks-keep = Kirjoita koodi muistiin, ota kuva tai tulosta. Koodi on vain sinulla: emme voi etsiä sitä uudelleen.
thanks-qr = Ruutukoodi, joka avaa kuittisi
thanks-copy = Kopioi koodi
thanks-copied = Koodi on kopioitu.
thanks-print = Tulosta kuitti
thanks-to-receipt = Katso, missä palautteesi on
thanks-next = Mitä seuraavaksi tapahtuu
thanks-by = viimeistään { $day }
thanks-step-received = Palautteesi on tallessa
thanks-step-read = Käsittelijä lukee sen
thanks-step-decide = Teemme päätöksen
thanks-step-tell = Näet vastauksen koodillasi
thanks-step-counted = Laskemme vastaukset yhteen
thanks-when-counted = Yksittäistä vastaustasi ei voi tunnistaa.
thanks-step-results = Kerromme tulokset ja päätökset
thanks-when-results = kun ne julkaistaan
thanks-board = Katso, mitä palautteista on seurannut
thanks-unit = Takaisin yksikön sivulle
