# Taulun kirjoitus ja sen kaksi ääntä.

post-said = Te sanoitte
post-done = Me teimme
post-decision-change_made = Muutos tehty
post-decision-change_planned = Muutos tulossa
post-decision-no_change = Ei muutosta nyt
post-decision-passed_on = Asia viety eteenpäin
post-decision-thanks = Kiitos
post-language-fi = Kirjoitettu suomeksi.
post-language-sv = Kirjoitettu ruotsiksi.
post-language-en = Kirjoitettu englanniksi.
post-language-se = Kirjoitettu pohjoissaameksi.
post-language-smn = Kirjoitettu inarinsaameksi.
post-language-sms = Kirjoitettu koltansaameksi.
