//! `polyreel mock`: a simulation of every provider, as a server of its own.

use polyreel::Provider;
use polyreel::mock::{MockServer, MockServerBuilder};
use polyreel::spec::Verify;

use crate::arguments::{Mock, Speed};
use crate::exit::Failure;
use crate::signals::Signals;
use crate::{generate, provider_file, show};

pub(crate) async fn run(arguments: Mock) -> Result<(), Failure> {
    let own = arguments.spec.iter().map(|file| provider_file::read(file)).collect::<Result<Vec<_>, _>>()?;
    let providers: Vec<&Provider> = polyreel::all().iter().copied().chain(&own).collect();
    let settings = MockServer::builder().port(arguments.port);
    let settings = arguments.allow_webhook_host.into_iter().fold(settings, MockServerBuilder::allow_webhook_host);
    let server = generate::simulator(settings, Speed::Times(arguments.speed), &providers).await?;
    show::progress("simulating every provider; nothing is paid. Set these variables where your program runs:");
    for provider in providers {
        let base_url = server.base_url(&provider.id).unwrap_or_default();
        for (env, key) in provider.auth.env().iter().zip([server.key(), server.secret()]) {
            show::data(&format!("export {env}={key}"));
        }
        let scheme = provider.webhook.as_ref().and_then(|webhook| webhook.verify.as_ref());
        if let (Some(env), Some(secret)) = (scheme.and_then(Verify::env), server.webhook_secret(&provider.id)) {
            show::data(&format!("export {env}={secret}"));
        }
        show::data(&format!("export {}={base_url}", provider.access().base_url()));
    }
    let mut signals = Signals::listen();
    show::progress("ctrl-c ends it");
    signals.next().await;
    Ok(())
}
