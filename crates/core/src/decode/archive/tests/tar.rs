//! Tar by hand.

use super::build::{seal, tar_header, tar_member};
use super::{Archive, Budget, Unpacked, check, open, open_within};

const END: [u8; 1024] = [0; 1024];

#[test]
fn members_behind_the_end_are_read() {
    let bytes =
        [&tar_member(b"a", b'0', b"one")[..], &END, &tar_member(b"b", b'0', b"two")].concat();
    check(&bytes, &[("a", "one"), ("b", "two")], Unpacked::Whole);
}

#[test]
fn other_bytes_behind_the_end_do_not_pass_unseen() {
    let member = tar_member(b"a", b'0', b"one");
    for length in [1, 512, 700] {
        let bytes = [&member[..], &END, &vec![b'x'; length]].concat();
        check(&bytes, &[("a", "one")], Unpacked::Unreadable);
        let bytes = [&member[..], &END, &vec![0; length]].concat();
        check(&bytes, &[("a", "one")], Unpacked::Whole);
    }
}

#[test]
fn a_lying_size_hides_nothing() {
    let sizes = [
        b"77777777777\0",                                    // 8 GiB
        b"\x80\0\0\0\x80\0\0\0\0\0\0\0",                     // 2^63
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", // -1
        b"not a number",
    ];
    for size in sizes {
        let mut bytes = tar_header(b"liar", b'0', size);
        bytes.extend(tar_member(b"next", b'0', b"next"));
        bytes.extend(END);
        let (entries, unpacked) = open(&bytes);
        assert_eq!(unpacked, Unpacked::Unreadable);
        assert_eq!(entries.last(), Some(&("next".into(), "next".into())));
    }
}

#[test]
fn many_lying_sizes_stop_at_the_budget() {
    let bytes = tar_header(b"liar", b'0', b"77777777777\0").repeat(2000);
    let budget = Budget { deadline: None, bytes: 4 << 20, entry_bytes: u64::MAX, entries: 10_000 };
    let (_, unpacked, left) = open_within(&bytes, budget);
    assert_eq!((unpacked, left.bytes), (Unpacked::TooMuch, 0));
}

#[test]
fn a_damaged_header_does_not_hide_the_next() {
    let mut damaged = tar_member(b"lost", b'0', b"lost");
    damaged[0] ^= 1;
    let members = [tar_member(b"a", b'0', b"one"), damaged, tar_member(b"b", b'0', b"two")];
    check(&members.concat(), &[("a", "one"), ("b", "two")], Unpacked::Unreadable);
}

#[test]
fn names_end_at_a_zero_and_are_cut() {
    let mut prefixed = tar_member(b"name\0hidden", b'0', b"x");
    prefixed[345..351].copy_from_slice(b"prefix");
    seal(&mut prefixed[..512]);
    check(&prefixed, &[("prefix/name", "x")], Unpacked::Whole);
    let long = [tar_member(b"././@LongLink", b'L', &[b'n'; 10_000]), tar_member(b"n", b'0', b"x")];
    let (entries, unpacked) = open(&long.concat());
    assert_eq!((entries[0].0.len(), unpacked), (4096, Unpacked::Whole));
}

#[test]
fn attributes_name_and_size_the_next_member() {
    let attributes = tar_member(b"pax", b'x', b"19 path=longer/nam\n9 size=3\n");
    let mut member = tar_header(b"short", b'0', b"00000000000\0");
    member.extend(b"abc");
    member.resize(1024, 0);
    let next = tar_member(b"next", b'0', b"x");
    let bytes = [attributes, member, next].concat();
    check(&bytes, &[("longer/nam", "abc"), ("next", "x")], Unpacked::Whole);
}

#[test]
fn attributes_that_make_no_sense_are_ignored() {
    for attributes in [
        &b"99999999999999999999 path=x\n"[..],
        b"0 path=x\n",
        b"5 path=x\n",
        b"-9 path=x\n",
        b"path=x\n",
        b"11 size=abc\n",
        b" ",
        b"",
    ] {
        let bytes = [tar_member(b"p", b'x', attributes), tar_member(b"n", b'0', b"text")].concat();
        let (entries, _) = open(&bytes);
        assert_eq!(entries.last().map(|(_, text)| text.as_str()), Some("text"));
    }
}

#[test]
fn a_link_with_a_size_hides_no_member() {
    let link = tar_header(b"link", b'1', b"00000000100\0");
    let bytes = [link, tar_member(b"a", b'0', b"text")].concat();
    check(&bytes, &[("a", "text")], Unpacked::Whole);
}

#[test]
fn a_sparse_map_without_end_is_cut() {
    let mut header = tar_header(b"holes", b'S', b"00000000004\0");
    header[482] = 1;
    seal(&mut header);
    let bytes = [header, vec![1; 512 * 50]].concat();
    let (entries, _) = open(&bytes);
    assert!(entries.is_empty());
}

#[test]
fn members_without_content_are_counted() {
    let bytes = tar_header(b"folder/", b'5', b"00000000000\0").repeat(5000);
    let (_, unpacked, left) = open_within(
        &bytes,
        Budget { deadline: None, bytes: 100, entry_bytes: u64::MAX, entries: 4999 },
    );
    assert_eq!((unpacked, left.entries), (Unpacked::TooMuch, 0));
}

#[test]
fn a_wrong_checksum_is_no_tar() {
    let mut bytes = tar_member(b"a", b'0', b"text");
    assert_eq!(Archive::of(&bytes), Some(Archive::Tar));
    bytes[200] ^= 1;
    assert_eq!(Archive::of(&bytes), None);
}
