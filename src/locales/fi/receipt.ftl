# Kuittisivu: koodilla palautteen antaja näkee, mitä palautteesta seurasi.

receipt-title = Mitä palautteestasi seurasi?
receipt-lead = Kuittikoodilla näet, miten palautteesi on edennyt. Koodi ei kerro, kuka olet.
receipt-code = Kirjoita kuittikoodi
receipt-code-where = Koodi on paperissa, jonka sait, tai kortista irrotetussa palassa. Jos lähetit palautteen puhelimella tai tietokoneella, koodi näkyi ruudulla.
receipt-code-how = Koodissa on 16 merkkiä neljän merkin ryhmissä. Isot ja pienet kirjaimet käyvät, eikä viivoja tarvita.
receipt-open = Näytä vastaus
receipt-code-missing = Kirjoita koodi.
receipt-code-symbol = Tarkista merkit. Ryhmän { $group } merkki { $place } ei voi olla koodissa: koodissa ei ole kirjaimia U, Å, Ä ja Ö.
receipt-code-short =
    { $found ->
        [one] Tarkista merkit. Koodissa on 16 merkkiä, tässä on vasta yksi.
       *[other] Tarkista merkit. Koodissa on 16 merkkiä, tässä on vasta { $found }.
    }
receipt-code-long = Tarkista merkit. Koodissa on 16 merkkiä, tässä on enemmän.
receipt-code-check = Tarkista merkit. Ainakin yksi niistä on väärin, mutta emme voi tietää, mikä. Vertaa kaikkia neljää ryhmää: esimerkiksi 8 ja B, 5 ja S tai 2 ja Z menevät helposti sekaisin.
receipt-code-unknown = Emme löydä tätä koodia. Tarkista merkit.
receipt-code-wait =
    { $seconds ->
        [one] Koodeja on kokeiltu monta kertaa peräkkäin. Yritä uudelleen sekunnin kuluttua.
       *[other] Koodeja on kokeiltu monta kertaa peräkkäin. Yritä uudelleen { $seconds } sekunnin kuluttua.
    }

# Otsikko: missä palaute on.
receipt-head-received = Palautteesi on perillä
receipt-head-acknowledged = Palautteesi on luettu
receipt-head-in_handling = Palautettasi käsitellään
receipt-head-late = Vastauksemme on myöhässä
receipt-head-again = Mietimme asiaa uudelleen
receipt-head-waiting = Kysymme sinulta jotain
receipt-head-change_made = Palautteesi johti muutokseen
receipt-head-change_planned = Palautteesi johtaa muutokseen
receipt-head-no_change = Emme muuta tätä nyt
receipt-head-passed_on = Veimme palautteesi eteenpäin
receipt-head-thanks = Kiitos palautteestasi
receipt-head-answered = Palautteeseesi on vastattu
receipt-head-group = Ryhmänne palaute
receipt-head-counted = Palautteesi on mukana tuloksissa
receipt-head-results = Tulokset on julkaistu
receipt-head-taken_back = Tämä palaute on poistettu
receipt-head-on_its_way = Korttisi on matkalla
receipt-group-lead =
    { $answered ->
        [0] Ryhmänne palautteessa on { $count } asiaa. Vastaamme jokaiseen.
        [one] Ryhmänne palautteessa on { $count } asiaa. Yhteen niistä on vastattu.
       *[other] Ryhmänne palautteessa on { $count } asiaa. Niistä { $answered } on saanut vastauksen.
    }

# Kaksi ääntä.
receipt-voices = Sinä sanoit, me vastasimme
receipt-said = Sinä sanoit
receipt-said-group = Te sanoitte
receipt-did-asked = Me kysymme
receipt-did-change_made = Me teimme
receipt-did-change_planned = Me teemme
receipt-did-no_change = Me päätimme
receipt-did-passed_on = Me veimme eteenpäin
receipt-did-thanks = Me vastaamme
receipt-did-answered = Me vastasimme
receipt-thanks-plain = Kiitos. Luimme palautteesi.
receipt-words-gone = Vastauksen sanat eivät ole enää tallessa.
receipt-field-strength = Vahvuus
receipt-field-weakness = Heikkous
receipt-field-opportunity = Mahdollisuus
receipt-field-threat = Uhka
receipt-answers = Muut vastauksesi
receipt-months =
    { $years ->
        [0] { "" }
        [one] { $years } vuosi
       *[other] { $years } vuotta
    } { $months ->
        [0] { "" }
        [one] { $months } kuukausi
       *[other] { $months } kuukautta
    }
receipt-erased = Säilytämme kirjoitettuja sanoja { $months } kuukautta. Se aika on kulunut, joten sanat on poistettu. Näet yhä, mitä tapahtui ja milloin.

# Mitä palautteen antaja voi tehdä nyt.
receipt-form-answer = Vastaa kysymykseen
receipt-form-add = Haluatko lisätä jotain?
receipt-form-verdict = Auttoiko tämä vastaus?
receipt-form-again = Eikö vastaus auttanut?
receipt-label-answer = Vastauksesi
receipt-label-add = Kirjoita tähän
receipt-label-verdict = Haluatko lisätä jotain?
receipt-label-again = Mikä jäi auki?
receipt-helped = Kyllä, vastaus auttoi
receipt-did-not-help = Ei auttanut. Haluan, että asiaa mietitään uudelleen.
receipt-hint-read = Käsittelijä lukee tämän. Älä kirjoita henkilötunnusta.
receipt-hint-reopens =
    { $times ->
        [one] Jos vastaus ei auttanut, mietimme asiaa uudelleen. Voit pyytää sitä vielä kerran, viimeistään { $day }.
       *[other] Jos vastaus ei auttanut, mietimme asiaa uudelleen. Voit pyytää sitä vielä { $times } kertaa, viimeistään { $day }.
    }
receipt-hint-no_more = Jos asia vaivaa yhä, voit antaa uuden palautteen.
receipt-no-more = Tätä asiaa ei voi enää palauttaa mietittäväksi tällä koodilla. Uusi palaute saa oman vastauksensa.
receipt-send = Lähetä
receipt-send-again = Pyydä miettimään uudelleen
receipt-print = Tulosta tämä sivu
receipt-board = Katso, mitä muut sanoivat
receipt-other = Katso toinen koodi
receipt-look-again = Katso uudelleen

# Kun jotain on lähetetty.
receipt-done-answer = Vastauksesi on perillä. Käsittely jatkuu.
receipt-done-addition = Viestisi on perillä.
receipt-done-helped = Kiitos. Nyt tiedämme, että vastaus auttoi.
receipt-done-did-not-help = Mietimme asiaa uudelleen. Saat uuden vastauksen viimeistään { $day }.
receipt-fault-title = Tätä ei vielä lähetetty
receipt-fault-empty = Kirjoita ensin jotain.
receipt-fault-long = Teksti on liian pitkä. Siinä saa olla { $most } merkkiä, nyt siinä on { $found }.
receipt-fault-character = Tekstissä on merkki, jota ei voi tallentaa. Kirjoita kohta uudelleen.
receipt-fault-choose = Valitse, auttoiko vastaus. Voit myös vain kirjoittaa jotain.
receipt-fault-step = Tilanne on muuttunut, eikä tätä voi enää lähettää. Alla näet, missä asia on nyt.
receipt-fault-matter = Emme tiedä, mitä asiaa tarkoitat. Lähetä viesti asian omalla painikkeella.
receipt-fault-sent-before = Edellinen viestisi on jo perillä. Jos haluat lähettää myös tämän, lähetä se nyt.
receipt-fault-old-page = Sivu oli vanhentunut. Tekstisi on tallessa. Lähetä se nyt.
receipt-fault-staff = Kuitti on vain palautteen antajaa varten. Sitä ei voi avata työntekijän tunnuksella.
receipt-later-title = Tätä ei vielä lähetetty
receipt-later-text = Palvelussa on nyt ruuhkaa. Tekstisi on tallessa tällä sivulla. Lähetä se hetken kuluttua.
receipt-later-seconds =
    { $seconds ->
        [one] Palvelussa on nyt ruuhkaa. Tekstisi on tallessa tällä sivulla. Lähetä se sekunnin kuluttua.
       *[other] Palvelussa on nyt ruuhkaa. Tekstisi on tallessa tällä sivulla. Lähetä se { $seconds } sekunnin kuluttua.
    }
receipt-later-yours = Sinun tekstisi

# Tarina päivineen.
receipt-story = Palautteesi tarina
receipt-story-of = Asian tarina
receipt-today = tänään, { $day }
receipt-week = Viikolla, joka alkoi { $day }.
receipt-by = Viimeistään { $day }.
receipt-until = Voit vastata { $day } asti.
receipt-step-given = Annoit palautteen
receipt-step-interviewed = Ryhmänne kertoi ajatuksiaan
receipt-step-read = { $role } luki palautteesi
receipt-step-asked = Kysyimme sinulta
receipt-step-answered = Sinä vastasit
receipt-step-added = Lisäsit jotain
receipt-step-helped = Kerroit, että vastaus auttoi
receipt-step-did_not_help = Kerroit, ettei vastaus auttanut
receipt-step-reopened = Otimme asian uudelleen mietittäväksi
receipt-step-closed = Asia päätettiin
receipt-step-silence = Asia päätettiin, koska emme kuulleet sinusta
receipt-step-mail_refused = Sähköposti ei mennyt perille
receipt-decided-change_made = Päätös: teimme muutoksen
receipt-decided-change_planned = Päätös: teemme muutoksen
receipt-decided-no_change = Päätös: emme muuta tätä nyt
receipt-decided-passed_on = Päätös: veimme asian eteenpäin
receipt-decided-thanks = Kiitimme palautteestasi
receipt-decided-answered = Vastasimme sinulle
receipt-told-receipt_page = Luit vastauksen
receipt-told-board = Vastasimme yksikön taululla
receipt-told-email = Lähetimme sinulle sähköpostin
receipt-told-in_person = Kerroimme vastauksen tapaamisessa
receipt-told-feedback_discussion = Kerroimme vastauksen palautekeskustelussa
receipt-told-otherwise = Kerroimme vastauksen
receipt-promise-read-kept = Lupasimme lukea { $day } mennessä.
receipt-promise-read-late = Lupasimme lukea { $day } mennessä. Myöhästyimme.
receipt-promise-decide-kept = Lupasimme päättää { $day } mennessä.
receipt-promise-decide-late = Lupasimme päättää { $day } mennessä. Myöhästyimme.
receipt-todo-read = Luemme palautteesi
receipt-todo-decide = Teemme päätöksen
receipt-todo-see = Näet vastauksen täällä
receipt-todo-answer = Sinun vuorosi: vastaa kysymykseen
receipt-todo-verdict = Sinun sanasi: auttoiko vastaus?
receipt-todo-results = Kerromme tulokset, kun ne julkaistaan
receipt-discussion = Palautekeskustelu
receipt-discussion-together = Asiakkaat ja työntekijät keskustelivat yhdessä.
receipt-discussion-apart = Asiakkaat ja työntekijät keskustelivat erikseen.
receipt-results = Tulokset ja päätökset
receipt-published = Julkaisimme tulokset
