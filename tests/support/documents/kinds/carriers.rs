//! Section G: where a secret has no shape of its own.

use super::{KIND, Kind, Snippet, keys, snippet, snippet_of, values};

const CLOUD: &str = "atlassian-cloud-api-token";
const BASIC: &str = "atlassian-basic-auth-header";
const PASSWORD: &str = "atlassian-cleartext-password";
const LEGACY: &str = "atlassian-legacy-api-token";

pub const KINDS: [Kind; 7] = [
    Kind {
        id: BASIC,
        value: values::basic_with_password,
        snippets: &[
            snippet(
                "jira.py",
                "URL = 'https://jira.example.org/rest/api/2/search'\nheaders = {'Authorization': 'Basic §v'}\n",
            ),
            Snippet {
                also: &[CLOUD],
                ..snippet_of(
                    "mcp.json",
                    "{\n  \"mcpServers\": {\n    \"docs\": {\n      \"url\": \"https://mcp.example.org/v1\",\n      \"headers\": {\"Authorization\": \"Basic §v\"}\n    }\n  }\n}\n",
                    values::basic_with_token,
                )
            },
            snippet("Notify.groovy", "jira.headers.Authorization = 'Basic §v'\n"),
            snippet(
                "wiki.ps1",
                "$headers = @{ Authorization = \"Basic §v\" }\nInvoke-RestMethod -Uri https://acme.atlassian.net/wiki/rest/api/content -Headers $headers\n",
            ),
            Snippet {
                also: &[CLOUD],
                ..snippet_of(
                    "call.sh",
                    "curl -H 'Authorization: Basic §v' https://api.example.org/v3/me\n",
                    values::basic_with_token,
                )
            },
            snippet(
                "confluence.postman_collection.json",
                "{\"request\": {\"url\": \"https://confluence.example.org/rest/api\", \"header\": [{\"key\": \"Authorization\", \"value\": \"Basic §v\"}]}}\n",
            ),
            snippet(
                "bitbucket.http",
                "GET https://api.bitbucket.org/2.0/user\nAuthorization: Basic §v\n",
            ),
            snippet(
                "Jira.java",
                "HttpGet get = new HttpGet(\"https://jira.example.org/rest/api/2/myself\");\nget.setHeader(\"Authorization\", \"Basic §v\");\n",
            ),
            snippet(
                "gitconfig",
                "[http \"https://bitbucket.example.org\"]\n\textraHeader = Authorization: Basic §v\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "atlassian-netrc",
        snippets: &[
            snippet(
                ".netrc",
                "machine acme.atlassian.net\n  login dev@corp.example.org\n  password §v\n",
            ),
            snippet("_netrc", "machine bitbucket.org login §n password §v\n"),
            snippet(
                ".netrc",
                "machine jira.example.org\nlogin §n\npassword §v\n\nmachine other.example.org\nlogin x\n",
            ),
            snippet("netrc", "machine stash.example.org login ci password §v\n"),
            snippet(
                "setup.sh",
                "echo \"machine wiki.example.org login ci password §v\" >> ~/.netrc\n",
            ),
            snippet(
                "Dockerfile",
                "FROM alpine\nRUN echo 'machine crowd.example.org login ci password §v' > /etc/netrc\n",
            ),
            Snippet {
                also: &[CLOUD],
                ..snippet_of(
                    ".netrc",
                    "machine api.bitbucket.org\n\tlogin §m\n\tpassword §v\n",
                    values::cloud,
                )
            },
        ],
        ..KIND
    },
    Kind {
        // 22 or 35 characters could be an app's token, and Bamboo has a kind of its own.
        id: PASSWORD,
        also: &["atlassian-marketplace-api-token", LEGACY],
        names: &[
            "jira|password",
            "jira|api token",
            "confluence|password",
            "bitbucket|password",
            "stash|password",
            "crowd|password",
            "atlassian|password",
            "confluence|api token",
            "jira|passwd",
            "jira|admin pwd",
            "atlassian|token",
            "jira sync|password",
        ],
        snippets: &[
            snippet("plugin.xml", "<server>\n  <jiraPassword>§v</jiraPassword>\n</server>\n"),
            snippet(
                "main.tf",
                "provider \"jira\" {\n  url      = \"https://jira.example.org\"\n  user     = \"ci\"\n  password = \"§v\"\n}\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "atlassian-client-constructor",
        also: &[PASSWORD],
        snippets: &[
            snippet(
                "sync.py",
                "from jira import JIRA\n\njira = JIRA(basic_auth=('§n', '§v'), options={'server': 'https://jira.example.org'})\n",
            ),
            snippet(
                "old.py",
                "from jira import JIRA\nj = JIRA('https://jira.example.org', basic_auth=(\"§m\", \"§v\"))\n",
            ),
            snippet(
                "pat.py",
                "from jira import JIRA\n\nclient = JIRA(server=\"https://jira.example.org\", token_auth=\"§v\")\n",
            ),
            snippet(
                "wiki.py",
                "from atlassian import Confluence\n\nconfluence = Confluence(\n    url='https://wiki.example.org',\n    username='§n',\n    password='§v')\n",
            ),
            snippet(
                "one.py",
                "jira = Jira(url='https://jira.example.org', username='§n', password='§v', cloud=True)\n",
            ),
            snippet(
                "api.js",
                "const JiraApi = require('jira-client');\nconst jira = new JiraApi({\n  protocol: 'https',\n  host: 'jira.example.org',\n  username: '§n',\n  password: '§v',\n  apiVersion: '2',\n});\n",
            ),
            snippet(
                "get.py",
                "import requests\nfrom requests.auth import HTTPBasicAuth\nr = requests.get('https://acme.atlassian.net/rest/api/3/myself', auth=HTTPBasicAuth('§m', '§v'))\n",
            ),
            snippet(
                "auth.py",
                "url = 'https://jira.example.org/rest/api/2/search'\nr = requests.post(url, json=q, auth=('§n', '§v'))\n",
            ),
            snippet(
                "search.sh",
                "curl -s -u '§n:§v' https://acme.atlassian.net/rest/api/3/search\n",
            ),
            snippet(
                "page.sh",
                "curl --user \"§m:§v\" -X GET \\\n  https://wiki.example.org/rest/api/content?title=x\n",
            ),
            snippet(
                "stash.py",
                "import stashy\nstash = stashy.connect('https://stash.example.org', '§n', '§v')\nbitbucket = Bitbucket(url='https://bitbucket.example.org', username='§n', password='§v')\n",
            ),
            snippet(
                "login.sh",
                "echo '§v' | acli jira auth login --site acme.atlassian.net --email §m --token\n",
            ),
            snippet(
                "Main.java",
                "JiraRestClient client = new AsynchronousJiraRestClientFactory()\n    .createWithBasicHttpAuthentication(URI.create(\"https://jira.example.org\"), \"§n\", \"§v\");\n",
            ),
            snippet(
                "main.go",
                "tp := jira.BasicAuthTransport{\n\tUsername: \"§n\",\n\tPassword: \"§v\",\n}\nclient, err := jira.NewClient(tp.Client(), \"https://jira.example.org\")\n",
            ),
            snippet(
                "client.rb",
                "client = JIRA::Client.new(\n  username: '§n',\n  password: '§v',\n  site: 'https://jira.example.org',\n  auth_type: :basic)\n",
            ),
            snippet(
                "Client.cs",
                "var jira = Jira.CreateRestClient(\"https://jira.example.org\", \"§n\", \"§v\");\n",
            ),
        ],
        ..KIND
    },
    Kind {
        // Neither length nor key tell these three apart.
        id: "atlassian-marketplace-api-token",
        also: &[PASSWORD, LEGACY],
        names: &[
            "jira|rest token",
            "jira|api token",
            "confluence|token",
            "confluence|rest api token",
            "jira|token",
        ],
        value: values::marketplace,
        ..KIND
    },
    Kind {
        id: "atlassian-package-registry-credential",
        snippets: &[
            snippet_of(
                ".npmrc",
                "@acme:registry=https://packages.atlassian.com/api/npm/npm-private/\n//packages.atlassian.com/api/npm/npm-private/:_authToken=§v\n",
                values::registry_token,
            ),
            Snippet {
                also: &[BASIC],
                ..snippet_of(
                    ".npmrc",
                    "//packages.atlassian.com/api/npm/npm-private/:_auth=§v\n//packages.atlassian.com/api/npm/npm-private/:always-auth=true\n",
                    values::registry_basic,
                )
            },
            snippet_of(
                ".npmrc",
                "//packages.atlassian.com/npm/:username=ci\n//packages.atlassian.com/npm/:_password=\"§v\"\n",
                |dice| crate::support::encode::base64(dice.password().as_bytes()),
            ),
            snippet(
                "settings.xml",
                "<settings>\n  <servers>\n    <server>\n      <id>atlassian-private</id>\n      <username>ci</username>\n      <password>§v</password>\n    </server>\n  </servers>\n</settings>\n",
            ),
            Snippet {
                also: &[BASIC],
                ..snippet_of(
                    "config.json",
                    "{\n  \"auths\": {\n    \"docker.packages.atlassian.com\": {\n      \"auth\": \"§v\"\n    }\n  }\n}\n",
                    values::registry_basic,
                )
            },
        ],
        ..KIND
    },
    Kind {
        id: "atlassian-saml-signing-key",
        also: &[],
        names: &[
            "saml|signing key",
            "sso sp|private key",
            "saml|private key",
            "saml sp|encryption key",
        ],
        value: keys::either_pem,
        lines: true,
        snippets: &[
            snippet(
                "saml.yml",
                "saml:\n  entity: https://jira.example.org/plugins/servlet/samlsso\n  signing_key: |-\n    §y\n",
            ),
            snippet("sso.json", "{\n  \"sso\": {\n    \"sp\": {\"privateKey\": \"§v\"}\n  }\n}\n"),
        ],
        ..KIND
    },
];
