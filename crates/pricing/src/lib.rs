//! Tariffs become price slots here. Empty until the issue about prices.
//!
//! What will live here: one folder per source (`sources/<name>/{mod,wire,parse,client}.rs`) that turns a supplier's or
//! an exchange's answer into slots with a beginning, an end and a price in millionths of a currency; time zones, which
//! tariffs need; the quarantine for prices that cannot be true (D4).
//!
//! What never will: a decision. Which price is dear is `strategy`'s business, when to fetch is the engine's, and where
//! slots are kept is the store's. Sockets are opened through `net`.
//!
//! **Invariant:** a slot that this room hands out covers its instants exactly once, or is missing; it is never guessed.
