//! Dry runs of routing rules: what would happen to a text, and to the feedback of a past period. Only the audit log
//! records that somebody asked; nothing else is stored.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::rules::{self, NewRule};
use super::unknown_fault;
use crate::base::{Channel, Fault, GivenBy, Kind, Language, Problem};
use crate::figures::suppression::{check_closed_months, in_steps, may_show};
use crate::instrument::{AnswerLimits, Coded, Instrument};
use crate::organisation::{Node, Place, Unit, colours};
use crate::routing::{Conditions, Routed, Rule, Snapshot, Subject, Urgency};
use crate::service::Service;
use crate::store::audit::NewChange;
use crate::store::feedback::{self, DryRunRow};
use crate::store::{Day, audit, group_interviews};
use crate::text::redaction::Redacted;
use crate::text::stems::RuleWords;
use crate::text::words::Meaning;

/// The maximum number of feedbacks and points of groups that one dry run evaluates: the newest.
pub const EVALUATED_MAX: usize = 20_000;
/// The maximum number of table rows that one dry run reads through.
pub const SCANNED_MAX: i64 = 1_000_000;
/// Table rows in one page.
const WINDOW: i64 = 2_000;
/// The maximum length of the past period in days.
pub const DAYS_MAX: i64 = 366;
/// The maximum number of case ids in a result.
pub const CASES_MAX: usize = 50;
/// Kinds of moves that are told apart at most; the rest is counted in the total.
pub const MOVES_MAX: usize = 200;

/// A candidate rule, and its node.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub node: Node,
    /// The rule. Whether it is enabled matters; its days do not: it is tried as if in force.
    pub rule: NewRule,
}

/// A text as a giver might send it.
#[derive(Clone)]
pub struct TextRun {
    pub channel: Channel,
    /// The text; may be empty.
    pub text: String,
    /// The instrument's id; without it the first instrument of the channel.
    pub instrument: Option<String>,
    /// The language of the form.
    pub language: Language,
    pub given_by: GivenBy,
    /// Whether a reply is wanted.
    pub reply_wanted: bool,
    /// Answers by question id, as in a submission.
    pub answers: Map<String, Value>,
}

/// What would happen to a text.
#[derive(Clone)]
pub struct TextOutcome {
    pub rule: Rule,
    /// Whether the matching rule is the candidate.
    pub is_candidate: bool,
    /// The conditions that made it match.
    pub because: Vec<String>,
    pub routed: Routed,
}

/// Where a feedback goes: what is compared before and after.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    pub case: bool,
    pub category: Option<String>,
    pub urgency: Option<Urgency>,
    pub handler_id: Option<Uuid>,
}

impl Destination {
    fn of(routed: &Routed) -> Self {
        let case = routed.case.as_ref();
        Self {
            case: case.is_some(),
            category: case.map(|case| case.category.clone()),
            urgency: case.map(|case| case.urgency),
            handler_id: case.map(|case| case.handler_id),
        }
    }
}

/// What would have become of a past time's feedback, as far as it may be shown: a rule's words must not become a way to
/// search in what one may not read. Numbers are in steps of five.
#[derive(Debug, Clone, Default)]
pub struct PeriodOutcome {
    /// How many feedbacks and points of groups were evaluated.
    pub evaluated: u64,
    /// Whether there were more than one dry run evaluates.
    pub cut: bool,
    /// How many the candidate would have matched.
    pub matched: u64,
    /// How many would have gone elsewhere.
    pub elsewhere: u64,
    /// How many would have gone from where to where, most first; none of fewer than five.
    pub moves: Vec<(Destination, Destination, u64)>,
    /// Cases of those that would have gone elsewhere, for whoever may read their texts; none where they are fewer than five.
    pub cases: Vec<Uuid>,
}

/// The rules, with the candidate among them if there is one.
struct Book {
    rules: Vec<Rule>,
    words: RuleWords,
    candidate: Option<Uuid>,
}

impl Book {
    fn of(settings: &Snapshot, candidate: Option<&Candidate>) -> Self {
        Self::with(settings.rules.clone(), candidate)
    }

    fn with(mut rules: Vec<Rule>, candidate: Option<&Candidate>) -> Self {
        if let Some(Candidate { node, rule }) = candidate {
            let held = rules.iter().position(|held| held.node == *node && held.text.code == rule.rule.code);
            let version = held.map_or(1, |at| rules.remove(at).version.saturating_add(1));
            let (id, enabled) = (Uuid::max(), rule.enabled);
            let text = rule.rule.clone();
            rules.push(Rule { id, version, node: *node, enabled, valid_from: None, valid_to: None, text });
            rules.sort_by(|a, b| {
                (a.text.position, &a.text.code, a.node.id).cmp(&(b.text.position, &b.text.code, b.node.id))
            });
        }
        let words = RuleWords::new(rules.iter().flat_map(|rule| rule.text.when.words.iter()).map(String::as_str));
        Self { rules, words, candidate: candidate.map(|_| Uuid::max()) }
    }

    fn route(
        &self,
        settings: &Snapshot,
        place: &Place,
        subject: &Subject<'_>,
        day: Date,
    ) -> Option<(Destination, bool)> {
        let (routed, rule) = settings.route_by(&self.rules, &self.words, place, subject, day).ok()?;
        Some((Destination::of(&routed), Some(rule.id) == self.candidate))
    }
}

/// Determines what would happen to a text today, with the candidate in its position if there is one.
///
/// # Errors
/// Faults of the request; `no-handler` when it could not be routed.
pub fn text(
    service: &Service,
    settings: &Snapshot,
    unit: &Unit,
    run: &TextRun,
    candidate: Option<&Candidate>,
) -> Result<TextOutcome, Problem> {
    if let Some(candidate) = candidate {
        rules::check(settings, candidate.node, &candidate.rule).map_err(|problem| problem.under("/rule"))?;
    }
    let today = service.today();
    let most = service.config.limits.text_chars;
    let mut faults = Vec::new();
    if run.text.chars().count() > most || run.text.contains('\0') {
        let detail = format!("Write {most} characters at most, without U+0000.");
        faults.push(Fault::new("/text", Kind::TextTooLong, detail));
    }
    let place = settings.tree.place(unit, today);
    if place.is_none() {
        faults.push(Fault::new("/unit", Kind::UnitUnplaced, "The unit belongs to no producer today. Place it first."));
    }
    let instrument = match &run.instrument {
        Some(id) => settings.catalogue.get(id, None),
        None => settings.catalogue.newest().find(|held| held.comes_by(run.channel)),
    };
    match (&run.instrument, instrument) {
        (Some(id), None) => faults.push(unknown_fault("/instrument", "instrument", id)),
        (_, Some(held)) if !held.comes_by(run.channel) => {
            let detail = format!("{} is not given by the channel {}.", held.id, run.channel);
            faults.push(Fault::new("/channel", Kind::WrongChannel, detail));
        }
        (None, None) => {
            faults.push(Fault::new("/channel", Kind::WrongChannel, "No instrument comes by this channel."));
        }
        _ => {}
    }
    let checked = instrument.map(|held| {
        held.check_map(&run.answers, AnswerLimits { text_chars: most }, today.year()).map_err(|found| {
            let named = |fault: &crate::instrument::AnswerFault| {
                Fault::new(format!("/answers{}", fault.pointer), Kind::Invalid, fault.message.clone())
            };
            faults.extend(found.iter().map(named));
        })
    });
    let (Some(place), Some(instrument), Some(Ok(checked)), true) = (place, instrument, checked, faults.is_empty())
    else {
        return Err(Problem::of_faults(faults));
    };
    let language = run.language.as_str();
    let given = std::iter::once(run.text.trim()).filter(|text| !text.is_empty());
    let texts: Vec<String> = given
        .chain(checked.texts.iter().map(|(_, text)| text.as_str()))
        .map(|text| Redacted::from_text(text, language).into_string())
        .collect();
    let subject = Subject {
        channel: run.channel,
        instrument,
        language: run.language,
        given_by: run.given_by,
        coded: &checked.coded,
        texts: &texts,
        reading: settings.vocabulary.read_all(texts.iter().map(String::as_str), run.language),
        reply_wanted: run.reply_wanted,
        about: None,
    };
    let book = Book::of(settings, candidate);
    let routed = settings.route_by(&book.rules, &book.words, &place, &subject, today);
    let (routed, rule) = routed.map_err(|why| Problem::new(Kind::NoHandler, format!("It cannot be routed: {why}.")))?;
    Ok(TextOutcome {
        is_candidate: Some(rule.id) == book.candidate,
        because: because(settings, &rule.text.when, &book.words, &subject),
        rule: rule.clone(),
        routed,
    })
}

/// The conditions that made a rule match, by their names; of words those that occur, of danger and a complaint the phrases
/// of the vocabulary by which they are known.
fn because(settings: &Snapshot, when: &Conditions, words: &RuleWords, subject: &Subject<'_>) -> Vec<String> {
    let named = [
        ("channels", !when.channels.is_empty()),
        ("instruments", !when.instruments.is_empty()),
        ("producers", !when.producers.is_empty()),
        ("services", !when.services.is_empty()),
        ("units", !when.units.is_empty()),
        ("languages", !when.languages.is_empty()),
        ("given_by", !when.given_by.is_empty()),
        ("complaint", when.complaint == Some(false)),
        ("reply_wanted", when.reply_wanted.is_some()),
        ("answer", when.answer.is_some()),
        ("group_mean", when.group_mean.is_some()),
        ("has_text", when.has_text.is_some()),
    ];
    let stems = words.stems_in(subject.texts.iter().map(String::as_str));
    let found =
        when.words.iter().filter(|phrase| words.occurs(phrase, &stems)).map(|phrase| format!("words: {phrase}"));
    let explained = subject.texts.iter().flat_map(|text| settings.vocabulary.explain(text, subject.language));
    let known = explained.filter_map(|found| {
        let condition = match found.meaning.danger() {
            Some(level) => when.danger.filter(|asked| *asked <= level).map(|_| format!("danger: {level}")),
            None => {
                (found.meaning == Meaning::Complaint && when.complaint == Some(true)).then(|| "complaint".to_owned())
            }
        };
        condition.map(|condition| format!("{condition}: {} {}", found.language, found.phrase))
    });
    let names = named.into_iter().filter(|(_, asked)| *asked).map(|(name, _)| name.to_owned());
    let mut because: Vec<String> = names.chain(found).collect();
    for one in known {
        if !because.contains(&one) {
            because.push(one);
        }
    }
    because
}

/// Says what would have become of what was given at the candidate's place from `from` to `to`, in whole months that are over,
/// with the settings of today: as they are, and with the candidate in its place. Who asked, and with which rule, goes to the
/// audit log.
///
/// For a caller who may not read the texts there, `reads_texts` is false: the candidate has no words, the rules in force that
/// have some are left out, and no case is named. Whoever can send feedback could else bring a number just below its next step
/// by texts of their own, and see from it whether one giver's text holds a word.
///
/// Whether a reply was wanted is known only if it was wanted by e-mail. Erased texts count as absent.
///
/// # Errors
/// Faults of the request; the store's.
pub async fn period(
    service: &Service,
    principal_id: Uuid,
    candidate: &Candidate,
    (from, to): (Date, Date),
    reads_texts: bool,
) -> Result<PeriodOutcome, Problem> {
    let settings = service.snapshot();
    rules::check(&settings, candidate.node, &candidate.rule).map_err(|problem| problem.under("/rule"))?;
    if !reads_texts && !candidate.rule.rule.when.words.is_empty() {
        let detail = "Words are tried over a past period by those who may read the texts there. Try them on a text of your own \
                      (`text`, `unit`, `channel`), or leave them out.";
        return Err(Problem::at("/rule/rule/when/words", Kind::Invalid, detail));
    }
    if to < from {
        return Err(Problem::at("/to", Kind::Invalid, "The last day lies before the first one. Swap them."));
    }
    check_closed_months(from, to, service.today())
        .map_err(|open| Problem::at(format!("/{}", open.end), Kind::Invalid, open.advice))?;
    if to > from.saturating_add((DAYS_MAX - 1).days()) {
        return Err(Problem::at("/to", Kind::Invalid, format!("Look at {DAYS_MAX} days at most.")));
    }
    let mut tx = service.store.write().await?;
    let asked = NewChange {
        action: "rules.dry_run".to_owned(),
        subject_id: candidate.node.id,
        organiser_id: settings.tree.organiser_of(candidate.node),
        was: None,
        became: Some(json!({"rule": candidate.rule, "from": from, "to": to}).to_string()),
    };
    audit::record_changes(&mut tx, service.now(), principal_id, &[asked]).await?;
    tx.commit().await?;
    let mut rules = settings.rules.clone();
    rules.retain(|rule| reads_texts || rule.text.when.words.is_empty());
    let run = Run {
        settings: &settings,
        now: Book::with(rules.clone(), None),
        then: Book::with(rules, Some(candidate)),
        node: candidate.node,
        today: service.today(),
    };
    let mut tally = Tally::default();
    let mut db = service.store.read().await?;
    let newest = feedback::newest_seq(&mut db).await?;
    drop(db);
    let mut until = newest;
    while until > 0 && !tally.is_full() && newest.saturating_sub(until) < SCANNED_MAX {
        let after = until.saturating_sub(WINDOW).max(0);
        // Each page has its own read connection, and routing has none, so that others are not blocked.
        let mut db = service.store.read().await?;
        let rows = feedback::page_for_dry_run(&mut db, (Day(from), Day(to)), after, until).await?;
        let mut given = Vec::with_capacity(rows.len());
        for row in rows.into_iter().filter(|row| run.is_under(row)) {
            let points = if row.channel.properties().has_points {
                group_interviews::points(&mut db, row.id).await?
            } else {
                Vec::new()
            };
            given.push((row, points));
        }
        drop(db);
        for (row, points) in given {
            if tally.is_full() {
                tally.outcome.cut = true;
                break;
            }
            if row.channel.properties().has_points {
                for point in points {
                    run.count(&row, point.id, Some(vec![point.text]), &mut tally);
                }
            } else {
                run.count(&row, row.id, None, &mut tally);
            }
        }
        until = after;
        tokio::task::yield_now().await;
    }
    tally.outcome.cut |= until > 0;
    if !reads_texts {
        tally.outcome.cases.clear();
    }
    Ok(tally.finish())
}

/// Both sets of rules, and the node at which they are tried.
struct Run<'s> {
    settings: &'s Snapshot,
    now: Book,
    then: Book,
    node: Node,
    today: Date,
}

impl Run<'_> {
    fn is_under(&self, row: &DryRunRow) -> bool {
        self.settings.tree.place_of(row.placement_id).is_some_and(|place| place.is_under(self.node))
    }

    /// Counts one feedback or point; skips what can no longer be read or routed.
    fn count(&self, row: &DryRunRow, case_id: Uuid, said: Option<Vec<String>>, tally: &mut Tally) {
        let Some((before, after, taken)) = self.compare(row, said) else { return };
        tally.outcome.evaluated += 1;
        tally.outcome.matched += u64::from(taken);
        if before == after {
            return;
        }
        tally.outcome.elsewhere += 1;
        if before.case && tally.outcome.cases.len() < CASES_MAX {
            tally.outcome.cases.push(case_id);
        }
        *tally.moves.entry((before, after)).or_default() += 1;
    }

    fn compare(&self, row: &DryRunRow, said: Option<Vec<String>>) -> Option<(Destination, Destination, bool)> {
        let version = u32::try_from(row.instrument_version).ok();
        let instrument: &Instrument = self.settings.catalogue.get(&row.instrument, version)?;
        let place = self.settings.tree.place_of(row.placement_id)?;
        let is_point = said.is_some();
        let texts = match (said, &row.texts) {
            (Some(said), _) => said,
            (None, Some(stored)) => {
                instrument.texts_from_json(stored).ok()?.into_iter().map(|(_, text)| text).collect()
            }
            (None, None) => Vec::new(),
        };
        let coded: Vec<(usize, Coded)> =
            if is_point { Vec::new() } else { instrument.coded_from_json(&row.coded).ok()? };
        let subject = Subject {
            channel: row.channel,
            instrument,
            language: row.language,
            given_by: row.given_by,
            coded: &coded,
            texts: &texts,
            reading: self.settings.vocabulary.read_all(texts.iter().map(String::as_str), row.language),
            reply_wanted: row.reply_email.unwrap_or(false),
            about: colours::about(&self.settings.tree, row.channel, row.author_id, row.colour_id),
        };
        let (before, _) = self.now.route(self.settings, &place, &subject, self.today)?;
        let (after, taken) = self.then.route(self.settings, &place, &subject, self.today)?;
        Some((before, after, taken))
    }
}

#[derive(Default)]
struct Tally {
    outcome: PeriodOutcome,
    moves: BTreeMap<(Destination, Destination), u64>,
}

impl Tally {
    fn is_full(&self) -> bool {
        usize::try_from(self.outcome.evaluated).unwrap_or(usize::MAX) >= EVALUATED_MAX
    }

    fn finish(mut self) -> PeriodOutcome {
        if !may_show(self.outcome.elsewhere) {
            self.outcome.cases.clear();
        }
        let moves = self.moves.into_iter().filter(|(_, count)| may_show(*count));
        self.outcome.moves = moves.map(|((from, to), count)| (from, to, in_steps(count))).collect();
        self.outcome.moves.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
        self.outcome.moves.truncate(MOVES_MAX);
        for count in [&mut self.outcome.evaluated, &mut self.outcome.matched, &mut self.outcome.elsewhere] {
            *count = in_steps(*count);
        }
        self.outcome
    }
}
