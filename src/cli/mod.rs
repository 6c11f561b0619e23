//! The command line: one file per command. Here everything is put together.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::app::check_vault;
use crate::clock::{Clock, Entropy, SystemClock, TestClock};
use crate::config::{DEFAULT_DATA, ServeOptions, parse_test_clock};
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::secret::Vault;
use crate::store::db::{Db, Options, has_database, stored_time};
use crate::store::engine::{Time, engine_set_time};

mod admin;
mod demo;
mod key;
mod serve;
mod verify;

/// The billing house of a small subscription reseller: one program, one SQLite file.
#[derive(Parser)]
#[command(name = "billhead", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeOptions,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, the admin site and the documentation (what `billhead` alone does)
    Serve(ServeOptions),
    /// Make, list and revoke API keys, also while the server runs
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Make the account of the admin site, or set another password, also while the server runs
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// Prove the books, also while the server runs: every invariant over every row. Exit code 1 if something is wrong
    Verify(verify::VerifyOptions),
    /// Serve a believable small business on a test clock, to look around: made now, thrown away at the end
    Demo(demo::DemoOptions),
}

/// Where a command finds the data.
#[derive(Args, Clone, Debug)]
struct DataOption {
    /// Directory of the database and its key
    #[arg(long, env = "BILLHEAD_DATA", value_name = "DIRECTORY", default_value = DEFAULT_DATA)]
    data: PathBuf,
    /// Make a new directory one with a test clock, which begins at this time
    #[arg(long, env = "BILLHEAD_TEST_CLOCK", value_name = "TIME", num_args = 0..=1, default_missing_value = "")]
    test_clock: Option<String>,
}

/// The clock by which a directory is served.
struct Clocks {
    clock: Arc<dyn Clock>,
    test: Option<Arc<TestClock>>,
    /// The directory is new, and becomes one with a test clock.
    begins: Option<Timestamp>,
}

/// Finds out by which clock a directory lives: one of a test clock is never served live, nor a live one with a test clock.
fn clocks(directory: &Path, wanted: Option<Option<Timestamp>>) -> Result<Clocks> {
    let real: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let on_test = |now, begins| {
        let test = Arc::new(TestClock::at(now, Arc::clone(&real)));
        Clocks { clock: Arc::<TestClock>::clone(&test), test: Some(test), begins }
    };
    let live = Clocks { clock: Arc::clone(&real), test: None, begins: None };
    let shown = directory.display();
    match (stored_time(directory)?.unwrap_or(Time::Unused), wanted) {
        (Time::Test(now), wanted) => {
            if wanted.flatten().is_some_and(|asked| asked != now) {
                eprintln!("billhead: {shown} has a test clock of its own, which stands at {now}; the time that was given is ignored");
            }
            Ok(on_test(now, None))
        }
        (Time::Unused, Some(Some(begin))) => Ok(on_test(begin, Some(begin))),
        (Time::Unused, Some(None)) => Err(Error::Internal("--test-clock needs a time for a new directory: --test-clock 2026-01-01T00:00:00Z".into())),
        (Time::Live, Some(_)) => {
            Err(Error::Internal(format!("{shown} is in use in real time, and that cannot be changed. Choose another directory with --data for a test clock")))
        }
        (Time::Unused | Time::Live, None) => Ok(live),
    }
}

/// Marks a directory that becomes one with a test clock.
fn begin_test_clock(db: &Db, clocks: &Clocks) -> Result<()> {
    match clocks.begins {
        Some(begin) => db.write_blocking(move |tx| engine_set_time(tx, begin)),
        None => Ok(()),
    }
}

/// Opens the data beside the server, if it runs; makes them where they may be new.
fn open_data(data: &DataOption, may_create: bool) -> Result<(Db, SystemClock, Entropy)> {
    let directory = &data.data;
    let mut vault = None;
    if may_create {
        serve::make_directory(directory)?;
        vault = Some(Vault::open(&directory.join("key"), !has_database(directory)?, &Entropy::System)?);
    } else if !has_database(directory)? {
        return Err(Error::Internal(format!("there is no data in {}. Name the server's directory with --data", directory.display())));
    }
    let on_fatal = Box::new(|cause: &str| {
        eprintln!("billhead: {cause}");
        std::process::exit(serve::EXIT_STORAGE);
    });
    let options = Options { readers: 1, slow_readers: 1, ..Options::default() };
    let clocks = clocks(directory, data.test_clock.as_deref().map(parse_test_clock).transpose()?)?;
    let db = Db::open(directory, options, Arc::clone(&clocks.clock), Arc::new(Entropy::System), on_fatal)?;
    begin_test_clock(&db, &clocks)?;
    if let Some(vault) = &vault {
        check_vault(&db, vault)?;
    }
    Ok((db, SystemClock::new(), Entropy::System))
}

fn print_line(line: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{line}").map_err(|e| Error::Internal(format!("cannot print: {e}")))
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done: Result<()> = match cli.command {
        None => serve::run(cli.serve),
        Some(Command::Serve(options)) => serve::run(options),
        Some(Command::Key(command)) => key::run(command),
        Some(Command::Admin(command)) => admin::run(command),
        Some(Command::Demo(options)) => demo::run(options),
        Some(Command::Verify(options)) => match verify::run(&options) {
            Ok(false) => return ExitCode::FAILURE,
            done => done.map(drop),
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("billhead: {error}");
            ExitCode::FAILURE
        }
    }
}
