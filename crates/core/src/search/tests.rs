//! Candidates are found wherever an object is cut into blocks, and stand where they stand.

use super::{BLOCK_BYTES, HEAD_BYTES, Searched, Searcher, TAIL_BYTES};
use crate::cause::Cause;
use crate::haystack::{Position, Source};
use crate::limits::Limits;
use crate::matcher::{Matcher, Pattern, build};

/// What the rule of these tests finds.
const NEEDLE: &[u8] = b"KEY-abcdefghijkl-KEY";

fn matcher() -> Matcher {
    let literals = ["KEY-".to_owned()];
    let pattern =
        Pattern { rule: "key", pattern: "KEY-[a-z]{12}-KEY", literals: &literals, near: &[] };
    Matcher::new(build(&[pattern]).unwrap()).unwrap()
}

/// Where `NEEDLE` was found, as positions in the object.
fn positions(searched: &Searched) -> Vec<Position> {
    assert_eq!(searched.cause, None);
    searched
        .windows
        .iter()
        .flat_map(|window| {
            window.candidates.iter().map(|candidate| {
                assert_eq!(candidate.span.of(&window.text), Some(NEEDLE));
                window.position.after(&window.text[..candidate.span.start()])
            })
        })
        .collect()
}

fn searched(bytes: &[u8]) -> Vec<Position> {
    let matcher = matcher();
    let searcher = Searcher::new(&matcher, &Limits::DEFAULT);
    let whole = positions(&searcher.whole(Source::Blob, bytes));
    for piece in [1 << 20, 777_777] {
        let mut stream = searcher.stream(Source::Blob);
        bytes.chunks(piece).for_each(|piece| stream.push(piece));
        assert_eq!(positions(&stream.finish()), whole, "pieces of {piece}");
    }
    whole
}

/// A text of lines of 64 bytes with the needle at `at`.
fn text_with_needle(len: usize, at: usize) -> Vec<u8> {
    let mut text: Vec<u8> = (0..len).map(|i| if i % 64 == 63 { b'\n' } else { b'.' }).collect();
    text[at..at + NEEDLE.len()].copy_from_slice(NEEDLE);
    text
}

#[test]
fn a_needle_across_any_boundary_is_found_once() {
    let borders = [BLOCK_BYTES, BLOCK_BYTES - TAIL_BYTES, BLOCK_BYTES - TAIL_BYTES - HEAD_BYTES];
    for border in borders {
        for before in [0, 1, 2, 7, 19, 20, 21, 40] {
            let at = border - before;
            let text = text_with_needle(BLOCK_BYTES + 100_000, at);
            let expected = Position::START.after(&text[..at]);
            assert_eq!(searched(&text), [expected], "{before} bytes before {border}");
        }
    }
}

#[test]
fn an_object_of_exactly_one_block_is_searched_to_its_end() {
    for len in [BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1] {
        let text = text_with_needle(len, len - NEEDLE.len());
        assert_eq!(searched(&text).len(), 1, "{len} bytes");
    }
}

#[test]
fn utf16_is_searched_as_text_with_its_own_lines() {
    let text = ["first line\n", "second: ", "KEY-abcdefghijkl-KEY", "\nthird\n"].concat();
    let expected = [Position { line: 2, column: 9 }];
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(searched(&[b"\xFF\xFE", &little[..]].concat()), expected, "little, marked");
    assert_eq!(searched(&[b"\xFE\xFF", &big[..]].concat()), expected, "big, marked");
    assert_eq!(searched(&little), expected, "little");
    assert_eq!(searched(&big), expected, "big");
}

#[test]
fn a_mark_hides_neither_plain_text_nor_text_at_an_odd_offset() {
    let plain = [b"\xFF\xFE", NEEDLE].concat();
    assert_eq!(searched(&plain).len(), 1);
    let utf16: Vec<u8> = NEEDLE.iter().flat_map(|&byte| [byte, 0]).collect();
    assert_eq!(searched(&[b"\xFF\xFEx", &utf16[..]].concat()).len(), 1);
}

#[test]
fn utf16_across_block_boundaries_is_found_once() {
    let needle: Vec<u8> = NEEDLE.iter().flat_map(|&byte| [byte, 0]).collect();
    for marked in [false, true] {
        for before in [0, 2, 20, 39, 40, 41] {
            let at = BLOCK_BYTES - TAIL_BYTES - before;
            let mut text: Vec<u8> = Vec::new();
            if marked {
                text.extend_from_slice(b"\xFF\xFE");
            }
            while text.len() < BLOCK_BYTES + 50_000 {
                text.extend_from_slice(b".\0");
            }
            let at = at & !1;
            text[at..at + needle.len()].copy_from_slice(&needle);
            assert_eq!(searched(&text).len(), 1, "{before} before, marked: {marked}");
        }
    }
}

#[test]
fn a_line_of_megabytes_has_one_line_number() {
    let mut text = vec![b'x'; 9 << 20];
    text.extend_from_slice(NEEDLE);
    assert_eq!(searched(&text), [Position { line: 1, column: (9 << 20) + 1 }]);
}

#[test]
fn more_candidates_than_are_kept_is_undecided() {
    let matcher = matcher();
    let limits = Limits { candidates_per_object_max: 3, ..Limits::DEFAULT };
    let searched = Searcher::new(&matcher, &limits).whole(Source::Blob, &NEEDLE.repeat(5));
    assert_eq!(searched.cause, Some(Cause::TooManyCandidates));
}

#[test]
fn many_candidates_share_windows_that_stay_small() {
    let matcher = matcher();
    let text = [NEEDLE, b"\n"].concat().repeat(5000);
    let searched = Searcher::new(&matcher, &Limits::DEFAULT).whole(Source::Blob, &text);
    assert_eq!(positions(&searched).len(), 5000);
    assert!(searched.windows.len() > 30);
    assert!(searched.windows.iter().all(|window| window.text.len() < 64 << 10));
}

#[test]
fn single_letter_names_are_not_utf16() {
    let matcher = matcher();
    let names: Vec<u8> = NEEDLE.iter().flat_map(|&byte| [byte, 0]).collect();
    let searcher = Searcher::new(&matcher, &Limits::DEFAULT);
    assert!(searcher.whole(Source::TreeName, &names).windows.is_empty());
    assert_eq!(searcher.whole(Source::Blob, &names).windows.len(), 1);
}
