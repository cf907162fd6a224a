//! Which way out of a refusal there is.

use pushgate_core::finding::{AttributedFinding, Site};
use pushgate_core::haystack::Source;

use super::history::{History, KnownCommit, PushedRef};
use super::private::is_private;
use super::{Fix, Plan};

/// Commits at which one rebase stops.
const STOPS_MAX: usize = 4;

/// Branches that are moved onto one amended commit.
const BRANCHES_MAX: usize = 3;

/// The plans that together free the push, in order.
pub(super) fn plans<'p>(findings: &[&'p AttributedFinding], history: &'p History) -> Vec<Plan<'p>> {
    let mut chosen = Chosen { history, fixes: Vec::new(), plans: Vec::new() };
    for finding in findings {
        // Where nothing is new, policy blocks the old as well: then all sites count.
        let count = match finding.introduced_count {
            0 => finding.site_count,
            count => count,
        };
        if count > finding.sites.len() {
            return vec![Plan::None("one secret stands at too many places")];
        }
        for site in finding.sites.iter().take(count) {
            if let Err(why) = chosen.add(site, &finding.finding.decoded_from) {
                return vec![Plan::None(why)];
            }
        }
    }
    chosen.finish()
}

struct Chosen<'p> {
    history: &'p History,
    fixes: Vec<(&'p KnownCommit, Fix<'p>)>,
    plans: Vec<Plan<'p>>,
}

impl<'p> Chosen<'p> {
    fn add(&mut self, site: &'p Site, decoded: &[&str]) -> Result<(), &'static str> {
        let named = |of: &&PushedRef| Some(&of.name) == site.ref_name.as_ref();
        let of = self.history.refs.iter().find(named);
        match (site.source, &site.commit) {
            (Source::RefName, _) => self.plan(Plan::RefName { of }),
            (Source::Tag, _) => match of {
                Some(of) if of.tags == 1 && Some(&of.object) == site.object.as_ref() => {
                    self.plan(Plan::TagText { of });
                }
                _ => return Err("the secret stands in a tag of a tag"),
            },
            (_, None) => return Err("no commit names the object"),
            (_, Some(commit)) => {
                let known = self.history.commits.iter().find(|known| known.id == *commit);
                let known = known.ok_or("too little is known of the commit")?;
                let at = self.fixes.iter().position(|(of, _)| of.id == known.id);
                let at = at.unwrap_or_else(|| {
                    let (commit, parents) = (known.id.as_str(), known.parents);
                    self.fixes.push((known, Fix { commit, parents, ..Fix::default() }));
                    self.fixes.len() - 1
                });
                if let Some((_, fix)) = self.fixes.get_mut(at) {
                    fix.add(site, known, decoded)?;
                }
            }
        }
        Ok(())
    }

    fn plan(&mut self, plan: Plan<'p>) {
        if !self.plans.contains(&plan) {
            self.plans.push(plan);
        }
    }

    /// The plans for commits go before the others: a tag is made anew on what is mended.
    fn finish(mut self) -> Vec<Plan<'p>> {
        let order = |of: &KnownCommit| self.history.commits.iter().position(|it| it.id == of.id);
        self.fixes.sort_by_key(|(of, _)| order(of));
        let mut plans: Vec<Plan<'p>> = Vec::new();
        while let Some((first, _)) = self.fixes.first() {
            let refs = first.refs.clone();
            let (together, rest): (Vec<_>, Vec<_>) =
                std::mem::take(&mut self.fixes).into_iter().partition(|(of, _)| of.refs == refs);
            self.fixes = rest;
            plans.push(self.of_group(&refs, together));
        }
        plans.extend(self.plans);
        plans
    }

    /// The plan for commits that the same refs reach.
    fn of_group(&self, refs: &[usize], group: Vec<(&'p KnownCommit, Fix<'p>)>) -> Plan<'p> {
        let of: Vec<&PushedRef> = refs.iter().filter_map(|at| self.history.refs.get(*at)).collect();
        let branches = of.iter().filter(|of| of.is_branch()).count();
        let mut fixes: Vec<Fix<'p>> = group.into_iter().map(|(_, fix)| fix).collect();
        match (of.as_slice(), fixes.len()) {
            ([], _) => Plan::None("no branch of the push holds the commit"),
            ([at], 1) if at.commit.as_deref() == fixes.first().map(|fix| fix.commit) => {
                match fixes.pop() {
                    Some(mut fix) => {
                        fix.may_stop = false;
                        Plan::AmendTip { fix, at }
                    }
                    None => Plan::None("there is nothing to do"),
                }
            }
            ([at], count) if at.is_branch() && count > 1 => match count {
                _ if fixes.iter().any(|fix| fix.parents > 1) => {
                    Plan::None("a merge is among several commits")
                }
                2..=STOPS_MAX => Plan::Stops { fixes, of: at },
                _ => Plan::None("too many commits are to be changed"),
            },
            ([only], 1) if only.is_branch() || only.is_note() => match fixes.pop() {
                Some(fix) => Plan::AmendBack { fix, of },
                None => Plan::None("there is nothing to do"),
            },
            (_, 1) if branches == of.len() && branches <= BRANCHES_MAX => match fixes.pop() {
                Some(fix) => Plan::AmendBack { fix, of },
                None => Plan::None("there is nothing to do"),
            },
            _ if branches < of.len() => Plan::None("a tag of the push holds the commit too"),
            _ => Plan::None("several commits stand on several branches"),
        }
    }
}

impl PushedRef {
    pub(super) fn is_branch(&self) -> bool {
        self.name.starts_with(b"refs/heads/")
    }

    pub(super) fn is_note(&self) -> bool {
        self.name.starts_with(b"refs/notes/")
    }

    pub(super) fn is_tag(&self) -> bool {
        self.name.starts_with(b"refs/tags/")
    }

    /// The name that people use.
    pub(super) fn short(&self) -> &[u8] {
        let folders: [&[u8]; 2] = [b"refs/heads/", b"refs/tags/"];
        folders.iter().find_map(|folder| self.name.strip_prefix(*folder)).unwrap_or(&self.name)
    }
}

impl<'p> Fix<'p> {
    fn add(
        &mut self,
        site: &'p Site,
        known: &'p KnownCommit,
        decoded: &[&str],
    ) -> Result<(), &'static str> {
        let line = site.position.line;
        let parents = known.parents as u64;
        match (site.source, &site.path) {
            (Source::Commit, _) if line > known.header_lines => self.message = true,
            // The header begins with the tree and the parents.
            (Source::Commit, _) if line == parents + 2 || line == parents + 3 => self.person = true,
            (Source::Commit, _) => return Err("the secret stands in the header of a commit"),
            (Source::TreeName, _) => self.renamed = true,
            (_, Some(path)) => self.add_file(path, site, known, decoded)?,
            (_, None) => return Err("no path leads to the object"),
        }
        Ok(())
    }

    fn add_file(
        &mut self,
        path: &'p [u8],
        site: &'p Site,
        known: &'p KnownCommit,
        decoded: &[&str],
    ) -> Result<(), &'static str> {
        let is_there = self.edited.iter().any(|(there, _)| *there == path);
        if is_there || self.deleted.contains(&path) || self.untracked.contains(&path) {
            return Ok(());
        }
        let file = known.files.iter().find(|file| file.path == path);
        let file = file.ok_or("too little is known of the file")?;
        let refs = known.refs.len();
        self.may_stop |= file.is_changed;
        if file.is_gone(refs) {
            self.deleted.push(path);
        } else if file.gone_at > 0 {
            return Err("one branch deletes the file, another does not");
        } else if file.is_added && !file.is_changed && is_private(path) {
            self.untracked.push(path);
        } else {
            let how = match (&site.inner_path, decoded) {
                (Some(_), _) => " (pack it anew)".to_owned(),
                (None, []) => String::new(),
                (None, decoders) => format!(" (written in {})", decoders.join(" in ")),
            };
            self.edited.push((path, how));
        }
        Ok(())
    }
}
