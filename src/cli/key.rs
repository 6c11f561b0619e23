//! `billhead key`: API keys from the command line. Works while the server runs, which notices within a second.

use std::io::IsTerminal;

use clap::Subcommand;

use crate::app::key::{KeyCreate, NewKey, key_create, keys, revoke};
use crate::cli::{DataOption, open_data, print_line};
use crate::clock::Clock;
use crate::domain::key::{ApiKey, Scopes, Tier};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Make a key. It is printed on the last line, and never again
    Create {
        /// What it is for: "CRM sync", "Mobile app"
        #[arg(long)]
        name: String,
        /// Requests a minute: standard 60, professional 120, enterprise 300
        #[arg(long, default_value = "standard", value_parser = ["standard", "professional", "enterprise"])]
        tier: String,
        /// full, read, or a comma list such as customers:read,subscriptions
        #[arg(long, default_value = "full")]
        scopes: String,
        /// When it ends: a date or an RFC 3339 time; never unless said otherwise
        #[arg(long, value_name = "DATE")]
        expires: Option<String>,
        #[command(flatten)]
        data: DataOption,
    },
    /// List all keys with their last use
    List {
        #[command(flatten)]
        data: DataOption,
    },
    /// Revoke a key, by its id or its name
    Revoke {
        /// As `key list` shows it
        #[arg(value_name = "ID|NAME")]
        key: String,
        #[command(flatten)]
        data: DataOption,
    },
}

/// Longer than a server takes to notice a key.
const NOTICED: std::time::Duration = std::time::Duration::from_millis(500);

pub fn run(command: KeyCommand) -> Result<()> {
    match command {
        KeyCommand::Create { name, tier, scopes, expires, data } => {
            let wrong = |option: &str| {
                let option = option.to_owned();
                move |e: String| Error::Internal(format!("--{option}: {e}"))
            };
            let input = KeyCreate {
                name: Name::parse(&name).map_err(wrong("name"))?,
                tier: Tier::parse(&tier).ok_or_else(|| wrong("tier")("no such tier".into()))?,
                scopes: Scopes::parse(&scopes).map_err(wrong("scopes"))?,
                expires_at: expires.map(|e| Timestamp::parse(&e)).transpose().map_err(wrong("expires"))?,
            };
            let (db, clock, entropy) = open_data(&data, true)?;
            let NewKey { key, secret } = key_create(&db, &clock, &entropy, input)?;
            eprintln!("Made {} \"{}\" ({}, {}). Copy the key now, it is not shown again:", key.id, key.name, key.tier.text(), scope_words(&key));
            print_line(&secret)?;
            // A server that runs beside looks for new keys four times a second: when this command ends, it knows the key.
            std::thread::sleep(NOTICED);
            Ok(())
        }
        KeyCommand::List { data } => {
            let (db, clock, _) = open_data(&data, false)?;
            list(&keys(&db)?, clock.wall())
        }
        KeyCommand::Revoke { key, data } => {
            let (db, clock, _) = open_data(&data, false)?;
            let revoked = revoke(&db, &clock, key)?;
            print_line(&format!("Revoked {} \"{}\".", revoked.id, revoked.name))
        }
    }
}

fn scope_words(key: &ApiKey) -> String {
    match key.scopes {
        all if all == Scopes::full() => "full access".into(),
        all if all == Scopes::read() => "read only".into(),
        some => some.texts().join(","),
    }
}

fn state(key: &ApiKey, now: Timestamp) -> &'static str {
    match key {
        key if key.revoked_at.is_some() => "revoked",
        key if key.is_valid(now) => "valid",
        _ => "expired",
    }
}

fn list(keys: &[ApiKey], now: Timestamp) -> Result<()> {
    if keys.is_empty() && std::io::stdout().is_terminal() {
        return print_line("There is no key yet. Make one: billhead key create --name \"My first key\"");
    }
    let when = |at: Option<Timestamp>, none: &str| at.map_or(none.to_owned(), |t| t.to_string());
    let head = ["ID", "KEY", "STATE", "TIER", "LAST USED", "EXPIRES", "NAME", "SCOPES"].map(String::from);
    let rows = keys.iter().map(|k| {
        [
            k.id.to_string(),
            format!("{}…", k.hint),
            state(k, now).into(),
            k.tier.text().into(),
            when(k.last_used_at, "never"),
            when(k.expires_at, "never"),
            k.name.clone(),
            scope_words(k),
        ]
    });
    let rows: Vec<[String; 8]> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|r| r[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..8).map(width).collect();
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        print_line(cells.join("  ").trim_end())?;
    }
    Ok(())
}
