//! What `install` and `doctor` both say of a configuration: what it comes to, and what an admin may
//! not expect of it.

use std::fs;
use std::path::Path;

use pushgate_core::policy::Mode;
use pushgate_gate::config::{Config, SYSTEM_PATH};

use crate::output::say;

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
    Ok(())
}

/// What a mode comes to in which no push is refused.
pub(crate) fn refuses_nothing(mode: Mode) -> Option<String> {
    let name = mode.as_str();
    (mode != Mode::Block)
        .then(|| format!("mode is {name:?}: no push is refused; set mode = \"block\""))
}

/// What is wrong with the audit file, if it cannot be written.
pub(crate) fn unwritable(config: &Config) -> Option<String> {
    let path = config.audit_path.as_deref()?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let may_write = |path: &Path| rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
    let is_good = if path.exists() {
        path.is_file() && fs::OpenOptions::new().append(true).open(path).is_ok()
    } else {
        parent.is_none_or(|parent| parent.is_dir() && may_write(parent))
    };
    (!is_good).then(|| {
        format!(
            "the audit file {} is not a regular file that can be written: every push is refused; \
             mend it, or make its folder",
            path.display()
        )
    })
}
