//! Routing rules: their conditions, their order, their warnings, dry runs, and texts that read like a formal complaint.

use std::process::Command;

use kaiku::administration::{self, ChangedBy};
use kaiku::organisation::{NodeKind, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, on_both};

/// A rule of the unit koivu.
fn at_koivu(code: &str, when: Value, then: Value) -> Value {
    json!({"node": {"kind": "unit", "slug": "koivu"}, "rule": rule(code, when, then)})
}

fn rule(code: &str, when: Value, then: Value) -> Value {
    json!({"code": code, "position": 10, "reason": "Kokeilu.", "when": when, "then": then})
}

async fn add(app: &TestApp, body: &Value) -> Answer {
    app.post("/api/v1/routing-rules", "admin", body).await
}

async fn give(app: &TestApp, unit: &str, language: &str, text: &str) -> Answer {
    let body = json!({"unit": unit, "instrument": "asiakastyytyvaisyys-yleinen", "channel": "web", "language": language,
        "answers": {"free": text}});
    app.post_public("/api/v1/feedback", &body).await.expect(201)
}

async fn case(app: &TestApp, given: &Answer) -> Value {
    app.get(&format!("/api/v1/cases/{}", given.text_at("/id")), "organiser").await.expect(200).body
}

async fn dry_run(app: &TestApp, who: &str, body: &Value) -> Answer {
    app.post("/api/v1/routing-rules/dry-run", who, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_ask_for_producers_and_units() {
    on_both(async |app| {
        let organiser = |code: &str, when: Value| {
            json!({"node": {"kind": "organiser", "slug": "testila"}, "rule": rule(code, when, json!({"category": code}))})
        };
        add(&app, &organiser("of-unit", json!({"units": ["leppa", "paju"], "producers": ["oma-tuotanto"]}))).await.expect(201);
        add(&app, &organiser("of-producer", json!({"producers": ["yhdistys"]}))).await.expect(201);
        for (unit, category) in [("leppa", "of-unit"), ("paju", "of-producer"), ("koivu", "general")] {
            let given = give(&app, unit, "fi", "Ovi narisee.").await;
            assert_eq!(case(&app, &given).await["category"], category, "{unit}");
        }
        let said = add(&app, &organiser("nobody", json!({"units": ["x-1"], "producers": ["x-2"]}))).await;
        let said = said.problem(422, "unknown-reference");
        assert_eq!(said.body["errors"][0]["pointer"], "/rule/when/producers/0");
        assert_eq!(said.body["errors"][1]["pointer"], "/rule/when/units/0");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_rule_has_its_place() {
    on_both(async |app| {
        let many: Vec<String> = (0..201).map(|n| format!("sana{n}")).collect();
        for (when, then, pointer) in [
            (json!({"words": ["Iso"]}), json!({}), "/rule/when/words/0"),
            (json!({"words": [""]}), json!({}), "/rule/when/words/0"),
            (json!({"words": ["131052-308t"]}), json!({}), "/rule/when/words/0"),
            (json!({"words": many}), json!({}), "/rule/when/words"),
            (json!({"answer": {"question": "q1"}}), json!({}), "/rule/when/answer"),
            (
                json!({"answer": {"question": "q1", "at_least": 3, "at_most": 2}}),
                json!({}),
                "/rule/when/answer/at_least",
            ),
            (json!({"answer": {"question": "q1", "at_most": -1}}), json!({}), "/rule/when/answer/at_most"),
            (json!({"group_mean": {"group": "encounter", "below": 11}}), json!({}), "/rule/when/group_mean/below"),
            (json!({}), json!({"category": "X"}), "/rule/then/category"),
            (json!({}), json!({"case": "never", "urgency": "urgent"}), "/rule/then/case"),
            (json!({}), json!({"case": "never", "urgency": "read_today"}), "/rule/then/case"),
            (json!({}), json!({"handler_role": "worker"}), "/rule/then/handler_role"),
            (json!({}), json!({"handler": "handler", "handler_role": "handler"}), "/rule/then/handler"),
        ] {
            let mut results = json!({"category": "general"});
            for (name, value) in then.as_object().unwrap() {
                results[name] = value.clone();
            }
            let said = add(&app, &at_koivu("faulty", when.clone(), results)).await.problem(422, "invalid");
            assert_eq!(said.body["errors"][0]["pointer"], pointer, "{when} {then}: {}", said.text);
        }
        for (when, pointer) in [
            (json!({"answer": {"question": "q99", "at_most": 1}}), "/rule/when/answer/question"),
            (json!({"group_mean": {"group": "none", "below": 2}}), "/rule/when/group_mean/group"),
            (json!({"instruments": ["none"]}), "/rule/when/instruments/0"),
        ] {
            let said = add(&app, &at_koivu("faulty", when, json!({"category": "general"}))).await;
            assert_eq!(said.problem(422, "unknown-reference").body["errors"][0]["pointer"], pointer);
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_can_never_match_is_taken_with_a_warning() {
    on_both(async |app| {
        let cards = "tapaaminen-kortti";
        let wanted: [(Value, &str); 15] = [
            (json!({"instruments": [cards], "channels": ["web"]}), "/rule/when/channels"),
            (
                json!({"instruments": [cards], "answer": {"question": "q12", "at_most": 1}}),
                "/rule/when/answer/question",
            ),
            (json!({"instruments": [cards], "answer": {"question": "q1", "at_least": 4}}), "/rule/when/answer"),
            (json!({"instruments": [cards], "answer": {"question": "q3", "at_least": 1}}), "/rule/when/answer"),
            (
                json!({"instruments": [cards], "group_mean": {"group": "encounter", "below": 2}}),
                "/rule/when/group_mean/group",
            ),
            (json!({"group_mean": {"group": "encounter", "below": 1}}), "/rule/when/group_mean/below"),
            (json!({"words": ["melu"], "has_text": false}), "/rule/when/words"),
            (json!({"danger": "read_today", "has_text": false}), "/rule/when/danger"),
            (json!({"complaint": true, "has_text": false}), "/rule/when/complaint"),
            (json!({"channels": ["group"], "has_text": false}), "/rule/when/has_text"),
            (json!({"channels": ["group"], "reply_wanted": true}), "/rule/when/reply_wanted"),
            (json!({"units": ["leppa"]}), "/rule/when/units"),
            (json!({"producers": ["yhdistys"]}), "/rule/when/producers"),
            (json!({"services": ["kotihoito"]}), "/rule/when/services"),
            (json!({"units": ["koivu"], "services": ["kotihoito"]}), "/rule/when/services"),
        ];
        for (n, (when, pointer)) in wanted.into_iter().enumerate() {
            let made = add(&app, &at_koivu(&format!("never-{n}"), when.clone(), json!({"category": "general"}))).await;
            let made = made.expect(201);
            let warnings = made.body["warnings"].as_array().unwrap();
            assert_eq!(warnings.len(), 1, "{when}: {}", made.text);
            assert_eq!(warnings[0]["pointer"], pointer, "{when}");
            let read = app.get(&format!("/api/v1/routing-rules/{}", made.text_at("/id")), "admin").await.expect(200);
            assert_eq!(read.body["warnings"], made.body["warnings"]);
        }
        // A rule that can match has no warning. A rule that has ended, or that comes after a rule for everything, has
        // one.
        let fine = at_koivu("fine", json!({"units": ["koivu"], "words": ["melu"]}), json!({"category": "melu"}));
        let fine = add(&app, &fine).await.expect(201);
        assert_eq!(fine.body["warnings"], json!([]));
        let path = format!("/api/v1/routing-rules/{}", fine.text_at("/id"));
        let over = json!({"valid_to": "2026-11-19", "rule": fine.body["rule"]});
        let over = app.call(Method::PUT, &path, Some("admin"), Some(&over)).await.expect(200);
        assert_eq!(over.body["warnings"][0]["pointer"], "/valid_to");
        let mut all = at_koivu("all", json!({}), json!({"category": "kaikki"}));
        all["rule"]["position"] = json!(5);
        assert_eq!(add(&app, &all).await.expect(201).body["warnings"], json!([]));
        let behind = at_koivu("behind", json!({"words": ["ovi"]}), json!({"category": "ovi"}));
        let behind = add(&app, &behind).await.expect(201);
        assert_eq!(behind.body["warnings"][0]["pointer"], "/rule/position");
        // An urgent rule is evaluated before it all the same.
        let urgent = at_koivu("hot", json!({"words": ["tulipalo"]}), json!({"category": "tuli", "urgency": "urgent"}));
        assert_eq!(add(&app, &urgent).await.expect(201).body["warnings"], json!([]));
        app.stop().await;
    })
    .await;
}

#[test]
fn the_configuration_check_warns_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kaiku.toml");
    std::fs::write(
        &file,
        "[[routing.rules]]\ncode = \"cards\"\nreason = \"Kortit.\"\n\
         when = { instruments = [\"tapaaminen-kortti\"], channels = [\"web\"] }\nthen = { category = \"cards\" }\n\
         [[routing.rules]]\ncode = \"all\"\nreason = \"Kaikki.\"\nthen = { category = \"general\" }\n",
    )
    .unwrap();
    let said = Command::new(env!("CARGO_BIN_EXE_kaiku"))
        .arg("--config")
        .arg(&file)
        .args(["config", "check"])
        .output()
        .expect("the command runs");
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("warning: routing rule cards: /when/channels: "), "{said}");
    assert!(said.contains("is sound"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rule_for_everything_hides_danger_or_a_complaint() {
    on_both(async |app| {
        let all = at_koivu("all", json!({}), json!({"category": "kaikki", "case": "never"}));
        add(&app, &all).await.expect(201);
        let usual = give(&app, "koivu", "fi", "Kahvi oli kylmää.").await;
        assert_eq!(usual.body["promise"], Value::Null, "the unit's rule decides");
        let danger = case(&app, &give(&app, "koivu", "fi", "Täällä on väkivaltaa.").await).await;
        assert_eq!((&danger["category"], &danger["urgency"]), (&json!("danger"), &json!("urgent")));
        assert_eq!(danger["complaint"], false);
        let complaint = case(&app, &give(&app, "koivu", "fi", "Teen muistutuksen.").await).await;
        assert_eq!((&complaint["category"], &complaint["complaint"]), (&json!("complaint"), &json!(true)));
        // Both kinds of words: urgent, and flagged as a complaint as well.
        let both = give(&app, "koivu", "fi", "Teen muistutuksen väkivallasta.").await;
        assert_eq!(both.body["complaint"], true);
        let both = case(&app, &both).await;
        assert_eq!((&both["category"], &both["complaint"]), (&json!("danger"), &json!(true)));
        // A unit's own urgent rule is evaluated before the organiser's.
        let own = at_koivu(
            "own",
            json!({"words": ["väkivalta", "väkivaltaa"]}),
            json!({"category": "oma-hata", "urgency": "urgent", "case": "always"}),
        );
        add(&app, &own).await.expect(201);
        let danger = case(&app, &give(&app, "koivu", "fi", "Täällä on väkivaltaa.").await).await;
        assert_eq!(danger["category"], "oma-hata");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_tell_of_danger_is_read_the_same_day() {
    on_both(async |app| {
        add(&app, &at_koivu("all", json!({}), json!({"category": "kaikki"}))).await.expect(201);
        let usual = give(&app, "koivu", "fi", "Kahvi oli kylmää.").await.text_at("/id");
        let possible = give(&app, "koivu", "fi", "Äiti on laihtunut kovasti.").await.text_at("/id");
        let harmless = give(&app, "koivu", "fi", "Nauroin kuollakseni.").await.text_at("/id");
        let danger = give(&app, "koivu", "fi", "Hoitaja löi äitiäni.").await.text_at("/id");
        let rows = app.get("/api/v1/cases?unit=koivu", "organiser").await.expect(200).body["items"].clone();
        let rows = rows.as_array().unwrap();
        let seen = |id: &str| rows.iter().find(|row| row["id"] == json!(id)).unwrap();
        for (id, category, urgency) in [
            (&danger, "danger", "urgent"),
            (&possible, "possible-danger", "read_today"),
            (&usual, "kaikki", "normal"),
            (&harmless, "kaikki", "normal"),
        ] {
            assert_eq!((&seen(id)["category"], &seen(id)["urgency"]), (&json!(category), &json!(urgency)));
        }
        // Page by page, what cannot wait stands first.
        let mut listed = Vec::new();
        let mut path = "/api/v1/cases?unit=koivu&limit=1".to_owned();
        loop {
            let page = app.get(&path, "organiser").await.expect(200).body;
            listed.extend(page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/api/v1/cases?unit=koivu&limit=1&cursor={cursor}");
        }
        assert_eq!(listed.len(), 4);
        assert_eq!(listed[..2], [danger.clone(), possible.clone()]);
        let wrong = app.get("/api/v1/cases?cursor=soon.2026-11-20_x", "organiser").await;
        wrong.problem(400, "malformed-parameter");
        // Once it is decided it waits no longer, and stands by its day.
        let path = format!("/api/v1/cases/{danger}");
        let handler = app.get(&path, "organiser").await.expect(200).text_at("/handler");
        let answer = json!({"kind": "change_made", "text": "Olemme ottaneet yhteyttä."});
        app.step(&danger, "decide", &handler, Some(&answer)).await.expect(200);
        let first = app.get("/api/v1/cases?unit=koivu&limit=1", "organiser").await.expect(200);
        assert_eq!(first.text_at("/items/0/id"), possible);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_may_ask_for_either_level_or_for_no_complaint() {
    on_both(async |app| {
        let when = json!({"danger": "read_today", "complaint": false});
        let own = at_koivu("own", when, json!({"category": "oma", "urgency": "urgent", "case": "always"}));
        add(&app, &own).await.expect(201);
        for (text, category) in [
            ("Äiti on laihtunut kovasti.", "oma"),
            ("Hoitaja löi äitiäni.", "oma"),
            ("Hoitaja löi äitiäni. Teen muistutuksen.", "danger"),
            ("Teen muistutuksen.", "complaint"),
            ("Kahvi oli kylmää.", "general"),
        ] {
            assert_eq!(case(&app, &give(&app, "koivu", "fi", text).await).await["category"], category, "{text}");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_complains_formally_is_shown_the_way() {
    on_both(async |app| {
        for (language, text, law, title) in [
            ("fi", "Haluan tehdä muistutuksen kohtelusta.", "812/2000, 23 §", "Haluatko tehdä muistutuksen?"),
            ("sv", "Jag vill göra en anmärkning.", "812/2000, 23 §", "Vill du framställa en anmärkning?"),
            ("en", "This is a formal complaint.", "812/2000, section 23", "Do you want to make a formal complaint?"),
        ] {
            let given = give(&app, "koivu", language, text).await;
            assert_eq!(given.body["complaint"], true);
            let guidance = given.body["guidance"].clone();
            assert_eq!((&guidance["language"], &guidance["title"]), (&json!(language), &json!(title)));
            let words = guidance["paragraphs"].to_string();
            assert!(words.contains(law) && words.contains("739/2023"), "{words}");
            let story = app.story(&given.text_at("/receipt")).await.expect(200);
            assert_eq!(story.body["matters"][0]["guidance"], guidance);
            let id = given.text_at("/id");
            let seen = app.get(&format!("/api/v1/cases/{id}"), "handler").await;
            let seen =
                if seen.status == 200 { seen } else { app.get(&format!("/api/v1/cases/{id}"), "responsible").await };
            assert_eq!(seen.expect(200).body["guidance_for_giver"], guidance);
            // It is still feedback with a deadline for the answer.
            assert!(given.body["promise"]["decide_by"].is_string());
        }
        let sami = give(&app, "koivu", "se", "Teen muistutuksen.").await;
        assert_eq!(sami.body["guidance"]["language"], "fi");
        let usual = give(&app, "koivu", "fi", "Kiitos kahvista.").await;
        assert_eq!((&usual.body["complaint"], &usual.body["guidance"]), (&json!(false), &Value::Null));
        let receipt = usual.text_at("/receipt");
        assert_eq!(app.story(&receipt).await.expect(200).body["matters"][0]["guidance"], Value::Null);
        assert_eq!(case(&app, &usual).await["guidance_for_giver"], Value::Null);
        // What the giver adds later is checked too.
        let more = json!({"code": receipt, "text": "Tämä on muistutus."});
        let story = app.post_public("/api/v1/receipts/message", &more).await.expect(200);
        assert_eq!(story.body["matters"][0]["guidance"]["title"], "Haluatko tehdä muistutuksen?");
        let flagged = case(&app, &usual).await;
        assert_eq!((&flagged["complaint"], &flagged["category"]), (&json!(true), &json!("general")));
        // A repeated request gets the same response.
        let body = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys-yleinen", "channel": "web",
            "language": "fi", "answers": {"free": "Muistutus."}});
        let key = [("Idempotency-Key", "0b7a3c0e-8f3a-4a51-9f2a-0d5b9a6f1c11")];
        let first = app.call_with(Method::POST, "/api/v1/feedback", None, Some(&body), &key).await.expect(201);
        let again = app.call_with(Method::POST, "/api/v1/feedback", None, Some(&body), &key).await.expect(201);
        assert_eq!(first.body, again.body);
        // A box of cards too, for the person who enters it.
        let cards = json!({"items": [{"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card",
            "language": "sv", "answers": {"q3": "En anmärkning."}}]});
        let cards = app.post("/api/v1/feedback/batch", "worker", &cards).await.expect(201);
        assert_eq!(cards.body["items"][0]["guidance"]["language"], "sv");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_tried_before_a_rule_is_switched_on() {
    on_both(async |app| {
        let text = |words: &str| json!({"text": words, "unit": "paju", "channel": "web"});
        let said = dry_run(&app, "organiser", &text("Teen muistutuksen.")).await.expect(200);
        let outcome = &said.body["text"];
        assert_eq!((&outcome["rule"], &outcome["node"]["slug"]), (&json!("complaint"), &json!("testila")));
        let because = outcome["because"].as_array().unwrap();
        assert!(!because.is_empty(), "{outcome}");
        assert!(because.iter().all(|why| why.as_str().unwrap().starts_with("complaint: fi ")), "{outcome}");
        let danger = dry_run(&app, "organiser", &text("Hoitaja löi äitiäni.")).await.expect(200);
        assert_eq!(danger.body["text"]["urgency"], "urgent");
        let because = danger.body["text"]["because"].to_string();
        assert!(because.contains("danger: urgent: fi "), "{because}");
        assert_eq!((&outcome["case"], &outcome["category"]), (&json!(true), &json!("complaint")));
        assert_eq!(
            (&outcome["handler"], &outcome["handler_role"]),
            (&json!("responsible-paju"), &json!("responsible_person"))
        );
        assert_eq!(outcome["terms"], json!({"acknowledge": 1, "decide": 5, "tell": 8}));
        assert_eq!(outcome["promise"]["decide_by"], "2026-11-27");
        assert!(outcome["agreement_id"].is_string());
        let empty = dry_run(&app, "organiser", &text("")).await.expect(200);
        assert_eq!((&empty.body["text"]["case"], &empty.body["text"]["because"]), (&json!(false), &json!([])));
        let mut wanted = text("");
        wanted["reply_wanted"] = json!(true);
        assert_eq!(dry_run(&app, "organiser", &wanted).await.expect(200).body["text"]["case"], true);
        // A candidate rule that is not in force, on coded answers.
        let mut candidate = json!({"text": "", "unit": "koivu", "channel": "web", "instrument": "asiakastyytyvaisyys",
            "answers": {"q1": 1}, "node": {"kind": "unit", "slug": "koivu"}, "rule": {"rule": rule("low",
            json!({"answer": {"question": "q1", "at_most": 2}}), json!({"category": "low", "case": "always",
            "handler": "contact", "decide": 3}))}});
        let said = dry_run(&app, "admin", &candidate).await.expect(200);
        let outcome = &said.body["text"];
        assert_eq!((&outcome["is_candidate"], &outcome["because"]), (&json!(true), &json!(["answer"])));
        assert_eq!((&outcome["handler"], &outcome["terms"]["decide"]), (&json!("contact"), &json!(3)));
        candidate["answers"]["q1"] = json!(4);
        assert_eq!(dry_run(&app, "admin", &candidate).await.expect(200).body["text"]["is_candidate"], false);
        candidate["answers"]["q1"] = json!(9);
        let said = dry_run(&app, "admin", &candidate).await.problem(422, "invalid");
        assert_eq!(said.body["errors"][0]["pointer"], "/answers/q1");
        candidate["answers"] = json!({});
        candidate["rule"]["rule"]["then"]["category"] = json!("X");
        let said = dry_run(&app, "admin", &candidate).await.problem(422, "invalid");
        assert_eq!(said.body["errors"][0]["pointer"], "/rule/rule/then/category");
        for (body, pointer) in [
            (json!({}), "/text"),
            (json!({"text": "Hei."}), "/unit"),
            (json!({"text": "Hei.", "unit": "koivu"}), "/channel"),
            (json!({"text": "Hei.", "unit": "koivu", "channel": "web", "from": "2026-11-01"}), "/from"),
            (json!({"text": "Hei.", "unit": "koivu", "channel": "web", "answers": {"q1": 1}}), "/instrument"),
            (json!({"node": {"kind": "unit", "slug": "koivu"}}), "/rule"),
            (json!({"rule": {"rule": rule("low", json!({}), json!({"category": "low"}))}}), "/node"),
        ] {
            let said = dry_run(&app, "admin", &body).await.problem(422, "invalid");
            assert_eq!(said.body["errors"][0]["pointer"], pointer, "{body}");
        }
        let wrong = json!({"text": "Hei.", "unit": "koivu", "channel": "web", "instrument": "tapaaminen-kortti"});
        dry_run(&app, "admin", &wrong).await.problem(422, "wrong-channel");
        // Of two answers to one question, one would be lost in silence.
        let twice = r#"{"text": "", "unit": "koivu", "channel": "web", "instrument": "asiakastyytyvaisyys",
            "answers": {"q1": 4, "q1": 1}}"#;
        let sent = crate::support::http()
            .post(format!("{}/api/v1/routing-rules/dry-run", app.base))
            .bearer_auth(&app.tokens["admin"])
            .header("content-type", "application/json")
            .body(twice);
        let said = Answer::of(sent.send().await.unwrap()).await.problem(422, "wrong-type");
        assert_eq!(said.body["errors"][0]["pointer"], "/answers/q1");
        // Only for people who may write rules there.
        for who in ["responsible-paju", "handler-paju", "contact-yhdistys", "worker-paju", "analyst", "outsider"] {
            dry_run(&app, who, &text("Hei.")).await.problem(422, "unknown-reference");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_time_shows_what_would_have_gone_elsewhere() {
    on_both(async |app| {
        for n in 0..6 {
            give(&app, "koivu", "fi", &format!("Jono oli pitkä {n}.")).await;
        }
        let quiet = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q1": 4}});
        for _ in 0..3 {
            app.post_public("/api/v1/feedback", &quiet).await.expect(201);
        }
        give(&app, "koivu", "fi", "Kahvi oli hyvää.").await;
        give(&app, "paju", "fi", "Jono oli pitkä.").await;
        let gone = give(&app, "koivu", "fi", "Jono taas.").await.text_at("/id");
        app.post(&format!("/api/v1/feedback/{gone}/void"), "responsible", &json!({"reason": "spam"})).await.expect(204);
        let group = json!({"unit": "koivu", "language": "fi", "held_on": "2026-11-20", "goal": "Kehittää",
            "arrangements": {"recording": "notes"}, "group": {"participants": 6, "interviewers": 2},
            "summary": {"weaknesses": ["jono", "melu"]}});
        app.post("/api/v1/group-interviews", "facilitator", &group).await.expect(201);
        let candidate = |words: &str, unit: &str| {
            json!({"from": "2026-11-01", "to": "2026-11-30", "node": {"kind": "unit", "slug": unit}, "rule": {"rule":
                rule("queue", json!({"words": [words]}), json!({"category": "queue", "handler": "contact"}))}})
        };
        let open = dry_run(&app, "organiser", &candidate("jono", "koivu")).await.problem(422, "invalid");
        assert_eq!(open.body["errors"][0]["pointer"], "/rule/rule/when/words", "the organiser reads no texts");
        let everything = |unit: &str| {
            let mut all = candidate("jono", unit);
            all["rule"]["rule"]["when"] = json!({"channels": ["web"]});
            all
        };
        let open = dry_run(&app, "organiser", &everything("koivu")).await.problem(422, "invalid");
        assert_eq!(open.body["errors"][0]["pointer"], "/to", "the month is not over");
        app.clock.set("2026-12-01T08:00:00Z".parse().unwrap());
        // Whoever may not read the texts is told of no words, and of no case.
        let said = dry_run(&app, "organiser", &candidate("jono", "koivu")).await.problem(422, "invalid");
        assert_eq!(said.body["errors"][0]["pointer"], "/rule/rule/when/words");
        let unread = dry_run(&app, "organiser", &everything("koivu")).await.expect(200);
        let period = &unread.body["period"];
        assert_eq!((&period["evaluated"], &period["matched"]), (&json!(10), &json!(10)), "{period}");
        assert_eq!(period["cases"], json!([]), "the organiser sees the states of cases, not their texts");
        // Whoever also reads the texts of the unit is.
        let settings = app.service.snapshot();
        let organiser = settings.tree.principal_by_slug("organiser").unwrap().id;
        let unit = settings.tree.node(NodeKind::Unit, "koivu").unwrap();
        administration::grant(&app.service, ChangedBy::CommandLine, organiser, Role::ResponsiblePerson, unit)
            .await
            .unwrap();
        let before = app.service.snapshot().version;
        let said = dry_run(&app, "organiser", &candidate("jono", "koivu")).await.expect(200);
        let period = &said.body["period"];
        // Looked at were 7 web texts, 3 without a text and 2 points; 7 match. Numbers are in steps of five.
        assert_eq!(period["evaluated"], 10, "{period}");
        assert_eq!((&period["matched"], &period["elsewhere"], &period["cut"]), (&json!(5), &json!(5), &json!(false)));
        let from = json!({"case": true, "category": "general", "urgency": "normal", "handler": "handler"});
        let to = json!({"case": true, "category": "queue", "urgency": "normal", "handler": "contact"});
        assert_eq!(period["moves"], json!([{"from": from, "to": to, "feedbacks": 5}]));
        assert!(!said.text.contains("pitkä"), "no texts");
        assert_eq!(period["cases"].as_array().unwrap().len(), 7);
        // Of few nothing is said, nor of what nobody said; one word more does not tell who said it.
        let few = dry_run(&app, "organiser", &candidate("kahvi", "koivu")).await.expect(200);
        let none = dry_run(&app, "organiser", &candidate("tee", "koivu")).await.expect(200);
        let nothing = json!({"evaluated": 10, "cut": false, "matched": 0, "elsewhere": 0, "moves": [], "cases": []});
        assert_eq!((&few.body["period"], &none.body["period"]), (&nothing, &nothing));
        let mut both = candidate("jono", "koivu");
        both["rule"]["rule"]["when"]["words"] = json!(["jono", "kahvi"]);
        let both = dry_run(&app, "organiser", &both).await.expect(200);
        for number in ["evaluated", "matched", "elsewhere", "moves"] {
            assert_eq!(both.body["period"][number], said.body["period"][number], "{number}: 8 instead of 7");
        }
        // Nothing was changed; that somebody looked is in the audit log.
        assert_eq!(app.service.snapshot().version, before);
        let node = app.service.snapshot().tree.unit_by_slug("koivu").unwrap().id;
        let mut db = app.service.store.read().await.unwrap();
        let looked = kaiku::store::audit::of_subject(&mut db, node).await.unwrap();
        assert_eq!(looked.iter().filter(|(_, action)| action == "rules.dry_run").count(), 5, "{looked:?}");
        drop(db);
        // Another period, and the outcome without a rule that is in force.
        let mut other = candidate("jono", "koivu");
        (other["from"], other["to"]) = (json!("2026-10-01"), json!("2026-10-31"));
        assert_eq!(dry_run(&app, "organiser", &other).await.expect(200).body["period"]["evaluated"], 0);
        let held = candidate("jono", "koivu");
        add(&app, &json!({"node": held["node"], "rule": held["rule"]["rule"]})).await.expect(201);
        let mut off = held.clone();
        off["rule"]["enabled"] = json!(false);
        let off_again = off.clone();
        let off = dry_run(&app, "organiser", &off).await.expect(200);
        assert_eq!((&off.body["period"]["matched"], &off.body["period"]["elsewhere"]), (&json!(0), &json!(5)));
        assert_eq!(off.body["period"]["moves"][0]["from"]["category"], "queue");
        // Nor does a rule with words that is in force tell anything to whoever may not read them.
        let with_words = dry_run(&app, "admin", &everything("koivu")).await.expect(200);
        assert_eq!(with_words.body, unread.body);
        let mut without = everything("koivu");
        without["rule"]["enabled"] = json!(false);
        let without = dry_run(&app, "admin", &without).await.expect(200);
        assert_eq!(without.body["period"]["elsewhere"], 0, "{}", without.text);
        let same = dry_run(&app, "organiser", &held).await.expect(200);
        assert_eq!((&same.body["period"]["matched"], &same.body["period"]["elsewhere"]), (&json!(5), &json!(0)));
        for (name, value, pointer) in [
            ("to", json!("2026-10-01"), "/to"),
            ("from", json!("2025-01-01"), "/to"),
            ("from", json!("2026-11-02"), "/from"),
            ("to", json!("2026-11-29"), "/to"),
            ("to", json!("2026-12-31"), "/to"),
            ("unit", json!("koivu"), "/unit"),
            ("from", Value::Null, "/from"),
        ] {
            let mut body = held.clone();
            body[name] = value;
            let said = dry_run(&app, "organiser", &body).await.problem(422, "invalid");
            assert_eq!(said.body["errors"][0]["pointer"], pointer);
        }
        for who in ["responsible", "handler", "contact", "worker", "analyst", "outsider"] {
            dry_run(&app, who, &held).await.problem(422, "unknown-reference");
        }
        let named = dry_run(&app, "organiser", &off_again).await.expect(200);
        let cases = named.body["period"]["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 7);
        app.get(&format!("/api/v1/cases/{}", cases[0].as_str().unwrap()), "organiser").await.expect(200);
        app.stop().await;
    })
    .await;
}
