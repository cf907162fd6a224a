//! Mistakes that were made once, each named for what went wrong.

use crate::support::lab::write_executable;
use crate::support::tokens::CLOUD;
use crate::support::{Change, History, Install, PushLab, Setup, file, settings, tokens};

/// A dispatcher as Gitea and Forgejo write it: it finds its parts by its own name.
const DISPATCHER: &str = "#!/usr/bin/env bash\n\
    data=$(cat)\n\
    hookname=$(basename \"$0\")\n\
    for hook in \"${GIT_DIR:-.}/hooks/${hookname}.d\"/*; do\n\
    \x20 test -x \"$hook\" || continue\n\
    \x20 echo \"$data\" | \"$hook\" || exit 1\n\
    done\n";

/// A dispatcher that finds its parts beside itself.
const DISPATCHER_BESIDE: &str = "#!/bin/sh\n\
    for hook in \"$(dirname \"$0\")/pre-receive.d\"/*; do \"$hook\" || exit 1; done\n";

#[test]
fn a_dispatcher_that_was_there_still_finds_its_parts() {
    for (seed, dispatcher) in [(1, DISPATCHER), (2, DISPATCHER_BESIDE)] {
        let lab = PushLab::of(Setup { install: Install::Nothing, ..Setup::default() });
        let mut history = History::new();
        history.commit("refs/heads/clean", &[], Change::of([file("a", "one\n")]));
        history.commit("refs/heads/evil", &[], Change::of([settings("b", &tokens::cloud(seed))]));
        lab.import(&history);
        let parts = lab.server.join("hooks/pre-receive.d");
        std::fs::create_dir_all(&parts).expect("the server is ours");
        write_executable(&lab.hook(), dispatcher);
        write_executable(&parts.join("own"), "#!/bin/sh\necho the server says no\nexit 1\n");
        let installed = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
        assert_eq!(installed.code(), 0, "{}", installed.all_text());

        // Ours accepts, so the refusal has none of our words.
        let refused = lab.push_raw("clean");
        assert_ne!(refused.code(), 0, "the server's own gate was switched off");
        assert!(refused.all_text().contains("the server says no"), "{}", refused.all_text());
        write_executable(&parts.join("own"), "#!/bin/sh\nexit 0\n");
        lab.push(&["evil"]).refused_for(&[CLOUD]);
        assert!(lab.push(&["clean"]).accepted);
    }
}

#[test]
fn installing_again_keeps_the_configuration() {
    let lab = PushLab::configured("mode = \"monitor\"\n");
    lab.import(&History::root(Change::of([settings("b", &tokens::cloud(3))])));
    let again = lab.run_tool(&["install"], &[]);
    assert_eq!(again.code(), 0, "{}", again.all_text());
    let pushed = lab.push(&["main"]);
    assert!(pushed.accepted, "the mode of the configuration was forgotten: {}", pushed.told());
    assert_eq!(pushed.record()["mode"], "monitor");
}

#[test]
fn a_key_that_the_configuration_names_goes_before_the_repository_s_own() {
    let key = |lab: &PushLab| lab.root().join("fleet.key").display().to_string();
    let fingerprint = |digits: &str| {
        let lab = PushLab::new();
        std::fs::write(key(&lab), digits.repeat(32)).expect("the folder is ours");
        lab.configure(&format!("[fingerprint]\nkey = \"{}\"\n", key(&lab)));
        lab.import(&History::root(Change::of([settings("b", &tokens::cloud(4))])));
        let pushed = lab.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        pushed.finding()["fingerprint"].as_str().expect("it is text").to_owned()
    };
    assert_eq!(fingerprint("ab"), fingerprint("ab"), "two repositories, one key");
    assert_ne!(fingerprint("ab"), fingerprint("cd"));
}

#[test]
fn the_command_for_a_first_commit_is_one_that_git_accepts() {
    let lab = PushLab::new();
    let mut history = History::root(Change::of([settings("b", &tokens::cloud(5))]));
    history.commit("refs/heads/main", &[":1"], Change::of([file("a", "two\n")]));
    lab.import(&history);
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("git rebase -r --onto mend-");
    // Nothing stands before it.
    assert!(!pushed.remote.iter().any(|line| line.contains("~1")), "{}", pushed.told());
}

#[test]
fn a_long_path_is_shown_whole() {
    let lab = PushLab::new();
    let path = "src/main/resources/config/application.properties";
    lab.import(&History::root(Change::of([settings(path, &tokens::cloud(6))])));
    lab.push(&["main"]).refused_for(&[CLOUD]).says(&format!("at {path}:"));
}

#[test]
fn one_secret_in_two_spellings_is_one_finding() {
    let lab = PushLab::new();
    let token = tokens::cloud(7);
    let text = format!("A={token}\nB={}\n", token.replace('=', "%3D"));
    lab.import(&History::root(Change::of([file("a.env", text)])));
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    assert_eq!(pushed.sites().len(), 2);
}

#[test]
fn what_was_not_checked_is_named_by_its_path() {
    let lab = PushLab::configured("[limits]\nstream_bytes_max = 1000000\n");
    lab.import(&History::root(Change::of([file("data/big.bin", "x".repeat(12_000_000))])));
    let pushed = lab.push(&["main"]);
    pushed.refused_undecided().says("data/big.bin");
    assert_eq!(pushed.record()["undecided"][0]["path"], "data/big.bin");
}
