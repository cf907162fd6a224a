//! The kinds once more, written in encodings.

use super::bare::{self, Bare};
use super::encodings as write;
use super::forms::{self, Form};
use super::kinds::{self, Kind, Places};
use super::literals::{self, Literal};
use super::plain::{self, Plain};
use super::random::Dice;
use super::text::{Escape, Text, Words, fill};
use super::{Document, Expected};
use crate::support::encode::{base64, base64url, hex, utf16};

/// All kinds in all encodings that can hold them.
pub fn all(seed: u64, plain: &[Plain]) -> Vec<Document> {
    let mut made = Vec::new();
    let (forms, places): (Vec<Form>, Vec<Bare>) = (forms::all().collect(), bare::all().collect());
    for (index, kind) in kinds::all().into_iter().enumerate() {
        let mut dice = Dice::new(seed.wrapping_mul(2003).wrapping_add(5000 + index as u64));
        let pool: Vec<&Plain> = plain.iter().filter(|plain| plain.kind.id == kind.id).collect();
        whole_files(&pool, &mut dice, &mut made);
        let named = !kind.names.is_empty() && !kind.lines;
        if named {
            values_with_keys(kind, &forms, &mut dice, &mut made);
        }
        if kind.bare {
            values_alone(kind, &places, &mut dice, &mut made);
        }
        if named && kind.beside.is_empty() {
            for literal in literals::all() {
                made.push(in_pieces(kind, &literal, &mut dice));
            }
        }
    }
    made
}

fn document(plain: Plain, encoding: &'static str) -> Document {
    Document { encoding, ..plain.into_document() }
}

// Values that are written otherwise, in files that are not.

type Rewrite = fn(&str) -> String;

/// Where a value under its key is written in the way of the file: the form, and the rewriting.
const WITH_KEYS: [(&str, &str, Rewrite); 9] = [
    ("json \\u", "json flat", write::unicode_escapes),
    ("json \\u", "mcp client", write::unicode_escapes),
    ("javascript \\x", "javascript object", write::hex_escapes),
    ("python \\x", "python constant", write::hex_escapes),
    ("xml decimal", "xml element", write::decimal_entities),
    ("xml hexadecimal", "spring bean", write::hexadecimal_entities),
    ("xml named", "html input", write::named_entities),
    ("properties escapes", "properties", write::properties),
    ("properties \\u", "properties", write::unicode_escapes),
];

fn values_with_keys(
    kind: &'static Kind,
    forms: &[Form],
    dice: &mut Dice,
    made: &mut Vec<Document>,
) {
    for (encoding, name, rewrite) in WITH_KEYS {
        let form = forms.iter().find(|form| form.name == name).expect("a form of this name");
        let value = Text::secret(&rewrite(&(kind.value)(dice)));
        made.push(document(plain::written(kind, form, &value, dice), encoding));
    }
    for (encoding, entry) in
        [("yaml folded scalar", "§s: >-\n  §v\n"), ("yaml literal scalar", "§s: |\n  §v\n")]
    {
        let base = forms.iter().find(|form| form.name == "yaml flat").expect("a form of this name");
        let form = Form { entry, ..copy(base) };
        made.push(document(plain::in_form(kind, &form, dice), encoding));
    }
}

fn copy(form: &Form) -> Form {
    Form { ..*form }
}

/// A value that its shape tells, written so that only decoding shows it.
const ALONE: [(&str, Rewrite); 25] = [
    ("base64", |text| base64(text.as_bytes())),
    ("base64 for URLs", |text| base64url(text.as_bytes())),
    ("base64 unpadded", |text| write::unpadded(text.as_bytes())),
    ("base64 after one byte", |text| base64(format!(":{text}").as_bytes())),
    ("base64 after two bytes", |text| base64(format!("a:{text}").as_bytes())),
    ("base64 after a name", |text| base64(format!("some.one@example.org:{text}\n").as_bytes())),
    ("hexadecimal", |text| hex(text.as_bytes())),
    ("hexadecimal upper", |text| hex(text.as_bytes()).to_uppercase()),
    ("hexadecimal of SQL", |text| format!("0x{}", hex(text.as_bytes()))),
    ("hexadecimal of PostgreSQL", |text| format!("\\x{}", hex(text.as_bytes()))),
    ("percent", |text| Escape::Percent.apply(&Text::plain(text)).text),
    ("percent all", write::percent_all),
    ("percent twice", |text| percent(&percent(text))),
    ("percent all twice", write::percent_all_twice),
    ("json \\u", write::unicode_escapes),
    ("javascript \\x", write::hex_escapes),
    ("javascript \\x of signs", write::hex_escapes_of_signs),
    ("json \\u of signs", write::unicode_escapes_of_signs),
    ("javascript \\u{}", write::braced_escapes),
    ("xml decimal", write::decimal_entities),
    ("xml decimal twice", write::entities_twice),
    ("xml named", write::named_entities),
    ("quoted-printable all", write::quoted_printable_all),
    ("base64 twice", |text| base64(base64(text.as_bytes()).as_bytes())),
    ("percent of base64", |text| percent(&base64(text.as_bytes()))),
];

fn percent(text: &str) -> String {
    Escape::Percent.apply(&Text::plain(text)).text
}

/// The places that are written in the way of an encoding.
fn places_of(encoding: &str) -> &'static [&'static str] {
    match encoding {
        "percent" | "percent all" | "percent twice" | "percent all twice" | "percent of base64" => {
            &["url query", "url query, last", "url fragment"]
        }
        "json \\u" | "json \\u of signs" => &["json array", "chat export", "jupyter output"],
        "javascript \\x" | "javascript \\x of signs" | "javascript \\u{}" => {
            &["python argument", "minified", "python list"]
        }
        "quoted-printable all" => &["alone", "prose"],
        "hexadecimal of SQL" | "hexadecimal of PostgreSQL" => {
            &["alone", "csv cell", "python list", "prose"]
        }
        "xml decimal" | "xml decimal twice" | "xml named" => &["html cell", "xml text"],
        _ => {
            &["alone", "json array", "yaml list", "python argument", "csv cell", "prose", "heredoc"]
        }
    }
}

fn values_alone(kind: &'static Kind, places: &[Bare], dice: &mut Dice, made: &mut Vec<Document>) {
    for (encoding, rewrite) in ALONE {
        if encoding.starts_with("percent")
            && matches!(kind.places, Places::NotInUrls | Places::NotSent)
        {
            continue;
        }
        let name = *dice.pick(places_of(encoding));
        let place = places.iter().find(|place| place.name == name).expect("a place of this name");
        let value = Text::secret(&rewrite(&(kind.value)(dice)));
        made.push(document(plain::placed(kind, place, &value, dice), encoding));
    }
}

/// The value cut into literals at random places.
fn in_pieces(kind: &'static Kind, literal: &Literal, dice: &mut Dice) -> Document {
    let words = Words::new(kind.names[dice.below(kind.names.len())]);
    let quote = if literal.cut.contains('\'') { Escape::Single } else { Escape::Double };
    let value = (kind.value)(dice);
    let cuts: Vec<usize> = {
        let mut cuts: Vec<usize> =
            (0..dice.between(1, 3)).map(|_| dice.between(1, value.len() - 1)).collect();
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    };
    let mut pieces = Text::default();
    let mut start = 0;
    for end in cuts.into_iter().chain([value.len()]) {
        if start > 0 {
            pieces.append(&fill(literal.cut, &words, &Text::default(), "", dice));
        }
        pieces.append(&quote.apply(&Text::secret(&value[start..end])));
        start = end;
    }
    let mut text = fill(literal.before, &words, &Text::default(), "", dice);
    text.append(&pieces);
    text.append(&fill(literal.after, &words, &Text::default(), "", dice));
    Document {
        path: literal.path.to_owned(),
        kind: kind.id,
        surrounding: literal.name,
        encoding: "literals in pieces",
        expected: Expected::Secret {
            kinds: [&[kind.id], kind.also].concat(),
            lines: text.secret_lines(),
        },
        content: text.text.into_bytes(),
    }
}

// Whole files.

/// A file in which another stands, and the lines that the other takes.
struct Whole {
    path: String,
    content: Vec<u8>,
    lines: Option<(usize, usize)>,
}

type Wrap = fn(&Plain, &mut Dice) -> Whole;

const WHOLE: [(&str, Wrap); 48] = [
    ("utf-16le with mark", |plain, _| in_utf16(plain, true, true)),
    ("utf-16be with mark", |plain, _| in_utf16(plain, false, true)),
    ("utf-16le", |plain, _| in_utf16(plain, true, false)),
    ("utf-16be", |plain, _| in_utf16(plain, false, false)),
    ("base64 in a kubernetes secret", |plain, _| {
        around("secret.yaml", "kind: Secret\ndata:\n  settings: ", &base64(bytes(plain)), "\n")
    }),
    ("base64 in a variable", |plain, _| {
        around(".gitlab-ci.yml", "variables:\n  SETTINGS_B64: \"", &base64(bytes(plain)), "\"\n")
    }),
    ("base64 unpadded, for URLs", |plain, _| {
        around("state.json", "{\"state\":\"", &write::unpadded_url(bytes(plain)), "\"}\n")
    }),
    ("base64 in lines of 64", |plain, _| {
        around("f.b64", "", &write::wrapped(bytes(plain), 64), "\n")
    }),
    ("base64 in lines of 76", |plain, _| {
        let head = "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n";
        around("mail.eml", head, &write::wrapped(bytes(plain), 76), "\n")
    }),
    ("base64 before a boundary", |plain, _| {
        let head = "--000000000000a1b2c3d4e5\nContent-Transfer-Encoding: base64\n\n";
        let text = write::wrapped(bytes(plain), 76);
        around("mail.eml", head, &text, "\n--000000000000a1b2c3d4e5--\n")
    }),
    ("base64 in a here-document", |plain, _| {
        let head = "base64 -d <<EOF > /etc/app/settings\n";
        around("run.sh", head, &write::wrapped(bytes(plain), 76), "\nEOF\nexit\n")
    }),
    ("base64 in quotes, with a line end", |plain, _| {
        let text = base64(format!("{}\n", plain.text.text.trim_end()).as_bytes());
        around("secret.yaml", "kind: Secret\ndata:\n  settings: \"", &text, "\"\n")
    }),
    ("lines of a notebook", |plain, _| {
        let source = plain
            .text
            .text
            .lines()
            .map(|line| format!("\"{}\\n\"", Escape::Double.apply(&Text::plain(line)).text));
        let source = source.collect::<Vec<_>>().join(",\n    ");
        around("n.ipynb", "{\"cells\": [{\"source\": [\n    ", &source, "\n  ]}]}\n")
    }),
    ("lines of a comment", |plain, _| {
        let lines: String = plain.text.text.lines().map(|line| format!("# {line}\n")).collect();
        around("old.sh", "#!/bin/sh\n#\n", &lines, "exit\n")
    }),
    ("base64 in lines of 40", |plain, _| {
        around("f.b64", "", &write::wrapped(bytes(plain), 40), "\n")
    }),
    ("base64 in lines of a json string", |plain, _| {
        let text = write::wrapped(bytes(plain), 76).replace('/', "\\/").replace('\n', "\\r\\n");
        around("mail.json", "{\"body\":\"", &text, "\"}\n")
    }),
    ("base64 in a comment", |plain, _| {
        let text = write::wrapped(bytes(plain), 64).replace('\n', "\n# ");
        around("run.sh", "#!/bin/sh\n# ", &text, "\nexit\n")
    }),
    ("base64 in a diff", |plain, _| {
        let text = write::wrapped(bytes(plain), 76).replace('\n', "\n+");
        around("a.patch", "--- /dev/null\n+++ b/f.b64\n@@ -0,0 +1,9 @@\n+", &text, "\n")
    }),
    ("base64 in indented lines", |plain, _| {
        let text = write::wrapped(bytes(plain), 76).replace('\n', "\n      ");
        around("sealed.yml", "kind: Secret\ndata:\n    file: |\n      ", &text, "\n")
    }),
    ("hexadecimal file", |plain, _| around("dump.txt", "", &hex(bytes(plain)), "\n")),
    ("hexadecimal upper file", |plain, _| {
        around("dump.sql", "INSERT INTO b VALUES (X'", &hex(bytes(plain)).to_uppercase(), "');\n")
    }),
    ("bytes of c", |plain, _| {
        let text = write::numbers(bytes(plain), 12, ",\n  ", ", ", |byte| format!("0x{byte:02x}"));
        around("blob.c", "unsigned char blob[] = {\n  ", &text, "\n};\n")
    }),
    ("bytes of java", |plain, _| {
        let text = write::numbers(bytes(plain), 20, ",\n        ", ", ", u8::to_string);
        around("Blob.java", "    byte[] BLOB = new byte[] {\n        ", &text, "};\n")
    }),
    ("bytes of a buffer", |plain, _| {
        let text = write::numbers(bytes(plain), usize::MAX, "", ",", u8::to_string);
        around("b.json", "{\"type\":\"Buffer\",\"data\":[", &text, "]}\n")
    }),
    ("dump of xxd", |plain, _| around("d.txt", "", &write::dump(bytes(plain), 2, ": ", ""), "\n")),
    ("dump of hexdump", |plain, _| {
        around("d.md", "```\n", &write::dump(bytes(plain), 1, "  ", "|"), "\n```\n")
    }),
    ("json string", |plain, _| {
        let text = Escape::Double.apply(&plain.text).text;
        around("events.json", "{\"n\":1,\"body\":\"", &text, "\"}\n")
    }),
    ("json string in json string", |plain, _| {
        let text = Escape::Double.apply(&Escape::Double.apply(&plain.text)).text;
        around("nested.json", "{\"body\":\"{\\\"file\\\":\\\"", &text, "\\\"}\"}\n")
    }),
    ("json \\u of all", |plain, _| {
        around("escaped.json", "{\"body\":\"", &write::unicode_escapes(&plain.text.text), "\"}\n")
    }),
    ("form body", |plain, _| {
        around("request.txt", "a=1&file=", &percent(&plain.text.text), "&b=2\n")
    }),
    ("form body, all", |plain, _| {
        around("request.txt", "a=1&file=", &write::percent_all(&plain.text.text), "&b=2\n")
    }),
    ("xml text", |plain, _| {
        around("file.xml", "<file><text>", &Escape::Xml.apply(&plain.text).text, "</text></file>\n")
    }),
    ("quoted-printable", |plain, _| {
        let head = "Subject: settings\nContent-Transfer-Encoding: quoted-printable\n\n";
        around("mail.eml", head, &write::quoted_printable(&plain.text.text), "")
    }),
    ("gzip", |plain, _| packed("settings.gz", write::gzip(bytes(plain)))),
    ("zip", |plain, _| packed("files.zip", zip_of(plain))),
    ("jar", |plain, _| {
        let manifest: &[u8] = b"Manifest-Version: 1.0\r\n\r\n";
        packed(
            "app.jar",
            write::zip(&[("META-INF/MANIFEST.MF", manifest), (name(plain), bytes(plain))]),
        )
    }),
    ("docx", |plain, _| packed("notes.docx", docx_of(plain))),
    ("tar", |plain, _| packed("files.tar", tar_of(plain))),
    ("tar.gz", |plain, _| packed("files.tar.gz", write::gzip(&tar_of(plain)))),
    ("zstd", |plain, _| packed("settings.zst", write::zstd(bytes(plain)))),
    ("tar.zst", |plain, _| packed("files.tar.zst", write::zstd(&tar_of(plain)))),
    ("zip in tar.gz", |plain, _| {
        packed("all.tgz", write::gzip(&write::tar(&[("in/files.zip", &zip_of(plain))])))
    }),
    ("base64 of gzip", |plain, _| {
        around("config.txt", "blob = ", &base64(&write::gzip(bytes(plain))), "\n")
    }),
    ("base64 of json with escapes", |plain, _| {
        let json = format!("{{\"file\":\"{}\"}}", Escape::Double.apply(&plain.text).text);
        around("values.yaml", "settings: ", &base64(json.as_bytes()), "\n")
    }),
    ("percent of base64 file", |plain, _| {
        around("link.txt", "https://app.example.org/?state=", &percent(&base64(bytes(plain))), "\n")
    }),
    ("utf-16 of base64", |plain, _| {
        let text = format!("$settings = '{}'\r\n", base64(bytes(plain)));
        let content = [&[0xFF, 0xFE][..], &utf16(&text, true)].concat();
        Whole { path: "setup.ps1".to_owned(), content, lines: Some((1, 1)) }
    }),
    ("base64 of utf-16", |plain, _| {
        let text = base64(&utf16(&plain.text.text, true));
        around("run.bat", "powershell -EncodedCommand ", &text, "\r\n")
    }),
    ("gzip of utf-16", |plain, _| {
        let text = [&[0xFF, 0xFE][..], &utf16(&plain.text.text, true)].concat();
        packed("settings.gz", write::gzip(&text))
    }),
];

fn whole_files(pool: &[&Plain], dice: &mut Dice, made: &mut Vec<Document>) {
    for (encoding, wrap) in WHOLE {
        let plain = *dice.pick(pool);
        let whole = wrap(plain, dice);
        made.push(Document {
            path: whole.path,
            content: whole.content,
            kind: plain.kind.id,
            surrounding: plain.surrounding,
            encoding,
            expected: Expected::Secret { kinds: plain.accepted.clone(), lines: whole.lines },
        });
    }
}

fn bytes(plain: &Plain) -> &[u8] {
    plain.text.text.as_bytes()
}

fn name(plain: &Plain) -> &str {
    &plain.path
}

/// A text with the encoded file in it.
fn around(path: &str, before: &str, text: &str, after: &str) -> Whole {
    let mut whole = Text::plain(before);
    whole.append(&Text::secret(text));
    whole.add(after);
    Whole { path: path.to_owned(), lines: whole.secret_lines(), content: whole.text.into_bytes() }
}

fn packed(path: &str, content: Vec<u8>) -> Whole {
    Whole { path: path.to_owned(), content, lines: None }
}

fn in_utf16(plain: &Plain, little_endian: bool, mark: bool) -> Whole {
    let mark: &[u8] = match (mark, little_endian) {
        (true, true) => &[0xFF, 0xFE],
        (true, false) => &[0xFE, 0xFF],
        _ => &[],
    };
    let content = [mark, &utf16(&plain.text.text, little_endian)].concat();
    Whole { path: plain.path.clone(), content, lines: plain.text.secret_lines() }
}

fn zip_of(plain: &Plain) -> Vec<u8> {
    write::zip(&[("README.md", b"# files\n"), (name(plain), bytes(plain))])
}

fn tar_of(plain: &Plain) -> Vec<u8> {
    write::tar(&[("README.md", b"# files\n"), (name(plain), bytes(plain))])
}

/// The text in paragraphs, as an office file has them.
fn docx_of(plain: &Plain) -> Vec<u8> {
    let mut xml = String::from("<?xml version=\"1.0\"?><w:document><w:body>");
    for line in plain.text.text.split('\n') {
        let line = Escape::Xml.apply(&Text::plain(line)).text;
        xml.push_str(&format!("<w:p><w:r><w:t xml:space=\"preserve\">{line}</w:t></w:r></w:p>"));
    }
    xml.push_str("</w:body></w:document>");
    write::zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.as_bytes())])
}
