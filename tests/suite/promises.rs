//! Promises that reviews once found broken; each must stay kept.

use kaiku::administration::{self, ChangedBy};
use kaiku::jobs::worker;
use kaiku::organisation::{Node, NodeKind, Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, on_both, token_of};

const FEEDBACK: &str = "/api/v1/feedback";

fn web(text: &str) -> Value {
    json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"free": text}, "reply": {"wanted": true, "email": "antaja@example.fi"}})
}

fn card(text: &str) -> Value {
    json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
        "colour": "keltainen", "answers": {"q1": 1, "q3": text}})
}

fn oral(text: &str) -> Value {
    json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
        "answers": {"free": text}})
}

async fn given(app: &TestApp, who: Option<&str>, form: &Value) -> Value {
    app.call(Method::POST, FEEDBACK, who, Some(form)).await.expect(201).body
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

fn unit(app: &TestApp, slug: &str) -> Node {
    app.service.snapshot().tree.node(NodeKind::Unit, slug).expect("a unit")
}

fn principal(app: &TestApp, slug: &str) -> uuid::Uuid {
    app.service.snapshot().tree.principal_by_slug(slug).expect("a principal").id
}

async fn grant(app: &TestApp, slug: &str, role: Role, unit_slug: &str) {
    let node = unit(app, unit_slug);
    administration::grant(&app.service, ChangedBy::CommandLine, principal(app, slug), role, node)
        .await
        .expect("a grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_back_what_is_about_them() {
    on_both(async |app| {
        // The yellow card is about `worker`, who enters it and later also becomes a responsible person.
        let id = text(&given(&app, Some("worker"), &card("Tyly kohtelu.")).await["id"]);
        let path = format!("{FEEDBACK}/{id}/void");
        app.post(&path, "worker", &json!({"reason": "spam"})).await.problem(404, "not-found");
        grant(&app, "worker", Role::ResponsiblePerson, "koivu").await;
        app.post(&path, "worker", &json!({"reason": "spam"})).await.problem(404, "not-found");
        app.post(&path, "responsible", &json!({"reason": "spam"})).await.expect(204);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_role_handles_nothing_any_more() {
    on_both(async |app| {
        let id = text(&given(&app, None, &web("Soittakaa.")).await["id"]);
        let case = format!("/api/v1/cases/{id}");
        app.get(&case, "handler").await.expect(200);
        let koivu = unit(&app, "koivu");
        administration::revoke(&app.service, ChangedBy::CommandLine, principal(&app, "handler"), Role::Handler, koivu)
            .await
            .expect("revoked");
        app.get(&case, "handler").await.problem(404, "not-found");
        app.call(Method::POST, &format!("{case}/contact"), Some("handler"), None).await.problem(404, "not-found");
        assert_eq!(app.get("/api/v1/cases", "handler").await.expect(200).body["items"], json!([]));
        app.get(&case, "responsible").await.expect(200);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_of_one_unit_makes_no_token_for_somebody_without_a_role() {
    on_both(async |app| {
        grant(&app, "analyst", Role::Admin, "paju").await;
        let wanted = json!({"principal": "outsider", "name": "koe", "scopes": ["cases:read"],
            "expires_on": "2027-01-01"});
        let refused = app.post("/api/v1/tokens", "analyst", &wanted).await;
        assert!([404, 422].contains(&refused.status), "{}", refused.text);
        app.post("/api/v1/tokens", "admin", &wanted).await.expect(201);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_stays_about_its_worker_when_its_week_is_long_past() {
    on_both(async |app| {
        let id = text(&given(&app, Some("worker-b"), &card("Tyly kohtelu.")).await["id"]);
        grant(&app, "worker", Role::ResponsiblePerson, "koivu").await;
        let seen = async |what: &str| {
            let case = app.get(&format!("/api/v1/cases/{id}"), "worker").await.expect(200).body;
            assert_eq!((&case["texts"], &case["steps"]), (&json!(null), &json!([])), "{what}");
        };
        seen("this week").await;
        // Nearly two years later, a week before the text and the link are deleted. The settings in memory no longer
        // hold the colours of that week.
        app.at("2028-11-13T08:00:00Z");
        let monday = "2028-11-13".parse().expect("a day");
        let colours = [("sininen".to_owned(), "worker-b".to_owned())].into();
        let koivu = unit(&app, "koivu").id;
        administration::set_card_colours(&app.service, ChangedBy::CommandLine, koivu, monday, &colours)
            .await
            .expect("new colours");
        for token in ["worker"] {
            let new = administration::NewToken {
                principal: token.to_owned(),
                name: "later".to_owned(),
                scopes: Scope::ALL.to_vec(),
                expires_on: "2029-12-31".parse().expect("a day"),
            };
            let secret =
                administration::make_token(&app.service, ChangedBy::CommandLine, &new).await.expect("a token").secret;
            let path = format!("{}/api/v1/cases/{id}", app.base);
            let answer = app.client.get(path).bearer_auth(secret.as_str()).send().await.expect("an answer");
            let case: Value = answer.json().await.expect("a body");
            assert_eq!((&case["texts"], &case["steps"]), (&json!(null), &json!([])));
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_danger_are_urgent_whenever_they_come() {
    on_both(async |app| {
        let given = given(&app, None, &web("Soittakaa.")).await;
        let (id, code) = (text(&given["id"]), text(&given["receipt"]));
        let urgency = async || app.get(&format!("/api/v1/cases/{id}"), "handler").await.expect(200).text_at("/urgency");
        assert_eq!(urgency().await, "normal");
        let words = json!({"code": code, "text": "Äiti on laihtunut kovasti."});
        app.post_public("/api/v1/receipts/message", &words).await.expect(200);
        assert_eq!(urgency().await, "read_today");
        let words = json!({"code": code, "text": "Ajattelen itsemurhaa."});
        app.post_public("/api/v1/receipts/message", &words).await.expect(200);
        assert_eq!(urgency().await, "urgent");
        worker::run_due(&app.worker).await.expect("the due jobs");
        let notices = app.get("/api/v1/notices", "handler").await.expect(200).body;
        assert_eq!(notices["items"][0]["kind"], "urgent_case", "{notices}");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_author_of_an_oral_note_hears_that_there_is_something_to_tell() {
    on_both(async |app| {
        let id = text(&given(&app, Some("worker"), &oral("Aika oli lyhyt.")).await["id"]);
        let answer = json!({"kind": "change_made", "text": "Aikoja on pidennetty."});
        app.step(&id, "decide", "handler", Some(&answer)).await.expect(200);
        let listed = app.get("/api/v1/cases?state=decided", "worker").await.expect(200).body;
        assert_eq!(listed["items"][0]["id"], json!(id));
        app.at("2026-11-23T06:30:00Z");
        worker::run_due(&app.worker).await.expect("the due jobs");
        let notices = app.get("/api/v1/notices", "worker").await.expect(200).body;
        let notice = &notices["items"][0];
        assert_eq!(
            (&notice["kind"], &notice["day"], &notice["cases"]),
            (&json!("new_cases"), &json!("2026-11-23"), &json!(1))
        );
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_steps_alone_reads_no_words() {
    on_both(async |mut app| {
        let id = text(&given(&app, None, &web("Salainen asia.")).await["id"]);
        let narrow = token_of(&app.service, "handler", &[Scope::CasesWrite]).await;
        app.tokens.insert("narrow".to_owned(), narrow);
        let path = format!("/api/v1/cases/{id}/acknowledge");
        let answer =
            app.call_with(Method::POST, &path, Some("narrow"), None, &[("If-Match", "\"1\"")]).await.expect(200);
        assert_eq!((&answer.body["state"], &answer.body["texts"]), (&json!("acknowledged"), &json!(null)));
        assert!(!answer.text.contains("Salainen"), "{}", answer.text);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interview_is_masked_text_by_text() {
    on_both(async |app| {
        let form = json!({"unit": "koivu", "language": "fi", "held_on": "2026-11-20",
            "goal": "Soittakaa\n040/123 4567 tai\nmatti@example.fi", "arrangements": {"recording": "notes"},
            "group": {"participants": 6, "interviewers": 2}, "summary": {"strengths": ["ryhmähenki"]}});
        let id = app.post("/api/v1/group-interviews", "facilitator", &form).await.expect(201).text_at("/id");
        let path = format!("/api/v1/group-interviews/{id}");
        let masked = app.get(&path, "responsible").await.expect(200).text_at("/detail/goal");
        assert!(!masked.contains("123") && !masked.contains("matti"), "{masked}");
        let own = app.get(&path, "facilitator").await.expect(200).text_at("/detail/goal");
        assert!(own.contains("123 4567") && own.contains("matti@example.fi"), "{own}");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn handing_a_case_over_is_answered_and_a_new_answer_is_not_the_old_one() {
    on_both(async |app| {
        let given = given(&app, None, &web("Soittakaa.")).await;
        let (id, code) = (text(&given["id"]), text(&given["receipt"]));
        let no = json!({"kind": "no_change", "text": "Emme muuta tätä."});
        app.step(&id, "decide", "handler", Some(&no)).await.expect(200);
        app.story(&code).await.expect(200);
        let back = json!({"code": code, "helped": false});
        app.post_public("/api/v1/receipts/verdict", &back).await.expect(200);
        app.step(&id, "decide", "handler", Some(&json!({"kind": "thanks"}))).await.expect(200);
        let decision = app.story(&code).await.expect(200).body["matters"][0]["decision"].clone();
        assert_eq!((&decision["kind"], &decision["text"]), (&json!("thanks"), &json!(null)));
        app.step(&id, "reopen", "handler", Some(&json!({"reason": "uusi tieto"}))).await.expect(200);
        let over = json!({"handler": "responsible"});
        let answer = app.step(&id, "assign", "handler", Some(&over)).await.expect(200).body;
        assert_eq!((&answer["handler"], &answer["texts"]), (&json!("responsible"), &json!(null)));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_who_hold_a_code_read_no_words_with_it() {
    on_both(async |app| {
        let code = text(&given(&app, None, &web("Salainen asia.")).await["receipt"]);
        let lookup = app.post("/api/v1/receipts/lookup", "analyst", &json!({"code": code})).await.expect(200);
        assert!(!lookup.text.contains("Salainen"), "{}", lookup.text);
        assert!(app.story(&code).await.expect(200).text.contains("Salainen"));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printed_code_is_not_used_up_by_a_web_form() {
    on_both(async |app| {
        let stubs = kaiku::loop_back::card_stubs::make(&app.service, "koivu", 1).await.expect("stubs");
        let mut form = web("Soittakaa.");
        form["receipt"] = json!(stubs[0].code.reveal());
        app.post_public(FEEDBACK, &form).await.problem(409, "code-taken");
        let mut typed = card("Hyvä.");
        typed["serial"] = json!(stubs[0].serial.reveal());
        app.post(FEEDBACK, "worker", &typed).await.expect(201);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_hold_no_identity_code() {
    on_both(async |app| {
        let new = json!({"slug": "uusi", "name": "Olen 010594-9032", "organiser": "testila"});
        let refused = app.post("/api/v1/producers", "admin", &new).await;
        assert!(refused.status == 422, "{}", refused.text);
        app.stop().await;
    })
    .await;
}
