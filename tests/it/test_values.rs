//! The values that documentation may use, as `docs/developers/test-values.md` promises them.

use crate::support::encode::{base64, crc32};
use crate::support::tokens::CLOUD;
use crate::support::{Change, History, PushLab, file};

/// `EXAMPLE-` again and again, of this length.
fn example(length: usize) -> String {
    "EXAMPLE-".chars().cycle().take(length).collect()
}

#[test]
fn official_test_values_are_accepted_without_a_word() {
    let data_center = base64(b"000000000000:EXAMPLE-EXAMPLE-EXAM");
    let values = [
        ("JIRA_API_TOKEN", format!("ATATT3xFfGF0{}=00000000", example(171))),
        ("ATLASSIAN_SERVICE_TOKEN", format!("ATSTT3xFfGF0{}=00000000", example(171))),
        ("BITBUCKET_ACCESS_TOKEN", format!("ATCTT3xFfGN0{}=00000000", example(171))),
        ("BITBUCKET_APP_PASSWORD", format!("ATBB{}00000000", "EXAMPLE".repeat(4).split_at(24).0)),
        ("JIRA_CLIENT_SECRET", format!("ATOA{}00000000", example(64))),
        ("CONNECT_SHARED_SECRET", format!("ATCO{}00000000", example(64))),
        ("TRELLO_TOKEN", format!("ATTA{}", "0".repeat(72))),
        ("JIRA_PERSONAL_TOKEN", data_center.clone()),
        ("STASH_TOKEN", format!("BBDC-{data_center}")),
        ("STATUSPAGE_API_KEY", "0".repeat(64)),
        ("OPSGENIE_API_KEY", "00000000-0000-0000-0000-000000000000".to_owned()),
        ("CONFLUENCE_PASSWORD", "example-password".to_owned()),
    ];
    let text: String = values.iter().map(|(key, value)| format!("{key}={value}\n")).collect();
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([file("docs/sample.env", text)])));
    lab.push(&["main"]).accepted_silently();
}

#[test]
fn a_real_token_cannot_hide_behind_the_word_example() {
    let body = format!("ATATT3xFfGF0{}=", example(171));
    let token = format!("{body}{:08X}", crc32(body.as_bytes()));
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([file("a.env", format!("JIRA_API_TOKEN={token}\n"))])));
    lab.push(&["main"]).refused_for(&[CLOUD]);
}
