//! The matcher against `regex`, one rule at a time.

use super::{AutomatonPart, BuildError, Found, Incomplete, Matcher, Pattern, RuleIndex, build};

/// A rule of these tests: pattern and literals.
type TestRule = (&'static str, &'static [&'static str]);

/// Rules of every route: literals at the start, behind a bounded prefix, shared; class runs.
const RULES: &[TestRule] = &[
    (r"gh[pousr]_[A-Za-z0-9]{6}", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"]),
    (r"token\s*=\s*\S{4,20}", &["token"]),
    (r"[a-z]{1,5}://[^\s@]{1,20}@", &["://"]),
    (r"(?:Basic|BASIC) [a-z]{3,9}", &["Basic", "BASIC"]),
    (r"(?:[MN][DT][AE][0-5]){3}O[gh]", &[]),
    (r"ATBB[a-z]{2}", &["ATBB"]),
    (r"BBDC-[a-z]{2}\b", &["BBDC-"]),
    // Literals that begin with each other.
    (r"BBDC-ab[0-9]", &["BBDC-ab"]),
    (r"ATBBab[a-z]", &["ATBBab"]),
];

/// The automaton of `patterns`, which all hold `abc`.
pub(super) fn part(patterns: &[&str]) -> AutomatonPart {
    let literals = ["abc".to_owned()];
    let pattern = |pattern| Pattern { rule: "test", pattern, literals: &literals, near: &[] };
    let patterns: Vec<Pattern<'_>> = patterns.iter().copied().map(pattern).collect();
    build(&patterns).unwrap().automata.remove(0)
}

fn matcher(rules: &[TestRule]) -> Matcher {
    let literals: Vec<Vec<String>> = rules
        .iter()
        .map(|(_, literals)| literals.iter().map(|&literal| literal.to_owned()).collect())
        .collect();
    let patterns: Vec<Pattern<'_>> = rules
        .iter()
        .zip(&literals)
        .map(|(&(pattern, _), literals)| Pattern { rule: pattern, pattern, literals, near: &[] })
        .collect();
    Matcher::new(build(&patterns).expect("the rules build")).expect("the parts load")
}

fn candidates(matcher: &Matcher, text: &[u8]) -> Vec<(u16, usize, usize)> {
    let mut found = Found::default();
    matcher.find(text, usize::MAX, &mut found).expect("there is no limit");
    found.candidates.iter().map(|c| (c.rule.0, c.span.start(), c.span.end())).collect()
}

/// The slow and obvious way: every rule, at every start, the longest match.
fn oracle(rules: &[TestRule], text: &[u8]) -> Vec<(u16, usize, usize)> {
    let mut found = Vec::new();
    for (index, (pattern, _)) in rules.iter().enumerate() {
        for start in 0..=text.len() {
            let regex = regex::bytes::Regex::new(&format!(r"(?s-u)\A.{{{start}}}(?:{pattern})"))
                .expect("a pattern of the test");
            // The longest match is that of the longest end for which the whole span matches.
            let longest = (start..=text.len()).rev().find(|&end| {
                regex.find(&text[..end]).is_some_and(|m| m.end() == end)
                    && ends_alike(pattern, text, start, end)
            });
            if let Some(end) = longest {
                found.push((u16::try_from(index).expect("few rules"), start, end));
            }
        }
    }
    found.sort_by_key(|&(rule, start, end)| (start, end, rule));
    found
}

/// Whether the match still stands when the text goes on after `end` (for `\b`).
fn ends_alike(pattern: &str, text: &[u8], start: usize, end: usize) -> bool {
    let Some(&next) = text.get(end) else { return true };
    let longer = [&text[..end], &[next]].concat();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !pattern.ends_with(r"\b")
        || longer.get(end - 1).is_some_and(|&last| word(last) != word(next)) && start < end
}

#[test]
fn one_rule_does_not_hide_another() {
    let rules: &[TestRule] = &[RULES[0], RULES[1]];
    let text = b"token = ghp_abc123 x";
    assert_eq!(candidates(&matcher(rules), text), [(1, 0, 18), (0, 8, 18)]);
}

#[test]
fn literals_that_overlap_are_all_seen() {
    let found = candidates(&matcher(RULES), b"ATBBATBBab BBDC-ab ATBBBBDC-cd");
    assert_eq!(found, [(5, 4, 10), (6, 11, 18), (6, 23, 30)]);
    let found = candidates(&matcher(RULES), b"ATBBabc");
    assert_eq!(found, [(5, 0, 6), (8, 0, 7)]);
}

#[test]
fn a_class_run_is_found_at_every_alignment() {
    let matcher = matcher(RULES);
    for before in 0..40 {
        let text = [&vec![b'-'; before][..], b"MDA0NTE5MDA1Og--"].concat();
        assert_eq!(candidates(&matcher, &text), [(4, before, before + 14)], "{before} before");
    }
}

#[test]
fn texts_of_fragments_agree_with_the_oracle() {
    let fragments: &[&str] = &[
        "ghp_",
        "gho_abc123",
        "token",
        " = ",
        "=",
        "://",
        "http",
        "a://b@",
        "@",
        "Basic ",
        "BASIC",
        " abc",
        "MDA0",
        "NTE5",
        "MDA1Og",
        "MDA0MDA0MDA0Oh",
        "ATBB",
        "ab",
        "BBDC-",
        "BBDC-ab",
        " ",
        "\n",
        "-",
        "_",
    ];
    let matcher = matcher(RULES);
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..60 {
        let mut text = Vec::new();
        for _ in 0..8 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let pick = usize::try_from(seed % fragments.len() as u64).expect("it is small");
            text.extend_from_slice(fragments[pick].as_bytes());
        }
        assert_eq!(
            candidates(&matcher, &text),
            oracle(RULES, &text),
            "round {round}: {:?}",
            String::from_utf8_lossy(&text)
        );
    }
}

#[test]
fn more_rules_of_one_class_run_than_an_automaton_holds_are_looked_for_in_one_pass() {
    let pattern = r"[0-9]{16}";
    let rule = Pattern { rule: "digits", pattern, literals: &[], near: &[] };
    let parts = build(&[rule; 20]).unwrap();
    let rules: Vec<usize> = parts.automata.iter().map(|automaton| automaton.rules.len()).collect();
    assert_eq!((parts.class_runs.len(), rules), (1, vec![16, 4]));
    let found = candidates(&Matcher::new(parts).unwrap(), b"-0123456789012345-");
    assert_eq!(found, (0..20).map(|rule| (rule, 1, 17)).collect::<Vec<_>>());
}

#[test]
fn a_match_ends_at_the_bound() {
    let matcher = matcher(&[(r"key-[a-z]+", &["key-"])]);
    let text = [b"key-", &[b'a'; 10_000][..]].concat();
    assert_eq!(candidates(&matcher, &text), [(0, 0, super::MATCH_BYTES_MAX)]);
}

#[test]
fn too_many_candidates_are_said() {
    let mut found = Found::default();
    let text = b"ATBBab ".repeat(10);
    let outcome = matcher(RULES).find(&text, 4, &mut found);
    assert_eq!(outcome, Err(Incomplete::TooManyCandidates));
    assert_eq!(found.candidates.len(), 4);
    assert_eq!(found.candidates[0].rule, RuleIndex(5));
}

#[test]
fn a_candidate_that_several_literals_lead_to_counts_once() {
    let matcher = matcher(&[(r"x(?:one|two)(?:one|two)", &["one", "two"])]);
    for (candidates_max, outcome) in [(8, Ok(())), (7, Err(Incomplete::TooManyCandidates))] {
        let mut found = Found::default();
        let text = b"xonetwo xtwotwo ".repeat(4);
        assert_eq!(matcher.find(&text, candidates_max, &mut found), outcome);
        assert_eq!(found.candidates.len(), candidates_max);
    }
}

/// A matcher with one rule that is looked for near a word.
fn near_jira() -> Matcher {
    let pattern = Pattern {
        rule: "near",
        pattern: "(?i)[a-z_]{0,9}pass(?:word|wd)=[0-9]{4}",
        literals: &["pass".to_owned()],
        near: &["jira".to_owned()],
    };
    Matcher::new(build(&[pattern]).unwrap()).unwrap()
}

#[test]
fn a_rule_of_everyday_words_is_looked_for_near_its_own_words_only() {
    let matcher = near_jira();
    assert_eq!(candidates(&matcher, b"password=1234"), []);
    let text = "Jira\n\nMY_PASSWD=1234";
    // Every start at which the key may begin is tried.
    assert_eq!(candidates(&matcher, text.as_bytes()).len(), 4);
    let far = format!("JIRA{}password=1234", "\n".repeat(1500));
    assert_eq!(candidates(&matcher, far.as_bytes()), []);
    let far = format!("password=1234{}JIRA", " ".repeat(1000));
    assert_eq!(candidates(&matcher, far.as_bytes()).len(), 1);
}

#[test]
fn the_words_of_other_rules_do_not_count() {
    let literals = ["pass".to_owned(), "key".to_owned()];
    let near = ["jira", "trello", "bamboo"].map(str::to_owned);
    let rule = |pattern, literal: usize, near| Pattern {
        rule: pattern,
        pattern,
        literals: &literals[literal..=literal],
        near,
    };
    let patterns = [
        rule("pass=[0-9]{4}", 0, &near[0..1]),
        rule("key=[0-9]{4}", 1, &near[1..2]),
        rule("key=[0-9]{3}", 1, &near[0..2]),
    ];
    let matcher = Matcher::new(build(&patterns).unwrap()).unwrap();
    let found = |text: &str| {
        let rules = candidates(&matcher, text.as_bytes()).into_iter().map(|(rule, ..)| rule);
        rules.collect::<Vec<u16>>()
    };
    let secrets = "pass=1234 key=1234";
    assert_eq!(found(&format!("jira {secrets}")), [0, 2]);
    assert_eq!(found(&format!("trello {secrets}")), [2, 1]);
    assert_eq!(found(&format!("bamboo {secrets}")), []);
    // Each counts for itself where their surroundings meet.
    let apart = " ".repeat(900);
    assert_eq!(found(&format!("jira{apart}{secrets}{apart}trello")), [0, 2, 1]);
    let apart = "\n".repeat(1100);
    assert_eq!(found(&format!("jira{apart}trello {secrets}")), [2, 1]);
}

#[test]
fn a_damaged_automaton_is_said_when_it_is_tried() {
    let literals = ["key-".to_owned()];
    let pattern = Pattern { rule: "key", pattern: "key-[a-z]", literals: &literals, near: &[] };
    let mut parts = build(&[pattern]).unwrap();
    parts.automata[0].bytes.to_mut().truncate(40);
    let matcher = Matcher::new(parts).unwrap();
    let mut found = Found::default();
    assert_eq!(matcher.find(b"nothing", 9, &mut found), Ok(()));
    assert_eq!(matcher.find(b"a key-a", 9, &mut found), Err(Incomplete::Damaged(RuleIndex(0))));
}

#[test]
fn rules_that_cannot_work_are_refused_by_name() {
    let refused = |pattern: &str, literals: &[&str]| {
        let literals: Vec<String> = literals.iter().map(|&l| l.to_owned()).collect();
        let error = build(&[Pattern { rule: "the-rule", pattern, literals: &literals, near: &[] }])
            .expect_err("it must be refused");
        assert!(error.to_string().contains("the-rule"), "{error}");
        error
    };
    assert!(matches!(refused("a(", &["abc"]), BuildError::Syntax { .. }));
    assert!(matches!(refused("[a-z]*", &["abc"]), BuildError::Empty { .. }));
    assert!(matches!(refused("abc[^\\x00-\\xFF]", &["abc"]), BuildError::Nothing { .. }));
    assert!(matches!(refused("abc", &["ab"]), BuildError::ShortLiteral { .. }));
    assert!(matches!(refused("abc|xyz", &["abc"]), BuildError::LiteralsNotImplied { .. }));
    assert!(matches!(refused("abc", &["abc", "xyz"]), BuildError::UselessLiteral { .. }));
    assert!(matches!(refused(".*abc", &["abc"]), BuildError::LiteralsNotImplied { .. }));
    assert!(matches!(refused("[a-z]{20}", &["abc"]), BuildError::LiteralsNotImplied { .. }));
    assert!(matches!(refused("[^ ]{20}", &[]), BuildError::NothingToLookFor { .. }));
    assert!(matches!(
        refused("abc(?:[a-z]{0,400}[a-f]{0,400}[a-z0-9]{0,400}){9}", &["abc"]),
        BuildError::TooLarge { .. }
    ));
}
