//! `cargo xtask live PROVIDER --yes-spend USD`: one cheap clip from a real provider. **Spends money.**

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command")]

use std::path::PathBuf;
use std::process::ExitCode;

use polyreel::Client;
use polyreel::spec::Amount;
use polyreel_tests::live::{cheapest, run};

#[tokio::main]
async fn main() -> ExitCode {
    match Box::pin(live()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

/// Whether provider and file agree.
async fn live() -> Result<bool, String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, most, folder] = &arguments[..] else {
        return Err("it is run by `cargo xtask live`".to_owned());
    };
    let most: Amount = most.parse().map_err(|error| format!("--yes-spend {most}: {error}"))?;
    let mut known = polyreel::all().iter();
    let provider =
        known.find(|provider| provider.is_called(name)).ok_or_else(|| format!("there is no provider {name}"))?;
    let picture = std::fs::read("examples/photo.png").map_err(|error| format!("examples/photo.png: {error}"))?;
    let clip = cheapest(provider, &picture, most)?;
    let builder = Client::builder(provider).from_env();
    let client = builder.clone().build().map_err(|error| error.to_string())?;
    let folder = PathBuf::from(folder).join(&*provider.id);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let price = clip.quote.price.as_ref().map(ToString::to_string).unwrap_or_default();
    eprintln!("{} {} for {price}; the key goes to {}", provider.name, clip.model.key, client.base_url());
    let lines = run(builder, &clip, &folder).await?;
    for line in &lines {
        println!("{line}");
    }
    eprintln!(
        "the answers are in {}; with a source they become fixtures in tests/fixtures/{}",
        folder.display(),
        provider.id
    );
    Ok(lines.iter().all(|line| line.agrees != Some(false)))
}
