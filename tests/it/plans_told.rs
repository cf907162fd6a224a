//! What the page says about plans is done.

use crate::support::PushLab;
use crate::support::desk::Desk;
use crate::support::tokens::CLOUD;

/// The page that the message names.
const PAGE: &str = include_str!("../../docs/developers/my-push-was-rejected.md");

/// A command of the page, with the names of this case in place of its own.
#[track_caller]
fn on_page(command: &str, names: &[(&str, &str)]) -> String {
    assert!(PAGE.lines().any(|line| line == command), "{command} is not on the page");
    names.iter().fold(command.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn the_commands_of_the_page_mend_an_earlier_commit_and_one_of_several() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9033);
    let id = desk.commit(&[("deploy/prod.yml", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    let names = [("c4d3059cf1", &id[..10])];
    for command in [
        "git switch --detach",
        "git switch --no-overwrite-ignore -C mend-c4d3 c4d3059cf1",
        "git commit --amend --no-edit --allow-empty -- :/deploy/prod.yml",
        "git rebase -r --onto mend-c4d3 c4d3059cf1 main",
        "git branch -d mend-c4d3",
    ] {
        if command.contains("--amend") {
            desk.mend();
        }
        let ended = desk.command(&on_page(command, &names));
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
    }
    assert!(desk.push(&["main"]).accepted);

    let id = desk.commit(&[("c.txt", &desk.secret())]);
    desk.commit(&[("d.txt", &desk.secret())]);
    desk.stop_at("edit", &[&id[..7]]);
    let names = [("c4d3059cf1", &id[..10])];
    for command in
        ["git rebase -r -i c4d3059cf1~1 main", "git -c core.editor=true rebase --continue"]
    {
        if command.contains("--continue") {
            desk.mend();
            desk.git("add -u");
        }
        let ended = desk.command(&on_page(command, &names));
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
    }
    desk.mend();
    desk.git("commit -q -a --amend --no-edit");
    assert!(desk.push(&["main"]).accepted);
}

#[test]
fn the_commands_of_the_page_take_the_version_of_a_later_commit() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9041);
    desk.commit(&[("deploy/prod.yml", &desk.secret())]);
    let tip = desk.commit(&[("deploy/prod.yml", "url = here\n")]);
    desk.push(&["main"]).refused_for(&[CLOUD]);
    desk.git("switch -q --detach HEAD~1");
    for command in [
        "git rm --quiet -- deploy/prod.yml",
        "git restore --staged --source=8d060dd93d -- deploy/prod.yml",
        "git checkout-index -- deploy/prod.yml",
    ] {
        let ended = desk.command(&on_page(command, &[("8d060dd93d", &tip[..10])]));
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
    }
    assert_eq!(desk.git("diff main"), "");
    assert_eq!(desk.git("diff --cached main"), "");
}

#[test]
fn the_commands_of_the_page_mend_a_commit_on_which_others_were_made_since_the_push() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9036);
    let id = desk.commit(&[("deploy/prod.yml", &desk.secret())]);
    // The message is one for the end of the branch, and sends those who went on to the page.
    desk.push(&["main"]).refused_for(&[CLOUD]).says(", else see the page");
    desk.commit(&[("later", "later\n")]);
    let names = [("c4d3059cf1", &id[..10])];
    for (command, is_mended) in [
        ("git switch --detach", false),
        ("git switch --no-overwrite-ignore -C mend-c4d3 c4d3059cf1", false),
        ("git commit --amend --no-edit --allow-empty -- :/deploy/prod.yml", true),
        ("git rebase -r --onto mend-c4d3 c4d3059cf1 main", true),
    ] {
        if is_mended {
            desk.mend();
        }
        let ended = desk.command(&on_page(command, &names));
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
    }
    assert!(desk.push(&["main"]).accepted);
    assert_eq!(desk.git("show main:later"), "later");
}

#[test]
fn the_commands_of_the_page_bring_back_what_stood_in_a_merge() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9037);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("checkout -q -b side HEAD~1");
    desk.commit(&[("b", "b\n")]);
    desk.git("checkout -q main");
    desk.git("merge -q --no-commit side");
    desk.commit(&[("merge.txt", "by hand\n")]);
    desk.refused_followed_passed(&["main"]);
    assert!(!desk.clone.join("merge.txt").exists(), "git does not lose it any more");
    let shown = desk.command(&on_page("git diff --stat '@{1}'", &[]));
    assert!(shown.text().contains("merge.txt"), "{}", shown.all_text());
    for command in ["git checkout '@{1}' -- merge.txt", "git commit --amend --no-edit"] {
        let ended = desk.command(&on_page(command, &[]));
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
    }
    assert_eq!(desk.git("show main:merge.txt"), "by hand");
    assert!(desk.push(&["--force", "main"]).accepted);
}

#[test]
fn the_commands_of_the_page_push_in_parts() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9038);
    for _ in 0..5 {
        desk.commit(&[]);
    }
    let begin = PAGE.find("branch=$(git symbolic-ref --short HEAD)").expect("it is on the page");
    let script = PAGE[begin..].split("```").next().expect("it ends");
    let ended = desk.command(&script.replace("% 1000", "% 2"));
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert_eq!(lab.audit_lines().len(), 4, "the first push, two parts, and what is left");
    assert_eq!(lab.in_server(&["rev-parse", "main"]), desk.git("rev-parse main"));
}

#[test]
fn every_command_of_the_page_is_read_alike_by_both_shells() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9039);
    let is_alike = |line: &&str| line.starts_with("git ") && !line.contains(['$', '"']);
    let lines: Vec<&str> = PAGE.lines().filter(is_alike).collect();
    assert!(lines.len() > 10, "{lines:?}");
    lines.into_iter().for_each(|line| desk.read_alike(line));
}

#[test]
fn the_commands_of_the_page_make_one_commit_of_many_and_forget_the_old_ones() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9034);
    for index in 0..13 {
        desk.commit(&[(&format!("f{index}.txt"), &desk.secret())]);
    }
    let old = desk.git("rev-parse HEAD");
    desk.push(&["main"]).refused_for(&[CLOUD]).says("no short way: too many commits");
    desk.git("fetch -q origin");
    let reset = on_page("git reset --soft $(git merge-base HEAD origin/main)", &[]);
    assert_eq!(desk.command(&reset).code(), 0);
    desk.mend();
    desk.git("add -u && git commit -q -m all");
    assert!(desk.push(&["main"]).accepted);
    for command in ["git reflog expire --expire=now --all", "git gc --prune=now"] {
        let ended = desk.command(&on_page(command, &[]));
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
    }
    assert_ne!(desk.command(&format!("git cat-file -e {old}")).code(), 0, "it is still there");
}
