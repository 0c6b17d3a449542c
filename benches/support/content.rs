//! What is submitted, and the county it is submitted to.

use serde_json::{Map, Value, json};

use super::load::Request;

/// The county of the tests. The units that mixed traffic goes to are added to it.
const COUNTY: &str = include_str!("../../tests/suite/county.toml");
/// Bytes of every body.
const BODY_BYTES: usize = 1_000;
/// Questions of a survey that are answered.
const QUESTIONS: usize = 12;

/// Units of mixed traffic.
const UNITS: usize = 20;
/// The instruments of mixed traffic, with how many questions are answered.
const INSTRUMENTS: [(&str, usize); 3] =
    [("asiakastyytyvaisyys", QUESTIONS), ("asiakastyytyvaisyys-yleinen", QUESTIONS), ("pikapalaute", 1)];
/// The languages of mixed traffic, with a text in each.
const TEXTS: [(&str, &str); 3] = [("fi", FINNISH), ("sv", SWEDISH), ("en", ENGLISH)];
/// One request of mixed traffic in this many has a text.
pub const MIXED_ONE_WITH_TEXT_IN: usize = 10;

const FINNISH: &str = "Palvelu on ollut pääosin sujuvaa, ja työntekijät ovat ystävällisiä. Puhelinaika on kuitenkin \
    silloin, kun olen työtoiminnassa, joten en saa kiinni ketään ennen kuin seuraavana aamuna. Toivoisin, että \
    yhteyttä voisi ottaa myös viestillä ja että takaisin soitettaisiin samana päivänä. Odotustilassa ei ole paikkaa \
    pyörätuolille, ja ovi on raskas avata yksin. Muuten olen saanut apua silloin, kun olen sitä tarvinnut, ja \
    suunnitelma on tehty minun kanssani eikä minun puolestani.";
const SWEDISH: &str = "Servicen har i huvudsak fungerat bra, och personalen är vänlig. Telefontiden är ändå när jag är \
    i arbetsverksamhet, så jag får inte tag på någon förrän följande morgon. Jag önskar att man också kunde höra av sig \
    med ett meddelande och att någon ringde upp samma dag. I väntrummet finns ingen plats för en rullstol, och dörren \
    är tung att öppna på egen hand. Annars har jag fått hjälp när jag har behövt den, och planen har gjorts upp \
    tillsammans med mig, inte åt mig.";
const ENGLISH: &str = "The service has mostly worked well, and the staff are friendly. But the telephone hours are when \
    I am at work activities, so I reach nobody before the next morning. I would like to be able to send a message as \
    well, and to be called back the same day. There is no space for a wheelchair in the waiting room, and the door is \
    heavy to open alone. Otherwise I have had help when I needed it, and the plan was made with me and not for me.";

/// What a submission holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Twelve answers: no case.
    Answers,
    /// Twelve answers and a text: a case with its deadlines and its notification job.
    Text,
    /// 20 units, 3 instruments and 3 languages; half with an idempotency key, a tenth with a text.
    Mixed,
}

impl Content {
    pub const ALL: [Self; 3] = [Self::Answers, Self::Text, Self::Mixed];

    pub fn name(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Text => "answers and text",
            Self::Mixed => "mixed traffic",
        }
    }

    /// The requests that are sent in turn. Their bodies have the same length, so that the content alone differs.
    pub fn requests(self) -> Vec<Request> {
        let (survey, finnish) = ("asiakastyytyvaisyys", Some(FINNISH));
        match self {
            Self::Answers => vec![Request { body: body("koivu", survey, QUESTIONS, "fi", None), keyed: true }],
            Self::Text => vec![Request { body: body("koivu", survey, QUESTIONS, "fi", finnish), keyed: true }],
            Self::Mixed => mixed(),
        }
    }
}

/// One request for each unit, instrument and language: a tenth of them with a text, half of these and of all with a key.
fn mixed() -> Vec<Request> {
    let forms = INSTRUMENTS.iter().flat_map(|instrument| TEXTS.iter().map(move |text| (instrument, text)));
    let units = (0..UNITS).map(|unit| (unit, unit_slug(unit)));
    let mut requests = Vec::new();
    for (number, ((instrument, questions), (language, text))) in forms.enumerate() {
        for (unit, slug) in units.clone() {
            let text = (unit + number).is_multiple_of(MIXED_ONE_WITH_TEXT_IN).then_some(*text);
            let keyed = (unit / MIXED_ONE_WITH_TEXT_IN + number).is_multiple_of(2);
            requests.push(Request { body: body(&slug, instrument, *questions, language, text), keyed });
        }
    }
    requests
}

/// A body, padded with spaces.
fn body(unit: &str, instrument: &str, questions: usize, language: &str, text: Option<&str>) -> String {
    let mut answers: Map<String, Value> =
        (1..=questions).map(|number| (format!("q{number}"), json!(number % 5 + 1))).collect();
    if let Some(text) = text {
        answers.insert("free".to_owned(), json!(text));
    }
    let form = json!({
        "unit": unit, "instrument": instrument, "channel": "web", "language": language,
        "given_by": "client", "answers": answers,
    });
    let body = form.to_string();
    format!("{}{}", body, " ".repeat(BODY_BYTES.saturating_sub(body.len())))
}

fn unit_slug(unit: usize) -> String {
    format!("yksikko-{unit}")
}

/// The county to import: its units are of two services and two producers, each with a handler.
pub fn county() -> String {
    let mut county = COUNTY.to_owned();
    for unit in 0..UNITS {
        let slug = unit_slug(unit);
        let service = if unit % 2 == 0 { "aikuissosiaalityo" } else { "kotihoito" };
        let (producer, handler) =
            if unit % 4 == 0 { ("yhdistys", "handler-paju") } else { ("oma-tuotanto", "handler") };
        county.push_str(&format!(
            r#"
[[unit]]
slug = "{slug}"
name = "Yksikkö {unit}"
service = "{service}"
placement = [{{ producer = "{producer}", from = 2024-01-01 }}]

[[grant]]
principal = "{handler}"
role = "handler"
unit = "{slug}"
"#
        ));
    }
    county
}
