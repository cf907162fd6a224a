//! The detectors' word on several origins at once, on all threads.

use pushgate_core::assess::{self, assess};
use pushgate_core::fingerprint::Fingerprint;
use pushgate_core::haystack::Window;
use pushgate_core::policy::Undecided;
use pushgate_git::threads::each;
use pushgate_git::{ObjectId, Objects, Push};

use super::assessor;
use crate::installation::HostedDetectors;
use crate::pre_receive::Context;
use crate::pre_receive::search::{Buffers, Origin, Windows};

/// Origins that are worth a thread.
const CASES_PER_THREAD_MIN: usize = 8;

/// Windows of one origin, and the paths at which they are judged.
pub(super) struct Case {
    pub(super) origin: Origin,
    pub(super) windows: Windows,
    /// None for what has no path.
    pub(super) paths: Vec<Option<Vec<u8>>>,
}

/// What the detectors say of one origin.
pub(super) struct Opinion {
    pub(super) origin: Origin,
    pub(super) windows: Vec<Window>,
    /// At each path, or as many as there may be for so many candidates.
    pub(super) at_paths: Vec<(Option<Vec<u8>>, assess::Assessed)>,
    /// Whether there are more.
    pub(super) is_cut: bool,
}

/// Why there is no opinion on an origin.
pub(super) enum NotHeard {
    OutOfTime,
    Open(Undecided),
}

impl Opinion {
    /// The secrets of an object at each of its paths.
    pub(super) fn secrets(&self) -> impl Iterator<Item = (ObjectId, &[u8], Vec<Fingerprint>)> {
        let id = match self.origin {
            Origin::Object(object) => Some(object.id),
            Origin::RefName(_) => None,
        };
        self.at_paths.iter().filter_map(move |(path, assessed)| {
            let secrets = assessed.findings.iter().map(|(_, finding)| finding.fingerprint);
            Some((id?, path.as_deref().unwrap_or_default(), secrets.collect()))
        })
    }
}

/// Those who judge, one for each thread.
pub(super) struct Panel<'p> {
    push: &'p Push,
    objects: &'p Objects,
    context: Context<'p>,
    judges: Vec<(HostedDetectors, Buffers)>,
}

impl<'p> Panel<'p> {
    pub(super) fn new(push: &'p Push, objects: &'p Objects, context: Context<'p>) -> Panel<'p> {
        let judge = || (context.installation.detectors(), Buffers::default());
        let judges = std::iter::repeat_with(judge).take(context.threads.get()).collect();
        Panel { push, objects, context, judges }
    }

    /// What is said of `cases`, in their order.
    pub(super) fn hear(&mut self, cases: Vec<Case>) -> Vec<Result<Opinion, NotHeard>> {
        let threads = self.judges.len().min(cases.len().div_ceil(CASES_PER_THREAD_MIN));
        let judges = self.judges.get_mut(..threads).unwrap_or_default();
        let (push, objects, context) = (self.push, self.objects, self.context);
        each(judges, cases, |(detectors, buffers), case| {
            if context.out_of_time() {
                return Err(NotHeard::OutOfTime);
            }
            let Case { origin, windows, paths } = case;
            let windows = match windows {
                Windows::Held(windows) => windows,
                Windows::Later => {
                    buffers.search_again(origin, push, objects, context).map_err(NotHeard::Open)?
                }
            };
            let out_of_time = || context.out_of_time();
            let mut at_path = |path: Option<Vec<u8>>| {
                let assessor = assessor(context, &out_of_time);
                let assessed = assess(&windows, path.as_deref(), assessor, detectors);
                (path, assessed)
            };
            let candidates: usize = windows.iter().map(|window| window.candidates.len()).sum();
            let judged_max = context.config.limits.core.judged_per_blob_max;
            let paths_max = judged_max.checked_div(candidates).unwrap_or(paths.len()).max(1);
            let is_cut = paths_max < paths.len();
            let at_paths = paths.into_iter().take(paths_max).map(&mut at_path).collect();
            Ok(Opinion { origin, windows, at_paths, is_cut })
        })
    }
}
