//! One cheap clip from a real provider, its answers recorded and held against what the provider file says. Nothing else is
//! the final judge of a provider file. **Spends money.**

mod choice;
mod recording;
mod report;

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use polyreel::spec::{Amount, Money};
use polyreel::{Client, ClientBuilder, IfTaken};

pub use choice::{Clip, cheapest};
pub use recording::Recording;
pub use report::{Line, Run, report};

/// Makes the clip and keeps everything in the folder: the job's handle, the film, every answer as a fixture. The lines say
/// where the provider and its file differ.
///
/// # Errors
///
/// Why there is no film, in one line. What was recorded until then is in the folder, and so is the handle of a job that was
/// accepted.
pub async fn run(builder: ClientBuilder, clip: &Clip<'_>, folder: &Path) -> Result<Vec<Line>, String> {
    let recording = Arc::new(Recording::default());
    let client = builder.observer(recording.clone()).build().map_err(|error| error.to_string())?;
    let film = film(&client, clip, folder).await;
    let recorded = recording.save(folder, client.base_url());
    let made = film?;
    recorded.map_err(|error| format!("cannot write the answers: {error}"))?;
    Ok(report(&Run { clip, answers: &recording.answers(), made: &made }))
}

/// What came out.
#[derive(Debug)]
pub struct Made {
    /// How many bytes the film has.
    pub bytes: u64,
    /// From submitting to knowing that it is made, in seconds.
    pub seconds: u64,
    /// What a reply says that it cost, in US dollars.
    pub cost: Option<Amount>,
    /// By how much the balance fell.
    pub paid: Option<Money>,
}

async fn film(client: &Client, clip: &Clip<'_>, folder: &Path) -> Result<Made, String> {
    let say = |error: polyreel::Error| error.to_string();
    let before = balance(client).await;
    let request = clip
        .inputs
        .iter()
        .fold(client.request(&clip.model.key), |request, (name, input)| request.set(name, input.clone()));
    let mut kept = reserve(&folder.join("job.json"))?;
    let mut job = request.submit().await.map_err(say)?;
    kept.write_all(job.handle().to_json().as_bytes())
        .and_then(|()| kept.sync_all())
        .map_err(|error| format!("the job {} is accepted, but cannot be kept: {error}", job.id()))?;
    while job.progress().await.map_err(say)?.is_some() {}
    let seconds = job.last().elapsed.as_secs();
    let video = job.await.map_err(say)?;
    let file = video.save_as(folder.join("film.mp4"), IfTaken::Replace).await.map_err(say)?;
    let bytes = std::fs::metadata(file).map_err(|error| error.to_string())?.len();
    let cost = video.also().get("cost").and_then(|cost| {
        let text = cost.as_str().map_or_else(|| cost.to_string(), str::to_owned);
        text.parse().ok()
    });
    let after = balance(client).await;
    let paid = before.zip(after).filter(|(before, after)| before.currency == after.currency).map(|(before, after)| {
        let amount = Amount { trillionths: before.amount.trillionths - after.amount.trillionths };
        Money { amount, currency: after.currency }
    });
    Ok(Made { bytes, seconds, cost, paid })
}

/// A file for the handle, for this user alone, before anything is sent. It stays whatever happens, and keeps a second run
/// from paying again.
fn reserve(path: &Path) -> Result<File, String> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let taken =
        |error| format!("{}: {error}; look at the earlier run and move it away; nothing was sent", path.display());
    options.open(path).map_err(taken)
}

async fn balance(client: &Client) -> Option<Money> {
    client.provider().balance.as_ref()?;
    client.balance().await.ok()
}
