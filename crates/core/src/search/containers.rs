//! What is packed: archives, compressed files, and what is packed in them.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::progress::Progress;
use super::space::{Lines, SearchedSpace};
use super::{BLOCK_BYTES, HEAD_BYTES, Open, TAIL_BYTES, WHOLE_BYTES};
use crate::cause::Cause;
use crate::decode::archive::{Archive, Budget, Entry, Located, Unpacked, behind, locate, unpack};
use crate::decode::markup;
use crate::decode::rewrite::Chain;
use crate::decode::utf16::{self, ByteOrder};
use crate::haystack::{Position, Space};

/// The spaces of what is unpacked are numbered from here on.
const FIRST_SPACE: u32 = 16;

/// Something packed that waits to be opened.
#[derive(Debug)]
pub(super) struct Container {
    pub(super) bytes: Vec<u8>,
    pub(super) archive: Archive,
    /// What was undone to get it, itself not yet.
    pub(super) chain: Chain,
    /// Where a person sees it.
    pub(super) position: Position,
    pub(super) inner_path: Option<Vec<u8>>,
    /// How many containers it is in.
    pub(super) depth: usize,
    /// Whether its end may be missing because the object came in blocks.
    pub(super) cut: bool,
    /// The space in which its bytes were searched as they are, and where they begin there.
    pub(super) searched_in: Option<(Space, u64)>,
}

/// What is known of a text that was unpacked.
struct Label {
    id: Space,
    /// Where it begins in the space.
    offset: u64,
    /// The space of what was UTF-16 in it.
    wide: Space,
    position: Position,
    chain: Chain,
    inner_path: Option<Vec<u8>>,
}

/// What the containers of one object have cost so far.
#[derive(Debug)]
pub(super) struct Expense {
    budget: Budget,
    space: u32,
}

impl Expense {
    pub(super) fn new(limits: &crate::limits::Limits) -> Expense {
        let budget = Budget {
            bytes: limits.container_expanded_bytes_max,
            entry_bytes: limits.container_entry_bytes_max,
            entries: limits.container_entries_max,
            deadline: limits.deadline,
        };
        Expense { budget, space: FIRST_SPACE }
    }
}

impl Container {
    /// What is left of it without its first `start` bytes.
    pub(super) fn from(mut self, start: usize) -> Container {
        self.bytes.drain(..start.min(self.bytes.len()));
        self.searched_in = self.searched_in.map(|(space, offset)| (space, offset + start as u64));
        self
    }
}

/// The zip that the bytes of a container of another kind are too: what a reader of that kind does
/// not understand may be one.
fn zip_behind(container: Container) -> Option<Container> {
    if container.archive == Archive::Zip {
        return None;
    }
    let start = behind::find(&container.bytes)?;
    Some(Container { archive: Archive::Zip, ..container }.from(start))
}

impl Progress<'_> {
    /// Opens `container`, and all that is in it.
    pub(super) fn open_container(&mut self, container: Container, expense: &mut Expense) {
        let mut open = vec![container];
        while let Some(container) = open.pop() {
            if container.archive == Archive::Sealed {
                self.note_unreadable();
                continue;
            }
            if container.depth >= self.limits().container_depth_max {
                self.note(Open::limit(Cause::LimitReached, "container_depth_max"));
                continue;
            }
            let Expense { budget, space } = expense;
            let unpacked = unpack(container.archive, &container.bytes, budget, &mut |entry| {
                *space = space.saturating_add(2);
                open.extend(self.search_entry(&container, entry, Space(*space)));
            });
            match unpacked {
                Unpacked::Whole => (),
                Unpacked::Unreadable if container.cut => {
                    self.note(Open::limit(Cause::ObjectTooLarge, "container_bytes_max"));
                }
                Unpacked::Unreadable => {
                    self.note_unreadable();
                    open.extend(zip_behind(container));
                }
                Unpacked::TooMuch if self.is_late() => return,
                Unpacked::TooMuch => self.note(Open::limit(Cause::LimitReached, used_up(budget))),
            }
        }
    }

    /// Searches what a container held; returns it, if it is a container itself.
    fn search_entry(
        &mut self,
        container: &Container,
        entry: Entry,
        id: Space,
    ) -> Option<Container> {
        // What unpacks to itself holds nothing else.
        let inner = locate(&entry.bytes).filter(|_| entry.bytes != container.bytes);
        let chain = container_chain(container);
        // What is only stored is the same bytes once more, which are found once.
        let stored_at = container.searched_in.zip(entry.stored_at);
        let (space, offset) =
            stored_at.map_or((id, 0), |((space, start), at)| (space, start + at as u64));
        let inner_path = match (&container.inner_path, &entry.name) {
            (Some(outer), Some(name)) => Some([outer, &b"!/"[..], name].concat()),
            (outer, name) => outer.clone().or_else(|| name.clone()),
        };
        let wide = Space(id.0 + 1);
        let position = container.position;
        let label = Label { id: space, offset, wide, position, chain, inner_path };
        self.search_unpacked(&entry.bytes, &label);
        let container = |located: Located| Container {
            bytes: entry.bytes,
            archive: located.archive,
            chain: label.chain,
            position: container.position,
            inner_path: label.inner_path,
            depth: container.depth + 1,
            cut: false,
            searched_in: Some((space, offset)),
        };
        inner.map(|located| container(located).from(located.start))
    }

    /// Searches a text that was unpacked, and what of it is UTF-16.
    fn search_unpacked(&mut self, bytes: &[u8], label: &Label) {
        for block in blocks(bytes.len()) {
            let text = bytes.get(block.seen.clone()).unwrap_or_default();
            let offset = label.offset + block.seen.start as u64;
            let space = label.space((label.id, offset), text, Arc::clone(&label.chain));
            self.search_space(&space, &block.reported_of_seen());
        }
        if markup::begins(bytes) {
            let space = label.space((label.id, label.offset), bytes, Arc::clone(&label.chain));
            self.search_without_markup(&space);
        }
        if let Some(order) = ByteOrder::of_mark(bytes) {
            self.search_wide(bytes, 0, label, |units, text| order.decode(units, text));
            return;
        }
        for run in utf16::runs(bytes) {
            let units = bytes.get(run.clone()).unwrap_or_default();
            self.search_wide(units, run.start, label, utf16::decode_run);
        }
    }

    /// Searches text in UTF-16 that begins at `start` of what was unpacked.
    fn search_wide(
        &mut self,
        units: &[u8],
        start: usize,
        label: &Label,
        decode: impl Fn(&[u8], &mut Vec<u8>),
    ) {
        let chain: Chain = label.chain.iter().copied().chain([utf16::NAME]).collect();
        let mut text = Vec::new();
        let mut marked_up = false;
        for Block { seen, reported } in blocks(units.len()) {
            text.clear();
            let mut decoded = |range: Range<usize>| {
                decode(units.get(range).unwrap_or_default(), &mut text);
                text.len()
            };
            let report = decoded(seen.start..reported.start)..decoded(reported.clone());
            decoded(reported.end..seen.end);
            let offset = (start + seen.start) as u64;
            marked_up |= seen.start == 0 && markup::begins(&text);
            let space = label.space((label.wide, offset), &text, Arc::clone(&chain));
            self.search_space(&space, &report);
            if marked_up {
                self.search_without_markup(&space);
            }
        }
    }
}

impl Label {
    /// A part of the text, which begins at an offset of a space.
    fn space<'t>(
        &self,
        (id, offset): (Space, u64),
        bytes: &'t [u8],
        chain: Chain,
    ) -> SearchedSpace<'t> {
        SearchedSpace {
            id,
            bytes,
            offset,
            lines: Lines::Fixed(self.position),
            chain,
            inner_path: self.inner_path.clone(),
            complete: false,
            breaks: OnceLock::new(),
        }
    }
}

/// A part of a text that is searched at once, so that a large one takes no more memory than that.
struct Block {
    seen: Range<usize>,
    /// Where candidates begin that count.
    reported: Range<usize>,
}

impl Block {
    fn reported_of_seen(&self) -> Range<usize> {
        let Block { seen, reported } = self;
        reported.start - seen.start..reported.end - seen.start
    }
}

/// The blocks of a text of `len` bytes, which is one if it is not large.
fn blocks(len: usize) -> impl Iterator<Item = Block> {
    let step = if len > WHOLE_BYTES { BLOCK_BYTES } else { len.max(1) };
    (0..len).step_by(step).map(move |start| {
        let end = len.min(start + step);
        let seen = start.saturating_sub(HEAD_BYTES)..len.min(end + TAIL_BYTES);
        Block { seen, reported: start..end }
    })
}

/// The limit because of which a container could not be opened wholly.
fn used_up(budget: &Budget) -> &'static str {
    if budget.entries == 0 {
        "container_entries_max"
    } else if budget.bytes == 0 {
        "container_expanded_bytes_max"
    } else {
        "container_entry_bytes_max"
    }
}

/// What was undone to get what is in `container`.
fn container_chain(container: &Container) -> Chain {
    container.chain.iter().copied().chain([container.archive.name()]).collect()
}
