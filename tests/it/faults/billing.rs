//! kill -9 at random moments of a billing run: restarted and finished, it has billed what an uninterrupted twin has, to the row.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use billhead::clock::Entropy;
use billhead::domain::time::Timestamp;
use billhead::store::db::FILE_NAME;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::books::{self, count};
use super::twin::differences;
use crate::support::TestApp;
use crate::support::client::at_once;
use crate::support::process::{Client, SOON, Server, create_full_key, create_key, serve, within};
use crate::support::world;

const BEGIN: &str = "2026-01-31T10:00:00Z";
/// Renewals open and are charged, graces end, charges are tried again and again.
const UNTIL: &str = "2026-03-12T00:00:00Z";
/// A move of the clock over everything may take so long.
const MOVE: Duration = Duration::from_secs(900);
const SELLERS: usize = 8;
/// The clock stands still for so many sales, and then goes on a little: what is sold falls due at many instants.
const SALES_AN_INSTANT: usize = 60;

fn start(data: &Path) -> Server {
    Server::launch(serve(data).args(["--test-clock", "--rate-enterprise", "100000000"]))
}

/// A request that is done.
fn done(client: &Client, path: &str, body: &Value) -> Value {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let key = format!("seed-{}", ASKED.fetch_add(1, Ordering::Relaxed));
    let answer = client.post(path, &key, body).expect("the server answers");
    assert!([200, 201].contains(&answer.status), "{path} {body}: {}", answer.body);
    answer.json()
}

/// What all sales need.
struct Shop {
    products: Vec<String>,
    better: String,
}

impl Shop {
    fn open(client: &Client) -> Self {
        for (name, percent, inclusive, country) in
            [("VAT", "19", true, json!("DE")), ("GST", "5", false, json!("CA")), ("QST", "9.975", false, json!("CA")), ("World", "7.7", false, json!(null))]
        {
            done(client, "/api/v1/tax-rates", &json!({ "name": name, "percent": percent, "inclusive": inclusive, "country": country }));
        }
        done(client, "/api/v1/coupons", &json!({ "code": "EVER", "percentOff": "33.3333", "duration": "forever" }));
        done(client, "/api/v1/coupons", &json!({ "code": "TWO", "amountOff": "0.77", "currency": "EUR", "duration": "repeating", "durationPeriods": 2 }));
        let product = |price: &str, interval: &str, count: i64| {
            let body = json!({ "name": format!("{count} {interval}"), "price": price, "currency": "EUR", "interval": interval, "intervalCount": count, "setupFee": "1.50" });
            done(client, "/api/v1/products", &body)["id"].as_str().expect("an id").to_owned()
        };
        let products =
            vec![product("9.99", "month", 1), product("3.50", "week", 1), product("0.35", "day", 1), product("4.44", "day", 10), product("0", "week", 2)];
        Self { products, better: product("17.77", "month", 1) }
    }

    /// A subscription that was begun elsewhere, and renews by invoices.
    fn import(&self, client: &Client, n: usize) {
        let body = json!({ "email": format!("c{n}@example.com"), "currency": "EUR" });
        let customer = done(client, "/api/v1/customers", &body)["id"].clone();
        let begun = format!("2026-01-{:02}T{:02}:{:02}:00Z", 12 + n % 19, n / 60 % 24, n % 60);
        done(client, "/api/v1/subscriptions", &json!({ "customerId": customer, "productId": self.products[0], "payment": "none", "startAt": begun }));
    }

    /// One sale: every kind comes again and again.
    fn sell(&self, client: &Client, n: usize) {
        let zone = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia"][n / 3 % 4];
        let country = ["DE", "CA", "FR"][n % 3];
        let body = json!({ "email": format!("c{n}@example.com"), "currency": "EUR", "billingTimezone": zone, "address": { "country": country } });
        let customer = done(client, "/api/v1/customers", &body)["id"].as_str().expect("an id").to_owned();
        let mut sale = json!({ "customerId": customer, "productId": self.products[0], "payment": "manual", "quantity": 1 + n / 7 % 2 });
        let kind = n % 20;
        let behavior = ["succeed", "decline", "decline:2", "timeout", "late-failure", "double"];
        if (5..=10).contains(&kind) || kind == 14 {
            let method = json!({ "type": "test", "behavior": behavior[kind % 6] });
            done(client, &format!("/api/v1/customers/{customer}/payment-methods"), &method);
            sale["collection"] = json!("automatic");
            sale["productId"] = json!(self.products[n / 20 % 2]);
        }
        if [1, 11, 16].contains(&kind) {
            done(client, &format!("/api/v1/customers/{customer}/balance"), &json!({ "amount": format!("{}.05", 5 + n % 40), "currency": "EUR" }));
        }
        match kind {
            1 => sale["couponCode"] = json!("EVER"),
            2 => sale["productId"] = json!(self.products[1]),
            3 => sale["productId"] = json!(self.products[2]),
            4 => sale["productId"] = json!(self.products[3]),
            13 | 14 => {
                sale["trialDays"] = json!(5 + n / 20 % 9);
                sale.as_object_mut().expect("an object").remove("payment");
            }
            15 => sale["payment"] = json!("invoice"),
            16 => sale["couponCode"] = json!("TWO"),
            17 => sale["autoRenew"] = json!(false),
            18 => sale["productId"] = json!(self.products[4]),
            _ => {}
        }
        let subscription = done(client, "/api/v1/subscriptions", &sale)["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/subscriptions/{subscription}");
        match kind {
            11 | 12 => {
                let answer = client.patch(&path, &json!({ "productId": self.better, "proration": "at_period_end" })).expect("the server answers");
                assert_eq!(answer.status, 200, "{}", answer.body);
            }
            19 => drop(done(client, &format!("{path}/cancel"), &json!({ "atPeriodEnd": true }))),
            _ => {}
        }
    }
}

/// A directory with so many subscriptions, the first of them of all kinds, all of which fall due before [`UNTIL`]; its key.
fn seed(data: &Path, due: usize, of_all_kinds: usize) -> String {
    let key = create_key(data, &["--name", "test", "--tier", "enterprise", "--test-clock", BEGIN]);
    let server = start(data);
    let shop = Shop::open(&server.client(&key));
    let clients: Vec<Client> = (0..SELLERS).map(|_| server.client(&key)).collect();
    let begin = crate::support::at(BEGIN);
    for (round, first) in (0..due).step_by(SALES_AN_INSTANT).enumerate() {
        let last = due.min(first + SALES_AN_INSTANT);
        let make = |client: &Client, n| if n < of_all_kinds { shop.sell(client, n) } else { shop.import(client, n) };
        at_once(SELLERS, |seller| (first + seller..last).step_by(SELLERS).for_each(|n| make(&clients[seller], n)));
        // All within half a day.
        let after = i64::try_from((round + 1) * SALES_AN_INSTANT * 43_200_000 / due.max(SALES_AN_INSTANT)).expect("half a day");
        done(&clients[0], "/api/v1/test-clock", &json!({ "now": begin.plus_ms(after.min(43_200_000)).to_string() }));
    }
    server.stop();
    key
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("a directory can be made");
    for name in [FILE_NAME, "key"] {
        std::fs::copy(from.join(name), to.join(name)).expect("the file can be copied");
    }
}

/// Moves the clock to the end.
fn move_clock(server: &Server, key: &str) -> Option<u16> {
    let client = Client::patient(server.address, key, MOVE);
    client.post("/api/v1/test-clock", "move", &json!({ "now": UNTIL })).ok().map(|answer| answer.status)
}

/// Moves the clock without interruption; how long that took.
fn live(data: &Path, key: &str) -> Duration {
    let server = start(data);
    let begun = Instant::now();
    assert_eq!(move_clock(&server, key), Some(200), "{}", server.process.said());
    let took = begun.elapsed();
    server.stop();
    took
}

/// How many lives were ended in the middle of the move, and at how many instants of billing time.
struct Deaths {
    hit: usize,
    instants: BTreeSet<i64>,
}

/// Moves it in so many lives, each ended at a random moment within `longest`, and in a last one.
fn live_and_die(data: &Path, key: &str, kills: usize, longest: Duration) -> Deaths {
    let mut deaths = Deaths { hit: 0, instants: BTreeSet::new() };
    for _ in 0..kills {
        let mut server = start(data);
        let client = Client::patient(server.address, key, MOVE);
        let answered = std::thread::scope(|scope| {
            let mover = scope.spawn(|| client.post("/api/v1/test-clock", "move", &json!({ "now": UNTIL })).ok().map(|answer| answer.status));
            let chance = u32::from(u16::from_be_bytes(Entropy::System.bytes()));
            std::thread::sleep(longest * chance / u32::from(u16::MAX));
            server.process.kill();
            mover.join().expect("the mover ends in order")
        });
        assert!([None, Some(200)].contains(&answered), "{answered:?}: {}", server.process.said());
        deaths.hit += usize::from(answered.is_none());
        deaths.instants.insert(count(&world::look(&data.join(FILE_NAME)), "SELECT billing_now FROM engine", []));
    }
    live(data, key);
    deaths
}

/// What must be so in each of them.
fn examine(data: &Path, due: usize) -> Connection {
    let db = books::open(data);
    // The tests' own rules look for each row through all of another table.
    if due <= 1000 {
        assert_eq!(world::broken_rules(&db), Vec::<String>::new());
    }
    assert_eq!(world::verify(data, billhead::app::verify::Options::default(), Vec::new()), Vec::<String>::new());
    let numbers = "SELECT COUNT(*) = MAX(n) AND MIN(n) = 1 AND COUNT(DISTINCT n) = COUNT(*) AND MAX(n) = (SELECT last_n FROM document_series) FROM invoice";
    assert_eq!(count(&db, numbers, []), 1, "the numbers are 1 to N");
    for (what, sql) in [
        ("intents that were not decided", "SELECT COUNT(*) FROM payment WHERE status = 'processing'"),
        ("orders that were not carried out", "SELECT COUNT(*) FROM charge_order"),
        ("subscriptions that could not be billed", "SELECT COUNT(*) FROM subscription WHERE parked IS NOT NULL"),
        ("what is due and was not done", "SELECT COUNT(*) FROM subscription WHERE next_at <= (SELECT billing_now FROM engine)"),
    ] {
        assert_eq!(count(&db, sql, []), 0, "{what}");
    }
    let touched = count(&db, "SELECT COUNT(DISTINCT object_id) FROM transition WHERE actor = 'engine' AND object_id IN (SELECT id FROM subscription)", []);
    let at_least = i64::try_from(due * 8 / 10).expect("so many are none");
    assert!(touched >= at_least, "of {due} only {touched} came to something");
    db
}

/// One run in two worlds.
fn prove(due: usize, of_all_kinds: usize, kills: usize) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let [seeded, calm, wild] = ["seeded", "calm", "wild"].map(|name| directory.path().join(name));
    std::fs::create_dir(&seeded).expect("a directory can be made");
    let begun = Instant::now();
    let key = seed(&seeded, due, of_all_kinds);
    let seeding = begun.elapsed();
    copy(&seeded, &calm);
    copy(&seeded, &wild);
    let took = live(&calm, &key);
    // On the average a kill comes in the middle of what is allowed, so that the run outlives them all.
    let Deaths { hit, instants } = live_and_die(&wild, &key, kills, took / u32::try_from(kills).expect("a few"));
    let (calm, wild) = (examine(&calm, due), examine(&wild, due));
    let found = differences(&books::open(&seeded), &calm, &wild);
    let shown: Vec<&str> = found.iter().take(20).map(|row| &row[..row.len().min(1500)]).collect();
    assert!(found.is_empty(), "{} differences after {kills} kills:\n{}", found.len(), shown.join("\n"));
    let invoices = count(&calm, "SELECT COUNT(*) FROM invoice", []);
    let events = count(&calm, "SELECT COUNT(*) FROM event", []);
    eprintln!(
        "{due} due, seeded in {seeding:?}, moved in {took:?}; {hit} of {kills} kills in the middle, at {} instants; {invoices} invoices, {events} events, whole after {:?}",
        instants.len(),
        begun.elapsed()
    );
    // How fast the machine is changes between the two: not all of them must hit.
    assert!(hit * 2 >= kills, "only {hit} of {kills} kills came before the run was over");
    assert!(instants.len() * 4 >= kills, "the run hardly went on between the kills: {instants:?}");
}

#[test]
fn a_billing_run_that_was_killed_twenty_times_bills_what_its_twin_bills() {
    let _alone = super::alone();
    prove(400, 400, 20);
}

/// Minutes long: `cargo test --test it -- --ignored twenty_thousand --nocapture`.
#[test]
#[ignore = "it takes minutes"]
fn a_billing_run_over_twenty_thousand_that_was_killed_bills_what_its_twin_bills() {
    let _alone = super::alone();
    prove(20_000, 1000, 20);
}

/// In real time, too: there all that is due is done now, whatever instant it fell due at, so no twin has the same times; but each is billed once.
#[test]
fn a_live_billing_run_that_was_killed_bills_each_subscription_once() {
    let _alone = super::alone();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let data = directory.path();
    let key = create_full_key(data);
    let server = Server::start(data);
    let product =
        done(&server.client(&key), "/api/v1/products", &json!({ "name": "Day", "price": "1.00", "currency": "USD", "interval": "day" }))["id"].clone();
    // Imported, in the middle of a day that ends soon; then all are due within a second.
    let wall = || i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970").as_millis()).expect("it is not that late");
    let due = 400;
    let clients: Vec<Client> = (0..SELLERS).map(|_| server.client(&key)).collect();
    let customer = |seller: usize, n| done(&clients[seller], "/api/v1/customers", &json!({ "email": format!("c{n}@example.com") }))["id"].clone();
    let customers: Vec<Vec<Value>> = at_once(SELLERS, |seller| (seller..due).step_by(SELLERS).map(|n| customer(seller, n)).collect());
    let ends = wall() + 7_000;
    at_once(SELLERS, |seller| {
        for (n, customer) in customers[seller].iter().enumerate() {
            let begun = Timestamp::from_ms(ends - 86_400_000 + i64::try_from(n).expect("a few")).to_string();
            done(&clients[seller], "/api/v1/subscriptions", &json!({ "customerId": customer, "productId": product, "payment": "none", "startAt": begun }));
        }
    });
    server.stop();
    let billed = || count(&books::open(data), "SELECT COUNT(*) FROM invoice", []);
    assert_eq!(billed(), 0, "the machine is too slow: it was due before it was sold");
    std::thread::sleep(Duration::from_millis(u64::try_from(ends + 1000 - wall()).unwrap_or(0)));
    let (mut lives, mut seen) = (0, BTreeSet::new());
    while billed() < i64::try_from(due).expect("a few") {
        let mut server = Server::start(data);
        // Longer from life to life, so that also a slow machine comes to an end.
        let longest = Duration::from_millis(150 + 5 * lives);
        std::thread::sleep(longest * u32::from(Entropy::System.bytes::<1>()[0]) / 255);
        server.process.kill();
        lives += 1;
        seen.insert(billed());
        assert!(lives < 500, "it does not come to an end: {seen:?}");
    }
    // What else is to be done of it.
    let server = Server::start(data);
    let beside = books::open(data);
    within(SOON, "nothing is due any more", || count(&beside, "SELECT COUNT(*) FROM subscription WHERE next_at <= ?1", [wall()]) == 0);
    server.stop();
    assert_eq!(world::broken_rules(&beside), Vec::<String>::new());
    assert_eq!(world::verify(data, billhead::app::verify::Options::default(), Vec::new()), Vec::<String>::new());
    let due = i64::try_from(due).expect("a few");
    for (what, sql) in [
        ("subscriptions with one invoice", "SELECT COUNT(*) FROM (SELECT 1 FROM invoice WHERE total_minor = 100 GROUP BY subscription HAVING COUNT(*) = 1)"),
        ("numbers", "SELECT MAX(n) FROM invoice"),
        ("the first number to the last", "SELECT last_n FROM document_series"),
        ("entries of the ledger", "SELECT COUNT(*) FROM ledger_entry WHERE kind = 'invoice_finalized'"),
        ("subscriptions that are past due", "SELECT COUNT(*) FROM subscription WHERE status = 'past_due'"),
        ("events that tell it", "SELECT COUNT(DISTINCT object_id) FROM event WHERE type = 'subscription.past_due'"),
        ("each once", "SELECT COUNT(*) FROM event WHERE type = 'subscription.past_due'"),
        ("overdue invoices", "SELECT COUNT(*) FROM event WHERE type = 'invoice.overdue'"),
    ] {
        assert_eq!(count(&beside, sql, []), due, "{what}");
    }
    eprintln!("{lives} lives, in which so many were billed: {seen:?}");
    assert!(seen.len() > 3, "it was hardly interrupted: {seen:?}");
}

/// A world, and a copy of it in which somebody changed something.
fn tampered(app: &TestApp, how: &str) -> Connection {
    let path = app.data().join("other.db");
    drop(std::fs::remove_file(&path));
    app.sql().execute("VACUUM INTO ?1", [path.to_string_lossy()]).expect("the database can be copied");
    let db = Connection::open(&path).expect("the copy opens");
    let triggers: Vec<String> = db
        .prepare("SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'")
        .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
        .expect("SQL");
    db.execute_batch(&format!("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; {}", triggers.join("; "))).expect("the copy is ours");
    let changed = db.execute(how, []).unwrap_or_else(|e| panic!("{how}: {e}"));
    assert!(changed > 0 || how.starts_with("UPDATE engine"), "{how} changed nothing");
    db
}

#[test]
fn the_comparison_of_twins_sees_every_difference() {
    let app = TestApp::on_test_clock(BEGIN);
    let gold = app.full.new_product();
    let customers = ["ana", "bob"].map(|name| app.full.new_customer(&format!("{name}@example.com")));
    app.full.grant(&customers[0], "25.00", "USD");
    let subscriptions = customers.map(|customer| {
        app.full.post(&format!("/api/v1/customers/{customer}/payment-methods"), &json!({ "type": "test", "behavior": "decline:1" })).created();
        app.full.subscribe(&customer, &gold, json!({ "payment": "manual", "collection": "automatic" }))
    });
    let before = tampered(&app, "UPDATE engine SET only = 1");
    std::fs::rename(app.data().join("other.db"), app.data().join("before.db")).expect("a file can be renamed");
    app.live_to("2026-03-20T00:00:00Z");
    app.full.act(&crate::support::client::id(&subscriptions[1]), "cancel", json!({ "unusedTime": "credit" })).ok();
    let found = |how: &str| differences(&before, &app.sql(), &tampered(&app, how));
    assert_eq!(found("UPDATE engine SET only = 1"), Vec::<String>::new());
    // What may differ: ids wherever they stand, hashes, names and passwords of accesses.
    assert_eq!(found("UPDATE invoice SET hash = randomblob(32), previous_hash = randomblob(32)"), Vec::<String>::new());
    assert_eq!(found("UPDATE event SET id = randomblob(16) WHERE sequence = (SELECT MAX(sequence) FROM event)"), Vec::<String>::new());
    for how in [
        "UPDATE invoice SET total_minor = total_minor + 1 WHERE row = (SELECT MAX(row) FROM invoice)",
        "UPDATE invoice SET n = 99, number = 'INV-000099' WHERE row = (SELECT MAX(row) FROM invoice)",
        "UPDATE invoice SET content = replace(content, '9.99', '9.98') WHERE row = (SELECT MAX(row) FROM invoice)",
        "UPDATE invoice SET status = 'open', paid_at = NULL WHERE row = (SELECT MAX(row) FROM invoice WHERE status = 'paid')",
        "UPDATE invoice_line SET explanation = explanation || '.' WHERE row = (SELECT MAX(row) FROM invoice_line)",
        "DELETE FROM invoice WHERE row = (SELECT MAX(row) FROM invoice)",
        "UPDATE ledger_posting SET amount_minor = amount_minor + 1 WHERE row = (SELECT MAX(row) FROM ledger_posting)",
        "UPDATE ledger_posting SET account = 'revenue' WHERE row = (SELECT MAX(row) FROM ledger_posting WHERE account = 'receivable')",
        "UPDATE ledger_entry SET invoice = NULL WHERE row = (SELECT MAX(row) FROM ledger_entry WHERE invoice IS NOT NULL)",
        "DELETE FROM ledger_entry WHERE row = (SELECT MAX(row) FROM ledger_entry)",
        "INSERT INTO ledger_posting (entry, account, currency, amount_minor) SELECT entry, account, currency, amount_minor FROM ledger_posting ORDER BY row DESC LIMIT 1",
        "DELETE FROM event WHERE sequence = (SELECT MAX(sequence) FROM event)",
        "UPDATE event SET object = replace(object, 'cancelled', 'expired') WHERE type = 'subscription.cancelled'",
        "UPDATE event SET created_at = created_at + 1 WHERE sequence = (SELECT MAX(sequence) FROM event)",
        "UPDATE transition SET actor = 'nobody' WHERE event = (SELECT MAX(event) FROM transition)",
        "UPDATE payment SET attempt = attempt + 1 WHERE row = (SELECT MAX(row) FROM payment WHERE attempt IS NOT NULL)",
        "UPDATE payment SET failure_code = 'another' WHERE status = 'failed'",
        "DELETE FROM payment WHERE status = 'failed' AND row = (SELECT MIN(row) FROM payment WHERE status = 'failed')",
        "UPDATE payment SET provider_reference = replace(provider_reference, '_1', '_2') WHERE provider_reference LIKE 'test%'",
        "UPDATE subscription_period SET end_at = end_at + 1 WHERE row = (SELECT MAX(row) FROM subscription_period)",
        "UPDATE subscription SET next_at = 7 WHERE status = 'active'",
        "UPDATE balance_entry SET amount_minor = amount_minor + 1 WHERE row = (SELECT MAX(row) FROM balance_entry)",
        "UPDATE credit_note SET number = 'CN-000002'",
        "UPDATE recognition SET days = days + 1 WHERE row = (SELECT MAX(row) FROM recognition WHERE days IS NOT NULL)",
        "UPDATE document_series SET last_n = last_n + 1",
        "UPDATE access SET status = 'suspended' WHERE status = 'active'",
        "UPDATE total SET n = n + 1 WHERE noun = 'invoice'",
        "UPDATE engine SET billing_now = billing_now + 1",
    ] {
        assert_ne!(found(how), Vec::<String>::new(), "{how} was not seen");
    }
}
