//! How many submissions a second the server takes in, and what each costs: `cargo bench --bench intake`.
//!
//! The real server runs as its own process, on SQLite and on PostgreSQL, with databases that already hold a million
//! feedbacks. The submissions are sent over HTTP on loopback. Absolute figures depend on the machine and its disk more
//! than on Kaiku. Everything is therefore also printed as a ratio to two processes measured in the same round: an echo
//! of the same body by the same framework, and the same server with one transaction for each submission.
//!
//! PostgreSQL: `tests/with-postgres --durable cargo bench --bench intake`. Settings, as environment variables:
//! `KAIKU_BENCH_PREFILL` (feedbacks held at the start; 1000000), `KAIKU_BENCH_ROUNDS` (3), `KAIKU_BENCH_SECONDS`
//! (length of one measurement; 3), `KAIKU_BENCH_CONNECTIONS` (`1,16,64,256`), `KAIKU_BENCH_DIR` (a folder on the disk
//! to measure; on a tmpfs only the processor's part is measured), `KAIKU_BENCH_PROGRAM` (another build of the server).

mod support;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use kaiku::base::Clock;
use kaiku::base::clock::SystemClock;
use kaiku::calendar::local_date;
use serde_json::{Value, json};
use support::figures::{median, print_table};
use support::load::{self, Load, Reached};
use support::server::{self, Installation, Process};
use support::{Fault, database, echo, http};

/// Where feedback is sent.
const PATH: &str = "/api/v1/feedback";
/// Bytes of every body.
const BODY_BYTES: usize = 1_000;
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
/// Bytes in a megabyte.
const MEGABYTE: f64 = 1e6;

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, address] = arguments.as_slice()
        && word == echo::ARGUMENT
    {
        return echo::serve(address);
    }
    let started = Instant::now();
    let plan = Plan::of_environment()?;
    let folder = tempfile::Builder::new().prefix("kaiku-bench-").tempdir_in(&plan.folder)?;
    println!("# Intake\n");
    println!("- {} processors, {} feedbacks held already", thread::available_parallelism()?, plan.prefill);
    println!(
        "- {} rounds of {} s a measurement; files under {}",
        plan.rounds,
        plan.lasting.as_secs_f64(),
        plan.folder.display()
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut subjects = vec![runtime.block_on(Subject::sqlite(folder.path(), &plan))?];
    if std::env::var_os(database::CLUSTER).is_some() {
        let lossy = runtime.block_on(database::settings_that_lose_data())?;
        if !lossy.is_empty() {
            println!(
                "- **PostgreSQL is not durable here: {} off. Run `tests/with-postgres --durable …`**",
                lossy.join(", ")
            );
        }
        subjects.push(runtime.block_on(Subject::postgres(folder.path(), &plan))?);
    } else {
        println!("- **PostgreSQL is missing and is not measured: run `tests/with-postgres --durable cargo bench`**");
    }
    println!("- prepared in {:.0} s", started.elapsed().as_secs_f64());

    let mut goals = Goals::default();
    for subject in &mut subjects {
        subject.measure_at_rest(&mut goals)?;
    }
    let measured = measure_load(&plan, folder.path(), &mut subjects, &mut goals)?;
    print_load(&plan, &subjects, &measured);
    goals.of_load(&plan, &subjects, &measured);
    goals.size()?;
    goals.print();
    for subject in &mut subjects {
        let lost = runtime.block_on(subject.lost(&plan))?;
        println!(
            "\n{}: {} submissions were answered, {lost} of them are not in the database.",
            subject.name, subject.answered
        );
        if lost > 0 {
            return Err("an answered submission was lost".into());
        }
        runtime.block_on(subject.clean_up())?;
    }
    println!("\nThe run took {:.0} s.", started.elapsed().as_secs_f64());
    Ok(())
}

/// What is measured, and for how long.
struct Plan {
    prefill: u32,
    rounds: usize,
    lasting: Duration,
    connections: Vec<usize>,
    folder: PathBuf,
}

impl Plan {
    fn of_environment() -> Result<Self, Fault> {
        let connections = setting("CONNECTIONS", "1,16,64,256".to_owned())?;
        Ok(Self {
            prefill: setting("PREFILL", 1_000_000)?,
            rounds: setting("ROUNDS", 3)?,
            lasting: Duration::from_secs_f64(setting("SECONDS", 3.0)?),
            connections: connections.split(',').map(|count| count.trim().parse()).collect::<Result<_, _>>()?,
            folder: setting("DIR", PathBuf::from(env!("CARGO_TARGET_TMPDIR")))?,
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

/// What a submission holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Twelve answers: no case.
    Answers,
    /// Twelve answers and a text: a case with its deadlines and its notification job.
    Text,
}

impl Content {
    const ALL: [Self; 2] = [Self::Answers, Self::Text];

    fn name(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Text => "answers and text",
        }
    }

    /// The body, padded with spaces to the same length for both.
    fn body(self) -> String {
        let mut answers: serde_json::Map<String, Value> =
            (1..=12).map(|number| (format!("q{number}"), json!(number % 5 + 1))).collect();
        if self == Self::Text {
            let text = "Palvelu on ollut pääosin sujuvaa, ja työntekijät ovat ystävällisiä. Puhelinaika on kuitenkin \
                        silloin, kun olen työtoiminnassa, joten en saa kiinni ketään ennen kuin seuraavana aamuna. \
                        Toivoisin, että yhteyttä voisi ottaa myös viestillä ja että takaisin soitettaisiin samana \
                        päivänä. Odotustilassa ei ole paikkaa pyörätuolille, ja ovi on raskas avata yksin. Muuten olen \
                        saanut apua silloin, kun olen sitä tarvinnut, ja suunnitelma on tehty minun kanssani eikä \
                        minun puolestani.";
            answers.insert("free".to_owned(), json!(text));
        }
        let form = json!({
            "unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "given_by": "client", "answers": answers,
        });
        let body = form.to_string();
        format!("{}{}", body, " ".repeat(BODY_BYTES.saturating_sub(body.len())))
    }
}

/// One database, served in both ways of committing.
struct Subject {
    name: &'static str,
    together: Installation,
    one_by_one: Installation,
    secret: String,
    answered: u64,
    running: Option<(Process, Process)>,
}

impl Subject {
    async fn sqlite(folder: &Path, plan: &Plan) -> Result<Self, Fault> {
        let at = |name: &'static str, one_by_one| {
            let folder = folder.join(name);
            let database_url = format!("sqlite:{}", folder.join("kaiku.db").display());
            Installation { name, folder, database_url, one_by_one }
        };
        Self::prepared("SQLite", at("sqlite", false), at("sqlite-one-by-one", true), plan).await
    }

    async fn postgres(folder: &Path, plan: &Plan) -> Result<Self, Fault> {
        let name = |name: &str| format!("{name}_{}", std::process::id());
        let at = |folder_name: &'static str, database_url: String, one_by_one| Installation {
            name: folder_name,
            folder: folder.join(folder_name),
            database_url,
            one_by_one,
        };
        let together = at("postgres", database::create(&name("bench")).await?, false);
        let one_by_one = at("postgres-one-by-one", database::address_of(&name("bench_one"))?, true);
        Self::prepared("PostgreSQL", together, one_by_one, plan).await
    }

    /// Imports the county, gives one feedback, multiplies it up to the prefill and copies the database.
    async fn prepared(
        name: &'static str,
        together: Installation,
        one_by_one: Installation,
        plan: &Plan,
    ) -> Result<Self, Fault> {
        std::fs::create_dir(&together.folder)?;
        std::fs::create_dir(&one_by_one.folder)?;
        together.import()?;
        let in_a_year = local_date(SystemClock.now()).saturating_add(jiff::Span::new().years(1)).to_string();
        let token = ["token", "add", "--principal", "collector", "--name", "bench", "--scopes", "feedback:write"];
        let secret = together.run(&[&token[..], &["--expires", &in_a_year]].concat())?.trim().to_owned();
        let server = together.start()?;
        http::post(server.address, PATH, "", &Content::Text.body())?.expect_status(201)?;
        server.stop()?;
        database::prefill(&together.database_url, plan.prefill).await?;
        database::copy(&together, &one_by_one).await?;
        Ok(Self { name, together, one_by_one, secret, answered: 0, running: None })
    }

    /// Measures start-up, idle memory and boxes of cards; leaves both servers running.
    fn measure_at_rest(&mut self, goals: &mut Goals) -> Result<(), Fault> {
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            let server = self.together.start()?;
            starts.push(server.ready_after.as_secs_f64() * 1000.0);
            server.stop()?;
        }
        let ready = median(starts);
        goals.add(
            "4",
            format!("{}: ready on an existing database", self.name),
            "≤ 100 ms",
            format!("{ready:.0} ms"),
            ready <= 100.0,
        );
        let server = self.together.start()?;
        thread::sleep(IDLE);
        let idle = server.resident_mib()?;
        goals.add(
            "4",
            format!("{}: resident memory, idle", self.name),
            "≤ 24 MiB",
            format!("{idle:.1} MiB"),
            idle <= 24.0,
        );
        let boxes = self.boxes(&server)?;
        goals.add(
            "5",
            format!("{}: a box of 500 cards, median", self.name),
            "≤ 50 ms",
            format!("{boxes:.0} ms"),
            boxes <= 50.0,
        );
        self.running = Some((server, self.one_by_one.start()?));
        Ok(())
    }

    /// The median time that a box of cards takes, in milliseconds.
    fn boxes(&mut self, server: &Process) -> Result<f64, Fault> {
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
            self.answered += CARDS as u64;
        }
        Ok(median(times))
    }

    /// How many submissions were answered but are not in the database.
    async fn lost(&mut self, plan: &Plan) -> Result<u64, Fault> {
        if let Some((together, one_by_one)) = self.running.take() {
            together.stop()?;
            one_by_one.stop()?;
        }
        // The prefilled ones, and the one they were copied from.
        let before = 2 * (u64::from(plan.prefill) + 1);
        let held = database::count(&self.together.database_url).await?
            + database::count(&self.one_by_one.database_url).await?;
        Ok((before + self.answered).saturating_sub(held))
    }

    async fn clean_up(&self) -> Result<(), Fault> {
        for url in [&self.together.database_url, &self.one_by_one.database_url] {
            if let (true, Some((_, name))) = (url.starts_with("postgres"), url.rsplit_once('/')) {
                database::drop(name).await?;
            }
        }
        Ok(())
    }
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Echo,
    /// The subject at this index.
    Together(usize),
    OneByOne(usize),
}

/// One measurement.
struct Cell {
    round: usize,
    connections: usize,
    content: Content,
    who: Who,
    reached: Reached,
    /// Processor time of the server's process for each submission, in microseconds.
    processor_micros: f64,
    /// Submissions in each transaction.
    committed_together: f64,
}

fn measure_load(plan: &Plan, folder: &Path, subjects: &mut [Subject], goals: &mut Goals) -> Result<Vec<Cell>, Fault> {
    let echo = server::start_echo(folder)?;
    let bodies = Content::ALL.map(|content| (content, content.body()));
    let mut whos = vec![Who::Echo];
    for index in 0..subjects.len() {
        whos.extend([Who::Together(index), Who::OneByOne(index)]);
    }
    let mut cells = Vec::new();
    let mut number = 0;
    for round in 0..plan.rounds {
        let syncs = database::syncs_per_second(folder)?;
        eprintln!("round {} of {}: the disk syncs {syncs:.0} times a second", round + 1, plan.rounds);
        for connections in plan.connections.iter().copied() {
            for (content, body) in &bodies {
                for who in whos.iter().copied() {
                    number += 1;
                    let server = match who {
                        Who::Echo => Some(&echo),
                        Who::Together(index) => subjects[index].running.as_ref().map(|(together, _)| together),
                        Who::OneByOne(index) => subjects[index].running.as_ref().map(|(_, one)| one),
                    };
                    let server = server.ok_or("a server does not run")?;
                    let load =
                        Load { address: server.address, path: PATH, body, connections, lasting: plan.lasting, number };
                    let counts = || if who == Who::Echo { Ok((0.0, 0.0)) } else { server.writer_counts() };
                    let (processor, (items, batches)) = (server.processor_seconds()?, counts()?);
                    let reached = load::run(&load)?;
                    let (processor_after, (items_after, batches_after)) = (server.processor_seconds()?, counts()?);
                    cells.push(Cell {
                        round,
                        connections,
                        content: *content,
                        who,
                        reached,
                        processor_micros: (processor_after - processor) * 1e6 / reached.answered as f64,
                        committed_together: (items_after - items) / (batches_after - batches),
                    });
                    if let Who::Together(index) | Who::OneByOne(index) = who {
                        subjects[index].answered += reached.answered;
                    }
                }
            }
        }
    }
    for subject in subjects.iter().filter(|_| plan.connections.contains(&256)) {
        if let Some((server, _)) = &subject.running {
            let now = server.resident_mib()?;
            let (name, value) =
                (format!("{}: resident memory after 256 connections", subject.name), format!("{now:.1} MiB"));
            goals.add("4", name, "≤ 64 MiB", value, now <= 64.0);
        }
    }
    Ok(cells)
}

/// The measurements of one kind; their median over the rounds is reported.
struct Kind<'a> {
    cells: &'a [Cell],
    connections: usize,
    content: Content,
}

impl Kind<'_> {
    fn of(&self, who: Who) -> impl Iterator<Item = &Cell> {
        self.cells
            .iter()
            .filter(move |cell| cell.who == who && cell.connections == self.connections && cell.content == self.content)
    }

    fn median(&self, who: Who, value: impl Fn(&Cell) -> f64) -> f64 {
        median(self.of(who).map(value))
    }

    /// The median over the rounds of `value` for `who` divided by `value` for `other` in the same round.
    fn ratio(&self, who: Who, other: Who, value: impl Fn(&Cell) -> f64) -> f64 {
        median(self.of(who).filter_map(|cell| {
            let compared = self.of(other).find(|compared| compared.round == cell.round)?;
            Some(value(cell) / value(compared))
        }))
    }
}

fn print_load(plan: &Plan, subjects: &[Subject], cells: &[Cell]) {
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
    ];
    for content in Content::ALL {
        let mut rows = Vec::new();
        for connections in plan.connections.iter().copied() {
            let kind = Kind { cells, connections, content };
            let mut row = |who: Who, name: &str, rival: Option<Who>| {
                let or_dash = |value: f64, text: String| if value.is_finite() { text } else { "–".to_owned() };
                let of_echo = kind.ratio(who, Who::Echo, |cell| cell.reached.per_second);
                let times = rival.map_or(f64::NAN, |rival| kind.ratio(who, rival, |cell| cell.reached.per_second));
                let together = kind.median(who, |cell| cell.committed_together);
                rows.push(vec![
                    connections.to_string(),
                    name.to_owned(),
                    format!("{:.0}", kind.median(who, |cell| cell.reached.per_second)),
                    format!("{:.2}", kind.median(who, |cell| cell.reached.p50_ms)),
                    format!("{:.2}", kind.median(who, |cell| cell.reached.p99_ms)),
                    format!("{of_echo:.3}"),
                    or_dash(times, format!("{times:.1}")),
                    or_dash(together, format!("{together:.1}")),
                    format!("{:.1}", kind.median(who, |cell| cell.processor_micros)),
                ]);
            };
            row(Who::Echo, "echo", None);
            for (index, subject) in subjects.iter().enumerate() {
                row(Who::Together(index), subject.together.name, Some(Who::OneByOne(index)));
                row(Who::OneByOne(index), subject.one_by_one.name, None);
            }
        }
        print_table(&format!("Submissions with {} (medians)", content.name()), &head, &rows);
    }
}

/// The goals, each with the value reached.
#[derive(Default)]
struct Goals(Vec<Vec<String>>);

impl Goals {
    fn add(&mut self, number: &str, what: String, wanted: &str, reached: String, met: bool) {
        let met = if met { "yes" } else { "**no**" };
        self.0.push(vec![number.to_owned(), what, wanted.to_owned(), reached, met.to_owned()]);
    }

    fn of_load(&mut self, plan: &Plan, subjects: &[Subject], cells: &[Cell]) {
        // Database, content, connections, lowest accepted ratio to the echo.
        let intake = [
            ("SQLite", Content::Answers, 64, 0.25),
            ("SQLite", Content::Answers, 256, 0.35),
            ("SQLite", Content::Text, 64, 0.15),
            ("PostgreSQL", Content::Answers, 64, 0.15),
            ("PostgreSQL", Content::Answers, 256, 0.20),
            ("PostgreSQL", Content::Text, 64, 0.10),
        ];
        for (name, content, connections, least) in intake {
            let Some(index) = subjects.iter().position(|subject| subject.name == name) else { continue };
            if !plan.connections.contains(&connections) {
                continue;
            }
            let kind = Kind { cells, connections, content };
            let ratio = kind.ratio(Who::Together(index), Who::Echo, |cell| cell.reached.per_second);
            let what = format!("{name}, {}, {connections} connections: of the echo", content.name());
            self.add("1", what, &format!("≥ {least:.2}"), format!("{ratio:.3}"), ratio >= least);
        }
        for (index, subject) in subjects.iter().enumerate().filter(|_| plan.connections.contains(&64)) {
            for content in Content::ALL {
                let kind = Kind { cells, connections: 64, content };
                let (who, rival) = (Who::Together(index), Who::OneByOne(index));
                let name = format!("{}, {}, 64 connections", subject.name, content.name());
                if subject.name == "SQLite" {
                    let p99 = kind.median(who, |cell| cell.reached.p99_ms);
                    self.add("1", format!("{name}: p99"), "≤ 20 ms", format!("{p99:.1} ms"), p99 <= 20.0);
                }
                let part = kind.ratio(who, rival, |cell| cell.reached.p99_ms);
                self.add("1", format!("{name}: p99 of one by one"), "≤ 0.20", format!("{part:.3}"), part <= 0.2);
                let times = kind.ratio(who, rival, |cell| cell.reached.per_second);
                let least = if subject.name == "SQLite" { 10.0 } else { 5.0 };
                self.add(
                    "2",
                    format!("{name}: times one by one"),
                    &format!("≥ {least}"),
                    format!("{times:.1}"),
                    times >= least,
                );
            }
        }
    }

    fn size(&mut self) -> Result<(), Fault> {
        let megabytes = std::fs::metadata(server::program())?.len() as f64 / MEGABYTE;
        self.add("4", "the program, stripped".to_owned(), "≤ 25 MB", format!("{megabytes:.1} MB"), megabytes <= 25.0);
        Ok(())
    }

    fn print(&mut self) {
        self.0.sort_by(|one, other| one.first().cmp(&other.first()));
        print_table("Goals", &["goal", "what", "wanted", "reached", "met"], &self.0);
    }
}
