//! Whether a place is in the body of a request that is written out, as it is sent: in files of
//! editors that send such requests, and in notes.
//!
//! ```text
//! POST https://jira.example.org/rest/oauth2/latest/token
//! Content-Type: application/x-www-form-urlencoded
//!
//! client_id=…&client_secret=…
//! ```

use crate::caseless::stands_at;
use crate::constructor::{Place, of_addresses};
use crate::host::is_atlassian;

/// Bytes above that are read.
const REACH_BYTES_MAX: usize = 1024;
/// Lines of the body above the place.
const BODY_LINES_MAX: usize = 8;
/// Headers.
const HEADERS_MAX: usize = 16;

const METHODS: [&[u8]; 5] = [b"POST ", b"PUT ", b"PATCH ", b"GET ", b"DELETE "];

/// Whether `at` is in the body of a request to Atlassian.
pub(crate) fn is_in_body(text: &[u8], at: usize) -> bool {
    let above = text.get(at.saturating_sub(REACH_BYTES_MAX)..at).unwrap_or_default();
    let mut lines = above.rsplit(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    // One empty line parts the body from the head.
    if !lines.by_ref().take(BODY_LINES_MAX).any(<[u8]>::is_empty) {
        return false;
    }
    let mut to_ours = false;
    for line in lines.take(HEADERS_MAX) {
        if METHODS.iter().any(|method| line.starts_with(method)) {
            return to_ours || of_addresses(line) == Some(Place::Ours);
        }
        let Some(value) = header(line) else { return false };
        to_ours |= stands_at(line, 0, b"host:") && is_atlassian(value);
    }
    false
}

/// The value of a header, without blanks.
fn header(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let named = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let (name, value) = line.split_at_checked(colon)?;
    let is_header = !name.is_empty() && name.iter().all(named);
    is_header.then(|| value.get(1..).unwrap_or_default().trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::is_in_body;

    #[test]
    fn a_body_stands_below_its_head() {
        for text in [
            "POST https://jira.acme.org/rest/x\nA-B: c\n\nx=1&y=#",
            "### note\nPOST /rest/x HTTP/1.1\r\nHost: jira.acme.org\r\nA: b\r\n\r\nx=1\n&y=#",
            "PUT https://jira.acme.org/rest/x HTTP/1.1\n\n{\n  \"y\": \"#\"",
        ] {
            assert!(is_in_body(text.as_bytes(), text.rfind('#').unwrap()), "{text}");
        }
        for text in [
            "POST https://git.acme.org/rest/x\nA-B: c\n\nx=1&y=#",
            "POST /rest/x HTTP/1.1\nHost: git.acme.org\n\ny=#",
            "POST https://jira.acme.org/rest/x\n\nx=1\n\ny=#",
            "POST https://jira.acme.org/rest/x\nA: b\ny=#",
            "Post what you know to https://jira.acme.org/\n\ny=#",
            "POST https://jira.acme.org/rest/x\nthis is a note\n\ny=#",
        ] {
            assert!(!is_in_body(text.as_bytes(), text.rfind('#').unwrap()), "{text}");
        }
    }
}
