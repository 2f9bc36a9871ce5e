//! Where requests and keys may go.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Origin, Url};

use crate::wire::{Call, Target};

/// A base URL, and what follows from it.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    url: Url,
    loopback: bool,
    /// Other origins that keys may go to.
    trusted: Vec<Origin>,
}

impl Base {
    /// Reads a base URL: https, or http to this machine; no query, no user name.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let url =
            Url::parse(text.trim_end_matches('/')).map_err(|error| format!("the base url is not a url: {error}"))?;
        let loopback = url.host().is_some_and(|host| is_loopback(&host));
        if !(url.scheme() == "https" || url.scheme() == "http" && loopback) {
            return Err("the base url must begin with https:// (http only to this machine)".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err("the base url must have no query, fragment or user name".to_owned());
        }
        Ok(Self { url, loopback, trusted: Vec::new() })
    }

    /// Lets keys go to the https origins of these URLs as well: the provider's own, and not the caller's word.
    pub(crate) fn trust<'u>(&mut self, urls: impl IntoIterator<Item = &'u str>) {
        let https = |text: &str| Url::parse(text).ok().filter(|url| url.scheme() == "https");
        self.trusted = urls.into_iter().filter_map(https).map(|url| url.origin()).collect();
    }

    /// Whether it is on this machine, so that no certificates are needed.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Its host's name, when it is on this machine and has one.
    pub(crate) fn local_name(&self) -> Option<String> {
        self.url.domain().filter(|_| self.loopback).map(str::to_owned)
    }

    /// Its host, for people and logs.
    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    /// The text without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The URL of an escaped path below it.
    pub(crate) fn below(&self, path: &str) -> Result<Url, String> {
        let url = Url::parse(&format!("{}{path}", self.as_str())).map_err(|error| error.to_string())?;
        // Dots alone are steps up even when they are escaped, so a path that comes out otherwise than it went in is none.
        let unchanged = path.starts_with('/') && url.as_str() == format!("{}{path}", self.as_str());
        if unchanged && self.same_origin(&url) {
            Ok(url)
        } else {
            Err(format!("{path} does not stay below the base url"))
        }
    }

    /// Where a call goes, its query included.
    pub(crate) fn url_of(&self, call: &Call) -> Result<Url, String> {
        let mut url = match &call.target {
            Target::Path(path) => self.below(path),
            Target::Url(url) => self.for_key(url),
        }?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        Ok(url)
    }

    /// Checks a URL that a key is to be sent to: exactly this scheme, host and port, or one that is trusted as well.
    pub(crate) fn for_key(&self, text: &str) -> Result<Url, String> {
        let url = self.resolve(text)?;
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        if self.same_origin(&url) || is_anonymous && self.trusted.contains(&url.origin()) {
            Ok(url)
        } else {
            let found = url.origin().ascii_serialization();
            Err(format!("it leads to {found}, but the key belongs to {}", self.url.origin().ascii_serialization()))
        }
    }

    /// Checks a URL that a film is fetched from, without a key: https to a public address, or, when the base is on this
    /// machine, exactly its own origin.
    pub(crate) fn for_film(&self, text: &str) -> Result<Url, String> {
        let url = self.resolve(text)?;
        if self.loopback && self.same_origin(&url) {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err(format!("it is not https but {}", url.scheme()));
        }
        match url.host() {
            Some(host) if is_private(&host) => Err("it leads to a private address".to_owned()),
            Some(_) => Ok(url),
            None => Err("it has no host".to_owned()),
        }
    }

    /// A URL from a reply; one without a host belongs to the base's origin.
    fn resolve(&self, text: &str) -> Result<Url, String> {
        self.url.join(text).map_err(|error| format!("it is not a url: {error}"))
    }

    fn same_origin(&self, url: &Url) -> bool {
        url.origin() == self.url.origin() && url.username().is_empty() && url.password().is_none()
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        // Names below `localhost` go to ordinary name servers on many machines.
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Whether an address is no public one.
pub(crate) fn is_private_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

/// Whether a host is, by its spelling, no public one. `url` has already turned `2130706433` and `0x7f.1` into addresses.
fn is_private(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || [".localhost", ".local", ".internal"].iter().any(|end| name.ends_with(end))
        }
        Host::Ipv4(address) => is_private_v4(*address),
        Host::Ipv6(address) => is_private_v6(*address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (18..20).contains(&b))
        || (a, b) == (192, 0)
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let first = address.segments()[0];
    let embedded = match address.segments() {
        // IPv4-mapped, NAT64 and 6to4 addresses lead to the IPv4 address inside.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
        _ => None,
    };
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || first & 0xfe00 == 0xfc00
        || matches!(first & 0xffc0, 0xfe80 | 0xfec0)
        || address.segments()[..3] == [0x64, 0xff9b, 1]
        || address.segments()[..2] == [0x2001, 0]
        || embedded.is_some_and(is_private_v4)
}

#[cfg(test)]
mod tests {
    use super::Base;

    #[test]
    fn bases() {
        for good in
            ["https://api.acme.com/v1", "https://api.acme.com/v1/", "http://127.0.0.1:8080/acme", "http://localhost:1"]
        {
            assert!(Base::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "acme",
            "http://acme.com",
            "http://10.0.0.1",
            "http://foo.localhost",
            "ftp://127.0.0.1",
            "https://u:p@acme.com",
            "https://a.com/?k=1",
        ] {
            assert!(Base::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_that_are_no_public_ones() {
        for (private, public) in [
            ("0.1.2.3", "1.1.1.1"),
            ("10.255.255.255", "11.0.0.0"),
            ("100.127.255.255", "100.128.0.0"),
            ("127.0.0.2", "128.0.0.1"),
            ("169.254.0.1", "169.253.0.1"),
            ("172.31.0.1", "172.32.0.1"),
            ("192.0.0.8", "192.1.0.1"),
            ("192.168.0.1", "192.167.0.1"),
            ("198.19.0.1", "198.20.0.1"),
            ("224.0.0.1", "223.0.0.1"),
            ("240.0.0.1", "193.0.0.1"),
            ("255.255.255.255", "194.0.0.1"),
            ("::", "2606:4700::1"),
            ("::1", "2606:4700::2"),
            ("::ffff:192.168.0.1", "::ffff:1.1.1.1"),
            ("::ffff:0:192.168.0.1", "::ffff:0:1.1.1.1"),
            ("::10.0.0.1", "2a00::1"),
            ("64:ff9b::7f00:1", "64:ff9b::101:101"),
            ("64:ff9b:1::1", "2a00::2"),
            ("2001:0:1::1", "2001:4860::1"),
            ("2002:a00:1::", "2002:101:101::"),
            ("fc00::1", "2a00::3"),
            ("fdff::1", "2a00::4"),
            ("fe80::1", "2a00::5"),
            ("fec0::1", "2a00::6"),
            ("ff02::1", "2a00::7"),
        ] {
            assert!(super::is_private_address(private.parse().unwrap()), "{private}");
            assert!(!super::is_private_address(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_path_stays_below_its_base() {
        let base = Base::parse("https://api.acme.com/v1").unwrap();
        assert_eq!(base.below("/jobs/a%2Fb").unwrap().as_str(), "https://api.acme.com/v1/jobs/a%2Fb");
        for bad in ["/jobs/../x", "/jobs/%2E%2E/x", "/jobs/%2e", "/..", "@evil.com/x", ":1/x", "x", "/a b"] {
            assert!(base.below(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_goes_to_its_own_origin_only() {
        let base = Base::parse("https://api.acme.com/v1").unwrap();
        assert!(base.for_key("https://api.acme.com/v1/jobs/7").is_ok());
        assert_eq!(base.for_key("/v2/x").unwrap().as_str(), "https://api.acme.com/v2/x");
        for bad in [
            "https://acme.com/v1",
            "http://api.acme.com/v1",
            "https://api.acme.com:8443/v1",
            "https://api.acme.com@evil.com/",
            "https://user@api.acme.com/",
            "//evil.com/x",
            "https://api.acme.com.evil.com/",
            "javascript:alert(1)",
        ] {
            assert!(base.for_key(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_goes_to_origins_that_the_provider_file_lists() {
        let mut base = Base::parse("https://api.acme.com/v1").unwrap();
        base.trust(["https://eu.acme.com/v1", "http://us.acme.com/v1", "acme"]);
        assert!(base.for_key("https://eu.acme.com/jobs/7").is_ok());
        for bad in ["http://eu.acme.com/", "https://eu.acme.com:444/", "https://us.acme.com/", "http://us.acme.com/"] {
            assert!(base.for_key(bad).is_err(), "{bad}");
        }
        assert!(base.for_key("https://me@eu.acme.com/").is_err());
    }

    #[test]
    fn films_come_from_public_https_or_from_a_loopback_base() {
        let public = Base::parse("https://api.acme.com").unwrap();
        assert!(public.for_film("https://cdn.acme.net/a.mp4").is_ok());
        for bad in [
            "http://cdn.acme.net/a.mp4",
            "https://127.0.0.1/a",
            "https://2130706433/a",
            "https://0x7f.1/a",
            "https://[::1]/a",
            "https://[::ffff:10.0.0.1]/a",
            "https://[::127.0.0.1]/a",
            "https://[64:ff9b::a00:1]/a",
            "https://[2002:7f00:1::]/a",
            "https://169.254.169.254/latest",
            "https://metadata.google.internal/",
            "https://localhost./a",
            "https://100.64.0.1/",
            "file:///etc/passwd",
            "data:video/mp4;base64,AA",
        ] {
            assert!(public.for_film(bad).is_err(), "{bad}");
        }
        let local = Base::parse("http://127.0.0.1:8080/acme").unwrap();
        assert!(local.for_film("http://127.0.0.1:8080/films/a.mp4").is_ok());
        for bad in [
            "http://127.0.0.1:8081/a",
            "http://localhost:8080/a",
            "http://127.0.0.2:8080/a",
            "https://127.0.0.1:8080/a",
        ] {
            assert!(local.for_film(bad).is_err(), "{bad}");
        }
    }
}
