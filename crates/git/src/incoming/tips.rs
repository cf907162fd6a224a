//! What the refs shall point at, and whether existing refs point there already.

use bstr::BStr;
use gix::{
    ObjectId,
    hashtable::{HashMap, HashSet},
};

use super::{Incoming, IncomingError, Unreadable};
use crate::{
    LimitExceeded, Objects, Push, ReadError, RefUpdate, UpdateKind,
    objects::{Header, Kind},
    parse,
    refs::{self, RefTips, RefsError},
};

/// How many refs are looked at for one id that the client says they stand at.
///
/// If none of them does, all refs are listed anyway.
const CLAIMS_PER_ID_MAX: usize = 4;

/// What one update points at.
#[derive(Clone, Debug)]
pub(crate) struct Tip {
    /// The name of the ref.
    pub(crate) ref_name: bstr::BString,
    /// The annotated tags on the way.
    pub(crate) tags: Vec<ObjectId>,
    /// What is at the end, and its kind; `None` when it was found to be known, or cannot be read.
    pub(crate) target: Option<(ObjectId, Kind)>,
}

/// What refs point at before the push. Nothing is read before it is needed.
pub(crate) struct ExistingRefs<'p> {
    objects: &'p Objects,
    /// Which refs the client says stand where.
    claims: HashMap<ObjectId, Vec<&'p BStr>>,
    verified: HashSet<ObjectId>,
    tips: Option<RefTips>,
    ends: Option<HashSet<ObjectId>>,
}

impl<'p> ExistingRefs<'p> {
    pub(crate) fn new(push: &'p Push, objects: &'p Objects) -> ExistingRefs<'p> {
        let mut claims: HashMap<ObjectId, Vec<&BStr>> = HashMap::default();
        for RefUpdate { old_id, name, .. } in &push.updates {
            let names = claims.entry(*old_id).or_default();
            if !old_id.is_null() && names.len() < CLAIMS_PER_ID_MAX {
                names.push(name.as_ref());
            }
        }
        ExistingRefs { objects, claims, verified: HashSet::default(), tips: None, ends: None }
    }

    /// Removes those of `ids` that a ref points at where the client says so.
    pub(crate) fn remove_claimed(&mut self, ids: &mut HashSet<ObjectId>) {
        self.verify(ids);
        ids.retain(|id| !self.verified.contains(id));
    }

    /// Removes those of `ids` that a ref points at, with or without tags between.
    pub(crate) fn remove_tips(&mut self, ids: &mut HashSet<ObjectId>) -> Result<(), RefsError> {
        self.remove_claimed(ids);
        if !ids.is_empty() {
            let tips = self.tips()?;
            ids.retain(|id| {
                ![&tips.branches, &tips.named, &tips.peeled].iter().any(|of| of.contains(id))
            });
        }
        if !ids.is_empty() {
            let ends = self.ends()?;
            ids.retain(|id| !ends.contains(id));
        }
        Ok(())
    }

    /// Whether a ref points at `id`.
    pub(crate) fn is_tip(&mut self, id: ObjectId) -> Result<bool, RefsError> {
        let mut ids = HashSet::from_iter([id]);
        self.remove_tips(&mut ids)?;
        Ok(ids.is_empty())
    }

    /// Looks whether refs stand where the client says they do.
    ///
    /// An old id is a mere claim, which git checks only when it moves the ref.
    fn verify(&mut self, ids: &HashSet<ObjectId>) {
        let repository = &self.objects.repository;
        for id in ids {
            // A claim is looked at once.
            let names = self.claims.remove(id).unwrap_or_default();
            if names.into_iter().any(|name| refs::stands_at(repository, name, id)) {
                self.verified.insert(*id);
            }
        }
    }

    fn tips(&mut self) -> Result<&RefTips, RefsError> {
        if self.tips.is_none() {
            let Objects { repository, git, limits, .. } = self.objects;
            self.tips = Some(refs::list(repository, git, limits)?);
        }
        Ok(self.tips.get_or_insert_default())
    }

    /// What is at the end of all refs, behind all tags.
    pub(crate) fn ends(&mut self) -> Result<&HashSet<ObjectId>, RefsError> {
        if self.ends.is_none() {
            let objects = self.objects;
            let tips = self.tips()?;
            let mut ends: HashSet<_> = tips.branches.union(&tips.peeled).copied().collect();
            for id in &tips.named {
                // A ref whose object is missing hides nothing; that is no harm.
                ends.extend(peel(objects, *id).ok());
            }
            self.ends = Some(ends);
        }
        Ok(self.ends.get_or_insert_default())
    }
}

/// What is behind the tags that begin at `id`.
fn peel(objects: &Objects, mut id: ObjectId) -> Result<ObjectId, ReadError> {
    let mut bytes = Vec::new();
    for _ in 0..objects.limits.tag_chain_max {
        if objects.header(&id)?.kind != Kind::Tag {
            return Ok(id);
        }
        objects.read(&id, &mut bytes)?;
        id = parse::tag(&bytes, objects.format()).ok_or(ReadError::Missing)?;
    }
    Err(ReadError::Missing)
}

/// Finds what the updates point at; adds tags, trees and blobs of the store that are new.
pub(super) fn collect(
    push: &Push,
    objects: &Objects,
    existing: &mut ExistingRefs<'_>,
    incoming: &mut Incoming,
) -> Result<(), IncomingError> {
    let mut seen = HashSet::default();
    for update in &push.updates {
        objects.limits.check_time()?;
        if update.kind() == UpdateKind::Delete || !seen.insert(update.new_id) {
            continue;
        }
        let mut tip = Tip { ref_name: update.name.clone(), tags: Vec::new(), target: None };
        follow(update.new_id, objects, existing, incoming, &mut tip)?;
        incoming.tips.push(tip);
    }
    Ok(())
}

/// Follows tags from `id` on and writes to `tip` what is found.
fn follow(
    mut id: ObjectId,
    objects: &Objects,
    existing: &mut ExistingRefs<'_>,
    incoming: &mut Incoming,
    tip: &mut Tip,
) -> Result<(), IncomingError> {
    let mut bytes = Vec::new();
    for _ in 0..=objects.limits.tag_chain_max {
        let sent = incoming.get(&id).map(|object| object.kind);
        let kind = match sent.map_or_else(|| objects.header(&id).map(|h| h.kind), Ok) {
            Ok(kind) => kind,
            Err(cause) => {
                incoming.note(id, cause);
                return Ok(());
            }
        };
        if kind == Kind::Commit {
            tip.target = Some((id, kind));
            return Ok(());
        }
        if sent.is_none() {
            if existing.is_tip(id)? {
                return Ok(());
            }
            add_stored(id, objects, incoming)?;
        }
        if kind != Kind::Tag {
            tip.target = Some((id, kind));
            return Ok(());
        }
        tip.tags.push(id);
        if let Err(cause) = objects.read(&id, &mut bytes) {
            incoming.note(id, cause);
            return Ok(());
        }
        let Some(target) = parse::tag(&bytes, objects.format()) else {
            incoming.unreadable.push(Unreadable::Malformed { id });
            return Ok(());
        };
        id = target;
    }
    let max = objects.limits.tag_chain_max;
    Err(LimitExceeded::Count { name: "tag_chain_max", max }.into())
}

/// Adds the object `id` of the store.
fn add_stored(
    id: ObjectId,
    objects: &Objects,
    incoming: &mut Incoming,
) -> Result<(), LimitExceeded> {
    match objects.header(&id) {
        Ok(Header { kind, size }) => {
            incoming.add_stored(id, Header { kind, size }, objects)?;
        }
        Err(cause) => incoming.note(id, cause),
    }
    Ok(())
}
