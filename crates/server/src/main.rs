//! The program `hmm`.

use clap::Parser;
use hmm_server::cli::{self, Cli};
use hmm_server::container;
use std::process::ExitCode;

fn main() -> ExitCode {
    // PostgreSQL's first breath is ours: nothing may happen before it that would last.
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|first| first == "__pg") {
        return cli::become_postgres(args);
    }
    // Expressions of other people's drivers are evaluated in a process that is nothing else.
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|first| first == "__jq") {
        return hmm_jq::child(args);
    }
    // In our image the program starts as root; this is all that it does as root.
    if let Err(why) = container::leave_root(cli::warn) {
        cli::warn(&format!("hmm: {why}"));
        return ExitCode::FAILURE;
    }
    // Then, before anything else: every TLS connection of the program uses ring. An error means that it is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    cli::run(Cli::parse())
}
