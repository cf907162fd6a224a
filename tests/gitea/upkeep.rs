//! The hook through what admins and owners do with a forge.

use serde_json::json;

use super::forge::OWNER;
use super::place::Place;
use crate::support::commands::{dist, run};
use crate::support::desk::Desk;

/// A place with the hook, and a clone with a secret to push.
fn evil<'p>(place: &'p Place, seed: u64) -> Desk<'p> {
    let desk = place.desk(seed);
    desk.commit(&[("a.env", &desk.secret())]);
    desk
}

/// The doctor says that the hook will refuse, and it does.
#[track_caller]
fn is_well(place: &Place, desk: &Desk<'_>) {
    let ended = place.lab.run_tool(&["doctor"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    place.refused(&desk.push(&["main"]));
}

/// The page for admins.
const PAGE: &str = include_str!("../../docs/admin/install.md");

/// The script of the page that begins so.
#[track_caller]
fn script(first: &str) -> String {
    let blocks = PAGE.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
    let mut found = blocks.filter(|block| block.lines().next() == Some(first));
    found.next().unwrap_or_else(|| panic!("{first} is not on the page")).to_owned()
}

#[test]
fn the_script_of_the_page_installs_the_hook_in_every_repository_and_wiki() {
    let place = Place::open("loop");
    let page = json!({"title": "Home", "content_base64": "aGVsbG8=", "message": "first"});
    place.api("POST /wiki/new", &page).is(201);
    let desk = evil(&place, 7504);
    let line = "for repository in /var/lib/gitea/data/gitea-repositories/*/*.git; do";
    // Those of this test alone: others want some without.
    let all = place.lab.server.with_file_name("loop*.git").display().to_string();
    let script = script(line).replace("/var/lib/gitea/data/gitea-repositories/*/*.git", &all);
    let mut shell = place.lab.command("sh");
    let path = std::env::var("PATH").expect("there is a PATH");
    shell.env("PATH", format!("{}:{path}", dist().display())).args(["-c", &script]);
    let ended = run(shell, b"");
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert!(!ended.all_text().contains("NOT INSTALLED"), "{}", ended.all_text());
    for name in ["loop", "loop.wiki"] {
        let folder = place.forge.folder(&format!("{OWNER}/{name}"));
        let folder = folder.display().to_string();
        assert!(ended.text().contains(&format!("installed in {folder}")), "{}", ended.all_text());
    }
    // The configuration of the machine, if it has one, is not ours to know.
    let told = desk.command("git push -q origin main");
    assert!(told.all_text().contains("pushgate: push refused: 1 secret"), "{}", told.all_text());
}

#[test]
fn the_hook_stays_when_the_forge_writes_its_own_anew() {
    let place = Place::new("regenerated");
    let desk = evil(&place, 7501);
    is_well(&place, &desk);
    place.forge.admin(&["admin", "regenerate", "hooks"]);
    is_well(&place, &desk);
    let told = place.forge.admin(&["doctor", "check", "--run", "hooks", "--fix"]);
    assert!(!told.contains(&place.name), "{told}");
    is_well(&place, &desk);
}

#[test]
fn the_hook_goes_with_a_repository_that_gets_another_name() {
    let mut place = Place::new("before");
    let desk = evil(&place, 7502);
    let clone = desk.clone.clone();
    place.api("PATCH ", &json!({"name": "after"})).is(200);
    place.name = format!("{OWNER}/after");
    place.lab.server = place.forge.folder(&place.name);
    let address = place.forge.address(OWNER, &place.name);
    let folder = clone.display().to_string();
    place.lab.git(&["-C", &folder, "remote", "set-url", "origin", &address]);
    let pushed = place.lab.push_from(&clone, &["main"], |_| ());
    place.refused(&pushed);
}

#[test]
fn what_was_installed_can_be_taken_out_and_the_forge_goes_on() {
    let place = Place::new("out");
    let desk = evil(&place, 7503);
    is_well(&place, &desk);
    let ended = place.lab.run_tool(&["uninstall"], &[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert_ne!(place.lab.run_tool(&["doctor"], &[]).code(), 0);
    desk.git("push -q origin main");
    assert_eq!(place.tip("refs/heads/main"), Some(desk.git("rev-parse HEAD")));
    let names = std::fs::read_dir(&place.lab.server).expect("it is ours");
    for name in names.map(|entry| entry.expect("an entry").file_name()) {
        assert!(!name.to_string_lossy().contains("pushgate"), "{name:?} is left");
    }
}
