// @generated from providers/segmind.yaml by `cargo xtask codegen`; do not edit.
//! Films from Segmind.
//!
//! [`Segmind`] has one method per model. It takes what the model cannot do without and returns a request with one
//! setter per further input. Nothing is sent, and nothing is paid, before `submit`.
//!
//! - [`Segmind::kling_2`]: Kling 2.0 master in 720p, from a text or a first frame.
//! - [`Segmind::kling_2_sync`]: The same film by one long call, which is answered with the film itself.
//!
//! `kling-2` is asynchronous: the call is answered at once and the film is asked for later. `kling-2-sync` is the same
//! work by one call that is answered with the film itself, minutes later; a call that breaks off loses the film and may
//! be paid. A refusal for too many calls says at which time the limit ends, in the header `x-rate-limit-reset-at-utc`.

mod provider;

use polyreel_runtime::Request;

pub use polyreel_runtime as runtime;
pub use polyreel_runtime::{Client, Error, Image, Job, JobHandle, JsonValue, Quote, Result, Video};
pub use provider::PROVIDER;

/// A client of Segmind. Clones are cheap and share connections.
///
/// - 5 calls a minute, polls included. Assumed: that of the free plan; the next one allows 50.
/// - The job is forgotten 1 hour after it was submitted.
/// - The film can be fetched for 7 days after it is made.
/// - A job that fails is not billed.
#[derive(Clone, Debug)]
pub struct Segmind {
    client: Client,
}

impl Segmind {
    /// A client with the key from the environment variable `SEGMIND_API_KEY`.
    ///
    /// `SEGMIND_BASE_URL`, if set, replaces the address of the provider.
    /// Where to get a key: <https://cloud.segmind.com/console/api-keys>.
    pub fn from_env() -> Result<Self> {
        Client::from_env(&PROVIDER).map(Self::from)
    }

    /// A client with this key.
    pub fn new(api_key: impl Into<String>) -> Result<Self> {
        Client::with_key(&PROVIDER, api_key).map(Self::from)
    }

    /// Follows a job that was submitted earlier, perhaps by another process.
    pub fn resume(&self, handle: JobHandle) -> Result<Job> {
        self.client.resume(handle)
    }

    /// Kling 2.0 master in 720p, from a text or a first frame.
    ///
    /// - `prompt`: What the film should show.
    ///
    /// | `duration` | price per film |
    /// |---|---|
    /// | `5` | $1.75 |
    /// | `10` | $3.50 |
    ///
    /// The price per film is assumed: the page names a lowest and a highest price; they are taken to be those of the
    /// two lengths.
    ///
    /// The usual time is 300 to 318 s.
    ///
    /// The `family` is assumed: the page says Kling 2.0; this is taken to be its only version, master.
    ///
    /// From <https://www.segmind.com/models/kling-2/api> (read on 2026-11-20).
    pub fn kling_2(&self, prompt: impl Into<String>) -> Kling2 {
        Kling2 { request: self.client.request("kling-2").set("prompt", prompt.into()) }
    }

    /// The same film by one long call, which is answered with the film itself.
    ///
    /// - `prompt`: What the film should show.
    ///
    /// It is never chosen by itself: ask for it by name.
    ///
    /// | `duration` | price per film |
    /// |---|---|
    /// | `5` | $1.75 |
    /// | `10` | $3.50 |
    ///
    /// The price per film is assumed: the page names a lowest and a highest price; they are taken to be those of the
    /// two lengths.
    ///
    /// The usual time is 300 to 318 s.
    ///
    /// The `family` is assumed: the page says Kling 2.0; this is taken to be its only version, master.
    ///
    /// From <https://www.segmind.com/models/kling-2/api> (read on 2026-11-20),
    /// <https://github.com/segmind/segmind-python> (read on 2026-11-20),
    /// <https://github.com/api-evangelist/segmind> (read on 2026-11-20).
    pub fn kling_2_sync(&self, prompt: impl Into<String>) -> Kling2Sync {
        Kling2Sync { request: self.client.request("kling-2-sync").set("prompt", prompt.into()) }
    }
}

impl From<Client> for Segmind {
    fn from(client: Client) -> Self {
        Self { client }
    }
}

/// A request of [`Segmind::kling_2`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct Kling2 {
    request: Request,
}

impl Kling2 {
    /// What the film should not show.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `5`.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
    }

    /// Shape of the picture. Default: `16:9`.
    pub fn aspect_ratio(self, aspect_ratio: AspectRatio) -> Self {
        Self { request: self.request.set("aspect_ratio", aspect_ratio) }
    }

    /// How closely the film follows the prompt: low is free, high is close. From `0` to `1`; default `0.5`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// The first frame, best 1280x720 or 720x1280 pixels. Takes a URL that the provider fetches, no file.
    pub fn start_image(self, start_image: impl Into<Image>) -> Self {
        Self { request: self.request.set("start_image", start_image.into()) }
    }

    /// A parameter that this crate does not know yet, sent as it is.
    pub fn extra(self, key: impl Into<String>, value: impl Into<JsonValue>) -> Self {
        Self { request: self.request.extra(key, value) }
    }

    /// What the film costs, as far as it is known.
    pub fn quote(&self) -> Quote {
        self.request.quote()
    }

    /// Submits the request, exactly once. This is the one call that **spends money**.
    pub async fn submit(self) -> Result<Job> {
        self.request.submit().await
    }
}

/// A request of [`Segmind::kling_2_sync`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct Kling2Sync {
    request: Request,
}

impl Kling2Sync {
    /// What the film should not show.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `5`.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
    }

    /// Shape of the picture. Default: `16:9`.
    pub fn aspect_ratio(self, aspect_ratio: AspectRatio) -> Self {
        Self { request: self.request.set("aspect_ratio", aspect_ratio) }
    }

    /// How closely the film follows the prompt: low is free, high is close. From `0` to `1`; default `0.5`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// The first frame, best 1280x720 or 720x1280 pixels. Takes a URL that the provider fetches, no file.
    pub fn start_image(self, start_image: impl Into<Image>) -> Self {
        Self { request: self.request.set("start_image", start_image.into()) }
    }

    /// A parameter that this crate does not know yet, sent as it is.
    pub fn extra(self, key: impl Into<String>, value: impl Into<JsonValue>) -> Self {
        Self { request: self.request.extra(key, value) }
    }

    /// What the film costs, as far as it is known.
    pub fn quote(&self) -> Quote {
        self.request.quote()
    }

    /// Submits the request, exactly once. This is the one call that **spends money**.
    pub async fn submit(self) -> Result<Job> {
        self.request.submit().await
    }
}

polyreel_runtime::vocabulary! {
    /// Shape of the picture.
    ///
    /// The constants are the values that Segmind documents.
    pub struct AspectRatio {
        /// `16:9`
        WIDE_16_9 = "16:9",
        /// `9:16`
        TALL_9_16 = "9:16",
        /// `1:1`
        SQUARE_1_1 = "1:1",
    }
}
