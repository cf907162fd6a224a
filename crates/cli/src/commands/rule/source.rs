//! A file of an author's: TOML with rules, or a component with its manifest.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use pushgate_host::compile as host;
use pushgate_rules::check::{self, Checked, Problem};
use pushgate_rules::{Manifest, Refusal, RuleDefinition, builtin};

use crate::detectors;

/// Bytes of a rule file.
const RULE_FILE_BYTES_MAX: usize = 4 << 20;

/// A file of rules, checked.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) checked: Checked,
    /// The component's manifest; a TOML file has none.
    pub(crate) manifest: Option<Manifest>,
    /// The component, if it has a manifest.
    pub(crate) wasm: Option<Vec<u8>>,
}

impl Source {
    /// Reads and checks the file at `path`; what is wrong with its rules is in what is returned.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is no file of rules at all.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Source> {
        let shown = path.display();
        if path.is_dir() {
            bail!("{shown} is a folder; name the files in it");
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        let mut component = None;
        let (mut checked, manifest) = match extension {
            Some("toml") => {
                let bytes = bounded(path, RULE_FILE_BYTES_MAX)?;
                let text = String::from_utf8(bytes).with_context(|| format!("{shown}"))?;
                of_toml(&text)?
            }
            Some("wasm") => {
                let wasm = bounded(path, host::COMPONENT_BYTES_MAX)?;
                match host::manifest_section(&wasm) {
                    Ok(text) => {
                        component = Some(wasm);
                        check::manifest(&text)
                    }
                    Err(error) => (problem(error.to_string()), None),
                }
            }
            _ => bail!("{shown}: neither a rule file (.toml) nor a detector (.wasm)"),
        };
        for rule in checked.rules.clone() {
            for problem in problems_of_templates(&rule) {
                checked.note(&rule.id, problem);
            }
        }
        if let Some(manifest) = &manifest
            && checked.rules.is_empty()
            && checked.problems.is_empty()
        {
            // A detector without rules of its own judges those that name it.
            let named = |detector: &Option<String>| detector.as_ref() == Some(&manifest.name);
            checked.rules = builtin::rules()?;
            checked
                .rules
                .retain(|rule| named(&rule.detector) && manifest.judges.contains(&rule.id));
        }
        Ok(Source { path: path.to_owned(), checked, manifest, wasm: component })
    }

    /// Whether the file is a component.
    pub(crate) fn is_component(&self) -> bool {
        self.path.extension().is_some_and(|extension| extension == "wasm")
    }
}

/// A file of rules, or the manifest of a detector before it is built into one.
fn of_toml(text: &str) -> anyhow::Result<(Checked, Option<Manifest>)> {
    if text.lines().any(|line| line.trim() == "[detector]") {
        let (checked, _) = check::manifest(text);
        return Ok((checked, None));
    }
    let mut checked = check::rule_file(text);
    let built_in = detectors::built_in_manifest()?;
    for rule in checked.rules.clone() {
        match &rule.detector {
            Some(detector) if *detector != built_in.name => {
                let refusal = Refusal::UnknownDetector(detector.clone());
                checked.note(&rule.id, refusal.to_string());
            }
            _ => check::against(&rule, &built_in, &mut checked),
        }
    }
    Ok((checked, None))
}

/// The examples and counterexamples that cannot be expanded.
fn problems_of_templates(rule: &RuleDefinition) -> Vec<String> {
    let lists = [("example", &rule.examples), ("counterexample", &rule.counterexamples)];
    let mut problems = Vec::new();
    for (noun, templates) in lists {
        for (index, template) in templates.iter().enumerate() {
            if let Err(error) = pushgate_cases::try_expand(template, 0) {
                problems.push(format!("{noun} {} is no template: {error}", index + 1));
            }
        }
    }
    problems
}

fn problem(reason: String) -> Checked {
    Checked { rules: Vec::new(), problems: vec![Problem { rule: None, reason }] }
}

/// The bytes of a regular file, if there are not too many.
fn bounded(path: &Path, bytes_max: usize) -> anyhow::Result<Vec<u8>> {
    let failed = || format!("reading {}", path.display());
    let metadata = path.metadata().with_context(failed)?;
    if metadata.is_dir() {
        bail!("{} is a folder; name the files in it", path.display());
    }
    if !metadata.is_file() {
        bail!("{} is not a file", path.display());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(failed)?;
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes).with_context(failed)?;
    if bytes.len() > bytes_max {
        bail!("{} has more than {bytes_max} bytes", path.display());
    }
    Ok(bytes)
}
