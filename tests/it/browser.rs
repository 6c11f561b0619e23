//! The pages in a real browser: `tests/browser` walks through servers that were started for it.
//!
//! It needs node, Chromium, and what `npm ci --prefix tests/browser` installs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use actix_web::http::Method;
use billhead::web::page;
use serde_json::Value;

use crate::support::process::{Server, is_full_run, leave_out};

/// Each walks from its own link: the four looks, and one without JavaScript.
const SERVERS: usize = 5;

/// What the walk is made of, where it is installed.
fn walk() -> Result<PathBuf, String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    if !runs("node") {
        return Err("there is no node".into());
    }
    if std::env::var_os("CHROMIUM").is_none() && !["chromium", "chromium-browser", "google-chrome"].iter().any(|name| runs(name)) {
        return Err("there is no Chromium".into());
    }
    if !directory.join("node_modules/playwright-core").is_dir() {
        return Err("its packages are not installed: npm ci --prefix tests/browser".into());
    }
    Ok(directory.join("walk.mjs"))
}

fn runs(program: &str) -> bool {
    let status = Command::new(program).arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|s| s.success())
}

/// The link that a server printed for the first account.
fn set_up_link(server: &Server) -> String {
    let said = server.process.said();
    let lines = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let link = lines.filter_map(|line| line["set_up"].as_str().map(str::to_owned)).next();
    link.unwrap_or_else(|| panic!("no set-up link was printed: {said}"))
}

/// What links must lead to: all pages but those before the sign-in, which the walk goes to by itself.
fn pages() -> String {
    let shown = page::table().into_iter().filter(|r| r.method == Method::GET && r.access == page::Access::SignedIn);
    // The first only leads to another, and these servers run in real time, in which no payment method can be stored.
    let paths = shown.map(|r| r.path).filter(|path| !matches!(*path, "/admin/" | "/admin/test-clock") && !path.contains("/payment-methods/"));
    let paths: Vec<&str> = paths.collect();
    paths.join(" ")
}

#[test]
fn every_page_works_in_a_browser() {
    let walk = match walk() {
        Ok(walk) => walk,
        Err(why) => return leave_out("every_page_works_in_a_browser", &why),
    };
    let directories: Vec<_> = (0..SERVERS).map(|_| tempfile::tempdir().expect("a temporary directory")).collect();
    let servers: Vec<Server> = directories.iter().map(|directory| Server::start(directory.path())).collect();
    let links: Vec<String> = servers.iter().map(set_up_link).collect();
    let mut command = Command::new("node");
    command.arg(walk).env("BILLHEAD_SET_UP", links.join(" ")).env("BILLHEAD_PAGES", pages()).stdin(Stdio::null());
    if is_full_run() && std::env::var_os("BILLHEAD_SCREENSHOTS").is_none() {
        command.env("BILLHEAD_SCREENSHOTS", Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots"));
    }
    // The walk bounds every wait of its own.
    let output = command.output().expect("node starts");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{err}\n{out}");
    println!("{out}");
    servers.into_iter().for_each(Server::stop);
}
