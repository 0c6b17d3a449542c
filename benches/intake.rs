//! How many submissions a second the server takes in, and what each costs: `cargo bench --bench intake`.
//!
//! The real server runs as its own process, on SQLite and on PostgreSQL, with databases that already hold a million
//! feedbacks. The submissions are sent over HTTP on loopback. Absolute figures depend on the machine and its disk more
//! than on Kaiku. Everything is therefore also printed as a ratio to two processes measured in the same round: an echo
//! of the same bodies by the same framework, and the same server with one transaction for each submission.
//!
//! Mixed traffic is measured at 64 connections. It is to reach 0.8 of what its parts reach alone, which is the harmonic
//! mean of their ratios to the echo in the same round, each weighted by its share of the requests.
//!
//! `cargo bench --bench intake -- --guard` also compares the ratios with those that were last accepted
//! (`benches/accepted.toml`), names each that fell by more than a tenth, and then fails. `-- --accept` writes the ratios
//! of the run to that file.
//!
//! PostgreSQL: `tests/with-postgres --durable cargo bench --bench intake`. Settings, as environment variables:
//! `KAIKU_BENCH_PREFILL` (feedbacks held at the start; 1000000), `KAIKU_BENCH_ROUNDS` (3), `KAIKU_BENCH_SECONDS`
//! (length of one measurement; 3), `KAIKU_BENCH_CONNECTIONS` (`1,16,64,256`), `KAIKU_BENCH_DIR` (a folder on the disk
//! to measure; on a tmpfs only the processor's part is measured), `KAIKU_BENCH_PROGRAM` (another build of the server).
//! `KAIKU_BENCH_CURVE=10000,100000,1000000,10000000` measures instead how the ratio to the echo and the look-up of a
//! receipt depend on how many feedbacks are held. Ten million take about 4 GB of disk on SQLite, more on PostgreSQL.

mod support;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use support::accepted::{Accepted, Ratios};
use support::content::{Content, MIXED_ONE_WITH_TEXT_IN};
use support::curve::Curve;
use support::figures::{median, print_table};
use support::goals::{self, Goals};
use support::load::{Load, Request};
use support::measure::{Measured, measure};
use support::server::{self, Installation, Process};
use support::subject::{Database, PATH, Subject};
use support::{Fault, database, echo};

/// The ratios that were last accepted.
const ACCEPTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/accepted.toml");
/// Where the goals are set, where mixed traffic is measured, and where it is compared with one by one.
const CONNECTIONS: usize = 64;
/// After so many connections the memory is read.
const CONNECTIONS_MANY: usize = 256;
/// Bytes in a megabyte.
const MEGABYTE: f64 = 1e6;

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, address] = arguments.as_slice()
        && word == echo::ARGUMENT
    {
        return echo::serve(address);
    }
    let purpose = Purpose::of(&arguments)?;
    let started = Instant::now();
    let plan = Plan::of_environment()?;
    purpose.check(&plan)?;
    let folder = tempfile::Builder::new().prefix("kaiku-bench-").tempdir_in(&plan.folder)?;
    println!("# Intake\n");
    println!("- {} processors; files under {}", thread::available_parallelism()?, plan.folder.display());
    println!("- {} rounds of {} s a measurement", plan.rounds, plan.lasting.as_secs_f64());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let databases = runtime.block_on(databases())?;
    let mut goals = Goals::default();
    let ratios = if plan.curve.is_empty() {
        let running = runtime.block_on(set_up(&plan, folder.path(), &databases, &mut goals))?;
        println!("- prepared in {:.0} s", started.elapsed().as_secs_f64());
        runtime.block_on(measure_intake(&plan, folder.path(), running, &mut goals))?
    } else {
        let echo = server::start_echo(folder.path())?;
        let curve = Curve { points: &plan.curve, rounds: plan.rounds, lasting: plan.lasting };
        for database in databases {
            runtime.block_on(curve.run(database, folder.path(), &echo, &mut goals))?;
        }
        Ratios::new()
    };
    goals.print();
    println!("\nThe run took {:.0} s.", started.elapsed().as_secs_f64());
    purpose.fulfil(&ratios)
}

/// What the ratios of the run are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Show,
    /// Fails when a ratio fell.
    Guard,
    /// Writes the file of accepted ratios.
    Accept,
}

impl Purpose {
    /// Cargo adds `--bench`.
    fn of(arguments: &[String]) -> Result<Self, Fault> {
        let words: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
        match words.as_slice() {
            [] => Ok(Self::Show),
            ["--guard"] => Ok(Self::Guard),
            ["--accept"] => Ok(Self::Accept),
            _ => Err("usage: cargo bench --bench intake [-- --guard | -- --accept]".into()),
        }
    }

    /// Refuses a run whose ratios cannot be compared with the accepted ones, before it takes its time.
    fn check(self, plan: &Plan) -> Result<(), Fault> {
        let held = Accepted::parse(&std::fs::read_to_string(ACCEPTED)?)?.feedbacks_held;
        if self == Self::Show || (plan.curve.is_empty() && plan.prefill == held) {
            return Ok(());
        }
        Err(format!("ratios are accepted and compared of a run with {held} feedbacks held and without a curve").into())
    }

    fn fulfil(self, measured: &Ratios) -> Result<(), Fault> {
        if self == Self::Show {
            return Ok(());
        }
        let mut accepted = Accepted::parse(&std::fs::read_to_string(ACCEPTED)?)?;
        if self == Self::Accept {
            accepted.accept(measured);
            std::fs::write(ACCEPTED, accepted.text())?;
            println!("\n{} ratios are accepted in {ACCEPTED}.", measured.len());
            return Ok(());
        }
        let comparison = accepted.compare(measured);
        println!("\n{} ratios did not fall by more than a tenth.", comparison.kept);
        for fall in &comparison.fell {
            println!("- **{} fell from {:.3} to {:.3}**", fall.name, fall.accepted, fall.reached);
        }
        for name in &comparison.not_measured {
            println!("- {name}: not measured in this run");
        }
        for name in &comparison.not_accepted {
            println!("- {name}: no accepted ratio yet");
        }
        if comparison.holds() { Ok(()) } else { Err("the ratios of this run are not accepted".into()) }
    }
}

/// What is measured, and for how long.
struct Plan {
    /// Feedbacks held at the start.
    prefill: u32,
    rounds: usize,
    lasting: Duration,
    connections: Vec<usize>,
    folder: PathBuf,
    /// Feedbacks held at each point, ascending, if a curve is measured.
    curve: Vec<u32>,
}

impl Plan {
    fn of_environment() -> Result<Self, Fault> {
        let mut curve = numbers("CURVE", "")?;
        curve.sort_unstable();
        Ok(Self {
            prefill: setting("PREFILL", 1_000_000)?,
            rounds: setting("ROUNDS", 3)?,
            lasting: Duration::from_secs_f64(setting("SECONDS", 3.0)?),
            connections: numbers("CONNECTIONS", "1,16,64,256")?,
            folder: setting("DIR", PathBuf::from(env!("CARGO_TARGET_TMPDIR")))?,
            curve,
        })
    }
}

fn setting<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(name: &str, default: T) -> Result<T, Fault> {
    let name = format!("KAIKU_BENCH_{name}");
    match std::env::var(&name) {
        Ok(text) => text.parse().map_err(|why| format!("{name}: {why}").into()),
        Err(_) => Ok(default),
    }
}

/// Numbers with commas between them.
fn numbers<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    name: &str,
    default: &str,
) -> Result<Vec<T>, Fault> {
    let list: String = setting(name, default.to_owned())?;
    let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_err(|why| format!("KAIKU_BENCH_{name}: {part}: {why}").into())).collect()
}

/// The databases that are there, and what is to be known of them.
async fn databases() -> Result<Vec<Database>, Fault> {
    if std::env::var_os(database::CLUSTER).is_none() {
        println!("- **PostgreSQL is missing and is not measured: run `tests/with-postgres --durable cargo bench`**");
        return Ok(vec![Database::Sqlite]);
    }
    let lossy = database::settings_that_lose_data().await?;
    if !lossy.is_empty() {
        println!(
            "- **PostgreSQL is not durable here: {} off. Run `tests/with-postgres --durable …`**",
            lossy.join(", ")
        );
    }
    Ok(vec![Database::Sqlite, Database::Postgres])
}

/// A database, served in both ways of committing.
struct Running {
    subject: Subject,
    together: Process,
    one_by_one: Process,
    one_by_one_at: Installation,
    /// Submissions that were answered.
    answered: u64,
}

async fn set_up(plan: &Plan, folder: &Path, databases: &[Database], goals: &mut Goals) -> Result<Vec<Running>, Fault> {
    println!("- {} feedbacks held at the start", plan.prefill);
    let mut prepared = Vec::new();
    for database in databases {
        let subject = Subject::set_up(*database, folder, plan.prefill).await?;
        let one_by_one_at = subject.one_by_one(folder).await?;
        prepared.push((subject, one_by_one_at));
    }
    let mut running = Vec::new();
    for (subject, one_by_one_at) in prepared {
        let (together, answered) = subject.measure_at_rest(goals)?;
        let one_by_one = one_by_one_at.start()?;
        running.push(Running { subject, together, one_by_one, one_by_one_at, answered });
    }
    Ok(running)
}

/// Measures and prints the load, and looks whether anything that was answered is missing.
async fn measure_intake(
    plan: &Plan,
    folder: &Path,
    mut running: Vec<Running>,
    goals: &mut Goals,
) -> Result<Ratios, Fault> {
    let cells = measure_load(plan, folder, &mut running)?;
    let databases: Vec<Database> = running.iter().map(|running| running.subject.database).collect();
    for running in running.iter().filter(|_| plan.connections.contains(&CONNECTIONS_MANY)) {
        let what = format!("{}: resident memory after {CONNECTIONS_MANY} connections", running.subject.database.name());
        goals.add(goals::MEMORY_USED, what, running.together.resident_mib()?);
    }
    let program = std::fs::metadata(server::program())?.len() as f64 / MEGABYTE;
    goals.add(goals::PROGRAM, "the program, stripped".to_owned(), program);
    print_load(plan, &databases, &cells);
    add_goals(plan, &databases, &cells, goals);
    for running in running {
        running.stop_and_count(plan).await?;
    }
    Ok(ratios_to_guard(plan, &databases, &cells))
}

impl Running {
    /// Stops both servers, and fails if a submission that was answered is not in the database.
    async fn stop_and_count(self, plan: &Plan) -> Result<(), Fault> {
        self.together.stop()?;
        self.one_by_one.stop()?;
        let urls = [&self.subject.together.database_url, &self.one_by_one_at.database_url];
        let mut held = 0;
        for url in urls {
            held += database::count(url).await?;
        }
        // Both began with what was prefilled.
        let lost = (2 * u64::from(plan.prefill) + self.answered).saturating_sub(held);
        println!(
            "\n{}: {} submissions were answered, {lost} of them are not in the database.",
            self.subject.database.name(),
            self.answered
        );
        if lost > 0 {
            return Err("an answered submission was lost".into());
        }
        for url in urls {
            database::drop(url).await?;
        }
        Ok(())
    }
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Echo,
    Together(Database),
    OneByOne(Database),
}

/// One measurement.
struct Cell {
    round: usize,
    connections: usize,
    content: Content,
    who: Who,
    measured: Measured,
}

/// Mixed traffic is measured where the goals are set, without one by one.
fn is_measured(content: Content, connections: usize, who: Who) -> bool {
    content != Content::Mixed || (connections == CONNECTIONS && !matches!(who, Who::OneByOne(_)))
}

fn measure_load(plan: &Plan, folder: &Path, running: &mut [Running]) -> Result<Vec<Cell>, Fault> {
    let echo = server::start_echo(folder)?;
    let contents: Vec<(Content, Vec<Request>)> =
        Content::ALL.into_iter().map(|content| (content, content.requests())).collect();
    let (mut cells, mut number) = (Vec::new(), 0);
    for round in 0..plan.rounds {
        let syncs = database::syncs_per_second(folder)?;
        eprintln!("round {} of {}: the disk syncs {syncs:.0} times a second", round + 1, plan.rounds);
        for connections in plan.connections.iter().copied() {
            for (content, requests) in &contents {
                let mut add = |who: Who, server: &Process| -> Result<u64, Fault> {
                    if !is_measured(*content, connections, who) {
                        return Ok(0);
                    }
                    number += 1;
                    let address = server.address;
                    let load = Load { address, path: PATH, requests, connections, lasting: plan.lasting, number };
                    let measured = measure(&load, server, who != Who::Echo)?;
                    let answered = measured.reached.answered;
                    cells.push(Cell { round, connections, content: *content, who, measured });
                    Ok(answered)
                };
                add(Who::Echo, &echo)?;
                for running in &mut *running {
                    let database = running.subject.database;
                    running.answered += add(Who::Together(database), &running.together)?;
                    running.answered += add(Who::OneByOne(database), &running.one_by_one)?;
                }
            }
        }
    }
    Ok(cells)
}

/// The measurements of one kind; their median over the rounds is reported.
#[derive(Clone, Copy)]
struct Kind<'a> {
    cells: &'a [Cell],
    connections: usize,
    content: Content,
}

impl<'a> Kind<'a> {
    fn of(self, who: Who) -> impl Iterator<Item = &'a Cell> {
        self.cells
            .iter()
            .filter(move |cell| cell.who == who && cell.connections == self.connections && cell.content == self.content)
    }

    fn median(self, who: Who, value: impl Fn(&Measured) -> f64) -> f64 {
        median(self.of(who).map(|cell| value(&cell.measured)))
    }

    /// Submissions a second of `who`, of those of `other`, round by round.
    fn rates(self, who: Who, other: Who) -> impl Iterator<Item = f64> {
        self.of(who).filter_map(move |cell| {
            let compared = self.of(other).find(|compared| compared.round == cell.round)?;
            Some(cell.measured.reached.per_second / compared.measured.reached.per_second)
        })
    }

    /// The median of [`Kind::rates`].
    fn rate(self, who: Who, other: Who) -> f64 {
        median(self.rates(who, other))
    }
}

/// The ratio of mixed traffic to the echo, of what the same shares of answers and of texts give in the same round.
fn mixed_of_its_parts(cells: &[Cell], database: Database) -> f64 {
    let text_share = 1.0 / MIXED_ONE_WITH_TEXT_IN as f64;
    let rates = |content| Kind { cells, connections: CONNECTIONS, content }.rates(Who::Together(database), Who::Echo);
    let parts = rates(Content::Answers).zip(rates(Content::Text)).map(|(answers, text)| {
        // Times add up, rates do not.
        1.0 / ((1.0 - text_share) / answers + text_share / text)
    });
    median(rates(Content::Mixed).zip(parts).map(|(mixed, parts)| mixed / parts))
}

fn print_load(plan: &Plan, databases: &[Database], cells: &[Cell]) {
    let head = [
        "connections",
        "who",
        "per second",
        "p50 ms",
        "p99 ms",
        "of the echo",
        "times one by one",
        "together",
        "processor µs",
        "written kB",
    ];
    for content in Content::ALL {
        let mut rows = Vec::new();
        for connections in plan.connections.iter().copied() {
            let kind = Kind { cells, connections, content };
            let mut row = |who: Who, name: &str, rival: Option<Who>, writes_itself: bool| {
                if !is_measured(content, connections, who) {
                    return;
                }
                let or_dash = |value: f64, text: String| if value.is_finite() { text } else { "–".to_owned() };
                let times = rival.map_or(f64::NAN, |rival| kind.rate(who, rival));
                let together = kind.median(who, |measured| measured.committed_together);
                let written =
                    if writes_itself { kind.median(who, |measured| measured.written_kilobytes) } else { f64::NAN };
                rows.push(vec![
                    connections.to_string(),
                    name.to_owned(),
                    format!("{:.0}", kind.median(who, |measured| measured.reached.per_second)),
                    format!("{:.2}", kind.median(who, |measured| measured.reached.p50_ms)),
                    format!("{:.2}", kind.median(who, |measured| measured.reached.p99_ms)),
                    format!("{:.3}", kind.rate(who, Who::Echo)),
                    or_dash(times, format!("{times:.1}")),
                    or_dash(together, format!("{together:.1}")),
                    format!("{:.1}", kind.median(who, |measured| measured.processor_micros)),
                    or_dash(written, format!("{written:.1}")),
                ]);
            };
            row(Who::Echo, "echo", None, false);
            for database in databases.iter().copied() {
                let (together, one_by_one) = (Who::Together(database), Who::OneByOne(database));
                let writes_itself = database == Database::Sqlite;
                row(together, database.name(), Some(one_by_one), writes_itself);
                row(one_by_one, &format!("{}, one by one", database.name()), None, writes_itself);
            }
        }
        print_table(&format!("Submissions: {} (medians)", content.name()), &head, &rows);
    }
}

/// Adds the goals of intake that this run can tell of.
fn add_goals(plan: &Plan, databases: &[Database], cells: &[Cell], goals: &mut Goals) {
    let is_measured = |connections| plan.connections.contains(&connections);
    for (database, content, connections, goal) in goals::INTAKE {
        if databases.contains(&database) && is_measured(connections) {
            let ratio = Kind { cells, connections, content }.rate(Who::Together(database), Who::Echo);
            let what = format!("{}, {}, {connections} connections: of the echo", database.name(), content.name());
            goals.add(goal, what, ratio);
        }
    }
    for database in databases.iter().copied().filter(|_| is_measured(CONNECTIONS)) {
        let who = Who::Together(database);
        let times = match database {
            Database::Sqlite => goals::TIMES_ONE_BY_ONE_SQLITE,
            Database::Postgres => goals::TIMES_ONE_BY_ONE_POSTGRES,
        };
        for content in Content::ALL {
            let kind = Kind { cells, connections: CONNECTIONS, content };
            let name = format!("{}, {}, {CONNECTIONS} connections", database.name(), content.name());
            goals.add(goals::P99, format!("{name}: p99"), kind.median(who, |measured| measured.reached.p99_ms));
            if content == Content::Mixed {
                let part = mixed_of_its_parts(cells, database);
                goals.add(goals::MIXED, format!("{name}: of the same shares of plain traffic"), part);
                continue;
            }
            goals.add(times, format!("{name}: times one by one"), kind.rate(who, Who::OneByOne(database)));
            if database == Database::Sqlite {
                let most = if content == Content::Text { goals::WRITTEN_TEXT } else { goals::WRITTEN_ANSWERS };
                let written = kind.median(who, |measured| measured.written_kilobytes);
                goals.add(most, format!("{name}: written for each"), written);
            }
        }
    }
}

/// The ratios that must not fall.
fn ratios_to_guard(plan: &Plan, databases: &[Database], cells: &[Cell]) -> Ratios {
    let mut ratios = Ratios::new();
    for database in databases.iter().copied() {
        for connections in [CONNECTIONS, CONNECTIONS_MANY] {
            for content in Content::ALL.into_iter().filter(|_| plan.connections.contains(&connections)) {
                let kind = Kind { cells, connections, content };
                let who = Who::Together(database);
                let name = format!("{}, {}, {connections} connections", database.name(), content.name());
                ratios.insert(format!("{name}: of the echo"), kind.rate(who, Who::Echo));
                ratios.insert(format!("{name}: times one by one"), kind.rate(who, Who::OneByOne(database)));
            }
        }
    }
    // Mixed traffic is not measured everywhere.
    ratios.retain(|_, ratio| ratio.is_finite());
    ratios
}
