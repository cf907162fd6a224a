//! Zstandard by hand.

use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::build::{Dice, zstd_block, zstd_frame};
use super::{Archive, Budget, Unpacked, check, open_within};

#[test]
fn what_is_held_back_for_the_window_is_handed_over_on_damage() {
    let blocks = [zstd_block(false, 0, 6, b"before"), zstd_block(true, 3, 9, b"reserved")];
    check(&zstd_frame(&blocks), &[("", "before")], Unpacked::Unreadable);
    let cut = [zstd_block(false, 0, 6, b"before"), zstd_block(true, 1, 90_000, b"")];
    check(&zstd_frame(&cut), &[("", "before")], Unpacked::Unreadable);
}

#[test]
fn a_cut_text_is_handed_over_up_to_the_cut_block() {
    let mut dice = Dice(7);
    let text: Vec<u8> = (0..600_000).map(|_| b'a' + dice.below(20) as u8).collect();
    let bytes = compress_to_vec(text.as_slice(), CompressionLevel::Fastest);
    let (entries, unpacked, _) = open_within(&bytes, super::PLENTY);
    assert_eq!((entries[0].bytes == text, unpacked), (true, Unpacked::Whole));
    let (entries, unpacked, _) = open_within(&bytes[..bytes.len() / 2], super::PLENTY);
    assert_eq!(unpacked, Unpacked::Unreadable);
    assert!(entries[0].bytes.len() > 100_000 && text.starts_with(&entries[0].bytes));
}

#[test]
fn a_bomb_stops_at_the_budget() {
    let mut blocks = vec![zstd_block(false, 1, 128 << 10, b"x"); 10_000];
    blocks.push(zstd_block(true, 0, 0, b""));
    let bomb = zstd_frame(&blocks);
    for bytes in [0, 1, 1000, 3 << 20] {
        let (entries, unpacked, left) = open_within(
            &bomb,
            Budget { deadline: None, bytes, entry_bytes: u64::MAX, entries: 10 },
        );
        assert_eq!((unpacked, left.bytes), (Unpacked::TooMuch, 0));
        assert_eq!(entries.len(), usize::from(bytes > 0));
    }
}

#[test]
fn a_bomb_with_a_huge_window_stops_at_the_budget() {
    let mut bomb = zstd_frame(&vec![zstd_block(false, 1, 128 << 10, b"x"); 10_000]);
    bomb[5] = 31 << 3; // 2 TiB.
    let (entries, unpacked, left) = open_within(
        &bomb,
        Budget { deadline: None, bytes: 1 << 20, entry_bytes: u64::MAX, entries: 10 },
    );
    assert_eq!((entries.len(), unpacked, left.bytes), (1, Unpacked::TooMuch, 0));
}

#[test]
fn a_claimed_length_is_only_a_claim() {
    // A single segment, whose window is its length: 2^63 bytes, and 2^40.
    for (length, unpacked) in [(1_u64 << 63, Unpacked::Unreadable), (1 << 40, Unpacked::Whole)] {
        let mut bytes = b"\x28\xb5\x2f\xfd\xe0".to_vec();
        bytes.extend(length.to_le_bytes());
        bytes.extend(zstd_block(true, 0, 4, b"text"));
        let (_, ended, _) = open_within(&bytes, super::PLENTY);
        assert_eq!(ended, unpacked);
    }
}

#[test]
fn empty_and_skippable_frames_are_counted() {
    let empty = zstd_frame(&[zstd_block(true, 0, 0, b"")]);
    let skippable = b"\x5f\x2a\x4d\x18\x00\x00\x00\x00";
    for frame in [&empty[..], skippable] {
        let bytes = [&empty[..], &frame.repeat(10_000)].concat();
        let (_, unpacked, left) = open_within(
            &bytes,
            Budget { deadline: None, bytes: 10, entry_bytes: u64::MAX, entries: 10_000 },
        );
        assert_eq!((unpacked, left.entries), (Unpacked::TooMuch, 0));
    }
}

#[test]
fn a_skippable_frame_may_come_first_and_may_be_cut() {
    let skippable = b"\x50\x2a\x4d\x18\x02\x00\x00\x00hi";
    let frame = zstd_frame(&[zstd_block(true, 0, 4, b"text")]);
    check(&[skippable, &frame[..]].concat(), &[("", "text")], Unpacked::Whole);
    check(&[&frame[..], &skippable[..9]].concat(), &[("", "text")], Unpacked::Unreadable);
    assert_eq!(Archive::of(skippable), None);
}

#[test]
fn a_frame_that_needs_a_dictionary_is_damaged() {
    let mut bytes = b"\x28\xb5\x2f\xfd\x01\x50\x07".to_vec();
    bytes.extend(zstd_block(true, 0, 4, b"text"));
    check(&bytes, &[], Unpacked::Unreadable);
}
