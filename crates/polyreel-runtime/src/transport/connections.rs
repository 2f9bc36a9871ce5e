//! The HTTP clients: what each may do by itself, whom it trusts, and where it may lead.

use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use rustls::pki_types::CertificateDer;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::origin::{Base, is_private_address};
use crate::{Error, ErrorKind, Result};

const USER_AGENT: &str = concat!("polyreel/", env!("CARGO_PKG_VERSION"));
/// How long making a connection may take, TLS included.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// What people choose about connections.
#[derive(Clone, Debug)]
pub(crate) struct Connecting {
    /// How long an answer that may be asked for again, or a film, may pause.
    pub(crate) silent_for: Duration,
    /// How long a film may be on its way, however slowly it comes.
    pub(crate) fetch_within: Duration,
    /// The shortest time that a create may take in all; making the connection is given less.
    pub(crate) create_within: Option<Duration>,
    /// Where all calls go through, user and password included.
    pub(crate) proxy: Option<SecretString>,
    /// Certificates of authorities that are trusted beside the system's.
    pub(crate) authorities: Vec<CertificateDer<'static>>,
}

/// Three HTTP clients: one that sends creates and never repeats anything, one that follows jobs, and one that fetches
/// films, knows no key, and finds no private host.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    pub(super) create: reqwest::Client,
    pub(super) follow: reqwest::Client,
    pub(super) films: reqwest::Client,
}

impl Connections {
    pub(super) fn new(base: &Base, connecting: &Connecting) -> Result<Self> {
        let proxy = connecting.proxy.as_ref().map(proxy).transpose()?;
        // Below the time for the whole call, so that a handshake that hangs is "not sent" and not "unknown".
        let connect_within = connecting.create_within.map_or(CONNECT_WITHIN, |limit| CONNECT_WITHIN.min(limit / 2));
        let tls = tls(base, &connecting.authorities)?;
        let builder = |connect_within: Duration| {
            let builder = reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .http1_only()
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .https_only(!base.is_loopback())
                // None from the environment.
                .no_proxy()
                .referer(false)
                .user_agent(USER_AGENT)
                .connect_timeout(connect_within);
            match &proxy {
                Some(proxy) => builder.proxy(proxy.clone()),
                None => builder,
            }
        };
        let fail = |error: reqwest::Error| {
            Error::new(ErrorKind::Configuration, "cannot set up http").caused_by(error.without_url())
        };
        // An idle connection that the server has closed would turn a create into an unknown outcome.
        let create = builder(connect_within).pool_max_idle_per_host(0).build().map_err(fail)?;
        let follow = builder(CONNECT_WITHIN).read_timeout(connecting.silent_for).build().map_err(fail)?;
        let mut films = builder(CONNECT_WITHIN).read_timeout(connecting.silent_for);
        // A proxy finds hosts by itself; what is found here would be the proxy, which may well be a private one.
        if proxy.is_none() {
            // A loopback base's own origin may be a name, `localhost`; anything else that leads to this machine is refused.
            films = films.dns_resolver(PublicHosts { also: base.local_name() });
        }
        Ok(Self { create, follow, films: films.build().map_err(fail)? })
    }
}

/// Sends everything through this proxy. The URL may hold a password, so no error shows it.
fn proxy(url: &SecretString) -> Result<reqwest::Proxy> {
    let is_proxy = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    Url::parse(url.expose_secret())
        .ok()
        .filter(is_proxy)
        .and_then(|url| reqwest::Proxy::all(url).ok())
        .ok_or_else(|| Error::configuration("the proxy is not a url like http://proxy.example.com:3128"))
}

/// Finds hosts, but none with a private address: a public name may lead anywhere.
#[derive(Debug)]
struct PublicHosts {
    also: Option<String>,
}

impl Resolve for PublicHosts {
    fn resolve(&self, name: Name) -> Resolving {
        let local = self.also.as_deref() == Some(name.as_str());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<_> = found.filter(|address| local || !is_private_address(address.ip())).collect();
            if public.is_empty() {
                return Err("the host has no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// rustls with ring, set for this client only. Against this machine certificates may be missing, so that tests and
/// simulations run where there are none.
fn tls(base: &Base, authorities: &[CertificateDer<'static>]) -> Result<rustls::ClientConfig> {
    use rustls_platform_verifier::Verifier;
    let fail = |error: rustls::Error| {
        let hint = "cannot set up https; are the system's ca certificates installed?";
        Error::new(ErrorKind::Configuration, hint).caused_by(error)
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(fail)?;
    #[cfg(not(target_os = "android"))]
    let verifier = Verifier::new_with_extra_roots(authorities.iter().cloned(), provider);
    // There, authorities are added in the device's settings alone.
    #[cfg(target_os = "android")]
    let verifier = Verifier::new(provider);
    let mut config = match verifier {
        Ok(verifier) => {
            // Its checks are the platform's own; "dangerous" is the name of the way in.
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
        Err(_) if base.is_loopback() => {
            let mut roots = rustls::RootCertStore::empty();
            roots.add_parsable_certificates(authorities.iter().cloned());
            builder.with_root_certificates(roots).with_no_client_auth()
        }
        Err(error) => return Err(fail(error)),
    };
    // HTTP/2 can refuse a stream after it was read, which HTTP libraries take as leave to send it again.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name that leads to this machine is found for a base URL of that name alone.
    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_found() {
        for (also, is_found) in [(None, false), (Some("other"), false), (Some("localhost"), true)] {
            let hosts = PublicHosts { also: also.map(str::to_owned) };
            let found = hosts.resolve("localhost".parse().unwrap()).await;
            assert_eq!(found.is_ok_and(|mut found| found.next().is_some()), is_found, "{also:?}");
        }
    }
}
