//! What comes into a repository of the forge without a push: the page for admins names it.

use serde_json::json;

use super::forge::OWNER;
use super::place::Place;

/// The page for admins.
const PAGE: &str = include_str!("../../docs/admin/install.md");

/// The page says so.
#[track_caller]
fn is_said(text: &str) {
    assert!(PAGE.contains(text), "docs/admin/install.md does not say {text:?}");
}

#[test]
fn tags_and_releases_of_pages_and_api_pass_without_the_hook_as_the_page_says() {
    let place = Place::new("tags");
    let desk = place.desk(7401);
    let count = place.records().len();
    assert!(count > 0, "the hook does not run");
    is_said("the message of a tag or a release that is made on the pages or by the API");
    let tag = json!({"tag_name": "v1", "target": "main", "message": desk.secret()});
    assert_eq!(place.api("POST /tags", &tag).status, 201);
    let release = json!({"tag_name": "v2", "target_commitish": "main", "name": "two"});
    place.api("POST /releases", &release).is(201);
    let text = place.lab.in_server(&["cat-file", "tag", "refs/tags/v1"]);
    assert!(text.contains(&desk.token), "{text}");
    assert!(place.tip("refs/tags/v2").is_some());
    assert_eq!(place.records().len(), count, "the hook was called");
    // It is there now. Who pushes the same tag elsewhere is refused; here it is old.
    desk.git("fetch -q --tags origin");
    desk.git("push -q origin v1:refs/tags/again");
    assert_eq!(place.last_record()["coverage"]["tags"], 0);
}

#[test]
fn branches_that_are_renamed_or_removed_on_pages_bring_nothing_new() {
    let place = Place::new("branches");
    let desk = place.desk(7402);
    desk.git("branch topic");
    place.brings(&desk, "topic");
    let count = place.records().len();
    assert!(count > 0, "the hook does not run");
    is_said("branches are renamed or removed on the pages");
    place.api("PATCH /branches/topic", &json!({"name": "other"})).is(204);
    assert_eq!(place.tip("refs/heads/other"), place.tip("refs/heads/main"));
    place.api("DELETE /branches/other", &json!({})).is(204);
    assert_eq!(place.tip("refs/heads/other"), None);
    assert_eq!(place.records().len(), count, "the hook was called");
}

#[test]
fn what_is_migrated_mirrored_or_forked_comes_in_without_the_hook_as_the_page_says() {
    let place = Place::open("source");
    let desk = place.desk(7403);
    desk.commit(&[("a.env", &desk.secret())]);
    place.brings(&desk, "main");
    place.install();
    is_said("repositories that are migrated, mirrored or adopted, and forks when they are made");
    for (name, mirror) in [("migrated", false), ("mirrored", true)] {
        let address = place.forge.address(OWNER, &place.name);
        let wanted = json!({"clone_addr": address, "repo_name": name, "mirror": mirror});
        assert_eq!(place.forge.api(OWNER, "POST /repos/migrate", &wanted.to_string()).status, 201);
        let folder = place.forge.folder(&format!("{OWNER}/{name}"));
        let folder = format!("--git-dir={}", folder.display());
        let text = place.lab.git(&[&folder, "show", "main:a.env"]);
        assert!(text.contains(&desk.token), "{name}: {text}");
    }
    place.api_as(super::forge::OTHER, "POST /forks", &json!({})).is(202);
    let adopted = place.forge.folder(&format!("{OWNER}/adopted"));
    let source = place.lab.server.display().to_string();
    place.lab.git(&["clone", "-q", "--bare", &source, &adopted.display().to_string()]);
    place.forge.api(OWNER, &format!("POST /admin/unadopted/{OWNER}/adopted"), "").is(204);
    let known = place.forge.api(OWNER, &format!("GET /repos/{OWNER}/adopted/contents/README"), "");
    known.is(200);
    assert_eq!(place.records().len(), 0, "the hook was called");
}
