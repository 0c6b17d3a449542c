//! What was written with which key.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::sql::{execute, fetch_all, row};
use super::{Connected, StoreResult, Writer};
use crate::base::redacted_debug;

/// A column with what is sealed, the column with its key's id, and the table's id, which is the record it is sealed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// Its name in what is printed.
    pub kind: &'static str,
    table: &'static str,
    id: &'static str,
    key_id: &'static str,
    sealed: &'static str,
}

/// Everything that is sealed.
pub const SEALED: [Sealed; 5] = [
    Sealed { kind: "contacts", table: "contacts", id: "feedback_id", key_id: "key_id", sealed: "sealed" },
    Sealed { kind: "reminders", table: "reminders", id: "feedback_id", key_id: "key_id", sealed: "sealed" },
    Sealed { kind: "volunteers", table: "volunteers", id: "id", key_id: "key_id", sealed: "sealed" },
    Sealed { kind: "webhook_secrets", table: "webhooks", id: "id", key_id: "key_id", sealed: "sealed" },
    Sealed {
        kind: "previous_webhook_secrets",
        table: "webhooks",
        id: "id",
        key_id: "previous_key_id",
        sealed: "previous_sealed",
    },
];

/// Hashes that name their key; they cannot be made anew, and their keys stay for good or until they are erased.
const HASHED: [(&str, &str, &str); 2] =
    [("receipts", "feedback", "receipt_key"), ("card_stubs", "card_stubs", "key_id")];

row! {
    /// One sealed value.
    pub struct SealedValue {
        /// The record it is sealed for.
        pub id: Uuid,
        pub key_id: String,
        /// Nonce and ciphertext.
        pub sealed: Vec<u8>,
    }
}

redacted_debug!(SealedValue { key_id });

impl Sealed {
    /// Up to `limit` values after the record `after` that another key than `newest` sealed.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub async fn under_older(
        &self,
        db: &mut impl Connected,
        newest: &str,
        after: Uuid,
        limit: i64,
    ) -> StoreResult<Vec<SealedValue>> {
        let Self { table, id, key_id, sealed, .. } = self;
        let sql = format!(
            "SELECT {id} AS id, {key_id} AS key_id, {sealed} AS sealed FROM {table} \
             WHERE {key_id} IS NOT NULL AND {key_id} <> $1 AND {id} > $2 ORDER BY {id} LIMIT $3"
        );
        fetch_all!(db, SealedValue, AssertSqlSafe(sql.as_str()), newest, after, limit)
    }

    /// Puts what the newest key sealed in the place of `old`, if that still stands there; whether it did.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub async fn exchange(&self, tx: &mut Writer, old: &SealedValue, newest: &str, new: &[u8]) -> StoreResult<bool> {
        let Self { table, id, key_id, sealed, .. } = self;
        let sql = format!(
            "UPDATE {table} SET {key_id} = $2, {sealed} = $3 WHERE {id} = $1 AND {key_id} = $4 AND {sealed} = $5"
        );
        let touched =
            execute!(tx, AssertSqlSafe(sql.as_str()), old.id, newest, new, old.key_id.as_str(), old.sealed.as_slice())?;
        Ok(touched == 1)
    }
}

/// How many values of which kind each key has written: (kind, key, values).
///
/// # Errors
/// See [`super::StoreError`].
pub async fn usage(db: &mut impl Connected) -> StoreResult<Vec<(&'static str, String, i64)>> {
    let sealed = SEALED.iter().map(|sealed| (sealed.kind, sealed.table, sealed.key_id));
    let mut found = Vec::new();
    for (kind, table, column) in sealed.chain(HASHED) {
        let sql = format!(
            "SELECT {column}, COUNT(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY {column} ORDER BY {column}"
        );
        let rows = fetch_all!(db, (String, i64), AssertSqlSafe(sql.as_str()))?;
        found.extend(rows.into_iter().map(|(key, count)| (kind, key, count)));
    }
    Ok(found)
}
