//! `polyreel generate`: submit, wait, save.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use polyreel::spec::Provider;
use polyreel::{Client, Clock, Job, Offer, Request, SystemClock, Terms, mock};

use crate::arguments::{Generate, Speed};
use crate::choice::{self, Candidates};
use crate::exit::{Exit, Failure};
use crate::job_file::{self, Kept, Reserved};
use crate::signals::Signals;
use crate::{connect, output, provider_file, request, show, wait};

/// How long a simulated job lasts, in seconds.
const SIMULATED_JOB: f64 = 5.0;

pub(crate) async fn run(arguments: Generate) -> Result<(), Failure> {
    output::check(&arguments.output, arguments.overwrite)?;
    let own = arguments.who.spec.as_deref().map(provider_file::read).transpose()?;
    let wished = request::loaded(&request::said(&arguments.inputs, &arguments.who)?, own.as_ref())?;
    let candidates = Candidates::of(&arguments.who, own.as_ref())?;
    let quotes = candidates.quotes(&wished)?;
    let quotes = choice::payable(quotes, &|provider| arguments.mock || choice::has_key(provider))?;
    let terms = Terms {
        max_price: choice::amount("--max-cost", arguments.max_cost.as_deref())?,
        assume_price: choice::amount("--assume-price", arguments.who.assume_price.as_deref())?,
    };
    let way = choice::plan(&candidates.route, &quotes, &terms)?;
    let choice = &way[0];
    let offer = choice.offer;
    let studio = Studio::open(&arguments, offer).await?;
    let request = wished.request(&studio.client, &offer.model.key)?;
    show::about_to_send(choice, arguments.mock);
    if !arguments.mock {
        show::key_goes_to(&studio.client);
    }

    let usual = arguments.mock || offer.provider.base_url.as_deref() == Some(studio.client.base_url());
    let base_url = Some(studio.client.base_url()).filter(|_| !usual);
    let mut signals = Signals::listen();
    let reserved = job_file::reserve(job_file::beside(&arguments.output))?;
    let (job, interrupted) = match submit(request, &mut signals).await {
        // A simulated job ends with its simulator, so nothing is lost.
        Err(failure) if failure.exit == Exit::Unknown && !arguments.mock => {
            let kept = reserved.keep_unknown(failure.evidence.as_deref());
            if let Ok(file) = kept {
                let kept = Kept::new(file, false, arguments.who.spec.as_deref(), base_url, &arguments.connection);
                show::progress(&format!(
                    "what is known of it is kept; to ask what became of it: {}",
                    kept.resume_command()
                ));
            }
            return Err(failure);
        }
        submitted => submitted?,
    };
    let job_file = keep(reserved, &job).map(|file| {
        let is_simulated = job.handle().is_simulated();
        Kept::new(file, is_simulated, arguments.who.spec.as_deref(), base_url, &arguments.connection)
    });
    announce(&job, job_file.as_ref(), &offer.provider.name);
    if interrupted {
        return Err(wait::interrupted(job.handle(), job.is_resumable(), false).job_file(job_file));
    }
    let task = wait::Task {
        job,
        clock: studio.clock.clone(),
        output: &arguments.output,
        overwrite: arguments.overwrite,
        job_file,
        provider_name: &offer.provider.name,
        quote: Some(&offer.quote),
        json: arguments.json,
    };
    wait::finish(task, &mut signals).await
}

/// Puts the accepted job where it cannot get lost: into its file, or, if the disk fails at this very moment, on the screen.
fn keep(reserved: Reserved, job: &Job) -> Option<PathBuf> {
    let kept = reserved.keep(job.handle());
    if let Err(error) = &kept {
        show::progress(&format!("warning: the job cannot be written to its file ({error}); keep these lines:"));
        show::progress(&polyreel::printable_json(&job.handle().to_json()));
    }
    kept.ok()
}

fn announce(job: &Job, kept: Option<&Kept>, provider_name: &str) {
    let Some(kept) = kept else { return };
    let id = polyreel::printable(job.id());
    if job.handle().is_simulated() {
        show::progress(&format!("job {id} accepted"));
    } else if job.is_resumable() {
        show::progress(&format!("job {id} accepted; if this is interrupted: {}", kept.resume_command()));
    } else {
        show::progress(&format!("job {id} accepted; its film came with the answer and cannot be asked for again"));
    }
    show::retention(job, provider_name);
}

/// Where the film is made: a client and its clock, and the simulator behind it if there is one.
struct Studio {
    client: Client,
    clock: Arc<dyn Clock>,
    /// Stops when it is dropped.
    _server: Option<mock::MockServer>,
}

impl Studio {
    async fn open(arguments: &Generate, offer: &Offer<'_>) -> Result<Self, Failure> {
        let submit_within = Duration::from_secs(arguments.submit_within);
        if !arguments.mock {
            // What is paid runs in real time.
            let clock: Arc<dyn Clock> = match arguments.speed {
                Some(Speed::Times(times)) => mock::clock(&mock::Clock::scaled(times)),
                Some(Speed::Max) => return Err(Failure::usage("--speed max goes with --mock alone")),
                None => Arc::new(SystemClock::default()),
            };
            let mut builder = Client::builder(offer.provider).clock(clock.clone()).submit_within(submit_within);
            if let Some(url) = &arguments.base_url {
                builder = builder.base_url(url);
            }
            builder = connect::giving_up(&arguments.giving_up, builder);
            let client = connect::through(&arguments.connection, builder)?.from_env().build()?;
            if arguments.speed.is_some() && !client.is_local() {
                let why = format!(
                    "--speed goes with --mock, or with a server on this machine; {} is none",
                    client.base_url()
                );
                return Err(Failure::usage(why));
            }
            return Ok(Self { client, clock, _server: None });
        }
        if arguments.connection.proxy.is_some() || arguments.connection.ca_file.is_some() {
            return Err(Failure::usage("--proxy and --ca-file go with a provider, and not with --mock"));
        }
        let speed = arguments.speed.unwrap_or_else(|| usual_speed(offer));
        let server = simulator(mock::MockServer::builder(), speed, &[offer.provider]).await?;
        let clock = mock::clock(server.clock());
        let builder = mock::client_builder(&server, offer.provider)?.submit_within(submit_within);
        let builder = connect::giving_up(&arguments.giving_up, builder);
        Ok(Self { client: builder.build()?, clock, _server: Some(server) })
    }
}

/// The speed at which a job lasts about five seconds.
fn usual_speed(offer: &Offer<'_>) -> Speed {
    let longest = offer.longest().unwrap_or(Duration::from_millis(mock::UNSTATED_LATENCY.1));
    Speed::Times((longest.as_secs_f64() / SIMULATED_JOB).max(1.0))
}

/// A server of these settings and this speed.
pub(crate) async fn simulator(
    settings: mock::MockServerBuilder,
    speed: Speed,
    providers: &[&Provider],
) -> Result<mock::MockServer, Failure> {
    let clock = match speed {
        Speed::Times(times) => mock::Clock::scaled(times),
        Speed::Max => mock::Clock::manual(),
    };
    let server = settings.raw().clock(clock).start(providers.iter().copied()).await;
    server.map_err(|error| Failure::usage(format!("the mock server cannot start: {error}")))
}

/// Sends the request. The first signal is heard but the answer is waited for: without it, nobody would know whether the
/// job exists. Says whether a signal came meanwhile.
async fn submit(request: Request, signals: &mut Signals) -> Result<(Job, bool), Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut sending = tokio::spawn(request.stop_when(stop.clone()).submit());
    let mut heard = false;
    loop {
        tokio::select! {
            answer = &mut sending => {
                return match answer {
                    Ok(job) => Ok((job?, heard)),
                    Err(_) => Err(unknown("sending broke off")),
                };
            }
            () = signals.next() => {
                if heard {
                    return Err(unknown("interrupted while sending"));
                }
                heard = true;
                stop.store(true, Ordering::SeqCst);
                show::progress("the request is on its way; waiting for the answer (interrupt again to give up, which may lose a paid job)");
            }
        }
    }
}

fn unknown(why: &str) -> Failure {
    let message = format!("{why}: it is unknown whether the job was created; {}", polyreel::LOOK_FIRST);
    Failure { exit: Exit::Unknown, message, ..Failure::usage("") }
}
