//! Builds the running service from a [`Config`]: `main` and the tests start the same application.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{ServerHandle, Service as _};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue};
use actix_web::middleware::{Compress, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::web::{self, Data, PathConfig, QueryConfig, ServiceConfig};
use actix_web::{App, HttpServer};
use futures_util::future::FutureExt as _;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use jiff::civil::Date;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use rust_embed::RustEmbed;
use socket2::SockRef;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinError, JoinHandle};
use tracing_actix_web::TracingLogger;

use crate::administration::keys::{self, Opening};
use crate::base::{Clock, Entropy, Kind, Problem};
use crate::calendar::local_date;
use crate::config::Config;
use crate::instrument::{Catalogue, Instrument};
use crate::intake::Intake;
use crate::jobs::transports::JobWorker;
use crate::jobs::worker;
use crate::service::Service;
use crate::service::current::Presence;
use crate::store::instruments::PublishedRow;
use crate::store::settings::Given;
use crate::store::{self, Connections, Day, Store, instruments};
use crate::text::words::Vocabulary;
use crate::web::errors::ApiProblem;
use crate::web::health::Seen;
use crate::web::limits::RateLimits;
use crate::web::telemetry::{QuietSpan, measure};
use crate::web::{api, deadline_feed, health, no_such_address, openapi, pages};

#[derive(RustEmbed)]
#[folder = "config/instruments"]
struct ModelInstruments;

/// Why the service did not start, in lines for the person who starts it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartFault(pub String);

impl StartFault {
    /// Faults of files, a line for each.
    pub(crate) fn of_all(faults: &[impl std::fmt::Display]) -> Self {
        Self(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    fn of(why: impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }
}

impl From<Problem> for StartFault {
    fn from(problem: Problem) -> Self {
        Self(problem.explained())
    }
}

/// Makes ring the cipher library of every TLS connection of this process; done again it changes nothing.
pub fn use_ring() {
    // Installing fails only if it was done before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// What differs between a real start and a test.
pub struct Parts {
    pub clock: Arc<dyn Clock>,
    /// The source of random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// What is done about the keyring.
    pub keyring: Opening,
}

/// Opens the database, brings it up to date, checks keyring, instruments and settings.
///
/// # Errors
/// [`StartFault`] names what is wrong.
pub async fn build(config: Config, parts: Parts) -> Result<Arc<Service>, StartFault> {
    use_ring();
    let mut catalogue = catalogue(config.instruments.directory.clone())?;
    let store = Store::open(&config.database).await.map_err(StartFault::of)?;
    store::migrate(&store, config.database.url.expose()).await.map_err(StartFault::of)?;
    publish_instruments(&store, &mut catalogue, local_date(parts.clock.now())).await?;
    let given = Given {
        catalogue: Arc::new(catalogue),
        vocabulary: Arc::new(vocabulary(config.words.directory.as_deref())?),
        default_terms: config.terms.agreed(),
    };
    let keyring = keys::open(&store, &config.keys.file, parts.keyring, parts.entropy.as_ref()).await;
    let (config, keyring) = (Arc::new(config), Arc::new(keyring.map_err(StartFault::of)?));
    let service =
        Service::new(store, config, parts.clock, parts.entropy, keyring, given).await.map_err(StartFault::of)?;
    Ok(Arc::new(service))
}

/// The embedded instruments and those of the organiser's directory.
///
/// # Errors
/// Every fault with file and line.
pub fn catalogue(directory: Option<PathBuf>) -> Result<Catalogue, StartFault> {
    let mut files = Vec::new();
    for name in ModelInstruments::iter() {
        let file = ModelInstruments::get(&name).ok_or_else(|| StartFault(format!("{name} is missing")))?;
        let text = String::from_utf8(file.data.into_owned()).map_err(StartFault::of)?;
        files.push((name.into_owned(), text));
    }
    Catalogue::load(&files, directory.as_deref()).map_err(|faults| StartFault::of_all(&faults))
}

/// The embedded words of danger and of complaint, and those of the organiser's directory.
///
/// # Errors
/// Every fault with its file.
pub fn vocabulary(directory: Option<&Path>) -> Result<Vocabulary, StartFault> {
    Vocabulary::load(directory).map_err(|faults| StartFault::of_all(&faults))
}

/// Keeps the file of every version. A published version never changes: the same version with other content stops the start.
/// One whose file is gone is read from the database; where that has none either, the start says so.
async fn publish_instruments(store: &Store, catalogue: &mut Catalogue, today: Date) -> Result<(), StartFault> {
    let mut tx = store.write().await.map_err(StartFault::of)?;
    for instrument in catalogue.all() {
        instruments::publish(&mut tx, instrument, Day(today)).await.map_err(StartFault::of)?;
    }
    for row in instruments::all(&mut tx).await.map_err(StartFault::of)? {
        match catalogue.get(&row.id, u32::try_from(row.version).ok()) {
            Some(known) if known.sha256() == row.sha256 => {}
            Some(_) => {
                return Err(StartFault(format!(
                    "instrument {} version {}: its content is not what was published under this version. Put the old \
                     content back, or give the new content a new version.",
                    row.id, row.version
                )));
            }
            None => retire(catalogue, &row),
        }
    }
    tx.commit().await.map_err(StartFault::of)
}

fn retire(catalogue: &mut Catalogue, row: &PublishedRow) {
    let read = row.content.as_deref().map(|content| Instrument::from_toml("the database", content));
    let why = match read {
        Some(Ok(instrument)) => {
            tracing::warn!(
                id = row.id,
                version = row.version,
                "the file of a published instrument is gone: what was given by it is still read, nobody is asked by it anew"
            );
            catalogue.retire(instrument);
            return;
        }
        Some(Err(faults)) => faults.first().map(ToString::to_string).unwrap_or_default(),
        None => "no start has kept it".to_owned(),
    };
    tracing::error!(
        id = row.id,
        version = row.version,
        why,
        "A PUBLISHED INSTRUMENT IS MISSING: what was given by it cannot be read; put its file back into instruments.directory"
    );
}

/// A running service.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The address of the listener for readiness and metrics.
    pub health_address: SocketAddr,
    handle: ServerHandle,
    server: JoinHandle<std::io::Result<()>>,
    /// The listener for readiness and metrics; it answers until the server has stopped.
    health: (ServerHandle, JoinHandle<std::io::Result<()>>),
    /// The tasks without which the service is not whole.
    core: Vec<(&'static str, JoinHandle<()>)>,
    stop_worker: watch::Sender<bool>,
    service: Arc<Service>,
}

/// Stops a running service.
pub struct Stopper {
    handle: ServerHandle,
    stop_worker: watch::Sender<bool>,
}

impl Stopper {
    /// Takes no more requests, finishes those that are running, and lets the worker begin nothing more.
    pub async fn stop(&self) {
        self.stop_worker.send_replace(true);
        self.handle.stop(true).await;
    }
}

/// How long the writer and the worker may take to finish when the last request is answered. The stop of the server itself
/// ends within `server.shutdown_timeout_seconds`.
const FINISH_WITHIN: Duration = Duration::from_secs(5);
/// How long connections to the database may take to be closed.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

impl Running {
    /// To stop it.
    pub fn stopper(&self) -> Stopper {
        Stopper { handle: self.handle.clone(), stop_worker: self.stop_worker.clone() }
    }

    /// Waits until the server has stopped, then until everything taken in is written. When the writer or the worker fails
    /// before, the server is stopped, so that whoever watches over the process starts a whole one.
    ///
    /// # Errors
    /// [`StartFault`] when the server, the writer or the worker failed.
    pub async fn finished(mut self) -> Result<(), StartFault> {
        let aborts: Vec<AbortHandle> = self.core.iter().map(|(_, task)| task.abort_handle()).collect();
        let tasks = std::mem::take(&mut self.core).into_iter();
        let mut core: FuturesUnordered<_> =
            tasks.map(|(name, task)| task.map(move |ended| ended.map_err(|why| core_fault(name, &why)))).collect();
        let mut whole = Ok(());
        let outcome = loop {
            tokio::select! {
                ended = &mut self.server => break ended,
                Some(ended) = core.next() => {
                    if let Err(fault) = ended {
                        tracing::error!(%fault, "the service stops");
                        // It stops as soon as it is asked to; the loop waits for that.
                        drop(self.handle.stop(true));
                        whole = whole.and(Err(fault));
                    }
                }
            }
        };
        // It holds a way to the writer, which ends when nobody does any more.
        let (handle, health) = self.health;
        handle.stop(false).await;
        let health = health.await;
        self.stop_worker.send_replace(true);
        let finish = async {
            while let Some(ended) = core.next().await {
                whole = std::mem::replace(&mut whole, Ok(())).and(ended);
            }
        };
        if tokio::time::timeout(FINISH_WITHIN, finish).await.is_err() {
            // A job that waits for somebody outside is left to its lease. What the writer has not committed was not acknowledged.
            tracing::warn!(
                "the service stops in the middle of a job, or of writing to a database that does not answer"
            );
            aborts.iter().for_each(AbortHandle::abort);
        }
        if tokio::time::timeout(CLOSE_WITHIN, self.service.store.close()).await.is_err() {
            tracing::warn!("the connections to the database cannot be closed");
        }
        whole?;
        health.map_err(StartFault::of)?.map_err(StartFault::of)?;
        outcome.map_err(StartFault::of)?.map_err(StartFault::of)
    }
}

/// What a panic says may be somebody's words, so the fault does not repeat it.
fn core_fault(name: &str, why: &JoinError) -> StartFault {
    let how = if why.is_panic() { "panicked" } else { "was cancelled" };
    StartFault(format!("the {name} {how}; the service cannot go on without it"))
}

/// Waits until `stop` turns true, or nobody is left who could tell.
async fn until_stopped(mut stop: watch::Receiver<bool>) {
    while !worker::is_over(&stop) {
        // An error is the end too.
        let _ = stop.changed().await;
    }
}

/// Starts writer, worker and server.
///
/// # Errors
/// [`StartFault`] when it cannot listen on the address.
pub fn start(service: Arc<Service>, recorder: PrometheusHandle) -> Result<Running, StartFault> {
    let (intake, writer) = Intake::start(service.by(Connections::Writer));
    let background = service.by(Connections::Background);
    let (stop_worker, stop) = watch::channel(false);
    tokio::spawn(keep_metrics_small(recorder.clone(), stop.clone()));
    let stop_settings = stop.clone();
    let worker = if service.config.jobs.run {
        let worker = JobWorker::new(Arc::clone(&background)).map_err(StartFault::of)?;
        worker::start(worker, stop)?
    } else {
        tracing::warn!("this instance leaves reminders, mails and all other jobs to others (jobs.run = false)");
        tokio::spawn(until_stopped(stop))
    };
    let presence = Presence::new(&service)?;
    let settings = tokio::spawn(keep_current(background, presence, stop_settings));
    let config = Arc::clone(&service.config);
    let write_timeout = config.server.write_timeout;
    let data = Data::from(Arc::clone(&service));
    let limits = Data::new(RateLimits::new(&config.rates, &config.limits));
    let health = serve_health(&config, (data.clone(), intake.clone(), limits.clone()), recorder)?;
    let (health_address, health) = health;
    let server = HttpServer::new(move || {
        let (data, intake, limits) = (data.clone(), Data::new(intake.clone()), limits.clone());
        App::new()
            .configure(move |routes| routes_of(routes, data, intake, limits))
            .wrap_fn(|mut request, next| {
                // A HEAD is a GET whose body the server keeps back (RFC 9110, section 9.3.2).
                if request.method() == Method::HEAD {
                    request.head_mut().method = Method::GET;
                }
                let is_documentation = request.path().starts_with(openapi::PAGE);
                let answer = next.call(request);
                async move {
                    let mut response = answer.await?;
                    if is_documentation {
                        let policy = HeaderValue::from_static(openapi::PAGE_POLICY);
                        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
                    }
                    for (name, value) in SAFE_HEADERS {
                        let name = HeaderName::from_static(name);
                        if !response.headers().contains_key(&name) {
                            response.headers_mut().insert(name, HeaderValue::from_static(value));
                        }
                    }
                    Ok(response)
                }
            })
            .wrap(Compress::default())
            .wrap(from_fn(measure))
            .wrap(TracingLogger::<QuietSpan>::new())
    })
    .keep_alive(config.server.keep_alive)
    .client_request_timeout(config.server.request_timeout)
    .max_connections(config.server.max_connections)
    .shutdown_timeout(config.server.shutdown_timeout.as_secs())
    .on_connect(move |connection, _| {
        let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
        if let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(write_timeout)) {
            tracing::debug!(%error, "a connection has no write timeout");
        }
    })
    .disable_signals();
    let server = if config.server.workers == 0 { server } else { server.workers(config.server.workers) };
    let bind = config.server.bind;
    let server = server.bind(bind).map_err(|why| StartFault(format!("cannot listen on {bind}: {why}")))?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    let server = server.run();
    let handle = server.handle();
    let core = vec![("writer", writer), ("worker", worker), ("settings", settings)];
    Ok(Running { address, health_address, handle, server: tokio::spawn(server), health, core, stop_worker, service })
}

/// Connections at once to the listener for readiness and metrics.
const HEALTH_CONNECTIONS: usize = 100;

type Health = (SocketAddr, (ServerHandle, JoinHandle<std::io::Result<()>>));

/// Starts the listener for readiness and metrics.
fn serve_health(
    config: &Config,
    (data, intake, limits): (Data<Service>, Intake, Data<RateLimits>),
    recorder: PrometheusHandle,
) -> Result<Health, StartFault> {
    let (recorder, seen) = (Data::new(recorder), Data::new(Seen::default()));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .app_data(Data::new(intake.clone()))
            .app_data(limits.clone())
            .app_data(recorder.clone())
            .app_data(seen.clone())
            .configure(health::configure)
            .default_service(web::to(openapi::no_such_call))
            .wrap(from_fn(measure))
            .wrap(TracingLogger::<QuietSpan>::new())
    })
    .workers(1)
    .keep_alive(config.server.keep_alive)
    .client_request_timeout(config.server.request_timeout)
    .max_connections(HEALTH_CONNECTIONS)
    .disable_signals();
    let bind = config.server.health_bind;
    let fault =
        |why| StartFault(format!("cannot listen on {bind} for readiness and metrics (server.health_bind): {why}"));
    let server = server.bind(bind).map_err(fault)?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    let server = server.run();
    Ok((address, (server.handle(), tokio::spawn(server))))
}

/// Headers of every response that does not set them itself.
const SAFE_HEADERS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("x-frame-options", "DENY"),
];

fn routes_of(routes: &mut ServiceConfig, service: Data<Service>, intake: Data<Intake>, limits: Data<RateLimits>) {
    routes
        .app_data(service)
        .app_data(intake)
        .app_data(limits)
        .app_data(PathConfig::default().error_handler(|_, _| ApiProblem(Problem::not_found()).into()))
        .app_data(QueryConfig::default().error_handler(|why, _| {
            let detail = format!("A query parameter cannot be read: {why}. Correct it or leave it out.");
            ApiProblem(Problem::new(Kind::MalformedParameter, detail)).into()
        }))
        .configure(health::configure_public)
        .configure(openapi::configure)
        .configure(deadline_feed::configure)
        .configure(pages::configure)
        .service(
            web::scope(api::ROOT)
                .configure(openapi::keep_written)
                .configure(api::configure)
                .default_service(web::to(openapi::no_such_call))
                .wrap(from_fn(api::time_out))
                .wrap(from_fn(api::limit)),
        )
        .configure(pages::configure_unknown)
        .default_service(web::to(no_such_address));
}

/// Upper bounds of the histogram buckets for times, in seconds.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0];
/// Upper bounds of the histogram buckets for the writer's batches, in items.
const BATCH_ITEMS: [f64; 6] = [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0];
/// How often an instance looks at the latest for what others have changed.
const CURRENT_EVERY: Duration = Duration::from_secs(1);
/// How often what was measured is folded into the buckets: without it memory would grow until somebody reads `/metrics`.
const UPKEEP: Duration = Duration::from_secs(5);

/// Takes up what other instances and commands have changed, until `stop` turns true.
async fn keep_current(service: Arc<Service>, mut presence: Presence, mut stop: watch::Receiver<bool>) {
    while !worker::is_over(&stop) {
        if let Err(problem) = presence.keep_current(&service).await {
            tracing::warn!(%problem, "what others have changed cannot be read; it is tried again");
        }
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(service.config.jobs.poll.min(CURRENT_EVERY)) => {}
        }
    }
    if let Err(problem) = presence.leave(&service).await {
        tracing::warn!(%problem, "the others cannot be told that this instance has stopped");
    }
}

/// Folds what was measured into its buckets until `stop` turns true.
async fn keep_metrics_small(recorder: PrometheusHandle, mut stop: watch::Receiver<bool>) {
    while !worker::is_over(&stop) {
        recorder.run_upkeep();
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(UPKEEP) => {}
        }
    }
}

/// The metrics recorder behind `/metrics`; a process has one.
///
/// # Errors
/// [`StartFault`] when another recorder is installed.
pub fn metrics_recorder() -> Result<PrometheusHandle, StartFault> {
    PrometheusBuilder::new()
        .set_buckets(&SECONDS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Full("kaiku_intake_batch_items".to_owned()), &BATCH_ITEMS)
        })
        .map_err(StartFault::of)?
        .install_recorder()
        .map_err(StartFault::of)
}
