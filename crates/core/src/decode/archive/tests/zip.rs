//! Zip by hand.

use super::build::{Claims, ZipEntry, deflated, zip};
use super::{Budget, Unpacked, check, open, open_within};

#[test]
fn entries_that_the_directory_hides_are_found() {
    let bytes = zip(&[
        ZipEntry::stored("seen.txt", b"seen"),
        ZipEntry::stored("hidden.txt", b"hidden").hidden(),
        ZipEntry::deflated("also-seen.txt", b"also seen"),
        ZipEntry::deflated("last.txt", b"hidden, too").hidden(),
    ]);
    let entries = [
        ("seen.txt", "seen"),
        ("also-seen.txt", "also seen"),
        ("hidden.txt", "hidden"),
        ("last.txt", "hidden, too"),
    ];
    check(&bytes, &entries, Unpacked::Whole);
}

#[test]
fn an_entry_hides_nothing_by_the_larger_of_two_sizes() {
    let hidden = ZipEntry::deflated("hidden.txt", b"hidden").hidden();
    let mut cover = ZipEntry::stored("cover.txt", b"short");
    cover.listed = cover.listed.map(|claims| Claims { length: claims.length + 40, ..claims });
    let (entries, _) = open(&zip(&[cover, hidden]));
    assert!(entries[0].1.len() == 45 && entries[0].1.starts_with("short"), "{entries:?}");
    assert_eq!(entries[1], ("hidden.txt".into(), "hidden".into()));
}

#[test]
fn an_entry_hides_nothing_behind_the_end_of_its_deflated_data() {
    let hidden = ZipEntry::stored("hidden.txt", b"hidden").hidden();
    let mut cover = ZipEntry::deflated("cover.txt", b"cover");
    let wide = Claims { length: 1 << 20, ..cover.local };
    (cover.local, cover.listed) = (wide, Some(wide));
    let entries = [("cover.txt", "cover"), ("hidden.txt", "hidden")];
    check(&zip(&[cover, hidden]), &entries, Unpacked::Whole);
}

#[test]
fn both_methods_are_tried_if_the_headers_disagree() {
    let mut entry = ZipEntry::deflated("text.txt", b"packed");
    entry.local.method = 0;
    let (entries, _) = open(&zip(&[entry]));
    assert!(entries.contains(&("text.txt".into(), "packed".into())), "{entries:?}");
}

#[test]
fn only_what_both_headers_call_locked_is_not_read() {
    let mut locked = ZipEntry::stored("locked.txt", b"PK\x03\x04 unreadable");
    locked.local.flags = 1;
    locked.listed = Some(locked.local);
    let mut alleged = ZipEntry::stored("alleged.txt", b"readable");
    alleged.local.flags = 1;
    check(&zip(&[locked, alleged.clone()]), &[("alleged.txt", "readable")], Unpacked::Unreadable);
    check(&zip(&[alleged]), &[("alleged.txt", "readable")], Unpacked::Whole);
    // A folder holds nothing to lock.
    let mut folder = ZipEntry::stored("folder/", b"");
    folder.local.flags = 1;
    folder.listed = Some(folder.local);
    check(&zip(&[folder]), &[], Unpacked::Whole);
}

#[test]
fn an_entry_of_unknown_method_or_with_damage_does_not_hide_others() {
    let mut broken = ZipEntry::with_data("broken.txt", vec![0xff; 30], 8);
    broken.local.length = 30;
    let bytes = zip(&[
        ZipEntry::with_data("squeezed.txt", b"PPMd".to_vec(), 98),
        broken,
        ZipEntry::deflated("sound.txt", b"sound"),
    ]);
    check(&bytes, &[("sound.txt", "sound")], Unpacked::Unreadable);
}

#[test]
fn an_entry_listed_at_a_wrong_place_is_damage_and_found_nevertheless() {
    let mut lost = ZipEntry::deflated("lost.txt", b"lost");
    lost.offset = Some(u32::MAX - 1);
    let bytes = zip(&[ZipEntry::deflated("first.txt", b"first"), lost]);
    check(&bytes, &[("first.txt", "first"), ("lost.txt", "lost")], Unpacked::Unreadable);
}

#[test]
fn without_its_directory_a_zip_is_read_but_damaged() {
    let mut bytes = zip(&[ZipEntry::deflated("a.txt", b"a"), ZipEntry::stored("b.txt", b"b")]);
    let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").expect("there is one");
    bytes.truncate(directory);
    check(&bytes, &[("a.txt", "a"), ("b.txt", "b")], Unpacked::Unreadable);
}

#[test]
fn a_zip_behind_a_mark_or_before_other_bytes_is_read() {
    let zip = zip(&[ZipEntry::deflated("a.txt", b"a")]);
    check(&[b"PK00", &zip[..]].concat(), &[("a.txt", "a")], Unpacked::Whole);
    check(&[&zip[..], b"and more"].concat(), &[("a.txt", "a")], Unpacked::Whole);
}

#[test]
fn a_zip_stored_in_a_zip_is_one_entry() {
    let inner = zip(&[ZipEntry::stored("secret.txt", b"inner")]);
    let outer = zip(&[ZipEntry::stored("inner.jar", &inner)]);
    let (entries, unpacked, _) = open_within(&outer, super::PLENTY);
    assert_eq!((entries.len(), unpacked), (1, Unpacked::Whole));
    assert_eq!(entries[0].bytes, inner);
}

#[test]
fn zstd_and_xz_in_a_zip_are_decoded() {
    let frame = super::build::zstd_frame(&[super::build::zstd_block(true, 0, 4, b"text")]);
    let stream = super::build::xz_stream(&super::build::lzma2(b"text"), b"");
    let bytes =
        zip(&[ZipEntry::with_data("a.txt", frame, 93), ZipEntry::with_data("b.txt", stream, 95)]);
    check(&bytes, &[("a.txt", "text"), ("b.txt", "text")], Unpacked::Whole);
}

#[test]
fn empty_entries_and_folders_are_counted_but_not_handed_over() {
    // Called deflated, with nothing there, as some writers do.
    let mut entries = vec![ZipEntry::with_data("folder/", Vec::new(), 8)];
    entries.push(ZipEntry::stored("empty.txt", b""));
    entries.push(ZipEntry::deflated("empty.txt", b""));
    let (found, unpacked, left) = open_within(&zip(&entries), super::PLENTY);
    assert_eq!((found.len(), unpacked), (0, Unpacked::Whole));
    assert_eq!(left.entries, super::PLENTY.entries - 3);
}

#[test]
fn names_are_bytes_and_may_hold_zeros() {
    let entry = ZipEntry::stored("a\0../b\u{1b}[31m", b"text");
    check(&zip(&[entry]), &[("a\0../b\u{1b}[31m", "text")], Unpacked::Whole);
}

#[test]
fn sizes_beyond_the_container_are_claims() {
    let mut entry = ZipEntry::stored("a.txt", b"text");
    entry.local.length = u32::MAX - 1;
    entry.listed = Some(entry.local);
    let (entries, unpacked) = open(&zip(&[entry, ZipEntry::deflated("b.txt", b"other")]));
    assert!(entries[0].1.starts_with("text"));
    assert_eq!(entries[1], ("b.txt".into(), "other".into()));
    assert_eq!(unpacked, Unpacked::Unreadable);
}

#[test]
fn sizes_of_64_bits_are_claims() {
    let mut bytes = b"PK\x03\x04\x2d\0\0\0\0\0".to_vec();
    bytes.extend([0; 8]);
    bytes.extend([0xff; 8]);
    bytes.extend(b"\x05\0\x14\0a.txt\x01\0\x10\0");
    bytes.extend((1_u64 << 63).to_le_bytes());
    bytes.extend((1_u64 << 63).to_le_bytes());
    bytes.extend(b"text");
    check(&bytes, &[("a.txt", "text")], Unpacked::Unreadable);
}

#[test]
fn entries_that_share_one_bomb_stop_at_the_budget() {
    let bomb = ZipEntry::deflated("bomb", &vec![0; 1 << 20]);
    let mut entries = vec![bomb.clone()];
    for _ in 0..500 {
        let mut other = ZipEntry { data: Vec::new(), offset: Some(0), ..bomb.clone() };
        other.local.length = 0;
        entries.push(other);
    }
    let budget = Budget { deadline: None, bytes: 5 << 20, entry_bytes: u64::MAX, entries: 10_000 };
    let (found, unpacked, left) = open_within(&zip(&entries), budget);
    assert_eq!((found.len(), unpacked, left.bytes), (5, Unpacked::TooMuch, 0));
}

#[test]
fn entries_that_share_long_data_without_content_stop_too() {
    // Stored blocks without content: much to read, and nothing comes out.
    let nothing = b"\x00\x00\x00\xff\xff".repeat(100_000);
    let mut entries = vec![ZipEntry::with_data("first", nothing, 8)];
    for _ in 0..50_000 {
        let mut other = ZipEntry::with_data("other", Vec::new(), 8);
        other.offset = Some(0);
        entries.push(other);
    }
    let budget =
        Budget { deadline: None, bytes: 1 << 20, entry_bytes: u64::MAX, entries: u32::MAX };
    let (found, unpacked, _) = open_within(&zip(&entries), budget);
    assert_eq!((found.len(), unpacked), (0, Unpacked::TooMuch));
}

#[test]
fn tiny_entries_are_counted() {
    let entries = vec![ZipEntry::stored("x", b""); 60_000];
    let budget = Budget { deadline: None, bytes: 1 << 20, entry_bytes: u64::MAX, entries: 1000 };
    let (_, unpacked, left) = open_within(&zip(&entries), budget);
    assert_eq!((unpacked, left.entries), (Unpacked::TooMuch, 0));
}

#[test]
fn signatures_without_end_are_counted() {
    let budget = Budget { deadline: None, bytes: 1 << 20, entry_bytes: u64::MAX, entries: 1000 };
    let (_, unpacked, left) = open_within(&b"PK\x03\x04".repeat(100_000), budget);
    assert_eq!((unpacked, left.entries), (Unpacked::TooMuch, 0));
}

#[test]
fn a_comment_that_looks_like_the_end_hides_nothing() {
    let mut bytes = zip(&[ZipEntry { data: deflated(b"a"), ..ZipEntry::deflated("a.txt", b"a") }]);
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0xff; 18]);
    let (entries, _) = open(&bytes);
    assert_eq!(entries, [("a.txt".to_owned(), "a".to_owned())]);
}
