//! From jq's values to JSON, with an eye on how much it is.
//!
//! **Invariant:** a number that is none (`NaN`, infinity) is null; what JSON cannot say is a fault.

use crate::evaluator::Fault;
use jaq_json::Val;
use serde_json::{Map, Number, Value};

/// Outputs of all expressions of one question together.
const COUNT_MAX: usize = 1_024;
/// Their bytes, roughly.
const BYTES_MAX: usize = 1 << 20;
const DEPTH_MAX: usize = 64;

/// How much has come out so far.
#[derive(Default)]
pub(crate) struct Outputs {
    count: usize,
    bytes: usize,
}

impl Outputs {
    pub(crate) fn take(&mut self, value: &Val) -> Result<Value, Fault> {
        self.count += 1;
        if self.count > COUNT_MAX {
            return Err(Fault::failed(format!("it gives more than {COUNT_MAX} values")));
        }
        self.json(value, 0)
    }

    fn json(&mut self, value: &Val, depth: usize) -> Result<Value, Fault> {
        if depth > DEPTH_MAX {
            return Err(Fault::failed(format!("what it gives is nested deeper than {DEPTH_MAX} levels")));
        }
        self.weigh(8)?;
        Ok(match value {
            Val::Null => Value::Null,
            Val::Bool(truth) => Value::Bool(*truth),
            Val::Num(number) => number.to_string().parse::<Number>().map_or(Value::Null, Value::Number),
            Val::TStr(text) => Value::String(self.text(text)?),
            Val::BStr(_) => return Err(Fault::failed("what it gives is bytes, not text")),
            Val::Arr(items) => {
                Value::Array(items.iter().map(|item| self.json(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            Val::Obj(entries) => {
                let mut map = Map::new();
                for (key, value) in entries.iter() {
                    let Val::TStr(key) = key else {
                        return Err(Fault::failed("what it gives has a key that is no text"));
                    };
                    map.insert(self.text(key)?, self.json(value, depth + 1)?);
                }
                Value::Object(map)
            }
        })
    }

    fn text(&mut self, bytes: &[u8]) -> Result<String, Fault> {
        self.weigh(bytes.len())?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    fn weigh(&mut self, bytes: usize) -> Result<(), Fault> {
        self.bytes += bytes;
        if self.bytes > BYTES_MAX {
            return Err(Fault::failed(format!("it gives more than {BYTES_MAX} bytes")));
        }
        Ok(())
    }
}
