//! Films on their way out of a world.

use std::collections::BTreeMap;
use std::time::Duration;

use polyreel_spec::{Kind, Provider, State, Step};

use super::Received;
use super::access::{carries_key, is_authorized, no_key};
use super::job::Job;
use super::report::{forgotten, unsayable};
use super::{Plan, World};
use crate::Outcome;
use crate::engine::{Film, Rejection, Request, SaidState, answer, refusal};
use crate::films::{COVER, cut, film};

pub(crate) const WEB_PAGE: &str =
    "<!doctype html>\n<title>Please wait</title>\n<p>This page is no answer of the provider.\n";

/// What became of a film.
pub(crate) enum Reel {
    /// It is there.
    Film(Vec<u8>),
    /// A web page is in its place.
    WebPage(&'static str),
    /// It is not there; one lower-case line says why.
    Gone(String),
}

impl World {
    /// What became of the film of a job.
    pub(crate) fn reel(now: Duration, provider: &Provider, job: &Job) -> Reel {
        let Some(model) = provider.model(&job.ticket.model) else {
            return Reel::Gone("there is no such output".to_owned());
        };
        let film = film(provider, model, &job.inputs);
        match (job.state(now), job.outcome) {
            (State::Done, _) if job.lost_its_film(now) => Reel::Gone("the output is not kept any more".to_owned()),
            (State::Done, Some(Outcome::ExpiredFilm)) => Reel::Gone("the output has expired, as asked".to_owned()),
            (State::Done, Some(Outcome::HtmlFilm)) => Reel::WebPage(WEB_PAGE),
            (State::Done, Some(Outcome::CutFilm)) => Reel::Film(cut(film).to_vec()),
            (State::Done, _) => Reel::Film(film.to_vec()),
            (state, _) => Reel::Gone(format!("there is no output: the job is {}", state.name())),
        }
    }

    /// A film or the picture of one at its URL, or what came of it. `name` is the path below `/__mock/`.
    pub(crate) fn fetch(&self, now: Duration, request: &Request, name: &str, entry: &mut Received) -> Plan {
        entry.key_leaked = carries_key(request);
        let below = |folder, end| name.strip_prefix(folder).and_then(|name: &str| name.strip_suffix(end));
        let cover = below("covers/", ".jpg");
        let job = cover.or_else(|| below("outputs/", ".mp4")).and_then(|id| self.jobs.get(id));
        let gone = |why: &str| Plan::text(404, "text/plain", format!("{why}\n"));
        let Some(job) = job else { return gone("there is no such output") };
        // Who fetches the picture has not fetched the film, and what breaks off is the film.
        entry.job = Some(job.ticket.job.clone()).filter(|_| cover.is_none());
        entry.provider = Some(job.provider.clone());
        let Some(provider) = self.provider(&job.provider) else { return gone("there is no such output") };
        if provider.download.as_ref().is_some_and(|download| download.auth) {
            entry.key_leaked = false;
            if !is_authorized(&provider.auth, request, self.wall(now), &self.key()) {
                return no_key(&provider, Step::Download, &self.key());
            }
        }
        if !matches!(&*request.method, "GET" | "HEAD") {
            return Plan::text(405, "text/plain", "outputs are fetched with GET\n");
        }
        match Self::reel(now, &provider, job) {
            Reel::Film(_) | Reel::WebPage(_) if cover.is_some() => Plan::text(200, "image/jpeg", COVER),
            Reel::Film(film) => Plan::text(200, "video/mp4", film),
            Reel::WebPage(page) => Plan::text(200, "text/html", page),
            Reel::Gone(why) => gone(&why),
        }
    }

    /// A film at the provider's own endpoint for it.
    pub(crate) fn download(&self, now: Duration, provider: &Provider, job: &str) -> Plan {
        let Some(job) = self.jobs.get(job) else { return unsayable(provider, Step::Download) };
        if job.state(now) == State::Expired {
            return forgotten(provider, Step::Download);
        }
        match Self::reel(now, provider, job) {
            Reel::Film(film) => {
                let state = SaidState::Done { outputs: vec![Film::Bytes(film)], also: BTreeMap::new() };
                let answer = answer(provider, Step::Download, &state.into(), 0);
                answer.map_or_else(|| unsayable(provider, Step::Download), Plan::from)
            }
            Reel::WebPage(page) => Plan::text(200, "text/html", page),
            Reel::Gone(why) => {
                refusal(provider, Step::Download, Kind::NotFound, &Rejection::new("id", "output", why)).into()
            }
        }
    }
}
