//! `cargo bench --bench http`: how fast the release server answers over HTTP, against its goals.
//!
//! Reading and writing need `wrk`; with `strace` it counts syncs too. Options stand after `--`: `cargo bench --bench http -- --customers 100000`.
//!
//! Each number is compared with another of the same machine and the same minutes: rounds of what is compared take turns,
//! and medians are compared. So the ratios say something where the absolute numbers say little.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock of the machine")]
#![expect(clippy::float_arithmetic, reason = "rates and ratios are for reading, not for money")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use crate::load::{Load, Wrk};
use crate::measure::{Round, Rounds};
use crate::report::{Goal, Report};
use crate::seed::Seeded;
use crate::server::Server;

mod browser;
mod business;
mod load;
mod measure;
mod pages;
mod report;
mod seed;
mod server;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Customers of the small database, against which the large one is compared.
const FEW: u64 = 1_000;
/// Ids that requests choose from. More would only measure the load generator's memory.
const IDS_ASKED_FOR: u64 = 50_000;
/// Connections of the reading rounds.
const READERS: u32 = 16;
/// Starts of which the median is taken.
const STARTS: usize = 5;

#[derive(Parser)]
#[command(name = "cargo bench --bench http --", about = "Measures the release server over HTTP against its goals")]
struct Options {
    /// Customers in the large database
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    customers: u64,
    /// Rounds of which medians are taken
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Seconds a round
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Only these parts; all unless said otherwise
    #[arg(long, value_delimiter = ',', value_parser = ["start", "read", "write", "pages"])]
    parts: Vec<String>,
    /// Only pages whose names contain this, as the table of pages shows them
    #[arg(long, default_value = "")]
    like: String,
    /// `cargo bench` gives this to every benchmark, and `cargo test --all-targets` does not
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    fn includes(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|p| p == part)
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        println!("This is a benchmark: cargo bench --bench http");
        return ExitCode::SUCCESS;
    }
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Where seeded databases stay from run to run: in the target directory, so that `cargo clean` takes them along.
fn data_root() -> PathBuf {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    scratch.parent().unwrap_or(scratch).join("bench-data")
}

fn run(options: &Options) -> Result<()> {
    let wrk = if options.includes("read") || options.includes("write") { Some(Wrk::find()?) } else { None };
    let mut report = Report::default();
    println!("{}\n", report::machine());
    println!("Rounds: {}, of {} s each. Customers: {} and {FEW}.\n", options.rounds, options.seconds, options.customers);
    let large = Seeded::prepare(&data_root(), options.customers)?;
    if options.includes("start") {
        starts(&large, &mut report)?;
        size(&mut report)?;
    }
    if let Some(wrk) = wrk.as_ref().filter(|_| options.includes("read")) {
        let small = Seeded::prepare(&data_root(), FEW)?;
        reads(options, wrk, &large, &small, &mut report)?;
    }
    if let Some(wrk) = wrk.as_ref().filter(|_| options.includes("write")) {
        writes(options, wrk, &large, &mut report)?;
    }
    if options.includes("pages") {
        pages::pages(&large, &options.like, &mut report)?;
    }
    println!("{}", report.goals());
    Ok(())
}

/// From the start of the process to the first answer that it is ready, and what it then holds in memory.
fn starts(large: &Seeded, report: &mut Report) -> Result<()> {
    let (mut ready, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let server = Server::start(&large.directory, &[])?;
        ready.push(server.ready_after.as_secs_f64() * 1e3);
        for path in ["/healthz", "/api/v1/me", "/api/v1/customers?limit=20", "/api/v1/customers?limit=20&status=active", "/openapi.json"] {
            server.get(path, &large.key)?;
        }
        std::thread::sleep(Duration::from_secs(1));
        memory.push(server.anonymous_memory()? / 1e6);
        server.stop()?;
    }
    report.goal(Goal::at_most("start to the first /readyz that says ready", 100.0, measure::median(&ready), "ms"));
    report.goal(Goal::at_most("memory of its own when idle (RssAnon)", 20.0, measure::median(&memory), "MB"));
    Ok(())
}

fn size(report: &mut Report) -> Result<()> {
    let bytes = u32::try_from(std::fs::metadata(server::PROGRAM)?.len())?;
    report.goal(Goal::at_most("size of the stripped program", 25.0, f64::from(bytes) / 1e6, "MB"));
    Ok(())
}

fn reads(options: &Options, wrk: &Wrk, large: &Seeded, small: &Seeded, report: &mut Report) -> Result<()> {
    let (large_server, small_server) = (Server::start(&large.directory, &[])?, Server::start(&small.directory, &[])?);
    let (large_ids, small_ids) = (large.some_ids(IDS_ASKED_FOR)?, small.some_ids(IDS_ASKED_FOR)?);
    let get = |name: &'static str, server, key, paths: Vec<String>| Load::gets(name, server, key, &paths).map(|load| (load, server));
    let pages = |ids: &[String], more: &str| ids.iter().map(|id| format!("/api/v1/customers?limit=20&cursor={id}{more}")).collect::<Vec<_>>();
    let single = |path: &str| vec![path.to_owned()];
    let loads = [
        get("GET /healthz", &large_server, &large.key, single("/healthz"))?,
        get("GET /me", &large_server, &large.key, single("/api/v1/me"))?,
        get("GET /customers/:id", &large_server, &large.key, large_ids.iter().map(|id| format!("/api/v1/customers/{id}")).collect())?,
        get("GET /customers, random page", &large_server, &large.key, pages(&large_ids, ""))?,
        get("the same of few customers", &small_server, &small.key, pages(&small_ids, ""))?,
        get("GET /customers, status=active", &large_server, &large.key, pages(&large_ids, "&status=active"))?,
        get("the same of few customers ", &small_server, &small.key, pages(&small_ids, "&status=active"))?,
    ];
    for (load, server) in &loads {
        server.warm_up(wrk, load)?;
    }
    let mut all: Vec<Rounds> = loads.iter().map(|(load, _)| Rounds::new(load.name)).collect();
    for _ in 0..options.rounds {
        for ((load, server), rounds) in loads.iter().zip(&mut all) {
            rounds.push(Round::measure(server, || wrk.run(load, READERS, options.seconds))?);
        }
    }
    println!("{}", report::rates("Reading, 16 connections", &all));
    let [health, me, one, page, page_few, active, active_few] = &all[..] else { return Err("a round is missing".into()) };
    report.goal(Goal::at_least("GET /me: requests/s against /healthz", 0.75, me.rate_against(health), ""));
    report.goal(Goal::at_least("GET /customers/:id: requests/s against /healthz", 0.45, one.rate_against(health), ""));
    report.goal(Goal::at_most("GET /customers/:id: CPU against /healthz", 3.0, one.cpu_against(health), ""));
    report.goal(Goal::at_least("GET /customers?limit=20, random cursor: requests/s against /healthz", 0.18, page.rate_against(health), ""));
    report.goal(Goal::at_most("the same: CPU with many customers against few", 1.4, page.cpu_against(page_few), ""));
    report.goal(Goal::at_most("the same with status=active: CPU with many customers against few", 1.4, active.cpu_against(active_few), ""));
    println!("Memory of its own after that: {:.1} MB\n", large_server.anonymous_memory()? / 1e6);
    large_server.stop()?;
    small_server.stop()
}

fn writes(options: &Options, wrk: &Wrk, large: &Seeded, report: &mut Report) -> Result<()> {
    let ids = large.some_ids(IDS_ASKED_FOR)?;
    let paths: Vec<String> = ids.iter().map(|id| format!("/api/v1/customers/{id}")).collect();
    // Copies, so that the seeded database stays as it was.
    let (grouped, single) = (large.copy("grouped")?, large.copy("single")?);
    let (server, single_server) = (Server::start(&grouped.directory, &[])?, Server::start(&single.directory, &["--write-batch", "1"])?);
    let read = Load::gets("GET /customers/:id", &server, &large.key, &paths)?;
    let post = Load::posts("POST /customers", &server, &large.key)?;
    let post_single = Load::posts("POST /customers, one to a sync", &single_server, &large.key)?;
    for (server, load) in [(&server, &read), (&server, &post), (&single_server, &post_single)] {
        server.warm_up(wrk, load)?;
    }
    let mut all: Vec<Rounds> = [
        "POST, 16 clients",
        "POST, 16 clients, one to a sync",
        "POST, 64 clients",
        "POST, 64 clients, one to a sync",
        "GET /customers/:id alone",
        "GET /customers/:id while 16 clients POST",
    ]
    .map(Rounds::new)
    .into();
    let mut posts_beside = Vec::new();
    for _ in 0..options.rounds {
        let mut into = all.iter_mut();
        let mut push = |round| into.next().expect("there are as many names as rounds").push(round);
        for clients in [16, 64] {
            push(Round::measure(&server, || wrk.run(&post, clients, options.seconds))?);
            push(Round::measure(&single_server, || wrk.run(&post_single, clients, options.seconds))?);
        }
        push(Round::measure(&server, || wrk.run(&read, READERS, options.seconds))?);
        push(Round::measure(&server, || {
            // The writers begin before the readers and end after them.
            let writers = wrk.begin(&post, 16, options.seconds + 2)?;
            std::thread::sleep(Duration::from_millis(500));
            let counted = wrk.run(&read, READERS, options.seconds);
            posts_beside.push(writers.end()?.per_second());
            counted
        })?);
    }
    println!("{}", report::rates("Writing", &all));
    let [post16, single16, post64, single64, alone, beside] = &all[..] else { return Err("a round is missing".into()) };
    println!(
        "Against one write to a sync: {:.1} times the POSTs with 16 clients, {:.1} times with 64.",
        post16.rate_against(single16),
        post64.rate_against(single64)
    );
    println!("Beside the reads: {:.0} POSTs/s (so the CPU of that line is that of both).\n", measure::median(&posts_beside));
    report.goal(Goal::at_least("GET /customers/:id while 16 clients POST: requests/s against alone", 0.8, beside.rate_against(alone), ""));
    server.stop()?;
    single_server.stop()?;
    syncs(options, wrk, &grouped, report)?;
    grouped.remove()?;
    single.remove()
}

/// How many syncs a POST costs. Rounds of their own: watching takes time, if little.
fn syncs(options: &Options, wrk: &Wrk, data: &Seeded, report: &mut Report) -> Result<()> {
    for (clients, goal) in [(16, 0.25), (64, 0.125)] {
        let name = format!("POST, {clients} clients: syncs per acknowledged POST");
        let Some((server, watch)) = Server::start_counting_syncs(&data.directory)? else {
            report.goal(Goal::unknown(name, goal, "strace is missing or may not trace"));
            continue;
        };
        let load = Load::posts("POST /customers", &server, &data.key)?;
        let counted = wrk.run(&load, clients, options.seconds)?;
        server.stop()?;
        report.goal(Goal::at_most(name, goal, watch.syncs()? / counted.requests, ""));
    }
    Ok(())
}
