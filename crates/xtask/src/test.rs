//! `cargo xtask test`: every check and every test, with one count at the end.

use std::io::{BufRead, BufReader};
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::build::Profile;
use crate::tally::{Count, Tally};
use crate::{build, check, crash, packages, shell, web};

/// Enough to notice a regression in a run of minutes; by hand `cargo xtask crash` does more.
const CRASH_ROUNDS: u32 = 10;

pub(crate) fn main(args: &[String]) -> Result<ExitCode> {
    if !args.is_empty() {
        bail!("`test` takes no arguments; single tests are run with cargo test or npm test");
    }
    let mut tally = Tally::default();
    tally.check("programs", || packages::ensure(packages::FOR_TESTS));
    if !tally.is_clean() {
        return Ok(tally.finish());
    }
    let fixtures = shell::root().join("../shared/fixtures");
    if !fixtures.is_dir() {
        tally.leave_out("replay of recorded replies, because ../shared/fixtures is not there".to_owned());
    }
    tally.check("web packages and build", web::build);
    check::steps(&mut tally);
    tally.count("rust tests", rust);
    tally.count("web tests", vitest);
    tally.check("quick build", || build::server(Profile::Quick).map(drop));
    tally.count("browser tests", browser);
    tally.count("crash rounds", || crash::rounds(CRASH_ROUNDS, &crash::Database::BOTH, crash::DEFAULT_SEED));
    Ok(tally.finish())
}

/// Runs the workspace's tests and adds up what libtest prints, a line for each test binary.
fn rust() -> Result<Count> {
    let mut command = shell::cargo(&["test", "--workspace", "--no-fail-fast"]);
    let mut child = command.stdout(Stdio::piped()).spawn().context("starting cargo test")?;
    let stdout = child.stdout.take().context("cargo test has no output")?;
    let mut count = Count::default();
    let mut ignored = 0;
    for line in BufReader::new(stdout).lines() {
        let line = line.context("reading what cargo test prints")?;
        println!("{line}");
        if let Some(result) = line.strip_prefix("test result:") {
            count.passed += number_before(result, " passed");
            count.failed += number_before(result, " failed");
            ignored += number_before(result, " ignored");
        }
    }
    let status = child.wait().context("waiting for cargo test")?;
    // A test binary that does not compile or dies half-way prints no result line.
    if !status.success() && count.failed == 0 {
        count.failed = 1;
    }
    if ignored > 0 {
        println!("{ignored} tests are marked as ignored; here that counts as failed");
        count.failed += ignored;
    }
    Ok(count)
}

fn number_before(text: &str, word: &str) -> u64 {
    let before = text.split(word).next().unwrap_or_default();
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

fn vitest() -> Result<Count> {
    let report = shell::scratch("reports")?.join("vitest.json");
    forget(&report)?;
    let output = format!("--outputFile.json={}", report.display());
    let outcome = web::script("test", &["--reporter=default", "--reporter=json", &output]);
    let report = web::report(&report)?;
    let not_run = number(&report, "/numPendingTests") + number(&report, "/numTodoTests");
    let count =
        Count { passed: number(&report, "/numPassedTests"), failed: number(&report, "/numFailedTests") + not_run };
    reconciled(count, &outcome)
}

fn browser() -> Result<Count> {
    let report = shell::scratch("reports")?.join("playwright.json");
    forget(&report)?;
    let program = shell::target_dir().join("quick/hmm");
    let mut command = web::npm_run("e2e", &["--reporter=list,json"]);
    let outcome = shell::run(command.env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report).env("HMM_PROGRAM", program));
    let report = web::report(&report)?;
    // A test that passes only at the second try, or that is skipped, is not a test that passed.
    let bad = ["/stats/unexpected", "/stats/flaky", "/stats/skipped"].iter().map(|key| number(&report, key)).sum();
    reconciled(Count { passed: number(&report, "/stats/expected"), failed: bad }, &outcome)
}

/// A tool that fails without naming a failed test has failed once: something did not run.
fn reconciled(mut count: Count, outcome: &Result<()>) -> Result<Count> {
    if outcome.is_err() && count.failed == 0 {
        count.failed = 1;
    }
    if count == Count::default() {
        bail!("no test ran");
    }
    Ok(count)
}

/// An old report must not stand in for one that was never written.
fn forget(report: &std::path::Path) -> Result<()> {
    if report.exists() {
        std::fs::remove_file(report).with_context(|| format!("removing {}", report.display()))?;
    }
    Ok(())
}

fn number(report: &Value, pointer: &str) -> u64 {
    report.pointer(pointer).and_then(Value::as_u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_result_line_are_found() {
        let line = " FAILED. 41 passed; 2 failed; 3 ignored; 0 measured; 7 filtered out; finished in 0.10s";
        let found = [" passed", " failed", " ignored"].map(|word| number_before(line, word));
        assert_eq!(found, [41, 2, 3]);
    }

    #[test]
    fn a_tool_that_fails_without_a_failed_test_counts_as_one_failure() {
        let outcome = Err(anyhow::anyhow!("the browser did not start"));
        let count = reconciled(Count { passed: 3, failed: 0 }, &outcome).unwrap();
        assert_eq!(count, Count { passed: 3, failed: 1 });
        assert!(reconciled(Count::default(), &Ok(())).is_err(), "nothing ran, which is not a pass");
    }
}
