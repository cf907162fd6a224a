//! What git takes for a comment where it has an editor opened.
//!
//! It takes away the lines of a message that begin with `#`, which headings of Markdown and numbers of
//! issues do, and whoever pastes commands does not see it happen. A person cannot tell those lines from
//! the ones that git adds, so git is told to begin its own with something else.

/// What git's own lines can begin with: no shell takes any of them for more than a letter.
const SIGNS: [u8; 6] = *b"%:+=^_";

/// `git`, and the sign with which its comments begin if one line of the message begins with the usual
/// one; `begins` is what its lines begin with.
pub(super) fn git<'b>(begins: impl IntoIterator<Item = &'b u8>) -> String {
    let begins: Vec<u8> = begins.into_iter().copied().collect();
    let free = SIGNS.iter().find(|sign| !begins.contains(sign));
    match free {
        Some(sign) if begins.contains(&b'#') => {
            format!("git -c core.commentChar={}", char::from(*sign))
        }
        _ => "git".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::git;

    #[test]
    fn another_sign_is_named_where_the_usual_one_is_used() {
        for (begins, expected) in [
            ("", "git"),
            ("-*", "git"),
            ("#", "git -c core.commentChar=%"),
            ("%#:", "git -c core.commentChar=+"),
            ("#%:+=^_", "git"),
        ] {
            assert_eq!(git(begins.as_bytes()), expected, "{begins}");
        }
    }
}
