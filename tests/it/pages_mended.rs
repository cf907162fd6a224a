//! The commands of the page "My push was rejected" that are no plan of a message: each does what the
//! page says of it.

use super::pages::{type_it, types};
use crate::support::PushLab;
use crate::support::desk::Desk;
use crate::support::tokens::CLOUD;

/// Checks the earlier commit `id` out as the page says.
#[track_caller]
fn check_out(desk: &Desk<'_>, id: &str) {
    types(desk, "git switch --no-overwrite-ignore --no-guess main", &[]);
    types(desk, "git switch --detach", &[]);
    types(
        desk,
        "git switch --no-overwrite-ignore -C mend-c4d3 c4d3059cf1",
        &[("c4d3059cf1", &id[..10])],
    );
}

/// Mends the earlier commit `id` as the page says, up to the rebase.
#[track_caller]
fn begin_to_mend(desk: &Desk<'_>, id: &str, path: &str) {
    check_out(desk, id);
    desk.mend();
    let amend = "git commit --amend --no-edit --allow-empty -- :/deploy/prod.yml";
    types(desk, amend, &[("deploy/prod.yml", path)]);
}

#[test]
fn who_stands_elsewhere_sees_it_and_goes_back() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9510);
    let id = desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("checkout -q -b other HEAD~1");
    assert!(!types(&desk, "git log -1", &[]).contains(&id));
    types(&desk, "git switch main", &[]);
    assert!(types(&desk, "git log -1", &[]).contains(&id));
    desk.refused_followed_passed(&["main"]);
}

#[test]
fn a_file_that_keeps_one_from_going_back_is_put_back_first() {
    for (seed, remove) in [(9550, false), (9551, true)] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, seed);
        let id = desk.commit(&[("a.txt", &desk.secret())]);
        desk.commit(&[("a.txt", &format!("{}more\n", desk.secret()))]);
        check_out(&desk, &id);
        match remove {
            true => drop(desk.git("rm --quiet -- a.txt")),
            false => desk.mend(),
        }
        assert_ne!(type_it(&desk, "git switch main", &[]).code(), 0, "it was to be refused");
        let restore = "git restore --staged --worktree -- deploy/prod.yml";
        types(&desk, restore, &[("deploy/prod.yml", "a.txt")]);
        types(&desk, "git switch main", &[]);
        assert_eq!(desk.git("symbolic-ref HEAD"), "refs/heads/main");
        assert_eq!(desk.git("status --porcelain"), "");
    }
}

#[test]
fn what_was_staged_is_staged_again() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9552);
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.write("b.txt", "staged\n");
    desk.git("add b.txt");
    types(&desk, "git stash", &[]);
    desk.mend();
    desk.git("commit -q --amend --no-edit --allow-empty -- a.txt");
    assert!(desk.push(&["main"]).accepted);
    types(&desk, "git stash pop --index", &[]);
    assert_eq!(desk.git("status --porcelain"), "A  b.txt");
}

#[test]
fn a_rebase_that_stops_goes_on_or_back() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9511);
    let id = desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("a.txt", &format!("{}more\n", desk.secret().replace("here", "there")))]);
    let before = desk.git("rev-parse main");
    let rebase = "git rebase -r --onto mend-c4d3 c4d3059cf1 main";
    let names = [("c4d3059cf1", &id[..10])];
    begin_to_mend(&desk, &id, "a.txt");
    assert_ne!(type_it(&desk, rebase, &names).code(), 0, "it was to stop");
    types(&desk, "git rebase --abort", &[]);
    assert_eq!(desk.git("rev-parse main"), before);
    begin_to_mend(&desk, &id, "a.txt");
    assert_ne!(type_it(&desk, rebase, &names).code(), 0, "it was to stop");
    desk.write("a.txt", "url = there\nend\nmore\n");
    types(&desk, "git add", &[("git add", "git add a.txt")]);
    types(&desk, "git rebase --continue", &[]);
    assert_eq!(desk.git("symbolic-ref HEAD"), "refs/heads/main");
    assert!(desk.push(&["main"]).accepted);
    types(&desk, "git branch -D mend-c4d3", &[]);
    // What the branch was before stands in the list that the page names.
    assert!(types(&desk, "git reflog main", &[]).contains(&before[..7]));
    assert!(types(&desk, "git reflog", &[]).contains(&id[..7]));
}

#[test]
fn a_rebase_moves_one_branch_alone_where_git_is_to_move_all() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9549);
    let id = desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    desk.git("branch other");
    desk.git("branch mend-c4d3");
    desk.git("config rebase.updateRefs true");
    desk.commit(&[("c", "c\n")]);
    let before = desk.git("rev-parse other");
    types(&desk, "git branch -m mend-c4d3 NEW-NAME", &[]);
    begin_to_mend(&desk, &id, "a.txt");
    let whole = format!("=false rebase -r --onto mend-c4d3 {} main", &id[..10]);
    types(&desk, "git -c rebase.updateRefs=false rebase", &[("=false rebase", &whole)]);
    for own in ["other", "NEW-NAME"] {
        assert_eq!(desk.git(&format!("rev-parse {own}")), before, "{own}");
    }
    assert!(desk.push(&["main"]).accepted);
}

#[test]
fn a_file_that_is_deleted_later_is_removed_once_more_where_git_stops() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9512);
    let id = desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("a.txt", &format!("{}more\n", desk.secret()))]);
    desk.git("rm -q a.txt");
    desk.commit(&[("b", "b\n")]);
    let remove = ("git rm", "git rm a.txt");
    check_out(&desk, &id);
    types(&desk, "git rm", &[remove]);
    types(&desk, "git commit --amend --no-edit --allow-empty", &[]);
    let rebase = "git rebase -r --onto mend-c4d3 c4d3059cf1 main";
    assert_ne!(type_it(&desk, rebase, &[("c4d3059cf1", &id[..10])]).code(), 0, "it was to stop");
    types(&desk, "git rm", &[remove]);
    types(&desk, "git rebase --continue", &[]);
    assert!(desk.push(&["main"]).accepted);
    assert_eq!(desk.git("show main:b"), "b");
}

#[test]
fn a_file_that_was_never_to_be_tracked_stays_on_the_disk() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9513);
    desk.commit(&[(".env", &desk.secret())]);
    types(&desk, "git rm --cached", &[("--cached", "--cached .env")]);
    types(&desk, "git commit --amend --no-edit --allow-empty", &[]);
    assert!(desk.push(&["main"]).accepted);
    assert!(desk.clone.join(".env").exists());
}

#[test]
fn the_files_of_a_stop_are_listed() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9514);
    let id = desk.commit(&[("src/a.txt", "one\n")]);
    desk.commit(&[("b", "b\n")]);
    desk.stop_at("edit", &[&id[..7]]);
    desk.git(&format!("rebase -q -i {id}~1"));
    assert!(types(&desk, "git show --stat REBASE_HEAD", &[]).contains("src/a.txt"));
    desk.git("rebase --abort");
}

#[test]
fn a_file_over_which_git_passes_is_looked_at_again() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9515);
    desk.commit(&[("deploy/prod.yml", &desk.secret())]);
    desk.git("update-index --skip-worktree deploy/prod.yml");
    let pushed = desk.push(&["main"]);
    desk.follow(&pushed);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    assert!(types(&desk, "git ls-files -v deploy/prod.yml", &[]).starts_with('S'));
    types(&desk, "git update-index --no-skip-worktree deploy/prod.yml", &[]);
    desk.follow(&pushed);
    assert!(desk.push(&["main"]).accepted);
}

#[test]
fn the_text_and_the_author_of_a_commit_are_shown_and_mended() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9515);
    let show = |of: &str| types(&desk, "git cat-file -p f67aae43", &[("f67aae43", of)]);
    desk.git(&format!("commit -q --allow-empty -m '{}'", desk.token));
    desk.push(&["main"]).refused_for(&[CLOUD]).says("the message of commit");
    let text = show("HEAD");
    let (header, message) = text.split_once("\n\n").expect("an empty line");
    assert!(header.contains("\nauthor Ada ") && message.contains(&desk.token), "{text}");
    types(&desk, "git commit --amend", &[("--amend", "--amend --allow-empty")]);
    assert!(desk.push(&["main"]).accepted);

    desk.git(&format!("config user.name {}", desk.token));
    desk.commit(&[("b", "b\n")]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]).says("the author of commit");
    types(&desk, "git config user.name \"Your Name\"", &[]);
    types(&desk, "git config user.email you@example.com", &[]);
    desk.follow(&pushed);
    assert!(show("HEAD").contains("\nauthor Your Name <you@example.com> "));
    assert!(desk.push(&["main"]).accepted);
}

#[test]
fn tags_are_made_anew_and_names_are_changed() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9516);
    desk.git(&format!("tag -a -m {} v1", desk.token));
    desk.git("tag -a -m outer release v1");
    desk.push(&["v1"]).refused_for(&[CLOUD]);
    desk.push(&["release"]).refused_for(&[CLOUD]);
    types(&desk, "git tag -f -a v1 'v1^{}'", &[]);
    types(&desk, "git tag -f -a release v1", &[]);
    assert!(desk.push(&["v1", "release"]).accepted);

    let bad = format!("b-{}", desk.token);
    desk.git(&format!("checkout -q -b {bad}"));
    desk.push(&[&bad]).refused_for(&[CLOUD]);
    types(&desk, "git branch -m NEW-NAME", &[]);
    assert!(desk.push(&["NEW-NAME"]).accepted);
    desk.commit(&[(&bad, "one\n")]);
    desk.push(&["NEW-NAME"]).refused_for(&[CLOUD]);
    types(&desk, "git mv OLD NEW", &[("OLD", &bad)]);
    desk.git("commit -q --amend --no-edit");
    assert!(desk.push(&["NEW-NAME"]).accepted);
}

#[test]
fn a_tag_is_moved_to_the_commit_that_takes_the_place_of_its_own() {
    for (tag, command) in [
        ("tag v1", "git tag -f v1 NEW-COMMIT"),
        ("tag -a -m text v1", "git tag -f -a v1 NEW-COMMIT"),
    ] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9517);
        let id = desk.commit(&[("a.txt", &desk.secret())]);
        desk.git("commit -q --allow-empty -m tagged");
        desk.git(tag);
        desk.commit(&[("b", "b\n")]);
        let pushed = desk.push(&["main", "v1"]);
        pushed.refused_for(&[CLOUD]).says("a tag stands behind the commit, at no branch end");
        begin_to_mend(&desk, &id, "a.txt");
        let names = [("c4d3059cf1", &id[..10])];
        types(&desk, "git rebase -r --onto mend-c4d3 c4d3059cf1 main", &names);
        desk.push(&["main", "v1"]).refused_for(&[CLOUD]);
        let log = types(&desk, "git log --oneline main", &[]);
        let new = log.lines().find(|line| line.ends_with(" tagged")).expect("it is listed");
        let new = new.split(' ').next().expect("a word");
        types(&desk, command, &[("NEW-COMMIT", new)]);
        assert!(desk.push(&["main", "v1"]).accepted);
    }
}

#[test]
fn a_tag_that_no_branch_holds_is_moved_with_what_it_stands_on() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9518);
    desk.git("checkout -q --detach");
    let id = desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    desk.git("tag v1 && git checkout -q main");
    desk.push(&["v1"]).refused_for(&[CLOUD]);
    begin_to_mend(&desk, &id, "a.txt");
    let names = [("c4d3059cf1", &id[..10])];
    types(&desk, "git rebase -r --onto mend-c4d3 c4d3059cf1 v1", &names);
    types(&desk, "git tag -f v1", &[]);
    types(&desk, "git switch main", &[]);
    assert_eq!(desk.git("symbolic-ref HEAD"), "refs/heads/main");
    assert!(desk.push(&["v1"]).accepted);
    assert_eq!(desk.git("show v1:b"), "b");
}

/// A desk at a server for which `large.txt` is too large.
#[track_caller]
fn too_large(lab: &PushLab, seed: u64) -> Desk<'_> {
    lab.configure("[limits]\nstream_bytes_max = 1000000\n");
    let desk = Desk::new(lab, seed);
    desk.commit(&[("large.txt", &"large\n".repeat(2_000_000))]);
    desk
}

#[test]
fn a_file_that_is_too_large_is_left_out() {
    let file = ("FILE", "large.txt");
    for is_last in [true, false] {
        let lab = PushLab::packed();
        let desk = too_large(&lab, 9519);
        let id = desk.git("rev-parse HEAD");
        if !is_last {
            desk.commit(&[("b", "b\n")]);
        }
        desk.push(&["main"]).refused_undecided().says("large.txt");
        let log = types(&desk, "git log --oneline -- FILE", &[file]);
        assert!(log.lines().count() == 1 && id.starts_with(&log[..7]), "{log}");
        if is_last {
            types(&desk, "git rm --cached FILE", &[file]);
            types(&desk, "git commit --amend --no-edit --allow-empty", &[]);
            assert!(desk.clone.join("large.txt").exists());
        } else {
            let names = [("c4d3059cf1", &id[..10])];
            check_out(&desk, &id);
            types(&desk, "git rm FILE", &[file]);
            types(&desk, "git commit --amend --no-edit --allow-empty", &[]);
            types(&desk, "git rebase -r --onto mend-c4d3 c4d3059cf1 main", &names);
        }
        assert!(desk.push(&["main"]).accepted);
    }
}

#[test]
fn a_clone_that_is_damaged_is_told_from_one_that_is_not() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9520);
    types(&desk, "git fsck", &[]);
    let blob = desk.git("rev-parse HEAD:README");
    let object = desk.clone.join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    std::fs::remove_file(object).expect("the clone is ours");
    assert_ne!(type_it(&desk, "git fsck", &[]).code(), 0);
}
