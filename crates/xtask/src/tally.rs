//! Counts what passed and what failed, and how long each step took.
//!
//! Invariant: a step that could not run counts as failed; nothing is silently left out of the last line.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

/// What one step counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Count {
    /// The count of a step that is one thing: it passed.
    pub(crate) const ONE: Self = Self { passed: 1, failed: 0 };

    /// Prints the line that ends everything that counts.
    pub(crate) fn last_line(self) -> ExitCode {
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

struct Step {
    name: &'static str,
    count: Count,
    took: Duration,
    problem: Option<String>,
}

/// The steps of one run, in their order.
#[derive(Default)]
pub(crate) struct Tally {
    steps: Vec<Step>,
    left_out: Vec<String>,
}

impl Tally {
    /// Runs a step that is one thing: it passes or it fails.
    pub(crate) fn check(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) {
        self.count(name, || step().map(|()| Count::ONE));
    }

    /// Runs a step that counts for itself. An error is one failure more: the step did not run to its end.
    pub(crate) fn count(&mut self, name: &'static str, step: impl FnOnce() -> Result<Count>) {
        println!("\n=== {name}");
        let start = Instant::now();
        let (count, problem) = match step() {
            Ok(count) => (count, None),
            Err(error) => {
                println!("{error:#}");
                (Count { passed: 0, failed: 1 }, Some(format!("{error:#}")))
            }
        };
        self.steps.push(Step { name, count, took: start.elapsed(), problem });
    }

    /// Remembers something that was knowingly left out, to be told at the end.
    pub(crate) fn leave_out(&mut self, what: String) {
        self.left_out.push(what);
    }

    /// Whether everything so far has passed.
    pub(crate) fn is_clean(&self) -> bool {
        self.steps.iter().all(|step| step.count.failed == 0)
    }

    /// Prints the table and the last line, behind which nothing else may be printed.
    pub(crate) fn finish(&self) -> ExitCode {
        println!("\n{:<28}{:>8}{:>8}{:>9}", "step", "passed", "failed", "time");
        let mut total = Count::default();
        let mut took = Duration::ZERO;
        for step in &self.steps {
            total.passed += step.count.passed;
            total.failed += step.count.failed;
            took += step.took;
            println!("{:<28}{:>8}{:>8}{:>9}", step.name, step.count.passed, step.count.failed, clock(step.took));
        }
        println!("{:<28}{:>8}{:>8}{:>9}", "all", total.passed, total.failed, clock(took));
        for step in self.steps.iter().filter(|step| step.count.failed > 0) {
            let why = step.problem.as_deref().and_then(|text| text.lines().next()).unwrap_or("see above");
            println!("failed: {}: {why}", step.name);
        }
        for what in &self.left_out {
            println!("skipped: {what}");
        }
        total.last_line()
    }
}

fn clock(took: Duration) -> String {
    let seconds = took.as_secs();
    format!("{}:{:02}.{}", seconds / 60, seconds % 60, took.subsec_millis() / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_could_not_run_counts_as_failed() {
        let mut tally = Tally::default();
        tally.check("fine", || Ok(()));
        tally.count("broken", || anyhow::bail!("no such program"));
        let counts: Vec<Count> = tally.steps.iter().map(|step| step.count).collect();
        assert_eq!(counts, [Count { passed: 1, failed: 0 }, Count { passed: 0, failed: 1 }]);
        assert!(!tally.is_clean());
    }
}
