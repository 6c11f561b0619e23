//! kill -9 under load: what was acknowledged is there once, what was not is there at most once, and a retry makes it one.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use billhead::clock::Entropy;

use super::books::{self, Wreck};
use super::writers::{Account, Wish, check_wreck, write_until_refused};
use crate::support::process::{Server, create_full_key, is_full_run, within};

const WRITERS: usize = 16;
/// A start after a crash copies a log of 16 MiB at most.
const QUICK: Duration = Duration::from_secs(5);

/// One life of the server, ended at a random moment of a busy time.
fn live_and_die(data: &Path, key: &str, product: &str, round: usize) -> Vec<Account> {
    let mut server = Server::start(data);
    let (done, killed) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|n| {
                let (client, done, killed) = (server.client(key), &done, &killed);
                scope.spawn(move || {
                    let account = write_until_refused(&client, product, &format!("r{round}w{n}"), done);
                    assert!(account.refusal.is_none(), "{:?}", account.refusal);
                    assert!(killed.load(Ordering::SeqCst), "no answer came although the server was alive");
                    account
                })
            })
            .collect();
        within(QUICK, "the writers are at work", || done.load(Ordering::Relaxed) > WRITERS);
        std::thread::sleep(Duration::from_millis(u64::from(Entropy::System.bytes::<1>()[0])));
        killed.store(true, Ordering::SeqCst);
        server.process.kill();
        writers.into_iter().map(|w| w.join().expect("a writer ends in order")).collect()
    })
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    let _alone = super::alone();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let data = directory.path();
    let key = create_full_key(data);
    let server = Server::start(data);
    let product = server.client(&key).make_product();
    server.stop();

    let mut acknowledged = Vec::new();
    let (mut slowest, mut done_unanswered, mut retried) = (Duration::ZERO, 0, 0);
    let rounds = if is_full_run() { 20 } else { 3 };
    for round in 0..rounds {
        let accounts = live_and_die(data, &key, &product, round);
        let unanswered: Vec<Wish> = accounts.iter().filter_map(|a| a.undone.clone()).collect();
        acknowledged.extend(accounts.into_iter().flat_map(|a| a.acknowledged));
        let done = check_wreck(data, &acknowledged, &unanswered);

        let begun = Instant::now();
        let server = Server::start(data);
        slowest = slowest.max(begun.elapsed());
        let client = server.client(&key);
        for (wish, was_done) in unanswered.iter().zip(&done) {
            let answer = client.post(wish.path, &wish.name, &wish.body).expect("the server answers");
            assert_eq!((answer.status, answer.was_replayed()), (201, *was_done), "{}: {}", wish.name, answer.body);
        }
        let beside = books::open(data);
        for wish in &unanswered {
            assert_eq!(books::rows_of(&beside, &wish.name), 1, "{} after its retry", wish.name);
        }
        done_unanswered += done.iter().filter(|d| **d).count();
        retried += unanswered.len();
        acknowledged.extend(unanswered.into_iter().map(|wish| wish.name));
        drop(beside);
        // The next round begins with a crash as well: nothing here ends in order.
        drop(server);
    }
    books::examine(&Wreck::of(data).connection);
    assert!(slowest < QUICK, "a start took {slowest:?}");
    eprintln!("{rounds} kills: {} rows, {retried} retries of which {done_unanswered} had been done, slowest start {slowest:?}", acknowledged.len());
}
