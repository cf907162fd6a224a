//! What the hook adds to a small push: the same pushes with it, and with a hook that does nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use super::lab::Lab;
use crate::failure::{Doing, Failure};

/// Pushes per side. Odd, so that the median is one of them.
pub(crate) const RUNS: usize = 21;

/// Medians of both sides.
#[derive(Debug)]
pub(crate) struct Cost {
    pub(crate) without: Duration,
    pub(crate) with: Duration,
}

impl Cost {
    pub(crate) fn ratio(&self) -> f64 {
        self.with.as_secs_f64() / self.without.as_secs_f64()
    }
}

/// Pushes the same commits, three files each, to `server` and to a twin of it whose hook is
/// `exit 0`. Whatever slows the machine down meets both: they take turns, and turns at being first.
pub(crate) fn measure(lab: &Lab, server: &str) -> Result<Cost, Failure> {
    let idle = "idle.git";
    let hook = lab.bare_repository(idle)?.join("hooks").join("pre-receive");
    let what = format!("writing {}", hook.display());
    fs::create_dir_all(hook.parent().expect("it is inside a repository")).doing(&what)?;
    fs::write(&hook, "#!/bin/sh\nexit 0\n").doing(&what)?;
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).doing(&what)?;

    let (mut without, mut with) = (Vec::new(), Vec::new());
    // The first round brings what both lack of the history, and is not counted.
    for round in 0..=RUNS {
        for file in ["a", "b", "c"] {
            let text = format!("fn {file}() {{ println!(\"round {round}\"); }}\n").repeat(40);
            lab.write(&format!("src/{file}.rs"), &text)?;
        }
        lab.commit("Change three files")?;
        let mut sides = [(server, &mut with), (idle, &mut without)];
        if round % 2 == 1 {
            sides.reverse();
        }
        for (repository, times) in sides {
            let push = lab.push(repository, "HEAD:refs/heads/cost")?;
            if !push.accepted {
                return Err(Failure::new(format!("a clean push was refused: {}", push.printed)));
            }
            if round > 0 {
                times.push(push.took);
            }
        }
    }
    Ok(Cost { without: median(without), with: median(with) })
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().expect("there was a run")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_not_moved_by_one_slow_run() {
        let times = [3, 900, 1, 2, 4].map(Duration::from_millis);
        assert_eq!(median(times.into()), Duration::from_millis(3));
    }
}
