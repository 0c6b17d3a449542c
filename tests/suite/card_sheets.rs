//! Printed card sheets: what is on them, that their codes work, and who may make them.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::program::Installation;
use crate::support::{Answer, Kind, TestApp, on_both};

const PATH: &str = "/api/v1/units/koivu/card-sheets";

async fn sheets(app: &TestApp, wanted: &Value) -> Answer {
    app.post(PATH, "admin", wanted).await
}

/// Every text between the two marks.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Vec<&'t str> {
    text.split(before).skip(1).filter_map(|part| part.split_once(after)).map(|(inside, _)| inside).collect()
}

/// The receipt codes on the stubs.
fn codes(html: &str) -> Vec<String> {
    between(html, "<strong class=\"code\">", "</strong>").into_iter().map(|code| code.replace("<br>", "-")).collect()
}

fn serials(html: &str) -> Vec<String> {
    between(html, "<span class=\"serial\">", "</span>").into_iter().map(str::to_owned).collect()
}

/// What a scanner reads from each QR code.
fn scanned(html: &str) -> Vec<String> {
    let drawings = between(html, "<svg class=\"qr\" viewBox=\"0 0 ", "</svg>");
    drawings.into_iter().map(scan).collect()
}

fn scan(drawing: &str) -> String {
    const PIXELS: usize = 4;
    let size: usize = drawing.split(' ').next().unwrap().parse().unwrap();
    let path = between(drawing, "<path d=\"", "\"")[0];
    let mut dark = BTreeSet::new();
    for stroke in path.split('M').skip(1) {
        let (x, rest) = stroke.split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let length = rest.split_once('v').unwrap().0;
        let (x, y, length): (usize, usize, usize) = (x.parse().unwrap(), y.parse().unwrap(), length.parse().unwrap());
        dark.extend((x..x + length).map(|x| (x, y)));
    }
    let side = size * PIXELS;
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        if dark.contains(&(x / PIXELS, y / PIXELS)) { 0 } else { 255 }
    });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code to scan");
    grids[0].decode().expect("a code that can be read").1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_carries_cards_whose_codes_and_serials_work() {
    on_both(async |app| {
        let answer = sheets(&app, &json!({"colour": "Keltainen", "count": 4, "language": "fi"})).await.expect(201);
        let html = &answer.text;
        let (codes, serials) = (codes(html), serials(html));
        assert_eq!((codes.len(), serials.len(), html.matches("class=\"sheet\"").count()), (4, 4, 2));
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 4);
        let base = &app.service.config.server.public_url;
        let expected: Vec<String> = codes.iter().map(|code| format!("{base}/r#{code}")).collect();
        assert_eq!(scanned(html), expected);
        for code in &codes {
            let story = app.story(code).await.expect(200);
            assert_eq!((&story.body["status"], &story.body["unit"]["slug"]), (&json!("on_its_way"), &json!("koivu")));
        }
        // A returned card is entered with its serial, and the code on its stub then shows it.
        let card = json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
            "serial": serials[0], "answers": {"q1": 3, "q3": "Hyvä."}});
        app.post("/api/v1/feedback", "worker-b", &card).await.expect(201);
        assert_eq!(app.story(&codes[0]).await.expect(200).body["status"], "received");
        assert_eq!(app.story(&codes[1]).await.expect(200).body["status"], "on_its_way");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_whole_in_itself_and_says_everything_in_words() {
    let app = TestApp::start(Kind::Sqlite).await;
    let unit = json!({"name": "Koivu & <Leppä>", "service": "aikuissosiaalityo", "sensitive": false});
    app.call(Method::PUT, "/api/v1/units/koivu", Some("admin"), Some(&unit)).await.expect(200);
    let answer = sheets(&app, &json!({"colour": "keltainen", "count": 1, "language": "fi"})).await.expect(201);
    let html = &answer.text;
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(
        (answer.headers["cache-control"].as_str(), answer.headers["content-language"].as_str()),
        ("no-store", "fi")
    );
    let style = between(html, "<style>", "</style>");
    assert_eq!(style.len(), 1);
    let policy = &answer.headers["content-security-policy"];
    let named = between(policy, "style-src 'sha256-", "'")[0];
    assert_eq!(named, base64(&Sha256::digest(style[0])), "{policy}");
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    assert!(html.starts_with("<!doctype html>\n<html lang=\"fi\">"));
    for never in ["<script", "style=\"", "<img", "<link", "url(", "@import", "http:", "https:", " on"] {
        let marked = between(html, "<", ">").into_iter().any(|tag| tag.contains(never) && never == " on");
        assert!(if never == " on" { !marked } else { !html.contains(never) }, "{never}");
    }
    for said in [
        "Koivu &#38; &#60;Leppä&#62;",
        "Kortin väri: keltainen",
        "Vastasiko tämä tapaaminen odotuksiasi?",
        "Mitä mieltä olit tapaamisesta?",
        "Mitä toivoisit jatkossa asiakastyöltä?",
        "Kyllä</li>",
        "Osittain</li>",
        "Siltä väliltä</li>",
        "Huono</li>",
        "Pidä tämä pala",
    ] {
        assert!(html.contains(said), "{said} is missing");
    }
    // In the printed order: the happiest first, as on the original card.
    let faces: Vec<&str> = between(html, "<use href=\"#f", "\"");
    assert_eq!(faces, ["5", "3", "1", "5", "3", "1"]);
    let swedish = sheets(&app, &json!({"colour": "vihreä", "count": 1, "language": "sv"})).await.expect(201);
    for said in
        ["<html lang=\"sv\">", "Kortets färg: grön", "Motsvarade det här mötet dina förväntningar?", "Delvis</li>"]
    {
        assert!(swedish.text.contains(said), "{said} is missing");
    }
    let english = sheets(&app, &json!({"colour": "kulta", "count": 1, "language": "en"})).await.expect(201);
    assert!(english.text.contains("Card colour: kulta"), "a colour of one's own stands as the unit writes it");
    let plain = sheets(&app, &json!({"count": 1, "language": "en"})).await.expect(201);
    assert!(!plain.text.contains("Card colour"));
    app.stop().await;
}

fn base64(bytes: &[u8]) -> String {
    // A separate implementation for the test: six bits at a time.
    let symbols: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let mut text: String = bits
        .chunks(6)
        .map(|six| symbols[six.iter().chain(&[0; 5]).take(6).fold(0usize, |n, bit| n << 1 | usize::from(*bit))])
        .collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_orders_make_no_cards() {
    let app = TestApp::start(Kind::Sqlite).await;
    for (wanted, status, code) in [
        (json!({"count": 0, "language": "fi"}), 422, "batch-size"),
        (json!({"count": 301, "language": "fi"}), 422, "batch-size"),
        (json!({"count": 1, "language": "fi", "colour": "kaksi väriä"}), 422, "invalid"),
        (json!({"count": 1, "language": "xx"}), 422, "wrong-type"),
        (json!({"count": 1}), 422, "wrong-type"),
    ] {
        sheets(&app, &wanted).await.problem(status, code);
    }
    let one = json!({"count": 1, "language": "fi"});
    app.post("/api/v1/units/tuntematon/card-sheets", "admin", &one).await.problem(404, "not-found");
    let made = crate::program::number(&app.database_url, "SELECT COUNT(*) FROM card_stubs").await;
    assert_eq!(made, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_who_types_cards_prints_none() {
    let app = TestApp::start(Kind::Sqlite).await;
    let one = json!({"count": 1, "language": "fi"});
    sheets(&app, &one).await.expect(201);
    let role = json!({"role": "worker", "node": {"kind": "unit", "slug": "koivu"}});
    app.post("/api/v1/principals/admin/grants", "admin", &role).await.expect(202);
    app.confirm_all("organiser").await;
    sheets(&app, &one).await.problem(404, "not-found");
    app.post("/api/v1/units/paju/card-sheets", "admin", &one).await.expect(201);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_writes_a_page_for_its_owners_eyes() {
    use std::os::unix::fs::PermissionsExt as _;
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::with_county(kind).await;
        let out = installation.folder.path().join("kortit.html");
        let name = out.display().to_string();
        let command = |unit: &'static str| {
            [
                "cards",
                "sheet",
                "--unit",
                unit,
                "--colour",
                "sininen",
                "--count",
                "2",
                "--language",
                "sv",
                "--out",
                &name,
            ]
        };
        assert!(installation.run_badly(&command("tuntematon")).contains("There is no unit"));
        assert!(!out.exists(), "no empty page is left");
        let said = installation.run_well(&command("koivu"));
        let html = std::fs::read_to_string(&out).unwrap();
        assert_eq!(scanned(&html).len(), 2);
        assert!(codes(&html).iter().all(|code| !said.contains(code)), "no code is printed to the screen");
        assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(installation.run_badly(&command("koivu")).contains("kortit.html"), "nothing is written over");
        assert_eq!(installation.number("SELECT COUNT(*) FROM card_stubs").await, 2);
    }
}
