//! What happens to a text before it may be stored: personal identity codes are removed, and its words are stemmed for the
//! routing rules. Pure.

pub mod redaction;
pub mod stems;
