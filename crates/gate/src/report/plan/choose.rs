//! Which way out of a refusal there is.

use std::collections::HashSet;

use pushgate_core::finding::{AttributedFinding, Site};
use pushgate_core::haystack::Source;
use pushgate_git::Follows;

use super::history::{COMMITS_MAX, FILES_MAX, Here, History, KnownCommit, KnownFile, PushedRef};
use super::private::is_private;
use super::why::Why;
use super::{Fix, Mark, Plan, TagPart, group};

/// Lines of the header of an annotated tag: object, type, name, and who made it.
const TAG_HEADER_LINES: u64 = 4;

/// How a secret stands in a symbolic link, of which an editor would open what it leads to.
const LINK: &str = ", of the link itself";

/// The plans that together free the push, in order.
pub(super) fn plans<'p>(findings: &[&'p AttributedFinding], history: &'p History) -> Vec<Plan<'p>> {
    let mut chosen =
        Chosen { history, objects: objects(findings), fixes: Vec::new(), plans: Vec::new() };
    for finding in findings {
        // Where nothing is new, policy blocks the old as well: then all sites count.
        let count = match finding.introduced_count {
            0 => finding.site_count,
            count => count,
        };
        if count > finding.sites.len() {
            return vec![Plan::None(Why::Places)];
        }
        for site in finding.sites.iter().take(count) {
            if let Err(why) = chosen.add(site, &finding.finding.decoded_from) {
                return vec![Plan::None(why)];
            }
        }
    }
    chosen.finish()
}

/// The objects in which a secret stands; `None` if not all places are known.
fn objects<'p>(findings: &[&'p AttributedFinding]) -> Option<HashSet<&'p str>> {
    let is_known = |finding: &&AttributedFinding| finding.site_count == finding.sites.len();
    let sites = findings.iter().flat_map(|finding| &finding.sites);
    findings.iter().all(is_known).then(|| sites.filter_map(|it| it.object.as_deref()).collect())
}

struct Chosen<'p> {
    history: &'p History,
    objects: Option<HashSet<&'p str>>,
    fixes: Vec<(&'p KnownCommit, Fix<'p>)>,
    plans: Vec<Plan<'p>>,
}

impl<'p> Chosen<'p> {
    fn add(&mut self, site: &'p Site, decoded: &[&str]) -> Result<(), Why> {
        let named = |of: &&PushedRef| Some(&of.name) == site.ref_name.as_ref();
        let of = self.history.refs.iter().find(named);
        match (site.source, &site.commit) {
            (Source::RefName, _) => self.plan(Plan::RefName { of }),
            (Source::Tag, _) => {
                let object = site.object.as_ref().ok_or(Why::UnknownTag)?;
                let is_header = site.position.line <= TAG_HEADER_LINES;
                self.add_tag(object, if is_header { TagPart::Tagger } else { TagPart::Message })?;
            }
            (_, None) => return Err(Why::NoCommit),
            (_, Some(commit)) => {
                let known = self.history.commits.iter().find(|known| known.id == *commit);
                let known = known.ok_or(match self.history.commits.len() {
                    COMMITS_MAX.. => Why::Commits,
                    _ => Why::UnknownCommit,
                })?;
                let at = self.fixes.iter().position(|(of, _)| of.id == known.id);
                let at = at.unwrap_or_else(|| {
                    self.fixes.push((known, Fix::of(known)));
                    self.fixes.len() - 1
                });
                if let Some((_, fix)) = self.fixes.get_mut(at) {
                    fix.add(site, known, decoded, self.objects.as_ref())?;
                }
            }
        }
        Ok(())
    }

    /// The text of the tag `object` is to be edited: then all that point at it are made anew.
    fn add_tag(&mut self, object: &str, part: TagPart) -> Result<(), Why> {
        let through = |of: &&PushedRef| of.tags.iter().any(|tag| tag == object);
        let (own, outer): (Vec<&PushedRef>, Vec<&PushedRef>) =
            self.history.refs.iter().filter(through).partition(|of| of.object == object);
        if own.iter().chain(&outer).any(|of| !of.is_tag()) {
            return Err(Why::RefAtTag);
        }
        let Some(inner) = own.first().copied() else {
            return Err(Why::OuterTag);
        };
        for of in own {
            self.plan(Plan::TagText { of, part });
        }
        for of in outer {
            if of.tags.get(1).is_none_or(|tag| tag != object) {
                return Err(Why::DeepTag);
            }
            self.plan(Plan::TagAgain { mark: Mark { of, onto: Some(inner) } });
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
        let mut moved: Vec<usize> = Vec::new();
        let mut is_whole = self.history.is_whole;
        while let Some((first, _)) = self.fixes.first() {
            let refs = first.refs.clone();
            let (together, rest): (Vec<_>, Vec<_>) =
                std::mem::take(&mut self.fixes).into_iter().partition(|(of, _)| of.refs == refs);
            self.fixes = rest;
            let mut named = refs.iter().filter_map(|at| self.history.refs.get(*at));
            if named.any(PushedRef::is_like_option) {
                plans.push(Plan::None(Why::OptionName));
                continue;
            }
            // What another plan moves has other commits afterwards, whose ids nobody knows yet.
            if refs.iter().any(|at| moved.contains(at)) {
                is_whole = false;
                continue;
            }
            let of = refs.iter().filter_map(|at| self.history.refs.get(*at)).collect();
            plans.push(group::plan(of, together.into_iter().map(|(_, fix)| fix).collect()));
            moved.extend(refs);
        }
        // Behind one that moves commits there can be no other: so those come first that do not.
        plans.sort_by_key(Plan::rebases);
        plans.extend(self.plans);
        if !is_whole {
            plans.push(Plan::Again);
        }
        plans
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

    /// Whether git takes its name in the clone for an option, however it is quoted.
    fn is_like_option(&self) -> bool {
        matches!(&self.here, Here::Named(name) if short(name).starts_with(b"-"))
    }

    /// Whether it is neither a branch nor anything unknown.
    pub(super) fn is_mark(&self) -> bool {
        self.is_note() || self.is_tag()
    }

    /// The name that people use for a branch where the push comes from, if it has one there.
    pub(super) fn here(&self) -> &[u8] {
        match &self.here {
            Here::Named(name) => short(name),
            Here::AsThere | Here::Nowhere => self.short(),
        }
    }

    /// The name that people use.
    pub(super) fn short(&self) -> &[u8] {
        short(&self.name)
    }
}

/// A name without the folder that people leave out.
fn short(name: &[u8]) -> &[u8] {
    let folders: [&[u8]; 2] = [b"refs/heads/", b"refs/tags/"];
    folders.iter().find_map(|folder| name.strip_prefix(*folder)).unwrap_or(name)
}

impl<'p> Fix<'p> {
    /// Nothing that is to be done in a commit, and what must be known of it.
    fn of(known: &'p KnownCommit) -> Fix<'p> {
        Fix {
            commit: &known.id,
            parents: known.parents,
            is_nameless: known.message.is_empty,
            begins: &known.message.begins,
            begins_behind: &known.behind.begins,
            passing: known.behind.passing.iter().map(|path| path.as_slice()).collect(),
            passing_more: known.behind.passing_more,
            melts: known.behind.melts,
            is_merged: known.is_merged,
            ..Fix::default()
        }
    }

    /// Has a person edit what a later commit would settle: then git may stop at that.
    pub(super) fn edit_settled(&mut self) {
        self.may_stop |= !self.settled.is_empty();
        self.edited.append(&mut self.settled);
    }

    fn add(
        &mut self,
        site: &'p Site,
        known: &'p KnownCommit,
        decoded: &[&str],
        objects: Option<&HashSet<&str>>,
    ) -> Result<(), Why> {
        let line = site.position.line;
        let parents = known.parents as u64;
        match (site.source, &site.path) {
            (Source::Commit, _) if line > known.header_lines => self.message = true,
            // The header begins with the tree and the parents.
            (Source::Commit, _) if line == parents + 2 => self.author = true,
            (Source::Commit, _) if line == parents + 3 => self.committer = true,
            (Source::Commit, _) => return Err(Why::Header),
            // A later commit may change what stands under the old name, or there.
            (Source::TreeName, _) => (self.renamed, self.may_stop) = (true, true),
            (_, Some(path)) => {
                let file = known.files.iter().find(|file| file.path == *path);
                let file = file.ok_or(match known.files.len() {
                    FILES_MAX.. => Why::Files,
                    _ => Why::UnknownFile,
                })?;
                let how = match file.is_link {
                    true => LINK.to_owned(),
                    false => manner(site, decoded),
                };
                self.add_file(file, how, known.refs.len(), objects)?;
            }
            (_, None) => return Err(Why::NoPath),
        }
        Ok(())
    }

    fn add_file(
        &mut self,
        file: &'p KnownFile,
        how: String,
        refs: usize,
        objects: Option<&HashSet<&str>>,
    ) -> Result<(), Why> {
        let path = file.path.as_slice();
        let is_there = self.edited.iter().chain(&self.settled).any(|(there, _)| *there == path);
        if is_there || self.deleted.contains(&path) || self.untracked.contains(&path) {
            return Ok(());
        }
        let settled = file.settled.as_deref().zip(objects);
        let is_settled = settled.is_some_and(|(last, objects)| !objects.contains(last));
        self.may_stop |= file.is_changed && !is_settled || file.follows == Follows::Yes;
        if file.gone_at > 0 && file.follows == Follows::Perhaps {
            return Err(Why::MayBeRenamed);
        }
        // What git follows to another name is edited: moved, the edited file has that name.
        if file.is_gone(refs) && file.follows == Follows::No {
            self.deleted.push(path);
        } else if file.gone_at > 0 && !file.is_gone(refs) {
            return Err(Why::GoneOnOneBranch);
        } else if file.gone_at == 0 && file.is_added && !file.is_changed && is_private(path) {
            self.untracked.push(path);
        } else {
            let to = if is_settled { &mut self.settled } else { &mut self.edited };
            to.push((path, how));
        }
        Ok(())
    }
}

/// How a secret is written in a file, for who takes it out.
fn manner(site: &Site, decoded: &[&str]) -> String {
    match (&site.inner_path, decoded) {
        (Some(_), _) => ", pack it anew".to_owned(),
        (None, []) => String::new(),
        (None, decoders) => format!(", it is in {}", decoders.join(" in ")),
    }
}
