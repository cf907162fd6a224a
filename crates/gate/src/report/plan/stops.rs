//! Several commits of a branch, as a rebase that stops at each.

use super::history::PushedRef;
use super::write::{Writer, name_for, short};
use super::{Fix, WIDTH, editor, quote};

/// Commits that a line names.
const IDS_OF_LINE: usize = 6;

impl Writer<'_> {
    /// Only git itself amends at a stop, when it is told to go on: it refuses to where no rebase was
    /// begun.
    pub(super) fn stops(&mut self, fixes: &[Fix<'_>], of: &PushedRef) {
        // Git does not go on from a commit that says nothing.
        let has_message = fixes.iter().any(|fix| fix.message || fix.is_nameless);
        self.clean();
        let tip = of.commit.as_deref().or(fixes.last().map(|fix| fix.commit)).unwrap_or_default();
        self.guard(&[of], tip);
        self.keep(fixes);
        self.branch_of_id(of, tip);
        let (texts, stops): (Vec<_>, Vec<_>) = fixes.iter().partition(|fix| fix.is_message_alone());
        self.list("a list opens: ", "reword", &texts);
        let opens = if texts.is_empty() { "a list opens: " } else { "in it, " };
        self.list(opens, "edit", &stops);
        let oldest = fixes.first();
        let mut begun = None;
        let base = match oldest {
            // A rebase writes over files that git ignores. So it begins at a branch that is not made
            // if one of them lies there.
            Some(oldest) if !oldest.deleted.is_empty() => {
                let mended = name_for("mend", oldest.commit);
                self.switch_to_new(&mended, oldest.commit);
                begun = Some(format!("git branch -D {mended}"));
                format!("{mended}~1")
            }
            // If one of them is the first of all commits, nothing stands before it.
            Some(oldest) if oldest.parents > 0 => format!("{}~1", short(oldest.commit)),
            _ => "--root".to_owned(),
        };
        let git = signed(fixes);
        let begin = if texts.is_empty() { "git" } else { git.as_str() };
        // Who has it in their configuration that a rebase melts commits wants no other ones here.
        let apart = if fixes.iter().any(|fix| fix.melts) { " --no-autosquash" } else { "" };
        let rebase = format!("{begin} rebase -r -i{apart} {base} ");
        let branch = self.branch(of, rebase.len());
        self.command(format!("{rebase}{branch}"));
        begun.into_iter().for_each(|line| self.command(line));
        if !stops.is_empty() {
            self.at_stops(&stops, &git, has_message);
        } else if fixes.iter().any(|fix| fix.may_stop || fix.is_merged) {
            self.person("if it stops: mend FILE, git add FILE, then, and at each stop:");
            self.person(&format!("{git} rebase --continue"));
        }
        if fixes.iter().any(|fix| fix.is_merged) {
            self.person("at the end:");
            self.look_at_merges(true);
        }
        self.push_branches_of_ids(&[of]);
    }

    /// What is done at each stop of a rebase.
    fn at_stops(&mut self, stops: &[&Fix<'_>], git: &str, has_message: bool) {
        let deleted: Vec<&[u8]> = stops.iter().flat_map(|fix| &fix.deleted).copied().collect();
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
        // A stop may be a conflict, which looks alike. What a person has not added is no command:
        // pasted, it would commit the conflict as it lies there. Without it git refuses to go on.
        self.person("at each stop: git show --stat REBASE_HEAD, take the secrets out of");
        self.person("its files, and marks of conflicts, then git add FILE, then:");
        if stops.iter().any(|fix| fix.is_nameless) {
            self.person("where the message is empty, write one in your editor");
        }
        // A text that is to be kept needs no editor, which would also read what is pasted behind.
        let editor = if has_message { "" } else { " -c core.editor=true" };
        self.command(format!("{git}{editor} rebase --continue"));
    }

    /// What is to be changed in the list of a rebase.
    fn list(&mut self, opens: &str, what: &str, fixes: &[&Fix<'_>]) {
        let ids: Vec<&str> =
            fixes.iter().map(|fix| fix.commit.get(..8).unwrap_or(fix.commit)).collect();
        if ids.is_empty() {
            return;
        }
        let change = format!("change pick to {what} at");
        let listed = format!("{change} {}", ids.join(", "));
        let has_room = |line: &str| "# ".len() + line.len() <= WIDTH;
        let whole = format!("{opens}{listed}");
        if has_room(&whole) {
            self.person(&whole);
        } else if has_room(&listed) {
            self.person(&listed);
        } else {
            self.person(&format!("{opens}{change}:"));
            ids.chunks(IDS_OF_LINE).for_each(|ids| self.person(&ids.join(", ")));
        }
    }
}

/// `git`, with a sign for its comments that no message has which it may open or keep on the way.
fn signed(fixes: &[Fix<'_>]) -> String {
    editor::git(fixes.iter().flat_map(|fix| fix.begins.iter().chain(fix.begins_behind)))
}

impl Fix<'_> {
    fn is_message_alone(&self) -> bool {
        let has_files = !self.edited.is_empty()
            || !self.settled.is_empty()
            || !self.deleted.is_empty()
            || !self.untracked.is_empty()
            || self.renamed;
        self.message && !has_files
    }
}
