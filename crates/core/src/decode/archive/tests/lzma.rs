//! LZMA in a zip, by hand.

use super::build::{Claims, ZipEntry, zip};
use super::samples::text;
use super::{Budget, PLENTY, Unpacked, check, open, open_within};

/// An entry whose end is not marked, so that its length says where it is.
const UNMARKED: &[u8] = include_bytes!("../samples/unmarked.lzma");

/// A zip of `data`, said to be `length` bytes of text.
fn zip_of(data: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = zip(&[ZipEntry::with_data("a.txt", data.to_vec(), 14)]);
    let length = u32::try_from(length).expect("a short text").to_le_bytes();
    bytes[22..26].copy_from_slice(&length);
    let listed = memchr::memmem::find(&bytes, b"PK\x01\x02").expect("it is listed");
    bytes[listed + 24..listed + 28].copy_from_slice(&length);
    bytes
}

#[test]
fn an_unmarked_end_is_where_the_length_says() {
    let text = text();
    check(&zip_of(UNMARKED, text.len()), &[("a.txt", &text)], Unpacked::Whole);
}

#[test]
fn a_length_that_is_too_small_or_too_large_does_not_pass_unseen() {
    let text = text();
    for length in [1, 100, text.len() - 1, text.len() + 1, 1 << 30] {
        let (entries, unpacked) = open(&zip_of(UNMARKED, length));
        assert_eq!(unpacked, Unpacked::Unreadable, "{length}");
        let read = &entries[0].1;
        let shared = read.len().min(text.len());
        assert!(read.as_bytes()[..shared] == text.as_bytes()[..shared], "{length}");
        assert!(shared + 1 >= length.min(text.len()), "{length}: {shared}");
    }
}

#[test]
fn what_comes_before_the_damage_is_handed_over() {
    let text = text();
    for length in 20..UNMARKED.len() {
        let (entries, unpacked) = open(&zip_of(&UNMARKED[..length], text.len()));
        assert_eq!(unpacked, Unpacked::Unreadable);
        let read = entries.first().map_or("", |(_, read)| read);
        let right = read.bytes().zip(text.bytes()).take_while(|(read, text)| read == text).count();
        // What comes last may be made of bytes that are not there.
        assert!(read.len() - right < 300, "{length}: {read}");
    }
}

#[test]
fn claims_that_no_tool_makes_are_unreadable_and_cost_nothing() {
    let with = |at: usize, byte: u8| {
        let mut data = UNMARKED.to_vec();
        data[at] = byte;
        zip_of(&data, text().len())
    };
    // Another length of the properties; tables of megabytes; no properties at all.
    for bytes in [with(2, 6), with(4, 8 + 9 * 4), with(4, 255)] {
        check(&bytes, &[], Unpacked::Unreadable);
    }
    // A window of four gibibytes is only a claim.
    let mut data = UNMARKED.to_vec();
    data[5..9].fill(0xff);
    check(&zip_of(&data, text().len()), &[("a.txt", &text())], Unpacked::Whole);
    for length in 0..14 {
        check(&zip_of(&UNMARKED[..length], 100), &[], Unpacked::Unreadable);
    }
}

#[test]
fn it_stops_at_the_budget() {
    let budget = Budget { bytes: 20, ..PLENTY };
    let (entries, unpacked, left) = open_within(&zip_of(UNMARKED, text().len()), budget);
    assert_eq!((entries.len(), unpacked, left.bytes), (1, Unpacked::TooMuch, 0));
}

#[test]
fn entries_that_share_their_data_stop_too() {
    let mut entries = vec![ZipEntry::with_data("first", UNMARKED.to_vec(), 14)];
    for _ in 0..50_000 {
        let mut other = ZipEntry::with_data("other", Vec::new(), 14);
        let claims =
            Claims { length: u32::try_from(UNMARKED.len()).expect("short"), ..other.local };
        (other.listed, other.offset) = (Some(claims), Some(0));
        entries.push(other);
    }
    let budget = Budget { entries: u32::MAX, ..PLENTY };
    assert_eq!(open_within(&zip(&entries), budget).1, Unpacked::TooMuch);
}
