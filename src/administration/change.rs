//! One change of settings: a transaction that takes turns with every other change, ends only if the settings still hold
//! together, and leaves what it changed in the audit log.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;
use uuid::Uuid;

use super::differences::differences;
use super::own_reach;
use crate::agreement::people::outsiders;
use crate::agreement::will_count;
use crate::base::{Fault, Kind, Problem};
use crate::routing::Snapshot;
use crate::service::{Authority, Service};
use crate::store::audit::{self, NewChange};
use crate::store::{StoreResult, Writer, settings};

/// Who changes settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangedBy {
    Principal(Uuid),
    /// Whoever runs the program on the machine: there is nobody to confirm anything, since the database lies open there.
    CommandLine,
}

impl ChangedBy {
    /// The holder of a token.
    pub fn of(authority: &Authority) -> Self {
        Self::Principal(authority.principal_id())
    }

    /// As the audit log names it.
    pub(super) fn id(self) -> Uuid {
        match self {
            Self::Principal(id) => id,
            Self::CommandLine => audit::COMMAND_LINE,
        }
    }

    /// The principal who asks for something that a second person must confirm; nobody where it holds at once.
    pub(super) fn asks(self, needs_second_person: bool) -> Option<Uuid> {
        match self {
            Self::Principal(id) => Some(id).filter(|_| needs_second_person),
            Self::CommandLine => None,
        }
    }
}

/// An open change. Dropping it without [`Change::finish`] takes everything back.
pub(super) struct Change<'s> {
    pub service: &'s Service,
    pub db: Writer,
    /// The settings when the change got the lock.
    pub before: Snapshot,
    by: ChangedBy,
    /// What the audit log is told besides the differences of the settings.
    noted: Vec<NewChange>,
}

impl<'s> Change<'s> {
    /// Waits for the turn and reads the settings as they stand.
    pub async fn begin(service: &'s Service, by: ChangedBy) -> Result<Self, Problem> {
        let mut db = service.store.write().await?;
        settings::raise(&mut db).await?;
        let before = load(service, &mut db).await?;
        Ok(Self { service, db, before, by, noted: Vec::new() })
    }

    /// Tells the audit log of a change that the settings do not show.
    pub fn note(&mut self, change: NewChange) {
        self.noted.push(change);
    }

    /// Commits, and puts the new settings in force at this instance; other instances see the new version.
    ///
    /// Only faults that the change itself causes are refused: otherwise a fault that existed before could not be
    /// repaired in several steps.
    pub async fn finish(mut self) -> Result<Arc<Snapshot>, Problem> {
        let after = load(self.service, &mut self.db).await?;
        let today = self.service.today();
        let standing: HashSet<String> = faults(&self.before, today).into_iter().collect();
        let broken: Vec<Fault> = faults(&after, today)
            .into_iter()
            .filter(|fault| !standing.contains(fault))
            .map(|fault| Fault::new("", Kind::SettingsBroken, fault))
            .collect();
        if !broken.is_empty() {
            return Err(Problem::of_faults(broken));
        }
        if let ChangedBy::Principal(maker) = self.by {
            own_reach::check(&self.before, &after, maker, today)?;
        }
        let mut changes = differences(&self.before, &after);
        changes.append(&mut self.noted);
        audit::record_changes(&mut self.db, self.service.now(), self.by.id(), &changes).await?;
        self.db.commit().await?;
        let after = Arc::new(after);
        self.service.publish(Arc::clone(&after));
        Ok(after)
    }
}

async fn load(service: &Service, db: &mut Writer) -> StoreResult<Snapshot> {
    settings::load(db, &service.given).await
}

/// The faults of the settings as a whole, and of the agreements that are in force today or later.
fn faults(settings: &Snapshot, today: Date) -> Vec<String> {
    let mut faults = settings.faults();
    for agreement in &settings.agreements {
        if will_count(agreement, &settings.agreements, today) {
            faults.extend(outsiders(&settings.tree, agreement).into_iter().map(|(_, why)| why));
        }
    }
    faults
}
