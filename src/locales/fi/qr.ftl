# Osoite seinälle: koodi, jonka puhelin lukee.

qr-title = Tulosta palautteen osoite
qr-give = Anna palautetta
qr-scan = Osoita koodia puhelimen kameralla.
qr-type = Tai kirjoita osoite selaimeen:
qr-label = QR-koodi, joka avaa osoitteen { $address }
qr-sizes = Paperin koko
qr-print = Tulosta
