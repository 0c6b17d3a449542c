//! What can be decided about a case.

use crate::base::words::word_enum;

word_enum! {
    /// What was decided.
    pub enum DecisionKind: "kind of decision" {
        /// muutos tehty
        ChangeMade = "change_made",
        /// muutos suunniteltu
        ChangePlanned = "change_planned",
        /// ei muutosta, perusteltu
        NoChange = "no_change",
        /// siirretty muualle
        PassedOn = "passed_on",
        /// kiitos
        Thanks = "thanks",
    }
}
