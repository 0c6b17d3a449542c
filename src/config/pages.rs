//! `[pages]`: what the public pages lead to outside Kaiku.

use super::reader::Reader;

/// What the public pages lead to outside Kaiku.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// Where the quick way out of a sensitive unit's pages leads.
    pub leave_url: String,
    /// Whom to write to about accessibility and data protection; empty: the pages name the organiser only.
    pub contact_email: String,
}

impl Pages {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            leave_url: reader.text("leave_url", leave_url).unwrap_or_default(),
            contact_email: reader.text("contact_email", contact_email).unwrap_or_default(),
        }
    }
}

fn leave_url(text: &str) -> Result<String, String> {
    let sound = text.starts_with("https://") && text.len() > "https://".len() && !text.contains(char::is_whitespace);
    if sound { Ok(text.to_owned()) } else { Err("write an address that begins with https://".to_owned()) }
}

fn contact_email(text: &str) -> Result<String, String> {
    let sound =
        text.is_empty() || text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if sound && !text.contains(char::is_whitespace) {
        Ok(text.to_owned())
    } else {
        Err("write an e-mail address, or leave it empty".to_owned())
    }
}
