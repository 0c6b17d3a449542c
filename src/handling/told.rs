//! By which way whose giver is told. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::feedback::Channel;

/// The way that needs nobody of the staff: the giver opened the receipt page.
pub const RECEIPT_PAGE: &str = "receipt_page";

/// How staff told the giver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToldHow {
    /// The worker at the next meeting: oral feedback.
    InPerson,
    /// The group's feedback discussion, held and recorded.
    FeedbackDiscussion,
}

impl ToldHow {
    /// How staff tell the givers of a channel (by its word in the store), if they do.
    pub fn of(channel: &str) -> Option<Self> {
        match Channel::parse(channel)? {
            Channel::Oral => Some(Self::InPerson),
            Channel::Group => Some(Self::FeedbackDiscussion),
            Channel::Web | Channel::Kiosk | Channel::Paper | Channel::Card => None,
        }
    }

    /// The word in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InPerson => "in_person",
            Self::FeedbackDiscussion => "feedback_discussion",
        }
    }
}
