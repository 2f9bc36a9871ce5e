// @generated from providers/hyprlab.yaml by `cargo xtask codegen`; do not edit.
//! Films from `HyprLab`.
//!
//! [`Hyprlab`] has one method per model. It takes what the model cannot do without and returns a request with one
//! setter per further input. Nothing is sent, and nothing is paid, before `submit`.
//!
//! - [`Hyprlab::kling_v2`]: Kling 2.0 master, from a text or a first frame.
//! - [`Hyprlab::kling_v2_1_pro`]: Kling 2.1 pro, from a first frame.
//! - [`Hyprlab::kling_v2_1_standard`]: Kling 2.1 standard, from a first frame.

mod provider;

use polyreel_runtime::Request;

pub use polyreel_runtime as runtime;
pub use polyreel_runtime::{Client, Error, Image, Job, JobHandle, JsonValue, Quote, Result, Video};
pub use provider::PROVIDER;

/// A client of `HyprLab`. Clones are cheap and share connections.
#[derive(Clone, Debug)]
pub struct Hyprlab {
    client: Client,
}

impl Hyprlab {
    /// A client with the key from the environment variable `HYPRLAB_API_KEY`.
    ///
    /// `HYPRLAB_BASE_URL`, if set, replaces the address of the provider.
    /// Where to get a key: <https://docs.hyprlab.io>.
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

    /// Kling 2.0 master, from a text or a first frame.
    ///
    /// - `prompt`: What the film should show.
    ///
    /// | `duration` | price per film |
    /// |---|---|
    /// | `5` | $1.00 |
    /// | `10` | $2.00 |
    ///
    /// The price per film is assumed: the page names a price and a 30% discount; the discount is taken to be in the
    /// price.
    ///
    /// The usual time is 3 to 4 min.
    ///
    /// The `family` is assumed: the page says Kling 2; this is taken to be its only version, master.
    ///
    /// The `1-pro.price` is assumed: the page names a price and a 30% discount; the discount is taken to be in the
    /// price.
    ///
    /// The `1-standard.price` is assumed: the page names a price and a 30% discount; the discount is taken to be in the
    /// price.
    ///
    /// From <https://docs.hyprlab.io/browse-models/model-list/kling/kling-2> (read on 2026-11-20).
    pub fn kling_v2(&self, prompt: impl Into<String>) -> KlingV2 {
        KlingV2 { request: self.client.request("kling-v2").set("prompt", prompt.into()) }
    }

    /// Kling 2.1 pro, from a first frame.
    ///
    /// - `prompt`: What the film should show.
    /// - `start_image`: The first frame. Takes a URL or a file.
    ///
    /// | `duration` | price per film |
    /// |---|---|
    /// | `5` | $0.315 |
    /// | `10` | $0.63 |
    ///
    /// The price per film is assumed: the page names a price and a 30% discount; the discount is taken to be in the
    /// price.
    ///
    /// The usual time is 3 to 4 min.
    ///
    /// From <https://docs.hyprlab.io/browse-models/model-list/kling/kling-2.1> (read on 2026-11-20).
    pub fn kling_v2_1_pro(&self, prompt: impl Into<String>, start_image: impl Into<Image>) -> KlingV21Pro {
        KlingV21Pro {
            request: self
                .client
                .request("kling-v2.1-pro")
                .set("prompt", prompt.into())
                .set("start_image", start_image.into()),
        }
    }

    /// Kling 2.1 standard, from a first frame.
    ///
    /// - `prompt`: What the film should show.
    /// - `start_image`: The first frame. Takes a URL or a file.
    ///
    /// | `duration` | price per film |
    /// |---|---|
    /// | `5` | $0.175 |
    /// | `10` | $0.35 |
    ///
    /// The price per film is assumed: the page names a price and a 30% discount; the discount is taken to be in the
    /// price.
    ///
    /// The usual time is 3 to 4 min.
    ///
    /// From <https://docs.hyprlab.io/browse-models/model-list/kling/kling-2.1> (read on 2026-11-20).
    pub fn kling_v2_1_standard(&self, prompt: impl Into<String>, start_image: impl Into<Image>) -> KlingV21Standard {
        KlingV21Standard {
            request: self
                .client
                .request("kling-v2.1-standard")
                .set("prompt", prompt.into())
                .set("start_image", start_image.into()),
        }
    }
}

impl From<Client> for Hyprlab {
    fn from(client: Client) -> Self {
        Self { client }
    }
}

/// A request of [`Hyprlab::kling_v2`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct KlingV2 {
    request: Request,
}

impl KlingV2 {
    /// What the film should not show.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `5`.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
    }

    /// How closely the film follows the prompt: low is free, high is close. From `0` to `1`; default `0.5`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// Shape of the picture. Default: `16:9`. No effect together with `start_image`.
    pub fn aspect_ratio(self, aspect_ratio: AspectRatio) -> Self {
        Self { request: self.request.set("aspect_ratio", aspect_ratio) }
    }

    /// The first frame. Takes a URL or a file.
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

/// A request of [`Hyprlab::kling_v2_1_pro`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct KlingV21Pro {
    request: Request,
}

impl KlingV21Pro {
    /// What the film should not show.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `5`.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
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

/// A request of [`Hyprlab::kling_v2_1_standard`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct KlingV21Standard {
    request: Request,
}

impl KlingV21Standard {
    /// What the film should not show.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `5`.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
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
    /// The constants are the values that `HyprLab` documents.
    pub struct AspectRatio {
        /// `16:9`
        WIDE_16_9 = "16:9",
        /// `1:1`
        SQUARE_1_1 = "1:1",
        /// `9:16`
        TALL_9_16 = "9:16",
    }
}
