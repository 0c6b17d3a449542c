//! The settings as a whole: their version, and everything of one version read into a [`Snapshot`].

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use super::sql::statements;
use super::{
    Connected, StoreError, StoreResult, Writer, agreements, closures, organisation, principals, routing_rules, webhooks,
};
use crate::agreement::Terms;
use crate::calendar::Calendars;
use crate::instrument::Catalogue;
use crate::organisation::{CardColour, Node, Tree};
use crate::routing::Snapshot;
use crate::text::stems::RuleWords;
use crate::text::words::Vocabulary;

/// How many weeks ahead card colours can be planned.
pub const COLOUR_WEEKS_AHEAD_MAX: i64 = 26;
/// How many past weeks of card colours are kept in memory: 13 months, longer than a card may lie in its box.
const COLOUR_WEEKS_BEHIND: i64 = 57;
/// How often reading the settings is tried when they change in the meantime.
const READ_TRIES_MAX: u32 = 5;

statements! {
    VERSION() -> (i64,) =
        "SELECT version FROM settings_version WHERE id = 1";
    RAISE() =
        "UPDATE settings_version SET version = version + 1 WHERE id = 1";
}

/// The version in force.
///
/// # Errors
/// See [`StoreError`].
pub async fn version(db: &mut impl Connected) -> StoreResult<i64> {
    let (version,) = VERSION.fetch_one(db, ()).await?;
    Ok(version)
}

/// Raises the version. A change does this first: on PostgreSQL the row's lock makes changes of settings run one after
/// another, so that each is checked on top of the one before.
///
/// # Errors
/// See [`StoreError`].
pub async fn raise(tx: &mut Writer) -> StoreResult<()> {
    RAISE.execute(tx, ()).await?;
    Ok(())
}

/// What the settings hold beside the database: it stays the same while the program runs.
#[derive(Debug, Clone)]
pub struct Given {
    pub catalogue: Arc<Catalogue>,
    pub vocabulary: Arc<Vocabulary>,
    /// The terms where none are agreed.
    pub default_terms: Terms,
}

/// Reads all settings of one version.
///
/// The tables are read one after another, so the version is compared at the end. If it has changed, everything is read
/// again.
///
/// # Errors
/// [`StoreError::Broken`] for a value that cannot be read, [`StoreError::Unavailable`] when the settings
/// change faster than they can be read.
pub async fn load(db: &mut impl Connected, given: &Given) -> StoreResult<Snapshot> {
    for _ in 0..READ_TRIES_MAX {
        let snapshot = read(db, given).await?;
        if version(db).await? == snapshot.version {
            return Ok(snapshot);
        }
    }
    Err(StoreError::Unavailable("the settings change faster than they can be read".to_owned()))
}

async fn read(db: &mut impl Connected, given: &Given) -> StoreResult<Snapshot> {
    let version = version(db).await?;
    let mut tree = Tree::default();
    tree.organisers = organisation::organisers(db).await?.into_iter().map(|row| (row.id, row)).collect();
    tree.services = organisation::services(db).await?.into_iter().map(|row| (row.id, row)).collect();
    tree.producers = organisation::producers(db).await?.into_iter().map(|row| (row.id, row)).collect();
    tree.units = organisation::units(db).await?.into_iter().map(|row| (row.id, row)).collect();
    tree.placements = organisation::placements(db).await?.into_iter().map(|row| (row.id, row)).collect();
    tree.principals = principals::all(db).await?.into_iter().map(|row| (row.id, row)).collect();
    tree.workers = organisation::workers(db).await?.into_iter().map(|row| (row.id, row)).collect();
    tree.colours = recent_colours(db).await?;
    tree.grants = principals::grants(db).await?;
    let tree = tree.indexed();
    let rules = routing_rules::current(db).await?;
    let mut closed: HashMap<Node, BTreeSet<Date>> = HashMap::new();
    for row in closures::all(db).await? {
        closed.entry(row.node()).or_default().insert(row.day.0);
    }
    let calendars = Calendars::new(&tree, &closed);
    for node in calendars.unusable() {
        tracing::error!(kind = %node.kind, id = %node.id, "closures leave too few working days and do not count; remove some");
    }
    let words = RuleWords::new(rules.iter().flat_map(|rule| rule.text.when.words.iter()).map(String::as_str));
    Ok(Snapshot {
        version,
        tree,
        catalogue: Arc::clone(&given.catalogue),
        agreements: agreements::all(db).await?,
        absences: principals::absences(db).await?,
        webhooks: webhooks::all(db).await?,
        rules,
        calendars,
        default_terms: given.default_terms,
        words,
        vocabulary: Arc::clone(&given.vocabulary),
    })
}

/// Counts back from the newest planned week, since the store does not know today: no week is planned beyond the bound.
async fn recent_colours(db: &mut impl Connected) -> StoreResult<HashMap<Uuid, CardColour>> {
    let Some(newest) = organisation::last_colour_week(db).await? else {
        return Ok(HashMap::new());
    };
    let first = newest.saturating_sub((COLOUR_WEEKS_AHEAD_MAX + COLOUR_WEEKS_BEHIND).weeks());
    Ok(organisation::card_colours(db, first).await?.into_iter().map(|row| (row.id, row)).collect())
}
