//! In a container this program is process 1, to whom the children of a killed PostgreSQL fall.
//!
//! **Invariant:** nobody else's exit status is taken: only dead children of ours that were PostgreSQL's, and only as
//! process 1.

use rustix::process::{Pid, WaitOptions, waitpid};

/// Takes the exit status of what a killed PostgreSQL has left, or their numbers would stay taken for ever.
pub(super) fn bury() {
    if std::process::id() != 1 {
        return;
    }
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        if let Some(pid) = dead_child_of(1, &stat).and_then(Pid::from_raw) {
            // It may have been taken meanwhile; then there is nothing left to do.
            let _ = waitpid(Some(pid), WaitOptions::NOHANG);
        }
    }
}

/// The number in a line of `/proc/<pid>/stat`, if that is a dead PostgreSQL with this parent.
fn dead_child_of(parent: i32, stat: &str) -> Option<i32> {
    let (pid, rest) = stat.split_once(" (")?;
    // The name may hold anything, brackets too.
    let (name, rest) = rest.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    let dead = fields.next() == Some("Z");
    let child = fields.next()?.parse() == Ok(parent);
    (name == "postgres" && dead && child).then(|| pid.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dead_children_that_were_postgresql_are_buried() {
        assert_eq!(dead_child_of(1, "42 (postgres) Z 1 42 42 0 -1"), Some(42));
        assert_eq!(dead_child_of(1, "42 (postgres) S 1 42 42 0 -1"), None, "it lives");
        assert_eq!(dead_child_of(1, "42 (postgres) Z 7 42 42 0 -1"), None, "somebody else's");
        assert_eq!(dead_child_of(1, "42 (hmm) Z 1 42 42 0 -1"), None, "not PostgreSQL");
        assert_eq!(dead_child_of(1, "42 (a) Z 1 (postgres) S 1 4"), None, "a name made to deceive");
        assert_eq!(dead_child_of(1, ""), None);
    }
}
