//! The small file that git runs as `hooks/pre-receive`, and which starts the hook program; where a
//! forge has a file of its own there, it is that which runs ours.
//!
//! Git passes over a hook that is a dangling link or not executable, without a word. So the hook
//! is a regular file that is written once and never changes, and the program behind it may be
//! missing, damaged or killed: then this file refuses the push and says so.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use pushgate_gate::shell::quoted;

/// The line by which a hook is known to be ours.
const MARK: &[u8] = b"# pushgate hook 1: written by `pushgate install`";

/// What the hook program is called with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Call {
    /// The configuration the admin named; absolute.
    pub(crate) config: Option<PathBuf>,
    /// Whether a hook that was there before has its say.
    pub(crate) previous: bool,
    /// Whether the file is in a folder of parts, one further down.
    pub(crate) is_part: bool,
}

/// Where the file has the repository from its own folder.
const UP: &[u8] = b"repository=${0%/*}/..\n";
const UP_FROM_PARTS: &[u8] = b"repository=${0%/*}/../..\n";

/// The text of the hook file.
///
/// Paths inside the repository are relative to the file, so that a repository can be moved. What
/// the shell itself has to say of a program that is killed or missing, and what a library writes
/// when memory runs out, goes nowhere: the first line that the pusher reads is a verdict. So the
/// program's standard output is turned to where our standard error goes.
///
/// GitLab's pages show marked lines alone. Without the program nobody has read the configuration, so
/// its variables decide, as in the program itself before it knows more.
pub(crate) fn text(call: &Call) -> Vec<u8> {
    let mut text = b"#!/bin/sh\n".to_vec();
    text.extend_from_slice(MARK);
    text.extend_from_slice(b"; `pushgate uninstall` takes it out.\n");
    text.extend_from_slice(if call.is_part { UP_FROM_PARTS } else { UP });
    text.extend_from_slice(
        b"program=$repository/pushgate/pushgate-pre-receive\n\
          status=127\n\
          if [ -f \"$program\" ] && [ -s \"$program\" ] && [ -x \"$program\" ]; then\n\
          \x20 exec 3>&2 2>/dev/null\n",
    );
    text.extend_from_slice(
        b"  (exec \"$program\" --tell-on-output --fingerprint-key \"$repository/pushgate/fingerprint.key\"",
    );
    if let Some(config) = &call.config {
        text.extend_from_slice(b" --config ");
        text.extend_from_slice(&quoted(config.as_os_str().as_bytes()));
    }
    if call.previous {
        text.extend_from_slice(b" --previous \"$repository/hooks.before-pushgate/pre-receive\"");
    }
    text.extend_from_slice(
        b" >&3 3>&-)\n  status=$?\n  exec 2>&3\nfi\n\
          case $status in 0|1|2) exit $status ;; esac\n\
          mark= indent='  '\n\
          if [ -n \"$GL_REPOSITORY\" ] && [ \"$GL_PROTOCOL\" = web ]; then\n\
          \x20 mark='GL-HOOK-ERR: ' indent=\n\
          fi\n\
          tell() { printf '%s%s\\n' \"$mark\" \"$1\" >&2; }\n\
          tell 'pushgate: push refused: the gate itself failed [PG0207]'\n\
          tell \"$indent> the hook program ended with status $status\"\n\
          tell \"$indent> $program\"\n\
          tell \"${indent}This is not about what you pushed. Nothing of it was kept.\"\n\
          tell \"${indent}Please tell an admin of this server, with the lines above.\"\n\
          exit 2\n",
    );
    text
}

/// The call in a hook file, if the file is ours.
pub(crate) fn parse(text: &[u8]) -> Option<Call> {
    let mut lines = text.split(|&byte| byte == b'\n');
    lines.next()?;
    if !lines.next()?.starts_with(MARK) {
        return None;
    }
    let line = lines.find(|line| line.starts_with(b"  (exec \"$program\" "))?;
    let is_part = contains(text, UP_FROM_PARTS);
    let mut call = Call { config: None, previous: contains(line, b" --previous "), is_part };
    if let Some(at) = find(line, b" --config '") {
        let rest = line.get(at + b" --config ".len()..)?;
        call.config = Some(PathBuf::from(OsStr::from_bytes(&unquoted(rest)?).to_owned()));
    }
    Some(call)
}

/// Whether the file is ours, and somebody has edited it since: what is written never changes.
pub(crate) fn is_edited(file: &[u8]) -> bool {
    parse(file).is_some_and(|call| text(&call) != file)
}

/// The text of the quoted word that `line` begins with.
fn unquoted(line: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let mut rest = line.strip_prefix(b"'")?;
    loop {
        let end = rest.iter().position(|&byte| byte == b'\'')?;
        let (part, after) = rest.split_at_checked(end)?;
        text.extend_from_slice(part);
        match after.strip_prefix(b"'\\''") {
            Some(more) => {
                text.push(b'\'');
                rest = more;
            }
            None => return Some(text),
        }
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    find(text, part).is_some()
}

#[cfg(test)]
mod tests {
    use super::{Call, is_edited, parse, text};

    #[test]
    fn a_call_survives_being_written() {
        for config in
            [None, Some("/etc/pushgate/pushgate.toml"), Some("/a b/it's '$HOME' \"x\".toml")]
        {
            for (previous, is_part) in [(false, false), (true, false), (false, true)] {
                let call = Call { config: config.map(Into::into), previous, is_part };
                let mut file = text(&call);
                assert_eq!(parse(&file), Some(call));
                assert!(!is_edited(&file));
                file.extend(b"# mine\n");
                assert!(is_edited(&file));
            }
        }
    }

    #[test]
    fn another_hook_is_not_ours() {
        assert_eq!(parse(b"#!/bin/sh\necho pushgate\n"), None);
        assert_eq!(parse(b""), None);
        assert_eq!(parse(b"\x7fELF"), None);
        assert!(!is_edited(b"#!/bin/sh\n"));
    }
}
