//! The formats of short names and sentences in settings.

/// Characters of a short name.
pub const SHORT_NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=60;
/// Most characters of a text of one or two sentences: a reason, how effects are told, who signed.
pub const SENTENCE_CHARS_MAX: usize = 1000;
/// What to write for a short name.
pub const SHORT_NAME: &str = "a short name has 2 to 60 lower-case letters a–z, digits and dashes";
/// What to write for a sentence.
pub const SENTENCE: &str = "write a text of one line, 1 to 1000 characters";

pub fn is_short_name(text: &str) -> bool {
    let known = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    known && SHORT_NAME_CHARS.contains(&text.len())
}

pub fn is_sentence(text: &str) -> bool {
    is_line(text, SENTENCE_CHARS_MAX)
}

/// Whether `text` is one line that is not blank, of at most `most` characters.
pub fn is_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}
