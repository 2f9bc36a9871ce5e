//! What each command says of itself. The tree of commands is read from the help texts, so a new command is here by itself.

use crate::support::place::Place;

/// The commands that can spend money; all others say in which way they do not, or cannot be taken for such.
const SPENDING: [&str; 3] = ["generate", "jobs resubmit", "submit"];

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
    for command in commands() {
        insta::assert_snapshot!(format!("help_{}", command.path.join("_")), command.help);
    }
}

#[test]
fn every_command_has_an_example() {
    for command in commands() {
        let (_, after) =
            command.help.split_once("Example").unwrap_or_else(|| panic!("{} has no example", command.name()));
        let call = format!("  polyreel {}", command.name());
        assert!(after.lines().any(|line| line.starts_with(call.trim_end())), "{}: {after}", command.name());
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
