//! What separates a key from its value, and the value behind it.

use crate::decoded::printed;
use crate::literal::{Literal, Surroundings, bare, skip_blanks, string, trimmed, typed, wrapped};
use crate::markup::{command_of_tex, inline_element};
use crate::noted;
use crate::paired;
use crate::quoting::quote_at;
use crate::value::is_drawn;
use pushgate_detector_sdk::Span;

/// How a key stands before its separator.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Form {
    /// The quotation mark that the key and its value stand in together.
    pub(crate) inside: Option<u8>,
    /// Whether it begins its line.
    pub(crate) begins: bool,
    /// Whether it is `$key`, which in some languages is a use and not a definition.
    pub(crate) dollar: bool,
}

/// Whether a separator may begin with this.
pub(crate) fn is_operator(byte: u8) -> bool {
    matches!(byte, b'=' | b':' | b',' | b'-' | b'?' | b'|' | b'~' | b'+' | b'/' | b'\\' | b'%')
}

/// A separator of operator characters, and the value behind it.
pub(crate) fn separated(text: &[u8], at: usize, form: Form) -> Option<Literal> {
    const PLAIN: [&[u8]; 9] = [b":::=", b"::=", b"=>", b":=", b"->", b"==", b"=", b":", b"?="];
    // Behind these stands what the key is by default, or what it is compared with.
    const STRINGS: [&[u8]; 12] =
        [b"||=", b"??=", b"===", b"?:", b"??", b"||", b"::", b"//=", b"//", b"+=", b"\\=", b"\\:"];
    let rest = text.get(at..)?;
    let run = rest.iter().take(4).take_while(|byte| b"=:>-?|+/\\%".contains(byte)).count();
    let run = rest.get(..run)?;
    if rest.first() == Some(&b',') {
        return argument(text, at + 1, form);
    }
    for escaped in [&b"%3D"[..], b"%3d", b"\\u003d", b"\\u003D", b"%3A", b"%3a"] {
        if rest.starts_with(escaped) {
            return value(text, at + escaped.len(), form);
        }
    }
    if matches!(run, b"\\=" | b"\\:") {
        return value(text, at + 2, form);
    }
    if STRINGS.contains(&run) {
        // `password?: string = 'v'` has a type first.
        let start = at + run.len();
        let literal = wrapped(text, start).or_else(|| typed(text, start));
        return literal.or_else(|| of_document(text, at, run));
    }
    let separator = PLAIN.iter().find(|separator| run.starts_with(separator))?;
    if *separator == b"==" {
        // A comparison with a string; else the value begins with the second sign.
        return wrapped(text, at + 2).or_else(|| value(text, at + 1, form));
    }
    if *separator == b"=>"
        && let Some(dumped) = dumped(text, at + 2)
    {
        return Some(dumped);
    }
    // A value may begin with a dash or a plus sign, but not an address with its slashes.
    let tail = run.get(separator.len()..)?;
    if tail.starts_with(b"//") || matches!(tail.first(), Some(b'=' | b'>' | b':')) {
        return None;
    }
    value(text, at + separator.len(), form)
}

/// `- key :: value` of Org, `| key || value` of MediaWiki.
fn of_document(text: &[u8], at: usize, run: &[u8]) -> Option<Literal> {
    let line = text.get(..at)?.rsplit(|&byte| byte == b'\n').next()?.trim_ascii_start();
    let apart = line.ends_with(b" ") && text.get(at + run.len()) == Some(&b' ');
    let begins = match run {
        b"::" => line.starts_with(b"- ") || line.starts_with(b"+ "),
        b"||" => line.starts_with(b"|"),
        _ => false,
    };
    let start = skip_blanks(text, at + run.len(), false);
    if !(apart && begins) {
        return None;
    }
    inline_element(text, start).or_else(|| noted::set(text, start))
}

/// `["key"]=>⏎  string(8) "value"`, as PHP shows its values.
fn dumped(text: &[u8], at: usize) -> Option<Literal> {
    let start = skip_blanks(text, at, true);
    let rest = text.get(start..)?.strip_prefix(b"string(")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let start = start + b"string(".len() + digits;
    if text.get(start..start + 2)? == b") " { string(text, start + 2) } else { None }
}

/// The next argument, or column: a string, or a named argument with one.
fn argument(text: &[u8], at: usize, form: Form) -> Option<Literal> {
    if form.dollar {
        return None;
    }
    let start = skip_blanks(text, at, true);
    let word = at.checked_sub(2).and_then(|before| text.get(before));
    if text.get(start) == Some(&b'`') && word.is_some_and(u8::is_ascii_alphanumeric) {
        // Prose: `two new tokens, …`.
        return None;
    }
    if let Some(literal) = wrapped(text, start) {
        let option = literal.span.of(text).is_some_and(|value| {
            value.len() <= 3 && value.starts_with(b"-") || value.starts_with(b"--")
        });
        return if option { paired::value(text, literal.next) } else { Some(literal) };
    }
    if let Some(literal) = paired::value(text, at) {
        return Some(literal);
    }
    // CSV has no blank behind its comma, and the key alone before it.
    if !form.begins || start > at {
        return None;
    }
    let rest = text.get(at..)?;
    let length = rest.iter().take(512).position(|byte| matches!(byte, b',' | b'\n' | b'\r'));
    let end = at + length.unwrap_or(rest.len().min(512));
    Some(Literal { span: trimmed(text, at, end)?, quoted: false, next: end })
}

/// The value at `at` of a key that nothing is known of.
pub(crate) fn plain_value(text: &[u8], at: usize) -> Option<Literal> {
    value(text, at, Form::default())
}

/// The value at `at`, after a separator.
pub(crate) fn value(text: &[u8], at: usize, form: Form) -> Option<Literal> {
    let mut start = skip_blanks(text, at, false);
    // What ends the bold or the italic of the key: `*Jira token:* {{value}}`.
    if let Some(b"* " | b"_ ") = text.get(start..start + 2)
        && start == at
    {
        start = skip_blanks(text, start + 1, false);
    }
    if let Some(b"**" | b"__") = text.get(start..start + 2)
        && text.get(start + 2) != Some(&b'*')
    {
        start = skip_blanks(text, start + 2, false);
    }
    // A type, and what the value is by default: `string | *"value"`, in CUE.
    if let Some(rest) = text.get(start..).and_then(|rest| rest.strip_prefix(b"string | *\"")) {
        return string(text, text.len() - rest.len() - 1);
    }
    // Tags and anchors of YAML say something of the value, and are no part of it.
    for _ in 0..2 {
        let rest = text.get(start..)?;
        let tag = [&b"!!str "[..], b"!!binary ", b"!str ", b"!unsafe ", b"!plain "];
        if let Some(tag) = tag.iter().find(|tag| rest.starts_with(tag)) {
            start = skip_blanks(text, start + tag.len(), false);
        } else if rest.first() == Some(&b'&') && typed(text, start).is_none() {
            let named = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            let length = rest.iter().skip(1).take(60).take_while(named).count();
            match rest.get(length + 1) {
                Some(b' ') if length > 0 => {
                    start = skip_blanks(text, start + length + 1, false);
                }
                _ => break,
            }
        }
    }
    let element = inline_element(text, start).or_else(|| command_of_tex(text, start));
    let element = element.or_else(|| noted::monospaced(text, start));
    if let Some(element) = element.or_else(|| printed(text, start)) {
        return Some(element);
    }
    if let Some(block) = block(text, start).or_else(|| fields(text, start)) {
        return Some(block);
    }
    let literal = string(text, start).or_else(|| wrapped(text, start));
    if let Some(literal) = literal.or_else(|| typed(text, start)) {
        // What a shell puts there is the output of a command.
        let blank = literal.span.of(text)?.iter().any(u8::is_ascii_whitespace);
        return (text.get(start) != Some(&b'`') || !blank).then_some(literal);
    }
    // A mark without a partner on its line is no part of the value.
    let start = quote_at(text, start).map_or(start, |quote| quote.end);
    let literal = bare(text, start, Surroundings { inside: form.inside })?;
    let comment = start > at && text.get(start) == Some(&b'#');
    if literal.span.is_empty() || comment {
        return None;
    }
    if let Some(alone) = before_command(text, literal) {
        return Some(alone);
    }
    let quoted = form.inside.is_some() && text.get(literal.next).is_some_and(|byte| *byte != b'\n');
    let fallback = or_default(text, literal.next);
    Some(fallback.unwrap_or(Literal { quoted, ..literal }))
}

/// `"KEY=value node x"`: the value before a command that is given it, if nobody thought of it.
fn before_command(text: &[u8], literal: Literal) -> Option<Literal> {
    const LEN_MIN: usize = 20;
    let value = literal.span.of(text)?;
    let length = value.iter().position(|&byte| byte == b' ')?;
    let (first, command) = value.split_at_checked(length)?;
    let drawn = first.len() >= LEN_MIN && is_drawn(first);
    let plain = first.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    let runs =
        command.get(1).is_some_and(|byte| byte.is_ascii_lowercase() || b"./$".contains(byte));
    (drawn && plain && runs).then_some(Literal {
        span: Span::at(literal.span.start(), length),
        quoted: false,
        next: literal.span.start() + length,
    })
}

/// The string behind `||` and its like: what stands in for a value that is not set.
fn or_default(text: &[u8], at: usize) -> Option<Literal> {
    let at = skip_blanks(text, at, false);
    let rest = text.get(at..)?;
    let operators = [&b"|| "[..], b"?? ", b"or ", b"?: ", b"// "];
    let operator = operators.iter().find(|operator| rest.starts_with(operator))?;
    string(text, skip_blanks(text, at + operator.len(), false))
}

/// The value among the fields of the key: `{"value": "…"}`, and in YAML a line further to the right.
fn fields(text: &[u8], at: usize) -> Option<Literal> {
    let start = match text.get(at)? {
        b'{' if text.get(at + 1) != Some(&b'{') => {
            return of_dynamo(text, at).or_else(|| paired::value(text, at));
        }
        b'\r' => at + 2,
        b'\n' => at + 1,
        _ => return None,
    };
    let indentation =
        |line: &[u8]| line.iter().take_while(|byte| matches!(byte, b' ' | b'-')).count();
    let line = text.get(..at)?.rsplit(|&byte| byte == b'\n').next()?;
    let deeper = indentation(text.get(start..)?) > indentation(line);
    if deeper { paired::value(text, start) } else { None }
}

/// `{"S": "value"}`: a string as DynamoDB writes it.
fn of_dynamo(text: &[u8], at: usize) -> Option<Literal> {
    let start = skip_blanks(text, at + 1, false);
    let rest = text.get(start..)?.strip_prefix(b"\"S\":")?;
    string(text, skip_blanks(text, text.len() - rest.len(), false))
}

/// The first line of a block of YAML: `|⏎  value`, perhaps with a comment behind its sign.
pub(crate) fn block(text: &[u8], at: usize) -> Option<Literal> {
    let rest = text.get(at..)?;
    if !matches!(rest.first()?, b'|' | b'>') {
        return None;
    }
    let marks = rest.iter().skip(1).take(3).take_while(|byte| b"+-0123456789".contains(byte));
    let end = skip_blanks(text, at + 1 + marks.count(), false);
    let rest = text.get(end..)?;
    let comment = if rest.first() == Some(&b'#') { comment(rest)? } else { 0 };
    let end = end + comment;
    let end = if text.get(end) == Some(&b'\r') { end + 1 } else { end };
    if text.get(end) != Some(&b'\n') {
        return None;
    }
    let start = skip_blanks(text, end, true);
    let rest = text.get(start..)?;
    let length = rest.iter().take(513).take_while(|byte| !matches!(byte, b'\n' | b'\r')).count();
    let span = trimmed(text, start, start + length)?;
    (length <= 512).then_some(Literal { span, quoted: true, next: start + length })
}

/// `${KEY:-value}`, and the like of other shells and of Spring.
pub(crate) fn default(text: &[u8], at: usize) -> Option<Literal> {
    let rest = text.get(at..)?;
    // `${KEY:?message}`
    if rest.starts_with(b":?") {
        return None;
    }
    let operators = [&b":-"[..], b":=", b"-", b"=", b":"];
    let start = at + operators.iter().find(|operator| rest.starts_with(operator))?.len();
    if let Some(literal) = string(text, start) {
        return Some(literal);
    }
    let rest = text.get(start..)?;
    let length = rest.iter().take(512).position(|byte| matches!(byte, b'}' | b'\n'))?;
    (rest.get(length) == Some(&b'}')).then_some(Literal {
        span: Span::at(start, length),
        quoted: true,
        next: start + length,
    })
}

/// The length of the comment with which `rest` begins, without the end of its line.
fn comment(rest: &[u8]) -> Option<usize> {
    const LINE_MAX: usize = 200;
    rest.iter().take(LINE_MAX).position(|byte| matches!(byte, b'\n' | b'\r'))
}
