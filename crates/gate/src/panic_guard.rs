//! A mistake of ours becomes an error like any other: told, recorded, refused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use crate::code;
use crate::hook::GateError;

/// Catches panics, and knows where the last one was.
///
/// The text of a panic is not kept: it could quote what was being looked at.
#[derive(Clone, Debug)]
pub(crate) struct PanicGuard {
    place: Arc<Mutex<Option<String>>>,
}

impl PanicGuard {
    /// Takes over the process's panic hook, which would print text and backtrace to the pusher.
    pub(crate) fn install() -> PanicGuard {
        let place = Arc::new(Mutex::new(None));
        let known = Arc::clone(&place);
        std::panic::set_hook(Box::new(move |panic| {
            if let Ok(mut known) = known.lock() {
                *known = panic.location().map(|at| format!("{}:{}", at.file(), at.line()));
            }
        }));
        PanicGuard { place }
    }

    /// Does `work`; a panic in it is an error that names its place.
    pub(crate) fn run<T>(&self, work: impl FnOnce() -> T) -> Result<T, GateError> {
        catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
            let place = self.place.lock().ok().and_then(|mut place| place.take());
            let place = place.as_deref().unwrap_or("an unknown place");
            GateError { code: code::INTERNAL, text: format!("stopped at {place}") }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::PanicGuard;

    #[test]
    fn a_panic_becomes_an_error_with_its_place_and_without_its_text() {
        let guard = PanicGuard::install();
        let error = guard.run(|| panic!("hunter2")).unwrap_err();
        assert_eq!(error.code.name, "PG0206");
        assert!(error.text.contains("panic_guard.rs:"), "{}", error.text);
        assert!(!error.text.contains("hunter2"));
        assert_eq!(guard.run(|| 7).unwrap(), 7);
    }
}
