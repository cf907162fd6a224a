//! What a detector component says of itself: the text of its `pushgate:manifest` section.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::check::{self, ParseRulesError};
use crate::definition::RuleDefinition;

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
        let ascii = |texts: &BTreeMap<u16, String>| texts.values().all(|text| text.is_ascii());
        if !ascii(&file.evidence) || !ascii(&file.dismissals) {
            return Err("texts of evidence and dismissals must be ASCII".to_owned());
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
        let error = Manifest::parse("acme.wasm", &good().replace("add up", "add \u{202e}up"));
        assert!(error.unwrap_err().to_string().contains("ASCII"));
    }
}
