# Affisch.

poster-title = Affisch: Ni sade – vi gjorde
poster-head-said = Ni sade –
poster-head-done = vi gjorde
poster-what = Vad säger du?
poster-how = Berätta med telefon, på kort eller för en anställd.
poster-name = Du behöver inte uppge ditt namn.
poster-qr = QR-kod: responssidan { $address }
poster-empty = Det finns ännu ingenting på tavlan. När respons har lett till något berättar vi det här.
poster-print = Skriv ut
poster-back = Till tavlan
poster-tools = Affisch
