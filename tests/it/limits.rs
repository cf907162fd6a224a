//! Every bound of the configuration can be reached, and ends in words, never in silence.

use crate::support::tokens::{APP_PASSWORD, CLOUD};
use crate::support::{
    Arrival, Change, History, PushLab, Pushed, Setup, file, settings, source_text, tokens,
};

/// A laboratory with this one bound.
#[track_caller]
fn lab(key: &str, value: u64, arrival: Arrival) -> PushLab {
    let config = format!("[limits]\n{key} = {value}\n");
    PushLab::of(Setup { arrival, config, ..Setup::default() })
}

/// Refused, because of this bound, by name.
#[track_caller]
fn reached(pushed: &Pushed, key: &str) {
    pushed.refused_somehow();
    let reason = pushed.record()["reason"].as_str().unwrap_or_default();
    assert!(["undecided", "error"].contains(&reason), "{}", pushed.told());
    let told = pushed.remote.join("\n");
    assert!(told.contains(key) || told.contains("too large"), "{key}: {}", pushed.told());
}

/// This push, clean as it is, reaches this bound; with the bound by default it is silent.
#[track_caller]
fn check(key: &str, value: u64, arrival: Arrival, history: &History) {
    let bounded = lab(key, value, arrival);
    bounded.import(history);
    reached(&bounded.push(&["--all"]), key);
    let free = PushLab::of(Setup { arrival, ..Setup::default() });
    free.import(history);
    free.push(&["--all"]).accepted_silently();
}

fn three_commits() -> History {
    let mut history = History::root(Change::of([file("a", "one\n"), file("b", "one\n")]));
    history.commit("refs/heads/main", &[":1"], Change::of([file("a", "two\n")]));
    history.commit("refs/heads/main", &[":2"], Change::of([file("a", "three\n")]));
    history
}

#[test]
fn objects_max() {
    check("objects_max", 4, Arrival::Loose, &three_commits());
    check("objects_max", 4, Arrival::Packed, &three_commits());
}

#[test]
fn what_was_listed_before_a_limit_is_in_the_record() {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = lab("objects_max", 4, arrival);
        lab.import(&three_commits());
        let pushed = lab.push(&["main"]);
        pushed.refused_undecided();
        assert_eq!(pushed.coverage("objects"), 4);
        let kinds = ["blobs", "commits", "trees"];
        assert_eq!(kinds.map(|kind| pushed.coverage(kind)).iter().sum::<u64>(), 4);
        assert_eq!(pushed.coverage("bytes_searched"), 0);
    }
}

#[test]
fn ref_line_bytes_max() {
    check("ref_line_bytes_max", 90, Arrival::Loose, &three_commits());
}

#[test]
fn object_bytes_max() {
    let history = History::root(Change::saying(source_text(5000)));
    check("object_bytes_max", 1000, Arrival::Loose, &history);
    check("object_bytes_max", 1000, Arrival::Packed, &history);
}

#[test]
fn stream_bytes_max() {
    let history = History::root(Change::of([file("big", source_text(12_000_000))]));
    check("stream_bytes_max", 1_000_000, Arrival::Loose, &history);
    check("stream_bytes_max", 1_000_000, Arrival::Packed, &history);
}

#[test]
fn ref_updates_max() {
    let mut history = three_commits();
    for name in ["x", "y", "z"] {
        history.reset(&format!("refs/heads/{name}"), ":1");
    }
    check("ref_updates_max", 3, Arrival::Loose, &history);
}

#[test]
fn commits_walked_max_tree_entries_max_and_tree_depth_max() {
    // What lay in the store unreached must be walked.
    for (key, value) in [("commits_walked_max", 2), ("tree_entries_max", 2), ("tree_depth_max", 2)]
    {
        let lab = lab(key, value, Arrival::Loose);
        let mut history = three_commits();
        history.commit("refs/heads/main", &[":3"], Change::of([file("d/d/d/d/d/leaf", "deep\n")]));
        lab.import(&history);
        lab.seed(&["main"]);
        lab.in_server(&["update-ref", "-d", "refs/heads/main"]);
        reached(&lab.push(&["main"]), key);
    }
}

#[test]
fn tag_chain_max() {
    let lab = lab("tag_chain_max", 3, Arrival::Loose);
    let mut history = three_commits();
    let mut tag = history.tag("t0", ":3", "x\n");
    for index in 1..8 {
        tag = history.tag(&format!("t{index}"), &tag, "x\n");
    }
    lab.import(&history);
    reached(&lab.push(&["t7"]), "tag_chain_max");
}

#[test]
fn refs_max() {
    let lab = lab("refs_max", 2, Arrival::Loose);
    let mut history = three_commits();
    for name in ["x", "y", "z"] {
        history.reset(&format!("refs/heads/{name}"), ":1");
    }
    history.commit("refs/heads/next", &[":3"], Change::of([file("a", "four\n")]));
    lab.import(&history);
    lab.seed(&["main", "x", "y", "z"]);
    // A branch that begins near the head of the main one needs no other refs.
    std::fs::write(lab.server.join("HEAD"), "ref: refs/heads/none\n").expect("it is ours");
    reached(&lab.push(&["next"]), "refs_max");
}

#[test]
fn candidates_per_object_max() {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = lab("candidates_per_object_max", 3, arrival);
        let lines: Vec<String> = (0..20).map(tokens::app_password).collect();
        lab.import(&History::root(Change::of([file("a", lines.join("\n"))])));
        let pushed = lab.push(&["main"]);
        pushed.refused_somehow();
        let undecided = pushed.record()["undecided"].to_string();
        assert!(undecided.contains("too-many-candidates"), "{}", pushed.told());
    }
}

/// Refused for as many secrets as may be recorded, with the word that there are more.
#[track_caller]
fn stopped_at(pushed: &Pushed, findings: usize) {
    pushed.refused_for_secrets().says("Not checked to the end");
    assert_eq!(pushed.findings().len(), findings, "{}", pushed.told());
    let undecided = &pushed.record()["undecided"];
    assert_eq!(undecided.as_array().map(Vec::len), Some(1), "{}", pushed.told());
    assert_eq!(undecided[0]["cause"], "too-many-findings", "{}", pushed.told());
    assert_eq!(undecided[0]["detail"], "findings_per_push_max", "{}", pushed.told());
}

#[test]
fn findings_per_push_max() {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = lab("findings_per_push_max", 3, arrival);
        let secrets: Vec<String> = (100..120).map(tokens::app_password).collect();
        let named = |(index, secret): (usize, &String)| settings(&format!("f{index}"), secret);
        let apart: Vec<_> = secrets.iter().enumerate().map(named).collect();
        lab.import(&History::root(Change::of(apart)));
        stopped_at(&lab.push(&["main"]), 3);
        // One object alone can hold too many.
        lab.import(&History::root(Change::of([file("all", secrets.join("\n"))])));
        stopped_at(&lab.push(&["main"]), 3);
        // The same secret again is not one more.
        let again = [&secrets[..3], &secrets[..3]].concat().join("\n");
        lab.import(&History::root(Change::of([file("few", again)])));
        let pushed = lab.push(&["main"]);
        pushed.refused_for(&[APP_PASSWORD; 3]);
        assert_eq!(pushed.record()["undecided"].as_array().map(Vec::len), Some(0));
    }
}

#[test]
fn findings_per_push_max_if_there_may_be_none() {
    let lab = lab("findings_per_push_max", 0, Arrival::Loose);
    lab.import(&History::root(Change::of([settings("a", &tokens::app_password(120))])));
    let pushed = lab.push(&["main"]);
    pushed.refused_undecided().says("findings_per_push_max");
}

#[test]
fn sites_per_finding_max() {
    let lab = lab("sites_per_finding_max", 3, Arrival::Loose);
    let token = tokens::cloud(1);
    let entries: Vec<_> =
        (0..10).map(|index| file(format!("f{index}"), format!("{index} {token}\n"))).collect();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    assert_eq!(pushed.sites().len(), 3, "{}", pushed.told());
}

#[test]
fn paths_per_blob_max() {
    let lab = lab("paths_per_blob_max", 1, Arrival::Loose);
    let token = tokens::cloud(2);
    lab.import(&History::root(Change::of([settings("a", &token), settings("b", &token)])));
    let pushed = lab.push(&["main"]);
    pushed.refused_for_secrets().says("Not checked to the end");
    assert_eq!(pushed.sites().len(), 1, "{}", pushed.told());
    let undecided = &pushed.record()["undecided"];
    assert_eq!(undecided.as_array().map(Vec::len), Some(1), "{undecided}");
    assert_eq!(undecided[0]["detail"], "paths_per_blob_max", "{undecided}");
}

#[test]
fn judged_per_blob_max() {
    let lab = lab("judged_per_blob_max", 2, Arrival::Loose);
    let token = tokens::cloud(2);
    let entries: Vec<_> = (0..3).map(|index| settings(&format!("f{index}"), &token)).collect();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    pushed.refused_for_secrets().says("Not checked to the end");
    let undecided = &pushed.record()["undecided"];
    assert_eq!(undecided.as_array().map(Vec::len), Some(1), "{undecided}");
    assert_eq!(undecided[0]["detail"], "judged_per_blob_max", "{undecided}");
}

/// The same list of texts beside each of thirty languages, as kits for interfaces have it.
#[test]
fn a_file_that_stands_at_many_paths_is_judged_at_each() {
    let text =
        "// of Confluence's editor\nexport type Texts = {\n  'tokenLimitExceeded': string;\n};\n";
    let lab = PushLab::of(Setup::default());
    let entries = (0..200).map(|index| file(format!("i18n/{index}.d.ts"), text));
    lab.import(&History::root(Change::of(entries.collect::<Vec<_>>())));
    lab.push(&["main"]).accepted_silently();
}

#[test]
fn window_bytes_held_max() {
    let lab = lab("window_bytes_held_max", 2000, Arrival::Loose);
    let entries: Vec<_> =
        (0..50).map(|index| settings(&format!("f{index}"), &tokens::cloud(200 + index))).collect();
    lab.import(&History::root(Change::of(entries)));
    // What is too much to hold at once is judged all the same.
    let pushed = lab.push(&["main"]);
    pushed.refused_for_secrets();
    assert_eq!(pushed.findings().len(), 50, "{}", pushed.told());
    let undecided = &pushed.record()["undecided"];
    assert_eq!(undecided.as_array().map(Vec::len), Some(0), "{undecided}");
}

#[test]
fn proof_objects_max() {
    // The proof that an old version is old is what reaches the bound: without it, it is new.
    let lab = lab("proof_objects_max", 1, Arrival::Packed);
    let token = tokens::cloud(3);
    let mut history = History::root(Change::of([settings("a.env", &token)]));
    history.commit("refs/heads/main", &[":1"], Change::of([file("a.env", "clean\n")]));
    history.commit("refs/heads/next", &[":2"], Change::of([settings("a.env", &token)]));
    lab.import(&history);
    lab.seed(&["main"]);
    let pushed = lab.push(&["next:main"]);
    pushed.refused_for(&[CLOUD]);
    assert_eq!(pushed.finding()["state"], "introduced", "{}", pushed.told());
}

#[test]
fn detector_memory_bytes_max() {
    let lab = lab("detector_memory_bytes_max", 1, Arrival::Loose);
    lab.import(&History::root(Change::of([settings("a", &tokens::cloud(4))])));
    let pushed = lab.push(&["main"]);
    pushed.refused_somehow();
    let reason = pushed.record()["reason"].as_str().unwrap_or_default();
    assert!(["undecided", "error"].contains(&reason), "{}", pushed.told());
}

#[test]
fn push_duration_ms_max() {
    let lab = lab("push_duration_ms_max", 0, Arrival::Packed);
    lab.in_client(&["config", "core.compression", "0"]);
    let entries: Vec<_> =
        (0..200).map(|index| file(format!("f{index}"), source_text(200_000 + index))).collect();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    pushed.refused_somehow();
    let undecided = pushed.record()["undecided"].to_string();
    assert!(undecided.contains("out-of-time"), "{}", pushed.told());
}

#[test]
fn policy_can_let_pass_what_reached_a_bound_with_a_warning() {
    let lab =
        PushLab::configured("[policy]\nundecided = \"warn\"\n[limits]\nobject_bytes_max = 1000\n");
    lab.import(&History::root(Change::saying(source_text(5000))));
    let pushed = lab.push(&["main"]);
    pushed.accepted_with_warning();
    let undecided = pushed.record()["undecided"].as_array().cloned().unwrap_or_default();
    assert!(!undecided.is_empty(), "{}", pushed.told());
    assert!(pushed.coverage("skipped") > 0, "{}", pushed.told());
}

#[test]
fn what_is_too_large_to_be_listed_is_told_once() {
    let config = "[policy]\nundecided = \"warn\"\n[limits]\nobject_bytes_max = 1\n";
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let config = config.to_owned();
        let lab = PushLab::of(Setup { arrival, config, ..Setup::default() });
        lab.import(&History::root(Change::of([file("a", "one\n")])));
        let pushed = lab.push(&["main"]);
        pushed.accepted_with_warning();
        let undecided = pushed.record()["undecided"].as_array().cloned().unwrap_or_default();
        let mut objects: Vec<_> = undecided.iter().map(|open| open["object"].to_string()).collect();
        objects.sort_unstable();
        objects.dedup();
        assert_eq!(objects.len(), undecided.len(), "{}", pushed.told());
        assert_eq!(pushed.coverage("skipped"), pushed.coverage("objects"), "{}", pushed.told());
    }
}

#[test]
fn a_bound_that_is_no_number_is_an_error() {
    let lab = PushLab::new();
    lab.import(&three_commits());
    for text in ["objects_max = \"many\"", "objects_max = -1", "objects_maximum = 3"] {
        lab.configure_raw(format!("[limits]\n{text}\n"));
        lab.push(&["main"]).gate_failed();
    }
}
