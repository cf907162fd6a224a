//! What is done in one commit, as lines.

use super::write::Writer;
use super::{Fix, WIDTH, quote};

/// Characters on how a secret is written in a file.
const MANNER_CHARACTERS_MAX: usize = 24;

/// Shows the files of the commit that is checked out, and does not wait for a key.
const SHOW_FILES: &str = "git --no-pager show --stat";

impl Writer<'_> {
    /// What is to be done in the commit that is checked out.
    pub(super) fn fix(&mut self, fix: &Fix<'_>) {
        let mut staged = fix.renamed;
        self.edit(&fix.edited);
        if fix.renamed {
            self.person("give what is listed another name: git mv");
        }
        staged |= self.remove("git rm --quiet --", "git rm", &fix.deleted);
        staged |= self.remove("git rm --quiet --cached --", "git rm --cached", &fix.untracked);
        if !fix.untracked.is_empty() {
            self.person("that keeps your file, name it in .gitignore");
        }
        if fix.author || fix.committer {
            self.person("see that git config user.name and user.email hold no secret");
        }
        if fix.message {
            self.person("take the secret out of the commit message, in your editor:");
        }
        self.amend(fix, staged);
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

    /// Puts what was changed into the commit; `staged` says whether some of it is staged already.
    fn amend(&mut self, fix: &Fix<'_>, staged: bool) {
        let keep = if fix.message { "" } else { " --no-edit" };
        let person = if fix.author { " --reset-author" } else { "" };
        let amend = format!("git commit --amend{keep} --allow-empty{person}");
        let paths = fix.edited.iter().map(|(path, _)| quote::path(path, self.shown));
        let known: Option<Vec<String>> = paths.collect();
        match known {
            Some(known) if known.is_empty() && !staged => {
                self.command(format!("{amend} --only"));
                return;
            }
            Some(known) if known.is_empty() => {}
            Some(known) => {
                let all = known.join(" ");
                let whole = format!("{amend} -- {all}");
                if !staged && whole.len() <= WIDTH {
                    self.command(whole);
                    return;
                }
                let add = format!("git add -- {all}");
                if add.len() <= WIDTH {
                    self.command(add);
                } else {
                    self.person("git add what you changed");
                }
            }
            None => self.person("git add what you changed"),
        }
        self.command(amend);
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

    /// Takes files out of the commit; says whether there are any.
    fn remove(&mut self, command: &str, words: &str, paths: &[&[u8]]) -> bool {
        let quoted: Option<Vec<String>> =
            paths.iter().map(|path| quote::path(path, self.shown)).collect();
        let line = quoted.map(|quoted| format!("{command} {}", quoted.join(" ")));
        match line {
            _ if paths.is_empty() => return false,
            Some(line) if line.len() <= WIDTH => self.command(line),
            _ => self.person(&format!("{words} what is listed")),
        }
        true
    }
}
