//! Settings as they stand in real files, each with the same value.

use crate::assignment::assigned;
use pushgate_detector_sdk::Span;

/// What is assigned to the key of which `#`, or the first `TOKEN`, is a part.
fn read(text: &str) -> Option<(String, String, bool)> {
    let word = text.find("TOKEN").expect("the text names a token");
    let found = assigned(text.as_bytes(), Span::at(word, 5))?;
    let of = |span: Span| String::from_utf8_lossy(span.of(text.as_bytes()).unwrap()).into_owned();
    Some((of(found.key), of(found.value), found.quoted))
}

fn all(texts: &[&str]) {
    let mut wrong = Vec::new();
    for text in texts {
        let found = read(text);
        if found.as_ref().map(|(_, value, _)| value.as_str()) != Some("Ke=lp7#") {
            wrong.push(format!("{text:?}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn none(texts: &[&str]) {
    for text in texts {
        assert_eq!(read(text), None, "{text:?}");
    }
}

#[test]
fn settings_of_files() {
    all(&[
        "JIRA_TOKEN=Ke=lp7#\n",
        "JIRA_TOKEN=Ke=lp7# # comment",
        "JIRA_TOKEN = Ke=lp7# ; comment",
        "export JIRA_TOKEN='Ke=lp7#'",
        "jira.TOKEN: Ke=lp7#\n",
        "jira.TOKEN Ke=lp7#\n",
        "jira.TOKEN   Ke=lp7#",
        "jiraTOKEN: \"Ke=lp7#\" # comment",
        "TOKEN: !!str Ke=lp7#\n",
        "TOKEN: &jira Ke=lp7#\n",
        "TOKEN: &jira \"Ke=lp7#\"\n",
        "TOKEN: >-\n    Ke=lp7#\n",
        "TOKEN: |\r\n    Ke=lp7#\r\n",
        "TOKEN :=Ke=lp7#\n",
        "TOKEN ?= Ke=lp7#\n",
        "TOKEN ::= Ke=lp7#\n",
        "- JIRA_TOKEN=Ke=lp7#\n",
        "- \"JIRA_TOKEN=Ke=lp7#\"\n",
        "{TOKEN: Ke=lp7#, x: y}",
        "{x: y, TOKEN: Ke=lp7#}",
        "JIRA_TOKEN,Ke=lp7#\n",
        "JIRA_TOKEN,Ke=lp7#,2020\n",
        "\"JIRA_TOKEN\",\"Ke=lp7#\",\n",
        "JIRA_TOKEN\tKe=lp7#\n",
        "\"JIRA_TOKEN\"=\"Ke=lp7#\"",
        "//npm.example.org/:_authTOKEN=Ke=lp7#\n",
        "Environment=\"JIRA_TOKEN=Ke=lp7#\"",
        "//npm.example.org/:_authTOKEN Ke=lp7#",
        "env.JIRA_TOKEN=Ke=lp7#",
        "jira.TOKEN\\=Ke=lp7#",
        "jira.TOKEN\\:Ke=lp7#",
        "TOKEN：Ke=lp7#",
    ]);
}

#[test]
fn quotes_of_quotes() {
    all(&[
        r##"{"TOKEN":"Ke=lp7#"}"##,
        r##""{\"TOKEN\":\"Ke=lp7#\"}""##,
        r##""{\\\"TOKEN\\\": \\\"Ke=lp7#\\\"}""##,
        "{&quot;TOKEN&quot;:&quot;Ke=lp7#&quot;}",
        r"{\u0022TOKEN\u0022:\u0022Ke=lp7#\u0022}",
        "{'TOKEN': 'Ke=lp7#'}",
        "{\"TOKEN\": [\"Ke=lp7#\"]}",
        "“TOKEN”: “Ke=lp7#”",
        r##""TOKEN = \"Ke=lp7#\"\n","##,
        r##""\nTOKEN=Ke=lp7#\nX=1""##,
        r##""TOKEN=Ke=lp7#\nX=1""##,
    ]);
}

#[test]
fn markup() {
    all(&[
        "<TOKEN>Ke=lp7#</TOKEN>",
        "<jiraTOKEN>\n   Ke=lp7#\n</jiraTOKEN>",
        "<jira.TOKEN encrypted=\"no\">Ke=lp7#</jira.TOKEN>",
        "<TOKEN><![CDATA[Ke=lp7#]]></TOKEN>",
        "<TOKEN><value>Ke=lp7#</value></TOKEN>",
        "&lt;TOKEN&gt;Ke=lp7#&lt;/TOKEN&gt;",
        "<property name=\"jira.TOKEN\">Ke=lp7#</property>",
        "<property name=\"TOKEN\" value=\"Ke=lp7#\"/>",
        "<property name='TOKEN' type='x' value='Ke=lp7#'/>",
        "<add key=\"TOKEN\" value=\"Ke=lp7#\" />",
        "<property name=\"TOKEN\"><value>Ke=lp7#</value></property>",
        "<name>TOKEN</name>\n<value>Ke=lp7#</value>",
        "<key>TOKEN</key>\n\t<string>Ke=lp7#</string>",
        "<jira user=\"a\" TOKEN=\"Ke=lp7#\"/>",
        "<input name=\"TOKEN\" type=\"hidden\" value=\"Ke=lp7#\">",
        "<tr><td>Jira TOKEN</td><td>Ke=lp7#</td></tr>",
        "<b>TOKEN</b>: Ke=lp7#\n",
        "**TOKEN**: `Ke=lp7#`",
        "**TOKEN:** `Ke=lp7#`",
        "| JIRA_TOKEN | Ke=lp7# |",
        "| `JIRA_TOKEN` | `Ke=lp7#` | text |",
        "`JIRA_TOKEN`: `Ke=lp7#`",
        "the TOKEN is `Ke=lp7#`",
        "the TOKEN is Ke=lp7# now",
    ]);
}

#[test]
fn lists_of_names_and_values() {
    all(&[
        "- name: JIRA_TOKEN\n  value: Ke=lp7#\n",
        "- name: \"JIRA_TOKEN\"\n  displayName: \"the value: of it\"\n  value: \"Ke=lp7#\"\n",
        "{\"name\": \"TOKEN\", \"value\": \"Ke=lp7#\"}",
        "{\n\"key\": \"TOKEN\",\n\"type\": \"string\",\n\"value\": \"Ke=lp7#\"\n}",
        r##"{\"name\": \"TOKEN\", \"value\": \"Ke=lp7#\"}"##,
        "{ name = \"TOKEN\", value = \"Ke=lp7#\" }",
        "variable \"TOKEN\" {\n  type = string\n  default = \"Ke=lp7#\"\n}",
        "set_sensitive {\n  name  = \"jira.TOKEN\"\n  value = \"Ke=lp7#\"\n}",
        "string(name: 'TOKEN', defaultValue: 'Ke=lp7#', description: '')",
        "ParameterKey=TOKEN,ParameterValue=Ke=lp7#\n",
        "parser.add_argument('--jira-TOKEN', default='Ke=lp7#')",
        "parser.add_argument('--jira-TOKEN', type=str, help='the TOKEN', default='Ke=lp7#')",
        "parser.add_argument('--jira-TOKEN', '-t', default='Ke=lp7#')",
    ]);
}

#[test]
fn programs() {
    all(&[
        "const char *TOKEN = \"Ke=lp7#\";",
        "char TOKEN[] = \"Ke=lp7#\";",
        "static final String TOKEN = \"Ke=lp7#\";",
        "TOKEN: &str = \"Ke=lp7#\";",
        "TOKEN: &'static str = \"Ke=lp7#\";",
        "let TOKEN: Option<String> = Some(\"Ke=lp7#\".to_string());",
        "let TOKEN: String = String::from(\"Ke=lp7#\");",
        "let TOKEN = r#\"Ke=lp7#\"#;",
        "TOKEN: string = 'Ke=lp7#';",
        "TOKEN?: string = 'Ke=lp7#';",
        "TOKEN: string | undefined = `Ke=lp7#`;",
        "val TOKEN: String? = \"Ke=lp7#\"",
        "var jiraTOKEN string = \"Ke=lp7#\"",
        "jiraTOKEN := \"Ke=lp7#\"",
        "Dim TOKEN As String = \"Ke=lp7#\"",
        "public string TOKEN { get; set; } = \"Ke=lp7#\";",
        "TOKEN: Final[str] = 'Ke=lp7#'",
        "TOKEN = \"\"\"Ke=lp7#\"\"\"",
        "TOKEN = \"\"\"\nKe=lp7#\n\"\"\"",
        "TOKEN = f\"Ke=lp7#\"",
        "TOKEN = @\"Ke=lp7#\";",
        "TOKEN = $'Ke=lp7#'",
        "TOKEN = (\n    'Ke=lp7#'\n)",
        "JIRA(TOKEN='Ke=lp7#')",
        "JIRA(user, TOKEN = 'Ke=lp7#', x=1)",
        "config['TOKEN'] = 'Ke=lp7#';",
        "config[:TOKEN] = 'Ke=lp7#'",
        "$config['jira']['TOKEN'] = 'Ke=lp7#';",
        "$TOKEN = 'Ke=lp7#';",
        ":TOKEN => 'Ke=lp7#'",
        "'TOKEN' => 'Ke=lp7#',",
        "$this->TOKEN = 'Ke=lp7#';",
        "TOKEN 'Ke=lp7#'",
        "(setq jira-TOKEN \"Ke=lp7#\")",
        ":TOKEN \"Ke=lp7#\"",
        "TOKEN <- \"Ke=lp7#\"",
        "{TOKEN, \"Ke=lp7#\"}",
        "setProperty(\"TOKEN\", \"Ke=lp7#\")",
        "define('TOKEN', 'Ke=lp7#');",
        "#define TOKEN \"Ke=lp7#\"",
        ".TOKEN(\"Ke=lp7#\")",
        "TOKEN = SecretStr(\"Ke=lp7#\")",
        "TOKEN: new SecretString('Ke=lp7#')",
        "if (TOKEN.equals(\"Ke=lp7#\"))",
        "if TOKEN == 'Ke=lp7#':",
        "cy.get('#TOKEN').type('Ke=lp7#')",
        "VALUES ('TOKEN', 'Ke=lp7#')",
        "DECLARE @TOKEN NVARCHAR(50) = 'Ke=lp7#'",
        "set(TOKEN \"Ke=lp7#\")",
    ]);
}

#[test]
fn shells() {
    all(&[
        "ENV TOKEN Ke=lp7#\n",
        "ENV TOKEN=Ke=lp7# X=1\n",
        "ARG TOKEN=\"Ke=lp7#\"",
        "setx TOKEN \"Ke=lp7#\" /M",
        "setx TOKEN Ke=lp7#",
        "set \"TOKEN=Ke=lp7#\"",
        "set TOKEN=Ke=lp7#\r\n",
        "$env:TOKEN = \"Ke=lp7#\"",
        "set -gx TOKEN Ke=lp7#",
        "SetEnv TOKEN Ke=lp7#",
        "tool --jira-TOKEN Ke=lp7# --x",
        "tool --TOKEN=Ke=lp7# --x",
        "tool --TOKEN \"Ke=lp7#\"",
        "tool -TOKEN 'Ke=lp7#'",
        "java -Djira.TOKEN=Ke=lp7# -jar",
        "'-Djira.TOKEN=Ke=lp7#'",
        "docker run -e TOKEN=Ke=lp7# x",
        "docker run -e \"TOKEN=Ke=lp7#\" x",
        "curl 'https://x?TOKEN=Ke=lp7#&x=y'",
        "TOKEN=Ke=lp7# ./run",
        "TOKEN=Ke=lp7#; ./run",
        "$TOKEN = ConvertTo-SecureString \"Ke=lp7#\" -AsPlainText -Force",
        "(TOKEN=Ke=lp7#)",
    ]);
}

#[test]
fn defaults_are_values() {
    all(&[
        "x: ${TOKEN:-Ke=lp7#}",
        "x: ${TOKEN-Ke=lp7#}",
        "x: ${TOKEN:=Ke=lp7#}",
        "@Value(\"${jira.TOKEN:Ke=lp7#}\")",
        "os.getenv(\"TOKEN\", \"Ke=lp7#\")",
        "os.environ.get('TOKEN') or 'Ke=lp7#'",
        "process.env.TOKEN || 'Ke=lp7#'",
        "process.env['TOKEN'] ?? 'Ke=lp7#'",
        "ENV['TOKEN'] ||= 'Ke=lp7#'",
        "TOKEN: process.env.JT || 'Ke=lp7#'",
        "{{ TOKEN | default('Ke=lp7#') }}",
        "{{ .Values.jira.TOKEN | default \"Ke=lp7#\" }}",
        "env::var(\"TOKEN\").unwrap_or(\"Ke=lp7#\".into())",
        "System.getenv(\"TOKEN\") ?: \"Ke=lp7#\"",
    ]);
}

#[test]
fn the_key_is_read_whole() {
    let key = |text: &str| read(text).map(|(key, _, _)| key);
    assert_eq!(key("jira.oauth-TOKEN_1=x").as_deref(), Some("jira.oauth-TOKEN_1"));
    assert_eq!(key("--jira-TOKEN x").as_deref(), Some("jira-TOKEN"));
    assert_eq!(key(r"a\nTOKEN=x").as_deref(), Some("TOKEN"));
    assert_eq!(key("myTOKENFile: x").as_deref(), Some("myTOKENFile"));
}

#[test]
fn what_is_in_quotes_may_hold_anything() {
    let value = |text: &str| read(text).map(|(_, value, quoted)| (value, quoted));
    for (text, expected) in [
        ("TOKEN: \"a b # c % 'd'\"", "a b # c % 'd'"),
        ("TOKEN='it\\'s \"x\"'", "it\\'s \"x\""),
        ("TOKEN: 'it''s'", "it''s"),
        ("\"TOKEN=a b#c\"", "a b#c"),
        ("TOKEN: \"\"", ""),
    ] {
        assert_eq!(value(text), Some((expected.to_owned(), true)), "{text}");
    }
}

#[test]
fn references_are_read_whole() {
    let value = |text: &str| read(text).map(|(_, value, _)| value);
    for (text, expected) in [
        ("TOKEN: ${{ secrets.X }}\n", "${{ secrets.X }}"),
        ("TOKEN={{ x }}", "{{ x }}"),
        ("TOKEN: <your token>", "<your token>"),
        ("TOKEN=$(cat x)", "$(cat x)"),
        ("TOKEN = get(x)", "get(x)"),
        ("foo(TOKEN=x)", "x"),
        ("TOKEN: str", "str"),
        ("TOKEN = 'abc", "abc"),
        ("TOKEN==abc", "=abc"),
    ] {
        assert_eq!(value(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_assigns_nothing_has_no_value() {
    none(&[
        "TOKEN",
        "TOKEN\n",
        "the TOKEN of the user",
        "https://TOKEN://x",
        "<TOKEN/>",
        "<TOKEN></TOKEN>",
        "f(TOKEN, other)",
        "${TOKEN}",
        "curl -u \"$TOKEN\" \"https://x\"",
        "- name: TOKEN\n- name: x\n  value: y",
        "- name: TOKEN\n  valueFrom:\n    secretKeyRef: x",
        "TOKEN =",
        "if TOKEN != 'x'",
    ]);
}

#[test]
fn places_of_their_own() {
    all(&[
        "${JIRA_TOKEN}    Ke=lp7#\n",
        "${JIRA_TOKEN}\tKe=lp7#\n",
        "\\newcommand{\\jiraTOKEN}{Ke=lp7#}\n",
        "jira_TOKEN;Ke=lp7#;2020\n",
        "\"jira_TOKEN\";\"Ke=lp7#\";2020\n",
        "id,jira_TOKEN,created\n1,Ke=lp7#,2020\n",
        "id;\"jira_TOKEN\"\r\n1;\"Ke=lp7#\"\r\n",
        "gh secret set JIRA_TOKEN --body \"Ke=lp7#\"\n",
        "x secret put JIRA_TOKEN --value=Ke=lp7# --app y\n",
        "echo \"##vso[task.setvariable variable=JIRA_TOKEN;issecret=true]Ke=lp7#\"\n",
        "    #[arg(long, default_value = \"Ke=lp7#\")]\n    jira_TOKEN: String,\n",
        "  [DefaultValue(\"Ke=lp7#\")]\n  public string JiraTOKEN\n",
        "  set $jira_TOKEN \"Ke=lp7#\";\n",
        "M.jira_TOKEN = [[Ke=lp7#]]\n",
        "-define(JIRA_TOKEN, <<\"Ke=lp7#\">>).\n",
        "Das jira TOKEN lautet Ke=lp7#\n",
        "buildConfigField(\"String\", \"JIRA_TOKEN\", \"\\\"Ke=lp7#\\\"\")\n",
        "<setting name=\"JiraTOKEN\" serializeAs=\"String\">\n  <value>Ke=lp7#</value>\n",
        "<x name=\"Argument.name\">TOKEN</x>\n<x name=\"Argument.value\">Ke=lp7#</x>\n",
        "aws ssm put --name /prod/jira/TOKEN --type SecureString --value 'Ke=lp7#'\n",
        "aws create-secret --name jira-TOKEN --secret-string Ke=lp7#\n",
        "{ provide: 'JIRA_TOKEN', useValue: 'Ke=lp7#' },\n",
        "set jiraTOKEN to \"Ke=lp7#\"\n",
        "\"jira_TOKEN\" to \"Ke=lp7#\",\n",
        "<strong>JIRA_TOKEN</strong> = <code>Ke=lp7#</code>\n",
        "[\"jira_TOKEN\"]=>\n  string(7) \"Ke=lp7#\"\n",
        "INSERT INTO t (id, jira_TOKEN) VALUES (1, 'Ke=lp7#');\n",
        "INSERT INTO t (`jira_TOKEN`, x)\nVALUES ('Ke=lp7#', 1);\n",
        "x.set(\"Ke=lp7#\", forKey: \"jiraTOKEN\")\n",
        "- value: \"Ke=lp7#\"\n  name: JIRA_TOKEN\n",
        "- value: Ke=lp7#\n  name: JIRA_TOKEN\n",
        "[{\"value\": \"Ke=lp7#\", \"name\": \"JIRA_TOKEN\"}]\n",
        "- string:\n    id: \"jira-TOKEN\"\n    secret: \"Ke=lp7#\"\n",
    ]);
    none(&[
        "${JIRA_TOKEN} Ke=lp7#\n",
        "x ${JIRA_TOKEN}    Ke=lp7#\n",
        "  return TOKEN;\n  x;\n",
        "if (TOKEN) {x}{y}\n",
        "[{\"name\": \"A\", \"value\": \"b\", \"name\": \"JIRA_TOKEN\"}]\n",
        "- name: A\n  value: b\n- name: JIRA_TOKEN\n",
        "arn:aws:secretsmanager:eu-west-1:1234:TOKEN:jira-AbCdEf\n",
        "gh secret set TOKEN --body-file x\n",
    ]);
}
