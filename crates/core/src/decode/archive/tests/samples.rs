//! What other programs packed.

use super::{Archive, Budget, PLENTY, Unpacked, check, open_within};

/// Each sample, and what it is.
pub(super) const ALL: &[(&[u8], Archive)] = &[
    (include_bytes!("../samples/members.gz"), Archive::Gzip),
    (include_bytes!("../samples/gnu.tar"), Archive::Tar),
    (include_bytes!("../samples/pax.tar"), Archive::Tar),
    (include_bytes!("../samples/ustar.tar"), Archive::Tar),
    (include_bytes!("../samples/v7.tar"), Archive::Tar),
    (include_bytes!("../samples/info-zip.zip"), Archive::Zip),
    (include_bytes!("../samples/locked.zip"), Archive::Zip),
    (include_bytes!("../samples/streamed.zip"), Archive::Zip),
    (include_bytes!("../samples/java.jar"), Archive::Zip),
    (include_bytes!("../samples/wide.zip"), Archive::Zip),
    (include_bytes!("../samples/stored-streamed.zip"), Archive::Zip),
    (include_bytes!("../samples/streams.xz"), Archive::Xz),
    (include_bytes!("../samples/filtered.xz"), Archive::Xz),
    (include_bytes!("../samples/programs.xz"), Archive::Xz),
    (include_bytes!("../samples/rare-methods.zip"), Archive::Zip),
    (include_bytes!("../samples/streams.bz2"), Archive::Bzip2),
    (include_bytes!("../samples/frames.zst"), Archive::Zstd),
    (include_bytes!("../samples/wide-window.zst"), Archive::Zstd),
];

/// The text that most samples hold.
pub(super) fn text() -> String {
    (1..=40).map(|line| format!("line {line} of a text that packs well\n")).collect()
}

/// The long name that some samples hold.
fn long_name() -> String {
    format!("deep/{}/{}end.txt", "long-folder-name-".repeat(8), "long-file-name-".repeat(6))
}

/// Parts of a file, each of which fills a page of 4096 bytes.
fn islands(count: usize) -> String {
    (0..count).map(|at| format!("{:\0<4096}", format!("island {at}\n"))).collect()
}

#[test]
fn each_sample_is_known_for_what_it_is() {
    for &(bytes, archive) in ALL {
        assert_eq!(Archive::of(bytes), Some(archive));
    }
}

#[test]
fn members_of_a_gzip_are_one_text() {
    let text = text() + "second member\n";
    check(include_bytes!("../samples/members.gz"), &[("text.txt", &text)], Unpacked::Whole);
}

#[test]
fn tars_are_read() {
    let entries = [("text.txt", &*text())];
    check(include_bytes!("../samples/ustar.tar"), &entries, Unpacked::Whole);
    check(include_bytes!("../samples/v7.tar"), &entries, Unpacked::Whole);
}

#[test]
fn long_names_and_holes_of_tars_are_understood() {
    let (text, long_name) = (text(), long_name());
    let common = [("text.txt", &*text), (&*long_name, "behind a long name\n")];
    let holes = islands(5);
    let entries = [&common[..], &[("holes.bin", &*holes)]].concat();
    check(include_bytes!("../samples/gnu.tar"), &entries, Unpacked::Whole);
    // The map of the holes is a part of the content here, padded to a block.
    let hole = format!("{:\0<512}", "2\n0\n4096\n65536\n0\n") + &islands(1);
    let entries = [&common[..], &[("hole.bin", &*hole)]].concat();
    check(include_bytes!("../samples/pax.tar"), &entries, Unpacked::Whole);
}

#[test]
fn zips_are_read() {
    let (text, long_name) = (text(), long_name());
    let info_zip = include_bytes!("../samples/info-zip.zip");
    let entries = [("text.txt", &*text), (&*long_name, "behind a long name\n")];
    check(info_zip, &entries, Unpacked::Whole);
    check(include_bytes!("../samples/streamed.zip"), &[("-", &text)], Unpacked::Whole);
    let wide = [("text.txt", &*text), ("stored.txt", "stored text\n")];
    check(include_bytes!("../samples/wide.zip"), &wide, Unpacked::Whole);
    let stored = [("stored.txt", "stored text, its size behind it\n")];
    check(include_bytes!("../samples/stored-streamed.zip"), &stored, Unpacked::Whole);
}

#[test]
fn a_jar_is_read() {
    let jar = include_bytes!("../samples/java.jar");
    let (entries, unpacked, _) = open_within(jar, PLENTY);
    assert_eq!(unpacked, Unpacked::Whole);
    let text = entries.iter().find(|entry| entry.name.as_deref() == Some(b"text.txt"));
    assert_eq!(text.expect("the text is found").bytes, self::text().as_bytes());
    assert!(entries.iter().any(|entry| entry.bytes.starts_with(b"Manifest-Version")));
}

#[test]
fn entries_that_need_a_key_are_not_readable() {
    check(include_bytes!("../samples/locked.zip"), &[], Unpacked::Unreadable);
}

#[test]
fn streams_of_an_xz_are_one_text() {
    let text = text() + "second stream\n";
    check(include_bytes!("../samples/streams.xz"), &[("", &text)], Unpacked::Whole);
}

#[test]
fn what_an_xz_has_changed_before_packing_is_undone() {
    check(include_bytes!("../samples/filtered.xz"), &[("", &text())], Unpacked::Whole);
    let (entries, unpacked, _) = open_within(include_bytes!("../samples/programs.xz"), PLENTY);
    let calls = b"\xe8\x10\0\0\0 call \xe8\x20\0\0\0 call\n".repeat(20);
    let texts = [text().as_bytes(), &calls, text().as_bytes()].concat();
    assert_eq!((entries[0].bytes == texts, unpacked), (true, Unpacked::Whole));
}

#[test]
fn entries_of_rare_methods_are_read() {
    let text = text();
    let entries = [("bzip2.txt", &*text), ("lzma.txt", &*text)];
    check(include_bytes!("../samples/rare-methods.zip"), &entries, Unpacked::Whole);
}

#[test]
fn streams_of_a_bzip2_are_one_text() {
    let text = text() + "second stream " + &"r".repeat(1002) + "\n";
    check(include_bytes!("../samples/streams.bz2"), &[("", &text)], Unpacked::Whole);
}

#[test]
fn frames_of_a_zstd_are_one_text() {
    let twice = text().repeat(2);
    check(include_bytes!("../samples/frames.zst"), &[("", &twice)], Unpacked::Whole);
}

#[test]
fn a_claimed_window_of_two_gibibytes_is_only_a_claim() {
    check(include_bytes!("../samples/wide-window.zst"), &[("", &text())], Unpacked::Whole);
}

#[test]
fn each_sample_keeps_a_small_budget() {
    for &(bytes, archive) in ALL.iter().filter(|(bytes, _)| *bytes != LOCKED) {
        let (entries, unpacked, left) = open_within(
            bytes,
            Budget { deadline: None, bytes: 20, entry_bytes: u64::MAX, entries: 100 },
        );
        assert_eq!((unpacked, left.bytes), (Unpacked::TooMuch, 0), "{archive:?}");
        assert!(!entries.is_empty());
        let (entries, unpacked, _) = open_within(
            bytes,
            Budget { deadline: None, bytes: 1 << 20, entry_bytes: u64::MAX, entries: 0 },
        );
        assert_eq!((entries.as_slice(), unpacked), (&[][..], Unpacked::TooMuch), "{archive:?}");
    }
}

const LOCKED: &[u8] = include_bytes!("../samples/locked.zip");
