//! What reaches texts, contact details or settings takes a second person; and who did what stands in the audit log.

use std::collections::BTreeSet;

use kaiku::administration::{self, ChangedBy};
use kaiku::organisation::{NodeKind, Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::program::Installation;
use crate::support::{Kind, TestApp, on_both, token_of};

const CONFIRMATIONS: &str = "/api/v1/confirmations";
const GRANTS: &str = "/api/v1/principals/analyst/grants";

fn at_koivu(role: &str) -> Value {
    json!({"role": role, "node": {"kind": "unit", "slug": "koivu"}})
}

async fn waiting(app: &TestApp, who: &str) -> Vec<Value> {
    app.get(CONFIRMATIONS, who).await.expect(200).body["items"].as_array().expect("a list").clone()
}

/// The entries of the audit log, newest first: (action, principal, before, after).
async fn audit(app: &TestApp, who: &str) -> Vec<(String, Value, Value, Value)> {
    let (mut entries, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.get(&format!("/api/v1/audit?limit=7{cursor}"), who).await.expect(200).body;
        for entry in page["items"].as_array().expect("a list") {
            let action = entry["action"].as_str().expect("an action").to_owned();
            entries.push((action, entry["principal"].clone(), entry["before"].clone(), entry["after"].clone()));
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return entries,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_reaches_texts_holds_once_a_second_person_has_confirmed_it() {
    on_both(async |app| {
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q12": 2, "free": "Ovi narisi."}});
        let case = app.post_public("/api/v1/feedback", &form).await.expect(201).text_at("/id");
        let case = format!("/api/v1/cases/{case}");
        // What reaches figures only holds at once.
        app.post(GRANTS, "admin", &at_koivu("collector")).await.expect(201);
        let asked = app.post(GRANTS, "admin", &at_koivu("responsible_person")).await.expect(202);
        assert!(!asked.text.contains("responsible_person"), "{}", asked.text);
        app.post(GRANTS, "admin", &at_koivu("responsible_person")).await.expect(202);
        app.get(&case, "analyst").await.problem(404, "not-found");

        let shown = waiting(&app, "organiser").await;
        assert_eq!(shown.len(), 1, "asked for twice, it waits once: {shown:?}");
        let known = ["principal", "role", "asked_by"].map(|name| shown[0][name].clone());
        assert_eq!(known, [json!("analyst"), json!("responsible_person"), json!("admin")]);
        let path = format!("{CONFIRMATIONS}/{}", shown[0]["id"].as_str().expect("an id"));
        for who in ["responsible", "handler", "contact", "worker", "outsider"] {
            assert_eq!(waiting(&app, who).await, Vec::<Value>::new(), "{who}");
            for method in [Method::POST, Method::DELETE] {
                app.call(method, &path, Some(who), None).await.problem(404, "not-found");
            }
        }
        // Neither who asked nor whom it is for.
        app.call(Method::POST, &path, Some("admin"), None).await.problem(403, "second-person");
        let settings = app.service.snapshot();
        let analyst = settings.tree.principal_by_slug("analyst").expect("a principal").id;
        let whole = settings.tree.node(NodeKind::Organiser, "testila").expect("an organiser");
        administration::grant(&app.service, ChangedBy::CommandLine, analyst, Role::Admin, whole)
            .await
            .expect("a grant");
        app.call(Method::POST, &path, Some("analyst"), None).await.problem(403, "second-person");
        app.get(&case, "analyst").await.problem(404, "not-found");
        app.call(Method::POST, &path, Some("organiser"), None).await.expect(204);
        app.get(&case, "analyst").await.expect(200);
        app.call(Method::POST, &path, Some("organiser"), None).await.problem(404, "not-found");

        // One that is refused is gone.
        app.post(GRANTS, "admin", &at_koivu("handler")).await.expect(202);
        let path = format!("{CONFIRMATIONS}/{}", waiting(&app, "organiser").await[0]["id"].as_str().expect("an id"));
        app.call(Method::DELETE, &path, Some("organiser"), None).await.expect(204);
        assert_eq!(waiting(&app, "organiser").await, Vec::<Value>::new());
        // Taken away while it waits.
        app.post(GRANTS, "admin", &at_koivu("facilitator")).await.expect(202);
        let taken_away = format!("{GRANTS}/facilitator/unit/koivu");
        app.call(Method::DELETE, &taken_away, Some("admin"), None).await.expect(204);
        assert_eq!(waiting(&app, "organiser").await, Vec::<Value>::new());

        let entries = audit(&app, "admin").await;
        let did = |action: &str, who: &str, role: &str| {
            entries.iter().any(|(what, by, _, after)| {
                what == action && by == who && after["role"] == role && after["principal"] == "analyst"
            })
        };
        assert!(
            did("grant.asked", "admin", "responsible_person") && did("grant.added", "organiser", "responsible_person")
        );
        assert!(did("grant.added", "admin", "collector") && did("grant.refused", "organiser", "handler"));
        assert!(did("grant.refused", "admin", "facilitator"), "what never held is gone in the log too");
        assert!(entries.iter().any(|(what, by, _, after)| {
            what == "grant.added" && by.is_null() && after["role"] == "admin" && after["principal"] == "analyst"
        }));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_reaches_texts_opens_nothing_before_a_second_person_has_confirmed_it() {
    on_both(async |mut app| {
        let token = |principal: &str, scopes: &[&str]| {
            json!({"principal": principal, "name": "koe", "scopes": scopes, "expires_on": "2027-01-01"})
        };
        let open = app.post("/api/v1/tokens", "admin", &token("handler", &["organisation:read"])).await.expect(201);
        assert_eq!(open.body["confirmed"], true);
        for scope in Scope::ALL.into_iter().filter(|scope| scope.needs_second_person()) {
            let made = app.post("/api/v1/tokens", "admin", &token("handler", &[scope.as_str()])).await.expect(201);
            assert_eq!(made.body["confirmed"], false, "{scope}");
            app.tokens.insert("new".to_owned(), made.text_at("/secret"));
            app.get("/api/v1/cases", "new").await.problem(401, "unauthenticated");
            let path = format!("{CONFIRMATIONS}/{}", made.text_at("/id"));
            app.call(Method::POST, &path, Some("admin"), None).await.problem(403, "second-person");
            app.call(Method::POST, &path, Some("handler"), None).await.problem(404, "not-found");
            if scope == Scope::CasesRead {
                app.call(Method::POST, &path, Some("organiser"), None).await.expect(204);
                app.get("/api/v1/cases", "new").await.expect(200);
            } else {
                app.call(Method::DELETE, &path, Some("organiser"), None).await.expect(204);
                app.call(Method::POST, &path, Some("organiser"), None).await.problem(404, "not-found");
                app.get("/api/v1/cases", "new").await.problem(401, "unauthenticated");
            }
        }
        // Not for oneself either.
        let own = app.post("/api/v1/tokens", "admin", &token("admin", &["tokens:write"])).await.expect(201);
        assert_eq!(own.body["confirmed"], false);

        let entries = audit(&app, "organiser").await;
        let actions: BTreeSet<&str> = entries.iter().map(|(action, ..)| action.as_str()).collect();
        for action in ["token.added", "token.asked", "token.confirmed", "token.refused"] {
            assert!(actions.contains(action), "{action} in {actions:?}");
        }
        assert!(!format!("{entries:?}").contains("kaiku_"), "no secret");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_reads_changes_or_destroys_anything_waits_whatever_its_scopes() {
    on_both(async |mut app| {
        // Recording feedback and reading the organisation alone are open at once.
        let open = ["feedback:write", "organisation:read"];
        for scope in Scope::ALL {
            let token =
                json!({"principal": "responsible", "name": "koe", "scopes": [scope], "expires_on": "2027-01-01"});
            let made = app.post("/api/v1/tokens", "admin", &token).await.expect(201);
            assert_eq!(made.body["confirmed"], open.contains(&scope.as_str()), "{scope}");
        }
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q12": 2}});
        let id = app.post_public("/api/v1/feedback", &form).await.expect(201).text_at("/id");
        let token = json!({"principal": "responsible", "name": "koe", "scopes": ["feedback:void"],
            "expires_on": "2027-01-01"});
        let made = app.post("/api/v1/tokens", "admin", &token).await.expect(201);
        app.tokens.insert("void".to_owned(), made.text_at("/secret"));
        let void = format!("/api/v1/feedback/{id}/void");
        app.post(&void, "void", &json!({"reason": "spam"})).await.problem(401, "unauthenticated");
        let path = format!("{CONFIRMATIONS}/{}", made.text_at("/id"));
        app.call(Method::POST, &path, Some("organiser"), None).await.expect(204);
        app.post(&void, "void", &json!({"reason": "spam"})).await.expect(204);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_oneself_the_handler_by_a_rule() {
    on_both(async |app| {
        const RULES: &str = "/api/v1/routing-rules";
        let rule = |code: &str, kind: &str, slug: &str, then: Value| {
            let mut then = then;
            then["category"] = json!("own");
            json!({"node": {"kind": kind, "slug": slug}, "rule": {"code": code, "position": 1, "reason": "Kokeilu.",
                "when": {"channels": ["web"]}, "then": then}})
        };
        let at_koivu = |code: &str, then: Value| rule(code, "unit", "koivu", then);
        for then in [json!({"handler": "organiser"}), json!({"handler_role": "organiser"})] {
            app.post(RULES, "organiser", &at_koivu("own", then)).await.problem(403, "second-person");
        }
        // One that is off names nobody; switching it on does.
        let mut off = at_koivu("own", json!({"handler": "organiser"}));
        off["enabled"] = json!(false);
        let id = app.post(RULES, "organiser", &off).await.expect(201).text_at("/id");
        let on = json!({"rule": off["rule"]});
        let path = format!("{RULES}/{id}");
        app.call(Method::PUT, &path, Some("organiser"), Some(&on)).await.problem(403, "second-person");
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q12": 2, "free": "Ovi narisi."}});
        let case = app.post_public("/api/v1/feedback", &form).await.expect(201).text_at("/id");
        let case = format!("/api/v1/cases/{case}");
        assert_eq!(app.get(&case, "organiser").await.expect(200).body["handler"], "handler");
        // Others are named at once, and may name the organiser.
        for handler in ["handler", "responsible", "contact"] {
            let then = json!({"handler": handler});
            app.post(RULES, "organiser", &at_koivu(handler, then)).await.expect(201);
        }
        let named = app.call(Method::PUT, &path, Some("admin"), Some(&on)).await.expect(200).text_at("/id");
        // What another person has named is not widened by oneself.
        let mut wider = on.clone();
        wider["rule"]["when"] = json!({});
        let path = format!("{RULES}/{named}");
        app.call(Method::PUT, &path, Some("organiser"), Some(&wider)).await.problem(403, "second-person");

        // With the role handler, which takes a second person, one may; only where one has it.
        let grants = "/api/v1/principals/organiser/grants";
        app.post(grants, "admin", &json!({"role": "handler", "node": {"kind": "unit", "slug": "koivu"}}))
            .await
            .expect(202);
        app.call(Method::PUT, &path, Some("organiser"), Some(&wider)).await.problem(403, "second-person");
        let waits = format!("{CONFIRMATIONS}/{}", waiting(&app, "admin").await[0]["id"].as_str().expect("an id"));
        app.call(Method::POST, &waits, Some("admin"), None).await.problem(403, "second-person");
        let settings = app.service.snapshot();
        let organiser = settings.tree.principal_by_slug("organiser").expect("a principal").id;
        let koivu = settings.tree.node(NodeKind::Unit, "koivu").expect("a unit");
        administration::grant(&app.service, ChangedBy::CommandLine, organiser, Role::Handler, koivu)
            .await
            .expect("a grant");
        app.call(Method::PUT, &path, Some("organiser"), Some(&wider)).await.expect(200);
        let everywhere = rule("all", "organiser", "testila", json!({"handler": "organiser"}));
        app.post(RULES, "organiser", &everywhere).await.problem(403, "second-person");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_oneself_the_handler_by_absences_agreements_or_people() {
    on_both(async |app| {
        let gone = json!({"name": "Poissa", "language": "fi", "disabled": true});
        app.call(Method::PUT, "/api/v1/principals/contact", Some("admin"), Some(&gone)).await.expect(200);
        let settings = app.service.snapshot();
        let admin = settings.tree.principal_by_slug("admin").expect("a principal").id;
        let producer = settings.tree.node(NodeKind::Producer, "oma-tuotanto").expect("a producer");
        administration::grant(&app.service, ChangedBy::CommandLine, admin, Role::ProducerContact, producer)
            .await
            .expect("a grant");
        let absence = |who: &str, substitute: Value| {
            json!({"principal": who, "first_day": "2026-11-23", "last_day": "2026-11-27", "substitute": substitute})
        };
        const ABSENCES: &str = "/api/v1/absences";
        app.post(ABSENCES, "admin", &absence("handler", json!("admin"))).await.problem(403, "second-person");
        let agreement = json!({"producer": "oma-tuotanto", "unit": "koivu", "handler": "admin", "acknowledge": 2,
            "decide": 10, "tell": 14, "told_how": "Taululla.", "valid_from": "2026-12-01", "signed_by": "Oona, Yrjö"});
        app.post("/api/v1/agreements", "admin", &agreement).await.problem(403, "second-person");
        let mut others = agreement.clone();
        others["handler"] = json!("handler");
        app.post("/api/v1/agreements", "admin", &others).await.expect(201);
        // Nobody else is left at the producer, so cases climb to the admin once all are away at koivu.
        app.post(ABSENCES, "admin", &absence("handler", Value::Null)).await.expect(201);
        app.post(ABSENCES, "admin", &absence("responsible", Value::Null)).await.problem(403, "second-person");
        app.post(ABSENCES, "admin", &absence("responsible", json!("handler"))).await.problem(403, "second-person");
        let settings = app.service.snapshot();
        assert_eq!(settings.absences.len(), 1);
        app.at("2026-11-23T08:00:00Z");
        app.call(Method::PUT, "/api/v1/principals/responsible", Some("admin"), Some(&gone))
            .await
            .problem(403, "second-person");
        app.call(
            Method::DELETE,
            "/api/v1/principals/responsible/grants/responsible_person/unit/koivu",
            Some("admin"),
            None,
        )
        .await
        .problem(403, "second-person");
        // Who is responsible for the unit reads its texts and may take any of its cases anyway.
        let own = json!({"first_day": "2026-12-07", "last_day": "2026-12-11", "principal": "handler",
            "substitute": "responsible"});
        app.post(ABSENCES, "responsible", &own).await.expect(201);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_makes_no_wider_token_for_anybody() {
    on_both(async |mut app| {
        let narrow = token_of(&app.service, "admin", &[Scope::TokensWrite, Scope::OrganisationRead]).await;
        app.tokens.insert("narrow".to_owned(), narrow);
        let token = |principal: &str, scopes: &[&str]| {
            json!({"principal": principal, "name": "koe", "scopes": scopes, "expires_on": "2027-01-01"})
        };
        for principal in ["handler", "admin", "organiser", "outsider"] {
            for scope in ["cases:read", "contacts:read", "feedback:write", "audit:read"] {
                let wider = token(principal, &["organisation:read", scope]);
                let refused = app.post("/api/v1/tokens", "narrow", &wider).await.problem(422, "invalid");
                assert_eq!(refused.body["errors"][0]["pointer"], "/scopes", "{principal} {scope}");
            }
            app.post("/api/v1/tokens", "narrow", &token(principal, &["organisation:read"])).await.expect(201);
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_shows_changes_with_before_and_after_and_readings_to_whom_they_tell_nothing() {
    on_both(async |app| {
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q12": 2, "free": "Ovi narisi."}});
        let case = app.post_public("/api/v1/feedback", &form).await.expect(201).text_at("/id");
        app.get(&format!("/api/v1/cases/{case}"), "handler").await.expect(200);
        let person = json!({"name": "Anni Analyytikko", "language": "sv", "disabled": false});
        app.call(Method::PUT, "/api/v1/principals/analyst", Some("admin"), Some(&person)).await.expect(200);
        let rule = json!({"node": {"kind": "unit", "slug": "koivu"}, "rule": {"code": "melu", "position": 5,
            "reason": "Melu", "when": {"words": ["melu"]}, "then": {"category": "melu"}}});
        let made = app.post("/api/v1/routing-rules", "organiser", &rule).await.expect(201).text_at("/id");
        let off = json!({"enabled": false, "rule": rule["rule"]});
        let path = format!("/api/v1/routing-rules/{made}");
        app.call(Method::PUT, &path, Some("organiser"), Some(&off)).await.expect(200);
        app.call(Method::DELETE, "/api/v1/principals/worker/grants/worker/unit/koivu", Some("admin"), None)
            .await
            .expect(204);

        let entries = audit(&app, "admin").await;
        let find = |action: &str| entries.iter().find(|(held, ..)| held == action).expect(action);
        let (_, by, before, after) = find("principal.changed");
        assert_eq!((by, &before["language"], &after["language"]), (&json!("admin"), &json!("fi"), &json!("sv")));
        let (_, by, before, after) = find("rule.changed");
        assert_eq!((by, &before["enabled"], &after["enabled"]), (&json!("organiser"), &json!(true), &json!(false)));
        assert_eq!((&before["version"], &after["version"]), (&json!(1), &json!(2)));
        let (_, _, before, after) = find("rule.added");
        assert_eq!((before, &after["rule"]["when"]["words"]), (&Value::Null, &json!(["melu"])));
        let (_, by, before, after) = find("grant.removed");
        assert_eq!((by, &before["role"], after), (&json!("admin"), &json!("worker"), &Value::Null));
        let (_, by, before, after) = find("text.read");
        assert_eq!((by, before, after), (&json!("handler"), &Value::Null, &Value::Null));
        assert_eq!(entries.first().map(|(action, ..)| action.as_str()), Some("grant.removed"), "newest first");
        // What was there from the beginning came by the command line.
        assert!(entries.iter().any(|(action, by, ..)| action == "organiser.added" && by.is_null()));

        // Whoever sees cases would learn from a reading whose work one is about.
        let without: Vec<_> = entries.iter().filter(|(action, ..)| action != "text.read").cloned().collect();
        assert_eq!(audit(&app, "organiser").await, without);
        for who in app.tokens.keys().filter(|who| !["admin", "organiser"].contains(&who.as_str())) {
            app.get("/api/v1/audit", who).await.problem(404, "not-found");
        }
        app.get("/api/v1/audit?cursor=x", "admin").await.problem(400, "malformed-parameter");
        app.get("/api/v1/audit?limit=0", "admin").await.problem(400, "malformed-parameter");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_shows_the_audit_log_and_confirms() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::with_county(kind).await;
        let admin = installation.token("admin", "organisation:write,confirmations:write");
        let program = installation.serve().await;
        let ask = |method: Method, path: &str, body: Option<&Value>| {
            let request = crate::support::http().request(method, format!("{}{path}", program.base)).bearer_auth(&admin);
            let request = body.map_or_else(
                || request.try_clone().expect("a request"),
                |body| request.try_clone().expect("a request").json(body),
            );
            async move { request.send().await.expect("an answer") }
        };
        let asked = ask(Method::POST, GRANTS, Some(&at_koivu("handler"))).await;
        assert_eq!(asked.status(), 202);
        let listed = installation.run_well(&["confirmations", "list"]);
        assert!(listed.contains("analyst\trole handler at unit koivu\tasked by admin"), "{listed}");
        let id = listed.split('\t').next().expect("an id");
        installation.run_well(&["confirmations", "confirm", id]);
        assert_eq!(installation.run_well(&["confirmations", "list"]), "");
        assert!(installation.run_badly(&["confirmations", "refuse", id]).contains("confirmations list"));
        let log = installation.run_well(&["audit", "--limit", "3"]);
        let lines: Vec<Vec<&str>> = log.lines().map(|line| line.split('\t').collect()).collect();
        let seen: Vec<[&str; 2]> = lines.iter().map(|line| [line[1], line[2]]).collect();
        assert_eq!(
            seen,
            [["(command line)", "grant.added"], ["admin", "grant.asked"], ["(command line)", "token.added"]],
            "{log}"
        );
        program.stop().await;
    }
}
