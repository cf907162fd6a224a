//! Gzip by hand.

use super::build::{deflated, gzip_member};
use super::{Budget, Unpacked, check, open_within};

#[test]
fn optional_parts_of_the_header_are_passed_over() {
    let mut member = b"\x1f\x8b\x08\x1e\x00\x00\x00\x00\x00\x03".to_vec();
    member.extend(b"\x03\x00abc"); // Extra field.
    member.extend(b"name.txt\0a comment\0");
    member.extend([0; 2]); // Checksum of the header.
    member.extend(deflated(b"content"));
    member.extend([0; 8]);
    check(&member, &[("name.txt", "content")], Unpacked::Whole);
}

#[test]
fn zeros_may_stand_between_members() {
    let bytes = [gzip_member(b"one "), vec![0; 3], gzip_member(b"two"), vec![0; 500]].concat();
    check(&bytes, &[("", "one two")], Unpacked::Whole);
}

#[test]
fn other_bytes_behind_a_member_are_damage() {
    let bytes = [gzip_member(b"one"), b"garbage".to_vec()].concat();
    check(&bytes, &[("", "one")], Unpacked::Unreadable);
}

#[test]
fn what_was_inflated_before_the_damage_is_handed_over() {
    let text = "some words before the damage ".repeat(100);
    let mut bytes = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec();
    let mut data = vec![0]; // A stored block that is not the last.
    data.extend((text.len() as u16).to_le_bytes());
    data.extend((!(text.len() as u16)).to_le_bytes());
    data.extend(text.as_bytes());
    data.push(7); // A block of a kind that does not exist.
    bytes.extend(data);
    bytes.extend([0xff; 64]);
    check(&bytes, &[("", &text)], Unpacked::Unreadable);
}

#[test]
fn a_bomb_stops_at_the_budget() {
    let bomb = gzip_member(&vec![0; 64 << 20]);
    let (entries, unpacked, left) = open_within(
        &bomb,
        Budget { deadline: None, bytes: 100_000, entry_bytes: u64::MAX, entries: 10 },
    );
    assert_eq!((unpacked, left.bytes), (Unpacked::TooMuch, 0));
    assert_eq!(entries[0].bytes.len(), 100_000);
}

#[test]
fn a_text_of_exactly_the_budget_is_whole() {
    let bytes = gzip_member(&[b'x'; 100_000]);
    let (_, unpacked, left) = open_within(
        &bytes,
        Budget { deadline: None, bytes: 100_000, entry_bytes: u64::MAX, entries: 1 },
    );
    assert_eq!(
        (unpacked, left),
        (Unpacked::Whole, Budget { deadline: None, bytes: 0, entry_bytes: u64::MAX, entries: 0 })
    );
    let (_, unpacked, _) = open_within(
        &bytes,
        Budget { deadline: None, bytes: 99_999, entry_bytes: u64::MAX, entries: 1 },
    );
    assert_eq!(unpacked, Unpacked::TooMuch);
}

#[test]
fn empty_members_are_counted() {
    let bytes = gzip_member(b"").repeat(10_000);
    let (entries, unpacked, left) = open_within(
        &bytes,
        Budget { deadline: None, bytes: 1000, entry_bytes: u64::MAX, entries: 9_999 },
    );
    assert_eq!((entries.len(), unpacked, left.entries), (0, Unpacked::TooMuch, 0));
}
