//! The hook with a mistake in it, for `tests/mistake.rs`: it panics where it should judge.

use std::process::ExitCode;

use pushgate_gate::Embedded;

/// The same as in the hook.
static EMBEDDED: Embedded = Embedded {
    rules: include_bytes!(env!("PUSHGATE_EMBEDDED_RULES")),
    detectors: include_bytes!(env!("PUSHGATE_EMBEDDED_DETECTORS")),
};

fn main() -> ExitCode {
    let mistake = || panic!("a mistake that quotes hunter2");
    pushgate_gate::hook::run_probed(std::env::args_os().skip(1), &EMBEDDED, mistake)
}
