//! What became of a create: the one table that decides whether money may have been spent.

use std::time::Duration;

use polyreel_spec::{Kind, Plan};

use crate::wire::{Meaning, Refusal, Reply, Saved, read_create};

/// How sending a create ended, as far as the transport can tell.
#[derive(Clone, Debug, PartialEq)]
pub enum Sent {
    /// An answer arrived whole.
    Answered(Reply),
    /// An answer began and was cut, or was too long.
    Cut {
        /// The HTTP code of the answer.
        http: u16,
    },
    /// No connection was made, so nothing was sent: refused, no such host, no TLS, connect timeout.
    NotConnected,
    /// The connection broke or stayed silent after something may have been sent.
    Lost,
}

/// What became of a create.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The job exists; these values are needed to follow it.
    Accepted(Saved),
    /// The work is done already: the answer to the create is, or names, the film.
    Done {
        /// What the answer says, a [`Meaning::Done`].
        meaning: Meaning,
        /// What the answer names.
        saved: Saved,
    },
    /// The provider said no; nothing was created.
    Rejected(Refusal),
    /// Nothing was sent.
    NotSent,
    /// It was received but not worked on; the same request may be sent again later.
    NotProcessed(Refusal),
    /// Nobody can tell whether the job exists. It may have been paid. Never sent again by itself.
    Unknown {
        /// Why it cannot be told.
        why: String,
        /// What the answer names all the same, for example an `id`.
        named: Saved,
    },
}

/// Decides what became of a create.
///
/// | seen | outcome |
/// |---|---|
/// | no connection | not sent |
/// | connection lost, silence, answer cut | unknown |
/// | accepted with all that later calls need | accepted |
/// | the film itself, from a create that answers with it | done |
/// | 2xx without it, or not JSON | unknown |
/// | a refusal whose kind says that nothing was created | rejected; rate limits: not processed |
/// | a refusal that names a job all the same | unknown |
/// | 301, 307, 308 | rejected: the request was not worked on, and it is never followed |
/// | 405, 406, 410, 411, 414, 421, 426, 428, 431 that the provider file does not speak of | rejected: RFC 9110 and 6585 let a server say these before it begins to work |
/// | 425 that the provider file does not speak of | not processed (RFC 8470) |
/// | any other answer: 302, 303, 408, 409, 5xx, … | unknown, whatever its words say |
///
/// A provider file can say otherwise of a code: that it leaves open whether the job exists, or, in a rule that names the
/// code and has a source, that it does not.
pub fn decide(plan: &Plan<'_>, sent: &Sent) -> Outcome {
    let unknown = |why: String| Outcome::Unknown { why, named: Saved::new() };
    let reply = match sent {
        Sent::NotConnected => return Outcome::NotSent,
        Sent::Lost => return unknown("the connection was lost before an answer came".to_owned()),
        Sent::Cut { http } => return unknown(format!("the answer (http {http}) was cut short")),
        Sent::Answered(reply) => reply,
    };
    let created = read_create(plan, reply);
    let refusal = match created.meaning {
        Meaning::Unreadable(why) => {
            let said = created.said.map(|said| format!(": {said}")).unwrap_or_default();
            return Outcome::Unknown { why: format!("{why} (http {}){said}", reply.http), named: created.saved };
        }
        Meaning::Refused(refusal) => refusal,
        meaning @ Meaning::Done { .. } => return Outcome::Done { meaning, saved: created.saved },
        _ => return Outcome::Accepted(created.saved),
    };
    let said = refusal.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
    // A refusal that hands out all that later calls need may have created what it names. A header alone proves nothing:
    // every answer may have a request id.
    let needed = || plan.operation().reply.save.iter().filter(|value| value.at.iter().all(|at| at.header().is_none()));
    if needed().next().is_some() && needed().all(|value| created.saved.contains_key(&*value.name)) {
        let why = format!("it refused (http {}), yet names a job{said}", reply.http);
        return Outcome::Unknown { why, named: created.saved };
    }
    let (code, message) = (refusal.code.as_deref(), refusal.message.as_deref());
    let rule = plan.provider.errors.rule(reply.http, code, message);
    // Of these nobody knows, unless a rule is about this very code: a word in an error page is no proof.
    let leaves_open = matches!(reply.http, 300..=399 | 408 | 409 | 500..);
    let is_about = rule.is_some_and(|rule| rule.http.iter().any(|pattern| pattern.matches(reply.http)));
    if leaves_open && refusal.verdict.nothing_created && !is_about {
        return Outcome::Unknown { why: format!("it answered http {}{said}", reply.http), named: created.saved };
    }
    match (reply.http, refusal.verdict.kind) {
        (301 | 307 | 308, _) if rule.is_none() => {
            let message = format!("it answered with a redirect (http {}), which is not followed", reply.http);
            Outcome::Rejected(Refusal { message: refusal.message.or(Some(message)), ..refusal })
        }
        (_, Kind::RateLimit | Kind::Concurrency) if refusal.verdict.nothing_created => {
            // It may be sent again, so the smallest sign of a job is too much.
            if needed().any(|value| created.saved.contains_key(&*value.name)) {
                Outcome::Unknown { why: format!("it refused, yet names a job{said}"), named: created.saved }
            } else {
                Outcome::NotProcessed(refusal)
            }
        }
        _ if refusal.verdict.nothing_created => Outcome::Rejected(refusal),
        (405 | 406 | 410 | 411 | 414 | 421 | 426 | 428 | 431, Kind::Other) if rule.is_none() => {
            Outcome::Rejected(refusal)
        }
        (425, Kind::Other) if rule.is_none() => Outcome::NotProcessed(refusal),
        (http, _) => Outcome::Unknown { why: format!("it answered http {http}{said}"), named: created.saved },
    }
}

/// The pause that a `Retry-After` header asks for, in whole seconds or until a date on the server's own clock, which its
/// `Date` header tells; garbage is none.
pub(crate) fn retry_after(header: Option<&str>, date: Option<&str>) -> Option<Duration> {
    let text = header?.trim();
    let until = || {
        let [until, now] = [text, date?].map(httpdate::parse_http_date);
        until.ok()?.duration_since(now.ok()?).ok()
    };
    text.parse().ok().map(Duration::from_secs).or_else(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_seconds_or_until_a_date_on_the_servers_clock() {
        let now = "Thu, 01 Jan 2026 00:00:10 GMT";
        let later = "Thu, 01 Jan 2026 00:00:40 GMT";
        for (header, date, expected) in [
            (Some("30"), None, Some(30)),
            (Some(" 7 "), Some(now), Some(7)),
            (Some(later), Some(now), Some(30)),
            (Some(now), Some(later), None),
            (Some(later), None, None),
            (Some(later), Some("now"), None),
            (Some("soon"), Some(now), None),
            (Some("-1"), Some(now), None),
            (Some("1.5"), Some(now), None),
            (Some(""), Some(now), None),
            (None, Some(now), None),
        ] {
            assert_eq!(retry_after(header, date), expected.map(Duration::from_secs), "{header:?} {date:?}");
        }
    }
}
