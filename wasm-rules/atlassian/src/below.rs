//! A value on a line of its own, below what it is called.
//!
//! ````text
//! Jira password:        ### Jira API token      **Jira API token**
//! value                                         `value`
//!                       ```
//!                       value
//!                       ```
//! ````

use pushgate_detector_sdk::Span;

use crate::literal::{Literal, skip_blanks};
use crate::noted::looks_set;

/// Longer lines are no headings.
const HEADING_MAX: usize = 80;
/// Empty lines, and the fence of a block, between the two.
const GAPS_MAX: usize = 3;
/// The longest value.
const VALUE_MAX: usize = 512;

/// The word on the next line that is not empty, if `key` ends a heading.
pub(crate) fn value(text: &[u8], key: Span) -> Option<Literal> {
    let from = key.start().saturating_sub(HEADING_MAX);
    let before = text.get(from..key.start())?;
    let line = before.rsplit(|&byte| byte == b'\n').next()?;
    let whole = line.len() < before.len() || from == 0;
    let signs = line.iter().take_while(|byte| b"#*_> \t-".contains(byte)).count();
    let (signs, words) = line.split_at_checked(signs)?;
    let of_heading = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || *byte == b' ';
    if !whole || !words.iter().all(of_heading) {
        return None;
    }
    let rest = text.get(key.end()..)?;
    let marks = rest.iter().take(3).take_while(|byte| b"*_".contains(byte)).count();
    let colon = usize::from(rest.get(marks) == Some(&b':'));
    let more = rest.get(marks + colon..)?.iter().take(3).take_while(|byte| b"*_".contains(byte));
    let end = skip_blanks(text, key.end() + marks + colon + more.count(), false);
    let bold = marks > 0 && signs.contains(&b'*');
    let titled = signs.starts_with(b"#") && signs.ends_with(b" ");
    if colon == 0 && !titled && !bold {
        return None;
    }
    let found = below(text, line_end(text, end)?)?;
    // What follows a comment at once is code.
    (found.apart || colon == 1 || bold).then_some(found.literal)
}

/// What stands on a line of its own.
struct Found {
    literal: Literal,
    /// Whether an empty line, a fence or a quotation mark sets it off.
    apart: bool,
}

/// Where the next line begins, if the line ends at `at`.
fn line_end(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at..)? {
        [b'\n', ..] => Some(at + 1),
        [b'\r', b'\n', ..] => Some(at + 2),
        _ => None,
    }
}

/// The only word of the first line from `at` on that has any.
fn below(text: &[u8], at: usize) -> Option<Found> {
    let first = at;
    let mut at = at;
    for _ in 0..=GAPS_MAX {
        let rest = text.get(at..)?;
        let length = rest.iter().take(VALUE_MAX + HEADING_MAX).position(|&byte| byte == b'\n');
        let line = rest.get(..length.unwrap_or(rest.len().min(VALUE_MAX + HEADING_MAX)))?;
        let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
        let lead = line.iter().take_while(|byte| blank(byte)).count();
        let word = line.get(lead..)?.trim_ascii_end();
        if word.is_empty() || word.starts_with(b"```") || word.starts_with(b"~~~") {
            at += length? + 1;
            continue;
        }
        let (start, word) = match word {
            [b'`', inner @ .., b'`'] => (at + lead + 1, inner),
            word => (at + lead, word),
        };
        let plain = !word.ends_with(b":") && !word.iter().any(|byte| b"\"'`<>{}()".contains(byte));
        let span = Span::at(start, word.len());
        let fits = plain && word.len() <= VALUE_MAX && looks_set(word) && !assigns(word);
        let apart = at > first || start > at + lead;
        let literal = Literal { span, quoted: false, next: span.end() };
        return fits.then_some(Found { literal, apart });
    }
    None
}

/// `name=value`, `name==1.2`: a setting of its own.
fn assigns(word: &[u8]) -> bool {
    let Some(sign) = word.iter().position(|&byte| byte == b'=') else { return false };
    let (name, rest) = word.split_at(sign);
    let is_name = name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte));
    // Padding, and a checksum behind it.
    let tail = rest.iter().skip_while(|&&byte| byte == b'=').count();
    is_name && tail > 0 && tail != 8
}

#[cfg(test)]
mod tests {
    use super::value;
    use pushgate_detector_sdk::Span;

    const VALUE: &str = "kmskXN5MnGFw";

    /// `@` stands for a value: this file holds none below a name.
    fn check(text: &str, expected: Option<&str>) {
        let text = text.replace('@', VALUE);
        let at = text.to_ascii_lowercase().find("token").unwrap();
        let found = value(text.as_bytes(), Span::at(at, 5));
        let found = found.map(|it| &text[it.span.start()..it.span.end()]);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_heading_names_the_word_below_it() {
        for text in [
            "Jira Token:\n@\n\nbye",
            "### Jira API Token\n\n```\n@\n```\n",
            "**Jira API Token**\n`@`\n",
            "> **Jira Token:**\r\n> @\r\n",
            "# Jira token\n\n@",
        ] {
            check(text, Some(VALUE));
        }
    }

    #[test]
    fn other_lines_name_nothing_below_them() {
        for text in [
            "the Jira token\n@\n",
            "# Jira token\n@ is gone\n",
            "jira token:\n  name: @\n",
            "jira token:\n  @:\n",
            "jira token:\n- @\n",
            "f(x, token:\n@\n",
            "# Jira token\n\nread-me-2\n",
            "# Jira token\n@\n",
            "    # via asttokens\nsnowballstemmer==2.2.0\n",
            "# Jira token:\nsome_name=@\n",
        ] {
            check(text, None);
        }
    }
}
