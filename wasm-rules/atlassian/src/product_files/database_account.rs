//! Accounts in databases that are called after a product: variables of the databases' images, which
//! say nothing of whose database it is, and statements that make the account.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use super::around::{before, is_named_after_product};
use crate::assignment::Assigned;
use crate::caseless::{contains, contains_any, stands_at, without_end};
use crate::codes::{dismissal, evidence};
use crate::context::mentions;
use crate::credential::{self, Worth};
use crate::names;
use crate::value::is_doubtful;

/// Such files are written as samples more often than others, so what may be a word only warns.
fn worth(text: &[u8], value: Span) -> Worth {
    match is_doubtful(value.of(text).unwrap_or_default()) {
        true => (Grade::Weak, evidence::DOUBTFUL_VALUE),
        false => (Grade::Likely, evidence::DATABASE),
    }
}

/// The variables, without their signs.
const OF_IMAGES: [&[u8]; 7] = [
    b"postgrespassword",
    b"postgresqlpassword",
    b"pgpassword",
    b"mysqlpassword",
    b"mysqlrootpassword",
    b"mariadbpassword",
    b"mariadbrootpassword",
];

/// How statements begin that say it.
const MAKE_ACCOUNTS: [&[u8]; 5] =
    [b"create user", b"alter user", b"create role", b"alter role", b"grant "];

/// How a statement says the password of an account.
const IDENTIFIED: &[u8] = b"identified";

/// Whether a key in lower case, without its signs, is such a variable.
pub(super) fn is_of_image(key: &[u8]) -> bool {
    OF_IMAGES.iter().any(|variable| key.ends_with(variable))
}

/// Judges the value of such a variable.
pub(super) fn judge_of_image(window: &Window<'_>, found: Assigned) -> Verdict {
    let text = window.text;
    if is_named_after_product(text, found.key) || has_account_of_product(text, found.key) {
        let worth = worth(text, found.value);
        return credential::judge_named(window, b"", found, worth);
    }
    Verdict::Dismissed(dismissal::NO_NAME)
}

/// Whether user or database beside the variable is called after a product: `POSTGRES_USER: jira`,
/// `psql -U jira`.
fn has_account_of_product(text: &[u8], key: Span) -> bool {
    const REACH_BYTES_MAX: usize = 240;
    const DATABASES: [&[u8]; 5] = [b"postgres", b"postgresql", b"pg", b"mysql", b"mariadb"];
    const NAMES: [&[u8]; 4] = [b"_user", b"_db", b"_database", b"user"];
    const OPTION: &[u8] = b" -u ";
    let from = key.start().saturating_sub(REACH_BYTES_MAX);
    let to = text.len().min(key.end().saturating_add(REACH_BYTES_MAX));
    let near = text.get(from..to).unwrap_or_default();
    // `JIRA_USER` is somebody's who talks to Jira, and not the database's.
    let is_of_database = |at: usize| {
        let before = near.get(..at).unwrap_or_default();
        DATABASES.iter().any(|database| without_end(before, database).is_some())
    };
    let named = (0..near.len()).any(|at| {
        let name = NAMES.iter().find(|name| stands_at(near, at, name));
        let rest = name.and_then(|name| near.get(at + name.len()..));
        rest.is_some_and(|rest| names_product(rest) && is_of_database(at))
    });
    // On another line it is that of another command.
    let rest = text.get(key.end()..to).unwrap_or_default();
    let line = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let option = (0..line.len()).find(|&at| stands_at(line, at, OPTION));
    let user = option.and_then(|at| line.get(at + OPTION.len()..));
    named || user.is_some_and(names_product)
}

/// Whether what is assigned at the begin of `rest` is called after a product. In a list of Kubernetes
/// it stands on the next line.
fn names_product(rest: &[u8]) -> bool {
    const VALUE_BYTES_MAX: usize = 64;
    let rest = rest.get(..VALUE_BYTES_MAX).unwrap_or(rest);
    let mut lines = rest.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.next().unwrap_or_default();
    let value = match first.iter().any(u8::is_ascii_alphanumeric) {
        true => first,
        false => lines.next().filter(|line| contains(line, b"value")).unwrap_or_default(),
    };
    // What follows on the line belongs to something else.
    let begins = |byte: &u8| byte.is_ascii_alphanumeric();
    let value = match stands_at(value, 0, b"value") {
        true => value.get(b"value".len()..).unwrap_or_default(),
        false => value,
    };
    let start = value.iter().position(begins).unwrap_or(value.len());
    let value = value.get(start..).unwrap_or_default();
    let word = value.split(|byte| byte.is_ascii_whitespace() || b"\"',;&".contains(byte)).next();
    word.is_some_and(|word| mentions(word, names::HEADINGS))
}

/// Judges `IDENTIFIED BY '…'` in a statement that names a product: `CREATE USER 'jira'@'%' …`.
pub(super) fn judge_statement(window: &Window<'_>, span: Span) -> Option<Verdict> {
    const STATEMENT_BYTES_MAX: usize = 160;
    const GAP_BYTES_MAX: usize = 48;
    const BY: &[u8] = b"by";
    let text = window.text;
    if !stands_at(text, span.start(), IDENTIFIED) {
        return None;
    }
    let statement = before(text, span, STATEMENT_BYTES_MAX);
    let statement = statement.rsplit(|&byte| byte == b';').next().unwrap_or_default();
    let is_account = contains_any(statement, &MAKE_ACCOUNTS);
    if !is_account || !mentions(statement, names::HEADINGS) {
        return Some(Verdict::Dismissed(dismissal::NO_NAME));
    }
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = span.start() + IDENTIFIED.len();
    let gap = text.get(start..).map(|rest| rest.get(..GAP_BYTES_MAX).unwrap_or(rest));
    let gap = gap.unwrap_or_default();
    let by = gap.windows(BY.len() + 2).position(|it| {
        stands_at(it, 1, BY) && it.first().is_some_and(is_blank) && it.last().is_some_and(is_blank)
    });
    let Some(at) = by.map(|at| start + at + 1 + BY.len()) else {
        return Some(Verdict::Dismissed(dismissal::NO_PASSWORD));
    };
    let rest = text.get(at..).unwrap_or_default();
    let blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
    let (at, rest) = (at + blanks, rest.get(blanks..).unwrap_or_default());
    let (quote, begin) = match rest.first() {
        Some(quote @ (b'\'' | b'"' | b'`')) => (Some(*quote), 1),
        _ => (None, 0),
    };
    let ends = |byte: &u8| match quote {
        Some(quote) => *byte == quote || *byte == b'\n',
        None => byte.is_ascii_whitespace() || *byte == b';',
    };
    let value = rest.get(begin..).unwrap_or_default();
    let length = value.iter().position(ends).unwrap_or(value.len());
    let key = Span::at(span.start(), IDENTIFIED.len());
    let found = Assigned { key, value: Span::at(at + begin, length), quoted: quote.is_some() };
    let worth = worth(text, found.value);
    Some(credential::judge_named(window, b"", found, worth))
}
