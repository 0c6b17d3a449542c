//! The kiosk, and submissions that a device kept while it was offline.

use std::collections::BTreeSet;
use std::convert::Infallible;

use hpke::aead::AesGcm128;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem as _, OpModeS, Serializable, single_shot_seal_with_rng};
use kaiku::administration::keys;
use kaiku::base::chance::{SystemEntropy, random_id};
use kaiku::base::{Entropy as _, ReceiptCode};
use kaiku::jobs::{retention, ticks};
use kaiku::keys::{Purpose, device_seal};
use kaiku::store::{audit, feedback};
use reqwest::Method;
use serde_json::{Value, json};

use crate::program::PATIENCE;
use crate::support::{Answer, Kind, TestApp, on_both};

/// A free text that the tests send and look for.
const WORDS: &str = "Sain puhua rauhassa.";

/// The system's random generator, for a device's own key pair.
struct Chance;

impl TryRng for Chance {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        SystemEntropy.fill(bytes).expect("chance");
        Ok(())
    }
}

impl TryCryptoRng for Chance {}

fn new_key() -> String {
    random_id(&SystemEntropy).expect("chance").to_string()
}

fn new_code() -> String {
    let mut random = [0; 10];
    SystemEntropy.fill(&mut random).expect("chance");
    ReceiptCode::from_entropy(&random).reveal()
}

fn body_of(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The id and the public key that the service worker's script contains.
async fn key_of(app: &TestApp) -> (String, Vec<u8>) {
    use base64::Engine as _;
    let script = app.page("/sw.js").await.expect(200);
    assert_eq!(script.headers["service-worker-allowed"], "/");
    assert_eq!(script.headers["cache-control"], "no-cache");
    assert!(script.headers["content-type"].starts_with("text/javascript"));
    let known = script.text.lines().next().and_then(|line| line.strip_prefix("self.KAIKU = ")).expect("what it knows");
    let known: Value = serde_json::from_str(known.trim_end_matches(';')).expect("JSON");
    let public = known["seal"]["public"].as_str().expect("a key");
    let public = base64::engine::general_purpose::STANDARD.decode(public).expect("base64");
    (known["seal"]["key"].as_str().expect("an id").to_owned(), public)
}

/// A message sealed as a device seals it.
fn sealed(key: &(String, Vec<u8>), plain: &[u8]) -> Vec<u8> {
    let public = <DhP256HkdfSha256 as hpke::Kem>::PublicKey::from_bytes(&key.1).expect("a point");
    let (point, ciphertext) = single_shot_seal_with_rng::<AesGcm128, HkdfSha256, DhP256HkdfSha256>(
        &OpModeS::Base,
        &public,
        device_seal::INFO,
        plain,
        b"",
        &mut Chance,
    )
    .expect("a message");
    let mut message = vec![u8::try_from(key.0.len()).expect("a short id")];
    message.extend_from_slice(key.0.as_bytes());
    message.extend_from_slice(&point.to_bytes());
    message.extend_from_slice(&ciphertext);
    message
}

fn kept(address: &str, body: &str) -> Vec<u8> {
    format!("{}    ", json!({"address": address, "body": body})).into_bytes()
}

impl TestApp {
    /// Sends what a device kept.
    async fn send_sealed(&self, message: Vec<u8>) -> Answer {
        let request = self
            .client
            .post(format!("{}/sealed", self.base))
            .header("content-type", "application/octet-stream")
            .header("sec-fetch-site", "same-origin");
        Answer::of(request.body(message).send().await.expect("an answer")).await
    }

    /// How many feedbacks came from the kiosk.
    async fn kiosk_count(&self) -> usize {
        self.count("kiosk").await
    }

    /// How many feedbacks came through a channel.
    async fn count(&self, channel: &str) -> usize {
        let mut db = self.service.store.read().await.expect("the store");
        let rows = feedback::page_for_recount(&mut db, 0, 1000).await.expect("what was given");
        rows.iter().filter(|row| row.channel.as_str() == channel).count()
    }
}

#[tokio::test]
async fn a_giver_answers_at_the_kiosk_without_script() {
    on_both(async |app| {
        let page = app.page("/k/koivu?lang=fi").await.expect(200);
        assert!(page.text.contains("Millainen käyntisi oli tänään?") && page.text.contains("Erittäin hyvä"));
        assert_eq!(page.headers["cache-control"], "no-store");
        // No link leads away from the kiosk: the only links are its own languages.
        for link in page.text.split("<a ").skip(1) {
            assert!(link.contains("href=\"/k/koivu?lang="), "{link}");
        }
        let key =
            page.text.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a key");
        let fields =
            [("key", key), ("code", ""), ("version", "1"), ("lang", "fi"), ("home", ""), ("q1", "5"), ("to", "send")];
        let thanks = app.send_form("/k/koivu", &fields).await.expect(201);
        assert!(thanks.text.contains("Palautteesi on perillä") && !thanks.text.contains("Kuittikoodisi"));
        assert!(thanks.text.contains("<meta http-equiv=\"refresh\" content=\"4;url=/k/koivu\">"), "{}", thanks.text);
        assert_eq!(thanks.headers["cache-control"], "no-store");
        app.send_form("/k/koivu", &fields).await.expect(201);
        assert_eq!(app.kiosk_count().await, 1, "the same key is the same feedback");

        let key = new_key();
        let code = new_code();
        let fields = [
            ("key", key.as_str()),
            ("code", &code),
            ("version", "1"),
            ("lang", "en"),
            ("home", "fi"),
            ("q1", "2"),
            ("free", WORDS),
        ];
        let thanks = app.send_form("/k/koivu/pikapalaute", &fields).await.expect(201);
        assert!(thanks.text.contains("You get an answer by Thursday 10 December 2026"), "{}", thanks.text);
        assert!(thanks.text.contains("content=\"40;url=/k/koivu/pikapalaute?lang=fi\""), "{}", thanks.text);
        for group in code.split('-') {
            assert!(thanks.text.contains(&format!(">{group}<")), "{}", thanks.text);
        }
        assert!(app.story(&code).await.expect(200).text.contains(WORDS));
        assert_eq!(app.kiosk_count().await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_kiosk_says_what_is_to_be_mended_and_leads_nowhere_else() {
    let app = TestApp::start(Kind::Sqlite).await;
    let again = app.send_form("/k/koivu", &[("lang", "sv"), ("free", "  ")]).await.expect(422);
    assert!(again.text.contains("Välj ett ansikte eller skriv ett ord"), "{}", again.text);
    let long = "a".repeat(app.service.config.limits.text_chars + 1);
    let again = app.send_form("/k/koivu", &[("lang", "en"), ("q1", "3"), ("free", &long)]).await.expect(422);
    assert!(again.text.contains("The text is too long") && again.text.contains(&long));
    assert!(again.text.contains("value=\"3\" checked"));
    for (path, status) in [("/k/nowhere", 404), ("/k/koivu/asiakastyytyvaisyys", 404), ("/k/suljettu", 422)] {
        let page = app.page(path).await.expect(status);
        assert!(!page.text.contains("href=\"/r") && !page.text.contains("<footer"), "{}", page.text);
        assert!(page.text.contains("http-equiv=\"refresh\""), "it tries again by itself");
    }
    app.send_form("/k/koivu", &[("q1", "9")]).await.expect(422);
    app.send_form("/k/koivu", &[("q1", "x\"><script>")]).await.expect(422);
    assert_eq!(app.kiosk_count().await, 0);
}

#[tokio::test]
async fn a_lobby_is_not_refused_and_a_flood_is() {
    let rates = [("KAIKU_RATES__PUBLIC_PER_CLIENT_PER_MINUTE", "60"), ("KAIKU_RATES__PUBLIC_BURST", "30")];
    let app = TestApp::start_with(Kind::Sqlite, &rates).await;
    // Three tablets at one address at once, each sending as much as kiosk.js allows.
    for _ in 0..12 {
        app.send_form("/k/koivu", &[("q1", "4")]).await.expect(201);
    }
    let mut refused = None;
    for _ in 0..30 {
        let answer = app.send_form("/k/koivu", &[("q1", "1")]).await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("a flood is refused");
    assert!(refused.headers.contains_key("retry-after") && !refused.text.contains("href=\"/r"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sealed_is_taken_in_exactly_once() {
    on_both(async |app| {
        let key = key_of(&app).await;
        let (request, code) = (new_key(), new_code());
        let fields = [
            ("key", request.as_str()),
            ("code", &code),
            ("version", "1"),
            ("lang", "sv"),
            ("q1", "2"),
            ("free", WORDS),
            ("to", "send"),
        ];
        let plain = kept("/k/koivu", &body_of(&fields));
        let first = app.send_sealed(sealed(&key, &plain)).await.expect(201);
        assert_eq!(first.body["outcome"], "taken");
        assert!(!first.text.contains(&code), "the code stays on the device");
        assert_eq!(app.send_sealed(sealed(&key, &plain)).await.expect(200).body["outcome"], "taken-before");
        // The form itself arrives late: it is the same feedback.
        app.send_form("/k/koivu", &fields).await.expect(201);
        assert_eq!(app.kiosk_count().await, 1);
        assert!(app.story(&code).await.expect(200).text.contains(WORDS));
        // The same key with other answers is an error, and never a second feedback.
        let other = [("key", request.as_str()), ("code", &code), ("q1", "5")];
        let held = app.send_sealed(sealed(&key, &kept("/k/koivu", &body_of(&other)))).await.expect(202);
        assert_eq!((&held.body["outcome"], &held.body["why"]), (&json!("held"), &json!("key-reused")));

        // Sent twice at the same time, together with the form itself.
        let (request, code) = (new_key(), new_code());
        let fields = [("key", request.as_str()), ("code", &code), ("lang", "fi"), ("q1", "1"), ("free", WORDS)];
        let plain = kept("/k/koivu", &body_of(&fields));
        let (one, two, form) = tokio::join!(
            app.send_sealed(sealed(&key, &plain)),
            app.send_sealed(sealed(&key, &plain)),
            app.send_form("/k/koivu", &fields),
        );
        let statuses = BTreeSet::from([one.status, two.status, form.status]);
        assert!(statuses.is_subset(&BTreeSet::from([200, 201])), "{statuses:?}");
        assert_eq!(app.kiosk_count().await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_sealed_form_is_not_refused_for_a_mistyped_address() {
    on_both(async |app| {
        let key = key_of(&app).await;
        let (request, code) = (new_key(), new_code());
        let fields = [
            ("key", request.as_str()),
            ("code", &code),
            ("version", "1"),
            ("lang", "fi"),
            ("q1", "4"),
            ("free", WORDS),
            ("reply-email", "matti@example,fi"),
            ("volunteer-name", "Matti"),
            ("volunteer-email", "matti@example,fi"),
            ("to", "send"),
        ];
        app.send_form("/u/koivu/asiakastyytyvaisyys", &fields).await.expect(422);
        let plain = kept("/u/koivu/asiakastyytyvaisyys", &body_of(&fields));
        app.send_sealed(sealed(&key, &plain)).await.expect(201);
        assert!(app.story(&code).await.expect(200).text.contains(WORDS));
    })
    .await;
}

#[tokio::test]
async fn a_form_that_was_sealed_is_the_form_that_would_have_been_sent() {
    on_both(async |app| {
        let key = key_of(&app).await;
        let (request, code) = (new_key(), new_code());
        let fields = [
            ("key", request.as_str()),
            ("code", &code),
            ("version", "1"),
            ("lang", "sv"),
            ("q1", "4"),
            ("free", WORDS),
            ("to", "send"),
        ];
        let address = "/u/koivu/pikapalaute";
        let message = || sealed(&key, &kept(address, &body_of(&fields)));
        let (one, form, two) =
            tokio::join!(app.send_sealed(message()), app.send_form(address, &fields), app.send_sealed(message()));
        let statuses = BTreeSet::from([one.status, two.status, form.status]);
        assert!(statuses.is_subset(&BTreeSet::from([200, 201])), "{statuses:?}");
        app.send_sealed(message()).await.expect(200);
        app.send_form(address, &fields).await.expect(201);
        assert!(app.story(&code).await.expect(200).text.contains(WORDS));
        assert_eq!(app.count("web").await, 1);

        // The giver cannot be asked any more, so an invalid email address does not discard the text.
        let (request, code) = (new_key(), new_code());
        let fields = [
            ("key", request.as_str()),
            ("code", &code),
            ("q1", "99"),
            ("free", WORDS),
            ("reply-wanted", "1"),
            ("reply-email", "nowhere"),
        ];
        app.send_sealed(sealed(&key, &kept(address, &body_of(&fields)))).await.expect(201);
        assert!(app.story(&code).await.expect(200).text.contains(WORDS));
        assert_eq!(app.count("web").await, 2);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_for_good() {
    let app = TestApp::start(Kind::Sqlite).await;
    let key = key_of(&app).await;
    let plain = |fields: &[(&str, &str)]| kept("/k/koivu", &body_of(fields));
    let request = new_key();
    let sound = [("key", request.as_str()), ("q1", "3")];
    let why = async |message: Vec<u8>| app.send_sealed(message).await.expect(422).text_at("/why");
    for garbage in [vec![], vec![0], vec![200, 1, 2], [vec![2], b"abc".to_vec()].concat()] {
        why(garbage).await;
    }
    assert_eq!(why(sealed(&("device-unknown".to_owned(), key.1.clone()), &plain(&sound))).await, "unknown-key");
    // A key for another purpose never opens a device's message.
    let contact = app.service.keyring.newest(Purpose::Contact).id().to_owned();
    assert_eq!(why(sealed(&(contact, key.1.clone()), &plain(&sound))).await, "unknown-key");
    let mut changed = sealed(&key, &plain(&sound));
    *changed.last_mut().expect("a byte") ^= 1;
    assert_eq!(why(changed).await, "malformed-body");
    // Sealed for another key.
    let (_, other) = DhP256HkdfSha256::derive_keypair(&[3; 32]);
    assert_eq!(why(sealed(&(key.0.clone(), other.to_bytes().to_vec()), &plain(&sound))).await, "malformed-body");
    for text in ["", "{}", "[]", "{\"address\": \"/k/koivu\", \"body\": \"q1=3\", \"more\": 1}"] {
        assert_eq!(why(sealed(&key, text.as_bytes())).await, "malformed-body");
    }
    assert_eq!(why(sealed(&key, &plain(&[("q1", "3")]))).await, "malformed-body", "without a key it could come twice");
    assert_eq!(why(sealed(&key, &plain(&[("key", "1"), ("q1", "3")]))).await, "malformed-body");
    for address in ["/k", "/api/v1/feedback", "//evil.example/k/koivu", "/k/koivu/pikapalaute/more"] {
        assert_eq!(why(sealed(&key, &kept(address, &body_of(&sound)))).await, "not-found", "{address}");
    }
    let large = "a".repeat(app.service.config.limits.batch_body_bytes);
    assert_eq!(why(sealed(&key, &plain(&[("key", &request), ("free", &large)]))).await, "body-too-large");
    let enormous = vec![0; app.service.config.limits.batch_body_bytes + 10_000];
    assert_eq!(why(enormous).await, "body-too-large");
    assert_eq!(app.kiosk_count().await, 0);
    assert_eq!(app.get(HELD, "admin").await.expect(200).body["items"], json!([]));
    app.stop().await;
}

/// Where staff see what is held.
const HELD: &str = "/api/v1/held-messages";

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_read_but_not_taken_in_is_held_until_staff_release_it() {
    on_both(async |app| {
        let key = key_of(&app).await;
        let (request, code) = (new_key(), new_code());
        let fields = [("key", request.as_str()), ("code", &code), ("lang", "fi"), ("q1", "2"), ("free", WORDS)];
        let message = sealed(&key, &kept("/k/suljettu", &body_of(&fields)));
        for _ in 0..2 {
            let held = app.send_sealed(message.clone()).await.expect(202);
            assert_eq!((&held.body["outcome"], &held.body["why"]), (&json!("held"), &json!("unit-closed")));
        }
        app.story(&code).await.problem(404, "not-found");
        let listed = app.get(HELD, "admin").await.expect(200);
        let items = listed.body["items"].as_array().expect("items");
        assert_eq!(items.len(), 1, "the same message is held once: {}", listed.text);
        let item = &items[0];
        let said = ["unit", "instrument", "why", "held_on"].map(|field| item[field].clone());
        assert_eq!(said, [json!("suljettu"), Value::Null, json!("unit-closed"), json!("2026-11-20")]);
        assert!(!listed.text.contains(&code) && !listed.text.contains("rauhassa"), "{}", listed.text);

        let id = item["id"].as_str().expect("an id").to_owned();
        let release = format!("{HELD}/{id}/release");
        // Nothing is lost by releasing it too early.
        app.post(&release, "admin", &json!({})).await.problem(422, "unit-closed");
        app.post(&release, "admin", &json!({"unit": "nowhere"})).await.problem(404, "not-found");
        for nobody in ["handler", "responsible", "organiser", "worker"] {
            app.get(HELD, nobody).await.problem(404, "not-found");
            app.post(&release, nobody, &json!({"unit": "koivu"})).await.problem(404, "not-found");
            app.call(Method::DELETE, &format!("{HELD}/{id}"), Some(nobody), None).await.problem(404, "not-found");
        }
        let released = app.post(&release, "admin", &json!({"unit": "koivu"})).await.expect(200);
        let feedback = released.text_at("/feedback_id");
        assert!(!released.text.contains(&code), "the code is its giver's alone");
        assert!(app.story(&code).await.expect(200).text.contains(WORDS));
        app.get(&format!("/api/v1/cases/{feedback}"), "handler").await.expect(200);
        assert_eq!(app.kiosk_count().await, 1);
        assert_eq!(app.get(HELD, "admin").await.expect(200).body["items"], json!([]));
        app.post(&release, "admin", &json!({"unit": "koivu"})).await.problem(404, "not-found");
        // The device, which never heard of it, comes once more.
        assert_eq!(app.send_sealed(message).await.expect(200).body["outcome"], "taken-before");
        assert_eq!(app.kiosk_count().await, 1);

        // Whatever else may pass: a unit, an instrument, a place that is missing.
        let sound = |key: &str| body_of(&[("key", key), ("lang", "fi"), ("q1", "3")]);
        for (address, why) in [
            ("/k/nowhere", "not-found"),
            ("/k/koivu/olematon", "not-found"),
            ("/u/nowhere/pikapalaute", "not-found"),
            ("/u/koivu/olematon", "unknown-instrument"),
        ] {
            let held = app.send_sealed(sealed(&key, &kept(address, &sound(&new_key())))).await.expect(202);
            assert_eq!(held.body["why"], why, "{address}");
        }
        let page = app.get(&format!("{HELD}?limit=3"), "admin").await.expect(200);
        let next =
            app.get(&format!("{HELD}?limit=3&cursor={}", page.text_at("/next_cursor")), "admin").await.expect(200);
        assert_eq!(next.body["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(next.body["next_cursor"], Value::Null);
        let other = next.text_at("/items/0/id");
        app.call(Method::DELETE, &format!("{HELD}/{other}"), Some("admin"), None).await.expect(204);
        app.call(Method::DELETE, &format!("{HELD}/{other}"), Some("admin"), None).await.problem(404, "not-found");
        let mut db = app.service.store.read().await.expect("the store");
        for (id, action) in [(&id, "held_message.release"), (&other, "held_message.discard")] {
            let done = audit::of_subject(&mut db, id.parse().expect("an id")).await.expect("the log");
            assert_eq!(done.iter().map(|(_, action)| action.as_str()).collect::<Vec<_>>(), [action]);
        }
        drop(db);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_release_what_is_held_hears_of_it_until_it_is_settled_or_a_year_old() {
    on_both(async |app| {
        let key = key_of(&app).await;
        let message = |unit: &str| {
            let form = body_of(&[("key", &new_key()), ("lang", "fi"), ("q1", "3"), ("free", WORDS)]);
            sealed(&key, &kept(&format!("/k/{unit}"), &form))
        };
        for unit in ["suljettu", "suljettu", "nowhere", "not-there"] {
            app.send_sealed(message(unit)).await.expect(202);
        }
        let watch = async || {
            for _ in 0..2 {
                ticks::watch(&app.service).await.expect("the watch");
            }
        };
        let told = async |who: &str| -> Vec<(Value, Value, Value)> {
            let notices = app.get("/api/v1/notices", who).await.expect(200).body;
            let items = notices["items"].as_array().expect("a list").clone();
            let held = items.iter().filter(|notice| notice["kind"] == "held_messages");
            held.map(|notice| (notice["day"].clone(), notice["unit"].clone(), notice["cases"].clone())).collect()
        };
        watch().await;
        assert_eq!(told("admin").await, [], "a notice of the same day would tell when it came");
        app.at("2026-11-22T10:00:00Z");
        watch().await;
        assert_eq!(told("admin").await, [], "a Sunday");
        app.at("2026-11-23T10:00:00Z");
        watch().await;
        let monday = [(json!("2026-11-23"), Value::Null, json!(2)), (json!("2026-11-23"), json!("suljettu"), json!(2))];
        assert_eq!(told("admin").await, monday, "one a unit; those that are not known count as one");
        for who in ["handler", "responsible", "organiser", "outsider"] {
            assert_eq!(told(who).await, [], "{who}");
        }
        let listed = app.get(HELD, "admin").await.expect(200).body;
        let of_suljettu = listed["items"].as_array().expect("a list").iter().filter(|held| held["unit"] == "suljettu");
        for held in of_suljettu {
            let path = format!("{HELD}/{}", held["id"].as_str().expect("an id"));
            app.call(Method::DELETE, &path, Some("admin"), None).await.expect(204);
        }
        app.at("2026-11-24T10:00:00Z");
        watch().await;
        assert_eq!(told("admin").await[0], (json!("2026-11-24"), Value::Null, json!(2)));
        assert_eq!(told("admin").await.len(), 3);

        for (day, left) in [("2027-11-19T10:00:00Z", 2), ("2027-11-20T10:00:00Z", 0)] {
            app.at(day);
            retention::run(&app.service, false).await.expect("retention");
            let listed = app.get(HELD, "admin").await.expect(200).body;
            assert_eq!(listed["items"].as_array().map(Vec::len), Some(left), "{day}");
        }
        watch().await;
        let days: BTreeSet<String> = told("admin").await.into_iter().map(|(day, ..)| day.to_string()).collect();
        assert!(!days.contains("\"2027-11-20\""), "{days:?}");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_not_lost_with_an_answer_that_is_none() {
    let app = TestApp::start(Kind::Sqlite).await;
    let key = key_of(&app).await;
    let plain = |fields: &[(&str, &str)]| kept("/k/koivu", &body_of(fields));
    let (request, code) = (new_key(), new_code());
    let fields = [("key", request.as_str()), ("code", &code), ("lang", "fi"), ("q1", "7"), ("free", WORDS)];
    app.send_sealed(sealed(&key, &plain(&fields))).await.expect(201);
    assert!(app.story(&code).await.expect(200).text.contains(WORDS));
    for (answer, why) in [("7", "off-scale"), ("", "invalid")] {
        let held = app.send_sealed(sealed(&key, &plain(&[("key", &new_key()), ("q1", answer)]))).await.expect(202);
        assert_eq!(held.body["why"], why);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_no_more_is_held_the_rest_waits_on_the_device() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = TestApp::start_with(kind, &[("KAIKU_LIMITS__HELD_MESSAGES", "2")]).await;
        let key = key_of(&app).await;
        let message = || sealed(&key, &kept("/k/suljettu", &body_of(&[("key", &new_key()), ("q1", "3")])));
        let first = message();
        app.send_sealed(first.clone()).await.expect(202);
        app.send_sealed(message()).await.expect(202);
        let later = app.send_sealed(message()).await.expect(503);
        assert_eq!(later.body["outcome"], "later");
        assert_eq!(later.headers["retry-after"], "3600");
        app.send_sealed(first).await.expect(202);
        // What a proxy spoilt on its way is no reason to refuse it.
        let request = app.client.post(format!("{}/sealed", app.base)).header("content-type", "text/plain").body("x");
        assert_eq!(Answer::of(request.send().await.expect("an answer")).await.expect(503).body["outcome"], "later");
        app.stop().await;
    }
}

#[tokio::test]
async fn a_device_may_hold_an_old_key() {
    on_both(async |app| {
        let old = key_of(&app).await;
        let file = app.folder.path().join("keyring.toml");
        keys::add(&app.service, &file, &[Purpose::Device]).await.expect("a new key");
        assert_eq!(keys::let_newest_write(&app.service, PATIENCE).await.expect("an answer").len(), 0);
        let new = key_of(&app).await;
        assert_ne!(old, new);
        for key in [old, new] {
            let request = new_key();
            let plain = kept("/k/koivu", &body_of(&[("key", &request), ("q1", "4"), ("lang", "fi")]));
            app.send_sealed(sealed(&key, &plain)).await.expect(201);
        }
        assert_eq!(app.kiosk_count().await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_page_of_a_device_without_a_network_holds_nothing_but_places() {
    let app = TestApp::start(Kind::Sqlite).await;
    for path in ["/kept?lang=fi", "/kept?lang=sv&at=kiosk"] {
        let page = app.page(path).await.expect(200);
        for place in ["%%[kept%%", "%%[full%%", "%%[no-page%%", "%%[check%%", "%%ID%%", "%%CODE%%", "%%HOME%%"] {
            assert!(page.text.contains(place), "{path}: {place}");
        }
    }
}
