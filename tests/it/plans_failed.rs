//! Who pastes all lines of a plan at once also runs those behind a command that failed, or behind a
//! rebase that stopped. No branch, tag or note is harmed by that, and the plan can be begun again.

use crate::support::desk::{Desk, plan};
use crate::support::tokens::CLOUD;
use crate::support::{PushLab, Pushed, tokens};

/// Branches, tags and notes, without those that a plan or a rebase makes for itself.
#[track_caller]
fn refs(desk: &Desk<'_>) -> Vec<String> {
    let refs = desk.git("for-each-ref --format='%(refname) %(objectname)'");
    let own = ["refs/heads/mend-", "refs/heads/move-", "refs/rewritten/"];
    let is_own = |line: &&str| own.iter().any(|begin| line.starts_with(begin));
    refs.lines().filter(|line| !is_own(line)).map(str::to_owned).collect()
}

/// Pastes the plan in each shell, over what was not committed: nothing moves, and once that is
/// committed or put away, the plan leads to a push that passes.
#[track_caller]
fn cannot_begin(desk: &Desk<'_>, words: &[&str], is_dirty: &[(&str, &str)]) -> Pushed {
    let pushed = desk.push(words);
    pushed.refused_for_secrets();
    let before = refs(desk);
    for shell in ["sh", "dash", "bash"] {
        for (path, text) in is_dirty {
            desk.write(path, text);
        }
        desk.paste_blindly(shell, &plan(&pushed).join("\n"));
        assert_eq!(refs(desk), before, "{shell}: {}", pushed.told());
        desk.git("reset -q --hard");
        desk.git("checkout -q main");
    }
    desk.follow(&pushed);
    let again = desk.push(words);
    assert!(again.accepted, "first:\n{}\nthen:\n{}", pushed.told(), again.told());
    pushed
}

/// What keeps git from checking anything out.
const UNFINISHED: [(&str, &str); 1] = [("README", "unfinished\n")];

/// One commit behind another, in which a file has its last version.
#[track_caller]
fn behind(desk: &Desk<'_>) {
    desk.commit(&[("README", "a project\nmore\n"), ("b", "b\n")]);
}

#[test]
fn an_earlier_commit_that_cannot_be_checked_out_leaves_the_branch_alone() {
    // Of what is unfinished, the commit would take in all, or a part.
    for others in [&UNFINISHED[..], &[]] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9800);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("a.txt", &format!("{}more\n", desk.secret())), ("b", "b\n")]);
        desk.commit(&[("a.txt", "url = here\nend\n")]);
        let dirty = [&[("a.txt", "unfinished\n")], others].concat();
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        let before = refs(&desk);
        dirty.iter().for_each(|(path, text)| desk.write(path, text));
        desk.paste_blindly("sh", &plan(&pushed).join("\n"));
        assert_eq!(refs(&desk), before, "{}", pushed.told());
    }
}

/// Nothing is unfinished, so that a rebase onto what is checked out would do its work.
#[test]
fn an_earlier_commit_that_a_file_keeps_from_being_checked_out_leaves_the_branch_alone() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9816);
    desk.commit(&[("a.txt", &desk.secret()), ("c.txt", "c\n")]);
    desk.git("rm -q --cached c.txt && git commit -q -m 'forget it'");
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    let before = refs(&desk);
    desk.mend();
    desk.paste_blindly("sh", &plan(&pushed).join("\n"));
    assert_eq!(refs(&desk), before, "{}", pushed.told());
}

#[test]
fn what_no_file_has_is_not_taken_out_of_another_commit() {
    for what in ["message", "author", "committer"] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9801);
        let secret = format!("token = {}", desk.token);
        match what {
            "message" => desk.git(&format!("commit -q --allow-empty -m '{secret}'")),
            "author" => desk.git(&format!("-c user.name='{secret}' commit -q --allow-empty -m x")),
            _ => {
                let line = "git commit -q --allow-empty -m x --author='Alice <a@b>'";
                desk.command(&format!("GIT_COMMITTER_NAME='{secret}' {line}")).text()
            }
        };
        behind(&desk);
        desk.git("commit -q --amend --no-edit --author='Bob <b@c>'");
        cannot_begin(&desk, &["main"], &UNFINISHED);
        assert_eq!(desk.git("log -1 --format=%an main"), "Bob");
    }
}

#[test]
fn several_branches_and_tags_stay_where_they_are() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9802);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("tag v1");
    desk.git("branch dev");
    behind(&desk);
    desk.git("checkout -q dev");
    desk.commit(&[("c", "c\n")]);
    desk.git("checkout -q main");
    cannot_begin(&desk, &["main", "dev", "v1"], &UNFINISHED);
    assert_eq!(desk.git("merge-base main dev"), desk.git("rev-parse v1"));
}

#[test]
fn a_tag_at_the_end_of_a_branch_stays_where_it_is() {
    for words in ["", "-a -m text"] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9803);
        desk.commit(&[("a.txt", &desk.secret())]);
        behind(&desk);
        desk.git(&format!("tag {words} v1"));
        cannot_begin(&desk, &["main", "v1"], &UNFINISHED);
        assert_eq!(desk.git("rev-parse 'v1^{commit}'"), desk.git("rev-parse main"));
    }
}

#[test]
fn notes_that_cannot_be_checked_out_leave_the_branch_alone() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9804);
    behind(&desk);
    desk.git("push -q origin main");
    desk.git(&format!("notes add -m 'token = {}'", desk.token));
    desk.git("notes append -m more");
    let pushed = desk.push(&["refs/notes/commits"]);
    pushed.refused_for(&[CLOUD]);
    let before = refs(&desk);
    desk.write("README", "unfinished\n");
    desk.paste_blindly("sh", &plan(&pushed).join("\n"));
    assert_eq!(refs(&desk), before, "{}", pushed.told());
}

#[test]
fn a_rebase_with_stops_that_does_not_begin_commits_nothing() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9805);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("c.txt", &desk.secret())]);
    behind(&desk);
    let pushed = cannot_begin(&desk, &["main"], &UNFINISHED);
    pushed.says("git rebase -r -i").says("rebase --continue");
}

#[test]
fn texts_among_several_commits_are_asked_for_by_git_itself() {
    for file_too in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9806);
        if file_too {
            desk.commit(&[("a.txt", &desk.secret())]);
        }
        for file in ["c", "d"] {
            desk.write(file, file);
            desk.git(&format!("add {file} && git commit -q -m '{file}, token = {}'", desk.token));
        }
        behind(&desk);
        let pushed = cannot_begin(&desk, &["main"], &UNFINISHED);
        pushed.says("# a list opens: change pick to reword at ");
        assert_eq!(pushed.told().contains("# in it, change pick to edit at "), file_too);
        assert_eq!(desk.git("log --format=%s main | grep -c 'token = none'"), "2");
    }
}

#[test]
fn a_stop_that_is_a_conflict_is_not_committed_by_what_is_pasted_there() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9812);
    let mut text = "begin\n".to_owned();
    for index in 0..3 {
        text += &format!("token = {}\n", tokens::cloud(9813 + index));
        desk.commit(&[("a.txt", &text)]);
    }
    let pushed = desk.push(&["main"]);
    pushed.refused_for_secrets();
    let before = refs(&desk);
    let lines = plan(&pushed);
    let at = lines.iter().position(|line| line.starts_with("git rebase -r -i")).expect("it has");
    lines[..at].iter().for_each(|line| desk.do_as_told(line, &pushed));
    desk.command(&lines[at]);
    desk.write("a.txt", "begin\n");
    desk.git("add a.txt");
    for _ in 0..4 {
        desk.paste_blindly("sh", &lines[at + 1..].join("\n"));
    }
    assert!(!desk.git("diff --name-only --diff-filter=U").is_empty(), "it was to be a conflict");
    assert!(!desk.git("log -p --format= main HEAD").contains("<<<<<<<"), "{}", pushed.told());
    assert_eq!(refs(&desk), before, "{}", pushed.told());
}

/// `main` and `dev` with one secret behind both; moving `main` stops.
#[track_caller]
fn stops_at_the_first_of_two(desk: &Desk<'_>) -> Pushed {
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("branch dev");
    desk.commit(&[("a.txt", &format!("{}more\n", desk.secret().replace("here", "there")))]);
    desk.git("checkout -q dev");
    desk.commit(&[("c", "c\n")]);
    desk.git("checkout -q main");
    let pushed = desk.push(&["main", "dev"]);
    pushed.refused_for(&[CLOUD]);
    pushed
}

#[test]
fn behind_a_rebase_that_stopped_nothing_is_removed_and_no_other_branch_moves() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9807);
    let pushed = stops_at_the_first_of_two(&desk);
    let before = refs(&desk);
    let lines = plan(&pushed);
    let at = lines.iter().position(|line| line.starts_with("git rebase")).expect("it has one");
    lines[..at].iter().for_each(|line| desk.do_as_told(line, &pushed));
    desk.paste_blindly("sh", &lines[at..].join("\n"));
    assert!(desk.clone.join(".git/rebase-merge").exists(), "it was to stop: {}", pushed.told());
    assert_eq!(refs(&desk), before, "{}", pushed.told());
    // Who reads on goes on from there.
    desk.write("a.txt", "url = there\nend\nmore\n");
    desk.git("add a.txt");
    desk.git("-c core.editor=true rebase --continue");
    lines[at + 1..].iter().for_each(|line| desk.do_as_told(line, &pushed));
    assert!(desk.push(&["main", "dev"]).accepted, "{}", pushed.told());
    assert_eq!(desk.git("merge-base main dev"), desk.git("rev-parse main~1"));
}

#[test]
fn what_may_stop_is_the_last_of_a_message() {
    let mut left_for_later = 0;
    for several in [false, true] {
        // Which of two branches comes first is up to the ids of their commits.
        for name in ["d.txt", "e.txt", "f.txt", "g.txt", "h.txt", "i.txt"] {
            let lab = PushLab::packed();
            let desk = Desk::new(&lab, 9808);
            desk.git("branch dev");
            desk.commit(&[("a.txt", &desk.secret())]);
            let text = if several { desk.secret() + "more\n" } else { "url = here\n".to_owned() };
            desk.commit(&[("a.txt", &text)]);
            desk.commit(&[("a.txt", "url = there\n")]);
            desk.git("checkout -q dev");
            desk.commit(&[(name, &desk.secret())]);
            let pushed = desk.push(&["main", "dev"]);
            pushed.refused_for(&[CLOUD]);
            let lines = plan(&pushed);
            let stop = lines.iter().position(|line| line.starts_with("# if it stops"));
            let stop = stop.unwrap_or_else(|| panic!("it may stop: {}", pushed.told()));
            let goes_on =
                |line: &String| line.starts_with("git switch") || line.contains("--amend");
            assert!(!lines[stop..].iter().any(goes_on), "{}", pushed.told());
            let is_all = lines.iter().any(|line| line.contains(name));
            let again = "# then push again: the server tells what is left";
            assert_ne!(is_all, lines.iter().any(|line| line == again), "{}", pushed.told());
            left_for_later += usize::from(!is_all);
        }
    }
    assert_eq!(left_for_later, 0, "a plan without a rebase comes first");
}

#[test]
fn a_second_plan_that_cannot_begin_leaves_the_first_branch_alone() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9809);
    desk.git("checkout -q -b dev");
    desk.git(&format!("-c user.name='token = {}' commit -q --allow-empty -m x", desk.token));
    desk.git("checkout -q main");
    desk.commit(&[("a.txt", &desk.secret()), ("README", "a project\nmore\n")]);
    desk.git("commit -q --amend --no-edit --author='Bob <b@c>'");
    let pushed = desk.push(&["main", "dev"]);
    pushed.refused_for(&[CLOUD]);
    let dev = desk.git("rev-parse dev");
    desk.write("README", "unfinished\n");
    desk.paste_blindly("sh", &plan(&pushed).join("\n"));
    assert_eq!(desk.git("log -1 --format=%an main"), "Bob", "{}", pushed.told());
    assert_eq!(desk.git("rev-parse dev"), dev, "{}", pushed.told());
}

/// Who pastes the shortest plan in one piece has edited nothing in between, and so changes nothing
/// but ids, wherever that is; to which branch it belongs is told in words.
#[test]
fn the_plan_for_a_last_commit_pasted_at_once_changes_no_file_of_any_branch() {
    for place in ["main", "went on", "another branch", "detached", "dirty", "rebase"] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9810);
        desk.git("checkout -q -b dev");
        desk.commit(&[("a.txt", "another\n"), ("b", "b\n")]);
        desk.git("checkout -q main");
        desk.commit(&[("a.txt", &desk.secret())]);
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]).says("# on main at ");
        let pushed_commit = desk.git("rev-parse main");
        match place {
            "went on" => drop(desk.commit(&[("a.txt", "url = here\n"), ("c", "c\n")])),
            "another branch" => drop(desk.git("checkout -q dev")),
            "detached" => drop(desk.git("checkout -q --detach dev~1")),
            "dirty" => UNFINISHED.iter().for_each(|(path, text)| desk.write(path, text)),
            "rebase" => assert_ne!(desk.command("git rebase dev").code(), 0, "it is to stop"),
            _ => {}
        }
        let trees = || desk.git("for-each-ref --format='%(refname) %(tree)' refs/heads");
        let changed = || desk.git("diff --name-only HEAD");
        let (before, unfinished) = (trees(), changed());
        desk.paste_blindly("sh", &plan(&pushed).join("\n"));
        assert_eq!(trees(), before, "{place}: {}", pushed.told());
        match place {
            // What lay there in a conflict is in a commit that no branch has.
            "rebase" => drop(desk.git("rebase --abort")),
            _ => assert_eq!(changed(), unfinished, "{place}: {}", pushed.told()),
        }
        assert_eq!(trees(), before, "{place}: {}", pushed.told());
        let kept = desk.git("rev-list -g main");
        assert!(kept.contains(&pushed_commit), "{place}: it is lost");
    }
}

#[test]
fn a_long_name_of_a_branch_stands_in_a_command_of_its_own() {
    for length in [26, 27, 46, 47] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9811);
        let name = format!("feature/{}", "x".repeat(length - "feature/".len()));
        desk.git(&format!("checkout -q -b {name}"));
        desk.commit(&[("a.txt", &desk.secret())]);
        behind(&desk);
        // Where the branch has another name, nothing moves.
        desk.git("branch -m other");
        let pushed = desk.push(&[&format!("other:{name}")]);
        pushed.refused_for(&[CLOUD]);
        let before = refs(&desk);
        desk.paste_blindly("sh", &plan(&pushed).join("\n"));
        assert_eq!(refs(&desk), before, "{length}: {}", pushed.told());
        desk.git(&format!("branch -m other {name}"));
        let switched = plan(&pushed).contains(&format!("git switch --no-guess {name}"));
        assert_eq!(switched, (27..=46).contains(&length), "{}", pushed.told());
        assert_eq!(pushed.told().contains(" BRANCH"), length > 46, "{}", pushed.told());
        for line in plan(&pushed) {
            desk.do_as_told(&line.replace(" BRANCH", &format!(" {name}")), &pushed);
        }
        assert!(desk.push(&[&name]).accepted, "{length}: {}", pushed.told());
        assert_eq!(desk.git("symbolic-ref --short HEAD"), name);
    }
}
