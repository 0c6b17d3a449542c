//! How the giver of a case is told. Pure.

use crate::base::Channel;
use crate::base::channel::ToldByStaff;
use crate::base::words::word_enum;

/// Why a board post cannot tell the giver of a case, if it cannot.
///
/// `email` says whether the giver left an address, `refused` whether a mail to it was refused.
pub fn board_fault(channel: Channel, email: bool, refused: bool) -> Option<&'static str> {
    let properties = channel.properties();
    if !properties.told_by_board {
        Some("a group is told in its feedback discussion")
    } else if properties.takes_contacts && email && !refused {
        Some("its giver left an e-mail address and is told by mail")
    } else {
        None
    }
}

word_enum! {
    /// How a giver was told.
    pub enum ToldHow: "way of telling" {
        /// By the worker at the next meeting.
        InPerson = "in_person",
        /// In the group's feedback discussion, held and recorded.
        FeedbackDiscussion = "feedback_discussion",
        /// The giver opened the receipt page.
        ReceiptPage = "receipt_page",
        /// By a board post that covers the case.
        Board = "board",
        /// The giver's mail server accepted the mail that says that there is an answer.
        Email = "email",
    }
}

impl From<ToldByStaff> for ToldHow {
    fn from(how: ToldByStaff) -> Self {
        match how {
            ToldByStaff::InPerson => Self::InPerson,
            ToldByStaff::FeedbackDiscussion => Self::FeedbackDiscussion,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::board_fault;
    use crate::base::Channel;

    #[test]
    fn the_board_tells_whom_no_other_way_reaches() {
        let by_mail = [Channel::Web, Channel::Kiosk, Channel::Paper];
        for channel in [Channel::Card, Channel::Oral].into_iter().chain(by_mail) {
            assert_eq!(board_fault(channel, false, false), None, "{channel}");
        }
        for channel in by_mail {
            assert!(board_fault(channel, true, false).is_some(), "{channel} with an address");
            assert_eq!(board_fault(channel, true, true), None, "{channel} whose mail was refused");
        }
        assert!(board_fault(Channel::Group, false, false).is_some());
    }
}
