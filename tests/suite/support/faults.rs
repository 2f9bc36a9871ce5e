//! Everything that can go wrong, by chance.

use polyreel::mock::{Break, Fault, FaultProfile, How, Risk, What};

/// Every fault that there is, each as rare as the others, of a hundred requests so many; those that take real time are as
/// rare as is said for them, and films do not drip: at ten bytes a second one takes an hour.
pub(crate) fn all_faults(percent: f64, percent_that_take_time: f64) -> FaultProfile {
    let hows = How::all().chain([302, 404, 429, 500, 503].map(How::Http)).chain((1..4).map(How::Rule));
    let risks = hows.flat_map(|how| What::ALL.map(|what| format!("{how}-{}", what.name())));
    let is_endless = |fault: &Fault| fault.how == How::Break(Break::Drip) && fault.what != What::Create;
    let faults = risks.filter_map(|text| text.parse::<Fault>().ok()).filter(|fault| !is_endless(fault));
    let risk = |fault: Fault| {
        let takes_time = matches!(fault.how, How::Break(Break::Stall | Break::Drip));
        Risk { fault, percent: if takes_time { percent_that_take_time } else { percent }, provider: None }
    };
    FaultProfile { risks: faults.map(risk).collect() }
}
