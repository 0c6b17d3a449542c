//! A database under test: how it is set up, and what is measured of it besides the load.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use kaiku::base::Clock;
use kaiku::base::clock::SystemClock;
use kaiku::calendar::local_date;
use serde_json::{Value, json};

use super::content::Content;
use super::figures::median;
use super::goals::{self, Goals};
use super::server::{Installation, Process};
use super::{Fault, database, http};

/// Where feedback is sent.
pub const PATH: &str = "/api/v1/feedback";
/// How many feedbacks are given before all others, one after another. Their receipts are looked up later.
const FIRST_GIVEN: u32 = 200;
/// How many starts are timed.
const STARTS: usize = 5;
/// How long a server idles before its memory is read.
const IDLE: Duration = Duration::from_secs(3);
/// How many boxes of cards are timed.
const BOXES: usize = 21;
/// Cards in a box.
const CARDS: usize = 500;
/// One card in this many has a text.
const ONE_CARD_WITH_WORDS_IN: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// An installation in a folder of its own under `folder`; PostgreSQL's database is not created yet.
    fn installation(self, folder: &Path, one_by_one: bool) -> Result<Installation, Fault> {
        let name = match (self, one_by_one) {
            (Self::Sqlite, false) => "sqlite",
            (Self::Sqlite, true) => "sqlite-one-by-one",
            (Self::Postgres, false) => "postgres",
            (Self::Postgres, true) => "postgres-one-by-one",
        };
        let folder = folder.join(name);
        std::fs::create_dir(&folder)?;
        let database_url = match self {
            Self::Sqlite => format!("sqlite:{}", folder.join("kaiku.db").display()),
            Self::Postgres => {
                database::address_of(&format!("bench_{}_{}", name.replace('-', "_"), std::process::id()))?
            }
        };
        Ok(Installation { folder, database_url, one_by_one })
    }
}

/// One database, served in the way that is measured.
pub struct Subject {
    pub database: Database,
    pub together: Installation,
    /// The secret of a token that may type in cards.
    secret: String,
    /// Receipt codes of the oldest feedbacks.
    receipts: Vec<String>,
}

impl Subject {
    /// Imports the county, gives the first feedbacks, and multiplies them up to `held`.
    ///
    /// # Errors
    /// The server's, the database's, the disk's.
    pub async fn set_up(database: Database, folder: &Path, held: u32) -> Result<Self, Fault> {
        let together = database.installation(folder, false)?;
        if database == Database::Postgres {
            database::create(&together.database_url).await?;
        }
        together.import()?;
        let in_a_year = local_date(SystemClock.now()).saturating_add(jiff::Span::new().years(1)).to_string();
        let token = ["token", "add", "--principal", "collector", "--name", "bench", "--scopes", "feedback:write"];
        let secret = together.run(&[&token[..], &["--expires", &in_a_year]].concat())?.trim().to_owned();
        let server = together.start()?;
        let text = Content::Text.requests();
        let body = &text.first().ok_or("no request")?.body;
        let receipts = (0..FIRST_GIVEN).map(|_| receipt_of(&server, body)).collect::<Result<_, _>>()?;
        server.stop()?;
        let subject = Self { database, together, secret, receipts };
        subject.fill(held).await?;
        Ok(subject)
    }

    /// Adds feedbacks until there are `held`; the server must not be running.
    ///
    /// # Errors
    /// The database's.
    pub async fn fill(&self, held: u32) -> Result<(), Fault> {
        let missing = u64::from(held).saturating_sub(database::count(&self.together.database_url).await?);
        if missing > 0 {
            database::prefill(&self.together.database_url, u32::try_from(missing)?).await?;
        }
        Ok(())
    }

    /// A copy with one transaction for each submission; the server must not be running.
    ///
    /// # Errors
    /// The disk's, the database's.
    pub async fn one_by_one(&self, folder: &Path) -> Result<Installation, Fault> {
        let one_by_one = self.database.installation(folder, true)?;
        database::copy(&self.together, &one_by_one).await?;
        Ok(one_by_one)
    }

    /// Measures start-up, idle memory, look-ups of receipts and boxes of cards. Returns the server, running, and how many
    /// feedbacks it took in.
    ///
    /// # Errors
    /// The server's.
    pub fn measure_at_rest(&self, goals: &mut Goals) -> Result<(Process, u64), Fault> {
        let name = self.database.name();
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            let server = self.together.start()?;
            starts.push(server.ready_after.as_secs_f64() * 1000.0);
            server.stop()?;
        }
        goals.add(goals::READY, format!("{name}: ready on an existing database"), median(starts));
        let server = self.together.start()?;
        thread::sleep(IDLE);
        goals.add(goals::MEMORY_IDLE, format!("{name}: resident memory, idle"), server.resident_mib()?);
        goals.add(goals::LOOK_UP, format!("{name}: look-up of a receipt, median"), self.look_up_ms(&server)?);
        goals.add(goals::BOX, format!("{name}: a box of 500 cards, median"), self.box_ms(&server)?);
        Ok((server, (BOXES * CARDS) as u64))
    }

    /// The median time of a look-up of each of the oldest receipts, with a connection for each, in milliseconds.
    ///
    /// # Errors
    /// The server's.
    pub fn look_up_ms(&self, server: &Process) -> Result<f64, Fault> {
        let mut times = Vec::new();
        for receipt in &self.receipts {
            let body = json!({ "code": receipt }).to_string();
            let sent = Instant::now();
            http::post(server.address, "/api/v1/receipts/lookup", "", &body)?.expect_status(200)?;
            times.push(sent.elapsed().as_secs_f64() * 1000.0);
        }
        Ok(median(times))
    }

    /// The median time that a box of cards takes, in milliseconds.
    fn box_ms(&self, server: &Process) -> Result<f64, Fault> {
        let cards: Vec<Value> = (0..CARDS)
            .map(|number| {
                let mut answers = json!({"q1": number % 3 + 1, "q2": (number + 1) % 3 + 1});
                if number % ONE_CARD_WITH_WORDS_IN == 0 {
                    answers["q3"] = json!("Kiitos, sain asiani hoidettua, mutta jonotin kauan.");
                }
                json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi", "answers": answers})
            })
            .collect();
        let body = json!({ "items": cards }).to_string();
        let mut times = Vec::new();
        for number in 0..BOXES {
            let headers = format!("Authorization: Bearer {}\r\nIdempotency-Key: box-{number}\r\n", self.secret);
            let sent = Instant::now();
            http::post(server.address, &format!("{PATH}/batch"), &headers, &body)?.expect_status(201)?;
            times.push(sent.elapsed().as_secs_f64() * 1000.0);
        }
        Ok(median(times))
    }
}

/// Gives a feedback and returns its receipt code.
fn receipt_of(server: &Process, body: &str) -> Result<String, Fault> {
    let answer = http::post(server.address, PATH, "", body)?.expect_status(201)?;
    let answer: Value = serde_json::from_str(&answer)?;
    Ok(answer["receipt"].as_str().ok_or("an answer without a receipt")?.to_owned())
}
