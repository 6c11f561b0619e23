//! System calls of a running process: watched, and made to fail, by strace.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::process::Process;

/// strace at work on a process.
pub struct Strace {
    process: Process,
    output: PathBuf,
}

impl Strace {
    /// Attaches to every thread of a process, or says why it cannot.
    pub fn attach(id: u32, output: &Path, options: &[&str]) -> Result<Self, String> {
        Command::new("strace").arg("-V").output().map_err(|e| format!("strace: {e}"))?;
        let mut command = Command::new("strace");
        // Strings in hexadecimal, so that no byte of theirs looks like anything else; long enough for a page or an answer.
        command.args(["-f", "-y", "-xx", "-s", "20000"]).args(options).args(["-p", &id.to_string(), "-o"]).arg(output);
        let process = Process::start(&mut command);
        match process.wait_for_line(|line| line.contains("attached").then_some(())) {
            Some(()) => Ok(Self { process, output: output.to_owned() }),
            None => Err(format!("strace does not attach: {}", process.said())),
        }
    }

    /// Lets go of the process, or notices its end; what was seen.
    pub fn finish(mut self) -> String {
        self.process.signal("TERM");
        self.process.end();
        std::fs::read_to_string(&self.output).expect("strace writes its output")
    }
}

/// One system call. Its beginning and its end are lines of the trace.
#[derive(Clone, Debug)]
pub struct Call {
    pub name: String,
    /// What the file descriptor stands for.
    pub file: String,
    pub data: Vec<u8>,
    pub result: i64,
    pub begun: usize,
    pub ended: usize,
}

/// Every call that has ended.
pub fn parse(trace: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut unfinished: HashMap<&str, Call> = HashMap::new();
    for (at, line) in trace.lines().enumerate() {
        let Some((thread, rest)) = line.trim_start().split_once(' ') else { continue };
        let rest = rest.trim_start();
        if rest.starts_with("<... ") {
            if let Some(call) = unfinished.remove(thread) {
                calls.push(Call { result: result(rest), ended: at, ..call });
            }
            continue;
        }
        let Some((name, arguments)) = rest.split_once('(') else { continue };
        let call = Call { name: name.to_owned(), file: file(arguments), data: strings(arguments), result: result(rest), begun: at, ended: at };
        if rest.ends_with("<unfinished ...>") {
            unfinished.insert(thread, call);
        } else {
            calls.push(call);
        }
    }
    calls
}

fn result(line: &str) -> i64 {
    let word = line.rsplit_once("= ").and_then(|(_, result)| result.split_whitespace().next());
    word.and_then(|w| w.parse().ok()).unwrap_or(-1)
}

fn file(arguments: &str) -> String {
    let name = arguments.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(name, _)| name);
    String::from_utf8_lossy(&unescape(name)).into_owned()
}

/// What stands between quotation marks, together.
fn strings(arguments: &str) -> Vec<u8> {
    arguments.split('"').skip(1).step_by(2).flat_map(unescape).collect()
}

fn unescape(text: &str) -> Vec<u8> {
    let byte = |hex: &str| u8::from_str_radix(hex.get(..2)?, 16).ok();
    text.split("\\x").skip(1).filter_map(byte).collect()
}

/// As strace writes a string.
pub fn escape(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("\\x{b:02x}")).collect()
}
