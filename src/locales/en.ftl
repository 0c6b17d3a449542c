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
