//! Why a value under the name of a secret is none.
//!
//! ```text
//! ${TOKEN}  <token>          filled in later       process.env.TOKEN  get()   code
//! vault:…  op://…  ENC[…]    kept elsewhere        /run/secrets/token         a place
//! your_token_here  ****      a placeholder         Enter your password        words
//! true  3600  string         a setting             a UUID, a hash             an id
//! ```
//!
//! A value that passes may still be doubtful: [`is_doubtful`] says so.

use crate::base64;
use crate::caseless::{contains, contains_any};
use crate::codes::dismissal;
use crate::crc32::Crc32;
use crate::expression::is_code;
use crate::filled_in::is_filled_in_later;
use crate::password;
use crate::place;
use crate::placeholder::{distinct, is_token_stub};
use crate::prose::{is_noun, is_noun_in_disguise, is_numbered_sample, is_one_of, is_text};
use crate::quoted_code::is_quoted_code;
use crate::reference::{is_encrypted, is_reference};
use crate::shown::{as_shown, is_shown_text, without_marks};
use crate::wordlike::{has_regular_case, reads_like_words, words};

/// Names of schemes before a secret.
const SCHEMES: [&[u8]; 6] = [b"bearer ", b"basic ", b"token ", b"oauth ", b"geniekey ", b"apikey "];

/// Samples that everybody copies, and hints to the reader.
const SAMPLES: [&[u8]; 38] = [
    b"changeit",
    b"change-it",
    b"change_it",
    b"change-me",
    b"change_me",
    b"change me",
    b"replaceme",
    b"replace-",
    b"replace_",
    b"replace ",
    b"your_",
    b"your-",
    b"your ",
    b"insert-",
    b"insert_",
    b"_here",
    b"-here",
    b" here",
    b"placeholder",
    b"foobar",
    b"supersecret",
    b"super-secret",
    b"super_secret",
    b"mysecret",
    b"my-secret",
    b"my_secret",
    b"topsecret",
    b"hunter2",
    b"correcthorse",
    b"notused",
    b"not-used",
    b"not_used",
    b"00000000",
    b"a1b2c3d4",
    b"deadbeef",
    b"not-set",
    b"not-to-be-lost",
    // Of the documents of Amazon's cloud.
    b"wjalrxutnfemi",
];

/// Values of settings that are no secrets, and names of types.
const SETTINGS: &[u8] =
    b"true false yes no on off enabled disabled enable null nil none undefined \
    nan void string str text number int integer long boolean bool object char varchar byte bytes \
    array list map dict any secretstr secretstring required optional default auto always \
    never anonymous plaintext plain basic bearer digest ntlm oauth oauth2 oauth1 saml \
    sso ldap kerberos cookie session internal external private public";

/// Values that are published on purpose, by their checksum: the clients of Git Credential Manager,
/// the samples of the OAuth standard and of Bitbucket's API, and what the header against forged
/// requests says.
const PUBLIC: [u32; 10] = [
    0xB7EF_C376,
    0xB5DA_AF68,
    0xE727_ACD4,
    0xC440_CB46,
    0x0948_C9C1,
    0x95AD_985E,
    0x9E49_269D,
    0x2BDD_531A,
    0x9C23_1C0A,
    0x45EB_0E47,
];

/// Nothing, if `value` may be the secret that `key` names; else the code of a dismissal.
pub(crate) fn check(key: &[u8], value: &[u8], quoted: bool) -> Result<(), u16> {
    check_as_written(key, value, quoted)?;
    let shown = as_shown(value);
    if is_shown_text(&shown) {
        return Err(dismissal::WORDS);
    }
    match without_marks(&shown) {
        same if same == value => Ok(()),
        [b'"', inside @ .., b'"'] | [b'\'', inside @ .., b'\''] => {
            check_as_written(key, inside, true)
        }
        other => check_as_written(key, other, quoted),
    }
}

/// The same, of a value in which no escape is undone.
fn check_as_written(key: &[u8], value: &[u8], quoted: bool) -> Result<(), u16> {
    let value = without_scheme(value.trim_ascii());
    let is_number = !quoted
        && [&b"dword:"[..], b"qword:", b"hex:", b"hex("].iter().any(|it| value.starts_with(it));
    let reason = if value.is_empty() {
        dismissal::NO_PASSWORD
    } else if is_encrypted(value) {
        dismissal::ENCRYPTED
    } else if is_filled_in_later(value) {
        dismissal::TEMPLATE
    } else if is_reference(value, quoted) {
        dismissal::REFERENCE
    } else if is_public(value) {
        dismissal::PUBLIC
    } else if is_setting(value) || is_number || sets_another(value) || is_header(value) {
        dismissal::SETTING
    } else if contains_any(value, &SAMPLES) || repeats(key, value) {
        dismissal::PLACEHOLDER
    } else if let Err(reason) = password::check(b"", value) {
        reason
    } else if is_numbered_sample(value) {
        dismissal::PLACEHOLDER
    } else if place::is_place(value) {
        dismissal::PLACE
    } else if is_code(value, quoted) || is_quoted_code(value) {
        dismissal::CODE
    } else if place::is_id(value) {
        dismissal::ID
    } else if let Some(reason) = is_text(value) {
        reason
    } else if decodes_to_none(value) {
        dismissal::PLACEHOLDER
    } else {
        return without_signs(key, value, quoted);
    };
    Err(reason)
}

/// The same of what Markdown has in bold (`**Server** token`, `Option<**String**>`), and of a word
/// with what follows it: the end of `**a token is recommended**`, the comma of a list.
fn without_signs(key: &[u8], value: &[u8], quoted: bool) -> Result<(), u16> {
    // What a page sets in the letters of code: `` `HIPCHAT_API_TOKEN` ``.
    let mark = |byte: &&u8| **byte == b'`';
    let start = value.iter().take_while(mark).count();
    let end = value.len() - value.iter().skip(start).rev().take_while(mark).count();
    if let Some(code) = value.get(start..end).filter(|code| code.len() < value.len()) {
        return check_as_written(key, code, quoted);
    }
    if names_several(value) {
        return Err(dismissal::WORDS);
    }
    const SIGN: &[u8] = b"**";
    let signs = value.windows(SIGN.len()).filter(|it| *it == SIGN).count();
    let plain = || value.iter().copied().filter(|byte| *byte != b'*').collect::<Vec<u8>>();
    let word = value.strip_suffix(SIGN).or_else(|| value.strip_suffix(b","));
    let is_of_word = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'_';
    match (signs, word.filter(|word| word.iter().all(is_of_word))) {
        (2, _) if value.contains(&b' ') => Err(dismissal::WORDS),
        (2, _) => check_as_written(key, &plain(), quoted),
        (0 | 1, Some(word)) => check_as_written(key, word, quoted),
        _ => Ok(()),
    }
}

/// `` JIRA_USERNAME` + `JIRA_PASSWORD ``: names, and what stands between two in the letters of code.
fn names_several(value: &[u8]) -> bool {
    let is_name = |name: &[u8]| {
        !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
    };
    let mut pieces = value.split(|&byte| byte == b'`');
    let starts = pieces.next().is_some_and(is_name);
    let mut between = pieces.clone().step_by(2).peekable();
    let apart = |gap: &[u8]| !gap.iter().any(u8::is_ascii_alphanumeric);
    starts
        && between.peek().is_some()
        && between.all(apart)
        && pieces.skip(1).step_by(2).all(is_name)
}

/// `assignee=None`, `JIRA_USER=email`: another setting, with a value that is none or a word for it.
pub(crate) fn sets_another(value: &[u8]) -> bool {
    let Some(at) = value.iter().position(|&byte| byte == b'=') else { return false };
    let (name, rest) = value.split_at_checked(at).unwrap_or_default();
    let is_of_name = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let said = rest.get(1..).unwrap_or_default();
    let said = said.iter().copied().filter(|byte| !b"\"'\\".contains(byte)).collect::<Vec<u8>>();
    name.len() > 2
        && name.iter().all(is_of_name)
        && reads_like_words(name)
        && (is_one_of(&said, SETTINGS) || is_noun(&said))
}

/// `Authorization: Basic …`: a header, which is judged as one.
fn is_header(value: &[u8]) -> bool {
    const NAME: &[u8] = b"authorization:";
    value.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME))
}

/// Whether everybody has this value.
pub(crate) fn is_public(value: &[u8]) -> bool {
    PUBLIC.contains(&Crc32::new().extend(value).finish())
}

/// The value behind `Bearer` and the like.
pub(crate) fn without_scheme(value: &[u8]) -> &[u8] {
    value.get(scheme_len(value)..).unwrap_or_default().trim_ascii_start()
}

/// Bytes of the scheme with which `value` begins, its blank included.
pub(crate) fn scheme_len(value: &[u8]) -> usize {
    let begins = |scheme: &&&[u8]| {
        value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    SCHEMES.iter().find(begins).map_or(0, |scheme| scheme.len())
}

/// Whether a value that [`check`] lets pass may as well be a word, a name or a sample.
pub(crate) fn is_doubtful(value: &[u8]) -> bool {
    const LEN_MIN: usize = 10;
    let value = without_scheme(value.trim_ascii());
    let has = |sort: fn(&u8) -> bool| value.iter().any(sort);
    let lower = has(u8::is_ascii_lowercase);
    let upper = has(u8::is_ascii_uppercase);
    let digit = has(u8::is_ascii_digit);
    let sign = value.iter().any(|byte| byte.is_ascii_punctuation() && !b"-_.".contains(byte));
    let classes = usize::from(lower) + usize::from(upper) + usize::from(digit) + usize::from(sign);
    if classes < 2 && reads_like_words(value) || value.len() < LEN_MIN && classes < 3 {
        return true;
    }
    if is_noun_in_disguise(value) {
        return true;
    }
    // `jenkins2020`, `kelp-quartz-71`: one word, or the name of something.
    let word_count = words(value).count();
    let named = !sign && lower != upper && reads_like_words(value);
    named && (word_count <= 2 || value.iter().any(|byte| b"-_.".contains(byte)))
}

fn is_setting(value: &[u8]) -> bool {
    const DIGITS_MAX: usize = 7;
    let bare = value.strip_suffix(b"?").unwrap_or(value);
    // `*(required)*`
    let marks = |byte: &&u8| b"*_()[]".contains(byte);
    let start = bare.iter().take_while(marks).count();
    let end = bare.len() - bare.iter().skip(start).rev().take_while(marks).count();
    let bare = bare.get(start..end).unwrap_or_default();
    let number = value.len() <= DIGITS_MAX
        && value.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b','));
    let of_number = |byte: &u8| byte.is_ascii_digit() || b".eE+-".contains(byte);
    let exponent = value.first().is_some_and(u8::is_ascii_digit)
        && value.iter().all(of_number)
        && (contains(value, b"e-") || contains(value, b"e+"));
    let colour = matches!(value, [b'#', digits @ ..]
        if matches!(digits.len(), 6 | 8) && digits.iter().all(u8::is_ascii_hexdigit));
    // What a page holds against forged requests: `…|lin`, by whether somebody is logged in.
    let forgery = value.ends_with(b"|lin") || value.ends_with(b"|lout");
    let algorithm = contains_any(value, &[b"grant_type=", b"hmac-sha", b"rsa-sha"]);
    number || exponent || colour || forgery || algorithm || is_one_of(bare, SETTINGS)
}

/// Whether the value says no more than its key: `JIRA_TOKEN: my-jira-token`.
fn repeats(key: &[u8], value: &[u8]) -> bool {
    const LEN_MIN: usize = 4;
    let folded = |text: &[u8]| -> Vec<u8> {
        text.iter().filter(|it| it.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect()
    };
    let (key, value) = (folded(key), folded(value));
    if key.len() < LEN_MIN || value.len() < LEN_MIN || key.len() > 128 {
        return false;
    }
    let letters = value.iter().all(u8::is_ascii_alphabetic);
    contains(&key, &value) || letters && contains(&value, &key) && value.len() <= key.len() + 16
}

/// Whether base64 is made of text that is no secret: a Kubernetes secret of `changeme`.
pub(crate) fn decodes_to_none(value: &[u8]) -> bool {
    const LEN_MIN: usize = 7;
    let body = value.strip_suffix(b"=").unwrap_or(value);
    let body = body.strip_suffix(b"=").unwrap_or(body);
    // The padding of a value without quotes was taken for what follows it.
    if value.len() < LEN_MIN || body.len() % 4 == 1 {
        return false;
    }
    let Some(decoded) = base64::decode(body) else {
        return false;
    };
    const SAMPLES: [&[u8]; 6] =
        [b"not-a-", b"example", b"placeholder", b"changeme", b"dummy", b"redacted"];
    if contains_any(&decoded, &SAMPLES) {
        return true;
    }
    let text = decoded.trim_ascii_end();
    let colon = text.iter().position(|&byte| byte == b':');
    let pair = colon.and_then(|colon| text.split_at_checked(colon));
    if let Some((user, [_, password @ ..])) = pair
        && (user == password || is_noun(user) && is_noun(password))
    {
        return true;
    }
    let printable = |byte: &u8| !byte.is_ascii() || byte.is_ascii_graphic() || *byte == b' ';
    text.iter().all(printable)
        && std::str::from_utf8(text).is_ok()
        && text.len() > 3
        && (password::check(b"", text).is_err()
            || is_filled_in_later(text)
            || is_encrypted(text)
            || is_reference(text, true)
            || place::is_hash(text)
            || place::is_place(text)
            || is_text(text).is_some()
            || is_code(text, true)
            || place::is_id(text)
            || is_stub_of_token(text)
            || contains_any(text, &self::SAMPLES))
}

/// `BBDC-1234`, `ATCO-your-secret`: what tokens begin with, and too little behind it, or nothing
/// that was drawn.
fn is_stub_of_token(text: &[u8]) -> bool {
    const LEN_MIN: usize = 30;
    const PREFIXES: [&[u8]; 7] =
        [b"ATATT3", b"ATCTT3", b"ATSTT3", b"ATBB", b"ATCO", b"ATOA", b"BBDC-"];
    let behind = PREFIXES.iter().find_map(|prefix| text.strip_prefix(*prefix));
    behind.is_some_and(|it| text.len() < LEN_MIN || is_token_stub(it))
}

/// Whether letters and digits were drawn: mixed, and with no word in them.
pub(crate) fn is_drawn(value: &[u8]) -> bool {
    const DISTINCT_MIN: usize = 8;
    let digit = value.iter().any(u8::is_ascii_digit);
    let letter = value.iter().any(u8::is_ascii_alphabetic);
    let drawn = if digit {
        letter && !(has_regular_case(value) && reads_like_words(value) && few_digits(value))
    } else {
        !reads_like_words(value)
    };
    drawn && distinct(value) >= DISTINCT_MIN
}

fn few_digits(value: &[u8]) -> bool {
    value.iter().filter(|byte| byte.is_ascii_digit()).count() <= 2
}

#[cfg(test)]
mod tests {
    use super::{check, dismissal, is_doubtful, is_drawn};

    fn all(values: &[&str], expected: Result<(), u16>) {
        let mut wrong = Vec::new();
        for value in values {
            let checked = check(b"jira.password", value.as_bytes(), true);
            if checked != expected {
                wrong.push(format!("{value:?}: {checked:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn passwords_pass() {
        all(
            &[
                "Kelp*Quartz7113",
                "Kelp+Quartz2826",
                "Tr4mline!Tr4mline3929",
                "Kelp Quartz 7113!",
                "Kelp#71%Quartz",
                "it's-Kelp71",
                "{Kelp71!x",
                "Kelp71$Quartz",
                "Bearer Kelp71!Quartz",
                "/Kelp71!Quartz",
                "Kelp/Quartz7113",
                "Kelp.Quartz7113",
                "Kelp@Quartz7113",
                "Kelp:Quartz7113",
                "<Kelp71!",
                "pa55word!Kelp",
                "jenkins2020",
                "Jira2024!",
                "KelpQuartz71",
                "q7f3x9z2",
                "0f2c9a7be45d1386",
                "kmskXNqMnGFwJktMPCqh",
                "Kelp**Quartz**71",
                "Kelp71**",
                "kelp=Quartz71",
                "Kelp71=token",
                "dXNlcjpLZWxwKlF1YXJ0ejcx",
                "nzWa{S7O}8nV8",
                "nzWa<S7O>8nV8",
                "ycNLzR.kIfCApZQ",
            ],
            Ok(()),
        );
    }

    #[test]
    fn templates_are_filled_in_later() {
        let values = [
            "${JIRA_TOKEN}",
            "$JIRA_TOKEN",
            "%JIRA_TOKEN%",
            "{{ jira_token }}",
            "{{jira_token}}",
            "${{ secrets.X }}",
            "<token>",
            "<your token>",
            "[token]",
            "{token}",
            "Bearer {token}",
            "Bearer ${token}",
            "user:$TOKEN",
            "dev:<token>",
            "Kelp71{ID2}Quartz",
            "a7{KEY}8b",
            "#{token}#",
            "@token@",
            "__TOKEN__",
            "!JIRA_TOKEN!",
            "$(pass jira)",
            "%s",
        ];
        all(&values, Err(dismissal::TEMPLATE));
    }

    #[test]
    fn other_text_is_named_for_what_it_is() {
        all(&["vault:secret/jira", "op://a/b"], Err(dismissal::REFERENCE));
        all(
            &["ENC[AES256_GCM,data:x]", "{cipher}0a1b", "BAMSCRT@0@0@x"],
            Err(dismissal::ENCRYPTED),
        );
        all(&["process.env.TOKEN", "^ATATT[a-z]+x$", "com.acme.Token"], Err(dismissal::CODE));
        all(&["/run/secrets/token", "token.txt", "https://x/y?z=1"], Err(dismissal::PLACE));
        all(&["a/b/token", "jira.acme.org", "dev@acme.org"], Err(dismissal::PLACE));
        all(&["Log in to go on", "No account was found", "Mot de passe"], Err(dismissal::WORDS));
        all(
            &[
                "apiTokenField",
                "sunshine",
                "Contraseña",
                "Jeton d'accès",
                "Clé (secrète)",
                "Hemmelighed *",
                "Sekret:",
                "Sprint #",
                "“sunshine”",
                "X-Atlassian-Token",
            ],
            Err(dismissal::WORDS),
        );
        all(&["true", "3600", "string", "SecretStr", "basic"], Err(dismissal::SETTING));
        all(&["no-check", "nocheck"], Err(dismissal::PUBLIC));
        all(
            &[
                "5b10ac8d82e05b22cc7d4ef5",
                "de305d54-75b4-431b-adb2-eb6b9e546014",
                "557058:de305d54-75b4-431b-adb2-eb6b9e546014",
                "sha256-LXEWQrcmsEQBYnyp",
                "2026-11-23",
                "PROJ-1234",
            ],
            Err(dismissal::ID),
        );
    }

    #[test]
    fn what_is_in_bold_is_read_without_the_signs() {
        all(
            &["**2. 3-Legged OAuth (3LO)** access token", "recommended**", "issue_kind,"],
            Err(dismissal::WORDS),
        );
        all(&["Option<**String**>"], Err(dismissal::TEMPLATE));
    }

    #[test]
    fn other_settings_are_no_values() {
        let values =
            ["assignee=None", "auth_type=\"oauth\"", "JIRA_USER=email", "JIRA_USER=username"];
        all(&values, Err(dismissal::SETTING));
    }

    #[test]
    fn placeholders_are_seen() {
        let values = [
            "password",
            "your_jira_api_token_here",
            "changeme",
            "xxxxxxxx",
            "********",
            "my-jira-password",
            "test-token",
            "dummy_value",
            "jirapassword",
            "supersecret",
            "Y2hhbmdlbWU=",
            "Y2hhbmdlbWU",
            "bnVsbA=",
            "VE9ETw==",
            "dXNlcjpwYXNz",
            "fakePassword",
            "abc...xyz",
        ];
        all(&values, Err(dismissal::PLACEHOLDER));
    }

    #[test]
    fn what_may_be_a_sample_is_doubtful() {
        for value in ["Admin@123", "Test1234!", "jenkins2020", "kelp71", "12345678", "Jira2024!"] {
            assert!(is_doubtful(value.as_bytes()), "{value}");
        }
        let set =
            ["Kelp*Quartz7113", "KelpQuartz71", "q7f3x9z2ab", "Kelp12!", "kmskXNqMnGFwJktMPCqh"];
        for value in set {
            assert!(!is_doubtful(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn drawn_characters_are_told_from_names() {
        for value in ["kmskXN5MnGFwJktMPC7Q", "0f2c9a7be45d1386", "kmskXNqMnGFwJktMPCqh"] {
            assert!(is_drawn(value.as_bytes()), "{value}");
        }
        for value in ["searchConfluenceUsingCql", "getJiraV2Token", "aaaaaaaaaaaa1"] {
            assert!(!is_drawn(value.as_bytes()), "{value}");
        }
    }
}
