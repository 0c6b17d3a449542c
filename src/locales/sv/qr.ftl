# Adressen på väggen: en kod som telefonen läser.

qr-title = Skriv ut adressen för respons
qr-give = Ge respons
qr-scan = Rikta telefonens kamera mot koden.
qr-type = Eller skriv adressen i webbläsaren:
qr-label = QR-kod som öppnar adressen { $address }
qr-sizes = Pappersstorlek
qr-print = Skriv ut
