//! A repository on the forge with the hook in it, and somebody who pushes to it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::forge::{Forge, OWNER, forge};
use super::http::Answer;
use crate::support::desk::Desk;
use crate::support::message::{self, Verdict};
use crate::support::{Install, PushLab, Pushed, Setup, record, tokens};

/// A repository of the owner, and a laboratory whose server it is.
pub struct Place {
    pub lab: PushLab,
    pub forge: &'static Forge,
    /// Owner and name.
    pub name: String,
}

impl Place {
    /// An empty repository with the hook in it.
    #[track_caller]
    pub fn new(name: &str) -> Place {
        let place = Place::open(name);
        place.install();
        place
    }

    /// An empty repository without the hook.
    #[track_caller]
    pub fn open(name: &str) -> Place {
        let forge = forge();
        let wanted = json!({"name": name, "default_branch": "main"}).to_string();
        forge.api(OWNER, "POST /user/repos", &wanted).is(201);
        let mut lab =
            PushLab::of(Setup { install: Install::Nothing, noisy: true, ..Setup::default() });
        let name = format!("{OWNER}/{name}");
        lab.server = forge.folder(&name);
        Place { lab, forge, name }
    }

    /// `pushgate install`, as the page for admins has it.
    #[track_caller]
    pub fn install(&self) {
        let ended = self.lab.run_tool(&["install"], &["--config", &self.lab.config_text()]);
        assert_eq!(ended.code(), 0, "{}", ended.all_text());
    }

    /// A clone of the owner's with a first commit, which is on the forge.
    #[track_caller]
    pub fn desk(&self, seed: u64) -> Desk<'_> {
        let desk = Desk::empty(&self.lab, seed);
        self.comes_from(&desk, &self.forge.address(OWNER, &self.name));
        desk.commit(&[("README", "a project\n")]);
        self.brings(&desk, "main");
        desk
    }

    /// Pushes a branch, and waits until the forge knows of it.
    #[track_caller]
    pub fn brings(&self, desk: &Desk<'_>, branch: &str) {
        self.brings_to(&self.name, desk, branch);
    }

    /// The same for another repository: the forge looks after a push when it has time.
    #[track_caller]
    pub fn brings_to(&self, repository: &str, desk: &Desk<'_>, branch: &str) {
        desk.git(&format!("push -q origin {branch}"));
        let id = desk.git(&format!("rev-parse {branch}"));
        let question = format!("GET /repos/{repository}/branches/{branch}");
        until(&format!("the forge knows {branch}"), || {
            let answer = self.forge.api(OWNER, &question, "");
            answer.status == 200 && answer.json()["commit"]["id"] == id
        });
    }

    /// From now on the clone pushes there.
    #[track_caller]
    pub fn comes_from(&self, desk: &Desk<'_>, address: &str) {
        desk.git(&format!("remote set-url origin '{address}'"));
    }

    /// Asks the API about this repository, as its owner: `POST /contents/a.txt`.
    #[track_caller]
    pub fn api(&self, request: &str, body: &Value) -> Answer {
        self.api_as(OWNER, request, body)
    }

    #[track_caller]
    pub fn api_as(&self, user: &str, request: &str, body: &Value) -> Answer {
        let request = request.replacen(' ', &format!(" /repos/{}", self.name), 1);
        self.forge.api(user, &request, &body.to_string())
    }

    /// What a ref of the repository points to.
    #[track_caller]
    pub fn tip(&self, reference: &str) -> Option<String> {
        let list = self.lab.in_server(&["for-each-ref", "--format=%(objectname)", reference]);
        list.lines().next().map(str::to_owned)
    }

    /// The records of all pushes, each checked.
    #[track_caller]
    pub fn records(&self) -> Vec<Value> {
        self.lab.audit_lines().iter().map(|line| record::check(line)).collect()
    }

    /// The last record; it is of the owner.
    #[track_caller]
    pub fn last_record(&self) -> Value {
        let last = self.records().pop().expect("the audit file has a line");
        self.is_of(&last, OWNER);
        last
    }

    /// The record says who it was, where, and what kind of server this is.
    #[track_caller]
    pub fn is_of(&self, record: &Value, person: &str) {
        assert_eq!(record["pusher"], json!({"name": person, "source": "GITEA_PUSHER_NAME"}));
        assert_eq!(record["repository"], self.name, "{record}");
        assert_eq!(record["profile"], "gitea", "{record}");
    }

    /// Refused for one secret, and the record says whose push it was.
    #[track_caller]
    pub fn refused(&self, pushed: &Pushed) {
        assert!(!pushed.accepted, "{}", pushed.told());
        let verdict = message::verdict(pushed.remote.first().map_or("", String::as_str));
        assert_eq!(verdict, Some(Verdict::Secrets(1)), "{}", pushed.told());
        assert!(pushed.stderr.contains("pre-receive hook declined"), "{}", pushed.told());
        assert_eq!(pushed.kinds(), [tokens::CLOUD], "{}", pushed.told());
        self.is_of(pushed.record(), OWNER);
    }

    /// Accepted, and what the pusher reads is of the forge alone.
    #[track_caller]
    pub fn accepted(&self, pushed: &Pushed) {
        assert!(pushed.accepted, "{}", pushed.told());
        assert!(pushed.remote.is_empty(), "{}", pushed.told());
        assert_eq!(pushed.record()["reason"], "clean", "{}", pushed.told());
        self.is_of(pushed.record(), OWNER);
    }
}

/// Waits until it is so.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The lines of a message on a page: verdict first, no line that begins with a blank or is empty,
/// no command.
#[track_caller]
pub fn shown_on_a_page(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    message::check(&lines);
    let verdict = message::verdict(&lines[0]);
    assert_eq!(verdict, Some(Verdict::Secrets(1)), "{text}");
    for line in &lines {
        assert!(!line.is_empty() && line.trim() == line, "{text}");
        assert!(!line.contains("git "), "{text}");
    }
    lines
}
