//! Judges one push. The recipe; each stage's *how* is in a file of its own.
//!
//! ```text
//! Push ─▶ Sent ─▶ sift ───▶ Incoming ─▶ search ─▶ Places ─▶ judge ─▶ decide
//!         (git)   (deltas)  (git)       (bytes)   (git)     (wasm)   (core)
//! ```
//!
//! The sieve takes away what is clean by what a pack tells of it; the rest goes the straight way.
//! On its walk it sees what must be known to tell what else than what was sent is incoming.
//!
//! Places come before judging, because a detector may need the path; a push without candidates
//! needs neither.
//!
//! Each stage has a moment by which it must be done ([`Schedule`]). What it has not come to is
//! undecided, and what is most telling comes first: where the time may not suffice, the content of
//! the new tips.

mod history;
mod judge;
mod search;
mod sift;
mod stream;

use std::num::NonZero;
use std::time::Duration;

use pushgate_core::cause::Cause;
use pushgate_core::fingerprint::FingerprintKey;
use pushgate_core::policy::{self, Decision, Reason, Undecided};
use pushgate_core::redact::{KnownSecrets, Redactor};
use pushgate_git::pack::Forest;
use pushgate_git::{Incoming, IncomingError, IncomingObject, LimitExceeded, Objects, Push, Sent};

use crate::branches::Branches;
use crate::clock::{Laps, Stages};
use crate::code;
use crate::config::Config;
use crate::environment::Environment;
use crate::hook::GateError;
use crate::installation::Installation;
use crate::progress::Progress;
use crate::report::plan::history::History;
use crate::schedule::{Schedule, is_past};
use crate::signals::Watch;

use self::judge::JudgedCandidates;
pub(crate) use self::search::Coverage;
use self::sift::Sift;

/// Objects that were sent in packs, and bytes that are to be looked at, which take some time.
const LONG_OBJECTS: usize = 500;
const LONG_BYTES: u64 = 100_000;

/// What became of a push.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) decision: Decision,
    pub(crate) coverage: Coverage,
    /// Knows the secrets of the push, so that no name shows one.
    pub(crate) redactor: Redactor,
    pub(crate) stages: Stages,
    /// What the way out of a refusal must know.
    pub(crate) history: History,
}

impl Judged {
    /// Nothing was looked at, because the gate is switched off.
    pub(crate) fn off() -> Judged {
        let decision = Decision {
            accepted: true,
            reason: Reason::Off,
            findings: Vec::new(),
            undecided: Vec::new(),
        };
        Judged {
            decision,
            coverage: Coverage::default(),
            redactor: Redactor::default(),
            stages: Stages::default(),
            history: History::default(),
        }
    }

    /// Nothing could be looked at, because the push passes a bound; `listed` is what was known by
    /// then.
    fn too_much(
        limit: LimitExceeded,
        listed: &[IncomingObject],
        incoming: Duration,
        context: Context<'_>,
    ) -> Judged {
        let config = context.config;
        let undecided = vec![exceeded(limit)];
        let decision = policy::decide(Vec::new(), undecided, &config.policy, config.mode);
        let mut known = KnownSecrets::default();
        known.miss_names();
        let mut coverage = Coverage::default();
        listed.iter().for_each(|object| coverage.count(object));
        Judged {
            decision,
            coverage,
            redactor: known.into_redactor(),
            stages: Stages { incoming, ..Stages::default() },
            history: History::default(),
        }
    }
}

/// What is said of a bound on reading the push.
fn exceeded(limit: LimitExceeded) -> Undecided {
    let cause = match limit {
        LimitExceeded::Deadline => Cause::OutOfTime,
        LimitExceeded::Count { .. } => Cause::LimitReached,
    };
    Undecided { cause, object: None, path: None, detail: Some(limit.to_string()) }
}

/// Everything that judging a push rests on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'c> {
    pub(crate) environment: &'c Environment,
    pub(crate) config: &'c Config,
    pub(crate) installation: &'c Installation,
    pub(crate) key: &'c FingerprintKey,
    /// What branches are called where the push comes from.
    pub(crate) branches: &'c Branches,
    pub(crate) schedule: Schedule,
    pub(crate) progress: &'c Progress,
    /// How many threads the push may have.
    pub(crate) threads: NonZero<usize>,
    pub(crate) watch: &'c Watch,
}

impl Context<'_> {
    /// Whether the push has used up its time.
    pub(crate) fn out_of_time(&self) -> bool {
        is_past(self.schedule.judged())
    }
}

/// A push, and all that is known of it before it is looked at.
#[derive(Clone, Copy)]
struct Pushed<'p> {
    push: &'p Push,
    incoming: &'p Incoming,
    /// The packs that were sent.
    forests: &'p [Forest],
}

/// Judges `push`.
///
/// # Errors
///
/// When the repository cannot be read at all. What concerns single objects is undecided instead.
pub(crate) fn pre_receive(push: &Push, context: Context<'_>) -> Result<Judged, GateError> {
    let mut laps = Laps::start();
    let mut stages = Stages::default();
    let mut limits = context.config.limits.git;
    limits.deadline = context.schedule.listed();
    let mut objects = Objects::open(&context.environment.git, &limits)
        .map_err(|error| repository_error(&error))?;
    let forests = Forest::all(&objects, context.threads);
    let count = forests.iter().map(Forest::len).sum::<usize>();
    context.watch.begin_if(count >= LONG_OBJECTS);
    let mut sent = match Sent::list(push, &objects, &forests, context.threads) {
        Ok(sent) => sent,
        // What is incoming could not be listed to its end: the gate works, the push is too much.
        Err(IncomingError::TooMuch { limit, listed }) => {
            return Ok(Judged::too_much(limit, &listed, laps.take(), context));
        }
        Err(error) => return Err(repository_error(&error)),
    };
    stages.incoming = laps.take();

    std::thread::scope(|scope| {
        let mut telling = context.progress.telling(scope);
        // What was lying in the store comes to what was sent.
        let mut known = |objects: &[IncomingObject]| {
            let bytes = objects.iter().map(|object| object.size).sum::<u64>();
            context.watch.begin_if(bytes >= LONG_BYTES);
            telling.of(objects.len() as u64);
        };
        known(sent.objects());
        let (sift, surveyed) = Sift::begin(&mut sent, &forests, &objects, context);
        stages.sift = laps.take();
        let sent = match surveyed {
            Some(surveyed) => sent.with(surveyed),
            None => sent,
        };
        let incoming = match sent.complete(push, &objects, &forests, context.threads) {
            Ok(incoming) => incoming,
            Err(IncomingError::TooMuch { limit, listed }) => {
                stages.incoming += laps.take();
                return Ok(Judged::too_much(limit, &listed, stages.incoming, context));
            }
            Err(error) => return Err(repository_error(&error)),
        };
        stages.incoming += laps.take();
        known(&incoming.objects);
        let pushed = Pushed { push, incoming: &incoming, forests: &forests };
        let judged = look(pushed, &mut objects, sift, (laps, stages), context);
        match context.installation.fault() {
            // A secret that another detector found is told before a fault of ours.
            Some(fault) if judged.decision.reason != Reason::Found => Err(fault),
            _ => Ok(judged),
        }
    })
}

/// Looks at all that is incoming, and decides.
fn look(
    pushed: Pushed<'_>,
    objects: &mut Objects,
    sift: Sift<'_>,
    (mut laps, mut stages): (Laps, Stages),
    context: Context<'_>,
) -> Judged {
    let Pushed { push, incoming, .. } = pushed;
    let schedule = context.schedule;
    objects.set_deadline(schedule.searched(false));
    let found = search::ref_names(push, context);
    let sifted = sift.finish(incoming, objects, context);
    stages.sift += laps.take();
    let searched = search::search(found, incoming, objects, sifted, context);
    stages.search = laps.take();
    let coverage = searched.coverage;

    context.watch.begin_if(false);
    context.progress.judge();
    // To know where a secret stands is no use when no time is left to judge whether it is one.
    objects.set_deadline(schedule.placed());
    let JudgedCandidates { findings, undecided, redactor } =
        judge::judge(searched, pushed, objects, context);

    stages.judge = laps.take();
    let config = context.config;
    let decision = policy::decide(findings, undecided, &config.policy, config.mode);
    let history = match decision.accepted {
        true => History::default(),
        false => history::history(&decision, pushed, objects, context),
    };
    Judged { decision, coverage, redactor, stages, history }
}

fn repository_error(error: &dyn std::error::Error) -> GateError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    GateError { code: code::REPOSITORY, text }
}
