//! `kaiku demo`: a county with two producers, five units and sample feedback that goes through the real intake.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use actix_web::web::Bytes;
use clap::Args;
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{load_config, open, said, serve};
use crate::administration::ChangedBy;
use crate::administration::import::import;
use crate::administration::import_file::Import;
use crate::administration::tokens::{NewToken, make_token};
use crate::app::{self, StartFault};
use crate::base::{Channel, GivenBy, Language, Month, Problem};
use crate::calendar::monday_of;
use crate::case::decision::DecisionKind;
use crate::config::Config;
use crate::handling::act::{Act, act};
use crate::intake::Intake;
use crate::intake::forms::{NewFeedback, NewGroupInterview, Reply};
use crate::intake::take_in::{self, Request};
use crate::intake::{Taken, group};
use crate::loop_back::board::{self, Covers};
use crate::loop_back::card_stubs;
use crate::loop_back::postings::Words;
use crate::loop_back::results::{ResultsOf, publish as publish_results};
use crate::organisation::Scope;
use crate::service::authority::authenticate;
use crate::service::idempotency::RequestKey;
use crate::service::{Authority, Service};

const COUNTY: &str = include_str!("../../config/demo/county.toml");
const SAMPLES: &str = include_str!("../../config/demo/feedback.json");
/// The file in which the demo keeps its logins between starts; only its owner can read it.
const LOGINS: &str = "demo-logins.json";
/// The directory for the demo's mails.
const MAILS: &str = "mail";
/// How long the demo's tokens are valid, in days.
const TOKEN_DAYS: i64 = 365;
/// Printed cards of the demo: the first ones are typed in with the samples, the last one is not.
const STUBS: usize = 3;
/// Weeks before and after this one that have card colours.
const COLOUR_WEEKS: std::ops::RangeInclusive<i64> = -4..=8;

/// Where and how the demo runs.
#[derive(Args)]
pub struct DemoArguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    bind: SocketAddr,
    /// Where database, keyring and logins are kept.
    #[arg(long, default_value = "data/demo", value_name = "DIR")]
    data: PathBuf,
    /// Write base address, tokens and receipts as JSON to this file, readable by its owner only.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
}

/// What a later start needs from the first one.
#[derive(Default, Serialize, Deserialize)]
struct Logins {
    /// Tokens by the principal's short name.
    tokens: BTreeMap<String, String>,
    /// The receipt codes of the sample givers.
    receipts: Vec<SampleReceipt>,
    /// The code of a printed card that has not been typed in.
    card_on_its_way: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct SampleReceipt {
    unit: String,
    channel: String,
    code: String,
}

#[derive(Deserialize)]
struct Samples {
    feedback: Vec<Sample>,
    group_interviews: Vec<SampleInterview>,
    board: Vec<SamplePost>,
    results: Vec<SampleResults>,
}

#[derive(Deserialize)]
struct SamplePost {
    unit: String,
    decision: DecisionKind,
    #[serde(flatten)]
    words: SampleWords,
    translations: Vec<SampleWords>,
}

#[derive(Deserialize)]
struct SampleWords {
    said: String,
    done: String,
    language: Language,
}

/// Published results of the last month.
#[derive(Deserialize)]
struct SampleResults {
    unit: String,
    instrument: String,
    language: Language,
    words: String,
}

#[derive(Deserialize)]
struct Sample {
    n: u32,
    unit: String,
    channel: Channel,
    instrument: String,
    language: Language,
    given_by: GivenBy,
    answers: Map<String, Value>,
    #[serde(default)]
    colour: Option<String>,
    #[serde(default)]
    reply_wanted: bool,
}

#[derive(Deserialize)]
struct SampleInterview {
    unit: String,
    #[serde(default)]
    group: Option<String>,
    #[serde(default)]
    participants: Option<u16>,
    #[serde(default)]
    interviewers: Option<u16>,
    strengths: Vec<String>,
    weaknesses: Vec<String>,
    opportunities: Vec<String>,
    threats: Vec<String>,
    actions: Vec<Value>,
    points_from_feedback: Vec<String>,
}

/// Starts the demo: creates the county if it does not exist, then serves.
///
/// # Errors
/// [`StartFault`] with what to do.
pub async fn run(arguments: DemoArguments, file: Option<&Path>) -> Result<(), StartFault> {
    let config = config(&arguments, file)?;
    serve::start_log(&config);
    let _alone = serve::alone(&config)?;
    let service = open(config).await?;
    let path = arguments.data.join(LOGINS);
    let mut logins = read_logins(&path)?;
    let is_new = service.snapshot().tree.organisers.is_empty();
    let county = county(service.today());
    let read = Import::from_toml(&county, &service.catalogue).map_err(|faults| StartFault::of_all(&faults))?;
    // Importing again adds this week's card colours and leaves the rest as it is.
    import(&service, &read).await?;
    make_tokens(&service, &mut logins).await?;
    if is_new {
        give_samples(&service, &mut logins).await?;
    }
    write_private(&path, &serde_json::to_vec_pretty(&logins).map_err(said)?)?;
    let running = app::start(service, app::metrics_recorder()?)?;
    let base = format!("http://{}", running.address);
    if let Some(file) = &arguments.credentials {
        write_private(file, &credentials(&base, &logins)?)?;
    }
    print_tour(&base, running.health_address, &logins, &arguments.data.join(MAILS));
    serve::until_stopped(running).await
}

/// The demo's configuration: from file and environment, except for addresses and data.
fn config(arguments: &DemoArguments, file: Option<&Path>) -> Result<Config, StartFault> {
    let own = [
        ("KAIKU_SERVER__BIND", arguments.bind.to_string()),
        ("KAIKU_SERVER__PUBLIC_URL", format!("http://{}", arguments.bind)),
        // Any free port: another installation on this machine may have the usual one.
        ("KAIKU_SERVER__HEALTH_BIND", "127.0.0.1:0".to_owned()),
        ("KAIKU_KEYS__FILE", arguments.data.join("keyring.toml").display().to_string()),
        ("KAIKU_LOG__LEVEL", "warn".to_owned()),
        ("KAIKU_LOG__FORMAT", "text".to_owned()),
        ("KAIKU_DATABASE__URL", format!("sqlite:{}", arguments.data.join("kaiku.db").display())),
        // The demo's people are not real, so mails are only written to files.
        ("KAIKU_MAIL__TRANSPORT", "file".to_owned()),
        ("KAIKU_MAIL__DIRECTORY", arguments.data.join(MAILS).display().to_string()),
    ];
    let given: Vec<(String, String)> = Config::process_environment().collect();
    // These settings follow from the demo's arguments; of the environment all others count.
    let fixed = [
        "KAIKU_SERVER__BIND",
        "KAIKU_KEYS__FILE",
        "KAIKU_DATABASE__URL",
        "KAIKU_MAIL__TRANSPORT",
        "KAIKU_MAIL__DIRECTORY",
    ];
    let is_fixed = |name: &str| fixed.contains(&name.trim_end_matches("_FILE")) || fixed.contains(&name);
    let mut env: BTreeMap<String, String> = own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    env.extend(given.into_iter().filter(|(name, _)| !is_fixed(name)));
    load_config(file, env.into_iter())
}

/// The county with card colours for the weeks around `today`.
fn county(today: Date) -> String {
    let mut text = COUNTY.to_owned();
    let pairs = [
        ("koivuranta", "anna-koivu", "matti-koivu"),
        ("pajapiha", "oona-paja", "otto-paja"),
        ("kaisla", "helmi-kaisla", "heikki-kaisla"),
        ("itaranta", "tuuli-ranta", "timo-ranta"),
        ("suvanto", "lotta-suvanto", "leevi-suvanto"),
    ];
    for weeks in COLOUR_WEEKS {
        let week = monday_of(today).saturating_add(Span::new().weeks(weeks));
        for (unit, yellow, blue) in pairs {
            text.push_str(&format!(
                "\n[[card_colours]]\nunit = \"{unit}\"\nweek = {week}\ncolours = {{ keltainen = \"{yellow}\", sininen = \
                 \"{blue}\" }}\n"
            ));
        }
    }
    text
}

/// Makes one token for each principal; valid ones of an earlier start are kept.
async fn make_tokens(service: &Service, logins: &mut Logins) -> Result<(), StartFault> {
    let snapshot = service.snapshot();
    let mut slugs: Vec<String> = snapshot.tree.principals.values().map(|principal| principal.slug.clone()).collect();
    slugs.sort();
    for slug in slugs {
        let held = match logins.tokens.get(&slug) {
            Some(secret) => authenticate(service, secret).await.is_ok(),
            None => false,
        };
        if held {
            continue;
        }
        let new = NewToken {
            principal: slug.clone(),
            name: "demo".to_owned(),
            scopes: Scope::ALL.to_vec(),
            expires_on: service.today().saturating_add(TOKEN_DAYS.days()),
        };
        let made = make_token(service, ChangedBy::CommandLine, &new).await?;
        logins.tokens.insert(slug, made.secret.to_string());
    }
    Ok(())
}

/// Sends the sample feedback as givers and staff would, and answers some of it.
async fn give_samples(service: &std::sync::Arc<Service>, logins: &mut Logins) -> Result<(), StartFault> {
    let samples: Samples = serde_json::from_str(SAMPLES).map_err(said)?;
    let (intake, writer) = Intake::start(std::sync::Arc::clone(service));
    let mut stubs = card_stubs::make(service, "koivuranta", STUBS).await?;
    logins.card_on_its_way = stubs.pop().map(|stub| stub.code.reveal());
    for sample in samples.feedback {
        let stub = if sample.channel == Channel::Card && sample.unit == "koivuranta" { stubs.pop() } else { None };
        let (unit, channel, n) = (sample.unit.clone(), sample.channel, sample.n);
        let recorder = recorder(service, logins, &unit, channel).await?;
        let form = form_of(sample, stub.as_ref().map(|stub| stub.serial.reveal()));
        let taken = give(service, &intake, form, recorder.as_ref()).await?;
        if let Some(code) = taken.receipt.clone().or_else(|| stub.map(|stub| stub.code)).map(|code| code.reveal()) {
            logins.receipts.push(SampleReceipt { unit: unit.clone(), channel: channel.as_str().to_owned(), code });
        }
        answer_some(service, logins, &unit, n, &taken).await?;
    }
    let facilitator = authority(service, logins, "fanni-fasilitaattori").await?;
    for interview in samples.group_interviews {
        let unit = interview.unit.clone();
        let form = interview_form(interview, service.today())?;
        let request = Request { body: Bytes::new(), key: None };
        let taken = group::interview(service, &intake, form, &facilitator, request).await?;
        logins.receipts.push(SampleReceipt { unit, channel: "group".to_owned(), code: taken.receipt.reveal() });
    }
    drop(intake);
    writer.await.map_err(said)?;
    publish(service, logins, samples.board, samples.results).await
}

/// Posts on the boards and publishes results as the responsible persons.
async fn publish(
    service: &Service,
    logins: &Logins,
    posts: Vec<SamplePost>,
    results: Vec<SampleResults>,
) -> Result<(), StartFault> {
    for post in posts {
        let authority = authority(service, logins, responsible(&post.unit)).await?;
        let words: Vec<Words<'_>> = std::iter::once(&post.words)
            .chain(&post.translations)
            .map(|words| Words {
                pointer: String::new(),
                language: words.language,
                said: Some(&words.said),
                done: ("done", &words.done),
                names_checked: false,
            })
            .collect();
        let covers = Covers::These(Vec::new());
        board::post(service, &authority, &post.unit, Some(post.decision), &words, &covers, None).await?;
    }
    let month = Month::of(service.today().first_of_month().saturating_sub(1.day())).to_string();
    for result in results {
        let authority = authority(service, logins, responsible(&result.unit)).await?;
        let of = ResultsOf { instrument: &result.instrument, from: &month, to: &month };
        let words = [Words {
            pointer: String::new(),
            language: result.language,
            said: None,
            done: ("words", &result.words),
            names_checked: false,
        }];
        publish_results(service, &authority, &result.unit, &of, &words, None).await?;
    }
    Ok(())
}

/// The responsible person of a unit.
fn responsible(unit: &str) -> &'static str {
    match unit {
        "koivuranta" => "vilma-koivu",
        "pajapiha" => "veikko-paja",
        "kaisla" => "venla-kaisla",
        "itaranta" => "viivi-ranta",
        _ => "ville-suvanto",
    }
}

async fn give(
    service: &Service,
    intake: &Intake,
    form: NewFeedback,
    author: Option<&Authority>,
) -> Result<Taken, Problem> {
    // Each sample has its own key, as a well-behaved client sends it.
    let key = service.random_id()?.to_string();
    let principal = author.map(Authority::principal_id);
    let key = RequestKey::parse(&key, principal, "POST /api/v1/feedback")?;
    take_in::one(service, intake, form, author, Request { body: Bytes::new(), key: Some(key) }).await
}

fn form_of(sample: Sample, serial: Option<String>) -> NewFeedback {
    NewFeedback {
        unit: sample.unit,
        instrument: sample.instrument,
        instrument_version: None,
        channel: sample.channel,
        language: sample.language,
        given_by: sample.given_by,
        answers: sample.answers,
        given_on: None,
        reply: sample.reply_wanted.then(|| Reply {
            wanted: true,
            email: Some(format!("antaja{}@example.fi", sample.n)),
            phone: None,
            name: None,
        }),
        volunteer: None,
        receipt: None,
        colour: sample.colour,
        serial,
        reminder: None,
    }
}

fn interview_form(sample: SampleInterview, today: Date) -> Result<NewGroupInterview, StartFault> {
    let mut weaknesses = sample.weaknesses;
    weaknesses.extend(sample.points_from_feedback);
    serde_json::from_value(json!({
        "unit": sample.unit,
        "language": "fi",
        "held_on": today,
        "goal": "Miten toiminta on sujunut ja miten sitä kehitetään",
        "arrangements": {"place": "Ryhmähuone", "outside_interviewer": true, "recording": "notes"},
        "group": {
            "participants": sample.participants.unwrap_or(7),
            "interviewers": sample.interviewers.unwrap_or(2),
            "name": sample.group,
        },
        "themes": ["Mitä mieltä olet toiminnasta?", "Miten kehittäisit toimintaa?"],
        "summary": {
            "strengths": sample.strengths,
            "weaknesses": weaknesses,
            "opportunities": sample.opportunities,
            "threats": sample.threats,
        },
        "actions": sample.actions,
    }))
    .map_err(said)
}

/// Who types a sample in: a worker of the unit; nobody for what a giver sends.
async fn recorder(
    service: &Service,
    logins: &Logins,
    unit: &str,
    channel: Channel,
) -> Result<Option<Authority>, StartFault> {
    if channel.is_public() {
        return Ok(None);
    }
    let worker = match unit {
        "koivuranta" => "anna-koivu",
        "pajapiha" => "oona-paja",
        "kaisla" => "helmi-kaisla",
        "itaranta" => "tuuli-ranta",
        _ => "lotta-suvanto",
    };
    authority(service, logins, worker).await.map(Some)
}

async fn authority(service: &Service, logins: &Logins, slug: &str) -> Result<Authority, StartFault> {
    let secret = logins.tokens.get(slug).ok_or_else(|| StartFault(format!("the demo has no token of {slug}")))?;
    Ok(authenticate(service, secret).await?)
}

/// Answers a few samples, so that the demo shows every state of the loop.
async fn answer_some(service: &Service, logins: &Logins, unit: &str, n: u32, taken: &Taken) -> Result<(), Problem> {
    let steps = match n {
        5 => vec![Act::Decide {
            kind: DecisionKind::ChangeMade,
            text: "Puhelimeen vastataan nyt arkisin kello 9–15, ja voit jättää takaisinsoittopyynnön.".to_owned(),
            language: None,
        }],
        3 => vec![Act::Decide {
            kind: DecisionKind::ChangePlanned,
            text: "Kirjoitamme päätösten liitteeksi selkokielisen sivun. Ensimmäinen valmistuu ensi kuussa.".to_owned(),
            language: None,
        }],
        27 => vec![Act::Decide {
            kind: DecisionKind::ChangeMade,
            text: "Du får beslutet på svenska inom en vecka. Vi har rättat vår mall.".to_owned(),
            language: None,
        }],
        23 => vec![Act::Ask {
            question: "Toivotko, että sama työntekijä jatkaa, vaikka tapaamisia olisi harvemmin?".to_owned(),
        }],
        19 | 15 => vec![Act::Acknowledge],
        _ => Vec::new(),
    };
    let handler = match unit {
        "koivuranta" => "kalle-koivu",
        "kaisla" => "kimmo-kaisla",
        "itaranta" => "kerttu-ranta",
        _ => "karoliina-suvanto",
    };
    for (version, step) in (1i64..).zip(steps) {
        let secret = logins.tokens.get(handler).map(String::as_str).unwrap_or_default();
        let authority = authenticate(service, secret).await?;
        act(service, &authority, taken.id, &[version], step, None).await?;
    }
    Ok(())
}

fn read_logins(path: &Path) -> Result<Logins, StartFault> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|why| StartFault(format!("{}: {why}", path.display()))),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(Logins::default()),
        Err(why) => Err(StartFault(format!("{}: {why}", path.display()))),
    }
}

/// Writes a file that only its owner can read. The file is replaced atomically: nobody reads half of it.
fn write_private(path: &Path, content: &[u8]) -> Result<(), StartFault> {
    let fault = |why: std::io::Error| StartFault(format!("{}: {why}", path.display()));
    let half = path.with_extension("half");
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half).map_err(fault)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(fault)?;
    fs::rename(&half, path).map_err(fault)
}

fn credentials(base: &str, logins: &Logins) -> Result<Vec<u8>, StartFault> {
    let token = |slug: &str| logins.tokens.get(slug);
    serde_json::to_vec_pretty(&json!({
        "base_url": base,
        "admin_token": token("aatu-admin"),
        "every_role_token": token("kaija-kaikki"),
        "tokens": logins.tokens,
        "receipts": logins.receipts,
        "card_on_its_way": logins.card_on_its_way,
    }))
    .map_err(said)
}

fn print_tour(base: &str, health: SocketAddr, logins: &Logins, mails: &Path) {
    println!("Kaiku's demo county is running. Nothing in it is real.\n");
    println!("Open       {base}/                 the pages for givers");
    println!("           {base}/docs/            the API, to read and to try");
    println!("           http://{health}/readyz  whether it works, and /metrics\n");
    println!("Tokens (Authorization: Bearer …), one a role:");
    for (slug, role) in [
        ("anna-koivu", "worker at koivuranta"),
        ("vilma-koivu", "responsible person of koivuranta"),
        ("kalle-koivu", "handler at koivuranta"),
        ("yrjo-yhteys", "producer's contact"),
        ("outi-osallisuus", "organiser"),
        ("fanni-fasilitaattori", "facilitator"),
        ("kirsi-keraaja", "collector"),
        ("aatu-admin", "admin"),
        ("kaija-kaikki", "every role, for trying out"),
    ] {
        if let Some(secret) = logins.tokens.get(slug) {
            println!("  {role:34} {secret}");
        }
    }
    println!("\nReceipts that givers hold (type one at {base}/r):");
    for receipt in logins.receipts.iter().take(8) {
        println!("  {:12} {:7} {}", receipt.unit, receipt.channel, receipt.code);
    }
    if let Some(code) = &logins.card_on_its_way {
        println!("  {:12} {:7} {code}  (a card that has not been typed in yet)", "koivuranta", "card");
    }
    println!("\nMails are written to {}, by day on working days; nobody gets them.", mails.display());
    println!("Stop with Ctrl-C. A second start keeps everything.");
}
