//! Tips of every kind, and claims about refs.

use std::collections::BTreeSet;

use crate::support::{Lab, Update, WAYS};

/// A server with one branch, and a side branch that was deleted: `(old, lost)`.
fn with_lost_branch(lab: &Lab) -> (String, String) {
    let old = lab.commit(&[("a", b"one")]);
    lab.accept("refs/heads/main", &old);
    let lost = lab.commit(&[("hidden/secret", b"lost and found")]);
    lab.accept("refs/heads/side", &lost);
    lab.server(&["update-ref", "-d", "refs/heads/side"]);
    (old, lost)
}

#[test]
fn a_new_ref_at_a_known_commit_brings_nothing() {
    for way in WAYS {
        let lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one")]);
        let tip = lab.commit(&[("a", b"two")]);
        lab.accept("refs/heads/main", &tip);
        for id in [&tip, &old] {
            let checked = lab.check(&[lab.update("refs/heads/other", id)]);
            assert_eq!(checked.incoming.objects, []);
        }
    }
}

#[test]
fn a_deleted_branch_that_comes_again_is_taken_from_the_store() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one"), ("folder/b", b"two")]);
        lab.accept("refs/heads/main", &old);
        let middle = lab.commit(&[("folder/b", b"three")]);
        let tip = lab.commit(&[("folder/b", b"four")]);
        lab.accept("refs/heads/side", &tip);
        lab.server(&["update-ref", "-d", "refs/heads/side"]);
        // Git sends no object that it sees in the store, and unpacks none.
        lab.make_quarantine();
        let checked = lab.check(&[lab.update("refs/heads/again", &tip)]);
        assert_eq!(checked.stored, checked.exact);
        assert_eq!(checked.stored.len(), 2 * 4);
        assert!(checked.stored.contains(&middle));
        // Nor is there always a quarantine.
        lab.quarantine = None;
        assert_eq!(lab.check(&[lab.update("refs/heads/again", &tip)]).stored.len(), 2 * 4);
    }
}

#[test]
fn a_client_cannot_claim_that_a_ref_was_there() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let (old, lost) = with_lost_branch(&lab);
        let tip = lab.commit(&[("more", b"on top")]);
        lab.smuggle(&[
            &tip,
            &lab.client(&["rev-parse", "HEAD^{tree}"]),
            &lab.client(&["rev-parse", "HEAD:more"]),
        ]);
        let claims = [
            ("refs/heads/side", &lost),
            ("refs/heads/main", &lost),
            ("HEAD", &lost),
            ("heads/main", &old),
            ("refs/heads/../heads/main", &lost),
            ("refs/heads/\u{fc} ~^:?*[", &lost),
        ];
        for (name, claimed) in claims {
            let claim = Update { name, old: claimed.clone(), new: tip.clone() };
            let updates = [claim, lab.update("refs/heads/new", &tip)];
            let checked = lab.check(&updates);
            assert_eq!(checked.stored, checked.exact, "{name}");
            assert_eq!(checked.stored.len(), 4, "{name}");
        }
    }
}

#[test]
fn tags_of_all_kinds_are_followed() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &old);
        lab.commit(&[("a", b"two"), ("folder/b", b"three")]);
        for (name, target) in
            [("commit", "HEAD"), ("tree", "HEAD:folder"), ("blob", "HEAD:a"), ("tag", "commit")]
        {
            lab.client(&["tag", "--message=a tag", name, target]);
            let tag = lab.client(&["rev-parse", name]);
            lab.push(&[&tag]);
            let checked = lab.check(&[lab.update("refs/tags/new", &tag)]);
            assert_eq!(checked.stored, BTreeSet::new(), "{name}");
            let count = match name {
                "tag" => 2 + 5,
                "commit" => 1 + 5,
                "tree" => 1 + 2,
                _ => 1 + 1,
            };
            assert_eq!(checked.incoming.objects.len(), count, "{name}");
        }
    }
}

#[test]
fn tips_of_all_kinds_are_taken_from_the_store() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let (_, lost) = with_lost_branch(&lab);
        lab.make_quarantine();
        let tree = lab.client(&["rev-parse", &format!("{lost}:hidden")]);
        let blob = lab.client(&["rev-parse", &format!("{lost}:hidden/secret")]);
        for (tip, count) in [(&lost, 4), (&tree, 2), (&blob, 1)] {
            let checked = lab.check(&[lab.update("refs/tags/new", tip)]);
            assert_eq!(checked.stored, checked.exact);
            assert_eq!(checked.stored.len(), count);
        }
        // A new tag, of which only the tag itself is sent.
        lab.client(&["tag", "--message=a tag", "new", &tree]);
        let tag = lab.client(&["rev-parse", "new"]);
        lab.smuggle(&[&tag]);
        let checked = lab.check(&[lab.update("refs/tags/new", &tag)]);
        assert_eq!(checked.stored, BTreeSet::from([tree, blob]));
        // And an old tag that was deleted.
        lab.accept("refs/tags/gone", &tag);
        lab.server(&["update-ref", "-d", "refs/tags/gone"]);
        lab.make_quarantine();
        let checked = lab.check(&[lab.update("refs/tags/new", &tag)]);
        assert_eq!(checked.stored, checked.exact);
        assert_eq!(checked.stored.len(), 3);
    }
}

#[test]
fn what_a_ref_points_at_already_is_known() {
    for way in WAYS {
        let lab = Lab::new(way);
        lab.commit(&[("a", b"one"), ("folder/b", b"two")]);
        lab.client(&["tag", "--message=a tag", "first", "HEAD"]);
        lab.client(&["tag", "--message=a tag", "second", "first"]);
        for (name, spec) in
            [("tag", "second"), ("tree", "HEAD:folder"), ("blob", "HEAD:a"), ("old", "HEAD")]
        {
            lab.accept(&format!("refs/{name}/x"), &lab.client(&["rev-parse", spec]));
        }
        for spec in ["second", "HEAD:folder", "HEAD:a", "HEAD"] {
            let tip = lab.client(&["rev-parse", spec]);
            let checked = lab.check(&[lab.update("refs/heads/new", &tip)]);
            assert_eq!(checked.incoming.objects, [], "{spec}");
        }
        // What is behind tags, when no ref points at it itself.
        lab.client(&["tag", "--message=a tag", "third", "HEAD:folder"]);
        lab.accept("refs/tags/third", &lab.client(&["rev-parse", "third"]));
        lab.server(&["update-ref", "-d", "refs/old/x"]);
        lab.server(&["update-ref", "-d", "refs/tree/x"]);
        for _ in 0..2 {
            for spec in ["HEAD", "HEAD:folder"] {
                let tip = lab.client(&["rev-parse", spec]);
                let update = lab.update("refs/heads/new", &tip);
                assert_eq!(lab.check(&[update]).incoming.objects, [], "{spec}");
            }
            lab.server(&["pack-refs", "--all"]);
        }
    }
}

#[test]
fn several_refs_bring_their_objects_once() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let one = lab.commit(&[("a", b"one")]);
        let two = lab.commit(&[("a", b"two")]);
        lab.push(&[&one, &two]);
        let names: Vec<_> = (0..50).map(|number| format!("refs/heads/b{number}")).collect();
        let updates: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(at, name)| lab.update(name, if at % 2 == 0 { &one } else { &two }))
            .collect();
        assert_eq!(lab.check(&updates).incoming.objects.len(), 6);
    }
}
