//! Time: when a push came, how long it may take, and a name for it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Digits of Crockford's base 32.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// When the hook was started, by both clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
    wall: SystemTime,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        Clock { started: Instant::now(), wall: SystemTime::now() }
    }

    /// The moment so long after the start; none if it is beyond the clock's reach.
    pub(crate) fn after(&self, duration: Duration) -> Option<Instant> {
        self.started.checked_add(duration)
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// When it was started, as in RFC 3339, in UTC, with milliseconds.
    pub(crate) fn timestamp(&self) -> String {
        humantime::format_rfc3339_millis(self.wall).to_string()
    }

    /// A name for this push that sorts by time: a ULID (<https://github.com/ulid/spec>).
    pub(crate) fn push_id(&self) -> String {
        let since = self.wall.duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut random = [0_u8; 10];
        // Without a random source the process id tells simultaneous pushes apart.
        if getrandom::fill(&mut random).is_err() {
            let (head, _) = random.split_at_mut(4);
            head.copy_from_slice(&std::process::id().to_be_bytes());
        }
        let random = random.iter().fold(0_u128, |sum, &byte| sum << 8 | u128::from(byte));
        let value = (since.as_millis() & 0xFFFF_FFFF_FFFF) << 80 | random;
        (0..26)
            .rev()
            .map(|digit| {
                let index = usize::try_from(value >> (5 * digit) & 31).unwrap_or(0);
                char::from(CROCKFORD.get(index).copied().unwrap_or(b'0'))
            })
            .collect()
    }
}

/// How long each stage of judging a push took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stages {
    /// Finding out what is incoming.
    pub(crate) incoming: Duration,
    /// Telling from deltas what is clean.
    pub(crate) sift: Duration,
    /// Searching what is left.
    pub(crate) search: Duration,
    /// Placing and judging what was found.
    pub(crate) judge: Duration,
}

/// Measures one stage after the other.
#[derive(Debug)]
pub(crate) struct Laps(Instant);

impl Laps {
    pub(crate) fn start() -> Laps {
        Laps(Instant::now())
    }

    /// The time since the last lap.
    pub(crate) fn take(&mut self) -> Duration {
        let last = std::mem::replace(&mut self.0, Instant::now());
        self.0.duration_since(last)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant, UNIX_EPOCH};

    use super::Clock;

    #[test]
    fn names_have_the_form_of_a_ulid_and_sort_by_time() {
        let at =
            |ms| Clock { started: Instant::now(), wall: UNIX_EPOCH + Duration::from_millis(ms) };
        // The first ten digits are the time; the example of the specification.
        assert!(at(1_469_918_176_385).push_id().starts_with("01ARYZ6S41"));
        assert_eq!(at(0).push_id().len(), 26);
        assert!(at(1).push_id() < at(2).push_id());
        assert_eq!(at(1_469_918_176_385).timestamp(), "2016-07-30T22:36:16.385Z");
    }
}
