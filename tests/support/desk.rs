//! A developer's desk: a clone with a work tree, and hands that do what a refusal says.

use std::path::PathBuf;
use std::process::Command;

use super::commands::{Ended, run};
use super::lab::{PushLab, write_executable};
use super::powershell;
use super::pushed::Pushed;
use super::tokens;

/// A developer's clone, with a work tree.
pub struct Desk<'l> {
    pub lab: &'l PushLab,
    pub clone: PathBuf,
    pub token: String,
}

impl<'l> Desk<'l> {
    /// A clone with one commit that the server has.
    #[track_caller]
    pub fn new(lab: &'l PushLab, seed: u64) -> Desk<'l> {
        let desk = Desk::empty(lab, seed);
        desk.commit(&[("README", "a project\n")]);
        desk.git("push -q origin main");
        desk
    }

    /// A clone of an empty server.
    #[track_caller]
    pub fn empty(lab: &'l PushLab, seed: u64) -> Desk<'l> {
        let clone = lab.root().join("clone");
        let desk = Desk { lab, clone, token: tokens::cloud(seed) };
        lab.git(&["init", "-q", "-b", "main", "--template=", "clone"]);
        desk.git(&format!("remote add origin '{}'", lab.server.display()));
        desk.git("config user.name Ada && git config user.email ada@example.test");
        let editor = format!("#!/bin/sh\nsed -i 's|{}|none|g' \"$1\"\n", desk.token);
        write_executable(&lab.root().join("editor"), editor);
        // Todo lists get `edit` for the commits in the file `edit`, and the other word likewise.
        let stops = "#!/bin/sh\nfor what in edit reword; do\n\
                     for id in $(cat \"${0%/*}/$what\" 2>/dev/null); do\n\
                     sed -i \"s/^pick $id/$what $id/\" \"$1\"\ndone; done\n";
        write_executable(&lab.root().join("todo-editor"), stops);
        desk
    }

    pub fn command(&self, line: &str) -> Ended {
        let mut command = self.lab.command("sh");
        command.args(["-c", line]).current_dir(&self.clone);
        self.with_editors(&mut command);
        run(command, b"")
    }

    pub fn with_editors(&self, command: &mut Command) {
        command.env("GIT_EDITOR", self.lab.root().join("editor"));
        command.env("GIT_SEQUENCE_EDITOR", self.lab.root().join("todo-editor"));
        for role in ["AUTHOR", "COMMITTER"] {
            command.env_remove(format!("GIT_{role}_NAME"));
            command.env_remove(format!("GIT_{role}_EMAIL"));
        }
    }

    /// `git WORDS`, read by a shell; it must succeed.
    #[track_caller]
    pub fn git(&self, words: &str) -> String {
        let ended = self.command(&format!("git {words}"));
        assert_eq!(ended.code(), 0, "git {words}: {}", ended.all_text());
        ended.text()
    }

    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.clone.join(path);
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("can be made");
        std::fs::write(path, text).expect("the clone can be written");
    }

    /// Commits these files; gives the id.
    #[track_caller]
    pub fn commit(&self, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            self.write(path, text);
        }
        self.git("add -A");
        self.git("commit -q -m change --allow-empty");
        self.git("rev-parse HEAD")
    }

    /// A text with the secret in it.
    pub fn secret(&self) -> String {
        format!("url = here\ntoken = {}\nend\n", self.token)
    }

    pub fn push(&self, words: &[&str]) -> Pushed {
        self.lab.push_from(&self.clone, words, |_| ())
    }

    /// Takes the secret out of every tracked file that has it.
    pub fn mend(&self) {
        let line = format!(
            "git ls-files -z | xargs -0 grep -lZ -e '{}' -- | xargs -0 -r sed -i -e '/token = /d' --",
            self.token
        );
        self.command(&line);
    }

    /// Does what the message of `pushed` says, a line at a time.
    #[track_caller]
    pub fn follow(&self, pushed: &Pushed) {
        let lines = plan(pushed);
        lines.iter().for_each(|line| self.do_as_told(line, pushed));
        // A rebase that stops at each commit is gone on with in the same way.
        let rest = lines.iter().skip_while(|line| !line.contains("rebase -r -i")).skip(1);
        for _ in 0..12 {
            if !self.clone.join(".git/rebase-merge").exists() {
                return;
            }
            rest.clone().for_each(|line| self.do_as_told(line, pushed));
        }
        assert!(!self.clone.join(".git/rebase-merge").exists(), "{}", pushed.told());
    }

    #[track_caller]
    pub fn do_as_told(&self, line: &str, pushed: &Pushed) {
        match line.strip_prefix("# ") {
            Some(words) => self.by_hand(words),
            None => self.paste(line, pushed),
        }
    }

    pub fn by_hand(&self, words: &str) {
        let opens = ["a list opens: ", "in it, "];
        let list = opens.iter().find_map(|opens| words.strip_prefix(opens)).unwrap_or(words);
        let change = list.strip_prefix("change pick to ");
        if let Some((what, commits)) = change.and_then(|words| words.split_once(" at ")) {
            self.stop_at(what, &ids_of(commits));
        } else if let Some(what) = change.and_then(|words| words.strip_suffix(" at:")) {
            self.stop_at(what, &[]);
        } else if words.split(", ").all(|id| id.len() == 8 && u64::from_str_radix(id, 16).is_ok()) {
            // Of a list of several lines.
            let list = ["edit", "reword"].map(|what| self.lab.root().join(what));
            let list = list.iter().find(|list| list.exists()).expect("it was begun");
            let before = std::fs::read_to_string(list).expect("ours");
            let ids = ids_of(words).join(" ");
            std::fs::write(list, format!("{before} {ids}")).expect("ours");
        } else if let Some(command) = words.strip_prefix("at the end: git ") {
            self.git(command);
        } else if let Some(place) = words.strip_prefix("on ") {
            let branch = place.split(' ').next().expect("a word");
            self.git(&format!("checkout -q {branch}"));
        } else if words.contains("take the secret") {
            self.mend();
        } else if words.contains("git add what you changed") || words.contains("then git add FILE")
        {
            self.git("add -u");
        }
    }

    /// The next list of a rebase gets the word `what` before these commits.
    pub fn stop_at(&self, what: &str, ids: &[&str]) {
        std::fs::write(self.lab.root().join(what), ids.join(" ")).expect("ours");
    }

    /// Gives `text` to a shell in one piece, as who pastes it does; whatever becomes of it.
    pub fn paste_blindly(&self, shell: &str, text: &str) {
        for arguments in [&["-c", text][..], &[]] {
            let mut command = self.lab.command(shell);
            command.args(arguments).current_dir(&self.clone);
            self.with_editors(&mut command);
            run(command, if arguments.is_empty() { text.as_bytes() } else { b"" });
        }
    }

    #[track_caller]
    pub fn paste(&self, line: &str, pushed: &Pushed) {
        assert!(line.starts_with("git "), "neither command nor words: {line:?}");
        self.read_alike(line);
        let ended = self.command(line);
        assert_eq!(ended.code(), 0, "{line}: {}\n{}", ended.all_text(), pushed.told());
    }

    /// Both shells read the same words in `line`.
    #[track_caller]
    pub fn read_alike(&self, line: &str) {
        let ended = self.command(&format!("printf '%s\\n' {line}"));
        let read: Vec<String> = ended.text().lines().map(str::to_owned).collect();
        assert_eq!(powershell::words(line), Ok(read), "{line}");
    }

    /// The push is refused; the plan is followed; the push passes. Gives the message.
    #[track_caller]
    pub fn refused_followed_passed(&self, words: &[&str]) -> Pushed {
        let others = self.others(words);
        let pushed = self.push(words);
        pushed.refused_for_secrets();
        self.follow(&pushed);
        let again = self.push(words);
        assert!(again.accepted, "first:\n{}\nthen:\n{}", pushed.told(), again.told());
        assert_eq!(self.others(words), others, "other refs moved: {}", pushed.told());
        let status = self.git("status --porcelain --untracked-files=no");
        assert_eq!(status, "", "{}", pushed.told());
        pushed
    }

    /// The refs that are not pushed.
    #[track_caller]
    pub fn others(&self, words: &[&str]) -> Vec<String> {
        let refs =
            self.git("for-each-ref --format='%(refname) %(objectname)' refs/heads refs/tags");
        let is_other = |line: &&str| {
            let name = line.split(' ').next().unwrap_or_default();
            !words.iter().any(|word| name == format!("refs/heads/{word}") || name.ends_with(word))
        };
        refs.lines().filter(is_other).map(str::to_owned).collect()
    }
}

/// What a list of git shows of the commits that are named in a line.
fn ids_of(commits: &str) -> Vec<&str> {
    commits.split(", ").map(|id| &id[..7]).collect()
}

/// The lines of the plan in a message.
#[track_caller]
pub fn plan(pushed: &Pushed) -> Vec<String> {
    let after = pushed.remote.iter().skip_while(|line| !line.contains("2. Take it out")).skip(1);
    let lines: Vec<String> = after
        .take_while(|line| !line.contains("3. Push again"))
        .map(|line| line.trim().to_owned())
        .collect();
    assert!(!lines.is_empty() && lines.len() <= 15, "{}", pushed.told());
    for line in &lines {
        // A shell that takes no comments sees nothing in the words either.
        let is_harmless = |byte: u8| byte.is_ascii_alphanumeric() || b" ,.:_/@+-=%".contains(&byte);
        let is_words = line.strip_prefix("# ").is_some_and(|words| words.bytes().all(is_harmless));
        assert!(is_words || line.starts_with("git "), "{line:?} in {}", pushed.told());
        // A longer one would be cut, and a part of a command is another one.
        let is_whole = is_words || line.len() <= 68 && !line.contains("...");
        assert!(is_whole, "{line:?} in {}", pushed.told());
    }
    // A rebase may stop in any clone that went on: what is pasted behind it must commit nothing.
    let behind = lines.iter().skip_while(|line| !line.starts_with("git rebase -r --onto"));
    let commits = ["git commit", "git add", "git rm"];
    for line in behind {
        let is_commit = commits.iter().any(|command| line.starts_with(command));
        assert!(!is_commit, "{line:?} in {}", pushed.told());
    }
    lines
}
