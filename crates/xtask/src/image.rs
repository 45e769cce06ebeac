//! `cargo xtask image`: the container image, with whichever builder this machine has.

use anyhow::{Result, bail};

use crate::shell;

pub(crate) fn main(args: &[String]) -> Result<()> {
    if !args.is_empty() {
        bail!("`image` takes no arguments");
    }
    if !shell::root().join("Dockerfile").is_file() {
        bail!("there is no Dockerfile in this repository yet, so there is no image to build");
    }
    let builders = [("docker", "build"), ("podman", "build"), ("buildah", "build")];
    let Some((builder, verb)) = builders.into_iter().find(|(builder, _)| shell::find(builder).is_some()) else {
        bail!("building the image needs docker, podman or buildah; none of them was found");
    };
    shell::run(&mut shell::command(builder, &[verb, "--tag", "hmm", "."]))
}
