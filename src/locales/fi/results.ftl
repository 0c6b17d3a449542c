# Julkaistut tulokset.

results-title = Kyselyjen tulokset
results-lead = Tässä kerromme, mitä kyselyihin vastattiin ja mitä päätimme niiden perusteella.
results-of = { $instrument }, { $months }
results-posted = Julkaistu { $day }.
results-empty = Tuloksia ei ole vielä julkaistu.
results-empty-why = Kun kysely on päättynyt ja tulokset on käyty läpi, kerromme niistä tässä.
results-pages = Tulosten sivut
