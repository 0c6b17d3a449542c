//! What producer and organiser agreed on who handles feedback and in what time, and the working calendar. Pure.

pub mod calendar;
pub mod terms;

use jiff::civil::Date;
use uuid::Uuid;

pub use calendar::Calendar;
pub use terms::{Due, Terms, WorkingDays};

use crate::organisation::tree::in_force;

/// One version of an agreement.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// Its id; a case keeps the id of the version it came in under.
    pub id: Uuid,
    /// Between this producer and its organiser.
    pub producer_id: Uuid,
    /// Counted from 1 within the producer.
    pub version: i64,
    /// Who handles, before any role-holder is asked.
    pub handler_id: Option<Uuid>,
    /// Who handles when the handler cannot or may not.
    pub substitute_id: Option<Uuid>,
    /// The agreed times.
    pub terms: Terms,
    /// How effects are told to the givers, in words.
    pub told_how: String,
    /// Who signed, in words.
    pub signed_by: String,
    /// First day.
    pub valid_from: Date,
    /// Last day, or none.
    pub valid_to: Option<Date>,
}

/// The newest version that is in force for `producer_id` on `day`.
pub fn in_force_on(agreements: &[Agreement], producer_id: Uuid, day: Date) -> Option<&Agreement> {
    agreements
        .iter()
        .filter(|agreement| agreement.producer_id == producer_id)
        .filter(|agreement| in_force(day, agreement.valid_from, agreement.valid_to))
        .max_by_key(|agreement| agreement.version)
}
