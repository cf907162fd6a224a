//! When each stage of a push must be done, so that the whole is done in time.
//!
//! ```text
//! start ─── list (sift) ────┤
//!       ─────────────── sift, search ───────────────┤ something to judge ─── judge ───┤ tell ┤
//!                                                   └ nothing so far ────┤            │      │
//!                                        searched(true)   searched(false)       judged   deadline
//! ```
//!
//! A stage that is done early leaves its time to those behind it. None is cut off in the middle:
//! each looks at the clock between small pieces of its work, and what it has not come to is
//! undecided. So the last part of the time is kept for what cannot be left out: to end the piece at
//! hand, to write the audit record, and to tell the pusher.

use std::time::{Duration, Instant};

use crate::clock::Clock;

/// The least that is granted to finding out what is incoming: without it nothing could be counted.
const LISTING_MIN: Duration = Duration::from_millis(250);

/// What is kept for judging, at most.
const JUDGING_MAX: Duration = Duration::from_secs(30);

/// What is kept for record and message, at least and at most.
const TELLING_MIN: Duration = Duration::from_millis(10);
const TELLING_MAX: Duration = Duration::from_secs(1);

/// The moments by which the stages of one push must be done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    clock: Clock,
    total: Duration,
}

impl Schedule {
    /// The schedule of a push that may take `total` from its start.
    pub(crate) fn new(clock: Clock, total: Duration) -> Schedule {
        Schedule { clock, total }
    }

    /// How long the push may take, in milliseconds.
    pub(crate) fn deadline_ms(&self) -> u128 {
        self.total.as_millis()
    }

    /// When what is incoming must be known.
    pub(crate) fn listed(&self) -> Option<Instant> {
        self.clock.after((self.total / 5 * 2).max(LISTING_MIN))
    }

    /// When searching must be done: sooner if there is something to judge.
    pub(crate) fn searched(&self, has_candidates: bool) -> Option<Instant> {
        let kept = (self.total / 5).min(JUDGING_MAX);
        let kept = if has_candidates { kept } else { kept / 2 };
        self.clock.after(self.total.saturating_sub(self.telling()).saturating_sub(kept))
    }

    /// When it must be known where findings stand: of the time for judging, half. However late it
    /// is, a small push can be placed.
    pub(crate) fn placed(&self) -> Option<Instant> {
        let least = Instant::now().checked_add(self.telling() / 2);
        part_of_rest(self.judged(), 1, 2).max(least)
    }

    /// When judging must be done.
    pub(crate) fn judged(&self) -> Option<Instant> {
        self.clock.after(self.total.saturating_sub(self.telling()))
    }

    /// When the whole must be done.
    pub(crate) fn ended(&self) -> Option<Instant> {
        self.clock.after(self.total)
    }

    fn telling(&self) -> Duration {
        (self.total / 20).clamp(TELLING_MIN, TELLING_MAX)
    }
}

/// The moment at `part` / `of` of the time from now to `end`.
pub(crate) fn part_of_rest(end: Option<Instant>, part: u32, of: u32) -> Option<Instant> {
    let now = Instant::now();
    let rest = end?.saturating_duration_since(now);
    now.checked_add(rest / of * part)
}

/// Whether a moment has come, if there is one.
pub(crate) fn is_past(moment: Option<Instant>) -> bool {
    moment.is_some_and(|moment| Instant::now() >= moment)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Schedule, part_of_rest};
    use crate::clock::Clock;

    #[test]
    fn every_stage_ends_before_the_next_and_the_last_before_the_deadline() {
        for deadline_ms in [700, 1000, 4000, 300_000, 1 << 40] {
            let clock = Clock::start();
            let schedule = Schedule::new(clock, Duration::from_millis(deadline_ms));
            let stages = [
                schedule.listed(),
                schedule.searched(true),
                schedule.searched(false),
                schedule.judged(),
                schedule.ended(),
            ];
            assert!(stages.is_sorted_by(|one, next| one < next), "{deadline_ms}: {stages:?}");
        }
    }

    #[test]
    fn a_push_to_github_enterprise_server_keeps_a_part_of_each_second() {
        let clock = Clock::start();
        let schedule = Schedule::new(clock, Duration::from_millis(4000));
        let at = |ms| clock.after(Duration::from_millis(ms));
        assert_eq!(schedule.listed(), at(1600));
        assert_eq!(schedule.searched(true), at(3000));
        assert_eq!(schedule.searched(false), at(3400));
        assert_eq!(schedule.judged(), at(3800));
        assert_eq!(schedule.ended(), at(4000));
    }

    #[test]
    fn no_time_and_endless_time_are_times() {
        let none = Schedule::new(Clock::start(), Duration::ZERO);
        assert!(none.listed() > none.ended());
        assert_eq!(none.searched(true), none.ended());
        let endless = Schedule::new(Clock::start(), Duration::from_millis(u64::MAX));
        assert!(endless.ended().is_none() || endless.listed() < endless.ended());
        assert_eq!(part_of_rest(None, 1, 2), None);
        let passed = Instant::now();
        assert!(part_of_rest(Some(passed), 1, 2) >= Some(passed));
    }
}
