//! How bytes are written as other bytes. Nothing is compressed: stored blocks are as legal.

use crate::support::encode::{base64, base64url, crc32, hex};

/// Base64 in lines of this width.
pub fn wrapped(bytes: &[u8], width: usize) -> String {
    let text = base64(bytes);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(width)
        .map(|line| std::str::from_utf8(line).expect("base64 is ASCII"))
        .collect();
    lines.join("\n")
}

/// Each byte as a number, so many in a line.
pub fn numbers(
    bytes: &[u8],
    width: usize,
    line_end: &str,
    comma: &str,
    number: impl Fn(&u8) -> String,
) -> String {
    let line = |bytes: &[u8]| bytes.iter().map(&number).collect::<Vec<_>>().join(comma);
    bytes.chunks(width).map(line).collect::<Vec<_>>().join(line_end)
}

/// Bytes as a tool shows them: where they stand, in groups of digits, and as letters between
/// `bars`.
pub fn dump(bytes: &[u8], group: usize, colon: &str, bars: &str) -> String {
    let line = |(number, bytes): (usize, &[u8])| {
        let groups: Vec<String> = bytes.chunks(group).map(hex).collect();
        let is_shown = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
        let letters = bytes.iter().map(|byte| if is_shown(byte) { char::from(*byte) } else { '.' });
        let letters: String = letters.collect();
        let offset = 16 * number;
        format!("{offset:08x}{colon}{:<48} {bars}{letters}{bars}", groups.join(" "))
    };
    bytes.chunks(16).enumerate().map(line).collect::<Vec<_>>().join("\n")
}

/// Base64 without padding.
pub fn unpadded(bytes: &[u8]) -> String {
    base64(bytes).trim_end_matches('=').to_owned()
}

/// Base64 for URLs, without padding.
pub fn unpadded_url(bytes: &[u8]) -> String {
    base64url(bytes).trim_end_matches('=').to_owned()
}

pub fn percent_all(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Every byte as `%25XX`.
pub fn percent_all_twice(text: &str) -> String {
    percent_all(text).replace('%', "%25")
}

/// Every character as `\u{XX}`.
pub fn braced_escapes(text: &str) -> String {
    text.chars().map(|c| format!("\\u{{{:x}}}", u32::from(c))).collect()
}

/// Every character as an entity whose ampersand is one too.
pub fn entities_twice(text: &str) -> String {
    decimal_entities(text).replace('&', "&amp;")
}

/// Every byte as `=XX`, no line over 76 characters.
pub fn quoted_printable_all(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("={byte:02X}")).collect();
    let lines: Vec<String> = bytes.chunks(25).map(<[String]>::concat).collect();
    lines.join("=\n")
}

/// Every character as `\u00XX`.
pub fn unicode_escapes(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// Every byte as `\xXX`.
pub fn hex_escapes(text: &str) -> String {
    text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
}

/// Every sign as `\xXX`.
pub fn hex_escapes_of_signs(text: &str) -> String {
    of_signs(text, hex_escapes)
}

/// Every sign as `\u00XX`.
pub fn unicode_escapes_of_signs(text: &str) -> String {
    of_signs(text, unicode_escapes)
}

fn of_signs(text: &str, escape: fn(&str) -> String) -> String {
    let of = |c: char| if c.is_alphanumeric() { c.to_string() } else { escape(&c.to_string()) };
    text.chars().map(of).collect()
}

pub fn decimal_entities(text: &str) -> String {
    text.chars().map(|c| format!("&#{};", u32::from(c))).collect()
}

pub fn hexadecimal_entities(text: &str) -> String {
    text.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect()
}

/// The characters of punctuation by the names that HTML gives them.
pub fn named_entities(text: &str) -> String {
    let name = |c| {
        Some(match c {
            '=' => "equals",
            '_' => "lowbar",
            '&' => "amp",
            '<' => "lt",
            '>' => "gt",
            '"' => "quot",
            '\'' => "apos",
            ':' => "colon",
            '/' => "sol",
            '+' => "plus",
            '.' => "period",
            '@' => "commat",
            '%' => "percnt",
            '!' => "excl",
            '#' => "num",
            '*' => "ast",
            '|' => "vert",
            _ => return None,
        })
    };
    text.chars()
        .map(|c| name(c).map_or_else(|| c.to_string(), |name| format!("&{name};")))
        .collect()
}

/// What a Java writer of properties escapes.
pub fn properties(text: &str) -> String {
    text.chars()
        .map(|c| if "=:#!\\".contains(c) { format!("\\{c}") } else { c.to_string() })
        .collect()
}

/// Quoted-printable, no line over 76 characters.
pub fn quoted_printable(text: &str) -> String {
    let mut made = String::new();
    for line in text.split('\n') {
        let mut width = 0;
        for byte in line.bytes() {
            let plain = (b' '..=b'~').contains(&byte) && byte != b'=';
            let piece = if plain { char::from(byte).to_string() } else { format!("={byte:02X}") };
            if width + piece.len() > 75 {
                made.push_str("=\n");
                width = 0;
            }
            width += piece.len();
            made.push_str(&piece);
        }
        made.push('\n');
    }
    made
}

/// A gzip member with stored blocks.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut made = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3];
    let mut chunks = bytes.chunks(60_000).peekable();
    while let Some(chunk) = chunks.next() {
        let length = chunk.len() as u16;
        made.push(u8::from(chunks.peek().is_none()));
        made.extend(length.to_le_bytes());
        made.extend((!length).to_le_bytes());
        made.extend(chunk);
    }
    made.extend(crc32(bytes).to_le_bytes());
    made.extend((bytes.len() as u32).to_le_bytes());
    made
}

/// A zip file with stored entries.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut made, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let offset = made.len() as u32;
        let size = (bytes.len() as u32).to_le_bytes();
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x58];
        common.extend(crc32(bytes).to_le_bytes());
        common.extend([size, size].concat());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        made.extend(b"PK\x03\x04");
        made.extend(&common);
        made.extend(name.bytes());
        made.extend(*bytes);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.bytes());
    }
    let (count, start) = ((files.len() as u16).to_le_bytes(), made.len() as u32);
    let size = directory.len() as u32;
    made.extend(directory);
    made.extend(b"PK\x05\x06\0\0\0\0");
    made.extend([count, count].concat());
    made.extend(size.to_le_bytes());
    made.extend(start.to_le_bytes());
    made.extend([0, 0]);
    made
}

/// A tar file.
pub fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut made = Vec::new();
    for (name, bytes) in files {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[108..116].copy_from_slice(b"0001750\0");
        header[116..124].copy_from_slice(b"0001750\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", bytes.len()).as_bytes());
        header[136..148].copy_from_slice(b"14524770400\0");
        header[148..156].copy_from_slice(b"        ");
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        made.extend(header);
        made.extend(*bytes);
        made.resize(made.len().next_multiple_of(512), 0);
    }
    made.resize(made.len() + 1024, 0);
    made
}

/// A Zstandard frame with raw blocks.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut made = vec![0x28, 0xB5, 0x2F, 0xFD, 0xA0];
    made.extend((bytes.len() as u32).to_le_bytes());
    let mut chunks = bytes.chunks(60_000).peekable();
    while let Some(chunk) = chunks.next() {
        let header = (chunk.len() as u32) << 3 | u32::from(chunks.peek().is_none());
        made.extend(&header.to_le_bytes()[..3]);
        made.extend(chunk);
    }
    made
}
