//! The arguments of a call, in any language that writes them between brackets, or on one line.

use pushgate_detector_sdk::Span;

use crate::code_string::code_string;

/// More arguments than this are read by nobody.
const ARGUMENTS_MAX: usize = 16;
/// Nor is more text.
const BYTES_MAX: usize = 2048;
/// Longer names are expressions.
const NAME_MAX: usize = 64;

/// What ends the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The bracket that closes what is open.
    Bracket,
    /// The line.
    Line,
}

/// One argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    /// What it is called, if it is.
    pub(crate) name: Option<Span>,
    /// What is between its quotes, if it is a string and nothing else.
    pub(crate) literal: Option<Span>,
    /// Where it begins, name included, and where it ends.
    pub(crate) whole: Span,
}

/// Reads the arguments that begin at `start`.
pub(crate) fn arguments(text: &[u8], start: usize, ending: Ending) -> Vec<Argument> {
    let text = text.get(..start.saturating_add(BYTES_MAX)).unwrap_or(text);
    let mut arguments = Vec::new();
    let mut at = start;
    while arguments.len() < ARGUMENTS_MAX {
        at = skip_blanks(text, at, ending);
        if text.get(at).is_none_or(|byte| b")]};".contains(byte)) {
            break;
        }
        let (argument, next) = argument(text, at, ending);
        arguments.push(argument);
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    arguments
}

/// Reads the argument at `start`; with it, where the next one begins.
fn argument(text: &[u8], start: usize, ending: Ending) -> (Argument, Option<usize>) {
    let (name, value) = match named(text, start) {
        Some((name, value)) => (Some(name), skip_blanks(text, value, ending)),
        None => (None, start),
    };
    let literal = whole_string(text, value);
    let mut at = value;
    let mut depth = 0_usize;
    let next = loop {
        let Some(&byte) = text.get(at) else { break None };
        if let Some(string) = code_string(text, at).filter(|_| !is_word(text, at)) {
            at = string.next;
            continue;
        }
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => break None,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => break Some(at + 1),
            b';' if depth == 0 => break None,
            b'\n' if depth == 0 && ending == Ending::Line => break None,
            _ => {}
        }
        at += 1;
    };
    (Argument { name, literal, whole: Span::at(start, at - start) }, next)
}

/// Whether the byte before `at` makes a quotation mark there an apostrophe.
fn is_word(text: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(u8::is_ascii_alphanumeric)
}

/// The name of an argument, and where its value begins: `name=`, `name:`, `'name' =>`.
fn named(text: &[u8], start: usize) -> Option<(Span, usize)> {
    let (name, end) = match code_string(text, start) {
        Some(string) => (string.content, string.next),
        None => {
            let start = start + usize::from(matches!(text.get(start), Some(b':' | b'-' | b'$')));
            let rest = text.get(start..)?;
            let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            let length = rest.iter().take(NAME_MAX).take_while(is_name).count();
            (Span::at(start, length), start + length)
        }
    };
    if name.is_empty() || name.len() > NAME_MAX {
        return None;
    }
    let at = skip_blanks(text, end, Ending::Line);
    let rest = text.get(at..)?;
    let length = match rest {
        [b'=', b'>', ..] | [b':', b'=', ..] => 2,
        [b'=', b'=', ..] | [b':', b':', ..] => return None,
        [b'=' | b':', ..] => 1,
        _ => return None,
    };
    Some((name, at + length))
}

/// The string at `at`, if it is all of an argument but for a change of its type.
fn whole_string(text: &[u8], at: usize) -> Option<Span> {
    const CHANGES: [&[u8]; 12] = [
        b".toCharArray",
        b".to_string",
        b".to_owned",
        b".into",
        b".encode",
        b".getBytes",
        b".as_bytes",
        b".strip",
        b".trim",
        b".freeze",
        b".clone",
        b".as_str",
    ];
    let string = code_string(text, at).or_else(|| code_string(text, inside(text, at)?))?;
    let end = skip_blanks(text, string.next, Ending::Line);
    let rest = text.get(end..)?;
    let alone = match rest.first() {
        None => true,
        Some(b'.') => CHANGES.iter().any(|change| rest.starts_with(change)),
        Some(byte) => {
            b",)]};\r\n#".contains(byte)
                || rest.starts_with(b"//")
                || rest.starts_with(b"\\n")
                || *byte == b'"'
                || *byte == b'\''
        }
    };
    alone.then_some(string.content)
}

/// Where the argument begins of a call that changes only the type of a string: `Some("…")`,
/// `[]byte("…")`, `Encoding.UTF8.GetBytes("…")`.
fn inside(text: &[u8], at: usize) -> Option<usize> {
    const CHANGES: [&[u8]; 9] = [
        b"Some",
        b"String",
        b"str",
        b"byte",
        b"bytes",
        b"GetBytes",
        b"from",
        b"Buffer.from",
        b"utf8_encode",
    ];
    let rest = text.get(at..)?;
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.:[] ".contains(byte);
    let length = rest.iter().take(NAME_MAX).take_while(is_name).count();
    let name = rest.get(..length)?;
    (CHANGES.iter().any(|change| name.ends_with(change)) && rest.get(length) == Some(&b'('))
        .then_some(at + length + 1)
}

/// Where the text goes on after blanks, and after line ends unless these end it.
pub(crate) fn skip_blanks(text: &[u8], at: usize, ending: Ending) -> usize {
    let mut at = at;
    while let Some(&byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let length = match byte {
            b' ' | b'\t' => 1,
            b'\r' | b'\n' if ending == Ending::Bracket => 1,
            b'\\' if ending == Ending::Bracket && rest.starts_with(b"\\n") => 2,
            b'\\' if rest.starts_with(b"\\\n") => 2,
            _ => break,
        };
        at += length;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{Ending, arguments};

    /// Each argument as `name=literal`, with a question mark for what is no string.
    fn check(text: &str, ending: Ending, expected: &[&str]) {
        let bytes = text.as_bytes();
        let shown = |span: pushgate_detector_sdk::Span| {
            String::from_utf8(span.of(bytes).unwrap().to_vec()).unwrap()
        };
        let found: Vec<String> = arguments(bytes, 0, ending)
            .into_iter()
            .map(|it| {
                let name = it.name.map(|name| shown(name) + "=").unwrap_or_default();
                name + &it.literal.map_or("?".to_owned(), shown)
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn strings_and_expressions_are_told_apart() {
        check("'u', \"p\")", Ending::Bracket, &["u", "p"]);
        check("user, os.environ['P'], 'x' + y)", Ending::Bracket, &["?", "?", "?"]);
        check("\n  uri,\n  \"u\",\n  \"p\".toCharArray())", Ending::Bracket, &["?", "u", "p"]);
        check("\"u\", Some(\"p\"))", Ending::Bracket, &["u", "p"]);
    }

    #[test]
    fn names_are_read_in_every_language() {
        check("url='x', password = 'p'", Ending::Bracket, &["url=x", "password=p"]);
        check(":user => 'u', 'pass' => \"p\"}", Ending::Bracket, &["user=u", "pass=p"]);
        check("host: a.b, auth: { user: 'x' } }", Ending::Bracket, &["host=?", "auth=?"]);
        check(
            "Username: \"u\", Password: \"p\",\n}",
            Ending::Bracket,
            &["Username=u", "Password=p"],
        );
    }

    #[test]
    fn a_line_may_end_them() {
        check("'u', 'p'\n'x'", Ending::Line, &["u", "p"]);
        check("", Ending::Line, &[]);
    }
}
