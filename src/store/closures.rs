//! Days on which a node is closed, in addition to the public holidays.

use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, Day, StoreResult, Writer};
use crate::organisation::{Node, NodeKind};

/// Somebody entered the day.
pub const ENTERED: &str = "entered";
/// The day came from a calendar file; the node's next file replaces it.
pub const FILE: &str = "file";

row! {
    /// A closure as stored.
    #[derive(Debug, Clone)]
    pub struct ClosureRow {
        pub node_kind: NodeKind,
        pub node_id: Uuid,
        pub day: Day,
        /// [`ENTERED`] or [`FILE`].
        pub source: String,
        /// Why, in a sentence.
        pub reason: String,
    }
}

impl ClosureRow {
    /// Where it holds.
    pub fn node(&self) -> Node {
        Node { kind: self.node_kind, id: self.node_id }
    }
}

statements! {
    ALL() -> ClosureRow =
        "SELECT node_kind, node_id, day, source, reason FROM closures";
    OF(NodeKind, Uuid) -> ClosureRow =
        "SELECT node_kind, node_id, day, source, reason FROM closures WHERE node_kind = $1 AND node_id = $2 \
         ORDER BY day, source";
    COUNT(NodeKind, Uuid) -> (i64,) =
        "SELECT COUNT(*) FROM closures WHERE node_kind = $1 AND node_id = $2";
    PUT(NodeKind, Uuid, Day, String, String) =
        "INSERT INTO closures (node_kind, node_id, day, source, reason) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (node_kind, node_id, day, source) DO UPDATE SET reason = excluded.reason";
    REMOVE(NodeKind, Uuid, Day) =
        "DELETE FROM closures WHERE node_kind = $1 AND node_id = $2 AND day = $3";
    REMOVE_OF_FILES(NodeKind, Uuid, String) =
        "DELETE FROM closures WHERE node_kind = $1 AND node_id = $2 AND source = $3";
}

/// Every closure of every node.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn all(db: &mut impl Connected) -> StoreResult<Vec<ClosureRow>> {
    ALL.fetch_all(db, ()).await
}

/// The closures of one node by day; a day that was entered and is also in the file comes twice, the entered one first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn of(db: &mut impl Connected, node: Node) -> StoreResult<Vec<ClosureRow>> {
    OF.fetch_all(db, (node.kind, node.id)).await
}

/// How many closures a node has.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn count(db: &mut impl Connected, node: Node) -> StoreResult<i64> {
    let (count,) = COUNT.fetch_one(db, (node.kind, node.id)).await?;
    Ok(count)
}

/// Closes a node for a day, or gives the closed day another reason.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn put(tx: &mut Writer, node: Node, day: Day, source: &str, reason: &str) -> StoreResult<()> {
    PUT.execute(tx, (node.kind, node.id, day, source, reason)).await?;
    Ok(())
}

/// Removes the closures of a node on a day, whether entered or from a file; false if there was none.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn remove(tx: &mut Writer, node: Node, day: Day) -> StoreResult<bool> {
    let removed = REMOVE.execute(tx, (node.kind, node.id, day)).await?;
    Ok(removed > 0)
}

/// Removes the closures that earlier files added to a node; returns how many.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn remove_of_files(tx: &mut Writer, node: Node) -> StoreResult<u64> {
    REMOVE_OF_FILES.execute(tx, (node.kind, node.id, FILE)).await
}
