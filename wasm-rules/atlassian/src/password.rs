//! Whether a value without any shape may be a password, or only stands where one would.

use std::borrow::Cow;

use crate::caseless::{contains, contains_any};
use crate::codes::dismissal;
use crate::placeholder::{WORDS, distinct, is_template};

/// Shorter ones are found everywhere and accepted nowhere.
const LEN_MIN: usize = 6;

/// Words that say what should stand here.
const NOUNS: &[u8] = b"password passwd passwort passphrase pass pwd pw secret token key pat \
    credentials username login hidden masked dummy";
/// Words that stand beside them.
const OTHERS: &[u8] = b"my the some a new user app api access auth oauth personal bitbucket jira \
    confluence atlassian bamboo stash cloud server service account git http repo repository \
    project workspace organization org team group scoped admin here goes value test fake sample \
    enter put mock stub \
    consumer client session cookie refresh webhook integration trello opsgenie statuspage crowd \
    guard compass security agent specs developer header signing shared scim";
/// What stands for nothing at all, samples that everybody copies, and the names of products, which
/// samples of databases have.
const WHOLE: &[u8] =
    b"user none null undefined todo foobar opensesame xoauthbasic qwerty qwertz letmein \
    jira confluence bitbucket bamboo crowd atlassian fisheye crucible trello opsgenie statuspage";
/// How sentences to the reader begin.
const STARTS: &[u8] = b"your insert replace";
/// Characters of a redaction.
const MASKS: [&[u8]; 7] =
    [b"***", b"...", b"xxxx", "…".as_bytes(), "••".as_bytes(), "××".as_bytes(), b"\\u2026"];
/// Samples, however their words are joined.
const JOINED: [&[u8]; 3] = [b"changeme", b"replaceme", b"nottobelost"];
/// What is written where the rest of a value was cut.
const CUTS: [&[u8]; 9] = [
    b"truncated",
    b"redacted",
    b"hidden",
    b"removed",
    b"masked",
    b"snip",
    b"omitted",
    b"filtered",
    b"secret",
];

/// Nothing, if `value` may be the password of `user`; else the code of a dismissal.
pub(crate) fn check(user: &[u8], value: &[u8]) -> Result<(), u16> {
    if is_template(value) {
        Err(dismissal::TEMPLATE)
    } else if value.is_empty() {
        Err(dismissal::NO_PASSWORD)
    } else if is_stub(value) || repeats(user, value) {
        Err(dismissal::PLACEHOLDER)
    } else if value.len() < LEN_MIN {
        Err(dismissal::NO_PASSWORD)
    } else {
        Ok(())
    }
}

/// Whether a password is written so that somebody puts another in its place.
fn is_stub(password: &[u8]) -> bool {
    if is_cut(password) {
        return true;
    }
    // What is shown on a page: `SECRET<span class=w`.
    let password = without_tags(password);
    let password = password.as_ref();
    let bare: Vec<u8> = password
        .iter()
        .filter(|byte| !matches!(byte, b'_' | b'-' | b'.' | b' ' | b'|' | b'+' | b'/' | b'&'))
        .map(u8::to_ascii_lowercase)
        .collect();
    words(WHOLE).any(|word| word == bare)
        || words(STARTS).any(|start| bare.starts_with(start))
        || describes_a_secret(&bare)
        || describes_in_digits(&bare)
        || counts(&bare)
        || contains_any(password, &WORDS)
        || contains_any(&bare, &JOINED)
        || distinct(password) <= 2
        || is_masked(password)
        || is_framed_word(password)
        || names_a_variable(password)
}

/// `!!CHANGE!!`, `##REPLACE_THIS##`: a word in capitals between signs that catch the eye.
fn is_framed_word(password: &[u8]) -> bool {
    const SIGNS_MIN: usize = 2;
    let sign = |byte: &&u8| byte.is_ascii_punctuation();
    let left = password.iter().take_while(sign).count();
    let right = password.iter().skip(left).rev().take_while(sign).count();
    let word = password.get(left..password.len() - right).unwrap_or_default();
    left >= SIGNS_MIN
        && right >= SIGNS_MIN
        && !word.is_empty()
        && word.iter().all(|byte| byte.is_ascii_uppercase() || b"_- ".contains(byte))
}

/// Whether a part of a password is hidden, or left out.
///
/// Four x in both cases happen to be drawn, and so do three dots, among signs that nobody leaves of
/// what is cut.
fn is_masked(password: &[u8]) -> bool {
    let same = |sign: u8| password.windows(4).any(|it| it.iter().all(|byte| *byte == sign));
    let hides = |mask: &&[u8]| match *mask {
        b"xxxx" => same(b'x') || same(b'X') || contains_any(password, &[b"xxxxx"]),
        b"..." => contains_any(password, &[b"..."]) && !is_drawn_around_dots(password),
        mask => contains_any(password, &[mask]),
    };
    MASKS.iter().any(hides)
}

/// `X-D-0F...%MW_.ZVF`: three dots with something on either side, and with other signs, letters and
/// digits beside.
fn is_drawn_around_dots(password: &[u8]) -> bool {
    let has = |sort: fn(&u8) -> bool| password.iter().any(sort);
    let sign = |byte: &u8| b"!#$%&*+?@^~".contains(byte);
    !password.starts_with(b".")
        && !password.ends_with(b".")
        && !contains_any(password, &[b"...."])
        && has(sign)
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
}

/// `Kelp[truncated]`, `Kelp<snip>`: a value of which the rest was taken away.
fn is_cut(password: &[u8]) -> bool {
    let ends = |open: &[u8], close: &[u8]| {
        let inside = password.strip_suffix(close)?;
        CUTS.iter().find(|cut| {
            let at = inside.len().checked_sub(cut.len());
            let word = at.and_then(|at| inside.get(at..));
            let before = at.and_then(|at| inside.get(..at)).unwrap_or_default();
            word.is_some_and(|word| word.eq_ignore_ascii_case(cut)) && before.ends_with(open)
        })
    };
    ends(b"[", b"]").or_else(|| ends(b"<", b">")).or_else(|| ends(b"(", b")")).is_some()
}

/// The text without the tags in it, of which the last may be cut, if something is left.
fn without_tags(text: &[u8]) -> Cow<'_, [u8]> {
    let next_tag = |text: &[u8]| {
        let signs = text.iter().enumerate().filter(|(_, byte)| **byte == b'<');
        signs.map(|(at, _)| at).find(|&at| text.get(at + 1..).is_some_and(goes_on_as_tag))
    };
    let mut shown = Vec::new();
    let mut rest = text;
    while let Some(at) = next_tag(rest) {
        let (before, tag) = rest.split_at(at);
        shown.extend_from_slice(before);
        let end = tag.iter().position(|&byte| byte == b'>').map_or(tag.len(), |end| end + 1);
        rest = tag.get(end..).unwrap_or_default();
    }
    shown.extend_from_slice(rest);
    if shown.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// Whether `rest` is a tag behind its first sign, as far as the text goes: `span class=w`, `/b>`.
fn goes_on_as_tag(rest: &[u8]) -> bool {
    let (closes, name) = match rest {
        [b'/', name @ ..] => (true, name),
        name => (false, name),
    };
    let in_name = |byte: &&u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let len = name.iter().take_while(in_name).count();
    match name.get(len) {
        Some(byte) => len > 0 && (*byte == b'>' || *byte == b'/' || byte.is_ascii_whitespace()),
        None => closes || len > 0,
    }
}

/// `password`, `myapptoken`, `jiraapikeyhere`: nothing but words that say what should stand here.
///
/// `bare` has no capitals and nothing between its words.
fn describes_a_secret(bare: &[u8]) -> bool {
    /// One bit for each place that words reach.
    const LEN_MAX: usize = 63;

    if bare.len() > LEN_MAX || !words(NOUNS).any(|noun| contains(bare, noun)) {
        return false;
    }
    let mut reached: u64 = 1;
    for at in 0..bare.len() {
        if reached >> at & 1 == 1 {
            let rest = bare.get(at..).unwrap_or_default();
            let here = words(NOUNS).chain(words(OTHERS)).filter(|word| rest.starts_with(word));
            reached |= here.fold(0, |places, word| places | 1 << (at + word.len()));
        }
    }
    reached >> bare.len() & 1 == 1
}

/// The same for `passw0rd` and `p@$$word`.
fn describes_in_digits(bare: &[u8]) -> bool {
    let letter = |&byte: &u8| match byte {
        b'0' => b'o',
        b'1' | b'!' => b'i',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'7' => b't',
        byte => byte,
    };
    let letters: Vec<u8> = bare.iter().map(letter).collect();
    letters != bare && describes_a_secret(&letters)
}

/// `123456`, `abc123`: nothing but pieces of the alphabet and numbers in their order.
fn counts(bare: &[u8]) -> bool {
    const PIECE_MIN: usize = 3;
    let follows = |left: &u8, right: &u8| match (*left, *right) {
        (b'9', b'0') => true,
        (left, right) => left.is_ascii_alphanumeric() && left + 1 == right,
    };
    bare.chunk_by(follows).all(|piece| piece.len() >= PIECE_MIN)
}

/// `fred` and `fredfred` as the password of `fred`.
fn repeats(user: &[u8], password: &[u8]) -> bool {
    !user.is_empty()
        && password.len().is_multiple_of(user.len())
        && password.chunks(user.len()).all(|piece| piece.eq_ignore_ascii_case(user))
}

/// `JIRA_SYNC_TOKEN`, `ВАШ_PERSONAL_ACCESS_TOKEN`: the name of what should stand here.
fn names_a_variable(password: &[u8]) -> bool {
    const NOUNS: &[u8] = b"token pass secret key credential";
    password.contains(&b'_')
        && password.iter().all(|&byte| byte.is_ascii_uppercase() || byte == b'_' || byte > 127)
        && words(NOUNS).any(|noun| contains(password, noun))
}

fn words(list: &'static [u8]) -> impl Iterator<Item = &'static [u8]> {
    list.split(|&byte| byte == b' ').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{check, dismissal};

    fn all(passwords: &[&str], expected: Result<(), u16>) {
        for password in passwords {
            assert_eq!(check(b"svc", password.as_bytes()), expected, "{password}");
        }
    }

    #[test]
    fn passwords_of_documentation_are_placeholders() {
        let words = ["password", "PassWord", "API-TOKEN", "my-app-password", "todo", "aKeyHere"];
        all(&words, Err(dismissal::PLACEHOLDER));
        let hints = ["your_password", "JIRA_SYNC_TOKEN", "changeme123", "ex-example-1"];
        all(&hints, Err(dismissal::PLACEHOLDER));
        let masks = ["*****", "secret...", "xxxxxxxx", "•••••", "aBxxxxCd"];
        all(&masks, Err(dismissal::PLACEHOLDER));
        let framed = ["!!CHANGE!!", "##REPLACE_THIS##"];
        all(&framed, Err(dismissal::PLACEHOLDER));
        all(&["!!CHANGE", "!!Kelp!!", "!!CHANGE7!!", "#KELP#"], Ok(()));
        let samples = ["passw0rd", "p@ssword", "P@$$w0rd", "abc123", "123456", "1234567890"];
        all(&samples, Err(dismissal::PLACEHOLDER));
        let names =
            ["repository_access_token", "PROJECT-TOKEN", "workspace access token", "jira|token"];
        all(&names, Err(dismissal::PLACEHOLDER));
        let shown = ["username + password", "</span>MYPASSWORDSECRET<span", "ВАШ_ACCESS_TOKEN"];
        all(&shown, Err(dismissal::PLACEHOLDER));
    }

    #[test]
    fn the_user_once_more_is_a_placeholder() {
        for (user, password) in [("jenkins", "jenkins"), ("fred", "FredFred")] {
            let checked = check(user.as_bytes(), password.as_bytes());
            assert_eq!(checked, Err(dismissal::PLACEHOLDER), "{user} {password}");
        }
        for (user, password) in [("fred", "fredfre"), ("fred", "fred13fred"), ("", "quartz")] {
            assert_eq!(check(user.as_bytes(), password.as_bytes()), Ok(()), "{user} {password}");
        }
    }

    #[test]
    fn other_passwords_are_not() {
        let passwords =
            ["Kelp*Quartz7113", "passw0rd!", "T0kenOfJoy", "135791", "keyboardcat", "password1"];
        all(&passwords, Ok(()));
        all(&["Kelp71Quartz</password>", "password<3Kelp", "<b>Kelp*Quartz"], Ok(()));
        all(&["w<kelpI,|<tI.epZ", "S<zLik,Il4SpdZ"], Ok(()));
    }

    #[test]
    fn nothing_and_next_to_nothing_is_no_password() {
        all(&["", "admin", "git"], Err(dismissal::NO_PASSWORD));
    }

    #[test]
    fn what_is_filled_in_later_is_a_template() {
        all(&["${TOKEN}", "{token}", "$TOKEN", "%TOKEN%"], Err(dismissal::TEMPLATE));
    }
}
