//! How fast simulated time passes.

/// How fast simulated time passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Speed {
    /// This many times as fast as real time.
    Times(f64),
    /// Without waiting at all.
    Max,
}

pub(super) fn times(text: &str) -> Result<f64, String> {
    let times = text.parse::<f64>().ok().filter(|times| (0.001..=1_000_000.0).contains(times));
    times.ok_or_else(|| "give a number from 0.001 to 1000000".to_owned())
}

impl std::str::FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "max" {
            return Ok(Self::Max);
        }
        times(text).map(Self::Times).map_err(|error| format!("{error}, or `max`"))
    }
}
