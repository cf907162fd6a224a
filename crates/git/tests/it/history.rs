//! Which commits are new, in every shape that history has.

use std::collections::BTreeSet;

use crate::support::{Lab, Update, WAYS};

fn none() -> BTreeSet<String> {
    BTreeSet::new()
}

#[test]
fn a_merge_brings_what_is_only_in_it() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one"), ("b", b"two")]);
        lab.accept("refs/heads/main", &old);
        lab.client(&["checkout", "--quiet", "-b", "side"]);
        lab.commit(&[("a", b"side")]);
        lab.client(&["checkout", "--quiet", "main"]);
        lab.commit(&[("b", b"main")]);
        lab.client(&["merge", "--quiet", "--no-commit", "side"]);
        let tip = lab.commit(&[("evil", b"only here")]);
        assert_eq!(lab.client(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 3);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(checked.stored, none());
        assert_eq!(checked.incoming.objects.len(), 3 + 3 + 3);
    }
}

#[test]
fn an_octopus_of_known_branches_brings_only_itself() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &old);
        for name in ["x", "y", "z"] {
            lab.client(&["checkout", "--quiet", "-b", name, &old]);
            let tip = lab.commit(&[(&format!("{name}/file"), name.as_bytes())]);
            lab.accept(&format!("refs/heads/{name}"), &tip);
        }
        lab.client(&["checkout", "--quiet", "main"]);
        lab.client(&["merge", "--quiet", "--message=octopus", "x", "y", "z"]);
        let tip = lab.client(&["rev-parse", "HEAD"]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(checked.stored, none());
        assert_eq!(checked.incoming.objects.len(), 2, "the merge and its tree");
    }
}

#[test]
fn an_orphan_brings_all_its_history() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one"), ("same", b"same")]);
        lab.accept("refs/heads/main", &old);
        lab.client(&["checkout", "--quiet", "--orphan", "other"]);
        lab.commit(&[("a", b"two")]);
        let tip = lab.commit(&[("a", b"three")]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/other", &tip)]);
        // The blob `same` stands at a path where no parent has it.
        assert_eq!(checked.exact, none());
        let same = lab.client(&["rev-parse", "HEAD:same"]);
        assert!(checked.stored.is_subset(&BTreeSet::from([same])));
    }
}

#[test]
fn new_commits_on_a_deleted_branch_bring_that_branch() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one"), ("folder/b", b"two")]);
        lab.accept("refs/heads/main", &old);
        let mut lost = String::new();
        for number in 0..5 {
            lost = lab.commit(&[("folder/b", format!("lost {number}").as_bytes())]);
        }
        lab.accept("refs/heads/side", &lost);
        lab.server(&["update-ref", "-d", "refs/heads/side"]);
        lab.commit(&[("a", b"on top")]);
        let tip = lab.client(&["rev-parse", "HEAD"]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        if way.1 == crate::support::Arrival::Loose {
            // Loose objects that the store has are not written again.
            assert_eq!(checked.stored.len(), 5 * 4);
        }
        assert_eq!(checked.stored, checked.exact);
        assert_eq!(checked.incoming.objects.len(), 5 * 4 + 3);
    }
}

#[test]
fn a_branch_from_old_history_is_known_whatever_the_clocks_said() {
    for way in WAYS {
        for skewed in [false, true] {
            let lab = Lab::new(way);
            let mut commits: Vec<String> = Vec::new();
            for number in 0..12_u64 {
                let tree = lab.commit(&[("a", format!("{number}").as_bytes())]) + "^{tree}";
                let tree = lab.client(&["rev-parse", &tree]);
                let mut command = lab.command();
                command.arg("-C").arg(&lab.client).args(["commit-tree", &tree, "-m", "x"]);
                if let Some(parent) = commits.last() {
                    command.args(["-p", parent]);
                }
                // Neighbours are hours apart, in either direction.
                let jump = if skewed { number * 7919 % 13 } else { number };
                let date = format!("{} +0000", 1_600_000_000 + jump * 3600);
                command.env("GIT_COMMITTER_DATE", date);
                commits.push(crate::support::text(&crate::support::run(&mut command, b"")));
            }
            // The branch of `HEAD` is looked at first, and any other with all the rest.
            for branch in ["refs/heads/other", "refs/heads/main"] {
                lab.accept(branch, commits.last().unwrap());
                for commit in &commits {
                    let update = lab.update("refs/heads/new", commit);
                    let checked = lab.check(&[update]);
                    if !skewed {
                        assert_eq!(checked.incoming.objects, []);
                    }
                }
            }
        }
    }
}

#[test]
fn a_root_with_a_later_date_than_what_stands_on_it_is_known_as_far_as_git_looks() {
    for way in WAYS {
        let lab = Lab::new(way);
        let tree = lab.commit(&[("a", b"one")]) + "^{tree}";
        let tree = lab.client(&["rev-parse", &tree]);
        let commit = |parent: Option<&String>, date: u64, message: &str| {
            let mut command = lab.command();
            command.arg("-C").arg(&lab.client).args(["commit-tree", &tree, "-m", message]);
            command.args(parent.into_iter().flat_map(|parent| ["-p", parent]));
            command.env("GIT_COMMITTER_DATE", format!("{date} +0000"));
            crate::support::text(&crate::support::run(&mut command, b""))
        };
        // Nothing is near `HEAD`, whose branch is not there.
        for wrong in 1..=9_u64 {
            let root = commit(None, 1_600_000_000, &format!("{wrong} are older than this"));
            let mut tip = root.clone();
            for number in 0..wrong {
                tip = commit(Some(&tip), 1_500_000_000 + number, "older");
            }
            let tip = commit(Some(&tip), 1_700_000_000, "newer");
            lab.accept("refs/heads/other", &tip);
            let checked = lab.check(&[lab.update("refs/heads/new", &root)]);
            let git = lab.server(&["rev-list", &root, "--not", "--all"]);
            assert_eq!(checked.exact, none(), "{wrong}");
            // Where git gives up, it may be taken for new: it is searched in vain.
            let is_new = checked.stored.contains(&root);
            assert!(!is_new || git == root, "{wrong} older ones, and git says {git:?}");
            assert!(wrong > 4 || git.is_empty(), "git itself looks no further than {wrong}");
        }
    }
}

#[test]
fn a_force_push_brings_only_the_other_side() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &lab.commit(&[("a", b"two")]));
        lab.client(&["reset", "--quiet", "--hard", &old]);
        let tip = lab.commit(&[("a", b"three")]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(checked.stored, none());
        assert_eq!(checked.incoming.objects.len(), 3);
    }
}

#[test]
fn replacement_refs_and_grafts_are_not_followed() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"harmless")]);
        lab.accept("refs/heads/main", &old);
        let evil = lab.commit(&[("a", b"evil"), ("b", b"evil too")]);
        let tip = lab.commit(&[("a", b"harmless")]);
        lab.push(&[&tip]);
        for (id, instead) in [(&evil, &old), (&tip, &old)] {
            lab.server(&["update-ref", &format!("refs/replace/{id}"), instead]);
        }
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        // Two commits, two trees, two evil blobs; the harmless one that comes back is known.
        assert_eq!(checked.incoming.objects.len(), 6);
        std::fs::create_dir_all(lab.server.join("info")).unwrap();
        std::fs::write(lab.server.join("info/grafts"), format!("{tip} {old}\n")).unwrap();
        let (_, _, incoming) = lab.incoming(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(incoming.objects.len(), 6);
    }
}

#[test]
fn shallow_history_ends_where_it_says_so() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        lab.commit(&[("a", b"one")]);
        let boundary = lab.commit(&[("a", b"two")]);
        let tip = lab.commit(&[("a", b"three")]);
        let ids = lab.client(&["rev-list", "--objects", "--no-object-names", "-2", "HEAD"]);
        lab.smuggle(&ids.lines().collect::<Vec<_>>());
        // Something is in the base, so that history is walked.
        lab.client(&["checkout", "--quiet", "--orphan", "unrelated"]);
        lab.accept("refs/heads/unrelated", &lab.commit(&[("z", b"unrelated")]));
        let update = || Update { name: "refs/heads/main", old: lab.null(), new: tip.clone() };
        let (_, _, incoming) = lab.incoming(&[update()]);
        assert_eq!(incoming.unreadable.len(), 1, "a missing parent is not passed over");
        std::fs::write(lab.server.join("shallow"), format!("{boundary}\n")).unwrap();
        let (_, _, incoming) = lab.incoming(&[update()]);
        assert_eq!(incoming.unreadable, []);
        assert_eq!(incoming.objects.len(), 6);
        // A push can bring boundaries of its own.
        std::fs::rename(lab.server.join("shallow"), lab.server.join("other")).unwrap();
        let mut environment = lab.environment();
        environment.shallow_file = Some(lab.server.join("other").into());
        let objects = pushgate_git::Objects::open(&environment, &lab.limits).unwrap();
        let line = format!("{} {tip} refs/heads/main\n", lab.null());
        let push = pushgate_git::Push::read(line.as_bytes(), &lab.limits).unwrap();
        let incoming = pushgate_git::Incoming::find(&push, &objects).unwrap();
        assert_eq!(incoming.unreadable, []);
    }
}

#[test]
fn a_parent_behind_a_shallow_boundary_is_under_no_ref() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/old", &old);
        let hidden = lab.commit(&[("folder/b", b"hidden")]);
        let folder = lab.client(&["rev-parse", "HEAD:folder"]);
        lab.client(&["rm", "-r", "--quiet", "folder"]);
        let boundary = lab.commit(&[("a", b"two")]);
        lab.accept("refs/heads/main", &boundary);
        std::fs::write(lab.server.join("shallow"), format!("{boundary}\n")).unwrap();
        lab.make_quarantine();
        let checked = lab.check(&[lab.update("refs/heads/again", &hidden)]);
        assert_eq!(checked.stored, checked.exact);
        assert_eq!(checked.stored.len(), 4, "the commit, two trees and a blob");
        // Nor is it on the way back to them.
        lab.client(&["checkout", "--quiet", &boundary]);
        let tip = lab.commit(&[("c", b"three")]);
        lab.client(&["read-tree", "--prefix=folder/", &folder]);
        lab.client(&["checkout-index", "--all"]);
        let back = lab.commit(&[]);
        lab.push(&[&back]);
        let checked = lab.check(&[lab.update("refs/heads/main", &back)]);
        assert!(checked.incoming.get(&crate::support::id(&tip)).is_some());
        assert!(checked.incoming.get(&crate::support::id(&folder)).is_some());
    }
}

/// None of them is read: they may be old. This guards against whoever lets them answer.
#[test]
fn commit_graphs_multi_pack_indices_and_bitmaps_change_nothing() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let mut old = String::new();
        for number in 0..20 {
            old = lab.commit(&[("folder/a", format!("{number}").as_bytes())]);
            lab.accept("refs/heads/main", &old);
        }
        lab.server(&["repack", "-a", "-d", "-q", "--write-bitmap-index"]);
        let more = lab.commit(&[("folder/a", b"more")]);
        lab.accept("refs/heads/main", &more);
        lab.server(&["repack", "-d", "-q"]);
        lab.server(&["multi-pack-index", "write"]);
        lab.server(&["commit-graph", "write", "--reachable"]);
        let tip = lab.commit(&[("folder/a", b"tip")]);
        lab.push(&[&tip]);
        let updates = [lab.update("refs/heads/main", &tip), lab.update("refs/heads/b", &old)];
        let checked = lab.check(&updates);
        assert_eq!(checked.stored, none());
        assert_eq!(checked.incoming.objects.len(), 4);
    }
}
