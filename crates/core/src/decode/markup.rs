//! Office documents: the text that a person sees, without the markup in it.
//!
//! Word divides a text into *runs* wherever somebody went on typing, so a token need not stand in
//! the file as it stands on the page. Other programs do the same with their own names for it.
//! Nothing is known here of where which element may stand: whatever looks like a tag is taken
//! away, and those that begin another line make one.

use std::ops::Range;

use super::rewrite::{Rewriter, Rewritten};

/// Bytes at the start of a text by which it is known.
const HEAD_BYTES: usize = 4096;

/// Bytes of a tag, at most.
const TAG_BYTES_MAX: usize = 8192;

/// Elements that hold all of a document: of Word, PowerPoint, Excel and OpenDocument.
const ROOTS: [&[u8]; 12] = [
    b"<w:document",
    b"<w:hdr",
    b"<w:ftr",
    b"<w:comments",
    b"<w:footnotes",
    b"<w:endnotes",
    b"<p:sld",
    b"<p:notes",
    b"<sst",
    b"<worksheet",
    b"<comments",
    b"<office:document",
];

/// Elements whose end, or whose place, is the end of a line.
const LINES: [&[u8]; 12] = [
    b"w:p",
    b"w:br",
    b"w:cr",
    b"a:p",
    b"a:br",
    b"si",
    b"row",
    b"text:p",
    b"text:h",
    b"text:line-break",
    b"table:table-row",
    b"comment",
];

/// Elements between which there is white space.
const GAPS: [&[u8]; 7] =
    [b"w:tab", b"w:tc", b"c", b"text:tab", b"text:s", b"table:table-cell", b"a:tc"];

/// The decoder's name in findings.
const NAME: &str = "markup";

/// Whether `text` is that of an office document.
#[must_use]
pub fn begins(text: &[u8]) -> bool {
    let head = text.get(..HEAD_BYTES).unwrap_or(text);
    ROOTS.iter().any(|root| memchr::memmem::find(head, root).is_some())
}

/// Reads `range` of `text` without its markup; `None` if there is none.
#[must_use]
pub fn read(text: &[u8], range: Range<usize>) -> Option<Rewritten> {
    let text = text.get(..range.end)?;
    let mut rewriter = Rewriter::new(text, range.start);
    let mut at = range.start;
    // The last letter that a person sees before a tag.
    let mut last = b'\n';
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr(b'<', rest)) {
        let start = at + found;
        let rest = text.get(start..text.len().min(start + TAG_BYTES_MAX)).unwrap_or_default();
        let Some(len) = memchr::memchr(b'>', rest) else {
            at = start + 1;
            continue;
        };
        if found > 0 {
            last = text.get(start - 1).copied().unwrap_or(last);
        }
        let instead = match stands_for(rest.get(1..len).unwrap_or_default()) {
            // A key in one paragraph has its value in the next.
            b"\n" if matches!(last, b':' | b'=') => b" ",
            instead => instead,
        };
        at = start + len + 1;
        rewriter.replace(start..at, &[instead], &[NAME]);
    }
    rewriter.finish(range.end)
}

/// What a person sees of a tag.
fn stands_for(tag: &[u8]) -> &'static [u8] {
    let (ends, rest) = match tag {
        [b'/', rest @ ..] => (true, rest),
        [rest @ .., b'/'] => (true, rest),
        rest => (false, rest),
    };
    let len = rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
    let name = rest.get(..len).unwrap_or_default();
    match ends {
        true if LINES.contains(&name) => b"\n",
        true if GAPS.contains(&name) => b"\t",
        _ => b"",
    }
}

#[cfg(test)]
mod tests {
    use super::{begins, read};

    fn check(text: &str, expected: Option<&str>) {
        let read = read(text.as_bytes(), 0..text.len());
        let text = read.map(|read| String::from_utf8(read.bytes).unwrap());
        assert_eq!(text.as_deref(), expected);
    }

    #[test]
    fn runs_of_a_paragraph_are_one_line() {
        check(
            "<w:p a=\"1\"><w:r><w:t>ABC</w:t></w:r><w:proofErr/><w:r><w:t x=\"y\">DEF</w:t></w:r></w:p>\
             <w:p><w:r><w:t>G</w:t><w:tab/><w:t>H</w:t><w:br/><w:t>I</w:t></w:r></w:p>",
            Some("ABCDEF\nG\tH\nI\n"),
        );
        check("<w:p><w:t>key:</w:t></w:p><w:p><w:t>v</w:t></w:p>", Some("key: v\n"));
        check("<si><r><t>AB</t></r><r><t>C</t></r></si><si><t>D</t></si>", Some("ABC\nD\n"));
        check("<text:p>A<text:span>B</text:span></text:p><text:p/>", Some("AB\n\n"));
    }

    #[test]
    fn what_is_no_tag_stays() {
        check("a < b", None);
        check(&format!("a <{} b", "x".repeat(9000)), None);
    }

    #[test]
    fn office_documents_are_known_by_their_root() {
        assert!(begins(b"<?xml version=\"1.0\"?>\r\n<w:document xmlns:w=\"x\">"));
        assert!(!begins(b"<?xml version=\"1.0\"?><project/>"));
    }
}
