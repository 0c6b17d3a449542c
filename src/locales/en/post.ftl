# A post of the board and its two voices.

post-said = You said
post-done = We did
post-decision-change_made = Change made
post-decision-change_planned = Change coming
post-decision-no_change = No change now
post-decision-passed_on = Passed on
post-decision-thanks = Thank you
post-language-fi = Written in Finnish.
post-language-sv = Written in Swedish.
post-language-en = Written in English.
post-language-se = Written in Northern Sámi.
post-language-smn = Written in Inari Sámi.
post-language-sms = Written in Skolt Sámi.
