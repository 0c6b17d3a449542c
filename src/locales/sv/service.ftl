# På svenska. Each text stands in every language's file with the same variables.

date = { $day }.{ $month }.{ $year }

date-weekday =
    { $weekday ->
        [mon] måndag
        [tue] tisdag
        [wed] onsdag
        [thu] torsdag
        [fri] fredag
        [sat] lördag
       *[sun] söndag
    } { $day }.{ $month }.{ $year }
date-on-weekday =
    { $weekday ->
        [mon] måndagen
        [tue] tisdagen
        [wed] onsdagen
        [thu] torsdagen
        [fri] fredagen
        [sat] lördagen
       *[sun] söndagen
    } den { $day } { $month ->
        [1] januari
        [2] februari
        [3] mars
        [4] april
        [5] maj
        [6] juni
        [7] juli
        [8] augusti
        [9] september
        [10] oktober
        [11] november
       *[12] december
    } { $year }
date-month =
    { $month ->
        [1] januari
        [2] februari
        [3] mars
        [4] april
        [5] maj
        [6] juni
        [7] juli
        [8] augusti
        [9] september
        [10] oktober
        [11] november
       *[12] december
    } { $year }

# Feedback that reads like a formal complaint (act 812/2000 section 23, act 785/1992 section 10, act 739/2023).

complaint-title = Vill du framställa en anmärkning?
complaint-feedback-is-answered =
    Din respons har tagits emot och du får svar på den. Respons är ändå inte en anmärkning: för en anmärkning finns ett
    eget förfarande som det föreskrivs om i lag.
complaint-what-it-is =
    Om du är missnöjd med kvaliteten på socialvården eller med hur du har blivit bemött har du rätt att framställa en
    anmärkning till den ansvariga personen vid enheten eller till en ledande tjänsteinnehavare inom socialvården (lagen om
    klientens ställning och rättigheter inom socialvården 812/2000, 23 §). Inom hälso- och sjukvården framställs
    anmärkningen till den ansvariga personen vid verksamhetsenheten (lagen om patientens ställning och rättigheter
    785/1992, 10 §).
complaint-how =
    Framställ anmärkningen i regel skriftligt. Berätta vad som hände och när. Av särskilda skäl kan du framställa den
    också muntligt, och din lagliga företrädare, en anhörig eller någon annan närstående kan göra det för dig. En
    anmärkning får ett skriftligt svar inom skälig tid.
complaint-who-helps =
    Socialombudet och patientombudet ger råd och hjälper dig med anmärkningen (lag 739/2023). Rådgivningen är avgiftsfri.
    Kontaktuppgifterna får du av enheten och av välfärdsområdet.
complaint-nothing-lost =
    En anmärkning inskränker inte din rätt att söka ändring eller att anföra klagomål hos tillsynsmyndigheten.

# Kalenderflödet med egna tidsfrister. Enhetens namn är ett egennamn.
feed-name = Kaiku: egna tidsfrister
feed-acknowledge = Kvittera respons: { $unit }
feed-decide = Besluta om svar på respons: { $unit }
feed-tell = Berätta svaret för den som gav respons: { $unit }
feed-until = Gör detta senast klockan { $hour }. Responsen och svaret finns i Kaiku, inte i kalendern.

# Responskort att skriva ut. Frågorna kommer från mätaren.
sheet-title = Responskort: { $unit }
sheet-colour = Kortets färg: { $colour }
sheet-mark = Kryssa för ett ansikte. Du kan hoppa över en fråga.
sheet-box = Lägg kortet i responslådan.
sheet-serial = Kortets nummer
sheet-stub-title = Behåll den här delen
sheet-stub-what = Riv loss delen och ta den med dig. Med den ser du senare vad din respons ledde till.
sheet-stub-how = Läs av rutkoden med telefonen eller skriv koden på den här adressen:
sheet-stub-secret = Bara du har koden. Den avslöjar inte vem du är.
colour-yellow = gul
colour-blue = blå
colour-red = röd
colour-green = grön
colour-orange = orange
colour-violet = lila
colour-pink = rosa
colour-turquoise = turkos
colour-brown = brun
colour-grey = grå
colour-white = vit
colour-black = svart

# Var ärendet är: kvittots berättelse i klara ord. Rollen står alltid först i meningen.
story-role-handler = Handläggaren
story-role-responsible_person = Enhetens ansvarsperson
story-role-producer_contact = Serviceproducentens kontaktperson
story-role-organiser = Serviceanordnaren
story-received = Din respons har kommit fram. { $role } tar upp den senast { $acknowledge } och fattar beslut senast { $decide }.
story-in_handling = { $role } behandlar din respons och fattar beslut senast { $decide }.
story-unread = { $role } har inte tagit upp din respons ännu, trots att vi lovade det senast { $acknowledge }. Vi beklagar dröjsmålet. Beslutet fattas senast { $decide }.
story-late = { $role } har inte fattat beslut ännu, trots att vi lovade det senast { $decide }. Vi beklagar dröjsmålet. Den nya dagen är { $new }.
story-waiting_for_giver = { $role } har frågat dig något. Behandlingen fortsätter när du har svarat.
story-decided = Din respons har besvarats.
story-told = Din respons har besvarats. Du fick veta det { $day }.
story-told-receipt_page = Din respons har besvarats. Du öppnade svaret { $day }.
story-told-email = Din respons har besvarats. Ett e-postmeddelande om det skickades till dig { $day }.
story-told-board = Din respons besvarades på enhetens tavla { $day }.
story-told-in_person = Du fick svaret vid ett möte { $day }.
story-told-feedback_discussion = Svaret gavs vid gruppens responssamtal { $day }.
story-helped = Du berättade att svaret hjälpte. Ärendet avslutades { $day }. Tack!
story-closed = Ärendet avslutades { $day }.
story-on_its_way = Ditt kort är på väg. Titta igen senare: det läses när det har hämtats ur lådan.
story-taken_back = Den här responsen har tagits bort. Den behandlas inte längre.
story-counted = Din respons är med i resultaten. Du får veta resultaten och besluten om dem när de publiceras.
story-results = Din respons är med i resultaten. Resultaten och besluten om dem publicerades { $day }.

# Mails. Subjects are seen by whoever looks over a shoulder: they give nothing away.

mail-case = Responsens id: { $id }
mail-agreement = Avtalets id: { $id }
mail-footer = Kaiku skickade det här meddelandet automatiskt. Svara inte på det: ingen läser svaren.

# Notices to staff: `notice-` and the kind. The name of the unit stands above the text. A deadline is named by what must be
# done by then.

notice-deadline-acknowledge = Bekräfta att responsen har tagits emot.
notice-deadline-decide = Fatta beslut och skriv ett svar.
notice-deadline-tell = Meddela svaret till den som gav responsen.

notice-new_cases-subject =
    { $count ->
        [one] En respons väntar på dig
       *[other] { $count } responser väntar på dig
    }
notice-new_cases-text =
    { $count ->
        [one] En respons väntar på att du behandlar den eller berättar svaret för den som gav den.
       *[other] { $count } responser väntar på att du behandlar dem eller berättar svaren för dem som gav dem.
    }

notice-read_today-subject =
    { $count ->
        [one] En respons väntar på dig: läs i dag
       *[other] { $count } responser väntar på dig: läs i dag
    }
notice-read_today-text =
    { $count ->
        [one] En respons väntar på dig, och den kan handla om fara. Läs den i dag.
       *[other] { $count } responser väntar på dig, och en del av dem kan handla om fara. Läs dem i dag: de står först i listan.
    }

notice-urgent_case-subject = Brådskande respons
notice-urgent_case-text = En brådskande respons har kommit in. Läs den genast.

notice-before_due-subject = En tidsfrist närmar sig
notice-before_due-text = Tidsfristen för en respons närmar sig. Sista dagen är { $day }. { $task }

notice-due-subject = Sista dagen av en tidsfrist
notice-due-text = Sista dagen av tidsfristen för en respons är { $day }. { $task }

notice-overdue-subject = En tidsfrist har överskridits
notice-overdue-text = Tidsfristen { $day } för en respons har överskridits. { $task }

notice-escalated-subject = En överskriden tidsfrist har gått vidare till dig
notice-escalated-text =
    Tidsfristen { $day } för en respons har överskridits och ärendet har inte gått framåt. { $step ->
        [acknowledge] Se till att responsen bekräftas som mottagen.
        [decide] Se till att beslut fattas och ett svar skrivs.
       *[tell] Se till att den som gav responsen får veta svaret.
    }

notice-breach-subject = En avtalad tidsfrist har överskridits
notice-breach-text =
    { $step ->
        [acknowledge] En respons har inte bekräftats som mottagen inom den avtalade tidsfristen, som gick ut { $day }.
        [decide] Inget beslut om en respons har fattats inom den avtalade tidsfristen, som gick ut { $day }.
       *[tell] Den som gav en respons har inte fått svaret inom den avtalade tidsfristen, som gick ut { $day }.
    } Du får det här meddelandet eftersom du enligt avtalet ska underrättas om överskridna tidsfrister.

notice-stand_in-subject = Du är ställföreträdare
notice-stand_in-text = En respons har gått över till dig, eftersom den som behandlar den är frånvarande.

notice-board_due-subject = Tavlan behöver uppdateras
notice-board_due-text =
    { $count ->
        [one] Ett svar har väntat längre än avtalat på att publiceras på tavlan. Berätta på tavlan vad responsen ledde till.
       *[other] { $count } svar har väntat längre än avtalat på att publiceras på tavlan. Berätta på tavlan vad responsen ledde till.
    }

notice-no-unit = Okänd enhet
notice-held_messages-subject = Respons kunde inte tas emot
notice-held_messages-text =
    { $count ->
        [one] En respons som en apparat skickade i efterhand kunde inte tas emot. Åtgärda orsaken och ta emot responsen, eller förkasta den.
       *[other] { $count } responser som apparater skickade i efterhand kunde inte tas emot. Åtgärda orsaken och ta emot responserna, eller förkasta dem.
    }

notice-agreement_proposed-subject = Ett förslag till avtal väntar på ditt svar
notice-agreement_proposed-text = Ett avtal om behandlingen av respons har föreslagits för dig. Godkänn eller avslå förslaget.

notice-agreement_answered-subject = Ditt förslag till avtal har fått svar
notice-agreement_answered-text = Det avtal om behandlingen av respons som du föreslog har fått svar. Se om det godkändes.

digest-subject =
    { $count ->
        [one] Ett meddelande { $day }
       *[other] { $count } meddelanden { $day }
    }
digest-subject-broken =
    { $broken ->
        [one] En tidsfrist har överskridits
       *[other] { $broken } tidsfrister har överskridits
    } – { $rest }
digest-text =
    { $count ->
        [one] Du har ett meddelande från { $day }:
       *[other] Du har { $count } meddelanden från { $day }:
    }

# Mails to givers.

giver-answer-subject = Du har fått ett svar
giver-answer-unit = Du har gett respons: { $unit }. Nu finns det ett svar på den.
giver-answer-text = Du har gett respons. Nu finns det ett svar på den.
giver-answer-link = Läs svaret
giver-question-subject = Du har fått en fråga
giver-question-unit = Du har gett respons: { $unit }. Den som behandlar din respons frågar dig något, så att ärendet kan gå framåt.
giver-question-text = Du har gett respons. Den som behandlar din respons frågar dig något, så att ärendet kan gå framåt.
giver-question-link = Läs frågan och svara
giver-code-needed = Du behöver kvittokoden som du fick när du gav responsen.
giver-not-you = Om du inte har gett respons behöver du inte göra något.
