//! What happens to a text before it may be stored: personal identity codes are removed, its words are stemmed for the
//! routing rules, words of danger and of a formal complaint are read in it, and names of people before it is published. Pure.

pub mod personal;
pub mod redaction;
pub mod stems;
pub mod words;
