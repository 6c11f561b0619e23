//! Reports: exact figures of days that are over, in several currencies, and what moved what recurs.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{id, string};

fn sell(app: &TestApp, price: &str, currency: &str, unit: &str, count: u32, more: Value) -> String {
    let product = json!({ "name": "Gold", "price": price, "currency": currency, "interval": unit, "intervalCount": count });
    let product = id(&app.full.post("/api/v1/products", &product).created());
    let email = format!("{}@example.com", app.count("SELECT COUNT(*) FROM customer"));
    let customer = id(&app.full.post("/api/v1/customers", &json!({ "email": email, "currency": currency })).created());
    id(&app.full.subscribe(&customer, &product, more))
}

fn summary(app: &TestApp, from: &str, to: &str) -> Value {
    app.read.get(&format!("/api/v1/reports/summary?from={from}&to={to}")).ok()
}

/// Fields of an object, in the order in which they are named.
fn told(object: &Value, fields: &[&str]) -> Vec<String> {
    let text = |field: &&str| match &object[*field] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    fields.iter().map(text).collect()
}

/// What moved MRR: new, expansion, reactivation, contraction, churn; and what it is then.
fn moved(app: &TestApp, from: &str, to: &str) -> Vec<String> {
    let summary = summary(app, from, to);
    let movements = told(&summary["mrrMovements"], &["new", "expansion", "reactivation", "contraction", "churn"]);
    [movements, told(&summary, &["mrr"])].concat()
}

const MONEY: [&str; 7] = ["revenue", "billed", "collected", "refunds", "tax", "outstanding", "overdue"];

#[test]
fn rule_7_a_month_of_business() {
    let app = TestApp::on_test_clock("2026-01-01T10:00:00Z");
    app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "10", "inclusive": false })).created();
    sell(&app, "31.00", "USD", "month", 1, json!({ "payment": "manual" }));
    sell(&app, "310", "JPY", "month", 1, json!({ "payment": "invoice" }));
    sell(&app, "1.200", "KWD", "year", 1, json!({ "payment": "none" }));
    sell(&app, "5.00", "USD", "week", 1, json!({ "trialDays": 10 }));
    app.live_to("2026-01-16T00:00:00Z");
    let half = summary(&app, "2026-01-01", "2026-01-15");
    assert_eq!(told(&half, &["from", "to", "timezone", "currency"]), ["2026-01-01", "2026-01-15", "UTC", "USD"]);
    // The trial ended on the 11th, unpaid: 5.00 a week × 52 / 12 counts in grace until the 14th. Fifteen days of 1.00, and of the week five of 0.72 and 0.71.
    assert_eq!(told(&half, &MONEY), ["18.58", "36.00", "34.10", "0.00", "3.60", "5.50", "5.50"]);
    assert_eq!(
        told(&half, &["mrr", "arr", "activeSubscriptions", "trialing", "newSubscriptions", "cancellations", "churnRate"]),
        ["31.00", "372.00", "1", "0", "2", "0", "null"]
    );
    assert_eq!(moved(&app, "2026-01-01", "2026-01-15"), ["52.67", "0.00", "0.00", "0.00", "21.67", "31.00"]);
    assert_eq!(half["newCustomers"], 4);
    let currencies: Vec<Vec<String>> = half["currencies"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|c| told(c, &["currency", "mrr", "revenue", "billed", "outstanding", "newSubscriptions"]))
        .collect();
    assert_eq!(
        currencies,
        [["USD", "31.00", "18.58", "36.00", "5.50", "2"], ["JPY", "0", "0", "0", "0", "1"], ["KWD", "0.100", "0.000", "0.000", "0.000", "1"],],
        "the invoice in JPY waited for seven days and was voided"
    );
    // The past stays what it was.
    app.live_to("2026-06-01T00:00:00Z");
    assert_eq!(summary(&app, "2026-01-01", "2026-01-15"), half);
    assert_eq!(told(&summary(&app, "2026-01-01", "2026-01-08"), &["mrr", "activeSubscriptions", "trialing", "outstanding"]), ["31.00", "1", "1", "0.00"]);
    assert_eq!(
        told(&summary(&app, "2026-01-12", "2026-01-12"), &["mrr", "activeSubscriptions", "trialing", "outstanding", "overdue"]),
        ["52.67", "2", "0", "5.50", "5.50"]
    );
    let jpy = app.read.get("/api/v1/reports/summary?from=2026-01-01&to=2026-01-05&currency=jpy").ok();
    assert_eq!(
        told(&jpy, &["currency", "mrr", "revenue", "billed", "collected", "refunds", "tax", "outstanding", "overdue"]),
        ["JPY", "0", "0", "310", "0", "0", "31", "341", "0"]
    );
    assert_eq!(jpy["currencies"].as_array().map(Vec::len), Some(1));
    // What is not of this business is nothing.
    let none = app.read.get("/api/v1/reports/summary?currency=CHF").ok();
    assert_eq!(told(&none, &["currency", "mrr", "revenue", "churnRate"]), ["CHF", "0.00", "0.00", "null"]);
}

#[test]
fn rule_7_mrr_is_a_month_of_each_price_and_each_step_moves_it() {
    let app = TestApp::on_test_clock("2026-01-01T00:00:00Z");
    app.full.post("/api/v1/coupons", &json!({ "code": "EVER", "percentOff": "33.33", "duration": "forever" })).created();
    app.full.post("/api/v1/coupons", &json!({ "code": "ONCE", "percentOff": "50", "duration": "once" })).created();
    // Two years by their months, a week × 52 / 12, thirty days × 365 / 12 / 30, three at once; and free.
    sell(&app, "100.00", "USD", "year", 2, json!({ "payment": "manual" }));
    sell(&app, "5.00", "USD", "week", 1, json!({ "payment": "none" }));
    sell(&app, "30.00", "USD", "day", 30, json!({ "payment": "manual" }));
    let three = sell(&app, "9.99", "USD", "month", 1, json!({ "payment": "manual", "quantity": 3 }));
    sell(&app, "0.00", "USD", "month", 1, json!({ "payment": "manual" }));
    assert_eq!(moved(&app, "2026-01-01", "2026-01-01"), ["86.23", "0.00", "0.00", "0.00", "0.00", "86.23"], "4.17 + 21.67 + 30.42 + 29.97");
    assert_eq!(summary(&app, "2026-01-01", "2026-01-01")["activeSubscriptions"], 5);
    // A discount that never ends lowers it, one that ends does not.
    app.live_to("2026-01-02T00:00:00Z");
    app.full.patch(&format!("/api/v1/subscriptions/{three}"), &json!({ "couponCode": "ONCE" })).ok();
    assert_eq!(moved(&app, "2026-01-02", "2026-01-02"), ["0.00", "0.00", "0.00", "0.00", "0.00", "86.23"]);
    app.full.patch(&format!("/api/v1/subscriptions/{three}"), &json!({ "couponCode": "EVER" })).ok();
    assert_eq!(moved(&app, "2026-01-02", "2026-01-02"), ["0.00", "0.00", "0.00", "9.99", "0.00", "76.24"], "a third of 29.97, to the nearest");
    app.live_to("2026-01-03T00:00:00Z");
    app.full.patch(&format!("/api/v1/subscriptions/{three}"), &json!({ "couponCode": null })).ok();
    assert_eq!(moved(&app, "2026-01-03", "2026-01-03"), ["0.00", "9.99", "0.00", "0.00", "0.00", "86.23"]);
    // Paused it does not count, and resumed it does again.
    app.full.act(&three, "pause", json!({})).ok();
    app.live_to("2026-01-04T12:00:00Z");
    app.full.act(&three, "resume", json!({})).ok();
    assert_eq!(moved(&app, "2026-01-04", "2026-01-04"), ["0.00", "0.00", "29.97", "0.00", "0.00", "86.23"]);
    assert_eq!(moved(&app, "2026-01-03", "2026-01-04"), ["0.00", "9.99", "29.97", "0.00", "29.97", "86.23"]);
    // Cancelled it is lost.
    app.full.act(&three, "cancel", json!({})).ok();
    let lost = summary(&app, "2026-01-04", "2026-01-04");
    assert_eq!(told(&lost, &["cancellations", "churnRate", "mrr", "activeSubscriptions"]), ["1", "25.00", "56.26", "4"], "four counted when the day began");
    // A new price counts from the renewal that costs it.
    let product = string(&app.full.subscription(&sell(&app, "10.00", "USD", "month", 1, json!({ "payment": "manual" })))["productId"]);
    let price = string(&app.full.get(&format!("/api/v1/products/{product}")).ok()["prices"][0]["id"]);
    app.full.patch(&format!("/api/v1/products/{product}"), &json!({ "prices": [{ "id": price, "amount": "12.50" }] })).ok();
    let dearer = app.full.all("/api/v1/subscriptions", 100).pop().expect("it was made");
    app.live_to("2026-01-20T00:00:00Z");
    assert_eq!(moved(&app, "2026-01-20", "2026-01-20")[1], "0.00");
    app.full.act(&string(&dearer["id"]), "renew", json!({})).ok();
    assert_eq!(moved(&app, "2026-01-20", "2026-01-20")[1], "2.50");
    // Whatever range, MRR changed by its movements: to the unit.
    for (before, from, to) in
        [("2025-12-31", "2026-01-01", "2026-01-20"), ("2026-01-01", "2026-01-02", "2026-01-04"), ("2026-01-04", "2026-01-05", "2026-01-20")]
    {
        let cents = |text: &String| text.replace('.', "").parse::<i64>().expect("an amount");
        let m: Vec<i64> = moved(&app, from, to).iter().map(cents).collect();
        let mrr_before = cents(&moved(&app, before, before)[5]);
        assert_eq!(m[5] - mrr_before, m[0] + m[1] + m[2] - m[3] - m[4], "{from} to {to}");
    }
}

#[test]
fn rule_7_void_takes_back_what_was_billed_and_earned() {
    let app = TestApp::on_test_clock("2026-01-01T00:00:00Z");
    let subscription = sell(&app, "31.00", "USD", "month", 1, json!({ "payment": "none" }));
    app.live_to("2026-02-16T12:00:00Z");
    let february = app.full.invoices_of(&subscription)[0].clone();
    app.full.post(&format!("/api/v1/invoices/{}/void", string(&february["id"])), &json!({})).ok();
    app.live_to("2026-02-17T00:00:00Z");
    // Opened on 25 January; fifteen days of 1.11 were earned when it was voided.
    assert_eq!(told(&summary(&app, "2026-01-01", "2026-01-31"), &MONEY), ["0.00", "31.00", "0.00", "0.00", "0.00", "31.00", "0.00"]);
    assert_eq!(told(&summary(&app, "2026-02-01", "2026-02-15"), &MONEY), ["16.65", "0.00", "0.00", "0.00", "0.00", "31.00", "31.00"]);
    assert_eq!(told(&summary(&app, "2026-02-16", "2026-02-16"), &MONEY), ["-16.65", "-31.00", "0.00", "0.00", "0.00", "0.00", "0.00"]);
    assert_eq!(told(&summary(&app, "2026-01-01", "2026-02-16"), &MONEY), ["0.00"; 7]);
}

/// The rows of a series as text.
fn rows(app: &TestApp, path: &str, fields: &[&str]) -> Vec<String> {
    let series = app.read.get(path).ok();
    series["data"].as_array().unwrap_or_else(|| panic!("{series}")).iter().map(|row| told(row, fields).join(" ")).collect()
}

#[test]
fn series_go_by_day_week_and_month_and_have_each_currency_beside_the_others() {
    let app = TestApp::on_test_clock("2024-01-30T00:00:00Z");
    sell(&app, "29.00", "USD", "month", 1, json!({ "payment": "manual", "autoRenew": false }));
    sell(&app, "700", "JPY", "week", 1, json!({ "payment": "manual", "autoRenew": false }));
    app.live_to("2024-03-06T00:00:00Z");
    let range = "from=2024-01-30&to=2024-03-05";
    // 30 January to 29 February: thirty days of 0.97 and 0.96.
    assert_eq!(
        rows(&app, &format!("/api/v1/reports/revenue?{range}&interval=month"), &["start", "end", "currency", "revenue", "billed", "collected"]),
        [
            "2024-01-30 2024-01-31 USD 1.94 29.00 29.00",
            "2024-01-30 2024-01-31 JPY 200 700 700",
            "2024-02-01 2024-02-29 USD 27.06 0.00 0.00",
            "2024-02-01 2024-02-29 JPY 500 0 0",
            "2024-03-01 2024-03-05 USD 0.00 0.00 0.00",
            "2024-03-01 2024-03-05 JPY 0 0 0"
        ]
    );
    assert_eq!(
        rows(&app, &format!("/api/v1/reports/revenue?{range}&interval=week&currency=JPY"), &["start", "end", "revenue"])[..3],
        ["2024-01-30 2024-02-04 600", "2024-02-05 2024-02-11 100", "2024-02-12 2024-02-18 0"]
    );
    assert_eq!(rows(&app, &format!("/api/v1/reports/revenue?{range}"), &["start"]).len(), 36 * 2);
    assert_eq!(
        rows(&app, &format!("/api/v1/reports/mrr?{range}&interval=month"), &["end", "currency", "mrr", "arr", "activeSubscriptions", "new", "churn"]),
        [
            "2024-01-31 USD 29.00 348.00 1 29.00 0.00",
            "2024-01-31 JPY 3033 36396 1 3033 0",
            "2024-02-29 USD 0.00 0.00 0 0.00 29.00",
            "2024-02-29 JPY 0 0 0 0 3033",
            "2024-03-05 USD 0.00 0.00 0 0.00 0.00",
            "2024-03-05 JPY 0 0 0 0 0"
        ]
    );
    let csv = app.read.ask("GET", &format!("/api/v1/reports/revenue?{range}&interval=month&currency=usd&format=csv"), &[], None);
    assert_eq!((csv.status, csv.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"revenue.csv\""));
    assert_eq!(
        String::from_utf8_lossy(&csv.bytes),
        "start,end,currency,revenue,billed,collected,refunds,tax\r\n2024-01-30,2024-01-31,USD,1.94,29.00,29.00,0.00,0.00\r\n\
         2024-02-01,2024-02-29,USD,27.06,0.00,0.00,0.00,0.00\r\n2024-03-01,2024-03-05,USD,0.00,0.00,0.00,0.00,0.00\r\n"
    );
    for name in ["summary", "mrr", "ageing"] {
        let csv = app.read.ask("GET", &format!("/api/v1/reports/{name}?{range}&format=csv"), &[], None);
        let text = String::from_utf8_lossy(&csv.bytes).into_owned();
        let widths: Vec<usize> = text.trim_end().split("\r\n").map(|line| line.split(',').count()).collect();
        assert!(csv.status == 200 && widths.len() > 2 && widths.iter().all(|w| *w == widths[0]), "{name}: {text}");
    }
}

#[test]
fn what_is_due_ages_and_a_payment_takes_it_away() {
    let app = TestApp::on_test_clock("2026-01-01T00:00:00Z");
    app.full.patch("/api/v1/settings", &json!({ "billing": { "terminateAfterDays": 365 } })).ok();
    let subscription = sell(&app, "31.00", "USD", "month", 1, json!({ "payment": "none" }));
    app.live_to("2026-05-10T00:00:00Z");
    // Opened on 25 January, due on 1 February.
    let ages = |from: &str, to: &str| {
        let path = format!("/api/v1/reports/ageing?from={from}&to={to}");
        rows(&app, &path, &["end", "notDue", "days1To30", "days31To60", "days61To90", "over90", "overdue", "outstanding"])
    };
    assert_eq!(ages("2026-01-24", "2026-01-25"), ["2026-01-24 0.00 0.00 0.00 0.00 0.00 0.00 0.00", "2026-01-25 31.00 0.00 0.00 0.00 0.00 0.00 31.00"]);
    assert_eq!(ages("2026-02-01", "2026-02-02"), ["2026-02-01 31.00 0.00 0.00 0.00 0.00 0.00 31.00", "2026-02-02 0.00 31.00 0.00 0.00 0.00 31.00 31.00"]);
    assert_eq!(ages("2026-03-03", "2026-03-04"), ["2026-03-03 0.00 31.00 0.00 0.00 0.00 31.00 31.00", "2026-03-04 0.00 0.00 31.00 0.00 0.00 31.00 31.00"]);
    assert_eq!(ages("2026-05-02", "2026-05-03"), ["2026-05-02 0.00 0.00 0.00 31.00 0.00 31.00 31.00", "2026-05-03 0.00 0.00 0.00 0.00 31.00 31.00 31.00"]);
    let invoice = app.full.invoices_of(&subscription)[0].clone();
    app.full.mark_paid(&invoice["id"], json!({ "amount": "11.00" })).ok();
    assert_eq!(ages("2026-05-10", "2026-05-10"), ["2026-05-10 0.00 0.00 0.00 0.00 20.00 20.00 20.00"]);
    app.full.post(&format!("/api/v1/invoices/{}/write-off", string(&invoice["id"])), &json!({})).ok();
    assert_eq!(ages("2026-05-10", "2026-05-10"), ["2026-05-10 0.00 0.00 0.00 0.00 0.00 0.00 0.00"]);
    assert_eq!(ages("2026-05-09", "2026-05-09"), ["2026-05-09 0.00 0.00 0.00 0.00 31.00 31.00 31.00"], "the past stays what it was");
}

#[test]
fn days_are_those_of_the_business() {
    let app = TestApp::on_test_clock("2026-01-31T14:30:00Z");
    app.full.patch("/api/v1/settings", &json!({ "business": { "timezone": "Asia/Tokyo", "currency": "JPY" } })).ok();
    sell(&app, "310", "JPY", "month", 1, json!({ "payment": "manual" }));
    // Half an hour before midnight in Tokyo, and half an hour after it.
    app.live_to("2026-01-31T15:30:00Z");
    sell(&app, "280", "JPY", "month", 1, json!({ "payment": "manual" }));
    let day = |day: &str| told(&summary(&app, day, day), &["timezone", "currency", "billed", "newSubscriptions", "newCustomers", "mrr"]);
    assert_eq!(day("2026-01-31"), ["Asia/Tokyo", "JPY", "310", "1", "1", "310"]);
    assert_eq!(day("2026-02-01"), ["Asia/Tokyo", "JPY", "280", "1", "1", "590"]);
    // Without dates: thirty days until today.
    let plain = app.read.get("/api/v1/reports/summary").ok();
    assert_eq!(told(&plain, &["from", "to", "billed"]), ["2026-01-03", "2026-02-01", "590"]);
}

#[test]
fn what_makes_no_report_is_refused_by_its_name() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    for path in ["summary", "revenue", "mrr", "ageing"] {
        for (query, fields) in [
            ("from=yesterday", &["from"][..]),
            ("from=2026-02-30", &["from"]),
            ("from=2026-1-1&to=x", &["from", "to"]),
            ("from=2026-02-01&to=2026-01-31", &["to"]),
            ("from=2016-01-01&to=2026-01-31", &["from"]),
            ("from=1969-12-31&to=1970-01-02", &["from"]),
            ("to=1970-01-02", &["to"]),
            ("to=9999-12-31", &["to"]),
            ("currency=XXY", &["currency"]),
            ("currency=", &["currency"]),
            ("format=pdf", &["format"]),
            ("from=2026-01-01&from=2026-01-02", &["from"]),
            ("until=2026-01-01", &["until"]),
        ] {
            app.read.get(&format!("/api/v1/reports/{path}?{query}")).refused_for(400, "invalid_parameter", fields);
        }
    }
    app.read.get("/api/v1/reports/mrr?interval=year").refused_for(400, "invalid_parameter", &["interval"]);
    app.read.get("/api/v1/reports/summary?interval=day").refused_for(400, "invalid_parameter", &["interval"]);
    app.read.get("/api/v1/reports/mrr?from=2016-01-25&to=2026-01-31").ok();
    let reports = app.user("reports:read");
    reports.get("/api/v1/reports/summary").ok();
    app.user("invoices:read").get("/api/v1/reports/summary").refused(403, "insufficient_scope");
}

#[test]
fn rule_7_a_paid_first_invoice_is_collected_and_counts_from_then_on() {
    let app = TestApp::on_test_clock("2026-01-10T09:00:00Z");
    let subscription = sell(&app, "9.99", "USD", "month", 1, json!({}));
    let pending = summary(&app, "2026-01-10", "2026-01-10");
    assert_eq!(
        told(&pending, &["mrr", "activeSubscriptions", "newSubscriptions", "billed", "outstanding", "overdue"]),
        ["0.00", "0", "1", "9.99", "9.99", "0.00"]
    );
    app.live_to("2026-01-12T09:00:00Z");
    app.full.mark_paid(&app.full.subscription(&subscription)["latestInvoiceId"], json!({ "amount": "12.00" })).ok();
    assert_eq!(told(&summary(&app, "2026-01-12", "2026-01-12"), &["mrr", "collected", "billed", "outstanding"]), ["9.99", "12.00", "0.00", "0.00"]);
    assert_eq!(moved(&app, "2026-01-10", "2026-01-12")[..2], ["9.99", "0.00"]);
    // Goodwill is no less earned.
    app.full.grant(&string(&app.full.subscription(&subscription)["customerId"]), "5.00", "USD");
    assert_eq!(summary(&app, "2026-01-12", "2026-01-12")["revenue"], "0.00");
}
