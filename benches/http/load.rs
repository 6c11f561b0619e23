//! Load by wrk, from a Lua script that is written for each load.

use std::io::ErrorKind;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use crate::Result;
use crate::server::Server;

/// The load generator.
pub struct Wrk;

/// A kind of request, ready to be made again and again.
pub struct Load {
    pub name: &'static str,
    url: String,
    /// Holds the script as long as it is needed.
    directory: TempDir,
}

/// What a run came to; every answer was as it should be.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    pub requests: f64,
    seconds: f64,
}

impl Counted {
    pub fn per_second(self) -> f64 {
        self.requests / self.seconds
    }
}

/// Says what was counted in a form that is read easily.
const DONE: &str = r#"
function done(summary, latency, requests)
  io.write(string.format("\ncounted %d %d\n", summary.requests, summary.duration))
end
local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end
"#;

/// All requests are made before the clock starts, so that every load costs the generator the same.
const GETS: &str = r#"
local requests = {}
function init(args)
  math.randomseed(number)
  local headers = { Authorization = "Bearer " .. key }
  for path in io.lines(paths) do
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
end
function request()
  return requests[math.random(#requests)]
end
"#;

/// No address comes twice, whatever the run.
const POSTS: &str = r#"
local count = 0
local headers = { Authorization = "Bearer " .. key, ["Content-Type"] = "application/json" }
function request()
  count = count + 1
  local email = string.format("client.%s.%d.%d@example.org", run .. os.time(), number, count)
  local body = '{"email":"' .. email .. '","name":"Client ' .. count .. '","tags":["new"],"metadata":{"source":"bench"}}'
  return wrk.format("POST", "/api/v1/customers", headers, body)
end
"#;

impl Load {
    /// Requests for paths chosen at random.
    pub fn gets(name: &'static str, server: &Server, key: &str, paths: &[String]) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let list = directory.path().join("paths");
        std::fs::write(&list, paths.join("\n"))?;
        let script = format!("key = \"{key}\"\npaths = \"{}\"\n{DONE}{GETS}", list.display());
        Self::new(name, server, directory, &script)
    }

    /// New customers.
    pub fn posts(name: &'static str, server: &Server, key: &str) -> Result<Self> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let run = format!("{:x}x{}x", SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros(), MADE.fetch_add(1, Ordering::Relaxed));
        let script = format!("key = \"{key}\"\nrun = \"{run}\"\n{DONE}{POSTS}");
        Self::new(name, server, tempfile::tempdir()?, &script)
    }

    fn new(name: &'static str, server: &Server, directory: TempDir, script: &str) -> Result<Self> {
        std::fs::write(directory.path().join("load.lua"), script)?;
        Ok(Self { name, url: format!("http://{}", server.address), directory })
    }
}

/// A run that was begun.
pub struct Begun {
    name: &'static str,
    child: Child,
}

impl Wrk {
    pub fn find() -> Result<Self> {
        match Command::new("wrk").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status() {
            Ok(_) => Ok(Self),
            Err(e) if e.kind() == ErrorKind::NotFound => Err("wrk is not on the PATH; install it first (Debian and Ubuntu: apt install wrk)".into()),
            Err(e) => Err(format!("wrk cannot be run: {e}").into()),
        }
    }

    pub fn run(&self, load: &Load, connections: u32, seconds: u32) -> Result<Counted> {
        self.begin(load, connections, seconds)?.end()
    }

    pub fn begin(&self, load: &Load, connections: u32, seconds: u32) -> Result<Begun> {
        let duration = Duration::from_secs(seconds.into());
        let child = Command::new("wrk")
            .args(["--threads", "2", "--connections", &connections.to_string(), "--duration", &format!("{}s", duration.as_secs()), "--script"])
            .arg(load.directory.path().join("load.lua"))
            .arg(&load.url)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        Ok(Begun { name: load.name, child })
    }
}

impl Begun {
    /// Waits for the end. Answers that are errors, or none at all, fail the run: they would be counted as if they were good.
    pub fn end(self) -> Result<Counted> {
        let output = self.child.wait_with_output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let wrong = text.lines().find(|l| l.contains("Non-2xx") || l.contains("Socket errors"));
        if let Some(wrong) = wrong {
            return Err(format!("{}: {}", self.name, wrong.trim()).into());
        }
        let counted = text.lines().find_map(|l| l.strip_prefix("counted ")?.split_once(' '));
        let Some((requests, micros)) = counted else {
            return Err(format!("{}: wrk said nothing of use: {text}{}", self.name, String::from_utf8_lossy(&output.stderr)).into());
        };
        let counted = Counted { requests: requests.parse()?, seconds: micros.parse::<f64>()? / 1e6 };
        if counted.requests > 0.0 { Ok(counted) } else { Err(format!("{}: there was no answer", self.name).into()) }
    }
}
