//! `cargo bench --bench billing`: how many due subscriptions a second the billing run bills, against a floor that is measured
//! in the same run: the same rows, inserted and updated by bare SQL in one transaction that is synced.
//!
//! Options stand after `--`: `cargo bench --bench billing -- --due 1000000`. It runs in this process, without HTTP; its
//! memory is that of the engine, since rows are made and compared by files.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock of the machine, and looks at files from outside")]
#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "rates and ratios are for reading, not for money")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use billhead::app::App;
use billhead::clock::{Clock, Entropy, SystemClock, TestClock};
use billhead::domain::time::Timestamp;
use billhead::secret::{PasswordCost, Vault};
use billhead::store::db::{Db, FILE_NAME, Options as DbOptions};
use clap::Parser;

use crate::reads::{Reads, p99};

mod floor;
mod reads;
mod seed;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// When the clock stands before the run.
const BEGIN: &str = "2026-03-01T00:00:00Z";
/// All is due on this day, at instants of its own.
const DUE_UNTIL: &str = "2026-03-02T00:00:00Z";
/// Reads are timed for so long before the run.
const READ_ALONE: Duration = Duration::from_secs(5);
/// The write-ahead log is looked at so often.
const LOOK: Duration = Duration::from_millis(20);

#[derive(Parser)]
#[command(name = "cargo bench --bench billing --", about = "Measures the billing run against bare SQL")]
struct Options {
    /// Subscriptions whose renewal falls due
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
    due: u64,
    /// Subscriptions that one transaction bills
    #[arg(long, default_value_t = 50)]
    round: usize,
    /// Asks for customers over HTTP meanwhile, and before, and says how long that takes; memory is then that of a server, too
    #[arg(long)]
    reads: bool,
    /// Where the databases are made; a temporary directory unless said otherwise
    #[arg(long)]
    directory: Option<PathBuf>,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn time(text: &str) -> Result<Timestamp> {
    Ok(Timestamp::parse(text)?)
}

fn open(directory: &Path, now: Timestamp, is_new: bool) -> Result<(App, Arc<dyn Clock>)> {
    let entropy = Arc::new(Entropy::System);
    let test = Arc::new(TestClock::at(now, Arc::new(SystemClock::new())));
    let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&test);
    let vault = Arc::new(Vault::open(&directory.join("key"), is_new, &entropy)?);
    let db = Db::open(directory, DbOptions::default(), Arc::clone(&clock), Arc::clone(&entropy), Box::new(fail))?;
    Ok((App::new(db, Arc::clone(&clock), entropy, vault, PasswordCost::Minimum)?.on_test_clock(test), clock))
}

/// After a fault of the disk nothing that is measured says anything.
fn fail(cause: &str) {
    eprintln!("{cause}");
    std::process::exit(1);
}

fn run(options: &Options) -> Result<()> {
    let made;
    let directory = match &options.directory {
        Some(directory) => directory.as_path(),
        None => {
            made = tempfile::tempdir()?;
            made.path()
        }
    };
    std::fs::create_dir_all(directory)?;
    let (begin, until) = (time(BEGIN)?, time(DUE_UNTIL)?);
    drop(open(directory, begin, true)?);
    eprintln!("{} subscriptions are made …", options.due);
    seed::seed(&directory.join(FILE_NAME), options.due, until)?;
    let before = directory.join("before.db");
    std::fs::copy(directory.join(FILE_NAME), &before)?;

    let (app, clock) = open(directory, begin, false)?;
    let app = Arc::new(app);
    let reads = if options.reads { Some(Reads::serve(&app, &clock, &directory.join(FILE_NAME))?) } else { None };
    let alone = reads.as_ref().map(|reads| reads.ask_for(READ_ALONE)).transpose()?;
    let log = directory.join(format!("{FILE_NAME}-wal"));
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        let mut largest = 0;
        while stopped.recv_timeout(LOOK).is_err() {
            largest = largest.max(std::fs::metadata(&log).map_or(0, |m| m.len()));
        }
        largest
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (start, idle) = (Instant::now(), memory()?);
    let (mut done, mut peak, mut slowest) = (0_usize, 0, Duration::ZERO);
    let is_over = AtomicBool::new(false);
    let beside = std::thread::scope(|scope| -> Result<Option<Vec<Duration>>> {
        let asking = reads.as_ref().map(|reads| scope.spawn(|| reads.ask(&is_over).map_err(|e| e.to_string())));
        let mut bill = || -> Result<()> {
            loop {
                let began = Instant::now();
                let round = runtime.block_on(app.billing_round(options.round, Some(until)))?;
                slowest = slowest.max(began.elapsed());
                done += round.done;
                peak = peak.max(memory()?);
                if round.done == 0 {
                    return Ok(());
                }
            }
        };
        let billed = bill();
        is_over.store(true, Ordering::Relaxed);
        let asked = asking.map(|thread| thread.join().map_err(|_| "the reads failed")).transpose()?.transpose()?;
        billed.map(|()| asked)
    })?;
    let took = start.elapsed();
    stop.send(())?;
    let largest = watch.join().map_err(|_| "the watch failed")?;
    if let Some(reads) = reads {
        reads.stop();
    }
    drop(app);
    let rate = done as f64 / took.as_secs_f64();
    let floor_took = floor::floor(&before, &directory.join(FILE_NAME))?;
    let floor_rate = done as f64 / floor_took.as_secs_f64();
    println!("\n## Billing run, {} due, {} a transaction\n", done, options.round);
    println!("| what | measured | goal |\n|---|---|---|");
    println!("| subscriptions a second | {rate:.0} | |");
    println!("| floor: the same rows by bare SQL | {floor_rate:.0} | |");
    println!("| of the floor | {:.3} | ≥ 0.4 |", rate / floor_rate);
    println!("| longest transaction | {} ms | |", slowest.as_millis());
    println!("| memory (RssAnon) | {} MB, {} MB before | ≤ 64 MB |", peak / 1_000_000, idle / 1_000_000);
    println!("| write-ahead log | {} MB | ≤ 64 MB |", largest / 1_000_000);
    if let (Some(alone), Some(beside)) = (alone, beside) {
        let (before, during) = (p99(&alone), p99(&beside));
        println!("| GET /customers/:id, p99 without it | {} µs of {} | |", before.as_micros(), alone.len());
        println!(
            "| GET /customers/:id, p99 during it | {} µs of {}, {:.1} × | ≤ 3 × |",
            during.as_micros(),
            beside.len(),
            during.as_secs_f64() / before.as_secs_f64()
        );
    }
    Ok(())
}

/// The process's own memory, in bytes: RssAnon of Linux.
fn memory() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:")).ok_or("there is no RssAnon")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}
