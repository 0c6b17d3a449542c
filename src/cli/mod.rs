//! The command line; `kaiku help` lists it.

pub mod audit;
pub mod calendar;
pub mod cards;
pub mod confirmations;
pub mod counters;
pub mod demo;
pub mod import;
pub mod jobs;
pub mod keys;
pub mod retention;
pub mod serve;
pub mod token;
pub mod words;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::administration::keys::Opening;
use crate::app::{self, Parts, StartFault};
use crate::base::chance::SystemEntropy;
use crate::base::clock::SystemClock;
use crate::config::Config;
use crate::jobs::transports::Transports;
use crate::service::Service;
use crate::store::{self, Connections, Store};
use crate::web::openapi;

/// Kaiku: a multichannel feedback service for social and health care.
#[derive(Parser)]
#[command(name = "kaiku", version, about)]
struct Arguments {
    /// The configuration file. By default the one that KAIKU_CONFIG names, else the built-in defaults.
    #[arg(long, global = true, env = "KAIKU_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the service.
    Serve,
    /// Runs the service with a demo county: sample feedback, printed logins.
    Demo(demo::DemoArguments),
    /// Migrates the database and exits.
    Migrate,
    /// Imports an organisation from a TOML file: all of it, or nothing, with every fault listed.
    Import(import::ImportArguments),
    /// Makes, lists and revokes API tokens.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Shows who changed which settings, and who read which text or contact.
    Audit(audit::AuditArguments),
    /// Looks at grants and tokens that wait for a second person, and confirms them.
    #[command(subcommand)]
    Confirmations(confirmations::ConfirmationsCommand),
    /// Makes what is printed on cards with stubs.
    #[command(subcommand)]
    Cards(cards::CardsCommand),
    /// Imports the days on which places are closed.
    #[command(subcommand)]
    Calendar(calendar::CalendarCommand),
    /// Checks the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Prints the OpenAPI document.
    Openapi,
    /// Checks the report counters.
    #[command(subcommand)]
    Counters(counters::CountersCommand),
    /// Lists and rotates the keys of the keyring.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Erases what has been kept long enough.
    #[command(subcommand)]
    Retention(retention::RetentionCommand),
    /// Lists the queue, and makes parked jobs ready again.
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    /// Measures the words of danger and of complaint.
    #[command(subcommand)]
    Words(words::WordsCommand),
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Names the file, line and reason of every fault, or says that there is none.
    Check,
}

/// Reads the arguments and runs the command.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = run(arguments);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // Nobody may be left who reads it.
            let _ = writeln!(std::io::stderr(), "kaiku: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), StartFault> {
    if matches!(arguments.command, Command::Openapi) {
        return print_lines(std::iter::once(openapi::json().to_owned()));
    }
    if let Command::Demo(demo) = arguments.command {
        return runtime()?.block_on(demo::run(demo, arguments.config.as_deref()));
    }
    let config = load_config(arguments.config.as_deref(), Config::process_environment())?;
    if matches!(arguments.command, Command::Config(ConfigCommand::Check)) {
        Store::check(&config.database).map_err(said)?;
        Transports::new(&config).map_err(said)?;
        let instruments = app::catalogue(config.instruments.directory.clone())?;
        app::vocabulary(config.words.directory.as_deref())?;
        for rule in &config.routing.rules {
            for warning in rule.warnings(&instruments) {
                println!("warning: routing rule {}: {}: {}", rule.code, warning.pointer, warning.detail);
            }
        }
        println!("The configuration is sound; {} instrument versions are sound too.", instruments.all().count());
        return Ok(());
    }
    if let Command::Words(command) = arguments.command {
        return words::run(&app::vocabulary(config.words.directory.as_deref())?, command);
    }
    serve::start_log(&config);
    runtime()?.block_on(async move {
        match arguments.command {
            Command::Serve => serve::run(config).await,
            Command::Migrate => {
                let store = Store::open(&config.database).await.map_err(said)?;
                store::migrate(&store, config.database.url.expose()).await.map_err(said)?;
                println!("The database is up to date.");
                Ok(())
            }
            Command::Import(arguments) => {
                let service = open_patiently(config, Opening::New).await?;
                import::run(&service, &arguments).await
            }
            Command::Token(command) => {
                let service = open_existing(config, Opening::Existing).await?;
                token::run(&service, command).await
            }
            Command::Audit(arguments) => {
                let service = open_existing(config, Opening::Existing).await?;
                audit::run(&service, &arguments).await
            }
            Command::Confirmations(command) => {
                let service = open_existing(config, Opening::Existing).await?;
                confirmations::run(&service, command).await
            }
            Command::Cards(command) => {
                let service = open_existing(config, Opening::Existing).await?;
                cards::run(&service, command).await
            }
            Command::Calendar(command) => {
                let service = open_existing(config, Opening::Existing).await?;
                calendar::run(&service, command).await
            }
            Command::Counters(command) => {
                let service = open_existing(config, Opening::Existing).await?;
                counters::run(&service, command).await
            }
            Command::Keys(command) => {
                let service = open_existing(config, command.opening()).await?;
                keys::run(&service, command).await
            }
            Command::Retention(command) => {
                let service = open_existing(config, Opening::Existing).await?;
                retention::run(&service, command).await
            }
            Command::Jobs(command) => {
                let service = open_existing(config, Opening::Existing).await?;
                jobs::run(&service, command).await
            }
            // Handled above.
            Command::Demo(_) | Command::Config(_) | Command::Words(_) | Command::Openapi => Ok(()),
        }
    })
}

/// A fault that prints as this text.
pub(crate) fn said(why: impl std::fmt::Display) -> StartFault {
    StartFault(why.to_string())
}

/// An instant of the database for people, RFC 3339.
pub(crate) fn instant(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).map(|at| at.to_string()).unwrap_or_default()
}

/// Prints lines to standard output. It is no fault if the reader closes the pipe (`| head`).
pub(crate) fn print_lines(lines: impl Iterator<Item = String>) -> Result<(), StartFault> {
    let mut out = std::io::stdout().lock();
    for line in lines {
        match writeln!(out, "{line}") {
            Err(why) if why.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            outcome => outcome.map_err(said)?,
        }
    }
    Ok(())
}

/// Reads the configuration.
///
/// # Errors
/// All faults, each on its own line.
pub fn load_config(
    file: Option<&std::path::Path>,
    env: impl Iterator<Item = (String, String)>,
) -> Result<Config, StartFault> {
    Config::load(file, env).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        StartFault(format!("the configuration has faults:\n{}", lines.join("\n")))
    })
}

/// Opens everything as a real start does: the system's clock and chance, and the keyring, which is made with an empty
/// database.
///
/// # Errors
/// [`StartFault`].
pub async fn open(config: Config) -> Result<Arc<Service>, StartFault> {
    open_with(config, Opening::New).await
}

async fn open_with(config: Config, keyring: Opening) -> Result<Arc<Service>, StartFault> {
    let parts = Parts { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy), keyring };
    app::build(config, parts).await
}

/// For a command: its statements may take long.
async fn open_patiently(config: Config, keyring: Opening) -> Result<Arc<Service>, StartFault> {
    Ok(open_with(config, keyring).await?.by(Connections::Background))
}

/// Opens what is there already: a command in the wrong directory must not find a new, empty database or a new keyring.
async fn open_existing(config: Config, keyring: Opening) -> Result<Arc<Service>, StartFault> {
    match Store::missing_file(&config.database) {
        Some(path) => Err(StartFault(format!(
            "there is no database at {}. Go to the directory in which Kaiku is started, or set database.url; `serve`, \
             `import` and `migrate` make a new one.",
            path.display()
        ))),
        None => open_patiently(config, keyring).await,
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, StartFault> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(said)
}
