//! Life in our own image: the container starts as root, and root is left before anything else happens.
//!
//! **Invariant:** in the image nothing of this program runs as root but this file and `ownership.rs`. Elsewhere neither
//! does anything: whoever starts the program on a desk as root gets what they asked for.
//!
//! The way out is `exec`: the standard library changes groups, group and user and starts the program again, so that no
//! thread keeps what the others gave up and nothing read as root stays in memory.

mod ownership;

use crate::config::{Environment, EnvironmentError};
use ownership::hand_over;
use rustix::process::{getegid, geteuid};
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Stands in our image and nowhere else. That some container runtime is around us says nothing: people develop in them.
const MARKER: &str = "/usr/share/hmm/container";
/// The volume of the image. Another folder, named with `--config-dir`, is its owner's business.
const VOLUME: &str = "/config";

/// Why root was not left. Nothing starts then.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    #[error(
        "PUID is 0, and in the container the manager does not run as root. Set PUID and PGID to the user that shall own \
         the config folder, such as 1000."
    )]
    Root,
    #[error(
        "cannot become user {0}, group {1}: {2}. Give the container the capabilities SETUID and SETGID, or let it start \
         as that user at once (in the compose file: user: \"{0}:{1}\")."
    )]
    Kept(u32, u32, std::io::Error),
}

/// Leaves root, if this is our image and we have it. `main` calls this first: no thread runs yet. Says what could not be
/// done for the config folder, and returns only when there is nothing to leave, or when that failed.
pub fn leave_root(say: impl Fn(&str)) -> Result<(), ContainerError> {
    if !geteuid().is_root() || !is_here() {
        return Ok(());
    }
    let environment = Environment::read()?;
    let (uid, gid) = wanted(&environment)?;
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    // The health check comes every few seconds and changes nothing.
    if !args.iter().any(|arg| arg == "healthcheck")
        && let Err(why) = hand_over(Path::new(VOLUME), uid, gid)
    {
        say(&format!("hmm: {why}; going on as user {uid}, who may not be able to write there"));
    }
    let kept = |why| ContainerError::Kept(uid, gid, why);
    // Whatever is started from here on gains nothing by a set-user-id bit.
    rustix::thread::set_no_new_privs(true).map_err(|why| kept(why.into()))?;
    let program = std::env::current_exe().map_err(kept)?;
    let mut again = Command::new(program);
    again.args(args).arg0("hmm");
    Err(kept(as_user(&mut again, uid, gid).exec()))
}

/// Whether the image was made by us.
fn is_here() -> bool {
    Path::new(MARKER).is_file()
}

fn wanted(environment: &Environment) -> Result<(u32, u32), ContainerError> {
    match (environment.puid, environment.pgid) {
        (0, _) => Err(ContainerError::Root),
        ids => Ok(ids),
    }
}

/// The user, the group, and no other group.
fn as_user(command: &mut Command, uid: u32, gid: u32) -> &mut Command {
    // Without groups of our own the standard library empties the list, if it may.
    command.uid(uid).gid(gid)
}

/// What to say when the container was started as somebody else than PUID and PGID: compose's `user:` wins.
pub fn ignored(environment: &Environment) -> Option<String> {
    is_here().then(|| other_user((geteuid().as_raw(), getegid().as_raw()), environment)).flatten()
}

fn other_user(actual: (u32, u32), environment: &Environment) -> Option<String> {
    let asked = (environment.puid, environment.pgid);
    (actual != asked).then(|| {
        format!(
            "the container was started as user {}, group {}; PUID and PGID ({}:{}) are ignored",
            actual.0, actual.1, asked.0, asked.1
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(user: u32, group: u32) -> Environment {
        Environment { puid: user, pgid: group, ..Environment::default() }
    }

    #[test]
    fn root_is_nobody_to_become() {
        assert_eq!(wanted(&environment(1000, 100)).unwrap(), (1000, 100));
        assert!(matches!(wanted(&environment(0, 0)), Err(ContainerError::Root)));
    }

    #[test]
    fn a_user_that_compose_chose_wins_and_it_is_said() {
        assert_eq!(other_user((1000, 1000), &environment(1000, 1000)), None);
        let said = other_user((1234, 5), &environment(1000, 1000)).unwrap();
        assert_eq!(said, "the container was started as user 1234, group 5; PUID and PGID (1000:1000) are ignored");
    }

    #[test]
    fn outside_our_image_root_is_kept() {
        assert!(!is_here(), "this machine is not the image");
        leave_root(|_| panic!("nothing is touched")).unwrap();
    }

    #[test]
    fn who_leaves_root_leaves_its_groups_too() {
        let me = geteuid().is_root();
        let (uid, gid) = if me { (4321, 8765) } else { (geteuid().as_raw(), getegid().as_raw()) };
        let mut command = Command::new("sh");
        // Kernel's words: real, effective, saved and file-system ids, then the further groups.
        command.args(["-c", "grep -E '^(Uid|Gid|Groups):' /proc/self/status"]);
        let output = as_user(&mut command, uid, gid).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let ids: Vec<Vec<&str>> = said.lines().map(|line| line.split_whitespace().skip(1).collect()).collect();
        assert_eq!(ids[0], vec![uid.to_string(); 4], "{said}");
        assert_eq!(ids[1], vec![gid.to_string(); 4], "{said}");
        assert!(!me || ids[2].is_empty(), "{said}");
    }
}
