//! `cargo xtask gen`: the API document from the server, and the web client from the document.
//!
//! Invariant: `--check` writes only into the target folder, and finds files that are missing as well as files that
//! nothing generates any more.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::{shell, web};

pub(crate) fn main(args: &[String]) -> Result<()> {
    match args {
        [] => write(),
        [flag] if flag == "--check" => {
            web::build_if_missing()?;
            check()
        }
        _ => bail!("`gen` knows --check and nothing else"),
    }
}

fn write() -> Result<()> {
    web::build_if_missing()?;
    let document = document_path();
    std::fs::write(&document, document_text()?).with_context(|| format!("writing {}", document.display()))?;
    client(&document, &client_dir())
}

/// Generates everything beside the checked-in files and compares.
pub(crate) fn check() -> Result<()> {
    let scratch = shell::scratch("gen")?;
    let fresh_document = scratch.join("openapi.json");
    let fresh_text = document_text()?;
    std::fs::write(&fresh_document, &fresh_text).context("writing the document to compare with")?;

    let mut stale = Vec::new();
    if std::fs::read_to_string(document_path()).ok().as_ref() != Some(&fresh_text) {
        stale.push("openapi/openapi.json".to_owned());
    }
    let fresh_client = scratch.join("client");
    client(&fresh_document, &fresh_client)?;
    let (fresh, kept) = (contents(&fresh_client)?, contents(&client_dir())?);
    for name in fresh.keys().chain(kept.keys()) {
        if fresh.get(name) != kept.get(name) {
            stale.push(format!("web/src/api/generated/{}", name.display()));
        }
    }
    stale.sort();
    stale.dedup();
    if stale.is_empty() {
        return Ok(());
    }
    bail!("out of step with the server: {}\nrun cargo xtask gen and look at the diff", stale.join(", "));
}

fn document_path() -> PathBuf {
    shell::root().join("openapi/openapi.json")
}

fn client_dir() -> PathBuf {
    web::dir().join("src/api/generated")
}

/// The server's own description of its API, sorted and indented so that diffs are small.
fn document_text() -> Result<String> {
    let args = ["run", "--quiet", "--package", "hmm-server", "--bin", "hmm", "--", "openapi"];
    let printed = shell::read(&mut shell::cargo(&args))?;
    let document: Value = serde_json::from_str(&printed).context("`hmm openapi` did not print JSON")?;
    let mut text = serde_json::to_string_pretty(&sorted(document)).context("writing JSON")?;
    text.push('\n');
    Ok(text)
}

/// Keys in alphabetical order, whichever order serde_json was compiled to keep.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let entries: BTreeMap<String, Value> = entries.into_iter().collect();
            Value::Object(entries.into_iter().map(|(key, value)| (key, sorted(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        plain => plain,
    }
}

fn client(document: &Path, output: &Path) -> Result<()> {
    if output.exists() {
        std::fs::remove_dir_all(output).with_context(|| format!("emptying {}", output.display()))?;
    }
    let (document, output) = (document.to_string_lossy(), output.to_string_lossy());
    web::script("gen", &["--input", &document, "--output", &output])
}

fn contents(dir: &Path) -> Result<BTreeMap<PathBuf, String>> {
    if !dir.exists() {
        return Ok(BTreeMap::new());
    }
    let files = shell::files_under(dir, &["ts", "js", "json"])?;
    let read = |file: PathBuf| -> Result<(PathBuf, String)> {
        let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        Ok((file.strip_prefix(dir).unwrap_or(&file).to_path_buf(), text))
    };
    files.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let text = r#"{"b": [{"z": 1, "a": 2}], "a": null}"#;
        let value = sorted(serde_json::from_str(text).unwrap());
        assert_eq!(serde_json::to_string(&value).unwrap(), r#"{"a":null,"b":[{"a":2,"z":1}]}"#);
    }
}
