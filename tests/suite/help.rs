//! What each command says of itself. The tree of commands is read from the help texts, so a new command is here by itself.

use crate::support::place::Place;
use crate::support::root;

/// The commands that can spend money; all others say in which way they do not, or cannot be taken for such.
const SPENDING: [&str; 4] = ["batch", "generate", "jobs resubmit", "submit"];

/// One command: how it is called, and what its help says.
struct Command {
    path: Vec<String>,
    help: String,
}

impl Command {
    fn name(&self) -> String {
        self.path.join(" ")
    }

    /// Its first line: what it is for.
    fn about(&self) -> &str {
        self.help.lines().next().unwrap()
    }
}

/// Every command of the tree, the program itself first.
fn commands() -> Vec<Command> {
    let place = Place::new();
    let (mut commands, mut open) = (Vec::new(), vec![Vec::<String>::new()]);
    while let Some(path) = open.pop() {
        let arguments: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let shown = place.run(&[], &arguments);
        let help = shown.strip_prefix("exit code: 0\n--- stdout\n").expect("help is no error, and data");
        let help = help.split("--- stderr").next().unwrap().to_owned();
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        // A line of a text that goes on is indented further.
        let names = listed.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
        let names = names.map(|line| line.split(' ').next().unwrap().to_owned()).filter(|name| name != "help");
        open.extend(names.map(|name| path.iter().cloned().chain([name]).collect()));
        commands.push(Command { path, help });
    }
    assert!(commands.len() > 10, "the tree was not read");
    commands
}

#[test]
fn every_command_says_what_it_takes() {
    let all = commands();
    for command in &all {
        insta::assert_snapshot!(format!("help_{}", command.path.join("_")), command.help);
    }
    let kept = std::fs::read_dir(root().join("tests/suite/snapshots")).unwrap();
    let kept = kept.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().contains("__help__help_"));
    assert_eq!(kept.count(), all.len(), "a help text is kept of a command that is no more");
}

#[test]
fn every_command_has_an_example() {
    for command in commands() {
        let (_, after) =
            command.help.split_once("Example").unwrap_or_else(|| panic!("{} has no example", command.name()));
        let call = format!("polyreel {}", command.name());
        assert!(after.lines().any(|line| line.contains(call.trim_end())), "{}: {after}", command.name());
        assert!(
            command.help.lines().all(|line| line.chars().count() <= 100 || line.starts_with("  polyreel")),
            "{}",
            command.help
        );
    }
}

/// Whoever reads one line knows whether a command can cost something.
#[test]
fn only_commands_that_spend_money_say_so() {
    let mut saying: Vec<_> =
        commands().iter().filter(|command| command.about().contains("SPENDS MONEY")).map(Command::name).collect();
    saying.sort();
    assert_eq!(saying, SPENDING);
}

/// Shells and manual pages know every command that there is.
#[test]
fn completions_and_pages_know_every_command() {
    let (place, all) = (Place::new(), commands());
    let output = |arguments: &[&str]| {
        let output = place.command(arguments).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = output(&["completions", shell]);
        let unknown: Vec<_> =
            all.iter().flat_map(|command| &command.path).filter(|name| !text.contains(*name)).collect();
        assert!(unknown.is_empty() && text.contains("max-cost"), "{shell} does not know {unknown:?}");
    }
    let written = place.run(&[], &["man", "pages/man1"]);
    assert!(written.starts_with("exit code: 0"), "{written}");
    let mut pages: Vec<_> = std::fs::read_dir(place.path().join("pages/man1"))
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    let mut expected: Vec<_> = all
        .iter()
        .map(|command| format!("{}.1", ["polyreel", &command.path.join("-")].join("-").trim_end_matches('-')))
        .collect();
    expected.sort();
    assert_eq!(pages, expected);
    let main = std::fs::read_to_string(place.path().join("pages/man1/polyreel.1")).unwrap();
    assert_eq!(output(&["man"]).trim_end(), main.trim_end());
    assert!(main.contains(".TH polyreel 1") && main.contains("Exit codes:"), "{main}");
    place.put("in the way", "");
    assert!(place.run(&[], &["man", "in the way"]).starts_with("exit code: 2"));
}

/// What bash is given is bash.
#[cfg(unix)]
#[test]
fn completions_are_what_the_shell_reads() {
    let place = Place::new();
    let text = String::from_utf8(place.command(&["completions", "bash"]).output().unwrap().stdout).unwrap();
    place.put("polyreel.bash", &text);
    let Ok(read) = std::process::Command::new("bash").args(["-n", "polyreel.bash"]).current_dir(place.path()).output()
    else {
        return; // There is no bash here.
    };
    assert!(read.status.success() && read.stderr.is_empty(), "{read:?}");
}

/// What is colored on a terminal is plain where people want no colors, and wherever there is no terminal.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_colored_for_those_who_want_no_colors() {
    let place = Place::new();
    place.put("acme.yaml", "provider: acme");
    let program = env!("CARGO_BIN_EXE_polyreel-under-test");
    for arguments in ["--help", "modles", "spec check acme.yaml"] {
        // A program of most distributions that gives another one a terminal.
        let on_a_terminal = |variable: &str| {
            let mut script = std::process::Command::new("script");
            script.args(["--quiet", "--return", "--command", &format!("{program} {arguments}"), "/dev/null"]);
            script.current_dir(place.path()).env_clear().env("TERM", "xterm-256color").env(variable, "1");
            script.env("PATH", "/usr/local/bin:/usr/bin:/bin").stdin(std::process::Stdio::null());
            script.output().ok().map(|output| String::from_utf8(output.stdout).unwrap())
        };
        let Some(colored) = on_a_terminal("COLORS_ARE_FINE") else { return };
        assert!(colored.contains("\u{1b}["), "{arguments}: {colored:?}");
        let plain = on_a_terminal("NO_COLOR").unwrap();
        assert!(!plain.is_empty() && !plain.contains("\u{1b}["), "{arguments}: {plain:?}");
        let words: Vec<_> = arguments.split(' ').collect();
        assert!(!place.run(&[], &words).contains('\u{1b}'));
    }
}
