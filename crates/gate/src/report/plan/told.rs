//! Several plans, as many lines of them as fit.

use super::write::{Before, LINES_MAX, Writer, Written};
use super::{Plan, Told, Why};
use crate::show::Shown;

/// What is said when more is to be done than fits.
const THEN_AGAIN: &str = "# then push again: the server tells what is left";

/// The lines of `plans`: of as many as fit into `room` lines.
pub(super) fn told(plans: &[Plan<'_>], shown: Shown<'_>, room: usize) -> Told {
    let mut written = Written::default();
    let mut is_whole = true;
    let mut has_rebased = false;
    for (at, plan) in plans.iter().enumerate() {
        // A clone that went on may have what stops a rebase where the push has nothing: then the next
        // plan would commit a conflict as it lies there.
        if *plan == Plan::Again || has_rebased && plan.amends() {
            is_whole = false;
            break;
        }
        let (is_first, is_last) = (at == 0, at + 1 == plans.len());
        let most = if is_first { room } else { LINES_MAX.min(room) };
        let lines_max = most.saturating_sub(usize::from(!is_last));
        let before = Before { is_first, says_clean: written.says_clean, is_brief: false };
        let fits = |more: &Written| written.lines_with(more) <= lines_max && more.is_whole();
        let more = [false, true]
            .map(|is_brief| Writer::new(shown, Before { is_brief, ..before }))
            .into_iter()
            .map(|writer| writer.write(plan))
            .find(fits);
        match more {
            Some(more) => written.add(more),
            // Half a plan would leave a clone in the middle of something.
            None if is_first => {
                written.add(Writer::new(shown, before).write(&Plan::None(Why::TooLong)));
            }
            None => {
                is_whole = false;
                break;
            }
        }
        // What is not at hand is mended like an earlier commit.
        has_rebased |= plan.rebases() || !is_first && plan.amends();
        // The next one would begin where git stops in this one.
        if plan.may_stop() && !is_last {
            is_whole = false;
            break;
        }
    }
    let mut told = written.cleaned_up();
    if !is_whole {
        told.lines.push(THEN_AGAIN.to_owned());
    }
    told
}

impl Plan<'_> {
    /// Whether git may stop on the way.
    pub(super) fn may_stop(&self) -> bool {
        match self {
            Plan::AmendBack { fix, .. } => {
                // What is settled is edited if there is no room for the commands.
                fix.may_stop || fix.is_merged || !fix.settled.is_empty()
            }
            Plan::Stops { .. } => true,
            _ => false,
        }
    }

    /// Whether it changes commits.
    pub(super) fn amends(&self) -> bool {
        matches!(self, Plan::AmendTip { .. } | Plan::AmendBack { .. } | Plan::Stops { .. })
    }

    /// Whether git moves commits, and so stops if the clone has others than the push.
    pub(super) fn rebases(&self) -> bool {
        match self {
            Plan::AmendBack { fix, ends } => {
                ends.iter().any(|end| !end.branches.is_empty() || end.commit != fix.commit)
            }
            Plan::AmendTip { at, .. } => !at.here.is_named(),
            Plan::Stops { .. } => true,
            _ => false,
        }
    }
}
