//! Payments by hand, overpaid and partial ones, and the balance (rules 3.3, 3.4 and 6).

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{at_once, rows, string};

fn open_invoice(app: &TestApp) -> (String, Value) {
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = app.full.subscribe(&ana, &gold, json!({}));
    (ana, subscription["latestInvoiceId"].clone())
}

fn balance(app: &TestApp, customer: &str) -> Value {
    app.full.get(&format!("/api/v1/customers/{customer}")).ok()["balances"].clone()
}

#[test]
fn rule_3_4_partial_payments_leave_it_open_until_the_due_is_nothing() {
    let app = TestApp::start();
    let (ana, invoice) = open_invoice(&app);
    let partly = app.full.mark_paid(&invoice, json!({ "amount": "4.00", "method": "cash", "reference": "R-1", "paidAt": "2026-01-30" })).ok();
    assert_eq!(
        (&partly["status"], &partly["amountPaid"], &partly["amountDue"], &partly["paidAt"]),
        (&json!("open"), &json!("4.00"), &json!("5.99"), &Value::Null),
        "{partly}"
    );
    let rest = app.full.mark_paid(&invoice, json!({ "amount": "5.99" })).ok();
    assert_eq!((&rest["status"], &rest["amountPaid"], &rest["amountDue"]), (&json!("paid"), &json!("9.99"), &json!("0.00")), "{rest}");
    assert_eq!(balance(&app, &ana), json!([]));
    assert_eq!(app.count("SELECT COUNT(*) FROM payment"), 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'invoice.paid'"), 1);
}

#[test]
fn rule_3_4_an_overpayment_goes_to_the_balance_and_pays_the_next_invoice() {
    let app = TestApp::start();
    let (ana, invoice) = open_invoice(&app);
    let paid = app.full.mark_paid(&invoice, json!({ "amount": "25.00" })).ok();
    assert_eq!((&paid["status"], &paid["amountPaid"], &paid["amountDue"]), (&json!("paid"), &json!("9.99"), &json!("0.00")), "{paid}");
    assert_eq!(balance(&app, &ana), json!([{ "currency": "USD", "amount": "15.01" }]));
    // Rule 3.3: the balance is applied when an invoice is finalised.
    let subscription = string(&paid["subscriptionId"]);
    let renewed = app.full.act(&subscription, "renew", json!({ "periods": 2, "payment": "invoice" })).ok();
    let next = app.full.invoice(&renewed["latestInvoiceId"]);
    assert_eq!(
        (&next["amount"], &next["balanceApplied"], &next["amountDue"], &next["status"]),
        (&json!("19.98"), &json!("15.01"), &json!("4.97"), &json!("open")),
        "{next}"
    );
    assert_eq!(balance(&app, &ana), json!([{ "currency": "USD", "amount": "0.00" }]));
    app.full.mark_paid(&next["id"], json!({})).ok();
    assert_eq!(app.full.subscription(&subscription)["currentPeriodEnd"], "2026-04-30T10:00:00.000Z");
}

#[test]
fn rule_6_paid_twice_is_409_and_one_payment() {
    let app = TestApp::start();
    let (_, invoice) = open_invoice(&app);
    app.full.mark_paid(&invoice, json!({})).ok();
    app.full.mark_paid(&invoice, json!({})).refused(409, "state_conflict");
    app.full.mark_paid(&invoice, json!({ "amount": "1.00" })).refused(409, "state_conflict");
    assert_eq!(app.count("SELECT COUNT(*) FROM payment"), 1);
}

#[test]
fn rule_6_twenty_payments_at_once_are_one() {
    let app = TestApp::start();
    let (ana, invoice) = open_invoice(&app);
    let answers = at_once(20, |_| app.full.mark_paid(&invoice, json!({})));
    let (paid, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 200);
    assert_eq!((paid.len(), refused.len()), (1, 19));
    for answer in refused {
        answer.refused(409, "state_conflict");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM payment"), 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'subscription.activated'"), 1);
    assert_eq!(balance(&app, &ana), json!([]));
}

#[test]
fn rule_6_amounts_that_are_none_are_refused() {
    let app = TestApp::start();
    let (_, invoice) = open_invoice(&app);
    let before = app.row_counts();
    for amount in ["0", "0.00", "-1.00", "", "1e3", "9.999", "1000000000000000", "NaN", "٣"] {
        app.full.mark_paid(&invoice, json!({ "amount": amount })).refused_for(422, "validation_error", &["amount"]);
    }
    app.full.mark_paid(&invoice, json!({ "amount": 9.99 })).refused_for(422, "validation_error", &["amount"]);
    assert_eq!(app.row_counts(), before);
}

#[test]
fn rule_3_3_a_balance_that_covers_the_first_invoice_activates_at_once() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.grant(&ana, "12.00", "USD");
    app.full.grant(&ana, "7.00", "EUR");
    let subscription = app.full.subscribe(&ana, &gold, json!({ "payment": "invoice" }));
    assert_eq!((&subscription["status"], &subscription["currentPeriodEnd"]), (&json!("active"), &json!("2026-02-28T10:00:00.000Z")), "{subscription}");
    // Never over currencies (rule 3.1).
    assert_eq!(balance(&app, &ana), json!([{ "currency": "EUR", "amount": "7.00" }, { "currency": "USD", "amount": "2.01" }]));
}

#[test]
fn rule_3_3_a_small_balance_is_taken_and_the_rest_is_due() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.grant(&ana, "2.50", "USD");
    let manual = app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }));
    let invoice = app.full.invoice(&manual["latestInvoiceId"]);
    assert_eq!((&invoice["balanceApplied"], &invoice["amountPaid"], &invoice["status"]), (&json!("2.50"), &json!("7.49"), &json!("paid")), "{invoice}");
}

#[test]
fn rule_3_4_what_a_voided_invoice_took_goes_back_to_the_balance() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.grant(&ana, "2.50", "USD");
    let pending = app.full.subscribe(&ana, &gold, json!({}));
    app.full.mark_paid(&pending["latestInvoiceId"], json!({ "amount": "3.00" })).ok();
    assert_eq!(balance(&app, &ana), json!([{ "currency": "USD", "amount": "0.00" }]));
    app.full.act(pending["id"].as_str().unwrap_or("?"), "cancel", json!({})).ok();
    let voided = app.full.invoice(&pending["latestInvoiceId"]);
    assert_eq!((&voided["status"], &voided["amountPaid"], &voided["balanceApplied"]), (&json!("void"), &json!("0.00"), &json!("0.00")), "{voided}");
    assert_eq!(balance(&app, &ana), json!([{ "currency": "USD", "amount": "5.50" }]));
    app.full.mark_paid(&pending["latestInvoiceId"], json!({})).refused(409, "state_conflict");
}

#[test]
fn rule_7_a_balance_moves_by_hand_and_never_below_zero() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let path = format!("/api/v1/customers/{ana}/balance");
    let entry = app.full.post(&path, &json!({ "amount": "10.00", "currency": "USD", "note": "A week without service" })).created();
    assert_eq!((&entry["amount"], &entry["kind"], &entry["note"]), (&json!("10.00"), &json!("granted"), &json!("A week without service")), "{entry}");
    app.full.post(&path, &json!({ "amount": "-2.50", "currency": "USD" })).created();
    app.full.post(&path, &json!({ "amount": "-7.51", "currency": "USD" })).refused(409, "insufficient_balance");
    app.full.post(&path, &json!({ "amount": "0", "currency": "USD" })).refused_for(422, "validation_error", &["amount"]);
    app.full.post(&path, &json!({ "amount": "-7.50", "currency": "USD" })).created();
    let page = app.full.get(&format!("{path}?limit=2")).ok();
    assert_eq!(
        (rows(&page).len(), &page["pagination"]["total"], &page["balances"]),
        (2, &json!(3), &json!([{ "currency": "USD", "amount": "0.00" }])),
        "{page}"
    );
    let drained = at_once(10, |_| app.full.post(&path, &json!({ "amount": "1.00", "currency": "JPY" })).status);
    assert_eq!(drained, [422; 10]);
    app.full.grant(&ana, "5", "JPY");
    let taken = at_once(10, |_| app.full.post(&path, &json!({ "amount": "-1", "currency": "JPY" })).status);
    assert_eq!(taken.iter().filter(|s| **s == 201).count(), 5, "{taken:?}");
}
