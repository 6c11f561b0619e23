//! The account from the command line, and the link that a real server prints.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::process::{Server, billhead, run, serve};
use crate::support::{OWNER, PASSWORD};

/// `billhead admin …` with this on standard input.
fn admin(data: &Path, arguments: &[&str], input: &str) -> Output {
    let mut file = tempfile::tempfile().expect("a temporary file can be made");
    file.write_all(input.as_bytes()).expect("a file takes text");
    std::io::Seek::rewind(&mut file).expect("a file can be read again");
    run(billhead().arg("admin").args(arguments).arg("--data").arg(data).stdin(Stdio::from(file)))
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[track_caller]
fn refused(output: &Output, because: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && output.status.code().is_some_and(|c| c < 100), "{:?} {said}", output.status);
    assert!(said.contains(because) && output.stdout.is_empty(), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");
}

const CREATE: [&str; 4] = ["create", "--email", OWNER, "--password-stdin"];
const RESET: [&str; 2] = ["reset-password", "--password-stdin"];

#[test]
fn the_account_is_made_from_the_command_line_and_only_once() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let data = directory.path();
    refused(&admin(data, &RESET, PASSWORD), "there is no data in");
    refused(&admin(data, &["create", "--email", OWNER], PASSWORD), "--password-stdin");
    refused(&admin(data, &["create", "--password-stdin"], PASSWORD), "--email");
    for (input, because) in [
        ("", "Must not be empty"),
        ("short", "Must have at least 8 characters"),
        ("short\n", "Must have at least 8 characters"),
        ("one line of it\nand another\n", "the password must be one line"),
        ("a password\n\n", "the password must be one line"),
        ("a tab\tin a password", "Must not contain control characters"),
        (&"x".repeat(201), "Must have at most 200 characters"),
        (&"x".repeat(10_000), "Must have at most 200 characters"),
    ] {
        refused(&admin(data, &CREATE, input), because);
    }
    refused(&admin(data, &["create", "--email", "nobody", "--password-stdin"], PASSWORD), "--email: Must be an e-mail address");
    // The line's end is no part of the password.
    let said = done(&admin(data, &CREATE, &format!("{PASSWORD}\r\n")));
    assert!(said.contains(OWNER) && !said.contains(PASSWORD), "{said}");
    refused(&admin(data, &["create", "--email", "second@example.com", "--password-stdin"], PASSWORD), "There is an account already");
    let server = Server::start(data);
    assert!(!server.process.said().contains("/admin/setup/"), "{}", server.process.said());
    Browser::new(server.address).sign_in(OWNER, PASSWORD);
    server.stop();
}

#[test]
fn the_password_is_reset_beside_a_server_and_ends_sessions_at_once() {
    const NEXT: &str = "a mule that counts to ten";
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let data = directory.path();
    let server = Server::start(data);
    refused(&admin(data, &RESET, PASSWORD), "There is no such account");
    // Beside a server too, whose link is closed by it.
    let link = link(&server);
    done(&admin(data, &CREATE, PASSWORD));
    let browser = Browser::new(server.address);
    browser.get(&link).expect(410);
    browser.sign_in(OWNER, PASSWORD);
    assert!(browser.is_signed_in());
    refused(&admin(data, &["reset-password", "--email", "nobody@example.com", "--password-stdin"], NEXT), "There is no such account");
    refused(&admin(data, &RESET, "short"), "Must have at least 8 characters");
    refused(&admin(data, &CREATE, NEXT), "There is an account already");
    assert!(browser.is_signed_in(), "what was refused ends nothing");
    for (email, password) in [(None, NEXT), (Some("OWNER@example.com"), "a third password")] {
        let mut arguments = RESET.to_vec();
        arguments.extend(email.into_iter().flat_map(|email| ["--email", email]));
        let said = done(&admin(data, &arguments, password));
        assert!(said.contains(OWNER) && !said.contains(password), "{said}");
        assert!(!browser.is_signed_in());
        browser.try_sign_in(OWNER, PASSWORD).expect(401);
        browser.sign_in(OWNER, password);
    }
    server.stop();
}

/// The path of the link that a server printed as a line of its log.
fn link(server: &Server) -> String {
    let (_, path) = printed(&server.process.said());
    path
}

/// The link's beginning and its path.
fn printed(said: &str) -> (String, String) {
    let mut lines = said.lines().filter_map(|line| line.split_once("/admin/setup/"));
    let (before, after) = lines.next_back().unwrap_or_else(|| panic!("no link: {said}"));
    let token: String = after.chars().take_while(char::is_ascii_hexdigit).collect();
    assert!(token.len() >= 32, "{said}");
    (before.rsplit(['=', '"', ' ']).next().unwrap_or("").to_owned(), format!("/admin/setup/{token}"))
}

fn launch(command: &mut Command) -> Server {
    Server::launch(command)
}

#[test]
fn the_printed_link_leads_to_the_set_up_until_there_is_an_account() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let server = launch(&mut serve(directory.path()));
    let (base, first) = printed(&server.process.said());
    assert_eq!(base, format!("http://{}", server.address));
    Browser::new(server.address).get(&first).ok();
    server.stop();
    // A restart makes another. In the log it is a field of its own.
    let server = launch(&mut serve(directory.path()));
    let said = server.process.said();
    let line: Option<Value> = said.lines().filter_map(|l| serde_json::from_str(l).ok()).find(|l: &Value| l["set_up"].is_string());
    let link = line.and_then(|l| l["set_up"].as_str().map(str::to_owned)).unwrap_or_else(|| panic!("{said}"));
    let second = link.strip_prefix(&format!("http://{}", server.address)).unwrap_or_else(|| panic!("{link}")).to_owned();
    assert_ne!(first, second);
    let browser = Browser::new(server.address);
    browser.get(&first).expect(410);
    let page = browser.fill(&second, &[("email", OWNER), ("password", PASSWORD), ("business.name", "Acme")]);
    assert_eq!(page.path(), "/admin/settings/keys/new?first=1", "{page}");
    server.stop();
    let server = launch(&mut serve(directory.path()));
    assert!(!server.process.said().contains("/admin/setup/"), "{}", server.process.said());
    assert!(browser_at(&server, &browser).is_signed_in(), "a restart ends no session");
    server.stop();
}

/// The same cookies at another port: hosts are what browsers tell apart.
fn browser_at(server: &Server, before: &Browser) -> Browser {
    let browser = Browser::new(server.address);
    before.cookies().iter().for_each(|(name, value)| browser.set_cookie(name, value));
    browser
}

#[test]
fn the_public_address_stands_in_the_link_and_makes_cookies_secure() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let server = launch(serve(directory.path()).args(["--public-url", "https://billing.example.com/"]));
    let (base, path) = printed(&server.process.said());
    assert_eq!(base, "https://billing.example.com");
    let browser = Browser::new(server.address);
    let page = browser.fill(&path, &[("email", OWNER), ("password", PASSWORD), ("business.name", "Acme")]).ok();
    assert!(browser.cookies().contains_key("__Host-billhead_session"), "{page}");
    let made = browser.send_form(&page.form().fill(&[("name", "First")])).expect(201);
    made.assert_has("pre code", "https://billing.example.com/api/v1/me");
    server.stop();
}
