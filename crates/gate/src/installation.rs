//! What an installation consists of beside the configuration: rules, detectors, the fingerprint key.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use pushgate_core::assess::Detectors;
use pushgate_core::cause::Cause;
use pushgate_core::fingerprint::FingerprintKey;
use pushgate_core::judge::Detector;
use pushgate_core::matcher::{Matcher, RuleIndex};
use pushgate_core::rule::{DetectorIndex, RuleSet};
use pushgate_host::{ArtefactSet, DetectorLimits, Library, Store};
use pushgate_rules::{CompiledRules, DetectorFacts};

use crate::code;
use crate::config::Config;
use crate::hook::{Embedded, GateError};
use crate::regular;

/// Bytes of a key file that are read.
const KEY_FILE_BYTES_MAX: u64 = 4096;

/// Rules and detectors, ready for a push.
#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) rules: RuleSet,
    pub(crate) matcher: Matcher,
    pub(crate) detectors: Vec<InstalledDetector>,
    pub(crate) digest: String,
    known: Arc<Library>,
    limits: DetectorLimits,
}

/// What is recorded of a detector.
#[derive(Debug)]
pub(crate) struct InstalledDetector {
    pub(crate) facts: DetectorFacts,
    pub(crate) digest: String,
}

impl Installation {
    /// Loads what is embedded or, if the admin has detectors, what was compiled into the store.
    pub(crate) fn load(embedded: &Embedded, config: &Config) -> Result<Installation, GateError> {
        let failed = |reason: String| GateError { code: code::RULES, text: reason };
        let (compiled, artefacts) = match &config.detectors {
            None => {
                let rules = CompiledRules::from_static(embedded.rules)
                    .map_err(|error| failed(error.to_string()))?;
                let artefacts = ArtefactSet::from_bytes(embedded.detectors)
                    .map_err(|error| failed(error.to_string()))?;
                (rules, artefacts.artefacts)
            }
            Some(folders) => {
                let installed =
                    Store::open(&folders.store).map_err(|error| failed(error.to_string()))?;
                let bytes = installed.rules().map_err(|error| failed(error.to_string()))?;
                let rules = CompiledRules::from_bytes(&bytes)
                    .map_err(|error| failed(format!("{}: {error}", folders.store.display())))?;
                (rules, installed.artefacts)
            }
        };

        let names = compiled.detectors.iter().map(|facts| facts.name.as_str());
        if !names.eq(artefacts.iter().map(|artefact| artefact.manifest.name.as_str())) {
            return Err(failed("rules and detectors do not belong together".to_owned()));
        }
        let matcher = Matcher::new(compiled.parts).map_err(|error| failed(error.to_string()))?;
        let detectors = compiled
            .detectors
            .into_iter()
            .zip(&artefacts)
            .map(|(facts, artefact)| InstalledDetector { facts, digest: artefact.digest.clone() })
            .collect();
        Ok(Installation {
            rules: compiled.rules,
            matcher,
            detectors,
            digest: compiled.digest,
            known: Arc::new(Library::new(artefacts)),
            limits: config.limits.detector,
        })
    }

    /// Detectors for one push, none started yet.
    pub(crate) fn detectors(&self) -> HostedDetectors {
        HostedDetectors(pushgate_host::Detectors::new(&self.known, self.limits))
    }

    /// Which detector failed at a candidate of which rule, and how, for the admin.
    pub(crate) fn failed(&self, cause: Cause, rule: Option<RuleIndex>) -> Option<String> {
        let Cause::Detector(failure) = cause else { return None };
        let rule = self.rules.get(rule?)?;
        let detector = self.detectors.get(usize::from(rule.detector.0));
        let detector = detector.map_or("no detector", |known| known.facts.name.as_str());
        Some(format!("{detector} / {}: {}", rule.id, failure.reason()))
    }

    /// What is wrong with the installation if a detector that was asked could not be loaded.
    pub(crate) fn fault(&self) -> Option<GateError> {
        let error = self.known.not_loaded()?;
        Some(GateError { code: code::RULES, text: error.to_string() })
    }

    /// The text of a detector's evidence.
    pub(crate) fn evidence(&self, detector: DetectorIndex, evidence: u16) -> &str {
        self.detectors
            .get(usize::from(detector.0))
            .and_then(|detector| detector.facts.evidence.get(&evidence))
            .map_or("", String::as_str)
    }
}

/// The host's detectors under the rules' indices, which are the same.
#[derive(Debug)]
pub(crate) struct HostedDetectors(pushgate_host::Detectors);

impl Detectors for HostedDetectors {
    fn detector(&mut self, index: DetectorIndex) -> Option<&mut dyn Detector> {
        Some(self.0.detector(usize::from(index.0)))
    }
}

/// Why the file at `path` is no key for fingerprints, if it is none.
#[must_use]
pub fn key_fault(path: &Path) -> Option<String> {
    fingerprint_key(Some(path)).err().map(|error| error.text)
}

/// The key for fingerprints: that of the file, or one for this push alone.
pub(crate) fn fingerprint_key(path: Option<&Path>) -> Result<FingerprintKey, GateError> {
    let mut key = [0_u8; 32];
    let Some(path) = path else {
        getrandom::fill(&mut key).map_err(|error| GateError {
            code: code::KEY,
            text: format!("the system has no random bytes: {error}"),
        })?;
        return Ok(FingerprintKey::new(key));
    };
    let failed =
        |reason: &str| GateError { code: code::KEY, text: format!("{}: {reason}", path.display()) };
    let mut text = Vec::new();
    regular::open(path)
        .and_then(|file| file.take(KEY_FILE_BYTES_MAX + 1).read_to_end(&mut text))
        .map_err(|error| failed(&error.to_string()))?;
    let digits = text.trim_ascii();
    if text.len() as u64 > KEY_FILE_BYTES_MAX || digits.len() != 64 {
        return Err(failed("it does not hold 64 hexadecimal digits"));
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
        *byte = std::str::from_utf8(pair)
            .ok()
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
            .ok_or_else(|| failed("it does not hold 64 hexadecimal digits"))?;
    }
    Ok(FingerprintKey::new(key))
}

#[cfg(test)]
mod tests {
    use super::fingerprint_key;

    #[test]
    fn a_key_file_must_hold_a_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for (text, good) in [
            ("ab".repeat(32), true),
            ("ab".repeat(32) + "\n", true),
            ("ab".repeat(31), false),
            ("zz".repeat(32), false),
            (String::new(), false),
        ] {
            std::fs::write(&path, &text).unwrap();
            let outcome = fingerprint_key(Some(&path));
            assert_eq!(outcome.is_ok(), good, "{text:?}");
            if let Err(error) = outcome {
                assert!(error.text.contains("key"), "{}", error.text);
                assert!(!error.text.contains("abab"), "the message shows the key");
            }
        }
        assert!(fingerprint_key(Some(&folder.path().join("missing"))).is_err());
        let error = fingerprint_key(Some(folder.path())).unwrap_err();
        assert!(error.text.ends_with("it is not a regular file"), "{}", error.text);
        assert!(fingerprint_key(None).is_ok());
    }
}
