//! Plans for pushes with tags and notes, and for several refs at once.

use crate::support::PushLab;
use crate::support::desk::{Desk, plan};
use crate::support::tokens::CLOUD;

/// Both kinds of tag, as words for git.
const TAGS: [(&str, &str); 2] = [("", "commit"), ("-a -m text", "tag")];

#[test]
fn a_tag_beside_the_branch_is_set_anew() {
    for (words, kind) in TAGS {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9100);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.git(&format!("tag {words} v1"));
        desk.refused_followed_passed(&["main", "v1"]).says("git tag -f");
        assert_eq!(desk.git("rev-parse 'v1^{commit}'"), desk.git("rev-parse main"));
        assert_eq!(desk.git("cat-file -t v1"), kind);
    }
}

#[test]
fn a_tag_on_an_earlier_commit_stays_on_it() {
    for (words, kind) in TAGS {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9101);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.git(&format!("tag {words} v1"));
        desk.commit(&[("b", "b\n")]);
        desk.refused_followed_passed(&["main", "v1"]);
        assert_eq!(desk.git("rev-parse 'v1^{commit}'"), desk.git("rev-parse main~1"));
        assert_eq!(desk.git("cat-file -t v1"), kind);
    }
}

#[test]
fn a_tag_on_the_end_of_a_branch_stays_on_that_commit_also_if_the_clone_went_on() {
    for (words, kind) in TAGS {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9102);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("b", "b\n")]);
        desk.git(&format!("tag {words} v1"));
        let pushed = desk.push(&["main", "v1"]);
        pushed.refused_for(&[CLOUD]);
        desk.commit(&[("later", "later\n")]);
        desk.follow(&pushed);
        assert!(desk.push(&["main", "v1"]).accepted, "{}", pushed.told());
        assert_eq!(desk.git("rev-parse 'v1^{commit}'"), desk.git("rev-parse main~1"));
        assert_eq!(desk.git("cat-file -t v1"), kind);
        assert_eq!(desk.git("show main:later"), "later");
        assert_eq!(desk.git("rev-list --count main"), "4");
    }
}

#[test]
fn a_tag_alone_whose_history_has_the_secret_is_moved_alone() {
    for (words, kind) in TAGS {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9103);
        desk.git("checkout -q -b side");
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("b", "b\n")]);
        desk.git(&format!("tag {words} v1"));
        desk.git("checkout -q main");
        desk.refused_followed_passed(&["v1"]);
        assert_eq!(desk.git("cat-file -t v1"), kind);
        assert_eq!(desk.git("show v1:b"), "b");
        assert_eq!(desk.git("symbolic-ref HEAD"), "refs/heads/main");
    }
}

#[test]
fn a_tag_of_a_tag_is_made_anew_after_that() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9104);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("tag -a -m text inner");
    desk.git("tag -a -m text outer inner");
    desk.refused_followed_passed(&["main", "inner", "outer"]).says("git tag -f -a outer inner");
    assert_eq!(desk.git("rev-parse 'outer^{commit}'"), desk.git("rev-parse main"));
    assert!(desk.git("cat-file tag outer").contains(&desk.git("rev-parse inner")));
}

#[test]
fn a_tag_of_a_tag_that_is_not_pushed_has_no_short_plan() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9105);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("tag -a -m text inner");
    desk.git("tag -a -m text outer inner");
    let pushed = desk.push(&["outer"]);
    pushed.refused_for(&[CLOUD]).says("no short way: a tag points at a tag that is not pushed");
}

#[test]
fn the_text_of_a_tag_of_a_tag_is_edited() {
    for (with, place) in [("inner", "outer"), ("outer", "inner")] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9106);
        for (tag, of) in [("inner", "HEAD"), ("outer", "inner")] {
            let text = if tag == with { &desk.token } else { "text" };
            desk.git(&format!("tag -a -m 'token = {text}' {tag} {of}"));
        }
        let kept = desk.git(&format!("rev-parse {place}"));
        let pushed = desk.refused_followed_passed(&["inner", "outer"]);
        let has_outer = plan(&pushed).iter().any(|line| line == "git tag -f -a outer inner");
        assert_eq!(has_outer, with == "inner", "{}", pushed.told());
        assert!(desk.git("cat-file tag outer").contains(&desk.git("rev-parse inner")));
        assert_eq!(desk.git(&format!("rev-parse {place}")) == kept, with == "outer");
    }
}

#[test]
fn a_tag_between_the_commit_and_the_branch_has_no_short_plan() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9107);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    desk.git("tag v1");
    desk.commit(&[("c", "c\n")]);
    let pushed = desk.push(&["main", "v1"]);
    pushed.refused_for(&[CLOUD]).says("no short way: a tag stands behind the commit");
    assert!(plan(&pushed).iter().all(|line| line.starts_with('#')), "{}", pushed.told());
}

#[test]
fn a_tag_whose_name_cannot_stand_in_a_command_is_set_by_hand() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9108);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("tag \"it's\"");
    let pushed = desk.push(&["main", "it's"]);
    pushed.refused_for(&[CLOUD]).says("# set your tag or note on HEAD: git tag -f");
    desk.follow(&pushed);
    desk.git("tag -f \"it's\" HEAD");
    assert!(desk.push(&["main", "it's"]).accepted, "{}", pushed.told());
}

#[test]
fn a_tag_on_a_commit_of_several_branches_is_set_anew() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9109);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("branch dev");
    desk.git("tag v1");
    desk.commit(&[("b", "b\n")]);
    desk.refused_followed_passed(&["main", "dev", "v1"]);
    assert_eq!(desk.git("rev-parse v1"), desk.git("rev-parse main~1"));
}

#[test]
fn a_note_further_back_is_edited() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9110);
    desk.git(&format!("notes add -m 'token = {}' HEAD", desk.token));
    desk.commit(&[("b", "b\n")]);
    desk.git("push -q origin main");
    desk.git("notes add -m harmless HEAD");
    desk.refused_followed_passed(&["refs/notes/commits"]);
    assert_eq!(desk.git("notes show HEAD"), "harmless");
    assert_eq!(desk.git("symbolic-ref HEAD"), "refs/heads/main");
}

#[test]
fn a_branch_that_a_plan_moves_has_its_other_secrets_in_the_next_message() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9111);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("tag v1");
    desk.commit(&[("b.txt", &desk.secret())]);
    let pushed = desk.push(&["main", "v1"]);
    pushed.refused_for(&[CLOUD]).says("# then push again: the server tells what is left");
    desk.follow(&pushed);
    desk.refused_followed_passed(&["main", "v1"]);
    assert_eq!(desk.git("rev-parse v1"), desk.git("rev-parse main~1"));
}

/// Where a rebase stops, what to do stands directly behind it, before any ref is set.
#[track_caller]
fn stops_are_told_before_refs_move(lines: &[String]) {
    let mut count = 0;
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with("git rebase -r --onto") {
            count += 1;
            assert!(lines[at + 1].starts_with("# if it stops"), "{lines:#?}");
        }
    }
    assert!(count > 0, "{lines:#?}");
    let told = lines.iter().filter(|line| line.starts_with("# if it stops:")).count();
    assert_eq!(told, count, "{lines:#?}");
}

#[test]
fn no_note_is_lost_where_moving_stops() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9112);
    desk.commit(&[("b", "b\n")]);
    desk.git("push -q origin main");
    desk.git(&format!("notes add -m 'token = {}'", desk.token));
    desk.git("notes append -m 'more of it'");
    desk.git("notes add -m precious HEAD~1");
    let pushed = desk.push(&["refs/notes/*"]);
    pushed.refused_for(&[CLOUD]);
    let lines = plan(&pushed);
    stops_are_told_before_refs_move(&lines);
    assert_eq!(
        lines[0],
        "# other changes: git stash, at the end on your branch git stash pop",
        "{}",
        pushed.told()
    );
    for line in &lines {
        if line.starts_with("git rebase") && desk.command(line).code() != 0 {
            let path = desk.git("diff --name-only --diff-filter=U");
            desk.write(&path, "none\n\nmore of it\n");
            desk.git(&format!("add {path}"));
            desk.git("-c core.editor=true rebase --continue");
        } else if !line.starts_with("git rebase") {
            desk.do_as_told(line, &pushed);
        }
    }
    assert!(desk.push(&["refs/notes/*"]).accepted, "{}", pushed.told());
    assert_eq!(desk.git("notes show HEAD~1"), "precious");
    assert!(desk.git("notes show").contains("more of it"));
}

#[test]
fn what_to_do_at_a_stop_stands_before_a_tag_is_set_and_before_the_next_branch() {
    for tag in [true, false] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9113);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.git("branch dev");
        desk.commit(&[("a.txt", &format!("{}more\n", desk.secret()))]);
        let other = if tag { "v1" } else { "dev" };
        if tag {
            desk.git("tag v1");
        } else {
            desk.git("checkout -q dev");
            desk.commit(&[("b", "b\n")]);
        }
        let pushed = desk.push(&["main", other]);
        pushed.refused_for(&[CLOUD]);
        stops_are_told_before_refs_move(&plan(&pushed));
        assert_eq!(plan(&pushed).iter().any(|line| line.starts_with("git tag -f")), tag);
    }
}

#[test]
fn who_made_a_tag_is_set_anew() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9114);
    let line = "git tag -a -m text v1";
    let ended = desk.command(&format!("GIT_COMMITTER_NAME='token = {}' {line}", desk.token));
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    let pushed = desk.refused_followed_passed(&["v1"]);
    pushed.says("# see that git config user.name and user.email hold no secret");
    assert!(!pushed.told().contains("out of the tag message"), "{}", pushed.told());
}

#[test]
fn a_branch_that_has_another_name_here_is_not_taken_for_the_one_of_the_server() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9115);
        desk.git("checkout -q -b feature");
        desk.commit(&[("a.txt", &desk.secret())]);
        if back {
            desk.commit(&[("b", "b\n")]);
        }
        let tip = desk.git("rev-parse --short=10 HEAD");
        let pushed = desk.push(&["feature:main"]);
        let guard = match back {
            true => format!("git --no-pager branch --contains {tip}"),
            false => format!("# on main at {tip}, else see the page"),
        };
        let pushed = pushed.refused_for(&[CLOUD]).says(&guard);
        if back {
            pushed.says("# that must list main, else stop and see the page");
            assert_eq!(desk.git(guard.strip_prefix("git ").expect("it is one")), "* feature");
        }
    }
}

#[test]
fn notes_stay_what_they_are_where_a_plan_cannot_begin_or_stops() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9116);
        desk.git(&format!("notes add -m 'token = {}'", desk.token));
        if back {
            desk.git("notes append -m more");
        }
        desk.git("push -q origin main");
        let pushed = desk.push(&["refs/notes/commits"]);
        pushed.refused_for(&[CLOUD]);
        // What is not committed keeps git from checking anything out.
        desk.write("README", "unfinished\n");
        let refs = "rev-parse main refs/notes/commits";
        let before = [desk.git("notes list"), desk.git(refs)];
        for line in plan(&pushed).iter().filter(|line| line.starts_with("git ")) {
            desk.command(line);
        }
        let after = [desk.git("notes list"), desk.git(refs)];
        assert_eq!(before, after, "{}", pushed.told());
    }
}
