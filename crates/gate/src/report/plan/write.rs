//! A plan as lines.

use super::history::PushedRef;
use super::{Fix, Page, Plan, Room, WIDTH, quote};
use crate::show::{Shown, fit};

/// Lines of several plans together.
const LINES_MAX: usize = 8;

/// Digits of a commit id: enough for large repositories.
const COMMIT_DIGITS: usize = 10;

/// Characters of a name that stands in a line for people.
const NAME_CHARACTERS_MAX: usize = 30;

/// Characters on how a secret is written in a file.
const MANNER_CHARACTERS_MAX: usize = 24;

/// Stands for a name that cannot be in a command.
const PLACEHOLDER: &str = "BRANCH";

/// What is said when more is to be done than fits.
const THEN_AGAIN: &str = "(then push again: the server tells what is left)";

/// What is said where a plan is longer than the message has room for.
const TOO_LONG: &str = "too much is to be changed at once";

/// The lines of `plans`: of as many as fit.
pub(super) fn lines(plans: &[Plan<'_>], shown: Shown<'_>, room: Room) -> Vec<String> {
    let written =
        |plan: &Plan<'_>| Writer { shown, page: room.page, lines: Vec::new() }.write(plan);
    let mut lines: Vec<String> = Vec::new();
    let mut left = plans.len();
    for plan in plans {
        let mut more = written(plan);
        let then = usize::from(left > 1);
        if lines.is_empty() && more.len() + then > room.lines_max {
            // Half a plan would leave a clone in the middle of something.
            more = written(&Plan::None(TOO_LONG));
        }
        let lines_max = LINES_MAX.min(room.lines_max);
        if !lines.is_empty() && lines.len() + more.len() + then > lines_max {
            lines.push(THEN_AGAIN.to_owned());
            return lines;
        }
        left -= 1;
        lines.extend(more);
    }
    lines
}

struct Writer<'s> {
    shown: Shown<'s>,
    page: Page,
    lines: Vec<String>,
}

impl Writer<'_> {
    fn write(mut self, plan: &Plan<'_>) -> Vec<String> {
        match plan {
            Plan::AmendTip { fix, at } => self.amend_tip(fix, at),
            Plan::AmendBack { fix, of } => self.amend_back(fix, of),
            Plan::Stops { fixes, of } => self.stops(fixes, of),
            Plan::TagText { of } => match quote::name(of.short(), self.shown) {
                Some(name) if name.len() < 24 => {
                    let peeled = format!("'{}^{{}}'", name.trim_matches('\''));
                    self.person("take the secret out of the text of the tag:");
                    self.command(format!("git tag -f -a {name} {peeled}"));
                }
                _ => self.person("make the tag anew without the secret: git tag -f -a"),
            },
            Plan::RefName { of } => {
                let what = match of {
                    Some(of) if of.is_branch() => "rename the branch (git branch -m)",
                    Some(of) if of.is_tag() => "delete the tag and make it under another name",
                    _ => "choose another name for the ref",
                };
                self.person(&format!("{what}, and push that"));
            }
            Plan::None(why) => {
                self.person(&format!("no short way: {why}"));
                self.person(match self.page {
                    Page::Ours => "see the page \"My push was rejected\"",
                    Page::Named => "see the page that is named below",
                });
            }
        }
        self.lines
    }

    fn person(&mut self, text: &str) {
        self.lines.push(fit(&format!("({text})"), WIDTH));
    }

    fn command(&mut self, text: String) {
        self.lines.push(text);
    }

    fn amend_tip(&mut self, fix: &Fix<'_>, at: &PushedRef) {
        let commit = short(fix.commit);
        if at.is_branch() {
            let name = self.shown.ascii(at.short());
            let name = fit(&name, NAME_CHARACTERS_MAX);
            self.person(&format!("on {name} at {commit}; else see the page"));
            self.fix(fix);
            return;
        }
        let mark = match quote::name(&at.name, self.shown) {
            Some(name) if at.is_note() => format!("git update-ref {name} HEAD"),
            Some(_) if at.is_tag() => {
                let name = quote::name(at.short(), self.shown).unwrap_or_default();
                let annotated = if at.tags > 0 { " -a" } else { "" };
                format!("git tag -f{annotated} {name} HEAD")
            }
            _ => {
                self.none("the ref is no branch");
                return;
            }
        };
        if mark.len() > WIDTH || at.tags > 1 {
            self.none("the ref is no branch");
            return;
        }
        self.person("commit or stash your other changes first");
        self.command(format!("git checkout --detach {commit}"));
        self.fix(fix);
        self.command(mark);
        self.command("git checkout -".to_owned());
    }

    fn none(&mut self, why: &'static str) {
        let none = Writer { shown: self.shown, page: self.page, lines: Vec::new() }
            .write(&Plan::None(why));
        self.lines = none;
    }

    fn amend_back(&mut self, fix: &Fix<'_>, of: &[&PushedRef]) {
        let commit = short(fix.commit);
        self.person("commit or stash your other changes first");
        self.command(format!("git checkout --detach {commit}"));
        self.fix(fix);
        if let [at] = of {
            let onto = format!("git rebase -r --onto HEAD {commit} ");
            let branch = self.branch(at, onto.len());
            self.command(format!("{onto}{branch}"));
            if at.is_note() {
                self.command(format!("git update-ref {branch} HEAD"));
                self.person("check out your branch again");
            }
        } else {
            let name = format!("mended-{}", commit.get(..8).unwrap_or(commit));
            self.command(format!("git branch {name}"));
            let onto = format!("git rebase -r --onto {name} {commit} ");
            for at in of {
                let branch = self.branch(at, onto.len());
                self.command(format!("{onto}{branch}"));
            }
            self.command(format!("git branch -d {name}"));
        }
        if fix.may_stop {
            let what = if fix.deleted.is_empty() { "mend FILE, git add" } else { "git rm" };
            self.person(&format!("if git stops: {what} FILE, git rebase --continue"));
        }
        self.explain_placeholder();
    }

    /// The branch as an argument, or a word that stands for it.
    fn branch(&self, at: &PushedRef, before: usize) -> String {
        let name = if at.is_branch() { at.short() } else { &at.name };
        quote::name(name, self.shown)
            .filter(|name| before + name.len() <= WIDTH)
            .unwrap_or_else(|| PLACEHOLDER.to_owned())
    }

    fn explain_placeholder(&mut self) {
        let ending = format!(" {PLACEHOLDER}");
        if self.lines.iter().any(|line| line.ends_with(&ending)) {
            self.person(&format!("{PLACEHOLDER} stands for the branch that you pushed"));
        }
    }

    fn stops(&mut self, fixes: &[Fix<'_>], of: &PushedRef) {
        let commits: Vec<&str> =
            fixes.iter().map(|fix| fix.commit.get(..8).unwrap_or(fix.commit)).collect();
        self.person(&format!("write edit before {}:", commits.join(", ")));
        let oldest = fixes.first();
        let base = match oldest {
            // If one of them is the first of all commits, nothing stands before it.
            Some(oldest) if oldest.parents > 0 => format!("{}~1", short(oldest.commit)),
            _ => "--root".to_owned(),
        };
        let rebase = format!("git rebase -r -i {base} ");
        let branch = self.branch(of, rebase.len());
        self.command(format!("{rebase}{branch}"));
        self.person("at each stop take the secrets out of what is listed, then:");
        let message = fixes.iter().any(|fix| fix.message);
        let keep = if message { "" } else { " --no-edit" };
        let person = if fixes.iter().any(|fix| fix.person) { " --reset-author" } else { "" };
        self.command(format!("git commit -a --amend{keep} --allow-empty{person}"));
        self.command("git rebase --continue".to_owned());
        self.explain_placeholder();
    }

    /// What is to be done in the commit that is checked out.
    fn fix(&mut self, fix: &Fix<'_>) {
        let mut staged = fix.renamed;
        let mut paths: Vec<Option<String>> = Vec::new();
        if let [(path, how)] = fix.edited.as_slice() {
            let quoted = quote::path(path, self.shown);
            let how = if how.len() <= MANNER_CHARACTERS_MAX { how.as_str() } else { " (encoded)" };
            let room = WIDTH - "(take the secret out of )".len() - how.len();
            let place = fit(&self.shown.ascii(path), room);
            self.person(&format!("take the secret out of {place}{how}"));
            paths.push(quoted);
        } else if !fix.edited.is_empty() {
            self.person("take the secrets out of the files that are listed");
            paths.extend(fix.edited.iter().map(|(path, _)| quote::path(path, self.shown)));
        }
        if fix.renamed {
            self.person("give what is listed another name: git mv");
        }
        staged |= self.remove("git rm --quiet --", "git rm", &fix.deleted);
        staged |= self.remove("git rm --quiet --cached --", "git rm --cached", &fix.untracked);
        if !fix.untracked.is_empty() {
            self.person("that keeps your file; name it in .gitignore");
        }
        if fix.person {
            self.person("let git config user.name and user.email hold no secret");
        }
        let keep = if fix.message { "" } else { " --no-edit" };
        let person = if fix.person { " --reset-author" } else { "" };
        let amend = format!("git commit --amend{keep} --allow-empty{person}");
        let known: Option<Vec<String>> = paths.iter().cloned().collect();
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

fn short(id: &str) -> &str {
    id.get(..COMMIT_DIGITS).unwrap_or(id)
}
