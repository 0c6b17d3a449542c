//! Keys are rotated while the service runs: nothing written before is lost, and what can be re-encrypted does not stay
//! under an old key.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use kaiku::administration::import::import;
use kaiku::administration::import_file::Import;
use kaiku::administration::keys::{self, Opening, Reencrypted};
use kaiku::app::{self, Parts};
use kaiku::base::chance::SystemEntropy;
use kaiku::config::Config;
use kaiku::keys::{Keyring, Purpose};
use kaiku::loop_back::card_stubs;
use kaiku::service::Service;
use kaiku::store::contacts::{self, SealedRow};
use kaiku::store::webhooks;
use reqwest::Method;
use serde_json::json;

use crate::program::{Installation, PATIENCE, Program, rows, until};
use crate::support::{Answer, COUNTY, Kind, TestApp, http, on_both};

/// Another process with the same database and the same keyring file.
async fn another_process(app: &TestApp) -> Arc<Service> {
    let file = app.folder.path().join("keyring.toml");
    let env = [
        ("KAIKU_DATABASE__URL".to_owned(), app.database_url.clone()),
        ("KAIKU_DATABASE__PG_CONNECTIONS".to_owned(), "3".to_owned()),
        ("KAIKU_KEYS__FILE".to_owned(), file.display().to_string()),
    ];
    let config = Config::load(None, env.into_iter()).expect("a sound configuration");
    let parts = Parts { clock: app.clock.clone(), entropy: Arc::new(SystemEntropy), keyring: Opening::Existing };
    app::build(config, parts).await.expect("a service")
}

fn done(kinds: &[Reencrypted]) -> Vec<(&'static str, u64)> {
    kinds.iter().map(|kind| (kind.kind, kind.done)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_exchanged_under_a_running_service() {
    on_both(async |app| {
        let file = app.folder.path().join("keyring.toml");
        let keyed = [("Idempotency-Key", "0b8f7a52-7c1e-4b57-9d0c-51f7b7a3c9de")];
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"free": "Ovi oli kiinni."}, "reply": {"wanted": true, "email": "aino@example.fi"},
            "volunteer": {"name": "Kaisa", "email": "kaisa@example.fi"}});
        let give =
            async || app.call_with(Method::POST, "/api/v1/feedback", None, Some(&form), &keyed).await.expect(201);
        let first = give().await;
        let (id, code) = (first.text_at("/id"), first.text_at("/receipt"));
        let note = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
            "answers": {"q1": "Hyvä."}, "reminder": {"text": "Punainen reppu"}});
        let oral = app.post("/api/v1/feedback", "worker", &note).await.expect(201).text_at("/id");
        let items = json!({"items": [{"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card",
            "language": "fi", "answers": {"q1": 2}}]});
        let boxed = async || {
            let path = "/api/v1/feedback/batch";
            app.call_with(Method::POST, path, Some("worker"), Some(&items), &keyed).await.expect(201).body
        };
        let box_before = boxed().await;
        let stub = card_stubs::make(&app.service, "koivu", 1).await.expect("stubs").remove(0);
        let hook = json!({"node": {"kind": "organiser", "slug": "testila"}, "url": "https://example.fi/",
            "events": ["case.reminded"]});
        let hook = app.post("/api/v1/webhooks", "admin", &hook).await.expect(201).text_at("/id");
        let rotate = format!("/api/v1/webhooks/{hook}/rotate");
        app.call(Method::POST, &rotate, Some("admin"), None).await.expect(200);

        let contact = async || {
            let path = format!("/api/v1/cases/{id}/contact");
            app.call(Method::POST, &path, Some("handler"), None).await.expect(200).text_at("/email")
        };
        let reminder =
            async || app.get(&format!("/api/v1/cases/{oral}/reminder"), "worker").await.expect(200).text_at("/text");
        let all_is_well = async || {
            assert_eq!(contact().await, "aino@example.fi");
            assert_eq!(reminder().await, "Punainen reppu");
            assert_eq!(give().await.body, first.body, "the repeated request is answered as before");
            assert_eq!(boxed().await, box_before);
            assert_eq!(app.story(&code).await.expect(200).body["said"][0]["text"], "Ovi oli kiinni.");
            assert_eq!(app.story(&stub.code.reveal()).await.expect(200).body["status"], "on_its_way");
        };

        // Another process adds keys and ends before it writes anything with them.
        let before: Vec<String> =
            Purpose::ALL.map(|purpose| app.service.keyring.active(purpose).id().to_owned()).to_vec();
        let new = Keyring::rotate(&file, &Purpose::ALL, &SystemEntropy).expect("new keys");
        assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
        all_is_well().await;

        // Yet another one goes on where it stopped. The new keys write when the running service has looked at the file.
        let other = another_process(&app).await;
        assert_eq!(keys::let_newest_write(&other, PATIENCE).await.expect("an answer").len(), 0, "all read them");
        let mut tx = other.store.write().await.expect("a transaction");
        let lost = SealedRow { key_id: "contact-lost".to_owned(), sealed: vec![7; 60] };
        contacts::insert(&mut tx, app.service.random_id().expect("an id"), &lost).await.expect("a contact");
        tx.commit().await.expect("committed");
        let kinds = keys::reencrypt(&other).await.expect("sealed anew");
        let expected = [
            ("contacts", 1),
            ("reminders", 1),
            ("volunteers", 1),
            ("webhook_secrets", 1),
            ("previous_webhook_secrets", 1),
        ];
        assert_eq!(done(&kinds), expected);
        assert_eq!(kinds.iter().map(|kind| kind.unreadable).sum::<u64>(), 1, "one was sealed with a key that is lost");
        all_is_well().await;
        let again = keys::reencrypt(&other).await.expect("nothing to do");
        assert!(again.iter().all(|kind| kind.done == 0), "{again:?}");

        let active = |purpose| app.service.keyring.active(purpose).id().to_owned();
        until("they are taken up", async || Purpose::ALL.map(active).to_vec() == new).await;
        assert!(before.iter().all(|id| app.service.keyring.by_id(id).is_some()), "old ones read");
        let mut db = app.service.store.read().await.expect("a reader");
        let secrets = webhooks::secrets(&mut db, hook.parse().unwrap()).await.expect("secrets").expect("a webhook");
        drop(db);
        let key = app.service.keyring.by_id(&secrets.key_id).expect("a key");
        assert_eq!(key.id(), active(Purpose::Contact));
        assert_eq!(key.open(&secrets.sealed, hook.parse().unwrap()).expect("a secret").len(), 32);

        // New receipts are made with the new key; a card with an old stub is entered and found.
        let fresh = app.post_public("/api/v1/feedback", &form).await.expect(201);
        app.story(&fresh.text_at("/receipt")).await.expect(200);
        let card = json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
            "answers": {"q1": 2, "q3": "Lämmin aula."}, "serial": stub.serial.reveal()});
        app.post("/api/v1/feedback", "worker", &card).await.expect(201);
        let story = app.story(&stub.code.reveal()).await.expect(200).body;
        assert_eq!((&story["status"], &story["said"][0]["text"]), (&json!("received"), &json!("Lämmin aula.")));
        let usage = keys::usage(&app.service).await.expect("a usage");
        let used = |kind: &str, id: &str| {
            usage.iter().filter(|(of, key, _)| *of == kind && key == id).map(|(_, _, count)| *count).sum::<i64>()
        };
        assert_eq!(
            (used("contacts", &before[1]), used("contacts", &new[1]), used("contacts", "contact-lost")),
            (0, 2, 1)
        );
        // The first survey, the oral note and the card are found with the old key, the new survey with the new one.
        assert_eq!((used("receipts", &before[0]), used("receipts", &new[0])), (3, 1));
        other.store.close().await;
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_and_listed_by_command() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::with_county(kind).await;
        let listed = || installation.run_well(&["keys", "list"]);
        // A header, one key for each purpose, and the device key that every keyring has.
        assert_eq!(listed().lines().count(), 6);
        let said = installation.run_well(&["keys", "rotate", "--purpose", "contact"]);
        assert!(said.starts_with("new key contact-") && said.contains("\ncontacts,0\n"), "{said}");
        let ids: Vec<String> = listed().lines().map(str::to_owned).collect();
        assert_eq!(ids.len(), 7);
        assert_eq!(ids.iter().filter(|line| line.contains(",contact,yes,")).count(), 1);
        assert_eq!(ids.iter().filter(|line| line.contains(",contact,no,")).count(), 1);
        let said = installation.run_well(&["keys", "rotate", "--only-file"]);
        assert!(said.matches("new key ").count() == 4 && said.contains("keys reencrypt"), "{said}");
        assert!(installation.run_well(&["keys", "reencrypt"]).contains("contacts,0"));
        assert_eq!(listed().lines().count(), 11);
        let file = installation.folder.path().join("keyring.toml");
        assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
        assert!(!installation.run(&["keys", "rotate", "--purpose", "all"]).status.success());
    }
}

/// Gives feedback to a running program; the code.
async fn give(program: &Program) -> String {
    let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"free": "Ovi oli kiinni."}, "reply": {"wanted": true, "email": "aino@example.fi"}});
    let answer = http().post(format!("{}/api/v1/feedback", program.base)).json(&form).send().await.expect("an answer");
    Answer::of(answer).await.expect(201).text_at("/receipt")
}

/// The status of a receipt of a running program.
async fn lookup(program: &Program, code: &str) -> u16 {
    let body = json!({"code": code});
    let path = format!("{}/api/v1/receipts/lookup", program.base);
    http().post(path).json(&body).send().await.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_keyring_is_not_replaced() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        let installation = Installation::with_county(kind).await;
        let program = installation.serve().await;
        let code = give(&program).await;
        program.stop().await;
        let (file, away) = (installation.folder.path().join("keyring.toml"), installation.folder.path().join("away"));
        std::fs::rename(&file, &away).expect("moved");
        for command in [["serve"].as_slice(), &["keys", "list"], &["keys", "rotate"], &["token", "list"], &["migrate"]]
        {
            let output = installation.run(command);
            let said = String::from_utf8_lossy(&output.stderr);
            if command == ["migrate"] {
                // It needs no key.
                assert!(output.status.success(), "{said}");
            } else {
                assert!(!output.status.success() && said.contains("Put the file back"), "{command:?}: {said}");
            }
            assert!(!file.exists(), "{command:?} made a keyring");
        }
        std::fs::rename(&away, &file).expect("moved back");
        let program = installation.serve().await;
        assert_eq!(lookup(&program, &code).await, 200);
        program.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_keyring_is_refused_and_what_it_lacks_is_named() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        let installation = Installation::with_county(kind).await;
        let file = installation.folder.path().join("keyring.toml");
        let own = std::fs::read_to_string(&file).expect("the keyring");
        let ring = Keyring::load(&file).expect("the keyring");
        let ids = Purpose::ALL.map(|purpose| ring.active(purpose).id().to_owned());
        // Another installation's, before anything was written with this one's.
        std::fs::remove_file(&file).expect("removed");
        Keyring::create(&file, &SystemEntropy).expect("another keyring");
        let said = installation.run_badly(&["serve"]);
        assert!(ids.iter().all(|id| said.contains(id.as_str())), "{said}");
        let output = installation.run(&["keys", "list"]);
        let (listed, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!output.status.success() && ids.iter().all(|id| said.contains(id.as_str())), "{listed}{said}");
        // The same ids with other keys.
        let swapped = own.lines().map(|line| match line.strip_prefix("key = \"") {
            Some(digits) => format!("key = \"00{}\"\n", &digits[..62]),
            None => format!("{line}\n"),
        });
        std::fs::write(&file, swapped.collect::<String>()).expect("written");
        assert!(installation.run_badly(&["serve"]).contains(&ids[0]));
        std::fs::write(&file, &own).expect("written");

        // A key that rows name, after another one writes.
        let program = installation.serve().await;
        let code = give(&program).await;
        installation.run_well(&["keys", "rotate"]);
        let whole = std::fs::read_to_string(&file).expect("the keyring");
        program.stop().await;
        let without = |id: &str| -> String {
            let parts = whole.split_inclusive("\n\n").filter(|part| !part.contains(&format!("\"{id}\"")));
            parts.collect()
        };
        std::fs::write(&file, without(&ids[0])).expect("written");
        let said = installation.run_badly(&["serve"]);
        assert!(said.contains(&ids[0]) && !said.contains(&ids[1]), "{said}");
        // What was sealed with the old contact key was sealed anew: nothing needs it.
        std::fs::write(&file, without(&ids[1])).expect("written");
        let program = installation.serve().await;
        assert_eq!(lookup(&program, &code).await, 200);
        program.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_instance_without_a_copy_of_the_keyring_does_not_start() {
    let installation = Installation::with_county(Kind::Postgres).await;
    let program = installation.serve().await;
    let mut other = Installation::empty(Kind::Postgres).await;
    other.set("KAIKU_DATABASE__URL", &installation.database_url);
    assert!(other.run_badly(&["serve"]).contains("Put the file back"));
    assert!(!other.folder.path().join("keyring.toml").exists());
    program.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_only_takes_in_learns_of_settings_and_keys() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        let app = TestApp::start_with(kind, &[("KAIKU_JOBS__RUN", "false")]).await;
        let other = another_process(&app).await;
        let county = Import::from_toml(&COUNTY.replace("Koivun sosiaalityö", "Koivulan sosiaalityö"), &other.catalogue);
        import(&other, &county.expect("a county")).await.expect("another name");
        let version = other.snapshot().version;
        until("the settings are taken up", async || app.service.snapshot().version == version).await;
        let file = app.folder.path().join("keyring.toml");
        let new = Keyring::rotate(&file, &[Purpose::Receipt], &SystemEntropy).expect("a new key");
        until("the key reads", async || app.service.keyring.newest(Purpose::Receipt).id() == new[0]).await;
        assert_ne!(app.service.keyring.active(Purpose::Receipt).id(), new[0], "it does not write by itself");
        other.keyring.refresh().expect("the file");
        assert_eq!(keys::let_newest_write(&other, PATIENCE).await.expect("an answer").len(), 0);
        until("it writes", async || app.service.keyring.active(Purpose::Receipt).id() == new[0]).await;
        other.store.close().await;
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_keys_write_when_every_instance_reads_them() {
    let installation = Installation::with_county(Kind::Postgres).await;
    let one = installation.serve().await;
    // A machine of its own, with a copy of the keyring.
    let mut elsewhere = Installation::empty(Kind::Postgres).await;
    elsewhere.set("KAIKU_DATABASE__URL", &installation.database_url);
    elsewhere.set("KAIKU_JOBS__RUN", "false");
    let (file, copy) = (installation.folder.path().join("keyring.toml"), elsewhere.folder.path().join("keyring.toml"));
    std::fs::copy(&file, &copy).expect("a copy");
    let two = elsewhere.serve().await;
    let said = installation.run_badly(&["keys", "rotate"]);
    assert!(
        said.contains(&format!("process {}", two.id())) && !said.contains(&format!("process {}", one.id())),
        "{said}"
    );
    let code = give(&one).await;
    assert_eq!(lookup(&two, &code).await, 200, "the old key writes on");
    std::fs::copy(&file, &copy).expect("a copy");
    installation.run_well(&["keys", "reencrypt"]);
    let newest = Keyring::load(&file).expect("the keyring").newest(Purpose::Receipt).id().to_owned();
    until("the new key writes", async || {
        let code = give(&one).await;
        assert_eq!(lookup(&two, &code).await, 200);
        rows::<(String,)>(&installation.database_url, "SELECT DISTINCT receipt_key FROM feedback")
            .await
            .iter()
            .any(|(key,)| *key == newest)
    })
    .await;
    assert_eq!(lookup(&two, &code).await, 200);
    // One that comes back with an old copy does not start.
    two.stop().await;
    let old: String = std::fs::read_to_string(&file).expect("the keyring").split_inclusive("\n\n").take(5).collect();
    std::fs::write(&copy, old).expect("written");
    assert!(elsewhere.run_badly(&["serve"]).contains(&newest));
    one.stop().await;
}
