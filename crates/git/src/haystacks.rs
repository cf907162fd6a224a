//! The names in a tree, as one text that can be searched.

use std::ops::Range;

use bstr::{BStr, ByteSlice};
use gix::ObjectId;

use crate::parse;

/// Writes the entry names of the tree `bytes` to `names`, each followed by a NUL.
///
/// A tree that cannot be read to its end is appended as it stands: what was taken for an id, or
/// for an entry, may be text, and nothing is left out.
/// `id` is the tree's id: it says how long ids are.
pub fn tree_names(id: &ObjectId, bytes: &[u8], names: &mut Vec<u8>) {
    names.clear();
    let mut entries = parse::tree(bytes, id.kind());
    for entry in entries.by_ref() {
        names.extend_from_slice(entry.name);
        names.push(0);
    }
    if !entries.rest().is_empty() {
        names.extend_from_slice(bytes);
    }
}

/// Where in a text of [`tree_names`] the names of entries with these numbers stand, which are in
/// their order.
pub fn places_of<'n>(
    names: &'n [u8],
    numbers: &'n [usize],
) -> impl Iterator<Item = Range<usize>> + 'n {
    let (mut numbers, mut start) = (numbers.iter().copied().peekable(), 0);
    names.find_iter(b"\0").enumerate().filter_map(move |(number, end)| {
        let place = std::mem::replace(&mut start, end.saturating_add(1))..end;
        numbers.next_if_eq(&number).map(|_| place)
    })
}

/// The name that the byte at `offset` of a text of [`tree_names`] belongs to.
#[must_use]
pub fn name_at(names: &[u8], offset: usize) -> &BStr {
    let offset = offset.min(names.len());
    let (before, after) = names.split_at(offset);
    let start = before.rfind_byte(0).map_or(0, |nul| nul.saturating_add(1));
    let end = after.find_byte(0).map_or(names.len(), |nul| offset.saturating_add(nul));
    names.get(start..end).unwrap_or_default().as_bstr()
}

#[cfg(test)]
mod tests {
    use gix::ObjectId;

    use super::{name_at, places_of, tree_names};

    fn id() -> ObjectId {
        ObjectId::null(gix::hash::Kind::Sha1)
    }

    #[test]
    fn names_are_ended_by_nul_and_found_again() {
        let entry = |name: &str| [b"100644 ", name.as_bytes(), b"\0", &[0; 20]].concat();
        let mut names = vec![1, 2, 3];
        tree_names(&id(), &[entry("one"), entry("x"), entry("three")].concat(), &mut names);
        assert_eq!(names, b"one\0x\0three\0");
        let found: Vec<_> = (0..=names.len()).map(|at| name_at(&names, at).to_string()).collect();
        let (one, three) = (["one"; 4], ["three"; 6]);
        assert_eq!(found, [&one[..], &["x", "x"], &three, &[""]].concat());
        assert_eq!(name_at(&names, usize::MAX), "");
        let places: Vec<_> = places_of(&names, &[0, 2]).map(|place| &names[place]).collect();
        assert_eq!(places, [&b"one"[..], b"three"]);
    }

    #[test]
    fn what_is_no_entry_stays_searchable() {
        let mut names = Vec::new();
        let bytes = [b"100644 a\0".as_slice(), &[0; 20], b"garbage with a secret"].concat();
        tree_names(&id(), &bytes, &mut names);
        assert_eq!(names, [b"a\0", &bytes[..]].concat());
        tree_names(&id(), b"", &mut names);
        assert_eq!(names, b"");
    }
}
