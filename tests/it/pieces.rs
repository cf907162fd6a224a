//! Secrets in pieces, and in ways of writing that are rare: found, and named.

use crate::support::archive::packed;
use crate::support::documents::kinds::values;
use crate::support::documents::random::Dice;
use crate::support::encode::base64;
use crate::support::tokens::{APP_PASSWORD, BITBUCKET_DC, CLOUD, URL};
use crate::support::{Change, History, PushLab, file, tokens};

const ALIGN: &str = "jira-align-api-token";
const JIRA_PAT: &str = "jira-dc-pat";

/// Each of `files`, pushed together, has a finding of its kind.
#[track_caller]
fn check(files: &[(&str, String, &str)]) {
    let lab = PushLab::new();
    let entries: Vec<_> = files.iter().map(|(path, text, _)| file(path, text)).collect();
    lab.import(&History::root(Change::of(entries)));
    let pushed = lab.push(&["main"]);
    for (path, _, kind) in files {
        let found = pushed.findings().iter().any(|finding| {
            let sites = finding["sites"].as_array().expect("a record was checked");
            finding["kind"] == *kind && sites.iter().any(|site| site["path"] == *path)
        });
        assert!(found, "{path}: {}", pushed.told());
    }
}

/// A token of Jira Align.
fn align(seed: u64) -> String {
    values::jira_align(&mut Dice::new(seed))
}

/// `token` in three parts, joined.
fn divided(token: &str, joint: &str) -> String {
    // Beside a bracket or a comma code is broken too.
    let may_break = |at: usize| {
        let beside = token.as_bytes().get(at - 1..=at).unwrap_or_default();
        !beside.iter().any(|byte| b";,(){}[]<>\\".contains(byte))
    };
    let first = (16..30).find(|&at| may_break(at)).expect("a place to break");
    let second = (first + 6..token.len() - 3).find(|&at| may_break(at)).expect("another");
    [&token[..first], &token[first..second], &token[second..]].join(joint)
}

#[test]
fn a_token_of_bitbucket_is_known_where_its_dash_is_an_escape() {
    let token = |seed, dash| tokens::bitbucket_data_center(seed).replacen('-', dash, 1);
    check(&[
        ("a.json", format!("{{\"token\": \"{}\"}}\n", token(1, "\\u002d")), BITBUCKET_DC),
        ("b.txt", format!("?token={}&x\n", token(2, "%2D")), BITBUCKET_DC),
        ("c.xml", format!("<t>{}</t>\n", token(3, "&#45;")), BITBUCKET_DC),
        ("d.py", format!("t = \"{}\"\n", token(4, "\" + \"-")), BITBUCKET_DC),
    ]);
}

#[test]
fn a_token_of_jira_align_is_read_through_any_joint_and_escape() {
    let js =
        |seed| format!("module.exports = {{ token: '{}' }};\n", divided(&align(seed), "' + '"));
    let java = |seed| {
        format!("class A {{\n  String t = \"{}\";\n}}\n", divided(&align(seed), "\"\n      + \""))
    };
    let shell = |seed| format!("export T=\"{}\"\n", divided(&align(seed), "\\\n"));
    let yaml = |seed| format!("token: \"{}\"\n", divided(&align(seed), "\\\n  "));
    let mail = |seed| {
        let token = align(seed).replace('=', "=3D");
        format!(
            "Content-Transfer-Encoding: quoted-printable\n\nBearer {}\n",
            divided(&token, "=\n")
        )
    };
    let form = |seed| {
        let json = format!("{{\n  \"n\": \"x\",\n  \"token\": \"{}\"\n}}\n", align(seed));
        let bytes = json.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        });
        format!("a=1&file={}&b=2\n", bytes.collect::<String>())
    };
    let named = |seed| {
        let token = align(seed);
        let named = token.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let named = named.replace(':', "&colon;").replace('|', "&vert;").replace('*', "&ast;");
        format!("<p>Jira Align</p><td>{named}</td>\n")
    };
    check(&[
        ("a.js", js(1), ALIGN),
        ("b.js", js(2), ALIGN),
        ("A.java", java(3), ALIGN),
        ("a.sh", shell(4), ALIGN),
        ("a.yml", yaml(5), ALIGN),
        ("a.eml", mail(6), ALIGN),
        ("form.txt", form(7), ALIGN),
        ("a.html", named(8), ALIGN),
    ]);
}

/// A document of Word's, zipped as Word does it.
fn document(paragraphs: &[&[&str]]) -> Vec<u8> {
    let runs = |texts: &[&str]| {
        let run = |text: &&str| {
            let text = text.replace('&', "&amp;");
            format!(
                "<w:r w:rsidR=\"00A1\"><w:rPr><w:lang w:val=\"en\"/></w:rPr><w:t>{text}</w:t></w:r>"
            )
        };
        let runs: Vec<String> = texts.iter().map(run).collect();
        format!(
            "<w:p w:rsidP=\"00B2\"><w:pPr/>{}</w:p>",
            runs.join("<w:proofErr w:type=\"spellStart\"/>")
        )
    };
    let paragraphs: String = paragraphs.iter().map(|texts| runs(texts)).collect();
    let text = format!(
        "<?xml version=\"1.0\"?>\r\n<w:document xmlns:w=\"x\"><w:body>{paragraphs}</w:body></w:document>"
    );
    let files: [(&str, &[u8]); 1] = [("word/document.xml", text.as_bytes())];
    packed(&PushLab::new(), &files, "zip -q -r - word")
}

#[test]
fn what_word_has_divided_is_whole() {
    let (token, password) = (tokens::cloud(401), tokens::password(402));
    let (other, pat) = (tokens::app_password(403), tokens::data_center(404));
    let lab = PushLab::new();
    lab.import(&History::root(Change::of([
        file("a.docx", document(&[&["Use ", &token[..2], &token[2..90], &token[90..]]])),
        file("b.docx", document(&[&["Jira pass", "word:"], &[&password[..6], &password[6..]]])),
        file(
            "c.docx",
            document(&[&["x"], &["The app password is ", &other[..9], &other[9..], "."]]),
        ),
        file("d.docx", document(&[&["Jira"], &["token", ": ", &pat[..20], &pat[20..]]])),
    ])));
    let pushed = lab.push(&["main"]);
    let kind = |path: &str| {
        let at = |finding: &&serde_json::Value| finding["sites"][0]["path"] == path;
        pushed.findings().iter().find(at).map(|finding| finding["kind"].clone())
    };
    assert_eq!(kind("a.docx"), Some(CLOUD.into()), "{}", pushed.told());
    assert_eq!(kind("b.docx"), Some("atlassian-cleartext-password".into()), "{}", pushed.told());
    assert_eq!(kind("c.docx"), Some(APP_PASSWORD.into()), "{}", pushed.told());
    assert_eq!(kind("d.docx"), Some(JIRA_PAT.into()), "{}", pushed.told());
}

#[test]
fn base64_whose_padding_is_escaped_is_read() {
    let texts = ["%3D", "%3d", "\\u003d", "&#61;"].map(|equals| {
        let token = tokens::data_center(405);
        base64(token.as_bytes()).replace('=', equals)
    });
    let [percent, small, unicode, entity] = texts;
    check(&[
        ("call.txt", format!("https://api.example.org/x?jira={percent}&b=2\n"), JIRA_PAT),
        ("jira.md", format!("[call](https://api.example.org/x?auth={small})\n"), JIRA_PAT),
        ("jira.json", format!("{{\"jira\": \"{unicode}\"}}\n"), JIRA_PAT),
        ("jira.xml", format!("<jira>{entity}</jira>\n"), JIRA_PAT),
    ]);
}

#[test]
fn an_address_in_pieces_is_put_together() {
    let parts = |seed| {
        ["https://", "deploy", ":", &tokens::password(seed), "@bitbucket.org/acme/app.git"]
            .map(str::to_owned)
    };
    let joined = |seed, joint: &str| parts(seed).join(joint);
    check(&[
        ("a.js", format!("const remote = '{}';\n", joined(411, "' + '")), URL),
        ("B.java", format!("String url = \"{}\";\n", joined(412, "\"\n    + \"")), URL),
        ("C.java", format!("String url = \"{}\";\n", joined(413, "\" +\n    \"")), URL),
        ("a.py", format!("REMOTE = (\"{}\")\n", joined(414, "\"\n          \"")), URL),
        ("a.go", format!("var remote = \"{}\"\n", joined(415, "\" +\n\t\"")), URL),
        ("a.cs", format!("var remote = \"{}\";\n", joined(416, "\" + \"")), URL),
        ("a.php", format!("$remote = '{}';\n", joined(417, "' . '")), URL),
        ("a.rb", format!("REMOTE = '{}'\n", joined(418, "' \\\n  '")), URL),
        ("a.sh", format!("REMOTE=\"{}\"\n", joined(419, "\"\"")), URL),
        (
            "a.rs",
            format!("const R: &str = concat!(\n    \"{}\");\n", joined(420, "\",\n    \"")),
            URL,
        ),
        ("a.c", format!("char *r = \"{}\";\n", joined(421, "\"\n  \"")), URL),
        (
            "S.java",
            format!(
                "String r = new StringBuilder(\"{}\").toString();\n",
                joined(422, "\").append(\"")
            ),
            URL,
        ),
    ]);
}

#[test]
fn a_password_in_pieces_is_told_whole() {
    let lab = PushLab::new();
    let pieces = ["granite", "-em", "ber-t", "undra75"].map(|piece| format!("\"{piece}\""));
    let text = format!("BAMBOO_DEPLOY_PASSWORD={}\n", pieces.join("\\\n"));
    lab.import(&History::root(Change::of([file("b.sh", text), file("granite/jira.txt", "x\n")])));
    let pushed = lab.push(&["main"]);
    pushed.refused_for_secrets();
    assert_eq!(pushed.finding()["decoded_from"], serde_json::json!(["concatenation"]));
}
