//! Counter blocks: how many answered what, by placement (or colour assignment), instrument version, channel and month. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use uuid::Uuid;

use crate::base::{Channel, Month};
use crate::instrument::{Coded, Instrument};

/// The name of the count of feedbacks in a block; every other name is `question=value`.
pub const FEEDBACKS: &str = "n";

/// What a block counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CountedFor {
    /// A unit in its placement with a producer.
    Placement(Uuid),
    /// A colour assignment, that is one worker's cards of one week: kept apart from the placement's figures.
    Assignment(Uuid),
}

impl CountedFor {
    /// The word in the store.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Placement(_) => "placement",
            Self::Assignment(_) => "assignment",
        }
    }

    /// The id in the store.
    pub fn id(self) -> Uuid {
        match self {
            Self::Placement(id) | Self::Assignment(id) => id,
        }
    }

    /// Reads the two columns of the store.
    pub fn of(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "placement" => Some(Self::Placement(id)),
            "assignment" => Some(Self::Assignment(id)),
            _ => None,
        }
    }
}

/// What identifies a block.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockKey {
    pub counted_for: CountedFor,
    pub instrument: String,
    pub version: i64,
    pub channel: Channel,
    pub month: Month,
}

impl BlockKey {
    /// The block of a placement that a stored feedback counts to; `None` if the stored month cannot be read.
    pub fn of_stored(
        placement_id: Uuid,
        instrument: &str,
        version: i64,
        channel: Channel,
        month: &str,
    ) -> Option<Self> {
        Some(Self {
            counted_for: CountedFor::Placement(placement_id),
            instrument: instrument.to_owned(),
            version,
            channel,
            month: Month::parse(month)?,
        })
    }
}

/// The counts of one block: `n` feedbacks, and for each question how many gave which value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block(BTreeMap<String, i64>);

impl Block {
    /// Adds one feedback's coded answers; `times` is 1 when it comes in and −1 when it is taken back.
    pub fn count(&mut self, instrument: &Instrument, coded: &[(usize, Coded)], times: i64) {
        self.add(FEEDBACKS, times);
        let mut name = String::new();
        for (index, answer) in coded {
            let Some(question) = instrument.questions.get(*index).filter(|question| question.is_counted()) else {
                continue;
            };
            name.clear();
            // Writing to a String cannot fail.
            let _ = match answer {
                Coded::Value(value) => write!(name, "{}={value}", question.id),
                Coded::CannotSay => write!(name, "{}=cannot_say", question.id),
            };
            self.add(&name, times);
        }
    }

    /// Adds another block.
    pub fn merge(&mut self, other: &Self) {
        for (name, count) in &other.0 {
            self.add(name, *count);
        }
    }

    /// The counts that differ from those of `other`: name, count here, count there. The name `n` counts feedbacks.
    pub fn differing<'b>(&'b self, other: &'b Self) -> Vec<(&'b str, i64, i64)> {
        let names: BTreeSet<&str> = self.0.keys().chain(other.0.keys()).map(String::as_str).collect();
        let count = |block: &Self, name: &str| block.0.get(name).copied().unwrap_or_default();
        let both = names.into_iter().map(|name| (name, count(self, name), count(other, name)));
        both.filter(|(_, here, there)| here != there).collect()
    }

    /// Whether it counts nothing, so that it need not be kept.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn feedbacks(&self) -> i64 {
        self.0.get(FEEDBACKS).copied().unwrap_or(0)
    }

    /// As the store keeps it.
    pub fn to_json(&self) -> String {
        // Names hold only what instrument ids may hold, so this never fails; an empty object is a wrong but safe answer.
        serde_json::to_string(&self.0).unwrap_or_else(|_| "{}".to_owned())
    }

    /// Reads what the store keeps.
    ///
    /// # Errors
    /// When the text is not an object of whole numbers.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(Self)
    }

    fn add(&mut self, name: &str, count: i64) {
        if let Some(held) = self.0.get_mut(name) {
            *held += count;
            if *held == 0 {
                self.0.remove(name);
            }
        } else if count != 0 {
            self.0.insert(name.to_owned(), count);
        }
    }
}

/// The blocks that one batch changes, added up in memory before they are written.
pub type Deltas = BTreeMap<BlockKey, Block>;

/// Counts one feedback for its placement and, where it has one, its colour assignment.
pub fn count_into(
    deltas: &mut Deltas,
    key: &BlockKey,
    assignment: Option<Uuid>,
    instrument: &Instrument,
    coded: &[(usize, Coded)],
    times: i64,
) {
    deltas.entry(key.clone()).or_default().count(instrument, coded, times);
    if let Some(id) = assignment {
        let own = BlockKey { counted_for: CountedFor::Assignment(id), ..key.clone() };
        deltas.entry(own).or_default().count(instrument, coded, times);
    }
}
