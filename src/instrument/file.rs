//! An instrument's TOML file: read into an [`Instrument`], or every fault in it with its line.
//!
//! The document is read by hand and not by `serde`, which would stop at the first fault: whoever adds a file should see
//! all its faults at once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::base::channel::Channel;
use crate::base::shape;
use crate::base::toml_document::{self, Lines};

use super::{
    Field, FieldKind, FieldOption, Instrument, NumberUnit, Question, QuestionGroup, QuestionKind, REQUIRED_LANGUAGES,
    Scale, ScaleValue, Step, Text, Words,
};

/// Longest file, in bytes.
pub const MAX_FILE_BYTES: usize = 1_048_576;
/// Longest id of anything in a file, in characters.
pub const MAX_ID_CHARS: usize = 60;
/// Longest text in one language, in characters.
pub const MAX_TEXT_CHARS: usize = 4_000;
/// Most questions of an instrument.
pub const MAX_QUESTIONS: usize = 200;
/// Most values of a scale.
pub const MAX_SCALE_VALUES: usize = 50;

/// Ids that name other pages of a unit, so that no instrument can be reached by them.
pub const TAKEN_IDS: [&str; 3] = ["board", "qr", "results"];
/// Ids that no question may have: the form itself has fields with these names.
pub const RESERVED_QUESTIONS: [&str; 7] = ["code", "easy", "key", "lang", "to", "version", "view"];

/// One fault in an instrument's file. It reads as `file:line: reason`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct InstrumentFault {
    /// The file's name, as it was given.
    pub file: String,
    /// From 1; the first line where the whole file is at fault.
    pub line: usize,
    /// A sentence that says what is wrong.
    pub reason: String,
}

impl Instrument {
    /// Reads a file's content. `file` is its name for the faults.
    ///
    /// # Errors
    /// All faults of the file in the order of their lines. A file that is no TOML gives the syntax faults only.
    pub fn from_toml(file: &str, content: &str) -> Result<Self, Vec<InstrumentFault>> {
        let mut reader = Reader {
            file,
            content,
            lines: Lines::of(content),
            languages: REQUIRED_LANGUAGES.map(str::to_owned).to_vec(),
            channels: None,
            faults: Vec::new(),
        };
        if content.len() > MAX_FILE_BYTES {
            reader.note(0, format!("the file is longer than {MAX_FILE_BYTES} bytes"));
            return Err(reader.faults);
        }
        let (document, syntax) = toml_document::parse(content);
        for fault in &syntax {
            reader.note(fault.offset, format!("not TOML: {}", fault.message));
        }
        // After a syntax error the parser's result would only give faults that are not there.
        if syntax.is_empty()
            && let Some(instrument) = reader.instrument(&document)
        {
            return Ok(instrument);
        }
        reader.faults.sort_by_key(|fault| fault.line);
        Err(reader.faults)
    }
}

/// SHA-256 of a file's content, in lower-case hex.
pub(super) fn sha256_hex(content: &str) -> String {
    Sha256::digest(content.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A table with its place, and what to call it in a fault.
struct Node<'t, 'c> {
    table: &'t DeTable<'c>,
    at: usize,
    name: String,
}

impl<'t, 'c> Node<'t, 'c> {
    fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'c>>> {
        self.table.get(key)
    }
}

/// Ids seen so far, with the place where each stood first.
#[derive(Default)]
struct Seen(BTreeMap<String, usize>);

struct Reader<'c> {
    file: &'c str,
    content: &'c str,
    lines: Lines,
    /// Languages that every text must have.
    languages: Vec<String>,
    /// `None` while they are not known, or faulty: then a variant for any channel is accepted.
    channels: Option<Vec<Channel>>,
    faults: Vec<InstrumentFault>,
}

impl<'c> Reader<'c> {
    fn instrument(&mut self, document: &DeTable<'c>) -> Option<Instrument> {
        let root = Node { table: document, at: 0, name: "the file".to_owned() };
        self.known_keys(
            &root,
            &[
                "id",
                "version",
                "languages",
                "channels",
                "source",
                "survey_month",
                "services",
                "except_services",
                "offered",
                "asks_volunteers",
                "title",
                "lead",
                "scales",
                "group",
                "question",
                "step",
            ],
        );
        // Before any text: they say which languages and variants a text may have.
        self.languages(&root);
        self.channels = self.channels(&root);

        let id = self.string(&root, "id").and_then(|(id, at)| {
            if TAKEN_IDS.contains(&id.as_str()) {
                return self.fault(at, format!("\"{id}\" is the name of another page of a unit: take another id"));
            }
            self.id(&id, at, '-')
        });
        let version = self.required(&root, "version").and_then(|value| {
            let (number, at) = self.integer(value, "version")?;
            match u32::try_from(number) {
                Ok(version) if version > 0 => Some(version),
                _ => self.fault(at, "version is a whole number from 1 up"),
            }
        });
        let source = match root.get("source") {
            Some(_) => self.string(&root, "source").map(|(source, _)| source),
            None => None,
        };
        let survey_month = root.get("survey_month").and_then(|value| {
            let (number, at) = self.integer(value, "survey_month")?;
            match u8::try_from(number) {
                Ok(month @ 1..=12) => Some(month),
                _ => self.fault(at, "survey_month is a month of the year, 1 to 12"),
            }
        });
        let services = self.services(&root, "services");
        let except_services = self.services(&root, "except_services");
        let offered = root.get("offered").is_none() || self.flag(&root, "offered");
        self.one_rule_of_offering(&root);
        let asks_volunteers = self.flag(&root, "asks_volunteers");
        let title = self.text(&root, "title");
        let lead = root.get("lead").and_then(|_| self.text(&root, "lead"));

        let scales = self.scales(&root);
        let groups = self.groups(&root);
        let questions = self.questions(&root, &scales, &groups);
        let steps = self.steps(&root);
        self.nothing_idle(&root, &scales, &groups, &questions);
        if root.get("question").is_none() && root.get("step").is_none() {
            self.note(0, "the file has neither a [[question]] nor a [[step]]");
        }

        if !self.faults.is_empty() {
            return None;
        }
        Some(Instrument {
            id: id?,
            version: version?,
            languages: self.languages.clone(),
            channels: self.channels.clone()?,
            source,
            survey_month,
            services,
            except_services,
            offered,
            asks_volunteers,
            title: title?,
            lead,
            scales: scales.into_iter().map(|(id, scale)| Some((id, scale?))).collect::<Option<_>>()?,
            groups: groups
                .into_iter()
                .map(|(id, title)| Some(QuestionGroup { id, title: title? }))
                .collect::<Option<_>>()?,
            questions,
            steps,
            sha256: sha256_hex(self.content),
            content: self.content.to_owned(),
        })
    }

    // -- Parts of an instrument ------------------------------------------------------------------------------------

    fn languages(&mut self, root: &Node<'_, 'c>) {
        let Some(value) = root.get("languages") else {
            return;
        };
        let Some(list) = self.array(value, "languages") else {
            return;
        };
        for item in list.iter() {
            let Some((language, at)) = self.word(item, "a language") else {
                continue;
            };
            let is_code = matches!(language.len(), 2 | 3) && language.bytes().all(|b| b.is_ascii_lowercase());
            if !is_code {
                self.note(at, format!("\"{language}\" is no language code such as \"se\" or \"smn\""));
            } else if !self.languages.contains(&language) {
                self.languages.push(language);
            }
        }
    }

    fn channels(&mut self, root: &Node<'_, 'c>) -> Option<Vec<Channel>> {
        let value = self.required(root, "channels")?;
        let list = self.array(value, "channels")?;
        if list.is_empty() {
            return self.fault(value.span().start, "channels names no channel");
        }
        let mut channels = Vec::with_capacity(list.len());
        let mut whole = true;
        for item in list.iter() {
            let channel = self.word(item, "a channel").and_then(|(word, at)| {
                let Some(channel) = Channel::parse(&word) else {
                    let words = Channel::WORDS.join(", ");
                    return self.fault(at, format!("\"{word}\" is no channel: it is one of {words}"));
                };
                if channels.contains(&channel) {
                    return self.fault(at, format!("channels names \"{word}\" twice"));
                }
                Some(channel)
            });
            whole &= channel.is_some();
            channels.extend(channel);
        }
        whole.then_some(channels)
    }

    /// Short names of services; a list that is left out is empty. Which services there are is not known here.
    fn services(&mut self, root: &Node<'_, 'c>, key: &str) -> Vec<String> {
        let mut services = Vec::new();
        let Some(value) = root.get(key) else { return services };
        let Some(list) = self.array(value, key) else { return services };
        if list.is_empty() {
            self.note(value.span().start, format!("{key} names no service: leave it out"));
        }
        for item in list.iter() {
            let Some((word, at)) = self.word(item, "a service") else { continue };
            if !shape::is_short_name(&word) {
                self.note(at, format!("\"{word}\" is no service's short name: {}", shape::SHORT_NAME));
            } else if services.contains(&word) {
                self.note(at, format!("{key} names \"{word}\" twice"));
            }
            services.push(word);
        }
        services
    }

    /// A file says in one way at most to whom the instrument is offered: `services`, `except_services` or `offered`.
    fn one_rule_of_offering(&mut self, root: &Node<'_, 'c>) {
        let keys = ["services", "except_services", "offered"];
        let mut said = keys.into_iter().filter_map(|key| Some((key, root.get(key)?)));
        if let (Some((first, _)), Some((second, value))) = (said.next(), said.next()) {
            self.note(value.span().start, format!("the file says {first} and {second}: say one of them"));
        }
    }

    /// Every scale that is defined, `None` for a faulty one, so that a question on it gets no further fault.
    fn scales(&mut self, root: &Node<'_, 'c>) -> BTreeMap<String, Option<Scale>> {
        let mut scales = BTreeMap::new();
        let Some(table) = root.get("scales").and_then(|value| self.table(value, "scales")) else {
            return scales;
        };
        for (key, value) in table {
            let id = key.get_ref().to_string();
            let known = self.id(&id, key.span().start, '_');
            let scale = self
                .table(value, &format!("scale \"{id}\""))
                .and_then(|table| self.scale(&Node { table, at: key.span().start, name: format!("scale \"{id}\"") }));
            scales.insert(id, known.and(scale));
        }
        scales
    }

    fn scale(&mut self, node: &Node<'_, 'c>) -> Option<Scale> {
        self.known_keys(node, &["values", "printed_order", "cannot_say"]);
        let cannot_say = self.text(node, "cannot_say");
        let list = self.required(node, "values").and_then(|value| self.array(value, "values"))?;
        if !(2..=MAX_SCALE_VALUES).contains(&list.len()) {
            return self
                .fault(node.at, format!("{} has {} values: it takes 2 to {MAX_SCALE_VALUES}", node.name, list.len()));
        }
        let mut values = Vec::with_capacity(list.len());
        for (expected, item) in (1_i32..).zip(list.iter()) {
            let Some(table) = self.table(item, "a value of a scale") else {
                continue;
            };
            let step = Node { table, at: item.span().start, name: format!("value {expected} of {}", node.name) };
            values.extend(self.scale_value(&step, expected));
        }
        let printed_order = match node.get("printed_order") {
            None => (1..).take(list.len()).collect(),
            Some(value) => self.printed_order(value, list.len())?,
        };
        (values.len() == list.len()).then_some(Scale { values, printed_order, cannot_say: cannot_say? })
    }

    fn scale_value(&mut self, node: &Node<'_, 'c>, expected: i32) -> Option<ScaleValue> {
        let value = self.required(node, "value").and_then(|value| {
            let (number, at) = self.integer(value, "value")?;
            if number != i64::from(expected) {
                return self.fault(
                    at,
                    format!("{} is {number}: values go 1, 2, 3 … in order without gaps, 1 the worst", node.name),
                );
            }
            Some(expected)
        });
        let face = node.get("face").map(|value| {
            let (number, at) = self.integer(value, "face")?;
            match u8::try_from(number) {
                Ok(face @ 1..=5) => Some(face),
                _ => self.fault(at, "face is 1 (saddest) to 5 (happiest)"),
            }
        });
        let text = self.words_of(node, &["value", "face"]);
        Some(ScaleValue {
            value: value?,
            // A face that is there and faulty is a fault of the value.
            face: face.map_or(Some(None), |face| face.map(Some))?,
            text: text?,
        })
    }

    fn printed_order(&mut self, value: &Spanned<DeValue<'c>>, count: usize) -> Option<Vec<i32>> {
        let list = self.array(value, "printed_order")?;
        let mut order = Vec::with_capacity(list.len());
        for item in list.iter() {
            let (number, _) = self.integer(item, "printed_order")?;
            order.push(i32::try_from(number).unwrap_or(i32::MAX));
        }
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq((1..).take(count)) {
            return self.fault(value.span().start, format!("printed_order names each of the values 1 to {count} once"));
        }
        Some(order)
    }

    /// Every group that is defined, `None` for one whose title is faulty.
    fn groups(&mut self, root: &Node<'_, 'c>) -> Vec<(String, Option<Text>)> {
        let mut groups = Vec::new();
        let mut seen = Seen::default();
        for mut node in self.list_of_tables(root, "group", "group") {
            let id = self.own_id(&mut node, &mut seen);
            self.known_keys(&node, &["id", "title"]);
            let title = self.text(&node, "title");
            if let Some(id) = id {
                groups.push((id, title));
            }
        }
        groups
    }

    fn questions(
        &mut self,
        root: &Node<'_, 'c>,
        scales: &BTreeMap<String, Option<Scale>>,
        groups: &[(String, Option<Text>)],
    ) -> Vec<Question> {
        let mut questions = Vec::new();
        let mut seen = Seen::default();
        let nodes = self.list_of_tables(root, "question", "question");
        if let Some(first_too_many) = nodes.get(MAX_QUESTIONS) {
            self.note(first_too_many.at, format!("the file has more than {MAX_QUESTIONS} questions"));
        }
        for mut node in nodes {
            let id = self.own_id(&mut node, &mut seen);
            if id.as_ref().is_some_and(|id| RESERVED_QUESTIONS.contains(&id.as_str()))
                && let Some((id, at)) = self.string(&node, "id")
            {
                self.note(at, format!("\"{id}\" is a field of the form itself: give the question another id"));
            }
            let kind = self.question_kind(&node, scales);
            let group = match node.get("group") {
                None => Some(None),
                Some(_) => self.string(&node, "group").and_then(|(group, at)| {
                    if groups.iter().any(|(known, _)| *known == group) {
                        return Some(Some(group));
                    }
                    self.fault(at, format!("{} stands in group \"{group}\", which is not defined", node.name))
                }),
            };
            let text = self.text(&node, "text");
            if let (Some(id), Some(kind), Some(group), Some(text)) = (id, kind, group, text) {
                questions.push(Question { id, kind, group, text });
            }
        }
        questions
    }

    fn question_kind(&mut self, node: &Node<'_, 'c>, scales: &BTreeMap<String, Option<Scale>>) -> Option<QuestionKind> {
        let Some((kind, at)) = self.string(node, "kind") else {
            self.known_keys(node, &["id", "kind", "group", "text", "scale", "unit", "min", "max"]);
            return None;
        };
        match kind.as_str() {
            "scale" | "choice" => {
                self.known_keys(node, &["id", "kind", "group", "text", "scale"]);
                let (scale, at) = self.string(node, "scale")?;
                let Some(known) = scales.get(&scale) else {
                    return self.fault(at, format!("{} is on scale \"{scale}\", which is not defined", node.name));
                };
                let max = known.as_ref()?.values.last()?.value;
                Some(if kind == "scale" {
                    QuestionKind::Scale { scale, min: 1, max }
                } else {
                    QuestionKind::Choice { scale, min: 1, max }
                })
            }
            "number" => {
                self.known_keys(node, &["id", "kind", "group", "text", "unit", "min", "max"]);
                let unit = match node.get("unit") {
                    None => Some(None),
                    Some(_) => self.string(node, "unit").and_then(|(unit, at)| match unit.as_str() {
                        "year" => Some(Some(NumberUnit::Year)),
                        "months" => Some(Some(NumberUnit::Months)),
                        _ => self.fault(at, format!("\"{unit}\" is no unit: it is \"year\" or \"months\"")),
                    }),
                };
                let (min, max) = self.bounds(node)?;
                Some(QuestionKind::Number { unit: unit?, min, max })
            }
            "text" => {
                self.known_keys(node, &["id", "kind", "group", "text"]);
                Some(QuestionKind::Text)
            }
            _ => self.fault(at, format!("\"{kind}\" is no kind of question: it is scale, choice, number or text")),
        }
    }

    fn steps(&mut self, root: &Node<'_, 'c>) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut seen = Seen::default();
        for mut node in self.list_of_tables(root, "step", "step") {
            let id = self.own_id(&mut node, &mut seen);
            self.known_keys(&node, &["id", "title", "guidance", "repeats", "field"]);
            let title = self.text(&node, "title");
            let guidance = self.text(&node, "guidance");
            let repeats = self.flag(&node, "repeats");
            let mut fields = Vec::new();
            let mut seen_fields = Seen::default();
            for mut field in self.list_of_tables(&node, "field", "field") {
                let id = self.own_id(&mut field, &mut seen_fields);
                let kind = self.field_kind(&field);
                let text = self.text(&field, "text");
                if let (Some(id), Some(kind), Some(text)) = (id, kind, text) {
                    fields.push(Field { id, kind, text });
                }
            }
            if let (Some(id), Some(title), Some(guidance)) = (id, title, guidance) {
                steps.push(Step { id, title, guidance, repeats, fields });
            }
        }
        steps
    }

    fn field_kind(&mut self, node: &Node<'_, 'c>) -> Option<FieldKind> {
        let Some((kind, at)) = self.string(node, "kind") else {
            self.known_keys(node, &["id", "kind", "text", "min", "max", "options"]);
            return None;
        };
        match kind.as_str() {
            "text" | "date" => {
                self.known_keys(node, &["id", "kind", "text"]);
                Some(if kind == "text" { FieldKind::Text } else { FieldKind::Date })
            }
            "number" => {
                self.known_keys(node, &["id", "kind", "text", "min", "max"]);
                let (min, max) = self.bounds(node)?;
                Some(FieldKind::Number { min, max })
            }
            "choice" => {
                self.known_keys(node, &["id", "kind", "text", "options"]);
                let mut options = Vec::new();
                let mut seen = Seen::default();
                let nodes = self.list_of_tables(node, "options", "option");
                if nodes.len() < 2 {
                    return self.fault(node.at, format!("{} has fewer than 2 options", node.name));
                }
                for mut option in nodes {
                    let id = self.own_id(&mut option, &mut seen);
                    let text = self.words_of(&option, &["id"]);
                    if let (Some(id), Some(text)) = (id, text) {
                        options.push(FieldOption { id, text });
                    }
                }
                Some(FieldKind::Choice { options })
            }
            _ => self.fault(at, format!("\"{kind}\" is no kind of field: it is text, number, date or choice")),
        }
    }

    /// A scale or group that no question names is most often a typing error in a question.
    fn nothing_idle(
        &mut self,
        root: &Node<'_, 'c>,
        scales: &BTreeMap<String, Option<Scale>>,
        groups: &[(String, Option<Text>)],
        questions: &[Question],
    ) {
        // If there are other faults, a question may be missing from the list, and its scale would look unused.
        if !self.faults.is_empty() {
            return;
        }
        for id in scales.keys() {
            let used = questions.iter().any(|question| match &question.kind {
                QuestionKind::Scale { scale, .. } | QuestionKind::Choice { scale, .. } => scale == id,
                QuestionKind::Number { .. } | QuestionKind::Text => false,
            });
            if !used {
                let at = root
                    .get("scales")
                    .and_then(|value| value.get_ref().as_table())
                    .and_then(|table| table.get_key_value(id.as_str()))
                    .map_or(0, |(key, _)| key.span().start);
                self.note(at, format!("no question is on scale \"{id}\""));
            }
        }
        for (index, (id, _)) in groups.iter().enumerate() {
            if !questions.iter().any(|question| question.group.as_ref() == Some(id)) {
                let at = root
                    .get("group")
                    .and_then(|value| value.get_ref().as_array())
                    .and_then(|list| list.get(index))
                    .map_or(0, |item| item.span().start);
                self.note(at, format!("no question stands in group \"{id}\""));
            }
        }
    }

    // -- Texts -----------------------------------------------------------------------------------------------------

    /// The text under a key, which must be there.
    fn text(&mut self, node: &Node<'_, 'c>, key: &str) -> Option<Text> {
        let value = self.required(node, key)?;
        let table = self.table(value, key)?;
        let inner = Node { table, at: value.span().start, name: format!("{key} of {}", node.name) };
        self.words_of(&inner, &[])
    }

    /// The text that a table's language and variant keys make up; `besides` are the table's other keys.
    fn words_of(&mut self, node: &Node<'_, 'c>, besides: &[&str]) -> Option<Text> {
        let faults_before = self.faults.len();
        let mut text = Text::default();
        for (key, value) in node.table {
            let (name, at) = (key.get_ref().as_ref(), key.span().start);
            if besides.contains(&name) {
                continue;
            }
            let variant = format!("{name} of {}", node.name);
            if self.languages.iter().any(|language| language == name) {
                if let Some(words) = self.phrase(value, &variant) {
                    text.words.insert(name.to_owned(), words);
                }
            } else if name == "easy" {
                text.easy = self.variant(value, variant);
            } else if let Some(channel) = Channel::parse(name) {
                if self.channels.as_ref().is_some_and(|known| !known.contains(&channel)) {
                    self.note(at, format!("{variant}: the instrument does not come by channel \"{name}\""));
                }
                text.by_channel.insert(channel, self.variant(value, variant));
            } else {
                self.note(
                    at,
                    format!(
                        "unknown key \"{name}\" in {}: a text has a key for each language ({}), a channel, or easy",
                        node.name,
                        self.languages.join(", ")
                    ),
                );
            }
        }
        let missing: Vec<&str> =
            self.languages.iter().map(String::as_str).filter(|language| !node.table.contains_key(*language)).collect();
        if !missing.is_empty() {
            let reason = format!("{} has no {}", node.name, missing.join(", "));
            self.note(node.at, reason);
        }
        (self.faults.len() == faults_before).then_some(text)
    }

    /// Words by language. Where a language is missing, the text's own words are used.
    fn variant(&mut self, value: &Spanned<DeValue<'c>>, name: String) -> Words {
        let mut words = Words::new();
        let Some(table) = self.table(value, &name) else {
            return words;
        };
        for (key, value) in table {
            let language = key.get_ref().as_ref();
            if self.languages.iter().any(|known| known == language) {
                if let Some(phrase) = self.phrase(value, &format!("{language} of {name}")) {
                    words.insert(language.to_owned(), phrase);
                }
            } else {
                self.note(
                    key.span().start,
                    format!("unknown key \"{language}\" in {name}: it is no language of the file"),
                );
            }
        }
        words
    }

    fn phrase(&mut self, value: &Spanned<DeValue<'c>>, name: &str) -> Option<String> {
        let (words, at) = self.word(value, name)?;
        if words.trim().is_empty() {
            return self.fault(at, format!("{name} is empty"));
        }
        if words.chars().count() > MAX_TEXT_CHARS {
            return self.fault(at, format!("{name} is longer than {MAX_TEXT_CHARS} characters"));
        }
        if words.chars().any(|c| c.is_control() && c != '\n') {
            return self.fault(at, format!("{name} has a control character"));
        }
        Some(words)
    }

    // -- Keys and values -------------------------------------------------------------------------------------------

    fn note(&mut self, at: usize, reason: impl Into<String>) {
        self.faults.push(InstrumentFault {
            file: self.file.to_owned(),
            line: self.lines.at(at),
            reason: reason.into(),
        });
    }

    /// Notes a fault and returns `None`, so that a reader can return it.
    fn fault<T>(&mut self, at: usize, reason: impl Into<String>) -> Option<T> {
        self.note(at, reason);
        None
    }

    fn known_keys(&mut self, node: &Node<'_, 'c>, known: &[&str]) {
        for key in toml_document::unknown_keys(node.table, known) {
            let name = key.get_ref();
            let reason = format!("unknown key \"{name}\" in {}: it takes {}", node.name, known.join(", "));
            self.note(key.span().start, reason);
        }
    }

    fn required<'t>(&mut self, node: &Node<'t, 'c>, key: &str) -> Option<&'t Spanned<DeValue<'c>>> {
        node.get(key).or_else(|| self.fault(node.at, format!("{} has no \"{key}\"", node.name)))
    }

    fn string(&mut self, node: &Node<'_, 'c>, key: &str) -> Option<(String, usize)> {
        let value = self.required(node, key)?;
        self.word(value, key)
    }

    fn flag(&mut self, node: &Node<'_, 'c>, key: &str) -> bool {
        node.get(key)
            .and_then(|value| value.get_ref().as_bool().or_else(|| self.wrong(value, key, "true or false")))
            .unwrap_or(false)
    }

    /// `min` and `max`, the first not above the second.
    fn bounds(&mut self, node: &Node<'_, 'c>) -> Option<(i32, i32)> {
        let mut bound = |key: &str| {
            let value = self.required(node, key)?;
            let (number, at) = self.integer(value, key)?;
            match i32::try_from(number) {
                Ok(number) => Some((number, at)),
                Err(_) => self.fault(at, format!("{key} does not fit in 32 bits")),
            }
        };
        let (min, max) = (bound("min"), bound("max"));
        let ((min, at), (max, _)) = (min?, max?);
        if min > max {
            return self.fault(at, format!("min {min} of {} is above its max {max}", node.name));
        }
        Some((min, max))
    }

    fn word(&mut self, value: &Spanned<DeValue<'c>>, name: &str) -> Option<(String, usize)> {
        match value.get_ref().as_str() {
            Some(word) => Some((word.to_owned(), value.span().start)),
            None => self.wrong(value, name, "a string"),
        }
    }

    fn integer(&mut self, value: &Spanned<DeValue<'c>>, name: &str) -> Option<(i64, usize)> {
        match toml_document::integer(value.get_ref()) {
            Some(Ok(number)) => Some((number, value.span().start)),
            Some(Err(_)) => self.fault(value.span().start, format!("{name} is too large a number")),
            None => self.wrong(value, name, "a whole number"),
        }
    }

    fn table<'t>(&mut self, value: &'t Spanned<DeValue<'c>>, name: &str) -> Option<&'t DeTable<'c>> {
        value.get_ref().as_table().or_else(|| self.wrong(value, name, "a table"))
    }

    fn array<'t>(&mut self, value: &'t Spanned<DeValue<'c>>, name: &str) -> Option<&'t DeArray<'c>> {
        value.get_ref().as_array().or_else(|| self.wrong(value, name, "a list"))
    }

    fn wrong<T>(&mut self, value: &Spanned<DeValue<'c>>, name: &str, wanted: &str) -> Option<T> {
        let found = value.get_ref().type_str();
        self.fault(value.span().start, format!("{name} is {wanted}, not of type {found}"))
    }

    /// The tables of a list; a missing list is an empty one.
    fn list_of_tables<'t>(&mut self, node: &Node<'t, 'c>, key: &str, name: &str) -> Vec<Node<'t, 'c>> {
        let Some(list) = node.get(key).and_then(|value| self.array(value, key)) else {
            return Vec::new();
        };
        list.iter()
            .filter_map(|item| {
                Some(Node { table: self.table(item, name)?, at: item.span().start, name: format!("a {name}") })
            })
            .collect()
    }

    /// A table's `id`, which must be unique; later faults call the table by it.
    fn own_id(&mut self, node: &mut Node<'_, 'c>, seen: &mut Seen) -> Option<String> {
        let (id, at) = self.string(node, "id")?;
        let kind = node.name.trim_start_matches("a ").to_owned();
        node.name = format!("{kind} \"{id}\"");
        let id = self.id(&id, at, '_')?;
        if let Some(first) = seen.0.insert(id.clone(), at) {
            let line = self.lines.at(first);
            return self.fault(at, format!("{kind} id \"{id}\" is already used on line {line}"));
        }
        Some(id)
    }

    /// An id: a lower-case letter, then lower-case letters, digits and one kind of joining mark.
    fn id(&mut self, id: &str, at: usize, joint: char) -> Option<String> {
        let plain = id.starts_with(|c: char| c.is_ascii_lowercase())
            && id.len() <= MAX_ID_CHARS
            && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint);
        if plain {
            return Some(id.to_owned());
        }
        self.fault(
            at,
            format!(
                "\"{id}\" is no id: it starts with a letter a–z and goes on with a–z, 0–9 and \"{joint}\", \
                 at most {MAX_ID_CHARS} characters"
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small file without faults; each test breaks it in one place.
    const SOUND: &str = r#"id = "oma-kysely"
version = 1
channels = ["web", "paper"]
title = { fi = "Oma", sv = "Egen", en = "Own" }

[scales.yes]
values = [
    { value = 1, face = 1, fi = "Ei", sv = "Nej", en = "No" },
    { value = 2, face = 5, fi = "Kyllä", sv = "Ja", en = "Yes" },
]
printed_order = [2, 1]
cannot_say = { fi = "En tiedä", sv = "Vet inte", en = "Unknown" }

[[group]]
id = "main"
title = { fi = "Pää", sv = "Huvud", en = "Main" }

[[question]]
id = "q1"
kind = "scale"
scale = "yes"
group = "main"
text = { fi = "Kysymys", sv = "Fråga", en = "Question" }

[[question]]
id = "age"
kind = "number"
min = 0
max = 120
text = { fi = "Ikä", sv = "Ålder", en = "Age", paper = { fi = "Ikä vuosina" } }

[[step]]
id = "talk"
title = { fi = "Puhe", sv = "Tal", en = "Talk" }
guidance = { fi = "Puhu", sv = "Tala", en = "Speak" }

[[step.field]]
id = "how"
kind = "choice"
text = { fi = "Miten", sv = "Hur", en = "How" }
options = [
    { id = "a", fi = "A", sv = "A", en = "A" },
    { id = "b", fi = "B", sv = "B", en = "B" },
]
"#;

    fn faults(content: &str) -> Vec<String> {
        match Instrument::from_toml("oma.toml", content) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        }
    }

    /// The faults of the sound file with one piece of it changed.
    fn broken(piece: &str, by: &str) -> Vec<String> {
        assert_eq!(SOUND.matches(piece).count(), 1, "{piece} must be there once");
        faults(&SOUND.replace(piece, by))
    }

    #[test]
    fn a_sound_file_is_read() {
        assert_eq!(faults(SOUND), [""; 0]);
        let instrument = Instrument::from_toml("oma.toml", SOUND).unwrap();
        assert_eq!(instrument.sha256().len(), 64);
        assert_eq!(sha256_hex("abc").get(..16), Some("ba7816bf8f01cfea"));
        let (_, age) = instrument.question("age").unwrap();
        assert_eq!(age.text.say("fi", Some(Channel::Paper)), "Ikä vuosina");
        assert_eq!(age.text.say("sv", Some(Channel::Paper)), "Ålder");
    }

    #[test]
    fn every_fault_names_its_line() {
        // One case a line: what is replaced, by what, and the fault.
        #[rustfmt::skip]
        let cases: &[(&str, &str, &str)] = &[
            ("version = 1", "version = 0", "oma.toml:2: version is a whole number from 1 up"),
            ("version = 1", "version = \"1\"", "oma.toml:2: version is a whole number, not of type string"),
            ("version = 1", "version = 99999999999999999999", "oma.toml:2: version is too large a number"),
            ("version = 1\n", "", "oma.toml:1: the file has no \"version\""),
            ("id = \"oma-kysely\"", "id = \"Oma kysely\"", "oma.toml:1: \"Oma kysely\" is no id: it starts with a letter a–z and goes on with a–z, 0–9 and \"-\", at most 60 characters"),
            ("id = \"oma-kysely\"", "id = \"board\"", "oma.toml:1: \"board\" is the name of another page of a unit: take another id"),
            ("id = \"age\"", "id = \"lang\"", "oma.toml:26: \"lang\" is a field of the form itself: give the question another id"),
            ("version = 1", "version = 1\ncolor = 3", "oma.toml:3: unknown key \"color\" in the file: it takes id, version, languages, channels, source, survey_month, services, except_services, offered, asks_volunteers, title, lead, scales, group, question, step"),
            ("version = 1", "version = 1\nsurvey_month = 13", "oma.toml:3: survey_month is a month of the year, 1 to 12"),
            ("version = 1", "version = 1\nservices = \"kotihoito\"", "oma.toml:3: services is a list, not of type string"),
            ("version = 1", "version = 1\nservices = []", "oma.toml:3: services names no service: leave it out"),
            ("version = 1", "version = 1\nservices = [\"koti\", \"koti\"]", "oma.toml:3: services names \"koti\" twice"),
            ("version = 1", "version = 1\nexcept_services = [7]", "oma.toml:3: a service is a string, not of type integer"),
            ("version = 1", "version = 1\nexcept_services = [\"Koti hoito\"]", "oma.toml:3: \"Koti hoito\" is no service's short name: a short name has 2 to 60 lower-case letters a–z, digits and dashes"),
            ("version = 1", "version = 1\nservices = [\"aa\"]\nexcept_services = [\"bb\"]", "oma.toml:4: the file says services and except_services: say one of them"),
            ("version = 1", "version = 1\nservices = [\"aa\"]\noffered = false", "oma.toml:4: the file says services and offered: say one of them"),
            ("version = 1", "version = 1\noffered = 0", "oma.toml:3: offered is true or false, not of type integer"),
            ("version = 1", "version = 1\nasks_volunteers = \"no\"", "oma.toml:3: asks_volunteers is true or false, not of type string"),
            ("version = 1", "version = 1\nsource = 5", "oma.toml:3: source is a string, not of type integer"),
            ("version = 1", "version = 1\nlanguages = [\"Sami\"]", "oma.toml:3: \"Sami\" is no language code such as \"se\" or \"smn\""),
            ("[\"web\", \"paper\"]", "[\"web\", \"paper\", \"api\"]", "oma.toml:3: \"api\" is no channel: it is one of oral, card, web, kiosk, paper, group"),
            ("[\"web\", \"paper\"]", "[\"web\", \"paper\", \"web\"]", "oma.toml:3: channels names \"web\" twice"),
            ("[\"web\", \"paper\"]", "[]", "oma.toml:3: channels names no channel"),
            ("[\"web\", \"paper\"]", "\"web\"", "oma.toml:3: channels is a list, not of type string"),
            ("sv = \"Egen\", ", "", "oma.toml:4: title of the file has no sv"),
            ("\"Egen\"", "\" \"", "oma.toml:4: sv of title of the file is empty"),
            ("\"Egen\"", "\"E\\u0007\"", "oma.toml:4: sv of title of the file has a control character"),
            ("en = \"Own\"", "en = \"Own\", nf = \"Own\"", "oma.toml:4: unknown key \"nf\" in title of the file: a text has a key for each language (fi, sv, en), a channel, or easy"),
            ("en = \"Own\"", "en = \"Own\", oral = { fi = \"O\" }", "oma.toml:4: oral of title of the file: the instrument does not come by channel \"oral\""),
            ("en = \"Own\"", "en = \"Own\", easy = { de = \"O\" }", "oma.toml:4: unknown key \"de\" in easy of title of the file: it is no language of the file"),
            ("title = { fi = \"Oma\", sv = \"Egen\", en = \"Own\" }", "title = \"Oma\"", "oma.toml:4: title is a table, not of type string"),
            ("value = 2, face = 5", "value = 3, face = 5", "oma.toml:9: value 2 of scale \"yes\" is 3: values go 1, 2, 3 … in order without gaps, 1 the worst"),
            ("value = 2, face = 5", "value = 2, face = 6", "oma.toml:9: face is 1 (saddest) to 5 (happiest)"),
            ("value = 2, face = 5", "face = 5", "oma.toml:9: value 2 of scale \"yes\" has no \"value\""),
            ("[2, 1]", "[2, 2]", "oma.toml:11: printed_order names each of the values 1 to 2 once"),
            ("cannot_say = { fi = \"En tiedä\", sv = \"Vet inte\", en = \"Unknown\" }\n", "", "oma.toml:6: scale \"yes\" has no \"cannot_say\""),
            ("scale = \"yes\"", "scale = \"no\"", "oma.toml:21: question \"q1\" is on scale \"no\", which is not defined"),
            ("scale = \"yes\"\n", "", "oma.toml:18: question \"q1\" has no \"scale\""),
            ("group = \"main\"", "group = \"side\"", "oma.toml:22: question \"q1\" stands in group \"side\", which is not defined"),
            ("group = \"main\"\n", "", "oma.toml:14: no question stands in group \"main\""),
            ("kind = \"scale\"\nscale = \"yes\"", "kind = \"text\"", "oma.toml:6: no question is on scale \"yes\""),
            ("kind = \"scale\"", "kind = \"slider\"", "oma.toml:20: \"slider\" is no kind of question: it is scale, choice, number or text"),
            ("id = \"age\"", "id = \"q1\"", "oma.toml:26: question id \"q1\" is already used on line 19"),
            ("id = \"age\"", "id = \"my-age\"", "oma.toml:26: \"my-age\" is no id: it starts with a letter a–z and goes on with a–z, 0–9 and \"_\", at most 60 characters"),
            ("min = 0", "min = 121", "oma.toml:28: min 121 of question \"age\" is above its max 120"),
            ("max = 120", "max = 3000000000", "oma.toml:29: max does not fit in 32 bits"),
            ("max = 120", "max = 120\nunit = \"weeks\"", "oma.toml:30: \"weeks\" is no unit: it is \"year\" or \"months\""),
            ("max = 120", "max = 120\nscale = \"yes\"", "oma.toml:30: unknown key \"scale\" in question \"age\": it takes id, kind, group, text, unit, min, max"),
            ("guidance = { fi = \"Puhu\", sv = \"Tala\", en = \"Speak\" }\n", "", "oma.toml:32: step \"talk\" has no \"guidance\""),
            ("kind = \"choice\"", "kind = \"list\"", "oma.toml:39: \"list\" is no kind of field: it is text, number, date or choice"),
            ("    { id = \"b\", fi = \"B\", sv = \"B\", en = \"B\" },\n", "", "oma.toml:37: field \"how\" has fewer than 2 options"),
            ("id = \"b\"", "id = \"a\"", "oma.toml:43: option id \"a\" is already used on line 42"),
        ];
        for (piece, by, fault) in cases {
            assert_eq!(broken(piece, by), [*fault], "{piece} → {by}");
        }
    }

    #[test]
    fn an_empty_scale_and_too_much_of_anything_are_faults() {
        let from = SOUND.find("values = [").unwrap();
        let to = SOUND.find("cannot_say").unwrap();
        let empty = format!("{}values = []\n{}", &SOUND[..from], &SOUND[to..]);
        assert_eq!(faults(&empty), ["oma.toml:6: scale \"yes\" has 0 values: it takes 2 to 50"]);

        assert_eq!(
            broken("\"Egen\"", &format!("\"{}\"", "e".repeat(MAX_TEXT_CHARS + 1))),
            ["oma.toml:4: sv of title of the file is longer than 4000 characters"]
        );
        assert_eq!(faults(&" ".repeat(MAX_FILE_BYTES + 1)), ["oma.toml:1: the file is longer than 1048576 bytes"]);
        let mut many = SOUND.to_owned();
        for number in 0..MAX_QUESTIONS {
            many.push_str(&format!(
                "[[question]]\nid = \"x{number}\"\nkind = \"text\"\ntext = {{ fi = \"K\", sv = \"F\", en = \"Q\" }}\n"
            ));
        }
        assert_eq!(faults(&many), ["oma.toml:837: the file has more than 200 questions"]);
    }

    #[test]
    fn all_faults_are_told_at_once_in_order_of_lines() {
        let bad = SOUND
            .replace("version = 1", "version = -1")
            .replace("sv = \"Huvud\", en", "en")
            .replace("max = 120", "max = -120")
            .replace("kind = \"scale\"", "kind = \"smile\"");
        let lines: Vec<_> =
            Instrument::from_toml("oma.toml", &bad).unwrap_err().iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [2, 16, 20, 28]);
    }

    #[test]
    fn a_file_that_is_no_toml_tells_where() {
        let told = broken("version = 1", "version = ");
        assert!(told[0].starts_with("oma.toml:2: not TOML: "), "{told:?}");
        let told = broken("version = 1", "version = 1\nversion = 2");
        assert!(told[0].starts_with("oma.toml:3: not TOML: "), "{told:?}");
    }

    #[test]
    fn an_empty_file_lacks_everything() {
        assert_eq!(
            faults(""),
            [
                "oma.toml:1: the file has no \"channels\"",
                "oma.toml:1: the file has no \"id\"",
                "oma.toml:1: the file has no \"version\"",
                "oma.toml:1: the file has no \"title\"",
                "oma.toml:1: the file has neither a [[question]] nor a [[step]]",
            ]
        );
    }

    #[test]
    fn a_language_of_the_file_is_wanted_everywhere() {
        let more = broken("version = 1", "version = 1\nlanguages = [\"se\"]");
        assert_eq!(more.len(), 12);
        assert_eq!(more[0], "oma.toml:5: title of the file has no se");
    }

    proptest::proptest! {
        #[test]
        fn a_mangled_file_never_panics(at in 0..SOUND.len(), cut in 0_usize..40, put in "\\PC{0,6}") {
            let from = SOUND.floor_char_boundary(at);
            let to = SOUND.floor_char_boundary((at + cut).min(SOUND.len()));
            let mangled = format!("{}{put}{}", &SOUND[..from], &SOUND[to..]);
            if let Err(faults) = Instrument::from_toml("oma.toml", &mangled) {
                proptest::prop_assert!(!faults.is_empty());
                let lines = mangled.lines().count() + 1;
                proptest::prop_assert!(faults.iter().all(|fault| (1..=lines).contains(&fault.line)));
            }
        }
    }
}
