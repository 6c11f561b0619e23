//! When a subscription begins, on which day its periods turn, and where a fixed term ends (rules 1.3, 2 and 4).

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::string;

const BEGIN: &str = "2026-01-31T10:00:00Z";

/// State, and the two ends of what is paid, to the minute.
fn now(app: &TestApp, subscription: &Value) -> (String, String, String) {
    let s = app.full.subscription(&string(&subscription["id"]));
    let minute = |v: &Value| v.as_str().map_or_else(|| "never".into(), |at| at[..16].to_owned());
    (string(&s["status"]), minute(&s["currentPeriodStart"]), minute(&s["currentPeriodEnd"]))
}

fn is(status: &str, start: &str, end: &str) -> (String, String, String) {
    (status.into(), start.into(), end.into())
}

/// Of each of a subscription's invoices: its status, what it is over, when its first line begins and ends.
fn invoices(app: &TestApp, subscription: &Value) -> Vec<String> {
    let day = |v: &Value| v.as_str().map_or_else(|| "?".into(), |at| at[..10].to_owned());
    let line = |i: &Value| format!("{} {} {}..{}", string(&i["status"]), string(&i["amount"]), day(&i["periodStart"]), day(&i["periodEnd"]));
    app.full.invoices_of(&string(&subscription["id"])).iter().map(line).collect()
}

fn events(app: &TestApp, subscription: &Value) -> Vec<String> {
    let sql = app.sql();
    let mut statement = sql
        .prepare("SELECT type FROM event WHERE json_extract(object, '$.id') = ?1 AND type LIKE 'subscription.%' ORDER BY sequence")
        .expect("the query is well formed");
    let rows = statement.query_map([string(&subscription["id"])], |r| r.get(0)).expect("the query runs");
    rows.collect::<Result<_, _>>().expect("a type is a text")
}

#[test]
fn rule_2_what_is_paid_ahead_of_its_start_waits_for_it() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let paid = app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "startAt": "2026-02-10T08:00:00Z" }));
    assert_eq!((&paid["status"], &paid["startAt"], &paid["accesses"]), (&json!("pending"), &json!("2026-02-10T08:00:00.000Z"), &json!([])), "{paid}");
    assert_eq!(now(&app, &paid), is("pending", "2026-02-10T08:00", "2026-03-10T08:00"));
    assert_eq!(invoices(&app, &paid), ["paid 9.99 2026-02-10..2026-03-10"]);
    let id = string(&paid["id"]);
    for (action, body) in [("renew", json!({})), ("extend", json!({ "days": 3 })), ("pause", json!({})), ("resume", json!({}))] {
        app.full.act(&id, action, body).refused(409, "state_conflict");
    }
    app.live_to("2026-02-10T07:59:59Z");
    assert_eq!(now(&app, &paid).0, "pending", "an instant before");
    app.live_to("2026-02-10T08:00:00Z");
    let begun = app.full.subscription(&id);
    assert_eq!((&begun["status"], begun["credentials"]["username"].is_string()), (&json!("active"), true), "{begun}");
    assert_eq!(now(&app, &paid), is("active", "2026-02-10T08:00", "2026-03-10T08:00"));
    assert_eq!(events(&app, &paid), ["subscription.created", "subscription.updated", "subscription.activated"]);
    app.live_to("2026-03-04T00:00:00Z");
    assert_eq!(invoices(&app, &paid), ["paid 9.99 2026-02-10..2026-03-10", "open 9.99 2026-03-10..2026-04-10"]);
}

#[test]
fn rule_2_with_a_start_period_0_begins_there_whatever_the_day_of_payment() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let body = json!({ "payment": "invoice", "startAt": "2026-02-03" });
    let (early, late, never) =
        (app.full.subscribe(&ana, &gold, body.clone()), app.full.subscribe(&ana, &gold, body.clone()), app.full.subscribe(&ana, &gold, body));
    let of = |s: &Value| app.full.invoice(&s["latestInvoiceId"]);
    assert_eq!((&of(&early)["lines"][0]["description"], &of(&early)["dueAt"]), (&json!("Gold, 1 month"), &json!("2026-02-07T10:00:00.000Z")));
    assert_eq!((now(&app, &early).1, invoices(&app, &early)), ("never".into(), vec!["open 9.99 2026-02-03..2026-03-03".into()]));
    app.full.mark_paid(&early["latestInvoiceId"], json!({})).ok();
    assert_eq!(now(&app, &early), is("pending", "2026-02-03T00:00", "2026-03-03T00:00"));
    app.live_to("2026-02-05T12:00:00Z");
    assert_eq!(now(&app, &early), is("active", "2026-02-03T00:00", "2026-03-03T00:00"));
    assert_eq!(now(&app, &late), is("pending", "never", "never"));
    app.full.mark_paid(&late["latestInvoiceId"], json!({})).ok();
    assert_eq!(now(&app, &late), is("active", "2026-02-03T00:00", "2026-03-03T00:00"));
    assert_eq!(events(&app, &late), ["subscription.created", "subscription.activated"]);
    // Nobody pays: the days of waiting count from the sale.
    app.live_to("2026-02-07T10:00:00Z");
    assert_eq!((now(&app, &never).0, invoices(&app, &never)), ("expired".into(), vec!["void 9.99 2026-02-03..2026-03-03".into()]));
    app.full.act(&string(&never["id"]), "renew", json!({})).refused(409, "state_conflict");
}

#[test]
fn rule_2_a_start_to_come_takes_every_kind_of_first_payment() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.grant(&ana, "9.99", "USD");
    app.store_method(&ana);
    app.full.post("/api/v1/coupons", &json!({ "code": "FREE", "percentOff": "100" })).created();
    let start =
        |payment: &str, code: Value| app.full.subscribe(&ana, &gold, json!({ "payment": payment, "startAt": "2026-02-05T00:00:00Z", "couponCode": code }));
    let sold = [start("credit", Value::Null), start("automatic", Value::Null), start("none", Value::Null), start("invoice", json!("FREE"))];
    for sale in &sold {
        assert_eq!(now(&app, sale), is("pending", "2026-02-05T00:00", "2026-03-05T00:00"), "{sale}");
    }
    assert!(invoices(&app, &sold[2]).is_empty());
    // Cancelled before it begins, what was paid can be given back whole.
    app.full.act(&string(&sold[1]["id"]), "cancel", json!({ "unusedTime": "credit" })).ok();
    assert_eq!(app.full.get(&format!("/api/v1/customers/{ana}/balance")).ok()["balances"][0]["amount"], "9.99");
    app.live_to("2026-02-05T00:00:00Z");
    let states: Vec<String> = sold.iter().map(|s| now(&app, s).0).collect();
    assert_eq!(states, ["active", "cancelled", "active", "active"]);
    app.live_to("2026-03-05T00:00:00Z");
    assert_eq!(now(&app, &sold[2]).0, "past_due");
    let before = app.row_counts();
    for (body, field) in [
        (json!({ "payment": "manual", "startAt": "2026-03-04" }), "startAt"),
        (json!({ "startAt": "2026-03-04" }), "startAt"),
        (json!({ "trialDays": 3, "startAt": "2026-03-09" }), "startAt"),
        (json!({ "trialDays": 3, "anchorDay": 1 }), "anchorDay"),
        (json!({ "trialDays": 3, "endsAt": "2026-03-01" }), "endsAt"),
        (json!({ "anchorDay": 0 }), "anchorDay"),
        (json!({ "anchorDay": 32 }), "anchorDay"),
        (json!({ "anchorDay": "1" }), "anchorDay"),
        (json!({ "endsAt": "2026-03-01" }), "endsAt"),
        (json!({ "endsAt": "2026-03-10", "startAt": "2026-03-10" }), "endsAt"),
        (json!({ "endsAt": "never" }), "endsAt"),
    ] {
        app.full.try_subscribe(&ana, &gold, body).refused_for(422, "validation_error", &[field]);
    }
    let daily = app.full.new_product_at("1.00", "USD", "day");
    app.full.try_subscribe(&ana, &daily, json!({ "anchorDay": 1 })).refused_for(422, "validation_error", &["anchorDay"]);
    let after: Vec<_> = app.row_counts().into_iter().filter(|(table, _)| table == "subscription" || table == "invoice").collect();
    assert_eq!(after, before.into_iter().filter(|(table, _)| table == "subscription" || table == "invoice").collect::<Vec<_>>());
}

#[test]
fn rule_1_3_an_anchor_day_makes_the_first_period_a_partial_one() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.post("/api/v1/coupons", &json!({ "code": "TWO", "amountOff": "2.00", "currency": "USD" })).created();
    let part = app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "anchorDay": 15, "quantity": 2, "couponCode": "TWO" }));
    assert_eq!(now(&app, &part), is("active", "2026-01-31T10:00", "2026-02-15T10:00"));
    let invoice = app.full.invoice(&part["latestInvoiceId"]);
    let line = &invoice["lines"][0];
    // Rule 4: price × remaining days / whole days; the coupon comes off whole, and is used.
    assert_eq!(line["description"], "Gold, 15 of 31 days");
    assert_eq!(line["explanation"], "15 of 31 days: 2 × 9.99 × 15/31 = 9.6677…, rounded to 9.67 USD, less 2.00 (TWO, 2.00 USD off)");
    assert_eq!((&invoice["subtotal"], &invoice["amount"]), (&json!("9.67"), &json!("7.67")));
    // The lead is a week, and the part has more days.
    app.live_to("2026-02-08T10:00:00Z");
    assert_eq!(invoices(&app, &part), ["paid 7.67 2026-01-31..2026-02-15", "open 19.98 2026-02-15..2026-03-15"]);

    // As a customer who pays by invoice has it: the part begins with the sale.
    let pending = app.full.subscribe(&ana, &gold, json!({ "anchorDay": 10 }));
    assert_eq!(invoices(&app, &pending), ["open 0.64 2026-02-08..2026-02-10"]);
    app.live_to("2026-02-09T10:00:00Z");
    app.full.mark_paid(&pending["latestInvoiceId"], json!({})).ok();
    assert_eq!(now(&app, &pending), is("active", "2026-02-08T10:00", "2026-02-10T10:00"));
    // It is a day before the part's end: the lead is at most that.
    assert_eq!(invoices(&app, &pending), ["paid 0.64 2026-02-08..2026-02-10", "open 9.99 2026-02-10..2026-03-10"]);
}

#[test]
fn rule_1_3_an_anchor_day_is_clamped_to_each_months_end() {
    let app = TestApp::on_test_clock(BEGIN);
    let ana = app.full.new_customer("ana@example.com");
    let products: Vec<String> = [("month", 1), ("month", 3), ("year", 1)]
        .map(|(unit, count)| {
            let body = json!({ "name": "Gold", "price": "365.00", "currency": "USD", "interval": unit, "intervalCount": count });
            string(&app.full.post("/api/v1/products", &body).created()["id"])
        })
        .into();
    let body = |start: &str, day: u32| json!({ "payment": "none", "startAt": start, "anchorDay": day });
    // Paid late, time goes on from where it was due.
    app.full.patch("/api/v1/settings", &json!({ "billing": { "lapsedRenewal": "fromDueDate", "terminateAfterDays": 365 } })).ok();
    // From 10 April on the 31st: 30 April, 31 May, 30 June.
    let cases: [(usize, Value, &[&str]); 6] = [
        (0, body("2026-04-10", 31), &["2026-04-10 2026-04-30", "2026-04-30 2026-05-31", "2026-05-31 2026-06-30"]),
        (0, body("2026-04-30", 31), &["2026-04-30 2026-05-31", "2026-05-31 2026-06-30"]),
        (0, body("2027-01-30", 30), &["2027-01-30 2027-02-28", "2027-02-28 2027-03-30"]),
        (1, body("2026-02-10", 31), &["2026-02-10 2026-02-28", "2026-02-28 2026-05-31", "2026-05-31 2026-08-31", "2026-08-31 2026-11-30"]),
        (2, body("2027-02-10", 29), &["2027-02-10 2027-02-28", "2027-02-28 2028-02-29", "2028-02-29 2029-02-28"]),
        (2, body("2027-06-01", 1), &["2027-06-01 2028-06-01"]),
    ];
    let sold: Vec<(Value, &[&str])> = cases.map(|(product, body, periods)| (app.full.subscribe(&ana, &products[product], body), periods)).into();
    let shown = |sale: &Value| {
        let (_, start, end) = now(&app, sale);
        format!("{} {}", &start[..10], &end[..10])
    };
    let mut seen: Vec<Vec<String>> = sold.iter().map(|(sale, _)| vec![shown(sale)]).collect();
    for month in 0..38 {
        app.live_to(&format!("{}-{:02}-15T00:00:00Z", 2026 + (month + 2) / 12, (month + 2) % 12 + 1).replace("2026-01", "2026-02"));
        for (n, (sale, _)) in sold.iter().enumerate() {
            for open in app.full.get(&format!("/api/v1/invoices?status=open&subscriptionId={}", string(&sale["id"]))).ok()["data"].as_array().expect("a list") {
                app.full.mark_paid(&open["id"], json!({})).ok();
            }
            let period = shown(sale);
            if seen[n].last() != Some(&period) {
                seen[n].push(period);
            }
        }
    }
    for (n, (_, periods)) in sold.iter().enumerate() {
        // What is paid ahead is shown from the running start on: the ends are what counts.
        let ends = |list: &[String]| list.iter().map(|p| p[11..].to_owned()).collect::<Vec<_>>();
        let mut reached = ends(&seen[n]);
        reached.dedup();
        let wanted: Vec<String> = periods.iter().map(|p| p[11..].to_owned()).collect();
        assert_eq!(&reached[..wanted.len()], wanted, "case {n}: {:?}", seen[n]);
        assert_eq!(&seen[n][0][..10], &periods[0][..10]);
    }
}

#[test]
fn rule_2_a_fixed_term_cuts_the_last_period_and_expires() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let term = app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "endsAt": "2026-03-15T10:00:00Z" }));
    assert_eq!((&term["endsAt"], now(&app, &term)), (&json!("2026-03-15T10:00:00.000Z"), is("active", "2026-01-31T10:00", "2026-02-28T10:00")));
    let id = string(&term["id"]);
    app.full.act(&id, "renew", json!({ "periods": 2 })).refused(409, "state_conflict");
    app.full.act(&id, "extend", json!({ "days": 16 })).refused(409, "state_conflict");
    app.live_to("2026-02-21T10:00:00Z");
    // From 28 February to the 31st are 31 days, 15 of which are in the term.
    assert_eq!(invoices(&app, &term), ["paid 9.99 2026-01-31..2026-02-28", "open 4.83 2026-02-28..2026-03-15"]);
    let last = app.full.invoices_of(&id)[1].clone();
    assert_eq!(last["lines"][0]["explanation"], "15 of 31 days: 1 × 9.99 × 15/31 = 4.8338…, rounded to 4.83 USD");
    app.full.mark_paid(&last["id"], json!({})).ok();
    let s = app.full.subscription(&id);
    assert_eq!((&s["amount"], now(&app, &term).2), (&json!("9.99"), "2026-03-15T10:00".into()), "the price is what it was: {s}");
    app.full.act(&id, "renew", json!({})).refused(409, "state_conflict");
    app.full.act(&id, "extend", json!({ "days": 1 })).refused(409, "state_conflict");
    app.live_to("2026-03-15T10:00:00Z");
    let over = app.full.subscription(&id);
    assert_eq!(
        (&over["status"], &over["endedAt"], &over["accesses"][0]["status"]),
        (&json!("expired"), &json!("2026-03-15T10:00:00.000Z"), &json!("suspended")),
        "{over}"
    );
    app.live_to("2026-06-15T10:00:00Z");
    assert_eq!(app.full.invoices_of(&id).len(), 2);
    assert!(app.full.act(&id, "renew", json!({})).body()["error"].to_string().contains("term"));
}

#[test]
fn rule_2_a_term_shorter_than_a_period_is_charged_by_its_days() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let short = app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "endsAt": "2026-02-10" }));
    assert_eq!(invoices(&app, &short), ["paid 3.57 2026-01-31..2026-02-10"]);
    let left = app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "endsAt": "2026-02-10" }));
    // By invoice the dates are fixed where a late payment could lead beyond the term, else they wait for the payment.
    let cut = app.full.subscribe(&ana, &gold, json!({ "endsAt": "2026-03-05" }));
    let whole = app.full.subscribe(&ana, &gold, json!({ "endsAt": "2026-04-05" }));
    assert_eq!((invoices(&app, &cut), invoices(&app, &whole)), (vec!["open 9.99 2026-01-31..2026-02-28".into()], vec!["open 9.99 ?..?".into()]));
    app.live_to("2026-02-05T10:00:00Z");
    // Rule 4: of the 10 days that the line covers 4 are left after today.
    app.full.act(&string(&left["id"]), "cancel", json!({ "unusedTime": "credit" })).ok();
    assert_eq!(app.full.get(&format!("/api/v1/customers/{ana}/balance")).ok()["balances"][0]["amount"], "1.43");
    app.live_to("2026-02-10T00:00:00Z");
    assert_eq!(now(&app, &short).0, "expired");
}

#[test]
fn rule_2_whatever_its_state_a_subscription_expires_where_its_term_ends() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let sell = |body: Value| app.full.subscribe(&ana, &gold, body);
    let trial = sell(json!({ "trialDays": 20, "endsAt": "2026-02-10" }));
    let trial_to_its_end = sell(json!({ "trialDays": 3, "endsAt": "2026-02-03T10:00:00Z" }));
    let pending = sell(json!({ "endsAt": "2026-02-04" }));
    let paused = sell(json!({ "payment": "manual", "endsAt": "2026-02-20" }));
    app.full.act(&string(&paused["id"]), "pause", json!({})).ok();
    let overdue = sell(json!({ "payment": "none", "startAt": "2026-01-06", "endsAt": "2026-02-08" }));
    let leaving = sell(json!({ "payment": "manual", "endsAt": "2026-02-28T10:00:00Z" }));
    app.full.act(&string(&leaving["id"]), "cancel", json!({ "atPeriodEnd": true })).ok();
    app.live_to("2026-02-07T00:00:00Z");
    assert_eq!(now(&app, &overdue).0, "past_due");
    app.live_to("2026-03-10T00:00:00Z");
    for (sale, status, ended) in [
        (&trial, "expired", "2026-02-10T00:00:00.000Z"),
        (&trial_to_its_end, "expired", "2026-02-03T10:00:00.000Z"),
        (&pending, "expired", "2026-02-04T00:00:00.000Z"),
        (&paused, "expired", "2026-02-20T00:00:00.000Z"),
        (&overdue, "expired", "2026-02-08T00:00:00.000Z"),
        (&leaving, "cancelled", "2026-02-28T10:00:00.000Z"),
    ] {
        let s = app.full.subscription(&string(&sale["id"]));
        assert_eq!((&s["status"], &s["endedAt"]), (&json!(status), &json!(ended)), "{s}");
        assert!(!events(&app, sale).iter().any(|e| e == "subscription.past_due") || sale == &overdue, "{s}");
    }
    app.full.act(&string(&paused["id"]), "resume", json!({})).refused(409, "state_conflict");
    assert_eq!(app.full.get("/api/v1/invoices?status=open").ok()["pagination"]["total"], 0);
}

#[test]
fn rule_4_changes_and_late_payments_stay_within_the_term() {
    let app = TestApp::on_test_clock(BEGIN);
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let yearly = app.full.new_product_at("365.00", "USD", "year");
    let changed = app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "endsAt": "2026-06-01T10:00:00Z" }));
    let late = app.full.subscribe(&ana, &gold, json!({ "payment": "none", "startAt": "2026-01-05T10:00:00Z", "endsAt": "2026-03-01T10:00:00Z" }));
    app.live_to("2026-02-10T10:00:00Z");
    // A new period of a year, of which the term has the days from 10 February to 1 June.
    let preview = app.full.act(&string(&changed["id"]), "preview", json!({ "action": "change", "productId": yearly })).ok();
    app.full.patch(&format!("/api/v1/subscriptions/{}", string(&changed["id"])), &json!({ "productId": yearly })).ok();
    let charge = app.full.invoices_of(&string(&changed["id"])).last().expect("an invoice").clone();
    assert_eq!((&charge["amount"], &charge["lines"][0]["description"]), (&json!("111.00"), &json!("Gold, 111 of 365 days")), "{charge}");
    assert!(preview.to_string().contains("111 of 365 days"), "{preview}");

    // Suspended, and paid three weeks late: the replacement bills what is left from now on, and no more.
    assert_eq!(now(&app, &late).0, "suspended");
    app.live_to("2026-02-20T10:00:00Z");
    let stale = app.full.invoices_of(&string(&late["id"]))[0].clone();
    assert_eq!((&stale["amount"], &stale["periodEnd"]), (&json!("8.56"), &json!("2026-03-01T10:00:00.000Z")), "24 of 28 days: {stale}");
    app.full.mark_paid(&stale["id"], json!({})).ok();
    assert_eq!(now(&app, &late), is("active", "2026-02-20T10:00", "2026-03-01T10:00"));
    assert_eq!(invoices(&app, &late), ["void 8.56 2026-02-05..2026-03-01", "paid 3.21 2026-02-20..2026-03-01"]);
    let s = app.full.subscription(&string(&late["id"]));
    assert_eq!(s["amount"], "9.99");
    app.live_to("2026-03-01T10:00:00Z");
    assert_eq!(now(&app, &late).0, "expired");
}
