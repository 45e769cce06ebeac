//! Who is talking: sessions, tokens, passwords, codes, limits, and the gate before every route.
//!
//! **Invariant:** no handler decides who may call it. A route states its [`Need`]; [`gate`] keeps it.

pub mod console;
pub mod gate;
mod gatekeeper;
mod idempotency;
mod need;
mod noted;
pub mod origin;
pub mod password;
pub mod random;
pub mod recognise;
pub mod setup;
pub mod sign_in;
pub mod throttle;
pub mod totp;

pub use gatekeeper::{AuthError, Gatekeeper};
pub use need::{Need, Principal, Who, scopes_of, worth};
pub use noted::noted;
pub use origin::Client;
pub use setup::SetupCode;
