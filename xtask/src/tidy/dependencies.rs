//! Who may know whom: the table of `docs/architecture.md`, held against each `Cargo.toml`.
//!
//! `deny.toml` says part of the same; this needs no further tool.

use super::tree::{Problem, Tree};

/// Each package of the workspace, and those of ours that it may depend on, in tests too.
const OURS: [(&str, &[&str]); 8] = [
    ("pushgate-core", &[]),
    ("pushgate-rules", &["pushgate-core"]),
    ("pushgate-git", &["pushgate-core"]),
    ("pushgate-host", &["pushgate-core"]),
    ("pushgate-gate", &["pushgate-core", "pushgate-rules", "pushgate-git", "pushgate-host"]),
    ("pushgate-pre-receive", &["pushgate-gate"]),
    (
        "pushgate",
        &["pushgate-core", "pushgate-rules", "pushgate-git", "pushgate-host", "pushgate-gate"],
    ),
    ("xtask", &[]),
];

/// Families of packages that only some of ours may know. A family is a name, and every name that
/// goes on after it with a hyphen.
const FENCED: [(&str, &[&str]); 10] = [
    ("gix", &["pushgate-git"]),
    ("wasmtime", &["pushgate-host"]),
    ("cranelift", &["pushgate-host"]),
    ("wit-component", &["pushgate-host"]),
    ("wit-parser", &["pushgate-host"]),
    ("clap", &["pushgate"]),
    ("toml", &["pushgate-rules", "pushgate-gate"]),
    ("serde_json", &["pushgate-gate", "pushgate"]),
    ("regex-automata", &["pushgate-core"]),
    ("anyhow", &["pushgate-gate", "pushgate-pre-receive", "pushgate"]),
];

/// Formats and helpers that tests of any package may use: what a test reads, nobody else does.
const FREE_IN_TESTS: [&str; 3] = ["toml", "serde_json", "anyhow"];

/// Packages that do without others altogether.
const ALONE: [&str; 1] = ["xtask"];

/// `core` takes bytes and returns values: nothing in it is serialisable.
const NOT_SERIALISABLE: [&str; 2] = ["pushgate-core", "pushgate-git"];

pub(super) fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    for (path, text) in tree.texts("Cargo.toml") {
        let manifest = Manifest::read(text);
        let Some(package) = manifest.package else { continue };
        let guest = ["wasm-rules/", "fuzz/"].iter().any(|folder| path.starts_with(folder));
        if !guest && !OURS.iter().any(|(name, _)| *name == package) {
            let text = format!("the package {package} is not in the table of dependencies");
            problems.push(Problem::new(path, 0, text));
        }
        for dependency in manifest.dependencies {
            let complaint = if path.starts_with("fuzz/") {
                None
            } else if guest {
                complaint_about_guest(dependency.name)
            } else {
                complaint(package, &dependency)
            };
            let text = |why| format!("{package} depends on {}: {why}", dependency.name);
            problems.extend(complaint.map(|why| Problem::new(path, dependency.line, text(why))));
        }
    }
}

fn complaint(package: &str, dependency: &Dependency<'_>) -> Option<String> {
    if ALONE.contains(&package) {
        return Some("it does with the standard library".to_owned());
    }
    if dependency.for_tests && FREE_IN_TESTS.contains(&dependency.name) {
        return None;
    }
    let dependency = dependency.name;
    let allowed = |table: &[&str]| format!("only {} may", table.join(", "));
    if is_ours(dependency) {
        let mine = OURS.iter().find(|(name, _)| *name == package).map(|(_, mine)| *mine);
        return match mine {
            Some(mine) if mine.contains(&dependency) => None,
            Some([]) => Some("it may depend on none of ours".to_owned()),
            Some(mine) => Some(format!("of ours it may depend on {}", mine.join(", "))),
            None => None,
        };
    }
    if NOT_SERIALISABLE.contains(&package) && dependency.starts_with("serde") {
        return Some("its types are not serialisable".to_owned());
    }
    let family = |name: &str| {
        dependency.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let fence = FENCED.iter().find(|(name, _)| family(name))?;
    if fence.1.contains(&package) { None } else { Some(allowed(fence.1)) }
}

/// Guests see the interface, and nothing of ours.
fn complaint_about_guest(dependency: &str) -> Option<String> {
    is_ours(dependency).then(|| "a guest sees only the interface".to_owned())
}

fn is_ours(name: &str) -> bool {
    OURS.iter().any(|(ours, _)| *ours == name)
}

/// What a `Cargo.toml` says of dependencies. Just enough TOML for manifests as people write them.
#[derive(Debug, Default)]
struct Manifest<'t> {
    package: Option<&'t str>,
    dependencies: Vec<Dependency<'t>>,
}

#[derive(Debug)]
struct Dependency<'t> {
    name: &'t str,
    for_tests: bool,
    line: usize,
}

impl<'t> Manifest<'t> {
    fn read(text: &'t str) -> Manifest<'t> {
        let mut manifest = Manifest::default();
        let mut section = "";
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            if let Some(header) = line.strip_prefix('[') {
                section = header.trim_start_matches('[').split(']').next().unwrap_or_default();
                // `[dependencies.gix]` is the long form of a line in `[dependencies]`.
                if let Some((table, name)) = section.rsplit_once('.')
                    && is_dependency_table(table)
                {
                    manifest.add(name, section, number);
                }
                continue;
            }
            let Some((key, value)) = line.split_once('=') else { continue };
            let key = key.trim().trim_matches('"');
            if section == "package" && key == "name" {
                manifest.package = Some(value.trim().trim_matches('"'));
            } else if is_dependency_table(section) {
                let name = renamed(value).or_else(|| key.split('.').next()).unwrap_or(key);
                manifest.add(name, section, number);
            }
        }
        manifest
    }

    fn add(&mut self, name: &'t str, section: &str, line: usize) {
        let for_tests = section.contains("dev-dependencies");
        self.dependencies.push(Dependency { name, for_tests, line });
    }
}

/// True for `dependencies`, `dev-dependencies`, `target.'cfg(unix)'.build-dependencies`; not for
/// the workspace's list of versions.
fn is_dependency_table(section: &str) -> bool {
    section.ends_with("dependencies") && !section.starts_with("workspace")
}

/// The name of the package, where a dependency is known by another: `{ package = "gix", … }`.
fn renamed(value: &str) -> Option<&str> {
    let (_, after) = value.split_once("package")?;
    let name = after.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
    name.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::super::tree::problems;
    use super::*;

    fn of(package: &str, dependencies: &str) -> Vec<String> {
        let manifest = format!("[package]\nname = \"{package}\"\n\n{dependencies}\n");
        problems(check, &[("crates/x/Cargo.toml", &manifest)])
    }

    #[test]
    fn each_crate_keeps_to_its_side_of_the_fences() {
        for (package, dependency) in [
            ("pushgate-git", "[dependencies]\ngix.workspace = true"),
            ("pushgate-gate", "[dependencies]\npushgate-git.workspace = true"),
            ("pushgate-core", "[dev-dependencies]\nregex.workspace = true"),
            ("pushgate", "[dependencies]\nclap = { version = \"4\" }"),
            ("pushgate-host", "[dev-dependencies]\ntoml = \"1\""),
            ("pushgate-gate", "[dependencies]\ngixless = \"1\""),
        ] {
            assert!(of(package, dependency).is_empty(), "{package}: {dependency}");
        }
        for (package, dependency, why) in [
            ("pushgate-rules", "[dependencies]\npushgate-git.workspace = true", "of ours"),
            (
                "pushgate-core",
                "[dev-dependencies]\npushgate-rules.workspace = true",
                "none of ours",
            ),
            ("pushgate-gate", "[dependencies]\ngix = \"0.90\"", "only pushgate-git"),
            ("pushgate-gate", "[target.'cfg(unix)'.dependencies]\ngix-odb = \"1\"", "only"),
            ("pushgate-gate", "[dependencies.wasmtime]\nversion = \"48\"", "only pushgate-host"),
            (
                "pushgate-gate",
                "[build-dependencies]\nx = { package = \"clap\" }",
                "only pushgate may",
            ),
            ("pushgate-pre-receive", "[dependencies]\npushgate-core.workspace = true", "of ours"),
            ("pushgate-core", "[dependencies]\nserde = \"1\"", "serialisable"),
            ("pushgate-host", "[dependencies]\ntoml = \"1\"", "only pushgate-rules"),
            ("xtask", "[dependencies]\nlibc = \"0.2\"", "standard library"),
        ] {
            let found = of(package, dependency);
            assert_eq!(found.len(), 1, "{package}: {dependency}: {found:?}");
            assert!(found[0].contains(why), "{found:?}");
        }
    }

    #[test]
    fn a_new_package_needs_a_place_in_the_table() {
        assert_eq!(
            of("pushgate-extra", ""),
            ["crates/x/Cargo.toml: the package pushgate-extra is not in the table of dependencies"]
        );
    }

    #[test]
    fn a_guest_does_not_know_the_host() {
        let manifest = "[package]\nname = \"atlassian\"\n[dependencies]\npushgate-core = \"1\"\n";
        assert_eq!(problems(check, &[("wasm-rules/atlassian/Cargo.toml", manifest)]).len(), 1);
    }

    #[test]
    fn versions_of_the_workspace_are_nobodys_dependencies() {
        let manifest = "[workspace.dependencies]\ngix = \"0.90\"\n";
        assert!(problems(check, &[("Cargo.toml", manifest)]).is_empty());
    }
}
