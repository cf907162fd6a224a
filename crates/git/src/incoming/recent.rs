//! Trees that were read lately.
//!
//! A commit's folders are compared with its parent's, and soon its child's with them: each tree is
//! asked for at least twice, shortly one after the other.

use std::{collections::VecDeque, rc::Rc};

use gix::{ObjectId, hashtable::HashMap};

use crate::{Objects, ReadError, objects::Kind};

/// Bytes of trees that are kept.
const KEPT_BYTES_MAX: usize = 4 << 20;

/// Reads trees, and keeps those that were read last.
pub(crate) struct RecentTrees<'o> {
    objects: &'o Objects,
    trees: HashMap<ObjectId, Rc<[u8]>>,
    order: VecDeque<ObjectId>,
    bytes: usize,
    buffer: Vec<u8>,
}

impl<'o> RecentTrees<'o> {
    pub(crate) fn new(objects: &'o Objects) -> RecentTrees<'o> {
        RecentTrees {
            objects,
            trees: HashMap::default(),
            order: VecDeque::new(),
            bytes: 0,
            buffer: Vec::new(),
        }
    }

    /// The bytes of the tree `id`.
    pub(crate) fn read(&mut self, id: &ObjectId) -> Result<Rc<[u8]>, ReadError> {
        if let Some(tree) = self.trees.get(id) {
            return Ok(Rc::clone(tree));
        }
        if self.objects.read(id, &mut self.buffer)? != Kind::Tree {
            return Err(ReadError::Corrupt("not a tree".to_owned()));
        }
        let tree: Rc<[u8]> = self.buffer.as_slice().into();
        if tree.len() <= KEPT_BYTES_MAX / 4 {
            self.bytes += tree.len();
            self.trees.insert(*id, Rc::clone(&tree));
            self.order.push_back(*id);
        }
        while self.bytes > KEPT_BYTES_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            let gone = self.trees.remove(&oldest);
            self.bytes -= gone.map_or(0, |tree| tree.len());
        }
        Ok(tree)
    }
}
