//! Whether a value is that of the credentials of a request which a program for such requests keeps:
//! Postman, Insomnia, Bruno, HTTPie.
//!
//! ```text
//! "auth": {"basic": [{"key": "password", "value": "…"}]}, "url": "https://acme.atlassian.net/…"
//! ```

use pushgate_detector_sdk::Span;

use crate::constructor::{Place, of_addresses};
use crate::enclosing::enclosing;
use crate::prose::is_one_of;

/// What the credentials of a request stand under.
const HEADINGS: &[u8] = b"auth authentication basic bearer auth:basic auth:bearer";
/// Lines around that are looked at for one.
const LINES_MAX: usize = 6;
/// Where the address of a request may stand.
const REACH_BYTES_MAX: usize = 640;

/// Whether `value` is one of a request to Atlassian.
pub(crate) fn is_of_request(text: &[u8], value: Span) -> bool {
    let heads = enclosing(text, value.start()).take(LINES_MAX);
    let is_auth = |line: &[u8]| {
        let signs = |byte: &u8| !byte.is_ascii_alphanumeric();
        let start = line.iter().take_while(|byte| signs(byte)).count();
        let end = line.iter().rev().take_while(|byte| signs(byte)).count();
        line.get(start..line.len() - end).is_some_and(|name| is_one_of(name, HEADINGS))
    };
    if !heads.filter_map(|line| line.of(text)).any(is_auth) {
        return false;
    }
    // The nearest address is that of the request.
    const SIGN: &[u8] = b"://";
    let from = value.start().saturating_sub(REACH_BYTES_MAX);
    let before = text.get(from..value.start()).unwrap_or_default();
    let above = before.windows(SIGN.len()).rposition(|it| it == SIGN);
    let after = text.get(value.end()..).unwrap_or_default();
    let after = after.get(..REACH_BYTES_MAX).unwrap_or(after);
    let below = after.windows(SIGN.len()).position(|it| it == SIGN);
    let near = match (above, below) {
        (Some(above), Some(below)) if before.len() - above <= below => before.get(above..),
        (_, Some(below)) => after.get(below..),
        (above, None) => above.and_then(|above| before.get(above..)),
    };
    let line = near.and_then(|near| near.split(|&byte| byte == b'\n').next());
    line.is_some_and(|line| of_addresses(line) == Some(Place::Ours))
}

#[cfg(test)]
mod tests {
    use super::is_of_request;
    use pushgate_detector_sdk::Span;

    #[test]
    fn the_nearest_address_says_whose_request_it_is() {
        for (text, expected) in [
            (
                "{\n \"auth\": {\n  \"pw\": \"#\"\n },\n \"url\": \"https://a.atlassian.net/x\"\n}",
                true,
            ),
            ("{\n \"auth\": {\n  \"pw\": \"#\"\n },\n \"url\": \"https://a.example/x\"\n}", false),
            (
                "get {\n  url: https://jira.acme.org/rest/api/2/x\n}\n\nauth:basic {\n  pw: #\n}",
                true,
            ),
            ("url: https://a.atlassian.net/\nurl: https://b.example\nauth:\n  pw: #\n", false),
            (
                "{\n \"other\": {\n  \"pw\": \"#\"\n },\n \"url\": \"https://a.atlassian.net/x\"\n}",
                false,
            ),
            ("auth:\n  pw: #\n", false),
        ] {
            let at = text.find('#').unwrap();
            assert_eq!(is_of_request(text.as_bytes(), Span::at(at, 1)), expected, "{text}");
        }
    }
}
