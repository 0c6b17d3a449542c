use super::*;

const WHOLE: &str = r#"
[organiser]
slug = "itajarvi"
name = "Itäjärven hyvinvointialue"

[[service]]
slug = "kotihoito"
name = "Kotihoito"

[[producer]]
slug = "itaranta"
name = "Itärannan palvelut"

[[unit]]
slug = "koivuranta"
name = "Koivuranta"
service = "kotihoito"
placement = [{ producer = "itaranta", from = 2026-01-01 }]

[[principal]]
slug = "aino"
name = "Aino Esimerkki"
email = "aino@example.fi"

[[principal]]
slug = "aula"
name = "Aulan tabletti"
kind = "kiosk"

[[grant]]
principal = "aino"
role = "organiser"
organiser = "itajarvi"

[[worker]]
unit = "koivuranta"
principal = "aino"
from = "2026-01-01"

[[card_colours]]
unit = "koivuranta"
week = 2026-11-16
colours = { Keltainen = "aino" }

[[agreement]]
producer = "itaranta"
handler = "aino"
acknowledge = 2
decide = 10
tell = 14
told_how = "Taululla kerran viikossa"
signed_by = "Aino ja Eero"
from = 2026-01-01

[[routing_rule]]
code = "last"
position = 1000
reason = "Muu palaute"
then = { category = "general" }

[[routing_rule]]
unit = "koivuranta"
code = "vaara"
position = 10
reason = "Vaara"
when = { words = ["itsemurha"], services = ["kotihoito"] }
then = { category = "danger", urgency = "urgent", handler = "aino" }

[[closure]]
day = 2026-12-24
reason = "Jouluaatto"
"#;

fn faults(content: &str) -> Vec<(usize, String)> {
    match Import::from_toml(content, &Catalogue::default()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().map(|fault| (fault.line, fault.reason)).collect(),
    }
}

/// The line on which `text` first occurs in `content`.
fn line_of(content: &str, text: &str) -> usize {
    content.lines().position(|line| line.contains(text)).unwrap() + 1
}

/// Asserts that the file with `from` replaced by `to` has exactly one fault: on that line, and with `reason` in its
/// text.
fn one_fault(from: &str, to: &str, reason: &str) {
    let at = WHOLE.find(from).unwrap();
    let found = faults(&WHOLE.replacen(from, to, 1));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, WHOLE[..at].matches('\n').count() + 1, "{found:?}");
    assert!(found[0].1.contains(reason), "{found:?}");
}

#[test]
fn a_whole_file_is_read() {
    let import = Import::from_toml(WHOLE, &Catalogue::default()).unwrap();
    assert_eq!(import.organiser.slug, "itajarvi");
    assert_eq!(import.units[0].placements[0].slug, "itaranta");
    assert_eq!(import.principals[1].kind, PrincipalKind::Kiosk);
    assert_eq!(import.card_colours[0].colour, "keltainen");
    assert_eq!(import.agreements[0].terms, Terms::DEFAULT);
    assert_eq!(import.routing_rules[0].at, NodeName { kind: NodeKind::Organiser, slug: "itajarvi".to_owned() });
    assert_eq!(import.routing_rules[1].rule.rule.when.words, ["itsemurha"]);
    assert_eq!(import.closures[0].reason, "Jouluaatto");
}

#[test]
fn each_fault_has_its_line() {
    one_fault("name = \"Kotihoito\"", "name = \"\"", "one line");
    one_fault("slug = \"aula\"", "slug = \"aino\"\n#", "stands already");
    one_fault("slug = \"aula\"", "slug = \"Aula\"", "lower-case");
    one_fault("kind = \"kiosk\"", "kind = \"robot\"", "person, client, kiosk");
    one_fault("kind = \"kiosk\"", "colour = \"blue\"\n#", "there is no \"colour\"");
    one_fault("service = \"kotihoito\"", "service = \"vammaispalvelu\"", "no [[service]]");
    one_fault("from = 2026-01-01 }]", "from = 2026-01-01, to = 2025-01-01 }]", "before the first");
    one_fault("from = 2026-01-01 }]", "from = 2026-13-01 }]", "");
    one_fault(
        "from = 2026-01-01 }]",
        "from = 2026-01-01 }, { producer = \"itaranta\", from = 2026-05-01 }]",
        "give that one an end",
    );
    one_fault("role = \"organiser\"", "role = \"chief\"", "write one of worker");
    one_fault("week = 2026-11-16", "week = 2026-11-17", "Monday");
    one_fault("colours = { Keltainen = \"aino\" }", "colours = { Keltainen = \"aula\" }", "does not work at");
    one_fault("acknowledge = 2", "acknowledge = 0", "1 to 250");
    one_fault("tell = 14", "tell = 9", "must not go backwards");
    one_fault("handler = \"aino\"\n", "handler = \"aula\"\n", "no person");
    one_fault("then = { category = \"general\" }", "then = { category = \"general\", who = 1 }", "who");
    one_fault("services = [\"kotihoito\"]", "services = [\"muu\"]", "service");
    one_fault("email = \"aino@example.fi\"", "email = \"aino\"", "e-mail");
    one_fault("day = 2026-12-24", "day = 2026-12-24T12:00:00Z", "a day such as");
}

#[test]
fn all_faults_are_told_at_once() {
    let content = WHOLE
        .replace("service = \"kotihoito\"", "service = \"x\"")
        .replace("language", "kieli")
        .replace("kind = \"kiosk\"", "kind = 1")
        .replace("week = 2026-11-16", "week = 1")
        .replace("[[closure]]", "[[closures]]");
    let lines: Vec<usize> = faults(&content).iter().map(|(line, _)| *line).collect();
    let wanted = ["service = \"x\"", "kind = 1", "week = 1", "[[closures]]"].map(|text| line_of(&content, text));
    for line in wanted {
        assert!(lines.contains(&line), "{lines:?} lacks {line}");
    }
    assert!(lines.is_sorted());
}

#[test]
fn an_organiser_needs_somebody_in_its_role() {
    let found = faults(&WHOLE.replace("role = \"organiser\"", "role = \"admin\""));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.starts_with("nobody holds the role organiser"), "{found:?}");
    assert_eq!(found[0].0, line_of(WHOLE, "[organiser]"));
}

#[test]
fn no_toml_gives_the_faults_of_syntax_only() {
    let found = faults("[organiser\nslug = 1");
    assert!(found.iter().all(|(_, reason)| reason.starts_with("this is no TOML")), "{found:?}");
    assert!(!found.is_empty());
}
