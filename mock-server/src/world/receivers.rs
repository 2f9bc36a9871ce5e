//! Who may be called back.

use std::net::IpAddr;

use hyper::Uri;
use polyreel_spec::{Provider, Verify};

/// The longest name of a host that is shown, in characters.
const LONGEST_NAME: usize = 80;

/// Why nothing is sent to a URL, in one lower-case line.
pub(super) fn why_not(provider: &Provider, url: &str, allowed: &[String]) -> Option<String> {
    let why = match provider.webhook.as_ref().map(|webhook| &webhook.verify) {
        None => "the provider file has no `webhook`, which says what a callback looks like; poll instead",
        Some(Some(Verify::Ed25519Jwks { .. })) => "signatures with ed25519_jwks are not simulated; poll instead",
        Some(_) => return unreachable_because(url, allowed),
    };
    Some(why.to_owned())
}

fn unreachable_because(url: &str, allowed: &[String]) -> Option<String> {
    let uri = url.parse::<Uri>().ok();
    let Some((uri, host)) = uri.as_ref().and_then(|uri| Some((uri, uri.host()?))) else {
        return Some("this is no url; write it like http://127.0.0.1:8080/done".to_owned());
    };
    if uri.scheme_str() != Some("http") {
        return Some("callbacks are sent over http alone; begin the url with http://".to_owned());
    }
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if authority.contains('@') {
        return Some("callbacks are sent without a user name; leave it out of the url".to_owned());
    }
    if authority.len() > host.len() && uri.port_u16().is_none() {
        return Some("the url's port is none; give one from 1 to 65535".to_owned());
    }
    let is_allowed = is_this_machine(host) || allowed.iter().any(|own| bare(own).eq_ignore_ascii_case(bare(host)));
    let shown: String = host.chars().take(LONGEST_NAME).collect();
    (!is_allowed).then(|| format!("the host {shown:?} is not this machine; allow it with --allow-webhook-host"))
}

fn is_this_machine(host: &str) -> bool {
    bare(host)
        .parse::<IpAddr>()
        .map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

/// A host without the brackets around an address.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::unreachable_because;

    #[test]
    fn callbacks_stay_on_this_machine() {
        let allowed = ["hooks.test", "fe80::7"].map(str::to_owned);
        for (url, part) in [
            ("http://127.0.0.1:8080/done?a=1", None),
            ("http://127.9.9.9/", None),
            ("http://[::1]:8080", None),
            ("HTTP://LocalHost/x", None),
            ("http://Hooks.test:81/", None),
            ("http://[fe80::7]/", None),
            ("http://127.0.0.1:99999/", Some("port")),
            ("http://127.0.0.1:/", Some("port")),
            ("https://127.0.0.1/", Some("over http alone")),
            ("ftp://127.0.0.1/", Some("over http alone")),
            ("http://example.com/", Some("the host \"example.com\" is not this machine")),
            ("http://127.0.0.1.example.com/", Some("not this machine")),
            ("http://localhost.example.com/", Some("not this machine")),
            ("http://localhost./", Some("not this machine")),
            ("http://127.1/", Some("not this machine")),
            ("http://2130706433/", Some("not this machine")),
            ("http://0.0.0.0/", Some("not this machine")),
            ("http://10.0.0.1/", Some("not this machine")),
            ("http://169.254.169.254/", Some("not this machine")),
            ("http://[::ffff:127.0.0.1]/", Some("not this machine")),
            ("http://[fe80::1]/", Some("not this machine")),
            ("http://127.0.0.1@example.com/", Some("without a user name")),
            ("http://a:b@127.0.0.1/", Some("without a user name")),
            ("//127.0.0.1/", Some("no url")),
            ("/done", Some("no url")),
            ("done", Some("over http alone")),
            ("http://", Some("no url")),
            ("http://a b/", Some("no url")),
            ("", Some("no url")),
        ] {
            let why = unreachable_because(url, &allowed);
            let is_right = match part {
                Some(part) => why.as_ref().is_some_and(|why| why.contains(part)),
                None => why.is_none(),
            };
            assert!(is_right, "{url}: {why:?}");
        }
    }
}
