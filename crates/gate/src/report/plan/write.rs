//! A plan as lines.

use super::history::PushedRef;
use super::{Fix, Mark, Moved, Page, Plan, Room, WIDTH, quote};
use crate::show::{Shown, fit};

/// Lines of several plans together: beside them there is room for one secret.
const LINES_MAX: usize = 10;

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
    let written = |plan: &Plan<'_>, is_first| {
        Writer { shown, page: room.page, lines: Vec::new() }.write(plan, is_first)
    };
    let mut lines: Vec<String> = Vec::new();
    let mut left = plans.len();
    for plan in plans {
        left -= 1;
        let most = if lines.is_empty() { room.lines_max } else { LINES_MAX.min(room.lines_max) };
        let lines_max = most.saturating_sub(usize::from(left > 0));
        let mut more = written(plan, lines.is_empty());
        if lines.is_empty() && more.len() > lines_max {
            // Half a plan would leave a clone in the middle of something.
            more = written(&Plan::None(TOO_LONG), true);
        }
        if !lines.is_empty() && lines.len() + more.len() > lines_max {
            lines.push(THEN_AGAIN.to_owned());
            return lines;
        }
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
    /// Writes `plan`; where another one came before it, its branch is not the one at hand.
    fn write(mut self, plan: &Plan<'_>, is_first: bool) -> Vec<String> {
        match plan {
            Plan::AmendTip { fix, at, marks } => self.amend_tip(fix, at, marks, is_first),
            Plan::AmendBack { fix, ends } => self.amend_back(fix, ends),
            Plan::Stops { fixes, of } => self.stops(fixes, of),
            Plan::TagText { of } => self.tag_text(of),
            Plan::TagAgain { mark } => self.mark(mark),
            Plan::RefName { of } => {
                let what = match of {
                    Some(of) if of.is_branch() => "rename the branch (git branch -m)",
                    Some(of) if of.is_tag() => "delete the tag and make it under another name",
                    _ => "choose another name for the ref",
                };
                self.person(&format!("{what}, and push that"));
            }
            Plan::Again => self.lines.push(THEN_AGAIN.to_owned()),
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

    fn amend_tip(&mut self, fix: &Fix<'_>, at: &PushedRef, marks: &[Mark<'_>], is_first: bool) {
        if !is_first {
            let checkout = "git checkout ";
            let branch = self.branch(at, checkout.len() + " --".len());
            self.command(format!("{checkout}{branch} --"));
        }
        let name = fit(&self.shown.ascii(at.short()), NAME_CHARACTERS_MAX);
        let commit = short(fix.commit);
        self.person(&format!("on {name} at {commit}; else see the page"));
        self.fix(fix);
        marks.iter().for_each(|mark| self.mark(mark));
        self.explain_placeholder();
    }

    fn amend_back(&mut self, fix: &Fix<'_>, ends: &[Moved<'_>]) {
        let commit = short(fix.commit);
        self.person("commit or stash your other changes first");
        self.keep(&fix.deleted);
        self.command(format!("git checkout --detach {commit}"));
        self.fix(fix);
        for end in ends.iter().filter(|end| end.commit == fix.commit) {
            end.marks.iter().for_each(|mark| self.mark(mark));
        }
        let moves: usize = ends.iter().map(|end| end.moves(fix)).sum();
        let name = format!("mended-{}", commit.get(..8).unwrap_or(commit));
        let base = if moves > 1 { name.as_str() } else { "HEAD" };
        if moves > 1 {
            self.command(format!("git branch {name}"));
        }
        for end in ends {
            self.move_end(end, fix, base);
        }
        if moves > 1 {
            self.command(format!("git branch -d {name}"));
        }
        if fix.may_stop {
            let what = if fix.deleted.is_empty() { "mend FILE, git add" } else { "git rm" };
            self.person(&format!("if git stops: {what} FILE, git rebase --continue"));
        }
        let branches: usize = ends.iter().map(|end| end.branches.len()).sum();
        if branches == 0 {
            self.command("git checkout -".to_owned());
        }
        if fix.is_merged && moves > 0 {
            self.look_at_merges(branches == 1);
        }
        self.explain_placeholder();
    }

    /// Moves what `end` holds behind the amended commit onto `base`.
    fn move_end(&mut self, end: &Moved<'_>, fix: &Fix<'_>, base: &str) {
        let mut base = base;
        let mut from = short(fix.commit);
        // What a tag stood on becomes what it stands on, also if its branch went on since.
        if end.commit != fix.commit && !end.marks.is_empty() {
            let tip = short(end.commit);
            self.command(format!("git rebase -r --onto {base} {from} {tip}"));
            end.marks.iter().for_each(|mark| self.mark(mark));
            (base, from) = ("HEAD", tip);
        }
        for at in &end.branches {
            let onto = format!("git rebase -r --onto {base} {from} ");
            let branch = self.branch(at, onto.len());
            self.command(format!("{onto}{branch}"));
        }
    }

    /// Sets a tag or a note anew.
    fn mark(&mut self, mark: &Mark<'_>) {
        let of = mark.of;
        let target = match mark.onto {
            Some(onto) => quote::name(onto.short(), self.shown),
            None => Some("HEAD".to_owned()),
        };
        let name = if of.is_tag() { of.short() } else { &of.name };
        let name = quote::name(name, self.shown);
        let command = match (of.is_note(), of.tags.is_empty()) {
            (true, _) => "git update-ref",
            (false, true) => "git tag -f",
            (false, false) => "git tag -f -a",
        };
        let line = name.zip(target).map(|(name, target)| format!("{command} {name} {target}"));
        match line {
            Some(line) if line.len() <= WIDTH => self.command(line),
            _ => {
                let target = if mark.onto.is_some() { "the inner one" } else { "HEAD" };
                self.person(&format!("set your tag or note on {target}: {command}"));
            }
        }
    }

    fn tag_text(&mut self, of: &PushedRef) {
        self.person("take the secret out of the tag message, in your editor:");
        let name = quote::name(of.short(), self.shown);
        let line = name.map(|name| {
            let target = match of.tags.get(1) {
                Some(inner) => short(inner).to_owned(),
                None => format!("'{}^{{}}'", name.trim_matches('\'')),
            };
            format!("git tag -f -a {name} {target}")
        });
        match line {
            Some(line) if line.len() <= WIDTH => self.command(line),
            _ => self.person("git tag -f -a, on what it points at"),
        }
    }

    /// Git makes merges again, and forgets what was put into them by hand.
    fn look_at_merges(&mut self, is_on_branch: bool) {
        if is_on_branch {
            self.command("git diff --stat '@{1}'".to_owned());
            self.person("more than your change? git made merges again: see the page");
        } else {
            self.person("git made merges again: is all there? else see the page");
        }
    }

    /// The branch as an argument, or a word that stands for it.
    fn branch(&self, at: &PushedRef, before: usize) -> String {
        quote::name(at.short(), self.shown)
            .filter(|name| before + name.len() <= WIDTH)
            .unwrap_or_else(|| PLACEHOLDER.to_owned())
    }

    fn explain_placeholder(&mut self) {
        let is_there = |line: &String| line.split(' ').any(|word| word == PLACEHOLDER);
        if self.lines.iter().any(is_there) {
            self.person(&format!("{PLACEHOLDER} stands for the branch that you pushed"));
        }
    }

    fn stops(&mut self, fixes: &[Fix<'_>], of: &PushedRef) {
        let commits: Vec<&str> =
            fixes.iter().map(|fix| fix.commit.get(..8).unwrap_or(fix.commit)).collect();
        let deleted: Vec<&[u8]> = fixes.iter().flat_map(|fix| &fix.deleted).copied().collect();
        self.keep(&deleted);
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
        match deleted.as_slice() {
            [] => {}
            [path] => {
                let room = WIDTH - "(at its stop, git rm : a later commit deletes it)".len();
                let place = fit(&self.shown.ascii(path), room);
                self.person(&format!("at its stop, git rm {place}: a later commit deletes it"));
            }
            _ => self.person("at its stop, git rm each file that a later commit deletes"),
        }
        self.person("at each stop: git show --stat; take the secrets out; then:");
        let message = fixes.iter().any(|fix| fix.message);
        let keep = if message { "" } else { " --no-edit" };
        let person = if fixes.iter().any(|fix| fix.person) { " --reset-author" } else { "" };
        self.command(format!("git commit -a --amend{keep} --allow-empty{person}"));
        self.command("git rebase --continue".to_owned());
        if fixes.iter().any(|fix| fix.may_stop) {
            self.person("if git stops: mend FILE, git add FILE, git rebase --continue");
        }
        if fixes.iter().any(|fix| fix.is_merged) {
            self.person("at the end:");
            self.look_at_merges(true);
        }
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
            self.person("see that git config user.name and user.email hold no secret");
        }
        if fix.message {
            self.person("take the secret out of the commit message, in your editor:");
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

    /// Git writes over a file that it ignores, without a word, or stops at it: who took `.env` out
    /// of the history, and kept it, would lose it.
    fn keep(&mut self, deleted: &[&[u8]]) {
        let rest = " elsewhere, if it is still on your disk";
        match deleted {
            [] => {}
            [path] => {
                let room = WIDTH - "(first move )".len() - rest.len();
                let place = fit(&self.shown.ascii(path), room);
                self.person(&format!("first move {place}{rest}"));
            }
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

impl Moved<'_> {
    /// How often something is moved onto the amended commit.
    fn moves(&self, fix: &Fix<'_>) -> usize {
        let by_marks = self.commit != fix.commit && !self.marks.is_empty();
        if by_marks { 1 } else { self.branches.len() }
    }
}

fn short(id: &str) -> &str {
    id.get(..COMMIT_DIGITS).unwrap_or(id)
}
