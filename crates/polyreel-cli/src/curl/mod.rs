//! `polyreel curl`: the create as a command for a POSIX shell. Sends nothing.

mod command;

use polyreel::spec::Provider;
use polyreel::wire;
use polyreel::{Terms, VideoRequest};

use crate::arguments::Curl;
use crate::choice::{self, Candidates};
use crate::config::Config;
use crate::exit::Failure;
use crate::{connect, provider_file, request, show};

pub(crate) fn run(arguments: &Curl, config: &Config) -> Result<(), Failure> {
    let own = arguments.who.spec.as_deref().map(provider_file::read).transpose()?;
    let said = request::said(&arguments.inputs, &arguments.who)?;
    let wished = request::loaded(&said, own.as_ref())?;
    let candidates = Candidates::of(&arguments.who, own.as_ref(), config)?;
    let quotes = candidates.quotes(&wished)?;
    let ceiling = choice::ceiling(&arguments.who)?;
    let terms = Terms { max_price: None, assume_price: ceiling };
    // A key is not needed to write a command down.
    let way = choice::plan(&candidates.route, &quotes, &terms)?;
    let offer = way[0].offer;
    let provider = offer.provider;
    let credentials = credentials(provider)?;
    let mut builder = connect::builder(provider, config).api_keys(provider.auth.env().iter().map(|_| "none"));
    if let Some(url) = &arguments.base_url {
        builder = builder.base_url(url);
    }
    let client = builder.build()?;
    let call = wished.request(&client, &offer.model.key)?.create_call()?;
    let url = wire::url(client.base_url(), &call).map_err(Failure::usage)?;
    let file = |field: &str| file_of(&said, provider, field);
    show::data(&command::command(&call, &url, &credentials, &file)?);
    show::about_to_send(&way[0], false);
    show::progress(&format!(
        "nothing was sent. Running this command SPENDS MONEY, each time; it takes the key from {}",
        provider.auth.env().join(" and ")
    ));
    Ok(())
}

/// What shows who pays, with the variable in place of the key.
fn credentials(provider: &Provider) -> Result<wire::Credentials, Failure> {
    let places: Vec<_> = provider.auth.env().into_iter().map(command::place_of).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    wire::credentials(&provider.auth, &places).ok_or_else(|| {
        let failure = Failure::usage(format!(
            "{} has each call signed anew, for a few minutes, which no written command can do",
            provider.name
        ));
        failure.hint("send it with `polyreel generate` instead")
    })
}

/// The file that was named for a picture; `None` where there is none.
fn file_of(said: &VideoRequest, provider: &Provider, field: &str) -> Option<String> {
    let written = said.to_json();
    let of_provider = written["options"][&*provider.id][field].as_str();
    of_provider.or_else(|| written[field].as_str()).map(str::to_owned)
}
