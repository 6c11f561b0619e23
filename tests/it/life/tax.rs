//! Taxes on invoices, to the cent (rules 3.2 and 3.3).

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{id, string};

/// A tax rate of a country, or of none.
fn rate(app: &TestApp, name: &str, percent: &str, inclusive: bool, country: Option<&str>) -> String {
    let body = json!({ "name": name, "percent": percent, "inclusive": inclusive, "country": country });
    id(&app.full.post("/api/v1/tax-rates", &body).created())
}

fn customer_in(app: &TestApp, country: Option<&str>, currency: &str) -> String {
    let n = app.count("SELECT COUNT(*) FROM customer");
    let address = country.map(|c| json!({ "city": "x", "country": c }));
    id(&app.full.post("/api/v1/customers", &json!({ "email": format!("c{n}@example.com"), "address": address, "currency": currency })).created())
}

/// The first invoice of a new subscription.
fn first_invoice(app: &TestApp, customer: &str, product: &str, more: Value) -> Value {
    app.full.invoice(&app.full.subscribe(customer, product, more)["latestInvoiceId"])
}

/// Subtotal, discount, tax and total.
fn sums(invoice: &Value) -> [String; 4] {
    ["subtotal", "discount", "tax", "amount"].map(|field| string(&invoice[field]))
}

/// Net, discount and tax of each line.
fn lines(invoice: &Value) -> Vec<[String; 3]> {
    let lines = invoice["lines"].as_array().unwrap_or_else(|| panic!("{invoice}"));
    lines.iter().map(|line| ["amount", "discount", "tax"].map(|field| string(&line[field]))).collect()
}

/// Name, base and amount of each tax.
fn taxes(invoice: &Value) -> Vec<[String; 3]> {
    let taxes = invoice["taxes"].as_array().unwrap_or_else(|| panic!("{invoice}"));
    taxes.iter().map(|tax| ["name", "taxable", "amount"].map(|field| string(&tax[field]))).collect()
}

#[test]
fn rule_3_2_ten_less_twenty_percent_at_nineteen_inclusive() {
    let app = TestApp::start();
    let vat = rate(&app, "VAT", "19", true, Some("DE"));
    app.full.post("/api/v1/coupons", &json!({ "code": "SPRING", "percentOff": "20" })).created();
    let (ana, gold) = (customer_in(&app, Some("DE"), "EUR"), app.full.new_product_at("10.00", "EUR", "month"));
    let invoice = first_invoice(&app, &ana, &gold, json!({ "couponCode": "spring" }));
    assert_eq!(sums(&invoice), ["10.00", "2.00", "1.28", "8.00"]);
    assert_eq!(lines(&invoice), [["6.72", "2.00", "1.28"]]);
    assert_eq!(
        invoice["taxes"],
        json!([{ "taxRateId": vat, "name": "VAT", "percent": "19", "inclusive": true, "taxable": "6.72", "amount": "1.28" }]),
        "{invoice}"
    );
    assert_eq!(invoice["lines"][0]["explanation"], "1 × 10.00 = 10.00 EUR, less 2.00 (SPRING, 20 % off), of which 1.28 tax (VAT, 19 %)");
    assert_eq!((&invoice["amountDue"], &invoice["lines"][0]["unitAmount"]), (&json!("8.00"), &json!("10.00")));
    let paid = app.full.mark_paid(&invoice["id"], json!({})).ok();
    assert_eq!((&paid["status"], &paid["amountPaid"]), (&json!("paid"), &json!("8.00")));
}

#[test]
fn rule_3_2_several_rates_of_one_country_are_each_counted_on_the_same_net() {
    let app = TestApp::start();
    rate(&app, "GST", "5", false, Some("CA"));
    rate(&app, "QST", "9.975", false, Some("CA"));
    rate(&app, "World", "1", false, None);
    rate(&app, "MwSt", "19", false, Some("DE"));
    let old = rate(&app, "PST", "7", false, Some("CA"));
    app.full.patch(&format!("/api/v1/tax-rates/{old}"), &json!({ "active": false })).ok();
    let gold = app.full.new_product_at("99.99", "CAD", "month");
    let invoice = first_invoice(&app, &customer_in(&app, Some("CA"), "CAD"), &gold, json!({ "quantity": 2 }));
    assert_eq!(sums(&invoice), ["199.98", "0.00", "29.95", "229.93"]);
    assert_eq!(taxes(&invoice), [["GST", "199.98", "10.00"], ["QST", "199.98", "19.95"]]);
    assert_eq!(lines(&invoice), [["199.98", "0.00", "29.95"]]);
}

#[test]
fn rule_3_2_inclusive_rates_together_leave_the_net_and_exclusive_ones_come_on_top_of_it() {
    let app = TestApp::start();
    rate(&app, "State", "6", true, Some("XA"));
    rate(&app, "City", "3", true, Some("XA"));
    rate(&app, "Levy", "2.5", false, Some("XA"));
    let gold = app.full.new_product_at("10.00", "USD", "month");
    let invoice = first_invoice(&app, &customer_in(&app, Some("XA"), "USD"), &gold, json!({}));
    // 10.00 / 1.09 = 9.174…; 0.83 of tax by 6 to 3; 2.5 % of 9.17 on top.
    assert_eq!(sums(&invoice), ["10.00", "0.00", "1.06", "10.23"]);
    assert_eq!(taxes(&invoice), [["State", "9.17", "0.55"], ["City", "9.17", "0.28"], ["Levy", "9.17", "0.23"]]);
    assert_eq!(lines(&invoice), [["9.17", "0.00", "1.06"]]);
}

#[test]
fn rule_3_2_tax_is_counted_on_the_sum_of_the_lines_and_spread_over_them() {
    let app = TestApp::start();
    rate(&app, "VAT", "20", false, None);
    let product = app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "3.33", "setupFee": "3.33" })).created();
    let ana = customer_in(&app, None, "USD");
    let invoice = first_invoice(&app, &ana, &id(&product), json!({}));
    // Line by line it would be 0.67 twice.
    assert_eq!(sums(&invoice), ["6.66", "0.00", "1.33", "7.99"]);
    assert_eq!(lines(&invoice), [["3.33", "0.00", "0.67"], ["3.33", "0.00", "0.66"]]);
    let paid = app.full.mark_paid(&invoice["id"], json!({})).ok();
    let renewed = app.full.act(&string(&paid["subscriptionId"]), "renew", json!({ "periods": 3 })).ok();
    let renewal = app.full.invoice(&renewed["latestInvoiceId"]);
    assert_eq!(sums(&renewal), ["9.99", "0.00", "2.00", "11.99"]);
    assert_eq!(lines(&renewal).iter().map(|l| l[2].clone()).collect::<Vec<_>>(), ["0.67", "0.67", "0.66"]);
}

#[test]
fn rule_3_2_the_country_decides_else_the_rates_without_one() {
    let app = TestApp::start();
    rate(&app, "DE", "19", false, Some("de"));
    rate(&app, "World", "5", false, None);
    let gold = app.full.new_product_at("10.00", "USD", "month");
    for (country, expected) in [(Some("DE"), "1.90"), (Some("FR"), "0.50"), (None, "0.50")] {
        let customer = customer_in(&app, country, "USD");
        assert_eq!(first_invoice(&app, &customer, &gold, json!({}))["tax"], expected, "{country:?}");
    }
    let bare = app.full.new_customer("bare@example.com");
    assert_eq!(first_invoice(&app, &bare, &gold, json!({}))["tax"], "0.50");
    app.full.patch(&format!("/api/v1/customers/{bare}"), &json!({ "address": { "country": "DE" } })).ok();
    assert_eq!(first_invoice(&app, &bare, &gold, json!({}))["tax"], "1.90");
}

#[test]
fn rule_3_2_an_exempt_customer_and_an_untaxed_product_pay_none() {
    let app = TestApp::start();
    rate(&app, "VAT", "20", true, None);
    let gold = app.full.new_product_at("10.00", "USD", "month");
    let ana = id(&app.full.post("/api/v1/customers", &json!({ "email": "ana@example.com", "taxExempt": true })).created());
    let invoice = first_invoice(&app, &ana, &gold, json!({}));
    assert_eq!((sums(&invoice), &invoice["taxes"]), (["10.00", "0.00", "0.00", "10.00"].map(String::from), &json!([])));
    assert_eq!(app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "taxExempt": false })).ok()["taxExempt"], false);
    assert_eq!(first_invoice(&app, &ana, &gold, json!({}))["tax"], "1.67");
    let books = app.full.post("/api/v1/products", &json!({ "name": "Books", "price": "10.00", "setupFee": "1.00", "taxable": false })).created();
    assert_eq!(books["taxable"], false);
    let invoice = first_invoice(&app, &ana, &id(&books), json!({ "payment": "manual" }));
    assert_eq!((sums(&invoice), taxes(&invoice)), (["11.00", "0.00", "0.00", "11.00"].map(String::from), vec![["VAT", "0.00", "0.00"].map(String::from)]));
    assert_eq!(invoice["lines"][0]["explanation"], "1 × 10.00 = 10.00 USD, not taxable");
    // Taxed from the next invoice on.
    app.full.patch(&format!("/api/v1/products/{}", id(&books)), &json!({ "taxable": true })).ok();
    let renewed = app.full.act(&string(&invoice["subscriptionId"]), "renew", json!({})).ok();
    assert_eq!(app.full.invoice(&renewed["latestInvoiceId"])["tax"], "1.67");
}

#[test]
fn rule_3_2_yen_and_dinars_are_rounded_to_their_own_unit() {
    let app = TestApp::start();
    rate(&app, "JCT", "10", false, Some("JP"));
    rate(&app, "Kuwait", "5", true, Some("KW"));
    for (country, currency, price, expected) in
        [("JP", "JPY", "1935", ["1935", "0", "194", "2129"]), ("KW", "KWD", "1.935", ["1.935", "0.000", "0.092", "1.935"])]
    {
        let product = app.full.new_product_at(price, currency, "month");
        let invoice = first_invoice(&app, &customer_in(&app, Some(country), currency), &product, json!({}));
        assert_eq!(sums(&invoice), expected);
    }
}

#[test]
fn rule_3_2_a_rate_of_zero_stands_on_the_invoice() {
    let app = TestApp::start();
    rate(&app, "Reverse charge", "0", false, Some("FR"));
    rate(&app, "World", "5", false, None);
    let invoice = first_invoice(&app, &customer_in(&app, Some("FR"), "USD"), &app.full.new_product(), json!({}));
    assert_eq!((sums(&invoice)[2].as_str(), taxes(&invoice)), ("0.00", vec![["Reverse charge", "9.99", "0.00"].map(String::from)]));
}

#[test]
fn rule_3_3_the_balance_and_the_payment_cover_the_total_with_its_tax() {
    let app = TestApp::start();
    rate(&app, "VAT", "19", false, None);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.grant(&ana, "9.99", "USD");
    app.full.try_subscribe(&ana, &gold, json!({ "payment": "credit" })).refused(409, "insufficient_balance");
    app.full.grant(&ana, "1.90", "USD");
    let subscription = app.full.subscribe(&ana, &gold, json!({ "payment": "credit" }));
    assert_eq!(app.full.invoice(&subscription["latestInvoiceId"])["balanceApplied"], "11.89");
    app.full.grant(&ana, "11.88", "USD");
    app.full.act(&id(&subscription), "renew", json!({ "payment": "credit" })).refused(409, "insufficient_balance");
    app.full.grant(&ana, "0.01", "USD");
    let renewed = app.full.act(&id(&subscription), "renew", json!({ "payment": "credit" })).ok();
    assert_eq!(app.full.invoice(&renewed["latestInvoiceId"])["status"], "paid");
}

#[test]
fn rule_2_every_invoice_of_a_life_is_taxed_by_the_rates_of_its_day() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let old = rate(&app, "VAT", "16", false, None);
    let product = app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "10.00", "setupFee": "5.00", "trialDays": 7 })).created();
    let ana = app.full.new_customer("ana@example.com");
    let trial = app.full.subscribe(&ana, &id(&product), json!({}));
    assert_eq!((&trial["status"], &trial["trialEnd"]), (&json!("trialing"), &json!("2026-02-07T10:00:00.000Z")), "{trial}");
    app.live_to("2026-02-07T10:00:00Z");
    let subscription = id(&trial);
    let first = app.full.invoices_of(&subscription).remove(0);
    assert_eq!(sums(&first), ["15.00", "0.00", "2.40", "17.40"]);
    app.full.mark_paid(&first["id"], json!({})).ok();
    // The rate of a law that ends; what it taxed stays as it was.
    app.full.patch(&format!("/api/v1/tax-rates/{old}"), &json!({ "active": false, "name": "VAT until February" })).ok();
    rate(&app, "VAT", "19", false, None);
    app.live_to("2026-02-28T10:00:00Z");
    let renewal = app.full.invoices_of(&subscription).remove(1);
    assert_eq!((sums(&renewal), &renewal["status"]), (["10.00", "0.00", "1.90", "11.90"].map(String::from), &json!("open")));
    app.full.mark_paid(&renewal["id"], json!({})).ok();
    let after = app.full.invoice(&first["id"]);
    assert_eq!((&after["taxes"], &after["hash"]), (&first["taxes"], &first["hash"]));
    assert_eq!(after["taxes"][0]["name"], "VAT");
}

#[test]
fn rule_2_a_replacement_has_the_discount_and_the_rates_of_the_one_that_it_replaces() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let old = rate(&app, "VAT", "16", false, None);
    app.full.post("/api/v1/coupons", &json!({ "code": "HALF", "percentOff": "50" })).created();
    let product = app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "10.00", "setupFee": "5.00", "trialDays": 7 })).created();
    let subscription = id(&app.full.subscribe(&app.full.new_customer("ana@example.com"), &id(&product), json!({ "couponCode": "HALF" })));
    app.live_to("2026-02-11T10:00:00Z");
    let stale = app.full.invoices_of(&subscription).remove(0);
    assert_eq!(sums(&stale), ["15.00", "7.50", "1.20", "8.70"]);
    assert_eq!(app.full.subscription(&subscription)["status"], "suspended");
    app.full.patch(&format!("/api/v1/tax-rates/{old}"), &json!({ "active": false, "name": "VAT until February" })).ok();
    rate(&app, "VAT", "19", false, None);
    app.full.patch(&format!("/api/v1/products/{}", id(&product)), &json!({ "taxable": false })).ok();
    app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &json!({ "couponCode": null })).ok();
    let paid = app.full.mark_paid(&stale["id"], json!({})).ok();
    assert_eq!((&paid["replaces"], &paid["status"]), (&stale["id"], &json!("paid")), "{paid}");
    assert_eq!((sums(&paid), lines(&paid), &paid["taxes"]), (sums(&stale), lines(&stale), &stale["taxes"]));
    assert_eq!(paid["lines"][1]["description"], "Gold, setup fee");
    assert_eq!(app.count("SELECT SUM(used) FROM coupon_redemption"), 1);
}

#[test]
fn rule_5_a_rate_that_stands_on_an_invoice_keeps_its_terms() {
    let app = TestApp::start();
    let (used, unused) = (rate(&app, "VAT", "19", true, None), rate(&app, "Other", "7", false, Some("DE")));
    let (used, unused) = (format!("/api/v1/tax-rates/{used}"), format!("/api/v1/tax-rates/{unused}"));
    let invoice = first_invoice(&app, &app.full.new_customer("ana@example.com"), &app.full.new_product(), json!({}));
    for body in [json!({ "percent": "20" }), json!({ "inclusive": false }), json!({ "country": "DE" })] {
        app.full.patch(&used, &body).refused(409, "state_conflict");
        app.full.patch(&unused, &body).ok();
    }
    app.full.delete(&used).refused(409, "state_conflict");
    let renamed = app.full.patch(&used, &json!({ "percent": "19.00", "inclusive": true, "country": null, "name": "MwSt", "active": false })).ok();
    assert_eq!((&renamed["name"], &renamed["percent"], &renamed["active"]), (&json!("MwSt"), &json!("19"), &json!(false)));
    assert_eq!(app.full.invoice(&invoice["id"])["taxes"][0]["name"], "VAT");
    app.full.delete(&unused).ok();
    app.full.get(&unused).refused(404, "not_found");
}

#[test]
fn rule_5_the_document_says_what_was_taxed_and_why() {
    let app = TestApp::start();
    rate(&app, "VAT", "19", true, Some("DE"));
    app.full.post("/api/v1/coupons", &json!({ "code": "FIVE", "amountOff": "5.00", "currency": "EUR" })).created();
    let product = app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "10.00", "setupFee": "5.00", "currency": "EUR" })).created();
    let ana = customer_in(&app, Some("DE"), "EUR");
    app.full.subscribe(&ana, &id(&product), json!({ "couponCode": "FIVE", "payment": "manual" }));
    let content: String = app.sql().query_row("SELECT content FROM invoice", [], |r| r.get(0)).unwrap_or_else(|e| panic!("{e}"));
    let document: Value = serde_json::from_str(&content).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((&document["format"], &document["taxExempt"]), (&json!(2), &json!(false)), "{document}");
    assert_eq!(document["coupon"], json!({ "code": "FIVE", "percentOff": null, "amountOff": "5.00", "periods": 1 }));
    assert_eq!(document["taxes"][0]["country"], "DE");
    let line = |n: usize| ["discount", "amount", "tax", "days", "taxable"].map(|field| document["lines"][n][field].clone());
    assert_eq!(line(0), [json!("3.33"), json!("5.60"), json!("1.07"), json!(28), json!(true)], "{document}");
    assert_eq!(line(1), [json!("1.67"), json!("2.80"), json!("0.53"), Value::Null, json!(true)]);
    assert_eq!((&document["subtotal"], &document["tax"], &document["total"]), (&json!("15.00"), &json!("1.60"), &json!("10.00")));
    assert_eq!(app.count("SELECT days FROM invoice_line ORDER BY row LIMIT 1"), 28);
}

/// What an older program finalised is shown as it was.
#[test]
fn rule_5_a_document_of_the_first_format_is_still_read() {
    let mut app = TestApp::start();
    let invoice = first_invoice(&app, &app.full.new_customer("ana@example.com"), &app.full.new_product(), json!({}));
    app.tamper(
        r#"DROP TRIGGER invoice_document_is_final;
        UPDATE invoice SET content = '{"format":1,"seller":{"name":"Old","email":null,"address":null,"taxId":null},
        "buyer":{"name":"Ana","email":"ana@example.com","address":null,"taxId":null},"lines":[],"taxes":[]}';"#,
    );
    let shown = app.full.invoice(&invoice["id"]);
    assert_eq!((&shown["seller"]["name"], &shown["buyer"]["name"], &shown["amount"]), (&json!("Old"), &json!("Ana"), &json!("9.99")));
}

#[test]
fn every_wrong_field_of_a_rate_is_named() {
    let app = TestApp::start();
    let wrong = json!({ "percent": "100.1", "inclusive": "yes", "country": "DEU", "other": 1 });
    app.full.post("/api/v1/tax-rates", &wrong).refused_for(422, "validation_error", &["name", "percent", "inclusive", "country", "other"]);
    for percent in [json!("-1"), json!("1e1"), json!("5.00001"), json!(5), json!("")] {
        app.full.post("/api/v1/tax-rates", &json!({ "name": "x", "percent": percent })).refused_for(422, "validation_error", &["percent"]);
    }
    let made = app.full.post("/api/v1/tax-rates", &json!({ "name": " VAT ", "percent": "23.330", "country": "pl", "externalId": "V-1" })).created();
    assert_eq!(
        ["name", "percent", "inclusive", "country", "active"].map(|f| made[f].clone()),
        [json!("VAT"), json!("23.33"), json!(false), json!("PL"), json!(true)]
    );
    let path = format!("/api/v1/tax-rates/{}", id(&made));
    app.full.post("/api/v1/tax-rates", &json!({ "name": "x", "percent": "1", "externalId": "V-1" })).refused_for(409, "already_exists", &["externalId"]);
    app.full.patch(&path, &json!({ "name": null, "percent": null, "active": null })).refused_for(422, "validation_error", &["name", "percent", "active"]);
    let events = app.count("SELECT COUNT(*) FROM event");
    assert_eq!(app.full.patch(&path, &json!({ "percent": "23.33", "country": "PL" })).ok(), made);
    assert_eq!(app.count("SELECT COUNT(*) FROM event"), events, "nothing changed, nothing is told");
    app.full.patch(&path, &json!({ "country": null, "externalId": null })).ok();
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'tax_rate.updated'"), 1);
}
