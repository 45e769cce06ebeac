//! In a container this program is process 1, to whom the children of a killed PostgreSQL fall.
//!
//! **Invariant:** nobody else's exit status is taken: only children of ours that were PostgreSQL's, and only as process 1.

use rustix::process::{Pid, WaitOptions, waitpid};

/// Waits for what a killed PostgreSQL has left, and takes its exit status, or the numbers would stay taken for ever.
///
/// For the launcher alone, between two lives of PostgreSQL: whoever is a child of ours now and was a `postgres` is an
/// orphan. It has closed its log already, so it ends at once.
pub(super) fn bury() {
    if std::process::id() != 1 {
        return;
    }
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        if let Some(pid) = postgres_of(1, &stat).and_then(Pid::from_raw)
            && let Err(error) = waitpid(Some(pid), WaitOptions::empty())
        {
            tracing::debug!(%error, ?pid, "somebody else has buried it");
        }
    }
}

/// The number in a line of `/proc/<pid>/stat`, if that is a PostgreSQL with this parent.
fn postgres_of(parent: i32, stat: &str) -> Option<i32> {
    let (pid, rest) = stat.split_once(" (")?;
    // The name may hold anything, brackets too.
    let (name, rest) = rest.rsplit_once(") ")?;
    let child = rest.split(' ').nth(1)?.parse() == Ok(parent);
    (name == "postgres" && child).then(|| pid.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_children_that_were_postgresql_are_buried() {
        assert_eq!(postgres_of(1, "42 (postgres) Z 1 42 42 0 -1"), Some(42));
        assert_eq!(postgres_of(1, "42 (postgres) S 1 42 42 0 -1"), Some(42), "dying");
        assert_eq!(postgres_of(1, "42 (postgres) Z 7 42 42 0 -1"), None, "somebody else's");
        assert_eq!(postgres_of(1, "42 (hmm) Z 1 42 42 0 -1"), None, "not PostgreSQL");
        assert_eq!(postgres_of(1, "42 (a) Z 1 (postgres) S 1 4"), None, "a name made to deceive");
        assert_eq!(postgres_of(1, ""), None);
    }
}
