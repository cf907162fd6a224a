//! `pushgate check`: the server's verdict before pushing.

use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Command;

use super::install::{same, snapshot};
use crate::support::commands::{self, Ended, run};
use crate::support::encode::Random;
use crate::support::lab::write_executable;
use crate::support::tokens::assert_not_in;
use crate::support::{Arrival, Change, Format, History, PushLab, Setup, file, settings, tokens};

/// A developer's clone with a work tree, of a laboratory's server.
pub(super) struct Clone<'l> {
    pub(super) lab: &'l PushLab,
    pub(super) folder: PathBuf,
}

impl<'l> Clone<'l> {
    /// A clone with one clean commit, which the server has.
    #[track_caller]
    pub(super) fn new(lab: &'l PushLab) -> Clone<'l> {
        let clone = Clone::empty(lab);
        clone.commit("a.txt", "one\n");
        clone.git(&["push", "-q", "-u", "origin", "main"]);
        clone
    }

    /// A clone without commits, of a server without any.
    #[track_caller]
    pub(super) fn empty(lab: &'l PushLab) -> Clone<'l> {
        let format = match lab.setup.format {
            Format::Sha1 => "--object-format=sha1",
            Format::Sha256 => "--object-format=sha256",
        };
        let folder = lab.root().join("clone");
        lab.git(&["init", "-q", "-b", "main", "--template=", format, "clone"]);
        let clone = Clone { lab, folder };
        clone.git(&["remote", "add", "origin", &lab.server.display().to_string()]);
        clone
    }

    pub(super) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.lab.command(program);
        command.current_dir(&self.folder);
        command
    }

    #[track_caller]
    pub(super) fn git(&self, words: &[&str]) -> String {
        let ended = self.git_ended(words);
        assert_eq!(ended.code(), 0, "git {words:?}: {}", ended.all_text());
        ended.text()
    }

    #[track_caller]
    pub(super) fn git_ended(&self, words: &[&str]) -> Ended {
        let mut command = self.command("git");
        command.args(words);
        run(command, b"")
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        std::fs::write(self.folder.join(path), text).expect("the clone is ours");
    }

    #[track_caller]
    pub(super) fn commit(&self, path: &str, text: &str) {
        self.write(path, text);
        self.git(&["add", "--", path]);
        self.git(&["commit", "-q", "-m", "change"]);
    }

    /// `pushgate check WORDS`; shows no secret, and leaves the clone as it was.
    #[track_caller]
    pub(super) fn check(&self, words: &[&str]) -> Ended {
        self.check_with(words, b"", |_| ())
    }

    #[track_caller]
    pub(super) fn check_with(
        &self,
        words: &[&str],
        input: &[u8],
        prepare: impl FnOnce(&mut Command),
    ) -> Ended {
        let before = snapshot(&self.folder);
        let temporary = self.lab.root().join("tmp");
        drop(std::fs::create_dir(&temporary));
        let mut command = self.command(commands::tool());
        command.arg("check").args(words).env("TMPDIR", &temporary);
        prepare(&mut command);
        let ended = run(command, input);
        assert_not_in(&ended.stdout, "what a check printed");
        assert_not_in(&ended.stderr, "what a check said of an error");
        same(&before, &snapshot(&self.folder));
        let left = std::fs::read_dir(&temporary).expect("it was just made").count();
        assert_eq!(left, 0, "a check left files behind");
        ended
    }

    #[track_caller]
    fn is_clean(&self, words: &[&str]) {
        clean(&self.check(words));
    }

    #[track_caller]
    pub(super) fn is_refused(&self, words: &[&str]) -> String {
        refused(&self.check(words))
    }
}

#[track_caller]
fn clean(ended: &Ended) {
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert!(ended.text().starts_with("pushgate: check: clean: "), "{}", ended.all_text());
}

#[track_caller]
fn refused(ended: &Ended) -> String {
    assert_eq!(ended.code(), 1, "{}", ended.all_text());
    let text = ended.text();
    assert!(
        text.starts_with("pushgate: check: would be refused: 1 secret found [PG0101]\n"),
        "{text}"
    );
    let is_number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_hexdigit());
    let has_number = text.split('#').skip(1).any(is_number);
    assert!(!has_number && !text.contains("number after"), "a number of nobody:\n{text}");
    text
}

#[track_caller]
fn could_not(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code(), 2, "{}", ended.all_text());
    assert!(ended.stdout.is_empty(), "{}", ended.all_text());
    let text = ended.all_text();
    for word in words {
        assert!(text.contains(word), "{word:?} is not in {text}");
    }
    assert!(!text.contains("pushgate-check-"), "a temporary path: {text}");
}

/// A line with a secret in it.
pub(super) fn secret(seed: u64) -> String {
    format!("token = {}\n", tokens::cloud(seed))
}

#[test]
fn a_push_is_judged_as_the_server_does_and_only_what_is_new() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.is_clean(&[]);
    clone.commit("b.txt", "two\n");
    clone.is_clean(&[]);
    clone.commit("c.env", &secret(7001));
    let told = clone.is_refused(&[]);
    assert!(told.contains("at c.env:1:9") && told.contains(" on main: "), "{told}");
    assert!(told.contains("git commit --amend --no-edit --allow-empty -- :/c.env"), "{told}");
    for words in [&["origin"][..], &["origin", "main"], &["origin", "HEAD:refs/heads/x"]] {
        clone.is_refused(words);
    }
    clone.is_clean(&["origin", "HEAD~1:refs/heads/x"]);
    // What the server has got already is not asked about again.
    clone.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    clone.is_clean(&[]);
    clone.commit("d.txt", "four\n");
    clone.is_clean(&[]);
}

#[test]
fn an_old_secret_is_a_warning_as_on_the_server() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("c.env", &secret(7002));
    clone.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    clone.write("c.env", &format!("{}more = 1\n", secret(7002)));
    clone.git(&["commit", "-q", "-a", "-m", "more"]);
    let ended = clone.check(&[]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert!(ended.text().starts_with("pushgate: check: warning: "), "{}", ended.all_text());
}

#[test]
fn without_a_remote_all_that_is_reachable_is_checked() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("c.env", &secret(7003));
    clone.git(&["rm", "-q", "c.env"]);
    clone.git(&["commit", "-q", "-m", "gone"]);
    clone.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    clone.is_clean(&[]);
    clone.git(&["remote", "remove", "origin"]);
    clone.is_refused(&[]);
    clone.is_refused(&["https://server.invalid/x.git", "main"]);
}

#[test]
fn tags_and_branches_that_are_named_are_checked() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.git(&["tag", "-a", "-m", &secret(7004), "v1"]);
    clone.is_clean(&[]);
    clone.is_refused(&["origin", "v1"]);
    clone.is_refused(&["origin", "refs/tags/v1:refs/tags/v2"]);
    clone.is_refused(&["origin", "refs/tags/*:refs/tags/*"]);
    clone.git(&["config", "push.followTags", "true"]);
    clone.is_refused(&[]);
    clone.git(&["tag", "-d", "v1"]);
    let name = format!("x/{}", tokens::cloud(7005));
    clone.git(&["branch", &name]);
    clone.is_refused(&["origin", &format!("refs/heads/{name}")]);
}

#[test]
fn a_deletion_sends_nothing() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("c.env", &secret(7006));
    clone.is_clean(&["origin", ":main"]);
    clone.is_clean(&["origin", ":was-never-there"]);
    clone.is_refused(&["origin", ":gone", "main"]);
}

#[test]
fn bad_input_is_named_and_says_what_to_do() {
    let lab = PushLab::new();
    let clone = Clone::empty(&lab);
    could_not(&clone.check(&[]), &["no commit yet", "--staged"]);
    clone.commit("a.txt", "one\n");
    could_not(&clone.check(&["orign"]), &["no remote \"orign\"", "origin"]);
    could_not(&clone.check(&["main"]), &["comes after it: pushgate check origin main"]);
    for word in ["HEAD:refs/heads/x", "nosuch:refs/heads/x", "main:x", "+main:x"] {
        could_not(&clone.check(&[word]), &[&format!("after it: pushgate check origin {word}")]);
    }
    could_not(&clone.check(&["origin", "nosuch"]), &["nosuch", "does not match any"]);
    could_not(&clone.check(&["--config", "none.toml"]), &["none.toml"]);
    could_not(&clone.check(&["--hook", "none"]), &["none", "--hook"]);
    could_not(&clone.check(&["--", "none.txt"]), &["none.txt"]);
    could_not(&clone.check(&["-", "main"]), &["files and refs"]);
    could_not(&clone.check_with(&["--pre-push"], b"a b\n", |_| ()), &["pre-push hook", "a b"]);
    could_not(&clone.check(&["--pre-push", "--framework"]), &["PRE_COMMIT_TO_REF"]);
    clone.git(&["checkout", "-q", "--detach"]);
    could_not(&clone.check(&[]), &["HEAD is detached", "HEAD:refs/heads/NAME"]);
    clone.is_clean(&["origin", "HEAD:refs/heads/x"]);
    let mut command = lab.command(commands::tool());
    command.arg("check").current_dir("/");
    could_not(&run(command, b""), &["no git repository", "pushgate check -- FILE"]);
}

#[test]
fn what_excludes_each_other_is_not_shown_as_one_usage() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    for words in [
        &["--staged", "origin"][..],
        &["--staged", "--", "a.txt"],
        &["origin", "--path", "a.txt"],
        &["--install", "origin"],
    ] {
        let ended = clone.check(words);
        could_not(&ended, &["cannot be used with", "\nUsage: pushgate check [OPTIONS] [REMOTE"]);
        let text = ended.all_text();
        assert!(text.contains("\n       pushgate check [OPTIONS] --staged\n"), "{text}");
        assert!(!text.contains("--staged [REMOTE]"), "{text}");
    }
}

#[test]
fn a_file_that_is_named_without_dashes_is_no_address() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    std::fs::create_dir_all(clone.folder.join("src")).expect("the clone is ours");
    for path in ["notes.txt", "src/a.c", "a b", "x:y"] {
        clone.write(path, &secret(7008));
    }
    let whole = clone.folder.join("src/a.c").display().to_string();
    for path in
        ["notes.txt", "./notes.txt", "src/a.c", "./src/../notes.txt", &whole, "./x:y", "x:y"]
    {
        could_not(
            &clone.check(&[path]),
            &[&format!("no remote {path:?}"), &format!("the file: pushgate check -- {path}\n")],
        );
        clone.is_refused(&["--", path]);
    }
    could_not(&clone.check(&["a b"]), &["pushgate check -- 'a b'"]);
    for folder in ["src", "./src", "."] {
        could_not(&clone.check(&[folder]), &[&format!("the folder: pushgate check -- {folder}\n")]);
    }
    // What is not there is no address either.
    for path in ["none.txt", "./none.txt", "src/none.c", "/none/at/all", "none/", "src/a.c:3", ""] {
        could_not(
            &clone.check(&[path]),
            &[&format!("no remote {path:?}"), "pushgate check -- FILE"],
        );
    }
    clone.git(&["remote", "remove", "origin"]);
    could_not(&clone.check(&["./notes.txt"]), &["has none", "pushgate check -- ./notes.txt"]);
    could_not(&clone.check(&["./none"]), &["has none", "leave it out", "check -- FILE"]);
}

#[test]
fn a_remote_is_a_name_a_url_or_a_repository() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("c.env", &secret(7009));
    lab.git(&["clone", "-q", &lab.server.display().to_string(), "other"]);
    lab.git(&["-C", "other", "worktree", "add", "-q", "../linked", "-b", "side"]);
    let server = lab.server.display().to_string();
    clone.git(&["config", "url.https://server.invalid/.insteadOf", "short/"]);
    for remote in [
        "origin",
        &server,
        server.trim_end_matches(".git"),
        &format!("file://{server}"),
        "../other",
        "../other/",
        "../other/.git",
        "../linked",
        "https://server.invalid/x.git",
        "git@server.invalid:x.git",
        "short/x.git",
    ] {
        clone.is_refused(&[remote, "main"]);
    }
}

#[test]
fn what_is_staged_is_checked_and_nothing_else() {
    let lab = PushLab::new();
    let clone = Clone::empty(&lab);
    clone.is_clean(&["--staged"]);
    clone.write("c.env", &secret(7007));
    clone.is_clean(&["--staged"]);
    clone.git(&["add", "c.env"]);
    clone.write("c.env", "clean\n");
    let told = clone.is_refused(&["--staged"]);
    assert!(told.contains("at c.env:1:9") && told.contains("git add the file again"), "{told}");
    assert!(!told.contains(" on main"), "a commit that nobody has: {told}");
    clone.git(&["commit", "-q", "-m", "secret"]);
    clone.git(&["add", "c.env"]);
    clone.is_clean(&["--staged"]);
    // An index as git lends it to a hook.
    let other = clone.folder.join(".git/other-index");
    std::fs::copy(clone.folder.join(".git/index"), &other).expect("the clone is ours");
    clone.write("d.env", &secret(7008));
    let mut add = clone.command("git");
    add.env("GIT_INDEX_FILE", &other).args(["add", "d.env"]);
    assert_eq!(run(add, b"").code(), 0);
    clone.is_clean(&["--staged"]);
    let lend = |command: &mut Command| {
        command.env("GIT_INDEX_FILE", ".git/other-index").env("GIT_DIR", ".git");
    };
    refused(&clone.check_with(&["--staged"], b"", lend));
}

#[test]
fn a_merge_that_is_staged_brings_nothing_new_of_its_parents() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.git(&["checkout", "-q", "-b", "side"]);
    clone.commit("c.env", &secret(7009));
    clone.git(&["checkout", "-q", "main"]);
    clone.commit("b.txt", "two\n");
    clone.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    clone.is_clean(&["--staged"]);
    clone.write("d.env", &secret(7010));
    clone.git(&["add", "d.env"]);
    clone.is_refused(&["--staged"]);
    clone.git(&["update-index", "--split-index"]);
    clone.is_refused(&["--staged"]);
}

#[test]
fn files_folders_and_standard_input_are_checked() {
    let lab = PushLab::new();
    let clone = Clone::empty(&lab);
    clone.write("clean.txt", "one\n");
    clone.is_clean(&["--", "clean.txt"]);
    clean(&clone.check_with(&["-"], b"clean\n", |_| ()));
    let told = refused(&clone.check_with(&["-"], secret(7011).as_bytes(), |_| ()));
    assert!(told.contains("at stdin:1:9"), "{told}");
    refused(&clone.check_with(&["--path", "-"], secret(7011).as_bytes(), |_| ()));
    std::fs::create_dir_all(clone.folder.join("deep/er")).expect("the clone is ours");
    clone.is_clean(&["--", "."]);
    clone.write("deep/er/c.env", &secret(7012));
    for words in [&["--", "."][..], &["--path", "deep"], &["--", "clean.txt", "deep/er/c.env"]] {
        let told = clone.is_refused(words);
        assert!(told.contains("at deep/er/c.env:1:9"), "{told}");
    }
    // The folder of a repository is not looked through, unless a file of it is named.
    std::fs::remove_file(clone.folder.join("deep/er/c.env")).expect("it was just written");
    clone.write(".git/notes", &secret(7013));
    clone.is_clean(&["--", "."]);
    clone.is_refused(&["--", ".git/notes"]);
    // Two files that would have one name.
    std::fs::create_dir(clone.folder.join("(up)")).expect("the clone is ours");
    clone.write("(up)/x", "clean\n");
    std::fs::write(lab.root().join("x"), secret(7014)).expect("the laboratory is ours");
    for words in [["--", "(up)/x", "../x"], ["--", "../x", "(up)/x"]] {
        clone.is_refused(&words);
    }
}

#[test]
fn names_of_any_bytes_are_checked() {
    let lab = PushLab::new();
    let clone = Clone::empty(&lab);
    let names: [&[u8]; 6] =
        [b"-x", b"a\nb", b"\"q\"", b"caf\xe9", b"$(touch run)`touch run`", b"\x1b[2J"];
    for (seed, name) in names.iter().enumerate() {
        let path = clone.folder.join(std::ffi::OsStr::from_bytes(name));
        std::fs::write(&path, secret(7020 + seed as u64)).expect("the clone is ours");
        let ended = clone.check_with(&["--path", "."], b"", |_| ());
        let told = refused(&ended);
        assert!(told.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)), "{told}");
        clone.git(&["add", "-A"]);
        refused(&clone.check(&["--staged"]));
        std::fs::remove_file(&path).expect("it was just written");
        clone.git(&["add", "-A"]);
    }
    assert!(!clone.folder.join("run").exists());
}

#[test]
fn no_address_of_a_remote_is_ever_reached() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("c.env", &secret(7030));
    let mark = lab.root().join("reached");
    let script = lab.root().join("reach");
    write_executable(&script, format!("#!/bin/sh\ntouch '{}'\nexit 1\n", mark.display()));
    let ext = format!("ext::{}", script.display());
    let address = |url: &str| {
        clone.git(&["config", "remote.origin.url", url]);
    };
    let reach = |command: &mut Command| {
        command.env("GIT_SSH_COMMAND", &script).env("GIT_PROXY_COMMAND", &script);
    };
    clone.git(&["config", "remote.origin.receivepack", &script.display().to_string()]);
    for url in [
        &*ext,
        "ssh://git@server.invalid/x.git",
        "git://server.invalid/x",
        "git@server.invalid:x=y.git",
    ] {
        address(url);
        refused(&clone.check_with(&[], b"", reach));
    }
    // Rules for addresses, in the configuration and in the environment.
    clone.git(&["config", "url.ssh://git@server.invalid/.insteadOf", "short:"]);
    clone.git(&["config", "url.ssh://git@other.invalid/.pushInsteadOf", "short:"]);
    address("short:x.git");
    refused(&clone.check_with(&[], b"", reach));
    refused(&clone.check_with(&[], b"", |command| {
        reach(command);
        command.env("GIT_CONFIG_COUNT", "1");
        command.env("GIT_CONFIG_KEY_0", "url.git://server.invalid/.insteadOf");
        command.env("GIT_CONFIG_VALUE_0", "short:");
    }));
    clone.git(&["config", "--add", "remote.origin.pushurl", &ext]);
    clone.git(&["config", "--add", "remote.origin.pushurl", "ssh://server.invalid/y.git"]);
    refused(&clone.check_with(&[], b"", reach));
    assert!(!mark.exists(), "an address was reached");
}

#[test]
fn stores_of_every_shape_are_read() {
    for format in [Format::Sha1, Format::Sha256] {
        let lab = PushLab::of(Setup { format, ..Setup::default() });
        let clone = Clone::new(&lab);
        clone.commit("c.env", &secret(7040));
        clone.is_refused(&[]);
        clone.git(&["gc", "-q"]);
        clone.git(&["pack-refs", "--all"]);
        clone.is_refused(&[]);
        // Another work tree, and a clone that borrows, at a path that must be quoted.
        clone.git(&["worktree", "add", "-q", "-b", "tree", "../odd\n\"tree"]);
        let tree = Clone { lab: &lab, folder: lab.root().join("odd\n\"tree") };
        tree.is_refused(&["origin", "tree"]);
        lab.git(&["clone", "-q", "--shared", "clone", "odd\n\"clone"]);
        let shared = Clone { lab: &lab, folder: lab.root().join("odd\n\"clone") };
        shared.is_clean(&[]);
        shared.is_refused(&["https://server.invalid/x", "main"]);
        shared.write("d.env", &secret(7041));
        shared.git(&["add", "."]);
        shared.is_refused(&["--staged"]);
    }
}

#[test]
fn shallow_history_ends_where_it_ends() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("b.txt", "two\n");
    let url = format!("file://{}", clone.folder.display());
    lab.git(&["clone", "-q", "--depth=1", &url, "shallow"]);
    let shallow = Clone { lab: &lab, folder: lab.root().join("shallow") };
    shallow.commit("c.txt", "three\n");
    shallow.is_clean(&[]);
    // Nothing is missing behind the boundary, even if no ref of the server hides it.
    shallow.is_clean(&["https://server.invalid/x", "main"]);
    shallow.commit("d.env", &secret(7050));
    shallow.is_refused(&[]);
    shallow.is_refused(&["https://server.invalid/x", "main"]);
}

#[test]
fn a_partial_clone_is_checked_without_a_fetch() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("b.txt", "two\n");
    clone.commit("b.txt", "three\n");
    clone.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", clone.folder.display());
    lab.git(&["clone", "-q", "--filter=blob:none", "--no-checkout", &url, "partial"]);
    let partial = Clone { lab: &lab, folder: lab.root().join("partial") };
    // Nothing can be had from there any more.
    std::fs::rename(&clone.folder, lab.root().join("away")).expect("the laboratory is ours");
    partial.git(&["reset", "-q", "--soft", "HEAD"]);
    partial.git(&["read-tree", "HEAD"]);
    partial.is_clean(&["--staged"]);
    let add = |name: &str, text: &str| {
        let mut command = partial.command("git");
        command.args(["hash-object", "-w", "--stdin"]);
        let id = run(command, text.as_bytes()).text();
        partial.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{id},{name}")]);
    };
    // `git commit` itself would fetch.
    let commit = || {
        let tree = partial.git(&["write-tree", "--missing-ok"]);
        let id = partial.git(&["commit-tree", "-p", "HEAD", "-m", "change", &tree]);
        partial.git(&["update-ref", "HEAD", &id]);
    };
    add("c.txt", "clean\n");
    partial.is_clean(&["--staged"]);
    commit();
    partial.is_clean(&[]);
    add("d.env", &secret(7055));
    partial.is_refused(&["--staged"]);
    commit();
    partial.is_refused(&[]);
}

#[test]
fn the_configuration_of_the_server_can_be_named() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("c.env", &secret(7060));
    let config = lab.root().join("server.toml");
    let audit = lab.root().join("server-audit.jsonl");
    std::fs::write(
        &config,
        format!(
            "mode = \"warn\"\n[audit]\npath = \"{}\"\n[fingerprint]\nkey = \"/nowhere/key\"\n",
            audit.display()
        ),
    )
    .expect("the laboratory is ours");
    let ended = clone.check(&["--config", &config.display().to_string()]);
    assert_eq!(ended.code(), 0, "{}", ended.all_text());
    assert!(
        ended.text().starts_with("pushgate: check: warning: 1 secret found"),
        "{}",
        ended.text()
    );
    assert!(!audit.exists(), "a check is no push, and nobody's record");
    std::fs::write(&config, "mode = \"never\"\n").expect("the laboratory is ours");
    could_not(&clone.check(&["--config", &config.display().to_string()]), &["line 1", "mode"]);
}

#[test]
fn a_check_that_is_killed_leaves_the_store_as_it_was() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.write("c.env", &secret(7090));
    clone.git(&["add", "c.env"]);
    let started = lab.root().join("started");
    let hook = lab.root().join("slow-hook");
    write_executable(
        &hook,
        format!(
            "#!/bin/sh\n[ \"$1\" = --version ] && {{ echo pushgate-pre-receive 0; exit; }}\n\
             touch '{}'\nexec sleep 5\n",
            started.display()
        ),
    );
    let before = snapshot(&clone.folder);
    for words in [&["--staged"][..], &["--path", "c.env"]] {
        drop(std::fs::remove_file(&started));
        let mut command = clone.command(commands::tool());
        command.env("TMPDIR", lab.root()).arg("check").args(words).arg("--hook").arg(&hook);
        let mut child = command.spawn().expect("the tool can be started");
        while !started.exists() {
            assert!(child.try_wait().expect("it is our child").is_none(), "it ended too early");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        child.kill().expect("it is our child");
        child.wait().expect("it is our child");
        same(&before, &snapshot(&clone.folder));
    }
}

/// A number less than `limit`.
fn below(random: &mut Random, limit: usize) -> usize {
    random.next() as usize % limit
}

/// Random histories: what the check says is what the server says.
#[test]
fn a_push_meets_the_verdict_that_the_check_gave() {
    let mut verdicts = [0, 0];
    for seed in 0..24_u64 {
        let mut random = Random::new(0xC4EC_0000 + seed);
        let arrival = if seed % 2 == 0 { Arrival::Loose } else { Arrival::Packed };
        let lab = PushLab::of(Setup { arrival, ..Setup::default() });
        lab.in_client(&["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
        let mut history = History::new();
        let mut marks: Vec<String> = Vec::new();
        let count = 3 + below(&mut random, 6);
        for at in 0..count {
            let pick = |random: &mut Random| marks[below(random, marks.len())].clone();
            let parents: Vec<String> = match (marks.len(), below(&mut random, 5)) {
                (0, _) | (_, 0) => Vec::new(),
                (1, _) | (_, 1..=3) => vec![pick(&mut random)],
                _ => vec![pick(&mut random), pick(&mut random)],
            };
            let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
            let path = format!("f{}", below(&mut random, 3));
            let mut entries = vec![file(&path, format!("text {at} {}\n", below(&mut random, 3)))];
            if below(&mut random, 6) == 0 {
                entries.push(settings(
                    &format!("s{}", below(&mut random, 2)),
                    &tokens::cloud(7100 + below(&mut random, 3) as u64),
                ));
            }
            let mut change = Change::of(entries);
            if below(&mut random, 4) == 0 {
                change = change.without("s0");
            }
            if below(&mut random, 12) == 0 {
                change = change.message(secret(7200 + seed));
            }
            marks.push(history.commit(&format!("refs/heads/b{at}"), &parents, change));
        }
        lab.import(&history);
        // The server has a part of it, and the client knows which.
        for _ in 0..below(&mut random, 3) {
            let name = format!("b{}", below(&mut random, count));
            lab.seed(&[&name]);
        }
        lab.in_client(&["fetch", "-q", "origin"]);
        for _ in 0..4 {
            let name = format!("b{}", below(&mut random, count));
            let mut command = lab.command(commands::tool());
            command.arg("check").args(["origin", &name]).current_dir(&lab.client);
            let ended = run(command, b"");
            assert!(matches!(ended.code(), 0 | 1), "{}", ended.all_text());
            let pushed = lab.push(&[&name]);
            let accepted = ended.code() == 0;
            assert_eq!(
                accepted,
                pushed.accepted,
                "seed {seed}, {name}: {}\n{}",
                ended.all_text(),
                pushed.told()
            );
            let silent = ended.text().starts_with("pushgate: check: clean");
            assert_eq!(silent, accepted && pushed.remote.is_empty(), "{}", ended.all_text());
            verdicts[usize::from(accepted)] += 1;
        }
    }
    assert!(verdicts.iter().all(|&count| count >= 15), "too few of one kind: {verdicts:?}");
}

#[test]
fn what_lies_in_the_temporary_folder_is_nobody_elses() {
    let lab = PushLab::new();
    let clone = Clone::new(&lab);
    clone.commit("b.txt", "two\n");
    let modes = lab.root().join("modes");
    let spy = lab.root().join("spy");
    let text = format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo pushgate-pre-receive 0; exit; fi\n\
         stat -c %a \"${{2%/*}}\" \"$2\" \"$4\" >'{}'\n",
        modes.display()
    );
    write_executable(&spy, text);
    let mut command = clone.command("sh");
    command.args(["-c", "umask 0; exec \"$0\" check --hook \"$1\""]);
    command.arg(commands::tool()).arg(&spy);
    drop(run(command, b""));
    let modes = std::fs::read_to_string(modes).expect("the hook was started");
    assert_eq!(modes, "700\n600\n600\n");
}
