//! Compiles one detector to a set of artefacts: `precompile IN.wasm OUT CODES`.
//!
//! `CODES` is how many judges, evidence codes and dismissal codes its manifest is taken to have.
//! A real manifest is read by `pushgate`; this is for measuring, see `first_verdict.rs`.

use std::error::Error;

use pushgate_host::{ArtefactSet, DetectorLimits, Manifest, compile};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().ok_or("usage: precompile IN.wasm OUT CODES");
    let (input, output, codes) = (argument()?, argument()?, argument()?.parse::<u16>()?);
    let texts = || (0..codes).map(|code| (code, format!("code {code}"))).collect();
    let manifest = Manifest {
        name: "measured".to_owned(),
        version: "1.0.0".to_owned(),
        judges: (0..codes).map(|judge| format!("judge-{judge}")).collect(),
        evidence: texts(),
        dismissals: texts(),
    };
    let artefact = compile::artefact(&std::fs::read(input)?, manifest, &DetectorLimits::default())?;
    std::fs::write(output, ArtefactSet { artefacts: vec![artefact] }.to_bytes()?)?;
    Ok(())
}
