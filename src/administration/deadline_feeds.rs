//! Secret addresses of people's deadline feeds for their calendar programs: shown once, stored as a hash, replaceable.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::base::Problem;
use crate::service::Service;
use crate::service::authority::SECRET_BYTES;
use crate::store::{Day, deadline_feeds as store};

/// Makes a new secret for a principal; the previous address stops working.
///
/// # Errors
/// The store's; [`crate::base::Kind::Internal`] when the system has no random bytes.
pub async fn make(service: &Service, principal_id: Uuid) -> Result<Zeroizing<String>, Problem> {
    let mut random = Zeroizing::new([0u8; SECRET_BYTES]);
    service.entropy.fill(random.as_mut_slice()).map_err(Problem::internal)?;
    let mut secret = Zeroizing::new(String::with_capacity(2 * SECRET_BYTES));
    for byte in random.iter() {
        // Writing to a String cannot fail.
        let _ = write!(*secret, "{byte:02x}");
    }
    let mut tx = service.store.write().await?;
    store::put(&mut tx, principal_id, &Sha256::digest(secret.as_bytes()), Day(service.today())).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Removes a principal's secret. Without one it changes nothing.
///
/// # Errors
/// The store's.
pub async fn remove(service: &Service, principal_id: Uuid) -> Result<(), Problem> {
    let mut tx = service.store.write().await?;
    store::remove(&mut tx, principal_id).await?;
    tx.commit().await?;
    Ok(())
}
