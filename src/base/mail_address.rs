//! Mail addresses, read as the mailer reads them.

use lettre::Address;

/// Top-level domains that never exist (RFC 6761).
const NEVER: [&str; 2] = ["invalid", "localhost"];

/// An address that a mail can be written to, without the spaces around it. Whether somebody reads mail there, only a mail
/// can tell.
///
/// Left out is what nobody on the internet receives mail at, so that it is mistyped: a domain without a dot, an address of a
/// machine in place of a domain, and a domain whose end cannot be a top-level domain.
pub fn parse(text: &str) -> Option<Address> {
    let address: Address = text.trim().parse().ok()?;
    address.domain().rsplit_once('.').is_some_and(|(_, top)| may_be_top_level(top)).then_some(address)
}

/// Whether a domain may end so: in two letters or more of any script, or in the ASCII form of such letters (RFC 1123,
/// section 2.1; RFC 5890).
fn may_be_top_level(label: &str) -> bool {
    let label = label.to_lowercase();
    let is_letters = label.chars().count() >= 2 && label.chars().all(|c| c.is_ascii_lowercase() || !c.is_ascii());
    (is_letters || label.starts_with("xn--")) && !NEVER.contains(&label.as_str())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn mistyped_addresses_are_none() {
        for good in [
            "aino@example.fi",
            " aino.antaja+x@posti.example.fi ",
            "aino@sähkö.example",
            "aino@EXAMPLE.FI",
            "aino@1.example.museum",
            "aino@例え.みんな",
            "aino@xn--r8jz45g.xn--q9jyb4c",
        ] {
            assert!(parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "aino",
            "aino@",
            "@example.fi",
            "matti@example,fi",
            "matti@example",
            "matti@example..fi",
            "matti@@example.fi",
            "matti meikäläinen@example.fi",
            "matti@example.fi.",
            "matti@-example.fi",
            "Matti <matti@example.fi>",
            "matti@example.f",
            "matti@example.ä",
            "matti@example.123",
            "matti@example.f1",
            "matti@example.f-i",
            "matti@192.0.2.1",
            "matti@[192.0.2.1]",
            "matti@[IPv6:2001:db8::192.0.2.1]",
            "matti@posti.invalid",
            "matti@posti.LOCALHOST",
            "matti..m@example.fi",
            ".matti@example.fi",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
