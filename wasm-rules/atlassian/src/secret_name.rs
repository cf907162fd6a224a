//! Names of settings, and whether they name a secret.
//!
//! ```text
//! JIRA_API_TOKEN     jiraPasswordProd     token_for_jira      name secrets
//! JIRA_TOKEN_URL     passwordField        X-Atlassian-Token   do not
//! ```

use pushgate_detector_sdk::Span;

use crate::caseless::{stands_at, without_end};
use crate::prose::is_one_of;
use crate::wordlike::words;

/// Words that end the name of a secret; the longer ones first.
const WORDS: [&[u8]; 26] = [
    b"password",
    b"passphrase",
    b"passwort",
    b"passwd",
    b"passcode",
    b"secret_key",
    b"secret-key",
    b"secretkey",
    b"secret.key",
    b"secret",
    b"token",
    b"api_key",
    b"api-key",
    b"api.key",
    b"api key",
    b"apikey",
    b"credentials",
    b"credential",
    b"creds",
    b"cred",
    b"pwd",
    b"pass",
    b"_pw",
    b"auth",
    b"pat",
    b"bitbucket.uuid",
];
/// Those that are parts of other words.
const WHOLE: &[u8] = b"pass pat auth cred creds";
/// Those whose value is often no secret, but says which or how.
const VAGUE: &[u8] = b"auth cred creds credential credentials";

/// What may follow the word in a name.
const ENDS: &[u8] = b"s value val prod production dev develop development test testing staging \
    stage stg qa uat live new old current default plain plaintext plain_text text raw str string \
    v base64 b64 encoded main primary secondary backup local remote cloud server dc datacenter \
    jira confluence bitbucket atlassian bamboo crowd stash forge trello opsgenie jsm statuspage \
    for of and the wiki secured c admin ci bot svc sync readonly ro rw read write api rest temp tmp env";
/// Words before it with which it is none.
const NONE_BEFORE: &[u8] = b"csrf xsrf atl page next cancel cancellation continuation injection \
    existing max min num count total forgot forgotten reset change show hide hidden has is use no without \
    public encrypted hashed hash crypted invalid verify check validate require required missing \
    no allow disable enable generate create get delete remove revoke x prompt design cursor \
    pagination sync_page end stop start first last bos eos pad unk sep mask special parse lex lexer";

/// A name that ends in a word for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SecretName {
    /// The word in the text.
    pub(crate) word: Span,
    /// Whether such a name often goes with something else.
    pub(crate) vague: bool,
}

/// The word for a secret at `at`.
pub(crate) fn word_at(text: &[u8], at: usize) -> Option<SecretName> {
    let word = WORDS.iter().find(|word| stands_at(text, at, word))?;
    let span = Span::at(at, word.len());
    Some(SecretName { word: span, vague: is_one_of(word, VAGUE) })
}

/// Whether `key`, in which `word` stands, is the name of a secret.
pub(crate) fn names_secret(text: &[u8], key: Span, word: Span) -> bool {
    let (Some(before), Some(after)) = (
        text.get(key.start().min(word.start())..word.start()),
        text.get(word.end()..key.end().max(word.end())),
    ) else {
        return false;
    };
    let word = word.of(text).unwrap_or_default();
    if is_one_of(word, WHOLE) && !stands_alone(before, word, after) {
        return false;
    }
    // `PASSWORDLESS`, `tokenizer`: another word.
    let capital = word.first().is_some_and(u8::is_ascii_uppercase)
        == word.last().is_some_and(u8::is_ascii_uppercase)
        && word.first().is_some_and(u8::is_ascii_uppercase);
    let runs_on = after.first().is_some_and(|byte| {
        if capital { byte.is_ascii_alphabetic() } else { byte.is_ascii_lowercase() }
    });
    if runs_on && !is_plural(after) {
        return false;
    }
    let last = words(before).last().unwrap_or_default();
    let assembly =
        before.len().checked_sub(9).is_some_and(|at| stands_at(before, at, b"publickey"));
    if assembly || is_one_of(last, NONE_BEFORE) || before.eq_ignore_ascii_case(b"x-atlassian-") {
        return false;
    }
    let after = without_encoding(after);
    words(after).all(|word| word.iter().all(u8::is_ascii_digit) || is_one_of(word, ENDS))
}

/// Without the encoding at the end of a name: `_B64`, `Base64`.
fn without_encoding(after: &[u8]) -> &[u8] {
    [&b"base64"[..], b"b64"]
        .iter()
        .find_map(|encoding| without_end(after, encoding))
        .unwrap_or(after)
}

/// An `s`, and no letter after it.
fn is_plural(after: &[u8]) -> bool {
    match after {
        [b's' | b'S', rest @ ..] => !rest.first().is_some_and(u8::is_ascii_alphabetic),
        _ => false,
    }
}

/// Whether a short word is set off from what is before it: `jira_pass`, `jiraPass`, `jirapass`, but
/// not `bypass`.
fn stands_alone(before: &[u8], word: &[u8], after: &[u8]) -> bool {
    const OWNERS: [&[u8]; 12] = [
        b"jira",
        b"confluence",
        b"bitbucket",
        b"atlassian",
        b"bamboo",
        b"crowd",
        b"stash",
        b"forge",
        b"trello",
        b"user",
        b"my",
        b"api",
    ];
    let set_off = match (before.last(), word.first()) {
        (Some(left), Some(right)) if left.is_ascii_alphabetic() => {
            left.is_ascii_lowercase() && right.is_ascii_uppercase()
        }
        _ => true,
    };
    let owned = OWNERS.iter().any(|owner| without_end(before, owner).is_some());
    let goes_on = match (word.last(), after.first()) {
        (Some(left), Some(right)) if right.is_ascii_alphabetic() => {
            !(left.is_ascii_lowercase() && right.is_ascii_uppercase())
        }
        _ => false,
    };
    (set_off || owned) && (!goes_on || is_plural(after))
}

#[cfg(test)]
mod tests {
    use super::{names_secret, word_at};
    use pushgate_detector_sdk::Span;

    /// Whether `key` is a name; a `|` stands before its word.
    fn check(key: &str, expected: bool) {
        let at = key.find('|').unwrap();
        let text = key.replace('|', "");
        let named = word_at(text.as_bytes(), at)
            .is_some_and(|name| names_secret(text.as_bytes(), Span::at(0, text.len()), name.word));
        assert_eq!(named, expected, "{key}");
    }

    #[test]
    fn names_that_end_in_the_word_name_secrets() {
        for key in [
            "JIRA_|PASSWORD",
            "jira.|password",
            "jira|Password",
            "jira|password",
            "JIRA_|PASS",
            "jira|pass",
            "jira|Pass",
            "JIRA_API_|TOKEN",
            "JIRA_|API_KEY",
            "jira|ApiKey",
            "JIRA_|PAT",
            "|token",
            "JIRA_|TOKEN_PROD",
            "jira|TokenProd",
            "jira_|token2",
            "|token_for_jira",
            "|passwordJira",
            "JIRA_|PASSWORD_VALUE",
            "JIRA_|PASSWORD_B64",
            "JIRA_API_|TOKEN_BASE64",
            "jira|TokenBase64",
            "jira|SecretKey",
            "jira_|pwd",
            "jira|_pw",
            "JIRA_|CREDENTIALS",
            "sonar.jira.|password.secured",
            "Jira|Password__c",
        ] {
            check(key, true);
        }
    }

    #[test]
    fn other_names_do_not() {
        for key in [
            "JIRA_|PASSWORD_FILE",
            "JIRA_|TOKEN_URL",
            "JIRA_|PASSTHROUGH_HEADERS",
            "X-Atlassian-|Token",
            "|tokenType",
            "|token_expiry",
            "|passwordField",
            "|secretName",
            "|secretKeyRef",
            "by|pass",
            "JIRA_|PATH",
            "jira|Path",
            "|authorization",
            "o|auth",
            "|author",
            "atl_|token",
            "csrf|Token",
            "nextPage|Token",
            "|tokenizer",
            "|PASSWORDLESS",
            "JIRA_|TOKENS_PER_MINUTE",
            "encrypted_|password",
            "existing|Secret",
        ] {
            check(key, false);
        }
    }
}
