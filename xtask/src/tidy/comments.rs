//! Code in comments: history belongs to git.

use super::rust::Source;
use super::tree::{Problem, Tree};

/// How a line of code may begin that a line of prose does not, or not with such an end.
const STARTS: [&str; 14] = [
    "let ", "use ", "fn ", "pub ", "pub(", "if ", "for ", "while ", "match ", "return ", "impl ",
    "struct ", "mod ", "const ",
];

pub(super) fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    for (path, text) in tree.texts(".rs") {
        let comments = Source::read(text).comments;
        for (number, line) in (1..).zip(comments.lines()) {
            // Documentation may hold examples, so only plain comments are looked at.
            let Some(comment) = line.trim_start().strip_prefix("//") else { continue };
            if !comment.starts_with(['/', '!']) && looks_like_code(comment.trim()) {
                problems.push(Problem::new(path, number, "commented-out code"));
            }
        }
    }
}

fn looks_like_code(comment: &str) -> bool {
    if matches!(comment, "}" | "};" | "});") || comment.starts_with("#[") {
        return true;
    }
    let starts_as_code = STARTS.iter().any(|start| comment.starts_with(start));
    let has_code_inside = comment.contains(['(', '=']) || comment.contains("::");
    let ends_as_statement = comment.ends_with(';') && !is_prose(comment);
    ends_as_statement && (starts_as_code || has_code_inside && !comment.contains(". "))
        || comment.ends_with('{') && starts_as_code
}

/// Prose may end in a semicolon where a sentence goes on, but it begins with a few plain words.
fn is_prose(comment: &str) -> bool {
    let plain = |word: &&str| word.chars().all(|c| c.is_alphabetic() || ",'-`".contains(c));
    comment.split(' ').take_while(plain).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::super::tree::problems;
    use super::*;

    #[test]
    fn code_in_comments_is_found() {
        for comment in [
            "// let a = 1;",
            "    // fn old() {",
            "// println!(\"{a}\");",
            "// self.count += 1;",
            "// }",
            "// #[test]",
            "// return None;",
        ] {
            assert_eq!(problems(check, &[("a.rs", comment)]).len(), 1, "{comment}");
        }
    }

    #[test]
    fn sentences_and_documentation_are_left_alone() {
        for comment in [
            "// Let it be.",
            "// The first byte tells which (see F8);",
            "// if it is there, nothing happens.",
            "// use of the base is a last resort;",
            "/// let a = 1;",
            "//! fn example() {",
            "let text = \"// let a = 1;\";",
            "let a = 1; // the first: it counts",
        ] {
            assert!(problems(check, &[("a.rs", comment)]).is_empty(), "{comment}");
        }
    }
}
