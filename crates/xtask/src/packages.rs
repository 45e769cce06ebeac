//! The Debian packages that tests need beside Rust and Node.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::shell;

/// Programs that `check` alone needs.
pub(crate) const FOR_CHECK: &[&str] = &["codespell"];
/// Programs that all tests together need.
pub(crate) const FOR_TESTS: &[&str] = &["codespell", "chromium", "postgresql", "libnss-wrapper", "mosquitto"];

/// Installs what is missing, or says the one command to type.
pub(crate) fn ensure(packages: &[&str]) -> Result<()> {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !is_there(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if shell::find("apt-get").is_none() {
        bail!("these programs are needed and not there: {names}; install them with your system's package manager");
    }
    let prefix: &[&str] = if is_root() {
        &[]
    } else if can_sudo() {
        &["sudo", "-n"]
    } else {
        bail!("some programs are missing; type this, then try again: sudo apt-get install -y {names}");
    };
    apt_get(prefix, &["update"])?;
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(&missing);
    apt_get(prefix, &install)?;
    match missing.iter().find(|package| !is_there(package)) {
        Some(package) => bail!("{package} was installed but its program is still not found"),
        None => Ok(()),
    }
}

fn apt_get(prefix: &[&str], args: &[&str]) -> Result<()> {
    let mut words = prefix.to_vec();
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]);
    words.extend(args);
    let (program, args) = words.split_at(1);
    shell::run(&mut shell::command(program.concat(), args))
}

fn is_there(package: &str) -> bool {
    match package {
        // Debian keeps one folder per major version and puts none of them on the path.
        "postgresql" => {
            shell::find("postgres").is_some()
                || std::fs::read_dir("/usr/lib/postgresql").is_ok_and(|versions| {
                    versions.flatten().any(|version| version.path().join("bin/postgres").is_file())
                })
        }
        // Only a library: it lends a name to users who have none.
        "libnss-wrapper" => {
            Path::new(&format!("/usr/lib/{}-linux-gnu/libnss_wrapper.so", std::env::consts::ARCH)).is_file()
        }
        program => shell::find(program).is_some(),
    }
}

pub(crate) fn is_root() -> bool {
    shell::read(Command::new("id").arg("-u").stdin(Stdio::null())).is_ok_and(|uid| uid.trim() == "0")
}

fn can_sudo() -> bool {
    Command::new("sudo")
        .args(["-n", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
