//! `kaiku serve`: runs until it is asked to stop, then finishes the feedback that was accepted.

use std::io::IsTerminal;

use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{open, said};
use crate::app::{self, Running, StartFault};
use crate::config::{Config, LogFormat, MailTransport};
use crate::store::{ServesAlone, StoreError, serve_alone};

/// Starts the log on standard error: JSON lines or text, as configured; with request ids and without content.
pub fn start_log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    // When nobody reads the log any more, telling so on the same stream would be a panic in whatever writes to it.
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    // A second start in one process (tests) keeps the first log.
    let _ = match config.log.format {
        LogFormat::Json => log.json().flatten_event(true).try_init(),
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).try_init(),
    };
    log_panics();
}

/// Logs a panic by its place alone: what it says may quote somebody's text.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "the program panicked; this is a fault of it");
    }));
}

/// Runs the service.
///
/// # Errors
/// [`StartFault`] when it cannot start.
pub async fn run(config: Config) -> Result<(), StartFault> {
    if config.mail.transport == MailTransport::File {
        tracing::warn!(
            directory = %config.mail.directory.display(),
            "MAILS ARE WRITTEN TO FILES AND NOBODY GETS THEM: no mail server is set up. Staff are not reminded and givers are \
             not told by mail. Set mail.transport = \"smtp\" and the server's keys in [mail]"
        );
    }
    if config.server.public_url.starts_with("https://") && config.server.trusted_proxies.is_empty() {
        tracing::warn!(
            "server.public_url is https, so a proxy stands in front, but server.trusted_proxies is empty: everybody behind the \
             proxy counts as one client, and ten wrong receipt codes of anybody make all others wait. Name the proxy's address"
        );
    }
    let _alone = alone(&config)?;
    let service = open(config).await?;
    let running = app::start(service, app::metrics_recorder()?)?;
    tracing::info!(address = %running.address, health = %running.health_address, "Kaiku is listening");
    until_stopped(running).await
}

/// Takes the right to serve a SQLite file, before anything in it is touched.
///
/// # Errors
/// [`StartFault`] when another process serves it.
pub fn alone(config: &Config) -> Result<Option<ServesAlone>, StartFault> {
    serve_alone(&config.database).map_err(|why| match why {
        StoreError::Exists(what) => {
            StartFault(format!("{what}. SQLite is for one instance: stop the other one, or move to PostgreSQL."))
        }
        why => said(why),
    })
}

/// Serves until SIGTERM or SIGINT; stops gracefully.
///
/// # Errors
/// [`StartFault`] when the server failed.
pub async fn until_stopped(running: Running) -> Result<(), StartFault> {
    let stopper = running.stopper();
    let mut terminate = signal(SignalKind::terminate()).map_err(said)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(said)?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing what was taken in");
        stopper.stop().await;
    });
    running.finished().await?;
    tracing::info!("stopped");
    Ok(())
}
