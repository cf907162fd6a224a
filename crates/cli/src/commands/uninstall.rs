//! `pushgate uninstall`: everything as it was before.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use crate::hook_script;
use crate::leftovers;
use crate::output::say;
use crate::repository::Repository;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A bare repository, or a .git folder.
    #[arg(long, value_name = "DIR")]
    repository: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let repository = Repository::open(&arguments.repository)?;
    let hook = repository.hook();
    let previous = repository.previous();
    // Where a forge has its own file again, what was kept has no place to go back to.
    let is_kept = !repository.has_parts && previous.symlink_metadata().is_ok();
    let mut is_put_back = false;
    let mut was_installed = repository.own().is_dir();
    let kept = leftovers::keep_edited(&repository, &hook)?;

    match fs::read(&hook) {
        Ok(text) if hook_script::parse(&text).is_some() => {
            was_installed = true;
            if is_kept {
                fs::rename(&previous, &hook)
                    .with_context(|| format!("putting {} back", previous.display()))?;
                is_put_back = true;
            } else {
                fs::remove_file(&hook).with_context(|| format!("removing {}", hook.display()))?;
            }
        }
        Ok(_) if is_kept => match repository.two_hooks() {
            Some(ways) => bail!("{ways}; nothing was changed; then uninstall again"),
            // It is the same: somebody has put it back.
            None => repository.forget_previous()?,
        },
        Err(_) if is_kept && repository.own().is_dir() => {
            fs::rename(&previous, &hook)
                .with_context(|| format!("putting {} back", previous.display()))?;
            is_put_back = true;
        }
        // There is no hook, or one that has nothing to do with us.
        Ok(_) | Err(_) => (),
    }
    if repository.keeps_stale() {
        repository.forget_previous()?;
    }
    let others_are_left = !remove_own_files(&repository)?;
    if let Some(copy) = &kept {
        say!("{}", leftovers::about(copy))?;
    }
    if is_put_back {
        say!("put back the hook that was there before")?;
    }
    if others_are_left {
        say!("{} holds files that are not ours, so it stays", repository.own().display())?;
    }
    let no_longer = if was_installed { "no longer" } else { "not" };
    say!("pushgate is {no_longer} installed in {}", repository.git_dir.display())?;
    Ok(ExitCode::SUCCESS)
}

/// Removes what `install` made; false if the folder holds something else, and stays.
fn remove_own_files(repository: &Repository) -> anyhow::Result<bool> {
    repository.remove_links()?;
    leftovers::remove_unfinished(repository)?;
    let own = repository.own();
    if !own.is_dir() {
        return Ok(true);
    }
    let made_hooks = repository.made_hooks_mark().exists();
    for path in [repository.program(), repository.fingerprint_key(), repository.made_hooks_mark()] {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("removing {}", path.display()));
            }
            _ => (),
        }
    }
    if made_hooks {
        // It stays if somebody has put something there since.
        let _ = fs::remove_dir(repository.hooks());
    }
    Ok(fs::remove_dir(&own).is_ok())
}
