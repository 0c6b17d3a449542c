//! Agreements that both sides sign, which agreement applies to what, and who stands in for absent people.

use reqwest::Method;
use serde_json::{Value, json};

use kaiku::organisation::Scope;

use crate::support::{Answer, Kind, TestApp, on_both, token_of};

/// A proposal for oma-tuotanto from December on.
fn proposal(more: &Value) -> Value {
    let mut body = json!({"producer": "oma-tuotanto", "acknowledge": 1, "decide": 4, "tell": 6,
        "told_how": "Aulan taululla", "valid_from": "2026-11-01"});
    for (name, value) in more.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

async fn propose(app: &TestApp, who: &str, more: Value) -> Answer {
    app.post("/api/v1/agreements", who, &proposal(&more)).await
}

async fn answer(app: &TestApp, id: &str, step: &str, who: &str) -> Answer {
    let path = format!("/api/v1/agreements/{id}/{step}");
    let reason = json!({"reason": "Emme ehdi."});
    let body = (step == "decline").then_some(&reason);
    app.call(Method::POST, &path, Some(who), body).await
}

/// Proposed by the contact and accepted by the organiser; returns its id.
async fn signed(app: &TestApp, more: Value) -> String {
    let id = propose(app, "contact", more).await.expect(201).text_at("/id");
    answer(app, &id, "accept", "organiser").await.expect(200);
    id
}

/// The case of a new feedback at a unit.
async fn case_of(app: &TestApp, unit: &str, channel: &str) -> Value {
    let body = json!({"unit": unit, "instrument": "asiakastyytyvaisyys-yleinen", "channel": channel, "language": "fi",
        "answers": {"free": "Jono oli pitkä."}});
    let id = match channel {
        "web" | "kiosk" => app.post_public("/api/v1/feedback", &body).await,
        _ => app.post("/api/v1/feedback", "worker", &body).await,
    };
    let id = id.expect(201).text_at("/id");
    app.get(&format!("/api/v1/cases/{id}"), "organiser").await.expect(200).body
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_counts_once_both_sides_have_signed() {
    on_both(async |app| {
        let proposed = propose(&app, "contact", json!({"board_every": 20, "breach": "contact"})).await.expect(201);
        let id = proposed.text_at("/id");
        assert_eq!(proposed.body["state"], "proposed");
        assert_eq!(proposed.body["signed_by"], Value::Null);
        assert_eq!(proposed.body["signatures"], json!([{"side": "producer", "by": "contact", "on": "2026-11-20"}]));
        assert_eq!((&proposed.body["board_every"], &proposed.body["breach"]), (&json!(20), &json!("contact")));
        assert_eq!(case_of(&app, "koivu", "web").await["agreement"], Value::Null, "one signature is none");
        // The other side is notified and signs; nobody else can.
        let notices = app.get("/api/v1/notices", "organiser").await.expect(200);
        assert_eq!(notices.body["items"][0]["kind"], "agreement_proposed");
        assert_eq!(notices.body["items"][0]["agreement_id"], json!(id));
        for who in ["admin", "responsible", "contact-yhdistys", "outsider", "handler"] {
            answer(&app, &id, "accept", who).await.problem(404, "not-found");
        }
        answer(&app, &id, "accept", "contact").await.problem(409, "step-not-allowed");
        answer(&app, &id, "withdraw", "organiser").await.problem(409, "step-not-allowed");
        let accepted = answer(&app, &id, "accept", "organiser").await.expect(200);
        assert_eq!(accepted.body["state"], "in_force");
        assert_eq!(accepted.body["signed_by"], "Yrjö Yhteys, Oona Organiser");
        assert_eq!(accepted.body["signatures"][1], json!({"side": "organiser", "by": "organiser", "on": "2026-11-20"}));
        let notices = app.get("/api/v1/notices", "contact").await.expect(200);
        assert_eq!(notices.body["items"][0]["kind"], "agreement_answered");
        let case = case_of(&app, "koivu", "web").await;
        assert_eq!(case["agreement_id"], json!(id));
        let named = json!({"id": id, "version": 1, "producer": "oma-tuotanto", "service": null, "unit": null,
            "channel": null});
        assert_eq!(case["agreement"], named);
        assert_eq!(case["promise"]["decide_by"], "2026-11-26", "4 working days");
        let listed = app.get("/api/v1/cases?limit=200", "organiser").await.expect(200);
        let listed = listed.body["items"].as_array().unwrap().iter().find(|held| held["id"] == case["id"]).unwrap();
        assert_eq!(listed["agreement"], named);
        answer(&app, &id, "accept", "organiser").await.problem(409, "step-not-allowed");
        answer(&app, &id, "withdraw", "contact").await.problem(409, "step-not-allowed");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn proposals_are_declined_and_withdrawn_and_never_count() {
    on_both(async |app| {
        let declined = propose(&app, "organiser", json!({})).await.expect(201).text_at("/id");
        app.call(
            Method::POST,
            &format!("/api/v1/agreements/{declined}/decline"),
            Some("contact"),
            Some(&json!({"reason": ""})),
        )
        .await
        .problem(422, "invalid");
        let said = answer(&app, &declined, "decline", "contact").await.expect(200);
        assert_eq!((&said.body["state"], &said.body["declined_because"]), (&json!("declined"), &json!("Emme ehdi.")));
        let withdrawn = propose(&app, "organiser", json!({})).await.expect(201).text_at("/id");
        // Proposing the same again is refused.
        propose(&app, "organiser", json!({})).await.problem(409, "exists");
        assert_eq!(answer(&app, &withdrawn, "withdraw", "organiser").await.expect(200).body["state"], "withdrawn");
        answer(&app, &withdrawn, "accept", "contact").await.problem(409, "step-not-allowed");
        assert_eq!(case_of(&app, "koivu", "web").await["agreement_id"], Value::Null);
        // An admin cannot sign for a side, but can enter an agreement signed on paper. A proposal does not say who
        // signed.
        propose(&app, "admin", json!({})).await.problem(422, "invalid");
        propose(&app, "contact", json!({"signed_by": "Minä"})).await.problem(422, "invalid");
        let paper = propose(&app, "admin", json!({"signed_by": "Oona ja Yrjö"})).await.expect(201);
        assert_eq!((&paper.body["state"], &paper.body["version"]), (&json!("in_force"), &json!(3)));
        assert_eq!(paper.body["signatures"], json!([{"side": "paper", "by": "admin", "on": "2026-11-20"}]));
        for who in ["responsible", "handler", "contact-yhdistys", "outsider"] {
            propose(&app, who, json!({})).await.problem(422, "unknown-reference");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_narrowest_agreement_counts() {
    on_both(async |app| {
        let service = json!({"service": "aikuissosiaalityo"});
        let wanted = [
            (signed(&app, json!({})).await, "leppa", "web"),
            (signed(&app, json!({"channel": "kiosk"})).await, "leppa", "kiosk"),
            (signed(&app, service).await, "koivu", "web"),
            (signed(&app, json!({"service": "aikuissosiaalityo", "channel": "kiosk"})).await, "koivu", "kiosk"),
        ];
        for (id, unit, channel) in &wanted {
            assert_eq!(case_of(&app, unit, channel).await["agreement_id"], json!(id), "{unit} {channel}");
        }
        let unit = signed(&app, json!({"unit": "koivu"})).await;
        assert_eq!(case_of(&app, "koivu", "kiosk").await["agreement_id"], json!(unit));
        let both = signed(&app, json!({"unit": "koivu", "channel": "kiosk"})).await;
        let case = case_of(&app, "koivu", "kiosk").await;
        assert_eq!(case["agreement_id"], json!(both));
        assert_eq!((&case["agreement"]["unit"], &case["agreement"]["channel"]), (&json!("koivu"), &json!("kiosk")));
        assert_eq!(case_of(&app, "koivu", "web").await["agreement_id"], json!(unit));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_takes_the_place_of_the_old_one_from_its_first_day() {
    on_both(async |app| {
        let old = signed(&app, json!({})).await;
        let case = case_of(&app, "koivu", "web").await;
        // The same days without `replaces`: refused, and the error names the agreement it overlaps.
        let same_days = propose(&app, "contact", json!({"tell": 9})).await.problem(409, "exists");
        assert!(same_days.body["detail"].as_str().unwrap().contains(&old), "{}", same_days.text);
        assert_eq!(same_days.body["errors"][0]["pointer"], "/replaces");
        // The usual next version begins later and needs no `replaces`.
        let next = propose(&app, "contact", json!({"tell": 9, "valid_from": "2026-12-01"})).await.expect(201);
        assert_eq!(next.body["replaces"], json!(old));
        let next = next.text_at("/id");
        assert_eq!(answer(&app, &next, "accept", "organiser").await.expect(200).body["state"], "agreed");
        assert_eq!(case_of(&app, "koivu", "web").await["agreement_id"], json!(old));
        app.at("2026-12-01T08:00:00Z");
        assert_eq!(case_of(&app, "koivu", "web").await["agreement_id"], json!(next));
        let state = async |id: &str| {
            app.get(&format!("/api/v1/agreements/{id}"), "contact").await.expect(200).body["state"].clone()
        };
        assert_eq!((state(&old).await, state(&next).await), (json!("replaced"), json!("in_force")));
        let kept = app.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap()), "organiser").await.expect(200);
        assert_eq!(kept.body["agreement_id"], json!(old), "a case keeps its own");
        // A period in between must name the agreement it replaces, and only one that it overlaps.
        let between = json!({"tell": 8, "valid_from": "2026-12-10", "valid_to": "2026-12-20"});
        propose(&app, "contact", between.clone()).await.problem(409, "exists");
        let mut wrong = between.clone();
        wrong["replaces"] = json!(old);
        propose(&app, "contact", wrong).await.problem(422, "unknown-reference");
        let mut right = between;
        right["replaces"] = json!(next);
        let right = propose(&app, "contact", right).await.expect(201).text_at("/id");
        // Another overlapping agreement is entered before this one is accepted.
        let other = json!({"tell": 7, "valid_from": "2026-12-05", "signed_by": "Paperilla"});
        propose(&app, "admin", other).await.expect(201);
        answer(&app, &right, "accept", "organiser").await.problem(409, "exists");
        app.at("2027-01-10T08:00:00Z");
        let late = propose(&app, "contact", json!({"unit": "koivu", "valid_to": "2027-01-15"})).await.expect(201);
        app.at("2027-01-20T08:00:00Z");
        answer(&app, &late.text_at("/id"), "accept", "organiser").await.problem(409, "step-not-allowed");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_an_agreement_are_named_with_their_place() {
    on_both(async |app| {
        let refused = async |more: Value, status: u16, code: &str, pointer: &str| {
            let said = propose(&app, "contact", more.clone()).await.problem(status, code);
            assert_eq!(said.body["errors"][0]["pointer"], pointer, "{more}: {}", said.text);
        };
        refused(json!({"acknowledge": 0}), 422, "invalid", "/acknowledge").await;
        refused(json!({"board_every": 0}), 422, "invalid", "/board_every").await;
        refused(json!({"tell": 3}), 422, "invalid", "/tell").await;
        refused(json!({"valid_to": "2026-10-01"}), 422, "invalid", "/valid_to").await;
        refused(json!({"unit": "paju"}), 422, "invalid", "/unit").await;
        refused(json!({"unit": "koivu", "service": "kotihoito"}), 422, "invalid", "/service").await;
        refused(json!({"unit": "nowhere"}), 422, "unknown-reference", "/unit").await;
        refused(json!({"service": "nowhere"}), 422, "unknown-reference", "/service").await;
        refused(json!({"handler": "nobody"}), 422, "unknown-reference", "/handler").await;
        refused(json!({"handler": "handler", "substitute": "handler"}), 422, "invalid", "/substitute").await;
        // A handler of another producer, a handler of another unit, and somebody who sees no case.
        refused(json!({"handler": "handler-paju"}), 409, "settings-broken", "/handler").await;
        refused(json!({"handler": "handler", "unit": "leppa"}), 409, "settings-broken", "/handler").await;
        refused(json!({"handler": "handler", "service": "kotihoito"}), 409, "settings-broken", "/handler").await;
        refused(json!({"breach": "worker"}), 409, "settings-broken", "/breach").await;
        refused(json!({"breach": "handler"}), 409, "settings-broken", "/breach").await;
        propose(&app, "contact", json!({"handler": "handler", "unit": "koivu", "breach": "responsible"}))
            .await
            .expect(201);
        propose(&app, "contact", json!({"channel": "api"})).await.problem(422, "wrong-type");
        // Someone named by an agreement in force keeps the role that it requires.
        signed(&app, json!({"handler": "handler", "unit": "koivu", "tell": 9})).await;
        let path = "/api/v1/principals/handler/grants/handler/unit/koivu";
        app.call(Method::DELETE, path, Some("admin"), None).await.problem(409, "settings-broken");
        app.stop().await;
    })
    .await;
}

async fn away(app: &TestApp, who: &str, body: Value) -> Answer {
    app.post("/api/v1/absences", who, &body).await
}

fn days(first: &str, last: &str) -> Value {
    json!({"first_day": first, "last_day": last})
}

fn with_substitute(first: &str, last: &str, substitute: &str) -> Value {
    json!({"first_day": first, "last_day": last, "substitute": substitute})
}

#[tokio::test(flavor = "multi_thread")]
async fn new_cases_go_to_whoever_stands_in() {
    on_both(async |app| {
        let handler = async |unit: &str| case_of(&app, unit, "web").await["handler"].clone();
        assert_eq!(handler("koivu").await, "handler");
        let open = case_of(&app, "koivu", "web").await;
        let absence = away(&app, "handler", with_substitute("2026-11-20", "2026-11-24", "contact")).await.expect(201);
        assert_eq!(absence.body["principal"], "handler");
        assert_eq!(handler("koivu").await, "contact", "the substitute");
        let still = app.get(&format!("/api/v1/cases/{}", open["id"].as_str().unwrap()), "organiser").await.expect(200);
        assert_eq!(still.body["handler"], "handler", "what is open stays");
        app.at("2026-11-25T08:00:00Z");
        assert_eq!(handler("koivu").await, "handler", "back again");
        // The agreement's handler is away: its substitute. Both are away: the next role-holder upward. All are away:
        // the agreement's handler after all.
        assert_eq!(handler("paju").await, "handler-paju");
        away(&app, "handler-paju", days("2026-11-25", "2026-12-31")).await.expect(201);
        assert_eq!(handler("paju").await, "responsible-paju");
        let second = away(&app, "responsible-paju", days("2026-11-25", "2026-12-31")).await.expect(201);
        assert_eq!(handler("paju").await, "contact-yhdistys");
        away(&app, "contact-yhdistys", days("2026-11-25", "2026-12-31")).await.expect(201);
        away(&app, "organiser", days("2026-11-25", "2026-12-31")).await.expect(201);
        assert_eq!(handler("paju").await, "handler-paju", "never none");
        let path = format!("/api/v1/absences/{}", second.text_at("/id"));
        app.call(Method::DELETE, &path, Some("responsible-paju"), None).await.expect(204);
        app.call(Method::DELETE, &path, Some("responsible-paju"), None).await.problem(404, "not-found");
        assert_eq!(handler("paju").await, "responsible-paju", "back sooner");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_never_goes_to_whom_it_is_about_however_many_are_away() {
    on_both(async |app| {
        // The worker whom the card is about also handles, and is the substitute of the absent handler.
        let role = json!({"role": "handler", "node": {"kind": "unit", "slug": "koivu"}});
        app.post("/api/v1/principals/worker/grants", "admin", &role).await.expect(202);
        app.confirm_all("organiser").await;
        away(&app, "handler", with_substitute("2026-11-20", "2026-11-30", "worker")).await.expect(201);
        for who in ["responsible", "contact", "organiser"] {
            away(&app, who, days("2026-11-20", "2026-11-30")).await.expect(201);
        }
        let card = json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
            "colour": "keltainen", "answers": {"q1": 1, "q3": "Kiire."}});
        let id = app.post("/api/v1/feedback", "worker-b", &card).await.expect(201).text_at("/id");
        let case = app.get(&format!("/api/v1/cases/{id}"), "organiser").await.expect(200);
        assert_eq!(case.body["handler"], "handler");
        let other = case_of(&app, "koivu", "web").await;
        assert_eq!(other["handler"], "worker", "what is not about the worker goes to the substitute");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_may_be_given_to_somebody_who_is_away_and_the_event_says_so() {
    on_both(async |app| {
        away(&app, "responsible", days("2026-11-20", "2026-11-30")).await.expect(201);
        let id = case_of(&app, "koivu", "web").await["id"].as_str().unwrap().to_owned();
        let given = app.step(&id, "assign", "handler", Some(&json!({"handler": "responsible"}))).await.expect(200);
        let event = given.body["events"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(event["detail"]["away_until"], "2026-11-30");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_an_absence() {
    on_both(async |app| {
        let refused = async |who: &str, body: Value, status: u16, code: &str, pointer: &str| {
            let said = away(&app, who, body.clone()).await.problem(status, code);
            assert_eq!(said.body["errors"][0]["pointer"], pointer, "{body}: {}", said.text);
            said
        };
        refused("handler", days("2026-11-20", "2026-11-19"), 422, "invalid", "/last_day").await;
        refused("handler", days("2026-11-20", "2027-11-21"), 422, "invalid", "/last_day").await;
        let with = |substitute: &str| with_substitute("2026-11-20", "2026-11-30", substitute);
        refused("handler", with("nobody"), 422, "unknown-reference", "/substitute").await;
        refused("handler", with("handler"), 422, "invalid", "/substitute").await;
        refused("handler", with("worker"), 422, "invalid", "/substitute").await;
        refused("handler", with("handler-paju"), 422, "invalid", "/substitute").await;
        away(&app, "handler", days("2026-11-20", "2027-11-20")).await.expect(201);
        let said = refused("handler", days("2026-12-01", "2026-12-02"), 409, "exists", "/first_day").await;
        assert!(said.body["detail"].as_str().unwrap().contains("2027-11-20"));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn substitutes_do_not_go_round_in_a_circle() {
    on_both(async |app| {
        let circle = async |who: &str, body: Value, names: &str| {
            let said = away(&app, who, body).await.problem(422, "invalid");
            assert_eq!(said.body["errors"][0]["pointer"], "/substitute");
            assert!(said.body["detail"].as_str().unwrap().contains(names), "{}", said.text);
        };
        away(&app, "handler", with_substitute("2026-11-23", "2026-11-30", "responsible")).await.expect(201);
        away(&app, "responsible", with_substitute("2026-11-28", "2026-12-04", "contact")).await.expect(201);
        circle(
            "contact",
            with_substitute("2026-11-30", "2026-12-10", "handler"),
            "On 2026-11-30 the substitutes would go round in a circle: contact → handler → responsible → contact",
        )
        .await;
        // A day later the first one is back, and there is no circle.
        away(&app, "contact", with_substitute("2026-12-01", "2026-12-10", "handler")).await.expect(201);
        // A circle can also go through the agreement's substitute: handler-paju → responsible-paju.
        away(&app, "handler-paju", days("2026-11-23", "2026-11-30")).await.expect(201);
        circle(
            "responsible-paju",
            with_substitute("2026-11-30", "2026-12-02", "handler-paju"),
            "responsible-paju → handler-paju → responsible-paju",
        )
        .await;
        away(&app, "responsible-paju", with_substitute("2026-11-30", "2026-12-02", "contact-yhdistys"))
            .await
            .expect(201);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn others_are_said_to_be_away_by_those_who_keep_their_place() {
    on_both(async |mut app| {
        let of = |who: &str| json!({"principal": who, "first_day": "2026-12-01", "last_day": "2026-12-02"});
        for who in ["handler", "worker-b", "contact", "organiser", "responsible-paju", "outsider", "analyst"] {
            away(&app, who, of("worker")).await.problem(422, "unknown-reference");
        }
        let made = away(&app, "responsible", of("worker")).await.expect(201).text_at("/id");
        away(&app, "admin", of("worker-b")).await.expect(201);
        away(&app, "outsider", days("2026-12-01", "2026-12-02")).await.expect(201);
        let seen = async |app: &TestApp, who: &str| {
            let page = app.get("/api/v1/absences", who).await.expect(200);
            let items = page.body["items"].as_array().unwrap().clone();
            items.iter().map(|item| item["principal"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(seen(&app, "responsible").await, ["worker", "worker-b"]);
        assert_eq!(seen(&app, "worker").await, ["worker"]);
        assert_eq!(seen(&app, "outsider").await, ["outsider"]);
        assert_eq!(seen(&app, "responsible-paju").await, Vec::<String>::new());
        let from = app.get("/api/v1/absences?from=2026-12-03", "responsible").await.expect(200);
        assert_eq!(from.body["items"], json!([]));
        let only = app.get("/api/v1/absences?principal=worker", "responsible").await.expect(200);
        assert_eq!(only.body["items"].as_array().unwrap().len(), 1);
        let path = format!("/api/v1/absences/{made}");
        for who in ["worker-b", "handler", "responsible-paju", "organiser"] {
            app.call(Method::DELETE, &path, Some(who), None).await.problem(404, "not-found");
        }
        // With only the scopes of cases, one can enter and see absences of oneself only.
        let narrow = token_of(&app.service, "responsible", &[Scope::CasesWrite, Scope::CasesRead]).await;
        app.tokens.insert("narrow".to_owned(), narrow);
        app.call(Method::DELETE, &path, Some("narrow"), None).await.problem(403, "scope-missing");
        away(&app, "narrow", of("worker-b")).await.problem(403, "scope-missing");
        assert_eq!(seen(&app, "narrow").await, Vec::<String>::new());
        away(&app, "narrow", days("2026-12-01", "2026-12-02")).await.expect(201);
        let none = token_of(&app.service, "responsible", &[Scope::FeedbackWrite]).await;
        app.tokens.insert("none".to_owned(), none);
        away(&app, "none", days("2026-12-05", "2026-12-06")).await.problem(403, "scope-missing");
        app.get("/api/v1/absences", "none").await.problem(403, "scope-missing");
        app.call(Method::DELETE, &path, Some("worker"), None).await.expect(204);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_brings_narrow_agreements_and_leaves_signed_ones_alone() {
    use kaiku::administration::{Import, ImportReport, import};
    let narrow = "
[[agreement]]
producer = \"oma-tuotanto\"
unit = \"koivu\"
channel = \"card\"
handler = \"handler\"
breach = \"responsible\"
board_every = 10
acknowledge = 2
decide = 8
tell = 20
told_how = \"Taululla\"
signed_by = \"Oona, Yrjö\"
from = 2026-01-01
";
    on_both(async |app| {
        let file = format!("{}{narrow}", crate::support::COUNTY);
        let read = |text: &str| Import::from_toml(text, &app.service.catalogue);
        let report = import(&app.service, &read(&file).unwrap()).await.unwrap();
        assert_eq!(report, ImportReport { added: 1, updated: 0 });
        let list = app.get("/api/v1/agreements?producer=oma-tuotanto", "contact").await.expect(200);
        let held = &list.body["items"][0];
        assert_eq!(
            (&held["unit"], &held["channel"], &held["board_every"]),
            (&json!("koivu"), &json!("card"), &json!(10))
        );
        assert_eq!((&held["breach"], &held["signed_by"]), (&json!("responsible"), &json!("Oona, Yrjö")));
        // Both sides sign a newer one; importing the same file again leaves it in force.
        let id = signed(&app, json!({"unit": "koivu", "channel": "card"})).await;
        assert_eq!(import(&app.service, &read(&file).unwrap()).await.unwrap(), ImportReport::default());
        let newer = app.get(&format!("/api/v1/agreements/{id}"), "contact").await.expect(200);
        assert_eq!(newer.body["state"], "in_force");
        for (changed, line_says) in [
            (format!("{file}{narrow}"), "holds for the same"),
            (file.replace("unit = \"koivu\"\nchannel", "unit = \"paju\"\nchannel"), "not placed with this producer"),
            (file.replace("channel = \"card\"", "channel = \"fax\""), "channel"),
            (file.replace("channel = \"card\"", "service = \"kotihoito\""), "gives another service"),
            (file.replace("board_every = 10", "board_every = 0"), "board_every"),
        ] {
            let faults = read(&changed).unwrap_err();
            assert!(faults.iter().any(|fault| fault.reason.contains(line_says)), "{line_says}: {faults:?}");
        }
        assert!(matches!(app.kind, Kind::Sqlite | Kind::Postgres));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_agreement_names_hears_of_a_breach() {
    on_both(async |app| {
        signed(&app, json!({"breach": "contact"})).await;
        let case = case_of(&app, "koivu", "web").await;
        let breaches = async || {
            let notices = app.get("/api/v1/notices", "contact").await.expect(200);
            let all = notices.body["items"].as_array().unwrap().clone();
            all.into_iter().filter(|notice| notice["kind"] == "breach").collect::<Vec<_>>()
        };
        app.at("2026-11-23T13:00:00Z");
        kaiku::jobs::ticks::watch(&app.service).await.expect("the watch");
        assert_eq!(breaches().await.len(), 0, "due today, not broken yet");
        app.at("2026-11-24T07:00:00Z");
        kaiku::jobs::ticks::watch(&app.service).await.expect("the watch");
        kaiku::jobs::ticks::watch(&app.service).await.expect("the watch");
        let breaches = breaches().await;
        assert_eq!(breaches.len(), 1, "{breaches:?}");
        assert_eq!(breaches[0]["case_id"], case["id"]);
        app.stop().await;
    })
    .await;
}
