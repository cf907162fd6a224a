//! Rules and manifests to what a push loads.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use pushgate_core::matcher::{self, Parts, Pattern};
use pushgate_core::rule::{DetectorIndex, Rule, RuleSet};

use crate::definition::RuleDefinition;
use crate::manifest::Manifest;
use crate::refusal::Refusal;
use crate::wire;

/// Everything about the rules that a push needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompiledRules {
    /// The rules.
    pub rules: RuleSet,
    /// Their matcher.
    pub parts: Parts,
    /// The detectors that judge them, in the order of their index.
    pub detectors: Vec<DetectorFacts>,
    /// Identity of all this, as hexadecimal digits.
    pub digest: String,
}

/// What is known of a detector beside its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetectorFacts {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Texts of its evidence codes.
    pub evidence: BTreeMap<u16, String>,
}

/// Why rules do not compile.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// Two detectors have the same name.
    #[error("detector {0}: there are two detectors of this name")]
    DuplicateDetector(String),
    /// A rule cannot work with what is there.
    #[error("rule {rule}: {refusal}")]
    Rule {
        /// Id of the rule.
        rule: String,
        /// Why not.
        refusal: Refusal,
    },
    /// A pattern or its literals are not acceptable.
    #[error(transparent)]
    Pattern(#[from] matcher::BuildError),
}

/// Compiles `definitions`, whose detectors are `manifests`.
///
/// # Errors
///
/// For the first rule that cannot work, with its name and the reason.
pub fn compile(
    definitions: &[RuleDefinition],
    manifests: &[Manifest],
) -> Result<CompiledRules, CompileError> {
    let mut names = BTreeSet::new();
    for manifest in manifests {
        if !names.insert(&manifest.name) {
            return Err(CompileError::DuplicateDetector(manifest.name.clone()));
        }
    }
    let mut ids = BTreeSet::new();
    let mut rules = Vec::new();
    for definition in definitions {
        if !ids.insert(&definition.id) {
            return Err(refused(definition, Refusal::Duplicate));
        }
        rules.push(rule(definition, manifests).map_err(|refusal| refused(definition, refusal))?);
    }
    let patterns: Vec<Pattern<'_>> = definitions
        .iter()
        .map(|definition| Pattern {
            rule: &definition.id,
            pattern: &definition.pattern,
            literals: &definition.literals,
            near: &definition.near,
        })
        .collect();
    let parts = matcher::build(&patterns)?;
    let detectors = manifests
        .iter()
        .map(|manifest| DetectorFacts {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            evidence: manifest.evidence.clone(),
        })
        .collect();
    Ok(wire::with_digest(CompiledRules {
        rules: RuleSet { rules },
        parts,
        detectors,
        digest: String::new(),
    }))
}

fn refused(definition: &RuleDefinition, refusal: Refusal) -> CompileError {
    CompileError::Rule { rule: definition.id.clone(), refusal }
}

fn rule(definition: &RuleDefinition, manifests: &[Manifest]) -> Result<Rule, Refusal> {
    let name = definition.detector.as_ref().ok_or(Refusal::NoDetector)?;
    let unknown = || Refusal::UnknownDetector(name.clone());
    let index = manifests.iter().position(|m| m.name == *name).ok_or_else(unknown)?;
    let manifest = manifests.get(index).ok_or_else(unknown)?;
    let judge = manifest
        .judges
        .iter()
        .position(|judge| *judge == definition.id)
        .and_then(|judge| u32::try_from(judge).ok())
        .ok_or_else(|| Refusal::UnknownJudge(name.clone()))?;
    Ok(Rule {
        id: definition.id.clone(),
        title: definition.title.clone(),
        detector: DetectorIndex(u16::try_from(index).map_err(|_| unknown())?),
        judge,
        rank: definition.rank,
        prefix: definition.prefix.clone(),
        revoke: definition.revoke.clone(),
        revoke_url: definition.revoke_url.clone(),
    })
}

impl CompiledRules {
    /// The bytes from which a push loads them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::to_bytes(self)
    }

    /// Loads what [`CompiledRules::to_bytes`] has made.
    ///
    /// # Errors
    ///
    /// When the bytes are damaged, or of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<CompiledRules, wire::LoadRulesError> {
        wire::from_bytes(bytes, |automaton| Cow::Owned(automaton.to_vec()))
    }

    /// The same for bytes that are part of the program, most of which are not copied.
    ///
    /// # Errors
    ///
    /// As [`CompiledRules::from_bytes`].
    pub fn from_static(bytes: &'static [u8]) -> Result<CompiledRules, wire::LoadRulesError> {
        wire::from_bytes(bytes, Cow::Borrowed)
    }
}
