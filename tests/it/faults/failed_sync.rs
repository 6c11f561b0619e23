//! A sync that fails: nothing of its batch is acknowledged, the program ends and says why, the next start recovers.

use super::strace::{Strace, parse};
use super::sync::{WATCHED, check};
use super::writers::{Account, Wish, check_wreck};
use crate::support::process::{Server, create_full_key, leave_out};

/// EX_IOERR of sysexits.h.
const EXIT_STORAGE: i32 = 74;

#[test]
fn a_failed_sync_ends_the_program_without_acknowledging() {
    let _alone = super::alone();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let data = directory.path().join("data");
    let key = create_full_key(&data);
    let mut server = Server::start(&data);
    let mut before = Account::default();
    for n in 0..5 {
        before.ask(&server.client(&key), Wish::customer(format!("before{n}@example.com"))).expect("the disk is well");
    }
    // From the writer's third sync on, the disk is broken.
    let options = ["-e", WATCHED, "-e", "inject=fsync,fdatasync:error=EIO:when=3+"];
    let strace = match Strace::attach(server.process.id(), &directory.path().join("trace"), &options) {
        Ok(strace) => strace,
        Err(why) => return leave_out("a failed sync", &why),
    };
    let accounts: Vec<Account> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|n| {
                let client = server.client(&key);
                scope.spawn(move || {
                    let mut account = Account::default();
                    (0..1000).find(|round| account.ask(&client, Wish::customer(format!("w{n}r{round}@example.com"))).is_none());
                    account
                })
            })
            .collect();
        writers.into_iter().map(|w| w.join().expect("a writer ends in order")).collect()
    });
    let status = server.process.end();
    let (trace, said) = (strace.finish(), server.process.said());
    assert_eq!(status.code(), Some(EXIT_STORAGE), "{said}");
    assert!(said.contains("the disk failed to sync") && said.contains("start it again"), "{said}");

    let calls = parse(&trace);
    let failed = calls.iter().filter(|c| c.name.ends_with("sync") && c.result == -1).count();
    assert!(failed > 0, "a sync was made to fail");
    let seen = check(&calls).unwrap_or_else(|e| panic!("{e}"));
    let undone: Vec<Wish> = accounts.iter().filter_map(|a| a.undone.clone()).collect();
    assert_eq!(undone.len(), 8, "every writer went without an answer in the end");
    assert!(accounts.iter().filter_map(|a| a.refusal.as_ref()).all(|answer| answer.status >= 500), "none was told that it was done");
    let mut acknowledged = before.acknowledged;
    acknowledged.extend(accounts.into_iter().flat_map(|a| a.acknowledged));

    let done = check_wreck(&data, &acknowledged, &undone);
    let server = Server::start(&data);
    for (wish, was_done) in undone.into_iter().zip(done) {
        let answer = server.client(&key).post(wish.path, &wish.name, &wish.body).expect("the server answers");
        assert_eq!((answer.status, answer.was_replayed()), (201, was_done), "{}", answer.body);
        acknowledged.push(wish.name);
    }
    server.stop();
    check_wreck(&data, &acknowledged, &[]);
    eprintln!("{seen:?} before the {failed} failed syncs, {} rows in the end", acknowledged.len());
}
