//! What every other layer uses: clock, randomness, problems, languages, channels and codes.

pub mod chance;
pub mod channel;
pub mod characters;
pub mod clock;
pub mod giver;
pub mod json;
pub mod mail_address;
pub mod month;
pub mod problem;
pub mod receipt;
mod redacted;
pub mod shape;
pub mod toml_document;
pub mod toml_folder;
pub mod unique_keys;
pub mod words;

pub use chance::Entropy;
pub use channel::Channel;
pub use clock::{Clock, Instant};
pub use giver::{GivenBy, Language};
pub use month::Month;
pub use problem::{Fault, Kind, Problem};
pub use receipt::{ReceiptCode, ReceiptHash};
pub(crate) use redacted::redacted_debug;
pub use unique_keys::unique_keys;
pub use words::UnknownWord;
