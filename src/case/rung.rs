//! The rungs of the escalation of a deadline; `handling::escalation` finds the person of each.

use crate::base::words::word_enum;

word_enum! {
    /// One rung of the escalation, in its order.
    pub enum Rung: "rung" {
        /// The due day comes soon: the handler.
        BeforeDue = "before_due",
        /// The due day is today: the handler.
        Due = "due",
        /// The deadline is broken: the handler.
        Handler = "handler",
        /// The handler's substitute, who may act from now on.
        Substitute = "substitute",
        /// Whoever is responsible for the unit.
        ResponsiblePerson = "responsible_person",
        /// The producer's contact.
        ProducerContact = "producer_contact",
        /// The organiser.
        Organiser = "organiser",
    }
}

impl Rung {
    /// How many rungs the ladder of a broken deadline has.
    pub const OF_A_BROKEN_DEADLINE: u16 = 5;

    /// How many rungs of a broken deadline lie below it: 0 for the first, and for those of a deadline that is not broken.
    pub fn above_handler(self) -> i64 {
        match self {
            Self::BeforeDue | Self::Due | Self::Handler => 0,
            Self::Substitute => 1,
            Self::ResponsiblePerson => 2,
            Self::ProducerContact => 3,
            Self::Organiser => 4,
        }
    }
}
