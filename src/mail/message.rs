//! Formats a mail: headers, and the same words as plain text and as HTML. It loads nothing from elsewhere and does not
//! report whether it was read.

use std::time::SystemTime;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};

use super::Outgoing;
use super::letters::{Paragraph, Words};

/// The mail as it is sent.
pub(super) fn compose(from: &Mailbox, mail: &Outgoing) -> Result<Vec<u8>, lettre::error::Error> {
    let words = &mail.words;
    let header =
        |name: &'static str, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
    // The boundary is derived from the id, so that a mail sent twice is identical byte for byte.
    let parts = MultiPart::alternative()
        .boundary(format!("kaiku-{}", mail.id.simple()))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(plain(words)))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html(words)));
    let message = Message::builder()
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .date(SystemTime::from(mail.written_at.to_timestamp()))
        .from(from.clone())
        .to(Mailbox::new(None, mail.to.clone()))
        .subject(one_line(&words.subject))
        .raw_header(header("Content-Language", words.language))
        // Tells automatic responders not to answer (RFC 3834).
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .multipart(parts)?;
    Ok(message.formatted())
}

/// A header must be one line, whatever the text contains.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The words as plain text.
fn plain(words: &Words) -> String {
    let mut text = String::new();
    for paragraph in &words.paragraphs {
        match paragraph {
            Paragraph::Text(line) => text.push_str(line),
            Paragraph::Link { label, address } => text.push_str(&format!("{label}:\n{address}")),
            Paragraph::List(items) => {
                let entry = |lines: &Vec<String>| format!("- {}", lines.join("\n  "));
                text.push_str(&items.iter().map(entry).collect::<Vec<_>>().join("\n"));
            }
        }
        text.push_str("\n\n");
    }
    text.push_str("--\n");
    text.push_str(&words.footer);
    text.push('\n');
    text
}

/// The words as HTML that screen readers read in its language and every mail program shows.
fn html(words: &Words) -> String {
    let subject = escaped(&words.subject);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{subject}</title>\n</head>\n\
         <body style=\"font-family: sans-serif; font-size: 1em; line-height: 1.5; max-width: 36em; margin: 1em\">\n\
         <h1 style=\"font-size: 1.3em\">{subject}</h1>\n",
        words.language
    );
    for paragraph in &words.paragraphs {
        match paragraph {
            Paragraph::Text(line) => page.push_str(&format!("<p>{}</p>\n", escaped(line))),
            Paragraph::Link { label, address } => page.push_str(&format!("<p>{}</p>\n", link(label, address))),
            Paragraph::List(items) => {
                page.push_str("<ul>\n");
                for lines in items {
                    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
                    page.push_str(&format!("<li>{}</li>\n", lines.join("<br>")));
                }
                page.push_str("</ul>\n");
            }
        }
    }
    page.push_str(&format!("<hr>\n<p>{}</p>\n</body>\n</html>\n", escaped(&words.footer)));
    page
}

fn link(label: &str, address: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escaped(address), escaped(label))
}

/// Escapes a text for HTML, also for an attribute in double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::base::Instant;

    fn composed(subject: &str, line: &str) -> String {
        let mail = Outgoing {
            id: Uuid::nil(),
            to: "aino@example.fi".parse().unwrap(),
            words: Words {
                language: "fi",
                subject: subject.to_owned(),
                paragraphs: vec![
                    Paragraph::Text(line.to_owned()),
                    Paragraph::Link {
                        label: "Avaa".to_owned(),
                        address: "https://example.fi/r?a=1&b=\"2\"".to_owned(),
                    },
                ],
                footer: "Kaiku".to_owned(),
            },
            written_at: Instant::from_timestamp("2026-11-20T08:00:00Z".parse().unwrap()),
        };
        let message = compose(&"Kaiku <kaiku@example.fi>".parse().unwrap(), &mail).unwrap();
        String::from_utf8(message).unwrap()
    }

    #[test]
    fn a_text_adds_no_header_and_no_tag() {
        let message = composed("Vastaus\r\nBcc: muu@example.fi", "Yksikkö <script>alert(1)</script> & \"muut\"");
        let (headers, body) = message.split_once("\r\n\r\n").unwrap();
        assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
        assert!(headers.contains("Subject: Vastaus  Bcc: muu@example.fi"), "{headers}");
        let page = body.split_once("text/html").unwrap().1;
        assert!(!page.contains("<script>") && page.contains("&lt;script&gt;"), "{page}");
        assert!(page.contains("&amp;b=3D&quot;2&quot;") || page.contains("&amp;b=&quot;2&quot;"), "{page}");
    }

    #[test]
    fn headers_are_those_of_a_mail_that_a_machine_wrote_and_it_is_the_same_to_its_last_byte() {
        let message = composed("Vastaus odottaa", "Ääkköset.");
        let (headers, _) = message.split_once("\r\n\r\n").unwrap();
        for line in [
            "Message-ID: <00000000-0000-0000-0000-000000000000@example.fi>",
            "Date: Fri, 20 Nov 2026 08:00:00 +0000",
            "From: Kaiku <kaiku@example.fi>",
            "To: aino@example.fi",
            "Content-Language: fi",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(headers.lines().any(|held| held == line), "{line} is not in\n{headers}");
        }
        assert!(headers.contains("multipart/alternative"), "{headers}");
        assert!(message.is_ascii(), "every mail server takes it");
        assert_eq!(message, composed("Vastaus odottaa", "Ääkköset."));
    }
}
