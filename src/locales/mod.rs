//! The texts that people read outside the API: mails, pages, printed cards. Each language is one folder of Fluent files; to
//! add a language, add a folder (and for feedback in it, see `base::Language`). Fluent chooses plural forms.

pub mod soft;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
pub use fluent_bundle::{FluentArgs, FluentValue};
use jiff::civil::{Date, Weekday};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use crate::base::Language;

/// The name of the parameter for the language in addresses of pages, and of the form field for it.
pub const LANGUAGE: &str = "lang";

/// The language that is used where a language has no texts yet.
const FALLBACK: &str = "fi";

/// How many languages of an `Accept-Language` header are read; browsers send a handful.
const ACCEPTED_RANGES_MOST: usize = 20;

/// The folders of texts, one for each language.
#[derive(RustEmbed)]
#[folder = "src/locales"]
#[include = "*/*.ftl"]
struct Files;

/// A language with its texts.
struct Locale {
    language: String,
    bundle: FluentBundle<FluentResource>,
}

static LOCALES: LazyLock<Vec<Locale>> = LazyLock::new(|| {
    let mut found: Vec<Locale> = files().into_iter().map(|(language, texts)| locale(language, &texts)).collect();
    // First the languages of `LISTED_FIRST`; those that are added later follow by their tags.
    let place = |locale: &Locale| LISTED_FIRST.iter().position(|tag| *tag == locale.language);
    found.sort_by_key(|locale| (place(locale).unwrap_or(LISTED_FIRST.len()), locale.language.clone()));
    found
});

/// The languages that every list of languages begins with.
const LISTED_FIRST: [&str; 3] = [FALLBACK, "sv", "en"];

/// The texts of every language's folder, file by file.
fn files() -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in Files::iter() {
        let Some((language, _)) = name.split_once('/') else { continue };
        let text = Files::get(&name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
        found.entry(language.to_owned()).or_default().extend(text);
    }
    found
}

/// A faulty file gives what can be read of it; tests check that there is none.
fn locale(language: String, texts: &[String]) -> Locale {
    let identifier: LanguageIdentifier = language.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // Fluent's direction marks are for screens; mails would show them.
    bundle.set_use_isolating(false);
    for text in texts {
        let resource = FluentResource::try_new(text.clone()).unwrap_or_else(|(partial, _)| partial);
        bundle.add_resource_overriding(resource);
    }
    Locale { language, bundle }
}

/// The texts of one language.
#[derive(Clone, Copy)]
pub struct Texts(&'static Locale);

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Texts").field(&self.language()).finish()
    }
}

impl Texts {
    /// The texts of `language` (`fi`, `sv` …), or Finnish where it has none yet.
    pub fn of(language: &str) -> Self {
        let found = |wanted: &str| LOCALES.iter().find(|locale| locale.language == wanted);
        // The fallback's folder exists, so `LOCALES[0]` is never used.
        Self(found(language).or_else(|| found(FALLBACK)).unwrap_or(&LOCALES[0]))
    }

    /// Every language that has texts, Finnish first.
    pub fn all() -> impl Iterator<Item = Self> {
        LOCALES.iter().map(Self)
    }

    /// The texts of a language tag (RFC 5646) in any case, by its first part: `sv-FI` is `sv`. Some systems write `sv_FI`.
    pub fn tagged(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::all().find(|texts| texts.language().eq_ignore_ascii_case(primary))
    }

    /// The language among those with texts that a browser's `Accept-Language` asks for (RFC 9110, section 12.5.4): the one
    /// with the highest weight, the first of equals.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for range in header.split(',').take(ACCEPTED_RANGES_MOST) {
            let mut parts = range.trim().split(';');
            let found = Self::tagged(parts.next().unwrap_or_default().trim());
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            if let Some(texts) = found.filter(|_| weight > best.map_or(0.0, |(_, held)| held)) {
                best = Some((texts, weight));
            }
        }
        best.map(|(texts, _)| texts)
    }

    /// The texts of a feedback's language.
    pub fn for_giver(language: Language) -> Self {
        Self::of(language.as_str())
    }

    /// The language in which the texts are written, for `lang` and `Content-Language`.
    pub fn language(self) -> &'static str {
        &self.0.language
    }

    /// The language as a value of the enum; Finnish where the enum has none.
    pub fn tag(self) -> Language {
        Language::parse(self.language()).unwrap_or(Language::Fi)
    }

    /// A text without variables.
    pub fn get(self, id: &str) -> String {
        self.with(id, &FluentArgs::new())
    }

    /// A text with variables. A missing text shows as its id; tests check that no file lacks one.
    pub fn with(self, id: &str, arguments: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.0.bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let mut faults = Vec::new();
        self.0.bundle.format_pattern(pattern, Some(arguments), &mut faults).into_owned()
    }

    /// A day as it is written in the language: `22.11.2026`, `22 November 2026`.
    pub fn day(self, day: Date) -> String {
        self.with("date", &day_arguments(day))
    }

    /// A day with its weekday, for use outside of a sentence: `torstai 10.12.2026`.
    pub fn weekday(self, day: Date) -> String {
        self.with("date-weekday", &day_arguments(day))
    }

    /// A day with its weekday, within a sentence that says what happens on it: `torstaina 10. joulukuuta`.
    pub fn on_weekday(self, day: Date) -> String {
        self.with("date-on-weekday", &day_arguments(day))
    }

    /// A month: `marraskuu 2026`.
    pub fn month(self, day: Date) -> String {
        self.with("date-month", &day_arguments(day))
    }
}

/// The variables of a day.
fn day_arguments(day: Date) -> FluentArgs<'static> {
    let weekday = match day.weekday() {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    };
    arguments([
        ("day", i64::from(day.day()).into()),
        ("month", i64::from(day.month()).into()),
        // As text: a year is not grouped by thousands.
        ("year", day.year().to_string().into()),
        ("weekday", weekday.into()),
    ])
}

/// The variables of a text: `arguments([("count", 3.into())])`.
pub fn arguments<const N: usize>(pairs: [(&'static str, FluentValue<'static>); N]) -> FluentArgs<'static> {
    pairs.into_iter().collect()
}

#[cfg(test)]
mod tests;
