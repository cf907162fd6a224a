//! What a check says, and what it says to do.

use super::check::{Clone, secret};
use crate::support::archive::packed;
use crate::support::commands::{self, run};
use crate::support::lab::write_executable;
use crate::support::{Format, PushLab, Setup};

#[test]
fn what_is_clean_says_what_was_looked_at() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    std::fs::create_dir(clone.folder.join("empty")).expect("the clone is ours");
    clone.commit("b.txt", "two\n");
    // The same content twice: one object, and two files.
    clone.write("copy.txt", "two\n");
    for (words, told) in [
        (&[][..], "3 objects looked at"),
        (&["origin", "HEAD~1:refs/heads/x"], "there is nothing new to check"),
        (&["origin", ":x"], "there is nothing new to check"),
        (&["--", "b.txt"], "1 file looked at"),
        (&["--", "b.txt", "copy.txt"], "2 files looked at"),
        (&["--", "empty"], "there is nothing to check"),
    ] {
        let ended = clone.check(words);
        assert_eq!(ended.text(), format!("pushgate: check: clean: {told}"), "{words:?}");
    }
}

#[test]
fn all_secrets_and_all_their_places_are_shown() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    let text: String = (7100..7112).map(secret).collect();
    let folder = "a-folder-with-a-long-name/".repeat(5);
    let long = format!("{folder}settings.env");
    std::fs::create_dir_all(clone.folder.join(&folder)).expect("the clone is ours");
    clone.commit(&long, &secret(7100));
    clone.commit("c.env", &text);
    clone.commit("d.env", &secret(7100));
    for words in [&[][..], &["--", "."], &["--", "c.env", "d.env", &long]] {
        let told = clone.check(words).text();
        let shown: Vec<&str> = told.lines().filter(|line| line.starts_with("    at ")).collect();
        assert_eq!(shown.len(), 14, "{told}");
        for line in 1..=12 {
            let place = format!("    at c.env:{line}:9");
            assert!(shown.iter().any(|shown| shown.starts_with(&place)), "{told}");
        }
        for place in [format!("    at {long}:1:9"), "    at d.env:1:9".to_owned()] {
            assert!(shown.iter().any(|shown| shown.starts_with(&place)), "{told}");
        }
        assert!(!told.contains(" more "), "{told}");
        assert_eq!(told.matches(" (proven)\n").count(), 12, "{told}");
    }
}

#[test]
fn more_secrets_than_are_shown_are_seen_by_checking_again() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    let text: String = (8000..9001).map(secret).collect();
    clone.commit("c.env", &text);
    let told = clone.check(&[]).text();
    assert_eq!(told.lines().filter(|line| line.starts_with("    at ")).count(), 1000);
    assert!(told.contains("  and 1 more secret; check again to see what is left\n"), "{told}");
}

#[test]
fn the_plan_can_be_had_alone() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("b.txt", "two\n");
    assert_eq!(clone.check(&["--fix-plan"]).all_text(), "");
    assert_eq!(clone.check(&["--quiet"]).all_text(), "");
    clone.commit("c.env", &secret(7070));
    let ended = clone.check(&["--fix-plan"]);
    assert_eq!(ended.code(), 1, "{}", ended.all_text());
    assert!(
        ended.text().starts_with("  Now:") || ended.text().starts_with("Now:"),
        "{}",
        ended.text()
    );
    assert!(!ended.text().contains("c.env:1:9"), "{}", ended.text());
    assert!(clone.is_refused(&[]).ends_with(&ended.text()));
}

#[test]
fn the_plan_names_the_places_where_there_was_no_push() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    std::fs::create_dir(clone.folder.join("src")).expect("the clone is ours");
    clone.write("src/a.yml", &format!("one\n{}", secret(7075)));
    clone.write("b.env", &secret(7076));
    clone.git(&["add", "-A"]);
    for words in [&["--staged"][..], &["--", "."]] {
        for told in [clone.check(words), clone.check(&[&["--fix-plan"], words].concat())] {
            for place in ["    # src/a.yml:2", "    # b.env:1"] {
                assert!(told.text().lines().any(|line| line == place), "{}", told.all_text());
            }
        }
    }
    let told = clone.check_with(&["--fix-plan", "-"], secret(7077).as_bytes(), |_| ());
    assert!(told.text().contains("take it out of the text"), "{}", told.all_text());
}

#[test]
fn a_path_stands_there_as_it_was_typed() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    std::fs::create_dir(clone.folder.join("src")).expect("the clone is ours");
    let outside = lab.root().join("outside.env");
    std::fs::write(&outside, secret(7078)).expect("the laboratory is ours");
    clone.write(".git/notes", &secret(7079));
    for path in ["../outside.env", &outside.display().to_string(), ".git/notes"] {
        let told = clone.is_refused(&["--", path]);
        assert!(told.contains(&format!("\n    at {path}:1:9")), "{told}");
        assert!(told.contains(&format!("\n    # {path}:1\n")), "{told}");
    }
    let ended = clone.check(&["--", "src", "--fix-plan"]);
    assert_eq!(ended.code(), 2, "{}", ended.all_text());
    assert!(ended.all_text().contains("options go before it"), "{}", ended.all_text());
}

#[test]
fn what_was_never_sent_is_to_be_taken_out_first() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("c.env", &secret(7071));
    let told = clone.is_refused(&[]);
    let lines: Vec<&str> = told.lines().collect();
    let first = "  Now: 1. Take it out of the history that you would push:";
    assert!(lines.contains(&first), "{told}");
    let end = [
        "       2. Then push. Nothing was sent.",
        "  If it was ever shared, revoke it.",
        "  Page: \"My push was rejected\", or type: pushgate explain rejected",
    ];
    assert!(lines.ends_with(&end), "{told}");
    assert!(!told.contains("Treat it as exposed"), "{told}");
}

#[test]
fn the_plan_for_what_could_not_be_checked_can_be_had_alone() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    let config = lab.root().join("small.toml");
    std::fs::write(&config, "[limits]\nstream_bytes_max = 1000000\n").expect("ours");
    clone.commit("large.txt", &"large\n".repeat(2_000_000));
    let config = config.display().to_string();
    for words in [&[][..], &["--path", "large.txt"]] {
        let ended = clone.check(&[&["--config", &config, "--fix-plan"], words].concat());
        assert_eq!(ended.code(), 1, "{}", ended.all_text());
        let told = ended.text();
        assert!(told.starts_with("  large.txt ("), "{told}");
        assert!(
            told.contains("  Leave out what is listed, push less at once, or ask an admin."),
            "{told}"
        );
    }
}

/// Does what the plan `told` says: the secret is in `c.env`.
#[track_caller]
fn follow(clone: &Clone<'_>, told: &str) {
    for line in told.lines().filter_map(|line| line.strip_prefix("    ")) {
        if line.starts_with("# edit c.env: ") {
            clone.write("c.env", "token = env\n");
        } else if let Some(words) = line.strip_prefix("git ") {
            clone.git(&words.split(' ').collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_commit_that_is_on_no_branch_gets_one() {
    for back in [false, true] {
        for by_id in [false, true] {
            let lab = PushLab::new();
            let clone = Clone::new(&lab);
            clone.git(&["checkout", "-q", "--detach"]);
            clone.commit("c.env", &secret(7075));
            if back {
                clone.commit("later", "x\n");
            }
            let id = clone.git(&["rev-parse", "HEAD"]);
            // The branch of that name here has nothing to do with it.
            clone.git(&["checkout", "-q", "-b", "x", "main"]);
            clone.commit("mine", "mine\n");
            let mine = clone.git(&["rev-parse", "x"]);
            clone.git(&["checkout", "-q", "--detach", &id]);
            let from = if by_id { &id } else { "HEAD" };
            let told = clone.check(&["--fix-plan", "origin", &format!("{from}:refs/heads/x")]);
            let told = told.text();
            let branch = format!("pushed-{}", &id[..8]);
            let words = format!("# no branch of yours has it: it is {branch} now, push that");
            assert!(told.contains(&words), "{told}");
            let names_x = |line: &str| line.ends_with(" x") || line.contains(" x ");
            assert!(!told.lines().any(names_x), "{told}");
            follow(&clone, &told);
            for from in ["HEAD", &branch] {
                let checked = clone.check(&["origin", &format!("{from}:refs/heads/x")]);
                assert_eq!(checked.code(), 0, "{told}{}", checked.all_text());
            }
            assert_eq!(clone.git(&["show", "HEAD:c.env"]), "token = env");
            assert_eq!(clone.git(&["rev-parse", "x"]), mine, "{told}");
        }
    }
}

#[test]
fn the_plan_is_for_the_branch_that_is_checked_whatever_it_is_called_there() {
    for back in [false, true] {
        let lab = PushLab::new();
        let clone = Clone::new(&lab);
        clone.git(&["checkout", "-q", "-b", "feature"]);
        clone.commit("c.env", &secret(7072));
        if back {
            clone.commit("later", "x\n");
        }
        // The branch of that name here has nothing to do with it.
        clone.git(&["checkout", "-q", "main"]);
        clone.commit("mine", "mine\n");
        let mine = clone.git(&["rev-parse", "main"]);
        clone.git(&["checkout", "-q", "feature"]);
        for words in [["origin", "feature:main"], ["origin", "HEAD:main"]] {
            let told = clone.check(&[&["--fix-plan"], &words[..]].concat()).text();
            assert!(told.contains(if back {
                "# that must list feature, "
            } else {
                "# on feature at "
            }));
            assert!(!told.contains(" main"), "{told}");
            assert_eq!(back, told.lines().any(|line| line.ends_with(" feature")), "{told}");
        }
        let told = clone.check(&["--fix-plan", "origin", "feature:main"]).text();
        follow(&clone, &told);
        assert_eq!(clone.check(&["origin", "feature:main"]).code(), 0, "{told}");
        assert_eq!(clone.git(&["rev-parse", "main"]), mine, "{told}");
    }
}

#[test]
fn a_server_that_does_not_block_is_told_of() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("c.env", &secret(7073));
    let config = lab.root().join("mode.toml");
    for (mode, told) in [
        ("off", "the gate is off (mode = \"off\"): nothing was looked at, everything passes"),
        ("monitor", "1 secret found; the push passes, and is only recorded (mode = \"monitor\")"),
    ] {
        std::fs::write(&config, format!("mode = \"{mode}\"\n")).expect("ours");
        let config = config.display().to_string();
        for words in [&["--config", &config][..], &["--config", &config, "--", "c.env"]] {
            let ended = clone.check(words);
            assert_eq!(ended.code(), 0, "{}", ended.all_text());
            assert_eq!(ended.text(), format!("pushgate: check: {told}"), "{words:?}");
        }
    }
}

#[test]
fn a_file_that_is_named_twice_counts_once() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.write("c.env", &secret(7074));
    for words in [["--", "c.env", "../clone/c.env"], ["--", ".", "./c.env"]] {
        let ended = clone.check(&words);
        assert_eq!(ended.code(), 1, "{}", ended.all_text());
        assert!(ended.text().contains("    at c.env:1:9"), "{}", ended.text());
        assert_eq!(ended.text().matches("\n    at ").count(), 1, "{}", ended.text());
    }
}

#[test]
fn dashes_with_nothing_behind_them_are_a_mistake() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    let ended = clone.check(&["--"]);
    assert_eq!(ended.code(), 2, "{}", ended.all_text());
    assert!(ended.all_text().contains("there is no path after --"), "{}", ended.all_text());
}

#[test]
fn an_archive_that_cannot_be_read_is_told_where_the_server_only_counts_it() {
    let lab = PushLab::new();
    let clone = Clone::empty(&lab);
    let archive = packed(&lab, &[("a.txt", b"some text\n")], "zip -q -P word -r - .");
    std::fs::write(clone.folder.join("a.zip"), &archive).expect("the clone is ours");
    let told = clone.check(&["--", "a.zip"]);
    assert_eq!(told.code(), 0, "{}", told.all_text());
    assert_eq!(
        told.text(),
        "pushgate: check: clean: 1 file looked at; 1 archive could not be read to its end"
    );
    let json = clone.check(&["--format", "json", "--", "a.zip"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("it is JSON");
    assert_eq!(json["coverage"]["unreadable_containers"], 1, "{json}");
}

#[test]
fn a_check_that_somebody_ends_leaves_nothing_behind_and_no_hook_that_works_on() {
    use std::os::unix::process::ExitStatusExt;

    // One hook ends when it is told to, the other has to be killed.
    let (ends, stays) = ("exec sleep 100", "trap '' TERM\nsleep 100 >/dev/null 2>&1 &\nwait");
    for (name, number, work) in
        [("INT", 2, ends), ("TERM", 15, ends), ("HUP", 1, ends), ("TERM", 15, stays)]
    {
        let lab = PushLab::new();
        let clone = Clone::new(&lab);
        clone.commit("b.txt", "two\n");
        // A hook that does not come to an end.
        let (hook, begun) = (lab.root().join("slow"), lab.root().join("begun"));
        let text = format!(
            "#!/bin/sh\n[ \"$1\" = --version ] && exec {} --version\n\
             echo $$ > {begun}.new && mv {begun}.new {begun}\n{work}\n",
            commands::hook().display(),
            begun = begun.display()
        );
        write_executable(&hook, text);
        let temporary = lab.root().join("tmp");
        std::fs::create_dir(&temporary).expect("the folder is ours");
        let mut command = clone.command(commands::tool());
        command.arg("check").arg("--hook").arg(&hook).env("TMPDIR", &temporary);
        let mut check = command.spawn().expect("the tool starts");
        while !begun.exists() {
            assert_eq!(check.try_wait().expect("it is ours"), None, "it ended by itself");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let count = || std::fs::read_dir(&temporary).expect("it is there").count();
        assert_eq!(count(), 1);
        let kill = |signal: &str, id: &str| {
            let mut command = clone.command("kill");
            command.args(["-s", signal, id]);
            run(command, b"").code()
        };
        assert_eq!(kill(name, &check.id().to_string()), 0);
        let status = check.wait().expect("it is ours");
        let hook = std::fs::read_to_string(&begun).expect("it is there");
        assert_ne!(kill("KILL", hook.trim()), 0, "{name}: the hook works on");
        assert_eq!(status.signal(), Some(number));
        assert_eq!(count(), 0, "{name}");
    }
}

/// Git has the tree without entries in no file before it is pushed.
#[test]
fn a_first_commit_without_files_passes() {
    for format in [Format::Sha1, Format::Sha256] {
        let lab = PushLab::of(Setup { format, ..Setup::default() });
        let clone = Clone::empty(&lab);
        clone.git(&["commit", "-q", "--allow-empty", "-m", "start"]);
        let ended = clone.check(&["origin", "main"]);
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
        clone.git(&["push", "-q", "origin", "main"]);
    }
}

/// In quotes too git takes such a name for an option, and some options run commands.
#[test]
fn a_branch_that_is_called_like_an_option_has_no_plan() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("a.txt", &secret(9151));
    clone.commit("b.txt", "two\n");
    let name = "refs/heads/-xtouch${IFS}it";
    clone.git(&["update-ref", name, "HEAD"]);
    let ended = clone.check(&["--fix-plan", "origin", name]);
    let told = ended.all_text();
    assert_eq!(ended.code(), 1, "{told}");
    assert!(told.contains("no short way: the name of a ref begins like an option"), "{told}");
    assert!(!told.contains("rebase") && !told.contains("BRANCH"), "{told}");
}
