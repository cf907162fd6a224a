//! Where a push would go: a remote of this repository, or an address of which nothing is known.
//!
//! A word that is neither is refused. Taken for an address, the name of a file would have the
//! commits checked instead of the file, and a verdict on them read as one on it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::bail;
use pushgate_gate::shell;

use crate::rehearsal::{ask, asked, describe, git, path_of};

/// What git adds to a path to find the repository there.
const GIT_SUFFIXES: [&str; 4] = ["", "/.git", ".git", ".git/.git"];

/// Where a push would go.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// A remote of this repository.
    Remote(OsString),
    /// An address of which nothing is known, or none at all.
    Unknown,
}

/// What stands in place of REMOTE, or what git takes if there is nothing.
pub(super) fn target(named: Option<&OsStr>, branch: Option<&[u8]>) -> anyhow::Result<Target> {
    let remotes = ask(git().arg("remote"))?;
    let remotes: Vec<&[u8]> =
        remotes.split(|&byte| byte == b'\n').filter(|name| !name.is_empty()).collect();
    let Some(named) = named else {
        let name = push_remote(branch)?;
        let is_known = |name: &[u8]| remotes.contains(&name);
        let found = match (name, remotes.as_slice()) {
            (Some(name), _) if is_known(&name) => Some(name),
            (None, _) if is_known(b"origin") => Some(b"origin".to_vec()),
            (None, [only]) => Some(only.to_vec()),
            _ => None,
        };
        return Ok(match found {
            Some(name) => Target::Remote(path_of(&name).into_os_string()),
            None => Target::Unknown,
        });
    };
    if remotes.contains(&named.as_bytes()) {
        return Ok(Target::Remote(named.to_owned()));
    }
    let is_ref = !describe(named.as_bytes()).contains("://") && is_revision(named.as_bytes())?;
    if !is_ref && is_address(named)? {
        return Ok(Target::Unknown);
    }
    bail!("{}", refusal(named, is_ref, &remotes))
}

/// Why a word is not taken, and what may have been meant.
fn refusal(named: &OsStr, is_ref: bool, remotes: &[&[u8]]) -> String {
    let shown = describe(named.as_bytes());
    let word = shell::word(&shown);
    let known: Vec<String> = remotes.iter().map(|name| describe(name)).collect();
    let mut text = format!("there is no remote {shown:?}");
    let there = match known.as_slice() {
        [] => "this repository has none".to_owned(),
        _ => format!("there is {}", known.join(", ")),
    };
    text.push_str(&format!("; {there}. It is neither a URL nor another git repository"));
    let file = Path::new(named).metadata();
    if is_ref || file.is_err() {
        text.push_str(&match known.first() {
            Some(remote) => {
                let remote = shell::word(remote);
                format!(". A branch or tag comes after it: pushgate check {remote} {word}")
            }
            None => ". To check the current branch, leave it out: pushgate check".to_owned(),
        });
    }
    text.push_str(&match file {
        Ok(data) if data.is_dir() => {
            format!(". To check what is in the folder: pushgate check -- {word}")
        }
        Ok(_) => format!(". To check the file: pushgate check -- {word}"),
        Err(_) if is_ref => String::new(),
        Err(_) => ". A file comes after two dashes: pushgate check -- FILE".to_owned(),
    });
    text
}

/// Whether git could push there: it has the form of a URL, or there is another repository.
fn is_address(named: &OsStr) -> anyhow::Result<bool> {
    // What rules of the configuration make of it.
    let mut rewritten =
        asked(git().args(["ls-remote", "--get-url", "--end-of-options"]).arg(named))?.stdout;
    if rewritten.ends_with(b"\n") {
        rewritten.pop();
    }
    for address in [named.as_bytes(), &rewritten] {
        if is_url(address) {
            return Ok(true);
        }
        if let Some(there) = repository(address)? {
            // `check .` is meant for files: nobody pushes everything to where it is.
            let here = ask(git().args(["rev-parse", "--git-common-dir"]))?;
            return Ok(there != fs::canonicalize(path_of(&here))?);
        }
    }
    Ok(false)
}

/// Whether it has the form of a URL, or of `host:path`.
fn is_url(address: &[u8]) -> bool {
    let Some(colon) = address.iter().position(|&byte| byte == b':') else { return false };
    let (scheme, rest) = (address.get(..colon).unwrap_or_default(), address.get(colon..));
    let rest = rest.unwrap_or_default();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    if rest.starts_with(b"://") || rest.starts_with(b"::") {
        return !scheme.is_empty() && scheme.iter().all(is_word);
    }
    // `a.c:3` is a line of a file, `HEAD:refs/heads/x` is said to a remote; neither is a host.
    let is_reference = rest.starts_with(b":refs/");
    let is_host = !scheme.is_empty() && !scheme.contains(&b'/') && rest.len() > 1;
    is_host && !is_reference && !path_of(scheme).exists() && !path_of(address).exists()
}

/// The folder of the repository that git finds at this path, as it looks for one to push to.
fn repository(path: &[u8]) -> anyhow::Result<Option<PathBuf>> {
    for suffix in GIT_SUFFIXES {
        let folder: PathBuf = path_of(&[path, suffix.as_bytes()].concat());
        if path.is_empty() || !folder.exists() {
            continue;
        }
        let mut command = git();
        command.env_remove("GIT_COMMON_DIR").env_remove("GIT_OBJECT_DIRECTORY");
        command.arg("--git-dir").arg(&folder).args(["rev-parse", "--git-common-dir"]);
        let answer = asked(&mut command)?;
        if answer.status.success() {
            return Ok(fs::canonicalize(path_of(answer.stdout.trim_ascii_end())).ok());
        }
    }
    Ok(None)
}

/// Whether git knows this as a name of an object, or as what would be pushed under a name.
fn is_revision(name: &[u8]) -> anyhow::Result<bool> {
    let name = name.strip_prefix(b"+").unwrap_or(name);
    for name in [Some(name), name.split(|&byte| byte == b':').next()].into_iter().flatten() {
        let known = asked(
            git().args(["rev-parse", "-q", "--verify", "--end-of-options"]).arg(path_of(name)),
        )?;
        if known.status.success() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The remote that is configured for pushing the current branch.
fn push_remote(branch: Option<&[u8]>) -> anyhow::Result<Option<Vec<u8>>> {
    let name = match branch {
        Some(branch) => {
            ask(git().args(["for-each-ref", "--format=%(push:remotename)"]).arg(path_of(branch)))?
        }
        None => asked(git().args(["config", "--get", "remote.pushDefault"]))?
            .stdout
            .trim_ascii_end()
            .to_vec(),
    };
    let first = name.split(|&byte| byte == b'\n').next().unwrap_or_default();
    Ok((!first.is_empty()).then(|| first.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::is_url;

    #[test]
    fn urls_are_told_from_paths_and_refs() {
        for (address, expected) in [
            ("https://server.invalid/x.git", true),
            ("ssh://git@server.invalid/x", true),
            ("ext::prog", true),
            ("git@server.invalid:x/y.git", true),
            ("short:x", true),
            ("./file", false),
            ("./a:b", false),
            ("/abs/a:b", false),
            ("file", false),
            (":main", false),
            ("host:", false),
            ("HEAD:refs/heads/x", false),
            ("Cargo.toml:3", false),
            ("://x", false),
        ] {
            assert_eq!(is_url(address.as_bytes()), expected, "{address}");
        }
    }
}
