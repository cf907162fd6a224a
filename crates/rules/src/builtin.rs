//! The rules that come with pushgate.

use crate::check::ParseRulesError;
use crate::definition::{self, RuleDefinition};

/// The built-in rule files, one for each product: name and text.
pub const FILES: &[(&str, &str)] = &[
    ("atlassian-cloud.toml", include_str!("../builtin/atlassian-cloud.toml")),
    ("bitbucket-cloud.toml", include_str!("../builtin/bitbucket-cloud.toml")),
    ("data-center.toml", include_str!("../builtin/data-center.toml")),
    ("web-tokens.toml", include_str!("../builtin/web-tokens.toml")),
    ("other-tokens.toml", include_str!("../builtin/other-tokens.toml")),
    ("keys.toml", include_str!("../builtin/keys.toml")),
    ("carriers.toml", include_str!("../builtin/carriers.toml")),
    ("trello.toml", include_str!("../builtin/trello.toml")),
    ("operations.toml", include_str!("../builtin/operations.toml")),
    ("applications.toml", include_str!("../builtin/applications.toml")),
    ("product-files.toml", include_str!("../builtin/product-files.toml")),
    ("named-secrets.toml", include_str!("../builtin/named-secrets.toml")),
];

/// All built-in rules.
///
/// # Errors
///
/// When one of the files is not acceptable; a test sees to it that none is.
pub fn rules() -> Result<Vec<RuleDefinition>, ParseRulesError> {
    let mut rules = Vec::new();
    for (name, text) in FILES {
        rules.extend(definition::parse(name, text)?);
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use pushgate_core::matcher::{Matcher, Pattern, build};

    #[test]
    fn the_built_in_rules_compile() {
        let rules = super::rules().unwrap();
        let patterns: Vec<Pattern<'_>> = rules
            .iter()
            .map(|rule| Pattern {
                rule: &rule.id,
                pattern: &rule.pattern,
                literals: &rule.literals,
                near: &rule.near,
            })
            .collect();
        let parts = build(&patterns).unwrap();
        Matcher::new(parts).unwrap();
    }

    #[test]
    fn every_file_of_the_folder_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/builtin");
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let mut listed: Vec<_> = super::FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        names.sort();
        listed.sort();
        assert_eq!(names, listed);
    }
}
