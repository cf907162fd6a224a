//! Section D, first half: personal access tokens, OAuth and application links of Data Center.

use super::{KIND, Kind, Snippet, keys, snippet, snippet_of, values};

const JIRA: &str = "jira-dc-pat";
const CONFLUENCE: &str = "confluence-dc-pat";
const BAMBOO: &str = "bamboo-dc-pat";
const BITBUCKET: &str = "bitbucket-server-pat-legacy";
const ANY: &[&str] = &[JIRA, CONFLUENCE, BAMBOO, BITBUCKET];
const SSH_KEY: &str = "bitbucket-ssh-private-key";
const PASSWORD: &str = "atlassian-cleartext-password";

/// A key pair's private half, in PEM or in one line of base64.
const PRIVATE_KEY: Kind = Kind { value: keys::either_pem, lines: true, ..KIND };

/// The four kinds below have one shape: where nothing names the product, each is right.
const PERSONAL: Kind = Kind { also_bare: ANY, value: values::data_center, bare: true, ..KIND };

pub const KINDS: [Kind; 11] = [
    Kind {
        id: JIRA,
        names: &["jira|personal token", "jira|pat", "jira|token", "jira|bearer token"],
        ..PERSONAL
    },
    Kind {
        id: CONFLUENCE,
        names: &["confluence|personal token", "confluence|pat", "confluence|token"],
        ..PERSONAL
    },
    Kind {
        id: BAMBOO,
        names: &["bamboo|token", "bamboo|pat", "bamboo|personal access token"],
        ..PERSONAL
    },
    Kind {
        id: "bitbucket-dc-http-access-token",
        names: &["bitbucket|token", "stash|token", "bitbucket|http access token", "|token"],
        value: values::bitbucket_data_center,
        bare: true,
        ..KIND
    },
    Kind {
        id: BITBUCKET,
        names: &[
            "bitbucket|token",
            "stash|token",
            "bitbucket|server token",
            "stash|personal access token",
        ],
        ..PERSONAL
    },
    Kind {
        // Alphanumeric secrets of 32 and of 64 are those of two cloud kinds, too.
        id: "atlassian-dc-oauth2-client-secret",
        also: &["bitbucket-oauth-consumer-secret", "atlassian-oauth-client-secret-legacy"],
        names: &[
            "jira|oauth client secret",
            "confluence|oauth client secret",
            "jira|oauth2 client secret",
            "bitbucket|oauth2 client secret",
        ],
        value: values::data_center_client_secret,
        snippets: &[
            snippet(
                "oauth.sh",
                "curl -X POST https://jira.example.org/rest/oauth2/latest/token \\\n  -d grant_type=authorization_code -d client_id=820bebf6695dbaf9 \\\n  -d client_secret=§v\n",
            ),
            snippet(
                "oauth.json",
                "{\n  \"tokenUrl\": \"https://confluence.example.org/rest/oauth2/latest/token\",\n  \"client_secret\": \"§v\"\n}\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "applink-oauth1-private-key",
        names: &[
            "jira|private key",
            "|consumer private key",
            "oauth|private key",
            "jira|rsa key",
            "|key cert",
        ],
        snippets: &[
            // Known by the name of the file alone; a key is a key.
            Snippet { also: &[SSH_KEY], ..snippet("jira_privatekey.pem", "§v\n") },
            snippet(
                "dance.py",
                "oauth_dict = {\n    'access_token': 'opaque',\n    'consumer_key': 'OauthKey',\n    'key_cert': '''§v''',\n}\n",
            ),
            snippet_of(
                "jirashell.ini",
                "[oauth]\nconsumer_key = OauthKey\noauth_signature_method = RSA-SHA1\nkey_cert = §v\n",
                keys::bare,
            ),
            snippet_of(
                "link.properties",
                "consumer_key=OauthKey\nconsumer_private_key=§v\njira_home=https://jira.example.org\n",
                keys::bare,
            ),
            snippet_of("jira_privatekey.pcks8", "§v\n", keys::rsa_wrapped_pem),
        ],
        ..PRIVATE_KEY
    },
    Kind {
        id: "applink-oauth1-access-token",
        names: &[
            "jira|access token secret",
            "jira|oauth token secret",
            "confluence|oauth access token secret",
        ],
        beside: &[
            ("jira|oauth consumer key", "OauthKey"),
            ("jira|url", "https://jira.example.org"),
        ],
        value: values::alphanumeric_32,
        snippets: &[
            snippet(
                "jirashell.ini",
                "[options]\nserver = https://jira.example.org\n\n[oauth]\nconsumer_key = OauthKey\naccess_token = opaque\naccess_token_secret = §v\n",
            ),
            snippet(
                "connect.py",
                "from jira import JIRA\n\njira = JIRA('https://jira.example.org', oauth={\n    'access_token': 'opaque',\n    'access_token_secret': '§v',\n    'consumer_key': 'OauthKey',\n})\n",
            ),
            snippet(
                "client.js",
                "const jira = new JiraClient({\n  host: 'jira.example.org',\n  oauth: {\n    consumer_key: 'OauthKey',\n    token: 'opaque',\n    oauth_token_secret: '§v',\n  },\n});\n",
            ),
            snippet(
                "tokens.json",
                "{\"server\": \"https://jira.example.org\", \"oauth_token\": \"opaque\", \"oauth_token_secret\": \"§v\"}\n",
            ),
        ],
        ..KIND
    },
    Kind {
        // A key that may impersonate: what is said beside it makes the difference.
        id: "applink-oauth1-impersonation-key",
        snippets: &[
            snippet(
                "link.yml",
                "applink:\n  name: crm\n  allow_user_impersonation: true\n  private_key: |-\n    §y\n",
            ),
            snippet(
                "link.json",
                "{\n  \"consumerKey\": \"OauthKey\",\n  \"allowUserImpersonation\": true,\n  \"privateKey\": \"§v\"\n}\n",
            ),
            snippet(
                "call.py",
                "params = {'xoauth_requestor_id': 'admin'}\nKEY = '§v'\nclient = OAuth1Session('OauthKey', rsa_key=KEY)\n",
            ),
            snippet(
                "impersonate.sh",
                "# 2-legged OAuth with impersonation\ncat > key.pem <<'KEY'\n§v\nKEY\n./sign --user_id=admin --xoauth_requestor_id=admin\n",
            ),
            snippet(
                "two-legged.md",
                "The link uses TwoLeggedOAuthWithImpersonationAuthenticationProvider.\n\n§v\n",
            ),
        ],
        ..PRIVATE_KEY
    },
    Kind {
        id: "trusted-application-private-key",
        snippets: &[
            snippet(
                "config.xml",
                "<config>\n  <trusted-applications>\n    <private-key>§v</private-key>\n  </trusted-applications>\n</config>\n",
            ),
            snippet_of(
                "entities.xml",
                "<entity-engine-xml>\n  <TrustedApplication id=\"10000\" applicationId=\"jira:4711\" privateKey=\"§v\"/>\n</entity-engine-xml>\n",
                keys::bare,
            ),
            snippet_of(
                "trustedapp.properties",
                "trustedapp.id=jira:4711\ntrustedapp.private.key=§v\n",
                keys::bare,
            ),
            snippet_of(
                "capture.txt",
                "GET /rest/api/2/myself HTTP/1.1\nX-Seraph-Trusted-App-ID: jira:4711\nX-Seraph-Trusted-App-Cert: §v\nX-Seraph-Trusted-App-Magic: 7\n",
                |dice| crate::support::encode::base64(&dice.bytes(150)),
            ),
        ],
        ..PRIVATE_KEY
    },
    Kind {
        id: "applink-basic-access-password",
        also: &[PASSWORD],
        snippets: &[
            snippet(
                "applink.sh",
                "curl -X PUT -H 'Content-Type: application/json' \\\n  https://jira.example.org/rest/applinks/3.0/authentication \\\n  -d '{\"username\":\"sync\",\"password\":\"§v\"}'\n",
            ),
            snippet(
                "applicationlink.yml",
                "applicationlink:\n  name: crm\n  provider: basic_access\n  user: admin\n  password: §v\n",
            ),
            snippet(
                "applink.json",
                "{\n  \"provider\": \"com.atlassian.applinks.api.auth.types.BasicAuthenticationProvider\",\n  \"config\": {\"username\": \"sync\", \"password\": \"§v\"}\n}\n",
            ),
            snippet(
                "applink.xml",
                "<applicationlink>\n  <provider>BasicAuthenticationProvider</provider>\n  <username>sync</username>\n  <password>§v</password>\n</applicationlink>\n",
            ),
            snippet(
                "link.tf",
                "resource \"example_applicationlink\" \"crm\" {\n  auth     = \"basic_access\"\n  username = \"sync\"\n  password = \"§v\"\n}\n",
            ),
        ],
        ..KIND
    },
];
