//! The test clock of a real server: a directory lives by one clock for ever, and keeps its time over restarts.

use std::path::Path;

use serde_json::json;

use crate::support::client::User;
use crate::support::process::{Server, billhead, create_key, refusal, run, serve};

fn start(data: &Path, options: &[&str], secret: &str) -> (Server, User) {
    let server = Server::launch(serve(data).args(options));
    let user = User::new(server.address, Some(secret.to_owned()));
    (server, user)
}

fn now(user: &User) -> String {
    user.get("/api/v1/test-clock").ok()["now"].as_str().expect("a time").to_owned()
}

#[test]
fn rule_1_1_a_directory_with_a_test_clock_keeps_its_time() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let data = directory.path();
    let secret = create_key(data, &["--name", "test", "--test-clock", "2026-01-31T10:00:00Z"]);
    assert!(secret.starts_with("bh_test_"), "{secret}");
    let (server, user) = start(data, &["--test-clock"], &secret);
    assert_eq!((now(&user).as_str(), &user.get("/api/v1/me").ok()["mode"]), ("2026-01-31T10:00:00.000Z", &json!("test")));
    let customer = user.post("/api/v1/customers", &json!({ "email": "ana@example.com" })).created();
    assert_eq!(customer["createdAt"], "2026-01-31T10:00:00.000Z");
    user.post("/api/v1/test-clock", &json!({ "now": "2026-05-01T00:00:00Z" })).ok();
    drop(server);
    // Another time is ignored with a notice; none at all is as good.
    let (server, user) = start(data, &["--test-clock", "2030-01-01T00:00:00Z"], &secret);
    assert_eq!(now(&user), "2026-05-01T00:00:00.000Z");
    assert!(server.process.said().contains("is ignored"), "{}", server.process.said());
    drop(server);
    let (server, user) = start(data, &[], &secret);
    assert_eq!(now(&user), "2026-05-01T00:00:00.000Z");
    drop(server);
}

#[test]
fn rule_1_1_a_live_directory_never_gets_a_test_clock() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let data = directory.path();
    let secret = create_key(data, &["--name", "live"]);
    assert!(secret.starts_with("bh_live_"), "{secret}");
    let said = refusal(serve(data).args(["--test-clock", "2026-01-01T00:00:00Z"]), 1);
    assert!(said.contains("in use in real time"), "{said}");
    let (server, user) = start(data, &[], &secret);
    user.get("/api/v1/test-clock").refused(404, "not_found");
    drop(server);
    // A new one needs a time, and a time is a time.
    let new = data.join("new");
    for (option, because) in [(&["--test-clock"][..], "needs a time"), (&["--test-clock", "tomorrow"], "Must be a time")] {
        let said = refusal(serve(&new).args(option), 1);
        assert!(said.contains(because), "{said}");
    }
    let help = String::from_utf8_lossy(&run(billhead().args(["serve", "--help"])).stdout).into_owned();
    assert!(help.contains("--test-clock"), "{help}");
}

#[test]
fn rule_2_a_running_server_bills_by_itself() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let data = directory.path();
    let secret = create_key(data, &["--name", "live"]);
    let (server, user) = start(data, &[], &secret);
    let (customer, product) = (user.new_customer("ana@example.com"), user.new_product_at("4.99", "USD", "day"));
    let subscription = user.subscribe(&customer, &product, json!({ "payment": "manual" }));
    assert_eq!(subscription["status"], "active");
    drop(server);
    // The server was off while the period ended.
    #[expect(clippy::disallowed_methods, reason = "the test moves rows behind the server's back")]
    let db = rusqlite::Connection::open(data.join("billhead.db")).expect("the database opens");
    let day = 86_400_000;
    db.execute_batch(&format!(
        "UPDATE subscription SET current_period_start = current_period_start - {day} * 2, current_period_end = current_period_end - {day} * 2, next_at = next_at - {day} * 2;
         UPDATE subscription_period SET start_at = start_at - {day} * 2, end_at = end_at - {day} * 2;
         UPDATE subscription_run SET anchor = strftime('%Y-%m-%dT%H:%M:%f', anchor, '-2 days');"
    ))
    .expect("the rows can be moved");
    drop(db);
    let (_server, user) = start(data, &[], &secret);
    let path = format!("/api/v1/subscriptions/{}", subscription["id"].as_str().expect("an id"));
    crate::support::process::within(std::time::Duration::from_secs(20), "it is in grace", || user.get(&path).ok()["status"] == "past_due");
}
