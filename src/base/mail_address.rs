//! Mail addresses, read as the mailer reads them.

use lettre::Address;

/// An address that a mail can be written to, without the spaces around it. Whether somebody reads mail there, only a mail
/// can tell.
///
/// A domain without a dot is left out too: it is a mistyped one, since nobody on the internet receives mail there.
pub fn parse(text: &str) -> Option<Address> {
    let address: Address = text.trim().parse().ok()?;
    address.domain().contains('.').then_some(address)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn mistyped_addresses_are_none() {
        for good in ["aino@example.fi", " aino.antaja+x@posti.example.fi ", "aino@sähkö.example"] {
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
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
