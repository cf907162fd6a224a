//! What numbers of this machine have to be read beside.

use super::bed::{Bed, output_of};

/// Prints the machine, its git, and how busy it is.
#[expect(clippy::print_stdout, reason = "a bench prints what it measured, and where")]
pub(crate) fn print(bed: &Bed) {
    let kernel = first_line("/proc/sys/kernel/osrelease");
    let git = bed.git(&["--version"]);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut uname = bed.command("uname");
    uname.arg("-m");
    let architecture = output_of(uname, b"");
    println!("machine: {architecture}, {cores} cores, Linux {kernel}, {git}");
    print_load("load before");
}

/// Prints the load average of the last minute and before.
#[expect(clippy::print_stdout, reason = "a bench prints what it measured, and where")]
pub(crate) fn print_load(when: &str) {
    println!("{when}: {}", first_line("/proc/loadavg"));
}

fn first_line(path: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}
