# When there is no network.

offline-title-kept = The network is down. Your feedback is kept on this device.
offline-text-kept = It is sent when the network is back. You need not write it again.
offline-title-arrived = Your feedback has arrived.
offline-title-refused = Your feedback could not be taken in
offline-title-full = Your feedback was not sent
offline-text-full = The network is down, and this device has no room for more to wait. Try again later, or tell a worker.
offline-title-check = The network is down just now
offline-text-check = You can send your feedback all the same. It is kept on this device and sent when the network is back.
offline-title-no-page = The network is down
offline-text-no-page = This page is not on the device. If you were filling in a form, go back: your answers are still there.
offline-waiting = The feedback waits for the network.
offline-sent = Your feedback has arrived. Your code works now.
offline-held = Your feedback has arrived. Staff look at it first; after that your code works.
offline-refused = Your feedback could not be taken in. Give it again when the network works.
offline-code-title = How you see the answer
offline-code = Your receipt code
offline-code-how = The code works when the feedback has arrived. Write it down or take a picture. Only you have the code.
offline-copy = Copy the code
offline-copied = The code is copied.
offline-safe-title = Nobody reads your feedback on this device
offline-safe = The feedback is sealed, so that only the service can open it. Keep this page open, or open it again when the network works.
offline-send = Send the feedback
