# Sivujen kehys: mitä jokaisella sivulla on.

language-name = Suomi
page-skip = Siirry sisältöön
page-languages = Kieli
page-footer = Tietoa palvelusta
page-privacy = Näin käsittelemme tietojasi
page-accessibility = Saavutettavuus
page-about-page = Anna palautetta tästä sivusta
page-leave = Poistu sivulta nopeasti
page-leave-how = Voit myös painaa Esc-näppäintä kolme kertaa.
page-to-receipt = Minulla on kuittikoodi

# Kun jokin ei onnistu.

problem-title-not-found = Sivua ei löydy
problem-text-not-found = Tarkista osoite. Osoite voi olla vanhentunut tai siinä voi olla kirjoitusvirhe.
problem-title-closed = Tämä yksikkö on suljettu
problem-text-closed = Tälle yksikölle ei voi enää antaa palautetta. Kuittikoodillasi näet yhä, mitä aiempi palautteesi sai aikaan.
problem-title-busy = Palvelussa on nyt ruuhkaa
problem-text-busy = Odota hetki ja yritä uudelleen. Mitään ei ole hukkunut.
problem-title-refused = Lähetys tuli toiselta sivustolta
problem-text-refused = Turvallisuussyistä otamme tietoja vastaan vain omalta sivultamme. Avaa sivu uudelleen ja yritä sitten.
problem-title-too-large = Teksti on liian pitkä lähetettäväksi
problem-text-too-large = Palaa selaimella taaksepäin. Lyhennä tekstiä ja lähetä se sitten uudelleen. Pitkän asian voit jakaa kahteen palautteeseen.
problem-title-fault = Jokin meni vikaan
problem-text-fault = Vika on palvelussa, ei sinussa. Yritä hetken kuluttua uudelleen.
problem-again = Yritä uudelleen
