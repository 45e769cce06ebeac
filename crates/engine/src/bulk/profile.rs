//! A tuning profile on one miner: what was set before is kept, the miner is watched, and where the profile does harm it is
//! taken back.

use super::run::{Run, Went, about, away};
use super::sheet::{Before, Outcome};
use crate::error::EngineError;
use crate::live::LiveMiner;
use hmm_domain::command::{Command, Tuning};
use hmm_domain::event::Level;
use hmm_domain::text::{Label, Message};
use hmm_domain::{Actor, CommandId, MinerId, MinerState, Timestamp};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// So long it has to show that it does no harm.
const WATCH: Duration = Duration::from_mins(10);
/// Chips ramp up, and the average over a minute has to fill, before a hashrate says anything.
const RAMP: Duration = Duration::from_mins(3);
/// Less than this part of what the frequency promises is a loss.
const LEAST_PERCENT: u64 = 70;

impl Run<'_> {
    pub(super) async fn apply_profile(
        &self,
        at: usize,
        id: MinerId,
        name: &Label,
        tuning: &Tuning,
        actor: &Actor,
    ) -> Result<Went, EngineError> {
        let live = self.engine.miner(id).ok_or(EngineError::UnknownMiner(id))?;
        let Some(before) = before(&live) else {
            let words = "its present settings are not known, so there would be no way back: try again when it answers";
            return Ok((Outcome::Refused, Message::new(words)));
        };
        self.change(at, |item| item.before = Some(before)).await.map_err(away)?;
        let command = self.engine.command(id, Command::Tune { tuning: tuning.clone() }, actor).await?;
        self.follow_profile(at, id, name, command, actor).await
    }

    pub(super) async fn follow_profile(
        &self,
        at: usize,
        id: MinerId,
        name: &Label,
        command: CommandId,
        actor: &Actor,
    ) -> Result<Went, EngineError> {
        let (outcome, words) = self.followed(at, command).await?;
        let Some(before) = self.item(at).before.filter(|_| outcome == Outcome::Confirmed) else {
            return Ok((outcome, words));
        };
        let since = before.since.unwrap_or_else(|| self.engine.clock.now());
        let watched = Before { since: Some(since), ..before };
        self.change(at, |item| item.before = Some(watched.clone())).await.map_err(away)?;
        match self.harm(id, &watched, since).await? {
            Watched::Well => Ok((Outcome::Confirmed, Message::new("and did well for ten minutes"))),
            Watched::Cancelled => {
                Ok((Outcome::Confirmed, Message::new("not watched to the end: the job was cancelled")))
            }
            Watched::Harm(why) => self.take_back(at, id, name, watched.tuning, &why, actor).await,
        }
    }

    async fn harm(&self, id: MinerId, before: &Before, since: Timestamp) -> Result<Watched, EngineError> {
        let engine = self.engine;
        let mut news = engine.bus.listen();
        let until = since + WATCH;
        loop {
            let now = engine.clock.now();
            let live = engine.miner(id).ok_or(EngineError::UnknownMiner(id))?;
            if let Some(why) = harm(&live, before, now.since(since)) {
                return Ok(Watched::Harm(why));
            }
            if now >= until {
                return Ok(Watched::Well);
            }
            loop {
                let event = tokio::select! {
                    biased;
                    () = self.end.cancelled() => return Ok(Watched::Cancelled),
                    event = news.recv() => event,
                    _ = engine.clock.sleep_until(until) => break,
                };
                match event.as_deref() {
                    Ok(event) if about(event, id) => break,
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return Err(EngineError::Stopping),
                    Ok(_) => {}
                }
            }
        }
    }

    async fn take_back(
        &self,
        at: usize,
        id: MinerId,
        name: &Label,
        was: Tuning,
        why: &str,
        actor: &Actor,
    ) -> Result<Went, EngineError> {
        let engine = self.engine;
        // What ran before needs nobody's leave.
        let command = engine.tune_back(id, was, actor, &format!("the profile {name} is taken back: {why}")).await?;
        let (outcome, words) = self.followed(at, command).await?;
        let (outcome, said) = match outcome {
            Outcome::Confirmed => (Outcome::RolledBack, format!("taken back: {why}")),
            _ => (Outcome::Failed, format!("{why}, and it could not be taken back: {words}")),
        };
        let miner = engine.miner(id).map(|live| live.miner.name.clone()).unwrap_or_default();
        engine.notice(Level::Warning, "profile_taken_back", Some(id), &format!("{miner}: profile {name} {said}"));
        Ok((outcome, Message::new(&said)))
    }
}

enum Watched {
    Well,
    Harm(String),
    Cancelled,
}

/// `None` where the device does not show what there would be to go back to.
fn before(live: &LiveMiner) -> Option<Before> {
    let reading = &live.latest.as_ref().filter(|_| !live.stale)?.reading;
    let tuning =
        Tuning { frequency: Some(reading.frequency?), core_voltage: Some(reading.core_voltage?), ..Tuning::default() };
    let hashrate = reading.hashrate_10m.or(reading.hashrate_1m).or(reading.hashrate);
    Some(Before { tuning, hashrate_hs: hashrate.map(hmm_domain::units::Hashrate::get), since: None })
}

/// What is wrong since the profile is on, if anything. Pure.
fn harm(live: &LiveMiner, before: &Before, watched: Duration) -> Option<String> {
    if matches!(live.state, MinerState::Offline | MinerState::Stuck) {
        return Some("it stopped".to_owned());
    }
    let reading = &live.latest.as_ref().filter(|_| !live.stale)?.reading;
    if reading.overheated == Some(true) {
        return Some("its firmware says that it is too hot".to_owned());
    }
    let limit = live.miner.profile.temperature_limit;
    if let Some(heat) = reading.temperature.filter(|heat| *heat > limit) {
        return Some(format!("{} °C is too hot", heat.as_celsius()));
    }
    if watched < RAMP {
        return None;
    }
    let was = before.hashrate_hs.filter(|was| *was > 0)?;
    let now = reading.hashrate_1m.or(reading.hashrate)?.get();
    let promised = match (before.tuning.frequency, reading.frequency) {
        (Some(from), Some(to)) if from.get() > 0 => {
            u64::try_from(u128::from(was) * u128::from(to.get()) / u128::from(from.get())).unwrap_or(u64::MAX)
        }
        _ => was,
    };
    let lost = u128::from(now) * 100 < u128::from(promised) * u128::from(LEAST_PERCENT);
    lost.then(|| "it makes less than it should at this frequency".to_owned())
}
