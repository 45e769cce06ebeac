//! Families that people declare in files: HTTP calls, and jq expressions that make a reading of the replies.
//!
//! `definition` is what a file says, `fields` knows the words a reading is made of, `template` fills requests, `orders`
//! turns commands into them, and only `driver` touches a socket. Reading the file itself is the server's work.
//!
//! **Invariant:** a custom family is a family like the others, through the same guarded line: it can do nothing that a
//! family of this repository could not. What a file may say is data; nothing of it is run in this process.

mod definition;
mod driver;
mod fields;
mod orders;
mod template;

pub use definition::{Access, Call, Definition, Order, OrderKind, Ranges};
pub use fields::{IDENTITY, reading_names};
pub use template::{Body, Template, TemplateError};

use hmm_domain::Message;
use hmm_domain::port::{Credentials, Endpoint, Family, Need, NeedKind};
use hmm_net::{Jq, Outbound};
use parking_lot::Mutex;
use std::sync::Arc;

const LOGIN: &[Need] = &[Need { kind: NeedKind::Login, for_what: "everything, says its driver's file" }];
const TOKEN: &[Need] = &[Need { kind: NeedKind::Token, for_what: "everything, says its driver's file" }];

/// What last went wrong with the file's expressions on a real reply: for the page of whoever writes the file.
#[derive(Clone, Default)]
pub struct Trouble(Arc<Mutex<Option<Message>>>);

impl Trouble {
    pub fn get(&self) -> Option<Message> {
        self.0.lock().clone()
    }

    fn set(&self, trouble: Option<Message>) {
        *self.0.lock() = trouble;
    }
}

/// The family that a file declares, and what becomes of its expressions.
pub fn family(outbound: &Outbound, jq: &Jq, definition: Definition) -> (Family, Trouble) {
    let trouble = Trouble::default();
    let (definition, hurried) = (Arc::new(definition), outbound.hurried());
    let make = {
        let (definition, jq, trouble) = (Arc::clone(&definition), jq.clone(), trouble.clone());
        move |outbound: &Outbound, at: Endpoint, credentials: Credentials| {
            let (definition, jq, trouble) = (Arc::clone(&definition), jq.clone(), trouble.clone());
            Arc::new(driver::Custom { outbound: outbound.clone(), jq, definition, trouble, at, credentials })
        }
    };
    let (connect, knock, outbound) = (make.clone(), make, outbound.clone());
    let family = Family {
        id: definition.id.clone(),
        label: definition.label.clone(),
        default_port: definition.default_port,
        algorithm: definition.algorithm,
        needs: match definition.access {
            Access::Open => &[],
            Access::Login => LOGIN,
            Access::Token | Access::Header(_) => TOKEN,
        },
        connect: Box::new(move |at, credentials| connect(&outbound, at, credentials)),
        // S9: a scan gives no secret away.
        knock: Box::new(move |at| knock(&hurried, at, Credentials::default())),
    };
    (family, trouble)
}
