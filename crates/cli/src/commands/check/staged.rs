//! What is staged, as the commit that it would become. Its objects lie in the rehearsal alone.

use std::fs;
use std::process::Command;

use anyhow::Context as _;

use super::Prepared;
use crate::rehearsal::{
    Developer, KnownRef, Local, Rehearsal, Update, ask, asked, describe, git, git_path, path_of,
};

/// Parents of a merge that are read.
const PARENTS_MAX: usize = 1000;

pub(super) fn prepare() -> anyhow::Result<Prepared> {
    let developer = Developer::find()?;
    let mut rehearsal = Rehearsal::new(Some(&developer))?;
    let parents = parents()?;
    let known = parents.iter().enumerate().map(|(at, id)| KnownRef {
        name: format!("refs/pushgate/parent/{at}").into_bytes(),
        id: id.clone(),
    });
    rehearsal.set_known(known)?;

    // Git writes an index that it reads, to remember trees: it is given a copy.
    let index = rehearsal.folder().join("index");
    let present = git_path("index")?;
    if present.is_file() {
        fs::copy(&present, &index).with_context(|| format!("copying {}", present.display()))?;
    }
    let own = |command: &mut Command| {
        command
            .env("GIT_INDEX_FILE", &index)
            .env("GIT_OBJECT_DIRECTORY", rehearsal.server().join("objects"))
            .env_remove("GIT_ALTERNATE_OBJECT_DIRECTORIES");
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_NAME"), "pushgate check")
                .env(format!("GIT_{role}_EMAIL"), "pushgate@localhost");
        }
    };
    let mut command = git();
    own(&mut command);
    let tree = ask(command.args(["-c", "core.splitIndex=false", "write-tree", "--missing-ok"]))
        .context("what is staged is no tree yet; if there are conflicts, solve them first")?;
    let mut command = git();
    own(&mut command);
    command.args(["commit-tree", "-m", "what is staged"]);
    for parent in &parents {
        command.args(["-p", parent]);
    }
    let commit = ask(command.arg(path_of(&tree)))?;
    let branch = asked(git().args(["symbolic-ref", "-q", "HEAD"]))?.stdout;
    let branch = branch.trim_ascii_end();
    let name = if branch.is_empty() { b"refs/heads/staged".to_vec() } else { branch.to_vec() };
    let update = Update { name, new: describe(&commit), local: Local::Unknown };
    Ok(Prepared::of_updates(rehearsal, vec![update]))
}

/// What the commit would be on top of: HEAD, and what is being merged.
fn parents() -> anyhow::Result<Vec<String>> {
    let mut parents = Vec::new();
    let head = asked(git().args(["rev-parse", "-q", "--verify", "HEAD^{commit}"]))?;
    if head.status.success() {
        parents.push(describe(head.stdout.trim_ascii_end()));
    }
    let merged = fs::read_to_string(git_path("MERGE_HEAD")?).unwrap_or_default();
    parents.extend(merged.lines().take(PARENTS_MAX).map(str::to_owned));
    Ok(parents)
}
