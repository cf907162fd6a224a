//! What the entries say of themselves, on one thread and on several.

use std::num::NonZero;

use pushgate_git::{Push, Sent, pack::Forest};

use crate::{
    checker::walk,
    support::{Arrival, Lab},
};

/// So many that their heads are read in several shares.
const FILES: usize = 2500;

#[test]
fn kinds_and_sizes_are_the_same_on_any_number_of_threads() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let names: Vec<String> = (0..FILES).map(|at| format!("{}/{at}", at % 30)).collect();
    let texts: Vec<String> = (0..FILES)
        .map(|at| format!("{}{at}\n", "a line that many have\n".repeat(at % 40)))
        .collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let commit = lab.commit(&files);
    lab.push(&[&commit]);
    let objects = lab.objects();
    let push = Push { updates: Vec::new() };
    for threads in [1, 2, 5] {
        let forests = Forest::all(&objects, NonZero::new(threads).unwrap());
        let sent = Sent::list(&push, &objects, &forests, NonZero::<usize>::MIN).unwrap();
        assert!(sent.objects().len() > FILES);
        for object in sent.objects() {
            let header = objects.header(&object.id).unwrap();
            assert_eq!((object.kind, object.size), (header.kind, header.size), "{}", object.id);
        }
        let (seen, _) = walk(&forests[0], 1, |_, _| true);
        let deltas = seen.values().filter(|object| object.is_derived()).count();
        assert!(deltas > FILES / 2, "{deltas}");
    }
}
