//! One running guest: its memory, its fuel, and what went wrong.
//!
//! Each version of the WIT world has a module of its own; a new world is a new module beside the
//! old one, never an edit.

pub(crate) mod v1;

use pushgate_core::judge::{DetectorFailure, Flaw};
use wasmtime::component::{Component, Func, Linker};
use wasmtime::{Engine, ResourceLimiter, Store, Trap};

use crate::limits::DetectorLimits;

/// Core modules that one component may consist of, and their memories and tables.
const PARTS_MAX: usize = 16;

/// Bytes that one verdict takes when it leaves the guest. Twice the real size, so that the count
/// of verdicts is what fails, with one verdict too many, and not this bound.
const ANSWER_BYTES_PER_CANDIDATE: usize = 64;

/// A started component. Thrown away after any failure: its memory may be in any state.
pub(crate) struct Instance {
    store: Store<Guard>,
    judge: Func,
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instance")
            .field("memory_bytes", &self.memory_bytes())
            .finish_non_exhaustive()
    }
}

impl Instance {
    /// Starts `component`, with nothing to import.
    ///
    /// # Errors
    ///
    /// Why it does not start, or is no detector.
    pub(crate) fn start(
        engine: &Engine,
        component: &Component,
        limits: &DetectorLimits,
    ) -> Result<Instance, StartFailure> {
        let mut store = Store::new(engine, Guard::new(limits));
        store.limiter(|guard| guard);
        let not_loaded = |error: wasmtime::Error| StartFailure::NotLoaded(format!("{error:#}"));
        store.set_fuel(limits.fuel_at_start).map_err(not_loaded)?;

        let linker = Linker::new(engine);
        let instance =
            linker.instantiate(&mut store, component).map_err(|error| {
                match failure(&error, store.data()) {
                    Some(failure) => StartFailure::Stopped(failure),
                    None => not_loaded(error),
                }
            })?;
        let judge = instance.get_func(&mut store, v1::EXPORT).ok_or(StartFailure::NoJudge)?;
        v1::check_type(&judge, &store)
            .map_err(|error| StartFailure::WrongType(format!("{error:#}")))?;
        Ok(Instance { store, judge })
    }

    /// Asks once, with fresh fuel. The verdicts are not checked yet.
    ///
    /// # Errors
    ///
    /// The cause. The instance must not be used again.
    pub(crate) fn call(
        &mut self,
        question: &v1::WindowRecord<'_>,
        candidates: &[v1::CandidateRecord],
        fuel: u64,
    ) -> Result<Vec<v1::VerdictVariant>, DetectorFailure> {
        self.store.set_fuel(fuel).map_err(|_| DetectorFailure::Missing)?;
        let answer_bytes = candidates.len().saturating_add(1) * ANSWER_BYTES_PER_CANDIDATE;
        self.store.set_hostcall_fuel(answer_bytes);
        v1::call(&self.judge, &mut self.store, question, candidates).map_err(|error| {
            // Without a trap it is an answer that breaks the component model's rules.
            failure(&error, self.store.data()).unwrap_or(DetectorFailure::BadAnswer(Flaw::Form))
        })
    }

    /// Fuel that the last call left.
    pub(crate) fn fuel_left(&self) -> u64 {
        self.store.get_fuel().unwrap_or(0)
    }

    /// Linear memory in use.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.store.data().memory_bytes
    }
}

/// Why a component did not become an instance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StartFailure {
    /// It ran, and was stopped.
    #[error("it was stopped while starting: {}", .0.as_str())]
    Stopped(DetectorFailure),
    /// It did not run: an import that nobody offers, or more parts than allowed.
    #[error("it cannot be instantiated: {0}")]
    NotLoaded(String),
    /// It exports no function of the right name.
    #[error("it does not export the function `{}`", v1::EXPORT)]
    NoJudge,
    /// It does, of another type.
    #[error("its function `{judge}` has another type than the interface says: {0}", judge = v1::EXPORT)]
    WrongType(String),
}

impl StartFailure {
    /// What the questions to this detector are answered with.
    pub(crate) fn as_detector_failure(&self) -> DetectorFailure {
        match self {
            StartFailure::Stopped(failure) => *failure,
            _ => DetectorFailure::Missing,
        }
    }
}

/// The cause of a failed start or call, if it is the guest's own doing while it ran.
fn failure(error: &wasmtime::Error, guard: &Guard) -> Option<DetectorFailure> {
    if guard.refused {
        return Some(DetectorFailure::OutOfMemory);
    }
    match error.downcast_ref::<Trap>()? {
        Trap::OutOfFuel => Some(DetectorFailure::OutOfFuel),
        // Raised by the host while it reads the answer.
        Trap::ListOutOfBounds => None,
        _ => Some(DetectorFailure::Trapped),
    }
}

/// Says no when a guest wants more memory than it may have.
///
/// The guest is stopped, not told: one that copes with a failed growth would give a verdict that
/// depends on the limit.
struct Guard {
    memory_bytes: usize,
    memory_bytes_max: usize,
    table_elements: usize,
    table_elements_max: usize,
    refused: bool,
}

impl Guard {
    fn new(limits: &DetectorLimits) -> Guard {
        Guard {
            memory_bytes: 0,
            memory_bytes_max: limits.memory_bytes_max,
            table_elements: 0,
            table_elements_max: limits.table_elements_max,
            refused: false,
        }
    }
}

/// What a guest is stopped with; [`Guard::refused`] is what tells it from other errors.
#[derive(Debug, thiserror::Error)]
#[error("the guest asked for more memory than it may have")]
struct MemoryRefused;

/// `used` after a part of it grew from `current` to `desired`, if that stays within `max`.
fn grown(used: usize, current: usize, desired: usize, max: usize) -> Option<usize> {
    let after = used.checked_add(desired.checked_sub(current)?)?;
    (after <= max).then_some(after)
}

impl ResourceLimiter for Guard {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false); // The guest's own bound; it is told.
        }
        match grown(self.memory_bytes, current, desired, self.memory_bytes_max) {
            Some(after) => {
                self.memory_bytes = after;
                Ok(true)
            }
            None => {
                self.refused = true;
                Err(MemoryRefused.into())
            }
        }
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        // The machine has no memory left. A guest that copes with it must not give a verdict that
        // another machine would not give.
        self.refused = true;
        Err(error)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        match grown(self.table_elements, current, desired, self.table_elements_max) {
            Some(after) => {
                self.table_elements = after;
                Ok(true)
            }
            None => {
                self.refused = true;
                Err(MemoryRefused.into())
            }
        }
    }

    fn instances(&self) -> usize {
        PARTS_MAX
    }

    fn tables(&self) -> usize {
        PARTS_MAX
    }

    fn memories(&self) -> usize {
        PARTS_MAX
    }
}
