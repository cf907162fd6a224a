//! What `install` and `doctor` both say of a configuration: what it comes to, and what an admin may
//! not expect of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use pushgate_core::policy::Mode;
use pushgate_gate::config::{Config, SYSTEM_PATH};
use pushgate_gate::{key_fault, shell};

use crate::output::say;

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

/// What is wrong with the files that the configuration names, so that every push is refused.
pub(crate) fn faults(config: &Config) -> Vec<String> {
    let record = config.audit_path.as_deref().and_then(unwritable);
    let key = config.fingerprint_key_path.as_deref().and_then(key_fault);
    let key = key.map(|fault| {
        format!(
            "fingerprint.key: {fault}: every push is refused; it needs 64 hexadecimal digits that \
             nobody knows, as of: head -c 32 /dev/urandom | od -An -v -tx1"
        )
    });
    record.into_iter().chain(key).collect()
}

/// What is wrong with the audit file at `path`, if it cannot be written.
fn unwritable(path: &Path) -> Option<String> {
    let shown = path.display();
    // A record is made where a link leads.
    let place = fs::read_link(path).map(|link| folder_of(path).join(link));
    let place = place.unwrap_or_else(|_| path.to_owned());
    let folder = folder_of(&place);
    let is_good = match place.metadata() {
        Ok(file) => file.is_file() && fs::OpenOptions::new().append(true).open(&place).is_ok(),
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
    let is_full = rustix::fs::statvfs(folder).is_ok_and(|disk| disk.f_bavail == 0);
    is_full.then(|| {
        format!(
            "the disk of the audit file {shown} is full: every push is refused; make room there"
        )
    })
}

fn folder_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}
