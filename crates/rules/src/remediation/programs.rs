//! Example programs that read a secret from where it belongs: real files, shown on the pages.

use std::fmt::Write as _;

use super::card::{Card, Code};
use super::page::prose;
use crate::page::line;

/// The heading of the part, and its anchor.
const TITLE: &str = "Programs that read it from elsewhere";
const ANCHOR: &str = "programs-that-read-it-from-elsewhere";

/// Where a secret is kept: the folder, and its name.
const WAYS: [(&str, &str); 4] = [
    ("environment", "An environment variable"),
    ("aws-secrets-manager", "AWS Secrets Manager"),
    ("vault", "HashiCorp Vault"),
    ("conjur", "CyberArk Conjur"),
];

/// One program in one language, for both kinds of secrets.
#[derive(Debug)]
struct Program {
    way: &'static str,
    /// The folder, and what Markdown calls the language.
    language: &'static str,
    name: &'static str,
    /// File and text for an API token, then for a client secret.
    files: [(&'static str, &'static str); 2],
}

/// Reads the files of each language once for each way.
macro_rules! programs {
    ($($way:literal: $($language:literal $name:literal $api:literal $oauth:literal)+;)+) => {
        &[$($(Program {
            way: $way,
            language: $language,
            name: $name,
            files: [
                ($api, include_str!(concat!(
                    "../../../../docs/remediation/snippets/", $way, "/", $language, "/", $api
                ))),
                ($oauth, include_str!(concat!(
                    "../../../../docs/remediation/snippets/", $way, "/", $language, "/", $oauth
                ))),
            ],
        },)+)+]
    };
}

const PROGRAMS: &[Program] = programs! {
    "environment":
        "python" "Python" "api_token.py" "oauth_client.py"
        "java" "Java" "ApiToken.java" "OauthClient.java"
        "javascript" "JavaScript" "api-token.mjs" "oauth-client.mjs"
        "go" "Go" "apitoken/main.go" "oauthclient/main.go"
        "csharp" "C#" "ApiToken.cs" "OauthClient.cs";
    "aws-secrets-manager":
        "python" "Python" "api_token.py" "oauth_client.py"
        "java" "Java" "ApiToken.java" "OauthClient.java"
        "javascript" "JavaScript" "api-token.mjs" "oauth-client.mjs"
        "go" "Go" "apitoken/main.go" "oauthclient/main.go"
        "csharp" "C#" "ApiToken.cs" "OauthClient.cs";
    "vault":
        "python" "Python" "api_token.py" "oauth_client.py"
        "java" "Java" "ApiToken.java" "OauthClient.java"
        "javascript" "JavaScript" "api-token.mjs" "oauth-client.mjs"
        "go" "Go" "apitoken/main.go" "oauthclient/main.go"
        "csharp" "C#" "ApiToken.cs" "OauthClient.cs";
    "conjur":
        "python" "Python" "api_token.py" "oauth_client.py"
        "java" "Java" "ApiToken.java" "OauthClient.java"
        "javascript" "JavaScript" "api-token.mjs" "oauth-client.mjs"
        "go" "Go" "apitoken/main.go" "oauthclient/main.go"
        "csharp" "C#" "ApiToken.cs" "OauthClient.cs";
};

/// Settings of builds: file, name, what Markdown calls the language, and text.
const BUILDS: [(&str, &str, &str, &str); 4] = [
    (
        "bitbucket-pipelines.yml",
        "Bitbucket Pipelines",
        "yaml",
        include_str!("../../../../docs/remediation/snippets/ci/bitbucket-pipelines.yml"),
    ),
    (
        "github-actions.yml",
        "GitHub Actions",
        "yaml",
        include_str!("../../../../docs/remediation/snippets/ci/github-actions.yml"),
    ),
    (
        "gitlab-ci.yml",
        "GitLab CI",
        "yaml",
        include_str!("../../../../docs/remediation/snippets/ci/gitlab-ci.yml"),
    ),
    (
        "Jenkinsfile",
        "Jenkins",
        "groovy",
        include_str!("../../../../docs/remediation/snippets/ci/Jenkinsfile"),
    ),
];

/// Adds the part of the page of `card` on programs for `code`: a table of all, and their text if
/// this is the page that shows them.
pub(super) fn add(page: &mut String, code: Code, card: &Card) {
    line(page, &format!("\n## {TITLE}\n"));
    let home = code.home();
    if card.kind == home {
        line(
            page,
            "They are below in full; [what they need](snippets/README.md) stands beside them.",
        );
    } else {
        line(page, &format!("They are shown in full on [another page]({home}.md#{ANCHOR})."));
    }
    let advice = match &card.sent {
        Some(sent) => {
            format!(
                "They call Jira Cloud. Change the address, and send this one as {}.",
                prose(sent)
            )
        }
        None => {
            "They call Jira; for another product, change the address and the header.".to_owned()
        }
    };
    line(page, &format!("{advice}\n"));
    table(page, code);
    let builds = BUILDS.map(|(file, name, _, _)| format!("[{name}](snippets/ci/{file})"));
    line(page, &format!("\nIn a build, as an environment variable: {}.", builds.join(", ")));
    if card.kind == home {
        texts(page, code);
    }
}

fn table(page: &mut String, code: Code) {
    let languages: Vec<&str> = of_way("environment").map(|program| program.name).collect();
    line(page, &format!("| from | {} |", languages.join(" | ")));
    line(page, &format!("| --- |{}", " --- |".repeat(languages.len())));
    for (way, name) in WAYS {
        let links: Vec<String> = of_way(way)
            .map(|program| {
                let (file, _) = program.file(code);
                let shown = file.rsplit('/').next().unwrap_or(file);
                format!("[{shown}](snippets/{way}/{}/{file})", program.language)
            })
            .collect();
        line(page, &format!("| {name} | {} |", links.join(" | ")));
    }
}

fn texts(page: &mut String, code: Code) {
    for (way, name) in WAYS {
        line(page, &format!("\n### {name}"));
        for program in of_way(way) {
            folded(page, program.name, program.language, program.file(code).1);
        }
    }
    line(page, "\n### In a build");
    for (_, name, language, text) in BUILDS {
        folded(page, name, language, text);
    }
}

/// A text that stays folded until somebody asks for it.
fn folded(page: &mut String, name: &str, language: &str, text: &str) {
    let summary = format!("<details><summary>{name}</summary>");
    // A string takes everything.
    let _ = write!(page, "\n{summary}\n\n```{language}\n{text}```\n\n</details>\n");
}

fn of_way(way: &str) -> impl Iterator<Item = &'static Program> {
    PROGRAMS.iter().filter(move |program| program.way == way)
}

impl Program {
    fn file(&self, code: Code) -> (&'static str, &'static str) {
        let [api, oauth] = self.files;
        match code {
            Code::ApiToken => api,
            Code::OauthClient => oauth,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Card, Code, add};

    fn card(kind: &str) -> Card {
        let cards = crate::remediation::cards(&crate::builtin::rules().expect("they are ours"))
            .expect("they are whole");
        cards.into_iter().find(|card| card.kind == kind).expect("there is a card of each kind")
    }

    #[test]
    fn a_page_says_how_a_secret_is_sent_that_is_not_sent_as_the_programs_do() {
        let page = |kind| {
            let mut page = String::new();
            add(&mut page, Code::ApiToken, &card(kind));
            page
        };
        assert!(page("jira-dc-pat").contains("send this one as `Authorization: Bearer SECRET`"));
        assert!(page("opsgenie-api-key").contains("`Authorization: GenieKey SECRET`"));
        assert!(page("atlassian-cloud-api-token").contains("change the address and the header"));
    }

    #[test]
    fn one_page_shows_the_programs_and_the_others_lead_there() {
        for (code, kind) in
            [(Code::ApiToken, "jira-dc-pat"), (Code::OauthClient, "atlassian-oauth-refresh-token")]
        {
            let (mut home, mut other) = (String::new(), String::new());
            add(&mut home, code, &card(code.home()));
            add(&mut other, code, &card(kind));
            assert_eq!(home.matches("<details>").count(), 24);
            assert!(!other.contains("<details>"));
            assert!(other.contains(&format!("({}.md#programs-that-read", code.home())));
            assert_eq!(other.matches("](snippets/").count(), 24);
        }
    }
}
