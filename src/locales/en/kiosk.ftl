# The tablet in the lobby.

kiosk-touch = Touch the face that fits best. You answer without a name.
kiosk-emergency = If you are in danger, call 112. The social emergency service helps at any hour.
kiosk-words-hint = When you send words, somebody answers them. You get a code that shows you the answer.
kiosk-if-you-leave = Your words are sent only when you press Send. If you leave, we send the face alone.
kiosk-next = Continue
kiosk-send = Send
kiosk-without-words = Send without words
kiosk-change = Change the face
kiosk-still = Are you still there?
kiosk-still-why = We send the face without words when the time is up.
kiosk-still-here = I am here
kiosk-wait = One moment…
kiosk-nothing = Choose a face or write a word. Then you can send.
kiosk-too-long = The text is too long. Make it a little shorter.
kiosk-failed = The network is down just now. Your feedback has not been sent yet. Try again in a moment.
kiosk-thanks = Thank you. Your feedback has arrived.
kiosk-answer-by = You get an answer by { $day }.
kiosk-counted = It is counted in the unit's results.
kiosk-complaint = Your feedback may be a formal complaint. Your code shows how to make one.
kiosk-code = Your receipt code
kiosk-code-how = Take a picture or write the code down. Only you have the code: we cannot look it up again. You see the answer at
kiosk-done = Ready
kiosk-clears = The screen clears:
kiosk-to-start = To the start
