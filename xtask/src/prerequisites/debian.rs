//! Debian packages: installed where we may, named where we may not. No service is left running.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::process::{answer, command, environment};
use crate::steps;

/// Where programs of servers stand; an ordinary user's PATH may lack them.
const PROGRAM_FOLDERS: [&str; 4] = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin"];

/// Asked by Debian's packages before they start or restart a service.
const SERVICE_POLICY: &str = "/usr/sbin/policy-rc.d";

/// Says no. The comment is for who finds it after an installation that was cut off.
const SERVICE_SCRIPT: &str = "#!/bin/sh\\n# Of pushgate, while `cargo xtask test` installs packages. \
                              If none does, remove this file.\\nexit 101\\n";

/// A package, and how to see that it is there.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    /// The name of a program, or the path of a file.
    pub(crate) program: &'static str,
    pub(crate) purpose: &'static str,
}

/// Installs what is missing of `packages`.
pub(crate) fn provide(packages: &[Package]) -> Result<(), Failure> {
    let missing: Vec<&Package> =
        packages.iter().filter(|package| !is_there(package.program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for Package { name, program, purpose } in &missing {
        println!("missing: {program}, of Debian's package {name}, for {purpose}");
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let Some(root) = RootRights::of_this_process() else {
        return Err(Failure::new(format!(
            "these programs are needed, and installing them takes root\n\
             on Debian, type: sudo apt-get install --no-install-recommends {}",
            names.join(" ")
        )));
    };
    install(&names, root)
}

fn install(names: &[&str], root: RootRights) -> Result<(), Failure> {
    steps::run("apt-get: bringing the list of packages up to date", root.apt_get(&["update"]))?;
    let quiet_services = NoServices::ask_for(root)?;
    let mut apt_get = root.apt_get(&["install", "--yes", "--no-install-recommends"]);
    apt_get.args(names);
    let installed = steps::run(&format!("apt-get: installing {}", names.join(" ")), apt_get);
    quiet_services.end();
    installed?;
    switch_off_services(names, root);
    match names.iter().find(|name| !was_installed(name)) {
        Some(name) => Err(Failure::new(format!("apt-get did not install {name}"))),
        None => Ok(()),
    }
}

fn was_installed(name: &str) -> bool {
    let status = answer(command("dpkg-query").args(["--show", "--showformat=${Status}", name]));
    status.is_some_and(|status| status == "install ok installed")
}

fn is_there(program: &str) -> bool {
    let path = environment("PATH").unwrap_or_default();
    let mut folders = path.split(':').chain(PROGRAM_FOLDERS);
    folders.any(|folder| !folder.is_empty() && Path::new(folder).join(program).is_file())
}

/// How this process becomes root, for single commands.
#[derive(Debug, Clone, Copy)]
enum RootRights {
    Own,
    Sudo,
}

impl RootRights {
    fn of_this_process() -> Option<RootRights> {
        if !is_there("apt-get") {
            return None;
        }
        if answer(command("id").arg("--user")).is_some_and(|user| user == "0") {
            return Some(RootRights::Own);
        }
        // Only where it needs no password: a question in the middle of a task would not be seen.
        let asked = answer(command("sudo").args(["--non-interactive", "true"]));
        asked.map(|_| RootRights::Sudo)
    }

    fn command(self, program: &str) -> Command {
        match self {
            RootRights::Own => command(program),
            RootRights::Sudo => {
                let mut sudo = command("sudo");
                sudo.args(["--non-interactive", program]);
                sudo
            }
        }
    }

    fn apt_get(self, arguments: &[&str]) -> Command {
        let mut apt_get = self.command("env");
        apt_get.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
        apt_get
    }
}

/// While this stands, packages that are installed start no service.
#[derive(Debug)]
struct NoServices {
    /// Who put the policy there; `None` if the machine had one, which is then left in force.
    ours: Option<RootRights>,
}

impl NoServices {
    fn ask_for(root: RootRights) -> Result<NoServices, Failure> {
        if Path::new(SERVICE_POLICY).exists() {
            return Ok(NoServices { ours: None });
        }
        let write = script_writing(SERVICE_POLICY);
        if answer(root.command("sh").args(["-c", &write])).is_none() {
            return Err(Failure::new(format!("{SERVICE_POLICY} could not be written")));
        }
        println!("for the time of the installation, {SERVICE_POLICY} keeps services from starting");
        Ok(NoServices { ours: Some(root) })
    }

    fn end(self) {
        let Some(root) = self.ours else { return };
        if answer(root.command("rm").args(["--force", SERVICE_POLICY])).is_none() {
            println!("{SERVICE_POLICY} could not be removed: remove it by hand");
        }
    }
}

/// For a shell: writes the policy that says no to `path`.
fn script_writing(path: &str) -> String {
    format!("printf '{SERVICE_SCRIPT}' > {path} && chmod 755 {path}")
}

/// Tests start servers of their own, on ports of their own: those of the system stay off, now and
/// after a restart. Only for packages that were not there before.
fn switch_off_services(names: &[&str], root: RootRights) {
    if !Path::new("/run/systemd/system").is_dir() {
        return;
    }
    let units: &[(&str, &[&str])] =
        &[("lighttpd", &["lighttpd.service"]), ("openssh-server", &["ssh.service", "ssh.socket"])];
    for (_, units) in units.iter().filter(|(package, _)| names.contains(package)) {
        for unit in *units {
            if answer(root.command("systemctl").args(["disable", "--now", unit])).is_some() {
                println!("switched off the system's {unit}: only tests need it");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::TemporaryFolder;

    #[test]
    fn the_policy_says_no_and_whose_it_is() {
        let folder = TemporaryFolder::new("policy").unwrap();
        let path = folder.path().join("policy-rc.d").display().to_string();
        answer(command("sh").args(["-c", &script_writing(&path)])).unwrap();
        let status = command(&path).args(["ssh", "start"]).status().unwrap();
        assert_eq!(status.code(), Some(101));
        assert!(
            std::fs::read_to_string(&path).unwrap().contains("Of pushgate, while `cargo xtask")
        );
    }

    #[test]
    fn programs_of_servers_are_found_without_a_path_to_them() {
        assert!(is_there("sh"));
        assert!(!is_there("no-such-program-of-anyone"));
    }
}
