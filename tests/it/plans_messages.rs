//! What a commit or a tag says stays, but for the secret.

use crate::support::PushLab;
use crate::support::desk::{Desk, plan};
use crate::support::tokens::CLOUD;

/// The name of a file with `text`, and a line of it that names the file for `-F`.
fn message(desk: &Desk<'_>, text: &str) -> &'static str {
    std::fs::write(desk.clone.join(".git/text"), text).expect("ours");
    "-F .git/text"
}

#[test]
fn a_commit_that_says_nothing_is_amended() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9160);
        desk.write("a.txt", &desk.secret());
        desk.git("add a.txt && git commit -q --allow-empty-message -m ''");
        if back {
            desk.commit(&[("c", "c\n")]);
        }
        desk.refused_followed_passed(&["main"]).says("--allow-empty-message");
        assert_eq!(desk.git("log --format=%B -1 -- a.txt"), "");
    }
}

#[test]
fn new_people_and_no_message_fit_into_a_line() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9161);
    desk.write("a.txt", "a\n");
    let line = "commit -q --allow-empty-message -m ''";
    desk.git(&format!("add a.txt && git -c user.name='token = {}' {line}", desk.token));
    let pushed = desk.refused_followed_passed(&["main"]);
    pushed.says("git commit --amend --no-edit --allow-empty-message --reset-author -o");
}

/// Git goes on from no commit that says nothing.
#[test]
fn a_commit_that_says_nothing_among_several_is_given_words() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9162);
    desk.write("a.txt", &desk.secret());
    desk.git("add a.txt && git commit -q --allow-empty-message -m ''");
    desk.commit(&[("c.txt", &desk.secret())]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("# where the message is empty, write one in your editor");
    for line in plan(&pushed) {
        match line.strip_prefix("git rebase --continue") {
            Some(_) => {
                let line = format!("GIT_EDITOR='echo words >' {line}");
                assert_eq!(desk.command(&line).code(), 0, "{}", pushed.told());
            }
            None => desk.do_as_told(&line, &pushed),
        }
    }
    desk.mend();
    desk.git("add -u && git -c core.editor=true rebase --continue");
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    assert_eq!(desk.git("log --format=%B -1 -- a.txt"), "words");
}

/// As a heading of Markdown, and as the number of an issue.
const HASHED: &str = "Add it\n\n# Why\n#12 needs it\n% and more\n";

#[test]
fn lines_that_git_could_take_for_comments_stay_in_a_message() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9163);
        desk.write("a", "a\n");
        let text = message(&desk, &format!("{HASHED}token = {}\n", desk.token));
        desk.git(&format!("add a && git commit -q --cleanup=verbatim {text}"));
        if back {
            desk.commit(&[("c", "c\n")]);
        }
        desk.refused_followed_passed(&["main"]).says("git -c core.commentChar=: commit --amend");
        let said = desk.git("log --format=%B -1 -- a");
        assert_eq!(said, format!("{HASHED}token = none"));
    }
}

#[test]
fn they_stay_where_a_rebase_stops_and_where_it_asks_for_words() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9164);
    for (name, body) in [("a", desk.secret()), ("b", "b\n".to_owned()), ("c", desk.secret())] {
        let token = if name == "b" { format!("token = {}\n", desk.token) } else { String::new() };
        desk.write(name, &body);
        let text = message(&desk, &format!("{HASHED}{token}{name}\n"));
        desk.git(&format!("add {name} && git commit -q --cleanup=verbatim {text}"));
    }
    let pushed = desk.refused_followed_passed(&["main"]);
    pushed.says("git -c core.commentChar=: rebase -r -i");
    pushed.says("git -c core.commentChar=: rebase --continue");
    for (name, token) in [("a", ""), ("b", "token = none\n"), ("c", "")] {
        let said = desk.git(&format!("log --format=%B -1 -- {name}"));
        assert_eq!(said, format!("{HASHED}{token}{name}"));
    }
}

#[test]
fn they_stay_in_a_tag() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9165);
    let text = message(&desk, &format!("{HASHED}token = {}\n", desk.token));
    desk.git(&format!("tag -a v1 --cleanup=verbatim {text}"));
    desk.refused_followed_passed(&["v1"]).says("git -c core.commentChar=: tag -f -a v1");
    let said = desk.git("cat-file tag v1");
    assert!(said.ends_with(&format!("{HASHED}token = none")), "{said}");
}

#[test]
fn they_stay_in_a_tag_that_is_moved_with_its_commit() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9166);
    desk.commit(&[("a.txt", &desk.secret())]);
    let text = message(&desk, HASHED);
    desk.git(&format!("tag -a v1 --cleanup=verbatim {text}"));
    desk.refused_followed_passed(&["main", "v1"]).says("git -c core.commentChar=: tag -f -a v1");
    let said = desk.git("cat-file tag v1");
    assert!(said.ends_with(HASHED.trim_end()), "{said}");
}

/// A folder under the name of a file is no later version of it.
#[test]
fn a_file_that_a_later_commit_makes_a_folder_goes_from_the_first() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9167);
    desk.commit(&[("conf", &desk.secret()), ("b", "b\n")]);
    desk.git("rm -q conf");
    desk.commit(&[("conf/main", "1\n")]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("git rm --quiet -- :/conf");
    desk.follow(&pushed);
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    assert_eq!(desk.git("show main:conf/main"), "1");
}

/// As much as a command can have to say.
#[test]
fn no_command_is_cut() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9168);
    desk.write("a", "a\n");
    let text = message(&desk, &format!("{HASHED}token = {}\n", desk.token));
    let who = format!("-c user.name='token = {}'", desk.token);
    desk.git(&format!("add a && git {who} commit -q --cleanup=verbatim {text}"));
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("git -c core.commentChar=: commit --amend --reset-author");
    plan(&pushed);
}

/// An amend at a stop that is a conflict would melt two commits into one.
#[test]
fn who_made_one_of_several_commits_has_no_short_plan() {
    for is_author in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9170);
        desk.commit(&[("a.txt", &desk.secret())]);
        let name = format!("token = {}", desk.token);
        let commit = "commit -q --allow-empty -m x";
        if is_author {
            desk.git(&format!("{commit} --author='{name} <a@b>'"));
        } else {
            desk.command(&format!("GIT_COMMITTER_NAME='{name}' git {commit}")).text();
        }
        let pushed = desk.push(&["main"]);
        let reason = "# no short way: who made a commit is a secret among several commits";
        pushed.refused_for(&[CLOUD]).says(reason);
        assert!(!pushed.told().contains("--amend"), "{}", pushed.told());

        // What the page says then: git amends the commit that it has just made again.
        let exec = "exec git commit --amend --no-edit --allow-empty --reset-author";
        let list = format!("sed -i -e 0,/^pick/s/^pick/edit/ -e '/^pick .* x/a {exec}'");
        let rebase = "git rebase -q -r -i HEAD~2";
        let ended = desk.command(&format!("GIT_SEQUENCE_EDITOR=\"{list}\" {rebase}"));
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
        desk.write("a.txt", "none\n");
        desk.git("add a.txt && git -c core.editor=true rebase --continue");
        let again = desk.push(&["main"]);
        assert!(again.accepted, "{}", again.told());
    }
}

#[test]
fn what_has_no_room_in_a_line_has_no_short_plan() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9169);
    for name in ["a", "b"] {
        desk.write(name, name);
        let text = message(&desk, &format!("{HASHED}token = {} {name}\n", desk.token));
        desk.git(&format!("add {name} && git commit -q --cleanup=verbatim {text}"));
    }
    desk.write("c", "c\n");
    desk.git("add c && git commit -q -m 'fixup! Add it'");
    desk.git("branch -m a-branch-with-a-name");
    let pushed = desk.push(&["a-branch-with-a-name"]);
    pushed.refused_for(&[CLOUD]);
    plan(&pushed);
}
