//! `[pages]`: addresses outside Kaiku that the public pages name.

use super::reader::Reader;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// Where the button to leave a sensitive unit's pages quickly leads.
    pub leave_url: String,
    /// Whom to write to about accessibility and data protection; empty: the pages name the organiser only.
    pub contact_email: String,
    /// The number of the social emergency service, as it is written; empty: sensitive units' pages name the service only.
    pub social_emergency_phone: String,
}

impl Pages {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            leave_url: reader.text("leave_url", leave_url).unwrap_or_default(),
            contact_email: reader.text("contact_email", contact_email).unwrap_or_default(),
            social_emergency_phone: reader.text("social_emergency_phone", phone).unwrap_or_default(),
        }
    }
}

/// Most characters of a telephone number: 15 digits (ITU-T E.164) and what separates them.
const PHONE_CHARS_MAX: usize = 25;

fn phone(text: &str) -> Result<String, String> {
    let known = text.chars().all(|symbol| symbol.is_ascii_digit() || symbol == ' ' || symbol == '+');
    if known && text.len() <= PHONE_CHARS_MAX && text.trim() == text {
        Ok(text.to_owned())
    } else {
        Err("write a telephone number in digits and spaces, or leave it empty".to_owned())
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
