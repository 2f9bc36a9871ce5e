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
        show::data(&format!("export {}={}", provider.auth.env(), server.key()));
        show::data(&format!("export {}={base_url}", provider.base_url_env()));
    }
    show::progress("ctrl-c ends it");
    Signals::listen().next().await;
    Ok(())
}
