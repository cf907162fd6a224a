//! All that is wrong with a file of rules, for its author; parsing ends at the first problem.

use std::fmt;

use toml::{Table, Value};

use crate::definition::{self, RuleDefinition, Severity};
use crate::manifest::Manifest;
use crate::nearest::nearest;
use crate::refusal::Refusal;

/// The keys of a rule, and whether each must be there.
const KEYS: [(&str, bool); 19] = [
    ("id", true),
    ("title", true),
    ("product", false),
    ("about", false),
    ("looks", false),
    ("sure", false),
    ("pattern", true),
    ("literals", false),
    ("near", false),
    ("prefix", false),
    ("detector", false),
    ("rank", false),
    ("grades", false),
    ("severity", true),
    ("revoke", true),
    ("revoke_url", false),
    ("rotate", false),
    ("examples", false),
    ("counterexamples", false),
];

/// What a file holds, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The rules that could be read, those with problems too.
    pub rules: Vec<RuleDefinition>,
    /// Every problem, in the order of the file.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Id of the rule, or its number; nothing if it is about the file.
    pub rule: Option<String>,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Some(rule) => write!(f, "rule {rule}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// Why a file cannot be used: the first of its problems.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct ParseRulesError {
    /// Name of the file.
    pub name: String,
    /// What is wrong with it.
    pub problem: Problem,
}

impl Checked {
    /// The rules, if there is nothing wrong with them; `name` is the file's, for the error.
    pub(crate) fn into_rules(self, name: &str) -> Result<Vec<RuleDefinition>, ParseRulesError> {
        match self.problems.into_iter().next() {
            None => Ok(self.rules),
            Some(problem) => Err(ParseRulesError { name: name.to_owned(), problem }),
        }
    }

    /// Notes what is wrong with `rule`.
    pub fn note(&mut self, rule: &str, reason: impl Into<String>) {
        self.problems.push(Problem { rule: Some(rule.to_owned()), reason: reason.into() });
    }

    fn note_file(&mut self, reason: impl Into<String>) {
        self.problems.push(Problem { rule: None, reason: reason.into() });
    }
}

/// Checks the TOML text of a file of rules.
#[must_use]
pub fn rule_file(text: &str) -> Checked {
    let mut checked = Checked::default();
    if let Some(mut file) = table(text, &mut checked) {
        rules(&mut file, &mut checked);
        for key in file.keys() {
            checked.note_file(format!("unknown key `{key}`; a file of rules has only [[rule]]"));
        }
        if checked.rules.is_empty() && checked.problems.is_empty() {
            checked.note_file("there is no [[rule]] in it");
        }
    }
    checked
}

/// Checks the manifest of a detector, with its rules; the manifest has no rules if one of them is
/// wrong, and is nothing if it is wrong itself.
#[must_use]
pub fn manifest(text: &str) -> (Checked, Option<Manifest>) {
    let (mut checked, manifest) = manifest_alone(text);
    let Some(mut manifest) = manifest else { return (checked, None) };
    for rule in checked.rules.clone() {
        against(&rule, &manifest, &mut checked);
    }
    if checked.problems.is_empty() {
        manifest.rules.clone_from(&checked.rules);
    }
    (checked, Some(manifest))
}

/// The manifest of a detector without its rules, which are checked each for itself.
pub(crate) fn manifest_alone(text: &str) -> (Checked, Option<Manifest>) {
    let mut checked = Checked::default();
    let Some(mut file) = table(text, &mut checked) else { return (checked, None) };
    rules(&mut file, &mut checked);
    match Manifest::of_table(&file) {
        Ok(manifest) => {
            for rule in &mut checked.rules {
                rule.detector.get_or_insert_with(|| manifest.name.clone());
            }
            (checked, Some(manifest))
        }
        Err(reason) => {
            checked.note_file(one_line(&reason));
            (checked, None)
        }
    }
}

/// Checks that `manifest` has what `rule` needs of its detector.
pub fn against(rule: &RuleDefinition, manifest: &Manifest, checked: &mut Checked) {
    if rule.detector.as_ref() != Some(&manifest.name) {
        return;
    }
    let name = &manifest.name;
    if !manifest.judges.contains(&rule.id) {
        checked.note(&rule.id, Refusal::UnknownJudge(name.clone()).to_string());
    }
    for (grade, codes) in rule.grades.listed() {
        for code in codes.iter().filter(|code| !manifest.evidence.contains_key(code)) {
            let grade = grade.as_str();
            checked.note(
                &rule.id,
                format!("grades.{grade} names code {code}, of which detector {name} has no text"),
            );
        }
    }
}

fn table(text: &str, checked: &mut Checked) -> Option<Table> {
    match toml::from_str::<Table>(text) {
        Ok(table) => Some(table),
        Err(error) => {
            checked.note_file(error.to_string().trim_end().to_owned());
            None
        }
    }
}

/// Takes the rules out of `file`.
fn rules(file: &mut Table, checked: &mut Checked) {
    let tables = match file.remove("rule") {
        None => return,
        Some(Value::Array(tables)) => tables,
        Some(_) => {
            checked.note_file("`rule` is not a list: each rule begins with [[rule]]");
            return;
        }
    };
    for (index, value) in tables.into_iter().enumerate() {
        let Value::Table(mut table) = value else {
            checked.note_file("`rule` is not a list of tables: each rule begins with [[rule]]");
            continue;
        };
        let id = table.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
        let id = id.map_or_else(|| format!("number {}", index + 1), str::to_owned);
        let whole = keys(&id, &mut table, checked);
        match table.try_into::<RuleDefinition>() {
            Err(error) => checked.note(&id, one_line(&error.to_string())),
            Ok(rule) => {
                for problem in definition::problems(&rule) {
                    checked.note(&id, problem);
                }
                if checked.rules.iter().any(|known| known.id == rule.id) {
                    checked.note(&id, Refusal::Duplicate.to_string());
                }
                if whole && !definition::has_too_much(&rule) {
                    checked.rules.push(rule);
                }
            }
        }
    }
}

/// Notes keys that are missing or that nobody knows, and mends them, so that what else is wrong is
/// seen; false if one was missing.
fn keys(id: &str, table: &mut Table, checked: &mut Checked) -> bool {
    let known = || KEYS.iter().map(|(key, _)| *key);
    let unknown: Vec<String> =
        table.keys().filter(|key| !known().any(|known| known == *key)).cloned().collect();
    for key in unknown {
        table.remove(&key);
        let meant = nearest(&key, known());
        let meant = meant.first().map(|meant| format!("; did you mean `{meant}`?"));
        checked.note(id, format!("unknown key `{key}`{}", meant.unwrap_or_default()));
    }
    let mut whole = true;
    for (key, _) in KEYS.iter().filter(|(_, needed)| *needed) {
        if !table.contains_key(*key) {
            checked.note(id, format!("the key `{key}` is missing"));
            table.insert((*key).to_owned(), Value::String("missing".to_owned()));
            whole = false;
        }
    }
    let severity = table.get("severity").and_then(Value::as_str).unwrap_or_default();
    if !Severity::ALL.iter().any(|known| known.as_str() == severity) {
        if severity != "missing" {
            let known = Severity::ALL.map(Severity::as_str).join(", ");
            checked.note(id, format!("unknown severity; there are {known}"));
        }
        table.insert("severity".to_owned(), Value::String(Severity::Info.as_str().to_owned()));
        whole = false;
    }
    whole
}

fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{KEYS, manifest, rule_file};
    use crate::sample::{DETECTOR, RULE};

    fn told(text: &str) -> Vec<String> {
        rule_file(text).problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_file_has_no_problems() {
        let checked = rule_file(RULE);
        assert_eq!(checked.problems, []);
        assert_eq!(checked.rules.len(), 1);
    }

    #[test]
    fn every_problem_of_every_rule_is_told() {
        let bad = RULE
            .replace("title", "titel")
            .replace("severity = \"high\"", "severity = \"awful\"\ncolour = 3");
        let worse = RULE
            .replace("counterexamples = [\"y\"]", "")
            .replace("examples = [\"x\"]", "")
            .replace("Acme token", "Acm\u{e9}");
        let all = told(&format!("{bad}{worse}{}", RULE.replace("[\"acme_\"]", "7")));
        for part in [
            "unknown key `titel`; did you mean `title`?",
            "unknown key `colour`",
            "key `title` is missing",
            "rule acme-token: unknown severity; there are critical, high,",
            "rule acme-token: invalid type: integer `7`",
            "title must be printable ASCII",
            "it has no example",
            "it has no counterexample",
        ] {
            assert!(all.iter().any(|told| told.contains(part)), "{part} is not in {all:#?}");
        }
        assert_eq!(
            told(&format!("{RULE}{RULE}")),
            ["rule acme-token: there are two rules of this id"]
        );
        assert!(told(&RULE.replace("high", "awful"))[0].contains("unknown severity"));
        assert!(told("rule = 3")[0].contains("begins with [[rule]]"));
        assert!(told("[[rules]]")[0].contains("unknown key `rules`"));
        assert!(told("")[0].contains("no [[rule]]"));
        assert!(told("[[rule")[0].contains("line 1"));
    }

    #[test]
    fn a_rule_and_its_manifest_must_fit() {
        let check = |text: &str| {
            let (checked, manifest) = manifest(text);
            let told: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
            (told, manifest)
        };
        let (told, good) = check(&format!("{DETECTOR}{RULE}"));
        assert_eq!(told, [""; 0]);
        assert_eq!(good.unwrap().rules[0].detector.as_deref(), Some("acme"));

        let other = RULE.replace("\"acme-token\"", "\"acme-key\"");
        let graded = other.replace("severity", "grades = { weak = [1, 7] }\nseverity");
        let (told, manifest) = check(&format!("{DETECTOR}{graded}"));
        assert_eq!(
            told,
            [
                "rule acme-key: detector acme has no judge of this name",
                "rule acme-key: grades.weak names code 7, of which detector acme has no text",
            ]
        );
        assert_eq!(manifest.unwrap().rules, []);

        let (told, none) = check(&DETECTOR.replace("version", "vision"));
        assert!(told[0].contains("vision") && none.is_none(), "{told:?}");
    }

    #[test]
    fn all_keys_of_a_rule_are_known_here() {
        let source = include_str!("definition.rs");
        let fields = source.split("pub struct RuleDefinition {").nth(1).unwrap();
        let fields = fields.split("\n}").next().unwrap();
        for field in fields.lines().filter_map(|line| line.trim().strip_prefix("pub ")) {
            let field = field.split(':').next().unwrap();
            assert!(KEYS.iter().any(|(key, _)| *key == field), "{field} is not listed");
        }
    }
}
