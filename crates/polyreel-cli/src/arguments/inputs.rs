//! What a film is made of.

use clap::Args;

/// What a film is made of.
#[derive(Args, Debug)]
pub(crate) struct Inputs {
    /// What the film should show: a text, @FILE for a text file, or - for standard input.
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

    /// What chance follows from: the same again, where the model takes it.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub(crate) seed: Option<i64>,

    /// Make sound as well (true or false).
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(crate) audio: Option<bool>,

    /// Any other input by its name in the provider file: --set `camera_control=down_back`. For one provider alone:
    /// --set PROVIDER.NAME=VALUE. May be given several times.
    #[arg(long, value_name = "[PROVIDER.]NAME=VALUE")]
    pub(crate) set: Vec<String>,

    /// A field that is newer than the provider file, at its path in the body: --extra PROVIDER:input.fps=24. JSON, or else a
    /// text. May be given several times.
    #[arg(long, value_name = "PROVIDER:PATH=JSON")]
    pub(crate) extra: Vec<String>,

    /// Leave this input out where a model does not take it. Without it, such a model cannot do the request. May be given
    /// several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) may_lack: Vec<String>,
}
