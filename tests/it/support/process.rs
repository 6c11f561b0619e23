//! A real server process, and clients of it.
//!
//! Every wait has a deadline, and every process ends with the value that holds it, by its own handle.

#![expect(clippy::disallowed_methods, reason = "real processes run on the machine's clock, and a foreign connection is the point of a check from outside")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// For whatever is expected at once, on a machine that may be busy with other tests.
pub const SOON: Duration = Duration::from_secs(30);

/// More requests a minute than any test makes.
const UNLIMITED: &str = "100000000";

/// The program, with no setting of the machine's.
pub fn billhead() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_billhead"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BILLHEAD_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// `billhead serve` on a free port.
pub fn serve(data: &Path) -> Command {
    let mut command = billhead();
    command.args(["serve", "--listen", "127.0.0.1:0"]).arg("--data").arg(data).env("BILLHEAD_RATE_ENTERPRISE", UNLIMITED);
    command
}

/// Whether the programs and rights that few machines lack must be there.
pub fn is_full_run() -> bool {
    std::env::var_os("BILLHEAD_TEST_FULL").is_some_and(|v| v == "1")
}

/// Says why a test is left out; where nothing may be left out, fails.
pub fn leave_out(test: &str, why: &str) {
    assert!(!is_full_run(), "{test} cannot run: {why}");
    eprintln!("{test} is left out: {why}");
}

/// Runs a command that is to end by itself.
pub fn run(command: &mut Command) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    // Read beside the wait, so that no full pipe holds the program up.
    let (out, err) = (collect(child.stdout.take()), collect(child.stderr.take()));
    let Some(status) = wait_for(&mut child, SOON) else {
        drop(child.kill());
        drop(child.wait());
        panic!("{command:?} did not end: {}", String::from_utf8_lossy(&err.join().unwrap_or_default()));
    };
    Output { status, stdout: out.join().unwrap_or_default(), stderr: err.join().unwrap_or_default() }
}

fn collect(from: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut from) = from {
            drop(from.read_to_end(&mut bytes));
        }
        bytes
    })
}

fn wait_for(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait().expect("a child of ours can be waited for") {
            return Some(status);
        }
        if Instant::now() >= deadline {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// What a command that is to fail says on standard error. Its exit code must be this.
pub fn refusal(command: &mut Command, code: i32) -> String {
    let output = run(command);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

/// Makes a key with these options; its secret.
pub fn create_key(data: &Path, options: &[&str]) -> String {
    let output = run(billhead().args(["key", "create"]).args(options).arg("--data").arg(data));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{err}");
    out.lines().last().expect("the key is on the last line").to_owned()
}

/// A key that may do everything as often as it likes.
pub fn create_full_key(data: &Path) -> String {
    create_key(data, &["--name", "test", "--tier", "enterprise"])
}

/// Asks every 50 ms until it is so; how long that took.
pub fn within(limit: Duration, what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < limit, "not within {limit:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
    begun.elapsed()
}

/// A program that runs beside the test, with what it says on standard error. Killed when dropped.
pub struct Process {
    child: Child,
    said: Arc<Mutex<String>>,
    lines: Mutex<Receiver<String>>,
}

impl Process {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
        let from = BufReader::new(child.stderr.take().expect("standard error is piped"));
        let said = Arc::new(Mutex::new(String::new()));
        let (sender, lines) = channel();
        let keep = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in from.split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                let mut said = keep.lock().unwrap_or_else(PoisonError::into_inner);
                said.push_str(&line);
                said.push('\n');
                // Nobody listens any more once the line that was waited for has come.
                drop(sender.send(line));
            }
        });
        Self { child, said, lines: Mutex::new(lines) }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything it has said so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first line from now on in which something is found.
    pub fn wait_for_line<T>(&self, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + SOON;
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(found) = find(&line) {
                        return Some(found);
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// SIGKILL: no chance to tidy up.
    pub fn kill(&mut self) {
        self.child.kill().expect("a child of ours can be killed");
        self.child.wait().expect("a child of ours can be waited for");
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let status = Command::new("sh").args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &self.id().to_string()]).status().expect("there is a shell");
        assert!(status.success(), "SIG{name} was not sent");
    }

    /// Waits for its end.
    pub fn end(&mut self) -> ExitStatus {
        wait_for(&mut self.child, SOON).unwrap_or_else(|| panic!("it did not end. It said: {}", self.said()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A server that takes requests.
pub struct Server {
    pub process: Process,
    pub address: SocketAddr,
}

impl Server {
    pub fn start(data: &Path) -> Self {
        Self::launch(&mut serve(data))
    }

    /// Starts it and waits for its greeting, which comes when it listens.
    pub fn launch(command: &mut Command) -> Self {
        let process = Process::start(command);
        let end = |c: char| !(c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '[' | ']'));
        let address = process.wait_for_line(|line| line.split_once(" serves http://").and_then(|(_, rest)| rest.split(end).next()?.parse().ok()));
        let Some(address) = address else { panic!("the server did not start: {}", process.said()) };
        Self { process, address }
    }

    pub fn client(&self, key: &str) -> Client {
        Client::new(self.address, key)
    }

    /// Sends SIGTERM and expects an orderly end.
    pub fn stop(mut self) {
        self.process.signal("TERM");
        let status = self.process.end();
        assert!(status.success(), "{status}: {}", self.process.said());
    }

    /// Bytes of memory that are its own.
    pub fn anonymous_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("the server runs");
        let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:")).expect("the kernel tells RssAnon");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number of kB") * 1024
    }
}

/// An answer that came whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    headers: ureq::http::HeaderMap,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    pub fn id(&self) -> String {
        self.json()["id"].as_str().unwrap_or_else(|| panic!("no id: {}", self.body)).to_owned()
    }

    pub fn was_replayed(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }
}

/// One client: one connection at a time, kept.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    authorization: String,
}

impl Client {
    pub fn new(address: SocketAddr, key: &str) -> Self {
        Self::patient(address, key, SOON)
    }

    /// One that waits so long for an answer.
    pub fn patient(address: SocketAddr, key: &str, limit: Duration) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(limit)).build();
        Self { agent: config.new_agent(), base: format!("http://{address}"), authorization: format!("Bearer {key}") }
    }

    /// No whole answer is an error: then nobody knows what became of the request.
    pub fn get(&self, path: &str) -> Result<Answer, ureq::Error> {
        read(self.agent.get(format!("{}{path}", self.base)).header("Authorization", &self.authorization).call()?)
    }

    pub fn post(&self, path: &str, idempotency_key: &str, body: &Value) -> Result<Answer, ureq::Error> {
        let request = self.agent.post(format!("{}{path}", self.base)).header("Authorization", &self.authorization);
        read(request.header("Idempotency-Key", idempotency_key).header("Content-Type", "application/json").send(body.to_string())?)
    }

    pub fn patch(&self, path: &str, body: &Value) -> Result<Answer, ureq::Error> {
        let request = self.agent.patch(format!("{}{path}", self.base)).header("Authorization", &self.authorization);
        read(request.header("Content-Type", "application/json").send(body.to_string())?)
    }

    /// A product at 9.99 a month; its id.
    pub fn make_product(&self) -> String {
        let answer = self.post("/api/v1/products", "product", &json!({ "name": "Basic", "price": "9.99", "currency": "USD" })).expect("the server answers");
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.id()
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Result<Answer, ureq::Error> {
    let body = response.body_mut().read_to_string()?;
    Ok(Answer { status: response.status().as_u16(), body, headers: response.headers().clone() })
}

/// A connection without a client's manners.
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, SOON).expect("the server listens");
    stream.set_read_timeout(Some(SOON)).expect("a socket has time-outs");
    stream.set_write_timeout(Some(SOON)).expect("a socket has time-outs");
    stream.set_nodelay(true).expect("a socket can send at once");
    stream
}

/// Reads answers until the server closes, or there are as many as are wanted; their statuses.
pub fn read_statuses(stream: &mut TcpStream, wanted: usize) -> Vec<u16> {
    let mut reader = BufReader::new(stream);
    let mut statuses = Vec::new();
    while statuses.len() < wanted {
        let Some(status) = read_one(&mut reader) else { break };
        statuses.push(status);
    }
    statuses
}

fn read_one(reader: &mut impl BufRead) -> Option<u16> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let status = line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink()).ok()?;
    Some(status)
}

/// The head of a POST of this many bytes.
pub fn post_head(path: &str, key: &str, length: usize) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n")
}

/// Sends as much as the server takes: it may close in the middle.
pub fn send_what_goes(stream: &mut TcpStream, bytes: &[u8]) {
    drop(stream.write_all(bytes));
}
