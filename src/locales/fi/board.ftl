# Yksikön taulu.

board-title = Te sanoitte – me teimme
board-lead = Tällä taululla kerromme, mitä palautteenne sai aikaan.
board-figures = Taululla kerrottua viimeisten { $months } kuukauden ajalta.
board-figure-change_made =
    { $count ->
        [one] muutos on tehty
       *[other] muutosta on tehty
    }
board-figure-change_planned =
    { $count ->
        [one] muutos on tulossa
       *[other] muutosta on tulossa
    }
board-figure-no_change =
    { $count ->
        [one] asia ei nyt muutu, ja kerromme miksi
       *[other] asiaa ei nyt muutu, ja kerromme miksi
    }
board-empty = Taululla ei ole vielä mitään.
board-empty-why = Kun palaute on saanut jotakin aikaan, kerromme siitä tässä.
board-pages = Taulun sivut
board-newest = Uusimpiin
board-older = Vanhemmat
board-poster = Tulosta juliste
board-feed = Tilaa taulu syötteenä (Atom)
