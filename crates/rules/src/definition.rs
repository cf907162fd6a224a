//! One rule as its author writes it.

use std::ops::RangeInclusive;

use pushgate_core::judge::Grade;
use serde::Deserialize;

use crate::check::{self, ParseRulesError};

/// Characters of the words on how to revoke a secret.
const REVOKE_CHARACTERS_MAX: usize = 60;

/// Characters of what all secrets of a kind begin with.
const PREFIX_CHARACTERS: RangeInclusive<usize> = 3..=12;

/// Characters of one of the sentences that describe a rule.
const SENTENCE_CHARACTERS_MAX: usize = 240;

/// Characters of the id of a rule, and of other names that records and stores keep.
pub(crate) const NAME_CHARACTERS_MAX: usize = 64;

/// Characters of the name that people are shown.
const TITLE_CHARACTERS_MAX: usize = 60;

/// What `rank` may be.
const RANKS: RangeInclusive<u16> = 1..=100;

/// Literals of a rule, and words of its `near`: what is looked for in every push.
const WORDS_MAX: usize = 200;

/// Bytes of one of them.
const WORD_BYTES_MAX: usize = 128;

/// Characters of the name of a product.
const PRODUCT_CHARACTERS_MAX: usize = 40;

/// A rule, as it stands in a TOML file or in a detector's manifest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleDefinition {
    /// Stable name: lower-case words joined by hyphens.
    pub id: String,
    /// Name for people, singular, without an article.
    pub title: String,
    /// The product that the secret opens, under which the page of kinds lists it.
    #[serde(default)]
    pub product: Option<String>,
    /// What it is and what it opens: one sentence.
    #[serde(default)]
    pub about: Option<String>,
    /// What it looks like: one sentence.
    #[serde(default)]
    pub looks: Option<String>,
    /// Which grades it can get, and what each rests on: one sentence.
    #[serde(default)]
    pub sure: Option<String>,
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
    /// What every secret of it begins with, which messages show in place of the secret: as public as
    /// the rule.
    #[serde(default)]
    pub prefix: Option<String>,
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
    /// What to do instead, or afterwards: one sentence.
    #[serde(default)]
    pub rotate: Option<String>,
    /// The grades that its judge gives, each with the codes of the evidence for it.
    #[serde(default)]
    pub grades: Grades,
    /// Texts that hold such a secret, as templates.
    #[serde(default)]
    pub examples: Vec<String>,
    /// Texts that look like one and hold none, as templates.
    #[serde(default)]
    pub counterexamples: Vec<String>,
}

/// Codes of evidence, by the grade that they come with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grades {
    /// Those of what chance does not produce.
    #[serde(default)]
    pub proven: Vec<u16>,
    /// Those of shape and context.
    #[serde(default)]
    pub likely: Vec<u16>,
    /// Those of shape alone.
    #[serde(default)]
    pub weak: Vec<u16>,
}

impl Grades {
    /// The grades that there are, the surest first, with their codes.
    pub fn listed(&self) -> impl Iterator<Item = (Grade, &[u16])> {
        [(Grade::Proven, &self.proven), (Grade::Likely, &self.likely), (Grade::Weak, &self.weak)]
            .into_iter()
            .filter(|(_, codes)| !codes.is_empty())
            .map(|(grade, codes)| (grade, codes.as_slice()))
    }

    /// Whether `grade` may come with the evidence of `code`.
    #[must_use]
    pub fn allow(&self, grade: Grade, code: u16) -> bool {
        self.listed().any(|(listed, codes)| listed == grade && codes.contains(&code))
    }
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

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Severity; 5] =
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

    /// The word for it in a rule.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
            Severity::Info => "info",
        }
    }
}

fn default_rank() -> u16 {
    100
}

/// Reads the rules of the TOML text `text`; `name` is the file's name, for errors.
///
/// # Errors
///
/// For the first thing that [`check::rule_file`] has to say.
pub fn parse(name: &str, text: &str) -> Result<Vec<RuleDefinition>, ParseRulesError> {
    check::rule_file(text).into_rules(name)
}

/// Everything that is wrong with `rule`, and what to do.
pub(crate) fn problems(rule: &RuleDefinition) -> Vec<String> {
    let mut problems = Vec::new();
    if !is_name(&rule.id) {
        problems.push(format!(
            "its id is not made of 1 to {NAME_CHARACTERS_MAX} lower-case letters, digits and hyphens"
        ));
    }
    if !RANKS.contains(&rule.rank) {
        problems.push(format!("rank must be {} to {}", RANKS.start(), RANKS.end()));
    }
    if has_too_much(rule) {
        problems.push(format!(
            "literals and near may have {WORDS_MAX} words each, of at most {WORD_BYTES_MAX} bytes"
        ));
    }
    problems.extend(problems_of_texts(rule));
    if rule.examples.is_empty() {
        problems.push("it has no example; add one to `examples`".to_owned());
    }
    if rule.counterexamples.is_empty() {
        problems.push("it has no counterexample; add one to `counterexamples`".to_owned());
    }
    problems
}

/// Whether there is so much to look for that nothing of it is compiled.
pub(crate) fn has_too_much(rule: &RuleDefinition) -> bool {
    [&rule.literals, &rule.near].into_iter().any(|words| {
        words.len() > WORDS_MAX || words.iter().any(|word| word.len() > WORD_BYTES_MAX)
    })
}

/// What is wrong with the texts that people are shown.
fn problems_of_texts(rule: &RuleDefinition) -> Vec<String> {
    let mut problems = Vec::new();
    let url = rule.revoke_url.as_deref().unwrap_or_default();
    for (field, text) in [("title", &*rule.title), ("revoke", &*rule.revoke), ("revoke_url", url)] {
        if !is_plain(text) {
            problems.push(format!("{field} must be printable ASCII: any terminal shows it"));
        }
        if text.trim().is_empty() && !(field == "revoke_url" && rule.revoke_url.is_none()) {
            problems.push(format!("{field} is empty"));
        }
    }
    if rule.title.len() > TITLE_CHARACTERS_MAX {
        problems.push(format!("title must have at most {TITLE_CHARACTERS_MAX} characters"));
    }
    let is_address = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
    if !url.is_empty() && (!is_address || url.contains(' ')) {
        problems.push("revoke_url must be an address: https:// or http://".to_owned());
    }
    if rule.revoke.len().max(url.len()) > REVOKE_CHARACTERS_MAX {
        problems.push(format!(
            "revoke and revoke_url must fit a line: at most {REVOKE_CHARACTERS_MAX} characters"
        ));
    }
    if let Some(prefix) = &rule.prefix
        && !(PREFIX_CHARACTERS.contains(&prefix.len()) && prefix.bytes().all(is_of_token))
    {
        problems.push(format!(
            "prefix must be {} to {} letters, digits or any of -_@",
            PREFIX_CHARACTERS.start(),
            PREFIX_CHARACTERS.end()
        ));
    }
    if let Some(product) = &rule.product
        && (product.is_empty() || product.len() > PRODUCT_CHARACTERS_MAX || !is_plain(product))
    {
        problems.push(format!(
            "product must be a name in printable ASCII of at most {PRODUCT_CHARACTERS_MAX} \
             characters"
        ));
    }
    for (field, text) in [
        ("about", &rule.about),
        ("looks", &rule.looks),
        ("sure", &rule.sure),
        ("rotate", &rule.rotate),
    ] {
        if text.as_ref().is_some_and(|text| !is_sentence(text)) {
            problems.push(format!(
                "{field} must be one sentence in printable ASCII, with a full stop at its end and \
                 at most {SENTENCE_CHARACTERS_MAX} characters"
            ));
        }
    }
    problems
}

/// Whether `text` can be an id: it goes into records, file names and messages.
pub(crate) fn is_name(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=NAME_CHARACTERS_MAX).contains(&text.len()) && text.bytes().all(word)
}

/// Whether any terminal can show it and does not obey it.
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_@".contains(&byte)
}

fn is_sentence(text: &str) -> bool {
    is_plain(text)
        && text.len() <= SENTENCE_CHARACTERS_MAX
        && text.len() > 1
        && text.ends_with('.')
        && !text.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use std::ops::Add as _;

    use pushgate_core::judge::Grade;

    use super::parse;
    use crate::sample::RULE;

    #[test]
    fn a_good_rule_is_read() {
        let rules = parse("acme.toml", RULE).unwrap();
        assert_eq!(rules[0].id, "acme-token");
        assert_eq!(rules[0].detector, None);
    }

    #[test]
    fn errors_name_file_rule_and_key() {
        let error = |from: &str, to: &str| {
            parse("acme.toml", &RULE.replace(from, to)).unwrap_err().to_string()
        };
        assert!(error("severity", "severeness").contains("severeness"));
        assert!(error("severity", "severeness").contains("acme.toml"));
        assert!(error("examples = [\"x\"]", "").contains("acme-token"));
        assert!(error("counterexamples = [\"y\"]", "").contains("no counterexample"));
        assert!(error("acme-token", "Acme Token").contains("its id"));
        assert!(error("acme-token", &"a".repeat(65)).contains("its id"));
        assert!(error("\"Acme token\"", "\"\"").contains("title is empty"));
        assert!(error("\"Acme token\"", "\"a\\u001b[2J\"").contains("title must be printable"));
        assert!(error("Acme token", &"a".repeat(61)).contains("title must have at most 60"));
        assert!(error("Ask Acme.", " ").contains("revoke is empty"));
        let many = format!("literals = {:?}", vec!["acme_"; 201]);
        assert!(error("literals = [\"acme_\"]", &many).contains("may have 200 words"));
        let severity = "severity = \"high\"";
        for (url, reason) in [("ftp://acme.example", "an address"), ("", "is empty")] {
            let told = error(severity, &format!("{severity}\nrevoke_url = \"{url}\""));
            assert!(told.contains(reason), "{url:?}: {told}");
        }
        for rank in ["0", "101", "65535"] {
            let told = error(severity, &format!("{severity}\nrank = {rank}"));
            assert!(told.contains("rank must be 1 to 100"), "{rank}: {told}");
        }
        for prefix in ["", "ab", "a b", "abcdefghijklm", "ab\\u001b", "\u{dc}ber"] {
            let told = error(severity, &format!("{severity}\nprefix = \"{prefix}\""));
            assert!(told.contains("acme-token: prefix must be 3 to 12"), "{prefix:?}: {told}");
        }
        for field in ["about", "looks", "sure", "rotate"] {
            for text in ["No stop", "Tab\\t.", "\u{dc}ber.", ".", &"x".repeat(240).add(".")] {
                let told = error(severity, &format!("{severity}\n{field} = \"{text}\""));
                assert!(told.contains(&format!("acme-token: {field} must")), "{text:?}: {told}");
            }
        }
    }

    #[test]
    fn a_rule_lists_the_grades_that_it_can_get() {
        let severity = "severity = \"high\"";
        let grades = format!("{severity}\ngrades = {{ proven = [1], weak = [2, 3] }}");
        let rules = parse("acme.toml", &RULE.replace(severity, &grades)).unwrap();
        let listed: Vec<_> = rules[0].grades.listed().collect();
        assert_eq!(listed, [(Grade::Proven, &[1][..]), (Grade::Weak, &[2, 3][..])]);
        assert!(rules[0].grades.allow(Grade::Weak, 3) && !rules[0].grades.allow(Grade::Likely, 3));
        let wrong = grades.replace("weak", "maybe");
        let error = parse("acme.toml", &RULE.replace(severity, &wrong)).unwrap_err();
        assert!(error.to_string().contains("maybe"), "{error}");
    }
}
