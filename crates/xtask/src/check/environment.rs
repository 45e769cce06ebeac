//! The program listens to four environment variables and no others; everything else belongs into config.yaml.

use anyhow::{Context, Result, bail};

use crate::shell;

const ALLOWED: [&str; 4] = ["WEB_PORT", "TZ", "PUID", "PGID"];

pub(crate) fn check() -> Result<()> {
    let mut problems = Vec::new();
    for folder in ["crates", "migrations"] {
        for file in shell::files_under(&shell::root().join(folder), &["rs"])? {
            let name = shell::relative(&file);
            // Build scripts are told things by cargo in this way, and xtask is not the program.
            if name.starts_with("crates/xtask/") || name.ends_with("/build.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&file).with_context(|| format!("reading {name}"))?;
            problems.extend(strangers(&text).map(|(line, what)| format!("{name}:{line}: reads {what}")));
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{}\nonly {} may be read, each by its literal name", problems.join("\n"), ALLOWED.join(", "));
}

/// Lines that read a variable which is not allowed, or whose name cannot be seen.
fn strangers(text: &str) -> impl Iterator<Item = (usize, String)> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let code = line.split("//").next().unwrap_or_default();
        let read = ["env::var(", "env::var_os("].iter().find_map(|call| code.split_once(call).map(|(_, rest)| rest));
        let what = match read {
            Some(rest) => rest.strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap_or("a computed name"),
            None if code.contains("env::vars(") || code.contains("env::vars_os(") => "all of them",
            None => return None,
        };
        (!ALLOWED.contains(&what)).then(|| (index + 1, what.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_outside_the_list_is_found_wherever_it_is_read() {
        let text = r#"
            let port = std::env::var("WEB_PORT");
            let home = env::var_os("HOME");
            let other = std::env::var(name);
            // env::var("COMMENT")
            for (name, value) in std::env::vars() {}
        "#;
        let found: Vec<_> = strangers(text).collect();
        let expected = [(3, "HOME"), (4, "a computed name"), (6, "all of them")];
        assert_eq!(found, expected.map(|(line, what)| (line, what.to_owned())));
    }
}
