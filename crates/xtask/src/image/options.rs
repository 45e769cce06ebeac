//! What `cargo xtask image` was asked for.

use anyhow::{Result, bail};

/// Where the first layer comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// From the registry if it answers, else made here.
    Auto,
    Registry,
    Debootstrap,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// Debian's word: amd64 or arm64.
    pub(super) arch: String,
    pub(super) base: Base,
    pub(super) tag: String,
    /// How the manager is compiled when it is compiled here.
    pub(super) quick: bool,
    pub(super) also_try: bool,
    pub(super) only_try: bool,
    /// Further arguments for each container of the trial.
    pub(super) run: Vec<String>,
}

impl Options {
    pub(super) fn parse(args: &[String]) -> Result<Self> {
        let mut options = Self {
            arch: here().to_owned(),
            base: Base::Auto,
            tag: "localhost/hmm".to_owned(),
            quick: false,
            also_try: false,
            only_try: false,
            run: Vec::new(),
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().map(String::as_str).unwrap_or_default();
            match arg.as_str() {
                "--arch" => options.arch = arch(value())?,
                "--base" => options.base = base(value())?,
                "--tag" => value().clone_into(&mut options.tag),
                "--quick" => options.quick = true,
                "--try" => options.also_try = true,
                "--only-try" => options.only_try = true,
                "--" => options.run.extend(args.by_ref().cloned()),
                unknown => {
                    bail!("`image` knows --arch, --base, --tag, --quick, --try, --only-try and --, not `{unknown}`")
                }
            }
        }
        if options.tag.is_empty() {
            bail!("--tag wants a name");
        }
        if options.tries() && options.arch != here() {
            bail!("an image for {} cannot be started on this machine", options.arch);
        }
        if !options.tries() && !options.run.is_empty() {
            bail!("what follows -- is for starting containers, and nothing is started without --try");
        }
        Ok(options)
    }

    pub(super) fn tries(&self) -> bool {
        self.also_try || self.only_try
    }
}

/// This machine's architecture in Debian's words.
pub(super) fn here() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn arch(word: &str) -> Result<String> {
    match word {
        "amd64" | "arm64" => Ok(word.to_owned()),
        other => bail!("--arch is amd64 or arm64, not `{other}`"),
    }
}

fn base(word: &str) -> Result<Base> {
    Ok(match word {
        "auto" => Base::Auto,
        "registry" => Base::Registry,
        "debootstrap" => Base::Debootstrap,
        other => bail!("--base is auto, registry or debootstrap, not `{other}`"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options> {
        Options::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn nothing_asked_is_an_image_for_this_machine() {
        let options = parse(&[]).unwrap();
        assert_eq!((options.arch.as_str(), options.base, options.tries()), (here(), Base::Auto, false));
    }

    #[test]
    fn what_follows_two_dashes_goes_to_the_containers() {
        let options = parse(&["--base", "debootstrap", "--try", "--", "--ulimit", "nproc=1024"]).unwrap();
        assert_eq!((options.base, options.run), (Base::Debootstrap, vec!["--ulimit".into(), "nproc=1024".into()]));
        assert!(parse(&["--", "--ulimit"]).unwrap_err().to_string().contains("--try"));
    }

    #[test]
    fn wrong_words_are_named_with_the_right_ones() {
        assert!(parse(&["--arch", "mips"]).unwrap_err().to_string().contains("amd64 or arm64, not `mips`"));
        assert!(parse(&["--base"]).unwrap_err().to_string().contains("auto, registry or debootstrap"));
        assert!(parse(&["--fast"]).unwrap_err().to_string().contains("not `--fast`"));
        let foreign = if here() == "amd64" { "arm64" } else { "amd64" };
        assert!(parse(&["--arch", foreign, "--try"]).unwrap_err().to_string().contains("cannot be started"));
    }
}
