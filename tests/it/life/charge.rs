//! Charges between the intent and the outcome (rules 6 and 8): crashes, silent gateways, and what changes meanwhile.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use billhead::adapters::payment::test::TestGateway;
use billhead::adapters::payment::{Answer, Capabilities, Charge, Gateway, Refund, Saying};
use billhead::app::{Caller, Idempotency};
use billhead::domain::actor::Actor;
use billhead::domain::id::{CustomerId, KeyId, ProductId, TypedId};
use billhead::domain::key::Scopes;
use billhead::domain::payment::Report;
use billhead::wire::input::{Kept, read_body};
use billhead::wire::subscription::SubscriptionCreate;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::collect::{attempts, automatic, balance, shop};
use super::run::{bills, status, story, until};
use crate::support::client::{id, rows, string};
use crate::support::{TestApp, charge};

/// A gateway that counts, and whose charges wait until they are released.
struct Slow {
    called: Mutex<mpsc::Sender<()>>,
    release: Notify,
    charged: AtomicUsize,
}

impl Slow {
    fn new() -> (Arc<Self>, mpsc::Receiver<()>) {
        let (called, wait) = mpsc::channel();
        (Arc::new(Self { called: Mutex::new(called), release: Notify::new(), charged: AtomicUsize::new(0) }), wait)
    }
}

impl Gateway for Slow {
    fn capabilities(&self) -> Capabilities {
        TestGateway.capabilities()
    }

    fn charge<'g>(&'g self, charge: &'g Charge) -> Saying<'g> {
        Box::pin(async move {
            self.charged.fetch_add(1, Ordering::SeqCst);
            self.called.lock().expect("no test panicked with it").send(()).expect("the test waits");
            self.release.notified().await;
            TestGateway.charge(charge).await
        })
    }

    fn ask<'g>(&'g self, charge: &'g Charge) -> Saying<'g> {
        TestGateway.ask(charge)
    }

    fn refund<'g>(&'g self, refund: &'g Refund) -> Saying<'g> {
        TestGateway.refund(refund)
    }
}

/// A gateway that says this, whatever it is asked, and counts the questions.
struct Fixed {
    charge: Answer,
    ask: Answer,
    asked: AtomicUsize,
}

impl Fixed {
    fn new(charge: Answer, ask: Answer) -> Arc<Self> {
        Arc::new(Self { charge, ask, asked: AtomicUsize::new(0) })
    }
}

impl Gateway for Fixed {
    fn capabilities(&self) -> Capabilities {
        TestGateway.capabilities()
    }

    fn charge<'g>(&'g self, _: &'g Charge) -> Saying<'g> {
        Box::pin(std::future::ready(self.charge.clone()))
    }

    fn ask<'g>(&'g self, _: &'g Charge) -> Saying<'g> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(self.ask.clone()))
    }

    fn refund<'g>(&'g self, _: &'g Refund) -> Saying<'g> {
        Box::pin(std::future::ready(Answer::Unable))
    }
}

/// A create that is charged, as an API key asks for it with an idempotency key.
fn request(customer: &str, product: &str) -> (Caller, Kept<SubscriptionCreate>) {
    let body =
        json!({ "customerId": customer, "productId": product, "payment": "automatic", "credentials": { "username": "ana-tv", "password": "kept as it was" } });
    let key = KeyId::from_uuid(uuid::Uuid::from_u128(77));
    let idempotency = Some(Idempotency { key: "once".into(), fingerprint: [7; 32] });
    let caller = Caller { actor: Actor::Key { id: key, scopes: Scopes::full() }, idempotency, seen: None };
    assert!(CustomerId::parse(customer).is_some() && ProductId::parse(product).is_some());
    (caller, read_body(body).unwrap_or_else(|r| panic!("{r:?}")))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made")
}

#[test]
fn rule_8_a_repeat_while_the_gateway_is_at_work_is_in_progress_and_later_the_same_answer() {
    let (slow, called) = Slow::new();
    let app = TestApp::charging(slow.clone());
    let (ana, gold) = shop(&app, "succeed");
    let body = json!({ "customerId": ana, "productId": gold, "payment": "automatic" });
    let ask = || app.full.json("POST", "/api/v1/subscriptions", &[("idempotency-key", "once")], &body);
    let first = std::thread::scope(|scope| {
        let first = scope.spawn(ask);
        called.recv().expect("the gateway is called");
        ask().refused(409, "idempotency_in_progress");
        let other = json!({ "customerId": ana, "productId": gold, "payment": "automatic", "quantity": 2 });
        app.full.json("POST", "/api/v1/subscriptions", &[("idempotency-key", "once")], &other).refused(422, "idempotency_mismatch");
        // It is nobody else's turn: the sweep leaves what is in hand.
        assert_eq!((app.charge(), app.count("SELECT COUNT(*) FROM subscription")), (0, 0));
        let seen = app.full.get("/api/v1/payments?status=processing").ok();
        assert_eq!((&seen["pagination"]["total"], &seen["data"][0]["invoiceId"]), (&json!(1), &Value::Null), "{seen}");
        slow.release.notify_one();
        first.join().expect("the request ends")
    });
    assert_eq!(first.status, 201, "{first}");
    let again = ask();
    assert_eq!((again.status, again.header("idempotent-replayed"), again.body()), (201, Some("true"), first.body()));
    assert_eq!((slow.charged.load(Ordering::SeqCst), app.count("SELECT COUNT(*) FROM charge_order")), (1, 0));
}

#[test]
fn rule_6_a_crash_between_intent_and_outcome_loses_nothing_and_charges_once() {
    let (slow, called) = Slow::new();
    let app = TestApp::charging(slow);
    let (ana, gold) = shop(&app, "succeed");
    let (caller, input) = request(&ana, &gold);
    // The process dies after the gateway was asked and before it answered.
    runtime().block_on(async {
        let asked = app.app.subscription_create(caller, input);
        let gone = tokio::task::spawn_blocking(move || called.recv().expect("the gateway is called"));
        tokio::select! {
            _ = asked => panic!("nobody released the gateway"),
            gone = gone => gone.expect("it waits"),
        }
    });
    let open = app.count("SELECT COUNT(*) FROM payment WHERE status = 'processing'");
    assert_eq!((open, app.count("SELECT COUNT(*) FROM subscription"), app.count("SELECT COUNT(*) FROM invoice")), (1, 0, 0));
    // What was asked for is nowhere to be read.
    let kept: Vec<u8> = app.sql().query_row("SELECT body FROM charge_order", [], |r| r.get(0)).expect("the order is kept");
    assert!(!String::from_utf8_lossy(&kept).contains("kept as it was"));
    let after = app.restarted(Arc::new(TestGateway));
    let (caller, input) = request(&ana, &gold);
    match runtime().block_on(after.subscription_create(caller, input)) {
        Err(billhead::error::Error::Reject(reject)) => assert_eq!(reject.code.text(), "idempotency_in_progress"),
        _ => panic!("the first is still at work"),
    }
    assert_eq!((charge(&after), charge(&after)), (1, 0));
    let made = app.full.get("/api/v1/subscriptions").ok();
    assert_eq!((rows(&made).len(), &rows(&made)[0]["status"], &rows(&made)[0]["credentials"]["username"]), (1, &json!("active"), &json!("ana-tv")), "{made}");
    assert_eq!(attempts(&app, &ana), ["2026-01-31T10:00 #0 9.99 succeeded"]);
    // Whoever asks again with the same key learns what came of it.
    let (caller, input) = request(&ana, &gold);
    let answer = runtime().block_on(after.subscription_create(caller, input)).unwrap_or_else(|e| panic!("{e}"));
    let body: Value = serde_json::from_slice(&answer.body).expect("an answer is JSON");
    assert_eq!((answer.status, answer.replayed, &body["id"], &body["credentials"]["password"]), (201, true, &rows(&made)[0]["id"], &json!("kept as it was")));
    assert_eq!(app.count("SELECT COUNT(*) FROM payment"), 1);
}

#[test]
fn rule_6_renewals_are_charged_from_the_rows_after_a_restart() {
    let app = TestApp::charging(Arc::new(TestGateway));
    let (ana, subscription) = automatic(&app, "decline:1");
    app.advance_to("2026-02-28T10:00:00Z");
    assert_eq!(app.bill(), 1);
    // The intent is written, and what follows from its outcome waits for it.
    assert_eq!(attempts(&app, &ana), ["2026-02-28T10:00 #0 9.99 processing"]);
    assert_eq!((status(&app, &subscription), app.bill()), ("active".into(), 0));
    app.full.act(&subscription, "renew", json!({ "payment": "automatic" })).refused(409, "state_conflict");
    let after = app.restarted(Arc::new(TestGateway));
    assert_eq!((charge(&after), charge(&after), app.charge()), (1, 0, 0));
    assert_eq!((status(&app, &subscription), attempts(&app, &ana)[0].as_str()), ("past_due".into(), "2026-02-28T10:00 #0 9.99 failed card_declined"));
    app.advance_to("2026-03-01T10:00:00Z");
    assert_eq!((app.bill(), charge(&after), status(&app, &subscription)), (1, 1, "active".into()));
}

#[test]
fn rule_1_7_attempts_that_were_missed_while_nothing_ran_are_one() {
    let app = TestApp::charging(Arc::new(TestGateway));
    let (ana, subscription) = automatic(&app, "decline");
    app.advance_to("2026-02-28T10:00:00Z");
    assert_eq!((app.bill(), app.charge()), (1, 1));
    app.advance_to("2026-03-05T12:00:00Z");
    assert_eq!((app.bill(), app.charge(), app.bill()), (1, 1, 0));
    assert_eq!(attempts(&app, &ana)[1..], ["2026-03-05T12:00 #3 9.99 failed card_declined"]);
    assert_eq!(status(&app, &subscription), "past_due");
    app.advance_to("2026-03-07T10:00:00Z");
    assert_eq!((app.bill(), app.charge()), (1, 1));
    // Grace was over long since, and now all attempts are used.
    assert_eq!(story(&app, &subscription)[2..], ["2026-03-07 10:00 suspended suspended"]);
    assert_eq!(attempts(&app, &ana).len(), 3);
    // Off for the whole time, each boundary is billed and charged once, with today's date.
    let app = TestApp::charging(Arc::new(TestGateway));
    let (ana, subscription) = automatic(&app, "succeed");
    app.advance_to("2026-05-10T08:00:00Z");
    assert_eq!((app.bill(), app.charge(), app.bill(), app.charge()), (1, 3, 0, 0));
    assert_eq!(attempts(&app, &ana), ["2026-05-10T08:00 #0 9.99 succeeded"; 3]);
    assert_eq!(
        bills(&app, &subscription)[1..],
        [
            "INV-000002 2026-05-10 2026-02-28..2026-03-31 9.99 paid",
            "INV-000003 2026-05-10 2026-03-31..2026-04-30 9.99 paid",
            "INV-000004 2026-05-10 2026-04-30..2026-05-31 9.99 paid"
        ]
    );
}

#[test]
fn rule_6_a_gateway_that_does_not_know_is_asked_ever_less_often_until_it_does() {
    let silent = Fixed::new(Answer::Unknown, Answer::Unknown);
    let app = TestApp::charging(silent.clone());
    let (ana, gold) = shop(&app, "succeed");
    let body = json!({ "customerId": ana, "productId": gold, "payment": "automatic" });
    app.full.post("/api/v1/subscriptions", &body).refused(409, "payment_processing");
    assert_eq!((silent.asked.load(Ordering::SeqCst), app.charge()), (1, 0), "it is not its turn");
    app.advance_to("2026-01-31T10:00:59.999Z");
    assert_eq!(app.charge(), 0);
    app.advance_to("2026-01-31T10:01:00Z");
    assert_eq!((app.charge(), app.charge(), silent.asked.load(Ordering::SeqCst)), (1, 0, 2));
    app.advance_to("2026-01-31T10:02:59Z");
    assert_eq!(app.charge(), 0);
    // It never heard of it: the question was lost, and is put again.
    let lost = Fixed::new(found_again(), Answer::NeverSeen);
    app.advance_to("2026-01-31T10:03:00Z");
    let after = app.restarted(lost);
    assert_eq!((charge(&after), app.count("SELECT COUNT(*) FROM subscription WHERE status = 'active'")), (1, 1));
    assert_eq!(attempts(&app, &ana), ["2026-01-31T10:00 #0 9.99 succeeded"]);
}

fn found_again() -> Answer {
    Answer::Reports(vec![Report::Succeeded { transaction: "lost-and-found".into() }])
}

#[test]
fn rule_6_what_cannot_be_done_any_more_leaves_the_money_in_the_balance() {
    let changes: [fn(&TestApp, &str, &str); 3] = [
        |app, ana, _| drop(app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "status": "blocked" })).ok()),
        |app, _, gold| drop(app.full.patch(&format!("/api/v1/products/{gold}"), &json!({ "price": "20.00" })).ok()),
        // The balance pays all of it meanwhile: it is made, and what was charged is in the balance instead.
        |app, ana, _| drop(app.full.grant(ana, "50.00", "USD")),
    ];
    for (n, change) in changes.into_iter().enumerate() {
        let (slow, called) = Slow::new();
        let app = TestApp::charging(slow.clone());
        let (ana, gold) = shop(&app, "succeed");
        let body = json!({ "customerId": ana, "productId": gold, "payment": "automatic" });
        let answer = std::thread::scope(|scope| {
            let asked = scope.spawn(|| app.full.post("/api/v1/subscriptions", &body));
            called.recv().expect("the gateway is called");
            change(&app, &ana, &gold);
            slow.release.notify_one();
            asked.join().expect("the request ends")
        });
        if n == 2 {
            assert_eq!((answer.created()["status"].clone(), balance(&app, &ana)), (json!("active"), "50.00".into()));
        } else {
            answer.refused(409, "state_conflict");
            assert_eq!((app.count("SELECT COUNT(*) FROM subscription"), app.count("SELECT COUNT(*) FROM invoice")), (0, 0));
            assert_eq!(balance(&app, &ana), "9.99");
        }
        assert_eq!(attempts(&app, &ana), ["2026-01-31T10:00 #0 9.99 succeeded"]);
    }
}

#[test]
fn rule_6_an_invoice_that_was_paid_or_voided_meanwhile_leaves_the_charge_in_the_balance() {
    for how in ["mark-paid", "void", "write-off"] {
        let app = TestApp::charging(Arc::new(TestGateway));
        let (ana, subscription) = automatic(&app, "succeed");
        app.advance_to("2026-02-28T10:00:00Z");
        assert_eq!(app.bill(), 1);
        let open = id(&app.full.invoices_of(&subscription)[1]);
        app.full.post(&format!("/api/v1/invoices/{open}/{how}"), &json!({})).ok();
        assert_eq!(app.charge(), 1);
        assert_eq!((attempts(&app, &ana)[0].as_str(), balance(&app, &ana)), ("2026-02-28T10:00 #0 9.99 succeeded", "9.99".into()), "{how}");
    }
}

#[test]
fn rule_6_a_payment_that_failed_and_came_after_all_is_taken() {
    let app = TestApp::charging(Fixed::new(
        Answer::Reports(vec![Report::Failed { transaction: None, code: "timed_out".into() }, Report::Succeeded { transaction: "t-1".into() }]),
        Answer::Unknown,
    ));
    let (ana, subscription) = automatic(&app, "succeed");
    app.advance_to("2026-02-28T10:00:00Z");
    assert_eq!((app.bill(), app.charge()), (1, 1));
    assert_eq!(attempts(&app, &ana), ["2026-02-28T10:00 #0 9.99 succeeded"]);
    assert_eq!((status(&app, &subscription), until(&app, &subscription)), ("active".into(), "2026-03-31T10:00:00.000Z".into()));
    let told = app.count(
        "SELECT COUNT(*) FROM event WHERE type IN ('payment.failed', 'payment.succeeded') AND object_id = (SELECT id FROM payment WHERE provider = 'test')",
    );
    assert_eq!(told, 2);
}

#[test]
fn rule_6_a_deleted_method_is_not_charged_and_one_in_flight_is_decided() {
    let app = TestApp::charging(Arc::new(TestGateway));
    let (ana, subscription) = automatic(&app, "succeed");
    app.advance_to("2026-02-28T10:00:00Z");
    assert_eq!(app.bill(), 1);
    let methods = app.full.get(&format!("/api/v1/customers/{ana}/payment-methods")).ok();
    app.full.send("DELETE", &format!("/api/v1/customers/{ana}/payment-methods/{}", string(&rows(&methods)[0]["id"])), &[], None).ok();
    assert_eq!((app.charge(), status(&app, &subscription)), (1, "active".into()));
    app.advance_to("2026-03-31T10:00:00Z");
    assert_eq!((app.bill(), app.charge()), (1, 0));
    assert_eq!(attempts(&app, &ana)[1..], ["2026-03-31T10:00 #0 9.99 failed no_payment_method"]);
    assert_eq!(status(&app, &subscription), "past_due");
    // Whoever is deleted leaves no name of his methods.
    app.full.act(&subscription, "cancel", json!({})).ok();
    app.full.send("DELETE", &format!("/api/v1/customers/{ana}"), &[], None).ok();
    assert_eq!(app.count("SELECT COUNT(*) FROM payment_method WHERE detail <> ''"), 0);
}

/// A gateway that charges, and to refunds says one of these after the other. It remembers what it was asked.
struct Returns {
    says: Mutex<Vec<Answer>>,
    asked: Mutex<Vec<Refund>>,
}

impl Returns {
    fn saying(answers: &[Answer]) -> Arc<Self> {
        Arc::new(Self { says: Mutex::new(answers.iter().rev().cloned().collect()), asked: Mutex::new(Vec::new()) })
    }

    fn asked(&self) -> Vec<Refund> {
        self.asked.lock().expect("no test panicked with it").clone()
    }
}

impl Gateway for Returns {
    fn capabilities(&self) -> Capabilities {
        TestGateway.capabilities()
    }

    fn charge<'g>(&'g self, charge: &'g Charge) -> Saying<'g> {
        TestGateway.charge(charge)
    }

    fn ask<'g>(&'g self, charge: &'g Charge) -> Saying<'g> {
        TestGateway.ask(charge)
    }

    fn refund<'g>(&'g self, refund: &'g Refund) -> Saying<'g> {
        self.asked.lock().expect("no test panicked with it").push(refund.clone());
        let said = self.says.lock().expect("no test panicked with it").pop();
        Box::pin(std::future::ready(said.unwrap_or(Answer::Unknown)))
    }
}

/// Somebody who paid 9.99 by this gateway: himself, and the path of his invoice.
fn paid_by_card(app: &TestApp) -> (String, String) {
    let (ana, gold) = shop(app, "succeed");
    let sold = app.full.subscribe(&ana, &gold, json!({ "payment": "automatic" }));
    (ana, format!("/api/v1/invoices/{}", string(&sold["latestInvoiceId"])))
}

#[test]
fn rule_7_a_refund_is_asked_of_the_gateway_once_until_it_answers() {
    let given = || Answer::Reports(vec![Report::Succeeded { transaction: "back".into() }]);
    let gateway = Returns::saying(&[Answer::Unknown, Answer::Unknown, given(), given()]);
    let app = TestApp::charging(gateway.clone());
    let (ana, invoice) = paid_by_card(&app);
    app.full.post(&format!("{invoice}/refunds"), &json!({ "amount": "4.00" })).created();
    assert_eq!((gateway.asked().len(), balance(&app, &ana)), (0, "-".into()), "nothing outside before the commit");
    assert_eq!(app.charge(), 1);
    assert_eq!(app.charge(), 0, "its turn is later");
    app.advance_to("2026-01-31T10:01:00Z");
    assert_eq!(app.charge(), 1);
    // Also by another process, after a crash.
    app.advance_to("2026-01-31T10:03:00Z");
    assert_eq!(charge(&app.restarted(gateway.clone())), 1);
    app.advance_to("2026-02-02T10:00:00Z");
    assert_eq!(app.charge(), 0);
    let asked = gateway.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|refund| *refund == asked[0] && refund.amount.to_string() == "4.00"), "one key, one transaction, one amount: {asked:?}");
    let payment = &rows(&app.full.get(&format!("/api/v1/payments?customerId={ana}")).ok())[0].clone();
    assert_eq!((&payment["status"], &payment["amountRefunded"], balance(&app, &ana)), (&json!("succeeded"), &json!("4.00"), "-".into()));
    // Another is another.
    app.full.post(&format!("{invoice}/refunds"), &json!({ "amount": "1.00" })).created();
    assert_eq!(app.charge(), 1);
    assert_ne!(gateway.asked()[3].key, asked[0].key);
}

#[test]
fn rule_7_what_the_gateway_does_not_give_back_is_in_the_balance() {
    let failed = Answer::Reports(vec![Report::Failed { transaction: None, code: "account_closed".into() }]);
    for (said, code) in [(failed, "account_closed"), (Answer::Unable, "gateway_unable")] {
        let app = TestApp::charging(Returns::saying(&[said]));
        let (ana, invoice) = paid_by_card(&app);
        app.full.post(&format!("{invoice}/credit-notes"), &json!({ "to": "refund" })).created();
        assert_eq!((app.charge(), app.charge()), (1, 0));
        assert_eq!(balance(&app, &ana), "9.99");
        let told = "SELECT COUNT(*) FROM event JOIN transition ON transition.event = event.sequence WHERE type = 'payment.refund_failed' AND note = ";
        assert_eq!(app.count(&format!("{told}'{code}'")), 1);
        assert_eq!(attempts(&app, &ana), ["2026-01-31T10:00 #0 9.99 refunded", "2026-01-31T10:00 #- 9.99 succeeded"]);
        app.full.post(&format!("{invoice}/refunds"), &json!({ "amount": "0.01" })).refused(409, "state_conflict");
    }
}

#[test]
fn rule_7_what_was_paid_by_hand_goes_back_by_hand() {
    let gateway = Returns::saying(&[]);
    let app = TestApp::charging(gateway.clone());
    let (ana, gold) = shop(&app, "succeed");
    let sold = app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }));
    app.full.post(&format!("/api/v1/invoices/{}/refunds", string(&sold["latestInvoiceId"])), &json!({ "amount": "9.99" })).created();
    assert_eq!((app.charge(), gateway.asked().len()), (0, 0));
}
