//! The kinds of the catalogue: what each looks like, what it is called, what stands beside it.

mod bitbucket;
mod carriers;
mod cloud;
mod data_center;
pub mod keys;
mod links;
mod products;
pub mod values;
mod web_tokens;

use super::random::Dice;

/// A way to make one secret.
pub type Make = fn(&mut Dice) -> String;

/// Where a value may stand that its shape tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    All,
    /// It is a URL itself: a header or a user part would not hold it.
    Url,
    /// Its punctuation keeps it out of URLs.
    NotInUrls,
    /// Nobody sends it.
    NotSent,
}

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
    pub places: Places,
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
    places: Places::All,
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
