//! What is done in one commit, as lines.

use super::write::Writer;
use super::{Fix, WIDTH, quote};

/// Characters on how a secret is written in a file.
const MANNER_CHARACTERS_MAX: usize = 24;

/// Shows the files of the commit that is checked out, and does not wait for a key.
const SHOW_FILES: &str = "git --no-pager show --stat";

/// Stages the files that it names.
const ADD: &str = "git add -- ";

/// What a commit takes in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Taken {
    /// No file: another text, or other people.
    Nothing,
    /// These files, as they lie there.
    Files(String),
    /// All that is staged, after these files were, too.
    Staged(Add),
}

/// How what was edited gets staged.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Add {
    /// Nothing was edited.
    Nothing,
    Files(String),
    /// By hand: a file cannot be named, or there are too many.
    ByHand,
}

impl Writer<'_> {
    /// Whether mending takes in all that is staged, of whatever else.
    pub(super) fn takes_all(&self, fix: &Fix<'_>) -> bool {
        matches!(self.taken(fix), Taken::Staged(_))
    }

    /// What is to be done in the commit that is checked out.
    pub(super) fn fix(&mut self, fix: &Fix<'_>) {
        self.edit(&fix.edited);
        if fix.renamed {
            self.person("give what is listed another name: git mv");
        }
        self.remove("git rm --quiet --", "git rm", &fix.deleted);
        self.remove("git rm --quiet --cached --", "git rm --cached", &fix.untracked);
        if !fix.untracked.is_empty() {
            self.person("that keeps your file, name it in .gitignore");
        }
        if fix.author || fix.committer {
            self.person("see that git config user.name and user.email hold no secret");
        }
        if fix.message {
            self.person("take the secret out of the commit message, in your editor:");
        }
        self.amend(fix);
    }

    /// The files that are to be edited, by name if that is safe.
    fn edit(&mut self, edited: &[(&[u8], String)]) {
        match edited {
            [] => {}
            [(path, how)] => {
                let is_short = how.len() <= MANNER_CHARACTERS_MAX;
                let how = if is_short { how.as_str() } else { ", which is encoded" };
                let room = WIDTH - "# take the secret out of ".len() - how.len();
                let place = quote::word(path, self.shown, room);
                let place = place.unwrap_or_else(|| "the file that is listed".to_owned());
                self.person(&format!("take the secret out of {place}{how}"));
            }
            _ => {
                let names: Option<Vec<String>> =
                    edited.iter().map(|(path, _)| quote::word(path, self.shown, WIDTH)).collect();
                let line = names
                    .map(|names| format!("take the secrets out of these: {}", names.join(" ")));
                match line {
                    Some(line) if "# ".len() + line.len() <= WIDTH => self.person(&line),
                    // The message has no room to list them all.
                    _ => {
                        let count = edited.len();
                        self.person(&format!("take the secrets out of {count} files, of these:"));
                        self.command(SHOW_FILES.to_owned());
                    }
                }
            }
        }
    }

    /// Puts what was changed into the commit.
    fn amend(&mut self, fix: &Fix<'_>) {
        let amend = amend(fix);
        match self.taken(fix) {
            Taken::Nothing => self.command(format!("{amend} --only")),
            Taken::Files(files) => self.command_on_paths(format!("{amend} -- {files}")),
            Taken::Staged(add) => {
                match add {
                    Add::Nothing => {}
                    Add::Files(files) => self.command_on_paths(format!("{ADD}{files}")),
                    Add::ByHand => self.person("git add what you changed"),
                }
                self.command(amend);
            }
        }
    }

    /// What the commit takes in: no more than what is mended, if that can be said.
    fn taken(&self, fix: &Fix<'_>) -> Taken {
        let is_staged = fix.renamed || !fix.deleted.is_empty() || !fix.untracked.is_empty();
        let paths = fix.edited.iter().map(|(path, _)| quote::path(path, self.shown));
        let Some(paths) = paths.collect::<Option<Vec<String>>>() else {
            return Taken::Staged(Add::ByHand);
        };
        let files = paths.join(" ");
        match (paths.is_empty(), is_staged) {
            (true, false) => Taken::Nothing,
            (true, true) => Taken::Staged(Add::Nothing),
            (false, false) if amend(fix).len() + " -- ".len() + files.len() <= WIDTH => {
                Taken::Files(files)
            }
            (false, _) if ADD.len() + files.len() <= WIDTH => Taken::Staged(Add::Files(files)),
            (false, _) => Taken::Staged(Add::ByHand),
        }
    }

    /// Git writes over a file that it ignores, without a word, or stops at it: who took `.env` out
    /// of the history, and kept it, would lose it.
    pub(super) fn keep(&mut self, deleted: &[&[u8]]) {
        let rest = " elsewhere, if it is still on your disk";
        let room = WIDTH - "# first move ".len() - rest.len();
        match deleted {
            [] => {}
            [path] => match quote::word(path, self.shown, room) {
                Some(place) => self.person(&format!("first move {place}{rest}")),
                None => self.person(&format!("first move the file that is listed{rest}")),
            },
            _ => self.person("first move elsewhere what of it is still on your disk"),
        }
    }

    /// Takes files out of the commit.
    fn remove(&mut self, command: &str, words: &str, paths: &[&[u8]]) {
        let quoted: Option<Vec<String>> =
            paths.iter().map(|path| quote::path(path, self.shown)).collect();
        let line = quoted.map(|quoted| format!("{command} {}", quoted.join(" ")));
        match line {
            _ if paths.is_empty() => {}
            Some(line) if line.len() <= WIDTH => self.command_on_paths(line),
            _ => self.person(&format!("{words} what is listed")),
        }
    }
}

/// The commit without what it takes in.
fn amend(fix: &Fix<'_>) -> String {
    let keep = if fix.message { "" } else { " --no-edit" };
    let person = if fix.author { " --reset-author" } else { "" };
    format!("git commit --amend{keep} --allow-empty{person}")
}
