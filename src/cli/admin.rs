//! `billhead admin`: the account of the admin site from the command line. Works while the server runs.

use std::io::{IsTerminal, Read, Stdin};

use clap::Subcommand;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use crate::app::admin::{admin_create, admin_reset_password};
use crate::cli::{DataOption, open_data, print_line};
use crate::domain::text::{Email, Password};
use crate::error::{Error, Result};

#[derive(Subcommand)]
pub enum AdminCommand {
    /// Make the owner's account without a browser. The business's name, currency and zone wait under Settings
    Create {
        /// The address to sign in with
        #[arg(long)]
        email: String,
        /// Read the password, one line, from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        #[command(flatten)]
        data: DataOption,
    },
    /// Set another password. Whoever is signed in with the account is signed out
    ResetPassword {
        /// The account's address; not needed where there is one account
        #[arg(long)]
        email: Option<String>,
        /// Read the password, one line, from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        #[command(flatten)]
        data: DataOption,
    },
}

/// More than any password has.
const MAX_INPUT: u64 = 4096;

/// The password on standard input: its first line, without the line's end.
fn read_password() -> Result<Password> {
    let input = std::io::stdin();
    let mut text = String::new();
    let read = if input.is_terminal() {
        eprint!("Password: ");
        let read = without_echo(&input, || input.read_line(&mut text));
        eprintln!();
        read
    } else {
        input.take(MAX_INPUT).read_to_string(&mut text)
    };
    read.map_err(|e| Error::Internal(format!("cannot read the password: {e}")))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains('\n') {
        return Err(Error::Internal("the password must be one line".into()));
    }
    Password::parse(line).map_err(|e| Error::Internal(format!("the password: {e}")))
}

/// Reads from a terminal that shows nothing meanwhile.
fn without_echo<T>(terminal: &Stdin, read: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
    let before = tcgetattr(terminal)?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    tcsetattr(terminal, OptionalActions::Flush, &silent)?;
    let result = read();
    tcsetattr(terminal, OptionalActions::Flush, &before)?;
    result
}

fn read_email(email: &str) -> Result<Email> {
    Email::parse(email).map_err(|e| Error::Internal(format!("--email: {e}")))
}

pub fn run(command: AdminCommand) -> Result<()> {
    match command {
        AdminCommand::Create { email, data, .. } => {
            let (email, password) = (read_email(&email)?, read_password()?);
            let (db, _, entropy) = open_data(&data, true)?;
            admin_create(&db, &entropy, email.clone(), &password)?;
            print_line(&format!("Made the account {}. Sign in at /admin.", email.as_str()))
        }
        AdminCommand::ResetPassword { email, data, .. } => {
            let (email, password) = (email.as_deref().map(read_email).transpose()?, read_password()?);
            let (db, _, entropy) = open_data(&data, false)?;
            let email = admin_reset_password(&db, &entropy, email, &password)?;
            print_line(&format!("Set another password for {email}. Its sessions have ended."))
        }
    }
}
