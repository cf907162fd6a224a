//! Surroundings of a value that needs no key, because its shape says what it is.

use super::text::Escape::{self, *};

/// One place where a value stands without its name.
pub struct Bare {
    pub name: &'static str,
    pub path: &'static str,
    pub text: &'static str,
    pub escape: Escape,
    /// Only for tokens: nobody would write a URL there.
    pub token_only: bool,
}

type Row = (&'static str, &'static str, &'static str, Escape);

pub fn all() -> impl Iterator<Item = Bare> {
    let make = |token_only| {
        move |&(name, path, text, escape): &Row| Bare { name, path, text, escape, token_only }
    };
    ANYTHING.iter().map(make(false)).chain(TOKENS.iter().map(make(true)))
}

const ANYTHING: [Row; 27] = [
    ("alone", "§w.txt", "§v\n", None),
    ("alone, no line end", "§n", "§v", None),
    ("prose", "notes/§w.md", "# Call\n\nPlease use §v until friday.\n", None),
    ("end of sentence", "TODO", "- [ ] clean up §w, it is §v.\n", None),
    ("parentheses", "doc/§w.rst", "The old one (§v) is gone.\n", None),
    ("backticks", "NOTES.md", "Try `§v` first\n", None),
    ("typographic quotes", "brief.txt", "Bitte „§v“ verwenden\n", None),
    ("wide brackets", "ja.txt", "値《§v》です\n", None),
    ("python argument", "run.py", "run('§w', '§v', 3)\n", Single),
    ("python list", "a.py", "VALUES = [\n    '§w',\n    '§v',\n]\n", Single),
    ("java argument", "A.java", "class A { Client c = new Client(\"§n\", \"§v\"); }\n", Double),
    ("json array", "list.json", "[\"§w\", \"§v\", 7]\n", Double),
    ("yaml list", "l.yml", "items:\n  - §w\n  - §v\n", None),
    ("csv cell", "cells.csv", "id,a,b\n§i,§v,§w\n", TwoDouble),
    ("tab separated", "t.tsv", "§i\t§v\t§w\n", None),
    ("sql values", "dump.sql", "INSERT INTO `t` VALUES (§i,'§v',NULL,'2024-01-02');\n", TwoSingle),
    ("html cell", "page.html", "<td class=\"a\">§v</td>\n", Xml),
    ("xml text", "a.xml", "<a><b>§v</b></a>\n", Xml),
    ("xml comment", "b.xml", "<a/>\n<!-- was §v -->\n", None),
    ("code comment", "b.go", "package b\n\n// used to be §v\nvar x = 1\n", None),
    ("block comment", "b.c", "/*\n * §v\n */\nint x;\n", None),
    ("log line", "l.log", "[10:11:12] WARN §w: got §v, retrying\n", None),
    ("heredoc", "mk.sh", "cat > out <<'END'\n§v\nEND\n", None),
    (
        "jupyter output",
        "o.ipynb",
        "{\"cells\":[{\"outputs\":[{\"text\":[\"ok\\n\",\"§v\\n\"]}]}]}\n",
        Double,
    ),
    ("chat export", "chat.json", "[{\"user\":\"§n\",\"text\":\"here you are: §v :)\"}]\n", Double),
    ("between binary bytes", "blob.bin", "\u{1}\u{0}\u{2}§v\u{0}\u{7f}\u{3}\n", None),
    ("angle brackets", "mail.txt", "see <§v> or ask\n", None),
];

const TOKENS: [Row; 34] = [
    (
        "bearer header",
        "get.http",
        "GET https://api.example.org/v1 HTTP/1.1\nAuthorization: Bearer §v\nAccept: */*\n",
        None,
    ),
    (
        "curl header",
        "get.sh",
        "curl -s -H \"Authorization: Bearer §v\" https://api.example.org/§w\n",
        Dollar,
    ),
    (
        "curl header, single",
        "q.sh",
        "curl --header 'Authorization: Bearer §v' \\\n  https://api.example.org\n",
        Shell,
    ),
    ("curl user", "u.sh", "curl -u §m:§v https://api.example.org/§w\n", None),
    ("curl user, quoted", "u2.sh", "curl --user '§m:§v' https://api.example.org\n", Shell),
    (
        "wget",
        "w.sh",
        "wget --header=\"Authorization: Bearer §v\" https://api.example.org\n",
        Dollar,
    ),
    ("httpie", "h.sh", "http GET api.example.org \"Authorization:Bearer §v\"\n", Dollar),
    ("httpie auth", "h2.sh", "http -a '§m:§v' api.example.org\n", Shell),
    ("url user", "clone.sh", "git clone https://§n:§v@git.example.org/app.git\n", Percent),
    ("url user, not escaped", "remote.txt", "https://§n:§v@git.example.org/app.git\n", None),
    ("url query", "call.txt", "https://api.example.org/x?a=1&token=§v&b=2\n", Percent),
    ("url query, last", "call.md", "[call](https://api.example.org/x?auth=§v)\n", Percent),
    ("url path", "path.txt", "DELETE https://api.example.org/tokens/§v\n", Percent),
    ("url fragment", "frag.txt", "https://app.example.org/cb#access=§v&state=§i\n", Percent),
    ("fetch headers", "f.js", "fetch(url, { headers: { Authorization: `Bearer §v` } });\n", None),
    ("axios", "ax.ts", "axios.defaults.headers.common['Authorization'] = 'Bearer §v';\n", Single),
    ("requests", "r.py", "requests.get(url, headers={\"Authorization\": \"Bearer §v\"})\n", Double),
    ("requests auth", "r2.py", "requests.get(url, auth=(\"§m\", \"§v\"))\n", Double),
    ("go header", "h.go", "req.Header.Set(\"Authorization\", \"Bearer \"+\"§v\")\n", Double),
    (
        "java header",
        "H.java",
        "connection.setRequestProperty(\"Authorization\", \"Bearer §v\");\n",
        Double,
    ),
    (
        "har header",
        "cap.har",
        "{\"log\":{\"entries\":[{\"request\":{\"headers\":[{\"name\":\"authorization\",\"value\":\"Bearer §v\"}]}}]}}\n",
        Double,
    ),
    (
        "postman bearer",
        "c.postman_collection.json",
        "{\"auth\":{\"type\":\"bearer\",\"bearer\":[{\"key\":\"token\",\"value\":\"§v\",\"type\":\"string\"}]}}\n",
        Double,
    ),
    ("git config", "gitconfig", "[http]\n\textraHeader = Authorization: Bearer §v\n", None),
    ("stdin of a login", "login.sh", "echo '§v' | docker login -u §n --password-stdin\n", Shell),
    ("login option", "l2.sh", "helm registry login -u §n -p §v example.org\n", None),
    ("kubectl literal", "k.sh", "kubectl create secret generic §w --from-literal=value=§v\n", None),
    ("terraform option", "tf.sh", "terraform apply -var 'x=§v'\n", Shell),
    (
        "npmrc",
        ".npmrc",
        "registry=https://npm.example.org/\n//npm.example.org/:_authToken=§v\n",
        None,
    ),
    (
        "pip",
        "requirements.txt",
        "requests==2.32\n--extra-index-url https://§n:§v@pypi.example.org/simple\n",
        Percent,
    ),
    ("netrc", ".netrc", "machine git.example.org\n  login §n\n  password §v\n", None),
    (
        "nginx",
        "nginx.conf",
        "location / {\n  proxy_set_header Authorization \"Bearer §v\";\n}\n",
        Double,
    ),
    ("cookie", "cookie.txt", "Cookie: a=1; sid=§v; theme=dark\n", None),
    ("basic pair", "pair.txt", "§m:§v\n", None),
    ("minified", "x.min.js", "!function(){a(\"§w\",\"§v\",{b:1}),c()}();", Double),
];

/// Others, which are rarer each and many together.
pub fn rarer() -> impl Iterator<Item = Bare> {
    RARER.iter().map(|&(name, path, text, escape)| Bare {
        name,
        path,
        text,
        escape,
        token_only: true,
    })
}

const RARER: [Row; 24] = [
    (
        "har authorization",
        "login.har",
        "{\"log\":{\"entries\":[{\"request\":{\"headers\":[{\"name\": \"Authorization\", \"value\": \"Bearer §v\"}]}}]}}\n",
        Double,
    ),
    ("coloured log", "ci.log", "\u{1b}[1mtoken\u{1b}[0m \u{1b}[33m§v\u{1b}[0m\n", None),
    (
        "pdf text",
        "paper.pdf",
        "%PDF-1.4\n4 0 obj\n<< /Length 99 >>\nstream\nBT /F1 12 Tf 72 700 Td (Use §v for it) Tj ET\nendstream\nendobj\n",
        None,
    ),
    (
        "svg text",
        "badge.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><text x=\"1\" y=\"2\">§v</text></svg>\n",
        Xml,
    ),
    ("rich text", "note.rtf", "{\\rtf1\\ansi\\f0\\fs20 §v\\par}\n", None),
    ("subtitles", "talk.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nthe key is §v\n", None),
    ("asciidoc listing", "guide.adoc", "= Guide\n\n----\n§v\n----\n", None),
    (
        "http file",
        "call.http",
        "GET https://api.example.org/x\nAuthorization: Bearer §v\n\n###\n",
        None,
    ),
    (
        "open api example",
        "api.yaml",
        "components:\n  schemas:\n    Token:\n      type: string\n      example: §v\n",
        None,
    ),
    ("graphql", "query.graphql", "query {\n  me(token: \"§v\") {\n    id\n  }\n}\n", Double),
    ("database page", "app.db", "SQLite format 3\u{0}\u{0}\u{0}@  token§v\u{0}\n", None),
    ("elixir header", "client.ex", "headers = [{\"Authorization\", \"Bearer §v\"}]\n", Double),
    (
        "swift header",
        "Api.swift",
        "request.setValue(\"Bearer §v\", forHTTPHeaderField: \"Authorization\")\n",
        Double,
    ),
    ("r header", "call.R", "GET(url, add_headers(Authorization = \"Bearer §v\"))\n", Double),
    ("powershell header", "call.ps1", "$headers = @{ Authorization = 'Bearer §v' }\n", TwoSingle),
    ("dart header", "api.dart", "final headers = {\n  'Authorization': 'Bearer §v',\n};\n", Single),
    (
        "clojure header",
        "core.clj",
        "(http/get url {:headers {\"Authorization\" \"Bearer §v\"}})\n",
        Double,
    ),
    ("curl settings", ".curlrc", "silent\nheader = \"Authorization: Bearer §v\"\n", Double),
    (
        "terraform header",
        "http.tf",
        "data \"http\" \"x\" {\n  request_headers = {\n    Authorization = \"Bearer §v\"\n  }\n}\n",
        Double,
    ),
    ("perl header", "get.pl", "$ua->default_header(Authorization => 'Bearer §v');\n", Single),
    (
        "ansible header",
        "tasks/get.yml",
        "- uri:\n    headers:\n      Authorization: \"Bearer §v\"\n",
        Double,
    ),
    (
        "robot header",
        "suite.robot",
        "*** Keywords ***\nCall\n    ${headers}=    Create Dictionary    Authorization=Bearer §v\n",
        None,
    ),
    (
        "jmeter header",
        "plan.jmx",
        "<elementProp name=\"\">\n  <stringProp name=\"Header.value\">Bearer §v</stringProp>\n</elementProp>\n",
        Xml,
    ),
    (
        "insomnia",
        "insomnia.json",
        "{\"resources\":[{\"authentication\":{\"type\":\"bearer\",\"token\":\"§v\"}}]}\n",
        Double,
    ),
];
