//! Ways in which a job can go, each short: nothing is waited for that does not have to be.

use polyreel_store::{Candidate, Order, State};
use serde_json::{Value, json};

/// The only provider here that can be asked for jobs by a reference.
pub(super) const ASKABLE: &str = "keeper";

/// The course whose film stops coming.
pub(super) const STALLING: &str = "film stalls";

/// What the job's owner wants.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Film,
    /// To have it made a second time rather than not at all.
    FilmAtAnyPrice,
    /// To have it stopped once it runs.
    Stop,
}

/// A way.
pub(super) struct Course {
    pub(super) name: &'static str,
    prompt: &'static str,
    /// Who makes the film, and who else may.
    candidates: &'static [(&'static str, &'static str)],
    /// Who refuses.
    pub(super) refuses: Option<&'static str>,
    pub(super) is_single: bool,
    pub(super) wish: Wish,
    /// Nobody can ask for its film a second time.
    pub(super) comes_once: bool,
    /// Where it ends if nothing ends its process.
    pub(super) end: State,
}

const COURSE: Course = Course {
    name: "",
    prompt: "[[mock:instant]]",
    candidates: &[("hyprlab", "kling-v2")],
    refuses: None,
    is_single: false,
    wish: Wish::Film,
    comes_once: false,
    end: State::Done,
};

pub(super) const COURSES: [Course; 13] = [
    Course { name: "happy", ..COURSE },
    Course { name: "single", is_single: true, ..COURSE },
    Course {
        name: "refused, then the next",
        candidates: &[("hyprlab", "kling-v2"), ("eachlabs", "kling-v2-5-turbo-pro-text-to-video")],
        refuses: Some("hyprlab"),
        ..COURSE
    },
    Course { name: "refused", refuses: Some("hyprlab"), end: State::Failed, ..COURSE },
    Course { name: "answer lost", prompt: "[[mock:lost-answer]]", end: State::Held, ..COURSE },
    Course { name: "failed", prompt: "[[mock:failed,instant]]", end: State::Failed, ..COURSE },
    Course {
        name: "cancelled",
        prompt: "[[mock:slow]]",
        candidates: &[("eachlabs", "kling-v2-5-turbo-pro-text-to-video")],
        wish: Wish::Stop,
        end: State::Cancelled,
        ..COURSE
    },
    Course { name: "synchronous", candidates: &[("segmind", "kling-2-sync")], comes_once: true, ..COURSE },
    Course { name: "found", prompt: "[[mock:close-create@0,instant]]", candidates: &[(ASKABLE, "safe")], ..COURSE },
    Course { name: "not found", prompt: "[[mock:close-submit#1,instant]]", candidates: &[(ASKABLE, "safe")], ..COURSE },
    Course { name: "broken film", prompt: "[[mock:cut-film#1,instant]]", ..COURSE },
    Course { name: STALLING, prompt: "[[mock:stall-film@20000#1,instant]]", ..COURSE },
    Course { name: "resubmitted", prompt: "[[mock:close-create@0#1,instant]]", wish: Wish::FilmAtAnyPrice, ..COURSE },
];

impl Course {
    /// What is wanted, with its film in this folder.
    pub(super) fn order(&self, folder: &std::path::Path) -> Order {
        let candidate = |(provider, model): &(&str, &str)| Candidate {
            provider: (*provider).to_owned(),
            model: (*model).to_owned(),
            price: None,
            assumed: None,
            latency_ms: None,
            base_url: None,
        };
        Order {
            request: self.request(),
            output: Some(folder.join("film.mp4")),
            candidates: self.candidates.iter().map(candidate).collect(),
        }
    }

    fn request(&self) -> Value {
        let mut request = json!({ "prompt": format!("A cat. {}", self.prompt) });
        if self.is_askable() {
            request["reference"] = json!("mine");
        }
        request
    }

    pub(super) fn providers(&self) -> impl Iterator<Item = &'static str> {
        self.candidates.iter().map(|(provider, _)| *provider)
    }

    /// Whether the provider can tell what became of a create.
    pub(super) fn is_askable(&self) -> bool {
        self.providers().any(|provider| provider == ASKABLE)
    }
}
