# The receipt page: with the code a giver sees what came of the feedback.

receipt-title = What came of your feedback?
receipt-lead = With the receipt code you see how your feedback is getting on. The code does not tell who you are.
receipt-code = Type the receipt code
receipt-code-where = The code is on the paper you were given, or on the piece you tore off the card. If you sent your feedback with a phone or a computer, the code was on the screen.
receipt-code-how = The code has 16 characters in groups of four. Capital and small letters both work, and you need no dashes.
receipt-open = Show the answer
receipt-code-missing = Type the code.
receipt-code-symbol = Check the characters. Character { $place } of group { $group } cannot be in a code: a code has no letter U, Å, Ä or Ö.
receipt-code-short =
    { $found ->
        [one] Check the characters. A code has 16, here is only one.
       *[other] Check the characters. A code has 16, here are only { $found }.
    }
receipt-code-long = Check the characters. A code has 16, here are more.
receipt-code-check = Check the characters. At least one is wrong, but we cannot know which. Compare all four groups: 8 and B, 5 and S or 2 and Z, for example, are easily mixed up.
receipt-code-unknown = We cannot find this code. Check the characters.
receipt-code-wait =
    { $seconds ->
        [one] Codes were tried many times in a row. Try again in a second.
       *[other] Codes were tried many times in a row. Try again in { $seconds } seconds.
    }

receipt-head-received = Your feedback has arrived
receipt-head-acknowledged = Your feedback has been read
receipt-head-in_handling = Your feedback is being handled
receipt-head-late = Our answer is late
receipt-head-again = We are thinking about it again
receipt-head-waiting = We are asking you something
receipt-head-change_made = Your feedback led to a change
receipt-head-change_planned = Your feedback will lead to a change
receipt-head-no_change = We will not change this now
receipt-head-passed_on = We passed your feedback on
receipt-head-thanks = Thank you for your feedback
receipt-head-answered = Your feedback has been answered
receipt-head-group = Your group’s feedback
receipt-head-counted = Your feedback is part of the results
receipt-head-results = The results have been published
receipt-head-taken_back = This feedback was removed
receipt-head-on_its_way = Your card is on its way
receipt-group-lead =
    { $answered ->
        [0] Your group’s feedback has { $count } matters. We answer each of them.
        [one] Your group’s feedback has { $count } matters. One of them has an answer.
       *[other] Your group’s feedback has { $count } matters. { $answered } of them have an answer.
    }

receipt-voices = You said, we answered
receipt-said = You said
receipt-said-group = You said
receipt-did-asked = We are asking
receipt-did-change_made = We did
receipt-did-change_planned = We will do
receipt-did-no_change = We decided
receipt-did-passed_on = We passed it on
receipt-did-thanks = We answer
receipt-did-answered = We answered
receipt-thanks-plain = Thank you. We have read your feedback.
receipt-words-gone = The words of the answer are no longer kept.
receipt-field-strength = Strength
receipt-field-weakness = Weakness
receipt-field-opportunity = Opportunity
receipt-field-threat = Threat
receipt-answers = Your other answers
receipt-months =
    { $years ->
        [0] { "" }
        [one] { $years } year
       *[other] { $years } years
    } { $months ->
        [0] { "" }
        [one] { $months } month
       *[other] { $months } months
    }
receipt-erased = We keep written words for { $months } months. That time is over, so the words have been erased. You can still see what happened and when.

receipt-form-answer = Answer the question
receipt-form-add = Would you like to add something?
receipt-form-verdict = Did this answer help?
receipt-form-again = Did the answer not help?
receipt-label-answer = Your answer
receipt-label-add = Write here
receipt-label-verdict = Would you like to add something?
receipt-label-again = What was left open?
receipt-helped = Yes, the answer helped
receipt-did-not-help = It did not help. I want you to think about it again.
receipt-hint-read = Whoever handles your feedback reads this. Do not write a personal identity code.
receipt-hint-reopens =
    { $times ->
        [one] If the answer did not help, we think about it again. You can ask for that once more, until { $day }.
       *[other] If the answer did not help, we think about it again. You can ask for that { $times } times more, until { $day }.
    }
receipt-hint-no_more = If it still troubles you, you can give new feedback.
receipt-no-more = This can no longer be taken up again with this code. New feedback gets an answer of its own.
receipt-send = Send
receipt-send-again = Ask us to think again
receipt-print = Print this page
receipt-board = See what others said
receipt-other = Look up another code
receipt-look-again = Look again

receipt-done-answer = Your answer has arrived. The handling goes on.
receipt-done-addition = Your message has arrived.
receipt-done-helped = Thank you. Now we know that the answer helped.
receipt-done-did-not-help = We are thinking about it again. You get a new answer by { $day }.
receipt-fault-title = This has not been sent yet
receipt-fault-empty = Write something first.
receipt-fault-long = The text is too long. It may have { $most } characters, now it has { $found }.
receipt-fault-character = The text holds a character that cannot be kept. Write that place again.
receipt-fault-choose = Choose whether the answer helped. You can also just write something.
receipt-fault-step = Things have changed, and this can no longer be sent. Below you see where the matter stands now.
receipt-fault-matter = We do not know which matter you mean. Send the message with the matter’s own button.
receipt-fault-sent-before = Your last message has arrived already. If you want to send this one too, send it now.
receipt-fault-old-page = The page was out of date. Your text is kept. Send it now.
receipt-fault-staff = A receipt is for the giver alone. It cannot be opened with a worker’s token.
receipt-later-title = This has not been sent yet
receipt-later-text = The service is busy right now. Your text is kept on this page. Send it in a moment.
receipt-later-seconds =
    { $seconds ->
        [one] The service is busy right now. Your text is kept on this page. Send it in a second.
       *[other] The service is busy right now. Your text is kept on this page. Send it in { $seconds } seconds.
    }
receipt-later-yours = Your text

receipt-story = The story of your feedback
receipt-story-of = The story of this matter
receipt-today = today, { $day }
receipt-week = In the week that began on { $day }.
receipt-by = By { $day }.
receipt-until = You can answer until { $day }.
receipt-step-given = You gave feedback
receipt-step-interviewed = Your group said what it thinks
receipt-step-read = { $role } read your feedback
receipt-step-asked = We asked you
receipt-step-answered = You answered
receipt-step-added = You added something
receipt-step-helped = You said that the answer helped
receipt-step-did_not_help = You said that the answer did not help
receipt-step-reopened = We took the matter up again
receipt-step-closed = The matter was closed
receipt-step-silence = The matter was closed because we did not hear from you
receipt-step-mail_refused = The e-mail did not arrive
receipt-decided-change_made = Decision: we made a change
receipt-decided-change_planned = Decision: we will make a change
receipt-decided-no_change = Decision: we will not change this now
receipt-decided-passed_on = Decision: we passed the matter on
receipt-decided-thanks = We thanked you for your feedback
receipt-decided-answered = We answered you
receipt-told-receipt_page = You read the answer
receipt-told-board = We answered on the unit’s board
receipt-told-email = We sent you an e-mail
receipt-told-in_person = We told you the answer when we met
receipt-told-feedback_discussion = We told the answer in the feedback discussion
receipt-told-otherwise = We told you the answer
receipt-promise-read-kept = We promised to read it by { $day }.
receipt-promise-read-late = We promised to read it by { $day }. We were late.
receipt-promise-decide-kept = We promised to decide by { $day }.
receipt-promise-decide-late = We promised to decide by { $day }. We were late.
receipt-todo-read = We read your feedback
receipt-todo-decide = We decide
receipt-todo-see = You see the answer here
receipt-todo-answer = Your turn: answer the question
receipt-todo-verdict = Your word: did the answer help?
receipt-todo-results = We tell you the results when they are published
receipt-discussion = Feedback discussion
receipt-discussion-together = Clients and workers talked together.
receipt-discussion-apart = Clients and workers talked separately.
receipt-results = Results and decisions
receipt-published = We published the results
