//! The whole permission table: role × node × call. What is allowed succeeds; everything else is 404, and a missing
//! scope 403.

use std::collections::BTreeMap;

use kaiku::organisation::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, on_both, token_of};

/// The principals of the county that call, most of them named after their role.
const CALLERS: [&str; 15] = [
    "worker",
    "worker-b",
    "worker-paju",
    "responsible",
    "responsible-paju",
    "handler",
    "handler-paju",
    "contact",
    "contact-yhdistys",
    "organiser",
    "analyst",
    "facilitator",
    "collector",
    "admin",
    "outsider",
];

/// Cases at koivu (producer oma-tuotanto): one from the web with contact details, an oral note by `worker`, a yellow
/// card about `worker`, and a point of a group interview by `facilitator`.
struct Things {
    web: String,
    oral: String,
    card: String,
    point: String,
    interview: String,
}

async fn things(app: &TestApp) -> Things {
    let text = json!({"q12": 2, "free": "Soittakaa 040 1234567 tai antaja@example.fi."});
    let web = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": text, "reply": {"wanted": true, "email": "antaja@example.fi"}});
    let web = app.post_public("/api/v1/feedback", &web).await.expect(201).text_at("/id");
    let oral = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
        "answers": {"free": "Kiitos ajasta."}});
    let oral = app.post("/api/v1/feedback", "worker", &oral).await.expect(201).text_at("/id");
    let card = json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
        "colour": "keltainen", "answers": {"q1": 3, "q3": "Hyvin kuunneltu."}});
    let card = app.post("/api/v1/feedback", "worker-b", &card).await.expect(201).text_at("/id");
    let group = json!({"unit": "koivu", "language": "fi", "held_on": "2026-11-20", "goal": "Kehittää",
        "arrangements": {"recording": "notes"}, "group": {"participants": 6, "interviewers": 2},
        "summary": {"weaknesses": ["odottelu"]}});
    let group = app.post("/api/v1/group-interviews", "facilitator", &group).await.expect(201);
    Things { web, oral, card, point: group.text_at("/points/0/id"), interview: group.text_at("/id") }
}

/// Who gets 2xx for a GET of each thing; everybody else must get 404.
fn readers() -> BTreeMap<&'static str, Vec<&'static str>> {
    let above = ["responsible", "handler", "contact", "organiser"];
    BTreeMap::from([
        ("web", above.to_vec()),
        ("oral", [&above[..], &["worker"]].concat()),
        ("card", above.to_vec()),
        ("point", [&above[..], &["facilitator"]].concat()),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_seen_by_those_of_the_table_only() {
    on_both(async |app| {
        let things = things(&app).await;
        let ids = BTreeMap::from([
            ("web", &things.web),
            ("oral", &things.oral),
            ("card", &things.card),
            ("point", &things.point),
        ]);
        for (what, allowed) in readers() {
            for caller in CALLERS {
                let answer = app.get(&format!("/api/v1/cases/{}", ids[what]), caller).await;
                let wanted = if allowed.contains(&caller) { 200 } else { 404 };
                assert_eq!(answer.status, wanted, "{caller} reads the case of {what}: {}", answer.text);
            }
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_shown_in_the_form_of_the_table() {
    on_both(async |app| {
        let things = things(&app).await;
        let web = format!("/api/v1/cases/{}", things.web);
        let text = |answer: &Answer| answer.body.pointer("/texts/0/text").and_then(Value::as_str).map(str::to_owned);
        let original = text(&app.get(&web, "handler").await.expect(200)).unwrap();
        assert!(original.contains("040 1234567") && original.contains("antaja@example.fi"), "{original}");
        let masked = text(&app.get(&web, "responsible").await.expect(200)).unwrap();
        assert!(!masked.contains("1234567") && !masked.contains("antaja@"), "{masked}");
        for nobody in ["contact", "organiser"] {
            let answer = app.get(&web, nobody).await.expect(200);
            assert_eq!((answer.body["texts"].clone(), answer.body["answers"].clone()), (Value::Null, Value::Null));
        }
        let oral = app.get(&format!("/api/v1/cases/{}", things.oral), "worker").await.expect(200);
        assert_eq!(text(&oral).as_deref(), Some("Kiitos ajasta."));
        let point = app.get(&format!("/api/v1/cases/{}", things.point), "facilitator").await.expect(200);
        assert_eq!(text(&point).as_deref(), Some("odottelu"));
        for (caller, status) in
            CALLERS.map(|who| (who, if ["facilitator", "responsible"].contains(&who) { 200 } else { 404 }))
        {
            let answer = app.get(&format!("/api/v1/group-interviews/{}", things.interview), caller).await;
            assert_eq!(answer.status, status, "{caller}: {}", answer.text);
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contact_details_are_opened_by_the_handler_only_and_logged() {
    on_both(async |app| {
        let things = things(&app).await;
        let path = format!("/api/v1/cases/{}/contact", things.web);
        for caller in CALLERS {
            let answer = app.call(Method::POST, &path, Some(caller), None).await;
            assert_eq!(answer.status, if caller == "handler" { 200 } else { 404 }, "{caller}: {}", answer.text);
        }
        let mut db = app.service.store.read().await.unwrap();
        let read = kaiku::store::audit::of_subject(&mut db, things.web.parse().unwrap()).await.unwrap();
        assert_eq!(read.iter().filter(|(_, action)| action == "contact.read").count(), 1);
        drop(db);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_taken_by_handler_and_responsible_person_only() {
    on_both(async |app| {
        let things = things(&app).await;
        let steps: [(&str, Option<Value>); 8] = [
            ("acknowledge", None),
            ("assign", Some(json!({"handler": "responsible"}))),
            ("ask", Some(json!({"question": "Mihin aikaan soitit?"}))),
            ("decide", Some(json!({"kind": "thanks", "text": "Kiitos."}))),
            ("tell", Some(json!({"how": "in_person"}))),
            ("mail-refused", None),
            ("close", None),
            ("reopen", Some(json!({"reason": "uusi tieto"}))),
        ];
        for caller in CALLERS.iter().filter(|caller| !["handler", "responsible"].contains(caller)) {
            for (step, body) in &steps {
                let path = format!("/api/v1/cases/{}/{step}", things.web);
                let answer =
                    app.call_with(Method::POST, &path, Some(caller), body.as_ref(), &[("If-Match", "\"1\"")]).await;
                assert_eq!(answer.status, 404, "{caller} takes {step}: {}", answer.text);
            }
        }
        app.step(&things.web, "acknowledge", "handler", None).await.expect(200);
        app.step(&things.web, "assign", "responsible", Some(&json!({"handler": "responsible"}))).await.expect(200);
        // The person it was assigned to handles it now, in whatever role; the one who passed it on no longer does.
        app.step(&things.web, "decide", "handler", Some(&json!({"kind": "thanks"}))).await.problem(404, "not-found");
        app.step(&things.web, "decide", "responsible", Some(&json!({"kind": "thanks"}))).await.expect(200);
        // The author of an oral note may tell its giver, and nothing else.
        let thanks = json!({"kind": "thanks", "text": "Kiitos itsellesi."});
        app.step(&things.oral, "decide", "worker", Some(&thanks)).await.problem(404, "not-found");
        app.step(&things.oral, "decide", "handler", Some(&thanks)).await.expect(200);
        app.step(&things.oral, "tell", "worker", Some(&json!({"how": "in_person"}))).await.expect(200);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feedback_is_recorded_by_those_of_the_unit_only() {
    on_both(async |app| {
        let note = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
            "answers": {"free": "Hyvä."}});
        let card = json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
            "answers": {"q1": 2}});
        let paper = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "paper", "language": "fi",
            "answers": {"q1": 4}});
        let group = json!({"unit": "koivu", "language": "fi", "held_on": "2026-11-20", "goal": "Kehittää",
            "arrangements": {"recording": "notes"}, "group": {"participants": 6, "interviewers": 2},
            "summary": {"strengths": ["ryhmähenki"]}});
        let recorders = ["worker", "worker-b", "responsible", "collector"];
        let interviewers = ["facilitator", "responsible", "collector"];
        for caller in CALLERS {
            for body in [&note, &card, &paper] {
                let answer = app.post("/api/v1/feedback", caller, body).await;
                let wanted = if recorders.contains(&caller) { 201 } else { 404 };
                assert_eq!(answer.status, wanted, "{caller} records {}: {}", body["channel"], answer.text);
            }
            let batch = json!({"items": [card]});
            let answer = app.post("/api/v1/feedback/batch", caller, &batch).await;
            assert_eq!(answer.status, if recorders.contains(&caller) { 201 } else { 404 }, "{caller}: {}", answer.text);
            let answer = app.post("/api/v1/group-interviews", caller, &group).await;
            assert_eq!(
                answer.status,
                if interviewers.contains(&caller) { 201 } else { 404 },
                "{caller}: {}",
                answer.text
            );
        }
        // A collector records, but then sees no more of it.
        let own = app.post("/api/v1/feedback", "collector", &note).await.expect(201).text_at("/id");
        app.get(&format!("/api/v1/cases/{own}"), "collector").await.problem(404, "not-found");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feedback_is_taken_back_by_its_author_and_the_responsible_person_only() {
    on_both(async |app| {
        for (who, allowed) in CALLERS.map(|who| (who, ["worker", "responsible"].contains(&who))) {
            let note = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral",
                "language": "fi", "answers": {"free": "Hyvä."}});
            let id = app.post("/api/v1/feedback", "worker", &note).await.expect(201).text_at("/id");
            let answer =
                app.post(&format!("/api/v1/feedback/{id}/void"), who, &json!({"reason": "typing_fault"})).await;
            assert_eq!(answer.status, if allowed { 204 } else { 404 }, "{who}: {}", answer.text);
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_lists_what_the_roles_reach() {
    on_both(async |app| {
        let things = things(&app).await;
        let paju = json!({"unit": "paju", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"free": "Pajun asia."}});
        let paju = app.post_public("/api/v1/feedback", &paju).await.expect(201).text_at("/id");
        let own = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
            "answers": {"free": "Kerääjälle kerrottu."}});
        let collected = app.post("/api/v1/feedback", "collector", &own).await.expect(201).text_at("/id");
        let authors = [(things.oral.clone(), "worker"), (things.point.clone(), "facilitator")];
        let koivu = [things.web, things.oral, things.card, things.point, collected];
        let sees = |who: &str| match who {
            "responsible" | "contact" | "handler" => (true, false),
            "responsible-paju" | "contact-yhdistys" | "handler-paju" => (false, true),
            "organiser" => (true, true),
            _ => (false, false),
        };
        for caller in CALLERS {
            let page = app.get("/api/v1/cases?limit=200", caller).await.expect(200);
            let listed: Vec<&str> =
                page.body["items"].as_array().unwrap().iter().filter_map(|case| case["id"].as_str()).collect();
            let (of_koivu, of_paju) = sees(caller);
            for id in &koivu {
                // An author finds what is to be told; a collector sees no more of what was recorded.
                let own = authors.iter().any(|(note, author)| note == id && *author == caller);
                assert_eq!(listed.contains(&id.as_str()), of_koivu || own, "{caller} lists koivu");
            }
            assert_eq!(listed.contains(&paju.as_str()), of_paju, "{caller} lists paju");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_is_seen_by_its_keepers_only() {
    on_both(async |app| {
        for caller in CALLERS {
            for queue in ["/api/v1/jobs", "/api/v1/held-messages"] {
                let answer = app.get(queue, caller).await;
                assert_eq!(answer.status, if caller == "admin" { 200 } else { 404 }, "{caller}: {}", answer.text);
            }
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_closed_by_their_keepers_only() {
    on_both(async |app| {
        let body = json!({"closures": [{"day": "2027-06-01", "reason": "Koulutuspäivä"}]});
        let keepers: [(&str, &str, &[&str]); 4] = [
            ("unit", "koivu", &["admin", "responsible"]),
            ("unit", "paju", &["admin", "responsible-paju"]),
            ("producer", "oma-tuotanto", &["admin", "contact"]),
            ("organiser", "testila", &["admin"]),
        ];
        for (kind, node, allowed) in keepers {
            let query = format!("node_kind={kind}&node={node}");
            for caller in CALLERS {
                let wanted = |allowed_status| if allowed.contains(&caller) { allowed_status } else { 404 };
                let answer = app.post(&format!("/api/v1/calendar/closures?{query}"), caller, &body).await;
                assert_eq!(answer.status, wanted(204), "{caller} closes {node}: {}", answer.text);
                let path = format!("/api/v1/calendar/closures/2027-06-01?{query}");
                let answer = app.call(Method::DELETE, &path, Some(caller), None).await;
                assert_eq!(answer.status, wanted(204), "{caller} opens {node}: {}", answer.text);
                let request = app
                    .client
                    .post(format!("{}/api/v1/calendar/import?{query}", app.base))
                    .bearer_auth(&app.tokens[caller])
                    .header("content-type", "text/calendar")
                    .body("BEGIN:VCALENDAR\nEND:VCALENDAR\n");
                let answer = Answer::of(request.send().await.unwrap()).await;
                assert_eq!(answer.status, wanted(200), "{caller} imports for {node}: {}", answer.text);
            }
        }
        let koivu = "/api/v1/calendar/closures?node_kind=unit&node=koivu";
        for caller in CALLERS {
            let answer = app.get(koivu, caller).await;
            let elsewhere = ["worker-paju", "responsible-paju", "handler-paju", "contact-yhdistys", "outsider"];
            let wanted = if elsewhere.contains(&caller) { 404 } else { 200 };
            assert_eq!(answer.status, wanted, "{caller} reads when koivu is closed: {}", answer.text);
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_printed_by_admins_only() {
    on_both(async |app| {
        for caller in CALLERS {
            let one = json!({"count": 1, "language": "fi"});
            let answer = app.post("/api/v1/units/koivu/card-sheets", caller, &one).await;
            assert_eq!(answer.status, if caller == "admin" { 201 } else { 404 }, "{caller}: {}", answer.text);
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_scope_is_403_and_a_missing_token_401() {
    on_both(async |mut app| {
        let things = things(&app).await;
        let case = format!("/api/v1/cases/{}", things.web);
        let calls: Vec<(Scope, Method, String, Option<Value>)> = vec![
            (Scope::CasesRead, Method::GET, case.clone(), None),
            (Scope::CasesRead, Method::GET, "/api/v1/cases".to_owned(), None),
            (Scope::CasesWrite, Method::POST, format!("{case}/acknowledge"), None),
            (Scope::CasesWrite, Method::POST, format!("{case}/mail-refused"), None),
            (Scope::ContactsRead, Method::POST, format!("{case}/contact"), None),
            (
                Scope::FeedbackVoid,
                Method::POST,
                format!("/api/v1/feedback/{}/void", things.web),
                Some(json!({"reason": "spam"})),
            ),
            (Scope::FeedbackWrite, Method::POST, "/api/v1/feedback/batch".to_owned(), Some(json!({"items": []}))),
            (Scope::CasesRead, Method::GET, "/api/v1/tell-list".to_owned(), None),
            (Scope::CasesWrite, Method::POST, "/api/v1/cases/decide-thanks".to_owned(), Some(json!({"cases": []}))),
            (
                Scope::CasesWrite,
                Method::POST,
                "/api/v1/units/koivu/board".to_owned(),
                Some(json!({"said": "a", "done": "b", "language": "fi"})),
            ),
            (
                Scope::CasesWrite,
                Method::POST,
                "/api/v1/units/koivu/results".to_owned(),
                Some(json!({"instrument": "tapaaminen-kortti", "from": "2026-11", "to": "2026-11", "words": "a",
                    "language": "fi"})),
            ),
            (
                Scope::CasesWrite,
                Method::POST,
                format!("/api/v1/group-interviews/{}/discussion", things.interview),
                Some(json!({"held_on": "2026-11-20", "together": true, "participants": 5, "memo": "a", "language": "fi"})),
            ),
            (Scope::ReportsRead, Method::GET, "/api/v1/reports/loop".to_owned(), None),
            (Scope::OrganisationRead, Method::GET, "/api/v1/units".to_owned(), None),
            (
                Scope::OrganisationWrite,
                Method::POST,
                "/api/v1/units/koivu/card-sheets".to_owned(),
                Some(json!({"count": 1, "language": "fi"})),
            ),
            (
                Scope::OrganisationRead,
                Method::GET,
                "/api/v1/calendar/closures?node_kind=unit&node=koivu".to_owned(),
                None,
            ),
            (
                Scope::OrganisationWrite,
                Method::POST,
                "/api/v1/calendar/import?node_kind=unit&node=koivu".to_owned(),
                None,
            ),
            (Scope::CasesRead, Method::POST, "/api/v1/calendar/feed".to_owned(), None),
            (Scope::CasesRead, Method::DELETE, "/api/v1/calendar/feed".to_owned(), None),
            (Scope::OrganisationWrite, Method::POST, "/api/v1/agreements/0/accept".to_owned(), None),
            (
                Scope::OrganisationWrite,
                Method::POST,
                "/api/v1/agreements/0/decline".to_owned(),
                Some(json!({"reason": "Emme ehdi."})),
            ),
            (Scope::OrganisationWrite, Method::POST, "/api/v1/agreements/0/withdraw".to_owned(), None),
            (
                Scope::OrganisationWrite,
                Method::POST,
                "/api/v1/routing-rules/dry-run".to_owned(),
                Some(json!({"text": "Hei.", "unit": "koivu", "channel": "web"})),
            ),
            (Scope::TokensWrite, Method::GET, "/api/v1/tokens".to_owned(), None),
            (Scope::ConfirmationsWrite, Method::GET, "/api/v1/confirmations".to_owned(), None),
            (Scope::ConfirmationsWrite, Method::POST, "/api/v1/confirmations/0".to_owned(), None),
            (Scope::ConfirmationsWrite, Method::DELETE, "/api/v1/confirmations/0".to_owned(), None),
            (Scope::AuditRead, Method::GET, "/api/v1/audit".to_owned(), None),
            (Scope::JobsWrite, Method::GET, "/api/v1/jobs".to_owned(), None),
            (Scope::JobsWrite, Method::GET, "/api/v1/held-messages".to_owned(), None),
            (Scope::JobsWrite, Method::POST, format!("/api/v1/held-messages/{}/release", things.web), Some(json!({}))),
            (Scope::JobsWrite, Method::DELETE, format!("/api/v1/held-messages/{}", things.web), None),
            (Scope::WebhooksWrite, Method::GET, "/api/v1/webhooks".to_owned(), None),
        ];
        for (scope, method, path, body) in calls {
            let without: Vec<Scope> = Scope::ALL.into_iter().filter(|other| *other != scope).collect();
            let token = token_of(&app.service, "handler", &without).await;
            app.tokens.insert("narrow".to_owned(), token);
            let answer = app.call(method.clone(), &path, Some("narrow"), body.as_ref()).await;
            answer.problem(403, "scope-missing");
            app.call(method, &path, None, body.as_ref()).await.problem(401, "unauthenticated");
        }
        app.stop().await;
    })
    .await;
}
