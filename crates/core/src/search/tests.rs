//! Candidates are found wherever an object is cut into blocks, and stand where they stand.

use super::{BLOCK_BYTES, HEAD_BYTES, Searched, Searcher, TAIL_BYTES};
use crate::cause::Cause;
use crate::haystack::{Position, Source};
use crate::limits::Limits;
use crate::matcher::{Matcher, Pattern, build};

/// What the rule of these tests finds.
pub(super) const NEEDLE: &[u8] = b"KEY-abcdefghijkl-KEY";

pub(super) fn matcher() -> Matcher {
    let literals = ["KEY-".to_owned()];
    let pattern =
        Pattern { rule: "key", pattern: "KEY-[a-z]{12}-KEY", literals: &literals, near: &[] };
    Matcher::new(build(&[pattern]).unwrap()).unwrap()
}

/// Where `NEEDLE` was found, as positions in the object; in however many readings of it.
fn positions(searched: &Searched) -> Vec<Position> {
    assert_eq!(searched.open, None);
    let mut positions: Vec<Position> = searched
        .windows
        .iter()
        .flat_map(|window| {
            window.candidates.iter().map(|candidate| {
                assert_eq!(candidate.span.of(&window.text), Some(NEEDLE));
                window.position_of(candidate.span.start())
            })
        })
        .collect();
    positions.sort_unstable();
    positions.dedup();
    positions
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

/// `text` in either order.
fn in_utf16(text: &str) -> [Vec<u8>; 2] {
    let units = || text.encode_utf16();
    [units().flat_map(u16::to_le_bytes).collect(), units().flat_map(u16::to_be_bytes).collect()]
}

#[test]
fn a_letter_with_the_byte_of_a_line_feed_ends_no_line_of_utf16() {
    // The first three have it as their low byte, the others as their high one.
    let letters = ["\u{4e0a}", "\u{300a}\u{4e0a}", "\u{10a}", "\u{a85}\u{a3f} \u{a15}", "\u{a41}"];
    let needle = "KEY-abcdefghijkl-KEY";
    for letters in letters {
        let many = letters.repeat(40);
        for before in [letters, &many, &format!("a{letters}\n\n{many}\n"), &format!("\n{letters}")]
        {
            let long = "x".repeat(20);
            for text in [
                format!("{before}{needle}"),
                format!("{long}{before}{needle}"),
                format!("{long}{before}{long}{letters} {needle}"),
                format!("{before}{long}\n{letters}{letters}\n{long}{letters}\n{needle}"),
            ] {
                let line = 1 + text.matches('\n').count() as u64;
                for utf16 in in_utf16(&text) {
                    let lines: Vec<u64> = searched(&utf16).iter().map(|it| it.line).collect();
                    assert_eq!(lines, [line], "{text:?} {:?}", &utf16[..2]);
                }
            }
        }
    }
}

#[test]
fn lines_of_utf16_are_those_of_the_decoded_text() {
    // What people write: words of several scripts, single letters, lines, and pictures.
    let pieces = [
        "name = demo",
        "\n",
        "\r\n",
        " ",
        "\u{4e0a}\u{6d77}",
        "\u{a2a}\u{a70}\u{a1c}\u{a3e}\u{a2c}\u{a40}",
        "\u{43f}\u{440}\u{438}",
        "\u{1f511}",
        "\u{10a}",
        "a",
        "\u{2026}",
        "\u{50a}",
        "some more words here",
        "\u{a97}\u{ac1}\u{a9c}",
        "\t",
        "\u{e0a}\u{e32}",
        "KEY-abcdefghijkl-KEY",
    ];
    for seed in 0..400_usize {
        let mut state = seed.wrapping_mul(0x9e37_79b9).wrapping_add(1);
        let mut text = String::new();
        for _ in 0..60 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) % (pieces.len() - 1)]);
        }
        text.push_str(" KEY-abcdefghijkl-KEY");
        for (utf16, read) in in_utf16(&text).iter().zip([u16::from_le_bytes, u16::from_be_bytes]) {
            let units = utf16.as_chunks::<2>().0.iter().map(|&pair| read(pair));
            let decoded: String = char::decode_utf16(units).map(Result::unwrap).collect();
            let lines = 1 + decoded.chars().filter(|&letter| letter == '\n').count() as u64;
            let found: Vec<u64> = searched(utf16).iter().map(|it| it.line).collect();
            assert_eq!(found, [lines], "seed {seed}: {text:?} {:?}", &utf16[..2]);
        }
    }
}

#[test]
fn plain_text_around_utf16_has_lines_of_its_own() {
    let plain = "some = setting\n# and a comment of more than sixty-four bytes, as a header\n";
    for utf16 in in_utf16("token = KEY-abcdefghijkl-KEY\n") {
        for before in [plain.to_owned(), plain.repeat(9)] {
            let text = [before.as_bytes(), &utf16, before.as_bytes(), &utf16].concat();
            let lines: Vec<u64> = searched(&text).iter().map(|it| it.line).collect();
            let line = 1 + before.matches('\n').count() as u64;
            assert_eq!(lines, [line, 2 * line], "{:?}", &utf16[..2]);
        }
    }
}

#[test]
fn lines_of_utf16_are_counted_over_the_blocks_of_an_object() {
    let line = "\u{4e0a}\u{a85} some more words in this line\n";
    let count = 2 * BLOCK_BYTES / line.encode_utf16().count() / 2 + 5;
    let text = line.repeat(count) + "KEY-abcdefghijkl-KEY";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(utf16.len() > 2 * BLOCK_BYTES);
    let matcher = matcher();
    let mut stream = Searcher::new(&matcher, &Limits::DEFAULT).stream(Source::Blob);
    utf16.chunks(100_000).for_each(|piece| stream.push(piece));
    let found = positions(&stream.finish());
    assert_eq!(found, [Position { line: count as u64 + 1, column: 1 }]);
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
    assert_eq!(searched.open.map(|open| open.cause), Some(Cause::TooManyCandidates));
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

/// The needle in `text`: its position, and what was undone to read it.
fn found_in(text: &str) -> (Position, Vec<&'static str>) {
    found_in_bytes(text.as_bytes())
}

fn found_in_bytes(bytes: &[u8]) -> (Position, Vec<&'static str>) {
    let text = String::from_utf8_lossy(bytes);
    let matcher = matcher();
    let searched = Searcher::new(&matcher, &Limits::DEFAULT).whole(Source::Blob, bytes);
    assert_eq!(searched.open, None, "{text}");
    let mut found: Vec<_> = searched
        .windows
        .iter()
        .flat_map(|window| {
            window.candidates.iter().map(|candidate| {
                let at = window.position_of(candidate.span.start());
                (at, window.undone_in(candidate.span))
            })
        })
        .collect();
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    found.remove(0)
}

pub(crate) fn base64(text: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut letters = String::new();
    for chunk in text.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * place) & 63) as usize];
            letters.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    letters
}

/// `letters` in lines of `width`, each behind `indentation`.
fn wrapped(letters: &str, width: usize, indentation: &str) -> String {
    let lines: Vec<String> = letters
        .as_bytes()
        .chunks(width)
        .map(|line| format!("{indentation}{}", String::from_utf8_lossy(line)))
        .collect();
    lines.join("\n")
}

/// A text that is long enough to be looked at in base64, with the needle behind `before`.
fn long_text(before: usize) -> Vec<u8> {
    [&b"setting = 1\n".repeat(before)[..], b"key = ", NEEDLE, b"\nend = yes\n"].concat()
}

#[test]
fn base64_is_read_at_every_alignment_and_in_lines() {
    for before in 0..3 {
        for text in [[&b"xyz"[..before], NEEDLE, b" and some more text"].concat(), long_text(9)] {
            let letters = base64(&text);
            let (position, undone) = found_in(&format!("first\ndata: \"{letters}\"\n"));
            assert_eq!((position.line, undone), (2, vec!["base64"]));
        }
    }
    let letters = base64(&long_text(30));
    let (position, _) = found_in(&format!("first:\n{}\nlast: 1\n", wrapped(&letters, 64, "  ")));
    // Thirty lines of twelve bytes are in front of it: line eight of those of 64 letters.
    assert_eq!(position.line, 9);
}

/// The lines at which the needle is found in `text`, in whatever readings.
fn lines_found_in(text: &str) -> Vec<u64> {
    let matcher = matcher();
    let searched = Searcher::new(&matcher, &Limits::DEFAULT).whole(Source::Blob, text.as_bytes());
    let mut lines: Vec<u64> = positions(&searched).iter().map(|position| position.line).collect();
    lines.dedup();
    lines
}

#[test]
fn base64_in_short_lines_and_behind_signs_is_read() {
    let letters = base64(&long_text(9));
    // The letters before those that say the needle.
    let before = (9 * 12 + 6) / 3 * 4;
    let check = |width: usize, line_end: &str, sign: &str| {
        let lines: Vec<String> = letters
            .as_bytes()
            .chunks(width)
            .map(|line| format!("{sign}{}", String::from_utf8_lossy(line)))
            .collect();
        let found = lines_found_in(&format!("a:\n{}\nb\n", lines.join(line_end)));
        let line = if line_end.ends_with('\n') { 2 + (before / width) as u64 } else { 2 };
        let near = found.iter().all(|found| found.abs_diff(line) <= 1);
        assert!(!found.is_empty() && near, "{width} {line_end:?} {sign:?}: {found:?}, not {line}");
    };
    for width in [16, 24, 30, 40, 44, 64, 76] {
        for line_end in ["\n", "\r\n", "\\n", "\\r\\n", "\\\\n"] {
            check(width, line_end, "");
        }
    }
    for sign in
        ["+", "-", " ", "# ", "// ", " * ", "> ", "> > ", "-    ", "+\t", "--", "#", ";; ", "//"]
    {
        check(60, "\n", sign);
    }
    for line_end in ["  \n", "<br>", "<br/>\r\n", "&#13;\n", "&#10;", "\\\n", "%0D%0A", "&#xA;"] {
        check(76, line_end, "");
    }
    for escaped in ["\\/", "\\u002f", "\\u002F", "\\\\/"] {
        // Every fourth letter is a slash, or one of those around the needle.
        let text = base64(&[&b"ab?".repeat(12), NEEDLE, b"!", &b"ab?".repeat(12)].concat());
        let text = text.replace('/', escaped);
        assert!(text.contains('\\'), "no slash");
        assert!(!lines_found_in(&format!("{{\"a\":\"{text}\"}}")).is_empty(), "{text}");
    }
}

#[test]
fn items_of_a_list_are_read_each() {
    let letters = base64(&[NEEDLE, b" and more text, yes"].concat());
    let text = format!("a:\n- {letters}\n- {letters}\n");
    assert_eq!(searched(text.as_bytes()).len(), 2);
}

#[test]
fn what_is_escaped_as_a_whole_is_read() {
    let all =
        |escape: fn(u8) -> String| NEEDLE.iter().map(|&byte| escape(byte)).collect::<String>();
    let mail = all(|byte| format!("={byte:02X}"));
    let folded: Vec<_> = mail.as_bytes().chunks(30).map(String::from_utf8_lossy).collect();
    let forms = [
        all(|byte| format!("%25{byte:02X}")),
        all(|byte| format!("%2525{byte:02X}")),
        all(|byte| format!("\\u{{{byte:x}}}")),
        all(|byte| format!("\\U{byte:08x}")),
        all(|byte| format!("\\{byte:03o}")),
        all(|byte| format!("\\\\u{byte:04x}")),
        all(|byte| format!("\\\\\\\\x{byte:02x}")),
        all(|byte| format!("&amp;#{byte};")),
        all(|byte| format!("&amp;#x{byte:x};")),
        folded.join("=\n"),
        folded.join("=\r\n"),
        mail,
    ];
    for form in forms {
        let (position, _) = found_in(&format!("first\nx {form} y\n"));
        assert_eq!(position, Position { line: 2, column: 3 }, "{form}");
    }
}

#[test]
fn encodings_in_encodings_are_read() {
    let once = base64(&long_text(2));
    let (_, undone) = found_in(&format!("a: {}\n", base64(once.as_bytes())));
    assert_eq!(undone, ["base64", "base64"]);
    let hex: String = long_text(1).iter().map(|byte| format!("{byte:02x}")).collect();
    let (_, undone) = found_in(&format!("a\nb\nc = {hex}\n"));
    assert_eq!(undone, ["hex"]);
    let (_, undone) = found_in(&format!("a: {}\n", base64(hex.as_bytes())));
    assert_eq!(undone, ["base64", "hex"]);
}

#[test]
fn a_split_string_is_read_near_a_hit() {
    let (position, undone) = found_in("x\nkey = \"KEY-abcdef\" +\n   \"ghijkl-KEY\";\n");
    assert_eq!((position.line, undone), (2, vec!["concatenation"]));
    let (_, undone) = found_in("KEY-abc\\u0064efghijkl-KEY");
    assert_eq!(undone, ["escapes"]);
    let (_, undone) = found_in("KEY-abc%2564efghijkl-KEY");
    assert_eq!(undone, ["percent", "percent"]);
}

#[test]
fn what_was_undone_far_behind_a_candidate_is_read() {
    let matcher = matcher();
    let searcher = Searcher::new(&matcher, &Limits::DEFAULT);
    let undone = |letters: usize| {
        let needle = String::from_utf8_lossy(NEEDLE);
        let text = format!("t = \"{needle}{}\" + \"rest\";\n", "a".repeat(letters));
        let searched = searcher.whole(Source::Blob, text.as_bytes());
        searched.windows.iter().any(|window| !window.decoded_from.is_empty())
    };
    assert_eq!([300, 900, 1100].map(undone), [true, true, false]);
}

#[test]
fn a_large_text_is_read_in_parts_and_nothing_is_cut() {
    let escaped: String = NEEDLE.iter().map(|byte| format!("%{byte:02x}")).collect();
    let filler = "%61%62 %63\n".repeat(200_000);
    for border in [1_usize << 20, 1 << 21] {
        for before in [0, 1, 20, 31, 59, 60, 61, 90] {
            let at = (border - before).next_multiple_of(11);
            let text = [&filler[..at], &escaped, "\n", &filler[at..]].concat();
            let (position, undone) = found_in(&text);
            assert_eq!((position.line, undone), (1 + at as u64 / 11, vec!["percent"]));
        }
    }
}

#[test]
fn what_is_encoded_too_often_is_undecided() {
    let mut text = long_text(1);
    for _ in 0..8 {
        text = base64(&text).into_bytes();
    }
    let matcher = matcher();
    let searched = Searcher::new(&matcher, &Limits::DEFAULT).whole(Source::Blob, &text);
    assert_eq!(searched.open.and_then(|open| open.limit), Some("decode_depth_max"));
    let limits = Limits { decoded_bytes_per_object_max: 10, ..Limits::DEFAULT };
    let searched = Searcher::new(&matcher, &limits).whole(Source::Blob, &text);
    assert_eq!(searched.open.and_then(|open| open.limit), Some("decoded_bytes_per_object_max"));
}

#[test]
fn what_is_not_searched_in_time_is_open_whatever_else_is() {
    let matcher = matcher();
    let passed = Some(std::time::Instant::now());
    let limits = Limits { deadline: passed, candidates_per_object_max: 0, ..Limits::DEFAULT };
    let searcher = Searcher::new(&matcher, &limits);
    let text = "plain text\n".repeat(1000);
    let open = |searched: Searched| searched.open.map(|open| open.cause);
    assert_eq!(open(searcher.whole(Source::Blob, text.as_bytes())), Some(Cause::OutOfTime));
    let mut stream = searcher.stream(Source::Blob);
    stream.push(text.as_bytes());
    assert_eq!(open(stream.finish()), Some(Cause::OutOfTime));
    let later = passed.and_then(|at| at.checked_add(std::time::Duration::from_secs(3600)));
    let limits = Limits { deadline: later, ..Limits::DEFAULT };
    let searcher = Searcher::new(&matcher, &limits);
    assert_eq!(open(searcher.whole(Source::Blob, text.as_bytes())), None);
}

/// The limit that a search of `bytes` within `limits` reaches.
fn limit_of(limits: Limits, bytes: &[u8]) -> Option<&'static str> {
    let matcher = matcher();
    let searched = Searcher::new(&matcher, &limits).whole(Source::Blob, bytes);
    searched.open.map(|open| open.limit.unwrap_or("not a limit"))
}

#[test]
fn as_much_as_a_limit_says_is_allowed_and_one_more_is_undecided() {
    let needles = [NEEDLE, b";\n"].concat().repeat(3);
    for (candidates_per_object_max, limit) in [(3, None), (2, Some("candidates_per_object_max"))] {
        let limits = Limits { candidates_per_object_max, ..Limits::DEFAULT };
        assert_eq!(limit_of(limits, &needles), limit);
        // What a reading finds that is not new costs nothing.
        let escaped =
            [&needles[..], &b"some words\n".repeat(30), br"a\u0064b \x41\x41\x41\x41\x41\x41"]
                .concat();
        assert_eq!(limit_of(limits, &escaped), limit);
    }
    let mut text = long_text(1);
    for depth in 1..4 {
        text = base64(&text).into_bytes();
        for (decode_depth_max, limit) in [(depth, None), (depth - 1, Some("decode_depth_max"))] {
            let limits = Limits { decode_depth_max, ..Limits::DEFAULT };
            assert_eq!(limit_of(limits, &text), limit, "{decode_depth_max} of {depth}");
        }
    }
    let text = base64(&long_text(1));
    for (decoded_bytes, limit) in [(0, None), (1, Some("decoded_bytes_per_object_max"))] {
        let decoded_bytes_per_object_max = long_text(1).len() - decoded_bytes;
        let limits = Limits { decoded_bytes_per_object_max, ..Limits::DEFAULT };
        assert_eq!(limit_of(limits, text.as_bytes()), limit);
    }
}

/// `text` as a member of a gzip, stored.
pub(super) fn gzip(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("a short text");
    let mut member = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01".to_vec();
    member.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
    member.extend(text);
    member.extend([0; 8]);
    member
}

#[test]
fn as_much_of_containers_as_a_limit_says_is_allowed_and_one_more_is_undecided() {
    let once = gzip(&long_text(1));
    let twice = gzip(&once);
    let expanded = (once.len() + long_text(1).len()) as u64;
    let with = |less: u64| {
        let default = Limits::DEFAULT;
        let less_bytes = usize::try_from(less).expect("a small number");
        [
            Limits { container_bytes_max: twice.len() - less_bytes, ..default },
            Limits { container_depth_max: 2 - less_bytes, ..default },
            Limits { container_entry_bytes_max: once.len() as u64 - less, ..default },
            Limits { container_expanded_bytes_max: expanded - less, ..default },
            Limits { container_entries_max: 2 - u32::from(less > 0), ..default },
        ]
        .map(|limits| limit_of(limits, &twice))
    };
    assert_eq!(with(0), [None; 5]);
    let names = [
        "container_bytes_max",
        "container_depth_max",
        "container_entry_bytes_max",
        "container_expanded_bytes_max",
        "container_entries_max",
    ];
    assert_eq!(with(1), names.map(Some));
}

/// `text` as the only member of a tar.
pub(super) fn tar(text: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..5].copy_from_slice(b"a.env");
    block[124..136].copy_from_slice(format!("{:011o}\0", text.len()).as_bytes());
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block.extend(text);
    block.resize(block.len().next_multiple_of(512) + 1024, 0);
    block
}

#[test]
fn a_tar_in_base64_is_searched() {
    let text = base64(&tar(&long_text(3)));
    assert_eq!(found_in(&format!("a: {text}\n")).1, ["base64", "tar"]);
}

#[test]
fn what_is_stored_in_containers_stands_where_it_is_stored() {
    let matcher = matcher();
    let bytes = tar(&tar(NEEDLE));
    let searched = Searcher::new(&matcher, &Limits::DEFAULT).whole(Source::Blob, &bytes);
    let places: Vec<_> = searched
        .windows
        .iter()
        .map(|window| (window.place_of(window.candidates[0].span), window.inner_path.clone()))
        .collect();
    let paths = [None, Some(&b"a.env"[..]), Some(b"a.env!/a.env")];
    assert_eq!(places.len(), 3);
    for ((place, path), expected) in places.iter().zip(paths) {
        assert_eq!((place.space, place.start), (places[0].0.space, 1024));
        assert_eq!(path.as_deref(), expected);
    }
}

#[test]
fn a_text_in_runs_of_an_office_document_is_read() {
    let (first, rest) = NEEDLE.split_at(7);
    let runs = |paragraphs: usize| {
        let paragraph = b"<w:p><w:r><w:t>some words</w:t></w:r></w:p>";
        [
            &b"<?xml version=\"1.0\"?><w:document><w:body>"[..],
            &paragraph.repeat(paragraphs),
            b"<w:p><w:r><w:t>key = ",
            first,
            b"</w:t></w:r><w:r w:rsidR=\"1\"><w:t>",
            rest,
            b"</w:t></w:r></w:p></w:body></w:document>",
        ]
        .concat()
    };
    assert_eq!(found_in_bytes(&tar(&runs(3))).1, ["tar", "markup"]);
    // Of a large one, each part is read.
    for paragraphs in [97_541, 97_542, 110_000] {
        assert_eq!(found_in_bytes(&tar(&runs(paragraphs))).1, ["tar", "markup"]);
    }
}

#[test]
fn a_container_below_the_deepest_encoding_is_undecided() {
    let text = base64(base64(&gzip(&long_text(3))).as_bytes());
    for (decode_depth_max, limit) in [(2, None), (1, Some("decode_depth_max"))] {
        let limits = Limits { decode_depth_max, ..Limits::DEFAULT };
        assert_eq!(limit_of(limits, text.as_bytes()), limit, "{decode_depth_max}");
    }
    let once = base64(&gzip(&long_text(3)));
    let limits = Limits { decode_depth_max: 0, ..Limits::DEFAULT };
    assert_eq!(limit_of(limits, once.as_bytes()), Some("decode_depth_max"));
}

#[test]
fn numbers_below_the_deepest_encoding_are_undecided() {
    let row: Vec<String> = b"it is Some-Secret".iter().map(u8::to_string).collect();
    let row = format!("[{}]\n", row.join(", "));
    let once = base64(row.as_bytes());
    for (text, depth) in [(row.as_str(), 1), (once.as_str(), 2)] {
        for (decode_depth_max, limit) in [(depth, None), (depth - 1, Some("decode_depth_max"))] {
            let limits = Limits { decode_depth_max, ..Limits::DEFAULT };
            assert_eq!(limit_of(limits, text.as_bytes()), limit, "{decode_depth_max} of {depth}");
        }
    }
}
