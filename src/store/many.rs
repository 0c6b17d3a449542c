//! Inserts many rows with few statements. The two databases need different forms, so both are here.
//!
//! SQLite: multi-row `VALUES` in fixed sizes, so that the prepared statements stay cached. Its parameters are `?` and
//! not `$1`: sqlx asks for each parameter's name, and SQLite searches a list of names that would be as long as the list
//! of parameters.
//!
//! PostgreSQL: one statement and one round trip for any number of rows, with an array for each column, joined by `UNNEST`.

use std::marker::PhantomData;
use std::sync::LazyLock;

use sqlx::TypeInfo as _;
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::{Sqlite, SqliteArguments};

use super::sql::{ColumnParameters, ColumnValues, Columns, Describe, Described, Read, Values, safe};
use super::{StoreResult, Writer};

/// How many rows one statement of SQLite inserts. The largest that fits is used until all rows are inserted.
const CHUNKS: [usize; 12] = [64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1];

/// The parts of an insert.
pub struct Table {
    pub module: &'static str,
    pub name: &'static str,
    /// The columns it writes, in the order of the parameters.
    pub columns: &'static [&'static str],
    /// The end of the statement on SQLite: what to do on a conflict.
    pub sqlite_end: &'static str,
    /// The same for PostgreSQL.
    pub postgres_end: &'static str,
}

/// The statements that insert rows of `P` into one table. PostgreSQL returns rows of `R`.
pub struct Inserts<P, R = ()> {
    table: Table,
    sqlite: Vec<(usize, String)>,
    postgres: String,
    types: PhantomData<fn(P) -> R>,
}

/// A statement of SQLite's with the rows that it inserts.
pub type InSqlite<'r, T> = (Query<'static, Sqlite, SqliteArguments>, &'r [T]);

impl<P: ColumnParameters, R> Inserts<P, R> {
    /// The statements for a table.
    pub fn new(table: Table) -> Self {
        let begin = format!("INSERT INTO {} ({})", table.name, table.columns.join(", "));
        let row = format!("({})", vec!["?"; P::COUNT].join(","));
        let arrays = P::postgres_arrays();
        let arrays: Vec<String> =
            arrays.iter().enumerate().map(|(index, kind)| format!("${}::{}", index + 1, kind.name())).collect();
        let sqlite = |rows| format!("{begin} VALUES {} {}", vec![row.as_str(); rows].join(","), table.sqlite_end);
        Self {
            sqlite: CHUNKS.into_iter().map(|rows| (rows, sqlite(rows))).collect(),
            postgres: format!("{begin} SELECT * FROM UNNEST({}) {}", arrays.join(", "), table.postgres_end),
            table,
            types: PhantomData,
        }
    }

    /// Inserts `all` rows; does nothing when there are none.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub async fn execute<'r, T, V: Values<'r, P> + ColumnValues<'r, P>>(
        &'static self,
        tx: &mut Writer,
        all: &'r [T],
        values: impl Fn(&'r T) -> V,
    ) -> StoreResult<()> {
        if all.is_empty() {
            return Ok(());
        }
        match tx {
            Writer::Sqlite(c) => {
                for (query, _) in self.in_sqlite(all, values)? {
                    query.execute(&mut **c).await?;
                }
            }
            Writer::Postgres(c) => {
                self.in_postgres(all, values)?.execute(&mut **c).await?;
            }
        }
        Ok(())
    }

    /// SQLite's statements for `all` rows, each with the rows that it inserts.
    ///
    /// # Errors
    /// When a value cannot be encoded.
    pub fn in_sqlite<'r, T, V: Values<'r, P>>(
        &'static self,
        all: &'r [T],
        values: impl Fn(&'r T) -> V,
    ) -> StoreResult<Vec<InSqlite<'r, T>>> {
        let mut found = Vec::new();
        for (sql, chunk) in self.chunks(all) {
            let mut arguments = SqliteArguments::default();
            for row in chunk {
                values(row).add_to_sqlite(&mut arguments).map_err(sqlx::Error::Encode)?;
            }
            found.push((sqlx::query_with(safe(sql), arguments), chunk));
        }
        Ok(found)
    }

    /// PostgreSQL's statement for `all` rows.
    ///
    /// # Errors
    /// When a value cannot be encoded.
    fn in_postgres<'r, T, V: ColumnValues<'r, P>>(
        &'static self,
        all: &'r [T],
        values: impl Fn(&'r T) -> V,
    ) -> StoreResult<Query<'static, Postgres, PgArguments>> {
        Ok(sqlx::query_with(safe(self.postgres.as_str()), columns(all, values)?))
    }

    /// PostgreSQL's statement for `all` rows, which returns a row for each that was inserted.
    ///
    /// # Errors
    /// When a value cannot be encoded.
    pub fn returning_in_postgres<'r, T, V: ColumnValues<'r, P>>(
        &'static self,
        all: &'r [T],
        values: impl Fn(&'r T) -> V,
    ) -> StoreResult<QueryAs<'static, Postgres, R, PgArguments>>
    where
        R: Read,
    {
        Ok(sqlx::query_as_with(safe(self.postgres.as_str()), columns(all, values)?))
    }

    /// Splits `all` into the sizes of SQLite's statements.
    fn chunks<'r, T>(&self, all: &'r [T]) -> Vec<(&str, &'r [T])> {
        let mut rest = all;
        let mut found = Vec::new();
        for (size, sql) in &self.sqlite {
            while rest.len() >= *size {
                let (chunk, after) = rest.split_at(*size);
                found.push((sql.as_str(), chunk));
                rest = after;
            }
        }
        found
    }
}

/// An array for each column of `all` rows.
fn columns<'r, P, T, V: ColumnValues<'r, P>>(all: &'r [T], values: impl Fn(&'r T) -> V) -> StoreResult<PgArguments> {
    let mut arguments = PgArguments::default();
    V::add_columns(all.iter().map(values), &mut arguments).map_err(sqlx::Error::Encode)?;
    Ok(arguments)
}

impl<P: ColumnParameters, R: Columns> Describe for LazyLock<Inserts<P, R>> {
    fn describe(&'static self) -> Vec<Described> {
        let described = |sqlite, postgres| Described {
            module: self.table.module,
            name: "INSERTS",
            sqlite,
            postgres,
            parameters: P::postgres_arrays(),
            columns: if postgres.is_some() { R::columns() } else { Vec::new() },
        };
        let in_sqlite = self.sqlite.iter().map(|(rows, sql)| described(Some((sql.as_str(), P::COUNT * rows)), None));
        in_sqlite.chain([described(None, Some(self.postgres.as_str()))]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Inserts, Table};
    use crate::store::sql::ColumnParameters;

    type Row = (i64, Option<String>);

    #[test]
    fn rows_are_split_into_the_largest_chunks() {
        let table = Table {
            module: "",
            name: "t",
            columns: &["n", "word"],
            sqlite_end: "RETURNING 1",
            postgres_end: "RETURNING n",
        };
        let inserts = Inserts::<Row>::new(table);
        assert_eq!(Row::postgres_arrays().len(), 2);
        assert_eq!(
            inserts.postgres,
            "INSERT INTO t (n, word) SELECT * FROM UNNEST($1::INT8[], $2::TEXT[]) RETURNING n"
        );
        let rows = [0u8; 87];
        let chunks = inserts.chunks(&rows);
        assert_eq!(chunks.iter().map(|(_, chunk)| chunk.len()).collect::<Vec<_>>(), [64, 16, 6, 1]);
        assert_eq!(chunks[3].0, "INSERT INTO t (n, word) VALUES (?,?) RETURNING 1");
    }
}
