//! Built-in and admin's detectors to compiled rules and code.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use pushgate_host::compile::{self as host, COMPONENT_BYTES_MAX};
use pushgate_host::{Artefact, Installed};
use pushgate_rules::{CompiledRules, Manifest, RuleDefinition, builtin, compile as rules};

use crate::compiler;

/// The built-in detector, as its guest was built.
const ATLASSIAN: &[u8] = include_bytes!(env!("PUSHGATE_GUEST_ATLASSIAN"));

/// Rules and detectors, compiled together.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) rules: CompiledRules,
    pub(crate) artefacts: Vec<Artefact>,
    /// The rules that came with the admin's detectors, each with the file that it is from.
    pub(crate) own: Vec<(String, RuleDefinition)>,
}

/// A component, and where it is from.
#[derive(Debug)]
struct Component {
    /// Where it lies; the built-in one lies in this program.
    path: Option<PathBuf>,
    wasm: Vec<u8>,
}

impl Component {
    /// How people are told of it.
    fn shown(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "atlassian.wasm (built in)".to_owned(),
        }
    }

    /// What the store remembers it by.
    fn file(&self) -> Option<String> {
        let name = self.path.as_deref()?.file_name()?;
        Some(name.to_string_lossy().into_owned())
    }

    fn compile(&self) -> anyhow::Result<(Manifest, Artefact)> {
        let shown = self.shown();
        let compiled = compiler::compile(&self.wasm).with_context(|| shown.clone())?;
        let manifest = Manifest::parse(&shown, &compiled.manifest)?;
        let facts = pushgate_host::Manifest {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            judges: manifest.judges.clone(),
            evidence: manifest.evidence.clone(),
            dismissals: manifest.dismissals.clone(),
        };
        let artefact = compiled.into_artefact(&self.wasm, facts, self.file());
        Ok((manifest, artefact))
    }
}

/// Compiles the built-in rules and detectors and, if there is one, the components in `folder`.
pub(crate) fn compile(folder: Option<&Path>) -> anyhow::Result<Compiled> {
    let mut definitions = builtin::rules()?;
    let mut manifests = Vec::new();
    let mut artefacts = Vec::new();

    let own = folder.map(components).transpose()?.unwrap_or_default();
    let built_in = Component { path: None, wasm: ATLASSIAN.to_vec() };
    let mut own_rules = Vec::new();
    for component in std::iter::once(built_in).chain(own) {
        let (manifest, artefact) = component.compile()?;
        if component.path.is_some() {
            let shown = component.shown();
            own_rules.extend(manifest.rules.iter().map(|rule| (shown.clone(), rule.clone())));
        }
        definitions.extend(manifest.rules.iter().cloned());
        manifests.push(manifest);
        artefacts.push(artefact);
    }
    Ok(Compiled { rules: rules::compile(&definitions, &manifests)?, artefacts, own: own_rules })
}

/// The manifest of the built-in detector.
pub(crate) fn built_in_manifest() -> anyhow::Result<Manifest> {
    Ok(Manifest::parse("atlassian.wasm (built in)", &host::manifest_section(ATLASSIAN)?)?)
}

/// Compiles the built-in rules and detectors with those of an author.
///
/// The components `files` come with their rules. One that has the name of the built-in detector
/// stands in for it. `own` are further rules; they stand in for built-in ones of the same id.
pub(crate) fn compile_with(
    files: Vec<PathBuf>,
    own: Vec<RuleDefinition>,
) -> anyhow::Result<Compiled> {
    let mut manifests = Vec::new();
    let mut artefacts = Vec::new();
    for component in files.into_iter().map(component) {
        let (manifest, artefact) = component?.compile()?;
        manifests.push(manifest);
        artefacts.push(artefact);
    }
    let built_in = built_in_manifest()?.name;
    if !manifests.iter().any(|manifest| manifest.name == built_in) {
        let (manifest, artefact) = Component { path: None, wasm: ATLASSIAN.to_vec() }.compile()?;
        manifests.push(manifest);
        artefacts.push(artefact);
    }
    let mut definitions = builtin::rules()?;
    definitions.retain(|rule| own.iter().all(|own| own.id != rule.id));
    definitions.extend(own);
    definitions.extend(manifests.iter().flat_map(|manifest| manifest.rules.iter().cloned()));
    Ok(Compiled { rules: rules::compile(&definitions, &manifests)?, artefacts, own: Vec::new() })
}

/// How the components of this tool and of `folder` differ from those that were compiled, in words.
///
/// # Errors
///
/// When the folder holds what `install` would not take, or cannot be read.
pub(crate) fn changes(folder: &Path, installed: &Installed) -> anyhow::Result<Vec<String>> {
    let components = components(folder)?;
    let compiled =
        |file: &Option<String>| installed.artefacts.iter().find(|artefact| artefact.file == *file);
    let mut changes = Vec::new();
    for component in &components {
        let shown = component.shown();
        match compiled(&component.file()) {
            None => changes.push(format!("{shown} is new: the hook does not use it yet")),
            Some(artefact) if artefact.digest != host::digest(&component.wasm) => {
                changes.push(format!("{shown} was changed: the hook uses what it was before"));
            }
            Some(_) => (),
        }
    }
    for file in installed.artefacts.iter().filter_map(|artefact| artefact.file.as_ref()) {
        if !components.iter().any(|component| component.file().as_ref() == Some(file)) {
            let path = folder.join(file);
            changes.push(format!("{} is gone: the hook still uses it", path.display()));
        }
    }
    if compiled(&None).is_none_or(|artefact| artefact.digest != host::digest(ATLASSIAN)) {
        changes.push("the built-in detector is not that of this tool".to_owned());
    }
    Ok(changes)
}

/// The components in a folder, by name.
fn components(folder: &Path) -> anyhow::Result<Vec<Component>> {
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
    paths.into_iter().map(component).collect()
}

fn component(path: PathBuf) -> anyhow::Result<Component> {
    let failed = || format!("reading {}", path.display());
    if !path.metadata().with_context(failed)?.is_file() {
        bail!("{} is not a file", path.display());
    }
    let mut wasm = Vec::new();
    File::open(&path)
        .and_then(|file| file.take(COMPONENT_BYTES_MAX as u64 + 1).read_to_end(&mut wasm))
        .with_context(failed)?;
    if wasm.len() > COMPONENT_BYTES_MAX {
        bail!("{} has more than {COMPONENT_BYTES_MAX} bytes", path.display());
    }
    Ok(Component { path: Some(path), wasm })
}

#[cfg(test)]
mod tests {
    use pushgate_host::{CompiledComponent, DetectorLimits, Store};

    use super::{ATLASSIAN, changes, components};

    #[test]
    fn a_store_without_the_built_in_detector_of_this_tool_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        let told =
            |store: &std::path::Path| changes(folder.path(), &Store::open(store).unwrap()).unwrap();
        Store::write(&store, &[], b"rules").unwrap();
        assert_eq!(told(&store), ["the built-in detector is not that of this tool"]);

        let facts = pushgate_host::Manifest {
            name: "atlassian".to_owned(),
            version: "1.0.0".to_owned(),
            judges: Vec::new(),
            evidence: Default::default(),
            dismissals: Default::default(),
        };
        let compiled = CompiledComponent::compile(ATLASSIAN, &DetectorLimits::default()).unwrap();
        let other = compiled.clone().into_artefact(b"another", facts.clone(), None);
        Store::write(&store, &[other], b"rules").unwrap();
        assert_eq!(told(&store), ["the built-in detector is not that of this tool"]);
        let ours = compiled.into_artefact(ATLASSIAN, facts, None);
        Store::write(&store, &[ours], b"rules").unwrap();
        assert_eq!(told(&store), Vec::<String>::new());
    }

    #[test]
    fn compiled_code_in_a_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.cwasm"), b"x").unwrap();
        let error = components(folder.path()).unwrap_err();
        assert!(format!("{error:#}").contains("a.cwasm"));
    }

    #[test]
    fn a_component_above_the_bound_is_refused_by_name_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let large = std::fs::File::create(folder.path().join("large.wasm")).unwrap();
        large.set_len(super::COMPONENT_BYTES_MAX as u64 + 1).unwrap();
        let error = components(folder.path()).unwrap_err();
        assert!(format!("{error:#}").contains("large.wasm"));
        large.set_len(super::COMPONENT_BYTES_MAX as u64).unwrap();
        assert_eq!(components(folder.path()).unwrap().len(), 1);
    }
}
