//! A large blob is read on one thread and searched on another.
//!
//! Inflating and searching take about the same time, so that together they take half of it.

use std::num::NonZero;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{Builder, ScopedJoinHandle};

use pushgate_core::haystack::Source;
use pushgate_core::search::{Searched, Searcher};
use pushgate_git::{Kind, ObjectId, Objects, ReadError};

/// Pieces, of 1 MiB at most, that are read before they are searched.
const PIECES_AHEAD: usize = 4;

/// Bytes of the reading thread's stack. The environment must not say how large it is.
const STACK_BYTES: usize = 1 << 20;

/// Searches the blob `id` without holding it, on up to `threads` threads.
pub(super) fn search_blob(
    id: &ObjectId,
    objects: &Objects,
    searcher: Searcher<'_>,
    threads: NonZero<usize>,
) -> Result<Searched, ReadError> {
    let mut stream = searcher.stream(Source::Blob);
    if threads.get() > 1 {
        let (full, pieces) = mpsc::sync_channel(PIECES_AHEAD);
        let (used, empty) = mpsc::sync_channel(PIECES_AHEAD);
        let read = std::thread::scope(|scope| {
            let reader = Builder::new().stack_size(STACK_BYTES);
            let reader = reader.spawn_scoped(scope, move || read(id, objects, &full, &empty));
            // A system that gives no more threads leaves the work to this one.
            let reader = reader.ok()?;
            for piece in pieces {
                stream.push(&piece);
                // A buffer that finds no place is let go.
                used.try_send(piece).ok();
            }
            Some(join(reader))
        });
        if let Some(read) = read {
            return read.map(|_| stream.finish());
        }
    }
    objects.stream(id, &mut |piece| stream.push(piece))?;
    Ok(stream.finish())
}

/// Reads the blob `id` and sends it on, piece by piece.
fn read(
    id: &ObjectId,
    objects: &Objects,
    full: &SyncSender<Vec<u8>>,
    empty: &Receiver<Vec<u8>>,
) -> Result<Kind, ReadError> {
    objects.stream(id, &mut |bytes| {
        let mut piece = empty.try_recv().unwrap_or_default();
        piece.clear();
        piece.extend_from_slice(bytes);
        // Nobody takes it when the search has panicked, and then nothing matters any more.
        full.send(piece).ok();
    })
}

fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
