//! The audit record, against git's own answers.

use std::collections::HashSet;

use crate::support::pack::{self, Kind, Pack};
use crate::support::tokens::{APP_PASSWORD, CLOUD};
use crate::support::wire::Wire;
use crate::support::{
    Change, History, Install, PushLab, Setup, both, file, settings, source_text, tokens,
};

/// What git counts as incoming when `tips` are pushed: reachable from them, and from no ref.
#[track_caller]
fn incoming(lab: &PushLab, tips: &[&str]) -> u64 {
    let mut command = lab.command("git");
    command
        .arg("--git-dir")
        .arg(&lab.server)
        .args(["rev-list", "--objects"])
        .args(tips.iter().map(|tip| lab.in_client(&["rev-parse", tip])))
        .args(["--not", "--all"])
        .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", lab.client.join("objects"));
    let ended = crate::support::commands::run(command, b"");
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    let text = ended.text();
    let ids: HashSet<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    ids.len() as u64
}

#[test]
fn coverage_agrees_with_git_for_every_shape_of_push() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n"), file("d/b", "two\n")]));
        let side = history.commit("refs/heads/side", &[":1"], Change::of([file("c", "c\n")]));
        let next = history.commit("refs/heads/main", &[":1"], Change::of([file("a", "three\n")]));
        let merge = Change::of([file("c", "merged\n")]);
        history.commit("refs/heads/merge", &[&next, &side], merge);
        history.commit("refs/heads/orphan", &[], Change::of([file("z", "z\n")]));
        let tag = history.tag("v1", ":1", "one\n");
        history.tag("v2", &tag, "two\n");
        lab.import(&history);
        for branch in ["main", "side", "merge", "orphan", "v1", "v2"] {
            let expected = incoming(lab, &[branch]);
            let pushed = lab.push(&[branch]);
            pushed.accepted_silently();
            assert_eq!(pushed.coverage("objects"), expected, "{branch}: {}", pushed.told());
            assert_eq!(pushed.coverage("skipped"), 0);
        }
        let again = lab.push(&["main:refs/heads/again"]);
        assert_eq!(again.coverage("objects"), 0);
    });
}

#[test]
fn coverage_of_a_large_push_agrees_with_git_by_kind_and_by_bytes() {
    both(|lab| {
        let mut history = History::new();
        let mut tip: Option<String> = None;
        for index in 0..120 {
            let parents: Vec<&str> = tip.as_deref().into_iter().collect();
            let change = Change::of([
                file("big.rs", source_text(4000 + index * 10)),
                file(format!("d{}/f", index % 7), format!("{index}\n")),
            ]);
            tip = Some(history.commit("refs/heads/main", &parents, change));
        }
        lab.import(&history);
        let pushed = lab.push(&["main"]);
        pushed.accepted_silently();
        let listing = lab.in_server(&[
            "cat-file",
            "--batch-all-objects",
            "--batch-check=%(objecttype) %(objectsize)",
        ]);
        let of = |kind: &str| listing.lines().filter(|line| line.starts_with(kind)).count() as u64;
        for kind in ["blob", "commit", "tree", "tag"] {
            assert_eq!(pushed.coverage(&format!("{kind}s")), of(kind), "{kind}");
        }
        let sizes = listing.lines().filter_map(|line| line.split_once(' '));
        let bytes: u64 = sizes.map(|(_, size)| size.parse::<u64>().expect("a size")).sum();
        assert_eq!(pushed.coverage("bytes"), bytes);
        assert!(pushed.coverage("bytes_searched") > 0);
    });
}

#[test]
fn objects_that_no_ref_reaches_are_counted() {
    both(|lab| {
        let mut pack = Pack::new();
        let blob = pack.add(Kind::Blob, "clean\n");
        pack.add(Kind::Blob, "smuggled, and clean\n");
        let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"a", &blob)]));
        let tip = pack.add(Kind::Commit, pack::commit(&tree, &[], "x\n"));
        let pushed = Wire::new().create("refs/heads/main", &tip).pack(&pack).send(lab);
        pushed.accepted_silently();
        assert_eq!(pushed.coverage("objects"), 4);
        assert_eq!(pushed.coverage("blobs"), 2);
    });
}

#[test]
fn objects_that_lay_in_the_store_unreached_are_counted() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.commit("refs/heads/gone", &[":1"], Change::of([file("b", "two\n")]));
        lab.import(&history);
        lab.seed(&["main", "gone"]);
        lab.in_server(&["update-ref", "-d", "refs/heads/gone"]);
        let pushed = lab.push(&["gone"]);
        pushed.accepted_silently();
        assert_eq!(pushed.coverage("objects"), 3);
    });
}

#[test]
fn the_record_names_refs_ids_and_the_repository() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.reset("refs/heads/old", ":1");
        let marks = lab.import(&history);
        lab.seed(&["old"]);
        let pushed = lab.push(&[":old", "main"]);
        pushed.accepted_silently();
        let zero = "0".repeat(40);
        let expected = serde_json::json!([
            {"name": "refs/heads/old", "old": marks[":1"], "new": zero},
            {"name": "refs/heads/main", "old": zero, "new": marks[":1"]},
        ]);
        let mut refs = pushed.record()["refs"].as_array().cloned().unwrap_or_default();
        refs.sort_by_key(|entry| std::cmp::Reverse(entry["name"].to_string()));
        assert_eq!(serde_json::Value::Array(refs), expected);
        let repository = pushed.record()["repository"].to_string();
        assert!(repository.contains("server.git"), "{repository}");
    });
}

#[test]
fn a_site_says_object_commit_ref_path_line_and_column() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        let bad = Change::of([settings("src/a.env", &tokens::cloud(1))]);
        let bad = history.commit("refs/heads/topic", &[":1"], bad);
        history.commit("refs/heads/topic", &[&bad], Change::of([file("z", "later\n")]));
        let marks = lab.import(&history);
        lab.seed(&["main"]);
        let pushed = lab.push(&["topic"]);
        pushed.refused_in("blob", &[CLOUD]);
        let site = &pushed.sites()[0];
        assert_eq!(site["object"], lab.in_client(&["rev-parse", "topic:src/a.env"]));
        assert_eq!(site["commit"], *marks[&bad]);
        assert_eq!(site["ref"], "refs/heads/topic");
        assert_eq!(site["path"], "src/a.env");
        assert_eq!((site["line"].as_u64(), site["column"].as_u64()), (Some(3), Some(9)));
    });
}

#[test]
fn a_site_counts_lines_and_columns_as_git_grep_does() {
    both(|lab| {
        // The line before is long, and then the line itself.
        for (seed, end) in [(2, "\n  "), (3, "")] {
            let token = tokens::app_password(seed);
            let long = "long ".repeat(500);
            let text = format!("\u{e9}\u{e9}\n\n\r\n{long}{end}x = '{token}'\n");
            lab.import(&History::root(Change::of([file("a", text)])));
            let grep = lab.in_client(&["grep", "-n", "--column", "ATBB", "main"]);
            let mut parts = grep.split(':').skip(2);
            let line: u64 = parts.next().and_then(|n| n.parse().ok()).expect("a line number");
            let column: u64 = parts.next().and_then(|n| n.parse().ok()).expect("a column");
            let pushed = lab.push(&["--force", "main"]);
            pushed.refused_for(&[APP_PASSWORD]);
            let site = &pushed.sites()[0];
            let expected = (Some(line), Some(column));
            assert_eq!((site["line"].as_u64(), site["column"].as_u64()), expected);
        }
    });
}

#[test]
fn the_site_of_a_blob_at_several_paths_is_one_of_them() {
    both(|lab| {
        let token = tokens::cloud(3);
        lab.import(&History::root(Change::of([settings("x/a", &token), settings("y/b", &token)])));
        let pushed = lab.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        for site in pushed.sites() {
            let path = site["path"].as_str().unwrap_or_default();
            assert!(["x/a", "y/b"].contains(&path), "{}", pushed.told());
        }
    });
}

#[test]
fn a_fingerprint_is_the_same_in_each_push_of_one_installation_and_tells_nothing() {
    let lab = PushLab::configured("mode = \"monitor\"");
    let token = tokens::cloud(4);
    let mut history = History::root(Change::of([settings("a.env", &token)]));
    history.commit("refs/heads/other", &[], Change::of([file("b", format!("b={token}\n"))]));
    lab.import(&history);
    let first = lab.push(&["main"]).finding()["fingerprint"].clone();
    let second = lab.push(&["other"]).finding()["fingerprint"].clone();
    assert_eq!(first, second);
    let plain = crate::support::encode::hex(&crate::support::encode::sha1(token.as_bytes()));
    assert_ne!(first.as_str().map(|f| f[..16].to_owned()), Some(plain[..16].to_owned()));

    // Another installation must not be able to compare.
    let other = PushLab::configured("mode = \"monitor\"");
    other.import(&History::root(Change::of([settings("a.env", &token)])));
    let elsewhere = other.push(&["main"]).finding()["fingerprint"].clone();
    assert_ne!(first, elsewhere, "two installations share a fingerprint");
}

#[test]
fn every_push_has_an_id_and_a_time_of_its_own() {
    let lab = PushLab::new();
    let mut seen = HashSet::new();
    for index in 0..5 {
        let change = Change::of([file("a", format!("{index}\n"))]);
        lab.import(&History::root(change));
        let pushed = lab.push(&["--force", "main"]);
        pushed.accepted_silently();
        let id = pushed.record()["push"].as_str().unwrap_or_default().to_owned();
        assert!(seen.insert(id), "an id twice");
    }
}

#[test]
fn a_refused_push_is_recorded_before_the_hook_ends() {
    both(|lab| {
        lab.wrap_hook(&format!(
            "\"$HOOK\"; code=$?; cp '{}' '{}/copy' && exit $code",
            lab.audit.display(),
            lab.root().display()
        ));
        lab.import(&History::root(Change::of([settings("a", &tokens::cloud(5))])));
        lab.push(&["main"]).refused_for(&[CLOUD]);
        let copy = std::fs::read_to_string(lab.root().join("copy")).expect("the copy was made");
        assert_eq!(copy.lines().count(), 1);
    });
}

#[test]
fn the_rules_are_named_with_their_detectors() {
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([file("a", "one\n")])));
    let pushed = lab.push(&["main"]);
    let rules = &pushed.record()["rules"];
    assert!(rules["count"].as_u64() >= Some(11), "{rules}");
    assert!(!rules["digest"].as_str().unwrap_or_default().is_empty(), "{rules}");
    assert!(rules["detectors"].as_array().is_some_and(|list| !list.is_empty()), "{rules}");
}

#[test]
fn without_an_audit_path_nothing_is_written_and_the_gate_works() {
    let lab = PushLab::of(Setup { install: Install::Tool, ..Setup::default() });
    lab.configure_raw("mode = \"block\"\n");
    let mut history = History::root(Change::of([settings("a", &tokens::cloud(6))]));
    history.commit("refs/heads/clean", &[], Change::of([file("a", "one\n")]));
    lab.import(&history);
    let pushed = lab.push(&["main"]);
    assert!(!pushed.accepted && pushed.audit.is_none(), "{}", pushed.told());
    assert_eq!(pushed.hook_exit, Some(1), "{}", pushed.told());
    let pushed = lab.push(&["clean"]);
    assert!(pushed.accepted && pushed.audit.is_none(), "{}", pushed.told());
    assert!(!lab.audit.exists());
}

#[test]
fn records_are_appended_and_earlier_lines_stay() {
    let lab = PushLab::new();
    std::fs::write(&lab.audit, "a line of before\n").expect("the file can be written");
    lab.import(&History::root(Change::of([file("a", "one\n")])));
    lab.push(&["main"]).accepted_silently();
    let lines = lab.audit_lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0], "a line of before");
}

#[test]
fn a_pusher_whom_no_server_names_has_a_login_name_or_else_a_number() {
    let lab = PushLab::new();
    let mut ask = lab.command("sh");
    // The first line of the file that has the number.
    ask.args(["-c", "awk -F: -v id=\"$(id -u)\" '$3 == id { print $1; exit }' /etc/passwd"]);
    let name = crate::support::commands::run(ask, b"").text();
    let mut ask = lab.command("id");
    ask.arg("-u");
    let number = crate::support::commands::run(ask, b"").text();
    lab.import(&History::root(Change::of([file("a", "one\n")])));
    let pushed = lab.push(&["main"]);
    let expected = if name.is_empty() { number } else { name };
    assert_eq!(pushed.record()["pusher"]["name"], expected, "{}", pushed.told());
    assert_eq!(pushed.record()["pusher"]["source"], "uid", "{}", pushed.told());

    let pushed = lab.push_with(&["main:refs/heads/other"], |command| {
        command.env("REMOTE_USER", "alice");
    });
    assert_eq!(pushed.record()["pusher"]["name"], "alice", "{}", pushed.told());
    assert_eq!(pushed.record()["pusher"]["source"], "REMOTE_USER", "{}", pushed.told());
}
