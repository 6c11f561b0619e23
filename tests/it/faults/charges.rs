//! kill -9 while cards are charged: whatever instruction it hits, each sale is charged once and made once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use billhead::clock::Entropy;
use rusqlite::Connection;
use serde_json::json;

use super::books::{self, count};
use crate::support::process::{Client, SOON, Server, create_key, is_full_run, serve, within};
use crate::support::world;

const SELLERS: usize = 6;

/// Sells against charges until the server is gone; the names of the sales, each its idempotency key, that were asked for.
fn sell_until_gone(client: &Client, customer: &str, product: &str, who: &str, done: &AtomicUsize) -> Vec<String> {
    let mut asked = Vec::new();
    for n in 0.. {
        let name = format!("{who}-{n}");
        asked.push(name.clone());
        if ask(client, customer, product, &name).is_none() {
            break;
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
    asked
}

fn ask(client: &Client, customer: &str, product: &str, name: &str) -> Option<u16> {
    let body = json!({ "customerId": customer, "productId": product, "payment": "automatic", "externalId": name });
    client.post("/api/v1/subscriptions", name, &body).ok().map(|answer| answer.status)
}

fn processing(db: &Connection) -> i64 {
    count(db, "SELECT COUNT(*) FROM payment WHERE status = 'processing'", [])
}

#[test]
fn each_sale_is_charged_once_wherever_the_process_was_killed() {
    let _alone = super::alone();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let data = directory.path();
    let key = create_key(data, &["--name", "test", "--tier", "enterprise", "--test-clock", "2026-01-31T10:00:00Z"]);
    let start = || Server::launch(serve(data).args(["--test-clock", "--rate-enterprise", "1000000"]));
    let server = start();
    let client = server.client(&key);
    let product = client.make_product();
    let customer = client.post("/api/v1/customers", "ana", &json!({ "email": "ana@example.com" })).expect("the server answers").id();
    let methods = format!("/api/v1/customers/{customer}/payment-methods");
    assert_eq!(client.post(&methods, "method", &json!({ "type": "test", "behavior": "timeout" })).expect("the server answers").status, 201);
    server.stop();
    let rounds = if is_full_run() { 20 } else { 3 };
    let mut sales = 0;
    for round in 0..rounds {
        let mut server = start();
        let (done, killed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let asked: Vec<String> = std::thread::scope(|scope| {
            let sellers: Vec<_> = (0..SELLERS)
                .map(|n| {
                    let (client, done, customer, product) = (server.client(&key), &done, &customer, &product);
                    scope.spawn(move || sell_until_gone(&client, customer, product, &format!("r{round}s{n}"), done))
                })
                .collect();
            within(SOON, "the sellers are at work", || done.load(Ordering::Relaxed) > SELLERS);
            std::thread::sleep(Duration::from_millis(u64::from(Entropy::System.bytes::<1>()[0])));
            killed.store(true, Ordering::SeqCst);
            server.process.kill();
            sellers.into_iter().flat_map(|s| s.join().expect("a seller ends in order")).collect()
        });
        let server = start();
        let beside = books::open(data);
        within(SOON, "what the crash left open is decided", || processing(&beside) == 0);
        let client = server.client(&key);
        for name in &asked {
            assert_eq!(ask(&client, &customer, &product, name), Some(201), "{name}");
            assert_eq!(books::rows_of(&beside, name), 1, "{name}");
        }
        sales += i64::try_from(asked.len()).expect("so many are none");
        assert_eq!(count(&beside, "SELECT COUNT(*) FROM payment WHERE status = 'succeeded'", []), sales, "each is charged once");
        assert_eq!(count(&beside, "SELECT COUNT(*) FROM charge_order", []), 0);
        drop(server);
    }
    let beside = books::open(data);
    assert_eq!(world::broken_rules(&beside), Vec::<String>::new());
    assert_eq!(world::verify(data, billhead::app::verify::Options::default(), Vec::new()), Vec::<String>::new());
    eprintln!("{rounds} kills, {sales} sales");
}
