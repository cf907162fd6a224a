//! Hostile history: commits, trees and tags that can be read and that no honest client sends.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[expect(dead_code, reason = "the other tests use all of it")]
mod support;

use std::{collections::HashSet, fs, num::NonZero, path::Path};

use pushgate_git::{
    GitLimits, Incoming, IncomingError, LimitExceeded, ObjectId, Objects, Push, Unreadable,
    attribute, pack::Forest,
};
use support::{Arrival, Lab, Update, WAYS, id, is_corrupt, run, text};

/// Writes an object of any bytes into the client.
fn literally(lab: &Lab, kind: &str, bytes: &[u8]) -> String {
    let mut command = lab.command();
    command.arg("-C").arg(&lab.client);
    command.args(["hash-object", "--literally", "-w", "--stdin", "-t", kind]);
    text(&run(&mut command, bytes))
}

fn raw(hex: &str) -> Vec<u8> {
    id(hex).as_slice().to_vec()
}

fn tree_entry(mode: &str, name: &[u8], hex: &str) -> Vec<u8> {
    [mode.as_bytes(), b" ", name, b"\0", &raw(hex)].concat()
}

/// What git wants to see in a commit that a ref points at.
const PEOPLE: &str = "author a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx\n";

/// A lab whose server has something, so that nothing is taken for granted.
fn lab(way: (&'static str, Arrival)) -> Lab {
    let lab = Lab::new(way);
    lab.accept("refs/heads/old", &lab.commit(&[("a", b"one")]));
    lab
}

fn find(lab: &Lab, tip: &str) -> Incoming {
    lab.incoming(&[Update { name: "refs/heads/new", old: lab.null(), new: tip.to_owned() }]).2
}

fn malformed(incoming: &Incoming) -> Vec<ObjectId> {
    let id = |unreadable: &Unreadable| match unreadable {
        Unreadable::Malformed { id } => *id,
        Unreadable::Object { id, cause } if is_corrupt(cause) => *id,
        other => panic!("{other}"),
    };
    incoming.unreadable.iter().map(id).collect()
}

#[test]
fn a_tip_that_is_malformed_is_incoming_and_named() {
    for way in WAYS {
        let mut lab = lab(way);
        let null = lab.null();
        let blob = literally(&lab, "blob", b"content");
        let cut = &tree_entry("100644", b"name", &blob);
        for (kind, bytes) in [
            ("commit", b"".as_slice()),
            ("commit", b"tree of life\n\nwith a message"),
            ("commit", format!("tree {null}").as_bytes()),
            ("commit", format!("tree {null}\nparent 12\n\n").as_bytes()),
            ("tag", b"what is this"),
            ("tag", format!("type commit\nobject {null}\n").as_bytes()),
            ("tree", b"what is this"),
            ("tree", &cut[..cut.len() - 1]),
            ("tree", &[cut, &b"100644 b"[..]].concat()),
        ] {
            let tip = literally(&lab, kind, bytes);
            lab.smuggle(&[&tip, &blob]);
            let incoming = find(&lab, &tip);
            assert!(incoming.get(&id(&tip)).is_some(), "its bytes are searched");
            assert_eq!(malformed(&incoming), [id(&tip)], "{kind} {}", bytes.escape_ascii());
        }
    }
}

#[test]
fn what_git_follows_in_odd_objects_is_followed() {
    for way in WAYS {
        let mut lab = lab(way);
        let lost = literally(&lab, "blob", b"lost and found");
        lab.accept("refs/lost/blob", &lost);
        lab.server(&["update-ref", "-d", "refs/lost/blob"]);
        let tree = literally(&lab, "tree", &tree_entry("100664", b"odd", &lost));
        let commit =
            literally(&lab, "commit", format!("tree {}\n", tree.to_uppercase()).as_bytes());
        let child = format!("tree {tree}\nparent {commit}\nparent {commit}\nnothing else");
        let child = literally(&lab, "commit", child.as_bytes());
        let tag = literally(&lab, "tag", format!("object {child}\n").as_bytes());
        lab.smuggle(&[&tag, &child, &commit, &tree]);
        let incoming = find(&lab, &tag);
        assert_eq!(incoming.unreadable, []);
        assert_eq!(incoming.objects.len(), 5);
        assert!(incoming.get(&id(&lost)).is_some());
    }
}

#[test]
fn trees_in_any_disorder_hide_nothing() {
    for way in WAYS {
        let mut lab = lab(way);
        let blobs: Vec<_> = (0..6)
            .map(|number| literally(&lab, "blob", format!("lost {number}").as_bytes()))
            .collect();
        for blob in &blobs {
            lab.accept("refs/lost/blob", blob);
        }
        lab.server(&["update-ref", "-d", "refs/lost/blob"]);
        let old = lab.client(&["rev-parse", "HEAD:a"]);
        let inner = literally(&lab, "tree", &tree_entry("100644", b"z", &blobs[5]));
        let entries = [
            tree_entry("100644", b"z", &blobs[0]),
            tree_entry("100644", b"a", &old),
            tree_entry("100644", b"a", &blobs[1]),
            tree_entry("0", b"a", &blobs[2]),
            tree_entry("120000", b"a/b", &blobs[3]),
            tree_entry("777777777777777", b".", &blobs[4]),
            // A folder that says it is a file.
            tree_entry("100644", b"..", &inner),
        ];
        let tree = literally(&lab, "tree", &entries.concat());
        let parent = lab.client(&["rev-parse", "HEAD"]);
        let commit =
            literally(&lab, "commit", format!("tree {tree}\nparent {parent}\n").as_bytes());
        for inner_is_sent in [true, false] {
            if !inner_is_sent {
                lab.accept("refs/lost/tree", &inner);
                lab.server(&["update-ref", "-d", "refs/lost/tree"]);
            }
            lab.smuggle(&[&commit, &tree, &inner]);
            let incoming = find(&lab, &commit);
            assert_eq!(incoming.unreadable, []);
            for id in blobs.iter().chain([&inner]).map(|hex| id(hex)) {
                assert!(incoming.get(&id).is_some(), "{id}");
            }
        }
    }
}

#[test]
fn links_to_the_wrong_kind_of_object_are_named() {
    for way in WAYS {
        let mut lab = lab(way);
        let blob = literally(&lab, "blob", b"content");
        let head = lab.client(&["rev-parse", "HEAD"]);
        let tree = lab.client(&["rev-parse", "HEAD^{tree}"]);
        let to_blob = literally(&lab, "commit", format!("tree {blob}\n").as_bytes());
        lab.smuggle(&[&to_blob, &blob]);
        assert_eq!(malformed(&find(&lab, &to_blob)), [id(&blob)]);
        for parent in [&blob, &tree] {
            let child = format!("tree {tree}\nparent {head}\nparent {parent}\n");
            let child = literally(&lab, "commit", child.as_bytes());
            lab.smuggle(&[&child, &blob]);
            assert_eq!(malformed(&find(&lab, &child)), [id(parent)]);
        }
    }
}

#[test]
fn a_tree_with_more_paths_than_atoms_is_looked_through() {
    for way in WAYS {
        let mut lab = lab(way);
        let content = literally(&lab, "blob", b"boom");
        let bomb = |lab: &Lab, blob: &str| {
            let mut trees = Vec::new();
            let mut below = ("100644", blob.to_owned());
            for _ in 0..40 {
                let entries = (b'a'..b'k').map(|name| tree_entry(below.0, &[name], &below.1));
                let tree = literally(lab, "tree", &entries.collect::<Vec<_>>().concat());
                trees.push(tree.clone());
                below = ("40000", tree);
            }
            trees
        };
        let first = bomb(&lab, &content);
        let commit = format!("tree {}\n{PEOPLE}", first.last().unwrap());
        let commit = literally(&lab, "commit", commit.as_bytes());
        let all = |trees: &[String], more: [&str; 2]| -> Vec<String> {
            trees.iter().cloned().chain(more.map(str::to_owned)).collect()
        };
        let sent = all(&first, [&content, &commit]);
        lab.smuggle(&sent.iter().map(String::as_str).collect::<Vec<_>>());
        for max in [4, 1000] {
            lab.limits.sites_per_object_max = max;
            check_bomb(&lab, &commit, &content, 42);
        }
        // The same on top of one that is there already.
        let quarantine = lab.quarantine.take().unwrap();
        take_over(&quarantine, &lab.server.join("objects"));
        lab.server(&["update-ref", "refs/heads/bomb", &commit]);
        let content = literally(&lab, "blob", b"boom again");
        let second = bomb(&lab, &content);
        let next = format!("tree {}\nparent {commit}\n{PEOPLE}", second.last().unwrap());
        let next = literally(&lab, "commit", next.as_bytes());
        let sent = all(&second, [&content, &next]);
        lab.smuggle(&sent.iter().map(String::as_str).collect::<Vec<_>>());
        check_bomb(&lab, &next, &content, 42);
    }
}

/// Trees in levels, each of which names some of the level below; returns the top.
fn maze(lab: &Lab, name: &str, sent: &mut Vec<String>) -> String {
    const WIDTH: usize = 12;
    let mut state = name.bytes().fold(1, |state, byte| state * 31 + usize::from(byte));
    let mut random = || {
        state = (state * 1_103_515_245 + 12345) % (1 << 31);
        (state >> 16) % WIDTH
    };
    let blob = literally(lab, "blob", name.as_bytes());
    sent.push(blob.clone());
    let mut level = vec![("100644", blob.clone()); WIDTH];
    for _ in 0..10 {
        let mut tree = |at: usize| {
            let mut bytes = Vec::new();
            for entry in [b"a", b"b", b"c"] {
                let (mode, id) = &level[random()];
                bytes.extend(tree_entry(mode, entry, id));
            }
            bytes.extend(tree_entry("100644", format!("z{name}{at}").as_bytes(), &blob));
            ("40000", literally(lab, "tree", &bytes))
        };
        level = (0..WIDTH).map(&mut tree).collect();
        sent.extend(level.iter().map(|(_, id)| id.clone()));
    }
    level[0].1.clone()
}

#[test]
fn folders_that_meet_ever_other_parents_are_compared_to_a_bound() {
    let mut lab = lab(("sha1", Arrival::Packed));
    let mut sent = Vec::new();
    let head = lab.client(&["rev-parse", "HEAD"]);
    let parents: Vec<_> = ["one", "three"]
        .map(|name| {
            let tree = maze(&lab, name, &mut sent);
            let text = format!("tree {tree}\nparent {head}\n{PEOPLE}");
            literally(&lab, "commit", text.as_bytes())
        })
        .into();
    let tree = maze(&lab, "child", &mut sent);
    let text = format!("tree {tree}\nparent {}\nparent {}\n{PEOPLE}", parents[0], parents[1]);
    let tip = literally(&lab, "commit", text.as_bytes());
    sent.extend(parents);
    sent.push(tip.clone());
    lab.smuggle(&sent.iter().map(String::as_str).collect::<Vec<_>>());
    let exceeded = |limits: GitLimits| {
        let objects = Objects::open(&lab.environment(), &limits).unwrap();
        let line = format!("{} {tip} r\n", lab.null());
        let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
        match Incoming::find(&push, &objects) {
            Ok(incoming) => incoming.unlisted.map_or("", |_| "deadline"),
            Err(IncomingError::TooMuch { limit: LimitExceeded::Count { name, .. }, .. }) => name,
            Err(other) => panic!("{other:?}"),
        }
    };
    let limits = GitLimits { folder_visits_max: 1 << 20, ..lab.limits };
    assert_eq!(exceeded(limits), "");
    assert_eq!(exceeded(GitLimits { folder_visits_max: 0, ..limits }), "folder_visits_max");
    let few = GitLimits { folder_visits_per_commit_max: 2000, ..limits };
    assert_eq!(exceeded(few), "folder_visits_per_commit_max");
    let late = GitLimits { deadline: Some(std::time::Instant::now()), ..limits };
    assert_eq!(exceeded(late), "deadline");
}

/// Which bound of `limits` a push of `tip` passes; none is an empty text.
fn passed(lab: &Lab, tip: &str, limits: GitLimits) -> &'static str {
    let objects = Objects::open(&lab.environment(), &limits).unwrap();
    let line = format!("{} {tip} r\n", lab.null());
    let push = Push::read(line.as_bytes(), &limits).unwrap();
    match Incoming::find(&push, &objects) {
        Ok(incoming) => {
            assert_eq!(incoming.unreadable, []);
            ""
        }
        Err(IncomingError::TooMuch { limit: LimitExceeded::Count { name, .. }, .. }) => name,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn what_was_sent_may_be_compared_eight_times_whatever_the_bound() {
    let mut lab = lab(("sha1", Arrival::Packed));
    let mut sent = Vec::new();
    let mut object = |lab: &Lab, kind: &str, bytes: &[u8]| {
        let id = literally(lab, kind, bytes);
        sent.push(id.clone());
        id
    };
    // One folder stands at many paths, each of which had another one before.
    let blob = object(&lab, "blob", b"content");
    let folders: Vec<_> = (0..30_u8)
        .map(|at| object(&lab, "tree", &tree_entry("100644", format!("f{at}").as_bytes(), &blob)))
        .collect();
    let (name, names) = (|at: usize| format!("d{at:02}"), 0..folders.len());
    let entry = |at: usize, tree: &str| tree_entry("40000", name(at).as_bytes(), tree);
    let before: Vec<_> = names.clone().map(|at| entry(at, &folders[at])).collect();
    let before = object(&lab, "tree", &before.concat());
    let before = object(&lab, "commit", format!("tree {before}\n{PEOPLE}").as_bytes());
    lab.smuggle(&sent.iter().map(String::as_str).collect::<Vec<_>>());
    let quarantine = lab.quarantine.take().unwrap();
    take_over(&quarantine, &lab.server.join("objects"));
    lab.server(&["update-ref", "refs/heads/before", &before]);

    let fresh = literally(&lab, "tree", &tree_entry("100644", b"fresh", &blob));
    let push = |lab: &mut Lab, count: usize| {
        let entries: Vec<_> = (0..count).map(|at| entry(at, &fresh)).collect();
        let tree = literally(lab, "tree", &entries.concat());
        let text = format!("tree {tree}\nparent {before}\n{PEOPLE}");
        let tip = literally(lab, "commit", text.as_bytes());
        lab.smuggle(&[&tip, &tree, &fresh]);
        tip
    };
    // A commit and two trees are sent: that allows 24 comparisons.
    let limits = GitLimits { folder_visits_max: 0, ..lab.limits };
    for (count, bound) in [(24, ""), (25, "folder_visits_max")] {
        let tip = push(&mut lab, count);
        assert_eq!(passed(&lab, &tip, limits), bound, "{count}");
    }
    let tip = push(&mut lab, 25);
    assert_eq!(passed(&lab, &tip, GitLimits { folder_visits_max: 1, ..limits }), "");
    let few = GitLimits { folder_visits_per_commit_max: 24, ..lab.limits };
    assert_eq!(passed(&lab, &tip, few), "folder_visits_per_commit_max");
}

#[test]
fn what_one_commit_may_compare_is_not_used_up_by_another() {
    let mut lab = lab(("sha1", Arrival::Packed));
    let mut tip = String::new();
    for number in 0..10_u8 {
        let text = number.to_string();
        let names = ["x/a", "y/a", "z/a"];
        tip = lab.commit(&names.map(|name| (name, text.as_bytes())));
    }
    lab.push(&[&tip]);
    let limits = GitLimits { folder_visits_per_commit_max: 3, ..lab.limits };
    assert_eq!(passed(&lab, &tip, limits), "");
    let few = GitLimits { folder_visits_per_commit_max: 0, ..lab.limits };
    assert_eq!(passed(&lab, &tip, few), "folder_visits_per_commit_max");
}

fn check_bomb(lab: &Lab, commit: &str, content: &str, count: usize) {
    let update = Update { name: "refs/heads/new", old: lab.null(), new: commit.to_owned() };
    let (_, objects, incoming) = lab.incoming(&[update]);
    assert_eq!(incoming.unreadable, []);
    assert_eq!(incoming.objects.len(), count);
    let places = attribute(
        &incoming,
        &objects,
        &Forest::all(&objects, NonZero::<usize>::MIN),
        &HashSet::from([id(content)]),
        NonZero::<usize>::MIN,
    );
    assert_eq!(places.exceeded(), None);
    assert!(places.is_cut(&id(content)), "there are more than can be told");
    // The folder is looked into by a few of its paths, and has ten files each.
    assert_eq!(places.of(&id(content)).len(), 160.min(lab.limits.sites_per_object_max as usize));
}

/// What git does with a quarantine when the hook accepts.
fn take_over(quarantine: &Path, objects: &Path) {
    for folder in fs::read_dir(quarantine).unwrap().map(|entry| entry.unwrap()) {
        let to = objects.join(folder.file_name());
        fs::create_dir_all(&to).unwrap();
        for file in fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap()) {
            fs::rename(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    fs::remove_dir_all(quarantine).unwrap();
}

#[test]
fn folders_and_tags_are_followed_to_a_bound_without_recursion() {
    for way in WAYS {
        let mut lab = lab(way);
        lab.limits = GitLimits { tree_depth_max: 200, tag_chain_max: 20, ..lab.limits };
        let mut below = ("100644", literally(&lab, "blob", b"deep"));
        let mut sent = vec![below.1.clone()];
        for _ in 0..=201 {
            let tree = literally(&lab, "tree", &tree_entry(below.0, b"d", &below.1));
            sent.push(tree.clone());
            below = ("40000", tree);
        }
        let commit = literally(&lab, "commit", format!("tree {}\n", below.1).as_bytes());
        let mut tag = commit.clone();
        sent.push(commit.clone());
        for _ in 0..=20 {
            tag = literally(&lab, "tag", format!("object {tag}\ntype tag\n").as_bytes());
            sent.push(tag.clone());
        }
        lab.smuggle(&sent.iter().map(String::as_str).collect::<Vec<_>>());
        let objects = lab.objects();
        let exceeded = |tip: &str| {
            let line = format!("{} {tip} r\n", lab.null());
            let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
            match Incoming::find(&push, &objects) {
                Err(IncomingError::TooMuch {
                    limit: LimitExceeded::Count { name, .. }, ..
                }) => name,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(exceeded(&commit), "tree_depth_max");
        assert_eq!(exceeded(&tag), "tag_chain_max");
    }
}

#[test]
fn a_hundred_thousand_parents_are_read() {
    let mut lab = lab(("sha1", Arrival::Packed));
    let head = lab.client(&["rev-parse", "HEAD"]);
    let tree = lab.client(&["rev-parse", "HEAD^{tree}"]);
    let commit = format!("tree {tree}\n{}", format!("parent {head}\n").repeat(100_000));
    let commit = literally(&lab, "commit", commit.as_bytes());
    lab.smuggle(&[&commit]);
    let incoming = find(&lab, &commit);
    assert_eq!(incoming.objects.len(), 1);
    assert_eq!(incoming.unreadable, []);
}
