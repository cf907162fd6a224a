//! The search of an object that comes in pieces.

use memchr::memmem::Finder;

use super::held::HeldContainer;
use super::progress::Progress;
use super::{BLOCK_BYTES, MAGIC_BYTES, Searched, Searcher};
use crate::decode::archive::{Archive, behind};
use crate::haystack::Source;
use crate::limits::Limits;

/// A search of an object that comes in pieces of any size.
#[derive(Debug)]
pub struct Stream<'m> {
    limits: &'m Limits,
    progress: Progress<'m>,
    buffer: Vec<u8>,
    /// Where the buffer begins in the object.
    offset: u64,
    container: Container,
    /// Whether it begins as a container that nothing opens.
    sealed: bool,
    /// Looks for where a zip may begin.
    entry: Finder<'static>,
}

/// Whether a stream is a container, which can only be opened as a whole.
#[derive(Debug)]
enum Container {
    /// Too little of it has come.
    Unknown,
    /// It begins as none that is opened, and no zip has begun in it so far.
    No,
    /// A zip may have begun in it; its end will tell.
    Perhaps(HeldContainer),
    Yes(HeldContainer),
}

impl<'m> Stream<'m> {
    pub(super) fn new(searcher: Searcher<'m>, source: Source) -> Stream<'m> {
        Stream {
            limits: searcher.limits,
            progress: Progress::new(searcher, source),
            buffer: Vec::new(),
            offset: 0,
            container: Container::Unknown,
            sealed: false,
            entry: behind::finder(),
        }
    }

    /// Takes the next bytes of the object.
    pub fn push(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            // A full block is searched only when it is known not to be the last one.
            if self.buffer.len() == BLOCK_BYTES {
                let consumed = self.progress.block(&self.buffer);
                self.buffer.drain(..consumed);
                self.offset += consumed as u64;
            }
            let (head, tail) = piece.split_at(piece.len().min(BLOCK_BYTES - self.buffer.len()));
            let before = self.buffer.len();
            self.buffer.extend_from_slice(head);
            match &mut self.container {
                Container::Yes(container) | Container::Perhaps(container) => {
                    container.push(head, self.limits);
                }
                Container::No => self.look_for_zip(before),
                Container::Unknown if self.buffer.len() >= MAGIC_BYTES => self.recognise(),
                Container::Unknown => (),
            }
            piece = tail;
        }
    }

    /// The object has ended.
    #[must_use]
    pub fn finish(mut self) -> Searched {
        self.progress.last_block(&self.buffer);
        if matches!(self.container, Container::Unknown) {
            self.recognise();
        }
        match self.container {
            Container::Yes(container) => container.open(&mut self.progress),
            Container::Perhaps(container) if container.is_ended() => {
                container.open(&mut self.progress);
            }
            _ if self.sealed => self.progress.note_unreadable(),
            _ => (),
        }
        self.progress.into_searched()
    }

    /// Looks what the object begins as; the buffer holds all of it that has come.
    fn recognise(&mut self) {
        match Archive::of(&self.buffer) {
            begun @ (None | Some(Archive::Sealed)) => {
                self.sealed = begun.is_some();
                self.container = Container::No;
                self.look_for_zip(0);
            }
            Some(archive) => {
                let mut container = HeldContainer::new(archive, 0);
                container.push(&self.buffer, self.limits);
                self.container = Container::Yes(container);
            }
        }
    }

    /// Looks whether a zip may begin in what came behind `before` bytes of the buffer.
    fn look_for_zip(&mut self, before: usize) {
        let from = before.saturating_sub(behind::MARK_LENGTH - 1);
        let fresh = self.buffer.get(from..).unwrap_or_default();
        if let Some(at) = self.entry.find(fresh) {
            let mut container = HeldContainer::new(Archive::Zip, self.offset + (from + at) as u64);
            container.push(fresh.get(at..).unwrap_or_default(), self.limits);
            self.container = Container::Perhaps(container);
        }
    }
}
