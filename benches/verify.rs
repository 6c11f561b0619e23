//! `cargo bench --bench verify`: how long `billhead verify` takes over many invoices, and how much memory, against its goals.
//!
//! The database is made by the program itself, on a test clock: customers with something in store have daily subscriptions, and time goes
//! by until there are invoices enough. So every row is as in real life, ledger and log included. It is kept from run to run.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock of the machine")]

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const PROGRAM: &str = env!("CARGO_BIN_EXE_billhead");
const CUSTOMERS: u64 = 1_000;
const SUBSCRIPTIONS_A_CUSTOMER: u64 = 2;
/// Every so many customers have nothing in store: they fall behind and are cancelled.
const POOR: u64 = 20;
const BEGIN: &str = "2026-01-01T00:00:00Z";
const GOAL_SECONDS: u64 = 60;
const GOAL_MEGABYTES: u64 = 128;

#[derive(Parser)]
#[command(name = "cargo bench --bench verify --", about = "Measures billhead verify over many invoices")]
struct Options {
    /// Invoices to prove
    #[arg(long, default_value_t = 1_000_000)]
    invoices: u64,
    /// Times to prove them
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// `cargo bench` gives this to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        println!("This is a benchmark: cargo bench --bench verify");
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

fn run(options: &Options) -> Result<()> {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let root = scratch.parent().unwrap_or(scratch).join("bench-data");
    let data = prepare(&root.join(format!("verify-{}", options.invoices)), options.invoices)?;
    let bytes = std::fs::metadata(data.join("billhead.db"))?.len();
    println!("{} MB of database\n", bytes / 1_000_000);
    println!("| round | seconds (goal {GOAL_SECONDS}) | MB at most (goal {GOAL_MEGABYTES}) | |");
    println!("|---|---|---|---|");
    for round in 1..=options.rounds {
        let (took, memory, said) = prove(&data)?;
        println!("| {round} | {}.{:03} | {} | {said} |", took.as_secs(), took.subsec_millis(), memory / 1000);
    }
    Ok(())
}

fn billhead() -> Command {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BILLHEAD_")) {
        command.env_remove(name);
    }
    command
}

/// Runs the proof: how long it took, the most memory that it had in kB, and its verdict.
fn prove(data: &Path) -> Result<(Duration, u64, String)> {
    let begun = Instant::now();
    let mut child = billhead().arg("verify").arg("--data").arg(data).stdout(Stdio::piped()).spawn()?;
    let said = BufReader::new(child.stdout.take().ok_or("no standard output")?);
    let status = format!("/proc/{}/status", child.id());
    let reader = std::thread::spawn(move || said.lines().map_while(std::io::Result::ok).find(|line| line.contains(" rows in ")).unwrap_or_default());
    let mut memory = 0;
    let ended = loop {
        // The high-water mark goes with the process, so it is read until then.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let mark = text.lines().find_map(|l| l.strip_prefix("VmHWM:")).and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
        memory = mark.unwrap_or(0).max(memory);
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let took = begun.elapsed();
    let said = reader.join().map_err(|_| "the output could not be read")?;
    if !ended.success() {
        return Err(format!("the books do not hold: {said}").into());
    }
    Ok((took, memory, said))
}

/// The database with so many invoices: that of an earlier run where there is one.
fn prepare(data: &Path, invoices: u64) -> Result<PathBuf> {
    let mark = data.join("made-for");
    let expected = include_str!("../schema.sql");
    if std::fs::read_to_string(&mark).is_ok_and(|found| found == expected) {
        return Ok(data.to_owned());
    }
    if data.exists() {
        std::fs::remove_dir_all(data)?;
    }
    let begun = Instant::now();
    eprintln!("Making {invoices} invoices in {} …", data.display());
    let made = billhead().args(["key", "create", "--name", "bench", "--tier", "enterprise", "--test-clock", BEGIN, "--data"]).arg(data).output()?;
    let key = String::from_utf8_lossy(&made.stdout).lines().last().unwrap_or_default().to_owned();
    if !made.status.success() {
        return Err(format!("no key was made: {}", String::from_utf8_lossy(&made.stderr)).into());
    }
    let server = Server::start(data, &key)?;
    fill(&server, invoices)?;
    server.stop()?;
    std::fs::write(&mark, expected)?;
    eprintln!("… in {} s.", begun.elapsed().as_secs());
    Ok(data.to_owned())
}

fn fill(server: &Server, invoices: u64) -> Result<()> {
    let product = server.post("/api/v1/products", json!({ "name": "Basic", "price": "0.99", "currency": "USD", "interval": "day" }))?;
    for n in 0..CUSTOMERS {
        let customer = server.post("/api/v1/customers", json!({ "email": format!("customer{n}@example.com"), "name": format!("Customer {n}") }))?;
        let id = customer["id"].as_str().ok_or("a customer without an id")?;
        let is_poor = n % POOR == 0;
        server.post(&format!("/api/v1/customers/{id}/balance"), json!({ "amount": if is_poor { "25.00" } else { "900000.00" }, "currency": "USD" }))?;
        for m in 0..SUBSCRIPTIONS_A_CUSTOMER {
            let payment = if m == 0 { "credit" } else { "manual" };
            server.post("/api/v1/subscriptions", json!({ "customerId": id, "productId": product["id"], "payment": payment }))?;
        }
    }
    let begin = billhead::domain::time::Timestamp::parse(BEGIN)?;
    for day in 1.. {
        server.post("/api/v1/test-clock", json!({ "now": begin.plus_ms(day * 86_400_000 + 3_600_000) }))?;
        let made = server.get("/api/v1/invoices?limit=1")?["pagination"]["total"].as_u64().ok_or("a list without a total")?;
        if day % 50 == 0 {
            eprintln!("  day {day}: {made} invoices");
        }
        if made >= invoices {
            break;
        }
    }
    Ok(())
}

struct Server {
    child: Child,
    base: String,
    key: String,
    agent: ureq::Agent,
}

impl Server {
    fn start(data: &Path, key: &str) -> Result<Self> {
        let mut child = billhead()
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("BILLHEAD_RATE_ENTERPRISE", "4000000000")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stderr.take().ok_or("the server has no standard error")?).lines();
        let address = loop {
            let line = lines.next().transpose()?.ok_or("the server did not start")?;
            if let Some((_, rest)) = line.split_once("serves http://") {
                break rest.split([' ', '"']).next().unwrap_or(rest).to_owned();
            }
        };
        std::thread::spawn(move || {
            lines.map_while(std::io::Result::ok).filter(|l| l.contains("WARN") || l.contains("ERROR")).for_each(|l| eprintln!("server: {l}"));
        });
        let agent = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(600))).build().new_agent();
        Ok(Self { child, base: format!("http://{address}"), key: format!("Bearer {key}"), agent })
    }

    fn get(&self, path: &str) -> Result<Value> {
        Ok(self.agent.get(format!("{}{path}", self.base)).header("Authorization", &self.key).call()?.body_mut().read_json()?)
    }

    fn post(&self, path: &str, body: Value) -> Result<Value> {
        let request = self.agent.post(format!("{}{path}", self.base)).header("Authorization", &self.key);
        Ok(request.send_json(body).map_err(|e| format!("POST {path}: {e}"))?.body_mut().read_json()?)
    }

    /// SIGTERM, and the orderly end.
    fn stop(mut self) -> Result<()> {
        let status = Command::new("kill").arg(self.child.id().to_string()).status()?;
        if !status.success() || !self.child.wait()?.success() {
            return Err("the server did not stop in order".into());
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
