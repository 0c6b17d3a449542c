//! How the values of this crate are stored in columns, the same on both databases.

use jiff::civil::Date;
use serde::Serialize;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgHasArrayType, PgTypeInfo};
use sqlx::sqlite::SqliteTypeInfo;
use sqlx::{Database, Decode, Encode, Postgres, Sqlite, Type};
use uuid::Uuid;

use crate::base::ReceiptHash;

/// Where the first page of a list begins: before all days that are stored.
pub(super) const BEFORE_EVERY_DAY: Day = Day(Date::constant(1, 1, 1));

/// A day as ISO text (`2026-11-20`): it sorts as text and reads the same on both databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub Date);

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        day.0
    }
}

/// How a value is stored as another type that the databases know: how it is written, and read back.
macro_rules! stored_as {
    ($name:ty, $stored:ty, $write:expr, $read:expr) => {
        impl<DB: Database> Type<DB> for $name
        where
            $stored: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <$stored as Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <$stored as Type<DB>>::compatible(ty)
            }
        }

        impl PgHasArrayType for $name {
            fn array_type_info() -> PgTypeInfo {
                <$stored as PgHasArrayType>::array_type_info()
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name
        where
            $stored: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buf: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                <$stored as Encode<'q, DB>>::encode($write(self), buf)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            $stored: Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                $read(<$stored as Decode<'r, DB>>::decode(value)?)
            }
        }
    };
}

stored_as!(Day, String, |day: &Day| day.0.to_string(), |text: String| Ok(Day(text.parse()?)));
stored_as!(ReceiptHash, Uuid, |hash: &ReceiptHash| hash.0, |id| Ok(ReceiptHash(id)));

/// A list of values as one parameter: a JSON list for `json_each` on SQLite, an array for `ANY` on PostgreSQL. In JSON a
/// UUID is text, which `unhex(value, '-')` turns into bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Many<T>(pub Vec<T>);

impl<T> Type<Sqlite> for Many<T> {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl<T> Type<Postgres> for Many<T>
where
    Vec<T>: Type<Postgres>,
{
    fn type_info() -> PgTypeInfo {
        <Vec<T> as Type<Postgres>>::type_info()
    }
}

impl<'q, T: Serialize> Encode<'q, Sqlite> for Many<T> {
    fn encode_by_ref(&self, buf: &mut <Sqlite as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<'q, Sqlite>>::encode(serde_json::to_string(&self.0)?, buf)
    }
}

impl<'q, T> Encode<'q, Postgres> for Many<T>
where
    Vec<T>: Encode<'q, Postgres>,
{
    fn encode_by_ref(&self, buf: &mut <Postgres as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.0.encode_by_ref(buf)
    }
}
