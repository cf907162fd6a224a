//! Plans for histories with merges, which git makes again without what was put in by hand.

use crate::support::PushLab;
use crate::support::desk::{Desk, plan};
use crate::support::tokens::CLOUD;

/// A branch that is merged into `main`: what it has, what `main` has, and what stands in the merge.
#[track_caller]
fn merged(desk: &Desk<'_>, side: &str, main: &str, in_merge: &str) {
    desk.git("checkout -q -b side");
    desk.commit(&[("side-1", "x\n")]);
    desk.commit(&[("side.txt", side)]);
    desk.git("checkout -q main");
    desk.commit(&[("main-1", "x\n")]);
    desk.commit(&[("main.txt", main)]);
    desk.git("merge -q --no-commit side");
    desk.commit(&[("merge.txt", in_merge)]);
    desk.git("branch -D side");
}

#[test]
fn who_moves_a_merge_is_shown_what_was_put_into_it_by_hand() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9120);
    merged(&desk, "x\n", &desk.secret(), "by hand\n");
    let pushed = desk.refused_followed_passed(&["main"]);
    pushed.says("# if more than your change is shown, see the page on merges");
    let command = "git diff --stat '@{1}'";
    assert!(plan(&pushed).iter().any(|line| line == command), "{}", pushed.told());
    let shown = desk.command(command).text();
    assert!(shown.contains("merge.txt") && shown.contains("main.txt"), "{shown}");
}

#[test]
fn nobody_is_told_of_merges_that_do_not_move() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9121);
    merged(&desk, "x\n", "x\n", "x\n");
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    let pushed = desk.refused_followed_passed(&["main"]);
    assert!(!pushed.told().contains("merges"), "{}", pushed.told());
    assert_eq!(desk.git("show main:merge.txt"), "x");
}

#[test]
fn commits_on_both_sides_of_a_merge_are_stops_of_one_rebase() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9122);
    merged(&desk, &desk.secret(), &desk.secret(), "x\n");
    desk.commit(&[("later", "later\n")]);
    let pushed = desk.refused_followed_passed(&["main"]);
    pushed.says("git rebase -r -i").says("see the page on merges");
    assert_eq!(desk.git("show main:side.txt"), "url = here\nend");
    assert_eq!(desk.git("show main:main.txt"), "url = here\nend");
    assert_eq!(desk.git("show main:later"), "later");
    assert_eq!(desk.git("rev-list --count --merges main"), "1");
}

#[test]
fn a_merge_among_several_commits_has_no_short_plan() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9123);
    merged(&desk, "x\n", &desk.secret(), &desk.secret());
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("no short way: a merge is among several commits");
    assert!(plan(&pushed).iter().all(|line| line.starts_with('#')), "{}", pushed.told());
}

#[test]
fn where_a_merge_was_resolved_by_hand_the_stop_is_told() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9124);
    desk.git("checkout -q -b theirs");
    desk.commit(&[("README", "a project\ntheirs\n")]);
    desk.git("checkout -q main");
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("README", "a project\nmine\n")]);
    assert_ne!(desk.command("git merge -q theirs").code(), 0, "it conflicts");
    desk.commit(&[("README", "a project\nmine and theirs\n")]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    let lines = plan(&pushed);
    let at = lines.iter().position(|line| line.starts_with("git rebase")).expect("it has one");
    let hint = "# if it stops: mend FILE, git add FILE, git rebase --continue, go on";
    assert_eq!(lines[at + 1], hint, "{}", pushed.told());
    for (index, line) in lines.iter().enumerate() {
        if index != at {
            desk.do_as_told(line, &pushed);
            continue;
        }
        assert_ne!(desk.command(line).code(), 0, "git stops: {line}");
        desk.write("README", "a project\nmine and theirs\n");
        desk.git("add README");
        desk.git("-c core.editor=true rebase --continue");
    }
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    assert_eq!(desk.git("show main:README"), "a project\nmine and theirs");
}

/// What a merge brings in is moved with it, also if the server had it before.
#[test]
fn who_has_merged_what_may_pass_is_told_to_keep_what_git_ignores() {
    for other in [".env", "tracked.txt"] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9123);
        desk.commit(&[(".gitignore", ".env\n")]);
        assert!(desk.push(&["main"]).accepted);
        desk.git("switch -q -c feature");
        desk.commit(&[("c.ini", &desk.secret())]);
        desk.git("switch -q main");
        desk.write(other, "of somebody else\n");
        desk.git(&format!("add -f {other} && git commit -q -m there && git rm -q {other}"));
        desk.git("commit -q -m gone");
        assert!(desk.push(&["main"]).accepted);
        desk.git("switch -q feature && git merge -q --no-ff -m merged main");
        let pushed = desk.refused_followed_passed(&["feature"]);
        pushed.says("# first copy elsewhere what git ignores: it may write over it");
    }
}

#[test]
fn a_merge_with_nothing_new_at_its_other_side_needs_no_such_words() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9124);
    desk.git("switch -q -c feature");
    desk.commit(&[("c.ini", &desk.secret())]);
    desk.git("switch -q main && git merge -q --no-ff -m merged feature");
    let pushed = desk.refused_followed_passed(&["main"]);
    assert!(!pushed.told().contains("what git ignores"), "{}", pushed.told());
}
