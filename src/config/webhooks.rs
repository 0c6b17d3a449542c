//! `[webhooks]`: which targets may get messages, and how long to wait for them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use super::reader::Reader;
use super::server::{Network, NotANetwork};

const HTTPS_PORT: u16 = 443;
const HTTP_PORT: u16 = 80;
/// Lower ports belong to other services than the web: mail, files, name servers.
const FIRST_FREE_PORT: u16 = 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhooks {
    /// Whether targets in private networks and on this machine may get messages.
    pub allow_private: bool,
    /// Whether messages may be sent without encryption.
    pub allow_http: bool,
    /// Networks whose targets may get messages although they are private.
    pub networks: Vec<Network>,
    /// How long one message may take, connecting included.
    pub timeout: Duration,
    /// How long after a rotation the secret before the newest also signs.
    pub rotation: Duration,
}

impl Webhooks {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let hours: u64 = reader.integer("rotation_hours", 1..=720);
        Self {
            allow_private: reader.boolean("allow_private"),
            allow_http: reader.boolean("allow_http"),
            networks: reader.texts("networks", |text| text.parse().map_err(|reason: NotANetwork| reason.to_string())),
            timeout: reader.seconds("timeout_seconds", 1..=30),
            rotation: Duration::from_secs(3_600 * hours),
        }
    }

    /// Whether messages may go to this address.
    #[must_use]
    pub fn may_reach(&self, address: IpAddr) -> bool {
        self.allow_private || is_public(address) || self.networks.iter().any(|network| network.contains(address))
    }

    /// What is wrong with a target's address, if anything; the addresses of a name are checked when a message is sent.
    #[must_use]
    pub fn target_fault(&self, url: &reqwest::Url) -> Option<&'static str> {
        let allowed_scheme = match url.scheme() {
            "https" => true,
            "http" => self.allow_http,
            _ => false,
        };
        if !allowed_scheme {
            return Some("write an address that begins with https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Some("leave name and password out of the address: messages are signed instead");
        }
        if url.fragment().is_some() {
            return Some("leave out what stands after #: it is never sent");
        }
        let port = url.port_or_known_default().unwrap_or(0);
        let web = port == HTTPS_PORT || port >= FIRST_FREE_PORT || (url.scheme() == "http" && port == HTTP_PORT);
        if !web {
            return Some("use port 443, or one from 1024 up");
        }
        match literal(url) {
            Host::None => Some("name a host"),
            Host::Name => None,
            Host::Literal(address) if self.may_reach(address) => None,
            Host::Literal(_) => Some(
                "this address lies in a private network or on the machine itself; use a public one, or let the service's \
                 keeper allow it in [webhooks] of the configuration",
            ),
        }
    }
}

/// The host of an address.
enum Host {
    None,
    /// A name, whose addresses are looked up.
    Name,
    /// An address, which needs no look-up.
    Literal(IpAddr),
}

fn literal(url: &reqwest::Url) -> Host {
    match url.host_str() {
        None | Some("") => Host::None,
        // The URL parser has already rewritten the odd forms of an IPv4 address (octal, hexadecimal, one number) as four parts.
        Some(host) => host.trim_start_matches('[').trim_end_matches(']').parse().map_or(Host::Name, Host::Literal),
    }
}

/// Whether an address is public, by the registries of special addresses (RFC 6890 and its successors). An IPv6 address
/// that contains an IPv4 address counts as that one.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        // Carrier-grade NAT.
        || (a == 100 && (64..128).contains(&b))
        // Protocol assignments, the old 6to4 relays, and benchmarks.
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        // Reserved.
        || a >= 240;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let inside = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match parts {
        // IPv4-mapped and the old IPv4-compatible form; the loopback and the unspecified address are among the latter.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] => is_public_v4(inside(high, low)) && parts[5] == 0xffff,
        // NAT64: the well-known prefix, with a public address inside; the local-use prefix may lead anywhere.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(inside(high, low)),
        // 6to4.
        [0x2002, high, low, ..] => is_public_v4(inside(high, low)),
        // Protocol assignments with Teredo, documentation (two ranges), ORCHID.
        [0x2001, 0..0x200, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..0x1000, ..] => false,
        // Every public address begins with the bits 001: unique local, link-local, site-local, multicast,
        // discard-only and segment routing addresses do not.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn careful() -> Webhooks {
        Webhooks {
            allow_private: false,
            allow_http: false,
            networks: Vec::new(),
            timeout: Duration::from_secs(1),
            rotation: Duration::from_secs(1),
        }
    }

    /// Addresses that a forged target would name.
    const FORBIDDEN: [&str; 54] = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "192.168.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "100.100.100.200",
        "::",
        "::1",
        "::7f00:1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:100.64.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "2002:a9fe:a9fe::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ];

    #[test]
    fn no_address_inside_may_be_reached() {
        for text in FORBIDDEN {
            assert!(!careful().may_reach(text.parse().unwrap()), "{text}");
        }
        let open = Webhooks { allow_private: true, ..careful() };
        assert!(FORBIDDEN.iter().all(|text| open.may_reach(text.parse().unwrap())));
    }

    #[test]
    fn the_open_internet_may_be_reached() {
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "126.255.255.255",
            "169.253.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2001:200::1",
            "2001:14b8::1",
            "2a00:1450::1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            assert!(careful().may_reach(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn a_network_of_the_configuration_may_be_reached_and_its_neighbour_not() {
        let networks = vec!["10.20.0.0/16".parse().unwrap(), "fd12::/16".parse().unwrap()];
        let config = Webhooks { networks, ..careful() };
        for (text, may) in [
            ("10.20.3.4", true),
            ("::ffff:10.20.3.4", true),
            ("fd12::1", true),
            ("10.21.0.1", false),
            ("fd13::1", false),
        ] {
            assert_eq!(config.may_reach(text.parse().unwrap()), may, "{text}");
        }
    }

    #[test]
    fn addresses_of_targets_are_held_to_the_rules() {
        let fault = |config: &Webhooks, text: &str| config.target_fault(&reqwest::Url::parse(text).unwrap());
        for good in [
            "https://example.fi/kaiku",
            "https://example.fi:8443/?a=b",
            "https://8.8.8.8/",
            "https://[2a00:1450::1]/",
            // The addresses of a name are checked when a message is sent.
            "https://localhost/",
        ] {
            assert_eq!(fault(&careful(), good), None, "{good}");
        }
        for bad in [
            "http://example.fi/",
            "ftp://example.fi/",
            "file:///etc/passwd",
            "data:text/plain,a",
            "https://aino@example.fi/",
            "https://aino:salasana@example.fi/",
            "https://example.fi:25/",
            "https://example.fi:80/",
            "https://example.fi/#a",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:7f00:1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://[fd00:ec2::254]/",
        ] {
            assert!(fault(&careful(), bad).is_some(), "{bad}");
        }
        let open = Webhooks { allow_private: true, allow_http: true, ..careful() };
        for good in ["http://127.0.0.1:8080/", "http://example.fi/", "https://[::1]/"] {
            assert_eq!(fault(&open, good), None, "{good}");
        }
    }
}
