//! Zip: entries with a header each, and a directory of them at the end.
//!
//! The directory is followed first, since it alone tells the sizes of some entries. Then every
//! other place where an entry begins is read too, outside of what was read already: readers that
//! work as a stream go by these, and a directory can hide them. Sizes are claims: deflated data
//! ends where it says, and of a stored entry's two sizes the larger is handed over, while behind
//! the smaller more entries are looked for.

pub(crate) mod behind;
mod header;

use std::collections::BTreeMap;

use memchr::memmem::{self, Finder};

use self::header::{Header, LOCAL_SIGNATURE, Listed, Method};
use super::deflate::Inflater;
use super::output::Output;
use super::{Budget, End, Entry, Unpacked, bzip2, lzma, name_of, xz, zstd};

/// How often each byte of the container may be read. Once would do for honest ones, whose entries
/// do not overlap.
const READS_PER_BYTE_MAX: usize = 4;

/// Whether `bytes` begin as a zip: with an entry, with an empty directory, or with the mark of a
/// container that was, or was to be, cut into parts.
pub(super) fn begins(bytes: &[u8]) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00"]
        .iter()
        .any(|signature| bytes.starts_with(*signature))
}

/// Hands over each entry that can be read.
pub(super) fn unpack(bytes: &[u8], budget: &mut Budget, each: &mut dyn FnMut(Entry)) -> Unpacked {
    let mut reader = Reader {
        bytes,
        inflater: Inflater::new(),
        unread: bytes.len().saturating_mul(READS_PER_BYTE_MAX),
        covered: BTreeMap::new(),
        budget,
        each,
    };
    let listed = reader.listed_entries();
    if listed == End::Full {
        return Unpacked::TooMuch;
    }
    match reader.other_entries() {
        End::Done => listed.into(),
        end => end.into(),
    }
}

/// What has been read.
struct Reader<'b, 'c> {
    bytes: &'b [u8],
    inflater: Inflater,
    /// Bytes that may still be read, counting each as often as it is read: entries can overlap.
    unread: usize,
    /// Where entries that were read begin and end.
    covered: BTreeMap<usize, usize>,
    budget: &'c mut Budget,
    each: &'c mut dyn FnMut(Entry),
}

impl<'b> Reader<'b, '_> {
    /// Reads the entries that the directory lists.
    fn listed_entries(&mut self) -> End {
        let Some(directory) = header::directory(self.bytes) else { return End::Unreadable };
        let mut end = End::Done;
        let mut at = directory.start;
        let mut count = 0_u64;
        while let Some(listed) = header::listed(self.bytes, at) {
            at = listed.end;
            count += 1;
            let local_at = directory.place_of(&listed);
            match self.entry(local_at, Some(&listed)) {
                End::Done => {}
                End::Unreadable => end = End::Unreadable,
                End::Full => return End::Full,
            }
        }
        if count < directory.count { End::Unreadable } else { end }
    }

    /// Reads the entries that begin outside of those read before.
    fn other_entries(&mut self) -> End {
        let finder = Finder::new(&LOCAL_SIGNATURE);
        let mut end = End::Done;
        let mut at = 0;
        let listed = std::mem::take(&mut self.covered);
        let mut listed = listed.into_iter().peekable();
        while let Some(found) = finder.find(self.bytes.get(at..).unwrap_or_default()) {
            let found_at = at + found;
            let mut covered_to = 0;
            while let Some((_, covered_end)) = listed.next_if(|&(start, _)| start <= found_at) {
                covered_to = covered_to.max(covered_end);
            }
            // What reaches beyond this place was taken from the list, so it is passed in one step.
            if covered_to > found_at {
                at = covered_to;
                continue;
            }
            match self.entry(found_at, None) {
                End::Done => {}
                End::Unreadable => end = End::Unreadable,
                End::Full => return End::Full,
            }
            let behind_signature = found_at + LOCAL_SIGNATURE.len();
            at = self.covered.get(&found_at).copied().unwrap_or(0).max(behind_signature);
        }
        end
    }

    /// Reads the entry whose own header stands at `at`, by that and by what the directory says.
    fn entry(&mut self, at: usize, listed: Option<&Listed<'b>>) -> End {
        if self.budget.pay_entry().is_none() {
            return End::Full;
        }
        let Some((local, data_at)) = header::local(self.bytes, at) else { return End::Unreadable };
        let listed = listed.map(|listed| &listed.header);
        let data = self.bytes.get(data_at..).unwrap_or_default();
        let extent = Extent::of(&local, listed, data);
        if local.encrypted && listed.is_none_or(|listed| listed.encrypted) {
            self.cover(at, data_at + extent.least);
            return if extent.most == 0 { End::Done } else { End::Unreadable };
        }
        let name = name_of(listed.map_or(local.name, |listed| listed.name));
        let listed_method = listed.map(|listed| listed.method);
        let methods = [Some(local.method), listed_method.filter(|&method| method != local.method)];
        let mut end = End::Done;
        for method in methods.into_iter().flatten() {
            let mut output = Output::new(self.budget);
            let (own, method_end) = self.content(method, data, &extent, &mut output);
            let stored_at = (method == Method::Stored).then_some(data_at);
            output.hand_over(name.clone(), stored_at, self.budget, self.each);
            self.cover(at, data_at + own);
            match method_end {
                End::Done => {}
                End::Unreadable => end = End::Unreadable,
                End::Full => return End::Full,
            }
        }
        end
    }

    /// Reads the content that begins `data`; how much of it surely belongs to the entry.
    fn content(
        &mut self,
        method: Method,
        data: &[u8],
        extent: &Extent,
        output: &mut Output,
    ) -> (usize, End) {
        let claimed = data.get(..extent.most).unwrap_or(data);
        let (read, own, end) = match method {
            Method::Deflated => match self.inflater.inflate(data, output) {
                (read, End::Done) => (read, read, End::Done),
                // Some writers call deflated what is empty, and write nothing.
                (read, End::Unreadable) if extent.most == 0 => (read, 0, End::Done),
                (read, end) => (read, 0, end),
            },
            Method::Stored if !output.take(claimed) => (0, extent.least, End::Full),
            Method::Stored if extent.most > data.len() => (0, extent.least, End::Unreadable),
            Method::Stored => (claimed.len(), extent.least, End::Done),
            Method::Zstd => {
                (claimed.len(), extent.least, zstd::frames(claimed, self.budget, output))
            }
            Method::Xz => (claimed.len(), extent.least, xz::streams(claimed, self.budget, output)),
            Method::Bzip2 => {
                (claimed.len(), extent.least, bzip2::streams(claimed, self.budget, output))
            }
            Method::Lzma => {
                (claimed.len(), extent.least, lzma::unpack(claimed, extent.text_length, output))
            }
            Method::Other => (0, extent.least, End::Unreadable),
        };
        match self.unread.checked_sub(read) {
            Some(unread) => self.unread = unread,
            None => return (own, End::Full),
        }
        (own, end)
    }

    /// Notes that what stands from `start` to `end` need not be searched for entries.
    fn cover(&mut self, start: usize, end: usize) {
        let covered = self.covered.entry(start).or_insert(end);
        *covered = end.min(*covered);
    }
}

/// How far an entry's content reaches, by what is said of it.
struct Extent {
    least: usize,
    most: usize,
    /// Bytes of the text, where its end is not marked in the content.
    text_length: Option<u64>,
}

impl Extent {
    /// By the sizes in both headers; if neither has one, `data` up to what looks like a header.
    fn of(local: &Header<'_>, listed: Option<&Header<'_>>, data: &[u8]) -> Extent {
        let headers = || [Some(local), listed].into_iter().flatten();
        let text_length = match headers().any(|header| header.end_marked) {
            true => None,
            false => headers().filter_map(|header| header.text_length).max(),
        };
        let lengths = headers().filter_map(|header| header.stored_length);
        let lengths = lengths.map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        let Some(least) = lengths.clone().min() else {
            let next = memmem::find_iter(data, b"PK").find(|&at| {
                data.get(at + 2..).is_some_and(|rest| {
                    [[1, 2], [3, 4], [7, 8]].iter().any(|mark| rest.starts_with(mark))
                })
            });
            let length = next.unwrap_or(data.len());
            return Extent { least: length, most: length, text_length };
        };
        // A size that cannot be true covers nothing.
        let least = if least > data.len() { 0 } else { least };
        Extent { least, most: lengths.max().unwrap_or(least), text_length }
    }
}
