//! Packs as git makes them.

use std::{collections::BTreeMap, fs};

use pushgate_git::{Kind, ObjectId};

use crate::{
    checker::{Numbers, Seen, compare, forests, walk, walk_all},
    support::{Arrival, Lab, WAYS, id, kind_name},
};

/// Versions of some files, each a little different from the one before; returns the last commit.
fn history(lab: &Lab, versions: usize, seed: u64) -> String {
    let mut numbers = Numbers(seed);
    let word = |numbers: &mut Numbers| format!("{:x} line {}\n", numbers.below(1 << 30), seed);
    let mut files: Vec<Vec<String>> =
        (0..4).map(|_| (0..120).map(|_| word(&mut numbers)).collect()).collect();
    let mut commit = String::new();
    for _ in 0..versions {
        for lines in &mut files {
            for _ in 0..numbers.below(4) {
                let at = numbers.below(lines.len());
                match numbers.below(4) {
                    0 => drop(lines.remove(at)),
                    1 => lines.swap(at, 0),
                    _ => lines.insert(at, word(&mut numbers)),
                }
            }
        }
        let texts: Vec<String> = files.iter().map(|lines| lines.concat()).collect();
        let names = ["a/one", "a/two", "b/c/three", "four"];
        let texts = texts.iter().map(String::as_bytes);
        let files: Vec<_> = names.into_iter().zip(texts).collect();
        commit = lab.commit(&files);
    }
    commit
}

/// Asserts that `seen` is what git itself says.
fn compare_git(lab: &Lab, seen: &BTreeMap<ObjectId, Seen>) {
    let ids: String = seen.keys().map(|id| format!("{id}\n")).collect();
    let answer = lab.hook(&["cat-file", "--batch", "--buffer"], ids.as_bytes());
    let mut answer = answer.as_slice();
    for (id, object) in seen {
        let (kind, bytes) = object.bytes().unwrap();
        let line = format!("{id} {} {}\n", kind_name(kind), bytes.len());
        answer = answer.strip_prefix(line.as_bytes()).unwrap();
        assert_eq!(&answer[..bytes.len()], bytes, "{id}");
        answer = &answer[bytes.len() + 1..];
    }
    assert!(answer.is_empty());
}

fn derived_count(seen: &BTreeMap<ObjectId, Seen>) -> usize {
    seen.values().filter(|object| object.is_derived()).count()
}

#[test]
fn every_object_is_what_git_says() {
    for (format, arrival) in WAYS {
        if arrival == Arrival::Loose {
            continue;
        }
        let mut lab = Lab::new((format, arrival));
        let commit = history(&lab, 40, 1);
        lab.client(&["tag", "--annotate", "--message=tag", "v1"]);
        let tag = lab.client(&["rev-parse", "v1"]);
        lab.push(&[&commit, &tag]);
        let objects = lab.objects();
        let seen = walk_all(&objects);
        assert!(derived_count(&seen) > 100, "{}", derived_count(&seen));
        compare_git(&lab, &seen);
        compare(&objects, &seen);
    }
}

#[test]
fn chains_are_followed_as_deep_as_git_makes_them() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    lab.client(&["config", "pack.depth", "4095"]);
    lab.client(&["config", "pack.window", "3"]);
    // Without commits, which would take long: one file in many versions.
    let mut text: Vec<u8> = (0..4000_u32).flat_map(|at| (at * at).to_le_bytes()).collect();
    let mut ids = Vec::new();
    let names: Vec<String> = (0..1500).map(|at| format!("version{at}")).collect();
    for (at, name) in names.iter().enumerate() {
        text[at * 10] ^= 0x55;
        text.push(at as u8);
        fs::write(lab.client.join(name), &text).unwrap();
    }
    let mut arguments = vec!["hash-object", "-w", "--no-filters"];
    arguments.extend(names.iter().map(String::as_str));
    ids.extend(lab.client(&arguments).lines().map(str::to_owned));
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    lab.smuggle(&ids);
    let seen = walk_all(&lab.objects());
    assert_eq!(seen.len(), 1500);
    let folder = lab.quarantine.clone().unwrap().join("pack");
    let mut index = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let index = index.find(|path| path.extension().is_some_and(|name| name == "idx"));
    let index = index.unwrap().into_os_string().into_string().unwrap();
    let depths = String::from_utf8(lab.hook(&["verify-pack", "--stat-only", &index], b"")).unwrap();
    let deepest =
        depths.lines().filter_map(|line| line.strip_prefix("chain length = ")).next_back();
    let deepest: usize = deepest.unwrap().split(':').next().unwrap().parse().unwrap();
    assert!(deepest > 250, "{deepest}");
    compare_git(&lab, &seen);
}

#[test]
fn bases_may_be_named_by_their_ids() {
    let mut lab = Lab::new(("sha256", Arrival::Packed));
    let commit = history(&lab, 30, 2);
    let list = lab.client(&["rev-list", "--objects", "--no-object-names", &commit]);
    // Without `--delta-base-offset`.
    lab.smuggle(&list.lines().collect::<Vec<_>>());
    let seen = walk_all(&lab.objects());
    assert!(derived_count(&seen) > 50, "{}", derived_count(&seen));
    compare_git(&lab, &seen);
}

#[test]
fn bases_that_the_server_had_are_read_and_not_delivered() {
    for format in ["sha1", "sha256"] {
        let mut lab = Lab::new((format, Arrival::Packed));
        let old = history(&lab, 10, 3);
        lab.accept("refs/heads/main", &old);
        let mut text = fs::read(lab.client.join("a/one")).unwrap();
        text.extend_from_slice(b"new\n");
        lab.commit(&[("a/one", &text)]);
        let newer = lab.commit(&[("other", b"other")]);
        lab.push(&[&newer]);
        let objects = lab.objects();
        let forests = forests(&objects);
        let wanted = |id: &ObjectId, _: Option<Kind>| !objects.contains_base(id);
        for threads in [1, 4] {
            let (seen, unwanted) = walk(&forests[0], threads, wanted);
            assert_eq!(seen.keys().map(ToString::to_string).collect::<Vec<_>>(), {
                lab.sent().into_iter().collect::<Vec<_>>()
            });
            assert!(!unwanted.is_empty() && unwanted.iter().all(|id| objects.contains_base(id)));
            compare_git(&lab, &seen);
        }
        let (_, unwanted) = walk(&forests[0], 1, |commit_id, _| *commit_id == id(&newer));
        assert!(unwanted.len() < 20, "only what it is derived from: {}", unwanted.len());
    }
}

#[test]
fn kinds_can_be_left_out() {
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let commit = history(&lab, 10, 5);
    lab.push(&[&commit]);
    let objects = lab.objects();
    let forest = &forests(&objects)[0];
    let (all, _) = walk(forest, 1, |_, _| true);
    let (some, unwanted) = walk(forest, 1, |_, kind| kind != Some(Kind::Tree));
    assert!(unwanted.is_empty(), "no tree is read");
    let is_tree = |seen: &Seen| seen.bytes().unwrap().0 == Kind::Tree;
    let kept = all.into_iter().filter(|(_, seen)| !is_tree(seen)).collect();
    assert_eq!(some, kept);
    let commits: Vec<_> =
        forest.entries().filter(|(_, kind)| *kind == Some(Kind::Commit)).collect();
    assert_eq!(commits.len(), 10);
    assert!(commits.iter().any(|(commit_id, _)| *commit_id == id(&commit)));
}

#[test]
fn without_a_pack_there_is_no_forest() {
    let mut lab = Lab::new(("sha1", Arrival::Loose));
    assert!(forests(&lab.objects()).is_empty());
    let commit = history(&lab, 2, 6);
    lab.push(&[&commit]);
    assert!(forests(&lab.objects()).is_empty());
}

#[test]
fn entries_of_trees_are_told_from_their_bases() {
    // What is compared is in the checker; here are trees that are worth it.
    let mut lab = Lab::new(("sha1", Arrival::Packed));
    let mut numbers = Numbers(11);
    let mut files: Vec<(String, String)> =
        (0..150).map(|at| (format!("folder/file{at}"), format!("{at}\n"))).collect();
    let mut commit = String::new();
    for version in 0..60 {
        let at = numbers.below(files.len());
        match version % 5 {
            0 => files[at].0 = format!("folder/renamed{version}"),
            // It stays in its place.
            4 => files[at].0.push('-'),
            1 => drop(files.remove(at)),
            2 => files.push((format!("folder/new{version}"), "new\n".to_owned())),
            _ => files[at].1.push('x'),
        }
        let texts: Vec<(&str, &[u8])> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        lab.client(&["rm", "-r", "--quiet", "--ignore-unmatch", "."]);
        commit = lab.commit(&texts);
    }
    lab.push(&[&commit]);
    let seen = walk_all(&lab.objects());
    let is_derived_tree = |object: &&Seen| matches!(object, Seen::Derived(Kind::Tree, _));
    let trees = seen.values().filter(is_derived_tree).count();
    assert!(trees > 30, "{trees}");
}
