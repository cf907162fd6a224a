//! Everything that can go wrong around the gate: it fails closed, and says so.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::commands::{self, Ended, run};
use crate::support::lab::write_executable;
use crate::support::message::{self, Verdict};
use crate::support::pack::{self, Kind, Pack};
use crate::support::tokens::CLOUD;
use crate::support::wire::{Wire, ZERO};
use crate::support::{
    Arrival, Change, History, Install, PushLab, Setup, both, file, settings, source_text, tokens,
};

/// A laboratory with a secret on `evil` and nothing bad on `clean`.
#[track_caller]
fn lab(arrival: Arrival, seed: u64) -> PushLab {
    let lab = PushLab::of(Setup { arrival, ..Setup::default() });
    prepare(&lab, seed);
    lab
}

#[track_caller]
fn prepare(lab: &PushLab, seed: u64) {
    let mut history = History::new();
    history.commit("refs/heads/clean", &[], Change::of([file("a", "one\n")]));
    history.commit("refs/heads/evil", &[], Change::of([settings("b", &tokens::cloud(seed))]));
    lab.import(&history);
}

/// Installs from a copy of the built files. Gives every file that is the hook's binary.
#[track_caller]
fn install_from_a_copy(lab: &PushLab) -> Vec<PathBuf> {
    let bin = lab.root().join("bin");
    std::fs::create_dir(&bin).expect("the laboratory is ours");
    let tool = bin.join("pushgate");
    let hook = bin.join("pushgate-pre-receive");
    std::fs::copy(commands::tool(), &tool).expect("the tool can be copied");
    std::fs::copy(commands::hook(), &hook).expect("the hook can be copied");
    let mut command = lab.command(&tool);
    command.arg("install").arg("--repository").arg(&lab.server);
    command.arg("--config").arg(&lab.config).arg("--hook").arg(&hook);
    let ended = run(command, b"");
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    let bytes = std::fs::read(&hook).expect("just copied");
    let mut binaries = vec![hook];
    let mut folders = vec![lab.server.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the server is ours") {
            let path = entry.expect("a folder entry").path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if std::fs::read(&path).is_ok_and(|content| content == bytes) {
                binaries.push(path);
            }
        }
    }
    binaries
}

/// A push that must fail, whatever the gate is still able to say.
#[track_caller]
fn refused(lab: &PushLab, branch: &str, with: &str) {
    let ended = lab.push_raw(branch);
    assert_ne!(ended.code(), 0, "{branch} was accepted with {with}:\n{}", ended.all_text());
    assert!(!lab.server_has(&format!("refs/heads/{branch}")), "{with}");
}

/// Whatever is done to the binary, a push is refused; where a shell can see it, with our words.
#[track_caller]
fn damaged(seed: u64, told: bool, damage: impl Fn(&Path)) {
    let lab = PushLab::of(Setup { install: Install::Nothing, ..Setup::default() });
    prepare(&lab, seed);
    for binary in install_from_a_copy(&lab) {
        damage(&binary);
    }
    for branch in ["evil", "clean"] {
        if told {
            lab.push(&[branch]).gate_failed();
        } else {
            refused(&lab, branch, "damaged");
        }
    }
}

#[test]
fn a_missing_binary_refuses() {
    damaged(1, true, |binary| std::fs::remove_file(binary).expect("it is ours"));
}

#[test]
fn a_missing_binary_is_told_on_pages_of_gitlab_too() {
    let lab = PushLab::of(Setup { install: Install::Nothing, ..Setup::default() });
    prepare(&lab, 8);
    for binary in install_from_a_copy(&lab) {
        std::fs::remove_file(binary).expect("it is ours");
    }
    let gitlab = ("GL_REPOSITORY", "project-1");
    for (variables, is_marked) in [
        (&[gitlab, ("GL_PROTOCOL", "web")][..], true),
        (&[gitlab, ("GL_PROTOCOL", "ssh")], false),
        (&[gitlab, ("GL_PROTOCOL", "http")], false),
        (&[("GL_PROTOCOL", "web")], false),
        (&[], false),
    ] {
        let pushed = lab.push_with(&["clean"], |command| {
            command.envs(variables.iter().copied());
        });
        // That all lines are marked, or none, is checked in every push.
        pushed.gate_failed().says("> the hook program ended with status 127");
        pushed.says("pushgate/pushgate-pre-receive").says("Please tell an admin");
        let mark = if is_marked { "GL-HOOK-ERR: " } else { "" };
        let first = format!("{mark}pushgate: push refused: the gate itself failed [PG0207]");
        assert_eq!(pushed.sent[0], first, "{}", pushed.told());
        assert_eq!(pushed.sent.len(), 5, "{}", pushed.told());
        let is_indented = pushed.sent[1].starts_with("  > ");
        assert_eq!(is_indented, !is_marked, "{}", pushed.told());
    }
}

#[test]
fn an_empty_binary_refuses() {
    damaged(2, true, |binary| std::fs::write(binary, b"").expect("it is ours"));
}

#[test]
fn a_binary_that_is_not_executable_refuses() {
    use std::os::unix::fs::PermissionsExt;
    damaged(3, true, |binary| {
        let mode = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(binary, mode).expect("it is ours");
    });
}

#[test]
fn a_truncated_binary_refuses() {
    for (seed, part) in [(4, 2), (5, 1000)] {
        damaged(seed, false, |binary| {
            let bytes = std::fs::read(binary).expect("it is ours");
            std::fs::write(binary, &bytes[..bytes.len() / part]).expect("it is ours");
        });
    }
}

#[test]
fn a_folder_in_place_of_the_binary_refuses() {
    damaged(6, false, |binary| {
        std::fs::remove_file(binary).expect("it is ours");
        std::fs::create_dir(binary).expect("the place is free");
    });
}

#[test]
fn a_binary_for_another_machine_refuses() {
    damaged(7, false, |binary| {
        let mut bytes = std::fs::read(binary).expect("it is ours");
        bytes[18] = 0xF3;
        std::fs::write(binary, bytes).expect("it is ours");
    });
}

#[test]
fn an_audit_file_that_cannot_be_written_refuses() {
    let lab = lab(Arrival::Loose, 10);
    let folder = lab.root().join("folder");
    std::fs::create_dir(&folder).expect("the laboratory is ours");
    for path in ["/dev/full", "/dev/null", "/proc/pushgate-audit", folder.to_str().expect("plain")]
    {
        lab.configure_raw(format!("[audit]\npath = \"{path}\"\n"));
        lab.push(&["clean"]).gate_failed().says(path);
        lab.push(&["evil"]).refused_somehow();
    }
}

#[test]
fn a_record_that_cannot_be_written_is_all_that_mode_monitor_tells() {
    let lab = lab(Arrival::Loose, 13);
    let config = |more: &str| format!("mode = \"monitor\"\n[audit]\npath = \"/dev/full\"\n{more}");
    for (more, is_told) in [
        ("", true),
        ("[policy]\nerror = \"warn\"\n", true),
        ("[policy]\nerror = \"ignore\"\n", false),
    ] {
        lab.configure_raw(config(more));
        for branch in ["clean", "evil"] {
            let pushed = lab.push(&[&format!("{branch}:refs/heads/{branch}{}", more.len())]);
            assert!(pushed.accepted && pushed.hook_exit == Some(0), "{}", pushed.told());
            let expected: &[&str] = &[
                "pushgate: warning: this push could not be recorded [PG0302]",
                "  > audit file /dev/full: No space left on device (os error 28)",
            ];
            assert_eq!(pushed.remote, if is_told { expected } else { &[] }, "{}", pushed.told());
        }
    }
}

#[test]
fn an_audit_file_in_a_folder_that_is_not_there_refuses_or_is_made() {
    let lab = lab(Arrival::Loose, 11);
    let path = lab.root().join("not/there/audit.jsonl");
    lab.configure_raw(format!("[audit]\npath = \"{}\"\n", path.display()));
    let pushed = lab.push(&["clean"]);
    assert!(
        if pushed.accepted { path.is_file() } else { pushed.hook_exit == Some(2) },
        "{}",
        pushed.told()
    );
}

#[test]
fn an_audit_file_that_may_not_grow_refuses() {
    let lab = lab(Arrival::Loose, 12);
    std::fs::write(&lab.audit, "before\n".repeat(1000)).expect("it is ours");
    lab.wrap_hook("ulimit -f 1; exec \"$HOOK\"");
    for branch in ["clean", "evil"] {
        refused(&lab, branch, "a full file");
    }
    let ended = lab.push_raw("clean");
    assert!(ended.all_text().contains("[PG0204]"), "{}", ended.all_text());
}

#[test]
fn broken_loose_objects_in_the_quarantine_refuse() {
    for (index, damage) in
        [": >\"$object\"", "printf broken >\"$object\"", "rm -f \"$object\""].iter().enumerate()
    {
        let lab = lab(Arrival::Loose, 20 + index as u64);
        lab.wrap_hook(&format!(
            "for object in \"$GIT_QUARANTINE_PATH\"/??/*; do chmod u+w \"$object\"; {damage}; done\n\
             exec \"$HOOK\""
        ));
        for branch in ["evil", "clean"] {
            lab.push(&[branch]).refused_somehow();
        }
    }
}

#[test]
fn a_single_broken_file_in_the_quarantine_refuses() {
    for (index, damage) in [": >\"$object\"", "printf broken >\"$object\""].iter().enumerate() {
        let lab = lab(Arrival::Loose, 26 + index as u64);
        for (branch, name) in [("evil", "evil:b"), ("clean", "clean:a")] {
            let id = lab.in_client(&["rev-parse", name]);
            let (folder, file) = id.split_at(2);
            lab.wrap_hook(&format!(
                "object=\"$GIT_QUARANTINE_PATH/{folder}/{file}\"; chmod u+w \"$object\"; {damage}\n\
                 exec \"$HOOK\""
            ));
            // Commit and tree can be read: what is broken is known from itself alone.
            let pushed = lab.push(&[branch]);
            pushed.refused_undecided();
            assert_eq!(pushed.record()["undecided"][0]["object"], *id, "{}", pushed.told());
        }
    }
}

#[test]
fn a_broken_pack_in_the_quarantine_refuses() {
    let scripts = [
        "for f in \"$GIT_QUARANTINE_PATH\"/pack/*.pack; do chmod u+w $f; printf xxxxxxxxxxxx | \
         dd of=$f bs=1 seek=14 conv=notrunc 2>/dev/null; done",
        "for f in \"$GIT_QUARANTINE_PATH\"/pack/*.pack; do chmod u+w $f; : >$f; done",
        "for f in \"$GIT_QUARANTINE_PATH\"/pack/*.idx; do chmod u+w $f; : >$f; done",
        "rm -f \"$GIT_QUARANTINE_PATH\"/pack/*.idx",
        "rm -f \"$GIT_QUARANTINE_PATH\"/pack/*.pack",
        "for f in \"$GIT_QUARANTINE_PATH\"/pack/*.idx; do chmod u+w $f; printf xxxxxxxx | \
         dd of=$f bs=1 seek=8 conv=notrunc 2>/dev/null; done",
    ];
    for (index, script) in scripts.iter().enumerate() {
        let lab = lab(Arrival::Packed, 30 + index as u64);
        lab.wrap_hook(&format!("{script}\nexec \"$HOOK\""));
        for branch in ["evil", "clean"] {
            lab.push(&[branch]).refused_somehow();
        }
    }
}

#[test]
fn a_broken_base_does_not_turn_a_secret_into_an_old_one() {
    for (arrival, seed) in [(Arrival::Loose, 41), (Arrival::Packed, 42)] {
        let lab = PushLab::of(Setup { noisy: true, ..Setup::default() });
        let token = tokens::cloud(seed);
        let mut history = History::root(Change::of([settings("a.env", &token)]));
        let edited = file("a.env", format!("edited\ntoken = {token}\n"));
        history.commit("refs/heads/next", &[":1"], Change::of([edited]));
        lab.import(&history);
        lab.seed(&["main"]);
        if arrival == Arrival::Packed {
            lab.in_server(&["config", "receive.unpackLimit", "1"]);
        }
        // A thin pack would need the broken blob, and git itself would refuse it.
        for name in ["main:a.env", "main^{tree}", "main"] {
            let id = lab.in_client(&["rev-parse", name]);
            let object = lab.server.join("objects").join(&id[..2]).join(&id[2..]);
            let before = std::fs::read(&object).expect("the server has it loose");
            std::fs::remove_file(&object).expect("it is ours");
            std::fs::write(&object, "broken").expect("it is ours");
            let pushed = lab.push(&["--no-thin", "next:main"]);
            pushed.refused_in("blob", &[CLOUD]);
            assert_eq!(pushed.finding()["state"], "introduced", "{name}: {}", pushed.told());
            std::fs::remove_file(&object).expect("it is ours");
            std::fs::write(&object, before).expect("it is ours");
        }
        // With the same objects whole, the same secret is old.
        lab.push(&["--no-thin", "next:main"]).accepted_with_warning();
    }
}

#[test]
fn too_little_memory_refuses() {
    for (arrival, seed) in [(Arrival::Loose, 50), (Arrival::Packed, 51)] {
        let lab = lab(arrival, seed);
        for kib in [2_000, 6_000, 12_000, 20_000, 40_000, 80_000, 200_000, 600_000] {
            lab.wrap_hook(&format!("ulimit -v {kib}; exec \"$HOOK\""));
            refused(&lab, "evil", &format!("{kib} KiB"));
        }
    }
}

#[test]
fn too_little_memory_for_a_large_file_refuses() {
    let lab = PushLab::packed();
    let text = format!("{}t = {}\n", source_text(40_000_000), tokens::cloud(52));
    lab.in_client(&["config", "core.compression", "1"]);
    lab.import(&History::root(Change::of([file("big", text)])));
    for kib in [10_000, 30_000, 60_000] {
        lab.wrap_hook(&format!("ulimit -d {kib}; exec \"$HOOK\""));
        refused(&lab, "main", &format!("{kib} KiB"));
    }
}

#[test]
fn too_few_file_descriptors_refuse() {
    for (arrival, seed) in [(Arrival::Loose, 53), (Arrival::Packed, 54)] {
        let lab = lab(arrival, seed);
        // Of these the shell itself has too few.
        for count in [3, 4, 10, 12] {
            lab.wrap_hook(&format!("ulimit -n {count}; exec \"$HOOK\""));
            refused(&lab, "evil", &format!("{count} descriptors"));
        }
        let within = |count: u32| {
            let program = lab.server.join("pushgate/pushgate-pre-receive");
            let (program, config) = (program.display(), lab.config.display());
            // Git hands down what it writes its trace to.
            lab.wrap_hook(&format!(
                "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; ulimit -n {count}\n\
                 exec '{program}' --config '{config}'"
            ));
        };
        // Without any, the gate cannot even read what it is to do.
        for count in 0..=3 {
            within(count);
            for branch in ["evil", "clean"] {
                lab.push(&[branch]).gate_failed().says("pushgate.toml");
            }
        }
        // One is enough for small objects. For a pack it is not: the pack stays open, and then the
        // quarantine cannot be listed to see that there is nothing else.
        within(4);
        lab.push(&["evil"]).refused_in("blob", &[CLOUD]);
        let pushed = lab.push(&["clean:refs/heads/x"]);
        if arrival == Arrival::Loose {
            pushed.accepted_silently();
        } else {
            pushed.refused_undecided();
            let undecided = &pushed.record()["undecided"];
            assert_eq!(undecided[0]["cause"], "object-corrupt", "{}", pushed.told());
        }
        within(5);
        lab.push(&["evil"]).refused_in("blob", &[CLOUD]);
        // On a slow machine one more is open for a moment, when it is read which signals are ignored.
        within(6);
        lab.push(&["clean:refs/heads/y"]).accepted_silently();
    }
}

#[test]
fn too_little_time_or_stack_and_no_processes_refuse() {
    let lab = lab(Arrival::Packed, 55);
    for limit in ["-t 1", "-s 64", "-s 256", "-u 1"] {
        lab.wrap_hook(&format!("ulimit {limit} 2>/dev/null; exec \"$HOOK\""));
        refused(&lab, "evil", limit);
    }
    // Nothing in it is a secret, but to see that takes longer than there is time.
    let mut history = History::new();
    let prefixes = format!("{}T3xFfGF0", "ATAT").repeat(25_000);
    history.commit("refs/heads/slow", &[], Change::of([file("a", prefixes)]));
    lab.import(&history);
    lab.wrap_hook("ulimit -t 1; exec \"$HOOK\"");
    lab.push(&["slow"]).gate_failed();
}

#[test]
fn a_hook_that_is_killed_refuses() {
    let lab = lab(Arrival::Loose, 56);
    for signal in ["KILL", "TERM", "HUP", "ABRT", "SEGV", "PIPE", "ALRM", "USR1"] {
        // The hook waits for the rest of its input, and gets a signal instead.
        lab.wrap_hook(&format!(
            "ulimit -c 0\n(cat; exec sleep 2) 2>/dev/null | \"$HOOK\" &\nsleep 0.2\n\
             kill -{signal} $!\nwait $!"
        ));
        refused(&lab, "clean", signal);
    }
}

#[test]
fn closed_or_full_streams_refuse_a_secret() {
    both(|lab| {
        prepare(lab, 57);
        for streams in ["2>&-", "2>/dev/full", ">&- 2>&-", ">/dev/full 2>/dev/full"] {
            lab.wrap_hook(&format!("exec \"$HOOK\" {streams}"));
            // Nothing can be said, so only the outcome counts.
            refused(lab, "evil", streams);
        }
        lab.wrap_hook("exec \"$HOOK\" <&-");
        lab.push(&["evil"]).gate_failed();
        lab.wrap_hook("exec \"$HOOK\" </dev/null");
        assert!(!lab.push(&["evil"]).accepted, "no input, and yet accepted");
    });
}

/// Runs the hook as git would, with this on its standard input.
#[track_caller]
fn run_hook(lab: &PushLab, input: &[u8]) -> Ended {
    let mut command = lab.command(lab.hook());
    command.current_dir(&lab.server).env("GIT_DIR", ".");
    run(command, input)
}

#[test]
fn input_that_git_would_not_send_refuses() {
    let lab = lab(Arrival::Loose, 60);
    lab.seed(&["clean"]);
    let id = lab.in_client(&["rev-parse", "clean"]);
    let long = "a".repeat(64);
    let inputs: Vec<Vec<u8>> = vec![
        b"garbage\n".to_vec(),
        b"\n".to_vec(),
        b"\0\0\0\0".to_vec(),
        format!("{ZERO} {id}\n").into_bytes(),
        format!("{ZERO} {id} \n").into_bytes(),
        format!("{ZERO} {id} refs/heads/x").into_bytes(),
        format!("{ZERO} {id} refs/heads/x\n{ZERO} {id} refs/heads/y").into_bytes(),
        format!("{ZERO}  {id} refs/heads/x\n").into_bytes(),
        format!("{ZERO} {} refs/heads/x\n", &id[..39]).into_bytes(),
        format!("{ZERO} {}g refs/heads/x\n", &id[..39]).into_bytes(),
        format!("{ZERO} {long} refs/heads/x\n").into_bytes(),
        format!("{} {long} refs/heads/x\n", "0".repeat(64)).into_bytes(),
        format!("{ZERO} {id} refs/heads/x\0y\n").into_bytes(),
        format!("{ZERO} {id} refs/heads/x\ngarbage\n").into_bytes(),
        format!("{ZERO}\t{id}\trefs/heads/x\n").into_bytes(),
        [b"\xff\xfe".to_vec(), vec![b'x'; 3_000_000]].concat(),
    ];
    for input in inputs {
        let ended = run_hook(&lab, &input);
        let shown = String::from_utf8_lossy(&input[..input.len().min(100)]).into_owned();
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.code(), 2, "{shown:?}: {told}");
        assert_eq!(ended.stdout, b"", "{shown:?}");
        let lines: Vec<String> = told.lines().map(str::to_owned).collect();
        message::check(&lines);
        let verdict = lines.first().and_then(|line| message::verdict(line));
        assert_eq!(verdict, Some(Verdict::GateFailed), "{shown:?}: {told}");
    }
}

#[test]
fn a_hook_outside_of_any_repository_refuses() {
    let lab = lab(Arrival::Loose, 61);
    let elsewhere = lab.root().join("elsewhere");
    std::fs::create_dir(&elsewhere).expect("the laboratory is ours");
    let id = "1".repeat(40);
    for git_dir in [None, Some("."), Some("/nowhere"), Some("")] {
        let mut command = lab.command(commands::hook());
        command.current_dir(&elsewhere);
        if let Some(git_dir) = git_dir {
            command.env("GIT_DIR", git_dir);
        }
        let ended = run(command, format!("{ZERO} {id} refs/heads/x\n").as_bytes());
        assert_eq!(ended.code(), 2, "{git_dir:?}: {}", ended.all_text());
    }
}

/// Scripts that make the environment hostile and change nothing of the push.
const HOSTILE: [&str; 26] = [
    "export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.repositoryFormatVersion GIT_CONFIG_VALUE_0=99",
    "export GIT_CONFIG_COUNT=garbage",
    "export GIT_CONFIG_COUNT=3",
    "export GIT_CONFIG_PARAMETERS=\"'core.bare=maybe'\"",
    "export GIT_CONFIG_GLOBAL=/dev/full GIT_CONFIG_SYSTEM=/nowhere; unset GIT_CONFIG_NOSYSTEM",
    "export GIT_TRACE=1 GIT_TRACE_SETUP=1 GIT_TRACE2=1 GIT_TRACE2_PERF=2 GIT_CURL_VERBOSE=1",
    "export GIT_TRACE=/dev/full",
    "unset HOME; unset XDG_CONFIG_HOME",
    "export HOME=/nowhere XDG_CONFIG_HOME=/nowhere",
    "export PATH=",
    "unset PATH",
    "export PATH=/nowhere TMPDIR=/nowhere",
    "export LC_ALL=xx_XX.nonsense LANG= TERM= COLUMNS=1 TZ=Mars/Olympus",
    "export RUST_BACKTRACE=full RUST_LOG=trace RUST_MIN_STACK=1",
    "export GIT_REPLACE_REF_BASE=refs/elsewhere GIT_GRAFT_FILE=/nowhere GIT_SHALLOW_FILE=",
    "export GIT_INDEX_FILE=/nowhere GIT_WORK_TREE=/nowhere GIT_PREFIX=x/ GIT_COMMON_DIR=.",
    "export GIT_CEILING_DIRECTORIES=/ GIT_DISCOVERY_ACROSS_FILESYSTEM=0",
    "unset GIT_QUARANTINE_PATH",
    "export GIT_OBJECT_DIRECTORY=\"$GIT_OBJECT_DIRECTORY/\"",
    "export GIT_OBJECT_DIRECTORY=\"objects/${GIT_OBJECT_DIRECTORY##*/}\"",
    "export GIT_OBJECT_DIRECTORY=\"$PWD/.//objects/./../objects/${GIT_OBJECT_DIRECTORY##*/}\"",
    "export GIT_ALTERNATE_OBJECT_DIRECTORIES=\"\\\"$PWD/objects\\\"\"",
    "export GIT_ALTERNATE_OBJECT_DIRECTORIES=\"::/nowhere/objects:$PWD/objects::\"",
    "export GIT_ALTERNATE_OBJECT_DIRECTORIES=\"$PWD/objects:$GIT_OBJECT_DIRECTORY\"",
    "export GIT_DIR=\"$PWD\"",
    "export HTTP_AUTHORIZATION='Basic YTpi' NO_COLOR=1 CLICOLOR_FORCE=1 FORCE_COLOR=3",
];

#[test]
fn a_hostile_environment_changes_nothing() {
    for (arrival, seed) in [(Arrival::Loose, 70), (Arrival::Packed, 71)] {
        let lab = lab(arrival, seed);
        for script in HOSTILE {
            lab.wrap_hook(&format!("{script}\nexec \"$HOOK\""));
            lab.push(&["evil"]).refused_in("blob", &[CLOUD]);
            let pushed = lab.push(&["clean:refs/heads/x"]);
            assert!(pushed.accepted && pushed.remote.is_empty(), "{script}: {}", pushed.told());
            pushed.accepted_silently();
            lab.in_server(&["update-ref", "-d", "refs/heads/x"]);
        }
    }
}

#[test]
fn a_quarantine_that_cannot_be_found_refuses() {
    for (arrival, seed) in [(Arrival::Loose, 72), (Arrival::Packed, 73)] {
        let lab = lab(arrival, seed);
        for script in [
            "export GIT_OBJECT_DIRECTORY=/nowhere",
            "export GIT_OBJECT_DIRECTORY=\"$PWD/config\"",
            "export GIT_OBJECT_DIRECTORY=",
            "unset GIT_OBJECT_DIRECTORY GIT_QUARANTINE_PATH",
            "unset GIT_OBJECT_DIRECTORY",
            "export GIT_OBJECT_DIRECTORY=\"$PWD/objects\" GIT_QUARANTINE_PATH=\"$PWD/objects\"",
        ] {
            lab.wrap_hook(&format!("{script}\nexec \"$HOOK\""));
            let pushed = lab.push(&["evil"]);
            assert!(!pushed.accepted, "{script}: {}", pushed.told());
            assert!(matches!(pushed.hook_exit, Some(1 | 2)), "{script}: {}", pushed.told());
        }
    }
}

#[test]
fn forty_pushes_at_once_leave_forty_whole_lines() {
    let lab = PushLab::new();
    let mut history = History::new();
    for index in 0..40 {
        let entry = if index % 2 == 0 {
            file("a", format!("{index}\n"))
        } else {
            settings("a", &tokens::cloud(100 + index))
        };
        history.commit(&format!("refs/heads/b{index}"), &[], Change::of([entry]));
    }
    lab.import(&history);
    std::thread::scope(|scope| {
        for index in 0..40 {
            let lab = &lab;
            scope.spawn(move || {
                let mut command = lab.command("git");
                command.arg("-C").arg(&lab.client).args(["push", "-q", "origin"]);
                command.arg(format!("b{index}"));
                let ended = run(command, b"");
                let accepted = ended.code() == 0;
                assert_eq!(accepted, index % 2 == 0, "b{index}: {}", ended.all_text());
            });
        }
    });
    let lines = lab.audit_lines();
    assert_eq!(lines.len(), 40);
    let mut ids = std::collections::HashSet::new();
    for line in lines {
        let record = crate::support::record::check(&line);
        assert!(ids.insert(record["push"].to_string()), "an id twice");
    }
}

/// A pack with this many secrets, and its tip.
fn pack_with(count: u64, seed: u64) -> (Pack, String) {
    let mut pack = Pack::new();
    let text: String =
        (0..count).map(|index| format!("{}\n", tokens::app_password(seed + index))).collect();
    let blob = pack.add(Kind::Blob, text);
    let tree = pack.add(Kind::Tree, pack::tree(&[("100644", b"a", &blob)]));
    let tip = pack.add(Kind::Commit, pack::commit(&tree, &[], "x\n"));
    (pack, tip)
}

#[test]
fn a_client_that_vanishes_before_the_answer_leaves_a_record_and_no_ref() {
    both(|lab| {
        let (pack, tip) = pack_with(2000, 200_000);
        Wire::new().create("refs/heads/main", &tip).pack(&pack).send_and_vanish(lab);
        let start = Instant::now();
        while !lab.audit_text().ends_with('\n') {
            assert!(start.elapsed() < Duration::from_secs(120), "the hook has not ended");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(lab.last_record()["reason"], "found");
        assert!(!lab.server_has("refs/heads/main"));
    });
}

#[test]
fn a_client_that_vanishes_in_the_middle_of_its_pack_leaves_nothing() {
    both(|lab| {
        let (pack, tip) = pack_with(2000, 210_000);
        Wire::new().create("refs/heads/main", &tip).pack(&pack).send_half(lab);
        assert!(lab.audit_lines().is_empty(), "no hook had run");
        assert!(!lab.server_has("refs/heads/main"));
        prepare(lab, 74);
        lab.push(&["clean"]).accepted_silently();
    });
}

#[test]
fn a_repository_that_another_process_packs_meanwhile_is_judged_right() {
    both(|lab| {
        prepare(lab, 75);
        lab.push(&["clean"]).accepted_silently();
        let git_dir = lab.server.display().to_string();
        lab.wrap_hook(&format!(
            "env -u GIT_OBJECT_DIRECTORY -u GIT_QUARANTINE_PATH \
             -u GIT_ALTERNATE_OBJECT_DIRECTORIES git --git-dir='{git_dir}' repack -qad >/dev/null \
             2>&1\nexec \"$HOOK\""
        ));
        lab.push(&["evil"]).refused_in("blob", &[CLOUD]);
    });
}

#[test]
fn a_hook_script_that_only_says_yes_is_not_ours() {
    // The harness must notice when no gate stands in the way.
    let lab = lab(Arrival::Loose, 76);
    write_executable(&lab.hook(), "#!/bin/sh\nexit 0\n");
    let pushed = lab.push(&["evil"]);
    assert!(pushed.accepted && pushed.audit.is_none(), "{}", pushed.told());
    assert_eq!(pushed.hook_exit, Some(0));
}

#[test]
fn a_merge_check_before_there_is_a_merge_is_let_through() {
    let lab = lab(Arrival::Loose, 71);
    let old = "1".repeat(40);
    let hook = |value: &str, input: &str| {
        let mut command = lab.command(lab.hook());
        command.current_dir(&lab.server).env("GIT_DIR", ".").env("BB_IS_DRY_RUN", value);
        run(command, input.as_bytes())
    };
    let empty = format!("{old}  refs/heads/main\n");
    let ended = hook("true", &empty);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert_eq!(ended.all_text(), "");
    // What names an object is looked at, and no other push may name nothing.
    for (value, input, code) in [
        ("false", empty.clone(), 2),
        ("true", format!("{empty}{ZERO} {old} refs/heads/x\n"), 2),
        ("true", format!("{ZERO} {old} refs/heads/x\n"), 1),
    ] {
        let ended = hook(value, &input);
        assert_eq!(ended.code(), code, "{value} {input}: {}", ended.all_text());
    }
}

#[test]
fn a_deploy_key_of_gitlab_is_recorded() {
    let lab = lab(Arrival::Loose, 72);
    lab.wrap_hook(
        "export GL_ID=key-1 GL_REPOSITORY=project-7 GL_PROTOCOL=ssh; unset GL_USERNAME; exec \"$HOOK\"",
    );
    let pushed = lab.push(&["clean"]);
    let record = pushed.record();
    assert_eq!(record["pusher"]["name"], "key-1", "{record}");
    assert_eq!(record["repository"], "project-7", "{record}");
}
