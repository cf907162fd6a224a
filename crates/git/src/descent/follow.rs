//! Whether git follows a file that a commit takes away to another name.
//!
//! Whoever takes a file out of an older commit loses what git would have moved with it, so this says
//! *no* only where git surely does not follow.

use std::{collections::HashMap, rc::Rc};

use bstr::BString;
use gix::ObjectId;

use super::Walk;
use crate::parse::{self, EntryKind};

/// Files that a commit brings beside the one that it takes away; of more, nothing is told.
const ADDED_MAX: usize = 200;

/// Bytes of a file that is compared; of a larger one, nothing is told.
const BYTES_MAX: u64 = 4 << 20;

/// Bytes of a line, or of a part of a long one, as git compares them.
const PART_BYTES: usize = 64;

/// Git follows from half on; how it counts is not quite how it is counted here.
const SURELY_OTHER_PERCENT: u64 = 35;

/// From here on git surely follows.
const SURELY_ALIKE_PERCENT: u64 = 65;

/// Whether a file lives on under another name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Follows {
    /// It is gone.
    #[default]
    No,
    /// Git follows it to a file that is there in the end.
    Yes,
    /// Nobody can say.
    Perhaps,
}

impl Walk<'_> {
    /// Whether git follows `file`, which stood at `path` of the tree `before`, into the tree `after`,
    /// where that path is free; with `ends`, the trees of the tips that must have it then.
    pub(super) fn follows(
        &mut self,
        file: ObjectId,
        [before, after]: [ObjectId; 2],
        ends: &[ObjectId],
    ) -> Follows {
        let Some(added) = self.added(before, after) else { return Follows::Perhaps };
        let mut follows = Follows::No;
        // The same file under another name goes before all others.
        let same = added.iter().find(|(_, id)| *id == file);
        for (path, id) in same.map_or(added.as_slice(), std::slice::from_ref) {
            match if *id == file { Follows::Yes } else { self.is_alike(file, *id) } {
                Follows::No => continue,
                Follows::Yes if ends.iter().all(|end| self.entry(*end, path).is_some()) => {
                    follows = Follows::Yes;
                }
                _ => return Follows::Perhaps,
            }
        }
        follows
    }

    /// The files of `after` at whose paths `before` has none; nothing if they are too many.
    pub(super) fn added(
        &mut self,
        before: ObjectId,
        after: ObjectId,
    ) -> Option<Vec<(BString, ObjectId)>> {
        let mut added = Vec::new();
        let mut folders = vec![(BString::default(), Some(before), after)];
        while let Some((folder, before, after)) = folders.pop() {
            self.objects.limits.check_time().ok()?;
            // The next commit is compared with this one.
            let old = match before {
                Some(before) => self.trees_read.read(&before).ok()?,
                None => Rc::default(),
            };
            let new = self.trees_read.read(&after).ok()?;
            let format = self.objects.format();
            let known: HashMap<&[u8], _> =
                parse::tree(&old, format).map(|entry| (entry.name, entry)).collect();
            for entry in parse::tree(&new, format) {
                self.steps += 1;
                if self.steps > self.objects.limits.descent_steps_max {
                    return None;
                }
                let there = known.get(entry.name);
                if there.is_some_and(|there| there.id == entry.id && there.kind == entry.kind) {
                    continue;
                }
                let mut path = folder.clone();
                path.extend_from_slice(entry.name);
                match entry.kind {
                    EntryKind::Tree => {
                        let there = there.filter(|there| there.kind == EntryKind::Tree);
                        path.push(b'/');
                        folders.push((path, there.map(parse::Entry::object_id), entry.object_id()));
                    }
                    EntryKind::Blob if there.is_none_or(|it| it.kind != EntryKind::Blob) => {
                        added.push((path, entry.object_id()));
                    }
                    _ => {}
                }
                if added.len() > ADDED_MAX {
                    return None;
                }
            }
        }
        Some(added)
    }

    /// Whether git takes the one file for another version of the other.
    fn is_alike(&mut self, one: ObjectId, other: ObjectId) -> Follows {
        let (Ok(first), Ok(second)) = (self.objects.header(&one), self.objects.header(&other))
        else {
            return Follows::Perhaps;
        };
        let (most, least) = (first.size.max(second.size), first.size.min(second.size));
        // Git itself does not look into files of such sizes, nor into empty ones.
        if least == 0 || least * 2 < most {
            return Follows::No;
        }
        if most > BYTES_MAX {
            return Follows::Perhaps;
        }
        self.steps += most / 64;
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let read = self.objects.read(&one, &mut first).is_ok()
            && self.objects.read(&other, &mut second).is_ok();
        match shared(&first, &second) * 100 / most {
            _ if !read => Follows::Perhaps,
            ..SURELY_OTHER_PERCENT => Follows::No,
            SURELY_ALIKE_PERCENT.. => Follows::Yes,
            _ => Follows::Perhaps,
        }
    }
}

/// Bytes of the parts that both texts have.
fn shared(one: &[u8], other: &[u8]) -> u64 {
    let mut parts: HashMap<&[u8], u64> = HashMap::new();
    for part in parts_of(one) {
        *parts.entry(part).or_default() += 1;
    }
    let mut shared = 0;
    for part in parts_of(other) {
        if let Some(count) = parts.get_mut(part).filter(|count| **count > 0) {
            *count -= 1;
            shared += part.len() as u64;
        }
    }
    shared
}

/// A text as git compares it: lines, the long ones in pieces.
fn parts_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').flat_map(|line| line.chunks(PART_BYTES))
}
