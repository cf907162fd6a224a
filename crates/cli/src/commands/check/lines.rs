//! A push that git is about to make, as a `pre-push` hook hears of it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;

use anyhow::{Context as _, bail};

use super::{Prepared, push};
use crate::rehearsal::{
    Developer, KnownRef, Rehearsal, Update, ask, asked, describe, git, path_of,
};

/// Bytes of standard input that are read.
const INPUT_BYTES_MAX: u64 = 256 << 20;

/// One line: what is pushed, and what the server says it has there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    new: String,
    name: Vec<u8>,
    old: String,
    /// What is pushed, in the words of who pushes.
    local: Vec<u8>,
}

pub(super) fn prepare(remote: Option<&OsStr>, framework: bool) -> anyhow::Result<Prepared> {
    let developer = Developer::find()?;
    let (lines, named) = if framework {
        let (line, remote) = of_framework()?;
        (vec![line], Some(remote))
    } else {
        (of_standard_input()?, None)
    };
    let mut rehearsal = Rehearsal::new(Some(&developer))?;
    // The server itself has just said these, so they go first.
    let mut known = Vec::new();
    let claims: BTreeSet<&str> = lines.iter().map(|line| line.old.as_str()).collect();
    let there = present(&claims)?;
    for Line { name, old, .. } in &lines {
        if there.contains(old.as_str()) {
            known.push(KnownRef { name: name.clone(), id: old.clone() });
        }
    }
    if let Some(remote) = named.as_deref().or(remote) {
        known.extend(push::known(remote)?);
    }
    rehearsal.set_known(known)?;
    let updates = lines
        .into_iter()
        .filter(|line| !is_nothing(&line.new))
        .map(|Line { name, new, local, .. }| Ok(Update { name, new, local: push::local(&local)? }))
        .collect::<anyhow::Result<Vec<Update>>>()?;
    Ok(Prepared::of_updates(rehearsal, updates))
}

fn of_standard_input() -> anyhow::Result<Vec<Line>> {
    let mut input = Vec::new();
    std::io::stdin()
        .lock()
        .take(INPUT_BYTES_MAX)
        .read_to_end(&mut input)
        .context("reading standard input")?;
    input
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            parse(line).with_context(|| {
                format!(
                    "standard input is not what git hands a pre-push hook (LOCAL-REF LOCAL-ID \
                     REMOTE-REF REMOTE-ID): {:?}",
                    describe(line)
                )
            })
        })
        .collect()
}

/// Reads a line from its end: what stands first may be an expression with blanks in it.
fn parse(line: &[u8]) -> Option<Line> {
    let mut parts = line.rsplitn(4, |&byte| byte == b' ');
    let (old, name, new, local) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let (new, old) = (describe(new), describe(old));
    let line = Line { new, name: name.to_vec(), old, local: local.to_vec() };
    (is_id(&line.new) && is_id(&line.old) && !name.is_empty()).then_some(line)
}

/// What the pre-commit framework says of the ref that it calls its hooks for, and the remote.
fn of_framework() -> anyhow::Result<(Line, std::ffi::OsString)> {
    #[expect(clippy::disallowed_methods, reason = "the framework says it so")]
    let variable = |name: &str| {
        std::env::var_os(name).filter(|value| !value.is_empty()).with_context(|| {
            format!("{name} is not set; the pre-commit framework sets it in the pre-push stage")
        })
    };
    let new = ask(git()
        .args(["rev-parse", "--verify", "-q", "--end-of-options"])
        .arg(variable("PRE_COMMIT_TO_REF")?))
    .context("PRE_COMMIT_TO_REF names no object")?;
    let name = variable("PRE_COMMIT_REMOTE_BRANCH")?.as_bytes().to_vec();
    if !name.starts_with(b"refs/") {
        bail!("PRE_COMMIT_REMOTE_BRANCH is {:?}, which is no whole name of a ref", describe(&name));
    }
    let new = describe(&new);
    // What the server has there is not said; the remote-tracking refs know.
    let old = "0".repeat(new.len());
    // Older ones do not say it.
    let local = variable("PRE_COMMIT_LOCAL_BRANCH").unwrap_or_default().as_bytes().to_vec();
    Ok((Line { new, name, old, local }, variable("PRE_COMMIT_REMOTE_NAME")?))
}

/// Those of `ids` that the developer's store has.
fn present<'i>(ids: &BTreeSet<&'i str>) -> anyhow::Result<BTreeSet<&'i str>> {
    let mut there = BTreeSet::new();
    for id in ids.iter().filter(|id| !is_nothing(id)) {
        if asked(git().args(["cat-file", "-e"]).arg(path_of(id.as_bytes())))?.status.success() {
            there.insert(*id);
        }
    }
    Ok(there)
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_nothing(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn lines_are_read_as_git_writes_them() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let line = parse(format!("HEAD^{{/a b}} {one} refs/heads/x {two}").as_bytes()).unwrap();
        assert_eq!((line.new, line.name, line.old), (one.clone(), b"refs/heads/x".to_vec(), two));
        for odd in ["", "a b c d", &format!("{one} refs/heads/x {one}"), &format!("a {one} {one}")]
        {
            assert_eq!(parse(odd.as_bytes()), None, "{odd}");
        }
    }
}
