//! What can be decided about a case.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// muutos tehty
    ChangeMade,
    /// muutos suunniteltu
    ChangePlanned,
    /// ei muutosta, perusteltu
    NoChange,
    /// siirretty muualle
    PassedOn,
    /// kiitos
    Thanks,
}

impl DecisionKind {
    pub const ALL: [Self; 5] = [Self::ChangeMade, Self::ChangePlanned, Self::NoChange, Self::PassedOn, Self::Thanks];

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The word in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ChangeMade => "change_made",
            Self::ChangePlanned => "change_planned",
            Self::NoChange => "no_change",
            Self::PassedOn => "passed_on",
            Self::Thanks => "thanks",
        }
    }
}
