//! Containers that hold other texts: gzip, zlib, zip and its kin, tar, bzip2, xz, zstd.
//!
//! One level is opened: what comes out may be a container again, and the caller decides whether
//! to open it, against the same [`Budget`]. Nothing is written anywhere, and no size that an
//! archive claims is believed: memory grows with the bytes that really come out, and these are
//! counted. Checksums of contents are not checked, since a wrong one hides nothing.
//!
//! The readers look for more than a well-behaved tool would extract, because what is stored can
//! be read by somebody: entries of a zip that its directory hides, members of a tar behind its
//! end, a zip behind other bytes. What needs a key, what is damaged, and what is packed in a way that
//! is not undone here, as 7z and rar, is reported as [unreadable](Unpacked::Unreadable).
//!
//! The readers of headers are small and ours: libraries for zip and tar read through
//! [`std::io`], believe one directory, and stop at the first damage.

mod bzip2;
mod deflate;
mod gzip;
mod lzma;
mod output;
mod sealed;
mod tar;
mod xz;
mod zip;
mod zlib;
mod zstd;

#[cfg(test)]
pub(crate) mod tests;

use self::output::Output;
pub(crate) use self::zip::behind;

use std::fmt;
use std::time::Instant;

use crate::limits::is_past;

/// Bytes of an entry's name that are kept; a longer one is cut.
const NAME_LENGTH_MAX: usize = 4096;

/// A container that holds other texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Archive {
    /// One compressed text, perhaps in several members that continue each other.
    Gzip,
    /// One compressed text, with next to nothing around it.
    Zlib,
    /// Zip, and what is a zip by another name: jar, war, docx, xlsx, odt, whl, apk.
    Zip,
    /// A tape archive: old, ustar, GNU or pax.
    Tar,
    /// One compressed text, perhaps in several streams that continue each other.
    Xz,
    /// One compressed text, perhaps in several frames that continue each other.
    Zstd,
    /// One compressed text, perhaps in several streams that continue each other.
    Bzip2,
    /// One that is known and not opened, as 7z and rar.
    Sealed,
}

impl Archive {
    /// The container that `bytes` begin as.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Archive> {
        if gzip::begins(bytes) {
            Some(Archive::Gzip)
        } else if zip::begins(bytes) {
            Some(Archive::Zip)
        } else if xz::begins(bytes) {
            Some(Archive::Xz)
        } else if zstd::begins(bytes) {
            Some(Archive::Zstd)
        } else if bzip2::begins(bytes) {
            Some(Archive::Bzip2)
        } else if sealed::begins(bytes) {
            Some(Archive::Sealed)
        } else if zlib::begins(bytes) {
            Some(Archive::Zlib)
        } else if tar::begins(bytes) {
            Some(Archive::Tar)
        } else {
            None
        }
    }

    /// The decoder's name in findings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Archive::Gzip => "gzip",
            Archive::Zlib => "zlib",
            Archive::Zip => "zip",
            Archive::Tar => "tar",
            Archive::Xz => "xz",
            Archive::Zstd => "zstd",
            Archive::Bzip2 => "bzip2",
            Archive::Sealed => "sealed",
        }
    }
}

/// A container, and where in a text it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// What it is.
    pub archive: Archive,
    /// Its first byte.
    pub start: usize,
}

/// The container that `bytes` are as a whole: what they [begin](Archive::of) as, or else a zip
/// [behind] other bytes.
#[must_use]
pub fn locate(bytes: &[u8]) -> Option<Located> {
    let begun = Archive::of(bytes).map(|archive| Located { archive, start: 0 });
    if begun.is_some_and(|begun| begun.archive != Archive::Sealed) {
        return begun;
    }
    // What is not opened is no reason to leave a zip behind it closed.
    let zip = behind::find(bytes).map(|start| Located { archive: Archive::Zip, start });
    zip.or(begun)
}

/// What may still be unpacked; shared by all containers of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Bytes that may still come out.
    pub bytes: u64,
    /// Bytes of one entry, which is held in memory.
    pub entry_bytes: u64,
    /// Entries, members, frames and headers that may still be read, empty ones too.
    pub entries: u32,
    /// When all of it is used up, whatever is left; `None` for never.
    pub deadline: Option<Instant>,
}

impl Budget {
    /// Pays for one more entry; `None` if there is nothing left to pay with.
    fn pay_entry(&mut self) -> Option<()> {
        self.entries = self.entries.checked_sub(1)?;
        (!is_past(self.deadline)).then_some(())
    }
}

/// One text that a container held.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name in the container, if it has one. May be cut, and need not be a valid path.
    pub name: Option<Vec<u8>>,
    /// The text; never empty, and perhaps only its beginning.
    pub bytes: Vec<u8>,
    /// Where the text begins in the container, if it stands there as it is.
    pub stored_at: Option<usize>,
}

impl fmt::Debug for Entry {
    /// Shows lengths only: names and texts can be secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Entry")
            .field("name_length", &self.name.as_ref().map(Vec::len))
            .field("bytes_length", &self.bytes.len())
            .field("stored_at", &self.stored_at)
            .finish()
    }
}

/// How unpacking ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpacked {
    /// All of it was handed over.
    Whole,
    /// Something needs a key, is damaged, cut or of an unknown kind; what came out was handed over.
    Unreadable,
    /// The budget was used up; what had come out by then was handed over.
    TooMuch,
}

/// Opens `bytes`, which [begin](Archive::of) as `archive`, and hands each entry to `each`.
///
/// Memory is bounded by three times the budget's bytes, and 4 MB for a block of bzip2, time by the
/// budget's bytes and entries and by the length of `bytes`.
pub fn unpack(
    archive: Archive,
    bytes: &[u8],
    budget: &mut Budget,
    each: &mut dyn FnMut(Entry),
) -> Unpacked {
    match archive {
        Archive::Gzip => gzip::unpack(bytes, budget, each),
        Archive::Zlib => one_text(bytes, budget, each, zlib::stream),
        Archive::Zip => zip::unpack(bytes, budget, each),
        Archive::Tar => tar::unpack(bytes, budget, each),
        Archive::Xz => one_text(bytes, budget, each, xz::streams),
        Archive::Zstd => one_text(bytes, budget, each, zstd::frames),
        Archive::Bzip2 => one_text(bytes, budget, each, bzip2::streams),
        Archive::Sealed => Unpacked::Unreadable,
    }
}

/// Decodes a container that holds one text, which has no name.
fn one_text(
    bytes: &[u8],
    budget: &mut Budget,
    each: &mut dyn FnMut(Entry),
    decode: fn(&[u8], &mut Budget, &mut Output) -> End,
) -> Unpacked {
    let mut output = Output::new(budget);
    let end = decode(bytes, budget, &mut output);
    output.hand_over(None, None, budget, each);
    end.into()
}

/// How reading one entry ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// At its own end.
    Done,
    /// Early, or not at all: it needs a key, is damaged, cut, or of an unknown kind.
    Unreadable,
    /// Early: the budget is used up.
    Full,
}

impl From<End> for Unpacked {
    fn from(end: End) -> Unpacked {
        match end {
            End::Done => Unpacked::Whole,
            End::Unreadable => Unpacked::Unreadable,
            End::Full => Unpacked::TooMuch,
        }
    }
}

/// A name to hand over, if there is any.
fn name_of(bytes: &[u8]) -> Option<Vec<u8>> {
    let kept = bytes.get(..NAME_LENGTH_MAX).unwrap_or(bytes);
    (!kept.is_empty()).then(|| kept.to_vec())
}

/// The `N` bytes at `at`.
fn bytes_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// The little-endian number of two bytes at `at`.
fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes_at(bytes, at).map(u16::from_le_bytes)
}

/// The little-endian number of four bytes at `at`.
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes_at(bytes, at).map(u32::from_le_bytes)
}

/// The little-endian number of eight bytes at `at`.
fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes_at(bytes, at).map(u64::from_le_bytes)
}
