//! An object's bytes to windows with candidates.
//!
//! ```text
//! object ─▶ blocks ─▶ Space ─▶ candidates ───────────────┐
//!                      │ ▲                               ├─▶ windows
//!                      │ └── container (zip, gzip, …)    │
//!                      └──▶ views: the text around hits, ┘
//!                           read in other ways
//! ```
//!
//! An object is searched in blocks, whether it lies in memory ([`Searcher::whole`]) or comes in
//! pieces ([`Searcher::stream`]), so a large one needs no more memory than two blocks. Blocks
//! overlap: a candidate is reported by the block in which it has its whole surroundings.
//!
//! ```text
//! block 1  ├──────────────────── reported here ────────────────────┤─ tail ─┤
//! block 2                                            ├─ head ─┤──── reported here ────…
//! ```

mod containers;
mod held;
mod marks;
mod progress;
mod space;
mod stream;
mod utf16_lines;
mod views;
mod windows;

use self::held::HeldContainer;
pub(crate) use self::marks::STEP_BYTES;
use self::progress::Progress;
pub use self::stream::Stream;
use self::views::AROUND_BYTES;
use self::windows::CONTEXT_BYTES;
use crate::cause::Cause;
use crate::decode::archive::{Archive, locate};
use crate::haystack::{Source, Window};
use crate::limits::Limits;
use crate::lines::LINE_BYTES_MAX;
use crate::matcher::{Found, MATCH_BYTES_MAX, Matcher, NEAR_BYTES};

/// Bytes of a block. Even, as are the two below: blocks begin at whole UTF-16 units.
const BLOCK_BYTES: usize = 4 << 20;

/// Bytes of an object in memory that are one block: an encoding that goes on over the end of a
/// block cannot always be undone.
const WHOLE_BYTES: usize = 32 << 20;

/// Bytes at the start of an object by which a container is known.
pub(crate) const MAGIC_BYTES: usize = 1024;

/// Bytes on either side of something that was hit within which other things are looked for, text is
/// read in other ways, and surroundings are taken.
pub(crate) const AROUND_MARK_BYTES: usize = NEAR_BYTES + LINE_BYTES_MAX;
const _: () = assert!(AROUND_BYTES + LINE_BYTES_MAX <= AROUND_MARK_BYTES);
const _: () = assert!(CONTEXT_BYTES + LINE_BYTES_MAX <= AROUND_MARK_BYTES);

/// Bytes before a reported candidate that a block holds at least.
const HEAD_BYTES: usize = 16 << 10;

/// Bytes from a reported candidate's start that a block holds at least: the longest match of any
/// rule with its surroundings, in UTF-16.
const TAIL_BYTES: usize = 16 << 10;
const _: () = assert!(2 * (MATCH_BYTES_MAX + CONTEXT_BYTES + LINE_BYTES_MAX) <= TAIL_BYTES);

/// What a search of one object found.
#[derive(Debug, Default)]
pub struct Searched {
    /// Text around candidates, in the order of the object.
    pub windows: Vec<Window>,
    /// What kept the search from being complete.
    pub open: Option<Open>,
    /// Containers of which something could not be read: it needs a key, is damaged, or is packed in
    /// a way that is not undone. Nothing in the search is at fault, so this is not open.
    pub unreadable: u64,
    /// What it took.
    pub(crate) spent: Spent,
    /// Whether what was found rests on bytes outside.
    pub(crate) reaches: Reaches,
}

/// How many bytes outside of a text, on either side, something that was found in it may rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reaches {
    pub(crate) before: usize,
    pub(crate) behind: usize,
}

impl Reaches {
    /// Of what was `found` in a text of `len` bytes: a candidate with its surroundings, and what
    /// was tried in vain, which may become a match that goes on.
    fn of(found: &Found, len: usize) -> Reaches {
        let spans = || found.candidates.iter().map(|candidate| candidate.span);
        let before = |start: usize| (AROUND_MARK_BYTES + 1).saturating_sub(start);
        let behind = |end: usize| (end + AROUND_MARK_BYTES).saturating_sub(len);
        let goes_on = if found.seen > len { MATCH_BYTES_MAX + AROUND_MARK_BYTES } else { 0 };
        Reaches {
            before: spans().map(|span| before(span.start())).max().unwrap_or(0),
            behind: spans().map(|span| behind(span.end())).max().unwrap_or(0).max(goes_on),
        }
    }
}

/// What a search of an object took of what an object may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    candidates: usize,
    decoded_bytes: usize,
    containers: bool,
}

impl Spent {
    pub(crate) fn add(&mut self, other: Spent) {
        self.candidates += other.candidates;
        self.decoded_bytes += other.decoded_bytes;
        self.containers |= other.containers;
    }

    /// Whether an object whose parts took this may have passed a bound.
    pub(crate) fn may_pass(self, limits: &Limits) -> bool {
        self.containers
            || self.candidates > limits.candidates_per_object_max
            || self.decoded_bytes > limits.decoded_bytes_per_object_max
    }
}

/// What kept a search from being complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// Why.
    pub cause: Cause,
    /// The limit that was reached, if one was.
    pub limit: Option<&'static str>,
}

impl Open {
    /// A limit was reached.
    pub(crate) fn limit(cause: Cause, name: &'static str) -> Open {
        Open { cause, limit: Some(name) }
    }
}

/// Searches objects with one matcher.
#[derive(Clone, Copy, Debug)]
pub struct Searcher<'m> {
    matcher: &'m Matcher,
    limits: &'m Limits,
}

impl<'m> Searcher<'m> {
    /// A searcher that finds what `matcher` finds.
    #[must_use]
    pub fn new(matcher: &'m Matcher, limits: &'m Limits) -> Searcher<'m> {
        Searcher { matcher, limits }
    }

    pub(crate) fn matcher(self) -> &'m Matcher {
        self.matcher
    }

    pub(crate) fn limits(self) -> &'m Limits {
        self.limits
    }

    /// Searches a part of an object, in which there are no zeros and no byte-order mark.
    pub(crate) fn part(self, source: Source, bytes: &[u8]) -> Searched {
        let mut progress = Progress::new(self, source);
        progress.part(bytes);
        progress.into_searched()
    }

    /// Searches an object that lies in memory.
    #[must_use]
    pub fn whole(self, source: Source, bytes: &[u8]) -> Searched {
        let mut progress = Progress::new(self, source);
        let mut start = 0;
        loop {
            let rest = bytes.get(start..).unwrap_or_default();
            match rest.get(..WHOLE_BYTES) {
                Some(block) if rest.len() > WHOLE_BYTES => start += progress.block(block),
                _ => {
                    progress.last_block(rest);
                    break;
                }
            }
        }
        if source == Source::Blob
            && let Some(located) = locate(bytes)
        {
            if located.archive == Archive::Sealed {
                progress.note_unreadable();
                return progress.into_searched();
            }
            let mut container = HeldContainer::new(located.archive, located.start as u64);
            container.push(bytes.get(located.start..).unwrap_or_default(), self.limits);
            container.open(&mut progress);
        }
        progress.into_searched()
    }

    /// Searches an object that comes in pieces.
    #[must_use]
    pub fn stream(self, source: Source) -> Stream<'m> {
        Stream::new(self, source)
    }
}

#[cfg(test)]
mod packed_tests;
#[cfg(test)]
pub(crate) mod tests;
