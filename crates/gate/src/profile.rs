//! What kind of server this is, and what it allows a hook.

use std::time::Duration;

/// A kind of server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Plain git, gitolite, or a server of which nothing is known.
    #[default]
    Plain,
    /// GitHub Enterprise Server: all hooks of a repository share five seconds.
    GithubEnterprise,
    /// GitLab: nothing bounds a hook, but what is done on the web must be done in 55 seconds.
    Gitlab,
    /// Bitbucket Data Center: a hook script is given two minutes.
    Bitbucket,
    /// Gitea.
    Gitea,
    /// Forgejo.
    Forgejo,
}

impl Profile {
    /// The name that configuration and audit record use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Plain => "plain",
            Profile::GithubEnterprise => "github-enterprise",
            Profile::Gitlab => "gitlab",
            Profile::Bitbucket => "bitbucket",
            Profile::Gitea => "gitea",
            Profile::Forgejo => "forgejo",
        }
    }

    /// How long a push may take when the admin has not said so.
    #[must_use]
    pub fn deadline(self, on_web: bool) -> Duration {
        match self {
            Profile::GithubEnterprise => Duration::from_secs(4),
            Profile::Gitlab if on_web => Duration::from_secs(50),
            Profile::Bitbucket => Duration::from_secs(100),
            Profile::Plain | Profile::Gitlab | Profile::Gitea | Profile::Forgejo => {
                Duration::from_secs(300)
            }
        }
    }
}
