//! Any answers can be read, whatever the provider. Once a job has ended, no later answer changes it.
//!
//! The input begins with a byte that chooses the provider. Then come answers, separated by a line `%%`: a line
//! with step and HTTP code, lines with headers, an empty line, the body.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use polyreel_fuzz::{VALID, dictionary, files, plant};
use polyreel_mock::engine::{Answer, Film, Said, SaidState, answer, mint};
use polyreel_runtime::outcome::{Outcome, Sent, decide};
use polyreel_runtime::webhook::{Callback, job_of};
use polyreel_runtime::wire::{self, Course, Meaning, Reply, ReplyBody, Saved};
use polyreel_spec::{Provider, Step};

static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    let read = |file: std::path::PathBuf| {
        let text = std::fs::read_to_string(&file).expect("a file of the workspace");
        polyreel_spec::source::read(&file.to_string_lossy(), &text).expect("a valid file")
    };
    files(VALID, ".yaml").into_iter().map(read).collect()
});

fuzz_target!(init: seeds(), |input: &[u8]| {
    let Some((choice, answers)) = input.split_first() else { return };
    check(&PROVIDERS[usize::from(*choice) % PROVIDERS.len()], answers);
});

/// What the simulator says, in the shapes of every provider: a whole life for each end.
fn seeds() {
    let url = || Film::Url("https://cdn.test/a.mp4".to_owned());
    let failed = || SaidState::Failed { kind: None, code: Some("1".to_owned()), message: Some("no".to_owned()) };
    let refused = || SaidState::Refused { http: 429, code: None, message: Some("slow".to_owned()) };
    let ends = |step| {
        let outputs = if step == Step::Poll { vec![Vec::new(), vec![url()]] } else { vec![vec![url()]] };
        let done = outputs.into_iter().map(|outputs| SaidState::Done { outputs, also: Default::default() });
        let others = [failed(), SaidState::Cancelled { billed: None }, SaidState::Expired { billed: None }, refused()];
        done.chain(others)
    };
    let mut lives = Vec::new();
    for (choice, provider) in (0_u8..).zip(&*PROVIDERS) {
        let saved = mint(provider, "https://base.test", &provider.models[0], "job-7", "/").saved;
        let say = |step: Step, state: SaidState| {
            let said = Said { state, saved: saved.clone(), pause: None };
            answer(provider, step, &said, 0).map(|answer| written(step, answer)).unwrap_or_default()
        };
        let begin = || {
            let running = say(Step::Poll, SaidState::Running { percent: Some(7) });
            let queued = say(Step::Poll, SaidState::Queued { position: Some(3) });
            [vec![choice], say(Step::Create, SaidState::Accepted), queued, running].concat()
        };
        for step in [Step::Create, Step::Poll, Step::Result, Step::Cancel, Step::Find] {
            lives.extend(ends(step).map(|end| [begin(), say(step, end)].concat()));
        }
    }
    plant("replies", lives.into_iter());
    let steps = Step::ALL.map(|step| format!("{step} 200\n"));
    let parts = PROVIDERS.iter().flat_map(|provider| words(&format!("{provider:?}")));
    let signs =
        ["%%\n", "\":", "null", "true", "\"\\\"", "content-type: video/mp4\n", "1e308", "-0.0"].map(str::to_owned);
    dictionary("replies", steps.into_iter().chain(parts).chain(signs));
}

fn words(text: &str) -> Vec<String> {
    let end = |c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-';
    text.split(end).filter(|word| (2..30).contains(&word.len())).map(str::to_owned).collect()
}

fn written(step: Step, answer: Answer) -> Vec<u8> {
    let mut text = format!("{step} {}\n", answer.http);
    for (name, value) in &answer.headers {
        text.push_str(&format!("{name}: {value}\n"));
    }
    [format!("{text}\n").into_bytes(), answer.body.into_bytes(), b"\n%%\n".to_vec()].concat()
}

fn check(provider: &Provider, mut answers: &[u8]) {
    let (mut course, mut saved) = (Course::Open, Saved::new());
    while !answers.is_empty() {
        let end = answers.windows(4).position(|window| window == b"\n%%\n");
        let one = &answers[..end.unwrap_or(answers.len())];
        answers = end.map_or(&[], |end| &answers[end + 4..]);
        let (step, reply, body) = parse(provider, one);
        any_call(provider, &reply, body);
        match step {
            Step::Create => created(provider, &reply, &mut saved),
            step => follow(&mut course, wire::read(provider, step, &reply, &saved)),
        }
    }
}

/// As the transport reads an answer, for whatever a step and a code are.
fn parse<'a>(provider: &Provider, answer: &'a [u8]) -> (Step, Reply, &'a [u8]) {
    let head = answer.windows(2).position(|window| window == b"\n\n");
    let body = head.map_or(&[][..], |head| &answer[head + 2..]);
    let text = String::from_utf8_lossy(&answer[..head.unwrap_or(answer.len())]);
    let mut lines = text.lines();
    let (step, http) = lines.next().and_then(|line| line.split_once(' ')).unwrap_or_default();
    let step = Step::ALL.into_iter().find(|own| own.name() == step).unwrap_or(Step::Poll);
    let http = http.parse().unwrap_or(200);
    let pair = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let headers: Vec<_> = lines.filter_map(pair).collect();
    let content_type = headers.iter().find(|(name, _)| name == "content-type").map_or("", |(_, value)| value);
    let is_film = provider.operation(step).is_some_and(|operation| wire::is_media(operation, http, content_type));
    let read = if is_film {
        ReplyBody::Media(body.len() as u64)
    } else {
        serde_json::from_slice(body).map_or(ReplyBody::Other, ReplyBody::Json)
    };
    (step, Reply { http, headers, body: read }, body)
}

/// A create is never accepted without all that later calls need.
fn created(provider: &Provider, reply: &Reply, saved: &mut Saved) {
    for plan in provider.models.iter().flat_map(|model| provider.plans(model)) {
        if let Outcome::Accepted(values) = decide(&plan, &Sent::Answered(reply.clone())) {
            assert!(plan.operation().reply.save.iter().all(|value| values.contains_key(&*value.name)));
            *saved = values;
        }
    }
}

/// An end stays, and only an end is one.
fn follow(course: &mut Course, meaning: Meaning) {
    let before = course.clone();
    let undecided = course.take(meaning.clone());
    match (&before, &undecided) {
        (Course::Ended(_), _) => assert_eq!((&*course, undecided), (&before, None), "an end was changed"),
        (_, Some(same)) => assert_eq!((&*course, same), (&before, &meaning), "nothing was decided"),
        (_, None) => assert!(!matches!(course, Course::Open), "{meaning:?} decides nothing"),
    }
}

/// What other calls make of the same answer.
fn any_call(provider: &Provider, reply: &Reply, body: &[u8]) {
    for step in Step::ALL {
        let _ = wire::read_refusal(provider, step, reply);
    }
    if let Some(find) = &provider.find {
        let _ = wire::read_saved(&find.reply, reply);
    }
    if let Some(upload) = &provider.upload {
        let _ = wire::first_text(reply, &upload.id);
    }
    let _ = wire::read_balance(provider, reply);
    let _ = wire::pause(provider.poll.as_ref().and_then(|poll| poll.pace.every_from.as_ref()), reply);
    let _ = job_of(provider, "secret", &Callback { headers: &reply.headers, body });
}
