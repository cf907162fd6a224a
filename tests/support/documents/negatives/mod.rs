//! What only looks like a secret: each of these must pass.

mod code;
mod elsewhere;
mod lookalikes;
mod names;
mod placeholders;

use super::forms::{self, Form};
use super::kinds::{keys, values};
use super::random::Dice;
use super::text::{Text, Words, fill};
use super::{Document, Expected};

/// The class, the path, the text. `§(hex 40)` and the like are filled with chance.
type Row = (&'static str, &'static str, &'static str);

/// How often each row is filled.
const TIMES_FILLED: usize = 2;

pub fn all(seed: u64) -> Vec<Document> {
    let mut dice = Dice::new(seed.wrapping_mul(3001).wrapping_add(77));
    let mut made = placeholder_forms(&mut dice);
    for table in [
        &code::ROWS[..],
        &code::REFERENCES,
        &lookalikes::ROWS,
        &elsewhere::ROWS,
        &lookalikes::TEXTS,
        &names::ROWS,
        &placeholders::STUBS,
    ] {
        for &(class, path, text) in table {
            let times = if text.contains("§(") { TIMES_FILLED } else { 1 };
            for _ in 0..times {
                made.push(document(class, path, filled(text, &mut dice)));
            }
        }
    }
    made
}

fn document(class: &'static str, path: &str, text: String) -> Document {
    Document {
        path: path.to_owned(),
        content: text.into_bytes(),
        kind: "",
        surrounding: class,
        encoding: "plain",
        expected: Expected::Nothing,
    }
}

/// Every placeholder under keys of Atlassian products.
fn placeholder_forms(dice: &mut Dice) -> Vec<Document> {
    let forms: Vec<Form> = forms::all().collect();
    let rarer: Vec<Form> = forms::rarer().collect();
    let mut made = Vec::new();
    for (index, value) in placeholders::VALUES.into_iter().enumerate() {
        for time in 0..6 {
            let forms = if time < 3 { &forms } else { &rarer };
            let form = &forms[(index * 47 + time * 61) % forms.len()];
            let words = Words::new(placeholders::KEYS[dice.below(placeholders::KEYS.len())]);
            let nothing = Text::default();
            let value = form.escape.apply(&Text::plain(&filled(value, dice)));
            let mut text = fill(form.before, &words, &nothing, "", dice);
            text.append(&fill(form.entry, &words, &value, "", dice));
            text.append(&fill(form.after, &words, &nothing, "", dice));
            let path = fill(form.path, &words, &nothing, "", dice).text;
            made.push(document("placeholder under a key", &path, text.text));
        }
    }
    made
}

/// Fills `§(name count)`.
fn filled(template: &str, dice: &mut Dice) -> String {
    let mut made = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("§(") {
        made.push_str(before);
        let (code, after) = after.split_once(')').expect("a filler ends");
        let (name, count) = code.split_once(' ').unwrap_or((code, "0"));
        let count: usize = count.parse().expect("a filler's count");
        made.push_str(&match name {
            "hex" => dice.hex(count),
            "HEX" => dice.hex(count).to_uppercase(),
            "alnum" => dice.alphanumeric(count),
            "lower" => dice.lower(count),
            "digits" => dice.digits(count),
            "b64" => dice.base64(count),
            "b64url" => dice.base64url(count),
            "uuid" => dice.uuid(),
            "name" => dice.name(),
            "x" => "x".repeat(count),
            "nbsp" => "\u{a0}".to_owned(),
            "word" => dice.word().to_owned(),
            "bamboo" => values::encrypted_by_bamboo(dice),
            "public" => keys::public(dice),
            "publicline" => keys::public_bare(dice),
            "certificate" => keys::certificate(dice),
            "certline" => keys::certificate(dice).replace('\n', "\\n"),
            _ => panic!("no filler is called {name}"),
        });
        rest = after;
    }
    made.push_str(rest);
    made
}
