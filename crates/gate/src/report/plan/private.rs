//! Files that never belong into a repository.

/// Endings of files that hold keys.
const ENDINGS: &[&str] =
    &[".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk", ".tfvars", ".tfstate"];

/// Names of files that hold credentials of one person or one machine.
const NAMES: &[&str] = &[
    ".env",
    ".netrc",
    "_netrc",
    ".npmrc",
    ".pypirc",
    ".pgpass",
    ".git-credentials",
    ".htpasswd",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
];

/// Endings of files that show others how such a file looks.
const SAMPLES: &[&str] = &["example", "sample", "template", "dist", "defaults"];

/// Whether a file at `path` should never have been tracked.
pub(super) fn is_private(path: &[u8]) -> bool {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    if SAMPLES.iter().any(|sample| name.split('.').any(|part| part == *sample)) {
        return false;
    }
    name.starts_with(".env.")
        || NAMES.contains(&name.as_str())
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn private_files_are_told_from_samples_of_them() {
        for name in [".env", "a/.env", "a/.ENV.local", "b/server.key", "x.pem", "k/id_rsa"] {
            assert!(is_private(name.as_bytes()), "{name}");
        }
        for name in ["a.env", ".env.example", ".env.sample", ".envrc.md", "x.pem.template", "key"] {
            assert!(!is_private(name.as_bytes()), "{name}");
        }
    }
}
