//! Lists of channels in the form for statements, `'oral', 'group'`, made from the table of channels at compile time.

use crate::base::Channel;
use crate::base::channel::ToldByStaff;

/// Most bytes of all words in quotes, with commas between them.
const LONGEST: usize = 96;

/// The list of the channels for which a condition on their properties holds.
macro_rules! channels_where {
    ($(#[$meta:meta])* $name:ident, $properties:ident => $condition:expr) => {
        $(#[$meta])*
        pub(super) const $name: &str = {
            const LIST: ([u8; LONGEST], usize) = {
                let (mut bytes, mut length, mut index) = ([0; LONGEST], 0, 0);
                while index < Channel::ALL.len() {
                    let $properties = Channel::ALL[index].properties();
                    if $condition {
                        (bytes, length) = with(bytes, length, Channel::ALL[index].as_str());
                    }
                    index += 1;
                }
                (bytes, length)
            };
            text(&LIST.0, LIST.1)
        };
    };
}

/// The list with one more word.
const fn with(mut bytes: [u8; LONGEST], mut length: usize, word: &str) -> ([u8; LONGEST], usize) {
    if length > 0 {
        bytes[length] = b',';
        bytes[length + 1] = b' ';
        length += 2;
    }
    bytes[length] = b'\'';
    length += 1;
    let mut index = 0;
    while index < word.len() {
        bytes[length] = word.as_bytes()[index];
        length += 1;
        index += 1;
    }
    bytes[length] = b'\'';
    (bytes, length + 1)
}

const fn text(bytes: &'static [u8], length: usize) -> &'static str {
    match std::str::from_utf8(bytes.split_at(length).0) {
        Ok(text) => text,
        // The words of channels are UTF-8, so this arm is never evaluated.
        Err(_) => "",
    }
}

channels_where!(
    /// Channels whose givers are told by staff.
    TOLD_BY_STAFF, properties => properties.told_by_staff.is_some()
);

channels_where!(
    /// Channels whose givers are told at the next meeting.
    TOLD_AT_MEETING,
    properties => matches!(properties.told_by_staff, Some(ToldByStaff::InPerson))
);

channels_where!(
    /// Channels whose cases are seen by whoever wrote the feedback down.
    SEEN_BY_AUTHOR, properties => properties.seen_by_author
);

channels_where!(
    /// Channels with a case for each point of a feedback.
    WITH_POINTS, properties => properties.has_points
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_those_of_the_table() {
        assert_eq!(TOLD_BY_STAFF, "'oral', 'group'");
        assert_eq!(TOLD_AT_MEETING, "'oral'");
        assert_eq!(SEEN_BY_AUTHOR, "'oral', 'group'");
        assert_eq!(WITH_POINTS, "'group'");
    }

    /// The lists are used in `IN (…)`, which accepts no empty list, and a word with a quote would end it.
    #[test]
    fn every_list_can_stand_in_a_statement() {
        for list in [TOLD_BY_STAFF, TOLD_AT_MEETING, SEEN_BY_AUTHOR, WITH_POINTS] {
            let words: Vec<&str> = list.split(", ").map(|word| word.trim_matches('\'')).collect();
            assert!(words.iter().all(|word| Channel::parse(word).is_some()), "{list}");
        }
    }

    #[test]
    fn all_channels_fit_in_a_list() {
        assert!(Channel::ALL.iter().map(|channel| channel.as_str().len() + "'', ".len()).sum::<usize>() <= LONGEST);
    }
}
