# Juliste.

poster-title = Juliste: Te sanoitte – me teimme
poster-head-said = Te sanoitte –
poster-head-done = me teimme
poster-what = Mitä sinä sanot?
poster-how = Kerro puhelimella, kortilla tai työntekijälle.
poster-name = Nimeä ei tarvita.
poster-qr = QR-koodi: palautesivu { $address }
poster-empty = Taululla ei ole vielä mitään. Kun palaute on saanut jotakin aikaan, kerromme siitä tässä.
poster-print = Tulosta
poster-back = Taululle
poster-tools = Juliste
