//! What `git push` would send: git itself says so, in a dry run against the rehearsal.
//!
//! The dry run is given the rehearsal's path in place of each address of the remote, and may use
//! no protocol but a path: configuration, refspecs, tags and defaults are git's own business.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, bail};

use super::Prepared;
use super::target::{Target, target};
use crate::rehearsal::{
    Developer, KnownRef, Local, Rehearsal, Update, ask, asked, describe, git, git_failed, path_of,
};

pub(super) fn prepare(remote: Option<&OsStr>, references: &[OsString]) -> anyhow::Result<Prepared> {
    let developer = Developer::find()?;
    let branch = branch()?;
    if !asked(git().args(["rev-parse", "-q", "--verify", "HEAD"]))?.status.success()
        && references.is_empty()
    {
        bail!(
            "there is no commit yet, so there is nothing to push; check what is staged with: \
             pushgate check --staged"
        );
    }
    let target = target(remote, branch.as_deref())?;
    let mut rehearsal = Rehearsal::new(Some(&developer))?;
    if let Target::Remote(name) = &target {
        rehearsal.set_known(known(name)?)?;
    }
    let wanted: Vec<OsString> =
        references.iter().filter(|reference| !is_deletion(reference)).cloned().collect();
    if wanted.is_empty() && !references.is_empty() {
        return Ok(Prepared::of_updates(rehearsal, Vec::new()));
    }
    let updates = updates(&rehearsal, &target, &wanted, branch.as_deref())?;
    Ok(Prepared::of_updates(rehearsal, updates))
}

/// Whether a refspec takes a ref away, so that nothing is sent for it.
fn is_deletion(reference: &OsStr) -> bool {
    let bytes = reference.as_bytes();
    let bytes = bytes.strip_prefix(b"+").unwrap_or(bytes);
    // A colon alone is every branch that both sides have.
    bytes.starts_with(b":") && bytes.len() > 1
}

/// What is pushed as `from`.
pub(super) fn local(from: &[u8]) -> anyhow::Result<Local> {
    Ok(match from {
        b"" => Local::Unknown,
        b"HEAD" | b"@" => branch()?.map_or(Local::NoBranch, Local::Branch),
        name if name.starts_with(b"refs/heads/") => Local::Branch(name.to_vec()),
        _ => Local::NoBranch,
    })
}

/// The full name of the current branch; nothing if HEAD is detached.
fn branch() -> anyhow::Result<Option<Vec<u8>>> {
    let output = asked(git().args(["symbolic-ref", "-q", "HEAD"]))?;
    let name = output.stdout.trim_ascii_end().to_vec();
    Ok((output.status.success() && !name.is_empty()).then_some(name))
}

/// The refs that the remote had when it was last asked, under their names there.
pub(super) fn known(remote: &OsStr) -> anyhow::Result<Vec<KnownRef>> {
    let key = [b"remote.", remote.as_bytes(), b".fetch"].concat();
    let specs = asked(git().args(["config", "--get-all"]).arg(path_of(&key)))?.stdout;
    let specs: Vec<&[u8]> = specs.split(|&byte| byte == b'\n').collect();
    let refs =
        ask(git().args(["for-each-ref", "--format=%(objectname)%00%(symref)%00%(refname)"]))?;
    let mut known = Vec::new();
    for line in refs.split(|&byte| byte == b'\n') {
        let mut parts = line.split(|&byte| byte == 0);
        let (Some(id), Some(b""), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        // In a mirror, the refs that a fetch writes are those that are worked on.
        if name.starts_with(b"refs/heads/") || name.starts_with(b"refs/tags/") {
            continue;
        }
        let names = specs.iter().filter_map(|spec| name_there(spec, name));
        known.extend(names.map(|name| KnownRef { name, id: describe(id) }));
    }
    Ok(known)
}

/// The name on the server of the ref that is fetched as `tracking` by `spec`.
fn name_there(spec: &[u8], tracking: &[u8]) -> Option<Vec<u8>> {
    let spec = spec.strip_prefix(b"+").unwrap_or(spec);
    let colon = spec.iter().position(|&byte| byte == b':')?;
    let (source, target) = (spec.get(..colon)?, spec.get(colon + 1..)?);
    let star = |pattern: &[u8]| pattern.iter().position(|&byte| byte == b'*');
    let (Some(from), Some(to)) = (star(source), star(target)) else {
        return (target == tracking).then(|| source.to_vec());
    };
    let middle = tracking.strip_prefix(target.get(..to)?)?.strip_suffix(target.get(to + 1..)?)?;
    Some([source.get(..from)?, middle, source.get(from + 1..)?].concat())
}

/// Lets git say what it would push.
fn updates(
    rehearsal: &Rehearsal,
    target: &Target,
    references: &[OsString],
    branch: Option<&[u8]>,
) -> anyhow::Result<Vec<Update>> {
    let server = rehearsal.server();
    let output = dry_run(&server, target, references)?;
    if output.status.success() {
        return read(&output);
    }
    let error = git_failed(&output.stderr);
    let Some(branch) = branch else {
        return Err(error.context(
            "HEAD is detached; say what would be pushed, such as: pushgate check REMOTE \
             HEAD:refs/heads/NAME",
        ));
    };
    if !references.is_empty() {
        return Err(error.context("git would not push this"));
    }
    // A branch that is new, or a setting by which git wants to be told: the same name.
    let output = dry_run(&server, target, &[path_of(branch).into_os_string()])?;
    if !output.status.success() {
        return Err(git_failed(&output.stderr).context("git would not push this"));
    }
    read(&output)
}

fn dry_run(server: &Path, target: &Target, references: &[OsString]) -> anyhow::Result<Output> {
    let mut command = git();
    command.env_remove("GIT_NAMESPACE");
    let address = match target {
        Target::Unknown => server.as_os_str(),
        Target::Remote(name) => {
            redirect(&mut command, name, server)?;
            name
        }
    };
    command.args([
        "push",
        "--dry-run",
        "--porcelain",
        "--no-verify",
        "--force",
        "--no-signed",
        "--recurse-submodules=no",
        // What is configured is a program of the server's.
        "--receive-pack=git-receive-pack",
        "--end-of-options",
    ]);
    asked(command.arg(address).args(references))
}

/// Puts the rehearsal in place of every address of the remote.
fn redirect(command: &mut Command, remote: &OsStr, server: &Path) -> anyhow::Result<()> {
    let key =
        |name: &str| path_of(&[b"remote.", remote.as_bytes(), b".", name.as_bytes()].concat());
    let mut addresses = Vec::new();
    for name in ["pushurl", "url"] {
        let output = asked(git().args(["config", "-z", "--get-all"]).arg(key(name)))?;
        addresses.extend(output.stdout.split(|&byte| byte == 0).map(<[u8]>::to_vec));
    }
    // What git makes of them by rules that are there already.
    let made = asked(git().args(["remote", "get-url", "--push", "--all"]).arg(remote))?.stdout;
    addresses.extend(made.split(|&byte| byte == b'\n').map(<[u8]>::to_vec));
    addresses.retain(|address| !address.is_empty());
    addresses.sort_unstable();
    addresses.dedup();
    let server = server.to_str().context("a temporary folder that is not UTF-8")?;
    let mut check = git();
    for (at, address) in addresses.iter().enumerate() {
        let variable = format!("PUSHGATE_ADDRESS_{at}");
        for command in [&mut *command, &mut check] {
            command.env(&variable, path_of(address));
            for rule in ["insteadOf", "pushInsteadOf"] {
                command.arg(format!("--config-env=url.{server}.{rule}={variable}"));
            }
        }
    }
    // Whoever has rules of their own for whole addresses is not to reach the real server.
    let there = ask(check.args(["remote", "get-url", "--push", "--all"]).arg(remote))?;
    if there.split(|&byte| byte == b'\n').any(|address| address != server.as_bytes()) {
        bail!(
            "a rule of the configuration (url.BASE.insteadOf) takes the whole address of the remote \
             {:?}, so it cannot be replaced for a dry run; name the address instead: pushgate check \
             URL REF",
            describe(remote.as_bytes())
        );
    }
    Ok(())
}

/// Reads what a dry run says.
fn read(output: &Output) -> anyhow::Result<Vec<Update>> {
    let mut updates: Vec<Update> = Vec::new();
    for line in output.stdout.split(|&byte| byte == b'\n') {
        let Some((flag, rest)) = line.split_first().filter(|(_, rest)| rest.starts_with(b"\t"))
        else {
            continue;
        };
        if matches!(flag, b'=' | b'-') {
            continue;
        }
        let rest = rest.strip_prefix(b"\t").unwrap_or(rest);
        let refs = rest.iter().rposition(|&byte| byte == b'\t').and_then(|at| rest.get(..at));
        let colon = refs.and_then(|refs| refs.iter().rposition(|&byte| byte == b':'));
        let (Some(refs), Some(colon)) = (refs, colon) else {
            bail!("git's dry run says what is not understood: {:?}", describe(line));
        };
        let (from, to) = (refs.get(..colon), refs.get(colon + 1..));
        let (from, name) = (from.unwrap_or_default(), to.unwrap_or_default().to_vec());
        if updates.iter().any(|update| update.name == name) {
            // The same ref, at another address of the same remote.
            continue;
        }
        let id = ask(git()
            .args(["rev-parse", "--verify", "-q", "--end-of-options"])
            .arg(path_of(from)))
        .with_context(|| format!("{:?} would be pushed, and cannot be read", describe(from)))?;
        updates.push(Update { name, new: describe(&id), local: local(from)? });
    }
    Ok(updates)
}

#[cfg(test)]
mod tests {
    use super::{is_deletion, name_there};

    #[test]
    fn tracking_refs_are_told_by_their_names_on_the_server() {
        let check = |spec: &str, tracking: &str, name: Option<&str>| {
            let there = name_there(spec.as_bytes(), tracking.as_bytes());
            assert_eq!(there.as_deref(), name.map(str::as_bytes), "{spec} {tracking}");
        };
        let usual = "+refs/heads/*:refs/remotes/origin/*";
        check(usual, "refs/remotes/origin/a/b", Some("refs/heads/a/b"));
        check(usual, "refs/remotes/other/a", None);
        check("refs/heads/main:refs/x", "refs/x", Some("refs/heads/main"));
        check("refs/heads/main:refs/x", "refs/x/y", None);
        check("^refs/heads/a", "refs/remotes/origin/a", None);
        check("+refs/pull/*/head:refs/p/*/h", "refs/p/7/h", Some("refs/pull/7/head"));
        check("", "refs/x", None);
    }

    #[test]
    fn a_deletion_sends_nothing() {
        for (reference, expected) in
            [(":a", true), ("+:a", true), (":", false), ("a", false), ("a:b", false)]
        {
            assert_eq!(is_deletion(reference.as_ref()), expected, "{reference}");
        }
    }
}
