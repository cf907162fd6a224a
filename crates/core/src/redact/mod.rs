//! Where the secrets of a push stand in names that are told of it.
//!
//! A file can be named after a password that another file holds. So the secrets that were found
//! are kept until all is told, and every name goes past a [`Redactor`].

mod pieces;

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::automaton::Automaton as _;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};

use self::pieces::{AllPieces, Pieces};
use crate::fingerprint::plain;
use crate::secret::Secret;

/// Bytes of a secret that are looked for: whoever shows so many of them shows it.
const HEAD_BYTES_MAX: usize = 32;

/// Shorter secrets are looked for between separators only: they stand in the middle of many a word.
const FREE_BYTES_MIN: usize = 8;

/// The secrets that were found in a push.
#[derive(Default)]
pub struct KnownSecrets {
    /// How secrets begin, and the length of the longest that begins so.
    heads: HashMap<Vec<u8>, usize>,
    /// What secrets are made of.
    pieces: Pieces,
    /// Names in which secrets were found, and where.
    names: HashMap<Vec<u8>, Vec<Range<usize>>>,
    incomplete: bool,
}

impl KnownSecrets {
    /// Adds a secret, wherever it was found.
    pub fn add(&mut self, secret: Secret<'_>) {
        let bytes = secret.expose();
        self.add_text(bytes);
        let plain = plain(bytes);
        if plain != bytes {
            self.add_text(&plain);
        }
    }

    fn add_text(&mut self, text: &[u8]) {
        self.pieces.add(text);
        let Some(head) = text.get(..text.len().min(HEAD_BYTES_MAX)) else { return };
        if head.is_empty() {
            return;
        }
        match self.heads.get_mut(head) {
            Some(longest) => *longest = text.len().max(*longest),
            None => drop(self.heads.insert(head.to_vec(), text.len())),
        }
    }

    /// Adds where in `name`, one part of a path or the name of a ref, a secret was found.
    pub fn add_in_name(&mut self, name: &[u8], range: Range<usize>) {
        match self.names.get_mut(name) {
            Some(ranges) => ranges.push(range),
            None => drop(self.names.insert(name.to_vec(), vec![range])),
        }
    }

    /// Notes that not all names were judged, so that there may be secrets in them.
    pub fn miss_names(&mut self) {
        self.incomplete = true;
    }

    /// No more will be found.
    #[must_use]
    pub fn into_redactor(self) -> Redactor {
        let KnownSecrets { heads, pieces, names, incomplete } = self;
        let pieces = pieces.all();
        if heads.is_empty() {
            return Redactor { names, heads: Heads::None, pieces, incomplete };
        }
        let (texts, lengths): (Vec<Vec<u8>>, Vec<usize>) = heads.into_iter().unzip();
        let heads = match NFA::builder().match_kind(MatchKind::Standard).build(&texts) {
            Ok(automaton) => Heads::Some(Box::new(automaton), lengths),
            Err(_) => Heads::TooMany,
        };
        Redactor { names, heads, pieces, incomplete }
    }
}

impl std::fmt::Debug for KnownSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KnownSecrets({})", self.heads.len())
    }
}

/// Says where secrets stand in names.
#[derive(Default)]
pub struct Redactor {
    names: HashMap<Vec<u8>, Vec<Range<usize>>>,
    heads: Heads,
    pieces: AllPieces,
    incomplete: bool,
}

/// The beginnings of secrets, to be looked for, with the lengths of the secrets.
#[derive(Default)]
enum Heads {
    #[default]
    None,
    Some(Box<NFA>, Vec<usize>),
    /// More than an automaton can hold: nothing can be told.
    TooMany,
}

impl Redactor {
    /// Whether all names were judged: what is a secret in one, and how far it goes, is known.
    #[must_use]
    pub fn knows_names(&self) -> bool {
        !self.incomplete
    }

    /// Where secrets stand in `text`, which is a path or the name of a ref. Ranges may overlap.
    #[must_use]
    pub fn secrets_in(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut found = self.names.get(text).cloned().unwrap_or_default();
        if !self.names.is_empty() {
            let mut start = 0;
            for part in text.split(|&byte| byte == b'/') {
                let ranges = self.names.get(part).into_iter().flatten();
                found.extend(ranges.map(|range| start + range.start..start + range.end));
                start += part.len() + 1;
            }
        }
        match &self.heads {
            Heads::None => (),
            Heads::Some(automaton, lengths) => look_for(automaton, lengths, text, &mut found),
            Heads::TooMany => found.push(0..text.len()),
        }
        self.pieces.look_for(text, &mut found);
        found
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = match &self.heads {
            Heads::Some(_, lengths) => lengths.len(),
            Heads::None | Heads::TooMany => 0,
        };
        write!(f, "Redactor({count} secrets)")
    }
}

/// Finds all secrets that begin in `text` as one of `automaton`'s patterns.
///
/// Of those that end at one place, the longest covers the others: one step for each byte, however
/// many secrets there are.
fn look_for(automaton: &NFA, lengths: &[usize], text: &[u8], found: &mut Vec<Range<usize>>) {
    let Ok(mut state) = automaton.start_state(Anchored::No) else { return };
    for (at, &byte) in text.iter().enumerate() {
        state = automaton.next_state(Anchored::No, state, byte);
        if !automaton.is_match(state) {
            continue;
        }
        let end = at + 1;
        for index in 0..automaton.match_len(state) {
            let pattern = automaton.match_pattern(state, index);
            let head = automaton.pattern_len(pattern);
            let start = end.saturating_sub(head);
            let is_free = head >= FREE_BYTES_MIN;
            if is_free || is_apart(text, start..end) {
                let length = lengths.get(pattern.as_usize()).copied().unwrap_or(head);
                found.push(start..start.saturating_add(length).min(text.len()));
            }
            if is_free {
                break;
            }
        }
    }
}

/// Whether no letter or digit stands beside `range` of `text`.
fn is_apart(text: &[u8], range: Range<usize>) -> bool {
    let beside = |at: Option<usize>| at.and_then(|at| text.get(at)).copied();
    let is_word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    !is_word(beside(range.start.checked_sub(1))) && !is_word(beside(Some(range.end)))
}

#[cfg(test)]
mod tests {
    use super::KnownSecrets;
    use crate::secret::Secret;

    /// `text` with what the redactor of `secrets` finds in it in brackets.
    fn marked(secrets: &[&str], text: &str) -> String {
        let mut known = KnownSecrets::default();
        for secret in secrets {
            known.add(Secret::new(secret.as_bytes()));
        }
        let found = known.into_redactor().secrets_in(text.as_bytes());
        let is_in = |at: usize| found.iter().any(|range| range.contains(&at));
        let mut marked = String::new();
        for (at, character) in text.char_indices() {
            marked.push(if is_in(at) { '*' } else { character });
        }
        marked
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands() {
        let long = "longsecret";
        for (text, expected) in [
            ("longsecret", "**********"),
            ("a/longsecret/b", "a/**********/b"),
            ("a/xlongsecretx/b", "a/x**********x/b"),
            ("longsecre", "longsecre"),
            ("longslongsecret", "longs**********"),
            ("", ""),
        ] {
            assert_eq!(marked(&[long], text), expected);
        }
        assert_eq!(marked(&[], "a/b"), "a/b");
        assert_eq!(marked(&[""], "a/b"), "a/b");
    }

    #[test]
    fn a_short_secret_is_found_between_separators_alone() {
        for (text, expected) in [
            ("ab1!", "****"),
            ("p=ab1!.txt", "p=****.txt"),
            ("x_ab1!-y ab1!/ab1!:ab1!", "x_****-y ****/****:****"),
            ("xab1!/ab1!x", "xab1!/ab1!x"),
        ] {
            assert_eq!(marked(&["ab1!"], text), expected);
        }
        // The longer one is part of a word, the shorter one is not.
        assert_eq!(marked(&["b-cd", "cd"], "ab-cd"), "ab-**");
    }

    #[test]
    fn secrets_that_overlap_are_found_both() {
        assert_eq!(marked(&["abcdefgh", "efghijkl"], "xabcdefghijklx"), "x************x");
        assert_eq!(marked(&["abcdefghijkl", "cdefghij"], "xcdefghijkl"), "x********kl");
    }

    #[test]
    fn the_beginning_of_a_long_secret_is_enough() {
        let secret: String = (100..134).map(|number| number.to_string()).collect();
        assert_eq!(
            marked(&[&secret], &format!("a/{secret}.b")),
            format!("a/{}.b", "*".repeat(102))
        );
        // Of this one no piece is known.
        let signs = format!("abcdefgh{}", "~!#$".repeat(10));
        assert_eq!(marked(&[&signs], &format!("a/{signs}.b")), format!("a/{}.b", "*".repeat(48)));
        let part = secret.get(..40).unwrap();
        assert_eq!(marked(&[&secret], &format!("a/{part}")), format!("a/{}", "*".repeat(40)));
    }

    #[test]
    fn a_secret_is_found_with_its_escapes_and_without() {
        assert_eq!(marked(&["abcdefg%3D"], "x/abcdefg="), "x/********");
        assert_eq!(marked(&["abcdefg%3D"], "x/abcdefg%3D"), "x/**********");
    }

    #[test]
    fn in_a_name_the_known_range_is_found() {
        let mut known = KnownSecrets::default();
        known.add_in_name(b"p=ab", 2..4);
        known.add_in_name(b"refs/heads/ab", 11..13);
        let redactor = known.into_redactor();
        assert_eq!(redactor.secrets_in(b"x/p=ab/p=ab"), [4..6, 9..11]);
        assert_eq!(redactor.secrets_in(b"p=ab"), [2..4, 2..4]);
        assert_eq!(redactor.secrets_in(b"refs/heads/ab").first(), Some(&(11..13)));
        assert!(redactor.secrets_in(b"x/p=abc/ab").is_empty());
    }

    #[test]
    fn names_that_were_not_judged_are_remembered() {
        let mut known = KnownSecrets::default();
        assert!(KnownSecrets::default().into_redactor().knows_names());
        known.miss_names();
        assert!(!known.into_redactor().knows_names());
    }
}
