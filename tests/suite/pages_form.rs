//! The form: filled in both ways, changed, broken and sent; then thanks with the receipt.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Kind, TestApp, on_both};

/// The form of the survey.
const FORM: &str = "/u/koivu/asiakastyytyvaisyys";

/// The hidden fields of a page with a form.
fn hidden(page: &Answer) -> BTreeMap<String, String> {
    let form = page.text.split("<form id=\"form\"").nth(1).expect("a form");
    let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
    let read = inputs.filter_map(|input| {
        let (name, rest) = input.split_once('"')?;
        let (value, _) = rest.strip_prefix(" value=\"")?.split_once('"')?;
        Some((name.to_owned(), value.to_owned()))
    });
    read.collect()
}

/// A form that a giver has opened.
struct Opened {
    fields: Vec<(String, String)>,
}

impl Opened {
    async fn at(app: &TestApp, path: &str) -> Self {
        let page = app.page(path).await.expect(200);
        Self { fields: hidden(&page).into_iter().collect() }
    }

    fn with(mut self, more: &[(&str, &str)]) -> Self {
        for (name, value) in more {
            self.fields.retain(|(held, _)| held != name);
            self.fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        self
    }

    async fn send(&self, app: &TestApp, path: &str, to: &[(&str, &str)]) -> Answer {
        let mut fields: Vec<(&str, &str)> = to.iter().filter(|(name, _)| *name == "lang").copied().collect();
        fields.extend(self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        fields.extend(to.iter().filter(|(name, _)| *name != "lang"));
        app.send_form(path, &fields).await
    }
}

/// The receipt code on a page of thanks.
fn code_of(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("data-text=\"").expect("a code");
    rest.split('"').next().expect("its end").to_owned()
}

#[tokio::test]
async fn a_form_is_sent_and_its_receipt_answers() {
    on_both(async |app| {
        let form = Opened::at(&app, FORM).await.with(&[("q1", "4"), ("q5", "cannot_say"), ("q2", "")]);
        let form = form.with(&[("client_months_years", "1"), ("client_months_months", "2"), ("birth_year", "1973")]);
        let form = form.with(&[("free", "Puhelinaika on silloin,\r\nkun olen työssä."), ("given-by", "relative")]);
        let thanks = form.send(&app, FORM, &[("to", "send")]).await.expect(201);
        assert_eq!(thanks.headers["cache-control"], "no-store");
        assert!(thanks.text.contains("torstaina 10. joulukuuta"), "{}", thanks.text);
        assert!(thanks.text.contains("viimeistään tiistai 24.11.2026"));
        assert!(!thanks.headers.contains_key("set-cookie"));
        let code = code_of(&thanks);
        assert_eq!(code.len(), 19);
        assert!(thanks.text.contains(&code[..4].chars().map(String::from).collect::<Vec<_>>().join(" ")));
        let story = app.story(&code).await.expect(200);
        assert!(story.text.contains("Puhelinaika on silloin,\\nkun olen"), "{}", story.text);
        assert!(story.text.contains("\"client_months\":14"), "{}", story.text);
    })
    .await;
}
