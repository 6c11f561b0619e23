//! How a subscription begins (rules 1 and 2), and what it costs then (rule 3).

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{ids, rows, string};

/// The two ends of what is paid, as dates and times to the second.
fn period(subscription: &Value) -> (String, String) {
    (string(&subscription["currentPeriodStart"]), string(&subscription["currentPeriodEnd"]))
}

fn between(start: &str, end: &str) -> (String, String) {
    (start.to_owned(), end.to_owned())
}

#[test]
fn rule_2_invoice_waits_for_the_payment_which_becomes_the_anchor() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let pending = app.full.subscribe(&ana, &gold, json!({}));
    assert_eq!(pending["status"], "pending", "{pending}");
    assert_eq!((&pending["currentPeriodStart"], &pending["currentPeriodEnd"], &pending["credentials"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(pending["accesses"], json!([]));
    let invoice = app.full.invoice(&pending["latestInvoiceId"]);
    assert_eq!((&invoice["status"], &invoice["amount"], &invoice["amountDue"]), (&json!("open"), &json!("9.99"), &json!("9.99")), "{invoice}");
    assert_eq!(invoice["billingReason"], "subscription_create");
    assert_eq!(invoice["lines"][0]["description"], "Gold, 1 month from payment");
    assert_eq!((&invoice["lines"][0]["periodStart"], &invoice["periodStart"]), (&Value::Null, &Value::Null));
    assert_eq!((&invoice["issuedAt"], &invoice["dueAt"]), (&json!("2026-01-31T10:00:00.000Z"), &json!("2026-02-07T10:00:00.000Z")));
    assert_eq!(app.full.act(pending["id"].as_str().unwrap_or("?"), "renew", json!({})).refused(409, "state_conflict"), []);

    app.advance_to("2026-02-03T15:30:00Z");
    let paid = app.full.mark_paid(&invoice["id"], json!({ "method": "cash" })).ok();
    assert_eq!((&paid["status"], &paid["amountDue"], &paid["paidAt"]), (&json!("paid"), &json!("0.00"), &json!("2026-02-03T15:30:00.000Z")), "{paid}");
    assert_eq!((&paid["periodStart"], &paid["periodEnd"]), (&json!("2026-02-03T15:30:00.000Z"), &json!("2026-03-03T15:30:00.000Z")));
    // The periods come from their own table: the document stays as it was hashed.
    assert_eq!(paid["hash"], invoice["hash"]);
    let active = app.full.subscription(pending["id"].as_str().unwrap_or("?"));
    assert_eq!(active["status"], "active", "{active}");
    assert_eq!(period(&active), between("2026-02-03T15:30:00.000Z", "2026-03-03T15:30:00.000Z"));
    assert!(active["credentials"]["username"].is_string() && active["credentials"]["password"].is_string(), "{active}");
}

#[test]
fn rule_2_manual_is_active_and_paid_at_once() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let active = app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }));
    assert_eq!((&active["status"], &active["amount"], &active["currency"]), (&json!("active"), &json!("9.99"), &json!("USD")), "{active}");
    // Rule 1.3: monthly from 31 January ends on the last of February.
    assert_eq!(period(&active), between("2026-01-31T10:00:00.000Z", "2026-02-28T10:00:00.000Z"));
    let invoice = app.full.invoice(&active["latestInvoiceId"]);
    assert_eq!((&invoice["status"], &invoice["amountPaid"], &invoice["balanceApplied"]), (&json!("paid"), &json!("9.99"), &json!("0.00")), "{invoice}");
    assert_eq!(invoice["lines"][0]["explanation"], "1 × 9.99 = 9.99 USD");
    assert_eq!((&invoice["lines"][0]["periodStart"], &invoice["lines"][0]["periodEnd"]), (&active["currentPeriodStart"], &active["currentPeriodEnd"]));
}

#[test]
fn rule_2_credit_takes_the_balance_or_nothing_happens() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.grant(&ana, "9.98", "USD");
    let before = app.row_counts();
    app.full.try_subscribe(&ana, &gold, json!({ "payment": "credit" })).refused(409, "insufficient_balance");
    assert_eq!(app.row_counts(), before);
    app.full.grant(&ana, "5.00", "USD");
    let active = app.full.subscribe(&ana, &gold, json!({ "payment": "credit" }));
    assert_eq!(active["status"], "active", "{active}");
    let invoice = app.full.invoice(&active["latestInvoiceId"]);
    assert_eq!((&invoice["number"], &invoice["status"]), (&json!("INV-000001"), &json!("paid")), "{invoice}");
    assert_eq!((&invoice["balanceApplied"], &invoice["amountPaid"], &invoice["amountDue"]), (&json!("9.99"), &json!("0.00"), &json!("0.00")));
    let balance = app.full.get(&format!("/api/v1/customers/{ana}/balance")).ok();
    assert_eq!(balance["balances"], json!([{ "currency": "USD", "amount": "4.99" }]), "{balance}");
    let moves: Vec<(&Value, &Value)> = rows(&balance).iter().map(|e| (&e["kind"], &e["amount"])).collect();
    assert_eq!(moves, [(&json!("granted"), &json!("9.98")), (&json!("granted"), &json!("5.00")), (&json!("applied"), &json!("-9.99"))]);
}

#[test]
fn rule_2_none_is_an_import_without_an_invoice() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    for (start, expected_start, expected_end) in [
        ("2025-10-31T08:00:00Z", "2025-12-31T08:00:00.000Z", "2026-01-31T08:00:00.000Z"),
        ("2025-08-31T12:00:00Z", "2025-12-31T12:00:00.000Z", "2026-01-31T12:00:00.000Z"),
        ("2025-12-15T00:00:00Z", "2026-01-15T00:00:00.000Z", "2026-02-15T00:00:00.000Z"),
        ("2024-02-29", "2026-01-29T00:00:00.000Z", "2026-02-28T00:00:00.000Z"),
        ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00.000Z", "2026-02-28T10:00:00.000Z"),
    ] {
        // 31 October's period ended two hours ago: the one that contains now is the next.
        let expected =
            if start.starts_with("2025-10") { between("2026-01-31T08:00:00.000Z", "2026-02-28T08:00:00.000Z") } else { between(expected_start, expected_end) };
        let imported = app.full.subscribe(&ana, &gold, json!({ "payment": "none", "startAt": start }));
        assert_eq!(imported["status"], "active", "{imported}");
        assert_eq!(period(&imported), expected, "{start}: {imported}");
    }
    // One that is to come waits for its day.
    let waiting = app.full.subscribe(&ana, &gold, json!({ "payment": "none", "startAt": "2026-01-31T10:00:00.001Z" }));
    assert_eq!((&waiting["status"], &waiting["accesses"], &waiting["latestInvoiceId"]), (&json!("pending"), &json!([]), &Value::Null), "{waiting}");
    app.full.try_subscribe(&ana, &gold, json!({ "payment": "manual", "startAt": "2026-01-01" })).refused_for(422, "validation_error", &["startAt"]);
}

#[test]
fn rule_2_an_import_inside_the_lead_time_opens_the_next_invoice_at_once() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let outside = app.full.subscribe(&ana, &gold, json!({ "payment": "none", "startAt": "2026-01-08T10:00:00Z" }));
    assert_eq!(outside["latestInvoiceId"], Value::Null, "{outside}");
    let inside = app.full.subscribe(&ana, &gold, json!({ "payment": "none", "startAt": "2026-01-07T10:00:00Z" }));
    assert_eq!(period(&inside), between("2026-01-07T10:00:00.000Z", "2026-02-07T10:00:00.000Z"));
    let invoice = app.full.invoice(&inside["latestInvoiceId"]);
    assert_eq!(
        (&invoice["status"], &invoice["billingReason"], &invoice["dueAt"]),
        (&json!("open"), &json!("subscription_cycle"), &json!("2026-02-07T10:00:00.000Z")),
        "{invoice}"
    );
    assert_eq!((&invoice["periodStart"], &invoice["periodEnd"]), (&json!("2026-02-07T10:00:00.000Z"), &json!("2026-03-07T10:00:00.000Z")));
    // Paid early: what is paid until moves at once, the period's start does not.
    app.full.mark_paid(&invoice["id"], json!({})).ok();
    let renewed = app.full.subscription(inside["id"].as_str().unwrap_or("?"));
    assert_eq!(period(&renewed), between("2026-01-07T10:00:00.000Z", "2026-03-07T10:00:00.000Z"));
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'subscription.renewed'"), 1);
}

#[test]
fn rule_1_2_the_customers_zone_else_the_business_zone_is_copied() {
    let app = TestApp::start();
    let gold = app.full.new_product();
    app.full.patch("/api/v1/settings", &json!({ "business": { "timezone": "America/New_York" } })).ok();
    let here = app.full.new_customer("here@example.com");
    let there = app.full.post("/api/v1/customers", &json!({ "email": "there@example.com", "billingTimezone": "Europe/Berlin" })).created();
    // A bare date is local midnight: 05:00Z in New York, 23:00Z the day before in Berlin, and an hour less in summer.
    let subscription = app.full.subscribe(&here, &gold, json!({ "payment": "none", "startAt": "2026-01-15" }));
    assert_eq!(period(&subscription), between("2026-01-15T05:00:00.000Z", "2026-02-15T05:00:00.000Z"));
    let subscription = app.full.subscribe(there["id"].as_str().unwrap_or("?"), &gold, json!({ "payment": "none", "startAt": "2025-10-15" }));
    assert_eq!(period(&subscription), between("2026-01-14T23:00:00.000Z", "2026-02-14T23:00:00.000Z"));
    app.full.patch(&format!("/api/v1/customers/{here}"), &json!({ "billingTimezone": "Asia/Tokyo" })).ok();
    app.advance_to("2026-02-05T00:00:00Z");
    let renewed = app.full.act(&app_first(&app, &here), "renew", json!({ "periods": 2 })).ok();
    // What is paid ends where it did, and what comes turns at midnight where he lives now.
    assert_eq!(period(&renewed), between("2026-01-15T05:00:00.000Z", "2026-04-14T15:00:00.000Z"));
}

fn app_first(app: &TestApp, customer: &str) -> String {
    ids(&app.full.get(&format!("/api/v1/subscriptions?customerId={customer}")).ok()).remove(0)
}

#[test]
fn rule_1_3_a_leap_day_comes_back_after_four_years() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let yearly = app.full.new_product_at("99.00", "USD", "year");
    let imported = app.full.subscribe(&ana, &yearly, json!({ "payment": "none", "startAt": "2024-02-29T10:00:00Z" }));
    assert_eq!(period(&imported), between("2025-02-28T10:00:00.000Z", "2026-02-28T10:00:00.000Z"));
    let renewed = app.full.act(imported["id"].as_str().unwrap_or("?"), "renew", json!({ "periods": 2 })).ok();
    assert_eq!(period(&renewed), between("2025-02-28T10:00:00.000Z", "2028-02-29T10:00:00.000Z"), "{renewed}");
}

#[test]
fn rule_3_5_a_setup_fee_is_a_line_of_the_first_invoice_and_quantity_multiplies_the_price_alone() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let product = app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "9.99", "setupFee": "5.00", "maxConnections": 2 })).created();
    let subscription = app.full.subscribe(&ana, product["id"].as_str().unwrap_or("?"), json!({ "payment": "manual", "quantity": 3 }));
    assert_eq!(
        (&subscription["amount"], &subscription["quantity"], &subscription["maxConnections"]),
        (&json!("29.97"), &json!(3), &json!(2)),
        "{subscription}"
    );
    let invoice = app.full.invoice(&subscription["latestInvoiceId"]);
    let lines: Vec<_> = rows(&json!({ "data": invoice["lines"] }))
        .iter()
        .map(|l| (string(&l["description"]), l["quantity"].clone(), string(&l["unitAmount"]), string(&l["amount"])))
        .collect();
    assert_eq!(lines, [("Gold, 1 month".into(), json!(3), "9.99".into(), "29.97".into()), ("Gold, setup fee".into(), json!(1), "5.00".into(), "5.00".into())]);
    assert_eq!((&invoice["subtotal"], &invoice["amount"]), (&json!("34.97"), &json!("34.97")));
    let renewed = app.full.act(subscription["id"].as_str().unwrap_or("?"), "renew", json!({})).ok();
    assert_eq!(app.full.invoice(&renewed["latestInvoiceId"])["amount"], "29.97");
}

#[test]
fn rule_2_quantity_n_grants_n_accesses_and_credentials_are_the_first_ones() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let named = json!({ "username": "ana-tv", "password": "Pass-ana-1" });
    let subscription = app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "quantity": 3, "credentials": named }));
    let accesses = subscription["accesses"].as_array().unwrap_or_else(|| panic!("{subscription}"));
    assert_eq!(accesses.len(), 3, "{subscription}");
    assert!(accesses.iter().all(|a| a["status"] == "active"), "{subscription}");
    assert_eq!(subscription["credentials"], named);
    let usernames: std::collections::BTreeSet<String> = accesses.iter().map(|a| string(&a["username"])).collect();
    assert_eq!(usernames.len(), 3, "{subscription}");
    app.full.try_subscribe(&ana, &gold, json!({ "payment": "manual", "credentials": named })).refused_for(409, "already_exists", &["credentials.username"]);
    // What was named at the beginning waits with the subscription.
    let pending = app.full.subscribe(&ana, &gold, json!({ "quantity": 2, "credentials": { "username": "ana-two", "password": "Pass-ana-2" } }));
    assert_eq!((&pending["accesses"][0]["status"], pending["accesses"].as_array().map(Vec::len)), (&json!("suspended"), Some(1)), "{pending}");
    app.full.mark_paid(&pending["latestInvoiceId"], json!({})).ok();
    let active = app.full.subscription(pending["id"].as_str().unwrap_or("?"));
    assert!(active["accesses"].as_array().is_some_and(|a| a.len() == 2 && a.iter().all(|a| a["status"] == "active")), "{active}");
    assert_eq!(active["credentials"]["username"], "ana-two");
}

#[test]
fn credentials_are_shown_only_to_keys_with_their_scope() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }));
    let path = format!("/api/v1/subscriptions/{}", string(&subscription["id"]));
    let shown = app.full.get(&path).ok();
    assert_eq!(shown["credentials"], subscription["credentials"]);
    assert_eq!(app.user("subscriptions:read,subscriptions:credentials").get(&path).ok()["credentials"], subscription["credentials"]);
    let writer = app.user("subscriptions,customers,products,invoices");
    let answers = [
        app.read.get(&path).ok(),
        rows(&app.read.get("/api/v1/subscriptions").ok())[0].clone(),
        writer.patch(&path, &json!({ "metadata": { "a": "b" } })).ok(),
        writer.post(&format!("{path}/renew"), &json!({})).ok(),
        writer.subscribe(&ana, &gold, json!({ "payment": "manual" })),
        writer.post(&format!("{path}/cancel"), &json!({})).ok(),
    ];
    for answer in answers {
        assert_eq!(answer["credentials"], Value::Null, "{answer}");
        assert_eq!((&answer["accesses"][0]["username"], &answer["accesses"][0]["password"]), (&Value::Null, &Value::Null), "{answer}");
        assert!(answer["accesses"][0]["id"].as_str().is_some_and(|id| id.starts_with("acc_")), "{answer}");
    }
}

#[test]
fn rule_3_1_each_currency_has_its_decimals_and_no_price_is_relabelled() {
    let app = TestApp::start();
    for (currency, price, wrong, total) in [("JPY", "1935", "1935.5", "5805"), ("KWD", "1.935", "1.9355", "5.805"), ("USD", "9.99", "9.999", "29.97")] {
        app.full.post("/api/v1/products", &json!({ "name": "x", "price": wrong, "currency": currency })).refused_for(422, "validation_error", &["price"]);
        let product = app.full.new_product_at(price, currency, "month");
        let customer = app.full.post("/api/v1/customers", &json!({ "email": format!("{currency}@example.com"), "currency": currency })).created();
        let customer = string(&customer["id"]);
        app.full.grant(&customer, price, currency);
        app.full.post(&format!("/api/v1/customers/{customer}/balance"), &json!({ "amount": wrong, "currency": currency })).refused_for(
            422,
            "validation_error",
            &["amount"],
        );
        let subscription = app.full.subscribe(&customer, &product, json!({ "quantity": 3 }));
        let invoice = app.full.invoice(&subscription["latestInvoiceId"]);
        assert_eq!((&invoice["amount"], &invoice["balanceApplied"]), (&json!(total), &json!(price)), "{invoice}");
        app.full.mark_paid(&invoice["id"], json!({ "amount": wrong })).refused_for(422, "validation_error", &["amount"]);
        assert_eq!(app.full.mark_paid(&invoice["id"], json!({})).ok()["amountDue"].as_str().map(|d| d.trim_matches(['0', '.']).len()), Some(0));
    }
    // No price in the customer's currency is 422; a named one in another is what the vendor asked for.
    let euro = string(&app.full.post("/api/v1/customers", &json!({ "email": "euro@example.com", "currency": "EUR" })).created()["id"]);
    let dollars = app.full.new_product();
    app.full.try_subscribe(&euro, &dollars, json!({})).refused_for(422, "validation_error", &["priceId"]);
    let both = app.full.post("/api/v1/products", &json!({ "name": "Both", "price": "9.99", "prices": [{ "currency": "EUR", "amount": "8.99" }, { "currency": "EUR", "amount": "80.00", "interval": "year" }] })).created();
    let both_id = string(&both["id"]);
    assert_eq!(app.full.subscribe(&euro, &both_id, json!({}))["amount"], "8.99");
    let yearly = app.full.subscribe(&euro, &both_id, json!({ "priceId": both["prices"][2]["id"], "payment": "manual" }));
    assert_eq!(
        (&yearly["amount"], &yearly["interval"], &yearly["currentPeriodEnd"]),
        (&json!("80.00"), &json!("year"), &json!("2027-01-31T10:00:00.000Z")),
        "{yearly}"
    );
    let dollar = string(&app.full.post("/api/v1/customers", &json!({ "email": "dollar@example.com" })).created()["id"]);
    assert_eq!(app.full.subscribe(&dollar, &both_id, json!({}))["amount"], "9.99");
}

#[test]
fn rule_5_a_total_of_zero_is_paid_when_finalised() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let free = app.full.new_product_at("0", "USD", "month");
    for payment in ["invoice", "manual", "credit"] {
        let subscription = app.full.subscribe(&ana, &free, json!({ "payment": payment }));
        assert_eq!(subscription["status"], "active", "{subscription}");
        let invoice = app.full.invoice(&subscription["latestInvoiceId"]);
        assert_eq!((&invoice["status"], &invoice["amount"], &invoice["amountPaid"]), (&json!("paid"), &json!("0.00"), &json!("0.00")), "{invoice}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM payment"), 0);
}

#[test]
fn what_cannot_be_bought_is_refused() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "status": "blocked" })).ok();
    app.full.try_subscribe(&ana, &gold, json!({})).refused(409, "state_conflict");
    app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "status": "active" })).ok();
    app.full.patch(&format!("/api/v1/products/{gold}"), &json!({ "active": false })).ok();
    let archived = app.full.try_subscribe(&ana, &gold, json!({}));
    assert!([409, 422].contains(&archived.status), "{archived}");
    app.full.patch(&format!("/api/v1/products/{gold}"), &json!({ "active": true })).ok();
    app.full.try_subscribe(&ana, &gold, json!({ "payment": "later" })).refused_for(422, "validation_error", &["payment"]);
    app.full.subscribe(&ana, &gold, json!({ "externalId": "S-1" }));
    app.full.try_subscribe(&ana, &gold, json!({ "externalId": "S-1" })).refused_for(409, "already_exists", &["externalId"]);
}
