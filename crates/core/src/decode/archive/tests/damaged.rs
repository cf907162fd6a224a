//! Archives that are cut or changed at random: nothing panics, and budgets are kept.

use super::build::{Dice, ZipEntry, zip};
use super::samples::ALL;
use super::{Archive, Budget, PLENTY, Unpacked, open_within};

/// Rounds of changes for each sample.
const ROUNDS: usize = 2000;
/// Bytes of a sample that are changed or cut; the rest of the large ones is all alike.
const HEAD_LENGTH: usize = 4096;

#[test]
fn each_cut_keeps_the_beginning() {
    for &(bytes, archive) in ALL {
        let (whole, _, _) = open_within(bytes, PLENTY);
        for length in 0..bytes.len().min(HEAD_LENGTH) {
            let cut = &bytes[..length];
            if Archive::of(cut) != Some(archive) {
                continue;
            }
            let (entries, _, _) = open_within(cut, PLENTY);
            if matches!(archive, Archive::Gzip | Archive::Xz | Archive::Zstd) {
                let text = entries.first().map_or(&[][..], |entry| &entry.bytes);
                assert!(whole[0].bytes.starts_with(text), "{archive:?} cut at {length}");
            }
        }
    }
}

#[test]
fn no_cut_within_a_member_goes_unnoticed() {
    for &(bytes, archive) in ALL.iter().filter(|(_, archive)| *archive != Archive::Tar) {
        let unnoticed = (1..bytes.len())
            .filter(|&length| Archive::of(&bytes[..length]) == Some(archive))
            .filter(|&length| open_within(&bytes[..length], PLENTY).1 == Unpacked::Whole)
            .count();
        // Between members, frames or streams, and within the padding of streams.
        assert!(unnoticed <= 5, "{archive:?}: {unnoticed}");
    }
}

#[test]
fn changes_at_random_do_no_harm() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let nested = zip(&[
        ZipEntry::deflated("a.txt", b"some text, some text, some text"),
        ZipEntry::stored("b.jar", &zip(&[ZipEntry::stored("c.txt", b"inner")])),
    ]);
    let samples = ALL.iter().map(|(bytes, _)| *bytes).chain([nested.as_slice()]);
    let mut opened = 0;
    for sample in samples {
        for _ in 0..ROUNDS {
            let mut bytes = sample.to_vec();
            for _ in 0..=dice.below(8) {
                let at = dice.below(bytes.len().min(HEAD_LENGTH));
                bytes[at] = match dice.below(4) {
                    0 => 0,
                    1 => 0xff,
                    2 => bytes[at] ^ 1 << dice.below(8),
                    _ => dice.below(256) as u8,
                };
            }
            if Archive::of(&bytes).is_some() {
                opened += 1;
                let budget = Budget {
                    bytes: 1 << dice.below(18),
                    entry_bytes: u64::MAX,
                    deadline: None,
                    entries: 1 + dice.below(40) as u32,
                };
                open_within(&bytes, budget);
            }
        }
    }
    assert!(opened > 4 * ROUNDS, "most were no archives any more");
}

#[test]
fn random_bytes_behind_each_mark_do_no_harm() {
    let marks: [&[u8]; 7] = [
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
        b"\x1f\x8b\x08\x1e\x00\x00\x00\x00\x00\x03\x01\x00",
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
        b"PK\x05\x06",
        b"\xfd7zXZ\0\0\0\0\0\0\0\x02\x00\x21\x01\x16\0\0\0\0\0\0\0\xe0\0\xff\x01\x00\x5d\0",
        b"\x28\xb5\x2f\xfd\x00\x50\x45\x00\x00",
        b"\x28\xb5\x2f\xfd\xa4",
    ];
    let mut dice = Dice(42);
    for _ in 0..ROUNDS {
        for mark in marks {
            let length = dice.below(600);
            let noise = (0..length).map(|_| dice.below(256) as u8);
            let bytes: Vec<u8> = mark.iter().copied().chain(noise).collect();
            open_within(
                &bytes,
                Budget { deadline: None, bytes: 100_000, entry_bytes: u64::MAX, entries: 100 },
            );
        }
    }
}
