//! The client's address: for the rate limits only, never stored and never logged.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::web::Data;

use super::limits::{Client, RateLimits};
use crate::config::Server;

/// The client of a request.
pub fn of(request: &HttpRequest, config: &Server) -> Client {
    limited_as(address(request, config))
}

/// The header in which proxies name the client.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client's address: the connection's, or behind a configured proxy the last one in `X-Forwarded-For` that is none of
/// our proxies. What a client writes into that header by itself stands further left and is never believed, so the
/// reading ends at the first entry from the right that is no address.
fn address(request: &HttpRequest, config: &Server) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |socket| socket.ip());
    if !config.trusts(peer) {
        if let Some(limits) =
            request.app_data::<Data<RateLimits>>().filter(|_| request.headers().contains_key(FORWARDED_FOR))
        {
            limits.note_untrusted_forwarding();
        }
        return peer;
    }
    let entries: Vec<&[u8]> = request
        .headers()
        .get_all(FORWARDED_FOR)
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .collect();
    entries.into_iter().rev().map_while(forwarded).find(|address| !config.trusts(*address)).unwrap_or(peer)
}

/// An entry of `X-Forwarded-For`: an address, to which some proxies add a port.
fn forwarded(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim();
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

fn limited_as(address: IpAddr) -> Client {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            let address = IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0));
            Client { address, network: Some(IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))) }
        }
        v4 => Client { address: v4, network: None },
    }
}

#[cfg(test)]
mod tests {
    use super::{address, limited_as};
    use crate::config::Config;
    use actix_web::test::TestRequest;
    use std::net::IpAddr;

    fn seen(peer: &str, forwarded: Option<&str>, proxies: &str) -> IpAddr {
        let env = [("KAIKU_SERVER__TRUSTED_PROXIES".to_owned(), proxies.to_owned())];
        let config = Config::load(None, env.into_iter()).unwrap();
        let mut request = TestRequest::default().peer_addr(format!("{peer}:1").parse().unwrap());
        if let Some(value) = forwarded {
            request = request.insert_header(("x-forwarded-for", value));
        }
        address(&request.to_http_request(), &config.server)
    }

    #[test]
    fn only_a_configured_proxy_is_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(seen("203.0.113.9", Some("198.51.100.1"), "10.0.0.0/8"), ip("203.0.113.9"));
        assert_eq!(seen("10.0.0.2", Some("198.51.100.1"), "10.0.0.0/8"), ip("198.51.100.1"));
        // What the client wrote itself is further left than what our proxy added.
        assert_eq!(seen("10.0.0.2", Some("1.2.3.4, 198.51.100.1, 10.0.0.3"), "10.0.0.0/8"), ip("198.51.100.1"));
        // Some proxies add the port, or a word for an unknown address.
        assert_eq!(seen("10.0.0.2", Some("1.2.3.4, 198.51.100.1:4711"), "10.0.0.0/8"), ip("198.51.100.1"));
        assert_eq!(seen("10.0.0.2", Some("1.2.3.4, [2001:db8::1]:4711"), "10.0.0.0/8"), ip("2001:db8::1"));
        assert_eq!(seen("10.0.0.2", Some("1.2.3.4, unknown"), "10.0.0.0/8"), ip("10.0.0.2"));
        assert_eq!(seen("10.0.0.2", Some("rubbish"), "10.0.0.0/8"), ip("10.0.0.2"));
        assert_eq!(seen("10.0.0.2", None, "10.0.0.0/8"), ip("10.0.0.2"));
    }

    #[test]
    fn a_network_of_one_client_counts_as_one() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(limited_as(ip("2001:db8:1:2:3:4:5:6")), limited_as(ip("2001:db8:1:2:ffff::1")));
        let (one, other) = (limited_as(ip("2001:db8:1:2::1")), limited_as(ip("2001:db8:1:3::1")));
        assert!(one.address != other.address && one.network == other.network);
        assert_ne!(one.network, limited_as(ip("2001:db8:2:2::1")).network);
        let v4 = limited_as(ip("::ffff:192.0.2.1"));
        assert_eq!((v4.address, v4.network), (ip("192.0.2.1"), None));
    }
}
