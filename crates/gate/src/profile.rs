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

    /// After which time the server ends a hook, if it does: then there is no verdict.
    #[must_use]
    pub fn ended_after(self) -> Option<Duration> {
        match self {
            Profile::GithubEnterprise => Some(Duration::from_secs(5)),
            Profile::Bitbucket => Some(Duration::from_secs(120)),
            Profile::Plain | Profile::Gitlab | Profile::Gitea | Profile::Forgejo => None,
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

#[cfg(test)]
mod tests {
    use super::Profile;

    #[test]
    fn no_profile_is_ended_before_its_deadline_and_none_has_more_time_than_plain_git() {
        for profile in [
            Profile::Plain,
            Profile::GithubEnterprise,
            Profile::Gitlab,
            Profile::Bitbucket,
            Profile::Gitea,
            Profile::Forgejo,
        ] {
            for on_web in [false, true] {
                let deadline = profile.deadline(on_web);
                assert!(profile.ended_after().is_none_or(|end| deadline < end), "{profile:?}");
                // So the environment, which may be the pusher's own, cannot buy time.
                assert!(deadline <= Profile::Plain.deadline(false), "{profile:?}");
            }
        }
    }
}
