//! Several ways to do the same, run in turn: on a shared machine, two numbers that were taken
//! minutes apart cannot be compared.

use super::measure::Used;
use crate::failure::Failure;

/// A way whose first run took longer than this is not run again.
const ONCE_SECONDS: f64 = 60.0;

/// One of the ways: a name, and what to do in a round.
pub(crate) struct Way<'w> {
    pub(crate) name: String,
    run: Box<dyn FnMut(usize) -> Result<Used, Failure> + 'w>,
    /// If it fails, the others go on without it.
    can_fail: bool,
}

impl<'w> Way<'w> {
    pub(crate) fn new(
        name: impl Into<String>,
        run: impl FnMut(usize) -> Result<Used, Failure> + 'w,
    ) -> Way<'w> {
        Way { name: name.into(), run: Box::new(run), can_fail: false }
    }

    /// A way of somebody else's, which the others do not depend on.
    pub(crate) fn that_can_fail(self) -> Way<'w> {
        Way { can_fail: true, ..self }
    }
}

/// What one way took, round by round.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) runs: Vec<Used>,
}

impl Series {
    /// Seconds by the clock: the median.
    pub(crate) fn wall(&self) -> f64 {
        median(self.runs.iter().map(|used| used.wall))
    }

    /// Seconds on the processors: the mean, since the kernel counts in steps that are coarse beside
    /// a short run and add up right.
    pub(crate) fn cpu(&self) -> f64 {
        let sum: f64 = self.runs.iter().map(|used| used.cpu).sum();
        sum / self.runs.len().max(1) as f64
    }

    /// Bytes in memory at the peak, in any run.
    pub(crate) fn peak_bytes(&self) -> f64 {
        self.runs.iter().map(|used| used.peak_bytes).fold(0.0, f64::max)
    }
}

/// Runs all ways in turn, in an order that changes from round to round. What fails and may is left
/// out.
pub(crate) fn in_turn(ways: &mut [Way<'_>], rounds: usize) -> Result<Vec<Series>, Failure> {
    let mut series: Vec<Series> =
        ways.iter().map(|way| Series { name: way.name.clone(), runs: Vec::new() }).collect();
    let mut failed = vec![false; ways.len()];
    for round in 0..rounds {
        for position in 0..ways.len() {
            let index = turn(round, position, ways.len());
            let (Some(way), Some(series), Some(failed)) =
                (ways.get_mut(index), series.get_mut(index), failed.get_mut(index))
            else {
                continue;
            };
            let too_long = series.runs.first().is_some_and(|first| first.wall > ONCE_SECONDS);
            if *failed || too_long {
                continue;
            }
            match (way.run)(round) {
                Ok(used) => series.runs.push(used),
                Err(failure) if way.can_fail => {
                    println!("    {} is left out: {failure}", way.name);
                    *failed = true;
                }
                Err(failure) => return Err(failure),
            }
        }
    }
    let kept = series.into_iter().zip(failed).filter(|(_, failed)| !failed);
    Ok(kept.map(|(series, _)| series).collect())
}

/// Who is at `position` in a round: each one comes first in its turn, and the direction changes.
fn turn(round: usize, position: usize, ways: usize) -> usize {
    let position = if round % 2 == 1 { ways - 1 - position } else { position };
    (position + round / 2) % ways
}

/// The value in the middle; of an even number, the lower of the two.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len().saturating_sub(1) / 2;
    values.get(middle).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_not_moved_by_one_slow_run() {
        assert!((median([3.0, 900.0, 1.0, 2.0, 4.0].into_iter()) - 3.0).abs() < 1e-9);
        assert!((median([2.0, 1.0].into_iter()) - 1.0).abs() < 1e-9);
        assert!(median(std::iter::empty()).is_nan());
    }

    #[test]
    fn each_way_has_one_turn_in_each_round_and_none_is_always_first() {
        let mut first = Vec::new();
        for round in 0..6 {
            let mut order: Vec<usize> = (0..3).map(|position| turn(round, position, 3)).collect();
            first.push(order[0]);
            order.sort_unstable();
            assert_eq!(order, [0, 1, 2]);
        }
        assert!((0..3).all(|way| first.contains(&way)), "{first:?}");
    }

    #[test]
    fn what_fails_is_left_out_only_if_it_may() {
        let failing = |round| match round {
            0 => Ok(Used::default()),
            _ => Err(Failure::new("no more")),
        };
        let fine = |_| Ok(Used::default());
        let mut ways = [Way::new("theirs", failing).that_can_fail(), Way::new("ours", fine)];
        let series = in_turn(&mut ways, 3).unwrap();
        let kept: Vec<(&str, usize)> =
            series.iter().map(|series| (series.name.as_str(), series.runs.len())).collect();
        assert_eq!(kept, [("ours", 3)]);
        assert!(in_turn(&mut [Way::new("ours", failing)], 3).is_err());
    }

    #[test]
    fn what_takes_long_is_not_repeated() {
        let used = |wall| move |_| Ok(Used { wall, ..Used::default() });
        let mut ways = [Way::new("slow", used(61.0)), Way::new("quick", used(1.0))];
        let series = in_turn(&mut ways, 3).unwrap();
        let counts: Vec<usize> = series.iter().map(|series| series.runs.len()).collect();
        assert_eq!(counts, [1, 3]);
        assert!((series[1].wall() - 1.0).abs() < 1e-9);
    }
}
