//! Quotation marks, as they look after a text was quoted once more, or twice.

/// More backslashes than this before one mark are not text that somebody wrote.
const BACKSLASHES_MAX: usize = 64;
/// Longer texts between two marks are no values.
pub(crate) const QUOTED_MAX: usize = 512;

/// A quotation mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quote {
    /// The mark: `"`, `'` or a backtick.
    pub(crate) mark: u8,
    /// How deep it is quoted itself: the backslashes before it.
    backslashes: usize,
    /// Where it begins, backslashes included.
    pub(crate) start: usize,
    /// Where the text after it begins.
    pub(crate) end: usize,
}

/// Marks that are written in more than one character.
const NAMED: [(&[u8], u8); 12] = [
    (b"&quot;", b'"'),
    (b"&#34;", b'"'),
    (b"&#x22;", b'"'),
    (b"&amp;quot;", b'"'),
    (b"&apos;", b'\''),
    (b"&#39;", b'\''),
    (b"&#x27;", b'\''),
    (b"&amp;#39;", b'\''),
    ("“".as_bytes(), b'"'),
    ("”".as_bytes(), b'"'),
    ("‘".as_bytes(), b'\''),
    ("’".as_bytes(), b'\''),
];
/// A mark of these stands deeper than any with backslashes.
const DEEPEST: usize = BACKSLASHES_MAX + 1;

/// The quotation mark at `at`, with the backslashes before it.
pub(crate) fn quote_at(text: &[u8], at: usize) -> Option<Quote> {
    let rest = text.get(at..)?;
    match *rest.first()? {
        mark @ (b'"' | b'\'' | b'`') => {
            Some(Quote { mark, backslashes: 0, start: at, end: at + 1 })
        }
        b'\\' => {
            let run = rest.iter().take(BACKSLASHES_MAX).take_while(|&&byte| byte == b'\\').count();
            let escaped = rest.get(run..)?;
            let (mark, length) = match *escaped.first()? {
                mark @ (b'"' | b'\'' | b'`') => (mark, 1),
                b'u' if escaped.starts_with(b"u0022") => (b'"', 5),
                b'u' if escaped.starts_with(b"u0027") => (b'\'', 5),
                _ => return None,
            };
            Some(Quote { mark, backslashes: run, start: at, end: at + run + length })
        }
        b'&' | 0xE2 => {
            let (name, mark) = NAMED.iter().find(|(name, _)| rest.starts_with(name))?;
            Some(Quote { mark: *mark, backslashes: DEEPEST, start: at, end: at + name.len() })
        }
        _ => None,
    }
}

/// The quotation mark that ends right before `end`.
pub(crate) fn quote_before(text: &[u8], end: usize) -> Option<Quote> {
    let before = text.get(..end)?;
    if let Some(mark @ (b'"' | b'\'' | b'`')) = before.last() {
        let rest = before.get(..before.len() - 1)?;
        let run = rest.iter().rev().take(BACKSLASHES_MAX).take_while(|&&byte| byte == b'\\');
        let backslashes = run.count();
        return Some(Quote { mark: *mark, backslashes, start: end - 1 - backslashes, end });
    }
    if let Some(rest) = before.strip_suffix(b"u0022").or_else(|| before.strip_suffix(b"u0027")) {
        let run = rest.iter().rev().take(BACKSLASHES_MAX).take_while(|&&byte| byte == b'\\');
        let backslashes = run.count();
        let mark = if before.ends_with(b"2") { b'"' } else { b'\'' };
        let start = rest.len() - backslashes;
        return (backslashes > 0).then_some(Quote { mark, backslashes, start, end });
    }
    let (name, mark) = NAMED.iter().find(|(name, _)| before.ends_with(name))?;
    Some(Quote { mark: *mark, backslashes: DEEPEST, start: end - name.len(), end })
}

/// Where the text in `open` ends, and where what stands after it begins; `None` if it does not end
/// on its line.
pub(crate) fn closing(text: &[u8], open: Quote) -> Option<(usize, usize)> {
    let mut at = open.end;
    while at < open.end + QUOTED_MAX {
        let byte = *text.get(at)?;
        if byte == b'\n' {
            return None;
        }
        let Some(found) = quote_at(text, at) else {
            at += 1;
            continue;
        };
        if found.mark != open.mark || !open.is_closed_by(found) {
            at = found.end;
            continue;
        }
        // A mark twice is a mark inside: in SQL, CSV, YAML and Pascal.
        let again = quote_at(text, found.end);
        let doubled = |again: Quote| {
            again.mark == found.mark
                && again.backslashes == found.backslashes
                && found.start > open.end
                && quote_at(text, again.end).is_none_or(|third| third.mark != found.mark)
                && text.get(again.end).is_some_and(|next| next.is_ascii_graphic())
                && !text.get(again.end).is_some_and(|next| b",;)]}".contains(next))
        };
        match again {
            Some(again) if doubled(again) => at = again.end,
            _ => {
                let extra = found.backslashes.saturating_sub(open.backslashes);
                let end = if found.backslashes == DEEPEST { found.start } else { at + extra };
                return Some((end, found.end));
            }
        }
    }
    None
}

impl Quote {
    /// Whether `mark` ends the text that `self` opens: it is quoted as deep as that, or less deep,
    /// or the backslashes that it has more are themselves text.
    fn is_closed_by(self, mark: Quote) -> bool {
        match mark.backslashes.checked_sub(self.backslashes) {
            None => true,
            Some(_) if self.backslashes == DEEPEST || mark.backslashes == DEEPEST => {
                self.backslashes == mark.backslashes
            }
            Some(more) => more % (2 * (self.backslashes + 1)) == 0,
        }
    }

    /// Whether three of this mark stand here: a string of several lines.
    pub(crate) fn triple_end(self, text: &[u8]) -> Option<usize> {
        let mut end = self.end;
        for _ in 0..2 {
            let next = quote_at(text, end)?;
            if next.mark != self.mark || next.backslashes != self.backslashes {
                return None;
            }
            end = next.end;
        }
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::{closing, quote_at, quote_before};

    fn check(text: &str, expected: &str) {
        let text = text.as_bytes();
        let open = quote_at(text, 0).unwrap();
        let (end, _) = closing(text, open).unwrap();
        assert_eq!(&text[open.end..end], expected.as_bytes(), "{}", text.escape_ascii());
    }

    #[test]
    fn a_text_ends_at_the_mark_that_opened_it() {
        check(r#""it's" "x""#, "it's");
        check(r"'say \'no\'' + x", r"say \'no\'");
        check(r#""a\"b" "#, r#"a\"b"#);
        check(r#""a\\" "#, r"a\\");
        check("`x` y", "x");
        check("“x”", "x");
    }

    #[test]
    fn marks_that_are_quoted_themselves_find_their_partner() {
        check(r#"\"a\",\"b\""#, "a");
        check(r#"\\\"a\\\",\\\"b"#, "a");
        check(r#"\"a\\\"b\","#, r#"a\\\"b"#);
        check(r#"\"a", \"b"#, "a");
        check("&quot;a&quot;,&quot;b", "a");
        check("&#39;a\"b&#39;", "a\"b");
        check(r"\u0022a\u0022:", "a");
    }

    #[test]
    fn a_mark_twice_is_one_inside() {
        check("'it''s', 'x'", "it''s");
        check("'', 'x'", "");
        check("'a'',", "a");
    }

    #[test]
    fn a_text_that_does_not_end_on_its_line_has_no_end() {
        for text in ["\"abc", "\"abc\n\"", "'"] {
            let open = quote_at(text.as_bytes(), 0).unwrap();
            assert_eq!(closing(text.as_bytes(), open), None, "{text}");
        }
    }

    #[test]
    fn a_mark_is_found_from_behind() {
        for text in ["x\"", r#"x\\""#, "x&quot;", r"x\u0022", "x“"] {
            let quote = quote_before(text.as_bytes(), text.len()).unwrap();
            assert_eq!((quote.start, quote.mark), (1, b'"'), "{text}");
        }
        assert_eq!(quote_before(b"xu0022", 6), None);
        assert_eq!(quote_before(b"x", 1), None);
    }
}
