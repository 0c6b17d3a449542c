//! Every instance takes up by itself what others have changed: settings, keys in the keyring's file, and which keys write.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::Service;
use super::heartbeat::CoreTask;
use crate::base::Problem;
use crate::keys::{Key, Keyring, Purpose};
use crate::store::keyring::{self, KnownKey};

/// How often an instance says that it serves; others miss it after several times that.
const ANNOUNCED_EVERY: Duration = Duration::from_secs(20);

/// An instance that serves, as the others see it.
pub struct Presence {
    id: Uuid,
    host: String,
    /// What was last said, and when.
    announced: Option<(String, Instant)>,
}

impl Presence {
    /// One of this process.
    ///
    /// # Errors
    /// [`crate::base::Kind::Internal`] when the system has no random bytes.
    pub fn new(service: &Service) -> Result<Self, Problem> {
        let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let host = format!("{}, process {}", machine.trim(), std::process::id());
        Ok(Self { id: service.new_id()?, host, announced: None })
    }

    /// Takes up what others have changed, and says which keys this instance reads.
    ///
    /// # Errors
    /// The store's. What could not be taken up stays as it is.
    pub async fn keep_current(&mut self, service: &Service) -> Result<(), Problem> {
        service.beat(CoreTask::Settings);
        service.refresh().await?;
        if let Err(error) = service.keyring.refresh() {
            tracing::error!(%error, "the keyring cannot be read again; the keys in force stay");
        }
        let ids: Vec<&str> = service.keyring.every().map(Key::id).collect();
        let keys = ids.join(" ");
        let fresh = |(said, when): &(String, Instant)| *said == keys && when.elapsed() < ANNOUNCED_EVERY;
        if !self.announced.as_ref().is_some_and(fresh) {
            let mut tx = service.store.write().await?;
            keyring::announce(&mut tx, self.id, &self.host, &keys).await?;
            tx.commit().await?;
            self.announced = Some((keys, Instant::now()));
        }
        service.let_active_keys_write().await
    }

    /// Says that this instance serves no more.
    ///
    /// # Errors
    /// The store's.
    pub async fn leave(self, service: &Service) -> Result<(), Problem> {
        let mut tx = service.store.write().await?;
        keyring::leave(&mut tx, self.id).await?;
        Ok(tx.commit().await?)
    }
}

impl Service {
    /// Lets those keys write that the database says.
    async fn let_active_keys_write(&self) -> Result<(), Problem> {
        let mut db = self.store.read().await?;
        let known = keyring::known(&mut db).await?;
        drop(db);
        let lacking = activate_known(&self.keyring, &known);
        for key in &lacking {
            tracing::error!(
                key,
                "others write with a key that is not on this instance's keyring: bring the keyring's file up to date here"
            );
        }
        self.keys_complete.store(lacking.is_empty(), Ordering::Relaxed);
        Ok(())
    }
}

/// Lets those keys write that the database says. Returns the ids of those that the keyring lacks.
pub fn activate_known(ring: &Keyring, known: &[KnownKey]) -> Vec<String> {
    // The last that was activated comes first.
    let active = |purpose| known.iter().find(|key| key.purpose == purpose && key.activation.is_some());
    let active = Purpose::ALL.into_iter().filter_map(|purpose| Some((purpose, active(purpose)?)));
    active.filter(|(purpose, key)| !ring.activate(*purpose, &key.id)).map(|(_, key)| key.id.clone()).collect()
}
