//! Who gave a feedback, and in which language.

use super::words::word_enum;

word_enum! {
    /// Who gave the feedback, as stated by the giver.
    #[derive(Default)]
    pub enum GivenBy: "kind of giver" {
        /// asiakas
        #[default]
        Client = "client",
        /// asiakas, avustettuna
        ClientSupported = "client-supported",
        /// läheinen
        Relative = "relative",
        /// a worker of another unit, a partner
        Other = "other",
        /// the giver did not say
        Unknown = "unknown",
    }
}

word_enum! {
    /// The language a feedback was given in. Feedback in the Sámi languages is accepted; the service has no texts in them yet.
    pub enum Language: "language" {
        /// Finnish
        Fi = "fi",
        /// Swedish
        Sv = "sv",
        /// English
        En = "en",
        /// Northern Sámi
        Se = "se",
        /// Inari Sámi
        Smn = "smn",
        /// Skolt Sámi
        Sms = "sms",
    }
}
