//! How a piece of feedback came.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How a piece of feedback came. There is no `api`: another system says which channel it speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Said aloud after a meeting and written down by the worker.
    Oral,
    /// A paper card from the lobby box.
    Card,
    /// The web form on the giver's own device.
    Web,
    /// The tablet in the lobby.
    Kiosk,
    /// A survey filled in on paper and typed in.
    Paper,
    /// A group interview.
    Group,
}

impl Channel {
    /// Every channel, in the order in which they are listed everywhere.
    pub const ALL: [Self; 6] = [Self::Oral, Self::Card, Self::Web, Self::Kiosk, Self::Paper, Self::Group];

    /// The word that stands for the channel in the API, the database and the files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oral => "oral",
            Self::Card => "card",
            Self::Web => "web",
            Self::Kiosk => "kiosk",
            Self::Paper => "paper",
            Self::Group => "group",
        }
    }

    /// The channel a word stands for, exactly as [`Channel::as_str`] writes it; `None` for any other word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word is no channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a channel is one of oral, card, web, kiosk, paper, group")]
pub struct UnknownChannel;

impl FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::parse(word).ok_or(UnknownChannel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_is_read_back_as_it_is_written() {
        for channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.as_str()), Some(channel));
            assert_eq!(serde_json::to_value(channel).unwrap(), serde_json::json!(channel.as_str()));
            assert_eq!(channel.as_str().parse(), Ok(channel));
        }
        assert_eq!(Channel::parse("Web"), None);
        assert_eq!("api".parse::<Channel>(), Err(UnknownChannel));
    }
}
