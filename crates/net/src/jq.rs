//! jq at arm's length: other people's expressions are evaluated in a process of their own, which this room starts, times
//! and kills.
//!
//! **Invariant (D3):** the process gets no environment and nothing but questions; one question at a time, each with a
//! deadline; whoever does not keep it is killed and started anew. It is started when the first question comes, so a house
//! without custom drivers has none.

use hmm_domain::Message;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ffi::OsString;
use std::io::{Error, ErrorKind};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{Mutex, Semaphore};

/// For all expressions of one question together, starting the process included.
const DEADLINE: Duration = Duration::from_secs(2);
/// So many questions wait at most.
const QUEUE: usize = 512;
/// Question and document together.
const QUESTION_MAX: usize = 4 << 20;
const ANSWER_MAX: usize = 4 << 20;

/// What is wrong with one expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JqFault {
    /// Where in the expression, in bytes; none when it is well written and its input does not suit it.
    pub at: Option<usize>,
    pub say: Message,
}

/// Why there is no answer to a whole question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JqError {
    /// Later.
    #[error("too many expressions wait to be evaluated")]
    Busy,
    /// The expressions, or the size of what they are given, must change.
    #[error("the expressions took longer than {DEADLINE:?} and were stopped")]
    TooSlow,
    /// The same.
    #[error("evaluating the expressions ended badly ({0}): they may need more memory than they are given")]
    Ended(String),
    #[error("what the expressions would be given is larger than {QUESTION_MAX} bytes")]
    TooLarge,
    /// Something of this installation must change.
    #[error("the process for expressions could not be started: {0}")]
    NotStarted(String),
}

/// What came out of one expression.
pub type JqOutcome = Result<Vec<Value>, JqFault>;

/// The way to the process. Clones share it.
#[derive(Clone)]
pub struct Jq(Arc<Inner>);

struct Inner {
    program: PathBuf,
    leading: Vec<OsString>,
    waiting: Semaphore,
    running: Mutex<Option<Running>>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    /// It has answered before.
    proven: bool,
}

#[derive(Serialize)]
struct Question<'a> {
    expressions: &'a [&'a str],
    check: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Outputs(Vec<Value>),
    Fault { at: Option<usize>, say: String },
}

/// Why one exchange failed.
enum Failure {
    NotStarted(Error),
    Slow,
    Broken { fresh: bool, why: String },
}

impl Jq {
    /// Starts `program` as `program leading… <our pid>`. For the real program that is itself, as `hmm __jq`.
    pub fn new(program: impl Into<PathBuf>, leading: Vec<OsString>) -> Self {
        let running = Mutex::new(None);
        Self(Arc::new(Inner { program: program.into(), leading, waiting: Semaphore::new(QUEUE), running }))
    }

    /// Evaluates all expressions on one document.
    pub async fn run(&self, expressions: &[&str], document: &Value) -> Result<Vec<JqOutcome>, JqError> {
        let document = serde_json::to_vec(document).map_err(|error| JqError::Ended(error.to_string()))?;
        self.ask(expressions, &document, false).await
    }

    /// Says of each expression whether it is one.
    pub async fn check(&self, expressions: &[&str]) -> Result<Vec<Option<JqFault>>, JqError> {
        let all = self.ask(expressions, b"null", true).await?;
        Ok(all.into_iter().map(Result::err).collect())
    }

    async fn ask(&self, expressions: &[&str], document: &[u8], check: bool) -> Result<Vec<JqOutcome>, JqError> {
        let Ok(_place) = self.0.waiting.try_acquire() else { return Err(JqError::Busy) };
        let question = Question { expressions, check };
        let question = serde_json::to_vec(&question).map_err(|error| JqError::Ended(error.to_string()))?;
        if question.len() + document.len() > QUESTION_MAX {
            return Err(JqError::TooLarge);
        }
        let mut kept = self.0.running.lock().await;
        let answer = match self.0.exchange(&mut kept, &question, document).await {
            // One that was kept may have been killed meanwhile, by whomever.
            Err(Failure::Broken { fresh: false, .. }) => self.0.exchange(&mut kept, &question, document).await,
            other => other,
        };
        drop(kept);
        let said = answer.map_err(|failure| match failure {
            Failure::NotStarted(error) => JqError::NotStarted(error.to_string()),
            Failure::Slow => JqError::TooSlow,
            Failure::Broken { why, .. } => JqError::Ended(why),
        })?;
        if said.len() != expressions.len() {
            return Err(JqError::Ended("it answered another question".to_owned()));
        }
        let outcome = |said| match said {
            Said::Outputs(values) => Ok(values),
            Said::Fault { at, say } => Err(JqFault { at, say: Message::new(&say) }),
        };
        Ok(said.into_iter().map(outcome).collect())
    }

    /// The process that answers now, for tests that kill it.
    pub async fn process(&self) -> Option<u32> {
        self.0.running.lock().await.as_ref().and_then(|running| running.child.id())
    }
}

impl Inner {
    /// Taken out while it works: whoever gives up in the middle takes the process along.
    #[expect(clippy::disallowed_methods, reason = "the deadline over an answer is the point of this room")]
    async fn exchange(
        &self,
        kept: &mut Option<Running>,
        question: &[u8],
        document: &[u8],
    ) -> Result<Vec<Said>, Failure> {
        let mut running = match kept.take() {
            Some(running) => running,
            None => self.start().map_err(Failure::NotStarted)?,
        };
        let talk = tokio::time::timeout(DEADLINE, running.talk(question, document)).await;
        match talk {
            Ok(Ok(said)) => {
                running.proven = true;
                *kept = Some(running);
                Ok(said)
            }
            Ok(Err(error)) => {
                let fresh = !running.proven;
                Err(Failure::Broken { fresh, why: running.end(&error).await })
            }
            Err(_) => {
                running.kill().await;
                Err(Failure::Slow)
            }
        }
    }

    fn start(&self) -> Result<Running, Error> {
        let mut child = Command::new(&self.program)
            .args(&self.leading)
            .arg(std::process::id().to_string())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.ok_or(ErrorKind::BrokenPipe)?;
        Ok(Running { child, input, output, proven: false })
    }
}

impl Running {
    async fn talk(&mut self, question: &[u8], document: &[u8]) -> Result<Vec<Said>, Error> {
        for part in [question, document] {
            let length = u32::try_from(part.len()).map_err(Error::other)?;
            self.input.write_all(&length.to_be_bytes()).await?;
            self.input.write_all(part).await?;
        }
        self.input.flush().await?;
        let mut length = [0; 4];
        self.output.read_exact(&mut length).await?;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(Error::other)?;
        if length > ANSWER_MAX {
            return Err(Error::new(ErrorKind::InvalidData, "its answer is too long"));
        }
        let mut answer = vec![0; length];
        self.output.read_exact(&mut answer).await?;
        Ok(serde_json::from_slice(&answer)?)
    }

    async fn kill(&mut self) {
        // It has gone by itself, then.
        let _ = self.child.kill().await;
    }

    /// How it ended, in words; what still runs after a broken exchange is ended here.
    async fn end(mut self, error: &Error) -> String {
        let gone = matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe);
        // Nothing happens to one that has ended already: it keeps the status it ended with.
        let _ = self.child.start_kill();
        let status = self.child.wait().await;
        if gone {
            status.map_or_else(|error| error.to_string(), |status| status.to_string())
        } else {
            error.to_string()
        }
    }
}
