//! A visitor that looks at everything it is shown.

use std::{collections::BTreeMap, num::NonZero};

use pushgate_git::{
    Kind, ObjectId, Objects, ReadError,
    pack::{Derived, Entry, Forest, Step, Text, TreeReader, Visitor},
};

/// How an object was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Root(Kind, Vec<u8>),
    Derived(Kind, Vec<u8>),
    Large(Kind, u64),
    Unreadable(ReadError),
}

impl Seen {
    /// Kind and bytes, if it was delivered whole.
    pub(crate) fn bytes(&self) -> Option<(Kind, &[u8])> {
        match self {
            Seen::Root(kind, bytes) | Seen::Derived(kind, bytes) => Some((*kind, bytes)),
            _ => None,
        }
    }

    pub(crate) fn is_derived(&self) -> bool {
        matches!(self, Seen::Derived(..))
    }

    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self, Seen::Unreadable(_))
    }
}

/// Numbers that look random and are the same every time.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

struct Checker {
    seen: Vec<(ObjectId, Seen)>,
    /// Objects that were shown although they are not wanted.
    unwanted: Vec<ObjectId>,
    numbers: Numbers,
}

impl Checker {
    fn note(&mut self, entry: &Entry<'_>, seen: Seen) {
        match entry.is_wanted {
            true => self.seen.push((entry.id(), seen)),
            false => self.unwanted.push(entry.id()),
        }
    }

    fn check_text(&mut self, text: &Text<'_>) -> Vec<u8> {
        let mut whole = b"before".to_vec();
        text.whole(&mut whole);
        let whole = whole.strip_prefix(b"before").unwrap().to_vec();
        assert_eq!(whole.len(), text.size());
        if let Some(slice) = text.as_slice() {
            assert_eq!(slice, whole);
        }
        let slices = text.slices(0..text.size()).count();
        assert_eq!(text.as_slice().is_some(), slices < 2);
        assert!(slices >= text.piece_count());
        let size = text.size();
        for _ in 0..8 {
            let (start, length) = (self.numbers.below(size + 2), self.numbers.below(size + 2));
            let range = start..start + length;
            let mut gathered = vec![1, 2];
            text.gather(range.clone(), &mut gathered);
            let expected = &whole[start.min(size)..range.end.min(size)];
            assert_eq!(&gathered[2..], expected, "{range:?}");
            let slices: Vec<&[u8]> = text.slices(range).collect();
            assert!(slices.iter().all(|slice| !slice.is_empty()));
            assert_eq!(slices.concat(), expected);
        }
        whole
    }
}

/// Entries that are told from the base are those of the tree, and none of the new names is missed.
fn check_entries(entry: &Entry<'_>, base: &[u8], object: &Derived<'_>, whole: &[u8]) {
    let ids = entry.ids();
    let mut reader = TreeReader::default();
    let mut names = |bytes: &[u8]| {
        let mut names = Vec::new();
        let entries = reader.read(ids, bytes, &mut |entry| names.push(entry.name.to_vec()));
        entries.map(|entries| (entries, names))
    };
    let Some((of_base, known)) = names(base) else { return };
    let (expected, all) = names(whole).unzip();
    let mut fresh = Vec::new();
    let derived =
        reader.derived(&of_base, ids, object, &mut |entry| fresh.push(entry.name.to_vec()));
    assert_eq!(derived, expected);
    for name in all.iter().flatten() {
        assert!(known.contains(name) || fresh.contains(name), "a name is missed");
    }
    let mut told = Vec::new();
    let renewed =
        reader.renewed(&of_base, ids, object, &mut |entry| told.push(entry.name.to_vec()));
    if renewed.is_some() {
        assert_eq!(told, fresh, "what is new is told either way");
    }
    assert_eq!(renewed, expected.filter(|_| all.as_ref() == Some(&known)), "the same names or not");
    renewed.into_iter().for_each(|entries| reader.done(entries));
}

impl Visitor for Checker {
    /// The object's bytes.
    type State = Vec<u8>;

    fn root(&mut self, entry: &Entry<'_>, text: &[u8]) -> Vec<u8> {
        assert_eq!(entry.size, text.len() as u64);
        self.note(entry, Seen::Root(entry.kind, text.to_vec()));
        text.to_vec()
    }

    fn derived(&mut self, entry: &Entry<'_>, base: &Vec<u8>, object: &Derived<'_>) -> Vec<u8> {
        assert_eq!(entry.size, object.text().size() as u64);
        assert_eq!(&self.check_text(&object.base()), base);
        let pieces_max = 16 + base.len() / 128;
        assert!(object.base().piece_count() <= pieces_max, "a base in pieces that are too many");
        let whole = self.check_text(&object.text());
        let mut rebuilt = Vec::new();
        let mut before = None;
        for step in object.steps() {
            match &step {
                Step::Copy { from, at } => {
                    assert_eq!(*at, rebuilt.len());
                    assert!(!from.is_empty());
                    if let Some(Step::Copy { from: other, .. }) = before {
                        assert_ne!(other.end, from.start, "one copy in two steps");
                    }
                    rebuilt.extend_from_slice(&base[from.clone()]);
                }
                Step::Insert { at, bytes } => {
                    assert_eq!(*at, rebuilt.len());
                    assert!(!bytes.is_empty());
                    assert!(
                        !matches!(before, Some(Step::Insert { .. })),
                        "two insertions in a row"
                    );
                    rebuilt.extend_from_slice(bytes);
                }
            }
            before = Some(step);
        }
        assert_eq!(rebuilt, whole);
        if entry.kind == Kind::Tree {
            check_entries(entry, base, object, &whole);
        }
        self.note(entry, Seen::Derived(entry.kind, whole.clone()));
        whole
    }

    fn large(&mut self, entry: &Entry<'_>) {
        assert!(entry.is_wanted);
        self.seen.push((entry.id(), Seen::Large(entry.kind, entry.size)));
    }

    fn unreadable(&mut self, id: &ObjectId, cause: ReadError) {
        self.seen.push((*id, Seen::Unreadable(cause)));
    }
}

/// What a walk showed: objects that are wanted, each once, and those that are not.
pub(crate) type Shown = (BTreeMap<ObjectId, Seen>, Vec<ObjectId>);

/// Walks `forest` on so many threads; asserts that each object that is wanted comes once.
pub(crate) fn walk(
    forest: &Forest,
    threads: usize,
    wanted: impl Fn(&ObjectId, Option<Kind>) -> bool,
) -> Shown {
    let selection = forest.select(&wanted);
    let make = || Checker { seen: Vec::new(), unwanted: Vec::new(), numbers: Numbers(7) };
    let checkers = selection.walk(NonZero::new(threads).unwrap(), make);
    assert!((1..=threads).contains(&checkers.len()));
    let mut seen = BTreeMap::new();
    let mut unwanted = Vec::new();
    for checker in checkers {
        for (id, object) in checker.seen {
            assert!(seen.insert(id, object).is_none(), "{id} was delivered twice");
        }
        unwanted.extend(checker.unwanted);
    }
    let expected = forest.entries().filter(|(id, kind)| wanted(id, *kind)).count();
    assert_eq!(seen.len(), expected, "each object that is wanted is delivered");
    unwanted.sort_unstable();
    (seen, unwanted)
}

/// The packs of the quarantine, as one thread reads them.
pub(crate) fn forests(objects: &Objects) -> Vec<Forest> {
    Forest::all(objects, NonZero::<usize>::MIN)
}

/// Walks the only pack of the quarantine, all of it, on one thread and on four.
pub(crate) fn walk_all(objects: &Objects) -> BTreeMap<ObjectId, Seen> {
    let forests = forests(objects);
    assert_eq!(forests.len(), 1);
    let (seen, unwanted) = walk(&forests[0], 1, |_, _| true);
    assert!(unwanted.is_empty());
    let (other, _) = walk(&forests[0], 4, |_, _| true);
    assert_eq!(seen, other, "threads change nothing");
    seen
}

/// Asserts that `seen` is what reading object by object gives.
pub(crate) fn compare(objects: &Objects, seen: &BTreeMap<ObjectId, Seen>) {
    let mut bytes = Vec::new();
    for (id, object) in seen {
        match objects.read(id, &mut bytes) {
            Ok(kind) => assert_eq!(object.bytes(), Some((kind, bytes.as_slice())), "{id}"),
            Err(error) => assert!(object.is_unreadable(), "{id}: {error}, {object:?}"),
        }
    }
}
