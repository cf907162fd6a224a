//! Pull requests: what is merged, and what comes from forks.

use serde_json::{Value, json};

use super::forge::{OTHER, OWNER};
use super::http::Answer;
use super::place::{Place, shown_on_a_page, until};
use crate::support::desk::Desk;
use crate::support::tokens;

/// Opens a pull request; the forge then looks in the background whether it can be merged.
#[track_caller]
fn request(place: &Place, user: &str, head: &str) -> Answer {
    let wanted = json!({"head": head, "base": "main", "title": "a change"});
    place.api_as(user, "POST /pulls", &wanted)
}

/// Merges, when the forge says that it is ready.
#[track_caller]
fn merge(place: &Place, number: u64, style: &str) -> Answer {
    let merge = || place.api(&format!("POST /pulls/{number}/merge"), &json!({"Do": style}));
    let mut merged = merge();
    until("the pull request is ready", || {
        if merged.status == 405 {
            merged = merge();
        }
        merged.status != 405
    });
    merged
}

/// The last record about a ref that gets this id, or any. The forge pushes the head of a pull
/// request when it has time, and sometimes twice.
#[track_caller]
fn record_of(place: &Place, reference: &str, id: Option<&str>) -> Value {
    let is_it = |record: &Value| {
        let change = &record["refs"][0];
        change["name"] == reference && id.is_none_or(|id| change["new"] == id)
    };
    let find = || place.records().into_iter().rfind(is_it);
    until(&format!("a record of {reference}"), || find().is_some());
    find().expect("it was there just now")
}

/// The head of the pull request 1 was not let in, and the record says what came from whom.
#[track_caller]
fn refuses_the_head(place: &Place, id: &str) {
    let record = record_of(place, "refs/pull/1/head", Some(id));
    place.is_of(&record, OTHER);
    assert_eq!(record["reason"], "found", "{record}");
    assert_eq!(record["decision"], "reject", "{record}");
    assert_eq!(record["findings"][0]["kind"], tokens::CLOUD, "{record}");
    assert_ne!(place.tip("refs/pull/1/head").as_deref(), Some(id));
}

/// The owner's last push to the main branch, which is a merge here.
#[track_caller]
fn record_of_merge(place: &Place) -> Value {
    let record = record_of(place, "refs/heads/main", None);
    place.is_of(&record, OWNER);
    record
}

/// A fork of the other's, made before the hook came, and a clone that pushes to it.
#[track_caller]
fn fork(place: &Place, seed: u64) -> Desk<'_> {
    let desk = place.desk(seed);
    place.api_as(OTHER, "POST /forks", &json!({})).is(202);
    let fork = place.name.replace(OWNER, OTHER);
    place.comes_from(&desk, &place.forge.address(OTHER, &fork));
    place.install();
    desk.git("checkout -q -b topic");
    desk
}

#[test]
fn what_was_there_before_the_hook_is_old_and_can_be_merged() {
    for (style, reason) in [("merge", "clean"), ("squash", "warned")] {
        let place = Place::open(&format!("old-{style}"));
        let desk = place.desk(7301);
        desk.git("checkout -q -b feature");
        desk.commit(&[("conf/a.env", &desk.secret())]);
        place.brings(&desk, "feature");
        request(&place, OWNER, "feature").is(201);
        place.install();
        let before = place.tip("refs/heads/main");
        merge(&place, 1, style).is(200);
        assert_ne!(place.tip("refs/heads/main"), before, "{style}");
        let record = record_of_merge(&place);
        assert_eq!(record["reason"], reason, "{style}: {record}");
        for finding in record["findings"].as_array().expect("a record was checked") {
            assert_eq!(finding["state"], "existing", "{style}: {record}");
        }
    }
}

#[test]
fn a_fork_without_the_hook_brings_no_secret_in_by_a_pull_request() {
    let place = Place::open("fork");
    let desk = fork(&place, 7302);
    let id = desk.commit(&[("a.env", &desk.secret())]);
    place.brings_to(&place.name.replace(OWNER, OTHER), &desk, "topic");
    assert_eq!(place.records().len(), 0, "the fork has no hook");
    // The forge does not say to the other why: only the record does.
    let answer = request(&place, OTHER, &format!("{OTHER}:topic"));
    answer.is(500);
    assert_eq!(answer.json()["message"], "");
    refuses_the_head(&place, &id);
    assert_eq!(place.tip("refs/pull/1/head"), None);
    assert_eq!(place.api("GET /pulls?state=all", &json!({})).json(), json!([]));
    place.forge.keeps_no_secret();
}

#[test]
fn what_a_fork_adds_to_a_pull_request_is_refused_at_the_merge_with_words_that_help() {
    let place = Place::open("adds");
    let desk = fork(&place, 7303);
    desk.commit(&[("b.txt", "b\n")]);
    place.brings_to(&place.name.replace(OWNER, OTHER), &desk, "topic");
    request(&place, OTHER, &format!("{OTHER}:topic")).is(201);
    let head = place.tip("refs/pull/1/head");
    assert_eq!(record_of(&place, "refs/pull/1/head", head.as_deref())["reason"], "clean");
    let before = place.tip("refs/heads/main");

    let id = desk.commit(&[("a.env", &desk.secret())]);
    // For the fork this is a success; what the forge then does in the background is refused.
    place.brings_to(&place.name.replace(OWNER, OTHER), &desk, "topic");
    refuses_the_head(&place, &id);
    assert_eq!(place.tip("refs/pull/1/head"), head);
    let refused = merge(&place, 1, "merge");
    refused.is(409);
    let message = refused.json()["message"].as_str().expect("a text").to_owned();
    let ours = message.strip_prefix("PushRejected with remote message: ");
    let lines = shown_on_a_page(ours.unwrap_or_else(|| panic!("{message}")));
    let has = |part: &str| lines.iter().any(|line| line.contains(part));
    assert!(has("on the branch that is merged") && has("squash"), "{lines:#?}");
    assert!(!has("save again"), "{lines:#?}");
    assert_eq!(record_of_merge(&place)["decision"], "reject");
    assert_eq!(place.tip("refs/heads/main"), before);

    // What the message says: a new commit without it, and merged as one.
    desk.mend();
    desk.git("commit -q -a -m mended");
    place.brings_to(&place.name.replace(OWNER, OTHER), &desk, "topic");
    // The older commit is still on the branch, so its head is refused once more.
    refuses_the_head(&place, &desk.git("rev-parse HEAD"));
    merge(&place, 1, "merge").is(409);
    merge(&place, 1, "squash").is(200);
    assert_ne!(place.tip("refs/heads/main"), before);
    assert_eq!(record_of_merge(&place)["reason"], "clean");
    let merged = place.lab.in_server(&["show", "refs/heads/main:a.env"]);
    tokens::assert_not_in(merged.as_bytes(), "what was merged");
    place.forge.keeps_no_secret();
}
