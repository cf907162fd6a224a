//! Settings as they stand in real files, each with the same value.

use crate::assignment::assigned;
use pushgate_detector_sdk::Span;

/// What stands where a text has `§`.
const VALUE: &str = "Ke=lp7#";

/// What is assigned to the key of which `#`, or the first `TOKEN`, is a part.
fn read(text: &str) -> Option<(String, String, bool)> {
    let text = text.replace('§', VALUE);
    let word = text.find("TOKEN").expect("the text names a token");
    let found = assigned(text.as_bytes(), Span::at(word, 5))?;
    let of = |span: Span| String::from_utf8_lossy(span.of(text.as_bytes()).unwrap()).into_owned();
    Some((of(found.key), of(found.value), found.quoted))
}

fn all(texts: &[&str]) {
    let mut wrong = Vec::new();
    for text in texts {
        let found = read(text);
        if found.as_ref().map(|(_, value, _)| value.as_str()) != Some(VALUE) {
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
        "ACME_TOKEN=§\n",
        "ACME_TOKEN=§ # comment",
        "ACME_TOKEN = § ; comment",
        "export ACME_TOKEN='§'",
        "acme.TOKEN: §\n",
        "acme.TOKEN §\n",
        "acme.TOKEN   §",
        "acmeTOKEN: \"§\" # comment",
        "TOKEN: !!str §\n",
        "TOKEN: &acme §\n",
        "TOKEN: &acme \"§\"\n",
        "TOKEN: >-\n    §\n",
        "TOKEN: |\r\n    §\r\n",
        "TOKEN :=§\n",
        "TOKEN ?= §\n",
        "TOKEN ::= §\n",
        "TOKEN :::= \"§\"\n",
        "$TOKEN .= \"§\"",
        "- ACME_TOKEN=§\n",
        "- \"ACME_TOKEN=§\"\n",
        "{TOKEN: §, x: y}",
        "{x: y, TOKEN: §}",
        "ACME_TOKEN,§\n",
        "ACME_TOKEN,§,2020\n",
        "\"ACME_TOKEN\",\"§\",\n",
        "ACME_TOKEN\t§\n",
        "\"ACME_TOKEN\"=\"§\"",
        "//npm.example.org/:_authTOKEN=§\n",
        "Environment=\"ACME_TOKEN=§\"",
        "//npm.example.org/:_authTOKEN §",
        "env.ACME_TOKEN=§",
        "acme.TOKEN\\=§",
        "acme.TOKEN\\:§",
        "TOKEN：§",
    ]);
}

#[test]
fn quotes_of_quotes() {
    all(&[
        r##"{"TOKEN":"§"}"##,
        r##""{\"TOKEN\":\"§\"}""##,
        r##""{\\\"TOKEN\\\": \\\"§\\\"}""##,
        "{&quot;TOKEN&quot;:&quot;§&quot;}",
        r"{\u0022TOKEN\u0022:\u0022§\u0022}",
        "{'TOKEN': '§'}",
        "{\"TOKEN\": [\"§\"]}",
        "“TOKEN”: “§”",
        r##""TOKEN = \"§\"\n","##,
        r##""\nTOKEN=§\nX=1""##,
        r##""TOKEN=§\nX=1""##,
    ]);
}

#[test]
fn markup() {
    all(&[
        "<TOKEN>§</TOKEN>",
        "<acmeTOKEN>\n   §\n</acmeTOKEN>",
        "<acme.TOKEN encrypted=\"no\">§</acme.TOKEN>",
        "<TOKEN><![CDATA[§]]></TOKEN>",
        "<TOKEN><value>§</value></TOKEN>",
        "&lt;TOKEN&gt;§&lt;/TOKEN&gt;",
        "<property name=\"acme.TOKEN\">§</property>",
        "<property name=\"TOKEN\" value=\"§\"/>",
        "<property name='TOKEN' type='x' value='§'/>",
        "<add key=\"TOKEN\" value=\"§\" />",
        "<property name=\"TOKEN\"><value>§</value></property>",
        "<name>TOKEN</name>\n<value>§</value>",
        "<key>TOKEN</key>\n\t<string>§</string>",
        "<acme user=\"a\" TOKEN=\"§\"/>",
        "<input name=\"TOKEN\" type=\"hidden\" value=\"§\">",
        "<tr><td>Acme TOKEN</td><td>§</td></tr>",
        "<b>TOKEN</b>: §\n",
        "**TOKEN**: `§`",
        "**TOKEN:** `§`",
        "| ACME_TOKEN | § |",
        "| `ACME_TOKEN` | `§` | text |",
        "`ACME_TOKEN`: `§`",
        "the TOKEN is `§`",
        "the TOKEN is § now",
    ]);
}

#[test]
fn lists_of_names_and_values() {
    all(&[
        "- name: ACME_TOKEN\n  value: §\n",
        "- name: \"ACME_TOKEN\"\n  displayName: \"the value: of it\"\n  value: \"§\"\n",
        "{\"name\": \"TOKEN\", \"value\": \"§\"}",
        "{\n\"key\": \"TOKEN\",\n\"type\": \"string\",\n\"value\": \"§\"\n}",
        r##"{\"name\": \"TOKEN\", \"value\": \"§\"}"##,
        "{ name = \"TOKEN\", value = \"§\" }",
        "variable \"TOKEN\" {\n  type = string\n  default = \"§\"\n}",
        "set_sensitive {\n  name  = \"acme.TOKEN\"\n  value = \"§\"\n}",
        "string(name: 'TOKEN', defaultValue: '§', description: '')",
        "ParameterKey=TOKEN,ParameterValue=§\n",
        "parser.add_argument('--acme-TOKEN', default='§')",
        "parser.add_argument('--acme-TOKEN', type=str, help='the TOKEN', default='§')",
        "parser.add_argument('--acme-TOKEN', '-t', default='§')",
    ]);
}

#[test]
fn programs() {
    all(&[
        "const char *TOKEN = \"§\";",
        "char TOKEN[] = \"§\";",
        "static final String TOKEN = \"§\";",
        "TOKEN: &str = \"§\";",
        "TOKEN: &'static str = \"§\";",
        "let TOKEN: Option<String> = Some(\"§\".to_string());",
        "let TOKEN: String = String::from(\"§\");",
        "let TOKEN = r#\"§\"#;",
        "TOKEN: string = '§';",
        "TOKEN?: string = '§';",
        "TOKEN: string | undefined = `§`;",
        "val TOKEN: String? = \"§\"",
        "var acmeTOKEN string = \"§\"",
        "acmeTOKEN := \"§\"",
        "Dim TOKEN As String = \"§\"",
        "public string TOKEN { get; set; } = \"§\";",
        "TOKEN: Final[str] = '§'",
        "TOKEN = \"\"\"§\"\"\"",
        "TOKEN = \"\"\"\n§\n\"\"\"",
        "TOKEN = f\"§\"",
        "TOKEN = @\"§\";",
        "TOKEN = $'§'",
        "TOKEN = (\n    '§'\n)",
        "ACME(TOKEN='§')",
        "ACME(user, TOKEN = '§', x=1)",
        "config['TOKEN'] = '§';",
        "config[:TOKEN] = '§'",
        "$config['acme']['TOKEN'] = '§';",
        "$TOKEN = '§';",
        ":TOKEN => '§'",
        "'TOKEN' => '§',",
        "$this->TOKEN = '§';",
        "TOKEN '§'",
        "(setq acme-TOKEN \"§\")",
        ":TOKEN \"§\"",
        "TOKEN <- \"§\"",
        "{TOKEN, \"§\"}",
        "setProperty(\"TOKEN\", \"§\")",
        "define('TOKEN', '§');",
        "#define TOKEN \"§\"",
        ".TOKEN(\"§\")",
        "TOKEN = SecretStr(\"§\")",
        "TOKEN: new SecretString('§')",
        "if (TOKEN.equals(\"§\"))",
        "if TOKEN == '§':",
        "cy.get('#TOKEN').type('§')",
        "VALUES ('TOKEN', '§')",
        "DECLARE @TOKEN NVARCHAR(50) = '§'",
        "set(TOKEN \"§\")",
    ]);
}

#[test]
fn shells() {
    all(&[
        "ENV TOKEN §\n",
        "ENV TOKEN=§ X=1\n",
        "ARG TOKEN=\"§\"",
        "setx TOKEN \"§\" /M",
        "setx TOKEN §",
        "set \"TOKEN=§\"",
        "set TOKEN=§\r\n",
        "$env:TOKEN = \"§\"",
        "set -gx TOKEN §",
        "SetEnv TOKEN §",
        "tool --acme-TOKEN § --x",
        "tool --TOKEN=§ --x",
        "tool --TOKEN \"§\"",
        "tool -TOKEN '§'",
        "java -Dacme.TOKEN=§ -jar",
        "'-Dacme.TOKEN=§'",
        "docker run -e TOKEN=§ x",
        "docker run -e \"TOKEN=§\" x",
        "curl 'https://x?TOKEN=§&x=y'",
        "TOKEN=§ ./run",
        "TOKEN=§; ./run",
        "$TOKEN = ConvertTo-SecureString \"§\" -AsPlainText -Force",
        "(TOKEN=§)",
    ]);
}

#[test]
fn defaults_are_values() {
    all(&[
        "x: ${TOKEN:-§}",
        "x: ${TOKEN-§}",
        "x: ${TOKEN:=§}",
        "@Value(\"${acme.TOKEN:§}\")",
        "os.getenv(\"TOKEN\", \"§\")",
        "os.environ.get('TOKEN') or '§'",
        "process.env.TOKEN || '§'",
        "process.env['TOKEN'] ?? '§'",
        "ENV['TOKEN'] ||= '§'",
        "TOKEN: process.env.JT || '§'",
        "{{ TOKEN | default('§') }}",
        "{{ .Values.acme.TOKEN | default \"§\" }}",
        "env::var(\"TOKEN\").unwrap_or(\"§\".into())",
        "System.getenv(\"TOKEN\") ?: \"§\"",
    ]);
}

#[test]
fn the_key_is_read_whole() {
    let key = |text: &str| read(text).map(|(key, _, _)| key);
    assert_eq!(key("acme.oauth-TOKEN_1=x").as_deref(), Some("acme.oauth-TOKEN_1"));
    assert_eq!(key("--acme-TOKEN x").as_deref(), Some("acme-TOKEN"));
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
        "${ACME_TOKEN}    §\n",
        "${ACME_TOKEN}\t§\n",
        "\\newcommand{\\acmeTOKEN}{§}\n",
        "acme_TOKEN;§;2020\n",
        "\"acme_TOKEN\";\"§\";2020\n",
        "id,acme_TOKEN,created\n1,§,2020\n",
        "id;\"acme_TOKEN\"\r\n1;\"§\"\r\n",
        "gh secret set ACME_TOKEN --body \"§\"\n",
        "x secret put ACME_TOKEN --value=§ --app y\n",
        "echo \"##vso[task.setvariable variable=ACME_TOKEN;issecret=true]§\"\n",
        "    #[arg(long, default_value = \"§\")]\n    acme_TOKEN: String,\n",
        "  [DefaultValue(\"§\")]\n  public string AcmeTOKEN\n",
        "  set $acme_TOKEN \"§\";\n",
        "M.acme_TOKEN = [[§]]\n",
        "-define(ACME_TOKEN, <<\"§\">>).\n",
        "Das acme TOKEN lautet §\n",
        "buildConfigField(\"String\", \"ACME_TOKEN\", \"\\\"§\\\"\")\n",
        "<setting name=\"AcmeTOKEN\" serializeAs=\"String\">\n  <value>§</value>\n",
        "<x name=\"Argument.name\">TOKEN</x>\n<x name=\"Argument.value\">§</x>\n",
        "aws ssm put --name /prod/acme/TOKEN --type SecureString --value '§'\n",
        "aws create-secret --name acme-TOKEN --secret-string §\n",
        "{ provide: 'ACME_TOKEN', useValue: '§' },\n",
        "set acmeTOKEN to \"§\"\n",
        "\"acme_TOKEN\" to \"§\",\n",
        "<strong>ACME_TOKEN</strong> = <code>§</code>\n",
        "[\"acme_TOKEN\"]=>\n  string(7) \"§\"\n",
        "INSERT INTO t (id, acme_TOKEN) VALUES (1, '§');\n",
        "INSERT INTO t (`acme_TOKEN`, x)\nVALUES ('§', 1);\n",
        "x.set(\"§\", forKey: \"acmeTOKEN\")\n",
        "- value: \"§\"\n  name: ACME_TOKEN\n",
        "- value: §\n  name: ACME_TOKEN\n",
        "[{\"value\": \"§\", \"name\": \"ACME_TOKEN\"}]\n",
        "- string:\n    id: \"acme-TOKEN\"\n    secret: \"§\"\n",
    ]);
    none(&[
        "${ACME_TOKEN} §\n",
        "x ${ACME_TOKEN}    §\n",
        "  return TOKEN;\n  x;\n",
        "if (TOKEN) {x}{y}\n",
        "[{\"name\": \"A\", \"value\": \"b\", \"name\": \"ACME_TOKEN\"}]\n",
        "- name: A\n  value: b\n- name: ACME_TOKEN\n",
        "arn:aws:secretsmanager:eu-west-1:1234:TOKEN:acme-AbCdEf\n",
        "gh secret set TOKEN --body-file x\n",
    ]);
}

#[test]
fn a_text_of_a_list_does_not_name_the_next_one() {
    none(&[
        "[\"how to renew the TOKEN\",\n \"§\"]",
        "[\"x|TOKEN\",\r\n \"§\"]",
        "[\"{x-TOKEN}\",\n \"§\"]",
        "[\"https://jira.example.com/oauth/request-TOKEN\", \"§\"]",
    ]);
    all(&["set(\"TOKEN\",\n \"§\")", "set(\"acme TOKEN\", \"§\")"]);
}
