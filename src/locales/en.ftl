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
