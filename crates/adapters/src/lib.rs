//! The LAN and its neighbours: miners today; Home Assistant, brokers, pools and discovery later.
//!
//! **Invariant:** a vendor's word appears in that vendor's folder and nowhere else; what leaves this room is a value of
//! the domain. Parsers are pure and take bytes, so that anything at all can be thrown at them.

pub mod miners;
