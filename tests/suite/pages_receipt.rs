//! The receipt page as a browser without scripts gets it: every course of a matter and every error, on both databases.
//! A code is sent only by POST and appears nowhere but in the form's own fields.

use kaiku::base::ReceiptCode;
use kaiku::base::receipt::RECEIPT_ENTROPY_BYTES;
use kaiku::jobs::retention;
use kaiku::loop_back::card_stubs;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::support::{Answer, Kind, TestApp, http_builder, on_both};

const FEEDBACK: &str = "/api/v1/feedback";
const KEY: &str = "0b8f7a52-7c1e-4b57-9d0c-51f7b7a3c9de";

async fn given(app: &TestApp, words: &str) -> (String, String) {
    let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q1": 4, "q5": "cannot_say", "q12": 2, "client_months": 27, "free": words}});
    let given = app.post_public(FEEDBACK, &form).await.expect(201);
    (given.text_at("/id"), given.text_at("/receipt"))
}

async fn open(app: &TestApp, code: &str, lang: &str) -> Answer {
    page(app.send_form("/r", &[("code", code), ("lang", lang)]).await, 200)
}

/// The response, which must be a page that is not cached.
#[track_caller]
fn page(answer: Answer, status: u16) -> Answer {
    let answer = answer.expect(status);
    assert!(answer.headers["content-type"].starts_with("text/html"));
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    assert!(!answer.headers.contains_key("set-cookie"));
    assert!(!answer.text.contains("receipt-"), "a text is missing: {}", missing(&answer.text));
    answer
}

/// The part of a page where an id of a text is shown instead of the text.
fn missing(html: &str) -> &str {
    let at = html.find("receipt-").unwrap_or(0);
    html.get(at..(at + 60).min(html.len())).unwrap_or_default()
}

#[track_caller]
fn says(answer: &Answer, words: &[&str]) {
    for word in words {
        assert!(answer.text.contains(word), "{word} is not in {}", answer.text);
    }
}

#[track_caller]
fn silent(answer: &Answer, words: &[&str]) {
    for word in words {
        assert!(!answer.text.contains(word), "{word} is in {}", answer.text);
    }
}

async fn decide(app: &TestApp, id: &str, kind: &str, text: &str) {
    app.step(id, "decide", "handler", Some(&json!({"kind": kind, "text": text}))).await.expect(200);
}

async fn case(app: &TestApp, id: &str) -> Value {
    app.get(&format!("/api/v1/cases/{id}"), "handler").await.expect(200).body
}

fn times(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// A code with a correct check symbol that was never issued.
fn nobodys() -> String {
    ReceiptCode::from_entropy(&[7; RECEIPT_ENTROPY_BYTES]).reveal()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_is_asked_for_and_never_taken_from_the_address() {
    let app = TestApp::start(Kind::Sqlite).await;
    let (_, code) = given(&app, "Ovi oli kiinni.").await;
    let asked = page(app.page("/r").await, 200);
    says(
        &asked,
        &["<html lang=\"fi\">", "autocomplete=\"off\"", "spellcheck=\"false\"", "name=\"code\"", "/receipt.js"],
    );
    let sent = page(app.page(&format!("/r?code={code}&lang=sv")).await, 200);
    says(&sent, &["<html lang=\"sv\">", "Skriv kvittokoden"]);
    silent(&sent, &[&code, "Ovi oli kiinni."]);
    // A browser that reloads the address of a response gets the form.
    for path in ["/r/message", "/r/verdict"] {
        says(&page(app.page(path).await, 200), &["name=\"code\""]);
    }
    let still = http_builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let bare = code.replace('-', "").to_lowercase();
    for (below, form) in [
        (format!("/r/{code}"), "/r"),
        (format!("/R/{code}/"), "/r"),
        (format!("/r/{bare}?lang=sv-FI&code={bare}"), "/r?lang=sv"),
        (format!("/r/message/{code}"), "/r"),
        ("/r/Message".to_owned(), "/r"),
    ] {
        let away =
            Answer::of(still.get(format!("{}{below}", app.base)).send().await.expect("an answer")).await.expect(303);
        assert_eq!(away.headers["location"], form, "{below}");
        assert_eq!((away.headers["cache-control"].as_str(), away.text.as_str()), ("no-store", ""), "{below}");
        assert_eq!(away.headers["referrer-policy"], "no-referrer", "{below}");
    }
    // The languages are buttons of the form: what was typed so far stays.
    let other = app.send_form("/r", &[("lang", "en"), ("code", "7k3m-9q"), ("lang", "fi"), ("at", "code")]).await;
    says(&page(other, 200), &["Type the receipt code", "value=\"7k3m-9q\""]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_code_is_said_as_far_as_it_can_be() {
    let app = TestApp::start(Kind::Sqlite).await;
    let (_, code) = given(&app, "Ovi oli kiinni.").await;
    let last = if code.ends_with('2') { "3" } else { "2" };
    let one_wrong = format!("{}{last}", &code[..code.len() - 1]);
    for (typed, said) in [
        ("", "Kirjoita koodi."),
        ("7K3M", "tässä on vasta 4"),
        ("7K3M-9QWZ-0B4T-XH2D-7", "tässä on enemmän"),
        ("7K3M-9UWZ-0B4T-XH2D", "Ryhmän 2 merkki 2 ei voi olla koodissa"),
        (&one_wrong, "emme voi tietää, mikä"),
        ("\"><script>alert(1)</script>", "tässä on enemmän"),
        ("\"><u>", "Ryhmän 1 merkki 1"),
        ("\u{202e}🙂", "Kirjoita koodi."),
        ("Koodi: 7K3M-9UWZ-0B4T-XH2D", "Ryhmän 2 merkki 2 ei voi olla koodissa"),
    ] {
        let answer = page(app.send_form("/r", &[("code", typed)]).await, 422);
        says(&answer, &[said, "aria-invalid=\"true\""]);
        silent(&answer, &["<script>alert"]);
        if !typed.contains(['"', '<']) {
            says(&answer, &[&format!("value=\"{typed}\"")]);
        }
    }
    let long = "7".repeat(50_000);
    let answer = page(app.send_form("/r", &[("code", &long)]).await, 422);
    assert!(answer.text.len() < 30_000, "what was typed comes back bounded");
    let unknown = nobodys();
    let answer = page(app.send_form("/r", &[("code", &unknown)]).await, 404);
    says(&answer, &["Emme löydä tätä koodia. Tarkista merkit.", &format!("value=\"{unknown}\"")]);
    page(app.send_form("/r", &[]).await, 422);
    let typed = code.to_lowercase().replace('-', " ");
    says(&open(&app, &typed, "fi").await, &["Ovi oli kiinni."]);
    // As a phone's keyboard for Japanese types it, and as some programs copy it.
    let wide =
        |c: char| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0).expect("a character") } else { c };
    let fullwidth: String = code.chars().map(wide).collect();
    let copied = format!("\u{200e}{}\u{200b}\u{feff}", code.replace('-', "\u{2011}\u{200b}"));
    let address = format!("{}/r?lang=fi#{code}", app.base);
    let pasted = [format!("Koodi: {code}."), format!("”{}”", code.replace('-', "/")), address];
    for typed in [fullwidth, copied].into_iter().chain(pasted) {
        says(&open(&app, &typed, "fi").await, &["Ovi oli kiinni."]);
        app.story(&typed).await.expect(200);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_tried_slowly() {
    let limits = [("KAIKU_RATES__RECEIPT_FAILURES_PER_CLIENT_PER_MINUTE", "2")];
    let app = TestApp::start_with(Kind::Sqlite, &limits).await;
    let (_, code) = given(&app, "Ovi oli kiinni.").await;
    open(&app, &code, "fi").await;
    let unknown = nobodys();
    for _ in 0..2 {
        page(app.send_form("/r", &[("code", &unknown)]).await, 404);
    }
    // Wrong codes on the page also count for the API, and the reverse.
    app.post_public("/api/v1/receipts/lookup", &json!({"code": unknown})).await.problem(429, "rate-limited");
    let waits = page(app.send_form("/r", &[("code", &code)]).await, 429);
    says(&waits, &["sekunnin kuluttua", &format!("value=\"{code}\"")]);
    assert!(waits.headers["retry-after"].parse::<u64>().is_ok());
    // What was written is kept, with everything needed to send it again.
    let fields = [
        ("code", code.as_str()),
        ("at", "story"),
        ("to", "send"),
        ("key", KEY),
        ("helped", "yes"),
        ("text", "Tärkeää <b>"),
    ];
    let kept = page(app.send_form("/r/verdict", &fields).await, 429);
    says(&kept, &["Tärkeää &#60;b&#62;", KEY, "name=\"helped\" value=\"yes\"", "action=\"/r/verdict"]);
    let fields = [("code", code.as_str()), ("at", "later"), ("key", KEY), ("text", "Tärkeää"), ("lang", "en")];
    says(&page(app.send_form("/r/verdict", &fields).await, 200), &["Tärkeää", "Your text"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matter_from_its_arrival_to_the_givers_word() {
    on_both(async |app| {
        let words = "Puhelinaika on lyhyt.\n<script>alert(1)</script> \u{202e}ylösalaisin 🙂 أهلا";
        let (id, code) = given(&app, words).await;
        let page_of = async |lang: &str| open(&app, &code, lang).await;

        let first = page_of("fi").await;
        says(
            &first,
            &["Palautteesi on perillä", "Puhelinaika on lyhyt.", "&#60;script&#62;", "🙂", "أهلا", "Luemme palautteesi"],
        );
        says(
            &first,
            &["Teemme päätöksen", "perjantaina 4. joulukuuta 2026", "tänään, perjantai 20.11.2026", "/u/koivu/board"],
        );
        silent(&first, &["<script>alert"]);
        // The question's own words and those of the scale.
        says(&first, &["Muut vastauksesi", "En osaa sanoa", "2 vuotta 3 kuukautta", "#f2"]);
        assert_eq!(times(&first.text, &code), 1, "in its hidden field alone");
        // In another language the page changes, but the giver's words do not.
        let swedish = page_of("sv").await;
        says(
            &swedish,
            &["<html lang=\"sv\">", "Din respons är framme", "lang=\"fi\" dir=\"auto\">Puhelinaika", "Du sade"],
        );
        silent(&swedish, &["Palautteesi on tullut perille"]);

        app.step(&id, "acknowledge", "handler", None).await.expect(200);
        says(
            &page_of("fi").await,
            &["Palautteesi on luettu", "Käsittelijä luki palautteesi", "Lupasimme lukea 24.11.2026"],
        );
        app.at("2026-11-23T08:00:00Z");
        let asked = json!({"question": "Mikä aika sopisi?"});
        app.step(&id, "ask", "handler", Some(&asked)).await.expect(200);
        let waiting = page_of("en").await;
        says(
            &waiting,
            &[
                "We are asking you something",
                "lang=\"fi\" dir=\"auto\">Mikä aika sopisi?",
                "action=\"/r/message?lang=en\"",
            ],
        );
        says(&waiting, &["Answer the question", "Your turn"]);

        // An error returns the page with everything that was typed.
        let say = async |fields: &[(&str, &str)]| {
            let mut all = vec![("code", code.as_str()), ("lang", "fi"), ("at", "story"), ("to", "send")];
            all.extend(fields);
            app.send_form("/r/message", &all).await
        };
        says(
            &page(say(&[("text", "  "), ("key", KEY)]).await, 422),
            &["Kirjoita ensin jotain.", KEY, "href=\"#text-1\""],
        );
        let long = "ä".repeat(10_001);
        let answer = page(say(&[("text", &long), ("key", KEY)]).await, 422);
        says(&answer, &["Siinä saa olla 10000 merkkiä, nyt siinä on 10001.", &long]);
        says(&page(say(&[("text", "Nolla \0"), ("key", KEY)]).await, 422), &["merkki, jota ei voi tallentaa"]);
        let tampered = page(say(&[("text", "Kello 15"), ("key", "x' OR 1=1")]).await, 400);
        says(&tampered, &["Sivu oli vanhentunut", "Kello 15</textarea>"]);
        silent(&tampered, &["OR 1=1"]);
        says(
            &page(say(&[("text", "Kello 15"), ("matter", "rubbish")]).await, 422),
            &["Emme tiedä, mitä asiaa", "Kello 15</textarea>"],
        );
        let other = KEY.replace('0', "1");
        page(say(&[("text", "Kello 15"), ("matter", &other)]).await, 422);
        // Another language is chosen: nothing is sent, and nothing is lost.
        let unsent = [("code", code.as_str()), ("at", "story"), ("key", KEY), ("text", "Kello 15"), ("lang", "en")];
        says(&page(app.send_form("/r/message", &unsent).await, 200), &["Kello 15</textarea>", KEY, "We are asking"]);
        assert_eq!(case(&app, &id).await["state"], "waiting_for_giver");

        let sent = page(say(&[("text", "Kello 15 <i>"), ("key", KEY)]).await, 200);
        says(&sent, &["role=\"status\"", "Vastauksesi on perillä", "Kello 15 &#60;i&#62;", "Sinä vastasit"]);
        silent(&sent, &[KEY, "</i>"]);
        // Sent twice, or reloaded.
        let again = page(say(&[("text", "Kello 15 <i>"), ("key", KEY)]).await, 200);
        assert_eq!(times(&again.text, "Kello 15"), 1);
        // Going back and writing again: the giver is told that the first message arrived.
        let anew = page(say(&[("text", "Kello 16"), ("key", KEY)]).await, 422);
        says(&anew, &["Edellinen viestisi on jo perillä", "Kello 16</textarea>", "Kello 15"]);
        silent(&anew, &[KEY]);
        let added = page(say(&[("text", "Ja perjantaisin.")]).await, 200);
        says(&added, &["Viestisi on perillä", "Lisäsit jotain"]);

        decide(&app, &id, "change_made", "Puhelinaika on nyt iltapäivällä.").await;
        assert_eq!(case(&app, &id).await["state"], "decided");
        app.at("2026-11-26T08:00:00Z");
        let told = page_of("fi").await;
        says(
            &told,
            &["Palautteesi johti muutokseen", "Me teimme", "Puhelinaika on nyt iltapäivällä.", "Luit vastauksen"],
        );
        says(
            &told,
            &["Auttoiko tämä vastaus?", "vielä 2 kertaa, viimeistään 25.1.2027", "Voit vastata 26.12.2026 asti"],
        );
        says(&told, &["Päätös: teimme muutoksen", "Lupasimme päättää 4.12.2026 mennessä."]);
        assert_eq!(case(&app, &id).await["told_on"], "2026-11-26", "the opened page tells");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verdict_closes_or_opens_again_and_only_the_giver_says_it() {
    on_both(async |app| {
        let (id, code) = given(&app, "Jono on pitkä.").await;
        decide(&app, &id, "no_change", "Emme saa lisää väkeä nyt.").await;
        let say = async |fields: &[(&str, &str)]| {
            let mut all = vec![("code", code.as_str()), ("lang", "fi"), ("at", "story"), ("to", "send")];
            all.extend(fields);
            app.send_form("/r/verdict", &all).await
        };
        let opened = open(&app, &code, "fi").await;
        says(&opened, &["Emme muuta tätä nyt", "Me päätimme", "action=\"/r/verdict?lang=fi\"", "#f5", "#f2"]);

        let request = app.client.post(format!("{}/r/verdict", app.base)).bearer_auth(&app.tokens["handler"]);
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("code", code.as_str()), ("helped", "yes")])
            .finish();
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        let refused = page(Answer::of(request.send().await.expect("an answer")).await, 403);
        says(&refused, &["Kuitti on vain palautteen antajaa varten"]);
        silent(&refused, &["Jono on pitkä."]);

        says(&page(say(&[("key", KEY)]).await, 422), &["Valitse, auttoiko vastaus", "href=\"#helped-1\"", KEY]);
        let long = "x".repeat(10_001);
        let kept = page(say(&[("helped", "no"), ("text", &long)]).await, 422);
        says(&kept, &["value=\"no\" checked", &long]);
        let added = page(say(&[("text", "Vielä yksi asia.")]).await, 200);
        says(&added, &["Viestisi on perillä", "Vielä yksi asia.", "Auttoiko tämä vastaus?"]);

        let opened = page(say(&[("helped", "no"), ("text", "Jonotan yhä."), ("key", KEY)]).await, 200);
        says(
            &opened,
            &["Mietimme asiaa uudelleen", "Saat uuden vastauksen viimeistään", "Kerroit, ettei vastaus auttanut"],
        );
        says(&opened, &["Jonotan yhä.", "Emme saa lisää väkeä nyt."]);
        let again = page(say(&[("helped", "no"), ("text", "Jonotan yhä."), ("key", KEY)]).await, 200);
        assert_eq!(times(&again.text, "Jonotan yhä."), 1);
        assert_eq!(case(&app, &id).await["reopenings"], 1);
        // Sent from another tab that still shows the answer.
        let stale = page(say(&[("helped", "yes"), ("text", "Kiitos!")]).await, 409);
        says(&stale, &["Tilanne on muuttunut", "Kiitos!</textarea>"]);

        app.at("2026-12-21T08:00:00Z");
        let late = open(&app, &code, "fi").await;
        says(&late, &["Vastauksemme on myöhässä", "Pahoittelemme viivettä", "Myöhästyimme."]);
        says(&late, &["Uusi määräpäivä on 29.12.2026."]);
        assert_eq!(times(&late.text, "Viimeistään tiistaina 29. joulukuuta 2026."), 2, "the decision and the answer");
        decide(&app, &id, "thanks", "").await;
        let thanked = open(&app, &code, "fi").await;
        says(
            &thanked,
            &["Kiitos palautteestasi", "Kiitos. Luimme palautteesi.", "vielä kerran, viimeistään 19.2.2027"],
        );
        says(&thanked, &["Lupasimme päättää 4.12.2026 mennessä. Myöhästyimme."]);
        page(say(&[("helped", "no")]).await, 200);
        decide(&app, &id, "passed_on", "Viemme asian johtoryhmään.").await;
        let last = open(&app, &code, "fi").await;
        says(&last, &["Veimme palautteesi eteenpäin", "Jos asia vaivaa yhä, voit antaa uuden palautteen."]);
        silent(&last, &["value=\"no\""]);
        let refused = page(say(&[("helped", "no"), ("text", "Taas.")]).await, 409);
        says(&refused, &["Taas.</textarea>"]);
        let closed = page(say(&[("helped", "yes"), ("text", "Nyt auttoi.")]).await, 200);
        says(
            &closed,
            &["Nyt tiedämme, että vastaus auttoi", "Kerroit, että vastaus auttoi", "Nyt auttoi.", "#r-closed"],
        );
        // There is no field left for what an old tab sends: the text is shown so that it can be copied.
        let homeless = page(say(&[("helped", "yes"), ("text", "Vanhasta ikkunasta")]).await, 409);
        says(&homeless, &["Sinun tekstisi", "Vanhasta ikkunasta"]);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_closed_can_still_be_returned() {
    let app = TestApp::start(Kind::Sqlite).await;
    let (id, code) = given(&app, "Teen muistutuksen kohtelusta.").await;
    let opened = open(&app, &code, "sv").await;
    says(&opened, &["812/2000"]);
    assert!(opened.text.contains("anmärkning"), "the way to a formal complaint in the page's language");
    let planned = json!({"kind": "change_planned", "text": "Korjaamme tämän keväällä."});
    app.step(&id, "decide", "responsible", Some(&planned)).await.expect(200);
    says(&open(&app, &code, "fi").await, &["Palautteesi johtaa muutokseen", "Me teemme"]);
    app.step(&id, "close", "responsible", None).await.expect(200);
    let closed = open(&app, &code, "fi").await;
    says(
        &closed,
        &["Asia päätettiin", "Eikö vastaus auttanut?", "Pyydä miettimään uudelleen", "name=\"helped\" value=\"no\""],
    );
    let because = json!({"reason": "Salainen syy"});
    app.step(&id, "reopen", "responsible", Some(&because)).await.expect(200);
    let reopened = open(&app, &code, "fi").await;
    says(&reopened, &["Mietimme asiaa uudelleen", "Otimme asian uudelleen mietittäväksi"]);
    silent(&reopened, &["Salainen syy"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_on_its_way_and_one_that_the_board_answered() {
    on_both(async |app| {
        let stub = card_stubs::make(&app.service, "koivu", 1).await.expect("stubs").remove(0);
        let waiting = open(&app, &stub.code.reveal(), "en").await;
        says(&waiting, &["Your card is on its way", "Look again", "koivu/board"]);
        let code = stub.code.reveal();
        let early = [("code", code.as_str()), ("lang", "fi"), ("text", "Lisään jotain.")];
        says(&page(app.send_form("/r/message", &early).await, 409), &["Korttisi on matkalla", "Lisään jotain."]);
        let form = json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
            "serial": stub.serial.reveal(), "answers": {"q1": 1, "q3": "Jonotin pitkään."}});
        let id = app.post(FEEDBACK, "worker", &form).await.expect(201).text_at("/id");
        says(&open(&app, &stub.code.reveal(), "fi").await, &["Jonotin pitkään.", "Viikolla, joka alkoi maanantaina 16. marraskuuta"]);
        decide(&app, &id, "change_made", "Avasimme tiskin.").await;
        let post = json!({"said": "Jono oli pitkä.", "done": "Toinen tiski avattiin.", "language": "fi",
            "translations": [{"said": "Kön var lång.", "done": "En andra disk öppnades.", "language": "sv"}], "covers": [id]});
        app.post("/api/v1/units/koivu/board", "responsible", &post).await.expect(201);
        let told = open(&app, &stub.code.reveal(), "sv").await;
        says(&told, &["lang=\"sv\" dir=\"auto\">En andra disk öppnades.", "Vi svarade på enhetens tavla", "Avasimme tiskin."]);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feedback_without_a_case_is_counted_and_told_with_the_results() {
    on_both(async |app| {
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q1": 4}});
        let code = app.post_public(FEEDBACK, &form).await.expect(201).text_at("/receipt");
        says(
            &open(&app, &code, "fi").await,
            &["Palautteesi on mukana tuloksissa", "Kerromme tulokset, kun ne julkaistaan"],
        );
        let refused = app.send_form("/r/verdict", &[("code", &code), ("helped", "yes"), ("text", "Kiitos")]).await;
        says(&page(refused, 409), &["Tilanne on muuttunut", "Kiitos"]);
        let results = json!({"instrument": "asiakastyytyvaisyys", "from": "2026-11", "to": "2026-11",
            "words": "Puhelinaikoja pidennettiin.", "language": "fi",
            "translations": [{"words": "Telefontiderna förlängdes.", "language": "sv"}]});
        app.post("/api/v1/units/koivu/results", "responsible", &results).await.expect(201);
        says(&open(&app, &code, "sv").await, &["Resultaten har publicerats", "Telefontiderna förlängdes."]);
        let (id, code) = given(&app, "Roskaa").await;
        let because = json!({"reason": "consent_withdrawn"});
        app.post(&format!("/api/v1/feedback/{id}/void"), "responsible", &because).await.expect(204);
        let gone = open(&app, &code, "fi").await;
        says(&gone, &["Tämä palaute on poistettu"]);
        silent(&gone, &["Roskaa", "Auttoiko", "<textarea"]);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_has_a_matter_a_point_each_with_its_own_word() {
    on_both(async |app| {
        let form = json!({"unit": "koivu", "language": "fi", "held_on": "2026-11-19", "goal": "Kehittää",
            "arrangements": {"recording": "notes"}, "group": {"participants": 6, "interviewers": 2},
            "summary": {"strengths": ["Ilmapiiri on hyvä."], "weaknesses": ["Kirjeet ovat vaikeita."]}});
        let taken = app.post("/api/v1/group-interviews", "facilitator", &form).await.expect(201);
        let (id, code) = (taken.text_at("/id"), taken.text_at("/receipt"));
        let points: Vec<String> = (0..2).map(|n| taken.text_at(&format!("/points/{n}/id"))).collect();
        says(
            &open(&app, &code, "fi").await,
            &["Ryhmänne palaute", "on 2 asiaa. Vastaamme jokaiseen.", "Vahvuus", "Heikkous"],
        );
        for point in &points {
            decide(&app, point, "change_made", "Otimme käyttöön.").await;
        }
        app.at("2026-11-24T08:00:00Z");
        let held = json!({"held_on": "2026-11-23", "together": true, "participants": 5, "memo": "Kävimme asiat läpi.",
            "language": "fi"});
        app.post(&format!("/api/v1/group-interviews/{id}/discussion"), "responsible", &held).await.expect(201);
        let opened = open(&app, &code, "fi").await;
        says(
            &opened,
            &["Niistä 2 on saanut vastauksen", "Palautekeskustelu", "Kävimme asiat läpi.", "maanantai 23.11.2026"],
        );
        says(&opened, &[&format!("name=\"text.{}\"", points[0]), &format!("value=\"{}\"", points[1])]);

        let (first, second) = (format!("text.{}", points[0]), format!("text.{}", points[1]));
        let helped = format!("helped.{}", points[1]);
        let fields = [
            ("code", code.as_str()),
            ("lang", "fi"),
            ("at", "story"),
            ("key", KEY),
            (&first, "Kesken jäänyt"),
            (&second, "Kiitos tästä."),
            (&helped, "yes"),
            ("matter", &points[1]),
        ];
        let sent = page(app.send_form("/r/verdict", &fields).await, 200);
        says(&sent, &["Nyt tiedämme, että vastaus auttoi", "Kiitos tästä.", "Kesken jäänyt</textarea>"]);
        silent(&sent, &["Kiitos tästä.</textarea>"]);
        let lookup = app.story(&code).await.expect(200).body;
        assert_eq!(
            (&lookup["matters"][0]["state"], &lookup["matters"][1]["state"]),
            (&json!("told"), &json!("closed"))
        );
        // If no matter is named, it is unclear which one is meant.
        let fields = [("code", code.as_str()), ("lang", "fi"), ("helped", "yes"), ("text", "Hyvä")];
        says(&page(app.send_form("/r/verdict", &fields).await, 422), &["Emme tiedä, mitä asiaa tarkoitat"]);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_retention_erased_is_missing_decently() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = TestApp::start_with(kind, &[("KAIKU_RETENTION__TEXT_MONTHS", "6")]).await;
        let (id, code) = given(&app, "Ovi oli kiinni.").await;
        decide(&app, &id, "change_made", "Ovi on auki.").await;
        says(&open(&app, &code, "fi").await, &["Ovi oli kiinni.", "Ovi on auki."]);
        app.at("2027-07-01T08:00:00Z");
        retention::run(&app.service, false).await.expect("a run");
        let erased = open(&app, &code, "fi").await;
        says(&erased, &["Säilytämme kirjoitettuja sanoja 6 kuukautta", "Palautteesi johti muutokseen"]);
        says(&erased, &["Vastauksen sanat eivät ole enää tallessa", "Muut vastauksesi", "Luit vastauksen"]);
        silent(&erased, &["Ovi oli kiinni.", "Ovi on auki."]);
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_takes_a_message_once_too() {
    on_both(async |app| {
        let (_, code) = given(&app, "Ovi oli kiinni.").await;
        let send = async |text: &str, key: &str| {
            let body = json!({"code": code, "text": text});
            let path = "/api/v1/receipts/message";
            app.call_with(Method::POST, path, None, Some(&body), &[("Idempotency-Key", key)]).await
        };
        send("Myös sunnuntaina.", KEY).await.expect(200);
        let again = send("Myös sunnuntaina.", KEY).await.expect(200).body;
        assert_eq!(again["matters"][0]["messages"].as_array().map(Vec::len), Some(1));
        assert_eq!(again["matters"][0]["happened"][0]["step"], "giver_adds");
        assert_eq!((&again["instrument"], &again["instrument_version"]), (&json!("asiakastyytyvaisyys"), &json!(1)));
        send("Muuta.", KEY).await.problem(422, "key-reused");
        send("Muuta.", "nope").await.problem(400, "malformed-parameter");
        // At the same time, from two windows.
        let key = KEY.replace('0', "2");
        let (one, two) = tokio::join!(send("Kaksi kertaa.", &key), send("Kaksi kertaa.", &key));
        assert_eq!((one.status, two.status), (200, 200), "{} {}", one.text, two.text);
        let story = app.story(&code).await.expect(200).body;
        assert_eq!(story["matters"][0]["messages"].as_array().map(Vec::len), Some(2));
        app.stop().await;
    })
    .await;
}
