# The address on the wall: a code that a phone reads.

qr-title = Print the address for feedback
qr-give = Give feedback
qr-scan = Point your phone’s camera at the code.
qr-type = Or type the address in a browser:
qr-label = QR code that opens the address { $address }
qr-sizes = Paper size
qr-print = Print
