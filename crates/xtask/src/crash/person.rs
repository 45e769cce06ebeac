//! What somebody does until the blow falls. Errors are expected; only acknowledged writes are promises.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::PASSWORD;
use super::http::{Client, Reply};
use super::promises::Promises;
use super::random::Random;

pub(super) struct Person<'a> {
    pub(super) client: &'a Client,
    pub(super) miner: i64,
    pub(super) promises: &'a mut Promises,
    /// Acknowledged by now.
    pub(super) acknowledged: u64,
}

impl Person<'_> {
    /// One more write: mostly a tag, now and then a wish, a token, a person.
    pub(super) fn write(&mut self, number: u64, random: &mut Random) {
        match random.below(16) {
            0..10 => self.tag(number),
            10..13 => self.wish(random.pick(&["eco", "standard"])),
            13..15 => self.token(number),
            _ => self.colleague(number),
        }
    }

    fn tag(&mut self, number: u64) {
        let tag = format!("t{number}");
        self.promises.tag.ask(&tag);
        let reply = self.send("PATCH", &self.of_miner(""), &json!({"tags": [&tag]}));
        self.promises.tag.answered(reply.as_ref());
        self.note(reply.as_ref());
    }

    fn wish(&mut self, mode: &str) {
        self.promises.mode.begin("none");
        self.promises.mode.ask(mode);
        let reply = self.send("POST", &self.of_miner("/mode"), &json!({"mode": mode}));
        self.promises.mode.answered(reply.as_ref());
        self.command(reply.as_ref());
        self.note(reply.as_ref());
    }

    fn token(&mut self, number: u64) {
        let name = format!("token {number}");
        let reply = self.send("POST", "/api/tokens", &json!({"name": name, "scopes": ["read"]}));
        if self.note(reply.as_ref()) {
            self.promises.tokens.push(name);
            let words = reply.and_then(|reply| reply.body["token"].as_str().map(str::to_owned));
            self.promises.key = words.or(self.promises.key.take());
        }
    }

    fn colleague(&mut self, number: u64) {
        let name = format!("person{number}");
        let body = json!({"name": name, "password": PASSWORD, "role": "viewer"});
        let reply = self.send("POST", "/api/users", &body);
        if self.note(reply.as_ref()) {
            self.promises.people.push(name);
        }
    }

    /// Asks for a restart of a miner. Its line in the audit log comes with the sending, not with the answer.
    pub(super) fn restart(&mut self, miner: i64) {
        let reply = self.send("POST", &format!("/api/miners/{miner}/restart"), &json!({}));
        self.command(reply.as_ref());
    }

    fn of_miner(&self, path: &str) -> String {
        format!("/api/miners/{}{path}", self.miner)
    }

    fn command(&mut self, reply: Option<&Reply>) {
        self.promises.commands.extend(reply.and_then(|reply| reply.body["command_id"].as_i64()));
    }

    fn note(&mut self, reply: Option<&Reply>) -> bool {
        let acknowledged = reply.is_some_and(Reply::is_success);
        self.promises.noted += u64::from(acknowledged);
        self.acknowledged += u64::from(acknowledged);
        acknowledged
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Option<Reply> {
        let reply = self.client.call(method, path, Some(body)).ok();
        if !reply.as_ref().is_some_and(Reply::is_success) {
            // Down, starting or asked too often: no use in hammering.
            thread::sleep(Duration::from_millis(20));
        }
        reply
    }
}
