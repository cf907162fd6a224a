//! Ref names, deletions, many refs, and refs at what the server already has.

use crate::support::pack::{self, Delta, Kind, Pack};
use crate::support::tokens::{APP_PASSWORD, CLOUD};
use crate::support::wire::{Wire, ZERO};
use crate::support::{Arrival, Change, History, PushLab, Setup, both, file, settings, tokens};

/// A pack of one clean commit, and the commit's id.
fn clean_pack() -> (Pack, String) {
    let mut pack = Pack::new();
    let blob = pack.add(Kind::Blob, "clean\n");
    let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"a", &blob)]));
    let commit = pack.add(Kind::Commit, pack::commit(&tree, &[], "clean\n"));
    (pack, commit)
}

#[test]
fn a_secret_in_the_name_of_a_new_branch_or_tag_is_refused() {
    both(|lab| {
        lab.import(&History::root(Change::of([file("a", "one\n")])));
        lab.seed(&["main"]);
        lab.push(&[&format!("main:refs/heads/fix.{}", tokens::app_password(1))])
            .refused_in("ref-name", &[APP_PASSWORD]);
        lab.push(&[&format!("main:refs/tags/{}", tokens::cloud(2))])
            .refused_in("ref-name", &[CLOUD]);
        lab.push(&[&format!("main:refs/heads/a/{}/b", tokens::app_password(3))])
            .refused_in("ref-name", &[APP_PASSWORD]);
    });
}

#[test]
fn a_branch_with_a_secret_in_its_name_can_be_deleted() {
    both(|lab| {
        lab.import(&History::root(Change::of([file("a", "one\n")])));
        let name = format!("refs/heads/{}", tokens::app_password(4));
        lab.seed(&["main", &format!("main:{name}")]);
        let pushed = lab.push(&[&format!(":{name}")]);
        assert!(pushed.accepted, "{}", pushed.told());
        assert!(!lab.server_has(&name));
    });
}

#[test]
fn a_secret_in_a_ref_name_that_no_git_client_would_send_is_refused() {
    both(|lab| {
        let (pack, commit) = clean_pack();
        for (index, form) in ["with space {} x", "a..{}", "~^: {}", "{}.lock"].iter().enumerate() {
            let name = form.replace("{}", &tokens::app_password(10 + index as u64));
            Wire::new()
                .create(format!("refs/heads/{name}"), &commit)
                .pack(&pack)
                .send(lab)
                .refused_in("ref-name", &[APP_PASSWORD]);
        }
        let mut name = b"refs/heads/caf\xe9".to_vec();
        name.extend(tokens::app_password(20).bytes());
        name.extend(b"-\xff");
        Wire::new()
            .create(name, &commit)
            .pack(&pack)
            .send(lab)
            .refused_in("ref-name", &[APP_PASSWORD]);
    });
}

#[test]
fn odd_ref_names_without_a_secret_are_looked_at_and_let_through() {
    let names: [&[u8]; 5] = [
        b"refs/heads/with space",
        b"refs/heads/caf\xe9\xff",
        b"refs/heads/a..b",
        b"refs/heads/\x1b[31mred\x07",
        b"not-under-refs",
    ];
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = &PushLab::of(Setup { arrival, noisy: true, ..Setup::default() });
        let (pack, commit) = clean_pack();
        for name in names {
            // Whether git then takes such a name is git's affair; the hook must not fail over it.
            let pushed = Wire::new().create(name, &commit).pack(&pack).send(lab);
            assert_eq!(pushed.hook_exit, Some(0), "{name:?}: {}", pushed.told());
            assert_eq!(pushed.record()["reason"], "clean", "{name:?}");
        }
    }
}

#[test]
fn a_line_end_in_a_ref_name_is_no_way_in() {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = &PushLab::of(Setup { arrival, noisy: true, ..Setup::default() });
        let (pack, commit) = clean_pack();
        Wire::new().create("refs/heads/a\nb", &commit).pack(&pack).send(lab).gate_failed();
        let mut pack = Pack::new();
        let blob = pack.add(Kind::Blob, format!("t = {}\n", tokens::cloud(29)));
        let name = format!("refs/tags/a\n{blob} {ZERO} refs/tags/a");
        let pushed = Wire::new().create(name, &blob).pack(&pack).send(lab);
        assert!(matches!(pushed.hook_exit, Some(1 | 2)), "{}", pushed.told());
    }
}

#[test]
fn what_is_behind_an_odd_ref_name_is_looked_at() {
    both(|lab| {
        let mut pack = Pack::new();
        let blob = pack.add(Kind::Blob, format!("t = {}\n", tokens::cloud(30)));
        let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"a", &blob)]));
        let commit = pack.add(Kind::Commit, pack::commit(&tree, &[], "x\n"));
        for name in [&b"refs/heads/with two  spaces"[..], b"refs/heads/\xfe\xff", b" ", b"HEAD"] {
            Wire::new().create(name, &commit).pack(&pack).send(lab).refused_for(&[CLOUD]);
        }
    });
}

#[test]
fn a_deletion_as_first_line_does_not_hide_what_follows() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.reset("refs/heads/aaa", ":1");
        history.commit("refs/heads/zzz", &[":1"], Change::of([settings("b", &tokens::cloud(31))]));
        let marks = lab.import(&history);
        lab.seed(&["main", "aaa"]);
        lab.push(&["--atomic", ":aaa", "zzz"]).refused_for(&[CLOUD]);
        assert!(lab.server_has("refs/heads/aaa"), "a refused push deletes nothing");

        // Our own client certainly sends the deletion first.
        let mut pack = Pack::new();
        let blob = pack.add(Kind::Blob, format!("t = {}\n", tokens::cloud(32)));
        Wire::new()
            .update(&marks[":1"], ZERO, "refs/heads/aaa")
            .create("refs/tags/data", &blob)
            .pack(&pack)
            .send(lab)
            .refused_for(&[CLOUD]);
    });
}

#[test]
fn one_bad_ref_among_two_thousand_is_found() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        for index in 0..2000 {
            history.reset(&format!("refs/heads/t/{index:04}"), ":1");
        }
        history.commit(
            "refs/heads/t/1234",
            &[":1"],
            Change::of([settings("b", &tokens::cloud(33))]),
        );
        lab.import(&history);
        let pushed = lab.push(&["refs/heads/t/*:refs/heads/t/*"]);
        pushed.refused_in("blob", &[CLOUD]);
        assert_eq!(pushed.sites()[0]["ref"], "refs/heads/t/1234", "{}", pushed.told());
        assert!(!lab.server_has("refs/heads/t/0000"), "a push is refused whole");
    });
}

#[test]
fn two_thousand_branches_with_a_commit_each_are_all_looked_at() {
    let lab = PushLab::packed();
    let mut history = History::root(Change::of([file("a", "one\n")]));
    for index in 0..2000 {
        let bad = index == 1999;
        let text = if bad { tokens::cloud(34) } else { format!("{index}") };
        let change = Change::of([file("b", format!("b = {text}\n"))]);
        history.commit(&format!("refs/heads/t/{index:04}"), &[":1"], change);
    }
    lab.import(&history);
    lab.push(&["refs/heads/t/*:refs/heads/t/*"]).refused_in("blob", &[CLOUD]);
}

#[test]
fn a_forced_push_is_looked_at() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        let next = history.commit("refs/heads/main", &[":1"], Change::of([file("a", "two\n")]));
        history.commit("refs/heads/main", &[&next], Change::of([file("a", "three\n")]));
        history.commit("refs/heads/new", &[":1"], Change::of([settings("a", &tokens::cloud(35))]));
        lab.import(&history);
        lab.seed(&["main"]);
        lab.push(&["--force", "new:main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_forced_push_that_removes_a_secret_is_silent() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.commit("refs/heads/main", &[":1"], Change::of([settings("a", &tokens::cloud(36))]));
        history.commit("refs/heads/new", &[":1"], Change::of([file("a", "two\n")]));
        lab.import(&history);
        lab.seed(&["main"]);
        lab.push(&["--force", "new:main"]).accepted_silently();
    });
}

#[test]
fn a_deleted_branch_pushed_again_is_looked_at() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.commit("refs/heads/gone", &[":1"], Change::of([settings("b", &tokens::cloud(37))]));
        lab.import(&history);
        lab.seed(&["main", "gone"]);
        lab.in_server(&["update-ref", "-d", "refs/heads/gone"]);
        lab.push(&["gone"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_ref_at_a_commit_that_lay_in_the_store_unreached_is_looked_at() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.commit("refs/heads/gone", &[":1"], Change::of([settings("b", &tokens::cloud(38))]));
        let marks = lab.import(&history);
        lab.seed(&["main", "gone"]);
        lab.in_server(&["update-ref", "-d", "refs/heads/gone"]);
        // Nothing is sent: there is an empty pack, or none at all.
        Wire::new()
            .create("refs/heads/again", &marks[":2"])
            .pack(&Pack::new())
            .send(lab)
            .refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_new_commit_on_top_of_an_unreached_one_brings_it_into_view() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        let gone = Change::of([settings("b", &tokens::cloud(39))]);
        history.commit("refs/heads/gone", &[":1"], gone);
        history.commit("refs/heads/next", &[":2"], Change::default().without("b"));
        let marks = lab.import(&history);
        lab.seed(&["main", "gone"]);
        lab.in_server(&["update-ref", "-d", "refs/heads/gone"]);
        let tree = lab.in_client(&["rev-parse", "main^{tree}"]);
        let mut pack = Pack::new();
        let tip = pack.add(Kind::Commit, pack::commit(&tree, &[&marks[":2"]], "on top\n"));
        Wire::new()
            .create("refs/heads/next", &tip)
            .pack(&pack)
            .send(lab)
            .refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_new_tree_that_names_an_unreached_blob_brings_it_into_view() {
    both(|lab| {
        lab.import(&History::root(Change::of([file("a", "one\n")])));
        let evil = lab.object("blob", format!("t = {}\n", tokens::cloud(40)));
        lab.set("refs/tags/evil", &evil);
        lab.seed(&["main", "refs/tags/evil"]);
        lab.in_server(&["update-ref", "-d", "refs/tags/evil"]);
        let parent = lab.in_client(&["rev-parse", "main"]);
        let mut pack = Pack::new();
        let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"b", &evil)]));
        let tip = pack.add(Kind::Commit, pack::commit(&tree, &[&parent], "names it\n"));
        Wire::new()
            .update(&parent, &tip, "refs/heads/main")
            .pack(&pack)
            .send(lab)
            .refused_in("blob", &[CLOUD]);
    });
}

/// The new tree is told by what it changes of another: an entry more, or what an entry names. In
/// the second case the name is one that is looked at.
#[test]
fn a_tree_that_is_a_delta_brings_an_unreached_blob_that_it_names_into_view() {
    for (name, is_added) in [("b", true), ("jira_token", false)] {
        both(|lab| {
            lab.import(&History::root(Change::of([file("a", "one\n")])));
            let evil = lab.object("blob", format!("t = {}\n", tokens::cloud(43)));
            lab.set("refs/tags/evil", &evil);
            lab.seed(&["main", "refs/tags/evil"]);
            lab.in_server(&["update-ref", "-d", "refs/tags/evil"]);
            let parent = lab.in_client(&["rev-parse", "main"]);

            let mut pack = Pack::new();
            let clean = pack.add(Kind::Blob, "clean\n");
            let first = ("100644", if is_added { "a" } else { name }.as_bytes(), clean.as_str());
            let base = pack::tree(&[first]);
            let base_at = pack.add_at(Kind::Tree, &base);
            let last = ("100644", name.as_bytes(), evil.as_str());
            let made = if is_added { pack::tree(&[first, last]) } else { pack::tree(&[last]) };
            let copied = base.iter().zip(&made).take_while(|(old, new)| old == new).count();
            let delta = Delta::from(base.len()).copy(0, copied).insert(&made[copied..]);
            pack.add_offset_delta(base_at, &delta);
            let mut commit = |tree: &[u8], parent: &str| {
                let commit = pack::commit(&pack::id(Kind::Tree, tree), &[parent], "names it\n");
                pack.add(Kind::Commit, commit)
            };
            let before = commit(&base, &parent);
            let tip = commit(&made, &before);
            Wire::new()
                .update(&parent, &tip, "refs/heads/main")
                .pack(&pack)
                .send(lab)
                .refused_in("blob", &[CLOUD]);
        });
    }
}

#[test]
fn a_replaced_commit_does_not_hide_the_real_one() {
    both(|lab| {
        let mut history = History::root(Change::of([settings("a", &tokens::cloud(41))]));
        history.commit("refs/heads/harmless", &[], Change::of([file("a", "harmless\n")]));
        let marks = lab.import(&history);
        lab.seed(&["harmless"]);
        // The first push is as clean as it looks.
        let replace = format!("refs/heads/harmless:refs/replace/{}", marks[":1"]);
        lab.push(&[&replace]).accepted_silently();
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_replacement_that_brings_the_secret_is_refused() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "harmless\n")]));
        history.commit("refs/heads/evil", &[], Change::of([settings("a", &tokens::cloud(42))]));
        let marks = lab.import(&history);
        lab.seed(&["main"]);
        let replace = format!("refs/heads/evil:refs/replace/{}", marks[":1"]);
        lab.push(&[&replace]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_replaced_blob_does_not_hide_the_real_one() {
    both(|lab| {
        let secret = format!("t = {}\n", tokens::cloud(43));
        lab.import(&History::root(Change::of([file("a", &secret)])));
        let evil = lab.in_client(&["rev-parse", "main:a"]);
        let harmless = lab.object("blob", "harmless\n");
        lab.set("refs/tags/harmless", &harmless);
        lab.push(&[&format!("refs/tags/harmless:refs/replace/{evil}")]).accepted_silently();
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn grafts_of_the_server_do_not_hide_history() {
    both(|lab| {
        let mut history = History::root(Change::of([settings("a", &tokens::cloud(44))]));
        history.commit("refs/heads/main", &[":1"], Change::of([file("a", "gone\n")]));
        let marks = lab.import(&history);
        let info = lab.server.join("info");
        lab.in_server(&["config", "advice.graftFileDeprecated", "false"]);
        std::fs::create_dir_all(&info).expect("the server's folder is ours");
        std::fs::write(info.join("grafts"), format!("{}\n", marks[":2"]))
            .expect("it can be written");
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_branch_in_a_hidden_namespace_is_looked_at_before_git_refuses_it() {
    let lab = PushLab::of(Setup { arrival: Arrival::Packed, ..Setup::default() });
    lab.in_server(&["config", "receive.hideRefs", "refs/hidden"]);
    lab.import(&History::root(Change::of([settings("a", &tokens::cloud(45))])));
    let pushed = lab.push(&["main:refs/hidden/x"]);
    assert!(!pushed.accepted, "{}", pushed.told());
    assert_ne!(pushed.hook_exit, Some(0), "{}", pushed.told());
}

#[test]
fn a_ref_at_an_object_that_is_not_there_is_no_crash() {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let lab = &PushLab::of(Setup { arrival, noisy: true, ..Setup::default() });
        let (pack, commit) = clean_pack();
        let nowhere = "1234567890123456789012345678901234567890";
        let pushed = Wire::new()
            .create("refs/heads/nowhere", nowhere)
            .create("refs/heads/main", &commit)
            .pack(&pack)
            .send(lab);
        assert!(!pushed.accepted, "{}", pushed.told());
        assert!(!lab.server_has("refs/heads/nowhere"));
        assert!(matches!(pushed.hook_exit, None | Some(0..=2)), "{}", pushed.told());
    }
}
