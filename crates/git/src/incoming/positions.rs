//! Where objects stand in a list, found by their ids, which are held in the list alone.

use gix::{ObjectId, hashtable::hash_table::HashTable};

/// What is listed.
pub(super) trait Listed {
    /// Its id.
    fn id(&self) -> &ObjectId;
}

/// Positions in one list, which is given with each call.
#[derive(Clone, Debug, Default)]
pub(super) struct Positions(HashTable<u32>);

impl Positions {
    /// Makes room for so many more than are in `list`.
    pub(super) fn reserve(&mut self, count: usize, list: &[impl Listed]) {
        self.0.reserve(count, |at| hash_at(*at, list));
    }

    /// Where `id` stands in `list`.
    pub(super) fn of(&self, id: &ObjectId, list: &[impl Listed]) -> Option<usize> {
        let is_it = |at: &u32| list.get(*at as usize).is_some_and(|listed| listed.id() == id);
        self.0.find(hash(id), is_it).map(|at| *at as usize)
    }

    /// Notes the last of `list`, whose id is not there yet, and which has a position of 32 bits.
    pub(super) fn add_last(&mut self, list: &[impl Listed]) {
        if let Some((last, before)) = list.split_last() {
            self.0.insert_unique(hash(last.id()), before.len() as u32, |at| hash_at(*at, list));
        }
    }
}

fn hash_at(at: u32, list: &[impl Listed]) -> u64 {
    list.get(at as usize).map_or(0, |listed| hash(listed.id()))
}

/// The begin of an id, which is a hash already.
fn hash(id: &ObjectId) -> u64 {
    id.as_slice().first_chunk().map_or(0, |begin| u64::from_ne_bytes(*begin))
}
