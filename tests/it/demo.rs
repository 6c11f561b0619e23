//! `billhead demo`: a small year, looked at from outside.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::Value;

use crate::support::client::{User, page_end};
use crate::support::process::billhead;

#[test]
fn a_year_is_lived_through_shown_and_thrown_away() {
    let temporary = tempfile::tempdir().expect("a directory can be made");
    let mut command = billhead();
    command.args(["demo", "--customers", "25", "--listen", "127.0.0.1:0"]).env("TMPDIR", temporary.path());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut lines = Vec::new();
    let mut out = BufReader::new(child.stdout.take().expect("its output is piped"));
    loop {
        let mut line = String::new();
        let read = out.read_line(&mut line).expect("its output can be read");
        if read == 0 {
            let mut said = String::new();
            child.stderr.take().expect("its errors are piped").read_to_string(&mut said).expect("its errors can be read");
            panic!("it ended: {lines:?} {said}");
        }
        lines.push(line.trim().to_owned());
        if line.contains("Ctrl-C ends it") {
            break;
        }
    }
    let after = |word: &str| {
        let line = lines.iter().find(|l| l.starts_with(word)).unwrap_or_else(|| panic!("no {word} in {lines:?}"));
        line[word.len()..].trim().to_owned()
    };
    let address = after("Admin site").trim_start_matches("http://").trim_end_matches("/admin").parse().expect("an address is told");
    let user = User::new(address, Some(after("API key")));
    let total = |path: &str| page_end(&user.get(path).ok()).0;
    assert_eq!(total("/api/v1/customers?limit=1"), 25);
    assert!(total("/api/v1/invoices?limit=1") > 50, "a year has invoices");
    assert_eq!(user.get("/api/v1/products?limit=100").ok()["data"].as_array().map(Vec::len), Some(8));
    let prices: usize =
        user.get("/api/v1/products?limit=100").ok()["data"].as_array().expect("a list").iter().filter_map(|p| p["prices"].as_array()).map(Vec::len).sum();
    assert_eq!(prices, 40);
    // The lines that are to be tried name what there is.
    let summary = lines.iter().find(|l| l.contains("reports/summary")).expect("a line to try");
    let path = summary.split('\'').nth(1).and_then(|url| url.split_once("/api/")).map(|(_, path)| format!("/api/{path}")).expect("an address");
    assert_ne!(user.get(&path).ok()["mrr"], Value::from("0.00"));
    let data = std::path::PathBuf::from(after("Data"));
    assert!(data.starts_with(temporary.path()) && data.is_dir(), "{}", data.display());
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it can be ended");
    assert!(child.wait().expect("it ends").success());
    assert!(!data.exists(), "what was shown is thrown away");
}
