//! Names that are told of a push: no secret of the push stands in them, and all else does.

use crate::support::encode;
use crate::support::tokens::{APP_PASSWORD, CLOUD, URL};
use crate::support::{Change, History, PushLab, Pushed, both, file, settings, tokens};

const PASSWORD: &str = "atlassian-cleartext-password";

/// A file whose address of a host holds `password`.
fn address(password: &str) -> String {
    format!("url = https://jdoe:{password}@bitbucket.org/acme/lib.git\n")
}

/// Nothing of `secret` is in what the client printed and in the audit file, not even eight bytes.
#[track_caller]
fn hides(pushed: &Pushed, lab: &PushLab, secret: &str) {
    let audit = lab.audit_lines().join("\n");
    for part in secret.as_bytes().windows(8) {
        for text in [pushed.stderr.as_bytes(), audit.as_bytes()] {
            assert!(!text.windows(8).any(|window| window == part), "{}", pushed.told());
        }
    }
}

/// The paths of all sites, each once.
#[track_caller]
fn paths(pushed: &Pushed) -> Vec<String> {
    let sites = pushed.findings().iter().flat_map(|finding| finding["sites"].as_array());
    let path = |site: &serde_json::Value| site["path"].as_str().unwrap_or_default().to_owned();
    let mut paths: Vec<String> = sites.flatten().map(path).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

#[test]
fn the_name_of_a_file_that_is_a_secret_is_masked() {
    both(|lab| {
        let secret = tokens::app_password(1);
        lab.import(&History::root(Change::of([file(format!("docs/a-{secret}.txt"), "x\n")])));
        let pushed = lab.push(&["main"]);
        pushed.refused_in("tree-name", &[APP_PASSWORD]).says("the name docs/a-***.txt");
        assert_eq!(paths(&pushed), ["docs/a-***.txt"]);
        hides(&pushed, lab, &secret);
    });
}

#[test]
fn half_of_a_name_that_is_a_secret_is_masked_to_its_end() {
    both(|lab| {
        let secret = format!("{}!{}", tokens::password(2), tokens::password(3));
        let name = format!("src/jira-api/jira_password={secret}/notes.txt");
        let token = tokens::cloud(4);
        lab.import(&History::root(Change::of([settings(&name, &token)])));
        let pushed = lab.push(&["main"]);
        pushed.refused_for(&[PASSWORD, CLOUD]);
        let expected =
            ["src/jira-api/jira_password=***", "src/jira-api/jira_password=***/notes.txt"];
        assert_eq!(paths(&pushed), expected, "{}", pushed.told());
        hides(&pushed, lab, &secret);
    });
}

#[test]
fn a_folder_with_the_name_of_a_secret_is_masked_wherever_it_is_told() {
    both(|lab| {
        let secret = tokens::password(5);
        lab.import(&History::root(Change::of([
            file("a/remote.cfg", address(&secret)),
            settings(&format!("b/{secret}/c.env"), &tokens::cloud(6)),
            settings(&format!("b/old-{secret}-x/c.env"), &tokens::cloud(7)),
        ])));
        let pushed = lab.push(&["main"]);
        pushed.refused_for(&[CLOUD, CLOUD, URL]).says("b/***/c.env:3").says("b/old-***-x/c.env:3");
        assert_eq!(paths(&pushed), ["a/remote.cfg", "b/***/c.env", "b/old-***-x/c.env"]);
        hides(&pushed, lab, &secret);
    });
}

#[test]
fn a_name_that_holds_a_secret_in_another_spelling_is_masked() {
    both(|lab| {
        let password = tokens::password(8);
        let (secret, escaped) = (format!("{password}+x"), format!("{password}%2Bx"));
        lab.import(&History::root(Change::of([
            file("a/remote.cfg", address(&escaped)),
            settings(&format!("b/{secret}/c.env"), &tokens::cloud(9)),
            settings(&format!("b/{escaped}/c.env"), &tokens::cloud(10)),
        ])));
        let pushed = lab.push(&["main"]);
        pushed.refused_for(&[CLOUD, CLOUD, URL]);
        assert_eq!(paths(&pushed), ["a/remote.cfg", "b/***/c.env"], "{}", pushed.told());
        hides(&pushed, lab, &password);
    });
}

#[test]
fn a_name_that_holds_a_large_part_of_a_secret_is_masked() {
    let secret = tokens::cloud(14);
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let coded = encode::base64(secret.as_bytes());
    let halves = |text: &str| format!("{}/{}", &text[..100], &text[100..]);
    let parts = |text: &str| -> String {
        let parts = text.as_bytes().chunks(25).map(String::from_utf8_lossy);
        parts.collect::<Vec<_>>().join(".")
    };
    // Without its beginning, and in parts; in hexadecimal digits, and in Base64.
    let cases = [
        (secret[8..].to_owned(), &secret),
        (halves(&secret[8..]), &secret),
        (parts(&secret[8..]), &secret),
        (halves(&hex[..200]), &hex),
        (format!("{}/x", &hex[..200]), &hex),
        (halves(&coded.replace('/', "_")), &coded),
        (format!("{}/x", &coded[..150]), &coded),
    ];
    for (name, hidden) in cases {
        let lab = PushLab::new();
        lab.import(&History::root(Change::of([settings(&format!("a/{name}"), &secret)])));
        let pushed = lab.push(&["main"]);
        pushed.refused_for_secrets();
        hides(&pushed, &lab, hidden);
        hides(&pushed, &lab, &secret);
    }
}

#[test]
fn a_name_after_the_class_of_a_serialized_secret_is_told() {
    let name = "jira-home/javax.crypto.SealedObject_1600000000000";
    let head = b"\xAC\xED\0\x05sr\0\x19javax.crypto.SealedObject";
    let object = [&head[..], &[0x3E, 0x36, 0x3D, 0xA6, 2, 0, 4], &[0xF1; 64]].concat();
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([file(name, object)])));
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&["atlassian-dc-cipher-key-files"]).says(name);
    assert_eq!(paths(&pushed), [name]);
}

#[test]
fn a_secret_in_the_name_of_a_ref_is_masked_there_and_in_paths() {
    both(|lab| {
        let secret = tokens::password(11);
        lab.import(&History::root(Change::of([settings(
            &format!("b/{secret}/c.env"),
            &tokens::cloud(12),
        )])));
        let pushed = lab.push(&[&format!("main:refs/heads/jira/jira_password={secret}")]);
        pushed.refused_for(&[PASSWORD, CLOUD]).says("on jira/jira_password=***");
        assert_eq!(pushed.record()["refs"][0]["name"], "refs/heads/jira/jira_password=***");
        assert!(paths(&pushed).contains(&"b/***/c.env".to_owned()), "{}", pushed.told());
    });
}

#[test]
fn a_secret_in_the_name_of_a_ref_that_is_deleted_is_masked() {
    both(|lab| {
        lab.import(&History::root(Change::of([file("a", "one\n")])));
        let name = |secret: &str| format!("refs/heads/jira/jira_password={secret}");
        let bad = name(&tokens::password(13));
        let harmless = "refs/heads/jira/password-reset/api-token";
        lab.seed(&["main", &format!("main:{bad}"), &format!("main:{harmless}")]);
        let pushed = lab.push(&[&format!(":{bad}"), &format!(":{harmless}")]);
        pushed.accepted_silently();
        let refs = pushed.record()["refs"].as_array().expect("a record was checked");
        let mut names: Vec<_> = refs.iter().filter_map(|entry| entry["name"].as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, [&name("***"), harmless]);
    });
}

#[test]
fn names_that_only_look_like_places_of_secrets_are_shown() {
    let names = [
        "jira/password-reset/api_token.md",
        "src/sharedSecret.ts",
        "confluence/secrets/client-secret.example/app-pass.md",
        "docs/Basic authentication-guide.md",
        "bamboo.password.encryption/token-agent.md",
        "trello/key-token-secret.0123456789abcdef.md",
        "automation-webhook-token/user-1-x.md",
    ];
    both(|lab| {
        let secret =
            |(index, name): (usize, &&str)| settings(name, &tokens::cloud(20 + index as u64));
        lab.import(&History::root(Change::of(
            names.iter().enumerate().map(secret).collect::<Vec<_>>(),
        )));
        let pushed = lab.push(&["main:refs/heads/jira/password-reset"]);
        pushed.refused_for(&[CLOUD; 7]);
        let mut expected = names.to_vec();
        expected.sort_unstable();
        assert_eq!(paths(&pushed), expected);
        assert_eq!(pushed.record()["refs"][0]["name"], "refs/heads/jira/password-reset");
    });
}

#[test]
fn the_path_of_what_could_not_be_checked_shows_no_secret() {
    let lab = PushLab::configured("[limits]\ncandidates_per_object_max = 3\n");
    let secret = tokens::password(30);
    let many: Vec<String> = (40..60).map(tokens::app_password).collect();
    lab.import(&History::root(Change::of([
        file("a/remote.cfg", address(&secret)),
        file(format!("b/{secret}/many.txt"), many.join("\n")),
    ])));
    let pushed = lab.push(&["main"]);
    pushed.refused_for_secrets();
    let undecided = pushed.record()["undecided"].as_array().expect("a record was checked");
    assert_eq!(undecided.len(), 1, "{}", pushed.told());
    assert_eq!(undecided[0]["path"], "b/***/many.txt", "{}", pushed.told());
    hides(&pushed, &lab, &secret);
}

#[test]
fn names_that_nobody_judged_are_masked_where_a_rule_matches() {
    let lab = PushLab::configured("[limits]\nfindings_per_push_max = 1\n");
    let secret = tokens::password(31);
    // What is older is judged first: the second finding is too many, and ends it before the name.
    let (one, two) = (tokens::cloud(32), tokens::cloud(33));
    let mut history = History::root(Change::of([settings("c.env", &one), settings("d.env", &two)]));
    let again = Change::of([
        settings(&format!("a/jira_password={secret}!x/c.env"), &one),
        settings(&format!("a/jira_password={secret}!x/d.env"), &two),
    ]);
    history.commit("refs/heads/main", &[":1"], again);
    lab.import(&history);
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    let shown = paths(&pushed).join(" ");
    let expected = ["a/jira_***/c.env c.env", "a/jira_***/d.env d.env"];
    assert!(expected.contains(&shown.as_str()), "{shown}: {}", pushed.told());
    hides(&pushed, &lab, &secret);
}
