//! Trees, commits and tags that are not well formed, and that git itself lets pass.

use crate::support::pack::{self, Kind, Pack};
use crate::support::tokens::CLOUD;
use crate::support::wire::Wire;
use crate::support::{Arrival, PushLab, Setup, both, tokens};

const PERSON: &str = "A <a@example.test> 1700000000 +0000";

/// Pushes `tip`, and expects a refusal for one secret.
#[track_caller]
fn refused(lab: &PushLab, pack: &Pack, tip: &str) {
    Wire::new().create("refs/heads/main", tip).pack(pack).send(lab).refused_for(&[CLOUD]);
}

#[test]
fn a_tree_out_of_order_or_with_a_name_twice_is_read() {
    both(|lab| {
        let mut pack = Pack::new();
        let clean = pack.add(Kind::Blob, "clean\n");
        let evil = pack.add(Kind::Blob, format!("t = {}\n", tokens::cloud(1)));
        let entries: [(&str, &[u8], &str); 4] = [
            ("100644", b"z", &clean),
            ("100644", b"a", &clean),
            ("100644", b"a", &evil),
            ("100644", b"a", &clean),
        ];
        let tree = pack.add(Kind::Tree, pack::tree(&entries));
        let tip = pack.add(Kind::Commit, pack::commit(&tree, &[], "x\n"));
        refused(lab, &pack, &tip);
    });
}

#[test]
fn odd_modes_do_not_hide_a_blob() {
    both(|lab| {
        for (seed, mode) in [(10, "100664"), (11, "0100644"), (12, "100000"), (13, "100755")] {
            let mut pack = Pack::new();
            let evil = pack.add(Kind::Blob, format!("t = {}\n", tokens::cloud(seed)));
            let tree = pack.add(Kind::Tree, pack::tree(&[(mode, b"a", &evil)]));
            let tip = pack.add(Kind::Commit, pack::commit(&tree, &[], "x\n"));
            refused(lab, &pack, &tip);
        }
    });
}

#[test]
fn odd_names_in_a_tree_do_not_hide_a_blob() {
    let names: [&[u8]; 7] =
        [b".git", b"..", b".", b"a/b", b"GIT~1", b"\\", b".gitmodules\xe2\x80\x8c"];
    both(|lab| {
        for (index, name) in names.iter().enumerate() {
            let mut pack = Pack::new();
            let evil = pack.add(Kind::Blob, format!("t = {}\n", tokens::cloud(20 + index as u64)));
            let tree = pack.add(Kind::Tree, pack::tree(&[("100644", name, &evil)]));
            let tip = pack.add(Kind::Commit, pack::commit(&tree, &[], "x\n"));
            refused(lab, &pack, &tip);
        }
    });
}

#[test]
fn a_commit_without_author_or_with_a_broken_one_is_read() {
    both(|lab| {
        let mut base = Pack::new();
        let tree = base.add(Kind::Tree, "");
        drop(base);
        let heads = [
            format!("tree {tree}\n\n"),
            format!("tree {tree}\nauthor nobody\ncommitter\n\n"),
            format!("tree {tree}\nauthor {PERSON}\nauthor {PERSON}\ncommitter {PERSON}\n\n"),
            format!("tree {tree}\ncommitter {PERSON}\nauthor {PERSON}\n\n"),
            format!("tree {tree}\nauthor A <a> 99999999999999999999 +9999\ncommitter {PERSON}\n\n"),
        ];
        for (index, head) in heads.iter().enumerate() {
            let mut pack = Pack::new();
            pack.add(Kind::Tree, "");
            let message = format!("{head}it is {}\n", tokens::cloud(30 + index as u64));
            let tip = pack.add(Kind::Commit, message);
            refused(lab, &pack, &tip);
        }
    });
}

#[test]
fn a_commit_whose_headers_never_end_is_read() {
    both(|lab| {
        let mut pack = Pack::new();
        let tree = pack.add(Kind::Tree, "");
        let text =
            format!("tree {tree}\nauthor {PERSON}\ncommitter {PERSON}\nx {}", tokens::cloud(40));
        let tip = pack.add(Kind::Commit, text);
        refused(lab, &pack, &tip);
    });
}

#[test]
fn a_broken_commit_does_not_hide_the_blob_behind_it() {
    both(|lab| {
        let mut pack = Pack::new();
        let evil = pack.add(Kind::Blob, format!("t = {}\n", tokens::cloud(41)));
        let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"a", &evil)]));
        let tip = pack.add(Kind::Commit, format!("tree {tree}\nauthor\ncommitter \n\n"));
        refused(lab, &pack, &tip);
    });
}

#[test]
fn a_broken_commit_does_not_hide_what_lay_in_the_store_unreached() {
    both(|lab| {
        let evil = lab.object("blob", format!("t = {}\n", tokens::cloud(42)));
        lab.set("refs/tags/evil", &evil);
        lab.seed(&["refs/tags/evil"]);
        lab.in_server(&["update-ref", "-d", "refs/tags/evil"]);
        let mut pack = Pack::new();
        let tree = pack.add(Kind::Tree, pack::tree(&[("100664", b"a", &evil)]));
        let tip = pack.add(Kind::Commit, format!("tree {tree}\nauthor\ncommitter \n\n"));
        Wire::new().create("refs/heads/main", &tip).pack(&pack).send(lab).refused_somehow();
    });
}

#[test]
fn a_tag_without_tagger_is_read() {
    both(|lab| {
        let mut pack = Pack::new();
        let blob = pack.add(Kind::Blob, "x\n");
        let text = format!("object {blob}\ntype blob\ntag v1\n\n{}\n", tokens::cloud(43));
        let tag = pack.add(Kind::Tag, text);
        Wire::new().create("refs/tags/v1", &tag).pack(&pack).send(lab).refused_in("tag", &[CLOUD]);
    });
}

#[test]
fn smuggled_objects_that_are_no_objects_are_never_passed_over() {
    both(|lab| {
        let token = tokens::cloud(44);
        let bodies = [
            format!("this is no object: {token}\n"),
            format!("100644 {token}"),
            format!("100644 a\0short {token}"),
            format!("tree 123\nparent {token}\n"),
            format!("\0\0\0{token}"),
        ];
        for kind in [Kind::Tree, Kind::Commit, Kind::Tag] {
            for body in &bodies {
                let mut pack = Pack::new();
                let tree = pack.add(Kind::Tree, "");
                let tip = pack.add(Kind::Commit, pack::commit(&tree, &[], "x\n"));
                pack.add(kind, body);
                let pushed = Wire::new().create("refs/heads/main", &tip).pack(&pack).send(lab);
                assert!(!pushed.accepted, "{kind:?} {}: {}", body.len(), pushed.told());
                // Git itself refuses some of these before the hook.
                assert!(matches!(pushed.hook_exit, None | Some(1 | 2)), "{}", pushed.told());
            }
        }
    });
}

#[test]
fn a_tree_with_a_hundred_thousand_entries_is_read() {
    let lab = PushLab::packed();
    let mut pack = Pack::new();
    let clean = pack.add(Kind::Blob, "clean\n");
    let evil = pack.add(Kind::Blob, format!("t = {}\n", tokens::cloud(45)));
    let names: Vec<String> = (0..100_000).map(|index| format!("f{index:06}")).collect();
    let mut entries: Vec<(&str, &[u8], &str)> =
        names.iter().map(|name| ("100644", name.as_bytes(), clean.as_str())).collect();
    entries.push(("100644", b"g", &evil));
    let tree = pack.add(Kind::Tree, pack::tree(&entries));
    let tip = pack.add(Kind::Commit, pack::commit(&tree, &[], "x\n"));
    let pushed = Wire::new().create("refs/heads/main", &tip).pack(&pack).send(&lab);
    pushed.refused_for(&[CLOUD]);
    assert_eq!(pushed.sites()[0]["path"], "g", "{}", pushed.told());
}

#[test]
fn a_tree_that_multiplies_itself_does_not_stop_the_hook() {
    // Twenty levels of ten names for the same tree: 10^20 paths, 21 trees.
    both(|lab| {
        let mut pack = Pack::new();
        let evil = pack.add(Kind::Blob, format!("t = {}\n", tokens::cloud(46)));
        let mut below = pack.add(Kind::Tree, pack::tree(&[("100644", b"leaf", &evil)]));
        for _ in 0..20 {
            let names: Vec<String> = (0..10).map(|index| format!("d{index}")).collect();
            let entries: Vec<(&str, &[u8], &str)> =
                names.iter().map(|name| ("40000", name.as_bytes(), below.as_str())).collect();
            below = pack.add(Kind::Tree, pack::tree(&entries));
        }
        let tip = pack.add(Kind::Commit, pack::commit(&below, &[], "x\n"));
        let pushed = Wire::new().create("refs/heads/main", &tip).pack(&pack).send(lab);
        pushed.refused_for(&[CLOUD]);
        // No more is done than there is to see, so that no bound is reached.
        let undecided = pushed.record()["undecided"].as_array().map(Vec::len);
        assert_eq!(undecided, Some(0), "{}", pushed.told());
    });
}

#[test]
fn three_thousand_folders_deep_does_not_stop_the_hook() {
    // Git since 2.43 complains of such a depth, and asks the hook all the same.
    let lab = PushLab::of(Setup { arrival: Arrival::Packed, noisy: true, ..Setup::default() });
    let mut pack = Pack::new();
    let evil = pack.add(Kind::Blob, format!("t = {}\n", tokens::cloud(47)));
    let mut below = pack.add(Kind::Tree, pack::tree(&[("100644", b"leaf", &evil)]));
    for _ in 0..3000 {
        below = pack.add(Kind::Tree, pack::tree(&[("40000", b"d", &below)]));
    }
    let tip = pack.add(Kind::Commit, pack::commit(&below, &[], "x\n"));
    let pushed = Wire::new().create("refs/heads/main", &tip).pack(&pack).send(&lab);
    pushed.refused_for(&[CLOUD]);
    assert_eq!(pushed.sites()[0]["path"], format!("{}leaf", "d/".repeat(3000)));
}
