//! Documents: numbers, series and snapshots (rule 5).

use serde_json::{Value, json};

use crate::support::client::string;
use crate::support::{Setup, TestApp};

fn new_invoice(app: &TestApp, customer: &str, product: &str) -> Value {
    let subscription = app.full.subscribe(customer, product, json!({ "payment": "manual" }));
    app.full.invoice(&subscription["latestInvoiceId"])
}

#[test]
fn rule_5_numbers_run_without_gaps_and_a_refused_finalising_takes_none() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let format = |text: &str| app.full.patch("/api/v1/settings", &json!({ "billing": { "invoiceNumberFormat": text } })).ok();
    let named = json!({ "payment": "manual", "credentials": { "username": "the-one", "password": "The-one-1" } });
    assert_eq!(new_invoice(&app, &ana, &gold)["number"], "INV-000001");
    app.full.try_subscribe(&ana, &gold, json!({ "payment": "credit" })).refused(409, "insufficient_balance");
    let subscription = app.full.subscribe(&ana, &gold, named.clone());
    assert_eq!(app.full.invoice(&subscription["latestInvoiceId"])["number"], "INV-000002");
    // The user name is taken.
    app.full.try_subscribe(&ana, &gold, named).refused_for(409, "already_exists", &["credentials.username"]);
    // Another format is another series, and going back goes on with the first.
    format("X-{n}");
    assert_eq!(new_invoice(&app, &ana, &gold)["number"], "X-1");
    format("INV-{n:06}");
    assert_eq!(new_invoice(&app, &ana, &gold)["number"], "INV-000003");
    assert_eq!(new_invoice(&app, &ana, &gold)["number"], "INV-000004");
}

#[test]
fn rule_5_twenty_at_once_get_twenty_numbers() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let mut numbers = crate::support::client::at_once(20, |_| string(&new_invoice(&app, &ana, &gold)["number"]));
    numbers.sort();
    let expected: Vec<String> = (1..=20).map(|n| format!("INV-{n:06}")).collect();
    assert_eq!(numbers, expected);
}

#[test]
fn rule_5_with_the_year_the_count_begins_anew_in_the_business_zone() {
    let app = TestApp::with(&Setup { begin: "2026-12-31T22:30:00Z", ..Setup::default() });
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.patch("/api/v1/settings", &json!({ "business": { "timezone": "Europe/Berlin" }, "billing": { "invoiceNumberFormat": "NL-{year}-{n:05}" } })).ok();
    assert_eq!(new_invoice(&app, &ana, &gold)["number"], "NL-2026-00001");
    assert_eq!(new_invoice(&app, &ana, &gold)["number"], "NL-2026-00002");
    // It is 2027 in Berlin an hour before it is in Greenwich.
    app.advance_to("2026-12-31T23:00:00Z");
    assert_eq!(new_invoice(&app, &ana, &gold)["number"], "NL-2027-00001");
    // Going back to an older format goes on with its series.
    app.full.patch("/api/v1/settings", &json!({ "billing": { "invoiceNumberFormat": "INV-{n:06}" } })).ok();
    assert_eq!(new_invoice(&app, &ana, &gold)["number"], "INV-000001");
    app.full.patch("/api/v1/settings", &json!({ "billing": { "invoiceNumberFormat": "NL-{year}-{n}" } })).ok();
    assert_eq!(new_invoice(&app, &ana, &gold)["number"], "NL-2027-2");
}

#[test]
fn rule_5_formats_that_could_repeat_a_number_are_refused() {
    let app = TestApp::start();
    for format in ["INV", "{n}{n}", "{n}5", "{year}{n}", "", "<{n}>"] {
        app.full.patch("/api/v1/settings", &json!({ "billing": { "invoiceNumberFormat": format } })).refused_for(
            422,
            "validation_error",
            &["billing.invoiceNumberFormat"],
        );
    }
}

#[test]
fn rule_5_two_formats_of_one_number_do_not_break_finalising() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let format = |text: &str| app.full.patch("/api/v1/settings", &json!({ "billing": { "invoiceNumberFormat": text } })).ok();
    // The same text comes of two series: "R-{year}-{n}" in 2026 and "R-2026-{n}".
    format("R-{year}-{n}");
    assert_eq!(new_invoice(&app, &ana, &gold)["number"], "R-2026-1");
    format("R-2026-{n}");
    assert_eq!(new_invoice(&app, &ana, &gold)["number"], "R-2026-2");
}

#[test]
fn rule_5_a_document_is_a_snapshot() {
    let app = TestApp::start();
    app.full
        .patch(
            "/api/v1/settings",
            &json!({ "business": { "name": "Northern Lights TV", "taxId": "DE123", "email": "bill@example.com",
        "address": { "line1": "Ringweg 1", "city": "Kiel", "country": "de" } } }),
        )
        .ok();
    let address = json!({ "line1": "Main St 1", "city": "Springfield", "postalCode": "12345", "country": "US" });
    let ana = string(
        &app.full.post("/api/v1/customers", &json!({ "email": "ana@example.com", "name": "Ana Ito", "taxId": "T-1", "address": address })).created()["id"],
    );
    let gold = app.full.new_product();
    let before = new_invoice(&app, &ana, &gold);
    assert_eq!(before["seller"]["name"], "Northern Lights TV", "{before}");
    assert_eq!((&before["seller"]["address"]["country"], &before["seller"]["taxId"]), (&json!("DE"), &json!("DE123")));
    assert_eq!((&before["buyer"]["name"], &before["buyer"]["email"], &before["buyer"]["taxId"]), (&json!("Ana Ito"), &json!("ana@example.com"), &json!("T-1")));
    assert_eq!(before["buyer"]["address"]["postalCode"], "12345");

    app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "name": "Ana Other", "email": "other@example.com", "taxId": null, "address": null })).ok();
    app.full
        .patch(
            "/api/v1/settings",
            &json!({ "business": { "name": "Southern Lights", "taxId": null, "address": null, "currency": "EUR", "timezone": "Asia/Tokyo" } }),
        )
        .ok();
    app.full.patch(&format!("/api/v1/products/{gold}"), &json!({ "name": "Silver", "price": "1.00" })).ok();
    app.advance_to("2026-02-01T00:00:00Z");
    assert_eq!(app.full.invoice(&before["id"]), before);
    let searched = app.full.get("/api/v1/invoices?q=ana%20ito").ok();
    assert_eq!(searched["pagination"]["total"], 1, "{searched}");
}

#[test]
fn rule_5_each_document_carries_the_hash_of_the_one_before_it() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let hashes: Vec<String> = (0..3).map(|_| string(&new_invoice(&app, &ana, &gold)["hash"])).collect();
    assert!(hashes.iter().all(|h| h.len() == 64 && h.bytes().all(|b| b.is_ascii_hexdigit())), "{hashes:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM invoice a JOIN invoice b ON b.n = a.n + 1 AND b.previous_hash = a.hash"), 2);
}

#[test]
fn settings_stay_where_left_out_and_clear_where_null() {
    let app = TestApp::start();
    let path = "/api/v1/settings";
    let first = app.full.get(path).ok();
    assert_eq!(
        first,
        json!({
            "business": { "name": null, "address": null, "taxId": null, "currency": "USD", "timezone": "UTC", "email": null },
            "billing": { "invoiceLeadDays": 7, "pendingDays": 7, "graceDays": 3, "terminateAfterDays": 30, "retryDays": [0, 1, 3, 5, 7], "lapsedRenewal": "fromPayment",
                "invoiceNumberFormat": "INV-{n:06}", "creditNoteNumberFormat": "CN-{n:06}" },
        })
    );
    let changed = app.full.patch(path, &json!({ "business": { "name": "  NL  ", "currency": "jpy" } })).ok();
    assert_eq!(
        (&changed["business"]["name"], &changed["business"]["currency"], &changed["billing"]),
        (&json!("NL"), &json!("JPY"), &first["billing"]),
        "{changed}"
    );
    assert_eq!(app.full.patch(path, &json!({ "business": { "name": null } })).ok()["business"]["name"], Value::Null);
    app.full.patch(path, &json!({ "business": { "currency": null, "timezone": "Mars/Base", "email": "x" }, "billing": { "invoiceLeadDays": -1, "pendingDays": 91 }, "other": 1 })).refused_for(
        422,
        "validation_error",
        &["business.currency", "business.timezone", "business.email", "billing.invoiceLeadDays", "billing.pendingDays", "other"],
    );
    let events = app.count("SELECT COUNT(*) FROM event WHERE type = 'settings.updated'");
    app.full.patch(path, &json!({})).ok();
    app.full.patch(path, &json!({ "business": { "currency": "JPY" } })).ok();
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'settings.updated'"), events, "nothing changed, nothing is told");
    // Products and customers that name no currency take the business's.
    let product = app.full.post("/api/v1/products", &json!({ "name": "x", "price": "500" })).created();
    assert_eq!((&product["currency"], &product["price"]), (&json!("JPY"), &json!("500")));
}
