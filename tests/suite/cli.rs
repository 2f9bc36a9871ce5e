//! The command as a person or a script meets it: stdout, stderr, exit code, and the files that are left.
//!
//! Each case runs in an empty folder with an empty environment, so nothing of this machine can leak in.

use crate::support::place::{MOCK, Place};

/// 210 bytes.
const LONG_NAME: &str = concat!(
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.mp4"
);

/// One case: name, and arguments after those of every simulated run.
fn check(name: &str, arguments: &[&str]) {
    let all: Vec<_> = MOCK.into_iter().chain(arguments.iter().copied()).collect();
    insta::assert_snapshot!(name, Place::new().run(&[], &all));
}

#[test]
fn success() {
    check("success_cheapest", &["A cute cat playing outside.", "-o", "cat.mp4"]);
    let portrait =
        ["--provider", "ai302", "--image", "photo.png", "--duration", "10", "--aspect-ratio", "9:16", "The cat yawns."];
    check("success_portrait", &[&portrait[..], &["-o", "yawn.mp4"]].concat());
    check(
        "success_tier",
        &["--provider", "ai302", "--model", "kling-2.1-i2v-hd", "--image", "photo.png", "x", "-o", "a.mp4"],
    );
    for provider in ["aimlapi", "segmind", "eachlabs"] {
        check(
            &format!("success_{provider}"),
            &["--provider", provider, "--image", "https://example.com/cat.png", "A cat.", "-o", "cat.mp4"],
        );
    }
    check("success_synchronous", &["--provider", "segmind", "--model", "kling-2-sync", "A cat.", "-o", "cat.mp4"]);
    check("success_json", &["--json", "--provider", "hyprlab", "A cat.", "-o", "cat.mp4"]);
    check(
        "success_set",
        &["--provider", "aimlapi", "--set", "camera_control=right_turn_forward", "A cat.", "-o", "cat.mp4"],
    );
    check("success_overwrite", &["--overwrite", "A cat.", "-o", "taken.mp4"]);
    check(
        "success_with_warning",
        &["--provider", "hyprlab", "--image", "photo.png", "--aspect-ratio", "1:1", "A cat.", "-o", "cat.mp4"],
    );
}

/// Nothing is sent.
#[test]
fn refused_before_sending() {
    let hyprlab = ["--provider", "hyprlab", "-o", "a.mp4"];
    let ai302 = ["--provider", "ai302", "-o", "a.mp4", "A cat."];
    let with = |base: &[&'static str], more: &[&'static str]| [base, more].concat();
    for (name, arguments) in [
        ("empty_prompt", with(&hyprlab, &["  "])),
        ("duration", with(&hyprlab, &["A cat.", "--duration", "7"])),
        ("cfg_scale", with(&hyprlab, &["A cat.", "--cfg-scale", "1.5"])),
        ("two_problems", with(&hyprlab, &["A cat.", "--cfg-scale", "1.5", "--duration", "-1"])),
        ("unknown_provider", vec!["--provider", "hyperlab", "A cat."]),
        ("unknown_model", with(&hyprlab, &["A cat.", "--model", "kling-v3"])),
        ("no_picture", with(&ai302, &["--model", "kling-2.1-i2v"])),
        ("not_a_picture", with(&ai302, &["--image", "text.png"])),
        ("picture_too_small", with(&ai302, &["--image", "small.png"])),
        ("picture_too_large", with(&ai302, &["--image", "large.png"])),
        ("picture_not_there", with(&ai302, &["--image", "nowhere.png"])),
        ("picture_as_url", with(&ai302, &["--image", "https://example.com/a.png"])),
        ("folder_missing", vec!["A cat.", "-o", "nowhere/a.mp4"]),
        ("output_exists", vec!["A cat.", "-o", "taken.mp4"]),
        ("output_is_a_folder", vec!["A cat.", "-o", "."]),
        ("output_ends_in_a_slash", vec!["A cat.", "-o", "a.mp4/"]),
        ("output_name_too_long", vec!["A cat.", "-o", LONG_NAME]),
        ("output_cannot_be_written", vec!["A cat.", "-o", "/proc/a.mp4"]),
        ("too_dear", with(&hyprlab, &["A cat.", "--max-cost", "0.99"])),
        ("set_without_value", with(&hyprlab, &["A cat.", "--set", "seed"])),
        ("set_twice", with(&hyprlab, &["A cat.", "--duration", "5", "--set", "duration=5"])),
        ("set_and_picture", with(&hyprlab, &["A cat.", "--image", "photo.png", "--set", "start_image=x"])),
        ("set_unknown", with(&hyprlab, &["A cat.", "--set", "seed=\"7\""])),
        ("max_cost_is_no_amount", with(&hyprlab, &["A cat.", "--max-cost", "1,5"])),
        ("mock_with_base_url", with(&hyprlab, &["A cat.", "--base-url", "http://127.0.0.1:1"])),
        ("json", with(&hyprlab, &["A cat.", "--duration", "7", "--json"])),
    ] {
        check(&format!("refused_{name}"), &arguments);
    }
}

/// A simulated job ends with its simulator, so it is kept nowhere and stands in nobody's way.
#[test]
fn a_simulated_job_is_kept_nowhere() {
    let place = Place::new();
    let run = |prompt| place.run(&[], &[&MOCK[..], &["--provider", "hyprlab", "-o", "a.mp4", prompt]].concat());
    assert!(run("[[mock:stuck]]").starts_with("exit code: 5"));
    assert!(!place.home().exists(), "a simulation touches no store");
    assert!(place.jobs().is_empty());
    assert!(run("A cat.").starts_with("exit code: 0"));
}

#[test]
fn wrong_usage() {
    let place = Place::new();
    for (name, arguments) in [
        ("speed", &["--mock", "--speed", "0"][..]),
        ("speed_without_mock", &["--speed", "2"]),
        ("base_url_without_provider", &["--base-url", "http://127.0.0.1:1"]),
        ("mistyped_flag", &["--dry-run"]),
        ("swallowed_flag", &["--negative-prompt", "--mock"]),
    ] {
        let all: Vec<_> = ["generate", "A cat."].iter().chain(arguments).copied().collect();
        insta::assert_snapshot!(format!("usage_{name}"), place.run(&[], &all));
    }
}

/// The provider says no, and nothing was created.
#[test]
fn refused_by_the_provider() {
    for (name, prompt) in
        [("key", "[[mock:unauthorized]]"), ("balance", "[[mock:no-credit]]"), ("input", "[[mock:refused]]")]
    {
        check(&format!("provider_refused_{name}"), &["--provider", "hyprlab", "-o", "a.mp4", prompt]);
    }
}

/// Nothing is lost: the job's handle stays beside the output.
#[test]
fn kept() {
    for (provider, image) in [("hyprlab", &[][..]), ("ai302", &["--image", "photo.png"][..])] {
        for outcome in [
            "poll-unauthorized",
            "poll-html",
            "poll-error-inside",
            "poll-unknown-status",
            "cut-film",
            "html-film",
            "expired-film",
            "failed",
            "stuck",
        ] {
            let prompt = format!("A cat. [[mock:{outcome}]]");
            let base = ["--provider", provider, "--deadline", "600", "-o", "a.mp4", &prompt];
            check(&format!("kept_{provider}_{}", outcome.replace('-', "_")), &[&base[..], image].concat());
        }
    }
}

/// Nobody can tell whether the job exists.
#[test]
fn unknown_outcome() {
    for outcome in ["lost-answer", "server-error", "no-id"] {
        let prompt = format!("A cat. [[mock:{outcome}]]");
        check(&format!("unknown_{}", outcome.replace('-', "_")), &["--provider", "hyprlab", "-o", "a.mp4", &prompt]);
    }
}

#[test]
fn without_a_key() {
    let place = Place::new();
    // These name every provider, so they are no snapshots: another provider is no other behaviour.
    let shown = place.run(&[], &["generate", "A cat.", "-o", "a.mp4"]);
    let lines = ["exit code: 2", "set HYPRLAB_API_KEY for HyprLab (get one at https://", "or add --mock to simulate"];
    assert!(lines.iter().all(|line| shown.contains(line)), "{shown}");
    let nobody = ["generate", "A cat.", "--audio", "--cfg-scale", "0.5", "--duration", "7", "-o", "a.mp4"];
    let shown = place.run(&[], &nobody);
    let lines = [
        "exit code: 2",
        "nobody else can do it either:",
        "duration: 7 is not one of 5, 10",
        " more; `polyreel models`",
    ];
    assert!(lines.iter().all(|line| shown.contains(line)), "{shown}");
    insta::assert_snapshot!(
        "no_key_named",
        place.run(&[], &["generate", "--provider", "ai302", "--image", "photo.png", "x", "-o", "a.mp4"])
    );
    insta::assert_snapshot!(
        "bad_base_url",
        place.run(
            &[("HYPRLAB_API_KEY", "k"), ("HYPRLAB_BASE_URL", "http://10.0.0.1")],
            &["generate", "A cat.", "-o", "a.mp4"]
        )
    );
}

#[test]
fn lists_and_nothing_at_all() {
    let place = Place::new();
    for (name, arguments) in [("mock_conformance_list", &["mock", "conformance", "--list"][..]), ("no_arguments", &[])]
    {
        insta::assert_snapshot!(name, place.run(&[], arguments));
    }
}

#[test]
fn wrong_use_of_the_mock_server() {
    let place = Place::new();
    place.put("no.json", "{\"faults\": [\"burn-film\"]}");
    place.put("else.json", "{\"faults\": [{\"fault\": \"flaky\", \"provider\": \"acme\"}]}");
    place.put("known.txt", "happy\n");
    let run = |arguments: &[&str]| place.run(&[], arguments);
    let shown = [
        run(&["mock", "--faults", "nowhere.json"]),
        run(&["mock", "--faults", "no.json"]),
        run(&["mock", "--faults", "else.json"]),
        run(&["mock", "--seed", "-1"]),
        run(&["mock", "verdict", "http://127.0.0.1:1"]),
        run(&["mock", "verdict", "https://example.com"]),
        run(&["mock", "verdict", "no url"]),
        run(&["mock", "verdict", "http://127.0.0.1:1", "--world", "a b"]),
        run(&["mock", "conformance"]),
        run(&["mock", "conformance", "--provider", "acme", "--", "true"]),
        run(&["mock", "conformance", "--scenario", "sad", "--", "true"]),
        run(&["mock", "conformance", "--known-failing", "known.txt", "--", "true"]),
        run(&["mock", "conformance", "--timeout", "0", "--", "true"]),
    ];
    insta::assert_snapshot!("mock_wrong_use", shown.join("\n===\n"));
}

/// What a mock server is told is what it does; what it did is told by its lines and its verdict.
#[cfg(unix)]
#[test]
fn a_mock_server_does_as_it_is_told() {
    use std::io::Read as _;

    use crate::support::place::{exported, run_until, signal};

    let place = Place::new();
    place.put("flaky.json", "{\"faults\": [\"404-film\"]}");
    let told = ["mock", "--frozen", "--rate-limit", "off", "--faults", "flaky.json", "--seed", "7"];
    for (quiet, number) in [(&[][..], "1"), (&["--quiet"], "2")] {
        let (mut server, mut lines) = run_until(&place, &[], &[&told[..], quiet].concat(), "ctrl-c");
        let variables = exported(&mut server, polyreel::all().len());
        let value =
            |name: &str| variables.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str()).unwrap();
        let base_url = value("HYPRLAB_BASE_URL");
        let origin = base_url.split("/hyprlab").next().unwrap();
        let environment = [("HYPRLAB_API_KEY", value("HYPRLAB_API_KEY"))];
        let verdict = || place.run(&[], &["mock", "verdict", origin]);
        assert!(verdict().starts_with("exit code: 0") && verdict().contains("blameless"), "{}", verdict());
        let generate = |prompt: &str, film: &str| {
            let output = format!("{film}{number}.mp4");
            let how = ["--provider", "hyprlab", "--base-url", base_url, "--speed", "100000", "--deadline", "9"];
            place.run(&environment, &[&["generate"], &how[..], &["-o", &output, prompt]].concat())
        };
        // Time stands still there, so the job is not done at the deadline.
        assert!(generate("A cat.", "a").starts_with("exit code: 5"));
        // Whoever sends a create again whose answer was lost is told.
        for film in ["b", "c"] {
            assert!(generate("[[mock:lost-answer]]", film).starts_with("exit code: 6"));
        }
        let again = generate("[[mock:lost-answer]]", "b");
        assert!(again.starts_with("exit code: 2") && again.contains("is unknown; nothing was sent"), "{again}");
        let shown = verdict();
        assert!(shown.starts_with("exit code: 1") && shown.contains("paid twice: mock-000003"), "{shown}");
        let json = place.run(&[], &["mock", "verdict", origin, "--json"]);
        assert!(json.starts_with("exit code: 1") && json.contains("\"is_blameless\":false"), "{json}");
        let other = place.run(&[], &["mock", "verdict", origin, "--world", "nobody"]);
        assert!(other.starts_with("exit code: 2") && other.contains("there is no world"), "{other}");
        signal(&server, "-TERM");
        assert_eq!(server.wait().unwrap().code(), Some(0));
        let mut log = String::new();
        lines.read_to_string(&mut log).unwrap();
        let is_told =
            log.contains("POST /hyprlab/v1/video/generations  no answer  job=mock-000002  fault=close-create@0#1");
        assert_eq!(is_told, quiet.is_empty(), "{log}");
        assert!(!log.contains(environment[0].1), "{log}");
    }
}

/// A real key is never read with `--mock`, and a key never shows.
#[test]
fn a_real_key_stays_out_of_simulations() {
    let environment = [("HYPRLAB_API_KEY", "canary-key"), ("HYPRLAB_BASE_URL", "https://nowhere.invalid")];
    let shown =
        Place::new().run(&environment, &[&MOCK[..], &["--provider", "hyprlab", "A cat.", "-o", "cat.mp4"]].concat());
    assert!(shown.starts_with("exit code: 0") && !shown.contains("canary"), "{shown}");
}

#[cfg(unix)]
mod signals {
    use std::io::{BufRead as _, Read as _, Write as _};
    use std::net::TcpStream;
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Stdio;

    use crate::support::place::{Place, exported, run_until, signal};
    use crate::support::simulator::Simulator;
    use crate::support::wiretap::{Then, Wiretap, http};

    /// A server that has no more descriptors waits for some, and goes on.
    #[test]
    fn the_mock_server_outlives_a_want_of_descriptors() {
        let place = Place::new();
        let mut command = std::process::Command::new("sh");
        let program = env!("CARGO_BIN_EXE_polyreel-under-test");
        command.args(["-c", "ulimit -n 30; exec \"$0\" mock", program]).current_dir(place.path()).env_clear();
        let mut server = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let variables = exported(&mut server, polyreel::all().len());
        let (_, base) = variables.iter().find(|(name, _)| name == "HYPRLAB_BASE_URL").unwrap();
        let address = base.strip_prefix("http://").unwrap().split('/').next().unwrap();
        let held: Vec<_> = (0..100).map(|_| TcpStream::connect(address).unwrap()).collect();
        drop(held);
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET /hyprlab/v1/x HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
        signal(&server, "-TERM");
        assert_eq!(server.wait().unwrap().code(), Some(0));
    }

    /// An interrupted job is in a private store without a key, and is finished by another process.
    #[test]
    fn an_interrupted_job_is_finished_by_another_process() {
        for name in ["-INT", "-TERM", "-KILL"] {
            let place = Place::new();
            let (mut server, _lines) = run_until(&place, &[], &["mock", "--speed", "1000000"], "ctrl-c");
            let variables = exported(&mut server, polyreel::all().len());
            let environment: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let key: Vec<_> = environment.iter().copied().filter(|(name, _)| *name == "HYPRLAB_API_KEY").collect();

            let generate = ["generate", "--provider", "hyprlab", "A cat.", "-o", "cat.mp4"];
            let (mut child, mut lines) = run_until(&place, &environment, &generate, "accepted; if this is interrupted");
            signal(&child, name);
            let mut rest = String::new();
            lines.read_to_string(&mut rest).unwrap();
            let code = child.wait().unwrap().code();
            if name != "-KILL" {
                assert_eq!(code, Some(130), "{rest}");
                assert!(rest.contains("the job is kept; go on with: polyreel jobs wait "), "{rest}");
            }
            let store = place.home().join(".local/share/polyreel/jobs.sqlite");
            let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&store), mode(store.parent().unwrap())), (0o600, 0o700));
            for entry in std::fs::read_dir(store.parent().unwrap()).unwrap() {
                let bytes = std::fs::read(entry.unwrap().path()).unwrap();
                assert!(!bytes.windows(8).any(|window| window == b"mock-key"));
            }

            // A second job for the same output would orphan one of the two.
            let again = place.run(&environment, &generate);
            assert!(again.starts_with("exit code: 2") && again.contains("is running; nothing was sent"), "{again}");
            let elsewhere = place.run(&key, &["jobs", "wait"]);
            assert!(elsewhere.starts_with("exit code: 5") && elsewhere.contains("HYPRLAB_BASE_URL"), "{elsewhere}");

            let waited = place.run(&environment, &["jobs", "wait"]);
            assert!(waited.starts_with("exit code: 0") && waited.contains("cat.mp4: an MP4 file\n"), "{waited}");
            let jobs = place.jobs();
            assert_eq!((jobs.len(), jobs[0]["state"].as_str()), (1, Some("done")), "{jobs:?}");
            let nothing = place.run(&environment, &["jobs", "wait"]);
            assert!(nothing.starts_with("exit code: 0") && nothing.contains("no job is on its way"), "{nothing}");
            signal(&server, "-TERM");
            assert_eq!(server.wait().unwrap().code(), Some(0));
        }
    }

    /// The first signal while sending waits for the answer; the second gives up and says what that means.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_signal_while_sending_waits_for_the_answer() {
        let silent = Wiretap::start(Then::Hang).await;
        let place = Place::new();
        let environment = [("HYPRLAB_API_KEY", "k"), ("HYPRLAB_BASE_URL", silent.origin.as_str())];
        let generate = ["generate", "A cat.", "-o", "cat.mp4"];
        let (mut child, mut lines) = run_until(&place, &environment, &generate, "HyprLab");
        while silent.received().is_empty() {
            tokio::task::yield_now().await;
        }
        signal(&child, "-INT");
        let mut line = String::new();
        while !line.contains("waiting for the answer") {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "it ended on the first signal");
        }
        signal(&child, "-INT");
        let mut rest = String::new();
        lines.read_to_string(&mut rest).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(6), "{rest}");
        assert!(rest.contains("it may have been paid"), "{rest}");
        assert_eq!(silent.received().len(), 1);
        unknown_and_not_sent_again(&place, &environment, &silent);
    }

    /// Between two providers nobody has created anything, so there is nothing to go on with.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_signal_before_the_next_one_is_asked_withdraws_the_job() {
        let busy = http("429 Too Many Requests", "retry-after: 600\r\n", "{}");
        let busy = Wiretap::start(Then::Send(busy)).await;
        let place = Place::new();
        let environment = [
            ("HYPRLAB_API_KEY", "k"),
            ("HYPRLAB_BASE_URL", busy.origin.as_str()),
            ("SEGMIND_API_KEY", "k"),
            ("SEGMIND_BASE_URL", "http://127.0.0.1:9"),
        ];
        let generate = ["generate", "--route", "hyprlab,segmind", "--submit-within", "900", "A cat.", "-o", "cat.mp4"];
        let (mut child, mut lines) = run_until(&place, &environment, &generate, "SEGMIND_API_KEY goes to");
        while busy.received().is_empty() {
            tokio::task::yield_now().await;
        }
        signal(&child, "-INT");
        let mut rest = String::new();
        lines.read_to_string(&mut rest).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
        assert!(
            rest.contains("nothing was created, and the job is withdrawn") && !rest.contains("jobs wait"),
            "{rest}"
        );
        let job = &place.jobs()[0];
        assert_eq!((job["state"].as_str(), &job["cost"]), (Some("cancelled"), &serde_json::Value::Null), "{job:#}");
    }

    /// A batch that is interrupted says so by its code, and counts as spent only what was sent.
    #[tokio::test(flavor = "multi_thread")]
    async fn an_interrupted_batch_counts_what_was_sent() {
        let (place, simulator) = (Place::new(), Simulator::start().await);
        let rows = (0..12).map(|row| format!("{{\"prompt\":\"Cat {row}. [[mock:stuck]]\"}}\n"));
        place.put("a.jsonl", &rows.collect::<String>());
        let environment = simulator.environment();
        for (arguments, holds) in [
            // It makes ten at once.
            (&["batch", "a.jsonl", "--provider", "eachlabs"][..], "12 open"),
            (&["jobs", "wait"], "10 open"),
        ] {
            let arguments = [arguments, &["--speed", "100", "--deadline", "1000000"]].concat();
            let (mut child, mut lines) = run_until(&place, &environment, &arguments, "EACHLABS_API_KEY goes to");
            while simulator.creates() < 10 {
                tokio::task::yield_now().await;
            }
            signal(&child, "-INT");
            let (mut out, mut rest) = (String::new(), String::new());
            lines.read_to_string(&mut rest).unwrap();
            child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
            assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
            assert!(rest.contains(holds), "{rest}");
            assert!(arguments[0] == "jobs" || out.contains("spent, counting what is unknown: $3.50\n"), "{out}");
        }
    }

    /// A program that is killed while it sends leaves a job that counts as spent and is never sent again by itself.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_job_that_was_being_sent_is_unknown() {
        let silent = Wiretap::start(Then::Hang).await;
        let place = Place::new();
        let environment = [("HYPRLAB_API_KEY", "k"), ("HYPRLAB_BASE_URL", silent.origin.as_str())];
        let generate = ["generate", "A cat.", "-o", "cat.mp4"];
        let (mut child, _lines) = run_until(&place, &environment, &generate, "HyprLab");
        while silent.received().is_empty() {
            tokio::task::yield_now().await;
        }
        signal(&child, "-KILL");
        child.wait().unwrap();
        let wait = place.run(&environment, &["jobs", "wait"]);
        assert!(wait.contains("was being sent when its program ended, so it may have been paid"), "{wait}");
        unknown_and_not_sent_again(&place, &environment, &silent);
    }

    fn unknown_and_not_sent_again(place: &Place, environment: &[(&str, &str)], silent: &Wiretap) {
        let jobs = place.jobs();
        assert_eq!((jobs.len(), jobs[0]["state"].as_str()), (1, Some("unknown")), "{jobs:?}");
        assert_eq!(jobs[0]["cost"]["spent"].as_bool(), Some(true), "it counts as spent");
        let again = place.run(environment, &["generate", "A cat.", "-o", "cat.mp4"]);
        assert!(again.starts_with("exit code: 2") && again.contains("nothing was sent"), "{again}");
        for command in [&["jobs", "wait"][..], &["jobs", "reconcile"], &["jobs", "reconcile"]] {
            place.run(environment, command);
        }
        assert_eq!(silent.received().len(), 1);
        let jobs = place.jobs();
        assert_eq!(jobs[0]["state"].as_str(), Some("held"), "{jobs:?}");
        let id = jobs[0]["job"].as_str().unwrap();
        let abandoned = place.run(environment, &["jobs", "abandon", id]);
        assert!(abandoned.starts_with("exit code: 0"), "{abandoned}");
        assert_eq!(place.jobs()[0]["cost"]["spent"].as_bool(), Some(true), "it goes on counting as spent");
        assert_eq!(silent.received().len(), 1);
    }
}
