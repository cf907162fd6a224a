//! How long a first verdict takes: `first_verdict SET [CALLS]`.
//!
//! Build it without default features, as the hook is built. `precompile.rs` makes the set.

#![expect(clippy::print_stdout, reason = "an example that measures has to say what it measured")]

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use pushgate_core::haystack::{Position, Source, Window};
use pushgate_core::judge::{Detector as _, Question};
use pushgate_core::span::Span;
use pushgate_host::{ArtefactSet, DetectorLimits, Detectors, Library};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: first_verdict SET [CALLS]")?;
    let calls = arguments.next().map_or(Ok(1), |calls| calls.parse::<u32>())?;
    let bytes: &'static [u8] = std::fs::read(path)?.leak();

    let started = Instant::now();
    let library = Arc::new(Library::new(ArtefactSet::from_bytes(bytes)?.artefacts));
    let parsed = started.elapsed();
    let mut detectors = Detectors::new(&library, DetectorLimits::default());
    let window = Window::plain(
        b"password = not a secret at all, only a line to look at\n".repeat(19),
        Source::Blob,
        Position::START,
    );
    let questions = [Question { judge: 0, span: Span::new(11, 30).ok_or("a span")? }];
    let mut verdicts = Vec::new();
    detectors.detector(0).judge(&window, Some(b"src/a.env"), &questions, &mut verdicts);
    let first = started.elapsed();
    println!("set {parsed:?}, first verdict {first:?}: {verdicts:?}");

    let detector = detectors.hosted(0).ok_or("no detector in the set")?;
    println!("{:?}", detector.last_call());
    let started = Instant::now();
    for _ in 0..calls {
        verdicts.clear();
        detector.judge(&window, Some(b"src/a.env"), &questions, &mut verdicts);
    }
    println!("{:?} for each further verdict", started.elapsed() / calls);
    for (_, problem) in detectors.problems() {
        println!("{problem}");
    }
    Ok(())
}
