//! Inserts many rows with few statements. The two databases need different forms, so both are here.
//!
//! SQLite: `INSERT … SELECT … FROM (VALUES …)` for fixed numbers of rows, so that the prepared statements stay cached. Places that
//! are left over stay null, and their rows are left out. What many rows have in common, such as unit and day, is bound once for
//! all of them: binding was a third of the writer's work. Parameters are `?` and not `$1`: sqlx asks for each parameter's name,
//! and SQLite searches a list of names that would be as long as the list of parameters.
//!
//! PostgreSQL: one statement and one round trip for any number of rows, with an array for each column, joined by `UNNEST`.

use std::marker::PhantomData;
use std::sync::LazyLock;

use sqlx::TypeInfo as _;
use sqlx::postgres::{PgArguments, PgTypeInfo, Postgres};
use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::{Sqlite, SqliteArguments};

use super::sql::{ColumnParameters, ColumnValues, Columns, Describe, Described, Read, safe};
use super::{StoreResult, Writer};

/// For how many rows there is a statement of SQLite. The smallest that takes all rows is used, after the largest as often as
/// they fill it.
const SIZES: [usize; 9] = [1, 2, 4, 8, 16, 24, 32, 48, 64];
/// The fewest rows for which what they have in common is bound once.
const WORTH_SHARING: usize = 3;

/// The parts of an insert.
pub struct Table {
    pub module: &'static str,
    pub name: &'static str,
    /// The columns that differ from row to row; the first is never null.
    pub own: &'static [&'static str],
    /// The columns that many rows have in common.
    pub shared: &'static [&'static str],
    /// The end of the statement on PostgreSQL: what to do on a conflict, and what to return.
    pub postgres_end: &'static str,
}

/// The statements that insert rows into one table, with values of the types `O` for its own columns and of `S` for its shared
/// ones. PostgreSQL returns rows of `R`.
pub struct Inserts<O, S = (), R = ()> {
    table: Table,
    /// Every value is bound for each row.
    apart: Vec<(usize, String)>,
    /// Shared values are bound once; empty if no columns are shared.
    together: Vec<(usize, String)>,
    postgres: String,
    types: PhantomData<fn(O, S) -> R>,
}

/// A statement of SQLite's with the rows that it inserts, in their order.
pub type InSqlite<'r, T> = (Query<'static, Sqlite, SqliteArguments>, Vec<&'r T>);

impl<O: ColumnParameters, S: ColumnParameters, R> Inserts<O, S, R> {
    /// The statements for a table.
    pub fn new(table: Table) -> Self {
        let begin = format!("INSERT INTO {} ({})", table.name, [table.own, table.shared].concat().join(", "));
        let from_values = |columns: usize, rows: usize| {
            let row = format!("({})", vec!["?"; columns].join(","));
            format!("FROM (VALUES {}) WHERE column1 IS NOT NULL", vec![row.as_str(); rows].join(","))
        };
        let own = (1..=O::COUNT).map(|column| format!("column{column}"));
        let with_shared: Vec<String> = own.chain(std::iter::repeat_n("?".to_owned(), S::COUNT)).collect();
        let apart = |rows| format!("{begin} SELECT * {}", from_values(O::COUNT + S::COUNT, rows));
        let together = |rows| format!("{begin} SELECT {} {}", with_shared.join(","), from_values(O::COUNT, rows));
        let arrays: Vec<String> =
            Self::arrays().iter().zip(1..).map(|(kind, number)| format!("${number}::{}", kind.name())).collect();
        let shares = S::COUNT > 0;
        Self {
            apart: SIZES.into_iter().map(|rows| (rows, apart(rows))).collect(),
            together: SIZES.into_iter().filter(|_| shares).map(|rows| (rows, together(rows))).collect(),
            postgres: format!("{begin} SELECT * FROM UNNEST({}) {}", arrays.join(", "), table.postgres_end),
            table,
            types: PhantomData,
        }
    }

    fn arrays() -> Vec<PgTypeInfo> {
        [O::postgres_arrays(), S::postgres_arrays()].concat()
    }

    /// Inserts `all` rows; does nothing when there are none.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub async fn execute<'r, T, VO: ColumnValues<'r, O>, VS: ColumnValues<'r, S>>(
        &'static self,
        tx: &mut Writer,
        all: &'r [T],
        own: impl Fn(&'r T) -> VO,
        shared: impl Fn(&'r T) -> VS,
    ) -> StoreResult<()> {
        if all.is_empty() {
            return Ok(());
        }
        match tx {
            Writer::Sqlite(c) => {
                for (query, _) in self.in_sqlite(all, own, shared)? {
                    query.execute(&mut **c).await?;
                }
            }
            Writer::Postgres(c) => {
                let values = columns(all, own, shared)?;
                sqlx::query_with::<Postgres, _>(safe(self.postgres.as_str()), values).execute(&mut **c).await?;
            }
        }
        Ok(())
    }

    /// SQLite's statements for `all` rows, each with the rows that it inserts.
    ///
    /// # Errors
    /// When a value cannot be encoded.
    pub fn in_sqlite<'r, T, VO: ColumnValues<'r, O>, VS: ColumnValues<'r, S>>(
        &'static self,
        all: &'r [T],
        own: impl Fn(&'r T) -> VO,
        shared: impl Fn(&'r T) -> VS,
    ) -> StoreResult<Vec<InSqlite<'r, T>>> {
        let (mut found, mut apart) = (Vec::new(), Vec::new());
        for group in alike(all, &shared) {
            if self.together.is_empty() || group.len() < WORTH_SHARING {
                apart.extend(group);
                continue;
            }
            for (sql, rows) in chunks(&self.together, &group) {
                let mut arguments = SqliteArguments::default();
                if let Some(first) = rows.first() {
                    shared(first).add_to_sqlite(&mut arguments).map_err(sqlx::Error::Encode)?;
                }
                for row in rows {
                    own(row).add_to_sqlite(&mut arguments).map_err(sqlx::Error::Encode)?;
                }
                found.push((sqlx::query_with(safe(sql), arguments), rows.to_vec()));
            }
        }
        for (sql, rows) in chunks(&self.apart, &apart) {
            let mut arguments = SqliteArguments::default();
            for row in rows {
                own(row).add_to_sqlite(&mut arguments).map_err(sqlx::Error::Encode)?;
                shared(row).add_to_sqlite(&mut arguments).map_err(sqlx::Error::Encode)?;
            }
            found.push((sqlx::query_with(safe(sql), arguments), rows.to_vec()));
        }
        Ok(found)
    }

    /// PostgreSQL's statement for `all` rows, which returns a row for each that was inserted.
    ///
    /// # Errors
    /// When a value cannot be encoded.
    pub fn returning_in_postgres<'r, T, VO: ColumnValues<'r, O>, VS: ColumnValues<'r, S>>(
        &'static self,
        all: &'r [T],
        own: impl Fn(&'r T) -> VO,
        shared: impl Fn(&'r T) -> VS,
    ) -> StoreResult<QueryAs<'static, Postgres, R, PgArguments>>
    where
        R: Read,
    {
        Ok(sqlx::query_as_with(safe(self.postgres.as_str()), columns(all, own, shared)?))
    }
}

/// The rows in groups whose shared values are the same.
fn alike<'r, T, S, V: ColumnValues<'r, S>>(all: &'r [T], shared: impl Fn(&'r T) -> V) -> Vec<Vec<&'r T>> {
    let mut groups: Vec<(V, Vec<&T>)> = Vec::new();
    for row in all {
        let values = shared(row);
        match groups.iter_mut().find(|(held, _)| held.are_same(&values)) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((values, vec![row])),
        }
    }
    groups.into_iter().map(|(_, rows)| rows).collect()
}

/// Splits rows into the sizes of SQLite's statements.
fn chunks<'r, T>(statements: &'static [(usize, String)], all: &'r [T]) -> Vec<(&'static str, &'r [T])> {
    let mut rest = all;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let Some((size, sql)) = statements.iter().find(|(size, _)| *size >= rest.len()).or(statements.last()) else {
            break;
        };
        let (chunk, after) = rest.split_at(rest.len().min(*size));
        found.push((sql.as_str(), chunk));
        rest = after;
    }
    found
}

/// An array for each column of `all` rows.
fn columns<'r, T, O, S, VO: ColumnValues<'r, O>, VS: ColumnValues<'r, S>>(
    all: &'r [T],
    own: impl Fn(&'r T) -> VO,
    shared: impl Fn(&'r T) -> VS,
) -> StoreResult<PgArguments> {
    let mut arguments = PgArguments::default();
    VO::add_columns(all.iter().map(own), &mut arguments).map_err(sqlx::Error::Encode)?;
    VS::add_columns(all.iter().map(shared), &mut arguments).map_err(sqlx::Error::Encode)?;
    Ok(arguments)
}

impl<O: ColumnParameters, S: ColumnParameters, R: Columns> Describe for LazyLock<Inserts<O, S, R>> {
    fn describe(&'static self) -> Vec<Described> {
        let described = |sqlite, postgres| Described {
            module: self.table.module,
            name: "INSERTS",
            sqlite,
            postgres,
            parameters: Inserts::<O, S, R>::arrays(),
            columns: if postgres.is_some() { R::columns() } else { Vec::new() },
        };
        let in_sqlite = |statements: &'static [(usize, String)], own: usize, once: usize| {
            statements.iter().map(move |(rows, sql)| described(Some((sql.as_str(), own * rows + once)), None))
        };
        in_sqlite(&self.apart, O::COUNT + S::COUNT, 0)
            .chain(in_sqlite(&self.together, O::COUNT, S::COUNT))
            .chain([described(None, Some(self.postgres.as_str()))])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::{Inserts, Table, alike, chunks};

    type Shared = (Option<String>, bool);

    static INSERTS: LazyLock<Inserts<(i64,), Shared>> = LazyLock::new(|| {
        Inserts::new(Table {
            module: "",
            name: "t",
            own: &["n"],
            shared: &["word", "open"],
            postgres_end: "RETURNING n",
        })
    });

    #[test]
    fn statements_bind_shared_values_once_or_for_each_row() {
        assert_eq!(
            INSERTS.postgres,
            "INSERT INTO t (n, word, open) SELECT * FROM UNNEST($1::INT8[], $2::TEXT[], $3::BOOL[]) RETURNING n"
        );
        assert_eq!(
            INSERTS.apart[1].1,
            "INSERT INTO t (n, word, open) SELECT * FROM (VALUES (?,?,?),(?,?,?)) WHERE column1 IS NOT NULL"
        );
        assert_eq!(
            INSERTS.together[1].1,
            "INSERT INTO t (n, word, open) SELECT column1,?,? FROM (VALUES (?),(?)) WHERE column1 IS NOT NULL"
        );
    }

    #[test]
    fn rows_fill_the_largest_statement_and_the_smallest_that_takes_the_rest() {
        let sizes = |rows: usize| -> Vec<(usize, usize)> {
            let rows = vec![0u8; rows];
            let size_of = |sql: &str| INSERTS.apart.iter().find(|(_, text)| text == sql).map_or(0, |(size, _)| *size);
            chunks(&INSERTS.apart, &rows).into_iter().map(|(sql, chunk)| (size_of(sql), chunk.len())).collect()
        };
        assert_eq!(sizes(0), []);
        assert_eq!(sizes(1), [(1, 1)]);
        assert_eq!(sizes(17), [(24, 17)]);
        assert_eq!(sizes(64), [(64, 64)]);
        assert_eq!(sizes(150), [(64, 64), (64, 64), (24, 22)]);
    }

    #[test]
    fn rows_with_the_same_shared_values_are_together() {
        let rows = [(1, Some("a")), (2, None), (3, Some("a")), (4, Some("b")), (5, None)];
        let groups = alike::<_, (Option<String>, i64), _>(&rows, |(_, word)| (*word, 7));
        let numbers: Vec<Vec<i32>> =
            groups.into_iter().map(|rows| rows.into_iter().map(|(n, _)| *n).collect()).collect();
        assert_eq!(numbers, [vec![1, 3], vec![2, 5], vec![4]]);
    }
}
