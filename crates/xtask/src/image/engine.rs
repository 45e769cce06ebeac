//! docker, podman or buildah: the same few verbs.
//!
//! **Invariant:** chosen is what works. A docker without its daemon is no docker.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::options;
use crate::shell;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Docker,
    Podman,
    Buildah,
}

impl Engine {
    pub(super) fn find() -> Result<Self> {
        let works = |engine: &Self| {
            shell::find(engine.name()).is_some() && quiet(Command::new(engine.name()).arg("info")).is_ok_and(|ok| ok)
        };
        [Self::Docker, Self::Podman, Self::Buildah].into_iter().find(works).with_context(|| {
            "building the image needs docker (with its daemon running), podman or buildah; none of them works here. \
             Debian: apt-get install podman buildah"
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
            Self::Buildah => "buildah",
        }
    }

    /// The beginning of a build for an architecture, in the workspace's folder.
    pub(super) fn build(self, arch: &str) -> Command {
        let target = format!("linux/{arch}");
        let mut command = shell::command(self.name(), &["build", "--platform", &target]);
        if self != Self::Docker {
            // Health checks exist in Docker's format only; chroot works inside of containers, too.
            command.args(["--format", "docker", "--isolation", "chroot", "--network", "host"]);
            // Docker knows both by itself; others take one stage's for the next one's.
            command.args(["--build-arg", &format!("BUILDPLATFORM=linux/{}", options::here())]);
            command.args(["--build-arg", &format!("TARGETPLATFORM={target}")]);
        }
        command
    }

    /// Whether an image of this name is on the machine.
    pub(super) fn has(self, image: &str) -> bool {
        let mut command = Command::new(self.name());
        match self {
            Self::Docker | Self::Podman => command.args(["image", "inspect", image]),
            Self::Buildah => command.args(["inspect", "--type", "image", image]),
        };
        quiet(&mut command).is_ok_and(|ok| ok)
    }

    pub(super) fn pull(self, image: &str) -> bool {
        quiet(Command::new(self.name()).args(["pull", "--quiet", image])).is_ok_and(|ok| ok)
    }

    /// Makes an image of a folder with a whole system in it.
    pub(super) fn import(self, folder: &Path, archive: &Path, image: &str) -> Result<()> {
        if self == Self::Buildah {
            let container = shell::read(Command::new("buildah").args(["from", "scratch"]))?;
            let container = container.trim();
            shell::run(Command::new("buildah").args(["add", "--quiet", container]).arg(folder).arg("/"))?;
            shell::run(Command::new("buildah").args(["commit", "--quiet", "--rm", container, image]))?;
            return Ok(());
        }
        shell::run(Command::new("tar").arg("-C").arg(folder).arg("-cf").arg(archive).arg("."))?;
        shell::run(Command::new(self.name()).arg("import").arg(archive).arg(image))
    }

    /// How many bytes the image is when compressed, as it travels.
    pub(super) fn compressed(self, image: &str) -> Result<u64> {
        let archive = shell::scratch("image")?.join("weighed.tar.gz");
        let file = std::fs::File::create(&archive).with_context(|| format!("creating {}", archive.display()))?;
        let whole = shell::scratch("image")?.join("weighed.tar");
        let _ = std::fs::remove_file(&whole);
        match self {
            Self::Docker | Self::Podman => {
                shell::run(Command::new(self.name()).args(["save", "--output"]).arg(&whole).arg(image))?;
            }
            Self::Buildah => {
                let to = format!("docker-archive:{}", whole.display());
                shell::run(Command::new("buildah").args(["push", "--quiet", image, &to]))?;
            }
        }
        shell::run(Command::new("gzip").args(["--stdout", "-6"]).arg(&whole).stdout(file))?;
        let bytes = std::fs::metadata(&archive).with_context(|| format!("measuring {}", archive.display()))?.len();
        for file in [whole, archive] {
            std::fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?;
        }
        Ok(bytes)
    }

    /// A command on containers, for the trial.
    pub(super) fn containers(self) -> Result<Command> {
        if self != Self::Buildah {
            return Ok(Command::new(self.name()));
        }
        match shell::find("podman") {
            // It looks into the same store.
            Some(podman) => Ok(Command::new(podman)),
            None => bail!("buildah only builds; to try the image, install podman"),
        }
    }
}

/// Runs a command whose words nobody needs.
fn quiet(command: &mut Command) -> std::io::Result<bool> {
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?.success())
}
