//! By which way whose giver is told. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::Channel;

/// The way that needs nobody of the staff: the giver opened the receipt page.
pub const RECEIPT_PAGE: &str = "receipt_page";

/// The way that tells many at once: a board post that covers the case.
pub const BOARD: &str = "board";

/// Why a board post cannot tell the giver of a case, if it cannot.
///
/// `email` says whether the giver left an address, `refused` whether a mail to it was refused.
pub fn board_fault(channel: &str, email: bool, refused: bool) -> Option<&'static str> {
    match Channel::parse(channel) {
        Some(Channel::Group) => Some("a group is told in its feedback discussion"),
        Some(Channel::Web | Channel::Kiosk | Channel::Paper) if email && !refused => {
            Some("its giver left an e-mail address and is told by mail")
        }
        Some(_) => None,
        None => Some("nobody knows how it came"),
    }
}

/// The giver's mail server took the mail that an answer waits.
pub const EMAIL: &str = "email";

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

#[cfg(test)]
mod tests {
    use super::board_fault;

    #[test]
    fn the_board_tells_whom_no_other_way_reaches() {
        for channel in ["card", "oral", "web", "kiosk", "paper"] {
            assert_eq!(board_fault(channel, false, false), None, "{channel}");
        }
        for channel in ["web", "kiosk", "paper"] {
            assert!(board_fault(channel, true, false).is_some(), "{channel} with an address");
            assert_eq!(board_fault(channel, true, true), None, "{channel} whose mail was refused");
        }
        assert!(board_fault("group", false, false).is_some());
        assert!(board_fault("pigeon", false, false).is_some());
    }
}
