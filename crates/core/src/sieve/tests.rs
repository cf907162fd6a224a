//! The sieve against searching every object in full.

use std::ops::Range;
use std::sync::LazyLock;

use super::{Dismisser, Pieces, Sieve, Sifted, Step};
use crate::decode::archive::tests::build::{ZipEntry, zip};
use crate::haystack::{Source, Window};
use crate::limits::Limits;
use crate::matcher::{Matcher, Pattern, build};
use crate::search::Searcher;

/// Rules of every sort; made once, since one of them has a large automaton.
static MATCHER: LazyLock<Matcher> = LazyLock::new(|| {
    let literals = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
    let (key, url, begin) = (literals(&["KEY-"]), literals(&["://"]), literals(&["begin"]));
    let (token, jira) = (literals(&["token"]), literals(&["jira"]));
    let far = literals(&["tokex"]);
    let (end, top) = (literals(&["fin-"]), literals(&["top-"]));
    let pattern = |pattern, literals, near| Pattern { rule: "test", pattern, literals, near };
    let patterns = [
        pattern("KEY-[a-z]{12}", key.as_slice(), &[][..]),
        pattern(r"[a-z]{1,5}://[^\s@]{1,30}@", &url, &[]),
        // A long way from its literal to what decides.
        pattern(r"begin[^!]{300}[^!]*!end", &begin, &[]),
        pattern(r"(?i)token\s*=\s*[a-z0-9]{6}", &token, &jira),
        pattern(r"(?:[MN][DT][AE][0-5]){3}O[gh]", &[], &[]),
        // Near its word, and long.
        pattern(r"tokex[^!]{3300}!", &far, &jira),
        pattern(r"fin-[a-z]{4}\z", &end, &[]),
        pattern(r"\Atop-[a-z]{4}", &top, &[]),
    ];
    Matcher::new(build(&patterns).expect("the rules build")).expect("the parts load")
});

/// Dismisses windows without a certain word.
struct Unless(&'static [u8]);

impl Dismisser for Unless {
    fn dismisses(&mut self, windows: &[Window]) -> bool {
        !windows.iter().any(|window| holds(window, self.0))
    }
}

fn holds(window: &Window, word: &[u8]) -> bool {
    word.is_empty() || window.text.windows(word.len()).any(|here| here == word)
}

impl Pieces for Vec<u8> {
    fn size(&self) -> usize {
        self.len()
    }

    fn gather(&self, range: Range<usize>, out: &mut Vec<u8>) {
        out.extend_from_slice(&self[range]);
    }
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        (self.0 >> 33) as usize % end.max(1)
    }

    fn one_of<'l>(&mut self, list: &[&'l [u8]]) -> &'l [u8] {
        list[self.below(list.len())]
    }

    /// Some text, of pieces of what is looked for and of much that is not.
    fn text(&mut self, parts: usize) -> Vec<u8> {
        const PARTS: &[&[u8]] = &[
            b"KEY-abcdefghijkl",
            b"KEY-abcdef",
            b"\"KEY-abc\" +\n  \"defghijkl\"",
            b"S0VZLWFiY2RlZmdoaWprbCBpcyB0aGUga2V5IG9mIGl0IGFsbCwgYW5kIG1vcmU=",
            b"S0VZLWFiY2RlZmdoaWprbCBpcyB0aGU\nga2V5IG9mIGl0IGFsbCwgYW5kIG1v\n",
            b"\\x4b\\x45\\x59\\x2d\\x61\\x62\\x63\\x64\\x65\\x66\\x67\\x68\\x69\\x6a\\x6b\\x6c",
            b"S0VZLWFiY2RlZmdoaWprbCBp\ncyB0aGUga2V5IG9mIGl0IGFs\nbCwgYW5kIG1v\n",
            b"S0VZLWFiY2RlZmdoaWprbCBp\\ncyB0aGUga2V5IG9mIGl0IGFs\\nbCwgYW5kIG1v\\n",
            b"=4B=45=59=2D=61=62=63=64=\n=65=66=67=68=69=6A=6B=6C",
            b"{75, 69, 89, 45, 113, 104, 119, 98, 122, 107, 100, 109, 120, 118, 116, 99}",
            b"0x4b, 0x45, 0x59, 0x2d, 0x71, 0x68, 0x77, 0x62, 0x7a,\n  0x6b, 0x64, 0x6d, 0x78, 0x76, ",
            b"0x74, 0x63, ",
            b"\n00000000: 4b45 592d 6162 6364 6566 6768 696a 6b6c  KEY-abcdefghijkl\n",
            b"\n00000010  6c 20 4b 45 59 2d 61 62  63 64 65 66 67 68 69 6a  |l KEY-abcdefghij|\n",
            b"https://user:pass@host",
            b"jira",
            b"token = abc123",
            b"token =",
            b"abc123",
            b"begin",
            b"!end",
            b"MDA0MDA0MDA0Og",
            b"RIGHT",
            b"'",
            b"\"",
            b" + ",
        ];
        const FILL: &[&[u8]] = &[
            b"let value = compute(first, second);\n",
            b"    if (value == NULL) return;\n",
            b"\n",
            b"// A sentence of some length that says nothing of interest to anybody at all.\n",
        ];
        let mut text = Vec::new();
        for _ in 0..parts {
            for _ in 0..self.below(60) {
                let fill = self.one_of(FILL);
                text.extend_from_slice(fill);
            }
            let few = 1 + self.below(3);
            for _ in 0..few {
                let part = self.one_of(PARTS);
                text.extend_from_slice(part);
            }
        }
        text
    }

    /// A version of `base`, and how it is made of it.
    fn version(&mut self, base: &[u8]) -> (Vec<u8>, Vec<Step>) {
        let mut pieces: Vec<(Option<usize>, Vec<u8>)> = Vec::new();
        let mut from = 0;
        for _ in 0..1 + self.below(4) {
            let to = (from + self.below(base.len())).min(base.len());
            pieces.push((Some(from), base[from..to].to_vec()));
            match self.below(4) {
                0 => {
                    let inserted = self.text(1);
                    let from = inserted.len().saturating_sub(1 + self.below(40));
                    pieces.push((None, inserted[from..].to_vec()));
                }
                1 => {
                    let parts = self.below(3);
                    pieces.push((None, self.text(parts)));
                }
                _ => (),
            }
            // A few bytes are left out, or copied twice.
            from = (to + self.below(9)).saturating_sub(4).min(base.len());
        }
        if self.below(3) > 0 {
            pieces.push((Some(from), base[from..].to_vec()));
        }
        steps(pieces)
    }
}

/// Pieces as the steps of a delta: copies that continue each other are one.
fn steps(pieces: Vec<(Option<usize>, Vec<u8>)>) -> (Vec<u8>, Vec<Step>) {
    let mut text = Vec::new();
    let mut steps: Vec<Step> = Vec::new();
    for (from, bytes) in pieces {
        let at = text.len();
        if bytes.is_empty() {
            continue;
        }
        text.extend_from_slice(&bytes);
        match (steps.last_mut(), from) {
            (Some(Step::Copy { from, .. }), Some(next)) if from.end == next => {
                from.end += bytes.len();
            }
            (Some(Step::Insert(range)), None) => range.end += bytes.len(),
            (_, Some(next)) => steps.push(Step::Copy { from: next..next + bytes.len(), at }),
            (_, None) => steps.push(Step::Insert(at..text.len())),
        }
    }
    (text, steps)
}

/// A version of `base` with more bytes at `at`, and how it is made of it.
fn with_inserted(base: &[u8], at: usize, bytes: &[u8]) -> (Vec<u8>, Vec<Step>) {
    let (before, behind) = base.split_at(at);
    let behind = (Some(at), behind.to_vec());
    steps(vec![(Some(0), before.to_vec()), (None, bytes.to_vec()), behind])
}

#[test]
fn what_the_full_search_finds_is_suspect() {
    const WORD: &[u8] = b"RIGHT";
    let limits = Limits::DEFAULT;
    let searcher = Searcher::new(&MATCHER, &limits);
    let (mut holding, mut suspects, mut objects) = (0, 0, 0);
    for seed in 0..60 {
        let mut numbers = Numbers(seed);
        let mut sieve = Sieve::new(searcher, Unless(WORD));
        let mut chain: Vec<(Vec<u8>, Sifted)> = Vec::new();
        let parts = 1 + numbers.below(12);
        let root = numbers.text(parts);
        let sifted = sieve.whole(Source::Blob, &root);
        chain.push((root, sifted));
        for version in 0..25 {
            let base = numbers.below(chain.len());
            let (text, steps) = numbers.version(&chain[base].0);
            let sifted = sieve.derived(Source::Blob, &chain[base].1, steps.iter().cloned(), &text);
            let full = searcher.whole(Source::Blob, &text);
            let holds = full.open.is_some() || full.windows.iter().any(|w| holds(w, WORD));
            assert!(
                sifted.is_suspect() || !holds,
                "seed {seed}, version {version} of {base}: {steps:?}"
            );
            objects += 1;
            holding += usize::from(holds);
            suspects += usize::from(sifted.is_suspect());
            chain.push((text, sifted));
        }
    }
    assert!(holding > objects / 10 && holding < objects * 9 / 10, "{holding} of {objects}");
    // It may say so too often, but not much.
    assert!(suspects <= holding + objects / 20, "{suspects}, {holding} of {objects}");
}

const DUMP: &[u8] =
    b"00000000  61 20 6b 65 79 20 69 73  20 4b 45 59 2d 61 62 63  |a key is KEY-abc|
00000010  64 65 66 67 68 69 6a 6b  6c 2e                    |defghijkl.|";

/// Secrets in forms that rest on few bytes and on many.
fn forms() -> Vec<Vec<u8>> {
    let far = [b"begin ".to_vec(), b"of it\n".repeat(90), b"!end".to_vec()].concat();
    let lines = b"S0VZLWFiY2RlZmdoaWprbCBpcyB0aGUga2V5IG9mIGl0IGFsbCwgYW5kIG1v\n".repeat(6);
    let escapes: Vec<u8> =
        b"KEY-abcdefghijkl".iter().flat_map(|byte| format!("\\x{byte:02x}").into_bytes()).collect();
    let letters = b"S0VZLWFiY2RlZmdoaWprbCBpcyB0aGUga2V5IG9mIGl0IGFsbCwgYW5kIG1v";
    let short = |line_end: &[u8]| letters.chunks(20).collect::<Vec<_>>().join(line_end);
    let written = |escape: fn(u8) -> String| -> Vec<u8> {
        b"KEY-abcdefghijkl".iter().flat_map(|&byte| escape(byte).into_bytes()).collect()
    };
    let numbers = |number: fn(u8) -> String| -> Vec<u8> {
        b"is KEY-qhwbzkdmxvtc".iter().flat_map(|&byte| number(byte).into_bytes()).collect()
    };
    let gap = [&b"\"KEY-abc\" +\n"[..], &b" ".repeat(120), b"\"defghijkl\""].concat();
    vec![
        b"KEY-abcdefghijkl".to_vec(),
        b"https://user:password@host".to_vec(),
        b"MDA0MDA0MDA0Og".to_vec(),
        b"jira token = abc123".to_vec(),
        [b"jira".to_vec(), b" of\n".repeat(200), b"token = abc123".to_vec()].concat(),
        [&b"jira"[..], &b" of\n".repeat(250), b"tokex", &b"of it\n".repeat(550), b"!"].concat(),
        b"'x': \"KEY-abc\" + \"defghijkl\"".to_vec(),
        gap,
        escapes,
        far,
        lines,
        short(b"\n"),
        short(b"\\r\\n"),
        [b"# ", &letters[..50], b"\n# ", &letters[50..]].concat(),
        written(|byte| format!("={byte:02X}")),
        written(|byte| format!("%25{byte:02X}")),
        written(|byte| format!("\\u{{{byte:x}}}")),
        written(|byte| format!("&amp;#{byte};")),
        numbers(|byte| format!("0x{byte:02x}, ")),
        numbers(|byte| format!("0x{byte:02x},\n")),
        numbers(|byte| format!("{byte}, ")),
        numbers(|byte| format!("{byte:02x}:")),
        b"00000000: 4b45 592d 6162 6364 6566 6768 696a 6b6c  KEY-abcdefghijkl".to_vec(),
        DUMP.to_vec(),
    ]
}

/// `form` in much other text, of which nothing is sighted.
fn surrounded(form: &[u8]) -> Vec<u8> {
    let fill = b"let value = compute(first, second);\n".repeat(300);
    [&fill, form, b"\n", &fill].concat()
}

/// Whether the sieve sees what `version` has and `base` may not have.
fn check(base: &[u8], version: (Vec<u8>, Vec<Step>), expect_findings: bool) {
    let limits = Limits::DEFAULT;
    let searcher = Searcher::new(&MATCHER, &limits);
    let (text, steps) = version;
    let searched = searcher.whole(Source::Blob, &text);
    let found = !searched.windows.is_empty() || searched.unreadable > 0;
    assert!(found || !expect_findings, "nothing to find");
    let mut sieve = Sieve::new(searcher, Unless(b""));
    let base = sieve.whole(Source::Blob, base);
    let sifted = sieve.derived(Source::Blob, &base, steps.iter().cloned(), &text);
    assert!(sifted.is_suspect() || !found, "{steps:?}");
}

#[test]
fn short_quoted_lines_are_seen_wherever_the_search_notices_them() {
    let said = b"one and two and KEY-abcdefghijkl and three and four and five";
    let letters = crate::search::tests::base64(said);
    let lines: Vec<&[u8]> = letters.as_bytes().chunks(28).collect();
    let quoted = [&b"\n   "[..], &lines.join(&b"\n   "[..]), b"\n"].concat();
    let limits = Limits::DEFAULT;
    let searcher = Searcher::new(&MATCHER, &limits);
    let mut noticed = 0;
    for before in 0..64 {
        let base = [&b"-".repeat(before)[..], b"\n", &surrounded(b"return 1;")].concat();
        let version = with_inserted(&base, base.len() / 2, &quoted);
        noticed += usize::from(!searcher.whole(Source::Blob, &version.0).windows.is_empty());
        check(&base, version, false);
    }
    assert_eq!(noticed, 64);
}

#[test]
fn what_a_delta_puts_together_is_seen() {
    for form in forms() {
        let whole = surrounded(&form);
        let start = whole.len() - form.len() - 1 - 300 * 36;
        for at in (0..form.len()).step_by(1 + form.len() / 60) {
            let at = start + at;
            let copy = |from: usize, to: usize| (Some(from), whole[from..to].to_vec());
            // A byte is missing, and comes.
            let without = [&whole[..at], &whole[at + 1..]].concat();
            let (head, tail) = (without[..at].to_vec(), without[at..].to_vec());
            let pieces = vec![(Some(0), head), (None, vec![whole[at]]), (Some(at), tail)];
            check(&without, steps(pieces), true);
            // One is too many, and goes.
            let with = [&whole[..at], b"!", &whole[at..]].concat();
            let (head, tail) = (with[..at].to_vec(), with[at + 1..].to_vec());
            check(&with, steps(vec![(Some(0), head), (Some(at + 1), tail)]), true);
            // What lies apart comes together: the end of the base before its begin.
            let apart = [&whole[at..], &whole[..at]].concat();
            let middle = whole.len() - at;
            let (head, tail) = (apart[middle..].to_vec(), apart[..middle].to_vec());
            check(&apart, steps(vec![(Some(middle), head), (Some(0), tail)]), true);
            // A part of it goes, or the text ends in it.
            check(&whole, steps(vec![copy(0, at), copy(at + 1, whole.len())]), false);
            check(&whole, steps(vec![copy(0, at)]), false);
            check(&whole, steps(vec![copy(at, whole.len())]), false);
        }
    }
}

/// A word, beside it what is looked for near it, and what its judge looks for beside that.
#[test]
fn surroundings_of_what_stands_at_the_edge_of_a_region_count() {
    const WORD: &[u8] = b"RIGHT";
    let limits = Limits::DEFAULT;
    let searcher = Searcher::new(&MATCHER, &limits);
    let fill = |lines: usize| b"let value = compute(first, second);\n".repeat(lines);
    for order in
        [["jira\n", "token = abc123\n", "RIGHT\n"], ["RIGHT\n", "token = abc123\n", "jira\n"]]
    {
        for (first, second) in [(0, 0), (26, 20), (26, 26)] {
            let [one, two, three] = order.map(str::as_bytes);
            let (before, behind) = if one == b"jira\n" { (first, second) } else { (second, first) };
            let text =
                [&fill(90), one, &fill(before), two, &fill(behind), three, &fill(90)].concat();
            let holds = searcher.whole(Source::Blob, &text).windows.iter().any(|w| holds(w, WORD));
            assert!(holds, "{first} {second}: a judge sees nothing");
            let sifted = Sieve::new(searcher, Unless(WORD)).whole(Source::Blob, &text);
            assert!(sifted.is_suspect(), "{first} {second}");
        }
    }
}

/// Where words stand in every line, what lies around them is one region, however long.
#[test]
fn what_stands_among_many_words_is_seen_wherever_it_stands() {
    let limits = Limits::DEFAULT;
    let searcher = Searcher::new(&MATCHER, &limits);
    let line = b"jira: a line that says nothing more of it, and goes on to its end\n";
    for form in forms() {
        let many = line.repeat(180);
        let mut found = 0;
        for at in (0..2 * line.len() * 75).step_by(1201) {
            let text = [&many[..at], b"\n", &form, b"\n", &many[at..]].concat();
            if searcher.whole(Source::Blob, &text).windows.is_empty() {
                continue;
            }
            found += 1;
            let sifted = Sieve::new(searcher, Unless(b"")).whole(Source::Blob, &text);
            assert!(sifted.is_suspect(), "at {at}");
            let inserted = [b"\n", &form[..], b"\n"].concat();
            check(&many, with_inserted(&many, at, &inserted), true);
        }
        assert!(found > 0, "nothing to find: {}", String::from_utf8_lossy(&form));
    }
}

#[test]
fn names_are_searched_around_those_that_are_not_silent() {
    let limits = Limits::DEFAULT;
    let searcher = Searcher::new(&MATCHER, &limits);
    let suspect = |names: &[String]| {
        let mut sieve = Sieve::new(searcher, Unless(b""));
        let (mut text, mut loud) = (Vec::new(), Vec::new());
        for name in names {
            let start = text.len();
            text.extend_from_slice(name.as_bytes());
            if !sieve.is_silent(name.as_bytes()) {
                loud.push(start..text.len());
            }
            text.push(0);
        }
        let found = !searcher.whole(Source::TreeName, &text).windows.is_empty();
        (sieve.names_are_suspect(&text, loud.into_iter()), found)
    };
    let silent = |from: usize| (from..from + 400).map(|n| format!("name-{n}.txt"));
    let (word, value) = ("jira", "token = abc123");
    let secrets: [&[&str]; 5] = [
        &["KEY-abcdefghijkl"],
        &[word, value],
        &[value, "one", "two", word],
        &["token=abc123"],
        &[word, "token"],
    ];
    for (number, secret) in secrets.into_iter().enumerate() {
        for at in [0, 1, 200, 400] {
            let mut names: Vec<String> = silent(1000).collect();
            names.splice(at..at, secret.iter().map(|&name| name.to_owned()));
            assert_eq!(suspect(&names), (number < 3, number < 3), "{secret:?} at {at}");
        }
    }
    let apart = [vec![word.to_owned()], silent(1000).collect(), vec![secrets[0][0].to_owned()]];
    assert_eq!(suspect(&apart.concat()), (true, true));
}

#[test]
fn begin_and_end_of_a_text_count() {
    let fill = b"let value = compute(first, second);\n".repeat(300);
    let at_end = [&fill[..], b"fin-abcd", &fill].concat();
    let to = fill.len() + 8;
    check(&at_end, steps(vec![(Some(0), at_end[..to].to_vec())]), true);
    let at_begin = [&fill[..], b"top-abcd", &fill].concat();
    let from = fill.len();
    check(&at_begin, steps(vec![(Some(from), at_begin[from..].to_vec())]), true);
}

/// Bytes in base64, in lines.
fn in_base64(bytes: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = Vec::new();
    for (index, group) in bytes.chunks_exact(3).enumerate() {
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        text.extend([18, 12, 6, 0].map(|shift| ALPHABET[(bits >> shift) as usize & 63]));
        if index % 19 == 18 {
            text.push(b'\n');
        }
    }
    text
}

#[test]
fn a_run_that_grows_until_it_is_read_is_seen_from_its_start() {
    let mut numbers = Numbers(7);
    let mut bytes: Vec<u8> = (0..1800).map(|_| 128 + numbers.below(128) as u8).collect();
    bytes[60..76].copy_from_slice(b"KEY-abcdefghijkl");
    let run = in_base64(&bytes);
    let fill = b"let value = compute(first, second);\n".repeat(300);
    // So far it is too short to be read where no text shows.
    let short = 77 * 24;
    let base = [&fill[..], &run[..short], b"\n", &fill].concat();
    check(&base, with_inserted(&base, fill.len() + short, &run[short..]), true);
}

#[test]
fn silent_names_are_those_in_which_nothing_is_sighted() {
    let limits = Limits::DEFAULT;
    let mut sieve = Sieve::new(Searcher::new(&MATCHER, &limits), Unless(b""));
    for name in ["README.md", "main.rs", "a b", ".gitignore", "caf\u{e9}"] {
        assert!(sieve.is_silent(name.as_bytes()), "{name}");
        assert!(sieve.is_silent(name.as_bytes()), "{name}, asked again");
    }
    let long = "YWFh".repeat(20);
    let numbers = "75,69,89,45,65,83,68,70,81,87,69,82";
    for name in ["KEY-abcdefghijkl", "jira", "https:__x://y", "x\u{1}y", long.as_str(), numbers] {
        assert!(!sieve.is_silent(name.as_bytes()), "{name}");
    }
}

#[test]
fn objects_of_which_too_much_would_be_remembered_are_searched_in_full() {
    let many = [&b"jira"[..], &b"let value = compute(first);\n".repeat(30)].concat().repeat(400);
    check(&many, with_inserted(&many, many.len() / 2, b"token = abc123 "), true);
    // As many steps as bytes.
    let secret = surrounded(b"KEY-abcdefghijkl");
    let base: Vec<u8> = (0..=255).collect();
    let each = secret.iter().map(|&byte| (Some(usize::from(byte)), vec![byte]));
    check(&base, steps(each.collect()), true);
}

/// A zip of a secret that is only read when it is opened, or that nobody can open.
fn packed(flags: u16) -> Vec<u8> {
    let mut entry = ZipEntry::deflated("a.env", &b"KEY-abcdefghijkl and some more ".repeat(9));
    entry.local.flags = flags;
    entry.listed = Some(entry.local);
    zip(&[entry])
}

#[test]
fn a_zip_that_a_delta_puts_behind_a_text_is_seen() {
    let text = surrounded(b"#!/bin/sh\nexec java -jar \"$0\"\n");
    let start = (Some(0), text.clone());
    for zip in [packed(0), packed(1)] {
        let whole = [&text[..], &zip].concat();
        check(&text, steps(vec![start.clone(), (None, zip.clone())]), true);
        // It was there and the text before it changes, it goes and comes again.
        let copied = (Some(text.len()), zip.clone());
        check(&whole, steps(vec![(None, b"more\n".to_vec()), copied.clone()]), true);
        check(&whole, steps(vec![start.clone()]), false);
        // It lay out of reach of the end, and what follows it goes.
        let buried = [&whole[..], &vec![b'.'; 70_000]].concat();
        check(&buried, steps(vec![(Some(0), whole.clone())]), true);
        for cut in (0..zip.len()).step_by(1 + zip.len() / 40) {
            let (head, tail) = (zip[..cut].to_vec(), zip[cut..].to_vec());
            let without = [&text[..], &tail].concat();
            let pieces = vec![start.clone(), (None, head), (Some(text.len()), tail)];
            check(&without, steps(pieces), true);
        }
    }
}

#[test]
fn what_has_no_zero_is_no_zip_behind_a_text() {
    let mut text = surrounded(b"PK\x03\x04 and PK\x05\x06");
    text.extend(b"PK\x05\x06\x01\x01\x01\x01\x01\x01\x01\x01\x2e\x01\x01\x01aaaa\x01\x01");
    text.resize(text.len() + 0x0101, b'.');
    let limits = Limits::DEFAULT;
    let searcher = Searcher::new(&MATCHER, &limits);
    assert_eq!(searcher.whole(Source::Blob, &text).unreadable, 0);
    assert!(!Sieve::new(searcher, Unless(b"")).whole(Source::Blob, &text).is_suspect());
}
