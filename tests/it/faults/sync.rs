//! An answer comes after the sync: seen in the system calls, since no crash of the process alone would show it.

use std::sync::Barrier;

use serde_json::json;

use super::strace::{Call, Strace, escape, parse};
use crate::support::process::{Server, create_full_key, leave_out};

/// What is watched: writes and syncs of the log, and answers.
pub const WATCHED: &str = "trace=write,writev,pwrite64,pwritev,fsync,fdatasync,sendto,sendmsg";

/// The head of a page in the write-ahead log (https://sqlite.org/fileformat2.html#walformat).
const FRAME_HEAD: usize = 24;
const LOG_HEAD: usize = 32;

/// One transaction in the log, from its first page to the one that commits it.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    ended: usize,
    answers: usize,
}

/// What a sound trace shows.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen {
    pub batches: usize,
    pub answers: usize,
    pub largest: usize,
}

fn is_log(call: &Call) -> bool {
    call.file.ends_with("-wal")
}

fn batches(calls: &[Call]) -> Vec<Batch> {
    let (mut done, mut open, mut commits) = (Vec::new(), Batch::default(), false);
    for write in calls.iter().filter(|c| is_log(c) && c.name.contains("write") && c.result > 0) {
        match write.data.len() {
            LOG_HEAD => {}
            // In a committing frame's head the size of the database stands; in any other, zero.
            FRAME_HEAD => commits = write.data[4..8] != [0; 4],
            _ => {
                open.bytes.extend_from_slice(&write.data);
                open.ended = write.ended;
                if commits {
                    done.push(std::mem::take(&mut open));
                }
            }
        }
    }
    done
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Fails unless each 201 was sent after a sync of the log that began when all of its transaction was written.
pub fn check(calls: &[Call]) -> Result<Seen, String> {
    let mut batches = batches(calls);
    let syncs: Vec<&Call> = calls.iter().filter(|c| is_log(c) && matches!(c.name.as_str(), "fsync" | "fdatasync") && c.result == 0).collect();
    for answer in calls.iter().filter(|c| c.data.starts_with(b"HTTP/1.1 201")) {
        let text = String::from_utf8_lossy(&answer.data);
        let email = text.split_once("\"email\":\"").and_then(|(_, rest)| rest.split_once('"')).map(|(email, _)| email);
        let email = email.ok_or_else(|| format!("an answer without an e-mail: {text}"))?;
        // Later transactions may write its page again.
        let batch = batches.iter_mut().find(|b| contains(&b.bytes, email.as_bytes()));
        let batch = batch.ok_or_else(|| format!("{email} was acknowledged and never written"))?;
        if !syncs.iter().any(|sync| sync.begun > batch.ended && sync.ended < answer.begun) {
            return Err(format!("{email} was acknowledged on line {} without a sync after line {}", answer.begun, batch.ended));
        }
        batch.answers += 1;
    }
    let answered = batches.iter().filter(|b| b.answers > 0);
    Ok(Seen { batches: answered.clone().count(), answers: answered.clone().map(|b| b.answers).sum(), largest: answered.map(|b| b.answers).max().unwrap_or(0) })
}

#[test]
fn every_answer_comes_after_the_sync_of_its_batch() {
    const CLIENTS: usize = 8;
    const ROUNDS: usize = 6;
    let _alone = super::alone();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let data = directory.path().join("data");
    let key = create_full_key(&data);
    let server = Server::start(&data);
    let strace = match Strace::attach(server.process.id(), &directory.path().join("trace"), &["-e", WATCHED]) {
        Ok(strace) => strace,
        Err(why) => return leave_out("the order of sync and answer", &why),
    };
    let together = Barrier::new(CLIENTS);
    std::thread::scope(|scope| {
        for n in 0..CLIENTS {
            let (client, together) = (server.client(&key), &together);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    together.wait();
                    let answer = client.post("/api/v1/customers", &format!("{round}-{n}"), &json!({ "email": format!("c{n}r{round}@example.com") }));
                    assert_eq!(answer.map(|a| a.status).ok(), Some(201));
                }
            });
        }
    });
    let trace = strace.finish();
    server.stop();

    let calls = parse(&trace);
    let seen = check(&calls).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(seen.answers, CLIENTS * ROUNDS);
    assert!(seen.largest > 1, "no two writes shared a sync, so group commit was not seen: {seen:?}");
    eprintln!("{seen:?}");

    // The same trace as a program would leave it that does not sync, whose syncs fail, that syncs too early or answers first.
    let is_sync = |c: &Call| c.name.ends_with("sync");
    let unsynced: Vec<Call> = calls.iter().filter(|c| !is_sync(c)).cloned().collect();
    assert!(check(&unsynced).is_err());
    let spoil = |spoil: fn(&mut Call)| -> Vec<Call> {
        let mut calls = calls.clone();
        calls.iter_mut().filter(|c| is_sync(c)).for_each(spoil);
        calls
    };
    assert!(check(&spoil(|sync| sync.result = -1)).is_err());
    assert!(check(&spoil(|sync| sync.begun = sync.begun.saturating_sub(2))).is_err());
    assert!(check(&spoil(|sync| sync.ended += 1000)).is_err());
    assert!(check(&spoil(|sync| sync.file = "/data/billhead.db".into())).is_err());
}

#[test]
fn the_check_can_fail() {
    let write = |bytes: &[u8]| format!("7 pwrite64(9<{}>, \"{}\", {}, 0) = {}", escape(b"/data/billhead.db-wal"), escape(bytes), bytes.len(), bytes.len());
    let mut commit = [0; FRAME_HEAD];
    commit[7] = 3;
    let (begin, first) = (write(&[0; FRAME_HEAD]), write(b"a page with ana@example.com in it"));
    let (commit, last) = (write(&commit), write(b"the last page"));
    let sync = |result: &str| format!("7 fdatasync(9<{}>) = {result}", escape(b"/data/billhead.db-wal"));
    let good = sync("0");
    let answer = format!(
        "8 sendto(12<{}>, \"{}\", 70, MSG_NOSIGNAL, NULL, 0) = 70",
        escape(b"socket:[1]"),
        escape(b"HTTP/1.1 201 Created\r\n\r\n{\"email\":\"ana@example.com\"}")
    );
    let run = |lines: &[&str]| check(&parse(&lines.join("\n")));

    assert_eq!(run(&[&begin, &first, &commit, &last, &good, &answer]), Ok(Seen { batches: 1, answers: 1, largest: 1 }));
    assert!(run(&[&begin, &first, &commit, &last, &answer]).is_err(), "no sync");
    assert!(run(&[&begin, &first, &good, &commit, &last, &answer]).is_err(), "the sync before the last page");
    assert!(run(&[&begin, &first, &commit, &last, &answer, &good]).is_err(), "the answer before the sync");
    assert!(run(&[&begin, &first, &commit, &last, &sync("-1 EIO (Input/output error)"), &answer]).is_err(), "a sync that failed");
    assert!(run(&[&begin, &first, &good, &answer]).is_err(), "no commit");
    assert!(run(&[&answer]).is_err(), "nothing written");
    let (head, tail) = (good.replace(") = 0", " <unfinished ...>"), "7 <... fdatasync resumed>) = 0");
    assert!(run(&[&begin, &first, &commit, &last, &head, tail, &answer]).is_ok(), "a sync seen in two halves");
    assert!(run(&[&begin, &first, &commit, &last, &head, &answer, tail]).is_err(), "the answer in the middle of the sync");
}
