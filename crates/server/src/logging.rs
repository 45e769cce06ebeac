//! Where the program's words go: to stdout for people, and to `<config>/logs`, a file a day, seven kept.
//!
//! **Invariant (S1):** what was given to [`Hidden::hide`] stands in no line, on stdout or in the file. The set-up code is
//! printed by the command line itself and never passes here.

use crate::config::Logging;
use hmm_domain::json::MASK;
use parking_lot::RwLock;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use tracing::Level;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The folder in the config folder.
pub const FOLDER: &str = "logs";
const FILES_KEPT: usize = 7;
/// Lines that may wait for a slow disk; more are dropped rather than kept.
const LINES_WAITING: usize = 2_048;
/// Shorter texts would take ordinary words out of the log.
const HIDDEN_MIN: usize = 6;

/// Keeps the log alive; what waits is written when it is dropped.
pub struct Logs {
    pub hidden: Hidden,
    _file: Option<WorkerGuard>,
}

/// Texts that no line of the log may show.
#[derive(Clone, Default)]
pub struct Hidden(Arc<RwLock<Vec<String>>>);

impl Hidden {
    pub fn hide(&self, secret: &str) {
        let mut all = self.0.write();
        if secret.len() >= HIDDEN_MIN && !all.iter().any(|known| known == secret) {
            all.push(secret.to_owned());
        }
    }

    fn write(&self, line: &[u8], out: &mut impl Write) -> io::Result<()> {
        let all = self.0.read();
        let Ok(text) = std::str::from_utf8(line) else { return out.write_all(line) };
        if !all.iter().any(|secret| text.contains(secret.as_str())) {
            return out.write_all(line);
        }
        let masked = all.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK));
        out.write_all(masked.as_bytes())
    }
}

/// Starts logging. Once per process. A folder that cannot be written is said, and stdout still works.
pub fn start(config: &Logging, config_dir: &Path) -> Logs {
    let hidden = Hidden::default();
    let (file, guard, trouble) = match file(config_dir) {
        Ok((writer, guard)) => (Some(writer), Some(guard), None),
        Err(trouble) => (None, None, Some(trouble)),
    };
    let file = file.map(|writer| {
        let writer = Masked { inner: writer, hidden: hidden.clone() };
        fmt::layer().with_ansi(false).with_writer(writer)
    });
    let stdout = Masked { inner: io::stdout, hidden: hidden.clone() };
    let machines = config.json.then(|| fmt::layer().json().with_writer(stdout.clone()));
    let people = (!config.json).then(|| fmt::layer().with_ansi(false).with_target(false).with_writer(stdout));
    // One filter for all, not one for each: with those, a library that merely asks whether a line would be written makes
    // the next line of the same thread disappear. A second start in one process (tests) keeps the first log.
    let all = tracing_subscriber::registry().with(filter(config.level)).with(people).with(machines).with(file);
    let _ = all.try_init();
    if let Some(trouble) = trouble {
        tracing::warn!(folder = %config_dir.join(FOLDER).display(), error = %trouble, "no log file: stdout only");
    }
    Logs { hidden, _file: guard }
}

fn file(config_dir: &Path) -> Result<(NonBlocking, WorkerGuard), String> {
    let builder = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("hmm")
        .filename_suffix("log")
        .max_log_files(FILES_KEPT);
    let folder = config_dir.join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let appender = builder.build(folder).map_err(|error| error.to_string())?;
    Ok(NonBlockingBuilder::default().buffered_lines_limit(LINES_WAITING).lossy(true).finish(appender))
}

/// Our own rooms speak at the level that was asked for, libraries only when something is wrong.
fn filter(level: Level) -> Targets {
    let libraries = if level == Level::TRACE { Level::DEBUG } else { level.min(Level::WARN) };
    let ours = [
        "hmm",
        "hmm_server",
        "hmm_engine",
        "hmm_store",
        "hmm_net",
        "hmm_adapters",
        "hmm_pricing",
        "hmm_notify",
        "hmm_sim",
        "hmm_strategy",
        "hmm_migrations",
    ];
    Targets::new().with_default(libraries).with_targets(ours.map(|name| (name, level)))
}

/// A writer that takes hidden texts out of every line. `fmt` hands over one whole event at a time.
#[derive(Clone)]
struct Masked<M> {
    inner: M,
    hidden: Hidden,
}

struct MaskedWriter<W> {
    inner: W,
    hidden: Hidden,
}

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Masked<M> {
    type Writer = MaskedWriter<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        MaskedWriter { inner: self.inner.make_writer(), hidden: self.hidden.clone() }
    }
}

impl<W: Write> Write for MaskedWriter<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.hidden.write(line, &mut self.inner)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_text_is_in_no_line_and_short_ones_do_not_eat_words() {
        let hidden = Hidden::default();
        hidden.hide("ABCD-EFGH-IJKL");
        hidden.hide("the");
        let mut out = Vec::new();
        hidden.write(b"the code is ABCD-EFGH-IJKL.\n", &mut out).unwrap();
        hidden.write(b"\xff raw ABCD\n", &mut out).unwrap();
        assert_eq!(out, ["the code is ••••.\n".as_bytes(), b"\xff raw ABCD\n"].concat());
    }
}
