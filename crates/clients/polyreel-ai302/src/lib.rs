// @generated from providers/ai302.yaml by `cargo xtask codegen`; do not edit.
//! Films from 302.AI.
//!
//! [`Ai302`] has one method per model. It takes what the model cannot do without and returns a request with one
//! setter per further input. Nothing is sent, and nothing is paid, before `submit`.
//!
//! - [`Ai302::kling_2_1_i2v`]: Kling 2.1 standard, from a first frame.
//! - [`Ai302::kling_2_1_i2v_hd`]: Kling 2.1 in high quality (the HD tier), from a first frame.
//! - [`Ai302::kling_2_1_master_t2v`]: Kling 2.1 master, from a text.
//! - [`Ai302::kling_2_1_master_i2v`]: Kling 2.1 master, from a first frame.
//!
//! The fetch takes a `geo` in its query, for example `global`; what it does is not said, so it is not sent. The balance
//! is shown only to keys that may manage keys.

mod provider;

use polyreel_runtime::Request;

pub use polyreel_runtime as runtime;
pub use polyreel_runtime::{Client, Error, Image, Job, JobHandle, JsonValue, Quote, Result, Video};
pub use provider::PROVIDER;

/// A client of 302.AI. Clones are cheap and share connections.
///
/// Where a provider is named, it is also known as `302ai`, `302.ai`.
#[derive(Clone, Debug)]
pub struct Ai302 {
    client: Client,
}

impl Ai302 {
    /// A client with the key from the environment variable `AI302_API_KEY`.
    ///
    /// `AI302_BASE_URL`, if set, replaces the address of the provider.
    /// Other hosts of the same API: <https://api.302ai.cn> (china), <https://api.302ai.com> (china-com).
    /// Where to get a key: <https://302.ai>.
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

    /// Kling 2.1 standard, from a first frame.
    ///
    /// - `start_image`: The first frame. Takes a file, no URL; `image/jpeg`, `image/png`; at most 10 MB; each side at
    ///   least 300 pixels.
    ///
    /// | `duration` | price per film |
    /// |---|---|
    /// | `5` | $0.30 (0.3 PTC) |
    /// | `10` | $0.60 (0.6 PTC) |
    ///
    /// The `family` is assumed: the page calls it 2.1 without a tier.
    ///
    /// From <https://302.ai/product/detail/kling-i2v-2-1> (read on 2026-11-20),
    /// <https://github.com/302ai> (read on 2026-11-20).
    pub fn kling_2_1_i2v(&self, start_image: impl Into<Image>) -> Kling21I2v {
        Kling21I2v { request: self.client.request("kling-2.1-i2v").set("start_image", start_image.into()) }
    }

    /// Kling 2.1 in high quality (the HD tier), from a first frame.
    ///
    /// - `start_image`: The first frame. Takes a file, no URL; `image/jpeg`, `image/png`; at most 10 MB; each side at
    ///   least 300 pixels.
    ///
    /// | `duration` | price per film |
    /// |---|---|
    /// | `5` | $0.50 (0.5 PTC) |
    /// | `10` | $1.00 (1 PTC) |
    ///
    /// The `family` is assumed: the page calls it HD, which is taken to be the pro tier.
    ///
    /// The `optional` is assumed: `end_image` was seen in clients of this tier only.
    ///
    /// From <https://302.ai/product/detail/kling-i2v-2-1> (read on 2026-11-20),
    /// <https://github.com/302ai> (read on 2026-11-20).
    pub fn kling_2_1_i2v_hd(&self, start_image: impl Into<Image>) -> Kling21I2vHd {
        Kling21I2vHd { request: self.client.request("kling-2.1-i2v-hd").set("start_image", start_image.into()) }
    }

    /// Kling 2.1 master, from a text.
    ///
    /// - `prompt`: What the film should show.
    ///
    /// The price per film is *unknown*.
    ///
    /// The `required` is assumed: only the path was seen; a film from a text is taken to need the text.
    ///
    /// The `optional` is assumed: only the path was seen; the inputs are those of the sister endpoints.
    ///
    /// From <https://github.com/302ai> (read on 2026-11-20).
    pub fn kling_2_1_master_t2v(&self, prompt: impl Into<String>) -> Kling21MasterT2v {
        Kling21MasterT2v { request: self.client.request("kling-2.1-master-t2v").set("prompt", prompt.into()) }
    }

    /// Kling 2.1 master, from a first frame.
    ///
    /// - `start_image`: The first frame. Takes a file, no URL; `image/jpeg`, `image/png`; at most 10 MB; each side at
    ///   least 300 pixels.
    ///
    /// The price per film is *unknown*.
    ///
    /// The `required` is assumed: only the path was seen; the inputs are those of the sister endpoints.
    ///
    /// The `optional` is assumed: only the path was seen; the inputs are those of the sister endpoints.
    ///
    /// From <https://github.com/302ai> (read on 2026-11-20).
    pub fn kling_2_1_master_i2v(&self, start_image: impl Into<Image>) -> Kling21MasterI2v {
        Kling21MasterI2v { request: self.client.request("kling-2.1-master-i2v").set("start_image", start_image.into()) }
    }
}

impl From<Client> for Ai302 {
    fn from(client: Client) -> Self {
        Self { client }
    }
}

/// A request of [`Ai302::kling_2_1_i2v`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct Kling21I2v {
    request: Request,
}

impl Kling21I2v {
    /// What the film should show.
    pub fn prompt(self, prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("prompt", prompt.into()) }
    }

    /// What the film should not show.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `5`.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
    }

    /// How closely the film follows the prompt: 0 is free, 1 is close. From `0` to `1`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// Shape of the picture.
    pub fn aspect_ratio(self, aspect_ratio: AspectRatio) -> Self {
        Self { request: self.request.set("aspect_ratio", aspect_ratio) }
    }

    /// Whether the film has sound.
    pub fn audio(self, audio: bool) -> Self {
        Self { request: self.request.set("audio", audio) }
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

/// A request of [`Ai302::kling_2_1_i2v_hd`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct Kling21I2vHd {
    request: Request,
}

impl Kling21I2vHd {
    /// What the film should show.
    pub fn prompt(self, prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("prompt", prompt.into()) }
    }

    /// What the film should not show.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `5`.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
    }

    /// How closely the film follows the prompt: 0 is free, 1 is close. From `0` to `1`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// Shape of the picture.
    pub fn aspect_ratio(self, aspect_ratio: AspectRatio) -> Self {
        Self { request: self.request.set("aspect_ratio", aspect_ratio) }
    }

    /// Whether the film has sound.
    pub fn audio(self, audio: bool) -> Self {
        Self { request: self.request.set("audio", audio) }
    }

    /// The last frame. Takes a file, no URL.
    pub fn end_image(self, end_image: impl Into<Image>) -> Self {
        Self { request: self.request.set("end_image", end_image.into()) }
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

/// A request of [`Ai302::kling_2_1_master_t2v`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct Kling21MasterT2v {
    request: Request,
}

impl Kling21MasterT2v {
    /// What the film should not show.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `5`. The `default` is assumed: as with the sister
    /// endpoints.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
    }

    /// How closely the film follows the prompt: 0 is free, 1 is close. From `0` to `1`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// Shape of the picture.
    pub fn aspect_ratio(self, aspect_ratio: AspectRatio) -> Self {
        Self { request: self.request.set("aspect_ratio", aspect_ratio) }
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

/// A request of [`Ai302::kling_2_1_master_i2v`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct Kling21MasterI2v {
    request: Request,
}

impl Kling21MasterI2v {
    /// What the film should show.
    pub fn prompt(self, prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("prompt", prompt.into()) }
    }

    /// What the film should not show.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `5`. The `default` is assumed: as with the sister
    /// endpoints.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
    }

    /// How closely the film follows the prompt: 0 is free, 1 is close. From `0` to `1`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// Shape of the picture.
    pub fn aspect_ratio(self, aspect_ratio: AspectRatio) -> Self {
        Self { request: self.request.set("aspect_ratio", aspect_ratio) }
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
    /// The constants are the values that 302.AI documents.
    pub struct AspectRatio {
        /// `1:1`
        SQUARE_1_1 = "1:1",
        /// `16:9`
        WIDE_16_9 = "16:9",
        /// `9:16`
        TALL_9_16 = "9:16",
    }
}
