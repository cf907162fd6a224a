//! Where the quarantine and the base are, as git says it.

use std::{collections::BTreeSet, fs};

use pushgate_git::{Objects, OpenError};

use crate::support::{Arrival, Lab, WAYS};

#[test]
fn odd_folder_names_are_found_in_quoted_lists() {
    for (format, arrival) in WAYS {
        let mut lab = Lab::at("a:b\"c\\d\n\u{fc} e.git", format, arrival);
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &old);
        let tip = lab.commit(&[("a", b"two")]);
        // Let git quote the list itself: a hook sees what it is.
        let hook = lab.server.join("hooks/pre-receive");
        fs::create_dir_all(lab.server.join("hooks")).unwrap();
        let seen = lab.client.join("seen");
        let script = format!(
            "#!/bin/sh\nprintf %s \"$GIT_ALTERNATE_OBJECT_DIRECTORIES\" >'{}'\nexit 1\n",
            seen.display()
        );
        fs::write(&hook, script).unwrap();
        std::os::unix::fs::symlink("/bin/true", lab.server.join("unused")).unwrap();
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&hook, permissions).unwrap();
        let mut command = lab.command();
        command.arg("-C").arg(&lab.client).args(["push", "--quiet"]).arg(&lab.server).arg("main");
        assert!(!command.output().unwrap().status.success(), "the hook refuses");
        let list = fs::read(&seen).unwrap();
        assert!(list.starts_with(b"\""), "{}", list.escape_ascii());
        lab.alternates = Some(std::os::unix::ffi::OsStringExt::from_vec(list));
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(checked.incoming.objects.len(), 3);
        assert!(checked.objects.contains_base(&crate::support::id(&old)));
    }
}

#[test]
fn objects_of_a_pool_are_base_and_are_not_new_history() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one"), ("b", b"two")]);
        lab.accept("refs/heads/main", &old);
        // All of a fork's objects are in a pool, and the pool has more than the fork's refs reach.
        let pooled = lab.commit(&[("a", b"only in the pool")]);
        lab.accept("refs/heads/pooled", &pooled);
        lab.server(&["update-ref", "-d", "refs/heads/pooled"]);
        let pool = lab.client.join("../pool");
        fs::rename(lab.server.join("objects"), &pool).unwrap();
        fs::create_dir_all(lab.server.join("objects/info")).unwrap();
        fs::write(lab.server.join("objects/info/alternates"), "../../pool\n").unwrap();
        let tip = lab.commit(&[("b", b"three")]);
        lab.push(&[&tip]);
        let checked = lab.check(&[lab.update("refs/heads/main", &tip)]);
        assert_eq!(checked.stored, checked.exact);
        assert_eq!(checked.incoming.objects.len(), 3 + 3);
        // A pool that is gone hides nothing.
        fs::rename(&pool, lab.client.join("../gone")).unwrap();
        let (_, _, incoming) = lab.incoming(&[lab.update("refs/heads/main", &tip)]);
        assert!(incoming.objects.len() >= checked.sent.len());
    }
}

#[test]
fn a_circle_of_alternates_is_harmless() {
    let mut lab = Lab::new(WAYS[0]);
    let old = lab.commit(&[("a", b"one")]);
    lab.accept("refs/heads/main", &old);
    let objects = lab.server.join("objects");
    let other = lab.client.join("../other");
    fs::create_dir_all(other.join("info")).unwrap();
    fs::write(objects.join("info/alternates"), "../../other\n").unwrap();
    let back = format!("{}\n../other\n", objects.display());
    fs::write(other.join("info/alternates"), back).unwrap();
    let tip = lab.commit(&[("a", b"two")]);
    lab.push(&[&tip]);
    assert_eq!(lab.check(&[lab.update("refs/heads/main", &tip)]).incoming.objects.len(), 3);
}

#[test]
fn alternates_of_the_quarantine_are_not_followed() {
    let mut lab = Lab::new(WAYS[0]);
    let tip = lab.commit(&[("a", b"one")]);
    let quarantine = lab.make_quarantine();
    let objects = lab.client.join(".git/objects");
    fs::create_dir_all(quarantine.join("info")).unwrap();
    fs::write(quarantine.join("info/alternates"), format!("{}\n", objects.display())).unwrap();
    let (_, _, incoming) = lab.incoming(&[lab.update("refs/heads/main", &tip)]);
    assert_eq!(incoming.objects, []);
    assert_eq!(incoming.unreadable.len(), 1);
}

#[test]
fn an_object_directory_without_alternates_is_the_base() {
    let lab = Lab::new(WAYS[0]);
    let old = lab.commit(&[("a", b"one")]);
    lab.accept("refs/heads/main", &old);
    let objects = lab.server.join("objects");
    let open = |directory: &std::path::Path, alternates: Option<&str>| {
        let mut environment = lab.environment();
        environment.object_directory = Some(directory.into());
        environment.alternate_object_directories = alternates.map(Into::into);
        Objects::open(&environment, &lab.limits)
    };
    let detour = objects.join("../objects/./info/..");
    let listed = objects.display().to_string();
    for (directory, alternates) in [
        (&objects, None),
        (&detour, None),
        (&detour, Some(listed.as_str())),
        (&objects, Some("")),
        (&objects, Some("/nowhere")),
    ] {
        let opened = open(directory, alternates).unwrap();
        assert!(!opened.has_quarantine(), "{directory:?} {alternates:?}");
        assert!(opened.contains_base(&crate::support::id(&old)));
    }
    let other = lab.client.join(".git/objects");
    for (alternates, is_quarantine) in
        [(format!("{listed}:{}", other.display()), false), (listed.clone(), true)]
    {
        let opened = open(&other, Some(&alternates)).unwrap();
        assert_eq!(opened.has_quarantine(), is_quarantine, "{alternates}");
    }
    let missing = lab.server.join("missing");
    let error = open(&missing, Some(&listed)).unwrap_err();
    assert!(matches!(&error, OpenError::ObjectDirectory { path, .. } if *path == missing));
    let error = open(&lab.server.join("config"), None).unwrap_err();
    assert!(error.to_string().contains("config"), "{error}");
}

#[test]
fn a_linked_worktree_sees_the_repository_it_belongs_to() {
    for way in WAYS {
        let mut lab = Lab::new(way);
        let old = lab.commit(&[("a", b"one")]);
        lab.accept("refs/heads/main", &old);
        lab.server(&["worktree", "add", "--quiet", "--detach", "../worktree", "main"]);
        let tip = lab.commit(&[("a", b"two")]);
        lab.push(&[&tip]);
        let mut environment = lab.environment();
        environment.git_dir = lab.server.join("worktrees/worktree");
        let objects = Objects::open(&environment, &lab.limits).unwrap();
        let line = format!("{} {tip} refs/heads/new\n", lab.null());
        let push = pushgate_git::Push::read(line.as_bytes(), &lab.limits).unwrap();
        let incoming = pushgate_git::Incoming::find(&push, &objects).unwrap();
        let ids: BTreeSet<_> =
            incoming.objects.iter().map(|object| object.id.to_string()).collect();
        assert_eq!(ids, lab.sent());
        assert_eq!(incoming.unreadable, []);
    }
}

#[test]
fn a_server_that_is_not_bare_is_one_too() {
    for format in ["sha1", "sha256"] {
        let mut lab = Lab::new((format, Arrival::Loose));
        let old = lab.commit(&[("a", b"one")]);
        let tip = lab.commit(&[("a", b"two")]);
        // The client's own repository plays the server.
        lab.client(&["update-ref", "refs/heads/main", &old]);
        lab.server = lab.client.join(".git");
        lab.client(&["checkout", "--quiet", "--detach", &old]);
        lab.quarantine = None;
        assert_eq!(lab.check(&[lab.update("refs/heads/new", &tip)]).stored.len(), 3);
    }
}
