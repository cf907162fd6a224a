//! Packs that no honest client sends.

use std::{collections::BTreeMap, fs, os::unix::fs::FileExt};

use pushgate_git::{Kind, LimitExceeded, ObjectId, Objects, ReadError};

use crate::{
    checker::{Seen, compare, forests, walk, walk_all},
    packs::{blob, deflate, entry_header, memory_peak, pack_id, ref_delta, sized, write_pack},
    random::copy,
    support::{Arrival, Lab},
};

/// A delta from `base`, by number and size, to an object of `size` bytes.
fn delta(base: (u8, usize), size: usize, steps: &[u8]) -> Vec<u8> {
    let bytes = [&sized(base.1 as u64), &sized(size as u64), steps].concat();
    ref_delta(base.0, bytes.len() as u64, &bytes)
}

fn walk_entries(entries: &[Vec<u8>]) -> BTreeMap<ObjectId, Seen> {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let objects = write_pack(&mut lab, entries);
    let seen = walk_all(&objects);
    compare(&objects, &seen);
    seen
}

fn expect(seen: &BTreeMap<ObjectId, Seen>, number: u8, bytes: &[u8]) {
    assert!(seen[&pack_id(number)].bytes() == Some((Kind::Blob, bytes)), "{number}");
}

#[test]
fn copies_may_overlap_and_repeat() {
    let base = b"0123456789";
    let again: Vec<u8> = (0..40).flat_map(|at| copy(at % 7, 4)).collect();
    let entries = [
        blob(base),
        delta((1, 10), 8, &[copy(0, 4), copy(0, 4)].concat()),
        delta((1, 10), 10, &[copy(0, 6), copy(5, 4)].concat()),
        delta((1, 10), 160, &again),
        delta((4, 160), 10, &[copy(150, 5), copy(5, 5)].concat()),
        delta((3, 10), 20, &[copy(0, 10), copy(0, 10)].concat()),
    ];
    let seen = walk_entries(&entries);
    expect(&seen, 2, b"01230123");
    expect(&seen, 3, b"0123455678");
    expect(&seen, 6, b"01234556780123455678");
}

#[test]
fn a_million_copies_of_one_byte_are_made_whole() {
    let base: Vec<u8> = (0..=255).collect();
    let steps: Vec<u8> = (0..1_000_000_usize).flat_map(|at| [0x91, (at * 3) as u8, 1]).collect();
    let bytes: Vec<u8> = (0..1_000_000_usize).map(|at| (at * 3) as u8).collect();
    let twice = [copy(0, 1_000_000), copy(0, 1_000_000)].concat();
    let entries =
        [blob(&base), delta((1, 256), 1_000_000, &steps), delta((2, 1_000_000), 2_000_000, &twice)];
    let seen = walk_entries(&entries);
    expect(&seen, 2, &bytes);
    expect(&seen, 3, &bytes.repeat(2));
}

#[test]
fn objects_may_be_empty() {
    let entries = [
        blob(b""),
        blob(b"abc"),
        delta((1, 0), 0, &[]),
        delta((2, 3), 0, &[]),
        delta((4, 0), 2, &[2, b'x', b'y']),
        delta((4, 0), 1, &copy(0, 1)),
    ];
    let seen = walk_entries(&entries);
    for number in [1, 3, 4] {
        expect(&seen, number, b"");
    }
    expect(&seen, 5, b"xy");
    assert!(seen[&pack_id(6)].is_unreadable());
}

#[test]
fn wrong_deltas_are_unreadable_and_so_is_what_is_derived_from_them() {
    let wrong: [Vec<u8>; 12] = [
        delta((1, 4), 3, &copy(0, 3)), // another base
        delta((1, 3), 4, &copy(0, 3)), // too short
        delta((1, 3), 2, &copy(0, 3)), // too long
        delta((1, 3), 3, &copy(1, 3)), // beyond the base
        delta((1, 3), 3, &copy(0xffff_ffff, 3)),
        delta((1, 3), 3, &[0x90]),    // cut off in a copy
        delta((1, 3), 3, &[9, b'x']), // cut off in an insertion
        delta((1, 3), 3, &[0]),       // unknown
        ref_delta(1, 1, &[3]),        // no sizes
        ref_delta(1, 0, &[]),
        ref_delta(1, 30, &[0xff; 30]),     // a size without end
        ref_delta(1, 5, &[3, 3, 0x90, 3]), // another size than its header's
    ];
    let mut entries = vec![blob(b"abc")];
    for entry in &wrong {
        let number = entries.len() as u8 + 1;
        entries.push(entry.clone());
        entries.push(delta((number, 3), 3, &copy(0, 3)));
        entries.push(delta((number + 1, 3), 3, &copy(0, 3)));
    }
    entries.push(delta((1, 3), 2, &copy(1, 2)));
    let seen = walk_entries(&entries);
    let last = entries.len() as u8;
    expect(&seen, 1, b"abc");
    expect(&seen, last, b"bc");
    for number in 2..last {
        let object = &seen[&pack_id(number)];
        assert!(matches!(object, Seen::Unreadable(ReadError::Corrupt(_))), "{number}: {object:?}");
    }
}

#[test]
fn bases_that_are_not_there_leave_each_object_named() {
    let step = [3, 3, 0x90, 3];
    let ofs = |distance: &[u8]| [entry_header(6, 4), distance.to_vec(), deflate(&step)].concat();
    let entries = [
        blob(b"abc"),
        ref_delta(3, 4, &step), // a circle with the next
        ref_delta(2, 4, &step),
        ref_delta(4, 4, &step),         // itself
        ref_delta(99, 4, &step),        // nothing
        ref_delta(5, 4, &step),         // on nothing
        ref_delta(3, 4, &step),         // on a circle
        ofs(&[0]),                      // itself
        ofs(&[0xff, 0xff, 0xff, 0x7f]), // before the pack
        ofs(&[0xff; 30]),               // a number without end
        ofs(&[1]),                      // the middle of an entry
        [entry_header(0, 3), deflate(b"abc")].concat(),
        [entry_header(5, 3), deflate(b"abc")].concat(),
        vec![0xff; 40],
        entry_header(3, 3),
    ];
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let seen = walk_all(&write_pack(&mut lab, &entries));
    assert_eq!(seen.len(), entries.len());
    expect(&seen, 1, b"abc");
    for number in 2..=entries.len() as u8 {
        assert!(seen[&pack_id(number)].is_unreadable(), "{number}");
    }
}

#[test]
fn lies_about_sizes_are_found_out() {
    let zeros = vec![0; 1 << 20];
    let entries = [
        [entry_header(3, 10 << 30), deflate(b"abc")].concat(),
        [entry_header(3, u64::MAX), deflate(b"abc")].concat(),
        [entry_header(3, 4), deflate(b"abc")].concat(),
        [entry_header(3, 2), deflate(b"abc")].concat(),
        [entry_header(3, 0), deflate(b"abc")].concat(),
        [entry_header(3, 3), deflate(&zeros)].concat(),
        [entry_header(3, 3), b"abcdefgh".to_vec()].concat(),
        [entry_header(3, 90 << 20), deflate(&zeros)].concat(),
        blob(b"abc"),
        ref_delta(9, 10 << 30, &[3, 3, 0x90, 3]),
        ref_delta(9, 60 << 20, &[3, 3, 0x90, 3]),
    ];
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let objects = write_pack(&mut lab, &entries);
    let seen = walk_all(&objects);
    for (id, object) in seen {
        assert_eq!(object.is_unreadable(), id != pack_id(9), "{id}: {object:?}");
    }
}

#[test]
fn memory_does_not_follow_a_claim() {
    let claim = 1 << 30;
    let entries = [
        blob(b"abc"),
        [entry_header(3, claim), deflate(b"abc")].concat(),
        ref_delta(1, claim, &[3, 3, 0x90, 3]),
        ref_delta(1, 12, &[sized(3), sized(claim), vec![0x90, 3]].concat()),
    ];
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    lab.limits.forest_bytes_max = u64::MAX;
    lab.limits.object_bytes_max = u64::MAX;
    let before = memory_peak();
    let seen = walk_all(&write_pack(&mut lab, &entries));
    assert!(memory_peak() - before < claim / 2, "memory follows a lie");
    for number in 2..=4 {
        assert!(seen[&pack_id(number)].is_unreadable(), "{number}");
    }
}

#[test]
fn what_is_longer_than_what_is_read_at_once_is_read() {
    // It does not compress, so neither do its entries.
    let mut state = 1_u64;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    let long: Vec<u8> = (0..3_000_000).map(|_| byte()).collect();
    let mut steps = copy(5, 1_000_000);
    long.chunks(127).for_each(|chunk| {
        steps.push(chunk.len() as u8);
        steps.extend_from_slice(chunk);
    });
    let entries = [
        blob(&long),
        blob(b"short"),
        delta((1, 3_000_000), 4_000_000, &steps),
        delta((3, 4_000_000), 3, &copy(0, 3)),
    ];
    let seen = walk_entries(&entries);
    assert!(seen.values().all(|object| object.bytes().is_some()));
}

#[test]
fn a_pack_that_shrinks_is_an_error() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let entries: Vec<_> = (0..200).map(|number| blob(&[number; 1000])).collect();
    let objects = write_pack(&mut lab, &entries);
    let whole = forests(&objects);
    let path = lab.quarantine.clone().unwrap().join("pack/pack-1.pack");
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(200).unwrap();
    let (seen, _) = walk(&whole[0], 1, |_, _| true);
    let unreadable = seen.values().filter(|object| object.is_unreadable()).count();
    assert!((150..200).contains(&unreadable), "{unreadable}");
    // What was whole becomes a delta.
    file.write_all_at(&ref_delta(9, 4, &[3, 3, 0x90, 3]), 12).unwrap();
    let (seen, _) = walk(&whole[0], 1, |_, _| true);
    assert!(seen[&pack_id(1)].is_unreadable());
    drop(whole);
    fs::remove_file(&path).unwrap();
    let objects: Objects = lab.objects();
    for forest in forests(&objects) {
        let (seen, _) = walk(&forest, 2, |_, _| true);
        assert_eq!(seen.len(), 200);
        assert!(seen.values().all(Seen::is_unreadable));
    }
}

#[test]
fn chains_end_at_their_bound() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    lab.limits.delta_chain_max = 20;
    let mut entries = vec![blob(b"abc")];
    entries.extend((1..100).map(|base| delta((base, 3), 3, &copy(0, 3))));
    let objects = write_pack(&mut lab, &entries);
    let seen = walk_all(&objects);
    for number in 1..=100 {
        let object = &seen[&pack_id(number)];
        let limit = ReadError::Limit(LimitExceeded::Count { name: "delta_chain_max", max: 20 });
        match number {
            1..=21 => assert_eq!(object.bytes(), Some((Kind::Blob, b"abc".as_slice()))),
            _ => assert_eq!(object, &Seen::Unreadable(limit)),
        }
    }
}
