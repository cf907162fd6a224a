//! Whether letters are words that people read, or were drawn.

/// For each letter, how often each other follows it in English and in names of programs, from 0
/// for never to 7; 4 is what chance gives.
const FOLLOWS: [&[u8; 26]; 26] = [
    b"35652352524766151767443342",
    b"52325221432522421442411231",
    b"62436226425532721546422231",
    b"53347322622422522443422121",
    b"64675542423657353776344542",
    b"42234422611422522433412121",
    b"42226234411334421443322112",
    b"52126111512322521334312131",
    b"55655452223657642566252314",
    b"31223211212111321121311111",
    b"31225222422322321232222121",
    b"62347321712623631244432251",
    b"64236211512342551243422121",
    b"62566472524324532267432132",
    b"44553442324557451755544322",
    b"62336224412522541645422141",
    b"11111111111211111121421111",
    b"63447342613454641465432242",
    b"42537325623433553367523241",
    b"63437326722433641655423252",
    b"44434331411556341555111212",
    b"52216111411121321222221111",
    b"41224113412223321332122111",
    b"22323212311222242234111222",
    b"22223222211333241243222112",
    b"31114211311222211121111122",
];
/// The average from which letters are words, in hundredths; drawn letters have 290.
const WORDS_MIN: usize = 390;
/// Fewer letters than this may be anything, and are taken for a word.
const LETTERS_MIN: usize = 12;

/// Whether the letters of `text` follow each other as in words. Other characters do not count.
pub(crate) fn reads_like_words(text: &[u8]) -> bool {
    let letters: Vec<usize> = text
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .map(|byte| usize::from(byte.to_ascii_lowercase() - b'a'))
        .collect();
    if letters.len() < LETTERS_MIN {
        return true;
    }
    let pairs = letters.iter().zip(letters.iter().skip(1));
    let score = |(&left, &right): (&usize, &usize)| {
        let level = FOLLOWS.get(left).and_then(|row| row.get(right)).copied().unwrap_or(b'0');
        usize::from(level - b'0')
    };
    pairs.map(score).sum::<usize>() * 100 >= WORDS_MIN * (letters.len() - 1)
}

/// The words of a name: set off by capitals, digits and signs. Digits are words of their own.
pub(crate) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let sort = |byte: &u8| match byte {
        byte if byte.is_ascii_digit() => 1,
        byte if byte.is_ascii_alphabetic() => 2,
        _ => 0,
    };
    let together = move |left: &u8, right: &u8| {
        sort(left) == sort(right) && !(left.is_ascii_lowercase() && right.is_ascii_uppercase())
    };
    text.chunk_by(together).filter(|word| word.first().is_some_and(u8::is_ascii_alphanumeric))
}

/// Whether every word of a name is written as in one: in one case, or with a capital first.
pub(crate) fn has_regular_case(text: &[u8]) -> bool {
    let mut letters = 0;
    let mut count = 0;
    let mut acronyms = 0;
    for word in words(text).filter(|word| word.first().is_some_and(u8::is_ascii_alphabetic)) {
        let rest = word.get(1..).unwrap_or_default();
        let lower = rest.iter().all(u8::is_ascii_lowercase);
        let upper = word.iter().all(u8::is_ascii_uppercase);
        // `XMLParser` is one capital after another, and then a word.
        let capitals = word.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
        let acronym = word.iter().skip(capitals).all(u8::is_ascii_lowercase) && capitals <= 6;
        if !lower && !upper {
            acronyms += 1;
            if !acronym || acronyms > 1 || word.len() < capitals + 2 {
                return false;
            }
        }
        letters += word.len();
        count += 1;
    }
    // Drawn letters change their case after two on average.
    let halves = if letters < 16 { 6 } else { 7 };
    count > 0 && 2 * letters >= halves * count
}

#[cfg(test)]
mod tests {
    use super::{has_regular_case, reads_like_words, words};

    #[test]
    fn words_are_told_from_drawn_letters() {
        for text in [
            "getPagesInConfluenceSpace",
            "searchConfluenceUsingCql",
            "jira-service-account",
            "correct horse battery",
            "saffron",
            "my_password_parameter",
        ] {
            assert!(reads_like_words(text.as_bytes()), "{text}");
        }
        for text in ["kmskXNqMnGFwJktMPCqh", "zqXwvKjhTrGpLmBnVcXd", "HgtRfvBnmKloPqzXsWdE"] {
            assert!(!reads_like_words(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_name_falls_into_words() {
        let all = |text: &'static str| -> Vec<&str> {
            words(text.as_bytes()).map(|word| std::str::from_utf8(word).unwrap()).collect()
        };
        assert_eq!(all("jiraApi-token_v2"), ["jira", "Api", "token", "v", "2"]);
        assert_eq!(all("JIRA_PAT"), ["JIRA", "PAT"]);
        assert_eq!(all(""), [""; 0]);
    }

    #[test]
    fn names_have_a_regular_case() {
        for name in ["jiraToken", "JIRA_TOKEN", "JiraAPIToken", "XMLHttpRequest", "token"] {
            assert!(has_regular_case(name.as_bytes()), "{name}");
        }
        for drawn in ["kmskXNqMnGFwJktM", "aBcDeFgH", "12345"] {
            assert!(!has_regular_case(drawn.as_bytes()), "{drawn}");
        }
    }
}
