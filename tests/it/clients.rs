//! Shallow and partial clients.

use crate::support::tokens::CLOUD;
use crate::support::{Change, History, PushLab, both, file, settings, tokens};

/// A clone of the server with these options, and one commit more on its `main`.
#[track_caller]
fn clone_and_commit(lab: &PushLab, options: &[&str], content: &str) -> std::path::PathBuf {
    let path = lab.root().join("clone");
    drop(std::fs::remove_dir_all(&path));
    let url = format!("file://{}", lab.server.display());
    let to = path.display().to_string();
    lab.git(&[&["clone", "-q", "-b", "main", "--template="], options, &[&url, &to]].concat());
    std::fs::write(path.join("new.env"), content).expect("the clone is ours");
    lab.git(&["-C", &to, "add", "new.env"]);
    lab.git(&["-C", &to, "commit", "-q", "-m", "one more"]);
    path
}

#[track_caller]
fn seeded(lab: &PushLab) {
    let old = tokens::cloud(1);
    let mut history = History::root(Change::of([settings("old.env", &old), file("a", "one\n")]));
    let mut tip = String::from(":1");
    for index in 0..5 {
        let change = Change::of([file("a", format!("{index}\n"))]);
        tip = history.commit("refs/heads/main", &[&tip], change);
    }
    lab.import(&history);
    lab.seed(&["main"]);
    lab.in_server(&["config", "uploadpack.allowFilter", "true"]);
}

#[test]
fn a_shallow_client_pushes_cleanly_without_a_word() {
    both(|lab| {
        seeded(lab);
        let clone = clone_and_commit(lab, &["--depth=1"], "clean\n");
        let pushed = lab.push_from(&clone, &["main"], |_| ());
        pushed.accepted_silently();
        assert_eq!(pushed.coverage("objects"), 3);
    });
}

#[test]
fn a_secret_from_a_shallow_client_is_refused() {
    both(|lab| {
        seeded(lab);
        let clone = clone_and_commit(lab, &["--depth=1"], &format!("t = {}\n", tokens::cloud(2)));
        lab.push_from(&clone, &["main"], |_| ()).refused_in("blob", &[CLOUD]);
        lab.push_from(&clone, &["main:refs/heads/new"], |_| ()).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_partial_client_pushes_cleanly_without_a_word() {
    both(|lab| {
        seeded(lab);
        let clone = clone_and_commit(lab, &["--filter=blob:none"], "clean\n");
        lab.push_from(&clone, &["main"], |_| ()).accepted_silently();
    });
}

#[test]
fn a_secret_from_a_partial_client_is_refused() {
    both(|lab| {
        seeded(lab);
        let text = format!("t = {}\n", tokens::cloud(3));
        let clone = clone_and_commit(lab, &["--filter=blob:none"], &text);
        lab.push_from(&clone, &["main"], |_| ()).refused_in("blob", &[CLOUD]);
    });
}

/// A client whose history is cut, pushing to a server that has none of it, but something else:
/// else everything is new there, and nobody asks where history ends.
#[track_caller]
fn cut_history(lab: &PushLab, content: &str) -> std::path::PathBuf {
    let mut history = History::root(Change::of([file("a", "one\n")]));
    history.commit("refs/heads/main", &[":1"], Change::of([file("b", content)]));
    history.commit("refs/heads/other", &[], Change::of([file("other", "other\n")]));
    let marks = lab.import(&history);
    lab.seed(&["other"]);
    std::fs::write(lab.client.join("shallow"), format!("{}\n", marks[":2"])).expect("it is ours");
    lab.client.clone()
}

#[test]
fn a_shallow_push_that_git_refuses_is_no_crash_and_no_way_in() {
    both(|lab| {
        let client = cut_history(lab, &format!("t = {}\n", tokens::cloud(4)));
        let pushed = lab.push_from(&client, &["main"], |_| ());
        assert!(!pushed.accepted, "{}", pushed.told());
        assert!(matches!(pushed.hook_exit, None | Some(1 | 2)), "{}", pushed.told());
    });
}

#[test]
fn a_server_that_takes_shallow_pushes_is_protected_all_the_same() {
    both(|lab| {
        lab.in_server(&["config", "receive.shallowUpdate", "true"]);
        let client = cut_history(lab, &format!("t = {}\n", tokens::cloud(5)));
        lab.push_from(&client, &["main"], |_| ()).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_server_that_takes_shallow_pushes_takes_a_clean_one() {
    both(|lab| {
        lab.in_server(&["config", "receive.shallowUpdate", "true"]);
        let client = cut_history(lab, "clean\n");
        lab.push_from(&client, &["main"], |_| ()).accepted_silently();
        // And works on afterwards, on a history that is cut.
        let mut history = History::new();
        let next = Change::of([file("c", format!("t = {}\n", tokens::cloud(6)))]);
        history.commit("refs/heads/main", &["refs/heads/main"], next);
        lab.import(&history);
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn push_options_signed_words_and_atomic_pushes_change_nothing() {
    both(|lab| {
        lab.in_server(&["config", "receive.advertisePushOptions", "true"]);
        lab.import(&History::root(Change::of([settings("a", &tokens::cloud(7))])));
        lab.push(&["--atomic", "--push-option=skip", "--push-option=pushgate.skip", "main"])
            .refused_for(&[CLOUD]);
        let dry = lab.push(&["--dry-run", "main"]);
        assert_eq!(dry.hook_exit, None, "a dry run runs no hook");
    });
}

#[test]
fn a_secret_in_a_push_option_is_not_shown() {
    let lab = PushLab::new();
    lab.in_server(&["config", "receive.advertisePushOptions", "true"]);
    lab.import(&History::root(Change::of([file("a", "one\n")])));
    let option = format!("--push-option=token={}", tokens::cloud(8));
    // Neither is it looked at, for it is kept nowhere.
    lab.push(&[&option, "main"]).accepted_silently();
}
