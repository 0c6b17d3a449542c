//! Reads the closures from an iCalendar file (RFC 5545), and reports every fault with its line. Pure.
//!
//! A day is closed by an event of whole days (`DTSTART;VALUE=DATE`), or by one from midnight to midnight, which is how
//! some programs write whole days. An event with other times closes nothing and is listed with its line. Of repetitions
//! only the yearly one on the same date is read. Cancelled events, alarms, tasks and time zones are skipped.
//!
//! The `icalendar` crate reports no line numbers and accepts too much, so the lines are parsed here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::fields::{SENTENCE_CHARS_MAX, sentence_fault, shortened};
use crate::calendar::{local_date, local_midnight};

/// The maximum size of a file in bytes.
pub const BYTES_MAX: usize = 262_144;
/// The maximum number of days that one file may close.
pub const DAYS_MAX: usize = 2_000;
/// The maximum length of an unfolded line.
const LINE_CHARS_MAX: usize = 20_000;
/// The maximum number of faults listed.
const FAULTS_MAX: usize = 50;
/// How many years back days are kept: no open deadline starts before that.
const YEARS_BEHIND: i64 = 2;
/// How many years ahead days are kept and repetitions are expanded.
const YEARS_AHEAD: i64 = 10;
/// The reason of an event without a summary.
const NO_SUMMARY: &str = "Suljettu";

/// The closures of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct CalendarFile {
    /// The closed days with their reasons, in order, each day once.
    pub closures: Vec<(Date, String)>,
    /// How many days lie too far back or ahead.
    pub left_out: usize,
    /// Events that close no day.
    pub skipped: Vec<Skipped>,
}

/// An event that closes no day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Skipped {
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// Why it closes no day.
    pub why: String,
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there, without a full stop.
    pub what: String,
}

/// Reads a file.
///
/// # Errors
/// Every fault with its line, 50 at most.
pub fn read(file: &[u8], today: Date) -> Result<CalendarFile, Vec<FileFault>> {
    let mut reader = Reader::new(today);
    if file.len() > BYTES_MAX {
        return Err(vec![fault(1, format!("the file is longer than {BYTES_MAX} bytes"))]);
    }
    match std::str::from_utf8(file) {
        Ok(text) => reader.read(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(why) => {
            let before = &file[..why.valid_up_to()];
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            reader.faults.push(fault(line, "this is not UTF-8; save the file as UTF-8"));
        }
    }
    reader.finish()
}

fn fault(line: usize, what: impl Into<String>) -> FileFault {
    FileFault { line, what: what.into() }
}

/// One line after unfolding: `NAME;PARAMETER=VALUE:value`.
struct Line<'t> {
    number: usize,
    name: String,
    parameters: Vec<(String, &'t str)>,
    value: &'t str,
}

impl<'t> Line<'t> {
    fn parse(number: usize, text: &'t str) -> Option<Self> {
        let colon = outside_quotes(text, ':').next()?;
        let (head, value) = (&text[..colon], &text[colon + 1..]);
        let mut parts = split_outside_quotes(head, ';');
        let name = parts.next()?.to_ascii_uppercase();
        let named = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && !name.is_empty();
        let parameters = parts
            .map(|part| part.split_once('=').map(|(key, value)| (key.to_ascii_uppercase(), value.trim_matches('"'))))
            .collect::<Option<Vec<_>>>()?;
        named.then_some(Self { number, name, parameters, value })
    }

    fn parameter(&self, name: &str) -> Option<&'t str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| *value)
    }
}

/// The positions of `symbol` outside of quotes.
fn outside_quotes(text: &str, symbol: char) -> impl Iterator<Item = usize> {
    let mut quoted = false;
    text.char_indices().filter_map(move |(index, found)| {
        quoted ^= found == '"';
        (!quoted && found == symbol).then_some(index)
    })
}

fn split_outside_quotes(text: &str, symbol: char) -> impl Iterator<Item = &str> {
    let ends = outside_quotes(text, symbol).chain(std::iter::once(text.len()));
    let mut start = 0;
    ends.map(move |end| {
        let part = &text[start..end];
        start = end + symbol.len_utf8();
        part
    })
}

/// When an event begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Day(Date),
    /// A time in Finland.
    Time(DateTime),
}

/// An event while its lines are read.
#[derive(Default)]
struct Event {
    line: usize,
    start: Option<(usize, When)>,
    end: Option<(usize, When)>,
    days_long: Option<(usize, Length)>,
    summary: Option<(usize, String)>,
    rule: Option<(usize, String)>,
    except: BTreeSet<Date>,
    cancelled: bool,
    /// Whether one of its lines has a fault already.
    faulty: bool,
}

/// How long an event lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Days(i32),
    /// Something else.
    Other,
}

struct Reader {
    first: Date,
    last: Date,
    closures: BTreeMap<Date, String>,
    left_out: usize,
    skipped: Vec<Skipped>,
    faults: Vec<FileFault>,
    /// The open components with the lines on which they begin.
    open: Vec<(String, usize)>,
    event: Event,
    seen_calendar: bool,
    too_many: bool,
}

impl Reader {
    fn new(today: Date) -> Self {
        Self {
            first: today.saturating_sub(YEARS_BEHIND.years()),
            last: today.saturating_add(YEARS_AHEAD.years()),
            closures: BTreeMap::new(),
            left_out: 0,
            skipped: Vec::new(),
            faults: Vec::new(),
            open: Vec::new(),
            event: Event::default(),
            seen_calendar: false,
            too_many: false,
        }
    }

    fn note(&mut self, line: usize, what: impl Into<String>) {
        self.event.faulty = true;
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault(line, what));
        }
    }

    fn finish(mut self) -> Result<CalendarFile, Vec<FileFault>> {
        if self.faults.is_empty() && !self.seen_calendar {
            self.faults.push(fault(1, "there is no BEGIN:VCALENDAR; this is not an iCalendar file"));
        }
        if !self.faults.is_empty() {
            self.faults.sort_by_key(|fault| fault.line);
            return Err(self.faults);
        }
        Ok(CalendarFile {
            closures: self.closures.into_iter().collect(),
            left_out: self.left_out,
            skipped: self.skipped,
        })
    }

    /// Unfolds the lines (a line that begins with a space or a tab continues the previous one) and handles each.
    fn read(&mut self, text: &str) {
        let mut whole: Option<(usize, String)> = None;
        for (index, line) in text.split('\n').enumerate() {
            let line = line.strip_suffix('\r').unwrap_or(line);
            match (&mut whole, line.strip_prefix([' ', '\t'])) {
                (Some((number, whole)), Some(more)) if !whole.is_empty() => {
                    if whole.len() + more.len() > LINE_CHARS_MAX {
                        let number = *number;
                        return self.note(number, "this line is too long");
                    }
                    whole.push_str(more);
                }
                _ => {
                    if let Some((number, whole)) = whole.replace((index + 1, line.to_owned())) {
                        self.line(number, &whole);
                    }
                }
            }
        }
        if let Some((number, whole)) = whole {
            self.line(number, &whole);
        }
        if let Some((name, line)) = self.open.first().cloned() {
            self.note(line, format!("BEGIN:{name} has no END:{name}; the file seems to be cut off"));
        }
    }

    fn line(&mut self, number: usize, text: &str) {
        if text.trim().is_empty() || text.chars().count() > LINE_CHARS_MAX {
            if !text.trim().is_empty() {
                self.note(number, "this line is too long");
            }
            return;
        }
        let Some(line) = Line::parse(number, text) else {
            return self.note(number, "this is no line of an iCalendar file (NAME:value)");
        };
        match line.name.as_str() {
            "BEGIN" => self.begin(&line),
            "END" => self.end(&line),
            _ if self.open.is_empty() => self.note(number, "this stands outside BEGIN:VCALENDAR and END:VCALENDAR"),
            // Only lines of the event itself, not those of an alarm inside it.
            _ if self.open.last().is_some_and(|(name, _)| name == "VEVENT") => self.of_event(&line),
            _ => {}
        }
    }

    fn begin(&mut self, line: &Line<'_>) {
        let name = line.value.trim().to_ascii_uppercase();
        match (self.open.len(), name.as_str()) {
            (0, "VCALENDAR") => self.seen_calendar = true,
            (0, _) => self.note(line.number, "this stands outside BEGIN:VCALENDAR and END:VCALENDAR"),
            (_, "VCALENDAR") => self.note(line.number, "the calendar before has no END:VCALENDAR"),
            (1, "VEVENT") => self.event = Event { line: line.number, ..Event::default() },
            (_, "VEVENT") => {
                let open = self.open.last().map_or("", |(name, _)| name.as_str()).to_owned();
                self.note(line.number, format!("the {open} before has no END:{open}"));
                // Treated as ended here, so that one mistake gives one fault.
                self.open.truncate(1);
                self.event = Event { line: line.number, ..Event::default() };
            }
            _ => {}
        }
        self.open.push((name, line.number));
    }

    fn end(&mut self, line: &Line<'_>) {
        let name = line.value.trim().to_ascii_uppercase();
        match self.open.pop() {
            Some((open, _)) if open == name => {
                if open == "VEVENT" {
                    let event = std::mem::take(&mut self.event);
                    if !event.faulty {
                        self.close(event);
                    }
                }
            }
            Some((open, begun)) => {
                self.note(begun, format!("BEGIN:{open} has no END:{open}"));
                // The end of a component also ends the components inside it.
                if let Some(at) = self.open.iter().rposition(|(held, _)| *held == name) {
                    self.open.truncate(at);
                }
            }
            None => self.note(line.number, format!("END:{name} has no BEGIN:{name}")),
        }
    }

    fn of_event(&mut self, line: &Line<'_>) {
        match line.name.as_str() {
            "DTSTART" => self.event.start = self.when(line).map(|when| (line.number, when)).or(self.event.start),
            "DTEND" => self.event.end = self.when(line).map(|when| (line.number, when)).or(self.event.end),
            "DURATION" => match length(line.value.trim()) {
                Some(length) => self.event.days_long = Some((line.number, length)),
                None => self.note(line.number, "the duration cannot be read; write it such as P1D"),
            },
            "SUMMARY" => self.event.summary = Some((line.number, plain(line.value))),
            "STATUS" => self.event.cancelled = line.value.trim().eq_ignore_ascii_case("CANCELLED"),
            "RRULE" => self.event.rule = Some((line.number, line.value.trim().to_ascii_uppercase())),
            "EXDATE" => {
                for text in line.value.split(',') {
                    match read_when(text.trim()) {
                        Some(When::Day(day)) => self.event.except.insert(day),
                        Some(When::Time(time)) => self.event.except.insert(time.date()),
                        None => {
                            self.note(line.number, format!("the date \"{}\" cannot be read", shortened(text)));
                            break;
                        }
                    };
                }
            }
            "RDATE" => self.note(line.number, "dates in an RDATE are not read; write an event for each"),
            "RECURRENCE-ID" => {
                self.note(line.number, "a moved repetition is not read; write it as an event of its own");
            }
            _ => {}
        }
    }

    fn when(&mut self, line: &Line<'_>) -> Option<When> {
        let found = read_when(line.value.trim());
        let is_date = line.parameter("VALUE").is_some_and(|value| value.eq_ignore_ascii_case("DATE"));
        match found {
            Some(When::Time(_)) if is_date => {
                self.note(line.number, "a time stands where VALUE=DATE promises a date");
                None
            }
            None => {
                let value = shortened(line.value);
                self.note(line.number, format!("the date \"{value}\" cannot be read; write it such as 20261224"));
                None
            }
            found => found,
        }
    }

    /// Handles a complete event.
    fn close(&mut self, event: Event) {
        if event.cancelled {
            return;
        }
        let Some((_, start)) = event.start else {
            return self.note(event.line, "the event has no DTSTART: it is not known when it is");
        };
        let Some((first, days)) = self.whole_days(&event, start) else { return };
        let reason = match &event.summary {
            Some((line, summary)) if !summary.is_empty() => {
                if let Some(what) = sentence_fault(summary) {
                    return self.note(*line, what);
                }
                summary.clone()
            }
            _ => NO_SUMMARY.to_owned(),
        };
        let starts = match &event.rule {
            None => vec![first],
            Some((line, rule)) => match self.yearly(first, rule) {
                Ok(starts) => starts,
                Err(what) => return self.note(*line, what),
            },
        };
        for start in starts.into_iter().filter(|start| !event.except.contains(start)) {
            for offset in 0..days {
                self.close_day(event.line, start.saturating_add(offset.days()), &reason);
            }
        }
    }

    /// The first day and the number of days that an event covers from midnight to midnight. None for a fault and for an
    /// event that covers no whole day; both are noted.
    fn whole_days(&mut self, event: &Event, start: When) -> Option<(Date, i32)> {
        if let (Some(_), Some((line, _))) = (event.end, event.days_long) {
            self.note(line, "the event has both DTEND and DURATION; keep one of them");
            return None;
        }
        if let Some((line, end)) = event.end {
            let backwards = match (start, end) {
                (When::Day(start), When::Day(end)) => end < start,
                (When::Time(start), When::Time(end)) => end < start,
                _ => {
                    self.note(line, "DTSTART and DTEND must both be dates or both be times");
                    return None;
                }
            };
            if backwards {
                self.note(line, "the event ends before it starts");
                return None;
            }
        }
        let days = match (start, event.end, event.days_long) {
            // Some programs write a one-day event with its own date as the end.
            (When::Day(start), Some((_, When::Day(end))), _) => apart(start, end).max(1),
            (When::Day(_), None, None) => 1,
            (When::Day(_), None, Some((_, Length::Days(days)))) if days > 0 => days,
            (When::Day(_), None, Some((line, _))) => {
                self.note(line, "an event of whole days lasts whole days, one at least, such as P1D");
                return None;
            }
            (When::Time(start), Some((_, When::Time(end))), _) if is_midnight(start) && is_midnight(end) => {
                apart(start.date(), end.date())
            }
            (When::Time(start), None, Some((_, Length::Days(days)))) if is_midnight(start) => days,
            _ => 0,
        };
        if days == 0 {
            self.skipped.push(Skipped {
                line: event.line,
                why: "The event has times of the day, so it closes no day. Write it for whole days if the unit is closed."
                    .to_owned(),
            });
            return None;
        }
        let first = match start {
            When::Day(day) => day,
            When::Time(time) => time.date(),
        };
        Some((first, days))
    }

    /// The days on which a yearly event starts, within the years that are kept.
    fn yearly(&self, first: Date, rule: &str) -> Result<Vec<Date>, String> {
        const ONLY: &str = "of repetitions only FREQ=YEARLY on the same date is read; write an event for each day";
        let mut count = None;
        let mut until = None;
        let mut every = 1;
        let mut frequency = None;
        for part in rule.split(';').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').ok_or(ONLY)?;
            let number = || value.parse::<i64>().ok().filter(|number| (1..=10_000).contains(number));
            match key {
                "FREQ" => frequency = Some(value),
                "COUNT" => count = Some(number().ok_or("the COUNT of the repetition cannot be read")?),
                "INTERVAL" => every = number().ok_or("the INTERVAL of the repetition cannot be read")?,
                "UNTIL" => {
                    until = Some(match read_when(value).ok_or("the UNTIL of the repetition cannot be read")? {
                        When::Day(day) => day,
                        When::Time(time) => time.date(),
                    });
                }
                "BYMONTH" if value == first.month().to_string() => {}
                "BYMONTHDAY" if value == first.day().to_string() => {}
                "WKST" => {}
                _ => return Err(ONLY.to_owned()),
            }
        }
        if frequency != Some("YEARLY") {
            return Err(ONLY.to_owned());
        }
        let last = until.map_or(self.last, |until| until.min(self.last));
        let mut starts = Vec::new();
        let mut taken = 0;
        let mut year = i64::from(first.year());
        while year <= i64::from(last.year()) && count.is_none_or(|count| taken < count) {
            // The 29th of February exists in leap years only.
            let start = i16::try_from(year).ok().and_then(|year| Date::new(year, first.month(), first.day()).ok());
            if let Some(start) = start.filter(|start| *start <= last) {
                taken += 1;
                if start >= self.first.saturating_sub(1.year()) {
                    starts.push(start);
                }
            }
            year += every;
        }
        Ok(starts)
    }

    fn close_day(&mut self, line: usize, day: Date, reason: &str) {
        if day < self.first || day > self.last {
            self.left_out = self.left_out.saturating_add(1);
            return;
        }
        self.closures.entry(day).or_insert_with(|| reason.to_owned());
        if self.closures.len() > DAYS_MAX && !self.too_many {
            self.too_many = true;
            self.note(line, format!("the file closes more than {DAYS_MAX} days"));
        }
    }
}

fn apart(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn is_midnight(time: DateTime) -> bool {
    time.time() == jiff::civil::Time::midnight()
}

/// `20261224`, `20261224T080000` in Finnish time, or `20261223T220000Z` in UTC.
fn read_when(text: &str) -> Option<When> {
    let (date, time) = match text.split_once(['T', 't']) {
        None => (text, None),
        Some((date, time)) => (date, Some(time)),
    };
    let day = read_date(date)?;
    let Some(time) = time else { return Some(When::Day(day)) };
    let (time, universal) = match time.strip_suffix(['Z', 'z']) {
        Some(time) => (time, true),
        None => (time, false),
    };
    let time = numbers::<3>(time)?;
    let time = jiff::civil::Time::new(time[0], time[1], time[2].min(59), 0).ok()?;
    let at = day.to_datetime(time);
    if !universal {
        return Some(When::Time(at));
    }
    let instant = at.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let day = local_date(instant);
    let midnight = local_midnight(day).ok()? == instant;
    // Only whether the time is midnight matters.
    Some(When::Time(if midnight { day.to_datetime(jiff::civil::Time::midnight()) } else { day.at(12, 0, 0, 0) }))
}

fn read_date(text: &str) -> Option<Date> {
    let (year, rest) = (text.get(..4)?, text.get(4..)?);
    let year = year.bytes().all(|byte| byte.is_ascii_digit()).then(|| year.parse().ok())??;
    let [month, day] = numbers::<2>(rest)?;
    Date::new(year, month, day).ok()
}

/// Exactly `N` pairs of digits.
fn numbers<const N: usize>(text: &str) -> Option<[i8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut found = [0; N];
    for (number, pair) in found.iter_mut().zip(digits.chunks_exact(2)) {
        *number = i8::try_from(10 * (pair[0] - b'0') + (pair[1] - b'0')).ok()?;
    }
    Some(found)
}

/// `P3D`, `P1W`, `PT24H` are whole days; `PT90M` and the like are [`Length::Other`].
fn length(text: &str) -> Option<Length> {
    let text = text.strip_prefix('+').unwrap_or(text).to_ascii_uppercase();
    let body = text.strip_prefix('P')?;
    let span: jiff::Span = text.parse().ok()?;
    let hours = i64::from(span.get_hours());
    let days = i64::from(span.get_days()) + 7 * i64::from(span.get_weeks());
    let fits = !body.is_empty() && span.get_years() == 0 && span.get_months() == 0;
    let whole = span.get_minutes() == 0 && span.get_seconds() == 0 && hours % 24 == 0;
    if !fits {
        return None;
    }
    // Days are kept ten years ahead, so a longer event may be cut.
    let total = i32::try_from((days + hours / 24).min(10_000)).ok()?;
    Some(if whole { Length::Days(total) } else { Length::Other })
}

/// A text value as one line: unescaped, without control characters, cut to the maximum length of a reason.
fn plain(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut symbols = value.chars();
    while let Some(symbol) = symbols.next() {
        match symbol {
            '\\' => match symbols.next() {
                Some('n' | 'N') => text.push(' '),
                Some(other) => text.push(other),
                None => {}
            },
            other if other.is_control() => text.push(' '),
            other => text.push(other),
        }
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(SENTENCE_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests;
