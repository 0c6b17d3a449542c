//! Warnings about rules that can never match: they are allowed, but their author should know. Pure.

use jiff::civil::Date;
use serde::Serialize;

use super::{Conditions, Rule, RuleText, Snapshot};
use crate::base::Channel;
use crate::instrument::{Catalogue, Instrument, Question, QuestionKind};
use crate::organisation::{NodeKind, Place};

/// Why a rule cannot match, and which part of it is the cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Warning {
    /// JSON pointer to what keeps it from matching.
    #[schema(example = "/rule/when/channels")]
    pub pointer: String,
    /// What to look at, in a sentence.
    pub detail: String,
}

impl Warning {
    fn new(pointer: &str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.to_owned(), detail: detail.into() }
    }

    /// The same with its pointer moved below `base`.
    #[must_use]
    pub fn under(mut self, base: &str) -> Self {
        self.pointer.insert_str(0, base);
        self
    }
}

impl RuleText {
    /// Why the rule cannot match any feedback at any place, with pointers into it.
    pub fn warnings(&self, catalogue: &Catalogue) -> Vec<Warning> {
        let when = &self.when;
        let mut warnings = Vec::new();
        let mut warn = |pointer: &str, never: bool, why: &str| {
            if never {
                warnings.push(Warning::new(pointer, why));
            }
        };
        let named = catalogue.all().filter(|held| when.instruments.is_empty() || when.instruments.contains(&held.id));
        let named: Vec<&Instrument> = named.map(|instrument| &**instrument).collect();
        let carries = |held: &&Instrument| held.channels.iter().any(|channel| asks_for(&when.channels, channel));
        let instruments: Vec<&Instrument> = named.iter().copied().filter(carries).collect();
        let carried = !instruments.is_empty();
        warn(
            "/when/channels",
            !carried && !named.is_empty() && !when.channels.is_empty(),
            "No instrument of this rule comes by these channels, so that it never matches.",
        );
        let only_groups =
            !when.channels.is_empty() && when.channels.iter().all(|channel| channel.properties().has_points);
        let silent = when.has_text == Some(false);
        warn(
            "/when/words",
            silent && !when.words.is_empty(),
            "It asks for words in what has no text, so that it never matches.",
        );
        warn(
            "/when/danger",
            silent && when.danger.is_some(),
            "It asks for words of danger in what has no text, so that it never matches.",
        );
        warn(
            "/when/complaint",
            silent && when.complaint == Some(true),
            "It asks for a complaint in what has no text, so that it never matches.",
        );
        warn("/when/has_text", only_groups && silent, "What a group says is always text, so that it never matches.");
        warn(
            "/when/reply_wanted",
            only_groups && when.reply_wanted == Some(true),
            "A group's points never ask for a reply, so that it never matches.",
        );
        if let Some(answer) = &when.answer {
            let asked: Vec<&Question> = questions(&instruments).filter(|held| held.id == answer.question).collect();
            let reached = asked.iter().filter_map(|question| bounds(question)).any(|(least, most)| {
                answer.at_least.is_none_or(|bound| bound <= most) && answer.at_most.is_none_or(|bound| least <= bound)
            });
            warn(
                "/when/answer/question",
                carried && asked.is_empty(),
                "No instrument of this rule asks this question, so that it never matches.",
            );
            warn(
                "/when/answer",
                !asked.is_empty() && !reached,
                "No answer to this question lies within these bounds, so that it never matches.",
            );
        }
        if let Some(mean) = &when.group_mean {
            let in_group = questions(&instruments).filter(|held| held.group.as_deref() == Some(mean.group.as_str()));
            let means: Vec<i32> =
                in_group.filter(|held| held.has_mean()).filter_map(bounds).map(|(least, _)| least).collect();
            warn(
                "/when/group_mean/group",
                carried && means.is_empty(),
                "No instrument of this rule has a group of this name with a mean, so that it never matches.",
            );
            let lowest = means.iter().min().copied().map(f64::from);
            warn(
                "/when/group_mean/below",
                lowest.is_some_and(|lowest| mean.below <= lowest),
                "No mean lies below the worst step of its scale, so that it never matches.",
            );
        }
        warnings
    }
}

/// The short name of something at a place.
type SlugAt<'a> = dyn Fn(&Place) -> Option<String> + 'a;

/// An empty list asks for nothing.
fn asks_for(channels: &[Channel], channel: &Channel) -> bool {
    channels.is_empty() || channels.contains(channel)
}

fn questions<'i>(instruments: &'i [&Instrument]) -> impl Iterator<Item = &'i Question> {
    instruments.iter().flat_map(|instrument| instrument.questions.iter())
}

/// The least and the greatest coded answer; a text has none.
fn bounds(question: &Question) -> Option<(i32, i32)> {
    match question.kind {
        QuestionKind::Scale { min, max, .. }
        | QuestionKind::Choice { min, max, .. }
        | QuestionKind::Number { min, max, .. } => Some((min, max)),
        QuestionKind::Text => None,
    }
}

impl Snapshot {
    /// Why `rule` cannot match from `today` on, with pointers into the rule as calls write it (`/rule/…`, `/valid_to`).
    pub fn warnings(&self, rule: &Rule, today: Date) -> Vec<Warning> {
        let text = rule.text.warnings(&self.catalogue).into_iter();
        let mut warnings: Vec<Warning> = text.map(|warning| warning.under("/rule")).collect();
        warnings.extend(self.out_of_place(rule, today));
        if let Some(last) = rule.valid_to.filter(|last| *last < today) {
            warnings.push(Warning::new("/valid_to", format!("Its last day, {last}, is past: it never matches again.")));
        }
        if let Some(earlier) = self.shadowed_by(rule) {
            let code = &earlier.text.code;
            warnings.push(Warning::new(
                "/rule/position",
                format!("The rule {code} of the same place is asked before it and takes all that it asks for."),
            ));
        }
        warnings
    }

    /// A condition on producers, services and units that no unit under the rule's node meets, today or later.
    fn out_of_place(&self, rule: &Rule, today: Date) -> Option<Warning> {
        let tree = &self.tree;
        let Conditions { producers, services, units, .. } = &rule.text.when;
        let current = tree.placements.values().filter(|held| held.valid_to.is_none_or(|last| today <= last));
        let places = current.filter_map(|held| tree.place_of(held.id));
        let mut under: Vec<Place> = places.filter(|place| place.is_under(rule.node)).collect();
        if under.is_empty() {
            return None; // a place that is still being built up
        }
        let place = match rule.node.kind {
            NodeKind::Organiser => "organiser",
            NodeKind::Producer => "producer",
            NodeKind::Unit => "unit",
        };
        let slug_of_unit = |held: &Place| tree.units.get(&held.unit_id).map(|unit| unit.slug.clone());
        let slug_of_producer =
            |held: &Place| tree.producers.get(&held.producer_id).map(|producer| producer.slug.clone());
        let slug_of_service = |held: &Place| tree.services.get(&held.service_id).map(|service| service.slug.clone());
        let lists: [(&str, &[String], &SlugAt<'_>); 3] = [
            ("units", units, &slug_of_unit),
            ("producers", producers, &slug_of_producer),
            ("services", services, &slug_of_service),
        ];
        for (key, wanted, slug) in lists.into_iter().filter(|(_, wanted, _)| !wanted.is_empty()) {
            under.retain(|held| slug(held).is_some_and(|slug| wanted.contains(&slug)));
            if under.is_empty() {
                let detail = format!(
                    "None of these {key} is found under the {place} where the rule stands with all else it asks for, so \
                     that it never matches."
                );
                return Some(Warning::new(&format!("/rule/when/{key}"), detail));
            }
        }
        None
    }

    /// A rule of the same node that is tried before `rule` whenever `rule` is in force, and matches all that `rule` matches.
    fn shadowed_by(&self, rule: &Rule) -> Option<&Rule> {
        let turn = |held: &Rule| (held.text.then.turn(), held.text.position);
        let key = (turn(rule), &rule.text.code);
        self.rules
            .iter()
            .filter(|held| held.node == rule.node && held.enabled && held.text.code != rule.text.code)
            .filter(|held| (turn(held), &held.text.code) < key)
            .filter(|held| held.valid_from.is_none_or(|from| rule.valid_from.is_some_and(|own| from <= own)))
            .filter(|held| held.valid_to.is_none_or(|to| rule.valid_to.is_some_and(|own| own <= to)))
            .find(|held| held.text.when == Conditions::default() || held.text.when == rule.text.when)
    }
}
