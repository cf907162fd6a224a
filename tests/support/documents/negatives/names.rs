//! Names of kinds, pages, files and keys that stand where a secret would.

use super::Row;

pub const ROWS: [Row; 27] = [
    (
        "name of a thing",
        "kinds.md",
        "| [bitbucket-dc-http-access-token](bitbucket-dc-http-access-token.md) | Bitbucket |\n| [crowd-application-password](crowd-application-password.md) | crowd-application-password |\n",
    ),
    (
        "name of a thing",
        "cards.md",
        "| bamboo-agent-security-token | bamboo-encrypted-secret |\n| Bamboo: the password | bamboo-encrypted-secret |\n",
    ),
    (
        "name of a thing",
        "contents.md",
        "- [`bitbucket-oauth-access-token`](#bitbucket-oauth-access-token)\n- [jira api token](jira/rest-api-v2.md)\n- [bamboo-specs-secret](how-to-revoke)\n",
    ),
    (
        "name of a thing",
        "references.md",
        "[crowd-application-password]: troubleshooting.md\n[bamboo-deploy-secret]: ../guides/account-security.html \"rotate\"\n[crowd application-password]: https://docs.example.org/crowd/overview\n",
    ),
    (
        "name of a thing",
        "mkdocs.yml",
        "nav:\n  - crowd-application-password: remediation/crowd-application-password.md\n  - Bitbucket refresh-token: bitbucket/rest-api-v2.md\n",
    ),
    (
        "name of a thing",
        "sidebar.js",
        "module.exports = {\n  'crowd-application-password': 'manage-access',\n  'bamboo-webhook-secret': ['bamboo-encrypted-secret'],\n};\n",
    ),
    (
        "name of a thing",
        "sidebar.json",
        "{\"bamboo-client-secret\": \"kinds/how-to-revoke\", \"jira-api-token\": \"migration-guide-9.4\"}\n",
    ),
    (
        "name of a thing",
        "addresses.rs",
        "&[\n    \"https://jira.example.com/plugins/servlet/oauth/request-token\",\n    \"curl -X PUT https://jira.example.com/rest/applinks/3.0/links\",\n    \"https://jira.example.com/jira/password\",\n    \"GET /rest/auth/1/session\",\n]\n",
    ),
    (
        "name of a thing",
        "imports.ts",
        "import { bambooClientSecret } from './bamboo/client-secret';\nimport bambooAppPassword from 'crowd-application-password';\nconst crowdApplicationPassword = require('crowd-password-form');\n",
    ),
    (
        "name of a thing",
        "kinds_test.py",
        "def test_bamboo_app_password_how_to_revoke():\n    pass\n\n@pytest.mark.bamboo_app_password('how-to-revoke')\ndef test_crowd_application_password_is_named():\n    pass\n",
    ),
    (
        "name of a thing",
        "anchors.html",
        "<a href=\"/crowd/application-password#manage-access\">x</a><h2 id=\"bamboo-client-secret\">create-and-rotate</h2>\n<td>crowd-application-password</td><td>bamboo-encrypted-secret</td>\n",
    ),
    (
        "name of a thing",
        "links.txt",
        "https://developer.atlassian.com/crowd?application_password=reference/overview\nhttps://docs.example.org/bamboo#bamboo-client-secret=how-to-revoke\n",
    ),
    (
        "name of a thing",
        "messages.properties",
        "crowd.application_password=crowd.manage.access\nbamboo.client_secret=bamboo.create.and.rotate\ntrello.token=trello.rest.api.v2\n",
    ),
    (
        "name of a thing",
        "messages.json",
        "{\"bambooClientSecret\": \"createAndRotate\", \"crowdApplicationPassword\": \"settingsAccountSecurity\"}\n",
    ),
    (
        "name of a thing",
        "theme.scss",
        ".crowd-application-password { animation: crowd-fade; }\n$bamboo-client-secret: hover-state;\n--crowd-application-password: grid-area-v2;\n",
    ),
    (
        "name of a thing",
        "schema.graphql",
        "type Crowd {\n  crowdApplicationPassword: CreateAndRotate!\n  bambooClientSecret: HowToRevoke\n  bitbucketAccessToken: AccessTokenPayload!\n}\n",
    ),
    (
        "name of a thing",
        "symbols.rb",
        "{\n  :jira_api_key => :rest_api_v2,\n  :opsgenie_webhook_secret => :rest_api_v2,\n  'bamboo_client_secret' => 'how-to-revoke',\n}\n",
    ),
    (
        "name of a thing",
        "kinds.env",
        "LAST=bitbucket-cloud-access-token\nBITBUCKET_DC_HTTP_ACCESS_TOKEN=bitbucket-dc-http-access-token\nSTATUSPAGE_API_KEY=statuspage-api-key\n",
    ),
    (
        "name of a thing",
        "kinds.csv",
        "id,next\ncrowd-application-password,bitbucket-dc-http-access-token\nbamboo-specs-secret,bamboo-encrypted-secret\n",
    ),
    (
        "name of a thing",
        "page.adoc",
        ":crowd-application-password: how-to-revoke\n* bamboo-client-secret:: users-and-groups\n<<bamboo-app-password,create-and-rotate>>\n",
    ),
    (
        "name of a thing",
        "types.ts",
        "export interface Links {\n  crowdApplicationPassword: Sha256Digest;\n  bambooClientSecret: CreateToken2,\n  bambooWebhookSecret: SecretPayload;\n}\n",
    ),
    (
        "name of a thing",
        "actions.json",
        "{\"crowdApplicationPassword\": \"createToken2\", \"bambooClientSecret\": \"HowToRevoke\", \"bambooDeployPassword\": \"parseX509Key\"}\n",
    ),
    (
        "name of a thing",
        "guides.yaml",
        "guides:\n  crowd-application-password: overview\n  bamboo-deploy-secret: troubleshooting\n  bamboo-webhook-secret: Introduction\n",
    ),
    (
        "name of a thing",
        "messages_de.properties",
        "crowd.application.password=Anwendungskennwort\nbamboo.deploy.password=Kennwort\nbamboo.client.secret=Geheimnis\n",
    ),
    (
        "name of a thing",
        "messages.fr.yml",
        "fr:\n  crowd_application_password: «Mot§(nbsp)de§(nbsp)passe»\n  bamboo_deploy_password: Déploiement\n",
    ),
    (
        "name of a thing",
        "messages.ja.json",
        "{\"crowdApplicationPassword\": \"アプリのパスワード\", \"bambooDeployPassword\": \"Пароль\"}\n",
    ),
    (
        "name of a thing",
        "columns.graphql",
        "input Login {\n  crowdApplicationPassword: Password\n  bambooClientSecret: Base64String\n  bambooDeployPassword: [SecretValue]\n}\n",
    ),
];
