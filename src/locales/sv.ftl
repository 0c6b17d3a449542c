# På svenska. Each text stands in every language's file with the same variables.

date = { $day }.{ $month }.{ $year }
