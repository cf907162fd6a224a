//! Places at which a text is worth reading again, though nothing that is looked for stands there.
//!
//! A secret whose every character is escaped, or whose first letters stand in another half of a
//! string than the rest, shows nothing to a matcher. Both ways of writing are rare in ordinary
//! text, so they are hints themselves.

use std::ops::Range;

use fearless_simd::{Simd, dispatch};

use super::nested::{ESCAPE_MAX, Escape};
use super::{margin, strings};
use crate::decode::blocks::{self, Lanes, Told};
use crate::processor;

/// Escapes in a row that make a hint.
const ESCAPES_MIN: usize = 6;

/// Escapes of letters, digits and `@`, not far from each other, that make a hint: whoever escapes
/// what needs no escape hides something.
const NEEDLESS_MIN: usize = 3;

/// Bytes between two of them.
const NEEDLESS_GAP_MAX: usize = 24;

/// Characters of each half of a string that make a hint.
const HALF_MIN: usize = 3;

/// How far back the start of a half is looked for.
const HALF_MAX: usize = 64;

/// Blanks and signs before a word that goes on in another line.
const INDENTATION_MAX: usize = 16;

/// Bytes that decide whether a hint stands somewhere: two halves with their quotes and what may be
/// between them, or as many escapes as it takes.
pub(crate) const HINT_REACH_BYTES: usize = HALF_MAX + strings::GAP_MAX + HALF_MIN + 4;
const _: () = assert!(ESCAPES_MIN * ESCAPE_MAX <= HINT_REACH_BYTES);
const _: () = assert!(NEEDLESS_MIN * (2 * ESCAPE_MAX + NEEDLESS_GAP_MAX) <= HINT_REACH_BYTES);

/// The stretches of a text that hold escapes in a row, or halves of one word, as far as they were
/// looked for.
#[derive(Debug, Default)]
pub struct Hints {
    stretches: Vec<Range<usize>>,
    /// Where the next block begins.
    at: usize,
    /// Where escapes, and where halves, are looked for next.
    escaped: usize,
    divided: usize,
}

impl Hints {
    /// All of `text`.
    #[must_use]
    pub fn of(text: &[u8]) -> Vec<Range<usize>> {
        let mut hints = Hints::default();
        hints.advance(text, text.len());
        hints.stretches
    }

    /// Goes on in `text` to about `until`.
    pub fn advance(&mut self, text: &[u8], until: usize) {
        dispatch!(processor::level(), simd => self.advance_in(simd, text, until));
    }

    #[inline(always)]
    fn advance_in<S: Simd>(&mut self, simd: S, text: &[u8], until: usize) {
        while self.at < until {
            let rest = text.get(self.at..).unwrap_or_default();
            for at in starts(Lanes::of(simd, rest)).places() {
                let at = self.at + at;
                // Nearly all are settled by their neighbours.
                match text.get(at) {
                    Some(byte) if !may_stand(*byte, text, at) => (),
                    Some(b'"' | b'\'') => self.quote(text, at),
                    _ => self.escape(text, at),
                }
            }
            self.at += blocks::BYTES;
        }
    }

    /// What was found, in no order.
    #[must_use]
    pub fn into_stretches(self) -> Vec<Range<usize>> {
        self.stretches
    }

    /// Adds the run of escapes at `at`, if they say printable text, or the word that goes on behind
    /// a backslash there.
    fn escape(&mut self, text: &[u8], at: usize) {
        if at < self.escaped {
            return;
        }
        if let Some(broken) = broken_word(text, at) {
            self.escaped = broken.end;
            self.stretches.push(broken);
            return;
        }
        let mut end = at;
        let mut count = 0;
        while let Some(escape) = Escape::printable(text, end) {
            end += escape.len;
            count += 1;
        }
        if count >= ESCAPES_MIN {
            self.stretches.push(at..end);
        } else if let Some(scattered) = needless_escapes(text, at) {
            end = scattered.end;
            self.stretches.push(scattered);
        }
        self.escaped = end;
    }

    /// Adds the place at `at` if a string ends there in the middle of a word and another goes on
    /// with it.
    fn quote(&mut self, text: &[u8], at: usize) {
        if at >= self.divided
            && let Some(halves) = halves(text, at)
        {
            self.divided = halves.end;
            self.stretches.push(halves);
        }
    }
}

/// Which of many bytes may begin a hint.
#[inline(always)]
fn starts<S: Simd>(lanes: Lanes<S>) -> Told<S> {
    // Percent, ampersand, apostrophe.
    lanes.are_in(b'%', b'\'') | lanes.are(b'"') | lanes.are(b'\\')
}

/// What a byte may be, or stand beside, where something is escaped or a string goes on.
#[derive(Clone, Copy)]
struct Sorts {
    /// What it begins: one bit, or none.
    begins: u8,
    /// What it may follow.
    follows: u8,
    /// What it may come before.
    precedes: u8,
}

const QUOTE: u8 = 1;
const PERCENT: u8 = 2;
const BACKSLASH: u8 = 4;
const AMPERSAND: u8 = 8;

/// Of each byte.
const SORTS: [Sorts; 256] = sorts();

#[expect(clippy::indexing_slicing, reason = "evaluated when compiling, where a fault shows")]
const fn sorts() -> [Sorts; 256] {
    let mut sorts = [Sorts { begins: 0, follows: 0, precedes: 0 }; 256];
    let mut byte = 0;
    while byte < sorts.len() {
        let this = byte as u8;
        sorts[byte].begins = match this {
            b'"' | b'\'' => QUOTE,
            b'%' => PERCENT,
            b'\\' => BACKSLASH,
            b'&' => AMPERSAND,
            _ => 0,
        };
        sorts[byte].follows = match this {
            b' ' | b'\t' | b'+' | b'.' | b'&' | b';' | b')' | b'"' | b'\'' => QUOTE,
            b'\\' => QUOTE | BACKSLASH,
            b'\r' | b'\n' => QUOTE | BACKSLASH,
            b'x' | b'u' | b'U' => BACKSLASH,
            b'#' => AMPERSAND,
            b'a' => PERCENT | AMPERSAND,
            b'0' | b'1' => PERCENT | BACKSLASH,
            digit if digit.is_ascii_hexdigit() => PERCENT,
            _ => 0,
        };
        let quote = if may_break(&this) { QUOTE } else { 0 };
        // Of backslashes in a row the first begins an escape.
        let backslash = if this == b'\\' { 0 } else { BACKSLASH };
        sorts[byte].precedes = quote | PERCENT | backslash | AMPERSAND;
        byte += 1;
    }
    sorts
}

/// Whether there may be a hint at `at`, where `byte` stands, as far as its neighbours say. Told
/// without branches: what stands beside a quote cannot be guessed.
#[inline]
fn may_stand(byte: u8, text: &[u8], at: usize) -> bool {
    let sorts = |byte: Option<&u8>| byte.and_then(|byte| SORTS.get(usize::from(*byte)));
    let begins = sorts(Some(&byte)).map_or(0, |sorts| sorts.begins);
    let follows = sorts(text.get(at + 1)).map_or(0, |sorts| sorts.follows);
    // Before the first byte no string can end.
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let precedes = sorts(before).map_or(!QUOTE, |sorts| sorts.precedes);
    begins & follows & precedes != 0
}

/// Two halves of a word, if the quote at `at` ends the first.
fn halves(text: &[u8], at: usize) -> Option<Range<usize>> {
    let closes = text.get(at + 1) == Some(&b')');
    // Behind `)` only a method goes on a string.
    if closes && !text.get(at + 2).is_some_and(|byte| b". \t\r\n\\_`^".contains(byte)) {
        return None;
    }
    let start = start_of_half(text, at)?;
    let gap = strings::gap(text, at, HALF_MAX, false)?;
    goes_on(text, gap.end).then_some(start..gap.end)
}

/// Two halves of a word, if the backslash at `at` ends a line between them.
fn broken_word(text: &[u8], at: usize) -> Option<Range<usize>> {
    let next = match text.get(at..)? {
        [b'\\', b'\n', ..] => at + 2,
        [b'\\', b'\r', b'\n', ..] => at + 3,
        _ => return None,
    };
    let start = at.checked_sub(HALF_MIN)?;
    let half = text.get(start..at)?;
    let ends = half.iter().all(is_letter) && half.last().is_some_and(may_break);
    let rest = text.get(next..)?;
    let rest = rest.get(..rest.len().min(INDENTATION_MAX))?;
    // Which signs quote both lines, the reading finds out.
    let signs = margin::behind_signs(rest).unwrap_or(0);
    let rest = rest.get(signs..)?.iter();
    let next = next + signs + rest.take_while(|&&byte| byte == b' ').count();
    (ends && goes_on(text, next)).then_some(start..next)
}

/// Whether a word goes on at `at`.
fn goes_on(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    rest.first().is_some_and(may_break)
        && rest.iter().take(HALF_MIN).filter(|byte| is_letter(byte)).count() == HALF_MIN
}

/// Escapes of letters and digits from `at` on, with a few letters between them or behind the last:
/// `A&#x54;OA&#71;`.
fn needless_escapes(text: &[u8], at: usize) -> Option<Range<usize>> {
    let mut end = at + Escape::needless(text, at)?.len;
    let (mut needless, mut letters, mut since) = (1, 0, 0);
    while needless < NEEDLESS_MIN || letters < HALF_MIN {
        if since > NEEDLESS_GAP_MAX {
            return None;
        }
        let step = match Escape::needless(text, end) {
            Some(escape) if needless < NEEDLESS_MIN => {
                (needless, since) = (needless + 1, 0);
                escape.len
            }
            // One that says a sign may need to be one.
            _ => match Escape::printable(text, end) {
                Some(escape) => {
                    since += escape.len;
                    escape.len
                }
                None if text.get(end).is_some_and(is_plain) => {
                    (letters, since) = (letters + 1, since + 1);
                    1
                }
                None => return None,
            },
        };
        end += step;
    }
    Some(at..end)
}

/// Whether a token may hold `byte`, and no escape begins with it.
fn is_plain(byte: &u8) -> bool {
    is_letter(byte) && !matches!(byte, b'%' | b'&' | b'(' | b')' | b';' | b',' | b'<' | b'>')
}

/// Where the half that ends at `at` begins, if it is one word between quotes.
fn start_of_half(text: &[u8], at: usize) -> Option<usize> {
    let before = text.get(at.saturating_sub(HALF_MAX)..at)?;
    let len = before.iter().rev().take_while(|byte| is_letter(byte)).count();
    let opens = before.len().checked_sub(len + 1).and_then(|quote| before.get(quote));
    (len >= HALF_MIN && (opens == text.get(at) || len == before.len())).then_some(at - len)
}

/// Whether a word may hold `byte`: a token or a password has any signs.
fn is_letter(byte: &u8) -> bool {
    LETTERS.get(usize::from(*byte)).is_some_and(|letter| *letter)
}

const fn letter(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b'\\')
}

/// What [`is_letter`] says of each byte.
const LETTERS: [bool; 256] = letters();

#[expect(clippy::indexing_slicing, reason = "evaluated when compiling, where a fault shows")]
const fn letters() -> [bool; 256] {
    let mut letters = [false; 256];
    let mut byte = 0;
    while byte < letters.len() {
        letters[byte] = letter(byte as u8);
        byte += 1;
    }
    letters
}

/// Whether a word may be broken beside `byte`; code and markup are broken beside their signs.
const fn may_break(byte: &u8) -> bool {
    letter(*byte)
        && !matches!(byte, b';' | b',' | b'(' | b')' | b'{' | b'}' | b'[' | b']' | b'<' | b'>')
}

#[cfg(test)]
mod tests {
    use super::Hints;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> =
            Hints::of(text.as_bytes()).into_iter().map(|hint| &text[hint]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn escapes_in_a_row_are_a_hint() {
        check(r"a \x41\x42\x43\x44\x45\x46 b", &[r"\x41\x42\x43\x44\x45\x46"]);
        check("%41%42%43%44%45%46", &["%41%42%43%44%45%46"]);
        check("&#65;&#66;&#x43;&#68;&#69;&#70;!", &["&#65;&#66;&#x43;&#68;&#69;&#70;"]);
        check(r"\u0041\u0042\u0043\u0044\u0045\u0046", &[r"\u0041\u0042\u0043\u0044\u0045\u0046"]);
        check("a%22%2C%0A%20%20%22b", &["%22%2C%0A%20%20%22"]);
        for all in [
            r"\u{41}\u{42}\u{43}\u{44}\u{45}\u{46}",
            r"\U00000041\U00000042\U00000043\U00000044\U00000045\U00000046",
            r"\101\102\103\104\105\106",
            "%2541%2542%2543%252544%2545%2546",
            "&amp;#65;&amp;#x42;&amp;#67;&amp;amp;#68;&amp;#69;&amp;#70;",
            r"\\u0041\\u0042\\x43\\\\u{44}\\101\\102",
        ] {
            check(&format!("a {all} b"), &[all]);
        }
        check(r"\\\\\\\\ \\d\\w\\d\\s \1\2\3 %25%25%25 &amp;amp;amp; &amp;&amp;", &[]);
        check(r"\x00\x01\x02\x90\x90\x90\x90\x90", &[]);
        check(r"\x41\x42\x43 %41%42 &amp;", &[]);
    }

    #[test]
    fn letters_that_need_no_escape_are_a_hint_where_a_few_stand_near() {
        check("<k>A&#x54;OA-G&#x6c;NU&#78;PB</k>", &["&#x54;OA-G&#x6c;NU&#78;"]);
        check(
            r#""\u0041TBB7pXxn\u006fUKqZipil\u0047mn""#,
            &[r"\u0041TBB7pXxn\u006fUKqZipil\u0047"],
        );
        check(r"'A\x54\x42B/\x39Q'", &[r"\x54\x42B/\x39Q"]);
        check("it&#39;s a &#39;word&#39; that&#39;s quoted", &[]);
        check("a%20b%20c%3Ad%2Fe%41f", &[]);
        check(r"'BAMSCRT\x400\x400\x40q2ps'", &[r"\x400\x400\x40q"]);
        check("BAMSCRT&#64;0&#64;0&#64;q2ps", &["&#64;0&#64;0&#64;q"]);
        check("mailto:a&#64;b.example, c&#64;d.example", &[]);
        check(r"\x41 \x42 \x43", &[]);
        check(
            r"user\u003a9\u003947\u007c\u002dVo\u0079t\u0042",
            &[r"\u003947\u007c\u002dVo\u0079t\u0042"],
        );
        check(&format!("%41%42{}%43", "x".repeat(26)), &[]);
    }

    #[test]
    fn halves_of_a_word_are_a_hint() {
        check("t = \"ATAT\" +\n  \"T3xFf\"", &["ATAT\" +\n  \""]);
        check("f(\"abc\", \"def\"); \"abc\" + x", &[]);
        check("f(r#\"t = \"staging\"\n\"#,); f(r##\"t = \"staging\"\n\"##)", &[]);
        check("t = \"a$7|WqZU\"\n\"#sI,#z\"", &["a$7|WqZU\"\n\""]);
        check("t = \"a$7|WqZU\" +\n\"#.sI,#z\"", &["a$7|WqZU\" +\n\""]);
        check("log(\"could not \" + \"open\")", &[]);
        check("x = 'a' + 'b'", &[]);
        check("say(\"abc\"); say(\"def\");", &[]);
        check("t = 'a$7|WqZU' + '$sI#z'", &["a$7|WqZU' + '"]);
        check("t = 'a(7|Wq!' . '#s)I'", &["a(7|Wq!' . '"]);
        check("t = 'a$7|WqZU''$sI#z'", &["a$7|WqZU''"]);
        check("t = 'a<7|Wq>!' + '#s<I'", &["a<7|Wq>!' + '"]);
        for comment in ["// one", "# one", "-- one's", "/* one */ // of two", "# one\n  # of two"] {
            let between = format!("ATAT\"  {comment}\n + \"");
            check(&format!("t = \"{between}T3xFf\""), &[&between]);
        }
        check("t = \"ATAT\" + /* two */ \"T3xFf\"", &["ATAT\" + /* two */ \""]);
        check("f \"ABC\" --name \"DEF\"; \"ABC\" / \"DEF\"; \"ABC\" # \"DEF\"", &[]);
        check("b.append(\"ATAT\").append(\"T3xFf\")", &["ATAT\").append(\""]);
        check("'</div>' + '<div>'; 'foo();' + 'bar();'; 'a, b' + 'c, d'", &[]);
    }

    #[test]
    fn a_word_that_goes_on_behind_a_backslash_is_a_hint() {
        check("T=\"k#y|AB7\\\nqZ?4\"", &["AB7\\\n"]);
        check("T='k#y|AB7\\\r\nqZ?4'", &["AB7\\\r\n"]);
        check("key: \"ATO\\\n  A8nNQX\"", &["ATO\\\n  "]);
        check("run a \\\nbcd; run(abc)\\\n  def; do {\\\nabc", &[]);
    }
}
