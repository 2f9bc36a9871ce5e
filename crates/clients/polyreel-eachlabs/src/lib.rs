// @generated from providers/eachlabs.yaml by `cargo xtask codegen`; do not edit.
//! Films from Eachlabs.
//!
//! [`Eachlabs`] has one method per model. It takes what the model cannot do without and returns a request with one
//! setter per further input. Nothing is sent, and nothing is paid, before `submit`.
//!
//! - [`Eachlabs::kling_v2_text_to_video`]: Kling 2.0 master, from a text.
//! - [`Eachlabs::kling_v2_1_standard_image_to_video`]: Kling 2.1 standard, from a first frame.
//! - [`Eachlabs::kling_v2_5_turbo_pro_text_to_video`]: Kling 2.5 turbo pro, from a text.
//! - [`Eachlabs::kling_v2_5_turbo_pro_image_to_video`]: Kling 2.5 turbo pro, from a first frame, with a last one if you
//!   like.
//! - [`Eachlabs::kling_v2_5_turbo_standard_image_to_video`]: Kling 2.5 turbo standard, from a first frame.
//! - [`Eachlabs::kling_v2_6_pro_text_to_video`]: Kling 2.6 pro with sound, from a text.
//!
//! The price of Kling 2.0 is not published; as the provider promises to match others, about $1.40 for 5 s and $2.80 for
//! 10 s are likely. What a film cost is in the reply that delivers it. Newer pages know no limit of calls per minute,
//! and limit jobs at the same time only while the balance is $10 or less. They also send the key as a bearer token.
//! Callbacks are signed only if the create carries a `webhook_secret`, which can be sent as an extra parameter.

mod provider;

use polyreel_runtime::Request;

pub use polyreel_runtime as runtime;
pub use polyreel_runtime::{Client, Error, Image, Job, JobHandle, JsonValue, Quote, Result, Video};
pub use provider::PROVIDER;

/// A client of Eachlabs. Clones are cheap and share connections.
///
/// Where a provider is named, it is also known as `each::labs`.
///
/// - 60 calls a minute, polls included.
/// - 10 jobs at the same time; one more is refused.
#[derive(Clone, Debug)]
pub struct Eachlabs {
    client: Client,
}

impl Eachlabs {
    /// A client with the key from the environment variable `EACHLABS_API_KEY`.
    ///
    /// `EACHLABS_BASE_URL`, if set, replaces the address of the provider.
    /// Where to get a key: <https://www.eachlabs.ai>.
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

    /// Kling 2.0 master, from a text.
    ///
    /// - `prompt`: What the film should show.
    ///
    /// The price per film is *unknown*.
    ///
    /// The usual time is 340 s.
    ///
    /// The `family` is assumed: the page says Kling v2; this is taken to be its only version, master.
    ///
    /// From <https://www.eachlabs.ai/ai-models/kling-v2-text-to-video/api> (read on 2026-11-20),
    /// <https://github.com/eachlabs/skills> (read on 2026-11-20).
    pub fn kling_v2_text_to_video(&self, prompt: impl Into<String>) -> KlingV2TextToVideo {
        KlingV2TextToVideo { request: self.client.request("kling-v2-text-to-video").set("prompt", prompt.into()) }
    }

    /// Kling 2.1 standard, from a first frame.
    ///
    /// - `prompt`: What the film should show.
    /// - `start_image`: The first frame. Takes a URL that the provider fetches, no file.
    ///
    /// | `duration` | price per film |
    /// |---|---|
    /// | `5` | $0.28 |
    /// | `10` | $0.56 |
    ///
    /// The usual time is 1 min.
    ///
    /// From <https://www.eachlabs.ai/kling/kling-v2-1/kling-v2-1-standard-image-to-video/llms.txt> (read on
    /// 2026-11-20).
    pub fn kling_v2_1_standard_image_to_video(
        &self,
        prompt: impl Into<String>,
        start_image: impl Into<Image>,
    ) -> KlingV21StandardImageToVideo {
        KlingV21StandardImageToVideo {
            request: self
                .client
                .request("kling-v2-1-standard-image-to-video")
                .set("prompt", prompt.into())
                .set("start_image", start_image.into()),
        }
    }

    /// Kling 2.5 turbo pro, from a text.
    ///
    /// - `prompt`: What the film should show.
    ///
    /// | `duration` | price per film |
    /// |---|---|
    /// | `5` | $0.35 |
    /// | `10` | $0.70 |
    ///
    /// The usual time is 110 s.
    ///
    /// From <https://www.eachlabs.ai/kling/kling-v2-5/kling-v2-5-turbo-pro-text-to-video/llms.txt> (read on
    /// 2026-11-20).
    pub fn kling_v2_5_turbo_pro_text_to_video(&self, prompt: impl Into<String>) -> KlingV25TurboProTextToVideo {
        KlingV25TurboProTextToVideo {
            request: self.client.request("kling-v2-5-turbo-pro-text-to-video").set("prompt", prompt.into()),
        }
    }

    /// Kling 2.5 turbo pro, from a first frame, with a last one if you like.
    ///
    /// - `prompt`: What the film should show.
    /// - `start_image`: The first frame. Takes a URL that the provider fetches, no file.
    ///
    /// | `duration` | price per film |
    /// |---|---|
    /// | `5` | $0.35 |
    /// | `10` | $0.70 |
    ///
    /// The usual time is 160 s.
    ///
    /// From <https://www.eachlabs.ai/kling/kling-v2-5/kling-v2-5-turbo-pro-image-to-video/llms.txt> (read on
    /// 2026-11-20).
    pub fn kling_v2_5_turbo_pro_image_to_video(
        &self,
        prompt: impl Into<String>,
        start_image: impl Into<Image>,
    ) -> KlingV25TurboProImageToVideo {
        KlingV25TurboProImageToVideo {
            request: self
                .client
                .request("kling-v2-5-turbo-pro-image-to-video")
                .set("prompt", prompt.into())
                .set("start_image", start_image.into()),
        }
    }

    /// Kling 2.5 turbo standard, from a first frame.
    ///
    /// - `prompt`: What the film should show.
    /// - `start_image`: The first frame. Takes a URL that the provider fetches, no file.
    ///
    /// | `duration` | price per film |
    /// |---|---|
    /// | `5` | $0.21 |
    /// | `10` | $0.42 |
    ///
    /// The usual time is 70 s.
    ///
    /// From <https://www.eachlabs.ai/kling/kling-v2-5/kling-v2-5-turbo-standard-image-to-video/llms.txt> (read on
    /// 2026-11-20).
    pub fn kling_v2_5_turbo_standard_image_to_video(
        &self,
        prompt: impl Into<String>,
        start_image: impl Into<Image>,
    ) -> KlingV25TurboStandardImageToVideo {
        KlingV25TurboStandardImageToVideo {
            request: self
                .client
                .request("kling-v2-5-turbo-standard-image-to-video")
                .set("prompt", prompt.into())
                .set("start_image", start_image.into()),
        }
    }

    /// Kling 2.6 pro with sound, from a text.
    ///
    /// - `prompt`: What the film should show.
    ///
    /// The price per film is *unknown*.
    ///
    /// The usual time is 170 s.
    ///
    /// From <https://www.eachlabs.ai/kling/kling-v2-6/kling-v2-6-pro-text-to-video/llms.txt> (read on 2026-11-20).
    pub fn kling_v2_6_pro_text_to_video(&self, prompt: impl Into<String>) -> KlingV26ProTextToVideo {
        KlingV26ProTextToVideo {
            request: self.client.request("kling-v2-6-pro-text-to-video").set("prompt", prompt.into()),
        }
    }
}

impl From<Client> for Eachlabs {
    fn from(client: Client) -> Self {
        Self { client }
    }
}

/// A request of [`Eachlabs::kling_v2_text_to_video`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct KlingV2TextToVideo {
    request: Request,
}

impl KlingV2TextToVideo {
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

    /// How closely the film follows the prompt; 0.5 to 0.8 is advised. From `0` to `1`; default `0.5`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// Where a callback goes when the job has ended.
    pub fn webhook(self, webhook: impl Into<String>) -> Self {
        Self { request: self.request.set("webhook", webhook.into()) }
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

/// A request of [`Eachlabs::kling_v2_1_standard_image_to_video`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct KlingV21StandardImageToVideo {
    request: Request,
}

impl KlingV21StandardImageToVideo {
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

    /// How closely the film follows the prompt; 0.5 to 0.8 is advised. From `0` to `1`; default `0.5`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// Where a callback goes when the job has ended.
    pub fn webhook(self, webhook: impl Into<String>) -> Self {
        Self { request: self.request.set("webhook", webhook.into()) }
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

/// A request of [`Eachlabs::kling_v2_5_turbo_pro_text_to_video`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct KlingV25TurboProTextToVideo {
    request: Request,
}

impl KlingV25TurboProTextToVideo {
    /// What the film should not show. Default: `blur, distort, and low quality`.
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

    /// How closely the film follows the prompt; 0.5 to 0.8 is advised. From `0` to `1`; default `0.5`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// Where a callback goes when the job has ended.
    pub fn webhook(self, webhook: impl Into<String>) -> Self {
        Self { request: self.request.set("webhook", webhook.into()) }
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

/// A request of [`Eachlabs::kling_v2_5_turbo_pro_image_to_video`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct KlingV25TurboProImageToVideo {
    request: Request,
}

impl KlingV25TurboProImageToVideo {
    /// What the film should not show. Default: `blur, distort, and low quality`.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `5`.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
    }

    /// How closely the film follows the prompt; 0.5 to 0.8 is advised. From `0` to `1`; default `0.5`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// The last frame. Takes a URL that the provider fetches, no file.
    pub fn end_image(self, end_image: impl Into<Image>) -> Self {
        Self { request: self.request.set("end_image", end_image.into()) }
    }

    /// Where a callback goes when the job has ended.
    pub fn webhook(self, webhook: impl Into<String>) -> Self {
        Self { request: self.request.set("webhook", webhook.into()) }
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

/// A request of [`Eachlabs::kling_v2_5_turbo_standard_image_to_video`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct KlingV25TurboStandardImageToVideo {
    request: Request,
}

impl KlingV25TurboStandardImageToVideo {
    /// What the film should not show. Default: `blur, distort, and low quality`.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `5`.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
    }

    /// How closely the film follows the prompt; 0.5 to 0.8 is advised. From `0` to `1`; default `0.5`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// Where a callback goes when the job has ended.
    pub fn webhook(self, webhook: impl Into<String>) -> Self {
        Self { request: self.request.set("webhook", webhook.into()) }
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

/// A request of [`Eachlabs::kling_v2_6_pro_text_to_video`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct KlingV26ProTextToVideo {
    request: Request,
}

impl KlingV26ProTextToVideo {
    /// What the film should not show. Default: `blur, distort, and low quality`.
    pub fn negative_prompt(self, negative_prompt: impl Into<String>) -> Self {
        Self { request: self.request.set("negative_prompt", negative_prompt.into()) }
    }

    /// Length of the film in seconds. Allowed: `5`, `10`; default `10`.
    pub fn duration(self, duration: i64) -> Self {
        Self { request: self.request.set("duration", duration) }
    }

    /// Shape of the picture. Default: `16:9`.
    pub fn aspect_ratio(self, aspect_ratio: AspectRatio) -> Self {
        Self { request: self.request.set("aspect_ratio", aspect_ratio) }
    }

    /// How closely the film follows the prompt; 0.5 to 0.8 is advised. From `0` to `1`; default `0.5`.
    pub fn cfg_scale(self, cfg_scale: f64) -> Self {
        Self { request: self.request.set("cfg_scale", cfg_scale) }
    }

    /// Whether the film has sound. Default: `true`.
    pub fn audio(self, audio: bool) -> Self {
        Self { request: self.request.set("audio", audio) }
    }

    /// Where a callback goes when the job has ended.
    pub fn webhook(self, webhook: impl Into<String>) -> Self {
        Self { request: self.request.set("webhook", webhook.into()) }
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
    /// The constants are the values that Eachlabs documents.
    pub struct AspectRatio {
        /// `16:9`
        WIDE_16_9 = "16:9",
        /// `9:16`
        TALL_9_16 = "9:16",
        /// `1:1`
        SQUARE_1_1 = "1:1",
    }
}
