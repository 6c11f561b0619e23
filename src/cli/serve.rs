//! `billhead serve`: the composition root. Opens the data, starts the workers, and ends in order.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::IsTerminal;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App as Actix, HttpServer};
use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;
use crate::cli::{begin_test_clock, clocks};
use crate::clock::Entropy;
use crate::config::{Config, ServeOptions};
use crate::error::{Error, Result};
use crate::secret::{PasswordCost, Vault};
use crate::store::db::{Db, Options, has_database};
use crate::store::writer::OnFatal;
use crate::telemetry;
use crate::web::limit::Limits;
use crate::web::serve::Site;
use crate::web::site;

/// The exit code after a fault of the disk: EX_IOERR of sysexits.h.
pub const EXIT_STORAGE: i32 = 74;

/// How often the keys are looked after. A revoked key is refused within a second.
const KEY_WATCH: Duration = Duration::from_millis(250);
/// How often the keys' last use is written down.
const KEY_USE_EVERY: u32 = 240;
/// How often the billing run looks whether something is due.
const BILLING_EVERY: Duration = Duration::from_secs(1);
/// Subscriptions that one of its transactions brings up to the present. A commit is dear, and so are the savepoints of a long
/// transaction: `cargo bench --bench billing -- --round N` finds where they meet.
const ROUND: usize = 50;
/// How long requests that were begun may take to end.
const GRACE_SECONDS: u64 = 30;

pub fn run(options: ServeOptions) -> Result<()> {
    run_with(options, async |_, _| Ok(()))
}

/// The same, after something was done with the data. It is told the address, which nobody is answered at yet.
pub fn run_with(options: ServeOptions, prepare: impl AsyncFnOnce(Arc<App>, SocketAddr) -> Result<()>) -> Result<()> {
    let config = options.resolve()?;
    telemetry::start(&config.log)?;
    // A server that runs already is named before its port is, and where no server can be, nothing is made.
    let found = config.data.is_dir().then(|| lock(&config.data)).transpose()?;
    let listener = listen(config.listen)?;
    make_directory(&config.data)?;
    let _lock = found.map_or_else(|| lock(&config.data), Ok)?;
    let app = Arc::new(open(&config)?);
    let runtime = actix_web::rt::System::new();
    let served = runtime.block_on(async {
        let address = listener.local_addr().map_err(|e| Error::Internal(format!("cannot listen on {}: {e}", config.listen)))?;
        prepare(Arc::clone(&app), address).await?;
        serve(&config, Arc::clone(&app), listener).await
    });
    // The last reference closes the database: what was accepted is written, the log copied into it.
    drop(app);
    served?;
    tracing::info!("stopped");
    Ok(())
}

fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).map_err(|e| Error::Internal(format!("cannot listen on {address}: {e}. Choose another with --listen")))
}

/// The data directory, readable for its owner alone.
pub fn make_directory(path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|e| Error::Internal(format!("cannot make the directory {}: {e}", path.display())))
}

/// One server to a directory. The lock goes with the process, however it ends.
fn lock(directory: &Path) -> Result<File> {
    let path = directory.join("lock");
    let cannot = |e: &dyn std::fmt::Display| Error::Internal(format!("cannot lock {}: {e}", path.display()));
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path).map_err(|e| cannot(&e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Error::Internal(format!("another billhead serves {} already. Stop it, or choose another directory with --data", directory.display())))
        }
        Err(TryLockError::Error(e)) => Err(cannot(&e)),
    }
}

fn open(config: &Config) -> Result<App> {
    let (clocks, entropy) = (clocks(&config.data, config.test_clock)?, Arc::new(Entropy::System));
    let clock = Arc::clone(&clocks.clock);
    let is_new = !has_database(&config.data)?;
    let vault = Arc::new(Vault::open(&config.data.join("key"), is_new, &entropy)?);
    let options = Options { batch_limit: config.write_batch, readers: u32::try_from(config.workers).unwrap_or(2) + 1, ..Options::default() };
    let on_fatal: OnFatal = Box::new(|cause| {
        tracing::error!("{cause}. The program ends; start it again to recover");
        std::process::exit(EXIT_STORAGE);
    });
    let db = Db::open(&config.data, options, Arc::clone(&clock), Arc::clone(&entropy), on_fatal)?;
    begin_test_clock(&db, &clocks)?;
    let app = App::new(db, clock, entropy, vault, PasswordCost::Recommended)?;
    Ok(match clocks.test {
        Some(test) => app.on_test_clock(test),
        None => app,
    })
}

async fn serve(config: &Config, app: Arc<App>, listener: TcpListener) -> Result<()> {
    let limits = Limits::new(&config.rates, &app.clock);
    let site = Arc::new(Site::new(Arc::clone(&app), limits, config.trusted_proxies.clone(), config.public_url.clone()));
    let server = HttpServer::new(move || {
        let site = Arc::clone(&site);
        Actix::new().configure(move |c| site::configure(c, &site))
    })
    .workers(config.workers)
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(10))
    .client_disconnect_timeout(Duration::from_secs(2))
    .max_connections(10_000)
    .shutdown_timeout(GRACE_SECONDS)
    .disable_signals()
    .listen(listener)
    .map_err(|e| Error::Internal(format!("cannot serve {}: {e}", config.listen)))?;
    // Before anybody learns the address: whoever does may send a signal at once.
    let stop = stop_signal()?;
    if let Some(address) = server.addrs().first() {
        greet(config, &app, &address.to_string())?;
    }
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        let name = stop.await;
        tracing::info!("{name}: finishing what was accepted");
        handle.stop(true).await;
    });
    let watch = actix_web::rt::spawn(watch_keys(Arc::clone(&app)));
    let billing = actix_web::rt::spawn(bill(Arc::clone(&app)));
    let charging = actix_web::rt::spawn(charge(Arc::clone(&app)));
    let served = server.await.map_err(|e| Error::Internal(format!("the server failed: {e}")));
    watch.abort();
    billing.abort();
    charging.abort();
    if let Err(e) = app.save_key_use().await {
        tracing::warn!("the keys' last use was not saved: {e}");
    }
    served
}

/// Receives the signals that end the program from now on; the future tells which one came.
fn stop_signal() -> Result<impl Future<Output = &'static str>> {
    let receive = |kind| signal(kind).map_err(|e| Error::Internal(format!("cannot receive signals: {e}")));
    let (mut terminate, mut interrupt) = (receive(SignalKind::terminate())?, receive(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    })
}

/// The billing run: does what is due, a bounded round at a time, so that requests get their turn between two.
async fn bill(app: Arc<App>) {
    loop {
        let more = match app.billing_round(ROUND, None).await {
            Ok(round) => round.done + round.days > 0,
            Err(e) => {
                tracing::error!("the billing run failed and goes on later: {e}");
                false
            }
        };
        if !more {
            tokio::time::sleep(BILLING_EVERY).await;
        }
    }
}

/// Asks the payment gateways about the charges that were begun, a bounded round at a time. What a crash left behind is in the
/// same queue.
async fn charge(app: Arc<App>) {
    loop {
        let more = match app.charge_round().await {
            Ok(done) => done > 0,
            Err(e) => {
                tracing::error!("charging failed and goes on later: {e}");
                false
            }
        };
        if !more {
            tokio::time::sleep(BILLING_EVERY).await;
        }
    }
}

/// Notices keys that were changed beside the server, and writes down when keys were used.
async fn watch_keys(app: Arc<App>) {
    let mut round: u32 = 0;
    loop {
        tokio::time::sleep(KEY_WATCH).await;
        if let Err(e) = app.refresh_keys() {
            tracing::error!("the keys could not be read: {e}");
        }
        round = round.wrapping_add(1);
        if round.is_multiple_of(KEY_USE_EVERY)
            && let Err(e) = app.save_key_use().await
        {
            tracing::warn!("the keys' last use was not saved: {e}");
        }
    }
}

/// Says where to go and, where there is no account yet, by which link it is made: in words on a terminal, else as a line of
/// the log.
fn greet(config: &Config, app: &App, address: &str) -> Result<()> {
    let (version, data) = (env!("CARGO_PKG_VERSION"), config.data.display());
    let base = config.public_url.as_ref().map_or_else(|| format!("http://{address}"), |url| url.as_str().to_owned());
    let set_up = app.set_up_begin()?.map(|token| format!("{base}/admin/setup/{token}"));
    if !std::io::stderr().is_terminal() {
        let (docs, admin) = (format!("{base}/docs/"), format!("{base}/admin"));
        tracing::info!(address, %data, docs, admin, set_up, "Billhead {version} serves http://{address}");
        return Ok(());
    }
    eprintln!("\n  Billhead {version} serves http://{address}");
    if app.test_clock.is_some() {
        eprintln!("  Test clock           {}, moved by POST {base}/api/v1/test-clock", app.clock.billing());
    }
    eprintln!("  Admin site           {base}/admin");
    eprintln!("  Documentation        {base}/docs/");
    eprintln!("  Data                 {data}");
    if let Some(link) = set_up {
        eprintln!("\n  There is no account yet. Open this link within 30 minutes to make yours (a restart makes a new one):\n\n    {link}");
    }
    eprintln!();
    Ok(())
}
