//! Plans for files that have another name in the end: whoever took them out of an older commit would
//! lose what git moved with them.

use crate::support::desk::{Desk, plan};
use crate::support::tokens::CLOUD;
use crate::support::{PushLab, Pushed};

/// Lines that make a file long enough to be known again.
fn filler() -> String {
    (0..50).map(|line| format!("line {line}\n")).collect()
}

/// Follows a plan of which each rebase may stop at a conflict: then `text` becomes what stands in the
/// files that git could not merge, and it goes on as the message says.
#[track_caller]
fn followed_through_stops(desk: &Desk<'_>, pushed: &Pushed, text: &str) {
    let lines = plan(pushed);
    assert!(!pushed.told().contains("git rm"), "{}", pushed.told());
    for (at, line) in lines.iter().enumerate() {
        if !line.starts_with("git rebase -r --onto") {
            desk.do_as_told(line, pushed);
            continue;
        }
        desk.command(line);
        for _ in 0..4 {
            let open = desk.git("diff --name-only --diff-filter=U");
            if open.is_empty() {
                break;
            }
            let hint = "# if it stops: mend FILE, git add FILE, git rebase --continue, go on";
            assert_eq!(lines[at + 1], hint, "{}", pushed.told());
            for path in open.lines() {
                desk.write(path, text);
                desk.git(&format!("add {path}"));
            }
            desk.command("git -c core.editor=true rebase --continue");
        }
    }
}

#[test]
fn a_file_that_is_renamed_later_is_edited_and_kept() {
    for changes in [false, true] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9400);
        desk.commit(&[("f", &format!("{}{}", desk.secret(), filler()))]);
        desk.git("mv f g");
        if changes {
            desk.write("g", &format!("url = here\ntoken = env\nend\n{}", filler()));
        }
        desk.commit(&[("later", "x\n")]);
        let pushed = desk.push(&["main"]);
        pushed.refused_for(&[CLOUD]);
        if plan(&pushed).iter().any(|line| line.contains("rebase -r -i")) {
            assert!(!pushed.told().contains("git rm"), "{}", pushed.told());
            desk.follow(&pushed);
        } else {
            let text = format!("url = here\ntoken = env\nend\n{}", filler());
            followed_through_stops(&desk, &pushed, &text);
        }
        assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
        assert!(desk.git("show main:g").ends_with("line 49"), "g is lost");
        assert_eq!(desk.git("ls-files | tr '\\n' ' '"), "README g later");
        assert_eq!(desk.git("rev-list --count main"), "3");
    }
}

#[test]
fn a_file_that_loses_its_secret_and_gets_another_name_afterwards_is_kept() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9401);
    desk.commit(&[("f", &desk.secret())]);
    desk.commit(&[("f", "line 2\nline 2\nline 2\n")]);
    desk.git("mv f g");
    desk.commit(&[]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    followed_through_stops(&desk, &pushed, "line 2\nline 2\nline 2\n");
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    assert_eq!(desk.git("show main:g"), "line 2\nline 2\nline 2");
    assert_eq!(desk.git("rev-list --count main"), "4");
}

#[test]
fn a_private_file_that_gets_another_name_is_edited() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9402);
    desk.commit(&[(".env", &desk.secret())]);
    desk.commit(&[(".env", "url = here\nend\n")]);
    desk.git("mv .env app.conf");
    desk.commit(&[]);
    let pushed = desk.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    followed_through_stops(&desk, &pushed, "url = here\nend\n");
    assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    assert_eq!(desk.git("show main:app.conf"), "url = here\nend");
}

#[test]
fn where_nobody_knows_whether_git_follows_a_file_there_is_no_short_plan() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9403);
    desk.commit(&[("f", &format!("{}{}", desk.secret(), filler()))]);
    desk.git("rm -q f");
    // Half of it stands in another file.
    let half: String = (0..35).map(|line| format!("line {line}\nother {line}\n")).collect();
    desk.commit(&[("g", &half)]);
    let pushed = desk.push(&["main"]);
    pushed
        .refused_for(&[CLOUD])
        .says("# no short way: a later commit may give the file another name");
    assert!(plan(&pushed).iter().all(|line| line.starts_with('#')), "{}", pushed.told());
}

#[test]
fn a_file_that_is_deleted_beside_others_that_come_goes_from_the_first_commit() {
    let lab = PushLab::packed();
    let desk = Desk::new(&lab, 9404);
    desk.commit(&[("f", &format!("{}{}", desk.secret(), filler()))]);
    desk.git("rm -q f");
    let other: String = (0..50).map(|line| format!("quite another {line}\n")).collect();
    desk.commit(&[("g", &other), ("h", "x\n")]);
    desk.refused_followed_passed(&["main"]).says("git rm --quiet -- :/f");
    assert_eq!(desk.git("ls-files | tr '\\n' ' '"), "README g h");
}
