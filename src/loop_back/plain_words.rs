//! The status of a matter in plain words. Pages and API clients get the same sentences, in the language that is passed
//! in.

use jiff::civil::Date;

use crate::case::steps::State;
use crate::case::words::Verdict;
use crate::locales::{FluentValue, Texts, arguments};
use crate::organisation::Role;
use crate::store::cases::CaseRow;

/// Where a matter stands: who handles it and by when, what is waited for, how it was answered. `new_day` is what is promised
/// of a decision that is late.
pub fn of_matter(texts: Texts, case: &CaseRow, state: State, today: Date, new_day: Option<Date>) -> String {
    let role = role(texts, case.handler_role);
    let promise = |word: &str| {
        let decide = texts.day(case.decide_by.0);
        texts.with(&format!("story-{word}"), &arguments([("role", role.clone().into()), ("decide", decide.into())]))
    };
    let on = |word: &str, day: Option<Date>| {
        let day: FluentValue<'static> = texts.day(day.unwrap_or(today)).into();
        texts.with(&format!("story-{word}"), &arguments([("day", day)]))
    };
    if let Some(new_day) = new_day {
        let days = [("decide", case.decide_by.0), ("new", new_day)];
        let [decide, new] = days.map(|(name, day)| (name, texts.day(day).into()));
        return texts.with("story-late", &arguments([("role", role.into()), decide, new]));
    }
    match state {
        State::Received => {
            let word = if case.acknowledge_by.0 < today { "story-unread" } else { "story-received" };
            let days = [("acknowledge", case.acknowledge_by.0), ("decide", case.decide_by.0)];
            let [acknowledge, decide] = days.map(|(name, day)| (name, texts.day(day).into()));
            texts.with(word, &arguments([("role", role.into()), acknowledge, decide]))
        }
        State::Acknowledged | State::InHandling => promise("in_handling"),
        State::WaitingForGiver => texts.with("story-waiting_for_giver", &arguments([("role", role.into())])),
        State::Decided => texts.get("story-decided"),
        State::Told => {
            let how = case.told_how.map_or_else(|| "told".to_owned(), |how| format!("told-{how}"));
            on(&how, case.told_on.map(|day| day.0))
        }
        State::Closed if case.verdict == Some(Verdict::Helped) => on("helped", case.closed_on.map(|day| day.0)),
        State::Closed => on("closed", case.closed_on.map(|day| day.0)),
    }
}

/// The status of a card that has not been typed in.
pub fn on_its_way(texts: Texts) -> String {
    texts.get("story-on_its_way")
}

/// The status of a feedback that was taken back.
pub fn taken_back(texts: Texts) -> String {
    texts.get("story-taken_back")
}

/// The status of a feedback without a case: it is counted, and its results may be published already.
pub fn counted(texts: Texts, published: Option<Date>) -> String {
    match published {
        Some(day) => texts.with("story-results", &arguments([("day", texts.day(day).into())])),
        None => texts.get("story-counted"),
    }
}

/// The role of the handler, which is shown instead of a name.
pub fn role(texts: Texts, role: Role) -> String {
    texts.get(&format!("story-{}", role_word(role)))
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::ResponsiblePerson => "role-responsible_person",
        Role::ProducerContact => "role-producer_contact",
        Role::Organiser => "role-organiser",
        Role::Handler | Role::Worker | Role::Analyst | Role::Facilitator | Role::Collector | Role::Admin => {
            "role-handler"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::told::ToldHow;

    #[test]
    fn every_way_of_telling_has_its_sentence_on_the_receipt_page_and_in_its_history() {
        let day = arguments([("day", "1.12.2026".into())]);
        for texts in Texts::all() {
            for how in ToldHow::ALL {
                for id in [format!("story-told-{how}"), format!("receipt-told-{how}")] {
                    assert_ne!(texts.with(&id, &day), id, "{}", texts.language());
                }
            }
        }
    }
}
