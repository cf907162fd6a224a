//! String literals that are put together over several lines.

/// How a language puts literals together.
pub struct Literal {
    pub name: &'static str,
    pub path: &'static str,
    pub before: &'static str,
    /// Between two pieces.
    pub cut: &'static str,
    pub after: &'static str,
}

type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

pub fn all() -> impl Iterator<Item = Literal> {
    ROWS.iter().map(|&(name, path, before, cut, after)| Literal { name, path, before, cut, after })
}

const ROWS: [Row; 28] = [
    ("java +", "A.java", "class A {\n  static final String §K = \"", "\"\n      + \"", "\";\n}\n"),
    (
        "java + at the end",
        "B.java",
        "class B {\n  String §c =\n      \"",
        "\" +\n      \"",
        "\";\n}\n",
    ),
    (
        "java StringBuilder",
        "D.java",
        "String §c = new StringBuilder()\n    .append(\"",
        "\")\n    .append(\"",
        "\")\n    .toString();\n",
    ),
    (
        "java +, comments",
        "E.java",
        "class E {\n  String §c = \"",
        "\" // a part of it\n      + \"",
        "\"; // the last\n}\n",
    ),
    ("kotlin +", "A.kt", "val §c = \"", "\" +\n    \"", "\"\n"),
    ("python adjacent", "a.py", "§K = (\n    \"", "\"\n    \"", "\"\n)\n"),
    ("python adjacent, single", "b.py", "client = Client(§s='", "'\n                '", "')\n"),
    ("python adjacent, comments", "e.py", "§K = (\n    \"", "\"  # more\n    \"", "\"\n)\n"),
    ("python + and backslash", "c.py", "§s = '", "' + \\\n    '", "'\n"),
    ("python backslash in the string", "d.py", "§s = \"", "\\\n", "\"\n"),
    ("javascript +", "a.js", "const §c = '", "' +\n  '", "';\n"),
    ("javascript + on one line", "b.js", "module.exports = { §c: '", "' + '", "' };\n"),
    ("javascript +, comment", "e.js", "const §c = '", "' + /* more */ '", "';\n"),
    ("javascript join", "c.js", "const §c = [\n  '", "',\n  '", "',\n].join('');\n"),
    ("javascript backslash in the string", "d.js", "const §c = '", "\\\n", "';\n"),
    ("typescript +", "a.ts", "export const §c: string =\n  \"", "\" +\n  \"", "\";\n"),
    ("c# +", "A.cs", "class A {\n    const string §C = \"", "\" +\n        \"", "\";\n}\n"),
    ("go +", "a.go", "package a\n\nconst §c = \"", "\" +\n\t\"", "\"\n"),
    ("shell backslash in quotes", "a.sh", "export §K=\"", "\\\n", "\"\n"),
    ("shell adjacent quotes", "b.sh", "§K=\"", "\"\\\n\"", "\"\n"),
    ("shell appended", "c.sh", "§K='", "'\n§K+='", "'\n"),
    ("ruby adjacent", "a.rb", "§s = '", "' \\\n  '", "'\n"),
    ("ruby +", "b.rb", "§K = \"", "\" +\n  \"", "\"\n"),
    ("php dot", "a.php", "<?php\n$§c = '", "'\n    . '", "';\n"),
    ("sql ||, comments", "a.sql", "SET @§s = '", "' -- more of it\n  || '", "';\n"),
    ("c adjacent", "a.c", "static const char *§s = \"", "\"\n    \"", "\";\n"),
    ("rust concat", "a.rs", "const §K: &str = concat!(\n    \"", "\",\n    \"", "\",\n);\n"),
    ("yaml double quotes, folded", "a.yml", "§s: \"", "\\\n  ", "\"\n"),
];
