//! The ports: what the house needs from the outside, as traits. Concrete types meet them in `server/wiring.rs` only.

mod clock;
mod driver;
mod store;
mod vicinity;

pub use clock::{Awake, Clock};
pub use driver::{
    Answer, Connect, Credentials, Driver, DriverError, Endpoint, Family, FamilyRegistry, Inspection, Knock, Need,
    NeedKind, Receipt, Session,
};
pub use store::{
    Accounts, AuditLog, Commands, Events, Idempotency, Jobs, Miners, Series, Settings, Store, StoreDescription,
    StoreError, TuningProfiles, Wishes,
};
pub use vicinity::{Neighbour, Nowhere, Vicinity};
