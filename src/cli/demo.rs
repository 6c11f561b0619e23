//! `billhead demo`: a believable small business in a directory that is thrown away, lived through by the engine itself.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::app::App;
use crate::app::admin::admin_create;
use crate::app::key::{KeyCreate, key_create};
use crate::cli::{print_line, serve};
use crate::clock::{Clock, Entropy, SystemClock};
use crate::config::ServeOptions;
use crate::domain::key::{Scopes, Tier};
use crate::domain::text::{Email, Name, Password};
use crate::domain::time::{Zone, subtract_local_days};
use crate::error::{Error, Result};
use crate::secret::hex;

mod business;
mod life;

/// The days that the business has lived when it is served.
const DAYS: u32 = 364;
const EMAIL: &str = "owner@example.com";

#[derive(Args, Clone, Debug)]
pub struct DemoOptions {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Keep the demo in this new directory; without it, it is made in the directory for temporary files and removed at the end
    #[arg(long, value_name = "DIRECTORY")]
    data: Option<PathBuf>,
    /// How many customers the business has won in its year
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    customers: u32,
}

/// A directory that goes with the demo.
struct ThrownAway(Option<PathBuf>);

impl Drop for ThrownAway {
    fn drop(&mut self) {
        if let Some(path) = &self.0
            && let Err(e) = std::fs::remove_dir_all(path)
        {
            eprintln!("billhead: {} could not be removed: {e}", path.display());
        }
    }
}

pub fn run(options: DemoOptions) -> Result<()> {
    let (data, thrown_away) = match options.data {
        Some(path) => (path, ThrownAway(None)),
        None => {
            let path = std::env::temp_dir().join(format!("billhead-demo-{}", hex(&Entropy::System.bytes::<6>())));
            (path.clone(), ThrownAway(Some(path)))
        }
    };
    if std::fs::read_dir(&data).is_ok_and(|mut files| files.next().is_some()) {
        return Err(Error::Internal(format!("{} is not empty. Choose another directory with --data", data.display())));
    }
    let now = SystemClock::new().wall();
    let begin = subtract_local_days(now, DAYS, Zone::UTC).ok_or_else(|| Error::Internal("the clock of this machine is wrong".into()))?;
    let wanted = ServeOptions {
        listen: Some(options.listen),
        data: Some(data.clone()),
        test_clock: Some(begin.to_string()),
        log: Some("warn,actix_server=error".into()),
        ..ServeOptions::default()
    };
    let customers = options.customers;
    serve::run_with(wanted, async move |app, address| prepare(&app, &data, address, customers).await)?;
    drop(thrown_away);
    Ok(())
}

/// Lets the business live, and says how to look at it.
async fn prepare(app: &Arc<App>, data: &Path, listen: SocketAddr, customers: u32) -> Result<()> {
    let bar = Bar { shown: std::io::stderr().is_terminal() };
    bar.say(&format!("A year of a business with {customers} customers is lived through …"));
    let lived = life::live(app, customers, &bar).await?;
    bar.clear();
    let password = hex(&Entropy::System.bytes::<9>());
    let secret = open_doors(Arc::clone(app), password.clone()).await?;
    app.refresh_keys()?;
    let base = format!("http://{listen}");
    for line in [
        String::new(),
        format!("  {}: {} customers, {} subscriptions, {} invoices.", business::NAME, lived.customers, lived.subscriptions, lived.invoices),
        format!("  Its clock stands at {}. Move it on the page, or by the API.", app.clock.billing()),
        String::new(),
        format!("  Admin site   {base}/admin"),
        format!("  E-mail       {EMAIL}"),
        format!("  Password     {password}"),
        format!("  API key      {secret}"),
        format!("  Data         {}", data.display()),
        String::new(),
        format!("  curl -s {base}/api/v1/customers?limit=3 -H 'Authorization: Bearer {secret}'"),
        format!("  curl -s '{base}/api/v1/reports/summary?from={}&to={}' -H 'Authorization: Bearer {secret}'", day(&lived.from), day(&lived.to)),
        format!(
            "  curl -s -X POST {base}/api/v1/test-clock -H 'Authorization: Bearer {secret}' -H 'Content-Type: application/json' -d '{{\"now\": \"{}\"}}'",
            lived.next
        ),
        String::new(),
        "  Ctrl-C ends it.".to_owned(),
        String::new(),
    ] {
        print_line(&line)?;
    }
    Ok(())
}

/// Makes the owner's account and a key, whose secret is told. Both wait for the disk, so not on the thread of the server.
async fn open_doors(app: Arc<App>, password: String) -> Result<String> {
    let wrong = |e: String| Error::Internal(e);
    let make = move || {
        admin_create(&app.db, &app.entropy, Email::parse(EMAIL).map_err(wrong)?, &Password::parse(&password).map_err(wrong)?)?;
        let input = KeyCreate { name: Name::parse("Demo").map_err(wrong)?, tier: Tier::Enterprise, scopes: Scopes::full(), expires_at: None };
        Ok(key_create(&app.db, &SystemClock::new(), &app.entropy, input)?.secret)
    };
    tokio::task::spawn_blocking(make).await.map_err(Error::internal)?
}

fn day(instant: &str) -> &str {
    instant.get(..10).unwrap_or(instant)
}

/// The line that says how far it is, on a terminal.
struct Bar {
    shown: bool,
}

impl Bar {
    fn say(&self, words: &str) {
        if !self.shown {
            eprintln!("{words}");
        }
    }

    fn draw(&self, done: u32, of: u32, words: &str) {
        if self.shown {
            let filled = usize::try_from(done.saturating_mul(30) / of.max(1)).unwrap_or(30).min(30);
            eprint!("\r\x1b[2K  [{}{}] {words}", "█".repeat(filled), "·".repeat(30 - filled));
            // A terminal that takes nothing loses nothing.
            let _ = std::io::stderr().flush();
        }
    }

    fn clear(&self) {
        if self.shown {
            eprint!("\r\x1b[2K");
        }
    }
}
