//! Randomness, as a parameter.
//!
//! Codes, ids, keys and nonces come from here, so that a test can repeat them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::clock::Instant;

/// The source of randomness failed; nothing may be made without it.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no random bytes: {0}")]
pub struct EntropyError(String);

/// Gives random bytes.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    ///
    /// When the source gives none; `bytes` must not be used then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// A random id (version 4), for what belongs to a giver: it says nothing about when it was made.
///
/// # Errors
///
/// When there is no randomness.
pub fn random_id(entropy: &dyn Entropy) -> Result<Uuid, EntropyError> {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// An id that sorts by time (version 7), for everything else.
///
/// # Errors
///
/// When there is no randomness.
pub fn ordered_id(entropy: &dyn Entropy, now: Instant) -> Result<Uuid, EntropyError> {
    let mut bytes = [0; 10];
    entropy.fill(&mut bytes)?;
    // Before 1970 there is nothing to order.
    let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
}

/// How many ids in turn begin alike.
pub const IDS_IN_A_BLOCK: u16 = 512;
/// How many bytes they share.
const SHARED_BYTES: usize = 5;

/// Random ids (version 8) for rows that an index holds in order: 512 in turn begin with the same random bytes, so that rows
/// written together stand together in the index. An id tells that much, and neither a day nor an order. So whoever adds rows at
/// known times, and sees the ids of others, can narrow the time of those that begin like their own.
#[derive(Debug, Default)]
pub struct BlockIds(Mutex<Block>);

#[derive(Debug, Default)]
struct Block {
    begins_with: [u8; SHARED_BYTES],
    left: u16,
}

impl BlockIds {
    /// The next id.
    ///
    /// # Errors
    ///
    /// When there is no randomness.
    pub fn next(&self, entropy: &dyn Entropy) -> Result<Uuid, EntropyError> {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes)?;
        let (shared, _) = bytes.split_at_mut(SHARED_BYTES);
        let mut block = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if block.left == 0 {
            block.begins_with.copy_from_slice(shared);
            block.left = IDS_IN_A_BLOCK;
        }
        block.left -= 1;
        shared.copy_from_slice(&block.begins_with);
        drop(block);
        Ok(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system")]
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(|error| EntropyError(error.to_string()))
    }
}

/// Bytes that follow from a seed, for tests and for made-up data. They are no secret: never use them for a key.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    block: AtomicU64,
}

impl SeededEntropy {
    /// The bytes that follow from `seed`: the same seed gives the same bytes in the same order of calls.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, block: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(32) {
            let block = self.block.fetch_add(1, Ordering::Relaxed);
            let mut hash = Sha256::new();
            hash.update(self.seed.to_be_bytes());
            hash.update(block.to_be_bytes());
            for (byte, random) in chunk.iter_mut().zip(hash.finalize()) {
                *byte = random;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(entropy: &dyn Entropy) -> [u8; 80] {
        let mut bytes = [0; 80];
        entropy.fill(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_seed_repeats_its_bytes_and_no_other_seeds() {
        let first = SeededEntropy::new(1);
        let again = SeededEntropy::new(1);
        let start = bytes(&first);
        assert_eq!(start, bytes(&again));
        assert_ne!(start, bytes(&first));
        assert_ne!(start, bytes(&SeededEntropy::new(2)));
    }

    #[test]
    fn the_system_never_repeats() {
        assert_ne!(bytes(&SystemEntropy), bytes(&SystemEntropy));
    }

    #[test]
    fn ids_have_their_versions_and_ordered_ones_sort_by_time() {
        let entropy = SeededEntropy::new(7);
        assert_eq!(random_id(&entropy).unwrap().get_version_num(), 4);
        let earlier = ordered_id(&entropy, Instant::from_micros(1_700_000_000_000_000).unwrap()).unwrap();
        let later = ordered_id(&entropy, Instant::from_micros(1_700_000_000_001_000).unwrap()).unwrap();
        assert_eq!(earlier.get_version_num(), 7);
        assert!(earlier < later);
    }

    #[test]
    fn ids_of_a_block_begin_alike_and_tell_no_order() {
        let (entropy, ids) = (SeededEntropy::new(5), BlockIds::default());
        let block =
            |ids: &BlockIds| -> Vec<Uuid> { (0..IDS_IN_A_BLOCK).map(|_| ids.next(&entropy).unwrap()).collect() };
        let (first, second) = (block(&ids), block(&ids));
        let begins = |id: &Uuid| id.as_bytes()[..SHARED_BYTES].to_vec();
        for ids in [&first, &second] {
            assert!(ids.iter().all(|id| begins(id) == begins(&ids[0]) && id.get_version_num() == 8));
            let rising = ids.windows(2).filter(|pair| pair[0] < pair[1]).count();
            assert!((150..350).contains(&rising), "{rising} of 511 steps rise");
        }
        assert_ne!(begins(&first[0]), begins(&second[0]));
        let all: std::collections::HashSet<Uuid> = first.into_iter().chain(second).collect();
        assert_eq!(all.len(), 2 * usize::from(IDS_IN_A_BLOCK));
    }
}
