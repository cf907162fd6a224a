//! Section C: Bitbucket Cloud and git.

use super::{KIND, Kind, Places, Snippet, keys, snippet, snippet_of, values};

const PASSWORD: &str = "atlassian-cleartext-password";

pub const KINDS: [Kind; 5] = [
    Kind {
        // `BITBUCKET_OAUTH_CLIENT_SECRET` may be that of a Data Center link.
        id: "bitbucket-oauth-consumer-secret",
        also: &["atlassian-dc-oauth2-client-secret"],
        names: &[
            "bitbucket|oauth client secret",
            "bitbucket|client secret",
            "bitbucket|consumer secret",
            "bitbucket|oauth consumer secret",
        ],
        value: values::alphanumeric_32,
        snippets: &[
            snippet(
                "token.sh",
                "curl -X POST -u \"a8LrkPzQ2Vn5xTuYwE:§v\" \\\n  https://bitbucket.org/site/oauth2/access_token -d grant_type=client_credentials\n",
            ),
            Snippet {
                also: &[PASSWORD],
                ..snippet(
                    "bitbucket.tf",
                    "provider \"bitbucket\" {\n  oauth_client_id     = \"a8LrkPzQ2Vn5xTuYwE\"\n  oauth_client_secret = \"§v\"\n}\n",
                )
            },
        ],
        ..KIND
    },
    Kind {
        // Under a key with the product's name it is as much a value of a password's key.
        id: "bitbucket-oauth-access-token",
        also: &[PASSWORD],
        names: &[
            "bitbucket|refresh token",
            "bitbucket|oauth refresh token",
            "bitbucket|oauth access token",
        ],
        value: values::bitbucket_access,
        snippets: &[
            snippet_of(
                "token.json",
                "{\n  \"provider\": \"bitbucket\",\n  \"access_token\": \"opaque\",\n  \"scopes\": \"repository:write account\",\n  \"token_type\": \"bearer\",\n  \"expires_in\": 7200,\n  \"refresh_token\": \"§v\"\n}\n",
                values::bitbucket_refresh,
            ),
            snippet(
                "tokens.json",
                "{\"bitbucket\": {\"access_token\": \"§v\", \"scopes\": \"repository pullrequest\", \"expires_in\": 7200, \"token_type\": \"bearer\"}}\n",
            ),
            snippet("clone.sh", "git clone https://x-token-auth:§v@bitbucket.org/acme/§w.git\n"),
            snippet(
                "cache.yml",
                "bitbucket.org:\n  user: §n\n  access_token: §v\n  scopes: repository:write\n  token_type: bearer\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "bitbucket-url-credential",
        names: &[
            "bitbucket|url",
            "jira|base url",
            "git|remote url",
            "confluence|url",
            "|origin",
            "repository|url",
        ],
        value: values::url_with_password,
        bare: true,
        places: Places::Url,
        snippets: &[
            snippet(".gitmodules", "[submodule \"lib/§w\"]\n\tpath = lib/§w\n\turl = §v\n"),
            snippet(
                "package.json",
                "{\n  \"name\": \"§w\",\n  \"dependencies\": {\n    \"lib\": \"git+§v#v1.2\"\n  }\n}\n",
            ),
            snippet(
                "composer.json",
                "{\n  \"repositories\": [\n    {\"type\": \"vcs\", \"url\": \"§v\"}\n  ]\n}\n",
            ),
            snippet("requirements.txt", "requests\ngit+§v@main#egg=lib\n"),
            snippet("Jenkinsfile", "node {\n  git url: '§v', branch: 'main'\n}\n"),
            snippet(
                "config",
                "[remote \"origin\"]\n\turl = §v\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "bitbucket-ssh-private-key",
        also: &["applink-oauth1-private-key"],
        names: &[
            "bitbucket|ssh key",
            "bitbucket|private key",
            "|deploy key",
            "bamboo|ssh key",
            "|ssh private key",
        ],
        value: keys::any,
        lines: true,
        snippets: &[
            snippet("id_rsa", "§v\n"),
            snippet("keys/bitbucket_key", "§v\n"),
            snippet(
                "known.sh",
                "mkdir -p ~/.ssh\nssh-keyscan bitbucket.org >> ~/.ssh/known_hosts\ncat > ~/.ssh/id_ed25519 <<'KEY'\n§v\nKEY\n",
            ),
            snippet_of(
                "bitbucket-pipelines.yml",
                "image: node:20\npipelines:\n  default:\n    - step:\n        script:\n          - export SSH_KEY=§v\n          - echo $SSH_KEY | base64 -d > ~/.ssh/id_rsa\n",
                keys::pem_in_base64,
            ),
        ],
        ..KIND
    },
    Kind {
        id: "bitbucket-webhook-secret",
        names: &[
            "bitbucket|webhook secret",
            "jira|webhook secret",
            "confluence|webhook secret",
            "bitbucket server|webhook secret",
        ],
        value: values::webhook_secret,
        snippets: &[
            snippet(
                "argocd-secret.yaml",
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: argocd-secret\nstringData:\n  webhook.bitbucketserver.secret: §v\n",
            ),
            Snippet {
                also: &[PASSWORD],
                ..snippet(
                    "argocd.yml",
                    "configs:\n  secret:\n    bitbucketServerSecret: §v\n    webhook.bitbucket.uuid: \"\"\n",
                )
            },
        ],
        ..KIND
    },
];
