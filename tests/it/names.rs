//! Names in trees, and what symbolic links point at.

use crate::support::tokens::{APP_PASSWORD, CLOUD};
use crate::support::{Change, History, both, file, symlink, tokens};

#[test]
fn a_secret_in_the_name_of_a_file_is_refused() {
    both(|lab| {
        let name = format!("docs/backup.{}.txt", tokens::app_password(1));
        lab.import(&History::root(Change::of([file(name, "x\n")])));
        lab.push(&["main"]).refused_in("tree-name", &[APP_PASSWORD]);
        let name = tokens::cloud(2);
        lab.import(&History::root(Change::of([file(name, "x\n")])));
        lab.push(&["main"]).refused_in("tree-name", &[CLOUD]);
    });
}

#[test]
fn a_secret_in_the_name_of_a_folder_is_refused_once_for_all_it_holds() {
    both(|lab| {
        let name = tokens::app_password(3);
        let entries: Vec<_> =
            (0..50).map(|index| file(format!("{name}/f{index}"), format!("{index}\n"))).collect();
        lab.import(&History::root(Change::of(entries)));
        let pushed = lab.push(&["main"]);
        pushed.refused_in("tree-name", &[APP_PASSWORD]);
        assert_eq!(pushed.sites().len(), 1, "{}", pushed.told());
    });
}

#[test]
fn a_secret_in_the_name_of_a_symbolic_link_is_refused() {
    both(|lab| {
        let name = format!("link.{}", tokens::app_password(4));
        lab.import(&History::root(Change::of([symlink(name, "target")])));
        lab.push(&["main"]).refused_in("tree-name", &[APP_PASSWORD]);
    });
}

#[test]
fn a_secret_in_the_target_of_a_symbolic_link_is_refused() {
    both(|lab| {
        let target = format!("/vault/{}/x", tokens::app_password(5));
        lab.import(&History::root(Change::of([symlink("link", target)])));
        lab.push(&["main"]).refused_in("blob", &[APP_PASSWORD]);
    });
}

#[test]
fn a_secret_in_the_name_of_a_submodules_folder_is_refused() {
    both(|lab| {
        let away = "1234567890123456789012345678901234567890";
        let name = tokens::app_password(6);
        let tree = lab.tree(&[("160000", name.as_bytes(), away)]);
        let commit = lab.commit(&tree, &[], "x\n");
        lab.set("refs/heads/main", &commit);
        lab.push(&["main"]).refused_in("tree-name", &[APP_PASSWORD]);
    });
}

#[test]
fn a_secret_among_odd_bytes_of_a_name_is_refused() {
    both(|lab| {
        for (seed, before, after) in
            [(7, &b"caf\xe9 "[..], &b"\xff"[..]), (8, b"line\n", b"\n"), (9, b"\x1b[2J ", b"\x07")]
        {
            let name = [before, tokens::app_password(seed).as_bytes(), after].concat();
            lab.import(&History::root(Change::of([file(name, "x\n")])));
            lab.push(&["main"]).refused_in("tree-name", &[APP_PASSWORD]);
        }
    });
}

#[test]
fn a_secret_in_an_odd_path_is_reported_with_the_path_escaped() {
    both(|lab| {
        let text = format!("a = {}\n", tokens::cloud(10));
        lab.import(&History::root(Change::of([file(b"caf\xe9\x1b[31m.env", text)])));
        let pushed = lab.push(&["main"]);
        pushed.refused_in("blob", &[CLOUD]);
        let path = pushed.sites()[0]["path"].as_str().unwrap_or_default();
        assert!(path.contains("caf\\xe9"), "{path:?}");
    });
}

#[test]
fn a_name_in_a_tree_that_a_later_commit_removes_is_refused() {
    both(|lab| {
        let name = tokens::app_password(11);
        let mut history = History::root(Change::of([file("a", "one\n")]));
        let bad = history.commit("refs/heads/main", &[":1"], Change::of([file(&name, "x\n")]));
        history.commit("refs/heads/main", &[&bad], Change::default().without(&name));
        lab.import(&history);
        lab.push(&["main"]).refused_in("tree-name", &[APP_PASSWORD]);
    });
}

#[test]
fn no_part_of_a_secret_name_reaches_the_record_of_another_finding() {
    both(|lab| {
        // The path of the second finding is the first secret; every push checks what is shown.
        let path = format!("{}/a.env", tokens::app_password(12));
        let text = format!("a = {}\n", tokens::cloud(13));
        lab.import(&History::root(Change::of([file(path, text)])));
        lab.push(&["main"]).refused_for(&[APP_PASSWORD, CLOUD]);
    });
}
