//! Deleting a customer: refused while there is something to serve or to collect; then nothing personal is left.

use serde_json::json;

use crate::support::TestApp;
use crate::support::client::{id, rows, string};

/// Words that are in no other data of the test.
const PERSONAL: [&str; 8] = ["zenobia", "+99 1234", "Palmyra Road", "TAX-77", "likes opera", "vip-tag", "crm-4711", "C-ZEN"];

fn zenobia(app: &TestApp) -> String {
    id(&app.full.post("/api/v1/customers", &json!({
        "email": "Zenobia@example.com", "name": "zenobia", "phone": "+99 1234", "address": { "line1": "Palmyra Road" }, "taxId": "TAX-77", "notes": "likes opera",
        "tags": ["vip-tag"], "metadata": { "crm": "crm-4711" }, "externalId": "C-ZEN", "password": "securepassword123",
    })).created())
}

/// Rows of a table that hold something personal.
fn traces(app: &TestApp, table: &str) -> Vec<String> {
    let connection = app.sql();
    let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap_or_else(|e| panic!("{table}: {e}"));
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap_or_else(|e| panic!("{table}: {e}"));
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap_or_else(|e| panic!("{table}: {e}")) {
        for column in 0..columns {
            if let rusqlite::types::ValueRef::Text(text) = row.get_ref(column).unwrap_or_else(|e| panic!("{table}: {e}")) {
                let text = String::from_utf8_lossy(text).to_lowercase();
                found.extend(PERSONAL.iter().filter(|p| text.contains(&p.to_lowercase())).map(|p| format!("{table}: {p} in {text}")));
            }
        }
    }
    found
}

#[test]
fn one_without_records_goes_altogether() {
    let app = TestApp::start();
    let customer = zenobia(&app);
    app.full.patch(&format!("/api/v1/customers/{customer}"), &json!({ "name": "zenobia II" })).ok();
    assert!(!traces(&app, "event").is_empty() && !traces(&app, "customer").is_empty());
    let answer = app.full.delete(&format!("/api/v1/customers/{customer}"));
    assert_eq!(answer.ok(), json!({ "id": customer, "deleted": true }));
    app.full.delete(&format!("/api/v1/customers/{customer}")).refused(404, "not_found");
    assert_eq!(app.count("SELECT COUNT(*) FROM customer"), 0);
    for table in ["customer", "event", "transition"] {
        assert_eq!(traces(&app, table), Vec::<String>::new());
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'customer.deleted'"), 1);
    zenobia(&app);
}

#[test]
fn one_with_documents_is_erased_and_answers_404_from_then_on() {
    let app = TestApp::start();
    let (customer, gold) = (zenobia(&app), app.full.new_product());
    let path = format!("/api/v1/customers/{customer}");
    let subscription = app.full.subscribe(&customer, &gold, json!({ "payment": "manual" }));
    app.full.post(&format!("{path}/balance"), &json!({ "amount": "3.00", "currency": "USD", "note": "zenobia complained" })).created();
    app.full.delete(&path).refused(409, "state_conflict");
    let pending = app.full.subscribe(&customer, &gold, json!({}));
    app.full.act(&id(&subscription), "cancel", json!({ "reason": "zenobia moves" })).ok();
    app.full.patch(&format!("/api/v1/subscriptions/{}", id(&subscription)), &json!({ "metadata": { "for": "zenobia" }, "externalId": "C-ZEN/1" })).ok();
    app.full.delete(&path).refused(409, "state_conflict");
    app.full.act(&id(&pending), "cancel", json!({})).ok();
    let invoice = app.full.invoice(&subscription["latestInvoiceId"]);
    app.full.delete(&path).ok();

    for (method, path) in [("GET", path.clone()), ("PATCH", path.clone()), ("DELETE", path.clone()), ("GET", format!("{path}/balance"))] {
        app.full.send(method, &path, &[], None).refused(404, "not_found");
    }
    app.full.post(&format!("{path}/balance"), &json!({ "amount": "3.00", "currency": "USD" })).refused(404, "not_found");
    app.full.try_subscribe(&customer, &gold, json!({})).refused_for(422, "validation_error", &["customerId"]);
    for filter in ["", "?q=zenobia", "?email=zenobia@example.com", "?externalId=C-ZEN", "?status=active", "?createdAfter=2026-01-01"] {
        let page = app.full.get(&format!("/api/v1/customers{filter}")).ok();
        assert_eq!((rows(&page).len(), &page["pagination"]["total"]), (0, &json!(0)), "{filter}: {page}");
    }
    for table in ["customer", "event", "transition", "balance_entry", "subscription", "payment", "access"] {
        assert_eq!(traces(&app, table), Vec::<String>::new());
    }
    assert_eq!(app.full.get("/api/v1/invoices?q=zenobia").ok()["pagination"]["total"], 0);
    // The document stays as it was; the address is free.
    assert_eq!(app.full.invoice(&subscription["latestInvoiceId"])["buyer"], invoice["buyer"]);
    assert_eq!(app.full.invoice(&subscription["latestInvoiceId"])["hash"], invoice["hash"]);
    let again = zenobia(&app);
    assert_ne!(again, customer);
    assert_eq!(rows(&app.full.get("/api/v1/customers").ok()).iter().map(|c| string(&c["email"])).collect::<Vec<_>>(), ["Zenobia@example.com"]);
}

#[test]
fn what_was_answered_of_one_is_not_answered_again() {
    let app = TestApp::start();
    let gold = app.full.new_product();
    let body = json!({ "email": "zenobia@example.com", "name": "zenobia" }).to_string();
    let headers = [("Idempotency-Key", "make-zenobia"), ("Content-Type", "application/json")];
    let make = || id(&app.full.send("POST", "/api/v1/customers", &headers, Some(body.as_bytes())).created());
    let first = make();
    let paid = app.full.subscribe(&first, &gold, json!({ "payment": "manual" }));
    app.full.act(&id(&paid), "cancel", json!({})).ok();
    app.full.delete(&format!("/api/v1/customers/{first}")).ok();
    assert_eq!(app.count("SELECT COUNT(*) FROM idempotency"), 0);
    let again = make();
    assert_ne!(again, first);
    // His documents are still found by the id that they show.
    for noun in ["invoices", "subscriptions"] {
        assert_eq!(app.full.get(&format!("/api/v1/{noun}?customerId={first}")).ok()["pagination"]["total"], 1);
    }
}

#[test]
fn a_product_that_was_sold_stays_and_can_be_archived() {
    let app = TestApp::start();
    let (customer, gold) = (zenobia(&app), app.full.new_product());
    let subscription = app.full.subscribe(&customer, &gold, json!({ "payment": "manual" }));
    app.full.act(&id(&subscription), "cancel", json!({})).ok();
    app.full.delete(&format!("/api/v1/products/{gold}")).refused(409, "state_conflict");
    assert_eq!(app.full.patch(&format!("/api/v1/products/{gold}"), &json!({ "active": false })).ok()["active"], false);
    assert_eq!(rows(&app.full.get("/api/v1/products?active=true").ok()).len(), 0);
}
