//! Xz by hand.

use super::build::{lzma2, xz_stream};
use super::{Budget, Unpacked, check, open_within};

const BOMB: &[u8] = include_bytes!("../samples/bomb.xz");

#[test]
fn streams_may_be_padded() {
    let stream = xz_stream(&lzma2(b"text "), b"");
    let bytes = [&stream[..], &[0; 8], &stream].concat();
    check(&bytes, &[("", "text text ")], Unpacked::Whole);
}

#[test]
fn what_was_decoded_before_the_damage_is_handed_over() {
    let text = "some words before the damage ".repeat(500);
    let mut data = lzma2(text.as_bytes());
    data.pop();
    data.extend([2, 0xff, 0xff]); // More, of which nothing is there.
    let mut bytes = xz_stream(&data, b"");
    bytes.truncate(24 + data.len());
    let (entries, unpacked, _) = open_within(&bytes, super::PLENTY);
    assert_eq!(unpacked, Unpacked::Unreadable);
    let found = &entries[0].bytes;
    assert!(text.as_bytes().starts_with(found) && text.len() - found.len() <= 4096);
}

#[test]
fn a_bomb_stops_at_the_budget() {
    for bytes in [0, 1, 5000, 1 << 20] {
        let (entries, unpacked, left) =
            open_within(BOMB, Budget { deadline: None, bytes, entry_bytes: u64::MAX, entries: 10 });
        assert_eq!((unpacked, left.bytes), (Unpacked::TooMuch, 0));
        assert_eq!(entries.len(), usize::from(bytes > 0));
    }
    let (_, unpacked, left) = open_within(
        BOMB,
        Budget { deadline: None, bytes: 4_000_000, entry_bytes: u64::MAX, entries: 2 },
    );
    assert_eq!(
        (unpacked, left),
        (Unpacked::Whole, Budget { deadline: None, bytes: 0, entry_bytes: u64::MAX, entries: 0 })
    );
}

#[test]
fn a_claimed_window_of_four_gibibytes_is_only_a_claim() {
    let mut bytes = xz_stream(&lzma2(b"text"), b"");
    bytes[16] = 40;
    check(&bytes, &[("", "text")], Unpacked::Whole);
    bytes[16] = 41;
    check(&bytes, &[], Unpacked::Unreadable);
}

#[test]
fn an_index_of_endless_records_is_damage() {
    let endless = b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f";
    check(&xz_stream(&lzma2(b"text"), endless), &[("", "text")], Unpacked::Unreadable);
}

#[test]
fn streams_and_blocks_are_counted() {
    let bytes = xz_stream(&[0], b"").repeat(1000);
    let (entries, unpacked, left) = open_within(
        &bytes,
        Budget { deadline: None, bytes: 10, entry_bytes: u64::MAX, entries: 1999 },
    );
    assert_eq!((entries.len(), unpacked, left.entries), (0, Unpacked::TooMuch, 0));
}
