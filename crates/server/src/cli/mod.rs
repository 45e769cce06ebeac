//! The command line: what can be asked of the program, and how it answers.
//!
//! **Invariant:** what a command promises on stdout stands there alone; everything else goes to stderr or the log.

mod healthcheck;
mod maintenance;
mod output;

pub use output::{say, warn};

use crate::config::{Config, Environment};
use crate::wiring::{self, DemoOptions, Purpose};
use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use hmm_domain::{Role, Scope};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Looks after a home fleet of miners.
#[derive(Debug, Parser)]
#[command(name = "hmm", version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// The folder that holds everything [default: /config if it is there, else ./config]
    #[arg(long, global = true, value_name = "DIR")]
    pub config_dir: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the manager (what `hmm` alone does)
    Serve,
    /// Runs it with a simulated neighbourhood; no hardware is touched
    Demo(Demo),
    /// Writes everything but secrets and raw samples into one portable file
    Backup {
        /// The file to write
        file: PathBuf,
    },
    /// Reads a backup into this installation; the manager must not run
    Restore {
        /// The file to read
        file: PathBuf,
    },
    /// Access for programs
    #[command(subcommand)]
    Token(Token),
    /// Access for people
    #[command(subcommand)]
    User(User),
    /// The certificate of the web page
    #[command(subcommand)]
    Tls(Tls),
    /// Prints the OpenAPI document
    Openapi,
    /// Asks the running manager whether it is ready: exit code 0 or 1
    Healthcheck,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// The port of the web page; 0 takes a free one and prints it [default: WEB_PORT]
    #[arg(long)]
    pub port: Option<u16>,
    /// The same seed gives the same neighbourhood
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Real time, or time that stands still until the control port moves it
    #[arg(long, value_enum, default_value_t = DemoClock::System)]
    pub clock: DemoClock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DemoClock {
    System,
    Manual,
}

#[derive(Debug, Subcommand)]
pub enum Token {
    /// Makes a token and prints it, once
    Create {
        /// What it may do at most
        #[arg(long, value_enum, default_value_t = RoleName::Viewer)]
        role: RoleName,
        /// What it is for
        #[arg(long)]
        name: String,
        /// Narrows it further; may be given several times [default: all that the role allows]
        #[arg(long = "scope", value_enum)]
        scopes: Vec<ScopeName>,
    },
}

#[derive(Debug, Subcommand)]
pub enum User {
    /// Gives a person a new password, prints it, and signs them out everywhere
    ResetPassword {
        /// The name they sign in with
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Tls {
    /// Makes a new certificate authority and prints its fingerprint; every device has to trust it anew
    NewCa,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleName {
    Viewer,
    Operator,
    Admin,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ScopeName {
    Read,
    Control,
    Metrics,
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Operator => Self::Operator,
            RoleName::Admin => Self::Admin,
        }
    }
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Self {
        match name {
            ScopeName::Read => Self::Read,
            ScopeName::Control => Self::Control,
            ScopeName::Metrics => Self::Metrics,
            ScopeName::Admin => Self::Admin,
        }
    }
}

/// `hmm __pg …`: this process becomes PostgreSQL. Returns only when that failed.
pub fn become_postgres(args: impl Iterator<Item = OsString>) -> ExitCode {
    let Err(why) = hmm_store::pg_child(args);
    warn(&format!("hmm: cannot become PostgreSQL: {why}"));
    ExitCode::FAILURE
}

/// Does what was asked. An error is one line on stderr.
pub fn run(cli: Cli) -> ExitCode {
    let dir = cli.config_dir;
    let done = match cli.command.unwrap_or(Command::Serve) {
        Command::Healthcheck => return healthcheck::ask(dir.as_deref()),
        Command::Openapi => {
            say(&crate::openapi::document());
            Ok(())
        }
        Command::Serve => serve(dir.as_deref(), Purpose::Serve),
        Command::Demo(demo) => self::demo(dir, &demo),
        Command::Backup { file } => loaded(dir.as_deref()).and_then(|config| maintenance::backup(&config, &file)),
        Command::Restore { file } => {
            loaded(dir.as_deref()).and_then(|config| maintenance::restore_file(&config, &file))
        }
        Command::Token(Token::Create { role, name, scopes }) => {
            let scopes = scopes.into_iter().map(Scope::from).collect();
            loaded(dir.as_deref()).and_then(|config| maintenance::token_create(&config, role.into(), name, scopes))
        }
        Command::User(User::ResetPassword { name }) => {
            loaded(dir.as_deref()).and_then(|config| maintenance::reset_password(&config, name))
        }
        Command::Tls(Tls::NewCa) => loaded(dir.as_deref()).and_then(|config| maintenance::tls_new_ca(&config)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            warn(&format!("hmm: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn serve(dir: Option<&Path>, purpose: Purpose) -> Result<()> {
    wiring::run(loaded(dir)?, purpose)
}

fn demo(dir: Option<PathBuf>, demo: &Demo) -> Result<()> {
    let (dir, throw_away) = if let Some(dir) = dir {
        (dir, None)
    } else {
        let folder = tempfile::Builder::new().prefix("hmm-demo-").tempdir();
        let folder = folder.context("cannot make a throw-away folder for the demo")?;
        (folder.path().to_owned(), Some(folder))
    };
    let options = DemoOptions {
        port: demo.port,
        seed: demo.seed,
        manual_clock: demo.clock == DemoClock::Manual,
        throw_away: throw_away.is_some(),
    };
    let done = serve(Some(&dir), Purpose::Demo(options));
    drop(throw_away);
    done
}

/// The configuration of the folder that was named, or of the usual one.
fn loaded(dir: Option<&Path>) -> Result<Config> {
    let environment = Environment::read()?;
    Ok(Config::load(&folder(dir), environment)?)
}

fn folder(dir: Option<&Path>) -> PathBuf {
    let usual = || if Path::new("/config").is_dir() { "/config".into() } else { "./config".into() };
    let dir = dir.map_or_else(usual, Path::to_owned);
    // Absolute, so that what is handed to other programs means the same there.
    std::path::absolute(&dir).unwrap_or(dir)
}
