//! Surveys the packs of a push on a walk of its own, as one does that looks for something else.

use std::num::NonZero;

use pushgate_git::{
    Incoming, Kind, ObjectId, Objects, Push, ReadError, Sent, Survey, Surveyed,
    pack::{Derived, Entries, Entry, Forest, TreeReader, Visitor},
};

/// What a push makes available, told by one walk over all that its packs hold.
pub(crate) fn incoming(push: &Push, objects: &Objects, forests: &[Forest]) -> Incoming {
    let threads = NonZero::<usize>::MIN;
    let mut sent = Sent::list(push, objects, forests, threads).unwrap();
    let places = sent.take_places();
    let mut surveyed = Surveyed::default();
    for (forest, places) in forests.iter().zip(places) {
        for ((id, _), place) in forest.entries().zip(&places) {
            let known = sent.objects().get(*place as usize).map(|object| object.id);
            let is_sent = sent.objects().iter().any(|object| object.id == id);
            assert_eq!(known, is_sent.then_some(id));
        }
        let walk = forest
            .select_numbers(|number| (places[number as usize] as usize) < sent.objects().len());
        let make =
            || Surveyor { survey: Survey::new(&sent, objects), trees: TreeReader::default() };
        walk.walk(threads, make).into_iter().for_each(|surveyor| surveyed.add(surveyor.survey));
    }
    sent.with(surveyed).complete(push, objects, forests, threads).unwrap()
}

struct Surveyor<'s> {
    survey: Survey<'s>,
    trees: TreeReader,
}

impl Surveyor<'_> {
    fn whole(&mut self, entry: &Entry<'_>, bytes: &[u8]) -> Option<Entries> {
        let survey = &mut self.survey;
        match entry.kind {
            Kind::Commit => survey.commit(entry, bytes),
            Kind::Tree => {
                let entries = self.trees.read(entry.ids(), bytes, &mut |named| survey.name(&named));
                match &entries {
                    Some(_) => survey.tree(entry),
                    None => survey.missed(),
                }
                return entries;
            }
            Kind::Blob | Kind::Tag => {}
        }
        None
    }
}

impl Visitor for Surveyor<'_> {
    type State = Option<Entries>;

    fn root(&mut self, entry: &Entry<'_>, text: &[u8]) -> Option<Entries> {
        self.whole(entry, text)
    }

    fn derived(
        &mut self,
        entry: &Entry<'_>,
        base: &Option<Entries>,
        object: &Derived<'_>,
    ) -> Option<Entries> {
        if let Some(base) = base {
            let survey = &mut self.survey;
            let entries = self.trees.derived(base, entry.ids(), object, &mut |named| {
                survey.name(&named);
            });
            if entries.is_some() {
                self.survey.tree(entry);
                return entries;
            }
        }
        let mut text = Vec::new();
        object.text().whole(&mut text);
        self.whole(entry, &text)
    }

    fn large(&mut self, _: &Entry<'_>) {
        self.survey.missed();
    }

    fn unreadable(&mut self, _: &ObjectId, _: ReadError) {
        self.survey.missed();
    }
}
