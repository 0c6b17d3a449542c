# Etusivu.

start-title = Palautteesi kuuluu
start-lead = Kaikussa annat palautetta sosiaali- ja terveyspalveluista, nimettömänä jos haluat. Saat aina tietää, mitä palautteesi sai aikaan.
start-units = Valitse yksikkö
start-none = Täällä ei ole vielä yksiköitä, joille voisi antaa palautetta.
start-count =
    { $count ->
        [one] 1 yksikkö
       *[other] { $count } yksikköä
    }
