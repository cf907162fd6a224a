//! The hook program, started on the repository that stands in for the server.

use std::fs;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use pushgate_gate::config::Config;

use super::{Outcome, Rehearsal, Update, branches};
use crate::canary;
use crate::output::complain;

/// From when on somebody who waits is told so, and how long after that again.
const WAITS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(10)];

/// How lines of the hook begin that say how far it has come.
const PROGRESS: &str = "pushgate: checked ";

/// The hook program, and the configuration that it goes by.
#[derive(Debug)]
pub(crate) struct Hook {
    program: PathBuf,
    config: Option<PathBuf>,
}

impl Hook {
    /// The program that was named, or the one beside this tool; known to start.
    pub(crate) fn find(named: Option<&Path>, config: Option<&Path>) -> anyhow::Result<Hook> {
        let program = canary::program(named)?;
        let config = config
            .map(|path| fs::canonicalize(path).with_context(|| path.display().to_string()))
            .transpose()?;
        Ok(Hook { program, config })
    }

    /// What the hook says of these updates.
    pub(crate) fn judge(
        &self,
        rehearsal: &Rehearsal,
        updates: &[Update],
    ) -> anyhow::Result<Outcome> {
        let folder = rehearsal.folder();
        if folder.to_str().is_none() {
            bail!("{} is not UTF-8; name another folder in TMPDIR", folder.display());
        }
        let audit = folder.join("audit.jsonl");
        let is_watched = std::io::stderr().is_terminal();
        let progress = is_watched.then_some(WAITS[0]);
        let config = folder.join("pushgate.toml");
        let text = Config::copy_for_rehearsal(self.config.as_deref(), &audit, progress)?;
        write_private(&config, text.as_bytes()).context("writing the configuration")?;
        let key = folder.join("fingerprint.key");
        write_private(&key, random_digits()?.as_bytes()).context("writing the key")?;

        let server = rehearsal.server();
        #[expect(clippy::disallowed_methods, reason = "the check starts the hook")]
        let mut command = Command::new(&self.program);
        // Nothing of the environment is the server's: neither its names nor git's variables.
        command.env_clear();
        for name in ["PATH", "GIT_EXEC_PATH"] {
            #[expect(clippy::disallowed_methods, reason = "the hook may have to ask git")]
            let value = std::env::var_os(name);
            command.envs(value.map(|value| (name, value)));
        }
        command.env("GIT_DIR", &server).current_dir(&server);
        command.arg("--config").arg(&config).arg("--fingerprint-key").arg(&key);
        command.arg("--tell-all");
        let branches = branches(updates);
        if !branches.is_empty() {
            let file = folder.join("branches");
            write_private(&file, &branches).context("writing the names of branches")?;
            command.arg("--branches").arg(file);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let started = rehearsal.folder.start(&mut command);
        let mut started =
            started.with_context(|| format!("starting {}", self.program.display()))?;
        let child = &mut started.child;
        let (Some(mut stdin), Some(stderr)) = (child.stdin.take(), child.stderr.take()) else {
            bail!("the hook program has no standard input");
        };
        let lines = rehearsal.lines(updates)?;
        // A hook that fails early does not read; what it says then is the answer.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&lines)));
        let message = listen(stderr, is_watched);
        let status = started.wait().context("waiting for the hook")?;
        drop(writer.join());
        let record = fs::read(&audit).unwrap_or_default();
        Outcome::new(status, &message, &record)
    }
}

/// What the hook says, once it is done; who waits at a terminal is told meanwhile.
fn listen(stderr: ChildStderr, is_watched: bool) -> String {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
        }
    });
    let started = Instant::now();
    let mut wait = WAITS[0];
    let mut message = String::new();
    loop {
        match receiver.recv_timeout(wait) {
            Ok(line) if line.starts_with(PROGRESS) => {
                complain!("{line}");
                wait = WAITS[1];
            }
            Ok(line) => {
                message.push_str(&line);
                message.push('\n');
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                if is_watched {
                    complain!("pushgate: checking for {} s ...", started.elapsed().as_secs());
                }
                wait = WAITS[1];
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => return message,
        }
    }
}

/// Writes a file that nobody else may read, from its first byte on.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)?.write_all(bytes)
}

fn random_digits() -> anyhow::Result<String> {
    let mut key = [0_u8; 32];
    getrandom::fill(&mut key).map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?;
    Ok(key.iter().map(|byte| format!("{byte:02x}")).collect())
}
