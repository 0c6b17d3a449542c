//! How a piece of feedback came.

use super::words::word_enum;

word_enum! {
    /// How a piece of feedback came. There is no `api`: another system says which channel it speaks for.
    pub enum Channel: "channel" {
        /// Said aloud after a meeting and written down by the worker.
        Oral = "oral",
        /// A paper card from the lobby box.
        Card = "card",
        /// The web form on the giver's own device.
        Web = "web",
        /// The tablet in the lobby.
        Kiosk = "kiosk",
        /// A survey filled in on paper and typed in.
        Paper = "paper",
        /// A group interview.
        Group = "group",
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
        assert_eq!("api".parse::<Channel>(), Err(crate::base::UnknownWord { kind: "channel", words: Channel::WORDS }));
    }
}
