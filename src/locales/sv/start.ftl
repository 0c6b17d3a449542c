# Startsidan.

start-title = Din röst hörs
start-lead = I Kaiku ger du respons på social- och hälsotjänster, anonymt om du vill. Du får alltid veta vad din respons ledde till.
start-units = Välj enhet
start-none = Här finns ännu inga enheter som tar emot respons.
start-count =
    { $count ->
        [one] 1 enhet
       *[other] { $count } enheter
    }
