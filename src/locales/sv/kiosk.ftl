# Surfplattan i aulan.

kiosk-touch = Rör vid det ansikte som passar bäst. Du svarar anonymt.
kiosk-emergency = Om du är i fara, ring 112. Socialjouren hjälper dygnet runt.
kiosk-words-hint = När du skickar ord får de ett svar. Du får en kod som visar dig svaret.
kiosk-if-you-leave = Orden skickas först när du trycker på Skicka. Om du går skickar vi bara ansiktet.
kiosk-next = Fortsätt
kiosk-send = Skicka
kiosk-without-words = Skicka utan ord
kiosk-change = Byt ansikte
kiosk-still = Är du kvar?
kiosk-still-why = Vi skickar ansiktet utan ord när tiden är slut.
kiosk-still-here = Jag är här
kiosk-wait = Ett ögonblick…
kiosk-nothing = Välj ett ansikte eller skriv ett ord. Sedan kan du skicka.
kiosk-too-long = Texten är för lång. Korta den lite.
kiosk-failed = Nätet fungerar inte just nu. Din respons har inte skickats än. Försök igen om en stund.
kiosk-thanks = Tack. Din respons är framme.
kiosk-answer-by = Du får svar senast { $day }.
kiosk-counted = Den räknas med i enhetens resultat.
kiosk-complaint = Din respons kan vara en anmärkning. Med koden ser du hur du gör en anmärkning.
kiosk-code = Din kvittokod
kiosk-code-how = Ta en bild eller skriv upp koden. Bara du har koden: vi kan inte söka upp den på nytt. Du ser svaret på adressen
kiosk-done = Klar
kiosk-clears = Skärmen töms:
kiosk-to-start = Till början
