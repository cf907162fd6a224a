//! The words of which a name is made: `trello`, `API` and `Key` of `trelloAPIKey`.

/// The words of `name`, in its own case.
pub(crate) fn parts(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    name.split(|byte| !byte.is_ascii_alphanumeric())
        .flat_map(Humps::of)
        .filter(|part| !part.is_empty())
}

/// Whether `name` holds one of `words`, which have no capitals: as a word of its own, or where
/// nothing sets it off, at the end of one (`apitoken`).
pub(crate) fn has(name: &[u8], words: &[&[u8]]) -> bool {
    parts(name).any(|part| {
        words.iter().any(|word| {
            let tail = part.len().checked_sub(word.len()).and_then(|at| part.get(at..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word))
        })
    })
}

/// Whether `word` stands in `list`, whose words have no capitals and blanks between them.
pub(crate) fn is_listed(word: &[u8], list: &'static [u8]) -> bool {
    list.split(|&byte| byte == b' ').any(|listed| listed.eq_ignore_ascii_case(word))
}

/// What a method sets, without the object before it: `setApiKey` of `client.setApiKey`.
pub(crate) fn of_setter(name: &[u8]) -> &[u8] {
    let method = name.rsplit(|&byte| byte == b'.').next().unwrap_or(name);
    let sets = [&b"set"[..], b"with", b"Set", b"With"].iter().any(|verb| {
        let next = method.get(verb.len());
        method.starts_with(verb)
            && next.is_some_and(|byte| byte.is_ascii_uppercase() || *byte == b'_')
    });
    if sets { method } else { name }
}

/// Camel case, one hump at a time.
struct Humps<'n> {
    rest: &'n [u8],
}

impl<'n> Humps<'n> {
    fn of(rest: &'n [u8]) -> Humps<'n> {
        Humps { rest }
    }
}

impl<'n> Iterator for Humps<'n> {
    type Item = &'n [u8];

    fn next(&mut self) -> Option<&'n [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let ends = |at: usize| match (self.rest.get(at - 1), self.rest.get(at)) {
            (Some(left), Some(right)) if right.is_ascii_uppercase() => {
                // `apiKey`, and the `K` of `APIKey`.
                let next = self.rest.get(at + 1);
                !left.is_ascii_uppercase() || next.is_some_and(u8::is_ascii_lowercase)
            }
            _ => false,
        };
        let end = (1..self.rest.len()).find(|&at| ends(at)).unwrap_or(self.rest.len());
        let (hump, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(hump)
    }
}

#[cfg(test)]
mod tests {
    use super::{has, is_listed, parts};

    fn check(name: &str, expected: &[&str]) {
        let parts: Vec<&str> =
            parts(name.as_bytes()).map(|part| std::str::from_utf8(part).unwrap()).collect();
        assert_eq!(parts, expected, "{name}");
    }

    #[test]
    fn names_are_taken_apart() {
        check("TRELLO_API-key.v2", &["TRELLO", "API", "key", "v2"]);
        check("trelloAPIKey", &["trello", "API", "Key"]);
        check("--apiToken2Value", &["api", "Token2", "Value"]);
        check("_", &[]);
        check("", &[]);
    }

    #[test]
    fn a_word_counts_alone_or_at_the_end_of_another() {
        for name in ["TOKEN", "apiToken", "trellotoken", "token_value"] {
            assert!(has(name.as_bytes(), &[b"token"]), "{name}");
        }
        for name in ["tokenizer", "toke", ""] {
            assert!(!has(name.as_bytes(), &[b"token"]), "{name}");
        }
    }

    #[test]
    fn a_list_is_read_in_any_case() {
        assert!(is_listed(b"Sha256", b"md5 sha256"));
        assert!(!is_listed(b"sha", b"md5 sha256"));
    }
}
