//! The client program: its arguments, its run, and what it leaves.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use polyreel::Image;
use polyreel::mock::Ended;
use polyreel::spec::{Inputs, Model, Provider};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use super::Case;

/// A picture for models that need one.
const PICTURE: &[u8] = include_bytes!("../../../../examples/photo.png");
const PICTURE_FILE: &str = "picture.png";
/// Where nothing is, for models that take pictures by their URL alone. The simulator does not look there.
const PICTURE_URL: &str = "https://example.com/picture.png";

/// No film of the simulator is larger, in bytes.
const LARGEST_FILM: u64 = 1024 * 1024;

/// How much of what the client prints is kept, in characters.
const LONGEST_WORD: usize = 500;

pub(super) fn write_picture(folder: &Path) -> io::Result<()> {
    std::fs::write(folder.join(PICTURE_FILE), PICTURE)
}

/// Runs the client, with a folder of its own for its film, and says how it ended and what it said in the end; or why it
/// cannot be run.
pub(super) async fn run(
    case: &Case,
    folder: &Path,
    command: &[String],
    variables: Vec<(String, String)>,
    limit: Duration,
) -> Result<(Ended, String), String> {
    let (program, arguments) = command.split_first().ok_or("there is no command")?;
    let output = folder.join("film.mp4");
    let values = values(case, folder, &output, &variables)?;
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let mut client = Command::new(program);
    client.args(arguments.iter().filter_map(|argument| filled(argument, &values))).envs(variables).kill_on_drop(true);
    // Our own command keeps simulated jobs out of its user's store.
    client.env("POLYREEL_STORE", folder.join("jobs.sqlite"));
    client.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    #[cfg(unix)]
    client.process_group(0);
    let mut client =
        client.spawn().map_err(|error| format!("{} cannot be run: {error}", polyreel::printable(program)))?;
    let group = Group(client.id());
    let said = client.stderr.take().map(|stderr| tokio::spawn(end_of(stderr)));
    let exit = tokio::time::timeout(limit, client.wait()).await;
    // Whatever it left behind ends with it, and lets go of what it writes to.
    drop(group);
    let said = match said {
        Some(said) => said.await.unwrap_or_default(),
        None => String::new(),
    };
    let saved = saved(&output);
    // Films of hundreds of cases would fill the disk.
    let _ = std::fs::remove_dir_all(folder);
    let claims_success = exit.as_ref().is_ok_and(|exit| exit.as_ref().is_ok_and(std::process::ExitStatus::success));
    Ok((Ended { claims_success, saved, cut_off_after: exit.err().map(|_| limit) }, said))
}

/// A client and all that it started. They end when it is dropped.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.0.and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?)) {
            // Nobody is left in it, most of the time.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        // Elsewhere the client alone is ended, as every child of ours is that is dropped.
        #[cfg(not(unix))]
        let _ = self.0;
    }
}

/// What is at the place of the film: nothing, or its bytes; of what can be no film none.
fn saved(output: &Path) -> Option<Vec<u8>> {
    let what = std::fs::symlink_metadata(output).ok()?;
    let is_like_a_film = what.is_file() && what.len() <= LARGEST_FILM;
    Some(if is_like_a_film { std::fs::read(output).unwrap_or_default() } else { Vec::new() })
}

/// The end of what somebody writes, in one line that is safe to print.
async fn end_of(mut stream: impl AsyncRead + Unpin) -> String {
    let (mut end, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = stream.read(&mut piece).await {
        end.extend_from_slice(&piece[..read]);
        // A letter has four bytes at most.
        let old = end.len().saturating_sub(4 * LONGEST_WORD);
        end.drain(..old);
    }
    let text = String::from_utf8_lossy(&end).trim_end().replace('\n', " | ");
    let skipped = text.chars().count().saturating_sub(LONGEST_WORD);
    polyreel::printable(&text.chars().skip(skipped).collect::<String>())
}

/// What stands for what in arguments; `None` leaves the argument out.
type Values = Vec<(&'static str, Option<String>)>;

fn values(case: &Case, folder: &Path, output: &Path, variables: &[(String, String)]) -> Result<Values, String> {
    let provider = &*case.provider;
    let model = model(provider);
    let plan = case.scenario.plan().map_err(|error| error.to_string())?;
    let base_url = variables.iter().find(|(name, _)| *name == provider.access().base_url());
    let folder = folder.parent().unwrap_or(folder);
    let text = |path: &Path| path.to_str().map(str::to_owned).ok_or("the temporary folder's name is not UTF-8");
    let picture = match (model.requires("start_image"), takes_urls(provider, model)) {
        (false, _) => None,
        (true, true) => Some(PICTURE_URL.to_owned()),
        (true, false) => Some(text(&folder.join(PICTURE_FILE))?),
    };
    Ok(vec![
        ("{provider}", Some(provider.id.to_string())),
        ("{model}", Some(model.key.to_string())),
        ("{prompt}", Some(format!("A cute cat playing outside. {}", plan.token()).trim_end().to_owned())),
        ("{base_url}", base_url.map(|(_, url)| url.clone())),
        ("{output}", Some(text(output)?)),
        ("{image}", picture),
    ])
}

fn filled(argument: &str, values: &Values) -> Option<String> {
    values.iter().try_fold(argument.to_owned(), |argument, (name, value)| match value {
        _ if !argument.contains(name) => Some(argument),
        value => value.as_ref().map(|value| argument.replace(name, value)),
    })
}

/// The model that needs least: a prompt, or else a picture as well.
fn model(provider: &Provider) -> &Model {
    let needs = |model: &&Model| model.inputs().filter(|name| model.requires(name)).count();
    provider.models.iter().min_by_key(needs).unwrap_or(&provider.models[0])
}

fn takes_urls(provider: &Provider, model: &Model) -> bool {
    let inputs = Inputs::from([("start_image".to_owned(), Image::url(PICTURE_URL).into())]);
    let violations = provider.check(model, &inputs, &polyreel::probe);
    !violations.iter().any(|violation| violation.field == "start_image")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_filled_or_left_out() {
        let values = vec![("{a}", Some("{b}".to_owned())), ("{b}", Some("x y".to_owned())), ("{c}", None)];
        for (argument, expected) in [
            ("plain", Some("plain")),
            ("--a={a}", Some("--a=x y")),
            ("{b}{b}", Some("x yx y")),
            ("--image={c}", None),
            ("{d}", Some("{d}")),
        ] {
            assert_eq!(filled(argument, &values).as_deref(), expected);
        }
    }

    #[tokio::test]
    async fn the_last_words_are_kept() {
        assert_eq!(end_of(&b"a\nb\x1b[2J\n"[..]).await, "a | b [2J");
        assert_eq!(end_of(vec![b'x'; 50_000].as_slice()).await.len(), LONGEST_WORD);
    }
}
