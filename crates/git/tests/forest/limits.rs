//! What does not fit, and what comes too late.

use std::{
    num::NonZero,
    sync::Mutex,
    time::{Duration, Instant},
};

use pushgate_git::{
    Kind, LimitExceeded, ObjectId, ReadError,
    pack::{Derived, Entry, Visitor},
};

use crate::{
    checker::{Numbers, Seen, forests, walk, walk_all},
    packs::{blob, deflate, entry_header, pack_id, ref_delta, sized, write_pack},
    random::copy,
    support::{Arrival, Lab},
};

/// Inserts `length` bytes.
fn insert(byte: u8, length: usize) -> Vec<u8> {
    vec![byte; length].chunks(127).flat_map(|part| [&[part.len() as u8], part].concat()).collect()
}

/// Replaces the first `fresh` bytes of an object of `size` bytes by `byte`.
fn replace(base: u8, byte: u8, fresh: usize, size: usize) -> Vec<u8> {
    let steps = [insert(byte, fresh), copy(fresh, size - fresh)].concat();
    let delta = [sized(size as u64), sized(size as u64), steps].concat();
    ref_delta(base, delta.len() as u64, &delta)
}

#[test]
fn what_does_not_fit_is_left_to_be_streamed_with_all_that_is_derived_from_it() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    lab.limits.forest_bytes_max = 4 << 16;
    let long = vec![b'x'; 300_000];
    let entries = [
        blob(&long),
        replace(1, b'y', 10, 300_000),
        replace(2, b'z', 10, 300_000),
        blob(b"short"),
        ref_delta(1, 12, &[sized(300_000), sized(3), copy(0, 3)].concat()),
        ref_delta(1, 4, &[3, 3, 0x90, 3]),
    ];
    let objects = write_pack(&mut lab, &entries);
    let seen = walk_all(&objects);
    for (number, size) in [(1, 300_000), (2, 300_000), (3, 300_000), (5, 3)] {
        assert_eq!(seen[&pack_id(number)], Seen::Large(Kind::Blob, size), "{number}");
    }
    assert_eq!(seen[&pack_id(4)], Seen::Root(Kind::Blob, b"short".to_vec()));
    // A delta of another base: it is found out when it is streamed.
    assert_eq!(seen[&pack_id(6)], Seen::Large(Kind::Blob, 3));
    let mut bytes = Vec::new();
    objects.stream(&pack_id(3), &mut |piece| bytes.extend_from_slice(piece)).unwrap();
    assert_eq!(bytes.len(), 300_000);
    assert!(objects.stream(&pack_id(6), &mut |_| ()).is_err());
}

#[test]
fn what_cannot_be_read_takes_no_room() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    lab.limits.forest_bytes_max = 4 << 16;
    let mut numbers = Numbers(1);
    let text: Vec<u8> = (0..20_000).map(|_| numbers.below(256) as u8).collect();
    let lie = [entry_header(3, 20_001), deflate(&text)].concat();
    let short = |base: u8| {
        let steps = insert(b'x', 4000);
        let delta = [sized(20_000), sized(4001), steps].concat();
        ref_delta(base, delta.len() as u64, &delta)
    };
    let mut entries = vec![lie; 100];
    entries.push(blob(&text));
    entries.extend((0..100).map(|_| short(101)));
    entries.push(replace(101, b'y', 4000, 20_000));
    let seen = walk_all(&write_pack(&mut lab, &entries));
    for number in 1..=202 {
        let is_sound = number == 101 || number == 202;
        assert_eq!(seen[&pack_id(number)].is_unreadable(), !is_sound, "{number}");
        assert_eq!(seen[&pack_id(number)].bytes().is_some(), is_sound, "{number}");
    }
}

#[test]
fn long_chains_of_large_changes_fit() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    // All that is inserted on the way is eight times as much.
    lab.limits.forest_bytes_max = 4 << 18;
    let size = 60_000;
    let mut entries = vec![blob(&vec![0; size])];
    for base in 1..200 {
        entries.push(replace(base, base, 40_000 + usize::from(base), size));
    }
    let objects = write_pack(&mut lab, &entries);
    let (seen, _) = walk(&forests(&objects)[0], 1, |_, _| true);
    for number in 2..=200_u8 {
        let object = &seen[&pack_id(number)];
        assert!(object.is_derived(), "{number}");
        let (_, bytes) = object.bytes().unwrap();
        let fresh = 40_000 + usize::from(number - 1);
        assert!(bytes[..fresh].iter().all(|byte| *byte == number - 1), "{number}");
        assert!(bytes[fresh..].iter().all(|byte| *byte == 0), "{number}");
    }
}

#[test]
fn what_comes_too_late_is_named() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    lab.limits.deadline = Some(Instant::now());
    let mut entries = vec![blob(b"abc")];
    entries.extend((1..150).map(|_| ref_delta(1, 4, &[3, 3, 0x90, 3])));
    let objects = write_pack(&mut lab, &entries);
    let (seen, _) = walk(&forests(&objects)[0], 1, |_, _| true);
    let late = Seen::Unreadable(ReadError::Limit(LimitExceeded::Deadline));
    assert_eq!(seen.len(), 150);
    assert!(seen.values().all(|object| *object == late));
}

/// Takes its time with each object.
struct Slow {
    looked: usize,
    late: usize,
}

impl Visitor for Slow {
    type State = ();

    fn root(&mut self, _: &Entry<'_>, _: &[u8]) {
        std::thread::sleep(Duration::from_millis(1));
        self.looked += 1;
    }

    fn derived(&mut self, _: &Entry<'_>, (): &(), _: &Derived<'_>) {
        std::thread::sleep(Duration::from_millis(1));
        self.looked += 1;
    }

    fn large(&mut self, _: &Entry<'_>) {}

    fn unreadable(&mut self, _: &ObjectId, cause: ReadError) {
        assert_eq!(cause, ReadError::Limit(LimitExceeded::Deadline));
        self.late += 1;
    }
}

#[test]
fn when_the_deadline_passes_on_the_way_nothing_more_is_looked_at() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let entries: Vec<_> = (0..250_u8).map(|number| blob(&[number; 4])).collect();
    let objects = write_pack(&mut lab, &entries);
    let forests = forests(&objects);
    let selection = forests[0].select(|_, _| true);
    let soon = Instant::now().checked_add(Duration::from_millis(20));
    let visitors =
        selection.until(soon).walk(NonZero::<usize>::MIN, || Slow { looked: 0, late: 0 });
    let Slow { looked, late } = visitors[0];
    assert_eq!(looked + late, 250);
    // As many as are looked at in the time, and those until the next look at the clock.
    assert!((1..=20 + 64).contains(&looked), "{looked}");
}

/// How much is remembered at once, now and at most, and of how many bases nothing was left.
static REMEMBERED: Mutex<(usize, usize, usize)> = Mutex::new((0, 0, 0));
const MEMORY_BYTES: usize = 1000;

/// Remembers much of each object.
struct Elephant;

/// What is remembered of an object; nothing when it was taken away.
struct Memory(bool);

impl Memory {
    fn new() -> Memory {
        let mut remembered = REMEMBERED.lock().unwrap();
        remembered.0 += MEMORY_BYTES;
        remembered.1 = remembered.1.max(remembered.0);
        Memory(true)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        REMEMBERED.lock().unwrap().0 -= if self.0 { MEMORY_BYTES } else { 0 };
    }
}

impl Visitor for Elephant {
    type State = Memory;

    fn weight(memory: &Memory) -> usize {
        if memory.0 { MEMORY_BYTES } else { 0 }
    }

    fn lighten(&mut self, memory: &mut Memory) {
        *memory = Memory(false);
    }

    fn root(&mut self, _: &Entry<'_>, _: &[u8]) -> Memory {
        Memory::new()
    }

    fn derived(&mut self, _: &Entry<'_>, base: &Memory, _: &Derived<'_>) -> Memory {
        REMEMBERED.lock().unwrap().2 += usize::from(!base.0);
        Memory::new()
    }

    fn large(&mut self, _: &Entry<'_>) {}

    fn unreadable(&mut self, _: &ObjectId, _: ReadError) {}
}

#[test]
fn what_is_remembered_of_a_long_chain_fits() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    lab.limits.forest_bytes_max = 40_000;
    // Each object has two children, of which the first goes on with the chain.
    let mut entries = vec![blob(b"0123456789")];
    for base in 1..=100 {
        let number = 2 * base - 1;
        let parent = if base == 1 { 1 } else { number - 1 };
        entries.push(replace(parent, b'x', 1, 10));
        entries.push(replace(parent, b'y', 1, 10));
    }
    let objects = write_pack(&mut lab, &entries);
    let forests = forests(&objects);
    let walk = |kept: usize| {
        *REMEMBERED.lock().unwrap() = (0, 0, 0);
        let all = forests[0].select_numbers(|_| true);
        all.walk(NonZero::<usize>::MIN, || Elephant);
        let (now, most, without) = *REMEMBERED.lock().unwrap();
        assert_eq!(now, 0);
        assert!(most <= kept, "{most}");
        without
    };
    // Half of the room is for bytes; one more is there while the object is looked at.
    assert!(walk(20_000 + MEMORY_BYTES) > 100, "most of the chain is forgotten");
}

#[test]
fn of_a_chain_without_branches_one_object_is_remembered() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    lab.limits.forest_bytes_max = 40_000;
    let mut entries = vec![blob(b"0123456789")];
    entries.extend((1..200).map(|base| replace(base, b'x', 1, 10)));
    let objects = write_pack(&mut lab, &entries);
    let all = &forests(&objects)[0];
    let seen = all.select_numbers(|_| true).walk(NonZero::<usize>::MIN, Straight::default);
    assert_eq!(seen[0].forgotten, 0, "no base is forgotten before its child was seen");
    assert!(seen[0].derived >= 199);
}

/// Remembers as much as [`Elephant`] does, and counts.
#[derive(Default)]
struct Straight {
    derived: usize,
    forgotten: usize,
}

impl Visitor for Straight {
    type State = usize;

    fn weight(memory: &usize) -> usize {
        *memory
    }

    fn lighten(&mut self, memory: &mut usize) {
        *memory = 0;
    }

    fn root(&mut self, _: &Entry<'_>, _: &[u8]) -> usize {
        MEMORY_BYTES
    }

    fn derived(&mut self, _: &Entry<'_>, base: &usize, _: &Derived<'_>) -> usize {
        self.derived += 1;
        self.forgotten += usize::from(*base == 0);
        MEMORY_BYTES
    }

    fn large(&mut self, _: &Entry<'_>) {}

    fn unreadable(&mut self, _: &ObjectId, _: ReadError) {}
}
