//! Objects that others are deltas of, kept for a while.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use super::Kind;

/// Bytes that one cache holds at most.
const CACHE_BYTES_MAX: usize = 16 << 20;
/// Bytes of one object that is worth keeping.
const OBJECT_BYTES_MAX: usize = CACHE_BYTES_MAX / 4;

/// A pack, by a number of ours (names are the pusher's choice), and an offset in it.
pub(super) type Place = (u32, u64);

/// Whole objects by their place; the oldest are dropped first.
#[derive(Default)]
pub(super) struct Cache {
    objects: HashMap<Place, (Kind, Arc<Vec<u8>>)>,
    order: VecDeque<Place>,
    bytes: usize,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What is in an object may be secret.
        f.debug_struct("Cache").field("objects", &self.objects.len()).finish_non_exhaustive()
    }
}

impl Cache {
    pub(super) fn get(&self, place: Place) -> Option<(Kind, Arc<Vec<u8>>)> {
        self.objects.get(&place).cloned()
    }

    pub(super) fn put(&mut self, place: Place, kind: Kind, object: &Arc<Vec<u8>>) {
        if object.len() > OBJECT_BYTES_MAX || self.objects.contains_key(&place) {
            return;
        }
        // Even an empty object takes room in the table.
        self.bytes = self.bytes.saturating_add(cost(object));
        self.objects.insert(place, (kind, Arc::clone(object)));
        self.order.push_back(place);
        while self.bytes > CACHE_BYTES_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some((_, object)) = self.objects.remove(&oldest) {
                self.bytes = self.bytes.saturating_sub(cost(&object));
            }
        }
    }
}

fn cost(object: &[u8]) -> usize {
    object.len().saturating_add(128)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{CACHE_BYTES_MAX, Cache, Kind, OBJECT_BYTES_MAX};

    #[test]
    fn memory_is_bounded_and_the_newest_stay() {
        let mut cache = Cache::default();
        let object = Arc::new(vec![0; OBJECT_BYTES_MAX / 3]);
        for offset in 0..1000 {
            cache.put((1, offset), Kind::Blob, &object);
            assert!(cache.bytes <= CACHE_BYTES_MAX);
            assert!(cache.get((1, offset)).is_some());
        }
        assert!(cache.get((1, 0)).is_none() && cache.get((2, 999)).is_none());
        assert_eq!(cache.objects.len(), cache.order.len());
        cache.put((3, 0), Kind::Blob, &Arc::new(vec![0; OBJECT_BYTES_MAX + 1]));
        assert!(cache.get((3, 0)).is_none());
    }
}
