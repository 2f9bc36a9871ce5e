//! TLS for servers on this machine, with an authority of their own.

use std::sync::{Arc, LazyLock};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::Acceptor;
use tokio::net::TcpStream;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

/// A certificate that is its own authority, made anew in each run.
static OWN: LazyLock<CertifiedKey<rcgen::KeyPair>> = LazyLock::new(|| {
    let names = ["127.0.0.1", "127.0.0.2", "localhost"].map(str::to_owned);
    generate_simple_self_signed(names).unwrap()
});

/// What a client has to trust, as PEM.
pub(crate) fn authority() -> String {
    OWN.cert.pem()
}

/// How a server speaks TLS.
#[derive(Clone)]
pub(crate) struct Tls(Arc<ServerConfig>);

impl Tls {
    /// A server that insists on one of these protocols, if any are named.
    pub(crate) fn speaking(protocols: &[&str]) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(OWN.signing_key.serialize_der()));
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let mut config = builder.with_no_client_auth().with_single_cert(vec![OWN.cert.der().clone()], key).unwrap();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        Self(Arc::new(config))
    }

    /// The connection once both sides agree, after telling what the client offers.
    pub(crate) async fn accept(
        &self,
        connection: TcpStream,
        offers: impl FnOnce(Vec<String>),
    ) -> Option<TlsStream<TcpStream>> {
        let started = LazyConfigAcceptor::new(Acceptor::default(), connection).await.ok()?;
        let offered = started.client_hello().alpn().into_iter().flatten();
        offers(offered.map(|protocol| String::from_utf8_lossy(protocol).into_owned()).collect());
        started.into_stream(self.0.clone()).await.ok()
    }
}

/// Says something to a server on this machine, as a client that offers one protocol.
pub(crate) async fn say(port: u16, protocol: &str, text: &[u8]) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut roots = rustls::RootCertStore::empty();
    roots.add(OWN.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let connection = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let mut line = connector.connect("127.0.0.1".try_into().unwrap(), connection).await.unwrap();
    line.write_all(text).await.unwrap();
    line.flush().await.unwrap();
    // The server closes once it has read it.
    let _ = line.read_to_end(&mut Vec::new()).await;
}
