# Tietosuojaseloste. Luvut tulevat asetuksista.

privacy-title = Näin käsittelemme tietojasi
privacy-lead = Tällä sivulla kerromme, mitä palautteestasi jää talteen, kuka sen näkee ja milloin se poistetaan.
privacy-short = Lyhyesti
privacy-short-anonymous = Voit antaa palautetta kertomatta, kuka olet.
privacy-short-code = Kuittikoodi on vain sinulla. Me emme tallenna sitä.
privacy-short-trace = Emme tallenna laitteesi osoitetta, selaintasi emmekä kellonaikaa. Emme käytä evästeitä.
privacy-short-identity = Poistamme henkilötunnukset tekstistä, ennen kuin mitään tallennetaan.
privacy-who = Kuka vastaa tiedoista
privacy-who-unit = Rekisterinpitäjä on hyvinvointialue tai muu palvelunjärjestäjä, jonka yksikölle annat palautetta.
privacy-who-what = Palvelunjärjestäjä on rekisterinpitäjä. Se vastaa siitä, että tietojasi käsitellään oikein.
privacy-contact = Kysy tietosuojasta:
privacy-contact-organiser = Kysy tietosuojasta palvelunjärjestäjältä tai sen tietosuojavastaavalta.
privacy-why = Miksi keräämme palautetta
privacy-why-text = Palautteella parannetaan palveluja ja valvotaan niiden laatua. Siksi jokainen palaute, jossa on tekstiä tai johon toivotaan vastausta, annetaan jonkun käsiteltäväksi määräajassa.
privacy-basis = Käsittelyn peruste on yleistä etua koskeva tehtävä: palvelujen kehittäminen ja omavalvonta (EU:n tietosuoja-asetus, 6 artiklan 1 kohdan e alakohta). Yhteystietosi annat vain, jos haluat.
privacy-stored = Mitä tallennamme
privacy-stored-answers = Vastauksesi ja tekstisi sekä sen, mitä yksikköä palaute koskee.
privacy-stored-day = Päivän, jona palaute tuli. Paperikortista vain viikon.
privacy-stored-background = Taustatiedot, jos kerrot niitä: sukupuoli, syntymävuosi ja kuinka kauan olet ollut asiakkaana.
privacy-stored-contact = Sähköpostiosoitteesi tai puhelinnumerosi, jos annat sen vastausta varten. Ne tallennetaan salattuina.
privacy-stored-volunteer = Yhteystietosi, jos haluat mukaan kehittämään. Ne tallennetaan salattuina, erillään vastauksistasi ja ilman yhteyttä niihin.
privacy-stored-handling = Sen, miten palautetta käsiteltiin: kysymykset, vastaukset ja päätös.
privacy-not = Mitä emme tallenna
privacy-not-address = Laitteesi IP-osoitetta. Sitä käytetään hetki, jottei kukaan voi tukkia palvelua, ja sitten se unohdetaan.
privacy-not-time = Selaimesi tietoja emmekä kellonaikaa, jolloin annoit palautteen.
privacy-not-cookie = Evästeitä. Kieli kulkee sivun osoitteessa.
privacy-not-others = Mitään ulkopuolisille: sivuilla ei ole kävijäseurantaa, mainoksia eikä muiden palvelujen osia.
privacy-not-code = Kuittikoodiasi. Tallennamme siitä vain tiivisteen, josta koodia ei voi päätellä.
privacy-not-identity = Henkilötunnuksia. Ne korvataan tekstissä ennen tallentamista, kirjoittipa ne kuka tahansa.
privacy-device = Jos verkko katkeaa, palautteesi jää omaan laitteeseesi odottamaan ja poistuu sieltä, kun se on lähtenyt. Se on siellä salattuna niin, että vain palvelu voi avata sen.
privacy-long = Kuinka kauan tietoja säilytetään
privacy-long-what = Mikä
privacy-long-time = Kuinka kauan
privacy-days =
    { $count ->
        [one] 1 päivä
       *[other] { $count } päivää
    }
privacy-months =
    { $count ->
        [one] 1 kuukausi
       *[other] { $count } kuukautta
    }
privacy-years =
    { $count ->
        [one] 1 vuosi
       *[other] { $count } vuotta
    }
privacy-after-closing = { $time } asian päättymisestä. Jos palautetta ei käsitellä erikseen, yhtä kauan kuin tekstit.
privacy-for-ever = Pysyvästi
privacy-until-taken-down = Pysyvästi; pois taululta otettua ei enää näytetä
privacy-kept-texts = Tekstit, sinun ja työntekijöiden
privacy-kept-answers = Valintavastaukset ilman tekstejä
privacy-kept-contact = Sähköpostiosoite ja puhelinnumero vastausta varten
privacy-kept-birth-year = Syntymävuosi. Sen jälkeen siitä jää vain vuosikymmen. Samalla poistetaan tieto siitä, kenen työtä palaute koski.
privacy-kept-volunteer = Kehittämään haluavan yhteystiedot
privacy-kept-stub = Painetun kortin numero, jos kortti ei palaudu
privacy-kept-repeat = Tiiviste, josta tunnistamme kahdesti lähetetyn palautteen
privacy-kept-mail = Tieto siitä, että sähköposti lähti. Osoite ja sanat eivät ole siinä.
privacy-kept-audit = Loki siitä, kuka työntekijä on lukenut tai muuttanut mitäkin
privacy-kept-board = Taulun kirjoitukset ja julkaistut tulokset, jotka työntekijät ovat kirjoittaneet
privacy-reads = Kuka näkee palautteesi
privacy-reads-handler = Käsittelijä näkee palautteesi sellaisena kuin sen kirjoitit. Yhteystietosi hän näkee vain erikseen avaamalla.
privacy-reads-responsible = Yksikön vastuuhenkilö näkee tekstin, josta puhelinnumerot ja sähköpostiosoitteet on peitetty.
privacy-reads-worker = Työntekijä näkee omaa työtään koskevat tekstit vasta, kun ne on luettu läpi nimien varalta ja niitä on vähintään viisi. Se, joka kirjasi sanomasi puolestasi tai ohjasi ryhmäsi haastattelun, näkee tekstin niin kauan kuin tieto kirjaajasta säilyy.
privacy-reads-producer = Palveluntuottaja näkee luvut ja sen, missä vaiheessa asiat ovat, ei tekstejä.
privacy-reads-organiser = Palvelunjärjestäjä näkee luvut ja sen, missä vaiheessa asiat ovat, ei tekstejä. Tutkija näkee luvut ja tekstit, joista nimet on poistettu.
privacy-reads-everybody = Kuka tahansa voi lukea yksikön taululta työntekijöiden omin sanoin, mitä sanottiin ja mitä tehtiin. Nimistä, puhelinnumeroista ja osoitteista kysytään ennen kuin kirjoitus julkaistaan.
privacy-reads-about = Se, jonka työtä palaute koskee, ei koskaan käsittele sitä itse.
privacy-reads-log = Jokaisesta tekstin tai yhteystiedon avaamisesta jää merkintä.
privacy-few = Sille, joka ei näe itse asioita, emme näytä lukua, jos antajia on vähemmän kuin { $count }.
privacy-outside = Tietoja ei luovuteta muille eikä siirretä EU:n ulkopuolelle palvelun toimesta.
privacy-rights = Oikeutesi
privacy-rights-text = Voit pyytää nähdä tietosi, oikaista ne, rajoittaa niiden käsittelyä tai vastustaa sitä, ja voit perua antamasi palautteen. Ota yhteyttä palvelunjärjestäjään.
privacy-rights-anonymous = Jos annoit palautteen nimettömästi, emme pysty itse löytämään sitä. Kuittikoodilla näet sen ja voit jatkaa siitä.
privacy-rights-complaint = Jos tietojasi on mielestäsi käsitelty väärin, voit valittaa tietosuojavaltuutetulle:
