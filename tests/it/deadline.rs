//! Time runs out: what was not looked at by then is undecided, counted and said; never a pass,
//! never a hang.

use std::time::Duration;

use crate::support::archive::packed;
use crate::support::encode::base64;
use crate::support::pack::{self, Kind, Pack};
use crate::support::tokens::CLOUD;
use crate::support::wire::Wire;
use crate::support::{
    Arrival, Change, History, PushLab, Pushed, Setup, both, file, settings, source_text, tokens,
};

/// How much later than its deadline a hook may end on a machine that does other things, too.
const SLACK: Duration = Duration::from_millis(1500);

/// A laboratory with this configuration, whose repositories do not spend time on compression.
#[track_caller]
fn lab(arrival: Arrival, config: &str) -> PushLab {
    let lab = PushLab::of(Setup { arrival, config: config.to_owned(), ..Setup::default() });
    lab.in_server(&["config", "core.compression", "0"]);
    lab.in_client(&["config", "core.compression", "0"]);
    lab
}

/// Refused because the time ran out, which is said with what to do, and counted.
#[track_caller]
fn out_of_time(pushed: &Pushed) -> u64 {
    pushed.refused_undecided().says("out-of-time").says("deadline_ms").says("git push origin");
    let unfinished = pushed.coverage("unfinished");
    assert_ne!(unfinished, 0, "{}", pushed.told());
    assert!(pushed.coverage("bytes_searched") < pushed.coverage("bytes"), "{}", pushed.told());
    unfinished
}

/// The hook ended in time.
#[track_caller]
fn ended_by(pushed: &Pushed, deadline_ms: u64) {
    let total = Duration::from_micros(
        pushed.record()["timing_us"]["total"].as_u64().expect("a record was checked"),
    );
    let deadline = Duration::from_millis(deadline_ms);
    assert!(total < deadline + SLACK, "{total:?} of {deadline:?}: {}", pushed.told());
}

fn three_commits() -> History {
    let mut history = History::root(Change::of([file("a", "one\n"), file("b", "one\n")]));
    history.commit("refs/heads/main", &[":1"], Change::of([file("a", "two\n")]));
    history.commit("refs/heads/main", &[":2"], Change::of([file("a", "three\n")]));
    history
}

/// A text that takes long: in each line something that must be judged, and is nothing.
fn slow_text(seed: usize, lines: usize) -> String {
    let line = |line: usize| {
        let account = base64(format!("user{seed}.{line}@example.test:changeme{seed}").as_bytes());
        format!("Authorization: Basic {account}\n")
    };
    (0..lines).map(line).collect()
}

#[test]
fn without_any_time_everything_is_counted_and_nothing_passes() {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = lab(arrival, "deadline_ms = 1");
        lab.import(&three_commits());
        let pushed = lab.push(&["main"]);
        let listed = lab.in_client(&["rev-list", "--objects", "--no-object-names", "main"]);
        let objects = listed.lines().count() as u64;
        assert_eq!(out_of_time(&pushed), objects, "{}", pushed.told());
        assert_eq!(pushed.coverage("objects"), objects, "{}", pushed.told());
        assert_eq!(pushed.coverage("bytes_searched"), 0, "{}", pushed.told());
        let kinds = ["blobs", "commits", "trees"].map(|kind| pushed.coverage(kind));
        assert_eq!(kinds, [3, 3, 3], "{}", pushed.told());
        assert_eq!(pushed.coverage("skipped"), 0, "{}", pushed.told());
        assert!(!lab.server_has("refs/heads/main"));
    }
}

#[test]
fn without_any_time_a_name_for_what_is_there_already_does_not_pass_either() {
    both(|lab| {
        lab.import(&three_commits());
        lab.push(&["main"]).accepted_silently();
        lab.configure("deadline_ms = 1");
        lab.push(&["main:next"]).refused_undecided().says("out-of-time");
        // There is nothing to look at in this one.
        assert!(lab.push(&["--delete", "main"]).accepted);
    });
}

#[test]
fn what_the_time_did_not_suffice_for_passes_if_policy_says_so_and_is_counted_as_skipped() {
    let lab = lab(Arrival::Packed, "deadline_ms = 1\n[policy]\nundecided = \"warn\"");
    lab.import(&three_commits());
    let pushed = lab.push(&["main"]);
    pushed.accepted_with_warning();
    assert_eq!(pushed.coverage("unfinished"), 9, "{}", pushed.told());
    assert_eq!(pushed.coverage("skipped"), 9, "{}", pushed.told());
}

#[test]
fn a_few_objects_are_named_and_of_many_there_is_the_number() {
    let lab = lab(Arrival::Packed, "deadline_ms = 1");
    lab.import(&History::root(Change::of([file("a", "one\n")])));
    let pushed = lab.push(&["main"]);
    assert_eq!(out_of_time(&pushed), 3);
    let undecided = pushed.record()["undecided"].as_array().expect("a record was checked");
    let named = undecided.iter().filter(|open| open["object"].is_string()).count();
    assert_eq!(named, 3, "{}", pushed.told());

    let entries: Vec<_> =
        (0..1200).map(|index| file(format!("f{index}"), index.to_string())).collect();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    assert_eq!(out_of_time(&pushed), 1202);
    pushed.says("deadline_ms = 1: 1,202 of 1,202 objects were not checked");
}

#[test]
fn a_deadline_that_suffices_changes_nothing() {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = lab(arrival, "deadline_ms = 60000");
        lab.import(&three_commits());
        let pushed = lab.push(&["main"]);
        pushed.accepted_silently();
        assert_eq!(pushed.coverage("unfinished"), 0);
        assert_eq!(pushed.record()["deadline_ms"], 60_000, "{}", pushed.told());
        assert_eq!(pushed.record()["profile"], "plain", "{}", pushed.told());
    }
}

#[test]
fn the_profile_sets_the_deadline_and_is_known_by_what_the_server_sets() {
    let lab = PushLab::new();
    lab.import(&three_commits());
    let check = |config: &str, variables: &[(&str, &str)], profile: &str, deadline_ms: u64| {
        lab.configure(config);
        let pushed = lab.push_with(&["--force", "main"], |command| {
            command.envs(variables.iter().copied());
        });
        assert!(pushed.accepted, "{}", pushed.told());
        // A push of nothing new runs no hook.
        lab.in_server(&["update-ref", "-d", "refs/heads/main"]);
        assert_eq!(pushed.record()["profile"], profile, "{}", pushed.told());
        assert_eq!(pushed.record()["deadline_ms"], deadline_ms, "{}", pushed.told());
    };
    let github = &[("GITHUB_REPO_NAME", "o/r"), ("GITHUB_USER_LOGIN", "ada")];
    check("", &[], "plain", 300_000);
    check("", github, "github-enterprise", 4000);
    check("profile = \"gitea\"", github, "gitea", 300_000);
    check("profile = \"github-enterprise\"", &[], "github-enterprise", 4000);
    check("deadline_ms = 9000", github, "github-enterprise", 9000);
    check("[limits]\npush_duration_ms_max = 9001", github, "github-enterprise", 9001);
    check("", &[("GL_REPOSITORY", "project-1"), ("GL_PROTOCOL", "web")], "gitlab", 50_000);
}

#[test]
fn a_wrong_profile_names_the_right_ones() {
    let lab = PushLab::new();
    lab.import(&three_commits());
    lab.configure("mode = \"block\"\nprofile = \"github\"");
    let pushed = lab.push(&["main"]);
    pushed.gate_failed();
    let told =
        pushed.remote.iter().map(|line| line.trim_start_matches([' ', '>'])).collect::<Vec<_>>();
    let told = told.join(" ");
    for words in ["line 2", "profile", "`plain`, `github-enterprise`, `gitlab`, `bitbucket`"] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

/// Many objects that take long, before the content of the tip in the order of the pack.
fn slow_pack(secret: &str, objects: usize) -> (Pack, String) {
    let mut pack = Pack::new();
    let blobs: Vec<String> =
        (0..objects).map(|seed| pack.add(Kind::Blob, slow_text(seed, 200))).collect();
    let names: Vec<String> = (0..objects).map(|index| format!("f{index:06}")).collect();
    let entries: Vec<(&str, &[u8], &str)> = names
        .iter()
        .zip(&blobs)
        .map(|(name, id)| ("100644", name.as_bytes(), id.as_str()))
        .collect();
    let old_tree = pack.add(Kind::Tree, pack::tree(&entries));
    let old = pack.add(Kind::Commit, pack::commit(&old_tree, &[], "old\n"));
    let content = format!("# settings\nname = demo\ntoken = {secret}\n");
    let blob = pack.add(Kind::Blob, content);
    let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"a.env", &blob)]));
    let tip = pack.add(Kind::Commit, pack::commit(&tree, &[&old], "tip\n"));
    (pack, tip)
}

#[test]
fn what_stands_at_the_tips_comes_first_when_the_time_does_not_suffice() {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = lab(arrival, "deadline_ms = 2000\n[limits]\nthreads_per_push_max = 1");
        let (pack, tip) = slow_pack(&tokens::cloud(1), 12000);
        let pushed = Wire::new().create("refs/heads/main", &tip).pack(&pack).send(&lab);
        pushed.refused_for(&[CLOUD]).says("a.env:3").says("Not checked to the end");
        assert_ne!(pushed.coverage("unfinished"), 0, "the test is too small: {}", pushed.told());
        assert_eq!(pushed.coverage("objects"), 12005, "{}", pushed.told());
        ended_by(&pushed, 2000);
    }
}

#[test]
fn many_slow_objects_end_in_time() {
    for (arrival, threads) in [(Arrival::Loose, 1), (Arrival::Packed, 1), (Arrival::Packed, 4)] {
        let config = format!("deadline_ms = 1000\n[limits]\nthreads_per_push_max = {threads}");
        let lab = lab(arrival, &config);
        let (pack, tip) = slow_pack("none", 6000);
        let pushed = Wire::new().create("refs/heads/main", &tip).pack(&pack).send(&lab);
        out_of_time(&pushed);
        ended_by(&pushed, 1000);
        // The next one has the same time, and no more.
        lab.configure("deadline_ms = 600\nmode = \"warn\"");
        let pushed = Wire::new().create("refs/heads/main", &tip).pack(&pack).send(&lab);
        pushed.accepted_with_warning();
        assert_eq!(pushed.coverage("skipped"), pushed.coverage("unfinished"), "{}", pushed.told());
        ended_by(&pushed, 600);
    }
}

#[test]
fn one_large_blob_is_left_in_the_middle_and_named() {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = lab(arrival, "deadline_ms = 500");
        lab.in_client(&["config", "core.bigFileThreshold", "1m"]);
        // Nothing in it is a candidate, and everything must be read in other ways.
        let text = r"\u0041\x41&#65;".repeat(4_500_000);
        lab.import(&History::root(Change::of([file("big.sql", text)])));
        let pushed = lab.push(&["main"]);
        // Commit and tree may come before it or behind it.
        assert!((1..=3).contains(&out_of_time(&pushed)), "{}", pushed.told());
        pushed.says("big.sql (out-of-time)");
        ended_by(&pushed, 500);
    }
}

#[test]
fn an_archive_is_left_in_the_middle() {
    // Each of them unpacks to more than can be looked at in the time.
    let zeros = "head -c 150000000 /dev/zero";
    let scripts = [
        format!("{zeros} | gzip -9 -c"),
        format!("{zeros} | xz -c"),
        format!("{zeros} | zstd -q -c"),
        format!("for i in 1 2 3 4 5 6 7 8; do {zeros} > $i; done; zip -q -1 - 1 2 3 4 5 6 7 8"),
    ];
    for script in scripts {
        let lab = lab(Arrival::Packed, "deadline_ms = 300");
        let archive = packed(&lab, &[("x", b"x")], &script);
        let entries: Vec<_> = (0..8)
            .map(|index| file(format!("{index}.bin"), [&archive[..], &[index]].concat()))
            .collect();
        lab.import(&History::root(Change::of(entries)));
        let pushed = lab.push(&["main"]);
        out_of_time(&pushed);
        ended_by(&pushed, 300);
    }
}

#[test]
fn a_long_chain_of_large_deltas_is_left_in_the_middle() {
    let lab = lab(Arrival::Packed, "deadline_ms = 500\n[limits]\nforest_bytes_max = 1000000");
    let size = 12_000_000;
    let mut pack = Pack::new();
    let mut place =
        pack.add_at(Kind::Blob, source_text(size).as_bytes().get(..size).expect("long"));
    let mut content = source_text(size).into_bytes();
    content.truncate(size);
    for index in 0..150_usize {
        let fresh = format!("{index:>9}\n");
        let delta = pack::Delta::from(size)
            .copy(0, 5_000_000)
            .insert(fresh.as_bytes())
            .copy(5_000_010, size - 5_000_010);
        place = pack.add_offset_delta(place, &delta);
        content[5_000_000..5_000_010].copy_from_slice(fresh.as_bytes());
    }
    let blob = pack::id(Kind::Blob, &content);
    let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"big.sql", &blob)]));
    let tip = pack.add(Kind::Commit, pack::commit(&tree, &[], "x\n"));
    let pushed = Wire::new().create("refs/heads/main", &tip).pack(&pack).send(&lab);
    out_of_time(&pushed);
    ended_by(&pushed, 500);
}

#[test]
fn what_was_found_is_judged_in_time_or_undecided() {
    // Far more secrets than can be judged, each of them sure.
    let limits = "[limits]\nthreads_per_push_max = 1\nfindings_per_push_max = 1000000";
    let lab = lab(Arrival::Packed, &format!("deadline_ms = 400\n{limits}"));
    let entries: Vec<_> = (0..400)
        .map(|index: u64| {
            let lines: Vec<String> =
                (0..250).map(|line| tokens::app_password(20_000 + index * 250 + line)).collect();
            file(format!("f{index}"), lines.join("\n"))
        })
        .collect();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    pushed.refused_somehow();
    let undecided = pushed.record()["undecided"].to_string();
    assert!(undecided.contains("out-of-time"), "{}", pushed.record()["coverage"]);
    ended_by(&pushed, 400);
}

#[test]
fn a_locked_audit_file_is_not_waited_for_longer_than_there_is_time() {
    let lab = lab(Arrival::Packed, "deadline_ms = 700\n[policy]\nerror = \"warn\"");
    lab.import(&three_commits());
    std::fs::write(&lab.audit, b"").expect("the laboratory is ours");
    let file = std::fs::File::open(&lab.audit).expect("it was just made");
    file.lock().expect("nobody else has it");
    let begin = std::time::Instant::now();
    let ended = lab.push_raw("main");
    assert!(ended.all_text().contains("could not be recorded"), "{}", ended.all_text());
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

/// Ten thousand objects and some more.
fn ten_thousand_objects() -> History {
    let mut entries: Vec<_> = (0..10_100)
        .map(|index| file(format!("d{}/f{index}", index % 100), index.to_string()))
        .collect();
    entries.push(settings("a.env", &tokens::cloud(7)));
    History::root(Change::of(entries))
}

/// The lines that the server sent.
fn remote(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("remote: "))
        .map(|line| line.trim_end().to_owned())
        .collect()
}

#[test]
fn who_waits_for_a_large_push_is_told_how_far_it_is() {
    let lab = lab(Arrival::Packed, "[message]\nprogress_after_ms = 1");
    lab.import(&ten_thousand_objects());
    let lines = remote(&lab.push_raw("main").all_text());
    let told = lines.iter().take_while(|line| line.starts_with("pushgate: checked ")).count();
    assert!(told >= 1, "{lines:#?}");
    assert!(lines[0].ends_with(" objects ..."), "{lines:#?}");
    assert!(lines[0].contains(" of 10,203 "), "{lines:#?}");
    assert!(lines[told].starts_with("pushgate: push refused: 1 secret found ["), "{lines:#?}");
    assert!(lines.iter().all(|line| line.len() <= 72), "{lines:#?}");
}

#[test]
fn the_verdict_is_the_first_line_unless_the_push_takes_long() {
    let lab = lab(Arrival::Packed, "");
    lab.import(&ten_thousand_objects());
    lab.push(&["main"]).refused_for(&[CLOUD]);
    lab.configure("[message]\nprogress_after_ms = 0");
    lab.push(&["main"]).refused_for(&[CLOUD]);
}

#[test]
fn a_small_push_and_one_that_is_made_on_the_web_are_not_told_of() {
    let lab = lab(Arrival::Packed, "[message]\nprogress_after_ms = 1");
    lab.import(&three_commits());
    lab.push(&["main"]).accepted_silently();
    lab.import(&ten_thousand_objects());
    let pushed = lab.push_with(&["--force", "main"], |command| {
        command.env("GL_REPOSITORY", "project-1").env("GL_PROTOCOL", "web");
    });
    pushed.refused_for(&[CLOUD]);
}

#[test]
fn doctor_says_how_long_a_push_may_take_and_knows_what_the_server_would_not_wait_for() {
    let lab = PushLab::new();
    let check = |config: &str, code: i32, words: &str| {
        lab.configure(config);
        let ended = lab.run_tool(&["doctor"], &[]);
        assert_eq!(ended.code(), code, "{}", ended.all_text());
        assert!(ended.all_text().contains(words), "{words}: {}", ended.all_text());
    };
    check("", 0, "time for a push: 300000 ms; less where a server ends hooks");
    check("deadline_ms = 70000", 0, "70000 ms");
    check("profile = \"github-enterprise\"", 0, "4000 ms (profile github-enterprise)");
    let late = "profile = \"github-enterprise\"\ndeadline_ms = 9000";
    check(late, 1, "ends hooks after 5000 ms");
}
