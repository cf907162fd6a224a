//! A run that was broken into the strings of a list.
//!
//! The strings of a list may also be values, each by itself. They are one run if they are of one
//! width and the last is shorter: values that are drawn alike have all the same.

use std::ops::{Range, RangeInclusive};

use super::lines::{BEFORE_MAX, BEHIND_MAX, GAP_MAX, after_blanks};
use super::long::LONG_MIN;
use super::{after_padding, end_of_letters, is_letter};

/// Letters of each string but the last: shorter ones, and much longer ones, are values.
const WIDTHS: RangeInclusive<usize> = LONG_MIN..=128;

/// The quotes of the strings, if `first` is the first one of a list that is one run.
pub(super) fn quote_of_list(text: &[u8], first: &Range<usize>) -> Option<u8> {
    let quote = *text.get(first.start.checked_sub(1)?)?;
    let is_quoted = matches!(quote, b'"' | b'\'') && text.get(first.end) == Some(&quote);
    let width = first.len();
    if !is_quoted || !WIDTHS.contains(&width) || follows_another(text, first, quote) {
        return None;
    }
    let mut end = first.end;
    loop {
        let start = item_behind(text, end, quote)?;
        end = end_of_letters(text, start);
        let padded = after_padding(text, end);
        if text.get(padded) != Some(&quote) {
            return None;
        }
        if padded > end || end - start != width {
            let is_last = item_behind(text, padded, quote).is_none();
            return (padded - start <= width && is_last).then_some(quote);
        }
    }
}

/// Where the next string of a list begins, behind its quote, if one ends at `end`.
pub(super) fn item_behind(text: &[u8], end: usize, quote: u8) -> Option<usize> {
    let behind = text.get(end..)?.strip_prefix(&[quote])?;
    let comma = usize::from(behind.first() == Some(&b','));
    let at = after_blanks(text, end + 1 + comma, BEHIND_MAX);
    let at = match text.get(at..)? {
        [b'\n', ..] => behind_sign(text, at + 1),
        [b'\r', b'\n', ..] => behind_sign(text, at + 2),
        _ if comma > 0 => at,
        _ => return None,
    };
    (text.get(at) == Some(&quote)).then_some(at + 1)
}

/// Where the item begins in the line that begins at `start`, behind the sign of a list.
fn behind_sign(text: &[u8], start: usize) -> usize {
    let at = after_blanks(text, start, BEFORE_MAX);
    match text.get(at..) {
        Some([b'-', b' ', ..]) => at + 2,
        _ => at,
    }
}

/// Whether a string as wide as `item` stands before it in the list.
fn follows_another(text: &[u8], item: &Range<usize>, quote: u8) -> bool {
    let is_between = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'-');
    let before = text.get(..item.start.saturating_sub(1)).unwrap_or_default();
    let near = before.get(before.len().saturating_sub(GAP_MAX)..).unwrap_or_default();
    let between = near.iter().rev().take_while(is_between).count();
    let other = before.get(..before.len() - between).and_then(|list| list.strip_suffix(&[quote]));
    other.is_some_and(|other| {
        let (opened, letters) = other.split_at(other.len().saturating_sub(item.len()));
        opened.ends_with(&[quote])
            && letters.iter().all(|letter| is_letter(*letter))
            && item_behind(text, other.len(), quote) == Some(item.start)
    })
}

#[cfg(test)]
mod tests {
    use super::quote_of_list;

    #[test]
    fn a_run_begins_with_the_first_string_of_its_list() {
        let wide = "YWFh".repeat(16);
        for parted in ["\",\n  \"", "\", \"", "\"\r\n- \""] {
            let text = format!("[\"key\", \"{wide}{parted}{wide}{parted}YWFh\"]");
            let first = text.find(&wide).unwrap();
            let second = first + wide.len() + parted.len();
            let quote = |at: usize| quote_of_list(text.as_bytes(), &(at..at + wide.len()));
            assert_eq!((quote(first), quote(second)), (Some(b'"'), None), "{parted:?}");
        }
    }
}
