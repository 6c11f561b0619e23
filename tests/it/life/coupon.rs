//! Coupons: redeemed once, used period by period (rules 3.2 and 5, I8).

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{at_once, id, string};

fn coupon(app: &TestApp, body: Value) -> String {
    id(&app.full.post("/api/v1/coupons", &body).created())
}

/// Discount and total of each of a subscription's invoices, the oldest first, with what became of it.
fn invoices(app: &TestApp, subscription: &str) -> Vec<[String; 3]> {
    app.full.invoices_of(subscription).iter().map(|i| ["discount", "amount", "status"].map(|field| string(&i[field]))).collect()
}

fn renew(app: &TestApp, subscription: &str, body: Value) -> Value {
    let renewed = app.full.act(subscription, "renew", body).ok();
    app.full.invoice(&renewed["latestInvoiceId"])
}

fn discounts(invoice: &Value) -> Vec<String> {
    invoice["lines"].as_array().unwrap_or_else(|| panic!("{invoice}")).iter().map(|l| string(&l["discount"])).collect()
}

fn used(app: &TestApp) -> i64 {
    app.count("SELECT SUM(used) FROM coupon_redemption")
}

#[test]
fn rule_3_2_a_coupon_serves_once_or_for_its_periods_or_for_ever() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product_at("10.00", "USD", "month"));
    for (code, duration, periods, served) in [("ONCE", "once", None, 1), ("THRICE", "repeating", Some(3), 3), ("ALWAYS", "forever", None, 5)] {
        coupon(&app, json!({ "code": code, "percentOff": "25", "duration": duration, "durationPeriods": periods }));
        let subscription = app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "couponCode": code }));
        assert_eq!(subscription["couponCode"], code);
        for _ in 0..4 {
            renew(&app, &id(&subscription), json!({}));
        }
        let amounts: Vec<String> = invoices(&app, &id(&subscription)).into_iter().map(|i| i[1].clone()).collect();
        let expected: Vec<&str> = (0..5).map(|n| if n < served { "7.50" } else { "10.00" }).collect();
        assert_eq!(amounts, expected, "{code}");
    }
}

#[test]
fn rule_3_2_each_period_of_a_renewal_is_a_use() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product_at("10.00", "USD", "month"));
    coupon(&app, json!({ "code": "THRICE", "amountOff": "2.00", "currency": "USD", "duration": "repeating", "durationPeriods": 3 }));
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "couponCode": "THRICE" })));
    let renewal = renew(&app, &subscription, json!({ "periods": 4 }));
    assert_eq!(discounts(&renewal), ["2.00", "2.00", "0.00", "0.00"]);
    assert_eq!((&renewal["subtotal"], &renewal["discount"], &renewal["amount"]), (&json!("40.00"), &json!("4.00"), &json!("36.00")));
    assert_eq!(used(&app), 3);
}

#[test]
fn rule_3_2_a_fixed_discount_is_spread_over_the_lines_and_never_more_than_they_are() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let product = id(&app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "10.00", "setupFee": "5.00" })).created());
    coupon(&app, json!({ "code": "FIVE", "amountOff": "5", "currency": "USD" }));
    coupon(&app, json!({ "code": "MUCH", "amountOff": "100", "currency": "USD", "duration": "forever" }));
    let subscription = app.full.subscribe(&ana, &product, json!({ "couponCode": "FIVE" }));
    let invoice = app.full.invoice(&subscription["latestInvoiceId"]);
    assert_eq!(discounts(&invoice), ["3.33", "1.67"]);
    assert_eq!((&invoice["discount"], &invoice["amount"]), (&json!("5.00"), &json!("10.00")));
    assert_eq!(invoice["lines"][0]["explanation"], "1 × 10.00 = 10.00 USD, less 3.33 (FIVE, 5.00 USD off)");
    let free = app.full.subscribe(&ana, &product, json!({ "couponCode": "MUCH" }));
    let invoice = app.full.invoice(&free["latestInvoiceId"]);
    assert_eq!((discounts(&invoice), &invoice["amount"], &invoice["status"]), (vec!["10.00".into(), "5.00".into()], &json!("0.00"), &json!("paid")));
}

#[test]
fn rule_5_with_a_hundred_percent_off_the_total_of_zero_is_paid_when_finalised() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "19" })).created();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    coupon(&app, json!({ "code": "FREE", "percentOff": "100", "duration": "repeating", "durationPeriods": 2 }));
    let subscription = app.full.subscribe(&ana, &gold, json!({ "couponCode": "FREE" }));
    assert_eq!(subscription["status"], "active", "{subscription}");
    app.live_to("2026-02-28T10:00:00Z");
    // The second month is free as well and renews by itself; the third is due.
    assert_eq!(app.full.subscription(&id(&subscription))["currentPeriodEnd"], "2026-03-31T10:00:00.000Z");
    app.live_to("2026-03-24T10:00:00Z");
    let expected = [["9.99", "0.00", "paid"], ["9.99", "0.00", "paid"], ["0.00", "11.89", "open"]];
    assert_eq!(invoices(&app, &id(&subscription)), expected);
    assert_eq!(app.count("SELECT COUNT(*) FROM payment"), 0);
}

#[test]
fn rule_3_2_a_voided_invoice_gives_its_uses_back() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product_at("10.00", "USD", "month"));
    coupon(&app, json!({ "code": "TWICE", "percentOff": "50", "duration": "repeating", "durationPeriods": 2 }));
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "couponCode": "TWICE" })));
    assert_eq!(used(&app), 1);
    app.live_to("2026-02-22T10:00:00Z");
    assert_eq!(used(&app), 2);
    app.full.act(&subscription, "cancel", json!({ "atPeriodEnd": true })).ok();
    assert_eq!(used(&app), 1);
    app.full.act(&subscription, "uncancel", json!({})).ok();
    assert_eq!(used(&app), 2);
    assert_eq!(invoices(&app, &subscription), [["5.00", "5.00", "paid"], ["5.00", "5.00", "void"], ["5.00", "5.00", "open"]]);
    // An extension issues it anew, with the same discount.
    app.full.act(&subscription, "extend", json!({ "days": 3 })).ok();
    assert_eq!(invoices(&app, &subscription)[2..], [["5.00", "5.00", "void"], ["5.00", "5.00", "open"]]);
    assert_eq!(used(&app), 2);
    app.full.act(&subscription, "cancel", json!({})).ok();
    assert_eq!(used(&app), 1);
}

#[test]
fn rule_3_2_what_a_void_invoice_gives_back_is_for_the_coupon_that_it_took() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product_at("10.00", "USD", "month"));
    let first = coupon(&app, json!({ "code": "FIRST", "percentOff": "50" }));
    coupon(&app, json!({ "code": "SECOND", "percentOff": "10" }));
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    let path = format!("/api/v1/subscriptions/{subscription}");
    app.full.patch(&path, &json!({ "couponCode": "FIRST" })).ok();
    assert_eq!(renew(&app, &subscription, json!({ "payment": "invoice" }))["discount"], "5.00");
    app.full.patch(&path, &json!({ "couponCode": "SECOND" })).ok();
    app.full.patch(&path, &json!({ "autoRenew": false })).ok();
    assert_eq!(renew(&app, &subscription, json!({}))["discount"], "1.00");
    let of_first = "SELECT used FROM coupon_redemption JOIN coupon ON coupon.row = coupon WHERE code = 'FIRST'";
    assert_eq!((app.count(of_first), used(&app)), (0, 1));
    // Taken back and given anew it is another redemption, with its own uses.
    app.full.patch(&path, &json!({ "couponCode": "first" })).ok();
    assert_eq!(renew(&app, &subscription, json!({}))["discount"], "5.00");
    assert_eq!(app.full.get(&format!("/api/v1/coupons/{first}")).ok()["timesRedeemed"], 2);
}

#[test]
fn rule_3_2_a_coupon_is_redeemed_once_when_it_is_attached() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product_at("10.00", "USD", "month"));
    let spring = coupon(&app, json!({ "code": "Spring", "percentOff": "20", "duration": "forever", "maxRedemptions": 1, "expiresAt": "2026-02-01" }));
    let times = || app.full.get(&format!("/api/v1/coupons/{spring}")).ok()["timesRedeemed"].clone();
    let subscription = app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }));
    assert_eq!(subscription["couponCode"], Value::Null);
    let path = format!("/api/v1/subscriptions/{}", id(&subscription));
    let patched = app.full.patch(&path, &json!({ "couponCode": " SPRING " })).ok();
    assert_eq!((&patched["couponCode"], times()), (&json!("Spring"), json!(1)));
    let events = app.count("SELECT COUNT(*) FROM event");
    assert_eq!(app.full.patch(&path, &json!({ "couponCode": "spring" })).ok(), patched);
    assert_eq!((app.count("SELECT COUNT(*) FROM event"), times()), (events, json!(1)), "it has it already");
    // Who has it keeps it, also when it has expired or was taken out of use.
    app.full.patch(&format!("/api/v1/coupons/{spring}"), &json!({ "active": false })).ok();
    app.advance_to("2026-02-15T00:00:00Z");
    assert_eq!(renew(&app, &id(&subscription), json!({}))["discount"], "2.00");
    let cleared = app.full.patch(&path, &json!({ "couponCode": null })).ok();
    assert_eq!(cleared["couponCode"], Value::Null);
    assert_eq!(renew(&app, &id(&subscription), json!({}))["discount"], "0.00");
    assert_eq!(times(), 1);
    app.full.patch(&path, &json!({ "couponCode": "SPRING" })).refused_for(422, "validation_error", &["couponCode"]);
    app.full.act(&id(&subscription), "cancel", json!({})).ok();
    coupon(&app, json!({ "code": "LATE", "percentOff": "20" }));
    app.full.patch(&path, &json!({ "couponCode": "LATE" })).refused(409, "state_conflict");
}

#[test]
fn i8_twenty_at_once_redeem_a_coupon_as_often_as_it_may_be() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let few = coupon(&app, json!({ "code": "FEW", "percentOff": "20", "maxRedemptions": 5 }));
    let answers = at_once(20, |_| app.full.try_subscribe(&ana, &gold, json!({ "couponCode": "FEW" })));
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 201);
    assert_eq!(made.len(), 5);
    refused.iter().for_each(|a| a.refused_for(422, "validation_error", &["couponCode"]));
    assert_eq!(app.full.get(&format!("/api/v1/coupons/{few}")).ok()["timesRedeemed"], 5);
    assert_eq!(app.count("SELECT last_n FROM document_series"), 5);
    // The same by PATCH.
    let subscriptions: Vec<String> = (0..20).map(|_| id(&app.full.subscribe(&ana, &gold, json!({})))).collect();
    app.full.patch(&format!("/api/v1/coupons/{few}"), &json!({ "maxRedemptions": 8 })).ok();
    let answers = at_once(20, |n| app.full.patch(&format!("/api/v1/subscriptions/{}", subscriptions[n]), &json!({ "couponCode": "few" })).status);
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 3);
}

#[test]
fn rule_3_2_a_code_that_cannot_be_redeemed_is_422_and_leaves_no_trace() {
    let app = TestApp::start();
    let (ana, gold, other) = (app.full.new_customer("ana@example.com"), app.full.new_product(), app.full.new_product());
    for body in [
        json!({ "code": "OFF", "percentOff": "5", "active": false }),
        json!({ "code": "OLD", "percentOff": "5", "expiresAt": "2026-01-31T10:00:00Z" }),
        json!({ "code": "OTHER", "percentOff": "5", "productIds": [other] }),
        json!({ "code": "EURO", "amountOff": "5", "currency": "EUR" }),
        json!({ "code": "GONE", "percentOff": "5", "maxRedemptions": 1 }),
    ] {
        coupon(&app, body);
    }
    app.full.subscribe(&ana, &gold, json!({ "couponCode": "GONE" }));
    let path = format!("/api/v1/subscriptions/{}", id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }))));
    let before = app.row_counts();
    for (code, message) in [
        ("NONE", "There is no such coupon"),
        ("OFF", "This coupon is not active"),
        ("OLD", "This coupon has expired"),
        ("OTHER", "This coupon is not for this product"),
        ("EURO", "This coupon is in EUR, not in USD"),
        ("GONE", "This coupon is used up"),
        ("", "Must not be empty"),
        ("a b", "Must not contain spaces or control characters"),
    ] {
        for payment in ["invoice", "none"] {
            let refused = app.full.try_subscribe(&ana, &gold, json!({ "couponCode": code, "payment": payment }));
            assert_eq!(refused.refused(422, "validation_error"), [("couponCode".to_owned(), message.to_owned())], "{code}");
        }
        let refused = app.full.patch(&path, &json!({ "couponCode": code, "metadata": { "a": "b" } }));
        assert_eq!(refused.refused(422, "validation_error"), [("couponCode".to_owned(), message.to_owned())], "{code}");
    }
    assert_eq!(app.row_counts(), before);
    assert_eq!(app.full.get(&path).ok()["metadata"], json!({}));
    assert_eq!(app.full.subscribe(&ana, &other, json!({ "couponCode": "other" }))["couponCode"], "OTHER");
}

#[test]
fn rule_5_a_coupon_that_was_redeemed_keeps_its_terms() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let body = |code: &str| json!({ "code": code, "percentOff": "20", "duration": "repeating", "durationPeriods": 3, "productIds": [gold, gold] });
    let (used, unused) = (coupon(&app, body("USED")), coupon(&app, body("UNUSED")));
    let (used, unused) = (format!("/api/v1/coupons/{used}"), format!("/api/v1/coupons/{unused}"));
    app.full.subscribe(&ana, &gold, json!({ "couponCode": "USED" }));
    app.full.subscribe(&ana, &gold, json!({ "couponCode": "USED" }));
    for change in [
        json!({ "code": "OTHER" }),
        json!({ "percentOff": "21" }),
        json!({ "percentOff": null, "amountOff": "5", "currency": "USD" }),
        json!({ "duration": "once", "durationPeriods": null }),
        json!({ "durationPeriods": 4 }),
    ] {
        app.full.patch(&used, &change).refused(409, "state_conflict");
    }
    app.full.patch(&used, &json!({ "maxRedemptions": 1 })).refused(409, "state_conflict");
    app.full.delete(&used).refused(409, "state_conflict");
    let changed =
        app.full.patch(&used, &json!({ "percentOff": "20.0", "maxRedemptions": 2, "productIds": null, "active": false, "expiresAt": "2026-12-31" })).ok();
    assert_eq!(
        ["percentOff", "maxRedemptions", "productIds", "active", "expiresAt"].map(|f| changed[f].clone()),
        [json!("20"), json!(2), json!([]), json!(false), json!("2026-12-31T00:00:00.000Z")]
    );
    // A product that a coupon names stays, or the coupon would be for all.
    let unsold = app.full.new_product();
    app.full.patch(&unused, &json!({ "productIds": [unsold] })).ok();
    app.full.delete(&format!("/api/v1/products/{unsold}")).refused(409, "state_conflict");
    let other = app
        .full
        .patch(&unused, &json!({ "code": "FREE", "percentOff": null, "amountOff": "5", "currency": "usd", "duration": "once", "durationPeriods": null }))
        .ok();
    assert_eq!(
        ["code", "percentOff", "amountOff", "currency", "duration", "durationPeriods"].map(|f| other[f].clone()),
        [json!("FREE"), Value::Null, json!("5.00"), json!("USD"), json!("once"), Value::Null]
    );
    app.full.delete(&unused).ok();
    app.full.get(&unused).refused(404, "not_found");
    app.full.delete(&format!("/api/v1/products/{unsold}")).ok();
}

#[test]
fn every_wrong_field_of_a_coupon_is_named() {
    let app = TestApp::start();
    let refused = |body: Value, fields: &[&str]| app.full.post("/api/v1/coupons", &body).refused_for(422, "validation_error", fields);
    refused(json!({}), &["code"]);
    refused(json!({ "code": "X" }), &["percentOff"]);
    refused(json!({ "code": "X", "percentOff": "5", "amountOff": "5", "currency": "USD" }), &["percentOff", "amountOff"]);
    refused(json!({ "code": "X", "amountOff": "5.001", "currency": "USD", "duration": "repeating" }), &["amountOff", "durationPeriods"]);
    refused(
        json!({ "code": "X", "percentOff": "100.5", "duration": "once", "durationPeriods": 2, "productIds": ["prod_019ab1f0c0de70008000000000000001"] }),
        &["percentOff", "durationPeriods", "productIds[0]"],
    );
    refused(
        json!({ "code": "X", "percentOff": "5", "duration": "often", "maxRedemptions": 0, "expiresAt": "soon", "productIds": ["x"], "x": 1 }),
        &["duration", "maxRedemptions", "expiresAt", "productIds[0]", "x"],
    );
    let made = app.full.post("/api/v1/coupons", &json!({ "code": "Spring", "percentOff": "12.5", "externalId": "C-1" })).created();
    assert_eq!(
        ["percentOff", "amountOff", "currency", "duration", "durationPeriods", "maxRedemptions", "timesRedeemed", "productIds", "expiresAt", "active"]
            .map(|f| made[f].clone()),
        [json!("12.5"), Value::Null, Value::Null, json!("once"), Value::Null, Value::Null, json!(0), json!([]), Value::Null, json!(true)]
    );
    let taken = |body: Value, field: &str| app.full.post("/api/v1/coupons", &body).refused_for(409, "already_exists", &[field]);
    taken(json!({ "code": "SPRING", "percentOff": "5" }), "code");
    taken(json!({ "code": "OTHER", "percentOff": "5", "externalId": "C-1" }), "externalId");
    let events = app.count("SELECT COUNT(*) FROM event");
    let path = format!("/api/v1/coupons/{}", id(&made));
    assert_eq!(app.full.patch(&path, &json!({ "percentOff": "12.50", "duration": "once", "metadata": {} })).ok(), made);
    assert_eq!(app.count("SELECT COUNT(*) FROM event"), events, "nothing changed, nothing is told");
    app.full.patch(&path, &json!({ "code": null, "duration": null, "active": null })).refused_for(422, "validation_error", &["code", "duration", "active"]);
    app.full.patch(&path, &json!({ "amountOff": "5", "currency": "USD" })).refused_for(422, "validation_error", &["percentOff", "amountOff"]);
}

#[test]
fn a_products_free_days_are_for_those_who_say_nothing_else() {
    let app = TestApp::start();
    let product = id(&app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "9.99", "trialDays": 14 })).created());
    let ana = app.full.new_customer("ana@example.com");
    for (body, status) in [
        (json!({}), "trialing"),
        (json!({ "trialDays": 0 }), "pending"),
        (json!({ "trialDays": 3 }), "trialing"),
        (json!({ "payment": "manual" }), "active"),
        (json!({ "payment": "none", "startAt": "2026-01-01" }), "active"),
    ] {
        assert_eq!(app.full.subscribe(&ana, &product, body.clone())["status"], status, "{body}");
    }
    assert_eq!(app.full.subscribe(&ana, &product, json!({}))["trialEnd"], "2026-02-14T10:00:00.000Z");
    let none = app.full.patch(&format!("/api/v1/products/{product}"), &json!({ "trialDays": null })).ok();
    assert_eq!(none["trialDays"], Value::Null);
    assert_eq!(app.full.subscribe(&ana, &product, json!({}))["status"], "pending");
}
