//! Everything that leaves the process: guarded addresses, deadlines, limits, one request per device.
//!
//! **Invariant:** no socket is opened to an address that has not passed its guard in the same call, and none without a
//! deadline over the whole reply. Deadlines are real time; nothing else in the program measures with them.

mod addresses;
pub mod cards;
mod device;
mod ears;
mod error;
pub mod guard;
mod jq;
pub mod json;
mod lanes;
mod line;
mod neighbours;
mod resolve;
pub mod surroundings;
mod udp;
pub mod vicinity;
pub mod whereabouts;

pub use device::{Limits, Line, Outbound, Reply};
pub use error::NetError;
pub use guard::{Forbidden, Guard, default_device_ranges, port_is_usual};
pub use http::{HeaderName, Method, header};
pub use jq::{Jq, JqError, JqFault, JqOutcome};
pub use line::End;
pub use surroundings::{Around, Surroundings};
pub use udp::{Accepts, Ear, Hearsay};
