//! Writing a store. The admin's tool does this, never the hook.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use super::{
    CODE_SUFFIX, EntryWire, INDEX_BYTES_MAX, INDEX_NAME, IndexWire, Owners, RULES_SUFFIX, Store,
    StoreError, file_name,
};
use crate::artefact::{Artefact, ArtefactError};
use crate::engine::{FORMAT, engine_id};

/// Readable by the hook, whatever user it runs as; writable by the owner alone.
const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;

impl Store {
    /// Writes `artefacts` and `rules` to the store at `path`, for this version of the engine.
    ///
    /// A hook that runs meanwhile sees the old store or the new one: files are named by their
    /// content, the index is replaced last, and what the index before named is kept.
    ///
    /// # Errors
    ///
    /// When the folder is not to be trusted, or something cannot be written.
    pub fn write(path: &Path, artefacts: &[Artefact], rules: &[u8]) -> Result<(), ArtefactError> {
        let owners = Owners::current();
        make_folder(path, owners)?;
        let folder = path.join(engine_id());
        make_folder(&folder, owners)?;

        let before = owners.read(&folder.join(INDEX_NAME), INDEX_BYTES_MAX).unwrap_or_default();
        let mut keep = IndexWire::parse(&before).map(|index| index.files()).unwrap_or_default();
        for artefact in artefacts {
            let name = file_name(artefact.code.digest().as_bytes(), CODE_SUFFIX);
            write_file(&folder, &name, &artefact.code()?)?;
        }
        let rules_digest = *blake3::hash(rules).as_bytes();
        write_file(&folder, &file_name(&rules_digest, RULES_SUFFIX), rules)?;

        let entries = artefacts.iter().map(|artefact| EntryWire {
            manifest: Cow::Borrowed(&artefact.manifest),
            digest: Cow::Borrowed(&artefact.digest),
            file: artefact.file.as_deref().map(Cow::Borrowed),
            code_digest: *artefact.code.digest().as_bytes(),
        });
        let index = IndexWire { format: FORMAT, artefacts: entries.collect(), rules_digest };
        write_file(&folder, INDEX_NAME, &index.to_bytes())?;
        keep.extend(index.files());
        remove_others(&folder, &keep)?;
        Ok(())
    }
}

impl IndexWire<'_> {
    /// The files that the index names.
    fn files(&self) -> BTreeSet<String> {
        let codes = self.artefacts.iter().map(|entry| file_name(&entry.code_digest, CODE_SUFFIX));
        codes.chain([file_name(&self.rules_digest, RULES_SUFFIX)]).collect()
    }
}

/// Makes the folder, or checks the one that is there.
fn make_folder(path: &Path, owners: Owners) -> Result<(), StoreError> {
    match DirBuilder::new().mode(FOLDER_MODE).create(path) {
        Ok(()) => fs::set_permissions(path, Permissions::from_mode(FOLDER_MODE))
            .map_err(|source| write_error(path, source)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => owners.check_folder(path),
        Err(source) => Err(write_error(path, source)),
    }
}

/// Writes a file so that it is there whole or not at all, also after a power failure.
fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let path = folder.join(name);
    let temporary = folder.join(format!(".{name}.{}", std::process::id()));
    let written = write_and_rename(&temporary, &path, bytes)
        .and_then(|()| File::open(folder)?.sync_all())
        .map_err(|source| write_error(&path, source));
    if written.is_err() {
        // It may not even exist; the first error is the one to tell.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_and_rename(temporary: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Left over from a process of the same number that was killed.
    match fs::remove_file(temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => (),
    }
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(temporary)?;
    file.write_all(bytes)?;
    // The mode above is subject to the admin's umask, and the hook has to read the file.
    file.set_permissions(Permissions::from_mode(FILE_MODE))?;
    file.sync_all()?;
    fs::rename(temporary, path)
}

/// Removes code and rules that neither the new index nor the one before it names.
fn remove_others(folder: &Path, keep: &BTreeSet<String>) -> Result<(), StoreError> {
    let entries = fs::read_dir(folder).map_err(|source| write_error(folder, source))?;
    for entry in entries {
        let entry = entry.map_err(|source| write_error(folder, source))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let ours = name.ends_with(CODE_SUFFIX) || name.ends_with(RULES_SUFFIX);
        if ours && !name.starts_with('.') && !keep.contains(&name) {
            fs::remove_file(entry.path()).map_err(|source| write_error(&entry.path(), source))?;
        }
    }
    Ok(())
}

fn write_error(path: &Path, source: io::Error) -> StoreError {
    StoreError::Write { path: path.to_owned(), source }
}
