# Yksikön sivu.

unit-title = Palaute
unit-lead = Kerro, miten palvelu toimii. Saat tietää, mitä palautteesi sai aikaan.
unit-give = Anna palautetta
unit-anonymous = Nimeä ei tarvita.
unit-skip = Voit jättää minkä tahansa kysymyksen väliin.
unit-nothing = Tässä yksikössä ei juuri nyt ole lomaketta verkossa. Voit antaa palautteen työntekijälle.
unit-closed = Tämä yksikkö on suljettu, eikä se ota enää palautetta vastaan.
unit-closed-stays = Taulu ja tulokset ovat yhä luettavissa, ja kuittikoodilla näet, mitä aiempi palautteesi sai aikaan.
unit-unplaced = Tämä yksikkö ei juuri nyt ota vastaan palautetta. Kuittikoodilla näet yhä, mitä aiempi palautteesi sai aikaan.
unit-minutes =
    { $minutes ->
        [one] Vie noin minuutin.
       *[other] Vie noin { $minutes } minuuttia.
    }
unit-now = Kysely on nyt käynnissä
unit-came = Te sanoitte – me teimme
unit-came-lead = Näin palaute on vaikuttanut tässä yksikössä.
unit-board = Koko taulu
unit-back = Oletko jo antanut palautetta?
unit-back-lead = Kuittikoodilla näet, missä palautteesi on ja mitä siitä seurasi.
unit-more = Lisää tästä yksiköstä
unit-results = Kyselyjen tulokset
unit-qr = Tulosta QR-koodi

# Arkaluonteinen yksikkö: hätäapu ensin.

unit-urgent = Tarvitsetko apua heti?
unit-urgent-112 = Jos sinä tai joku muu on vaarassa, soita hätänumeroon.
unit-urgent-call = Soita 112
unit-urgent-social = Sosiaalipäivystys auttaa kaikkina vuorokauden aikoina, kun asia ei voi odottaa. Jos et tiedä sen numeroa, kysy sitä hyvinvointialueesi neuvonnasta. Hätätilanteessa myös 112 ohjaa sosiaalipäivystykseen.
unit-urgent-social-call = Sosiaalipäivystys { $phone }
unit-urgent-not = Tällä sivulla annettua palautetta ei lueta heti.
