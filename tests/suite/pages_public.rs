//! The public pages around the form: a unit's own page, its board, poster, feed and results; the start page, the
//! privacy notice and the accessibility statement.

use std::io::Write as _;
use std::process::{Command, Stdio};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Kind, TestApp, on_both};

async fn post(app: &TestApp, decision: Option<&str>, said: &str, done: &str, language: &str) -> Value {
    let body = json!({"said": said, "done": done, "language": language, "decision": decision});
    app.post("/api/v1/units/koivu/board", "responsible", &body).await.expect(201).body
}

/// Moves the clock to a later minute of the same day: posts made at one instant have no order.
fn minute(app: &TestApp, n: u8) {
    app.at(&format!("2026-11-20T09:{n:02}:00Z"));
}

/// The content of a feed, read by an XML parser.
fn read_feed(xml: &str) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verify/atom.py");
    let mut python = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    python.stdin.take().expect("an input").write_all(xml.as_bytes()).expect("it reads");
    let output = python.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{xml}");
    serde_json::from_slice(&output.stdout).expect("what it read")
}

fn has(page: &Answer, words: &str) -> bool {
    page.text.contains(words)
}

#[tokio::test]
async fn a_unit_offers_the_survey_of_its_service_and_shows_its_newest_posts() {
    on_both(async |app| {
        for n in 1..=4 {
            minute(&app, n);
            post(&app, Some("change_made"), &format!("Sanottu {n}"), "Tehty", "fi").await;
        }
        let page = app.page("/u/koivu").await.expect(200);
        for address in ["/u/koivu/asiakastyytyvaisyys\"", "/u/koivu/pikapalaute\"", "/r\"", "/u/koivu/board\""] {
            assert!(has(&page, &format!("href=\"{address}")), "{address}\n{}", page.text);
        }
        assert!(has(&page, "Vie noin 4 minuuttia."), "{}", page.text);
        assert!(!has(&page, "asiakastyytyvaisyys-yleinen") && !has(&page, "tapaaminen-kortti"));
        assert!(has(&page, "Sanottu 4") && has(&page, "Sanottu 2") && !has(&page, "Sanottu 1"));
        // The link to the statement is at the foot of the page, once.
        assert_eq!(page.text.matches("/saavutettavuus\"").count(), 1);
        assert!(!has(&page, "tel:112"));
        let other = app.page("/u/leppa?lang=en").await.expect(200);
        assert!(has(&other, "/u/leppa/asiakastyytyvaisyys-yleinen?lang=en"), "{}", other.text);
        assert!(!has(&other, "/u/leppa/asiakastyytyvaisyys?"));
    })
    .await;
}

#[tokio::test]
async fn what_is_offered_does_not_rule_what_is_taken_in() {
    let app = TestApp::start(Kind::Sqlite).await;
    let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys-yleinen", "channel": "web", "language": "fi",
        "answers": {"q12": 3}});
    app.post_public("/api/v1/feedback", &form).await.expect(201);
}

#[tokio::test]
async fn a_survey_is_put_first_in_its_month() {
    let folder = tempfile::tempdir().expect("a folder");
    let survey = include_str!("../../config/instruments/asiakastyytyvaisyys-yleinen.toml")
        .replace("version = 1", "version = 2\nsurvey_month = 11");
    std::fs::write(folder.path().join("kysely.toml"), survey).expect("a file");
    let directory = folder.path().display().to_string();
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_INSTRUMENTS__DIRECTORY", &directory)]).await;
    let place = |page: &Answer, words: &str| page.text.find(words).expect("it is there");
    let page = app.page("/u/leppa").await.expect(200);
    assert!(has(&page, "Kysely on nyt käynnissä"));
    assert!(place(&page, "/u/leppa/asiakastyytyvaisyys-yleinen") < place(&page, "/u/leppa/pikapalaute"));
    app.at("2026-12-01T08:00:00Z");
    let page = app.page("/u/leppa").await.expect(200);
    assert!(!has(&page, "Kysely on nyt käynnissä"));
    assert!(place(&page, "/u/leppa/asiakastyytyvaisyys-yleinen") > place(&page, "/u/leppa/pikapalaute"));
}

#[tokio::test]
async fn a_sensitive_unit_names_help_before_all_else_and_a_closed_one_says_so() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_PAGES__SOCIAL_EMERGENCY_PHONE", "0295 123 456")]).await;
    for (slug, sensitive, from) in [("suoja", true, "2024-01-01"), ("tuleva", false, "2027-01-01")] {
        let unit = json!({"slug": slug, "name": slug, "service": "kotihoito", "sensitive": sensitive,
            "producer": "oma-tuotanto", "placed_from": from});
        app.post("/api/v1/units", "admin", &unit).await.expect(201);
    }
    let page = app.page("/u/suoja").await.expect(200);
    let place = |words: &str| page.text.find(words).unwrap_or_else(|| panic!("{words}\n{}", page.text));
    assert!(place("href=\"tel:112\"") < place("<h1>") && place("href=\"tel:0295123456\"") < place("<h1>"));
    assert!(has(&page, "id=\"leave\""));
    // Someone who shares the device must not find a cached copy.
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(app.page("/u/suoja/pikapalaute").await.expect(200).headers["cache-control"], "no-store");
    assert_eq!(app.page("/u/koivu").await.expect(200).headers["cache-control"], "private, no-cache");
    for (language, words) in [("sv", "Socialjouren"), ("en", "social emergency service")] {
        assert!(has(&app.page(&format!("/u/suoja?lang={language}")).await.expect(200), words));
    }

    let closed = app.page("/u/suljettu").await.expect(200);
    assert!(has(&closed, "Tämä yksikkö on suljettu") && has(&closed, "href=\"/r\""), "{}", closed.text);
    assert!(
        has(&closed, "/u/suljettu/board") && !has(&closed, "/u/suljettu/asiakas") && !has(&closed, "/u/suljettu/qr")
    );
    assert!(has(&closed, "/accessibility#feedback"));
    let unplaced = app.page("/u/tuleva").await.expect(200);
    assert!(has(&unplaced, "ei juuri nyt ota vastaan palautetta") && !has(&unplaced, "/u/tuleva/asiakas"));

    let start = app.page("/").await.expect(200);
    assert!(has(&start, "/u/suoja\"") && has(&start, "/u/koivu\"") && has(&start, "href=\"/r\""));
    assert!(!has(&start, "/u/suljettu\"") && !has(&start, "/u/tuleva\""));
    assert!(!has(&start, "<details"));
}

#[tokio::test]
async fn the_board_says_what_was_decided_by_month_and_in_which_language() {
    on_both(async |app| {
        assert!(has(&app.page("/u/koivu/board").await.expect(200), "Taululla ei ole vielä mitään."));
        let unknown = json!({"said": "A", "done": "B", "language": "fi", "decision": "maybe"});
        app.post("/api/v1/units/koivu/board", "responsible", &unknown).await.expect(422);
        app.at("2026-10-30T08:00:00Z");
        let first = post(&app, None, "Jono oli pitkä <b>.", "Avattiin toinen tiski.\n\nSe on auki.", "fi").await;
        assert_eq!(first["decision"], Value::Null);
        app.at("2026-11-20T08:00:00Z");
        let second = post(&app, Some("no_change"), "Fler tider.", "Vi är för få.", "sv").await;
        assert_eq!(second["decision"], "no_change");

        let page = app.page("/u/koivu/board").await.expect(200);
        let place = |words: &str| page.text.find(words).unwrap_or_else(|| panic!("{words}\n{}", page.text));
        assert!(place("<h2>Marraskuu 2026</h2>") < place("<h2>Lokakuu 2026</h2>"));
        assert!(has(&page, "Ei muutosta nyt") && has(&page, "Kirjoitettu ruotsiksi."));
        assert!(has(&page, "<p class=\"voice\" lang=\"sv\">Fler tider.</p>"), "{}", page.text);
        assert!(has(&page, "Jono oli pitkä &#60;b&#62;.") && has(&page, "<p>Se on auki.</p>"), "{}", page.text);
        assert_eq!(page.text.matches("class=\"chip ").count(), 1, "a post without a decision has no chip");
        let swedish = app.page("/u/koivu/board?lang=sv").await.expect(200);
        assert!(has(&swedish, "Skrivet på finska.") && has(&swedish, "<p class=\"voice\">Fler tider.</p>"));
        assert!(has(&swedish, "<h2>November 2026</h2>"), "{}", swedish.text);

        // A correction can also change the decision; the figures count the posts on the board.
        let id = first["id"].as_str().expect("an id");
        let body = json!({"said": "Jono oli pitkä.", "done": "Avattiin toinen tiski.", "language": "fi",
            "decision": "change_made"});
        let path = format!("/api/v1/units/koivu/board/{id}");
        let corrected = app.call(Method::PUT, &path, Some("responsible"), Some(&body)).await.expect(200);
        assert_eq!(corrected.body["decision"], "change_made");
        let page = app.page("/u/koivu/board").await.expect(200);
        assert!(has(&page, "<dt>muutos on tehty</dt><dd>1</dd>"), "{}", page.text);
        app.at("2027-11-25T08:00:00Z");
        assert!(!has(&app.page("/u/koivu/board").await.expect(200), "class=\"figs\""));

        app.call(Method::DELETE, &path, Some("responsible"), None).await.expect(204);
        assert!(!has(&app.page("/u/koivu/board").await.expect(200), "Avattiin toinen tiski"));
        app.page("/u/nowhere/board").await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn a_long_board_has_pages_and_a_poster_of_its_newest_posts() {
    on_both(async |app| {
        for n in 1..=25 {
            minute(&app, n);
            post(&app, Some("thanks"), &format!("Sanottu nro {n}."), "Kiitos.", "fi").await;
        }
        let page = app.page("/u/koivu/board").await.expect(200);
        assert!(has(&page, "Sanottu nro 25.") && has(&page, "Sanottu nro 6.") && !has(&page, "Sanottu nro 5."));
        let at = page.text.find("/u/koivu/board?after=").expect("the older ones");
        let address: String = page.text[at..].chars().take_while(|symbol| *symbol != '"').collect();
        let older = app.page(&address).await.expect(200);
        assert!(has(&older, "Sanottu nro 5.") && has(&older, "Sanottu nro 1.") && !has(&older, "Sanottu nro 6."));
        assert!(has(&older, "Uusimpiin") && !has(&older, "rel=\"next\""));
        for broken in ["x", "2026-11-20_x", "%00", "2026-99-01_00000000-0000-0000-0000-000000000000"] {
            let page = app.page(&format!("/u/koivu/board?after={broken}")).await.expect(200);
            assert!(has(&page, "Sanottu nro 25."), "{broken}");
        }

        let poster = app.page("/u/koivu/board/poster?size=a3").await.expect(200);
        assert!(has(&poster, "poster-a3.css") && !has(&poster, "size=a3\""), "{}", poster.text);
        assert_eq!(poster.text.matches("<li class=\"pp\">").count(), 12);
        assert!(has(&poster, "Sanottu nro 25.") && has(&poster, "Sanottu nro 14.") && !has(&poster, "Sanottu nro 13."));
        assert!(!has(&app.page("/u/koivu/board/poster?size=a4").await.expect(200), "poster-a3.css"));
        assert!(!poster.text.contains(" style="));
    })
    .await;
}

#[tokio::test]
async fn a_poster_has_every_word_and_leads_to_the_unit() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_SERVER__PUBLIC_URL", "https://kaiku.example.fi")]).await;
    let empty = app.page("/u/koivu/board/poster").await.expect(200);
    assert!(has(&empty, "Taululla ei ole vielä mitään."));
    let (said, done) = ("Sana jonoista. ".repeat(40), "Teimme paljon. ".repeat(40));
    post(&app, None, &said, &format!("{done}\n\nViimeinen kappale."), "fi").await;
    let page = app.page("/u/koivu/board/poster").await.expect(200);
    for paragraph in [said.trim(), done.trim(), "Viimeinen kappale."] {
        assert!(has(&page, &format!("<p>{paragraph}</p>")), "{paragraph}\n{}", page.text);
    }
    assert!(has(&page, "kaiku.example.fi/u/koivu") && has(&page, "class=\"qr\""));
}

#[tokio::test]
async fn the_feed_is_one_that_readers_read() {
    on_both(async |app| {
        let feed = app.page("/u/koivu/board.atom").await.expect(200);
        assert!(feed.headers["content-type"].starts_with("application/atom+xml"));
        assert_eq!(read_feed(&feed.text)["entries"], json!([]));
        app.at("2026-10-30T08:00:00Z");
        let words = "Jono & \"pitkä\" <script>\u{0008}\u{fffe} 🙂 عربي";
        let first = post(&app, Some("change_made"), words, "Avattiin ]]> tiski.\nToinen.", "fi").await;
        app.at("2026-11-20T08:00:00Z");
        post(&app, None, "Fler tider.", "Vi är för få.", "sv").await;
        let body = json!({"said": words, "done": "Avattiin.", "language": "fi", "decision": "change_made"});
        let path = format!("/api/v1/units/koivu/board/{}", first["id"].as_str().expect("an id"));
        app.call(Method::PUT, &path, Some("responsible"), Some(&body)).await.expect(200);

        let read = read_feed(&app.page("/u/koivu/board.atom?lang=fi").await.expect(200).text);
        assert_eq!((read["lang"].as_str(), read["updated"].as_str()), (Some("fi"), Some("2026-11-19T22:00:00Z")));
        let entries = read["entries"].as_array().expect("entries");
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0]["words"][1], json!({"lang": "sv", "text": "Fler tider."}));
        assert_eq!(entries[1]["title"], "Muutos tehty: Jono & \"pitkä\" <script> 🙂 عربي");
        assert_eq!(entries[1]["updated"], "2026-11-19T22:00:00Z", "it was corrected");
        let swedish = read_feed(&app.page("/u/koivu/board.atom?lang=sv").await.expect(200).text);
        assert_ne!(swedish["id"], read["id"], "a feed in another language is another feed");
        assert_eq!(swedish["id"], read_feed(&app.page("/u/koivu/board.atom?lang=sv").await.expect(200).text)["id"]);
        let page = app.page("/u/koivu/board?lang=sv").await.expect(200);
        assert!(has(&page, "type=\"application/atom+xml\"") && has(&page, "/u/koivu/board.atom?lang=sv"));
        assert!(has(&app.page("/u/nowhere/board.atom?lang=en").await.expect(404), "There is no such page"));
    })
    .await;
}

#[tokio::test]
async fn results_are_read_as_they_were_published() {
    on_both(async |app| {
        assert!(has(&app.page("/u/koivu/results").await.expect(200), "Tuloksia ei ole vielä julkaistu."));
        let body = json!({"instrument": "asiakastyytyvaisyys", "from": "2026-09", "to": "2026-10", "language": "fi",
            "words": "Useimmat saivat apua.\nPidennämme puhelinaikaa."});
        app.post("/api/v1/units/koivu/results", "responsible", &body).await.expect(201);
        let page = app.page("/u/koivu/results?lang=en").await.expect(200);
        assert!(has(&page, "Client satisfaction survey, September 2026 – October 2026"), "{}", page.text);
        assert!(has(&page, "<p lang=\"fi\">Pidennämme puhelinaikaa.</p>") && has(&page, "Written in Finnish."));
    })
    .await;
}

#[tokio::test]
async fn the_privacy_notice_tells_the_settings_in_force() {
    let set = [
        ("KAIKU_RETENTION__TEXT_MONTHS", "17"),
        ("KAIKU_RETENTION__CONTACT_DAYS", "21"),
        ("KAIKU_PAGES__CONTACT_EMAIL", "tietosuoja@example.fi"),
    ];
    let app = TestApp::start_with(Kind::Sqlite, &set).await;
    let page = app.page("/privacy?unit=koivu&lang=en").await.expect(200);
    for words in ["17 months", "21 days after the matter was closed", "mailto:tietosuoja@example.fi", "Testilän"] {
        assert!(has(&page, words), "{words}\n{}", page.text);
    }
    assert!(has(&page, "href=\"/privacy?unit=koivu&#38;lang=sv\"") || has(&page, "unit=koivu&amp;lang=sv"));
    assert!(has(&app.page("/privacy").await.expect(200), "17 kuukautta"));
    assert!(has(&app.page("/privacy?unit=nowhere&lang=sv").await.expect(200), "17 månader"));
}

#[tokio::test]
async fn a_barrier_is_told_at_the_unit_somebody_came_from() {
    let app = TestApp::start(Kind::Sqlite).await;
    let page = app.page("/u/koivu/board?lang=sv").await.expect(200);
    assert!(has(&page, "href=\"/u/koivu/saavutettavuus?lang=sv\""), "{}", page.text);
    assert!(has(&page, "/accessibility?unit=koivu"));
    let statement = app.page("/accessibility?unit=koivu").await.expect(200);
    assert!(has(&statement, "id=\"feedback\"") && has(&statement, "href=\"/u/koivu/saavutettavuus\""));
    let alone = app.page("/accessibility").await.expect(200);
    assert!(has(&alone, "saavutettavuusvaatimukset.fi") && !has(&alone, "/saavutettavuus\""));
    // It is feedback like any other: it has a receipt, and a deadline for the answer, earlier than the 14 days of the
    // act.
    let form = json!({"unit": "koivu", "instrument": "saavutettavuus", "channel": "web", "language": "fi",
        "answers": {"free": "Ruudunlukija ei lue nappia."}, "reply": {"wanted": true, "email": "antaja@example.fi"}});
    let taken = app.post_public("/api/v1/feedback", &form).await.expect(201);
    assert_eq!(taken.body["promise"]["decide_by"], "2026-12-04");
}

#[tokio::test]
async fn every_public_page_is_there_in_every_language() {
    let app = TestApp::start(Kind::Sqlite).await;
    post(&app, Some("passed_on"), "A", "B", "fi").await;
    let paths =
        ["/", "/u/koivu", "/u/koivu/board", "/u/koivu/board/poster", "/u/koivu/results", "/privacy", "/accessibility"];
    for path in paths {
        for language in ["fi", "sv", "en"] {
            let page = app.page(&format!("{path}?lang={language}")).await.expect(200);
            assert!(has(&page, &format!("<html lang=\"{language}\">")), "{path}");
            assert!(!page.headers.contains_key("set-cookie") && page.headers.contains_key("content-security-policy"));
            for inline in [" style=", "<style", "<script>"] {
                assert!(!has(&page, inline), "{path}: {inline}");
            }
            // Every asset that the page names exists.
            for part in page.text.split("=\"/assets/").skip(1) {
                let address: String = part.chars().take_while(|symbol| *symbol != '"').collect();
                app.page(&format!("/assets/{address}")).await.expect(200);
            }
        }
    }
}
