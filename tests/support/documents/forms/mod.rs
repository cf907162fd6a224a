//! Surroundings of a value that has a key: one row for each way to write `key = value`.

mod code;
mod configuration;
mod elsewhere;
mod languages;
mod other;
mod pipelines;
mod shell;
mod shown;
mod sundry;

use self::code::CODE;
use self::configuration::CONFIGURATION;
use self::elsewhere::ELSEWHERE;
use self::languages::LANGUAGES;
use self::other::OTHER;
use self::pipelines::PIPELINES;
use self::shell::SHELL;
use self::shown::SHOWN;
use self::sundry::SUNDRY;
use super::text::Escape;

/// One way to write keys with values.
pub struct Form {
    pub name: &'static str,
    pub path: &'static str,
    pub before: &'static str,
    /// One key with its value.
    pub entry: &'static str,
    pub between: &'static str,
    pub after: &'static str,
    pub escape: Escape,
}

type Row =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, Escape);

/// All of them.
pub fn all() -> impl Iterator<Item = Form> {
    CONFIGURATION.iter().chain(&PIPELINES).chain(&CODE).chain(&SHELL).chain(&OTHER).map(form)
}

/// Others, which are rarer each and many together.
pub fn rarer() -> impl Iterator<Item = Form> {
    LANGUAGES.iter().chain(&ELSEWHERE).chain(&SUNDRY).chain(&SHOWN).map(form)
}

fn form(&(name, path, before, entry, between, after, escape): &Row) -> Form {
    Form { name, path, before, entry, between, after, escape }
}
