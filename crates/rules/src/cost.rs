//! What one rule costs a push, and why its pattern is not accepted.

use pushgate_core::matcher::{Parts, Pattern, build};

use crate::definition::RuleDefinition;

/// What one rule makes of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Bytes of its automaton.
    pub automaton_bytes: usize,
    /// What the first pass over a text looks for.
    pub looked_for: LookedFor,
}

/// How a rule's candidates are found in the first pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookedFor {
    /// By so many literals, everywhere.
    Literals(usize),
    /// By so many literals, near words that are searched for in so many spellings.
    NearWords {
        /// Literals.
        literals: usize,
        /// Spellings of the words.
        spellings: usize,
    },
    /// By a run of so many narrow classes, at every byte.
    ClassRun(usize),
}

/// Compiles the pattern of `rule` alone.
///
/// # Errors
///
/// With everything that is found wrong with its pattern, literals and near words.
pub fn cost(rule: &RuleDefinition) -> Result<Cost, Vec<String>> {
    let mut problems: Vec<String> = Vec::new();
    let mut note = |outcome: Result<Parts, String>| match outcome {
        Ok(parts) => Some(parts),
        Err(problem) => {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
            None
        }
    };
    let parts = note(compiled(rule, &rule.pattern, &rule.literals, &rule.near));
    // That ends at the first problem; each literal and each word has its own.
    for literal in &rule.literals {
        note(compiled(rule, &verbatim(literal), std::slice::from_ref(literal), &[]));
    }
    for word in &rule.near {
        let literal = ["literal".to_owned()];
        note(compiled(rule, "literal", &literal, std::slice::from_ref(word)));
    }
    if rule.literals.is_empty() && !rule.near.is_empty() {
        problems.push("`near` has no use without `literals`".to_owned());
    }
    if let Some(prefix) = &rule.prefix
        && !compiled(rule, &rule.pattern, std::slice::from_ref(prefix), &[]).is_ok_and(|parts| {
            parts.literals.iter().flat_map(|literal| &literal.uses).all(|at| at.offset_max == 0)
        })
    {
        problems.push(format!("not every match begins with {prefix:?} of `prefix`"));
    }
    match parts {
        Some(parts) if problems.is_empty() => Ok(of_parts(&parts)),
        _ => Err(problems),
    }
}

fn of_parts(parts: &Parts) -> Cost {
    let looked_for = match parts.class_runs.first() {
        Some(run) => LookedFor::ClassRun(run.len),
        None if parts.near_words.is_empty() => LookedFor::Literals(parts.literals.len()),
        None => LookedFor::NearWords {
            literals: parts.near_literals.len(),
            spellings: parts.near_words.len(),
        },
    };
    Cost {
        automaton_bytes: parts.automata.iter().map(|automaton| automaton.bytes.len()).sum(),
        looked_for,
    }
}

/// A pattern that matches `literal` and nothing else.
fn verbatim(literal: &str) -> String {
    literal.bytes().map(|byte| format!(r"\x{byte:02X}")).collect()
}

fn compiled(
    rule: &RuleDefinition,
    pattern: &str,
    literals: &[String],
    near: &[String],
) -> Result<Parts, String> {
    let pattern = Pattern { rule: &rule.id, pattern, literals, near };
    build(&[pattern]).map_err(|error| {
        let text = error.to_string();
        // Whoever reports it says which rule it is about.
        text.strip_prefix(&format!("rule {}: ", rule.id)).unwrap_or(&text).to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::{Cost, LookedFor, cost};
    use crate::definition::{RuleDefinition, parse};

    fn rule(pattern: &str, literals: &[&str], near: &[&str]) -> RuleDefinition {
        let text = format!(
            "[[rule]]\nid = 'acme'\ntitle = 'Acme'\npattern = '{pattern}'\nliterals = {literals:?}\n\
             near = {near:?}\nseverity = 'low'\nrevoke = 'x'\nexamples = ['x']\n\
             counterexamples = ['y']\n"
        );
        parse("acme.toml", &text).unwrap().remove(0)
    }

    #[test]
    fn the_first_pass_is_told() {
        let looked_for = |rule: &RuleDefinition| {
            let Cost { automaton_bytes, looked_for } = cost(rule).unwrap();
            assert!(automaton_bytes > 0);
            looked_for
        };
        assert_eq!(looked_for(&rule("acme_[a-z]{9}", &["acme_"], &[])), LookedFor::Literals(1));
        let near = looked_for(&rule("(?i)token=[a-z]{9}", &["token"], &["acme"]));
        assert_eq!(near, LookedFor::NearWords { literals: 1, spellings: 3 });
        assert_eq!(looked_for(&rule("[0-9]{16}", &[], &[])), LookedFor::ClassRun(16));
    }

    #[test]
    fn everything_that_is_wrong_with_a_pattern_is_told() {
        let told = |rule: &RuleDefinition| cost(rule).unwrap_err().join("\n");
        let many = told(&rule("acme_[a-z]{9}", &["ac", "beta_"], &["it", "to"]));
        for part in ["\"ac\" is shorter", "\"it\" of `near`", "\"to\" of `near`"] {
            assert!(many.contains(part), "{part} is not in {many}");
        }
        assert!(told(&rule("acme_[a-z]{9}", &["beta_"], &[])).contains("does not imply"));
        assert!(told(&rule("acme_[a-z]{9}", &["acme_", "beta_"], &[])).contains("beta_"));
        assert!(told(&rule("(a|b)[", &["abc"], &[])).contains("not a regular expression"));
        let explodes = "acme_[a-z]*k[a-z]{16}";
        assert!(told(&rule(explodes, &["acme_"], &[])).contains("explodes"));
        assert!(told(&rule("[a-z]+", &[], &[])).contains("without literals"));
        assert!(told(&rule("[0-9]{16}", &[], &["acme"])).contains("no use without"));
        assert!(!told(&rule("acme", &["ac"], &[])).contains("rule acme"));
        let prefixed = |pattern: &str| RuleDefinition {
            prefix: Some("acme_".to_owned()),
            ..rule(pattern, &["me_"], &[])
        };
        assert!(cost(&prefixed("(ac)me_[a-z]{9}")).is_ok());
        for pattern in ["x?acme_[a-z]{9}", "acxme_[a-z]{9}", "(?:acme_|home_)[a-z]{9}"] {
            let told = told(&prefixed(pattern));
            assert!(told.contains("not every match begins with \"acme_\" of `prefix`"), "{told}");
        }
    }
}
