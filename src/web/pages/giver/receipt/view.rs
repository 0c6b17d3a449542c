//! A story as the page shows it: in the page's language, while texts of givers and staff keep their own.

use askama::Template;
use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use crate::base::{Channel, Kind, Language, Problem};
use crate::case::decision::DecisionKind;
use crate::case::steps::{SILENCE_CLOSES_AFTER_DAYS, State, Step};
use crate::case::told::ToldHow;
use crate::case::words::TextKind;
use crate::instrument::{CANNOT_SAY, Instrument, NumberUnit, Question, QuestionKind};
use crate::locales::{Texts, arguments};
use crate::loop_back::plain_words;
use crate::loop_back::story::{Decision, GiverCan, Happened, Matter, Message, Said, Status, Story};
use crate::service::Service;
use crate::web::pages::frame::entry::Entry;
use crate::web::pages::frame::page::{Frame, Page};

/// The script that reads a code from the fragment.
pub const SCRIPT: &str = "receipt.js";

/// Months in a year.
const YEAR: i64 = 12;

/// The story (`templates/receipt.html`).
#[derive(Template)]
#[template(path = "receipt.html")]
pub struct StoryPage {
    frame: Frame,
    code: String,
    key: String,
    /// The address of the whole form: that of the possible action, if there is only one.
    action: &'static str,
    lead: String,
    done: Option<String>,
    fault: Option<Fault>,
    /// What was typed, if there is no longer a field for it.
    kept: Option<Quote>,
    said: Vec<SaidView>,
    /// That texts are no longer kept.
    erased: Option<String>,
    answers: Vec<AnswerView>,
    matters: Vec<MatterView>,
    several: bool,
    discussions: Vec<HeldView>,
    results: Vec<HeldView>,
    /// The steps of the story if there is no matter that has them.
    nodes: Vec<Node>,
    again: bool,
    board: Option<String>,
}

/// A text in its own language, as lines.
#[derive(Clone)]
pub struct Quote {
    lang: &'static str,
    lines: Vec<String>,
}

impl Quote {
    fn new(text: &str, language: Language) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        Self { lang: language.as_str(), lines: lines.collect() }
    }
}

/// What the giver said, under its question.
struct SaidView {
    question: String,
    quote: Quote,
}

/// A coded answer in words.
struct AnswerView {
    question: String,
    face: Option<u8>,
    word: String,
}

/// A discussion that was held, or results that were published.
struct HeldView {
    title: String,
    day: String,
    quote: Quote,
}

struct MatterView {
    /// Distinguishes the ids of fields if there are several matters.
    n: usize,
    id: Uuid,
    title: String,
    ring: &'static str,
    status: String,
    said: Vec<SaidView>,
    did: Option<Did>,
    guidance: Option<(String, Vec<String>)>,
    form: Option<FormView>,
    no_more: bool,
    nodes: Vec<Node>,
}

/// The answer of staff.
struct Did {
    title: String,
    quotes: Vec<Quote>,
    /// Our own words in the page's language, if staff wrote none.
    plain: Option<String>,
}

/// What the giver can do.
struct FormView {
    kind: &'static str,
    action: &'static str,
    title: String,
    label: String,
    hint: Option<String>,
    text_name: String,
    helped_name: String,
    text: String,
    helped: Option<bool>,
    fault: Option<String>,
    fault_at_choice: bool,
    send: String,
}

/// A step of the story.
struct Node {
    ring: &'static str,
    class: &'static str,
    title: String,
    when: String,
    promise: Option<Promise>,
    said: Option<Quote>,
    did: Option<Quote>,
}

/// A promise, and whether it was kept.
struct Promise {
    kept: bool,
    text: String,
}

/// What was just accepted.
pub struct Done {
    pub matter: Option<Uuid>,
    pub helped: Option<bool>,
}

/// Why something was not accepted.
pub struct Fault {
    text: String,
    matter: Option<Uuid>,
    at_field: bool,
    at_choice: bool,
    link: String,
    /// Whether the key cannot be used again.
    pub wants_new_key: bool,
}

impl Fault {
    /// The fault for a problem, in the page's words.
    pub fn of(t: Texts, problem: &Problem, most: usize, entry: &Entry) -> Self {
        let pointer = problem.faults.first().map_or("", |fault| fault.pointer.as_str());
        let matter = Typed::of(entry).named();
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let text = match (problem.kind, pointer) {
            (Kind::TextTooLong, _) => {
                let typed = Typed::of(entry);
                let found = typed.text(matter).chars().count();
                t.with(
                    "receipt-fault-long",
                    &arguments([("most", number(most).into()), ("found", number(found).into())]),
                )
            }
            (_, "/helped") => t.get("receipt-fault-choose"),
            (_, "/text") if Typed::of(entry).text(matter).contains('\0') => t.get("receipt-fault-character"),
            (_, "/text") => t.get("receipt-fault-empty"),
            (_, "/matter") => t.get("receipt-fault-matter"),
            (Kind::KeyReused, _) => t.get("receipt-fault-sent-before"),
            (Kind::MalformedParameter, _) => t.get("receipt-fault-old-page"),
            _ => t.get("receipt-fault-step"),
        };
        Self {
            text,
            matter,
            at_field: pointer == "/text",
            at_choice: pointer == "/helped",
            link: String::new(),
            wants_new_key: matches!(problem.kind, Kind::KeyReused | Kind::MalformedParameter),
        }
    }
}

/// What is in the fields of the page that was sent: typed, but not accepted.
#[derive(Default)]
pub struct Typed<'a> {
    entry: Option<&'a Entry>,
    but: Option<Option<Uuid>>,
}

impl<'a> Typed<'a> {
    pub fn of(entry: &'a Entry) -> Self {
        Self { entry: Some(entry), but: None }
    }

    /// What was typed for other matters than the one that was just accepted.
    pub fn others(entry: &'a Entry, taken: Option<Uuid>) -> Self {
        Self { entry: Some(entry), but: Some(taken) }
    }

    fn get(&self, name: &str, matter: Option<Uuid>) -> &'a str {
        let Some(entry) = self.entry else { return "" };
        if self.but.is_some_and(|taken| taken.is_none() || taken == matter) {
            return "";
        }
        let own = matter.and_then(|id| entry.get(&format!("{name}.{id}")));
        // A field without a matter belongs to the matter that the form names.
        let shared = || entry.get(name).filter(|_| self.but.is_none() && matter == self.named());
        own.or_else(shared).unwrap_or_default()
    }

    fn named(&self) -> Option<Uuid> {
        self.entry.and_then(|entry| entry.filled("matter")).and_then(|id| Uuid::parse_str(id).ok())
    }

    fn text(&self, matter: Option<Uuid>) -> &'a str {
        self.get("text", matter)
    }

    fn helped(&self, matter: Option<Uuid>) -> Option<bool> {
        match self.get("helped", matter) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }
}

/// The data that every part of the page needs.
struct Teller<'a> {
    t: Texts,
    story: &'a Story,
    instrument: Option<&'a Instrument>,
    channel: Option<Channel>,
    today: Date,
}

pub fn story_page(
    page: &Page,
    service: &Service,
    story: &Story,
    code: &str,
    key: String,
    typed: &Typed<'_>,
    outcome: Option<Result<Done, Fault>>,
) -> StoryPage {
    let version = story.instrument_version.and_then(|version| u32::try_from(version).ok());
    let instrument = story.instrument.as_deref().and_then(|id| service.catalogue.get(id, version));
    let teller = Teller {
        t: page.t,
        story,
        instrument: instrument.map(AsRef::as_ref),
        channel: story.channel,
        today: service.today(),
    };
    let (done, mut fault) = match outcome {
        Some(Ok(done)) => (Some(teller.done(&done)), None),
        Some(Err(fault)) => (None, Some(fault)),
        None => (None, None),
    };
    let several = story.matters.len() > 1;
    let matters: Vec<MatterView> =
        (1..).zip(&story.matters).map(|(n, matter)| teller.matter(n, matter, several, typed, fault.as_mut())).collect();
    let alone = matters.iter().find(|_| !several).and_then(|matter| matter.form.as_ref());
    let action = alone.map_or("/r", |form| form.action);
    let named = typed.named();
    let holds = |matter: &MatterView| matter.form.is_some() && (!several || Some(matter.id) == named);
    // A text without a field is shown, so that it can be copied.
    let homeless = fault.is_some() && !matters.iter().any(holds) && !typed.text(named).trim().is_empty();
    let mut frame = page.frame(teller.heading()).carrying("receipt").with_script(SCRIPT);
    let snapshot = service.snapshot();
    let unit = story.unit.as_ref().and_then(|unit| snapshot.tree.unit_by_slug(&unit.slug));
    if let Some(unit) = unit {
        frame = frame.of_unit(service, &snapshot.tree, unit);
    }
    let board = unit.map(|_| frame.unit_link("/board"));
    StoryPage {
        code: code.to_owned(),
        key,
        action,
        lead: teller.lead(),
        done,
        fault,
        kept: homeless.then(|| Quote::new(typed.text(named), page.t.tag())),
        said: story.said.iter().map(|said| teller.said(said)).collect(),
        erased: story.words_erased.then(|| {
            let months = i64::from(service.config.retention.text_months);
            page.t.with("receipt-erased", &arguments([("months", months.into())]))
        }),
        answers: teller.answers(),
        several,
        discussions: teller.discussions(),
        results: teller.results(),
        nodes: if matters.is_empty() { teller.nodes_without_matter() } else { Vec::new() },
        matters,
        again: story.status == Status::OnItsWay,
        board,
        frame,
    }
}

impl Teller<'_> {
    fn say_on(&self, id: &str, day: Date) -> String {
        self.t.with(id, &arguments([("day", self.t.on_weekday(day).into())]))
    }

    /// The status in one line.
    fn heading(&self) -> String {
        let word = match (self.story.status, self.story.matters.as_slice()) {
            (Status::OnItsWay, _) => "on_its_way",
            (Status::TakenBack, _) => "taken_back",
            (Status::Received, []) if self.story.results.is_empty() => "counted",
            (Status::Received, []) => "results",
            (Status::Received, [matter]) => self.matter_word(matter),
            (Status::Received, _) => "group",
        };
        self.t.get(&format!("receipt-head-{word}"))
    }

    fn matter_word(&self, matter: &Matter) -> &'static str {
        if let Some(decision) = &matter.decision {
            return decision.kind.as_str();
        }
        match matter.state {
            State::WaitingForGiver => "waiting",
            _ if matter.new_decide_by.is_some() => "late",
            State::Received => "received",
            _ if was_answered(matter) => "again",
            State::Acknowledged => "acknowledged",
            _ => "in_handling",
        }
    }

    fn lead(&self) -> String {
        match self.story.matters.as_slice() {
            [] => self.story.status_text.clone().unwrap_or_default(),
            [matter] => matter.status_text.clone(),
            several => {
                let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
                let answered = several.iter().filter(|matter| matter.decision.is_some()).count();
                let counts = [("count", number(several.len()).into()), ("answered", number(answered).into())];
                self.t.with("receipt-group-lead", &arguments(counts))
            }
        }
    }

    fn done(&self, done: &Done) -> String {
        let matter = self.story.matters.iter().find(|matter| done.matter.is_none_or(|id| id == matter.id));
        match (done.helped, matter) {
            (Some(true), _) => self.t.get("receipt-done-helped"),
            (Some(false), Some(matter)) => self.say_on("receipt-done-did-not-help", matter.promise.tell_by),
            (_, Some(matter)) if matter.happened.last().is_some_and(|last| last.step == Step::GiverAnswers) => {
                self.t.get("receipt-done-answer")
            }
            _ => self.t.get("receipt-done-addition"),
        }
    }

    fn own(&self, text: &str) -> Quote {
        Quote::new(text, self.story.language.unwrap_or(Language::Fi))
    }

    fn said(&self, said: &Said) -> SaidView {
        let asked = self.instrument.and_then(|instrument| instrument.question(&said.question));
        let words = match (asked, said.question.as_str()) {
            (Some((_, question)), _) => question.text.say(self.t.language(), self.channel).to_owned(),
            (None, field @ ("strength" | "weakness" | "opportunity" | "threat")) => {
                self.t.get(&format!("receipt-field-{field}"))
            }
            (None, _) => String::new(),
        };
        SaidView { question: words, quote: self.own(&said.text) }
    }

    /// The coded answers, in the order of the questions.
    fn answers(&self) -> Vec<AnswerView> {
        let Some(instrument) = self.instrument else { return Vec::new() };
        let answered = |question: &Question| {
            let answer = self.story.answers.get(&question.id)?;
            let (face, word) = self.answer(instrument, question, answer)?;
            let asked = question.text.say(self.t.language(), self.channel).to_owned();
            Some(AnswerView { question: asked, face, word })
        };
        instrument.questions.iter().filter_map(answered).collect()
    }

    fn answer(
        &self,
        instrument: &Instrument,
        question: &Question,
        answer: &serde_json::Value,
    ) -> Option<(Option<u8>, String)> {
        let language = self.t.language();
        if let Some(scale) = instrument.scale_of(question) {
            if answer.as_str() == Some(CANNOT_SAY) {
                return Some((None, scale.cannot_say.say(language, self.channel).to_owned()));
            }
            let step = scale.value(i32::try_from(answer.as_i64()?).ok()?)?;
            return Some((step.face, step.text.say(language, self.channel).to_owned()));
        }
        let number = answer.as_i64()?;
        match &question.kind {
            QuestionKind::Number { unit: Some(NumberUnit::Months), .. } => {
                let parts = [("years", (number / YEAR).into()), ("months", (number % YEAR).into())];
                Some((None, self.t.with("receipt-months", &arguments(parts)).trim().to_owned()))
            }
            _ => Some((None, number.to_string())),
        }
    }

    fn discussions(&self) -> Vec<HeldView> {
        let held = self.story.discussions.iter().map(|held| HeldView {
            title: self.t.get(if held.together { "receipt-discussion-together" } else { "receipt-discussion-apart" }),
            day: self.t.weekday(held.held_on),
            quote: Quote::new(&held.memo, held.language),
        });
        held.collect()
    }

    fn results(&self) -> Vec<HeldView> {
        let published = self.story.results.iter().map(|published| HeldView {
            title: self.t.get("receipt-published"),
            day: self.t.weekday(published.on),
            quote: Quote::new(&published.words, published.language),
        });
        published.collect()
    }

    fn matter(
        &self,
        n: usize,
        matter: &Matter,
        several: bool,
        typed: &Typed<'_>,
        fault: Option<&mut Fault>,
    ) -> MatterView {
        let word = self.matter_word(matter);
        let answered = matter.decision.is_some();
        MatterView {
            n,
            id: matter.id,
            title: self.t.get(&format!("receipt-head-{word}")),
            ring: ring_of(matter),
            status: matter.status_text.clone(),
            said: matter.said.iter().map(|said| self.said(said)).collect(),
            did: self.did(matter),
            guidance: matter.guidance.as_ref().map(|way| (way.title.clone(), way.paragraphs.clone())),
            form: self.form(n, matter, several, typed, fault),
            no_more: answered && matter.reopens.is_none(),
            nodes: self.nodes(matter),
        }
    }

    fn did(&self, matter: &Matter) -> Option<Did> {
        let titled = |word: &str| self.t.get(&format!("receipt-did-{word}"));
        if let Some(decision) = &matter.decision {
            let title = titled(decision.kind.as_str());
            return Some(self.decided(matter, decision, title));
        }
        if matter.state != State::WaitingForGiver {
            return None;
        }
        let asked = matter.messages.iter().rev().find(|message| message.kind == TextKind::Question)?;
        Some(Did { title: titled("asked"), quotes: vec![quote_of(asked)], plain: None })
    }

    fn decided(&self, matter: &Matter, decision: &Decision, title: String) -> Did {
        let mut quotes = Vec::new();
        if let Some(text) = &decision.text {
            quotes.push(Quote::new(text, decision.language.unwrap_or(Language::Fi)));
        }
        if let Some(post) = &matter.board {
            quotes.push(Quote::new(&post.done, post.language));
        }
        let plain = quotes.is_empty().then(|| {
            // Thanks may have no text; texts of other answers have been erased by retention.
            let id = if decision.kind == DecisionKind::Thanks { "receipt-thanks-plain" } else { "receipt-words-gone" };
            self.t.get(id)
        });
        Did { title, quotes, plain }
    }

    fn form(
        &self,
        n: usize,
        matter: &Matter,
        several: bool,
        typed: &Typed<'_>,
        fault: Option<&mut Fault>,
    ) -> Option<FormView> {
        let can = |what| matter.can.contains(&what);
        let (kind, action) = match () {
            () if can(GiverCan::Answer) => ("answer", "/r/message"),
            () if can(GiverCan::Helped) => ("verdict", "/r/verdict"),
            () if can(GiverCan::DidNotHelp) => ("again", "/r/verdict"),
            () if can(GiverCan::Add) => ("add", "/r/message"),
            () => return None,
        };
        let own = several.then_some(matter.id);
        let named = |name: &str| own.map_or_else(|| name.to_owned(), |id| format!("{name}.{id}"));
        let hint = match (kind, &matter.reopens) {
            ("verdict" | "again", Some(reopens)) => {
                let values =
                    [("day", self.t.day(reopens.until).into()), ("times", i64::from(reopens.times_left).into())];
                Some(self.t.with("receipt-hint-reopens", &arguments(values)))
            }
            ("verdict", None) => Some(self.t.get("receipt-hint-no_more")),
            _ => Some(self.t.get("receipt-hint-read")),
        };
        let mut own_fault = None;
        let mut fault_at_choice = false;
        if let Some(fault) = fault
            && (fault.matter == own || (!several && fault.matter == Some(matter.id)))
        {
            fault_at_choice = fault.at_choice;
            if fault.at_choice {
                fault.link = format!("#helped-{n}");
            } else {
                fault.link = format!("#text-{n}");
            }
            own_fault = (fault.at_field || fault.at_choice).then(|| fault.text.clone());
        }
        // A single matter gets whatever was typed.
        let asked = if several { own } else { typed.named() };
        Some(FormView {
            kind,
            action,
            title: self.t.get(&format!("receipt-form-{kind}")),
            label: self.t.get(&format!("receipt-label-{kind}")),
            hint,
            text_name: named("text"),
            helped_name: named("helped"),
            text: typed.text(asked).to_owned(),
            helped: typed.helped(asked).filter(|helped| *helped || matter.reopens.is_some()),
            fault: own_fault,
            fault_at_choice,
            send: self.t.get(if kind == "again" { "receipt-send-again" } else { "receipt-send" }),
        })
    }

    fn given(&self) -> Option<Node> {
        let day = self.story.received_on?;
        let properties = self.channel.map(Channel::properties);
        let group = properties.is_some_and(|channel| channel.has_points);
        let title = self.t.get(if group { "receipt-step-interviewed" } else { "receipt-step-given" });
        let by_week = properties.is_some_and(|channel| channel.kept_by_week);
        let when = if by_week { self.say_on("receipt-week", day) } else { self.day(day) };
        Some(Node { title, when, ..node("r-received") })
    }

    fn day(&self, day: Date) -> String {
        let written = self.t.weekday(day);
        if day == self.today { self.t.with("receipt-today", &arguments([("day", written.into())])) } else { written }
    }

    fn nodes_without_matter(&self) -> Vec<Node> {
        let mut nodes: Vec<Node> = self.given().into_iter().collect();
        if self.story.status != Status::Received {
            return nodes;
        }
        for published in self.story.results.iter().rev() {
            let title = self.t.get("receipt-published");
            nodes.push(Node { title, when: self.day(published.on), ..node("r-told") });
        }
        if self.story.results.is_empty() {
            if let Some(last) = nodes.last_mut() {
                last.class = "now";
            }
            let title = self.t.get("receipt-todo-results");
            nodes.push(Node { title, class: "todo", ..node("r-coming") });
        }
        nodes
    }

    fn nodes(&self, matter: &Matter) -> Vec<Node> {
        let mut nodes: Vec<Node> = self.given().into_iter().collect();
        let mut read = false;
        let last_decision = matter.happened.iter().rposition(|happened| happened.step == Step::Decide);
        for (index, happened) in matter.happened.iter().enumerate() {
            if !read && matches!(happened.step, Step::Acknowledge | Step::Ask | Step::Decide) {
                read = true;
                nodes.push(self.read_node(matter, happened));
            }
            let Some(mut next) = self.node_of(matter, happened) else { continue };
            // A matter that was taken up again has a new promise: the old one's day is no longer known.
            if Some(index) == last_decision && matter.decision.is_some() {
                next.promise = Some(self.promise("decide", matter.promise.decide_by, happened.on));
            }
            nodes.push(next);
        }
        if let Some(next) = self.coming(matter, read) {
            if let Some(last) = nodes.last_mut() {
                last.class = "now";
            }
            nodes.extend(next);
        }
        nodes
    }

    fn read_node(&self, matter: &Matter, happened: &Happened) -> Node {
        let on = matter.acknowledged_on.unwrap_or(happened.on);
        let role = plain_words::role(self.t, matter.handled_by);
        let title = self.t.with("receipt-step-read", &arguments([("role", role.into())]));
        let promise = Some(self.promise("read", matter.promise.acknowledge_by, on));
        Node { title, when: self.day(on), promise, ..node("r-ack") }
    }

    fn promise(&self, what: &str, by: Date, on: Date) -> Promise {
        let kept = on <= by;
        let how = if kept { "kept" } else { "late" };
        let day = arguments([("day", self.t.day(by).into())]);
        Promise { kept, text: self.t.with(&format!("receipt-promise-{what}-{how}"), &day) }
    }

    /// The node of a step; none for the acknowledgement, which is the node of `read_node`, and for steps among staff.
    fn node_of(&self, matter: &Matter, happened: &Happened) -> Option<Node> {
        let words = matter.messages.iter().find(|message| message.n == happened.n);
        let ours = |message: &&Message| matches!(message.kind, TextKind::Question | TextKind::Decision);
        let (ring, id) = match happened.step {
            Step::Ask => ("r-wait", "receipt-step-asked".to_owned()),
            Step::GiverAnswers => ("r-work", "receipt-step-answered".to_owned()),
            Step::GiverAdds => ("r-work", "receipt-step-added".to_owned()),
            Step::Decide => {
                let word = happened.decision.map_or("answered", DecisionKind::as_str);
                ("r-dec", format!("receipt-decided-{word}"))
            }
            Step::Tell => ("r-told", format!("receipt-told-{}", happened.how.map_or("otherwise", ToldHow::as_str))),
            Step::HelpedVerdict => ("r-closed", "receipt-step-helped".to_owned()),
            Step::DidNotHelpVerdict => ("r-reopen", "receipt-step-did_not_help".to_owned()),
            Step::Reopen => ("r-reopen", "receipt-step-reopened".to_owned()),
            Step::MailRefused => ("r-dec", "receipt-step-mail_refused".to_owned()),
            Step::SilenceCloses => ("r-closed", "receipt-step-silence".to_owned()),
            Step::Close => ("r-closed", "receipt-step-closed".to_owned()),
            Step::Acknowledge | Step::Assign | Step::Remind | Step::MoveDeadlines | Step::StandIn => return None,
        };
        // The answer in force and the open question are shown above.
        let repeated = |message: &&Message| match message.kind {
            TextKind::Decision => {
                matter.decision.as_ref().is_some_and(|decision| decision.text.as_ref() == Some(&message.text))
            }
            TextKind::Question => matter.state == State::WaitingForGiver && asked_last(matter) == Some(message.n),
            _ => false,
        };
        Some(Node {
            title: self.t.get(&id),
            when: self.day(happened.on),
            said: words.filter(|message| !ours(message)).map(quote_of),
            did: words.filter(ours).filter(|message| !repeated(message)).map(quote_of),
            ..node(ring)
        })
    }

    /// The next steps, and who has to act.
    fn coming(&self, matter: &Matter, read: bool) -> Option<Vec<Node>> {
        let todo =
            |title: &str, when: String| Node { title: self.t.get(title), when, class: "todo", ..node("r-coming") };
        let by = |day: Date| self.say_on("receipt-by", day);
        match matter.state {
            State::WaitingForGiver => Some(vec![todo("receipt-todo-answer", String::new())]),
            State::Received | State::Acknowledged | State::InHandling => {
                let (mut nodes, tell_by) = (Vec::new(), matter.promise.tell_by);
                if !read && matter.promise.acknowledge_by >= self.today {
                    nodes.push(todo("receipt-todo-read", by(matter.promise.acknowledge_by)));
                } else if !read {
                    let late = self.promise("read", matter.promise.acknowledge_by, self.today);
                    nodes.push(Node { promise: Some(late), ..todo("receipt-todo-read", String::new()) });
                }
                let mut answer = todo("receipt-todo-decide", by(matter.promise.decide_by));
                if let Some(new_day) = matter.new_decide_by {
                    answer.when = by(new_day);
                    answer.promise = Some(self.promise("decide", matter.promise.decide_by, self.today));
                }
                nodes.push(answer);
                nodes.push(todo("receipt-todo-see", by(matter.new_decide_by.map_or(tell_by, |day| day.max(tell_by)))));
                Some(nodes)
            }
            State::Decided | State::Told if matter.can.contains(&GiverCan::Helped) => {
                let told = matter.told_on.unwrap_or(self.today);
                let last = told.saturating_add(i64::from(SILENCE_CLOSES_AFTER_DAYS).days());
                let until = self.t.with("receipt-until", &arguments([("day", self.t.day(last).into())]));
                Some(vec![todo("receipt-todo-verdict", until)])
            }
            _ => None,
        }
    }
}

fn node(ring: &'static str) -> Node {
    Node { ring, class: "", title: String::new(), when: String::new(), promise: None, said: None, did: None }
}

fn quote_of(message: &Message) -> Quote {
    Quote::new(&message.text, message.language)
}

fn asked_last(matter: &Matter) -> Option<i64> {
    matter.messages.iter().rev().find(|message| message.kind == TextKind::Question).map(|message| message.n)
}

fn was_answered(matter: &Matter) -> bool {
    matter.happened.iter().any(|happened| happened.step == Step::Decide)
}

fn ring_of(matter: &Matter) -> &'static str {
    match matter.state {
        State::Received => "r-received",
        State::Acknowledged => "r-ack",
        State::WaitingForGiver => "r-wait",
        State::Decided => "r-dec",
        State::Told => "r-told",
        State::Closed => "r-closed",
        State::InHandling => "r-work",
    }
}
