//! Sections E and F: other products, and URLs that are secrets.

use super::{KIND, Kind, Places, Snippet, snippet, values};

const PASSWORD: &str = "atlassian-cleartext-password";

pub const KINDS: [Kind; 8] = [
    Kind {
        id: "opsgenie-api-key",
        names: &["opsgenie|api key", "opsgenie|key", "opsgenie|token", "opsgenie|integration key"],
        value: values::uuid,
        snippets: &[
            snippet(
                "alert.sh",
                "curl -X POST https://api.opsgenie.com/v2/alerts \\\n  -H \"Authorization: GenieKey §v\" -d '{\"message\":\"§w\"}'\n",
            ),
            snippet(
                "alertmanager.yml",
                "receivers:\n  - name: ops\n    opsgenie_configs:\n      - api_key: §v\n        priority: P1\n",
            ),
            snippet(
                "main.tf",
                "provider \"opsgenie\" {\n  api_key = \"§v\"\n  api_url = \"api.eu.opsgenie.com\"\n}\n",
            ),
            snippet("notify.py", "headers = {'Authorization': 'GenieKey §v'}\n"),
            snippet(
                "grafana.yml",
                "notifiers:\n  - name: ops\n    type: opsgenie\n    settings:\n      apiKey: §v\n",
            ),
            snippet("hook.txt", "https://api.opsgenie.com/v1/json/alert?apiKey=§v\n"),
        ],
        ..KIND
    },
    Kind {
        id: "statuspage-api-key",
        names: &[
            "statuspage|api key",
            "statuspage|token",
            "statuspage|api token",
            "statuspage|key",
        ],
        value: values::statuspage,
        snippets: &[
            snippet(
                "incident.sh",
                "curl https://api.statuspage.io/v1/pages/otrljhzm6dw6/incidents \\\n  -H \"Authorization: OAuth §v\"\n",
            ),
            snippet(
                "bot.js",
                "const statuspage = new Client({ apiKey: '§v', pageId: 'otrljhzm6dw6' });\n",
            ),
            snippet("main.tf", "provider \"statuspage\" {\n  token = \"§v\"\n}\n"),
        ],
        ..KIND
    },
    Kind {
        id: "jira-align-api-token",
        names: &["jira align|token", "jiraalign|api token", "align|api token", "|token"],
        value: values::jira_align,
        bare: true,
        places: Places::NotInUrls,
        ..KIND
    },
    Kind {
        id: "hipchat-api-token",
        names: &[
            "hipchat|token",
            "hipchat|auth token",
            "hipchat|api token",
            "hipchat|room auth token",
        ],
        value: values::hipchat,
        snippets: &[snippet(
            "notify.sh",
            "curl -d 'message=§w' \"https://api.hipchat.com/v2/room/§i/notification?auth_token=§v\"\n",
        )],
        ..KIND
    },
    Kind {
        id: "atlassian-scim-api-key",
        also: &[PASSWORD],
        names: &["atlassian|scim api key", "atlassian|scim token", "atlassian guard|scim api key"],
        value: values::scim,
        snippets: &[
            Snippet {
                also: &[],
                ..snippet(
                    "users.sh",
                    "curl https://api.atlassian.com/scim/directory/§U/Users -H \"Authorization: Bearer §v\"\n",
                )
            },
            snippet(
                "sync.ps1",
                "$base = 'https://api.atlassian.com/scim/directory/§U'\n$headers = @{ Authorization = 'Bearer §v' }\n",
            ),
            snippet(
                "okta.json",
                "{\n  \"baseUrl\": \"https://api.atlassian.com/scim/directory/§U\",\n  \"token\": \"§v\"\n}\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "jira-automation-webhook-url",
        names: &["jira|webhook url", "automation|url", "|webhook", "release|hook url"],
        value: values::automation_url,
        bare: true,
        places: Places::Url,
        ..KIND
    },
    Kind {
        id: "jira-automation-webhook-secret",
        value: values::automation_secret,
        snippets: &[
            snippet(
                "trigger.sh",
                "curl -X POST https://api-private.atlassian.com/automation/webhooks/jira/a/§U/§U \\\n  -H 'Content-Type: application/json' \\\n  -H \"X-Automation-Webhook-Token: §v\"\n",
            ),
            snippet(
                "trigger.py",
                "headers = {\n    'Content-Type': 'application/json',\n    'X-Automation-Webhook-Token': '§v',\n}\n",
            ),
            snippet(
                "Jenkinsfile",
                "httpRequest customHeaders: [[name: 'X-Automation-Webhook-Token', value: '§v']],\n  url: 'https://api-private.atlassian.com/automation/webhooks/jira/a/§U/§U'\n",
            ),
            snippet(
                "trigger.yml",
                "- uses: example/http@v1\n  with:\n    url: https://api-private.atlassian.com/automation/webhooks/jira/a/§U/§U\n    headers: |\n      X-Automation-Webhook-Token: §v\n",
            ),
            snippet(
                "trigger.js",
                "await fetch(url, {\n  method: 'POST',\n  headers: { 'X-Automation-Webhook-Token': '§v' },\n});\n",
            ),
            snippet("Trigger.java", "request.setHeader(\"X-Automation-Webhook-Token\", \"§v\");\n"),
            snippet(
                "trigger.http",
                "POST https://api-private.atlassian.com/automation/webhooks/jira/a/§U/§U\nX-Automation-Webhook-Token: §v\n",
            ),
            snippet(
                "requests.har",
                "{\"headers\": [{\"name\": \"X-Automation-Webhook-Token\", \"value\": \"§v\"}]}\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "forge-webtrigger-url",
        names: &["forge|url", "webtrigger|url", "|trigger", "sync|endpoint"],
        value: values::webtrigger_url,
        bare: true,
        places: Places::Url,
        ..KIND
    },
];
