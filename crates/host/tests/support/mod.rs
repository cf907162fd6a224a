//! Guests written as text, and questions to ask them.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::allow_attributes, reason = "which part that is differs by test file")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use pushgate_core::haystack::{Position, Source, Window};
use pushgate_core::judge::{Question, Verdict};
use pushgate_core::span::Span;
use pushgate_host::compile::{self, CompileError};
use pushgate_host::{Artefact, DetectorLimits, Detectors, Library, Manifest};

/// The manifest of all guests: one judge, evidence 1, dismissals 1 and 2.
pub(crate) fn manifest(name: &str) -> Manifest {
    Manifest {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        judges: vec!["only".to_owned()],
        evidence: BTreeMap::from([(1, "it is there".to_owned())]),
        dismissals: BTreeMap::from([(1, "once".to_owned()), (2, "twice".to_owned())]),
    }
}

/// The component of `tests/hostile/<name>.wat`, in the shell that the guests share.
pub(crate) fn component(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let read = |name: &str| std::fs::read_to_string(folder.join(format!("{name}.wat"))).unwrap();
    let guest = read(name);
    let text = if guest.contains("\n(component") {
        guest
    } else {
        let mut shell = read("shell").replace("\n  GUEST\n", &format!("\n{guest}\n"));
        // What a guest brings itself is not taken from the shell.
        for export in ["realloc", "start-over"] {
            if guest.contains(&format!("(export \"{export}\")")) {
                let lifted = format!("(core func $memory \"{export}\")");
                assert!(shell.contains(&lifted));
                shell = shell.replace(&lifted, &format!("(core func $guest \"{export}\")"));
            }
        }
        shell
    };
    wat::parse_str(text).unwrap()
}

/// Compiles a guest within `limits`.
pub(crate) fn compiled(name: &str, limits: &DetectorLimits) -> Result<Artefact, CompileError> {
    compile::artefact(&component(name), manifest(name), limits)
}

/// The guest as the only detector, within the default limits.
pub(crate) fn detectors(name: &str) -> Detectors {
    detectors_within(name, DetectorLimits::default())
}

/// The guest as the only detector, within `limits`.
pub(crate) fn detectors_within(name: &str, limits: DetectorLimits) -> Detectors {
    let artefact = compiled(name, &DetectorLimits::default()).unwrap();
    Detectors::new(&Arc::new(Library::new(vec![artefact])), limits)
}

/// A window that holds `text`.
pub(crate) fn window(text: &str) -> Window {
    Window {
        decoded_from: vec!["base64", "utf-16le"],
        ..Window::plain(text.into(), Source::Blob, Position::START)
    }
}

/// A question to the first judge.
pub(crate) fn question(start: usize, end: usize) -> Question {
    Question { judge: 0, span: Span::new(start, end).unwrap() }
}

/// Asks the first detector about `questions` in a window of 20 bytes.
pub(crate) fn ask(detectors: &mut Detectors, questions: &[Question]) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let window = window("password = letmein12");
    detectors.detector(0).judge(&window, Some(b"a/b.env"), questions, &mut verdicts);
    verdicts
}
