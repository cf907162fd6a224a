//! Archives of other programs, archives made by hand, and damaged ones.

mod behind;
pub(crate) mod build;
mod bzip2;
mod damaged;
mod gzip;
mod lzma;
mod samples;
mod tar;
mod xz;
mod zip;
mod zlib;
mod zstd;

use super::{Archive, Budget, Entry, Located, Unpacked, locate, unpack};

/// More than any honest archive of these tests needs.
const PLENTY: Budget =
    Budget { deadline: None, bytes: 1 << 20, entry_bytes: u64::MAX, entries: 1000 };

/// Opens `bytes` as what they begin as, and checks that `budget` was kept.
fn open_within(bytes: &[u8], budget: Budget) -> (Vec<Entry>, Unpacked, Budget) {
    let archive = Archive::of(bytes).expect("begins as an archive");
    let mut left = budget;
    let mut entries = Vec::new();
    let unpacked = unpack(archive, bytes, &mut left, &mut |entry| entries.push(entry));
    let handed_over: usize = entries.iter().map(|entry| entry.bytes.len()).sum();
    assert_eq!(left.bytes + handed_over as u64, budget.bytes);
    assert!(left.entries <= budget.entries);
    for entry in &entries {
        if let Some(at) = entry.stored_at {
            assert_eq!(bytes[at..].get(..entry.bytes.len()), Some(&entry.bytes[..]));
        }
        assert!(entry.bytes.capacity() as u64 <= budget.bytes, "allocated beyond the budget");
        assert!(!entry.bytes.is_empty());
        assert!(entry.name.as_ref().is_none_or(|name| name.len() <= super::NAME_LENGTH_MAX));
    }
    (entries, unpacked, left)
}

/// Opens `bytes` with plenty of budget; names and texts.
fn open(bytes: &[u8]) -> (Vec<(String, String)>, Unpacked) {
    let (entries, unpacked, _) = open_within(bytes, PLENTY);
    let texts = entries.into_iter().map(|entry| {
        let name = entry.name.unwrap_or_default();
        (
            String::from_utf8_lossy(&name).into_owned(),
            String::from_utf8_lossy(&entry.bytes).into_owned(),
        )
    });
    (texts.collect(), unpacked)
}

/// Asserts that `bytes` hold exactly `entries` and end as `unpacked`.
#[track_caller]
fn check(bytes: &[u8], entries: &[(&str, &str)], unpacked: Unpacked) {
    let (found, ended) = open(bytes);
    let found: Vec<_> = found.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!((found.as_slice(), ended), (entries, unpacked));
}

#[test]
fn what_is_no_archive_is_none() {
    let text = b"a text, long enough to hold a header of a tar if it were one ".repeat(20);
    let short: [&[u8]; 7] =
        [b"", b"P", b"PK\x03", b"\x1f\x8b", b"\x1f\x8b\x07", b"BZh9 is no stream", b"7z, rar"];
    for bytes in short.into_iter().chain([&text[..], &[0; 1024]]) {
        assert_eq!((Archive::of(bytes), locate(bytes)), (None, None));
    }
}

#[test]
fn containers_that_nothing_opens_are_known() {
    let starts: [&[u8]; 3] = [b"7z\xbc\xaf\x27\x1c\0\x04", b"Rar!\x1a\x07\x01\0", b"LZIP\x01\x0c"];
    for bytes in starts {
        assert_eq!(Archive::of(bytes), Some(Archive::Sealed));
        check(bytes, &[], Unpacked::Unreadable);
    }
}

#[test]
fn debug_output_shows_lengths_only() {
    let entry = Entry { name: Some(b"hush".to_vec()), bytes: b"secret".to_vec(), stored_at: None };
    let shown = format!("{entry:?}");
    assert!(!shown.contains("hush") && !shown.contains("115") && shown.contains('6'), "{shown}");
}
