//! Who answers, and by when: the settings in force as one immutable snapshot, and the rules that are tried in order. Pure.

pub mod handler;
pub mod rule;
pub mod warnings;

use std::sync::Arc;

use jiff::civil::Date;
use uuid::Uuid;

pub use rule::{COMPLAINT, CaseWanted, Conditions, Rule, RuleResults, RuleText, Turn, Urgency};

use crate::agreement::terms::PartialTerms;
use crate::agreement::{self, Agreement, Due, Terms};
use crate::base::{Channel, GivenBy, Language};
use crate::calendar::CalendarError;
use crate::calendar::{Calendar, Calendars, LONGEST_TERM};
use crate::instrument::{Catalogue, Coded, Instrument};
use crate::organisation::{Absence, Node, Place, Role, Tree};
use crate::text::stems::{RuleWords, TextStems};
use crate::text::words::{Reading, Vocabulary};
use crate::webhook::Webhook;

/// Organisation, agreements, rules, calendars and instruments of one version. Requests evaluate on it; the
/// writer evaluates again what was evaluated on an older one.
#[derive(Debug)]
pub struct Snapshot {
    /// The settings' version.
    pub version: i64,
    /// The organisation.
    pub tree: Tree,
    /// The instruments.
    pub catalogue: Arc<Catalogue>,
    /// Every version of every agreement.
    pub agreements: Vec<Agreement>,
    /// The rules that are not replaced, ordered by position at each node.
    pub rules: Vec<Rule>,
    /// Who is away, and when.
    pub absences: Vec<Absence>,
    /// The targets of webhooks, in the order of their ids.
    pub webhooks: Vec<Webhook>,
    /// The working calendars.
    pub calendars: Calendars,
    /// Terms where none are agreed.
    pub default_terms: Terms,
    /// The words of all rules.
    pub words: RuleWords,
    /// The words of danger and of formal complaints.
    pub vocabulary: Arc<Vocabulary>,
}

/// What routing looks at in a feedback.
pub struct Subject<'a> {
    pub channel: Channel,
    /// What was asked.
    pub instrument: &'a Instrument,
    /// The form's language.
    pub language: Language,
    pub given_by: GivenBy,
    /// Coded answers by question index.
    pub coded: &'a [(usize, Coded)],
    /// Texts, redacted.
    pub texts: &'a [String],
    /// What the vocabulary reads in them.
    pub reading: Reading,
    /// Whether an answer is wanted.
    pub reply_wanted: bool,
    /// Whose work it is about, if that is known: never the handler.
    pub about: Option<Uuid>,
}

/// The result of routing a feedback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed {
    /// The rule that matched: `node/code@version`.
    pub rule: String,
    /// Its reason, kept with the case.
    pub reason: String,
    /// The case, if there is one.
    pub case: Option<CasePlan>,
}

/// The case that a feedback gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePlan {
    /// A word that groups cases.
    pub category: String,
    /// How fast.
    pub urgency: Urgency,
    /// The agreement it came in under, if any.
    pub agreement_id: Option<Uuid>,
    /// The agreed times, shortened by the rule.
    pub terms: Terms,
    /// The days they end on.
    pub due: Due,
    /// Whether it reads like a formal complaint (muistutus): its giver is shown the way to that procedure.
    pub complaint: bool,
    /// Who handles it.
    pub handler_id: Uuid,
    /// The handler's role: shown to the giver instead of a name.
    pub handler_role: Role,
}

/// Why a feedback cannot be routed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoutingFault {
    /// No rule matched: the organiser lacks the last rule.
    #[error("no rule matched; the organiser needs a last rule without conditions")]
    NoRule,
    /// The organiser has no working calendar: the settings were read wrongly.
    #[error("the organiser has no working calendar")]
    NoCalendar,
    /// Nobody may handle it.
    #[error("nobody but the person it is about could handle it; grant the role organiser to somebody else")]
    NoHandler,
    /// The calendar has no working day within its reach.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

impl Snapshot {
    /// The working calendar at a place: what is closed there, at its producer or at its organiser is no working day.
    pub fn calendar_at(&self, place: &Place) -> Option<&Calendar> {
        self.calendars.at(place)
    }

    /// The working calendar of an organiser, for what belongs to no one unit.
    pub fn calendar_of(&self, organiser_id: Uuid) -> Option<&Calendar> {
        self.calendars.of(organiser_id)
    }

    /// Every working calendar in use.
    pub fn every_calendar(&self) -> impl Iterator<Item = &Calendar> {
        self.calendars.every()
    }

    /// Whether somebody is away on `day`.
    pub fn is_away(&self, principal_id: Uuid, day: Date) -> bool {
        self.absences.iter().any(|absence| absence.principal_id == principal_id && absence.covers(day))
    }

    /// The last day of the absence that somebody is on, if they are away on `day`.
    pub fn away_until(&self, principal_id: Uuid, day: Date) -> Option<Date> {
        let mut absences = self.absences.iter();
        absences.find(|held| held.principal_id == principal_id && held.covers(day)).map(|held| held.last_day)
    }

    /// Routes `subject`, given at `place` and received on `day`.
    ///
    /// Rules that make urgent are asked before all others, then those for what must be read the same day, then those that
    /// mark a formal complaint, so that no rule for everything keeps what is urgent from being seen. Within each of the four
    /// the unit's rules are asked first, then the producer's, then the organiser's; the first that matches decides.
    ///
    /// # Errors
    /// See [`RoutingFault`].
    pub fn route(&self, place: &Place, subject: &Subject<'_>, day: Date) -> Result<Routed, RoutingFault> {
        self.route_by(&self.rules, &self.words, place, subject, day).map(|(routed, _)| routed)
    }

    /// The same by other rules, for a dry run; also returns the rule that matched. `words` are the words of these rules.
    ///
    /// # Errors
    /// See [`RoutingFault`].
    pub fn route_by<'r>(
        &self,
        rules: &'r [Rule],
        words: &RuleWords,
        place: &Place,
        subject: &Subject<'_>,
        day: Date,
    ) -> Result<(Routed, &'r Rule), RoutingFault> {
        let stems = words.stems_in(subject.texts.iter().map(String::as_str));
        let mut first: Option<((Turn, usize), &Rule)> = None;
        let mut complaint = false;
        for rule in rules.iter().filter(|rule| rule.is_on(day)) {
            let Some(height) = place.upward().iter().position(|node| *node == rule.node) else { continue };
            let turn = (rule.text.then.turn(), height);
            // Rules of one node are in their order, so of two with the same turn the first wins.
            let sooner = first.is_none_or(|(held, _)| turn < held);
            let tells = turn.0 == Turn::Complaint && !complaint;
            if (sooner || tells) && self.matches(&rule.text.when, words, place, subject, &stems) {
                complaint |= tells;
                if sooner {
                    first = Some((turn, rule));
                }
            }
        }
        let (_, rule) = first.ok_or(RoutingFault::NoRule)?;
        let wanted = match rule.text.then.case {
            CaseWanted::Always => true,
            CaseWanted::Never => false,
            CaseWanted::Auto => subject.reply_wanted || !subject.texts.is_empty(),
        };
        let complaint = complaint || rule.text.then.category == COMPLAINT;
        let case = if wanted { Some(self.plan(rule, place, subject, complaint, day)?) } else { None };
        let node = self.tree.node_slug(rule.node).unwrap_or_default();
        let name = format!("{node}/{}@{}", rule.text.code, rule.version);
        Ok((Routed { rule: name, reason: rule.text.reason.clone(), case }, rule))
    }

    fn plan(
        &self,
        rule: &Rule,
        place: &Place,
        subject: &Subject<'_>,
        complaint: bool,
        day: Date,
    ) -> Result<CasePlan, RoutingFault> {
        let agreement = agreement::in_force_on(&self.agreements, place, subject.channel, day);
        let then = &rule.text.then;
        let agreed = agreement.map_or(self.default_terms, |agreement| agreement.terms);
        let terms =
            agreed.shortened(&PartialTerms { acknowledge: then.acknowledge, decide: then.decide, tell: then.tell });
        let calendar = self.calendar_at(place).ok_or(RoutingFault::NoCalendar)?;
        let (handler_id, handler_role) =
            handler::choose(self, then, agreement, place, subject.about, day).ok_or(RoutingFault::NoHandler)?;
        Ok(CasePlan {
            category: then.category.clone(),
            urgency: then.urgency,
            agreement_id: agreement.map(|agreement| agreement.id),
            due: terms.due(day, calendar)?,
            terms,
            complaint,
            handler_id,
            handler_role,
        })
    }

    fn matches(
        &self,
        when: &Conditions,
        words: &RuleWords,
        place: &Place,
        subject: &Subject<'_>,
        stems: &TextStems,
    ) -> bool {
        let tree = &self.tree;
        let service = || tree.services.get(&place.service_id).map_or("", |service| service.slug.as_str());
        let producer = || tree.producers.get(&place.producer_id).map_or("", |producer| producer.slug.as_str());
        let unit = || tree.units.get(&place.unit_id).map_or("", |unit| unit.slug.as_str());
        holds(&when.channels, |channel| *channel == subject.channel)
            && holds(&when.instruments, |id| *id == subject.instrument.id)
            && holds(&when.producers, |slug| slug == producer())
            && holds(&when.services, |slug| slug == service())
            && holds(&when.units, |slug| slug == unit())
            && holds(&when.languages, |language| *language == subject.language)
            && holds(&when.given_by, |giver| *giver == subject.given_by)
            && holds(&when.words, |phrase| words.occurs(phrase, stems))
            && reads(when, subject.reading)
            && when.reply_wanted.is_none_or(|wanted| wanted == subject.reply_wanted)
            && when.has_text.is_none_or(|wanted| wanted != subject.texts.is_empty())
            && when.answer.as_ref().is_none_or(|bounds| answer_within(bounds, subject))
            && when.group_mean.as_ref().is_none_or(|bounds| mean_below(bounds, subject))
    }

    /// How fast somebody must look at `text`, written at `place` after the feedback itself, and whether it is taken for a
    /// formal complaint: by the rules that ask for words.
    pub fn flags_of(&self, place: &Place, text: &str, language: Language, day: Date) -> (Urgency, bool) {
        self.rules_that_speak_of(place, text, language, day)
            .fold((Urgency::default(), false), |(urgency, complaint), then| {
                (urgency.max(then.urgency), complaint || then.category == COMPLAINT)
            })
    }

    /// The results of the rules that ask for words, for danger or for a complaint and find all of these in `text`. Their
    /// other conditions are about the feedback itself and are not checked.
    fn rules_that_speak_of(
        &self,
        place: &Place,
        text: &str,
        language: Language,
        day: Date,
    ) -> impl Iterator<Item = &RuleResults> {
        let stems = self.words.stems_in(std::iter::once(text));
        let reading = self.vocabulary.read(text, language);
        self.rules.iter().filter(move |rule| rule.is_on(day) && place.is_under(rule.node)).filter_map(move |rule| {
            let when = &rule.text.when;
            let asks = !when.words.is_empty() || when.danger.is_some() || when.complaint == Some(true);
            let finds = holds(&when.words, |phrase| self.words.occurs(phrase, &stems)) && reads(when, reading);
            (asks && finds).then_some(&rule.text.then)
        })
    }

    /// What is wrong with the settings as a whole: checked before a change of them is committed.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for organiser in self.tree.organisers.values() {
            let node = Node::organiser(organiser.id);
            if self.tree.holders(Role::Organiser, node).is_empty() {
                faults.push(format!(
                    "organiser {}: grant the role organiser to at least one person there: feedback that nobody else may \
                     handle comes to them",
                    organiser.slug
                ));
            }
            let last = self.rules.iter().any(|rule| {
                rule.node == node && rule.enabled && rule.text.when == Conditions::default() && rule.valid_to.is_none()
            });
            if !last {
                faults.push(format!(
                    "organiser {}: there must be a last rule without conditions, switched on, without an end",
                    organiser.slug
                ));
            }
        }
        for rule in &self.rules {
            if let Some(slug) = &rule.text.then.handler
                && self.tree.principal_by_slug(slug).is_none()
            {
                faults.push(format!("routing rule {}: there is no principal {slug}", rule.text.code));
            }
        }
        faults.extend(self.calendars.unusable().iter().map(|node| {
            format!(
                "{} {}: with its closures and those above it a term of {LONGEST_TERM} working days would not end within ten \
                 years; remove closures, or send fewer",
                node.kind,
                self.tree.node_slug(*node).unwrap_or_default()
            )
        }));
        let mut placements: Vec<_> = self.tree.placements.values().collect();
        placements.sort_by_key(|placement| (placement.unit_id, placement.valid_from));
        for (earlier, later) in placements.iter().zip(placements.iter().skip(1)) {
            if earlier.unit_id == later.unit_id && earlier.valid_to.is_none_or(|last| last >= later.valid_from) {
                let unit = self.tree.units.get(&earlier.unit_id).map_or("", |unit| unit.slug.as_str());
                faults.push(format!(
                    "unit {unit}: the placement from {} begins before the one from {} has ended",
                    later.valid_from, earlier.valid_from
                ));
            }
        }
        faults
    }
}

/// An empty list is no condition; otherwise one entry must hold.
fn holds<T>(list: &[T], test: impl FnMut(&T) -> bool) -> bool {
    list.is_empty() || list.iter().any(test)
}

/// Whether danger and complaint are as the conditions ask.
fn reads(when: &Conditions, reading: Reading) -> bool {
    when.danger.is_none_or(|level| reading.danger >= Some(level))
        && when.complaint.is_none_or(|wanted| wanted == reading.complaint)
}

fn answer_within(bounds: &rule::AnswerCondition, subject: &Subject<'_>) -> bool {
    subject.coded.iter().any(|(index, answer)| {
        let asked = subject.instrument.questions.get(*index).is_some_and(|question| question.id == bounds.question);
        match answer {
            Coded::Value(value) if asked => {
                bounds.at_least.is_none_or(|least| *value >= least) && bounds.at_most.is_none_or(|most| *value <= most)
            }
            _ => false,
        }
    })
}

fn mean_below(bounds: &rule::GroupMeanCondition, subject: &Subject<'_>) -> bool {
    let values: Vec<f64> =
        subject
            .coded
            .iter()
            .filter(|(index, _)| {
                subject.instrument.questions.get(*index).is_some_and(|question| {
                    question.has_mean() && question.group.as_deref() == Some(bounds.group.as_str())
                })
            })
            .filter_map(|(_, answer)| match answer {
                Coded::Value(value) => Some(f64::from(*value)),
                Coded::CannotSay => None,
            })
            .collect();
    // A survey has a few dozen items at most, so the count is exact as a float.
    !values.is_empty() && values.iter().sum::<f64>() / (values.len() as f64) < bounds.below
}
