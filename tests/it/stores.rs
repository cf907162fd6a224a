//! Servers of every make: with a work tree, with alternates, with graphs, indexes and bitmaps.

use std::path::PathBuf;

use crate::support::pack::{self, Kind, Pack};
use crate::support::tokens::CLOUD;
use crate::support::wire::Wire;
use crate::support::{
    Arrival, Change, Format, History, PushLab, RefStorage, Setup, both, commands, file, settings,
    source_text, tokens,
};

/// A history of some commits on `main`, known to the server; an old secret among it.
#[track_caller]
fn seeded(lab: &PushLab) {
    let mut history = History::root(Change::of([
        settings("old.env", &tokens::cloud(1)),
        file("big.rs", source_text(6000)),
    ]));
    let mut tip = String::from(":1");
    for index in 0..20 {
        let change = Change::of([file("a", format!("{index}\n"))]);
        tip = history.commit("refs/heads/main", &[&tip], change);
    }
    lab.import(&history);
    lab.seed(&["main"]);
}

/// A clean push and one with a secret, on top of what is there.
#[track_caller]
fn judge(lab: &PushLab, seed: u64) {
    let mut history = History::new();
    let clean = Change::of([file("new", format!("{seed}\n"))]);
    history.commit("refs/heads/clean", &["refs/heads/main"], clean);
    let evil = Change::of([settings("new.env", &tokens::cloud(seed))]);
    history.commit("refs/heads/evil", &["refs/heads/main"], evil);
    lab.import(&history);
    let pushed = lab.push(&["--force", "clean"]);
    pushed.accepted_silently();
    assert_eq!(pushed.coverage("objects"), 3, "{}", pushed.told());
    lab.push(&["evil"]).refused_in("blob", &[CLOUD]);
}

#[test]
fn a_server_with_a_work_tree_is_protected() {
    for (seed, arrival) in [(10, Arrival::Loose), (11, Arrival::Packed)] {
        let lab = PushLab::of(Setup { arrival, bare: false, ..Setup::default() });
        seeded(&lab);
        judge(&lab, seed);
    }
}

#[test]
fn a_linked_work_tree_of_the_server_is_no_hindrance() {
    both(|lab| {
        seeded(lab);
        let tree = lab.root().join("linked").display().to_string();
        lab.in_server(&["worktree", "add", "-q", &tree, "-b", "linked", "main"]);
        judge(lab, 12);
    });
}

#[test]
fn packed_refs_and_packed_objects_are_read() {
    both(|lab| {
        seeded(lab);
        lab.in_server(&["pack-refs", "--all", "--prune"]);
        lab.in_server(&["repack", "-q", "-adf"]);
        judge(lab, 13);
    });
}

/// The gate reads none of them: they may be old. This guards against whoever lets them answer.
#[test]
fn graphs_indexes_and_bitmaps_are_no_hindrance() {
    both(|lab| {
        seeded(lab);
        lab.in_server(&["repack", "-q", "-adb"]);
        lab.in_server(&["commit-graph", "write", "--reachable", "--changed-paths"]);
        lab.in_server(&["multi-pack-index", "write", "--bitmap"]);
        judge(lab, 14);
        lab.in_server(&["commit-graph", "write", "--reachable", "--split"]);
        judge(lab, 15);
    });
}

#[test]
fn several_packs_under_one_index_are_read() {
    both(|lab| {
        seeded(lab);
        lab.in_server(&["repack", "-q", "-d"]);
        let mut history = History::new();
        let more = Change::of([file("more", "more\n")]);
        history.commit("refs/heads/main", &["refs/heads/main"], more);
        lab.import(&history);
        lab.seed(&["main"]);
        lab.in_server(&["repack", "-q", "-d"]);
        lab.in_server(&["multi-pack-index", "write"]);
        judge(lab, 16);
    });
}

#[test]
fn a_stale_commit_graph_hides_nothing() {
    both(|lab| {
        seeded(lab);
        lab.in_server(&["commit-graph", "write", "--reachable"]);
        let mut history = History::new();
        let gone = Change::of([settings("gone.env", &tokens::cloud(17))]);
        history.commit("refs/heads/gone", &["refs/heads/main"], gone);
        lab.import(&history);
        lab.seed(&["gone"]);
        lab.in_server(&["commit-graph", "write", "--reachable"]);
        lab.in_server(&["update-ref", "-d", "refs/heads/gone"]);
        lab.push(&["gone"]).refused_in("blob", &[CLOUD]);
    });
}

/// A second repository whose objects the server borrows.
#[track_caller]
fn pool(lab: &PushLab, name: &str) -> PathBuf {
    lab.git(&["init", "-q", "--bare", "--template=", name]);
    lab.root().join(name)
}

fn borrow(from: &std::path::Path, by: &std::path::Path) {
    let info = by.join("objects/info");
    std::fs::create_dir_all(&info).expect("the repository is ours");
    let line = format!("{}\n", from.join("objects").display());
    std::fs::write(info.join("alternates"), line).expect("it can be written");
}

#[test]
fn objects_known_through_alternates_only_are_looked_at() {
    both(|lab| {
        let pool = pool(lab, "pool.git");
        borrow(&pool, &lab.server);
        lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(18))])));
        let to = pool.display().to_string();
        lab.in_client(&["push", "-q", &to, "main"]);
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn objects_known_through_alternates_of_alternates_are_looked_at() {
    both(|lab| {
        let near = pool(lab, "near.git");
        let far = pool(lab, "far.git");
        borrow(&near, &lab.server);
        borrow(&far, &near);
        lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(19))])));
        let to = far.display().to_string();
        lab.in_client(&["push", "-q", &to, "main"]);
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_clean_push_over_a_pool_is_silent_and_its_old_secret_stays_old() {
    both(|lab| {
        let pool = pool(lab, "pool.git");
        seeded(lab);
        let to = pool.display().to_string();
        lab.in_client(&["push", "-q", &to, "main"]);
        borrow(&pool, &lab.server);
        lab.in_server(&["repack", "-q", "-adl"]);
        judge(lab, 20);
    });
}

#[test]
fn a_pool_in_a_folder_with_an_odd_name_is_read() {
    both(|lab| {
        let pool = pool(lab, "odd \"pool\": x.git");
        lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(21))])));
        let to = pool.display().to_string();
        lab.in_client(&["push", "-q", &to, "main"]);
        // A relative line, and a comment, as git allows them.
        let info = lab.server.join("objects/info");
        std::fs::create_dir_all(&info).expect("the repository is ours");
        let text = "# borrowed\n../../odd \"pool\": x.git/objects\n";
        std::fs::write(info.join("alternates"), text).expect("it can be written");
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_server_in_a_folder_with_an_odd_name_is_protected() {
    for (seed, arrival) in [(22, Arrival::Loose), (23, Arrival::Packed)] {
        let lab = PushLab::of(Setup {
            arrival,
            folder: "odd \"server\": \\ x".to_owned(),
            ..Setup::default()
        });
        seeded(&lab);
        judge(&lab, seed);
        // What lies in that folder is found, too, when no ref reaches it any more.
        let mut history = History::new();
        let gone = Change::of([settings("gone.env", &tokens::cloud(seed + 100))]);
        history.commit("refs/heads/gone", &["refs/heads/main"], gone);
        lab.import(&history);
        lab.seed(&["gone"]);
        lab.in_server(&["update-ref", "-d", "refs/heads/gone"]);
        lab.push(&["gone"]).refused_in("blob", &[CLOUD]);
    }
}

#[test]
fn a_branch_that_only_a_symbolic_ref_names_is_known() {
    both(|lab| {
        seeded(lab);
        lab.in_server(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
        lab.in_server(&["symbolic-ref", "refs/heads/nowhere", "refs/heads/not-there"]);
        judge(lab, 24);
    });
}

#[test]
fn a_detached_head_of_the_server_counts_as_known_or_not_but_never_fails() {
    both(|lab| {
        seeded(lab);
        let id = lab.in_client(&["rev-parse", "main"]);
        lab.in_server(&["update-ref", "--no-deref", "HEAD", &id]);
        judge(lab, 25);
    });
}

#[test]
fn many_known_refs_are_no_hindrance() {
    both(|lab| {
        seeded(lab);
        let id = lab.in_client(&["rev-parse", "main"]);
        let mut refs = String::from("# pack-refs with: peeled fully-peeled sorted \n");
        for index in 0..20_000 {
            refs += &format!("{id} refs/pull/{index:05}/head\n");
        }
        lab.in_server(&["pack-refs", "--all"]);
        let path = lab.server.join("packed-refs");
        let main = format!("{id} refs/heads/main\n");
        let head = "# pack-refs with: peeled fully-peeled sorted \n";
        std::fs::write(path, refs.replacen(head, &format!("{head}{main}"), 1)).expect("it is ours");
        judge(lab, 26);
    });
}

#[test]
fn a_namespace_is_no_hindrance() {
    both(|lab| {
        seeded(lab);
        let mut history = History::new();
        let evil = Change::of([settings("new.env", &tokens::cloud(27))]);
        history.commit("refs/heads/evil", &["refs/heads/main"], evil);
        lab.import(&history);
        lab.push_with(&["evil"], |command| {
            command.env("GIT_NAMESPACE", "team");
        })
        .refused_in("blob", &[CLOUD]);
        let pushed = lab.push_with(&["main"], |command| {
            command.env("GIT_NAMESPACE", "team");
        });
        pushed.accepted_silently();
    });
}

#[test]
fn leftovers_of_a_crashed_push_are_no_hindrance() {
    both(|lab| {
        seeded(lab);
        let left = lab.server.join("objects/tmp_objdir-incoming-AbCdEf/pack");
        std::fs::create_dir_all(&left).expect("the repository is ours");
        std::fs::write(left.join("tmp_pack_x"), "half a pack").expect("it can be written");
        std::fs::write(lab.server.join("objects/pack/tmp_idx_x"), "").expect("it can be written");
        judge(lab, 28);
    });
}

/// Whether the git of this machine can keep refs in tables (2.45 and newer can).
fn git_knows_reftable() -> bool {
    let folder = tempfile::TempDir::new().expect("a temporary folder can be made");
    let mut command = commands::command("git", folder.path());
    command.args(["init", "-q", "--bare", "--template=", "--ref-format=reftable"]);
    command.arg(folder.path());
    let ended = commands::run(command, b"");
    let says = ended.all_text();
    // Nothing else may be taken for a git that is too old.
    assert!(ended.code() == 0 || says.contains("unknown"), "{says}");
    ended.code() == 0
}

/// What the hook has to ask git for refs is the same for every way to keep them.
#[track_caller]
fn refs_told_by_git_are_believed(lab: &PushLab, seed: u64) {
    seeded(lab);
    judge(lab, seed);
    // No ref reaches this any more: what the store has is looked at again.
    let mut history = History::new();
    let gone = Change::of([settings("gone.env", &tokens::cloud(seed + 1))]);
    history.commit("refs/heads/gone", &["refs/heads/main"], gone);
    lab.import(&history);
    lab.seed(&["gone"]);
    lab.push(&["gone:refs/heads/copy"]).accepted_silently();
    lab.in_server(&["update-ref", "-d", "refs/heads/gone"]);
    lab.in_server(&["update-ref", "-d", "refs/heads/copy"]);
    lab.push(&["gone"]).refused_in("blob", &[CLOUD]);
    lab.push(&["main:refs/heads/again"]).accepted_silently();
    lab.push(&[":again"]).accepted_silently();
    // The git that is asked hears nothing of what the environment says to ours.
    lab.wrap_hook("export GIT_CONFIG_COUNT=garbage; exec \"$HOOK\" \"$@\"");
    lab.push(&["main:refs/heads/asked"]).accepted_silently();
    // Without a git there is nobody to ask.
    lab.wrap_hook("PATH=/nowhere; export PATH; exec \"$HOOK\" \"$@\"");
    lab.push(&["main:refs/heads/again"]).gate_failed().says("git");
}

#[test]
fn a_server_whose_refs_stand_in_tables_is_protected_or_git_itself_refuses() {
    if git_knows_reftable() {
        for (seed, arrival, format) in [
            (29, Arrival::Loose, Format::Sha1),
            (31, Arrival::Packed, Format::Sha1),
            (33, Arrival::Packed, Format::Sha256),
        ] {
            let ref_storage = RefStorage::Reftable;
            let lab = PushLab::of(Setup { arrival, format, ref_storage, ..Setup::default() });
            assert!(lab.server.join("reftable/tables.list").is_file());
            refs_told_by_git_are_believed(&lab, seed);
            assert!(!lab.server.join("packed-refs").exists());
        }
        return;
    }
    // This git has no tables. Where it is told of them as of something that it may overlook, the
    // hook takes them seriously, and asks.
    for (seed, arrival) in [(29, Arrival::Loose), (31, Arrival::Packed)] {
        let lab = PushLab::of(Setup { arrival, ..Setup::default() });
        lab.in_server(&["config", "extensions.refStorage", "reftable"]);
        refs_told_by_git_are_believed(&lab, seed);
    }
    // Where it may not overlook them, git takes no push, and no hook runs.
    let lab = PushLab::packed();
    seeded(&lab);
    let text = "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\trefStorage = reftable\n";
    crate::support::lab::append(&lab.server.join("config"), text);
    let ended = lab.push_raw("main:refs/heads/new");
    assert!(ended.code() != 0 && ended.all_text().contains("refstorage"), "{}", ended.all_text());
    assert_eq!(lab.audit_lines(), Vec::<String>::new());
}

/// Makes the server a partial clone that has no blob but knows `main`, which has been changed
/// once, and the history of `refs` that no ref of its own reaches. Gives the file that is there
/// as soon as anybody has fetched.
#[track_caller]
fn partial(lab: &PushLab, refs: &[&str]) -> PathBuf {
    let origin = pool(lab, "origin.git");
    seeded_elsewhere(lab, &origin, refs);
    let (fetched, upload) = (lab.root().join("fetched"), lab.root().join("upload-pack"));
    let text = format!("#!/bin/sh\n: > '{}'\nexec git-upload-pack \"$@\"\n", fetched.display());
    crate::support::lab::write_executable(&upload, text);
    crate::support::lab::append(
        &lab.server.join("config"),
        &format!(
            "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpartialClone = origin\n\
             [remote \"origin\"]\n\turl = {}\n\tuploadpack = {}\n\tpromisor = true\n\
             \tpartialCloneFilter = blob:none\n",
            origin.display(),
            upload.display()
        ),
    );
    let all = "refs/heads/*:refs/heads/*";
    lab.in_server(&["fetch", "-q", "--filter=blob:none", "origin", all]);
    for name in refs {
        lab.in_server(&["update-ref", "-d", name]);
    }
    std::fs::remove_file(&fetched).expect("the one fetch was seen");
    let mut missing = lab.command("git");
    missing.arg("--git-dir").arg(&lab.server).args(["cat-file", "-e", "main:a"]);
    missing.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "none");
    assert_ne!(commands::run(missing, b"").code(), 0, "the server lacks blobs");
    drop(std::fs::remove_file(&fetched));
    fetched
}

#[track_caller]
fn seeded_elsewhere(lab: &PushLab, origin: &std::path::Path, refs: &[&str]) {
    let mut history = History::root(Change::of([
        settings("old.env", &tokens::cloud(40)),
        file("a", "one\n"),
        file("src/b", "b\n"),
    ]));
    history.commit("refs/heads/main", &[":1"], Change::of([file("a", "two\n")]));
    lab.import(&history);
    let to = origin.display().to_string();
    lab.in_client(&[&["push", "-q", &to, "main"], refs].concat());
    for allowed in ["allowFilter", "allowAnySHA1InWant"] {
        let git_dir = format!("--git-dir={to}");
        lab.git(&[&git_dir, "config", &format!("uploadpack.{allowed}"), "true"]);
    }
}

#[test]
fn a_partial_clone_takes_what_needs_nothing_that_is_missing() {
    both(|lab| {
        let fetched = partial(lab, &[]);
        let mut history = History::new();
        let clean = Change::of([file("src/new", "new\n")]);
        history.commit("refs/heads/clean", &["refs/heads/main"], clean);
        let evil = Change::of([settings("src/new.env", &tokens::cloud(41))]);
        history.commit("refs/heads/evil", &["refs/heads/main"], evil);
        // What stood in the file before cannot be seen, so that nothing in it is old.
        let both = Change::of([file("old.env", format!("t = {}\n# more\n", tokens::cloud(40)))]);
        history.commit("refs/heads/both", &["refs/heads/main"], both);
        lab.import(&history);
        let pushed = lab.push(&["--no-thin", "clean"]);
        assert_eq!(pushed.accepted_silently().coverage("objects"), 4, "{}", pushed.told());
        // A file comes back: its blob is missing, and old.
        let [parent, old] = ["main", "main~1:a"].map(|spec| lab.in_client(&["rev-parse", spec]));
        let mut pack = Pack::new();
        let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"a", &old)]));
        let tip = pack.add(Kind::Commit, pack::commit(&tree, &[&parent], "back\n"));
        let pushed = Wire::new().create("refs/heads/back", &tip).pack(&pack).send(lab);
        assert_eq!(pushed.accepted_silently().coverage("objects"), 2, "{}", pushed.told());
        lab.push(&["--no-thin", "evil"]).refused_in("blob", &[CLOUD]);
        let pushed = lab.push(&["--no-thin", "both"]);
        pushed.refused_in("blob", &[CLOUD]);
        assert_eq!(pushed.finding()["state"], "introduced", "{}", pushed.told());
        assert!(!fetched.exists(), "somebody fetched");
    });
}

#[test]
fn what_a_partial_clone_lacks_is_undecided_and_named_and_never_fetched() {
    both(|lab| {
        let mut history = History::root(Change::of([settings("x.env", &tokens::cloud(42))]));
        history.reset("refs/heads/hidden", ":1");
        let marks = lab.import(&history);
        let evil = lab.in_client(&["rev-parse", "hidden:x.env"]);
        let fetched = partial(lab, &["refs/heads/hidden"]);
        let refused = |pushed: &crate::support::Pushed, path: &str| {
            pushed.refused_undecided().says(&format!("  {path} (object-missing)"));
            let undecided = pushed.record()["undecided"].as_array().expect("a list");
            assert_eq!(undecided.len(), 1, "{}", pushed.told());
            assert_eq!(undecided[0]["cause"], "object-missing", "{}", pushed.told());
            assert_eq!(undecided[0]["object"], *evil, "{}", pushed.told());
            assert_eq!(undecided[0]["path"], *path, "{}", pushed.told());
            assert!(!fetched.exists(), "somebody fetched");
        };
        // A new tree names it.
        let parent = lab.in_client(&["rev-parse", "main"]);
        let mut pack = Pack::new();
        let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"b", &evil)]));
        let tip = pack.add(Kind::Commit, pack::commit(&tree, &[&parent], "names it\n"));
        refused(&Wire::new().update(&parent, &tip, "refs/heads/main").pack(&pack).send(lab), "b");
        // A new commit builds on one that has it. (Where nothing at all is sent, git waits for
        // itself: its own check forgets to close a pipe when another server promised the tip.)
        let mut pack = Pack::new();
        let tree = lab.in_client(&["rev-parse", "main^{tree}"]);
        let tip = pack.add(Kind::Commit, pack::commit(&tree, &[&marks[":1"]], "on top\n"));
        let again = Wire::new().create("refs/heads/again", &tip).pack(&pack);
        refused(&again.send(lab), "x.env");
        assert!(!lab.server_has("refs/heads/again"));
    });
}
