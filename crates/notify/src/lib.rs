//! Sentences someone is woken by. Empty until the issue about notifications.
//!
//! What will live here: rules, pure, from events to messages (which, to whom, how often, not at night), and one folder
//! per channel (`channels/<name>/`) that delivers a message and escapes it for its exit (D1).
//!
//! What never will: a command to a device, a query, or a loop of its own. The engine says what happened and when to
//! try again; sockets are opened through `net`; webhook addresses and tokens are secrets and come unlocked from outside.
//!
//! **Invariant:** a message is made from an event and settings alone, so that every one of them can be shown in a test.
