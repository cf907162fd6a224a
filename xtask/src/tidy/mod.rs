//! `tidy`: what no compiler checks. Also a test, `the_tree_is_tidy`.
//!
//! A check is a function from the `Tree` to problems; it reads no file and starts no program, so
//! its own tests make the tree that they need.

mod comments;
mod dependencies;
mod forbidden;
mod links;
mod mutants;
mod rules;
mod rust;
mod size;
mod tests_listed;
mod tree;

use crate::failure::Failure;
use crate::places::Places;
use tree::{Problem, Tree};

type Check = fn(&Tree, &mut Vec<Problem>);

const CHECKS: [Check; 8] = [
    size::check,
    dependencies::check,
    tests_listed::check,
    mutants::check,
    rules::check,
    links::check,
    comments::check,
    forbidden::check,
];

pub(crate) fn tidy(places: &Places) -> Result<(), Failure> {
    let tree = Tree::of_checkout(&places.root)?;
    let problems = problems_of(&tree);
    if problems.is_empty() {
        println!("tidy: {} files, nothing to say", tree.files.len());
        return Ok(());
    }
    for problem in &problems {
        println!("{problem}");
    }
    Err(Failure::new(format!("problems found by tidy: {}", problems.len())))
}

fn problems_of(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for check in CHECKS {
        check(tree, &mut problems);
    }
    problems.sort();
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let tree = Tree::of_checkout(&Places::of_this_machine().root).unwrap();
        let problems: Vec<String> = problems_of(&tree).iter().map(Problem::to_string).collect();
        assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    }
}
