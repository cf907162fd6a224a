//! Servers of every make: with a work tree, with alternates, with graphs, indexes and bitmaps.

use std::path::PathBuf;

use crate::support::tokens::CLOUD;
use crate::support::{
    Arrival, Change, History, PushLab, Setup, both, file, settings, source_text, tokens,
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
