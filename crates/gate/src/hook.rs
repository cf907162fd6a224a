//! The hook as a whole: from its arguments to its exit code.

use std::ffi::OsString;
use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Weak};
use std::time::Duration;

use pushgate_core::policy::{Action, Mode};
use pushgate_git::Push;

use crate::branches::Branches;
use crate::channel::Channel;
use crate::clock::Clock;
use crate::code::{self, Code};
use crate::config::Config;
use crate::environment::Environment;
use crate::installation::{Installation, fingerprint_key};
use crate::panic_guard::PanicGuard;
use crate::pre_receive::{Context, Judged, pre_receive};
use crate::progress::Progress;
use crate::report::json::About;
use crate::report::lines::{Extent, Manner};
use crate::report::text::{self, Words};
use crate::schedule::Schedule;
use crate::show::Shown;
use crate::signals::{Received, Watch};
use crate::{audit, previous};

/// Bytes of standard input that are read.
const INPUT_BYTES_MAX: u64 = 256 << 20;

/// Exit code of a push that is refused for what it holds.
const REFUSED: u8 = 1;

/// Exit code of a push that is refused because the gate could not do its work.
const FAILED: u8 = 2;

/// What the program says of itself.
const USAGE: &str = "\
pushgate-pre-receive: the pre-receive hook that refuses pushes with secrets
git starts it, with the updates of a push on standard input; `pushgate install` puts it in place.

usage: pushgate-pre-receive [--config FILE] [--fingerprint-key FILE] [--previous HOOK] [--tell-on-output]
       pushgate-pre-receive --version | --help

`pushgate check` says with --branches FILE what the branches are called where the push comes from,
and with --tell-all that nothing of what it is told need be short.
";

/// What was compiled into the binary.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// The compiled built-in rules.
    pub rules: &'static [u8],
    /// The compiled built-in detectors.
    pub detectors: &'static [u8],
}

/// Why the gate could not do its work.
#[derive(Debug)]
pub(crate) struct GateError {
    pub(crate) code: Code,
    pub(crate) text: String,
}

/// What `pushgate install` wrote into the hook's call, or what `pushgate check` calls it with.
#[derive(Debug, Default)]
struct Arguments {
    config: Option<PathBuf>,
    fingerprint_key: Option<PathBuf>,
    previous: Option<PathBuf>,
    branches: Option<PathBuf>,
    channel: Channel,
    extent: Extent,
}

impl Arguments {
    fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Arguments, GateError> {
        let wrong = |text: String| GateError { code: code::CONFIG, text };
        let mut parsed = Arguments::default();
        while let Some(argument) = arguments.next() {
            let name = argument.to_string_lossy().into_owned();
            if name == "--tell-on-output" {
                parsed.channel = Channel::Output;
                continue;
            }
            if name == "--tell-all" {
                parsed.extent = Extent::Check;
                continue;
            }
            let place = match name.as_str() {
                "--config" => &mut parsed.config,
                "--fingerprint-key" => &mut parsed.fingerprint_key,
                "--previous" => &mut parsed.previous,
                "--branches" => &mut parsed.branches,
                _ => return Err(wrong(format!("the hook was called with {name:?}; see --help"))),
            };
            let value = arguments.next().ok_or_else(|| wrong(format!("{name} needs a path")))?;
            *place = Some(PathBuf::from(value));
        }
        Ok(parsed)
    }
}

/// Runs the hook with `arguments` (without the program's name), on this process's standard input.
///
/// Whatever happens, a push that is not accepted is told why, on standard error.
pub fn run(arguments: impl Iterator<Item = OsString>, embedded: &Embedded) -> ExitCode {
    run_probed(arguments, embedded, || ())
}

/// Does what [`run`] does, and calls `probe` when the push is about to be judged.
///
/// For tests of what a mistake in there comes to: it takes another program to have one.
pub fn run_probed(
    arguments: impl Iterator<Item = OsString>,
    embedded: &Embedded,
    probe: fn(),
) -> ExitCode {
    let guard = PanicGuard::install();
    let clock = Clock::start();
    let arguments: Vec<OsString> = arguments.collect();
    if arguments.first().is_some_and(|argument| argument == "--version") {
        return printed(concat!("pushgate-pre-receive ", env!("CARGO_PKG_VERSION"), "\n"));
    }
    if arguments.first().is_some_and(|argument| argument == "--help" || argument == "-h") {
        return printed(USAGE);
    }
    let refuse = |channel: Channel, error: &GateError| {
        let manner = Manner::without_config(&Environment::of_process());
        channel.tell(&text::failure(error, Shown::unjudged(None), manner));
        ExitCode::from(FAILED)
    };
    let arguments = match Arguments::parse(arguments.into_iter()) {
        Ok(arguments) => arguments,
        Err(error) => return refuse(Channel::default(), &error),
    };
    let channel = arguments.channel;
    let outcome = guard.run(|| {
        // Without a configuration nobody knows what the admin would let through.
        let mut config = Config::find(arguments.config.as_deref())
            .map_err(|error| GateError { code: code::CONFIG, text: error.to_string() })?;
        let environment = Environment::of_process();
        let guard = guard.clone();
        let schedule = Schedule::new(clock, config.deadline(&environment));
        // What is looked at once more while a push is judged has the time of judging.
        config.limits.core.deadline = schedule.judged();
        let run = Arc::new_cyclic(|run| Run {
            arguments,
            config,
            environment,
            embedded: *embedded,
            clock,
            schedule,
            guard,
            probe,
            watch: Watch::new(Weak::clone(run)),
        });
        Ok(run.run())
    });
    match outcome {
        Ok(Ok(code)) => code,
        Ok(Err(error)) | Err(error) => refuse(channel, &error),
    }
}

/// Answers who asks the program itself, and no push.
fn printed(text: &str) -> ExitCode {
    let written = std::io::stdout().write_all(text.as_bytes());
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) }
}

/// One call of the hook, once its arguments and its configuration are known.
pub(crate) struct Run {
    arguments: Arguments,
    config: Config,
    environment: Environment,
    embedded: Embedded,
    clock: Clock,
    schedule: Schedule,
    guard: PanicGuard,
    probe: fn(),
    watch: Watch,
}

impl Run {
    fn run(&self) -> ExitCode {
        let input = match read_input() {
            Ok(input) => input,
            Err(error) => return self.failed(&error, None, None, &[]),
        };
        if self.environment.is_trial && names_nothing(&input) {
            return self.accepted(&input);
        }
        let push = match Push::read(&*input, &self.config.limits.git) {
            Ok(push) => Arc::new(push),
            Err(error) => {
                let error = GateError { code: code::INPUT, text: error.to_string() };
                return self.failed(&error, None, None, &input);
            }
        };
        if self.config.mode == Mode::Off {
            let about = self.about(Some(&push), None, Shown::unjudged(None));
            let recorded = self.record(&about.judged(&Judged::off()).to_line());
            return match recorded {
                Ok(()) => self.accepted(&input),
                Err(error) => self.failed(&error, Some(&push), None, &input),
            };
        }
        match Installation::load(&self.embedded, &self.config) {
            Ok(installation) => {
                let installation = Arc::new(installation);
                self.watch.judge(&push, &installation);
                let judged = self.guard.run(|| {
                    (self.probe)();
                    self.judge(&push, &installation, &input)
                });
                judged.unwrap_or_else(|error| {
                    self.failed(&error, Some(&push), Some(&installation), &input)
                })
            }
            Err(error) => self.failed(&error, Some(&push), None, &input),
        }
    }

    fn judge(&self, push: &Push, installation: &Installation, input: &[u8]) -> ExitCode {
        // The admin's key for all repositories goes before the one that was made for this one.
        let key_path =
            self.config.fingerprint_key_path.as_ref().or(self.arguments.fingerprint_key.as_ref());
        let is_seen = !self.environment.on_web && self.config.mode != Mode::Monitor;
        let first = self.config.progress_after.filter(|_| is_seen);
        let progress = Progress::new(self.clock, self.arguments.channel, first);
        let judged = fingerprint_key(key_path.map(PathBuf::as_path)).and_then(|key| {
            let branches = Branches::known(self.arguments.branches.as_deref())?;
            let context = Context {
                environment: &self.environment,
                config: &self.config,
                installation,
                key: &key,
                branches: &branches,
                schedule: self.schedule,
                progress: &progress,
                threads: self.config.limits.threads(),
                watch: &self.watch,
            };
            pre_receive(push, context)
        });
        let judged = match judged {
            Ok(judged) => judged,
            Err(error) => return self.failed(&error, Some(push), Some(installation), input),
        };
        let shown = Shown::judged(installation, &judged.redactor);
        let line = self.about(Some(push), Some(installation), shown).judged(&judged).to_line();
        let recorded = self.record(&line);

        let words = Words {
            history: &judged.history,
            installation,
            shown,
            mode: self.config.mode,
            manner: self.manner(),
            unrecorded: recorded.as_ref().err().map(|error| error.text.as_str()),
        };
        let message = words.decision(&judged.decision);
        if !judged.decision.accepted {
            self.arguments.channel.tell(&message);
            return ExitCode::from(REFUSED);
        }
        let silent = self.config.mode == Mode::Monitor;
        match recorded {
            Ok(()) => {
                if !silent {
                    self.arguments.channel.tell(&message);
                }
                self.accepted(input)
            }
            Err(error) => {
                if !silent && !self.refuses_errors() {
                    self.arguments.channel.tell(&message);
                }
                self.failed(&error, Some(push), Some(installation), input)
            }
        }
    }

    /// Whether a push is refused when the gate cannot do its work.
    fn refuses_errors(&self) -> bool {
        match self.config.mode {
            // In mode `off` nothing is looked at, but that must be recorded.
            Mode::Block | Mode::Off => self.config.policy.error == Action::Block,
            Mode::Warn | Mode::Monitor => false,
        }
    }

    /// For how long it has run.
    pub(crate) fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Whether the script that `pushgate install` writes has started it.
    pub(crate) fn is_in_script(&self) -> bool {
        self.arguments.channel == Channel::Output
    }

    /// Somebody ends the hook: unless there is a verdict, the push is refused in any mode, for who
    /// asked is not waiting for one.
    ///
    /// Returns the exit code if that is all.
    pub(crate) fn received(&self, received: Received) -> Option<u8> {
        let interrupted = self.watch.stop(received)?;
        let elapsed = self.elapsed().as_secs_f64();
        let text = format!("{} ended the hook after {elapsed:.1} s", received.name());
        let error = GateError { code: code::STOPPED, text };
        // Whether or not it can be recorded and told, the push is refused.
        let _ = self.guard.run(|| {
            let installation = interrupted.installation.as_deref();
            let shown = Shown::unjudged(installation);
            let about = self.about(interrupted.push.as_deref(), installation, shown);
            let _ = self.append(&about.failed(&error, false).to_line());
            self.arguments.channel.tell(&text::failure(&error, shown, self.manner()));
        });
        Some(FAILED)
    }

    /// The gate could not do its work.
    fn failed(
        &self,
        error: &GateError,
        push: Option<&Push>,
        installation: Option<&Installation>,
        input: &[u8],
    ) -> ExitCode {
        let shown = Shown::unjudged(installation);
        let refuses = self.refuses_errors();
        if error.code != code::AUDIT {
            let line = self.about(push, installation, shown).failed(error, !refuses).to_line();
            // The first failure is what people must hear of; it is told in any case.
            let _ = self.record(&line);
        }
        if refuses {
            self.arguments.channel.tell(&text::failure(error, shown, self.manner()));
            return ExitCode::from(FAILED);
        }
        // In monitor mode the record alone speaks; if there can be none, somebody must.
        let silent = self.config.policy.error == Action::Ignore
            || self.config.mode == Mode::Monitor && error.code != code::AUDIT;
        if !silent {
            self.arguments.channel.tell(&text::let_through(error, shown, self.manner()));
        }
        self.accepted(input)
    }

    /// The push is accepted as far as we go; the hook that was there before has its say.
    fn accepted(&self, input: &[u8]) -> ExitCode {
        let Some(path) = &self.arguments.previous else { return ExitCode::SUCCESS };
        previous::run(path, input, self.arguments.channel, &self.watch).unwrap_or_else(|error| {
            self.arguments.channel.tell(&text::failure(
                &error,
                Shown::unjudged(None),
                self.manner(),
            ));
            ExitCode::from(FAILED)
        })
    }

    fn manner(&self) -> Manner<'_> {
        Manner::of(&self.config, &self.environment).telling(self.arguments.extent)
    }

    fn about<'a>(
        &'a self,
        push: Option<&'a Push>,
        installation: Option<&'a Installation>,
        shown: Shown<'a>,
    ) -> About<'a> {
        About {
            environment: &self.environment,
            config: &self.config,
            clock: &self.clock,
            push,
            installation,
            shown,
        }
    }

    /// Writes the record of a verdict, which stands from here on.
    fn record(&self, line: &str) -> Result<(), GateError> {
        self.watch.decide();
        self.append(line)
    }

    fn append(&self, line: &str) -> Result<(), GateError> {
        match &self.config.audit_path {
            Some(path) => audit::append(path, line, self.schedule.ended()),
            None => Ok(()),
        }
    }
}

/// Whether no line of `input` names a new object: so Bitbucket asks whether a pull request could
/// be merged while there is no merge commit yet.
fn names_nothing(input: &[u8]) -> bool {
    let mut lines = input.strip_suffix(b"\n").unwrap_or(input).split(|&byte| byte == b'\n');
    lines.all(|line| line.split(|&byte| byte == b' ').nth(1).is_none_or(<[u8]>::is_empty))
}

fn read_input() -> Result<Vec<u8>, GateError> {
    let failed = |text: String| GateError { code: code::INPUT, text };
    let mut input = Vec::new();
    std::io::stdin()
        .lock()
        .take(INPUT_BYTES_MAX)
        .read_to_end(&mut input)
        .map_err(|error| failed(format!("standard input cannot be read: {error}")))?;
    if input.len() as u64 == INPUT_BYTES_MAX {
        return Err(failed(format!("standard input is longer than {INPUT_BYTES_MAX} bytes")));
    }
    Ok(input)
}
