//! Section B: JSON Web Tokens, told apart by their claims.

use super::{KIND, Kind, snippet, values};

pub const KINDS: [Kind; 6] = [
    Kind {
        id: "atlassian-oauth-access-token",
        names: &["atlassian|access token", "jira|access token", "|access token", "|bearer"],
        value: values::access_jwt,
        bare: true,
        ..KIND
    },
    Kind {
        id: "atlassian-oauth-refresh-token",
        names: &["atlassian|refresh token", "|refresh token", "jira|refresh token"],
        value: values::refresh_jwt,
        bare: true,
        ..KIND
    },
    Kind {
        id: "atlassian-connect-jwt",
        names: &["|jwt", "connect|jwt", "acpt|token", "|session token"],
        value: values::connect_jwt,
        bare: true,
        snippets: &[
            snippet(
                "access.log",
                "10.0.0.7 - - [02/Mar/2024:10:11:12 +0000] \"GET /panel?xdm_e=https%3A%2F%2Facme.atlassian.net&lic=active&jwt=§v HTTP/1.1\" 200 §i\n",
            ),
            snippet(
                "iframe.html",
                "<iframe src=\"https://app.example.org/panel?cv=1001&jwt=§v\"></iframe>\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "atlassian-connect-install-jwt",
        names: &["|install jwt", "install|authorization", "|jwt"],
        value: values::install_jwt,
        bare: true,
        ..KIND
    },
    Kind {
        id: "atlassian-cloud-session-token",
        names: &[
            "cloud|session token",
            "|cloud session token",
            "tenant|session token",
            "atlassian|cookie",
        ],
        value: values::session_jwt,
        bare: true,
        snippets: &[
            snippet(
                "copied.sh",
                "curl 'https://acme.atlassian.net/rest/api/3/search' \\\n  -H 'accept: application/json' \\\n  -H 'cookie: ajs_anonymous_id=%22§U%22; cloud.session.token=§v; atlassian.xsrf.token=§x_lin'\n",
            ),
            snippet(
                "cookies.txt",
                "# Netscape HTTP Cookie File\nacme.atlassian.net\tFALSE\t/\tTRUE\t1890000000\ttenant.session.token\t§v\n",
            ),
            snippet(
                "session.har",
                "{\"cookies\": [{\"name\": \"cloud.session.token\", \"value\": \"§v\", \"httpOnly\": true}]}\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "forge-invocation-token",
        names: &["forge|invocation token", "|fit", "forge|token", "|authorization"],
        value: values::invocation_jwt,
        bare: true,
        ..KIND
    },
];
