//! `cargo xtask bench`: measures the program as people run it and keeps the table in docs/bench.md.
//!
//! What is measured lives beside what is measured: `crates/server/examples/bench` for the program,
//! `crates/store/examples/series_figures.rs` for the store alone. This file builds and starts them and puts the rows that
//! they print (Markdown, one figure a line) into the table. Without `--date` nothing is kept.
//!
//! **Invariant:** a table holds the figures of one machine: on another one it begins anew.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{build, shell};

const KEPT: &str = "docs/bench.md";
const HEAD: &str = "| what | aim | measured | machine-independent | on |\n|---|---|---|---|---|\n";
const COLUMNS: usize = 4;
const PREFACE: &str = "\
# Figures

Kept by `cargo xtask bench --date YYYY-MM-DD`; `--only sweep,list,…` measures these parts alone (sweep, memory, start,
list, charts, viewers, disk). How each is measured stands in `crates/server/examples/bench` and in
`crates/store/examples/series_figures.rs`. A figure that misses its aim or could not be measured says so. The fourth
column is what should come out much the same on another machine.
";

pub(crate) fn main(args: &[String]) -> Result<()> {
    let (date, rest) = date_from(args)?;
    let part = rest.iter().any(|arg| arg.starts_with("--only"));
    if date.is_some() && rest.iter().any(|arg| arg == "--small") {
        bail!("the numbers of --small mean nothing and are not kept: leave --date away");
    }
    let program = build::build(build::Profile::Quick)?;
    let mut house = example("hmm-server", "bench");
    let (mut text, mut well) = ask(house.arg("--program").arg(program).args(&rest))?;
    if !part {
        for engine in ["sqlite", "postgresql"] {
            let (more, met) = store_alone(engine)?;
            print!("{more}");
            text.push_str(&more);
            well &= met;
        }
    }
    if let Some(date) = date {
        keep(&shell::root().join(KEPT), &text, &date, part)?;
        println!("kept in {KEPT}");
    }
    if !well {
        bail!("not every figure was measured and met its aim");
    }
    Ok(())
}

/// Takes `--date YYYY-MM-DD` out of the arguments.
fn date_from(args: &[String]) -> Result<(Option<String>, Vec<String>)> {
    let mut rest = args.to_vec();
    let Some(at) = rest.iter().position(|arg| arg == "--date") else { return Ok((None, rest)) };
    rest.remove(at);
    if at >= rest.len() {
        bail!("--date wants a day, such as 2026-11-20");
    }
    let date = rest.remove(at);
    let right = |(n, c): (usize, char)| if n == 4 || n == 7 { c == '-' } else { c.is_ascii_digit() };
    if date.len() != 10 || !date.chars().enumerate().all(right) {
        bail!("--date wants a day, such as 2026-11-20, not `{date}`");
    }
    Ok((Some(date), rest))
}

fn example(package: &str, name: &str) -> Command {
    shell::cargo(&["run", "--quiet", "--profile", "quick", "--package", package, "--example", name, "--"])
}

/// Runs a measuring program; what it prints, and whether it was content.
fn ask(command: &mut Command) -> Result<(String, bool)> {
    let output = command.stderr(std::process::Stdio::inherit()).output().context("starting the measuring program")?;
    let text = String::from_utf8(output.stdout).context("the measuring program printed something that is not text")?;
    print!("{text}");
    Ok((text, output.status.success()))
}

/// What the store's own example says at the beginning of a line, the figure that it is, its aim and the most allowed.
const STORE: [(&str, &str, &str, f64); 3] = [
    ("7 days of one miner: ", "7-day chart of a miner, store alone, 10 M samples", "≤ 5 ms", 5.0),
    ("1 year of the fleet: ", "One-year fleet chart, store alone, 10 M samples", "≤ 50 ms", 50.0),
    ("wear: ", "Written per sample, store alone, 6 h of driven time", "≤ 2 KB", 2_000.0),
];

/// The store without a program around it, in a folder of its own; its figures as rows, and whether all are met.
fn store_alone(engine: &str) -> Result<(String, bool)> {
    let dir = std::env::temp_dir().join(format!("hmm-figures-{engine}-{}", std::process::id()));
    let mut command = example("hmm-store", "series_figures");
    let asked = ask(command.args([engine, "10"]).arg(&dir));
    // Gone, or never made.
    let _ = std::fs::remove_dir_all(&dir);
    Ok(store_rows(engine, &asked?.0))
}

fn store_rows(engine: &str, text: &str) -> (String, bool) {
    let mut well = true;
    let row = |(begin, what, aim, most): &(&str, &str, &str, f64)| {
        let said = text.lines().find_map(|line| line.strip_prefix(begin));
        let measured = match said.and_then(|said| Some((said, number(said)?))) {
            Some((said, value)) if value <= *most => said.to_owned(),
            Some((said, _)) => format!("**missed:** {said}"),
            None => "**not measured**".to_owned(),
        };
        well &= !measured.starts_with("**");
        format!("| {what}, {engine} | {aim} | {measured} | – |\n")
    };
    (STORE.iter().map(row).collect::<Vec<_>>().concat(), well)
}

/// The number that is the figure: after `p50`, or before `bytes`.
fn number(said: &str) -> Option<f64> {
    match (said.split_once("p50 "), said.split_once(" bytes")) {
        (Some((_, rest)), _) => rest.split(' ').next()?.parse().ok(),
        (None, Some((rest, _))) => rest.rsplit(' ').next()?.parse().ok(),
        (None, None) => None,
    }
}

/// Writes the rows of `text` into the table: in place of all, or of those with the same name when only a part was run.
fn keep(path: &Path, text: &str, date: &str, part: bool) -> Result<()> {
    let fresh = rows(text);
    if fresh.is_empty() {
        bail!("nothing was measured; {KEPT} stays as it is");
    }
    let old = std::fs::read_to_string(path).unwrap_or_default();
    std::fs::write(path, page(text, &fresh, date, if part { &old } else { "" }))
        .with_context(|| format!("writing {KEPT}"))
}

fn page(text: &str, fresh: &[Vec<String>], date: &str, old: &str) -> String {
    let about: Vec<_> =
        text.lines().filter(|line| line.starts_with("Machine: ") || line.starts_with("Program: ")).collect();
    let same_machine = about.iter().all(|line| old.lines().any(|known| known.trim_end() == *line));
    let mut table: Vec<Vec<String>> = if same_machine { rows(old) } else { Vec::new() };
    for row in fresh {
        let mut row = row.clone();
        row.resize(COLUMNS, "–".to_owned());
        row.push(date.to_owned());
        match table.iter_mut().find(|known| known.first() == row.first()) {
            Some(known) => *known = row,
            None => table.push(row),
        }
    }
    let lines: Vec<_> = table.iter().map(|row| format!("| {} |", row.join(" | "))).collect();
    format!("{PREFACE}\n{}\n\n{HEAD}{}\n", about.join("  \n"), lines.join("\n"))
}

/// The cells of all Markdown tables in `text`, without their heads.
fn rows(text: &str) -> Vec<Vec<String>> {
    let inside = text.lines().filter_map(|line| line.trim().strip_prefix('|')?.strip_suffix('|'));
    let cells = inside.map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
    let of_a_head =
        |cells: &[String]| cells.first().is_none_or(|cell| cell == "what" || cell.chars().all(|c| "-: ".contains(c)));
    cells.filter(|cells| cells.len() > 2 && !of_a_head(cells)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = "Machine: small\nProgram: fast\n\n| what | aim | measured | machine-independent |\n|---|---|---|---|\n\
                        | a | ≤ 1 s | 0.5 s | 2 × |\n| b | ≤ 2 s | 1 s | – |\n";

    #[test]
    fn a_part_replaces_its_own_rows_and_a_whole_run_replaces_all() {
        let first = page(FULL, &rows(FULL), "2026-11-20", "");
        assert_eq!(rows(&first).len(), 2);
        let part = "Machine: small\nProgram: fast\n| b | ≤ 2 s | 0.9 s | – |\n| c | ≤ 1 | 1 |\n";
        let second = rows(&page(part, &rows(part), "2026-11-21", &first));
        assert_eq!(second[0], ["a", "≤ 1 s", "0.5 s", "2 ×", "2026-11-20"]);
        assert_eq!(second[1], ["b", "≤ 2 s", "0.9 s", "–", "2026-11-21"]);
        assert_eq!(second[2], ["c", "≤ 1", "1", "–", "2026-11-21"]);
        let whole = page(FULL, &rows(FULL), "2026-11-22", "");
        assert!(rows(&whole).iter().all(|row| row[4] == "2026-11-22"));
    }

    #[test]
    fn figures_of_another_machine_are_not_mixed_in() {
        let first = page(FULL, &rows(FULL), "2026-11-20", "");
        let other = "Machine: large\nProgram: fast\n| b | ≤ 2 s | 0.1 s | – |\n";
        assert_eq!(rows(&page(other, &rows(other), "2026-11-21", &first)).len(), 1);
    }

    #[test]
    fn the_words_of_the_store_become_rows_and_misses_are_marked() {
        let said = "filled\n7 days of one miner: p50 2.50 ms, max 3 ms (336 points of 1800 s)\n\
                    7 days of one miner, 5 min: p50 9 ms\nwear: 7200 samples of 10 miners in 6 h: 2100 bytes written per sample\n";
        let (text, well) = store_rows("sqlite", said);
        let rows = rows(&text);
        assert_eq!(rows[0][2], "p50 2.50 ms, max 3 ms (336 points of 1800 s)");
        assert_eq!(rows[1][2], "**not measured**");
        assert!(rows[2][2].starts_with("**missed:** 7200 samples"));
        assert!(!well);
    }

    #[test]
    fn a_date_is_taken_out_of_the_arguments_or_refused() {
        let args = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let (date, rest) = date_from(&args("--only list --date 2026-11-20 --small")).unwrap();
        assert_eq!((date.as_deref(), rest), (Some("2026-11-20"), args("--only list --small")));
        assert!(date_from(&args("--date")).is_err());
        assert!(date_from(&args("--date tomorrow")).is_err());
    }
}
