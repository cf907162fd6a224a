//! The page of which the messages speak, as plain text for a terminal: whole, or a section of it.

use anyhow::bail;

/// The page.
const PAGE: &str = include_str!("../../../../../docs/developers/my-push-was-rejected.md");

/// What it goes by.
pub(super) const NAMES: [&str; 3] = ["rejected", "my-push-was-rejected", "My push was rejected"];

/// Characters of a line.
const WIDTH: usize = 78;

/// Where links to other pages lead, as a command.
const OTHER_PAGES: [(&str, &str); 3] = [
    ("../remediation/README.md", "pushgate remediate KIND"),
    ("check-before-you-push.md", "pushgate check --help"),
    ("../codes.md", "pushgate explain --all"),
];

/// A heading, and the lines up to the next one.
#[derive(Debug)]
struct Section {
    /// How many signs it has.
    level: usize,
    title: String,
    lines: Vec<&'static str>,
}

/// The page, or the section that is named so.
pub(super) fn text(section: &str) -> anyhow::Result<String> {
    let sections = sections();
    if section.is_empty() {
        let mut text = String::new();
        for section in &sections {
            write(section, &sections, &mut text);
            if section.level == 1 {
                text.push_str("Each section alone: pushgate explain rejected SECTION\n\n");
                list(sections.get(1..).unwrap_or_default(), &mut text);
                text.push('\n');
            }
        }
        return Ok(text);
    }
    let at = find(&sections, section)?;
    let mut text = String::new();
    let Some((first, rest)) = sections.get(at..).and_then(<[Section]>::split_first) else {
        bail!("the page has no section {section:?}");
    };
    write(first, &sections, &mut text);
    let below: Vec<&Section> = rest.iter().take_while(|it| it.level > first.level).collect();
    if !below.is_empty() {
        text.push_str("Sections below it: pushgate explain rejected SECTION\n\n");
        list(below, &mut text);
    }
    Ok(text)
}

fn find(sections: &[Section], wanted: &str) -> anyhow::Result<usize> {
    let wanted = wanted.trim_start_matches('#').to_lowercase();
    let has = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let numbered = sections.iter().enumerate();
        numbered.filter(|(_, it)| fits(&it.title.to_lowercase())).map(|(at, _)| at).collect()
    };
    let same = has(&|title| title == wanted || anchor(title) == wanted);
    let like = has(&|title| title.contains(&wanted));
    match (same.as_slice(), like.as_slice()) {
        ([at, ..], _) | ([], [at]) => Ok(*at),
        ([], found) => {
            let mut text = String::new();
            let all = found.is_empty();
            let named = sections.iter().enumerate();
            let named = named.filter(|(at, _)| all || found.contains(at)).map(|(_, it)| it);
            list(named, &mut text);
            let many = if all { "no section" } else { "several sections" };
            bail!("the page has {many} {wanted:?}; there are:\n{}", text.trim_end());
        }
    }
}

fn list<'s>(sections: impl IntoIterator<Item = &'s Section>, text: &mut String) {
    for section in sections {
        let indent = "  ".repeat(section.level.saturating_sub(1));
        text.push_str(&format!("{indent}{}\n", section.title));
    }
}

fn sections() -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut is_code = false;
    for line in PAGE.lines() {
        is_code ^= line.starts_with("```");
        let level = line.bytes().take_while(|&byte| byte == b'#').count();
        if level > 0 && !is_code {
            let title = line.trim_start_matches('#').trim().replace('`', "");
            sections.push(Section { level, title, lines: Vec::new() });
        } else if let Some(section) = sections.last_mut() {
            section.lines.push(line);
        }
    }
    sections
}

/// What a heading is called in links.
fn anchor(title: &str) -> String {
    let kept = |character: &char| character.is_alphanumeric() || " -".contains(*character);
    title.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
}

fn write(section: &Section, sections: &[Section], text: &mut String) {
    let underline = if section.level < 3 { "=" } else { "-" };
    text.push_str(&format!("{}\n{}\n", section.title, underline.repeat(section.title.len())));
    let mut is_code = false;
    let mut heads: Vec<String> = Vec::new();
    for line in &section.lines {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if is_code {
            text.push_str(format!("    {line}").trim_end());
            text.push('\n');
        } else if line.starts_with('|') {
            row(&plain(line, sections), &mut heads, text);
        } else {
            heads.clear();
            let indent = if line.starts_with("- ") || line.starts_with(' ') { "  " } else { "" };
            wrap(&plain(line, sections), indent, text);
        }
    }
    if !text.ends_with("\n\n") {
        text.push('\n');
    }
}

/// A row of a table: what the first column says, and below it the others with their heads.
fn row(line: &str, heads: &mut Vec<String>, text: &mut String) {
    let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
    if heads.is_empty() {
        *heads = cells.into_iter().map(str::to_owned).collect();
        return;
    }
    if cells.iter().all(|cell| cell.chars().all(|character| "-| ".contains(character))) {
        return;
    }
    for (index, (cell, head)) in cells.iter().zip(heads.iter()).enumerate() {
        match index {
            0 => wrap(&format!("- {cell}"), "  ", text),
            _ => wrap(&format!("  {head}: {cell}"), "    ", text),
        }
    }
}

/// A line without marks: links are words, and nothing is bold.
fn plain(line: &str, sections: &[Section]) -> String {
    let mut text = String::new();
    for (index, part) in line.split('`').enumerate() {
        if index > 0 {
            text.push('`');
        }
        // Between the signs stands what is typed.
        if index % 2 == 0 {
            text.push_str(&part.replace('*', ""));
        } else {
            text.push_str(part);
        }
    }
    while let Some((before, link, after)) = first_link(&text) {
        text = format!("{before}{}{after}", words_of(link, sections));
    }
    text
}

/// A link of a text, with what stands before and behind it.
fn first_link(text: &str) -> Option<(&str, &str, &str)> {
    let middle = text.find("](")?;
    let start = text.get(..middle)?.rfind('[')?;
    let end = middle + text.get(middle..)?.find(')')? + 1;
    Some((text.get(..start)?, text.get(start..end)?, text.get(end..)?))
}

fn words_of(link: &str, sections: &[Section]) -> String {
    let link = link.trim_start_matches('[').trim_end_matches(')');
    let Some((words, target)) = link.split_once("](") else { return link.to_owned() };
    if let Some((_, command)) = OTHER_PAGES.iter().find(|(page, _)| *page == target) {
        return format!("{words} ({command})");
    }
    let is_it = |section: &&Section| target.strip_prefix('#') == Some(&*anchor(&section.title));
    match sections.iter().find(is_it) {
        Some(section) if section.title.eq_ignore_ascii_case(words) => {
            format!("section \"{}\"", section.title)
        }
        Some(section) => format!("{words} (section \"{}\")", section.title),
        None => words.to_owned(),
    }
}

/// Adds a line, broken at blanks, all but the first behind `indent`.
fn wrap(line: &str, indent: &str, text: &mut String) {
    let mut column = 0;
    let begin = line.len() - line.trim_start().len();
    text.push_str(line.get(..begin).unwrap_or_default());
    for word in unbroken(line) {
        if column > 0 && begin + column + 1 + word.len() > WIDTH {
            text.push('\n');
            text.push_str(indent);
            column = indent.len();
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(&word);
        column += word.len();
    }
    text.push('\n');
}

/// The words of a line; a command is one, so that it can be pasted.
fn unbroken(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let is_open = |word: &String| word.matches('`').count() % 2 == 1;
    for word in line.split_whitespace() {
        match words.last_mut().filter(|last| is_open(last)) {
            Some(last) => last.push_str(&format!(" {word}")),
            None => words.push(word.to_owned()),
        }
    }
    words
}

/// What the page's table says of a cause for which something was not checked.
pub(super) fn cause(name: &str) -> Option<String> {
    let sections = sections();
    let is_row = |line: &&&str| line.starts_with('|') && line.contains(&format!("`{name}`"));
    let line = sections.iter().flat_map(|section| &section.lines).find(is_row)?;
    let line = plain(line, &sections);
    let mut cells = line.trim_matches('|').split(" | ").map(str::trim).skip(1);
    let (means, helps) = (cells.next()?, cells.next()?);
    Some(format!("{means}\nWhat helps: {helps}\nMore: pushgate explain rejected PG0102"))
}

#[cfg(test)]
mod tests {
    use super::{OTHER_PAGES, PAGE, anchor, sections, text};

    #[test]
    fn every_link_of_the_page_becomes_words() {
        let sections = sections();
        for part in PAGE.split("](").skip(1) {
            let target = part.split(')').next().unwrap();
            let is_known = match target.strip_prefix('#') {
                Some(name) => sections.iter().any(|section| anchor(&section.title) == name),
                None => OTHER_PAGES.iter().any(|(page, _)| *page == target),
            };
            assert!(is_known, "{target}");
        }
        let text = text("").unwrap();
        for mark in ["](", "**1", "*Proven*", "```", "| ---", "\n#"] {
            assert!(!text.replace("    #", "").contains(mark), "{mark}: {text}");
        }
    }

    #[test]
    fn a_command_is_never_broken() {
        let told = text("pg0102").unwrap();
        assert!(told.contains("`git commit --amend --no-edit --allow-empty`"), "{told}");
    }

    #[test]
    fn each_section_can_be_had_alone() {
        for section in sections() {
            let told = text(&section.title).unwrap();
            assert!(told.starts_with(&section.title), "{told}");
            assert_eq!(text(&anchor(&section.title)).unwrap(), told);
        }
        assert!(text("pg0102").unwrap().starts_with("not everything could be checked [PG0102]"));
        assert!(text("nothing of the kind").unwrap_err().to_string().contains("Merges"));
    }
}
