//! Bzip2, cut and by hand.

use super::samples::text;
use super::{Archive, Budget, PLENTY, Unpacked, check, open, open_within};

const STREAMS: &[u8] = include_bytes!("../samples/streams.bz2");

/// A stream without a block: its marks alone.
const EMPTY: &[u8] = b"BZh1\x17\x72\x45\x38\x50\x90\0\0\0\0";

#[test]
fn a_stream_without_a_block_is_empty() {
    check(EMPTY, &[], Unpacked::Whole);
    assert_eq!(open(&[EMPTY, STREAMS].concat()), open(STREAMS));
}

#[test]
fn what_stands_behind_a_stream_and_is_none_does_not_pass_unseen() {
    let (texts, unpacked) = open(&[STREAMS, b"more"].concat());
    assert_eq!((texts, unpacked), (open(STREAMS).0, Unpacked::Unreadable));
}

#[test]
fn whole_blocks_before_the_damage_are_handed_over() {
    let first = text();
    for length in 10..STREAMS.len() {
        let cut = &STREAMS[..length];
        assert_eq!(Archive::of(cut), Some(Archive::Bzip2));
        let (texts, unpacked) = open(cut);
        let is_between = texts.first().is_some_and(|(_, text)| *text == first);
        assert!(unpacked == Unpacked::Unreadable || is_between, "{length}");
        assert!(texts.iter().all(|(_, text)| text.starts_with(&first)), "{length}");
    }
}

#[test]
fn streams_and_blocks_are_counted() {
    let budget = Budget { entries: 999, ..PLENTY };
    let (_, unpacked, left) = open_within(&EMPTY.repeat(1000), budget);
    assert_eq!((unpacked, left.entries), (Unpacked::TooMuch, 0));
}

#[test]
fn it_stops_at_the_budget() {
    for bytes in [1, 1000, 1400] {
        let (_, unpacked, left) = open_within(STREAMS, Budget { bytes, ..PLENTY });
        assert_eq!((unpacked, left.bytes), (Unpacked::TooMuch, 0));
    }
}

#[test]
fn no_damaged_stream_counts_as_whole_unless_it_says_the_same() {
    let (whole, _) = open(STREAMS);
    for at in 10..STREAMS.len() {
        for byte in [0, 0xff, STREAMS[at] ^ 1] {
            let mut damaged = STREAMS.to_vec();
            damaged[at] = byte;
            let (texts, unpacked) = open(&damaged);
            assert!(unpacked != Unpacked::Whole || texts == whole, "{at}");
        }
    }
}
