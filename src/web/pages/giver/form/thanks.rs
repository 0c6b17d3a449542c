//! The page of thanks: the receipt and the promise.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::view::Head;
use crate::base::{Language, Problem};
use crate::handling::guidance::Guidance;
use crate::intake::Taken;
use crate::locales::arguments;
use crate::loop_back::qr::Qr;
use crate::service::Service;
use crate::web::pages::frame::page::{Frame, Keep, Page};

/// `templates/thanks.html`.
#[derive(Template)]
#[template(path = "thanks.html")]
struct ThanksPage {
    frame: Frame,
    head: Head,
    lead: String,
    receipt: Option<Receipt>,
    steps: Vec<(String, String)>,
    guidance: Option<Guidance>,
    hidden: Vec<(String, String)>,
    action: String,
}

/// The receipt code in all its forms.
struct Receipt {
    code: String,
    fours: Vec<String>,
    /// Symbol by symbol, for screen readers.
    spelled: String,
    qr: Qr,
}

impl Receipt {
    fn of(code: String, public_url: &str) -> Result<Self, Problem> {
        let fours: Vec<String> = code.split('-').map(str::to_owned).collect();
        let spell = |four: &String| four.chars().map(String::from).collect::<Vec<_>>().join(" ");
        let spelled = fours.iter().map(spell).collect::<Vec<_>>().join(", ");
        // The code is in the fragment, which a phone does not send to any server.
        let qr = Qr::of(&format!("{public_url}/r#{code}"))?;
        Ok(Self { code, fours, spelled, qr })
    }
}

/// The context of the page of thanks.
pub struct Around {
    pub frame: Frame,
    /// The head of the form.
    pub head: Head,
    /// The fields that were sent, as hidden fields.
    pub hidden: Vec<(String, String)>,
    /// The address to which the form was sent.
    pub action: String,
}

/// The page of thanks. It contains what was sent, so sending it again in another language gives the same feedback.
///
/// # Errors
/// [`crate::base::Kind::Internal`].
pub fn page_of(
    page: &Page,
    service: &Service,
    around: Around,
    taken: Taken,
    language: Language,
) -> Result<HttpResponse, Problem> {
    let t = page.t;
    let Around { frame, head, hidden, action } = around;
    let by = |day| t.with("thanks-by", &arguments([("day", t.weekday(day).into())]));
    let mut steps = vec![(t.get("thanks-step-received"), t.weekday(service.today()))];
    let lead = match &taken.promise {
        Some(due) => {
            steps.push((t.get("thanks-step-read"), by(due.acknowledge_by)));
            steps.push((t.get("thanks-step-decide"), by(due.decide_by)));
            steps.push((t.get("thanks-step-tell"), by(due.tell_by)));
            t.with("thanks-answer-by", &arguments([("day", t.on_weekday(due.tell_by).into())]))
        }
        None => {
            steps.push((t.get("thanks-step-counted"), t.get("thanks-when-counted")));
            steps.push((t.get("thanks-step-results"), t.get("thanks-when-results")));
            t.get("thanks-counted")
        }
    };
    let receipt =
        taken.receipt.map(|code| Receipt::of(code.reveal(), &service.config.server.public_url)).transpose()?;
    let guidance = taken.complaint.then(|| Guidance::to_formal_complaint(language.as_str()));
    let template = ThanksPage { frame, head, lead, receipt, steps, guidance, hidden, action };
    Ok(page.html(StatusCode::CREATED, Keep::Never, &template))
}
