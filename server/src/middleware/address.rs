//! Where a request comes from: the peer, or whom a proxy that we trust names.

use std::net::IpAddr;

use http::HeaderMap;
use ipnet::IpNet;

/// The address of the client: the last one of `X-Forwarded-For` that no trusted proxy has, as long as trusted proxies say so.
/// What stands before it could have been written by anybody.
pub(super) fn of_client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let named: Vec<_> = forwarded.flat_map(|value| value.split(',')).map(|address| address.trim().parse::<IpAddr>()).collect();
    for address in named.into_iter().rev() {
        match address {
            Ok(address) if is_trusted(&client) => client = address.to_canonical(),
            Ok(_) | Err(_) => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        for (peer, forwarded, client) in [
            ("192.0.2.1", &["203.0.113.9"][..], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.7, 203.0.113.9", "10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.7, nonsense, 10.0.0.2"], "10.0.0.2"),
            ("::1", &["2001:db8::1"], "2001:db8::1"),
        ] {
            let mut headers = HeaderMap::new();
            for value in forwarded {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            assert_eq!(of_client(peer.parse().unwrap(), &headers, &trusted).to_string(), client, "{peer} {forwarded:?}");
        }
    }
}
