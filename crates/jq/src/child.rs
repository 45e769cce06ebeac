//! The process: takes questions from its input, answers on its output, ends with its parent.
//!
//! A message is four bytes of length, most significant first, and so many bytes. A question is two of them, what is asked
//! (`{"check": true}` to compile only, `"expressions"`) and the document; the answer is one.
//!
//! **Invariant:** the limits on memory and files hold before the first byte is read. Time is the parent's affair: it
//! kills.

use crate::evaluator::{Evaluator, Fault};
use rustix::process::{Pid, Resource, Rlimit, Signal, setrlimit};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ffi::OsString;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::process::ExitCode;

/// Address space, in bytes.
pub const MEMORY_MAX: u64 = 256 << 20;
/// The parent sends less.
const MESSAGE_MAX: usize = 8 << 20;

#[derive(Deserialize)]
struct Question {
    expressions: Vec<String>,
    #[serde(default)]
    check: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Outputs(Vec<Value>),
    Fault(Fault),
}

/// `<pid of the parent>`, as the parent writes it. Returns when there are no more questions.
///
/// `main` calls this before anything else when its first argument is `__jq`.
pub fn child(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    match serve(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn serve(args: impl IntoIterator<Item = OsString>) -> Result<()> {
    let wrong = || Error::new(ErrorKind::InvalidInput, "__jq is for the program itself");
    let parent: i32 = args.into_iter().next().and_then(|pid| pid.to_str()?.parse().ok()).ok_or_else(wrong)?;
    confine()?;
    // An expression that runs for ever must not outlive whoever would have stopped it.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    if rustix::process::getppid() != Pid::from_raw(parent) {
        return Err(Error::other("the parent is gone"));
    }
    // The parent hears of a defect through the answer.
    std::panic::set_hook(Box::new(|_| {}));
    answer_all(&mut std::io::stdin().lock(), &mut std::io::stdout().lock())
}

fn confine() -> Result<()> {
    let none = Some(0);
    for (resource, most) in [
        (Resource::As, Some(MEMORY_MAX)),
        (Resource::Core, none),
        (Resource::Fsize, none),
        // The three that are open, and no other.
        (Resource::Nofile, Some(3)),
    ] {
        setrlimit(resource, Rlimit { current: most, maximum: most })?;
    }
    Ok(())
}

fn answer_all(input: &mut impl Read, output: &mut impl Write) -> Result<()> {
    let mut evaluator = Evaluator::default();
    while let Some(question) = message(input)? {
        let document = message(input)?.ok_or(ErrorKind::UnexpectedEof)?;
        let answer = serde_json::to_vec(&answer(&mut evaluator, &question, &document)?)?;
        let length = u32::try_from(answer.len()).map_err(Error::other)?;
        output.write_all(&length.to_be_bytes())?;
        output.write_all(&answer)?;
        output.flush()?;
    }
    Ok(())
}

fn answer(evaluator: &mut Evaluator, question: &[u8], document: &[u8]) -> Result<Vec<Said>> {
    let Question { expressions, check } = serde_json::from_slice(question)?;
    let said = |one: std::result::Result<_, _>| one.map_or_else(Said::Fault, Said::Outputs);
    if check {
        return Ok(expressions.iter().map(|code| said(evaluator.check(code).map(|()| Vec::new()))).collect());
    }
    Ok(evaluator.run(&expressions, document).into_iter().map(said).collect())
}

/// One message; none when the parent hung up between two.
fn message(input: &mut impl Read) -> Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    let mut have = 0;
    while have < length.len() {
        match input.read(&mut length[have..])? {
            0 if have == 0 => return Ok(None),
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            more => have += more,
        }
    }
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(Error::other)?;
    if length > MESSAGE_MAX {
        return Err(Error::new(ErrorKind::InvalidData, "a message is too long"));
    }
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}
