//! What a plan keeps where the developer stands on another branch than the one that is mended, and
//! what it keeps of the commits of others.

use crate::support::PushLab;
use crate::support::desk::{Desk, plan};
use crate::support::tokens::CLOUD;

/// A file that is ignored where the developer stands, and that the branch to be mended tracks. It is
/// as it was afterwards, and the branch too if git refused to go there.
fn kept_where_it_is_ignored(track: impl Fn(&Desk<'_>), words: &[&str]) {
    for stays_in_the_way in [true, false] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9800);
        desk.git("switch -q -c release");
        track(&desk);
        desk.git("switch -q main");
        desk.write(".git/info/exclude", "out.txt\n");
        desk.write("out.txt", "mine\n");
        let pushed = desk.push(words);
        pushed.refused_for(&[CLOUD]);
        let before = desk.git("for-each-ref refs/heads/release refs/tags");
        if stays_in_the_way {
            let text = plan(&pushed).join("\n");
            desk.mend();
            desk.paste_blindly("sh", &text);
            desk.command("git rebase --abort; git checkout -q main");
            let kept = std::fs::read_to_string(desk.clone.join("out.txt"));
            assert_eq!(kept.unwrap_or_default(), "mine\n", "{}", pushed.told());
            assert_eq!(desk.git("for-each-ref refs/heads/release refs/tags"), before);
        } else {
            desk.command("mv out.txt ../kept");
            desk.follow(&pushed);
            assert!(desk.push(words).accepted, "{}", pushed.told());
        }
    }
}

#[test]
fn a_file_that_a_tagged_commit_tracks_and_that_is_ignored_here_is_kept() {
    let track = |desk: &Desk<'_>| {
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("out.txt", "theirs\n")]);
        desk.git("tag v1");
        desk.git("switch -q main && git branch -q -D release");
    };
    kept_where_it_is_ignored(track, &["v1"]);
}

#[test]
fn git_goes_to_the_branch_first_and_not_over_what_is_ignored_here() {
    for several in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9801);
        desk.git("switch -q -c release");
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("out.txt", "theirs\n")]);
        if several {
            desk.commit(&[("b.txt", &desk.secret())]);
        }
        desk.git("switch -q main");
        desk.write(".git/info/exclude", "out.txt\n");
        desk.write("out.txt", "mine\n");
        let pushed = desk.push(&["release"]);
        pushed.refused_for(&[CLOUD]);
        let lines = plan(&pushed);
        let go = "git switch --no-overwrite-ignore --no-guess release";
        let at = lines.iter().position(|line| line == go).expect("it goes there");
        assert!(lines[..at].iter().all(|line| line.starts_with("# ")), "{lines:?}");
        // A command that fails is where a reader stops.
        assert_ne!(desk.command(go).code(), 0);
        assert_eq!(std::fs::read(desk.clone.join("out.txt")).expect("it is there"), b"mine\n");
        assert_eq!(desk.git("symbolic-ref HEAD"), "refs/heads/main");
        desk.command("mv out.txt ../kept");
        desk.follow(&pushed);
        assert!(desk.push(&["release"]).accepted, "{}", pushed.told());
        assert_eq!(desk.git("show release:out.txt"), "theirs");
    }
}

#[test]
fn of_several_branches_a_copy_of_what_is_ignored_is_asked_for() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9802);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("branch other");
    let pushed = desk.push(&["main", "other"]);
    pushed.refused_for(&[CLOUD]);
    pushed.says("# first copy elsewhere what git ignores: it may write over it");
    desk.follow(&pushed);
    assert!(desk.push(&["main", "other"]).accepted, "{}", pushed.told());
}

#[test]
fn lines_of_a_later_message_that_git_takes_for_comments_stay_where_it_stops() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9803);
    desk.commit(&[("a.txt", &format!("b = 2\ntoken = {}\n", desk.token))]);
    desk.write("a.txt", &format!("b = 3\ntoken =  {}\n", desk.token));
    desk.git("commit -qa --cleanup=verbatim -m 'touch it\n\n#17 is fixed by this\nand more'");
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    let go_on = "git -c core.commentChar=% rebase --continue";
    pushed.says("# if it stops: mend FILE, git add FILE, and go on with what follows:");
    pushed.says(&format!("# {go_on}"));
    let lines = plan(&pushed);
    let rebase = lines.iter().position(|line| line.starts_with("git rebase")).expect("there is");
    for line in &lines[..rebase] {
        desk.do_as_told(line, &pushed);
    }
    assert_ne!(desk.command(&lines[rebase]).code(), 0, "it stops");
    desk.write("a.txt", "b = 3\n");
    desk.git("add a.txt");
    desk.git(go_on.strip_prefix("git ").expect("it is git"));
    assert_eq!(desk.git("log -1 --format=%b"), "#17 is fixed by this\nand more");
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
}

#[test]
fn a_commit_of_somebody_else_of_which_nothing_is_left_keeps_its_text() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9804);
    desk.commit(&[("a.txt", &format!("one\n{}", desk.secret()))]);
    desk.write("a.txt", "one\nfeature\n");
    desk.git("commit -qa -m 'feature C' --author 'Other <other@example.test>'");
    let pushed = desk.refused_followed_passed(&["main"]);
    pushed.says("git restore --staged --source=").says("git rebase -r --empty=keep --onto");
    assert_eq!(desk.git("log -1 --format='%an %s' main"), "Other feature C");
    assert_eq!(desk.git("show main:a.txt"), "one\nfeature");
}

#[test]
fn at_a_stop_the_commit_is_shown_that_is_made_conflict_or_not() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9805);
    desk.commit(&[("a.txt", &desk.secret())]);
    let changed = desk.secret().replace("token = ", "token =  ");
    desk.commit(&[("a.txt", &changed), ("other.txt", &desk.secret())]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("# at each stop: git show --stat REBASE_HEAD, take");
    let lines = plan(&pushed);
    let begun = lines.iter().position(|line| line.contains("rebase -r -i")).expect("it has stops");
    lines[..=begun].iter().for_each(|line| desk.do_as_told(line, &pushed));
    let shown = || desk.git("show --stat --format=%s REBASE_HEAD");
    assert!(!shown().contains("other.txt"));
    desk.write("a.txt", "url = here\nend\n");
    desk.git("add a.txt");
    desk.command("git -c core.editor=true rebase --continue");
    assert!(!desk.git("diff --name-only --diff-filter=U").is_empty(), "it is a conflict");
    assert!(shown().contains("other.txt"), "{}", shown());
}
