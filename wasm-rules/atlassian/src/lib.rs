//! The detector for Atlassian secrets that is built into the gate.
//!
//! ```text
//! one file per family of formats      judges that name kinds
//!   envelope        AT?T3xFfGF0…=CRC    user, service account, organization, Bitbucket access
//!   flat            AT??…CRC            app password
//!   digits_bytes    base64(digits:…)    Data Center: Jira, Confluence, Bamboo, Bitbucket
//!   basic_header    Basic base64(u:s)   whatever is inside
//!   url_credential  https://u:s@host    whatever is inside
//! ```
//!
//! A family checks what a token says of itself; the words around it only tell kinds of one shape
//! apart. Everything in a window was written by whoever pushed: nothing here indexes, recurses, or
//! reads more than a bounded stretch for one candidate.
//!
//! To add a kind: a line in the table below, its name in `manifest.toml` at the same place, and a
//! function in its family's file.

use pushgate_detector_sdk::detector;

mod envelope;

mod flat;

mod digits_bytes;

mod basic_header;

mod url_credential;

mod host;

mod carried;

mod password;

mod placeholder;

mod names;

mod context;

mod caseless;

mod boundary;

mod occurrences;

mod unescape;

mod base64;

mod crc32;

mod hex;

mod codes;

detector! {
    manifest: "manifest.toml",
    judges: [
        ("atlassian-cloud-api-token", envelope::api_token),
        ("atlassian-service-account-api-token", envelope::service_account_token),
        ("atlassian-org-admin-api-key", envelope::org_admin_key),
        ("bitbucket-cloud-access-token", envelope::cloud_access_token),
        ("bitbucket-app-password", flat::app_password),
        ("jira-dc-pat", digits_bytes::jira),
        ("confluence-dc-pat", digits_bytes::confluence),
        ("bamboo-dc-pat", digits_bytes::bamboo),
        ("bitbucket-dc-http-access-token", digits_bytes::http_access_token),
        ("atlassian-basic-auth-header", basic_header::judge),
        ("bitbucket-url-credential", url_credential::judge),
    ],
}

#[cfg(test)]
mod manifest_tests;
