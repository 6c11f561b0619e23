//! Renewing by hand, extending, and what an open renewal invoice does to both (rule 2).

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{rows, string};

/// Ana's monthly subscription, paid until 28 February.
fn active(app: &TestApp) -> (String, String) {
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }));
    (ana, string(&subscription["id"]))
}

/// The same inside the lead time of seven days, so that its renewal invoice is open.
fn with_open_renewal(app: &TestApp) -> (String, String, Value) {
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = app.full.subscribe(&ana, &gold, json!({ "payment": "none", "startAt": "2026-01-03T10:00:00Z" }));
    let invoice = subscription["latestInvoiceId"].clone();
    assert!(invoice.is_string(), "{subscription}");
    (ana, string(&subscription["id"]), invoice)
}

fn end(subscription: &Value) -> String {
    string(&subscription["currentPeriodEnd"])
}

#[test]
fn rule_2_renew_moves_what_is_paid_until_by_whole_periods_from_the_anchor() {
    let app = TestApp::start();
    let (_, id) = active(&app);
    let renewed = app.full.act(&id, "renew", json!({})).ok();
    assert_eq!((string(&renewed["currentPeriodStart"]), end(&renewed)), ("2026-01-31T10:00:00.000Z".into(), "2026-03-31T10:00:00.000Z".into()));
    let invoice = app.full.invoice(&renewed["latestInvoiceId"]);
    assert_eq!(
        (&invoice["billingReason"], &invoice["status"], &invoice["amount"], &invoice["number"]),
        (&json!("subscription_cycle"), &json!("paid"), &json!("9.99"), &json!("INV-000002")),
        "{invoice}"
    );
    let renewed = app.full.act(&id, "renew", json!({ "periods": 3 })).ok();
    assert_eq!(end(&renewed), "2026-06-30T10:00:00.000Z");
    let invoice = app.full.invoice(&renewed["latestInvoiceId"]);
    let ends: Vec<String> = invoice["lines"].as_array().into_iter().flatten().map(|l| string(&l["periodEnd"])[..10].to_owned()).collect();
    assert_eq!(ends, ["2026-04-30", "2026-05-31", "2026-06-30"], "{invoice}");
    assert_eq!(
        (&invoice["amount"], &invoice["periodStart"], &invoice["periodEnd"]),
        (&json!("29.97"), &json!("2026-03-31T10:00:00.000Z"), &json!("2026-06-30T10:00:00.000Z"))
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'subscription.renewed'"), 2);
}

#[test]
fn rule_2_renew_by_invoice_moves_the_period_when_it_is_paid_once() {
    let app = TestApp::start();
    let (_, id) = active(&app);
    let asked = app.full.act(&id, "renew", json!({ "periods": 2, "payment": "invoice" })).ok();
    assert_eq!(end(&asked), "2026-02-28T10:00:00.000Z");
    let invoice = app.full.invoice(&asked["latestInvoiceId"]);
    assert_eq!(
        (&invoice["status"], &invoice["amountDue"], &invoice["dueAt"]),
        (&json!("open"), &json!("19.98"), &json!("2026-02-28T10:00:00.000Z")),
        "{invoice}"
    );
    app.full.mark_paid(&invoice["id"], json!({ "amount": "19.97" })).ok();
    assert_eq!(end(&app.full.subscription(&id)), "2026-02-28T10:00:00.000Z");
    app.full.mark_paid(&invoice["id"], json!({ "amount": "0.01" })).ok();
    assert_eq!(end(&app.full.subscription(&id)), "2026-04-30T10:00:00.000Z");
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'subscription.renewed'"), 1);
}

#[test]
fn rule_2_an_open_renewal_invoice_is_the_renewal() {
    let app = TestApp::start();
    let (ana, id, invoice) = with_open_renewal(&app);
    let before = app.row_counts();
    app.full.act(&id, "renew", json!({ "periods": 2 })).refused(409, "state_conflict");
    app.full.act(&id, "renew", json!({ "payment": "credit" })).refused(409, "insufficient_balance");
    let answered = app.full.act(&id, "renew", json!({ "payment": "invoice" })).ok();
    assert_eq!(answered["latestInvoiceId"], invoice);
    assert_eq!(app.row_counts(), before);
    let renewed = app.full.act(&id, "renew", json!({})).ok();
    assert_eq!((&renewed["latestInvoiceId"], end(&renewed)), (&invoice, "2026-03-03T10:00:00.000Z".into()));
    assert_eq!(app.full.invoice(&invoice)["status"], "paid");
    assert_eq!(app.full.invoices_of(&id).len(), 1);
    // The next one is a new invoice.
    app.full.grant(&ana, "25.00", "USD");
    let renewed = app.full.act(&id, "renew", json!({ "periods": 2, "payment": "credit" })).ok();
    assert_eq!(end(&renewed), "2026-05-03T10:00:00.000Z");
    assert_eq!(app.full.get(&format!("/api/v1/customers/{ana}")).ok()["balances"], json!([{ "currency": "USD", "amount": "5.02" }]));
}

#[test]
fn rule_2_credit_pays_an_open_renewal_that_is_partly_paid() {
    let app = TestApp::start();
    let (ana, id, invoice) = with_open_renewal(&app);
    app.full.mark_paid(&invoice, json!({ "amount": "5.00" })).ok();
    app.full.grant(&ana, "4.98", "USD");
    app.full.act(&id, "renew", json!({ "payment": "credit" })).refused(409, "insufficient_balance");
    app.full.grant(&ana, "0.01", "USD");
    let renewed = app.full.act(&id, "renew", json!({ "payment": "credit" })).ok();
    assert_eq!(end(&renewed), "2026-03-03T10:00:00.000Z");
    let paid = app.full.invoice(&invoice);
    assert_eq!((&paid["amountPaid"], &paid["balanceApplied"], &paid["status"]), (&json!("5.00"), &json!("4.99"), &json!("paid")), "{paid}");
}

#[test]
fn rule_2_renew_by_credit_too_small_writes_nothing() {
    let app = TestApp::start();
    let (ana, id) = active(&app);
    app.full.grant(&ana, "9.98", "USD");
    let before = app.row_counts();
    app.full.act(&id, "renew", json!({ "payment": "credit" })).refused(409, "insufficient_balance");
    assert_eq!(app.row_counts(), before);
    assert_eq!(app.count("SELECT last_n FROM document_series"), 1);
}

#[test]
fn rule_2_extend_gives_free_days_and_paid_periods_move_behind_them() {
    let app = TestApp::start();
    let (_, id) = active(&app);
    app.full.act(&id, "renew", json!({ "periods": 2 })).ok();
    let extended = app.full.act(&id, "extend", json!({ "days": 5, "note": "Outage in January" })).ok();
    // The running period ends on 28 February; five days on begins the new run, and two months are paid behind it.
    assert_eq!((string(&extended["currentPeriodStart"]), end(&extended)), ("2026-01-31T10:00:00.000Z".into(), "2026-05-05T10:00:00.000Z".into()), "{extended}");
    let invoice = app.full.invoice(&extended["latestInvoiceId"]);
    let periods: Vec<(String, String)> = invoice["lines"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|l| (string(&l["periodStart"])[..10].to_owned(), string(&l["periodEnd"])[..10].to_owned()))
        .collect();
    assert_eq!(periods, [("2026-03-05".into(), "2026-04-05".into()), ("2026-04-05".into(), "2026-05-05".into())], "{invoice}");
    assert_eq!(app.count("SELECT COUNT(*) FROM subscription_run"), 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM transition WHERE note = 'Outage in January'"), 1);
    // The next renewal goes on from the new anchor.
    let renewed = app.full.act(&id, "renew", json!({})).ok();
    assert_eq!(end(&renewed), "2026-06-05T10:00:00.000Z");
}

#[test]
fn rule_2_extend_voids_and_reissues_an_open_renewal_inside_the_lead_time() {
    let app = TestApp::start();
    let (ana, id, invoice) = with_open_renewal(&app);
    app.full.mark_paid(&invoice, json!({ "amount": "2.00" })).ok();
    let extended = app.full.act(&id, "extend", json!({ "days": 1 })).ok();
    assert_eq!(end(&extended), "2026-02-04T10:00:00.000Z");
    let invoices = app.full.invoices_of(&id);
    let states: Vec<_> = invoices.iter().map(|i| string(&i["status"])).collect();
    assert_eq!(states, ["void", "open"]);
    assert_eq!(
        (&invoices[1]["dueAt"], &invoices[1]["periodStart"]),
        (&json!("2026-02-04T10:00:00.000Z"), &json!("2026-02-04T10:00:00.000Z")),
        "{}",
        invoices[1]
    );
    // What was paid on the old one went to the balance, and from there onto the new one.
    assert_eq!((&invoices[1]["balanceApplied"], &invoices[1]["amountDue"]), (&json!("2.00"), &json!("7.99")));
    assert_eq!(app.full.get(&format!("/api/v1/customers/{ana}")).ok()["balances"][0]["amount"], "0.00");
    assert_eq!((&invoices[0]["replacedBy"], &invoices[1]["replaces"]), (&invoices[1]["id"], &invoices[0]["id"]));
    // Also far outside the lead time: what the customer was asked for is asked for anew, with the new dates.
    let extended = app.full.act(&id, "extend", json!({ "days": 30 })).ok();
    assert_eq!(end(&extended), "2026-03-06T10:00:00.000Z");
    let invoices = app.full.invoices_of(&id);
    let states: Vec<_> = invoices.iter().map(|i| string(&i["status"])).collect();
    assert_eq!(states, ["void", "void", "open"]);
    assert_eq!((&invoices[2]["dueAt"], &invoices[2]["amountDue"]), (&json!("2026-03-06T10:00:00.000Z"), &json!("7.99")));
}

#[test]
fn rule_2_extend_reissues_a_renewal_by_hand_for_as_many_periods() {
    let app = TestApp::start();
    let (_, id) = active(&app);
    app.full.act(&id, "renew", json!({ "periods": 3, "payment": "invoice" })).ok();
    app.full.act(&id, "extend", json!({ "days": 5 })).ok();
    let invoices = app.full.invoices_of(&id);
    let last = invoices.last().expect("an invoice");
    assert_eq!(
        (&last["status"], last["lines"].as_array().map(Vec::len), &last["periodStart"]),
        (&json!("open"), Some(3), &json!("2026-03-05T10:00:00.000Z")),
        "{last}"
    );
    app.full.mark_paid(&last["id"], json!({})).ok();
    assert_eq!(end(&app.full.get(&format!("/api/v1/subscriptions/{id}")).ok()), "2026-06-05T10:00:00.000Z");
}

#[test]
fn rule_2_extend_counts_from_now_where_the_end_is_past() {
    let app = TestApp::start();
    let (_, id) = active(&app);
    app.advance_to("2026-03-10T12:00:00Z");
    let extended = app.full.act(&id, "extend", json!({ "days": 3 })).ok();
    assert_eq!(end(&extended), "2026-03-13T12:00:00.000Z");
}

#[test]
fn rule_1_5_days_are_local_dates_over_a_change_of_summer_time() {
    let app = TestApp::start();
    let gold = app.full.new_product();
    let ana = app.full.post("/api/v1/customers", &json!({ "email": "ana@example.com", "billingTimezone": "Europe/Berlin" })).created();
    app.advance_to("2026-03-20T11:00:00Z");
    let subscription = app.full.subscribe(&string(&ana["id"]), &gold, json!({ "payment": "none", "startAt": "2026-02-27T11:00:00Z" }));
    assert_eq!(end(&subscription), "2026-03-27T11:00:00.000Z");
    // Noon stays noon over 29 March, though a day of it has 23 hours.
    let extended = app.full.act(&string(&subscription["id"]), "extend", json!({ "days": 4 })).ok();
    assert_eq!(end(&extended), "2026-03-31T10:00:00.000Z");
}

#[test]
fn rule_2_the_lead_time_is_a_setting_and_never_a_whole_period() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let (daily, weekly) = (app.full.new_product_at("0.50", "USD", "day"), app.full.new_product_at("3.00", "USD", "week"));
    // A day's invoice opens at the boundary itself, a week's six days before its end at the earliest.
    let day = app.full.subscribe(&ana, &daily, json!({ "payment": "none", "startAt": "2026-01-31T00:00:00Z" }));
    assert_eq!(day["latestInvoiceId"], Value::Null, "{day}");
    let week = app.full.subscribe(&ana, &weekly, json!({ "payment": "none", "startAt": "2026-01-30T12:00:00Z" }));
    assert_eq!(week["latestInvoiceId"], Value::Null, "{week}");
    let week = app.full.subscribe(&ana, &weekly, json!({ "payment": "none", "startAt": "2026-01-30T09:00:00Z" }));
    assert!(week["latestInvoiceId"].is_string(), "{week}");
    app.full.patch("/api/v1/settings", &json!({ "billing": { "invoiceLeadDays": 2 } })).ok();
    let week = app.full.subscribe(&ana, &weekly, json!({ "payment": "none", "startAt": "2026-01-30T09:00:00Z" }));
    assert_eq!(week["latestInvoiceId"], Value::Null, "{week}");
    app.full.patch("/api/v1/settings", &json!({ "billing": { "pendingDays": 3 } })).ok();
    let pending = app.full.subscribe(&ana, &weekly, json!({}));
    assert_eq!(app.full.invoice(&pending["latestInvoiceId"])["dueAt"], "2026-02-03T10:00:00.000Z");
}

#[test]
fn rule_4_a_changed_product_price_counts_from_the_next_boundary() {
    let app = TestApp::start();
    let (_, id) = active(&app);
    let product = string(&app.full.subscription(&id)["productId"]);
    app.full.patch(&format!("/api/v1/products/{product}"), &json!({ "price": "12.00" })).ok();
    assert_eq!(app.full.subscription(&id)["amount"], "9.99");
    let entries = app.full.get(&format!("/api/v1/subscriptions?productId={product}")).ok();
    assert_eq!(rows(&entries)[0]["amount"], "9.99");
    let renewed = app.full.act(&id, "renew", json!({ "periods": 2 })).ok();
    let invoice = app.full.invoice(&renewed["latestInvoiceId"]);
    assert_eq!((&invoice["lines"][0]["unitAmount"], &invoice["amount"], &renewed["amount"]), (&json!("12.00"), &json!("24.00"), &json!("12.00")), "{invoice}");
}
