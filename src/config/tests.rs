//! What the configuration accepts, and how it reports faults.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::agreement::WorkingDays;
use crate::organisation::Role;
use crate::routing::rule::{AnswerCondition, CaseWanted, GroupMeanCondition, Urgency};

fn load(file: Option<&str>, env: &[(&str, &str)]) -> Result<Config, Vec<ConfigFault>> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("kaiku.toml");
    if let Some(text) = file {
        std::fs::write(&path, text).unwrap();
    }
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(file.map(|_| path.as_path()), env)
}

/// The faults as lines, with the file's directory left out.
fn faults(file: Option<&str>, env: &[(&str, &str)]) -> Vec<String> {
    load(file, env)
        .unwrap_err()
        .iter()
        .map(|fault| {
            let told = fault.to_string();
            match told.find("kaiku.toml") {
                Some(start) => told[start..].to_owned(),
                None => told,
            }
        })
        .collect()
}

fn only_fault(file: Option<&str>, env: &[(&str, &str)]) -> String {
    let mut faults = faults(file, env);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults.remove(0)
}

#[test]
fn the_defaults_are_valid() {
    let config = load(None, &[]).unwrap();
    assert_eq!(config.server.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.keep_alive, Duration::from_secs(75));
    assert_eq!(config.database.kind(), DatabaseKind::Sqlite);
    assert_eq!((config.limits.body_bytes, config.limits.batch_body_bytes), (64 * 1024, 1024 * 1024));
    assert_eq!(config.terms.agreed(), crate::agreement::Terms::DEFAULT);
    assert_eq!(config.terms.deadline_hour, 16);
    assert_eq!((config.instruments.directory, config.words.directory), (None, None));
    assert_eq!(config.log.format, LogFormat::Json);
    let codes: Vec<(&str, i64)> = config.routing.rules.iter().map(|rule| (rule.code.as_str(), rule.position)).collect();
    assert_eq!(codes, [("danger", 10), ("possible-danger", 20), ("complaint", 30), ("everything-else", 40)]);
    let urgencies: Vec<Urgency> = config.routing.rules.iter().map(|rule| rule.then.urgency).collect();
    assert_eq!(urgencies, [Urgency::Urgent, Urgency::ReadToday, Urgency::Normal, Urgency::Normal]);
}

/// The bounds that a comment gives as "Bounds: LOWEST to HIGHEST", with section and key, and the value below.
fn documented_bounds() -> Vec<(String, String, i64, i64)> {
    let (mut section, mut comment, mut found) = (String::new(), String::new(), Vec::new());
    // Rules are lists of tables and have no bounds in comments of their own.
    for line in DEFAULTS.lines().take_while(|line| !line.starts_with("[[")) {
        if let Some(text) = line.strip_prefix("# ") {
            comment.push_str(text);
            comment.push(' ');
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.to_owned();
            comment.clear();
        } else if let Some((key, value)) = line.split_once(" = ") {
            match comment.split_once("Bounds: ") {
                Some((_, bounds)) => {
                    let (lowest, highest) = bounds.trim().strip_suffix('.').unwrap().split_once(" to ").unwrap();
                    found.push((section.clone(), key.to_owned(), lowest.parse().unwrap(), highest.parse().unwrap()));
                }
                None => assert!(value.parse::<i64>().is_err(), "{section}.{key} has no bounds in its comment"),
            }
            assert!(!comment.is_empty(), "{section}.{key} has no comment");
            comment.clear();
        }
    }
    found
}

#[test]
fn the_documented_bounds_are_the_real_ones() {
    let documented = documented_bounds();
    assert!(documented.len() > 25, "{documented:?}");
    for (section, key, lowest, highest) in documented {
        let refused = |number: i64| {
            let name = format!("KAIKU_{}__{}", section.to_uppercase(), key.to_uppercase());
            let number = number.to_string();
            let Err(faults) = load(None, &[(&name, &number)]) else { return false };
            faults.iter().any(|fault| {
                fault.origin == Origin::Environment { name: name.clone() } && fault.reason.contains("whole number")
            })
        };
        assert!(refused(lowest - 1), "{section}.{key} takes less than {lowest}");
        assert!(refused(highest + 1), "{section}.{key} takes more than {highest}");
        assert!(!refused(lowest) && !refused(highest), "{section}.{key} refuses its own bounds");
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let file = "[server]\nbind = \"0.0.0.0:80\"\nworkers = 3\ntrusted_proxies = [\"10.0.0.0/8\"]\n";
    let config = load(Some(file), &[("KAIKU_SERVER__WORKERS", "5"), ("HOME", "/root"), ("KAIKU_TEST", "1")]).unwrap();
    assert_eq!(config.server.bind.to_string(), "0.0.0.0:80");
    assert_eq!(config.server.workers, 5);
    assert!(config.server.trusts(IpAddr::from([10, 1, 2, 3])));
    assert!(!config.server.trusts(IpAddr::from([127, 0, 0, 1])));
    assert_eq!(config.limits.page_size, 50);
}

#[test]
fn lists_of_the_environment_are_separated_by_commas_or_written_as_toml() {
    for list in ["10.0.0.1, fd00::/8", "[\"10.0.0.1\", \"fd00::/8\"]"] {
        let config = load(None, &[("KAIKU_SERVER__TRUSTED_PROXIES", list)]).unwrap();
        assert_eq!(config.server.trusted_proxies.len(), 2, "{list}");
    }
    assert!(load(None, &[("KAIKU_SERVER__TRUSTED_PROXIES", "")]).unwrap().server.trusted_proxies.is_empty());
    let rules = "[{ code = \"all\", reason = \"All.\", then = { category = \"general\", case = \"never\" } }]";
    let config = load(None, &[("KAIKU_ROUTING__RULES", rules)]).unwrap();
    assert_eq!(config.routing.rules[0].then.case, CaseWanted::Never);
    let told = only_fault(None, &[("KAIKU_SERVER__TRUSTED_PROXIES", "10.0.0.1,proxy")]);
    assert!(told.starts_with("environment variable KAIKU_SERVER__TRUSTED_PROXIES: "), "{told}");
    assert!(told.contains("\"proxy\""), "{told}");
    assert!(!faults(None, &[("KAIKU_SERVER__TRUSTED_PROXIES", "[\"10.0.0.1\"")]).is_empty());
}

#[test]
fn every_fault_is_told_with_its_place_and_what_to_do() {
    let file = "\
[server]
bind = \"localhost\"
bnid = 1
workers = \"many\"
keep_alive_seconds = 0

[limits]
page_size = 1000
text_chars = 12.5
intake_queue = true

[log]
format = \"xml\"
level = 2026-01-01

[post]
host = \"a\"
";
    let env = [("KAIKU_SERVER__PORT", "1"), ("KAIKU_JOBS__POLL_MS", "soon"), ("KAIKU_RATES_PUBLIC_BURST", "9")];
    let told = faults(Some(file), &env);
    let has = |place: &str, reason: &str| {
        assert!(
            told.iter().any(|line| line.starts_with(place) && line.contains(reason)),
            "{place}: {reason}\nis not in\n{told:#?}"
        );
    };
    has("kaiku.toml, line 2: server.bind is \"localhost\"; ", "write an IP address and a port");
    has("kaiku.toml, line 3: ", "there is no setting server.bnid; remove it or write one of: bind, ");
    has("kaiku.toml, line 4: server.workers is \"many\"; ", "write a whole number from 0 to 256");
    has("kaiku.toml, line 5: server.keep_alive_seconds is 0; ", "write a whole number from 1 to 600");
    has("kaiku.toml, line 8: limits.page_size is 1000; ", "write a whole number from 1 to 200");
    has("kaiku.toml, line 9: limits.text_chars is 12.5; ", "write a whole number from");
    has("kaiku.toml, line 10: limits.intake_queue is true; ", "write a whole number from");
    has("kaiku.toml, line 13: log.format is \"xml\"; ", "write one of: json, text");
    has("kaiku.toml, line 14: log.level is a date or time; ", "write a text");
    has("kaiku.toml, line 16: ", "there is no section [post]; remove it or write one of: ");
    has("environment variable KAIKU_SERVER__PORT: ", "no setting has this name");
    has("environment variable KAIKU_JOBS__POLL_MS: jobs.poll_ms is \"soon\"; ", "write a whole number from 10");
    has("environment variable KAIKU_RATES_PUBLIC_BURST: ", "write KAIKU_RATES__PUBLIC_BURST");
}

#[test]
fn a_fault_of_grammar_does_not_hide_the_others() {
    let told = faults(Some("[server]\nbind = \nworkers = 900\n"), &[]);
    assert!(told.iter().any(|line| line.starts_with("kaiku.toml, line 2: this is not valid TOML")), "{told:#?}");
    assert!(told.iter().any(|line| line.starts_with("kaiku.toml, line 3: server.workers is 900")), "{told:#?}");
    let twice = faults(Some("[server]\nworkers = 1\nworkers = 2\n"), &[]);
    assert!(twice[0].starts_with("kaiku.toml, line 3: "), "{twice:#?}");
}

#[test]
fn settings_that_do_not_fit_together_are_faults() {
    assert!(only_fault(Some("[terms]\ndecide = 1\n"), &[]).contains("terms.decide is shorter"));
    assert!(only_fault(Some("[terms]\ntell = 9\n"), &[]).contains("kaiku.toml, line 2: terms.tell is shorter"));
    assert!(only_fault(Some("[limits]\npage_size_max = 20\n"), &[]).contains("page_size"));
    assert!(only_fault(None, &[("KAIKU_LIMITS__BATCH_BODY_BYTES", "2000")]).contains("BATCH_BODY_BYTES"));
}

#[test]
fn mails_that_could_not_leave_are_faults() {
    let config = load(None, &[]).unwrap();
    assert_eq!((config.mail.transport, config.mail.connections), (MailTransport::File, 2));
    let smtp = |text: &str| {
        let own = "[mail]\ntransport = \"smtp\"\nhost = \"smtp.example.fi\"\nfrom = \"Kaiku <kaiku@example.fi>\"\n";
        let keys: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
        let kept = own.lines().filter(|line| !keys.contains(&line.split(' ').next().unwrap_or_default()));
        let rest: Vec<&str> = kept.chain(text.lines()).collect();
        rest.join("\n") + "\n"
    };
    let sound = load(Some(&smtp("username = \"kaiku\"\npassword = \"kissa\"")), &[]).unwrap();
    assert_eq!((sound.mail.port, sound.mail.tls), (587, MailTls::StartTls));
    assert_eq!(sound.mail.from.as_ref().unwrap().email.domain(), "example.fi");
    assert!(!format!("{sound:?}").contains("kissa"));
    for (text, told) in [
        ("host = \"\"", "mail.host is empty"),
        ("host = \"smtp.example.fi:587\\n\"", "write the mail server's name"),
        ("tls = \"none\"", "mail.tls is \"none\", and mail.host is another machine"),
        ("tls = \"ssl\"", "write one of: starttls, tls, none"),
        ("transport = \"post\"", "write one of: file, smtp"),
        ("from = \"Kaiku\"", "write a name and an address"),
        ("from = \"Kaiku <kaiku@localhost>\"", "mail.from has no domain that others know"),
        ("username = \"kaiku\"", "mail.username and mail.password go together"),
        ("password = \"kissa\"", "mail.username and mail.password go together"),
        ("directory = \"\"", "write a text that is not empty"),
        ("timeout_seconds = 120", "jobs.lease_seconds is not longer than mail.timeout_seconds"),
    ] {
        let fault = only_fault(Some(&smtp(text)), &[]);
        assert!(fault.contains(told) && !fault.contains("kissa"), "{text}: {fault}");
    }
    for host in ["localhost", "127.0.0.1", "::1", "[::1]"] {
        assert!(load(Some(&smtp(&format!("tls = \"none\"\nhost = \"{host}\""))), &[]).is_ok(), "{host}");
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("password");
    std::fs::write(&path, "kissa\n").unwrap();
    let env = [("KAIKU_MAIL__PASSWORD_FILE", path.to_str().unwrap()), ("KAIKU_MAIL__USERNAME", "kaiku")];
    assert_eq!(load(None, &env).unwrap().mail.password.expose(), "kissa");
}

#[test]
fn a_section_that_is_no_table_is_a_fault() {
    assert!(only_fault(Some("server = 3\n"), &[]).contains("write [server] on a line of its own"));
    assert!(only_fault(Some("[[server]]\nworkers = 3\n"), &[]).contains("write [server] on a line of its own"));
}

#[test]
fn a_file_that_cannot_be_read_is_a_fault() {
    let missing = Config::load(Some(Path::new("/nowhere/kaiku.toml")), std::iter::empty()).unwrap_err();
    assert_eq!(missing[0].origin, Origin::File { path: PathBuf::from("/nowhere/kaiku.toml"), line: None });
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("kaiku.toml");
    std::fs::write(&path, b"[server]\n# caf\xe9\n").unwrap();
    assert!(Config::load(Some(&path), std::iter::empty()).unwrap_err()[0].reason.contains("not UTF-8 in line 2"));
    let bytes = usize::try_from(FILE_BYTES_MAX).unwrap() + 1;
    std::fs::write(&path, vec![b'\n'; bytes]).unwrap();
    assert!(Config::load(Some(&path), std::iter::empty()).unwrap_err()[0].reason.contains("larger"));
}

#[test]
fn the_environment_may_name_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("kaiku.toml");
    std::fs::write(&path, "[server]\nworkers = 7\n").unwrap();
    let env = [(FILE_VARIABLE.to_owned(), path.display().to_string())];
    assert_eq!(Config::load(None, env.clone().into_iter()).unwrap().server.workers, 7);
    // A file on the command line wins.
    let other = directory.path().join("other.toml");
    std::fs::write(&other, "[server]\nworkers = 8\n").unwrap();
    assert_eq!(Config::load(Some(&other), env.into_iter()).unwrap().server.workers, 8);
}

#[test]
fn a_secret_may_come_from_a_file_and_is_never_shown() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("url");
    std::fs::write(&path, "postgres://kaiku:kissa@db/kaiku\n").unwrap();
    let path = path.display().to_string();
    let config = load(None, &[("KAIKU_DATABASE__URL_FILE", &path)]).unwrap();
    assert_eq!(config.database.url.expose(), "postgres://kaiku:kissa@db/kaiku");
    assert_eq!(config.database.kind(), DatabaseKind::Postgres);
    assert!(!format!("{config:?}").contains("kissa"));

    let both = [("KAIKU_DATABASE__URL_FILE", path.as_str()), ("KAIKU_DATABASE__URL", "sqlite:a")];
    assert!(only_fault(None, &both).contains("KAIKU_DATABASE__URL is set as well"));
    assert!(only_fault(None, &[("KAIKU_DATABASE__URL_FILE", "/nowhere")]).contains("cannot be read"));
    assert!(only_fault(None, &[("KAIKU_SERVER__BIND_FILE", &path)]).contains("no setting has this name"));

    for url in ["url = \"mysql://kaiku:kissa@db\"", "url = [\"kissa\"]", "url = \"kissa", "url = kissa"] {
        let told = faults(Some(&format!("[database]\n{url}\n")), &[]);
        assert!(told.iter().all(|line| !line.contains("kissa")), "{told:#?}");
    }
}

/// A file with one rule before the one that matches everything.
fn rule(text: &str) -> String {
    format!(
        "[[routing.rules]]\ncode = \"one\"\nreason = \"One.\"\n{text}\n\n\
         [[routing.rules]]\ncode = \"all\"\nreason = \"All.\"\n[routing.rules.then]\ncategory = \"general\"\n"
    )
}

#[test]
fn a_rule_holds_every_condition_and_result() {
    let file = rule(
        "[routing.rules.when]
channels = [\"web\"]
instruments = [\"asiakastyytyvaisyys\"]
producers = [\"pajapiha-ry\"]
services = [\"kotihoito\"]
units = [\"koivuranta\"]
languages = [\"smn\"]
given_by = [\"client-supported\"]
words = [\"pelkään\", \"ei uskalla\"]
answer = { question = \"q12\", at_least = 1, at_most = 2 }
group_mean = { group = \"encounter\", below = 2.5 }
reply_wanted = true
has_text = true
[routing.rules.then]
case = \"always\"
category = \"fear\"
urgency = \"urgent\"
handler_role = \"producer_contact\"
acknowledge = 1
decide = 2
tell = 3",
    );
    let rule = load(Some(&file), &[]).unwrap().routing.rules.remove(0);
    assert_eq!(
        rule.when.answer,
        Some(AnswerCondition { question: "q12".to_owned(), at_most: Some(2), at_least: Some(1) })
    );
    assert_eq!(rule.when.group_mean, Some(GroupMeanCondition { group: "encounter".to_owned(), below: 2.5 }));
    assert_eq!(
        (&rule.when.producers[..], &rule.when.units[..]),
        (&["pajapiha-ry".to_owned()][..], &["koivuranta".to_owned()][..])
    );
    assert_eq!(rule.when.words, ["pelkään", "ei uskalla"]);
    assert_eq!((rule.when.reply_wanted, rule.when.has_text), (Some(true), Some(true)));
    assert_eq!(rule.then.handler_role, Some(Role::ProducerContact));
    let days = [rule.then.acknowledge, rule.then.decide, rule.then.tell];
    assert_eq!(days.map(|days| days.map(WorkingDays::get)), [Some(1), Some(2), Some(3)]);
}

#[test]
fn faults_of_rules_are_told_all_at_once() {
    let told = faults(
        Some(&rule(
            "colour = \"red\"
[routing.rules.when]
channels = [\"api\"]
words = [\"Iso\"]
languages = []
answer = { question = \"q1\" }
group_mean = { group = \"encounter\", below = 11 }
[routing.rules.then]
case = \"never\"
urgency = \"urgent\"
handler = \"maija\"
handler_role = \"worker\"
decide = 300",
        )),
        &[],
    );
    for (line, reason) in [
        (4, "there is no setting routing.rules.colour"),
        (6, "routing.rules.when.channels holds \"api\"; write one of: oral, "),
        (7, "in lower case"),
        (8, "holds nothing that could match"),
        (9, "the answer has no bound"),
        (10, "write a number from 1 to 10"),
        (12, "makes no case cannot be urgent"),
        (15, "write one of: handler, "),
        (16, "write a whole number from 1 to 250"),
        (11, "routing.rules.then.category is missing"),
    ] {
        let place = format!("kaiku.toml, line {line}: ");
        assert!(
            told.iter().any(|told| told.starts_with(&place) && told.contains(reason)),
            "{place}{reason}\n{told:#?}"
        );
    }
}

#[test]
fn the_last_rule_and_only_the_last_matches_everything() {
    let all = "[[routing.rules]]\ncode = \"aa\"\nreason = \"A.\"\nthen = { category = \"general\" }\n";
    let some = "[[routing.rules]]\ncode = \"bb\"\nreason = \"B.\"\nwhen = { channels = [\"web\"] }\nthen = { category = \"bb\" }\n";
    assert!(load(Some(&format!("{some}{all}")), &[]).is_ok());
    assert!(only_fault(Some(some), &[]).contains("the last routing rule has conditions"));
    assert!(only_fault(Some(&format!("{all}{}", all.replace("\"aa\"", "\"cc\""))), &[]).contains("never reached"));
    assert!(only_fault(Some("[routing]\nrules = []\n"), &[]).contains("holds 0 rules"));
    let twice = format!("{some}{some}{all}");
    assert!(only_fault(Some(&twice), &[]).contains("two routing rules have the code \"bb\""));
    assert!(faults(Some("[routing]\nrules = [1]\n"), &[])[0].contains("[[routing.rules]]"));
}
