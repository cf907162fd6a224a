//! The same work on several threads.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, ScopedJoinHandle};

/// Bytes of a thread's stack; detectors run on it, and have a bound of their own. The environment
/// must not say how large it is.
const STACK_BYTES: usize = 8 << 20;

/// Has `work` done on `threads` threads at once, this one among them, and returns what comes of it
/// on each. On a system that gives fewer threads there are fewer.
///
/// # Panics
///
/// As `work` does.
pub fn on_threads<R: Send>(threads: NonZero<usize>, work: impl Fn() -> R + Sync) -> Vec<R> {
    if threads.get() == 1 {
        return vec![work()];
    }
    std::thread::scope(|scope| {
        let begin = |_| Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, &work).ok();
        let others: Vec<_> = (1..threads.get()).filter_map(begin).collect();
        let join = |thread: ScopedJoinHandle<'_, R>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        let own = work();
        std::iter::once(own).chain(others.into_iter().map(join)).collect()
    })
}

/// What `work` makes of each of `items`, in their order. It is done on as many threads as there
/// are `workers`, each of which has what one thread needs.
///
/// # Panics
///
/// As `work` does.
pub fn each<T: Send, W: Send, R: Send>(
    workers: &mut [W],
    items: Vec<T>,
    work: impl Fn(&mut W, T) -> R + Sync,
) -> Vec<R> {
    // A thread more than there are items would find nothing to do.
    let threads = workers.len().min(items.len());
    let Some(threads) = NonZero::new(threads) else { return Vec::new() };
    let workers = Mutex::new(workers.iter_mut());
    let items = Mutex::new(items.into_iter().enumerate());
    let done = on_threads(threads, || {
        let mut done = Vec::new();
        let Some(worker) = workers.lock().unwrap_or_else(PoisonError::into_inner).next() else {
            return done;
        };
        loop {
            let next = items.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((at, item)) = next else { return done };
            done.push((at, work(worker, item)));
        }
    });
    let mut done: Vec<(usize, R)> = done.into_iter().flatten().collect();
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::{each, on_threads};

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        for threads in [1, 2, 7] {
            for count in [0_u32, 1, 5, 300] {
                let mut workers = vec![0_u32; threads];
                let doubled = each(&mut workers, (0..count).collect(), |did, item| {
                    *did += 1;
                    std::thread::sleep(std::time::Duration::from_micros(u64::from(item % 7) * 20));
                    item * 2
                });
                assert_eq!(doubled, (0..count).map(|item| item * 2).collect::<Vec<_>>());
                assert_eq!(workers.iter().sum::<u32>(), count, "{threads} threads");
            }
        }
    }

    #[test]
    fn without_workers_nothing_is_done() {
        assert_eq!(each(&mut [(); 0], vec![1, 2], |(), item| item), Vec::<i32>::new());
    }

    #[test]
    #[should_panic(expected = "in a thread")]
    fn a_panic_goes_on_in_the_thread_that_asked() {
        let own = std::thread::current().id();
        let threads = NonZero::new(2).expect("two");
        on_threads(threads, || {
            assert!(std::thread::current().id() == own, "in a thread");
        });
    }
}
