//! Hostile bytes: loose objects and packs that no honest client sends.
//!
//! Git would refuse many of these packs before a hook runs. They are here because nothing of a
//! push is trusted twice.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[expect(dead_code, reason = "the other tests use all of it")]
mod support;

#[path = "support/packs.rs"]
mod packs;

use std::{fs, num::NonZero, os::unix::fs::FileExt};

use packs::{
    blob, deflate, entry_header, memory_peak, pack_id, ref_delta, sized, write_pack, write_pack_at,
};
use pushgate_git::{
    Incoming, Kind, LimitExceeded, ObjectId, Objects, Push, ReadError, pack::Forest,
};
use support::{Arrival, Lab, id, is_corrupt};

/// Memory that a lie about a size must not take.
const GIB: u64 = 1 << 30;

/// Reads an object in all ways; each must say that it cannot be had.
fn refused(objects: &Objects, id: &ObjectId) -> Vec<ReadError> {
    let before = memory_peak();
    let mut seen = 0;
    let errors = vec![
        objects.read(id, &mut Vec::new()).unwrap_err(),
        objects.stream(id, &mut |piece| seen += piece.len()).unwrap_err(),
    ];
    assert!(memory_peak() - before < GIB, "memory follows a lie");
    assert!(seen < 1 << 21, "{seen}");
    errors
}

#[test]
fn a_pack_entry_that_lies_about_its_size_is_refused() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    for unbounded in [false, true] {
        if unbounded {
            lab.limits.object_bytes_max = u64::MAX;
            lab.limits.held_bytes_max = u64::MAX;
            lab.limits.stream_bytes_max = u64::MAX;
        }
        let size = 10 * GIB;
        let long_delta = [sized(3), sized(size), vec![0x90, 3]].concat();
        let zeros = vec![0; 64 << 20];
        let entries = [
            [entry_header(3, size), deflate(b"abc")].concat(),
            blob(b"abc"),
            ref_delta(2, size, &[3, 3, 0x90, 3]),
            ref_delta(2, long_delta.len() as u64, &long_delta),
            [entry_header(3, 3), deflate(&zeros)].concat(),
            [entry_header(3, u64::MAX), deflate(b"abc")].concat(),
        ];
        let objects = write_pack(&mut lab, &entries);
        for number in [1, 3, 4, 5, 6] {
            for error in refused(&objects, &pack_id(number)) {
                let is_expected = match &error {
                    ReadError::TooLarge { .. } => !unbounded && number != 5,
                    error => is_corrupt(error),
                };
                assert!(is_expected, "{number}: {error}");
            }
        }
        assert_eq!(objects.read(&pack_id(2), &mut Vec::new()), Ok(Kind::Blob));
    }
}

#[test]
fn deltas_that_lead_nowhere_are_refused() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let delta = [3, 3, 0x90, 3];
    let ofs_delta =
        |distance: &[u8]| [entry_header(6, 4), distance.to_vec(), deflate(&delta)].concat();
    let entries = [
        blob(b"abc"),
        ref_delta(3, 4, &delta), // a circle with the next
        ref_delta(2, 4, &delta),
        ref_delta(4, 4, &delta),              // itself
        ref_delta(99, 4, &delta),             // nothing
        ofs_delta(&[0]),                      // itself
        ofs_delta(&[0xff, 0xff, 0xff, 0x7f]), // before the pack
        ofs_delta(&[0xff; 30]),               // a number without end
        ofs_delta(&[1]),                      // the middle of an entry
        [entry_header(0, 3), deflate(b"abc")].concat(),
        [entry_header(5, 3), deflate(b"abc")].concat(),
        vec![0xff; 40],
        entry_header(3, 3),
    ];
    let objects = write_pack(&mut lab, &entries);
    for number in 2..=entries.len() as u8 {
        for error in refused(&objects, &pack_id(number)) {
            let is_expected = match &error {
                ReadError::Limit(LimitExceeded::Count { name, .. }) => {
                    *name == "delta_chain_max" && [2, 3, 4, 6].contains(&number)
                }
                error => is_corrupt(error),
            };
            assert!(is_expected, "{number}: {error}");
        }
        // A header tells less than the bytes do: garbage can look like one.
        assert!([9, 13].contains(&number) || objects.header(&pack_id(number)).is_err(), "{number}");
    }
    let line = format!("{} {} r\n", lab.null(), pack_id(1));
    let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
    let incoming = Incoming::find(&push, &objects).unwrap();
    assert_eq!(incoming.objects.len() + incoming.unreadable.len(), entries.len());
    assert!(incoming.objects.len() <= 3);
}

#[test]
fn a_size_that_empty_blocks_put_off_is_read() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let delta = [sized(3), sized(6), vec![0x90, 3, 0x90, 3]].concat();
    let empty_blocks = [0, 0, 0, 0xff, 0xff].repeat(1_000);
    let mut deflated = deflate(&delta);
    let blocks = deflated.split_off(2);
    let put_off = [vec![1; 20], deflated, empty_blocks, blocks].concat();
    let entries = [blob(b"abc"), [entry_header(7, delta.len() as u64), put_off].concat()];
    let objects = write_pack(&mut lab, &entries);
    let line = format!("{} {} r\n", lab.null(), pack_id(1));
    let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
    let forests = Forest::all(&objects, NonZero::<usize>::MIN);
    let incoming = Incoming::find_in(&push, &objects, &forests, NonZero::<usize>::MIN).unwrap();
    assert_eq!(incoming.get(&pack_id(2)).map(|object| object.size), Some(6));
    assert_eq!(incoming.unreadable, []);
}

#[test]
fn chains_of_deltas_on_small_objects_stay_small() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    // Each object is twice as long as the one before: a kilobyte of pack asks for a terabyte.
    let mut entries = vec![blob(&[b'x'; 1024])];
    for number in 1..31_u8 {
        let size = 1024_u64 << (number - 1);
        let mut delta = [sized(size), sized(size * 2)].concat();
        let length = |length: u64| length.to_le_bytes();
        for _ in 0..2 {
            let mut left = size;
            while left > 0 {
                let step = left.min(0xff_ffff);
                let [a, b, c, ..] = length(step);
                let [o, p, q, r, ..] = length(size - left);
                delta.extend_from_slice(&[0xff, o, p, q, r, a, b, c]);
                left -= step;
            }
        }
        entries.push(ref_delta(number, delta.len() as u64, &delta));
    }
    lab.limits.object_bytes_max = 1 << 20;
    let objects = write_pack(&mut lab, &entries);
    let mut bytes = Vec::new();
    for number in 1..=31_u8 {
        let size = 1024_u64 << (number - 1);
        let result = objects.read(&pack_id(number), &mut bytes);
        match result {
            Ok(_) => assert_eq!(bytes.len() as u64, size),
            Err(error) => assert!(matches!(error, ReadError::TooLarge { .. }) && size > 1 << 20),
        }
        assert_eq!(objects.header(&pack_id(number)).unwrap().size, size);
    }
    assert!(memory_peak() < 8 * GIB);
}

#[test]
fn what_a_delta_takes_at_once_is_bounded() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let kib = 1 << 10;
    let base: Vec<u8> = (0..600 * kib).map(|at: usize| (at % 251) as u8).collect();
    // A result of `length` bytes, each of which is inserted on its own.
    let slow = |base: usize, length: usize| {
        let size = |length: usize| sized(length as u64);
        [size(base), size(length), [1, b'x'].repeat(length)].concat()
    };
    let (long, longer) = (slow(base.len(), 450 * kib), slow(base.len(), 500 * kib));
    let last = slow(500 * kib, 1);
    let entries = [
        blob(&base),
        ref_delta(1, long.len() as u64, &long),
        ref_delta(1, longer.len() as u64, &longer),
        ref_delta(3, last.len() as u64, &last),
    ];
    lab.limits.object_bytes_max = kib as u64 * kib as u64;
    let objects = write_pack(&mut lab, &entries);
    let mut bytes = Vec::new();
    assert_eq!(objects.read(&pack_id(2), &mut bytes), Ok(Kind::Blob));
    assert_eq!(bytes, vec![b'x'; 450 * kib]);
    for number in [3, 4] {
        let result = objects.read(&pack_id(number), &mut bytes);
        assert!(matches!(result, Err(ReadError::TooLarge { .. })), "{number}: {result:?}");
    }
}

/// A delta that puts `byte` before all but the last byte of a base of `length` bytes.
fn shift(base: u8, byte: u8, length: u64) -> Vec<u8> {
    let [low, middle, high, ..] = (length - 1).to_le_bytes();
    let delta = [sized(length), sized(length), vec![1, byte, 0xf0, low, middle, high]].concat();
    ref_delta(base, delta.len() as u64, &delta)
}

/// Bytes that do not compress.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let step = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    (0..length).map(step).collect()
}

#[test]
fn what_others_are_deltas_of_is_built_once_and_not_taken_for_another() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    // Larger than what is read of a file at once.
    let length = 100_000;
    let root = noise(length);
    let shift = |base, byte| shift(base, byte, length as u64);
    let entries = [
        blob(&root),
        shift(1, b'2'),
        shift(2, b'3'),
        shift(3, b'4'),
        blob(&noise(length + 1)),
        shift(4, b'6'),
        shift(3, b'7'),
        shift(2, b'8'),
        shift(1, b'9'),
    ];
    let objects = write_pack(&mut lab, &entries);
    let expect = |number: u8, fresh: &str| {
        let mut bytes = Vec::new();
        assert_eq!(objects.read(&pack_id(number), &mut bytes), Ok(Kind::Blob), "{number}");
        let (head, tail) = bytes.split_at(fresh.len());
        assert_eq!(head, fresh.as_bytes(), "{number}");
        assert!(tail == &root[..length - fresh.len()], "{number}");
    };
    expect(4, "432");
    // What was built on the way is in the file no more.
    let path = lab.quarantine.clone().unwrap().join("pack/pack-1.pack");
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    let spoiled: usize = entries[..4].iter().map(Vec::len).sum();
    file.write_all_at(&vec![0xff; spoiled], 12).unwrap();
    assert_eq!(objects.read(&pack_id(5), &mut Vec::new()), Ok(Kind::Blob));
    assert!(lab.objects().read(&pack_id(6), &mut Vec::new()).is_err(), "nobody else knows it");
    for (number, fresh) in [(6, "6432"), (7, "732"), (8, "82"), (9, "9")] {
        expect(number, fresh);
    }
}

#[test]
fn objects_at_the_same_place_of_two_packs_are_told_apart() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let packs = [(1, "one one"), (11, "two two")];
    let of = |first: u8, text: &str| {
        let length = text.len() as u64;
        [blob(text.as_bytes()), shift(first, b'a', length), shift(first + 1, b'b', length)]
    };
    write_pack(&mut lab, &of(packs[0].0, packs[0].1));
    let folder = lab.server.join("objects/pack");
    write_pack_at(&folder, packs[1].0, &of(packs[1].0, packs[1].1));
    let objects = lab.objects();
    let mut bytes = Vec::new();
    for _ in 0..2 {
        for (first, text) in packs {
            for (number, fresh) in [(2, "ba"), (1, "a"), (0, "")] {
                assert_eq!(objects.read(&pack_id(first + number), &mut bytes), Ok(Kind::Blob));
                let expected = format!("{fresh}{}", &text[..text.len() - fresh.len()]);
                assert_eq!(bytes, expected.as_bytes());
            }
        }
    }
}

#[test]
fn a_loose_object_that_lies_about_its_size_is_refused() {
    let mut lab = Lab::new(("sha1", Arrival::Loose));
    let folder = lab.make_quarantine().join("11");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("1".repeat(38));
    let id = id(&"1".repeat(40));
    for unbounded in [false, true] {
        if unbounded {
            lab.limits.object_bytes_max = u64::MAX;
            lab.limits.held_bytes_max = u64::MAX;
            lab.limits.stream_bytes_max = u64::MAX;
        }
        let objects = lab.objects();
        let mut zeros = b"blob 3\0".to_vec();
        zeros.resize(64 << 20, 0);
        for bytes in [
            b"blob 10737418240\0abc".as_slice(),
            b"blob 18446744073709551615\0abc",
            b"blob 4\0abc",
            b"blob 2\0abc",
            b"blob 3 \0abc",
            b"blob\0abc",
            b"what 3\0abc",
            b"",
            &zeros,
        ] {
            fs::write(&path, deflate(bytes)).unwrap();
            for error in refused(&objects, &id) {
                let is_expected = match &error {
                    ReadError::TooLarge { .. } => !unbounded,
                    error => is_corrupt(error),
                };
                assert!(is_expected, "{}: {error}", bytes[..bytes.len().min(30)].escape_ascii());
            }
        }
        fs::write(&path, deflate(b"blob 3\0abc")).unwrap();
        assert_eq!(objects.read(&id, &mut Vec::new()), Ok(Kind::Blob));
    }
}
