//! Expressions on a document, each for itself: one that fails takes no other with it.
//!
//! **Invariant:** what comes out is JSON, bounded in number, depth and bytes.

use crate::language::{Compiled, Data, compile};
use crate::outputs::Outputs;
use jaq_core::{Ctx, Vars, unwrap_valr};
use jaq_json::{Val, read};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

/// So many compiled expressions are kept: more than the drivers of a house hold.
const KEPT_MAX: usize = 1_024;

/// Why an expression gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where in the expression, in bytes; none when it is well written and this document does not suit it.
    pub at: Option<usize>,
    pub say: String,
}

impl Fault {
    pub(crate) fn syntax(at: usize, say: String) -> Self {
        Self { at: Some(at), say }
    }

    pub(crate) fn failed(say: impl Into<String>) -> Self {
        Self { at: None, say: say.into() }
    }
}

/// Compiles once, evaluates often.
#[derive(Default)]
pub struct Evaluator {
    kept: HashMap<String, Result<Rc<Compiled>, Fault>>,
}

impl Evaluator {
    /// Whether this is an expression.
    pub fn check(&mut self, code: &str) -> Result<(), Fault> {
        self.compiled(code).map(drop)
    }

    /// Evaluates each expression on the document.
    pub fn run(&mut self, codes: &[String], document: &[u8]) -> Vec<Result<Vec<Value>, Fault>> {
        let document = read::parse_single(document).map_err(|error| Fault::failed(format!("the document: {error}")));
        let mut outputs = Outputs::default();
        let mut one = |code: &String| {
            let compiled = self.compiled(code)?;
            evaluate(&compiled, document.clone()?, &mut outputs)
        };
        codes.iter().map(&mut one).collect()
    }

    fn compiled(&mut self, code: &str) -> Result<Rc<Compiled>, Fault> {
        if let Some(known) = self.kept.get(code) {
            return known.clone();
        }
        if self.kept.len() >= KEPT_MAX {
            self.kept.clear();
        }
        let made = guarded(|| compile(code)).map(Rc::new);
        self.kept.insert(code.to_owned(), made.clone());
        made
    }
}

fn evaluate(filter: &Compiled, document: Val, outputs: &mut Outputs) -> Result<Vec<Value>, Fault> {
    guarded(|| {
        let context = Ctx::<Data>::new(&filter.lut, Vars::new([]));
        let mut all = Vec::new();
        for value in filter.id.run((context, document)).map(unwrap_valr) {
            let value = value.map_err(|error| Fault::failed(error.to_string()))?;
            all.push(outputs.take(&value)?);
        }
        Ok(all)
    })
}

/// A defect of the library is a fault of this expression, and of no other.
fn guarded<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Fault::failed("jq cannot do this")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn run(code: &str, document: &Value) -> Result<Vec<Value>, Fault> {
        let mut all = Evaluator::default().run(&[code.to_owned()], document.to_string().as_bytes());
        all.remove(0)
    }

    #[test]
    fn what_drivers_are_written_with_is_there() {
        let device = json!({
            "power": "12.5 W", "on": "ON", "list": [3, 1, 2], "nested": {"a": {"b": 7}}, "gh": 1200.5, "text": " x ",
            "chips": [{"t": 60.5}, {"t": 58}],
        });
        for (code, out) in [
            (".power | split(\" \")[0] | tonumber", json!([12.5])),
            (".on == \"ON\"", json!([true])),
            (".list | max, min, add, length", json!([3, 1, 6, 3])),
            ("[.chips[].t] | max", json!([60.5])),
            (".nested.a.b // 0", json!([7])),
            (".missing.very.deep // empty", json!([])),
            (".missing?", json!([null])),
            (".gh * 1e9", json!([1_200_500_000_000.0])),
            (".text | ltrimstr(\" \") | rtrimstr(\" \") | ascii_upcase", json!(["X"])),
            ("if .on == \"ON\" then 1 else 0 end", json!([1])),
            ("[.list[] | select(. > 1)] | sort", json!([[2, 3]])),
            ("reduce .list[] as $x (0; . + $x)", json!([6])),
            (".power | startswith(\"12\")", json!([true])),
            (".gh | floor, round, ceil", json!([1200, 1201, 1201])),
            ("def twice: . * 2; .list[0] | twice", json!([6])),
            ("to_entries | length", json!([7])),
            ("try error(\"x\") catch .", json!(["x"])),
        ] {
            let got = run(code, &device).map(Value::from);
            assert_eq!(got.as_ref().map(ToString::to_string), Ok(out.to_string()), "{code}");
        }
    }

    #[test]
    fn one_fault_takes_no_other_with_it() {
        let codes = [".a.b", "nowhere", ".a"].map(str::to_owned);
        let all = Evaluator::default().run(&codes, br#"{"a":1}"#);
        let shown: Vec<_> = all.iter().map(|one| one.as_ref().map(Vec::len).map_err(|fault| fault.at)).collect();
        assert_eq!(shown, [Err(None), Err(Some(0)), Ok(1)]);
        let broken = Evaluator::default().run(&codes, b"{\"a\":");
        assert!(broken.iter().all(Result::is_err));
    }

    #[test]
    fn what_is_no_json_is_no_output() {
        assert_eq!(run("1/0, -1/0, 0/0", &json!(null)), Ok(vec![Value::Null; 3]));
        assert!(run("\"a\" | tobytes", &json!(null)).is_err());
        assert!(run("{(1): 2}", &json!(null)).is_err());
        assert!(run("last(range(1e4)) as $n | reduce range(100) as $x (1; [.])", &json!(null)).is_err());
    }

    #[test]
    fn outputs_are_bounded_in_number_and_bytes() {
        assert!(run("range(1e9)", &json!(null)).unwrap_err().say.contains("more than"));
        assert!(run("[limit(300000; repeat(\"0123456789\"))]", &json!(null)).unwrap_err().say.contains("more than"));
    }

    proptest! {
        #[test]
        // Without letters: what goes on for ever needs a word, and is the parent's affair.
        fn whatever_the_expression_and_the_document_this_returns(code in "[ -@\\[-`{-~]{0,40}", document: Vec<u8>) {
            let _ = Evaluator::default().run(&[code], &document);
        }
    }
}
