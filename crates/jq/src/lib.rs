//! jq, evaluated: what `hmm __jq` does in its own process.
//!
//! The program starts itself again under this name, hands over expressions and a document, and takes what comes out of
//! them. The other end of the pipe is in the room `net`, which also holds the clock over it.
//!
//! **Invariant:** an expression sees its input and nothing else: no file, environment, clock, module or second input is
//! in reach of it, because nothing here gives it one (D3).

mod child;
mod evaluator;
mod language;
mod outputs;

pub use child::{MEMORY_MAX, child};
pub use evaluator::{Evaluator, Fault};
