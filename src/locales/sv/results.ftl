# Publicerade resultat.

results-title = Enkäternas resultat
results-lead = Här berättar vi vad enkäterna visade och vad vi beslutade utifrån dem.
results-of = { $instrument }, { $months }
results-posted = Publicerat { $day }.
results-empty = Inga resultat har publicerats ännu.
results-empty-why = När en enkät har avslutats och resultaten har gåtts igenom berättar vi om dem här.
results-pages = Resultatens sidor
