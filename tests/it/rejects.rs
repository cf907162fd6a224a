//! Each kind of secret, in the surroundings it is found in.

use crate::support::tokens::{
    APP_PASSWORD, BAMBOO_PAT, BASIC, BITBUCKET, BITBUCKET_DC, CLOUD, CONFLUENCE_PAT, JIRA_PAT,
    ORG_ADMIN, SERVICE_ACCOUNT, URL,
};
use crate::support::{Change, History, PushLab, both, file, settings, tokens};

/// One commit with one file of these lines is refused for these kinds.
#[track_caller]
fn check(lines: &[String], kinds: &[&str]) {
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([file("src/settings.txt", lines.join("\n") + "\n")])));
    lab.push(&["main"]).refused_for(kinds);
    assert!(!lab.server_has("refs/heads/main"));
}

/// Each of these lines, alone in a push, is refused for this kind.
#[track_caller]
fn each(kind: &str, lines: &[String]) {
    let lab = PushLab::new();
    for (index, line) in lines.iter().enumerate() {
        lab.import(&History::root(Change::of([file(format!("f{index}"), format!("{line}\n"))])));
        lab.push(&["--force", "main"]).refused_for(&[kind]);
    }
}

#[test]
fn a_token_is_refused_whichever_way_its_object_arrives() {
    both(|lab| {
        lab.import(&History::root(Change::of([settings("src/a.env", &tokens::cloud(1))])));
        let pushed = lab.push(&["main"]);
        pushed.refused_in("blob", &[CLOUD]).says("src/a.env:3");
        assert_eq!(pushed.finding()["grade"], "proven");
        assert_eq!(pushed.finding()["state"], "introduced");
        assert_eq!(pushed.finding()["action"], "block");
        assert!(!lab.server_has("refs/heads/main"), "the ref must not be there");
        let count = lab.in_server(&["count-objects", "-v"]);
        assert!(count.contains("count: 0") && count.contains("in-pack: 0"), "kept: {count}");
    });
}

#[test]
fn the_hook_alone_refuses_with_nothing_beside_it() {
    use crate::support::{Install, Setup};
    let lab = PushLab::of(Setup { install: Install::Copy, ..Setup::default() });
    lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(2))])));
    let pushed = lab.push(&["main"]);
    assert!(!pushed.accepted, "{}", pushed.told());
    assert_eq!(pushed.hook_exit, Some(1), "{}", pushed.told());
    lab.import(&History::root(Change::of([file("a.env", "nothing\n")])));
    let pushed = lab.push(&["main"]);
    assert!(pushed.accepted && pushed.remote.is_empty(), "{}", pushed.told());
}

#[test]
fn a_user_api_token_is_found_in_each_of_its_surroundings() {
    let t = |seed| tokens::cloud(seed);
    each(
        CLOUD,
        &[
            format!("JIRA_API_TOKEN={}", t(10)),
            format!("\"token\": \"{}\",", t(11)),
            format!("token: '{}'", t(12)),
            format!("<token>{}</token>", t(13)),
            format!("jira = JIRA(basic_auth=(\"a@example.test\", \"{}\"))", t(14)),
            format!("curl -u a@example.test:{} https://acme.example.test/rest", t(15)),
            format!("{};", t(16)),
            t(17),
            format!("`{}`", t(18)),
            format!("a\u{1}{}\u{1}", t(19)),
            format!("\u{e9}{}\u{e9}", t(20)),
        ],
    );
}

#[test]
fn an_escaped_equals_sign_does_not_hide_a_token() {
    let escaped = |seed, with: &str| tokens::cloud(seed).replace('=', with);
    each(
        CLOUD,
        &[
            format!("token={}", escaped(30, "\\=")),
            format!("token={}", escaped(31, "%3D")),
            format!("token={}", escaped(32, "%3d")),
        ],
    );
}

#[test]
fn a_service_account_token_is_found() {
    each(
        SERVICE_ACCOUNT,
        &[
            format!("ATLASSIAN_TOKEN={}", tokens::service_account(40)),
            format!("\"Authorization\": \"Bearer {}\"", tokens::service_account(41)),
        ],
    );
}

#[test]
fn the_context_tells_an_organization_key_from_a_bitbucket_token() {
    each(
        ORG_ADMIN,
        &[
            format!(
                "curl https://api.atlassian.com/admin/v1/orgs -H \"Authorization: Bearer {}\"",
                tokens::admin_or_bitbucket(50)
            ),
            format!("ATLASSIAN_ADMIN_API_KEY={}", tokens::admin_or_bitbucket(51)),
        ],
    );
    each(BITBUCKET, &[format!("BITBUCKET_ACCESS_TOKEN: \"{}\"", tokens::admin_or_bitbucket(52))]);
}

#[test]
fn an_app_password_is_found() {
    each(
        APP_PASSWORD,
        &[
            format!("BITBUCKET_APP_PASSWORD={}", tokens::app_password(60)),
            format!("('jdoe', '{}')", tokens::app_password(61)),
        ],
    );
}

#[test]
fn a_data_center_token_is_found_and_named_after_the_product_beside_it() {
    each(JIRA_PAT, &[format!("JIRA_PERSONAL_TOKEN={}", tokens::data_center(70))]);
    each(CONFLUENCE_PAT, &[format!("CONFLUENCE_PERSONAL_TOKEN={}", tokens::data_center(71))]);
    each(BAMBOO_PAT, &[format!("BAMBOO_TOKEN: {}", tokens::data_center(72))]);
}

#[test]
fn a_data_center_token_without_context_is_refused_all_the_same() {
    let lab = PushLab::new();
    for seed in 80..84 {
        let line = format!("Authorization: Bearer {}\n", tokens::data_center(seed));
        lab.import(&History::root(Change::of([file("notes.txt", line)])));
        let pushed = lab.push(&["--force", "main"]);
        pushed.refused_for_secrets();
        assert_eq!(pushed.finding()["grade"], "proven");
    }
}

#[test]
fn a_bitbucket_data_center_token_is_found() {
    each(
        BITBUCKET_DC,
        &[
            format!("STASH_TOKEN: {}", tokens::bitbucket_data_center(90)),
            format!(
                "git -c http.extraHeader=\"Authorization: Bearer {}\" clone",
                tokens::bitbucket_data_center(91)
            ),
        ],
    );
}

#[test]
fn a_basic_header_is_decoded_whatever_its_alignment() {
    let lab = PushLab::new();
    for (index, user) in
        ["a@example.test", "ab@example.test", "abc@example.test"].iter().enumerate()
    {
        let header = tokens::basic(user, &tokens::cloud(100 + index as u64));
        let text = format!("\"Authorization\": \"Basic {header}\"\n");
        lab.import(&History::root(Change::of([file("mcp.json", text)])));
        lab.push(&["--force", "main"]).refused_for(&[BASIC]);
    }
}

#[test]
fn a_basic_header_with_a_password_is_found_near_an_atlassian_name() {
    let header = tokens::basic("svc-jira", &tokens::password(110));
    each(BASIC, &[format!("jira.headers.Authorization = 'Basic {header}'")]);
}

#[test]
fn a_credential_in_a_url_is_found() {
    each(
        URL,
        &[
            format!("url = https://jdoe:{}@stash.example.org/scm/app.git", tokens::password(120)),
            format!("git+https://jdoe:{}@bitbucket.org/acme/lib.git", tokens::password(121)),
            format!("https://jdoe:{}@acme.atlassian.net/wiki", tokens::password(122)),
        ],
    );
}

#[test]
fn a_token_in_a_url_is_one_finding_of_the_tokens_kind() {
    let lab = PushLab::new();
    let token = tokens::admin_or_bitbucket(130);
    let line = format!("git clone https://x-token-auth:{token}@bitbucket.org/acme/app.git\n");
    lab.import(&History::root(Change::of([file("ci.sh", line)])));
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&[BITBUCKET]);
    let also = pushed.finding()["also"].as_array().cloned().unwrap_or_default();
    assert!(also.iter().any(|kind| kind == URL), "{}", pushed.told());
}

#[test]
fn all_kinds_in_one_file_are_all_reported() {
    check(
        &[
            format!("a = {}", tokens::cloud(140)),
            format!("b = {}", tokens::service_account(141)),
            format!("c = {}", tokens::app_password(142)),
            format!("jira = {}", tokens::data_center(143)),
            format!("d = {}", tokens::bitbucket_data_center(144)),
        ],
        &[CLOUD, SERVICE_ACCOUNT, APP_PASSWORD, JIRA_PAT, BITBUCKET_DC],
    );
}

#[test]
fn one_secret_hides_no_other_beside_it() {
    let lab = PushLab::new();
    let pair = format!("{} {}\n", tokens::cloud(150), tokens::cloud(151));
    let triple: Vec<String> = (152..155).map(tokens::app_password).collect();
    lab.import(&History::root(Change::of([file("a", pair), file("b", triple.join(","))])));
    let pushed = lab.push(&["main"]);
    pushed.refused_for_secrets();
    assert_eq!(pushed.findings().len(), 5, "{}", pushed.told());
}

#[test]
fn one_secret_at_several_places_is_one_finding_with_several_sites() {
    both(|lab| {
        let token = tokens::cloud(160);
        let twice = format!("a = {token}\nb = {token}\n");
        lab.import(&History::root(Change::of([
            file("one.env", twice),
            settings("two.env", &token),
        ])));
        let pushed = lab.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        assert_eq!(pushed.sites().len(), 3, "{}", pushed.told());
    });
}

#[test]
fn a_longer_token_of_the_same_envelope_is_found() {
    use crate::support::encode::{Random, base64url, crc32};
    let lab = PushLab::new();
    for length in [62, 95, 290, 500] {
        let mut raw = vec![0x01, 0x30, 0x13];
        raw.extend(b"O|E|at");
        raw.extend(Random::new(length as u64).bytes(length));
        while raw.len() % 3 == 0 {
            raw.push(7);
        }
        let text = base64url(&raw);
        let token = format!("{text}{:08X}", crc32(text.as_bytes()));
        lab.import(&History::root(Change::of([file("a", format!("t={token}\n"))])));
        lab.push(&["--force", "main"]).refused_for(&[CLOUD]);
    }
}

#[test]
fn a_token_whose_checksum_is_wrong_is_not_called_proven() {
    let lab = PushLab::configured("mode = \"monitor\"");
    let token = tokens::cloud(170);
    let (head, tail) = token.split_at(184);
    let wrong: String = tail.chars().map(|c| if c == 'A' { 'B' } else { 'A' }).collect();
    lab.import(&History::root(Change::of([file("a", format!("JIRA_API_TOKEN={head}{wrong}\n"))])));
    let pushed = lab.push(&["main"]);
    for finding in pushed.findings() {
        assert_ne!(finding["grade"], "proven", "{}", pushed.told());
    }
}
