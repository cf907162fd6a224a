//! What a detector component says of itself: the text of its `pushgate:manifest` section.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::check::{self, ParseRulesError};
use crate::definition::{RuleDefinition, is_name, is_plain};

/// Characters of the text of a code.
const TEXT_CHARACTERS_MAX: usize = 120;

/// Characters of the version of a detector.
const VERSION_CHARACTERS_MAX: usize = 32;

/// What a name must be, in words.
const NAME: &str = "1 to 64 lower-case letters, digits and hyphens";

/// A detector's manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Name by which rules refer to it.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// Names of its judges, in the order of their index. A rule's judge bears the rule's id.
    pub judges: Vec<String>,
    /// Texts of its evidence codes, as shown to a developer.
    pub evidence: BTreeMap<u16, String>,
    /// Texts of its codes for dismissals.
    pub dismissals: BTreeMap<u16, String>,
    /// Rules that come with it.
    pub rules: Vec<RuleDefinition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestFile {
    detector: DetectorTable,
    evidence: BTreeMap<u16, String>,
    #[serde(default)]
    dismissals: BTreeMap<u16, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DetectorTable {
    name: String,
    version: String,
    judges: Vec<String>,
}

impl Manifest {
    /// Reads the manifest in `text`; `name` says where it is from, for errors.
    ///
    /// # Errors
    ///
    /// For the first thing that is wrong with the manifest, or with one of its rules.
    pub fn parse(name: &str, text: &str) -> Result<Manifest, ParseRulesError> {
        let (checked, manifest) = check::manifest_alone(text);
        let rules = checked.into_rules(name)?;
        let manifest = manifest.expect("a manifest that cannot be read has a problem");
        Ok(Manifest { rules, ..manifest })
    }

    /// The manifest in `file`, from which the rules were taken.
    pub(crate) fn of_table(file: &toml::Table) -> Result<Manifest, String> {
        // A table that was read takes no number for a key; a text does.
        let file: ManifestFile =
            toml::from_str(&file.to_string()).map_err(|error| error.to_string())?;
        let DetectorTable { name, version, judges } = &file.detector;
        if !is_name(name) {
            return Err(format!("detector.name must be {NAME}"));
        }
        if !judges.iter().all(|judge| is_name(judge)) {
            return Err(format!("each of detector.judges must be {NAME}"));
        }
        if !is_text(version) || version.len() > VERSION_CHARACTERS_MAX {
            return Err(format!(
                "detector.version must be printable ASCII, 1 to {VERSION_CHARACTERS_MAX} characters"
            ));
        }
        for (table, texts) in [("evidence", &file.evidence), ("dismissals", &file.dismissals)] {
            if let Some((code, _)) = texts.iter().find(|(_, text)| !is_text(text)) {
                return Err(format!(
                    "{table} {code} must be printable ASCII, 1 to {TEXT_CHARACTERS_MAX} characters: \
                     any terminal shows it"
                ));
            }
        }
        Ok(Manifest {
            name: file.detector.name,
            version: file.detector.version,
            judges: file.detector.judges,
            evidence: file.evidence,
            dismissals: file.dismissals,
            rules: Vec::new(),
        })
    }
}

/// Whether a message can end with it.
fn is_text(text: &str) -> bool {
    is_plain(text) && !text.trim().is_empty() && text.len() <= TEXT_CHARACTERS_MAX
}

#[cfg(test)]
mod tests {
    use super::Manifest;
    use crate::sample::{DETECTOR, RULE};

    fn good() -> String {
        [DETECTOR, RULE].concat()
    }

    #[test]
    fn a_rule_of_a_manifest_is_judged_by_its_detector() {
        let manifest = Manifest::parse("acme.wasm", &good()).unwrap();
        assert_eq!(manifest.rules[0].detector.as_deref(), Some("acme"));
        assert_eq!(manifest.evidence[&1], "the digits add up");
    }

    #[test]
    fn texts_that_a_terminal_may_not_show_are_refused() {
        let error = |from: &str, to: &str| {
            Manifest::parse("acme.wasm", &good().replacen(from, to, 1)).unwrap_err().to_string()
        };
        let long = "x".repeat(121);
        for text in ["\u{202e}up", "\\u001b[2J", "up\\nremote: pushgate: accepted", &long] {
            let told = error("the digits add up", text);
            assert!(told.contains("evidence 1 must be printable ASCII"), "{text:?}: {told}");
        }
        assert!(error("the digits add up", "").contains("evidence 1 must"));
        let dismissals = "[dismissals]\n3 = \"\\u0007\"\n[[rule]]";
        assert!(error("[[rule]]", dismissals).contains("dismissals 3 must"));
        for name in ["", "Acme", "a b", "acme\\u001b", &"a".repeat(65)] {
            let told = error("name = \"acme\"", &format!("name = \"{name}\""));
            assert!(told.contains("detector.name must be"), "{name:?}: {told}");
        }
        assert!(
            error("[\"acme-token\"]", "[\"acme-token\", \"a\\nb\"]").contains("judges must be")
        );
        assert!(error("\"1.0.0\"", "\"1\\u001b\"").contains("detector.version must"));
    }
}
