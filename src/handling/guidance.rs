//! Guidance for a giver whose feedback reads like a formal complaint (muistutus). By law that is a separate procedure,
//! which feedback does not start. The feedback is answered all the same.

use serde::Serialize;
use utoipa::ToSchema;

use crate::locales::Texts;

/// Words for the giver about another procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Guidance {
    /// The language it is written in: `fi`, `sv` or `en`.
    #[schema(example = "fi")]
    pub language: String,
    /// Its heading.
    pub title: String,
    /// Its paragraphs, in their order.
    pub paragraphs: Vec<String>,
}

impl Guidance {
    /// How to make a formal complaint, in the feedback's `language` (`fi`, `sv` …).
    pub fn to_formal_complaint(language: &str) -> Self {
        let texts = Texts::of(language);
        Self {
            language: texts.language().to_owned(),
            title: texts.get("complaint-title"),
            paragraphs: [
                "complaint-feedback-is-answered",
                "complaint-what-it-is",
                "complaint-how",
                "complaint-who-helps",
                "complaint-nothing-lost",
            ]
            .map(|id| texts.get(id))
            .to_vec(),
        }
    }
}
