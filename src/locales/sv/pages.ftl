# Sidornas ram: det som finns på varje sida.

language-name = Svenska
page-skip = Gå till innehållet
page-languages = Språk
page-footer = Om tjänsten
page-privacy = Så behandlar vi dina uppgifter
page-accessibility = Tillgänglighet
page-about-page = Ge respons på den här sidan
page-leave = Lämna sidan snabbt
page-leave-how = Du kan också trycka på Esc tre gånger.
page-to-receipt = Jag har en kvittokod

# När något inte lyckas.

problem-title-not-found = Sidan finns inte
problem-text-not-found = Kontrollera adressen. Den kan vara gammal eller felskriven.
problem-title-closed = Den här enheten är stängd
problem-text-closed = Det går inte längre att ge respons till enheten. Med din kvittokod ser du ändå vad din tidigare respons ledde till.
problem-title-busy = Det är rusning i tjänsten just nu
problem-text-busy = Vänta en stund och försök igen. Inget har gått förlorat.
problem-title-refused = Det skickade kom från en annan webbplats
problem-text-refused = Av säkerhetsskäl tar vi bara emot uppgifter från vår egen sida. Öppna sidan på nytt och försök sedan.
problem-title-too-large = Texten är för lång för att skickas
problem-text-too-large = Gå tillbaka i webbläsaren. Korta texten och skicka den sedan på nytt. Du kan dela upp ett långt ärende i två delar.
problem-title-fault = Något gick fel
problem-text-fault = Felet finns i tjänsten, inte hos dig. Försök igen om en stund.
problem-again = Försök igen
