//! Zlib: two bytes of a header, deflated data, and a checksum (RFC 1950).
//!
//! The header is no magic number: letters that were drawn begin so once in twenty thousand times. So
//! data that cannot be inflated is none of this, and not a damaged container.

use super::deflate::Inflater;
use super::output::Output;
use super::{Budget, End};

/// Deflate with a window of 32 KB, which is what everybody writes.
const METHOD: u8 = 0x78;
/// How hard the writer tried: with the fastest level, as usual, and with the best. The one between is
/// a caret, and stands behind the letter of the method in formulas.
const LEVELS: [u8; 3] = [0x01, 0x9c, 0xda];

/// Whether `bytes` begin as zlib.
pub(super) fn begins(bytes: &[u8]) -> bool {
    matches!(bytes, [METHOD, level, _, ..] if LEVELS.contains(level))
}

/// Inflates what stands behind the header; what follows the data is not looked at.
pub(super) fn stream(bytes: &[u8], budget: &mut Budget, output: &mut Output) -> End {
    if budget.pay_entry().is_none() {
        return End::Full;
    }
    let data = bytes.get(2..).unwrap_or_default();
    match Inflater::new().inflate(data, output) {
        (_, End::Unreadable) => End::Done,
        (_, end) => end,
    }
}
