//! The command line: one file per command. Here everything is put together.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::app::check_vault;
use crate::clock::{Entropy, SystemClock};
use crate::config::{DEFAULT_DATA, ServeOptions};
use crate::error::{Error, Result};
use crate::secret::Vault;
use crate::store::db::{Db, Options, has_database};

mod admin;
mod key;
mod serve;

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
}

/// Where a command finds the data.
#[derive(Args, Clone, Debug)]
struct DataOption {
    /// Directory of the database and its key
    #[arg(long, env = "BILLHEAD_DATA", value_name = "DIRECTORY", default_value = DEFAULT_DATA)]
    data: PathBuf,
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
    let db = Db::open(directory, options, Arc::new(SystemClock::new()), Arc::new(Entropy::System), on_fatal)?;
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
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("billhead: {error}");
            ExitCode::FAILURE
        }
    }
}
