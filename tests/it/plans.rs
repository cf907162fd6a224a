//! The way out that a refusal tells: every plan is pasted into a real clone, and the next push
//! passes.
//!
//! A test does what a person would: commands go into `sh` as they stand in the message, what stands
//! behind a `#` is done by hand, and editors take the secret out of what git shows them.

use crate::support::desk::{Desk, plan};
use crate::support::tokens::CLOUD;
use crate::support::{PushLab, both, tokens};

#[test]
fn the_last_commit_is_amended() {
    both(|lab| {
        let desk = Desk::new(lab, 9000);
        desk.commit(&[("src/a.txt", &desk.secret()), ("b", "b\n")]);
        let pushed = desk.refused_followed_passed(&["main"]);
        pushed.refused_for(&[CLOUD]).says("git commit --amend");
        assert_eq!(desk.git("show main:src/a.txt"), "url = here\nend");
        assert_eq!(desk.git("show main:b"), "b");
        assert_eq!(desk.git("rev-list --count main"), "2");
    });
}

#[test]
fn the_first_commit_is_amended() {
    let lab = PushLab::packed();
    let desk = Desk::empty(&lab, 9001);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.refused_followed_passed(&["main"]);
}

#[test]
fn a_commit_that_brings_nothing_but_the_secret_is_amended() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9002);
    desk.commit(&[("README", &format!("a project\ntoken = {}\n", desk.token))]);
    desk.refused_followed_passed(&["main"]);
    assert_eq!(desk.git("show main:README"), "a project");
}

#[test]
fn what_is_staged_beside_is_left_alone() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9003);
    desk.commit(&[("a.txt", &desk.secret())]);
    let pushed = desk.push(&["main"]);
    desk.write("other", "mine\n");
    desk.git("add other");
    desk.follow(&pushed);
    assert_eq!(desk.git("status --porcelain"), "A  other");
    assert!(desk.push(&["main"]).accepted);
}

#[test]
fn an_earlier_commit_is_amended_and_the_rest_moved() {
    both(|lab| {
        let desk = Desk::new(lab, 9004);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("b", "b\n")]);
        desk.commit(&[("c", "c\n")]);
        let pushed = desk.refused_followed_passed(&["main"]);
        pushed.says("git rebase -r --onto mend-");
        assert_eq!(desk.git("show main:a.txt"), "url = here\nend");
        assert_eq!(desk.git("ls-files | tr '\\n' ' '"), "README a.txt b c");
        assert_eq!(desk.git("symbolic-ref HEAD"), "refs/heads/main");
    });
}

#[test]
fn the_first_of_several_commits_is_amended() {
    let lab = PushLab::packed();
    let desk = Desk::empty(&lab, 9005);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    desk.refused_followed_passed(&["main"]);
    assert_eq!(desk.git("rev-list --count main"), "2");
}

#[test]
fn a_clone_that_went_on_after_the_push_is_mended_with_the_same_commands() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9006);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    let pushed = desk.push(&["main"]);
    desk.commit(&[("later", "later\n")]);
    desk.follow(&pushed);
    assert!(desk.push(&["main"]).accepted);
    assert_eq!(desk.git("show main:later"), "later");
}

/// `main`, with a side branch that was merged.
#[track_caller]
fn merged(desk: &Desk<'_>, side: &str, in_merge: &str) {
    desk.git("checkout -q -b side");
    desk.commit(&[("side.txt", side)]);
    desk.commit(&[("side-2", "x\n")]);
    desk.git("checkout -q main");
    desk.commit(&[("b", "b\n")]);
    desk.git("merge -q --no-commit side");
    desk.commit(&[("merge.txt", in_merge)]);
    desk.git("branch -D side");
}

#[test]
fn a_merge_is_amended() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9007);
    merged(&desk, "x\n", &desk.secret());
    desk.refused_followed_passed(&["main"]);
    assert_eq!(desk.git("rev-list --count --merges main"), "1");
}

#[test]
fn an_earlier_merge_is_amended() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9008);
    merged(&desk, "x\n", &desk.secret());
    desk.commit(&[("c", "c\n")]);
    desk.refused_followed_passed(&["main"]);
    assert_eq!(desk.git("rev-list --count --merges main"), "1");
}

#[test]
fn a_commit_that_was_merged_is_amended() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9009);
    merged(&desk, &desk.secret(), "x\n");
    desk.commit(&[("c", "c\n")]);
    desk.refused_followed_passed(&["main"]);
    assert_eq!(desk.git("rev-list --count --merges main"), "1");
    assert_eq!(desk.git("show main:side.txt"), "url = here\nend");
}

#[test]
fn a_file_that_a_later_commit_deletes_goes_from_the_first_too() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9010);
    desk.commit(&[("a.txt", &desk.secret()), ("b", "b\n")]);
    desk.commit(&[("c", "c\n")]);
    desk.git("rm -q a.txt");
    desk.commit(&[("d", "d\n")]);
    desk.refused_followed_passed(&["main"]).says("git rm --quiet -- :/a.txt");
    assert_eq!(desk.git("ls-files | tr '\\n' ' '"), "README b c d");
}

#[test]
fn a_file_that_never_belongs_there_is_untracked_and_stays_on_the_disk() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9011);
        desk.commit(&[("conf/.env", &desk.secret())]);
        if back {
            desk.commit(&[("c", "c\n")]);
        }
        desk.refused_followed_passed(&["main"]).says("git rm --quiet --cached -- :/conf/.env");
        let kept = std::fs::read_to_string(desk.clone.join("conf/.env")).expect("it is there");
        assert_eq!(kept, desk.secret());
        assert!(!desk.git("ls-files").contains(".env"));
    }
}

#[test]
fn a_file_that_git_forgets_is_named_in_gitignore_when_all_is_done() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9037);
        desk.commit(&[(".gitignore", "target\n")]);
        desk.commit(&[(".env", &desk.secret())]);
        if back {
            desk.commit(&[("c", "c\n")]);
        }
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        for line in plan(&pushed) {
            if line.contains(".gitignore") {
                desk.write(".gitignore", "target\n.env\n");
            }
            desk.do_as_told(&line, &pushed);
        }
        assert_eq!(desk.git("symbolic-ref --short HEAD"), "main", "{}", pushed.told());
        assert_eq!(desk.git("status --porcelain").trim(), "M .gitignore", "{}", pushed.told());
        assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    }
}

#[test]
fn several_commits_of_a_branch_are_stops_of_one_rebase() {
    for root in [false, true] {
        let lab = PushLab::packed();
        let desk = if root { Desk::empty(&lab, 9012) } else { Desk::new(&lab, 9012) };
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("b", "b\n")]);
        desk.commit(&[("c.txt", &desk.secret())]);
        let pushed = desk.refused_followed_passed(&["main"]);
        pushed.says("git rebase -r -i").says("git -c core.editor=true rebase --continue");
        assert_eq!(desk.git("show main:c.txt"), "url = here\nend");
    }
}

#[test]
fn a_dozen_commits_are_named_in_lines_of_six() {
    for (count, lines) in [(5, 1), (6, 1), (12, 2)] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9029);
        for at in 0..count {
            desk.commit(&[(&format!("f{at}.txt"), &desk.secret())]);
        }
        let pushed = desk.refused_followed_passed(&["main"]);
        pushed.says("# a list opens: change pick to edit at:");
        let is_list =
            |line: &&String| line.strip_prefix("# ").is_some_and(|ids| ids.split(", ").all(is_id));
        assert_eq!(plan(&pushed).iter().filter(is_list).count(), lines, "{}", pushed.told());
        for at in 0..count {
            assert_eq!(desk.git(&format!("show main:f{at}.txt")), "url = here\nend");
        }
    }
}

fn is_id(word: &str) -> bool {
    word.len() == 8 && u64::from_str_radix(word, 16).is_ok()
}

#[test]
fn five_branches_behind_one_commit_are_moved() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9039);
    desk.commit(&[("a.txt", &desk.secret())]);
    let names = ["main", "b", "c", "d", "e"];
    for name in names.iter().skip(1) {
        desk.git(&format!("checkout -q -b {name} main"));
        desk.commit(&[(&format!("{name}.txt"), "more\n")]);
    }
    desk.git("checkout -q main");
    desk.refused_followed_passed(&names);
    for name in names.iter().skip(1) {
        assert_eq!(desk.git(&format!("show {name}:{name}.txt")), "more");
        assert_eq!(desk.git(&format!("rev-parse {name}~1")), desk.git("rev-parse main"));
    }
}

#[test]
fn a_commit_of_several_branches_is_amended_once() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9013);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("branch dev");
    desk.commit(&[("b", "b\n")]);
    desk.git("checkout -q dev");
    desk.commit(&[("c", "c\n")]);
    let pushed = desk.refused_followed_passed(&["main", "dev"]);
    pushed.says("# at the end: git branch -D mend-");
    assert_eq!(desk.git("branch --list 'mend*'"), "");
    assert_eq!(desk.git("merge-base main dev"), desk.git("rev-parse main~1"));
}

#[test]
fn the_text_of_a_commit_is_edited() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9014);
        desk.write("a", "a\n");
        desk.git(&format!("add a && git commit -q -m 'token = {}'", desk.token));
        if back {
            desk.commit(&[("c", "c\n")]);
        }
        desk.refused_followed_passed(&["main"]);
        assert!(desk.git("log --format=%B").contains("token = none"));
    }
}

#[test]
fn the_author_is_set_anew() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9015);
        desk.git(&format!("-c user.name='token = {}' commit -q --allow-empty -m x", desk.token));
        if back {
            desk.commit(&[("c", "c\n")]);
        }
        desk.refused_followed_passed(&["main"]).says("--reset-author");
    }
}

#[test]
fn the_text_of_a_tag_is_edited() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9016);
    desk.git(&format!("tag -a v1 -m 'token = {}'", desk.token));
    desk.refused_followed_passed(&["v1"]).says("git tag -f -a v1 'v1^{}'").says("  Page: ");
    assert!(desk.git("cat-file tag v1").contains("token = none"));
}

#[test]
fn a_tag_on_a_commit_with_a_secret_is_set_anew() {
    for annotated in ["", "-a -m text"] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9017);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.git(&format!("tag {annotated} v1"));
        desk.refused_followed_passed(&["v1"]).says("git tag -f");
        assert_eq!(desk.git("symbolic-ref HEAD"), "refs/heads/main");
    }
}

#[test]
fn a_note_is_edited() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9018);
    desk.git(&format!("notes add -m 'token = {}' HEAD", desk.token));
    desk.refused_followed_passed(&["refs/notes/commits"]).says("git update-ref refs/notes/commits");
    assert_eq!(desk.git("symbolic-ref HEAD"), "refs/heads/main");
}

#[test]
fn no_command_holds_a_name_that_a_shell_could_read_otherwise() {
    let names =
        ["it's.txt", "a\nb.txt", "a\"b.txt", "*.txt", "a\x1b[31mb.txt", ":(top)x.txt", "[ab].txt"];
    for name in names {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9019);
        desk.commit(&[(name, &desk.secret()), ("b.txt", "b\n")]);
        desk.commit(&[("c", "c\n")]);
        let pushed = desk.refused_followed_passed(&["main"]);
        let told = plan(&pushed).join("\n");
        assert!(!told.contains(".txt\n") || told.contains("# edit"), "{told}");
        for line in plan(&pushed).iter().filter(|line| line.starts_with("git ")) {
            assert!(!line.contains(".txt"), "{line}");
        }
    }
}

#[test]
fn odd_names_that_both_shells_read_the_same_are_quoted() {
    for name in ["-rf.txt", "$(touch pwned).txt", "`touch pwned`.txt", "a b;c.txt", "$HOME.txt"] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9020);
        desk.commit(&[(name, &desk.secret())]);
        let pushed = desk.refused_followed_passed(&["main"]);
        pushed.says(&format!("-- ':/:{name}'")).says("# edit the file named below: ");
        assert!(!desk.clone.join("pwned").exists());
    }
}

#[test]
fn a_branch_named_like_an_option_or_a_command_is_in_no_command() {
    for name in ["it's", "x\"y", "\u{fc}ber"] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9021);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("b", "b\n")]);
        let pushed = desk.push(&[&format!("main:refs/heads/{name}")]);
        pushed.refused_for(&[CLOUD]).says(" BRANCH").says("# BRANCH stands for");
        for line in plan(&pushed).iter().filter(|line| line.starts_with("git ")) {
            assert!(!line.contains(name), "{line}");
        }
    }
}

#[test]
fn where_there_is_no_short_plan_the_page_is_named() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9022);
    for index in 0..13 {
        desk.commit(&[(&format!("f{index}.txt"), &desk.secret())]);
    }
    let pushed = desk.push(&["main"]);
    pushed
        .refused_for(&[CLOUD])
        .says("# see the page that is named below")
        .says("  Page: \"My push was rejected\", or type: ");
    assert!(plan(&pushed).iter().all(|line| line.starts_with('#')), "{}", pushed.told());
}

#[test]
fn a_file_that_changes_before_it_is_deleted_stops_the_rebase_as_was_told() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9023);
    desk.commit(&[("a.txt", &desk.secret()), ("b", "b\n")]);
    desk.commit(&[("a.txt", &format!("{}more\n", desk.secret()))]);
    desk.git("rm -q a.txt");
    desk.commit(&[("d", "d\n")]);
    let pushed = desk.push(&["main"]);
    pushed
        .refused_for(&[CLOUD])
        .says("# if it stops at a file that goes: git rm it, git rebase --continue");
    for line in plan(&pushed).iter().filter(|line| line.starts_with("git ")) {
        let stops = line.starts_with("git rebase");
        assert_eq!(desk.command(line).code() != 0, stops, "{line}");
    }
    desk.git("rm -q a.txt");
    desk.git("rebase --continue");
    assert!(desk.push(&["main"]).accepted);
    assert_eq!(desk.git("ls-files | tr '\\n' ' '"), "README b d");
}

#[test]
fn a_secret_that_a_later_commit_takes_out_goes_from_the_first_too() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9024);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("a.txt", "url = here\nend\n")]);
    desk.commit(&[("a.txt", "url = here\nend\nmore\n")]);
    desk.refused_followed_passed(&["main"])
        .says("# if it stops: mend FILE, git add FILE, git rebase --continue, go on");
}

#[test]
fn a_secret_that_a_later_commit_moves_is_edited() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9040);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("a.txt", &format!("first\n{}", desk.secret()))]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("# edit a.txt: take the secret out, save");
}

/// The most common second try: nothing is to be edited, and nothing stops.
#[test]
fn the_version_of_a_later_commit_without_the_secret_is_taken_into_the_first() {
    for (name, dirty) in
        [("a.txt", None), ("a b/$(x).txt", Some("README")), ("a.txt", Some("a.txt"))]
    {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9039);
        desk.commit(&[(name, &desk.secret()), ("b", "b\n")]);
        // What git cannot merge with a file that somebody has edited in another way.
        desk.commit(&[(name, "url = here\ntoken = ${TOKEN}\nend\n"), ("README", "more\n")]);
        desk.commit(&[("c", "c\n")]);
        let (tree, tip) = (desk.git("rev-parse main:"), desk.git("rev-parse main"));
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]).says("git checkout-index -- ");
        pushed.says("       2. Take it out of the history that you push (in the top folder):");
        let text = plan(&pushed).join("\n");
        assert!(!text.contains("take the secret out") && !text.contains("if it stops"), "{text}");
        if let Some(dirty) = dirty {
            desk.write(dirty, "unfinished\n");
            desk.command(&text);
            let kept = std::fs::read_to_string(desk.clone.join(dirty)).expect("it is there");
            assert_eq!(kept, "unfinished\n", "{text}");
            assert_eq!(desk.git("rev-parse main"), tip, "{text}");
            desk.git("reset -q --hard && git switch -q main");
        }
        assert_eq!(desk.command(&text).code(), 0, "{text}");
        assert_eq!(desk.git("rev-parse main:"), tree, "{text}");
        assert_eq!(desk.git("symbolic-ref --short HEAD"), "main");
        assert!(desk.push(&["main"]).accepted, "{text}");
    }
}

#[test]
fn the_last_commits_of_two_branches_are_amended_each_on_its_own() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9026);
    desk.git("checkout -q -b dev");
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("checkout -q main");
    // What would be amended if nothing brought the person to the other branch.
    desk.commit(&[("a.txt", &format!("other\n{}", desk.secret()))]);
    let pushed = desk.refused_followed_passed(&["main", "dev"]);
    pushed.says("git switch --no-overwrite-ignore -C mend-");
    assert_ne!(desk.git("show main:a.txt"), desk.git("show dev:a.txt"));
}

#[test]
fn secrets_on_two_branches_have_a_plan_each() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9025);
    desk.git("branch dev");
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    desk.git("checkout -q dev");
    desk.commit(&[("c.txt", &desk.secret())]);
    let pushed = desk.push(&["main", "dev"]);
    pushed.refused_for(&[CLOUD]);
    desk.follow(&pushed);
    assert!(desk.push(&["main", "dev"]).accepted, "{}", pushed.told());
}

#[test]
fn what_does_not_fit_is_told_after_the_next_push() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9032);
    let branches = ["one", "two", "three"];
    for branch in branches {
        desk.git(&format!("checkout -q -b {branch} main"));
        desk.commit(&[(&format!("{branch}.txt"), &desk.secret())]);
        desk.commit(&[("b", branch)]);
    }
    // Behind a rebase, which may stop in a clone that went on, nothing else is amended.
    for left in [2, 1, 0] {
        let pushed = desk.push(&branches);
        pushed.refused_for(&[CLOUD]);
        let again = pushed.told().contains("# then push again: the server tells what is left");
        assert_eq!(again, left > 0, "{}", pushed.told());
        desk.follow(&pushed);
    }
    assert!(desk.push(&branches).accepted);
}

#[test]
fn a_file_that_is_named_like_a_secret_gets_another_name() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9027);
        let name = tokens::app_password(9027);
        desk.commit(&[(&format!("src/{name}"), "x\n")]);
        if back {
            desk.commit(&[("c", "c\n")]);
        }
        let pushed = desk.push(&["main"]);
        pushed.refused_for_secrets().says("# give what is listed another name: git mv OLD NEW");
        for line in plan(&pushed) {
            match line.strip_prefix("# ") {
                Some(words) if words.contains("git mv") => {
                    desk.git(&format!("mv src/{name} src/x"));
                }
                Some(_) => {}
                None => desk.paste(&line, &pushed),
            }
        }
        assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    }
}

#[test]
fn a_branch_that_is_named_like_a_secret_is_renamed() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9028);
    let name = tokens::app_password(9028);
    desk.git(&format!("checkout -q -b {name}"));
    desk.commit(&[("c", "c\n")]);
    let pushed = desk.push(&[&name]);
    pushed.refused_for_secrets().says("# rename the branch, git branch -m, and push that");
    desk.git("branch -m other");
    assert!(desk.push(&["other"]).accepted);
}

#[test]
fn a_secret_that_is_written_in_base64_is_told_so() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9029);
    let hidden = crate::support::encode::base64(format!("token = {}\n", desk.token).as_bytes());
    desk.commit(&[("a.txt", &format!("data = {hidden}\n"))]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("# edit a.txt: take the secret out, it is in base64, save");
    desk.write("a.txt", "data =\n");
    for line in plan(&pushed).iter().filter(|line| line.starts_with("git ")) {
        desk.paste(line, &pushed);
    }
    assert!(desk.push(&["main"]).accepted);
}

#[test]
fn what_the_repository_shows_already_needs_no_plan() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9030);
    desk.commit(&[("a.txt", &desk.secret())]);
    lab.git(&[
        "-C",
        "clone",
        "push",
        "-q",
        "--receive-pack=git -c core.hooksPath=/dev/null receive-pack",
        "origin",
        "main",
    ]);
    desk.commit(&[("a.txt", &format!("{}more\n", desk.secret()))]);
    let pushed = desk.push(&["main"]);
    pushed.accepted_with_warning();
    assert!(pushed.remote.iter().all(|line| !line.contains("git ")), "{}", pushed.told());
}

#[test]
fn a_shallow_clone_and_sha256_are_mended_with_the_same_commands() {
    use crate::support::{Format, Setup};
    let lab = PushLab::of(Setup { format: Format::Sha256, ..Setup::default() });
    let seed = tokens::cloud(9031);
    lab.git(&["init", "-q", "-b", "main", "--object-format=sha256", "first"]);
    lab.git(&["-C", "first", "commit", "-q", "--allow-empty", "-m", "1"]);
    lab.git(&["-C", "first", "commit", "-q", "--allow-empty", "-m", "2"]);
    lab.git(&["-C", "first", "push", "-q", &lab.server.display().to_string(), "main"]);
    let url = format!("file://{}", lab.server.display());
    lab.git(&["clone", "-q", "--depth=1", &url, "clone"]);
    let desk = Desk { lab: &lab, clone: lab.root().join("clone"), token: seed };
    desk.git("config user.name Ada && git config user.email ada@example.test");
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    desk.refused_followed_passed(&["main"]);
}

#[test]
fn what_is_staged_beside_stays_out_where_a_commit_would_take_in_all() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9034);
    let id = desk.commit(&[(".env", &desk.secret())]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    let lines = plan(&pushed);
    let guard = format!("# on main at {}, else see the page", &id[..10]);
    assert_eq!(
        lines[..2],
        [&guard[..], "# other staged changes: git reset first, and stage them at the end"],
        "{lines:?}"
    );
    desk.write("other", "mine\n");
    desk.git("add other");
    desk.git("reset -q");
    desk.follow(&pushed);
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    assert_eq!(desk.git("status --porcelain"), "?? .env\n?? other");
    // A commit of paths alone leaves the rest alone, and so does one of words alone.
    std::fs::remove_file(desk.clone.join(".env")).expect("it is there");
    let secret = desk.secret();
    desk.commit(&[("a.txt", &secret)]);
    let pushed = desk.push(&["main"]);
    assert!(!pushed.told().contains("staged"), "{}", pushed.told());
    pushed.says("# other changes in that file: git stash, at the end git stash pop");
}

#[test]
fn files_that_are_too_many_for_a_message_can_be_listed() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9035);
    for index in 0..12 {
        desk.write(&format!("folder/file-{index}.txt"), &desk.secret());
    }
    desk.commit(&[]);
    let pushed = desk.refused_followed_passed(&["main"]);
    pushed.says("# edit 12 files, take the secrets out, of these:");
    let shown = desk.command("git --no-pager show --stat").text();
    assert!(plan(&pushed).contains(&"git --no-pager show --stat".to_owned()));
    assert!((0..12).all(|index| shown.contains(&format!("file-{index}.txt"))), "{shown}");
}
