//! Whether a call is one of a client of Atlassian's.
//!
//! The name of what is called decides, else the address in the call, else the nearest one, else
//! the words nearby.

use pushgate_detector_sdk::{Span, Window};

use crate::caseless::contains_any;
use crate::context::{Word, mentions, nearest};
use crate::host::is_atlassian;
use crate::names;
use crate::prose::is_comment;

/// Brackets may be open around a credential so deep.
const LEVELS_MAX: usize = 5;
/// And begin so far before it.
const CALL_BYTES_MAX: usize = 1024;
/// Addresses on lines further away belong to other calls.
const LINES_MAX: usize = 6;
const HOST_MAX: usize = 255;
const CALLEE_MAX: usize = 80;

const ADDRESS: &[Word] = &[Word::part("://")];
/// Clients that are not named after a product.
const CLIENTS: [&[u8]; 4] =
    [b"version2client", b"version3client", b"servicedeskclient", b"atlassian"];
/// Paths that only Atlassian's interfaces have.
const PATHS: [&[u8]; 8] = [
    b"/rest/api/",
    b"/rest/agile/",
    b"/rest/greenhopper/",
    b"/rest/servicedeskapi",
    b"/wiki/rest",
    b"/rest/applinks",
    b"/rest/usermanagement",
    b"/2.0/repositories",
];

/// What the text says of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is a client of Atlassian's.
    Ours,
    /// It is somebody else's.
    Others,
    /// It is nobody's.
    Nobodys,
}

/// Whose the call is in which `span` stands.
pub(super) fn of_call(window: &Window<'_>, span: Span) -> Place {
    let text = window.text;
    let callees = Callees::around(text, span.start());
    if callees.product {
        return Place::Ours;
    }
    let start = line_start(text, callees.start);
    let end = line_end(text, span.end());
    let statement = text.get(start..end).unwrap_or_default();
    match of_addresses(statement) {
        Some(place) => place,
        None if mentions(statement, names::ANY) => Place::Ours,
        None => of_surroundings(window, span),
    }
}

/// The same for an argument that any call may have: its own call must say so.
pub(super) fn of_named_argument(window: &Window<'_>, span: Span) -> Place {
    let text = window.text;
    let callees = Callees::around(text, span.start());
    if callees.product {
        return Place::Ours;
    }
    let start = line_start(text, callees.start);
    let end = call_end(text, span.end(), callees.levels);
    let statement = text.get(start..end).unwrap_or_default();
    match of_addresses(statement) {
        Some(place) => place,
        None if contains_any(statement, &PATHS) && mentions(statement, names::ANY) => Place::Ours,
        None => Place::Nobodys,
    }
}

/// Whose the text around `span` is: the nearest address decides, or a name that is nearer.
pub(super) fn of_surroundings(window: &Window<'_>, span: Span) -> Place {
    let text = window.text;
    let near = Span::at(
        lines_before(text, span.start()),
        lines_after(text, span.end()) - lines_before(text, span.start()),
    );
    let near = near.of(text).unwrap_or_default();
    let of_code = of_addresses(&without_notes(near));
    if of_code == Some(Place::Ours) || of_code.is_none() && of_addresses(near) == Some(Place::Ours)
    {
        return Place::Ours;
    }
    if of_code == Some(Place::Others) && of_addresses(near) == Some(Place::Ours) {
        return Place::Others;
    }
    match nearest(text, span, [names::ANY, ADDRESS]) {
        [Some(name), Some(address)] if name < address => Place::Ours,
        [_, Some(_)] if of_addresses(near).is_some() => Place::Others,
        [Some(_), _] => Place::Ours,
        _ if window.path().is_some_and(|path| mentions(path, names::ANY)) => Place::Ours,
        _ => Place::Nobodys,
    }
}

/// The lines of `text` without those that tell a reader where to read on: `# docs: https://…`.
fn without_notes(text: &[u8]) -> Vec<u8> {
    const NOTES: [&[u8]; 8] =
        [b"docs", b"see ", b"doc:", b"documentation", b"ticket", b"issue", b"browse/", b"/wiki/"];
    let is_note = |line: &&[u8]| is_comment(line) && contains_any(line, &NOTES);
    text.split(|&byte| byte == b'\n').filter(|line| !is_note(line)).collect::<Vec<_>>().join(&b'\n')
}

/// Whose the addresses in `text` are, if there are any that are written out.
pub(crate) fn of_addresses(text: &[u8]) -> Option<Place> {
    let mut others = None;
    for (at, _) in text.windows(3).enumerate().filter(|(_, three)| *three == b"://") {
        let rest = text.get(at + 3..).unwrap_or_default();
        match of_address(rest) {
            Some(Place::Ours) => return Some(Place::Ours),
            Some(place) => others = Some(place),
            None => {}
        }
    }
    others
}

/// Whose an address is that goes on so after its slashes.
pub(super) fn of_address(rest: &[u8]) -> Option<Place> {
    let rest = rest.get(..HOST_MAX * 2).unwrap_or(rest);
    let ends =
        |byte: &u8| matches!(byte, 0..=b' ' | b'"' | b'\'' | b'`' | b'<' | b'>' | b')' | b',');
    let address = rest.split(ends).next()?;
    let authority = address.split(|&byte| byte == b'/').next()?;
    let host = authority.rsplit(|&byte| byte == b'@').next()?;
    let host = host.split(|byte| matches!(byte, b':' | b'?' | b'\\')).next()?;
    let written = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let path = address.get(authority.len()..).unwrap_or_default();
    if !host.is_empty() && host.iter().all(written) && is_atlassian(host)
        || mentions(path, names::HOST)
        || contains_any(path, &PATHS)
    {
        return Some(Place::Ours);
    }
    if host.is_empty() || !host.iter().all(written) {
        // `https://{domain}.atlassian.net`
        return mentions(host, names::ANY).then_some(Place::Ours);
    }
    Some(Place::Others)
}

/// Whether something is called with what stands at `at`, or made of it.
pub(super) fn is_in_call(text: &[u8], at: usize) -> bool {
    Callees::around(text, at).any
}

/// Whether it stands between brackets from which a client is made a few lines below, as is usual
/// in Ruby.
pub(super) fn is_for_client_below(text: &[u8], at: usize) -> bool {
    let after = text.get(at..).unwrap_or_default();
    let after = after.get(..CALL_BYTES_MAX).unwrap_or(after);
    Callees::around(text, at).start < at && contains_any(after, &[b"jira::client"])
}

/// What is called around a place.
struct Callees {
    /// Whether anything is.
    any: bool,
    /// Whether one of them is named after a product.
    product: bool,
    /// Where the outermost one begins.
    start: usize,
    /// How many brackets are open.
    levels: usize,
}

impl Callees {
    fn around(text: &[u8], at: usize) -> Callees {
        let mut callees = Callees { any: false, product: false, start: at, levels: 0 };
        let from = at.saturating_sub(CALL_BYTES_MAX);
        let before = text.get(from..at).unwrap_or_default();
        let mut depth = 0_usize;
        let mut line_is_empty = false;
        for (index, &byte) in before.iter().enumerate().rev() {
            match byte {
                b')' | b']' | b'}' => depth += 1,
                b'(' | b'[' | b'{' if depth > 0 => depth -= 1,
                b'(' | b'[' | b'{' => {
                    let callee = callee(before.get(..index).unwrap_or_default(), byte);
                    callees.start = from + index;
                    callees.any |= !callee.is_empty();
                    callees.product |=
                        mentions(callee, names::ANY) || contains_any(callee, &CLIENTS);
                    callees.levels += 1;
                    if callees.levels == LEVELS_MAX {
                        break;
                    }
                }
                b';' if depth == 0 => break,
                b'\n' if line_is_empty && callees.levels == 0 => break,
                _ => {}
            }
            line_is_empty = byte == b'\n' || line_is_empty && byte.is_ascii_whitespace();
        }
        callees
    }
}

/// What is called with the bracket that follows: nothing, if it opens a block or a value.
fn callee(before: &[u8], bracket: u8) -> &[u8] {
    let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let before = before.get(..before.len() - blanks).unwrap_or_default();
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.:>-\\&$".contains(byte);
    let length = before.iter().rev().take(CALLEE_MAX).take_while(is_name).count();
    let (rest, name) = before.split_at(before.len() - length);
    let last = rest.trim_ascii_end();
    let declares =
        [&b"class"[..], b"interface", b"struct", b"enum", b"module", b"namespace", b"object"]
            .iter()
            .any(|word| last.ends_with(word));
    // `jira: {` and `jira = {` are values, `jira {` is a block.
    let is_value = matches!(name.last(), Some(b':' | b'>' | b'-'));
    let is_block = bracket == b'{' && !name.iter().any(u8::is_ascii_uppercase);
    if declares || is_value || is_block { &[] } else { name }
}

fn line_start(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(CALL_BYTES_MAX / 2);
    let before = text.get(from..at).unwrap_or_default();
    from + before.iter().rposition(|&byte| byte == b'\n').map_or(0, |line| line + 1)
}

/// Where the last of so many open brackets is closed.
fn call_end(text: &[u8], at: usize, levels: usize) -> usize {
    let mut depth = levels;
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.get(..CALL_BYTES_MAX / 2).unwrap_or(rest);
    let closes = |&byte: &u8| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    };
    at + rest.iter().position(closes).unwrap_or(rest.len())
}

fn line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.get(..CALL_BYTES_MAX / 2).unwrap_or(rest);
    at + rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())
}

fn lines_before(text: &[u8], at: usize) -> usize {
    (0..LINES_MAX).fold(at, |at, _| line_start(text, at.saturating_sub(1)).min(at))
}

fn lines_after(text: &[u8], at: usize) -> usize {
    (0..LINES_MAX).fold(at, |at, _| line_end(text, at).saturating_add(1).min(text.len()).max(at))
}
