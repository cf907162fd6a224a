//! Packs that git's clients do not send: smuggled objects, deltas that put a secret together,
//! long chains, and bases that hold an old one.

use crate::support::lab::PushLab;
use crate::support::pack::{self, Delta, Kind, Pack, Place};
use crate::support::tokens::CLOUD;
use crate::support::wire::Wire;
use crate::support::{Arrival, Change, History, Setup, both, file, settings, source_text, tokens};

/// Adds a commit of one file to the pack. Gives the commit's id.
fn commit_of(pack: &mut Pack, blob: &str, parents: &[&str]) -> String {
    let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"a.env", blob)]));
    pack.add(Kind::Commit, pack::commit(&tree, parents, "change\n"))
}

/// Lets the server know a file `a.env` of this content. Gives the ids of commit and blob.
fn known(lab: &PushLab, content: &str) -> (String, String) {
    lab.import(&History::root(Change::of([file("a.env", content)])));
    lab.seed(&["main"]);
    (lab.in_client(&["rev-parse", "main"]), lab.in_client(&["rev-parse", "main:a.env"]))
}

#[test]
fn our_own_packs_are_what_git_would_read() {
    let lab = PushLab::new();
    let blob = lab.object("blob", "some text\n");
    assert_eq!(pack::id(Kind::Blob, b"some text\n"), blob);
    let mut pack = Pack::new();
    let base = pack.add_at(Kind::Blob, b"0123456789");
    pack.add_offset_delta(base, &Delta::from(10).copy(5, 5).insert(b"abc").copy(0, 2));
    let commit = commit_of(&mut pack, &pack::id(Kind::Blob, b"56789abc01"), &[]);
    Wire::new().create("refs/heads/main", &commit).pack(&pack).send(&lab).accepted_silently();
    assert_eq!(lab.in_server(&["cat-file", "-p", "main:a.env"]), "56789abc01");
}

#[test]
fn an_object_that_no_ref_reaches_is_looked_at() {
    both(|lab| {
        let mut pack = Pack::new();
        let clean = pack.add(Kind::Blob, "clean\n");
        let commit = commit_of(&mut pack, &clean, &[]);
        pack.add(Kind::Blob, format!("smuggled {}\n", tokens::cloud(1)));
        Wire::new()
            .create("refs/heads/main", &commit)
            .pack(&pack)
            .send(lab)
            .refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn smuggled_commits_trees_and_tags_are_looked_at() {
    both(|lab| {
        let clean = |pack: &mut Pack| {
            let blob = pack.add(Kind::Blob, "clean\n");
            (commit_of(pack, &blob, &[]), blob)
        };
        let refused = |pack: &Pack, commit: &str, source: &str| {
            Wire::new()
                .create("refs/heads/main", commit)
                .pack(pack)
                .send(lab)
                .refused_in(source, &[CLOUD]);
        };
        let mut pack = Pack::new();
        let (commit, blob) = clean(&mut pack);
        pack.add(Kind::Tag, pack::tag(&blob, Kind::Blob, "t", tokens::cloud(2)));
        refused(&pack, &commit, "tag");

        let mut pack = Pack::new();
        let (commit, blob) = clean(&mut pack);
        pack.add(Kind::Tree, pack::tree(&[("100644", tokens::cloud(3).as_bytes(), &blob)]));
        refused(&pack, &commit, "tree-name");

        let mut pack = Pack::new();
        let (commit, _) = clean(&mut pack);
        let nowhere = "1234567890123456789012345678901234567890";
        pack.add(Kind::Commit, pack::commit(nowhere, &[nowhere], tokens::cloud(4)));
        refused(&pack, &commit, "commit");
    });
}

#[test]
fn a_secret_smuggled_beside_a_deletion_is_looked_at() {
    both(|lab| {
        let mut pack = Pack::new();
        let blob = pack.add(Kind::Blob, "tip\n");
        pack.add(Kind::Blob, format!("smuggled {}\n", tokens::cloud(5)));
        lab.import(&History::root(Change::of([file("a", "one\n")])));
        lab.seed(&["main:refs/heads/old", "main"]);
        let id = lab.in_client(&["rev-parse", "main"]);
        Wire::new()
            .update(&id, crate::support::wire::ZERO, "refs/heads/old")
            .create("refs/tags/t", &blob)
            .pack(&pack)
            .send(lab)
            .refused_in("blob", &[CLOUD]);
    });
}

/// A delta of what the server has, which inserts `inserted`, is refused for the token in it.
#[track_caller]
fn refused_for_insertion(lab: &PushLab, inserted: &str) {
    let content = source_text(3000);
    let (parent, base) = known(lab, &content);
    let delta = Delta::from(content.len())
        .copy(0, 1000)
        .insert(inserted.as_bytes())
        .copy(1000, content.len() - 1000);
    let result = format!("{}{inserted}{}", &content[..1000], &content[1000..]);
    let mut pack = Pack::new();
    pack.add_ref_delta(&base, &delta);
    let commit = commit_of(&mut pack, &pack::id(Kind::Blob, result.as_bytes()), &[&parent]);
    Wire::new()
        .update(&parent, &commit, "refs/heads/main")
        .pack(&pack)
        .send(lab)
        .refused_in("blob", &[CLOUD]);
}

#[test]
fn a_thin_pack_whose_delta_inserts_the_secret_is_refused() {
    both(|lab| refused_for_insertion(lab, &format!("token = {}\n", tokens::cloud(6))));
}

#[test]
fn a_secret_in_the_middle_of_a_long_insertion_is_refused() {
    let around = source_text(5000);
    let inserted = format!("{around}token = {}\n{around}", tokens::cloud(43));
    both(|lab| refused_for_insertion(lab, &inserted));
}

#[test]
fn a_secret_put_together_from_copied_and_inserted_parts_is_refused() {
    // The cut stands at every interesting place: in the prefix, in the body, before the checksum.
    for (index, cut) in [1, 4, 11, 12, 13, 100, 183, 184, 191].into_iter().enumerate() {
        let arrival = if index % 2 == 0 { Arrival::Packed } else { Arrival::Loose };
        let lab = PushLab::of(Setup { arrival, ..Setup::default() });
        let token = tokens::cloud(10 + index as u64);
        let (first, second) = token.split_at(cut);
        let content = format!("half = {first}\nand more\n");
        let (parent, base) = known(&lab, &content);
        let copied = 7 + cut;
        let delta = Delta::from(content.len())
            .copy(0, copied)
            .insert(second.as_bytes())
            .copy(copied, content.len() - copied);
        let mut pack = Pack::new();
        pack.add_ref_delta(&base, &delta);
        let result = format!("half = {token}\nand more\n");
        let commit = commit_of(&mut pack, &pack::id(Kind::Blob, result.as_bytes()), &[&parent]);
        Wire::new()
            .update(&parent, &commit, "refs/heads/main")
            .pack(&pack)
            .send(&lab)
            .refused_in("blob", &[CLOUD]);
    }
}

#[test]
fn a_secret_put_together_from_copied_parts_alone_is_refused() {
    both(|lab| {
        let token = tokens::cloud(30);
        let content = format!("{}\n--\n{}\n", &token[100..], &token[..100]);
        let (parent, base) = known(lab, &content);
        let delta = Delta::from(content.len()).copy(96, 100).copy(0, 93);
        let mut pack = Pack::new();
        pack.add_ref_delta(&base, &delta);
        let result = format!("{token}\n");
        let commit = commit_of(&mut pack, &pack::id(Kind::Blob, result.as_bytes()), &[&parent]);
        Wire::new()
            .update(&parent, &commit, "refs/heads/main")
            .pack(&pack)
            .send(lab)
            .refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_secret_put_together_byte_by_byte_is_refused() {
    both(|lab| {
        let token = tokens::cloud(31);
        let alphabet: String = (' '..='~').collect();
        let (parent, base) = known(lab, &alphabet);
        let mut delta = Delta::from(alphabet.len());
        for (index, byte) in token.bytes().enumerate() {
            delta = if index % 7 == 3 {
                delta.insert(&[byte])
            } else {
                delta.copy(usize::from(byte - b' '), 1)
            };
        }
        let mut pack = Pack::new();
        pack.add_ref_delta(&base, &delta);
        let commit = commit_of(&mut pack, &pack::id(Kind::Blob, token.as_bytes()), &[&parent]);
        Wire::new()
            .update(&parent, &commit, "refs/heads/main")
            .pack(&pack)
            .send(lab)
            .refused_in("blob", &[CLOUD]);
    });
}

/// A chain of deltas, each of which appends one byte of `text`. Gives the last result.
fn chain(pack: &mut Pack, start: &str, text: &str) -> String {
    let mut content = start.to_owned();
    let mut place: Place = pack.add_at(Kind::Blob, content.as_bytes());
    for byte in text.chars() {
        let delta =
            Delta::from(content.len()).copy(0, content.len()).insert(byte.to_string().as_bytes());
        place = pack.add_offset_delta(place, &delta);
        content.push(byte);
    }
    content
}

#[test]
fn a_secret_at_the_end_of_a_long_delta_chain_is_refused() {
    both(|lab| {
        let mut pack = Pack::new();
        let filler = "x".repeat(400);
        let text = format!("{filler} {} {filler}", tokens::cloud(32));
        let result = chain(&mut pack, "start ", &text);
        let commit = commit_of(&mut pack, &pack::id(Kind::Blob, result.as_bytes()), &[]);
        Wire::new()
            .create("refs/heads/main", &commit)
            .pack(&pack)
            .send(lab)
            .refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_secret_only_in_the_middle_of_a_delta_chain_is_refused() {
    both(|lab| {
        let mut pack = Pack::new();
        let before = "nothing here\n";
        let secret = format!("nothing here\n{}\n", tokens::cloud(33));
        let base = pack.add_at(Kind::Blob, before.as_bytes());
        let middle = pack.add_offset_delta(
            base,
            &Delta::from(before.len()).copy(0, before.len()).insert(&secret.as_bytes()[13..]),
        );
        let after = "nothing here\nat all\n";
        pack.add_offset_delta(middle, &Delta::from(secret.len()).copy(0, 13).insert(b"at all\n"));
        // Only the last one is named by a tree.
        let commit = commit_of(&mut pack, &pack::id(Kind::Blob, after.as_bytes()), &[]);
        Wire::new()
            .create("refs/heads/main", &commit)
            .pack(&pack)
            .send(lab)
            .refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn deltas_of_commits_trees_and_tags_are_looked_at() {
    both(|lab| {
        let mut pack = Pack::new();
        let blob = pack.add(Kind::Blob, "clean\n");
        let tree_bytes = pack::tree(&[("100644", b"a", &blob)]);
        let tree = pack.add(Kind::Tree, &tree_bytes);
        let first = pack::commit(&tree, &[], "first\n");
        let first_at = pack.add_at(Kind::Commit, &first);
        let line = format!("and {}\n", tokens::cloud(34));
        let delta = Delta::from(first.len()).copy(0, first.len()).insert(line.as_bytes());
        pack.add_offset_delta(first_at, &delta);
        let second = [first, line.into_bytes()].concat();
        Wire::new()
            .create("refs/heads/main", &pack::id(Kind::Commit, &second))
            .pack(&pack)
            .send(lab)
            .refused_in("commit", &[CLOUD]);

        let mut pack = Pack::new();
        pack.add(Kind::Blob, "clean\n");
        let tree_at = pack.add_at(Kind::Tree, &tree_bytes);
        let evil =
            pack::tree(&[("100644", b"a", &blob), ("100644", tokens::cloud(35).as_bytes(), &blob)]);
        let length = tree_bytes.len();
        let delta = Delta::from(length).copy(0, length).insert(&evil[length..]);
        pack.add_offset_delta(tree_at, &delta);
        let tip = pack.add(Kind::Commit, pack::commit(&pack::id(Kind::Tree, &evil), &[], "x\n"));
        Wire::new()
            .create("refs/heads/main", &tip)
            .pack(&pack)
            .send(lab)
            .refused_in("tree-name", &[CLOUD]);
    });
}

/// The word stands in the base, and the name that counts only beside it comes with the delta.
#[test]
fn a_name_that_a_delta_puts_beside_a_word_of_its_base_is_refused() {
    both(|lab| {
        for (at, secret) in [(0, "password=Zq8vT2mX"), (40, "password=kW4Lp9sR")] {
            let secret = format!("{secret}w7Hd");
            let mut pack = Pack::new();
            let blob = pack.add(Kind::Blob, "clean\n");
            let mut names: Vec<String> = (10..50).map(|n| format!("name-{n}.txt")).collect();
            names.insert(20, "jira".to_owned());
            let tree = |names: &[String]| {
                let entries: Vec<(&str, &[u8], &str)> =
                    names.iter().map(|name| ("100644", name.as_bytes(), blob.as_str())).collect();
                pack::tree(&entries)
            };
            let base = tree(&names);
            let tree_at = pack.add_at(Kind::Tree, &base);
            let before = tree(&names[..at]).len();
            names.insert(at, secret);
            let evil = tree(&names);
            let entry = &evil[before..before + (evil.len() - base.len())];
            let rest = base.len() - before;
            let delta = Delta::from(base.len()).copy(0, before).insert(entry).copy(before, rest);
            pack.add_offset_delta(tree_at, &delta);
            let tip =
                pack.add(Kind::Commit, pack::commit(&pack::id(Kind::Tree, &evil), &[], "x\n"));
            Wire::new()
                .create("refs/heads/main", &tip)
                .pack(&pack)
                .send(lab)
                .refused_in("tree-name", &["atlassian-cleartext-password"]);
        }
    });
}

#[test]
fn the_base_of_a_thin_pack_may_hold_an_old_secret() {
    both(|lab| {
        let clean = source_text(2000);
        let content = format!("{clean}token = {}\n", tokens::cloud(36));
        let (parent, base) = known(lab, &content);
        // The new version has lost the secret; its delta is made against the version that has it.
        let delta = Delta::from(content.len()).copy(0, clean.len()).insert(b"token = from vault\n");
        let mut pack = Pack::new();
        pack.add_ref_delta(&base, &delta);
        let result = format!("{clean}token = from vault\n");
        let commit = commit_of(&mut pack, &pack::id(Kind::Blob, result.as_bytes()), &[&parent]);
        let pushed = Wire::new().update(&parent, &commit, "refs/heads/main").pack(&pack).send(lab);
        pushed.accepted_silently();
        assert_eq!(pushed.coverage("objects"), 3, "the completed base is not incoming");
    });
}

#[test]
fn a_thin_push_of_a_real_client_over_a_file_with_an_old_secret_is_silent() {
    both(|lab| {
        let content = format!("token = {}\n{}", tokens::cloud(37), source_text(20_000));
        let mut history = History::root(Change::of([file("a.env", &content)]));
        let next = format!("token = from vault\n{}", source_text(20_000));
        history.commit("refs/heads/next", &[":1"], Change::of([file("a.env", next)]));
        lab.import(&history);
        lab.seed(&["main"]);
        lab.push(&["next:main"]).accepted_silently();
    });
}

#[test]
fn a_pack_that_brings_known_objects_again_is_judged_by_what_is_new() {
    both(|lab| {
        let content = format!("old = {}\n", tokens::cloud(38));
        let (parent, _) = known(lab, &content);
        let mut pack = Pack::new();
        let old = pack.add(Kind::Blob, &content);
        let new = pack.add(Kind::Blob, "new\n");
        let tree = pack::tree(&[("100644", b"a.env", &old), ("100644", b"b", &new)]);
        let tree = pack.add(Kind::Tree, tree);
        let commit = pack.add(Kind::Commit, pack::commit(&tree, &[&parent], "again\n"));
        let pushed = Wire::new().update(&parent, &commit, "refs/heads/main").pack(&pack).send(lab);
        pushed.accepted_silently();
    });
}

#[test]
fn the_same_object_twice_in_a_pack_is_found_once() {
    both(|lab| {
        let content = format!("twice {}\n", tokens::cloud(39));
        let mut pack = Pack::new();
        let blob = pack.add(Kind::Blob, &content);
        pack.add(Kind::Blob, &content);
        let commit = commit_of(&mut pack, &blob, &[]);
        let pushed = Wire::new().create("refs/heads/main", &commit).pack(&pack).send(lab);
        // Git itself may refuse such a pack before the hook.
        assert!(!pushed.accepted, "{}", pushed.told());
        if pushed.hook_exit.is_some() {
            pushed.refused_for(&[CLOUD]);
        }
    });
}

#[test]
fn a_pack_of_some_thousand_small_objects_is_looked_at_to_the_last() {
    both(|lab| {
        let mut pack = Pack::new();
        let mut entries = Vec::new();
        for index in 0..3000 {
            let blob = pack.add(Kind::Blob, format!("file {index}\n"));
            entries.push((format!("f{index:05}"), blob));
        }
        let last = pack.add(Kind::Blob, format!("last {}\n", tokens::cloud(40)));
        entries.push(("g".to_owned(), last));
        let entries: Vec<(&str, &[u8], &str)> =
            entries.iter().map(|(name, id)| ("100644", name.as_bytes(), id.as_str())).collect();
        let tree = pack.add(Kind::Tree, pack::tree(&entries));
        let commit = pack.add(Kind::Commit, pack::commit(&tree, &[], "many\n"));
        Wire::new()
            .create("refs/heads/main", &commit)
            .pack(&pack)
            .send(lab)
            .refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn what_git_packs_with_deltas_of_its_own_is_looked_at() {
    both(|lab| {
        let mut history = History::new();
        let mut parents: Vec<String> = Vec::new();
        for index in 0..150 {
            let mut text = source_text(20_000);
            // Git makes the largest version the base: it is not the one with the secret.
            let other = format!("{index:03}").repeat(90);
            let line = if index == 75 { tokens::cloud(41) } else { other };
            text.insert_str(9_000, &format!("\n// {line}\n"));
            let parents_now: Vec<&str> = parents.iter().map(String::as_str).collect();
            let change = Change::of([file("big.rs", text)]);
            let tip = history.commit("refs/heads/main", &parents_now, change);
            parents = vec![tip];
        }
        lab.import(&history);
        lab.in_client(&["repack", "-q", "-adf", "--depth=200", "--window=50"]);
        let pushed = lab.push(&["main"]);
        pushed.refused_in("blob", &[CLOUD]);
        assert_eq!(pushed.coverage("blobs"), 150);
    });
}

#[test]
fn settings_are_found_after_a_clean_push_of_the_same_file() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a.env", "name = demo\n")]));
        history.commit(
            "refs/heads/next",
            &[":1"],
            Change::of([settings("a.env", &tokens::cloud(42))]),
        );
        lab.import(&history);
        lab.push(&["main"]).accepted_silently();
        lab.push(&["next:main"]).refused_in("blob", &[CLOUD]);
    });
}
