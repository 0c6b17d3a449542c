# Suomeksi. Each text stands in every language's file with the same variables.

date = { $day }.{ $month }.{ $year }

date-weekday =
    { $weekday ->
        [mon] maanantai
        [tue] tiistai
        [wed] keskiviikko
        [thu] torstai
        [fri] perjantai
        [sat] lauantai
       *[sun] sunnuntai
    } { $day }.{ $month }.{ $year }
date-on-weekday =
    { $weekday ->
        [mon] maanantaina
        [tue] tiistaina
        [wed] keskiviikkona
        [thu] torstaina
        [fri] perjantaina
        [sat] lauantaina
       *[sun] sunnuntaina
    } { $day }. { $month ->
        [1] tammikuuta
        [2] helmikuuta
        [3] maaliskuuta
        [4] huhtikuuta
        [5] toukokuuta
        [6] kesäkuuta
        [7] heinäkuuta
        [8] elokuuta
        [9] syyskuuta
        [10] lokakuuta
        [11] marraskuuta
       *[12] joulukuuta
    } { $year }
date-month =
    { $month ->
        [1] tammikuu
        [2] helmikuu
        [3] maaliskuu
        [4] huhtikuu
        [5] toukokuu
        [6] kesäkuu
        [7] heinäkuu
        [8] elokuu
        [9] syyskuu
        [10] lokakuu
        [11] marraskuu
       *[12] joulukuu
    } { $year }

# Feedback that reads like a formal complaint (act 812/2000 section 23, act 785/1992 section 10, act 739/2023).

complaint-title = Haluatko tehdä muistutuksen?
complaint-feedback-is-answered =
    Palautteesi on otettu vastaan, ja saat siihen vastauksen. Palaute ei kuitenkaan ole muistutus: muistutuksella on oma
    menettelynsä, josta säädetään laissa.
complaint-what-it-is =
    Jos olet tyytymätön sosiaalihuollon laatuun tai siihen, miten sinua on kohdeltu, sinulla on oikeus tehdä muistutus
    yksikön vastuuhenkilölle tai sosiaalihuollon johtavalle viranhaltijalle (laki sosiaalihuollon asiakkaan asemasta ja
    oikeuksista 812/2000, 23 §). Terveydenhuollossa muistutus tehdään terveydenhuollon toimintayksikön vastuuhenkilölle
    (laki potilaan asemasta ja oikeuksista 785/1992, 10 §).
complaint-how =
    Tee muistutus yleensä kirjallisesti. Kerro, mitä tapahtui ja milloin. Erityisestä syystä voit tehdä sen myös
    suullisesti, ja sen voi tehdä puolestasi myös laillinen edustajasi, omaisesi tai muu läheisesi. Muistutukseen annetaan
    kirjallinen vastaus kohtuullisessa ajassa.
complaint-who-helps =
    Sosiaaliasiavastaava ja potilasasiavastaava neuvovat ja auttavat muistutuksen tekemisessä (laki 739/2023). Neuvonta on
    maksutonta. Yhteystiedot saat yksiköstä ja hyvinvointialueelta.
complaint-nothing-lost =
    Muistutus ei vie oikeuttasi hakea muutosta tai kannella valvovalle viranomaiselle.

# Omien määräaikojen kalenterisyöte. Yksikön nimi on erisnimi.
feed-name = Kaiku: omat määräajat
feed-acknowledge = Kuittaa palaute: { $unit }
feed-decide = Päätä vastaus palautteeseen: { $unit }
feed-tell = Kerro vastaus palautteen antajalle: { $unit }
feed-until = Tee tämä viimeistään kello { $hour }. Palaute ja vastaus ovat Kaikussa, eivät kalenterissa.

# Tulostettavat palautekortit. Kortin kysymykset tulevat mittarista.
sheet-title = Palautekortit: { $unit }
sheet-colour = Kortin väri: { $colour }
sheet-mark = Rastita yksi naama. Voit jättää kysymyksen väliin.
sheet-box = Pudota kortti palautelaatikkoon.
sheet-serial = Kortin numero
sheet-stub-title = Pidä tämä pala
sheet-stub-what = Revi pala irti ja ota se mukaasi. Siitä näet myöhemmin, mitä palautteestasi seurasi.
sheet-stub-how = Lue ruutukoodi puhelimella tai kirjoita koodi tähän osoitteeseen:
sheet-stub-secret = Koodi on vain sinulla. Se ei kerro, kuka olet.
colour-yellow = keltainen
colour-blue = sininen
colour-red = punainen
colour-green = vihreä
colour-orange = oranssi
colour-violet = violetti
colour-pink = vaaleanpunainen
colour-turquoise = turkoosi
colour-brown = ruskea
colour-grey = harmaa
colour-white = valkoinen
colour-black = musta

# Missä asia on: kuitin tarina, selkeästi sanottuna. Rooli on aina lauseen alussa.
story-role-handler = Käsittelijä
story-role-responsible_person = Yksikön vastuuhenkilö
story-role-producer_contact = Palveluntuottajan yhteyshenkilö
story-role-organiser = Palvelunjärjestäjä
story-received = Palautteesi on tullut perille. { $role } ottaa sen käsittelyyn viimeistään { $acknowledge } ja päättää asiasta viimeistään { $decide }.
story-in_handling = { $role } käsittelee palautettasi ja päättää asiasta viimeistään { $decide }.
story-unread = { $role } ei ole vielä ottanut palautettasi käsittelyyn, vaikka lupasimme sen { $acknowledge } mennessä. Pahoittelemme viivettä. Asiasta päätetään viimeistään { $decide }.
story-late = { $role } ei ole vielä tehnyt päätöstä, vaikka lupasimme sen { $decide } mennessä. Pahoittelemme viivettä. Uusi määräpäivä on { $new }.
story-waiting_for_giver = { $role } on kysynyt sinulta jotakin. Käsittely jatkuu, kun olet vastannut.
story-decided = Palautteeseesi on vastattu.
story-told = Palautteeseesi on vastattu. Sait siitä tiedon { $day }.
story-told-receipt_page = Palautteeseesi on vastattu. Avasit vastauksen { $day }.
story-told-email = Palautteeseesi on vastattu. Siitä lähetettiin sinulle sähköposti { $day }.
story-told-board = Palautteeseesi vastattiin yksikön taululla { $day }.
story-told-in_person = Vastaus kerrottiin sinulle tapaamisessa { $day }.
story-told-feedback_discussion = Vastaus kerrottiin ryhmän palautekeskustelussa { $day }.
story-helped = Kerroit, että vastaus auttoi. Asia päätettiin { $day }. Kiitos!
story-closed = Asia päätettiin { $day }.
story-on_its_way = Korttisi on matkalla. Katso myöhemmin uudelleen: se luetaan, kun se on haettu laatikosta.
story-taken_back = Tämä palaute on poistettu. Sitä ei enää käsitellä.
story-counted = Palautteesi on mukana tuloksissa. Tulokset ja niistä tehdyt päätökset kerrotaan sinulle, kun ne julkaistaan.
story-results = Palautteesi on mukana tuloksissa. Tulokset ja niistä tehdyt päätökset julkaistiin { $day }.

# Mails. Subjects are seen by whoever looks over a shoulder: they give nothing away.

mail-case = Palautteen tunnus: { $id }
mail-agreement = Sopimuksen tunnus: { $id }
mail-footer = Kaiku lähetti tämän viestin automaattisesti. Älä vastaa siihen: kukaan ei lue vastauksia.

# Notices to staff: `notice-` and the kind. The name of the unit stands above the text. A deadline is named by what must be
# done by then.

notice-deadline-acknowledge = Kuittaa palaute vastaanotetuksi.
notice-deadline-decide = Tee päätös ja kirjoita vastaus.
notice-deadline-tell = Kerro vastaus palautteen antajalle.

notice-new_cases-subject =
    { $count ->
        [one] Yksi palaute odottaa sinua
       *[other] { $count } palautetta odottaa sinua
    }
notice-new_cases-text =
    { $count ->
        [one] Yksi palaute odottaa, että käsittelet sen tai kerrot vastauksen sen antajalle.
       *[other] { $count } palautetta odottaa, että käsittelet ne tai kerrot vastaukset niiden antajille.
    }

notice-read_today-subject =
    { $count ->
        [one] Yksi palaute odottaa sinua: lue tänään
       *[other] { $count } palautetta odottaa sinua: lue tänään
    }
notice-read_today-text =
    { $count ->
        [one] Yksi palaute odottaa sinua, ja se voi kertoa vaarasta. Lue se tänään.
       *[other] { $count } palautetta odottaa sinua, ja osa niistä voi kertoa vaarasta. Lue ne tänään: ne ovat luettelossa ensimmäisinä.
    }

notice-urgent_case-subject = Kiireellinen palaute
notice-urgent_case-text = Yksikkö on saanut kiireellisen palautteen. Lue se heti.

notice-before_due-subject = Määräaika lähestyy
notice-before_due-text = Palautteen määräaika lähestyy. Sen viimeinen päivä on { $day }. { $task }

notice-due-subject = Määräajan viimeinen päivä
notice-due-text = Palautteen määräajan viimeinen päivä on { $day }. { $task }

notice-overdue-subject = Määräaika on ylittynyt
notice-overdue-text = Palautteen määräaika { $day } on ylittynyt. { $task }

notice-escalated-subject = Ylittynyt määräaika on siirtynyt sinulle
notice-escalated-text =
    Palautteen määräaika { $day } on ylittynyt, eikä asia ole edennyt. { $step ->
        [acknowledge] Varmista, että palaute kuitataan vastaanotetuksi.
        [decide] Varmista, että palautteesta päätetään ja siihen kirjoitetaan vastaus.
       *[tell] Varmista, että vastaus kerrotaan palautteen antajalle.
    }

notice-breach-subject = Sovittu määräaika on ylittynyt
notice-breach-text =
    { $step ->
        [acknowledge] Palautetta ei kuitattu vastaanotetuksi sovittuun määräaikaan { $day } mennessä.
        [decide] Palautteesta ei tehty päätöstä sovittuun määräaikaan { $day } mennessä.
       *[tell] Vastausta ei kerrottu palautteen antajalle sovittuun määräaikaan { $day } mennessä.
    } Saat tämän viestin, koska sopimuksen mukaan sinulle ilmoitetaan ylittyneistä määräajoista.

notice-stand_in-subject = Toimit sijaisena
notice-stand_in-text = Palaute on siirtynyt sinun hoidettavaksesi, koska sen käsittelijä on poissa.

notice-board_due-subject = Taulu on päivitettävä
notice-board_due-text =
    { $count ->
        [one] Yksi vastaus on odottanut julkaisemista taululla sovittua pidempään. Kerro taululla, mitä palautteesta seurasi.
       *[other] { $count } vastausta on odottanut julkaisemista taululla sovittua pidempään. Kerro taululla, mitä palautteista seurasi.
    }

notice-no-unit = Yksikköä ei tunneta
notice-held_messages-subject = Palautetta ei voitu ottaa vastaan
notice-held_messages-text =
    { $count ->
        [one] Yhtä palautetta, jonka laite lähetti jälkikäteen, ei voitu ottaa vastaan. Korjaa syy ja ota palaute vastaan, tai hylkää se.
       *[other] { $count } palautetta, jotka laite lähetti jälkikäteen, ei voitu ottaa vastaan. Korjaa syy ja ota palautteet vastaan, tai hylkää ne.
    }

notice-agreement_proposed-subject = Sopimusehdotus odottaa vastaustasi
notice-agreement_proposed-text = Sinulle on ehdotettu sopimusta palautteen käsittelystä. Hyväksy tai hylkää ehdotus.

notice-agreement_answered-subject = Sopimusehdotukseesi on vastattu
notice-agreement_answered-text = Ehdottamaasi sopimukseen palautteen käsittelystä on vastattu. Katso, hyväksyttiinkö se.

digest-subject =
    { $count ->
        [one] Yksi ilmoitus { $day }
       *[other] { $count } ilmoitusta { $day }
    }
digest-subject-broken =
    { $broken ->
        [one] Yksi määräaika on ylittynyt
       *[other] { $broken } määräaikaa on ylittynyt
    } – { $rest }
digest-text =
    { $count ->
        [one] Sinulle on yksi ilmoitus päivältä { $day }:
       *[other] Sinulle on { $count } ilmoitusta päivältä { $day }:
    }

# Mails to givers.

giver-answer-subject = Sinulle on vastaus
giver-answer-unit = Annoit palautetta: { $unit }. Siihen on nyt vastaus.
giver-answer-text = Annoit palautetta. Siihen on nyt vastaus.
giver-answer-link = Lue vastaus
giver-question-subject = Sinulle on kysymys
giver-question-unit = Annoit palautetta: { $unit }. Palautteen käsittelijä kysyy sinulta jotakin, jotta asia voi edetä.
giver-question-text = Annoit palautetta. Palautteen käsittelijä kysyy sinulta jotakin, jotta asia voi edetä.
giver-question-link = Lue kysymys ja vastaa
giver-code-needed = Tarvitset kuittikoodin, jonka sait, kun annoit palautteen.
giver-not-you = Jos et ole antanut palautetta, sinun ei tarvitse tehdä mitään.
