//! What stands to the right of a key, in any of the languages in which people write settings.
//!
//! ```text
//! KEY=value   "key": "value"   key => 'value'   <key>value</key>   name="KEY" value="value"
//! ENV KEY value   ['key'] = 'value'   key: &str = "value"   \"key\":\"value\"   --key value
//! ```

use pushgate_detector_sdk::Span;

use crate::below;
use crate::caseless::contains_any;
use crate::columns;
use crate::declared;
use crate::idioms;
use crate::literal::{Literal, Surroundings, bare, skip_blanks, string, trimmed, typed, wrapped};
use crate::markup::{behind_tags, in_tags, tag_end};
use crate::noted;
use crate::odd_places;
use crate::paired;
use crate::quoting::{quote_at, quote_before};
use crate::separator::{Form, default, is_operator, plain_value, separated, value};
use crate::update;

/// Longer keys are none.
const KEY_HALF_MAX: usize = 100;

/// A key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Assigned {
    /// The whole key around the word that was found: `jira.oauth.client.secret`.
    pub(crate) key: Span,
    /// The value, without quotes.
    pub(crate) value: Span,
    /// Whether the value stood in quotes, or between tags.
    pub(crate) quoted: bool,
}

/// Reads the value of the key that `word` is a part of.
pub(crate) fn assigned(text: &[u8], word: Span) -> Option<Assigned> {
    let key = key_around(text, word)?;
    if in_resource_name(text, key.start()) || is_digested(text, key) {
        return None;
    }
    let before = Before::of(text, key.start());
    let is_name = paired::is_name(text, key.start());
    if before.quote.is_none() && !is_name && ends_text_of_list(text, key.end()) {
        return None;
    }
    let literal = odd_places::attribute(text, key)
        .or_else(|| declared::returned(text, key))
        .or_else(|| idioms::value(text, key))
        .or_else(|| under_head(text, key))
        .or_else(|| named_or_assigned(text, key, before))
        .or_else(|| odd_places::value(text, key))
        .or_else(|| beside(text, key))
        .or_else(|| below::value(text, key))?;
    let literal = without_mark_of_sed(text, key, literal);
    // `--name /prod/jira/token`: the path says whose it is.
    let path = paired::path_start(text, key.start());
    let in_path = path < key.start() && is_name;
    let key = if in_path { Span::new(path, key.end()).unwrap_or(key) } else { key };
    Some(Assigned { key, value: literal.span, quoted: literal.quoted })
}

/// Without the mark that ends what is put in: `s|^KEY=.*|KEY=value|`.
fn without_mark_of_sed(text: &[u8], key: Span, literal: Literal) -> Literal {
    let before = key.start().checked_sub(1).and_then(|at| text.get(at));
    let value = literal.span.of(text).unwrap_or_default();
    let closed = matches!(text.get(literal.span.end()), Some(b'\'' | b'"' | b'g' | b' '));
    match (before, value) {
        (Some(mark @ (b'|' | b'~')), [.., last]) if mark == last && closed && !literal.quoted => {
            Literal { span: Span::at(literal.span.start(), value.len() - 1), ..literal }
        }
        _ => literal,
    }
}

/// The value in a column before that of the key.
fn beside(text: &[u8], key: Span) -> Option<Literal> {
    let span = columns::value_beside(text, key)?;
    Some(Literal { span, quoted: true, next: span.end() })
}

/// The value under the key in a table of quoted cells.
fn under_head(text: &[u8], key: Span) -> Option<Literal> {
    let span = columns::value_under_quoted_head(text, key)?;
    Some(Literal { span, quoted: true, next: span.end() })
}

fn named_or_assigned(text: &[u8], key: Span, before: Before) -> Option<Literal> {
    // Before what follows: the next statement has a value of its own.
    if let Some(value) = update::value_of(text, key) {
        return Some(value);
    }
    if paired::is_name(text, key.start()) {
        let value = paired::value(text, key.end());
        let value = value.or_else(|| paired::value_first(text, key.start()));
        if value.is_some() {
            return value;
        }
    }
    after_key(text, key, before)
}

/// Whether `at` is inside of the name of a resource: `arn:aws:secretsmanager:…:secret:name`.
fn in_resource_name(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(KEY_HALF_MAX)..at).unwrap_or_default();
    let named = |byte: &&u8| byte.is_ascii_alphanumeric() || b":-_/.".contains(byte);
    let length = before.iter().rev().take_while(named).count();
    let name = before.get(before.len() - length..).unwrap_or_default();
    name.ends_with(b":") && name.windows(4).any(|it| it == b"arn:")
}

/// Whether what follows is the digest of what the key names: `SHA256(token)= …`.
fn is_digested(text: &[u8], key: Span) -> bool {
    const DIGESTS: [&[u8]; 5] = [b"md5", b"sha", b"hash", b"digest", b"crc"];
    const NAME_MAX: usize = 24;
    let before = text.get(key.start().saturating_sub(NAME_MAX)..key.start()).unwrap_or_default();
    // What Helm writes into a pod, so that it starts again when a secret is another.
    if before.ends_with(b"checksum/") {
        return true;
    }
    let Some(before) = before.strip_suffix(b"(") else { return false };
    let named = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    let length = before.iter().rev().take_while(named).count();
    let name = before.get(before.len() - length..).unwrap_or_default();
    text.get(key.end()) == Some(&b')') && contains_any(name, &DIGESTS)
}

/// Whether `at` is inside of the path of an address: `https://host/oauth/request-token`.
fn in_address(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(2 * KEY_HALF_MAX)..at).unwrap_or_default();
    let in_path = |byte: &&u8| byte.is_ascii_alphanumeric() || b":/._-~%@$+{}".contains(byte);
    let length = before.iter().rev().take_while(in_path).count();
    let path = before.get(before.len() - length..).unwrap_or_default();
    path.ends_with(b"/") && path.windows(3).any(|it| it == b"://")
}

/// The key around a word: letters, digits, and what joins them.
fn key_around(text: &[u8], word: Span) -> Option<Span> {
    let joins = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let before = text.get(..word.start())?;
    let left = before.iter().rev().take(KEY_HALF_MAX).take_while(|byte| joins(byte)).count();
    let mut start = word.start() - left;
    let whole = text.get(start..word.end())?;
    // The last letter of an escape is no part of a key, nor are the dashes of an option.
    if text.get(..start)?.last() == Some(&b'\\')
        && matches!(whole.first(), Some(b'n' | b't' | b'r'))
    {
        start += 1;
    }
    let whole = text.get(start..word.end())?;
    start += whole.iter().take_while(|byte| matches!(byte, b'-' | b'.')).count();
    if text.get(..start)?.ends_with(b"-")
        && matches!(text.get(start..start + 2), Some([b'D' | b'P', b'a'..=b'z']))
    {
        start += 1;
    }
    let braced = text.get(..start)?.ends_with(b"${");
    let rest = text.get(word.end()..)?;
    let right = rest.iter().take(KEY_HALF_MAX);
    let right = right.take_while(|byte| joins(byte) && !(braced && **byte == b'-')).count();
    // `key.equals("…")`: a function of the key is no part of it.
    let called = rest.get(right) == Some(&b'(');
    let dot = rest.get(..right)?.iter().position(|&byte| byte == b'.').filter(|_| called);
    let right = dot.unwrap_or(right);
    let kept = rest.get(..right)?;
    let cut = kept.iter().rev().take_while(|byte| matches!(byte, b'-' | b'.')).count();
    Span::new(start.min(word.start()), word.end() + right - cut)
}

/// What stands right before a key.
#[derive(Clone, Copy, Debug)]
struct Before {
    /// The quotation mark that opens right before it, or before the dashes of the option.
    quote: Option<u8>,
    /// It is the option of a program.
    option: bool,
    /// `$key`, which in some languages is a use and not a definition.
    dollar: bool,
    /// `${key`.
    braced: bool,
    /// `<key`.
    tag: bool,
    /// It is in the first word of its line.
    first: bool,
    /// It begins its line.
    begins: bool,
    /// It is in an expression of a template: `{{ .Values.key`.
    template: bool,
    /// The line begins with a word that defines: `ENV key value`.
    defined: bool,
}

impl Before {
    fn of(text: &[u8], start: usize) -> Before {
        let before = text.get(..start).unwrap_or_default();
        let dashes = before.iter().rev().take(2).take_while(|&&byte| byte == b'-').count();
        let start = start - dashes;
        let defined = before.ends_with(b"-D") || before.ends_with(b"-P");
        let start = if defined { start.saturating_sub(2) } else { start };
        let before = text.get(..start).unwrap_or_default();
        let from = before.len().saturating_sub(KEY_HALF_MAX);
        let near = before.get(from..).unwrap_or_default();
        let line = near.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
        let line = line.trim_ascii_start();
        // Mail has signs before what it answers to.
        let marks = line.iter().take_while(|byte| matches!(byte, b'>' | b' ')).count();
        let own = line.get(marks..).unwrap_or_default();
        Before {
            quote: quote_before(text, start).map(|quote| quote.mark),
            option: dashes > 0,
            dollar: before.ends_with(b"$"),
            braced: before.ends_with(b"${"),
            tag: matches!(before, [.., b'<']) || before.ends_with(b"&lt;"),
            first: !own.iter().any(u8::is_ascii_whitespace),
            template: line.windows(2).rev().take(40).any(|it| it == b"{{"),
            begins: line.iter().all(|&byte| quote_at(&[byte], 0).is_some()),
            defined: defines(line) || defines_in_string(line),
        }
    }
}

/// Whether a line that begins so defines what comes next.
fn defines(line: &[u8]) -> bool {
    const WORDS: [&[u8]; 17] = [
        b"env",
        b"arg",
        b"setenv",
        b"setx",
        b"set",
        b"export",
        b"define",
        b"fastcgi_param",
        b"uwsgi_param",
        b"config",
        b"git",
        b"npm",
        b"kubectl",
        b"consul",
        b"%env",
        b"passenv",
        b"run",
    ];
    let sigils =
        line.iter().take_while(|byte| matches!(byte, b'#' | b'$' | b'>' | b'@' | b'-' | b' '));
    let line = line.get(sigils.count()..).unwrap_or_default();
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let length = line.iter().take_while(|byte| byte.is_ascii_graphic()).count();
    let word = line.get(..length).unwrap_or_default();
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether the line of a shell stands in a string of another language and begins so: with a word
/// that says nothing else anywhere.
fn defines_in_string(line: &[u8]) -> bool {
    const WORDS: [&[u8]; 6] =
        [b"setenv ", b"setx ", b"set -gx ", b"set -x ", b"set -Ux ", b"set -xg "];
    let opens = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | b'=' | b'>' | b'#' | b'n');
    WORDS
        .iter()
        .any(|word| line.strip_suffix(*word).is_some_and(|before| before.last().is_some_and(opens)))
}

/// Whether a text of a list ends with the word at `at`, and the next one stands on another line:
/// `"… and the token",⏎  "…"`.
fn ends_text_of_list(text: &[u8], mut at: usize) -> bool {
    const CLOSERS_MAX: usize = 6;
    let mut quoted = false;
    for _ in 0..CLOSERS_MAX {
        if let Some(quote) = quote_at(text, at) {
            (at, quoted) = (quote.end, true);
        } else if matches!(text.get(at), Some(b'}' | b')' | b']' | b'>')) {
            (at, quoted) = (at + 1, false);
        } else {
            break;
        }
    }
    let ends_line = |at| matches!(text.get(skip_blanks(text, at, false)), Some(b'\n' | b'\r'));
    quoted && text.get(at) == Some(&b',') && ends_line(at + 1)
}

/// The value behind a key: closing marks, a separator, and the value.
fn after_key(text: &[u8], key: Span, before: Before) -> Option<Literal> {
    let mut at = key.end();
    let mut closed = false;
    let mut ended = false;
    let mut closers = 0;
    while closers < 6 {
        if let Some(quote) = quote_at(text, at) {
            (at, closed) = (quote.end, true);
        } else if matches!(text.get(at), Some(b']' | b')' | b'?' | b'!' | b'*' | b'}'))
            && !matches!(text.get(at..at + 2), Some(b"?=" | b"??" | b"?:" | b"!="))
        {
            ended |= closed && text.get(at) == Some(&b'}');
            at += 1;
        } else if text.get(at) == Some(&b'[') {
            let rest = text.get(at..)?;
            at += rest.iter().take(10).position(|&byte| byte == b']')? + 1;
        } else {
            break;
        }
        closers += 1;
    }
    let start = skip_blanks(text, at, false);
    let blanks = start > at;
    let inside = before.quote.filter(|_| !closed);
    let rest = text.get(start..)?;
    match *rest.first()? {
        b'>' => in_tags(text, start + 1),
        // `read KEY <<< "value"`
        b'<' if rest.starts_with(b"<<<") => string(text, skip_blanks(text, start + 3, false)),
        b'<' if rest.starts_with(b"<-") => value(text, start + 2, Form::default()),
        b'<' => behind_tags(text, start, plain_value),
        b'&' if rest.starts_with(b"&gt;") => in_tags(text, start + 4),
        b'&' if rest.starts_with(b"&lt;") => behind_tags(text, start, plain_value),
        b'|' if !rest.starts_with(b"||") => cell_or_default(text, start + 1, before),
        b'(' if !before.dollar => {
            let string_start = skip_blanks(text, start + 1, true);
            if blanks && text.get(string_start) == Some(&b'`') {
                // Prose: `the new tokens (…)`.
                return None;
            }
            let Some(literal) = string(text, string_start) else {
                return if blanks { noted::value(text, start) } else { None };
            };
            let next = text.get(skip_blanks(text, literal.next, true));
            (next == Some(&b')')).then_some(literal)
        }
        // Signs that prose has, and no code: dashes and quotation marks.
        0xC2 | 0xE2 | 0xE3 if !rest.starts_with("“".as_bytes()) => noted::value(text, start),
        // `$key .= "value"`
        b'.' if rest.starts_with(b".=") => string(text, skip_blanks(text, start + 2, false)),
        b'.' => declared::method(text, start + 1),
        b'{' => property(text, start),
        _ if before.tag && blanks => in_tags(text, tag_end(text, start)?),
        _ if before.braced && !closed => default(text, start),
        b'-' if blanks && matches!(rest, [_, b' ', b'`' | b'"' | b'\'', ..]) => {
            noted::set(text, start + 2)
        }
        b'-' | b'+' if blanks && is_column(text, start) => noted::set(text, start),
        // `"https://…/request-token", "…"`: one address of a list, and what comes after it.
        b',' if in_address(text, key.start()) => None,
        // `{type:"password"},"…"`: the object ends, and something else follows it.
        b',' if ended => None,
        byte if is_operator(byte) => {
            let form = Form { inside, begins: before.begins, dollar: before.dollar };
            separated(text, start, form)
        }
        0xEF if rest.starts_with("：".as_bytes()) => value(text, start + 3, Form::default()),
        _ if blanks && !before.dollar => after_blanks(text, start, before, closed),
        // `set $key "value";`
        b'"' | b'\'' if blanks && before.defined && !before.braced => string(text, start),
        _ => None,
    }
}

/// `| KEY | value |` of a table, `{{ KEY | default("value") }}` of a template.
fn cell_or_default(text: &[u8], at: usize, before: Before) -> Option<Literal> {
    let start = skip_blanks(text, at, false);
    let rest = text.get(start..)?;
    if let Some(arguments) = rest.strip_prefix(b"default") {
        let blanks = arguments.iter().take_while(|byte| matches!(byte, b' ' | b'(')).count();
        return string(text, start + b"default".len() + blanks);
    }
    // `"${KEY}" \⏎  | jq`: the next command of a shell.
    if before.dollar || before.braced || before.template {
        return None;
    }
    let end = rest.iter().take(513).position(|byte| matches!(byte, b'|' | b'\n'))?;
    if let Some(literal) = string(text, start) {
        return Some(literal);
    }
    if let Some(literal) = noted::monospaced(text, start) {
        return Some(literal);
    }
    let span = trimmed(text, start, start + end)?;
    (rest.get(end) == Some(&b'|')).then_some(Literal { span, quoted: false, next: start + end })
}

/// `{ get; set; } = "value"`, and `{ 'value' }` of what is defined by a block.
fn property(text: &[u8], at: usize) -> Option<Literal> {
    if let Some(literal) = string(text, skip_blanks(text, at + 1, false)) {
        let next = text.get(skip_blanks(text, literal.next, false));
        return (next == Some(&b'}')).then_some(literal);
    }
    let rest = text.get(at..)?;
    let end = rest.iter().take(40).position(|&byte| byte == b'}')?;
    let start = skip_blanks(text, at + end + 1, false);
    if text.get(start) == Some(&b'=') { wrapped(text, start + 1) } else { None }
}

/// A value that only blanks part from its key: `ENV KEY value`, `--key value`, `key 'value'`.
fn after_blanks(text: &[u8], at: usize, before: Before, closed: bool) -> Option<Literal> {
    let rest = text.get(at..)?;
    if ends_text(rest) {
        return None;
    }
    // A backtick after a word quotes something else in prose, and holds the tags of a field in Go.
    let prose = text.get(at) == Some(&b'`') && !before.option;
    // Where the separator touches what is before it, that is a key of its own.
    let own = |literal: &Literal| {
        let between = text.get(at..literal.span.start()).unwrap_or_default();
        let sign =
            between.iter().position(|&byte| byte == b'=').and_then(|sign| sign.checked_sub(1));
        sign.and_then(|before| between.get(before)) == Some(&b' ')
    };
    let typed = typed(text, at).filter(own);
    if let Some(literal) = string(text, at).filter(|_| !prose).or(typed) {
        return Some(literal);
    }
    if (closed || before.defined) && rest.starts_with(b"to ") {
        return string(text, skip_blanks(text, at + 3, false));
    }
    if let Some(literal) = noted::value(text, at) {
        return Some(literal);
    }
    if let Some(delegate) = rest.strip_prefix(b"by ") {
        // `val key by extra("value")`
        return wrapped(text, text.len() - delegate.len());
    }
    for word in [&b"or "[..], b"default ", b"as ", b"is ", b"ist ", b"lautet ", b"est "] {
        if rest.starts_with(word) {
            let start = skip_blanks(text, at + word.len(), false);
            let bare_too = !matches!(word, b"or " | b"default " | b"as ") && !closed;
            let literal = wrapped(text, start).or_else(|| noted::marked(text, start));
            return literal.or_else(|| {
                if bare_too { bare(text, start, Surroundings::default()) } else { None }
            });
        }
    }
    if before.option || before.defined || before.first {
        if let Some(literal) = wrapped(text, at) {
            return Some(literal);
        }
        let literal = bare(text, at, Surroundings { inside: None })?;
        let last =
            matches!(text.get(skip_blanks(text, literal.next, false)), None | Some(b'\n' | b'\r'));
        return (before.option || before.defined || last).then_some(literal);
    }
    // Prose: `… and the Jira password value.`
    if let Some(literal) = noted::told(text, at).filter(|_| !closed) {
        return Some(literal);
    }
    // Columns that blanks fill: `Jira password         value`.
    if is_column(text, at) {
        let literal = noted::set(text, at)?;
        let end = skip_blanks(text, literal.next, false);
        return matches!(text.get(end), None | Some(b'\n' | b'\r')).then_some(literal);
    }
    None
}

/// Whether a text between three marks ends here: `""" Jira token """`.
fn ends_text(rest: &[u8]) -> bool {
    rest.starts_with(b"\"\"\"") || rest.starts_with(b"'''")
}

/// Whether more than one blank stands before `at`, as between columns.
fn is_column(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.ends_with(b"  ") || before.ends_with(b"\t")
}
