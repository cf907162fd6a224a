//! A plan as lines.

use super::history::PushedRef;
use super::why::Why;
use super::{Fix, Mark, Moved, Plan, TagPart, WIDTH, quote};
use crate::show::{Shown, fit};

/// Lines of several plans together: beside them there is room for one secret.
const LINES_MAX: usize = 14;

/// Digits of a commit id: enough for large repositories.
const COMMIT_DIGITS: usize = 10;

/// Characters of a name that stands in a line for people.
const NAME_CHARACTERS_MAX: usize = 30;

/// What is checked out.
const HEAD: &str = "HEAD";

/// Stands for a name that cannot be in a command.
const PLACEHOLDER: &str = "BRANCH";

/// What is said when more is to be done than fits.
const THEN_AGAIN: &str = "# then push again: the server tells what is left";

/// What is said where git may stop, directly behind what may stop.
const IF_IT_STOPS: &str = "if it stops: mend FILE, git add FILE, git rebase --continue, go on";

/// The same, where a commit in between changes a file that is gone in the end.
const IF_IT_STOPS_AT_IT: &str = "if it stops at that file: git rm it, git rebase --continue, go on";

/// The same once more.
const IF_IT_STOPS_AGAIN: &str = "# if it stops: as above";

/// What is said where a commit would take in all that is staged. To commit it would move the branch.
const STASH: &str = "# stash your other changes first: git stash";

/// What is said before anything is checked out.
const CLEAN: &str = "# commit or stash your other changes first";

/// The lines of `plans`: of as many as fit.
pub(super) fn lines(plans: &[Plan<'_>], shown: Shown<'_>, room: usize) -> Vec<String> {
    let written =
        |plan: &Plan<'_>, is_first| Writer { shown, lines: Vec::new() }.write(plan, is_first);
    let mut lines: Vec<String> = Vec::new();
    let mut left = plans.len();
    for plan in plans {
        left -= 1;
        let most = if lines.is_empty() { room } else { LINES_MAX.min(room) };
        let lines_max = most.saturating_sub(usize::from(left > 0));
        let mut more = written(plan, lines.is_empty());
        more.retain(|line| line != CLEAN || !lines.contains(line));
        if more.len() > lines_max {
            more.retain(|line| line != IF_IT_STOPS_AGAIN);
        }
        if lines.is_empty() && more.len() > lines_max {
            // Half a plan would leave a clone in the middle of something.
            more = written(&Plan::None(Why::TooLong), true);
        }
        if !lines.is_empty() && lines.len() + more.len() > lines_max {
            lines.push(THEN_AGAIN.to_owned());
            return lines;
        }
        lines.extend(more);
    }
    lines
}

pub(super) struct Writer<'s> {
    pub(super) shown: Shown<'s>,
    lines: Vec<String>,
}

impl Writer<'_> {
    /// Writes `plan`; where another one came before it, its branch is not the one at hand.
    fn write(mut self, plan: &Plan<'_>, is_first: bool) -> Vec<String> {
        match plan {
            Plan::AmendTip { fix, at, marks } => self.amend_tip(fix, at, marks, is_first),
            Plan::AmendBack { fix, ends } => self.amend_back(fix, ends),
            Plan::Stops { fixes, of } => self.stops(fixes, of),
            Plan::TagText { of, part } => self.tag_text(of, *part),
            Plan::TagAgain { mark } => self.mark(mark, HEAD),
            Plan::RefName { of } => {
                let what = match of {
                    Some(of) if of.is_branch() => "rename the branch, git branch -m",
                    Some(of) if of.is_tag() => "delete the tag and make it under another name",
                    _ => "choose another name for the ref",
                };
                self.person(&format!("{what}, and push that"));
            }
            Plan::Again => self.lines.push(THEN_AGAIN.to_owned()),
            Plan::None(why) => {
                self.person(&format!("no short way: {}", why.text()));
                self.person("see the page that is named below");
            }
        }
        self.lines
    }

    /// Words for whoever follows: a comment, in which no shell sees anything.
    pub(super) fn person(&mut self, text: &str) {
        self.lines.push(fit(&format!("# {text}"), WIDTH));
    }

    pub(super) fn command(&mut self, text: String) {
        self.lines.push(text);
    }

    fn amend_tip(&mut self, fix: &Fix<'_>, at: &PushedRef, marks: &[Mark<'_>], is_first: bool) {
        if !is_first {
            let checkout = "git checkout ";
            let branch = self.branch(at, checkout.len() + " --".len());
            self.command(format!("{checkout}{branch} --"));
        }
        let begin = self.lines.len();
        self.fix(fix);
        let takes_all = |line: &String| {
            line.starts_with("git commit") && !line.contains(" -- ") && !line.ends_with(" --only")
        };
        let name = quote::word(at.short(), self.shown, NAME_CHARACTERS_MAX);
        let name = name.unwrap_or_else(|| "your branch".to_owned());
        let guard = format!("# on {name} at {}, else see the page", short(fix.commit));
        let stash = self.lines.iter().skip(begin).any(takes_all).then(|| STASH.to_owned());
        self.lines.splice(begin..begin, [guard].into_iter().chain(stash));
        marks.iter().for_each(|mark| self.mark(mark, HEAD));
        self.explain_placeholder();
    }

    fn amend_back(&mut self, fix: &Fix<'_>, ends: &[Moved<'_>]) {
        let commit = short(fix.commit);
        self.command(CLEAN.to_owned());
        let branches: Vec<&PushedRef> =
            ends.iter().flat_map(|end| &end.branches).copied().collect();
        match branches.as_slice() {
            [at] => self.guard(&branches, at.commit.as_deref().unwrap_or(fix.commit)),
            _ => self.guard(&branches, fix.commit),
        }
        self.keep(&fix.deleted);
        if branches.is_empty() {
            self.amend_under_marks(fix, ends);
            return;
        }
        self.command(format!("git checkout --detach {commit}"));
        self.fix(fix);
        for end in ends.iter().filter(|end| end.commit == fix.commit) {
            end.marks.iter().for_each(|mark| self.mark(mark, HEAD));
        }
        let moves: usize = ends.iter().map(|end| end.moves(fix)).sum();
        let name = name_for("mended", fix.commit);
        let base = if moves > 1 { name.as_str() } else { HEAD };
        if moves > 1 {
            self.command(format!("git branch {name}"));
        }
        for end in ends {
            self.move_end(end, fix, base);
        }
        if moves > 1 {
            self.command(format!("git branch -d {name}"));
        }
        if fix.is_merged && moves > 0 {
            self.look_at_merges(branches.len() == 1);
        }
        self.explain_placeholder();
    }

    /// Notes or tags alone. Branches stand for what is not done yet: if git cannot check out, or
    /// stops on the way, a note that is set from one of them stays what it was, and HEAD would be
    /// something else.
    fn amend_under_marks(&mut self, fix: &Fix<'_>, ends: &[Moved<'_>]) {
        let (mended, moved) = (name_for("mended", fix.commit), name_for("moved", fix.commit));
        self.command(format!("git checkout -B {mended} {}", short(fix.commit)));
        self.fix(fix);
        let mut made = mended.clone();
        for end in ends {
            let mut onto = &mended;
            if end.commit != fix.commit {
                self.command(format!("git branch -f {moved} {}", short(end.commit)));
                let from = short(fix.commit);
                self.command(format!("git rebase -r --onto {mended} {from} {moved}"));
                self.if_git_stops(fix);
                made = format!("{mended} {moved}");
                onto = &moved;
            }
            end.marks.iter().for_each(|mark| self.mark(mark, onto));
        }
        self.command("git checkout -".to_owned());
        self.command(format!("git branch -D {made}"));
        if fix.is_merged && made != mended {
            self.look_at_merges(false);
        }
    }

    /// The names of the branches are those of the server: in the clone they may be others.
    fn guard(&mut self, branches: &[&PushedRef], commit: &str) {
        let names: Option<Vec<String>> = branches
            .iter()
            .map(|at| quote::word(at.short(), self.shown, NAME_CHARACTERS_MAX))
            .collect();
        let names = names.filter(|names| !names.is_empty()).map(|names| names.join(" and "));
        let rest = format!(" must hold {}, else see the page", short(commit));
        let room = WIDTH - "# ".len() - rest.len();
        match names {
            Some(names) if names.len() <= room => self.person(&format!("{names}{rest}")),
            Some(_) => self.person(&format!("your branches{rest}")),
            // What stands for the branch is explained.
            None => {}
        }
    }

    /// What to do if git stops, behind the command that may stop.
    fn if_git_stops(&mut self, fix: &Fix<'_>) {
        let was_told = |line: &String| line.starts_with("# if it stops");
        if !fix.may_stop && !fix.is_merged {
            return;
        }
        if self.lines.iter().any(was_told) {
            self.command(IF_IT_STOPS_AGAIN.to_owned());
            return;
        }
        let at_deleted = fix.may_stop && !fix.deleted.is_empty();
        if at_deleted {
            self.person(IF_IT_STOPS_AT_IT);
        }
        if !at_deleted || fix.is_merged {
            self.person(IF_IT_STOPS);
        }
    }

    /// Moves what `end` holds behind the amended commit onto `base`.
    fn move_end(&mut self, end: &Moved<'_>, fix: &Fix<'_>, base: &str) {
        let mut base = base;
        let mut from = short(fix.commit);
        // What a tag stood on becomes what it stands on, also if its branch went on since.
        if end.commit != fix.commit && !end.marks.is_empty() {
            let tip = short(end.commit);
            self.command(format!("git rebase -r --onto {base} {from} {tip}"));
            self.if_git_stops(fix);
            end.marks.iter().for_each(|mark| self.mark(mark, HEAD));
            (base, from) = (HEAD, tip);
        }
        for at in &end.branches {
            let onto = format!("git rebase -r --onto {base} {from} ");
            let branch = self.branch(at, onto.len());
            self.command(format!("{onto}{branch}"));
            self.if_git_stops(fix);
        }
    }

    /// Sets a tag or a note anew, on `target` if it does not stand on a tag.
    fn mark(&mut self, mark: &Mark<'_>, target: &str) {
        let place = if mark.onto.is_some() { "the inner one" } else { target };
        let of = mark.of;
        let target = match mark.onto {
            Some(onto) => quote::name(onto.short(), self.shown),
            None => Some(target.to_owned()),
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
                self.person(&format!("set your tag or note on {place}: {command}"));
            }
        }
    }

    fn tag_text(&mut self, of: &PushedRef, part: TagPart) {
        self.person(match part {
            TagPart::Message => "take the secret out of the tag message, in your editor:",
            TagPart::Tagger => "see that git config user.name and user.email hold no secret",
        });
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
            self.person("if more than your change is shown, see the page on merges");
        } else {
            self.person("git made merges again: if anything is missing, see the page");
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
        self.command(CLEAN.to_owned());
        let tip = of.commit.as_deref().or(fixes.last().map(|fix| fix.commit)).unwrap_or_default();
        self.guard(&[of], tip);
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
        let named = |path: &&[u8]| {
            let room = WIDTH - "# at its stop, git rm : a later commit deletes it".len();
            quote::word(path, self.shown, room)
        };
        match (deleted.as_slice(), deleted.first().and_then(named)) {
            ([], _) => {}
            ([_], Some(place)) => {
                self.person(&format!("at its stop, git rm {place}: a later commit deletes it"));
            }
            _ => self.person("at its stop, git rm each file that a later commit deletes"),
        }
        self.person("at each stop: git show --stat, take the secrets out, then:");
        let message = fixes.iter().any(|fix| fix.message);
        let keep = if message { "" } else { " --no-edit" };
        let person = if fixes.iter().any(|fix| fix.author) { " --reset-author" } else { "" };
        self.command(format!("git commit -a --amend{keep} --allow-empty{person}"));
        self.command("git rebase --continue".to_owned());
        if fixes.iter().any(|fix| fix.may_stop || fix.is_merged) {
            self.person(IF_IT_STOPS);
        }
        if fixes.iter().any(|fix| fix.is_merged) {
            self.person("at the end:");
            self.look_at_merges(true);
        }
        self.explain_placeholder();
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

/// The name of a branch that a plan makes, and takes away again.
fn name_for(what: &str, commit: &str) -> String {
    format!("{what}-{}", commit.get(..8).unwrap_or(commit))
}
