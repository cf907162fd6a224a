//! The token with which a remote agent of Bamboo shows that it may come in.
//!
//! ```text
//! SECURITY_TOKEN=40 digits   java -jar atlassian-bamboo-agent-installer.jar https://… -t 40 digits
//! ```

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use crate::candidate::{Wanted, find};
use crate::codes::{dismissal, evidence};
use crate::context::{Word, nearest};
use crate::prose::is_one_of;
use crate::shape::Shape;
use crate::words::has;

const OWN: &[Word] = &[Word::part("bamboo")];
const AGENT: &[Word] = &[Word::part("agent")];

/// Judges `bamboo-agent-security-token`.
pub(crate) fn agent_token(window: &Window<'_>, span: Span) -> Verdict {
    const WANTED: Wanted = Wanted { shapes: &[Shape::Hex(40)], is_key: is_token, own: OWN };

    match find(window, span, &WANTED, is_option_of_agent) {
        Ok(found)
            if is_in_brackets(window.text, found.value)
                || is_pointed_at(window.text, found.value) =>
        {
            Verdict::Dismissed(dismissal::DIGEST_OR_ID)
        }
        Ok(found) => Verdict::Confirmed {
            secret: found.value,
            grade: Grade::Likely,
            evidence: if found.phrase.is_empty() {
                evidence::BAMBOO_AGENT_OPTION
            } else {
                evidence::BAMBOO_AGENT_TOKEN
            },
        },
        Err(reason) => Verdict::Dismissed(reason),
    }
}

/// Whether nothing but brackets stands around `value`: so a text names a commit.
fn is_in_brackets(text: &[u8], value: Span) -> bool {
    let before = value.start().checked_sub(1).and_then(|at| text.get(at));
    before == Some(&b'(') && text.get(value.end()) == Some(&b')')
}

/// `see`, `fixed in`: whether the word right before `value` points at something, as at a commit.
fn is_pointed_at(text: &[u8], value: Span) -> bool {
    const WORD_MAX: usize = 12;
    const POINTING: &[u8] =
        b"see in by since at from fixed via on with after before until reverts reverted merge \
        merged introduced";
    let before = text.get(..value.start()).unwrap_or_default();
    let blanks = before.iter().rev().take_while(|byte| **byte == b' ').count();
    let before = before.get(..before.len() - blanks).unwrap_or_default();
    let letters = before.iter().rev().take(WORD_MAX).take_while(|byte| byte.is_ascii_alphabetic());
    let word = before.get(before.len() - letters.count()..).unwrap_or_default();
    blanks > 0 && is_one_of(word, POINTING)
}

fn is_token(name: &[u8]) -> bool {
    has(name, &[b"token"])
}

/// Whether `value` stands behind the option `-t`, on the same line or as the next argument of a
/// list or of a service wrapper, where an agent is started.
fn is_option_of_agent(window: &Window<'_>, value: Span) -> bool {
    const REACH_BYTES_MAX: usize = 120;

    let from = value.start().saturating_sub(REACH_BYTES_MAX);
    let before = window.text.get(from..value.start()).unwrap_or_default();
    let before = without_property(before);
    let marks = |byte: &&u8| byte.is_ascii_whitespace() || b"\"'`,\\[=-".contains(byte);
    let end = before.len() - before.iter().rev().take_while(marks).count();
    let option = matches!(before.get(..end), Some([.., b'-', b't']))
        && !before.get(..end).is_some_and(|it| it.ends_with(b"--t"));
    option && end < before.len() && nearest(window.text, value, [AGENT]) != [None]
}

/// Without the key of the service wrapper: `wrapper.app.parameter.4=`.
fn without_property(before: &[u8]) -> &[u8] {
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let line = before.get(start..).unwrap_or_default();
    let quotes = |byte: &&u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'-');
    let indent = line.iter().take_while(quotes).count();
    if line.get(indent..).is_some_and(|it| it.starts_with(b"wrapper.app.parameter.")) {
        before.get(..start).unwrap_or_default()
    } else {
        before
    }
}
