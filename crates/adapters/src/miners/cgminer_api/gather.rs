//! Asking, and asking several things at once where the device lets us.
//!
//! **Invariant:** one connection for a poll where joins are known; where they are not, each question alone, and no
//! further than it takes to see that this is somebody else's device.

use super::said::Said;
use crate::miners::shared::{malformed, stranger};
use hmm_domain::port::DriverError;
use hmm_net::{End, Line, NetError};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Replies by command.
#[derive(Debug, Clone, Default)]
pub(in crate::miners) struct Gathered(BTreeMap<&'static str, Said>);

/// What a device reads at most.
const REQUEST_MAX: usize = 4_095;

impl Gathered {
    /// From replies as they came; a joined one under its joined name.
    pub(in crate::miners) fn from_replies(replies: &[(&'static str, &[u8])]) -> Result<Self, DriverError> {
        let mut all = Self::default();
        for (command, bytes) in replies {
            let said = Said::parse(command, bytes)?;
            if command.contains('+') {
                all.join(&command.split('+').collect::<Vec<_>>(), &said);
            } else {
                all.0.insert(command, said);
            }
        }
        Ok(all)
    }

    fn join(&mut self, commands: &[&'static str], said: &Said) {
        let parts = commands.iter().filter_map(|command| Some((*command, said.part(command)?)));
        self.0.extend(parts.filter(|(_, part)| part.is_yes()));
    }

    pub(in crate::miners) fn insert(&mut self, command: &'static str, said: Said) {
        self.0.insert(command, said);
    }

    pub(in crate::miners) fn add(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    pub(in crate::miners) fn get(&self, command: &str) -> Option<&Said> {
        self.0.get(command)
    }

    /// Whether it has said yes to anything.
    pub(in crate::miners) fn any_yes(&self) -> bool {
        self.0.values().any(Said::is_yes)
    }

    /// The device's own time, as of the last thing it said.
    pub(in crate::miners) fn when(&self) -> Option<i64> {
        self.0.values().filter_map(Said::when).max()
    }

    /// Everything as it came, by command.
    pub(in crate::miners) fn raw(self) -> Value {
        let all: Map<String, Value> = self.0.into_iter().map(|(command, said)| (command.to_owned(), said.0)).collect();
        Value::Object(all)
    }
}

/// A request in its JSON form, which makes the reply JSON too.
pub(in crate::miners) fn request(command: &str, parameter: Option<&str>) -> Result<Vec<u8>, DriverError> {
    let body = match parameter {
        Some(parameter) => json!({ "command": command, "parameter": parameter }),
        None => json!({ "command": command }),
    };
    let bytes = body.to_string().into_bytes();
    if bytes.len() > REQUEST_MAX {
        return Err(DriverError::Refused("not sent: it is longer than the device reads".into()));
    }
    Ok(bytes)
}

/// One command, one connection.
pub(in crate::miners) async fn exchange(line: &mut Line, request: &[u8]) -> Result<Vec<u8>, NetError> {
    line.say(request, End::Byte(0)).await.map(|bytes| bytes.to_vec())
}

async fn ask(line: &mut Line, command: &'static str) -> Result<Said, DriverError> {
    let bytes = exchange(line, &request(command, None)?).await.map_err(|error| net_failed(command, error))?;
    Said::parse(command, &bytes)
}

/// All of `commands`, the first of which tells who answers: `ours` sees what is there of it before anything else is
/// asked alone.
pub(in crate::miners) async fn gather(
    line: &mut Line,
    join: &'static str,
    ours: impl Fn(&Gathered) -> Result<(), DriverError>,
) -> Result<Gathered, DriverError> {
    let commands: Vec<&'static str> = join.split('+').collect();
    let mut all = Gathered::default();
    match exchange(line, &request(join, None)?).await {
        // What broke off may have been too long for it at once; each part alone is shorter.
        Ok(bytes) => match Said::parse(join, &bytes) {
            Ok(said) => all.join(&commands, &said),
            Err(DriverError::Malformed { .. }) => {}
            Err(error) => return Err(error),
        },
        // A small server may hang up on what it does not know.
        Err(NetError::Dropped { .. }) => {}
        Err(error) => return Err(net_failed(join, error)),
    }
    for (place, command) in commands.iter().enumerate() {
        if all.get(command).is_none() {
            // An older firmware knows no joins, or not this part of one.
            let said = ask(line, command).await?;
            all.0.insert(command, said);
        }
        if place == 0 {
            ours(&all)?;
        }
    }
    Ok(all)
}

pub(in crate::miners) fn net_failed(call: &'static str, error: NetError) -> DriverError {
    match error {
        NetError::NotAllowed { address, why } => DriverError::NotAllowed { address, why: why.to_string() },
        NetError::NotHttp { .. } => stranger("it answers, but not in the way of cgminer"),
        NetError::TooLarge { .. } | NetError::Compressed { .. } => malformed(call, error.to_string()),
        NetError::Unreachable { .. }
        | NetError::TimedOut { .. }
        | NetError::Dropped { .. }
        | NetError::Ourselves(_) => {
            DriverError::Unreachable { tried: format!("asking for {call}"), why: error.to_string() }
        }
    }
}
