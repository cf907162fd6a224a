//! What `install` and `doctor` both say of a configuration: what it comes to, and what an admin may
//! not expect of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use pushgate_core::policy::Mode;
use pushgate_gate::config::{Config, SYSTEM_PATH};
use pushgate_gate::{key_fault, shell};

use crate::hook_script::Call;
use crate::output::say;
use crate::owner::{Access, Owner};
use crate::repository::Repository;

/// Others than a file's owner and its group.
const READABLE_BY_ALL: u32 = 0o004;

/// Which configuration holds for the hook, in words.
pub(crate) fn configuration(named: Option<&Path>) -> String {
    match Config::path(named) {
        Some(path) if named.is_some() => format!("configuration: {}", path.display()),
        Some(path) => format!("configuration: {}, as none was named", path.display()),
        None => format!(
            "configuration: none was named, and there is no {SYSTEM_PATH}: the defaults hold, and \
             they block"
        ),
    }
}

/// Says what people would miss at the first refusal.
pub(crate) fn tell_missing(config: &Config) -> anyhow::Result<()> {
    if config.audit_path.is_none() {
        say!(
            "note: there is no record of pushes: nobody can look up what a finding was by the \
             number that a developer is told; name a file: [audit] path = \"...\""
        )?;
    }
    if config.message.page.is_none() {
        say!(
            "note: a developer who is refused is told of no address to read on; name a page that \
             they can open: [message] page = \"https://...\""
        )?;
    }
    if let Some(key) = &config.fingerprint_key_path
        && key.metadata().is_ok_and(|file| file.permissions().mode() & READABLE_BY_ALL != 0)
    {
        say!(
            "note: everybody here may read {0}, and with it try out which secret a number stands \
             for; run: chmod o-r {1}",
            key.display(),
            shell::word(&key.display().to_string())
        )?;
    }
    Ok(())
}

/// What a mode comes to in which no push is refused.
pub(crate) fn refuses_nothing(mode: Mode) -> Option<String> {
    let name = mode.as_str();
    (mode != Mode::Block)
        .then(|| format!("mode is {name:?}: no push is refused; set mode = \"block\""))
}

/// What is wrong with the files that the hook needs, so that every push is refused.
pub(crate) fn faults(repository: &Repository, call: &Call, config: &Config) -> Vec<String> {
    let record = config.audit_path.as_deref().map(Record::at);
    let key = config.fingerprint_key_path.as_deref().and_then(key_fault);
    let key = key.map(|fault| {
        format!(
            "fingerprint.key: {fault}: every push is refused; it needs 64 hexadecimal digits that \
             nobody knows, as of: head -c 32 /dev/urandom | od -An -v -tx1"
        )
    });
    let mut faults: Vec<String> =
        record.as_ref().and_then(Record::fault).into_iter().chain(key).collect();
    // Whether they may is another question than whether root may.
    let owner = Owner::of(&repository.git_dir).ok().filter(|owner| owner.is_another_for_root());
    if let Some(owner) = owner {
        let needed = needed(repository, call, config, record.as_ref());
        faults.extend(needed.iter().filter_map(|(path, access)| owner.problem(path, *access)));
    }
    faults
}

/// What the hook uses, and how.
fn needed(
    repository: &Repository,
    call: &Call,
    config: &Config,
    record: Option<&Record>,
) -> Vec<(PathBuf, Access)> {
    let settings = Config::path(call.config.as_deref()).map(PathBuf::from);
    let key = config.fingerprint_key_path.clone();
    let store = config.detectors.as_ref().map(|folders| folders.store.clone());
    let read = [settings, key, store].into_iter().flatten();
    let read = read.chain([repository.hook(), repository.fingerprint_key()]);
    let run = [repository.hook(), repository.program()];
    let written = record.map(|record| record.written().to_owned());
    let read = read.map(|path| (path, Access::Read));
    let run = run.into_iter().map(|path| (path, Access::Run));
    read.chain(run).chain(written.map(|path| (path, Access::Write))).collect()
}

/// The audit file.
#[derive(Debug)]
struct Record {
    named: PathBuf,
    /// Where it is, or is made: where a link leads.
    place: PathBuf,
}

impl Record {
    fn at(path: &Path) -> Record {
        let place = fs::read_link(path).map(|link| folder_of(path).join(link));
        Record { named: path.to_owned(), place: place.unwrap_or_else(|_| path.to_owned()) }
    }

    /// What is written to: the file, or the folder in which it is made.
    fn written(&self) -> &Path {
        if self.place.exists() { &self.place } else { folder_of(&self.place) }
    }

    /// What is wrong, if nothing can be written to it.
    fn fault(&self) -> Option<String> {
        let shown = self.named.display();
        let folder = folder_of(&self.place);
        let is_good = match self.place.metadata() {
            Ok(file) => {
                file.is_file() && fs::OpenOptions::new().append(true).open(&self.place).is_ok()
            }
            Err(_) => {
                let may_write = rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok();
                folder.is_dir() && may_write
            }
        };
        if !is_good {
            return Some(format!(
                "the audit file {shown} is not a regular file that can be written: every push is \
                 refused; mend it, or make its folder"
            ));
        }
        rustix::fs::statvfs(folder).is_ok_and(|disk| is_full(&disk)).then(|| {
            format!(
                "the disk of the audit file {shown} is full: every push is refused; make room there"
            )
        })
    }
}

/// Whether nobody but root can write to a disk. Some file systems do not say how large they are.
fn is_full(disk: &rustix::fs::StatVfs) -> bool {
    disk.f_blocks > 0 && disk.f_bavail == 0
}

fn folder_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::is_full;

    #[test]
    fn a_disk_is_full_if_it_says_so() {
        let here = rustix::fs::statvfs("/proc").expect("there is one");
        for (f_blocks, f_bavail, full) in [(9, 0, true), (9, 1, false), (0, 0, false)] {
            let disk = rustix::fs::StatVfs { f_blocks, f_bavail, ..here };
            assert_eq!(is_full(&disk), full, "{f_blocks} {f_bavail}");
        }
    }
}
