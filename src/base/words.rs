//! Enums whose values are written as words in the API, the database and files.

use std::fmt;

/// A text that is none of an enum's words. It does not repeat the text, which may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownWord {
    /// What was expected, such as `channel`.
    pub kind: &'static str,
    /// The words there are.
    pub words: &'static [&'static str],
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}: one of {}", self.kind, self.words.join(", "))
    }
}

impl std::error::Error for UnknownWord {}

/// An enum with a word for each variant: `ALL`, `WORDS`, `as_str`, `parse`, `Display`, `FromStr`, and serde and the API's
/// schema by the word. The text after the name says what its values are, for the error.
macro_rules! word_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident: $kind:literal {
            $($(#[$variant_meta:meta])* $variant:ident = $word:tt),+ $(,)?
        }
    ) => {
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        $(#[$meta])*
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];
            /// The words of [`Self::ALL`].
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word in the API, the database and files.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// The value of exactly this word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::base::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::parse(word).ok_or($crate::base::UnknownWord { kind: $kind, words: Self::WORDS })
            }
        }
    };
}
pub(crate) use word_enum;

#[cfg(test)]
mod tests {
    word_enum! {
        /// A colour.
        #[derive(Default)]
        pub enum Colour: "colour" {
            /// Red.
            #[default]
            Red = "red",
            /// Blue with a space.
            PaleBlue = "pale blue",
        }
    }

    #[test]
    fn every_value_is_read_back_as_it_is_written() {
        for colour in Colour::ALL {
            assert_eq!(Colour::parse(colour.as_str()), Some(colour));
            assert_eq!(colour.as_str().parse(), Ok(colour));
            assert_eq!(colour.to_string(), colour.as_str());
            assert_eq!(serde_json::to_value(colour).unwrap(), serde_json::json!(colour.as_str()));
            assert_eq!(serde_json::from_value::<Colour>(serde_json::json!(colour.as_str())).unwrap(), colour);
        }
        assert_eq!(Colour::WORDS, ["red", "pale blue"]);
        assert_eq!(Colour::parse("Red"), None);
        assert_eq!(Colour::default(), Colour::Red);
    }

    #[test]
    fn an_unknown_word_is_told_what_there_is() {
        let fault = "green".parse::<Colour>().unwrap_err();
        assert_eq!(fault.to_string(), "not a colour: one of red, pale blue");
    }
}
