//! The admin's TOML. `default.toml` is the documented default, and a test keeps it that.

mod folders;
mod limits;
mod message;
mod record;
mod words;

use std::path::{Path, PathBuf};
use std::time::Duration;

use pushgate_core::policy::{Action, Mode, Policy};
use serde::Deserialize;

use crate::environment::Environment;
use crate::profile::Profile;
use crate::regular;
use crate::shell;

pub use self::folders::{Writer, writers};
pub use self::limits::AllLimits;
pub use self::message::MessageSettings;

/// Where the hook looks when it is given no path.
pub const SYSTEM_PATH: &str = "/etc/pushgate/pushgate.toml";

/// Bytes of a configuration file.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// From when on who waits for a large push is told how far it has come.
const PROGRESS_AFTER: Duration = Duration::from_secs(10);

/// What the admin decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How strict the gate is as a whole.
    pub mode: Mode,
    /// Where the audit record goes.
    pub audit_path: Option<PathBuf>,
    /// The action for each case.
    pub policy: Policy,
    /// Detectors of the admin's own.
    pub detectors: Option<DetectorFolders>,
    /// The key for fingerprints.
    pub fingerprint_key_path: Option<PathBuf>,
    /// What the admin adds to messages, and how they look.
    pub message: MessageSettings,
    /// From when on who waits is told how far a push has come; `None` for never.
    pub progress_after: Option<Duration>,
    /// What kind of server this is, if the admin has said so.
    pub profile: Option<Profile>,
    /// How long a push may take, if the admin has said so.
    pub deadline: Option<Duration>,
    /// All bounds.
    pub limits: AllLimits,
}

/// Where the admin's own detectors are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetectorFolders {
    /// The components, as their authors ship them.
    pub folder: PathBuf,
    /// What `pushgate install` compiles them into.
    pub store: PathBuf,
}

/// Why there is no configuration to go by.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file is not there, or cannot be read.
    #[error("{path}: cannot be read: {reason}")]
    Read {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// Anybody could change the policy.
    #[error("{path}: others may write to it; run: chmod o-w {}", shell::word(path))]
    Writable {
        /// The file.
        path: String,
    },
    /// Anybody could put another file in its place.
    #[error(
        "{path}: others may write to the folder {folder}; run: chmod o-w {}",
        shell::word(folder)
    )]
    Replaceable {
        /// The file.
        path: String,
        /// A folder that leads to it.
        folder: String,
    },
    /// Records would be written into a file that is read for something else.
    #[error("{path}: audit.path names {other}; name a file that holds nothing but records")]
    Record {
        /// The file.
        path: String,
        /// What the record names.
        other: &'static str,
    },
    /// It is not TOML, has an unknown key, or a value of the wrong type.
    #[error("{path}: line {line}: {key}{reason}")]
    Form {
        /// The file.
        path: String,
        /// The line, from one.
        line: usize,
        /// The key, followed by a colon and a blank; empty if it is not about one.
        key: String,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
struct File {
    #[serde(default)]
    mode: Option<ModeName>,
    #[serde(default)]
    profile: Option<ProfileName>,
    #[serde(default)]
    deadline_ms: Option<u64>,
    #[serde(default)]
    audit: AuditTable,
    #[serde(default)]
    policy: PolicyTable,
    #[serde(default)]
    detectors: DetectorsTable,
    #[serde(default)]
    fingerprint: FingerprintTable,
    #[serde(default)]
    message: message::MessageTable,
    #[serde(default)]
    limits: limits::LimitsTable,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
struct AuditTable {
    path: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
struct PolicyTable {
    proven: Option<ActionName>,
    likely: Option<ActionName>,
    weak: Option<ActionName>,
    existing: Option<ActionName>,
    undecided: Option<ActionName>,
    unreadable: Option<ActionName>,
    error: Option<ActionName>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
struct DetectorsTable {
    folder: Option<PathBuf>,
    store: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
struct FingerprintTable {
    key: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ModeName {
    Block,
    Warn,
    Monitor,
    Off,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ActionName {
    Block,
    Warn,
    Ignore,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ProfileName {
    Plain,
    GithubEnterprise,
    Gitlab,
    Bitbucket,
    Gitea,
    Forgejo,
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Profile {
        match name {
            ProfileName::Plain => Profile::Plain,
            ProfileName::GithubEnterprise => Profile::GithubEnterprise,
            ProfileName::Gitlab => Profile::Gitlab,
            ProfileName::Bitbucket => Profile::Bitbucket,
            ProfileName::Gitea => Profile::Gitea,
            ProfileName::Forgejo => Profile::Forgejo,
        }
    }
}

impl From<ModeName> for Mode {
    fn from(name: ModeName) -> Mode {
        match name {
            ModeName::Block => Mode::Block,
            ModeName::Warn => Mode::Warn,
            ModeName::Monitor => Mode::Monitor,
            ModeName::Off => Mode::Off,
        }
    }
}

impl From<ActionName> for Action {
    fn from(name: ActionName) -> Action {
        match name {
            ActionName::Block => Action::Block,
            ActionName::Warn => Action::Warn,
            ActionName::Ignore => Action::Ignore,
        }
    }
}

impl PolicyTable {
    fn policy(&self) -> Policy {
        let or = |name: Option<ActionName>, default| name.map_or(default, Action::from);
        let default = Policy::DEFAULT;
        Policy {
            proven: or(self.proven, default.proven),
            likely: or(self.likely, default.likely),
            weak: or(self.weak, default.weak),
            existing: or(self.existing, default.existing),
            undecided: or(self.undecided, default.undecided),
            unreadable: or(self.unreadable, default.unreadable),
            error: or(self.error, default.error),
        }
    }
}

impl Config {
    /// The configuration that is embedded.
    #[must_use]
    pub fn embedded() -> Config {
        Config {
            mode: Mode::Block,
            audit_path: None,
            policy: Policy::DEFAULT,
            detectors: None,
            fingerprint_key_path: None,
            message: MessageSettings::default(),
            progress_after: Some(PROGRESS_AFTER),
            profile: None,
            deadline: None,
            limits: AllLimits::default(),
        }
    }

    /// The kind of server: what the admin said, else what the environment looks like.
    #[must_use]
    pub fn profile(&self, environment: &Environment) -> Profile {
        self.profile.unwrap_or(environment.profile)
    }

    /// How long a push may take: what the admin said, else what the kind of server allows.
    #[must_use]
    pub fn deadline(&self, environment: &Environment) -> Duration {
        let profile = self.profile(environment);
        self.deadline.unwrap_or_else(|| profile.deadline(environment.on_web))
    }

    /// The file that [`Config::find`] reads, if it is one.
    #[must_use]
    pub fn path(named: Option<&Path>) -> Option<&Path> {
        let system = Path::new(SYSTEM_PATH);
        named.or_else(|| system.symlink_metadata().is_ok().then_some(system))
    }

    /// Reads the file that the admin named; without one, that of the system if it exists, else
    /// what is embedded.
    ///
    /// # Errors
    ///
    /// When a file that is named or exists cannot be used.
    pub fn find(named: Option<&Path>) -> Result<Config, ConfigError> {
        if let Some(path) = named {
            return Config::read(path);
        }
        let path = Path::new(SYSTEM_PATH);
        match std::fs::symlink_metadata(path) {
            // A file that cannot be looked at is not the same as none.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Config::embedded()),
            _ => Config::read(path),
        }
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// When it cannot be read, anybody may write or replace it, or its text is not acceptable.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        use std::io::Read as _;
        use std::os::unix::fs::PermissionsExt as _;

        let name = path.display().to_string();
        let failed = |reason: String| ConfigError::Read { path: name.clone(), reason };
        let file = regular::open(path).map_err(|error| failed(error.to_string()))?;
        let metadata = file.metadata().map_err(|error| failed(error.to_string()))?;
        if metadata.permissions().mode() & 0o002 != 0 {
            return Err(ConfigError::Writable { path: name });
        }
        if let Some(folder) =
            folders::open_to_all(path).map_err(|error| failed(error.to_string()))?
        {
            let folder = folder.display().to_string();
            return Err(ConfigError::Replaceable { path: name, folder });
        }
        let mut text = String::new();
        file.take(FILE_BYTES_MAX)
            .read_to_string(&mut text)
            .map_err(|error| failed(error.to_string()))?;
        if text.len() as u64 == FILE_BYTES_MAX {
            return Err(failed(format!("it is larger than {FILE_BYTES_MAX} bytes")));
        }
        let config = Config::parse(&name, &text)?;
        match record::other_use(&config, path) {
            Some(other) => Err(ConfigError::Record { path: name, other }),
            None => Ok(config),
        }
    }

    /// The text of the same configuration with another audit file, in mode `block`, for a push that
    /// proves the gate and is nobody's.
    ///
    /// # Errors
    ///
    /// When the configuration cannot be used.
    pub fn copy_for_proof(named: Option<&Path>, audit_path: &Path) -> Result<String, ConfigError> {
        let mut table = copied(named, audit_path)?;
        table.insert("mode".to_owned(), Mode::Block.as_str().into());
        Ok(table.to_string())
    }

    /// The text of the same configuration for who checks before pushing: with another audit file,
    /// without the server's key, and with progress told from `progress_after` on.
    ///
    /// # Errors
    ///
    /// When the configuration cannot be used.
    pub fn copy_for_rehearsal(
        named: Option<&Path>,
        audit_path: &Path,
        progress_after: Option<Duration>,
    ) -> Result<String, ConfigError> {
        let mut table = copied(named, audit_path)?;
        table.remove("fingerprint");
        let millis = progress_after.map_or(0, |after| after.as_millis());
        let message = table.entry("message").or_insert_with(|| toml::Table::new().into());
        if let Some(message) = message.as_table_mut() {
            let millis = toml::Value::Integer(i64::try_from(millis).unwrap_or(i64::MAX));
            message.insert("progress_after_ms".to_owned(), millis);
        }
        Ok(table.to_string())
    }

    /// Reads the configuration in `text`; `path` is its name, for errors.
    ///
    /// # Errors
    ///
    /// When the text is not acceptable: the error names file, line and key.
    pub fn parse(path: &str, text: &str) -> Result<Config, ConfigError> {
        let form = |error: &toml::de::Error, key: String| ConfigError::Form {
            path: path.to_owned(),
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            key,
            reason: words::of(error.message()),
        };
        let deserializer =
            toml::Deserializer::parse(text).map_err(|error| form(&error, key_at(text, &error)))?;
        let file: File = serde_path_to_error::deserialize(deserializer).map_err(|error| {
            let key = match error.path().to_string().as_str() {
                "." => String::new(),
                key => format!("{key}: "),
            };
            form(error.inner(), key)
        })?;
        file.config(path, text)
    }
}

impl File {
    fn config(self, path: &str, text: &str) -> Result<Config, ConfigError> {
        let wrong = |key: &str, reason: &str| {
            let last = key.rsplit('.').next().unwrap_or(key);
            let sets = |line: &str| {
                line.split_once('=').is_some_and(|(name, _)| name.trim().trim_matches('"') == last)
            };
            ConfigError::Form {
                path: path.to_owned(),
                line: text.lines().position(sets).map_or(1, |index| index + 1),
                key: format!("{key}: "),
                reason: reason.to_owned(),
            }
        };
        let paths = [
            ("audit.path", &self.audit.path),
            ("detectors.folder", &self.detectors.folder),
            ("detectors.store", &self.detectors.store),
            ("fingerprint.key", &self.fingerprint.key),
        ];
        for (key, path) in paths {
            // The hook runs in the repository, and a relative path would lie in each of them.
            if path.as_ref().is_some_and(|path| !path.is_absolute()) {
                return Err(wrong(key, "must be an absolute path"));
            }
        }
        if let Some(key) = self.limits.useless() {
            return Err(wrong(key, "must be at least 1: with 0 nothing can be judged"));
        }
        let detectors = match (self.detectors.folder, self.detectors.store) {
            (None, None) => None,
            (Some(folder), Some(store)) => Some(DetectorFolders { folder, store }),
            (Some(_), None) => return Err(wrong("detectors.folder", "needs detectors.store too")),
            (None, Some(_)) => return Err(wrong("detectors.store", "needs detectors.folder too")),
        };
        let deadline_ms = match (self.deadline_ms, self.limits.push_duration_ms_max()) {
            (Some(0), _) => return Err(wrong("deadline_ms", "must be at least 1")),
            (Some(_), Some(_)) => {
                let reason = "is the older name of deadline_ms, which is set too; take it out";
                return Err(wrong("limits.push_duration_ms_max", reason));
            }
            (deadline_ms, older) => deadline_ms.or(older),
        };
        let progress_after = self.message.progress_after_ms.map(Duration::from_millis);
        let message = self.message.settings().map_err(|(key, reason)| wrong(key, &reason))?;
        Ok(Config {
            mode: self.mode.map_or(Mode::Block, Mode::from),
            audit_path: self.audit.path,
            policy: self.policy.policy(),
            detectors,
            fingerprint_key_path: self.fingerprint.key,
            message,
            progress_after: progress_after
                .map_or(Some(PROGRESS_AFTER), |after| (!after.is_zero()).then_some(after)),
            profile: self.profile.map(Profile::from),
            deadline: deadline_ms.map(Duration::from_millis),
            limits: self.limits.limits(),
        })
    }
}

/// The configuration as a table, with another audit file, and with plain messages.
fn copied(named: Option<&Path>, audit_path: &Path) -> Result<toml::Table, ConfigError> {
    use std::io::Read as _;

    let path = named.unwrap_or(Path::new(SYSTEM_PATH));
    let mut text = String::new();
    let read =
        regular::open(path).and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text));
    match read {
        Ok(_) => (),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => (),
        Err(error) => {
            let path = path.display().to_string();
            return Err(ConfigError::Read { path, reason: error.to_string() });
        }
    }
    let path = path.display().to_string();
    Config::parse(&path, &text)?;
    let mut table: toml::Table = toml::from_str(&text)
        .map_err(|error| ConfigError::Read { path, reason: error.message().to_owned() })?;
    // What looks at the message of a copy is a program of ours.
    if let Some(message) = table.get_mut("message").and_then(toml::Value::as_table_mut) {
        message.remove("colour");
        message.remove("json");
    }
    let mut audit = toml::Table::new();
    audit.insert("path".to_owned(), audit_path.to_string_lossy().into_owned().into());
    table.insert("audit".to_owned(), audit.into());
    Ok(table)
}

/// The key of the line that a syntax error is in, as it would be prefixed; empty if it has none.
fn key_at(text: &str, error: &toml::de::Error) -> String {
    let line = line_of(text, error.span().map_or(0, |span| span.start));
    let key = text.lines().nth(line - 1).and_then(|line| line.split_once('=')).map(|(key, _)| key);
    key.map(|key| format!("{}: ", key.trim())).unwrap_or_default()
}

/// The line of the byte at `at`, from one.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests;
