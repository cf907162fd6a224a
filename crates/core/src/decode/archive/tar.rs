//! Tar: blocks of 512 bytes, a header and then the content.
//!
//! A block that should be a header and is not is passed over until one is found, so that neither
//! damage nor a lying size nor an early end hides what follows. Of a sparse file the stored parts
//! are handed over as one text.

use super::output::Output;
use super::{Budget, End, Entry, Unpacked, name_of};

/// Everything in a tar is a multiple of this.
const BLOCK_LENGTH: usize = 512;
/// Bytes of attributes that are read; they are short lines.
const ATTRIBUTES_LENGTH_MAX: usize = 64 << 10;

const NAME: std::ops::Range<usize> = 0..100;
const SIZE: std::ops::Range<usize> = 124..136;
const CHECKSUM: std::ops::Range<usize> = 148..156;
const KIND: usize = 156;
const MAGIC: std::ops::Range<usize> = 257..263;
const PREFIX: std::ops::Range<usize> = 345..500;
/// Whether a block with more of a sparse file's map follows the header, or such a block.
const SPARSE_CONTINUES: usize = 482;
const SPARSE_CONTINUES_AGAIN: usize = 504;

/// Whether `bytes` begin with a header whose checksum holds; old tars have no other mark.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.get(..BLOCK_LENGTH).is_some_and(is_header)
}

/// Hands over the content of each member.
pub(super) fn unpack(bytes: &[u8], budget: &mut Budget, each: &mut dyn FnMut(Entry)) -> Unpacked {
    let mut reader = Reader { bytes, at: 0, next: Attributes::default(), ended: false };
    let mut end = End::Done;
    while let Some(block) = reader.block(reader.at) {
        if !is_header(block) {
            if !reader.pass_over(block) {
                end = End::Unreadable;
            }
            continue;
        }
        if budget.pay_entry().is_none() {
            return Unpacked::TooMuch;
        }
        match reader.member(block, budget, each) {
            End::Done => {}
            End::Unreadable => end = End::Unreadable,
            End::Full => return Unpacked::TooMuch,
        }
    }
    let rest = bytes.get(reader.at..).unwrap_or_default();
    let is_padding = reader.ended && is_zero(rest);
    if !rest.is_empty() && !is_padding {
        end = End::Unreadable;
    }
    end.into()
}

/// Where reading is.
struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    /// What was said of the next member before its header.
    next: Attributes<'b>,
    /// Whether an end was seen, behind which there may be more zeros.
    ended: bool,
}

/// What a member's header cannot hold, or only badly.
#[derive(Default)]
struct Attributes<'b> {
    name: Option<&'b [u8]>,
    size: Option<u64>,
}

impl<'b> Reader<'b> {
    /// The whole block at `at`.
    fn block(&self, at: usize) -> Option<&'b [u8]> {
        self.bytes.get(at..at.checked_add(BLOCK_LENGTH)?)
    }

    /// Passes over `block`, which is no header; whether that is as it should be.
    fn pass_over(&mut self, block: &[u8]) -> bool {
        self.at += BLOCK_LENGTH;
        self.ended |= is_zero(block);
        is_zero(block)
    }

    /// Reads the member whose header is `block`.
    fn member(&mut self, block: &'b [u8], budget: &mut Budget, each: &mut dyn FnMut(Entry)) -> End {
        self.ended = false;
        let kind = block.get(KIND).copied().unwrap_or_default();
        let said = match kind {
            b'L' | b'K' | b'x' | b'g' => Attributes { name: self.next.name, size: None },
            _ => std::mem::take(&mut self.next),
        };
        let start = self.content_start(block, kind);
        let size = said.size.or_else(|| number(block.get(SIZE).unwrap_or_default()));
        let (content, next_at, whole) = self.content(start, size, kind);
        self.at = next_at;
        match kind {
            // A cut one may reach over all that follows, which is read for itself.
            b'L' | b'x' if !whole => {}
            b'L' => self.next.name = Some(until_zero(content)),
            b'x' => attributes(content, &mut self.next),
            // The target of a link, and what holds for all members: nothing to unpack.
            b'K' | b'g' => {}
            _ => {
                let name = said.name.map_or_else(|| header_name(block), <[u8]>::to_vec);
                let mut output = Output::new(budget);
                let fitted = output.take(content);
                output.hand_over(name_of(&name), Some(start), budget, each);
                if !fitted {
                    return End::Full;
                }
            }
        }
        if whole { End::Done } else { End::Unreadable }
    }

    /// Where the content begins: behind the header, and behind the map of a sparse file.
    fn content_start(&self, block: &[u8], kind: u8) -> usize {
        let mut start = self.at + BLOCK_LENGTH;
        let mut continues =
            kind == b'S' && block.get(SPARSE_CONTINUES).is_some_and(|&byte| byte != 0);
        while continues && let Some(map) = self.block(start) {
            continues = map.get(SPARSE_CONTINUES_AGAIN).is_some_and(|&byte| byte != 0);
            start += BLOCK_LENGTH;
        }
        start
    }

    /// The content at `start`, where the next header should be, and whether the size can be true.
    fn content(&self, start: usize, size: Option<u64>, kind: u8) -> (&'b [u8], usize, bool) {
        let rest = self.bytes.get(start..).unwrap_or_default();
        // Links and the like have no content, but some writers give them a size.
        let none_expected = matches!(kind, b'1'..=b'6') && begins(rest);
        let size = if none_expected { Some(0) } else { size };
        let size = size.and_then(|size| usize::try_from(size).ok());
        match size.and_then(|size| rest.get(..size)) {
            Some(content) => {
                let next_at = start.saturating_add(content.len().next_multiple_of(BLOCK_LENGTH));
                (content, next_at.min(self.bytes.len().max(start)), true)
            }
            // Cut, or lying: all that is there, and then headers are looked for in it.
            None => (rest, start, false),
        }
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}

/// Whether `block` is a header: it has a name, and its checksum holds.
fn is_header(block: &[u8]) -> bool {
    if block.first().is_none_or(|&byte| byte == 0) && block.get(MAGIC.start) != Some(&b'u') {
        return false;
    }
    let Some(claimed) = octal(block.get(CHECKSUM).unwrap_or_default()) else { return false };
    let (mut unsigned, mut signed) = (0_i64, 0_i64);
    for (at, &byte) in block.iter().enumerate() {
        let byte = if CHECKSUM.contains(&at) { b' ' } else { byte };
        unsigned += i64::from(byte);
        signed += i64::from(byte.cast_signed());
    }
    // Some old writers added signed bytes.
    i64::try_from(claimed).is_ok_and(|claimed| claimed == unsigned || claimed == signed)
}

/// The name in a header, with its prefix if the header is of the kind that has one.
fn header_name(block: &[u8]) -> Vec<u8> {
    let name = until_zero(block.get(NAME).unwrap_or_default());
    if block.get(MAGIC) != Some(b"ustar\0") {
        return name.to_vec();
    }
    match until_zero(block.get(PREFIX).unwrap_or_default()) {
        [] => name.to_vec(),
        prefix => [prefix, name].join(&b'/'),
    }
}

/// A number in a header: octal digits, or big-endian bytes behind a mark.
fn number(field: &[u8]) -> Option<u64> {
    let (&first, rest) = field.split_first()?;
    if first & 0x80 == 0 {
        return octal(field);
    }
    let first = u64::from(first & 0x7f);
    rest.iter()
        .try_fold(first, |value, &byte| value.checked_mul(256).map(|value| value | u64::from(byte)))
}

/// Octal digits, with spaces before and spaces and zeros behind; none are zero.
fn octal(field: &[u8]) -> Option<u64> {
    until_zero(field).trim_ascii().iter().try_fold(0_u64, |value, &byte| match byte {
        b'0'..=b'7' => value.checked_mul(8).map(|value| value | u64::from(byte - b'0')),
        _ => None,
    })
}

/// Reads lines of the form `length key=value`, of which each length counts its whole line.
fn attributes<'b>(content: &'b [u8], into: &mut Attributes<'b>) {
    let mut rest = content.get(..ATTRIBUTES_LENGTH_MAX).unwrap_or(content);
    while let Some((line, behind)) = attribute_line(rest) {
        rest = behind;
        let Some(equals) = memchr::memchr(b'=', line) else { continue };
        let (key, value) = line.split_at(equals);
        let value = value.get(1..).unwrap_or_default();
        match key {
            b"path" | b"GNU.sparse.name" => into.name = Some(value),
            b"size" => into.size = decimal(value),
            _ => {}
        }
    }
}

/// The first `key=value`, and what follows its line.
fn attribute_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = memchr::memchr(b' ', bytes)?;
    let length = usize::try_from(decimal(bytes.get(..space)?)?).ok()?;
    let line = bytes.get(space + 1..length)?;
    Some((line.strip_suffix(b"\n").unwrap_or(line), bytes.get(length..)?))
}

/// Decimal digits.
fn decimal(bytes: &[u8]) -> Option<u64> {
    str::from_utf8(bytes).ok()?.parse().ok()
}

/// What stands before the first zero, or all.
fn until_zero(bytes: &[u8]) -> &[u8] {
    memchr::memchr(0, bytes).and_then(|end| bytes.get(..end)).unwrap_or(bytes)
}
