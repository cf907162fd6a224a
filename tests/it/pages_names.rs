//! What the page on refused pushes says of names that are others here, and of what is not at hand.

use super::pages::types;
use crate::support::PushLab;
use crate::support::desk::{Desk, plan};
use crate::support::tokens::CLOUD;

#[test]
fn the_branch_that_was_pushed_under_another_name_is_found_and_mended() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9700);
    desk.git("checkout -q -b feature");
    let id = desk.commit(&[("deploy/prod.yml", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    desk.git("checkout -q main");
    desk.commit(&[("mine", "mine\n")]);
    let mine = desk.git("rev-parse main");
    let pushed = desk.push(&["feature:main"]);
    pushed.refused_for(&[CLOUD]);
    let tip = desk.git("rev-parse --short=10 feature");
    let names = [("8d060dd93d", &tip[..])];
    let holders = types(&desk, "git --no-pager branch --contains 8d060dd93d", &names);
    assert_eq!(holders.trim(), "feature");
    for line in plan(&pushed) {
        desk.do_as_told(&line.replace(" main", " feature"), &pushed);
    }
    assert!(desk.push(&["feature:main"]).accepted, "{}", pushed.told());
    assert_eq!(desk.git("rev-parse main"), mine);

    // Another branch began on the commit that was mended.
    desk.git(&format!("checkout -q -b stacked {id}"));
    desk.commit(&[("c", "c\n")]);
    desk.push(&["stacked"]).refused_for(&[CLOUD]);
    let names = [("main", "feature~1"), ("c4d3059cf1", &id), ("OTHER", "stacked")];
    types(&desk, "git rebase --onto main c4d3059cf1 OTHER", &names);
    assert!(desk.push(&["stacked"]).accepted);
    assert_eq!(desk.git("show stacked:c"), "c");
}

#[test]
fn a_plan_with_the_names_of_the_clone_and_the_page_can_be_had() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9701);
    desk.git("checkout -q -b feature && git config push.default upstream && git fetch -q");
    desk.git("branch -q -u origin/main");
    desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    let ended = super::pages::type_it(&desk, "pushgate check --fix-plan", &[]);
    assert_eq!(ended.code(), 1, "{}", ended.all_text());
    assert!(ended.text().contains("# that must list feature, "), "{}", ended.text());
    let page = types(&desk, "pushgate explain rejected", &[]);
    assert!(page.starts_with("My push was rejected\n"), "{page}");
    let section = types(&desk, "pushgate explain rejected merges", &[]);
    assert!(section.starts_with("Merges\n"), "{section}");
}

#[test]
fn a_file_that_a_sparse_checkout_leaves_out_is_brought_back() {
    for command in ["git sparse-checkout disable", "git sparse-checkout add deploy"] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9702);
        desk.commit(&[("deploy/prod.yml", &desk.secret()), ("src/x", "x\n")]);
        desk.git("sparse-checkout set src");
        let path = desk.clone.join("deploy/prod.yml");
        assert!(!path.exists(), "it is left out");
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        types(&desk, command, &[]);
        assert!(path.exists(), "it is there");
        desk.follow(&pushed);
        assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    }
}

#[test]
fn what_is_unfinished_stays_out_and_as_it_is() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9703);
    desk.commit(&[(".env", &desk.secret())]);
    let pushed = desk.push(&["main"]);
    pushed
        .refused_for(&[CLOUD])
        .says("# other staged changes: git reset first, and stage them at the end");
    let changed = format!("{}more = here\n", desk.secret());
    desk.write(".env", &changed);
    desk.write("README", "unfinished\n");
    desk.git("add README");
    types(&desk, "git reset", &[]);
    desk.follow(&pushed);
    assert_eq!(std::fs::read_to_string(desk.clone.join(".env")).expect("it is there"), changed);
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    assert_eq!(desk.git("show main:README"), "a project");
    assert_eq!(std::fs::read(desk.clone.join("README")).expect("it is there"), b"unfinished\n");
}

#[test]
fn what_is_unfinished_in_the_file_is_put_away_and_brought_back() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9707);
    let text = format!("{}{}", desk.secret(), "a line\n".repeat(20));
    desk.commit(&[("a.txt", &text)]);
    let pushed = desk.push(&["main"]);
    pushed
        .refused_for(&[CLOUD])
        .says("# other changes in that file: git stash, at the end git stash pop");
    desk.write("a.txt", &format!("{text}unfinished\n"));
    types(&desk, "git stash", &[]);
    desk.follow(&pushed);
    types(&desk, "git stash pop", &[]);
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    assert!(!desk.git("show main:a.txt").contains("unfinished"));
    assert!(desk.git("diff --stat").ends_with("1 file changed, 1 insertion(+)"));
}

#[test]
fn where_one_stands_and_which_files_a_commit_has_is_shown() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9704);
    let id = desk.commit(&[("a.txt", &desk.secret())]);
    desk.commit(&[("b", "b\n")]);
    types(
        &desk,
        "git switch --no-overwrite-ignore -C mend-c4d3 c4d3059cf1",
        &[("c4d3059cf1", &id)],
    );
    assert!(types(&desk, "git --no-pager show --stat", &[]).contains("a.txt | 3 +++"));
}

#[test]
fn a_ref_that_is_no_branch_is_set_by_hand() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9705);
    let id = desk.commit(&[("a.txt", &desk.secret())]);
    desk.git("update-ref refs/changes/1 HEAD");
    let pushed = desk.push(&["refs/changes/1"]);
    let why = "# no short way: a ref that is no branch and no tag holds the commit";
    pushed.refused_for(&[CLOUD]).says(why);
    desk.git(&format!("checkout -q --detach {id}"));
    desk.mend();
    desk.git("commit -q -a --amend --no-edit");
    types(&desk, "git update-ref REF HEAD", &[("REF", "refs/changes/1")]);
    assert!(desk.push(&["refs/changes/1"]).accepted);

    desk.git(&format!("tag -a -m 'token = {}' v1", desk.token));
    desk.git("update-ref refs/changes/2 v1");
    let pushed = desk.push(&["v1", "refs/changes/2"]);
    pushed.refused_for(&[CLOUD]).says("# no short way: a ref that is no tag points at the tag");
    types(&desk, "git tag -f -a v1 'v1^{}'", &[]);
    types(&desk, "git update-ref REF v1", &[("REF", "refs/changes/2")]);
    assert!(desk.push(&["v1", "refs/changes/2"]).accepted);
}
