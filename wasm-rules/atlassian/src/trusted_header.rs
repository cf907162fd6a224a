//! `X-Seraph-Trusted-App-Cert: …`, with which one trusted application vouches for a user.

use pushgate_detector_sdk::{Grade, Span, Verdict};

use crate::boundary::{ends_freely, is_alphanumeric};
use crate::caseless::stands_at;
use crate::codes::{dismissal, evidence};
use crate::placeholder::is_token_stub;
use crate::unescape::{Reading, step};

/// The end of the header's name, in lower case.
const NAME: &[u8] = b"-app-cert";
/// Where it stands in a candidate.
const NAME_REACH: usize = 24;
/// Between the name and its value: quotes, a separator, and in some formats a second name.
const GAP_MAX: usize = 48;
/// A certificate is an encrypted user, time and id, in base64.
const VALUE_MIN: usize = 60;
const VALUE_MAX: usize = 4096;

/// The verdict on the header in `span`, if that is what `span` holds.
pub(crate) fn judge(text: &[u8], span: Span) -> Option<Verdict> {
    let reach = span.start()..span.end().min(span.start() + NAME_REACH);
    let name = reach.into_iter().find(|&at| stands_at(text, at, NAME))?;
    let Some(start) = value_start(text, name + NAME.len()) else {
        return Some(Verdict::Dismissed(dismissal::MALFORMED));
    };
    let mut value = Vec::new();
    let mut end = start;
    let mut padding = 0;
    while let Some(step) = step(text, end, Reading::Plain)
        && value.len() < VALUE_MAX
    {
        match step.byte {
            b'=' => padding += 1,
            byte if is_base64(byte) && padding == 0 => value.push(byte),
            _ => break,
        }
        end = step.next;
    }
    let reason = if value.is_empty() || value.len() < VALUE_MIN {
        dismissal::MALFORMED
    } else if is_token_stub(&value) || text.get(end) == Some(&b'.') {
        dismissal::PLACEHOLDER
    } else if !ends_freely(text, end, is_alphanumeric) {
        dismissal::PART_OF_MORE
    } else {
        let (grade, evidence) = (Grade::Likely, evidence::TRUSTED_SHAPED);
        return Some(Verdict::Confirmed { secret: Span::at(start, end - start), grade, evidence });
    };
    Some(Verdict::Dismissed(reason))
}

/// Where the value of a name that ends at `at` begins.
fn value_start(text: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    let limit = at + GAP_MAX;
    while at < limit {
        let rest = text.get(at..)?;
        if rest.starts_with(b"value") {
            at += 5;
        } else if rest.starts_with(b"&quot;") {
            at += 6;
        } else if rest.first().is_some_and(|&byte| is_base64(byte)) {
            return Some(at);
        } else if rest.first().is_some_and(|&byte| separates(byte)) {
            at += 1;
        } else {
            return None;
        }
    }
    None
}

fn separates(byte: u8) -> bool {
    const SIGNS: &[u8] = b"\"'`:=,>|\\()[]";
    byte.is_ascii_whitespace() || SIGNS.contains(&byte)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}
