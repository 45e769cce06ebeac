//! The first life of PostgreSQL's process: our own program, started as the right user, which ties itself to its parent
//! and then becomes `postgres`.
//!
//! **Invariant:** between here and `exec` nothing is opened and no thread is started.

use rustix::process::{Pid, Signal};
use std::convert::Infallible;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;

/// `<pid of the parent> -- <program> <arguments…>`, as [`super::Supervisor`] writes it. Returns only when it failed.
///
/// `main` calls this before anything else when its first argument is `__pg`.
pub fn pg_child(args: impl IntoIterator<Item = OsString>) -> std::io::Result<Infallible> {
    let mut args = args.into_iter();
    let wrong = || std::io::Error::new(std::io::ErrorKind::InvalidInput, "__pg is for the program itself");
    let parent: i32 = args.next().and_then(|a| a.to_str()?.parse().ok()).ok_or_else(wrong)?;
    if args.next().as_deref() != Some("--".as_ref()) {
        return Err(wrong());
    }
    let program = args.next().ok_or_else(wrong)?;
    // A session of its own: Ctrl-C in a terminal reaches the manager, which then stops PostgreSQL in order.
    rustix::process::setsid()?;
    // SIGINT is PostgreSQL's fast shutdown: sessions are ended, everything is written, the folder is clean.
    rustix::process::set_parent_process_death_signal(Some(Signal::INT))?;
    // The parent may have gone before the line above.
    if rustix::process::getppid() != Pid::from_raw(parent) {
        return Err(std::io::Error::other("the parent is gone"));
    }
    Err(std::process::Command::new(program).args(args).exec())
}
