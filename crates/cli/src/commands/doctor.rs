//! `pushgate doctor`: will git run the hook, and will it refuse?
//!
//! Git says nothing when it does not run a hook, so the states in which it does not are looked
//! for here, from outside. At the end the gate is proved: a secret is pushed into a copy.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::ExitCode;

use pushgate_core::policy::Action;
use pushgate_gate::config::{Config, DetectorFolders, Writer, writers};
use pushgate_gate::profile::Profile;
use pushgate_gate::shell;
use pushgate_host::Store;

use crate::hook_script::{self, Call};
use crate::output::say;
use crate::repository::Repository;
use crate::sharing::Sharing;
use crate::{canary, detectors, notes};

/// Notes on who can change the configuration.
const WRITERS_MAX: usize = 8;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A bare repository, or a .git folder.
    #[arg(long, value_name = "DIR")]
    repository: PathBuf,
}

/// What is wrong, and what to do.
#[derive(Debug, Default)]
struct Problems(Vec<String>);

impl Problems {
    /// Adds one; what could move a terminal's cursor, as in a key of the configuration, is escaped.
    fn add(&mut self, problem: impl Into<String>) {
        let problem: String = problem.into();
        let shown = problem.chars().map(|sign| match sign.is_control() {
            true => sign.escape_default().to_string(),
            false => sign.to_string(),
        });
        self.0.push(shown.collect());
    }

    fn tell(&self) -> anyhow::Result<ExitCode> {
        for problem in &self.0 {
            say!("problem: {problem}")?;
        }
        Ok(ExitCode::FAILURE)
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let repository = Repository::open(&arguments.repository)?;
    let mut problems = Problems::default();
    look_at_git(&repository, &mut problems);
    if let Some(reason) = repository.no_place() {
        // The program itself needs nothing beside it, wherever it lies.
        let is_program = fs::read(repository.hook()).is_ok_and(|it| it.starts_with(b"\x7fELF"));
        if !is_program || repository.is_of_gitlab() {
            problems.add(reason);
            return problems.tell();
        }
    }
    if let Some(call) = look_at_hook(&repository, &mut problems) {
        look_at_program(&repository, &call, &mut problems);
        let mode = look_at_config(&repository, &call, &mut problems)?;
        if problems.0.is_empty() {
            let in_mode = if mode.is_some() { " (in mode \"block\")" } else { "" };
            match canary::prove(&repository, &call) {
                Ok(proof) => say!("proved: {proof}{in_mode}")?,
                Err(error) => problems.add(format!("the proof failed: {error:#}")),
            }
        }
        if let Some(problem) = mode {
            problems.add(problem);
        }
    }
    if problems.0.is_empty() {
        say!("git will run the hook in {}, and it will refuse", repository.git_dir.display())?;
        return Ok(ExitCode::SUCCESS);
    }
    problems.tell()
}

fn look_at_git(repository: &Repository, problems: &mut Problems) {
    match repository.hooks_elsewhere() {
        Ok(None) => (),
        Ok(Some(elsewhere)) => problems.add(format!(
            "core.hooksPath is {elsewhere}: git does not look at {}; {}",
            repository.hooks().display(),
            elsewhere.way_back()
        )),
        Err(error) => problems.add(format!("git cannot be asked: {error:#}")),
    }
}

/// Looks at what git would run; its call, if it is ours.
fn look_at_hook(repository: &Repository, problems: &mut Problems) -> Option<Call> {
    let hook = repository.hook();
    let shown = hook.display();
    let install = format!("run: pushgate install --repository {}", repository.git_dir.display());
    let Ok(link) = hook.symlink_metadata() else {
        problems.add(format!("{shown} is missing: git runs nothing and accepts; {install}"));
        return None;
    };
    let metadata = match hook.metadata() {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => {
            problems.add(format!("{shown} is not a file; remove it, then {install}"));
            return None;
        }
        Err(_) if link.is_symlink() => {
            problems.add(format!(
                "{shown} is a link to nothing: git runs nothing and accepts; remove it, then \
                 {install}"
            ));
            return None;
        }
        Err(error) => {
            problems.add(format!("{shown}: {error}"));
            return None;
        }
    };
    if metadata.len() == 0 {
        problems.add(format!("{shown} is empty: git runs it and accepts everything; {install}"));
        return None;
    }
    if metadata.permissions().mode() & 0o111 == 0 {
        problems.add(format!(
            "{shown} is not executable: git passes over it and accepts; run: chmod 755 {shown}"
        ));
    }
    let forge = repository.git_runs();
    let is_run = |file: fs::Metadata| file.permissions().mode() & 0o111 != 0;
    if repository.has_parts && !forge.metadata().is_ok_and(is_run) {
        let forge = forge.display();
        problems.add(format!(
            "{forge}, which starts ours, is not executable: git passes over both and accepts; run: \
             chmod 755 {forge}"
        ));
    }
    if let Some(reason) = repository.not_executed() {
        problems.add(reason);
        return None;
    }
    let text = match fs::read(&hook) {
        Ok(text) => text,
        Err(error) => {
            problems.add(format!("{shown} cannot be read: {error}"));
            return None;
        }
    };
    let call = hook_script::parse(&text);
    let is_changed =
        |call: &Call| hook_script::text(call) != text || call.is_part != repository.has_parts;
    if call.as_ref().is_some_and(is_changed) {
        problems.add(format!("{shown} was changed after it was installed; {install}"));
    }
    if call.is_none() && text.starts_with(b"\x7fELF") {
        // The program itself, put there by hand: it needs nothing beside it.
        if canary::version(&hook).is_ok() {
            return Some(Call::default());
        }
    }
    if call.is_none() {
        problems.add(about_another(repository, &install));
    }
    call
}

/// What to do about a hook that is not ours.
fn about_another(repository: &Repository, install: &str) -> String {
    match repository.two_hooks() {
        Some(ways) => format!("git runs another hook than ours: {ways}; then {install}"),
        None => {
            let shown = repository.hook().display().to_string();
            format!("{shown} is another hook, which does not start pushgate; {install}")
        }
    }
}

fn look_at_program(repository: &Repository, call: &Call, problems: &mut Problems) {
    let install = format!("run: pushgate install --repository {}", repository.git_dir.display());
    let is_script = fs::read(repository.hook()).is_ok_and(|text| text.starts_with(b"#!"));
    if is_script {
        match canary::version(&repository.program()) {
            Ok(version) if version == env!("CARGO_PKG_VERSION") => (),
            Ok(version) => problems.add(format!(
                "the hook program has version {version}, this tool {}; {install}",
                env!("CARGO_PKG_VERSION")
            )),
            Err(error) => problems.add(format!(
                "{error:#}: what a push comes to is not known, it may pass unseen; {install}"
            )),
        }
        if !repository.fingerprint_key().is_file() {
            let key = repository.fingerprint_key();
            problems.add(format!("{} is missing: every push is refused; {install}", key.display()));
        }
    }
    if call.previous {
        let previous = repository.previous_hooks().join("pre-receive");
        let is_executable =
            previous.metadata().is_ok_and(|file| file.permissions().mode() & 0o111 != 0);
        if !is_executable {
            problems.add(format!(
                "{} is missing or not executable: every push is refused; put it back, or run \
                 pushgate uninstall and install",
                previous.display()
            ));
        }
    }
}

/// Looks at the configuration; what its mode comes to, if no push is refused in it.
fn look_at_config(
    repository: &Repository,
    call: &Call,
    problems: &mut Problems,
) -> anyhow::Result<Option<String>> {
    say!("{}", notes::configuration(call.config.as_deref()))?;
    let config = match Config::find(call.config.as_deref()) {
        Ok(config) => config,
        Err(error) => {
            problems.add(format!("{error}: every push is refused"));
            return Ok(None);
        }
    };
    for fault in notes::faults(repository, call, &config) {
        problems.add(fault);
    }
    match Sharing::of(repository) {
        Ok(sharing) => {
            problems.0.extend(sharing.problems(repository, config.audit_path.as_deref()));
        }
        Err(error) => problems.add(format!("{error:#}")),
    }
    look_at_time(&config, problems)?;
    if let Some(folders) = &config.detectors {
        look_at_detectors(folders, problems);
    }
    tell_notes(repository, &config)?;
    tell_writers(repository, call)?;
    Ok(notes::refuses_nothing(config.mode))
}

/// Says what is no mistake, and what an admin may not expect.
fn tell_notes(repository: &Repository, config: &Config) -> anyhow::Result<()> {
    let policy = &config.policy;
    for (name, action, what) in [
        ("proven", policy.proven, "secrets that are sure pass"),
        ("likely", policy.likely, "most secrets without a checksum pass"),
        ("undecided", policy.undecided, "what could not be looked at passes"),
        ("error", policy.error, "when the gate cannot do its work, everything passes"),
    ] {
        if action != Action::Block {
            say!("note: policy: {name} = {:?}: {what}", action.as_str())?;
        }
    }
    notes::tell_missing(config)?;
    let is_alone = fs::read(repository.hook()).is_ok_and(|text| text.starts_with(b"\x7fELF"));
    if is_alone && config.fingerprint_key_path.is_none() {
        say!(
            "note: the program runs alone, with a key of its own for each push, so that the number \
             of a secret is another in each; name a file with a key: [fingerprint] key = \"...\""
        )?;
    }
    Ok(())
}

/// Says who else can change the configuration, which may be meant: a team has a group.
fn tell_writers(repository: &Repository, call: &Call) -> anyhow::Result<()> {
    let Some(path) = Config::path(call.config.as_deref()) else { return Ok(()) };
    // Who runs this, and whose the repository is: the user that the hook runs as.
    let owner = repository.git_dir.metadata().map(|it| it.uid()).ok();
    let trusted: Vec<u32> =
        owner.into_iter().chain([rustix::process::geteuid().as_raw()]).collect();
    let Ok(writers) = writers(path, &trusted) else { return Ok(()) };
    for writer in writers.into_iter().take(WRITERS_MAX) {
        match writer {
            Writer::Owner(path, user) => say!(
                "note: {0} belongs to user {user}, who can change the configuration; if that is not \
                 meant: chown root {1}",
                path.display(),
                shell::word(&path.display().to_string())
            )?,
            Writer::Group(path, group) => say!(
                "note: group {group} may write to {0}, and so change the configuration; if that is \
                 not meant: chmod g-w {1}",
                path.display(),
                shell::word(&path.display().to_string())
            )?,
        }
    }
    Ok(())
}

/// Says how long a push may take, and whether the server would let it.
fn look_at_time(config: &Config, problems: &mut Problems) -> anyhow::Result<()> {
    let Some(profile) = config.profile else {
        let time = match config.deadline {
            Some(deadline) => format!("{} ms", deadline.as_millis()),
            None => format!(
                "{} ms; less where a server ends hooks, which the hook knows by its variables",
                Profile::default().deadline(false).as_millis()
            ),
        };
        return say!("time for a push: {time}");
    };
    let deadline = config.deadline.unwrap_or_else(|| profile.deadline(false));
    say!("time for a push: {} ms (profile {})", deadline.as_millis(), profile.as_str())?;
    if let Some(end) = profile.ended_after().filter(|end| deadline >= *end) {
        problems.add(format!(
            "deadline_ms is {}, but a server of profile {:?} ends hooks after {} ms, and then there \
             is no verdict; set a smaller one",
            deadline.as_millis(),
            profile.as_str(),
            end.as_millis()
        ));
    }
    Ok(())
}

/// Looks whether the hook has the detectors that lie in the admin's folder.
fn look_at_detectors(folders: &DetectorFolders, problems: &mut Problems) {
    let installed = match Store::open(&folders.store) {
        Ok(installed) => installed,
        Err(error) => {
            problems.add(format!("{error}: every push is refused"));
            return;
        }
    };
    for artefact in &installed.artefacts {
        if let Err(error) = artefact.check() {
            problems.add(format!("{error}: every push that needs it is refused"));
        }
    }
    if let Err(error) = installed.rules() {
        problems.add(format!("{error}: every push is refused"));
    }
    match detectors::changes(&folders.folder, &installed) {
        Ok(changes) => {
            for change in changes {
                problems.add(format!("{change}; run pushgate install again"));
            }
        }
        Err(error) => problems.add(format!(
            "{error:#}: it cannot be said whether the hook has the detectors that it should have"
        )),
    }
}
