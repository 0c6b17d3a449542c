# När det inte finns något nät.

offline-title-kept = Nätet bröts. Din respons är sparad på den här enheten.
offline-text-kept = Den skickas när nätet är tillbaka. Du behöver inte skriva den på nytt.
offline-title-arrived = Din respons är framme.
offline-title-refused = Din respons kunde inte tas emot
offline-title-full = Din respons skickades inte
offline-text-full = Nätet fungerar inte, och mer ryms inte på den här enheten. Försök igen senare eller berätta för en anställd.
offline-title-check = Nätet fungerar inte just nu
offline-text-check = Du kan ändå skicka din respons. Den sparas på den här enheten och skickas när nätet är tillbaka.
offline-title-no-page = Nätet fungerar inte
offline-text-no-page = Den här sidan finns inte på enheten. Om du fyllde i en blankett, gå tillbaka: dina svar finns kvar.
offline-waiting = Responsen väntar på nätet.
offline-sent = Din respons är framme. Koden fungerar nu.
offline-held = Din respons är framme. Personalen går först igenom den, och sedan fungerar koden.
offline-refused = Din respons kunde inte tas emot. Ge den på nytt när nätet fungerar.
offline-code-title = Så ser du svaret
offline-code = Din kvittokod
offline-code-how = Koden fungerar när responsen är framme. Skriv upp den eller ta en bild. Bara du har koden.
offline-copy = Kopiera koden
offline-copied = Koden är kopierad.
offline-safe-title = Ingen läser din respons på den här enheten
offline-safe = Responsen är försluten så att bara tjänsten kan öppna den. Håll den här sidan öppen eller öppna den på nytt när nätet fungerar.
offline-send = Skicka responsen
