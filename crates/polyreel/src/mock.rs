//! The simulator, and clients wired to it: test your own code without a key, a cent or a wait.
//!
//! ```
//! # #[cfg(feature = "hyprlab")]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use polyreel::hyprlab::{Hyprlab, PROVIDER};
//!
//! let server = polyreel::mock::MockServer::start([&PROVIDER]).await;
//! let hyprlab = Hyprlab::from(polyreel::mock::client(&server, &PROVIDER)?);
//!
//! let video = hyprlab.kling_v2("A cute cat playing outside.").submit().await?.await?;
//! assert!(video.bytes().await?.len() > 1000);
//! assert_eq!(server.creates("hyprlab"), 1);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "hyprlab"))]
//! # fn main() {}
//! ```

use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use polyreel_mock::*;
use polyreel_runtime::spec::Provider;
use polyreel_runtime::{Client, ClientBuilder, Error, Result, Sleep};

/// A client that talks to the simulator, shares its clock, and never reads a real key.
///
/// # Errors
///
/// When the server does not simulate this provider.
pub fn client(server: &MockServer, provider: &Provider) -> Result<Client> {
    client_builder(server, provider)?.build()
}

/// As [`client`], for settings such as a deadline.
///
/// # Errors
///
/// When the server does not simulate this provider.
pub fn client_builder(server: &MockServer, provider: &Provider) -> Result<ClientBuilder> {
    let Some(base_url) = server.base_url(&provider.id) else {
        return Err(Error::configuration(format!("the mock server does not simulate {}", provider.id)));
    };
    let keys = provider.auth.env().into_iter().zip([server.key(), server.secret()]).map(|(_, key)| key);
    Ok(Client::builder(provider).base_url(base_url).api_keys(keys).clock(clock(server.clock())).simulated())
}

/// The simulator's clock as a client's: waiting moves it when it stands still, and otherwise takes as long as it says.
pub fn clock(clock: &Clock) -> Arc<dyn polyreel_runtime::Clock> {
    Arc::new(Shared(clock.clone()))
}

#[derive(Debug)]
struct Shared(Clock);

impl polyreel_runtime::Clock for Shared {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn wall(&self) -> SystemTime {
        self.0.wall()
    }

    #[expect(clippy::disallowed_methods, reason = "this is a clock")]
    fn sleep(&self, duration: Duration) -> Sleep {
        match self.0.real_time(duration) {
            Some(real) => Box::pin(tokio::time::sleep(real)),
            None => {
                self.0.advance(duration);
                Box::pin(tokio::task::yield_now())
            }
        }
    }
}
