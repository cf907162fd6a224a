//! Links in Markdown lead to files and headings that are there.

use super::tree::{Problem, Tree};

pub(super) fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    for (path, text) in tree.texts(".md") {
        for link in links_of(text) {
            if let Some(complaint) = complaint(tree, path, link.target) {
                let text = format!("the link {} leads nowhere: {complaint}", link.target);
                problems.push(Problem::new(path, link.line, text));
            }
        }
    }
}

fn complaint(tree: &Tree, from: &str, target: &str) -> Option<String> {
    let elsewhere = ["http://", "https://", "mailto:"];
    if elsewhere.iter().any(|scheme| target.starts_with(scheme)) {
        return None;
    }
    let (file, heading) = target.split_once('#').map_or((target, None), |(f, h)| (f, Some(h)));
    let Some(path) = resolved(from, file) else {
        return Some("it leaves the repository".to_owned());
    };
    if !tree.has(&path) {
        return Some(format!("there is no {path}"));
    }
    let heading = heading?;
    let text = tree.text(&path).filter(|_| path.ends_with(".md"))?;
    let found = headings_of(text).iter().any(|anchor| anchor == heading);
    if found { None } else { Some(format!("{path} has no such heading")) }
}

/// The path from the root of what `file` means in the file `from`.
fn resolved(from: &str, file: &str) -> Option<String> {
    if file.is_empty() {
        return Some(from.to_owned());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.trim_end_matches('/').split('/') {
        match part {
            "." => (),
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[derive(Debug, PartialEq, Eq)]
struct Link<'t> {
    line: usize,
    target: &'t str,
}

/// Inline links, `[text](target)`, and definitions, `[name]: target`. Not those in code.
fn links_of(text: &str) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    for (line, prose) in prose_of(text) {
        if prose.starts_with('[')
            && let Some((_, target)) = prose.split_once("]: ")
        {
            links.extend(target.split_whitespace().next().map(|target| Link { line, target }));
        }
        // Every second piece between backticks is code.
        for piece in prose.split('`').step_by(2) {
            for after in piece.split("](").skip(1) {
                // A title may follow the target.
                let target = after.split([')', ' ']).next().unwrap_or_default();
                links.push(Link { line, target });
            }
        }
    }
    links
}

/// Anchors of the headings, as forges make them.
fn headings_of(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for (_, line) in prose_of(text).filter(|(_, line)| line.starts_with('#')) {
        let heading = line.trim_start_matches('#').trim();
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        let anchor = kept.collect::<String>().to_lowercase().replace(' ', "-");
        let same = anchors.iter().filter(|other| **other == anchor).count();
        anchors.push(if same == 0 { anchor } else { format!("{anchor}-{same}") });
    }
    anchors
}

/// Lines that are not in a fenced block of code, with their numbers from 1.
fn prose_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence: Option<&str> = None;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (fence, mark) {
            (None, None) => true,
            (None, Some(_)) => {
                fence = mark;
                false
            }
            (Some(open), Some(mark)) if open == mark => {
                fence = None;
                false
            }
            (Some(_), _) => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree::problems;
    use super::*;

    #[test]
    fn links_lead_to_files_folders_and_headings() {
        let files = [
            ("README.md", "[a](docs/a.md) and [b](docs/a.md#two-words \"title\"), [c](docs/)"),
            (
                "docs/a.md",
                "# One\n## Two words!\n[up](../README.md) [here](#one)\n[x]: ../README.md",
            ),
            ("docs/b.md", "[web](https://example.org/x) [mail](mailto:a@b)"),
        ];
        assert_eq!(problems(check, &files), [""; 0]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let check = |text: &str, complaint: &str| {
            let found = problems(check, &[("docs/a.md", text), ("docs/b.md", "# B\n")]);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].ends_with(complaint), "{found:?}");
        };
        check("[a](c.md)", "there is no docs/c.md");
        check("[a](../../x.md)", "it leaves the repository");
        check("[a](b.md#c)", "docs/b.md has no such heading");
        check("[a](#missing)", "docs/a.md has no such heading");
        check("[a][x]\n\n[x]: c.md", "there is no docs/c.md");
    }

    #[test]
    fn code_holds_no_links() {
        let text = "`[a](x.md)`\n```\n[a](x.md)\n```\n[b](x.md)";
        assert_eq!(links_of(text), [Link { line: 5, target: "x.md" }]);
    }

    #[test]
    fn equal_headings_are_numbered() {
        assert_eq!(headings_of("# A b\n## A b\n# `c` d\n"), ["a-b", "a-b-1", "c-d"]);
    }
}
