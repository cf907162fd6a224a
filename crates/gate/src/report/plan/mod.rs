//! The way out of a refusal: what to type in one's own clone so that this very push passes.
//!
//! ```text
//! choose.rs   findings and what is known of the history ─▶ Plan
//! group.rs    commits that the same refs reach ─▶ Plan
//! told.rs     the plans that fit, and what is left to do behind them
//! write.rs    Plan ─▶ lines
//! mend.rs     what is done in one commit ─▶ lines
//! stops.rs    what is done at each stop of a rebase ─▶ lines
//! editor.rs   what git takes for a comment in an editor
//! quote.rs    names of the push as arguments, or not at all
//! private.rs  files that never belong into a repository
//! why.rs      why there is no short plan
//! history.rs  the little that must be known of the history
//! ```
//!
//! A line is a command, which a POSIX shell and PowerShell take as it is, or what a person must
//! do, behind a `#`, so that whoever pastes all lines at once runs no words. No command runs anything
//! that came from the push: of it there are names alone, each of which is one argument. And none does
//! harm behind one that failed (decision 0019).

pub(crate) mod history;

mod choose;
mod editor;
mod group;
mod mend;
mod private;
mod quote;
mod stops;
mod told;
mod why;
mod write;

use pushgate_core::finding::AttributedFinding;

use self::history::{History, PushedRef};
use self::why::Why;
use crate::show::Shown;

/// Characters of a line.
pub(super) const WIDTH: usize = 68;

/// A way out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Plan<'p> {
    /// One commit, and it is what one branch points at: it is amended. Nothing builds on it, so
    /// nothing else must move but tags that stand on it, too.
    AmendTip { fix: Fix<'p>, at: &'p PushedRef, marks: Vec<Mark<'p>> },
    /// One commit, which these refs reach or point at: it is checked out and amended, and what
    /// builds on it is moved onto the amended one. This works for first commits and merges, and
    /// for a clone that went on, because what moves is all that the clone has behind the commit.
    AmendBack { fix: Fix<'p>, ends: Vec<Moved<'p>> },
    /// A few commits of one branch: an interactive rebase stops at each. Their new ids cannot be
    /// known before, so no list of commands could do it.
    Stops { fixes: Vec<Fix<'p>>, of: &'p PushedRef },
    /// The text of an annotated tag, or who made it: it is made once more on what it points at.
    TagText { of: &'p PushedRef, part: TagPart },
    /// A tag that points at a tag which is made anew.
    TagAgain { mark: Mark<'p> },
    /// The name of a ref: what it points at is pushed under another one.
    RefName { of: Option<&'p PushedRef> },
    /// There is more to do, which the next push tells.
    Again,
    /// There is none that fits a message.
    None(Why),
}

/// What is to be changed in an annotated tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TagPart {
    Message,
    Tagger,
}

/// Refs that point at one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Moved<'p> {
    commit: &'p str,
    branches: Vec<&'p PushedRef>,
    marks: Vec<Mark<'p>>,
}

/// A tag or a note, which is set anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark<'p> {
    of: &'p PushedRef,
    /// The tag that it points at; `None` for what is checked out.
    onto: Option<&'p PushedRef>,
}

/// What is to be done in one commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Fix<'p> {
    commit: &'p str,
    parents: usize,
    /// Files from which something is to be taken out, and how it stands there.
    edited: Vec<(&'p [u8], String)>,
    /// Files that get the version of a later commit, which is the last one and holds no secret, and
    /// how the secret stands in this one.
    settled: Vec<(&'p [u8], String)>,
    /// A commit that has these versions.
    settled_at: &'p str,
    /// Files that go from this commit: a later one deletes them anyway.
    deleted: Vec<&'p [u8]>,
    /// Files that go from this commit and stay on the disk.
    untracked: Vec<&'p [u8]>,
    /// Files or folders that need another name.
    renamed: bool,
    /// The message.
    message: bool,
    /// Whether it says nothing, which git lets nobody commit unasked.
    is_nameless: bool,
    /// What its lines begin with.
    begins: &'p [u8],
    /// What lines of the messages behind it begin with.
    begins_behind: &'p [u8],
    /// Name or address of the author.
    author: bool,
    /// Name or address of the committer, which git sets anew each time.
    committer: bool,
    /// Files that git writes and takes away again when it moves the commits behind this one.
    passing: Vec<&'p [u8]>,
    /// Whether there may be more of them.
    passing_more: bool,
    /// Whether a commit behind this one may be made to be melted into another.
    melts: bool,
    /// A later commit changes a file, so moving it may stop.
    may_stop: bool,
    /// A merge builds on it. Git makes it again, without what was put into it by hand.
    is_merged: bool,
}

/// A way out in words and commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// Each at most [`WIDTH`] long.
    pub(super) lines: Vec<String>,
    /// Whether paths of a command count from the top folder.
    pub(super) in_top_folder: bool,
    /// Whether the page is named.
    pub(super) names_page: bool,
}

/// What takes that of which `findings` tell out of the push, in at most `lines_max` lines.
pub(super) fn told(
    findings: &[&AttributedFinding],
    history: &History,
    shown: Shown<'_>,
    lines_max: usize,
) -> Told {
    told::told(&choose::plans(findings, history), shown, lines_max)
}

/// What to do for who made a change on a server's pages, and has no clone; `merges` says whether it
/// is a merge, if that is known.
///
/// A merge as one commit brings the files as they are at the end of the branch, and no older commit.
pub(super) fn on_web(merges: Option<bool>) -> &'static [&'static str] {
    match merges {
        Some(true) => &[
            "       2. Take it out on the branch that is merged, in a new commit.",
            "       3. Merge as one commit (squash): older commits still hold it.",
        ],
        Some(false) => &["       2. Take it out of the text or the name, and save again."],
        None => &[
            "       2. Take it out of the text or the name, and save again.",
            "    (If this was a merge: take it out on its branch in a new commit,",
            "    and merge that as one commit (squash): older ones still hold it.)",
        ],
    }
}
