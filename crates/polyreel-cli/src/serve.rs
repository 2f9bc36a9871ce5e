//! `polyreel mock`: a simulation of every provider, as a server of its own.

use crate::arguments::{Mock, Speed};
use crate::exit::Failure;
use crate::signals::Signals;
use crate::{generate, show};

pub(crate) async fn run(arguments: Mock) -> Result<(), Failure> {
    let server = generate::simulator(Speed::Times(arguments.speed), arguments.port, polyreel::all()).await?;
    show::progress("simulating every provider; nothing is paid. Set these variables where your program runs:");
    for provider in polyreel::all() {
        let base_url = server.base_url(&provider.id).unwrap_or_default();
        for (env, key) in provider.auth.env().iter().zip([server.key(), server.secret()]) {
            show::data(&format!("export {env}={key}"));
        }
        show::data(&format!("export {}={base_url}", provider.access().base_url()));
    }
    show::progress("ctrl-c ends it");
    Signals::listen().next().await;
    Ok(())
}
