//! What the vocabularies of danger and of complaint must achieve on the texts in `tests/corpus`.

use std::path::Path;

use kaiku::base::Language;
use kaiku::text::words::corpus::{Report, measure, parse};
use kaiku::text::words::{Danger, Vocabulary};

fn report(file: &str) -> Report {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(file);
    let samples = parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(samples.len() > 40, "{file} has {} texts", samples.len());
    measure(&Vocabulary::load(None).unwrap(), &samples)
}

fn at_least(wanted: f64, report: &Report, part: u32, what: &str) {
    let share = report.all.percent(part);
    assert!(share >= wanted, "{what}: {share:.1} %, wanted {wanted} %: {:#?}", report.wrong);
}

fn at_most(wanted: f64, report: &Report, part: u32, what: &str) {
    let share = report.all.percent(part);
    assert!(share <= wanted, "{what}: {share:.1} %, wanted {wanted} % at most: {:#?}", report.wrong);
}

#[test]
fn dangers_are_known() {
    let report = report("danger.jsonl");
    at_least(80.0, &report, report.all.urgent, "urgent");
    at_least(90.0, &report, report.all.either(), "at either level");
}

#[test]
fn an_idiom_hides_no_violence() {
    let vocabulary = Vocabulary::load(None).unwrap();
    let danger = |text| vocabulary.read(text, Language::En).danger;
    for text in ["He beats me.", "My husband beats me.", "My father beats me every day.", "Dad beats me and mum."] {
        assert_eq!(danger(text), Some(Danger::Urgent), "{text}");
    }
    for text in ["It beats me why nobody answers the phone.", "Beats me how this form works."] {
        assert_eq!(danger(text), None, "{text}");
    }
}

#[test]
fn harmless_texts_raise_few_alarms() {
    let report = report("harmless.jsonl");
    at_most(5.0, &report, report.all.urgent, "urgent");
    at_most(15.0, &report, report.all.either(), "at either level");
}

#[test]
fn formal_complaints_are_told_from_mentions() {
    let report = report("complaint.jsonl");
    let of = |kind: &str| report.by_kind[kind];
    assert!(of("complaint").percent(of("complaint").complaints) >= 90.0, "{:#?}", report.wrong);
    assert!(of("mentions").percent(of("mentions").complaints) <= 10.0, "{:#?}", report.wrong);
}
