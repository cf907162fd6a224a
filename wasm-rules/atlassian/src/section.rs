//! What the section is called in which a setting stands.
//!
//! ```text
//! jira:               [jira]           <jira>                 "jira": {"auth": {
//!   auth:             password=…         <password>…            "password": …
//!     password: …
//! ```

use crate::context::{Word, mentions};

/// Text further up says nothing.
const REACH_BYTES_MAX: usize = 2048;
/// Nor do lines.
const REACH_LINES_MAX: usize = 60;
/// The longest heading that is read.
const HEADING_MAX: usize = 120;
/// Sections in sections.
const DEPTH_MAX: usize = 12;

/// What the innermost section that says anything is called after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heading {
    /// One of the words that were asked for.
    Ours,
    /// One of the others.
    Others,
}

/// Whom the section around `at` belongs to: the innermost heading decides that names somebody.
pub(crate) fn heading(text: &[u8], at: usize, ours: &[Word], others: &[Word]) -> Option<Heading> {
    let of = |heading: &[u8]| {
        if mentions(heading, ours) {
            Some(Heading::Ours)
        } else if mentions(heading, others) {
            Some(Heading::Others)
        } else {
            None
        }
    };
    let start = at.saturating_sub(REACH_BYTES_MAX);
    let before = text.get(start..at).unwrap_or_default();
    in_brackets(before, &of).or_else(|| in_tags(before, &of)).or_else(|| in_lines(before, &of))
}

/// The text before each bracket that is still open: `"jira": {`, `JIRA(`.
fn in_brackets(before: &[u8], of: &impl Fn(&[u8]) -> Option<Heading>) -> Option<Heading> {
    let mut closed: u32 = 0;
    let mut opened = 0;
    for (index, byte) in before.iter().enumerate().rev() {
        match byte {
            b'}' | b')' | b']' => closed += 1,
            b'{' | b'(' | b'[' if closed > 0 => closed -= 1,
            b'{' | b'(' | b'[' => {
                opened += 1;
                if opened > DEPTH_MAX {
                    return None;
                }
                let text = before.get(..index).unwrap_or_default();
                if let Some(found) = of(last_clause(text)) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

/// The end of `text` from where the last clause or line began.
fn last_clause(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_end();
    let from = text.len().saturating_sub(HEADING_MAX);
    let near = text.get(from..).unwrap_or_default();
    let begins =
        near.iter().rposition(|byte| matches!(byte, b'\n' | b';' | b'{' | b'}' | b',' | b'('));
    near.get(begins.map_or(0, |at| at + 1)..).unwrap_or_default()
}

/// The tags that are still open: `<jira url="…">`.
fn in_tags(before: &[u8], of: &impl Fn(&[u8]) -> Option<Heading>) -> Option<Heading> {
    let mut closed: u32 = 0;
    let mut end = before.len();
    let mut opened = 0;
    while let Some(close) = before.get(..end)?.iter().rposition(|&byte| byte == b'>') {
        let open = before.get(..close)?.iter().rposition(|&byte| byte == b'<')?;
        let tag = before.get(open + 1..close)?;
        match tag.first() {
            Some(b'/') => closed += 1,
            Some(b'!' | b'?') | None => {}
            _ if tag.ends_with(b"/") => {}
            Some(_) if closed > 0 => closed -= 1,
            Some(_) => {
                opened += 1;
                if opened > DEPTH_MAX {
                    return None;
                }
                if let Some(found) = of(tag.get(..tag.len().min(HEADING_MAX))?) {
                    return Some(found);
                }
            }
        }
        end = open;
    }
    None
}

/// The lines above that stand further to the left, and the headings of INI files.
fn in_lines(before: &[u8], of: &impl Fn(&[u8]) -> Option<Heading>) -> Option<Heading> {
    let mut lines = before.rsplit(|&byte| byte == b'\n').take(REACH_LINES_MAX);
    let mut indent = indentation(lines.next()?);
    for line in lines {
        let bare = line.trim_ascii();
        if bare.is_empty() {
            continue;
        }
        if let [b'[', name @ .., b']'] = bare
            && !name.is_empty()
            && !name.contains(&b',')
        {
            return of(name);
        }
        let this = indentation(line);
        if this < indent && !matches!(bare.first(), Some(b'#' | b'}' | b')')) {
            indent = this;
            if let Some(found) = of(bare.get(..bare.len().min(HEADING_MAX)).unwrap_or_default()) {
                return Some(found);
            }
        }
    }
    None
}

/// How far a line stands to the right; an item of a list stands further than what is over it.
fn indentation(line: &[u8]) -> usize {
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    2 * blanks + usize::from(line.get(blanks) == Some(&b'-'))
}

#[cfg(test)]
mod tests {
    use super::{Heading, heading};
    use crate::context::Word;

    const OURS: &[Word] = &[Word::part("jira")];
    const OTHERS: &[Word] = &[Word::part("github")];

    fn check(text: &str, expected: Option<Heading>) {
        let at = text.find('#').unwrap();
        assert_eq!(heading(text.as_bytes(), at, OURS, OTHERS), expected, "{text}");
    }

    #[test]
    fn a_section_is_found_around_its_settings() {
        for text in [
            "jira:\n  url: x\n  auth:\n    password: #",
            "jira:\n  - password: #",
            "jira:\n- password: #",
            "- name: jira\n  env:\n  - name: x\n  - name: #",
            "- id: github\n- id: jira\n  password: #",
            "[jira]\nurl=x\n\npassword=#",
            "[[servers.jira]]\npassword = #",
            "<jira><url>x</url><password>#",
            "<jira>\n  <auth>\n    <password>#",
            "<server id=\"jira\">\n <password>#",
            "{\"jira\": {\"url\": \"x\", \"auth\": {\"password\": \"#",
            "provider \"jira\" {\n  url = \"x\"\n  password = \"#",
            "const jira = new Client({\n  url: f({}),\n  token: '#",
            "JIRA(server='x', password='#",
            "github:\n  token: x\njira:\n  token: #",
        ] {
            check(text, Some(Heading::Ours));
        }
    }

    #[test]
    fn a_section_that_has_ended_does_not_count() {
        for text in [
            "jira:\n  url: x\ndatabase:\n  password: #",
            "[jira]\nurl=x\n[database]\npassword=#",
            "<jira><url>x</url></jira><password>#",
            "{\"jira\": {\"url\": \"x\"}, \"auth\": {\"password\": \"#",
            "JIRA(server='x')\nlogin(password='#",
            "password=#",
        ] {
            check(text, None);
        }
        check("jira:\n  github:\n    token: #", Some(Heading::Others));
        check("[jira]\nx=1\n[github]\ntoken=#", Some(Heading::Others));
    }
}
