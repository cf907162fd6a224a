//! What is incoming: what was sent, and what trees name that was not sent.

use std::collections::BTreeSet;

use pushgate_git::{GitLimits, Incoming, IncomingError, Kind, LimitExceeded, Push, Unreadable};

use crate::support::{Arrival, Lab, WAYS};

fn none() -> BTreeSet<String> {
    BTreeSet::new()
}

#[test]
fn a_first_push_brings_all_that_is_sent() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        lab.commit(&[("a", b"one"), ("folder/b", b"two")]);
        let tip = lab.commit(&[("a", b"three"), ("folder/c", b"four")]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(checked.stored, none());
        assert_eq!(checked.incoming.objects.len(), 2 + 4 + 4, "commits, trees, blobs");
    }
}

#[test]
fn a_next_push_brings_only_what_is_new() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one"), ("folder/b", b"two")]);
        lab.accept("refs/heads/main", &old);
        let tip = lab.commit(&[("folder/b", b"three")]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(checked.stored, none());
        assert_eq!(checked.incoming.objects.len(), 4);
    }
}

#[test]
fn bases_that_complete_a_thin_pack_are_not_incoming() {
    for format in ["sha1", "sha256"] {
        let mut lab = Lab::new((format, Arrival::Packed));
        let lines = |last: &str| -> Vec<u8> {
            let numbers = (0..2000).map(|number| format!("line {}\n", number * 7919 % 10_007));
            numbers.chain([last.to_owned()]).collect::<String>().into_bytes()
        };
        let old = lab.commit(&[("large", &lines("old"))]);
        lab.accept("refs/heads/main", &old);
        let tip = lab.commit(&[("large", &lines("new"))]);
        lab.push(&[&tip]);
        let pack = lab.quarantine.clone().unwrap().join("pack");
        let index = std::fs::read_dir(pack).unwrap().map(|entry| entry.unwrap().path());
        let index = index.filter(|path| path.extension().unwrap() == "idx").collect::<Vec<_>>();
        let shown = lab.hook(&["show-index"], &std::fs::read(&index[0]).unwrap());
        assert_eq!(String::from_utf8(shown).unwrap().lines().count(), 4, "the base is there");
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(checked.incoming.objects.len(), 3);
    }
}

#[test]
fn objects_that_nothing_reaches_are_incoming() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let tip = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &tip);
        std::fs::write(lab.client.join("smuggled"), b"contraband").unwrap();
        let blob = lab.client(&["hash-object", "-w", "smuggled"]);
        lab.smuggle(&[&blob]);
        let checked = lab.check(&[lab.update("refs/heads/other", &tip)]);
        assert_eq!(checked.sent, BTreeSet::from([blob]));
        assert_eq!(checked.incoming.objects.len(), 1);
    }
}

#[test]
fn renames_and_moves_bring_nothing_old() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        lab.commit(&[("a", b"one"), ("deep/er/b", b"two"), ("deep/er/c", b"three"), ("x/y", b"4")]);
        let old = lab.client(&["rev-parse", "HEAD"]);
        lab.accept("refs/heads/main", &old);
        lab.client(&["mv", "a", "renamed"]);
        std::fs::create_dir_all(lab.client.join("other")).unwrap();
        lab.client(&["mv", "deep/er", "other/place"]);
        // The last file of a folder moves, so that the folder is gone.
        lab.client(&["mv", "x/y", "other/y"]);
        let tip = lab.commit(&[("other/new", b"five")]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(checked.stored, none());
        let blobs = checked.incoming.objects.iter().filter(|object| object.kind == Kind::Blob);
        assert_eq!(blobs.count(), 1);
    }
}

#[test]
fn what_comes_back_from_old_history_is_taken_in() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        lab.commit(&[("a", b"one"), ("b", b"two"), ("folder/c", b"three")]);
        let first = lab.client(&["rev-parse", "HEAD"]);
        let blob = lab.client(&["rev-parse", "HEAD:a"]);
        let root = lab.client(&["rev-parse", "HEAD^{tree}"]);
        let old = lab.commit(&[("a", b"no more"), ("b", b"no more")]);
        lab.accept("refs/heads/main", &old);
        // One file in a tree that is new.
        let tip = lab.commit(&[("a", b"one")]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(checked.stored, BTreeSet::from([blob.clone()]));
        assert_eq!(checked.exact, none());
        // A whole tree.
        lab.client(&["reset", "--quiet", "--hard", &old]);
        lab.client(&["read-tree", "--reset", "-u", &first]);
        let tip = lab.commit(&[]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert!(checked.stored.is_superset(&BTreeSet::from([root, blob])), "{:?}", checked.stored);
        assert_eq!(checked.stored.len(), 3, "a, b, and the tree, but not the folder");
    }
}

#[test]
fn a_blob_of_a_deleted_branch_in_a_new_tree_is_taken_from_the_store() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &old);
        let lost = lab.commit(&[("hidden/deep/secret", b"lost and found"), ("also", b"lost")]);
        lab.accept("refs/heads/side", &lost);
        lab.server(&["update-ref", "-d", "refs/heads/side"]);
        let folder = lab.client(&["rev-parse", "HEAD:hidden"]);
        let blob = lab.client(&["rev-parse", "HEAD:also"]);
        lab.client(&["reset", "--quiet", "--hard", &old]);
        lab.client(&["read-tree", "--prefix=renamed/", &folder]);
        let entry = format!("100644,{blob},other");
        lab.client(&["update-index", "--add", "--cacheinfo", &entry]);
        lab.client(&["commit", "--quiet", "--message=again"]);
        let tip = lab.client(&["rev-parse", "HEAD"]);
        lab.smuggle(
            &[&tip, &format!("{tip}^{{tree}}")]
                .map(|spec| lab.client(&["rev-parse", spec]))
                .each_ref()
                .map(String::as_str),
        );
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(checked.stored, checked.exact);
        assert_eq!(checked.stored.len(), 2 + 2, "two folders, two files");
    }
}

#[test]
fn a_submodule_names_a_commit_that_is_not_looked_for() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &old);
        let entry = format!("160000,{},module", lab.null().replace('0', "5"));
        lab.client(&["update-index", "--add", "--cacheinfo", &entry]);
        lab.client(&["commit", "--quiet", "--message=module"]);
        let tip = lab.client(&["rev-parse", "HEAD"]);
        lab.push(&[&tip]);
        assert_eq!(lab.check(&[lab.update("refs/heads/main", &tip)]).stored, none());
    }
}

#[test]
fn a_submodule_does_not_make_an_object_of_the_store_known() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let lost = lab.commit(&[("folder/secret", b"lost and found"), ("file", b"lost, too")]);
        lab.accept("refs/heads/side", &lost);
        lab.server(&["update-ref", "-d", "refs/heads/side"]);
        let spec = |spec: &str| lab.client(&["rev-parse", spec]);
        let (folder, file) = (spec("HEAD:folder"), spec("HEAD:file"));
        // First their ids come as those of submodules, which nobody looks for.
        lab.client(&["checkout", "--quiet", "--orphan", "other"]);
        lab.client(&["read-tree", "--empty"]);
        for (name, id) in [("one", &file), ("two", &folder)] {
            let entry = format!("160000,{id},{name}");
            lab.client(&["update-index", "--add", "--cacheinfo", &entry]);
        }
        lab.client(&["commit", "--quiet", "--message=modules"]);
        lab.accept("refs/heads/main", &lab.client(&["rev-parse", "HEAD"]));
        // Then as files and folders, under the same name and under another one.
        for names in [["one", "two"], ["three", "four"]] {
            lab.client(&["reset", "--quiet", "--soft", "other"]);
            lab.client(&["read-tree", "--empty"]);
            let entry = format!("100644,{file},{}", names[0]);
            lab.client(&["update-index", "--add", "--cacheinfo", &entry]);
            lab.client(&["read-tree", &format!("--prefix={}/", names[1]), &folder]);
            let tree = lab.client(&["write-tree"]);
            let tip = lab.client(&["commit-tree", &tree, "-p", "other", "-m", "files"]);
            lab.smuggle(&[&tip, &tree]);
            let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
            assert_eq!(checked.stored, checked.exact);
            assert_eq!(checked.stored.len(), 3, "{names:?}");
        }
    }
}

#[test]
fn deletions_bring_nothing_and_need_no_quarantine() {
    for way in WAYS {
        let lab = Lab::new(way);
        let tip = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &tip);
        let delete = lab.update("refs/heads/main", &lab.null());
        let checked = lab.check(&[delete]);
        assert!(checked.push.deletes_only() && !checked.objects.has_quarantine());
        assert_eq!(checked.incoming.objects, []);
    }
}

#[test]
fn a_deletion_hides_nothing_of_what_comes_with_it() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &old);
        let tip = lab.commit(&[("a", b"two")]);
        lab.push(&[&tip]);
        let updates =
            [lab.update("refs/heads/main", &lab.null()), lab.update("refs/heads/new", &tip)];
        assert_eq!(lab.check(&updates).incoming.objects.len(), 3);
        // Even objects of a push that only deletes would be looked at.
        let delete = [lab.update("refs/heads/main", &lab.null())];
        assert_eq!(lab.check_sent(&delete), 3);
    }
}

#[test]
fn the_other_object_format_on_standard_input_is_an_error() {
    let lab = Lab::new(WAYS[0]);
    let line = format!("{} {} r\n", "0".repeat(64), "1".repeat(64));
    let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
    let error = Incoming::find(&push, &lab.objects()).unwrap_err();
    assert!(matches!(error, IncomingError::Format));
}

#[test]
fn every_bound_on_the_search_can_be_reached() {
    let mut lab = Lab::new(WAYS[1]);
    lab.commit(&[("a/b/c/d", b"one"), ("e", b"two")]);
    let old = lab.client(&["rev-parse", "HEAD"]);
    lab.accept("refs/heads/main", &old);
    lab.commit(&[("a/b/c/d", b"three")]);
    lab.client(&["tag", "-m", "one", "one"]);
    lab.client(&["tag", "-m", "two", "two", "one"]);
    let tag = lab.client(&["rev-parse", "two"]);
    lab.push(&[&tag]);
    let exceeded = |limits: GitLimits| {
        let line = format!("{} {tag} r\n", lab.null());
        let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
        let objects = pushgate_git::Objects::open(&lab.environment(), &limits).unwrap();
        match Incoming::find(&push, &objects) {
            Err(IncomingError::TooMuch { limit: LimitExceeded::Count { name, .. }, .. }) => {
                Some(name)
            }
            Err(error) => panic!("{error}"),
            Ok(incoming) => incoming.unlisted.map(|_| "deadline"),
        }
    };
    let limits = lab.limits;
    assert_eq!(exceeded(limits), None);
    let check = |name: &str, enough: GitLimits, less: GitLimits| {
        assert_eq!(exceeded(enough), None, "{name}");
        assert_eq!(exceeded(less), Some(name));
    };
    let with = |max| GitLimits { objects_max: max, ..limits };
    check("objects_max", with(8), with(7));
    let with = |max| GitLimits { commits_walked_max: max, ..limits };
    check("commits_walked_max", with(1), with(0));
    let with = |max| GitLimits { tree_depth_max: max, ..limits };
    check("tree_depth_max", with(3), with(2));
    let with = |max| GitLimits { tree_entries_max: max, ..limits };
    check("tree_entries_max", with(18), with(17));
    let with = |max| GitLimits { tag_chain_max: max, ..limits };
    check("tag_chain_max", with(2), with(1));
    let with = |deadline| GitLimits { deadline: Some(deadline), ..limits };
    let now = std::time::Instant::now();
    check("deadline", with(now + std::time::Duration::from_secs(3600)), with(now));
}

#[test]
fn unknown_files_in_the_quarantine_are_named() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let tip = lab.commit(&[("a", b"one")]);
        lab.push(&[&tip]);
        let quarantine = lab.quarantine.clone().unwrap();
        let folder = |name: &str| std::fs::create_dir_all(quarantine.join(name)).unwrap();
        folder("pack");
        folder("aa");
        let strange =
            ["odd", "aa/odd", "pack/odd", "pack/pack-1.pack", &format!("aa/{}", "0".repeat(40))];
        for name in strange {
            std::fs::write(quarantine.join(name), b"").unwrap();
        }
        for name in ["tmp_objdir", "aa/tmp_obj_x", "pack/tmp_pack_x", "pack/pack-1.keep"] {
            std::fs::write(quarantine.join(name), b"").unwrap();
        }
        let (_, _, incoming) = lab.incoming(&[lab.update("refs/heads/main", &tip)]);
        let mut named: Vec<_> = incoming
            .unreadable
            .iter()
            .map(|unreadable| match unreadable {
                Unreadable::File { path, .. } => {
                    let inner = path.strip_prefix(std::fs::canonicalize(&quarantine).unwrap());
                    inner.unwrap().to_str().unwrap().to_owned()
                }
                other => panic!("{other}"),
            })
            .collect();
        named.sort_unstable();
        let mut expected = strange.map(str::to_owned);
        expected.sort_unstable();
        assert_eq!(named, expected);
        assert_eq!(incoming.objects.len(), 3);
    }
}

#[test]
fn a_copy_from_a_folder_that_stays_as_it_is_brings_nothing() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let files: [(&str, &[u8]); 3] = [("q/in/a", b"text"), ("q/b", b"more"), ("d/x", b"one")];
        lab.accept("refs/heads/main", &lab.commit(&files));
        let lost = lab.commit(&[("d/x", b"lost")]);
        lab.accept("refs/heads/lost", &lost);
        lab.server(&["update-ref", "-d", "refs/heads/lost"]);
        lab.client(&["reset", "--quiet", "--hard", "HEAD~1"]);
        // The commit that copies need not be the first new one.
        lab.commit(&[("d/x", b"two")]);
        let copies: [(&str, &[u8]); 2] = [("d/copy", b"text"), ("e/in/a", b"text")];
        let tip = lab.commit(&copies);
        let update = lab.update("refs/heads/main", &tip);
        lab.push(&[&tip]);
        let checked = lab.check(&[update]);
        assert!(checked.stored.is_empty(), "{:?}", checked.stored);
        // What no ref reaches is brought, though the rest is known.
        let tip = lab.commit(&[("d/copy", b"more"), ("d/lost", b"lost")]);
        let update = lab.update("refs/heads/main", &tip);
        lab.push(&[&tip]);
        let checked = lab.check(&[update]);
        assert_eq!(checked.stored, checked.exact);
        let blob = lab.client(&["rev-parse", "HEAD:d/lost"]);
        assert!(checked.incoming.get(&crate::support::id(&blob)).is_some());
    }
}
