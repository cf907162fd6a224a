//! Texts in UTF-16, which git calls binary.

use crate::support::encode::utf16;
use crate::support::tokens::{BASIC, CLOUD};
use crate::support::{Arrival, Change, History, PushLab, Setup, both, file, source_text, tokens};

#[track_caller]
fn refused(lab: &PushLab, content: Vec<u8>) {
    lab.import(&History::root(Change::of([file("settings.ps1", content)])));
    let pushed = lab.push(&["--force", "main"]);
    pushed.refused_in("blob", &[CLOUD]);
    let decoded = pushed.finding()["decoded_from"].to_string();
    assert!(decoded.contains("utf-16"), "{}", pushed.told());
}

/// Line and column of the first finding of the last push.
#[track_caller]
fn place(lab: &PushLab) -> (Option<u64>, Option<u64>) {
    let site = &lab.last_record()["findings"][0]["sites"][0];
    (site["line"].as_u64(), site["column"].as_u64())
}

fn with_mark(text: &str, little_endian: bool) -> Vec<u8> {
    utf16(&format!("\u{feff}{text}"), little_endian)
}

#[test]
fn with_a_byte_order_mark() {
    both(|lab| {
        for (seed, little) in [(1, true), (2, false)] {
            let text = format!("$name = 'demo'\r\n$token = '{}'\r\n", tokens::cloud(seed));
            refused(lab, with_mark(&text, little));
        }
    });
}

#[test]
fn without_a_byte_order_mark() {
    both(|lab| {
        for (seed, little) in [(3, true), (4, false)] {
            let text = format!("name = demo\ntoken = {}\n", tokens::cloud(seed));
            refused(lab, utf16(&text, little));
            // Other letters before it are a column each.
            let token = tokens::cloud(seed + 50);
            let text = format!("\u{43f}\u{440}\u{438} token = {token}\n");
            refused(lab, utf16(&text, little));
            assert_eq!(place(lab), (Some(1), Some(13)), "little-endian: {little}");
        }
    });
}

#[test]
fn a_file_of_nothing_but_the_token() {
    both(|lab| {
        for (seed, little) in [(5, true), (6, false)] {
            refused(lab, utf16(&tokens::cloud(seed), little));
            refused(lab, with_mark(&tokens::cloud(seed + 10), little));
        }
    });
}

#[test]
fn among_letters_that_are_not_latin() {
    both(|lab| {
        let words = "\u{43f}\u{440}\u{438}\u{432}\u{435}\u{442} \u{4f60}\u{597d} \u{1f511} ";
        for (seed, little) in [(20, true), (21, false)] {
            let text =
                format!("{}{} {}\n", words.repeat(200), tokens::cloud(seed), words.repeat(200));
            refused(lab, with_mark(&text, little));
            let text =
                format!("{}{} {}\n", words.repeat(200), tokens::cloud(seed + 5), words.repeat(200));
            refused(lab, utf16(&text, little));
        }
    });
}

#[test]
fn a_long_text_with_the_token_at_its_end() {
    both(|lab| {
        for (seed, marked, little) in [(30, true, true), (31, false, false)] {
            let text = format!("{}token = {}", source_text(1_500_000), tokens::cloud(seed));
            let content = if marked { with_mark(&text, little) } else { utf16(&text, little) };
            refused(lab, content);
            assert_eq!(place(lab), (Some(text.lines().count() as u64), Some(9)), "{seed}");
        }
    });
}

#[test]
fn a_very_long_text_with_tokens_all_over() {
    for (arrival, seed, little) in [(Arrival::Loose, 1000, true), (Arrival::Packed, 2000, false)] {
        let lab = PushLab::of(Setup { arrival, ..Setup::default() });
        lab.in_server(&["config", "core.compression", "0"]);
        lab.in_client(&["config", "core.compression", "0"]);
        let body = source_text(131_000);
        let text: String = (0..40)
            .map(|index| {
                format!("{}{}\n", &body[..130_000 + 13 * index], tokens::cloud(seed + index as u64))
            })
            .collect();
        let mut content = if little { with_mark(&text, true) } else { vec![b'\n'] };
        if !little {
            content.extend(utf16(&text, false));
        }
        assert!(content.len() > 10_000_000, "it must not fit into what is read whole");
        lab.import(&History::root(Change::of([file("big.ps1", content)])));
        let pushed = lab.push(&["main"]);
        pushed.refused_in("blob", &[CLOUD; 40]);
        // The line feed before a text without a mark is one, too.
        let first = if little { 1 } else { 2 };
        let expected = (first..).zip(text.lines()).filter(|(_, line)| line.contains("ATATT"));
        let expected: Vec<Option<u64>> = expected.map(|(line, _)| Some(line)).collect();
        let findings = pushed.findings();
        let lines: Vec<_> = findings.iter().map(|it| it["sites"][0]["line"].as_u64()).collect();
        assert_eq!(lines, expected, "{arrival:?}");
    }
}

#[test]
fn a_text_that_begins_at_an_odd_byte() {
    both(|lab| {
        let mut content = vec![b'#'];
        content.extend(utf16(&format!("name = demo\ntoken = {}\n", tokens::cloud(32)), true));
        refused(lab, content);
    });
}

#[test]
fn a_text_inside_a_binary_file() {
    both(|lab| {
        let mut content: Vec<u8> = (0..=255).cycle().take(10_001).collect();
        content.extend(utf16(&format!(" token={} ", tokens::cloud(33)), true));
        content.extend((0..=255).cycle().take(10_000).map(|byte: u8| byte ^ 0x55));
        refused(lab, content);
    });
}

#[test]
fn the_line_is_counted_in_the_text() {
    both(|lab| {
        let text = format!("one\r\ntwo\r\ntoken = {}\r\n", tokens::cloud(34));
        lab.import(&History::root(Change::of([file("a.ps1", with_mark(&text, true))])));
        let pushed = lab.push(&["main"]);
        pushed.refused_in("blob", &[CLOUD]);
        assert_eq!(pushed.sites()[0]["line"], 3, "{}", pushed.told());
    });
}

#[test]
fn with_a_byte_order_mark_all_letters_are_text() {
    both(|lab| {
        for (seed, little) in [(36, true), (37, false)] {
            // The name that makes this header one of Atlassian's stands behind other letters.
            let header = tokens::basic("svc-build", &tokens::password(seed));
            let text = format!(
                "jira.url \u{2014} \u{437}\u{430}\u{433}\u{43e}\u{43b}\u{43e}\u{432}\u{43e}\u{43a}\r\n\
                 Authorization = 'Basic {header}'\r\n"
            );
            lab.import(&History::root(Change::of([file("a.ps1", with_mark(&text, little))])));
            lab.push(&["--force", "main"]).refused_in("blob", &[BASIC]);
            // A letter that has the byte of a line feed in it ends no line.
            let text = format!("one \u{a05}\u{a06} two\r\ntoken = {}\r\n", tokens::cloud(seed));
            lab.import(&History::root(Change::of([file("a.ps1", with_mark(&text, little))])));
            lab.push(&["--force", "main"]).refused_in("blob", &[CLOUD]).says("a.ps1:2:9");
            assert_eq!(place(lab), (Some(2), Some(9)), "little-endian: {little}");
        }
    });
}

#[test]
fn a_basic_header_inside_such_a_text_is_decoded_twice() {
    both(|lab| {
        let header = tokens::basic("a@example.test", &tokens::cloud(35));
        let text = format!("$h = @{{ Authorization = 'Basic {header}' }}\r\n");
        lab.import(&History::root(Change::of([file("a.ps1", with_mark(&text, true))])));
        lab.push(&["main"]).refused_in("blob", &[BASIC]);
    });
}

#[test]
fn a_clean_text_is_silent() {
    both(|lab| {
        lab.import(&History::root(Change::of([
            file("le.txt", with_mark(&source_text(5000), true)),
            file("be.txt", utf16(&source_text(5000), false)),
            file("half.txt", [&b"\xff\xfe"[..], &utf16("odd end", true), b"x"].concat()),
            file("surrogate.txt", b"\xff\xfe\x00\xd8\x00\xd8A\x00"),
        ])));
        lab.push(&["main"]).accepted_silently();
    });
}
