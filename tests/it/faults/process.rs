//! Starting, stopping, refusing to start, and what other commands do beside a running server.

use std::io::Write;
use std::net::Shutdown;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use billhead::store::db::FILE_NAME;
use serde_json::json;

use super::books;
use crate::support::process::{Server, billhead, connect, create_full_key, create_key, post_head, read_statuses, refusal, run, serve, within};

fn directory() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// A directory with a database, and a key to it, as a server leaves it.
fn used_directory() -> (tempfile::TempDir, String) {
    let directory = directory();
    let key = create_full_key(directory.path());
    Server::start(directory.path()).stop();
    (directory, key)
}

#[test]
fn sigterm_finishes_what_was_accepted() {
    let _alone = super::alone();
    let directory = directory();
    let key = create_full_key(directory.path());
    let server = Server::start(directory.path());
    // The server says that it has read the head: from then on the request is accepted.
    let accepted = |body: &str| {
        let mut stream = connect(server.address);
        let head = post_head("/api/v1/customers", &key, body.len()).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("the server reads");
        assert_eq!(read_statuses(&mut stream, 1), [100]);
        stream
    };
    // Passwords are hashed one after the other, so some of these wait when the signal comes.
    let mut hashed: Vec<_> = (0..6)
        .map(|n| {
            let body = json!({ "email": format!("hashed{n}@example.com"), "password": "correct horse" }).to_string();
            let mut stream = accepted(&body);
            stream.write_all(body.as_bytes()).expect("the server reads");
            stream
        })
        .collect();
    // The body of this one comes after the signal.
    let body = json!({ "email": "late@example.com" }).to_string();
    let mut late = accepted(&body);
    // And this one is kept, with nothing to do.
    let idle = server.client(&key);
    assert_eq!(idle.get("/api/v1/me").expect("the server answers").status, 200);

    server.process.signal("TERM");
    server.process.wait_for_line(|line| line.contains("finishing what was accepted").then_some(())).expect("the signal is heard");
    let begun = Instant::now();
    late.write_all(body.as_bytes()).expect("the server reads on");
    assert_eq!(read_statuses(&mut late, 1), [201], "a request whose body was on its way");
    for stream in &mut hashed {
        assert_eq!(read_statuses(stream, 1), [201], "a request that was accepted");
    }
    let mut process = server.process;
    let status = process.end();
    assert!(status.success(), "{status}: {}", process.said());
    // Supervisors kill what has not ended after ten seconds.
    assert!(begun.elapsed() < Duration::from_secs(8), "the end took {:?}", begun.elapsed());
    assert!(!directory.path().join(format!("{FILE_NAME}-wal")).exists(), "the log is copied into the database");
    let connection = books::open(directory.path());
    assert_eq!(books::count(&connection, "SELECT COUNT(*) FROM customer", []), 7);
    books::examine(&connection);
    eprintln!("the orderly end took {:?}", begun.elapsed());
}

#[test]
fn a_directory_has_one_server() {
    let (directory, key) = used_directory();
    let server = Server::start(directory.path());
    let said = refusal(&mut serve(directory.path()), 1);
    assert!(said.contains("another billhead serves") && said.contains("--data"), "{said}");
    assert_eq!(server.client(&key).get("/api/v1/me").expect("the first goes on").status, 200);
    drop(server);
    // The lock goes with the process, even a killed one.
    Server::start(directory.path()).stop();
}

/// A start that is refused leaves every byte of the database as it was.
fn refused_unchanged(data: &Path, words: &[&str]) {
    let path = data.join(FILE_NAME);
    let before = std::fs::read(&path).expect("the database is there");
    for command in [&mut serve(data), billhead().args(["key", "create", "--name", "x", "--data"]).arg(data)] {
        let said = refusal(command, 1);
        for word in words {
            assert!(said.contains(word), "\"{word}\" is not in: {said}");
        }
        assert!(std::fs::read(&path).expect("the database is there") == before, "{command:?} changed the file");
    }
}

#[test]
fn a_newer_database_is_refused() {
    let (directory, _) = used_directory();
    let connection = books::open(directory.path());
    connection.pragma_update(None, "user_version", 99).expect("a version can be set");
    drop(connection);
    refused_unchanged(directory.path(), &["newer Billhead", "99", FILE_NAME]);
}

#[test]
fn a_file_of_somebody_else_is_refused() {
    let directory = directory();
    let connection = books::open(directory.path());
    connection.execute_batch("CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('soup')").expect("a table can be made");
    drop(connection);
    refused_unchanged(directory.path(), &["not a Billhead database", FILE_NAME]);
    std::fs::write(directory.path().join(FILE_NAME), "soup ".repeat(1000)).expect("a file can be written");
    refused_unchanged(directory.path(), &["not a", "database", FILE_NAME]);
}

#[test]
fn a_database_without_its_key_file_is_refused() {
    let (directory, _) = used_directory();
    std::fs::rename(directory.path().join("key"), directory.path().join("elsewhere")).expect("the key file is there");
    refused_unchanged(directory.path(), &["key file", "backup"]);
    assert!(!directory.path().join("key").exists(), "no new key was made");
    std::fs::rename(directory.path().join("elsewhere"), directory.path().join("key")).expect("the key file is there");
    Server::start(directory.path()).stop();
}

#[test]
fn a_key_file_of_another_database_is_refused() {
    let ((directory, _), (other, _)) = (used_directory(), used_directory());
    std::fs::copy(other.path().join("key"), directory.path().join("key")).expect("a key file can be swapped");
    refused_unchanged(directory.path(), &["key file", "not the one", "backup"]);
}

#[test]
fn keys_made_and_revoked_beside_the_server_are_noticed_within_a_second() {
    let _alone = super::alone();
    let directory = directory();
    let server = Server::start(directory.path());
    let secret = create_key(directory.path(), &["--name", "beside", "--tier", "enterprise"]);
    let client = server.client(&secret);
    let status = || client.get("/api/v1/me").expect("the server answers").status;
    let made = within(Duration::from_secs(1), "the new key opens", || status() == 200);
    let output = run(billhead().args(["key", "revoke", "beside", "--data"]).arg(directory.path()));
    assert!(output.status.success(), "{output:?}");
    let revoked = within(Duration::from_secs(1), "the revoked key is refused", || status() == 401);
    eprintln!("a new key was known after {made:?}, a revoked one refused after {revoked:?}");
    server.stop();
}

#[test]
fn the_log_holds_no_secret() {
    let directory = directory();
    let key = create_full_key(directory.path());
    let mut command = serve(directory.path());
    let server = Server::launch(command.env("BILLHEAD_LOG", "trace"));
    let client = server.client(&key);
    let product = client.make_product();
    let mut secrets = vec![key, "bh_live_wrongwrongwrongwrongwrongwrong00".into(), "correct horse battery".into(), "panel-password-7".into()];
    assert_eq!(server.client(&secrets[1]).get("/api/v1/me").expect("the server answers").status, 401);
    let customer =
        client.post("/api/v1/customers", "a", &json!({ "email": "ana@example.com", "password": "correct horse battery" })).expect("the server answers");
    assert_eq!(customer.status, 201);
    let refused =
        client.post("/api/v1/customers", "b", &json!({ "email": "ana@example.com", "password": "correct horse battery", "odd": "correct horse battery" }));
    assert_eq!(refused.expect("the server answers").status, 422);
    for (name, credentials) in [("c", json!(null)), ("d", json!({ "username": "ana-on-the-panel", "password": "panel-password-7" }))] {
        let body = json!({ "customerId": customer.id(), "productId": product, "payment": "manual", "credentials": credentials });
        let answer = client.post("/api/v1/subscriptions", name, &body).expect("the server answers");
        assert_eq!(answer.status, 201, "{}", answer.body);
        secrets.push(answer.json()["credentials"]["password"].as_str().expect("access begins with the payment").to_owned());
    }
    let encryption_key = std::fs::read_to_string(directory.path().join("key")).expect("the key file is there");
    secrets.push(encryption_key.split_whitespace().last().expect("the key stands last").to_owned());
    let mut process = server.process;
    process.signal("TERM");
    assert!(process.end().success());
    let said = process.said();
    assert!(said.contains("\"path\":\"/api/v1/subscriptions\""), "the log has the requests: {said}");
    for secret in secrets {
        assert!(!said.contains(&secret), "the log holds {secret}");
    }
}

#[test]
fn options_come_from_the_command_line_then_the_environment_then_the_file() {
    let directory = directory();
    let data = directory.path().join("from-file");
    let file = directory.path().join("billhead.toml");
    let text = format!(
        "listen = \"127.0.0.1:0\"\ndata = {:?}\nlog = \"info\"\nrate-standard = 7\nrate-professional = 8\nrate-enterprise = 9\n",
        data.display().to_string()
    );
    std::fs::write(&file, text).expect("a file can be written");
    let secrets = ["standard", "professional", "enterprise"].map(|tier| create_key(&data, &["--name", tier, "--tier", tier]));
    let mut command = billhead();
    command.env("BILLHEAD_CONFIG", &file).env("BILLHEAD_RATE_PROFESSIONAL", "80").env("BILLHEAD_RATE_ENTERPRISE", "90").args(["--rate-enterprise", "900"]);
    let server = Server::launch(&mut command);
    for (secret, limit) in secrets.iter().zip(["7", "80", "900"]) {
        let answer = server.client(secret).get("/api/v1/me").expect("the server answers");
        assert_eq!((answer.status, answer.header("x-ratelimit-limit")), (200, Some(limit)));
    }
    server.stop();
    let said = refusal(serve(&data).arg("--config").arg(directory.path().join("missing.toml")), 1);
    assert!(said.contains("cannot read the configuration file") && said.contains("missing.toml"), "{said}");
    std::fs::write(&file, "lisen = \"127.0.0.1:0\"\n").expect("a file can be written");
    let said = refusal(serve(&data).arg("--config").arg(&file), 1);
    assert!(said.contains("lisen"), "{said}");
    let said = refusal(serve(&data).env("BILLHEAD_RATE_STANDARD", "none"), 2);
    assert!(said.contains("rate-standard"), "{said}");
    let said = refusal(serve(&data).env("BILLHEAD_LOG", "a=b=c"), 1);
    assert!(said.contains("log filter"), "{said}");
}

#[test]
fn a_taken_port_is_named() {
    let directory = directory();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it has an address").to_string();
    let made = directory.path().join("deep/data");
    for data in [directory.path(), &made] {
        let said = refusal(billhead().args(["serve", "--listen", &address, "--data"]).arg(data), 1);
        assert!(said.contains(&format!("cannot listen on {address}")) && said.contains("--listen"), "{said}");
        assert!(!data.join("billhead.db").exists() && !data.join("key").exists(), "data were made for a server that cannot be");
    }
    assert!(!directory.path().join("deep").exists(), "a directory was made for a server that cannot be");
}

#[test]
fn the_data_is_its_owners_alone() {
    let parent = directory();
    // The second directory is there already and open to all, as an installer may leave it.
    let (made, found) = (parent.path().join("deep/data"), parent.path().join("found"));
    std::fs::create_dir(&found).expect("a directory can be made");
    std::fs::set_permissions(&found, std::fs::Permissions::from_mode(0o755)).expect("its mode can be set");
    for data in [&made, &found] {
        // By both commands that can be the first.
        let key = if data == &made {
            create_full_key(data)
        } else {
            drop(Server::start(data));
            create_full_key(data)
        };
        let server = Server::start(data);
        server.client(&key).make_product();
        let files: Vec<_> = std::fs::read_dir(data).expect("the directory is there").map(|e| e.expect("an entry")).collect();
        assert!(files.iter().any(|f| f.file_name().to_string_lossy().ends_with("-wal")), "the log is there while it runs");
        for file in files {
            assert_eq!(file.metadata().expect("it has a mode").mode() & 0o777, 0o600, "{:?}", file.path());
        }
    }
    assert_eq!(std::fs::metadata(&made).expect("it has a mode").mode() & 0o777, 0o700);
}

#[test]
fn a_client_that_goes_away_gets_its_work_done_once() {
    let (directory, key) = used_directory();
    let server = Server::start(directory.path());
    let body = json!({ "email": "gone@example.com" }).to_string();
    let mut stream = connect(server.address);
    let head = post_head("/api/v1/customers", &key, body.len()).replace("\r\n\r\n", "\r\nIdempotency-Key: gone\r\n\r\n");
    write!(stream, "{head}{body}").expect("the server reads");
    stream.shutdown(Shutdown::Both).expect("a client can leave");
    drop(stream);
    let answer = server.client(&key).post("/api/v1/customers", "gone", &json!({ "email": "gone@example.com" })).expect("the server answers");
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(books::rows_of(&books::open(directory.path()), "gone@example.com"), 1);
    server.stop();
}
