//! D3: what an expression may take, what happens to one that takes more, and that the next one does not notice.

use crate::jq;
use futures_util::future::join_all;
use hmm_net::{Jq, JqError};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn one(jq: &Jq, code: &str, document: &Value) -> Result<Vec<Value>, String> {
    let mut all = jq.run(&[code], document).await.map_err(|error| error.to_string())?;
    all.remove(0).map_err(|fault| fault.say.to_string())
}

/// What it says afterwards: nothing has happened.
async fn assert_well(jq: &Jq) {
    assert_eq!(one(jq, ".a + 1", &json!({ "a": 1 })).await, Ok(vec![json!(2)]));
}

#[expect(clippy::disallowed_methods, reason = "a deadline is measured")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::test]
async fn expressions_are_evaluated_each_for_itself() {
    let jq = jq();
    let all = jq.run(&[".a", ".b[]", ".a.b", "nowhere"], &json!({ "a": 1, "b": [2, 3] })).await.unwrap();
    assert_eq!(all[0], Ok(vec![json!(1)]));
    assert_eq!(all[1], Ok(vec![json!(2), json!(3)]));
    assert!(all[2].as_ref().unwrap_err().at.is_none(), "{:?}", all[2]);
    assert_eq!(all[3].as_ref().unwrap_err().at, Some(0));
    let checked = jq.check(&[".a", "now", ".a |", "input"]).await.unwrap();
    let places: Vec<_> = checked.iter().map(|fault| fault.as_ref().and_then(|fault| fault.at)).collect();
    assert_eq!(places, [None, Some(0), Some(4), Some(0)]);
}

#[tokio::test]
async fn d3_an_endless_expression_is_stopped_after_two_seconds_and_the_next_is_evaluated() {
    let jq = jq();
    assert_well(&jq).await;
    let before = jq.process().await.unwrap();
    for code in ["def f: f; f", "[repeat(1)] | length", "last(range(1e15))"] {
        let begun = now();
        let outcome = jq.run(&[code], &json!(null)).await;
        let took = begun.elapsed();
        // The second one may run out of memory first.
        assert!(matches!(outcome, Err(JqError::TooSlow | JqError::Ended(_))), "{code} {outcome:?}");
        assert!(took < Duration::from_secs(8), "{code} {took:?}");
        assert_well(&jq).await;
    }
    assert_ne!(jq.process().await, Some(before));
    assert!(!alive(before), "the process that ran for ever is gone");
}

#[tokio::test]
async fn d3_a_memory_bomb_ends_its_process_and_nothing_else() {
    let jq = jq();
    for code in ["[range(1e9)] | length", "reduce range(40) as $i (\"xxxxxxxxxxxxxxxx\"; . + .) | length"] {
        let outcome = jq.run(&[code], &json!(null)).await;
        assert!(matches!(outcome, Err(JqError::Ended(_) | JqError::TooSlow)) || failed(&outcome), "{code} {outcome:?}");
        assert_well(&jq).await;
    }
}

fn failed(outcome: &Result<Vec<hmm_net::JqOutcome>, JqError>) -> bool {
    outcome.as_ref().is_ok_and(|all| all.iter().all(Result::is_err))
}

#[tokio::test]
async fn d3_a_recursion_without_end_ends_its_process_and_nothing_else() {
    let jq = jq();
    let outcome = jq.run(&["def f: 1 + f; f"], &json!(null)).await;
    assert!(matches!(outcome, Err(JqError::Ended(_) | JqError::TooSlow)), "{outcome:?}");
    assert_well(&jq).await;
}

#[tokio::test]
async fn d3_a_huge_output_is_a_fault_of_its_expression() {
    let jq = jq();
    let all = jq.run(&["range(1e6)", "[limit(200000; repeat(\"0123456789\"))]"], &json!(null)).await.unwrap();
    for outcome in &all {
        assert!(outcome.as_ref().unwrap_err().say.as_str().contains("more than"), "{outcome:?}");
    }
    assert_well(&jq).await;
    let large = Value::String("x".repeat(5 << 20));
    assert_eq!(jq.run(&["length"], &large).await, Err(JqError::TooLarge));
}

#[tokio::test]
async fn a_process_that_somebody_killed_is_started_anew_without_a_word() {
    let jq = jq();
    for _ in 0..3 {
        assert_well(&jq).await;
        let pid = jq.process().await.unwrap();
        kill_process(Pid::from_raw(i32::try_from(pid).unwrap()).unwrap(), Signal::KILL).unwrap();
    }
    assert_well(&jq).await;
}

#[tokio::test]
async fn d3_the_process_has_no_environment_few_files_and_a_limit_on_memory() {
    let jq = jq();
    assert_well(&jq).await;
    let pid = jq.process().await.unwrap();
    assert_eq!(std::fs::read(format!("/proc/{pid}/environ")).unwrap(), b"");
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    for (name, most) in [
        ("Max address space", hmm_jq::MEMORY_MAX),
        ("Max core file size", 0),
        ("Max file size", 0),
        ("Max open files", 3),
    ] {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        let values: Vec<&str> = line[name.len()..].split_whitespace().take(2).collect();
        assert_eq!(values, [most.to_string(), most.to_string()], "{line}");
    }
    drop(jq);
    // Its pipe is closed, and it is killed besides.
    let gone = async {
        while alive(pid) {
            tokio::task::yield_now().await;
        }
    };
    gone.await;
}

#[tokio::test]
async fn whoever_gives_up_in_the_middle_leaves_no_answer_behind_for_the_next() {
    let jq = jq();
    assert_well(&jq).await;
    let other = json!({ "x": "an answer to another question" });
    for _ in 0..20 {
        let asked = jq.run(&[".x"], &other);
        tokio::select! {
            biased;
            _ = asked => {}
            () = tokio::task::yield_now() => {}
        }
        assert_well(&jq).await;
    }
}

#[tokio::test]
async fn the_queue_is_bounded() {
    let jq = jq();
    let document = json!({ "a": 1 });
    let all = join_all((0..600).map(|_| jq.run(&[".a"], &document))).await;
    let busy = all.iter().filter(|outcome| **outcome == Err(JqError::Busy)).count();
    let done = all.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!((busy, done), (600 - 512, 512));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_said_to_be_not_there() {
    let outcome = Jq::new("/nowhere/hmm", vec![]).run(&["."], &json!(1)).await;
    assert!(matches!(outcome, Err(JqError::NotStarted(_))), "{outcome:?}");
    // What was started is no process for expressions.
    let outcome = Jq::new("/bin/cat", vec!["--help".into()]).run(&["."], &json!(1)).await;
    assert!(matches!(outcome, Err(JqError::Ended(_) | JqError::TooSlow)), "{outcome:?}");
}

#[tokio::test]
async fn a_thousand_questions_of_twenty_expressions_take_no_ten_seconds() {
    let jq = jq();
    let codes: Vec<String> = (0..20).map(|i| format!(".readings[{i}].value * 1.5 // null")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let readings: Vec<Value> = (0..60).map(|i| json!({ "name": format!("sensor {i}"), "value": i })).collect();
    let document = json!({ "readings": readings });
    jq.run(&codes, &document).await.unwrap();
    let begun = now();
    for _ in 0..1_000 {
        jq.run(&codes, &document).await.unwrap();
    }
    let took = begun.elapsed();
    println!("1,000 questions of 20 expressions on {} bytes: {took:?}", document.to_string().len());
    assert!(took < Duration::from_secs(10), "{took:?}");
}

fn alive(pid: u32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // A zombie is gone for everybody but its parent.
    state.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}
