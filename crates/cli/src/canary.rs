//! The proof that a gate works: a push with a secret into a copy of the repository's set-up.
//!
//! The secret is made here, from random bytes: it opens nothing, and it is nobody's.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, bail};
use pushgate_gate::config::Config;

use crate::hook_script::{self, Call};
use crate::repository::{Repository, git};

/// What the hook program is called beside the tool.
const PROGRAM: &str = "pushgate-pre-receive";

/// The hook program that was named, or the one beside this tool; known to start.
pub(crate) fn program(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    let path = match named {
        Some(path) => std::path::absolute(path).context("finding the hook program")?,
        None => std::env::current_exe().context("finding this tool")?.with_file_name(PROGRAM),
    };
    let shown = path.display();
    if path.symlink_metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        if named.is_some() {
            bail!("there is no {shown}; --hook names the hook program, {PROGRAM}");
        }
        bail!(
            "there is no {shown}: the hook program is a file of its own, which belongs beside this \
             tool; copy it there from where the tool was built, or name it: --hook FILE"
        );
    }
    version(&path)
        .with_context(|| format!("{shown} is not the hook program; name it with --hook"))?;
    Ok(path)
}

/// The version that the hook program at `path` tells.
pub(crate) fn version(path: &Path) -> anyhow::Result<String> {
    let metadata = fs::metadata(path).with_context(|| path.display().to_string())?;
    if !metadata.is_file() || metadata.len() == 0 {
        bail!("{} is not a program", path.display());
    }
    if metadata.permissions().mode() & 0o111 == 0 {
        bail!("{} is not executable", path.display());
    }
    #[expect(clippy::disallowed_methods, reason = "an admin's command may start the hook")]
    let output = Command::new(path)
        .arg("--version")
        .output()
        .with_context(|| format!("starting {}", path.display()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match text.trim_end().strip_prefix("pushgate-pre-receive ") {
        Some(version) if output.status.success() => Ok(version.to_owned()),
        _ => bail!("{} does not answer as the hook program does", path.display()),
    }
}

/// Pushes a clean commit and one with a secret into a copy; what was proved, in words.
pub(crate) fn prove(repository: &Repository, call: &Call) -> anyhow::Result<String> {
    let folder = tempfile::tempdir().context("making a folder for the proof")?;
    let server = folder.path().join("copy.git");
    let client = folder.path().join("client");
    let format = ask(git()
        .arg("--git-dir")
        .arg(&repository.git_dir)
        .args(["rev-parse", "--show-object-format"]))?;
    let format = format!("--object-format={}", format.trim());
    ask(quiet(git().args(["init", "-q", "--bare", &format, "--template="]).arg(&server)))?;
    ask(quiet(git().args(["init", "-q", &format, "--template="]).arg(&client)))?;
    install_copy(repository, call, folder.path(), &server)?;

    let commit = |name: &str, text: &str| -> anyhow::Result<()> {
        fs::write(client.join(name), text)?;
        ask(quiet(git().arg("-C").arg(&client).args(["add", "--", name])))?;
        ask(quiet(git().arg("-C").arg(&client).args(["commit", "-q", "-m", "proof"])))?;
        Ok(())
    };
    let push = || -> anyhow::Result<Output> {
        quiet(
            git()
                .arg("-C")
                .arg(&client)
                .arg("push")
                .arg("-q")
                .arg(&server)
                .arg("HEAD:refs/heads/proof"),
        )
        .output()
        .context("starting git push")
    };
    commit("clean.txt", "nothing to see\n")?;
    let clean = push()?;
    if !clean.status.success() {
        bail!("a clean push was refused: {}", first_line(&clean));
    }
    commit("secret.env", &format!("JIRA_API_TOKEN={}\n", secret()?))?;
    let refused = push()?;
    if refused.status.success() {
        bail!("a push with a secret was accepted");
    }
    let line = first_line(&refused);
    if !line.contains("1 secret found") {
        bail!("a push with a secret was refused for another reason: {line}");
    }
    Ok("a clean push into a copy was accepted, one with a secret was refused".to_owned())
}

/// The same hook, program and configuration; but what it records stays in the copy, and the hook
/// that was there before is not asked.
fn install_copy(
    repository: &Repository,
    call: &Call,
    folder: &Path,
    server: &Path,
) -> anyhow::Result<()> {
    let hooks = server.join("hooks");
    fs::create_dir(&hooks)?;
    let text = fs::read(repository.hook())?;
    let hook = hooks.join("pre-receive");
    if hook_script::parse(&text).is_some() {
        let own = server.join("pushgate");
        fs::create_dir(&own)?;
        for path in [repository.program(), repository.fingerprint_key()] {
            let name = path.file_name().context("a file without a name")?;
            fs::copy(&path, own.join(name)).with_context(|| path.display().to_string())?;
        }
        let config = folder.join("pushgate.toml");
        fs::write(
            &config,
            Config::copy_for_proof(call.config.as_deref(), &folder.join("audit.jsonl"))?,
        )?;
        let call = Call { config: Some(config), ..Call::default() };
        fs::write(&hook, hook_script::text(&call))?;
    } else {
        fs::write(&hook, text)?;
    }
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// A git that neither the admin's settings nor a missing name can stop.
fn quiet(command: &mut Command) -> &mut Command {
    for (name, value) in [
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_AUTHOR_NAME", "pushgate"),
        ("GIT_AUTHOR_EMAIL", "pushgate@localhost"),
        ("GIT_COMMITTER_NAME", "pushgate"),
        ("GIT_COMMITTER_EMAIL", "pushgate@localhost"),
        ("LC_ALL", "C"),
    ] {
        command.env(name, value);
    }
    command
}

fn ask(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().context("starting git")?;
    if !output.status.success() {
        bail!("git failed: {}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn first_line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().next().unwrap_or_default().trim_end().to_owned()
}

/// A token of random bytes with the right checksum.
fn secret() -> anyhow::Result<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut random = [0_u8; 171];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?;
    let mut token = String::from("ATATT3xFfGF0");
    token.extend(
        random
            .iter()
            .filter_map(|byte| ALPHABET.get(usize::from(byte % 64)))
            .map(|&digit| char::from(digit)),
    );
    token.push('=');
    let checksum = crc32(token.as_bytes());
    token.push_str(&format!("{checksum:08X}"));
    Ok(token)
}

/// CRC-32 as in IEEE 802.3 and zlib.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 }
        })
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(super::crc32(b"123456789"), 0xCBF4_3926);
    }
}
