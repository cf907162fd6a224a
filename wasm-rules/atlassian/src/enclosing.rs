//! The lines that a place stands under: the section of an INI file, the keys above in YAML, the
//! blocks around in code.
//!
//! ```text
//! provider "opsgenie" {          ◀─ second
//!   # for the on-call team
//!   settings {                   ◀─ first
//!     api_key = …
//! ```

use pushgate_detector_sdk::Span;

/// Bytes above that are read.
const REACH_BYTES_MAX: usize = 4096;
/// Lines above that are read.
const REACH_LINES_MAX: usize = 80;
/// A tab counts as so many blanks.
const TAB: usize = 4;

/// The lines around `at`, the nearest first: those less deep than all between, and then the head
/// of a section in brackets.
pub(crate) fn enclosing(text: &[u8], at: usize) -> impl Iterator<Item = Span> {
    let from = at.saturating_sub(REACH_BYTES_MAX);
    let above = text.get(from..at).unwrap_or_default();
    let own = above.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let mut depth = depth(text.get(from + own..).unwrap_or_default());
    let mut end = own;
    let mut lines = 0;
    std::iter::from_fn(move || {
        while end > 0 && lines < REACH_LINES_MAX {
            lines += 1;
            let start = above
                .get(..end - 1)?
                .iter()
                .rposition(|&byte| byte == b'\n')
                .map_or(0, |newline| newline + 1);
            let line = above.get(start..end - 1)?;
            let span = Span::at(from + start, line.len());
            end = start;
            let Some(here) = depth_of_text(line) else {
                continue;
            };
            if here < depth {
                depth = here;
                return Some(span);
            }
            if depth == 0 && line.starts_with(b"[") {
                end = 0;
                return Some(span);
            }
        }
        None
    })
}

/// How deep a line that has text is indented.
fn depth_of_text(line: &[u8]) -> Option<usize> {
    (!line.iter().all(u8::is_ascii_whitespace)).then(|| depth(line))
}

/// How deep a line is indented; the mark of a list is part of it.
fn depth(line: &[u8]) -> usize {
    let mut depth = 0;
    for (index, &byte) in line.iter().take(REACH_BYTES_MAX).enumerate() {
        depth += match byte {
            b' ' => 1,
            b'\t' => TAB,
            // A change in a patch, and an item of a list.
            b'+' | b'-' if index == 0 || line.get(index + 1) == Some(&b' ') => 1,
            _ => break,
        };
    }
    depth
}

/// The stretch around `span` of at most so many lines and bytes on either side.
pub(crate) fn lines_around(text: &[u8], span: Span, lines: usize, bytes: usize) -> Span {
    let from = span.start().saturating_sub(bytes);
    let to = text.len().min(span.end().saturating_add(bytes));
    let before = text.get(from..span.start()).unwrap_or_default();
    let after = text.get(span.end()..to).unwrap_or_default();
    let newline = |(_, byte): &(usize, &u8)| **byte == b'\n';
    let start = before.iter().enumerate().rev().filter(newline).nth(lines);
    let end = after.iter().enumerate().filter(newline).nth(lines);
    let start = start.map_or(from, |(at, _)| from + at + 1);
    let end = end.map_or(to, |(at, _)| span.end() + at);
    Span::new(start, end).unwrap_or(span)
}

#[cfg(test)]
mod tests {
    use super::enclosing;

    /// The lines around `#`, joined.
    fn check(text: &str, expected: &[&str]) {
        let at = text.find('#').unwrap();
        let lines: Vec<&str> =
            enclosing(text.as_bytes(), at).map(|line| &text[line.start()..line.end()]).collect();
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn lines_less_deep_enclose() {
        check("a:\n  b: 1\n  c:\n    d: 2\n\n    e: #", &["  c:", "a:"]);
        check("a:\n- b: 1\n  e: #", &["a:"]);
        check("a:\n- b: #", &["a:"]);
        check("x {\n\ty = #\n}", &["x {"]);
        check("e: #", &[]);
    }

    #[test]
    fn a_head_in_brackets_encloses() {
        check("[one]\nx=1\n[two]\ny=2\nz=#", &["[two]"]);
        check("[a.b]\n  z = #", &["[a.b]"]);
    }
}
