//! The keyring, and what is done with its keys: contact details and device queues are encrypted, codes are hashed.

pub mod codes;
pub mod device_seal;
pub mod keyring;

pub use keyring::{Key, Keyring, KeyringError, Purpose, SealError};
