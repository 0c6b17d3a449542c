# Suomeksi. Each text stands in every language's file with the same variables.

date = { $day }.{ $month }.{ $year }

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
