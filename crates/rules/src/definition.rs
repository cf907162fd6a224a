//! One rule as its author writes it.

use serde::Deserialize;

/// Characters of the words on how to revoke a secret.
const REVOKE_CHARACTERS_MAX: usize = 60;

/// A rule, as it stands in a TOML file or in a detector's manifest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleDefinition {
    /// Stable name: lower-case words joined by hyphens.
    pub id: String,
    /// Name for people, singular, without an article.
    pub title: String,
    /// Regular expression over bytes.
    pub pattern: String,
    /// Literals of which every match holds one near its start; without any, the pattern must
    /// begin with a run of narrow classes.
    #[serde(default)]
    pub literals: Vec<String>,
    /// Words of which one must stand within a kilobyte of the literals, which may then be everyday
    /// words: without any, the rule is looked for everywhere.
    #[serde(default)]
    pub near: Vec<String>,
    /// Name of the detector that judges the candidates; in a manifest, its own by default.
    #[serde(default)]
    pub detector: Option<String>,
    /// Where two rules claim the same bytes, the one with the smaller number names the finding.
    #[serde(default = "default_rank")]
    pub rank: u16,
    /// How bad it is if the secret is live.
    pub severity: Severity,
    /// How to revoke exactly this kind of secret: one sentence.
    pub revoke: String,
    /// Where its owner revokes it, if there is one address for everybody.
    #[serde(default)]
    pub revoke_url: Option<String>,
    /// Texts that hold such a secret, as templates.
    #[serde(default)]
    pub examples: Vec<String>,
    /// Texts that look like one and hold none, as templates.
    #[serde(default)]
    pub counterexamples: Vec<String>,
}

/// How bad a live secret of a kind is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It opens a whole organisation, or everything of a user.
    Critical,
    /// It opens a product or a project.
    High,
    /// It opens little.
    Medium,
    /// It is dead, or nearly.
    Low,
    /// It is worth knowing.
    Info,
}

fn default_rank() -> u16 {
    100
}

/// A TOML file of rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    #[serde(default, rename = "rule")]
    rules: Vec<RuleDefinition>,
}

/// Why a text is not a list of rules.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseRulesError {
    /// It is not TOML, or not of this form.
    #[error("{name}: {reason}")]
    Form {
        /// Name of the file.
        name: String,
        /// What the parser says, with line and key.
        reason: String,
    },
    /// A rule lacks something without which it cannot be trusted.
    #[error("{name}: rule {rule}: {problem}")]
    Rule {
        /// Name of the file.
        name: String,
        /// Id of the rule.
        rule: String,
        /// What is wrong, and what to do.
        problem: &'static str,
    },
}

/// Reads the rules of the TOML text `text`; `name` is the file's name, for errors.
///
/// # Errors
///
/// When the text is not of the form, or a rule has a malformed id, no example or no
/// counterexample.
pub fn parse(name: &str, text: &str) -> Result<Vec<RuleDefinition>, ParseRulesError> {
    let file: RuleFile = toml::from_str(text).map_err(|error| ParseRulesError::Form {
        name: name.to_owned(),
        reason: error.to_string(),
    })?;
    for rule in &file.rules {
        check(name, rule)?;
    }
    Ok(file.rules)
}

/// Refuses a rule that lacks something without which it cannot be trusted.
pub(crate) fn check(name: &str, rule: &RuleDefinition) -> Result<(), ParseRulesError> {
    let fail = |problem| {
        Err(ParseRulesError::Rule { name: name.to_owned(), rule: rule.id.clone(), problem })
    };
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if rule.id.is_empty() || !rule.id.bytes().all(word) {
        return fail("its id is not made of lower-case letters, digits and hyphens");
    }
    if !rule.title.is_ascii() || !rule.revoke.is_ascii() {
        return fail("title and revoke must be ASCII: they are shown in any terminal");
    }
    let url_len = rule.revoke_url.as_ref().map_or(0, String::len);
    if rule.revoke.len().max(url_len) > REVOKE_CHARACTERS_MAX {
        return fail("revoke and revoke_url must fit a line: at most 60 characters");
    }
    if rule.examples.is_empty() {
        return fail("it has no example; add one to `examples`");
    }
    if rule.counterexamples.is_empty() {
        return fail("it has no counterexample; add one to `counterexamples`");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse;

    const GOOD: &str = r#"
[[rule]]
id = "acme-token"
title = "Acme token"
pattern = 'acme_[a-z]{9}'
literals = ["acme_"]
severity = "high"
revoke = "Ask Acme."
examples = ["x"]
counterexamples = ["y"]
"#;

    #[test]
    fn a_good_rule_is_read() {
        let rules = parse("acme.toml", GOOD).unwrap();
        assert_eq!(rules[0].id, "acme-token");
        assert_eq!(rules[0].detector, None);
    }

    #[test]
    fn errors_name_file_rule_and_key() {
        let error = |from: &str, to: &str| {
            parse("acme.toml", &GOOD.replace(from, to)).unwrap_err().to_string()
        };
        assert!(error("severity", "severeness").contains("severeness"));
        assert!(error("severity", "severeness").contains("acme.toml"));
        assert!(error("examples = [\"x\"]", "").contains("acme-token"));
        assert!(error("counterexamples = [\"y\"]", "").contains("no counterexample"));
        assert!(error("acme-token", "Acme Token").contains("its id"));
    }
}
