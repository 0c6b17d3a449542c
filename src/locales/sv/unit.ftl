# Enhetens sida.

unit-title = Respons
unit-lead = Berätta hur servicen fungerar. Du får veta vad din respons ledde till.
unit-give = Ge respons
unit-anonymous = Du behöver inte uppge ditt namn.
unit-skip = Du kan hoppa över vilken fråga som helst.
unit-nothing = Den här enheten har just nu inget formulär på nätet. Du kan ge respons till en anställd.
unit-closed = Den här enheten är stängd och tar inte längre emot respons.
unit-closed-stays = Tavlan och resultaten kan fortfarande läsas, och med kvittokoden ser du vad din tidigare respons ledde till.
unit-unplaced = Den här enheten tar just nu inte emot respons. Med kvittokoden ser du fortfarande vad din tidigare respons ledde till.
unit-minutes =
    { $minutes ->
        [one] Tar ungefär en minut.
       *[other] Tar ungefär { $minutes } minuter.
    }
unit-now = Enkäten pågår nu
unit-came = Ni sade – vi gjorde
unit-came-lead = Så här har responsen påverkat den här enheten.
unit-board = Hela tavlan
unit-back = Har du redan gett respons?
unit-back-lead = Med kvittokoden ser du var din respons är och vad som följde av den.
unit-more = Mer om den här enheten
unit-results = Enkäternas resultat
unit-qr = Skriv ut QR-kod

# Känslig enhet: nödhjälpen först.

unit-urgent = Behöver du hjälp genast?
unit-urgent-112 = Om du eller någon annan är i fara, ring nödnumret.
unit-urgent-call = Ring 112
unit-urgent-social = Socialjouren hjälper dygnet runt när saken inte kan vänta. Om du inte vet numret, fråga rådgivningen i ditt välfärdsområde. I en nödsituation hänvisar också 112 till socialjouren.
unit-urgent-social-call = Socialjouren { $phone }
unit-urgent-not = Respons som ges på den här sidan läses inte genast.
