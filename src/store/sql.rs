//! The small macros that run one SQL text on whichever database is open, and read rows by column name.

/// A struct that reads itself from a row of either database by its fields' names.
///
/// sqlx's own derive would build SQLite a second time for the compiler's side; this is the part of it we use.
macro_rules! row {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $ty:ty),* $(,)? }) => {
        $(#[$meta])*
        pub struct $name { $($(#[$field_meta])* pub $field: $ty),* }

        impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for $name
        where
            &'static str: sqlx::ColumnIndex<R>,
            $($ty: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,)*
        {
            fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
                Ok(Self { $($field: row.try_get(stringify!($field))?),* })
            }
        }
    };
}
pub(crate) use row;

/// Runs `$body` with `$c` as the open connection of either kind.
macro_rules! on {
    ($db:expr, $c:ident => $body:expr) => {
        match $crate::store::Connected::conn($db) {
            $crate::store::Conn::Sqlite($c) => $body,
            $crate::store::Conn::Postgres($c) => $body,
        }
    };
}
pub(crate) use on;

/// Executes a statement; the number of rows it touched.
macro_rules! execute {
    ($db:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::sql::on!($db, c => sqlx::query($sql)$(.bind($bind))*
            .execute(&mut *c).await.map(|done| done.rows_affected()))
            .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use execute;

/// All rows as `$row`.
macro_rules! fetch_all {
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::sql::on!($db, c => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut *c).await)
            .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use fetch_all;

/// The row as `$row`, or `None`.
macro_rules! fetch_optional {
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::sql::on!($db, c => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut *c).await)
            .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use fetch_optional;

/// The one row as `$row`.
macro_rules! fetch_one {
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::sql::on!($db, c => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_one(&mut *c).await)
            .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use fetch_one;
