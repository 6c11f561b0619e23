//! The command line: one file per command. Here everything is put together.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{DEFAULT_DATA, ServeOptions};
use crate::error::Result;

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
    /// Serve the API and its documentation (what `billhead` alone does)
    Serve(ServeOptions),
    /// Make, list and revoke API keys, also while the server runs
    #[command(subcommand)]
    Key(key::KeyCommand),
}

/// Where a command finds the data.
#[derive(Args, Clone, Debug)]
struct DataOption {
    /// Directory of the database and its key
    #[arg(long, env = "BILLHEAD_DATA", value_name = "DIRECTORY", default_value = DEFAULT_DATA)]
    data: PathBuf,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done: Result<()> = match cli.command {
        None => serve::run(cli.serve),
        Some(Command::Serve(options)) => serve::run(options),
        Some(Command::Key(command)) => key::run(command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("billhead: {error}");
            ExitCode::FAILURE
        }
    }
}
