# A unit's page.

unit-title = Feedback
unit-lead = Tell us how the service works. You will hear what your feedback led to.
unit-give = Give feedback
unit-anonymous = Your name is not needed.
unit-skip = You can skip any question.
unit-nothing = This unit has no form on the web just now. You can give feedback to a worker.
unit-closed = This unit is closed and takes no more feedback.
unit-closed-stays = The board and the results can still be read, and with your receipt code you see what your earlier feedback led to.
unit-unplaced = This unit takes no feedback just now. With your receipt code you still see what your earlier feedback led to.
unit-minutes =
    { $minutes ->
        [one] Takes about a minute.
       *[other] Takes about { $minutes } minutes.
    }
unit-now = The survey is on now
unit-came = You said – we did
unit-came-lead = What feedback has changed in this unit.
unit-board = The whole board
unit-back = Have you given feedback already?
unit-back-lead = With your receipt code you see where your feedback is and what came of it.
unit-more = More about this unit
unit-results = Results of surveys
unit-qr = Print a QR code

# A sensitive unit: emergency help comes first.

unit-urgent = Do you need help at once?
unit-urgent-112 = If you or somebody else is in danger, call the emergency number.
unit-urgent-call = Call 112
unit-urgent-social = The social emergency service helps at any hour when a matter cannot wait. If you do not know its number, ask the advice line of your wellbeing services county. In an emergency, 112 connects you to it.
unit-urgent-social-call = Social emergency service { $phone }
unit-urgent-not = Feedback given on this page is not read at once.
