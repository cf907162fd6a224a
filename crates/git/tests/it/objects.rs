//! Objects are read as git reads them, in bounded memory.

use std::fs;

use pushgate_git::{GitLimits, Kind, LimitExceeded, ReadError};

use crate::support::{Arrival, Lab, WAYS, id};

/// Bytes that compress badly, so that files are as large as they look.
fn noise(length: usize, mut state: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

#[test]
fn a_large_blob_is_streamed_in_pieces() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let bytes = noise(5 << 20, 1);
        let tip = lab.commit(&[("large", &bytes)]);
        let blob = id(&lab.client(&["rev-parse", "HEAD:large"]));
        lab.push(&[&tip]);
        lab.limits = GitLimits { object_bytes_max: 5 << 20, ..lab.limits };
        lab.check(&[lab.update("refs/heads/main", &tip)]);
        // Too large to be read, not too large to be streamed.
        lab.limits.object_bytes_max -= 1;
        let objects = lab.objects();
        let mut out = Vec::new();
        let too_large = ReadError::TooLarge { size: 5 << 20, max: (5 << 20) - 1 };
        assert_eq!(objects.read(&blob, &mut out), Err(too_large));
        let (mut streamed, mut longest) = (Vec::new(), 0);
        let sink = &mut |piece: &[u8]| {
            longest = longest.max(piece.len());
            streamed.extend_from_slice(piece);
        };
        assert_eq!(objects.stream(&blob, sink), Ok(Kind::Blob));
        assert!(longest <= 1 << 20);
        assert_eq!(streamed, bytes);
        lab.limits.stream_bytes_max = (5 << 20) - 1;
        let refused = lab.objects().stream(&blob, &mut |_| ());
        assert!(matches!(refused, Err(ReadError::TooLarge { .. })));
    }
}

#[test]
fn a_blob_that_is_a_delta_is_streamed_from_its_base() {
    for format in ["sha1", "sha256"] {
        let mut lab = Lab::new((format, Arrival::Packed));
        let mut bytes = noise(3 << 20, 2);
        lab.commit(&[("large", &bytes)]);
        bytes.extend_from_slice(b"and a little more");
        let tip = lab.commit(&[("large", &bytes)]);
        lab.push(&[&tip]);
        let listed = String::from_utf8(lab.hook(
            &["cat-file", "--batch-all-objects", "--batch-check=%(deltabase) %(objectsize)"],
            b"",
        ));
        let is_delta = |line: &str| !line.starts_with(&lab.null());
        let listed = listed.unwrap();
        assert!(listed.lines().any(|line| is_delta(line) && line.len() > 45), "{listed}");
        lab.check(&[lab.update("refs/heads/main", &tip)]);
        lab.limits.object_bytes_max = 3 << 20;
        let objects = lab.objects();
        for (spec, more) in [("HEAD:large", 17), ("HEAD~1:large", 0)] {
            let blob = id(&lab.client(&["rev-parse", spec]));
            let mut streamed = Vec::new();
            // The base of one of them is larger than may be held.
            let result = objects.stream(&blob, &mut |piece| streamed.extend_from_slice(piece));
            assert_eq!((result, streamed.len()), (Ok(Kind::Blob), (3 << 20) + more));
            assert!(bytes.starts_with(&streamed));
        }
    }
}

#[test]
fn versions_of_a_blob_that_cannot_be_held_are_streamed() {
    for format in ["sha1", "sha256"] {
        let mut lab = Lab::new((format, Arrival::Packed));
        let first = noise(5 << 20, 4);
        let (head, tail) = first.split_at(2 << 20);
        let second = [head, b"in the middle", tail, head].concat();
        let third =
            [&second[second.len() - 3_000_000..], b"at a seam", &second[7..], tail].concat();
        // What has little of it is made of it all the same.
        let fourth = [b"a small one: ", &third[1_000_000..1_300_000], b" and no more"].concat();
        let versions = [first, second, third, fourth];
        let mut tip = String::new();
        for bytes in &versions {
            tip = lab.commit(&[("large", bytes)]);
        }
        lab.client(&["repack", "-adfq", "--window=8", "--depth=8"]);
        lab.push(&[&tip]);
        let all = ["cat-file", "--batch-all-objects", "--batch-check=%(deltabase) %(objectsize)"];
        let listed = String::from_utf8(lab.hook(&all, b"")).unwrap();
        let is_delta =
            |line: &&str| !line.starts_with(&lab.null()) && line.len() > lab.null().len() + 6;
        assert_eq!(listed.lines().filter(is_delta).count(), 3, "{listed}");
        for max in [200_000, 1 << 20, 4 << 20] {
            lab.limits.object_bytes_max = max;
            let objects = lab.objects();
            for (age, bytes) in versions.iter().rev().enumerate() {
                let blob = id(&lab.client(&["rev-parse", &format!("HEAD~{age}:large")]));
                let mut streamed = Vec::new();
                let result = objects.stream(&blob, &mut |piece| streamed.extend_from_slice(piece));
                assert_eq!(result, Ok(Kind::Blob), "{age} {max}");
                assert!(&streamed == bytes, "{age} {max}: {} bytes", streamed.len());
                let mut read = Vec::new();
                match objects.read(&blob, &mut read) {
                    Ok(kind) => assert!(kind == Kind::Blob && &read == bytes, "{age} {max}"),
                    Err(ReadError::TooLarge { .. }) => assert!(bytes.len() as u64 > max),
                    Err(error) => panic!("{age} {max}: {error}"),
                }
            }
        }
    }
}

#[test]
fn long_chains_of_deltas_are_read_up_to_a_bound() {
    for format in ["sha1", "sha256"] {
        let mut lab = Lab::new((format, Arrival::Packed));
        let mut text = noise(20_000, 3);
        let mut script = Vec::new();
        for number in 0..300 {
            text.extend_from_slice(format!("line {number}\n").as_bytes());
            script.extend_from_slice(format!("blob\ndata {}\n", text.len()).as_bytes());
            script.extend_from_slice(&text);
            script.push(b'\n');
        }
        let mut command = lab.command();
        command.arg("-C").arg(&lab.client);
        command.args(["-c", "pack.depth=1000", "-c", "fastimport.unpackLimit=0"]);
        command.args(["fast-import", "--quiet", "--depth=1000"]);
        crate::support::run(&mut command, &script);
        let all = ["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"];
        let blobs = lab.client(&all);
        let mut command = lab.command();
        command.arg("-C").arg(&lab.client);
        command.args(["pack-objects", "--quiet", "--stdout", "--depth=1000", "--window=20"]);
        let pack = crate::support::run(&mut command, blobs.as_bytes()).stdout;
        lab.receive_pack(&pack);
        let tip = blobs.lines().next().unwrap();
        let update = [lab.update("refs/heads/main", tip)];
        assert_eq!(lab.check_sent(&update), 300);
        lab.check(&update);
        // In any order, not only that of the pack.
        let objects = lab.objects();
        let mut bytes = Vec::new();
        let read = |hex: &str, bytes: &mut Vec<u8>| objects.read(&id(hex), bytes);
        let mut lengths: Vec<_> = blobs
            .lines()
            .map(|hex| {
                assert_eq!(read(hex, &mut bytes), Ok(Kind::Blob));
                bytes.len()
            })
            .collect();
        lengths.sort_unstable();
        lengths.dedup();
        assert_eq!(lengths.len(), 300);
        lab.limits.delta_chain_max = 20;
        let objects = lab.objects();
        let results: Vec<_> = blobs.lines().map(|hex| objects.read(&id(hex), &mut bytes)).collect();
        let is_limit = |result: &Result<Kind, ReadError>| match result {
            Ok(_) => false,
            Err(ReadError::Limit(LimitExceeded::Count { name, .. })) => *name == "delta_chain_max",
            Err(error) => panic!("{error}"),
        };
        assert!(results.iter().any(is_limit), "chains are longer than that");
        assert!(!results.iter().all(is_limit));
    }
}

#[test]
fn a_base_that_is_repacked_meanwhile_is_found_again() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &old);
        let objects = lab.objects();
        let blob = id(&lab.client(&["rev-parse", "HEAD:a"]));
        assert!(objects.contains_base(&blob));
        lab.accept("refs/heads/main", &lab.commit(&[("a", b"two")]));
        lab.server(&["repack", "-a", "-d", "-q"]);
        let mut bytes = Vec::new();
        assert_eq!(objects.read(&blob, &mut bytes), Ok(Kind::Blob));
        assert_eq!(bytes, b"one");
        assert_eq!(objects.read(&id(&lab.null()), &mut bytes), Err(ReadError::Missing));
        lab.make_quarantine();
    }
}

#[test]
fn many_threads_read_the_same_objects() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let files: Vec<_> =
            (0..60).map(|number| (format!("f{number}"), noise(5000, number + 1))).collect();
        let files: Vec<_> =
            files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let tip = lab.commit(&files);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        let read_all = || {
            let mut bytes = Vec::new();
            let mut all = Vec::new();
            for object in &checked.incoming.objects {
                checked.objects.read(&object.id, &mut bytes).unwrap();
                all.push(bytes.clone());
            }
            all
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(read_all)).collect();
            let alone = read_all();
            for thread in threads {
                assert_eq!(thread.join().unwrap(), alone);
            }
        });
    }
}

#[test]
fn an_object_in_both_stores_is_read_from_the_quarantine() {
    let mut lab = Lab::new(WAYS[0]);
    let old = lab.commit(&[("a", b"one")]);
    lab.accept("refs/heads/main", &old);
    let blob = lab.client(&["rev-parse", "HEAD:a"]);
    let (folder, file) = blob.split_at(2);
    let quarantine = lab.make_quarantine();
    fs::create_dir(quarantine.join(folder)).unwrap();
    let path = format!("{folder}/{file}");
    fs::copy(lab.server.join("objects").join(&path), quarantine.join(&path)).unwrap();
    let stored = lab.server.join("objects").join(&path);
    fs::remove_file(&stored).unwrap();
    fs::write(&stored, b"broken").unwrap();
    let mut bytes = Vec::new();
    let objects = lab.objects();
    assert_eq!(objects.read(&id(&blob), &mut bytes), Ok(Kind::Blob));
    assert!(!format!("{objects:?}").contains("111, 110, 101"), "bytes are not shown");
    // It is not new, loose or not.
    assert_eq!(lab.incoming(&[lab.update("refs/heads/new", &old)]).2.objects, []);
    lab.quarantine = None;
    assert!(matches!(lab.objects().read(&id(&blob), &mut bytes), Err(ReadError::Corrupt(_))));
}
