//! What the program has confirmed to people, and the proof that it is still there.
//!
//! **Invariant:** only an answer 2xx is a promise. What was asked without an answer may be there or not, but nothing else.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::http::{Client, Reply};

/// A value that is overwritten again and again: the last that is certain, then whatever was asked since.
#[derive(Default)]
pub(super) struct Latest(Vec<String>);

impl Latest {
    pub(super) fn begin(&mut self, value: &str) {
        if self.0.is_empty() {
            self.0.push(value.to_owned());
        }
    }

    pub(super) fn ask(&mut self, value: &str) {
        self.0.push(value.to_owned());
    }

    /// Certain if acknowledged, unchanged if clearly refused, open otherwise.
    pub(super) fn answered(&mut self, reply: Option<&Reply>) {
        match reply.map(|reply| reply.status) {
            Some(200..300) => drop(self.0.drain(..self.0.len() - 1)),
            Some(400..500) => drop(self.0.pop()),
            _ => {}
        }
    }

    fn check(&mut self, what: &str, found: &str, certain: bool) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        ensure!(self.0.iter().any(|value| value == found), "{what} is `{found}`; acknowledged or asked: {:?}", self.0);
        if certain {
            self.0 = vec![found.to_owned()];
        }
        Ok(())
    }
}

/// Everything promised since the house was founded.
#[derive(Default)]
pub(super) struct Promises {
    pub(super) tag: Latest,
    pub(super) mode: Latest,
    /// Commands whose number was given out since the last check.
    pub(super) commands: Vec<i64>,
    /// Names of people and tokens: all of them, to the end.
    pub(super) people: Vec<String>,
    pub(super) tokens: Vec<String>,
    /// The last token's words: it opens the door.
    pub(super) key: Option<String>,
    /// Acknowledged writes, each of which has left at least one line in the audit log.
    pub(super) noted: u64,
    lines: u64,
}

impl Promises {
    /// Looks everything up. `fresh`: the program has been started since the writes, so what it shows is what is stored.
    pub(super) fn check(&mut self, client: &Client, miner: i64, fresh: bool) -> Result<()> {
        let shown = get(client, &format!("/api/miners/{miner}"))?;
        self.tag.check("the tag", shown["tags"][0].as_str().unwrap_or_default(), fresh)?;
        self.mode.check("the wished mode", shown["desired"]["mode"]["value"].as_str().unwrap_or("none"), fresh)?;
        // Each is looked up once, after the blow that it had to survive; asking for all of them every time would take over.
        for command in self.commands.drain(..) {
            let reply = client.get(&format!("/api/commands/{command}"))?;
            ensure!(reply.status == 200, "command {command} was acknowledged and is gone ({})", reply.status);
        }
        all_there("person", &self.people, &get(client, "/api/users")?)?;
        all_there("token", &self.tokens, &get(client, "/api/tokens")?)?;
        if let Some(key) = &self.key {
            let status = client.with_token(key, "/api/miners")?.status;
            ensure!(status == 200, "the last token that was given out does not open ({status})");
        }
        let audit = get(client, "/api/audit/verify")?;
        ensure!(audit["verdict"] == json!("whole"), "the audit chain is broken: {audit}");
        let lines = audit["count"].as_u64().context("the audit log is not counted")?;
        let least = self.lines + self.noted;
        ensure!(lines >= least, "the audit log has {lines} lines; with what was acknowledged there must be {least}");
        (self.lines, self.noted) = (lines, 0);
        Ok(())
    }
}

fn get(client: &Client, path: &str) -> Result<Value> {
    let reply = client.get(path)?;
    ensure!(reply.status == 200, "GET {path}: {} {}", reply.status, reply.body);
    Ok(reply.body)
}

fn all_there(what: &str, promised: &[String], found: &Value) -> Result<()> {
    let names: Vec<&str> =
        found["items"].as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect();
    let lost: Vec<&String> = promised.iter().filter(|name| !names.contains(&name.as_str())).collect();
    ensure!(lost.is_empty(), "{what} acknowledged and gone: {lost:?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16) -> Reply {
        Reply { status, cookie: None, body: Value::Null }
    }

    #[test]
    fn an_acknowledged_value_must_be_there_and_an_open_one_may() {
        let mut tag = Latest::default();
        tag.begin("a");
        tag.ask("b");
        tag.answered(Some(&reply(503)));
        tag.ask("c");
        tag.answered(Some(&reply(409)));
        assert!(tag.check("it", "a", false).is_ok() && tag.check("it", "b", false).is_ok());
        assert!(tag.check("it", "c", false).is_err(), "it was refused");
        tag.ask("d");
        tag.answered(Some(&reply(200)));
        assert!(tag.check("it", "b", false).is_err(), "a later one was acknowledged");
        tag.ask("e");
        tag.answered(None);
        assert!(tag.check("it", "e", true).is_ok());
        assert!(tag.check("it", "d", true).is_err(), "seen stored once, it stays");
    }

    #[test]
    fn whoever_is_missing_is_named() {
        let found = json!({"items": [{"name": "p1"}, {"name": "p2"}]});
        assert!(all_there("person", &["p2".to_owned()], &found).is_ok());
        let lost = all_there("person", &["p1".to_owned(), "p3".to_owned()], &found).unwrap_err();
        assert!(lost.to_string().contains("p3") && !lost.to_string().contains("p1"));
    }
}
