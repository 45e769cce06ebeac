//! Files stay small enough to be read in one sitting.

use anyhow::{Context, Result, bail};

use crate::shell;

const RUST_LINES_MAX: usize = 600;
const WEB_LINES_MAX: usize = 300;

pub(crate) fn check() -> Result<()> {
    let mut problems = Vec::new();
    for (folder, endings, lines_max) in [
        ("crates", &["rs"][..], RUST_LINES_MAX),
        ("migrations", &["rs"][..], RUST_LINES_MAX),
        ("web/src", &["ts", "tsx"][..], WEB_LINES_MAX),
    ] {
        for file in shell::files_under(&shell::root().join(folder), endings)? {
            let name = shell::relative(&file);
            // Nobody reads what a program has written.
            if name.ends_with(".gen.ts") {
                continue;
            }
            let text = std::fs::read_to_string(&file).with_context(|| format!("reading {name}"))?;
            let lines = text.lines().count();
            if lines > lines_max {
                problems.push(format!("{name} has {lines} lines; {lines_max} is the limit, so find the seam"));
            }
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{}", problems.join("\n"));
}
