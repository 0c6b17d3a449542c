//! Lists of channels in the form for statements, `'oral', 'group'`, made from the table of channels.

use super::sql::Part;
use crate::base::Channel;
use crate::base::channel::{Properties, ToldByStaff};

/// The channels for which a condition on their properties holds.
fn list(has: fn(Properties) -> bool) -> String {
    let found = Channel::ALL.into_iter().filter(|channel| has(channel.properties()));
    found.map(|channel| format!("'{channel}'")).collect::<Vec<_>>().join(", ")
}

/// Channels whose givers are told by staff.
pub(super) static TOLD_BY_STAFF: Part = Part::new(|| list(|properties| properties.told_by_staff.is_some()));

/// Channels whose givers are told at the next meeting.
pub(super) static TOLD_AT_MEETING: Part =
    Part::new(|| list(|properties| properties.told_by_staff == Some(ToldByStaff::InPerson)));

/// Channels whose cases are seen by whoever wrote the feedback down.
pub(super) static SEEN_BY_AUTHOR: Part = Part::new(|| list(|properties| properties.seen_by_author));

/// Channels with a case for each point of a feedback.
pub(super) static WITH_POINTS: Part = Part::new(|| list(|properties| properties.has_points));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_those_of_the_table() {
        assert_eq!(TOLD_BY_STAFF.as_str(), "'oral', 'group'");
        assert_eq!(TOLD_AT_MEETING.as_str(), "'oral'");
        assert_eq!(SEEN_BY_AUTHOR.as_str(), "'oral', 'group'");
        assert_eq!(WITH_POINTS.as_str(), "'group'");
    }

    /// The lists are used in `IN (…)`, which accepts no empty list, and a word with a quote would end it.
    #[test]
    fn every_list_can_stand_in_a_statement() {
        for list in [&TOLD_BY_STAFF, &TOLD_AT_MEETING, &SEEN_BY_AUTHOR, &WITH_POINTS] {
            let words: Vec<&str> = list.as_str().split(", ").map(|word| word.trim_matches('\'')).collect();
            assert!(words.iter().all(|word| Channel::parse(word).is_some()), "{}", list.as_str());
        }
    }
}
