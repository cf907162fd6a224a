//! Gzip: members that continue each other, each a header, deflated data and a trailer.

use super::deflate::Inflater;
use super::output::Output;
use super::{Budget, End, Entry, Unpacked, name_of, u16_at};

/// What a member begins with: the magic number, and the only method there is.
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];
/// Length of a member's header without its optional parts.
const HEADER_LENGTH: usize = 10;
/// Length of a member's trailer: checksum and length.
const TRAILER_LENGTH: usize = 8;

const FLAG_HEADER_CHECKSUM: u8 = 1 << 1;
const FLAG_EXTRA: u8 = 1 << 2;
const FLAG_NAME: u8 = 1 << 3;
const FLAG_COMMENT: u8 = 1 << 4;

/// Whether `bytes` begin as a gzip member.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// Inflates all members into one entry, named as the first is.
pub(super) fn unpack(bytes: &[u8], budget: &mut Budget, each: &mut dyn FnMut(Entry)) -> Unpacked {
    let name = header(bytes).and_then(|header| name_of(header.name));
    let mut output = Output::new(budget);
    let end = members(bytes, budget, &mut output);
    output.hand_over(name, None, budget, each);
    end.into()
}

/// Inflates one member after the other.
fn members(bytes: &[u8], budget: &mut Budget, output: &mut Output) -> End {
    let mut inflater = Inflater::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        if budget.pay_entry().is_none() {
            return End::Full;
        }
        // Bytes that are no member are refused by some readers and ignored by others.
        let Some(header) = header(rest) else { return End::Unreadable };
        let data = rest.get(header.length..).unwrap_or_default();
        let (read, end) = inflater.inflate(data, output);
        if end != End::Done {
            return end;
        }
        let Some(behind) = data.get(read + TRAILER_LENGTH..) else { return End::Unreadable };
        // Tapes and disks pad with zeros; readers pass over them.
        rest = without_padding(behind);
    }
    End::Done
}

/// A member's header, as far as it matters.
struct Header<'b> {
    name: &'b [u8],
    length: usize,
}

/// The header that begins `bytes`.
fn header(bytes: &[u8]) -> Option<Header<'_>> {
    if !begins(bytes) {
        return None;
    }
    let flags = *bytes.get(3)?;
    let mut length = HEADER_LENGTH;
    if flags & FLAG_EXTRA != 0 {
        length += 2 + usize::from(u16_at(bytes, length)?);
    }
    let mut name = [].as_slice();
    if flags & FLAG_NAME != 0 {
        name = until_zero(bytes.get(length..)?)?;
        length += name.len() + 1;
    }
    if flags & FLAG_COMMENT != 0 {
        length += until_zero(bytes.get(length..)?)?.len() + 1;
    }
    if flags & FLAG_HEADER_CHECKSUM != 0 {
        length += 2;
    }
    Some(Header { name, length })
}

/// What stands before the first zero.
fn until_zero(bytes: &[u8]) -> Option<&[u8]> {
    memchr::memchr(0, bytes).and_then(|end| bytes.get(..end))
}

/// `bytes` without the zeros that begin them.
fn without_padding(bytes: &[u8]) -> &[u8] {
    let padding = bytes.iter().take_while(|&&byte| byte == 0).count();
    bytes.get(padding..).unwrap_or_default()
}
