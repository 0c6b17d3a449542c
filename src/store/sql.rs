//! Statements as constants: each has its text for either database, the types of its parameters and the type of its rows.
//!
//! A store file lists its statements with [`statements!`]; nothing else runs SQL. Since every statement is in a list,
//! `tests/suite/statements.rs` can prepare all of them against both databases and compare parameters and columns.

use std::fmt;
use std::marker::PhantomData;
use std::sync::LazyLock;

use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgHasArrayType, PgRow, PgTypeInfo};
use sqlx::sqlite::{SqliteArguments, SqliteRow, SqliteTypeInfo};
use sqlx::{Arguments as _, AssertSqlSafe, Encode, FromRow, Postgres, SqlSafeStr, SqlStr, Sqlite, Type};

use super::{Conn, Connected, StoreError, StoreResult};

/// The clock of the database in microseconds since 1970, as SQLite says it: the clock of its machine.
pub(super) const NOW_SQLITE: &str = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)";
/// The same as PostgreSQL says it. What several instances compare is told by this clock, since theirs may differ.
pub(super) const NOW_POSTGRES: &str = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";

/// The text of a statement, put together from constants when it is first used.
pub enum Text {
    /// The same on both databases.
    Same(LazyLock<String>),
    /// SQLite's, then PostgreSQL's.
    Two(LazyLock<String>, LazyLock<String>),
    /// Only PostgreSQL needs it; on SQLite it does nothing.
    OnlyPostgres(LazyLock<String>),
    /// Only SQLite needs it; on PostgreSQL it does nothing.
    OnlySqlite(LazyLock<String>),
    /// Formatted at run time, for one of several statements of the same form.
    Ready(String),
}

impl Text {
    fn sqlite(&self) -> Option<&str> {
        match self {
            Self::Same(text) | Self::Two(text, _) | Self::OnlySqlite(text) => Some(text),
            Self::Ready(text) => Some(text),
            Self::OnlyPostgres(_) => None,
        }
    }

    fn postgres(&self) -> Option<&str> {
        match self {
            Self::Same(text) | Self::Two(_, text) | Self::OnlyPostgres(text) => Some(text),
            Self::Ready(text) => Some(text),
            Self::OnlySqlite(_) => None,
        }
    }
}

/// A part that several statements contain, formatted from constants when it is first used.
pub(super) struct Part(LazyLock<String>);

impl Part {
    pub const fn new(text: fn() -> String) -> Self {
        Self(LazyLock::new(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text in the type that sqlx takes. Only here does a text that is no literal become SQL: it comes from constants of the
/// store.
pub(super) fn safe<T>(text: T) -> SqlStr
where
    AssertSqlSafe<T>: SqlSafeStr,
{
    AssertSqlSafe(text).into_sql_str()
}

/// A statement with the types of its parameters `P`, a tuple, and of its rows `R`.
pub struct Statement<P, R> {
    name: &'static str,
    module: &'static str,
    text: Text,
    types: PhantomData<fn(P) -> R>,
}

impl<P: Parameters, R> Statement<P, R> {
    /// For [`statements!`].
    pub const fn new(name: &'static str, module: &'static str, text: Text) -> Self {
        Self { name, module, text, types: PhantomData }
    }

    /// One of several statements of the same form, for a table or a column.
    pub fn ready(name: &'static str, module: &'static str, text: String) -> Self {
        Self { name, module, text: Text::Ready(text), types: PhantomData }
    }

    /// Executes it and returns how many rows it touched.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn execute<'q>(&'static self, db: &mut impl Connected, values: impl Values<'q, P>) -> StoreResult<u64> {
        match db.conn() {
            Conn::Sqlite(c) => {
                let Some(text) = self.text.sqlite() else { return Ok(0) };
                Ok(sqlx::query_with(safe(text), in_sqlite(values)?).execute(c).await?.rows_affected())
            }
            Conn::Postgres(c) => {
                let Some(text) = self.text.postgres() else { return Ok(0) };
                Ok(sqlx::query_with(safe(text), in_postgres(values)?).execute(c).await?.rows_affected())
            }
        }
    }
}

impl<P: Parameters, R: Read> Statement<P, R> {
    /// All its rows.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn fetch_all<'q>(
        &'static self,
        db: &mut impl Connected,
        values: impl Values<'q, P>,
    ) -> StoreResult<Vec<R>> {
        match db.conn() {
            Conn::Sqlite(c) => {
                let Some(text) = self.text.sqlite() else { return Ok(Vec::new()) };
                Ok(sqlx::query_as_with(safe(text), in_sqlite(values)?).fetch_all(c).await?)
            }
            Conn::Postgres(c) => {
                let Some(text) = self.text.postgres() else { return Ok(Vec::new()) };
                Ok(sqlx::query_as_with(safe(text), in_postgres(values)?).fetch_all(c).await?)
            }
        }
    }

    /// Its first row, if there is one.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn fetch_optional<'q>(
        &'static self,
        db: &mut impl Connected,
        values: impl Values<'q, P>,
    ) -> StoreResult<Option<R>> {
        match db.conn() {
            Conn::Sqlite(c) => {
                let Some(text) = self.text.sqlite() else { return Ok(None) };
                Ok(sqlx::query_as_with(safe(text), in_sqlite(values)?).fetch_optional(c).await?)
            }
            Conn::Postgres(c) => {
                let Some(text) = self.text.postgres() else { return Ok(None) };
                Ok(sqlx::query_as_with(safe(text), in_postgres(values)?).fetch_optional(c).await?)
            }
        }
    }

    /// Its one row.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when it has none.
    pub async fn fetch_one<'q>(&'static self, db: &mut impl Connected, values: impl Values<'q, P>) -> StoreResult<R> {
        let row = self.fetch_optional(db, values).await?;
        row.ok_or_else(|| StoreError::Broken(format!("{}: no row", self.name)))
    }
}

fn in_sqlite<'q, P>(values: impl Values<'q, P>) -> StoreResult<SqliteArguments> {
    let mut arguments = SqliteArguments::default();
    values.add_to_sqlite(&mut arguments).map_err(sqlx::Error::Encode)?;
    Ok(arguments)
}

fn in_postgres<'q, P>(values: impl Values<'q, P>) -> StoreResult<PgArguments> {
    let mut arguments = PgArguments::default();
    values.add_to_postgres(&mut arguments).map_err(sqlx::Error::Encode)?;
    Ok(arguments)
}

/// A value that may be bound to a parameter of type `P`.
pub trait Value<'q, P>: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> + Send {}

impl<'q, T> Value<'q, T> for T where T: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> + Send {}
impl<'q> Value<'q, String> for &'q str {}
impl<'q> Value<'q, Option<String>> for Option<&'q str> {}
impl<'q> Value<'q, Vec<u8>> for &'q [u8] {}
impl<'q> Value<'q, Option<Vec<u8>>> for Option<&'q [u8]> {}

/// Values for parameters of the types `P`: a tuple of [`Value`]s.
pub trait Values<'q, P>: Send {
    /// Binds them in their order.
    ///
    /// # Errors
    /// When one cannot be encoded.
    fn add_to_sqlite(self, arguments: &mut SqliteArguments) -> Result<(), BoxDynError>;

    /// Binds them in their order.
    ///
    /// # Errors
    /// When one cannot be encoded.
    fn add_to_postgres(self, arguments: &mut PgArguments) -> Result<(), BoxDynError>;
}

/// Values of rows that PostgreSQL gets as an array for each column.
pub trait ColumnValues<'q, P>: Values<'q, P> + Sized {
    /// Binds an array for each column.
    ///
    /// # Errors
    /// When a value cannot be encoded.
    fn add_columns(rows: impl Iterator<Item = Self>, arguments: &mut PgArguments) -> Result<(), BoxDynError>;

    /// Whether each value is the same.
    fn are_same(&self, other: &Self) -> bool;
}

/// The types of a statement's parameters: a tuple.
pub trait Parameters {
    /// How many there are.
    const COUNT: usize;

    /// Their types on PostgreSQL.
    fn postgres() -> Vec<PgTypeInfo>;
}

/// Parameters that may be given to PostgreSQL as arrays.
pub trait ColumnParameters: Parameters {
    /// The types of the arrays.
    fn postgres_arrays() -> Vec<PgTypeInfo>;
}

/// A column of a row as the struct or tuple reads it.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name; `None` where it is read by its position.
    pub name: Option<&'static str>,
    /// The type that reads it.
    pub reads: &'static str,
    /// Whether that type takes a null.
    pub nullable: bool,
    /// Whether that type can read a column of this type on SQLite.
    pub sqlite: fn(&SqliteTypeInfo) -> bool,
    /// The same for PostgreSQL.
    pub postgres: fn(&PgTypeInfo) -> bool,
}

impl Column {
    /// The column of this name as `T` reads it.
    pub fn of<T: Type<Sqlite> + Type<Postgres>>(name: Option<&'static str>) -> Self {
        let reads = std::any::type_name::<T>();
        Self {
            name,
            reads,
            nullable: reads.starts_with("core::option::Option<"),
            sqlite: <T as Type<Sqlite>>::compatible,
            postgres: <T as Type<Postgres>>::compatible,
        }
    }
}

/// A type that reads a row of either database.
pub trait Read: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {
    /// The columns it reads.
    fn columns() -> Vec<Column>;
}

/// The columns of a statement's rows: none for `()`, a statement that is executed only.
pub trait Columns {
    /// The columns.
    fn columns() -> Vec<Column>;
}

impl Columns for () {
    fn columns() -> Vec<Column> {
        Vec::new()
    }
}

impl<R: Read> Columns for R {
    fn columns() -> Vec<Column> {
        <R as Read>::columns()
    }
}

macro_rules! tuple {
    ($(($value:ident $parameter:ident $place:tt))*) => {
        impl<'q, $($value, $parameter),*> Values<'q, ($($parameter,)*)> for ($($value,)*)
        where
            $($value: Value<'q, $parameter>,)*
        {
            fn add_to_sqlite(self, arguments: &mut SqliteArguments) -> Result<(), BoxDynError> {
                $(arguments.add(self.$place)?;)*
                Ok(())
            }

            fn add_to_postgres(self, arguments: &mut PgArguments) -> Result<(), BoxDynError> {
                $(arguments.add(self.$place)?;)*
                Ok(())
            }
        }

        impl<'q, $($value, $parameter),*> ColumnValues<'q, ($($parameter,)*)> for ($($value,)*)
        where
            $($value: Value<'q, $parameter> + PgHasArrayType + PartialEq,)*
        {
            fn add_columns(
                rows: impl Iterator<Item = Self>,
                arguments: &mut PgArguments,
            ) -> Result<(), BoxDynError> {
                let mut columns: ($(Vec<$value>,)*) = ($(Vec::<$value>::new(),)*);
                for row in rows {
                    $(columns.$place.push(row.$place);)*
                }
                $(arguments.add(columns.$place)?;)*
                Ok(())
            }

            fn are_same(&self, other: &Self) -> bool {
                $(self.$place == other.$place)&&*
            }
        }

        impl<$($parameter),*> Parameters for ($($parameter,)*)
        where
            $($parameter: Type<Postgres>,)*
        {
            const COUNT: usize = <[&str]>::len(&[$(stringify!($parameter)),*]);

            fn postgres() -> Vec<PgTypeInfo> {
                vec![$(<$parameter as Type<Postgres>>::type_info()),*]
            }
        }

        impl<$($parameter),*> ColumnParameters for ($($parameter,)*)
        where
            $($parameter: Type<Postgres> + PgHasArrayType,)*
        {
            fn postgres_arrays() -> Vec<PgTypeInfo> {
                vec![$(<$parameter as PgHasArrayType>::array_type_info()),*]
            }
        }
    };
}

impl<'q> Values<'q, ()> for () {
    fn add_to_sqlite(self, _: &mut SqliteArguments) -> Result<(), BoxDynError> {
        Ok(())
    }

    fn add_to_postgres(self, _: &mut PgArguments) -> Result<(), BoxDynError> {
        Ok(())
    }
}

impl<'q> ColumnValues<'q, ()> for () {
    fn add_columns(_: impl Iterator<Item = Self>, _: &mut PgArguments) -> Result<(), BoxDynError> {
        Ok(())
    }

    fn are_same(&self, (): &Self) -> bool {
        true
    }
}

impl ColumnParameters for () {
    fn postgres_arrays() -> Vec<PgTypeInfo> {
        Vec::new()
    }
}

impl Parameters for () {
    const COUNT: usize = 0;

    fn postgres() -> Vec<PgTypeInfo> {
        Vec::new()
    }
}

/// Tuples of every length from the first list's to both lists'.
macro_rules! tuples {
    ([$($of:tt)*]) => {
        tuple!($($of)*);
    };
    ([$($of:tt)*] $next:tt $($rest:tt)*) => {
        tuple!($($of)*);
        tuples!([$($of)* $next] $($rest)*);
    };
}

tuples! {
    [(V0 P0 0)]
    (V1 P1 1) (V2 P2 2) (V3 P3 3) (V4 P4 4) (V5 P5 5) (V6 P6 6)
    (V7 P7 7) (V8 P8 8) (V9 P9 9) (V10 P10 10) (V11 P11 11) (V12 P12 12) (V13 P13 13)
    (V14 P14 14) (V15 P15 15) (V16 P16 16) (V17 P17 17) (V18 P18 18) (V19 P19 19) (V20 P20 20)
    (V21 P21 21) (V22 P22 22) (V23 P23 23) (V24 P24 24) (V25 P25 25) (V26 P26 26)
}

macro_rules! tuple_rows {
    ($($part:ident),*) => {
        impl<$($part),*> Read for ($($part,)*)
        where
            Self: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
            $($part: Type<Sqlite> + Type<Postgres>,)*
        {
            fn columns() -> Vec<Column> {
                vec![$(Column::of::<$part>(None)),*]
            }
        }
    };
}

tuple_rows!(A);
tuple_rows!(A, B);
tuple_rows!(A, B, C);

/// A struct that reads itself from a row of either database by its fields' names.
///
/// sqlx's own derive macro would compile SQLite a second time for the build machine; this is the part of it that is needed.
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

        impl $crate::store::sql::Read for $name {
            fn columns() -> Vec<$crate::store::sql::Column> {
                vec![$($crate::store::sql::Column::of::<$ty>(Some(stringify!($field)))),*]
            }
        }
    };
}
pub(crate) use row;

/// What is known of a statement without running it.
#[derive(Debug, Clone)]
pub struct Described {
    /// The module that uses it.
    pub module: &'static str,
    pub name: &'static str,
    /// Its text on SQLite, if SQLite needs it, and how many parameters that has.
    pub sqlite: Option<(&'static str, usize)>,
    /// Its text on PostgreSQL, unless the description is of SQLite's text alone.
    pub postgres: Option<&'static str>,
    /// The types of its parameters on PostgreSQL.
    pub parameters: Vec<PgTypeInfo>,
    /// What its rows are read as; empty for what is executed only.
    pub columns: Vec<Column>,
}

/// Something that contains statements.
pub trait Describe {
    fn describe(&'static self) -> Vec<Described>;
}

impl<P: Parameters, R: Columns> Describe for Statement<P, R> {
    fn describe(&'static self) -> Vec<Described> {
        vec![Described {
            module: self.module,
            name: self.name,
            sqlite: self.text.sqlite().map(|text| (text, P::COUNT)),
            postgres: self.text.postgres(),
            parameters: P::postgres(),
            columns: R::columns(),
        }]
    }
}

/// Statements of the same form, one for each table or column.
impl<T: Describe, const N: usize> Describe for LazyLock<[T; N]> {
    fn describe(&'static self) -> Vec<Described> {
        self.iter().flat_map(Describe::describe).collect()
    }
}

/// The text of a statement: a literal in which names in braces are constants; `["SQLite's", "PostgreSQL's"]` where the two
/// differ; `[_, "PostgreSQL's"]` and `["SQLite's", _]` where only one of them needs it.
macro_rules! text {
    ([$sqlite:tt, _]) => {
        $crate::store::sql::Text::OnlySqlite(std::sync::LazyLock::new(|| format!($sqlite)))
    };
    ([_, $postgres:tt]) => {
        $crate::store::sql::Text::OnlyPostgres(std::sync::LazyLock::new(|| format!($postgres)))
    };
    ([$sqlite:tt, $postgres:tt $(,)?]) => {
        $crate::store::sql::Text::Two(
            std::sync::LazyLock::new(|| format!($sqlite)),
            std::sync::LazyLock::new(|| format!($postgres)),
        )
    };
    ($both:tt) => {
        $crate::store::sql::Text::Same(std::sync::LazyLock::new(|| format!($both)))
    };
}
pub(crate) use text;

/// The statements of a store file: `NAME(types of the parameters) -> type of a row = text;`, without a row type if it is
/// executed only. `..NAME;` adds what is declared elsewhere in the file.
macro_rules! statements {
    (@row) => { () };
    (@row $row:ty) => { $row };
    (
        $(.. $other:ident;)*
        $($(#[$meta:meta])* $name:ident($($parameter:ty),* $(,)?) $(-> $row:ty)? = $text:tt;)*
    ) => {
        $(
            $(#[$meta])*
            static $name: $crate::store::sql::Statement<
                ($($parameter,)*),
                $crate::store::sql::statements!(@row $($row)?),
            > = $crate::store::sql::Statement::new(
                stringify!($name),
                module_path!(),
                $crate::store::sql::text!($text),
            );
        )*

        /// Every statement of this file.
        pub(super) fn statements() -> Vec<$crate::store::sql::Described> {
            let mut all = Vec::new();
            $(all.extend($crate::store::sql::Describe::describe(&$other));)*
            $(all.extend($crate::store::sql::Describe::describe(&$name));)*
            all
        }
    };
}
pub(crate) use statements;
