//! Strings as code writes them.

use pushgate_detector_sdk::Span;

/// A longer string holds no single secret.
const CONTENT_MAX: usize = 1024;
/// `rb"…"`, `$@"…"`.
const PREFIX_MAX: usize = 2;
/// Code inside a string inside a string.
const BACKSLASHES_MAX: usize = 7;

/// A string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeString {
    /// What is between the quotes.
    pub(crate) content: Span,
    /// Where the text goes on.
    pub(crate) next: usize,
}

/// Reads the string that begins at `at`, with or without a prefix. One that is filled in while the
/// program runs (`f"{token}"`) is none.
pub(crate) fn code_string(text: &[u8], at: usize) -> Option<CodeString> {
    let rest = text.get(at..)?;
    let is_prefix = |byte: &&u8| {
        matches!(byte, b'b' | b'B' | b'u' | b'U' | b'r' | b'R' | b'f' | b'F' | b'@' | b'$')
    };
    let prefix = rest.iter().take(PREFIX_MAX).take_while(is_prefix).count();
    let filled = rest.iter().take(prefix).any(|byte| matches!(byte, b'f' | b'F' | b'$'));
    let rest = rest.get(prefix..)?;
    let backslashes = rest.iter().take(BACKSLASHES_MAX).take_while(|&&byte| byte == b'\\').count();
    let quote = *rest.get(backslashes)?;
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return None;
    }
    let mut start = at + prefix + backslashes + 1;
    let three = backslashes == 0 && text.get(start..start + 2) == Some(&[quote, quote]);
    let end = if three {
        start += 2;
        let inside = text.get(start..)?;
        let inside = inside.get(..CONTENT_MAX).unwrap_or(inside);
        start + inside.windows(3).position(|three| three == [quote; 3])?
    } else {
        closing(text, start, quote, backslashes)?
    };
    let content = Span::new(start, end)?;
    let bytes = content.of(text)?;
    let interpolated = filled && bytes.contains(&b'{')
        || quote == b'"' && bytes.windows(2).any(|pair| pair == b"\\(");
    let closed = if three { 3 } else { backslashes + 1 };
    (!interpolated).then_some(CodeString { content, next: end + closed })
}

/// Where the quote with as many backslashes as the opening one stands.
fn closing(text: &[u8], start: usize, quote: u8, backslashes: usize) -> Option<usize> {
    let inside = text.get(start..)?;
    let inside = inside.get(..CONTENT_MAX).unwrap_or(inside);
    let mut run = 0;
    for (index, &byte) in inside.iter().enumerate() {
        if byte == b'\\' {
            run += 1;
            continue;
        }
        if byte == quote {
            // An even number of backslashes before a bare quote are backslashes themselves.
            if backslashes == 0 && run % 2 == 0 {
                return Some(start + index);
            }
            if backslashes > 0 && run <= backslashes {
                return (run == backslashes).then_some(start + index - run);
            }
        } else if byte == b'\n' && quote != b'`' {
            return None;
        }
        run = 0;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::code_string;

    fn check(text: &str, expected: Option<&str>) {
        let found =
            code_string(text.as_bytes(), 0).map(|it| it.content.of(text.as_bytes()).unwrap());
        assert_eq!(found, expected.map(str::as_bytes), "{text}");
    }

    #[test]
    fn strings_are_read_in_every_quote() {
        for text in [r#""a'b""#, r#""""a'b""""#, r#"b"a'b""#, r#"`a'b`"#, r#"\"a'b\""#, r#"@"a'b""#]
        {
            check(text, Some("a'b"));
        }
        check(r#""a\"b""#, Some(r#"a\"b"#));
        check(r#"\"a\\\"b\""#, Some(r#"a\\\"b"#));
        check("''", Some(""));
    }

    #[test]
    fn what_has_no_end_or_is_filled_in_later_is_none() {
        for text in ["'a", "\"a\nb\"", "name", "f'{a}'", "$\"{a}\"", "\\\"a\"", ""] {
            check(text, None);
        }
    }
}
