//! Passwords of databases: `dbconfig.xml`, `confluence.cfg.xml`, `bitbucket.properties`, and the
//! variables of the official images.

use pushgate_detector_sdk::{Grade, Span, Verdict, Window};

use super::around::{
    around, before, is_called, is_named, is_named_after_product, setting, whole_word, word_in,
};
use super::database_account;
use crate::base64;
use crate::caseless::{contains, contains_any, stands_at, without_end};
use crate::codes::{dismissal, evidence};
use crate::context::{Word, mentions};
use crate::credential::{self, Worth};
use crate::names;
use crate::section::{Heading, heading};
use crate::value;

/// Secret stores of the products that encrypt, or keep the secret somewhere else.
const STORES: [&[u8]; 5] = [
    b"algorithmcipher",
    b"algorithmsecretstore",
    b"vaultsecretstore",
    b"secretsmanagersecretstore",
    b"secretsmanager",
];
/// Those that only encode.
const ENCODERS: [&[u8]; 2] = [b"base64cipher", b"base64secretstore"];

/// The key of Bamboo's file, without its signs.
const BAMBOOS: &[u8] = b"atljdbcpassword";
/// The key of any program, without its signs.
const ANYBODYS: &[u8] = b"jdbcpassword";

/// How sure a place makes that its password is one of these.
enum Place {
    /// Only the products have it.
    Theirs,
    /// Many programs have it, but it would be odd to lose it.
    Anybodys,
    /// Every program has it.
    Everybodys,
    /// It is another program's.
    Others,
}

/// Judges `atlassian-dc-db-password`.
pub(crate) fn judge(window: &Window<'_>, span: Span) -> Verdict {
    let text = window.text;
    if let Some(verdict) = database_account::judge_statement(window, span) {
        return verdict;
    }
    // The candidate may end with the first letters of the word.
    let word = word_in(text, span, "pass").map(|word| whole_word(text, word));
    let Some(word) = word.or_else(|| word_in(text, tag_of_resource(text, span)?, "password"))
    else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let Some(found) = setting(text, word) else {
        return Verdict::Dismissed(dismissal::MALFORMED);
    };
    let key = found.key.of(text).unwrap_or_default().to_ascii_lowercase();
    let bare: Vec<u8> = key.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    if database_account::is_of_image(&bare) {
        return database_account::judge_of_image(window, found);
    }
    let named = || is_named(window, found.key);
    let worth: Worth = match place(window, &bare, found.key) {
        Place::Theirs => (Grade::Likely, evidence::DATABASE),
        Place::Anybodys | Place::Everybodys if is_of_product(window, found.key) => {
            (Grade::Likely, evidence::DATABASE)
        }
        Place::Everybodys if named() => (Grade::Weak, evidence::DATABASE_ANYBODYS),
        Place::Anybodys => (Grade::Weak, evidence::DATABASE_ANYBODYS),
        Place::Everybodys => return Verdict::Dismissed(dismissal::NO_NAME),
        Place::Others => return Verdict::Dismissed(dismissal::ANOTHER_KIND),
    };

    let written = found.key.of(text).unwrap_or_default();
    if is_named_database(written)
        && let Err(reason) =
            value::check(written, found.value.of(text).unwrap_or_default(), found.quoted)
    {
        return Verdict::Dismissed(reason);
    }
    let near = around(text, found.value);
    if contains_any(near, &ENCODERS)
        && let Some(verdict) = encoded(text, found.value)
    {
        return verdict;
    }
    if contains_any(near, &STORES) {
        return Verdict::Dismissed(dismissal::KEPT_ELSEWHERE);
    }
    credential::judge(text, user(text, found.key), found.value, worth)
}

/// Whether the database is a product's: the file, the section, or what stands beside the key says
/// so, as a host, a name of a database or an image. A ticket of Jira, and the address of a server
/// that a program talks to, say nothing of the program's own database.
fn is_of_product(window: &Window<'_>, key: Span) -> bool {
    const LINE_MAX: usize = 300;
    let file = window.path().and_then(|path| path.rsplit(|&byte| byte == b'/').next());
    let is_file = file.is_some_and(|it| mentions(it, names::ANY) && !contains(it, b"pipelines"));
    let is_section =
        || heading(window.text, key.start(), names::HEADINGS, &[]) == Some(Heading::Ours);
    let is_beside = || {
        let near = around(window.text, key);
        near.split(|&byte| byte == b'\n').any(|line| {
            let line = line.get(..LINE_MAX).unwrap_or(line);
            let of_database =
                [&b"jdbc"[..], b"user", b"image", b"from ", b"database", b"db", b"name"];
            contains_any(line, &of_database) && mentions(line, names::ANY) || is_installation(line)
        })
    };
    is_file || is_section() || is_beside()
}

/// Whether a line names what only an installation of a product has: its home, its setup.
fn is_installation(line: &[u8]) -> bool {
    const SETTINGS: [&[u8]; 6] =
        [b"atl_", b"jira.home", b"jira_home", b"confluence.home", b"setup.", b"plugin.ssh"];
    contains_any(line, &SETTINGS)
}

/// Whose place a key is, which is `bare` in lower case and without its signs.
fn place(window: &Window<'_>, bare: &[u8], span: Span) -> Place {
    let text = window.text;
    let written = span.of(text).unwrap_or_default();
    let hibernates = || {
        contains_any(
            around(text, span),
            &[b"session-factory", b"hibernate-configuration", b"persistence"],
        ) || ["hibernate.", "persistence"]
            .iter()
            .any(|name| is_called(window, name.trim_end_matches('.')))
    };
    match bare {
        b"password" if is_element(text, span) => {
            let source = before(text, span, 1024);
            if contains(source, b"<jdbc-datasource") || is_called(window, "dbconfig") {
                Place::Theirs
            } else {
                Place::Others
            }
        }
        b"password" if is_of_data_source(text, span) => Place::Everybodys,
        b"hibernateconnectionpassword" if hibernates() => Place::Others,
        // As text of an element, which is how the products write their properties.
        b"hibernateconnectionpassword" if !assigns(text, span) => Place::Theirs,
        b"hibernateconnectionpassword" => Place::Everybodys,
        bare if bare.ends_with(b"springdatasourcepassword") => Place::Everybodys,
        bare if bare.ends_with(BAMBOOS) => Place::Theirs,
        _ if is_called(window, "bitbucket.properties")
            || is_called(window, "stash-config.properties") =>
        {
            Place::Theirs
        }
        bare if bare.ends_with(ANYBODYS) => Place::Anybodys,
        // `CONFLUENCE_DATABASE_PASSWORD`, or in the section of a product.
        _ if is_named_database(written) && is_named_after_product(text, span) => Place::Theirs,
        _ => Place::Others,
    }
}

/// Whether a key is called after a database: `jira_db_password`.
fn is_named_database(key: &[u8]) -> bool {
    const DATABASE: &[Word] = &[Word::whole("db"), Word::part("database")];
    const PASSWORDS: [&[u8]; 3] = [b"password", b"passwd", b"pass"];
    let named = mentions(key, DATABASE) || contains(key, b"dbpass");
    named && PASSWORDS.iter().any(|end| without_end(key, end).is_some())
}

/// Whether the key is the name of an element.
fn is_element(text: &[u8], key: Span) -> bool {
    let before = before(text, key, 4);
    before.ends_with(b"<") || before.ends_with(b"&lt;")
}

/// The tag that `span` begins, if it is that of a resource of Tomcat's.
fn tag_of_resource(text: &[u8], span: Span) -> Option<Span> {
    const TAG_MAX: usize = 1024;
    let rest = text.get(span.start()..)?;
    let tag = rest.get(..TAG_MAX).unwrap_or(rest);
    let end = tag.iter().position(|&byte| byte == b'>')?;
    stands_at(text, span.start(), b"<resource").then(|| Span::at(span.start(), end))
}

/// Whether the key is an attribute of a data source of Tomcat's:
/// `<Resource name="jdbc/JiraDS" password="…"`.
fn is_of_data_source(text: &[u8], key: Span) -> bool {
    const TAG: &[u8] = b"<resource";
    let before = before(text, key, 1024);
    let tag = before.iter().rposition(|&byte| matches!(byte, b'<' | b'>'));
    let tag = tag.and_then(|at| before.get(at..)).unwrap_or_default();
    let name = tag.get(..TAG.len()).is_some_and(|name| name.eq_ignore_ascii_case(TAG));
    name && contains(tag, b"jdbc")
}

/// Whether the key stands before an equals sign or a colon, or its value in an attribute.
fn assigns(text: &[u8], key: Span) -> bool {
    let rest = text.get(key.end()..).unwrap_or_default();
    let gap = rest.iter().take(16).take_while(|byte| b"\"'\\ \t".contains(byte)).count();
    !matches!(rest.get(gap), Some(b'>' | b'&'))
}

/// A value that a cipher without a key has encoded: the secret is what it decodes to.
fn encoded(text: &[u8], value: Span) -> Option<Verdict> {
    let characters = value.of(text)?.split(|&byte| byte == b'=').next()?;
    let decoded = base64::decode(characters)?;
    let readable = decoded.iter().all(u8::is_ascii_graphic) && !decoded.is_empty();
    if !readable {
        return None;
    }
    Some(match credential::check(b"", &decoded) {
        Ok(()) => Verdict::Confirmed {
            secret: value,
            grade: Grade::Likely,
            evidence: evidence::DATABASE_ENCODED,
        },
        Err(reason) => Verdict::Dismissed(reason),
    })
}

/// The user that stands before the password.
fn user(text: &[u8], key: Span) -> &[u8] {
    let before = before(text, key, 256);
    let start = before.windows(10).rposition(|tag| tag.eq_ignore_ascii_case(b"<username>"));
    let rest = start.and_then(|start| before.get(start + 10..)).unwrap_or_default();
    rest.split(|&byte| byte == b'<').next().unwrap_or_default().trim_ascii()
}
