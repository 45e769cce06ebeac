//! The project's own commands: `cargo xtask <command>`.
//!
//! Invariant: nothing here needs a tool that must first be compiled; a machine with Rust and Node is enough, and
//! `test` fetches the few Debian packages that it needs by itself.
#![expect(clippy::print_stdout, reason = "this is a command line; printing is its job")]
#![expect(clippy::disallowed_methods, reason = "xtask watches real processes in real time; nothing simulates it")]

mod arrows;
mod bench;
mod build;
mod check;
mod crash;
mod demo;
mod gen_files;
mod image;
mod metadata;
mod packages;
mod run;
mod shell;
mod tally;
mod test;
mod web;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask <command>

  run      build everything and start it with ./config      [--quick] [arguments for `hmm serve`]
  demo     the same with a simulated neighbourhood          [--quick] [arguments for `hmm demo`]
  build    leave the program with the web app inside in target/release/hmm   [--quick]
  test     every check and test there is; ends with `N passed, N failed`
  check    formatting, lints, arrows, dependencies, spelling, generated files, web checks
  gen      write openapi/openapi.json and the web client    [--check]
  arrows   compare the crates' dependencies with the map    [--bless]
  crash    kill the server and its database, many times     [--rounds 50] [--db sqlite|postgres|both] [--seed N] [--program FILE]
  bench    measure, print a table, keep it in docs/bench.md
  image    build the container image    [--arch amd64|arm64] [--base auto|registry|debootstrap] [--quick] [--tag NAME]
           and start it in every way     [--try|--only-try] [-- arguments for containers]

  --quick  a build without link-time optimisation: minutes faster, a little larger and slower";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    match dispatch(&command, &rest) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: &str, args: &[String]) -> Result<ExitCode> {
    match command {
        // These count, and their count is the last thing they say.
        "test" => return test::main(args),
        "check" => return check::main(args),
        "crash" => return crash::main(args),
        "image" => return image::main(args),

        "run" => run::main(args),
        "demo" => demo::main(args),
        "build" => build::main(args),
        "gen" => gen_files::main(args),
        "arrows" => arrows::main(args),
        "bench" => bench::main(args),
        "" | "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        unknown => bail!("there is no command `{unknown}`\n\n{USAGE}"),
    }?;
    Ok(ExitCode::SUCCESS)
}
