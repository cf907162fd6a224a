//! Plans for odd names, odd places and odd clones: they stay right, or say that there is none.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use crate::support::archive::packed;
use crate::support::desk::{Desk, plan};
use crate::support::tokens::CLOUD;
use crate::support::{PushLab, powershell, tokens};

#[test]
fn the_committer_is_set_anew_and_the_author_stays() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9130);
        let line =
            "git commit -q --allow-empty -m x --author='Alice <a@b>' --date=2020-01-01T12:00";
        let ended = desk.command(&format!("GIT_COMMITTER_NAME='token = {}' {line}", desk.token));
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
        if back {
            desk.commit(&[("c", "c\n")]);
        }
        let pushed = desk.refused_followed_passed(&["main"]);
        let line = "git commit --amend --no-edit --allow-empty --only";
        assert!(plan(&pushed).iter().any(|told| told == line), "{}", pushed.told());
        let author = desk.git(&format!(
            "log -1 --format='%an %ad' --date=short {}",
            if back { "HEAD~1" } else { "HEAD" }
        ));
        assert_eq!(author, "Alice 2020-01-01", "it is hers still");
    }
}

#[test]
fn a_folder_that_is_named_like_a_secret_gets_another_name() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9131);
        let name = tokens::app_password(9131);
        desk.commit(&[(&format!("src/{name}/conf/x"), "x\n")]);
        if back {
            desk.commit(&[("c", "c\n")]);
        }
        let pushed = desk.push(&["main"]);
        pushed.refused_for_secrets().says("# give what is listed another name: git mv OLD NEW");
        for line in plan(&pushed) {
            if line.contains("git mv") {
                desk.git(&format!("mv src/{name} src/x"));
            } else {
                desk.do_as_told(&line, &pushed);
            }
        }
        assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
        assert_eq!(desk.git("show main:src/x/conf/x"), "x");
    }
}

#[test]
fn an_archive_is_packed_anew() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9132);
    let pack = |text: &str| {
        packed(&lab, &[("conf/.env", text.as_bytes()), ("x", b"x\n")], "zip -q -r - . && true")
    };
    desk.write("dist/keep", "x\n");
    std::fs::write(desk.clone.join("dist/app.zip"), pack(&desk.secret())).expect("ours");
    desk.commit(&[]);
    desk.commit(&[("b", "b\n")]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("at dist/app.zip!/conf/.env");
    pushed.says("# edit dist/app.zip: take the secret out, pack it anew, save");
    for line in plan(&pushed) {
        if line.contains("pack it anew") {
            std::fs::write(desk.clone.join("dist/app.zip"), pack("none\n")).expect("ours");
        } else {
            desk.do_as_told(&line, &pushed);
        }
    }
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
}

#[test]
fn a_secret_at_more_places_than_are_kept_has_no_plan_that_claims_to_be_whole() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9133);
    for index in 0..120 {
        desk.write(&format!("f{index}.txt"), &format!("{index}\n{}", desk.secret()));
    }
    desk.commit(&[]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("no short way: one secret stands at too many places");
}

/// The later version has the secret, too, at a place that is not kept.
#[test]
fn a_later_version_is_not_taken_where_not_all_places_are_known() {
    let lab = PushLab::configured("[limits]\nsites_per_finding_max = 1\n");
    let desk = Desk::new(&lab, 9138);
    desk.commit(&[("a.txt", &format!("one\n\n\n\n\n\n\n{}", desk.secret()))]);
    desk.commit(&[("a.txt", &format!("two\n\n\n\n\n\n\n{}", desk.secret()))]);
    let pushed = desk.refused_followed_passed(&["main"]);
    pushed.says("edit a.txt: take the secret out");
}

#[test]
fn a_plan_for_what_was_not_looked_at_to_its_end_asks_for_another_push() {
    let lab = PushLab::configured("[limits]\npaths_per_blob_max = 16\n");
    let desk = Desk::new(&lab, 9134);
    for index in 0..20 {
        desk.write(&format!("f{index}.txt"), &desk.secret());
    }
    desk.commit(&[]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("# then push again: the server tells what is left");
    desk.follow(&pushed);
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
}

#[test]
fn a_plan_for_an_object_at_more_places_than_are_kept_asks_for_another_push() {
    let limits = "[limits]\nsites_per_finding_max = 1000\npaths_per_blob_max = 1000\n";
    let lab = PushLab::configured(limits);
    let desk = Desk::new(&lab, 9135);
    for folder in 0..4 {
        for index in 0..70 {
            desk.write(&format!("{folder}/f{index}.txt"), &desk.secret());
        }
        desk.commit(&[]);
    }
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("# then push again: the server tells what is left");
    desk.follow(&pushed);
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
}

#[test]
fn a_name_that_git_reads_as_something_else_is_in_no_command() {
    for name in ["-x", "--force", "--exec=x", "HEAD", "ORIG_HEAD", "@"] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9136);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("b", "b\n")]);
        let refspec = format!("main:refs/heads/{name}");
        let pushed = desk.push(&[&refspec]);
        let what = if name.starts_with('-') { "is the branch" } else { "stands for" };
        pushed.refused_for(&[CLOUD]).says(" BRANCH").says(&format!("# BRANCH {what}"));
        for line in plan(&pushed) {
            let is_command = line.starts_with("git ");
            assert!(!is_command || !line.ends_with(&format!(" {name}")), "{line}");
            desk.do_as_told(&line.replace(" BRANCH", " main"), &pushed);
        }
        assert!(desk.push(&[&refspec]).accepted, "{}", pushed.told());
    }
}

/// The branch at hand has the commit, and another one has the name that was pushed to.
#[test]
fn who_pushed_to_an_odd_name_is_shown_which_branch_must_hold_the_commit() {
    for (name, brief) in [("fix/#12", false), ("a(b)", false), ("plain", true)] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9139);
        desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("b", "b\n")]);
        let pushed = desk.push(&[&format!("main:refs/heads/{name}")]);
        let of = if brief { name } else { "the branch named below" };
        pushed.refused_for(&[CLOUD]).says("git --no-pager branch --contains ");
        pushed.says(&format!("# that must list {of}, else stop and see the page"));
    }
}

#[test]
fn a_file_in_whose_name_a_secret_stands_may_stop_git_at_a_later_commit() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9140);
    let name = format!("{}.txt", desk.token);
    desk.commit(&[(&name, "a\n")]);
    desk.git(&format!("rm -q {name}"));
    desk.commit(&[("b", "b\n")]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("# if it stops: mend FILE, git add FILE");
}

#[test]
fn a_path_that_is_not_utf8_is_in_no_command() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9137);
        let name = OsStr::from_bytes(b"caf\xe9 \xff.txt");
        std::fs::write(desk.clone.join(name), desk.secret()).expect("the clone is ours");
        desk.commit(&[]);
        if back {
            desk.commit(&[("b", "b\n")]);
        }
        let pushed = desk.refused_followed_passed(&["main"]);
        pushed.says("# git add what you changed");
        for line in plan(&pushed).iter().filter(|line| line.starts_with("git ")) {
            assert!(!line.contains("caf"), "{line}");
        }
    }
}

#[test]
fn a_clone_that_went_on_stops_at_the_same_commits() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9138);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b.txt", &desk.secret())]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    desk.commit(&[("later", "later\n")]);
    desk.follow(&pushed);
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    assert_eq!(desk.git("show main:later"), "later");
}

#[test]
fn a_shallow_clone_stops_at_its_first_commits() {
    let lab = PushLab::packed();
    let first = Desk::new(&lab, 9139);
    first.commit(&[("c", "c\n")]);
    first.git("push -q origin main");
    let url = format!("file://{}", lab.server.display());
    lab.git(&["clone", "-q", "--depth=1", &url, "shallow"]);
    let desk = Desk { lab: &lab, clone: lab.root().join("shallow"), token: first.token };
    desk.git("config user.name Ada && git config user.email ada@example.test");
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b.txt", &desk.secret())]);
    desk.refused_followed_passed(&["main"]).says("git rebase -r -i");
    assert_eq!(desk.git("rev-list --count main"), "3");
}

#[test]
fn line_ends_of_windows_stay_as_they_are() {
    for (back, setting) in [(false, "true"), (true, "true"), (true, "false")] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9140);
        desk.git(&format!("config core.autocrlf {setting}"));
        let text = desk.secret().replace('\n', "\r\n");
        desk.commit(&[("a.txt", &text), ("c.txt", "one\r\ntwo\r\n")]);
        if back {
            desk.commit(&[("b", "b\r\n")]);
        }
        let before = desk.git("rev-parse main:c.txt");
        desk.refused_followed_passed(&["main"]);
        let ends = desk.git("cat-file blob main:a.txt | grep -c \"$(printf '\\r')\" || true");
        assert_eq!(ends, if setting == "true" { "0" } else { "2" });
        assert_eq!(desk.git("rev-parse main:c.txt"), before);
    }
}

#[test]
fn a_line_that_the_shells_read_differently_is_known_as_such() {
    let alike =
        powershell::words("git add -- src/a.txt 'it''s $HOME' '@{1}' ab12~1").expect("fine");
    assert_eq!(alike, ["git", "add", "--", "src/a.txt", "it's $HOME", "@{1}", "ab12~1"]);
    for line in [
        "git add $x",
        "git add `id`",
        "git add a;b",
        "git add @{1}",
        "git add 'a'b",
        "git add a'b'",
        "git add 'a\"b'",
        "git add 'a\\'",
        "git add ''",
        "git add *.txt",
        "git add -a.txt",
        "git add ~",
        "git add \"a\"",
        "git add 'a",
        "git add a#b,c",
        "git add (a)",
        "git add --%",
        "git add \u{201c}a\u{201d}",
    ] {
        assert!(powershell::words(line).is_err(), "{line}");
    }
}
