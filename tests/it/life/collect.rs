//! Stored payment methods and automatic collection (rules 2, 6 and 8), with exact dates and amounts.

use serde_json::{Value, json};

use super::run::{bills, status, story, until, world};
use crate::support::client::{at_once, id, rows, string};
use crate::support::{TestApp, at};

const BEGIN: &str = "2026-01-31T10:00:00Z";

pub(super) fn store(app: &TestApp, customer: &str, behavior: &str) -> String {
    let path = format!("/api/v1/customers/{customer}/payment-methods");
    id(&app.full.post(&path, &json!({ "type": "test", "behavior": behavior })).created())
}

/// A customer with a method that behaves so, and a product for 9.99 a month.
pub(super) fn shop(app: &TestApp, behavior: &str) -> (String, String) {
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    store(app, &ana, behavior);
    (ana, gold)
}

/// One that was paid by hand and is charged from its first renewal on.
pub(super) fn automatic(app: &TestApp, behavior: &str) -> (String, String) {
    let (ana, gold) = shop(app, behavior);
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "collection": "automatic" })));
    (ana, subscription)
}

fn payments(app: &TestApp, query: &str) -> Vec<Value> {
    rows(&app.full.get(&format!("/api/v1/payments?limit=100&{query}")).ok()).to_vec()
}

/// The payments by gateways: when, which attempt, what became of it.
pub(super) fn attempts(app: &TestApp, customer: &str) -> Vec<String> {
    let line = |p: &Value| {
        let attempt = p["attempt"].as_i64().map_or("-".to_owned(), |n| n.to_string());
        let why = p["failureCode"].as_str().map_or(String::new(), |code| format!(" {code}"));
        format!("{} #{attempt} {} {}{why}", &string(&p["createdAt"])[..16], string(&p["amount"]), string(&p["status"]))
    };
    payments(app, &format!("customerId={customer}")).iter().filter(|p| p["provider"] != "manual").map(line).collect()
}

pub(super) fn balance(app: &TestApp, customer: &str) -> String {
    app.full.get(&format!("/api/v1/customers/{customer}")).ok()["balances"][0]["amount"].as_str().unwrap_or("-").to_owned()
}

fn told(app: &TestApp, kind: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM event WHERE type = '{kind}'"))
}

#[test]
fn rule_6_the_first_method_is_the_default_and_the_next_oldest_follows_it() {
    let app = TestApp::on_test_clock(BEGIN);
    let ana = app.full.new_customer("ana@example.com");
    let path = format!("/api/v1/customers/{ana}/payment-methods");
    let [first, second, third] = ["succeed", "decline:2", "timeout"].map(|b| store(&app, &ana, b));
    let defaults = || -> Vec<bool> { rows(&app.full.get(&path).ok()).iter().map(|m| m["isDefault"] == true).collect() };
    assert_eq!(defaults(), [true, false, false]);
    let shown = app.full.get(&format!("{path}/{second}")).ok();
    assert_eq!((&shown["type"], &shown["behavior"], &shown["customerId"]), (&json!("test"), &json!("decline:2"), &json!(ana)));
    assert_eq!(app.full.send("DELETE", &format!("{path}/{first}"), &[], None).ok(), json!({ "id": first, "deleted": true }));
    assert_eq!(defaults(), [true, false]);
    app.full.get(&format!("{path}/{first}")).refused(404, "not_found");
    app.full.send("DELETE", &format!("{path}/{first}"), &[], None).refused(404, "not_found");
    // Of somebody else it is not there.
    let bob = app.full.new_customer("bob@example.com");
    app.full.get(&format!("/api/v1/customers/{bob}/payment-methods/{third}")).refused(404, "not_found");
    let page = app.full.get(&format!("{path}?limit=1")).ok();
    assert_eq!((rows(&page).len(), &page["pagination"]["total"], &page["pagination"]["hasMore"]), (1, &json!(2), &json!(true)), "{page}");
    for wrong in ["", "x", "decline:0", "decline:100"] {
        app.full.post(&path, &json!({ "type": "test", "behavior": wrong })).refused_for(422, "validation_error", &["behavior"]);
    }
    app.full.post(&path, &json!({ "type": "card" })).refused_for(422, "validation_error", &["type"]);
    // Without records a customer goes with his methods.
    app.full.send("DELETE", &format!("/api/v1/customers/{ana}"), &[], None).ok();
    assert_eq!(app.count("SELECT COUNT(*) FROM payment_method"), 0);
}

#[test]
fn rule_6_in_real_time_there_is_no_test_method() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let path = format!("/api/v1/customers/{ana}/payment-methods");
    app.full.post(&path, &json!({ "type": "test", "behavior": "succeed" })).refused_for(422, "validation_error", &["type"]);
}

#[test]
fn rule_2_create_automatic_is_paid_now_and_then_charged_month_after_month() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = shop(&app, "succeed");
    let made = app.full.subscribe(&ana, &gold, json!({ "payment": "automatic", "collection": "automatic" }));
    let subscription = id(&made);
    assert_eq!((&made["status"], &made["collection"], &made["currentPeriodEnd"]), (&json!("active"), &json!("automatic"), &json!("2026-02-28T10:00:00.000Z")));
    let paid = payments(&app, &format!("invoiceId={}", string(&made["latestInvoiceId"])));
    assert_eq!(paid.len(), 1, "{paid:?}");
    assert_eq!((&paid[0]["status"], &paid[0]["provider"], &paid[0]["amountRefunded"]), (&json!("succeeded"), &json!("test"), &json!("0.00")), "{}", paid[0]);
    assert_eq!(app.full.get(&format!("/api/v1/payments/{}", id(&paid[0]))).ok(), paid[0]);
    // Nothing is opened ahead.
    app.live_to("2026-02-28T09:59:59.999Z");
    assert_eq!(bills(&app, &subscription).len(), 1);
    app.live_to("2026-04-01T00:00:00Z");
    assert_eq!(
        bills(&app, &subscription),
        [
            "INV-000001 2026-01-31 2026-01-31..2026-02-28 9.99 paid",
            "INV-000002 2026-02-28 2026-02-28..2026-03-31 9.99 paid",
            "INV-000003 2026-03-31 2026-03-31..2026-04-30 9.99 paid"
        ]
    );
    assert_eq!(story(&app, &subscription), ["2026-01-31 10:00 created active", "2026-02-28 10:00 renewed active", "2026-03-31 10:00 renewed active"]);
    assert_eq!(attempts(&app, &ana), ["2026-01-31T10:00 #0 9.99 succeeded", "2026-02-28T10:00 #0 9.99 succeeded", "2026-03-31T10:00 #0 9.99 succeeded"]);
    assert_eq!((told(&app, "payment.succeeded"), told(&app, "payment.failed")), (3, 0));
}

#[test]
fn rule_2_create_automatic_declined_is_402_and_leaves_the_attempt_alone() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = shop(&app, "decline");
    let body = json!({ "customerId": ana, "productId": gold, "payment": "automatic" });
    let answer = app.full.post("/api/v1/subscriptions", &body);
    answer.refused(402, "payment_failed");
    assert_eq!(app.full.get("/api/v1/subscriptions").ok()["pagination"]["total"], 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM document_series"), 0, "no number was used");
    let kept = payments(&app, "status=failed");
    assert_eq!(kept.len(), 1);
    assert_eq!((&kept[0]["invoiceId"], &kept[0]["failureCode"], &kept[0]["attempt"]), (&Value::Null, &json!("card_declined"), &json!(0)), "{}", kept[0]);
    assert!(answer.body()["error"]["message"].as_str().is_some_and(|m| m.contains(&id(&kept[0]))), "{answer}");
    assert_eq!((told(&app, "payment.failed"), told(&app, "subscription.created"), told(&app, "invoice.payment_failed")), (1, 0, 0));
    // What can be seen before is refused before anything is charged.
    let bob = app.full.new_customer("bob@example.com");
    app.full.post("/api/v1/subscriptions", &json!({ "customerId": bob, "productId": gold, "payment": "automatic" })).refused_for(
        422,
        "validation_error",
        &["paymentMethodId"],
    );
    let foreign = rows(&app.full.get(&format!("/api/v1/customers/{ana}/payment-methods")).ok())[0]["id"].clone();
    for (payment, collection) in [("automatic", "invoice"), ("manual", "automatic")] {
        let body = json!({ "customerId": bob, "productId": gold, "payment": payment, "collection": collection, "paymentMethodId": foreign });
        app.full.post("/api/v1/subscriptions", &body).refused_for(422, "validation_error", &["paymentMethodId"]);
    }
    app.full.post("/api/v1/subscriptions", &json!({ "customerId": ana, "productId": gold, "payment": "automatic", "couponCode": "NONE" })).refused_for(
        422,
        "validation_error",
        &["couponCode"],
    );
    assert_eq!(payments(&app, "").len(), 1);
}

#[test]
fn rule_2_the_balance_pays_first_and_only_the_rest_is_charged() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = shop(&app, "succeed");
    app.full.grant(&ana, "4.00", "USD");
    let made = app.full.subscribe(&ana, &gold, json!({ "payment": "automatic" }));
    let invoice = app.full.invoice(&made["latestInvoiceId"]);
    assert_eq!((&invoice["balanceApplied"], &invoice["amountPaid"], &invoice["status"]), (&json!("4.00"), &json!("5.99"), &json!("paid")), "{invoice}");
    app.full.grant(&ana, "20.00", "USD");
    app.full.subscribe(&ana, &gold, json!({ "payment": "automatic" }));
    assert_eq!((attempts(&app, &ana).len(), balance(&app, &ana)), (1, "10.01".into()), "what the balance covers is not charged");
}

#[test]
fn rule_2_a_declined_card_is_charged_by_schedule_and_suspended_when_all_is_used() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, subscription) = automatic(&app, "decline");
    app.live_to("2026-02-28T10:00:00Z");
    assert_eq!(status(&app, &subscription), "past_due");
    // The days of grace alone do not suspend it.
    app.live_to("2026-03-07T09:59:59Z");
    let shown = app.full.subscription(&subscription);
    assert_eq!((&shown["status"], &shown["accesses"][0]["status"]), (&json!("past_due"), &json!("active")));
    app.live_to("2026-03-07T10:00:00Z");
    assert_eq!(status(&app, &subscription), "suspended");
    app.live_to("2026-06-01T00:00:00Z");
    assert_eq!(
        attempts(&app, &ana),
        [
            "2026-02-28T10:00 #0 9.99 failed card_declined",
            "2026-03-01T10:00 #1 9.99 failed card_declined",
            "2026-03-03T10:00 #2 9.99 failed card_declined",
            "2026-03-05T10:00 #3 9.99 failed card_declined",
            "2026-03-07T10:00 #4 9.99 failed card_declined"
        ]
    );
    assert_eq!(
        story(&app, &subscription),
        [
            "2026-01-31 10:00 created active",
            "2026-02-28 10:00 past_due past_due",
            "2026-03-07 10:00 suspended suspended",
            "2026-04-06 10:00 cancelled cancelled"
        ]
    );
    assert_eq!((told(&app, "payment.failed"), told(&app, "invoice.payment_failed"), told(&app, "invoice.overdue")), (5, 5, 1));
    assert_eq!(bills(&app, &subscription)[1..], ["INV-000002 2026-02-28 2026-02-28..2026-03-31 9.99 void"]);
}

#[test]
fn rule_2_retry_days_are_a_setting_and_grace_can_outlast_them() {
    let app = TestApp::on_test_clock(BEGIN);
    let settings = app.full.get("/api/v1/settings").ok();
    assert_eq!(settings["billing"]["retryDays"], json!([0, 1, 3, 5, 7]));
    for wrong in [json!([]), json!([1]), json!([0, 0]), json!([0, 3, 2]), json!([0, 91]), json!([0, "1"]), json!("0,1"), Value::Null] {
        let answer = app.full.patch("/api/v1/settings", &json!({ "billing": { "retryDays": wrong } }));
        assert_eq!(answer.status, 422, "{answer}");
    }
    app.full.patch("/api/v1/settings", &json!({ "billing": { "retryDays": [0, 2], "graceDays": 5 } })).ok();
    let (ana, subscription) = automatic(&app, "decline");
    app.live_to("2026-03-05T10:00:00Z");
    assert_eq!(attempts(&app, &ana).len(), 2);
    assert_eq!(story(&app, &subscription)[2..], ["2026-03-05 10:00 suspended suspended"]);
}

#[test]
fn rule_2_a_changed_schedule_holds_for_what_is_overdue_already() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, subscription) = automatic(&app, "decline");
    app.live_to("2026-03-04T10:00:00Z");
    assert_eq!(attempts(&app, &ana).len(), 3, "on days 0, 1 and 3");
    app.full.patch("/api/v1/settings", &json!({ "billing": { "retryDays": [0, 6] } })).ok();
    app.live_to("2026-03-05T10:00:00Z");
    assert_eq!((status(&app, &subscription), attempts(&app, &ana).len()), ("past_due".into(), 3));
    app.live_to("2026-03-06T10:00:00Z");
    assert_eq!(attempts(&app, &ana)[3..], ["2026-03-06T10:00 #3 9.99 failed card_declined"]);
    assert_eq!(status(&app, &subscription), "suspended", "all days are used, and grace is over");
}

#[test]
fn rule_2_declined_twice_then_paid_it_goes_on_contiguously() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, subscription) = automatic(&app, "decline:2");
    app.live_to("2026-03-10T00:00:00Z");
    assert_eq!(
        attempts(&app, &ana),
        ["2026-02-28T10:00 #0 9.99 failed card_declined", "2026-03-01T10:00 #1 9.99 failed card_declined", "2026-03-03T10:00 #2 9.99 succeeded"]
    );
    assert_eq!(story(&app, &subscription)[1..], ["2026-02-28 10:00 past_due past_due", "2026-03-03 10:00 renewed active"]);
    let shown = app.full.subscription(&subscription);
    assert_eq!((&shown["currentPeriodStart"], &shown["currentPeriodEnd"]), (&json!("2026-02-28T10:00:00.000Z"), &json!("2026-03-31T10:00:00.000Z")));
}

#[test]
fn rule_6_a_silent_gateway_is_asked_and_then_it_was_paid() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, subscription) = automatic(&app, "timeout");
    app.live_to("2026-03-01T00:00:00Z");
    assert_eq!(attempts(&app, &ana), ["2026-02-28T10:00 #0 9.99 succeeded"]);
    assert_eq!((status(&app, &subscription), told(&app, "payment.failed")), ("active".into(), 0));
}

#[test]
fn rule_6_two_charges_for_one_invoice_leave_the_second_in_the_balance() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, subscription) = automatic(&app, "double");
    app.live_to("2026-03-01T00:00:00Z");
    let invoice = app.full.invoices_of(&subscription)[1].clone();
    assert_eq!((&invoice["status"], &invoice["amountPaid"], &invoice["amountDue"]), (&json!("paid"), &json!("9.99"), &json!("0.00")), "{invoice}");
    assert_eq!((attempts(&app, &ana).len(), balance(&app, &ana)), (2, "9.99".into()));
    let references: Vec<Value> = payments(&app, &format!("invoiceId={}", id(&invoice))).iter().map(|p| p["providerReference"].clone()).collect();
    assert!(references[0] != references[1] && references.iter().all(Value::is_string), "{references:?}");
    // And that pays the next month.
    app.live_to("2026-04-01T00:00:00Z");
    assert_eq!((attempts(&app, &ana).len(), balance(&app, &ana), until(&app, &subscription)), (2, "0.00".into(), "2026-04-30T10:00:00.000Z".into()));
    // At the beginning, too.
    let bob = app.full.new_customer("bob@example.com");
    store(&app, &bob, "double");
    let gold = app.full.new_product();
    app.full.subscribe(&bob, &gold, json!({ "payment": "automatic" }));
    assert_eq!((attempts(&app, &bob).len(), balance(&app, &bob)), (2, "9.99".into()));
}

#[test]
fn rule_6_a_late_failure_never_overrides_what_succeeded() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, subscription) = automatic(&app, "late-failure");
    app.live_to("2026-03-01T00:00:00Z");
    assert_eq!(attempts(&app, &ana), ["2026-02-28T10:00 #0 9.99 succeeded"]);
    assert_eq!((status(&app, &subscription), told(&app, "payment.failed")), ("active".into(), 0));
    assert_eq!(bills(&app, &subscription)[1], "INV-000002 2026-02-28 2026-02-28..2026-03-31 9.99 paid");
}

#[test]
fn rule_2_a_trial_is_charged_at_its_end_in_one_transition() {
    for (behavior, becomes, how) in [("succeed", "active", "renewed active"), ("decline:1", "past_due", "past_due past_due")] {
        let app = TestApp::on_test_clock(BEGIN);
        let (ana, gold) = shop(&app, behavior);
        let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "trialDays": 10, "collection": "automatic" })));
        app.live_to("2026-02-10T09:59:59Z");
        assert_eq!((status(&app, &subscription), attempts(&app, &ana).len()), ("trialing".into(), 0));
        app.live_to("2026-02-10T10:00:00Z");
        assert_eq!(status(&app, &subscription), becomes);
        assert_eq!(story(&app, &subscription)[1..], ["2026-02-07 10:00 trial_ending trialing".to_owned(), format!("2026-02-10 10:00 {how}")]);
        app.live_to("2026-02-11T10:00:00Z");
        assert_eq!((status(&app, &subscription), until(&app, &subscription)), ("active".into(), "2026-03-10T10:00:00.000Z".into()));
        assert_eq!(bills(&app, &subscription), ["INV-000001 2026-02-10 2026-02-10..2026-03-10 9.99 paid"]);
    }
}

#[test]
fn rule_2_without_a_method_each_attempt_fails_and_one_that_is_stored_later_pays() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "collection": "automatic" })));
    app.live_to("2026-03-02T00:00:00Z");
    assert_eq!(attempts(&app, &ana), ["2026-02-28T10:00 #0 9.99 failed no_payment_method", "2026-03-01T10:00 #1 9.99 failed no_payment_method"]);
    store(&app, &ana, "succeed");
    app.live_to("2026-03-03T10:00:00Z");
    assert_eq!((attempts(&app, &ana)[2].as_str(), status(&app, &subscription)), ("2026-03-03T10:00 #2 9.99 succeeded", "active".into()));
}

#[test]
fn rule_2_a_subscription_names_its_method_and_a_removed_one_gives_way_to_the_default() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = shop(&app, "decline");
    let good = store(&app, &ana, "succeed");
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "automatic", "paymentMethodId": good })));
    let path = format!("/api/v1/subscriptions/{subscription}");
    assert_eq!(app.full.subscription(&subscription)["collection"], "invoice");
    let changed = app.full.patch(&path, &json!({ "collection": "automatic" })).ok();
    assert_eq!((&changed["collection"], &changed["paymentMethodId"]), (&json!("automatic"), &json!(good)));
    app.live_to("2026-02-28T10:00:00Z");
    assert_eq!(status(&app, &subscription), "active");
    app.full.patch(&path, &json!({ "paymentMethodId": "pm_019ab1f0c0de70008000000000000001" })).refused_for(422, "validation_error", &["paymentMethodId"]);
    app.full.patch(&path, &json!({ "collection": null })).refused_for(422, "validation_error", &["collection"]);
    app.full.send("DELETE", &format!("/api/v1/customers/{ana}/payment-methods/{good}"), &[], None).ok();
    assert_eq!(app.full.subscription(&subscription)["paymentMethodId"], Value::Null);
    app.live_to("2026-03-31T10:00:00Z");
    assert_eq!((status(&app, &subscription), attempts(&app, &ana).len()), ("past_due".into(), 3));
    // Back to invoices, nothing is charged any more, and the invoice is open.
    app.full.patch(&path, &json!({ "collection": "invoice" })).ok();
    app.live_to("2026-04-03T10:00:00Z");
    assert_eq!((status(&app, &subscription), attempts(&app, &ana).len()), ("suspended".into(), 3));
}

#[test]
fn rule_2_one_that_is_overdue_is_charged_once_when_it_becomes_automatic() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = shop(&app, "succeed");
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    app.live_to("2026-03-02T10:00:00Z");
    assert_eq!(status(&app, &subscription), "past_due");
    app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &json!({ "collection": "automatic" })).ok();
    assert_eq!(attempts(&app, &ana), ["2026-03-02T10:00 #1 9.99 succeeded"]);
    assert_eq!((status(&app, &subscription), until(&app, &subscription)), ("active".into(), "2026-03-31T10:00:00.000Z".into()));
}

#[test]
fn rule_2_renew_automatic_pays_and_declined_it_changes_nothing() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = shop(&app, "decline:1");
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    let before = app.full.subscription(&subscription);
    let renew = |periods: u32| app.full.act(&subscription, "renew", json!({ "periods": periods, "payment": "automatic" }));
    renew(2).refused(402, "payment_failed");
    assert_eq!((app.full.subscription(&subscription), bills(&app, &subscription).len()), (before, 1));
    let renewed = renew(2).ok();
    assert_eq!((&renewed["status"], &renewed["currentPeriodEnd"]), (&json!("active"), &json!("2026-04-30T10:00:00.000Z")));
    assert_eq!(bills(&app, &subscription)[1..], ["INV-000002 2026-01-31 2026-02-28..2026-04-30 19.98 paid"]);
    assert_eq!(attempts(&app, &ana), ["2026-01-31T10:00 #0 19.98 failed card_declined", "2026-01-31T10:00 #0 19.98 succeeded"]);
    // An open renewal invoice is the renewal.
    app.live_to("2026-04-24T00:00:00Z");
    let open = id(&app.full.invoices_of(&subscription)[2]);
    renew(3).refused(409, "state_conflict");
    let renewed = renew(1).ok();
    assert_eq!((&renewed["latestInvoiceId"], &renewed["currentPeriodEnd"]), (&json!(open), &json!("2026-05-31T10:00:00.000Z")));
    assert_eq!(payments(&app, &format!("invoiceId={open}"))[0]["attempt"], Value::Null, "it was not scheduled");
}

#[test]
fn rule_2_a_change_is_charged_at_once_and_declined_it_changes_nothing() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, subscription) = automatic(&app, "decline:1");
    let path = format!("/api/v1/subscriptions/{subscription}");
    app.live_to("2026-02-14T10:00:00Z");
    let (before, body) = (app.full.subscription(&subscription), json!({ "quantity": 3, "metadata": { "sold": "by telephone" } }));
    let preview = app.full.act(&subscription, "preview", json!({ "action": "change", "quantity": 3 })).ok();
    // What is unused lowers it: 3 × 9.99 × 14/28 less 9.99 × 14/28.
    assert_eq!((&preview["amountDue"], &preview["status"]), (&json!("9.99"), &json!("active")), "{preview}");
    app.full.patch(&path, &body).refused(402, "payment_failed");
    assert_eq!((app.full.subscription(&subscription), bills(&app, &subscription).len(), balance(&app, &ana)), (before, 1, "-".into()));
    assert_eq!(app.count("SELECT COUNT(*) FROM credit_note"), 0);
    let changed = app.full.patch(&path, &body).ok();
    assert_eq!((&changed["status"], &changed["quantity"], &changed["metadata"]["sold"]), (&json!("active"), &json!(3), &json!("by telephone")));
    assert_eq!(bills(&app, &subscription)[1..], ["INV-000002 2026-02-14 2026-02-14..2026-02-28 14.99 paid"]);
    assert_eq!(attempts(&app, &ana), ["2026-02-14T10:00 #0 9.99 failed card_declined", "2026-02-14T10:00 #0 9.99 succeeded"]);
    // What costs nothing now is not charged, whatever the card says.
    let fewer = app.full.patch(&path, &json!({ "quantity": 1 })).ok();
    assert_eq!((&fewer["quantity"], attempts(&app, &ana).len()), (&json!(1), 2));
    // It ends with what is paid, or comes without documents: nothing to charge either.
    app.full.patch(&path, &json!({ "quantity": 5, "proration": "at_period_end" })).ok();
    app.full.patch(&path, &json!({ "quantity": 5, "proration": "none" })).ok();
    assert_eq!(attempts(&app, &ana).len(), 2);
}

#[test]
fn rule_2_a_change_takes_the_method_that_it_names_and_needs_one() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let yearly = app.full.new_product_at("99.00", "USD", "year");
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    let path = format!("/api/v1/subscriptions/{subscription}");
    let before = app.row_counts();
    app.full.patch(&path, &json!({ "productId": yearly, "collection": "automatic" })).refused(409, "state_conflict");
    assert_eq!(app.row_counts(), before);
    store(&app, &ana, "decline");
    let good = store(&app, &ana, "succeed");
    app.full.patch(&path, &json!({ "productId": yearly, "collection": "automatic" })).refused(402, "payment_failed");
    let body = json!({ "productId": yearly, "collection": "automatic", "paymentMethodId": good });
    let answers = at_once(8, |_| app.full.json("PATCH", &path, &[("idempotency-key", "once")], &body));
    let done: Vec<Value> = answers.iter().filter(|a| a.status == 200).map(|a| a.body()).collect();
    assert!(!done.is_empty() && answers.iter().all(|a| [200, 409].contains(&a.status)), "{answers:?}");
    let changed = app.full.subscription(&subscription);
    assert!(done.iter().all(|d| *d == changed), "{done:?}");
    assert_eq!((&changed["collection"], &changed["currentPeriodEnd"]), (&json!("automatic"), &json!("2027-01-31T10:00:00.000Z")));
    // 99.00 less the 9.99 that nobody used.
    assert_eq!(attempts(&app, &ana), ["2026-01-31T10:00 #0 89.01 failed card_declined", "2026-01-31T10:00 #0 89.01 succeeded"]);
    app.full.patch(&path, &json!({ "quantity": 2, "paymentMethodId": "pm_019ab1f0c0de70008000000000000001" })).refused_for(
        422,
        "validation_error",
        &["paymentMethodId"],
    );
}

#[test]
fn rule_2_a_charge_after_suspension_pays_what_a_payment_by_hand_would() {
    for (lapsed, bill, end) in [
        ("fromPayment", "INV-000003 2026-03-10 2026-03-10..2026-04-10 9.99 paid", "2026-04-10T15:30:00.000Z"),
        ("fromDueDate", "INV-000002 2026-02-28 2026-02-28..2026-03-31 9.99 paid", "2026-03-31T10:00:00.000Z"),
    ] {
        let app = TestApp::on_test_clock(BEGIN);
        app.full.patch("/api/v1/settings", &json!({ "billing": { "lapsedRenewal": lapsed } })).ok();
        let (ana, subscription) = automatic(&app, "decline:5");
        app.live_to("2026-03-10T15:30:00Z");
        assert_eq!(status(&app, &subscription), "suspended");
        let renewed = app.full.act(&subscription, "renew", json!({ "payment": "automatic" })).ok();
        assert_eq!((&renewed["status"], &renewed["currentPeriodEnd"]), (&json!("active"), &json!(end)), "{lapsed}");
        assert_eq!((bills(&app, &subscription).last().map(String::as_str), attempts(&app, &ana).len()), (Some(bill), 6));
        // And from then on it is charged again.
        app.live_to(end);
        assert_eq!(attempts(&app, &ana).len(), 7, "{lapsed}");
    }
}

#[test]
fn rule_2_what_ends_is_not_charged() {
    for change in [json!({ "autoRenew": false }), json!({})] {
        let app = TestApp::on_test_clock(BEGIN);
        let (ana, subscription) = automatic(&app, "succeed");
        if change == json!({}) {
            app.full.act(&subscription, "cancel", json!({ "atPeriodEnd": true })).ok();
        } else {
            app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &change).ok();
        }
        app.live_to("2026-04-01T00:00:00Z");
        assert_eq!(attempts(&app, &ana), [""; 0]);
        assert!(matches!(status(&app, &subscription).as_str(), "expired" | "cancelled"));
    }
}

#[test]
fn rule_2_a_pause_stops_the_attempts_and_a_payment_by_hand_ends_them() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, subscription) = automatic(&app, "decline");
    app.live_to("2026-02-28T12:00:00Z");
    app.full.act(&subscription, "pause", json!({})).ok();
    app.live_to("2026-03-20T00:00:00Z");
    assert_eq!(attempts(&app, &ana).len(), 1);
    app.full.act(&subscription, "resume", json!({})).ok();
    assert_eq!(attempts(&app, &ana)[1..], ["2026-03-20T00:00 #4 9.99 failed card_declined"], "what was missed is one attempt");
    let open = app.full.invoices_of(&subscription)[1]["id"].clone();
    app.full.mark_paid(&open, json!({})).ok();
    app.live_to("2026-03-30T00:00:00Z");
    assert_eq!((status(&app, &subscription), attempts(&app, &ana).len()), ("active".into(), 2));
}

#[test]
fn rule_8_twenty_creates_at_once_with_one_key_are_one_charge() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = shop(&app, "succeed");
    let body = json!({ "customerId": ana, "productId": gold, "payment": "automatic" });
    let answers = at_once(20, |_| app.full.json("POST", "/api/v1/subscriptions", &[("idempotency-key", "once")], &body));
    let made: Vec<_> = answers.iter().filter(|a| a.status == 201).collect();
    assert!(!made.is_empty());
    for answer in &answers {
        if answer.status == 201 {
            assert_eq!(answer.body(), made[0].body());
        } else {
            answer.refused(409, "idempotency_in_progress");
        }
    }
    assert_eq!((app.count("SELECT COUNT(*) FROM subscription"), attempts(&app, &ana).len()), (1, 1));
    let again = app.full.json("POST", "/api/v1/subscriptions", &[("idempotency-key", "once")], &body);
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, Some("true")));
    // What was declined may be tried again with the same key.
    let bob = app.full.new_customer("bob@example.com");
    store(&app, &bob, "decline:1");
    let body = json!({ "customerId": bob, "productId": gold, "payment": "automatic" });
    let ask = || app.full.json("POST", "/api/v1/subscriptions", &[("idempotency-key", "twice")], &body);
    ask().refused(402, "payment_failed");
    assert_eq!(ask().status, 201);
}

#[test]
fn rule_1_7_one_jump_is_the_same_as_many_moves_with_charges_too() {
    let lived = |moves: &[&str]| {
        let app = TestApp::on_test_clock("2025-01-31T10:00:00Z");
        let behaviors = ["succeed", "decline", "decline:2", "timeout", "double", "late-failure"];
        for (n, behavior) in behaviors.into_iter().chain(behaviors).enumerate() {
            let customer = id(&app.full.post("/api/v1/customers", &json!({ "email": format!("c{n}@example.com") })).created());
            store(&app, &customer, behavior);
            let product = app.full.new_product_at("4.99", "USD", if n < 6 { "month" } else { "week" });
            let more =
                if n % 2 == 0 { json!({ "trialDays": 3, "collection": "automatic" }) } else { json!({ "payment": "manual", "collection": "automatic" }) };
            app.full.subscribe(&customer, &product, more);
        }
        for to in moves {
            app.live_to(to);
            app.live_to(to);
        }
        world(&app)
    };
    let whole = lived(&["2025-05-31T00:00:00Z"]);
    assert!(whole.len() > 300, "{}", whole.len());
    let days: Vec<String> = (1..=119).map(|n| at("2025-02-01T00:00:00Z").plus_ms(n * 86_400_000).to_string()).collect();
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    assert_eq!(lived(&days), whole);
    assert_eq!(lived(&["2025-02-28T10:00:00Z", "2025-02-28T10:00:00.001Z", "2025-05-31T00:00:00Z"]), whole);
}
