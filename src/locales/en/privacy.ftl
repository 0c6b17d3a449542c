# Privacy notice. Its numbers come from the settings.

privacy-title = How we handle your data
privacy-lead = On this page we tell what is kept of your feedback, who sees it and when it is erased.
privacy-short = In short
privacy-short-anonymous = You can give feedback without telling who you are.
privacy-short-code = Only you have the receipt code. We do not store it.
privacy-short-trace = We do not store the address of your device, your browser or the time of day. We use no cookies.
privacy-short-identity = We take personal identity codes out of texts before anything is stored.
privacy-who = Who is responsible
privacy-who-unit = The controller is the wellbeing services county or other organiser whose unit you give feedback to.
privacy-who-what = The organiser of the services is the controller. It is responsible for handling your data rightly.
privacy-contact = Ask about data protection:
privacy-contact-organiser = Ask the organiser of the services or its data protection officer about data protection.
privacy-why = Why we collect feedback
privacy-why-text = Feedback is used to improve services and to watch over their quality. Therefore somebody is given a time in which to handle each feedback that has text or asks for a reply.
privacy-basis = The legal basis is a task in the public interest: developing the services and self-monitoring (GDPR, Article 6(1)(e)). You give contact details only if you want to.
privacy-stored = What we store
privacy-stored-answers = Your answers and texts, and which unit the feedback is about.
privacy-stored-day = The day on which the feedback came. Of a paper card only the week.
privacy-stored-background = Background, if you tell it: gender, year of birth and how long you have been a client.
privacy-stored-contact = Your e-mail address or telephone number, if you give it for a reply. They are stored encrypted.
privacy-stored-volunteer = Your contact details, if you want to join in developing. They are stored encrypted, apart from your answers and without a link to them.
privacy-stored-handling = How the feedback was handled: questions, answers and the decision.
privacy-not = What we do not store
privacy-not-address = The IP address of your device. It is used for a moment so that nobody can block the service, and then forgotten.
privacy-not-time = What your browser is, or the time of day when you gave feedback.
privacy-not-cookie = Cookies. The language goes along in the page's address.
privacy-not-others = Anything with outsiders: the pages have no tracking, no advertisements and no parts of other services.
privacy-not-code = Your receipt code. We store only a keyed hash, from which the code cannot be worked out.
privacy-not-identity = Personal identity codes. They are replaced in texts before storing, whoever wrote them.
privacy-device = If the network is down, your feedback waits on your own device and is removed from it once sent. It is encrypted there so that only the service can open it.
privacy-long = How long data is kept
privacy-long-what = What
privacy-long-time = How long
privacy-days =
    { $count ->
        [one] 1 day
       *[other] { $count } days
    }
privacy-months =
    { $count ->
        [one] 1 month
       *[other] { $count } months
    }
privacy-years =
    { $count ->
        [one] 1 year
       *[other] { $count } years
    }
privacy-after-closing = { $time } after the matter was closed. Where feedback is not handled by itself, as long as the texts.
privacy-for-ever = Permanently
privacy-until-taken-down = Permanently; what was taken down is no longer shown
privacy-kept-texts = Texts, yours and the staff's
privacy-kept-answers = Chosen answers without texts
privacy-kept-contact = The e-mail address and telephone number for a reply
privacy-kept-birth-year = The year of birth. After that only the decade is left. The link to whose work the feedback was about is erased at the same time.
privacy-kept-volunteer = Contact details of those who want to join in developing
privacy-kept-stub = The number of a printed card that does not come back
privacy-kept-repeat = A keyed hash by which we know feedback that was sent twice
privacy-kept-mail = That an e-mail was sent. Neither the address nor the words are in it.
privacy-kept-audit = The log of which of the staff read or changed what
privacy-kept-board = What staff wrote on boards and in published results
privacy-reads = Who sees your feedback
privacy-reads-handler = The handler sees your feedback as you wrote it. They see your contact details only by opening them separately.
privacy-reads-responsible = The unit's responsible person sees the text with telephone numbers and e-mail addresses hidden.
privacy-reads-worker = A worker sees texts about their own work only when these have been read for names and there are at least five of them. Whoever wrote down for you what you said, or led your group’s interview, sees it for as long as it is known who that was.
privacy-reads-producer = The producer of the services sees figures and how far matters are, no texts.
privacy-reads-organiser = The organiser of the services sees figures and how far matters are, no texts. An analyst sees figures, and texts from which names have been taken out.
privacy-reads-everybody = Everybody reads on the unit’s board, in the staff’s own words, what was said and what was done. Names, telephone numbers and addresses are asked about before that is published.
privacy-reads-about = Nobody ever handles feedback about their own work.
privacy-reads-log = Every opening of a text or of contact details is written down.
privacy-few = Whoever does not see the matters themselves is shown no figure that is about fewer than { $count } givers.
privacy-outside = The service gives data to nobody else and transfers none outside the EU.
privacy-rights = Your rights
privacy-rights-text = You can ask to see your data, have it corrected, restrict or object to its handling, and you can take back your feedback. Turn to the organiser of the services.
privacy-rights-anonymous = If you gave feedback without your name, we cannot find it ourselves. With the receipt code you see it and can go on from there.
privacy-rights-complaint = If you think that your data was handled wrongly, you can complain to the Data Protection Ombudsman:
