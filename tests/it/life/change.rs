//! Changes of product, price and quantity, and what unused time gives back (rules 2 and 4), with exact dates and amounts.

use serde_json::{Value, json};

use super::run::{bills, pay, status, story, until};
use crate::support::TestApp;
use crate::support::client::{Answer, id, rows, string};

fn product(app: &TestApp, name: &str, price: &str, interval: &str) -> String {
    id(&app.full.post("/api/v1/products", &json!({ "name": name, "price": price, "currency": "USD", "interval": interval })).created())
}

/// Gold at 10.00 a month since 1 March 2026 (31 days), paid, and it is the 11th: 21 days are left.
struct Story {
    app: TestApp,
    ana: String,
    silver: String,
    subscription: String,
}

fn gold(more: Value) -> Story {
    let app = TestApp::on_test_clock("2026-03-01T10:00:00Z");
    let ana = app.full.new_customer("ana@example.com");
    let (gold, silver) = (product(&app, "Gold", "10.00", "month"), product(&app, "Platinum", "20.00", "month"));
    let subscription = id(&app.full.subscribe(&ana, &gold, if more.is_null() { json!({ "payment": "manual" }) } else { more }));
    app.live_to("2026-03-11T08:00:00Z");
    Story { app, ana, silver, subscription }
}

impl Story {
    fn try_change(&self, body: &Value) -> Answer {
        self.app.full.patch(&format!("/api/v1/subscriptions/{}", self.subscription), body)
    }

    fn change(&self, body: &Value) -> Value {
        self.try_change(body).ok()
    }

    /// Number, amount and what it gave to the due and to the balance.
    fn notes(&self) -> Vec<[String; 4]> {
        let notes = self.app.full.get("/api/v1/credit-notes?limit=100").ok();
        rows(&notes).iter().map(|n| ["number", "amount", "amountToDue", "amountToBalance"].map(|f| string(&n[f]))).collect()
    }

    /// Amount, balance applied, due and state of each invoice.
    fn sums(&self) -> Vec<[String; 4]> {
        let invoices = self.app.full.invoices_of(&self.subscription);
        invoices.iter().map(|i| ["amount", "balanceApplied", "amountDue", "status"].map(|f| string(&i[f]))).collect()
    }

    fn balance(&self) -> String {
        let customer = self.app.full.get(&format!("/api/v1/customers/{}", self.ana)).ok();
        customer["balances"][0]["amount"].as_str().unwrap_or("0.00").to_owned()
    }
}

fn four(values: [&str; 4]) -> [String; 4] {
    values.map(str::to_owned)
}

#[test]
fn rule_4_an_upgrade_credits_the_days_left_and_charges_the_rest_of_the_period() {
    let s = gold(Value::Null);
    let after = s.change(&json!({ "productId": s.silver }));
    // 10.00 × 21/31 = 6.774… and 20.00 × 21/31 = 13.548…, each rounded for itself.
    assert_eq!(s.notes(), [four(["CN-000001", "6.77", "0.00", "6.77"])]);
    assert_eq!(s.sums()[1], four(["13.55", "6.77", "6.78", "open"]));
    assert_eq!((&after["productName"], &after["amount"], &after["status"]), (&json!("Platinum"), &json!("20.00"), &json!("past_due")));
    assert_eq!(until(&s.app, &s.subscription), "2026-04-01T10:00:00.000Z");
    let charge = s.app.full.invoice(&after["latestInvoiceId"]);
    assert_eq!(charge["billingReason"], "subscription_update");
    assert_eq!(charge["lines"][0]["explanation"], "21 of 31 days: 1 × 20.00 × 21/31 = 13.5483…, rounded to 13.55 USD");
    assert_eq!(
        (&charge["lines"][0]["periodStart"], &charge["lines"][0]["periodEnd"]),
        (&json!("2026-03-11T08:00:00.000Z"), &json!("2026-04-01T10:00:00.000Z"))
    );
    let note = s.app.full.get("/api/v1/credit-notes").ok()["data"][0].clone();
    assert_eq!(note["lines"][0]["explanation"], "21 of 31 days left: 10.00 × 21/31 = 6.7741…, rounded to 6.77 USD");
    // Paid, it goes on; and renews at the new price.
    pay(&s.app, &s.subscription);
    assert_eq!(status(&s.app, &s.subscription), "active");
    s.app.live_to("2026-03-25T10:00:00Z");
    assert_eq!(bills(&s.app, &s.subscription)[2], "INV-000003 2026-03-25 2026-04-01..2026-05-01 20.00 open");
}

#[test]
fn rule_4_an_unpaid_charge_is_dunned_like_a_renewal() {
    let s = gold(Value::Null);
    s.change(&json!({ "productId": s.silver }));
    s.app.live_to("2026-03-14T08:00:00Z");
    assert_eq!(status(&s.app, &s.subscription), "suspended");
    pay(&s.app, &s.subscription);
    assert_eq!((status(&s.app, &s.subscription), until(&s.app, &s.subscription)), ("active".into(), "2026-04-01T10:00:00.000Z".into()));
    assert_eq!(
        story(&s.app, &s.subscription)[1..],
        ["2026-03-11 08:00 updated active", "2026-03-11 08:00 past_due past_due", "2026-03-14 08:00 suspended suspended", "2026-03-14 08:00 activated active"]
    );
}

#[test]
fn rule_4_a_downgrade_leaves_the_rest_in_store_and_pays_the_renewal_from_it() {
    let s = gold(Value::Null);
    let bronze = product(&s.app, "Bronze", "3.10", "month");
    let after = s.change(&json!({ "productId": bronze }));
    // 3.10 × 21/31 = 2.10, of the 6.77 that came back.
    assert_eq!((s.sums()[1].clone(), s.balance()), (four(["2.10", "2.10", "0.00", "paid"]), "4.67".into()));
    assert_eq!((&after["status"], &after["amount"]), (&json!("active"), &json!("3.10")));
    s.app.live_to("2026-03-25T10:00:00Z");
    assert_eq!((s.sums()[2].clone(), s.balance()), (four(["3.10", "3.10", "0.00", "paid"]), "1.57".into()));
}

#[test]
fn rule_4_time_that_was_credited_is_not_credited_again() {
    let s = gold(Value::Null);
    s.app.full.grant(&s.ana, "100.00", "USD");
    s.change(&json!({ "productId": s.silver }));
    s.app.live_to("2026-03-21T10:00:00Z");
    let bronze = product(&s.app, "Bronze", "3.10", "month");
    s.change(&json!({ "productId": bronze }));
    // Of the charge of 13.55 for 21 days 11 are left; nothing more of the first invoice.
    assert_eq!(s.notes(), [four(["CN-000001", "6.77", "0.00", "6.77"]), four(["CN-000002", "7.10", "0.00", "7.10"])]);
    assert_eq!(s.sums()[2], four(["1.10", "1.10", "0.00", "paid"]));
    // And once more on the same day: the day belongs to what comes last.
    s.change(&json!({ "productId": s.silver }));
    assert_eq!(s.notes()[2], four(["CN-000003", "1.10", "0.00", "1.10"]));
    assert_eq!(s.sums()[3], four(["7.10", "7.10", "0.00", "paid"]));
    assert_eq!(until(&s.app, &s.subscription), "2026-04-01T10:00:00.000Z");
}

#[test]
fn rule_4_the_first_day_is_credited_whole_and_the_period_billed_anew() {
    let app = TestApp::on_test_clock("2026-03-01T10:00:00Z");
    let ana = app.full.new_customer("ana@example.com");
    let (gold, platinum) = (product(&app, "Gold", "10.00", "month"), product(&app, "Platinum", "20.00", "month"));
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    app.live_to("2026-03-01T22:00:00Z");
    let s = Story { app, ana, silver: platinum, subscription };
    s.change(&json!({ "productId": s.silver }));
    assert_eq!((s.notes(), s.sums()[1].clone()), (vec![four(["CN-000001", "10.00", "0.00", "10.00"])], four(["20.00", "10.00", "10.00", "open"])));
    pay(&s.app, &s.subscription);
    s.app.live_to("2026-03-25T10:00:00Z");
    assert_eq!(bills(&s.app, &s.subscription)[2], "INV-000003 2026-03-25 2026-04-01..2026-05-01 20.00 open");
}

#[test]
fn rule_4_periods_paid_ahead_are_credited_whole_and_can_be_billed_anew() {
    let s = gold(Value::Null);
    s.app.full.act(&s.subscription, "renew", json!({ "periods": 2, "payment": "manual" })).ok();
    assert_eq!(until(&s.app, &s.subscription), "2026-06-01T10:00:00.000Z");
    s.change(&json!({ "productId": s.silver }));
    let notes = s.notes();
    assert_eq!(notes, [four(["CN-000001", "6.77", "0.00", "6.77"]), four(["CN-000002", "20.00", "0.00", "20.00"])]);
    assert_eq!((s.sums()[2].clone(), s.balance()), (four(["13.55", "13.55", "0.00", "paid"]), "13.22".into()));
    assert_eq!(until(&s.app, &s.subscription), "2026-04-01T10:00:00.000Z");
    s.app.live_to("2026-03-25T10:00:00Z");
    assert_eq!(bills(&s.app, &s.subscription)[3], "INV-000004 2026-03-25 2026-04-01..2026-05-01 20.00 open");
    assert_eq!(s.sums()[3], four(["20.00", "13.22", "6.78", "open"]));
}

#[test]
fn rule_4_an_open_renewal_is_voided_and_issued_anew() {
    let s = gold(Value::Null);
    s.app.live_to("2026-03-26T10:00:00Z");
    assert_eq!(bills(&s.app, &s.subscription)[1], "INV-000002 2026-03-25 2026-04-01..2026-05-01 10.00 open");
    s.change(&json!({ "quantity": 3, "proration": "none" }));
    assert_eq!(
        bills(&s.app, &s.subscription)[1..],
        ["INV-000002 2026-03-25 2026-04-01..2026-05-01 10.00 void", "INV-000003 2026-03-26 2026-04-01..2026-05-01 30.00 open"]
    );
    assert!(s.notes().is_empty());
}

#[test]
fn rule_4_quantity_makes_accesses_and_revokes_the_newest() {
    let s = gold(Value::Null);
    s.app.full.grant(&s.ana, "100.00", "USD");
    let accesses = |shown: &Value| -> Vec<(String, String)> {
        let accesses = shown["accesses"].as_array().expect("a list");
        accesses.iter().map(|a| (string(&a["username"]), string(&a["status"]))).collect()
    };
    let first = accesses(&s.app.full.subscription(&s.subscription));
    let three = accesses(&s.change(&json!({ "quantity": 3 })));
    // 30.00 × 21/31 = 20.32.
    assert_eq!(s.sums()[1], four(["20.32", "20.32", "0.00", "paid"]));
    assert_eq!((three.len(), &three[0]), (3, &first[0]));
    let one = accesses(&s.change(&json!({ "quantity": 1 })));
    let states: Vec<&str> = one.iter().map(|(_, status)| status.as_str()).collect();
    assert_eq!((states.as_slice(), &one[0]), (["active", "revoked", "revoked"].as_slice(), &first[0]));
    let two = accesses(&s.change(&json!({ "quantity": 2 })));
    assert_eq!(two.iter().filter(|(_, status)| status == "active").count(), 2);
    assert_eq!(two.len(), 4, "what was revoked stays so");
}

#[test]
fn rule_4_another_interval_begins_a_run_of_its_own_now() {
    let s = gold(Value::Null);
    s.app.full.grant(&s.ana, "200.00", "USD");
    let year = product(&s.app, "Gold for a year", "100.00", "year");
    let after = s.change(&json!({ "productId": year }));
    assert_eq!(s.notes(), [four(["CN-000001", "6.77", "0.00", "6.77"])]);
    assert_eq!(s.sums()[1], four(["100.00", "100.00", "0.00", "paid"]));
    assert_eq!(
        (&after["currentPeriodStart"], &after["currentPeriodEnd"], &after["interval"]),
        (&json!("2026-03-11T08:00:00.000Z"), &json!("2027-03-11T08:00:00.000Z"), &json!("year"))
    );
    s.app.live_to("2027-03-04T08:00:00Z");
    assert_eq!(bills(&s.app, &s.subscription)[2], "INV-000003 2027-03-04 2027-03-11..2028-03-11 100.00 paid");
}

#[test]
fn rule_4_another_interval_that_is_not_paid_is_overdue_at_once() {
    let s = gold(Value::Null);
    let year = product(&s.app, "Gold for a year", "100.00", "year");
    let after = s.change(&json!({ "productId": year }));
    assert_eq!((&after["status"], s.sums()[1].clone()), (&json!("past_due"), four(["100.00", "6.77", "93.23", "open"])));
    pay(&s.app, &s.subscription);
    assert_eq!((status(&s.app, &s.subscription), until(&s.app, &s.subscription)), ("active".into(), "2027-03-11T08:00:00.000Z".into()));
    s.app.live_to("2027-03-04T08:00:00Z");
    assert_eq!(bills(&s.app, &s.subscription)[2], "INV-000003 2027-03-04 2027-03-11..2028-03-11 100.00 open");
}

#[test]
fn rule_2_a_pending_change_comes_with_the_end_of_what_is_paid() {
    let s = gold(Value::Null);
    let shown = s.change(&json!({ "productId": s.silver, "quantity": 2, "proration": "at_period_end" }));
    assert_eq!(
        (&shown["productName"], &shown["pendingChange"]["productId"], &shown["pendingChange"]["quantity"], &shown["pendingChange"]["effectiveAt"]),
        (&json!("Gold"), &json!(s.silver), &json!(2), &json!("2026-04-01T10:00:00.000Z"))
    );
    s.app.live_to("2026-03-25T10:00:00Z");
    assert_eq!(bills(&s.app, &s.subscription)[1], "INV-000002 2026-03-25 2026-04-01..2026-05-01 40.00 open");
    // Paid ahead; until the boundary it is what it was.
    pay(&s.app, &s.subscription);
    let shown = s.app.full.subscription(&s.subscription);
    assert_eq!((&shown["productName"], &shown["amount"], &shown["currentPeriodEnd"]), (&json!("Gold"), &json!("10.00"), &json!("2026-05-01T10:00:00.000Z")));
    s.app.live_to("2026-04-01T10:00:00Z");
    let shown = s.app.full.subscription(&s.subscription);
    assert_eq!((&shown["productName"], &shown["amount"], &shown["pendingChange"]), (&json!("Platinum"), &json!("40.00"), &Value::Null));
    assert_eq!(shown["accesses"].as_array().map(Vec::len), Some(2));
    s.app.live_to("2026-04-24T10:00:00Z");
    assert_eq!(bills(&s.app, &s.subscription)[2], "INV-000003 2026-04-24 2026-05-01..2026-06-01 40.00 open");
    assert!(s.notes().is_empty());
}

#[test]
fn rule_2_a_pending_change_of_the_interval_counts_from_the_boundary() {
    let s = gold(Value::Null);
    let year = product(&s.app, "Gold for a year", "100.00", "year");
    s.change(&json!({ "productId": year, "proration": "at_period_end" }));
    s.app.live_to("2026-03-25T10:00:00Z");
    assert_eq!(bills(&s.app, &s.subscription)[1], "INV-000002 2026-03-25 2026-04-01..2027-04-01 100.00 open");
    // Not paid in time: it comes all the same, and is past due.
    s.app.live_to("2026-04-01T10:00:00Z");
    let shown = s.app.full.subscription(&s.subscription);
    assert_eq!((&shown["status"], &shown["interval"]), (&json!("past_due"), &json!("year")));
    pay(&s.app, &s.subscription);
    assert_eq!(until(&s.app, &s.subscription), "2027-04-01T10:00:00.000Z");
    s.app.live_to("2027-03-25T10:00:00Z");
    assert_eq!(bills(&s.app, &s.subscription)[2], "INV-000003 2027-03-25 2027-04-01..2028-04-01 100.00 open");
}

#[test]
fn rule_2_a_pending_change_can_be_taken_back_and_is_cleared_by_cancelling() {
    let s = gold(Value::Null);
    let gold = string(&s.app.full.subscription(&s.subscription)["productId"]);
    s.change(&json!({ "productId": s.silver, "proration": "at_period_end" }));
    s.app.live_to("2026-03-26T10:00:00Z");
    let shown = s.change(&json!({ "productId": gold, "proration": "at_period_end" }));
    assert_eq!(shown["pendingChange"], Value::Null);
    assert_eq!(
        bills(&s.app, &s.subscription)[1..],
        ["INV-000002 2026-03-25 2026-04-01..2026-05-01 20.00 void", "INV-000003 2026-03-26 2026-04-01..2026-05-01 10.00 open"]
    );
    s.change(&json!({ "productId": s.silver, "proration": "at_period_end" }));
    let cancelled = s.app.full.act(&s.subscription, "cancel", json!({})).ok();
    assert_eq!((&cancelled["pendingChange"], &cancelled["status"]), (&Value::Null, &json!("cancelled")));
}

#[test]
fn rule_2_a_pending_change_moves_with_an_extension_and_a_pause() {
    let s = gold(Value::Null);
    s.change(&json!({ "productId": s.silver, "proration": "at_period_end" }));
    let extended = s.app.full.act(&s.subscription, "extend", json!({ "days": 10 })).ok();
    assert_eq!(extended["pendingChange"]["effectiveAt"], "2026-04-11T10:00:00.000Z");
    s.app.full.act(&s.subscription, "pause", json!({})).ok();
    s.app.live_to("2026-03-16T08:00:00Z");
    let resumed = s.app.full.act(&s.subscription, "resume", json!({})).ok();
    assert_eq!(
        (&resumed["pendingChange"]["effectiveAt"], &resumed["currentPeriodEnd"]),
        (&json!("2026-04-16T10:00:00.000Z"), &json!("2026-04-16T10:00:00.000Z"))
    );
    s.app.live_to("2026-04-16T10:00:00Z");
    assert_eq!(s.app.full.subscription(&s.subscription)["productName"], "Platinum");
}

#[test]
fn rule_4_days_of_a_pause_are_not_used_and_free_days_earn_no_credit() {
    let s = gold(Value::Null);
    s.app.full.act(&s.subscription, "pause", json!({})).ok();
    s.app.live_to("2026-03-21T08:00:00Z");
    s.app.full.act(&s.subscription, "resume", json!({})).ok();
    assert_eq!(until(&s.app, &s.subscription), "2026-04-11T10:00:00.000Z");
    s.app.full.act(&s.subscription, "extend", json!({ "days": 5 })).ok();
    // Four days later 17 of the 31 days are left, and the free ones at the end count for nothing.
    s.app.live_to("2026-03-25T08:00:00Z");
    s.change(&json!({ "productId": s.silver }));
    assert_eq!(s.notes(), [four(["CN-000001", "5.48", "0.00", "5.48"])]);
    assert_eq!(s.sums()[1], four(["10.97", "5.48", "5.49", "open"]));
    assert_eq!(until(&s.app, &s.subscription), "2026-04-16T10:00:00.000Z");
}

#[test]
fn rule_4_with_tax_and_coupon_in_mid_period() {
    let app = TestApp::on_test_clock("2026-03-01T10:00:00Z");
    app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "19", "country": "DE" })).created();
    app.full.post("/api/v1/coupons", &json!({ "code": "ONCE", "percentOff": "20", "duration": "once" })).created();
    let ana = id(&app.full.post("/api/v1/customers", &json!({ "email": "ana@example.com", "address": { "country": "DE" } })).created());
    let (gold, platinum) = (product(&app, "Gold", "10.00", "month"), product(&app, "Platinum", "20.00", "month"));
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "couponCode": "ONCE" })));
    app.live_to("2026-03-11T08:00:00Z");
    let s = Story { app, ana, silver: platinum, subscription };
    s.change(&json!({ "productId": s.silver }));
    // 8.00 net were invoiced with 1.52 tax: × 21/31 that is 5.42, and 1.03 of the tax.
    assert_eq!(s.notes(), [four(["CN-000001", "6.45", "0.00", "6.45"])]);
    // 13.55 less 20 % (2.71), the coupon's use is not counted again, and 19 % on 10.84.
    let charge = s.app.full.invoices_of(&s.subscription)[1].clone();
    assert_eq!(["subtotal", "discount", "tax", "amount"].map(|f| string(&charge[f])), ["13.55", "2.71", "2.06", "12.90"]);
    assert_eq!(s.app.count("SELECT used FROM coupon_redemption"), 1);
    // The renewal has no discount any more.
    pay(&s.app, &s.subscription);
    s.app.live_to("2026-03-25T10:00:00Z");
    assert_eq!(string(&s.app.full.invoices_of(&s.subscription)[2]["amount"]), "23.80");
}

#[test]
fn rule_4_cancelled_now_what_is_left_is_credited_or_refunded_less_the_day() {
    let s = gold(Value::Null);
    s.app.full.act(&s.subscription, "renew", json!({ "periods": 1, "payment": "manual" })).ok();
    s.app.full.act(&s.subscription, "cancel", json!({ "atPeriodEnd": true, "unusedTime": "credit" })).refused_for(422, "validation_error", &["unusedTime"]);
    s.app.full.act(&s.subscription, "cancel", json!({ "unusedTime": "credit" })).ok();
    // The 11th is used up: 20 of 31 days of 10.00 are 6.45; the month paid ahead comes back whole.
    assert_eq!(s.notes(), [four(["CN-000001", "6.45", "0.00", "6.45"]), four(["CN-000002", "10.00", "0.00", "10.00"])]);
    assert_eq!(s.balance(), "16.45");
    let s = gold(Value::Null);
    s.app.full.act(&s.subscription, "cancel", json!({ "unusedTime": "refund" })).ok();
    let note = s.app.full.get("/api/v1/credit-notes").ok()["data"][0].clone();
    assert_eq!(["amount", "amountRefunded", "to"].map(|f| string(&note[f])), ["6.45", "6.45", "refund"]);
    let s = gold(Value::Null);
    s.app.full.act(&s.subscription, "cancel", json!({})).ok();
    assert!(s.notes().is_empty(), "forfeited where nothing else is said");
}

#[test]
fn rule_4_an_overdue_period_is_billed_anew_to_what_it_becomes_by_one_invoice() {
    let s = gold(Value::Null);
    s.app.full.patch("/api/v1/settings", &json!({ "billing": { "graceDays": 10 } })).ok();
    // Nobody has paid for April: what of it was used is not told apart.
    s.app.live_to("2026-04-06T08:00:00Z");
    assert_eq!(status(&s.app, &s.subscription), "past_due");
    s.change(&json!({ "productId": s.silver }));
    assert!(s.notes().is_empty());
    assert_eq!(s.sums()[1..], [four(["10.00", "0.00", "10.00", "void"]), four(["20.00", "0.00", "20.00", "open"])]);
    assert_eq!(status(&s.app, &s.subscription), "past_due");
    pay(&s.app, &s.subscription);
    assert_eq!((status(&s.app, &s.subscription), until(&s.app, &s.subscription)), ("active".into(), "2026-05-01T10:00:00.000Z".into()));
}

#[test]
fn rule_4_on_the_first_overdue_day_the_invoice_is_issued_anew() {
    let s = gold(Value::Null);
    s.app.live_to("2026-04-01T12:00:00Z");
    s.change(&json!({ "productId": s.silver }));
    assert_eq!(s.sums()[1..], [four(["10.00", "0.00", "10.00", "void"]), four(["20.00", "0.00", "20.00", "open"])]);
    pay(&s.app, &s.subscription);
    assert_eq!((status(&s.app, &s.subscription), until(&s.app, &s.subscription)), ("active".into(), "2026-05-01T10:00:00.000Z".into()));
    assert!(s.notes().is_empty());
}

#[test]
fn rule_2_in_a_trial_a_change_is_free_and_other_states_refuse_it() {
    let app = TestApp::on_test_clock("2026-03-01T10:00:00Z");
    let ana = app.full.new_customer("ana@example.com");
    let (gold, platinum) = (product(&app, "Gold", "10.00", "month"), product(&app, "Platinum", "20.00", "month"));
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "trialDays": 14 })));
    let path = format!("/api/v1/subscriptions/{subscription}");
    let changed = app.full.patch(&path, &json!({ "productId": platinum, "quantity": 2 })).ok();
    assert_eq!((&changed["status"], &changed["amount"]), (&json!("trialing"), &json!("40.00")));
    assert!(bills(&app, &subscription).is_empty());
    app.live_to("2026-03-15T10:00:00Z");
    assert_eq!(bills(&app, &subscription), ["INV-000001 2026-03-15 2026-03-15..2026-04-15 40.00 open"]);
    app.live_to("2026-03-20T10:00:00Z");
    assert_eq!(status(&app, &subscription), "suspended");
    app.full.patch(&path, &json!({ "productId": gold })).refused(409, "state_conflict");
    let waiting = id(&app.full.subscribe(&ana, &gold, json!({})));
    app.full.patch(&format!("/api/v1/subscriptions/{waiting}"), &json!({ "quantity": 2 })).refused(409, "state_conflict");
}

#[test]
fn rule_4_what_cannot_be_changed_is_named_and_changes_nothing() {
    let s = gold(Value::Null);
    let euro = id(&s.app.full.post("/api/v1/products", &json!({ "name": "Euro", "price": "9.00", "currency": "EUR" })).created());
    let price = string(&s.app.full.get(&format!("/api/v1/products/{euro}")).ok()["prices"][0]["id"]);
    let before = s.app.row_counts();
    s.try_change(&json!({ "proration": "none" })).refused_for(422, "validation_error", &["proration"]);
    s.try_change(&json!({ "productId": euro })).refused_for(422, "validation_error", &["priceId"]);
    s.try_change(&json!({ "productId": euro, "priceId": price })).refused_for(422, "validation_error", &["priceId"]);
    s.try_change(&json!({ "priceId": price })).refused_for(422, "validation_error", &["priceId"]);
    s.try_change(&json!({ "productId": "prod_019ab1f0c0de70008000000000000001" })).refused_for(422, "validation_error", &["productId"]);
    s.try_change(&json!({ "quantity": 0, "proration": "later" })).refused_for(422, "validation_error", &["quantity", "proration"]);
    s.change(&json!({ "quantity": 1 }));
    assert_eq!(s.app.row_counts(), before);
}

/// What a preview shows is what then happens, to the cent; and the preview leaves nothing.
#[test]
fn rule_4_a_preview_shows_what_then_happens_and_writes_nothing() {
    type Action = fn(&Story) -> Value;
    let change: Action = |s| json!({ "productId": s.silver, "quantity": 2 });
    let year: Action = |s| json!({ "productId": product(&s.app, "Year", "100.00", "year") });
    let later: Action = |s| json!({ "productId": s.silver, "proration": "at_period_end" });
    let cases: [(&str, Action); 7] = [
        ("change", change),
        ("change", year),
        ("change", later),
        ("renew", |_| json!({ "periods": 1, "payment": "invoice" })),
        ("renew", |_| json!({ "periods": 1, "payment": "manual" })),
        ("cancel", |_| json!({ "unusedTime": "credit" })),
        ("cancel", |_| json!({ "atPeriodEnd": true })),
    ];
    for (action, body) in cases {
        let s = gold(Value::Null);
        s.app.live_to("2026-03-26T08:00:00Z");
        s.app.full.grant(&s.ana, "3.00", "USD");
        let body = body(&s);
        let mut asked = body.clone();
        asked["action"] = json!(action);
        let (before, told) = (s.app.row_counts(), s.app.full.subscription(&s.subscription));
        let preview = s.app.full.act(&s.subscription, "preview", asked.clone()).ok();
        assert_eq!((s.app.row_counts(), s.app.full.subscription(&s.subscription)), (before, told), "{asked}");
        let invoices = s.app.full.invoices_of(&s.subscription).len();
        let open: Vec<Value> = s.app.full.invoices_of(&s.subscription).into_iter().filter(|i| i["status"] == "open").collect();
        match action {
            "change" => drop(s.change(&body)),
            action => drop(s.app.full.act(&s.subscription, action, body).ok()),
        }
        let after = s.app.full.subscription(&s.subscription);
        assert_eq!((&preview["status"], &preview["currentPeriodEnd"]), (&after["status"], &after["currentPeriodEnd"]), "{preview}");
        let mut made: Vec<Value> = s.app.full.invoices_of(&s.subscription)[invoices..].to_vec();
        let voided: Vec<&Value> = open.iter().map(|i| &i["id"]).filter(|id| s.app.full.invoice(id)["status"] == "void").collect();
        assert_eq!(json!(voided), preview["voidedInvoiceIds"], "{preview}");
        if made.is_empty() && action == "renew" {
            made = open.iter().map(|i| s.app.full.invoice(&i["id"])).collect();
        }
        let lines = |kind: &str| -> Vec<[String; 3]> {
            let lines = preview["lines"].as_array().expect("a list").iter().filter(|l| l["kind"] == kind);
            lines.map(|l| ["amount", "tax", "explanation"].map(|f| string(&l[f]))).collect()
        };
        let charged: Vec<[String; 3]> =
            made.iter().flat_map(|i| i["lines"].as_array().expect("a list").clone()).map(|l| ["amount", "tax", "explanation"].map(|f| string(&l[f]))).collect();
        assert_eq!(lines("charge"), charged, "{preview}");
        let notes = s.app.full.get("/api/v1/credit-notes?limit=100").ok();
        let credited: Vec<[String; 3]> = rows(&notes)
            .iter()
            .flat_map(|n| n["lines"].as_array().expect("a list").clone())
            .map(|l| [format!("-{}", string(&l["amount"])), string(&l["tax"]), string(&l["explanation"])])
            .collect();
        assert_eq!(lines("credit"), credited, "{preview}");
    }
}

#[test]
fn a_preview_refuses_what_the_action_would_and_what_belongs_to_another() {
    let s = gold(Value::Null);
    let preview = |body: Value| s.app.full.act(&s.subscription, "preview", body);
    preview(json!({})).refused_for(422, "validation_error", &["action"]);
    preview(json!({ "action": "change", "periods": 2, "unusedTime": "credit" })).refused_for(422, "validation_error", &["periods", "unusedTime"]);
    preview(json!({ "action": "renew", "payment": "credit" })).refused(409, "insufficient_balance");
    // What is charged is shown as it is once the charge has succeeded; nothing is charged.
    preview(json!({ "action": "renew", "payment": "automatic" })).refused(409, "state_conflict");
    s.app.full.post(&format!("/api/v1/customers/{}/payment-methods", s.ana), &json!({ "type": "test", "behavior": "decline" })).created();
    let before = (s.app.row_counts(), s.app.full.subscription(&s.subscription));
    let seen = preview(json!({ "action": "renew", "payment": "automatic", "periods": 2 })).ok();
    assert_eq!((&seen["total"], &seen["currentPeriodEnd"]), (&json!("20.00"), &json!("2026-06-01T10:00:00.000Z")), "{seen}");
    assert_eq!((s.app.row_counts(), s.app.full.subscription(&s.subscription)), before);
    preview(json!({ "action": "cancel", "atPeriodEnd": true, "unusedTime": "refund" })).refused_for(422, "validation_error", &["unusedTime"]);
    s.app.full.act(&s.subscription, "cancel", json!({})).ok();
    preview(json!({ "action": "cancel" })).refused(409, "state_conflict");
}

/// Gold at 10.00 a month since 1 March 2026 with a coupon, paid for so many months.
fn gold_with(coupon: Value, months: usize) -> Story {
    let app = TestApp::on_test_clock("2026-03-01T10:00:00Z");
    app.full.post("/api/v1/coupons", &coupon).created();
    let ana = app.full.new_customer("ana@example.com");
    let (gold, silver) = (product(&app, "Gold", "10.00", "month"), product(&app, "Platinum", "20.00", "month"));
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "couponCode": coupon["code"] })));
    if months > 1 {
        app.full.act(&subscription, "renew", json!({ "periods": months - 1 })).ok();
    }
    Story { app, ana, silver, subscription }
}

#[test]
fn rule_4_a_change_that_the_coupon_makes_free_has_no_document_of_zero() {
    let s = gold_with(json!({ "code": "GIFT", "percentOff": "100" }), 1);
    s.app.live_to("2026-03-11T08:00:00Z");
    let after = s.change(&json!({ "productId": s.silver }));
    assert_eq!((&after["productName"], &after["status"], s.sums().len(), s.notes().len()), (&json!("Platinum"), &json!("active"), 1, 0));
    assert_eq!(until(&s.app, &s.subscription), "2026-04-01T10:00:00.000Z");
    // Once more, and then the coupon has served.
    s.change(&json!({ "quantity": 2 }));
    s.app.live_to("2026-03-25T10:00:00Z");
    assert_eq!(s.sums()[1..], [four(["40.00", "0.00", "40.00", "open"])]);
}

#[test]
fn rule_3_2_a_percentage_comes_off_the_charge_for_another_interval_on_any_day() {
    for day in ["2026-03-01T10:00:00Z", "2026-03-11T08:00:00Z"] {
        let s = gold_with(json!({ "code": "HALF", "percentOff": "50" }), 1);
        s.app.live_to(day);
        let yearly = product(&s.app, "Year", "100.00", "year");
        s.change(&json!({ "productId": yearly }));
        assert_eq!(s.sums()[1][0], "50.00", "{day}");
        assert_eq!(s.app.count("SELECT used FROM coupon_redemption"), 1, "no use is counted");
    }
}

#[test]
fn rule_3_2_a_change_within_a_period_that_the_coupon_did_not_serve_is_charged_whole() {
    // March and April are discounted, May is not; the last two are of one invoice.
    for (day, charged) in [("2026-04-16T10:00:00Z", "5.00"), ("2026-05-17T10:00:00Z", "9.68")] {
        let s = gold_with(json!({ "code": "TWO", "percentOff": "50", "duration": "repeating", "durationPeriods": 2 }), 3);
        s.app.live_to(day);
        s.change(&json!({ "productId": s.silver }));
        // Half of 20.00 × 15/30; 20.00 × 15/31.
        let charge = s.app.full.invoices_of(&s.subscription).into_iter().find(|i| i["billingReason"] == "subscription_update").expect("it is charged");
        assert_eq!(charge["amount"], charged, "{day}: {charge}");
    }
}

/// A yearly, a monthly and a weekly product for somebody, in that order.
fn house(app: &TestApp) -> (String, [String; 3]) {
    let ana = app.full.new_customer("ana@example.com");
    (ana, [("120.00", "year"), ("10.00", "month"), ("3.00", "week")].map(|(price, unit)| app.full.new_product_at(price, "USD", unit)))
}

fn patch(app: &TestApp, subscription: &str, body: &Value) -> Value {
    app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), body).ok()
}

fn day(value: &Value) -> String {
    string(value)[..10].to_owned()
}

#[test]
fn rule_4_with_a_shorter_interval_paid_time_ends_with_its_first_period() {
    let app = TestApp::on_test_clock("2026-03-01T00:00:00Z");
    let (ana, [yearly, monthly, weekly]) = house(&app);
    let year = id(&app.full.subscribe(&ana, &yearly, json!({ "payment": "manual" })));
    let ahead = id(&app.full.subscribe(&ana, &monthly, json!({ "payment": "manual" })));
    app.full.act(&ahead, "renew", json!({ "periods": 5 })).ok();
    app.live_to("2026-03-03T00:00:00Z");
    let preview = app.full.act(&year, "preview", json!({ "action": "change", "productId": weekly })).ok();
    let changed = patch(&app, &year, &json!({ "productId": weekly }));
    assert_eq!((&changed["status"], day(&changed["currentPeriodEnd"])), (&json!("active"), "2026-03-10".into()), "{changed}");
    assert_eq!(preview["currentPeriodEnd"], changed["currentPeriodEnd"]);
    // 363 of 365 days come back; weeks are paid from that.
    let balance = || string(&app.full.get(&format!("/api/v1/customers/{ana}/balance")).ok()["balances"][0]["amount"]);
    assert_eq!(balance(), "116.34");
    let changed = patch(&app, &ahead, &json!({ "productId": weekly }));
    assert_eq!(day(&changed["currentPeriodEnd"]), "2026-03-10", "what was paid ahead is credited, too");
    app.live_to("2026-04-01T00:00:00Z");
    assert_eq!((day(&app.full.subscription(&year)["currentPeriodEnd"]), &app.full.subscription(&year)["status"]), ("2026-04-14".into(), &json!("active")));
    assert_eq!(app.full.invoices_of(&year).iter().filter(|i| i["amount"] == "3.00" && i["status"] == "paid").count(), 6);
}

#[test]
fn rule_4_there_and_back_again_unpaid_no_day_is_free() {
    let app = TestApp::on_test_clock("2026-03-01T00:00:00Z");
    let (ana, [yearly, monthly, _]) = house(&app);
    let subscription = id(&app.full.subscribe(&ana, &monthly, json!({ "payment": "manual" })));
    app.live_to("2026-03-02T00:00:00Z");
    let changed = patch(&app, &subscription, &json!({ "productId": yearly }));
    assert_eq!((&changed["status"], day(&changed["currentPeriodEnd"])), (&json!("past_due"), "2026-03-02".into()));
    let changed = patch(&app, &subscription, &json!({ "productId": monthly }));
    let last = app.full.invoices_of(&subscription).last().expect("an invoice").clone();
    assert_eq!(
        (day(&last["periodStart"]), day(&last["periodEnd"]), &last["amount"], &last["amountDue"]),
        ("2026-03-02".into(), "2026-04-02".into(), &json!("10.00"), &json!("0.32"))
    );
    assert_eq!(changed["status"], "past_due");
    app.full.mark_paid(&last["id"], json!({})).ok();
    let s = app.full.subscription(&subscription);
    assert_eq!((&s["status"], day(&s["currentPeriodEnd"])), (&json!("active"), "2026-04-02".into()), "10.32 for a month and a day");
}

#[test]
fn rule_2_behind_the_rest_of_a_period_that_is_not_paid_nothing_is_sold_or_given() {
    let app = TestApp::on_test_clock("2026-03-01T00:00:00Z");
    let (ana, [_, monthly, _]) = house(&app);
    app.store_method(&ana);
    let subscription = id(&app.full.subscribe(&ana, &monthly, json!({ "payment": "manual" })));
    patch(&app, &subscription, &json!({ "quantity": 2 }));
    for _ in ["past_due", "suspended"] {
        let before = app.full.subscription(&subscription);
        for payment in ["manual", "invoice", "credit", "automatic"] {
            app.full.act(&subscription, "renew", json!({ "periods": 6, "payment": payment })).refused(409, "state_conflict");
            app.full.act(&subscription, "preview", json!({ "action": "renew", "periods": 6, "payment": payment })).refused(409, "state_conflict");
        }
        app.full.act(&subscription, "extend", json!({ "days": 1 })).refused(409, "state_conflict");
        assert_eq!(app.full.subscription(&subscription), before);
        app.live_to("2026-03-08T00:00:00Z");
    }
    assert_eq!(app.full.subscription(&subscription)["status"], "suspended");
    let charge = app.full.invoices_of(&subscription).last().expect("an invoice").clone();
    app.full.mark_paid(&charge["id"], json!({})).ok();
    assert_eq!(app.full.subscription(&subscription)["status"], "active");
    app.full.act(&subscription, "renew", json!({})).ok();
}

#[test]
fn rule_2_a_charge_that_the_vendor_gave_up_leaves_no_time_free() {
    for how in ["void", "write-off"] {
        for (state, until) in [("past_due", "2026-04-14"), ("suspended", "2026-04-20")] {
            let app = TestApp::on_test_clock("2026-03-13T00:00:00Z");
            let (ana, [_, monthly, _]) = house(&app);
            let subscription = id(&app.full.subscribe(&ana, &monthly, json!({ "payment": "manual" })));
            app.live_to("2026-03-14T00:00:00Z");
            patch(&app, &subscription, &json!({ "quantity": 100 }));
            let charge = app.full.invoices_of(&subscription).last().expect("an invoice").clone();
            app.full.post(&format!("/api/v1/invoices/{}/{how}", string(&charge["id"])), &json!({})).ok();
            let s = app.full.subscription(&subscription);
            assert_eq!((&s["status"], day(&s["currentPeriodEnd"])), (&json!("past_due"), "2026-03-14".into()), "{how}: what was paid beyond is credited");
            if state == "suspended" {
                app.live_to("2026-03-20T00:00:00Z");
            }
            // In grace it goes on from where paid time ended, suspended from now.
            let renewed = app.full.act(&subscription, "renew", json!({})).ok();
            assert_eq!((&renewed["status"], day(&renewed["currentPeriodEnd"])), (&json!("active"), until.into()), "{how}, {state}: {renewed}");
            assert_eq!(app.full.invoice(&renewed["latestInvoiceId"])["amount"], "1000.00");
            app.live_to("2026-06-01T00:00:00Z");
        }
    }
}

#[test]
fn rule_2_one_that_is_to_end_is_suspended_for_a_charge_like_any_other() {
    let app = TestApp::on_test_clock("2026-03-02T00:00:00Z");
    let (ana, [yearly, monthly, _]) = house(&app);
    let sell = || id(&app.full.subscribe(&ana, &monthly, json!({ "payment": "manual" })));
    let (charged, unrenewed, other) = (sell(), sell(), sell());
    app.live_to("2026-03-05T00:00:00Z");
    for subscription in [&charged, &unrenewed] {
        patch(&app, subscription, &json!({ "quantity": 3 }));
    }
    app.full.act(&charged, "cancel", json!({ "atPeriodEnd": true })).ok();
    patch(&app, &unrenewed, &json!({ "autoRenew": false }));
    patch(&app, &other, &json!({ "productId": yearly }));
    // Nothing is paid beyond now, so now is its end.
    let over = app.full.act(&other, "cancel", json!({ "atPeriodEnd": true })).ok();
    assert_eq!(over["status"], "cancelled");
    app.live_to("2026-03-08T00:00:00Z");
    for subscription in [&charged, &unrenewed] {
        assert_eq!(app.full.subscription(subscription)["status"], "suspended");
    }
    app.live_to("2026-04-02T00:00:00Z");
    assert_eq!((&app.full.subscription(&charged)["status"], &app.full.subscription(&unrenewed)["status"]), (&json!("cancelled"), &json!("expired")));
}

#[test]
fn rule_2_a_charge_that_is_overdue_is_taken_when_collection_becomes_automatic() {
    let app = TestApp::on_test_clock("2026-03-02T00:00:00Z");
    let (ana, [yearly, monthly, _]) = house(&app);
    let sell = || id(&app.full.subscribe(&ana, &monthly, json!({ "payment": "manual" })));
    let (part, whole) = (sell(), sell());
    app.live_to("2026-03-05T00:00:00Z");
    patch(&app, &part, &json!({ "quantity": 3 }));
    patch(&app, &whole, &json!({ "productId": yearly }));
    app.store_method(&ana);
    for subscription in [&part, &whole] {
        patch(&app, subscription, &json!({ "collection": "automatic" }));
        assert_eq!(app.full.subscription(subscription)["status"], "active");
    }
    assert_eq!(day(&app.full.subscription(&whole)["currentPeriodEnd"]), "2027-03-05");
}

#[test]
fn rule_4_in_an_overdue_period_no_way_to_pay_buys_more_than_it_costs() {
    let app = TestApp::on_test_clock("2026-02-10T00:00:00Z");
    let ana = app.full.new_customer("ana@example.com");
    let [month, double, year] = [("31.00", "month"), ("62.00", "month"), ("365.00", "year")].map(|(price, unit)| app.full.new_product_at(price, "USD", unit));
    let cases = [
        (&year, "immediate", "365.00", "2027-03-10"),
        (&double, "immediate", "62.00", "2026-04-10"),
        (&double, "none", "62.00", "2026-04-10"),
        (&double, "at_period_end", "62.00", "2026-04-10"),
    ];
    let sold = cases.map(|case| (id(&app.full.subscribe(&ana, &month, json!({ "payment": "none", "startAt": "2026-02-10" }))), case));
    app.live_to("2026-03-11T00:00:00Z");
    for (subscription, (product, proration, due, until)) in sold {
        assert_eq!(app.full.subscription(&subscription)["status"], "past_due");
        patch(&app, &subscription, &json!({ "productId": product, "proration": proration }));
        let open: Vec<Value> = app.full.invoices_of(&subscription).into_iter().filter(|i| i["status"] == "open").collect();
        assert_eq!(open.iter().map(|i| string(&i["amountDue"])).collect::<Vec<_>>(), [due], "{proration}");
        app.full.mark_paid(&open[0]["id"], json!({})).ok();
        let s = app.full.subscription(&subscription);
        assert_eq!((&s["status"], day(&s["currentPeriodEnd"])), (&json!("active"), until.into()), "{s}");
    }
}

#[test]
fn rule_2_when_the_last_open_thing_is_given_up_paid_time_is_served() {
    for how in ["void", "write-off"] {
        let app = TestApp::on_test_clock("2026-07-20T00:00:00Z");
        let (ana, [_, monthly, _]) = house(&app);
        let subscription = id(&app.full.subscribe(&ana, &monthly, json!({ "payment": "manual" })));
        app.live_to("2026-08-16T00:00:00Z");
        patch(&app, &subscription, &json!({ "quantity": 2 }));
        let open: Vec<Value> = app.full.invoices_of(&subscription).into_iter().filter(|i| i["status"] == "open").collect();
        let renewal = open.iter().find(|i| i["billingReason"] == "subscription_cycle").expect("the renewal").clone();
        let charge = open.iter().find(|i| i["billingReason"] == "subscription_update").expect("the charge").clone();
        app.full.mark_paid(&renewal["id"], json!({})).ok();
        assert_eq!(app.full.subscription(&subscription)["status"], "past_due");
        app.full.post(&format!("/api/v1/invoices/{}/{how}", string(&charge["id"])), &json!({})).ok();
        let s = app.full.subscription(&subscription);
        assert_eq!((&s["status"], day(&s["currentPeriodEnd"])), (&json!("active"), "2026-09-20".into()), "{how}");
        app.live_to("2026-09-01T00:00:00Z");
        assert_eq!(app.full.subscription(&subscription)["status"], "active");
    }
}

#[test]
fn rule_2_paused_with_a_charge_open_the_days_that_were_left_are_left_again() {
    let app = TestApp::on_test_clock("2026-03-01T00:00:00Z");
    let (ana, [_, monthly, _]) = house(&app);
    let ends: Vec<String> = [true, false]
        .map(|pays_first| {
            let subscription = id(&app.full.subscribe(&ana, &monthly, json!({ "payment": "none", "startAt": "2026-03-01" })));
            patch(&app, &subscription, &json!({ "quantity": 2, "proration": "immediate" }));
            app.full.act(&subscription, "pause", json!({})).ok();
            (subscription, pays_first)
        })
        .into_iter()
        .map(|(subscription, pays_first)| {
            if pays_first {
                app.live_to("2026-03-31T00:00:00Z");
            }
            let charge = app.full.invoices_of(&subscription).last().expect("a charge").clone();
            if pays_first {
                app.full.mark_paid(&charge["id"], json!({})).ok();
            }
            app.full.act(&subscription, "resume", json!({})).ok();
            if !pays_first {
                app.full.mark_paid(&charge["id"], json!({})).ok();
            }
            let s = app.full.subscription(&subscription);
            assert_eq!(s["status"], "active", "{s}");
            day(&s["currentPeriodEnd"])
        })
        .collect();
    assert_eq!(ends, ["2026-05-01", "2026-05-01"]);
}

#[test]
fn rule_4_one_that_is_to_end_does_not_change_its_interval_unpaid() {
    let app = TestApp::on_test_clock("2026-03-02T00:00:00Z");
    let (ana, [yearly, monthly, _]) = house(&app);
    let subscription = id(&app.full.subscribe(&ana, &monthly, json!({ "payment": "manual" })));
    app.full.act(&subscription, "cancel", json!({ "atPeriodEnd": true })).ok();
    let before = (app.full.subscription(&subscription), app.row_counts());
    app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &json!({ "productId": yearly })).refused(409, "state_conflict");
    app.full.act(&subscription, "preview", json!({ "action": "change", "productId": yearly })).refused(409, "state_conflict");
    assert_eq!((app.full.subscription(&subscription), app.row_counts()), before);
    // The balance, or the card, pays.
    app.full.grant(&ana, "200.00", "USD");
    assert_eq!(patch(&app, &subscription, &json!({ "productId": yearly }))["status"], "active");
}
