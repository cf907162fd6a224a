//! What must pass without a word.

use crate::support::{Change, History, PushLab, both, file, source_text, symlink, tokens, wire};

/// Lets the server have something: only then it is looked up what new trees name.
#[track_caller]
fn seeded(lab: &PushLab) {
    lab.import(&History::root(Change::of([file("known", "known\n")])));
    lab.seed(&["main"]);
}

#[test]
fn a_first_clean_push_is_silent() {
    both(|lab| {
        lab.import(&History::root(Change::of([file("src/main.rs", source_text(3000))])));
        lab.push(&["main"]).accepted_silently();
    });
}

#[test]
fn a_clean_branch_a_second_commit_and_a_forced_one_are_silent() {
    both(|lab| {
        let mut history = History::new();
        let root = history.commit("refs/heads/main", &[], Change::of([file("a", "one\n")]));
        history.commit("refs/heads/topic", &[&root], Change::of([file("b", "two\n")]));
        lab.import(&history);
        lab.push(&["main"]).accepted_silently();
        lab.push(&["topic"]).accepted_silently();
        lab.push(&["topic:main"]).accepted_silently();
        let other = Change::of([file("c", "three\n")]);
        lab.import(&History::root(other));
        lab.push(&["--force", "main"]).accepted_silently();
    });
}

#[test]
fn clean_merges_and_octopuses_are_silent() {
    both(|lab| {
        let mut history = History::new();
        let root = history.commit("refs/heads/main", &[], Change::of([file("a", "one\n")]));
        let sides: Vec<String> = ["x", "y", "z"]
            .iter()
            .map(|name| {
                let change = Change::of([file(name, "side\n")]);
                history.commit(&format!("refs/heads/{name}"), &[&root], change)
            })
            .collect();
        let two = history.commit(
            "refs/heads/main",
            &[&root, &sides[0]],
            Change::of([file("x", "side\n"), file("a", "merged\n")]),
        );
        history.commit(
            "refs/heads/main",
            &[&two, &sides[1], &sides[2]],
            Change::of([file("y", "side\n"), file("z", "side\n")]),
        );
        lab.import(&history);
        lab.push(&["main"]).accepted_silently();
    });
}

#[test]
fn clean_tags_and_notes_are_silent() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        let tag = history.tag("v1", ":1", "first\n");
        history.tag("v1-again", &tag, "a tag of a tag\n");
        let blob = history.blob("only tagged\n");
        history.tag("data", &blob, "a tag of a blob\n");
        history.commit("refs/notes/commits", &[], Change::of([file("abc", "a note\n")]));
        lab.import(&history);
        lab.push(&["main", "--tags", "refs/notes/*:refs/notes/*"]).accepted_silently();
    });
}

#[test]
fn a_push_that_only_deletes_is_silent() {
    both(|lab| {
        let mut history = History::root(Change::of([file("a", "one\n")]));
        history.tag("v1", ":1", "first\n");
        history.reset("refs/heads/old", ":1");
        lab.import(&history);
        lab.seed(&["main", "old", "v1"]);
        let pushed = lab.push(&[":old", ":v1"]);
        pushed.accepted_silently();
        assert_eq!(pushed.coverage("objects"), 0);
    });
}

#[test]
fn a_branch_or_tag_at_a_known_commit_is_silent_even_when_that_commit_holds_a_secret() {
    both(|lab| {
        let secret = tokens::cloud(101);
        let mut history = History::root(Change::of([file("a", format!("t={secret}\n"))]));
        history.tag("v1", ":1", "first\n");
        lab.import(&history);
        lab.seed(&["main"]);
        lab.push(&["main:refs/heads/other"]).accepted_silently();
        lab.push(&["main:refs/tags/light"]).accepted_silently();
        let pushed = lab.push(&["v1"]);
        pushed.accepted_silently();
        assert_eq!(pushed.coverage("objects"), 1, "only the tag is new");
    });
}

#[test]
fn a_rename_of_a_file_that_holds_an_old_secret_is_silent() {
    both(|lab| {
        let secret = tokens::cloud(102);
        let content = format!("token = {secret}\n");
        let mut history = History::root(Change::of([file("a.env", &content)]));
        history.commit(
            "refs/heads/next",
            &[":1"],
            Change::of([file("moved/b.env", &content)]).without("a.env"),
        );
        lab.import(&history);
        lab.seed(&["main"]);
        lab.push(&["next:main"]).accepted_silently();
    });
}

#[test]
fn odd_names_and_contents_that_are_no_text_are_silent() {
    both(|lab| {
        seeded(lab);
        let every_byte: Vec<u8> = (0..=255).cycle().take(70_000).collect();
        let deep = "d/".repeat(200) + "leaf";
        lab.import(&History::root(
            Change::of([
                file("empty", ""),
                file("no-line-end", "x"),
                file("binary.bin", &every_byte),
                file(b"latin-\xe9.txt", b"caf\xe9\n"),
                file(b"tab\tand\nline", "x\n"),
                file(b"\xff\xfe\x01", b"\xff\xfe\x01\x00\xd8"),
                file("with \"quotes\" and \\", "x\n"),
                file("\u{65e5}\u{672c}.txt", "\u{65e5}\u{672c}\u{8a9e}\n"),
                file(&deep, "deep\n"),
                symlink("link", b"to/nowhere/\xe9"),
            ])
            .message(b"latin-1 subject \xe9\n")
            .author(b"J\xf6rg <j@example.test>"),
        ));
        lab.push(&["--force", "main"]).accepted_silently();
    });
}

#[test]
fn an_empty_tree_an_empty_message_and_a_submodule_are_silent() {
    both(|lab| {
        seeded(lab);
        let empty = lab.tree(&[]);
        let first = lab.commit(&empty, &[], "");
        let away = "1234567890123456789012345678901234567890";
        let modules = lab.object("blob", "[submodule \"x\"]\n\tpath = x\n\turl = ../x.git\n");
        let tree = lab.tree(&[("100644", b".gitmodules", &modules), ("160000", b"x", away)]);
        let second = lab.commit(&tree, &[&first], "a submodule\n");
        lab.set("refs/heads/main", &second);
        lab.push(&["--force", "main"]).accepted_silently();
    });
}

#[test]
fn placeholders_and_documentation_are_silent() {
    let near = |prefix: &str, rest: &str| format!("{prefix}{rest}");
    let lines = [
        near("ATATT", "3xFfGF0-EXAMPLE-NOT-A-REAL-TOKEN"),
        near("ATATT", &format!("3xFfGF0{}=XXXXXXXX", "x".repeat(171))),
        near("ATATT", "3xFfGF0..."),
        near("ATSTT", "3xFfGF0<service-account-token>"),
        near("ATCTT", "3xFfGN0${REST_OF_KEY}"),
        near("ATCTT", &format!("3xFfGN0{}=zzzzzzzz", "A".repeat(171))),
        near("ATBB", "xxxxxxxxxxxxxxxx"),
        near("ATBB", "OT_ENABLE_AUTOMATIC_UPDATES_DEFAULT=1"),
        near("BBDC", "-1234"),
        near("BBDC", "-ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQR"),
        "https://x-token-auth:{access_token}@bitbucket.org/acme/app.git".to_owned(),
        "https://x-token-auth:$BB_TOKEN@bitbucket.org/acme/app.git".to_owned(),
        "https://user:password@bitbucket.org/acme/app.git".to_owned(),
        "https://bitbucket.org/acme/app.git".to_owned(),
        "git clone https://x-token-auth@bitbucket.org/acme/app.git".to_owned(),
        "Authorization: Basic dXNlcjpwYXNz".to_owned(),
        "Authorization: Basic <base64(email:api_token)>".to_owned(),
    ];
    both(|lab| {
        lab.import(&History::root(Change::of([file("docs.md", lines.join("\n") + "\n")])));
        lab.push(&["main"]).accepted_silently();
    });
}

/// As candidates of six kinds each, they would be more than an object may have.
#[test]
fn heads_of_web_tokens_with_nothing_behind_are_silent() {
    let lines = concat!("eyJ", "hbGci\n").repeat(12_000);
    both(|lab| {
        lab.import(&History::root(Change::of([file("heads.txt", lines.as_str())])));
        lab.push(&["main"]).accepted_silently();
    });
}

#[test]
fn hashes_of_lock_files_are_silent() {
    use crate::support::encode::{Random, base64, hex};
    let mut random = Random::new(1);
    let mut text = String::new();
    for _ in 0..2000 {
        text += &format!("integrity sha512-{}\n", base64(&random.bytes(64)));
        text += &format!("sha256-{}\n{}\n", base64(&random.bytes(32)), hex(&random.bytes(32)));
        text += &format!("h1:{} {}\n", base64(&random.bytes(33)), base64(&random.bytes(33)));
    }
    both(|lab| {
        lab.import(&History::root(Change::of([file("package-lock.json", &text)])));
        lab.push(&["main"]).accepted_silently();
    });
}

#[test]
fn a_push_without_any_new_object_is_silent() {
    both(|lab| {
        lab.import(&History::root(Change::of([file("a", "one\n")])));
        lab.push(&["main"]).accepted_silently();
        let id = lab.in_client(&["rev-parse", "main"]);
        let empty = crate::support::pack::Pack::new();
        let again = wire::Wire::new().create("refs/heads/again", &id).pack(&empty).send(lab);
        again.accepted_silently();
    });
}

#[test]
fn twenty_thousand_clean_refs_are_silent() {
    let lab = PushLab::packed();
    lab.import(&History::root(Change::of([file("a", "one\n")])));
    let id = lab.in_client(&["rev-parse", "main"]);
    let mut refs = String::from("# pack-refs with: peeled fully-peeled sorted \n");
    for index in 0..20_000 {
        refs += &format!("{id} refs/heads/topic/{index:05}\n");
    }
    std::fs::write(lab.client.join("packed-refs"), refs).expect("the client's refs can be written");
    let pushed = lab.push(&["refs/heads/topic/*:refs/heads/topic/*"]);
    pushed.accepted_silently();
    assert_eq!(pushed.record()["refs"].as_array().map(Vec::len), Some(20_000));
    assert_eq!(pushed.coverage("objects"), 3);
}
