//! Cancelling, taking it back, and switching renewal off (rule 2).

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::string;

fn imported(app: &TestApp, start: &str) -> Value {
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.subscribe(&ana, &gold, json!({ "payment": "none", "startAt": start }))
}

fn states(app: &TestApp, id: &str) -> Vec<String> {
    app.full.invoices_of(id).iter().map(|i| string(&i["status"])).collect()
}

#[test]
fn rule_2_cancel_now_is_final_voids_every_unpaid_invoice_and_revokes_access() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "quantity": 2 }));
    let id = string(&subscription["id"]);
    app.full.act(&id, "renew", json!({ "payment": "invoice" })).ok();
    app.advance_to("2026-02-10T09:00:00Z");
    let cancelled = app.full.act(&id, "cancel", json!({ "reason": "Moves abroad", "unusedTime": "forfeit" })).ok();
    assert_eq!(
        (&cancelled["status"], &cancelled["cancelReason"], &cancelled["cancelAtPeriodEnd"]),
        (&json!("cancelled"), &json!("Moves abroad"), &json!(false)),
        "{cancelled}"
    );
    assert_eq!((&cancelled["cancelledAt"], &cancelled["endedAt"]), (&json!("2026-02-10T09:00:00.000Z"), &json!("2026-02-10T09:00:00.000Z")));
    assert!(cancelled["accesses"].as_array().is_some_and(|a| a.len() == 2 && a.iter().all(|a| a["status"] == "revoked")), "{cancelled}");
    assert_eq!(states(&app, &id), ["paid", "void"]);
    let before = app.row_counts();
    for (action, body) in
        [("cancel", json!({})), ("cancel", json!({ "atPeriodEnd": true })), ("uncancel", json!({})), ("renew", json!({})), ("extend", json!({ "days": 1 }))]
    {
        app.full.act(&id, action, body).refused(409, "state_conflict");
    }
    app.full.patch(&format!("/api/v1/subscriptions/{id}"), &json!({ "autoRenew": false })).refused(409, "state_conflict");
    assert_eq!(app.row_counts(), before);
    // What is no transition stays possible: the vendor's own words.
    assert_eq!(app.full.patch(&format!("/api/v1/subscriptions/{id}"), &json!({ "metadata": { "why": "moved" } })).ok()["metadata"]["why"], "moved");
}

#[test]
fn rule_2_cancel_before_the_first_payment_voids_the_first_invoice() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let pending = app.full.subscribe(&ana, &gold, json!({}));
    let id = string(&pending["id"]);
    let cancelled = app.full.act(&id, "cancel", json!({})).ok();
    assert_eq!((&cancelled["status"], &cancelled["currentPeriodEnd"]), (&json!("cancelled"), &Value::Null), "{cancelled}");
    assert_eq!(states(&app, &id), ["void"]);
    // The number is kept (rule 5): the next invoice has the next.
    let next = app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }));
    assert_eq!(app.full.invoice(&next["latestInvoiceId"])["number"], "INV-000002");
}

#[test]
fn rule_2_cancel_at_period_end_voids_the_open_renewal_and_uncancel_opens_it_again() {
    let app = TestApp::start();
    let subscription = imported(&app, "2026-01-03T10:00:00Z");
    let id = string(&subscription["id"]);
    assert_eq!(states(&app, &id), ["open"]);
    let ending = app.full.act(&id, "cancel", json!({ "atPeriodEnd": true, "reason": "Too dear" })).ok();
    assert_eq!((&ending["status"], &ending["cancelAtPeriodEnd"], &ending["cancelledAt"]), (&json!("active"), &json!(true), &Value::Null), "{ending}");
    assert_eq!(states(&app, &id), ["void"]);
    let events = app.count("SELECT COUNT(*) FROM event");
    app.full.act(&id, "cancel", json!({ "atPeriodEnd": true })).ok();
    assert_eq!(app.count("SELECT COUNT(*) FROM event"), events, "a second time changes nothing");
    let kept = app.full.act(&id, "uncancel", json!({})).ok();
    assert_eq!((&kept["cancelAtPeriodEnd"], &kept["cancelReason"]), (&json!(false), &Value::Null), "{kept}");
    assert_eq!(states(&app, &id), ["void", "open"]);
    let reopened = app.full.invoice(&kept["latestInvoiceId"]);
    assert_eq!(
        (&reopened["number"], &reopened["periodStart"], &reopened["periodEnd"]),
        (&json!("INV-000002"), &json!("2026-02-03T10:00:00.000Z"), &json!("2026-03-03T10:00:00.000Z")),
        "{reopened}"
    );
    app.full.act(&id, "uncancel", json!({})).ok();
    assert_eq!(states(&app, &id), ["void", "open"]);
    app.full.mark_paid(&reopened["id"], json!({})).ok();
    assert_eq!(app.full.subscription(&id)["currentPeriodEnd"], "2026-03-03T10:00:00.000Z");
}

#[test]
fn rule_2_outside_the_lead_time_uncancel_opens_nothing() {
    let app = TestApp::start();
    let id = string(&imported(&app, "2026-01-20T10:00:00Z")["id"]);
    app.full.act(&id, "cancel", json!({ "atPeriodEnd": true })).ok();
    app.full.act(&id, "uncancel", json!({})).ok();
    assert_eq!(states(&app, &id), Vec::<String>::new());
}

#[test]
fn rule_2_without_auto_renew_the_open_renewal_goes_and_with_it_comes_back() {
    let app = TestApp::start();
    let id = string(&imported(&app, "2026-01-03T10:00:00Z")["id"]);
    let path = format!("/api/v1/subscriptions/{id}");
    assert_eq!(app.full.patch(&path, &json!({ "autoRenew": false })).ok()["autoRenew"], false);
    assert_eq!(states(&app, &id), ["void"]);
    assert_eq!(app.full.patch(&path, &json!({ "autoRenew": true })).ok()["autoRenew"], true);
    assert_eq!(states(&app, &id), ["void", "open"]);
    let off = app.full.subscribe(
        &app.full.new_customer("bob@example.com"),
        &app.full.new_product(),
        json!({ "payment": "none", "startAt": "2026-01-03T10:00:00Z", "autoRenew": false }),
    );
    assert_eq!(off["latestInvoiceId"], Value::Null, "{off}");
}

#[test]
fn rule_2_paid_twice_over_and_then_cancelled_the_paid_invoice_stays_paid() {
    let app = TestApp::start();
    let id = string(&imported(&app, "2026-01-03T10:00:00Z")["id"]);
    app.full.act(&id, "renew", json!({})).ok();
    app.full.act(&id, "cancel", json!({ "atPeriodEnd": true })).ok();
    assert_eq!(states(&app, &id), ["paid"]);
    app.full.act(&id, "cancel", json!({})).ok();
    assert_eq!(states(&app, &id), ["paid"]);
}
