//! `pushgate-pre-receive`: the hook that git runs for every push.
//!
//! One static file. Rules and detectors were compiled when it was built and are part of it, so it
//! needs nothing beside it; everything it does is in `pushgate_gate`.

use std::process::ExitCode;

use pushgate_gate::Embedded;

/// That of the C library asks the kernel for almost every piece of memory, and gives it back.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// What `cargo xtask build` compiled before it built this.
static EMBEDDED: Embedded = Embedded {
    rules: include_bytes!(env!("PUSHGATE_EMBEDDED_RULES")),
    detectors: include_bytes!(env!("PUSHGATE_EMBEDDED_DETECTORS")),
};

fn main() -> ExitCode {
    pushgate_gate::run(std::env::args_os().skip(1), &EMBEDDED)
}
