//! Whoever pastes all lines of a plan at once, or a whole message, runs the plan's commands and
//! nothing that came from the push.

use crate::support::commands::run;
use crate::support::desk::{Desk, plan};
use crate::support::{PushLab, Pushed};

/// Names of files that run something where a shell reads them as they are.
const FILES: &[&str] = &[
    "$(touch pwned)",
    "`touch pwned`",
    "x;touch pwned;x",
    "x>pwned",
    "x)|touch pwned;(",
    "x&touch pwned",
    "x\ntouch pwned\nx",
    "';touch pwned;'",
    "it's $(touch pwned)",
    "\";touch pwned;\"",
    "${x:-$(touch pwned)}",
    "#\n$(touch pwned)",
    "-x;touch pwned",
    "x\r;touch pwned",
];

/// The same as names of branches and tags.
const REFS: &[&str] = &[
    "$(touch${IFS}pwned)",
    "`touch${IFS}pwned`",
    "x;touch${IFS}pwned;x",
    "x>pwned",
    "x)|touch${IFS}pwned;(",
    "';touch${IFS}pwned;'",
    "\"$(touch${IFS}pwned)\"",
];

/// Pastes the plan, the message, and each line of it; nothing may have run.
#[track_caller]
fn nothing_runs(desk: &Desk<'_>, pushed: &Pushed) {
    let before = desk.git("rev-parse --symbolic-full-name HEAD");
    for shell in ["sh", "dash", "bash"] {
        desk.paste_blindly(shell, &plan(pushed).join("\n"));
        desk.paste_blindly(shell, &pushed.sent.join("\n"));
        // A shell at a terminal goes on behind a line that it does not understand.
        for line in &pushed.sent {
            desk.paste_blindly(shell, line);
        }
        let made = std::fs::read_dir(&desk.clone).expect("the clone is ours");
        for entry in made.map(|entry| entry.expect("it is there").file_name()) {
            let name = entry.to_string_lossy().into_owned();
            assert!(!name.starts_with("pwned"), "{shell}, on {before}: {}", pushed.told());
        }
    }
}

#[test]
fn no_name_of_a_file_runs_in_a_plan_or_a_message() {
    for (at, name) in FILES.iter().enumerate() {
        for back in [false, true] {
            // With the line for tools, in which each name stands whole.
            let lab = PushLab::configured("[message]\njson = true\n");
            let desk = Desk::new(&lab, 9300 + at as u64);
            desk.commit(&[(name, &desk.secret())]);
            if back {
                desk.commit(&[("b", "b\n")]);
            }
            let pushed = desk.push(&["main"]);
            pushed.refused_for_secrets();
            nothing_runs(&desk, &pushed);
        }
    }
}

#[test]
fn no_name_of_a_file_that_is_deleted_later_or_written_in_base64_runs() {
    for (at, name) in FILES.iter().enumerate() {
        for several in [false, true] {
            let lab = PushLab::packed();
            let desk = Desk::new(&lab, 9320 + at as u64);
            let hidden = format!("token = {}\n", desk.token);
            let hidden = crate::support::encode::base64(hidden.as_bytes());
            desk.commit(&[(name, &format!("data = {hidden}\n"))]);
            if several {
                desk.commit(&[("two", &desk.secret())]);
            }
            desk.git("rm -qr . && git commit -qm gone --allow-empty");
            let pushed = desk.push(&["main"]);
            pushed.refused_for_secrets();
            nothing_runs(&desk, &pushed);
        }
    }
}

#[test]
fn no_name_of_a_branch_or_a_tag_runs() {
    for (at, name) in REFS.iter().enumerate() {
        for (back, kind) in [(false, "heads"), (true, "heads"), (false, "tags"), (true, "tags")] {
            let lab = PushLab::packed();
            let desk = Desk::new(&lab, 9340 + at as u64);
            desk.commit(&[("a.txt", &desk.secret())]);
            if back {
                desk.commit(&[("b", "b\n")]);
            }
            let pushed = desk.push(&[&format!("HEAD:refs/{kind}/{name}")]);
            pushed.refused_for_secrets();
            nothing_runs(&desk, &pushed);
        }
    }
}

#[test]
fn a_plan_that_is_pasted_in_one_piece_is_followed() {
    for shell in ["sh", "dash", "bash"] {
        let lab = PushLab::packed();
        let desk = Desk::new(&lab, 9360);
        desk.write("a", "a\n");
        desk.git(&format!("add a && git commit -q -m 'token = {}'", desk.token));
        desk.commit(&[("b", "b\n")]);
        let pushed = desk.push(&["main"]);
        pushed.refused_for_secrets();
        let mut command = lab.command(shell);
        command.arg("-c").arg(plan(&pushed).join("\n")).current_dir(&desk.clone);
        desk.with_editors(&mut command);
        let ended = run(command, b"");
        assert_eq!(ended.code(), 0, "{shell}: {}", ended.all_text());
        assert!(desk.push(&["main"]).accepted, "{}", pushed.told());
    }
}
