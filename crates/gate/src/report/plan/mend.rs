//! What is done in one commit, as lines.

use std::collections::BTreeSet;

use super::write::{COPY_IGNORED, Writer, short};
use super::{Fix, WIDTH, editor, quote};

/// Characters on how a secret is written in a file.
const MANNER_CHARACTERS_MAX: usize = 24;

/// Shows the files of the commit that is checked out, and does not wait for a key.
const SHOW_FILES: &str = "git --no-pager show --stat";

/// Takes in nothing that is staged; short, where there is little room.
const ONLY: &str = " -o";

/// Stages the files that it names.
const ADD: &str = "git add -- ";

/// What is said where a commit would take in all that is staged. What is not staged stays as it is,
/// while a stash could not be put back over a file that git forgets.
const UNSTAGE: &str = "other staged changes: git reset first, and stage them at the end";

/// What is said where a commit takes in files as they lie there.
const WITH_OTHERS: &str = "other changes in that file: git stash, at the end git stash pop";

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
    /// Says what else mending would take in.
    pub(super) fn tell_of_changes(&mut self, fix: &Fix<'_>) {
        match self.taken(fix) {
            Taken::Nothing => {}
            Taken::Files(_) => self.person(WITH_OTHERS),
            Taken::Staged(_) => self.person(UNSTAGE),
        }
    }

    /// What is to be done in the commit that is checked out.
    pub(super) fn fix(&mut self, fix: &Fix<'_>) {
        self.edit(&fix.edited);
        self.settle(fix);
        if fix.renamed {
            self.person("give what is listed another name: git mv OLD NEW");
        }
        self.remove("git rm --quiet --", "git rm", &fix.deleted);
        self.remove("git rm --quiet --cached --", "git rm --cached", &fix.untracked);
        if !fix.untracked.is_empty() {
            self.forget_file();
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
                let how = if is_short { how.as_str() } else { ", it is encoded" };
                let room = WIDTH - "# edit : take the secret out, save".len() - how.len();
                let place = quote::word(path, self.shown, room);
                let is_named = quote::path(path, self.shown)
                    .is_some_and(|path| ADD.len() + path.len() <= WIDTH);
                let other =
                    if is_named { "the file named below" } else { "the file that is listed" };
                let place = place.unwrap_or_else(|| other.to_owned());
                self.person(&format!("edit {place}: take the secret out{how}, save"));
            }
            _ => {
                let names: Option<Vec<String>> =
                    edited.iter().map(|(path, _)| quote::word(path, self.shown, WIDTH)).collect();
                let line = names
                    .map(|names| format!("edit these, take the secrets out: {}", names.join(" ")));
                match line {
                    Some(line) if "# ".len() + line.len() <= WIDTH => self.person(&line),
                    // The message has no room to list them all.
                    _ => {
                        let count = edited.len();
                        self.person(&format!(
                            "edit {count} files, take the secrets out, of these:"
                        ));
                        self.command(SHOW_FILES.to_owned());
                    }
                }
            }
        }
    }

    /// The same, with what is settled to be edited if it cannot be told in commands.
    pub(super) fn told_fix<'f>(&self, fix: &Fix<'f>, has_room: bool) -> Fix<'f> {
        let mut fix = fix.clone();
        if !has_room || self.settling(&fix).is_none() {
            fix.edit_settled();
        }
        fix
    }

    /// Takes the last versions of files into the commit. `git checkout COMMIT -- FILE` would do that,
    /// and write over whatever lies there if the commands before it failed; none of these does.
    fn settle(&mut self, fix: &Fix<'_>) {
        for line in self.settling(fix).into_iter().flatten() {
            self.command_in_top_folder(line);
        }
    }

    fn settling(&self, fix: &Fix<'_>) -> Option<Vec<String>> {
        if fix.settled.is_empty() {
            return Some(Vec::new());
        }
        // The last of these commands takes no patterns.
        let paths = fix.settled.iter().map(|(path, _)| quote::path_from_here(path, self.shown));
        let paths = paths.collect::<Option<Vec<String>>>()?.join(" ");
        let lines = vec![
            format!("git rm --quiet -- {paths}"),
            format!("git restore --staged --source={} -- {paths}", short(fix.settled_at)),
            format!("git checkout-index -- {paths}"),
        ];
        lines.iter().all(|line| line.len() <= WIDTH).then_some(lines)
    }

    /// Puts what was changed into the commit.
    fn amend(&mut self, fix: &Fix<'_>) {
        let amend = amend(fix);
        match self.taken(fix) {
            Taken::Nothing => {
                let only = format!("{amend} --only");
                self.command(if only.len() <= WIDTH { only } else { format!("{amend}{ONLY}") });
            }
            Taken::Files(files) => self.command(format!("{amend} -- {files}")),
            Taken::Staged(add) => {
                match add {
                    Add::Nothing => {}
                    Add::Files(files) => self.command(format!("{ADD}{files}")),
                    Add::ByHand => self.person("git add what you changed"),
                }
                self.command(amend);
            }
        }
    }

    /// What the commit takes in: no more than what is mended, if that can be said.
    fn taken(&self, fix: &Fix<'_>) -> Taken {
        let is_staged = fix.renamed || !fix.deleted.is_empty() || !fix.untracked.is_empty();
        let files = fix.edited.iter().chain(&fix.settled);
        let paths = files.map(|(path, _)| quote::path(path, self.shown));
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
    /// of the history, and kept it, would lose it. That holds for each file that git writes and takes
    /// away again while it moves commits. Says whether all that git ignores is to be copied.
    pub(super) fn keep<'f>(&mut self, fixes: impl IntoIterator<Item = &'f Fix<'f>>) -> bool {
        let mut listed: BTreeSet<&[u8]> = BTreeSet::new();
        let mut paths: BTreeSet<&[u8]> = BTreeSet::new();
        let mut more = false;
        for fix in fixes {
            listed.extend(fix.deleted.iter().copied());
            paths.extend(fix.deleted.iter().chain(&fix.passing).copied());
            more |= fix.passing_more;
        }
        let is_listed = listed.len() == paths.len() && !more;
        let named = |rest: &str| {
            let words = paths.iter().map(|path| quote::word(path, self.shown, WIDTH));
            let words = words.collect::<Option<Vec<String>>>().filter(|_| !more)?.join(" ");
            Some(rest.replace('@', &words)).filter(|line| "# ".len() + line.len() <= WIDTH)
        };
        let line = match paths.len() {
            0 if !more => return false,
            1 => named("first move @ elsewhere, if it is still on your disk"),
            _ => named("first move elsewhere, if still on your disk: @"),
        };
        let line = line.unwrap_or_else(|| {
            let line = match (is_listed, paths.len()) {
                (true, 1) => "first move the listed file elsewhere, if still on your disk",
                (true, _) => "first move elsewhere what of it is still on your disk",
                (false, _) => COPY_IGNORED,
            };
            line.to_owned()
        });
        self.person(&line);
        line == COPY_IGNORED
    }

    /// Takes files out of the commit.
    fn remove(&mut self, command: &str, words: &str, paths: &[&[u8]]) {
        let quoted: Option<Vec<String>> =
            paths.iter().map(|path| quote::path(path, self.shown)).collect();
        let line = quoted.map(|quoted| format!("{command} {}", quoted.join(" ")));
        match line {
            _ if paths.is_empty() => {}
            Some(line) if line.len() <= WIDTH => self.command(line),
            _ => self.person(&format!("{words} what is listed")),
        }
    }
}

/// The commit without what it takes in.
fn amend(fix: &Fix<'_>) -> String {
    let (git, keep) = match fix.message {
        true => (editor::git(fix.begins), ""),
        false => ("git".to_owned(), " --no-edit"),
    };
    let nameless = if fix.is_nameless { " --allow-empty-message" } else { "" };
    amend_with(&format!("{git} commit --amend{keep}"), nameless, fix.author)
}

/// The same with these options; if there is no room, without the one for a commit that changes
/// nothing, which is the rarest.
fn amend_with(begin: &str, options: &str, is_author: bool) -> String {
    let person = if is_author { " --reset-author" } else { "" };
    let whole = format!("{begin} --allow-empty{options}{person}");
    match whole.len() + ONLY.len() {
        ..=WIDTH => whole,
        _ => format!("{begin}{options}{person}"),
    }
}
