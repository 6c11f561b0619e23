//! `Idempotency-Key` (rule 8), and what is unique whoever asks how often.

use std::time::Duration;

use serde_json::json;

use crate::support::TestApp;
use crate::support::client::{at_once, id};

#[test]
fn rule_8_twenty_in_parallel_make_one_object_and_get_one_answer() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let body = json!({ "customerId": ana, "productId": gold, "payment": "manual" });
    let answers = at_once(20, |_| app.full.post_once("buy-1", "/api/v1/subscriptions", &body));
    let first = answers[0].created();
    assert!(first["credentials"]["password"].is_string(), "{first}");
    for answer in &answers {
        assert_eq!((answer.status, &answer.bytes, answer.header("location")), (201, &answers[0].bytes, answers[0].header("location")), "{answer}");
    }
    assert_eq!(answers.iter().filter(|a| a.header("idempotent-replayed") == Some("true")).count(), 19);
    assert_eq!(app.count("SELECT COUNT(*) FROM subscription"), 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM payment"), 1);
    // The stored answer holds credentials: it is encrypted (the check at the end looks through the file).
    assert_eq!(app.count("SELECT COUNT(*) FROM idempotency"), 1);
}

#[test]
fn rule_8_another_request_with_the_same_key_is_422() {
    let app = TestApp::start();
    app.full.post_once("k", "/api/v1/customers", &json!({ "email": "a@example.com" })).created();
    let before = app.row_counts();
    app.full.post_once("k", "/api/v1/customers", &json!({ "email": "b@example.com" })).refused(422, "idempotency_mismatch");
    app.full.post_once("k", "/api/v1/products", &json!({ "email": "a@example.com", "name": "x", "price": "1" })).refused(422, "validation_error");
    app.full.post_once("k", "/api/v1/products", &json!({ "name": "x", "price": "1" })).refused(422, "idempotency_mismatch");
    assert_eq!(app.row_counts(), before);
    let again = app.full.post_once("k", "/api/v1/customers", &json!({ "email": "a@example.com" }));
    assert_eq!(again.header("idempotent-replayed"), Some("true"), "{again}");
}

#[test]
fn rule_8_a_refused_request_is_not_stored() {
    let app = TestApp::start();
    app.full.post_once("k", "/api/v1/customers", &json!({ "email": "no address" })).refused(422, "validation_error");
    let taken = app.full.new_customer("taken@example.com");
    app.full.post_once("k", "/api/v1/customers", &json!({ "email": "TAKEN@example.com" })).refused(409, "already_exists");
    app.full.delete(&format!("/api/v1/customers/{taken}")).ok();
    let created = app.full.post_once("k", "/api/v1/customers", &json!({ "email": "TAKEN@example.com" }));
    assert_eq!(created.header("idempotent-replayed"), None, "{created}");
    created.created();
}

#[test]
fn rule_8_a_key_is_forgotten_after_a_day_of_wall_time() {
    let app = TestApp::start();
    let body = json!({ "name": "Gold", "price": "1.00" });
    let first = id(&app.full.post_once("k", "/api/v1/products", &body).created());
    app.advance(Duration::from_millis(24 * 3_600_000 - 1));
    assert_eq!(id(&app.full.post_once("k", "/api/v1/products", &body).created()), first);
    app.advance(Duration::from_millis(1));
    assert_ne!(id(&app.full.post_once("k", "/api/v1/products", &body).created()), first);
}

#[test]
fn rule_8_a_key_belongs_to_an_api_key() {
    let app = TestApp::start();
    let (body, other) = (json!({ "name": "Gold", "price": "1.00" }), app.user("full"));
    let first = id(&app.full.post_once("k", "/api/v1/products", &body).created());
    assert_ne!(id(&other.post_once("k", "/api/v1/products", &body).created()), first);
}

#[test]
fn rule_8_patches_and_actions_are_repeated_too_and_deletions_are_not_asked() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    let path = format!("/api/v1/subscriptions/{subscription}/renew");
    let ends: Vec<_> = (0..3).map(|_| app.full.post_once("renew", &path, &json!({})).ok()["currentPeriodEnd"].clone()).collect();
    assert_eq!(ends, ["2026-03-31T10:00:00.000Z"; 3]);
    let path = format!("/api/v1/customers/{ana}");
    let patch = |notes: &str| app.full.json("PATCH", &path, &[("idempotency-key", "p")], &json!({ "notes": notes }));
    patch("one").ok();
    app.full.patch(&path, &json!({ "notes": "two" })).ok();
    assert_eq!(patch("one").ok()["notes"], "one", "the first answer is given again");
    assert_eq!(app.full.get(&path).ok()["notes"], "two", "and nothing is done again");
}

#[test]
fn rule_8_a_key_is_visible_ascii_of_bounded_length() {
    let app = TestApp::start();
    let body = json!({ "name": "Gold", "price": "1.00" });
    for wrong in ["", " ", "a b", &"k".repeat(256), "caf\u{e9}"] {
        let answer = app.full.post_once(wrong, "/api/v1/products", &body);
        answer.refused_for(400, "invalid_parameter", &["Idempotency-Key"]);
    }
    app.full.post_once(&"k".repeat(255), "/api/v1/products", &body).created();
}

#[test]
fn twenty_parallel_creations_of_one_address_make_one_customer() {
    let app = TestApp::start();
    let spell = |n: usize| "ana@example.com".char_indices().map(|(at, c)| if n >> (at % 5) & 1 == 1 { c.to_ascii_uppercase() } else { c }).collect::<String>();
    let answers = at_once(20, |n| app.full.post("/api/v1/customers", &json!({ "email": spell(n), "name": format!("Ana {n}") })));
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 201);
    assert_eq!((made.len(), refused.len()), (1, 19));
    for answer in refused {
        answer.refused_for(409, "already_exists", &["email"]);
    }
    // Without regard to case beyond ASCII too.
    app.full.new_customer("ÄRGER@example.com");
    app.full.post("/api/v1/customers", &json!({ "email": "ärger@EXAMPLE.com" })).refused_for(409, "already_exists", &["email"]);
}
