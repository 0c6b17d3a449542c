# Det som står på tavlan och dess två röster.

post-said = Ni sade
post-done = Vi gjorde
post-decision-change_made = Ändring gjord
post-decision-change_planned = Ändring på väg
post-decision-no_change = Ingen ändring nu
post-decision-passed_on = Ärendet fört vidare
post-decision-thanks = Tack
post-language-fi = Skrivet på finska.
post-language-sv = Skrivet på svenska.
post-language-en = Skrivet på engelska.
post-language-se = Skrivet på nordsamiska.
post-language-smn = Skrivet på enaresamiska.
post-language-sms = Skrivet på skoltsamiska.
