//! `cargo xtask image`: the container image, with whichever builder this machine has, and its trial.
//!
//! **Invariant:** one Dockerfile. Where no registry can be reached the base comes from Debian's packages and the manager
//! from this machine's compiler; the stages are the same.

mod base;
#[cfg(test)]
mod compose;
mod engine;
mod options;
mod trial;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::{build, shell};
use engine::Engine;
use options::{Base, Options};

/// What the Dockerfile starts from when nobody says otherwise.
const REGISTRY_BASE: &str = "debian:trixie-slim";
/// Where a manager that was compiled here waits for the Dockerfile; .dockerignore lets this folder through.
const PREBUILT: &str = "target/xtask/image/hmm";
/// What an image may weigh when it is fetched.
const MOST_MEGABYTES: u64 = 200;

pub(crate) fn main(args: &[String]) -> Result<ExitCode> {
    let options = Options::parse(args)?;
    let engine = Engine::find()?;
    println!("builder: {}", engine.name());
    if !options.only_try {
        make(engine, &options)?;
        weigh(engine, &options.tag)?;
    }
    Ok(if options.tries() { trial::run(engine, &options) } else { ExitCode::SUCCESS })
}

fn make(engine: Engine, options: &Options) -> Result<()> {
    let mut command = engine.build(&options.arch);
    command.args(["--tag", &options.tag]);
    command.args(["--label", concat!("org.opencontainers.image.version=", env!("CARGO_PKG_VERSION"))]);
    if from_registry(engine, options.base) {
        return shell::run(command.arg("."));
    }
    if options.arch != options::here() {
        bail!(
            "without a registry, an image for {} is built on such a machine: setting up its base system runs its programs",
            options.arch
        );
    }
    let program = build::build(if options.quick { build::Profile::Quick } else { build::Profile::Release })?;
    let place = shell::root().join(PREBUILT);
    copy(&program, &place)?;
    let base = base::make(engine, &options.arch)?;
    command.args(["--target", "prebuilt", "--build-arg", &format!("BASE={base}")]);
    command.args(["--build-arg", &format!("PREBUILT={PREBUILT}")]);
    shell::run(command.arg("."))
}

fn from_registry(engine: Engine, base: Base) -> bool {
    match base {
        Base::Registry => true,
        Base::Debootstrap => false,
        Base::Auto => {
            let there = engine.has(REGISTRY_BASE) || engine.pull(REGISTRY_BASE);
            if !there {
                println!("no registry has {REGISTRY_BASE} for us: the base is made of Debian's packages instead");
            }
            there
        }
    }
}

fn copy(from: &PathBuf, to: &PathBuf) -> Result<()> {
    let folder = to.parent().context("the place of the program has no folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    std::fs::copy(from, to).with_context(|| format!("copying {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// What has to be fetched before a first start.
fn weigh(engine: Engine, tag: &str) -> Result<()> {
    let bytes = engine.compressed(tag)?;
    let megabytes = bytes.div_ceil(1_000_000);
    println!("{tag}: {megabytes} MB compressed");
    if megabytes > MOST_MEGABYTES {
        bail!("the image weighs {megabytes} MB compressed; it may be {MOST_MEGABYTES}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> String {
        std::fs::read_to_string(shell::root().join(name)).unwrap()
    }

    fn argument(dockerfile: &str, name: &str) -> String {
        let beginning = format!("ARG {name}=");
        dockerfile.lines().find_map(|line| line.strip_prefix(&beginning)).unwrap().to_owned()
    }

    #[test]
    fn the_image_is_compiled_with_the_toolchain_of_the_workspace() {
        let toolchain = read("rust-toolchain.toml");
        let channel = toolchain.lines().find_map(|line| line.strip_prefix("channel = ")).unwrap();
        assert_eq!(argument(&read("Dockerfile"), "RUST"), channel.trim_matches('"'));
    }

    #[test]
    fn the_dockerfile_starts_from_what_is_looked_for() {
        assert_eq!(argument(&read("Dockerfile"), "BASE"), REGISTRY_BASE);
        let folder = std::path::Path::new(PREBUILT).parent().unwrap();
        assert!(read(".dockerignore").lines().any(|line| line == format!("!{}", folder.display())));
    }
}
