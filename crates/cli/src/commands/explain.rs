//! `pushgate explain`: what a code means.

use std::process::ExitCode;

use anyhow::bail;
use pushgate_gate::code;

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Arguments {
    /// A code, as it stands in square brackets at the end of a message's first line.
    code: Option<String>,
    /// Print the page of all codes.
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(name) = &arguments.code else {
        print!("{}", code::page());
        return Ok(ExitCode::SUCCESS);
    };
    let Some(code) = code::find(name) else {
        let known: Vec<&str> = code::CODES.iter().map(|code| code.name).collect();
        bail!("there is no code {name:?}; there are {}", known.join(", "));
    };
    println!("{}: {}\n", code.name, code.means);
    println!("Developer: {}", code.developer);
    println!("Admin: {}", code.admin);
    Ok(ExitCode::SUCCESS)
}
