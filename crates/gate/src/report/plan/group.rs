//! The plan for commits that the same refs of the push reach.

use super::history::PushedRef;
use super::{Fix, Mark, Moved, Plan};

/// Commits at which one rebase stops.
const STOPS_MAX: usize = 4;

/// Branches that are moved onto one amended commit.
const BRANCHES_MAX: usize = 3;

/// Branches, tags and notes that are moved together.
const REFS_MAX: usize = 5;

/// The plan for `fixes`, which the refs `of` reach, parents first.
pub(super) fn plan<'p>(of: Vec<&'p PushedRef>, mut fixes: Vec<Fix<'p>>) -> Plan<'p> {
    match (of.as_slice(), fixes.len()) {
        ([], _) => Plan::None("no branch of the push holds the commit"),
        (_, 1) => match fixes.pop() {
            Some(fix) => one(fix, &of).unwrap_or_else(Plan::None),
            None => Plan::None("there is nothing to do"),
        },
        ([at], count) if at.is_branch() => match count {
            // Git makes a merge again, without what was put into it by hand.
            _ if fixes.iter().any(|fix| fix.parents > 1) => {
                Plan::None("a merge is among several commits")
            }
            2..=STOPS_MAX => Plan::Stops { fixes, of: at },
            _ => Plan::None("too many commits are to be changed"),
        },
        _ if of.iter().all(|of| of.is_branch()) => {
            Plan::None("several commits stand on several branches")
        }
        _ => Plan::None("several commits stand under a tag or a note"),
    }
}

/// The plan for a single commit.
fn one<'p>(mut fix: Fix<'p>, of: &[&'p PushedRef]) -> Result<Plan<'p>, &'static str> {
    if of.iter().any(|of| !of.is_branch() && !of.is_mark()) {
        return Err("a ref that is neither branch nor tag holds the commit");
    }
    let branches = of.iter().filter(|of| of.is_branch()).count();
    if branches > BRANCHES_MAX || of.len() > REFS_MAX {
        return Err("too many branches and tags hold the commit");
    }
    let mut ends: Vec<Moved<'p>> = Vec::new();
    for at in of {
        let commit = at.commit.as_deref().ok_or("too little is known of the refs")?;
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
        return Err("a tag stands behind the commit, on no branch's end");
    }
    for end in &mut ends {
        end.settle(&fix)?;
    }
    // Whoever follows shall stand on a branch at the end, if there is one.
    ends.sort_by_key(|end| !end.branches.is_empty());
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
    fn settle(&mut self, fix: &Fix<'_>) -> Result<(), &'static str> {
        if self.commit != fix.commit && !self.marks.is_empty() && self.branches.len() > 1 {
            return Err("a tag and several branches stand on one commit");
        }
        self.marks.sort_by_key(|mark| mark.of.tags.len());
        let marks = self.marks.clone();
        for mark in self.marks.iter_mut().filter(|mark| mark.of.tags.len() > 1) {
            let inner = marks.iter().find(|inner| Some(&inner.of.object) == mark.of.tags.get(1));
            let inner = inner.ok_or("a tag points at a tag that is not pushed")?;
            mark.onto = Some(inner.of);
        }
        Ok(())
    }
}
