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
