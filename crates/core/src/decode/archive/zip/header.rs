//! The headers of a zip: an entry's own, the directory's, and the directory's end.

use memchr::memmem;

use crate::decode::archive::{u16_at, u32_at, u64_at};

pub(super) const LOCAL_SIGNATURE: [u8; 4] = *b"PK\x03\x04";
const LISTED_SIGNATURE: &[u8] = b"PK\x01\x02";
pub(super) const END_SIGNATURE: &[u8] = b"PK\x05\x06";
const WIDE_END_SIGNATURE: &[u8] = b"PK\x06\x06";
pub(super) const WIDE_LOCATOR_SIGNATURE: &[u8] = b"PK\x06\x07";

const LOCAL_LENGTH: usize = 30;
pub(super) const LISTED_LENGTH: usize = 46;
pub(super) const END_LENGTH: usize = 22;
pub(super) const WIDE_LOCATOR_LENGTH: usize = 20;
/// The extra field that holds numbers of 64 bits, and the number that sends there.
const WIDE_FIELD: u16 = 1;
const SEE_WIDE_FIELD: u32 = u32::MAX;
/// Extra fields among which that one is looked for.
const EXTRA_FIELDS_MAX: usize = 64;

const FLAG_ENCRYPTED: u16 = 1;
/// Whether LZMA data ends in a mark.
const FLAG_END_MARKED: u16 = 1 << 1;
const FLAG_SIZES_FOLLOW: u16 = 1 << 3;

/// How an entry's content is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
    Bzip2,
    Lzma,
    Xz,
    Zstd,
    Other,
}

impl Method {
    fn of(number: u16) -> Method {
        match number {
            0 => Method::Stored,
            8 => Method::Deflated,
            12 => Method::Bzip2,
            14 => Method::Lzma,
            95 => Method::Xz,
            20 | 93 => Method::Zstd,
            _ => Method::Other,
        }
    }
}

/// What is said of an entry, by itself or by the directory.
pub(super) struct Header<'b> {
    pub(super) method: Method,
    pub(super) encrypted: bool,
    /// Whether its content, if it is LZMA data, ends in a mark.
    pub(super) end_marked: bool,
    /// Bytes of its content in the container; `None` if that was not known when it was written.
    pub(super) stored_length: Option<u64>,
    /// Bytes of its text, likewise.
    pub(super) text_length: Option<u64>,
    pub(super) name: &'b [u8],
}

/// An entry's own header, which stands at `at`, and where its content begins.
pub(super) fn local(bytes: &[u8], at: usize) -> Option<(Header<'_>, usize)> {
    let header = bytes.get(at..)?;
    if !header.starts_with(&LOCAL_SIGNATURE) {
        return None;
    }
    let flags = u16_at(header, 6)?;
    let name_end = LOCAL_LENGTH + usize::from(u16_at(header, 26)?);
    let extra_end = name_end + usize::from(u16_at(header, 28)?);
    let extra = header.get(name_end..extra_end)?;
    // Both sizes stand in the wide field, that of the text first.
    let length = |at: usize, wide_at: usize| match u32_at(header, at)? {
        SEE_WIDE_FIELD => wide(extra, wide_at),
        length => Some(u64::from(length)),
    };
    let is_known = |length: &u64| flags & FLAG_SIZES_FOLLOW == 0 || *length != 0;
    let header = Header {
        method: Method::of(u16_at(header, 8)?),
        encrypted: flags & FLAG_ENCRYPTED != 0,
        end_marked: flags & FLAG_END_MARKED != 0,
        stored_length: length(18, 8).filter(is_known),
        text_length: length(22, 0).filter(is_known),
        name: header.get(LOCAL_LENGTH..name_end)?,
    };
    Some((header, at + extra_end))
}

/// What the directory says of one entry.
pub(super) struct Listed<'b> {
    pub(super) header: Header<'b>,
    /// Where the entry is, as the directory counts.
    offset: u64,
    /// Where the next is listed.
    pub(super) end: usize,
}

/// What stands in the directory at `at`.
pub(super) fn listed(bytes: &[u8], at: usize) -> Option<Listed<'_>> {
    let header = bytes.get(at..)?;
    if !header.starts_with(LISTED_SIGNATURE) {
        return None;
    }
    let name_end = LISTED_LENGTH + usize::from(u16_at(header, 28)?);
    let extra_end = name_end + usize::from(u16_at(header, 30)?);
    let extra = header.get(name_end..extra_end)?;
    let flags = u16_at(header, 8)?;
    // The field holds only those of the numbers that send there, in this order.
    let mut wide_at = 0;
    let text_length = match u32_at(header, 24)? {
        SEE_WIDE_FIELD => {
            wide_at += 8;
            wide(extra, wide_at - 8)
        }
        length => Some(u64::from(length)),
    };
    let stored_length = match u32_at(header, 20)? {
        SEE_WIDE_FIELD => {
            wide_at += 8;
            wide(extra, wide_at - 8)
        }
        length => Some(u64::from(length)),
    };
    let offset = match u32_at(header, 42)? {
        SEE_WIDE_FIELD => wide(extra, wide_at).unwrap_or(u64::from(SEE_WIDE_FIELD)),
        offset => u64::from(offset),
    };
    let entry = Header {
        method: Method::of(u16_at(header, 10)?),
        encrypted: flags & FLAG_ENCRYPTED != 0,
        end_marked: flags & FLAG_END_MARKED != 0,
        stored_length,
        text_length,
        name: header.get(LISTED_LENGTH..name_end)?,
    };
    let end = at + extra_end + usize::from(u16_at(header, 32)?);
    Some(Listed { header: entry, offset, end })
}

/// The number at `at` of the field for numbers of 64 bits.
fn wide(extra: &[u8], at: usize) -> Option<u64> {
    let mut rest = extra;
    for _ in 0..EXTRA_FIELDS_MAX {
        let length = usize::from(u16_at(rest, 2)?);
        let field = rest.get(4..4 + length)?;
        if u16_at(rest, 0)? == WIDE_FIELD {
            return u64_at(field, at);
        }
        rest = rest.get(4 + length..)?;
    }
    None
}

/// Where the directory is.
pub(super) struct Directory {
    pub(super) start: usize,
    /// Entries that it should list, at least.
    pub(super) count: u64,
    /// What is to be added to its offsets. They count from where the container begins or from where
    /// the file does, so it may be less than nothing: additions wrap.
    shift: u64,
}

impl Directory {
    /// Where a listed entry's own header should be.
    pub(super) fn place_of(&self, listed: &Listed<'_>) -> usize {
        usize::try_from(listed.offset.wrapping_add(self.shift)).unwrap_or(usize::MAX)
    }
}

/// The directory, by the last mark of its end.
pub(super) fn directory(bytes: &[u8]) -> Option<Directory> {
    let end_at =
        memmem::rfind_iter(bytes, END_SIGNATURE).find(|&at| bytes.len() - at >= END_LENGTH)?;
    let (end_at, count, length, offset) = match wide_end(bytes, end_at) {
        Some(wide_end) => wide_end,
        None => {
            let end = bytes.get(end_at..)?;
            let (length, offset) = (u32_at(end, 12)?, u32_at(end, 16)?);
            (end_at, u64::from(u16_at(end, 10)?), u64::from(length), u64::from(offset))
        }
    };
    // It ends where its end is marked; if that is elsewhere than it says, something was put before
    // the container, or taken away.
    let by_end = usize::try_from(length).ok().and_then(|length| end_at.checked_sub(length));
    let starts =
        |&at: &usize| bytes.get(at..).is_some_and(|rest| rest.starts_with(LISTED_SIGNATURE));
    let start = by_end.filter(starts).or(usize::try_from(offset).ok().filter(starts));
    match start {
        Some(start) => Some(Directory { start, count, shift: (start as u64).wrapping_sub(offset) }),
        None => Some(Directory { start: bytes.len(), count, shift: 0 }),
    }
}

/// The end for numbers of 64 bits, if there is one before the end at `end_at`: where it is, and
/// the count, length and offset of the directory.
fn wide_end(bytes: &[u8], end_at: usize) -> Option<(usize, u64, u64, u64)> {
    let locator_at = end_at.checked_sub(WIDE_LOCATOR_LENGTH)?;
    let locator = bytes.get(locator_at..end_at)?;
    if !locator.starts_with(WIDE_LOCATOR_SIGNATURE) {
        return None;
    }
    // Where it is said to be may not count what was put before the container.
    let wide_at = memmem::rfind(bytes.get(..locator_at)?, WIDE_END_SIGNATURE)?;
    let end = bytes.get(wide_at..locator_at)?;
    Some((wide_at, u64_at(end, 32)?, u64_at(end, 40)?, u64_at(end, 48)?))
}
