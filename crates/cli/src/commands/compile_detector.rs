//! `pushgate compile-detector`: the child process in which `install` has a detector compiled.
//!
//! It reads a component from standard input and writes what it compiled to standard output.

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use pushgate_host::compile::COMPONENT_BYTES_MAX;
use pushgate_host::{CompiledComponent, DetectorLimits};

use crate::compiler;
use crate::output::complain;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(_arguments: &Arguments) -> anyhow::Result<ExitCode> {
    compiler::limit_this_process()?;
    let mut wasm = Vec::new();
    std::io::stdin()
        .lock()
        .take(COMPONENT_BYTES_MAX as u64 + 1)
        .read_to_end(&mut wasm)
        .context("reading the component")?;
    match CompiledComponent::compile(&wasm, &DetectorLimits::default()) {
        Ok(compiled) => {
            std::io::stdout()
                .write_all(&compiled.to_bytes())
                .context("handing over what was compiled")?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            // Without the tool's name: it becomes part of a message.
            complain!("{error}");
            Ok(ExitCode::FAILURE)
        }
    }
}
