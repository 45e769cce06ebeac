//! `cargo xtask check`: everything that can be said about the code without running it.

mod dependencies;
mod environment;
mod licence;
mod size;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::tally::Tally;
use crate::{arrows, gen_files, packages, shell, web};

pub(crate) fn main(args: &[String]) -> Result<ExitCode> {
    if !args.is_empty() {
        bail!("`check` takes no arguments");
    }
    let mut tally = Tally::default();
    tally.check("programs", || packages::ensure(packages::FOR_CHECK));
    tally.check("web packages and build", web::build_if_missing);
    steps(&mut tally);
    Ok(tally.finish())
}

/// The checks themselves, quick ones first.
pub(crate) fn steps(tally: &mut Tally) {
    tally.check("formatting", || shell::run(&mut shell::cargo(&["fmt", "--all", "--check"])));
    tally.check("arrows", arrows::check);
    tally.check("dependency rules", dependencies::check);
    tally.check("environment variables", environment::check);
    tally.check("file sizes", size::check);
    tally.check("spelling", spelling);
    tally.check("web formatting and lints", || web::script("lint", &[]));
    tally.check("web types", || web::script("typecheck", &[]));
    tally.check("weight of the first page", || web::script("budget", &[]));
    tally.check("web dead code", || web::script("knip", &[]));
    tally.check("lints", clippy);
    tally.check("generated files", gen_files::check);
}

/// Warnings as errors by an argument: `RUSTFLAGS` would throw away everything compiled so far.
fn clippy() -> Result<()> {
    let args = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    shell::run(&mut shell::cargo(&args))
}

fn spelling() -> Result<()> {
    let args = [
        "--ignore-words=.ci/spelling-ignore.txt",
        "--skip=*/node_modules,*/dist,*/generated,*/package-lock.json,*/test-results,*/playwright-report,*.expected.json",
        "crates",
        "migrations",
        "docs",
        "web",
        ".ci",
        ".github",
        "container",
        "Dockerfile",
        "docker-compose.yml",
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
    ];
    shell::run(&mut shell::command("codespell", &args))
}
