//! Commits, tags and trees, read as leniently as git reads them.
//!
//! Only what links objects is taken. Git lets many malformed objects into a repository; each
//! parser takes what it can, as git would, and says when it could not follow a link.

use gix::{ObjectId, hash};
use smallvec::SmallVec;

/// The parents of a commit: mostly one.
pub(crate) type Parents = SmallVec<[ObjectId; 1]>;

/// The links of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) tree: ObjectId,
    pub(crate) parents: Parents,
    /// Seconds since the epoch, of the committer; zero when it cannot be read.
    pub(crate) date: u64,
}

/// Reads the links of a commit; `None` when it does not begin as a commit.
pub(crate) fn commit(bytes: &[u8], format: hash::Kind) -> Option<Commit> {
    let (tree, mut rest) = link(bytes, b"tree ", format)?;
    let mut parents = Parents::new();
    while let Some((parent, after)) = link(rest, b"parent ", format) {
        parents.push(parent);
        rest = after;
    }
    if rest.starts_with(b"parent ") {
        return None;
    }
    Some(Commit { tree, parents, date: committer_date(rest) })
}

/// Reads what a tag points at; `None` when it does not begin as a tag.
pub(crate) fn tag(bytes: &[u8], format: hash::Kind) -> Option<ObjectId> {
    link(bytes, b"object ", format).map(|(target, _)| target)
}

/// Reads a line `<keyword><hex>` and returns the id and what follows the line.
fn link<'b>(bytes: &'b [u8], keyword: &[u8], format: hash::Kind) -> Option<(ObjectId, &'b [u8])> {
    let rest = bytes.strip_prefix(keyword)?;
    let (hex, rest) = rest.split_at_checked(format.len_in_hex())?;
    Some((ObjectId::from_hex(hex).ok()?, rest.strip_prefix(b"\n")?))
}

/// The committer's time, read from the end of its line, as git does.
fn committer_date(bytes: &[u8]) -> u64 {
    let committer = bytes
        .split(|byte| *byte == b'\n')
        .take_while(|line| !line.is_empty())
        .find_map(|line| line.strip_prefix(b"committer "));
    let after_mail = committer.and_then(|line| line.rsplit(|byte| *byte == b'>').next());
    let digits = after_mail.unwrap_or_default().iter().skip_while(|byte| **byte == b' ');
    digits
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0_u64, |value, digit| value.saturating_mul(10).saturating_add((digit - b'0').into()))
}

/// What the mode of a tree entry says about its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A folder.
    Tree,
    /// A file or a symbolic link, also with an odd mode.
    Blob,
    /// A commit of another repository, which is not part of this one.
    Gitlink,
}

/// One entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'b> {
    /// What its mode says.
    pub kind: EntryKind,
    /// Whether it is a symbolic link: its text is the path that it leads to.
    pub(crate) is_link: bool,
    /// Its name, as bytes; not empty.
    pub name: &'b [u8],
    /// The bytes of the id of what it names.
    pub(crate) id: &'b [u8],
}

impl Entry<'_> {
    pub(crate) fn object_id(&self) -> ObjectId {
        ObjectId::from_bytes_or_panic(self.id)
    }
}

/// The entries of a tree, as far as they can be read.
#[derive(Clone, Debug)]
pub(crate) struct Entries<'b> {
    rest: &'b [u8],
    id_bytes: usize,
}

/// Walks the entries of a tree.
pub(crate) fn tree(bytes: &[u8], format: hash::Kind) -> Entries<'_> {
    Entries { rest: bytes, id_bytes: format.len_in_bytes() }
}

impl<'b> Entries<'b> {
    /// What could not be read; empty after a whole tree.
    pub(crate) fn rest(&self) -> &'b [u8] {
        self.rest
    }
}

impl<'b> Iterator for Entries<'b> {
    type Item = Entry<'b>;

    fn next(&mut self) -> Option<Entry<'b>> {
        let (mode, after_mode) = mode(self.rest)?;
        let name_end = memchr(0, after_mode)?;
        let (name, after_name) = after_mode.split_at_checked(name_end)?;
        let (id, rest) = after_name.get(1..)?.split_at_checked(self.id_bytes)?;
        if name.is_empty() {
            return None;
        }
        self.rest = rest;
        let kind = match mode & 0o170_000 {
            0o040_000 => EntryKind::Tree,
            0o160_000 => EntryKind::Gitlink,
            _ => EntryKind::Blob,
        };
        Some(Entry { kind, is_link: mode & 0o170_000 == 0o120_000, name, id })
    }
}

/// The octal mode at the begin of `bytes`, and what follows the space after it.
fn mode(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut mode = 0_u32;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'7' => mode = (mode << 3) | u32::from(byte - b'0'),
            b' ' if at > 0 => return Some((mode, bytes.get(at.saturating_add(1)..)?)),
            _ => return None,
        }
    }
    None
}

fn memchr(byte: u8, bytes: &[u8]) -> Option<usize> {
    bstr::ByteSlice::find_byte(bytes, byte)
}

#[cfg(test)]
mod tests {
    use gix::hash::Kind::{Sha1, Sha256};

    use super::{EntryKind, commit, tag, tree};

    fn id(digit: char) -> String {
        digit.to_string().repeat(40)
    }

    #[test]
    fn links_of_a_commit_are_its_first_lines() {
        let text = format!(
            "tree {}\nparent {}\nparent {}\nauthor a <b> 5 +0\ncommitter c <d> 77 +0\n\nparent x\n",
            id('1'),
            id('a').to_uppercase(),
            id('3')
        );
        let parsed = commit(text.as_bytes(), Sha1).unwrap();
        assert_eq!(parsed.tree.to_string(), id('1'));
        let parents: Vec<_> = parsed.parents.iter().map(ToString::to_string).collect();
        assert_eq!(parents, [id('a'), id('3')]);
        assert_eq!(parsed.date, 77);
        assert!(commit(text.as_bytes(), Sha256).is_none());
    }

    #[test]
    fn a_commit_may_lack_what_links_nothing() {
        let date = |rest: &str| {
            commit(format!("tree {}\n{rest}", id('1')).as_bytes(), Sha1).map(|commit| commit.date)
        };
        assert_eq!(date(""), Some(0));
        assert_eq!(date("committer"), Some(0));
        assert_eq!(date("committer x > y> 12"), Some(12));
        assert_eq!(date("committer <> 99999999999999999999999"), Some(u64::MAX));
        assert_eq!(date("committer <> -5"), Some(0));
        assert_eq!(date("\ncommitter <> 7"), Some(0));
        assert_eq!(date("parent 123\n"), None);
    }

    #[test]
    fn a_tag_names_its_target_first() {
        let text = format!("object {}\ntype commit\ntag x\n", id('4'));
        assert_eq!(tag(text.as_bytes(), Sha1).unwrap().to_string(), id('4'));
        assert!(tag(b"type commit\n", Sha1).is_none());
        assert!(tag(b"", Sha1).is_none());
    }

    fn entry(mode: &str, name: &[u8]) -> Vec<u8> {
        [mode.as_bytes(), b" ", name, b"\0", &[7; 20]].concat()
    }

    #[test]
    fn odd_modes_are_blobs() {
        let kind = |mode| tree(&entry(mode, b"n"), Sha1).next().map(|entry| entry.kind);
        for mode in ["100644", "100755", "100664", "120000", "0", "777777777777", "0100644"] {
            assert_eq!(kind(mode), Some(EntryKind::Blob), "{mode}");
        }
        assert_eq!(kind("40000"), Some(EntryKind::Tree));
        assert_eq!(kind("040000"), Some(EntryKind::Tree));
        assert_eq!(kind("40755"), Some(EntryKind::Tree));
        assert_eq!(kind("160000"), Some(EntryKind::Gitlink));
        for mode in ["", "10x", "8", "-1"] {
            assert_eq!(kind(mode), None, "{mode}");
        }
    }

    #[test]
    fn a_cut_tree_says_what_is_left() {
        let bytes = [entry("100644", b"a\xff"), entry("40000", b"b")].concat();
        for cut in 0..=bytes.len() {
            let mut entries = tree(&bytes[..cut], Sha1);
            let names: Vec<_> = entries.by_ref().map(|entry| entry.name.to_vec()).collect();
            let whole = usize::from(cut >= 30) + usize::from(cut == bytes.len());
            assert_eq!(names.len(), whole, "{cut}");
            assert_eq!(entries.rest().is_empty(), [0, 30, bytes.len()].contains(&cut), "{cut}");
        }
        let mut nameless = tree(b"100644 \0aaaaaaaaaaaaaaaaaaaa", Sha1);
        assert!(nameless.next().is_none() && !nameless.rest().is_empty());
    }
}
