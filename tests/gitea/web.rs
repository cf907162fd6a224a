//! What comes over the API and the pages.

use serde_json::{Value, json};

use super::forge::OWNER;
use super::http::{ask, form};
use super::place::{Place, shown_on_a_page};
use crate::support::encode::base64;

/// A change of a file, for the API.
fn change(text: &str) -> Value {
    json!({"branch": "main", "message": "change", "content": base64(text.as_bytes())})
}

#[test]
fn what_the_api_would_write_is_refused_with_the_whole_message() {
    let place = Place::new("api");
    let desk = place.desk(7201);
    let before = place.tip("refs/heads/main");
    let answer = place.api("POST /contents/deploy/a.yml", &change(&desk.secret()));
    answer.is(403);
    let message = answer.json()["message"].as_str().expect("a text").to_owned();
    let lines = shown_on_a_page(&message);
    let record = place.last_record();
    let number = &record["findings"][0]["fingerprint"].as_str().expect("a text")[..16];
    assert_eq!(lines[1], format!("Atlassian API token (proven) #{number}"));
    assert_eq!(lines[2], "at deploy/a.yml:2:9 (ATATT3x...)");
    assert_eq!(record["decision"], "reject", "{record}");
    assert_eq!(place.tip("refs/heads/main"), before);
    place.api("POST /contents/deploy/a.yml", &change("clean\n")).is(201);
    assert_eq!(place.last_record()["reason"], "clean");
    let after = place.tip("refs/heads/main");
    assert!(after.is_some() && after != before, "the ref has not moved");
    place.forge.keeps_no_secret();
}

#[test]
fn several_files_at_once_and_a_patch_are_refused_too() {
    let place = Place::new("batch");
    let desk = place.desk(7202);
    let before = place.tip("refs/heads/main");
    let file = json!({"operation": "create", "path": "a.env", "content": base64(desk.secret().as_bytes())});
    let batch = json!({"branch": "main", "message": "change", "files": [file]});
    desk.write("b.env", &desk.secret());
    desk.git("add b.env");
    let patch = desk.git("diff --cached") + "\n";
    let patch = json!({"branch": "main", "message": "change", "content": patch});
    for (request, body) in [("POST /contents", batch), ("POST /diffpatch", patch)] {
        let answer = place.api(request, &body);
        answer.is(403);
        shown_on_a_page(answer.json()["message"].as_str().expect("a text"));
        assert_eq!(place.last_record()["decision"], "reject");
        assert_eq!(place.tip("refs/heads/main"), before, "{request}");
    }
}

/// Lines of HTML as a browser shows them.
fn lines_of(html: &str) -> Vec<String> {
    let text = html.replace("<br>", "\n").replace("&#39;", "'").replace("&amp;", "&");
    text.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn the_editor_on_the_pages_shows_the_whole_message_and_changes_nothing() {
    let place = Place::new("editor");
    let desk = place.desk(7203);
    let cookies = place.forge.login(OWNER);
    let save = |text: &str| {
        let last = place.tip("refs/heads/main").expect("there is a branch");
        let fields = form(&[
            ("last_commit", &last),
            ("tree_path", "conf/a.env"),
            ("content", text),
            ("commit_choice", "direct"),
            ("commit_summary", "change"),
        ]);
        let headers =
            [("Cookie", cookies.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        ask(place.forge.http, &format!("POST /{}/_new/main/", place.name), &headers, &fields)
    };
    let before = place.tip("refs/heads/main");
    let answer = save(&desk.secret());
    answer.is(400);
    let html = answer.json()["errorMessage"].as_str().expect("a text").to_owned();
    let begin = html.find("pushgate: ").unwrap_or_else(|| panic!("{html}"));
    let shown = html[begin..].split("\n</details>").next().expect("a first part");
    let lines = shown_on_a_page(&lines_of(shown).join("\n"));
    assert_eq!(lines[2], "at conf/a.env:2:9 (ATATT3x...)", "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("save again")), "{lines:#?}");
    assert_eq!(
        lines.last().map(String::as_str),
        Some("Not a secret? Give an admin of this server the number after the #.")
    );
    assert_eq!(place.last_record()["decision"], "reject");
    assert_eq!(place.tip("refs/heads/main"), before);
    save("clean\n").is(200);
    assert_eq!(place.last_record()["reason"], "clean");
    assert_ne!(place.tip("refs/heads/main"), before);
}
