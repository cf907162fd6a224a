//! What a plan leaves as it is: files that git ignores, notes of others, commits that another setting
//! would melt. And what a plan says of a file that is none.

use crate::pages::types;
use crate::support::desk::{Desk, plan};
use crate::support::tokens::{self, CLOUD};
use crate::support::{PushLab, Pushed};

/// The person moves away what the message names, follows the rest, and puts it back.
#[track_caller]
fn followed_with_a_copy(desk: &Desk<'_>, pushed: &Pushed, file: &str) {
    let line = format!("# first move {file} elsewhere, if it is still on your disk");
    let lines = plan(pushed);
    assert!(lines.contains(&line), "{}", pushed.told());
    desk.command(&format!("mv {file} ../kept"));
    desk.follow(pushed);
    desk.command(&format!("mv ../kept {file}"));
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    assert_eq!(std::fs::read_to_string(desk.clone.join(file)).expect("it was kept"), "mine\n");
    assert_eq!(desk.git("status --porcelain"), "", "{}", pushed.told());
}

#[test]
fn a_file_that_a_later_commit_untracks_is_kept() {
    for several in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9170);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("local.conf", "default\n")]);
        desk.git("rm -q --cached local.conf");
        desk.commit(&[("local.conf", "default\n"), (".gitignore", "local.conf\n")]);
        if several {
            desk.commit(&[("b.txt", &desk.secret())]);
        }
        desk.write("local.conf", "mine\n");
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        followed_with_a_copy(&desk, &pushed, "local.conf");
    }
}

#[test]
fn a_file_that_got_another_name_and_is_ignored_is_kept() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9171);
    let filler: String = (0..50).map(|line| format!("line {line}\n")).collect();
    let text = |token: &str| format!("token = {token}\n{filler}");
    desk.commit(&[("app.conf", &text(&desk.token))]);
    desk.git("mv app.conf app.conf.example");
    let clean = text("none").replace("token = none\n", "");
    desk.commit(&[("app.conf.example", &clean), (".gitignore", "app.conf\n")]);
    desk.write("app.conf", "mine\n");
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("# first move app.conf elsewhere");
    desk.command("mv app.conf ../kept");
    for line in plan(&pushed) {
        match line.starts_with("git rebase -r --onto") {
            true => _ = desk.command(&line),
            false => desk.do_as_told(&line, &pushed),
        }
        if desk.clone.join(".git/rebase-merge").exists() {
            desk.write("app.conf.example", &clean);
            desk.git("add app.conf.example && git -c core.editor=true rebase --continue");
        }
    }
    desk.command("mv ../kept app.conf");
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    assert_eq!(std::fs::read_to_string(desk.clone.join("app.conf")).expect("kept"), "mine\n");
}

#[test]
fn files_that_are_too_many_to_be_named_are_told_of() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9172);
    let commit = desk.commit(&[("a.txt", &desk.secret())]);
    for index in 0..12 {
        desk.write(&format!("build/{index}.out"), "x\n");
    }
    desk.commit(&[]);
    desk.git("rm -q -r --cached build");
    desk.commit(&[(".gitignore", "build\n")]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    pushed.says("# first copy elsewhere what git ignores: it may write over it");
    // The page says how to list them.
    let list = "git log --diff-filter=D --no-renames --name-only c4d3059cf1..main";
    let listed = types(&desk, list, &[("c4d3059cf1", &commit)]);
    assert_eq!(listed.matches("build/").count(), 12, "{listed}");
}

#[test]
fn commits_that_a_setting_would_melt_stay_apart() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9173);
    desk.git("config rebase.autosquash true");
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.write("b", "b\n");
    desk.git("add b && git commit -q -m 'fixup! change'");
    desk.commit(&[("c.txt", &desk.secret())]);
    desk.refused_followed_passed(&["main"]).says("git rebase -r -i --no-autosquash");
    assert_eq!(
        desk.git("log --format=%s origin/main~3..main | tr '\\n' ' '"),
        "change fixup! change change"
    );
}

#[test]
fn notes_that_were_made_since_the_push_stay() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9174);
    desk.git(&format!("notes add -m 'token = {}'", desk.token));
    let refspec = "refs/notes/commits";
    let pushed = desk.push(&[refspec]);
    pushed.refused_for(&[CLOUD]);
    desk.commit(&[("b", "b\n")]);
    desk.git("notes add -m mine");
    for line in plan(&pushed) {
        match line.starts_with("git update-ref") {
            true => assert_ne!(desk.command(&line).code(), 0, "{line}"),
            false => desk.do_as_told(&line, &pushed),
        }
    }
    assert_eq!(desk.git("notes show main"), "mine");
}

#[test]
fn a_symbolic_link_is_no_file_to_edit() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9175);
    std::os::unix::fs::symlink(format!("/opt/{}", desk.token), desk.clone.join("link"))
        .expect("can be made");
    desk.commit(&[]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("# edit link: take the secret out, of the link itself, save");
    desk.command("ln -sfn /opt/app link");
    desk.follow(&pushed);
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
}

/// The plan takes out what is not shown, too, so nobody would ever hear of it again.
#[test]
fn two_secrets_are_shown_where_there_is_room_for_both() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9176);
    let other = format!("token = {}\n", tokens::app_password(9176));
    desk.commit(&[("a.txt", &desk.secret()), ("b.txt", &other)]);
    desk.commit(&[("c", "c\n")]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for_secrets().says("a.txt:2:9").says("b.txt:1:9");
    assert!(!pushed.told().contains("more secret"), "{}", pushed.told());
}
