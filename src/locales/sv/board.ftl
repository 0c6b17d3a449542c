# Enhetens tavla.

board-title = Ni sade – vi gjorde
board-lead = På den här tavlan berättar vi vad er respons ledde till.
board-figures = Det som tavlan berättat under de senaste { $months } månaderna.
board-figure-change_made =
    { $count ->
        [one] ändring har gjorts
       *[other] ändringar har gjorts
    }
board-figure-change_planned =
    { $count ->
        [one] ändring är på väg
       *[other] ändringar är på väg
    }
board-figure-no_change =
    { $count ->
        [one] sak ändras inte nu, och vi berättar varför
       *[other] saker ändras inte nu, och vi berättar varför
    }
board-empty = Det finns ännu ingenting på tavlan.
board-empty-why = När respons har lett till något berättar vi det här.
board-pages = Tavlans sidor
board-newest = Till de nyaste
board-older = Äldre
board-poster = Skriv ut affisch
board-feed = Prenumerera på tavlan (Atom)
