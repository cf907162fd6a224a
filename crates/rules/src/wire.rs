//! Compiled rules as bytes. The serialisable twins of core's types live here, and nowhere else.

use std::borrow::Cow;
use std::collections::BTreeMap;

use pushgate_core::matcher::{
    AutomatonIndex, AutomatonPart, ClassRun, Literal, LiteralUse, Parts, RuleIndex, Word,
};
use pushgate_core::rule::{DetectorIndex, Rule, RuleSet};
use serde::{Deserialize, Serialize};

use crate::compile::{CompiledRules, DetectorFacts};

/// Begins every file of compiled rules; its last byte is the version of the format.
const MAGIC: &[u8; 8] = b"pgrules\x05";

/// Bytes of the digest that follows.
const DIGEST_BYTES: usize = 32;

/// Why bytes are not compiled rules.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadRulesError {
    /// They do not begin as compiled rules of this version do.
    #[error("these are not compiled rules of this version")]
    Version,
    /// They are damaged.
    #[error("the compiled rules are damaged")]
    Damaged,
}

#[derive(Serialize, Deserialize)]
struct WireRules<'b> {
    rules: Vec<WireRule>,
    detectors: Vec<WireDetector>,
    literals: Vec<WireLiteral>,
    near_literals: Vec<WireLiteral>,
    near_words: Vec<WireWord>,
    class_runs: Vec<WireClassRun>,
    #[serde(borrow)]
    automata: Vec<WireAutomaton<'b>>,
}

#[derive(Serialize, Deserialize)]
struct WireAutomaton<'b> {
    rules: Vec<u16>,
    /// Borrowed from the file, so that they are copied once at most.
    bytes: &'b [u8],
}

#[derive(Serialize, Deserialize)]
struct WireRule {
    id: String,
    title: String,
    detector: u16,
    judge: u32,
    rank: u16,
    prefix: Option<String>,
    revoke: String,
    revoke_url: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WireDetector {
    name: String,
    version: String,
    evidence: BTreeMap<u16, String>,
}

#[derive(Serialize, Deserialize)]
struct WireLiteral {
    bytes: Vec<u8>,
    uses: Vec<(u16, usize, usize)>,
}

#[derive(Serialize, Deserialize)]
struct WireWord {
    bytes: Vec<u8>,
    rules: Vec<u16>,
}

#[derive(Serialize, Deserialize)]
struct WireClassRun {
    automata: Vec<u16>,
    len: usize,
    places: Vec<u32>,
}

/// The same rules, with the digest of their bytes.
pub(crate) fn with_digest(mut rules: CompiledRules) -> CompiledRules {
    rules.digest = blake3::hash(&body(&rules)).to_hex().to_string();
    rules
}

pub(crate) fn to_bytes(rules: &CompiledRules) -> Vec<u8> {
    let body = body(rules);
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(blake3::hash(&body).as_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

fn body(compiled: &CompiledRules) -> Vec<u8> {
    let parts = &compiled.parts;
    let wire = WireRules {
        rules: compiled.rules.rules.iter().map(WireRule::from).collect(),
        detectors: compiled
            .detectors
            .iter()
            .map(|detector| WireDetector {
                name: detector.name.clone(),
                version: detector.version.clone(),
                evidence: detector.evidence.clone(),
            })
            .collect(),
        literals: parts.literals.iter().map(WireLiteral::from).collect(),
        near_literals: parts.near_literals.iter().map(WireLiteral::from).collect(),
        near_words: parts.near_words.iter().map(WireWord::from).collect(),
        class_runs: parts
            .class_runs
            .iter()
            .map(|run| WireClassRun {
                automata: run.automata.iter().map(|automaton| automaton.0).collect(),
                len: run.len,
                places: run.places.clone(),
            })
            .collect(),
        automata: parts
            .automata
            .iter()
            .map(|part| WireAutomaton {
                rules: part.rules.iter().map(|rule| rule.0).collect(),
                bytes: &part.bytes,
            })
            .collect(),
    };
    postcard::to_stdvec(&wire).expect("vectors, strings and numbers always serialise")
}

/// Reads rules; `keep` says how the bytes of an automaton are kept.
pub(crate) fn from_bytes<'b>(
    bytes: &'b [u8],
    keep: fn(&'b [u8]) -> Cow<'static, [u8]>,
) -> Result<CompiledRules, LoadRulesError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(LoadRulesError::Version)?;
    let (digest, body) = rest.split_at_checked(DIGEST_BYTES).ok_or(LoadRulesError::Damaged)?;
    // Whoever may be someone else's writer checks the digest of the whole file before: the
    // store does; what is embedded in the binary is the binary.
    let wire: WireRules<'_> = postcard::from_bytes(body).map_err(|_| LoadRulesError::Damaged)?;
    Ok(CompiledRules {
        rules: RuleSet { rules: wire.rules.into_iter().map(Rule::from).collect() },
        parts: Parts {
            literals: wire.literals.into_iter().map(Literal::from).collect(),
            near_literals: wire.near_literals.into_iter().map(Literal::from).collect(),
            near_words: wire.near_words.into_iter().map(Word::from).collect(),
            class_runs: wire.class_runs.into_iter().map(ClassRun::from).collect(),
            automata: wire
                .automata
                .into_iter()
                .map(|automaton| AutomatonPart {
                    rules: automaton.rules.into_iter().map(RuleIndex).collect(),
                    bytes: keep(automaton.bytes),
                })
                .collect(),
        },
        detectors: wire.detectors.into_iter().map(DetectorFacts::from).collect(),
        digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

impl From<&Literal> for WireLiteral {
    fn from(literal: &Literal) -> WireLiteral {
        let uses = literal.uses.iter();
        WireLiteral {
            bytes: literal.bytes.clone(),
            uses: uses.map(|it| (it.automaton.0, it.offset_min, it.offset_max)).collect(),
        }
    }
}

impl From<&Word> for WireWord {
    fn from(word: &Word) -> WireWord {
        let rules = word.rules.iter().map(|rule| rule.0).collect();
        WireWord { bytes: word.bytes.clone(), rules }
    }
}

impl From<&Rule> for WireRule {
    fn from(rule: &Rule) -> WireRule {
        WireRule {
            id: rule.id.clone(),
            title: rule.title.clone(),
            detector: rule.detector.0,
            judge: rule.judge,
            rank: rule.rank,
            prefix: rule.prefix.clone(),
            revoke: rule.revoke.clone(),
            revoke_url: rule.revoke_url.clone(),
        }
    }
}

impl From<WireRule> for Rule {
    fn from(rule: WireRule) -> Rule {
        Rule {
            id: rule.id,
            title: rule.title,
            detector: DetectorIndex(rule.detector),
            judge: rule.judge,
            rank: rule.rank,
            prefix: rule.prefix,
            revoke: rule.revoke,
            revoke_url: rule.revoke_url,
        }
    }
}

impl From<WireDetector> for DetectorFacts {
    fn from(detector: WireDetector) -> DetectorFacts {
        DetectorFacts {
            name: detector.name,
            version: detector.version,
            evidence: detector.evidence,
        }
    }
}

impl From<WireLiteral> for Literal {
    fn from(literal: WireLiteral) -> Literal {
        let usage = |(automaton, offset_min, offset_max)| LiteralUse {
            automaton: AutomatonIndex(automaton),
            offset_min,
            offset_max,
        };
        Literal { bytes: literal.bytes, uses: literal.uses.into_iter().map(usage).collect() }
    }
}

impl From<WireClassRun> for ClassRun {
    fn from(run: WireClassRun) -> ClassRun {
        ClassRun {
            automata: run.automata.into_iter().map(AutomatonIndex).collect(),
            len: run.len,
            places: run.places,
        }
    }
}

impl From<WireWord> for Word {
    fn from(word: WireWord) -> Word {
        Word { bytes: word.bytes, rules: word.rules.into_iter().map(RuleIndex).collect() }
    }
}

#[cfg(test)]
mod tests {
    use crate::compile::{CompiledRules, compile};
    use crate::manifest::Manifest;
    use crate::sample::{DETECTOR, RULE};

    fn compiled() -> CompiledRules {
        let judges = DETECTOR.replace(r#"["acme-token"]"#, r#"["other", "acme-token"]"#);
        let text = [judges.as_str(), RULE].concat();
        let manifest = Manifest::parse("acme", &text).unwrap();
        compile(&manifest.rules.clone(), &[manifest]).unwrap()
    }

    #[test]
    fn compiled_rules_survive_being_bytes() {
        let rules = compiled();
        assert_eq!(rules.rules.rules[0].judge, 1);
        assert_eq!(rules.digest.len(), 64);
        assert_eq!(CompiledRules::from_bytes(&rules.to_bytes()).unwrap(), rules);
    }

    #[test]
    fn cut_or_foreign_bytes_are_refused() {
        let bytes = compiled().to_bytes();
        for len in [0, 7, 8, 20, 40, bytes.len() - 1] {
            assert!(CompiledRules::from_bytes(&bytes[..len]).is_err(), "{len} bytes");
        }
        assert!(CompiledRules::from_bytes(b"something else entirely").is_err());
    }
}
