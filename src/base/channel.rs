//! The channels through which feedback comes.

use super::words::word_enum;

word_enum! {
    /// The channel through which a feedback came. There is no `api`: another system names the channel it sends for.
    pub enum Channel: "channel" {
        /// Said aloud after a meeting and written down by the worker.
        Oral = "oral",
        /// A paper card from the lobby box.
        Card = "card",
        /// The web form on the giver's own device.
        Web = "web",
        /// The tablet in the lobby.
        Kiosk = "kiosk",
        /// A survey filled in on paper and typed in.
        Paper = "paper",
        /// A group interview.
        Group = "group",
    }
}

/// Who writes feedback of a channel down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordedBy {
    /// The giver, without a token: the channel is public.
    Giver,
    /// Staff of the unit with a token; `organisation::roles` says in which roles.
    Staff,
    /// Whoever held a group interview, with a token; `organisation::roles` says in which roles.
    Interviewer,
}

word_enum! {
    /// How staff told the giver.
    pub enum ToldByStaff: "way in which staff tell" {
        /// The worker at the next meeting: oral feedback.
        InPerson = "in_person",
        /// The group's feedback discussion, held and recorded.
        FeedbackDiscussion = "feedback_discussion",
    }
}

/// Whose work feedback of a channel is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Nobody's in particular.
    Nobody,
    /// The author's, since it was said in the author's own meeting.
    Author,
    /// The worker's to whom the card's colour is assigned.
    Colour,
}

/// What distinguishes the channels: one row for each, see [`Channel::properties`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Properties {
    /// Who writes it down.
    pub recorded_by: RecordedBy,
    /// How staff tell the giver. `None`: the giver is told by mail, the receipt page or the board.
    pub told_by_staff: Option<ToldByStaff>,
    /// Whether a board post may tell the giver.
    pub told_by_board: bool,
    /// Whether the author keeps seeing its case, because the author tells the giver.
    pub seen_by_author: bool,
    /// Whose work it is about.
    pub about: About,
    /// Whether the giver's contact details are accepted and the giver may be written to.
    pub takes_contacts: bool,
    /// Whether a receipt code made on the giver's device is accepted.
    pub takes_own_code: bool,
    /// Whether the response to the sender shows the receipt code. Where it does not, the giver has the code on paper,
    /// and only a serial number links the two.
    pub shows_code: bool,
    /// Whether a colour and a serial number are accepted, both printed on the card.
    pub takes_card_fields: bool,
    /// Whether a reminder of whom to tell at the next meeting is accepted.
    pub takes_reminder: bool,
    /// Whether only the week of the day it was given is kept.
    pub kept_by_week: bool,
    /// Whether it consists of points, with a case for each of them, and comes by a call of its own.
    pub has_points: bool,
}

/// What the giver sends from a device of their own or in the lobby.
const SENT_BY_GIVER: Properties = Properties {
    recorded_by: RecordedBy::Giver,
    told_by_staff: None,
    told_by_board: true,
    seen_by_author: false,
    about: About::Nobody,
    takes_contacts: true,
    takes_own_code: true,
    shows_code: true,
    takes_card_fields: false,
    takes_reminder: false,
    kept_by_week: false,
    has_points: false,
};

impl Channel {
    /// The row of this channel in the table of properties.
    pub const fn properties(self) -> Properties {
        match self {
            Self::Oral => Properties {
                recorded_by: RecordedBy::Staff,
                told_by_staff: Some(ToldByStaff::InPerson),
                told_by_board: true,
                seen_by_author: true,
                about: About::Author,
                takes_contacts: false,
                takes_own_code: false,
                shows_code: true,
                takes_card_fields: false,
                takes_reminder: true,
                kept_by_week: false,
                has_points: false,
            },
            Self::Card => Properties {
                recorded_by: RecordedBy::Staff,
                told_by_staff: None,
                told_by_board: true,
                seen_by_author: false,
                about: About::Colour,
                takes_contacts: false,
                takes_own_code: false,
                shows_code: false,
                takes_card_fields: true,
                takes_reminder: false,
                kept_by_week: true,
                has_points: false,
            },
            Self::Web | Self::Kiosk => SENT_BY_GIVER,
            Self::Paper => Properties { recorded_by: RecordedBy::Staff, takes_own_code: false, ..SENT_BY_GIVER },
            Self::Group => Properties {
                recorded_by: RecordedBy::Interviewer,
                told_by_staff: Some(ToldByStaff::FeedbackDiscussion),
                told_by_board: false,
                seen_by_author: true,
                about: About::Nobody,
                takes_contacts: false,
                takes_own_code: false,
                shows_code: true,
                takes_card_fields: false,
                takes_reminder: false,
                kept_by_week: false,
                has_points: true,
            },
        }
    }

    /// Whether anybody may give feedback of this channel, without a token.
    pub const fn is_public(self) -> bool {
        matches!(self.properties().recorded_by, RecordedBy::Giver)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_is_read_back_as_it_is_written() {
        for channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.as_str()), Some(channel));
            assert_eq!(serde_json::to_value(channel).unwrap(), serde_json::json!(channel.as_str()));
            assert_eq!(channel.as_str().parse(), Ok(channel));
        }
        assert_eq!(Channel::parse("Web"), None);
        assert_eq!("api".parse::<Channel>(), Err(crate::base::UnknownWord { kind: "channel", words: Channel::WORDS }));
    }

    /// Holds for every channel that is added later.
    #[test]
    fn the_properties_of_a_channel_agree() {
        for channel in Channel::ALL {
            let of = channel.properties();
            assert!(!of.takes_own_code || channel.is_public(), "{channel}: a device sends without a token");
            assert!(!of.seen_by_author || !channel.is_public(), "{channel}: a giver has no page of cases");
            assert!(of.told_by_staff.is_none() || of.seen_by_author, "{channel}: who tells must see the case");
            assert!(
                of.told_by_board || of.told_by_staff.is_some() || of.takes_contacts,
                "{channel}: somebody must tell the giver"
            );
            assert_eq!(of.about == About::Colour, of.takes_card_fields, "{channel}: a colour stands for a worker");
            assert!(of.shows_code || of.takes_card_fields, "{channel}: without a code shown there is a serial");
            assert_eq!(
                of.takes_reminder,
                of.told_by_staff == Some(ToldByStaff::InPerson),
                "{channel}: a reminder is of whom to tell at the meeting"
            );
        }
    }
}
