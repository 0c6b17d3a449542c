//! The embedded migrations, run under a lock so that two starting instances do not clash.

use rust_embed::RustEmbed;
use sqlx::Connection as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::connect::unbounded_postgres;
use super::sql::{safe, statements};
use super::sqlite_file;
use super::{Store, StoreError, StoreResult};

#[derive(RustEmbed)]
#[folder = "migrations/sqlite"]
struct SqliteFiles;

#[derive(RustEmbed)]
#[folder = "migrations/postgres"]
struct PostgresFiles;

/// Why the migrations did not run.
#[derive(Debug, thiserror::Error)]
pub enum MigrationFault {
    #[error(transparent)]
    Lock(#[from] sqlite_file::LockFault),
    /// A migration failed, or an applied one has changed.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// PostgreSQL cannot be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file's name is not `NNNN_name.sql`.
    #[error("migration {0}: the name must be NNNN_name.sql")]
    Name(String),
}

statements! {
    APPLIED() -> (i64,) =
        "SELECT version FROM _sqlx_migrations WHERE success = TRUE ORDER BY version";
}

/// Brings the database of `store` up to the newest migration.
///
/// PostgreSQL: sqlx holds an advisory lock. SQLite has none, so a lock file beside the database is held during the run.
///
/// # Errors
/// See [`MigrationFault`].
pub async fn migrate(store: &Store, url: &str) -> Result<(), MigrationFault> {
    match store {
        Store::Sqlite { writer, .. } => {
            let _held = sqlite_file::path(url).map(sqlite_file::lock_beside).transpose()?;
            migrator::<SqliteFiles>()?.run(writer).await?;
        }
        Store::Postgres { .. } => {
            let mut connection = unbounded_postgres(url).await?;
            migrator::<PostgresFiles>()?.run(&mut connection).await?;
            // It is closed anyway.
            let _ = connection.close().await;
        }
    }
    Ok(())
}

/// Whether every embedded migration has been applied, for `/readyz`.
///
/// # Errors
/// [`StoreError::Unavailable`] when the database cannot be asked.
pub async fn is_current(store: &Store) -> StoreResult<bool> {
    let mut db = store.read().await?;
    let rows = APPLIED.fetch_all(&mut db, ()).await?;
    let wanted = match store {
        Store::Sqlite { .. } => migrator::<SqliteFiles>(),
        Store::Postgres { .. } => migrator::<PostgresFiles>(),
    }
    .map_err(|why| StoreError::Broken(why.to_string()))?;
    Ok(wanted.iter().all(|migration| rows.iter().any(|(version,)| *version == migration.version)))
}

fn migrator<Files: RustEmbed>() -> Result<Migrator, MigrationFault> {
    let mut migrations = Vec::new();
    for name in Files::iter() {
        let fault = || MigrationFault::Name(name.to_string());
        let (number, rest) = name.split_once('_').ok_or_else(fault)?;
        let version = number.parse().map_err(|_| fault())?;
        let title = rest.strip_suffix(".sql").ok_or_else(fault)?.to_owned();
        let file = Files::get(&name).ok_or_else(fault)?;
        let sql = String::from_utf8(file.data.into_owned()).map_err(|_| fault())?;
        migrations.push(Migration::new(version, title.into(), MigrationType::Simple, safe(sql), false));
    }
    migrations.sort_by_key(|migration| migration.version);
    Ok(Migrator::with_migrations(migrations))
}

#[cfg(test)]
mod tests {
    use super::{PostgresFiles, SqliteFiles};

    #[test]
    fn both_databases_have_the_same_migrations() {
        let mut sqlite: Vec<_> = SqliteFiles::iter().collect();
        let mut postgres: Vec<_> = PostgresFiles::iter().collect();
        sqlite.sort();
        postgres.sort();
        assert!(!sqlite.is_empty());
        assert_eq!(sqlite, postgres);
    }
}
