//! `polyreel completions` and `polyreel man`: what shells and readers want, from the definition of the commands.

use clap::CommandFactory as _;

use crate::arguments::{Arguments, Completions, ManPages};
use crate::exit::Failure;
use crate::show;

/// `polyreel completions`.
pub(crate) fn completions(arguments: &Completions) {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "polyreel", &mut text);
    print(&text);
}

/// `polyreel man`.
pub(crate) fn man(arguments: &ManPages) -> Result<(), Failure> {
    // A page for each word of help would say nothing.
    let command = Arguments::command().disable_help_subcommand(true);
    let Some(folder) = &arguments.folder else {
        let mut text = Vec::new();
        clap_mangen::Man::new(command).render(&mut text).map_err(|error| Failure::usage(error.to_string()))?;
        print(&text);
        return Ok(());
    };
    let shown = polyreel::printable(&folder.to_string_lossy());
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.map_err(|error| Failure::usage(format!("the pages cannot be written to {shown}: {error}")))?;
    show::progress(&format!("the pages are in {shown}"));
    Ok(())
}

fn print(text: &[u8]) {
    show::data(String::from_utf8_lossy(text).trim_end());
}
