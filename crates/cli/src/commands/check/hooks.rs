//! Hooks of the developer's own: `pre-push`, and `pre-commit`.
//!
//! The hook that was there is renamed and runs afterwards, with the same arguments and input. Like
//! any hook of a clone they can be passed over with `--no-verify`: the server's is the gate.

use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use pushgate_gate::shell::quoted;

use super::Arguments;
use crate::output::say;
use crate::rehearsal::{Developer, asked, describe, git, git_path};
use crate::repository::unset_hooks_path;

/// The line by which a hook is known to be ours.
const MARK: &str = "# pushgate check hook 1: written by `pushgate check --install`";

/// What is added to the name of a hook that was there before.
const KEPT: &str = ".before-pushgate";

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    Developer::find()?;
    let folder = folder()?;
    if arguments.uninstall {
        let both: &[&str] =
            if arguments.staged { &["pre-commit"] } else { &["pre-push", "pre-commit"] };
        let hooks = both.iter().map(|name| folder.join(name));
        let (present, missing): (Vec<PathBuf>, Vec<PathBuf>) =
            hooks.partition(|hook| hook.symlink_metadata().is_ok());
        if present.is_empty() {
            let missing: Vec<String> =
                missing.iter().map(|hook| hook.display().to_string()).collect();
            return say!("nothing was installed: there is no {}", missing.join(", and no "));
        }
        for hook in present {
            uninstall(&hook)?;
        }
        return Ok(());
    }
    let name = if arguments.staged { "pre-commit" } else { "pre-push" };
    install(&folder, name, &call(arguments)?)
}

/// Where git looks for hooks, if that is this repository's own folder.
fn folder() -> anyhow::Result<PathBuf> {
    let folder = git_path("hooks")?;
    let elsewhere = asked(git().args(["config", "--show-origin", "--get", "core.hooksPath"]))?;
    if !elsewhere.status.success() {
        return Ok(folder);
    }
    let common = crate::rehearsal::ask(git().args(["rev-parse", "--git-common-dir"]))?;
    let common = std::path::absolute(crate::rehearsal::path_of(&common))?;
    let real = |path: &Path| fs::canonicalize(path).ok();
    if real(&folder).is_some() && real(&folder) == real(&common.join("hooks")) {
        return Ok(folder);
    }
    let set = describe(elsewhere.stdout.trim_ascii_end());
    let origin = set.split('\t').next().unwrap_or_default();
    bail!(
        "core.hooksPath is set ({}), so git runs hooks from {}, which may serve other repositories \
         or be part of the working tree; nothing was changed. To unset it, {}. Or add a line to the \
         hook there: in pre-push, `pushgate check --pre-push \"$1\"` with its standard input, in \
         pre-commit, `pushgate check --staged`",
        set.replace('\t', " "),
        folder.display(),
        unset_hooks_path(origin)
    )
}

/// The command line of the hook, each word quoted for the shell.
fn call(arguments: &Arguments) -> anyhow::Result<Vec<u8>> {
    let tool = std::env::current_exe().context("finding this tool")?;
    let mut line = quoted(tool.as_os_str().as_bytes());
    line.extend_from_slice(b" check --quiet");
    for (option, path) in [("--config", &arguments.config), ("--hook", &arguments.hook)] {
        if let Some(path) = path {
            let path = fs::canonicalize(path).with_context(|| path.display().to_string())?;
            line.extend([b" ", option.as_bytes(), b" "].concat());
            line.extend(quoted(path.as_os_str().as_bytes()));
        }
    }
    Ok(line)
}

fn install(folder: &Path, name: &str, call: &[u8]) -> anyhow::Result<()> {
    let hook = folder.join(name);
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut present = None;
    if hook.symlink_metadata().is_ok() && !is_ours(&hook) {
        let kept = kept(&hook);
        if kept.symlink_metadata().is_ok() {
            bail!("{} is in the way: it is where the present hook would be kept", kept.display());
        }
        // A second name, so that there is a hook at every moment.
        fs::hard_link(&hook, &kept).with_context(|| format!("keeping {}", hook.display()))?;
        present = Some(kept);
    }
    let failed = || format!("writing {}", hook.display());
    let mut file =
        tempfile::Builder::new().prefix(".pushgate-").tempfile_in(folder).with_context(failed)?;
    file.write_all(&script(name, call)).with_context(failed)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o755)).with_context(failed)?;
    file.persist(&hook).with_context(failed)?;
    if let Some(kept) = present {
        say!("the hook that was there runs after ours; it is kept as {}", kept.display())?;
    }
    say!("installed {}", hook.display())
}

fn uninstall(hook: &Path) -> anyhow::Result<()> {
    if !is_ours(hook) {
        say!("{} is not pushgate's; it is left as it is", hook.display())?;
        return Ok(());
    }
    let kept = kept(hook);
    if kept.symlink_metadata().is_ok() {
        fs::rename(&kept, hook).with_context(|| format!("putting {} back", kept.display()))?;
        say!("put back {}", hook.display())?;
    } else {
        fs::remove_file(hook).with_context(|| format!("removing {}", hook.display()))?;
        say!("removed {}", hook.display())?;
    }
    Ok(())
}

fn is_ours(hook: &Path) -> bool {
    let text = fs::read(hook).unwrap_or_default();
    text.split(|&byte| byte == b'\n').nth(1).is_some_and(|line| line.starts_with(MARK.as_bytes()))
}

fn kept(hook: &Path) -> PathBuf {
    let mut name = hook.file_name().unwrap_or_default().to_owned();
    name.push(KEPT);
    hook.with_file_name(name)
}

/// The text of the hook file.
fn script(name: &str, call: &[u8]) -> Vec<u8> {
    let mut text = format!(
        "#!/bin/sh\n{MARK}; `pushgate check --uninstall` takes it out.\n\
         # To pass it over once: git's option --no-verify. The server checks all the same.\n\
         previous=$0{KEPT}\n"
    )
    .into_bytes();
    if name == "pre-push" {
        // Both read what git sends; each line ends in a line feed, of which the shell drops the last.
        text.extend_from_slice(b"lines=$(cat)\n[ -n \"$lines\" ] && lines=\"$lines\n\"\n");
        text.extend_from_slice(b"printf %s \"$lines\" | ");
        text.extend_from_slice(call);
        text.extend_from_slice(b" --pre-push \"$1\" >&2 || exit $?\n");
        text.extend_from_slice(b"[ -x \"$previous\" ] || exit 0\n");
        text.extend_from_slice(b"printf %s \"$lines\" | \"$previous\" \"$@\"\n");
    } else {
        text.extend_from_slice(call);
        text.extend_from_slice(b" --staged >&2 </dev/null || exit $?\n");
        text.extend_from_slice(b"[ -x \"$previous\" ] || exit 0\nexec \"$previous\" \"$@\"\n");
    }
    text
}
