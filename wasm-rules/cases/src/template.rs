//! Templates: text with holes.
//!
//! | in the template | becomes |
//! | --- | --- |
//! | `{atlassian-cloud-api-token}` | a token of that kind: see [`crate::token`], [`crate::web_token`], [`crate::opaque`] |
//! | `{bitbucket-app-password:bad-crc}` | a variant of one; several are joined by colons |
//! | `{alnum:20}` | 20 letters and digits |
//! | `{lower:4}`, `{upper:4}`, `{digits:12}` | of one sort |
//! | `{hex:32}`, `{HEX:8}` | hexadecimal digits, lower or upper case |
//! | `{base64:44}`, `{base64url:44}` | letters of that alphabet |
//! | `{byte:FF}` | that byte |
//! | `{repeat:x:20}` | 20 times that text |
//! | `{encode:base64}…{end}` | what is between, encoded; they nest |
//! | `{basic:user:…}` | what is between the colon and its brace, in base64; it may hold holes |
//! | `${NAME}` | itself, so that shell variables need no care |
//! | `{{`, `}}` | a brace, except that the first `}` in `{basic:…}` ends it |
//!
//! Encodings: `base64`, `base64-bare` (no padding), `base64url`, `hex`, `percent`,
//! `percent-twice`, `properties` (`=` as `\=`), `properties-twice` (`\\=`), `json` (`=` as
//! `\u003d`), `json-twice` (`\\u003d`), `script` (`\x3d`), `slashes` (`/` as `\/`), `xml` (`=` as
//! `&#61;`), `entity` (`&equals;`), `quoted-printable`, `folded` (mail breaks a line after every 30
//! characters), `utf-16le`. Those that escape may also stand behind a token's name:
//! `{atlassian-cloud-api-token:bad-crc:percent}`.
//!
//! The marks `«` and `»` stand around a candidate, `‹` and `›` around the secret in it. They may not
//! stand inside an encoding, and are not part of the text.

use std::ops::Range;

use crate::encode;
use crate::random::Random;
use crate::{opaque, token, web_token};

/// How a hole begins that encodes the text up to its brace.
const BASIC: &str = "basic:";

/// Bytes of an expanded template, and of each text in it that is to be encoded.
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// `{` without `}`, or the other way round.
    #[error("a brace without its partner, at byte {at}; a brace itself is written twice")]
    Brace {
        /// Offset in the template.
        at: usize,
    },
    /// A hole that nothing fills.
    #[error("nothing is called {{{name}}}")]
    Unknown {
        /// What stands between the braces.
        name: String,
    },
    /// `{encode:…}` without `{end}`, or the other way round.
    #[error("an encoding without its end")]
    Unbalanced,
    /// It becomes longer than any text for a test has to be.
    #[error("it becomes longer than {TEXT_BYTES_MAX} bytes")]
    TooLong,
    /// A mark inside an encoding, twice, or without its partner.
    #[error("the marks are not in order: {mark}")]
    Mark {
        /// The mark in question.
        mark: char,
    },
}

/// An expanded template.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) bytes: Vec<u8>,
    pub(crate) candidate: Option<Range<usize>>,
    pub(crate) secret: Option<Range<usize>>,
}

/// Expands `template`; the same seed makes the same text.
///
/// # Panics
///
/// If the template is not one: it is part of a test, and the test should say so.
#[must_use]
pub fn expand(template: &str, seed: u64) -> Vec<u8> {
    match try_expand(template, seed) {
        Ok(bytes) => bytes,
        Err(error) => panic!("{error}, in {template:?}"),
    }
}

/// Expands `template`; the same seed makes the same text.
///
/// # Errors
///
/// If the template is not one.
pub fn try_expand(template: &str, seed: u64) -> Result<Vec<u8>, TemplateError> {
    expand_marked(template, seed).map(|text| text.bytes)
}

/// Expands `template`, and says where its marks are.
pub(crate) fn expand_marked(template: &str, seed: u64) -> Result<Text, TemplateError> {
    let mut random = Random::new(seed);
    let mut layers = Layers::default();
    let mut marks = Marks::default();
    let mut rest = template;
    while let Some(next) = rest.chars().next() {
        let at = template.len() - rest.len();
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
        match next {
            '}' if layers.ends_with_brace() => layers.close(Ending::Brace)?,
            '{' | '}' if rest.starts_with(next) => {
                layers.push(&[next as u8]);
                rest = rest.get(1..).unwrap_or_default();
            }
            '}' => return Err(TemplateError::Brace { at }),
            '{' if rest.starts_with(BASIC) => {
                layers.open(|bytes| encode::base64(bytes, encode::BASE64, true), Ending::Brace);
                rest = rest.get(BASIC.len()..).unwrap_or_default();
            }
            '{' => {
                let (hole, after) = rest.split_once('}').ok_or(TemplateError::Brace { at })?;
                rest = after;
                fill(hole, &mut layers, &mut random)?;
                if layers.longest() > TEXT_BYTES_MAX {
                    return Err(TemplateError::TooLong);
                }
            }
            '$' if rest.starts_with('{') && !rest.starts_with("{{") => {
                let (variable, after) = rest.split_once('}').ok_or(TemplateError::Brace { at })?;
                rest = after;
                layers.push(format!("${variable}}}").as_bytes());
            }
            '«' | '»' | '‹' | '›' => marks.set(next, layers.position(next)?)?,
            _ => layers.push(next.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Ok(Text {
        candidate: marks.range('«', '»')?,
        secret: marks.range('‹', '›')?,
        bytes: layers.finish()?,
    })
}

/// Fills one hole.
fn fill(hole: &str, layers: &mut Layers, random: &mut Random) -> Result<(), TemplateError> {
    let unknown = || TemplateError::Unknown { name: hole.to_owned() };
    let mut parts = hole.split(':');
    let name = parts.next().unwrap_or_default();
    let arguments: Vec<&str> = parts.collect();
    match (name, arguments.as_slice()) {
        ("encode", [encoding]) => {
            layers.open(encoder(encoding).ok_or_else(unknown)?, Ending::End);
        }
        ("end", []) => layers.close(Ending::End)?,
        ("byte", [digits]) => {
            layers.push(&[u8::from_str_radix(digits, 16).map_err(|_| unknown())?]);
        }
        ("repeat", [text, count]) => {
            let count = bounded(text.len(), count, unknown)?;
            layers.push(text.repeat(count).as_bytes());
        }
        (name, [count]) if alphabet(name).is_some() => {
            let count = bounded(1, count, unknown)?;
            layers.push(&random.some_of(&alphabet(name).unwrap_or_default(), count));
        }
        _ => {
            let (escapes, variants): (Vec<&str>, Vec<&str>) =
                arguments.into_iter().partition(|word| escape(word).is_some());
            let token = token::make(name, &variants, random)
                .or_else(|| web_token::make(name, &variants, random))
                .or_else(|| opaque::make(name, &variants, random))
                .ok_or_else(unknown)?;
            let escapes = escapes.into_iter().filter_map(escape);
            layers.push(&escapes.fold(token, |token, escape| escape(&token)));
        }
    }
    Ok(())
}

/// The number in `count`, if so many pieces of so many bytes are not too much.
fn bounded(
    bytes: usize,
    count: &str,
    unknown: impl FnOnce() -> TemplateError,
) -> Result<usize, TemplateError> {
    if count.is_empty() || !count.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(unknown());
    }
    let count: Option<usize> = count.parse().ok();
    let fits = |count: &usize| {
        bytes.checked_mul(*count).is_some_and(|all| all <= TEXT_BYTES_MAX)
            && *count <= TEXT_BYTES_MAX
    };
    count.filter(fits).ok_or(TemplateError::TooLong)
}

fn alphabet(name: &str) -> Option<Vec<u8>> {
    Some(match name {
        "alnum" => [b'A'..=b'Z', b'a'..=b'z', b'0'..=b'9'].into_iter().flatten().collect(),
        "lower" => (b'a'..=b'z').collect(),
        "upper" => (b'A'..=b'Z').collect(),
        "digits" => (b'0'..=b'9').collect(),
        "hex" => b"0123456789abcdef".to_vec(),
        "HEX" => b"0123456789ABCDEF".to_vec(),
        "base64" => encode::BASE64.to_vec(),
        "base64url" => encode::BASE64URL.to_vec(),
        _ => return None,
    })
}

type Encoder = fn(&[u8]) -> Vec<u8>;

fn encoder(name: &str) -> Option<Encoder> {
    Some(match name {
        "base64" => |bytes| encode::base64(bytes, encode::BASE64, true),
        "base64-bare" => |bytes| encode::base64(bytes, encode::BASE64, false),
        "base64url" => |bytes| encode::base64(bytes, encode::BASE64URL, false),
        "hex" => encode::hex,
        "utf-16le" => |bytes| {
            let text = String::from_utf8_lossy(bytes);
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        },
        _ => return escape(name),
    })
}

/// The encodings that leave letters and digits as they are.
fn escape(name: &str) -> Option<Encoder> {
    fn equals(bytes: &[u8], escape: &str) -> Vec<u8> {
        encode::each(bytes, |byte| (byte == b'=').then(|| escape.to_owned()))
    }
    Some(match name {
        "percent" => encode::percent,
        "percent-twice" => |bytes| encode::percent(&encode::percent(bytes)),
        "properties" => |bytes| equals(bytes, "\\="),
        "properties-twice" => |bytes| equals(bytes, "\\\\="),
        "json" => |bytes| equals(bytes, "\\u003d"),
        "json-twice" => |bytes| equals(bytes, "\\\\u003d"),
        "script" => |bytes| equals(bytes, "\\x3d"),
        "slashes" => |bytes| encode::each(bytes, |byte| (byte == b'/').then(|| "\\/".to_owned())),
        "xml" => |bytes| equals(bytes, "&#61;"),
        "entity" => |bytes| equals(bytes, "&equals;"),
        "quoted-printable" => encode::quoted_printable,
        "folded" => encode::folded,
        _ => return None,
    })
}

/// The text so far, and the encodings that are open around its end.
#[derive(Default)]
struct Layers {
    outer: Vec<u8>,
    open: Vec<Layer>,
}

/// An encoding, and the text that it will be applied to.
struct Layer {
    encoder: Encoder,
    ending: Ending,
    text: Vec<u8>,
}

/// What ends an encoding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// `{end}`.
    End,
    /// `}`.
    Brace,
}

impl Layers {
    fn push(&mut self, bytes: &[u8]) {
        self.open.last_mut().map_or(&mut self.outer, |layer| &mut layer.text).extend(bytes);
    }

    /// Bytes of the longest text.
    fn longest(&self) -> usize {
        let open = self.open.iter().map(|layer| layer.text.len());
        open.chain([self.outer.len()]).max().unwrap_or_default()
    }

    fn open(&mut self, encoder: Encoder, ending: Ending) {
        self.open.push(Layer { encoder, ending, text: Vec::new() });
    }

    fn ends_with_brace(&self) -> bool {
        self.open.last().is_some_and(|layer| layer.ending == Ending::Brace)
    }

    fn close(&mut self, ending: Ending) -> Result<(), TemplateError> {
        let layer = self.open.pop().filter(|layer| layer.ending == ending);
        let layer = layer.ok_or(TemplateError::Unbalanced)?;
        self.push(&(layer.encoder)(&layer.text));
        Ok(())
    }

    fn position(&self, mark: char) -> Result<usize, TemplateError> {
        if self.open.is_empty() { Ok(self.outer.len()) } else { Err(TemplateError::Mark { mark }) }
    }

    fn finish(self) -> Result<Vec<u8>, TemplateError> {
        if self.open.is_empty() { Ok(self.outer) } else { Err(TemplateError::Unbalanced) }
    }
}

/// Where the marks are.
#[derive(Default)]
struct Marks {
    seen: Vec<(char, usize)>,
}

impl Marks {
    fn set(&mut self, mark: char, at: usize) -> Result<(), TemplateError> {
        if self.find(mark).is_some() {
            return Err(TemplateError::Mark { mark });
        }
        self.seen.push((mark, at));
        Ok(())
    }

    fn find(&self, mark: char) -> Option<usize> {
        self.seen.iter().find(|(seen, _)| *seen == mark).map(|(_, at)| *at)
    }

    fn range(&self, start: char, end: char) -> Result<Option<Range<usize>>, TemplateError> {
        match (self.find(start), self.find(end)) {
            (None, None) => Ok(None),
            (Some(from), Some(to)) if from <= to => Ok(Some(from..to)),
            _ => Err(TemplateError::Mark { mark: start }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{TemplateError, expand, expand_marked, try_expand};

    #[test]
    fn text_stays_as_it_is() {
        assert_eq!(expand("a = {{b}} é", 1), "a = {b} é".as_bytes());
    }

    #[test]
    fn holes_are_filled() {
        assert_eq!(expand("{byte:FF}{repeat:ab:3}", 1), b"\xFFababab");
        assert_eq!(expand("{digits:12}", 1).len(), 12);
        assert_eq!(expand("{encode:base64}user:pass{end}", 1), b"dXNlcjpwYXNz");
        let nested = expand("{encode:percent}{encode:base64}a{end}{end}", 1);
        assert_eq!(nested, b"YQ%3D%3D");
    }

    #[test]
    fn what_becomes_too_long_is_no_template() {
        for template in [
            "{alnum:99999999999}",
            "{alnum:99999999999999999999999}",
            "{repeat:x:99999999}",
            "{repeat:xx:600000}",
            "{repeat::99999999}",
            "{alnum:600000}{hex:600000}",
            "{encode:hex}{alnum:600000}{end}{digits:1}",
        ] {
            assert_eq!(try_expand(template, 1), Err(TemplateError::TooLong), "{template}");
        }
        assert_eq!(try_expand("{alnum:1048576}", 1).map(|text| text.len()), Ok(1 << 20));
        assert!(matches!(try_expand("{alnum:+1}", 1), Err(TemplateError::Unknown { .. })));
    }

    #[test]
    fn a_basic_header_holds_holes() {
        assert_eq!(expand("Basic {basic:user:pass}\"", 1), b"Basic dXNlcjpwYXNz\"");
        let (hole, block) = ("{basic:u:{digits:9}}", "{encode:base64}u:{digits:9}{end}");
        assert_eq!(expand(hole, 1), expand(block, 1));
        assert_eq!(try_expand("{basic:u", 1), Err(TemplateError::Unbalanced));
    }

    #[test]
    fn a_shell_variable_stands_for_itself() {
        assert_eq!(expand("a${B}c$d ${{E}}", 1), b"a${B}c$d ${E}");
    }

    #[test]
    fn a_token_can_be_escaped_where_it_stands() {
        let (inline, block) = (
            "{atlassian-cloud-api-token:bad-crc:percent}",
            "{encode:percent}{atlassian-cloud-api-token:bad-crc}{end}",
        );
        assert_eq!(expand(inline, 1), expand(block, 1));
    }

    #[test]
    fn a_seed_repeats_its_text() {
        assert_eq!(expand("{alnum:40}", 3), expand("{alnum:40}", 3));
        assert_ne!(expand("{alnum:40}", 3), expand("{alnum:40}", 4));
    }

    #[test]
    fn marks_are_positions_and_not_text() {
        let text = expand_marked("é «x‹yz›» w", 1).unwrap();
        assert_eq!(text.bytes, "é xyz w".as_bytes());
        assert_eq!((text.candidate, text.secret), (Some(3..6), Some(4..6)));
    }

    #[test]
    fn mistakes_are_told() {
        let error = |template| try_expand(template, 1).unwrap_err();
        assert_eq!(error("a{b"), TemplateError::Brace { at: 1 });
        assert_eq!(error("a}b"), TemplateError::Brace { at: 1 });
        assert_eq!(error("{nothing}"), TemplateError::Unknown { name: "nothing".to_owned() });
        assert_eq!(error("{encode:hex}"), TemplateError::Unbalanced);
        assert_eq!(error("{end}"), TemplateError::Unbalanced);
        assert_eq!(error("«"), TemplateError::Mark { mark: '«' });
        assert_eq!(error("»x«"), TemplateError::Mark { mark: '«' });
        assert_eq!(error("{encode:hex}«{end}»"), TemplateError::Mark { mark: '«' });
    }
}
