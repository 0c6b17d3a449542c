# Published results.

results-title = Results of surveys
results-lead = Here we tell what the surveys showed and what we decided on them.
results-of = { $instrument }, { $months }
results-posted = Published on { $day }.
results-empty = No results have been published yet.
results-empty-why = When a survey is over and its results have been gone through, we tell about them here.
results-pages = Pages of results
