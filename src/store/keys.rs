//! Which key was used for which stored values.

use std::sync::LazyLock;

use uuid::Uuid;

use super::sql::{Describe, Described, Statement, row, statements};
use super::{Connected, StoreResult, Writer};
use crate::base::redacted_debug;

/// The statements for one column of sealed values.
pub struct Sealed {
    /// Its name in the output.
    pub kind: &'static str,
    under_older: Statement<(String, Uuid, i64), SealedValue>,
    exchange: Statement<Exchange, ()>,
    usage: Statement<(), (String, i64)>,
}

/// The record; key and value to write; key and value that must still be stored.
type Exchange = (Uuid, String, Vec<u8>, String, Vec<u8>);

/// Everything that is sealed.
pub static SEALED: LazyLock<[Sealed; 5]> = LazyLock::new(|| {
    [
        Sealed::of("contacts", "contacts", "feedback_id", "key_id", "sealed"),
        Sealed::of("reminders", "reminders", "feedback_id", "key_id", "sealed"),
        Sealed::of("volunteers", "volunteers", "id", "key_id", "sealed"),
        Sealed::of("webhook_secrets", "webhooks", "id", "key_id", "sealed"),
        Sealed::of("previous_webhook_secrets", "webhooks", "id", "previous_key_id", "previous_sealed"),
    ]
});

/// Hashes, and messages of devices, that name their key; they cannot be made anew, and their keys stay for good or until they
/// are erased.
static HASHED: LazyLock<[Hashed; 3]> = LazyLock::new(|| {
    [
        Hashed { kind: "receipts", usage: usage_of("feedback", "receipt_key") },
        Hashed { kind: "card_stubs", usage: usage_of("card_stubs", "key_id") },
        // Sealed on a giver's device: here it is only opened.
        Hashed { kind: "held_messages", usage: usage_of("held_messages", "key_id") },
    ]
});

struct Hashed {
    kind: &'static str,
    usage: Statement<(), (String, i64)>,
}

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

statements! {
    ..SEALED;
    ..HASHED;
}

fn usage_of(table: &str, key_id: &str) -> Statement<(), (String, i64)> {
    let text = format!(
        "SELECT {key_id}, COUNT(*) FROM {table} WHERE {key_id} IS NOT NULL GROUP BY {key_id} ORDER BY {key_id}"
    );
    Statement::ready("USAGE", module_path!(), text)
}

impl Describe for Hashed {
    fn describe(&'static self) -> Vec<Described> {
        self.usage.describe()
    }
}

impl Describe for Sealed {
    fn describe(&'static self) -> Vec<Described> {
        [self.under_older.describe(), self.exchange.describe(), self.usage.describe()].concat()
    }
}

impl Sealed {
    /// The column `sealed`, whose key is named in `key_id` and whose record in `id`.
    fn of(kind: &'static str, table: &str, id: &str, key_id: &str, sealed: &str) -> Self {
        let under_older = format!(
            "SELECT {id} AS id, {key_id} AS key_id, {sealed} AS sealed FROM {table} \
             WHERE {key_id} IS NOT NULL AND {sealed} IS NOT NULL AND {key_id} <> $1 AND {id} > $2 ORDER BY {id} LIMIT $3"
        );
        let exchange = format!(
            "UPDATE {table} SET {key_id} = $2, {sealed} = $3 WHERE {id} = $1 AND {key_id} = $4 AND {sealed} = $5"
        );
        Self {
            kind,
            under_older: Statement::ready("UNDER_OLDER", module_path!(), under_older),
            exchange: Statement::ready("EXCHANGE", module_path!(), exchange),
            usage: usage_of(table, key_id),
        }
    }

    /// Up to `limit` values, after the record `after`, that were sealed with another key than `active`.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub async fn under_older(
        &'static self,
        db: &mut impl Connected,
        active: &str,
        after: Uuid,
        limit: i64,
    ) -> StoreResult<Vec<SealedValue>> {
        self.under_older.fetch_all(db, (active, after, limit)).await
    }

    /// Replaces `old` by the value that the active key sealed, if `old` is still stored; returns whether it was.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub async fn exchange(
        &'static self,
        tx: &mut Writer,
        old: &SealedValue,
        active: &str,
        new: &[u8],
    ) -> StoreResult<bool> {
        let values = (old.id, active, new, old.key_id.as_str(), old.sealed.as_slice());
        Ok(self.exchange.execute(tx, values).await? == 1)
    }
}

/// How many values of which kind were written with each key: (kind, key, values).
///
/// # Errors
/// See [`super::StoreError`].
pub async fn usage(db: &mut impl Connected) -> StoreResult<Vec<(&'static str, String, i64)>> {
    let sealed = SEALED.iter().map(|sealed| (sealed.kind, &sealed.usage));
    let hashed = HASHED.iter().map(|hashed| (hashed.kind, &hashed.usage));
    let mut found = Vec::new();
    for (kind, usage) in sealed.chain(hashed) {
        found.extend(usage.fetch_all(db, ()).await?.into_iter().map(|(key, count)| (kind, key, count)));
    }
    Ok(found)
}
