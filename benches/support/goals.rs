//! The goals, and a table of what was reached. Goal 3, reports, is not of intake and is not measured here.

use super::content::Content;
use super::figures::print_table;
use super::subject::Database;

/// A bound with the number of the goal it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    number: u8,
    bound: Bound,
    unit: &'static str,
    /// How many decimals are printed.
    decimals: usize,
}

#[derive(Debug, Clone, Copy)]
enum Bound {
    Least(f64),
    Most(f64),
}

const fn least(number: u8, bound: f64, unit: &'static str, decimals: usize) -> Goal {
    Goal { number, bound: Bound::Least(bound), unit, decimals }
}

const fn most(number: u8, bound: f64, unit: &'static str, decimals: usize) -> Goal {
    Goal { number, bound: Bound::Most(bound), unit, decimals }
}

/// Durable intake as a ratio to the echo, by database, content and connections.
pub const INTAKE: [(Database, Content, usize, Goal); 7] = [
    (Database::Sqlite, Content::Answers, 64, least(1, 0.25, "", 3)),
    (Database::Sqlite, Content::Answers, 256, least(1, 0.30, "", 3)),
    (Database::Sqlite, Content::Text, 64, least(1, 0.19, "", 3)),
    (Database::Sqlite, Content::Text, 256, least(1, 0.20, "", 3)),
    (Database::Postgres, Content::Answers, 64, least(1, 0.10, "", 3)),
    (Database::Postgres, Content::Answers, 256, least(1, 0.20, "", 3)),
    (Database::Postgres, Content::Text, 64, least(1, 0.09, "", 3)),
];
/// Mixed traffic at 64 connections, of what the same shares of plain traffic give.
pub const MIXED: Goal = least(1, 0.8, "", 2);
/// The 99th percentile at 64 connections.
pub const P99: Goal = most(1, 15.0, "ms", 1);
/// Submissions a second at 64 connections, of the same server with one transaction for each.
pub const TIMES_ONE_BY_ONE_SQLITE: Goal = least(2, 9.0, "", 1);
pub const TIMES_ONE_BY_ONE_POSTGRES: Goal = least(2, 5.0, "", 1);
/// Written for each submission, on SQLite.
pub const WRITTEN_ANSWERS: Goal = most(2, 3.0, "kB", 1);
pub const WRITTEN_TEXT: Goal = most(2, 8.0, "kB", 1);
pub const MEMORY_IDLE: Goal = most(4, 26.0, "MiB", 1);
/// Resident memory after 256 connections.
pub const MEMORY_USED: Goal = most(4, 64.0, "MiB", 1);
/// From the start of the process on an existing database.
pub const READY: Goal = most(4, 100.0, "ms", 0);
/// The program, stripped.
pub const PROGRAM: Goal = most(4, 25.0, "MB", 1);
/// A box of 500 cards.
pub const BOX: Goal = most(5, 50.0, "ms", 0);
/// One receipt, with its connection.
pub const LOOK_UP: Goal = most(6, 1.0, "ms", 2);
/// The ratio to the echo with ten million held, of that with a million, at 64 connections.
pub const TEN_MILLION: Goal = least(6, 0.9, "", 2);

/// The goals, each with the value reached.
#[derive(Default)]
pub struct Goals(Vec<(u8, Vec<String>)>);

impl Goals {
    /// A value that could not be measured (NaN) misses its goal.
    pub fn add(&mut self, goal: Goal, what: String, reached: f64) {
        let Goal { number, bound, unit, decimals } = goal;
        let (sign, bound, met) = match bound {
            Bound::Least(bound) => ("≥", bound, reached >= bound),
            Bound::Most(bound) => ("≤", bound, reached <= bound),
        };
        let (wanted, reached) = (format!("{sign} {bound} {unit}"), format!("{reached:.decimals$} {unit}"));
        let met = if met { "yes" } else { MISSED };
        self.0.push((number, vec![number.to_string(), what, wanted, reached, met.to_owned()]));
    }

    /// Prints the table, and how many are missed.
    pub fn print(mut self) {
        self.0.sort_by_key(|(number, _)| *number);
        let rows: Vec<Vec<String>> = self.0.into_iter().map(|(_, row)| row).collect();
        print_table("Goals", &["goal", "what", "wanted", "reached", "met"], &rows);
        let missed = rows.iter().filter(|row| row.last().is_some_and(|met| met == MISSED)).count();
        println!("\n{missed} of {} goals are missed.", rows.len());
    }
}

const MISSED: &str = "**no**";
