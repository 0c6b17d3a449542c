//! The data of the form's templates.

use askama::Template;

use crate::base::{Channel, GivenBy, ReceiptCode};
use crate::instrument::{CANNOT_SAY, Instrument, NumberUnit, Question, QuestionKind, Scale, Text};
use crate::intake::evaluate::VOLUNTEER_MONTHS;
use crate::locales::{Texts, arguments};
use crate::web::pages::frame::page::Frame;
use crate::web::pages::giver::submission::form::FieldFault;
use crate::web::pages::giver::submission::typed::{
    GIVEN_BY, REPLY_EMAIL, REPLY_PHONE, REPLY_WANTED, Typed, VOLUNTEER_EMAIL, VOLUNTEER_NAME, VOLUNTEER_PHONE,
    VOLUNTEER_WANTED, View, months_of, years_of,
};

/// The maximum number of options drawn as cards; more are drawn as a list.
const CARDS_MOST: usize = 10;
/// The number of scale steps in a row, if there is space.
const ROW: usize = 5;
/// The maximum number of questions whose progress is drawn as a wave; more would be illegible.
const WAVE_MOST: usize = 40;
/// How many questions most people answer in three minutes.
const QUESTIONS_IN_THREE_MINUTES: usize = 10;

/// `templates/form.html`.
#[derive(Template)]
#[template(path = "form.html")]
pub struct FormPage {
    pub frame: Frame,
    pub head: Head,
    /// A message before the form: the questions have changed, or there are too many requests.
    pub notice: Option<Notice>,
    /// The faults, each with the id to which it links.
    pub faults: Vec<(String, String)>,
    /// How many faults there are, in words.
    pub faults_title: String,
    /// The form's hidden fields.
    pub hidden: Vec<(String, String)>,
    /// Whether it was never sent: then a script gives it a key and a code made on the device.
    pub fresh: bool,
    /// Where it is sent to.
    pub action: String,
    /// Whether one question is shown at a time.
    pub one: bool,
    /// Whether easy language may be chosen.
    pub easy_offered: bool,
    /// Whether it is chosen.
    pub easy: bool,
    /// The questions in their groups.
    pub blocks: Vec<Block>,
    /// The same as steps; the step shown first is last in the source.
    pub steps: Vec<Step>,
    /// The fields that are not questions.
    pub own: Own,
}

/// `templates/form/check.html`: what was typed, in words; to send, or only to read and copy.
#[derive(Template)]
#[template(path = "form/check.html")]
pub struct CheckPage {
    pub frame: Frame,
    pub head: Head,
    /// A message before the form.
    pub notice: Option<Notice>,
    /// The form's hidden fields.
    pub hidden: Vec<(String, String)>,
    /// Whether a script gives it a key and a code made on the device.
    pub fresh: bool,
    /// Where it is sent to.
    pub action: String,
    /// Whether it can be sent; not if the unit has closed.
    pub sendable: bool,
    /// The label of the button that sends it.
    pub send: String,
    /// The view to which the link back leads.
    pub view: &'static str,
    /// What was answered.
    pub said: Vec<Said>,
    /// How many questions were skipped, in words.
    pub skipped: Option<String>,
}

/// A message before the form.
pub struct Notice {
    /// A few words.
    pub title: String,
    /// What it means and what to do.
    pub text: String,
}

/// The part above the questions.
#[derive(Clone)]
pub struct Head {
    /// The unit's name.
    pub unit: String,
    /// The instrument's title.
    pub title: String,
    /// The introduction to the questions.
    pub lead: Option<String>,
    /// How long answering takes.
    pub minutes: String,
    /// The language of the instrument's words if it is not the page's.
    pub lang: Option<&'static str>,
}

/// An answer in words.
pub struct Said {
    pub asked: String,
    pub answer: String,
    /// Whether it is in the giver's own words.
    pub own_words: bool,
    /// The language of the question's words if it is not the page's.
    pub lang: Option<&'static str>,
}

/// Questions under one heading.
pub struct Block {
    pub title: Option<String>,
    /// Whether they ask for facts about the giver.
    pub background: bool,
    pub asks: Vec<Ask>,
}

/// One question.
#[derive(Clone)]
pub struct Ask {
    pub id: String,
    /// Its number among all, from 1.
    pub number: usize,
    pub text: String,
    /// The control, and what was typed.
    pub answer: Answer,
    /// What is wrong with it.
    pub fault: Option<String>,
    /// The language of its words if it is not the page's.
    pub lang: Option<&'static str>,
}

/// The control for an answer.
#[derive(Clone)]
pub enum Answer {
    /// Cards of which one is chosen.
    Cards {
        options: Vec<Choice>,
        cannot_say: String,
        /// Whether that is chosen.
        cannot_say_chosen: bool,
        /// Whether they are in a row, if there is space.
        row: bool,
        /// Whether the faces are large.
        large: bool,
    },
    /// A list of which one is chosen.
    List {
        options: Vec<Choice>,
        cannot_say: String,
        /// Whether that is chosen.
        cannot_say_chosen: bool,
    },
    Number {
        /// As it was typed.
        value: String,
    },
    /// Years and months.
    Months {
        /// The name of the field for the years.
        years_name: String,
        /// As they were typed.
        years: String,
        /// The name of the field for the months.
        months_name: String,
        /// As they were typed.
        months: String,
    },
    Text {
        /// As it was typed.
        value: String,
    },
}

/// One option.
#[derive(Clone)]
pub struct Choice {
    pub value: i32,
    pub words: String,
    pub face: Option<u8>,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Whether it is the last one.
    pub last: bool,
}

/// A step of the view that asks one thing at a time.
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// Its place among the questions, in words.
    pub place: String,
    /// The heading of its question's group.
    pub group: Option<String>,
    /// The language of that heading if it is not the page's.
    pub lang: Option<&'static str>,
    /// The progress wave: the CSS classes of each arc.
    pub wave: Vec<&'static str>,
    pub asked: Asked,
    /// The number of the step before.
    pub back: Option<usize>,
    /// The number of the step after.
    pub next: Option<usize>,
    /// Whether it is shown if the address names none.
    pub first: bool,
}

/// The content of a step.
pub enum Asked {
    /// A question of the instrument.
    Question(Box<Ask>),
    GivenBy,
    /// Whether an answer is wanted.
    Reply,
    /// Whether the giver wants to join developing.
    Volunteer,
    /// The last step, which sends the form.
    Send,
}

/// A field that is not a question.
pub struct Field {
    pub name: &'static str,
    /// As it was typed.
    pub value: String,
    /// What is wrong with it.
    pub fault: Option<String>,
}

/// The fields that are not questions.
pub struct Own {
    /// The options for who gives it: word, text, whether it is chosen.
    pub given_by: Vec<(&'static str, String, bool)>,
    /// Whether an answer is wanted.
    pub reply: bool,
    /// Where to write.
    pub reply_email: Field,
    /// Where to call.
    pub reply_phone: Field,
    /// Whether the instrument asks for volunteers.
    pub volunteers: bool,
    /// What happens with a volunteer's details, and how long they are kept.
    pub volunteer_how: String,
    /// Whether the giver wants to join.
    pub volunteer: bool,
    pub volunteer_name: Field,
    /// The volunteer's address.
    pub volunteer_email: Field,
    pub volunteer_phone: Field,
}

/// Makes the data of a form from an instrument and what was typed.
#[derive(Clone, Copy)]
pub struct Drawer<'a> {
    /// The texts of the page.
    pub t: Texts,
    /// The questions.
    pub instrument: &'a Instrument,
    pub typed: &'a Typed,
    /// What is wrong with it.
    pub faults: &'a [FieldFault],
}

impl Drawer<'_> {
    /// The language of the instrument's words if it is not the page's.
    fn lang(&self) -> Option<&'static str> {
        let spoken = self.instrument.languages.iter().any(|language| language == self.t.language());
        (!spoken).then_some("fi")
    }

    fn say(&self, text: &Text) -> String {
        let language = self.t.language();
        let words = if self.typed.easy {
            text.say_easily(language, Some(Channel::Web))
        } else {
            text.say(language, Some(Channel::Web))
        };
        words.to_owned()
    }

    /// The part above the questions for a unit.
    pub fn head(&self, unit: &str) -> Head {
        let minutes = (self.instrument.questions.len() * 3).div_ceil(QUESTIONS_IN_THREE_MINUTES);
        let minutes = i64::try_from(minutes).unwrap_or(i64::MAX);
        Head {
            unit: unit.to_owned(),
            title: self.say(&self.instrument.title),
            lead: self.instrument.lead.as_ref().map(|lead| self.say(lead)),
            minutes: self.t.with("form-fact-minutes", &arguments([("minutes", minutes.into())])),
            lang: self.lang(),
        }
    }

    fn fault_at(&self, field: &str) -> Option<String> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.text.clone())
    }

    /// The questions in their groups. Facts about the giver come last: nobody should have to say who they are before
    /// they can say what they think.
    pub fn blocks(&self) -> Vec<Block> {
        let mut grouped: Vec<(Option<&str>, Vec<&Question>)> = Vec::new();
        for question in &self.instrument.questions {
            let group = question.group.as_deref();
            match grouped.last_mut().filter(|(held, _)| *held == group) {
                Some((_, questions)) => questions.push(question),
                None => grouped.push((group, vec![question])),
            }
        }
        let background = |questions: &[&Question]| {
            questions.iter().all(|one| matches!(one.kind, QuestionKind::Choice { .. } | QuestionKind::Number { .. }))
        };
        grouped.sort_by_key(|(_, questions)| background(questions));
        let mut number = 0;
        let blocks = grouped.iter().map(|(group, questions)| {
            let title = self.instrument.groups.iter().find(|one| Some(one.id.as_str()) == *group);
            let asks = questions.iter().map(|question| {
                number += 1;
                self.ask(question, number)
            });
            Block {
                asks: asks.collect(),
                background: background(questions),
                title: title.map(|one| self.say(&one.title)),
            }
        });
        blocks.collect()
    }

    fn ask(&self, question: &Question, number: usize) -> Ask {
        Ask {
            id: question.id.clone(),
            number,
            text: self.say(&question.text),
            answer: self.answer(question),
            fault: self.fault_at(&question.id),
            lang: self.lang(),
        }
    }

    fn answer(&self, question: &Question) -> Answer {
        let typed = |name: &str| self.typed.get(name).to_owned();
        let Some(scale) = self.instrument.scale_of(question) else {
            return match question.kind {
                QuestionKind::Number { unit: Some(NumberUnit::Months), .. } => {
                    let (years_name, months_name) = (years_of(&question.id), months_of(&question.id));
                    let (years, months) = (typed(&years_name), typed(&months_name));
                    Answer::Months { years_name, years, months_name, months }
                }
                QuestionKind::Number { .. } => Answer::Number { value: typed(&question.id) },
                _ => Answer::Text { value: typed(&question.id) },
            };
        };
        let chosen = self.typed.get(&question.id).trim();
        let last = scale.printed_order.last();
        let options: Vec<Choice> = scale
            .as_printed()
            .map(|step| Choice {
                value: step.value,
                words: self.say(&step.text),
                face: step.face,
                chosen: chosen == step.value.to_string(),
                last: Some(&step.value) == last,
            })
            .collect();
        let cannot_say = self.say(&scale.cannot_say);
        let cannot_say_chosen = chosen == CANNOT_SAY;
        if options.len() > CARDS_MOST {
            return Answer::List { options, cannot_say, cannot_say_chosen };
        }
        let row = options.len() == ROW;
        let large = self.typed.view == View::One || (row && self.stands_out(scale));
        Answer::Cards { options, cannot_say, cannot_say_chosen, row, large }
    }

    /// Whether only one question uses this scale of faces: the overall question.
    fn stands_out(&self, scale: &Scale) -> bool {
        let held =
            |question: &&Question| self.instrument.scale_of(question).is_some_and(|other| std::ptr::eq(other, scale));
        self.instrument.questions.iter().filter(held).count() == 1
            && scale.values.iter().all(|step| step.face.is_some())
    }

    /// The fields that are not questions.
    pub fn own(&self) -> Own {
        let chosen = GivenBy::parse(self.typed.get(GIVEN_BY));
        let given_by = GivenBy::ALL.into_iter().map(|one| {
            let word = one.as_str();
            (word, self.t.get(&format!("form-given-by-{word}")), chosen == Some(one))
        });
        let field =
            |name: &'static str| Field { name, value: self.typed.get(name).to_owned(), fault: self.fault_at(name) };
        Own {
            given_by: given_by.collect(),
            reply: self.typed.filled(REPLY_WANTED).is_some(),
            reply_email: field(REPLY_EMAIL),
            reply_phone: field(REPLY_PHONE),
            volunteers: self.instrument.asks_volunteers,
            volunteer_how: self
                .t
                .with("form-volunteer-how", &arguments([("months", i64::from(VOLUNTEER_MONTHS).into())])),
            volunteer: self.typed.filled(VOLUNTEER_WANTED).is_some(),
            volunteer_name: field(VOLUNTEER_NAME),
            volunteer_email: field(VOLUNTEER_EMAIL),
            volunteer_phone: field(VOLUNTEER_PHONE),
        }
    }

    /// The steps of the view that asks one thing at a time. Without script the style sheet shows the step that the
    /// address names, or else the last one in the source: the first step, or the first with a fault, is put there.
    pub fn steps(&self, blocks: Vec<Block>) -> Vec<Step> {
        let count: usize = blocks.iter().map(|block| block.asks.len()).sum();
        // Where groups begin, for the gaps in the wave.
        let mut begins = vec![false; count];
        let mut asked: Vec<(Asked, Option<String>)> = Vec::new();
        for block in blocks {
            if let Some(begin) = begins.get_mut(asked.len()) {
                *begin = true;
            }
            for ask in block.asks {
                asked.push((Asked::Question(Box::new(ask)), block.title.clone()));
            }
        }
        asked.push((Asked::GivenBy, None));
        asked.push((Asked::Reply, None));
        if self.instrument.asks_volunteers {
            asked.push((Asked::Volunteer, None));
        }
        asked.push((Asked::Send, None));
        let shown = asked.iter().position(|(one, _)| self.has_fault(one)).unwrap_or(0);
        let last = asked.len();
        let mut steps: Vec<Step> = asked
            .into_iter()
            .enumerate()
            .map(|(index, (one, group))| Step {
                number: index + 1,
                place: self.place(index, count),
                lang: group.as_ref().and_then(|_| self.lang()),
                group,
                wave: wave(index, &begins),
                asked: one,
                back: (index > 0).then_some(index),
                next: (index + 1 < last).then_some(index + 2),
                first: index == shown,
            })
            .collect();
        let first = steps.remove(shown);
        steps.push(first);
        steps
    }

    fn place(&self, index: usize, count: usize) -> String {
        if index >= count {
            return self.t.get("form-last");
        }
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let variables = arguments([("number", number(index + 1).into()), ("count", number(count).into())]);
        self.t.with("form-question", &variables)
    }

    fn has_fault(&self, asked: &Asked) -> bool {
        let at = |names: &[&str]| self.faults.iter().any(|fault| names.contains(&fault.field.as_str()));
        match asked {
            Asked::Question(ask) => ask.fault.is_some(),
            Asked::Reply => at(&[REPLY_EMAIL, REPLY_PHONE]),
            Asked::Volunteer => at(&[VOLUNTEER_NAME, VOLUNTEER_EMAIL, VOLUNTEER_PHONE]),
            Asked::GivenBy | Asked::Send => false,
        }
    }

    /// The faults, each with the id to which it links: the field, or the step that contains the field.
    pub fn fault_links(&self, blocks: &[Block], steps: &[Step]) -> Vec<(String, String)> {
        let begin = blocks.first().and_then(|block| block.asks.first()).map_or_else(String::new, first_control);
        let link = |fault: &FieldFault| {
            let step = steps.iter().find(|step| match &step.asked {
                Asked::Question(ask) => ask.id == fault.field,
                Asked::Reply => fault.field == REPLY_EMAIL || fault.field == REPLY_PHONE,
                Asked::Volunteer => [VOLUNTEER_NAME, VOLUNTEER_EMAIL, VOLUNTEER_PHONE].contains(&fault.field.as_str()),
                Asked::GivenBy | Asked::Send => false,
            });
            if !steps.is_empty() {
                return format!("k{}", step.map_or(1, |step| step.number));
            }
            let asks = blocks.iter().flat_map(|block| &block.asks);
            match asks.into_iter().find(|ask| ask.id == fault.field) {
                Some(ask) => first_control(ask),
                None if fault.field.is_empty() => begin.clone(),
                None => format!("{}-a", fault.field),
            }
        };
        self.faults.iter().map(|fault| (link(fault), fault.text.clone())).collect()
    }

    /// The answers in words, and the number of unanswered questions.
    pub fn said(&self) -> (Vec<Said>, usize) {
        let blocks = self.blocks();
        let mut said = Vec::new();
        let mut skipped = 0;
        for ask in blocks.iter().flat_map(|block| &block.asks) {
            let chosen = |options: &[Choice], cannot_say: &str, cannot_say_chosen: bool| {
                let one = options.iter().find(|option| option.chosen).map(|option| option.words.clone());
                one.or_else(|| cannot_say_chosen.then(|| cannot_say.to_owned())).unwrap_or_default()
            };
            let answer = match &ask.answer {
                Answer::Cards { options, cannot_say, cannot_say_chosen, .. }
                | Answer::List { options, cannot_say, cannot_say_chosen } => {
                    chosen(options, cannot_say, *cannot_say_chosen)
                }
                Answer::Number { value } | Answer::Text { value } => value.clone(),
                Answer::Months { years, months, .. } => {
                    let parts = [(years, "form-years"), (months, "form-months")];
                    let parts = parts.iter().filter(|(value, _)| !value.trim().is_empty());
                    parts.map(|(value, unit)| format!("{value} {}", self.t.get(unit))).collect::<Vec<_>>().join(" ")
                }
            };
            if answer.trim().is_empty() {
                skipped += 1;
                continue;
            }
            let own_words = matches!(ask.answer, Answer::Text { .. });
            said.push(Said { asked: ask.text.clone(), answer, own_words, lang: ask.lang });
        }
        for (name, label) in [
            (REPLY_EMAIL, "form-reply-email"),
            (REPLY_PHONE, "form-reply-phone"),
            (VOLUNTEER_NAME, "form-volunteer-name"),
            (VOLUNTEER_EMAIL, "form-volunteer-email"),
            (VOLUNTEER_PHONE, "form-volunteer-phone"),
        ] {
            if let Some(value) = self.typed.filled(name) {
                said.push(Said { asked: self.t.get(label), answer: value.to_owned(), own_words: false, lang: None });
            }
        }
        (said, skipped)
    }

    /// The hidden fields of the form; with `answers` also all that was typed.
    pub fn hidden(&self, answers: bool) -> Vec<(String, String)> {
        let code = self.typed.code.as_ref().map(ReceiptCode::reveal).unwrap_or_default();
        let mut fields = vec![
            ("key", self.typed.key.to_string()),
            ("code", code),
            ("version", self.instrument.version.to_string()),
            ("view", self.typed.view.as_str().to_owned()),
            ("easy", if self.typed.easy { "1" } else { "" }.to_owned()),
            ("lang", self.t.language().to_owned()),
        ];
        if answers {
            fields.extend(self.typed.fields().map(|(name, value)| (name.as_str(), value.clone())));
        }
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// The id of a question's first control.
fn first_control(ask: &Ask) -> String {
    match &ask.answer {
        Answer::Cards { options, .. } => {
            format!("{}-{}", ask.id, options.first().map_or(0, |option| option.value))
        }
        _ => format!("{}-a", ask.id),
    }
}

/// The CSS classes of each arc of the wave: done, now or still to come, with a gap where a group begins.
fn wave(now: usize, begins: &[bool]) -> Vec<&'static str> {
    if begins.len() > WAVE_MOST {
        return Vec::new();
    }
    let arcs = begins.iter().enumerate().map(|(index, begin)| match (index.cmp(&now), *begin && index > 0) {
        (std::cmp::Ordering::Less, false) => "dn",
        (std::cmp::Ordering::Less, true) => "dn gap",
        (std::cmp::Ordering::Equal, false) => "nw",
        (std::cmp::Ordering::Equal, true) => "nw gap",
        (std::cmp::Ordering::Greater, false) => "",
        (std::cmp::Ordering::Greater, true) => "gap",
    });
    arcs.collect()
}
