//! Opens either database, and gives out readers and writing transactions.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

use super::receipts::Newest;
use super::sql::statements;
use super::sqlite_file;
use super::{StoreError, StoreResult};
use crate::config::{Database, DatabaseKind};

/// KiB of page cache of the one write connection (negative is SQLite's way to say KiB).
const SQLITE_WRITER_CACHE_KIB: &str = "-16384";
/// KiB of page cache of each read connection.
const SQLITE_READER_CACHE_KIB: &str = "-2048";
/// Modes of a new database's folder and file: people's words are for the service alone.
const OWNER_ONLY_FOLDER: u32 = 0o700;
const OWNER_ONLY_FILE: u32 = 0o600;
/// SQLite's read connections are closed after this long without use, so that an idle service uses little memory.
const READER_IDLE: Duration = Duration::from_secs(60);

/// The open database.
#[derive(Clone)]
pub enum Store {
    /// The embedded default: one writer, and several readers that never wait for it (WAL).
    Sqlite {
        /// Read-only connections.
        readers: SqlitePool,
        /// Exactly one connection; the pool's fair queue puts the writers in order.
        writer: SqlitePool,
        /// The newest receipts; one process serves a SQLite file.
        newest: Arc<Newest>,
    },
    /// The way to many machines.
    Postgres {
        /// The pool from which this value takes its connections.
        used: PgPool,
        /// The pools of all users, for [`Store::by`].
        pools: Arc<PgPools>,
    },
}

/// Whose connections to PostgreSQL are used. Each has its own, so that none waits for connections that others hold while
/// they wait for a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connections {
    /// Requests.
    Requests,
    /// The intake writer.
    Writer,
    /// The worker, and commands: their statements may take long.
    Background,
}

/// PostgreSQL's connections.
pub struct PgPools {
    requests: PgPool,
    writer: PgPool,
    background: PgPool,
}

/// A connection that only reads.
pub enum Reader {
    /// SQLite, opened read-only.
    Sqlite(PoolConnection<Sqlite>),
    /// PostgreSQL.
    Postgres(PoolConnection<Postgres>),
}

/// An open transaction that may write. Dropping it without [`Writer::commit`] rolls it back.
pub enum Writer {
    /// Begun IMMEDIATE: a transaction that reads first and writes later would fail at once when another wrote between.
    Sqlite(Transaction<'static, Sqlite>),
    /// PostgreSQL, READ COMMITTED.
    Postgres(Transaction<'static, Postgres>),
}

/// The connection of either kind, for [`super::sql`].
pub enum Conn<'a> {
    Sqlite(&'a mut SqliteConnection),
    /// PostgreSQL.
    Postgres(&'a mut PgConnection),
}

/// What a reading store function takes: a reader, or a writer's transaction.
pub trait Connected: Send {
    /// The connection underneath.
    fn conn(&mut self) -> Conn<'_>;
}

impl Connected for Reader {
    fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(c) => Conn::Sqlite(c),
            Self::Postgres(c) => Conn::Postgres(c),
        }
    }
}

impl Connected for Writer {
    fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(c) => Conn::Sqlite(c),
            Self::Postgres(c) => Conn::Postgres(c),
        }
    }
}

statements! {
    ONE_MOMENT() =
        [_, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"];
    // SQLite: nobody uses this number, and setting it writes a page, whether it changes or not. PostgreSQL: a message that
    // nobody reads stands in the log of the database, and locks no row.
    PROVE_WRITABLE() =
        ["PRAGMA user_version = 0", "SELECT FROM pg_logical_emit_message(TRUE, 'kaiku', '')"];
}

impl Store {
    /// Opens the database of `config.url` (`sqlite:PATH` or `postgres://…`). A missing SQLite file and its folder are made.
    ///
    /// # Errors
    /// [`StoreError::Broken`] for an address that does not parse, [`StoreError::Unavailable`] when it cannot be opened.
    pub async fn open(config: &Database) -> StoreResult<Self> {
        let url: &str = &config.url;
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return open_postgres(config).await;
        }
        let Some(path) = sqlite_file::path(url) else {
            return Err(StoreError::Broken("database.url must begin with sqlite: or postgres://".to_owned()));
        };
        open_sqlite(config, Path::new(path)).await
    }

    /// Checks how the database would be reached, without reaching it.
    ///
    /// # Errors
    /// [`StoreError::Broken`] for an address that does not parse, and for PostgreSQL on another machine without verified TLS.
    pub fn check(config: &Database) -> StoreResult<()> {
        match config.kind() {
            DatabaseKind::Sqlite => Ok(()),
            DatabaseKind::Postgres => postgres_options(&config.url).map(|_| ()),
        }
    }

    /// The same database with the connections of another user. SQLite has one writing connection, whose queue is fair, so
    /// nothing changes there.
    #[must_use]
    pub fn by(&self, connections: Connections) -> Self {
        match self {
            Self::Sqlite { .. } => self.clone(),
            Self::Postgres { pools, .. } => {
                let used = match connections {
                    Connections::Requests => pools.requests.clone(),
                    Connections::Writer => pools.writer.clone(),
                    Connections::Background => pools.background.clone(),
                };
                Self::Postgres { used, pools: Arc::clone(pools) }
            }
        }
    }

    /// The SQLite file of `config.url`, if it is not there.
    pub fn missing_file(config: &Database) -> Option<PathBuf> {
        sqlite_file::path(&config.url).map(PathBuf::from).filter(|path| !path.exists())
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when none is free within the configured time.
    pub async fn read(&self) -> StoreResult<Reader> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Reader::Sqlite(readers.acquire().await?),
            Self::Postgres { used, .. } => Reader::Postgres(used.acquire().await?),
        })
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is locked, gone or overloaded.
    pub async fn write(&self) -> StoreResult<Writer> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Writer::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres { used, .. } => Writer::Postgres(used.begin().await?),
        })
    }

    /// Begins a transaction whose statements all see the same state of the data.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn one_moment(&self) -> StoreResult<Writer> {
        let mut tx = self.write().await?;
        // On SQLite the write lock keeps other writers out; on PostgreSQL each statement would see what others commit meanwhile.
        ONE_MOMENT.execute(&mut tx, ()).await?;
        Ok(tx)
    }

    /// Commits a transaction that changes nothing and is written to disk all the same: proof that the database takes
    /// transactions and the disk has room for them.
    ///
    /// # Errors
    /// As [`Store::write`] and [`Writer::commit`].
    pub async fn prove_writable(&self) -> StoreResult<()> {
        let mut tx = self.write().await?;
        PROVE_WRITABLE.execute(&mut tx, ()).await?;
        tx.commit().await
    }

    /// Takes what was just erased out of SQLite's write-ahead log too, where it would stay readable until the log is
    /// written again. Does nothing while a reader still needs the log; the next checkpoint does it then.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn forget_erased(&self) -> StoreResult<()> {
        if let Self::Sqlite { writer, .. } = self {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await?;
        }
        Ok(())
    }

    /// `sqlite` or `postgres`, for logs and metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    /// Closes every connection when its work is done.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pools, .. } => {
                tokio::join!(pools.requests.close(), pools.writer.close(), pools.background.close());
            }
        }
    }
}

impl Writer {
    /// Makes everything written durable.
    ///
    /// # Errors
    /// [`StoreError::OutcomeUnknown`] when the database did not say whether it is stored; after any other error nothing is.
    pub async fn commit(self) -> StoreResult<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
        .map_err(StoreError::of_commit)
    }
}

/// The right to serve a SQLite file alone, until it is dropped. Drop it after the store: closing any descriptor of the file
/// gives up all locks that SQLite has in this process.
#[derive(Debug)]
pub struct ServesAlone {
    /// The database's own file: the lock is the same under every name of it, and there is no other file to remove. It is of
    /// another kind (`flock`) than SQLite's locks (`fcntl`), which it leaves alone. The system unlocks it when the process
    /// ends, however it ends.
    _held: File,
}

/// Takes the right to serve the SQLite file of `config.url`; PostgreSQL has any number of instances and needs none.
///
/// # Errors
/// [`StoreError::Exists`] when another process serves it, [`StoreError::Unavailable`] when it cannot be opened, made or
/// locked.
pub fn serve_alone(config: &Database) -> StoreResult<Option<ServesAlone>> {
    let Some(path) = sqlite_file::path(&config.url) else { return Ok(None) };
    let held = open_file(Path::new(path))?;
    match held.try_lock() {
        Ok(()) => Ok(Some(ServesAlone { _held: held })),
        Err(TryLockError::WouldBlock) => Err(StoreError::Exists(format!("another process serves the database {path}"))),
        Err(TryLockError::Error(why)) => Err(StoreError::Unavailable(format!("{path}: {why}"))),
    }
}

/// Opens the file of a SQLite database. It and its folder are made if they are missing: here and not by SQLite, which would
/// let everybody on the machine read it; its other files take its mode over.
fn open_file(path: &Path) -> StoreResult<File> {
    let fault = |path: &Path, why| StoreError::Unavailable(format!("{}: {why}", path.display()));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let made = DirBuilder::new().recursive(true).mode(OWNER_ONLY_FOLDER).create(folder);
        made.map_err(|why| fault(folder, why))?;
    }
    let opened = OpenOptions::new().append(true).create(true).mode(OWNER_ONLY_FILE).open(path);
    opened.map_err(|why| fault(path, why))
}

async fn open_sqlite(config: &Database, path: &Path) -> StoreResult<Store> {
    drop(open_file(path)?);
    // The first connection switches the file to WAL, for which SQLite does not wait its turn: starting instances do here.
    let _held =
        sqlite_file::lock_beside(&path.to_string_lossy()).map_err(|why| StoreError::Unavailable(why.to_string()))?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(config.busy_timeout)
        // What retention erases must not stay readable in free pages.
        .pragma("secure_delete", "ON")
        .statement_cache_capacity(200);
    let acquire = config.acquire_timeout;
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(acquire)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        // When the disk is full SQLite ends a transaction by itself, but sqlx takes it for open ever after: such a
        // connection is closed. The ping waits for a rollback that is in progress.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(
            options
                .clone()
                .pragma("cache_size", SQLITE_WRITER_CACHE_KIB)
                // Otherwise each multi-row statement writes what a rollback needs to a new file.
                .pragma("temp_store", "MEMORY"),
        )
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(config.readers)
        .acquire_timeout(acquire)
        .test_before_acquire(false)
        .idle_timeout(READER_IDLE)
        .connect_lazy_with(
            options.create_if_missing(false).read_only(true).pragma("cache_size", SQLITE_READER_CACHE_KIB),
        );
    Ok(Store::Sqlite { readers, writer, newest: Arc::new(Newest::new(config.receipts_in_run)) })
}

/// Connections of the intake writer and of the worker at most. The writer needs one, and a second while a lost one is
/// given up.
const WRITER_CONNECTIONS: u32 = 2;
const BACKGROUND_CONNECTIONS: u32 = 4;
/// How many times as long a statement of the worker or of a command may take as one of a request.
const BACKGROUND_PATIENCE: u32 = 20;

async fn open_postgres(config: &Database) -> StoreResult<Store> {
    let options = postgres_options(&config.url)?.application_name("kaiku");
    let pool = |most: u32| PgPoolOptions::new().max_connections(most).acquire_timeout(config.acquire_timeout);
    let short = options.clone().options(session(config, config.pg_statement_timeout));
    let long = options.options(session(config, config.pg_statement_timeout * BACKGROUND_PATIENCE));
    let pools = PgPools {
        requests: pool(config.pg_connections).connect_with(short.clone()).await?,
        writer: pool(WRITER_CONNECTIONS).connect_lazy_with(short),
        background: pool(BACKGROUND_CONNECTIONS).connect_lazy_with(long),
    };
    Ok(Store::Postgres { used: pools.requests.clone(), pools: Arc::new(pools) })
}

/// What a session with PostgreSQL is to hold to, whatever the server's own settings are. A transaction whose machine is lost
/// holds its locks no longer than the server takes to notice it.
fn session(config: &Database, statement: Duration) -> Vec<(&'static str, String)> {
    let ms = |time: Duration| time.as_millis().to_string();
    vec![
        ("lock_timeout", ms(config.pg_lock_timeout)),
        ("statement_timeout", ms(statement)),
        ("idle_in_transaction_session_timeout", ms(config.pg_idle_transaction_timeout)),
        ("default_transaction_isolation", "read committed".to_owned()),
        ("synchronous_commit", "on".to_owned()),
        // Seconds, but the last.
        ("tcp_keepalives_idle", "30".to_owned()),
        ("tcp_keepalives_interval", "10".to_owned()),
        ("tcp_keepalives_count", "3".to_owned()),
        ("tcp_user_timeout", ms(config.pg_idle_transaction_timeout)),
    ]
}

/// A connection without these bounds, for migrations: they wait for each other, and may take long.
pub(super) async fn unbounded_postgres(url: &str) -> StoreResult<PgConnection> {
    Ok(PgConnection::connect_with(&postgres_options(url)?.application_name("kaiku migrate")).await?)
}

/// How PostgreSQL is reached. On another machine only over TLS whose certificate belongs to that machine's name: else
/// somebody on the way could read every text, or answer in the database's place.
fn postgres_options(url: &str) -> StoreResult<PgConnectOptions> {
    let options = PgConnectOptions::from_str(url)?;
    let host = options.get_host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || address.is_ok_and(|address| address.to_canonical().is_loopback());
    if here || matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
        return Ok(options);
    }
    Err(StoreError::Broken(
        "database.url names PostgreSQL on another machine without verified TLS; add sslmode=verify-full to it, and \
         sslrootcert=FILE where the server's certificate is from an authority of your own"
            .to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_on_another_machine_takes_verified_tls() {
        for sound in [
            "postgres://kaiku@127.0.0.1/kaiku",
            "postgres://kaiku@[::1]/kaiku",
            "postgres://kaiku@localhost:5433/kaiku?sslmode=disable",
            "postgres://kaiku@%2Fvar%2Frun%2Fpostgresql/kaiku",
            "postgres:///kaiku?host=/var/run/postgresql",
            "postgres://kaiku@db.example.fi/kaiku?sslmode=verify-full",
            "postgres://kaiku@10.0.0.5/kaiku?sslmode=verify-full&sslrootcert=/etc/kaiku/ca.pem",
        ] {
            assert!(postgres_options(sound).is_ok(), "{sound}");
        }
        for open in [
            "postgres://kaiku@db.example.fi/kaiku",
            "postgres://kaiku:geheim@db.example.fi/kaiku?sslmode=require",
            "postgres://kaiku@db.example.fi/kaiku?sslmode=verify-ca",
            "postgres://kaiku@10.0.0.5/kaiku?sslmode=prefer",
            "postgres:///kaiku?host=db.example.fi",
            "postgres:///kaiku?hostaddr=10.0.0.5",
            "postgresql://kaiku@localhost.example.fi/kaiku?sslmode=disable",
        ] {
            let why = postgres_options(open).expect_err(open).to_string();
            assert!(why.contains("sslmode=verify-full") && !why.contains("geheim"), "{why}");
        }
    }
}
