//! What is packed: archives, compressed files, and what is packed in them.

use std::sync::{Arc, OnceLock};

use super::Open;
use super::progress::Progress;
use super::space::{Lines, SearchedSpace};
use crate::cause::Cause;
use crate::decode::archive::{Archive, Budget, Entry, Unpacked, unpack};
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

impl Progress<'_> {
    /// Opens `container`, and all that is in it.
    pub(super) fn open_container(&mut self, container: Container, expense: &mut Expense) {
        let mut open = vec![container];
        while let Some(container) = open.pop() {
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
                Unpacked::Damaged if container.cut => {
                    self.note(Open::limit(Cause::ObjectTooLarge, "container_bytes_max"));
                }
                // Nobody else can read what is missing from it.
                Unpacked::Damaged => (),
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
        let inner = Archive::of(&entry.bytes).filter(|_| entry.bytes != container.bytes);
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
        inner.map(|archive| Container {
            bytes: entry.bytes,
            archive,
            chain: label.chain,
            position: container.position,
            inner_path: label.inner_path,
            depth: container.depth + 1,
            cut: false,
            searched_in: Some((space, offset)),
        })
    }

    /// Searches a text that was unpacked, and what of it is UTF-16.
    fn search_unpacked(&mut self, bytes: &[u8], label: &Label) {
        let mut search = |bytes: &[u8], (id, offset): (Space, u64), chain: Chain| {
            let is_marked_up = markup::begins(bytes);
            let space = SearchedSpace {
                id,
                bytes,
                offset,
                lines: Lines::Fixed(label.position),
                chain,
                inner_path: label.inner_path.clone(),
                complete: false,
                breaks: OnceLock::new(),
            };
            self.search_space(&space, &(0..bytes.len()));
            if is_marked_up {
                self.search_without_markup(&space);
            }
        };
        search(bytes, (label.id, label.offset), Arc::clone(&label.chain));
        let wide: Chain = label.chain.iter().copied().chain([utf16::NAME]).collect();
        let mut decoded = Vec::new();
        if let Some(order) = ByteOrder::of_mark(bytes) {
            order.decode(bytes, &mut decoded);
            search(&decoded, (label.wide, 0), wide);
            return;
        }
        for run in utf16::runs(bytes) {
            decoded.clear();
            utf16::decode_run(bytes.get(run.clone()).unwrap_or_default(), &mut decoded);
            search(&decoded, (label.wide, run.start as u64), Arc::clone(&wide));
        }
    }
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
