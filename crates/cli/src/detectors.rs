//! Built-in and admin's detectors to compiled rules and code.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use pushgate_host::{Artefact, DetectorLimits, compile as host};
use pushgate_rules::{CompiledRules, Manifest, builtin, compile as rules};

/// The built-in detector, as its guest was built.
const ATLASSIAN: &[u8] = include_bytes!(env!("PUSHGATE_GUEST_ATLASSIAN"));

/// Rules and detectors, compiled together.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) rules: CompiledRules,
    pub(crate) artefacts: Vec<Artefact>,
}

/// Compiles the built-in rules and detectors and, if there is one, the components in `folder`.
pub(crate) fn compile(folder: Option<&Path>) -> anyhow::Result<Compiled> {
    let mut definitions = builtin::rules()?;
    let mut manifests = Vec::new();
    let mut artefacts = Vec::new();

    let own = components(folder)?;
    let sources = std::iter::once(("atlassian.wasm (built in)".to_owned(), ATLASSIAN.to_vec()));
    for (name, wasm) in sources.chain(own) {
        let text = host::manifest_section(&wasm).with_context(|| name.clone())?;
        let manifest = Manifest::parse(&name, &text)?;
        let facts = pushgate_host::Manifest {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            judges: manifest.judges.clone(),
            evidence: manifest.evidence.clone(),
            dismissals: manifest.dismissals.clone(),
        };
        let artefact = host::artefact(&wasm, facts, &DetectorLimits::default())
            .with_context(|| format!("{name}: it cannot be used as a detector"))?;
        definitions.extend(manifest.rules.iter().cloned());
        manifests.push(manifest);
        artefacts.push(artefact);
    }
    Ok(Compiled { rules: rules::compile(&definitions, &manifests)?, artefacts })
}

/// The components in a folder, by name.
fn components(folder: Option<&Path>) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let mut paths = Vec::new();
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let path: PathBuf = entry.with_context(|| format!("reading {}", folder.display()))?.path();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("wasm") => paths.push(path),
            // Compiled code from elsewhere would run unchecked.
            Some("cwasm") => bail!(
                "{}: compiled code is never taken from a folder; put the .wasm there",
                path.display()
            ),
            _ => (),
        }
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let wasm =
                std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            Ok((path.display().to_string(), wasm))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn compiled_code_in_a_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.cwasm"), b"x").unwrap();
        let error = compile(Some(folder.path())).unwrap_err();
        assert!(format!("{error:#}").contains("a.cwasm"));
    }

    #[test]
    fn a_file_that_is_no_detector_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("broken.wasm"), b"not wasm").unwrap();
        let error = compile(Some(folder.path())).unwrap_err();
        assert!(format!("{error:#}").contains("broken.wasm"));
    }
}
