//! Values as the idioms of single languages and formats have them behind their key.
//!
//! ```text
//! val key by lazy { "value" }                          Kotlin
//! T string `env:"KEY" envDefault:"value"`              Go
//! key string `env:"X" envDefault:"value"`              the same, by the field's own name
//! <Tag key={'value'} />                                JSX
//! CONSTANTS key TYPE string VALUE 'value'.             ABAP
//! set key {value}                                      Tcl
//! my $key = q{value};                                  Perl
//! <string name="key" translatable="false">value</…>    Android
//! <Setting Name="key" …>⏎  <Value …>value</Value>      .NET
//! <field>key</field>⏎<value …>value</value>            Salesforce
//! <input value="value" type="hidden" id="key">         HTML
//! expect "key:"⏎send "value\r"                         Expect
//! |key⏎|value                                          a table of AsciiDoc
//! - --key⏎- value                                      arguments in YAML
//! * - ``key``⏎  - ``value``                            a table of reStructuredText
//! key - value                                          a note
//! … the key?⏎[10:03] Tom: value                        a chat
//! ```

use pushgate_detector_sdk::Span;

use crate::caseless::{contains, stands_at};
use crate::literal::{Literal, Surroundings, bare, skip_blanks, string, trimmed};
use crate::noted;
use crate::odd_places::line_before;
use crate::paired;
use crate::quoting::quote_at;

/// Longer values are none that somebody set.
const VALUE_MAX: usize = 512;
/// The longest line, and the longest tag.
const LINE_MAX: usize = 320;

/// The value of `key`, if it stands in one of these places.
pub(crate) fn value(text: &[u8], key: Span) -> Option<Literal> {
    let line = line_before(text, key);
    lazy(text, key)
        .or_else(|| default_of_tag(text, key))
        .or_else(|| default_of_field(text, key))
        .or_else(|| in_braces(text, key))
        .or_else(|| constant(text, key))
        .or_else(|| braced(text, key, line))
        .or_else(|| in_element(text, key))
        .or_else(|| attribute_before(text, key))
        .or_else(|| sent(text, key, line))
        .or_else(|| cell_below(text, key, line))
        .or_else(|| item_below(text, key, line))
        .or_else(|| row_of_list(text, key, line))
        .or_else(|| behind_dash(text, key, line))
        .or_else(|| answered(text, key))
}

/// Where the text goes on behind `word` at `at`, in any case, and the blanks behind it.
fn behind(text: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    stands_at(text, at, word).then(|| skip_blanks(text, at + word.len(), true))
}

/// `by lazy { "value" }`, perhaps behind a type.
fn lazy(text: &[u8], key: Span) -> Option<Literal> {
    const TYPE_MAX: usize = 24;
    let mut at = key.end();
    if text.get(at) == Some(&b':') {
        let named = |byte: &&u8| byte.is_ascii_alphanumeric() || b":? ".contains(byte);
        let rest = text.get(at..)?;
        let length = rest.iter().take(TYPE_MAX).take_while(named).count();
        at += rest.get(..length)?.windows(4).position(|it| it == b" by ")?;
    }
    let at = behind(text, skip_blanks(text, at, false), b"by lazy")?;
    let at = behind(text, at, b"{")?;
    let literal = string(text, at)?;
    (text.get(skip_blanks(text, literal.next, true)) == Some(&b'}')).then_some(literal)
}

/// `env:"KEY" envDefault:"value"`.
fn default_of_tag(text: &[u8], key: Span) -> Option<Literal> {
    const NAMES: [&[u8]; 4] = [b"envDefault:", b"default:", b"env-default:", b"env_default:"];
    let rest = text.get(key.end()..)?.strip_prefix(b"\"")?;
    let at = skip_blanks(text, text.len() - rest.len(), false);
    let name = NAMES.iter().find(|name| text.get(at..).is_some_and(|it| it.starts_with(name)))?;
    (at > key.end() + 1).then(|| string(text, at + name.len()))?
}

/// `key string `env:"X" envDefault:"value"``.
fn default_of_field(text: &[u8], key: Span) -> Option<Literal> {
    const NAMES: [&[u8]; 3] = [b" envDefault:", b" default:", b" env-default:"];
    const TYPE: &[u8] = b"string";
    let at = skip_blanks(text, key.end(), false);
    let rest = text.get(at..)?.strip_prefix(TYPE)?;
    let open = skip_blanks(text, at + TYPE.len(), false);
    if at == key.end() || rest.first() != Some(&b' ') || text.get(open) != Some(&b'`') {
        return None;
    }
    let tags = text.get(open + 1..)?;
    let length = tags.iter().take(LINE_MAX).position(|byte| matches!(byte, b'`' | b'\n'))?;
    let tags = tags.get(..length)?;
    NAMES.iter().find_map(|name| {
        let found = tags.windows(name.len()).position(|it| it == *name)?;
        string(text, open + 1 + found + name.len())
    })
}

/// `key={'value'}`.
fn in_braces(text: &[u8], key: Span) -> Option<Literal> {
    let rest = text.get(key.end()..)?.strip_prefix(b"={")?;
    let literal = string(text, text.len() - rest.len())?;
    (text.get(literal.next) == Some(&b'}')).then_some(literal)
}

/// `key TYPE string VALUE 'value'`.
fn constant(text: &[u8], key: Span) -> Option<Literal> {
    const TYPE_MAX: usize = 48;
    let at = behind(text, skip_blanks(text, key.end(), false), b"type ")?;
    let rest = text.get(at..at.saturating_add(TYPE_MAX).min(text.len()))?;
    let word = b" value ";
    let found = rest.windows(word.len()).position(|it| it.eq_ignore_ascii_case(word))?;
    string(text, skip_blanks(text, at + found + word.len(), false))
}

/// `set key {value}`, `$key = q{value}`.
fn braced(text: &[u8], key: Span, line: &[u8]) -> Option<Literal> {
    let mut at = skip_blanks(text, key.end(), false);
    let sets = line.trim_ascii_start() == b"set " && at > key.end();
    if !sets {
        let rest = text.get(at..)?.strip_prefix(b"=")?;
        at = skip_blanks(text, text.len() - rest.len(), false);
        let quotes: [&[u8]; 4] = [b"qq", b"q", b"%q", b"%Q"];
        let quote = quotes.iter().find(|it| text.get(at..).is_some_and(|at| at.starts_with(it)))?;
        at += quote.len();
    }
    let close = match text.get(at)? {
        b'{' => b'}',
        b'(' if !sets => b')',
        b'[' if !sets => b']',
        _ => return None,
    };
    let rest = text.get(at + 1..)?;
    let length = rest.iter().take(VALUE_MAX).position(|byte| *byte == close || *byte == b'\n')?;
    let plain = rest.get(..length)?.iter().all(u8::is_ascii_graphic);
    let ends = rest.get(length) == Some(&close)
        && matches!(rest.get(length + 1), None | Some(b'\n' | b'\r' | b';' | b',' | b')' | b' '));
    let span = Span::at(at + 1, length);
    (plain && ends && length > 0).then_some(Literal { span, quoted: true, next: span.end() + 1 })
}

/// The text of the element whose attribute is called `key`, or of the element `value` that is the
/// first in it, or next to the one whose text is `key`.
fn in_element(text: &[u8], key: Span) -> Option<Literal> {
    let rest = text.get(key.end()..)?;
    let mut at = match quote_at(text, key.end()) {
        Some(quote) if paired::is_name(text, key.start()) => {
            let end = tag_end(text, quote.end)?;
            // An element without an end has its value in the tag.
            let tag = text.get(quote.end..end)?;
            if contains(tag, b" value=") {
                return None;
            }
            end
        }
        None if rest.starts_with(b"</") || rest.starts_with(b"__c</") => tag_end(text, key.end())?,
        _ => return None,
    };
    let below = skip_blanks(text, at, true);
    if stands_at(text, below, b"<value") {
        at = tag_end(text, below)?;
    } else if below > at || rest.starts_with(b"<") {
        return None;
    }
    let rest = text.get(at..)?;
    let length = rest.iter().take(VALUE_MAX).position(|&byte| byte == b'<')?;
    let span = trimmed(text, at, at + length)?;
    let closes = rest.get(length..)?.starts_with(b"</");
    (closes && !span.is_empty()).then_some(Literal { span, quoted: true, next: at + length })
}

/// Where the tag ends in which `at` is, if it does not close itself.
fn tag_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let rest = rest.get(..LINE_MAX).unwrap_or(rest);
    let length = rest.iter().position(|&byte| byte == b'>')?;
    let inside = rest.get(..length)?;
    let opened = inside.iter().skip(1).any(|&byte| byte == b'<');
    (!opened && !inside.ends_with(b"/")).then_some(at + length + 1)
}

/// The attribute `value` of the tag in which another is called `key`, where it stands before that.
fn attribute_before(text: &[u8], key: Span) -> Option<Literal> {
    if !paired::is_name(text, key.start()) {
        return None;
    }
    const ATTRIBUTE: &[u8] = b" value=";
    let before = text.get(key.start().saturating_sub(LINE_MAX)..key.start())?;
    let open = before.iter().rposition(|byte| matches!(byte, b'<' | b'>'))?;
    let tag = before.get(open..)?;
    if !tag.get(1).is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let found = tag.windows(ATTRIBUTE.len()).position(|it| it.eq_ignore_ascii_case(ATTRIBUTE))?;
    let start = key.start() - tag.len() + found + ATTRIBUTE.len();
    string(text, start).filter(|literal| literal.next <= key.start())
}

/// `expect "key:"⏎send "value\r"`: without the end of the line that is sent.
fn sent(text: &[u8], key: Span, line: &[u8]) -> Option<Literal> {
    const SENDS: [&[u8]; 2] = [b"send -- ", b"send "];
    const CLOSERS_MAX: usize = 8;
    if !line.trim_ascii_start().starts_with(b"expect ") {
        return None;
    }
    let rest = text.get(key.end()..)?;
    let length = rest.iter().take(CLOSERS_MAX).position(|&byte| byte == b'\n')?;
    let at = skip_blanks(text, key.end() + length, true);
    let send = SENDS.iter().find(|send| stands_at(text, at, send))?;
    let literal = string(text, at + send.len())?;
    let mut value = literal.span.of(text)?;
    for end in [&b"\\n"[..], b"\\r"] {
        value = value.strip_suffix(end).unwrap_or(value);
    }
    Some(Literal { span: Span::at(literal.span.start(), value.len()), ..literal })
}

/// `|key⏎|value⏎`.
fn cell_below(text: &[u8], key: Span, line: &[u8]) -> Option<Literal> {
    let rest = text.get(key.end()..)?;
    let rest = rest.strip_prefix(b"\n|").or_else(|| rest.strip_prefix(b"\r\n|"))?;
    if line.trim_ascii() != b"|" {
        return None;
    }
    let at = skip_blanks(text, text.len() - rest.len(), false);
    noted::set(text, at).filter(|literal| ends_line(text, literal.next))
}

/// `- --key⏎- value`: the next item of a list of arguments, which is no option itself.
fn item_below(text: &[u8], key: Span, line: &[u8]) -> Option<Literal> {
    let option = line.trim_ascii_start().strip_prefix(b"- ")?.trim_ascii_start();
    if !matches!(option, [b'-'] | [b'-', b'-'] | [b'"' | b'\'', b'-'] | [b'"' | b'\'', b'-', b'-'])
    {
        return None;
    }
    let end = quote_at(text, key.end()).map_or(key.end(), |quote| quote.end);
    let rest = text.get(end..)?;
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
    let depth = |line: &[u8]| line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let item = rest.get(depth(line)..)?.strip_prefix(b"- ")?;
    if depth(rest) != depth(line) {
        return None;
    }
    let at = skip_blanks(text, text.len() - item.len(), false);
    let literal = string(text, at).or_else(|| bare(text, at, Surroundings::default()))?;
    let value = literal.span.of(text)?;
    (!value.starts_with(b"-") && ends_line(text, literal.next)).then_some(literal)
}

/// `* - ``key``⏎  - ``value```: the next cell of a row that is a list.
fn row_of_list(text: &[u8], key: Span, line: &[u8]) -> Option<Literal> {
    if line.trim_ascii_start() != b"* - ``" {
        return None;
    }
    let rest = text.get(key.end()..)?.strip_prefix(b"``")?;
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
    let cell = rest.trim_ascii_start().strip_prefix(b"- ``")?;
    let start = text.len() - cell.len();
    let length = cell.iter().take(VALUE_MAX).position(|byte| matches!(byte, b'`' | b'\n'))?;
    let span = Span::at(start, length);
    let closed = cell.get(length..)?.starts_with(b"``") && ends_line(text, span.end() + 2);
    (closed && length > 0).then_some(Literal { span, quoted: true, next: span.end() + 2 })
}

/// `Jira password - value`, on a line of its own.
fn behind_dash(text: &[u8], key: Span, line: &[u8]) -> Option<Literal> {
    let rest = text.get(key.end()..)?.strip_prefix(b" - ")?;
    let words = |byte: &u8| byte.is_ascii_alphanumeric() || b" -*_>".contains(byte);
    if !line.iter().all(words) {
        return None;
    }
    let at = skip_blanks(text, text.len() - rest.len(), false);
    noted::set(text, at).filter(|literal| ends_line(text, literal.next))
}

/// What is said on the line below a question that ends in `key`, and nothing else on it.
fn answered(text: &[u8], key: Span) -> Option<Literal> {
    let rest = text.get(key.end()..)?;
    let rest = rest.strip_prefix(b"?\n").or_else(|| rest.strip_prefix(b"?\r\n"))?;
    let start = text.len() - rest.len();
    let length = rest.iter().take(LINE_MAX).position(|&byte| byte == b'\n');
    let line = rest.get(..length.unwrap_or(rest.len().min(LINE_MAX)))?;
    // Who says it, and when.
    let said = line.windows(2).position(|it| it == b": ").map_or(0, |at| at + 2);
    let at = skip_blanks(text, start + said, false);
    noted::set(text, at).filter(|literal| ends_line(text, literal.next))
}

/// Whether nothing but blanks stands between `at` and the end of its line.
fn ends_line(text: &[u8], at: usize) -> bool {
    matches!(text.get(skip_blanks(text, at, false)), None | Some(b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::value;
    use pushgate_detector_sdk::Span;

    /// What is read in a text in which `@` stands for a value that was drawn.
    fn check(text: &str, expected: Option<&str>) {
        const VALUE: &str = "kmskXN5MnGFw";
        let text = text.replace('@', VALUE);
        let at = text.find("K_TOKEN").unwrap();
        let found = value(text.as_bytes(), Span::at(at, 7));
        let found = found.map(|it| &text[it.span.start()..it.span.end()]);
        assert_eq!(found, expected.map(|it| if it == "@" { VALUE } else { it }), "{text}");
    }

    #[test]
    fn each_language_has_its_own() {
        for text in [
            "val K_TOKEN by lazy { \"@\" }",
            "val K_TOKEN: String by lazy { \"@\" }",
            "T string `env:\"K_TOKEN\" envDefault:\"@\"`",
            "CONSTANTS K_TOKEN TYPE string VALUE '@'.",
            "set K_TOKEN {@}\n",
            "my $K_TOKEN = q{@};",
            "my $K_TOKEN = qq(@);",
            "K_TOKEN = %q(@)\n",
            "<string name=\"K_TOKEN\" translatable=\"false\">@</string>",
            "<Setting Name=\"K_TOKEN\" Type=\"x\">\n  <Value Profile=\"p\">@</Value>",
            "<field>K_TOKEN</field>\n<value xsi:type=\"xsd:string\">@</value>",
            "<input value=\"@\" type=\"hidden\" id=\"K_TOKEN\">",
            "expect \"K_TOKEN:\"\nsend \"@\\r\"\n",
            "expect \"K_TOKEN: \"\n  send -- \"@\"\n",
            "|K_TOKEN\n|@\n",
            "  - --K_TOKEN\n  - @\n",
            "K_TOKEN string `env:\"X\" envDefault:\"@\"`",
            "<W K_TOKEN={'@'} />",
            "   * - ``K_TOKEN``\n     - ``@``\n",
            "- \"--K_TOKEN\"\n- '@'\n",
            "Jira K_TOKEN - @\n",
            "[10:02] Maria: what is the K_TOKEN?\n[10:03] Tom: @\n",
        ] {
            check(text, Some("@"));
        }
    }

    #[test]
    fn what_looks_alike_has_no_value_here() {
        for text in [
            "val K_TOKEN by lazy { load(\"@\") }",
            "T string `env:\"K_TOKEN\" json:\"@\"`",
            "set K_TOKEN {a b @}\n",
            "K_TOKEN {@}\n",
            "$K_TOKEN = q{@}x",
            "<string name=\"K_TOKEN\" value=\"x\"/>@</string>",
            "<Setting Name=\"K_TOKEN\">\n  <Other>@</Other>",
            "<input value=\"@\"><input id=\"K_TOKEN\">",
            "expect \"K_TOKEN:\"\nputs \"@\"\n",
            "|K_TOKEN |x\n|@\n",
            "  - --K_TOKEN\n  - --x\n  - @\n",
            "  - --K_TOKEN\n- @\n",
            "  - K_TOKEN\n  - @\n",
            "K_TOKEN string `json:\"@\"`",
            "<W K_TOKEN={f('@')} />",
            "   * - ``K_TOKEN``\n     - The @ of Jira\n",
            "f(K_TOKEN - @\n",
            "Jira K_TOKEN - @ is gone\n",
            "K_TOKEN?\nno\n",
        ] {
            check(text, None);
        }
    }
}
