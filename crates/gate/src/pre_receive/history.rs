//! What the plan for a refused push must know of its history; nothing else asks for it.

use std::collections::BTreeMap;

use pushgate_core::finding::AttributedFinding;
use pushgate_core::policy::{Action, Decision};
use pushgate_git::{Descent, ObjectId, Objects, UpdateKind, Wanted, descent};

use super::{Context, Pushed};
use crate::report::plan::history::{
    COMMITS_MAX, FILES_MAX, History, KnownCommit, KnownFile, PushedRef,
};

/// Looks at the commits that `decision` blocks.
///
/// If the time or a bound is used up, less is known, and the plan says so.
pub(super) fn history(
    decision: &Decision,
    pushed: Pushed<'_>,
    objects: &Objects,
    context: Context<'_>,
) -> History {
    let blocking = decision.findings.iter().filter(|(_, action)| *action == Action::Block);
    let wanted = wanted(blocking.map(|(finding, _)| finding));
    let Pushed { push, incoming, forests } = pushed;
    let known = descent(incoming, objects, forests, &wanted, context.threads);
    let Descent { tips, commits } = known.unwrap_or_default();
    let places_max = usize::try_from(context.config.limits.git.sites_per_object_max);
    let is_cut =
        |finding: &AttributedFinding| places_max.is_ok_and(|max| finding.site_count >= max);
    let is_whole = decision.undecided.is_empty()
        && !decision.findings.iter().any(|(finding, _)| is_cut(finding));
    let mut history = History { is_whole, ..History::default() };
    let mut refs_of: Vec<Vec<usize>> = vec![Vec::new(); tips.len()];
    for update in push.updates.iter().filter(|update| update.kind() != UpdateKind::Delete) {
        let tip = tips.iter().position(|tip| tip.id == update.new_id);
        if let Some(refs) = tip.and_then(|tip| refs_of.get_mut(tip)) {
            refs.push(history.refs.len());
        }
        let tip = tip.and_then(|tip| tips.get(tip));
        let tags = tip.into_iter().flat_map(|tip| &tip.tags);
        history.refs.push(PushedRef {
            name: update.name.to_vec(),
            object: update.new_id.to_string(),
            commit: tip.and_then(|tip| tip.commit).map(|commit| commit.to_string()),
            tags: tags.map(ToString::to_string).collect(),
            message: tip.map(|tip| tip.message.clone()).unwrap_or_default(),
            here: context.branches.here(&update.name),
        });
    }
    for commit in commits {
        let refs_at = |tip: usize| refs_of.get(tip).map(Vec::as_slice).unwrap_or_default();
        let mut refs: Vec<usize> =
            commit.tips.iter().flat_map(|tip| refs_at(*tip)).copied().collect();
        refs.sort_unstable();
        let all = commit.tips.len();
        let files = commit.files.into_iter().map(|file| KnownFile {
            path: file.path.to_vec(),
            is_link: file.is_link,
            is_added: file.is_added,
            is_changed: file.is_changed,
            settled: file.settled.map(|id| id.to_string()),
            follows: file.follows,
            // Refs that point at the same commit count as one there.
            gone_at: if file.gone_at == all { refs.len() } else { file.gone_at },
        });
        history.commits.push(KnownCommit {
            id: commit.id.to_string(),
            parents: commit.parents,
            header_lines: commit.header_lines,
            message: commit.message,
            files: files.collect(),
            refs,
            is_merged: commit.is_merged,
            behind: commit.behind,
        });
    }
    history
}

/// The commits with secrets that block, and their files.
fn wanted<'f>(findings: impl Iterator<Item = &'f AttributedFinding>) -> Vec<Wanted> {
    let mut wanted: BTreeMap<ObjectId, Wanted> = BTreeMap::new();
    for site in findings.flat_map(|finding| &finding.sites) {
        let id = site.commit.as_ref().and_then(|id| ObjectId::from_hex(id.as_bytes()).ok());
        let Some(commit) = id else { continue };
        if wanted.len() >= COMMITS_MAX && !wanted.contains_key(&commit) {
            continue;
        }
        let entry = wanted.entry(commit).or_insert_with(|| Wanted { commit, paths: Vec::new() });
        if let Some(path) = &site.path
            && entry.paths.len() < FILES_MAX
            && !entry.paths.iter().any(|known| *known == *path)
        {
            entry.paths.push(path.clone().into());
        }
    }
    wanted.into_values().collect()
}
