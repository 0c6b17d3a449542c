//! How intake and the look-up of a receipt depend on how many feedbacks are held.

use std::path::Path;
use std::time::Duration;

use super::content::Content;
use super::figures::{median, print_table};
use super::goals::{self, Goals};
use super::load::Load;
use super::measure::measure;
use super::server::Process;
use super::subject::{Database, PATH, Subject};
use super::{Fault, database};

const CONNECTIONS: usize = 64;
const CONTENTS: [Content; 2] = [Content::Answers, Content::Text];
/// The two points that goal 6 compares.
const MILLION: u32 = 1_000_000;
const TEN_MILLION: u32 = 10_000_000;

/// What is measured at each point.
pub struct Curve<'a> {
    /// Feedbacks held, ascending.
    pub points: &'a [u32],
    pub rounds: usize,
    pub lasting: Duration,
}

/// The ratio to the echo of each of [`CONTENTS`], with so many held.
struct Point {
    held: u32,
    ratios: Vec<f64>,
}

impl Curve<'_> {
    /// Fills one database up to each point in turn, and measures there.
    ///
    /// # Errors
    /// The server's, the database's, the disk's; a submission that was answered and is not there.
    pub async fn run(&self, database: Database, folder: &Path, echo: &Process, goals: &mut Goals) -> Result<(), Fault> {
        let first = *self.points.first().ok_or("no points")?;
        let subject = Subject::set_up(database, folder, first).await?;
        let (mut points, mut rows, mut number) = (Vec::new(), Vec::new(), 0);
        for held in self.points.iter().copied() {
            subject.fill(held).await?;
            let before = database::count(&subject.together.database_url).await?;
            eprintln!("{}: {before} held", database.name());
            let server = subject.together.start()?;
            let look_up = subject.look_up_ms(&server)?;
            let (ratios, answered) = self.ratios(&server, echo, &mut number)?;
            server.stop()?;
            let after = database::count(&subject.together.database_url).await?;
            if after < before + answered {
                return Err("an answered submission was lost".into());
            }
            goals.add(
                goals::LOOK_UP,
                format!("{}, {held} held: look-up of a receipt, median", database.name()),
                look_up,
            );
            let mut row = vec![before.to_string(), after.to_string()];
            row.extend(ratios.iter().map(|ratio| format!("{ratio:.3}")));
            row.push(format!("{look_up:.2}"));
            rows.push(row);
            points.push(Point { held, ratios });
        }
        let title = format!("{}: of the echo at {CONNECTIONS} connections, by feedbacks held", database.name());
        print_table(&title, &["held before", "held after", "answers", "answers and text", "look-up ms"], &rows);
        compare_with_a_million(database, &points, goals);
        database::drop(&subject.together.database_url).await
    }

    /// The median ratio to the echo of each content, and how many submissions were answered.
    fn ratios(&self, server: &Process, echo: &Process, number: &mut u32) -> Result<(Vec<f64>, u64), Fault> {
        let mut ratios = CONTENTS.map(|_| Vec::new());
        let mut answered = 0;
        for _ in 0..self.rounds {
            for (content, ratios) in CONTENTS.iter().zip(&mut ratios) {
                let requests = content.requests();
                let mut reach = |process: &Process, has_writer| {
                    *number += 1;
                    let load = Load {
                        address: process.address,
                        path: PATH,
                        requests: &requests,
                        connections: CONNECTIONS,
                        lasting: self.lasting,
                        number: *number,
                    };
                    measure(&load, process, has_writer).map(|measured| measured.reached)
                };
                let (compared, reached) = (reach(echo, false)?, reach(server, true)?);
                ratios.push(reached.per_second / compared.per_second);
                answered += reached.answered;
            }
        }
        Ok((ratios.into_iter().map(median).collect(), answered))
    }
}

fn compare_with_a_million(database: Database, points: &[Point], goals: &mut Goals) {
    let at = |held: u32| points.iter().find(|point| point.held == held);
    let (Some(million), Some(ten_million)) = (at(MILLION), at(TEN_MILLION)) else { return };
    for ((content, more), less) in CONTENTS.iter().zip(&ten_million.ratios).zip(&million.ratios) {
        let what = format!("{}, {}: ten million held, of a million", database.name(), content.name());
        goals.add(goals::TEN_MILLION, what, more / less);
    }
}
