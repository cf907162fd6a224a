//! What looks like a secret in tools, formats and records beside those of everyday.

use super::Row;

pub const ROWS: [Row; 89] = [
    (
        "elsewhere",
        "suite.robot",
        "*** Variables ***\n${JIRA_TOKEN}    %{JIRA_TOKEN}\n${JIRA_PASSWORD}    ${EMPTY}\n",
    ),
    (
        "elsewhere",
        "suite2.robot",
        "*** Test Cases ***\nLog in\n    Input Password    id:jira-password    ${JIRA_PASSWORD}\n    Click Button    Log in\n",
    ),
    (
        "elsewhere",
        "a.tex",
        "\\newcommand{\\jiraToken}{\\textit{your API token}}\n\\newcommand{\\jiraPassword}{\\texttt{<password>}}\n",
    ),
    (
        "elsewhere",
        "i18n.csv",
        "key;de;fr\njira_token;Zugangsschlüssel;Jeton\njira_password;Passwort;Mot-de-passe\n",
    ),
    ("elsewhere", "fields.csv", "name,jira_token,required\nlabel,API-Token,yes\n"),
    ("elsewhere", "users.csv", "id,jira_password_hash,created\n1,$2b$12$§(alnum 53),2024-01-01\n"),
    ("elsewhere", "ids.csv", "name,jira_token_id,created\nci,§(uuid),2024-01-01\n"),
    (
        "elsewhere",
        "s1.sh",
        "gh secret set JIRA_TOKEN --body \"$JIRA_TOKEN\"\ngh secret set JIRA_API_TOKEN < token.txt\n",
    ),
    (
        "elsewhere",
        "s2.sh",
        "JIRA_PASSWORD=$(pass show team/jira)\nread -rs -p \"Jira password: \" JIRA_PASSWORD\n",
    ),
    (
        "elsewhere",
        "s3.sh",
        "JIRA_TOKEN=\"$(security find-generic-password -s jira -w)\"\nexport JIRA_TOKEN\n",
    ),
    (
        "elsewhere",
        "a.yml",
        "- script: echo \"##vso[task.setvariable variable=JIRA_TOKEN;issecret=true]$(JiraToken)\"\n",
    ),
    (
        "elsewhere",
        "cli.rs",
        "#[arg(long, env = \"JIRA_TOKEN\", default_value = \"\")]\njira_token: String,\n#[arg(long, default_value = \"https://jira.example.org\")]\njira_url: String,\n",
    ),
    (
        "elsewhere",
        "S.cs",
        "[DefaultValue(\"\")]\npublic string JiraToken { get; set; }\npublic string Name => nameof(JiraToken);\n",
    ),
    (
        "elsewhere",
        "p.jmx",
        "<stringProp name=\"Argument.name\">jira_token</stringProp>\n<stringProp name=\"Argument.value\">${__P(jira_token)}</stringProp>\n",
    ),
    (
        "elsewhere",
        "App.config",
        "<setting name=\"JiraToken\" serializeAs=\"String\">\n  <value />\n</setting>\n",
    ),
    (
        "elsewhere",
        "nginx.conf",
        "set $jira_token $http_x_jira_token;\nproxy_set_header X-Jira-Token $jira_token;\nmap $cookie_jira_token $jira_auth { default \"\"; }\n",
    ),
    (
        "elsewhere",
        "a.lua",
        "local jira_token = os.getenv(\"JIRA_TOKEN\")\nassert(jira_token, [[JIRA_TOKEN is not set]])\n",
    ),
    (
        "elsewhere",
        "a.erl",
        "Token = os:getenv(\"JIRA_TOKEN\"),\n-define(JIRA_TOKEN_HEADER, <<\"X-Jira-Token\">>).\n",
    ),
    (
        "elsewhere",
        "a.swift",
        "let jiraToken = ProcessInfo.processInfo.environment[\"JIRA_TOKEN\"] ?? \"\"\n",
    ),
    (
        "elsewhere",
        "a.R",
        "jira_token <- Sys.getenv(\"JIRA_TOKEN\")\njira_password <- askpass::askpass(\"Jira password\")\n",
    ),
    ("elsewhere", "a.jl", "jira_token = get(ENV, \"JIRA_TOKEN\", \"\")\n"),
    ("elsewhere", "a.exs", "config :app, jira_token: System.fetch_env!(\"JIRA_TOKEN\")\n"),
    ("elsewhere", "a.dart", "const jiraToken = String.fromEnvironment('JIRA_TOKEN');\n"),
    ("elsewhere", "a.clj", "(def jira-token (System/getenv \"JIRA_TOKEN\"))\n"),
    ("elsewhere", "a.pl", "my $jira_token = $ENV{JIRA_TOKEN} or die \"JIRA_TOKEN is missing\";\n"),
    (
        "elsewhere",
        "a.sql",
        "ALTER TABLE users ADD COLUMN jira_token VARCHAR(255) DEFAULT NULL;\nCREATE INDEX idx_jira_token ON users (jira_token);\n",
    ),
    (
        "elsewhere",
        "b.sql",
        "INSERT INTO users (name, jira_password) VALUES ('ci', '$2a$10$§(alnum 53)');\n",
    ),
    ("elsewhere", ".htpasswd", "jira:$apr1$§(alnum 8)$§(alnum 22)\n"),
    ("elsewhere", "a.ldif", "dn: cn=jira,dc=example,dc=org\nuserPassword: {SSHA}§(b64 32)\n"),
    (
        "elsewhere",
        "notiz.txt",
        "Das Jira Passwort lautet wie immer. Das Confluence Token ist abgelaufen.\n",
    ),
    (
        "elsewhere",
        "note.txt",
        "The Jira token is expired. The Jira password is stored in KeePass, the Bitbucket app password as well.\n",
    ),
    ("elsewhere", "a.adoc", ":jira-token: {token}\n\nThe `jira-token` attribute is required.\n"),
    (
        "elsewhere",
        "a.org",
        "| jira_token | string | required |\n| jira_password | string | optional |\n",
    ),
    (
        "elsewhere",
        "README.md",
        "| Variable | Description | Required |\n|---|---|---|\n| `JIRA_TOKEN` | API token for Jira | yes |\n| `JIRA_PASSWORD` | deprecated | no |\n",
    ),
    (
        "elsewhere",
        "deploy.yaml",
        "env:\n- name: JIRA_TOKEN\n  valueFrom:\n    secretKeyRef:\n      name: jira\n      key: api-token\n",
    ),
    (
        "elsewhere",
        "jira.proto",
        "message Config {\n  string jira_token = 3;\n  string jira_password = 4 [deprecated = true];\n}\n",
    ),
    (
        "elsewhere",
        "jira.avsc",
        "{\"type\":\"record\",\"name\":\"Jira\",\"fields\":[{\"name\":\"jira_token\",\"type\":\"string\"},{\"name\":\"password\",\"type\":[\"null\",\"string\"],\"default\":null}]}\n",
    ),
    (
        "elsewhere",
        "types.ts",
        "export interface JiraConfig {\n  jiraToken: string;\n  jiraPassword?: string;\n  apiToken: string | undefined;\n}\n",
    ),
    (
        "elsewhere",
        "login.html",
        "<label for=\"jira-password\">Jira password</label>\n<input id=\"jira-password\" name=\"jiraPassword\" type=\"password\" autocomplete=\"current-password\" placeholder=\"Jira password\">\n",
    ),
    (
        "elsewhere",
        "a.css",
        ".jira-password-field { color: #ff00aa; }\n#jira-token::after { content: \"token\"; }\n",
    ),
    (
        "elsewhere",
        "en.json",
        "{\"jira.password\": \"Password\", \"jira.token\": \"API token\", \"jira.token.hint\": \"Enter your API token\", \"jira.password.error\": \"Wrong password!\"}\n",
    ),
    (
        "elsewhere",
        "e2e.ts",
        "await page.getByTestId(\"jira-token-input\").fill(process.env.JIRA_TOKEN!);\nawait page.fill(\"#jira-password\", password);\n",
    ),
    (
        "elsewhere",
        "a.ps1",
        "$JiraPassword = Read-Host -AsSecureString \"Jira password\"\n$JiraToken = Get-Secret -Name JiraToken -AsPlainText\n$env:JIRA_TOKEN = $JiraToken\n",
    ),
    (
        "elsewhere",
        "a.cmd",
        "set /p JIRA_TOKEN=Jira token:\r\nif \"%JIRA_TOKEN%\"==\"\" exit /b 1\r\n",
    ),
    (
        "elsewhere",
        "a.har",
        "{\"name\": \"jira_token\", \"value\": \"[REDACTED]\"},{\"name\":\"Authorization\",\"value\":\"Bearer ***\"}\n",
    ),
    (
        "elsewhere",
        "a.log",
        "\u{1b}[32mINFO\u{1b}[0m jira_token=\u{1b}[33m<hidden>\u{1b}[0m jira_password=\u{1b}[31m******\u{1b}[0m\n",
    ),
    (
        "elsewhere",
        "b.log",
        "INFO token refreshed for jira user ci, expires in 3600\nWARN jira password rejected: 401 Unauthorized\n",
    ),
    (
        "elsewhere",
        "a.tf",
        "output \"jira_token\" {\n  value     = var.jira_token\n  sensitive = true\n}\nvariable \"jira_password\" {\n  type      = string\n  sensitive = true\n  description = \"Password of the Jira user\"\n}\n",
    ),
    (
        "elsewhere",
        "b.tf",
        "resource \"aws_ssm_parameter\" \"jira_token\" {\n  name  = \"/prod/jira/token\"\n  type  = \"SecureString\"\n  value = random_password.jira.result\n}\n",
    ),
    (
        "elsewhere",
        "c.sh",
        "aws ssm get-parameter --name /prod/jira/token --with-decryption --query Parameter.Value --output text\n",
    ),
    (
        "elsewhere",
        "casc.yaml",
        "credentials:\n  system:\n    domainCredentials:\n      - credentials:\n          - string:\n              id: \"jira-token\"\n              secret: \"${JIRA_TOKEN}\"\n              description: \"Token for Jira\"\n",
    ),
    (
        "elsewhere",
        "a.gradle",
        "def jiraToken = System.getenv(\"JIRA_TOKEN\") ?: project.findProperty(\"jiraToken\")\nbuildConfigField(\"String\", \"JIRA_TOKEN\", \"\\\"\\\"\")\n",
    ),
    (
        "elsewhere",
        "a.kts",
        "val jiraToken: String by project\nbuildConfigField(\"String\", \"JIRA_TOKEN\", \"\\\"${properties[\"jiraToken\"]}\\\"\")\n",
    ),
    (
        "elsewhere",
        "a.conf",
        "jira {\n  token = ${?JIRA_TOKEN}\n  password = ${jira.default-password}\n}\n",
    ),
    (
        "elsewhere",
        "pom.xml",
        "<properties>\n  <jira.password>${env.JIRA_PASSWORD}</jira.password>\n  <jira.token.file>/run/secrets/jira</jira.token.file>\n</properties>\n",
    ),
    (
        "elsewhere",
        "a.py",
        "parser.add_argument(\"--jira-token\", default=os.environ.get(\"JIRA_TOKEN\"), help=\"API token for Jira\")\njira_password = keyring.get_password(\"jira\", username)\n",
    ),
    (
        "elsewhere",
        "b.py",
        "JIRA_TOKEN_HEADER = \"X-Jira-Token\"\nJIRA_PASSWORD_FIELD = \"os_password\"\nTOKEN_URL = \"https://auth.atlassian.com/oauth/token\"\n",
    ),
    (
        "elsewhere",
        "a.go",
        "jiraToken := flag.String(\"jira-token\", \"\", \"API token for Jira\")\nconst jiraTokenEnv = \"JIRA_TOKEN\"\n",
    ),
    (
        "elsewhere",
        "A.java",
        "@Value(\"${jira.token:}\")\nprivate String jiraToken;\nprivate static final String JIRA_PASSWORD_KEY = \"jira.password\";\n",
    ),
    (
        "elsewhere",
        "swagger.yaml",
        "parameters:\n  - name: jira_token\n    in: query\n    description: token of the Jira user\n    schema:\n      type: string\n      format: password\n",
    ),
    (
        "elsewhere",
        "a.graphql",
        "type Mutation {\n  setJiraToken(token: String!, password: String): Boolean\n}\n",
    ),
    (
        "elsewhere",
        "values.yaml",
        "jira:\n  existingSecret: jira-credentials\n  existingSecretPasswordKey: jira-password\n  tokenSecretRef:\n    name: jira-token\n    key: token\n",
    ),
    (
        "elsewhere",
        "compose.yml",
        "services:\n  app:\n    environment:\n      JIRA_TOKEN_FILE: /run/secrets/jira_token\n      JIRA_PASSWORD: ${JIRA_PASSWORD:?is missing}\n    secrets:\n      - jira_token\n",
    ),
    (
        "elsewhere",
        "a.reg",
        "[HKEY_CURRENT_USER\\Software\\Jira]\r\n\"JiraToken\"=-\r\n\"RememberPassword\"=dword:00000001\r\n",
    ),
    (
        "elsewhere",
        "app.service",
        "[Service]\nLoadCredential=jira_token:/etc/credstore/jira_token\nEnvironment=JIRA_TOKEN_FILE=%d/jira_token\n",
    ),
    (
        "elsewhere",
        "Vagrantfile",
        "config.vm.provision \"shell\", env: { \"JIRA_TOKEN\" => ENV[\"JIRA_TOKEN\"] }\n",
    ),
    (
        "elsewhere",
        "a.mk",
        "JIRA_TOKEN ?= $(shell cat .token)\ndeploy:\n\tcurl -H \"Authorization: Bearer $(JIRA_TOKEN)\" $(JIRA_URL)\n",
    ),
    (
        "elsewhere",
        "a.rst",
        ".. envvar:: JIRA_TOKEN\n\n   Token of the user with whom the Jira client logs in.\n",
    ),
    ("elsewhere", "chart.txt", "jira_token ....... required\njira_password .... optional\n"),
    (
        "elsewhere",
        "a.vue",
        "<PasswordField v-model=\"jiraPassword\" label=\"Jira password\" :rules=\"[required]\" />\n",
    ),
    (
        "elsewhere",
        "a.mongo.js",
        "db.settings.updateOne({ key: \"jira_token\" }, { $unset: { value: \"\" } });\n",
    ),
    ("elsewhere", "a.redis", "DEL settings:jira_token\nEXPIRE settings:jira_password 3600\n"),
    (
        "elsewhere",
        "a.applescript",
        "set jiraPassword to text returned of (display dialog \"Jira password\" with hidden answer)\n",
    ),
    (
        "elsewhere",
        "a.el",
        "(setq jira-token (auth-source-pick-first-password :host \"jira.example.org\"))\n",
    ),
    ("elsewhere", "a.vim", "let g:jira_token = $JIRA_TOKEN\nlet g:jira_password = ''\n"),
    (
        "elsewhere",
        "CMakeLists.txt",
        "set(JIRA_TOKEN \"$ENV{JIRA_TOKEN}\")\nset(JIRA_PASSWORD \"\" CACHE STRING \"Password of the Jira user\")\n",
    ),
    ("elsewhere", "a.bicep", "param jiraToken string\nparam jiraPassword string = newGuid()\n"),
    (
        "elsewhere",
        "azuredeploy.json",
        "{\"parameters\": {\"jiraToken\": {\"type\": \"securestring\", \"metadata\": {\"description\": \"Token of Jira\"}}}}\n",
    ),
    ("elsewhere", "hiera.yaml", "jira::password: \"%{lookup('jira::db::password')}\"\n"),
    (
        "elsewhere",
        "dump.txt",
        "[\"jira_token\"]=>\n  NULL\n[\"jira_password\"]=>\n  string(0) \"\"\n",
    ),
    ("elsewhere", "a.wiki", "|jira password|see the vault|\n|jira token|ask the team|\n"),
    (
        "elsewhere",
        "terms.html",
        "<dt>Jira token</dt><dd>A key for the interface of Jira</dd>\n<dt>Jira password</dt><dd>The password of your account</dd>\n",
    ),
    (
        "elsewhere",
        "params.sh",
        "aws secretsmanager get-secret-value --secret-id jira-token --query SecretString\naws ssm put-parameter --name /prod/jira/token --type SecureString --value \"$JIRA_TOKEN\"\n",
    ),
    (
        "elsewhere",
        "arn.env",
        "JIRA_TOKEN_ARN=arn:aws:secretsmanager:eu-west-1:123456789012:secret:jira-token-§(alnum 6)\nCONFLUENCE_SECRET=arn:aws:secretsmanager:eu-west-1:123456789012:secret:confluence-§(alnum 6)\n",
    ),
    (
        "elsewhere",
        "word/document.xml",
        "<w:p><w:r><w:t>Jira pass</w:t></w:r><w:r><w:t>word:</w:t></w:r></w:p><w:p><w:r><w:t>see the vault</w:t></w:r></w:p>\n",
    ),
    (
        "elsewhere",
        "s.ts",
        "const url = 'https://' + user + ':' + password + '@jira.example.org';\nconst label = 'Jira ' + 'password: ' + 'none';\n",
    ),
    (
        "elsewhere",
        "t.ts",
        "const text = 'jira_token' + '=' + token;\nconst header = ['X-Jira-Token', token].join(': ');\n",
    ),
    (
        "elsewhere",
        "id_ed25519_sk.pub",
        "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t§(b64 60) jira@host\n",
    ),
    (
        "elsewhere",
        "dh.pem",
        "-----BEGIN DH PARAMETERS-----\nMIIBCAKCAQEA§(b64 300)AgEC\n-----END DH PARAMETERS-----\n",
    ),
];
