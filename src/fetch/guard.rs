//! Where a crawl may go: only http and https, and never to an address of this machine or of a private network.
//!
//! A page of a newspaper can link to anything, and a name can change what it resolves to between a check and the
//! connection. So the check stands in the resolver: the addresses that pass are the very ones that are connected
//! to, at every hop. An address written into the URL is checked before the request.
//!
//! A proxy that the user names is trusted: it resolves the names of the pages, and its own name is not held against
//! it, though it will often be a loopback address.

use std::error::Error;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::answer::{Failure, FailureKind};
use super::limits::URL_BYTES_MAX;

/// How names become addresses.
pub trait Lookup: Send + Sync {
    /// The addresses of a host.
    fn lookup(&self, host: String) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;
}

/// The resolver of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: String) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        Box::pin(async move {
            Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
        })
    }
}

/// Address blocks of IPv4 that are not the public internet, with what they are (IANA IPv4 Special-Purpose Address
/// Registry).
const CLOSED_V4: [(Ipv4Addr, u32, &str); 16] = [
    (Ipv4Addr::UNSPECIFIED, 8, "this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "a private network"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "a carrier's network"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "this machine"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "a link-local address"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "a private network"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "a reserved address"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "a documentation address"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "a relay address"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "a private network"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "a benchmark network"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "a documentation address"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "a documentation address"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "a multicast address"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "a reserved address"),
    (Ipv4Addr::BROADCAST, 32, "the broadcast address"),
];

/// The same for IPv6 (IANA IPv6 Special-Purpose Address Registry). Blocks that carry an IPv4 address inside are
/// looked into first, see [`embedded`].
const CLOSED_V6: [(Ipv6Addr, u32, &str); 12] = [
    (Ipv6Addr::LOCALHOST, 128, "this machine"),
    (Ipv6Addr::UNSPECIFIED, 96, "this network"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "a private network"),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, "a discard address"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "a reserved address"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "a documentation address"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "a documentation address"),
    (Ipv6Addr::new(0x5f00, 0, 0, 0, 0, 0, 0, 0), 16, "a routing segment"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "a private network"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "a link-local address"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "a private network"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "a multicast address"),
];

/// What an address is, where it is not of the public internet.
#[must_use]
pub fn closed(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => closed_v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(inner) => closed_v4(inner),
            None => CLOSED_V6
                .iter()
                .find(|(block, bits, _)| {
                    let mask = u128::MAX << (128 - bits);
                    address.to_bits() & mask == block.to_bits() & mask
                })
                .map(|(_, _, what)| *what),
        },
    }
}

fn closed_v4(address: Ipv4Addr) -> Option<&'static str> {
    CLOSED_V4
        .iter()
        .find(|(block, bits, _)| {
            let mask = u32::MAX << (32 - bits);
            address.to_bits() & mask == block.to_bits() & mask
        })
        .map(|(_, _, what)| *what)
}

/// The IPv4 address inside an IPv6 one: mapped (RFC 4291 §2.5.5.2), translated (`64:ff9b::/96`, RFC 6052), 6to4
/// (`2002::/16`, RFC 3056).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., a, b] = address.segments();
    let last = || Ipv4Addr::from_bits(u32::from(a) << 16 | u32::from(b));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => Some(last()),
        [0x2002, a, b, ..] => Some(Ipv4Addr::from_bits(u32::from(a) << 16 | u32::from(b))),
        _ => None,
    }
}

/// The guard of a client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    pub(super) allow_private: bool,
}

impl Guard {
    /// Checks what the address itself tells. Names are checked when they are resolved, but for those that mean this
    /// machine by definition (RFC 6761 §6.3): behind a proxy nobody here resolves them.
    pub(super) fn check(self, url: &Url) -> Result<(), Failure> {
        let forbidden = |what: String| Err(Failure::new(FailureKind::Forbidden, what));
        if !matches!(url.scheme(), "http" | "https") {
            return forbidden(format!("{}: only http and https are fetched", shorten(url)));
        }
        if url.as_str().len() > URL_BYTES_MAX {
            return forbidden(format!("{}: the address is longer than {URL_BYTES_MAX} bytes", shorten(url)));
        }
        let address = match url.host() {
            None => return forbidden(format!("{}: the address has no host", shorten(url))),
            Some(_) if self.allow_private => return Ok(()),
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                if name == "localhost" || name.ends_with(".localhost") {
                    return forbidden(told(name, None, "this machine"));
                }
                return Ok(());
            }
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
        };
        match closed(address) {
            Some(what) => forbidden(told(&address.to_string(), None, what)),
            None => Ok(()),
        }
    }
}

/// An address short enough for a message.
fn shorten(url: &Url) -> String {
    let text = url.as_str();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn told(host: &str, address: Option<IpAddr>, what: &str) -> String {
    let leads = address.map(|address| format!(" resolves to {address},")).unwrap_or_default();
    format!("{host}{leads} is {what}, where a crawl does not go (--allow-private lifts this)")
        .replace(", is ", ", ")
}

/// Why a name could not be resolved to an address that may be connected to.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolveFault {
    #[error("{0}")]
    Closed(String),
    #[error("the name {host} could not be resolved: {error}")]
    Unknown { host: String, error: io::Error },
    #[error("the name {0} has no address")]
    Empty(String),
}

/// The resolver with the check in it.
pub(super) struct GuardedResolver {
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) guard: Guard,
    /// The host of the user's proxy, which is trusted.
    pub(super) trusted: Option<String>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let open = self.guard.allow_private || self.trusted.as_deref() == Some(&host);
        let looked_up = self.lookup.lookup(host.clone());
        Box::pin(async move {
            let found = match looked_up.await {
                Ok(found) => found,
                Err(error) => return Err(boxed(ResolveFault::Unknown { host, error })),
            };
            let passed: Vec<SocketAddr> = found
                .iter()
                .filter(|address| open || closed(**address).is_none())
                .map(|address| SocketAddr::new(*address, 0))
                .collect();
            if passed.is_empty() {
                return Err(boxed(match found.first() {
                    Some(address) => {
                        let what = closed(*address).unwrap_or("a reserved address");
                        ResolveFault::Closed(told(&host, Some(*address), what))
                    }
                    None => ResolveFault::Empty(host),
                }));
            }
            let addresses: Addrs = Box::new(passed.into_iter());
            Ok(addresses)
        })
    }
}

fn boxed(fault: ResolveFault) -> Box<dyn Error + Send + Sync> {
    Box::new(fault)
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// A name whose addresses change from one question to the next.
    struct Changing {
        answers: Vec<Vec<&'static str>>,
        asked: AtomicUsize,
    }

    impl Lookup for Changing {
        fn lookup(&self, _host: String) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
            let answer = &self.answers[self.asked.fetch_add(1, Ordering::Relaxed)];
            let addresses = answer.iter().map(|address| address.parse().unwrap()).collect();
            Box::pin(std::future::ready(Ok(addresses)))
        }
    }

    async fn resolve(resolver: &GuardedResolver, name: &str) -> Result<Vec<String>, String> {
        match resolver.resolve(Name::from_str(name).unwrap()).await {
            Ok(addresses) => Ok(addresses.map(|address| address.ip().to_string()).collect()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[tokio::test]
    async fn only_addresses_that_pass_are_handed_to_the_connection_each_time_anew() {
        let answers =
            vec![vec!["127.0.0.1", "1.1.1.1", "::1"], vec!["1.1.1.1"], vec!["10.0.0.7"], vec!["127.0.0.1"]];
        let lookup = Arc::new(Changing { answers, asked: AtomicUsize::new(0) });
        let trusted = Some("proxy.example".to_owned());
        let resolver = GuardedResolver { lookup, guard: Guard { allow_private: false }, trusted };
        assert_eq!(resolve(&resolver, "tin.vn").await.unwrap(), ["1.1.1.1"]);
        assert_eq!(resolve(&resolver, "tin.vn").await.unwrap(), ["1.1.1.1"]);
        let rebound = resolve(&resolver, "tin.vn").await.unwrap_err();
        assert!(rebound.starts_with("tin.vn resolves to 10.0.0.7, a private network"), "{rebound}");
        assert_eq!(resolve(&resolver, "proxy.example").await.unwrap(), ["127.0.0.1"]);
    }

    #[test]
    fn addresses_that_are_not_of_the_public_internet_are_closed() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.8.9.10",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.1.2.3",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(closed(address.parse().unwrap()).is_some(), "{address}");
        }
    }

    #[test]
    fn addresses_of_the_public_internet_are_open() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2400:cb00::1",
            "::ffff:1.1.1.1",
            "64:ff9b::8.8.8.8",
            "2002:101:101::1",
        ] {
            assert_eq!(closed(address.parse().unwrap()), None, "{address}");
        }
    }

    #[test]
    fn the_address_itself_is_checked_before_any_request() {
        let guard = Guard { allow_private: false };
        let refused = |url: &str| guard.check(&Url::parse(url).unwrap()).unwrap_err();
        for url in [
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://localhost/",
            "http://localhost.:80/",
            "http://tin.localhost/",
            "http://[::ffff:10.0.0.1]/",
            "ftp://baobackan.vn/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
        ] {
            assert_eq!(refused(url).kind, FailureKind::Forbidden, "{url}");
        }
        let long = format!("http://baobackan.vn/{}", "a".repeat(URL_BYTES_MAX));
        assert!(refused(&long).what.len() < 300);
        guard.check(&Url::parse("https://baobackan.vn/").unwrap()).unwrap();
        guard.check(&Url::parse("http://1.1.1.1/").unwrap()).unwrap();
        let lifted = Guard { allow_private: true };
        lifted.check(&Url::parse("http://127.0.0.1/").unwrap()).unwrap();
        assert!(lifted.check(&Url::parse("file:///etc/passwd").unwrap()).is_err());
    }

    #[test]
    fn the_message_says_where_the_name_leads() {
        let what = told("tin.vn", Some("10.0.0.1".parse().unwrap()), "a private network");
        assert_eq!(
            what,
            "tin.vn resolves to 10.0.0.1, a private network, where a crawl does not go (--allow-private lifts this)"
        );
        assert_eq!(
            told("127.0.0.1", None, "this machine"),
            "127.0.0.1 is this machine, where a crawl does not go (--allow-private lifts this)"
        );
    }
}
