//! A built-in rule shows what it finds and what it leaves alone.

use super::tree::{Problem, Tree};

const FOLDER: &str = "crates/rules/builtin/";

/// The lists that every rule has.
const LISTS: [&str; 2] = ["examples", "counterexamples"];

pub(super) fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    for (path, text) in tree.texts(".toml").filter(|(path, _)| path.starts_with(FOLDER)) {
        let rules = rules_of(text);
        if rules.is_empty() {
            problems.push(Problem::new(path, 0, "no [[rule]] in it"));
        }
        for rule in rules {
            for list in LISTS.iter().filter(|list| !has_entry(&rule.lines, list)) {
                problems.push(Problem::new(path, rule.line, format!("a rule without {list}")));
            }
        }
    }
}

/// A rule, and the line of its header, from 1.
#[derive(Debug)]
struct Rule<'t> {
    line: usize,
    lines: Vec<&'t str>,
}

fn rules_of(text: &str) -> Vec<Rule<'_>> {
    let mut rules: Vec<Rule<'_>> = Vec::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line == "[[rule]]" {
            rules.push(Rule { line: number, lines: Vec::new() });
        } else if let Some(rule) = rules.last_mut() {
            rule.lines.push(line);
        }
    }
    rules
}

/// True if the array `list` has a string in it, on its own line or on those up to its bracket.
fn has_entry(lines: &[&str], list: &str) -> bool {
    let value = |line: &&str| {
        line.strip_prefix(list).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let Some(start) = lines.iter().position(value) else { return false };
    let mut entries = lines.iter().skip(start);
    let first = entries.next().and_then(|line| line.split_once('[')).map_or("", |(_, rest)| rest);
    if first.contains(['"', '\'']) {
        return true;
    }
    !first.contains(']')
        && entries
            .take_while(|line| !line.starts_with(']'))
            .any(|line| !line.starts_with('#') && line.contains(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::super::tree::problems;
    use super::*;

    #[test]
    fn a_rule_without_examples_is_found() {
        let file = "crates/rules/builtin/a.toml";
        let check = |text: &str, expect: &[&str]| {
            assert_eq!(problems(check, &[(file, text)]), expect, "{text}");
        };
        check("[[rule]]\nexamples = [\"a\"]\ncounterexamples = ['b']\n", &[]);
        check("[[rule]]\nexamples = [\n  # Why.\n  \"a\",\n]\ncounterexamples = [\"b\"]\n", &[]);
        let missing = [&*format!("{file}:1: a rule without counterexamples")];
        check("[[rule]]\nexamples = [\"a\"]\n", &missing);
        check("[[rule]]\nexamples = [\"a\"]\ncounterexamples = []\n", &missing);
        check("[[rule]]\ncounterexamples = [\n]\nexamples = [\"a\"]\n", &missing);
        check(
            "[[rule]]\nexamples = [\"a\"]\ncounterexamples = [\"b\"]\n[[rule]]\nid = \"x\"\n",
            &[
                &format!("{file}:4: a rule without examples"),
                &format!("{file}:4: a rule without counterexamples"),
            ],
        );
        check("", &[&format!("{file}: no [[rule]] in it")]);
    }
}
