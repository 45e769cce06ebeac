//! `cargo xtask arrows`: which crate may lean on which.
//!
//! `arrows.txt` beside this crate is the map. `->` is an ordinary dependency, `~>` one of the tests, `=>` one of the
//! build script. A `never` line forbids crates, ours or others', whatever the rest of the map says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::metadata::{self, Metadata};
use crate::shell;

pub(crate) fn main(args: &[String]) -> Result<()> {
    match args {
        [] => check(),
        [flag] if flag == "--bless" => bless(),
        _ => bail!("`arrows` knows --bless and nothing else"),
    }
}

/// Compares the crates with the map.
pub(crate) fn check() -> Result<()> {
    let map = read_map()?;
    let metadata = metadata::workspace()?;
    let mut problems = differences(&map, &arrows(&metadata));
    problems.extend(forbidden(&map, &metadata));
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{}\nif this is meant: cargo xtask arrows --bless, and show the diff to a reviewer", problems.join("\n"));
}

fn bless() -> Result<()> {
    let map = read_map()?;
    let metadata = metadata::workspace()?;
    let broken = forbidden(&map, &metadata);
    if !broken.is_empty() {
        bail!("{}\na `never` line is not blessed away; it is a decision", broken.join("\n"));
    }
    let kept: Vec<&str> = map.lines().filter(|line| !is_arrow(line)).collect();
    let text = format!("{}\n\n{}", kept.join("\n").trim_end(), arrows(&metadata));
    std::fs::write(path(), text).context("writing arrows.txt")
}

fn path() -> PathBuf {
    shell::root().join("crates/xtask/arrows.txt")
}

fn read_map() -> Result<String> {
    std::fs::read_to_string(path()).context("reading crates/xtask/arrows.txt")
}

fn is_arrow(line: &str) -> bool {
    !line.starts_with('#')
        && !line.starts_with("never ")
        && [" -> ", " ~> ", " => "].iter().any(|sign| line.contains(sign))
}

/// The workspace's own arrows, one line for each crate and kind.
fn arrows(metadata: &Metadata) -> String {
    let mut lines: BTreeMap<(&str, usize), BTreeSet<&str>> = BTreeMap::new();
    for package in &metadata.packages {
        for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
            let kind = kind_index(dependency.kind.as_deref());
            lines.entry((short(&package.name), kind)).or_default().insert(short(&dependency.name));
        }
    }
    let line = |((from, kind), to): ((&str, usize), BTreeSet<&str>)| {
        let (sign, note) = [("->", ""), ("~>", " (tests)"), ("=>", " (build)")][kind];
        let to = to.into_iter().collect::<Vec<_>>().join(" ");
        format!("{from} {sign} {to}{note}\n")
    };
    lines.into_iter().map(line).collect()
}

fn kind_index(kind: Option<&str>) -> usize {
    match kind {
        Some("dev") => 1,
        Some("build") => 2,
        _ => 0,
    }
}

fn short(name: &str) -> &str {
    name.strip_prefix("hmm-").unwrap_or(name)
}

/// Single arrows, so that a difference names one and not a whole line.
fn single(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines().filter(|line| is_arrow(line)) {
        let words: Vec<&str> = line.split_whitespace().filter(|word| !word.starts_with('(')).collect();
        if let [from, sign, to @ ..] = words.as_slice() {
            found.extend(to.iter().map(|to| format!("{from} {sign} {to}")));
        }
    }
    found
}

fn differences(map: &str, actual: &str) -> Vec<String> {
    let (map, actual) = (single(map), single(actual));
    let new = actual.difference(&map).map(|arrow| format!("not on the map: {arrow}"));
    let gone = map.difference(&actual).map(|arrow| format!("on the map, but no crate has it any more: {arrow}"));
    new.chain(gone).collect()
}

/// Checks the `never` lines. They speak of what is shipped; a test may look at more.
fn forbidden(map: &str, metadata: &Metadata) -> Vec<String> {
    let mut problems = Vec::new();
    for line in map.lines() {
        let Some((from, banned)) = line.strip_prefix("never ").and_then(|rule| rule.split_once(" -> ")) else {
            continue;
        };
        let banned: BTreeSet<&str> = banned.split_whitespace().collect();
        for package in metadata.packages.iter().filter(|package| from == "*" || short(&package.name) == from) {
            let shipped = package.dependencies.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"));
            for dependency in shipped.filter(|dependency| banned.contains(short(&dependency.name))) {
                problems.push(format!("forbidden: {} -> {}", short(&package.name), short(&dependency.name)));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        serde_json::from_str(
            r#"{"packages": [
                {"name": "hmm-engine", "version": "0", "manifest_path": "", "dependencies": [
                    {"name": "hmm-domain", "path": "x"}, {"name": "hmm-strategy", "path": "x"},
                    {"name": "hmm-sim", "path": "x", "kind": "dev"}, {"name": "axum"}]},
                {"name": "hmm-strategy", "version": "0", "manifest_path": "", "dependencies": [
                    {"name": "hmm-domain", "path": "x"}]}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn the_map_lists_each_crate_and_kind_on_a_line() {
        let expected = "engine -> domain strategy\nengine ~> sim (tests)\nstrategy -> domain\n";
        assert_eq!(arrows(&metadata()), expected);
    }

    #[test]
    fn a_new_arrow_and_a_stale_one_are_both_named() {
        let map = "# a comment -> with a sign\nengine -> domain store\nengine ~> sim (tests)\nstrategy -> domain\n";
        let expected =
            ["not on the map: engine -> strategy", "on the map, but no crate has it any more: engine -> store"];
        assert_eq!(differences(map, &arrows(&metadata())), expected);
    }

    #[test]
    fn a_never_line_also_speaks_of_other_peoples_crates() {
        let map = "never engine -> axum sqlx\nnever * -> sim\n";
        assert_eq!(forbidden(map, &metadata()), ["forbidden: engine -> axum"]);
    }
}
