//! Whether the audit file is a file of its own.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::Config;

/// What else the audit file is, if it is the configuration, which was read from `path`, or a file
/// that is named there: records would be written into it.
pub(super) fn other_use(config: &Config, path: &Path) -> Option<&'static str> {
    let record = config.audit_path.as_deref()?;
    let key = config.fingerprint_key_path.as_deref();
    let others = [(Some(path), "this configuration"), (key, "the file of fingerprint.key")];
    let is_record = |other: &Path| other == record || are_one(other, record);
    others.into_iter().find(|(other, _)| other.is_some_and(is_record)).map(|(_, what)| what)
}

/// Whether both paths lead to one file.
fn are_one(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| path.metadata().map(|file| (file.dev(), file.ino()));
    matches!((place(one), place(other)), (Ok(one), Ok(other)) if one == other)
}
