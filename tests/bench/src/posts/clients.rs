//! The clients that are compiled in: ours, and the HTTP library as it comes.

use std::sync::Arc;
use std::time::Duration;

use polyreel::spec::{Input, Inputs, Model};
use polyreel::{Client as Polyreel, Image, Provider};

use super::faults::Protocol;
use super::programs::Program;
use crate::Result;
use crate::servers::KEY;

/// A name in the table, and all that stands behind it.
pub(crate) struct Client {
    pub(crate) name: &'static str,
    /// What exactly was measured.
    pub(crate) about: String,
    /// What it is to speak.
    pub(crate) protocols: &'static [Protocol],
    /// All ways to send a create. The table shows the worst.
    pub(crate) senders: Vec<Sender>,
}

/// One way to send a create.
#[derive(Clone)]
pub(crate) enum Sender {
    /// Our client, for this model of this provider.
    Ours(&'static Provider, &'static Model),
    /// reqwest with nothing set that is not needed.
    Stock,
    /// A program of its own.
    Program(Program),
}

/// The name of our client.
pub(crate) const OURS: &str = "Polyreel";
/// The name of the client whose HTTP/2 shows that the server's faults are what they should be.
pub(crate) const STOCK: &str = "reqwest";

/// A picture that no provider minds.
const PICTURE: &[u8] = include_bytes!("../../../../examples/photo.png");

/// Our client, with every model that is built in.
pub(crate) fn ours() -> Client {
    let providers = polyreel::all();
    let models = providers.iter().flat_map(|provider| provider.models.iter().map(|model| (*provider, model)));
    let senders: Vec<_> = models.map(|(provider, model)| Sender::Ours(provider, model)).collect();
    let about = format!("the worst of {} models of {} providers", senders.len(), providers.len());
    Client { name: OURS, about, protocols: &Protocol::ALL, senders }
}

/// reqwest as it comes.
pub(crate) fn stock() -> Client {
    let version = version_of("reqwest").unwrap_or("of an unknown version");
    let about = format!("{version}, as it comes; with HTTP/2 it was told to speak that");
    Client { name: STOCK, about, protocols: &Protocol::ALL, senders: vec![Sender::Stock] }
}

impl Sender {
    /// Who it is, in an error.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Ours(provider, model) => format!("{OURS} with {} of {}", model.key, provider.id),
            Self::Stock => STOCK.to_owned(),
            Self::Program(program) => program.package.to_owned(),
        }
    }

    /// Asks for so many films, one after the other and whatever becomes of each, and says whether it came to an end.
    /// Where a time is given it is how long the client should wait for an answer.
    pub(crate) async fn create(
        &self,
        origin: &str,
        protocol: Protocol,
        creates: usize,
        within: Option<Duration>,
    ) -> Result<bool> {
        match self {
            Self::Ours(provider, model) => {
                let client = Polyreel::builder(provider).base_url(origin);
                let client = client.api_keys(provider.auth.env().iter().map(|_| KEY));
                let client = within.into_iter().fold(client, polyreel::ClientBuilder::answer_within).build();
                let client = client.map_err(|error| error.to_string())?;
                for _ in 0..creates {
                    // Only what the server received counts.
                    let _ = film_request(&client, provider, model).submit().await;
                }
                Ok(true)
            }
            Self::Stock => {
                let client = within.into_iter().fold(stock_builder(protocol)?, reqwest::ClientBuilder::timeout).build();
                let client = client.map_err(|error| error.to_string())?;
                for _ in 0..creates {
                    let request = client.post(format!("{origin}/v1/videos"));
                    let request = request.json(&serde_json::json!({ "prompt": "A cute cat." }));
                    if let Ok(response) = request.send().await {
                        let _ = response.bytes().await;
                    }
                    // A connection is put back by a task of its own.
                    for _ in 0..8 {
                        tokio::task::yield_now().await;
                    }
                }
                Ok(true)
            }
            Self::Program(program) => program.create(origin, creates, within).await,
        }
    }
}

/// Nothing is set but what the place asks for: a TLS stack that needs no certificates of this machine, and no proxy.
pub(crate) fn stock_builder(protocol: Protocol) -> Result<reqwest::ClientBuilder> {
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let tls = tls.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
    let tls = tls.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    let builder = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls);
    Ok(match protocol {
        Protocol::Http1 => builder,
        Protocol::Http2 => builder.http2_prior_knowledge(),
    })
}

/// A request for a film with whatever the model insists on.
fn film_request(client: &Polyreel, provider: &Provider, model: &Model) -> polyreel::Request {
    let request = client.request(&model.key).set("prompt", "A cute cat.");
    if model.requires("start_image") { request.set("start_image", picture(provider, model)) } else { request }
}

/// A picture in the form that the provider takes.
fn picture(provider: &Provider, model: &Model) -> Input {
    let link = || Input::from(Image::url("https://example.com/a.png"));
    let violations = provider.check(model, &Inputs::from([("start_image".to_owned(), link())]), &polyreel::probe);
    let takes_urls = !violations.iter().any(|violation| violation.field == "start_image");
    if takes_urls { link() } else { Image::bytes(PICTURE).into() }
}

/// The version of a package that is compiled in.
fn version_of(package: &str) -> Option<&'static str> {
    let (_, rest) = include_str!("../../Cargo.lock").split_once(&format!("name = \"{package}\"\nversion = \""))?;
    rest.split('"').next()
}
