//! `pushgate check`: the server's verdict before pushing.
//!
//! What is to be checked becomes updates of a [`Rehearsal`]; the hook judges them as on a server.

mod columns;
mod files;
mod hooks;
mod lines;
mod push;
mod report;
mod sarif;
mod staged;
mod target;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::output::{complain, print};
use crate::rehearsal::{Hook, Outcome, Rehearsal, Update};

use self::report::{Format, Report};

/// Exit code when nothing could be checked; 1 is a verdict.
const COULD_NOT: u8 = 2;

/// One line for each subject: they cannot be mixed, which clap's own line does not show.
const USAGE: &str = "\
pushgate check [OPTIONS] [REMOTE [REF]...]
       pushgate check [OPTIONS] --staged
       pushgate check [OPTIONS] -- PATH...
       pushgate check [OPTIONS] -
       pushgate check --pre-push [REMOTE]
       pushgate check --install|--uninstall [--staged]";

#[derive(Debug, clap::Args)]
#[command(override_usage = USAGE, after_help = "\
Without REMOTE it is the one that `git push` would take for the current branch, and without REF \
what `git push` would send there; a branch without an upstream goes to the same name. What the \
server has already is known by the remote-tracking refs: `git fetch --prune REMOTE` brings them up \
to date. Nothing is sent, no network is used, and the repository is not changed.

Exit code: 0 the server would accept (a warning may be printed), 1 it would refuse, 2 it could not \
be checked.")]
pub(crate) struct Arguments {
    /// The remote that would be pushed to; `-` alone to check standard input.
    #[arg(conflicts_with_all = ["staged", "paths", "path"])]
    remote: Option<OsString>,
    /// What would be pushed, as `git push` takes it: a branch, a tag, HEAD:refs/heads/NAME.
    #[arg(value_name = "REF")]
    references: Vec<OsString>,
    /// Files and folders to check, instead of a push; `-` is standard input.
    #[arg(last = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// A file or folder to check, instead of a push; can be repeated.
    #[arg(long, value_name = "PATH")]
    path: Vec<PathBuf>,
    /// Check what is staged, as a commit on HEAD.
    #[arg(long, conflicts_with_all = ["paths", "path"])]
    staged: bool,
    /// Check what git's pre-push lines on standard input say; for a hook.
    #[arg(long, conflicts_with_all = ["staged", "paths", "path", "references"])]
    pre_push: bool,
    /// With --pre-push: take the lines from the variables of the pre-commit framework.
    #[arg(long, requires = "pre_push")]
    framework: bool,
    /// The server's configuration, or one like it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The hook program; without it, the one beside this tool.
    #[arg(long, value_name = "FILE")]
    hook: Option<PathBuf>,
    /// How the outcome is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print only what to do, and nothing if there is nothing to do.
    #[arg(long, conflicts_with = "format")]
    fix_plan: bool,
    /// Print nothing when the outcome is clean.
    #[arg(long, short)]
    quiet: bool,
    /// Make git check before each push; with --staged, before each commit.
    #[arg(long, conflicts_with_all = ["remote", "paths", "path", "pre_push", "uninstall", "fix_plan"])]
    install: bool,
    /// Undo --install; with --staged, only that of commits.
    #[arg(long, conflicts_with_all = ["remote", "paths", "path", "pre_push", "fix_plan"])]
    uninstall: bool,
}

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Push,
    Staged,
    Files,
}

/// A rehearsal that is ready, with its updates.
#[derive(Debug)]
struct Prepared {
    rehearsal: Rehearsal,
    updates: Vec<Update>,
    /// How many files there are, if files are checked.
    files: usize,
    /// What files were called by who named them, where the rehearsal has another name.
    names: BTreeMap<String, String>,
}

impl Prepared {
    /// What no files were named for.
    fn of_updates(rehearsal: Rehearsal, updates: Vec<Update>) -> Prepared {
        Prepared { rehearsal, updates, files: 0, names: BTreeMap::new() }
    }
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    check(arguments).unwrap_or_else(|error| {
        complain!("pushgate: {}", crate::printable(&format!("{error:#}")));
        ExitCode::from(COULD_NOT)
    })
}

fn check(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.install || arguments.uninstall {
        hooks::run(arguments)?;
        return Ok(ExitCode::SUCCESS);
    }
    let is_empty = arguments.paths.is_empty() && arguments.path.is_empty();
    // Two dashes with nothing behind them leave no other trace.
    let last = std::env::args_os().next_back();
    if is_empty && last.is_some_and(|last| last == "--") {
        anyhow::bail!(
            "there is no path after --; leave the dashes out to check what would be pushed"
        );
    }
    let hook = Hook::find(arguments.hook.as_deref(), arguments.config.as_deref())?;
    let (subject, prepared) = prepare(arguments)?;
    let outcome = if prepared.updates.is_empty() {
        Outcome::of_nothing()
    } else {
        hook.judge(&prepared.rehearsal, &prepared.updates)?
    };
    let rehearsal = &prepared.rehearsal;
    let report = Report {
        subject,
        outcome: &outcome,
        rehearsal,
        files: prepared.files,
        names: &prepared.names,
        quiet: arguments.quiet,
    };
    if arguments.fix_plan {
        print(&report.plan())?;
    } else {
        print(&report.render(arguments.format)?)?;
    }
    Ok(if outcome.accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn prepare(arguments: &Arguments) -> anyhow::Result<(Subject, Prepared)> {
    let mut paths = [&*arguments.paths, &*arguments.path].concat();
    let is_input = arguments.remote.as_deref().is_some_and(|remote| remote == "-");
    if is_input && !arguments.pre_push {
        paths.push(PathBuf::from("-"));
    }
    if !paths.is_empty() {
        if !arguments.references.is_empty() {
            anyhow::bail!("files and refs cannot be checked at once; leave one of them out");
        }
        return Ok((Subject::Files, files::prepare(&paths)?));
    }
    if arguments.staged {
        return Ok((Subject::Staged, staged::prepare()?));
    }
    let remote = arguments.remote.as_deref();
    if arguments.pre_push {
        return Ok((Subject::Push, lines::prepare(remote, arguments.framework)?));
    }
    Ok((Subject::Push, push::prepare(remote, &arguments.references)?))
}
