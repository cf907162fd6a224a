//! Modes, and what policy makes of each grade.

use crate::support::tokens::{CLOUD, URL};
use crate::support::{Change, History, PushLab, Pushed, both, file, settings, tokens};

#[track_caller]
fn push_secret(config: &str) -> Pushed {
    let lab = PushLab::configured(config);
    lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(1))])));
    lab.push(&["main"])
}

/// A password in a URL has shape and context, no checksum.
#[track_caller]
fn push_likely(config: &str) -> Pushed {
    let lab = PushLab::configured(config);
    let url = format!("https://jdoe:{}@stash.example.org/scm/app.git", tokens::password(2));
    lab.import(&History::root(Change::of([file("a.env", format!("url = {url}\n"))])));
    lab.push(&["main"])
}

/// A push of which one object cannot be read: the first that is found in the quarantine.
#[track_caller]
fn push_unreadable(config: &str) -> Pushed {
    let lab = PushLab::configured(config);
    lab.import(&History::root(Change::of([file("a", "one\n")])));
    let blob = lab.in_client(&["rev-parse", "main:a"]);
    lab.wrap_hook(&format!(
        "object=\"$GIT_QUARANTINE_PATH/{}/{}\"\nchmod u+w \"$object\"\n\
         printf broken >\"$object\"\nexec \"$HOOK\"",
        &blob[..2],
        &blob[2..]
    ));
    lab.push(&["main"])
}

#[test]
fn mode_block_refuses() {
    let pushed = push_secret("mode = \"block\"");
    pushed.refused_for(&[CLOUD]);
    assert_eq!(pushed.record()["mode"], "block");
}

#[test]
fn an_empty_configuration_blocks() {
    push_secret("").refused_for(&[CLOUD]);
}

#[test]
fn mode_warn_accepts_and_tells() {
    let pushed = push_secret("mode = \"warn\"");
    pushed.accepted_with_warning();
    assert_eq!(pushed.record()["mode"], "warn");
    assert_eq!(pushed.kinds(), [CLOUD]);
}

#[test]
fn mode_monitor_accepts_and_only_the_record_knows() {
    let pushed = push_secret("mode = \"monitor\"");
    assert!(pushed.accepted && pushed.remote.is_empty(), "{}", pushed.told());
    assert_eq!(pushed.record()["mode"], "monitor");
    assert_eq!(pushed.record()["decision"], "accept");
    assert_ne!(pushed.record()["reason"], "clean", "{}", pushed.told());
    assert_eq!(pushed.kinds(), [CLOUD]);
}

#[test]
fn mode_off_looks_at_nothing_and_records_that() {
    both(|lab| {
        lab.configure("mode = \"off\"");
        lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(3))])));
        let pushed = lab.push(&["main"]);
        assert!(pushed.accepted && pushed.remote.is_empty(), "{}", pushed.told());
        assert_eq!(pushed.record()["reason"], "off");
        assert_eq!(pushed.kinds(), Vec::<String>::new());
        assert_eq!(pushed.coverage("bytes_searched"), 0);
    });
}

#[test]
fn a_changed_configuration_counts_from_the_next_push_on() {
    let lab = PushLab::configured("mode = \"monitor\"");
    lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(4))])));
    assert!(lab.push(&["main"]).accepted);
    lab.configure("mode = \"block\"");
    lab.import(&History::root(Change::of([settings("b.env", &tokens::cloud(5))])));
    lab.push(&["--force", "main"]).refused_for(&[CLOUD]);
}

#[test]
fn a_proven_secret_does_what_policy_says() {
    push_secret("[policy]\nproven = \"block\"\nlikely = \"ignore\"").refused_for(&[CLOUD]);
    let warned = push_secret("[policy]\nproven = \"warn\"");
    warned.accepted_with_warning();
    assert_eq!(warned.finding()["action"], "warn");
    let ignored = push_secret("[policy]\nproven = \"ignore\"");
    assert!(ignored.accepted && ignored.remote.is_empty(), "{}", ignored.told());
    assert_eq!(ignored.finding()["action"], "ignore");
}

#[test]
fn a_likely_secret_does_what_policy_says() {
    let refused = push_likely("");
    refused.refused_for(&[URL]);
    assert_eq!(refused.finding()["grade"], "likely");
    let warned = push_likely("[policy]\nlikely = \"warn\"\nproven = \"block\"");
    warned.accepted_with_warning();
    let ignored = push_likely("[policy]\nlikely = \"ignore\"");
    assert!(ignored.accepted && ignored.remote.is_empty(), "{}", ignored.told());
    push_likely("[policy]\nproven = \"ignore\"\nweak = \"ignore\"").refused_for(&[URL]);
}

#[test]
fn what_cannot_be_read_refuses_and_only_policy_relaxes_it() {
    let refused = push_unreadable("");
    refused.refused_somehow();
    let reason = refused.record()["reason"].as_str().unwrap_or_default().to_owned();
    assert!(["undecided", "error"].contains(&reason.as_str()), "{}", refused.told());
    // What is no answer about a grade does not relax it.
    push_unreadable("[policy]\nproven = \"ignore\"\nlikely = \"ignore\"\nweak = \"ignore\"")
        .refused_somehow();
    let warned = push_unreadable("[policy]\nundecided = \"warn\"\nerror = \"warn\"");
    // Git itself may refuse the broken object afterwards; the hook has let it pass with a word.
    assert_eq!(warned.hook_exit, Some(0), "{}", warned.told());
    warned.says("pushgate: warning:");
}

#[test]
fn mode_warn_lets_pass_what_could_not_be_read_and_tells() {
    let warned = push_unreadable("mode = \"warn\"");
    assert_eq!(warned.hook_exit, Some(0), "{}", warned.told());
    warned.says("pushgate: warning:");
}

#[test]
fn a_warning_and_a_refusal_in_one_push_are_a_refusal() {
    let lab = PushLab::configured("[policy]\nlikely = \"warn\"");
    let url = format!("https://jdoe:{}@stash.example.org/scm/app.git", tokens::password(6));
    lab.import(&History::root(Change::of([
        settings("a.env", &tokens::cloud(7)),
        file("b.env", format!("url = {url}\n")),
    ])));
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&[CLOUD, URL]);
    assert!(pushed.remote[0].contains(" 1 secret"), "{}", pushed.told());
}

/// What is new and sure is not called old or weak, whatever policy says of it.
#[test]
fn a_warning_says_what_it_is_of() {
    let pushed = push_secret("[policy]\nproven = \"warn\"\n");
    assert!(pushed.accepted);
    pushed.says("pushgate: warning: 1 secret found; the push passes [PG0301]");
}
