//! PATCH: a field left out stays, null clears; what changes nothing tells nothing.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::id;

fn whole_customer() -> Value {
    json!({
        "email": "ana@example.com", "name": "Ana", "password": "securepassword123", "phone": "+1 555", "address": { "line1": "Main St 1", "country": "us" },
        "currency": "EUR", "locale": "pt-BR", "billingTimezone": "Europe/Berlin", "taxId": "T-1", "taxExempt": true, "notes": "line one\nline two", "tags": ["vip", "old"],
        "metadata": { "crm": "77" }, "externalId": "C-1",
    })
}

#[test]
fn of_a_customer_each_field_stays_when_left_out_and_clears_when_null() {
    let app = TestApp::start();
    let made = app.full.post("/api/v1/customers", &whole_customer()).created();
    assert_eq!(made["address"], json!({ "line1": "Main St 1", "line2": null, "city": null, "region": null, "postalCode": null, "country": "US" }));
    let path = format!("/api/v1/customers/{}", id(&made));
    app.advance(Duration::from_secs(60));
    for (field, empty) in [
        ("name", Value::Null),
        ("phone", Value::Null),
        ("address", Value::Null),
        ("currency", Value::Null),
        ("locale", Value::Null),
        ("billingTimezone", Value::Null),
        ("taxId", Value::Null),
        ("notes", Value::Null),
        ("externalId", Value::Null),
        ("tags", json!([])),
        ("metadata", json!({})),
    ] {
        let before = app.full.get(&path).ok();
        let cleared = app.full.patch(&path, &json!({ field: null })).ok();
        assert_eq!(cleared[field], empty, "{field}: {cleared}");
        let mut expected = before.clone();
        expected[field] = empty;
        expected["updatedAt"] = json!("2026-01-31T10:01:00.000Z");
        assert_eq!(cleared, expected, "only {field} changes");
        let restored = app.full.patch(&path, &json!({ field: before[field] })).ok();
        assert_eq!(restored[field], before[field], "{field}");
    }
    for field in ["email", "status", "taxExempt"] {
        app.full.patch(&path, &json!({ field: null })).refused_for(422, "validation_error", &[field]);
    }
    let hash = "SELECT COUNT(*) FROM customer WHERE password_hash IS NOT NULL";
    assert_eq!(app.count(hash), 1);
    app.full.patch(&path, &json!({ "password": null })).ok();
    assert_eq!(app.count(hash), 0);
    app.full.patch(&path, &json!({ "password": "anotherpassword" })).ok();
    assert_eq!(app.count("SELECT password_hash LIKE '$argon2id$%' FROM customer"), 1);
}

#[test]
fn what_changes_nothing_tells_nothing() {
    let app = TestApp::start();
    let ana = app.full.post("/api/v1/customers", &whole_customer()).created();
    let product = app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "9.99" })).created();
    let subscription = app.full.subscribe(&app.full.new_customer("bob@example.com"), &id(&product), json!({ "payment": "manual" }));
    app.advance(Duration::from_secs(60));
    let events = app.count("SELECT COUNT(*) FROM event");
    for (noun, before, same) in [
        ("customers", ana, json!({ "name": " Ana ", "tags": ["vip", "old"] })),
        ("products", product, json!({ "price": "9.990", "active": true })),
        ("subscriptions", subscription, json!({ "autoRenew": true })),
    ] {
        let path = format!("/api/v1/{noun}/{}", id(&before));
        for body in [json!({}), same] {
            let answer = app.full.patch(&path, &body);
            if answer.status == 422 {
                // 9.990 has more decimals than the dollar.
                answer.refused_for(422, "validation_error", &["price"]);
                continue;
            }
            assert_eq!(answer.ok(), before);
        }
        assert_eq!(app.full.send("PATCH", &path, &[], None).ok(), before, "a body may be left out");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM event"), events);
}

#[test]
fn a_refused_patch_changes_nothing() {
    let app = TestApp::start();
    let ana = app.full.post("/api/v1/customers", &whole_customer()).created();
    app.full.post("/api/v1/customers", &json!({ "email": "bob@example.com", "externalId": "C-2" })).created();
    let path = format!("/api/v1/customers/{}", id(&ana));
    let before = app.row_counts();
    app.full.patch(&path, &json!({ "name": "New", "email": "BOB@example.com" })).refused_for(409, "already_exists", &["email"]);
    app.full.patch(&path, &json!({ "name": "New", "externalId": "C-2" })).refused_for(409, "already_exists", &["externalId"]);
    app.full.patch(&path, &json!({ "name": "New", "phone": "a\u{0}b", "password": "short" })).refused_for(422, "validation_error", &["phone", "password"]);
    assert_eq!(app.full.get(&path).ok(), ana);
    assert_eq!(app.row_counts(), before);
    // One's own address in another case is no conflict.
    assert_eq!(app.full.patch(&path, &json!({ "email": "ANA@example.com" })).ok()["email"], "ANA@example.com");
}

#[test]
fn products_and_subscriptions_clear_what_may_be_empty() {
    let app = TestApp::start();
    let product = app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "9.99", "description": "x", "setupFee": "5.00", "maxConnections": 2, "trialDays": 7, "taxable": false, "metadata": { "a": "b" }, "externalId": "P-1" })).created();
    let path = format!("/api/v1/products/{}", id(&product));
    let cleared = app
        .full
        .patch(&path, &json!({ "description": null, "setupFee": null, "maxConnections": null, "trialDays": null, "metadata": null, "externalId": null }))
        .ok();
    assert_eq!(
        ["description", "setupFee", "maxConnections", "trialDays", "taxable", "metadata", "externalId"].map(|f| cleared[f].clone()),
        [Value::Null, json!("0.00"), Value::Null, Value::Null, json!(false), json!({}), Value::Null],
        "{cleared}"
    );
    app.full.patch(&path, &json!({ "name": null, "price": null, "taxable": null, "active": null })).refused_for(
        422,
        "validation_error",
        &["name", "price", "taxable", "active"],
    );
    let subscription = app.full.subscribe(
        &app.full.new_customer("bob@example.com"),
        &id(&product),
        json!({ "payment": "manual", "maxConnections": 3, "metadata": { "a": "b" }, "externalId": "S-1" }),
    );
    let path = format!("/api/v1/subscriptions/{}", id(&subscription));
    let cleared = app.full.patch(&path, &json!({ "maxConnections": null, "metadata": null, "externalId": null })).ok();
    assert_eq!((&cleared["maxConnections"], &cleared["metadata"], &cleared["externalId"]), (&Value::Null, &json!({}), &Value::Null), "{cleared}");
    app.full.patch(&path, &json!({ "autoRenew": null })).refused_for(422, "validation_error", &["autoRenew"]);
}
