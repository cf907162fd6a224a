//! The detector for Atlassian secrets that is built into the gate.
//!
//! ```text
//! one file per family of formats      judges that name kinds
//!   envelope, flat  AT??…CRC            tokens that tell by themselves what they are
//!   digits_bytes    base64(digits:…)    Data Center: Jira, Confluence, Bamboo, Bitbucket
//!   jwt             eyJ….eyJ….…         OAuth, Connect, sessions, Forge: by their claims
//!   private_key     -----BEGIN …        SSH, application links, SAML: parsed
//!   capability_url  https://…/hooks/…   addresses that are secrets themselves
//!   candidate       KEY = exact shape   Trello, Opsgenie, Statuspage, HipChat, agents, OAuth 1.0a
//!   opaque          KEY = no shape      Connect, SCIM
//!   product_files   dbconfig.xml, …     what Data Center products keep in files
//!   constructor     JIRA(basic_auth=…)  clients in code and on command lines
//!   basic_header, url_credential, netrc, package_registry     whatever is inside
//!   named_secret    JIRA_PASSWORD=…     what only its name gives away
//!
//! what they share
//!   assignment      what stands to the right of a key, in any language
//!   value           whether it can be a secret at all
//!   context, whose  what the words around say
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

mod jwt;

mod bitbucket_oauth;

mod capability_url;

mod jira_align;
mod joined;

mod bamboo;

mod session_cookie;

mod private_key;

mod cipher_files;

mod named_secret;

mod connect_legacy;

mod trello;

mod oauth1_token;

mod product_files;
mod product_key;

mod netrc;

mod constructor;
mod consumer;

mod package_registry;

mod assignment;

mod host;

mod idioms;
mod raw_request;
mod request;
mod request_object;

mod carried;

mod password;

mod placeholder;

mod names;

mod context;

mod caseless;

mod boundary;

mod occurrences;
mod odd_places;

mod noted;

mod below;

mod unescape;

mod base64;

mod crc32;

mod hex;

mod codes;

mod compact;

mod claims;

mod bamboo_encrypted;

mod after_name;

mod drawn;

mod trusted_header;

mod key_file;

mod armour;

mod key_body;

mod key_headers;

mod key_use;

mod key_words;

mod declared;
mod decoded;
mod der;

mod openssh;

mod separator;

mod paired;

mod markup;

mod literal;

mod quoting;

mod secret_name;

mod section;

mod naming;

mod glue;

mod vendors;

mod random_secret;

mod value;

mod filled_in;

mod place;

mod reference;

mod expression;

mod prose;

mod shown;

mod quoted_code;

mod wordlike;

mod opsgenie;

mod statuspage;

mod hipchat;

mod scim;

mod bamboo_agent;

mod candidate;

mod label;

mod columns;

mod update;

mod enclosing;

mod whose;

mod shape;

mod words;

mod opaque;

mod bamboo_specs;

mod credential;

mod code_string;

mod code_call;

mod shell_words;

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
        ("atlassian-oauth-client-secret", flat::oauth_client_secret),
        ("atlassian-connect-shared-secret", flat::connect_shared_secret),
        ("trello-token", flat::trello_token),
        ("atlassian-token-family-unknown", envelope::family),
        ("bitbucket-server-pat-legacy", digits_bytes::bitbucket_server),
        ("atlassian-oauth-access-token", jwt::access_token),
        ("atlassian-oauth-refresh-token", jwt::refresh_token),
        ("atlassian-connect-jwt", jwt::connect),
        ("atlassian-connect-install-jwt", jwt::connect_install),
        ("atlassian-cloud-session-token", jwt::cloud_session),
        ("forge-invocation-token", jwt::forge_invocation),
        ("bitbucket-oauth-access-token", bitbucket_oauth::access_token),
        ("jira-automation-webhook-url", capability_url::automation_webhook),
        ("jira-automation-webhook-secret", capability_url::automation_secret),
        ("forge-webtrigger-url", capability_url::webtrigger),
        ("jira-align-api-token", jira_align::api_token),
        ("bamboo-encrypted-secret", bamboo::encrypted_secret),
        ("bamboo-agent-security-token", bamboo_agent::agent_token),
        ("bamboo-specs-credentials", bamboo_specs::judge),
        ("atlassian-dc-session-cookie", session_cookie::session_cookie),
        ("bitbucket-ssh-private-key", private_key::ssh),
        ("applink-oauth1-private-key", private_key::applink),
        ("applink-oauth1-impersonation-key", private_key::impersonation),
        ("trusted-application-private-key", private_key::trusted_application),
        ("confluence-synchrony-jwt-private-key", private_key::synchrony),
        ("atlassian-saml-signing-key", private_key::saml),
        ("atlassian-dc-cipher-key-files", cipher_files::cipher_key_files),
        ("bitbucket-app-password-legacy", random_secret::app_password_legacy),
        ("atlassian-oauth-client-secret-legacy", random_secret::oauth_client_secret_legacy),
        ("atlassian-legacy-api-token", named_secret::legacy_api_token),
        ("bitbucket-oauth-consumer-secret", random_secret::consumer_secret),
        ("bitbucket-webhook-secret", random_secret::webhook_secret),
        ("atlassian-dc-oauth2-client-secret", random_secret::dc_client_secret),
        ("atlassian-marketplace-api-token", named_secret::marketplace_token),
        ("atlassian-cleartext-password", named_secret::cleartext_password),
        ("atlassian-connect-shared-secret-legacy", connect_legacy::shared_secret),
        ("trello-token-legacy", trello::token_legacy),
        ("trello-api-key", trello::api_key),
        ("trello-oauth-secret", trello::oauth_secret),
        ("applink-oauth1-access-token", oauth1_token::access_token),
        ("opsgenie-api-key", opsgenie::judge),
        ("statuspage-api-key", statuspage::judge),
        ("hipchat-api-token", hipchat::judge),
        ("atlassian-scim-api-key", scim::judge),
        ("atlassian-dc-db-password", product_files::database),
        ("crowd-application-password", product_files::crowd),
        ("atlassian-ldap-bind-password", product_files::ldap),
        ("applink-basic-access-password", product_files::applink_basic),
        ("atlassian-netrc", netrc::judge),
        ("atlassian-client-constructor", constructor::judge),
        ("atlassian-package-registry-credential", package_registry::judge),
    ],
}

#[cfg(test)]
mod manifest_tests;

#[cfg(test)]
mod assignment_tests;
