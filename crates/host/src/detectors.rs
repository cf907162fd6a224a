//! The detectors of one push, each started when it is asked for the first time.

use std::sync::{Arc, OnceLock};

use pushgate_core::haystack::Window;
use pushgate_core::judge::{Detector, DetectorFailure, Flaw, Question, Verdict};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::answer::{self, Spoiled};
use crate::artefact::{Artefact, ArtefactError};
use crate::engine::engine;
use crate::instance::v1::{CandidateRecord, WindowRecord};
use crate::instance::{Instance, StartFailure};
use crate::limits::DetectorLimits;

/// All installed detectors. Shared by the threads of a push; loads each at most once.
#[derive(Debug)]
pub struct Library {
    engine: OnceLock<Result<Engine, String>>,
    entries: Vec<Entry>,
}

/// One detector of the library.
#[derive(Debug)]
struct Entry {
    artefact: Artefact,
    component: OnceLock<Result<LoadedComponent, ArtefactError>>,
}

/// A loaded component; wasmtime's own type has no [`Debug`](std::fmt::Debug).
struct LoadedComponent(Component);

impl std::fmt::Debug for LoadedComponent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoadedComponent")
    }
}

impl Library {
    /// A library of `artefacts`. Does nothing yet.
    #[must_use]
    pub fn new(artefacts: Vec<Artefact>) -> Library {
        let entries = artefacts
            .into_iter()
            .map(|artefact| Entry { artefact, component: OnceLock::new() })
            .collect();
        Library { engine: OnceLock::new(), entries }
    }

    /// The artefacts, in the order of their indices.
    pub fn artefacts(&self) -> impl ExactSizeIterator<Item = &Artefact> {
        self.entries.iter().map(|entry| &entry.artefact)
    }

    /// The index of the detector with this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.artefact.manifest.name == name)
    }

    /// Why a detector that was asked could not be loaded, if there is one.
    #[must_use]
    pub fn not_loaded(&self) -> Option<&ArtefactError> {
        self.entries.iter().find_map(|entry| entry.component.get()?.as_ref().err())
    }

    /// The engine and the loaded component of a detector.
    fn load(&self, detector: usize) -> Option<(&Engine, &Component)> {
        let entry = self.entries.get(detector)?;
        let engine = self.engine.get_or_init(|| engine().map_err(|error| format!("{error:#}")));
        let component = entry.component.get_or_init(|| match engine {
            Ok(engine) => entry.artefact.load(engine).map(LoadedComponent),
            Err(reason) => Err(ArtefactError::Refused {
                name: entry.artefact.manifest.name.clone(),
                reason: reason.clone(),
            }),
        });
        match (engine, component) {
            (Ok(engine), Ok(component)) => Some((engine, &component.0)),
            _ => None,
        }
    }
}

/// The detectors of one push, or of one thread of it: their instances and how often each failed.
#[derive(Debug)]
pub struct Detectors {
    detectors: Vec<HostedDetector>,
    absent: Absent,
}

impl Detectors {
    /// Detectors of what is `installed`, none started yet.
    #[must_use]
    pub fn new(installed: &Arc<Library>, limits: DetectorLimits) -> Detectors {
        let detectors = (0..installed.entries.len())
            .map(|index| HostedDetector {
                known: Arc::clone(installed),
                index,
                limits,
                instance: None,
                failures: 0,
                given_up: None,
                last_call: CallCost::default(),
                not_started: None,
            })
            .collect();
        Detectors { detectors, absent: Absent }
    }

    /// The detector with this index, as [`Library::find`] gives it. One that is not installed
    /// answers each question with [`DetectorFailure::Missing`].
    pub fn detector(&mut self, index: usize) -> &mut dyn Detector {
        match self.detectors.get_mut(index) {
            Some(detector) => detector,
            None => &mut self.absent,
        }
    }

    /// Detectors that were asked but could not be loaded or started, by index, and why: for the
    /// admin, who has to do something about it.
    #[must_use]
    pub fn problems(&self) -> Vec<(usize, String)> {
        self.detectors.iter().filter_map(HostedDetector::problem).collect()
    }

    /// The detector with this index, if it is installed.
    pub fn hosted(&mut self, index: usize) -> Option<&mut HostedDetector> {
        self.detectors.get_mut(index)
    }
}

/// In place of a detector that is not installed.
#[derive(Debug)]
struct Absent;

impl Detector for Absent {
    fn judge(
        &mut self,
        _window: &Window,
        _path: Option<&[u8]>,
        questions: &[Question],
        verdicts: &mut Vec<Verdict>,
    ) {
        undecided(questions, DetectorFailure::Missing, verdicts);
    }
}

/// What the last call of a detector cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCost {
    /// Fuel used, of all calls that one question took.
    pub fuel: u64,
    /// Fuel that was allowed.
    pub fuel_max: u64,
    /// Linear memory in use afterwards.
    pub memory_bytes: usize,
}

/// One detector of one push.
#[derive(Debug)]
pub struct HostedDetector {
    known: Arc<Library>,
    index: usize,
    limits: DetectorLimits,
    instance: Option<Instance>,
    failures: u32,
    /// Set when it failed too often: the answer to all further questions.
    given_up: Option<DetectorFailure>,
    last_call: CallCost,
    /// Why the last start failed.
    not_started: Option<StartFailure>,
}

impl HostedDetector {
    /// What the last question cost.
    #[must_use]
    pub fn last_call(&self) -> CallCost {
        self.last_call
    }

    /// Throws the instance away; the next question starts a fresh one. This is no failure.
    pub fn forget(&mut self) {
        self.instance = None;
    }

    fn problem(&self) -> Option<(usize, String)> {
        let entry = self.known.entries.get(self.index)?;
        if let Some(Err(error)) = entry.component.get() {
            return Some((self.index, error.to_string()));
        }
        let name = &entry.artefact.manifest.name;
        let failure = self.not_started.as_ref()?;
        Some((self.index, format!("detector `{name}` does not work: {failure}")))
    }

    /// Judges one portion of the questions. On a failure the instance is gone.
    fn ask(
        &mut self,
        window: &WindowRecord<'_>,
        questions: &[Question],
    ) -> Result<Vec<Verdict>, DetectorFailure> {
        let known = Arc::clone(&self.known);
        let entry = known.entries.get(self.index).ok_or(DetectorFailure::Missing)?;
        let manifest = &entry.artefact.manifest;
        let judges = manifest.judges.len();
        if questions.iter().any(|question| question.judge as usize >= judges) {
            return Err(DetectorFailure::Missing);
        }
        let candidates = questions.iter().map(CandidateRecord::new).collect::<Option<Vec<_>>>();
        let candidates = candidates.ok_or(DetectorFailure::OutOfMemory)?;

        // Out of its place until it has answered well.
        let mut instance = match self.instance.take() {
            Some(instance) => instance,
            None => {
                let (engine, component) = known.load(self.index).ok_or(DetectorFailure::Missing)?;
                Instance::start(engine, component, &self.limits).map_err(|failure| {
                    let cause = failure.as_detector_failure();
                    self.not_started = Some(failure);
                    cause
                })?
            }
        };
        let fuel = self.limits.fuel_of_call(candidates.len(), window.bytes());
        let answer = instance.call(window, &candidates, fuel);
        self.last_call.fuel += fuel.saturating_sub(instance.fuel_left());
        self.last_call.fuel_max += fuel;
        self.last_call.memory_bytes = instance.memory_bytes();
        match answer::checked(&answer?, candidates.len(), window.text.len(), manifest) {
            Ok(verdicts) => {
                self.instance = Some(instance);
                Ok(verdicts)
            }
            Err(Spoiled { at: None, flaw }) => Err(DetectorFailure::BadAnswer(flaw)),
            Err(Spoiled { at: Some(at), flaw }) => {
                // None of them is believed, and the one is named.
                self.count_failure(DetectorFailure::BadAnswer(Flaw::Another));
                let flaw = |index| if index == at { flaw } else { Flaw::Another };
                let bad = |index| Verdict::Undecided(DetectorFailure::BadAnswer(flaw(index)));
                Ok((0..questions.len()).map(bad).collect())
            }
        }
    }

    /// Remembers a failure, and gives up after too many.
    fn count_failure(&mut self, failure: DetectorFailure) {
        self.failures = self.failures.saturating_add(1);
        if self.failures > self.limits.restarts_max {
            self.given_up = Some(failure);
        }
    }
}

impl Detector for HostedDetector {
    fn judge(
        &mut self,
        window: &Window,
        path: Option<&[u8]>,
        questions: &[Question],
        verdicts: &mut Vec<Verdict>,
    ) {
        self.last_call = CallCost::default();
        let record = WindowRecord::new(window, path);
        for portion in questions.chunks(self.limits.candidates_per_call_max.max(1)) {
            if let Some(failure) = self.given_up {
                undecided(portion, failure, verdicts);
                continue;
            }
            if record.bytes() > self.limits.window_bytes_max {
                undecided(portion, DetectorFailure::OutOfMemory, verdicts);
                continue;
            }
            match self.ask(&record, portion) {
                Ok(answer) => verdicts.extend(answer),
                Err(failure) => {
                    self.count_failure(failure);
                    undecided(portion, failure, verdicts);
                }
            }
        }
    }
}

/// The same failure as the answer to each question.
fn undecided(questions: &[Question], failure: DetectorFailure, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(questions.iter().map(|_| Verdict::Undecided(failure)));
}

#[cfg(test)]
mod tests {
    use super::{Detectors, Library};

    #[test]
    fn each_thread_can_have_its_detectors_of_one_library() {
        fn is_sync<T: Send + Sync>() {}
        fn is_send<T: Send>() {}
        is_sync::<Library>();
        is_send::<Detectors>();
    }
}
