//! Rules for other people's crates, read from `deny.toml` so that they stand in one place.
//!
//! cargo-deny knows more (advisories, yanked crates); this needs nothing that must first be compiled.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

use super::licence;
use crate::metadata::{self, Package};
use crate::shell;

#[derive(Debug, Default, PartialEq, Eq)]
struct Rules {
    licences: BTreeSet<String>,
    banned: BTreeSet<String>,
    single: BTreeSet<String>,
}

pub(crate) fn check() -> Result<()> {
    let text = std::fs::read_to_string(shell::root().join("deny.toml")).context("reading deny.toml")?;
    let rules = read_rules(&text);
    if rules.licences.is_empty() || rules.banned.is_empty() || rules.single.is_empty() {
        bail!("deny.toml: expected `allow` under [licenses] and `deny` under [bans], one entry a line");
    }
    let problems = problems(&rules, &metadata::everything()?.packages);
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

fn problems(rules: &Rules, packages: &[Package]) -> Vec<String> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut problems = Vec::new();
    for package in packages {
        versions.entry(&package.name).or_default().insert(&package.version);
        let Some(source) = &package.source else { continue };
        if !source.starts_with("registry+") {
            problems.push(format!("{} comes from {source}; only released versions are allowed", package.name));
        }
        if rules.banned.contains(&package.name) {
            problems.push(format!("{} is banned; deny.toml says why", package.name));
        }
        match licence::of(package) {
            Some(expression) if licence::satisfied(&expression, &rules.licences) => {}
            Some(expression) => problems.push(format!("{}: licence {expression} is not on the list", package.name)),
            None => problems.push(format!("{} states no licence", package.name)),
        }
    }
    for name in &rules.single {
        if let Some(found) = versions.get(name.as_str()).filter(|found| found.len() > 1) {
            let found = found.iter().copied().collect::<Vec<_>>().join(", ");
            problems.push(format!("{name} is there more than once: {found}"));
        }
    }
    problems
}

/// Reads the two lists we need. deny.toml keeps one entry a line, so no TOML reader is needed here.
fn read_rules(text: &str) -> Rules {
    let mut rules = Rules::default();
    let mut section = "";
    let mut list = "";
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            (section, list) = (name, "");
        } else if let Some((name, "[")) = line.split_once(" = ") {
            list = name;
        } else if line == "]" {
            list = "";
        } else {
            let entry = line.split('"').nth(1).map(str::to_owned);
            let rule = match (section, list) {
                ("licenses", "allow") => &mut rules.licences,
                ("bans", "deny") if line.contains("deny-multiple-versions = true") => &mut rules.single,
                ("bans", "deny") => &mut rules.banned,
                _ => continue,
            };
            rule.extend(entry);
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = r#"
        [licenses]
        confidence = 0.9
        allow = [
            # the usual
            "MIT",
            "Zlib", # small print
        ]
        [bans]
        deny = [
            { crate = "openssl-sys", reason = "a \"C\" library" },
            { crate = "rustls", deny-multiple-versions = true },
        ]
        [sources]
        unknown = [
            "nothing of ours",
        ]
    "#;

    fn package(name: &str, version: &str, licence: &str) -> Package {
        Package {
            name: name.into(),
            version: version.into(),
            license: Some(licence.into()),
            license_file: None,
            manifest_path: String::new(),
            source: Some("registry+somewhere".into()),
            dependencies: Vec::new(),
        }
    }

    #[test]
    fn the_lists_are_read_from_the_file_that_cargo_deny_reads() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let expected =
            Rules { licences: set(&["MIT", "Zlib"]), banned: set(&["openssl-sys"]), single: set(&["rustls"]) };
        assert_eq!(read_rules(DENY), expected);
    }

    #[test]
    fn a_banned_crate_a_second_copy_and_a_strange_licence_are_named() {
        let packages = [
            package("openssl-sys", "0.9", "MIT"),
            package("rustls", "0.23", "MIT"),
            package("rustls", "0.24", "MIT"),
            package("free-as-in-beer", "1.0", "Proprietary"),
        ];
        let expected = [
            "openssl-sys is banned; deny.toml says why",
            "free-as-in-beer: licence Proprietary is not on the list",
            "rustls is there more than once: 0.23, 0.24",
        ];
        assert_eq!(problems(&read_rules(DENY), &packages), expected);
    }
}
