//! Revenue: what is billed is earned day by day, posted once for each day and currency, with exact dates and amounts.

use serde_json::{Value, json};

use crate::support::client::{id, string};
use crate::support::{TestApp, at};

/// What was posted as revenue of days, days alike together: `2026-01-31..2026-02-18 0.36`.
pub fn earned(app: &TestApp, currency: &str) -> Vec<String> {
    let sql = "SELECT date(day * 86400, 'unixepoch'), day, -amount_minor FROM ledger_entry JOIN ledger_posting ON entry = ledger_entry.row
               WHERE kind = 'revenue_recognised' AND account = 'revenue' AND currency = ?1 ORDER BY ledger_entry.row";
    let db = app.sql();
    let mut statement = db.prepare(sql).expect("the question is well formed");
    let rows = statement.query_map([currency], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).expect("the postings can be read");
    let rows: Vec<(String, i64, i64)> = rows.collect::<Result<_, _>>().expect("the postings can be read");
    let alike = |a: &(String, i64, i64), b: &(String, i64, i64)| b.1 == a.1 + 1 && a.2 == b.2;
    rows.chunk_by(alike).map(|days| format!("{}..{} {}", days[0].0, days[days.len() - 1].0, days[0].2)).collect()
}

/// An account's balance by the ledger.
fn balance(app: &TestApp, account: &str, currency: &str) -> i64 {
    app.count(&format!("SELECT coalesce(SUM(amount_minor), 0) FROM ledger_posting WHERE account = '{account}' AND currency = '{currency}'"))
}

fn begin(app: &TestApp, price: &str, currency: &str, interval: Value, more: Value) -> String {
    let product = json!({ "name": "Gold", "price": price, "currency": currency, "interval": interval["unit"], "intervalCount": interval["count"] });
    let product = id(&app.full.post("/api/v1/products", &product).created());
    let email = format!("{}@example.com", app.count("SELECT COUNT(*) FROM customer"));
    let customer = id(&app.full.post("/api/v1/customers", &json!({ "email": email, "currency": currency })).created());
    id(&app.full.subscribe(&customer, &product, more))
}

fn month(app: &TestApp, more: Value) -> String {
    begin(app, "9.99", "USD", json!({ "unit": "month", "count": 1 }), more)
}

#[test]
fn rule_7_a_month_is_earned_over_its_days_and_a_day_is_posted_when_it_is_over() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    month(&app, json!({ "payment": "manual", "autoRenew": false }));
    app.live_to("2026-01-31T23:59:59.999Z");
    assert_eq!(earned(&app, "USD"), Vec::<String>::new());
    let before = app.row_counts();
    app.live_to("2026-01-31T23:59:59.999Z");
    assert_eq!(app.row_counts(), before);
    app.live_to("2026-02-01T00:00:00Z");
    assert_eq!(earned(&app, "USD"), ["2026-01-31..2026-01-31 36"]);
    app.live_to("2026-06-01T00:00:00Z");
    // 9.99 over 28 days: 35 a day, and one more on the first 19.
    assert_eq!(earned(&app, "USD"), ["2026-01-31..2026-02-18 36", "2026-02-19..2026-02-27 35"]);
    assert_eq!((balance(&app, "deferred_revenue", "USD"), balance(&app, "revenue", "USD")), (0, -999));
    // Nothing more is earned: a day that brings nothing writes nothing.
    let before = app.row_counts();
    app.live_to("2026-07-01T00:00:00Z");
    assert_eq!(app.row_counts(), before);
    assert_eq!(app.count("SELECT open_day FROM revenue_clock"), at("2026-03-01T00:00:00Z").utc_day());
}

#[test]
fn rule_7_each_currency_has_its_posting_and_each_interval_its_days() {
    let app = TestApp::on_test_clock("2024-01-01T00:00:00Z");
    begin(&app, "731.00", "USD", json!({ "unit": "year", "count": 2 }), json!({ "payment": "manual", "autoRenew": false }));
    begin(&app, "365", "JPY", json!({ "unit": "year", "count": 1 }), json!({ "payment": "manual", "autoRenew": false }));
    begin(&app, "1.000", "KWD", json!({ "unit": "week", "count": 1 }), json!({ "payment": "manual", "autoRenew": false }));
    app.live_to("2026-06-01T00:00:00Z");
    // Two years with 29 February; a leap year of 366 days; 1.000 over seven days.
    assert_eq!(earned(&app, "USD"), ["2024-01-01..2025-12-31 100"]);
    assert_eq!(earned(&app, "JPY"), ["2024-01-01..2024-12-30 1"]);
    assert_eq!(earned(&app, "KWD"), ["2024-01-01..2024-01-06 143", "2024-01-07..2024-01-07 142"]);
    for (currency, all) in [("USD", -73_100), ("JPY", -365), ("KWD", -1000)] {
        assert_eq!((balance(&app, "deferred_revenue", currency), balance(&app, "revenue", currency)), (0, all));
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM ledger_entry WHERE kind = 'revenue_recognised'"), 731 + 365 + 7);
}

#[test]
fn rule_7_all_lines_together_are_one_posting_and_a_setup_fee_is_earned_at_once() {
    let app = TestApp::on_test_clock("2026-03-01T00:00:00Z");
    let product = json!({ "name": "Gold", "price": "31.00", "currency": "USD", "setupFee": "5.00" });
    let product = id(&app.full.post("/api/v1/products", &product).created());
    for n in 0..3 {
        let customer = app.full.new_customer(&format!("c{n}@example.com"));
        app.full.subscribe(&customer, &product, json!({ "payment": "manual" }));
    }
    app.live_to("2026-03-04T00:00:00Z");
    assert_eq!(earned(&app, "USD"), ["2026-03-01..2026-03-01 1800", "2026-03-02..2026-03-03 300"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM ledger_entry WHERE kind = 'revenue_recognised'"), 3);
    assert_eq!(app.count("SELECT COUNT(*) FROM ledger_entry WHERE kind = 'revenue_recognised' AND (customer IS NOT NULL OR invoice IS NOT NULL)"), 0);
}

#[test]
fn rule_7_what_waits_for_its_payment_is_earned_from_then_on() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = month(&app, json!({ "payment": "invoice" }));
    app.live_to("2026-02-03T12:00:00Z");
    assert_eq!((earned(&app, "USD"), balance(&app, "deferred_revenue", "USD")), (Vec::new(), -999));
    app.full.mark_paid(&app.full.subscription(&subscription)["latestInvoiceId"], json!({})).ok();
    app.live_to("2026-02-05T00:00:00Z");
    assert_eq!(earned(&app, "USD"), ["2026-02-03..2026-02-04 36"]);
    // One that nobody pays is never earned.
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    month(&app, json!({ "payment": "invoice" }));
    app.live_to("2026-06-01T00:00:00Z");
    assert_eq!((earned(&app, "USD"), balance(&app, "deferred_revenue", "USD"), balance(&app, "revenue", "USD")), (Vec::new(), 0, 0));
}

#[test]
fn rule_7_void_after_half_a_month_takes_back_what_was_earned_and_what_was_not() {
    let app = TestApp::on_test_clock("2026-01-01T00:00:00Z");
    let subscription = begin(&app, "31.00", "USD", json!({ "unit": "month", "count": 1 }), json!({ "payment": "none" }));
    app.live_to("2026-02-16T12:00:00Z");
    // February: 28 days of 1.11 and 1.10; fifteen of them are over.
    let february = app.full.invoices_of(&subscription)[0].clone();
    assert_eq!(february["status"], "open");
    assert_eq!(earned(&app, "USD"), ["2026-02-01..2026-02-15 111"]);
    app.full.post(&format!("/api/v1/invoices/{}/void", string(&february["id"])), &json!({})).ok();
    let voided = "SELECT group_concat(account || ' ' || amount_minor, ', ') FROM ledger_posting JOIN ledger_entry ON ledger_entry.row = entry WHERE kind = 'invoice_voided'";
    let voided: String = app.sql().query_row(voided, [], |r| r.get(0)).expect("the entry can be read");
    assert_eq!(voided, "deferred_revenue 1435, revenue 1665, receivable -3100");
    app.live_to("2026-06-01T00:00:00Z");
    assert_eq!(earned(&app, "USD"), ["2026-02-01..2026-02-15 111"]);
    assert_eq!((balance(&app, "deferred_revenue", "USD"), balance(&app, "revenue", "USD")), (0, 0));
}

#[test]
fn rule_7_what_is_written_off_is_earned_at_once_and_lost() {
    let app = TestApp::on_test_clock("2026-01-01T00:00:00Z");
    let subscription = begin(&app, "31.00", "USD", json!({ "unit": "month", "count": 1 }), json!({ "payment": "none" }));
    app.live_to("2026-02-02T12:00:00Z");
    let february = app.full.invoices_of(&subscription)[0].clone();
    app.full.post(&format!("/api/v1/invoices/{}/write-off", string(&february["id"])), &json!({})).ok();
    app.live_to("2026-03-01T00:00:00Z");
    assert_eq!(earned(&app, "USD"), ["2026-02-01..2026-02-01 111", "2026-02-02..2026-02-02 2989"]);
    assert_eq!((balance(&app, "revenue", "USD"), balance(&app, "bad_debt", "USD")), (-3100, 3100));
}

#[test]
fn rule_7_paused_nothing_is_earned_and_resumed_the_rest_over_the_days_that_are_left() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = month(&app, json!({ "payment": "manual", "autoRenew": false }));
    app.full.act(&subscription, "renew", json!({})).ok();
    app.live_to("2026-02-10T14:30:00Z");
    app.full.act(&subscription, "pause", json!({})).ok();
    app.live_to("2026-07-01T08:00:00Z");
    assert_eq!(earned(&app, "USD"), ["2026-01-31..2026-02-09 36"]);
    assert_eq!(balance(&app, "deferred_revenue", "USD"), 360 - 1998);
    // 18 days of February are left; then come the 31 of the paid month.
    let resumed = app.full.act(&subscription, "resume", json!({})).ok();
    assert_eq!(resumed["currentPeriodEnd"], "2026-08-19T03:30:00.000Z");
    app.live_to("2026-09-01T00:00:00Z");
    assert_eq!(
        earned(&app, "USD"),
        ["2026-01-31..2026-02-09 36", "2026-07-01..2026-07-09 36", "2026-07-10..2026-07-18 35", "2026-07-19..2026-07-25 33", "2026-07-26..2026-08-18 32"]
    );
    assert_eq!(balance(&app, "deferred_revenue", "USD"), 0);
}

#[test]
fn rule_7_cancelled_while_paused_the_rest_is_earned_at_once() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = month(&app, json!({ "payment": "manual" }));
    app.live_to("2026-02-10T14:30:00Z");
    app.full.act(&subscription, "pause", json!({})).ok();
    app.live_to("2026-03-01T00:00:00Z");
    app.full.act(&subscription, "cancel", json!({})).ok();
    app.live_to("2026-04-01T00:00:00Z");
    assert_eq!(earned(&app, "USD"), ["2026-01-31..2026-02-09 36", "2026-03-01..2026-03-01 639"]);
}

#[test]
fn rule_7_paused_in_grace_what_is_overdue_is_earned_again_from_the_day_of_resuming() {
    for pays in [false, true] {
        let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
        let subscription = begin(&app, "31.00", "USD", json!({ "unit": "month", "count": 1 }), json!({ "payment": "none" }));
        app.live_to("2026-03-01T10:00:00Z");
        app.full.act(&subscription, "pause", json!({})).ok();
        let overdue = app.full.invoices_of(&subscription)[0].clone();
        app.live_to("2026-05-01T10:00:00Z");
        if pays {
            app.full.mark_paid(&overdue["id"], json!({})).ok();
        }
        app.live_to("2026-05-11T10:00:00Z");
        app.full.act(&subscription, "resume", json!({})).ok();
        app.live_to("2026-05-12T00:00:00Z");
        // Of the 31 days from 28 February on one was over. Paid, thirty are left; unpaid its end is past.
        let rest = if pays { "2026-05-11..2026-05-11 100" } else { "2026-05-11..2026-05-11 3000" };
        assert_eq!(earned(&app, "USD"), ["2026-02-28..2026-02-28 100", rest], "{pays}");
    }
}

#[test]
fn rule_7_an_extension_moves_what_is_paid_behind_the_free_days() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = month(&app, json!({ "payment": "manual", "autoRenew": false }));
    app.full.act(&subscription, "renew", json!({})).ok();
    app.live_to("2026-02-10T00:00:00Z");
    app.full.act(&subscription, "extend", json!({ "days": 5 })).ok();
    app.live_to("2026-05-01T00:00:00Z");
    // 5 March to 5 April has 31 days; the free days before it bring nothing.
    assert_eq!(earned(&app, "USD"), ["2026-01-31..2026-02-18 36", "2026-02-19..2026-02-27 35", "2026-03-05..2026-03-11 33", "2026-03-12..2026-04-04 32"]);
}

#[test]
fn rule_7_what_is_billed_after_its_time_has_begun_is_caught_up_on_the_day() {
    let app = TestApp::start();
    month(&app, json!({ "payment": "none" }));
    app.advance_to("2026-03-05T08:00:00Z");
    assert_eq!(app.bill(), 1);
    app.advance_to("2026-03-07T08:00:00Z");
    app.bill();
    // 28 February to 31 March has 31 days, 33 on the first seven: six of them on 5 March.
    assert_eq!(earned(&app, "USD"), ["2026-03-05..2026-03-05 198", "2026-03-06..2026-03-06 33"]);
}

#[test]
fn rule_7_after_downtime_every_day_is_posted_once() {
    let app = TestApp::start();
    month(&app, json!({ "payment": "manual", "autoRenew": false }));
    app.advance_to("2026-02-05T08:00:00Z");
    assert_eq!(app.bill(), 0);
    assert_eq!(earned(&app, "USD"), ["2026-01-31..2026-02-04 36"]);
    // More days than one round posts, and a command that comes before the run.
    app.advance_to("2026-05-20T08:00:00Z");
    month(&app, json!({ "payment": "manual" }));
    assert_eq!(earned(&app, "USD"), ["2026-01-31..2026-02-18 36", "2026-02-19..2026-02-27 35"]);
    app.bill();
    app.advance_to("2026-05-21T00:00:00Z");
    app.bill();
    app.bill();
    assert_eq!(earned(&app, "USD")[2..], ["2026-05-20..2026-05-20 33"]);
}

#[test]
fn rule_7_a_day_is_the_businesss_and_another_zone_neither_doubles_nor_skips_one() {
    let zone = |app: &TestApp, zone: &str| drop(app.full.patch("/api/v1/settings", &json!({ "business": { "timezone": zone } })).ok());
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    zone(&app, "Asia/Tokyo");
    month(&app, json!({ "payment": "manual", "autoRenew": false }));
    app.live_to("2026-01-31T14:59:59.999Z");
    assert_eq!(earned(&app, "USD"), Vec::<String>::new());
    app.live_to("2026-01-31T15:00:00Z");
    assert_eq!(earned(&app, "USD"), ["2026-01-31..2026-01-31 36"]);
    // In Los Angeles it is still the 31st, which is posted: what is billed now begins on the 1st.
    zone(&app, "America/Los_Angeles");
    app.live_to("2026-02-01T07:00:00Z");
    begin(&app, "28.00", "USD", json!({ "unit": "day", "count": 28 }), json!({ "payment": "manual", "autoRenew": false }));
    app.live_to("2026-02-02T07:59:59.999Z");
    assert_eq!(earned(&app, "USD"), ["2026-01-31..2026-01-31 36"]);
    app.live_to("2026-02-02T08:00:00Z");
    // 31 January and 1 February of the second one together: its own dates begin on the 31st.
    assert_eq!(earned(&app, "USD"), ["2026-01-31..2026-01-31 36", "2026-02-01..2026-02-01 236"]);
    zone(&app, "Pacific/Kiritimati");
    app.live_to("2026-04-01T00:00:00Z");
    let sum: i64 = app.count("SELECT -SUM(amount_minor) FROM ledger_posting WHERE account = 'revenue'");
    assert_eq!((sum, balance(&app, "deferred_revenue", "USD")), (999 + 2800, 0));
    assert_eq!(app.count("SELECT COUNT(*) - COUNT(DISTINCT day) FROM ledger_entry WHERE kind = 'revenue_recognised'"), 0);
}

#[test]
fn rule_1_7_a_year_in_one_jump_earns_what_it_earns_day_by_day() {
    let lived = |moves: &[String]| {
        let app = TestApp::on_test_clock("2027-03-01T10:00:00Z");
        app.full.patch("/api/v1/settings", &json!({ "business": { "timezone": "America/New_York" } })).ok();
        for (price, currency, unit, count) in [("9.99", "USD", "month", 1), ("1000", "JPY", "week", 1), ("2.345", "KWD", "year", 1), ("0.05", "USD", "day", 3)]
        {
            let subscription = begin(&app, price, currency, json!({ "unit": unit, "count": count }), json!({ "payment": "manual" }));
            let customer = string(&app.full.subscription(&subscription)["customerId"]);
            app.full.grant(&customer, if currency == "JPY" { "20000" } else { "30" }, currency);
        }
        moves.iter().for_each(|to| app.live_to(to));
        (earned(&app, "USD"), earned(&app, "JPY"), earned(&app, "KWD"))
    };
    let days: Vec<String> = (1..=366).map(|n| at("2027-03-01T05:00:00Z").plus_ms(n * 86_400_000).to_string()).collect();
    let year = lived(&days[365..]);
    assert!(year.0.len() > 100, "{year:?}");
    assert_eq!(year.2, ["2027-03-01..2027-07-27 7", "2027-07-28..2028-02-29 6"], "2028 has a 29 February: 366 days, and the next year begins on 1 March");
    assert_eq!(lived(&days), year);
}
