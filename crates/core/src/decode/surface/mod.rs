//! A text as the reader of its format sees it: escapes undone, pieces of strings joined.
//!
//! It is read without knowing the format: whatever looks like an escape is undone, whatever looks
//! like two halves of a string is joined. So this is one more reading of a text beside the plain
//! one, never in its place.

mod escapes;
mod hints;
mod lines;
mod mail;
mod margin;
mod nested;
mod strings;
mod typography;

pub(crate) use self::hints::HINT_REACH_BYTES;
pub use self::hints::Hints;
pub use self::mail::may_be_quoted_printable;
pub(crate) use self::mail::row_of_mail;
pub(crate) use self::nested::ESCAPE_MAX;

use std::ops::Range;

use memchr::memmem;

use self::escapes::Pluses;
use self::nested::Escape;
use fearless_simd::{Simd, dispatch};

use super::blocks::{self, Lanes, Places, Told};
use super::rewrite::{Rewriter, Rewritten};
use crate::limits::{Clock, Limits};
use crate::processor;

/// The decoder's name in findings, where pieces of strings were joined.
pub(crate) const CONCATENATION: &str = "concatenation";

/// What was undone at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Undone {
    /// Where the text goes on.
    end: usize,
    /// What stands there instead.
    bytes: [u8; 4],
    /// How many of them.
    len: usize,
}

impl Undone {
    /// Nothing stands there.
    fn nothing(end: usize) -> Undone {
        Undone { end, bytes: [0; 4], len: 0 }
    }

    /// Whether `byte` stands there.
    fn says(&self, byte: u8) -> bool {
        self.bytes.get(..self.len) == Some(&[byte])
    }

    fn byte(end: usize, byte: u8) -> Undone {
        Undone { end, bytes: [byte, 0, 0, 0], len: 1 }
    }

    fn character(end: usize, character: char) -> Undone {
        let mut bytes = [0; 4];
        let len = character.encode_utf8(&mut bytes).len();
        Undone { end, bytes, len }
    }
}

/// What an `=` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equals {
    /// Itself.
    Plain,
    /// As in mail: it begins an escape, and at the end of a line joins it to the next.
    QuotedPrintable,
    /// Itself, where a form was sent: a plus is a blank there.
    Form,
}

/// Whether `text` has a plus in a word with percent escapes, as where a form was sent. Other text
/// has it too.
#[must_use]
pub fn may_be_form(text: &[u8]) -> bool {
    const PLUSES_MAX: usize = 64;
    let mut pluses = memchr::memchr_iter(b'+', text).take(PLUSES_MAX);
    let mut told = Pluses::default();
    memchr::memchr(b'%', text).is_some() && pluses.any(|at| told.undo(text, at).is_some())
}

/// What the text around says of how a line is to be read.
#[derive(Clone, Copy, Debug)]
struct Habits {
    /// A diff: the first character of a line is not part of it.
    diff: bool,
    /// Lists of strings are joined somewhere.
    joins_lists: bool,
}

/// What joins lists of strings, in one language or another.
const JOINING: [&[u8]; 6] = [b"join", b"implode", b"concat", b"paste0(", b"Concat(", b"Join("];

impl Habits {
    fn of(text: &[u8]) -> Habits {
        let has = |needle: &[u8]| memmem::find(text, needle).is_some();
        Habits {
            diff: has(b"\n@@ ") || has(b"\n+++ ") || lines::is_hunk(text, 0),
            joins_lists: JOINING.iter().any(|name| has(name)),
        }
    }
}

/// Which of many bytes something may be to undo at.
#[inline(always)]
fn starts<S: Simd>(lanes: Lanes<S>, equals: Equals) -> Told<S> {
    // Percent, ampersand, apostrophe, and the parenthesis behind the name of what joins strings.
    let signs = lanes.are(b'"') | lanes.are_in(b'%', b'(');
    let escapes = lanes.are(b'\\') | lanes.are(b'`') | lanes.are(escapes::ESCAPE);
    let [first, second, third] = typography::FIRST;
    let typography = lanes.are(first) | lanes.are(second) | lanes.are(third);
    let always = signs | escapes | lanes.are(b'^') | lanes.are(b'\n') | typography;
    match equals {
        Equals::Plain => always,
        Equals::QuotedPrintable => always | lanes.are(b'='),
        Equals::Form => always | lanes.are(b'+'),
    }
}

/// The places of a text at which something may be to undo, from left to right.
struct Starts<'t> {
    text: &'t [u8],
    equals: Equals,
    /// Where the block at hand begins, and those in it that were not given yet.
    block: usize,
    places: Places,
}

impl<'t> Starts<'t> {
    fn new(text: &'t [u8], at: usize, equals: Equals) -> Starts<'t> {
        let rest = text.get(at..).unwrap_or_default();
        let places =
            dispatch!(processor::level(), simd => starts(Lanes::of(simd, rest), equals).places());
        Starts { text, equals, block: at, places }
    }

    /// The next one from `at` on.
    #[inline]
    fn next(&mut self, at: usize) -> Option<usize> {
        if at >= self.block + blocks::BYTES {
            *self = Starts::new(self.text, at, self.equals);
        }
        loop {
            if let Some(start) = self.places.by_ref().map(|at| self.block + at).find(|&it| it >= at)
            {
                return Some(start);
            }
            let next = self.block + blocks::BYTES;
            if next >= self.text.len() {
                return None;
            }
            *self = Starts::new(self.text, next, self.equals);
        }
    }
}

/// Reads `range` of `text`, as far as there is time; `None` if there is nothing to undo.
#[must_use]
pub fn read(
    text: &[u8],
    range: Range<usize>,
    equals: Equals,
    limits: &Limits,
) -> Option<Rewritten> {
    let text = text.get(..range.end)?;
    let habits = Habits::of(text.get(range.start..)?);
    let mut rewriter = Rewriter::new(text, range.start);
    let mut pluses = Pluses::default();
    let mut starts = Starts::new(text, range.start, equals);
    let mut clock = Clock::new(limits);
    let mut at = range.start;
    if habits.diff
        && let Some(undone) = lines::hunk_prefix(text, at)
    {
        rewriter.replace(at..undone.end, &[], &["diff"]);
        at = undone.end;
    }
    while let Some(start) = starts.next(at)
        && let Some(&byte) = text.get(start)
        && !clock.is_late(start - at + 1)
    {
        at = start;
        let (undone, name) = match byte {
            b'\\' => (escapes::backslash(text, at), "escapes"),
            b'%' => (escapes::percent(text, at), "percent"),
            b'&' => (escapes::entity(text, at), "entities"),
            escapes::ESCAPE => (escapes::control_sequence(text, at), "colours"),
            b'=' if equals == Equals::QuotedPrintable => {
                (escapes::quoted_printable(text, at), "quoted-printable")
            }
            b'+' if equals == Equals::Form => (pluses.undo(text, at), "percent"),
            b'`' if text.get(at + 1) == Some(&b'u') => (escapes::backtick(text, at), "escapes"),
            b'"' | b'\'' | b'`' => (strings::joined(text, at, habits.joins_lists), CONCATENATION),
            b'(' => {
                match strings::wrapper(text, at).filter(|(start, _)| *start >= rewriter.passed()) {
                    Some((start, undone)) => {
                        at = start;
                        (Some(undone), CONCATENATION)
                    }
                    None => (None, ""),
                }
            }
            b'^' => (lines::caret(text, at), "folding"),
            _ if typography::FIRST.contains(&byte) => (typography::plain(text, at), "typography"),
            b'\n' if habits.diff => (lines::diff_prefix(text, at), "diff"),
            b'\n' => (lines::comment(text, at).or_else(|| lines::fold(text, at)), "folding"),
            _ => (None, ""),
        };
        at = match undone {
            Some(undone) if undone.says(byte) && text.get(undone.end) != Some(&byte) => {
                // What is left of an escape of an escape is no stretch of its own: a text of
                // nothing else would have as many as characters.
                let end = undone.end.max(Escape::printable(text, at).map_or(0, |it| at + it.len));
                let rest = text.get(undone.end..end).unwrap_or_default();
                rewriter.replace(at..end, &[&[byte], rest], &[name]);
                end
            }
            Some(undone) => {
                let bytes = undone.bytes.get(..undone.len).unwrap_or_default();
                rewriter.replace(at..undone.end, &[bytes], &[name]);
                undone.end.max(at + 1)
            }
            None => at + 1,
        };
    }
    rewriter.finish(range.end)
}

#[cfg(test)]
mod tests {
    use super::{Equals, Rewritten, may_be_form, may_be_quoted_printable, read};
    use crate::limits::Limits;

    fn check(text: &str, expected: &str) {
        check_as(text, expected, Equals::Plain);
    }

    fn check_as(text: &str, expected: &str, equals: Equals) {
        let read = read(text.as_bytes(), 0..text.len(), equals, &Limits::DEFAULT);
        let bytes = read.map_or_else(|| text.as_bytes().to_vec(), |read| read.bytes);
        assert_eq!(String::from_utf8_lossy(&bytes), expected, "{text}");
    }

    #[test]
    fn escapes_are_undone() {
        check(r#"{\"name\":\"AB\u003d\x3d\/\"}"#, r#"{"name":"AB==/"}"#);
        check(r"jira.url=https\://x/y\=z", "jira.url=https://x/y=z");
        check("a%3Db%41&#61;&#x3D;&quot;&equals;", "a=bA==\"=");
        check("Schl%C3%BCssel%E2%82%AC", "Schlüssel€");
        check(r"\x41\x54\u0041\u0054\101", "ATATA");
        check(r"\u{41}\u{000054}\U00000041 `u{54}`u{1F600}", "ATA T\u{1F600}");
        check("caf\\u00e9 \\ud83d\\ude00", "caf\u{e9} \u{1F600}");
    }

    #[test]
    fn escapes_of_escapes_are_as_few_pieces_as_those_of_letters() {
        for unit in ["%2541", "%252541", "&amp;#65;", r"\\u0041"] {
            let text = unit.repeat(100);
            let once = read_again(text.as_bytes());
            assert_eq!(once.pieces.len(), 1, "{unit}");
            let twice = read_again(&once.bytes).onto(&once);
            assert_eq!(twice.pieces.len(), 1, "{unit}");
            for at in 0..100 {
                let of_each = twice.bytes.len() / 100;
                let source = twice.source_of(at * of_each..(at + 1) * of_each);
                assert_eq!(source, at * unit.len()..(at + 1) * unit.len(), "{unit}");
            }
        }
    }

    fn read_again(text: &[u8]) -> Rewritten {
        read(text, 0..text.len(), Equals::Plain, &Limits::DEFAULT).unwrap()
    }

    #[test]
    fn nothing_is_undone_when_there_is_no_time_left() {
        let late = Limits { deadline: Some(std::time::Instant::now()), ..Limits::DEFAULT };
        let text = b"a%3Db%41";
        assert_eq!(read(text, 0..text.len(), Equals::Plain, &late), None);
    }

    #[test]
    fn colours_of_a_terminal_are_taken_away() {
        check("\u{1b}[1;36mkey\u{1b}[0m=\u{1b}[33mABC\u{1b}[m\u{1b}[K", "key=ABC");
        check("\u{1b}]0;title", "\u{1b}]0;title");
        check("a\u{1b}[", "a\u{1b}[");
    }

    #[test]
    fn characters_of_a_page_are_plain() {
        check("k\u{a0}=\u{a0}\u{201c}A\u{ad}B\u{200b}C\u{201d}\u{feff}", "k = \"ABC\"");
        check("\u{2018}A\u{2011}B\u{2019}\u{202f}\u{ff1a}C\u{ff1d}D\u{2060}", "'A-B' :C=D");
        check("d\u{2019}acc\u{e8}s", "d\u{2019}acc\u{e8}s");
        check("\u{e9}\u{2013}\u{2026}\u{20ac}\u{ff5e}", "\u{e9}\u{2013}\u{2026}\u{20ac}\u{ff5e}");
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [
            "100% of it",
            "%BAMBOO_TOKEN% %DEPLOY_TOKEN% %ACCESS%",
            r"\u{} \u{1234567} \U0000004 \U+0000041",
            "%zz",
            r"C:\Q",
            "a & b",
            "&nothing;",
            "\\",
            "%",
            "x=3",
            "&#;",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn the_plus_of_a_form_is_a_blank() {
        let text = "body=export+KEY%3Da%2Bb+c&x=1 1+1";
        assert!(may_be_form(text.as_bytes()) && !may_be_form(b"1+1 =%2B"));
        check_as(text, "body=export KEY=a+b c&x=1 1+1", Equals::Form);
        check(text, "body=export+KEY=a+b+c&x=1 1+1");
    }

    #[test]
    fn mail_is_unfolded() {
        let mail = |text: &str, expected: &str| {
            assert!(may_be_quoted_printable(text.as_bytes()), "{text}");
            check_as(text, expected, Equals::QuotedPrintable);
        };
        mail("token=3DABC=\nDEF=\r\nGHI", "token=ABCDEFGHI");
        mail("token=3DABC=AB", "token=ABC\u{FFFD}");
        mail("=74=6F=6B=65=\n=6E", "token");
        let cut = format!("{}=\nDEF", "token ".repeat(12) + "ABC");
        mail(&cut, &cut.replace("=\n", ""));
        for text in
            ["token=ABCDEF", "String token =\n  \"ABC=4D\"", "API_TOKEN=\nDB_PASSWORD=ABC\n"]
        {
            assert!(!may_be_quoted_printable(text.as_bytes()), "{text}");
        }
        let line = "QUJD".repeat(15);
        for (end, expected) in [("-----END X-----", false), ("-----", true), ("QUJD", true)] {
            for line_end in ["\n", "\r\n"] {
                let text = format!("{line}QUI={line_end}{end}\n");
                assert_eq!(may_be_quoted_printable(text.as_bytes()), expected, "{text}");
            }
        }
    }

    #[test]
    fn halves_of_strings_are_joined() {
        let joined = "t = \"ABCDEF\"";
        check("t = \"ABC\" + \"DEF\"", joined);
        check("t = \"ABC\" +\n    \"DEF\"", joined);
        check("t = \"ABC\"\n    + \"DEF\"", joined);
        check("t = \"ABC\"\n    \"DEF\"", joined);
        check("t = \"ABC\" \\\n    \"DEF\"", joined);
        check("t = \"ABC\" . \"DEF\"", joined);
        check("t = \"ABC\" & _\n  \"DEF\"", joined);
        check("t = concat!(\n  \"ABC\",\n  \"DEF\"", joined);
        check("t = new StringBuilder().append(\"ABC\").append(\"DEF\"", joined);
        check("t = new StringBuilder()\n .append(\"ABC\")\n .append(\"DEF\"", joined);
        check("t = \"ABC\" + f\"DEF\"", joined);
        check("t = \"ABC\";\nt += \"DEF\"", joined);
        check("t = \"ABC\"\n$t .= \"DEF\"", joined);
        check("t = \"ABC\"\nt=\"${t}DEF\"", joined);
        check("t = \"ABC\").append(\"DEF\"", joined);
        check("t.append(\"ABC\");\nt.append(\"DEF\"", "t.append(\"ABCDEF\"");
        check("t.append(\"k=\\\"ABC\");\nt.append(\"DEF\"", "t.append(\"k=\"ABCDEF\"");
        check("t = ''.join([\n    'ABC',\n    'DEF'", "t = 'ABCDEF'");
        check("t = ''.join(('ABC', 'DEF'", "t = 'ABCDEF'");
        check("t = string.Concat(\"ABC\", \"DEF\"", "t = string.Concat(\"ABCDEF\"");
        check("t = \"ABC\"\"DEF\"", joined);
        check("t = \"AB:\" + \"CD\"", "t = \"AB:CD\"");
        check("t = \"AB\" +\n  \":\" +\n  \"CD\"", "t = \"AB:CD\"");
        check("t=\"AB\"\":\"\"CD\"", "t=\"AB:CD\"");
        check("{\"a\":\"\",\"b\":\"\"}", "{\"a\":\"\",\"b\":\"\"}");
        check("(\"AB(\").append(\"CD\")", "(\"AB(CD\")");
        check("t: \"AB:\\\n  CD\"", "t: \"AB:CD\"");
        check("t = \"ABC\\\nDEF\"", joined);
        check("[\"ABC\", \"DEF\"].join(\"\")", "[\"ABCDEF\"].join(\"\")");
        check("t = \"\".join([\"ABC\", \"DEF\"", joined);
        check("t = join(\"\", [\"ABC\", \"DEF\"", joined);
        check("t = paste0(\"ABC\", \"DEF\"", joined);
    }

    #[test]
    fn halves_in_quoted_lines_are_joined() {
        let margins = [
            ("+", "+"),
            ("-", "-"),
            ("> ", "> "),
            ("// ", "// "),
            ("    # ", "    # "),
            (" * ", " * "),
            (
                "2026-01-02 10:00:59 INFO [main] c.a.Foo - ",
                "2026-01-02 10:01:00 INFO [main] c.a.Foo - ",
            ),
            ("2026-01-02T10:00:00.123Z ", "2026-01-02T10:00:00.124Z "),
            ("12 web | ", "12 web | "),
            ("9: src/a.py: ", "10: src/a.py: "),
            ("     9\t", "    10\t"),
            (" 9 | ", "10 | "),
        ];
        for (first, second) in margins {
            for line_end in ["\n", "\r\n"] {
                for (end, next) in [
                    ("\" +", "    \""),
                    ("\"", "    + \""),
                    ("\" \\", "    . \""),
                    ("\";", "t += \""),
                    ("\";", "$t .= \""),
                ] {
                    let text = format!("{first}t = \"ABC{end}{line_end}{second}{next}DEF\"");
                    check(&text, &format!("{first}t = \"ABCDEF\""));
                    // A line before: what the first begins with is not the start of the text.
                    check(&format!("x\n{text}"), &format!("x\n{first}t = \"ABCDEF\""));
                }
                let text = format!("{first}t.append(\"ABC\");{line_end}{second}t.append(\"DEF\"",);
                check(&text, &format!("{first}t.append(\"ABCDEF\""));
            }
        }
        for name in ["web_1  | ", "src/a.py:10:"] {
            check(&format!("{name}t = \"ABC\" +\n{name}\"DEF"), &format!("{name}t = \"ABCDEF"));
        }
        for (before, behind) in [
            ("echo '", "' >> file"),
            ("  println!('", "');"),
            ("{'ts': 1, 'm': '", "'}"),
            ("| x | `", "` |"),
        ] {
            check(
                &format!("{before}t = \"ABC\" +{behind}\n{before}    \"DEF\"{behind}"),
                &format!("{before}t = \"ABCDEF\"{behind}"),
            );
            let text =
                format!("{before}\"AB\" +{behind}\n{before}\"CD\" +{behind}\n{before}\"EF\"");
            check(&text, &format!("{before}\"ABCDEF\""));
        }
        for (first, second) in margins {
            check(&format!("{first}t=ABC\\\n{second}DEF"), &format!("{first}t=ABCDEF"));
            check(&format!("x\n{first}t=ABC\\\n{second}    DEF"), &format!("x\n{first}t=ABCDEF"));
        }
        // As it stands where the escapes of the inner quotes were undone.
        check("p(\"t = \"AB\" +\");\np(\"  \"CD\"\");", "p(\"t = \"ABCD\"\");");
        check("# t = (\"ABC\"\n#      \"DEF\")", "# t = (\"ABCDEF\")");
        check("t = \"ABC\" +<br/>\n  \"DEF\"", "t = \"ABCDEF\"");
        for text in
            ["- \"ABC\"\n- \"DEF\"", "| \"ABC\" |\n| \"DEF\" |", "+ a: \"ABC\"\n+ b: \"DEF\""]
        {
            check(text, text);
        }
    }

    #[test]
    fn halves_with_their_quotes_twice_are_joined() {
        check("1,\"t = \"\"ABC\"\" +\n  \"\"DEF\"\";\",x", "1,\"t = \"\"ABCDEF\"\";\",x");
        check("('t = ''ABC'' || ''DEF''')", "('t = ''ABCDEF''')");
        check("('t = ''ABC'';\nt .= ''DEF''')", "('t = ''ABCDEF''')");
        for text in ["\"a\"\", \"\"b\"", "{\"a\": \"\"\n\"\"b\"}"] {
            check(text, text);
        }
    }

    #[test]
    fn lines_of_code_in_strings_that_are_joined_are_lines() {
        for end in ["\" +", "\" .", "\"", "\");"] {
            let next = if end == "\");" { "sb.append(\"" } else { "    \"" };
            let first = if end == "\");" { "sb.append(\"" } else { "s = \"" };
            check(
                &format!("{first}t = f(\\n{end}\n{next}  x)\\n\""),
                &format!("{first}t = f(\n  x)\n\""),
            );
        }
    }

    #[test]
    fn other_strings_are_not_joined() {
        for text in [
            "f(\"ABC\", \"DEF\")",
            "a = \"ABC\"\nb = \"DEF\"",
            "{\"ABC\": \"DEF\"}",
            "\"ABC\" \"DEF\"",
            "[\"ABC\",\n\"DEF\"]",
            "split(\".\", \"+\")",
            "log(\"ABC\"); t.append(\"DEF\")",
            "{sep:\"+\"}",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn wrapped_values_are_unwrapped() {
        check("k: >-\n  ABCDEFGHIJKLMNOPQR\n  STUVW\n", "k: >-\n  ABCDEFGHIJKLMNOPQRSTUVW\n");
        check("+ ABCDEFGHIJKLMNOPQR\n+ STUVW\n", "+ ABCDEFGHIJKLMNOPQRSTUVW\n");
        check("A=ABCDEFGHIJKLMNOPQR\nB=STUVW\n", "A=ABCDEFGHIJKLMNOPQR\nB=STUVW\n");
        check("A: ABCDEFGHIJKLMNOPQR\nqZ4kHwA=\n", "A: ABCDEFGHIJKLMNOPQRqZ4kHwA=\n");
        for next in ["API_TOKEN=", "api.token=", "user-token=", "userApiToken="] {
            let text = format!("CLIENT_SETTING=dummy\n{next}\n");
            check(&text, &text);
        }
        check("set A=ABCDEF^\r\nGHI\n", "set A=ABCDEFGHI\n");
        check("curl ^\n  -X POST\n", "curl ^\n  -X POST\n");
        check("ABCDEFGHIJKLMNOPQR\nand a sentence\n", "ABCDEFGHIJKLMNOPQR\nand a sentence\n");
    }

    #[test]
    fn code_in_a_comment_goes_on_behind_its_sign() {
        for sign in ["# ", "// ", " * ", "-- ", "> ", "    #", "//"] {
            for line_end in ["\n", "\r\n"] {
                check(
                    &format!("{sign}f(g,{line_end}{sign}    h(\n{sign}i'{line_end}{sign}x"),
                    &format!("{sign}f(g,{line_end}{0}    h(\n{0}i'{line_end}{sign}x", blank(sign)),
                );
            }
            check(&format!("{sign}a b \\\n{sign}-u c"), &format!("{sign}a b -u c"));
        }
        for text in ["- a,\n- b", "# a,\nb", "a,\n# b", "####### a,\n####### b", "# a\n# b"] {
            check(text, text);
        }
    }

    /// What is left of the sign of a comment when that is taken away.
    fn blank(sign: &str) -> &str {
        if sign.ends_with(' ') { " " } else { "" }
    }

    #[test]
    fn lines_in_strings_of_a_list_are_lines() {
        check(
            "[\n  \"a = f(\\n\",\n  \"  'b',\\n\",\r\n  \")\\n\"\n]",
            "[\n  \"a = f(\n  'b',\n)\n\"\n]",
        );
        check("[\"a \\\\\\n\",\"b\"]", "[\"a \\\nb\"]");
        check("f(\"a\\n\", b)", "f(\"a\n\", b)");
    }

    #[test]
    fn a_comment_may_stand_between_halves() {
        let joined = "t = \"ABCDEF\"";
        for comment in ["// one", "# one", "-- one", "/* one */", "/* one */ // and", "# 1\n  # 2"]
        {
            check(&format!("t = \"ABC\"  {comment}\n    \"DEF\""), joined);
            check(&format!("t = \"ABC\" + {comment}\n    \"DEF\""), joined);
            check(&format!("t = \"ABC\" {comment}\r\n    || \"DEF\""), joined);
        }
        check("t = \"ABC\" + /* 2 */ \"DEF\"", joined);
        check("t = \"ABC\"; // one\nt += \"DEF\"", joined);
    }

    #[test]
    fn the_signs_of_a_diff_are_taken_away() {
        check("@@ -1 +1 @@\n+a: 1\n-b: 2\n c", "@ -1 +1 @@\na: 1\nb: 2\nc");
        check("--- a\n+++ b\n@@ -1 +1 @@\n+a: 1\n", "--- a\n++ b\n@ -1 +1 @@\na: 1\n");
    }

    #[test]
    fn a_diff_is_read_once() {
        for text in ["@@ -1 +1 @@\n   a:\n+    b: 1\n", "x\n@@ -1 +1 @@\n   a:\n+    b: 1\n"] {
            let once = read(text.as_bytes(), 0..text.len(), Equals::Plain, &Limits::DEFAULT)
                .unwrap()
                .bytes;
            assert_eq!(read(&once, 0..once.len(), Equals::Plain, &Limits::DEFAULT), None, "{text}");
        }
    }
}
