//! `pushgate install`: the hook into one repository.
//!
//! Every step leaves a repository that works: files are written under another name and renamed,
//! the hook that was there is kept under a second name before ours takes its place, and what git
//! runs changes in one rename, last.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use pushgate_gate::config::{Config, DetectorFolders};
use pushgate_host::Store;

use crate::commands::rule::{Bench, problems_of_examples};
use crate::detectors::Compiled;
use crate::hook_script::{self, Call};
use crate::leftovers::{self, UNFINISHED};
use crate::output::say;
use crate::owner::Owner;
use crate::repository::Repository;
use crate::sharing::Sharing;
use crate::{canary, detectors, notes};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A bare repository, or a .git folder.
    #[arg(long, value_name = "DIR")]
    repository: PathBuf,
    /// The configuration for this repository; without it, the system's if there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Forget the configuration that was named before: the system's holds if there is one, else the
    /// defaults.
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
    /// The hook program; without it, the one beside this tool.
    #[arg(long, value_name = "FILE")]
    hook: Option<PathBuf>,
    /// Install detectors that fail the examples of their own rules, too.
    #[arg(long)]
    untested: bool,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
}

/// What will be done, all of it checked before the first change.
#[derive(Debug)]
struct Plan {
    repository: Repository,
    program: PathBuf,
    call: Call,
    /// The configuration that holds.
    held: Config,
    sharing: Sharing,
    untested: bool,
    existing: Existing,
    /// Whether ours is still in the place of a forge's own file, which goes back there.
    is_older: bool,
}

/// What stands where the hook goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Existing {
    /// Nothing.
    None,
    /// A hook of ours.
    Ours,
    /// Another hook, which git runs.
    Other,
    /// A file that git does not run, because it is not executable.
    Idle,
}

/// What was done, as far as it could not be known before.
#[derive(Debug, Default)]
struct Done {
    /// How many detectors were compiled, if there is a folder for them.
    compiled: Option<usize>,
    /// The copy of an edited hook of ours.
    kept: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let plan = Plan::make(arguments)?;
    if arguments.dry_run {
        plan.tell()?;
        return Ok(ExitCode::SUCCESS);
    }
    let done = plan.carry_out()?;
    plan.tell_of_success(&done)?;
    Ok(ExitCode::SUCCESS)
}

impl Plan {
    fn make(arguments: &Arguments) -> anyhow::Result<Plan> {
        let repository = Repository::open(&arguments.repository)?;
        if let Some(elsewhere) = repository.hooks_elsewhere()? {
            bail!(
                "core.hooksPath is {elsewhere}: git would not run a hook in {}; {}, or make that \
                 folder's pre-receive start the hook program",
                repository.hooks().display(),
                elsewhere.way_back()
            );
        }
        if let Some(reason) = repository.no_place() {
            bail!("{reason}");
        }
        if let Some(reason) = repository.not_executed() {
            bail!("{reason}");
        }
        let sharing = Sharing::of(&repository)?;
        let (repository, older) = as_part(repository);
        let is_older = older.is_some();
        let existing = existing(&repository)?;
        let present = match existing {
            Existing::Ours => current_call(&repository)?,
            Existing::None | Existing::Other | Existing::Idle => older.unwrap_or_default(),
        };
        let named = arguments
            .config
            .as_ref()
            .map(|path| fs::canonicalize(path).with_context(|| path.display().to_string()))
            .transpose()?;
        // Installing again without a configuration keeps the one that holds.
        let config = named.or(present.config.filter(|_| !arguments.no_config));
        let held = Config::find(config.as_deref())?;
        if repository.has_parts && matches!(existing, Existing::Other | Existing::Idle) {
            let hook = repository.hook();
            bail!("{} is in the way: it is where ours goes; remove it", hook.display());
        }
        let previous = existing == Existing::Other || present.previous;
        if existing != Existing::Ours
            && !repository.keeps_stale()
            && let Some(ways) = repository.two_hooks()
        {
            bail!("{ways}; then install again");
        }
        let program = canary::program(arguments.hook.as_deref())?;
        let call = Call { config, previous, is_part: repository.has_parts };
        let untested = arguments.untested;
        Ok(Plan { repository, program, call, held, sharing, untested, existing, is_older })
    }

    fn tell(&self) -> anyhow::Result<()> {
        let repository = &self.repository;
        say!("would copy {} to {}", self.program.display(), repository.program().display())?;
        if !repository.fingerprint_key().exists() {
            say!("would make {}", repository.fingerprint_key().display())?;
        }
        if let Some(folders) = &self.held.detectors {
            let DetectorFolders { folder, store } = folders;
            say!("would compile {}/*.wasm into {}", folder.display(), store.display())?;
        }
        let hook = repository.hook();
        match self.existing {
            Existing::None => say!("would write {}", hook.display())?,
            Existing::Ours => {
                if fs::read(&hook).is_ok_and(|text| hook_script::is_edited(&text)) {
                    say!("would keep a copy of {}, which was edited", hook.display())?;
                }
                say!("would write {} anew", hook.display())?;
            }
            Existing::Other | Existing::Idle => {
                say!("would keep {} as {}", hook.display(), repository.previous().display())?;
                say!("would write {}", hook.display())?;
            }
        }
        Ok(())
    }

    /// Does it; says nothing meanwhile, so that nobody who does not listen ends it half-way.
    fn carry_out(&self) -> anyhow::Result<Done> {
        let repository = &self.repository;
        // One after the other: each takes away what another has left unfinished.
        let folder = fs::File::open(&repository.git_dir)
            .with_context(|| repository.git_dir.display().to_string())?;
        let _ = rustix::fs::flock(&folder, rustix::fs::FlockOperation::LockExclusive);
        let mut done = Done::default();
        if let Some(DetectorFolders { folder, store }) = &self.held.detectors {
            let compiled = detectors::compile(Some(folder))?;
            let (artefacts, rules) = (compiled.artefacts.clone(), compiled.rules.to_bytes());
            if !self.untested {
                test_own(compiled)?;
            }
            Store::write(store, &artefacts, &rules)?;
            done.compiled = Some(artefacts.len());
        }
        leftovers::remove_unfinished(repository)?;
        let owner = Owner::of(&repository.git_dir)?;
        make_folder(&repository.own(), owner)?;
        self.share(owner)?;
        if !repository.hooks().is_dir() {
            make_folder(&repository.hooks(), owner)?;
            write(&repository.made_hooks_mark(), b"", 0o644, owner)?;
        }
        let program = fs::read(&self.program)
            .with_context(|| format!("reading {}", self.program.display()))?;
        write(&repository.program(), &program, 0o755, owner)?;
        if !repository.fingerprint_key().exists() {
            let mut key = [0; 32];
            getrandom::fill(&mut key)
                .map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?;
            let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
            let mode = self.sharing.key_mode();
            write(&repository.fingerprint_key(), digits.as_bytes(), mode, owner)?;
        }

        let hook = repository.hook();
        if matches!(self.existing, Existing::Other | Existing::Idle) {
            if repository.previous().symlink_metadata().is_ok() {
                // It is the same: somebody has written it again.
                repository.forget_previous()?;
            }
            // A second name, so that there is a hook at every moment.
            fs::hard_link(&hook, repository.previous())
                .with_context(|| format!("keeping {}", hook.display()))?;
        }
        if self.call.previous {
            link_previous(repository, owner)?;
        }
        let replaced = if self.is_older { repository.git_runs() } else { hook.clone() };
        done.kept = leftovers::keep_edited(repository, &replaced)?;
        if let Some(copy) = &done.kept {
            owner.give(copy)?;
        }
        write(&hook, &hook_script::text(&self.call), 0o755, owner)?;
        if self.is_older {
            let (kept, forge) = (repository.previous(), repository.git_runs());
            fs::rename(&kept, &forge)
                .with_context(|| format!("putting {} back", kept.display()))?;
            repository.remove_links()?;
        } else if repository.keeps_stale() {
            repository.forget_previous()?;
        }
        Ok(done)
    }

    /// Lets all who push use what was there before, and makes the audit file for them.
    fn share(&self, owner: Owner) -> anyhow::Result<()> {
        let Some(audit_mode) = self.sharing.audit_mode() else { return Ok(()) };
        let own = self.repository.own();
        fs::set_permissions(&own, fs::Permissions::from_mode(self.sharing.folder_mode()))
            .with_context(|| format!("sharing {}", own.display()))?;
        let key = self.repository.fingerprint_key();
        if key.exists() {
            // Anew, so that it has the group of the folder.
            let digits = fs::read(&key).with_context(|| format!("reading {}", key.display()))?;
            write(&key, &digits, self.sharing.key_mode(), owner)?;
        }
        if let Some(audit) = self.held.audit_path.as_ref().filter(|audit| !audit.exists()) {
            write(audit, b"", audit_mode, owner)?;
        }
        Ok(())
    }

    fn tell_of_success(&self, done: &Done) -> anyhow::Result<()> {
        let repository = &self.repository;
        let hook = repository.hook();
        if let (Some(DetectorFolders { store, .. }), Some(count)) =
            (&self.held.detectors, done.compiled)
        {
            // One of them is built in.
            let own = match count.saturating_sub(1) {
                0 => "none".to_owned(),
                own => own.to_string(),
            };
            let store = store.display();
            say!("compiled the built-in detector and {own} of yours into {store}")?;
        }
        say!("installed in {}", repository.git_dir.display())?;
        if repository.has_parts {
            say!(
                "the hook of the forge, which decides who may push, runs it as {}",
                hook.display()
            )?;
        }
        match self.existing {
            Existing::Other => say!("the hook that was there runs after ours has accepted")?,
            Existing::Idle => say!(
                "{} was not executable, so git did not run it, and neither shall we; it is kept",
                hook.display()
            )?,
            Existing::None | Existing::Ours => (),
        }
        if let Some(copy) = &done.kept {
            say!("{}", leftovers::about(copy))?;
        }
        say!("{}", notes::configuration(self.call.config.as_deref()))?;
        let modes = notes::refuses_nothing(self.held.mode);
        let faults = notes::faults(repository, &self.call, &self.held);
        for problem in modes.into_iter().chain(faults) {
            say!("note: {problem}")?;
        }
        notes::tell_missing(&self.held)?;
        say!("check it with: pushgate doctor --repository {}", repository.git_dir.display())
    }
}

fn existing(repository: &Repository) -> anyhow::Result<Existing> {
    let hook = repository.hook();
    let metadata = match hook.symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Existing::None),
        other => other.with_context(|| hook.display().to_string())?,
    };
    if metadata.is_dir() {
        bail!("{} is a folder; remove it", hook.display());
    }
    let Ok(target) = hook.metadata() else {
        // A dangling link: git does not run it.
        return Ok(Existing::Idle);
    };
    let text = fs::read(&hook).with_context(|| hook.display().to_string())?;
    if hook_script::parse(&text).is_some() {
        return Ok(Existing::Ours);
    }
    let is_executable = target.permissions().mode() & 0o111 != 0;
    // The program itself, put there by hand, would run a second time, with the defaults.
    if is_executable && text.starts_with(b"\x7fELF") && canary::version(&hook).is_ok() {
        return Ok(Existing::Ours);
    }
    Ok(if is_executable { Existing::Other } else { Existing::Idle })
}

/// The repository with ours as a part, and the call that ours has in the place of a forge's file:
/// it was installed before there was a folder for parts.
fn as_part(repository: Repository) -> (Repository, Option<Call>) {
    let Some(call) = repository.older_in_forge() else { return (repository, None) };
    let call = Call { previous: false, is_part: true, ..call };
    (Repository { has_parts: true, ..repository }, Some(call))
}

fn current_call(repository: &Repository) -> anyhow::Result<Call> {
    let text = fs::read(repository.hook())?;
    Ok(hook_script::parse(&text).unwrap_or_default())
}

/// How often each example of a detector's own rules is expanded before it is installed.
const SEEDS: u64 = 3;

/// Has the admin's detectors judge the examples of their own rules: one that fails them would fail
/// pushes.
fn test_own(mut compiled: Compiled) -> anyhow::Result<()> {
    let own = std::mem::take(&mut compiled.own);
    if own.is_empty() {
        return Ok(());
    }
    let bench = Bench::new(compiled)?;
    for (file, rule) in &own {
        if let Some(problem) = problems_of_examples(&bench, rule, SEEDS).first() {
            bail!(
                "{file}: {problem}; `pushgate rule test` tells all that is wrong; nothing was \
                 changed (--untested installs it all the same)"
            );
        }
    }
    Ok(())
}

/// Makes the folder from which the previous hook is run.
fn link_previous(repository: &Repository, owner: Owner) -> anyhow::Result<()> {
    let folder = repository.previous_hooks();
    make_folder(&folder, owner)?;
    let link = |name: &OsStr, target: &OsStr| -> anyhow::Result<()> {
        let link = folder.join(name);
        if link.symlink_metadata().is_err() {
            symlink(Path::new("../hooks").join(target), &link)
                .with_context(|| format!("making {}", link.display()))?;
        }
        Ok(())
    };
    let own_name = OsStr::new("pre-receive");
    let kept = repository.previous();
    let kept = kept.file_name().context("a file without a name")?;
    for entry in fs::read_dir(repository.hooks()).context("reading the folder for hooks")? {
        let name = entry.context("reading the folder for hooks")?.file_name();
        let is_ours = name == own_name || name == kept;
        let is_passing = name.as_bytes().starts_with(b".") || name.as_bytes().ends_with(b".sample");
        if !is_ours && !is_passing {
            link(&name, &name)?;
        }
    }
    link(own_name, kept)
}

fn make_folder(path: &Path, owner: Owner) -> anyhow::Result<()> {
    if !path.is_dir() {
        fs::create_dir(path).with_context(|| format!("making {}", path.display()))?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
        owner.give(path)?;
    }
    Ok(())
}

/// Writes a file under another name, and renames it when it is whole and on the disk.
fn write(path: &Path, bytes: &[u8], mode: u32, owner: Owner) -> anyhow::Result<()> {
    let folder = path.parent().context("a file without a folder")?;
    let failed = || format!("writing {}", path.display());
    let mut file =
        tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).with_context(failed)?;
    file.write_all(bytes).with_context(failed)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(mode)).with_context(failed)?;
    owner.give(file.path())?;
    file.as_file().sync_all().with_context(failed)?;
    file.persist(path).with_context(failed)?;
    fs::File::open(folder).and_then(|folder| folder.sync_all()).with_context(failed)?;
    Ok(())
}
