//! Why there are no commands for a push: each reason is on the page, with what to do then.

/// A reason, in the words of the message.
macro_rules! reasons {
    ($($name:ident: $text:literal,)*) => {
        /// Why there is no plan that fits a message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Why {
            $(#[doc = $text] $name,)*
        }

        impl Why {
            /// Each of them.
            #[cfg(test)]
            const ALL: &[Why] = &[$(Why::$name,)*];

            pub(super) fn text(self) -> &'static str {
                match self {
                    $(Why::$name => $text,)*
                }
            }
        }
    };
}

reasons! {
    Places: "one secret stands at too many places",
    Commits: "too many commits are to be changed",
    Files: "too many files are to be changed",
    TooLong: "too much is to be changed at once",
    UnknownCommit: "too little is known of the commit",
    UnknownFile: "too little is known of the file",
    UnknownRefs: "too little is known of the refs",
    UnknownTag: "too little is known of the tag",
    NoCommit: "no commit names the object",
    NoPath: "no path leads to the object",
    NoBranch: "no branch of the push holds the commit",
    Header: "the secret stands in the header of a commit",
    GoneOnOneBranch: "one branch deletes the file, another does not",
    MayBeRenamed: "a later commit may give the file another name",
    PeopleAmong: "who made a commit is a secret among several commits",
    MergeAmong: "a merge is among several commits",
    DeletedAmong: "a file that goes later is among several commits",
    SeveralBranches: "several commits stand on several branches",
    SeveralUnderTag: "several commits stand under a tag or a note",
    OtherRef: "a ref that is no branch and no tag holds the commit",
    TooManyRefs: "too many branches and tags hold the commit",
    TagBehind: "a tag stands behind the commit, at no branch end",
    TagAndBranches: "a tag and several branches stand on one commit",
    InnerTag: "a tag points at a tag that is not pushed",
    OuterTag: "the secret is in a tag that another tag points at",
    DeepTag: "the secret stands in a tag of a tag of a tag",
    RefAtTag: "a ref that is no tag points at the tag",
    OptionName: "the name of a ref begins like an option",
}

#[cfg(test)]
mod tests {
    use super::super::WIDTH;
    use super::Why;

    const PAGE: &str = include_str!("../../../../../docs/developers/my-push-was-rejected.md");

    #[test]
    fn each_reason_is_on_the_page_with_what_to_do_then_and_fits_a_line() {
        let (_, section) = PAGE.split_once("\n### No short way\n").expect("it has the section");
        let (section, _) = section.split_once("\n### ").expect("another one follows");
        let mut told: Vec<&str> = Vec::new();
        for row in section.lines().filter(|line| line.starts_with("| ")).skip(2) {
            let mut cells = row.trim_matches(['|', ' ']).split(" | ");
            let (reasons, help) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
            assert!(help.len() > 10, "{row}");
            told.extend(reasons.split("; "));
        }
        let reasons: Vec<&str> = Why::ALL.iter().map(|why| why.text()).collect();
        for reason in &reasons {
            assert!(told.contains(reason), "{reason:?} is not on the page");
            assert!(format!("# no short way: {reason}").len() <= WIDTH, "{reason} would be cut");
        }
        for row in told {
            assert!(reasons.contains(&row), "{row:?} is on the page, and nothing says it");
        }
    }
}
