# Yksikön sivu.

unit-give = Anna palautetta
