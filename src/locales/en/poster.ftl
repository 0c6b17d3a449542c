# Poster.

poster-title = Poster: You said – we did
poster-head-said = You said –
poster-head-done = we did
poster-what = What do you say?
poster-how = Tell us by phone, on a card or to a worker.
poster-name = Your name is not needed.
poster-qr = QR code: the feedback page { $address }
poster-empty = There is nothing on the board yet. When feedback has led to something, we tell it here.
poster-print = Print
poster-back = To the board
poster-tools = Poster
