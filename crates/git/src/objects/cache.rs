//! Objects that others are deltas of, kept for a while.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use super::Kind;

/// Bytes that one cache holds at most.
const CACHE_BYTES_MAX: usize = 64 << 20;
/// Bytes of one object that is worth a copy.
pub(super) const COPY_BYTES_MAX: u64 = 16 << 20;

/// A pack, by a number of ours (names are the pusher's choice), and an offset in it.
pub(super) type Place = (u32, u64);

/// Whole objects by their place; the oldest are dropped first.
///
/// The newest stays whatever its size: it is often what the next one is a delta of, and to build
/// it again each time would take time that grows with the square of a file's versions.
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
        if self.objects.contains_key(&place) {
            return;
        }
        // Even an empty object takes room in the table.
        self.bytes = self.bytes.saturating_add(cost(object));
        self.objects.insert(place, (kind, Arc::clone(object)));
        self.order.push_back(place);
        while self.bytes > CACHE_BYTES_MAX && self.order.len() > 1 {
            self.drop_oldest();
        }
    }
}

impl Cache {
    /// Drops objects until the rest has at most `bytes`.
    pub(super) fn shrink(&mut self, bytes: u64) {
        while self.bytes as u64 > bytes && !self.order.is_empty() {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let oldest = self.order.pop_front().and_then(|place| self.objects.remove(&place));
        if let Some((_, object)) = oldest {
            self.bytes = self.bytes.saturating_sub(cost(&object));
        }
    }
}

fn cost(object: &[u8]) -> usize {
    object.len().saturating_add(128)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{CACHE_BYTES_MAX, Cache, Kind};

    #[test]
    fn memory_is_bounded_and_the_newest_stay() {
        let mut cache = Cache::default();
        let object = Arc::new(vec![0; CACHE_BYTES_MAX / 12]);
        for offset in 0..1000 {
            cache.put((1, offset), Kind::Blob, &object);
            assert!(cache.bytes <= CACHE_BYTES_MAX);
            assert!(cache.get((1, offset)).is_some());
        }
        assert!(cache.get((1, 0)).is_none() && cache.get((2, 999)).is_none());
        assert_eq!(cache.objects.len(), cache.order.len());
        cache.shrink(CACHE_BYTES_MAX as u64 / 2);
        assert!(cache.bytes <= CACHE_BYTES_MAX / 2 && cache.get((1, 999)).is_some());
        cache.shrink(0);
        assert_eq!((cache.bytes, cache.objects.len(), cache.order.len()), (0, 0, 0));
    }

    #[test]
    fn the_newest_stays_whatever_its_size() {
        let mut cache = Cache::default();
        for offset in 0..3 {
            cache.put((1, offset), Kind::Blob, &Arc::new(vec![0; CACHE_BYTES_MAX + 1]));
            assert!(cache.get((1, offset)).is_some());
            assert_eq!((cache.objects.len(), cache.order.len()), (1, 1));
        }
        let small = Arc::new(vec![0; 9]);
        cache.put((1, 3), Kind::Blob, &small);
        assert!(cache.get((1, 2)).is_none() && cache.get((1, 3)).is_some());
        assert_eq!(cache.bytes, super::cost(&small));
    }
}
