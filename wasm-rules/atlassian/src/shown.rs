//! Text that a page or a program shows to people, in any language, where a secret would stand.
//!
//! Files of translations name their texts as programs name secrets: `jira_password: "Hasło *"`. A
//! text has words, numbers of few digits, and signs around them; how its letters are escaped is
//! undone before it is looked at.

use std::borrow::Cow;

use crate::hex;
use crate::prose::{is_noun, is_one_of};
use crate::wordlike::{has_regular_case, reads_like_words};

/// Words for what is asked for, in languages that ASCII writes.
const NOUNS: &[u8] = b"kennwort jeton heslo haslo senha parola clave chiave segreto salasana \
    wachtwoord sleutel adgangskode passord parole lozinka geslo sifre belirtec geheimnis schluessel \
    secreto contrasena codigo code nyckel jelszo lykilorth slaptazodis salasona parool sandi";

/// Words that stand before these.
const OWNERS: &[u8] =
    b"dein deine ihr ihre mein votre ton ta mon mot de passe tu su mi il tuo sua \
    seu din ditt je uw twoje vase moje";

/// Digits of a number in a text, and of all of them together.
const NUMBER_MAX: usize = 4;
const DIGITS_MAX: usize = 6;

/// Entities that stand for a blank or a sign of ASCII, and for other signs.
const SIGNS: [(&[u8], &str); 18] = [
    (b"nbsp", " "),
    (b"quot", "\""),
    (b"apos", "'"),
    (b"amp", "&"),
    (b"lt", "<"),
    (b"gt", ">"),
    (b"rsquo", "’"),
    (b"lsquo", "‘"),
    (b"ldquo", "“"),
    (b"rdquo", "”"),
    (b"bdquo", "„"),
    (b"laquo", "«"),
    (b"raquo", "»"),
    (b"hellip", "…"),
    (b"mdash", "—"),
    (b"ndash", "–"),
    (b"bull", "•"),
    (b"middot", "·"),
];

/// How the names of letters end that are written with an accent, or joined.
const ACCENTS: [&[u8]; 12] = [
    b"acute", b"grave", b"circ", b"uml", b"tilde", b"cedil", b"ring", b"slash", b"caron", b"lig",
    b"thorn", b"breve",
];

/// `value` as it is shown: `Has\u0142o`, `Contrase&ntilde;a`, `fr=C3=A5ga`, `Don\'t`.
pub(crate) fn as_shown(value: &[u8]) -> Vec<u8> {
    let mut shown = Vec::with_capacity(value.len());
    let mut at = 0;
    while let Some(rest) = value.get(at..)
        && let Some(&byte) = rest.first()
    {
        let undone = match byte {
            b'\\' => backslash(rest),
            b'&' => entity(rest),
            b'=' => mail(rest),
            // What assigns took the first sign.
            _ if at == 0 => mail_of(rest),
            _ => None,
        };
        match undone {
            Some((bytes, len)) => {
                shown.extend_from_slice(&bytes);
                at += len;
            }
            None => {
                shown.push(byte);
                at += 1;
            }
        }
    }
    shown
}

/// What an escape says, and its length.
type Undone = (Vec<u8>, usize);

fn backslash(rest: &[u8]) -> Option<Undone> {
    match rest.get(1)? {
        byte @ (b'\'' | b'"' | b'$') => Some((vec![*byte], 2)),
        b'u' => {
            let unit = u16::from_be_bytes([hex::pair(rest, 2)?, hex::pair(rest, 4)?]);
            // Half of a pair: a character of none of the scripts that words are written in.
            let character = char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER);
            Some((character.to_string().into_bytes(), 6))
        }
        _ => None,
    }
}

fn entity(rest: &[u8]) -> Option<Undone> {
    /// Bytes of an entity, at most.
    const LEN_MAX: usize = 10;
    let closed = rest.iter().take(LEN_MAX).position(|&byte| byte == b';');
    // The last of a value may end where that does.
    let end = closed.or((1..LEN_MAX).contains(&rest.len()).then_some(rest.len()))?;
    let name = rest.get(1..end)?;
    if let Some(number) = name.strip_prefix(b"#") {
        let number = std::str::from_utf8(number).ok()?;
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        let character = char::from_u32(code.ok()?)?;
        return Some((character.to_string().into_bytes(), end + 1));
    }
    let sign = SIGNS.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign);
    let is_letter = closed.is_some() && ACCENTS.iter().any(|accent| name.ends_with(accent));
    let said = sign.or(is_letter.then_some("é"))?;
    Some((said.as_bytes().to_vec(), end + 1))
}

/// `=C3=A9`: a character that ASCII cannot write, in mail; `=3D` too.
fn mail(rest: &[u8]) -> Option<Undone> {
    let (bytes, len) = mail_of(rest.get(1..)?)?;
    Some((bytes, len + 1))
}

/// The same without its first sign, which what assigns may have taken.
fn mail_of(rest: &[u8]) -> Option<Undone> {
    const EQUALS: &[u8] = b"3D";
    if let Some(behind) = rest.strip_prefix(EQUALS) {
        let opens = behind.first().is_some_and(|byte| b"$\"'{<".contains(byte));
        return opens.then(|| (b"=".to_vec(), EQUALS.len()));
    }
    let first = capital_pair(rest, 0).filter(|byte| *byte >= 0xC2)?;
    let next = |index: usize| {
        let at = 3 * index - 1;
        rest.get(at).filter(|byte| **byte == b'=')?;
        capital_pair(rest, at + 1).filter(|byte| (0x80..0xC0).contains(byte))
    };
    let following: Vec<u8> = (1..4).map_while(next).collect();
    let len = 2 + 3 * following.len();
    let bytes = [&[first], following.as_slice()].concat();
    (bytes.len() > 1).then_some((bytes, len))
}

fn capital_pair(text: &[u8], at: usize) -> Option<u8> {
    let small = text.get(at..at + 2)?.iter().any(u8::is_ascii_lowercase);
    hex::pair(text, at).filter(|_| !small)
}

/// What is shown without what only a page has around it: quotes, dots and blanks that ASCII has
/// not, and what ends a label, such as the mark of a field that must be filled in.
pub(crate) fn without_marks(shown: &[u8]) -> &[u8] {
    let Ok(text) = std::str::from_utf8(shown) else { return shown };
    let is_of_page = |character: char| !character.is_ascii() && !character.is_alphanumeric();
    let text = text.trim().trim_matches(is_of_page).trim();
    let label = [" *", " #", ":"].iter().find_map(|mark| text.strip_suffix(mark)).unwrap_or(text);
    label.trim().as_bytes()
}

/// Whether what is shown is text that people read.
pub(crate) fn is_shown_text(shown: &[u8]) -> bool {
    let text = match std::str::from_utf8(shown) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(shown.iter().copied().map(char::from).collect()),
    };
    let text = text.as_ref();
    if !text.chars().any(char::is_alphanumeric) {
        // Dots or dashes in the place of a value.
        return !text.is_ascii();
    }
    let bare = text.trim_matches(is_sign);
    let label = text.trim_matches(is_of_label);
    let labelled = label.len() < text.len();
    let parts = || bare.split(is_blank).map(|part| part.trim_matches(is_sign));
    let parts = || parts().filter(|part| !part.is_empty());
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let several = parts().nth(1).is_some();
    if digits > DIGITS_MAX || !parts().all(|part| is_of_text(part, several)) {
        return false;
    }
    let words = || parts().filter(|part| is_word(part) && part.len() > 2);
    let foreign = words().any(|word| !word.is_ascii()) || parts().any(is_wide);
    match parts().count() {
        1 if foreign => true,
        // Too few letters for a password: `«n/a»`.
        1 if !text.is_ascii() && bare.len() <= 3 => true,
        1 => labelled && names_a_secret(label.as_bytes()),
        _ if foreign => true,
        _ if digits == 0 => words().next().is_some() && reads_like_words(shown),
        // `Sommer 2024` may be a password, and `Kelp Quartz 7113!`.
        _ => {
            let long = parts().any(|part| part.bytes().filter(u8::is_ascii_digit).count() > 3);
            let enough = if long { 3 } else { 1 };
            words().count() >= enough && reads_like_words(shown)
        }
    }
}

/// `Kennwort`, `dein-token`, `mot-de-passe`: what is asked for.
fn names_a_secret(text: &[u8]) -> bool {
    let mut words = text.split(|byte| matches!(byte, b'-' | b'_' | b' '));
    words.all(|word| is_noun(word) || is_one_of(word, NOUNS) || is_one_of(word, OWNERS))
}

/// What a label or a quotation has around its words. With other signs a word may be a password.
fn is_of_label(character: char) -> bool {
    !character.is_ascii() && is_sign(character)
        || matches!(character, ' ' | '*' | ':' | '?' | '"' | '\'' | '(' | ')')
}

/// What a text has around its words.
fn is_sign(character: char) -> bool {
    is_blank(character)
        || matches!(character, '\u{FFFD}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}')
        || !character.is_alphanumeric()
            && !matches!(character, '$' | '{' | '}' | '@' | '#' | '^' | '~')
}

fn is_blank(character: char) -> bool {
    character.is_whitespace()
}

/// A word, a number, or what has both: `Schlüssel`, `1/3`, `2FA`, `6-digit`; among `several` of them
/// `OAuth2` and `Port-80`.
fn is_of_text(part: &str, several: bool) -> bool {
    is_word(part) || is_number(part) || is_numbered(part, several)
}

/// Letters, with what joins two words between them.
fn is_word(part: &str) -> bool {
    let joins = |character: char| {
        matches!(character, '\'' | '’' | '_' | '-' | '‑' | '–' | '/' | '.' | ':' | '·')
    };
    let is_letter = |character: char| character.is_alphabetic() || is_mark(character);
    part.split(joins).all(|word| {
        let bytes = word.as_bytes();
        !word.is_empty()
            && word.chars().all(is_letter)
            && (!word.is_ascii() || word.len() < 3 || has_regular_case(bytes))
    })
}

/// What is written over or under the letter before it, in the scripts of India and Thailand too.
fn is_mark(character: char) -> bool {
    matches!(u32::from(character), 0x300..=0x36F | 0x591..=0x5C7 | 0x64B..=0x65F | 0x900..=0xEFF)
}

fn is_number(part: &str) -> bool {
    part.split(|character: char| !character.is_ascii_digit())
        .all(|number| number.len() <= NUMBER_MAX)
        && part
            .chars()
            .all(|it| it.is_ascii_digit() || matches!(it, '.' | ',' | '/' | '-' | ':' | '–'))
        && part.starts_with(|it: char| it.is_ascii_digit())
}

/// Whether it has characters of scripts that have no blanks between words.
fn is_wide(part: &str) -> bool {
    part.chars().any(|character| u32::from(character) > 0x2E7F)
}

/// A number of three digits at most before or behind a word, or in a text without blanks.
fn is_numbered(part: &str, several: bool) -> bool {
    const DIGITS_MAX: usize = 3;
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let pieces = || part.split(|it: char| it.is_ascii_digit() || matches!(it, '-' | '.' | '/'));
    let pieces = || pieces().filter(|piece| !piece.is_empty());
    let plain = pieces().all(is_word);
    let short = pieces().count() == 1
        && (digits == 1 && several || pieces().all(|it| it.len() <= 3) || part.contains('-'));
    // `パスKelp71` is no text: a number is not of a word in ASCII.
    let mixed = |pair: [char; 2]| {
        pair.iter().any(char::is_ascii_digit) && pair.iter().any(char::is_ascii_alphabetic)
    };
    let wide =
        || is_wide(part) && !part.chars().zip(part.chars().skip(1)).any(|it| mixed(it.into()));
    plain && digits <= DIGITS_MAX && (short || wide())
}

#[cfg(test)]
mod tests {
    use super::{as_shown, is_shown_text};

    #[test]
    fn texts_are_told_in_any_language() {
        for text in [
            "Hasło *",
            "Hasło:",
            "Contraseña*",
            "Kennwort*",
            "Jeton *",
            "API-Schlüssel",
            "Usuário/senha",
            "Käyttäjätunnus/salasana",
            "Jeton d'accès",
            "Clé d’API (secrète)",
            "Mindestens 8 Zeichen",
            "Au moins 8 caractères",
            "Password (8+ chars)",
            "Heslo (min. 8 znaků)",
            "Пароль (мин. 8 символов)",
            "6-stelliger Code",
            "Error 401",
            "Fehler 401: Token ungültig",
            "2FA code",
            "Step 1/3",
            "Client-Secret (OAuth 2.0)",
            "Ключ-API",
            "Токен:",
            "密码：",
            "Jira密码",
            "至少8个字符",
            "请联系管理员**",
            "ลืมรหัสผ่าน?",
            "Ξεχάσατε τον κωδικό;",
            "Token für „Jira“ fehlt",
            "••••••",
            "—",
            "vaše-heslo",
            "سر *",
            "«n/a»",
            "“Token”:",
            "Client ID/Secret (OAuth2)",
            "Port-80 URL",
            "Mật khẩu (tối thiểu 8 ký tự)",
            "« mot-de-passe »",
            "\u{200b}dein-token",
            "ваш_пароль",
        ] {
            assert!(is_shown_text(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn passwords_are_no_texts() {
        for text in [
            "Sommer2024!",
            "Sommer 2024",
            "Pä$$wort!",
            "correct-horse",
            "kelp-quartz-71",
            "Monkey*",
            "x9Kq!",
            "Grün7Haus!",
            "aB3 dE5 fG7",
            "qzxvbnm jkwpfh 12",
            "Kelp Quartz 7113!",
            "12345",
            "#Sommer-2024",
            "!!a9!!",
            "Passwort!",
            "Token+",
        ] {
            assert!(!is_shown_text(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn escapes_of_a_text_are_undone() {
        for (written, shown) in [
            ("Has\\u0142o", "Hasło"),
            ("Contrase&ntilde;a", "Contraseéa"),
            ("Contrase&#241;a &#xE9;", "Contraseña é"),
            ("Mot de passe&nbsp;:", "Mot de passe :"),
            ("fr=C3=A5ga", "fråga"),
            ("E2=80=93 see", "– see"),
            ("=3D$JIRA", "=$JIRA"),
            ("3D$JIRA", "=$JIRA"),
            ("=C3xyz 3DAY", "=C3xyz 3DAY"),
            ("&laquo;&nbsp;x&nbsp;&raquo", "« x »"),
            ("Don\\'t", "Don't"),
            ("\\$JIRA_TOKEN", "$JIRA_TOKEN"),
            ("a&b;c=d\\x", "a&b;c=d\\x"),
            ("Kelp&Quartz", "Kelp&Quartz"),
            ("Kelp&Quartz;", "Kelp&Quartz;"),
            ("Kelp\\nell7", "Kelp\\nell7"),
            ("C3PO", "C3PO"),
        ] {
            assert_eq!(String::from_utf8(as_shown(written.as_bytes())).unwrap(), shown);
        }
    }
}
