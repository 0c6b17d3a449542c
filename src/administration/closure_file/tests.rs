use jiff::civil::date;

use super::*;

const TODAY: Date = date(2026, 11, 20);

fn calendar(events: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//FI\r\n{events}END:VCALENDAR\r\n")
}

fn event(lines: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\n{lines}\r\nEND:VEVENT\r\n"))
}

fn days(text: &str) -> Vec<Date> {
    let read = read(text.as_bytes(), TODAY).unwrap_or_else(|faults| panic!("{faults:?} in {text}"));
    read.closures.into_iter().map(|(day, _)| day).collect()
}

fn faults(text: &str) -> Vec<(usize, String)> {
    read(text.as_bytes(), TODAY).expect_err(text).into_iter().map(|fault| (fault.line, fault.what)).collect()
}

#[test]
fn whole_days_close_and_the_end_is_not_among_them() {
    let one = date(2026, 12, 21);
    let two = [one, date(2026, 12, 22)];
    for (lines, expected) in [
        ("DTSTART;VALUE=DATE:20261221", &two[..1]),
        ("DTSTART;VALUE=DATE:20261221\r\nDTEND;VALUE=DATE:20261221", &two[..1]),
        ("DTSTART;VALUE=DATE:20261221\r\nDTEND;VALUE=DATE:20261222", &two[..1]),
        ("DTSTART;VALUE=DATE:20261221\r\nDTEND;VALUE=DATE:20261223", &two),
        ("DTSTART;VALUE=DATE:20261221\r\nDURATION:P2D", &two),
        ("DTSTART:20261221\r\nDTEND:20261223", &two),
        ("DTSTART;TZID=Europe/Helsinki:20261221T000000\r\nDTEND;TZID=Europe/Helsinki:20261223T000000", &two),
        ("DTSTART:20261220T220000Z\r\nDTEND:20261222T220000Z", &two),
        ("DTSTART:20261221T000000\r\nDURATION:PT48H", &two),
    ] {
        assert_eq!(days(&event(lines)), expected, "{lines}");
        // Also with bare line feeds.
        assert_eq!(days(&event(lines).replace("\r\n", "\n")), expected, "{lines}");
    }
}

#[test]
fn events_with_times_close_nothing_and_are_listed() {
    let meeting = event("DTSTART:20261221T080000\r\nDTEND:20261221T160000\r\nSUMMARY:Palaveri");
    let read = read(meeting.as_bytes(), TODAY).unwrap();
    assert_eq!(read.closures, []);
    assert_eq!(read.skipped.iter().map(|skipped| skipped.line).collect::<Vec<_>>(), [4]);
    // Midnight in UTC is two in the morning in Finland.
    assert_eq!(days(&event("DTSTART:20261221T000000Z\r\nDTEND:20261222T000000Z")), []);
    assert_eq!(days(&event("DTSTART;VALUE=DATE:20261221\r\nSTATUS:CANCELLED")), []);
}

#[test]
fn a_summary_is_unfolded_unescaped_and_one_line() {
    let text = event("DTSTART;VALUE=DATE:20261221\r\nSUMMARY;LANGUAGE=fi:Koulutus\\, koko \r\n väki\\nja muut");
    let read = read(text.as_bytes(), TODAY).unwrap();
    assert_eq!(read.closures, [(date(2026, 12, 21), "Koulutus, koko väki ja muut".to_owned())]);
    let unnamed = event("DTSTART;VALUE=DATE:20261221");
    assert_eq!(super::read(unnamed.as_bytes(), TODAY).unwrap().closures[0].1, NO_SUMMARY);
    let code = event("DTSTART;VALUE=DATE:20261221\r\nSUMMARY:Loma 010594Y9032");
    assert_eq!(faults(&code)[0].0, 8);
}

#[test]
fn yearly_repetitions_run_for_ten_years_at_most() {
    let yearly = |rule: &str| days(&event(&format!("DTSTART;VALUE=DATE:20251221\r\nRRULE:{rule}")));
    assert_eq!(yearly("FREQ=YEARLY;COUNT=3"), [2025, 2026, 2027].map(|year| date(year, 12, 21)));
    assert_eq!(yearly("FREQ=YEARLY;UNTIL=20270101").len(), 2);
    assert_eq!(yearly("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=21").last(), Some(&date(2035, 12, 21)));
    assert_eq!(yearly("FREQ=YEARLY;INTERVAL=2;COUNT=2"), [date(2025, 12, 21), date(2027, 12, 21)]);
    let leap = "DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY;COUNT=2";
    assert_eq!(days(&event(leap)), [date(2028, 2, 29)]);
    let without = "DTSTART;VALUE=DATE:20261221\r\nRRULE:FREQ=YEARLY;COUNT=2\r\nEXDATE;VALUE=DATE:20261221";
    assert_eq!(days(&event(without)), [date(2027, 12, 21)]);
    for other in ["FREQ=WEEKLY;COUNT=2", "FREQ=YEARLY;BYDAY=1MO", "FREQ=YEARLY;BYMONTH=11", "COUNT=2", "yearly"] {
        let found = faults(&event(&format!("DTSTART;VALUE=DATE:20251221\r\nRRULE:{other}")));
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [8], "{other}: {found:?}");
    }
}

#[test]
fn days_long_past_or_far_ahead_are_left_out() {
    let text = event("DTSTART;VALUE=DATE:20200101\r\nDTEND;VALUE=DATE:20200104");
    let read = read(text.as_bytes(), TODAY).unwrap();
    assert_eq!((read.closures.len(), read.left_out), (0, 3));
}

#[test]
fn every_fault_names_its_line() {
    for (text, line, word) in [
        (String::new(), 1, "BEGIN:VCALENDAR"),
        ("hello".to_owned(), 1, "NAME:value"),
        ("SUMMARY:x\n".to_owned(), 1, "outside"),
        (event("SUMMARY:Koska?"), 4, "no DTSTART"),
        (event("DTSTART;VALUE=DATE:20261332"), 7, "cannot be read"),
        (event("DTSTART;VALUE=DATE:joulu"), 7, "cannot be read"),
        (event("DTSTART;VALUE=DATE:20261221T080000"), 7, "VALUE=DATE"),
        (event("DTSTART;VALUE=DATE:20261221\r\nDTEND;VALUE=DATE:20261220"), 8, "before it starts"),
        (event("DTSTART;VALUE=DATE:20261221\r\nDTEND:20261221T100000"), 8, "both"),
        (event("DTSTART;VALUE=DATE:20261221\r\nDTEND;VALUE=DATE:20261222\r\nDURATION:P1D"), 9, "both"),
        (event("DTSTART;VALUE=DATE:20261221\r\nDURATION:kauan"), 8, "duration"),
        (event("DTSTART;VALUE=DATE:20261221\r\nDURATION:PT5H"), 8, "whole days"),
        (event("DTSTART;VALUE=DATE:20261221\r\nRDATE;VALUE=DATE:20261222"), 8, "RDATE"),
        (event("DTSTART;VALUE=DATE:20261221\r\nRECURRENCE-ID;VALUE=DATE:20261222"), 8, "moved"),
        (event("DTSTART;VALUE=DATE:20261221\r\nno colon"), 8, "NAME:value"),
        (calendar("BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261221\r\n"), 4, "no END:VEVENT"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261221".to_owned(), 1, "no END"),
        (calendar("END:VEVENT\r\n"), 1, "no END:VCALENDAR"),
        (event("DTSTART;VALUE=DATE:20261221\r\nDURATION:P2500D"), 4, "more than 2000"),
        ("x".repeat(BYTES_MAX + 1), 1, "longer"),
    ] {
        let found = faults(&text);
        assert_eq!(found[0].0, line, "{found:?} in {text:.300}");
        assert!(found[0].1.contains(word), "{found:?}");
    }
    let mut latin = event("DTSTART;VALUE=DATE:20261221").into_bytes();
    latin.insert(30, 0xe4);
    assert_eq!(read(&latin, TODAY).unwrap_err()[0].line, 3);
}

#[test]
fn all_faults_are_listed_and_bounded() {
    let two = format!(
        "{}{}",
        event("DTSTART;VALUE=DATE:20269999").trim_end_matches("END:VCALENDAR\r\n"),
        "BEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    assert_eq!(faults(&two).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [7, 9]);
    let many = calendar(&"BEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\n".repeat(200));
    assert_eq!(faults(&many).len(), FAULTS_MAX);
}

#[test]
fn alarms_tasks_and_time_zones_are_passed_over() {
    let text = calendar(
        "BEGIN:VTIMEZONE\r\nTZID:Europe/Helsinki\r\nBEGIN:STANDARD\r\nDTSTART:19701025T040000\r\n\
         RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
         BEGIN:VTODO\r\nDTSTART:nonsense\r\nEND:VTODO\r\n\
         BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261221\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDURATION:PT5M\r\n\
         END:VALARM\r\nEND:VEVENT\r\n",
    );
    assert_eq!(days(&text), [date(2026, 12, 21)]);
}

#[test]
fn what_a_library_writes_is_read() {
    use icalendar::Component;
    let summary = "Koko väen koulutuspäivä, jonka nimi on niin pitkä että rivi on taitettava; vaikka kahdesti";
    let event = icalendar::Event::new()
        .summary(summary)
        .append_property(icalendar::Property::new("DTSTART", "20261221").add_parameter("VALUE", "DATE").done())
        .append_property(icalendar::Property::new("DTEND", "20261222").add_parameter("VALUE", "DATE").done())
        .done();
    let text = icalendar::Calendar::new().push(event).done().to_string();
    assert_eq!(read(text.as_bytes(), TODAY).unwrap().closures, [(date(2026, 12, 21), summary.to_owned())]);
}
