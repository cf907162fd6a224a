//! Bounds on what is decoded and unpacked: one that is reached is named, and one that is just wide
//! enough is not felt.

use crate::support::archive::packed;
use crate::support::encode::base64;
use crate::support::{Arrival, Change, History, PushLab, Setup, file, source_text};

/// A laboratory with this one bound, in which a file of these bytes is pushed.
#[track_caller]
fn push(key: &str, value: usize, arrival: Arrival, content: &[u8]) -> crate::support::Pushed {
    let config = format!("[limits]\n{key} = {value}\n");
    let lab = PushLab::of(Setup { arrival, config, ..Setup::default() });
    lab.import(&History::root(Change::of([file("d/f", content)])));
    lab.push(&["main"])
}

/// `content`, which is clean, needs `enough` of what `key` bounds, and is undecided with one less.
#[track_caller]
fn check(key: &str, enough: usize, cause: &str, content: &[u8]) {
    for arrival in [Arrival::Loose, Arrival::Packed] {
        let pushed = push(key, enough - 1, arrival, content);
        pushed.refused_undecided().says(key).says(&format!("d/f ({cause})"));
        let undecided = pushed.record()["undecided"].as_array().expect("a record was checked");
        assert_eq!(undecided.len(), 1, "{}", pushed.told());
        for (field, expected) in
            [("cause", cause), ("detail", key), ("path", "d/f"), ("action", "block")]
        {
            assert_eq!(undecided[0][field], expected, "{field}: {}", pushed.told());
        }
        push(key, enough, arrival, content).accepted_silently();
    }
}

/// What `script` packs of `files`.
#[track_caller]
fn archive(files: &[(&str, &[u8])], script: &str) -> Vec<u8> {
    packed(&PushLab::new(), files, script)
}

#[test]
fn container_bytes_max() {
    let text = source_text(5000);
    for script in ["zip -q -r - .", "gzip -c a", "xz -c a", "zstd -q -c a", "tar -cf - a"] {
        let archive = archive(&[("a", text.as_ref())], script);
        check("container_bytes_max", archive.len(), "object-too-large", &archive);
    }
}

#[test]
fn container_depth_max() {
    let script = "zip -q 1.zip a; zip -q 2.jar 1.zip; gzip -9 2.jar; tar -cf - 2.jar.gz";
    let archive = archive(&[("a", b"clean\n")], script);
    check("container_depth_max", 4, "limit-reached", &archive);
}

#[test]
fn container_entry_bytes_max() {
    let text = source_text(5000);
    for script in ["zip -q -r - .", "gzip -c a", "xz -c a", "zstd -q -c a"] {
        let archive = archive(&[("a", text.as_ref()), ("b", b"short\n")], script);
        check("container_entry_bytes_max", text.len(), "limit-reached", &archive);
    }
}

#[test]
fn container_expanded_bytes_max() {
    let text = source_text(5000);
    let files: [(&str, &[u8]); 3] = [("a", text.as_ref()), ("b", text.as_ref()), ("c", b"c\n")];
    let unpacked = 2 * text.len() + 2;
    let zip = archive(&files, "zip -q - a b c");
    check("container_expanded_bytes_max", unpacked, "limit-reached", &zip);
    let gzip = archive(&files, "cat a b c | gzip -c");
    check("container_expanded_bytes_max", unpacked, "limit-reached", &gzip);
    // An archive in an archive counts for itself and with what is in it.
    let both = archive(&[("a.zip", &zip)], "gzip -c a.zip");
    check("container_expanded_bytes_max", zip.len() + unpacked, "limit-reached", &both);
}

#[test]
fn container_entries_max() {
    let files: [(&str, &[u8]); 4] = [("a", b"a\n"), ("b", b"b\n"), ("c", b"c\n"), ("d", b"")];
    let zip = archive(&files, "zip -q - a b c d");
    check("container_entries_max", 4, "limit-reached", &zip);
    let gzip = archive(&files, "for f in a b c; do gzip -c $f; done");
    check("container_entries_max", 3, "limit-reached", &gzip);
}

#[test]
fn decode_depth_max() {
    let mut text = source_text(300).into_bytes();
    for depth in 1..=5 {
        text = base64(&text).into_bytes();
        check("decode_depth_max", depth, "limit-reached", &text);
    }
}

#[test]
fn decoded_bytes_per_object_max() {
    let key = "decoded_bytes_per_object_max";
    let text = source_text(3000);
    let encoded = base64(text.as_ref());
    for arrival in [Arrival::Loose, Arrival::Packed] {
        // How much text is kept around what was decoded is not promised, but it is not much.
        push(key, text.len() - 1, arrival, encoded.as_bytes()).refused_undecided().says(key);
        push(key, 2 * text.len(), arrival, encoded.as_bytes()).accepted_silently();
    }
}

#[test]
fn candidates_per_object_max() {
    let lines: String =
        (0..5).map(|index| format!("Basic realm-of-the-office-{index}\n")).collect();
    check("candidates_per_object_max", 5, "too-many-candidates", lines.as_bytes());
}
