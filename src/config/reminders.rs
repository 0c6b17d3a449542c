//! `[reminders]`: when somebody is reminded of a deadline.

use super::reader::Reader;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminders {
    /// Working days before the due day on which its handler is reminded; 0: only on the day itself.
    pub before_days: u16,
    /// Working days between two rungs of the escalation once a deadline is broken.
    pub step_days: u16,
}

impl Reminders {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { before_days: reader.integer("before_days", 0..=20), step_days: reader.integer("step_days", 1..=20) }
    }
}
