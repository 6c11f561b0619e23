//! `billhead verify`: what somebody did to the file behind the program's back is found and named, and what the program does itself never is.

use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use billhead::adapters::payment::test::TestGateway;
use billhead::app::verify::{Options, Proof};
use billhead::domain::verify::Rule;
use billhead::domain::verify::chain::Head;
use billhead::secret::{digest, hex};
use billhead::store::db::{FILE_NAME, Reader};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::client::{User, string};
use crate::support::process::{Server, billhead, create_full_key, refusal, run};
use crate::support::{TestApp, world};

/// A row at a time and a window for each: every sum comes together from parts.
const SMALL: Options = Options { range: 1, window: 1 };

/// Five invoices: paid by hand, by the balance, with more than was due; voided after it took from the balance; and open.
fn books() -> TestApp {
    let app = TestApp::start();
    let (ana, bob) = (app.full.new_customer("ana@example.com"), app.full.new_customer("bob@example.com"));
    let product = app.full.new_product();
    app.full.grant(&bob, "30.00", "USD");
    app.full.subscribe(&ana, &product, json!({ "payment": "manual" }));
    app.full.subscribe(&bob, &product, json!({ "payment": "credit" }));
    let third = app.full.subscribe(&ana, &product, json!({ "payment": "invoice" }));
    app.full.mark_paid(&third["latestInvoiceId"], json!({ "amount": "12.00" })).ok();
    let fourth = string(&app.full.subscribe(&ana, &product, json!({ "payment": "invoice" }))["id"]);
    app.full.act(&fourth, "cancel", json!({})).ok();
    app.full.subscribe(&app.full.new_customer("eva@example.com"), &product, json!({ "payment": "invoice" }));
    app
}

fn found(app: &TestApp, options: Options) -> Vec<String> {
    world::verify(app.data(), options, Vec::new())
}

/// Makes the chain of `INV-{n}` anew from what the documents say now. The head goes along or stays behind.
fn rehash(path: &Path, with_head: bool) {
    #[expect(clippy::disallowed_methods, reason = "a foreign connection is what this is about")]
    let db = Connection::open(path.join(FILE_NAME)).expect("the database opens");
    db.execute_batch("DROP TRIGGER invoice_document_is_final").expect("whoever has the file can do what he likes");
    let mut documents = db.prepare("SELECT row, content FROM invoice ORDER BY n").expect("SQL");
    let documents: Vec<(i64, String)> = documents.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).and_then(Iterator::collect).expect("rows");
    let mut head = [0_u8; 32];
    for (row, content) in documents {
        let hash = digest(&[&head, content.as_bytes()]);
        db.execute("UPDATE invoice SET previous_hash = ?2, hash = ?3 WHERE row = ?1", (row, head, hash)).expect("SQL");
        head = hash;
    }
    if with_head {
        db.execute("UPDATE document_series SET head_hash = ?1", [head]).expect("SQL");
    }
}

fn heads(app: &TestApp) -> Vec<Head> {
    let reader = Reader::open(app.data()).expect("the database opens");
    let mut proof = Proof::begin(&reader, Options::default(), Vec::new()).expect("the database can be read");
    while proof.step(&mut |violation| panic!("{violation}")).expect("the database can be read") {}
    proof.heads()
}

/// Lets the database take what it would refuse.
const FORCE: &str = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; DROP TRIGGER invoice_document_is_final; DROP TRIGGER invoice_is_kept;
    DROP TRIGGER invoice_line_is_final; DROP TRIGGER invoice_line_is_kept; DROP TRIGGER ledger_entry_is_final; DROP TRIGGER ledger_entry_is_kept;
    DROP TRIGGER ledger_posting_is_final; DROP TRIGGER ledger_posting_is_kept; DROP TRIGGER balance_entry_is_final; DROP TRIGGER balance_entry_is_kept;
    DROP TRIGGER transition_is_final; DROP TRIGGER transition_is_kept; DROP TRIGGER subscription_cancelled_is_final; DROP TRIGGER recognition_is_final; DROP TRIGGER recognition_is_kept; DROP TRIGGER mrr_movement_is_final;
    DROP TRIGGER mrr_movement_is_kept; DROP INDEX subscription_period_billed_once;";

/// What somebody did, and what is said of it. Each is a change that the file's own constraints would have stopped, or not even seen.
const TAMPERS: &[(&str, &str, &str)] = &[
    (
        "a changed byte of a document",
        "UPDATE invoice SET content = replace(content, 'Ana', 'Eva'), content = replace(content, 'ana@', 'eva@') WHERE n = 1",
        "I13: invoice INV-000001 (inv_",
    ),
    ("a document deleted", "DELETE FROM invoice WHERE n = 2", "I3: number 2 of INV-{n} is missing"),
    ("the first deleted", "DELETE FROM invoice WHERE n = 1", "I3: number 1 of INV-{n} is missing"),
    ("the tail cut off", "DELETE FROM invoice WHERE n > 3", "I13: the chain of INV-{n} ends at number 3, and its head is number 5"),
    ("all documents deleted", "DELETE FROM invoice", "I3: numbers 1 to 5 of INV-{n} are missing"),
    (
        "the tail and its head cut off, the ledger forgotten",
        "DELETE FROM event WHERE sequence > 20; DELETE FROM transition WHERE event > 20",
        "I10: events 21 to",
    ),
    ("a series without a head", "DELETE FROM document_series", "I13: the series INV-{n} has documents and no head"),
    ("a head without documents", "INSERT INTO document_series VALUES ('X-{n}', 2, zeroblob(32))", "I3: numbers 1 to 2 of X-{n} are missing"),
    ("a number swapped", "UPDATE invoice SET n = 9 WHERE n = 4", "I3: numbers 6 to 8 of INV-{n} are missing"),
    (
        "two documents changed places",
        "UPDATE invoice SET n = 99 WHERE n = 1; UPDATE invoice SET n = 1 WHERE n = 2; UPDATE invoice SET n = 2 WHERE n = 99",
        "I13: invoice INV-000003 (inv_",
    ),
    ("a row that says otherwise than its document", "UPDATE invoice SET due_at = due_at + 1 WHERE n = 1", "I13: invoice INV-000001"),
    ("an invoice given to another", "UPDATE invoice SET customer = 2 WHERE n = 1", "customerId"),
    ("a content that is no document", "UPDATE invoice SET content = '{' WHERE n = 1", "cannot be read"),
    ("a line changed", "UPDATE invoice_line SET description = 'Nothing' WHERE row = 1", "I13: invoice INV-000001"),
    ("a line's price changed", "UPDATE invoice_line SET unit_amount_minor = 1 WHERE row = 1", "I4: invoice INV-000001"),
    ("a line's amount changed", "UPDATE invoice_line SET amount_minor = 1 WHERE row = 1", "I4: invoice INV-000001"),
    ("a line's tax changed", "UPDATE invoice_line SET tax_minor = 1 WHERE row = 1", "has a tax of 0.00 USD, and it should be 0.01 USD"),
    ("a line's discount changed", "UPDATE invoice_line SET discount_minor = 1 WHERE row = 1", "has a discount of 0.00 USD, and it should be 0.01 USD"),
    ("a line deleted", "DELETE FROM invoice_line WHERE row = 1", "I4: invoice INV-000001"),
    (
        "a document made dearer, rows and all",
        "UPDATE invoice SET subtotal_minor = 1000, total_minor = 1000 WHERE n = 5; UPDATE invoice_line SET unit_amount_minor = 1000, amount_minor = 1000 WHERE invoice = 5",
        "I5: invoice INV-000005",
    ),
    ("paid more than the total", "UPDATE invoice SET amount_paid_minor = amount_paid_minor + 1 WHERE n = 1", "I4: invoice INV-000001"),
    ("an open invoice called paid", "UPDATE invoice SET status = 'paid', paid_at = 1 WHERE n = 5", "I4: invoice INV-000005 "),
    ("a paid invoice called open", "UPDATE invoice SET status = 'open' WHERE n = 1", "is open, and nothing is due"),
    (
        "an open invoice called void",
        "UPDATE invoice SET status = 'void', voided_at = 1 WHERE n = 5; UPDATE subscription_period SET released = 1 WHERE row = 5",
        "I5: invoice INV-000005",
    ),
    (
        "an open invoice called uncollectible",
        "UPDATE invoice SET status = 'uncollectible' WHERE n = 5; UPDATE subscription_period SET released = 1 WHERE row = 5",
        "I5: invoice INV-000005",
    ),
    ("a payment that came from the balance", "UPDATE invoice SET balance_applied_minor = 999, amount_paid_minor = 0 WHERE n = 1", "I4: invoice INV-000001"),
    ("a payment changed", "UPDATE payment SET amount_minor = 1 WHERE row = 1", "I5: payment pay_"),
    ("a payment deleted", "DELETE FROM payment WHERE row = 1", "I4: invoice INV-000001"),
    (
        "a payment made up",
        "INSERT INTO payment (id, created_at, updated_at, invoice, customer, currency, amount_minor, status, provider, paid_at) VALUES (randomblob(16), 0, 0, 5, 2, 'USD', 5, 'succeeded', 'manual', 0)",
        "I5: payment pay_",
    ),
    ("a payment in another currency", "UPDATE payment SET currency = 'EUR' WHERE row = 1", "stands in the ledger in USD"),
    (
        "a posting changed",
        "UPDATE ledger_posting SET amount_minor = amount_minor + 1 WHERE row = 1",
        "I5: ledger entry 1 does not sum to zero, but to 0.01 USD",
    ),
    ("an entry changed as a whole", "UPDATE ledger_posting SET amount_minor = amount_minor + sign(amount_minor) WHERE entry = 1", "I5: customer cust_"),
    (
        "an invoice's entry changed as a whole",
        "UPDATE ledger_posting SET amount_minor = amount_minor + sign(amount_minor) WHERE entry = 2",
        "I5: invoice INV-000001",
    ),
    (
        "a posting moved to another account",
        "UPDATE ledger_posting SET account = 'revenue' WHERE account = 'deferred_revenue' AND entry = 2",
        "has deferred revenue in the ledger of 0.00 USD, and it should be -9.99 USD",
    ),
    (
        "a posting moved to taxes",
        "UPDATE ledger_posting SET account = 'tax_payable' WHERE account = 'deferred_revenue' AND entry = 2",
        "has tax payable in the ledger of -9.99 USD",
    ),
    (
        "a posting moved to an account that there is not",
        "UPDATE ledger_posting SET account = 'pocket' WHERE account = 'revenue'",
        "I5: ledger entry 1 posts to an account that there is not",
    ),
    ("a posting deleted", "DELETE FROM ledger_posting WHERE row = 3", "I5: ledger entry 2 does not sum to zero"),
    ("an entry's postings deleted", "DELETE FROM ledger_posting WHERE entry = 2", "I5: ledger entry 2 has no postings"),
    ("an entry deleted, its postings left", "DELETE FROM ledger_entry WHERE row = 2", "which there is not"),
    ("the last entry deleted, its postings left", "DELETE FROM ledger_entry WHERE row = (SELECT MAX(row) FROM ledger_entry)", "which there is not"),
    ("an entry deleted as a whole", "DELETE FROM ledger_entry WHERE row = 2; DELETE FROM ledger_posting WHERE entry = 2", "I5: ledger entry 2 is missing"),
    ("the ledger cut off", "DELETE FROM ledger_posting WHERE entry > 4; DELETE FROM ledger_entry WHERE row > 4", "I5: invoice INV-000003"),
    ("an entry given to another customer", "UPDATE ledger_entry SET customer = 2 WHERE row = 2", "has entries of another customer"),
    ("an entry in another currency", "UPDATE ledger_posting SET currency = 'EUR' WHERE entry = 2", "I5: invoice INV-000001"),
    ("an entry given to no invoice", "UPDATE ledger_entry SET invoice = NULL WHERE row = 2", "I5: ledger entry 2 posts what only an invoice can"),
    ("cash of no payment", "UPDATE ledger_entry SET payment = NULL WHERE payment = 1", "posts cash, and belongs to no payment"),
    (
        "an entry made up",
        "INSERT INTO ledger_entry (created_at, kind, customer, invoice, day) VALUES (0, 'x', 2, 5, 0); INSERT INTO ledger_posting (entry, account, currency, amount_minor) VALUES (last_insert_rowid(), 'receivable', 'USD', 5), (last_insert_rowid(), 'revenue', 'USD', -5)",
        "I5: ",
    ),
    ("a balance raised", "UPDATE customer_balance SET amount_minor = amount_minor + 1 WHERE customer = 2", "I7: customer cust_"),
    ("a balance below zero", "UPDATE customer_balance SET amount_minor = -1 WHERE customer = 2", "has a balance below zero: -0.01 USD"),
    (
        "a balance made up",
        "INSERT INTO customer_balance (customer, currency, amount_minor) VALUES (1, 'EUR', 100)",
        "has a balance of 1.00 EUR, and its entries sum to 0.00 EUR",
    ),
    ("a balance deleted", "DELETE FROM customer_balance WHERE customer = 2", "has a balance of 0.00 USD"),
    ("a balance's entry changed", "UPDATE balance_entry SET amount_minor = amount_minor + 1 WHERE row = 1", "I7: customer cust_"),
    (
        "a balance and its entry changed",
        "UPDATE balance_entry SET amount_minor = amount_minor + 1 WHERE row = 1; UPDATE customer_balance SET amount_minor = amount_minor + 1 WHERE customer = 2",
        "and the ledger says",
    ),
    (
        "a balance's entry for an invoice that there is not",
        "UPDATE balance_entry SET invoice = randomblob(16) WHERE kind = 'applied'",
        "I7: balance entry 2 is for an invoice that there is not",
    ),
    ("a period moved on", "UPDATE subscription_period SET start_at = start_at + 1, end_at = end_at + 1 WHERE row = 1", "I1: subscription sub_"),
    (
        "a gap between periods",
        "INSERT INTO subscription_period (subscription, run, k, start_at, end_at) SELECT subscription, run, k + 2, end_at, end_at + 1 FROM subscription_period WHERE row = 1",
        "I1: subscription sub_",
    ),
    (
        "a run that overlaps",
        "INSERT INTO subscription_run VALUES (1, 7, '2026-01-31T12:00:00.000', 'UTC', 0); INSERT INTO subscription_period (subscription, run, k, start_at, end_at) SELECT subscription, 7, 0, start_at + 1, end_at FROM subscription_period WHERE row = 1",
        "before an earlier run is over",
    ),
    ("a run that is not recorded", "DELETE FROM subscription_run WHERE subscription = 1", "no such run is recorded"),
    (
        "a period billed twice",
        "INSERT INTO subscription_period (subscription, run, k, start_at, end_at) SELECT subscription, run, k, start_at, end_at FROM subscription_period WHERE row = 1",
        "I2: subscription sub_",
    ),
    ("a billed period made free", "UPDATE subscription_period SET released = 1 WHERE row = 1", "I2: invoice INV-000001"),
    ("a voided period not free", "UPDATE subscription_period SET released = 0 WHERE row = 4", "I2: invoice INV-000004"),
    ("a period of another", "UPDATE subscription_period SET subscription = 2, run = 5 WHERE row = 1", "bills a period of another subscription"),
    (
        "paid time drawn out",
        "UPDATE subscription SET current_period_end = current_period_end + 2592000000 WHERE row = 1",
        "no period, trial or free days reach so far",
    ),
    ("a subscription given to another", "UPDATE subscription SET customer = 3 - customer WHERE row = 1", "is for a subscription of another customer"),
    ("paid time cut short", "UPDATE subscription SET current_period_end = current_period_end - 1 WHERE row = 1", "is not paid until its end"),
    (
        "a cancelled subscription made active",
        "UPDATE subscription SET status = 'active', run = 0, current_period_start = 0, current_period_end = 9 WHERE row = 4",
        "is active, and the log says that it became cancelled",
    ),
    (
        "the same with a transition made up",
        "UPDATE subscription SET status = 'pending' WHERE row = 4; INSERT INTO event (id, created_at, type, object_id) SELECT randomblob(16), 0, 'x', id FROM subscription WHERE row = 4; INSERT INTO transition (event, object_id, from_state, to_state, actor, created_at) SELECT last_insert_rowid(), id, 'cancelled', 'pending', 'x', 0 FROM subscription WHERE row = 4",
        "I9: event",
    ),
    ("a customer's state changed", "UPDATE customer SET status = 'blocked' WHERE row = 1", "I10: customer cust_"),
    ("a product's state changed", "UPDATE product SET status = 'archived' WHERE row = 1", "I10: product prod_"),
    ("an event deleted", "DELETE FROM event WHERE sequence = 3", "I10: event 3 is missing"),
    ("an event and its transition deleted", "DELETE FROM event WHERE sequence = 5; DELETE FROM transition WHERE event = 5", "I10: event 5 is missing"),
    ("a transition deleted", "DELETE FROM transition WHERE event = 3", "I10: event 3 has no transition"),
    ("a transition changed", "UPDATE transition SET to_state = 'void' WHERE to_state = 'paid'", "I10: invoice INV-000001"),
    ("a transition of another object", "UPDATE transition SET object_id = randomblob(16) WHERE event = 4", "are about different objects"),
    ("a step left out", "UPDATE transition SET from_state = 'suspended' WHERE from_state = 'open'", "begins at \"suspended\""),
    ("an event's object changed", "UPDATE event SET object_id = NULL WHERE sequence = 1", "I10: "),
];

/// An invoice of two lines with a tax and a coupon, paid and credited in part: to the balance, and back.
fn credited() -> TestApp {
    let app = TestApp::start();
    app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "20" })).created();
    app.full.post("/api/v1/coupons", &json!({ "code": "TEN", "percentOff": "10", "maxRedemptions": 1 })).created();
    let ana = app.full.new_customer("ana@example.com");
    let product = json!({ "name": "Gold", "price": "10.00", "currency": "USD", "interval": "month", "setupFee": "5.00" });
    let gold = crate::support::client::id(&app.full.post("/api/v1/products", &product).created());
    let subscription = app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "couponCode": "TEN" }));
    let invoice = app.full.invoice(&subscription["latestInvoiceId"]);
    let path = format!("/api/v1/invoices/{}", string(&invoice["id"]));
    app.full.post(&format!("{path}/credit-notes"), &json!({ "lines": [{ "lineId": invoice["lines"][0]["id"], "amount": "3.00" }] })).created();
    app.full.post(&format!("{path}/refunds"), &json!({ "amount": "2.00" })).created();
    app
}

const FORCE_NOTES: &str = "DROP TRIGGER credit_note_is_final; DROP TRIGGER credit_note_is_kept; DROP TRIGGER credit_note_line_is_final;
    DROP TRIGGER credit_note_line_tax_is_final; DROP TRIGGER invoice_tax_is_final; DROP TRIGGER invoice_line_tax_is_final;";

const NOTE_TAMPERS: &[(&str, &str, &str)] = &[
    ("a changed byte of a credit note", "UPDATE credit_note SET content = replace(content, 'ana@', 'eva@') WHERE n = 1", "I13: credit note CN-000001 (cn_"),
    ("a credit note deleted", "DELETE FROM credit_note WHERE n = 1", "I3: number 1 of CN-{n} is missing"),
    ("the last credit note deleted", "DELETE FROM credit_note WHERE n = 2", "I13: the chain of CN-{n} ends at number 1, and its head is number 2"),
    ("a note of another invoice", "UPDATE credit_note SET invoice = 9 WHERE n = 1", "I6: credit note CN-000001"),
    ("a note's amount changed", "UPDATE credit_note SET amount_minor = amount_minor + 1 WHERE n = 1", "says otherwise than its rows: amount"),
    ("a note's net changed", "UPDATE credit_note SET subtotal_minor = 1, tax_minor = 359 WHERE n = 1", "I4: credit note CN-000001"),
    ("a note's line above the invoice's", "UPDATE credit_note_line SET amount_minor = 901 WHERE row = 1", "I6: invoice INV-000001"),
    ("a note's tax above the invoice's", "UPDATE credit_note_line_tax SET amount_minor = 900", "I6: invoice INV-000001"),
    ("what a note gave said otherwise", "UPDATE credit_note SET to_balance_minor = 0, to_due_minor = to_balance_minor WHERE n = 1", "I6: invoice INV-000001"),
    ("a refund that no payment knows", "UPDATE payment SET refunded_minor = 0", "I6: invoice INV-000001"),
    (
        "a refund taken out of the ledger",
        "UPDATE ledger_posting SET amount_minor = 2 * amount_minor WHERE account = 'cash:manual' AND amount_minor < 0",
        "I5: ",
    ),
    ("an invoice that was credited nothing", "UPDATE invoice SET amount_credited_minor = 1", "I6: invoice INV-000001"),
    ("a tax rate's amount changed", "UPDATE invoice_tax SET amount_minor = amount_minor + 1", "I4: invoice INV-000001"),
    ("a line's tax of a rate changed", "UPDATE invoice_line_tax SET amount_minor = amount_minor + 1", "has a tax rate of"),
    ("a coupon redeemed more than counted", "UPDATE coupon SET redeemed = 0", "I8: coupon coup_"),
    ("a coupon redeemed more than it may be", "UPDATE coupon SET max_redemptions = 0", "I8: coupon coup_"),
    ("a coupon that serves more than it said", "UPDATE coupon_redemption SET used = 2", "I8: coupon coup_"),
    ("a coupon's use given back", "UPDATE coupon_redemption SET used = 0", "I8: coupon coup_"),
    ("a coupon's state changed", "UPDATE coupon SET status = 'inactive'", "I10: coupon coup_"),
];

/// A draft, one that became a document and was paid, and a payment.
fn drafted() -> TestApp {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let draft = || {
        let lines = json!([{ "description": "Visit", "unitAmount": "5.00" }]);
        string(&app.full.post("/api/v1/invoices", &json!({ "customerId": ana, "lines": lines })).created()["id"])
    };
    let paid = draft();
    draft();
    app.full.post(&format!("/api/v1/invoices/{paid}/finalize"), &json!({})).ok();
    app.full.mark_paid(&json!(paid), json!({ "amount": "4.00" })).ok();
    app
}

const DRAFT_TAMPERS: &[(&str, &str, &str)] = &[
    ("a document called a draft", "DROP TRIGGER invoice_stays_finalised; UPDATE invoice SET status = 'draft' WHERE n = 1", "I3: draft inv_"),
    ("a draft called open", "UPDATE invoice SET status = 'open' WHERE row = 2", "has a content that cannot be read"),
    ("a draft with a number", "UPDATE invoice SET number = 'INV-000002' WHERE row = 2", "I3: draft inv_"),
    ("a draft without lines", "DELETE FROM draft_line", "I4: draft inv_"),
    ("a draft with a sum", "UPDATE invoice SET total_minor = 500 WHERE row = 2", "has sums before it is finalised"),
    ("a payment of a draft", "UPDATE payment SET invoice = 2", "is in the books before it is finalised"),
    ("a draft in the ledger", "UPDATE ledger_entry SET invoice = 2 WHERE payment IS NOT NULL", "is in the books before it is finalised"),
    ("a document with a draft's lines", "UPDATE draft_line SET invoice = 1", "is finalised, and has lines of a draft"),
    ("a draft that the log calls otherwise", "UPDATE transition SET to_state = 'open' WHERE to_state = 'draft'", "I10: draft inv_"),
    ("a draft taken away", "DELETE FROM draft_line; DELETE FROM invoice WHERE row = 2; DELETE FROM event WHERE sequence = 3", "I10: event 3 is missing"),
];

#[test]
fn whatever_was_done_to_drafts_is_found_and_named() {
    all_are_found(drafted, FORCE, DRAFT_TAMPERS);
}

#[test]
fn whatever_was_done_to_the_file_is_found_and_named() {
    all_are_found(books, FORCE, TAMPERS);
}

#[test]
fn whatever_was_done_to_credit_notes_taxes_and_coupons_is_found_and_named() {
    all_are_found(credited, &format!("{FORCE} {FORCE_NOTES}"), NOTE_TAMPERS);
}

fn all_are_found(books: fn() -> TestApp, force: &str, tampers: &[(&str, &str, &str)]) {
    let whole = books();
    assert_eq!((found(&whole, Options::default()), found(&whole, SMALL)), (Vec::new(), Vec::new()));
    let mut wrong = Vec::new();
    for (what, sql, expected) in tampers {
        let mut app = books();
        app.tamper(&format!("{force} {sql}"));
        let mut violations = found(&app, Options::default());
        if !violations.iter().any(|v| v.contains(expected)) {
            wrong.push(format!("{what}: {violations:#?}"));
        }
        // However it is read, it comes to the same.
        let mut in_parts = found(&app, SMALL);
        violations.sort();
        in_parts.sort();
        if violations != in_parts {
            wrong.push(format!("{what}: {violations:#?}, and in parts {in_parts:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Forty days of two subscriptions: one renewed, one paused for a week; and an invoice that was void after five days.
fn earned() -> TestApp {
    let app = TestApp::on_test_clock("2026-01-01T10:00:00Z");
    let (ana, bob) = (app.full.new_customer("ana@example.com"), app.full.new_customer("bob@example.com"));
    let product = app.full.new_product();
    app.full.grant(&ana, "9.99", "USD");
    app.full.subscribe(&ana, &product, json!({ "payment": "manual" }));
    let paused = string(&app.full.subscribe(&bob, &product, json!({ "payment": "manual" }))["id"]);
    let renewed = string(&app.full.subscribe(&bob, &product, json!({ "payment": "none", "startAt": "2025-12-06" }))["id"]);
    app.live_to("2026-01-12T00:00:00Z");
    let void = app.full.invoices_of(&renewed)[0].clone();
    app.full.post(&format!("/api/v1/invoices/{}/void", string(&void["id"])), &json!({})).ok();
    app.full.act(&paused, "pause", json!({})).ok();
    app.live_to("2026-01-19T00:00:00Z");
    app.full.act(&paused, "resume", json!({})).ok();
    app.live_to("2026-02-10T00:00:00Z");
    app
}

/// The same for what is earned by day.
const TAMPERS_OF_REVENUE: &[(&str, &str, &str)] = &[
    ("a schedule deleted", "DELETE FROM recognition WHERE row = 1", "has a line whose schedules are not those of its amount"),
    (
        "a schedule's amount changed",
        "UPDATE recognition SET amount_minor = amount_minor + 1 WHERE row = 1",
        "has a line whose schedules are not those of its amount",
    ),
    ("a schedule over other days", "UPDATE recognition SET days = days + 1 WHERE row = 1", "I5: revenue changes on 2026-02-01 by"),
    ("a schedule begun later", "UPDATE recognition SET first_day = first_day + 1 WHERE row = 1", "I5: revenue changes on 2026-01-01 by"),
    ("a schedule on hold", "UPDATE recognition SET first_day = NULL, days = NULL WHERE row = 1", "I5: revenue changes on 2026-01-01 by"),
    ("a schedule in another currency", "UPDATE recognition SET currency = 'EUR' WHERE row = 1", "I5: revenue changes on 2026-01-01 by"),
    ("a schedule in none", "UPDATE recognition SET currency = 'ZZZ' WHERE row = 1", "I5: schedule 1 is in a currency that there is not"),
    (
        "what is void is earned again",
        "DELETE FROM recognition WHERE row = (SELECT MAX(r.row) FROM recognition r JOIN invoice_line l ON l.row = r.invoice_line JOIN invoice i ON i.row = l.invoice WHERE i.status = 'void')",
        "has deferred revenue in the ledger of",
    ),
    ("a schedule written on a day that was posted", "UPDATE recognition SET opens = opens - 1 WHERE days IS NULL", "I5: revenue changes on "),
    (
        "a change changed",
        "UPDATE revenue_change SET amount_minor = amount_minor + 1 WHERE day = (SELECT MAX(day) FROM revenue_change)",
        "I5: revenue changes on ",
    ),
    (
        "a change of a day that was posted",
        "UPDATE revenue_change SET amount_minor = amount_minor + 1 WHERE day = (SELECT MIN(day) FROM revenue_change)",
        "I5: revenue changes on 2026-01-01 by",
    ),
    ("the changes deleted", "DELETE FROM revenue_change", "I5: revenue changes on 2026-01-01 by 0.00 USD"),
    (
        "a change made up",
        "INSERT INTO revenue_change VALUES (30000, 'EUR', 5)",
        "I5: revenue changes on 2052-02-20 by 0.05 EUR, and the lines' schedules say 0.00 EUR",
    ),
    ("the rate changed", "UPDATE revenue_rate SET amount_minor = amount_minor + 1", "I5: revenue of the last day is kept as"),
    ("the rate deleted", "DELETE FROM revenue_rate", "I5: revenue of the last day is kept as 0.00 USD"),
    ("a day posted again", "UPDATE revenue_clock SET open_day = open_day - 1", "were posted as revenue of 2026-02-09, and the lines earned 0.00 USD"),
    ("a day left out", "UPDATE revenue_clock SET open_day = open_day + 1", "0.00 USD were posted as revenue of 2026-02-10"),
    (
        "a posting of a day changed as a whole",
        "UPDATE ledger_posting SET amount_minor = amount_minor + sign(amount_minor) WHERE entry = (SELECT MIN(row) FROM ledger_entry WHERE kind = 'revenue_recognised')",
        "were posted as revenue of 2026-01-01, and the lines earned",
    ),
    (
        "a posting of another day",
        "UPDATE ledger_entry SET day = day - 1 WHERE row = (SELECT MIN(row) FROM ledger_entry WHERE kind = 'revenue_recognised')",
        "were posted as revenue of 2025-12-31, and the lines earned 0.00 USD",
    ),
    (
        "a posting given to a customer",
        "UPDATE ledger_entry SET customer = 1, kind = 'goodwill' WHERE row = (SELECT MIN(row) FROM ledger_entry WHERE kind = 'revenue_recognised')",
        "posts what only an invoice can, and belongs to none",
    ),
    ("a counter of postings changed", "UPDATE ledger_day SET credit_minor = credit_minor + 1 WHERE kind = 'invoice_finalized'", "I5: postings "),
    ("a counter of postings deleted", "DELETE FROM ledger_day WHERE kind = 'invoice_voided'", "are counted as 0.00 USD (0), and come to"),
    (
        "a counter of postings made up",
        "INSERT INTO ledger_day VALUES ('EUR', 20000, 'revenue', 'x', 1, 0)",
        "I5: postings revenue, x of 2024-10-04 are counted as 0.01 EUR (0)",
    ),
    ("a counter of what is due changed", "UPDATE receivable_day SET amount_minor = amount_minor + 1", "I5: what is due on 2026-"),
    ("an invoice due on another day", "UPDATE receivable_due SET day = day + 1", "I5: what is due on 2026-01-07"),
    ("a movement deleted", "DELETE FROM mrr_movement WHERE row = 1", "I12: subscription sub_"),
    ("a movement's amount changed", "UPDATE mrr_movement SET amount_minor = 1 WHERE row = 1", "that does not follow from the one before it"),
    ("a movement of another kind", "UPDATE mrr_movement SET kind = 'reactivation' WHERE row = 1", "that does not follow from the one before it"),
    ("the last movement's end changed", "UPDATE mrr_movement SET mrr_minor = 5, amount_minor = 5 WHERE row = 1", "I12: subscription sub_"),
    ("a movement on another day", "UPDATE mrr_movement SET day = day + 1 WHERE row = 1", "I12: movements of recurring revenue new of 2026-01-01"),
    (
        "a counter of movements changed",
        "UPDATE mrr_day SET amount_minor = amount_minor + 1 WHERE kind = 'new'",
        "I12: movements of recurring revenue new of 2026-01-01",
    ),
    (
        "a price changed",
        "UPDATE subscription SET unit_amount_minor = unit_amount_minor + 1 WHERE row = 2",
        "has a recurring revenue of 10.00 USD, and its movements come to 9.99 USD",
    ),
    ("a quantity changed", "UPDATE subscription SET quantity = 2 WHERE row = 2", "has a recurring revenue of 19.98 USD, and its movements come to 9.99 USD"),
    ("an entry of nobody", "UPDATE ledger_entry SET customer = NULL WHERE row = 1", "I5: ledger entry 1 belongs to no customer"),
];

#[test]
fn whatever_was_done_to_the_revenue_is_found_and_named() {
    let whole = earned();
    assert_eq!((found(&whole, Options::default()), found(&whole, SMALL)), (Vec::new(), Vec::new()));
    assert!(whole.count("SELECT COUNT(*) FROM ledger_entry WHERE kind = 'revenue_recognised'") > 30);
    let mut wrong = Vec::new();
    for (what, sql, expected) in TAMPERS_OF_REVENUE {
        let mut app = earned();
        app.tamper(&format!("{FORCE} {sql}"));
        let (mut violations, mut in_parts) = (found(&app, Options::default()), found(&app, SMALL));
        if !violations.iter().any(|v| v.contains(expected)) {
            wrong.push(format!("{what}: {violations:#?}"));
        }
        violations.sort();
        in_parts.sort();
        if violations != in_parts {
            wrong.push(format!("{what}: {violations:#?}, and in parts {in_parts:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever the tampers above force the database to take is not itself an alarm.
#[test]
fn only_the_tampering_is_found() {
    let mut app = books();
    app.tamper(FORCE);
    assert_eq!(found(&app, Options::default()), Vec::<String>::new());
}

#[test]
fn a_chain_made_anew_is_found_by_its_head_and_by_heads_that_were_kept() {
    let app = books();
    let kept = heads(&app);
    assert_eq!(kept.iter().map(|h| (h.series.as_str(), h.n)).collect::<Vec<_>>(), [("INV-{n}", 5)]);
    // It has grown since: that is well.
    app.full.subscribe(&app.full.new_customer("ida@example.com"), &string(&app.full.all("/api/v1/products", 1)[0]["id"]), json!({}));
    assert_eq!(world::verify(app.data(), SMALL, kept), Vec::<String>::new());
    let newest = heads(&app);
    drop(app);

    let edit = "DROP TRIGGER invoice_document_is_final; UPDATE invoice SET content = replace(content, 'ana@example.com', 'eva@example.com') WHERE n = 3;";
    for with_head in [false, true] {
        let mut app = books();
        let kept = heads(&app);
        app.tamper(&format!("{edit} CREATE TRIGGER invoice_document_is_final BEFORE UPDATE OF hash ON invoice BEGIN SELECT 1; END"));
        rehash(app.data(), with_head);
        let alone = found(&app, SMALL);
        assert_eq!(alone.is_empty(), with_head, "{alone:?}");
        assert!(with_head || alone == ["verify: I13: the chain of INV-{n} does not end in its head: it was made anew"], "{alone:?}");
        let compared = world::verify(app.data(), SMALL, kept);
        assert!(compared.iter().any(|v| v.contains("I13: invoice INV-000005") && v.contains("head was kept")), "{compared:?}");
    }
    // A database that was put back to an earlier day.
    let app = books();
    let compared = world::verify(app.data(), SMALL, newest);
    assert_eq!(compared, ["verify: I13: number 6 of INV-{n}, whose head was kept, is not there any more"]);
}

/// Does the next thing, of all kinds in turn.
fn act(user: &User, n: usize, subscriptions: &mut Vec<String>, customer: &str, product: &str) {
    let newest = subscriptions.last().cloned();
    match (n % 7, newest) {
        (0, _) | (_, None) => subscriptions.push(string(&user.subscribe(customer, product, json!({ "payment": "invoice" }))["id"])),
        (1, Some(newest)) => {
            let invoice = user.subscription(&newest)["latestInvoiceId"].clone();
            user.mark_paid(&invoice, json!({ "amount": "12.00" })).ok();
            if n % 28 == 1 {
                user.post(&format!("/api/v1/invoices/{}/credit-notes", string(&invoice)), &json!({ "to": "refund" })).created();
            }
        }
        (2, _) => drop(user.try_subscribe(customer, product, json!({ "payment": "credit" })).status),
        (3, Some(newest)) => drop(user.act(&newest, "renew", json!({ "payment": "manual" })).status),
        (4, _) => drop(user.grant(customer, "5.00", "USD")),
        (5, Some(newest)) => drop(user.act(&newest, "extend", json!({ "days": 2 })).status),
        (_, Some(newest)) => drop(user.act(&newest, "cancel", json!({})).status),
    }
}

fn checkpoint(db: &Connection) -> (i64, i64) {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| Ok((r.get(0)?, r.get(1)?))).expect("a checkpoint can be asked for")
}

/// Between any two ranges something is written, and the log is copied and emptied: nobody holds it. And what is written raises no alarm.
#[test]
fn between_two_ranges_the_log_can_be_emptied_and_anything_be_written() {
    let app = books();
    let (customer, product) = (app.full.new_customer("live@example.com"), app.full.new_product());
    #[expect(clippy::disallowed_methods, reason = "the writer's own connection is the writer's")]
    let db = Connection::open(app.data().join(FILE_NAME)).expect("the database opens");
    // A checkpoint that is held up says so at once.
    db.busy_timeout(std::time::Duration::ZERO).expect("a time can be set");
    let (mut done, mut subscriptions) = (0, Vec::new());
    for (range, window) in [(9, 3), (20, 1 << 20), (30, 40)].repeat(3) {
        let reader = Reader::open(app.data()).expect("the database opens");
        let options = Options { range, window };
        let mut proof = Proof::begin(&reader, options, Vec::new()).expect("the database can be read");
        let mut steps = 0;
        while proof.step(&mut |violation| panic!("{violation}")).expect("the database can be read") {
            steps += 1;
            // Not so often that the smallest ranges are overtaken for ever.
            if range > 9 || steps % 3 == 0 {
                act(&app.full, done, &mut subscriptions, &customer, &product);
                done += 1;
            }
            assert_eq!(checkpoint(&db), (0, 0), "the log is held");
        }
        assert!(steps > 8, "only {steps} ranges");
        // Whoever reads does hold it.
        let held = reader.read(|tx| {
            tx.one("SELECT COUNT(*) FROM customer", [], |r| r.get::<_, i64>(0))?;
            app.full.grant(&customer, "1.00", "USD");
            Ok(checkpoint(&db))
        });
        assert_eq!(held.expect("the database can be read").0, 1, "the check is awake");
    }
    assert!(done > 30, "only {done} things were done meanwhile");
}

/// Days are posted, and schedules and recurring revenue move, between any two ranges.
#[test]
fn days_that_pass_while_the_books_are_proved_raise_no_alarm() {
    let app = books();
    let (customer, product) = (app.full.new_customer("live@example.com"), app.full.new_product());
    let (mut days, mut subscription) = (0, String::new());
    for (range, window) in [(3, 1 << 20), (7, 5), (40, 3)] {
        let reader = Reader::open(app.data()).expect("the database opens");
        let mut proof = Proof::begin(&reader, Options { range, window }, Vec::new()).expect("the database can be read");
        let mut steps = 0;
        while proof.step(&mut |violation| panic!("after {days} days: {violation}")).expect("the database can be read") {
            steps += 1;
            // Not so often that the smallest ranges are overtaken for ever.
            if steps % 6 == 0 {
                match days % 4 {
                    0 => subscription = string(&app.full.subscribe(&customer, &product, json!({ "payment": "manual" }))["id"]),
                    1 => drop(app.full.act(&subscription, "pause", json!({})).ok()),
                    2 => drop(app.full.act(&subscription, "resume", json!({})).ok()),
                    _ => drop(app.full.act(&subscription, "cancel", json!({})).ok()),
                }
                app.advance(std::time::Duration::from_secs(86_400));
                app.bill();
                days += 1;
            }
        }
    }
    assert!(days > 12, "only {days} days passed");
    assert!(app.count("SELECT COUNT(*) FROM ledger_entry WHERE kind = 'revenue_recognised'") > 10);
}

#[test]
fn a_busy_server_is_proved_again_and_again_without_a_false_alarm() {
    const PROOFS: usize = 40;
    let app = books();
    let product = app.full.new_product();
    let (stop, acts) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (app, product) = (&app, &product);
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let (stop, acts) = (&stop, &acts);
            scope.spawn(move || {
                let customer = app.full.new_customer(&format!("writer{writer}@example.com"));
                let mut subscriptions = Vec::new();
                for n in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    act(&app.full, n, &mut subscriptions, &customer, product);
                    acts.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let proofs = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            // A machine that others use may let few acts in between.
            let enough = |n| n >= PROOFS && acts.load(Ordering::Relaxed) > PROOFS;
            for n in (0..100 * PROOFS).take_while(|n| !enough(*n)) {
                let alarms = found(app, Options { range: [40, 100, 500][n % 3], window: [25, 1 << 20][n % 2] });
                assert_eq!(alarms, Vec::<String>::new(), "proof {n}, after {} acts", acts.load(Ordering::Relaxed));
            }
        }));
        stop.store(true, Ordering::Relaxed);
        proofs.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    let acts = acts.load(Ordering::Relaxed);
    assert!(acts > PROOFS, "only {acts} acts beside {PROOFS} proofs");
}

fn verify(data: &Path, options: &[&str]) -> Output {
    run(billhead().arg("verify").args(options).arg("--data").arg(data))
}

#[track_caller]
fn said(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "standard error");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn sell(server: &Server, key: &str, email: &str) -> Value {
    let client = server.client(key);
    let post = |path: &str, name: &str, body: Value| {
        let answer = client.post(path, name, &body).expect("the server answers");
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    };
    let customer = post("/api/v1/customers", email, json!({ "email": email }));
    let product = post("/api/v1/products", &format!("{email}-product"), json!({ "name": "Basic", "price": "9.99", "currency": "USD" }));
    post("/api/v1/subscriptions", &format!("{email}-sub"), json!({ "customerId": customer["id"], "productId": product["id"], "payment": "manual" }))
}

#[test]
fn the_command_proves_beside_the_server_and_without_it() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let data = directory.path().join("data");
    let none = refusal(billhead().args(["verify", "--data"]).arg(&data), 1);
    assert!(none.contains("there is no data in") && !data.exists(), "{none}");
    let key = create_full_key(&data);
    let server = Server::start(&data);
    let empty = said(&verify(&data, &[]), 0);
    assert!(empty.contains("Nothing is wrong.") && empty.lines().all(|l| l.starts_with('#')), "{empty}");
    sell(&server, &key, "ana@example.com");

    let beside = said(&verify(&data, &[]), 0);
    for rule in Rule::ALL {
        let state = if rule.text() == "I11" { "not checked" } else { "holds" };
        let line = format!("# {:<4} {state:<12} {}", rule.text(), rule.words());
        assert!(beside.lines().any(|l| l == line), "{line}: {beside}");
    }
    let hash = |output: &str| output.lines().last().and_then(|l| l.strip_prefix("INV-{n}  1  ")).map(str::to_owned);
    #[expect(clippy::disallowed_methods, reason = "a foreign connection is the point of a check from outside")]
    let stored =
        Connection::open(data.join(FILE_NAME)).expect("the database opens").query_row("SELECT head_hash FROM document_series", [], |r| r.get::<_, [u8; 32]>(0));
    assert_eq!(hash(&beside), stored.ok().map(|h| hex(&h)), "{beside}");
    server.stop();
    assert_eq!(hash(&said(&verify(&data, &[]), 0)), hash(&beside), "without the server");
    assert_eq!(said(&verify(&data, &["--quiet"]), 0), "");

    // What it printed is what it compares with, once the chain has grown.
    let kept = directory.path().join("heads");
    std::fs::write(&kept, &beside).expect("a file can be written");
    let kept = kept.to_str().expect("a path in UTF-8");
    let server = Server::start(&data);
    sell(&server, &key, "bob@example.com");
    assert!(said(&verify(&data, &["--heads", kept]), 0).contains("INV-{n}  2  "));
    server.stop();
    rehash_after(&data, "UPDATE invoice SET content = replace(content, 'ana@', 'eva@')");
    assert_eq!(said(&verify(&data, &["--quiet"]), 0), "", "head and all, nothing shows");
    let anew = said(&verify(&data, &["--quiet", "--heads", kept]), 1);
    assert!(anew.starts_with("I13: invoice INV-000001 (inv_") && anew.lines().count() == 1, "{anew}");
    // The overview page shows the last of them.
    #[expect(clippy::disallowed_methods, reason = "a foreign connection is the point of a check from outside")]
    let db = Connection::open(data.join(FILE_NAME)).expect("the database opens");
    let proof: (i64, bool) = db.query_row("SELECT violations, read_rows > 20 FROM proof", [], |r| Ok((r.get(0)?, r.get(1)?))).expect("a proof was kept");
    assert_eq!(proof, (1, true));
}

fn rehash_after(data: &Path, sql: &str) {
    #[expect(clippy::disallowed_methods, reason = "a foreign connection is what this is about")]
    let db = Connection::open(data.join(FILE_NAME)).expect("the database opens");
    db.execute_batch(&format!(
        "DROP TRIGGER invoice_document_is_final; {sql}; CREATE TRIGGER invoice_document_is_final BEFORE UPDATE OF hash ON invoice BEGIN SELECT 1; END"
    ))
    .expect("SQL");
    drop(db);
    rehash(data, true);
}

#[test]
fn heads_that_would_compare_nothing_are_refused_and_so_is_an_older_database() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let data = directory.path().join("data");
    create_full_key(&data);
    let heads = directory.path().join("heads");
    let with_heads = |text: &str| {
        std::fs::write(&heads, text).expect("a file can be written");
        refusal(billhead().args(["verify", "--heads"]).arg(&heads).arg("--data").arg(&data), 1)
    };
    assert!(with_heads("# only words\n").contains("there are none"));
    assert!(with_heads("I13: invoice INV-000001 is not what was finalised\n").contains("line 1 is no head"));
    assert!(with_heads(&format!("INV-{{n}}  1  {}", "ab".repeat(31))).contains("line 1 is no head"));
    std::fs::remove_file(&heads).expect("a file can be removed");
    assert!(refusal(billhead().args(["verify", "--heads"]).arg(&heads).arg("--data").arg(&data), 1).contains("the heads in"));

    #[expect(clippy::disallowed_methods, reason = "a foreign connection is what this is about")]
    let db = Connection::open(data.join(FILE_NAME)).expect("the database opens");
    db.pragma_update(None, "user_version", 2).expect("a version can be set");
    drop(db);
    let older = refusal(billhead().args(["verify", "--data"]).arg(&data), 1);
    assert!(older.contains("written by an older Billhead") && older.contains("Start this program's server on it once"), "{older}");
}

/// A charge that succeeded, one that was declined, and one that is under way.
fn charges() -> TestApp {
    let app = TestApp::charging(std::sync::Arc::new(TestGateway));
    let product = app.full.new_product();
    for (n, behavior) in ["succeed", "decline"].into_iter().enumerate() {
        let customer = app.full.new_customer(&format!("c{n}@example.com"));
        app.full.post(&format!("/api/v1/customers/{customer}/payment-methods"), &json!({ "type": "test", "behavior": behavior })).created();
        app.full.subscribe(&customer, &product, json!({ "payment": "manual", "collection": "automatic" }));
    }
    app.advance_to("2026-02-28T10:00:00Z");
    app.bill();
    app.charge();
    app.advance_to("2026-03-01T10:00:00Z");
    app.bill();
    app
}

#[test]
fn whatever_was_done_to_charges_is_found_and_named() {
    let whole = charges();
    assert_eq!(whole.count("SELECT COUNT(DISTINCT status) FROM payment"), 3);
    assert_eq!((found(&whole, Options::default()), found(&whole, SMALL)), (Vec::new(), Vec::new()));
    let force = format!("{FORCE} DROP TRIGGER payment_is_monotone; DROP INDEX payment_in_flight;");
    for (what, sql, expected) in [
        ("money of the gateway moved", "UPDATE ledger_posting SET account = 'cash:manual' WHERE account = 'cash:test'", "came by test and lies in cash:manual"),
        (
            "a charge called manual",
            "UPDATE payment SET provider = 'manual' WHERE provider = 'test' AND status = 'succeeded'",
            "came by manual and lies in cash:test",
        ),
        (
            "a failure called a success",
            "UPDATE payment SET status = 'succeeded', failure_code = NULL, paid_at = 1 WHERE status = 'failed'",
            "has cash in the ledger of 0.00 USD",
        ),
        (
            "a success called a failure",
            "UPDATE payment SET status = 'failed', failure_code = 'x' WHERE provider = 'test' AND status = 'succeeded'",
            "and it should be 0.00 USD",
        ),
        (
            "a transaction forgotten",
            "UPDATE payment SET provider_reference = NULL WHERE status = 'succeeded'",
            "succeeded without a transaction of its gateway",
        ),
        ("a reason made up", "UPDATE payment SET failure_code = 'x' WHERE status = 'processing'", "I10: payment pay_"),
        (
            "an intent called failed",
            "UPDATE payment SET status = 'failed', failure_code = 'x', look_at = NULL WHERE status = 'processing'",
            "the log does not know of it",
        ),
        (
            "an order of what is decided",
            "INSERT INTO charge_order (payment, body) SELECT row, x'00' FROM payment WHERE status = 'failed'",
            "something still waits for it",
        ),
        ("an invoice of another", "UPDATE payment SET customer = 1 WHERE status = 'failed'", "pays an invoice of another customer"),
    ] {
        let mut app = charges();
        app.tamper(&format!("{force} {sql}"));
        let violations = found(&app, Options::default());
        assert!(violations.iter().any(|v| v.contains(expected)), "{what}: {violations:#?}");
    }
}
