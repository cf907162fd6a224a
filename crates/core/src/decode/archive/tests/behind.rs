//! A zip behind other bytes is known by its end, and read.

use super::build::{ZipEntry, zip};
use super::{Archive, Located, PLENTY, Unpacked, locate, unpack};
use crate::decode::archive::behind;

/// Starts of files that are zips behind other bytes.
const STARTS: [&[u8]; 4] = [
    b"#!/usr/bin/env python3\n",
    b"#!/bin/bash\nexec java -jar \"$0\"\nexit 0\n",
    b"MZ\x90\0\x03\0",
    b"\n",
];

fn packed() -> Vec<u8> {
    zip(&[ZipEntry::deflated("a.txt", b"some text, some text"), ZipEntry::stored("b.txt", b"text")])
}

/// The same zip with offsets that count the bytes before it.
fn shifted(zip: &[u8], by: u32) -> Vec<u8> {
    let mut bytes = zip.to_vec();
    let mut add = |at: usize| {
        let offset = u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        bytes[at..at + 4].copy_from_slice(&(offset + by).to_le_bytes());
    };
    memchr::memmem::find_iter(zip, b"PK\x01\x02").for_each(|at| add(at + 42));
    memchr::memmem::find_iter(zip, b"PK\x05\x06").for_each(|at| add(at + 16));
    bytes
}

/// What is in the container that `bytes` are, and how reading it ended.
#[track_caller]
fn opened(bytes: &[u8]) -> (Vec<(String, String)>, Unpacked) {
    let Located { archive, start } = locate(bytes).expect("it is a container");
    let (mut entries, mut budget) = (Vec::new(), PLENTY);
    let unpacked = unpack(archive, &bytes[start..], &mut budget, &mut |entry| {
        let name = entry.name.unwrap_or_default();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        entries.push((text(&name), text(&entry.bytes)));
    });
    (entries, unpacked)
}

#[test]
fn it_is_read_wherever_its_offsets_count_from() {
    let zip = packed();
    let (expected, ended) = opened(&zip);
    assert_eq!((expected.len(), ended), (2, Unpacked::Whole));
    for start in STARTS {
        let length = u32::try_from(start.len()).expect("short");
        for zip in [zip.clone(), shifted(&zip, length)] {
            let bytes = [start, &zip].concat();
            let located = Located { archive: Archive::Zip, start: start.len() };
            assert_eq!((Archive::of(&bytes), locate(&bytes)), (None, Some(located)));
            assert_eq!(opened(&bytes), (expected.clone(), Unpacked::Whole));
        }
    }
}

#[test]
fn a_comment_and_a_few_bytes_behind_it_do_not_hide_it() {
    let mut zip = [STARTS[0], &packed()].concat();
    let length = zip.len();
    for behind in [1, 100, 65_535 - 22, 65_535] {
        // A comment that is told, and bytes of which the record does not know.
        zip.truncate(length);
        zip[length - 2..].copy_from_slice(&u16::try_from(behind).expect("fits").to_le_bytes());
        zip.resize(length + behind, b'.');
        assert_eq!(opened(&zip).0.len(), 2, "a comment of {behind}");
        zip[length - 2..length].fill(0);
        assert_eq!(opened(&zip).0.len(), 2, "{behind} bytes behind it");
    }
    zip.push(b'.');
    assert_eq!(locate(&zip), None, "the record is out of reach");
}

#[test]
fn the_end_for_numbers_of_64_bits_is_one_too() {
    let wide = include_bytes!("../samples/wide.zip");
    let end = memchr::memmem::rfind(wide, b"PK\x05\x06").expect("there is one");
    let mut directory = wide[end + 12..end + 20].to_vec();
    directory.splice(..0, wide[end + 8..end + 12].to_vec());
    let (count, length, offset) = (directory[0], &directory[4..8], &directory[8..12]);
    let mut bytes = [STARTS[1], &wide[..end]].concat();
    let wide_end = u64::try_from(bytes.len() - STARTS[1].len()).expect("short");
    bytes.extend(b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0");
    bytes.extend([[count, 0, 0, 0, 0, 0, 0, 0]; 2].concat());
    bytes.extend([length, &[0; 4], offset, &[0; 4]].concat());
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(wide_end.to_le_bytes());
    bytes.extend(b"\x01\0\0\0PK\x05\x06\0\0\0\0");
    bytes.extend([0xff; 12]);
    bytes.extend(b"\0\0 ");
    let (entries, unpacked) = opened(&bytes);
    assert_eq!((entries.len(), unpacked), (2, Unpacked::Whole));
    assert_eq!(entries[1].1, "stored text\n");
}

#[test]
fn what_only_mentions_the_record_is_no_zip() {
    let quoting = [&b"\0 local: PK\x03\x04 end: PK\x05\x06"[..], &[0xff; 100]].concat();
    assert_eq!(locate(&quoting), None);
    // Without an entry, and without a single zero, nothing is there to read.
    assert_eq!(locate(&[&b"text\0PK\x05\x06"[..], &[0; 18]].concat()), None);
    let mut silent = b"text PK\x03\x04 and PK\x05\x06".to_vec();
    silent.extend([1; 16]);
    silent.extend([4, 1]);
    silent.resize(silent.len() + 0x0104, b'.');
    assert!(behind::ends(&silent, 0));
    assert_eq!(locate(&silent), None);
}

#[test]
fn records_without_end_take_no_time() {
    let mut bytes = b"\0PK\x03\x04".to_vec();
    bytes.extend(b"PK\x06\x07................PK\x05\x06".repeat(4000));
    bytes.extend([0; 40]);
    for _ in 0..1000 {
        assert!(locate(&bytes).is_some());
    }
}
