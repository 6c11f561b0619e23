//! A full disk: refused with 503, reads go on, and when there is room again so do writes, without a restart.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::books;
use super::writers::{Account, Wish, check_wreck, write_until_refused};
use crate::support::process::{Answer, Client, Process, SOON, Server, create_full_key, leave_out, serve, within};

/// Above the room that /readyz asks for, so that it can change its mind.
const SIZE: &str = "size=80m,mode=700";
/// An answer of /readyz is kept for a second.
const HEALTH_DELAY: Duration = Duration::from_secs(3);

/// A small disk of its own, taken away when dropped.
struct Disk(TempDir);

impl Disk {
    fn mount() -> Result<Self, String> {
        let directory = tempfile::tempdir().map_err(|e| e.to_string())?;
        let output =
            Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "billhead-test"]).arg(directory.path()).output().map_err(|e| format!("mount: {e}"))?;
        if output.status.success() { Ok(Self(directory)) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes every byte that is left. Gives them back when the file is removed.
    fn fill(&self) {
        let mut file = File::create(self.path().join("filler")).expect("there is room for a name");
        for size in [1 << 16, 1 << 12, 1] {
            let chunk = vec![0; size];
            while file.write_all(&chunk).is_ok() {}
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.path().join("filler")).expect("the filler is there");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: what a failed test still holds open goes with its process.
        drop(Command::new("umount").arg("-l").arg(self.path()).status());
    }
}

fn assert_storage_full(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.json()["error"]["code"], "storage_full", "{}", answer.body);
    let wait = answer.header("retry-after").and_then(|v| v.parse::<u32>().ok());
    assert!(wait.is_some_and(|seconds| seconds >= 1), "{answer:?}");
}

fn status(client: &Client, path: &str) -> u16 {
    client.get(path).expect("the server answers").status
}

#[test]
fn a_full_disk_refuses_writes_and_recovers_by_itself() {
    let _alone = super::alone();
    let disk = match Disk::mount() {
        Ok(disk) => disk,
        Err(why) => return leave_out("a full disk", &why),
    };
    let data = disk.path().join("data");
    let key = create_full_key(&data);
    let server = Server::start(&data);
    let client = server.client(&key);
    let product = client.make_product();
    assert_eq!(status(&client, "/readyz"), 200);

    let done = AtomicUsize::new(0);
    let accounts: Vec<Account> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|n| {
                let (client, product, done) = (server.client(&key), &product, &done);
                scope.spawn(move || write_until_refused(&client, product, &format!("w{n}"), done))
            })
            .collect();
        within(SOON, "the writers are at work", || done.load(Ordering::Relaxed) > 16);
        disk.fill();
        writers.into_iter().map(|w| w.join().expect("a writer ends in order")).collect()
    });
    for account in &accounts {
        assert_storage_full(account.refusal.as_ref().expect("every writer is told why"));
    }
    let mut undone: Vec<Wish> = accounts.iter().filter_map(|a| a.undone.clone()).collect();
    let mut acknowledged: Vec<String> = accounts.into_iter().flat_map(|a| a.acknowledged).collect();

    // While it is full. What a refused batch had taken of the log, a smaller write may still fit into: use that up.
    let mut last = Account::default();
    (0..100).find(|n| last.ask(&client, Wish::customer(format!("last{n}@example.com"))).is_none());
    assert_storage_full(last.refusal.as_ref().expect("the disk is full in the end"));
    acknowledged.extend(last.acknowledged);
    undone.extend(last.undone);
    undone.retain(|wish| {
        let answer = client.post(wish.path, &wish.name, &wish.body).expect("the server answers");
        if answer.status == 201 {
            acknowledged.push(wish.name.clone());
            return false;
        }
        assert_storage_full(&answer);
        true
    });
    assert!(!undone.is_empty(), "on a full disk most is refused");
    for path in [
        "/api/v1/customers?limit=100",
        "/api/v1/customers?email=w0-0@example.com",
        "/api/v1/subscriptions?status=active",
        "/api/v1/invoices",
        "/api/v1/me",
        "/healthz",
    ] {
        assert_eq!(status(&client, path), 200, "{path}");
    }
    let customers = client.get("/api/v1/customers").expect("the server answers").json()["pagination"]["total"].as_u64();
    assert_eq!(customers, Some(acknowledged.iter().filter(|name| name.contains('@')).count() as u64), "every acknowledged one and no other");
    within(HEALTH_DELAY, "/readyz says so", || status(&client, "/readyz") == 503);
    assert_eq!(client.get("/readyz").expect("the server answers").json()["checks"]["disk"], "failing");

    disk.make_room();
    for wish in undone {
        let answer = client.post(wish.path, &wish.name, &wish.body).expect("the server answers");
        assert_eq!((answer.status, answer.was_replayed()), (201, false), "{}", answer.body);
        acknowledged.push(wish.name);
    }
    within(HEALTH_DELAY, "/readyz is well again", || status(&client, "/readyz") == 200);

    // A crash on a full disk, and a start on it: it may be refused, but nothing is lost.
    disk.fill();
    let mut server = server;
    server.process.kill();
    let mut start = Process::start(&mut serve(&data));
    let serves = start.wait_for_line(|line| line.contains(" serves http://").then_some(())).is_some();
    if !serves {
        assert!(!start.end().success());
        assert!(start.said().contains("disk"), "the refusal says why: {}", start.said());
    }
    eprintln!("a start on the full disk {}: {}", if serves { "serves" } else { "is refused" }, start.said());
    drop(start);
    disk.make_room();
    check_wreck(&data, &acknowledged, &[]);
    let server = Server::start(&data);
    let mut after = Account::default();
    after.ask(&server.client(&key), Wish::customer("after@example.com".into())).expect("writes go on");
    acknowledged.extend(after.acknowledged);
    server.stop();
    check_wreck(&data, &acknowledged, &[]);
    books::examine(&books::open(&data));
}
