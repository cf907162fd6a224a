//! Windows that nobody writes but an adversary: no panic, no span outside, no endless work.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;
use std::time::{Duration, Instant};

use atlassian::{JUDGES, judge_natively};
use pushgate_detector_sdk::{Candidate, Span, Verdict, Window};

/// A small stream of numbers; which ones does not matter.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// Asks every judge, and checks that what comes back can be used.
fn ask_all(text: &[u8], span: Span) {
    let window =
        Window { place: pushgate_detector_sdk::Path::new(Some(text)), ..Window::of_text(text) };
    for judge in 0..u32::try_from(JUDGES.len()).unwrap() {
        let verdicts = judge_natively(&window, &[Candidate { judge, span }]);
        assert_eq!(verdicts.len(), 1);
        if let Verdict::Confirmed { secret, .. } = verdicts[0] {
            assert!(secret.of(text).is_some_and(|secret| !secret.is_empty()));
        }
    }
}

fn templates() -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let cases = pushgate_cases::load_folder(path).unwrap();
    cases.iter().map(|case| case.expand(1).text).collect()
}

#[test]
fn every_byte_alone_and_in_a_row_is_judged() {
    for byte in 0..=255_u8 {
        for text in [vec![byte], vec![byte; 300]] {
            ask_all(&text, Span::at(0, text.len()));
            ask_all(&text, Span::at(text.len(), 0));
        }
    }
    ask_all(b"", Span::at(0, 0));
}

#[test]
fn texts_cut_anywhere_and_hit_anywhere_are_judged() {
    let mut numbers = Numbers(1);
    for text in templates() {
        for _ in 0..15 {
            let end = numbers.below(text.len() + 1);
            let start = numbers.below(end + 1);
            let cut = &text[start..end];
            let from = numbers.below(cut.len() + 1);
            let to = from + numbers.below(cut.len() - from + 1);
            ask_all(cut, Span::new(from, to).unwrap());
        }
    }
}

#[test]
fn texts_with_changed_bytes_are_judged() {
    let mut numbers = Numbers(2);
    for text in templates() {
        for _ in 0..10 {
            let mut changed = text.clone();
            for _ in 0..numbers.below(6) {
                let at = numbers.below(changed.len());
                changed[at] = u8::try_from(numbers.below(256)).unwrap();
            }
            ask_all(&changed, Span::at(0, changed.len()));
        }
    }
}

#[test]
fn long_texts_cost_no_more_than_their_length() {
    const LENGTH: usize = 1 << 17;
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for piece in [
        "ATATT3xFfGF0",
        "ATBB",
        "BBDC-",
        "AT",
        "M",
        "MDAw",
        "MD",
        "%25",
        "\\",
        "=\n",
        "&#",
        "Basic ",
        "https://a:",
        "@",
        "://",
        "jir",
        "token ",
        "key=0123456789abcdef0123456789abcde1 ",
        "shared_secret,",
        "values (",
        "scim token: a1B2c3D4e5F6g7H8i9J0k1L2m3 ",
        "bearer ",
        " from stdin",
        "a.b-",
        "|",
        ",",
        "\t",
        "a:b@",
        "x",
        "\n",
    ] {
        texts.push(piece.bytes().cycle().take(LENGTH).collect());
    }
    for text in texts {
        let began = Instant::now();
        ask_all(&text, Span::at(0, text.len()));
        // Quadratic work on this much takes minutes; the limit leaves room for a slow machine.
        assert!(began.elapsed() < Duration::from_secs(20), "{}", text[..12].escape_ascii());
    }
}

#[test]
fn many_candidates_of_named_kinds_cost_a_bounded_stretch_each() {
    const JUDGES_OF: [(&str, &str); 5] = [
        ("trello-token-legacy", "token {trello-token-legacy} "),
        ("opsgenie-api-key", "a key,{opsgenie-api-key},"),
        ("atlassian-connect-shared-secret-legacy", "sharedSecret: {hex:40} "),
        ("atlassian-connect-shared-secret-legacy", "sharedSecret, values ("),
        ("atlassian-scim-api-key", "scim key {hex:40} "),
    ];
    for (name, template) in JUDGES_OF {
        let line = pushgate_cases::expand(template, 1);
        let text: Vec<u8> = line.iter().copied().cycle().take(line.len() * 2000).collect();
        let window = Window::of_text(&text);
        let judge = JUDGES.iter().position(|(judge, _)| *judge == name).unwrap();
        let judge = u32::try_from(judge).unwrap();
        let at = |index| Span::at(index * line.len(), line.len() - 1);
        let candidates: Vec<Candidate> =
            (0..2000).map(|index| Candidate { judge, span: at(index) }).collect();
        let began = Instant::now();
        assert_eq!(judge_natively(&window, &candidates).len(), 2000);
        assert!(began.elapsed() < Duration::from_secs(20), "{template}");
    }
}

#[test]
fn many_candidates_in_one_long_line_cost_a_bounded_stretch_each() {
    let line = pushgate_cases::expand("{bitbucket-cloud-access-token} ", 1);
    let text: Vec<u8> = line.iter().copied().cycle().take(line.len() * 5000).collect();
    let window = Window::of_text(&text);
    let candidates: Vec<Candidate> = (0..5000)
        .map(|index| Candidate { judge: 2, span: Span::at(index * line.len(), line.len() - 1) })
        .collect();
    let began = Instant::now();
    let verdicts = judge_natively(&window, &candidates);
    assert!(verdicts.iter().all(|verdict| verdict.grade().is_some()));
    assert!(began.elapsed() < Duration::from_secs(20));
}
