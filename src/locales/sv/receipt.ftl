# Kvittosidan: med koden ser den som gav respons vad den ledde till.

receipt-title = Vad ledde din respons till?
receipt-lead = Med kvittokoden ser du hur det har gått med din respons. Koden berättar inte vem du är.
receipt-code = Skriv kvittokoden
receipt-code-where = Koden står på pappret som du fick eller på delen som du rev av kortet. Om du skickade responsen med telefon eller dator visades koden på skärmen.
receipt-code-how = Koden har 16 tecken i grupper om fyra. Du kan skriva stora eller små bokstäver, och streck behövs inte.
receipt-open = Visa svaret
receipt-code-missing = Skriv koden.
receipt-code-symbol = Kontrollera tecknen. Tecken { $place } i grupp { $group } kan inte finnas i koden: den har inte bokstäverna U, Å, Ä och Ö.
receipt-code-short =
    { $found ->
        [one] Kontrollera tecknen. Koden har 16 tecken, här finns bara ett.
       *[other] Kontrollera tecknen. Koden har 16 tecken, här finns bara { $found }.
    }
receipt-code-long = Kontrollera tecknen. Koden har 16 tecken, här finns fler.
receipt-code-check = Kontrollera tecknen. Minst ett är fel, men vi kan inte veta vilket. Jämför alla fyra grupper: till exempel 8 och B, 5 och S eller 2 och Z är lätta att blanda ihop.
receipt-code-unknown = Vi hittar inte koden. Kontrollera tecknen.
receipt-code-wait =
    { $seconds ->
        [one] Koder har prövats många gånger i rad. Försök igen om en sekund.
       *[other] Koder har prövats många gånger i rad. Försök igen om { $seconds } sekunder.
    }

receipt-head-received = Din respons är framme
receipt-head-acknowledged = Din respons är läst
receipt-head-in_handling = Din respons behandlas
receipt-head-late = Vårt svar är försenat
receipt-head-again = Vi tänker på saken på nytt
receipt-head-waiting = Vi frågar dig något
receipt-head-change_made = Din respons ledde till en ändring
receipt-head-change_planned = Din respons leder till en ändring
receipt-head-no_change = Vi ändrar inte det här nu
receipt-head-passed_on = Vi förde din respons vidare
receipt-head-thanks = Tack för din respons
receipt-head-answered = Din respons har fått ett svar
receipt-head-group = Er grupps respons
receipt-head-counted = Din respons är med i resultaten
receipt-head-results = Resultaten har publicerats
receipt-head-taken_back = Den här responsen har tagits bort
receipt-head-on_its_way = Ditt kort är på väg
receipt-group-lead =
    { $answered ->
        [0] Er grupps respons har { $count } saker. Vi svarar på var och en.
        [one] Er grupps respons har { $count } saker. En av dem har fått ett svar.
       *[other] Er grupps respons har { $count } saker. { $answered } av dem har fått ett svar.
    }

receipt-voices = Du sade, vi svarade
receipt-said = Du sade
receipt-said-group = Ni sade
receipt-did-asked = Vi frågar
receipt-did-change_made = Vi gjorde
receipt-did-change_planned = Vi gör
receipt-did-no_change = Vi beslutade
receipt-did-passed_on = Vi förde vidare
receipt-did-thanks = Vi svarar
receipt-did-answered = Vi svarade
receipt-thanks-plain = Tack. Vi har läst din respons.
receipt-words-gone = Svarets ord finns inte längre kvar.
receipt-field-strength = Styrka
receipt-field-weakness = Svaghet
receipt-field-opportunity = Möjlighet
receipt-field-threat = Hot
receipt-answers = Dina övriga svar
receipt-months =
    { $years ->
        [0] { "" }
       *[other] { $years } år
    } { $months ->
        [0] { "" }
        [one] { $months } månad
       *[other] { $months } månader
    }
receipt-erased = Vi sparar skrivna ord i { $months } månader. Tiden har gått ut och orden har tagits bort. Du ser fortfarande vad som hände och när.

receipt-form-answer = Svara på frågan
receipt-form-add = Vill du tillägga något?
receipt-form-verdict = Hjälpte det här svaret?
receipt-form-again = Hjälpte svaret inte?
receipt-label-answer = Ditt svar
receipt-label-add = Skriv här
receipt-label-verdict = Vill du tillägga något?
receipt-label-again = Vad blev oklart?
receipt-helped = Ja, svaret hjälpte
receipt-did-not-help = Det hjälpte inte. Jag vill att ni tänker på saken på nytt.
receipt-hint-read = Den som behandlar din respons läser det här. Skriv ingen personbeteckning.
receipt-hint-reopens =
    { $times ->
        [one] Om svaret inte hjälpte tänker vi på saken på nytt. Du kan be om det en gång till, senast { $day }.
       *[other] Om svaret inte hjälpte tänker vi på saken på nytt. Du kan be om det { $times } gånger till, senast { $day }.
    }
receipt-hint-no_more = Om saken ännu bekymrar dig kan du ge ny respons.
receipt-no-more = Den här saken kan inte längre tas upp på nytt med den här koden. Ny respons får ett eget svar.
receipt-send = Skicka
receipt-send-again = Be oss tänka på nytt
receipt-print = Skriv ut sidan
receipt-board = Se vad andra har sagt
receipt-other = Se en annan kod
receipt-look-again = Titta igen

receipt-done-answer = Ditt svar är framme. Behandlingen fortsätter.
receipt-done-addition = Ditt meddelande är framme.
receipt-done-helped = Tack. Nu vet vi att svaret hjälpte.
receipt-done-did-not-help = Vi tänker på saken på nytt. Du får ett nytt svar senast { $day }.
receipt-fault-title = Det här har inte skickats ännu
receipt-fault-empty = Skriv något först.
receipt-fault-long = Texten är för lång. Den får ha { $most } tecken, nu har den { $found }.
receipt-fault-character = I texten finns ett tecken som inte kan sparas. Skriv stället på nytt.
receipt-fault-choose = Välj om svaret hjälpte. Du kan också bara skriva något.
receipt-fault-step = Läget har ändrats och det här kan inte längre skickas. Nedan ser du var saken är nu.
receipt-fault-matter = Vi vet inte vilken sak du menar. Skicka meddelandet med sakens egen knapp.
receipt-fault-sent-before = Ditt förra meddelande är redan framme. Om du vill skicka också det här, skicka det nu.
receipt-fault-old-page = Sidan var för gammal. Din text finns kvar. Skicka den nu.
receipt-fault-staff = Kvittot är bara för den som gav responsen. Det kan inte öppnas med en anställds kod.
receipt-later-title = Det här har inte skickats ännu
receipt-later-text = Det är rusning i tjänsten just nu. Din text finns kvar på den här sidan. Skicka den om en stund.
receipt-later-seconds =
    { $seconds ->
        [one] Det är rusning i tjänsten just nu. Din text finns kvar på den här sidan. Skicka den om en sekund.
       *[other] Det är rusning i tjänsten just nu. Din text finns kvar på den här sidan. Skicka den om { $seconds } sekunder.
    }
receipt-later-yours = Din text

receipt-story = Din respons från början till nu
receipt-story-of = Saken från början till nu
receipt-today = i dag, { $day }
receipt-week = Under veckan som började { $day }.
receipt-by = Senast { $day }.
receipt-until = Du kan svara till och med { $day }.
receipt-step-given = Du gav respons
receipt-step-interviewed = Er grupp berättade vad den tycker
receipt-step-read = { $role } läste din respons
receipt-step-asked = Vi frågade dig
receipt-step-answered = Du svarade
receipt-step-added = Du tillade något
receipt-step-helped = Du sade att svaret hjälpte
receipt-step-did_not_help = Du sade att svaret inte hjälpte
receipt-step-reopened = Vi tog upp saken på nytt
receipt-step-closed = Saken avslutades
receipt-step-silence = Saken avslutades eftersom vi inte hörde av dig
receipt-step-mail_refused = E-posten kom inte fram
receipt-decided-change_made = Beslut: vi gjorde en ändring
receipt-decided-change_planned = Beslut: vi gör en ändring
receipt-decided-no_change = Beslut: vi ändrar inte det här nu
receipt-decided-passed_on = Beslut: vi förde saken vidare
receipt-decided-thanks = Vi tackade för din respons
receipt-decided-answered = Vi svarade dig
receipt-told-receipt_page = Du läste svaret
receipt-told-board = Vi svarade på enhetens tavla
receipt-told-email = Vi skickade dig e-post
receipt-told-in_person = Vi berättade svaret när vi träffades
receipt-told-feedback_discussion = Vi berättade svaret i responssamtalet
receipt-told-otherwise = Vi berättade svaret
receipt-promise-read-kept = Vi lovade läsa den senast { $day }.
receipt-promise-read-late = Vi lovade läsa den senast { $day }. Vi blev försenade.
receipt-promise-decide-kept = Vi lovade fatta beslut senast { $day }.
receipt-promise-decide-late = Vi lovade fatta beslut senast { $day }. Vi blev försenade.
receipt-todo-read = Vi läser din respons
receipt-todo-decide = Vi fattar beslut
receipt-todo-see = Du ser svaret här
receipt-todo-answer = Din tur: svara på frågan
receipt-todo-verdict = Ditt ord: hjälpte svaret?
receipt-todo-results = Vi berättar resultaten när de publiceras
receipt-discussion = Responssamtal
receipt-discussion-together = Klienter och anställda samtalade tillsammans.
receipt-discussion-apart = Klienter och anställda samtalade var för sig.
receipt-results = Resultat och beslut
receipt-published = Vi publicerade resultaten
