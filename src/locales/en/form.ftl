# The form: questions, the fields of its own at the end, faults.

form-title-fault = Please correct: { $title }
form-fact-minutes =
    { $minutes ->
        [one] Answering takes about a minute. You can take breaks.
       *[other] Answering takes about { $minutes } minutes. You can take breaks.
    }
form-fact-anonymous = You need no name and no login. You can skip questions.
form-fact-code = You get a code. It shows you what came of your feedback.
form-ways = How to answer
form-way-all = All questions
form-way-one = One question at a time
form-show-all = Show all questions
form-easy = Show in easy language
form-plain = Show in normal language
form-question = Question { $number } of { $count }
form-last = To finish
form-next = Next
form-back = Back
form-skip = Skip this question
form-stays = Your answers stay even if you go back.
form-listen = Listen to the question
form-clear = Remove answer
form-no-answer = No answer
form-background-hint = You need not answer these.
form-text-hint = Do not write a personal identity code. If one is left in the text, we remove it.
form-years = years
form-months = months

form-given-by = Who gives the feedback?
form-given-by-client = I am a client
form-given-by-client-supported = I am a client and somebody helps me to answer
form-given-by-relative = I am close to a client
form-given-by-other = Somebody else
form-given-by-unknown = I do not want to say

form-reply = Do you want an answer?
form-reply-how = You get a code when you send your feedback. With the code you can read the answer without giving your name.
form-reply-wanted = I want an answer
form-reply-email = E-mail, if you want a message
form-reply-email-hint = We write to you when the answer is ready or if we have a question. Only the person who answers you sees the address.
form-reply-phone = Phone number, if you would rather be called
form-reply-phone-hint = You can leave this empty.

form-volunteer = Do you want to help develop the services?
form-volunteer-how = We can invite you. We keep your contact details apart from your answers, and the two cannot be linked. We erase the contact details when { $months } months have passed.
form-volunteer-wanted = I want to help develop them
form-volunteer-name = Your name
form-volunteer-email = Your e-mail address
form-volunteer-reach = An e-mail address or a phone number is enough.
form-volunteer-phone = Your phone number

form-ready = Now you can send your feedback.
form-send = Send feedback
form-send-again = Send as new feedback
form-check = Check your answers
form-check-title = Check your answers
form-check-change = Change answers
form-check-nothing = You have not answered anything yet.
form-check-skipped =
    { $count ->
        [one] You skipped one question. That is fine.
       *[other] You skipped { $count } questions. That is fine.
    }

form-sum-title =
    { $count ->
        [one] One thing needs correcting
       *[other] { $count } things need correcting
    }
form-sum-kept = Your answers are kept on this page. Correct this and send it again.
form-fault-nothing = Answer at least one question or write a few words. You can skip the rest.
form-fault-choice = We could not read this answer. Choose again or skip the question.
form-fault-long =
    { $over ->
        [one] The text is one character too long. There is room for { $max }. Shorten the text.
       *[other] The text is { $over } characters too long. There is room for { $max }. Shorten the text.
    }
form-fault-year = Write the year with four digits, for example 1973. It is between { $min } and { $max }.
form-fault-months = Write years and months in digits, for example 1 and 2. There can be at most { $max } years.
form-fault-number = Write the number in digits. It is between { $min } and { $max }.
form-fault-email-at = The address has no @ sign. Write it like this: name@example.fi
form-fault-email = Check the address. Write it without spaces and commas, like this: name@example.fi. The address ends in letters, such as .fi or .com.
form-fault-line = Write one line here, at most { $max } characters.
form-fault-name = Write your name, so that we know whom to contact.
form-fault-reach = Write an e-mail address or a phone number, so that we can reach you.

form-notice-title-changed = The form has changed
form-notice-text-changed = The questions were updated while you filled in the form. The answers that fit the new questions are kept. Look them over and then send your feedback.
form-notice-title-busy = The service is very busy just now
form-notice-text-busy = Your answers are kept on this page. Wait a moment and send your feedback again.
form-notice-title-sent = You have sent this feedback already
form-notice-text-sent = You changed the answers after you had sent them. Do you want to send the changed answers as new feedback? You then get a new code, and your earlier feedback stays as it is.
form-notice-title-code = Your feedback has not been sent yet
form-notice-text-code = Your answers are kept on this page. Send your feedback again and you get a new code.
form-notice-title-fault = Your feedback has not been sent yet
form-notice-text-fault = The fault is in the service, not with you. Your answers are kept on this page. Please try again in a moment.
form-notice-title-closed = This unit has closed
form-notice-text-closed = We can no longer take feedback for this unit. What you wrote is below, and you can copy it.

thanks-title = Thank you. Your feedback has arrived.
thanks-answer-by = You get an answer by { $day }.
thanks-counted = Your feedback is part of the results. The results and what is decided are told when they are published.
thanks-how = How to see the answer
thanks-code = Your receipt code
thanks-keep = Write the code down, take a picture or print it. Only you have the code: we cannot find it again for you.
thanks-qr = A code to scan that opens your receipt
thanks-copy = Copy the code
thanks-copied = The code is copied.
thanks-print = Print the receipt
thanks-to-receipt = See where your feedback is
thanks-next = What happens next
thanks-by = by { $day }
thanks-step-received = Your feedback is safe with us
thanks-step-read = The handler reads it
thanks-step-decide = We make a decision
thanks-step-tell = You see the answer with your code
thanks-step-counted = We count the answers together
thanks-when-counted = Nobody can recognise your answer among them.
thanks-step-results = We tell the results and the decisions
thanks-when-results = when they are published
thanks-board = See what feedback has led to
thanks-unit = Back to the unit’s page
