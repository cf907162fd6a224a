//! What is broken is said, never passed over.

use std::{
    fs,
    path::{Path, PathBuf},
};

use pushgate_git::{Incoming, Objects, Push, ReadError, Unreadable};

use crate::support::{Arrival, Lab, WAYS, id, is_corrupt};

fn only_file(folder: &Path, extension: &str) -> PathBuf {
    let mut paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.find(|path| path.extension().is_some_and(|found| found == extension)).unwrap()
}

/// Git makes its files read-only.
fn overwrite(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

fn find(lab: &Lab, tip: &str) -> (Objects, Incoming) {
    let line = format!("{} {tip} refs/heads/main\n", lab.null());
    let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
    let objects = lab.objects();
    let incoming = Incoming::find(&push, &objects).unwrap();
    (objects, incoming)
}

#[test]
fn a_pack_cut_anywhere_is_an_error_and_not_a_panic() {
    for format in ["sha1", "sha256"] {
        let mut lab = Lab::new((format, Arrival::Packed));
        lab.commit(&[("a", b"one")]);
        let tip = lab.commit(&[("a", b"two"), ("folder/b", b"three")]);
        lab.push(&[&tip]);
        let pack = only_file(&lab.quarantine.clone().unwrap().join("pack"), "pack");
        let whole = fs::read(&pack).unwrap();
        for length in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
            overwrite(&pack, &whole[..length]);
            let (objects, incoming) = find(&lab, &tip);
            assert!(!incoming.unreadable.is_empty(), "{length}");
            let mut bytes = Vec::new();
            for object in &incoming.objects {
                let result = objects.read(&object.id, &mut bytes);
                assert!(result.is_ok() || is_corrupt(&result.unwrap_err()), "{length}");
            }
        }
        // A pack of another push under this name, too.
        let mut other = whole.clone();
        let last = other.len() - 1;
        other[last] ^= 1;
        overwrite(&pack, &other);
        let (_, incoming) = find(&lab, &tip);
        assert!(matches!(incoming.unreadable[..], [Unreadable::File { .. }]));
        fs::remove_file(&pack).unwrap();
        assert!(!find(&lab, &tip).1.unreadable.is_empty());
    }
}

#[test]
fn an_index_cut_anywhere_is_an_error_and_not_a_panic() {
    for format in ["sha1", "sha256"] {
        let mut lab = Lab::new((format, Arrival::Packed));
        let tip = lab.commit(&[("a", b"one")]);
        lab.push(&[&tip]);
        let index = only_file(&lab.quarantine.clone().unwrap().join("pack"), "idx");
        let whole = fs::read(&index).unwrap();
        for length in (0..whole.len()).step_by(5).chain([whole.len() - 1]) {
            overwrite(&index, &whole[..length]);
            let (_, incoming) = find(&lab, &tip);
            assert!(!incoming.unreadable.is_empty(), "{length}");
            assert_eq!(incoming.objects, []);
        }
        fs::remove_file(&index).unwrap();
        assert!(!find(&lab, &tip).1.unreadable.is_empty(), "a pack without an index");
    }
}

#[test]
fn every_changed_byte_of_a_loose_object_is_seen_or_harmless() {
    for format in ["sha1", "sha256"] {
        let mut lab = Lab::new((format, Arrival::Loose));
        let tip = lab.commit(&[("a", b"some text, some text, some text, some more text")]);
        lab.push(&[&tip]);
        let blob = lab.client(&["rev-parse", "HEAD:a"]);
        let (folder, file) = blob.split_at(2);
        let path = lab.quarantine.clone().unwrap().join(folder).join(file);
        let whole = fs::read(&path).unwrap();
        let objects = lab.objects();
        let mut expected = Vec::new();
        objects.read(&id(&blob), &mut expected).unwrap();
        let check = |bytes: &[u8]| {
            overwrite(&path, bytes);
            let mut read = Vec::new();
            match objects.read(&id(&blob), &mut read) {
                Ok(_) => assert_eq!(read, expected),
                Err(error) => assert!(is_corrupt(&error), "{error}"),
            }
            let mut streamed = Vec::new();
            match objects.stream(&id(&blob), &mut |piece| streamed.extend_from_slice(piece)) {
                Ok(_) => assert_eq!(streamed, expected),
                Err(error) => assert!(is_corrupt(&error), "{error}"),
            }
        };
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut changed = whole.clone();
                changed[at] ^= 1 << bit;
                check(&changed);
            }
            check(&whole[..at]);
        }
        check(&[&whole[..], b"more"].concat());
        let result = objects.read(&id(&blob), &mut Vec::new());
        assert!(is_corrupt(&result.unwrap_err()), "garbage at the end");
    }
}

#[test]
fn a_tip_that_is_not_there_is_named() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &old);
        lab.make_quarantine();
        let missing = lab.null().replace('0', "7");
        let (_, incoming) = find(&lab, &missing);
        let expected = Unreadable::Object { id: id(&missing), cause: ReadError::Missing };
        assert_eq!(incoming.unreadable, [expected]);
    }
}

#[test]
fn what_is_missing_in_new_history_is_named() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("z", b"zero")]);
        lab.accept("refs/heads/main", &old);
        lab.commit(&[("a", b"one"), ("folder/b", b"two")]);
        let middle = lab.client(&["rev-parse", "HEAD"]);
        let tip = lab.commit(&[("folder/c", b"three")]);
        let spec = |spec: &str| lab.client(&["rev-parse", spec]);
        let all: Vec<_> = [
            "HEAD",
            "HEAD^{tree}",
            "HEAD:folder",
            "HEAD:folder/c",
            "HEAD:folder/b",
            "HEAD:a",
            "HEAD~1",
            "HEAD~1^{tree}",
            "HEAD~1:folder",
        ]
        .map(spec)
        .into();
        let folder = spec("HEAD:folder");
        for missing in [middle, folder, spec("HEAD:folder/c"), spec("HEAD^{tree}"), spec("HEAD:a")]
        {
            let sent: Vec<_> =
                all.iter().map(String::as_str).filter(|id| **id != missing).collect();
            lab.smuggle(&sent);
            let (_, incoming) = find(&lab, &tip);
            let is_named = incoming.unreadable.iter().any(|unreadable| {
                matches!(unreadable, Unreadable::Object { id: named, cause: ReadError::Missing }
                    if *named == id(&missing))
            });
            assert!(is_named, "{missing}: {:?}", incoming.unreadable);
        }
        lab.smuggle(&all.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(find(&lab, &tip).1.unreadable, []);
    }
}

#[test]
fn what_another_server_has_promised_is_new_unless_a_ref_reaches_it() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        lab.commit(&[("a", b"one"), ("b", b"two")]);
        let old = lab.commit(&[("a", b"two and a half")]);
        let ids = lab.client(&["rev-list", "--objects", "--no-object-names", "HEAD"]);
        let back = lab.client(&["rev-parse", "HEAD~1:a"]);
        // The server has all but one blob.
        let most: Vec<_> = ids.lines().filter(|id| **id != back).collect();
        lab.smuggle(&most);
        let quarantine = lab.quarantine.take().unwrap();
        for entry in fs::read_dir(&quarantine).unwrap() {
            let path = entry.unwrap().path();
            let to = lab.server.join("objects").join(path.file_name().unwrap());
            let is_new = !to.exists() || fs::remove_dir_all(&to).is_ok();
            assert!(is_new);
            fs::rename(&path, to).unwrap();
        }
        fs::remove_dir(&quarantine).unwrap();
        lab.server(&["update-ref", "refs/heads/main", &old]);
        lab.client(&["read-tree", "--reset", "-u", "HEAD~1"]);
        let tip = lab.commit(&[("c", b"three")]);
        let sent = ["HEAD", "HEAD^{tree}", "HEAD:c"].map(|spec| lab.client(&["rev-parse", spec]));
        lab.smuggle(&sent.each_ref().map(String::as_str));
        let (_, incoming) = find(&lab, &tip);
        assert_eq!(incoming.unreadable.len(), 1, "a missing blob is not passed over");
        let config = lab.server.join("config");
        let text = fs::read_to_string(&config).unwrap();
        fs::write(&config, text + "[extensions]\n\tpartialClone = origin\n").unwrap();
        let (_, incoming) = find(&lab, &tip);
        assert_eq!(incoming.unreadable, []);
        assert_eq!(incoming.objects.len(), 3);
        // It is new where that cannot be proven, and where no ref reaches it.
        let named = [Unreadable::Object { id: id(&back), cause: ReadError::Missing }];
        let proof_objects_max = std::mem::replace(&mut lab.limits.proof_objects_max, 1);
        assert_eq!(find(&lab, &tip).1.unreadable, named);
        lab.limits.proof_objects_max = proof_objects_max;
        lab.server(&["update-ref", "-d", "refs/heads/main"]);
        assert_eq!(find(&lab, &tip).1.unreadable, named);
    }
}

#[test]
fn an_index_of_the_base_that_cannot_be_read_is_not_a_missing_object() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let old = lab.commit(&[("a", b"one")]);
    lab.accept("refs/heads/main", &old);
    let index = only_file(&lab.server.join("objects/pack"), "idx");
    overwrite(&index, b"what is this");
    let result = lab.objects().read(&id(&old), &mut Vec::new());
    assert!(is_corrupt(&result.unwrap_err()));
    lab.make_quarantine();
    assert!(!find(&lab, &old).1.unreadable.is_empty());
}

#[test]
fn an_index_without_its_pack_is_passed_over() {
    for format in ["sha1", "sha256"] {
        let mut lab = Lab::new((format, Arrival::Packed));
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &old);
        let tip = lab.commit(&[("a", b"two")]);
        let folder = lab.server.join("objects/pack");
        let pack = only_file(&folder, "pack");
        let whole = fs::read(&pack).unwrap();
        // It is gone before we look, and nothing else has its objects.
        fs::remove_file(&pack).unwrap();
        let mut bytes = Vec::new();
        let objects = lab.objects();
        assert_eq!(objects.read(&id(&old), &mut bytes), Err(ReadError::Missing));
        assert!(!objects.contains_base(&id(&old)));
        // It comes back.
        fs::write(&pack, &whole).unwrap();
        assert_eq!(objects.read(&id(&old), &mut bytes), Ok(pushgate_git::Kind::Commit));
        // It vanishes after its index was read, and all it had is elsewhere.
        let objects = lab.objects();
        assert_eq!(objects.header(&id(&lab.null())), Err(ReadError::Missing));
        let more = lab.commit(&[("a", b"three")]);
        lab.accept("refs/heads/main", &more);
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "keep") {
                fs::remove_file(path).unwrap();
            }
        }
        lab.server(&["repack", "-a", "-d", "-q"]);
        assert!(!pack.exists());
        for id in [&old, &tip, &more].map(|hex| id(hex)) {
            let header = objects.header(&id).unwrap();
            assert_eq!(objects.read(&id, &mut bytes), Ok(pushgate_git::Kind::Commit));
            assert_eq!(header.size, bytes.len() as u64);
            let mut size = 0;
            objects.stream(&id, &mut |piece| size += piece.len()).unwrap();
            assert_eq!(size, bytes.len());
        }
        // An index alone does not say that the base has what was sent.
        let sent = lab.commit(&[("a", b"four")]);
        lab.push(&[&sent]);
        let index = only_file(&lab.quarantine.clone().unwrap().join("pack"), "idx");
        fs::copy(&index, folder.join(index.file_name().unwrap())).unwrap();
        assert!(find(&lab, &sent).1.get(&id(&sent)).is_some());
    }
}
