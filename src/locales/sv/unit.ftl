# Enhetens sida.

unit-give = Ge respons
