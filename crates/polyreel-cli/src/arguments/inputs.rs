//! What a film is made of.

use clap::Args;

/// What a film is made of.
#[derive(Args, Debug)]
pub(crate) struct Inputs {
    /// What the film should show.
    pub(crate) prompt: String,

    /// What the film should not show.
    #[arg(long, value_name = "TEXT")]
    pub(crate) negative_prompt: Option<String>,

    /// Length in seconds.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) duration: Option<i64>,

    /// Shape of the picture, for example 16:9.
    #[arg(long, value_name = "W:H")]
    pub(crate) aspect_ratio: Option<String>,

    /// How closely the film follows the prompt.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub(crate) cfg_scale: Option<f64>,

    /// The first frame: a PNG or JPEG file, or a URL.
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) image: Option<String>,

    /// The last frame: a PNG or JPEG file, or a URL.
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) end_image: Option<String>,

    /// Make sound as well (true or false).
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(crate) audio: Option<bool>,

    /// Any other input by its name in the provider file: --set seed=7. May be given several times.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
}
