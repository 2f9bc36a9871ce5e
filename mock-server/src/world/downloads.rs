//! Films on their way out of a world.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use polyreel_spec::{Kind, Provider, State, Step};

use super::Received;
use super::access::{SECRET, carries_key, is_authorized, no_key};
use super::chance::fingerprint;
use super::distortion::ELSEWHERE;
use super::job::Job;
use super::report::{forgotten, unsayable};
use super::{Plan, World};
use crate::engine::{Film, Rejection, Request, SaidState, answer, refusal};
use crate::films::{COVER, film};

pub(crate) const WEB_PAGE: &str =
    "<!doctype html>\n<title>Please wait</title>\n<p>This page is no answer of the provider.\n";

/// What became of a film.
pub(crate) enum Reel {
    /// It is there.
    Film(&'static [u8]),
    /// It is not there; one lower-case line says why.
    Gone(String),
}

impl World {
    /// What became of the film of a job.
    pub(crate) fn reel(now: Duration, provider: &Provider, job: &Job) -> Reel {
        let Some(model) = provider.model(&job.ticket.model) else {
            return Reel::Gone("there is no such output".to_owned());
        };
        match job.film_state(now) {
            State::Done if job.lost_its_film(now) => Reel::Gone("the output is not kept any more".to_owned()),
            State::Done => Reel::Film(film(provider, model, &job.inputs)),
            state => Reel::Gone(format!("there is no output: the job is {}", state.name())),
        }
    }

    /// A film or the picture of one at its URL, or what came of it. `name` is the path below `/__mock/`.
    pub(crate) fn fetch(&self, now: Duration, request: &Request, name: &str, entry: &mut Received) -> Plan {
        entry.key_leaked = carries_key(request);
        let away = name.strip_prefix(ELSEWHERE);
        let below = |folder, end: &str| away.unwrap_or(name).strip_prefix(folder)?.strip_suffix(end);
        let cover = below("covers/", ".jpg");
        let job = cover.or_else(|| below("outputs/", ".mp4")).and_then(|id| self.jobs.get(id));
        let gone = |why: &str| Plan::text(404, "text/plain", format!("{why}\n"));
        let Some(job) = job else { return gone("there is no such output") };
        // Who fetches the picture has not fetched the film, and what breaks off is the film.
        entry.job = Some(job.ticket.job.clone()).filter(|_| cover.is_none());
        entry.provider = Some(job.provider.clone());
        let Some(provider) = self.provider(&job.provider) else { return gone("there is no such output") };
        if away.is_none() && cover.is_none() && !is_signed(request, &self.output_url(job)) {
            return Plan::text(403, "text/plain", "the signature of this address is missing or wrong\n");
        }
        if away.is_none() && provider.download.as_ref().is_some_and(|download| download.auth) {
            entry.key_leaked = false;
            if !is_authorized(&provider.auth, request, self.wall(now), &self.key()) {
                return no_key(&provider, Step::Download, &self.key());
            }
        }
        if !matches!(&*request.method, "GET" | "HEAD") {
            return Plan::text(405, "text/plain", "outputs are fetched with GET\n");
        }
        match Self::reel(now, &provider, job) {
            Reel::Film(_) if cover.is_some() => Plan::text(200, "image/jpeg", COVER),
            Reel::Film(film) => served(request, film),
            Reel::Gone(why) => gone(&why),
        }
    }

    /// Where the film of a job is. Whoever changes or forgets a letter gets nothing.
    pub(crate) fn output_url(&self, job: &Job) -> String {
        let id = &job.ticket.job;
        let kept = job.retention.output.map(Duration::from_millis);
        let until = kept.map(|kept| self.wall(job.ends_at().saturating_add(kept)));
        let until = until.and_then(|until| until.duration_since(UNIX_EPOCH).ok()).map(|until| until.as_secs());
        let signature = fingerprint(&(SECRET, &self.settings.customer, id, until));
        let until = until.map(|until| format!("expires={until}&")).unwrap_or_default();
        format!("{}/outputs/{id}.mp4?{until}signature={signature:016x}", self.settings.films)
    }

    /// The films of all jobs, whether they were fetched or not.
    pub(crate) fn made(&self) -> Vec<&'static [u8]> {
        let film = |job: &Job| {
            let provider = self.provider(&job.provider)?;
            Some(film(&provider, provider.model(&job.ticket.model)?, &job.inputs))
        };
        self.jobs.iter().filter_map(film).collect()
    }

    /// Where the film of a job is, by its id; as long as the job is known.
    pub fn film_url(&self, id: &str) -> Option<String> {
        self.jobs.get(id).map(|job| self.output_url(job))
    }

    /// A film at the provider's own endpoint for it.
    pub(crate) fn download(&self, now: Duration, provider: &Provider, job: &str) -> Plan {
        let Some(job) = self.jobs.get(job) else { return unsayable(provider, Step::Download) };
        if job.state(now) == State::Expired {
            return forgotten(provider, Step::Download);
        }
        match Self::reel(now, provider, job) {
            Reel::Film(film) => {
                let state = SaidState::Done { outputs: vec![Film::Bytes(film.to_vec())], also: BTreeMap::new() };
                let answer = answer(provider, Step::Download, &state.into(), 0);
                answer.map_or_else(|| unsayable(provider, Step::Download), Plan::from)
            }
            Reel::Gone(why) => {
                refusal(provider, Step::Download, Kind::NotFound, &Rejection::new("id", "output", why)).into()
            }
        }
    }
}

/// Whether a request has the very query of this address.
fn is_signed(request: &Request, url: &str) -> bool {
    let (_, query) = request.split_query();
    query == url.split_once('?').map(|(_, query)| query)
}

/// A film, or the part of it that is asked for.
fn served(request: &Request, film: &[u8]) -> Plan {
    let whole = || Plan::text(200, "video/mp4", film).with_header("accept-ranges", "bytes");
    // Several parts at once, and units that nobody knows, are answered with all of it, as RFC 9110 allows.
    let Some((first, last)) = request.header("range").and_then(|range| range.strip_prefix("bytes=")?.split_once('-'))
    else {
        return whole();
    };
    let part = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => first..film.len().min(last.saturating_add(1)),
        (Ok(first), Err(_)) if last.is_empty() => first..film.len(),
        (Err(_), Ok(length)) if first.is_empty() => film.len().saturating_sub(length)..film.len(),
        _ => return whole(),
    };
    let Some(bytes) = film.get(part.clone()).filter(|bytes| !bytes.is_empty()) else {
        return Plan::text(416, "text/plain", "the film has no such part\n")
            .with_header("content-range", &format!("bytes */{}", film.len()));
    };
    let place = format!("bytes {}-{}/{}", part.start, part.end - 1, film.len());
    Plan::text(206, "video/mp4", bytes).with_header("content-range", &place).with_header("accept-ranges", "bytes")
}
