# Dataskyddsbeskrivning. Talen kommer från inställningarna.

privacy-title = Så behandlar vi dina uppgifter
privacy-lead = På den här sidan berättar vi vad som sparas av din respons, vem som ser den och när den raderas.
privacy-short = I korthet
privacy-short-anonymous = Du kan ge respons utan att berätta vem du är.
privacy-short-code = Kvittokoden har bara du. Vi sparar den inte.
privacy-short-trace = Vi sparar inte din enhets adress, din webbläsare eller klockslaget. Vi använder inga kakor.
privacy-short-identity = Vi tar bort personbeteckningar ur texten innan något sparas.
privacy-who = Vem ansvarar för uppgifterna
privacy-who-unit = Personuppgiftsansvarig är det välfärdsområde eller den andra serviceanordnare vars enhet du ger respons till.
privacy-who-what = Serviceanordnaren är personuppgiftsansvarig och ansvarar för att dina uppgifter behandlas rätt.
privacy-contact = Fråga om dataskydd:
privacy-contact-organiser = Fråga om dataskydd hos serviceanordnaren eller dess dataskyddsombud.
privacy-why = Varför vi samlar in respons
privacy-why-text = Med respons förbättras servicen och övervakas dess kvalitet. Därför får någon i uppgift att inom en viss tid behandla varje respons som har text eller som önskar svar.
privacy-basis = Grunden för behandlingen är en uppgift av allmänt intresse: utveckling av servicen och egenkontroll (EU:s dataskyddsförordning, artikel 6.1 e). Kontaktuppgifter ger du bara om du vill.
privacy-stored = Vad vi sparar
privacy-stored-answers = Dina svar och texter samt vilken enhet responsen gäller.
privacy-stored-day = Dagen då responsen kom. Av ett papperskort bara veckan.
privacy-stored-background = Bakgrundsuppgifter, om du berättar dem: kön, födelseår och hur länge du har varit klient.
privacy-stored-contact = Din e-postadress eller ditt telefonnummer, om du ger det för svaret. De sparas krypterade.
privacy-stored-volunteer = Dina kontaktuppgifter, om du vill vara med och utveckla. De sparas krypterade, skilt från dina svar och utan koppling till dem.
privacy-stored-handling = Hur responsen behandlades: frågor, svar och beslut.
privacy-not = Vad vi inte sparar
privacy-not-address = Din enhets IP-adress. Den används en kort stund så att ingen kan blockera tjänsten och glöms sedan.
privacy-not-time = Uppgifter om din webbläsare eller klockslaget då du gav respons.
privacy-not-cookie = Kakor. Språket följer med i sidans adress.
privacy-not-others = Ingenting hos utomstående: på sidorna finns ingen besöksmätning, reklam eller delar av andra tjänster.
privacy-not-code = Din kvittokod. Vi sparar bara ett kontrollvärde som koden inte kan räknas ut ur.
privacy-not-identity = Personbeteckningar. De ersätts i texten innan den sparas, oavsett vem som skrev dem.
privacy-device = Om nätet bryts väntar din respons på din egen enhet och tas bort därifrån när den har skickats. Där är den krypterad så att bara tjänsten kan öppna den.
privacy-long = Hur länge uppgifterna sparas
privacy-long-what = Vad
privacy-long-time = Hur länge
privacy-days =
    { $count ->
        [one] 1 dag
       *[other] { $count } dagar
    }
privacy-months =
    { $count ->
        [one] 1 månad
       *[other] { $count } månader
    }
privacy-years =
    { $count ->
        [one] 1 år
       *[other] { $count } år
    }
privacy-after-closing = { $time } efter att ärendet har avslutats. Om responsen inte behandlas separat, lika länge som texterna.
privacy-for-ever = Permanent
privacy-until-taken-down = Permanent; det som tagits ner från tavlan visas inte längre
privacy-kept-texts = Texter, dina och personalens
privacy-kept-answers = Valda svar utan texter
privacy-kept-contact = E-postadress och telefonnummer för svaret
privacy-kept-birth-year = Födelseår. Därefter återstår bara årtiondet. Samtidigt raderas uppgiften om vems arbete responsen gällde.
privacy-kept-volunteer = Kontaktuppgifter till den som vill utveckla
privacy-kept-stub = Numret på ett tryckt kort, om kortet inte kommer tillbaka
privacy-kept-repeat = Ett kontrollvärde som visar om samma respons skickats två gånger
privacy-kept-mail = Uppgiften att ett e-postmeddelande har skickats. Adressen och orden finns inte i den.
privacy-kept-audit = Logg över vem i personalen som har läst eller ändrat vad
privacy-kept-board = Det personalen har skrivit på tavlan och i publicerade resultat
privacy-reads = Vem ser din respons
privacy-reads-handler = Handläggaren ser din respons så som du skrev den. Dina kontaktuppgifter ser handläggaren bara genom att öppna dem särskilt.
privacy-reads-responsible = Enhetens ansvariga person ser texten med telefonnummer och e-postadresser dolda.
privacy-reads-worker = En anställd ser texter om sitt eget arbete först när de har lästs igenom med tanke på namn och de är minst fem. Den som skrev upp det du sade, eller ledde gruppens intervju, ser texten så länge uppgiften om vem det var finns kvar.
privacy-reads-producer = Serviceproducenten ser siffror och hur långt ärendena har kommit, inte texter.
privacy-reads-organiser = Serviceanordnaren ser siffror och hur långt ärendena har kommit, inte texter. En forskare ser siffror och texter där namnen har tagits bort.
privacy-reads-everybody = På enhetens tavla kan vem som helst läsa, med personalens egna ord, vad som sades och vad som gjordes. Namn, telefonnummer och adresser frågas det om innan texten publiceras.
privacy-reads-about = Den vars arbete responsen gäller behandlar den aldrig själv.
privacy-reads-log = Varje gång någon öppnar en text eller en kontaktuppgift antecknas det.
privacy-few = Den som inte ser själva ärendena får inte se en siffra om färre än { $count } har gett respons.
privacy-outside = Tjänsten lämnar inte ut uppgifter till andra och överför dem inte utanför EU.
privacy-rights = Dina rättigheter
privacy-rights-text = Du kan be att få se dina uppgifter, rätta dem, begränsa behandlingen eller motsätta dig den, och du kan ta tillbaka din respons. Kontakta serviceanordnaren.
privacy-rights-anonymous = Om du gav respons anonymt kan vi inte själva hitta den. Med kvittokoden ser du den och kan fortsätta.
privacy-rights-complaint = Om du anser att dina uppgifter har behandlats fel kan du klaga hos dataombudsmannen:
