//! The kinds of the catalogue: what each looks like, what it is called, what stands beside it.

mod bitbucket;
mod carriers;
mod cloud;
mod data_center;
mod links;
pub mod keys;
mod products;
pub mod values;
mod web_tokens;

use super::random::Dice;

/// A way to make one secret.
pub type Make = fn(&mut Dice) -> String;

/// A kind, as the documents know it.
pub struct Kind {
    pub id: &'static str,
    /// Other kinds that are as right where the key or the file names the secret.
    pub also: &'static [&'static str],
    /// Other kinds that are as right where nothing names it.
    pub also_bare: &'static [&'static str],
    /// Its keys: the product, a bar, the rest. Without any, no key alone would name it.
    pub names: &'static [&'static str],
    /// What stands beside it under other keys, because the key alone says too little.
    pub beside: &'static [(&'static str, &'static str)],
    pub value: Make,
    /// Whether its shape alone tells it.
    pub bare: bool,
    /// Whether it is a URL.
    pub url: bool,
    /// Whether it has several lines.
    pub lines: bool,
    pub snippets: &'static [Snippet],
}

/// A piece of a file, with the secret in it.
pub struct Snippet {
    pub file: &'static str,
    pub text: &'static str,
    /// Another value than that of the kind.
    pub value: Option<Make>,
    /// Other kinds that are as right here.
    pub also: &'static [&'static str],
}

const fn snippet(file: &'static str, text: &'static str) -> Snippet {
    Snippet { file, text, value: None, also: &[] }
}

const fn snippet_of(file: &'static str, text: &'static str, value: Make) -> Snippet {
    Snippet { file, text, value: Some(value), also: &[] }
}

const KIND: Kind = Kind {
    id: "",
    also: &[],
    also_bare: &[],
    names: &[],
    beside: &[],
    value: values::password,
    bare: false,
    url: false,
    lines: false,
    snippets: &[],
};

/// All kinds.
pub fn all() -> Vec<&'static Kind> {
    [
        &cloud::KINDS[..],
        &web_tokens::KINDS,
        &bitbucket::KINDS,
        &links::KINDS,
        &data_center::KINDS,
        &products::KINDS,
        &carriers::KINDS,
    ]
    .into_iter()
    .flatten()
    .collect()
}
