//! Whether a header is one of a request that is written as an object, with its address in another
//! field: as browsers export what they sent, and as Postman keeps what it will send.
//!
//! ```text
//! {"method": "GET",
//!  "url": "https://jira.example.org/rest/api/2/myself",
//!  "headers": [ … {"name": "Authorization", "value": "Basic …"} … ]}
//! ```

use crate::constructor::{Place, of_addresses};
use crate::context::mentions;
use crate::names;
use crate::prose::is_one_of;

/// Bytes on either side that are read. A window has not many more.
const REACH_BYTES_MAX: usize = 1536;
/// Brackets around the value, from the inside: its object, the list of headers, the request.
const LEVELS_MAX: usize = 4;
/// Bytes of an address, from the name of its field on.
const ADDRESS_BYTES_MAX: usize = 200;

/// Whether the header at `at` is one of a request to Atlassian.
pub(crate) fn is_sent_to_ours(text: &[u8], at: usize) -> bool {
    let Some(request) = request(text, at) else { return false };
    let fields = (0..request.len()).filter_map(|at| address_field(request, at));
    fields.take(LEVELS_MAX).any(is_ours)
}

/// The object with the field for headers in which `at` is, as far as it is near.
fn request(text: &[u8], at: usize) -> Option<&[u8]> {
    let mut opened = opened_around(text, at).into_iter().enumerate();
    opened.find(|&(_, open)| is_one_of(name_before(text, open), b"headers header"))?;
    let (level, open) = opened.next()?;
    let rest = text.get(at..)?;
    let rest = rest.get(..REACH_BYTES_MAX).unwrap_or(rest);
    let mut depth = level + 1;
    let closes = |byte: &u8| {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        depth == 0
    };
    let length = rest.iter().position(closes).unwrap_or(rest.len());
    text.get(open..at + length).filter(|request| request.starts_with(b"{"))
}

/// Where the brackets open in which `at` is, the inner ones first.
fn opened_around(text: &[u8], at: usize) -> Vec<usize> {
    let from = at.saturating_sub(REACH_BYTES_MAX);
    let before = text.get(from..at).unwrap_or_default();
    let mut opened = Vec::new();
    let mut depth = 0_usize;
    for (index, byte) in before.iter().enumerate().rev() {
        match byte {
            b'}' | b']' => depth += 1,
            b'{' | b'[' if depth > 0 => depth -= 1,
            b'{' | b'[' => opened.push(from + index),
            _ => {}
        }
        if opened.len() == LEVELS_MAX {
            break;
        }
    }
    opened
}

/// The name of the field whose value begins at `at`.
fn name_before(text: &[u8], at: usize) -> &[u8] {
    const NAME_MAX: usize = 32;
    let before = text.get(at.saturating_sub(NAME_MAX)..at).unwrap_or_default().trim_ascii_end();
    let before = before.strip_suffix(b":").unwrap_or_default().trim_ascii_end();
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
    before.rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default()
}

/// What stands in the field for an address whose name begins at `at`.
fn address_field(request: &[u8], at: usize) -> Option<&[u8]> {
    let (before, rest) = request.split_at_checked(at)?;
    let rest = rest.strip_prefix(b"url").or_else(|| rest.strip_prefix(b"uri"))?;
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let value = rest.trim_ascii_start().strip_prefix(b":")?;
    let begins = !before.last().is_some_and(u8::is_ascii_alphanumeric);
    begins.then(|| value.get(..ADDRESS_BYTES_MAX).unwrap_or(value))
}

/// Whether the first address in `field` is one of Atlassian's, or the variable that is in its place.
fn is_ours(field: &[u8]) -> bool {
    let mut lines = field.split(|&byte| byte == b'\n').take(2);
    let found = lines.clone().find_map(of_addresses);
    let variable =
        |line: &[u8]| line.windows(2).any(|it| it == b"{{") && mentions(line, names::ANY);
    found == Some(Place::Ours) || found.is_none() && lines.any(variable)
}

#[cfg(test)]
mod tests {
    use super::is_sent_to_ours;

    fn check(text: &str, expected: bool) {
        let at = text.find('#').unwrap();
        assert_eq!(is_sent_to_ours(text.as_bytes(), at), expected, "{text}");
    }

    #[test]
    fn the_address_of_the_same_object_counts() {
        let list = "\"headers\": [{\"name\": \"a\",\n\"value\": \"b\"}, {\"name\": \"c\", \"value\": \"#\"}]";
        let ours = "\"url\": \"https://jira.acme.org/rest/x\"";
        check(&format!("{{{ours},\n{list}}}"), true);
        check(&format!("{{{list},\n{ours}}}"), true);
        check(&format!("{{{list},\n\"url\": {{\n \"raw\": \"https://jira.acme.org/\"}}}}"), true);
        check(&format!("{{{list},\n\"url\": \"{{{{jira_url}}}}/rest/x\"}}"), true);
        check("{url: 'https://a.atlassian.net/x', headers: {Authorization: '#'}}", true);

        check(&format!("{{{list},\n\"url\": \"https://git.acme.org/\"}}"), false);
        check(&format!("{{{list}}}, {{{ours}}}"), false);
        check(&format!("{{{ours}, \"x\": {{{list}}}}}"), false);
        check(&format!("{{{ours}, \"list\": [{{\"value\": \"#\"}}]}}"), false);
        check(&format!("{{{list}, \"x\": \"the url: jira\"}}"), false);
    }
}
