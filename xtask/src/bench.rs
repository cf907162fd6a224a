//! `bench`: the benchmarks, with what they print as it comes.

use crate::build::build;
use crate::failure::Failure;
use crate::places::Places;
use crate::process::{Event, cargo, watch};

pub(crate) fn bench(places: &Places) -> Result<(), Failure> {
    build(places)?;
    let mut cargo = cargo(places);
    cargo.args(["bench", "--locked", "--target", &places.target]);
    cargo.args(["--package", "pushgate", "--benches"]).env("PUSHGATE_DIST", places.dist());
    let success = watch(cargo, &mut |event| {
        if let Event::Line(line) = event {
            println!("{line}");
        }
    })?;
    if success { Ok(()) } else { Err(Failure::new("a benchmark failed")) }
}
