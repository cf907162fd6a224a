//! Repositories whose objects are named by SHA-256.

use crate::support::tokens::{APP_PASSWORD, CLOUD};
use crate::support::{Arrival, Change, Format, History, PushLab, Setup, file, settings, tokens};

#[track_caller]
fn both(case: impl Fn(&PushLab)) {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        case(&PushLab::of(Setup { arrival, format: Format::Sha256, ..Setup::default() }));
    }
}

#[test]
fn a_clean_push_is_silent() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.tag("v1", ":1", "first\n");
        lab.import(&history);
        let pushed = lab.push(&["main", "v1"]);
        pushed.accepted_silently();
        assert_eq!(pushed.coverage("objects"), 4);
        lab.push(&[":v1"]).accepted_silently();
    });
}

#[test]
fn a_secret_in_a_file_is_refused_with_its_long_id() {
    both(|lab| {
        lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(1))])));
        let pushed = lab.push(&["main"]);
        pushed.refused_in("blob", &[CLOUD]);
        let object = pushed.sites()[0]["object"].as_str().unwrap_or_default();
        assert_eq!(object, lab.in_client(&["rev-parse", "main:a.env"]));
        assert_eq!(object.len(), 64);
    });
}

#[test]
fn secrets_in_messages_tags_names_and_refs_are_refused() {
    both(|lab| {
        lab.import(&History::root(Change::saying(format!("x {}", tokens::cloud(2)))));
        lab.push(&["main"]).refused_in("commit", &[CLOUD]);
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.tag("v1", ":1", format!("x {}\n", tokens::cloud(3)));
        lab.import(&history);
        lab.push(&["v1"]).refused_in("tag", &[CLOUD]);
        lab.push(&[&format!("main:refs/heads/{}", tokens::app_password(4))])
            .refused_in("ref-name", &[APP_PASSWORD]);
        lab.import(&History::root(Change::of([file(tokens::app_password(5), "x\n")])));
        lab.push(&["--force", "main"]).refused_in("tree-name", &[APP_PASSWORD]);
    });
}

#[test]
fn a_deleted_branch_pushed_again_is_looked_at() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.commit("refs/heads/gone", &[":1"], Change::of([settings("b", &tokens::cloud(6))]));
        lab.import(&history);
        lab.seed(&["main", "gone"]);
        lab.in_server(&["update-ref", "-d", "refs/heads/gone"]);
        lab.in_server(&["pack-refs", "--all"]);
        lab.push(&["gone"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn an_old_secret_in_an_edited_file_is_a_warning() {
    both(|lab| {
        let token = tokens::cloud(7);
        let mut history = History::root(Change::of([settings("a.env", &token)]));
        let edited = file("a.env", format!("edited\ntoken = {token}\n"));
        history.commit("refs/heads/next", &[":1"], Change::of([edited]));
        lab.import(&history);
        lab.seed(&["main"]);
        lab.in_server(&["repack", "-q", "-ad"]);
        lab.push(&["next:main"]).accepted_with_warning();
    });
}

#[test]
fn what_git_packs_with_deltas_is_looked_at() {
    both(|lab| {
        let mut history = History::new();
        let mut tip: Option<String> = None;
        for index in 0..30 {
            let mut text = crate::support::source_text(8000);
            // Git makes the largest version the base: it is not the one with the secret.
            let other = format!("{index:03}").repeat(90);
            let line = if index == 15 { tokens::cloud(8) } else { other };
            text.insert_str(4000, &format!("\n// {line}\n"));
            let parents: Vec<&str> = tip.as_deref().into_iter().collect();
            let change = Change::of([file("big.rs", text)]);
            tip = Some(history.commit("refs/heads/main", &parents, change));
        }
        lab.import(&history);
        lab.in_client(&["repack", "-q", "-adf", "--depth=50"]);
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}
