//! What `hmm __jq` is in production: evaluates jq. For the tests and figures of this crate only.

fn main() -> std::process::ExitCode {
    hmm_jq::child(std::env::args_os().skip(2))
}
