//! What happens to a text before it may be stored: personal identity codes are removed, its words are stemmed for the
//! routing rules, and words of danger and of a formal complaint are read in it. Pure.

pub mod redaction;
pub mod stems;
pub mod words;
