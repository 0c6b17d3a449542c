//! What every use case needs: the open store, the settings in force, keys, clock and randomness.

pub mod authority;
pub mod current;
pub mod heartbeat;
pub mod idempotency;

pub use authority::Authority;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::civil::Date;
use uuid::Uuid;

use self::heartbeat::{CoreTask, Heartbeats};
use crate::base::chance::{BlockIds, ordered_id, random_id};
use crate::base::{Clock, Entropy, Instant, Problem};
use crate::calendar::local_date;
use crate::config::Config;
use crate::instrument::Catalogue;
use crate::keys::Keyring;
use crate::routing::Snapshot;
use crate::store::settings::{self, Given};
use crate::store::{Connections, Store, StoreResult, Writer};

/// The parts of the running service. `app` builds one; tests build one for each database.
#[derive(Clone)]
pub struct Service {
    /// The database.
    pub store: Store,
    /// The configuration.
    pub config: Arc<Config>,
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The keys, from a file outside the database.
    pub keyring: Arc<Keyring>,
    /// The instruments.
    pub catalogue: Arc<Catalogue>,
    /// What every reading of the settings is given.
    pub given: Given,
    heartbeats: Arc<Heartbeats>,
    /// Whether every key that writes is on this instance's keyring.
    keys_complete: Arc<AtomicBool>,
    snapshot: Arc<RwLock<Arc<Snapshot>>>,
    feedback_ids: Arc<BlockIds>,
}

impl Service {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the settings cannot be read.
    pub async fn new(
        store: Store,
        config: Arc<Config>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        keyring: Arc<Keyring>,
        given: Given,
    ) -> StoreResult<Self> {
        let mut db = store.read().await?;
        let snapshot = settings::load(&mut db, &given).await?;
        drop(db);
        let snapshot = Arc::new(RwLock::new(Arc::new(snapshot)));
        let catalogue = Arc::clone(&given.catalogue);
        let (heartbeats, keys_complete) = (Arc::default(), Arc::new(AtomicBool::new(true)));
        Ok(Self {
            store,
            config,
            clock,
            entropy,
            keyring,
            catalogue,
            given,
            heartbeats,
            keys_complete,
            snapshot,
            feedback_ids: Arc::default(),
        })
    }

    /// The same service by other connections to the database.
    #[must_use]
    pub fn by(&self, connections: Connections) -> Arc<Self> {
        Arc::new(Self { store: self.store.by(connections), ..self.clone() })
    }

    /// The settings in force as this instance knows them; another instance may have changed them a moment ago.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        // A poisoned lock still holds a whole Arc: nothing is half written.
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the settings again if they have changed.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when they cannot be read; the old ones stay.
    pub async fn refresh(&self) -> StoreResult<Arc<Snapshot>> {
        let mut db = self.store.read().await?;
        let current = self.snapshot();
        if settings::version(&mut db).await? == current.version {
            return Ok(current);
        }
        let snapshot = settings::load(&mut db, &self.given).await?;
        self.publish(Arc::new(snapshot));
        Ok(self.snapshot())
    }

    /// The settings in force inside a transaction, including the latest changes of other instances. They come into force in
    /// this instance too.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when they cannot be read.
    pub async fn settings_in(&self, tx: &mut Writer) -> StoreResult<Arc<Snapshot>> {
        let held = self.snapshot();
        if settings::version(tx).await? == held.version {
            return Ok(held);
        }
        let read = Arc::new(settings::load(tx, &self.given).await?);
        self.publish(Arc::clone(&read));
        Ok(read)
    }

    /// Puts newly read settings into force, unless newer ones are in force already.
    pub fn publish(&self, snapshot: Arc<Snapshot>) {
        let mut held = self.snapshot.write().unwrap_or_else(PoisonError::into_inner);
        if held.version <= snapshot.version {
            *held = snapshot;
        }
    }

    /// Today in Helsinki.
    pub fn today(&self) -> Date {
        local_date(self.clock.now())
    }

    /// The present instant, for steps of staff and for jobs.
    pub fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }

    /// Whether every key that writes is on this instance's keyring, as far as it has looked.
    pub fn keys_are_complete(&self) -> bool {
        self.keys_complete.load(Ordering::Relaxed)
    }

    /// Notes that a task is alive.
    pub fn beat(&self, task: CoreTask) {
        self.heartbeats.beat(task, self.now());
    }

    /// How long ago each task that runs here gave its last sign of life.
    pub fn heartbeat_ages(&self) -> Vec<(CoreTask, Duration)> {
        self.heartbeats.ages(self.now())
    }

    /// An id for what does not belong to a giver: UUIDv7, sorted by time.
    ///
    /// # Errors
    /// [`crate::base::Kind::Internal`] when the system has no random bytes.
    pub fn new_id(&self) -> Result<Uuid, Problem> {
        ordered_id(self.entropy.as_ref(), self.now()).map_err(Problem::internal)
    }

    /// An id for a feedback or a case: UUIDv8. It tells which few hundred were made together, and no time.
    ///
    /// # Errors
    /// [`crate::base::Kind::Internal`] when the system has no random bytes.
    pub fn feedback_id(&self) -> Result<Uuid, Problem> {
        self.feedback_ids.next(self.entropy.as_ref()).map_err(Problem::internal)
    }

    /// An id for other things that belong to a giver: UUIDv4, which does not reveal a time.
    ///
    /// # Errors
    /// [`crate::base::Kind::Internal`] when the system has no random bytes.
    pub fn random_id(&self) -> Result<Uuid, Problem> {
        random_id(self.entropy.as_ref()).map_err(Problem::internal)
    }
}
