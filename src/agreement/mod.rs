//! What producer and organiser agreed on: who handles feedback, and in what time. Pure.

pub mod people;
pub mod terms;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use terms::{Due, Terms, WorkingDays};

use crate::base::Channel;
use crate::base::words::word_enum;
use crate::organisation::Place;
use crate::organisation::tree::in_force;

/// What an agreement holds for: all of a producer's feedback, or only that of a service, a unit or a channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Coverage {
    /// Only this service; `None` where a unit is named, since a unit has one service.
    pub service_id: Option<Uuid>,
    /// Only this unit.
    pub unit_id: Option<Uuid>,
    /// Only what comes by this channel.
    pub channel: Option<Channel>,
}

impl Coverage {
    /// Whether it holds for what came by `channel` at `place`.
    pub fn covers(&self, place: &Place, channel: Channel) -> bool {
        self.service_id.is_none_or(|id| id == place.service_id)
            && self.unit_id.is_none_or(|id| id == place.unit_id)
            && self.channel.is_none_or(|only| only == channel)
    }

    /// How narrow it is, the narrower the higher: unit and channel, unit, service and channel, service, channel, all.
    pub fn narrowness(&self) -> u8 {
        match (self.unit_id, self.service_id, self.channel) {
            (Some(_), _, Some(_)) => 5,
            (Some(_), _, None) => 4,
            (None, Some(_), Some(_)) => 3,
            (None, Some(_), None) => 2,
            (None, None, Some(_)) => 1,
            (None, None, None) => 0,
        }
    }
}

word_enum! {
    /// How far the two sides have agreed on a version.
    #[schema(as = AgreementState)]
    pub enum State: "state of an agreement" {
        /// One side has signed; it does not count yet.
        Proposed = "proposed",
        /// Both sides have signed.
        Accepted = "accepted",
        /// The other side said no.
        Declined = "declined",
        /// The side that proposed it took it back.
        Withdrawn = "withdrawn",
    }
}

word_enum! {
    /// Who signs an agreement.
    pub enum Side: "side of an agreement" {
        /// The producer, by its contact.
        Producer = "producer",
        /// The organiser.
        Organiser = "organiser",
        /// Both on paper, entered by an admin or from a file.
        Paper = "paper",
    }
}

impl Side {
    /// Who has to sign what this side proposed; nobody where both have.
    pub fn other(self) -> Option<Self> {
        match self {
            Self::Producer => Some(Self::Organiser),
            Self::Organiser => Some(Self::Producer),
            Self::Paper => None,
        }
    }
}

/// One version of an agreement.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// Its id; a case keeps the id of the version it came in under.
    pub id: Uuid,
    /// Between this producer and its organiser.
    pub producer_id: Uuid,
    /// Counted from 1 within the producer, proposals included.
    pub version: i64,
    /// The part of the producer's feedback for which it holds.
    pub coverage: Coverage,
    /// Who handles, unless a routing rule names somebody; comes before the holders of roles.
    pub handler_id: Option<Uuid>,
    /// Who handles when the handler cannot or may not.
    pub substitute_id: Option<Uuid>,
    /// The agreed times.
    pub terms: Terms,
    /// How effects are told to the givers, in words.
    pub told_how: String,
    /// Within how many working days a new board post is due, if that was agreed.
    pub board_every: Option<WorkingDays>,
    /// Who hears of a broken deadline besides those of the escalation.
    pub breach_id: Option<Uuid>,
    pub signed_by: String,
    pub valid_from: Date,
    /// Last day, or none.
    pub valid_to: Option<Date>,
    /// The version that it replaces from its first day on.
    pub replaces_id: Option<Uuid>,
    /// How far the two sides have agreed on it. Only an accepted version counts.
    pub state: State,
    pub proposed_side: Side,
    /// Who proposed or entered it; `None` if it came from a file.
    pub proposed_by: Option<Uuid>,
    pub proposed_on: Option<Date>,
    /// Who accepted, declined or withdrew it.
    pub answered_by: Option<Uuid>,
    pub answered_on: Option<Date>,
    /// Why it was declined.
    pub answer_reason: Option<String>,
}

impl Agreement {
    /// Whether both sides have signed it and it is in force on `day`.
    pub fn holds_on(&self, day: Date) -> bool {
        self.state == State::Accepted && in_force(day, self.valid_from, self.valid_to)
    }
}

/// The agreement for what came by `channel` at `place` on `day`: the narrowest that both sides have signed and that is in
/// force, and of its versions the newest.
pub fn in_force_on<'a>(
    agreements: &'a [Agreement],
    place: &Place,
    channel: Channel,
    day: Date,
) -> Option<&'a Agreement> {
    agreements
        .iter()
        .filter(|agreement| agreement.producer_id == place.producer_id)
        .filter(|agreement| agreement.holds_on(day) && agreement.coverage.covers(place, channel))
        .max_by_key(|agreement| (agreement.coverage.narrowness(), agreement.version))
}

/// The version of a producer's agreement with exactly this coverage that counts on `day`.
pub fn counts_on(agreements: &[Agreement], producer_id: Uuid, coverage: Coverage, day: Date) -> Option<&Agreement> {
    agreements
        .iter()
        .filter(|agreement| agreement.producer_id == producer_id && agreement.coverage == coverage)
        .filter(|agreement| agreement.holds_on(day))
        .max_by_key(|agreement| agreement.version)
}

/// The versions with exactly this coverage that count on some day from `from` to `to`, in the order of their days: a new
/// version for that time conflicts with them.
pub fn counting_within(
    agreements: &[Agreement],
    producer_id: Uuid,
    coverage: Coverage,
    from: Date,
    to: Option<Date>,
) -> Vec<&Agreement> {
    // Another version can count only from the first day of a version, or from the day after the last day of one.
    let mut days: Vec<Date> = agreements
        .iter()
        .filter(|agreement| agreement.producer_id == producer_id && agreement.coverage == coverage)
        .flat_map(|agreement| {
            let after = agreement.valid_to.and_then(|last| last.tomorrow().ok());
            std::iter::once(agreement.valid_from).chain(after)
        })
        .filter(|day| in_force(*day, from, to))
        .chain(std::iter::once(from))
        .collect();
    days.sort();
    let mut found: Vec<&Agreement> = Vec::new();
    for agreement in days.into_iter().filter_map(|day| counts_on(agreements, producer_id, coverage, day)) {
        if !found.iter().any(|held| held.id == agreement.id) {
            found.push(agreement);
        }
    }
    found
}

/// The state of a version on a day, as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// One side has signed; it does not count yet.
    Proposed,
    /// Both sides have signed; its first day is still to come.
    Agreed,
    /// It counts.
    InForce,
    /// Its time has begun or is still to come, but a newer version counts instead.
    Replaced,
    /// Its last day is past.
    Ended,
    /// The other side said no.
    Declined,
    /// The side that proposed it took it back.
    Withdrawn,
}

/// The standing of `agreement` on `day` among `all`.
pub fn standing(agreement: &Agreement, all: &[Agreement], day: Date) -> Standing {
    match agreement.state {
        State::Proposed => Standing::Proposed,
        State::Declined => Standing::Declined,
        State::Withdrawn => Standing::Withdrawn,
        State::Accepted if agreement.valid_to.is_some_and(|last| last < day) => Standing::Ended,
        State::Accepted => {
            let first = day.max(agreement.valid_from);
            let counts = counts_on(all, agreement.producer_id, agreement.coverage, first);
            match counts.is_some_and(|counts| counts.id == agreement.id) {
                true if agreement.valid_from > day => Standing::Agreed,
                true => Standing::InForce,
                false => Standing::Replaced,
            }
        }
    }
}

/// Whether `agreement` will count on `day` or later, so that what it refers to must stay valid.
pub fn will_count(agreement: &Agreement, all: &[Agreement], day: Date) -> bool {
    let first = day.max(agreement.valid_from);
    agreement.state == State::Accepted
        && agreement.valid_to.is_none_or(|last| day <= last)
        && counting_within(all, agreement.producer_id, agreement.coverage, first, agreement.valid_to)
            .iter()
            .any(|counts| counts.id == agreement.id)
}
