//! A zip behind other bytes: a program that unpacks itself, a script that is run with its modules.
//!
//! Such a file begins as anything, so it is known by its end: within reach of the longest comment
//! stands the record that ends the directory. Files of this kind count their offsets from where the
//! zip begins or from where the file does; [`Directory`](super::header::Directory) takes both.

use memchr::memmem::{self, Finder};

use super::header::{
    END_LENGTH, END_SIGNATURE, LISTED_LENGTH, LOCAL_SIGNATURE, WIDE_LOCATOR_LENGTH,
    WIDE_LOCATOR_SIGNATURE,
};
use crate::decode::archive::{u16_at, u32_at};

/// Bytes at the end of a file in which the record is: its own, and the longest comment.
pub(crate) const END_REACH: usize = END_LENGTH + u16::MAX as usize;

/// The last byte of the record's signature. Text does not have it.
const END_MARK: u8 = 6;

/// Where the first entry of a zip begins, if `bytes` end as one does.
pub(crate) fn find(bytes: &[u8]) -> Option<usize> {
    if !ends(bytes, 0) {
        return None;
    }
    // The number of each method has a zero, so what has none holds no entry that can be read. The
    // sieve relies on it: it has what holds a zero searched in full, and looks at no end.
    memchr::memchr(0, bytes)?;
    memmem::find(bytes, &LOCAL_SIGNATURE)
}

/// Looks for where a first entry may begin.
pub(crate) fn finder() -> Finder<'static> {
    Finder::new(&LOCAL_SIGNATURE).into_owned()
}

/// Bytes of what a [`finder`] looks for.
pub(crate) const MARK_LENGTH: usize = LOCAL_SIGNATURE.len();

/// Whether the last of `bytes`, before which there are `before` others, are those of a zip.
pub(crate) fn ends(bytes: &[u8], before: usize) -> bool {
    let start = bytes.len().saturating_sub(END_REACH);
    let end = bytes.get(start..).unwrap_or_default();
    memchr::memrchr_iter(END_MARK, end).any(|mark| {
        let at = (start + mark + 1).checked_sub(END_SIGNATURE.len());
        at.is_some_and(|at| at >= start && is_end(bytes, at, before))
    })
}

/// Whether the record that ends a directory stands at `at`, by what it says of itself: that it goes
/// on to the end of the file, or of a directory that can be true.
fn is_end(bytes: &[u8], at: usize, before: usize) -> bool {
    let said = || {
        let record = bytes.get(at..).filter(|record| record.starts_with(END_SIGNATURE))?;
        let comment = usize::from(u16_at(record, END_LENGTH - 2)?);
        if END_LENGTH + comment == record.len() {
            return Some(true);
        }
        let locator = at.checked_sub(WIDE_LOCATOR_LENGTH).and_then(|at| bytes.get(at..));
        if locator.is_some_and(|locator| locator.starts_with(WIDE_LOCATOR_SIGNATURE)) {
            return Some(true);
        }
        let count = usize::from(u16_at(record, 10)?);
        let length = usize::try_from(u32_at(record, 12)?).ok()?;
        Some(count > 0 && LISTED_LENGTH * count <= length && length <= before.saturating_add(at))
    };
    said().unwrap_or(false)
}
