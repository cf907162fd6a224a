//! Values between the tags of XML and HTML.

use pushgate_detector_sdk::Span;

use crate::armour::{are_alike, is_mark};
use crate::caseless::stands_at;
use crate::literal::{Literal, skip_blanks, trimmed};
use crate::noted::looks_set;

/// Attributes and tags between a key and its value.
const TAGS_MAX: usize = 200;
/// Tags between a key and its value.
const TAGS_BETWEEN_MAX: usize = 6;
/// The same between two cells of a table of Word.
const WORD_TAGS_MAX: usize = 24;

/// The text of an element, up to the next tag.
pub(crate) fn in_tags(text: &[u8], at: usize) -> Option<Literal> {
    const MARKS: [&[u8]; 2] = [b"<![CDATA[", b"&lt;![CDATA["];
    let mut start = skip_blanks(text, at, true);
    let rest = text.get(start..)?;
    if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(mark)) {
        start += mark.len();
        let rest = text.get(start..)?;
        let length = rest.windows(3).take(512).position(|end| end == b"]]>")?;
        let span = trimmed(text, start, start + length)?;
        return Some(Literal { span, quoted: true, next: start + length });
    }
    if rest.first() == Some(&b'<') {
        let next = tag_end(text, start + 1)?;
        // The value may stand in an element of its own.
        let closes = rest.get(1) == Some(&b'/');
        return if closes { None } else { element_text(text, next) };
    }
    element_text(text, start)
}

/// The text up to the tag that closes it, on one line; before it and the tag may stand what makes
/// comments, quotations or lines of a log of all three lines.
fn element_text(text: &[u8], at: usize) -> Option<Literal> {
    let rest = text.get(at..)?;
    let closes = |tail: &[u8]| tail.starts_with(b"</") || tail.starts_with(b"&lt;/");
    // `&lt;` alone is a character of the text.
    let ends = |tail: &[u8]| tail.first() == Some(&b'<') || closes(tail);
    let end = (0..rest.len().min(513)).find(|&index| rest.get(index..).is_some_and(ends))?;
    let span = trimmed(text, at, at + end)?;
    let span = if span.of(text)?.contains(&b'\n') { marked_line(text, span)? } else { span };
    let fits = rest.get(end..).is_some_and(closes);
    (fits && !span.is_empty()).then_some(Literal { span, quoted: true, next: at + end })
}

/// The first of two lines behind what both begin with, if that is all that the second has:
/// `# value⏎#`, `10:00:01 INFO value⏎10:00:02 INFO`.
fn marked_line(text: &[u8], lines: Span) -> Option<Span> {
    let both = lines.of(text)?;
    let end = both.iter().position(|&byte| byte == b'\n')?;
    let (line, mark) = (both.get(..end)?, both.get(end..)?.trim_ascii());
    let (begin, value) = line.split_at_checked(mark.len())?;
    let alike = begin.iter().zip(mark).all(|(one, other)| are_alike(*one, *other));
    // A word that two lines begin with says nothing of what stands before all.
    let is_theirs = mark.iter().all(|&byte| is_mark(byte)) || mark.iter().any(u8::is_ascii_digit);
    let apart = value.first().is_some_and(u8::is_ascii_whitespace);
    if !mark.is_empty() && alike && is_theirs && apart {
        trimmed(text, lines.start() + begin.len(), lines.start() + end)
    } else {
        None
    }
}

/// The text of an element at `at` that only says how its text looks: `<strong>value</strong>`.
pub(crate) fn inline_element(text: &[u8], at: usize) -> Option<Literal> {
    const NAMES: [&[u8]; 10] =
        [b"strong", b"b", b"code", b"em", b"i", b"tt", b"kbd", b"samp", b"span", b"pre"];
    let name = text.get(at..)?.strip_prefix(b"<")?;
    let length = name.iter().take(8).take_while(|byte| byte.is_ascii_lowercase()).count();
    let ends = matches!(name.get(length), Some(b'>' | b' '));
    let known = name.get(..length).is_some_and(|name| NAMES.contains(&name));
    if ends && known { element_text(text, tag_end(text, at + 1)?) } else { None }
}

/// The argument of a command of TeX that only says how its text looks: `\texttt{value}`,
/// `\verb|value|`.
pub(crate) fn command_of_tex(text: &[u8], at: usize) -> Option<Literal> {
    const NAMES: [&[u8]; 6] = [b"texttt", b"textbf", b"textit", b"emph", b"code", b"verb"];
    const VALUE_MAX: usize = 512;
    let rest = text.get(at..)?.strip_prefix(b"\\")?;
    let name = NAMES.iter().find(|name| rest.starts_with(name))?;
    let argument = rest.get(name.len()..)?;
    let close = match (*name, argument.first()?) {
        (b"verb", sign) if sign.is_ascii_punctuation() => *sign,
        (_, b'{') => b'}',
        _ => return None,
    };
    let argument = argument.get(1..)?;
    let length =
        argument.iter().take(VALUE_MAX).position(|byte| *byte == close || *byte == b'\n')?;
    let start = text.len() - argument.len();
    let closed = argument.get(length) == Some(&close) && length > 0;
    closed.then_some(Literal { span: Span::at(start, length), quoted: true, next: start + length })
}

/// Whether a tag has an attribute; `start` is its name with what follows it. `w:paraId=` is another.
fn has_attribute(tag: &[u8], start: &[u8]) -> bool {
    let at = |blank: usize| stands_at(tag, blank + 1, start);
    (0..tag.len()).any(|blank| tag.get(blank).is_some_and(u8::is_ascii_whitespace) && at(blank))
}

/// What stands behind closing and opening tags: `<name>KEY</name><value>v</value>`, `<b>key</b>: v`.
pub(crate) fn behind_tags(
    text: &[u8],
    at: usize,
    value: impl Fn(&[u8], usize) -> Option<Literal>,
) -> Option<Literal> {
    let rest = text.get(at..)?;
    if !rest.starts_with(b"</") && !rest.starts_with(b"&lt;/") {
        return None;
    }
    let mut at = at;
    let mut in_word = false;
    for tags in 0..WORD_TAGS_MAX {
        if tags >= TAGS_BETWEEN_MAX && !in_word {
            return None;
        }
        at = skip_blanks(text, at, true);
        let rest = text.get(at..)?;
        if rest.starts_with(b"<![CDATA[") {
            return in_tags(text, at);
        }
        match *rest.first()? {
            b'<' => {
                let end = tag_end(text, at + 1)?;
                // A tag with a name of its own holds the value of that.
                let tag = text.get(at..end)?;
                let named =
                    [&b"name="[..], b"key=", b"id="].iter().any(|it| has_attribute(tag, it));
                if named || tag.starts_with(b"</w:tr") {
                    return None;
                }
                in_word |= tag == b"</w:tc>";
                at = end;
            }
            b'&' if rest.starts_with(b"&lt;") => at = tag_end(text, at + 4)?,
            b':' | b'=' => {
                let start = skip_blanks(text, at + 1, false);
                let tag = text.get(start..start + 2)?;
                return match tag {
                    [b'<', letter] if letter.is_ascii_alphabetic() => {
                        element_text(text, tag_end(text, start + 1)?)
                    }
                    _ => value(text, at + 1),
                };
            }
            _ => {
                let literal = element_text(text, at)?;
                return (!in_word || looks_set(literal.span.of(text)?)).then_some(literal);
            }
        }
    }
    None
}

/// Where the tag ends whose name or attributes stand at `at`.
pub(crate) fn tag_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    for (index, byte) in rest.iter().enumerate().take(TAGS_MAX) {
        match byte {
            b'>' => return Some(at + index + 1),
            b'&' if rest.get(index..)?.starts_with(b"&gt;") => return Some(at + index + 4),
            b'<' => return None,
            _ => {}
        }
    }
    None
}
