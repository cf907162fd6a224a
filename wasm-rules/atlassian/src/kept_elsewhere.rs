//! Values that say where a secret is kept, or hold it encrypted.

use crate::caseless::{contains_any, stands_at};

/// How such values begin, in lower case.
const STARTS: [&[u8]; 22] = [
    b"enc(",
    b"enc[",
    b"vault:",
    b"!vault",
    b"$ansible_vault",
    b"ansible_vault",
    b"{cipher}",
    b"{aes",
    b"{atl_secured}",
    b"bamscrt@",
    b"arn:",
    b"op://",
    b"ref+",
    b"secret://",
    b"secretref:",
    b"sm://",
    b"keyvault",
    b"@microsoft.keyvault",
    b"env:",
    b"file:",
    b"secrets.",
    b"projects/",
];
/// Calls and lookups of code, in lower case, wherever they stand.
const LOOKUPS: [&[u8]; 12] = [
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

/// Whether `value` is no secret itself.
pub(crate) fn is_reference(value: &[u8]) -> bool {
    STARTS.into_iter().any(|start| stands_at(value, 0, start))
        || (is_code(value) && contains_any(value, &LOOKUPS))
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
fn is_code(value: &[u8]) -> bool {
    let code = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'.' | b'(' | b')' | b'[' | b']' | b'\'' | b'"' | b'-')
    };
    value.iter().all(code)
}

#[cfg(test)]
mod tests {
    use super::is_reference;

    #[test]
    fn what_is_kept_elsewhere_is_told_from_what_stands_here() {
        for value in [
            "ENC(abcdef)",
            "vault:secret/jira#pw",
            "{ATL_SECURED}",
            "os.environ['PW']",
            "a.find(\"x\")",
        ] {
            assert!(is_reference(value.as_bytes()), "{value}");
        }
        for value in ["Kelp*Quartz7113", "vaulted*Kelp1", "Quartz.var1+2"] {
            assert!(!is_reference(value.as_bytes()), "{value}");
        }
    }
}
