//! Text that people read, and the names of things, where a secret would stand.

use crate::caseless::contains_any;
use crate::codes::dismissal;
use crate::joined::is_joined_words;
use crate::wordlike::{has_regular_case, reads_like_words, words};

/// Words of samples, when they stand among words.
const SAMPLE_WORDS: &[u8] =
    b"test tests testing demo sample dummy fake mock stub todo tbd foo bar \
    baz example invalid wrong bad valid expected default your my some any this that here not no \
    redacted removed hidden masked unset empty blank changeme placeholder lorem ipsum dev";

/// Words that stand for a thing of this kind, and not for its value.
const NOUNS: &[u8] =
    b"password passwd passphrase passwort pass pwd pw secret secrets token tokens \
    key keys apikey pat credential credentials creds cred auth authorization authentication bearer \
    basic header oauth login user username email account client api jira confluence bitbucket \
    atlassian bamboo crowd stash forge trello opsgenie statuspage jsm cloud server service webhook \
    field param parameter variable value name id type access refresh session cookie";

/// Why the value is text that people read, if it is.
pub(crate) fn is_text(value: &[u8]) -> Option<u16> {
    if is_sentence(value) {
        return Some(dismissal::WORDS);
    }
    let value = without_short_noun(value);
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let joined = value.iter().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' ' | b'/' | b':')
    });
    if digits == 0 && is_foreign(value) {
        return Some(dismissal::WORDS);
    }
    if is_written_in_escapes(value) || is_member(value) || is_title(value) || is_status(value) {
        return Some(dismissal::WORDS);
    }
    // `rest-api-v2`, `migration-guide-9.4`: the name of a page.
    if digits > 0 && is_joined_words(value) {
        return Some(dismissal::WORDS);
    }
    if !joined || letters == 0 || !has_regular_case(value) || !reads_like_words(value) {
        return None;
    }
    let sample = words(value).any(|word| is_one_of(word, SAMPLE_WORDS));
    let noun = words(value).any(|word| is_one_of(word, NOUNS));
    let several = words(value).count() > 1;
    // `UPLOAD_HANDLER_01`
    let constant = value.iter().all(|byte| !byte.is_ascii_lowercase())
        && value.iter().filter(|&&byte| byte == b'_').count() > 1;
    match digits {
        1..=4 if constant => Some(dismissal::WORDS),
        0 if sample => Some(dismissal::PLACEHOLDER),
        0 => Some(dismissal::WORDS),
        1..=4 if several && sample => Some(dismissal::PLACEHOLDER),
        1..=2 if several && noun => Some(dismissal::WORDS),
        _ => None,
    }
}

/// `Contraseña`, `Пароль`, `Jeton d'accès`: words of other languages.
fn is_foreign(value: &[u8]) -> bool {
    // What stands within a word or behind one.
    let signs: &[u8] = if value.contains(&b' ') { b"'-,.:?!()/" } else { b"'" };
    let is_text = |byte: &u8| !byte.is_ascii_punctuation() || signs.contains(byte);
    !value.is_ascii() && value.iter().all(is_text)
}

/// `\u30D1\u30B9`: the same, as a properties file writes them.
fn is_written_in_escapes(value: &[u8]) -> bool {
    const ESCAPE_BYTES: usize = 6;
    let is_foreign = |escape: &[u8]| match escape {
        [b'\\', b'u', digits @ ..] => {
            digits.iter().all(u8::is_ascii_hexdigit) && !digits.starts_with(b"00")
        }
        _ => false,
    };
    let (escapes, rest) = value.as_chunks::<ESCAPE_BYTES>();
    rest.is_empty() && escapes.len() > 1 && escapes.iter().all(|escape| is_foreign(escape))
}

/// `staging-tok`: without a noun that tests write short, if it stands behind another word.
fn without_short_noun(value: &[u8]) -> &[u8] {
    const SHORT: [&[u8]; 2] = [b"-tok", b"_tok"];
    let bare = SHORT.iter().find_map(|noun| value.strip_suffix(*noun));
    bare.filter(|bare| bare.iter().any(u8::is_ascii_alphabetic)).unwrap_or(value)
}

/// `trello::token#find()`: a class and what belongs to it.
fn is_member(value: &[u8]) -> bool {
    let Some(at) = value.windows(2).position(|pair| pair == b"::") else { return false };
    let (class, rest) = value.split_at(at);
    let is_name = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let member = rest.get(2..).unwrap_or_default();
    let starts = class.first().is_some_and(is_name) && member.first().is_some_and(is_name);
    starts
        && class.iter().all(is_name)
        && !value.iter().any(u8::is_ascii_digit)
        && reads_like_words(class)
        && reads_like_words(member.split(|byte| !is_name(byte)).next().unwrap_or_default())
}

/// `401 Unauthorized`: how a server answers.
fn is_status(value: &[u8]) -> bool {
    let (number, words) = value.split_at_checked(3).unwrap_or_default();
    number.iter().all(u8::is_ascii_digit)
        && matches!(words, [b' ', b'A'..=b'Z', _, ..])
        && words.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b' ')
        && reads_like_words(words)
}

/// `find &mdash; Token`: a title of a page and what it belongs to.
fn is_title(value: &[u8]) -> bool {
    const DASHES: [&[u8]; 4] = [b" &mdash; ", b" &ndash; ", " — ".as_bytes(), " – ".as_bytes()];
    contains_any(value, &DASHES)
}

/// Several words with blanks between them, most of them of letters.
fn is_sentence(value: &[u8]) -> bool {
    const STOPS: &[u8] =
        b"a an the your my is are to of for in on with and or not no please enter \
        must if from be by at it its this that as use using set get can invalid missing failed";
    let parts = || value.split(|byte| byte.is_ascii_whitespace()).filter(|part| !part.is_empty());
    let count = parts().count();
    let strip =
        |word: &'_ [u8]| -> usize { word.iter().filter(|byte| byte.is_ascii_alphabetic()).count() };
    let plain = parts().filter(|part| {
        let marks = part.iter().filter(|byte| b".,:;!?'()\"*_`".contains(byte)).count();
        strip(part) + marks == part.len() && strip(part) > 0
    });
    let plain = plain.count();
    let stops = parts().filter(|part| is_one_of(part, STOPS)).count();
    // `64 hex digits`
    let is_small = |part: &[u8]| part.len() > 1 && part.iter().all(u8::is_ascii_lowercase);
    let counted = parts().next().is_some_and(|first| first.iter().all(u8::is_ascii_digit))
        && count > 2
        && parts().skip(1).all(is_small);
    count > 1
        && (counted
            || plain == count
            || stops > 0 && 2 * plain >= count
            || count > 3 && 2 * plain > count)
}

/// `Admin@123`, `Test1234!`, `Jira2024`: one of the nouns, and what the rules for passwords ask.
pub(crate) fn is_noun_in_disguise(value: &[u8]) -> bool {
    let letters: Vec<u8> = value
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .map(u8::to_ascii_lowercase)
        .collect();
    let rest: Vec<u8> = value.iter().filter(|byte| byte.is_ascii_digit()).copied().collect();
    let years = rest.len() <= 4;
    const MORE: &[u8] = b"admin administrator test tester root guest welcome qwerty demo temp \
        changeme letmein master system hello winter summer spring autumn";
    years && (is_one_of(&letters, NOUNS) || is_one_of(&letters, MORE))
}

/// `test-token-12345`, `abc123!`: words of samples, and digits in their order.
pub(crate) fn is_numbered_sample(value: &[u8]) -> bool {
    let mut letters = 0;
    let mut digits = 0;
    let fits = words(value).all(|word| {
        if word.iter().all(u8::is_ascii_digit) {
            digits += 1;
            counts(word)
        } else {
            letters += 1;
            counts(word) || is_one_of(word, NOUNS) || is_one_of(word, SAMPLE_WORDS)
        }
    });
    fits && letters > 0 && digits > 0
}

/// `123`, `4321`, `abc`: each character is next to the one before.
fn counts(word: &[u8]) -> bool {
    let pairs = || word.iter().zip(word.iter().skip(1));
    let up = |(left, right): (&u8, &u8)| {
        left.checked_add(1) == Some(*right) || (*left, *right) == (b'9', b'0')
    };
    let down = |(left, right): (&u8, &u8)| {
        right.checked_add(1) == Some(*left) || (*left, *right) == (b'0', b'9')
    };
    word.len() >= 3 && (pairs().all(up) || pairs().all(down))
}

/// Whether `word` stands for a thing of this kind, and not for its value.
pub(crate) fn is_noun(word: &[u8]) -> bool {
    is_one_of(word, NOUNS)
}

/// Whether a line is a comment, in most languages.
pub(crate) fn is_comment(line: &[u8]) -> bool {
    matches!(
        line.trim_ascii_start(),
        [b'#' | b'*' | b';', ..] | [b'/', b'/' | b'*', ..] | [b'-', b'-', ..]
    )
}

/// Whether `word` is one of a list, in any case.
pub(crate) fn is_one_of(word: &[u8], list: &'static [u8]) -> bool {
    !word.is_empty()
        && list.split(|&byte| byte == b' ').any(|known| known.eq_ignore_ascii_case(word))
}
