//! Signals that end the hook: the push is refused, and record and message say why.
//!
//! A thread waits for them, so nothing is done in a handler but to wake it. What a signal comes to
//! depends on how far the push has come:
//!
//! ```text
//! Open ──────────▶ Decided ──────────▶ Waiting for the hook that was there before
//!  │ stopped here   │ verdict stands    │ passed on to it
//! ```
//!
//! A second SIGTERM or SIGINT ends the process at once, as it would without all this.
//!
//! A thread takes a tenth of a millisecond, so there is one only if the push takes long: a short one
//! is over before anybody can end it.

use std::process::Child;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::thread::{self, Builder};
use std::time::Duration;

use pushgate_git::Push;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process, set_parent_process_death_signal, waitid,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook::flag::{register, register_conditional_default};
use signal_hook::iterator::Signals;

use crate::hook::Run;
use crate::installation::Installation;

/// By which servers, terminals and shells end what they started.
const SIGNALS: [i32; 3] = [SIGTERM, SIGINT, SIGHUP];

/// Those of which a second one ends the process at once. Not the one that comes when the script
/// around the program ends: who ends both sends the program two.
const ENDING: [i32; 2] = [SIGTERM, SIGINT];

/// What the system sends when the script around the program ends; the other one where the first is
/// to be ignored, as below a server that `nohup` started.
const SCRIPT_ENDED: [(i32, Signal); 2] = [(SIGHUP, Signal::HUP), (SIGUSR1, Signal::USR1)];

/// A push that has taken so long may take longer.
const LONG: Duration = Duration::from_millis(10);

/// Bytes of the stack of the thread that waits; it may have to look for secrets in names.
const STACK_BYTES: usize = 1 << 20;

/// The number of a signal that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Received(i32);

impl Received {
    pub(crate) fn name(self) -> &'static str {
        signal_hook::low_level::signal_name(self.0).unwrap_or("a signal")
    }
}

/// Waits for signals as long as the process lives; drops `begun` when none is missed any more.
fn watch(run: &Run, begun: Sender<()>) {
    let ignored = ignored();
    let heeded = |signal: &i32| ignored & bit(*signal) == 0;
    let script_ended = SCRIPT_ENDED.into_iter().find(|(number, _)| heeded(number));
    let waited_for =
        SIGNALS.into_iter().filter(heeded).chain(script_ended.map(|(number, _)| number));
    let Ok(mut signals) = Signals::new(waited_for) else { return };
    // Each signal is looked at by what was registered before it is counted: a first one is not
    // taken for the second, however soon this thread wakes.
    let is_second = Arc::new(AtomicBool::new(false));
    for signal in ENDING.iter().filter(|signal| heeded(signal)) {
        let _ = register_conditional_default(*signal, Arc::clone(&is_second));
        let _ = register(*signal, Arc::clone(&is_second));
    }
    if run.is_in_script() {
        // The script around us is what git knows and ends. Another parent may be one thread of a
        // server, which ends and means nothing by it.
        let _ = set_parent_process_death_signal(script_ended.map(|(_, signal)| signal));
    }
    drop(begun);
    loop {
        // Of two at once, one that says more than that the script has ended.
        let Some(signal) = signals.wait().max_by_key(|signal| ENDING.contains(signal)) else {
            continue;
        };
        if let Some(code) = run.received(Received(signal)) {
            #[expect(clippy::exit, reason = "who works in `main` is not done, and need not be")]
            std::process::exit(i32::from(code));
        }
    }
}

/// The signals that whoever started us has us ignore, as `nohup` does with one; nobody is asked
/// where that is not to be seen.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
    let digits = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    digits.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok()).unwrap_or(0)
}

fn bit(signal: i32) -> u64 {
    1 << (signal - 1)
}

/// Watches for signals once a push takes long, and knows how far it has come.
#[derive(Debug)]
pub(crate) struct Watch {
    /// What can be told of the push.
    run: Weak<Run>,
    began: OnceLock<()>,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    /// There is no verdict; what is known of the push so far.
    Open(Interrupted),
    /// There is one; a signal that came since then.
    Decided(Option<Received>),
    /// It is that of the hook that was there before, which runs; a signal that was passed on to it.
    Waiting(Pid, Option<Received>),
    /// A signal has ended it.
    Stopped,
}

/// What is known of a push that was stopped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupted {
    pub(crate) push: Option<Arc<Push>>,
    pub(crate) installation: Option<Arc<Installation>>,
}

impl Default for State {
    fn default() -> State {
        State::Open(Interrupted::default())
    }
}

impl Watch {
    pub(crate) fn new(run: Weak<Run>) -> Watch {
        Watch { run, began: OnceLock::new(), state: Mutex::default() }
    }

    /// Watches from here on if what is ahead `is_long`, or if what lies behind was: a signal that
    /// comes when this has returned is not missed.
    ///
    /// Where the system gives no thread, signals end the process as ever, which refuses the push too.
    pub(crate) fn begin_if(&self, is_long: bool) {
        let Some(run) = self.run.upgrade() else { return };
        if is_long || run.elapsed() >= LONG {
            self.began.get_or_init(|| {
                let (begun, has_begun) = mpsc::channel();
                let watch = move || watch(&run, begun);
                drop(Builder::new().stack_size(STACK_BYTES).spawn(watch));
                // Nothing is sent: it ends when the other side is dropped, whyever.
                let _ = has_begun.recv();
            });
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The push is known, and judged from here on.
    pub(crate) fn judge(&self, push: &Arc<Push>, installation: &Arc<Installation>) {
        if let State::Open(known) = &mut *self.state() {
            known.push = Some(Arc::clone(push));
            known.installation = Some(Arc::clone(installation));
        }
    }

    /// There is a verdict. Does not return if the push was stopped before: then another thread
    /// writes the record, and ends the process.
    pub(crate) fn decide(&self) {
        let mut state = self.state();
        match *state {
            State::Open(_) => *state = State::Decided(None),
            State::Decided(_) | State::Waiting(..) => {}
            State::Stopped => {
                drop(state);
                loop {
                    thread::park();
                }
            }
        }
    }

    /// A signal came. If it stops the push, returns what is known of it.
    pub(crate) fn stop(&self, received: Received) -> Option<Interrupted> {
        let mut state = self.state();
        match &mut *state {
            State::Open(known) => {
                let known = std::mem::take(known);
                *state = State::Stopped;
                return Some(known);
            }
            State::Decided(came) => *came = Some(received),
            State::Waiting(pid, came) => {
                pass_on(*pid, received);
                *came = Some(received);
            }
            State::Stopped => {}
        }
        None
    }

    /// The hook that was there before was started, and may take long; this was watching before.
    pub(crate) fn wait_for(&self, child: &Child) -> Waiting<'_> {
        let pid = Pid::from_child(child);
        let mut state = self.state();
        let came = match *state {
            State::Decided(came) => came,
            _ => None,
        };
        if let Some(received) = came {
            pass_on(pid, received);
        }
        *state = State::Waiting(pid, came);
        Waiting { watch: self, pid }
    }
}

fn pass_on(pid: Pid, received: Received) {
    if let Some(signal) = Signal::from_named_raw(received.0) {
        let _ = kill_process(pid, signal);
    }
}

/// The hook that was there before runs.
#[derive(Debug)]
pub(crate) struct Waiting<'s> {
    watch: &'s Watch,
    pid: Pid,
}

impl Waiting<'_> {
    /// Waits for its end; the signal that was passed on to it.
    pub(crate) fn until_it_ends(self) -> Option<Received> {
        let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        // Until the caller has its exit code, no other process can have its number.
        let _ = rustix::io::retry_on_intr(|| waitid(WaitId::Pid(self.pid), ended));
        let mut state = self.watch.state();
        let State::Waiting(_, came) = *state else { return None };
        *state = State::Decided(came);
        came
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Weak;

    use super::{Received, SIGTERM, Watch, bit, ignored};

    const TERM: Received = Received(SIGTERM);

    #[test]
    fn a_signal_stops_what_is_open_once_and_nothing_that_is_decided() {
        let watch = Watch::new(Weak::new());
        assert!(watch.stop(TERM).is_some());
        assert!(watch.stop(TERM).is_none());
        let watch = Watch::new(Weak::new());
        watch.decide();
        assert!(watch.stop(TERM).is_none());
        watch.decide();
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "it stands for the hook that was there before")]
    fn what_comes_between_a_verdict_and_the_next_hook_is_passed_on_to_it() {
        for comes_before in [true, false] {
            let watch = Watch::new(Weak::new());
            watch.decide();
            if comes_before {
                assert!(watch.stop(TERM).is_none());
            }
            let mut child = std::process::Command::new("sleep").arg("100").spawn().unwrap();
            let waiting = watch.wait_for(&child);
            if !comes_before {
                assert!(watch.stop(TERM).is_none());
            }
            assert_eq!(waiting.until_it_ends(), Some(TERM));
            assert_eq!(child.wait().unwrap().code(), None);
        }
    }

    #[test]
    fn tests_ignore_no_signal_that_ends_them() {
        assert_eq!(ignored() & bit(SIGTERM), 0);
    }
}
