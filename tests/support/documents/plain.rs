//! The kinds in their surroundings, as people type them.

use super::bare::{self, Bare};
use super::forms::{self, Form};
use super::hosts::{self, Host};
use super::kinds::{self, Kind, Places, Snippet};
use super::random::Dice;
use super::text::{Escape, Text, Words, fill};
use super::{Document, Expected};

/// How many forms a kind is written in that has keys, and one whose shape tells it.
const FORMS: usize = 62;
const FORMS_OF_BARE: usize = 34;
const RARER_FORMS: usize = 110;
const RARER_FORMS_OF_BARE: usize = 50;
const BARE: usize = 38;
/// How many files a snippet stands in when the kind has keys too.
const HOSTS_BESIDE_FORMS: usize = 16;

/// A document before it is written.
pub struct Plain {
    pub kind: &'static Kind,
    pub surrounding: &'static str,
    pub path: String,
    pub text: Text,
    pub accepted: Vec<&'static str>,
}

impl Plain {
    pub fn into_document(self) -> Document {
        Document {
            path: self.path,
            kind: self.kind.id,
            surrounding: self.surrounding,
            encoding: "plain",
            expected: Expected::Secret { kinds: self.accepted, lines: lines_of(&self.text) },
            content: self.text.text.into_bytes(),
        }
    }
}

/// Where a secret may be reported: where it begins, and of one with several lines anywhere in it.
pub fn lines_of(text: &Text) -> Option<(usize, usize)> {
    text.secret_lines()
}

/// All kinds in all their surroundings.
pub fn all(seed: u64) -> Vec<Plain> {
    let mut made = Vec::new();
    for (index, kind) in kinds::all().into_iter().enumerate() {
        let mut dice = Dice::new(seed.wrapping_mul(1009).wrapping_add(index as u64));
        of_kind(kind, index, &mut dice, &mut made);
    }
    made
}

fn of_kind(kind: &'static Kind, index: usize, dice: &mut Dice, made: &mut Vec<Plain>) {
    let keyed = !kind.names.is_empty();
    if kind.lines && keyed {
        let hosts: Vec<Host> = hosts::keyed().collect();
        made.extend(hosts.iter().map(|host| in_keyed(kind, host, dice)));
    } else if keyed {
        let forms: Vec<Form> = forms::all().collect();
        let count = if kind.bare { FORMS_OF_BARE } else { FORMS };
        made.extend(turn(&forms, index * 29, count).map(|form| in_form(kind, form, dice)));
        let forms: Vec<Form> = forms::rarer().collect();
        let count = if kind.bare { RARER_FORMS_OF_BARE } else { RARER_FORMS };
        made.extend(turn(&forms, index * 41, count).map(|form| in_form(kind, form, dice)));
    }
    if kind.bare {
        let places: Vec<Bare> = bare::all().filter(|place| fits(kind, place)).collect();
        let turned = turn(&places, index * 17, BARE);
        made.extend(turned.map(|place| in_bare(kind, place, dice)));
        let rarer: Vec<Bare> = bare::rarer().filter(|place| fits(kind, place)).collect();
        made.extend(rarer.iter().map(|place| in_bare(kind, place, dice)));
    }
    let hosts: Vec<Host> = hosts::all().collect();
    let count = if keyed { HOSTS_BESIDE_FORMS } else { hosts.len() };
    if !kind.snippets.is_empty() {
        made.extend(kind.snippets.iter().map(|snippet| in_host(kind, snippet, &hosts[0], dice)));
        for (number, host) in turn(&hosts, index * 7, count).enumerate() {
            made.push(in_host(kind, &kind.snippets[number % kind.snippets.len()], host, dice));
        }
    }
}

fn fits(kind: &Kind, place: &Bare) -> bool {
    match kind.places {
        Places::All => true,
        Places::Url | Places::NotSent => !place.token_only,
        Places::NotInUrls => place.escape != Escape::Percent,
    }
}

/// `count` of the list at most, beginning somewhere in it.
fn turn<T>(list: &[T], start: usize, count: usize) -> impl Iterator<Item = &T> {
    list.iter().cycle().skip(start % list.len()).take(count.min(list.len()))
}

fn accepted(kind: &Kind, more: &[&'static str]) -> Vec<&'static str> {
    [&[kind.id], more].concat()
}

/// The secret under one of its keys, with what stands beside it.
pub fn in_form(kind: &'static Kind, form: &Form, dice: &mut Dice) -> Plain {
    let value = form.escape.apply(&Text::secret(&(kind.value)(dice)));
    written(kind, form, &value, dice)
}

/// The same with a value that is already written for the form.
pub fn written(kind: &'static Kind, form: &Form, value: &Text, dice: &mut Dice) -> Plain {
    let words = Words::new(kind.names[dice.below(kind.names.len())]);
    let mut entries: Vec<(Words, Text)> = Vec::new();
    for (name, beside) in kind.beside {
        let nothing = Text::default();
        let filled = fill(beside, &words, &nothing, "", dice);
        entries.push((Words::new(name), form.escape.apply(&filled)));
    }
    let place = dice.below(entries.len() + 1);
    entries.insert(place, (words.clone(), value.clone()));
    let mut text = fill(form.before, &words, &Text::default(), "", dice);
    for (index, (words, value)) in entries.iter().enumerate() {
        if index > 0 {
            text.add(form.between);
        }
        text.append(&fill(form.entry, words, value, "", dice));
    }
    text.append(&fill(form.after, &words, &Text::default(), "", dice));
    let path = fill(form.path, &words, &Text::default(), "", dice).text;
    let text = after_comments(text, &path, dice);
    Plain { kind, surrounding: form.name, path, text, accepted: accepted(kind, kind.also) }
}

/// A value of several lines under one of its keys.
fn in_keyed(kind: &'static Kind, host: &Host, dice: &mut Dice) -> Plain {
    let words = Words::new(kind.names[dice.below(kind.names.len())]);
    let value = Text::secret(&(kind.value)(dice));
    let text = host.embed(&value, &words, "key.pem", dice);
    let path = fill(host.path, &words, &Text::default(), "", dice).text;
    Plain { kind, surrounding: host.name, path, text, accepted: accepted(kind, kind.also) }
}

/// The secret where nothing names it.
pub fn in_bare(kind: &'static Kind, place: &Bare, dice: &mut Dice) -> Plain {
    let value = place.escape.apply(&Text::secret(&(kind.value)(dice)));
    placed(kind, place, &value, dice)
}

/// The same with a value that is already written for the place.
pub fn placed(kind: &'static Kind, place: &Bare, value: &Text, dice: &mut Dice) -> Plain {
    let words = Words::new("|value");
    let text = fill(place.text, &words, value, "", dice);
    let path = fill(place.path, &words, &Text::default(), "", dice).text;
    let text = after_comments(text, &path, dice);
    let accepted = accepted(kind, &[kind.also, kind.also_bare].concat());
    Plain { kind, surrounding: place.name, path, text, accepted }
}

/// A piece of a file in another file.
fn in_host(kind: &'static Kind, snippet: &Snippet, host: &Host, dice: &mut Dice) -> Plain {
    let words = Words::new("|value");
    let value = Text::secret(&snippet.value.unwrap_or(kind.value)(dice));
    let value = Escape::of_file(snippet.file).apply(&value);
    let inner = fill(snippet.text, &words, &value, "", dice);
    let text = host.embed(&inner, &words, snippet.file, dice);
    let path = fill(host.path, &words, &Text::default(), snippet.file, dice).text;
    let also: Vec<&'static str> = [kind.also, snippet.also].concat();
    Plain { kind, surrounding: host.name, path, text, accepted: accepted(kind, &also) }
}

/// Some comment lines before the text, where the file has comments with `#`.
fn after_comments(text: Text, path: &str, dice: &mut Dice) -> Text {
    let endings = [".py", ".yml", ".yaml", ".env", ".toml", ".tf", ".rb", ".pl", ".mk"];
    if !endings.iter().any(|ending| path.ends_with(ending)) || dice.one_in(2) {
        return text;
    }
    let mut made = Text::default();
    let most = if dice.one_in(8) { 400 } else { 30 };
    for _ in 0..dice.below(most) {
        let line = format!("# {} {} {}\n", dice.word(), dice.name(), dice.word());
        made.add(&line);
    }
    made.append(&text);
    made
}
