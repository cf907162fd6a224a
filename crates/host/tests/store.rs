//! Compiled detectors as bytes and on disk: what is loaded, and what is refused.

#![expect(clippy::unwrap_used, reason = "a helper of tests may panic as tests do")]
#![expect(clippy::indexing_slicing, reason = "a test that fails here is what is wanted")]

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pushgate_core::judge::{DetectorFailure, Verdict};
use pushgate_host::{
    Artefact, ArtefactError, ArtefactSet, DetectorLimits, Detectors, Installed, Library, Store,
    StoreError, engine_id,
};
use support::{ask, compiled, question};

/// Two detectors, compiled.
fn artefacts() -> Vec<Artefact> {
    let mut artefacts =
        ["confirms", "unreachable"].map(|name| compiled(name, &DetectorLimits::default()).unwrap());
    artefacts[1].file = Some("unreachable.wasm".to_owned());
    artefacts.to_vec()
}

/// A store with two detectors and `rules`; its folder lives as long as the first value.
fn store(rules: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("detectors");
    Store::write(&path, &artefacts(), rules).unwrap();
    (folder, path)
}

/// The one file of the store with this ending.
fn file(store: &Path, ending: &str) -> PathBuf {
    let folder = store.join(engine_id());
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().find(|path| path.to_str().unwrap().ends_with(ending)).unwrap()
}

/// Asks the first of `artefacts`; with it, why it could not be loaded.
fn first_verdict(artefacts: Vec<Artefact>) -> (Verdict, Option<String>) {
    let library = Arc::new(Library::new(artefacts));
    let mut detectors = Detectors::new(&library, DetectorLimits::default());
    let verdict = ask(&mut detectors, &[question(11, 20)]).remove(0);
    let error = detectors.problems().into_iter().next().map(|(_, problem)| problem);
    (verdict, error)
}

fn confirms(artefacts: Vec<Artefact>) -> bool {
    matches!(first_verdict(artefacts), (Verdict::Confirmed { .. }, None))
}

const MISSING: Verdict = Verdict::Undecided(DetectorFailure::Missing);

fn flip(bytes: &mut [u8], at: usize) {
    bytes[at] ^= 1;
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_set_comes_back_as_it_was_written() {
    let written = artefacts();
    let bytes = ArtefactSet { artefacts: written.clone() }.to_bytes().unwrap();
    let read = ArtefactSet::from_bytes(bytes.leak()).unwrap();
    for (read, written) in read.artefacts.iter().zip(&written) {
        assert_eq!(read.manifest, written.manifest);
        assert_eq!(read.digest, written.digest);
        assert_eq!(read.file, written.file);
    }
    assert!(confirms(read.artefacts.clone()));
    assert_eq!(read.artefacts.len(), 2);
    assert_eq!(
        ArtefactSet::from_bytes(read.to_bytes().unwrap().leak()).unwrap().artefacts.len(),
        2
    );
}

#[test]
fn one_flipped_bit_of_code_is_noticed_before_it_runs() {
    let artefact = compiled("confirms", &DetectorLimits::default()).unwrap();
    let bytes = ArtefactSet { artefacts: vec![artefact] }.to_bytes().unwrap();
    let code = bytes.windows(4).position(|four| four == b"\x7fELF").unwrap();
    for at in [code, code + 1000, bytes.len() - 1] {
        let mut bytes = bytes.clone();
        flip(&mut bytes, at);
        let (verdict, error) =
            first_verdict(ArtefactSet::from_bytes(bytes.leak()).unwrap().artefacts);
        assert_eq!(verdict, MISSING);
        assert_eq!(
            error.unwrap(),
            "the compiled code of detector `confirms` is damaged; run `pushgate install` again"
        );
    }
}

#[test]
fn a_set_of_another_engine_or_of_nothing_is_refused() {
    let bytes = ArtefactSet { artefacts: artefacts() }.to_bytes().unwrap();
    let mut other = bytes.clone();
    let engine = bytes.windows(64).position(|id| id == engine_id().as_bytes()).unwrap();
    other[engine] = if other[engine] == b'0' { b'1' } else { b'0' };
    let error = ArtefactSet::from_bytes(other.leak()).unwrap_err();
    assert!(matches!(error, ArtefactError::OtherEngine), "{error}");
    for end in [0, 1, 40, 80, bytes.len() - 1] {
        let cut: &'static [u8] = bytes[..end].to_vec().leak();
        let error = ArtefactSet::from_bytes(cut).unwrap_err();
        assert!(matches!(error, ArtefactError::Damaged), "{end}: {error}");
    }
}

#[test]
fn a_store_gives_back_detectors_and_rules() {
    let (_folder, path) = store(b"the rules");
    let installed = Store::open(&path).unwrap();
    assert_eq!(installed.rules().unwrap(), b"the rules");
    let names: Vec<_> =
        installed.artefacts.iter().map(|artefact| artefact.manifest.name.as_str()).collect();
    assert_eq!(names, ["confirms", "unreachable"]);
    let files: Vec<_> =
        installed.artefacts.iter().map(|artefact| artefact.file.as_deref()).collect();
    assert_eq!(files, [None, Some("unreachable.wasm")]);
    assert!(confirms(installed.artefacts));
}

#[test]
fn a_store_can_be_written_again_and_what_an_older_hook_reads_stays() {
    let (_folder, path) = store(b"first");
    let before: Installed = Store::open(&path).unwrap();
    Store::write(&path, &artefacts()[1..], b"second").unwrap();
    assert!(confirms(before.artefacts.clone()), "the index before is still served");
    assert_eq!(before.rules().unwrap(), b"first");
    assert_eq!(Store::open(&path).unwrap().artefacts.len(), 1);

    Store::write(&path, &artefacts()[1..], b"third").unwrap();
    assert!(before.rules().is_err(), "two indices later it is gone");
    assert_eq!(first_verdict(before.artefacts).0, MISSING);
    let files = fs::read_dir(path.join(engine_id())).unwrap().count();
    assert_eq!(files, 4, "index, one detector, rules now and before");
}

#[test]
fn everything_in_a_store_is_readable_by_all_and_writable_by_its_owner() {
    let (_folder, path) = store(b"rules");
    let modes = |path: &Path| fs::symlink_metadata(path).unwrap().mode() & 0o7777;
    assert_eq!(modes(&path), 0o755);
    assert_eq!(modes(&path.join(engine_id())), 0o755);
    for entry in fs::read_dir(path.join(engine_id())).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(modes(&path), 0o644, "{}", path.display());
    }
}

#[test]
fn a_store_that_others_can_write_is_refused() {
    let (_folder, path) = store(b"rules");
    let engine = path.join(engine_id());
    let index = file(&path, "index");
    for (target, mode, back) in [
        (&path, 0o775, 0o755),
        (&path, 0o757, 0o755),
        (&engine, 0o777, 0o755),
        (&index, 0o664, 0o644),
        (&index, 0o646, 0o644),
    ] {
        chmod(target, mode);
        let error = Store::open(&path).unwrap_err();
        let found = matches!(
            &error,
            StoreError::Writable { path, mode: found } if path == target && *found == mode
        );
        assert!(found, "{error}");
        chmod(target, back);
    }
    assert!(Store::open(&path).is_ok());
    chmod(&path, 0o775);
    assert!(Store::write(&path, &artefacts(), b"rules").is_err(), "nor is it written to");
}

#[test]
fn code_that_others_can_write_is_refused_when_it_is_needed() {
    let (_folder, path) = store(b"rules");
    let installed = Store::open(&path).unwrap();
    for entry in fs::read_dir(path.join(engine_id())).unwrap() {
        chmod(&entry.unwrap().path(), 0o666);
    }
    let (verdict, error) = first_verdict(installed.artefacts.clone());
    assert_eq!(verdict, MISSING);
    assert!(error.unwrap().ends_with("has mode 666: others may write it; run `chmod go-w` on it"));
    assert!(matches!(installed.rules().unwrap_err(), StoreError::Writable { .. }));
}

#[test]
fn symbolic_links_and_pipes_are_refused() {
    let (folder, path) = store(b"rules");
    let link = folder.path().join("link");
    symlink(&path, &link).unwrap();
    let error = Store::open(&link).unwrap_err();
    assert!(matches!(error, StoreError::Kind { expected: "folder", .. }), "{error}");

    let index = file(&path, "index");
    let real = folder.path().join("index");
    fs::rename(&index, &real).unwrap();
    symlink(&real, &index).unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Kind { expected: "file", .. }), "{error}");

    fs::remove_file(&index).unwrap();
    fs::create_dir(&index).unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Kind { expected: "file", .. }), "{error}");
}

#[test]
fn damage_on_disk_is_noticed() {
    let (_folder, path) = store(b"rules");
    let installed = Store::open(&path).unwrap();

    let rules = file(&path, ".rules");
    fs::write(&rules, b"Rules").unwrap();
    assert!(
        matches!(installed.rules().unwrap_err(), StoreError::Damaged { path } if path == rules)
    );

    for entry in fs::read_dir(path.join(engine_id())).unwrap() {
        let file = entry.unwrap().path();
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        flip(&mut bytes, middle);
        fs::write(&file, bytes).unwrap();
    }
    assert_eq!(first_verdict(installed.artefacts).0, MISSING);
    let error = Store::open(&path).unwrap_err();
    assert!(matches!(&error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().ends_with("run `pushgate install` again"));
}

#[test]
fn a_store_without_anything_for_this_version_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("detectors");
    assert!(matches!(Store::open(&path).unwrap_err(), StoreError::Missing { .. }));
    fs::create_dir(&path).unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");

    let (_other, other) = store(b"rules");
    fs::rename(other.join(engine_id()), path.join("0".repeat(64))).unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::OtherEngine { .. }), "{error}");
    assert!(error.to_string().ends_with("run `pushgate install` again"));
}

/// What the child of the test below runs: everything a push does, and compiling besides.
#[test]
fn a_detector_is_compiled_stored_and_asked() {
    let (_folder, path) = store(b"rules");
    assert!(confirms(Store::open(&path).unwrap().artefacts));
}

#[test]
fn a_small_address_space_is_enough() {
    let program = std::env::current_exe().unwrap();
    let run = |kilobytes: u32| {
        #[expect(clippy::disallowed_methods, reason = "the limit is to bind a process of its own")]
        let child = std::process::Command::new("sh")
            .arg("-c")
            .arg(format!("ulimit -v {kilobytes} && exec \"$0\" --exact \"$1\" --test-threads 1"))
            .arg(&program)
            .arg("a_detector_is_compiled_stored_and_asked")
            .output()
            .unwrap();
        (child.status.success(), String::from_utf8_lossy(&child.stdout).into_owned())
    };
    let (success, output) = run(200_000);
    assert!(success && output.contains("1 passed"), "{output}");
    assert!(!run(8_000).0, "the limit has an effect");
}
