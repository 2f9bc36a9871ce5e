//! Clients of several providers, and one request for all of them.

use polyreel_runtime::spec::Provider;
use polyreel_runtime::{Client, ClientBuilder, Error, ErrorKind, Job, Result};

use crate::{Quotes, Route, Terms, VideoRequest};

/// The providers that can be asked: a client for each.
///
/// ```no_run
/// # #[cfg(feature = "all")]
/// # async fn example() -> polyreel::Result<()> {
/// use polyreel::{Route, Studio, Terms, VideoRequest};
///
/// let studio = Studio::from_env(polyreel::all().iter().copied())?; // whose keys are set
/// let request = VideoRequest::new("A cute cat playing outside.").seconds(5);
/// let terms = Terms { max_price: Some("1.50".parse().unwrap()), ..Terms::default() };
/// let job = studio.submit(&request, &Route::Cheapest, &terms).await?; // spends money, once
/// job.await?.save("cat.mp4").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Studio {
    clients: Vec<Client>,
}

impl Studio {
    /// A studio of these clients.
    pub fn new(clients: impl IntoIterator<Item = Client>) -> Self {
        Self { clients: clients.into_iter().collect() }
    }

    /// Every one of these providers whose key is in the environment.
    ///
    /// # Errors
    ///
    /// When a client cannot be built, for example because a base URL makes no sense.
    pub fn from_env<'p>(providers: impl IntoIterator<Item = &'p Provider>) -> Result<Self> {
        let builders = providers.into_iter().map(|provider| Client::builder(provider).from_env());
        let clients = builders.filter(ClientBuilder::has_key).map(ClientBuilder::build).collect::<Result<_>>()?;
        Ok(Self { clients })
    }

    /// The clients.
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// The client of this provider, by id or alias.
    pub fn client(&self, provider: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.provider().is_called(provider))
    }

    /// What each of them would take for a request. Sends nothing.
    pub fn quotes(&self, request: &VideoRequest) -> Quotes<'_> {
        request.quotes(self.clients.iter().map(Client::provider))
    }

    /// Sends the request along a route: to the first, and to the next only if nothing was created. **Spends money.**
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when no offer is on the route: nothing was sent. [`ErrorKind::OutcomeUnknown`] of the
    /// first provider of which that is so: nobody else was asked after it. Otherwise the refusal of the last one.
    pub async fn submit(&self, request: &VideoRequest, route: &Route, terms: &Terms) -> Result<Job> {
        let quotes = self.quotes(request);
        let way = route.plan(&quotes, terms).map_err(|none| Error::invalid_input(none.to_string()))?;
        let mut last = None;
        for choice in way {
            let Some(client) = self.client(&choice.offer.provider.id) else { continue };
            match request.request(client, &choice.offer.model.key)?.submit().await {
                Err(error) if matches!(error.kind(), ErrorKind::Refused(_) | ErrorKind::NotSent) => last = Some(error),
                submitted => return submitted,
            }
        }
        Err(last.unwrap_or_else(|| Error::invalid_input("no client can do this")))
    }
}
