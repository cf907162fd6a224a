//! Pushes that nobody thinks of: what the message says is done as it stands, and the push passes.

use super::pages::types;
use crate::support::desk::{Desk, plan};
use crate::support::tokens::CLOUD;
use crate::support::{PushLab, Pushed, tokens};

/// A commit that the server has not, and one behind it, if the secret is to stand further back.
#[track_caller]
fn behind(desk: &Desk<'_>, back: bool) {
    if back {
        desk.commit(&[("behind", "b\n")]);
    }
}

/// Refused; the plan is followed, with `by_hand` for what a person does in the files; it passes.
#[track_caller]
fn mended_by_hand(desk: &Desk<'_>, words: &[&str], by_hand: impl Fn()) -> Pushed {
    let pushed = desk.push(words);
    pushed.refused_for_secrets();
    for line in plan(&pushed) {
        if line.contains("take the secret") {
            by_hand();
        } else {
            desk.do_as_told(&line, &pushed);
        }
    }
    let again = desk.push(words);
    assert!(again.accepted, "first:\n{}\nthen:\n{}", pushed.told(), again.told());
    pushed
}

#[test]
fn the_address_of_a_submodule() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9600);
        let url = format!("https://x-token-auth:{}@bitbucket.org/acme/lib.git", desk.token);
        let modules = format!("[submodule \"lib\"]\n\tpath = lib\n\turl = {url}\n");
        let id = desk.git("rev-parse HEAD");
        desk.write(".gitmodules", &modules);
        desk.git("add .gitmodules");
        desk.git(&format!("update-index --add --cacheinfo 160000,{id},lib"));
        desk.git("commit -q -m module");
        if back {
            desk.git("commit -q --allow-empty -m more");
        }
        mended_by_hand(&desk, &["main"], || {
            let clean = modules.replace(&url, "https://bitbucket.org/acme/lib.git");
            desk.write(".gitmodules", &clean);
        });
        assert_eq!(desk.git("rev-parse main:lib"), id);
    }
}

#[test]
fn the_attributes_of_files() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9601);
        desk.commit(&[(".gitattributes", &format!("# {}* text=auto\n*.x -diff\n", desk.secret()))]);
        behind(&desk, back);
        desk.refused_followed_passed(&["main"]).says(".gitattributes");
        assert!(desk.git("show main:.gitattributes").contains("*.x -diff"));
    }
}

#[test]
fn the_target_of_a_link() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9602);
        let link = desk.clone.join("link");
        std::os::unix::fs::symlink(format!("conf/{}", desk.token), &link).expect("it is free");
        desk.commit(&[]);
        behind(&desk, back);
        mended_by_hand(&desk, &["main"], || {
            std::fs::remove_file(&link).expect("it is ours");
            std::os::unix::fs::symlink("conf/none", &link).expect("it is free");
        });
        assert_eq!(desk.git("show main:link"), "conf/none");
    }
}

#[test]
fn a_file_that_gets_another_name_later() {
    for changes in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9603);
        let filler = "more\n".repeat(50);
        desk.commit(&[("src/a.yml", &format!("{}{filler}", desk.secret()))]);
        desk.git("mv src/a.yml src/b.yml");
        if changes {
            desk.write("src/b.yml", &format!("{}{filler}end\n", desk.secret()));
        }
        desk.commit(&[]);
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        desk.follow(&pushed);
        let mut again = desk.push(&["main"]);
        if !again.accepted {
            desk.follow(&again);
            again = desk.push(&["main"]);
        }
        assert!(again.accepted, "first:\n{}\nthen:\n{}", pushed.told(), again.told());
        assert!(desk.git("show main:src/b.yml").ends_with(if changes { "end" } else { "more" }));
    }
}

#[test]
fn a_commit_under_a_merge_of_four() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9604);
    for name in ["one", "two", "three"] {
        desk.git(&format!("checkout -q -b {name} main"));
        let text = if name == "two" { desk.secret() } else { format!("{name}\n") };
        desk.commit(&[(&format!("{name}.txt"), &text)]);
    }
    desk.git("checkout -q main");
    desk.commit(&[("b", "b\n")]);
    desk.git("merge -q --no-edit one two three");
    assert_eq!(desk.git("rev-list --parents -1 HEAD").split(' ').count(), 5);
    desk.commit(&[("c", "c\n")]);
    desk.refused_followed_passed(&["main"]);
    assert_eq!(desk.git("show main:three.txt"), "three");
    let parents = desk.git("rev-list --parents -1 HEAD~1");
    assert_eq!(parents.split(' ').count(), 5, "the merge is one of four still: {parents}");
}

#[test]
fn a_commit_that_is_reverted_later() {
    for is_new in [true, false] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9605);
        if !is_new {
            desk.commit(&[("a.yml", "url = here\nend\n")]);
            desk.git("push -q origin main");
        }
        desk.commit(&[("a.yml", &desk.secret())]);
        desk.git("revert --no-edit HEAD");
        behind(&desk, true);
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        stops_are_gone_on_with(&desk, &pushed, "url = here\nend\n");
        let again = desk.push(&["main"]);
        assert!(again.accepted, "first:\n{}\nthen:\n{}", pushed.told(), again.told());
        assert_eq!(desk.git("show main:behind"), "b");
        let left = desk.command("git show main:a.yml");
        assert_eq!(left.code() != 0, is_new, "{}", left.all_text());
    }
}

/// Follows a plan whose rebase may stop, where it said so: then `a.yml` is to be `text`.
#[track_caller]
fn stops_are_gone_on_with(desk: &Desk<'_>, pushed: &Pushed, text: &str) {
    for line in plan(pushed) {
        if line.starts_with("git rebase") {
            desk.read_alike(&line);
            desk.command(&line);
        } else {
            desk.do_as_told(&line, pushed);
        }
    }
    for _ in 0..4 {
        if !desk.clone.join(".git/rebase-merge").exists() {
            return;
        }
        let told = plan(pushed);
        let hint = told.iter().find(|line| line.starts_with("# if it stops"));
        let hint = hint.unwrap_or_else(|| panic!("nobody said that it stops: {}", pushed.told()));
        if hint.contains("git rm") {
            desk.command("git rm -q a.yml");
        } else {
            desk.write("a.yml", text);
            desk.git("add a.yml");
        }
        desk.command("git rebase --continue");
    }
    panic!("it stops again and again: {}", pushed.told());
}

#[test]
fn a_line_beside_it_that_a_later_commit_changes() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9606);
    desk.commit(&[("a.yml", &desk.secret())]);
    desk.commit(&[("a.yml", &desk.secret().replace("here", "there"))]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    stops_are_gone_on_with(&desk, &pushed, "url = there\nend\n");
    let again = desk.push(&["main"]);
    assert!(again.accepted, "first:\n{}\nthen:\n{}", pushed.told(), again.told());
    assert_eq!(desk.git("show main:a.yml"), "url = there\nend");
}

#[test]
fn the_first_of_two_first_commits() {
    for second in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::empty(&lab, 9607);
        let text = |is_it: bool| if is_it { desk.secret() } else { "clean\n".to_owned() };
        desk.commit(&[("a.txt", &text(!second))]);
        desk.git("checkout -q --orphan other && git rm -rfq .");
        desk.commit(&[("b.txt", &text(second))]);
        desk.commit(&[("c.txt", "c\n")]);
        desk.git("checkout -q main");
        desk.git("merge -q --no-edit --allow-unrelated-histories other");
        desk.refused_followed_passed(&["main"]);
        assert_eq!(desk.git("rev-list --max-parents=0 --count main"), "2");
        assert_eq!(desk.git("show main:c.txt"), "c");
    }
}

#[test]
fn a_commit_that_this_clone_replaces() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9608);
        let evil = desk.commit(&[("a.txt", &desk.secret())]);
        desk.git("checkout -q --detach HEAD~1");
        let clean = desk.commit(&[("a.txt", "url = here\nend\n")]);
        desk.git("checkout -q main");
        behind(&desk, back);
        desk.git(&format!("replace {evil} {clean}"));
        desk.git("checkout -q --force main");
        assert!(types(&desk, "git replace -l", &[]).contains(&evil));
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        types(&desk, "git replace -d c4d3059cf1", &[("c4d3059cf1", &evil)]);
        desk.git("reset -q --hard");
        desk.follow(&pushed);
        let again = desk.push(&["main"]);
        assert!(again.accepted, "first:\n{}\nthen:\n{}", pushed.told(), again.told());
    }
}

#[test]
fn a_commit_that_is_signed() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9609);
        let made = desk.command("ssh-keygen -q -t ed25519 -N '' -f ../key");
        assert_eq!(made.code(), 0, "{}", made.all_text());
        desk.git("config gpg.format ssh && git config user.signingKey ../key.pub");
        desk.git("config commit.gpgSign true");
        desk.commit(&[("a.txt", &desk.secret())]);
        assert!(desk.git("cat-file -p HEAD").contains("-----BEGIN SSH SIGNATURE-----"));
        behind(&desk, back);
        desk.refused_followed_passed(&["main"]);
        let signed = desk.git("cat-file -p main");
        assert!(signed.contains("-----BEGIN SSH SIGNATURE-----"), "{signed}");
    }
}

#[test]
fn a_file_that_git_forgot_and_that_is_still_on_the_disk() {
    for several in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9610);
        desk.commit(&[(".env", &desk.secret())]);
        if several {
            desk.commit(&[("a.txt", &desk.secret())]);
        }
        desk.git("rm -q --cached .env");
        desk.commit(&[(".gitignore", ".env\n")]);
        desk.write(".env", "mine = 1\n");
        let pushed = desk.push(&["main"]);
        // Git writes over it, or stops at it.
        let lines = plan(&pushed);
        let says = |words: &str| lines.iter().position(|line| line.starts_with(words));
        let moved = says("# first move .env elsewhere, if it is still on your disk");
        let begun = says(if several { "git rebase" } else { "git switch --detach" });
        assert!(moved.is_some() && moved < begun, "{}", pushed.told());
        std::fs::rename(desk.clone.join(".env"), lab.root().join("kept")).expect("it is there");
        if several {
            pushed.says("# at its stop, git rm .env: a later commit deletes it");
            stops(&desk, &pushed, || drop(desk.command("git rm -q .env")));
        } else {
            desk.follow(&pushed);
        }
        assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
        assert_ne!(desk.command("git show main:.env").code(), 0);
        // Back at the end, git still passes over it.
        std::fs::rename(lab.root().join("kept"), desk.clone.join(".env")).expect("it is ours");
        assert_eq!(desk.git("status --porcelain"), "");
    }
}

/// The file is still in use: who reads over the words, and pastes everything, keeps it.
#[test]
fn a_file_that_git_forgot_and_that_nobody_moved_is_not_written_over() {
    for several in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9618);
        // Ignored from the first commit on: then a rebase writes over it, too.
        desk.commit(&[(".gitignore", ".env\n")]);
        desk.git("push -q origin main");
        desk.write(".env", &desk.secret());
        desk.git("add -f .env && git commit -q -m env");
        if several {
            desk.commit(&[("a.txt", &desk.secret())]);
        }
        desk.git("rm -q --cached .env && git commit -q -m 'forget it'");
        desk.write(".env", "mine = 1\n");
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]).says("git switch --no-overwrite-ignore -C mend-");
        let before = desk.git("rev-parse main");
        desk.stop_at("edit", &["[0-9a-f]*"]);
        for _ in 0..2 {
            desk.paste_blindly("sh", &plan(&pushed).join("\n"));
            let kept = std::fs::read_to_string(desk.clone.join(".env")).unwrap_or_default();
            assert_eq!(kept, "mine = 1\n", "{}", pushed.told());
            assert_eq!(desk.git("rev-parse main"), before, "{}", pushed.told());
            assert!(!desk.clone.join(".git/rebase-merge").exists(), "{}", pushed.told());
        }
    }
}

/// Git would write over it at the second stop, where no command of ours can see that it is there.
#[test]
fn a_file_that_git_forgot_at_a_second_stop_has_no_plan() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9619);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[(".env", &desk.secret())]);
    desk.git("rm -q --cached .env && git commit -q -m 'forget it'");
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    pushed.says("# no short way: a file that goes later is among several commits");
}

#[test]
fn a_head_that_is_on_no_branch() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9611);
        desk.git("checkout -q --detach && git branch -q -D main");
        desk.commit(&[("a.txt", &desk.secret())]);
        behind(&desk, back);
        let words = ["HEAD:main"];
        let pushed = desk.push(&words);
        pushed.refused_for(&[CLOUD]);
        let tip = desk.git("rev-parse HEAD");
        types(&desk, "git branch to-push 8d060dd93d", &[("8d060dd93d", &tip)]);
        for line in plan(&pushed) {
            let line = match line.strip_prefix("git ") {
                Some(_) => line.replace(" main", " to-push"),
                None => line.replace("on main", "on to-push"),
            };
            desk.do_as_told(&line, &pushed);
        }
        desk.git("checkout -q to-push");
        let again = desk.push(&words);
        assert!(again.accepted, "first:\n{}\nthen:\n{}", pushed.told(), again.told());
    }
}

#[test]
fn a_text_and_a_file_of_one_commit() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9612);
        desk.write("a.txt", &desk.secret());
        desk.git(&format!("add a.txt && git commit -q -m 'token = {}'", desk.token));
        behind(&desk, back);
        desk.refused_followed_passed(&["main"]);
    }
}

#[test]
fn a_branch_that_somebody_has_moved_on_since() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9613);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    // Another clone pushes in between; then git itself says what to do, and the plan still holds.
    lab.in_client(&["fetch", "-q", "origin", "main:main"]);
    let tree = lab.in_client(&["rev-parse", "main^{tree}"]);
    let id = lab.commit(&tree, &[&lab.in_client(&["rev-parse", "main"])], "theirs\n");
    lab.set("refs/heads/main", &id);
    assert!(lab.push(&["main"]).accepted);
    desk.follow(&pushed);
    desk.git("pull -q --rebase origin main");
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
}

#[test]
fn a_branch_that_is_checked_out_elsewhere_too() {
    let lab = PushLab::packed();
    let main = Desk::new(&lab, 9614);
    main.git("worktree add -q ../tree -b feature");
    let desk = Desk { lab: &lab, clone: lab.root().join("tree"), token: main.token.clone() };
    desk.commit(&[("a.txt", &desk.secret())]);
    behind(&desk, true);
    desk.refused_followed_passed(&["feature"]);
}

#[test]
fn whoever_stands_in_a_folder_mends_the_file_that_is_told() {
    for back in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9615);
        // One of the same name, as it is seen from the folder.
        desk.commit(&[("src/src/a.txt", "of the folder\n"), ("src/b.txt", "b\n")]);
        assert!(desk.push(&["main"]).accepted);
        desk.commit(&[("src/a.txt", &desk.secret())]);
        behind(&desk, back);
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]).says("       2. Take it out of the history that you push:");
        for line in plan(&pushed) {
            match line.strip_prefix("# ") {
                Some(words) => desk.by_hand(words),
                None => {
                    let ended = desk.command(&format!("cd src && {line}"));
                    assert_eq!(ended.code(), 0, "{line}: {}", ended.all_text());
                }
            }
        }
        let again = desk.push(&["main"]);
        assert!(again.accepted, "first:\n{}\nthen:\n{}", pushed.told(), again.told());
        assert_eq!(desk.git("show main:src/src/a.txt"), "of the folder");
        assert_eq!(desk.git("show main:src/a.txt"), "url = here\nend");
    }
}

/// Follows a plan with stops: at each, `mend` and then what the message says; where git stops of
/// itself, `mend`, and on.
#[track_caller]
fn stops(desk: &Desk<'_>, pushed: &Pushed, mend: impl Fn()) {
    let lines = plan(pushed);
    let begin = lines.iter().position(|line| line.contains("rebase -r -i")).expect("it has stops");
    for line in &lines[..begin] {
        desk.do_as_told(line, pushed);
    }
    desk.read_alike(&lines[begin]);
    desk.command(&lines[begin]);
    for _ in 0..6 {
        if !desk.clone.join(".git/rebase-merge").exists() {
            return;
        }
        let is_conflict = !desk.git("diff --name-only --diff-filter=U").is_empty();
        mend();
        desk.mend();
        if is_conflict {
            pushed.says("and marks of conflicts, then git add FILE, then:");
            desk.git("add -A");
        } else {
            pushed.says("then git add FILE, then:");
            desk.git("add -u");
        }
        desk.command("git rebase --continue");
    }
    panic!("it stops again and again: {}", pushed.told());
}

#[test]
fn a_file_that_has_a_secret_in_each_of_two_commits() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9616);
    let one = format!("begin\ntoken = {}\n", desk.token);
    desk.commit(&[("a.txt", &one)]);
    desk.commit(&[("a.txt", &format!("{one}token = {}\n", tokens::cloud(9617)))]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for_secrets().says("git rebase -r -i");
    stops(&desk, &pushed, || desk.write("a.txt", "begin\n"));
    let again = desk.push(&["main"]);
    assert!(again.accepted, "first:\n{}\nthen:\n{}", pushed.told(), again.told());
    assert_eq!(desk.git("show main:a.txt"), "begin");
}
