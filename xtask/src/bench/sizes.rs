//! `Sizes`: what stands in a pack, by `git verify-pack`.

use super::bed::{Bed, Packed};
use crate::failure::Failure;

/// Sums over the entries of a pack.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sizes {
    pub(crate) objects: f64,
    /// What the entries inflate to: of a delta, the delta itself.
    pub(crate) inflated_bytes: f64,
    /// Deltas between an object and its root, at most.
    pub(crate) depth: usize,
}

impl Sizes {
    pub(crate) fn of(bed: &Bed, packed: &Packed) -> Result<Sizes, Failure> {
        let index = packed.index().display().to_string();
        Ok(Sizes::of_listing(&bed.git(&packed.repository, &["verify-pack", "-v", &index])?))
    }

    /// Of an object: id, kind, size, size in the pack, offset; of a delta also depth and base.
    fn of_listing(listing: &str) -> Sizes {
        let mut sizes = Sizes::default();
        for line in listing.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (Some("blob" | "tree" | "commit" | "tag"), Some(size)) =
                (words.get(1).copied(), words.get(2).and_then(|word| word.parse::<f64>().ok()))
            else {
                continue;
            };
            let depth = words.get(5).and_then(|word| word.parse().ok()).unwrap_or(0);
            sizes.objects += 1.0;
            sizes.inflated_bytes += size;
            sizes.depth = sizes.depth.max(depth);
        }
        sizes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_counted_and_other_lines_are_not() {
        let listing = "1a commit 200 150 12\n2b blob 5000 1200 162\n\
                       3c blob 40 35 1362 2 2b\nnon delta: 2 objects\nchain length = 2: 1 object\n\
                       p.pack: ok\n";
        let expect = Sizes { objects: 3.0, inflated_bytes: 5240.0, depth: 2 };
        assert_eq!(Sizes::of_listing(listing), expect);
    }
}
