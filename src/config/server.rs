//! `[server]`: where the service listens and how long it waits.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use super::reader::Reader;

/// Where the service listens, whom it believes about a client's address, and how long it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The address and port on which the service listens.
    pub bind: SocketAddr,
    /// Where readiness and metrics are answered, apart from everybody else's listener.
    pub health_bind: SocketAddr,
    /// Where givers and staff reach the service from outside, without a slash at the end: for links in mails and on cards.
    pub public_url: String,
    /// Threads that answer requests; 0 means one for each core.
    pub workers: usize,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// How long running requests may go on when the service is told to stop.
    pub shutdown_timeout: Duration,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// How long a client may read nothing of an answer.
    pub write_timeout: Duration,
    /// How long an idle connection is kept open.
    pub keep_alive: Duration,
    /// Connections of one worker at the same time.
    pub max_connections: usize,
}

impl Server {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            bind: socket(reader, "bind"),
            health_bind: socket(reader, "health_bind"),
            public_url: reader.text("public_url", public_url).unwrap_or_default(),
            workers: reader.integer("workers", 0..=256),
            trusted_proxies: reader
                .texts("trusted_proxies", |text| text.parse().map_err(|reason: NotANetwork| reason.to_string())),
            shutdown_timeout: reader.seconds("shutdown_timeout_seconds", 1..=300),
            request_timeout: reader.seconds("request_timeout_seconds", 1..=300),
            write_timeout: reader.seconds("write_timeout_seconds", 1..=300),
            keep_alive: reader.seconds("keep_alive_seconds", 1..=600),
            max_connections: reader.integer("max_connections", 1..=1_000_000),
        }
    }

    /// Whether the address belongs to a proxy whose `X-Forwarded-For` is believed.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(peer))
    }
}

/// An address and a port.
fn socket(reader: &mut Reader<'_>, key: &'static str) -> SocketAddr {
    let unbound = SocketAddr::from(([127, 0, 0, 1], 0));
    let parse =
        |text: &str| text.parse().map_err(|_| "write an IP address and a port, such as \"127.0.0.1:8080\"".to_owned());
    reader.text(key, parse).unwrap_or(unbound)
}

/// An address to which paths can be added.
fn public_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]/_".contains(c);
    if rest.is_empty() || rest.starts_with('/') || rest.ends_with('/') || !rest.chars().all(plain) {
        return Err("write an address such as \"https://palaute.example.fi\", without a slash at the end".to_owned());
    }
    Ok(text.to_owned())
}

/// A range of addresses: `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix_bits: u32,
}

/// The text is not an address or a range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write an IP address or a range, such as \"10.0.0.5\" or \"10.0.0.0/8\"")]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let width = width_bits(address);
        let prefix_bits = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| NotANetwork)?,
            None => width,
        };
        if prefix_bits > width {
            return Err(NotANetwork);
        }
        Ok(Self { address, prefix_bits })
    }
}

impl Network {
    /// Whether the address is in the range. An IPv4 address that came over an IPv6 socket counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let width = width_bits(self.address);
        let (Some(own), Some(other)) = (bits(self.address, width), bits(address, width)) else {
            return false;
        };
        // A shift by the whole width would overflow: a prefix of 0 takes every address of the family.
        (own ^ other).checked_shr(width - self.prefix_bits).unwrap_or(0) == 0
    }
}

fn width_bits(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The address as a number, if it is of the family with this width.
fn bits(address: IpAddr, width: u32) -> Option<u128> {
    (width_bits(address) == width).then(|| match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_holds_its_own_addresses_only() {
        assert!(network("10.0.0.0/8").contains("10.200.3.4".parse().unwrap()));
        assert!(!network("10.0.0.0/8").contains("11.0.0.1".parse().unwrap()));
        assert!(network("192.168.1.7").contains("192.168.1.7".parse().unwrap()));
        assert!(!network("192.168.1.7").contains("192.168.1.6".parse().unwrap()));
        assert!(network("0.0.0.0/0").contains("203.0.113.9".parse().unwrap()));
        assert!(!network("0.0.0.0/0").contains("2001:db8::1".parse().unwrap()));
        assert!(network("::/0").contains("2001:db8::1".parse().unwrap()));
        assert!(network("fd00::/8").contains("fd12::1".parse().unwrap()));
        assert!(network("10.0.0.0/8").contains("::ffff:10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "host", "10.0.0.0/", "10.0.0.0/-1"] {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text}");
        }
    }
}
