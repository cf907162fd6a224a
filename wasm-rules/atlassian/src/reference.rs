//! Text that says where a secret is kept, or that holds it encrypted, and is none itself.

use crate::base64;
use crate::caseless::{contains_any, stands_at};
use crate::expression::is_name;

/// How references to stores of secrets begin, in lower case.
const STORES: [&[u8]; 58] = [
    b"lookup(",
    b"credentials(",
    b"env(",
    b"k8s:",
    b"akv2k8s@",
    b"bao:",
    b"vault:",
    b"vault/",
    b"vault ",
    b"vault.",
    b"op://",
    b"ssm:",
    b"ssm/",
    b"aws-ssm",
    b"awssm",
    b"arn:",
    b"secretsmanager",
    b"sm://",
    b"gcpsm",
    b"gcp:",
    b"gcp-",
    b"gsm:",
    b"akv:",
    b"akvs:",
    b"keyvault",
    b"@microsoft.",
    b"@oracle:",
    b"@keyring",
    b"secret:",
    b"secret/",
    b"secrets/",
    b"secrets:",
    b"secretref",
    b"secretkeyref",
    b"valuefrom",
    b"ref+",
    b"ref:",
    b"kv/",
    b"kv:",
    b"env:",
    b"env/",
    b"file:",
    b"keyring:",
    b"keychain:",
    b"pass:",
    b"cmd:",
    b"exec:",
    b"command:",
    b"projects/",
    b"credential:",
    b"credentials:",
    b"cred:",
    b"{resolve:",
    b"doppler:",
    b"infisical",
    b"bws:",
    b"lastpass:",
    b"prompt:",
];
/// How text begins that is encrypted, and made to be committed.
const ENCRYPTED: [&[u8]; 40] = [
    b"!encrypted/",
    b"ENC[",
    b"ENC(",
    b"enc(",
    b"{cipher}",
    b"{ATL_SECURED",
    b"{AES",
    b"{DES",
    b"{AQA",
    b"BAMSCRT@",
    b"$ANSIBLE_VAULT",
    b"vault:v1:",
    b"AQICAH",
    b"AQECAH",
    b"gAAAAA",
    b"U2FsdGVkX1",
    b"!vault",
    b"-----BEGIN PGP",
    b"-----BEGIN AGE",
    b"eyJhbGciOiJSU0Et",
    b"eyJhbGciOiJkaXIi",
    b"encrypted:",
    b"enc:",
    b"crypt:",
    b"{crypt}",
    b"{encrypted}",
    b"01000000d08c9ddf",
    b"cipher:",
    b"[encrypted",
    b"kms:",
    b"awskms:",
    b"aws-kms:",
    b"gcpkms:",
    b"gpg:",
    b"pgp:",
    b"age:",
    b"sops:",
    b"sealed:",
    b"transit:",
    b"jasypt:",
];
/// The same, where it is no matter how they are written.
const STARTS: [&[u8]; 6] =
    [b"enc(", b"enc[", b"!vault", b"ansible_vault", b"{atl_secured}", b"secrets."];
/// Calls and lookups of code, in lower case, wherever they stand.
const LOOKUPS: [&[u8]; 13] = [
    b"settings.",
    b"process.env",
    b"os.environ",
    b"getenv(",
    b"system.getproperty",
    b"lookup(",
    b"credentials(",
    b"var.",
    b"local.",
    b"secrets.",
    b"config.get",
    b"keyring.",
    b"stringdata.",
];

/// Whether the value only says where the secret is kept.
pub(crate) fn is_reference(value: &[u8], quoted: bool) -> bool {
    let tag = match value {
        [b'!', rest @ ..] if !quoted => {
            !rest.is_empty() && rest.iter().all(u8::is_ascii_alphabetic)
        }
        [b'*', rest @ ..] if !quoted => is_name(rest),
        _ => false,
    };
    tag || STORES.iter().any(|store| stands_at(value, 0, store))
}

/// Whether the value is encrypted, and of no use without its key.
pub(crate) fn is_encrypted(value: &[u8]) -> bool {
    /// Sealed secrets are that long at least; those of Mule stand in signs of its own.
    const SEALED_MIN: usize = 250;
    // The length of a key, 512 or so, in two bytes: the third letter holds bits of what follows.
    let sealed = value.len() > SEALED_MIN && matches!(value, [b'A', b'g', b'A'..=b'D', ..])
        || value.starts_with(b"![") && value.ends_with(b"]");
    sealed || ENCRYPTED.iter().any(|prefix| value.starts_with(prefix))
}

/// Whether the value is base64 of such text: `vault:v1:…` in a secret of Kubernetes.
pub(crate) fn encodes_encrypted(value: &[u8]) -> bool {
    let body = value.strip_suffix(b"=").unwrap_or(value);
    let body = body.strip_suffix(b"=").unwrap_or(body);
    base64::decode(body).is_some_and(|decoded| is_encrypted(&decoded))
}

/// Whether the value of a carrier, of which nothing else is known, is kept elsewhere, encrypted, or
/// looked up by a program.
pub(crate) fn is_kept_elsewhere(value: &[u8]) -> bool {
    is_encrypted(value)
        || is_reference(value, true)
        || STARTS.iter().any(|start| stands_at(value, 0, start))
        || is_of_code(value) && contains_any(value, &LOOKUPS)
        || is_call(value)
}

/// `project.findProperty("…`: a name, and what is called with it.
fn is_call(value: &[u8]) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.$:".contains(byte);
    let name = value.iter().take_while(is_name).count();
    let rest = value.get(name..).unwrap_or_default();
    let starts = value.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    starts && rest.starts_with(b"(") && matches!(rest.last(), Some(b'(' | b')'))
}

/// Whether all of it could be an expression: names, dots, brackets and quotes.
fn is_of_code(value: &[u8]) -> bool {
    let code = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'.' | b'(' | b')' | b'[' | b']' | b'\'' | b'"' | b'-')
    };
    value.iter().all(code)
}

#[cfg(test)]
mod tests {
    use super::{encodes_encrypted, is_encrypted, is_kept_elsewhere, is_reference};

    #[test]
    fn references_to_stores_are_seen() {
        for value in [
            "vault:secret/jira#token",
            "op://dev/jira/token",
            "!Ref",
            "*token",
            "lookup(\"vault\", \"jira\")",
            "k8s:ns/secret/key",
        ] {
            assert!(is_reference(value.as_bytes(), false), "{value}");
        }
        for value in ["vaulted7!", "Kelp*Quartz7113", "*Kelp!7"] {
            assert!(!is_reference(value.as_bytes(), false), "{value}");
        }
        assert!(!is_reference(b"!Kelp7", true));
    }

    #[test]
    fn encrypted_text_is_seen() {
        for value in [
            "ENC[AES256_GCM,data:x]",
            "{cipher}abc",
            "BAMSCRT@0@0@x",
            "ENC(abc)",
            "![Kelp71==]",
            "!encrypted/pkcs1-oaep Kelp71==",
        ] {
            assert!(is_encrypted(value.as_bytes()), "{value}");
        }
        assert!(!is_encrypted(b"ENCORE-Kelp7"));
        assert!(encodes_encrypted(b"dmF1bHQ6djE6a2VscA=="));
        assert!(!encodes_encrypted(b"a2VscDpxdWFydHo3MQ=="));
        for start in ["AgA", "AgB", "AgC", "AgD"] {
            assert!(is_encrypted(format!("{start}{}", "x7Q".repeat(100)).as_bytes()), "{start}");
        }
    }

    #[test]
    fn what_is_kept_elsewhere_is_told_from_what_stands_here() {
        for value in [
            "ENC(abcdef)",
            "vault:secret/jira#pw",
            "{ATL_SECURED}",
            "os.environ['PW']",
            "a.find(\"x\")",
        ] {
            assert!(is_kept_elsewhere(value.as_bytes()), "{value}");
        }
        for value in ["Kelp*Quartz7113", "vaulted*Kelp1", "Quartz.var1+2"] {
            assert!(!is_kept_elsewhere(value.as_bytes()), "{value}");
        }
    }
}
