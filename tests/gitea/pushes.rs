//! What comes by `git push`.

use super::forge::{OTHER, OWNER};
use super::place::Place;
use crate::support::commands::run;
use serde_json::json;

#[test]
fn a_push_over_http_is_refused_with_a_plan_that_frees_it() {
    let place = Place::new("http");
    let desk = place.desk(7101);
    let first = desk.git("rev-parse HEAD");
    let id = desk.commit(&[("deploy/prod.env", &desk.secret()), ("more.txt", "more\n")]);
    let pushed = desk.push(&["main"]);
    place.refused(&pushed);
    let number = pushed.finding()["fingerprint"].as_str().expect("a text")[..16].to_owned();
    let (short, long) = (&id[..8], &id[..10]);
    let expect = format!(
        "pushgate: push refused: 1 secret found [PG0101]

  Atlassian API token (proven) #{number}
    at deploy/prod.env:2:9 (ATATT3x...)
    in {short} on main: the checksum is valid; 192 characters
    revoke: https://id.atlassian.com/manage-profile/security/api-tokens

  Now: 1. Revoke what is listed. Treat it as exposed.
       2. Take it out of the history that you push:
    # on main at {long}, else see the page
    # other changes in that file: git stash, at the end git stash pop
    # edit deploy/prod.env: take the secret out, save
    git commit --amend --no-edit --allow-empty -- :/deploy/prod.env
       3. Push again. Nothing of this push was kept.
  Not a secret? Give an admin of this server the number after the #.
  Page: \"My push was rejected\", or type: pushgate explain rejected"
    );
    assert_eq!(pushed.remote.join("\n"), expect, "{}", pushed.told());
    assert_eq!(place.tip("refs/heads/main"), Some(first), "the ref has moved");
    desk.follow(&pushed);
    let again = desk.push(&["main"]);
    place.accepted(&again);
    assert_eq!(place.tip("refs/heads/main"), Some(desk.git("rev-parse HEAD")));
    assert_ne!(desk.git("rev-parse HEAD"), id);
    place.forge.keeps_no_secret();
}

/// What git needs to speak to the forge's ssh server: the command, and the public part of its key.
#[track_caller]
fn ssh(place: &Place) -> (String, String) {
    let key = place.lab.root().join("id");
    let mut generate = place.lab.command("ssh-keygen");
    generate.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key);
    assert_eq!(run(generate, b"").code(), 0);
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("it was made");
    let client = format!(
        "ssh -i {} -o IdentitiesOnly=yes -o StrictHostKeyChecking=no \
         -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -F /dev/null",
        key.display()
    );
    (client, public)
}

fn ssh_address(place: &Place) -> String {
    format!("ssh://git@127.0.0.1:{}/{}.git", place.forge.ssh, place.name)
}

#[test]
fn a_push_with_a_deploy_key_is_in_the_name_of_the_owner() {
    let place = Place::new("deploys");
    let desk = place.desk(7106);
    let (client, public) = ssh(&place);
    let wanted = json!({"title": "deploys", "key": public, "read_only": false});
    place.api("POST /keys", &wanted).is(201);
    place.comes_from(&desk, &ssh_address(&place));
    desk.commit(&[("a.env", &desk.secret())]);
    place.refused(&place.lab.push_from(&desk.clone, &["main"], |command| {
        command.env("GIT_SSH_COMMAND", &client);
    }));
}

#[test]
fn a_push_over_the_ssh_server_of_the_forge_is_refused_and_accepted() {
    let place = Place::new("ssh");
    let desk = place.desk(7102);
    let (client, public) = ssh(&place);
    let wanted = json!({"title": "test", "key": public}).to_string();
    place.forge.api(OWNER, "POST /user/keys", &wanted).is(201);
    place.comes_from(&desk, &ssh_address(&place));
    let push = |words: &[&str]| {
        place.lab.push_from(&desk.clone, words, |command| {
            command.env("GIT_SSH_COMMAND", &client);
        })
    };
    desk.git("checkout -q -b evil");
    desk.commit(&[("a.env", &desk.secret())]);
    let refused = push(&["evil"]);
    place.refused(&refused);
    refused.says("git commit --amend");
    assert_eq!(place.tip("refs/heads/evil"), None);
    place.accepted(&push(&["main:clean"]));
    assert_eq!(place.tip("refs/heads/clean"), place.tip("refs/heads/main"));
    place.accepted(&push(&["--delete", "clean"]));
    assert_eq!(place.tip("refs/heads/clean"), None);
}

#[test]
fn other_refs_than_branches_are_looked_at_too() {
    let place = Place::new("refs");
    let desk = place.desk(7103);
    desk.git("checkout -q -b evil");
    desk.commit(&[("a.env", &desk.secret())]);
    for reference in ["refs/for/main", "refs/tags/v1", "refs/notes/commits", "refs/x/y"] {
        place.refused(&desk.push(&[&format!("evil:{reference}")]));
        assert_eq!(place.tip(reference), None, "{reference}");
    }
    desk.git(&format!("tag -a -m {} v2 main", desk.token));
    place.refused(&desk.push(&["v2"]));
    // A request to merge without a branch, which the forge takes for itself.
    desk.git("checkout -q -b good main");
    desk.commit(&[("b.txt", "b\n")]);
    place.accepted(&desk.push(&["good:refs/for/main/topic"]));
    assert!(place.tip("refs/pull/1/head").is_some(), "no pull request was made");
}

#[test]
fn a_wiki_is_a_repository_of_its_own() {
    let place = Place::open("wiki");
    let page = json!({"title": "Home", "content_base64": "aGVsbG8=", "message": "first"});
    place.api("POST /wiki/new", &page).is(201);
    let mut place = place;
    place.lab.server = place.forge.folder(&format!("{}.wiki", place.name));
    place.install();
    let address = place.forge.address(OWNER, &format!("{}.wiki", place.name));
    let desk = crate::support::desk::Desk::empty(&place.lab, 7104);
    place.comes_from(&desk, &address);
    desk.git("pull -q origin main");
    desk.commit(&[("Home.md", &desk.secret())]);
    let pushed = desk.push(&["HEAD:main"]);
    assert!(!pushed.accepted, "{}", pushed.told());
    pushed.says("pushgate: push refused: 1 secret found");
    assert_eq!(pushed.record()["pusher"]["name"], OWNER, "{}", pushed.told());
}

#[test]
fn the_forge_still_decides_who_may_push() {
    let place = Place::new("rights");
    let desk = place.desk(7105);
    place.comes_from(&desk, &place.forge.address(OTHER, &place.name));
    desk.commit(&[("b.txt", "b\n")]);
    let pushed = desk.push(&["main:theirs"]);
    assert!(!pushed.accepted, "{}", pushed.told());
    let told = "User permission denied for writing";
    assert!(pushed.stderr.contains(told), "{}", pushed.told());
    assert_eq!(place.tip("refs/heads/theirs"), None);
    // What was looked at was clean; the record is of pushgate's own decision.
    place.is_of(pushed.record(), OTHER);
    assert_eq!(pushed.record()["reason"], "clean", "{}", pushed.told());
}
