//! Secrets in archives that other programs packed: found, and told where.

use crate::support::archive::packed;
use crate::support::pack::{self, Delta, Kind, Pack};
use crate::support::tokens::{APP_PASSWORD, CLOUD, URL};
use crate::support::wire::Wire;
use crate::support::{Change, History, PushLab, Pushed, both, file, settings, source_text, tokens};

/// Ways to pack a file `conf/.env`: the name of the archive, a script, what was undone to find
/// what is in it, and the path in the archive if the format tells it.
const TOOLS: &[(&str, &str, &[&str], Option<&str>)] = &[
    ("a.gz", "gzip -9 -c conf/.env", &["gzip"], Some(".env")),
    ("b.gz", "gzip -1 -n -c conf/.env", &["gzip"], None),
    ("c.gz", "gzip -c conf/.env; gzip -c notes.txt", &["gzip"], Some(".env")),
    ("d.zip", "zip -q -r - conf notes.txt", &["zip"], Some("conf/.env")),
    // What is only stored stands there for itself, too, and is found once.
    ("e.zip", "zip -q -0 -r - conf notes.txt", &["zip"], Some("conf/.env")),
    ("f.zip", "zip -q -9 -X x.zip conf/.env && cat x.zip", &["zip"], Some("conf/.env")),
    (
        "g.zip",
        "perl -MIO::Compress::Zip=:all -e 'zip [\"notes.txt\", \"conf/.env\"] => \"-\" or die'",
        &["zip"],
        Some("conf/.env"),
    ),
    (
        "h.zip",
        "perl -MIO::Compress::Zip=:all -e 'zip \"conf/.env\" => \"-\", Stream => 1, Zip64 => 1 \
         or die'",
        &["zip"],
        Some("conf/.env"),
    ),
    ("i.tar", "tar -cf - notes.txt conf", &["tar"], Some("conf/.env")),
    ("j.tar.gz", "tar -czf - notes.txt conf", &["gzip", "tar"], Some("conf/.env")),
    ("k.tgz", "tar --format=pax -cf - conf | gzip -9", &["gzip", "tar"], Some("conf/.env")),
    (
        "l.tar",
        "perl -MArchive::Tar -e '$t = Archive::Tar->new; $t->add_files(\"conf/.env\"); \
         $t->write(\\*STDOUT)'",
        &["tar"],
        Some("conf/.env"),
    ),
    ("m.xz", "xz -c conf/.env", &["xz"], None),
    ("n.xz", "xz -9e --check=sha256 -c conf/.env", &["xz"], None),
    ("o.tar.xz", "tar -cf - conf | xz -T2 --block-size=4096", &["xz", "tar"], Some("conf/.env")),
    ("p.zst", "zstd -q -c conf/.env", &["zstd"], None),
    ("q.zst", "zstd -q --ultra -22 --no-check -c conf/.env", &["zstd"], None),
    ("r.tar.zst", "tar -cf - conf | zstd -q -3", &["zstd", "tar"], Some("conf/.env")),
    ("s.bz2", "bzip2 -c conf/.env", &["bzip2"], None),
    ("t.tar.bz2", "tar -cf - conf | bzip2 -1", &["bzip2", "tar"], Some("conf/.env")),
    ("u.zip", "zip -q -Z bzip2 -r - conf notes.txt", &["zip"], Some("conf/.env")),
    (
        "v.zip",
        "/usr/bin/python3 -c 'import zipfile as z; \
         z.ZipFile(\"v.zip\", \"w\", z.ZIP_LZMA).write(\"conf/.env\")'; cat v.zip",
        &["zip"],
        Some("conf/.env"),
    ),
    ("w.xz", "xz --x86 --delta=dist=2 --lzma2 -c conf/.env", &["xz"], None),
    // Behind other bytes: offsets that count from the zip, and from the file.
    (
        "x.pyz",
        "zip -q -r x.zip conf; printf '#!/usr/bin/env python3\\n'; cat x.zip",
        &["zip"],
        Some("conf/.env"),
    ),
    (
        "y.run",
        "zip -q -r y.zip conf; head -c 9000 /bin/sh | cat - y.zip >y; zip -q -A y; cat y",
        &["zip"],
        Some("conf/.env"),
    ),
];

/// Some text around `secret`, so that there is something to compress.
fn text(secret: &str) -> Vec<u8> {
    let filler = crate::support::source_text(4000);
    [filler.as_ref(), format!("\nTOKEN = {secret}\n").as_bytes(), filler.as_ref()].concat()
}

/// The only site of the only finding.
#[track_caller]
fn site(pushed: &Pushed) -> &serde_json::Value {
    assert_eq!(pushed.sites().len(), 1, "{}", pushed.told());
    &pushed.sites()[0]
}

#[test]
fn what_each_tool_has_packed_is_found() {
    both(|lab| {
        for (index, (name, script, undone, inner)) in TOOLS.iter().enumerate() {
            let secret = text(&tokens::cloud(index as u64));
            let files = [("conf/.env", secret.as_slice()), ("notes.txt", b"nothing\n")];
            let archive = packed(lab, &files, script);
            lab.import(&History::root(Change::of([file(name, archive)])));
            let pushed = lab.push(&["--force", "main"]);
            pushed.refused_in("blob", &[CLOUD]);
            assert_eq!(pushed.finding()["decoded_from"], serde_json::json!(undone), "{script}");
            let site = site(&pushed);
            assert_eq!(site["path"], *name, "{script}");
            assert_eq!(site["inner_path"].as_str(), *inner, "{script}");
            if let Some(inner) = inner {
                pushed.says(&format!("at {name}!/{inner}"));
            }
        }
    });
}

#[test]
fn what_each_tool_has_packed_without_a_secret_passes() {
    both(|lab| {
        let archives = TOOLS.iter().map(|(name, script, ..)| {
            let clean = text("none");
            file(name, packed(lab, &[("conf/.env", &clean), ("notes.txt", b"x\n")], script))
        });
        lab.import(&History::root(Change::of(archives.collect::<Vec<_>>())));
        lab.push(&["main"]).accepted_silently();
    });
}

#[test]
fn the_path_in_an_archive_in_an_archive_is_told() {
    both(|lab| {
        let secret = text(&tokens::cloud(100));
        let script = "zip -q lib.jar conf/.env && mkdir app && mv lib.jar app && zip -q -r - app";
        let archive = packed(lab, &[("conf/.env", &secret)], script);
        lab.import(&History::root(Change::of([file("dist/a.zip", archive)])));
        let pushed = lab.push(&["main"]);
        pushed.refused_in("blob", &[CLOUD]).says("at dist/a.zip!/app/lib.jar!/conf/.env");
        assert_eq!(site(&pushed)["path"], "dist/a.zip");
        assert_eq!(site(&pushed)["inner_path"], "app/lib.jar!/conf/.env");
    });
}

#[test]
fn what_is_in_an_archive_too_large_to_be_read_at_once_is_found() {
    const NOISE: &str = "perl -e 'srand 1; print map chr rand 256, 1 .. 9_000_000'";
    both(|lab| {
        let secret = text(&tokens::cloud(107));
        let inside = format!("{NOISE} >noise; zip -q -r - .");
        let before = format!("zip -q -r a.zip conf; {NOISE} | tr P Q; cat a.zip");
        for script in [inside, before] {
            let archive = packed(lab, &[("conf/.env", &secret)], &script);
            assert!(archive.len() > 8 << 20, "{}", archive.len());
            lab.import(&History::root(Change::of([file("a.zip", archive)])));
            let pushed = lab.push(&["--force", "main"]);
            pushed.refused_in("blob", &[CLOUD]);
            assert_eq!(site(&pushed)["inner_path"], "conf/.env", "{script}");
        }
    });
}

#[test]
fn a_jar_behind_a_script_is_opened_when_it_comes_as_a_delta() {
    let lab = PushLab::new();
    let script = format!("#!/bin/bash\n{}\nexit 0\n", source_text(3000));
    let jar = |secret: &str| {
        let members = [("BOOT-INF/a.properties", &*text(secret)), ("META-INF/MANIFEST.MF", b"x\n")];
        packed(&lab, &members, "zip -q -r - BOOT-INF META-INF")
    };
    let (clean, secret) = (jar("none"), jar(&tokens::cloud(108)));
    let first = [script.as_bytes(), &clean].concat();
    let second = [script.as_bytes(), &secret].concat();
    let from_first = Delta::from(first.len()).copy(0, script.len()).insert(&secret);
    let from_script = Delta::from(script.len()).copy(0, script.len()).insert(&secret);
    for (base, delta) in [(first.as_slice(), from_first), (script.as_bytes(), from_script)] {
        let mut pack = Pack::new();
        let mut commits = Vec::<String>::new();
        let place = pack.add_at(Kind::Blob, base);
        pack.add_offset_delta(place, &delta);
        for content in [base, &second] {
            let blob = pack::id(Kind::Blob, content);
            let tree = pack.add(Kind::Tree, pack::tree(&[("100755", b"app.jar", &blob)]));
            let parents: Vec<&str> = commits.iter().map(String::as_str).collect();
            commits = vec![pack.add(Kind::Commit, pack::commit(&tree, &parents, "build\n"))];
        }
        let pushed = Wire::new().create("refs/heads/main", &commits[0]).pack(&pack).send(&lab);
        pushed.refused_in("blob", &[CLOUD]).says("at app.jar!/BOOT-INF/a.properties");
    }
}

#[test]
fn odd_bytes_in_the_path_in_an_archive_are_escaped() {
    both(|lab| {
        let secret = text(&tokens::cloud(101));
        let script = "printf 'x\\033[31m\\nerror: \\351' > name; mv s \"$(cat name)\"; rm name; \
                      zip -q -r - .";
        let archive = packed(lab, &[("s", &secret)], script);
        lab.import(&History::root(Change::of([file("a.zip", archive)])));
        let pushed = lab.push(&["main"]);
        pushed.refused_in("blob", &[CLOUD]).says("at a.zip!/x\\x1b[31m\\x0aerror: \\xe9");
        assert_eq!(site(&pushed)["inner_path"], "x\u{1b}[31m\nerror: \\xe9");
    });
}

#[test]
fn a_secret_in_the_path_in_an_archive_is_masked() {
    both(|lab| {
        let (token, password) = (tokens::app_password(102), tokens::password(103));
        let secret = text(&tokens::cloud(104));
        let name = format!("jira/jira_password={password}/{token}.env");
        let archive = packed(lab, &[(&name, &secret)], "zip -q -r - .");
        let url = format!("url = https://jdoe:{password}@bitbucket.org/acme/lib.git\n");
        let entries = [file("a.zip", archive), file("remote.cfg", url)];
        lab.import(&History::root(Change::of(entries)));
        let pushed = lab.push(&["main"]);
        pushed.refused_for_secrets().says("at a.zip!/jira/jira_password=***/***.env");
        assert!(pushed.kinds().iter().any(|kind| kind == URL), "{}", pushed.told());
        assert!(pushed.kinds().iter().any(|kind| kind == APP_PASSWORD), "{}", pushed.told());
    });
}

#[test]
fn the_path_in_an_archive_that_only_looks_like_the_place_of_a_secret_is_shown() {
    let lab = PushLab::new();
    let secret = text(&tokens::cloud(105));
    let name = "jira/password-reset/api_token.example/sharedSecret.env";
    let archive = packed(&lab, &[(name, &secret)], "zip -q -r - .");
    lab.import(&History::root(Change::of([file("a.zip", archive)])));
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    assert_eq!(site(&pushed)["inner_path"], name);
}

#[test]
fn what_is_in_no_archive_has_no_inner_path() {
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([settings("a.env", &tokens::cloud(106))])));
    let pushed = lab.push(&["main"]);
    pushed.refused_for(&[CLOUD]);
    assert!(site(&pushed).get("inner_path").is_none(), "{}", pushed.told());
}

/// Archives of which something cannot be read, and how many each is or holds.
const UNREADABLE: &[(&str, &str, u64)] = &[
    ("locked.zip", "zip -q -P word -r - conf notes.txt", 1),
    ("cut.gz", "gzip -c conf/.env | head -c 300", 1),
    ("cut.tar", "tar -cf - conf | head -c 700", 1),
    ("sealed.7z", "printf '7z\\274\\257\\047\\034\\000\\004'; cat conf/.env", 1),
    (
        "both.zip",
        "zip -q -P word in.zip conf/.env; gzip -c conf/.env | head -c 300 >cut.gz; \
         rm -r conf; zip -q -r - .",
        2,
    ),
];

/// The push of one of these.
fn push_unreadable(lab: &PushLab, script: &str) -> Pushed {
    let files = [("conf/.env", text("none")), ("notes.txt", b"nothing\n".to_vec())];
    let files = files.each_ref().map(|(name, content)| (*name, content.as_slice()));
    let archive = packed(lab, &files, script);
    lab.import(&History::root(Change::of([file("dist/a", archive)])));
    lab.push(&["--force", "main"])
}

#[test]
fn an_archive_that_cannot_be_read_passes_and_is_counted() {
    both(|lab| {
        for (name, script, count) in UNREADABLE {
            let pushed = push_unreadable(lab, script);
            pushed.accepted_silently();
            assert_eq!(pushed.coverage("unreadable_containers"), *count, "{name}");
            assert_eq!(pushed.coverage("skipped"), 0, "{name}");
        }
    });
}

#[test]
fn policy_may_refuse_or_tell_of_an_archive_that_cannot_be_read() {
    let (_, script, _) = UNREADABLE[0];
    let lab = PushLab::configured("[policy]\nunreadable = \"warn\"\n");
    let pushed = push_unreadable(&lab, script);
    pushed.accepted_with_warning().says("dist/a (container-unreadable)");
    let counted = ["unreadable_containers", "skipped"].map(|counter| pushed.coverage(counter));
    assert_eq!(counted, [1, 1]);
    let lab = PushLab::configured("[policy]\nunreadable = \"block\"\n");
    let pushed = push_unreadable(&lab, script);
    pushed.refused_undecided().says("dist/a (container-unreadable)").says("encrypted");
    let open = &pushed.record()["undecided"][0];
    assert_eq!((&open["cause"], &open["path"]), (&"container-unreadable".into(), &"dist/a".into()));
}
