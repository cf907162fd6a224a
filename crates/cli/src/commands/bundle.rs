//! `pushgate bundle`: what becomes part of the hook when it is built.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use pushgate_host::ArtefactSet;
use pushgate_rules::{builtin, remediation};

use crate::detectors;
use crate::output::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder for `rules.bin` and `detectors.bin`.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    // No part of the hook: a kind without a card must fail the build, not a person in need of it.
    remediation::cards(&builtin::rules()?)?;
    let compiled = detectors::compile(None)?;
    std::fs::create_dir_all(&arguments.out)
        .with_context(|| format!("making {}", arguments.out.display()))?;
    let artefacts = ArtefactSet { artefacts: compiled.artefacts };
    for (name, bytes) in
        [("rules.bin", compiled.rules.to_bytes()), ("detectors.bin", artefacts.to_bytes()?)]
    {
        let path = arguments.out.join(name);
        // An unchanged file keeps its time, so that the hook is not built again for nothing.
        if std::fs::read(&path).ok().as_deref() != Some(&*bytes) {
            std::fs::write(&path, &bytes).with_context(|| format!("writing {}", path.display()))?;
        }
        say!("{name}: {} bytes", bytes.len())?;
    }
    Ok(ExitCode::SUCCESS)
}
