//! What a person may have to keep of a message that they change.

use bstr::ByteSlice;

use crate::{Objects, objects::Kind};

/// What is known of the text of a commit or an annotated tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageSummary {
    /// Whether it says nothing: git makes no such commit unless it is told to.
    pub is_empty: bool,
    /// The punctuation of ASCII with which its lines begin. Git takes away what begins with `#` when
    /// it has opened an editor, unless another character is said to do that.
    pub begins: Vec<u8>,
}

/// How many lines stand before the empty line of a commit or a tag, and what comes behind it; nothing
/// if it cannot be read.
pub(super) fn of(id: &gix::ObjectId, objects: &Objects) -> (u64, MessageSummary) {
    let mut bytes = Vec::new();
    match objects.read(id, &mut bytes) {
        Ok(Kind::Commit | Kind::Tag) => summary(&bytes),
        _ => (0, MessageSummary::default()),
    }
}

pub(super) fn summary(bytes: &[u8]) -> (u64, MessageSummary) {
    let mut lines = bytes.lines();
    let header = lines.by_ref().take_while(|line| !line.is_empty()).count() as u64;
    let mut message = MessageSummary { is_empty: true, begins: Vec::new() };
    for line in lines {
        message.is_empty &= line.trim().is_empty();
        let begin = line.first().copied().filter(u8::is_ascii_punctuation);
        message.begins.extend(begin.filter(|begin| !message.begins.contains(begin)));
    }
    (header, message)
}

#[cfg(test)]
mod tests {
    use super::{MessageSummary, summary};

    #[test]
    fn what_git_would_take_away_is_known() {
        let check = |message: &str, is_empty, begins: &[u8]| {
            let expected = MessageSummary { is_empty, begins: begins.to_vec() };
            assert_eq!(summary(format!("tree 1\nauthor A\n\n{message}").as_bytes()), (2, expected));
        };
        check("", true, b"");
        check("\n \n", true, b"");
        check("Add it\n", false, b"");
        check("Add it\n\n# Why\n- so\n #1\n# How\n", false, b"#-");
    }

    #[test]
    fn a_header_alone_is_no_message() {
        let empty = MessageSummary { is_empty: true, begins: Vec::new() };
        assert_eq!(summary(b"tree 1\nauthor A\n"), (2, empty));
    }
}
