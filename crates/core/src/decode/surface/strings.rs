//! What stands between two halves of one string.

use std::ops::Range;

use memchr::memmem;

use super::{Undone, margin};

/// Bytes between two halves, at most: an indentation, an operator, a name, a comment.
pub(super) const GAP_MAX: usize = 160;

/// Bytes of a half and of what it is appended to, at most.
const HALF_MAX: usize = 512;

/// Operators that join strings, in one language or another. Longer ones first.
const OPERATORS: [&[u8]; 9] = [b"++", b"..", b"||", b"<>", b"+", b".", b"&", b"~", b"<<"];

/// What begins a comment up to the end of its line.
const COMMENTS: [&[u8]; 3] = [b"//", b"#", b"--"];

/// What ends a line of code on a page.
const BREAKS: [&[u8]; 3] = [b"<br>", b"<br/>", b"<br />"];

/// Methods that do.
const METHODS: [&[u8]; 4] = [b"append(", b"concat(", b"plus(", b"write("];

/// What appends to a variable.
const APPENDS: [&[u8]; 5] = [b"+=", b".=", b"..=", b"<<", b"&="];

/// What stands between two halves of a string, of which one ends with the quote at `at`. Where its
/// line begins is looked for `back_max` bytes back.
pub(super) fn gap(text: &[u8], at: usize, back_max: usize, joins_lists: bool) -> Option<Undone> {
    let quote = *text.get(at)?;
    // A half that ends in a blank is a sentence's, and so is one that begins with it.
    let before = at.checked_sub(1).and_then(|before| text.get(before))?;
    if before.is_ascii_whitespace() || b"\"'`".contains(before) {
        return None;
    }
    let end = gap_end(text, at, back_max, joins_lists)?;
    // Behind these a quote begins a string as often as it ends one: `split(".")`, `{sep:"+"}`.
    let between = text.get(at + 1..end).unwrap_or_default();
    let apart = between.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b'(');
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || b"/@%".contains(byte);
    if b":([{,".contains(before) && !apart && !text.get(end).is_some_and(word) {
        return None;
    }
    text.get(end).filter(|byte| byte.is_ascii_graphic() && **byte != quote)?;
    // Nothing but the end of a line joins them.
    let is_bare = between.iter().all(|byte| byte.is_ascii_whitespace() || *byte == quote);
    if is_bare && ends_raw(text, end) { None } else { Some(Undone::nothing(end)) }
}

/// Where the other half begins.
fn gap_end(text: &[u8], at: usize, back_max: usize, joins_lists: bool) -> Option<usize> {
    let near = text.get(..text.len().min(at + 1 + GAP_MAX))?;
    let quote = near.get(at..=at)?;
    // What ends a quoted line may be a quote too, so that is read first.
    let quoted = margin::between(near, at, back_max).and_then(|margin| {
        Gap { text: near, at: at + 1, margin: Some(margin) }.read(quote, joins_lists)
    });
    // As the text of a cell, with each quote twice.
    let doubled = || {
        let quotes = near.get(at..at + 2).filter(|pair| pair.ends_with(quote))?;
        Gap::new(near, at + 2).read(quotes, joins_lists)
    };
    let plain = || Gap::new(near, at + 1).read(quote, joins_lists);
    quoted.or_else(doubled).or_else(plain)
}

/// Whether the quote before `at` ends a raw string, in which the one before it stands alone:
/// `r#"token = "value"⏎"#,`.
fn ends_raw(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let signs = rest.iter().take(GAP_MAX).take_while(|byte| **byte == b'#').count();
    let next = rest.get(signs);
    signs > 0 && next.is_none_or(|byte| b",;).?\r\n".contains(byte))
}

/// Where the next line of a program begins, if the one that ends at `at` is a string: of a list, as in
/// a notebook, `…\n",`, and `"` in the line below; or of more that are joined.
pub(super) fn next_line(text: &[u8], at: usize) -> Option<usize> {
    let near = text.get(..text.len().min(at + GAP_MAX))?;
    let quote = near.get(at..=at).filter(|quote| matches!(quote, [b'"' | b'\'']))?;
    let mut gap = Gap::new(near, at + 1);
    gap.take(b",");
    gap.blanks();
    if gap.take(quote) { Some(gap.at) } else { gap_end(text, at, HALF_MAX, false) }
}

/// What stands before the first half of a string where it is put together, in the way of who reads
/// what is assigned.
const WRAPPERS: [(&[u8], &[u8]); 6] = [
    (b"concat!", b"("),
    (b"new StringBuilder", b"("),
    (b"new StringBuffer", b"("),
    (b"paste0", b"("),
    (b"join", b"(\"\", ["),
    (b"join", b"('', ["),
];

/// The same where an empty string joins a list.
const JOINERS: [&[u8]; 4] = [b"\"\".join([", b"''.join([", b"\"\".join((", b"''.join(("];

/// What stands before the first half, or between two halves, at the quote at `at`.
pub(super) fn joined(text: &[u8], at: usize, joins_lists: bool) -> Option<Undone> {
    let rest = text.get(at..)?;
    let joiner = JOINERS.iter().find(|joiner| joins_lists && rest.starts_with(joiner));
    let first = joiner.map(|joiner| {
        let mut gap = Gap::new(text, at + joiner.len());
        gap.blanks();
        gap.at
    });
    let first = first.filter(|&first| matches!(text.get(first), Some(b'"' | b'\'')));
    first.map(Undone::nothing).or_else(|| gap(text, at, HALF_MAX, joins_lists))
}

/// `concat!(` and its like, whose parenthesis is at `at`, if a string follows: where it begins, and
/// what stands there instead.
pub(super) fn wrapper(text: &[u8], at: usize) -> Option<(usize, Undone)> {
    let before = text.get(..at)?;
    // Most names before a parenthesis end in another letter.
    before.last().filter(|byte| b"!rn0".contains(byte))?;
    let rest = text.get(at..)?;
    let is_here =
        |(name, behind): &&(&[u8], &[u8])| before.ends_with(name) && rest.starts_with(behind);
    let (name, behind) = WRAPPERS.iter().find(is_here)?;
    let mut gap = Gap::new(text, at + behind.len());
    // `new StringBuilder().append(` begins without a string.
    gap.method();
    gap.blanks();
    let string = matches!(text.get(gap.at), Some(b'"' | b'\''));
    string.then_some((at - name.len(), Undone::nothing(gap.at)))
}

/// The text between two halves, read from left to right.
struct Gap<'t> {
    text: &'t [u8],
    at: usize,
    /// What stands between this line and the next, where both are quoted.
    margin: Option<Range<usize>>,
}

impl<'t> Gap<'t> {
    fn new(text: &'t [u8], at: usize) -> Gap<'t> {
        Gap { text, at, margin: None }
    }

    /// Where the other half begins.
    fn read(&mut self, quote: &[u8], joins_lists: bool) -> Option<usize> {
        if self.take(quote) {
            // `""` in a string is a quote in it, or nothing between two halves.
            let ends = |byte: &u8| b";,)]}>".contains(byte);
            return Some(self.at).filter(|at| !self.text.get(*at).is_some_and(ends));
        }
        let mut broken = self.blanks();
        if self.variable(quote) {
            return Some(self.at);
        }
        let joined = self.method() || self.operator() || joins_lists && self.take(b",");
        if joined {
            broken |= self.blanks();
        }
        if !(joined || broken && !self.may_be_items()) {
            return None;
        }
        // `f"…"`, `$"…"`: a letter or two before the quote are its own.
        while self.text.get(self.at).is_some_and(|byte| b"fFrRbBuUL@$".contains(byte)) {
            self.at += 1;
        }
        self.take(quote).then_some(self.at)
    }

    fn take(&mut self, what: &[u8]) -> bool {
        let here = self.is_here(what);
        if here {
            self.at += what.len();
        }
        here
    }

    fn is_here(&self, what: &[u8]) -> bool {
        self.text.get(self.at..).is_some_and(|rest| rest.starts_with(what))
    }

    /// Passes over blanks, comments and signs that a line goes on; says whether a line ended.
    fn blanks(&mut self) -> bool {
        let mut broken = false;
        while let Some(&byte) = self.text.get(self.at) {
            let len = match byte {
                b' ' | b'\t' | b'\r' => 1,
                b'\n' | b'"' | b'\'' | b'`' if let Some(margin) = self.margin_at(self.at) => {
                    broken = true;
                    margin.len()
                }
                b'\n' => {
                    broken = true;
                    1
                }
                b'\\' | b'_' | b'`' | b'^' if self.ends_line(self.at + 1) => 1,
                b'/' | b'#' | b'-' => match self.comment() {
                    Some(len) => len,
                    None => break,
                },
                b'<' => match BREAKS.iter().find(|tag| self.is_here(tag)) {
                    Some(tag) => tag.len(),
                    None => break,
                },
                _ => break,
            };
            self.at += len;
        }
        broken
    }

    /// What stands between two quoted lines, if it begins at `at`.
    fn margin_at(&self, at: usize) -> Option<&Range<usize>> {
        self.margin.as_ref().filter(|margin| margin.start == at)
    }

    /// Whether a line of code ends at `at`.
    fn ends_line(&self, at: usize) -> bool {
        matches!(self.text.get(at), Some(b'\n' | b'\r')) || self.margin_at(at).is_some()
    }

    /// One of [`OPERATORS`].
    fn operator(&mut self) -> bool {
        let may_be = self.text.get(self.at).is_some_and(|byte| b"+.|<&~".contains(byte));
        may_be && OPERATORS.iter().any(|operator| self.take(operator))
    }

    /// One of [`APPENDS`].
    fn appends(&mut self) -> bool {
        let may_be = self.text.get(self.at).is_some_and(|byte| b"+.<&".contains(byte));
        may_be && APPENDS.iter().any(|append| self.take(append))
    }

    /// Whether lines that nothing joins may be items of a list, by what both begin with.
    fn may_be_items(&self) -> bool {
        let margin = self.margin.clone().and_then(|margin| self.text.get(margin));
        let sign = |byte: &u8| b"#/;>|+% \t\n".contains(byte);
        margin.is_some_and(|margin| !margin.iter().all(sign))
    }

    /// The length of the comment that begins here, without what ends its line.
    fn comment(&self) -> Option<usize> {
        const END: &[u8] = b"*/";
        let rest = self.text.get(self.at..)?;
        if rest.starts_with(b"/*") {
            return Some(memmem::find(rest, END)? + END.len());
        }
        let sign = COMMENTS.iter().find(|sign| rest.starts_with(sign))?;
        // An option of a command is none: `--name`.
        let is_option = sign.starts_with(b"-")
            && rest.get(sign.len()).is_some_and(|byte| !byte.is_ascii_whitespace());
        if is_option { None } else { memchr::memchr(b'\n', rest) }
    }

    /// `).append(`.
    fn method(&mut self) -> bool {
        let start = self.at;
        if self.take(b")") {
            self.blanks();
        }
        if self.take(b".") && METHODS.iter().any(|method| self.take(method)) {
            return true;
        }
        self.at = start;
        false
    }

    /// `; name += "`, `); name.append("` and `name="${name}`, up to the other half. The name may be
    /// the end of what both lines begin with.
    fn variable(&mut self, quote: &[u8]) -> bool {
        let start = self.at;
        if self.take(b")") | self.take(b";") {
            self.blanks();
        }
        let name_start = self.at;
        self.name();
        let name = name_start..self.at;
        let margin = self.margin.clone().and_then(|margin| self.text.get(margin));
        if name.is_empty()
            && margin.is_some_and(|margin| METHODS.iter().any(|m| margin.ends_with(m)))
        {
            return self.take(quote);
        }
        if !name.is_empty() || margin.is_some() {
            self.blanks();
            let behind_name = self.at;
            if self.method() {
                self.blanks();
                if self.take(quote) && self.is_appended_to(start, quote, name.clone()) {
                    return true;
                }
                self.at = behind_name;
            }
            if self.appends() {
                self.blanks();
                if self.take(quote) {
                    return true;
                }
            } else if self.take(b"=") && self.take(quote) && self.take(b"$") {
                let braces = self.take(b"{");
                let name = self.text.get(name).unwrap_or_default().to_vec();
                if self.take(&name) && (!braces || self.take(b"}")) {
                    return true;
                }
            }
        }
        self.at = start;
        false
    }

    /// Whether the half that ends before `gap` is appended to the variable with this name.
    fn is_appended_to(&self, gap: usize, quote: &[u8], name: Range<usize>) -> bool {
        let half =
            gap.checked_sub(1).and_then(|end| self.text.get(gap.saturating_sub(HALF_MAX)..end));
        let before = half.and_then(|half| {
            // Those behind a backslash are quotes in the string.
            let mut opens = memmem::rfind_iter(half, quote).filter_map(|open| half.get(..open));
            opens.find(|before| !before.ends_with(b"\\"))
        });
        let name = self.text.get(name).unwrap_or_default();
        before.is_some_and(|before| {
            METHODS.iter().any(|method| {
                let object = before.strip_suffix(*method).and_then(|it| it.strip_suffix(b"."));
                object.is_some_and(|object| object.ends_with(name))
            })
        })
    }

    fn name(&mut self) {
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$".contains(byte);
        while self.text.get(self.at).is_some_and(part) {
            self.at += 1;
        }
    }
}
