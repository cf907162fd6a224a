//! Lines for who waits: a long push is not a silent hang.
//!
//! They come before the verdict, which is else the first line that a pusher reads. So there are
//! none in an ordinary push: one must be large, and take long. None is a verdict or a warning, and
//! none goes to who does not see lines as they come.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::{Builder, Scope};
use std::time::Duration;

use crate::channel::Channel;
use crate::clock::Clock;

/// Incoming objects of a push that is large enough to be told of.
const OBJECTS_MIN: u64 = 10_000;

/// How long after one line the next one comes, at first.
const INTERVAL: Duration = Duration::from_secs(10);

/// Lines that come so, in five minutes; who waits longer is told less often.
const LINES_OFTEN: usize = 30;

/// How long after one line the next one comes then.
const INTERVAL_LATER: Duration = Duration::from_secs(60);

/// Objects that are counted before they are added to the sum, which other threads add to.
const OBJECTS_PER_SUM: u64 = 256;

/// Lines of one push: who has gone away does not read, and nothing may wait for them.
pub(crate) const LINES_MAX: usize = 60;

/// Bytes of a line with the largest numbers that there are.
pub(crate) const LINE_BYTES_MAX: usize = 88;

/// Bytes of the stack of the thread that tells.
const STACK_BYTES: usize = 128 << 10;

/// How far a push has come.
#[derive(Debug)]
pub(crate) struct Progress {
    clock: Clock,
    channel: Channel,
    total: AtomicU64,
    done: AtomicU64,
    /// Whether all was searched, and what was found is looked into.
    judging: AtomicBool,
    /// When the first line comes; `None` for never.
    first: Option<Duration>,
    ended: Mutex<bool>,
    woken: Condvar,
}

/// Tells of a push until this is dropped, whatever else happens.
#[derive(Debug)]
pub(crate) struct Telling<'s, 'p> {
    progress: &'p Progress,
    scope: &'s Scope<'s, 'p>,
    is_begun: bool,
}

impl<'s, 'p: 's> Telling<'s, 'p> {
    /// There are so many objects, as far as is known; if they are many, lines are told.
    pub(crate) fn of(&mut self, total: u64) {
        let progress = self.progress;
        progress.begin(total);
        if let Some(first) = progress.first_line().filter(|_| !self.is_begun) {
            self.is_begun = true;
            // Without a thread for it nothing is told, and all else is as it was.
            let _ = Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(self.scope, move || progress.tell_lines(first));
        }
    }
}

impl Drop for Telling<'_, '_> {
    fn drop(&mut self) {
        *self.progress.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.progress.woken.notify_all();
    }
}

impl Progress {
    /// The progress of a push, told from `first` on if it is large.
    pub(crate) fn new(clock: Clock, channel: Channel, first: Option<Duration>) -> Progress {
        Progress {
            clock,
            channel,
            total: AtomicU64::new(0),
            done: AtomicU64::new(0),
            judging: AtomicBool::new(false),
            first,
            ended: Mutex::new(false),
            woken: Condvar::new(),
        }
    }

    /// There are so many objects.
    fn begin(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// So many objects more are done.
    pub(crate) fn add(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
    }

    /// All was searched.
    pub(crate) fn judge(&self) {
        self.judging.store(true, Ordering::Relaxed);
    }

    /// What tells of it, once it is known to be large.
    pub(crate) fn telling<'s, 'p: 's>(&'p self, scope: &'s Scope<'s, 'p>) -> Telling<'s, 'p> {
        Telling { progress: self, scope, is_begun: false }
    }

    /// When the first line comes; never if the push is small.
    fn first_line(&self) -> Option<Duration> {
        self.first.filter(|_| self.total.load(Ordering::Relaxed) >= OBJECTS_MIN)
    }

    fn tell_lines(&self, first: Duration) {
        let mut wait = first.saturating_sub(self.clock.elapsed());
        for count in 1..=LINES_MAX {
            let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            let waited = self.woken.wait_timeout_while(ended, wait, |ended| !*ended);
            if *waited.unwrap_or_else(PoisonError::into_inner).0 {
                return;
            }
            self.channel.tell(&self.line());
            wait = if count < LINES_OFTEN { INTERVAL } else { INTERVAL_LATER };
        }
    }

    fn line(&self) -> String {
        let total = self.total.load(Ordering::Relaxed);
        if self.judging.load(Ordering::Relaxed) {
            let total = grouped(total);
            return format!("pushgate: checked {total} objects; placing what was found ...\n");
        }
        let done = self.done.load(Ordering::Relaxed).min(total);
        format!("pushgate: checked {} of {} objects ...\n", grouped(done), grouped(total))
    }
}

/// Objects that one thread counts, and adds now and then.
#[derive(Debug)]
pub(crate) struct Count<'p> {
    progress: &'p Progress,
    count: u64,
}

impl<'p> Count<'p> {
    pub(crate) fn new(progress: &'p Progress) -> Count<'p> {
        Count { progress, count: 0 }
    }

    /// So many more.
    pub(crate) fn add(&mut self, count: u64) {
        self.count += count;
        if self.count >= OBJECTS_PER_SUM {
            self.progress.add(std::mem::take(&mut self.count));
        }
    }
}

impl Drop for Count<'_> {
    fn drop(&mut self) {
        self.progress.add(self.count);
    }
}

/// A number with commas between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{LINE_BYTES_MAX, OBJECTS_MIN, Progress, grouped};
    use crate::channel::Channel;
    use crate::clock::Clock;

    fn progress(total: u64, first: Option<Duration>) -> Progress {
        let progress = Progress::new(Clock::start(), Channel::Error, first);
        progress.begin(total);
        progress
    }

    #[test]
    fn numbers_are_easy_to_read() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (849_014, "849,014")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn a_line_fits_and_is_no_verdict() {
        for (total, bytes_max) in [(1 << 40, 72), (u64::MAX, LINE_BYTES_MAX)] {
            let progress = progress(total, Some(Duration::ZERO));
            progress.add(u64::MAX);
            for _ in 0..2 {
                let line = progress.line();
                assert!(line.ends_with('\n') && line.len() <= bytes_max, "{line}");
                assert!(line.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)));
                assert!(line.starts_with("pushgate: checked "), "{line}");
                progress.judge();
            }
        }
    }

    #[test]
    fn a_push_is_told_of_when_it_turns_out_to_be_large() {
        let progress = progress(0, Some(Duration::from_hours(1)));
        std::thread::scope(|scope| {
            let mut telling = progress.telling(scope);
            for (total, is_told) in [(1, false), (OBJECTS_MIN, true), (OBJECTS_MIN + 1, true)] {
                telling.of(total);
                assert_eq!(telling.is_begun, is_told, "{total}");
            }
            assert!(progress.line().contains("10,001 objects"));
        });
    }

    #[test]
    fn a_small_push_is_never_told_of() {
        let first_line = |total, first| progress(total, first).first_line();
        assert!(first_line(OBJECTS_MIN - 1, Some(Duration::ZERO)).is_none());
        assert!(first_line(OBJECTS_MIN, Some(Duration::ZERO)).is_some());
        assert!(first_line(OBJECTS_MIN, None).is_none());
    }
}
