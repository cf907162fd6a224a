//! What a pusher reads. The form of every message (lines, columns, ASCII, size, words, no secret
//! byte) is checked in every push of every test; here are the pushes that try to break it.

use crate::support::encode::base64;
use crate::support::pack::{self, Kind, Pack};
use crate::support::tokens::CLOUD;
use crate::support::wire::Wire;
use crate::support::{Change, History, PushLab, both, file, settings, tokens};

/// A push of `count` secrets, each in a file of its own.
#[track_caller]
fn push_many(count: u64, seed: u64) {
    let lab = PushLab::packed();
    let entries: Vec<_> = (0..count)
        .map(|index| {
            settings(
                &format!("src/d{}/f{index}.env", index % 50),
                &tokens::app_password(seed + index),
            )
        })
        .collect();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    pushed.refused_for_secrets();
    assert_eq!(pushed.findings().len() as u64, count, "{}", pushed.remote.join("\n"));
    let noun = if count == 1 { "1 secret" } else { "secrets found" };
    assert!(pushed.remote[0].contains(noun), "{}", pushed.remote[0]);
    assert!(
        pushed.remote[0].starts_with(&format!("pushgate: push refused: {count} secret")),
        "{}",
        pushed.remote[0]
    );
}

#[test]
fn one_two_and_forty_findings_fit_and_are_counted() {
    push_many(1, 1000);
    push_many(2, 1100);
    push_many(40, 1200);
}

#[test]
fn four_thousand_findings_fit_and_are_counted() {
    push_many(4000, 10_000);
}

#[test]
fn four_thousand_places_of_one_secret_fit() {
    let lab = PushLab::packed();
    let token = tokens::cloud(1);
    let entries: Vec<_> =
        (0..4000).map(|index| file(format!("f{index}"), format!("{index} = {token}\n"))).collect();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("and 3999 more");
    assert_eq!(pushed.finding()["site_count"], 4000);
    assert_eq!(pushed.sites().len(), 100);
}

#[test]
fn the_first_finding_is_told_with_place_and_what_to_do() {
    both(|lab| {
        lab.import(&History::root(Change::of([settings("src/a.env", &tokens::cloud(2))])));
        let pushed = lab.push(&["main"]);
        pushed.refused_for(&[CLOUD]).says("at src/a.env:3:9");
        let id = lab.in_client(&["rev-parse", "main"]);
        pushed.says(&id[..7]);
        let told = pushed.remote.join("\n").to_lowercase();
        assert!(told.contains("revoke"), "nothing about revoking:\n{}", pushed.told());
        assert!(told.contains("id.atlassian.com"), "not where to revoke:\n{}", pushed.told());
        assert!(told.contains("git "), "no command to go on with:\n{}", pushed.told());
    });
}

#[test]
fn the_shape_of_a_secret_is_what_its_kind_begins_with_and_nothing_of_its_own() {
    let deep = "folder-".repeat(6);
    let long = format!("src/{deep}.env");
    for (path, text, secret, shape) in [
        ("src/a.env", "", tokens::cloud(60), Some("ATATT3x")),
        ("src/a.env", "", tokens::service_account(61), Some("ATSTT3x")),
        ("src/a.env", "bitbucket ", tokens::admin_or_bitbucket(62), Some("ATCTT3x")),
        ("src/a.env", "", tokens::app_password(63), Some("ATBB")),
        ("src/a.env", "", tokens::bitbucket_data_center(64), Some("BBDC-")),
        ("src/a.env", "jira ", tokens::data_center(65), None),
        // The place is worth more than the shape.
        (&long, "", tokens::cloud(66), None),
        // Nobody finds there what must be decoded before.
        ("src/a.env", "", base64(format!("t = {}\n", tokens::cloud(67)).as_bytes()), None),
    ] {
        let lab = PushLab::new();
        lab.import(&History::root(Change::of([file(path, format!("{text}token = {secret}\n"))])));
        let pushed = lab.push(&["main"]);
        pushed.refused_for_secrets();
        let column = text.len() + "token = ".len() + 1;
        let place = match shape {
            Some(shape) => format!("    at {path}:1:{column} ({shape}...)"),
            None => format!("    at {path}:1:{column}"),
        };
        assert!(pushed.remote.contains(&place), "{place}: {}", pushed.told());
        // The record has not even that.
        let begins = shape.unwrap_or(&secret[..6]);
        assert!(!pushed.record().to_string().contains(begins), "{}", pushed.told());
    }
}

#[test]
fn the_code_of_the_first_line_can_be_explained() {
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([settings("a", &tokens::cloud(3))])));
    let pushed = lab.push(&["main"]);
    let code = pushed.remote[0].rsplit_once('[').map_or("", |(_, code)| code.trim_end_matches(']'));
    let mut command = lab.command(crate::support::commands::tool());
    command.args(["explain", code]);
    let ended = crate::support::commands::run(command, b"");
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert!(ended.text().len() > 40, "{}", ended.all_text());
    let mut command = lab.command(crate::support::commands::tool());
    command.args(["explain", "PG9999"]);
    assert_ne!(crate::support::commands::run(command, b"").code(), 0, "an unknown code");
}

#[test]
fn odd_bytes_in_a_path_are_escaped() {
    let paths: [&[u8]; 9] = [
        b"\x1b[31mred\x1b[0m.env",
        b"\x1b]0;title\x07.env",
        b"bell\x07back\x08.env",
        b"line\nerror: faked\npushgate: push refused: 9 secrets found [PG0101]",
        b"car\rriage.env",
        b"caf\xe9.env",
        "\u{202e}right-to-left.env".as_bytes(),
        "\u{9b}31m.env".as_bytes(),
        b"\x7f\xff\xfe\xc0\x80.env",
    ];
    both(|lab| {
        for (index, path) in paths.iter().enumerate() {
            let text = format!("t = {}\n", tokens::cloud(10 + index as u64));
            lab.import(&History::root(Change::of([file(path, text)])));
            lab.push(&["--force", "main"]).refused_for(&[CLOUD]);
        }
    });
}

#[test]
fn a_very_long_path_fits() {
    both(|lab| {
        let part = "long-folder-name-".repeat(10);
        let path = format!("{part}/{part}/{part}/{part}/{part}/{part}/a.env");
        lab.import(&History::root(Change::of([settings(&path, &tokens::cloud(30))])));
        lab.push(&["main"]).refused_for(&[CLOUD]);
    });
}

#[test]
fn words_that_servers_and_clients_understand_are_not_passed_on() {
    both(|lab| {
        for (index, path) in [
            "error: x.env",
            "warning: non-fast-forward",
            "non-fast-forward/fetch first/hint: x",
            "success",
            "GL-HOOK-ERR: x",
        ]
        .iter()
        .enumerate()
        {
            let token = tokens::cloud(40 + index as u64);
            lab.import(&History::root(Change::of([settings(path, &token)])));
            lab.push(&["--force", "main"]).refused_for(&[CLOUD]);
        }
    });
}

#[test]
fn an_odd_ref_name_is_escaped() {
    both(|lab| {
        let mut pack = Pack::new();
        let blob = pack.add(Kind::Blob, format!("t = {}\n", tokens::cloud(50)));
        let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"a", &blob)]));
        let tip = pack.add(Kind::Commit, pack::commit(&tree, &[], "x\n"));
        let names: [&[u8]; 4] = [
            b"refs/heads/\x1b[31mred\x07",
            b"refs/heads/caf\xe9\xff",
            b"refs/heads/car\rriage",
            b"refs/heads/non-fast-forward",
        ];
        for name in names {
            Wire::new().create(name, &tip).pack(&pack).send(lab).refused_for(&[CLOUD]);
        }
    });
}

#[test]
fn an_odd_author_is_escaped() {
    both(|lab| {
        let author = b"\x1b[31mMallory\x07 caf\xe9 <m\xff@example.test>";
        let change = Change::of([settings("a", &tokens::cloud(51))]).author(author);
        lab.import(&History::root(change));
        let pushed = lab.push(&["main"]);
        // Nobody is told the author, but where in which commit.
        pushed.refused_for(&[CLOUD]).says("    at a:3:");
        assert_eq!(pushed.sites()[0]["commit"], lab.in_client(&["rev-parse", "main"]));
    });
}

#[test]
fn a_secret_in_the_path_of_another_secret_is_not_shown() {
    both(|lab| {
        let path = format!("src/{}/{}.env", tokens::app_password(52), tokens::cloud(53));
        lab.import(&History::root(Change::of([settings(&path, &tokens::cloud(54))])));
        lab.push(&["main"]).refused_for_secrets();
    });
}

#[test]
fn a_token_that_goes_on_in_the_next_folder_is_not_shown() {
    both(|lab| {
        let token = tokens::app_password(58);
        let (head, tail) = token.split_at(token.len() / 2);
        let path = format!("src/{head}/{tail}.env");
        lab.import(&History::root(Change::of([settings(&path, &tokens::cloud(59))])));
        let pushed = lab.push(&[&format!("main:refs/heads/{head}/{tail}.x")]);
        // No rule matches the names; they stand beside what was found.
        pushed.refused_in("blob", &[CLOUD]).says("at src/***.env:");
        assert_eq!(pushed.sites()[0]["path"], "src/***.env", "{}", pushed.told());
        assert_eq!(pushed.record()["refs"][0]["name"], "refs/heads/***.x", "{}", pushed.told());
        let shown = format!("{} {}", pushed.remote.join(" "), pushed.record());
        assert!(!shown.contains(head) && !shown.contains(tail), "{shown}");
    });
}

#[test]
fn a_secret_in_the_name_of_the_ref_is_not_shown() {
    both(|lab| {
        lab.import(&History::root(Change::of([settings("a", &tokens::cloud(55))])));
        lab.push(&[&format!("main:refs/heads/{}", tokens::app_password(56))]).refused_for_secrets();
    });
}

#[test]
fn a_warning_is_told_in_the_same_form() {
    let lab = PushLab::configured("mode = \"warn\"");
    let entries: Vec<_> = (0..200)
        .map(|index| settings(&format!("f{index}"), &tokens::app_password(2000 + index)))
        .collect();
    lab.import(&History::root(Change::of(entries)));
    lab.push(&["main"]).accepted_with_warning();
}

#[test]
fn the_hook_writes_nothing_to_standard_output() {
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([settings("a", &tokens::cloud(57))])));
    let out = lab.root().join("stdout");
    lab.wrap_hook(&format!("exec \"$HOOK\" >'{}'", out.display()));
    lab.push(&["main"]).refused_for(&[CLOUD]);
    assert_eq!(std::fs::read(out).expect("the shell made it"), b"");
}

#[test]
fn places_are_named_of_secrets_for_which_there_is_no_room() {
    let lab = PushLab::packed();
    let mut history = History::new();
    let mut parent: Option<String> = None;
    for index in 0..6 {
        // Of one of them a terminal would act on the name.
        let path = if index == 1 { "f1\x1b[31m.env".to_owned() } else { format!("f{index}.env") };
        let change = Change::of([settings(&path, &tokens::app_password(9900 + index))]);
        let parents: Vec<&str> = parent.iter().map(String::as_str).collect();
        parent = Some(history.commit("refs/heads/main", &parents, change));
    }
    lab.import(&history);
    let pushed = lab.push(&["main"]);
    pushed.refused_for_secrets();
    let more = "  and 5 more secrets to revoke: pushgate check or an admin lists them";
    let at = pushed.remote.iter().position(|line| line == more);
    let at = at.unwrap_or_else(|| panic!("{}", pushed.told()));
    let places = &pushed.remote[at + 1];
    assert!(places.starts_with("    at f1\\x1b[31m.env:3:"), "{places}");
    assert!(places.contains(", f2.env:3:") && places.ends_with(" more"), "{places}");
}
