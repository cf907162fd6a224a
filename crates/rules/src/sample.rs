//! A good rule and its detector, which tests change.

/// A rule of a file.
pub(crate) const RULE: &str = r#"
[[rule]]
id = "acme-token"
title = "Acme token"
pattern = 'acme_[a-z]{9}'
literals = ["acme_"]
severity = "high"
revoke = "Ask Acme."
examples = ["x"]
counterexamples = ["y"]
"#;

/// The head of a manifest, before its rules.
pub(crate) const DETECTOR: &str = r#"
[detector]
name = "acme"
version = "1.0.0"
judges = ["acme-token"]
[evidence]
1 = "the digits add up"
"#;
