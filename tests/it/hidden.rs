//! What a push can hide: every place of a push that can hold a secret, each with objects that
//! arrive loose and packed.

use crate::support::tokens::{CLOUD, URL};
use crate::support::{Change, History, both, file, settings, source_text, tokens};

#[test]
fn in_a_new_branch_of_a_known_repository() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.commit("refs/heads/topic", &[":1"], Change::of([settings("b", &tokens::cloud(1))]));
        lab.import(&history);
        lab.push(&["main"]).accepted_silently();
        lab.push(&["topic"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn in_a_commit_in_the_middle_and_removed_later() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        let bad = Change::of([settings("b.env", &tokens::cloud(2))]);
        let middle = history.commit("refs/heads/main", &[":1"], bad);
        history.commit("refs/heads/main", &[&middle], Change::default().without("b.env"));
        let marks = lab.import(&history);
        let pushed = lab.push(&["main"]);
        pushed.refused_in("blob", &[CLOUD]);
        let site = &pushed.sites()[0];
        assert_eq!(site["commit"].as_str(), Some(marks[&middle].as_str()), "{}", pushed.told());
        assert_eq!(site["path"], "b.env", "{}", pushed.told());
    });
}

#[test]
fn in_content_that_only_a_merge_has() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        let left = history.commit("refs/heads/l", &[":1"], Change::of([file("a", "left\n")]));
        let right = history.commit("refs/heads/r", &[":1"], Change::of([file("a", "right\n")]));
        let evil = Change::of([settings("a", &tokens::cloud(3))]);
        history.commit("refs/heads/main", &[&left, &right], evil);
        lab.import(&history);
        lab.seed(&["l", "r"]);
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn in_an_octopus() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        let mut tips = vec![String::from(":1")];
        for name in ["x", "y", "z"] {
            let change = Change::of([file(name, "side\n")]);
            tips.push(history.commit(&format!("refs/heads/{name}"), &[":1"], change));
        }
        let tips: Vec<&str> = tips.iter().map(String::as_str).collect();
        let evil = Change::of([settings("b", &tokens::cloud(4))]);
        history.commit("refs/heads/main", &tips, evil);
        lab.import(&history);
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn in_an_orphan_branch() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        let orphan = Change::of([settings("b", &tokens::cloud(5))]);
        history.commit("refs/heads/pages", &[], orphan);
        lab.import(&history);
        lab.seed(&["main"]);
        lab.push(&["pages"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn in_a_commit_message() {
    both(|lab| {
        let message = format!("add token\n\nIt is {}\n", tokens::cloud(6));
        lab.import(&History::root(Change::saying(message)));
        lab.push(&["main"]).refused_in("commit", &[CLOUD]);
    });
}

#[test]
fn in_the_message_of_a_commit_without_changes() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        lab.import(&history);
        lab.seed(&["main"]);
        let message = format!("retry with {}", tokens::cloud(7));
        history.commit("refs/heads/main", &[":1"], Change::saying(message));
        lab.import(&history);
        lab.push(&["main"]).refused_in("commit", &[CLOUD]);
    });
}

#[test]
fn in_the_name_or_the_mail_of_an_author() {
    both(|lab| {
        let name = format!("{} <a@example.test>", tokens::cloud(8));
        lab.import(&History::root(Change::of([file("a", "one\n")]).author(name)));
        lab.push(&["main"]).refused_in("commit", &[CLOUD]);
        let mail = format!("A <{}>", tokens::cloud(9));
        lab.import(&History::root(Change::of([file("a", "one\n")]).author(mail)));
        lab.push(&["main"]).refused_in("commit", &[CLOUD]);
    });
}

#[test]
fn in_an_extra_header_or_a_signature_of_a_commit() {
    both(|lab| {
        let tree = lab.tree(&[]);
        let person = "A <a@example.test> 1700000000 +0000";
        let head = format!("tree {tree}\nauthor {person}\ncommitter {person}\n");
        let extras = [
            format!("x-note {}\n", tokens::cloud(10)),
            format!("gpgsig -----BEGIN PGP SIGNATURE-----\n {}\n -----END\n", tokens::cloud(11)),
            format!("mergetag object {tree}\n type commit\n tag v\n \n {}\n", tokens::cloud(12)),
            format!("encoding {}\n", tokens::cloud(13)),
        ];
        for extra in extras {
            let commit = lab.object("commit", format!("{head}{extra}\nsubject\n"));
            lab.set("refs/heads/main", &commit);
            lab.push(&["--force", "main"]).refused_in("commit", &[CLOUD]);
        }
    });
}

#[test]
fn in_a_commit_behind_a_zero_byte() {
    both(|lab| {
        let tree = lab.tree(&[]);
        let mut message = b"subject\n\0".to_vec();
        message.extend(tokens::cloud(14).bytes());
        let commit = lab.commit(&tree, &[], message);
        lab.set("refs/heads/main", &commit);
        lab.push(&["main"]).refused_in("commit", &[CLOUD]);
    });
}

#[test]
fn in_the_message_of_a_tag() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.tag("v1", ":1", format!("release\n\n{}\n", tokens::cloud(15)));
        lab.import(&history);
        lab.seed(&["main"]);
        lab.push(&["v1"]).refused_in("tag", &[CLOUD]);
    });
}

#[test]
fn in_a_tag_of_a_tag_of_a_tag() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        let inner = history.tag("inner", ":1", format!("{}\n", tokens::cloud(16)));
        let middle = history.tag("middle", &inner, "middle\n");
        history.tag("outer", &middle, "outer\n");
        lab.import(&history);
        lab.seed(&["main"]);
        lab.push(&["outer"]).refused_in("tag", &[CLOUD]);
    });
}

#[test]
fn in_the_header_of_a_tag() {
    both(|lab| {
        let blob = lab.object("blob", "x\n");
        for (name, tagger) in [
            (tokens::cloud(17), "A <a@example.test>".to_owned()),
            ("v1".to_owned(), format!("{} <a@example.test>", tokens::cloud(18))),
        ] {
            let text = format!(
                "object {blob}\ntype blob\ntag {name}\ntagger {tagger} 1700000000 +0000\n\nx\n"
            );
            let tag = lab.object("tag", text);
            lab.set("refs/tags/v1", &tag);
            lab.push(&["--force", "refs/tags/v1"]).refused_in("tag", &[CLOUD]);
        }
    });
}

#[test]
fn in_a_tagged_blob() {
    both(|lab| {
        let mut history = History::new();
        let blob = history.blob(format!("key {}\n", tokens::cloud(19)));
        history.tag("data", &blob, "a blob\n");
        lab.import(&history);
        lab.push(&["data"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn in_a_blob_that_a_light_tag_points_at() {
    both(|lab| {
        let blob = lab.object("blob", format!("key {}\n", tokens::cloud(20)));
        lab.set("refs/tags/data", &blob);
        lab.push(&["refs/tags/data"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn in_a_tagged_tree() {
    both(|lab| {
        let blob = lab.object("blob", format!("key {}\n", tokens::cloud(21)));
        let inner = lab.tree(&[("100644", b"a", &blob)]);
        let tree = lab.tree(&[("40000", b"d", &inner)]);
        let tag = lab.object(
            "tag",
            crate::support::pack::tag(&tree, crate::support::pack::Kind::Tree, "t", "x\n"),
        );
        lab.set("refs/tags/t", &tag);
        lab.push(&["refs/tags/t"]).refused_in("blob", &[CLOUD]);
        lab.set("refs/tags/light", &tree);
        lab.push(&["refs/tags/light"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn in_a_note() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        let note = format!("reviewed, token {}\n", tokens::cloud(22));
        history.commit("refs/notes/commits", &[], Change::of([file("12ab", note)]));
        lab.import(&history);
        lab.seed(&["main"]);
        lab.push(&["refs/notes/commits"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn in_any_namespace_of_refs() {
    both(|lab| {
        lab.import(&History::root(Change::of([settings("a", &tokens::cloud(23))])));
        for name in
            ["refs/changes/01/1/1", "refs/for/main", "refs/x/y", "refs/stash", "refs/meta/c"]
        {
            lab.push(&[&format!("main:{name}")]).refused_in("blob", &[CLOUD]);
        }
    });
}

#[test]
fn in_a_url_of_gitmodules() {
    both(|lab| {
        let url = format!("https://jdoe:{}@bitbucket.org/acme/lib.git", tokens::password(24));
        let text = format!("[submodule \"lib\"]\n\tpath = lib\n\turl = {url}\n");
        lab.import(&History::root(Change::of([file(".gitmodules", text)])));
        lab.push(&["main"]).refused_in("blob", &[URL]);
    });
}

#[test]
fn behind_attributes_that_ask_not_to_look() {
    both(|lab| {
        let attributes = "* -diff -text binary export-ignore linguist-generated filter=none\n\
                          *.env -diff working-tree-encoding=UTF-16 merge=binary\n";
        let mut history = History::root(Change::of([file(".gitattributes", attributes)]));
        lab.import(&history);
        lab.seed(&["main"]);
        let bad = Change::of([settings("a.env", &tokens::cloud(25))]);
        history.commit("refs/heads/main", &[":1"], bad);
        lab.import(&history);
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn behind_attributes_of_the_server_itself() {
    both(|lab| {
        let info = lab.server.join("info");
        std::fs::create_dir_all(&info).expect("the server's folder is ours");
        std::fs::write(info.join("attributes"), "* binary -diff\n").expect("it can be written");
        lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(26))])));
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn among_bytes_that_are_no_text() {
    both(|lab| {
        let token = tokens::cloud(27);
        let noise: Vec<u8> = (0..=255).cycle().take(5000).collect();
        let mut binary = noise.clone();
        binary.push(0);
        binary.extend(token.bytes());
        binary.push(0);
        binary.extend(noise);
        lab.import(&History::root(Change::of([file("image.png", binary)])));
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn at_the_very_start_or_end_of_a_file() {
    both(|lab| {
        let body = source_text(2000);
        lab.import(&History::root(Change::of([
            file("alone", tokens::cloud(28)),
            file("start", format!("{}\n{body}", tokens::cloud(29))),
            file("end", format!("{body}{}", tokens::cloud(30))),
            file("dos", format!("a=1\r\nb={}\r\n", tokens::cloud(31))),
            file("old-mac", format!("a=1\rb={}\r", tokens::cloud(32))),
        ])));
        lab.push(&["main"]).refused_in("blob", &[CLOUD; 5]);
    });
}

#[test]
fn in_a_file_that_is_only_made_executable_in_the_same_push() {
    both(|lab| {
        let content = format!("#!/bin/sh\nTOKEN={}\n", tokens::cloud(33));
        let mut history = History::root(Change::of([file("run.sh", &content)]));
        let mut entry = file("run.sh", &content);
        entry.mode = "100755";
        history.commit("refs/heads/main", &[":1"], Change::of([entry]));
        lab.import(&history);
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn deep_down_in_folders() {
    both(|lab| {
        let path = "d/".repeat(300) + "leaf.env";
        lab.import(&History::root(Change::of([settings(&path, &tokens::cloud(34))])));
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn in_the_first_of_a_thousand_commits() {
    both(|lab| {
        let mut history = History::root(Change::of([settings("a", &tokens::cloud(35))]));
        let mut tip = String::from(":1");
        for index in 0..1000 {
            let change = Change::of([file("a", format!("{index}\n"))]);
            tip = history.commit("refs/heads/main", &[&tip], change);
        }
        lab.import(&history);
        lab.push(&["main"]).refused_in("blob", &[CLOUD]);
    });
}
