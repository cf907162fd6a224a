//! Several ways to do the same, measured side by side.
//!
//! On a shared machine two numbers that were taken minutes apart cannot be compared. So all ways
//! take their turn in each round, in an order that chance decides, and each round gives a ratio of
//! its own.

use std::process::Child;
use std::time::{Duration, Instant};

use wait4::{ResourceUsage, Wait4 as _};

use super::bed::Random;

/// One of the ways: a name, and what to do in a round. It gives the time on a processor.
pub(crate) struct Way<'w> {
    pub(crate) name: &'w str,
    pub(crate) run: Box<dyn FnMut(usize) -> Duration + 'w>,
}

/// What one way took, round by round.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) name: String,
    wall: Vec<Duration>,
    processor: Vec<Duration>,
}

/// Runs all ways once to warm up, as round 0, and then in `rounds` rounds.
pub(crate) fn side_by_side(mut ways: Vec<Way<'_>>, rounds: usize) -> Vec<Series> {
    let mut series: Vec<Series> = ways
        .iter()
        .map(|way| Series { name: way.name.to_owned(), wall: Vec::new(), processor: Vec::new() })
        .collect();
    let mut random = Random::new(1);
    for round in 0..=rounds {
        let mut order: Vec<usize> = (0..ways.len()).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, random.below(last + 1));
        }
        for index in order {
            let (Some(way), Some(series)) = (ways.get_mut(index), series.get_mut(index)) else {
                continue;
            };
            let start = Instant::now();
            let processor = (way.run)(round);
            let wall = start.elapsed();
            if round > 0 {
                series.wall.push(wall);
                series.processor.push(processor);
            }
        }
    }
    series
}

/// Prints each series, with its ratio to the one named `rival`.
#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
pub(crate) fn print(title: &str, series: &[Series], rival: &str) {
    let rival = series.iter().find(|one| one.name == rival).expect("the rival is one of the ways");
    let (wall, processor) = (rival.wall(), rival.processor());
    println!("\n{title}: {} rounds; ms, minimum / median / maximum", rival.wall.len());
    println!("{:<24} {:>22} {:>9} | times `{}`", "", "wall", "processor", rival.name);
    for one in series {
        let rounds = one.wall.iter().zip(&rival.wall);
        let rounds = Spread::of(rounds.map(|(a, b)| a.as_secs_f64() / b.as_secs_f64()));
        println!(
            "{:<24} {:>22} {:>9.2} | medians {:.3}, best {:.3}, processor {:.3}; by rounds {rounds}",
            one.name,
            one.wall().to_string(),
            one.processor().median,
            one.wall().median / wall.median,
            one.wall().least / wall.least,
            one.processor().median / processor.median,
        );
    }
}

impl Series {
    fn wall(&self) -> Spread {
        Spread::of(self.wall.iter().map(|time| time.as_secs_f64() * 1e3))
    }

    fn processor(&self) -> Spread {
        Spread::of(self.processor.iter().map(|time| time.as_secs_f64() * 1e3))
    }
}

/// Where values lie.
#[derive(Clone, Copy, Debug)]
struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Spread {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        Spread {
            least: at(0),
            median: at(values.len() / 2),
            most: at(values.len().saturating_sub(1)),
        }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:.2} / {:.2} / {:.2}", self.least, self.median, self.most)
    }
}

/// Waits for a process. Gives its exit code, and what it and its descendants used.
pub(crate) fn wait(child: Child) -> (Option<i32>, ResourceUsage) {
    let ended = child.wait4().expect("our own child can be waited for");
    (ended.status.code(), ended.rusage)
}

/// The time on a processor.
pub(crate) fn processor_time(usage: &ResourceUsage) -> Duration {
    usage.utime + usage.stime
}
