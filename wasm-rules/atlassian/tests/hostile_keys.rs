//! Texts that are all beginnings of keys: each candidate costs a bounded stretch.

use std::time::{Duration, Instant};

use atlassian::{JUDGES, judge_natively};
use pushgate_detector_sdk::{Candidate, Span, Window};

const LENGTH: usize = 1 << 17;

#[test]
fn texts_full_of_beginnings_are_read_in_time() {
    let dashes = "-----";
    let first_line = format!("{dashes}BEGIN PRIVATE KEY{dashes}");
    let line = pushgate_cases::expand("{base64:64}", 1);
    let line = String::from_utf8(line).unwrap();
    let pieces = [
        first_line.clone(),
        format!("{first_line}\n{line}\n"),
        format!("{first_line}\" + \""),
        format!("\"MIIEpAIBAAK{line}\" + "),
        format!("MIIEpAIBAAK{line}\n"),
        format!("LS0tLS1CRUdJTi{line}\n"),
        format!("PuTTY-User-Key-File-2: Private-Lines: 1 {line}"),
        "rO0ABXNyAB9qYXZh".to_owned(),
        format!("plain{}\": \"", "TextPassword"),
        "trusted-App-Cert: AAAA".to_owned(),
        "jira_private_key ".to_owned(),
    ];
    for piece in pieces {
        let text: Vec<u8> = piece.bytes().cycle().take(LENGTH).collect();
        let window = Window {
            place: pushgate_detector_sdk::Path::new(Some(&text)),
            ..Window::of_text(&text)
        };
        let began = Instant::now();
        for (index, (name, _)) in JUDGES.iter().enumerate() {
            let is_of_keys = name.contains("key") || name.contains("cipher");
            let judge = u32::try_from(index).unwrap();
            // Some of them inside of others, as a pattern may find them.
            let candidates: Vec<Candidate> = (0..if is_of_keys { 32 } else { 0 })
                .map(|index| Candidate { judge, span: Span::at(index * piece.len(), 4096) })
                .collect();
            assert_eq!(judge_natively(&window, &candidates).len(), candidates.len());
        }
        // The limit leaves room for a slow machine; work that grows with the text takes minutes.
        assert!(began.elapsed() < Duration::from_secs(20), "{}", piece.escape_debug());
    }
}
