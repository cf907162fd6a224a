//! Existing refs, read through gix and told by git.

use std::{collections::HashSet, fs};

use pushgate_git::{
    Incoming, IncomingError, Objects, Push, Reachable, reachable_from_existing_refs,
};

use crate::support::{Lab, WAYS, id};

/// A server with refs of all kinds, some packed, and a commit that no ref reaches.
fn lab_with_refs(way: (&'static str, crate::support::Arrival)) -> (Lab, String) {
    let lab = Lab::new(way);
    let mut tip = String::new();
    for number in 0..10 {
        tip = lab.commit(&[("a", format!("{number}").as_bytes())]);
        lab.accept(&format!("refs/heads/b{number}"), &tip);
    }
    lab.client(&["tag", "--message=a tag", "tag", "HEAD~3"]);
    lab.accept("refs/tags/tag", &lab.client(&["rev-parse", "tag"]));
    lab.server(&["pack-refs", "--all"]);
    lab.accept("refs/heads/b3", &tip);
    lab.server(&["update-ref", "-d", "refs/heads/b5"]);
    lab.server(&["symbolic-ref", "refs/heads/symbolic", "refs/heads/b1"]);
    lab.server(&["symbolic-ref", "refs/heads/dangling", "refs/heads/none"]);
    let lost = lab.commit(&[("a", b"lost")]);
    lab.accept("refs/heads/lost", &lost);
    lab.server(&["update-ref", "-d", "refs/heads/lost"]);
    (lab, lost)
}

#[test]
fn git_and_gix_see_the_same_refs() {
    for way in WAYS {
        let (lab, _) = lab_with_refs(way);
        let answers = |objects: &Objects| {
            let tips = lab.client(&["rev-list", "--all"]);
            let mut answers = Vec::new();
            for tip in tips.lines() {
                let line = format!("{} {tip} refs/heads/new\n", lab.null());
                let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
                let incoming = Incoming::find(&push, objects).unwrap();
                answers.push((tip.to_owned(), incoming.objects));
            }
            answers
        };
        let by_gix = answers(&lab.objects());
        let config = lab.server.join("config");
        let text = fs::read_to_string(&config).unwrap();
        // We take it for another ref storage; git, which is asked, must not.
        fs::write(&config, format!("{text}[extensions]\n\trefStorage = reftable\n")).unwrap();
        let objects = lab.objects();
        fs::write(&config, text).unwrap();
        let by_git = answers(&objects);
        assert_eq!(by_gix, by_git);
        let count = |answers: &[(String, Vec<_>)]| {
            answers.iter().filter(|(_, objects)| !objects.is_empty()).count()
        };
        assert_eq!(count(&by_gix), 1, "only the lost commit is new");
    }
}

#[test]
fn a_git_that_cannot_be_asked_is_an_error() {
    let (lab, lost) = lab_with_refs(WAYS[0]);
    let config = lab.server.join("config");
    let text = fs::read_to_string(&config).unwrap();
    let version = "[core]\n\trepositoryformatversion = 1\n";
    let other = format!("{text}{version}[extensions]\n\trefStorage = other\n");
    fs::write(&config, other).unwrap();
    let line = format!("{} {lost} refs/heads/new\n", lab.null());
    let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
    let find = |path: &str| {
        let mut environment = lab.environment();
        if !path.is_empty() {
            environment.path = Some(path.into());
        }
        let objects = Objects::open(&environment, &lab.limits).unwrap();
        Incoming::find(&push, &objects)
    };
    // Git does not know this storage either, and there is no git in an empty folder.
    for path in ["", "/nowhere"] {
        assert!(matches!(find(path), Err(IncomingError::Refs(_))), "{path}");
    }
}

#[test]
fn a_ref_that_cannot_be_read_is_an_error() {
    for broken in ["refs/heads/broken", "packed-refs"] {
        let (lab, lost) = lab_with_refs(WAYS[0]);
        fs::write(lab.server.join(broken), "what is this\n").unwrap();
        let line = format!("{} {lost} refs/heads/new\n", lab.null());
        let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
        let found = Incoming::find(&push, &lab.objects());
        assert!(matches!(found, Err(IncomingError::Refs(_))), "{broken}");
    }
}

#[test]
fn refs_are_not_read_when_old_ids_tell_enough() {
    for way in WAYS {
        let (mut lab, _) = lab_with_refs(way);
        lab.client(&["reset", "--quiet", "--hard", "HEAD~1"]);
        let tip = lab.commit(&[("a", b"new")]);
        lab.push(&[&tip]);
        let update = [lab.update("refs/heads/b9", &tip)];
        // If it were read, this would be an error.
        fs::write(lab.server.join("refs/heads/broken"), "what is this\n").unwrap();
        let (_, _, incoming) = lab.incoming(&update);
        assert_eq!(incoming.objects.len(), 3);
        assert_eq!(incoming.unreadable, []);
    }
}

#[test]
fn refs_are_not_read_for_a_branch_that_begins_near_the_head_of_the_main_one() {
    for way in WAYS {
        let (mut lab, _) = lab_with_refs(way);
        lab.server(&["symbolic-ref", "HEAD", "refs/heads/b9"]);
        // The first is that of a branch beside it.
        for back in [1, 6, 9] {
            let start = lab.client(&["rev-parse", &format!("HEAD~{back}")]);
            lab.client(&["checkout", "--quiet", "--detach", &start]);
            let tip = lab.commit(&[("a", b"new")]);
            lab.push(&[&tip]);
            lab.client(&["checkout", "--quiet", "-"]);
            let update = [lab.update("refs/heads/new", &tip)];
            let broken = lab.server.join("refs/heads/broken");
            fs::write(&broken, "what is this\n").unwrap();
            let (_, _, incoming) = lab.incoming(&update);
            assert_eq!(incoming.objects.len(), 3, "{back}");
            assert_eq!(incoming.unreadable, []);
            // Of another repository's main branch nothing can be told, and all refs are read.
            let head = lab.server.join("HEAD");
            let text = fs::read(&head).unwrap();
            fs::write(&head, "ref: refs/heads/none\n").unwrap();
            let line = format!("{} {tip} refs/heads/new\n", lab.null());
            let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
            let found = Incoming::find(&push, &lab.objects());
            assert!(matches!(found, Err(IncomingError::Refs(_))), "{back}");
            fs::write(&head, text).unwrap();
            fs::remove_file(&broken).unwrap();
        }
    }
}

#[test]
fn what_a_ref_reaches_can_be_proven() {
    for way in WAYS {
        let (mut lab, lost) = lab_with_refs(way);
        let spec = |spec: &str| lab.client(&["rev-parse", spec]);
        let known = ["b0^{tree}", "b0:a", "HEAD~1", "tag"];
        let first = spec("HEAD~10");
        let known = known.map(|name| spec(&name.replace("b0", &first)));
        let unknown = [spec(&format!("{lost}:a")), spec(&format!("{lost}^{{tree}}")), lost.clone()];
        let ids: HashSet<_> = known.iter().chain(&unknown).map(|hex| id(hex)).collect();
        let proven = reachable_from_existing_refs(&lab.objects(), &ids).unwrap();
        assert_eq!(proven.len(), ids.len());
        for hex in &known {
            assert_eq!(proven[&id(hex)], Reachable::Yes, "{hex}");
        }
        for hex in &unknown {
            assert_eq!(proven[&id(hex)], Reachable::No, "{hex}");
        }
        lab.limits.proof_objects_max = 3;
        let proven = reachable_from_existing_refs(&lab.objects(), &ids).unwrap();
        assert!(unknown.iter().all(|hex| proven[&id(hex)] == Reachable::Unknown));
    }
}

#[test]
fn a_detached_head_is_a_ref() {
    for way in WAYS {
        let (mut lab, lost) = lab_with_refs(way);
        let other = lab.commit(&[("a", b"lost, too")]);
        lab.accept("refs/heads/lost", &other);
        lab.server(&["update-ref", "-d", "refs/heads/lost"]);
        lab.quarantine = None;
        let found = |lab: &Lab| {
            let line = format!("{} {lost} refs/heads/new\n", lab.null());
            let push = Push::read(line.as_bytes(), &lab.limits).unwrap();
            Incoming::find(&push, &lab.objects()).unwrap().objects.len()
        };
        assert_eq!(found(&lab), 3);
        let head = fs::read(lab.server.join("HEAD")).unwrap();
        for id in [&lost, &other] {
            fs::write(lab.server.join("HEAD"), format!("{id}\n")).unwrap();
            assert_eq!(found(&lab), 0);
        }
        fs::write(lab.server.join("HEAD"), head).unwrap();
        assert_eq!(found(&lab), 3);
        let worktree = lab.server.join("worktrees/one");
        fs::create_dir_all(&worktree).unwrap();
        for (text, count) in
            [(format!("{other}\n"), 0), (format!("{other}0\n"), 3), ("ref: x\n".to_owned(), 3)]
        {
            fs::write(worktree.join("HEAD"), text).unwrap();
            assert_eq!(found(&lab), count);
        }
    }
}

#[test]
fn a_symbolic_ref_needs_no_space() {
    for way in WAYS {
        let (lab, lost) = lab_with_refs(way);
        fs::create_dir_all(lab.server.join("refs/remotes/o")).unwrap();
        for text in ["ref:refs/heads/b1\n", "ref:\trefs/heads/b1", "ref:  refs/heads/b1\n"] {
            fs::write(lab.server.join("refs/remotes/o/HEAD"), text).unwrap();
            assert_eq!(lab.server(&["rev-parse", "o"]), lab.server(&["rev-parse", "b1"]));
            let (_, _, incoming) = lab.incoming(&[lab.update("refs/heads/new", &lost)]);
            assert_eq!(incoming.objects.len(), 3, "{text}");
        }
    }
}
