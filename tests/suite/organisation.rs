//! Organisation, agreements, rules and tokens: use cases and API, on both databases.

#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use std::collections::BTreeMap;

use jiff::civil::date;
use kaiku::administration::{self, ChangedBy, Import, ImportReport, NewToken};
use kaiku::base::Kind;
use kaiku::organisation::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp as App, on_both};

const COUNTY: &str = r#"
[organiser]
slug = "eteljarvi"
name = "Eteläjärvi"
[[service]]
slug = "aikuissosiaalityo"
name = "Aikuissosiaalityö"
[[producer]]
slug = "tervala-oy"
name = "Itäranta"
[[producer]]
slug = "pajala-ry"
name = "Pajala ry"
[[unit]]
slug = "tervala"
name = "Koivuranta"
service = "aikuissosiaalityo"
placement = [{ producer = "tervala-oy", from = 2020-01-01 }]
[[unit]]
slug = "pajala"
name = "Pajala"
service = "aikuissosiaalityo"
placement = [{ producer = "pajala-ry", from = 2020-01-01 }]
[[principal]]
slug = "olli-e"
name = "Olli Organisaattori"
[[principal]]
slug = "anna-e"
name = "Anna Admin"
[[principal]]
slug = "ulla-e"
name = "Ulla Yksikönadmin"
[[principal]]
slug = "veera-e"
name = "Veera Vastuuhenkilö"
[[principal]]
slug = "tero-e"
name = "Tero Työntekijä"
[[grant]]
principal = "olli-e"
role = "organiser"
organiser = "eteljarvi"
[[grant]]
principal = "anna-e"
role = "admin"
organiser = "eteljarvi"
[[grant]]
principal = "ulla-e"
role = "admin"
unit = "tervala"
[[grant]]
principal = "veera-e"
role = "responsible_person"
unit = "tervala"
[[grant]]
principal = "tero-e"
role = "worker"
unit = "tervala"
[[worker]]
unit = "tervala"
principal = "tero-e"
from = 2020-01-01
[[agreement]]
producer = "tervala-oy"
handler = "veera-e"
acknowledge = 2
decide = 10
tell = 14
told_how = "Taululla"
signed_by = "Olli ja Outi"
from = 2020-01-01
[[closure]]
day = 2026-12-24
reason = "Jouluaatto"
"#;

const EVERYTHING: [Scope; 3] = [Scope::OrganisationRead, Scope::OrganisationWrite, Scope::TokensWrite];

async fn imported(app: &App, content: &str) -> ImportReport {
    let import = Import::from_toml(content, &app.service.catalogue).unwrap();
    administration::import(&app.service, &import).await.unwrap()
}

/// A token's secret.
async fn secret(app: &App, principal: &str, scopes: &[Scope]) -> String {
    let expires_on = app.service.today().saturating_add(jiff::ToSpan::days(30));
    let new =
        NewToken { principal: principal.to_owned(), name: "test".to_owned(), scopes: scopes.to_vec(), expires_on };
    administration::make_token(&app.service, ChangedBy::CommandLine, &new).await.unwrap().secret.to_string()
}

async fn call(app: &App, method: Method, path: &str, token: &str, body: Option<Value>) -> (u16, Value) {
    let client = crate::support::http();
    let mut request = client.request(method, format!("{}/api/v1{path}", app.base)).bearer_auth(token);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
}

async fn get(app: &App, path: &str, token: &str) -> (u16, Value) {
    call(app, Method::GET, path, token, None).await
}

/// The status, kind and first pointer of a problem.
fn problem((status, document): (u16, Value)) -> (u16, String, String) {
    let kind = document["type"].as_str().unwrap_or("").to_owned();
    (status, kind, document["errors"][0]["pointer"].as_str().unwrap_or("").to_owned())
}

fn slugs(document: &Value) -> Vec<&str> {
    document["items"].as_array().unwrap().iter().map(|item| item["slug"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_repeatable_and_all_or_nothing() {
    on_both(async |app| {
        let first = imported(&app, COUNTY).await;
        assert!(first.added > 20, "{first:?}");
        let settings = app.service.snapshot();
        assert!(settings.faults().is_empty(), "{:?}", settings.faults());
        assert!(!settings.rules.is_empty(), "a new organiser gets the configured rules");
        let producer = settings.tree.producer_by_slug("tervala-oy").unwrap().id;
        assert_eq!(settings.agreements.iter().filter(|agreed| agreed.producer_id == producer).count(), 1);
        let organiser = settings.tree.organisers.values().find(|known| known.slug == "eteljarvi").unwrap();
        assert!(settings.calendar_of(organiser.id).unwrap().closures().contains(&date(2026, 12, 24)));

        assert_eq!(imported(&app, COUNTY).await, ImportReport::default());
        assert_eq!(app.service.snapshot().version, settings.version, "nothing changed, so the version stays");

        let renamed = COUNTY.replace("name = \"Pajala ry\"", "name = \"Paja ry\"").replace("tell = 14", "tell = 12");
        assert_eq!(imported(&app, &renamed).await, ImportReport { added: 1, updated: 1 });
        assert_eq!(app.service.snapshot().tree.producer_by_slug("pajala-ry").unwrap().name, "Paja ry");

        let other = COUNTY.replace("eteljarvi", "lounaisjarvi");
        let import = Import::from_toml(&other, &app.service.catalogue).unwrap();
        let refused = administration::import(&app.service, &import).await.unwrap_err();
        assert_eq!(refused.kind, Kind::Exists);
        assert_eq!(refused.faults[0].pointer, "line 8");
        app.service.refresh().await.unwrap();
        let mut organisers = app.service.snapshot().tree.organisers.clone().into_values();
        assert!(organisers.all(|known| known.slug != "lounaisjarvi"), "nothing of a refused import is written");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_outside_does_not_exist() {
    on_both(async |app| {
        imported(&app, COUNTY).await;
        let (olli, veera) = (secret(&app, "olli-e", &EVERYTHING).await, secret(&app, "veera-e", &EVERYTHING).await);
        let ulla = secret(&app, "ulla-e", &EVERYTHING).await;
        assert_eq!(slugs(&get(&app, "/units", &olli).await.1), ["pajala", "tervala"]);
        assert_eq!(slugs(&get(&app, "/units", &veera).await.1), ["tervala"]);
        assert_eq!(slugs(&get(&app, "/producers", &veera).await.1), ["tervala-oy"]);
        assert_eq!(slugs(&get(&app, "/organisers", &veera).await.1), ["eteljarvi"]);
        for path in [
            "/units/pajala",
            "/units/nowhere",
            "/units/pajala/staff",
            "/producers/pajala-ry",
            "/principals/veera-e",
            "/routing-rules/0199-bad",
        ] {
            assert_eq!(get(&app, path, &veera).await.0, 404, "{path}");
        }
        assert_eq!(get(&app, "/units/tervala/staff", &olli).await.0, 404, "staff is for admin and responsible person");
        assert_eq!(get(&app, "/units/tervala/staff", &veera).await.0, 200);
        assert_eq!(slugs(&get(&app, "/principals", &ulla).await.1), ["tero-e", "ulla-e", "veera-e"]);
        assert_eq!(get(&app, "/principals/olli-e", &ulla).await.0, 404, "reaches further than this admin");
        let olli_token =
            json!({"principal": "olli-e", "name": "x", "scopes": ["cases:read"], "expires_on": "2027-01-01"});
        let refused = problem(call(&app, Method::POST, "/tokens", &ulla, Some(olli_token)).await);
        assert_eq!(refused, (422, "/problems/unknown-reference".to_owned(), "/principal".to_owned()));
        for reader in [&olli, &veera, &ulla] {
            assert_eq!(get(&app, "/agreements", reader).await.1["items"].as_array().unwrap().len(), 1);
        }
        let tero = secret(&app, "tero-e", &EVERYTHING).await;
        assert_eq!(get(&app, "/agreements", &tero).await.1["items"], json!([]));
        let narrow = secret(&app, "olli-e", &[Scope::CasesRead]).await;
        assert_eq!(problem(get(&app, "/units", &narrow).await).0, 403);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn units_are_added_moved_and_closed() {
    on_both(async |app| {
        imported(&app, COUNTY).await;
        let anna = secret(&app, "anna-e", &EVERYTHING).await;
        let new = json!({"slug": "kukkula", "name": "Kukkula", "service": "aikuissosiaalityo", "producer": "tervala-oy",
            "placed_from": "2026-01-01"});
        let (status, unit) = call(&app, Method::POST, "/units", &anna, Some(new.clone())).await;
        assert_eq!((status, unit["placements"][0]["producer"].as_str()), (201, Some("tervala-oy")), "{unit}");
        let again = problem(call(&app, Method::POST, "/units", &anna, Some(new)).await);
        assert_eq!(again, (409, "/problems/exists".to_owned(), "/slug".to_owned()));
        let wrong =
            json!({"slug": "K", "name": "", "service": "x", "producer": "tervala-oy", "placed_from": "2026-01-01"});
        let (status, faults) = call(&app, Method::POST, "/units", &anna, Some(wrong)).await;
        assert_eq!((status, faults["errors"].as_array().unwrap().len()), (422, 2), "{faults}");

        let today = app.service.today();
        let moving = json!({"producer": "pajala-ry", "valid_from": today.to_string()});
        let (status, unit) = call(&app, Method::POST, "/units/kukkula/placements", &anna, Some(moving.clone())).await;
        assert_eq!(status, 201, "{unit}");
        assert_eq!(unit["placements"][0]["valid_to"], today.yesterday().unwrap().to_string());
        let again = problem(call(&app, Method::POST, "/units/kukkula/placements", &anna, Some(moving)).await);
        assert_eq!((again.0, again.1.as_str()), (409, "/problems/settings-broken"));
        let past = json!({"producer": "pajala-ry", "valid_from": "2025-06-01"});
        let refused = problem(call(&app, Method::POST, "/units/tervala/placements", &anna, Some(past)).await);
        assert_eq!((refused.0, refused.2.as_str()), (422, "/valid_from"));

        let (_, closed) =
            call(&app, Method::POST, "/units/kukkula/close", &anna, Some(json!({"on": "2027-01-01"}))).await;
        assert_eq!(closed["closed_on"], "2027-01-01");
        let page = get(&app, "/units?limit=2", &anna).await.1;
        assert_eq!(slugs(&page), ["kukkula", "pajala"]);
        let next = format!("/units?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
        let rest = get(&app, &next, &anna).await.1;
        assert_eq!((slugs(&rest), rest["next_cursor"].is_null()), (vec!["tervala"], true));
        assert_eq!(get(&app, "/units?limit=0", &anna).await.0, 400);
        let typo = json!({"name": "Kukkula", "service": "aikuissosiaalityo", "sensitive": true, "colour": "x"});
        let refused = problem(call(&app, Method::PUT, "/units/kukkula", &anna, Some(typo)).await);
        assert_eq!((refused.0, refused.1.as_str()), (422, "/problems/unknown-field"));
        let christmas = json!({"closures": [{"day": "2026-12-23", "reason": "Aaton aatto"}]});
        let (_, days) = call(&app, Method::POST, "/organisers/eteljarvi/closures", &anna, Some(christmas)).await;
        let days: Vec<_> = days["closures"].as_array().unwrap().iter().map(|closure| &closure["day"]).collect();
        assert_eq!(days, ["2026-12-23", "2026-12-24"]);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_roles_and_tokens() {
    on_both(async |app| {
        imported(&app, COUNTY).await;
        let anna = secret(&app, "anna-e", &EVERYTHING).await;
        let new = json!({"slug": "aula-e", "organiser": "eteljarvi", "kind": "kiosk", "name": "Aulan tabletti"});
        assert_eq!(call(&app, Method::POST, "/principals", &anna, Some(new)).await.0, 201);
        let role = json!({"role": "handler", "node": {"kind": "unit", "slug": "tervala"}});
        let (status, aula) = call(&app, Method::POST, "/principals/aula-e/grants", &anna, Some(role.clone())).await;
        assert_eq!((status, &aula["grants"]), (202, &json!([])), "it waits for a second person");
        let gone = "/principals/aula-e/grants/handler/unit/tervala";
        assert_eq!(call(&app, Method::DELETE, gone, &anna, None).await.0, 204);
        assert_eq!(call(&app, Method::DELETE, gone, &anna, None).await.0, 404);
        let last = "/principals/olli-e/grants/organiser/organiser/eteljarvi";
        let refused = problem(call(&app, Method::DELETE, last, &anna, None).await);
        assert_eq!((refused.0, refused.1.as_str()), (409, "/problems/settings-broken"));
        let disabled = json!({"name": "Olli", "language": "sv", "disabled": true});
        let refused = problem(call(&app, Method::PUT, "/principals/olli-e", &anna, Some(disabled)).await);
        assert_eq!((refused.0, refused.1.as_str()), (409, "/problems/settings-broken"));

        let expires_on = app.service.today().to_string();
        let wanted =
            json!({"principal": "aula-e", "name": "Aula", "scopes": ["organisation:read"], "expires_on": expires_on});
        let (status, made) = call(&app, Method::POST, "/tokens", &anna, Some(wanted)).await;
        assert_eq!(status, 201, "{made}");
        let aula = made["secret"].as_str().unwrap();
        assert_eq!(get(&app, "/units", aula).await.0, 200);
        let listed = get(&app, "/tokens", &anna).await.1;
        let shown = listed["items"].as_array().unwrap().iter().find(|token| token["id"] == made["id"]).unwrap();
        assert_eq!(shown["last_used_on"], expires_on);
        assert!(!listed.to_string().contains("kaiku_"));
        let path = format!("/tokens/{}", made["id"].as_str().unwrap());
        assert_eq!(call(&app, Method::DELETE, &path, &anna, None).await.0, 204);
        assert_eq!(get(&app, "/units", aula).await.0, 401);
        assert_eq!(get(&app, "/units", "kaiku_guess").await.0, 401);
        let long = json!({"principal": "aula-e", "name": "Aula", "scopes": [], "expires_on": "2999-01-01"});
        let (status, faults) = call(&app, Method::POST, "/tokens", &anna, Some(long)).await;
        assert_eq!((status, faults["errors"].as_array().unwrap().len()), (422, 2));
        let tero = secret(&app, "tero-e", &EVERYTHING).await;
        let off = json!({"name": "Tero", "language": "fi", "disabled": true});
        assert_eq!(call(&app, Method::PUT, "/principals/tero-e", &anna, Some(off)).await.0, 200);
        assert_eq!(get(&app, "/units", &tero).await.0, 401, "a disabled principal's tokens stop at once");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn colours_agreements_and_rules() {
    on_both(async |app| {
        imported(&app, COUNTY).await;
        let (anna, veera) = (secret(&app, "anna-e", &EVERYTHING).await, secret(&app, "veera-e", &EVERYTHING).await);
        let today = app.service.today();
        let monday = today.saturating_sub(jiff::ToSpan::days(i64::from(today.weekday().to_monday_zero_offset())));
        let path = format!("/units/tervala/card-colours/{monday}");
        let yellow = json!({"colours": {"Keltainen": "tero-e"}});
        let (status, week) = call(&app, Method::PUT, &path, &veera, Some(yellow.clone())).await;
        assert_eq!((status, &week["colours"]), (200, &json!({"keltainen": "tero-e"})), "{week}");
        assert_eq!(get(&app, &path, &veera).await.1, week);
        let refused = problem(call(&app, Method::PUT, &path, &veera, Some(json!({"colours": {}}))).await);
        assert_eq!((refused.0, refused.2.as_str()), (422, "/colours"), "the week has begun");
        let next = monday.saturating_add(jiff::ToSpan::weeks(1));
        let path = format!("/units/tervala/card-colours/{next}");
        assert_eq!(call(&app, Method::PUT, &path, &veera, Some(yellow)).await.0, 200);
        assert_eq!(call(&app, Method::PUT, &path, &veera, Some(json!({"colours": {}}))).await.0, 200);
        let stranger = json!({"colours": {"sininen": "olli-e"}});
        assert_eq!(problem(call(&app, Method::PUT, &path, &veera, Some(stranger)).await).2, "/colours/sininen");

        let mut agreement = json!({"producer": "tervala-oy", "handler": "veera-e",
            "acknowledge": 1, "decide": 5, "tell": 7,
            "told_how": "Taululla", "signed_by": "Olli", "valid_from": "2026-01-01"});
        assert_eq!(call(&app, Method::POST, "/agreements", &veera, Some(agreement.clone())).await.0, 422);
        let (status, made) = call(&app, Method::POST, "/agreements", &anna, Some(agreement.clone())).await;
        assert_eq!((status, made["version"].as_i64()), (201, Some(2)), "{made}");
        agreement["handler"] = json!("anna-e");
        let refused = problem(call(&app, Method::POST, "/agreements", &anna, Some(agreement.clone())).await);
        assert_eq!(refused.1, "/problems/settings-broken", "an admin cannot open cases");
        agreement["tell"] = json!(3);
        assert_eq!(problem(call(&app, Method::POST, "/agreements", &anna, Some(agreement)).await).2, "/tell");

        let rule = json!({"node": {"kind": "unit", "slug": "tervala"}, "rule": {"code": "melu", "position": 5,
            "reason": "Melu", "when": {"words": ["melu"]}, "then": {"category": "melu"}}});
        let (status, made) = call(&app, Method::POST, "/routing-rules", &anna, Some(rule.clone())).await;
        assert_eq!((status, made["version"].as_i64()), (201, Some(1)), "{made}");
        assert_eq!(call(&app, Method::POST, "/routing-rules", &anna, Some(rule.clone())).await.0, 409);
        let path = format!("/routing-rules/{}", made["id"].as_str().unwrap());
        assert_eq!(get(&app, &path, &veera).await.0, 404);
        let mut change = json!({"enabled": false, "rule": rule["rule"]});
        let (status, changed) = call(&app, Method::PUT, &path, &anna, Some(change.clone())).await;
        assert_eq!((status, changed["version"].as_i64()), (200, Some(2)), "{changed}");
        assert_eq!(call(&app, Method::PUT, &path, &anna, Some(change.clone())).await.0, 404, "replaced already");
        change["rule"]["then"]["handler"] = json!("nobody");
        let path = format!("/routing-rules/{}", changed["id"].as_str().unwrap());
        let refused = problem(call(&app, Method::PUT, &path, &anna, Some(change)).await);
        assert_eq!((refused.0, refused.2.as_str()), (422, "/rule/then/handler"));
        let rules = get(&app, "/routing-rules", &anna).await.1;
        let organisers: BTreeMap<&str, &Value> = rules["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|rule| rule["node"]["kind"] == "organiser")
            .map(|rule| (rule["rule"]["code"].as_str().unwrap(), rule))
            .collect();
        let last = organisers.values().find(|rule| rule["rule"]["when"] == json!({})).unwrap();
        let path = format!("/routing-rules/{}", last["id"].as_str().unwrap());
        let off = json!({"enabled": false, "rule": last["rule"]});
        let refused = problem(call(&app, Method::PUT, &path, &anna, Some(off)).await);
        assert_eq!(refused.1, "/problems/settings-broken", "the last rule stays");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instruments_are_public() {
    on_both(async |app| {
        let list = reqwest::get(format!("{}/api/v1/instruments", app.base)).await.unwrap();
        let list: Value = list.json().await.unwrap();
        let first = &list["items"][0];
        let path = format!("{}/api/v1/instruments/{}", app.base, first["id"].as_str().unwrap());
        let whole: Value = reqwest::get(&path).await.unwrap().json().await.unwrap();
        let same: Value = reqwest::get(format!("{path}/{}", first["version"])).await.unwrap().json().await.unwrap();
        assert_eq!(whole, same);
        assert!(whole["questions"].is_array() || whole["steps"].is_array());
        // Which file an instrument's words are from is nobody's business outside.
        for listed in list["items"].as_array().unwrap() {
            let path = format!("{}/api/v1/instruments/{}", app.base, listed["id"].as_str().unwrap());
            let text = reqwest::get(&path).await.unwrap().text().await.unwrap();
            assert!(!text.contains(".txt") && !text.contains("\"source\""), "{text}");
        }
        assert_eq!(reqwest::get(format!("{path}/99")).await.unwrap().status(), 404);
        app.stop().await;
    })
    .await;
}
