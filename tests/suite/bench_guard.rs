//! The benchmark's guard: which ratios count as fallen. The benchmark itself has no test harness.

#[path = "../../benches/support/accepted.rs"]
mod accepted;

use accepted::{Accepted, Fall, Ratios};

const FILE: &str = include_str!("../../benches/accepted.toml");

fn ratios(pairs: &[(&str, f64)]) -> Ratios {
    pairs.iter().map(|(name, ratio)| ((*name).to_owned(), *ratio)).collect()
}

fn accepted(pairs: &[(&str, f64)]) -> Accepted {
    Accepted { feedbacks_held: 1_000_000, ratios: ratios(pairs) }
}

#[test]
fn a_ratio_that_fell_by_more_than_a_tenth_is_named() {
    let comparison =
        accepted(&[("a", 0.2), ("b", 0.2), ("c", 9.0)]).compare(&ratios(&[("a", 0.179), ("b", 0.181), ("c", 12.0)]));
    assert_eq!(comparison.fell, [Fall { name: "a".to_owned(), accepted: 0.2, reached: 0.179 }]);
    assert_eq!(comparison.kept, 2);
    assert!(!comparison.holds());
}

#[test]
fn a_ratio_that_is_no_number_has_fallen() {
    assert!(!accepted(&[("a", 0.2), ("b", 0.2)]).compare(&ratios(&[("a", f64::NAN), ("b", 0.2)])).holds());
}

#[test]
fn what_stands_on_one_side_only_is_told_and_does_not_fail() {
    let comparison = accepted(&[("a", 0.2), ("gone", 0.2)]).compare(&ratios(&[("a", 0.2), ("new", 0.1)]));
    assert_eq!((comparison.not_measured, comparison.not_accepted), (vec!["gone".to_owned()], vec!["new".to_owned()]));
    assert!(accepted(&[("a", 0.2), ("gone", 0.2)]).compare(&ratios(&[("a", 0.2), ("new", 0.1)])).holds());
}

#[test]
fn a_run_that_shares_no_ratio_with_the_file_does_not_hold() {
    assert!(!accepted(&[("a", 0.2)]).compare(&ratios(&[("b", 0.2)])).holds());
}

#[test]
fn accepting_replaces_what_was_measured_and_keeps_the_rest() {
    let mut file = accepted(&[("postgres", 0.2), ("sqlite", 0.1)]);
    file.accept(&ratios(&[("sqlite", 0.25), ("sqlite, mixed", 0.3)]));
    assert_eq!(file, accepted(&[("postgres", 0.2), ("sqlite", 0.25), ("sqlite, mixed", 0.3)]));
}

#[test]
fn the_file_reads_as_it_is_written() {
    let file = Accepted::parse(FILE).unwrap();
    assert_eq!(file.text(), FILE);
    assert!(!file.ratios.is_empty() && file.compare(&file.ratios).holds());
}

#[test]
fn a_file_with_an_unknown_key_is_refused() {
    assert!(Accepted::parse("feedbacks_held = 1\nheld = 1\n[ratios]\n").is_err());
    assert!(Accepted::parse("[ratios]\n").is_err());
}
