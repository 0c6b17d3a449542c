//! Many rows with few statements. The two databases want it differently, so both stand here.
//!
//! SQLite: multi-row `VALUES` in fixed sizes, so that the prepared statements stay cached. Its parameters are `?` and
//! not `$1`: sqlx asks for each parameter's name, and SQLite searches a list of names that would be as long as the list
//! of parameters.
//!
//! PostgreSQL: one statement and one round trip for any number of rows, a parameter a column, put together by `UNNEST`.

/// How many rows one statement of SQLite inserts: the largest that fits is used until all are in.
const CHUNKS: [usize; 12] = [64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1];

/// The statements that insert into one table.
pub struct Inserts {
    sqlite: Vec<(usize, String)>,
    /// For PostgreSQL.
    pub postgres: String,
}

impl Inserts {
    /// Statements for `columns` (name and PostgreSQL's type), ended by what each database is told of conflicts.
    pub fn new(table: &str, columns: &[(&str, &str)], sqlite_end: &str, postgres_end: &str) -> Self {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let begin = format!("INSERT INTO {table} ({})", names.join(", "));
        let row = format!("({})", vec!["?"; columns.len()].join(","));
        let arrays: Vec<String> =
            columns.iter().enumerate().map(|(index, (_, kind))| format!("${}::{kind}[]", index + 1)).collect();
        Self {
            sqlite: CHUNKS
                .into_iter()
                .map(|rows| (rows, format!("{begin} VALUES {} {sqlite_end}", vec![row.as_str(); rows].join(","))))
                .collect(),
            postgres: format!("{begin} SELECT * FROM UNNEST({}) {postgres_end}", arrays.join(", ")),
        }
    }

    /// Splits `all` into the sizes of SQLite's statements.
    pub fn chunks<'s, 'r, T>(&'s self, all: &'r [T]) -> Vec<(&'s str, &'r [T])> {
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

/// Binds the values of each row, one row after the other: for [`Inserts::chunks`].
macro_rules! bind_rows {
    ($query:expr, $rows:expr, $row:ident => [$($value:expr),* $(,)?]) => {{
        let mut query = $query;
        for $row in $rows {
            query = query$(.bind($value))*;
        }
        query
    }};
}
pub(super) use bind_rows;

/// Binds the values of each column as an array: for [`Inserts::postgres`].
macro_rules! bind_columns {
    ($query:expr, $rows:expr, $row:ident => [$($value:expr),* $(,)?]) => {
        $query$(.bind($rows.iter().map(|$row| $value).collect::<Vec<_>>()))*
    };
}
pub(super) use bind_columns;

#[cfg(test)]
mod tests {
    use super::Inserts;

    #[test]
    fn rows_are_split_into_the_largest_chunks() {
        let inserts = Inserts::new("t", &[("id", "UUID"), ("n", "BIGINT")], "RETURNING 1", "RETURNING id");
        assert_eq!(
            inserts.postgres,
            "INSERT INTO t (id, n) SELECT * FROM UNNEST($1::UUID[], $2::BIGINT[]) RETURNING id"
        );
        let rows = [0u8; 87];
        let chunks = inserts.chunks(&rows);
        assert_eq!(chunks.iter().map(|(_, chunk)| chunk.len()).collect::<Vec<_>>(), [64, 16, 6, 1]);
        assert_eq!(chunks[3].0, "INSERT INTO t (id, n) VALUES (?,?) RETURNING 1");
    }
}
