//! What was sent, while it is not known yet what else a push makes available.

use std::{num::NonZero, sync::OnceLock};

use super::{
    Incoming, IncomingError, IncomingObject, Surveyed, content, history,
    links::Links,
    named::Named,
    quarantine,
    tips::{self, ExistingRefs},
    trees,
};
use crate::{LimitExceeded, Objects, Push, pack::Forest, refs::RefsError};

/// In place of a position: the object was not sent.
pub(super) const NOT_SENT: u32 = u32::MAX;

/// The first part of [`Incoming`]: all that was sent.
#[derive(Debug, Default)]
pub struct Sent {
    pub(super) incoming: Incoming,
    /// For each forest, where its objects stand, by their numbers.
    pub(super) places: Vec<Vec<u32>>,
    surveyed: Option<Surveyed>,
}

impl Sent {
    /// Lists what lies in the quarantine, on `threads` threads.
    ///
    /// # Errors
    ///
    /// When a bound is passed, or the push is of another object format.
    pub fn list(
        push: &Push,
        objects: &Objects,
        forests: &[Forest],
        threads: NonZero<usize>,
    ) -> Result<Sent, IncomingError> {
        let format = objects.format();
        if push.updates.iter().any(|update| update.new_id.kind() != format) {
            return Err(IncomingError::Format);
        }
        let mut sent = Sent::default();
        match quarantine::collect(objects, forests, threads, &mut sent) {
            // It is noted how much is missing.
            Ok(()) | Err(LimitExceeded::Deadline) => Ok(sent),
            Err(limit) => Err(IncomingError::TooMuch { limit, listed: sent.incoming.objects }),
        }
    }

    /// The objects that are known to have been sent, in the order in which they are stored.
    #[must_use]
    pub fn objects(&self) -> &[IncomingObject] {
        &self.incoming.objects
    }

    /// Whether the deadline came before all was listed.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        self.incoming.unlisted.is_some()
    }

    /// Where the objects of each forest that this was listed with will stand in
    /// [`Incoming::objects`], by their numbers; a position that is in no list for what was not sent.
    /// They are handed out once.
    #[must_use]
    pub fn take_places(&mut self) -> Vec<Vec<u32>> {
        std::mem::take(&mut self.places)
    }

    /// The same, when a walk over all its packs has `surveyed` what is not to be read once more.
    #[must_use]
    pub fn with(self, surveyed: Surveyed) -> Sent {
        Sent { surveyed: Some(surveyed), ..self }
    }

    /// Finds out what else `push` makes available.
    ///
    /// # Errors
    ///
    /// As [`Incoming::find_in`].
    pub fn complete(
        mut self,
        push: &Push,
        objects: &Objects,
        forests: &[Forest],
        threads: NonZero<usize>,
    ) -> Result<Incoming, IncomingError> {
        if push.deletes_only() && !objects.has_quarantine() {
            return Ok(self.incoming);
        }
        if self.is_cut_off() {
            content::list(push, objects, &mut self.incoming);
            return Ok(self.incoming);
        }
        match self.add_stored(push, objects, forests, threads) {
            Ok(()) => {}
            Err(
                IncomingError::Limit(LimitExceeded::Deadline)
                | IncomingError::Refs(RefsError::Limit(LimitExceeded::Deadline)),
            ) => _ = self.incoming.unlisted.get_or_insert_default(),
            Err(IncomingError::Limit(limit)) => {
                return Err(IncomingError::TooMuch { limit, listed: self.incoming.objects });
            }
            Err(error) => return Err(error),
        }
        Ok(self.incoming)
    }

    /// Adds what was lying in the store.
    fn add_stored(
        &mut self,
        push: &Push,
        objects: &Objects,
        forests: &[Forest],
        threads: NonZero<usize>,
    ) -> Result<(), IncomingError> {
        let Sent { incoming, surveyed, .. } = self;
        let mut existing = ExistingRefs::new(push, objects);
        tips::collect(push, objects, &mut existing, incoming)?;
        let (links, named) = match surveyed.take() {
            Some(Surveyed { mut links, named }) => {
                links.cut_at_shallow(objects);
                (Some(links), Some(named))
            }
            None => (None, None),
        };
        if objects.base_is_empty() {
            // Nothing can come from there, and git has checked that nothing is missing.
            incoming.links = links;
            return Ok(());
        }
        let links = links.unwrap_or_else(|| Links::read(forests, objects, threads));
        let commits = history::collect(objects, &mut existing, &links, incoming)?;
        let named = match named {
            Some(named) => named.of_all(incoming),
            None => Named::read(forests, incoming, threads),
        };
        trees::collect(objects, &commits, named, incoming)?;
        incoming.commits = OnceLock::from(commits);
        Ok(())
    }
}
