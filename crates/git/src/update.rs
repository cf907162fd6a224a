//! One line of standard input: which ref goes from where to where.

use bstr::{BStr, BString, ByteSlice};
use gix::ObjectId;

/// How many bytes of a bad line an error shows.
const SHOWN_BYTES_MAX: usize = 80;

/// A ref that the push wants to move.
///
/// At this moment git has checked neither the name nor the old id: the name can be any bytes but
/// NUL and line feed, and the old id is what the client claims.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RefUpdate {
    /// Where the client says the ref stands; all zeros for a ref to be created.
    pub old_id: ObjectId,
    /// Where the ref shall stand; all zeros for a ref to be deleted.
    pub new_id: ObjectId,
    /// The ref's name, as bytes.
    pub name: BString,
}

/// What becomes of a ref.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UpdateKind {
    /// It did not exist, says the client.
    Create,
    /// It moves.
    Update,
    /// It goes.
    Delete,
}

/// A line is not what git writes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseUpdateError {
    /// There are not three fields.
    #[error("expected `<old> <new> <ref>`, got \"{0}\"")]
    Fields(String),
    /// An id is not 40 or 64 lower-case hex digits.
    #[error("not an object id of 40 or 64 lower-case hex digits in \"{0}\"")]
    Id(String),
    /// The two ids are not of one length.
    #[error("two object formats in \"{0}\"")]
    Format(String),
    /// The name is empty or has a NUL or line feed in it.
    #[error("not a ref name in \"{0}\"")]
    Name(String),
}

impl RefUpdate {
    /// Reads one line, without its line feed.
    ///
    /// # Errors
    ///
    /// When the line is not `<old> SP <new> SP <ref>`; the text shows its begin, escaped.
    pub fn parse(line: &[u8]) -> Result<RefUpdate, ParseUpdateError> {
        let mut fields = line.splitn(3, |byte| *byte == b' ');
        let (Some(old), Some(new), Some(name)) = (fields.next(), fields.next(), fields.next())
        else {
            return Err(ParseUpdateError::Fields(shown(line)));
        };
        let (Some(old_id), Some(new_id)) = (parse_id(old), parse_id(new)) else {
            return Err(ParseUpdateError::Id(shown(line)));
        };
        if old_id.kind() != new_id.kind() {
            return Err(ParseUpdateError::Format(shown(line)));
        }
        if name.is_empty() || name.find_byteset(b"\0\n").is_some() {
            return Err(ParseUpdateError::Name(shown(line)));
        }
        Ok(RefUpdate { old_id, new_id, name: name.into() })
    }

    /// What becomes of the ref. Both ids all zeros is a deletion of a ref that is not there.
    #[must_use]
    pub fn kind(&self) -> UpdateKind {
        if self.new_id.is_null() {
            UpdateKind::Delete
        } else if self.old_id.is_null() {
            UpdateKind::Create
        } else {
            UpdateKind::Update
        }
    }
}

fn parse_id(field: &[u8]) -> Option<ObjectId> {
    if field.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    ObjectId::from_hex(field).ok()
}

/// The begin of `line` with every byte that is not plain ASCII escaped.
fn shown(line: &[u8]) -> String {
    let head: &BStr = line.get(..SHOWN_BYTES_MAX).unwrap_or(line).as_bstr();
    let mut text = head.escape_ascii().to_string();
    if line.len() > SHOWN_BYTES_MAX {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{ParseUpdateError, RefUpdate, UpdateKind};

    const OLD: &str = "1111111111111111111111111111111111111111";
    const NEW: &str = "2222222222222222222222222222222222222222";
    const NULL: &str = "0000000000000000000000000000000000000000";

    fn parse(line: impl AsRef<[u8]>) -> Result<RefUpdate, ParseUpdateError> {
        RefUpdate::parse(line.as_ref())
    }

    #[test]
    fn kinds_follow_from_null_ids_of_either_length() {
        let kind = |old: &str, new: &str| parse(format!("{old} {new} r")).unwrap().kind();
        assert_eq!(kind(NULL, NEW), UpdateKind::Create);
        assert_eq!(kind(OLD, NEW), UpdateKind::Update);
        assert_eq!(kind(OLD, NULL), UpdateKind::Delete);
        assert_eq!(kind(NULL, NULL), UpdateKind::Delete);
        let (long_old, long_null) = ("a".repeat(64), "0".repeat(64));
        assert_eq!(kind(&long_old, &long_null), UpdateKind::Delete);
        assert_eq!(kind(&long_null, &long_old), UpdateKind::Create);
    }

    #[test]
    fn a_name_keeps_its_spaces_and_its_bytes() {
        let line = [OLD.as_bytes(), b" ", NEW.as_bytes(), b" refs/heads/a  b\xff\r"].concat();
        assert_eq!(parse(line).unwrap().name, b"refs/heads/a  b\xff\r".as_slice());
    }

    #[test]
    fn what_git_does_not_write_is_refused() {
        let fields = |line: &str| matches!(parse(line), Err(ParseUpdateError::Fields(_)));
        let id = |line: &str| matches!(parse(line), Err(ParseUpdateError::Id(_)));
        let name = |line: &str| matches!(parse(line), Err(ParseUpdateError::Name(_)));
        assert!(fields(""));
        assert!(fields(OLD));
        assert!(fields(&format!("{OLD} {NEW}")));
        assert!(id(&format!(" {OLD} {NEW} r")));
        assert!(id(&format!("{OLD}  {NEW} r")));
        assert!(id(&format!("{} {NEW} r", "A".repeat(40))));
        assert!(id(&format!("{} {NEW} r", "a".repeat(39))));
        assert!(id(&format!("{} {NEW} r", "g".repeat(40))));
        assert!(name(&format!("{OLD} {NEW} ")));
        assert!(name(&format!("{OLD} {NEW} a\0b")));
        let two_formats = format!("{OLD} {} r", "2".repeat(64));
        assert!(matches!(parse(two_formats), Err(ParseUpdateError::Format(_))));
    }

    #[test]
    fn an_error_shows_a_short_escaped_begin() {
        let text = parse(b"\x1b[31m\xff".repeat(1000)).unwrap_err().to_string();
        assert!(text.is_ascii() || text.contains('…'));
        assert!(!text.contains('\x1b'));
        assert!(text.len() < 500, "{text}");
    }
}
