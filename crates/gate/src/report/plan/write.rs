//! A plan as lines.
//!
//! Who pastes all lines at once runs them all, also those behind one that failed. So no command
//! amends a branch that it does not stand on by a command of its own, and nothing is built on what
//! an earlier command may not have made (decision 0019).

use super::history::{Here, PushedRef};
use super::{Fix, Mark, Moved, Plan, TagPart, Told, WIDTH, editor, quote};
use crate::show::{Shown, fit};

/// Lines of several plans together: beside them there is room for one secret.
pub(super) const LINES_MAX: usize = 14;

/// Digits of a commit id: enough for large repositories.
const COMMIT_DIGITS: usize = 10;

/// Digits of a commit id in the name of a branch that a plan makes: so short that there is room for
/// another branch beside it.
const NAME_DIGITS: usize = 4;

/// Characters of a name that stands in a line for people.
const NAME_CHARACTERS_MAX: usize = 30;

/// Characters of the names that must hold a commit.
const GUARDED_CHARACTERS_MAX: usize = 23;

/// What is checked out.
const HEAD: &str = "HEAD";

/// Stands for a name that cannot be in a command.
const PLACEHOLDER: &str = "BRANCH";

/// What it is.
const STANDS_FOR: &str = "stands for the branch that you pushed";

/// The same, where the server knows it by a name that begins like an option, and the clone may, too.
const LIKE_OPTION: &str = "is the branch you pushed: if it begins with -, rename it";

/// What is said of a file that git forgets, behind all commands: git moves nothing while `.gitignore`
/// is changed.
const THEN_IGNORE: &str = "# your file stays on your disk: name it in .gitignore now";

/// What is said where git may stop, directly behind what may stop.
const IF_IT_STOPS: &str = "if it stops: mend FILE, git add FILE, git rebase --continue, go on";

/// The same, where a commit in between changes a file that is gone in the end.
const IF_IT_STOPS_AT_IT: &str = "if it stops at a file that goes: git rm it, git rebase --continue";

/// Both once more, where the next line says how it goes on.
const IF_IT_STOPS_THEN: &str = "if it stops: mend FILE, git add FILE, and go on with what follows:";
const IF_IT_STOPS_AT_IT_THEN: &str = "if it stops at a file that goes: git rm it, and go on with:";

/// What is said where git stopped once more.
const IF_IT_STOPS_AGAIN: &str = "if it stops: as above";

/// What is said before anything is checked out.
const CLEAN: &str = "other changes: git stash, at the end on your branch git stash pop";

/// Leaves all branches: what is amended from here on is none of them, also if git then cannot check
/// out. Unlike `checkout`, it refuses to while a rebase has stopped.
const LEAVE: &str = "git switch --detach";

/// Goes to a branch, if there is one of that name.
const SWITCH: &str = "git switch --no-guess ";

/// Goes to a branch, or makes it, unless git had to write over a file that it ignores. Where it fails,
/// one stays where one was, and a branch that was to be made is none.
const SWITCH_KEEPING: &str = "git switch --no-overwrite-ignore";

/// What is said where git may write over such files later.
pub(super) const COPY_IGNORED: &str = "first copy elsewhere what git ignores: it may write over it";

/// What a plan must know of those before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    /// Whether there are none: then its branch may be the one at hand.
    pub(super) is_first: bool,
    /// Whether one of them has said that nothing else may be changed.
    pub(super) says_clean: bool,
    /// Whether what can be left out is left out.
    pub(super) is_brief: bool,
}

/// Lines, and what is to be known of them.
#[derive(Debug, Default)]
pub(super) struct Written {
    lines: Vec<String>,
    /// Branches that are made on the way, and that nobody needs at the end.
    made: Vec<String>,
    /// How many branches are moved onto one of them.
    moves: usize,
    pub(super) says_clean: bool,
    in_top_folder: bool,
    names_page: bool,
    /// Whether git forgets a file, which stays on the disk.
    forgets_file: bool,
}

impl Written {
    /// How many lines there are with `more` behind these.
    pub(super) fn lines_with(&self, more: &Written) -> usize {
        let is_cleaned_up = !self.made.is_empty() || !more.made.is_empty();
        let forgets_file = self.forgets_file || more.forgets_file;
        let behind = usize::from(is_cleaned_up) + usize::from(forgets_file);
        self.lines.len() + more.lines.len() + behind
    }

    /// Whether no line would be cut: a part of a command is another command.
    pub(super) fn is_whole(&self) -> bool {
        self.lines.iter().all(|line| line.len() <= WIDTH)
    }

    pub(super) fn add(&mut self, more: Written) {
        self.lines.extend(more.lines);
        self.made.extend(more.made);
        self.moves += more.moves;
        self.says_clean |= more.says_clean;
        self.in_top_folder |= more.in_top_folder;
        self.names_page |= more.names_page;
        self.forgets_file |= more.forgets_file;
    }

    /// With what takes away the branches that were made.
    pub(super) fn cleaned_up(mut self) -> Told {
        match self.made.as_slice() {
            [] => {}
            // Git keeps it if nothing was moved onto it; nothing else needs it.
            [made] if self.moves == 1 => self.lines.push(format!("git branch -d {made}")),
            // If git has stopped, they are still needed.
            made => {
                let line = format!("# at the end: git branch -D {}", made.join(" "));
                self.lines.push(fit(&line, WIDTH));
            }
        }
        if self.forgets_file {
            self.lines.push(THEN_IGNORE.to_owned());
        }
        let Written { lines, in_top_folder, names_page, .. } = self;
        Told { lines, in_top_folder, names_page }
    }
}

impl Moved<'_> {
    /// Whether a branch is made for its tags, and moved: they stand behind what is mended.
    fn is_moved_for_marks(&self, fix: &Fix<'_>) -> bool {
        self.commit != fix.commit && !self.marks.is_empty()
    }
}

#[derive(Debug)]
pub(super) struct Writer<'s> {
    pub(super) shown: Shown<'s>,
    before: Before,
    written: Written,
    /// Whether it was said what to do where git stops.
    says_stops: bool,
    /// What the placeholder is, if there is one.
    placeholder: Option<&'static str>,
}

impl<'s> Writer<'s> {
    pub(super) fn new(shown: Shown<'s>, before: Before) -> Writer<'s> {
        let written = Written::default();
        Writer { shown, before, written, says_stops: false, placeholder: None }
    }

    /// Writes `plan`; where another one came before it, its branch is not the one at hand.
    pub(super) fn write(mut self, plan: &Plan<'_>) -> Written {
        match plan {
            Plan::AmendTip { fix, at, marks } if self.before.is_first && at.here.is_named() => {
                self.amend_tip(fix, at, marks);
            }
            Plan::AmendTip { fix, at, marks } => {
                let end = Moved { commit: fix.commit, branches: vec![at], marks: marks.clone() };
                self.amend_back(fix, &[end]);
            }
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
                self.person_on_page(&format!("{what}, and push that"));
            }
            // It is told behind all others.
            Plan::Again => {}
            Plan::None(why) => {
                self.person(&format!("no short way: {}", why.text()));
                self.person_on_page("see the page that is named below");
            }
        }
        if let Some(what) = self.placeholder {
            // Before the command that has it.
            self.written.lines.insert(0, format!("# {PLACEHOLDER} {what}"));
        }
        self.written
    }

    /// Words for whoever follows: a comment, in which no shell sees anything.
    pub(super) fn person(&mut self, text: &str) {
        self.written.lines.push(fit(&format!("# {text}"), WIDTH));
    }

    /// Words that name the page.
    fn person_on_page(&mut self, text: &str) {
        self.written.names_page = true;
        self.person(text);
    }

    /// Notes that git forgets a file, of which the last line tells.
    pub(super) fn forget_file(&mut self) {
        self.written.forgets_file = true;
    }

    pub(super) fn command(&mut self, text: String) {
        self.written.lines.push(text);
    }

    /// A command whose paths count from the top folder.
    pub(super) fn command_in_top_folder(&mut self, text: String) {
        self.written.in_top_folder = true;
        self.command(text);
    }

    fn amend_tip(&mut self, fix: &Fix<'_>, at: &PushedRef, marks: &[Mark<'_>]) {
        let name = quote::word(at.here(), self.shown, NAME_CHARACTERS_MAX);
        let name = name.unwrap_or_else(|| "your branch".to_owned());
        self.person_on_page(&format!("on {name} at {}, else see the page", short(fix.commit)));
        self.tell_of_changes(fix);
        self.fix(fix);
        marks.iter().for_each(|mark| self.mark(mark, HEAD));
    }

    /// The amended commit is a branch of its own meanwhile, and so is what else is moved: if git
    /// cannot check out, or stops on the way, what is set on them or moved onto them fails or stays
    /// what it was.
    fn amend_back(&mut self, fix: &Fix<'_>, ends: &[Moved<'_>]) {
        let fix = &self.told_fix(fix, !self.before.is_brief);
        let branches: Vec<&PushedRef> =
            ends.iter().flat_map(|end| &end.branches).copied().collect();
        self.clean();
        match branches.as_slice() {
            [at] => self.guard(&branches, at.commit.as_deref().unwrap_or(fix.commit)),
            _ => self.guard(&branches, fix.commit),
        }
        let copies = self.keep([fix]);
        if branches.len() > 1 && !copies && !self.before.is_brief {
            // Each of them may have what git ignores at another.
            self.person(COPY_IGNORED);
        }
        for at in &branches {
            self.branch_of_id(at, fix.commit);
        }
        let mended = name_for("mend", fix.commit);
        self.command(LEAVE.to_owned());
        let moved: Vec<_> = ends.iter().filter(|end| end.is_moved_for_marks(fix)).collect();
        for end in &moved {
            self.switch_to_new(&name_for("move", end.commit), end.commit);
        }
        self.switch_to_new(&mended, fix.commit);
        self.fix(fix);
        for end in ends.iter().filter(|end| end.commit == fix.commit) {
            end.marks.iter().for_each(|mark| self.mark(mark, &mended));
        }
        self.written.made.push(mended.clone());
        for end in ends {
            self.move_end(end, fix, &mended, branches.len() == 1);
        }
        let is_moved = !branches.is_empty() || ends.iter().any(|end| end.commit != fix.commit);
        if branches.is_empty() {
            // Where one was before that, and before the branches that were made after it.
            self.command(format!("git switch '@{{-{}}}'", moved.len() + 2));
        }
        if fix.is_merged && is_moved {
            self.look_at_merges(branches.len() == 1);
        }
        self.push_branches_of_ids(&branches);
    }

    /// Makes a branch at `commit` and goes to it. If git has to write over a file that it ignores,
    /// it stops: who has taken `.env` out of the history still works with it. Then there is no such
    /// branch, and what moves it fails.
    pub(super) fn switch_to_new(&mut self, name: &str, commit: &str) {
        self.command(format!("{SWITCH_KEEPING} -C {name} {}", short(commit)));
    }

    /// Says that nothing else may be changed.
    pub(super) fn clean(&mut self) {
        if !self.before.says_clean {
            self.person(CLEAN);
            self.written.says_clean = true;
        }
    }

    /// Says what the branches must hold, and goes to it if it is one. The server does not know what
    /// they are called in the clone.
    pub(super) fn guard(&mut self, branches: &[&PushedRef], commit: &str) {
        let named: Vec<_> = branches.iter().filter(|at| at.here.is_named()).collect();
        if named.is_empty() {
            return;
        }
        let names = named.iter();
        let names = names.map(|at| quote::word(at.here(), self.shown, NAME_CHARACTERS_MAX));
        let names = names.collect::<Option<Vec<String>>>().map(|names| names.join(" and "));
        let short_names = names.filter(|names| names.len() <= GUARDED_CHARACTERS_MAX);
        // Among words stands no name in which a shell may see something.
        let names = match (short_names, named.len()) {
            (Some(names), _) => names,
            (None, 1) => "the branch named below".to_owned(),
            (None, _) => "your branches".to_owned(),
        };
        if self.before.is_brief {
            let on = format!("be on {names} with {} in it, else see the page", short(commit));
            let holds = format!("{names} must hold {}, else see the page", short(commit));
            let is_lone = branches.len() == 1 && "# ".len() + on.len() <= WIDTH;
            return self.person_on_page(if is_lone { &on } else { &holds });
        }
        if let [at] = branches {
            self.go_to(at);
        }
        self.command(format!("git --no-pager branch --contains {}", short(commit)));
        self.person_on_page(&format!("that must list {names}, else stop and see the page"));
    }

    /// Goes to the branch: a rebase that begins elsewhere writes over what git ignores there.
    fn go_to(&mut self, at: &PushedRef) {
        let name = quote::name(at.here(), self.shown);
        let line = name.map(|name| format!("{SWITCH_KEEPING} --no-guess {name}"));
        match line.filter(|line| line.len() <= WIDTH) {
            Some(line) => self.command(line),
            None => self.person(COPY_IGNORED),
        }
    }

    /// Makes the branch that is moved, if what was pushed stands on none.
    pub(super) fn branch_of_id(&mut self, at: &PushedRef, otherwise: &str) {
        if at.here == Here::Nowhere {
            let commit = at.commit.as_deref().unwrap_or(otherwise);
            self.switch_to_new(&name_of_id(commit), commit);
        }
    }

    /// Says that such branches take the place of what was pushed.
    pub(super) fn push_branches_of_ids(&mut self, branches: &[&PushedRef]) {
        for at in branches.iter().filter(|at| at.here == Here::Nowhere) {
            let name = name_of_id(at.commit.as_deref().unwrap_or_default());
            self.person(&format!("no branch of yours has it: it is {name} now, push that"));
        }
    }

    /// What to do if git stops, behind the command that may stop.
    fn if_git_stops(&mut self, fix: &Fix<'_>) {
        if !fix.may_stop && !fix.is_merged {
            return;
        }
        if self.says_stops {
            if !self.before.is_brief {
                self.person(IF_IT_STOPS_AGAIN);
            }
            return;
        }
        self.says_stops = true;
        let git = editor::git(fix.begins_behind);
        let is_plain = git == "git";
        let at_deleted = fix.may_stop && !fix.deleted.is_empty();
        if at_deleted {
            self.person(if is_plain { IF_IT_STOPS_AT_IT } else { IF_IT_STOPS_AT_IT_THEN });
        }
        if !at_deleted || fix.is_merged {
            self.person(if is_plain { IF_IT_STOPS } else { IF_IT_STOPS_THEN });
        }
        if !is_plain {
            self.person(&format!("{git} rebase --continue"));
        }
    }

    /// Moves what `end` holds behind the amended commit onto it; `is_lone` if that is one branch.
    fn move_end(&mut self, end: &Moved<'_>, fix: &Fix<'_>, mended: &str, is_lone: bool) {
        let mut base = mended.to_owned();
        let mut from = short(fix.commit);
        // A commit of which nothing is left has a text and an author all the same.
        let keep = if fix.settled.is_empty() { "" } else { " --empty=keep" };
        // What a tag stood on becomes what it stands on, also if its branch went on since.
        if end.is_moved_for_marks(fix) {
            let (moved, tip) = (name_for("move", end.commit), short(end.commit));
            self.command(format!("git rebase -r{keep} --onto {base} {from} {moved}"));
            self.if_git_stops(fix);
            end.marks.iter().for_each(|mark| self.mark(mark, &moved));
            self.written.made.push(moved.clone());
            (base, from) = (moved, tip);
        }
        for at in &end.branches {
            self.rebase(at, &format!("git rebase -r{keep} --onto {base} {from}"), is_lone);
            self.if_git_stops(fix);
            self.written.moves += 1;
        }
    }

    /// Has git do `rebase` with the branch; if both do not fit a line, in two, if it `is_lone`. If
    /// git does not switch to it, it is on what was mended, of which the rebase makes the same.
    fn rebase(&mut self, at: &PushedRef, rebase: &str, is_lone: bool) {
        let is_switched = is_lone && at.here.is_named();
        let name = quote::name(at.here(), self.shown).filter(|_| is_switched);
        let switch = name.filter(|name| rebase.len() + " ".len() + name.len() > WIDTH);
        let switch = switch.map(|name| format!("{SWITCH}{name}"));
        if let Some(switch) = switch.filter(|line| line.len() <= WIDTH) {
            self.command(switch);
            self.command(rebase.to_owned());
        } else {
            let branch = self.branch(at, rebase.len() + " ".len());
            self.command(format!("{rebase} {branch}"));
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
        // Notes that were made since the push stay, since git sees that it is not what it was.
        let before = match of.is_note() {
            true => format!(" {}", short(of.commit.as_deref().unwrap_or_default())),
            false => String::new(),
        };
        let words = match (of.is_note(), of.tags.is_empty()) {
            (true, _) => "git update-ref",
            (false, true) => "git tag -f",
            (false, false) => "git tag -f -a",
        };
        let command = if of.tags.is_empty() { words.to_owned() } else { annotate(of) };
        let line =
            name.zip(target).map(|(name, target)| format!("{command} {name} {target}{before}"));
        match line {
            Some(line) if line.len() <= WIDTH => self.command(line),
            _ => self.person(&format!("set your tag or note on {place}: {words}")),
        }
    }

    fn tag_text(&mut self, of: &PushedRef, part: TagPart) {
        self.person_on_page(match part {
            TagPart::Message => "take the secret out of the tag message, in your editor:",
            TagPart::Tagger => "see that git config user.name and user.email hold no secret",
        });
        let name = quote::name(of.short(), self.shown);
        let line = name.map(|name| {
            let target = match of.tags.get(1) {
                Some(inner) => short(inner).to_owned(),
                None => format!("'{}^{{}}'", name.trim_matches('\'')),
            };
            format!("{} {name} {target}", annotate(of))
        });
        match line {
            Some(line) if line.len() <= WIDTH => self.command(line),
            _ => self.person("make it anew on what it points at: git tag -f -a TAG COMMIT"),
        }
    }

    /// Git makes merges again, and forgets what was put into them by hand.
    pub(super) fn look_at_merges(&mut self, is_on_branch: bool) {
        if is_on_branch {
            self.command("git diff --stat '@{1}'".to_owned());
            self.person_on_page("if more than your change is shown, see the page on merges");
        } else {
            self.person_on_page("git made merges again: if anything is missing, see the page");
        }
    }

    /// The branch as an argument, or a word that stands for it.
    pub(super) fn branch(&mut self, at: &PushedRef, before: usize) -> String {
        if at.here == Here::Nowhere {
            return name_of_id(at.commit.as_deref().unwrap_or_default());
        }
        let name = quote::name(at.here(), self.shown);
        name.filter(|name| before + name.len() <= WIDTH).unwrap_or_else(|| {
            let what = if at.here().starts_with(b"-") { LIKE_OPTION } else { STANDS_FOR };
            self.placeholder = Some(what);
            PLACEHOLDER.to_owned()
        })
    }
}

/// Makes an annotated tag anew, with its message in an editor.
fn annotate(of: &PushedRef) -> String {
    format!("{} tag -f -a", editor::git(&of.message.begins))
}

pub(super) fn short(id: &str) -> &str {
    id.get(..COMMIT_DIGITS).unwrap_or(id)
}

/// The name of the branch that what was pushed gets, if it stood on none; it stays.
fn name_of_id(commit: &str) -> String {
    format!("pushed-{}", commit.get(..8).unwrap_or(commit))
}

/// The name of a branch that a plan makes for a while.
pub(super) fn name_for(what: &str, commit: &str) -> String {
    format!("{what}-{}", commit.get(..NAME_DIGITS).unwrap_or(commit))
}
