# In English. Each text stands in every language's file with the same variables.

date =
    { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }

date-weekday =
    { $weekday ->
        [mon] Monday
        [tue] Tuesday
        [wed] Wednesday
        [thu] Thursday
        [fri] Friday
        [sat] Saturday
       *[sun] Sunday
    } { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }
date-on-weekday =
    { $weekday ->
        [mon] Monday
        [tue] Tuesday
        [wed] Wednesday
        [thu] Thursday
        [fri] Friday
        [sat] Saturday
       *[sun] Sunday
    } { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }
date-month =
    { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }

# Feedback that reads like a formal complaint (act 812/2000 section 23, act 785/1992 section 10, act 739/2023).

complaint-title = Do you want to make a formal complaint?
complaint-feedback-is-answered =
    Your feedback has been received and you will get an answer to it. Feedback is not a formal complaint (muistutus),
    though: that is a procedure of its own, laid down by law.
complaint-what-it-is =
    If you are dissatisfied with the quality of social care or with how you were treated, you have the right to make a
    formal complaint to the person in charge of the unit or to a leading official of social welfare (Act on the Status and
    Rights of Social Welfare Clients 812/2000, section 23). In health care it is made to the person in charge of the
    health care unit (Act on the Status and Rights of Patients 785/1992, section 10).
complaint-how =
    Make the complaint in writing, as a rule. Tell what happened and when. For a special reason you may also make it by
    word of mouth, and your legal representative, a relative or somebody else close to you may make it for you. It is
    answered in writing within a reasonable time.
complaint-who-helps =
    The social services ombudsperson (sosiaaliasiavastaava) and the patient ombudsperson (potilasasiavastaava) give advice
    and help you to make the complaint (Act 739/2023). Their advice is free of charge. You get their contact details from
    the unit and from the wellbeing services county.
complaint-nothing-lost =
    A formal complaint does not take away your right to appeal or to complain to a supervisory authority.

# The calendar feed of one's own deadlines. The unit's name is a proper name.
feed-name = Kaiku: my deadlines
feed-acknowledge = Acknowledge feedback: { $unit }
feed-decide = Decide on an answer to feedback: { $unit }
feed-tell = Tell the answer to whoever gave the feedback: { $unit }
feed-until = Do this by { $hour }:00. The feedback and the answer are in Kaiku, not in the calendar.

# Feedback cards to print. The questions come from the instrument.
sheet-title = Feedback cards: { $unit }
sheet-colour = Card colour: { $colour }
sheet-mark = Tick one face. You can skip a question.
sheet-box = Drop the card into the feedback box.
sheet-serial = Card number
sheet-stub-title = Keep this part
sheet-stub-what = Tear it off and take it with you. With it you can see later what came of your feedback.
sheet-stub-how = Scan the code with a phone, or type it at this address:
sheet-stub-secret = Only you have the code. It does not tell who you are.
colour-yellow = yellow
colour-blue = blue
colour-red = red
colour-green = green
colour-orange = orange
colour-violet = violet
colour-pink = pink
colour-turquoise = turquoise
colour-brown = brown
colour-grey = grey
colour-white = white
colour-black = black

# Where a matter stands: the receipt's story in plain words. The role always begins the sentence.
story-role-handler = The handler
story-role-responsible_person = The person responsible for the unit
story-role-producer_contact = The service producer’s contact person
story-role-organiser = The service organiser
story-received = Your feedback has arrived. { $role } will take it up by { $acknowledge } and decide by { $decide }.
story-in_handling = { $role } is dealing with your feedback and will decide by { $decide }.
story-unread = { $role } has not taken up your feedback yet, although we promised it by { $acknowledge }. We are sorry for the delay. The decision comes by { $decide } at the latest.
story-late = { $role } has not decided yet, although we promised the decision by { $decide }. We are sorry for the delay. The new date is { $new }.
story-waiting_for_giver = { $role } has asked you something. The handling goes on once you have answered.
story-decided = Your feedback has been answered.
story-told = Your feedback has been answered. You were told on { $day }.
story-told-receipt_page = Your feedback has been answered. You opened the answer on { $day }.
story-told-email = Your feedback has been answered. An e-mail about it was sent to you on { $day }.
story-told-board = Your feedback was answered on the unit’s board on { $day }.
story-told-in_person = You were told the answer at a meeting on { $day }.
story-told-feedback_discussion = The answer was told in the group’s feedback discussion on { $day }.
story-helped = You said that the answer helped. The matter was closed on { $day }. Thank you!
story-closed = The matter was closed on { $day }.
story-on_its_way = Your card is on its way. Look again later: it is read once it has been taken out of the box.
story-taken_back = This feedback has been removed. It is no longer handled.
story-counted = Your feedback is part of the results. You will be told the results and what was decided when they are published.
story-results = Your feedback is part of the results. The results and what was decided were published on { $day }.

# Mails. Subjects are seen by whoever looks over a shoulder: they give nothing away.

mail-case = Feedback reference: { $id }
mail-agreement = Agreement reference: { $id }
mail-footer = Kaiku sent this message automatically. Please do not reply to it: nobody reads the replies.

# Notices to staff: `notice-` and the kind. The name of the unit stands above the text. A deadline is named by what must be
# done by then.

notice-deadline-acknowledge = Please acknowledge the feedback.
notice-deadline-decide = Please decide and write an answer.
notice-deadline-tell = Please tell the giver the answer.

notice-new_cases-subject =
    { $count ->
        [one] One piece of feedback is waiting for you
       *[other] { $count } pieces of feedback are waiting for you
    }
notice-new_cases-text =
    { $count ->
        [one] One piece of feedback is waiting for you to handle it or to tell its giver the answer.
       *[other] { $count } pieces of feedback are waiting for you to handle them or to tell their givers the answers.
    }

notice-read_today-subject =
    { $count ->
        [one] One piece of feedback is waiting for you: read it today
       *[other] { $count } pieces of feedback are waiting for you: read today
    }
notice-read_today-text =
    { $count ->
        [one] One piece of feedback is waiting for you, and it may tell of danger. Please read it today.
       *[other] { $count } pieces of feedback are waiting for you, and some of them may tell of danger. Please read those today: they come first in the list.
    }

notice-urgent_case-subject = Urgent feedback
notice-urgent_case-text = Urgent feedback has come in. Please read it at once.

notice-before_due-subject = A deadline is near
notice-before_due-text = The deadline of a piece of feedback is near. The last day is { $day }. { $task }

notice-due-subject = The last day of a deadline
notice-due-text = The deadline of a piece of feedback ends on { $day }. { $task }

notice-overdue-subject = A deadline has passed
notice-overdue-text = The deadline of a piece of feedback passed on { $day }. { $task }

notice-escalated-subject = A deadline that has passed has come to you
notice-escalated-text =
    The deadline of a piece of feedback passed on { $day }, and nothing has moved since. { $step ->
        [acknowledge] Please see to it that the feedback is acknowledged.
        [decide] Please see to it that a decision is made and an answer written.
       *[tell] Please see to it that the giver is told the answer.
    }

notice-breach-subject = An agreed deadline has passed
notice-breach-text =
    { $step ->
        [acknowledge] A piece of feedback was not acknowledged by the agreed deadline of { $day }.
        [decide] No decision on a piece of feedback was made by the agreed deadline of { $day }.
       *[tell] A giver was not told the answer by the agreed deadline of { $day }.
    } You get this message because the agreement says that you are told of broken deadlines.

notice-stand_in-subject = You are standing in
notice-stand_in-text = A piece of feedback has come to you, because the person who handles it is away.

notice-board_due-subject = The board is due
notice-board_due-text =
    { $count ->
        [one] One answer has waited longer than agreed to be published on the board. Tell on the board what came of the feedback.
       *[other] { $count } answers have waited longer than agreed to be published on the board. Tell on the board what came of the feedback.
    }

notice-no-unit = Unknown unit
notice-held_messages-subject = Feedback could not be taken in
notice-held_messages-text =
    { $count ->
        [one] One piece of feedback that a device sent later could not be taken in. Please correct the cause and release it, or discard it.
       *[other] { $count } pieces of feedback that devices sent later could not be taken in. Please correct the cause and release them, or discard them.
    }

notice-agreement_proposed-subject = A proposed agreement is waiting for your answer
notice-agreement_proposed-text = An agreement on the handling of feedback has been proposed to you. Please accept or decline it.

notice-agreement_answered-subject = Your proposed agreement has been answered
notice-agreement_answered-text = The agreement on the handling of feedback that you proposed has been answered. See whether it was accepted.

digest-subject =
    { $count ->
        [one] One notice on { $day }
       *[other] { $count } notices on { $day }
    }
digest-subject-broken =
    { $broken ->
        [one] One deadline has passed
       *[other] { $broken } deadlines have passed
    } – { $rest }
digest-text =
    { $count ->
        [one] You have one notice of { $day }:
       *[other] You have { $count } notices of { $day }:
    }

# Mails to givers.

giver-answer-subject = You have an answer
giver-answer-unit = You gave feedback: { $unit }. There is now an answer to it.
giver-answer-text = You gave feedback. There is now an answer to it.
giver-answer-link = Read the answer
giver-question-subject = We have a question for you
giver-question-unit = You gave feedback: { $unit }. The person who handles it asks you something, so that the matter can move on.
giver-question-text = You gave feedback. The person who handles it asks you something, so that the matter can move on.
giver-question-link = Read the question and answer it
giver-code-needed = You need the receipt code that you were given with your feedback.
giver-not-you = If you have not given feedback, you need not do anything.
