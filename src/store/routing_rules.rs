//! Routing rules: append-only. A change is a new version; the old row is stamped and stays for the cases it made.

use jiff::civil::Date;
use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, Day, StoreError, StoreResult, Writer};
use crate::base::Instant;
use crate::base::json::fault_of;
use crate::organisation::{Node, NodeKind};
use crate::routing::{Rule, RuleText};

row! {
    /// A row of `routing_rules`.
    #[derive(Debug)]
    pub struct RuleRow {
        /// Id of this version.
        pub id: Uuid,
        /// Its short name at its node.
        pub code: String,
        /// Counted from 1 within its code.
        pub version: i64,
        pub node_kind: NodeKind,
        pub node_id: Uuid,
        /// Its place in the order.
        pub position: i64,
        /// Whether it is switched on.
        pub enabled: bool,
        /// First day, or none.
        pub valid_from: Option<Day>,
        /// Last day, or none.
        pub valid_to: Option<Day>,
        /// Its conditions, as JSON.
        pub conditions: String,
        /// Its results, as JSON.
        pub results: String,
        /// Why it exists.
        pub reason: String,
    }
}

statements! {
    CURRENT() -> RuleRow =
        "SELECT id, code, version, node_kind, node_id, position, enabled, valid_from, valid_to, conditions, results, \
         reason FROM routing_rules WHERE replaced_at IS NULL";
    INSERT(Uuid, String, i64, NodeKind, Uuid, i64, bool, Option<Day>, Option<Day>, String, String, String, i64) =
        "INSERT INTO routing_rules (id, code, version, node_kind, node_id, position, enabled, valid_from, valid_to, \
         conditions, results, reason, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    STAMP_REPLACED(i64, Uuid) =
        "UPDATE routing_rules SET replaced_at = $1 WHERE id = $2 AND replaced_at IS NULL";
}

/// The rules that are not replaced, in the order in which they are tried at each node: by position, then code.
///
/// # Errors
/// See [`StoreError`].
pub async fn current(db: &mut impl Connected) -> StoreResult<Vec<Rule>> {
    let rows = CURRENT.fetch_all(db, ()).await?;
    let mut rules = rows.into_iter().map(rule).collect::<StoreResult<Vec<_>>>()?;
    // Sorted here: the databases' collations order dashes differently.
    rules.sort_by(|a, b| (a.text.position, &a.text.code, a.node.id).cmp(&(b.text.position, &b.text.code, b.node.id)));
    Ok(rules)
}

/// Adds a version of a rule.
///
/// # Errors
/// See [`StoreError`]; [`StoreError::Exists`] when another change took the version in the meantime.
pub async fn insert(tx: &mut Writer, rule: &Rule, now: Instant) -> StoreResult<()> {
    let unwritable = |why: serde_json::Error| StoreError::unreadable("routing_rules", why);
    let conditions = serde_json::to_string(&rule.text.when).map_err(unwritable)?;
    let results = serde_json::to_string(&rule.text.then).map_err(unwritable)?;
    INSERT
        .execute(
            tx,
            (
                rule.id,
                rule.text.code.as_str(),
                rule.version,
                rule.node.kind,
                rule.node.id,
                rule.text.position,
                rule.enabled,
                rule.valid_from.map(Day),
                rule.valid_to.map(Day),
                conditions.as_str(),
                results.as_str(),
                rule.text.reason.as_str(),
                now.as_micros(),
            ),
        )
        .await?;
    Ok(())
}

/// Stamps a version as replaced; false when it was already.
///
/// # Errors
/// See [`StoreError`].
pub async fn stamp_replaced(tx: &mut Writer, id: Uuid, now: Instant) -> StoreResult<bool> {
    let stamped = STAMP_REPLACED.execute(tx, (now.as_micros(), id)).await?;
    Ok(stamped > 0)
}

fn rule(row: RuleRow) -> StoreResult<Rule> {
    let unreadable = |why: serde_json::Error| StoreError::unreadable("routing_rules", fault_of(&why));
    Ok(Rule {
        id: row.id,
        version: row.version,
        node: Node { kind: row.node_kind, id: row.node_id },
        enabled: row.enabled,
        valid_from: row.valid_from.map(Date::from),
        valid_to: row.valid_to.map(Date::from),
        text: RuleText {
            code: row.code,
            position: row.position,
            reason: row.reason,
            when: serde_json::from_str(&row.conditions).map_err(unreadable)?,
            then: serde_json::from_str(&row.results).map_err(unreadable)?,
        },
    })
}
