//! The API's description is complete and agrees with what runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use kaiku::administration::{self, ChangedBy};
use kaiku::base::channel::ToldByStaff;
use kaiku::base::{Channel, Language};
use kaiku::case::decision::DecisionKind;
use kaiku::case::steps::{State, Step};
use kaiku::case::told::ToldHow;
use kaiku::case::words::{ActorKind, CaseSubject, SwotField, TextKind, Verdict};
use kaiku::organisation::{NodeKind, Role};
use kaiku::routing::Urgency;
use kaiku::store::mails::{Letter, MailState};
use kaiku::store::notices::NoticeKind;
use kaiku::store::webhooks::DeliveryState;
use kaiku::web::errors::TABLE;
use kaiku::web::openapi;
use reqwest::Method;
use serde_json::{Value, json};

use crate::layers::files;
use crate::support::{Kind, TestApp};

const PROBLEM: &str = "application/problem+json";

/// Every call in the description: method, path and its entry.
fn calls(document: &Value) -> Vec<(Method, String, Value)> {
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, call) in item.as_object().expect("calls") {
            let method = method.to_uppercase().parse().expect("a method");
            calls.push((method, path.clone(), call.clone()));
        }
    }
    calls
}

fn document() -> Value {
    serde_json::from_str(openapi::json()).expect("JSON")
}

/// The value that a `$ref` of the document refers to.
fn at<'d>(document: &'d Value, reference: &str) -> &'d Value {
    let pointer = reference.strip_prefix('#').expect("a place in the document");
    document.pointer(pointer).unwrap_or_else(|| panic!("nothing stands at {reference}"))
}

#[test]
fn every_call_is_described_in_full() {
    let document = document();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
    let mut ids = BTreeSet::new();
    for (method, path, call) in calls(&document) {
        let name = format!("{method} {path}");
        let id = call["operationId"].as_str().unwrap_or_else(|| panic!("{name} has no operationId"));
        assert!(ids.insert(id.to_owned()), "{id} stands twice");
        assert!(call["summary"].as_str().is_some_and(|summary| !summary.contains('`')), "{name}: its summary");
        let mut parameters = BTreeSet::new();
        for parameter in call["parameters"].as_array().into_iter().flatten() {
            assert!(parameters.insert((&parameter["in"], &parameter["name"]).to_owned_text()), "{name}: {parameter}");
            assert!(parameter["description"].is_string(), "{name}: {} is not described", parameter["name"]);
        }
        if !path.starts_with("/api/") {
            continue;
        }
        let mut expected = vec!["400", "429", "500", "503"];
        if call["security"].as_array().is_some_and(|ways| ways.iter().all(|way| way.get("token").is_some())) {
            expected.extend(["401", "403"]);
            let scopes = call["security"][0]["token"].as_array().expect("scopes");
            assert!(!scopes.is_empty(), "{name} names no scope");
        }
        if call["requestBody"].is_object() {
            expected.extend(["413", "415", "422"]);
        }
        if path.contains('{') {
            expected.push("404");
        }
        for status in expected {
            let answer = call["responses"][status]["$ref"].as_str();
            let answer = at(&document, answer.unwrap_or_else(|| panic!("{name} does not describe {status}")));
            assert!(answer["content"][PROBLEM].is_object(), "{name}: {status}");
        }
        for (status, answer) in call["responses"].as_object().expect("answers") {
            let described =
                answer.get("$ref").is_some() || answer["description"].as_str().is_some_and(|d| !d.is_empty());
            assert!(described, "{name}: {status} is not described");
        }
    }
}

/// Two JSON strings as one text.
trait OwnedText {
    fn to_owned_text(&self) -> String;
}

impl OwnedText for (&Value, &Value) {
    fn to_owned_text(&self) -> String {
        format!("{} {}", self.0, self.1)
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn follow(document: &Value, part: &Value) {
        match part {
            Value::Object(fields) => {
                if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                    at(document, reference);
                }
                fields.values().for_each(|field| follow(document, field));
            }
            Value::Array(items) => items.iter().for_each(|item| follow(document, item)),
            _ => {}
        }
    }
    let document = document();
    follow(&document, &document);
}

#[test]
fn every_error_is_in_the_description() {
    let document = document();
    let listed = document["components"]["schemas"]["ProblemDocument"]["description"].as_str().expect("a description");
    for row in TABLE {
        let line = format!("| {} | `/problems/{}` | {} |", row.status, row.code, row.title);
        assert!(listed.contains(&line), "{} is missing", row.code);
    }
}

/// The names in the description of the schemas that a source file defines.
fn schema_names(text: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|symbol| symbol.is_alphanumeric() || *symbol == '_').collect();
    let mut names = Vec::new();
    for part in text.split("#[derive(").skip(1) {
        let (derived, rest) = part.split_once(")]").expect("the end of a derive");
        if !derived.split(',').any(|name| name.rsplit("::").next().is_some_and(|name| name.trim() == "ToSchema")) {
            continue;
        }
        let (attributes, rest) = [" struct ", " enum "]
            .into_iter()
            .filter_map(|kind| rest.split_once(kind))
            .min_by_key(|(attributes, _)| attributes.len())
            .expect("what the schema is derived for");
        let renamed = attributes.split("#[schema(").skip(1).find_map(|schema| schema.split("as = ").nth(1));
        names.push(word(renamed.unwrap_or(rest)));
    }
    names.extend(text.split("ToSchema for ").skip(1).map(word));
    // Enums made with `word_enum!` derive it through the macro.
    for (attributes, rest) in text.split("word_enum! {").skip(1).filter_map(|part| part.split_once(" enum ")) {
        let renamed = attributes.split("#[schema(").skip(1).find_map(|schema| schema.split("as = ").nth(1));
        names.push(word(renamed.unwrap_or(rest)));
    }
    names
}

/// utoipa keeps one schema for each name: if two types shared a name, a call would be described by the wrong one.
#[test]
fn no_two_types_share_the_name_of_a_schema() {
    let read = "#[derive(Debug, ToSchema)]\n/// One.\n#[schema(as = Other, example = 1)]\npub struct One {\n}\n\
                #[derive(Clone)]\npub enum None {}\n#[derive(utoipa::ToSchema)]\npub enum Two<T> {}\n\
                impl utoipa::ToSchema for Three {}\nword_enum! {\n/// Four.\npub enum Four: \"four\" {}\n}";
    assert_eq!(schema_names(read), ["Other", "Two", "Three", "Four"]);
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let mut sources = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
    for source in sources {
        for name in schema_names(&std::fs::read_to_string(&source).expect("a source file")) {
            places.entry(name).or_default().push(source.clone());
        }
    }
    let document = document();
    // The sources define every schema of the description; a page's name ends with the name of its item.
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        let plain = name.split('_').next().unwrap_or_default();
        assert!(places.contains_key(plain), "{name} was not found in the sources");
    }
    places.retain(|_, sources| sources.len() > 1);
    assert!(places.is_empty(), "the same name for several schemas: {places:?}");
}

/// The routes that the API's files add: method and path, read from their `configure`.
fn routes() -> BTreeSet<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web");
    let mut files = vec![(root.join("health.rs"), "")];
    for entry in std::fs::read_dir(root.join("api")).expect("the API's folder") {
        files.push((entry.expect("an entry").path(), "/api/v1"));
    }
    let mut routes = BTreeSet::new();
    for (file, prefix) in files {
        let text = std::fs::read_to_string(&file).expect("a source file");
        // What is answered on a listener of its own is no part of the API.
        let text = text.split("/// Adds the routes of the listener for those who keep").next().unwrap_or_default();
        for part in text.split(".route(").skip(1) {
            let Some((path, rest)) = part.trim_start().strip_prefix('"').and_then(|part| part.split_once('"')) else {
                panic!("{}: a route without a written path", file.display());
            };
            let method = rest.trim_start_matches(|symbol: char| symbol == ',' || symbol.is_whitespace());
            let method = method.strip_prefix("web::").unwrap_or(method).split('(').next().unwrap_or_default();
            routes.insert((method.to_uppercase(), format!("{prefix}{path}")));
        }
    }
    routes
}

#[test]
fn every_route_is_described_and_every_described_call_is_a_route() {
    let mut described: BTreeSet<(String, String)> =
        calls(&document()).into_iter().map(|(method, path, _)| (method.to_string(), path)).collect();
    assert!(described.remove(&("GET".to_owned(), openapi::DOCUMENT.to_owned())));
    assert_eq!(described, routes());
}

/// The path with its parameters filled in, with their examples where they have one.
fn filled(path: &str, call: &Value) -> String {
    let mut filled = path.to_owned();
    for parameter in call["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().expect("a name");
        let value = match &parameter["example"] {
            Value::String(text) => text.clone(),
            Value::Null if parameter["schema"]["format"] == "uuid" => uuid::Uuid::nil().to_string(),
            Value::Null => parameter["schema"]["enum"][0].as_str().unwrap_or("1").to_owned(),
            other => other.to_string(),
        };
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    filled
}

#[test]
fn words_in_answers_are_listed() {
    let document = document();
    let listed: [(&str, &str, &[&str]); 22] = [
        ("CaseSummary", "subject", CaseSubject::WORDS),
        ("CaseSummary", "state", State::WORDS),
        ("CaseSummary", "urgency", Urgency::WORDS),
        ("CaseSummary", "handler_role", Role::WORDS),
        ("CaseSummary", "told_how", ToldHow::WORDS),
        ("CaseSummary", "decision", DecisionKind::WORDS),
        ("CaseSummary", "verdict", Verdict::WORDS),
        ("EventDocument", "step", Step::WORDS),
        ("EventDocument", "from", State::WORDS),
        ("EventDocument", "actor", ActorKind::WORDS),
        ("MailDocument", "letter", Letter::WORDS),
        ("MailDocument", "state", MailState::WORDS),
        ("TellRequest", "how", ToldByStaff::WORDS),
        ("Story", "channel", Channel::WORDS),
        ("Story", "language", Language::WORDS),
        ("Matter", "state", State::WORDS),
        ("Matter", "told_how", ToldHow::WORDS),
        ("Happened", "decision", DecisionKind::WORDS),
        ("Message", "kind", TextKind::WORDS),
        ("Notice", "kind", NoticeKind::WORDS),
        ("PointDocument", "field", SwotField::WORDS),
        ("DeliveryDocument", "state", DeliveryState::WORDS),
    ];
    for (schema, field, words) in listed {
        let held = &document["components"]["schemas"][schema]["properties"][field];
        // A field that may be null is one of null and the enum.
        let ways = held["oneOf"].as_array().map_or_else(|| vec![held], |ways| ways.iter().collect());
        let reference = ways.into_iter().find_map(|way| way["$ref"].as_str());
        let reference = reference.unwrap_or_else(|| panic!("{schema}.{field} is {held}"));
        assert_eq!(at(&document, reference)["enum"], json!(words), "{schema}.{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_described_call_is_answered() {
    let app = TestApp::start(Kind::Sqlite).await;
    let served = app.call(Method::GET, openapi::DOCUMENT, None, None).await.expect(200);
    assert_eq!(served.body, document());
    for (method, path, call) in calls(&document()) {
        let address = filled(&path, &call);
        assert!(!address.contains('{'), "{address}");
        let answer = app.call(method.clone(), &address, None, None).await;
        let expected: &[u16] = match call["security"].as_array() {
            Some(ways) if ways.iter().all(|way| way.get("token").is_some()) => &[401],
            // There is no body.
            _ if method == Method::POST => &[415],
            // The unit of the examples exists only in the demo.
            _ if path.starts_with("/api/v1/units/") => &[404],
            _ => &[200],
        };
        assert!(expected.contains(&answer.status), "{method} {address}: {} {}", answer.status, answer.body);
    }
    app.stop().await;
}

/// The method is checked first: the response is the same without a token and with every role and scope.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_described_is_not_allowed() {
    let app = TestApp::start(Kind::Sqlite).await;
    let snapshot = app.service.snapshot();
    let admin = snapshot.tree.principal_by_slug("admin").expect("a principal").id;
    let whole = snapshot.tree.node(NodeKind::Organiser, "testila").expect("an organiser");
    for role in Role::ALL {
        administration::grant(&app.service, ChangedBy::CommandLine, admin, role, whole).await.expect("a grant");
    }
    let mut by_path: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (method, path, call) in calls(&document()) {
        by_path.entry(filled(&path, &call)).or_default().insert(method.to_string());
    }
    for (address, described) in by_path {
        for method in [Method::GET, Method::PUT, Method::POST, Method::DELETE, Method::PATCH] {
            if described.contains(method.as_str()) {
                continue;
            }
            for who in [None, Some("admin")] {
                let answer = app.call(method.clone(), &address, who, None).await;
                assert_eq!(answer.status, 405, "{method} {address} by {who:?}: {}", answer.body);
                let allow = answer.headers.get("allow").unwrap_or_else(|| panic!("{method} {address}: no Allow"));
                let mut allowed: BTreeSet<String> = allow.split(", ").map(str::to_owned).collect();
                // HEAD is taken wherever GET is, without a description of its own.
                assert_eq!(allowed.remove("HEAD"), described.contains("GET"), "{method} {address}");
                assert_eq!(allowed, described, "{method} {address}");
                answer.problem(405, "method-not-allowed");
            }
        }
    }
    app.stop().await;
}

#[test]
fn the_command_prints_what_is_served() {
    let printed = Command::new(env!("CARGO_BIN_EXE_kaiku")).arg("openapi").output().expect("kaiku openapi");
    assert!(printed.status.success());
    assert_eq!(String::from_utf8(printed.stdout).expect("UTF-8").trim_end(), openapi::json());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_loads_everything_from_here() {
    let app = TestApp::start(Kind::Sqlite).await;
    let text = async |path: &str| {
        let answer = app.client.get(format!("{}{path}", app.base)).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        let policy =
            answer.headers().get("content-security-policy").expect("a policy").to_str().expect("text").to_owned();
        (policy, answer.text().await.expect("a body"))
    };
    // The path without the trailing slash leads to the page too.
    let (policy, page) = text("/docs").await;
    assert!(policy.starts_with("default-src 'self'") && !policy.contains("script-src"));
    assert!(page.contains("<title>Kaiku"));
    let mut loaded = 0;
    for part in page.split(['"', '\'']).filter(|part| part.ends_with(".js") || part.ends_with(".css")) {
        assert!(!part.contains("//"), "{part} is elsewhere");
        text(&format!("/docs/{part}")).await;
        loaded += 1;
    }
    assert!(loaded >= 4);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_library_of_the_page_is_compressed_once() {
    const GZIP: [u8; 3] = [0x1f, 0x8b, 8];
    let app = TestApp::start(Kind::Sqlite).await;
    for accepted in ["gzip", "br, gzip, deflate"] {
        let request = app.client.get(format!("{}/docs/swagger-ui-bundle.js", app.base));
        let answer = request.header("Accept-Encoding", accepted).send().await.expect("an answer");
        assert_eq!(answer.headers().get("content-encoding").expect("an encoding"), "gzip", "{accepted}");
        let library = answer.bytes().await.expect("a body");
        assert!(library.starts_with(&GZIP) && library.len() < 600_000, "{accepted}: {} bytes", library.len());
    }
    app.stop().await;
}
