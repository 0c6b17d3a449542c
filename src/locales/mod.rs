//! What people read outside the API: mails, pages, printed cards. One Fluent file a language; adding a language is adding
//! a file. Plural forms are Fluent's; days are written here.

use std::sync::LazyLock;

use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
pub use fluent_bundle::{FluentArgs, FluentValue};
use jiff::civil::Date;
use unic_langid::LanguageIdentifier;

use crate::feedback::Language;

/// The language that stands in where one has no texts of its own yet.
const FALLBACK: &str = "fi";

/// Every language with texts, and its file.
const FILES: [(&str, &str); 3] =
    [("fi", include_str!("fi.ftl")), ("sv", include_str!("sv.ftl")), ("en", include_str!("en.ftl"))];

/// A language with its texts.
struct Locale {
    language: &'static str,
    bundle: FluentBundle<FluentResource>,
}

static LOCALES: LazyLock<Vec<Locale>> =
    LazyLock::new(|| FILES.into_iter().map(|(language, text)| locale(language, text)).collect());

/// A file with a fault gives what can be read of it; the tests hold the files to having none.
fn locale(language: &'static str, text: &str) -> Locale {
    let identifier: LanguageIdentifier = language.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // The marks that keep directions apart are for screens; mails would show them.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(partial, _)| partial);
    bundle.add_resource_overriding(resource);
    Locale { language, bundle }
}

/// The texts of one language.
#[derive(Clone, Copy)]
pub struct Texts(&'static Locale);

impl Texts {
    /// The texts of `language` (`fi`, `sv` …), or Finnish where it has none yet.
    pub fn of(language: &str) -> Self {
        let found = |wanted: &str| LOCALES.iter().find(|locale| locale.language == wanted);
        // The fallback is one of the files, so the last way out is never taken.
        Self(found(language).or_else(|| found(FALLBACK)).unwrap_or(&LOCALES[0]))
    }

    /// The texts of a feedback's language.
    pub fn for_giver(language: Language) -> Self {
        Self::of(language.as_str())
    }

    /// The language that is really written, for `lang` and `Content-Language`.
    pub fn language(self) -> &'static str {
        self.0.language
    }

    /// A text without variables.
    pub fn get(self, id: &str) -> String {
        self.with(id, &FluentArgs::new())
    }

    /// A text with variables. A text that is missing shows as its id: the tests hold the files complete.
    pub fn with(self, id: &str, arguments: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.0.bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let mut faults = Vec::new();
        self.0.bundle.format_pattern(pattern, Some(arguments), &mut faults).into_owned()
    }

    /// A day as it is written in the language: `22.11.2026`, `22 November 2026`.
    pub fn day(self, day: Date) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("day", i64::from(day.day()));
        arguments.set("month", i64::from(day.month()));
        // As text: a year is not grouped by thousands.
        arguments.set("year", day.year().to_string());
        self.with("date", &arguments)
    }
}

/// The variables of a text: `arguments([("count", 3.into())])`.
pub fn arguments<const N: usize>(pairs: [(&'static str, FluentValue<'static>); N]) -> FluentArgs<'static> {
    pairs.into_iter().collect()
}

#[cfg(test)]
mod tests;
