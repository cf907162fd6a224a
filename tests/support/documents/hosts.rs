//! Files that hold other files, and places for values of several lines.
//!
//! Every line of the inner text is escaped, stands between `prefix` and `suffix`, and is joined to
//! the next by `join`.

use super::random::Dice;
use super::text::Escape::{self, *};
use super::text::{Text, Words, fill};

pub struct Host {
    pub name: &'static str,
    /// `§f` is the path of the inner file.
    pub path: &'static str,
    pub before: &'static str,
    pub prefix: &'static str,
    pub suffix: &'static str,
    pub join: &'static str,
    pub after: &'static str,
    pub escape: Escape,
}

type Row = (
    &'static str,
    &'static str,
    &'static str,
    (&'static str, &'static str, &'static str),
    &'static str,
    Escape,
);

fn host(&(name, path, before, (prefix, suffix, join), after, escape): &Row) -> Host {
    Host { name, path, before, prefix, suffix, join, after, escape }
}

/// Files that hold a whole file.
pub fn all() -> impl Iterator<Item = Host> {
    FILES.iter().map(host)
}

/// Keys whose value has several lines.
pub fn keyed() -> impl Iterator<Item = Host> {
    KEYED.iter().map(host)
}

impl Host {
    /// The inner text in this file.
    pub fn embed(&self, inner: &Text, words: &Words, file: &str, dice: &mut Dice) -> Text {
        let name = file.rsplit('/').next().unwrap_or(file);
        let nothing = Text::default();
        let mut made = fill(self.before, words, &nothing, name, dice);
        let mut lines = inner.lines();
        if self.escape != Escape::None && lines.last().is_some_and(|line| line.text.is_empty()) {
            lines.pop();
        }
        let count = lines.len();
        for (index, line) in lines.iter().enumerate() {
            let last_is_empty = index + 1 == count && line.text.is_empty();
            if !last_is_empty {
                made.add(self.prefix);
                made.append(&self.escape.apply(line));
                made.add(self.suffix);
            }
            if index + 1 < count {
                made.add(self.join);
            }
        }
        made.append(&fill(self.after, words, &nothing, name, dice));
        made
    }
}

const FILES: [Row; 50] = [
    ("file itself", "§f", "", ("", "", "\n"), "", None),
    ("file with CRLF", "win/§f", "", ("", "\r", "\n"), "", None),
    ("file in a deep folder", "roles/§n/files/opt/§w/§f", "", ("", "", "\n"), "", None),
    ("file with a suffix", "backup/§f.bak", "", ("", "", "\n"), "", None),
    ("template", "templates/§f.j2", "", ("", "", "\n"), "", None),
    (
        "ConfigMap",
        "k8s/config.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: §n\ndata:\n  §f: |\n",
        ("    ", "", "\n"),
        "\n",
        None,
    ),
    (
        "Secret stringData",
        "k8s/secret.yml",
        "kind: Secret\nmetadata:\n  name: §n\nstringData:\n  \"§f\": |-\n",
        ("    ", "", "\n"),
        "\n",
        None,
    ),
    (
        "helm template",
        "chart/templates/config.yaml",
        "{{- if .Values.enabled }}\nkind: ConfigMap\ndata:\n  §f: |\n",
        ("    ", "", "\n"),
        "\n{{- end }}\n",
        None,
    ),
    (
        "helm values",
        "values.yaml",
        "config:\n  files:\n    §f: |\n",
        ("      ", "", "\n"),
        "\n",
        None,
    ),
    (
        "cloud-init",
        "user-data.yml",
        "#cloud-config\nwrite_files:\n  - path: /opt/§f\n    permissions: '0600'\n    content: |\n",
        ("      ", "", "\n"),
        "\n",
        None,
    ),
    (
        "ansible copy",
        "tasks/main.yml",
        "- name: write §f\n  copy:\n    dest: /opt/§f\n    content: |\n",
        ("      ", "", "\n"),
        "\n    mode: '0600'\n",
        None,
    ),
    (
        "compose configs",
        "compose.yml",
        "configs:\n  §w:\n    # §f\n    content: |\n",
        ("      ", "", "\n"),
        "\n",
        None,
    ),
    (
        "github actions heredoc",
        ".github/workflows/§w.yml",
        "jobs:\n  run:\n    steps:\n      - run: |\n          cat > §f <<'EOF'\n",
        ("          ", "", "\n"),
        "\n          EOF\n",
        None,
    ),
    (
        "shell heredoc",
        "setup.sh",
        "#!/bin/sh\ncat > /opt/§f <<'EOF'\n",
        ("", "", "\n"),
        "\nEOF\nchmod 600 /opt/§f\n",
        None,
    ),
    (
        "shell heredoc with tabs",
        "install.sh",
        "setup() {\n\tcat <<-'END' >§f\n",
        ("\t", "", "\n"),
        "\n\tEND\n}\n",
        None,
    ),
    (
        "dockerfile heredoc",
        "Dockerfile",
        "FROM alpine\nCOPY <<'EOF' /opt/§f\n",
        ("", "", "\n"),
        "\nEOF\n",
        None,
    ),
    (
        "dockerfile echo",
        "build/Dockerfile",
        "FROM alpine\nRUN printf '%s\\n' \\\n",
        ("    '", "'", " \\\n"),
        " \\\n    > /opt/§f\n",
        Shell,
    ),
    (
        "terraform heredoc",
        "main.tf",
        "resource \"local_file\" \"§w\" {\n  filename = \"§f\"\n  content  = <<-EOT\n",
        ("    ", "", "\n"),
        "\n  EOT\n}\n",
        None,
    ),
    (
        "puppet",
        "manifests/init.pp",
        "file { '/opt/§f':\n  content => '",
        ("", "", "\n"),
        "',\n}\n",
        Single,
    ),
    (
        "chef",
        "recipes/default.rb",
        "file '/opt/§f' do\n  content <<~TEXT\n",
        ("    ", "", "\n"),
        "\n  TEXT\nend\n",
        None,
    ),
    (
        "nix",
        "module.nix",
        "{\n  environment.etc.\"§f\".text = ''\n",
        ("    ", "", "\n"),
        "\n  '';\n}\n",
        None,
    ),
    (
        "python triple quotes",
        "conftest.py",
        "SAMPLE = '''\n",
        ("", "", "\n"),
        "\n'''\n\ndef write(path):\n    (path / '§f').write_text(SAMPLE)\n",
        None,
    ),
    (
        "python lines",
        "gen.py",
        "lines = [\n",
        ("    '", "',", "\n"),
        "\n]\nopen('§f', 'w').write('\\n'.join(lines))\n",
        Single,
    ),
    (
        "python one string",
        "one.py",
        "open('§f', 'w').write(\"",
        ("", "", "\\n"),
        "\\n\")\n",
        Double,
    ),
    (
        "java text block",
        "src/FixtureTest.java",
        "class FixtureTest {\n  // §f\n  static final String TEXT = \"\"\"\n",
        ("      ", "", "\n"),
        "\n      \"\"\";\n}\n",
        None,
    ),
    (
        "java lines",
        "src/Files.java",
        "class Files {\n  /* §f */\n  String text = \"\"\n",
        ("      + \"", "\\n\"", "\n"),
        ";\n}\n",
        Double,
    ),
    (
        "kotlin raw string",
        "src/Fixture.kt",
        "// §f\nval text = \"\"\"\n",
        ("    |", "", "\n"),
        "\n\"\"\".trimMargin()\n",
        None,
    ),
    (
        "groovy raw string",
        "vars/§w.groovy",
        "writeFile file: '§f', text: '''\\\n",
        ("", "", "\n"),
        "\n'''\n",
        None,
    ),
    (
        "javascript template",
        "fixture.js",
        "fs.writeFileSync('§f', `\n",
        ("", "", "\n"),
        "\n`);\n",
        None,
    ),
    (
        "javascript array",
        "lines.js",
        "const text = [ // §f\n",
        ("  '", "',", "\n"),
        "\n].join('\\n');\n",
        Single,
    ),
    (
        "go raw string",
        "fixture_test.go",
        "package x\n\n// §f\nconst text = `\n",
        ("", "", "\n"),
        "\n`\n",
        None,
    ),
    (
        "rust raw string",
        "tests/fixture.rs",
        "// §f\nconst TEXT: &str = r#\"\n",
        ("", "", "\n"),
        "\n\"#;\n",
        None,
    ),
    (
        "c# verbatim",
        "Fixture.cs",
        "class Fixture {\n  // §f\n  const string Text = @\"\n",
        ("", "", "\n"),
        "\n\";\n}\n",
        TwoDouble,
    ),
    (
        "ruby heredoc",
        "spec/§w_spec.rb",
        "File.write('§f', <<~'EOS')\n",
        ("  ", "", "\n"),
        "\nEOS\n",
        None,
    ),
    (
        "php nowdoc",
        "fixture.php",
        "<?php\nfile_put_contents('§f', <<<'EOT'\n",
        ("", "", "\n"),
        "\nEOT);\n",
        None,
    ),
    (
        "perl heredoc",
        "fixture.pl",
        "open my $f, '>', '§f';\nprint $f <<'EOT';\n",
        ("", "", "\n"),
        "\nEOT\n",
        None,
    ),
    (
        "powershell here-string",
        "setup.ps1",
        "@'\n",
        ("", "", "\n"),
        "\n'@ | Set-Content §f\n",
        None,
    ),
    ("lua long string", "fixture.lua", "write('§f', [[\n", ("", "", "\n"), "\n]])\n", None),
    (
        "json string",
        "files.json",
        "{\"files\": [{\"name\": \"§f\", \"content\": \"",
        ("", "", "\\n"),
        "\"}]}\n",
        Double,
    ),
    (
        "json lines",
        "gist.json",
        "{\"name\": \"§f\", \"lines\": [\n",
        ("  \"", "\"", ",\n"),
        "\n]}\n",
        Double,
    ),
    (
        "jupyter cell",
        "§n.ipynb",
        "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\n  \"%%writefile §f\\n\",\n",
        ("  \"", "\\n\"", ",\n"),
        "\n]}]}\n",
        Double,
    ),
    (
        "markdown fence",
        "docs/§w.md",
        "# Setup\n\nPut this into `§f`:\n\n```\n",
        ("", "", "\n"),
        "\n```\n\nThen restart.\n",
        None,
    ),
    (
        "markdown in a list",
        "HOWTO.md",
        "1. Edit §f:\n\n    ```\n",
        ("    ", "", "\n"),
        "\n    ```\n2. Restart\n",
        None,
    ),
    ("restructured text", "docs/§w.rst", "§f::\n\n", ("    ", "", "\n"), "\n\nDone.\n", None),
    ("asciidoc", "guide.adoc", ".§f\n----\n", ("", "", "\n"), "\n----\n", None),
    (
        "html pre",
        "page.html",
        "<html><body>\n<p>§f</p>\n<pre>",
        ("", "", "\n"),
        "</pre>\n</body></html>\n",
        Xml,
    ),
    (
        "diff added",
        "change.patch",
        "diff --git a/§f b/§f\n--- a/§f\n+++ b/§f\n@@ -0,0 +1,20 @@\n",
        ("+", "", "\n"),
        "\n",
        None,
    ),
    (
        "diff removed",
        "remove.diff",
        "--- a/§f\n+++ /dev/null\n@@ -1,20 +0,0 @@\n",
        ("-", "", "\n"),
        "\n",
        None,
    ),
    (
        "mail reply",
        "thread.eml",
        "From: §m\nSubject: Re: §f\n\nOn monday §n wrote:\n",
        ("> ", "", "\n"),
        "\n\nThanks\n",
        None,
    ),
    (
        "commit list",
        "log.txt",
        "commit §x\nAuthor: §n <§m>\n\n    add §f\n\n",
        ("    ", "", "\n"),
        "\n",
        None,
    ),
];

const KEYED: [Row; 46] = [
    ("yaml literal", "vars.yml", "---\n§s: |\n", ("  ", "", "\n"), "\nname: §w\n", None),
    (
        "yaml literal, deep",
        "app.yml",
        "app:\n  clients:\n    first:\n      §s: |\n",
        ("        ", "", "\n"),
        "\n",
        None,
    ),
    (
        "yaml literal, stripped",
        "values.yaml",
        "secrets:\n  §c: |-\n",
        ("    ", "", "\n"),
        "\n  enabled: true\n",
        None,
    ),
    ("yaml double quotes", "y.yaml", "§s: \"", ("", "", "\\n"), "\"\n", Double),
    ("yaml double quotes, folded", "z.yaml", "§s: \"", ("", "", "\\n\\\n  "), "\"\n", Double),
    (
        "kubernetes stringData",
        "secret.yaml",
        "kind: Secret\nmetadata:\n  name: §n\nstringData:\n  §k: |\n",
        ("    ", "", "\n"),
        "\n",
        None,
    ),
    (
        "kubernetes env",
        "deploy.yaml",
        "env:\n  - name: §K\n    value: |\n",
        ("      ", "", "\n"),
        "\n",
        None,
    ),
    (
        "github actions",
        ".github/workflows/§w.yml",
        "jobs:\n  a:\n    env:\n      §K: |\n",
        ("        ", "", "\n"),
        "\n    steps: []\n",
        None,
    ),
    ("ansible", "group_vars/all.yml", "---\n§s: |\n", ("    ", "", "\n"), "\n\nuser: §n\n", None),
    ("json", "key.json", "{\n  \"§c\": \"", ("", "", "\\n"), "\\n\"\n}\n", Double),
    ("json snake", "k.json", "{\"id\": §i, \"§s\": \"", ("", "", "\\n"), "\"}\n", Double),
    (
        "json in json",
        "e.json",
        "{\"body\":\"{\\\"§c\\\":\\\"",
        ("", "", "\\\\n"),
        "\\\"}\"}\n",
        None,
    ),
    ("json, CRLF inside", "crlf.json", "{\"§c\": \"", ("", "", "\\r\\n"), "\"}\n", Double),
    ("env, escaped", ".env", "NAME=§w\n§K=\"", ("", "", "\\n"), "\"\n", Double),
    ("env, lines", ".env.local", "§K=\"", ("", "", "\n"), "\"\nPORT=§i\n", None),
    ("env, single quotes", ".env.test", "§K='", ("", "", "\n"), "'\n", None),
    ("shell export", "env.sh", "#!/bin/sh\nexport §K='", ("", "", "\n"), "'\n", None),
    ("shell ansi quotes", "x.sh", "§K=$'", ("", "", "\\n"), "'\n", Single),
    ("shell heredoc", "h.sh", "§K=$(cat <<'EOF'\n", ("", "", "\n"), "\nEOF\n)\n", None),
    ("python triple", "k.py", "§K = \"\"\"", ("", "", "\n"), "\"\"\"\n", None),
    (
        "python triple, single",
        "k2.py",
        "CONFIG = {\n    '§s': '''",
        ("", "", "\n"),
        "''',\n}\n",
        None,
    ),
    ("python adjacent", "k3.py", "§s = (\n", ("    \"", "\\n\"", "\n"), "\n)\n", Double),
    ("python keyword", "k4.py", "client = Client(§s=\"", ("", "", "\\n"), "\\n\")\n", Double),
    ("javascript template", "k.js", "const §c = `", ("", "", "\n"), "`;\n", None),
    ("javascript object", "k2.js", "module.exports = {\n  §c: `", ("", "", "\n"), "`,\n};\n", None),
    ("javascript sum", "k3.js", "const §c =\n", ("  '", "\\n'", " +\n"), ";\n", Single),
    (
        "javascript array",
        "k4.js",
        "const §c = [\n",
        ("  '", "'", ",\n"),
        "\n].join('\\n');\n",
        Single,
    ),
    ("typescript", "k.ts", "export const §K: string = '", ("", "", "\\n"), "';\n", Single),
    (
        "java sum",
        "K.java",
        "class K {\n  static final String §K =\n",
        ("      \"", "\\n\"", " +\n"),
        ";\n}\n",
        Double,
    ),
    (
        "java text block",
        "K2.java",
        "class K2 {\n  String §c = \"\"\"\n",
        ("      ", "", "\n"),
        "\n      \"\"\";\n}\n",
        None,
    ),
    ("go raw string", "k.go", "package k\n\nconst §c = `", ("", "", "\n"), "`\n", None),
    ("go sum", "k2.go", "var §c = \"\" +\n", ("\t\"", "\\n\"", " +\n"), "\n", Double),
    ("rust raw string", "k.rs", "const §K: &str = r\"", ("", "", "\n"), "\";\n", None),
    ("rust continued", "k2.rs", "const §K: &str = \"", ("", "", "\\n\\\n    "), "\";\n", Double),
    ("c# verbatim", "K.cs", "class K { const string §C = @\"", ("", "", "\n"), "\"; }\n", None),
    ("c lines", "k.c", "static const char §s[] =\n", ("  \"", "\\n\"", "\n"), ";\n", Double),
    ("ruby heredoc", "k.rb", "§K = <<~KEY\n", ("  ", "", "\n"), "\nKEY\n", None),
    ("php", "k.php", "<?php\nreturn ['§s' => '", ("", "", "\n"), "'];\n", None),
    ("php nowdoc", "k2.php", "<?php\n$§c = <<<'KEY'\n", ("", "", "\n"), "\nKEY;\n", None),
    ("groovy", "K.groovy", "def §c = '''", ("", "", "\n"), "'''\n", None),
    ("kotlin", "K.kt", "val §c = \"\"\"\n", ("    ", "", "\n"), "\n\"\"\".trimIndent()\n", None),
    ("powershell", "k.ps1", "$§c = @'\n", ("", "", "\n"), "\n'@\n", None),
    ("toml", "k.toml", "[client]\n§s = '''\n", ("", "", "\n"), "\n'''\n", None),
    ("properties", "k.properties", "§d=", ("", "", "\\n\\\n"), "\n", None),
    ("xml element", "k.xml", "<config>\n  <§c>", ("", "", "\n"), "</§c>\n</config>\n", Xml),
    (
        "terraform",
        "k.tf",
        "variable \"§s\" {\n  default = <<EOT\n",
        ("", "", "\n"),
        "\nEOT\n}\n",
        None,
    ),
];
