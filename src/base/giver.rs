//! Who gave a feedback, and in which language.

use serde::{Deserialize, Serialize};

/// Who gave it, as far as the giver says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GivenBy {
    /// asiakas
    #[default]
    Client,
    /// asiakas, avustettuna
    ClientSupported,
    /// läheinen
    Relative,
    /// a worker of another unit, a partner
    Other,
    /// the giver did not say
    Unknown,
}

impl GivenBy {
    /// Every value.
    pub const ALL: [Self; 5] = [Self::Client, Self::ClientSupported, Self::Relative, Self::Other, Self::Unknown];

    /// The word in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::ClientSupported => "client-supported",
            Self::Relative => "relative",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }

    /// The value of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.as_str() == word)
    }
}

/// The language a feedback was given in. The Sámi languages are taken in; texts of the service follow later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Finnish
    Fi,
    /// Swedish
    Sv,
    /// English
    En,
    /// Northern Sámi
    Se,
    /// Inari Sámi
    Smn,
    /// Skolt Sámi
    Sms,
}

impl Language {
    /// Every value.
    pub const ALL: [Self; 6] = [Self::Fi, Self::Sv, Self::En, Self::Se, Self::Smn, Self::Sms];

    /// The BCP 47 tag.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fi => "fi",
            Self::Sv => "sv",
            Self::En => "en",
            Self::Se => "se",
            Self::Smn => "smn",
            Self::Sms => "sms",
        }
    }

    /// The language of this tag.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == tag)
    }
}
