//! Who did something.

use crate::ids::{TokenId, UserId};
use crate::text::Label;
use serde::{Deserialize, Serialize};

/// The author of a change, as the audit log names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub kind: ActorKind,
    pub name: Label,
    /// Where the request came from.
    pub address: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum ActorKind {
    Person(UserId),
    Token(TokenId),
    /// Somebody at the command line of this machine.
    Console,
    /// Heat protection.
    Safety,
    /// The program itself: start, jobs, the end of a wish.
    System,
}

impl Actor {
    pub fn system() -> Self {
        Self { kind: ActorKind::System, name: Label::new("hmm"), address: None }
    }

    pub fn safety() -> Self {
        Self { kind: ActorKind::Safety, name: Label::new("heat protection"), address: None }
    }

    pub fn console() -> Self {
        Self { kind: ActorKind::Console, name: Label::new("command line"), address: None }
    }
}
