//! A secret that the server already had is not the pusher's doing.

use crate::support::pack::{self, Kind, Pack};
use crate::support::tokens::{APP_PASSWORD, CLOUD};
use crate::support::wire::Wire;
use crate::support::{Change, History, PushLab, both, file, settings, tokens};

#[test]
fn an_edit_of_a_file_with_an_old_secret_is_accepted_with_a_warning() {
    both(|lab| {
        let token = tokens::cloud(1);
        let mut history = History::root(Change::of([settings("a.env", &token)]));
        let edited = format!("# settings, edited\nname = other\n\ntoken = {token}\n");
        history.commit("refs/heads/next", &[":1"], Change::of([file("a.env", edited)]));
        lab.import(&history);
        lab.seed(&["main"]);
        let pushed = lab.push(&["next:main"]);
        pushed.accepted_with_warning();
        assert_eq!(pushed.finding()["state"], "existing", "{}", pushed.told());
        assert_eq!(pushed.finding()["action"], "warn", "{}", pushed.told());
    });
}

#[test]
fn a_second_secret_beside_an_old_one_is_refused_and_only_it_counts() {
    both(|lab| {
        let old = tokens::cloud(2);
        let new = tokens::app_password(3);
        let mut history = History::root(Change::of([file("a.env", format!("a = {old}\n"))]));
        let both_there = format!("a = {old}\nb = {new}\n");
        history.commit("refs/heads/next", &[":1"], Change::of([file("a.env", both_there)]));
        lab.import(&history);
        lab.seed(&["main"]);
        let pushed = lab.push(&["next:main"]);
        pushed.refused_for(&[APP_PASSWORD, CLOUD]);
        for finding in pushed.findings() {
            let state = if finding["kind"] == CLOUD { "existing" } else { "introduced" };
            assert_eq!(finding["state"], state, "{}", pushed.told());
        }
        assert!(pushed.remote[0].contains(" 1 secret"), "{}", pushed.told());
    });
}

#[test]
fn an_old_secret_in_another_file_does_not_excuse_a_new_place() {
    both(|lab| {
        let token = tokens::cloud(4);
        let mut history = History::root(Change::of([settings("a.env", &token)]));
        let copied = file("b.env", format!("copied = {token}\n"));
        history.commit("refs/heads/next", &[":1"], Change::of([copied]));
        lab.import(&history);
        lab.seed(&["main"]);
        let pushed = lab.push(&["next:main"]);
        pushed.refused_for(&[CLOUD]);
        assert_eq!(pushed.finding()["state"], "introduced", "{}", pushed.told());
    });
}

#[test]
fn a_secret_that_comes_back_in_a_new_object_is_refused() {
    both(|lab| {
        let token = tokens::cloud(5);
        let mut history = History::root(Change::of([settings("a.env", &token)]));
        history.commit("refs/heads/main", &[":1"], Change::of([file("a.env", "clean\n")]));
        let back = file("a.env", format!("again {token}\n"));
        history.commit("refs/heads/next", &[":2"], Change::of([back]));
        lab.import(&history);
        lab.seed(&["main"]);
        let pushed = lab.push(&["next:main"]);
        pushed.refused_for(&[CLOUD]);
        assert_eq!(pushed.finding()["state"], "introduced", "{}", pushed.told());
    });
}

#[test]
fn a_revert_to_an_object_that_a_ref_still_reaches_is_accepted() {
    both(|lab| {
        let token = tokens::cloud(6);
        let mut history = History::root(Change::of([settings("a.env", &token)]));
        history.commit("refs/heads/main", &[":1"], Change::of([file("a.env", "clean\n")]));
        history.commit("refs/heads/next", &[":2"], Change::of([settings("a.env", &token)]));
        lab.import(&history);
        lab.seed(&["main"]);
        let pushed = lab.push(&["next:main"]);
        assert!(pushed.accepted, "{}", pushed.told());
        for finding in pushed.findings() {
            assert_eq!(finding["state"], "existing", "{}", pushed.told());
        }
    });
}

#[test]
fn a_secret_that_the_push_itself_brings_is_introduced_in_every_commit_after() {
    both(|lab| {
        let token = tokens::cloud(7);
        let mut history = History::root(Change::of([settings("a.env", &token)]));
        let edited = file("a.env", format!("edited = {token}\n"));
        history.commit("refs/heads/main", &[":1"], Change::of([edited]));
        lab.import(&history);
        let pushed = lab.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        assert_eq!(pushed.finding()["state"], "introduced", "{}", pushed.told());
    });
}

#[test]
fn a_merge_of_two_known_sides_is_accepted() {
    both(|lab| {
        let token = tokens::cloud(8);
        let mut history = History::root(Change::of([file("a.env", "clean\n")]));
        let left = history.commit("refs/heads/l", &[":1"], Change::of([file("x", "x\n")]));
        let right = history.commit("refs/heads/r", &[":1"], Change::of([settings("b", &token)]));
        let merge = Change::of([settings("b", &token)]);
        let first = history.commit("refs/heads/merge", &[&left, &right], merge);
        // The second merge also changes the file that one of its parents has.
        let changed = file("b", format!("# changed in the merge\ntoken = {token}\n"));
        history.commit("refs/heads/changed", &[&left, &right], Change::of([changed]));
        assert_ne!(first, left);
        lab.import(&history);
        lab.seed(&["l", "r"]);
        lab.push(&["merge"]).accepted_silently();
        let pushed = lab.push(&["changed"]);
        pushed.accepted_with_warning();
        assert_eq!(pushed.finding()["state"], "existing", "{}", pushed.told());
    });
}

#[test]
fn a_new_version_on_one_branch_is_introduced_there_though_another_branch_has_it() {
    both(|lab| {
        let token = tokens::cloud(9);
        let mut history = History::root(Change::of([file("a.env", "clean\n")]));
        history.commit("refs/heads/side", &[":1"], Change::of([settings("a.env", &token)]));
        let other = file("a.env", format!("other = {token}\n"));
        history.commit("refs/heads/next", &[":1"], Change::of([other]));
        lab.import(&history);
        lab.seed(&["main", "side"]);
        lab.push(&["next:main"]).refused_for(&[CLOUD]);
    });
}

#[test]
fn a_known_folder_name_with_a_secret_does_not_block_work_beside_it() {
    both(|lab| {
        let name = tokens::app_password(10);
        let mut history = History::root(Change::of([file(&name, "x\n"), file("a", "one\n")]));
        history.commit("refs/heads/next", &[":1"], Change::of([file("a", "two\n")]));
        lab.import(&history);
        lab.seed(&["main"]);
        let pushed = lab.push(&["next:main"]);
        assert!(pushed.accepted, "{}", pushed.told());
        for finding in pushed.findings() {
            assert_eq!(finding["state"], "existing", "{}", pushed.told());
        }
    });
}

#[test]
fn the_same_secret_introduced_and_existing_in_one_push_is_refused() {
    both(|lab| {
        let token = tokens::cloud(11);
        let mut history = History::root(Change::of([settings("a.env", &token)]));
        let edited = file("a.env", format!("edited\ntoken = {token}\n"));
        let copied = file("b.env", format!("copied\ntoken = {token}\n"));
        history.commit("refs/heads/next", &[":1"], Change::of([edited, copied]));
        lab.import(&history);
        lab.seed(&["main"]);
        let pushed = lab.push(&["next:main"]);
        pushed.refused_for_secrets();
    });
}

#[test]
fn a_smuggled_blob_with_an_old_secret_has_no_parent_to_excuse_it() {
    both(|lab| {
        let token = tokens::cloud(12);
        lab.import(&History::root(Change::of([settings("a.env", &token)])));
        lab.seed(&["main"]);
        let parent = lab.in_client(&["rev-parse", "main"]);
        let mut pack = Pack::new();
        pack.add(Kind::Blob, format!("no path {token}\n"));
        let tree = pack.add(Kind::Tree, pack::tree(&[]));
        let tip = pack.add(Kind::Commit, pack::commit(&tree, &[&parent], "x\n"));
        Wire::new()
            .update(&parent, &tip, "refs/heads/main")
            .pack(&pack)
            .send(lab)
            .refused_for(&[CLOUD]);
    });
}

#[test]
fn policy_decides_what_an_old_secret_does() {
    let token = tokens::cloud(13);
    let push = |existing: &str| {
        let lab = PushLab::configured(&format!("[policy]\nexisting = \"{existing}\""));
        let mut history = History::root(Change::of([settings("a.env", &token)]));
        let edited = file("a.env", format!("edited\ntoken = {token}\n"));
        history.commit("refs/heads/next", &[":1"], Change::of([edited]));
        lab.import(&history);
        lab.seed(&["main"]);
        lab.push(&["next:main"])
    };
    push("block").refused_for(&[CLOUD]);
    push("warn").accepted_with_warning();
    let ignored = push("ignore");
    assert!(ignored.accepted && ignored.remote.is_empty(), "{}", ignored.told());
    assert_eq!(ignored.finding()["action"], "ignore", "{}", ignored.told());
}
