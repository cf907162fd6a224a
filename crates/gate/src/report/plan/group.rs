//! The plan for commits that the same refs of the push reach.

use super::history::PushedRef;
use super::why::Why;
use super::{Fix, Mark, Moved, Plan};

/// Commits at which one rebase stops: two lines name them, and nobody goes on more often gladly.
const STOPS_MAX: usize = 12;

/// Branches that are moved onto one amended commit.
const BRANCHES_MAX: usize = 5;

/// Branches, tags and notes that are moved together.
const REFS_MAX: usize = 6;

/// The plan for `fixes`, which the refs `of` reach, parents first.
pub(super) fn plan<'p>(of: Vec<&'p PushedRef>, mut fixes: Vec<Fix<'p>>) -> Plan<'p> {
    match (of.as_slice(), fixes.len()) {
        ([], _) => Plan::None(Why::NoBranch),
        (_, 1) => match fixes.pop() {
            Some(fix) => one(fix, &of).unwrap_or_else(Plan::None),
            None => Plan::None(Why::NoBranch),
        },
        ([at], count) if at.is_branch() => match count {
            // Git makes a merge again, without what was put into it by hand.
            _ if fixes.iter().any(|fix| fix.parents > 1) => Plan::None(Why::MergeAmong),
            // At a stop that is a conflict an amend melts two commits.
            _ if fixes.iter().any(|fix| fix.author || fix.committer) => {
                Plan::None(Why::PeopleAmong)
            }
            // It would write over what is ignored on the way, and nothing could keep it from that.
            2..=STOPS_MAX if !keeps_ignored(&fixes) => Plan::None(Why::DeletedAmong),
            2..=STOPS_MAX => {
                fixes.iter_mut().for_each(Fix::edit_settled);
                Plan::Stops { fixes, of: at }
            }
            _ => Plan::None(Why::Commits),
        },
        _ if of.iter().all(|of| of.is_branch()) => Plan::None(Why::SeveralBranches),
        _ => Plan::None(Why::SeveralUnderTag),
    }
}

/// Whether one command can see that the files that go from `fixes` are not on the disk: the rebase
/// is told to begin before the oldest commit, and that has to depend on this command.
fn keeps_ignored(fixes: &[Fix<'_>]) -> bool {
    let mut fixes = fixes.iter();
    fixes.next().is_some_and(|oldest| oldest.deleted.is_empty() || oldest.parents > 0)
        && fixes.all(|fix| fix.deleted.is_empty())
}

/// The plan for a single commit.
fn one<'p>(mut fix: Fix<'p>, of: &[&'p PushedRef]) -> Result<Plan<'p>, Why> {
    if of.iter().any(|of| !of.is_branch() && !of.is_mark()) {
        return Err(Why::OtherRef);
    }
    let branches = of.iter().filter(|of| of.is_branch()).count();
    if branches > BRANCHES_MAX || of.len() > REFS_MAX {
        return Err(Why::TooManyRefs);
    }
    let mut ends: Vec<Moved<'p>> = Vec::new();
    for at in of {
        let commit = at.commit.as_deref().ok_or(Why::UnknownRefs)?;
        let known = ends.iter().position(|end| end.commit == commit).unwrap_or_else(|| {
            ends.push(Moved { commit, branches: Vec::new(), marks: Vec::new() });
            ends.len() - 1
        });
        let Some(end) = ends.get_mut(known) else { continue };
        if at.is_branch() {
            end.branches.push(at);
        } else {
            end.marks.push(Mark { of: at, onto: None });
        }
    }
    // Between the commit and the end of a branch, no list of commands knows the new commit.
    let is_lone = |end: &&Moved<'_>| end.branches.is_empty() && end.commit != fix.commit;
    if ends.iter().filter(is_lone).count() > usize::from(branches == 0) {
        return Err(Why::TagBehind);
    }
    for end in &mut ends {
        end.settle(&fix)?;
    }
    // Whoever follows shall stand on a branch at the end, if there is one.
    ends.sort_by_key(|end| !end.branches.is_empty());
    match ends.iter().find(|end| end.commit != fix.commit) {
        Some(end) => fix.settled_at = end.commit,
        None => fix.edit_settled(),
    }
    match ends.as_slice() {
        [Moved { commit, branches, marks }] if *commit == fix.commit => {
            if let [at] = branches.as_slice() {
                fix.may_stop = false;
                return Ok(Plan::AmendTip { fix, at, marks: marks.clone() });
            }
        }
        _ => {}
    }
    Ok(Plan::AmendBack { fix, ends })
}

impl Moved<'_> {
    /// Puts the marks in the order in which they are made, each on what it stood on.
    fn settle(&mut self, fix: &Fix<'_>) -> Result<(), Why> {
        if self.commit != fix.commit && !self.marks.is_empty() && self.branches.len() > 1 {
            return Err(Why::TagAndBranches);
        }
        self.marks.sort_by_key(|mark| mark.of.tags.len());
        let marks = self.marks.clone();
        for mark in self.marks.iter_mut().filter(|mark| mark.of.tags.len() > 1) {
            let inner = marks.iter().find(|inner| Some(&inner.of.object) == mark.of.tags.get(1));
            let inner = inner.ok_or(Why::InnerTag)?;
            mark.onto = Some(inner.of);
        }
        Ok(())
    }
}
