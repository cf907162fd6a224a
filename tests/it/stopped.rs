//! A hook that somebody ends while it works: the push is refused, told and recorded so.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::commands::run;
use crate::support::lab::write_executable;
use crate::support::{Change, History, Install, PushLab, Pushed, Setup, file};

/// A laboratory with a branch `slow`: nothing in it is a secret, but to see that takes seconds.
#[track_caller]
fn slow(install: Install, config: &str) -> PushLab {
    let lab = PushLab::of(Setup { install, config: config.to_owned(), ..Setup::default() });
    let mut history = History::new();
    let prefixes = format!("{}T3xFfGF0", "ATAT").repeat(25_000);
    history.commit("refs/heads/slow", &[], Change::of([file("a", prefixes)]));
    history.commit("refs/heads/clean", &[], Change::of([file("a", "one\n")]));
    lab.import(&history);
    lab
}

/// Has the hook heed all signals: a shell has what it runs beside itself ignore SIGINT, and who
/// runs the tests may ignore others.
const HEED: &str = "env --default-signal=HUP,INT,TERM";

/// Starts the hook, then does this with it, whose process is `$hook`, and ends as it does; if a
/// signal ended the script around the program, as the program does.
fn script(start: &str, then: &str) -> String {
    format!(
        "exec 4<&0\n{HEED} {start} <&4 &\nhook=$!\nexec 2>/dev/null\nsleep 0.3\n{then}\nwait $hook\n\
         status=$?\n[ $status = 143 ] && exit 2\nexit $status"
    )
}

#[track_caller]
fn stopped_by(pushed: &Pushed, signal: &str) {
    pushed.says("pushgate: push refused: the gate itself failed [PG0210]");
    pushed.says(&format!("  > {signal} ended the hook after 0."));
    pushed.says("  Push again. If it stays so, tell an admin, with the lines above.");
    let record = pushed.record();
    assert_eq!(record["decision"], "reject", "{record}");
    assert_eq!(record["reason"], "error", "{record}");
    assert_eq!(record["error"]["code"], "PG0210", "{record}");
    let text = record["error"]["text"].as_str().expect("a text");
    assert!(text.starts_with(&format!("{signal} ended the hook after ")), "{record}");
    assert_eq!(record["refs"][0]["name"], "refs/heads/slow", "{record}");
}

/// All that lies in a folder.
fn all_in(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the laboratory is ours") {
            let path = entry.expect("a folder entry").path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path.clone());
            }
            found.insert(path);
        }
    }
    found
}

#[test]
fn a_signal_refuses_the_push_with_a_message_and_a_record_and_leaves_nothing() {
    for signal in ["TERM", "HUP", "INT"] {
        let lab = slow(Install::Copy, "");
        let start = format!("\"$HOOK\" --config {}", lab.config_text());
        lab.wrap_hook(&script(&start, &format!("kill -{signal} $hook")));
        let before = all_in(&lab.server);
        let pushed = lab.push(&["slow"]);
        pushed.gate_failed();
        stopped_by(&pushed, &format!("SIG{signal}"));
        assert_eq!(all_in(&lab.server), before);
        assert!(!lab.server_has("refs/heads/slow"));
    }
}

#[test]
fn the_end_of_the_script_around_the_program_is_a_signal_too() {
    let lab = slow(Install::Tool, "");
    lab.wrap_hook(&script("\"$HOOK\"", "kill -TERM $hook"));
    let pushed = lab.push(&["slow"]);
    stopped_by(&pushed, "SIGHUP");
}

#[test]
fn the_end_of_the_script_is_seen_below_a_server_that_ignores_hangups() {
    let lab = slow(Install::Tool, "");
    lab.wrap_hook(&script("env --ignore-signal=HUP \"$HOOK\"", "kill -TERM $hook"));
    let pushed = lab.push(&["slow"]);
    stopped_by(&pushed, "SIGUSR1");
}

#[test]
fn who_ends_script_and_program_at_once_is_told_once() {
    let lab = slow(Install::Tool, "");
    lab.wrap_hook(&script("setsid \"$HOOK\"", "kill -TERM -$hook"));
    let pushed = lab.push(&["slow"]);
    // The script may end before the signal comes to the program.
    let is_late = pushed.told().contains("SIGHUP ended");
    stopped_by(&pushed, if is_late { "SIGHUP" } else { "SIGTERM" });
}

#[test]
fn no_mode_lets_a_push_pass_that_was_stopped() {
    for config in ["mode = \"monitor\"", "mode = \"warn\"", "[policy]\nerror = \"ignore\""] {
        let lab = slow(Install::Tool, config);
        lab.wrap_hook(&script("\"$HOOK\"", "kill -TERM $hook"));
        let pushed = lab.push(&["slow"]);
        assert!(!pushed.accepted, "{config}: {}", pushed.told());
        stopped_by(&pushed, "SIGHUP");
    }
}

#[test]
fn a_signal_that_was_to_be_ignored_is_ignored() {
    for signal in ["HUP", "INT"] {
        let lab = slow(Install::Copy, "");
        let start =
            format!("env --ignore-signal={signal} \"$HOOK\" --config {}", lab.config_text());
        lab.wrap_hook(&script(&start, &format!("kill -{signal} $hook")));
        lab.push(&["slow"]).accepted_silently();
    }
}

#[test]
fn a_second_signal_ends_the_hook_at_once() {
    let lab = slow(Install::Copy, "");
    let start = format!("\"$HOOK\" --config {}", lab.config_text());
    lab.wrap_hook(&script(&start, "kill -TERM $hook; sleep 0.3; kill -TERM $hook"));
    // The record cannot be written meanwhile.
    let audit = File::create(&lab.audit).expect("the laboratory is ours");
    audit.lock().expect("nobody else has it");
    let started = Instant::now();
    let pushed = lab.push_raw("slow");
    assert!(started.elapsed() < Duration::from_secs(8), "{}", pushed.all_text());
    assert!(pushed.all_text().contains("pre-receive hook declined"), "{}", pushed.all_text());
    assert!(!pushed.all_text().contains("PG0210"), "{}", pushed.all_text());
    assert!(lab.audit_lines().is_empty());
}

#[test]
fn a_signal_goes_on_to_the_hook_that_was_there_before_and_refuses_however_that_ends() {
    for then in ["exec sleep 100", "trap 'exit 0' TERM; sleep 100 & wait"] {
        let lab = PushLab::of(Setup { install: Install::Nothing, ..Setup::default() });
        let mut history = History::new();
        history.commit("refs/heads/clean", &[], Change::of([file("a", "one\n")]));
        lab.import(&history);
        let begun = lab.root().join("begun");
        drop(std::fs::create_dir(lab.server.join("hooks")));
        let text = format!(
            "#!/bin/sh\nexec >/dev/null 2>&1\necho $PPID $$ > {0}.new\nmv {0}.new {0}\n{then}\n",
            begun.display()
        );
        write_executable(&lab.hook(), text);
        let installed = lab.run_tool(&["install"], &["--config", &lab.config_text()]);
        assert_eq!(installed.code(), 0, "{}", installed.all_text());
        let pushed = std::thread::scope(|scope| {
            let push = scope.spawn(|| lab.push_raw("clean"));
            while !begun.exists() {
                assert!(!push.is_finished(), "the push ended by itself");
                std::thread::sleep(Duration::from_millis(5));
            }
            let processes = std::fs::read_to_string(&begun).expect("it is there");
            let (program, hook) = processes.trim().split_once(' ').expect("two numbers");
            let kill = |words: &[&str]| {
                let mut command = lab.command("kill");
                command.args(words);
                run(command, b"").code()
            };
            let started = Instant::now();
            assert_eq!(kill(&["-TERM", program]), 0);
            let pushed = push.join().expect("it does not panic");
            // It did not sleep to its end.
            assert!(started.elapsed() < Duration::from_secs(50), "{then}");
            assert_ne!(kill(&["-0", hook]), 0, "{then}");
            pushed
        });
        let told = pushed.all_text();
        assert!(told.contains("push refused: the gate itself failed [PG0210]"), "{told}");
        assert!(told.contains("SIGTERM came while this"), "{told}");
        assert!(!lab.server_has("refs/heads/clean"), "{then}");
        // The record is that of our own verdict, which came before.
        assert_eq!(lab.last_record()["decision"], "accept");
    }
}
