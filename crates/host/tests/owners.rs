//! Whose stores are believed: root's and the reader's own, seen by readers of several kinds.
//!
//! The reader is a process of its own, this very test under another user. Only root can give files
//! away and become somebody else; started by anybody else, the test looks at the same rule from
//! where it stands.

#![expect(clippy::unwrap_used, reason = "a helper of tests may panic as tests do")]
#![expect(clippy::disallowed_methods, reason = "the reader is a process, and is told what to read")]

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use pushgate_core::judge::Verdict;
use pushgate_host::{DetectorLimits, Detectors, Library, Store};
use support::{ask, compiled, question};

/// Tells this test that it is the reader, and of which store.
const STORE: &str = "PUSHGATE_TEST_STORE_TO_READ";

/// What the reader's line begins with.
const MARK: &str = "seen by the reader: ";

/// Users that need not exist.
const READER: u32 = 40_001;
const STRANGER: u32 = 40_002;

/// Everything that a push does with a store, in words.
fn read(store: &Path) -> String {
    let installed = match Store::open(store) {
        Ok(installed) => installed,
        Err(error) => return error.to_string(),
    };
    if let Err(error) = installed.rules() {
        return error.to_string();
    }
    let library = Arc::new(Library::new(installed.artefacts));
    let mut detectors = Detectors::new(&library, DetectorLimits::default());
    let verdict = ask(&mut detectors, &[question(11, 20)]).remove(0);
    match detectors.problems().pop() {
        Some((_, problem)) => problem,
        None if matches!(verdict, Verdict::Confirmed { .. }) => "believed".to_owned(),
        None => format!("{verdict:?}"),
    }
}

/// A store, and a copy of this program that anybody may run.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let place = Place { folder };
        let artefact = compiled("confirms", &DetectorLimits::default()).unwrap();
        Store::write(&place.store(), &[artefact], b"rules").unwrap();
        fs::copy(std::env::current_exe().unwrap(), place.program()).unwrap();
        fs::set_permissions(place.program(), Permissions::from_mode(0o755)).unwrap();
        place
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("reader")
    }

    /// The store, the folder in it, and the files in that: index, code and rules.
    fn parts(&self) -> Vec<PathBuf> {
        let inner = self.store().join(pushgate_host::engine_id());
        let mut parts = vec![self.store(), inner.clone()];
        parts.extend(fs::read_dir(inner).unwrap().map(|entry| entry.unwrap().path()));
        assert_eq!(parts.len(), 5, "{parts:?}");
        parts
    }

    fn belongs_to(&self, owner: u32) {
        for part in self.parts() {
            chown(part, Some(owner), Some(owner)).unwrap();
        }
    }

    /// What a process of this user sees, or one of the present user.
    fn seen_by(&self, user: Option<u32>) -> String {
        let mut command = Command::new(self.program());
        command
            .args(["--exact", "a_store_is_believed_if_it_is_roots_or_the_readers_own"])
            .args(["--nocapture", "--test-threads", "1"])
            .env(STORE, self.store())
            .current_dir("/");
        if let Some(user) = user {
            command.uid(user).gid(user);
        }
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let seen = text.split_once(MARK).and_then(|(_, rest)| rest.lines().next());
        seen.unwrap_or_else(|| panic!("the reader said nothing: {output:?}")).to_owned()
    }
}

/// What is said of a part that belongs to the wrong user.
fn refused(part: &Path, owner: u32) -> String {
    format!(
        "{} belongs to user {owner}; it must belong to root or to the user of the hook",
        part.display()
    )
}

#[test]
fn a_store_is_believed_if_it_is_roots_or_the_readers_own() {
    if let Some(store) = std::env::var_os(STORE) {
        #[expect(clippy::print_stdout, reason = "where the process that started this one looks")]
        {
            println!("{MARK}{}", read(Path::new(&store)));
        }
        return;
    }
    let place = Place::new();
    assert_eq!(place.seen_by(None), "believed", "one's own");
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        as_root(&place);
    } else {
        as_anybody(&place);
    }
}

/// With all that root can do.
fn as_root(place: &Place) {
    assert_eq!(place.seen_by(Some(READER)), "believed", "root's, by another user");
    place.belongs_to(READER);
    assert_eq!(place.seen_by(Some(READER)), "believed", "the reader's own");
    assert_eq!(place.seen_by(None), refused(&place.store(), READER), "not even by root");
    assert_eq!(place.seen_by(Some(STRANGER)), refused(&place.store(), READER));

    // Each part counts, whoever owns the others.
    for owner in [0, READER] {
        place.belongs_to(owner);
        for part in place.parts() {
            chown(&part, Some(STRANGER), None).unwrap();
            let seen = place.seen_by(Some(READER));
            assert!(seen.ends_with(&refused(&part, STRANGER)), "{}: {seen}", part.display());
            chown(&part, Some(owner), None).unwrap();
            assert_eq!(place.seen_by(Some(READER)), "believed");
        }
    }
    others_may_not_write(place, Some(READER));
}

/// With what anybody can do: read one's own files and root's.
fn as_anybody(place: &Place) {
    others_may_not_write(place, None);
    let of_root = Path::new("/usr");
    assert_eq!(fs::metadata(of_root).unwrap().uid(), 0, "of a plain system");
    let seen = read(of_root);
    assert!(seen.starts_with("there are no compiled detectors in /usr"), "looked into: {seen}");
}

/// The owner is not enough: nobody else may be able to write.
fn others_may_not_write(place: &Place, reader: Option<u32>) {
    for part in place.parts() {
        let mode = fs::metadata(&part).unwrap().mode() & 0o7777;
        for more in [0o020, 0o002] {
            fs::set_permissions(&part, Permissions::from_mode(mode | more)).unwrap();
            let seen = place.seen_by(reader);
            let expected =
                format!("{} has mode {:o}: others may write it", part.display(), mode | more);
            assert!(seen.contains(&expected), "{}: {seen}", part.display());
        }
        fs::set_permissions(&part, Permissions::from_mode(mode)).unwrap();
    }
    assert_eq!(place.seen_by(reader), "believed");
}
