//! Section A: secrets of the cloud that name themselves, and their ancestors without a prefix.

use super::{KIND, Kind, Snippet, snippet, values};

const ORGANIZATION: &str = "atlassian-org-admin-api-key";
const BITBUCKET: &str = "bitbucket-cloud-access-token";
const PASSWORD: &str = "atlassian-cleartext-password";
const MARKETPLACE: &str = "atlassian-marketplace-api-token";

pub const KINDS: [Kind; 16] = [
    Kind {
        id: "atlassian-cloud-api-token",
        names: &[
            "jira|api token",
            "confluence|api token",
            "atlassian|api token",
            "jira|token",
            "forge|api token",
            "bitbucket|api token",
            "atlassian|password",
            "|api token",
            "|secret",
        ],
        value: values::cloud,
        bare: true,
        ..KIND
    },
    Kind {
        id: "atlassian-service-account-api-token",
        names: &[
            "atlassian|service account token",
            "jira|service token",
            "|api key",
            "rovo|mcp token",
        ],
        value: values::service_account,
        bare: true,
        ..KIND
    },
    Kind {
        // The same bytes as the next kind: without a key that tells, both are right.
        id: ORGANIZATION,
        also_bare: &[BITBUCKET],
        names: &[
            "atlassian|admin api key",
            "atlassian|org api key",
            "atlassian|organization token",
        ],
        value: values::admin,
        bare: true,
        snippets: &[
            snippet(
                "orgs.sh",
                "#!/bin/sh\ncurl https://api.atlassian.com/admin/v1/orgs \\\n  -H \"Authorization: Bearer §v\"\n",
            ),
            snippet(
                "audit.py",
                "BASE = 'https://api.atlassian.com/admin/v1/orgs/§U/events'\nheaders = {'Authorization': 'Bearer §v'}\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: BITBUCKET,
        also_bare: &[ORGANIZATION],
        names: &[
            "bitbucket|access token",
            "bitbucket|repo token",
            "bitbucket|workspace token",
            "bb|repository access token",
        ],
        value: values::admin,
        bare: true,
        snippets: &[
            Snippet {
                also: &["bitbucket-url-credential"],
                ..snippet(
                    "config",
                    "[remote \"origin\"]\n\turl = https://x-token-auth:§v@bitbucket.org/acme/app.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n",
                )
            },
            snippet("push.sh", "git push https://x-token-auth:\"§v\"@bitbucket.org/acme/§w main\n"),
        ],
        ..KIND
    },
    Kind {
        id: "bitbucket-app-password",
        names: &[
            "bitbucket|app password",
            "bb|app pass",
            "bitbucket|password",
            "composer|auth",
            "|git password",
        ],
        value: values::app_password,
        bare: true,
        ..KIND
    },
    Kind {
        id: "bitbucket-app-password-legacy",
        names: &["bitbucket|app password", "bitbucket|app pass", "bitbucket cloud|app password"],
        value: values::alphanumeric_20,
        ..KIND
    },
    Kind {
        id: "atlassian-oauth-client-secret",
        names: &[
            "atlassian|client secret",
            "jira|oauth client secret",
            "|client secret",
            "oauth|client secret",
            "auth atlassian|secret",
        ],
        value: values::oauth_secret,
        bare: true,
        ..KIND
    },
    Kind {
        // A 64-character secret of a Data Center link looks the same.
        id: "atlassian-oauth-client-secret-legacy",
        also: &["atlassian-dc-oauth2-client-secret"],
        names: &[
            "atlassian|client secret",
            "confluence|client secret",
            "jira|client secret",
            "jira cloud|oauth client secret",
        ],
        value: values::base64url_64,
        ..KIND
    },
    Kind {
        id: "atlassian-connect-shared-secret",
        names: &[
            "connect|shared secret",
            "atlassian|shared secret",
            "|shared secret",
            "addon|secret",
        ],
        value: values::connect_secret,
        bare: true,
        snippets: &[snippet(
            "installed.json",
            "{\n  \"key\": \"com.acme.§w\",\n  \"clientKey\": \"§U\",\n  \"sharedSecret\": \"§v\",\n  \"baseUrl\": \"https://acme.atlassian.net\",\n  \"productType\": \"jira\",\n  \"eventType\": \"installed\"\n}\n",
        )],
        ..KIND
    },
    Kind {
        id: "atlassian-connect-shared-secret-legacy",
        names: &["|shared secret"],
        beside: &[
            ("|client key", "§U"),
            ("|base url", "https://acme.atlassian.net"),
            ("|product type", "jira"),
        ],
        value: values::connect_secret_legacy,
        snippets: &[
            snippet(
                "installed.json",
                "{\"key\":\"com.acme.§w\",\"clientKey\":\"§U\",\"publicKey\":\"MIGf\",\"sharedSecret\":\"§v\",\"serverVersion\":\"100§i\",\"baseUrl\":\"https://acme.atlassian.net\",\"productType\":\"confluence\",\"eventType\":\"installed\"}\n",
            ),
            snippet(
                "fixture.js",
                "const host = {\n  sharedSecret: '§v',\n  clientKey: '§U',\n  baseUrl: 'https://acme.atlassian.net',\n};\n",
            ),
            snippet(
                "hosts.yml",
                "first:\n  client_key: §U\n  shared_secret: §v\n  base_url: https://acme.atlassian.net\n  product_type: jira\n",
            ),
            snippet(
                "hosts.sql",
                "INSERT INTO atlassian_host (client_key, shared_secret, base_url, product_type)\nVALUES ('§U', '§v', 'https://acme.atlassian.net', 'jira');\n",
            ),
            snippet(
                "settings.sql",
                "INSERT INTO AddonSettings VALUES (§i,'§U','clientInfo','{\"clientKey\":\"§U\",\"sharedSecret\":\"§v\",\"baseUrl\":\"https://acme.atlassian.net\"}');\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "trello-token",
        names: &["trello|token", "trello|api token", "|token", "trello|member token"],
        value: values::trello_token,
        bare: true,
        snippets: &[snippet(
            "cards.sh",
            "curl \"https://api.trello.com/1/members/me/boards?token=§v\"\n",
        )],
        ..KIND
    },
    Kind {
        // The same 64 digits as the secret of the next but one.
        id: "trello-token-legacy",
        also: &["trello-oauth-secret"],
        names: &["trello|token", "trello|api token", "trello|oauth token", "trello|user token"],
        value: values::hex_64,
        ..KIND
    },
    Kind {
        id: "trello-api-key",
        names: &["trello|api key", "trello|key", "trello|app key", "trello|developer key"],
        value: values::hex_32,
        ..KIND
    },
    Kind {
        id: "trello-oauth-secret",
        also: &["trello-token-legacy"],
        names: &["trello|secret", "trello|oauth secret", "trello|api secret", "trello|app secret"],
        value: values::hex_64,
        ..KIND
    },
    Kind {
        // 24 characters under a password's key: three kinds claim them.
        id: "atlassian-legacy-api-token",
        also: &[PASSWORD, MARKETPLACE],
        names: &[
            "jira|api token",
            "confluence|api token",
            "atlassian|api key",
            "jira|token",
            "atlassian|api token",
        ],
        value: values::legacy_token,
        ..KIND
    },
    Kind {
        id: "atlassian-token-family-unknown",
        names: &["atlassian|token", "|token", "compass|api key", "|credential"],
        value: values::unknown_family,
        bare: true,
        ..KIND
    },
];
