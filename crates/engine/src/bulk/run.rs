//! A bulk job at work: a few miners at a time, each waited for until it is known how it went.

use super::BULK;
use super::sheet::{BulkItem, BulkTask, Outcome, Sheet};
use crate::error::EngineError;
use crate::fleet::MinerPatch;
use crate::house::Engine;
use crate::schedule::Ending;
use futures_util::{StreamExt as _, stream};
use hmm_domain::command::{Command, CommandRecord};
use hmm_domain::event::HouseEvent;
use hmm_domain::text::{Label, Message};
use hmm_domain::wish::Want;
use hmm_domain::{Actor, CommandId, JobId, MinerId};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// So many miners at a time: a house's fuse and its Wi-Fi see a few restarts, not all of them.
const AT_ONCE: usize = 4;
/// A wish for a miner that does not answer stands until it does; the job does not wait for that.
const PATIENCE: Duration = Duration::from_mins(10);

impl Engine {
    /// Does the bulk job of this id.
    pub async fn bulk_run(self: &Arc<Self>, id: JobId) -> Result<(), String> {
        let Some(end) = self.under_way.begin(id) else { return Ok(()) };
        let done = self.job_run_slow(id, BULK, || self.bulk(id, end)).await;
        self.under_way.over(id);
        done
    }

    async fn bulk(self: &Arc<Self>, id: JobId, end: CancellationToken) -> Result<Ending, String> {
        let job = self.store.job_find(id).await.map_err(|error| error.to_string())?;
        let sheet: Sheet = serde_json::from_value(job.map(|job| job.results).unwrap_or_default())
            .map_err(|error| format!("what was to be done is not understood: {error}; ask for it again"))?;
        let stop = self.tasks.stopping();
        let open: Vec<usize> = (0..sheet.items.len()).filter(|at| sheet.items[*at].outcome.is_none()).collect();
        let run = Run { engine: self, id, sheet: Mutex::new(sheet), keeping: tokio::sync::Mutex::default(), end };
        let mut under_way = stream::iter(open).map(|at| run.one(at)).buffer_unordered(AT_ONCE);
        loop {
            let next = tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(Ending::Interrupted),
                next = under_way.next() => next,
            };
            match next {
                Some(Ok(())) => {}
                Some(Err(why)) => return Err(why),
                None => break,
            }
        }
        drop(under_way);
        let results = run.sheet.lock().json();
        Ok(if run.end.is_cancelled() { Ending::Cancelled(results) } else { Ending::Done(results) })
    }

    /// Waits until a command is settled; `None` when that takes longer than anybody should wait.
    pub(super) async fn command_settled(&self, id: CommandId) -> Result<Option<CommandRecord>, EngineError> {
        let mut news = self.bus.listen();
        let until = self.clock.now() + PATIENCE;
        loop {
            let record = self.store.command_find(id).await?;
            if record.as_ref().is_none_or(|record| record.state.settled()) {
                return Ok(record);
            }
            loop {
                let event = tokio::select! {
                    biased;
                    event = news.recv() => event,
                    _ = self.clock.sleep_until(until) => return Ok(None),
                };
                match event.as_deref() {
                    Ok(HouseEvent::Command(told)) if *told == id => break,
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return Err(EngineError::Stopping),
                    Ok(_) => {}
                }
            }
        }
    }
}

pub(super) struct Run<'a> {
    pub(super) engine: &'a Arc<Engine>,
    id: JobId,
    sheet: Mutex<Sheet>,
    keeping: tokio::sync::Mutex<()>,
    pub(super) end: CancellationToken,
}

/// How it went, in words.
pub(super) type Went = (Outcome, Message);

impl Run<'_> {
    async fn one(&self, at: usize) -> Result<(), String> {
        let (item, task, actor) = {
            let sheet = self.sheet.lock();
            (sheet.items[at].clone(), sheet.task.clone(), sheet.actor.clone())
        };
        let went = if self.end.is_cancelled() && !item.begun {
            Ok((Outcome::Cancelled, Message::new("not begun: the job was cancelled")))
        } else {
            self.change(at, |item| item.begun = true).await?;
            self.go(at, &item, &task, &actor).await
        };
        let (outcome, reason) = match went {
            Ok(went) => went,
            // Not a miner's matter: the job is taken up again.
            Err(EngineError::Store(error)) => return Err(error.to_string()),
            Err(EngineError::Stopping) => return Ok(()),
            Err(error) => (refused_or_failed(&error), Message::new(&error_words(&error))),
        };
        self.change(at, |item| (item.outcome, item.reason) = (Some(outcome), Some(reason))).await
    }

    async fn go(&self, at: usize, item: &BulkItem, task: &BulkTask, actor: &Actor) -> Result<Went, EngineError> {
        let (engine, id) = (self.engine, item.miner_id);
        let patch = match task {
            BulkTask::Enable => MinerPatch { enabled: Some(true), ..MinerPatch::default() },
            BulkTask::Disable => MinerPatch { enabled: Some(false), ..MinerPatch::default() },
            BulkTask::Tags { add, remove } => {
                let tags = engine.miner(id).ok_or(EngineError::UnknownMiner(id))?.miner.tags.clone();
                MinerPatch { tags: Some(retagged(tags, add, remove)), ..MinerPatch::default() }
            }
            BulkTask::Restart | BulkTask::Mode { .. } | BulkTask::Profile { .. } if item.begun => {
                return self.taken_up(at, item, task, actor).await;
            }
            BulkTask::Restart => {
                let command = engine.command(id, Command::Restart, actor).await?;
                return self.followed(at, command).await;
            }
            BulkTask::Mode { mode, until } => {
                let command = engine.wish(id, Want::Mode(mode.clone()), *until, actor).await?;
                return self.followed(at, command).await;
            }
            BulkTask::Profile { name, tuning } => return self.apply_profile(at, id, name, tuning, actor).await,
        };
        engine.miner_change(id, patch, actor).await?;
        Ok((Outcome::Done, Message::default()))
    }

    /// Begun before the program was stopped: what was asked for is followed, and nothing is asked a second time.
    async fn taken_up(&self, at: usize, item: &BulkItem, task: &BulkTask, actor: &Actor) -> Result<Went, EngineError> {
        let Some(command) = item.command_id else {
            let words = "the program was stopped while this was being asked for: its history tells";
            return Ok((Outcome::Unconfirmed, Message::new(words)));
        };
        match task {
            BulkTask::Profile { name, .. } => self.follow_profile(at, item.miner_id, name, command, actor).await,
            _ => self.followed(at, command).await,
        }
    }

    pub(super) async fn followed(&self, at: usize, command: CommandId) -> Result<Went, EngineError> {
        self.change(at, |item| item.command_id = Some(command)).await.map_err(away)?;
        Ok(match self.engine.command_settled(command).await? {
            Some(record) => (record.state.into(), record.reply.unwrap_or(record.reason)),
            None => (Outcome::Unconfirmed, Message::new("it does not answer: the wish stands until it does")),
        })
    }

    pub(super) fn item(&self, at: usize) -> BulkItem {
        self.sheet.lock().items[at].clone()
    }

    /// Changes a line and keeps the sheet, one after the other.
    pub(super) async fn change(&self, at: usize, change: impl FnOnce(&mut BulkItem)) -> Result<(), String> {
        let _turn = self.keeping.lock().await;
        let (done, total, results) = {
            let mut sheet = self.sheet.lock();
            change(&mut sheet.items[at]);
            (sheet.done(), u32::try_from(sheet.items.len()).unwrap_or(u32::MAX), sheet.json())
        };
        self.engine.store.job_progress(self.id, done, total, &results).await.map_err(|error| error.to_string())?;
        self.engine.bus.say(HouseEvent::Job(self.id));
        Ok(())
    }
}

pub(super) fn away(why: String) -> EngineError {
    EngineError::Store(hmm_domain::port::StoreError::Away(why))
}

fn refused_or_failed(error: &EngineError) -> Outcome {
    match error {
        EngineError::Driver(_) => Outcome::Failed,
        _ => Outcome::Refused,
    }
}

fn error_words(error: &EngineError) -> String {
    match error {
        EngineError::Invalid { why, .. } | EngineError::Refused(why) | EngineError::Unsupported(why) => why.to_string(),
        EngineError::Driver(error) => error.public(),
        other => other.to_string(),
    }
}

fn retagged(mut tags: Vec<Label>, add: &[Label], remove: &[Label]) -> Vec<Label> {
    tags.retain(|tag| !remove.contains(tag));
    for tag in add {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    tags
}

/// Whether this miner's live state changed.
pub(super) fn about(event: &HouseEvent, id: MinerId) -> bool {
    matches!(event, HouseEvent::Reading(told) | HouseEvent::Miner(told) | HouseEvent::MinerGone(told) if *told == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_given_once_and_taken() {
        let labels = |names: &[&str]| names.iter().map(|name| Label::new(name)).collect::<Vec<_>>();
        let tags = retagged(labels(&["attic", "old"]), &labels(&["attic", "quiet"]), &labels(&["old", "none"]));
        assert_eq!(tags, labels(&["attic", "quiet"]));
    }
}
