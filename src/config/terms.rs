//! `[terms]`: the terms where organiser and producer have agreed none.

use crate::agreement::{Terms, WorkingDays};

use super::reader::Reader;

/// The terms where organiser and producer have agreed none, and the hour that ends a due day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultTerms {
    terms: Terms,
    /// The hour of the due day, in Helsinki, after which a deadline is broken.
    pub deadline_hour: u8,
}

/// Least working days of a term.
pub(super) const WORKING_DAYS_MIN: i64 = 1;

/// Most working days of a term: about a year.
pub(super) const WORKING_DAYS_MAX: i64 = WorkingDays::MOST as i64;

impl DefaultTerms {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let mut days = |key| reader.integer::<u16>(key, WORKING_DAYS_MIN..=WORKING_DAYS_MAX);
        let days = [days("acknowledge"), days("decide"), days("tell")];
        // A term out of bounds was already reported; what remains is their order.
        let terms = match days.map(WorkingDays::new) {
            [Ok(acknowledge), Ok(decide), Ok(tell)] => {
                if decide < acknowledge {
                    reader.fault("decide", "terms.decide is shorter than terms.acknowledge; make it as long at least");
                }
                if tell < decide {
                    reader.fault("tell", "terms.tell is shorter than terms.decide; make it as long at least");
                }
                Terms::new(acknowledge, decide, tell).ok()
            }
            _ => None,
        };
        Self { terms: terms.unwrap_or(Terms::DEFAULT), deadline_hour: reader.integer("deadline_hour", 0..=23) }
    }

    /// The terms, in working days from the day of receipt.
    #[must_use]
    pub fn agreed(&self) -> Terms {
        self.terms
    }
}
