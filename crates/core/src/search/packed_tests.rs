//! Zips behind other bytes are found however an object comes, and what cannot be read is counted.

use super::tests::{NEEDLE, base64, gzip, matcher, tar};
use super::{BLOCK_BYTES, MAGIC_BYTES, Open, Searched, Searcher};
use crate::cause::Cause;
use crate::decode::archive::tests::build::{ZipEntry, zip};
use crate::haystack::Source;
use crate::limits::Limits;

/// A zip with the needle in a member that has to be opened to read it.
fn packed() -> Vec<u8> {
    zip(&[ZipEntry::deflated("conf/a.env", &[NEEDLE, b" and some more "].concat().repeat(3))])
}

/// One of which a member needs a key.
fn locked() -> Vec<u8> {
    let mut entry = ZipEntry::stored("locked.txt", b"nobody knows what");
    entry.local.flags = 1;
    entry.listed = Some(entry.local);
    zip(&[entry, ZipEntry::deflated("open.txt", b"open")])
}

/// What a search finds, the same in one piece and in many.
fn searched_within(bytes: &[u8], limits: Limits) -> Searched {
    let matcher = matcher();
    let searcher = Searcher::new(&matcher, &limits);
    let whole = searcher.whole(Source::Blob, bytes);
    for piece in [1 << 20, 777_777] {
        let mut stream = searcher.stream(Source::Blob);
        bytes.chunks(piece).for_each(|piece| stream.push(piece));
        let streamed = stream.finish();
        assert_eq!(told(&streamed), told(&whole), "pieces of {piece}");
    }
    whole
}

fn searched(bytes: &[u8]) -> Searched {
    searched_within(bytes, Limits::DEFAULT)
}

/// Where candidates were read, what is open, and how much could not be read.
fn told(searched: &Searched) -> (Vec<(u32, u64, String)>, Option<Open>, u64) {
    let candidates = searched.windows.iter().flat_map(|window| {
        window.candidates.iter().map(|candidate| {
            let place = window.place_of(candidate.span);
            let path = String::from_utf8_lossy(window.inner_path.as_deref().unwrap_or_default());
            (place.space.0, place.start, path.into_owned())
        })
    });
    (candidates.collect(), searched.open, searched.unreadable)
}

/// Paths in containers at which the needle was found.
fn paths(searched: &Searched) -> Vec<String> {
    let mut paths: Vec<_> = told(searched).0.into_iter().map(|(_, _, path)| path).collect();
    paths.dedup();
    paths
}

/// A text of `len` bytes.
fn text(len: usize) -> Vec<u8> {
    b"echo some words of a script; exit 0\n".iter().copied().cycle().take(len).collect()
}

#[test]
fn a_zip_behind_other_bytes_is_found_wherever_it_begins() {
    let around = [MAGIC_BYTES, BLOCK_BYTES, 1 << 20, 777_777, 5 << 20];
    let places = around.into_iter().flat_map(|at| (0..5).map(move |before| at - before));
    for at in places.chain([1, 30]) {
        let found = searched(&[text(at), packed()].concat());
        assert_eq!(paths(&found), ["conf/a.env"], "{at}");
        assert_eq!((found.open, found.unreadable), (None, 0), "{at}");
    }
}

#[test]
fn what_such_a_zip_only_stores_stands_where_it_is() {
    let zip = zip(&[ZipEntry::stored("a.env", NEEDLE)]);
    for before in [40, BLOCK_BYTES + 3] {
        let found = searched(&[text(before), zip.clone()].concat());
        let places: Vec<_> = told(&found).0.iter().map(|&(space, at, _)| (space, at)).collect();
        let at = (before + 30 + "a.env".len()) as u64;
        assert_eq!(places, [(0, at), (0, at)]);
    }
}

#[test]
fn it_is_found_in_archives_and_in_base64_too() {
    let script = [text(50), packed()].concat();
    assert_eq!(paths(&searched(&gzip(&script))), ["conf/a.env"]);
    assert_eq!(paths(&searched(&tar(&script))), ["a.env!/conf/a.env"]);
    let noise: Vec<u8> =
        (0..2000_u32).map(|at| (at.wrapping_mul(0x9e37_79b9) >> 24) as u8).collect();
    let encoded = base64(&[&b"MZ"[..], &noise, &packed()].concat());
    assert_eq!(paths(&searched(format!("run: {encoded}\n").as_bytes())), ["conf/a.env"]);
}

#[test]
fn it_is_found_behind_what_begins_as_another_container() {
    let sealed = b"7z\xbc\xaf\x27\x1c\0\x04".to_vec();
    let torn = b"\x28\xb5\x2f\xfd\x24".to_vec();
    for (start, count) in [(gzip(b"something else"), 1), (torn, 1), (sealed, 0), (tar(b"text"), 1)]
    {
        for start in [start.clone(), [start, text(200)].concat()] {
            let found = searched(&[start, packed()].concat());
            assert_eq!((paths(&found), found.unreadable), (vec!["conf/a.env".to_owned()], count));
        }
    }
}

#[test]
fn limits_hold_for_it() {
    let script = [text(BLOCK_BYTES), packed()].concat();
    let default = Limits::DEFAULT;
    let limit_of = |limits| searched_within(&script, limits).open;
    for (less, open) in [(0, false), (1, true)] {
        let too_large = Open::limit(Cause::ObjectTooLarge, "container_bytes_max");
        let limits = Limits { container_bytes_max: packed().len() - less, ..default };
        assert_eq!(limit_of(limits), open.then_some(too_large));
        let reached = |name| open.then_some(Open::limit(Cause::LimitReached, name));
        let limits = Limits { container_depth_max: 1 - less, ..default };
        assert_eq!(limit_of(limits), reached("container_depth_max"));
        let limits = Limits { container_entries_max: 1 - less as u32, ..default };
        assert_eq!(limit_of(limits), reached("container_entries_max"));
        let expanded = 3 * (NEEDLE.len() + 15) - less;
        let limits = Limits { container_expanded_bytes_max: expanded as u64, ..default };
        assert_eq!(limit_of(limits), reached("container_expanded_bytes_max"));
    }
}

#[test]
fn what_only_mentions_an_entry_is_not_too_large_for_a_zip() {
    let limits = Limits { container_bytes_max: 100, ..Limits::DEFAULT };
    let mention = [text(5000), b"\0PK\x03\x04".to_vec(), text(5 << 20)].concat();
    assert_eq!(searched_within(&mention, limits).open, None);
}

#[test]
fn what_cannot_be_read_is_counted_and_not_open() {
    let cut = &packed()[..40];
    let sealed = b"7z\xbc\xaf\x27\x1c\0\x04".to_vec();
    let twice = zip(&[
        ZipEntry::with_data("a.7z", sealed.clone(), 0),
        ZipEntry::with_data("b.zip", locked(), 0),
    ]);
    for (bytes, count) in [
        (packed(), 0),
        (locked(), 1),
        ([text(100), locked()].concat(), 1),
        (cut.to_vec(), 1),
        (sealed.clone(), 1),
        (twice, 2),
        ([gzip(b"something"), b"more".to_vec()].concat(), 1),
        (format!("a: {}\n", base64(&locked())).into_bytes(), 1),
        (text(100), 0),
    ] {
        let found = searched(&bytes);
        assert_eq!((found.unreadable, found.open), (count, None));
    }
    // What nobody opens may lie as deep, and be as large, as it wants.
    let limits = Limits { container_depth_max: 0, container_bytes_max: 1, ..Limits::DEFAULT };
    let large = [sealed, text(9 << 20)].concat();
    assert_eq!(searched_within(&large, limits).open, None);
}
