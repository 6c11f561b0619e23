//! Periods by the calendars of the world (rules 1.2 and 1.3), and money without cents or with three decimals, in whole stories.

use serde_json::json;

use super::run::bills;
use crate::support::TestApp;
use crate::support::client::{id, string};

fn customer(app: &TestApp, zone: &str, currency: &str) -> String {
    let body = json!({ "email": format!("{}@example.com", zone.replace('/', "-")), "billingTimezone": zone, "currency": currency });
    id(&app.full.post("/api/v1/customers", &body).created())
}

fn product(app: &TestApp, price: &str, currency: &str, unit: &str, count: u32) -> String {
    let body = json!({ "name": "Gold", "price": price, "currency": currency, "interval": unit, "intervalCount": count });
    id(&app.full.post("/api/v1/products", &body).created())
}

/// Pays each renewal as it opens, and says where what is paid ends, time after time.
fn ends(app: &TestApp, subscription: &str, times: usize) -> Vec<String> {
    let mut ends = Vec::new();
    for _ in 0..times {
        let end = string(&app.full.subscription(subscription)["currentPeriodEnd"]);
        ends.push(end[..16].to_owned());
        app.live_to(&end);
        app.full.act(subscription, "renew", json!({})).ok();
    }
    ends
}

fn imported(app: &TestApp, customer: &str, product: &str, start: &str) -> String {
    id(&app.full.subscribe(customer, product, json!({ "payment": "none", "startAt": start })))
}

#[test]
fn rule_1_3_yearly_from_29_february_over_five_years() {
    let app = TestApp::on_test_clock("2024-02-29T10:00:00Z");
    let (ana, gold) = (customer(&app, "UTC", "USD"), product(&app, "99.00", "USD", "year", 1));
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    assert_eq!(ends(&app, &subscription, 5), ["2025-02-28T10:00", "2026-02-28T10:00", "2027-02-28T10:00", "2028-02-29T10:00", "2029-02-28T10:00"]);
}

#[test]
fn rule_1_3_quarterly_from_a_31st() {
    let app = TestApp::on_test_clock("2026-08-31T10:00:00Z");
    let (ana, gold) = (customer(&app, "UTC", "USD"), product(&app, "27.00", "USD", "month", 3));
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    let expected = ["2026-11-30T10:00", "2027-02-28T10:00", "2027-05-31T10:00", "2027-08-31T10:00", "2027-11-30T10:00", "2028-02-29T10:00", "2028-05-31T10:00"];
    assert_eq!(ends(&app, &subscription, 7), expected);
}

#[test]
fn rule_1_3_weekly_at_midnight_in_paris_over_both_changes_of_the_clock() {
    let app = TestApp::on_test_clock("2026-03-15T12:00:00Z");
    let (ana, gold) = (customer(&app, "Europe/Paris", "EUR"), product(&app, "3.00", "EUR", "week", 1));
    // Sunday to Sunday: summer time begins on 29 March, in the night, two hours after midnight.
    let subscription = imported(&app, &ana, &gold, "2026-03-15");
    assert_eq!(ends(&app, &subscription, 4), ["2026-03-21T23:00", "2026-03-28T23:00", "2026-04-04T22:00", "2026-04-11T22:00"]);
    // And ends on 25 October.
    let autumn = TestApp::on_test_clock("2026-10-12T12:00:00Z");
    let (ana, gold) = (customer(&autumn, "Europe/Paris", "EUR"), product(&autumn, "3.00", "EUR", "week", 1));
    let subscription = imported(&autumn, &ana, &gold, "2026-10-11");
    assert_eq!(ends(&autumn, &subscription, 3), ["2026-10-17T22:00", "2026-10-24T22:00", "2026-10-31T23:00"]);
}

#[test]
fn rule_1_3_monthly_at_midnight_in_kolkata() {
    let app = TestApp::on_test_clock("2026-01-31T19:00:00Z");
    let (ana, gold) = (customer(&app, "Asia/Kolkata", "INR"), product(&app, "499.00", "INR", "month", 1));
    // Where he lives it is 1 February already; midnight there is half past six in the evening by UTC, the day before.
    let subscription = imported(&app, &ana, &gold, "2026-01-31");
    assert_eq!(app.full.subscription(&subscription)["currentPeriodStart"], "2026-01-30T18:30:00.000Z");
    assert_eq!(ends(&app, &subscription, 4), ["2026-02-27T18:30", "2026-03-30T18:30", "2026-04-29T18:30", "2026-05-30T18:30"]);
    // Days are his, too: changed at 19:00 by UTC on the 9th of June it is the 10th for him, and 20 of the 30 days are left.
    let better = product(&app, "998.00", "INR", "month", 1);
    app.live_to("2026-06-09T19:00:00Z");
    app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &json!({ "productId": better })).ok();
    let charge = app.full.invoices_of(&subscription).last().expect("an invoice").clone();
    assert_eq!(charge["lines"][0]["explanation"], "20 of 30 days: 1 × 998.00 × 20/30 = 665.3333…, rounded to 665.33 INR");
}

/// Changed in mid-period, with tax, by an amount in each currency's own minor units.
fn changed_in(currency: &str, before: &str, after: &str) -> (String, String, String) {
    let app = TestApp::on_test_clock("2026-03-01T00:00:00Z");
    app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "10" })).created();
    let (ana, small, large) = (customer(&app, "UTC", currency), product(&app, before, currency, "month", 1), product(&app, after, currency, "month", 1));
    let subscription = id(&app.full.subscribe(&ana, &small, json!({ "payment": "manual" })));
    app.live_to("2026-03-11T00:00:00Z");
    app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &json!({ "productId": large })).ok();
    let charge = app.full.invoices_of(&subscription).last().expect("an invoice").clone();
    let note = app.full.get("/api/v1/credit-notes").ok()["data"][0].clone();
    (string(&note["amount"]), string(&charge["amount"]), string(&charge["amountDue"]))
}

#[test]
fn rule_3_changes_in_yen_and_dinars_and_dollars_round_once_in_their_own_units() {
    // 21 of 31 days. 1,000 yen: 677.4 is 677, with tax 744.7 is 745; 2,000: 1,354.8 is 1,355, with tax 1,490.5 is 1,491.
    assert_eq!(changed_in("JPY", "1000", "2000"), ("745".into(), "1491".into(), "746".into()));
    // 1.935 dinars: 1.3108 is 1.311, tax 0.1311 is 0.131; 4.000: 2.7096… is 2.710, tax 0.271.
    assert_eq!(changed_in("KWD", "1.935", "4.000"), ("1.442".into(), "2.981".into(), "1.539".into()));
    assert_eq!(changed_in("USD", "10.00", "20.00"), ("7.45".into(), "14.91".into(), "7.46".into()));
}

#[test]
fn rule_2_several_periods_at_once_have_a_line_each() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let (ana, gold) = (customer(&app, "UTC", "USD"), product(&app, "9.99", "USD", "month", 1));
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    let renewed = app.full.act(&subscription, "renew", json!({ "periods": 3 })).ok();
    assert_eq!(renewed["currentPeriodEnd"], "2026-05-31T10:00:00.000Z");
    let invoice = app.full.invoice(&renewed["latestInvoiceId"]);
    let lines: Vec<(String, String)> =
        invoice["lines"].as_array().expect("lines").iter().map(|l| (string(&l["periodEnd"])[..10].to_owned(), string(&l["amount"]))).collect();
    let line = |end: &str| (end.to_owned(), "9.99".to_owned());
    assert_eq!((lines, &invoice["amount"]), (vec![line("2026-03-31"), line("2026-04-30"), line("2026-05-31")], &json!("29.97")));
}

#[test]
fn rule_1_2_another_zone_counts_from_the_next_boundary_without_gap_or_overlap() {
    for (from, to, first, second) in [
        ("America/New_York", "Asia/Tokyo", "2026-03-30T15:00", "2026-04-29T15:00"),
        ("Asia/Tokyo", "America/New_York", "2026-03-31T04:00", "2026-04-30T04:00"),
        ("Europe/Berlin", "Europe/Berlin", "2026-03-30T22:00", "2026-04-29T22:00"),
    ] {
        let app = TestApp::on_test_clock("2026-02-03T12:00:00Z");
        let (ana, gold) = (customer(&app, from, "USD"), product(&app, "9.99", "USD", "month", 1));
        let subscription = imported(&app, &ana, &gold, "2026-01-31");
        let end = string(&app.full.subscription(&subscription)["currentPeriodEnd"]);
        app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "billingTimezone": to })).ok();
        assert_eq!(app.full.subscription(&subscription)["currentPeriodEnd"], json!(end), "what is paid stays");
        // Opened ahead, given up for a change and opened anew.
        app.live_to("2026-02-22T00:00:00Z");
        app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &json!({ "quantity": 2, "proration": "none" })).ok();
        app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &json!({ "quantity": 1, "proration": "none" })).ok();
        app.full.act(&subscription, "renew", json!({})).ok();
        let invoice = app.full.invoices_of(&subscription).last().expect("an invoice").clone();
        assert_eq!((&invoice["periodStart"], &invoice["amount"]), (&json!(end), &json!("9.99")), "{from} to {to}: {invoice}");
        assert_eq!(ends(&app, &subscription, 2), [first, second], "{from} to {to}");
        // From then on days are of the new zone, also for what is paid ahead and given back.
        app.full.act(&subscription, "renew", json!({ "periods": 2 })).ok();
        let other = product(&app, "99.00", "USD", "month", 1);
        app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &json!({ "productId": other })).ok();
        let charge = app.full.invoices_of(&subscription).last().expect("an invoice").clone();
        app.full.mark_paid(&charge["id"], json!({})).ok();
        app.full.act(&subscription, "renew", json!({ "periods": 2 })).ok();
        assert!(bills(&app, &subscription).len() > 4);
    }
}

#[test]
fn rule_1_2_a_paid_period_by_another_calendar_that_is_credited_is_billed_again_from_where_it_began() {
    let app = TestApp::on_test_clock("2026-02-03T12:00:00Z");
    let (ana, gold) = (customer(&app, "Asia/Tokyo", "USD"), product(&app, "9.99", "USD", "month", 1));
    let better = product(&app, "20.00", "USD", "month", 1);
    let subscription = imported(&app, &ana, &gold, "2026-01-31");
    app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "billingTimezone": "America/New_York" })).ok();
    app.full.act(&subscription, "renew", json!({})).ok();
    // The period that is paid ahead is credited whole, and sold again at the new price.
    app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &json!({ "productId": better })).ok();
    let charge = app.full.invoices_of(&subscription).last().expect("an invoice").clone();
    if charge["status"] == "open" {
        app.full.mark_paid(&charge["id"], json!({})).ok();
    }
    app.full.act(&subscription, "renew", json!({})).ok();
    let s = app.full.subscription(&subscription);
    assert_eq!(s["currentPeriodEnd"], "2026-03-31T04:00:00.000Z", "{s}");
    let invoice = app.full.invoice(&s["latestInvoiceId"]);
    assert_eq!((&invoice["periodStart"], &invoice["amount"]), (&json!("2026-02-27T15:00:00.000Z"), &json!("20.00")), "{invoice}");
}
