# Formuläret: frågorna, de egna fälten i slutet, felen.

form-title-fault = Rätta ännu: { $title }
form-fact-minutes =
    { $minutes ->
        [one] Det tar ungefär en minut att svara. Du kan ta pauser.
       *[other] Det tar ungefär { $minutes } minuter att svara. Du kan ta pauser.
    }
form-fact-anonymous = Du behöver inget namn och inga koder. Du kan hoppa över frågor.
form-fact-code = Du får en kod. Med den ser du vad din respons ledde till.
form-ways = Sätt att svara
form-way-all = Alla frågor
form-way-one = En fråga i taget
form-show-all = Visa alla frågor
form-easy = Visa på lättläst språk
form-plain = Visa på vanligt språk
form-question = Fråga { $number } av { $count }
form-last = Till sist
form-next = Nästa
form-back = Föregående
form-skip = Hoppa över frågan
form-stays = Dina svar finns kvar även om du går tillbaka.
form-listen = Lyssna på frågan
form-clear = Ta bort svaret
form-no-answer = Inget svar
form-background-hint = Du behöver inte svara på de här frågorna.
form-text-hint = Skriv ingen personbeteckning. Om den blir kvar i texten tar vi bort den.
form-years = år
form-months = månader

form-given-by = Vem ger respons?
form-given-by-client = Jag är klient
form-given-by-client-supported = Jag är klient och någon hjälper mig att svara
form-given-by-relative = Jag är närstående till en klient
form-given-by-other = Någon annan
form-given-by-unknown = Jag vill inte säga

form-reply = Vill du ha ett svar?
form-reply-how = Du får en kod när du skickar din respons. Med koden kan du läsa svaret utan att uppge ditt namn.
form-reply-wanted = Jag vill ha ett svar
form-reply-email = E-post, om du vill ha ett meddelande
form-reply-email-hint = Vi skriver till dig när svaret är klart eller om vi har en fråga. Bara den som svarar dig ser adressen.
form-reply-phone = Telefonnummer, om du hellre vill bli uppringd
form-reply-phone-hint = Du kan lämna fältet tomt.

form-volunteer = Vill du vara med och utveckla servicen?
form-volunteer-how = Vi kan bjuda in dig. Vi sparar dina kontaktuppgifter skilt från dina svar, och de kan inte kopplas ihop. Vi raderar kontaktuppgifterna när { $months } månader har gått.
form-volunteer-wanted = Jag vill vara med och utveckla
form-volunteer-name = Ditt namn
form-volunteer-email = Din e-postadress
form-volunteer-reach = Det räcker med e-post eller telefonnummer.
form-volunteer-phone = Ditt telefonnummer

form-ready = Nu kan du skicka din respons.
form-send = Skicka respons
form-send-again = Skicka som ny respons
form-check = Granska svaren
form-check-title = Granska dina svar
form-check-change = Ändra svaren
form-check-nothing = Du har inte svarat på något ännu.
form-check-skipped =
    { $count ->
        [one] Du hoppade över en fråga. Det går bra.
       *[other] Du hoppade över { $count } frågor. Det går bra.
    }

form-sum-title =
    { $count ->
        [one] En punkt behöver rättas
       *[other] { $count } punkter behöver rättas
    }
form-sum-kept = Dina svar är sparade på sidan. Rätta punkten och skicka sedan på nytt.
form-fault-nothing = Svara på minst en fråga eller skriv några ord. Du kan hoppa över resten.
form-fault-choice = Vi kunde inte tolka svaret. Välj på nytt eller hoppa över frågan.
form-fault-long =
    { $over ->
        [one] Texten är ett tecken för lång. Det ryms { $max } tecken. Korta texten.
       *[other] Texten är { $over } tecken för lång. Det ryms { $max } tecken. Korta texten.
    }
form-fault-year = Skriv året med fyra siffror, till exempel 1973. Året ska vara mellan { $min } och { $max }.
form-fault-months = Skriv år och månader med siffror, till exempel 1 och 2. Åren kan vara högst { $max }.
form-fault-number = Skriv talet med siffror. Talet ska vara mellan { $min } och { $max }.
form-fault-email-at = Adressen saknar tecknet @. Skriv adressen så här: namn@exempel.fi
form-fault-email = Kontrollera adressen. Skriv den utan mellanslag och kommatecken så här: namn@exempel.fi. Adressen slutar med bokstäver, till exempel .fi eller .com.
form-fault-line = Skriv en rad här, högst { $max } tecken.
form-fault-name = Skriv ditt namn, så att vi vet vem vi ska kontakta.
form-fault-reach = Skriv en e-postadress eller ett telefonnummer, så att vi når dig.

form-notice-title-changed = Formuläret har ändrats
form-notice-text-changed = Frågorna uppdaterades medan du fyllde i. De svar som passar de nya frågorna finns kvar. Gå igenom dem och skicka sedan din respons.
form-notice-title-busy = Det är rusning i tjänsten just nu
form-notice-text-busy = Dina svar finns kvar på den här sidan. Vänta en stund och skicka din respons på nytt.
form-notice-title-sent = Du har redan skickat den här responsen
form-notice-text-sent = Du ändrade svaren efter att du skickade dem. Vill du skicka de ändrade svaren som ny respons? Då får du en ny kod, och din tidigare respons gäller fortfarande.
form-notice-title-code = Responsen har inte skickats ännu
form-notice-text-code = Dina svar finns kvar på den här sidan. Skicka din respons på nytt, så får du en ny kod.
form-notice-title-fault = Responsen har inte skickats ännu
form-notice-text-fault = Felet finns i tjänsten, inte hos dig. Dina svar finns kvar på den här sidan. Försök på nytt om en stund.
form-notice-title-closed = Den här enheten är stängd
form-notice-text-closed = Vi kan inte längre ta emot respons för den här enheten. Det du skrev finns nedan, och du kan kopiera det.

thanks-title = Tack. Din respons är framme.
thanks-answer-by = Du får svar senast { $day }.
thanks-counted = Din respons är med i resultaten. Resultaten och besluten berättas när de publiceras.
thanks-how = Så ser du svaret
thanks-code = Din kvittokod
thanks-keep = Skriv upp koden, ta en bild eller skriv ut. Bara du har koden: vi kan inte söka fram den på nytt.
thanks-qr = Rutkod som öppnar ditt kvitto
thanks-copy = Kopiera koden
thanks-copied = Koden är kopierad.
thanks-print = Skriv ut kvittot
thanks-to-receipt = Se var din respons är
thanks-next = Vad händer nu
thanks-by = senast { $day }
thanks-step-received = Din respons är sparad
thanks-step-read = Handläggaren läser den
thanks-step-decide = Vi fattar ett beslut
thanks-step-tell = Du ser svaret med din kod
thanks-step-counted = Vi räknar ihop svaren
thanks-when-counted = Ingen kan känna igen just ditt svar.
thanks-step-results = Vi berättar om resultat och beslut
thanks-when-results = när de publiceras
thanks-board = Se vad responsen har lett till
thanks-unit = Tillbaka till enhetens sida
