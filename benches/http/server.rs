//! The release server as a process, and what the kernel knows of it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;
use crate::load::{Load, Wrk};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_billhead");

/// Microseconds in a tick of /proc/PID/stat: USER_HZ is 100 wherever Linux runs today.
const MICROS_A_TICK: f64 = 10_000.0;
/// How long a start may take before it counts as failed.
const START_TIME: Duration = Duration::from_secs(30);

/// A running server.
pub struct Server {
    child: Child,
    pub address: String,
    /// From the start of the process to the first answer of /readyz that says ready.
    pub ready_after: Duration,
}

/// Where the count of syncs will stand once the server has ended.
pub struct SyncWatch {
    summary: PathBuf,
}

/// The server with its rate limit out of the way and its log quiet but for what goes wrong.
fn command(program: &str, data: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BILLHEAD_")) {
        command.env_remove(name);
    }
    command
        .env("BILLHEAD_DATA", data)
        .env("BILLHEAD_LISTEN", "127.0.0.1:0")
        .env("BILLHEAD_RATE_ENTERPRISE", "4000000000")
        .env("BILLHEAD_LOG", "info,actix_server=warn");
    command
}

impl Server {
    pub fn start(data: &Path, more: &[&str]) -> Result<Self> {
        let mut command = command(PROGRAM, data);
        command.arg("serve").args(more);
        Self::started(command)
    }

    /// The same under strace, which stops it at syncs alone (`--seccomp-bpf`). None where that does not work.
    pub fn start_counting_syncs(data: &Path) -> Result<Option<(Self, SyncWatch)>> {
        let watching = ["-D", "-f", "--seccomp-bpf", "-c", "-e", "trace=fsync,fdatasync", "-o"];
        let tried = Command::new("strace").args(watching).args(["/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !tried.is_ok_and(|status| status.success()) {
            return Ok(None);
        }
        let summary = data.join("syncs");
        // With -D the server is our own child, and strace its helper: signals go where they should.
        let mut command = command("strace", data);
        command.args(watching).arg(&summary).arg(PROGRAM).arg("serve");
        Ok(Some((Self::started(command)?, SyncWatch { summary })))
    }

    fn started(mut command: Command) -> Result<Self> {
        let begun = Instant::now();
        // A group of its own: Ctrl-C reaches the benchmark, whose end the server outlives by no more than its own stop.
        let mut child = command.process_group(0).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stderr.take().ok_or("the server has no standard error")?).lines();
        let mut said = String::new();
        let address = loop {
            let Some(line) = lines.next().transpose()? else { return Err(format!("the server did not start: {said}").into()) };
            if let Some((_, rest)) = line.split_once("serves http://") {
                break rest.split([' ', '"']).next().unwrap_or(rest).to_owned();
            }
            said.push_str(&line);
        };
        // What it says later is shown: it speaks only when something is wrong.
        std::thread::spawn(move || {
            lines.map_while(std::io::Result::ok).filter(|l| l.contains("WARN") || l.contains("ERROR")).for_each(|l| eprintln!("server: {l}"));
        });
        let mut server = Self { child, address, ready_after: Duration::ZERO };
        while server.get("/readyz", "").is_err() {
            if begun.elapsed() > START_TIME {
                return Err("the server did not become ready".into());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        server.ready_after = begun.elapsed();
        Ok(server)
    }

    /// One request on a connection of its own; its body. Anything but 200 is an error.
    pub fn get(&self, path: &str, key: &str) -> Result<String> {
        let mut request = ureq::get(format!("http://{}{path}", self.address));
        if !key.is_empty() {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        let mut body = String::new();
        request.call()?.into_body().into_reader().read_to_string(&mut body)?;
        Ok(body)
    }

    /// A second of the load, not counted.
    pub fn warm_up(&self, wrk: &Wrk, load: &Load) -> Result<()> {
        wrk.run(load, 16, 1).map(drop)
    }

    fn proc(&self, file: &str) -> Result<String> {
        Ok(std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id()))?)
    }

    /// CPU microseconds that all its threads have taken since the start.
    pub fn cpu_micros(&self) -> Result<f64> {
        let stat = self.proc("stat")?;
        // The name, in parentheses, may hold spaces. After it come state (3) and so on: utime is 14, stime 15.
        let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        let [user, system] = [11, 12].map(|n| fields.get(n).and_then(|f| f.parse::<f64>().ok()));
        Ok((user.ok_or("no utime")? + system.ok_or("no stime")?) * MICROS_A_TICK)
    }

    /// Bytes of memory that are its own, unlike the pages of files.
    pub fn anonymous_memory(&self) -> Result<f64> {
        let status = self.proc("status")?;
        let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:")).ok_or("the kernel does not tell RssAnon")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? * 1024.0)
    }

    /// Ends it in order, and waits.
    pub fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}").into()) }
    }
}

impl Drop for Server {
    /// A benchmark that fails leaves no server behind.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

impl SyncWatch {
    /// How many syncs there were, those of checkpoints, of the start and of the end included.
    pub fn syncs(&self) -> Result<f64> {
        // strace writes its summary when the server is gone, and is no child of ours to wait for.
        let begun = Instant::now();
        let mut text = String::new();
        while !text.contains("total") {
            if begun.elapsed() > START_TIME {
                return Err("strace left no summary".into());
            }
            std::thread::sleep(Duration::from_millis(20));
            text = std::fs::read_to_string(&self.summary).unwrap_or_default();
        }
        // % time, seconds, usecs/call, calls, [errors,] name
        let calls = |line: &str| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let counted = matches!(columns.last(), Some(&"fsync" | &"fdatasync"));
            columns.get(3).filter(|_| counted).and_then(|c| c.parse::<f64>().ok())
        };
        Ok(text.lines().filter_map(calls).sum())
    }
}
