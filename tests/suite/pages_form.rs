//! The form: filled in in both views, changed, with errors, and sent; then the page of thanks with the receipt.

use std::collections::BTreeMap;

use std::fs;

use crate::support::{Answer, Kind, TestApp, on_both};

/// The form of the survey.
const FORM: &str = "/u/koivu/asiakastyytyvaisyys";

/// The hidden fields of a page with a form.
fn hidden(page: &Answer) -> BTreeMap<String, String> {
    let form = page.text.split("<form id=\"form\"").nth(1).expect("a form");
    let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
    let read = inputs.filter_map(|input| {
        let (name, rest) = input.split_once('"')?;
        let (value, _) = rest.strip_prefix(" value=\"")?.split_once('"')?;
        Some((name.to_owned(), value.to_owned()))
    });
    read.collect()
}

/// A form that a giver has opened.
struct Opened {
    fields: Vec<(String, String)>,
}

impl Opened {
    async fn at(app: &TestApp, path: &str) -> Self {
        let page = app.page(path).await.expect(200);
        Self { fields: hidden(&page).into_iter().collect() }
    }

    fn with(mut self, more: &[(&str, &str)]) -> Self {
        for (name, value) in more {
            self.fields.retain(|(held, _)| held != name);
            self.fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        self
    }

    async fn send(&self, app: &TestApp, path: &str, to: &[(&str, &str)]) -> Answer {
        let mut fields: Vec<(&str, &str)> = to.iter().filter(|(name, _)| *name == "lang").copied().collect();
        fields.extend(self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        fields.extend(to.iter().filter(|(name, _)| *name != "lang"));
        app.send_form(path, &fields).await
    }
}

/// The receipt code on a page of thanks.
fn code_of(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("data-text=\"").expect("a code");
    rest.split('"').next().expect("its end").to_owned()
}

#[tokio::test]
async fn a_form_is_sent_and_its_receipt_answers() {
    on_both(async |app| {
        let form = Opened::at(&app, FORM).await.with(&[("q1", "4"), ("q5", "cannot_say"), ("q2", "")]);
        let form = form.with(&[("client_months_years", "1"), ("client_months_months", "2"), ("birth_year", "1973")]);
        let form = form.with(&[("free", "Puhelinaika on silloin,\r\nkun olen työssä."), ("given-by", "relative")]);
        let thanks = form.send(&app, FORM, &[("to", "send")]).await.expect(201);
        assert_eq!(thanks.headers["cache-control"], "no-store");
        assert!(thanks.text.contains("torstaina 10. joulukuuta"), "{}", thanks.text);
        assert!(thanks.text.contains("viimeistään tiistai 24.11.2026"));
        assert!(!thanks.headers.contains_key("set-cookie"));
        let code = code_of(&thanks);
        assert_eq!(code.len(), 19);
        assert!(thanks.text.contains(&code[..4].chars().map(String::from).collect::<Vec<_>>().join(" ")));
        let story = app.story(&code).await.expect(200);
        assert!(story.text.contains("Puhelinaika on silloin,\\nkun olen"), "{}", story.text);
        assert!(story.text.contains("\"client_months\":14"), "{}", story.text);
    })
    .await;
}

#[tokio::test]
async fn a_form_in_latin_1_keeps_its_letters() {
    let app = TestApp::start(Kind::Sqlite).await;
    let key = "5f0c2a3e-9a51-4d0c-8f0e-0a3f6a2b7c11";
    let body = format!("key={key}&to=send&q1=4&free=T%E4%E4ll%E4+on+h%F6yryist%E4+%80");
    let request = app.client.post(format!("{}{FORM}", app.base)).header("sec-fetch-site", "same-origin");
    let request = request.header("content-type", "application/x-www-form-urlencoded; charset=iso-8859-1").body(body);
    let thanks = Answer::of(request.send().await.expect("an answer")).await.expect(201);
    let story = app.story(&code_of(&thanks)).await.expect(200);
    assert!(story.text.contains("Täällä on höyryistä €"), "{}", story.text);
    app.stop().await;
}

/// The cases of the unit that the handler sees.
async fn cases(app: &TestApp) -> usize {
    app.get("/api/v1/cases", "handler").await.expect(200).body["items"].as_array().expect("items").len()
}

#[tokio::test]
async fn a_form_is_there_for_what_is_given_on_the_web_only() {
    let app = TestApp::start(Kind::Sqlite).await;
    for path in ["/u/koivu/tapaaminen-kortti", "/u/koivu/nothing", "/u/nowhere/asiakastyytyvaisyys"] {
        app.page(path).await.expect(404);
        app.send_form(path, &[("to", "send")]).await.expect(404);
    }
    let all = app.page(&format!("{FORM}?lang=sv")).await.expect(200).text;
    let one = app.page(&format!("{FORM}?lang=sv&view=one&easy=1")).await.expect(200).text;
    assert!(all.contains("Öppettiderna är tillräckliga och passar mig."));
    assert!(one.contains("Servicen är öppen när jag behöver den."), "easy language");
    assert!(one.contains("Fråga 5 av 16."));
    for page in [&all, &one] {
        assert_eq!(page.matches("name=\"q12\"").count(), 7, "five steps, cannot say, remove");
        assert!(page.contains("name=\"client_months_years\"") && page.contains("name=\"client_months_months\""));
        assert!(page.contains("name=\"volunteer-name\"") && page.contains("value=\"client-supported\""));
        assert!(!page.contains(" style=") && !page.contains(" onclick="));
    }
    // One at a time, the first step comes last in the source, so that the style sheet can hide it.
    let order: Vec<&str> = one.split("<section id=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    assert_eq!((order.len(), order.first(), order.last()), (20, Some(&"k2"), Some(&"k1")));
    assert!(one.contains("id=\"k1\" class=\"step first\"") && one.contains("href=\"#k6\""));
}

#[tokio::test]
async fn what_comes_twice_is_one_feedback_with_one_receipt() {
    on_both(async |app| {
        let form = Opened::at(&app, FORM).await.with(&[("q1", "4"), ("free", "Ovi on raskas.\r\nKiitos.")]);
        let send = [("to", "send")];
        let (first, second) = tokio::join!(form.send(&app, FORM, &send), form.send(&app, FORM, &send));
        let code = code_of(&first.expect(201));
        assert_eq!(code_of(&second.expect(201)), code);
        // From the other view, in easy language, in another language, with other line ends: the content is the same.
        let again = form.with(&[("view", "one"), ("easy", "1"), ("free", "Ovi on raskas.\nKiitos.")]);
        let page = again.send(&app, FORM, &[("lang", "en"), ("to", "send")]).await.expect(201);
        assert_eq!(code_of(&page), code);
        assert!(page.text.contains("Thank you. Your feedback has arrived."));
        // The page of thanks in another language.
        let thanks = Opened { fields: hidden(&page).into_iter().collect() };
        let page = thanks.send(&app, FORM, &[("lang", "sv")]).await.expect(201);
        assert_eq!((code_of(&page), page.headers["content-language"].as_str()), (code, "sv"));
        assert_eq!(cases(&app).await, 1);
    })
    .await;
}

#[tokio::test]
async fn nothing_typed_is_lost_when_language_words_or_view_change() {
    let app = TestApp::start(Kind::Sqlite).await;
    let mut form = Opened::at(&app, FORM).await.with(&[("q1", "4"), ("q2", "cannot_say"), ("birth_year", "19x3")]);
    form = form.with(&[
        ("free", "\r\nPuhelin & <b>"),
        ("reply-wanted", "1"),
        ("reply-email", "ei"),
        ("given-by", "other"),
    ]);
    form = form.with(&[("client_months_years", "1"), ("volunteer-name", "Aino \"A\""), ("unknown", "x")]);
    let steps: [&[(&str, &str)]; 6] = [
        &[("lang", "sv")],
        &[("to", "one")],
        &[("lang", "en")],
        &[("to", "easy")],
        &[("to", "plain")],
        &[("to", "all")],
    ];
    for to in steps {
        let page = form.send(&app, FORM, to).await.expect(200);
        for kept in [
            "id=\"q1-4\" value=\"4\" checked",
            "id=\"q2-0\" value=\"cannot_say\" checked",
            "value=\"19x3\"",
            "\n\r\nPuhelin &#38; &#60;b&#62;</textarea>",
            "name=\"reply-wanted\" value=\"1\" checked",
            "value=\"ei\"",
            "value=\"other\" checked",
            "name=\"client_months_years\" value=\"1\"",
            "value=\"Aino &#34;A&#34;\"",
        ] {
            assert!(page.text.contains(kept), "{to:?} lost {kept}: {}", page.text);
        }
        assert!(!page.text.contains("role=\"alert\""), "nothing was sent, so nothing is at fault");
        assert_eq!(hidden(&page)["key"], form.fields.iter().find(|(name, _)| name == "key").expect("a key").1);
        if let Some((_, language)) = to.iter().find(|(name, _)| *name == "lang") {
            assert_eq!(page.headers["content-language"], *language);
        }
        let state: Vec<(String, String)> = hidden(&page).into_iter().collect();
        for (name, value) in &state {
            form = form.with(&[(name, value)]);
        }
    }
    // Pressing Enter in a field leads to a page that shows what would be sent; nothing is sent.
    let check = form.send(&app, FORM, &[("to", "next")]).await.expect(200);
    assert!(check.text.contains("Check your answers") && check.text.contains("value=\"send\""), "{}", check.text);
    assert!(check.text.contains("<dd class=\"voice\" dir=\"auto\">"));
    assert_eq!(cases(&app).await, 0);
}

/// What is typed, the target of the link in the summary, and the message.
type Fault<'f> = (&'f [(&'f str, &'f str)], &'f str, &'f str);

#[tokio::test]
async fn each_fault_is_named_at_its_field_and_first_on_the_page() {
    let app = TestApp::start(Kind::Sqlite).await;
    let long = "ä".repeat(10_002);
    let cases: [Fault<'_>; 15] = [
        (&[], "#q1-1", "Vastaa ainakin yhteen kysymykseen"),
        (&[("reply-wanted", "1")], "#q1-1", "Vastaa ainakin yhteen kysymykseen"),
        (&[("free", &long)], "#free-a", "Tekstissä on 2 merkkiä liikaa. Siihen mahtuu 10000 merkkiä."),
        (&[("q1", "3"), ("reply-email", "nimi.fi")], "#reply-email-a", "Osoitteesta puuttuu @-merkki."),
        (&[("q1", "3"), ("reply-email", "a b@c.fi")], "#reply-email-a", "Tarkista osoite."),
        (&[("q1", "3"), ("reply-email", "matti@example,fi")], "#reply-email-a", "Tarkista osoite."),
        (&[("q1", "3"), ("reply-phone", &long)], "#reply-phone-a", "enintään 254 merkkiä"),
        (&[("birth_year", "1873")], "#birth_year-a", "väliltä 1900–2026"),
        (&[("birth_year", "vuonna 73")], "#birth_year-a", "esimerkiksi 1973"),
        (&[("client_months_years", "101")], "#client_months-a", "Vuosia on enintään 100."),
        (&[("client_months_months", "-1")], "#client_months-a", "Kirjoita vuodet ja kuukaudet numeroina"),
        (
            &[("q1", "3"), ("volunteer-wanted", "1"), ("volunteer-email", "a@b.fi")],
            "#volunteer-name-a",
            "Kirjoita nimesi",
        ),
        (&[("q1", "3"), ("volunteer-name", "Aino")], "#volunteer-email-a", "sähköpostiosoite tai puhelinnumero"),
        (&[("q2", "9")], "#q2-1", "Emme saaneet selvää vastauksesta."),
        (&[("q2", "<script>"), ("q1", "3")], "#q2-1", "Valitse uudelleen"),
    ];
    for (fields, link, text) in cases {
        let form = Opened::at(&app, FORM).await.with(fields);
        let page = form.send(&app, FORM, &[("to", "send")]).await.expect(422).text;
        let (summary, rest) =
            page.split_once("role=\"alert\"").expect("a summary").1.split_once("</ul>").expect("its end");
        assert!(summary.contains(&format!("<a href=\"{link}\">")) && summary.contains(text), "{fields:?}: {summary}");
        assert!(page.contains(&format!("id=\"{}\"", &link[1..])), "{link} leads nowhere");
        assert!(page.contains("<title>Korjaa vielä: "));
        if !text.starts_with("Vastaa") {
            assert!(rest.contains("class=\"msg-e\"") && rest.contains("-e\""), "{fields:?}");
        }
        for (name, value) in fields.iter().filter(|(name, _)| !name.starts_with('q')) {
            assert!(rest.contains(value), "{name} is lost");
        }
        // A value that no control could have sent is asked for again.
        assert!(!page.contains("<script>") && !rest.contains("value=\"9\""));
        // One at a time, the links lead to the step, and the first step with an error is shown.
        let page = form.with(&[("view", "one")]).send(&app, FORM, &[("to", "send")]).await.expect(422).text;
        let step = page.split_once("<a href=\"#k").expect("a link").1.split('"').next().expect("a number").to_owned();
        assert!(page.contains(&format!("id=\"k{step}\" class=\"step first\"")), "{fields:?}: step {step}");
    }
}

#[tokio::test]
async fn any_text_comes_back_escaped_and_whole() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_LIMITS__TEXT_CHARS", "100000")]).await;
    let odd = "</textarea><script>alert(1)</script> \u{202e}abc\u{202c} שלום 👩🏽‍⚕️ e\u{301} \u{0} \"'& ﷽";
    let shown = "&#60;/textarea&#62;&#60;script&#62;alert(1)&#60;/script&#62;";
    let form = Opened::at(&app, FORM).await.with(&[("free", odd), ("reply-email", "<img src=x>")]);
    for view in ["all", "one"] {
        let page = form.send(&app, FORM, &[("to", view)]).await.expect(200).text;
        assert!(page.contains(shown) && page.contains("שלום 👩🏽‍⚕️ e\u{301}") && !page.contains("<script>alert"), "{page}");
        assert!(!page.contains("<img"));
    }
    let page = form.send(&app, FORM, &[("to", "check")]).await.expect(200).text;
    assert!(page.contains(shown) && !page.contains("<script>alert") && !page.contains("<img"));
    let text = "Tuoli on rikki. ".repeat(6_200);
    let form = Opened::at(&app, FORM).await.with(&[("free", &text)]);
    let code = code_of(&form.send(&app, FORM, &[("to", "send")]).await.expect(201));
    assert!(app.story(&code).await.expect(200).text.contains(text.trim_end()));
    let long = text.repeat(2);
    let page =
        Opened::at(&app, FORM).await.with(&[("free", &long)]).send(&app, FORM, &[("to", "send")]).await.expect(422);
    assert!(page.text.contains(&long), "a text that is too long is kept");
    let larger = "x".repeat(1_100_000);
    let page = app.send_form(FORM, &[("free", &larger), ("to", "send")]).await.expect(413);
    assert!(page.text.contains("Teksti on liian pitkä lähetettäväksi"), "{}", page.text);
}

#[tokio::test]
async fn fields_that_are_missing_or_unknown_do_no_harm() {
    on_both(async |app| {
        let page = app.send_form(FORM, &[("q1", "5"), ("to", "send"), ("q99", "1"), ("colour", "x")]).await.expect(201);
        assert!(page.text.contains("Palautteesi on mukana tuloksissa."), "without a case it is counted");
        assert!(app.story(&code_of(&page)).await.expect(200).text.contains("\"q1\":5"));
        let broken = [("key", "no"), ("code", "no"), ("view", "no"), ("easy", "no"), ("lang", "no"), ("q1", "1")];
        let page = app.send_form(FORM, &[broken.as_slice(), &[("to", "send")]].concat()).await.expect(201);
        assert_eq!(code_of(&page).len(), 19);
        app.send_form(FORM, &[]).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn answers_changed_after_sending_are_asked_about() {
    on_both(async |app| {
        let form = Opened::at(&app, FORM).await.with(&[("q1", "4"), ("free", "Ensin näin.")]);
        let code = code_of(&form.send(&app, FORM, &[("to", "send")]).await.expect(201));
        let form = form.with(&[("free", "Sitten noin.")]);
        let page = form.send(&app, FORM, &[("to", "send")]).await.expect(409);
        assert!(page.text.contains("Olet jo lähettänyt tämän palautteen") && page.text.contains("Sitten noin."));
        let fresh = Opened { fields: hidden(&page).into_iter().collect() };
        let page = fresh.send(&app, FORM, &[("to", "send")]).await.expect(201);
        assert_ne!(code_of(&page), code);
        assert!(app.story(&code_of(&page)).await.expect(200).text.contains("Sitten noin."));
        assert!(app.story(&code).await.expect(200).text.contains("Ensin näin."));
    })
    .await;
}

#[tokio::test]
async fn a_code_of_the_device_is_the_receipt_unless_it_is_taken() {
    on_both(async |app| {
        let lent = code_of(&app.send_form(FORM, &[("q1", "5"), ("to", "send")]).await.expect(201));
        let device = kaiku::base::ReceiptCode::from_entropy(&[7; 10]).reveal();
        let form = Opened::at(&app, FORM).await.with(&[("q1", "4"), ("code", &device)]);
        for _ in 0..2 {
            assert_eq!(code_of(&form.send(&app, FORM, &[("to", "send")]).await.expect(201)), device);
        }
        let form = Opened::at(&app, FORM).await.with(&[("q1", "2"), ("free", "Sama koodi."), ("code", &lent)]);
        let page = form.send(&app, FORM, &[("to", "send")]).await.expect(409);
        assert!(page.text.contains("Sama koodi.") && hidden(&page)["code"].is_empty(), "{}", page.text);
        let fresh = hidden(&page);
        let again = form.with(&[("code", ""), ("key", &fresh["key"])]);
        assert_ne!(code_of(&again.send(&app, FORM, &[("to", "send")]).await.expect(201)), lent);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_changed_meanwhile_keeps_what_fits() {
    let own = |version: u32, more: &str| {
        format!(
            "id = \"oma\"\nversion = {version}\nchannels = [\"web\"]\ntitle = {{ fi = \"O\", sv = \"E\", en = \"O\" }}\n\
             [[question]]\nid = \"q1\"\nkind = \"text\"\ntext = {{ fi = \"K{version}\", sv = \"F\", en = \"Q\" }}\n{more}"
        )
    };
    let more = "[[question]]\nid = \"q2\"\nkind = \"number\"\nmin = 0\nmax = 9\ntext = { fi = \"L\", sv = \"L\", en = \"L\" }\n";
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("1.toml"), own(1, more)).expect("a file");
    fs::write(folder.path().join("2.toml"), own(2, "")).expect("a file");
    let folder = folder.path().display().to_string();
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_INSTRUMENTS__DIRECTORY", &folder)]).await;
    let path = "/u/koivu/oma";
    let form = Opened::at(&app, path).await;
    assert_eq!(form.fields.iter().find(|(name, _)| name == "version").expect("a version").1, "2");
    // An older version that is still known is accepted as filled in.
    let older = form.with(&[("version", "1"), ("q1", "Vanha."), ("q2", "7")]);
    let page = older.send(&app, path, &[("lang", "en")]).await.expect(200);
    assert!(hidden(&page)["version"] == "1" && page.text.contains("value=\"7\""));
    let code = code_of(&older.send(&app, path, &[("to", "send")]).await.expect(201));
    assert!(app.story(&code).await.expect(200).text.contains("\"q2\":7"));
    for version in ["3", "x", "-1"] {
        let form = Opened::at(&app, path).await.with(&[("version", version), ("q1", "Uusi."), ("q2", "7")]);
        let page = form.send(&app, path, &[("to", "send")]).await.expect(409);
        assert!(page.text.contains("Lomake on muuttunut") && page.text.contains("Uusi."), "{}", page.text);
        assert_eq!(hidden(&page)["version"], "2");
        let fresh = Opened { fields: hidden(&page).into_iter().collect() }.with(&[("q1", "Uusi.")]);
        fresh.send(&app, path, &[("to", "send")]).await.expect(201);
    }
}

#[tokio::test]
async fn a_unit_that_closed_meanwhile_gives_the_text_back() {
    on_both(async |app| {
        let path = "/u/suljettu/asiakastyytyvaisyys-yleinen";
        app.page(path).await.expect(410);
        app.page("/u/suljettu/qr").await.expect(410);
        app.at("2026-05-20T08:00:00Z");
        let form = Opened::at(&app, path).await.with(&[("free", "Tämä ei saa kadota."), ("q1", "2")]);
        app.at("2026-11-20T08:00:00Z");
        for to in ["send", "one", "next"] {
            let page = form.send(&app, path, &[("to", to)]).await.expect(410);
            assert!(page.text.contains("Tämä yksikkö on suljettu") && page.text.contains("Tämä ei saa kadota."));
            assert!(!page.text.contains("value=\"send\""), "there is nothing to press in vain");
        }
        let page = form.send(&app, path, &[("lang", "sv")]).await.expect(410);
        assert!(page.text.contains("Den här enheten är stängd") && page.text.contains("Tämä ei saa kadota."));
    })
    .await;
}

#[tokio::test]
async fn too_much_at_once_keeps_what_was_typed() {
    let limits = [("KAIKU_RATES__PUBLIC_PER_CLIENT_PER_MINUTE", "1"), ("KAIKU_RATES__PUBLIC_BURST", "1")];
    let app = TestApp::start_with(Kind::Sqlite, &limits).await;
    let form = Opened::at(&app, FORM).await.with(&[("free", "Kolmas kerta."), ("q1", "2")]);
    form.send(&app, FORM, &[("to", "one")]).await.expect(200);
    let page = form.send(&app, FORM, &[("to", "send")]).await.expect(429);
    assert!(page.headers.contains_key("retry-after"));
    assert!(
        page.text.contains("Vastauksesi ovat tallessa tällä sivulla.")
            && page.text.contains("Kolmas kerta.</textarea>")
    );
    assert_eq!(cases(&app).await, 0);
}

#[tokio::test]
async fn what_reads_like_a_complaint_is_shown_the_way_and_a_volunteer_stays_apart() {
    on_both(async |app| {
        let form = Opened::at(&app, FORM).await.with(&[("free", "Haluan tehdä muistutuksen kohtelusta.")]);
        let form = form.with(&[
            ("volunteer-name", "Aino Esimerkki"),
            ("volunteer-phone", "040 123"),
            ("reply-email", "a@b.fi"),
        ]);
        let page = form.send(&app, FORM, &[("to", "send")]).await.expect(201);
        assert!(page.text.contains("Haluatko tehdä muistutuksen?"));
        let story = app.story(&code_of(&page)).await.expect(200);
        assert!(!story.text.contains("Aino") && !story.text.contains("a@b.fi"));
    })
    .await;
}

#[tokio::test]
async fn the_address_of_a_unit_or_form_can_be_hung_up() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_SERVER__PUBLIC_URL", "https://kaiku.example.fi")]).await;
    let page = app.page("/u/koivu/qr?lang=en").await.expect(200).text;
    assert!(page.contains("<strong class=\"address\">kaiku.example.fi/u/koivu</strong>"), "{page}");
    assert!(page.contains("Koivun sosiaalityö") && page.contains("role=\"img\""));
    let page = app.page(&format!("{FORM}/qr?size=a5")).await.expect(200).text;
    assert!(page.contains("kaiku.example.fi/u/koivu/asiakastyytyvaisyys</strong>"));
    assert!(page.contains("<h1>Asiakastyytyväisyyskysely</h1>") && page.contains("paper-a5.css"));
    app.page("/u/koivu/tapaaminen-kortti/qr").await.expect(404);
    app.page("/u/nowhere/qr").await.expect(404);
}
