//! A Debian base system made of packages, where no registry can be reached: the same packages in the same release.
//!
//! **Invariant:** where packages come from is this machine's own setting; no server's name stands here.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::engine::Engine;
use crate::{packages, shell};

const RELEASE: &str = "trixie";

/// What Debian's own slim image leaves out, too. Licences stay.
const LEFT_OUT: [&str; 9] = [
    "usr/share/doc-base",
    "usr/share/groff",
    "usr/share/info",
    "usr/share/lintian",
    "usr/share/linda",
    "usr/share/locale",
    "usr/share/man",
    "var/cache/apt",
    "var/lib/apt/lists",
];

/// Makes the base and returns the name it has in the builder's store.
pub(super) fn make(engine: Engine, arch: &str) -> Result<String> {
    if !packages::is_root() {
        bail!("making a base system needs root: start this with sudo, or where a registry can be reached");
    }
    packages::ensure(&["debootstrap"])?;
    let mirrors = Mirrors::of_this_machine()?;
    let place = shell::scratch("image")?;
    let (folder, archive) = (place.join("base"), place.join("base.tar"));
    remove(&folder)?;
    let mut debootstrap = Command::new("debootstrap");
    debootstrap.args(["--variant=minbase", &format!("--arch={arch}"), RELEASE]).arg(&folder);
    shell::run(debootstrap.args(&mirrors.main))?;
    if let Some(sources) = mirrors.sources() {
        let list = folder.join("etc/apt/sources.list");
        std::fs::write(&list, sources).with_context(|| format!("writing {}", list.display()))?;
    }
    // Names are looked up while corrections are fetched; the builder brings its own file later.
    let resolver = folder.join("etc/resolv.conf");
    std::fs::copy("/etc/resolv.conf", &resolver).context("copying /etc/resolv.conf")?;
    let newest = "apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y upgrade && apt-get clean";
    shell::run(Command::new("chroot").arg(&folder).args(["sh", "-c", newest]))?;
    std::fs::remove_file(&resolver).with_context(|| format!("removing {}", resolver.display()))?;
    slim(&folder)?;
    let image = format!("localhost/hmm-base:{RELEASE}-{arch}");
    engine.import(&folder, &archive, &image)?;
    remove(&folder)?;
    if archive.is_file() {
        std::fs::remove_file(&archive).with_context(|| format!("removing {}", archive.display()))?;
    }
    Ok(image)
}

fn slim(folder: &Path) -> Result<()> {
    for name in LEFT_OUT {
        remove(&folder.join(name))?;
    }
    let documents = folder.join("usr/share/doc");
    shell::run(Command::new("find").arg(documents).args(["-type", "f", "!", "-name", "copyright", "-delete"]))?;
    // Whatever was left there belongs to this machine; a container gets its own.
    for name in ["dev", "tmp", "var/tmp"] {
        shell::run(Command::new("find").arg(folder.join(name)).args(["-mindepth", "1", "-delete"]))?;
    }
    // apt wants to find its folders.
    for name in ["var/cache/apt/archives/partial", "var/lib/apt/lists/partial"] {
        std::fs::create_dir_all(folder.join(name)).with_context(|| format!("creating {name}"))?;
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Where this machine gets Debian from.
#[derive(Debug, Default, PartialEq, Eq)]
struct Mirrors {
    /// None: debootstrap knows one.
    main: Option<String>,
    security: Option<String>,
}

impl Mirrors {
    fn of_this_machine() -> Result<Self> {
        let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
        let folder = Path::new("/etc/apt/sources.list.d");
        if folder.is_dir() {
            files.extend(shell::files_under(folder, &["list", "sources"])?);
        }
        let mut text = String::new();
        for file in files.iter().filter(|file| file.is_file()) {
            text += &std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
            text.push('\n');
        }
        Ok(Self::from_sources(&text))
    }

    /// Both ways of writing them name the address in a word of its own, which ends in `/debian` or `/debian-security`.
    fn from_sources(text: &str) -> Self {
        let addresses = || {
            text.lines()
                .filter(|line| !line.trim_start().starts_with('#'))
                .flat_map(str::split_whitespace)
                .filter(|word| word.contains("://"))
                .map(|word| word.trim_end_matches('/'))
        };
        let ending = |end: &str| addresses().find(|address| address.ends_with(end)).map(str::to_owned);
        Self { main: ending("/debian"), security: ending("/debian-security") }
    }

    /// Where the base looks for corrections. None: debootstrap has written what it knows.
    fn sources(&self) -> Option<String> {
        let main = self.main.as_ref()?;
        let mut text = format!("deb {main} {RELEASE} main\ndeb {main} {RELEASE}-updates main\n");
        if let Some(security) = &self.security {
            writeln!(text, "deb {security} {RELEASE}-security main").ok()?;
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrors_are_read_from_both_ways_of_writing_them() {
        let new = "# http://old.example/debian\nTypes: deb\nURIs: http://a.example/debian/\nSuites: bookworm\n\n\
                   Types: deb\nURIs: http://b.example/debian-security\n";
        let mirrors = Mirrors::from_sources(new);
        assert_eq!(mirrors.main.as_deref(), Some("http://a.example/debian"));
        assert_eq!(mirrors.security.as_deref(), Some("http://b.example/debian-security"));
        let old = "deb [arch=amd64] https://a.example/debian bookworm main\n";
        assert_eq!(Mirrors::from_sources(old).main.as_deref(), Some("https://a.example/debian"));
    }

    #[test]
    fn a_machine_that_is_no_debian_leaves_the_choice_to_debootstrap() {
        let mirrors = Mirrors::from_sources("deb http://a.example/ubuntu noble main\n");
        assert_eq!((mirrors.sources(), mirrors), (None, Mirrors::default()));
    }

    #[test]
    fn corrections_are_looked_for_where_the_packages_come_from() {
        let main = Some("http://a.example/debian".to_owned());
        let without = Mirrors { main: main.clone(), security: None }.sources().unwrap();
        assert_eq!(without.lines().count(), 2);
        let with = Mirrors { main, security: Some("http://b.example/debian-security".to_owned()) }.sources().unwrap();
        assert!(with.ends_with("deb http://b.example/debian-security trixie-security main\n"), "{with}");
    }
}
