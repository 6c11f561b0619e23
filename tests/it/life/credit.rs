//! Credit notes and refunds, to the cent (rules 3.3, 5, 6 and 7).

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{at_once, id, rows, string};

/// An invoice of 10.00 with 19 % in it (net 8.40, tax 1.60) of a customer in Germany, and of another line of 5.00 (4.20, 0.80).
fn invoice(app: &TestApp) -> (String, Value) {
    app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "19", "inclusive": true, "country": "DE" })).created();
    let ana = id(&app.full.post("/api/v1/customers", &json!({ "email": "ana@example.com", "address": { "country": "DE" } })).created());
    let product = json!({ "name": "Gold", "price": "10.00", "currency": "USD", "interval": "month", "setupFee": "5.00" });
    let gold = id(&app.full.post("/api/v1/products", &product).created());
    let subscription = app.full.subscribe(&ana, &gold, json!({}));
    (ana, app.full.invoice(&subscription["latestInvoiceId"]))
}

fn credit(app: &TestApp, invoice: &Value, body: Value) -> Value {
    app.full.post(&format!("/api/v1/invoices/{}/credit-notes", string(&invoice["id"])), &body).created()
}

fn refund(app: &TestApp, invoice: &Value, amount: &str) -> Value {
    app.full.post(&format!("/api/v1/invoices/{}/refunds", string(&invoice["id"])), &json!({ "amount": amount })).created()
}

fn fields<const N: usize>(of: &Value, names: [&str; N]) -> [String; N] {
    names.map(|name| string(&of[name]))
}

/// What an invoice comes to by now.
fn standing(app: &TestApp, invoice: &Value) -> [String; 4] {
    fields(&app.full.invoice(&invoice["id"]), ["status", "amountCredited", "amountPaid", "amountDue"])
}

fn balance(app: &TestApp, customer: &str) -> Value {
    app.full.get(&format!("/api/v1/customers/{customer}")).ok()["balances"].clone()
}

fn account(app: &TestApp, account: &str) -> i64 {
    app.count(&format!("SELECT coalesce(SUM(amount_minor), 0) FROM ledger_posting WHERE account = '{account}'"))
}

#[test]
fn rule_3_3_a_note_lowers_the_due_and_an_invoice_with_nothing_due_is_paid() {
    let app = TestApp::start();
    let (ana, invoice) = invoice(&app);
    assert_eq!(fields(&invoice, ["amount", "tax", "amountDue"]), ["15.00", "2.39", "15.00"]);
    let line = &invoice["lines"][0];
    let note = credit(&app, &invoice, json!({ "lines": [{ "lineId": line["id"], "amount": "4.20" }], "reason": "Two weeks without service" }));
    // Half of the line's net, and half of its tax.
    assert_eq!(fields(&note, ["number", "subtotal", "tax", "amount"]), ["CN-000001", "4.20", "0.80", "5.00"]);
    assert_eq!(fields(&note, ["to", "amountToDue", "amountToBalance", "amountRefunded"]), ["balance", "5.00", "0.00", "0.00"]);
    assert_eq!((&note["lines"][0]["lineId"], &note["lines"].as_array().map(Vec::len)), (&line["id"], &Some(1)));
    assert_eq!((&note["taxes"][0]["name"], &note["taxes"][0]["amount"]), (&json!("VAT"), &json!("0.80")));
    assert_eq!((&note["buyer"], &note["reason"]), (&invoice["buyer"], &json!("Two weeks without service")));
    assert_eq!(standing(&app, &invoice), ["open", "5.00", "0.00", "10.00"]);
    // All that is left: the subscription begins with nothing to pay, since what is due is nothing.
    let rest = credit(&app, &invoice, json!({}));
    assert_eq!(fields(&rest, ["number", "subtotal", "tax", "amount"]), ["CN-000002", "8.41", "1.59", "10.00"]);
    assert_eq!(standing(&app, &invoice), ["paid", "15.00", "0.00", "0.00"]);
    assert_eq!(balance(&app, &ana), json!([]));
    assert_eq!((account(&app, "receivable"), account(&app, "deferred_revenue"), account(&app, "tax_payable")), (0, 0, 0));
    app.full.post(&format!("/api/v1/invoices/{}/credit-notes", string(&invoice["id"])), &json!({})).refused(409, "state_conflict");
    assert_eq!(rows(&app.full.get(&format!("/api/v1/credit-notes?invoiceId={}", string(&invoice["id"]))).ok()).len(), 2);
}

#[test]
fn rule_7_what_exceeds_the_due_goes_to_the_balance_or_is_refunded() {
    let app = TestApp::start();
    let (ana, invoice) = invoice(&app);
    app.full.mark_paid(&invoice["id"], json!({ "amount": "9.00" })).ok();
    app.full.mark_paid(&invoice["id"], json!({ "amount": "8.00" })).ok();
    // 2.00 too much are in store.
    assert_eq!(balance(&app, &ana), json!([{ "currency": "USD", "amount": "2.00" }]));
    let line = &invoice["lines"][1];
    let path = format!("/api/v1/invoices/{}/credit-notes", string(&invoice["id"]));
    let lines = json!([{ "lineId": line["id"], "amount": line["amount"] }]);
    app.full.post(&path, &json!({ "lines": lines, "to": "none" })).refused(409, "state_conflict");
    let note = credit(&app, &invoice, json!({ "lines": lines }));
    assert_eq!(fields(&note, ["amount", "amountToDue", "amountToBalance", "amountRefunded"]), ["5.00", "0.00", "5.00", "0.00"]);
    assert_eq!(balance(&app, &ana), json!([{ "currency": "USD", "amount": "7.00" }]));
    // What was paid stays paid; what is left to credit can be refunded: of the newest payment first.
    let back = refund(&app, &invoice, "7.00");
    assert_eq!(fields(&back, ["to", "amount", "amountRefunded"]), ["refund", "7.00", "7.00"]);
    let refunded = |row| app.count(&format!("SELECT refunded_minor FROM payment WHERE row = {row}"));
    assert_eq!([refunded(1), refunded(2)], [100, 600], "6.00 of the second, since the invoice took no more of it");
    assert_eq!(standing(&app, &invoice), ["paid", "0.00", "15.00", "0.00"]);
    assert_eq!((account(&app, "cash:manual"), account(&app, "customer_balance"), account(&app, "receivable")), (1_000, -700, 0));
    // 3.00 are left to credit, and more than that was paid.
    app.full.post(&format!("/api/v1/invoices/{}/refunds", string(&invoice["id"])), &json!({ "amount": "3.01" })).refused(409, "state_conflict");
    let rest = credit(&app, &invoice, json!({ "to": "refund" }));
    assert_eq!(fields(&rest, ["amount", "amountToBalance", "amountRefunded"]), ["3.00", "0.00", "3.00"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'payment.refunded'"), 3);
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'credit_note.created'"), 3);
}

#[test]
fn rule_7_what_was_paid_from_the_balance_goes_back_there() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.grant(&ana, "4.00", "USD");
    let subscription = app.full.subscribe(&ana, &gold, json!({}));
    let invoice = app.full.invoice(&subscription["latestInvoiceId"]);
    app.full.mark_paid(&invoice["id"], json!({})).ok();
    let note = credit(&app, &invoice, json!({ "to": "refund" }));
    assert_eq!(fields(&note, ["amount", "amountToBalance", "amountRefunded"]), ["9.99", "4.00", "5.99"]);
    assert_eq!(balance(&app, &ana), json!([{ "currency": "USD", "amount": "4.00" }]));
    let status = app.full.subscription(&string(&subscription["id"]));
    assert_eq!(status["status"], "active", "refunds leave access alone");
}

#[test]
fn rule_5_a_partly_credited_invoice_is_voided_for_what_is_left() {
    let app = TestApp::start();
    let (ana, invoice) = invoice(&app);
    app.full.mark_paid(&invoice["id"], json!({ "amount": "1.00" })).ok();
    credit(&app, &invoice, json!({ "lines": [{ "lineId": invoice["lines"][0]["id"], "amount": "1.00" }] }));
    app.full.post(&format!("/api/v1/invoices/{}/void", string(&invoice["id"])), &json!({})).ok();
    assert_eq!(balance(&app, &ana), json!([{ "currency": "USD", "amount": "1.00" }]));
    assert_eq!((account(&app, "receivable"), account(&app, "deferred_revenue"), account(&app, "tax_payable")), (0, 0, 0));
    for path in ["credit-notes", "refunds"] {
        let path = format!("/api/v1/invoices/{}/{path}", string(&invoice["id"]));
        app.full.post(&path, &if path.ends_with("refunds") { json!({ "amount": "1.00" }) } else { json!({}) }).refused(409, "state_conflict");
    }
}

#[test]
fn rule_5_what_a_note_may_not_take_is_named_and_changes_nothing() {
    let app = TestApp::start();
    let (_, invoice) = invoice(&app);
    let path = format!("/api/v1/invoices/{}/credit-notes", string(&invoice["id"]));
    let line = invoice["lines"][0]["id"].clone();
    let before = app.row_counts();
    let lines = |lines: Value| app.full.post(&path, &json!({ "lines": lines }));
    lines(json!([])).refused_for(422, "validation_error", &["lines"]);
    lines(json!([{ "lineId": line, "amount": "0" }])).refused_for(422, "validation_error", &["lines[0].amount"]);
    lines(json!([{ "lineId": line, "amount": "1" }, { "lineId": line, "amount": "1" }])).refused_for(422, "validation_error", &["lines[1].lineId"]);
    let foreign = "il_019c137ec1007fb68ee56c6544714200";
    lines(json!([{ "lineId": foreign, "amount": "1" }, { "lineId": line, "amount": "1.001" }])).refused_for(
        422,
        "validation_error",
        &["lines[0].lineId", "lines[1].amount"],
    );
    lines(json!([{ "lineId": line, "amount": "8.42" }])).refused(409, "state_conflict");
    app.full.post(&path, &json!({ "to": "pocket" })).refused_for(422, "validation_error", &["to"]);
    app.full.post(&format!("/api/v1/invoices/{}/refunds", string(&invoice["id"])), &json!({ "amount": "0.01" })).refused(409, "state_conflict");
    assert_eq!(app.row_counts(), before);
}

#[test]
fn rule_5_of_notes_that_are_made_at_once_none_takes_more_than_there_is() {
    let app = TestApp::start();
    let (ana, invoice) = invoice(&app);
    app.full.mark_paid(&invoice["id"], json!({})).ok();
    let path = format!("/api/v1/invoices/{}/refunds", string(&invoice["id"]));
    let answers = at_once(20, |_| app.full.post(&path, &json!({ "amount": "2.00" })).status);
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 7, "{answers:?}");
    assert!(answers.iter().all(|status| matches!(status, 201 | 409)), "{answers:?}");
    assert_eq!((account(&app, "cash:manual"), balance(&app, &ana)), (100, json!([])));
    let numbers: Vec<String> = rows(&app.full.get("/api/v1/credit-notes?limit=100").ok()).iter().map(|n| string(&n["number"])).collect();
    assert_eq!(numbers, (1..=7).map(|n| format!("CN-{n:06}")).collect::<Vec<_>>());
}

#[test]
fn rule_5_credit_notes_have_a_series_of_their_own() {
    let app = TestApp::start();
    let set = |invoices: &str, notes: &str| {
        app.full.patch("/api/v1/settings", &json!({ "billing": { "invoiceNumberFormat": invoices, "creditNoteNumberFormat": notes } }))
    };
    set("R-{n}", "R-{n:04}").refused_for(422, "validation_error", &["billing.creditNoteNumberFormat"]);
    set("R-{n}", "{year}/C-{n:04}").ok();
    let (_, invoice) = invoice(&app);
    assert_eq!(credit(&app, &invoice, json!({}))["number"], "2026/C-0001");
}
