//! What comes by itself: the billing run on a test clock, with exact dates and amounts.

use serde_json::{Value, json};

use crate::support::client::{at_once, id, string};
use crate::support::{TestApp, at};

/// The days on which a subscription's invoices were issued, what they bill and what became of them.
pub(super) fn bills(app: &TestApp, subscription: &str) -> Vec<String> {
    let day = |value: &Value| value.as_str().map_or("-", |t| &t[..10]).to_owned();
    let line = |i: &Value| {
        format!(
            "{} {} {}..{} {} {}",
            string(&i["number"]),
            day(&i["issuedAt"]),
            day(&i["periodStart"]),
            day(&i["periodEnd"]),
            string(&i["amount"]),
            string(&i["status"])
        )
    };
    app.full.invoices_of(subscription).iter().map(line).collect()
}

/// Every change of state, with its day.
pub(super) fn story(app: &TestApp, subscription: &str) -> Vec<String> {
    let sql =
        "SELECT strftime('%Y-%m-%d %H:%M', e.created_at / 1000, 'unixepoch') || ' ' || replace(e.type, 'subscription.', '') || ' ' || coalesce(t.to_state, '')
               FROM event e JOIN transition t ON t.event = e.sequence WHERE e.object_id = ?1 ORDER BY e.sequence";
    let uuid = subscription.trim_start_matches("sub_");
    let bytes: Vec<u8> = (0..16).map(|n| u8::from_str_radix(&uuid[n * 2..n * 2 + 2], 16).expect("an id is hexadecimal")).collect();
    let db = app.sql();
    let mut statement = db.prepare(sql).expect("the question is well formed");
    let rows = statement.query_map([bytes], |r| r.get(0)).expect("the events can be read");
    rows.collect::<Result<_, _>>().expect("the events can be read")
}

pub(super) fn status(app: &TestApp, subscription: &str) -> String {
    string(&app.full.subscription(subscription)["status"])
}

pub(super) fn until(app: &TestApp, subscription: &str) -> String {
    string(&app.full.subscription(subscription)["currentPeriodEnd"])
}

/// Pays whatever of a subscription is open.
pub(super) fn pay(app: &TestApp, subscription: &str) -> Value {
    let open: Vec<Value> = app.full.invoices_of(subscription).into_iter().filter(|i| i["status"] == "open").collect();
    assert_eq!(open.len(), 1, "{open:?}");
    app.full.mark_paid(&open[0]["id"], json!({})).ok()
}

fn begin(app: &TestApp, more: Value) -> String {
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    id(&app.full.subscribe(&ana, &gold, more))
}

#[test]
fn rule_2_paid_ahead_it_renews_month_after_month() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = begin(&app, json!({ "payment": "manual" }));
    app.live_to("2026-02-21T09:59:59Z");
    assert_eq!(bills(&app, &subscription).len(), 1);
    app.live_to("2026-02-21T10:00:00Z");
    assert_eq!(bills(&app, &subscription)[1], "INV-000002 2026-02-21 2026-02-28..2026-03-31 9.99 open");
    // Paid early, what is paid until moves at once, and the running period at its boundary.
    pay(&app, &subscription);
    assert_eq!(until(&app, &subscription), "2026-03-31T10:00:00.000Z");
    assert_eq!(app.full.subscription(&subscription)["currentPeriodStart"], "2026-01-31T10:00:00.000Z");
    app.live_to("2026-02-28T10:00:00Z");
    assert_eq!(app.full.subscription(&subscription)["currentPeriodStart"], "2026-02-28T10:00:00.000Z");
    app.live_to("2026-03-24T10:00:00Z");
    pay(&app, &subscription);
    app.live_to("2026-04-30T09:59:59Z");
    assert_eq!(
        bills(&app, &subscription)[2..],
        ["INV-000003 2026-03-24 2026-03-31..2026-04-30 9.99 paid", "INV-000004 2026-04-23 2026-04-30..2026-05-31 9.99 open"]
    );
    assert_eq!(story(&app, &subscription), ["2026-01-31 10:00 created active", "2026-02-21 10:00 renewed active", "2026-03-24 10:00 renewed active"]);
}

#[test]
fn rule_2_unpaid_it_is_past_due_then_suspended_then_cancelled() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = begin(&app, json!({ "payment": "manual" }));
    app.live_to("2026-02-28T09:59:59.999Z");
    assert_eq!(status(&app, &subscription), "active");
    app.live_to("2026-02-28T10:00:00Z");
    let shown = app.full.subscription(&subscription);
    assert_eq!((&shown["status"], &shown["accesses"][0]["status"]), (&json!("past_due"), &json!("active")), "access stays in grace");
    app.live_to("2026-03-03T10:00:00Z");
    let shown = app.full.subscription(&subscription);
    assert_eq!((&shown["status"], &shown["accesses"][0]["status"]), (&json!("suspended"), &json!("suspended")));
    app.live_to("2026-06-01T00:00:00Z");
    let shown = app.full.subscription(&subscription);
    assert_eq!((&shown["status"], &shown["accesses"][0]["status"]), (&json!("cancelled"), &json!("revoked")));
    assert_eq!(
        bills(&app, &subscription),
        ["INV-000001 2026-01-31 2026-01-31..2026-02-28 9.99 paid", "INV-000002 2026-02-21 2026-02-28..2026-03-31 9.99 void"]
    );
    assert_eq!(
        story(&app, &subscription),
        [
            "2026-01-31 10:00 created active",
            "2026-02-28 10:00 past_due past_due",
            "2026-03-03 10:00 suspended suspended",
            "2026-04-02 10:00 cancelled cancelled"
        ]
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'invoice.overdue'"), 1);
    app.full.act(&subscription, "renew", json!({})).refused(409, "state_conflict");
}

#[test]
fn rule_2_paid_in_grace_it_goes_on_contiguously() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = begin(&app, json!({ "payment": "manual" }));
    app.live_to("2026-03-02T12:00:00Z");
    pay(&app, &subscription);
    let shown = app.full.subscription(&subscription);
    assert_eq!(
        (&shown["status"], &shown["currentPeriodStart"], &shown["currentPeriodEnd"]),
        (&json!("active"), &json!("2026-02-28T10:00:00.000Z"), &json!("2026-03-31T10:00:00.000Z"))
    );
    app.live_to("2026-03-24T10:00:00Z");
    assert_eq!(bills(&app, &subscription).len(), 3, "grace is over with the payment");
}

#[test]
fn rule_2_paid_after_suspension_a_new_run_begins_with_the_payment() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = begin(&app, json!({ "payment": "manual" }));
    app.live_to("2026-03-10T15:30:00Z");
    assert_eq!(status(&app, &subscription), "suspended");
    let stale = app.full.invoices_of(&subscription)[1].clone();
    // A part leaves everything as it is.
    app.full.mark_paid(&stale["id"], json!({ "amount": "4.00" })).ok();
    assert_eq!(status(&app, &subscription), "suspended");
    let answered = app.full.mark_paid(&stale["id"], json!({ "amount": "5.99" })).ok();
    assert_eq!((&answered["replaces"], &answered["status"]), (&stale["id"], &json!("paid")), "{answered}");
    assert_eq!((&answered["balanceApplied"], &answered["amountPaid"], &answered["amountDue"]), (&json!("4.00"), &json!("5.99"), &json!("0.00")));
    assert_eq!(
        bills(&app, &subscription)[1..],
        ["INV-000002 2026-02-21 2026-02-28..2026-03-31 9.99 void", "INV-000003 2026-03-10 2026-03-10..2026-04-10 9.99 paid"]
    );
    assert_eq!(app.full.invoice(&stale["id"])["replacedBy"], answered["id"]);
    let shown = app.full.subscription(&subscription);
    assert_eq!((&shown["status"], &shown["currentPeriodEnd"]), (&json!("active"), &json!("2026-04-10T15:30:00.000Z")));
    assert_eq!(shown["accesses"][0]["status"], "active");
    // From here on by the new anchor.
    app.live_to("2026-04-03T15:30:00Z");
    assert_eq!(bills(&app, &subscription)[3], "INV-000004 2026-04-03 2026-04-10..2026-05-10 9.99 open");
}

#[test]
fn rule_2_paid_after_suspension_from_the_due_date_it_is_contiguous() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    app.full.patch("/api/v1/settings", &json!({ "billing": { "lapsedRenewal": "fromDueDate" } })).ok();
    let subscription = begin(&app, json!({ "payment": "manual" }));
    app.live_to("2026-03-10T15:30:00Z");
    pay(&app, &subscription);
    assert_eq!(bills(&app, &subscription)[1..], ["INV-000002 2026-02-21 2026-02-28..2026-03-31 9.99 paid"]);
    assert_eq!((status(&app, &subscription), until(&app, &subscription)), ("active".into(), "2026-03-31T10:00:00.000Z".into()));
}

#[test]
fn rule_2_a_first_invoice_that_nobody_pays_expires() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = begin(&app, json!({}));
    app.live_to("2026-02-07T09:59:59Z");
    assert_eq!(status(&app, &subscription), "pending");
    app.live_to("2026-02-07T10:00:00Z");
    assert_eq!(status(&app, &subscription), "expired");
    assert_eq!(bills(&app, &subscription), ["INV-000001 2026-01-31 -..- 9.99 void"]);
    app.full.act(&subscription, "renew", json!({})).refused(409, "state_conflict");
}

#[test]
fn rule_2_it_ends_with_what_is_paid() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let cancelled = begin(&app, json!({ "payment": "manual" }));
    let (bob, gold) = (app.full.new_customer("bob@example.com"), app.full.new_product());
    let expired = id(&app.full.subscribe(&bob, &gold, json!({ "payment": "manual", "autoRenew": false })));
    app.full.act(&cancelled, "cancel", json!({ "atPeriodEnd": true })).ok();
    app.live_to("2026-03-10T00:00:00Z");
    assert_eq!(story(&app, &cancelled)[2..], ["2026-02-28 10:00 cancelled cancelled"]);
    assert_eq!(story(&app, &expired)[1..], ["2026-02-28 10:00 expired expired"]);
    assert_eq!((bills(&app, &cancelled).len(), bills(&app, &expired).len()), (1, 1));
    // What is expired can be renewed: from now on.
    let renewed = app.full.act(&expired, "renew", json!({ "periods": 2 })).ok();
    assert_eq!((&renewed["status"], &renewed["currentPeriodEnd"]), (&json!("active"), &json!("2026-05-10T00:00:00.000Z")));
    assert_eq!(renewed["accesses"][0]["status"], "active");
    assert_eq!(renewed["endedAt"], Value::Null);
    // Or by an invoice, and then from its payment on.
    app.live_to("2026-05-20T00:00:00Z");
    assert_eq!(status(&app, &expired), "expired");
    app.full.act(&expired, "renew", json!({ "payment": "invoice" })).ok();
    app.live_to("2026-05-25T08:00:00Z");
    assert_eq!(status(&app, &expired), "expired");
    pay(&app, &expired);
    assert_eq!((status(&app, &expired), until(&app, &expired)), ("active".into(), "2026-06-25T08:00:00.000Z".into()));
}

#[test]
fn rule_1_6_a_trial_ends_local_dates_later_at_the_same_wall_time() {
    // Los Angeles: clocks go forward on 8 March and back on 1 November 2026.
    for (begins, days, ends) in [("2026-03-01T18:00:00Z", 14, "2026-03-15T17:00:00.000Z"), ("2026-10-25T17:00:00Z", 14, "2026-11-08T18:00:00.000Z")] {
        let app = TestApp::on_test_clock(begins);
        app.full.patch("/api/v1/settings", &json!({ "business": { "timezone": "America/Los_Angeles" } })).ok();
        let subscription = begin(&app, json!({ "trialDays": days }));
        let shown = app.full.subscription(&subscription);
        assert_eq!((&shown["status"], &shown["trialEnd"], &shown["accesses"][0]["status"]), (&json!("trialing"), &json!(ends), &json!("active")), "{shown}");
        assert!(bills(&app, &subscription).is_empty());
        app.live_to(ends);
        // Not paid yet: in grace, with the first period billed from there.
        assert_eq!(status(&app, &subscription), "past_due");
        let invoice = pay(&app, &subscription);
        assert_eq!(invoice["periodStart"], ends);
        assert_eq!(status(&app, &subscription), "active");
        assert_eq!(story(&app, &subscription).len(), 4, "{:?}", story(&app, &subscription));
    }
}

#[test]
fn rule_2_a_trial_that_the_balance_pays_goes_on_as_active() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "trialDays": 7 })));
    app.full.grant(&ana, "10.00", "USD");
    app.live_to("2026-02-07T10:00:00Z");
    assert_eq!(bills(&app, &subscription), ["INV-000001 2026-02-07 2026-02-07..2026-03-07 9.99 paid"]);
    assert_eq!(story(&app, &subscription), ["2026-01-31 10:00 created trialing", "2026-02-04 10:00 trial_ending trialing", "2026-02-07 10:00 renewed active"]);
    for body in [json!({ "trialDays": 3, "payment": "manual" }), json!({ "trialDays": 3, "payment": "none", "startAt": "2026-01-01" })] {
        app.full.try_subscribe(&ana, &gold, body).refused_for(422, "validation_error", &["payment"]);
    }
    app.full.try_subscribe(&ana, &gold, json!({ "trialDays": 3, "startAt": "2026-01-01" })).refused_for(422, "validation_error", &["startAt"]);
}

#[test]
fn rule_2_paused_nothing_happens_and_resumed_what_was_left_is_left_again() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    app.full.patch("/api/v1/settings", &json!({ "business": { "timezone": "Europe/Paris" } })).ok();
    let subscription = begin(&app, json!({ "payment": "manual" }));
    app.full.act(&subscription, "renew", json!({})).ok();
    app.live_to("2026-02-10T14:30:00Z");
    let paused = app.full.act(&subscription, "pause", json!({})).ok();
    assert_eq!((&paused["status"], &paused["accesses"][0]["status"]), (&json!("paused"), &json!("suspended")));
    assert_eq!(app.full.act(&subscription, "pause", json!({})).ok(), paused, "it is paused once");
    app.live_to("2026-07-01T08:00:00Z");
    assert_eq!(status(&app, &subscription), "paused");
    assert_eq!(bills(&app, &subscription).len(), 2);
    for (action, body) in [("renew", json!({})), ("extend", json!({ "days": 3 }))] {
        app.full.act(&subscription, action, body).refused(409, "state_conflict");
    }
    // 17 days and 19:30 of February were left: to 28 February 11:00 in Paris from 10 February 15:30. Behind them the paid month.
    let resumed = app.full.act(&subscription, "resume", json!({})).ok();
    assert_eq!((&resumed["status"], &resumed["accesses"][0]["status"]), (&json!("active"), &json!("active")));
    assert_eq!(resumed["currentPeriodEnd"], "2026-08-19T03:30:00.000Z");
    assert_eq!(bills(&app, &subscription)[1], "INV-000002 2026-01-31 2026-07-19..2026-08-19 9.99 paid");
    app.live_to("2026-08-12T03:30:00Z");
    assert_eq!(bills(&app, &subscription)[2], "INV-000003 2026-08-12 2026-08-19..2026-09-19 9.99 open");
    app.full.act(&subscription, "resume", json!({})).refused(409, "state_conflict");
}

#[test]
fn rule_2_paused_an_open_renewal_is_voided_and_issued_anew() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = begin(&app, json!({ "payment": "manual" }));
    app.live_to("2026-02-25T10:00:00Z");
    app.full.act(&subscription, "pause", json!({})).ok();
    app.live_to("2026-03-25T10:00:00Z");
    app.full.act(&subscription, "resume", json!({})).ok();
    assert_eq!(
        bills(&app, &subscription)[1..],
        ["INV-000002 2026-02-21 2026-02-28..2026-03-31 9.99 void", "INV-000003 2026-03-25 2026-03-28..2026-04-28 9.99 open"]
    );
    assert_eq!(until(&app, &subscription), "2026-03-28T10:00:00.000Z");
}

#[test]
fn rule_2_paused_in_grace_the_overdue_invoice_stays_and_can_be_paid() {
    for pays in [false, true] {
        let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
        let subscription = begin(&app, json!({ "payment": "manual" }));
        app.live_to("2026-03-01T10:00:00Z");
        app.full.act(&subscription, "pause", json!({})).ok();
        assert_eq!(bills(&app, &subscription)[1], "INV-000002 2026-02-21 2026-02-28..2026-03-31 9.99 open");
        app.live_to("2026-05-01T10:00:00Z");
        if pays {
            pay(&app, &subscription);
            assert_eq!(status(&app, &subscription), "paused");
        }
        app.live_to("2026-05-11T10:00:00Z");
        app.full.act(&subscription, "resume", json!({})).ok();
        if pays {
            // A day of the paid month was over when it was paused: thirty are left.
            assert_eq!((status(&app, &subscription), until(&app, &subscription)), ("active".into(), "2026-06-10T10:00:00.000Z".into()));
        } else {
            // Two of the three days of grace were left.
            assert_eq!(status(&app, &subscription), "past_due");
            app.live_to("2026-05-13T09:59:59Z");
            assert_eq!(status(&app, &subscription), "past_due");
            app.live_to("2026-05-13T10:00:00Z");
            assert_eq!(status(&app, &subscription), "suspended");
        }
    }
}

#[test]
fn rule_2_a_paused_trial_has_its_days_again() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = begin(&app, json!({ "trialDays": 10 }));
    app.live_to("2026-02-04T10:00:00Z");
    app.full.act(&subscription, "pause", json!({})).ok();
    app.live_to("2026-03-04T12:00:00Z");
    let resumed = app.full.act(&subscription, "resume", json!({})).ok();
    assert_eq!((&resumed["status"], &resumed["trialEnd"]), (&json!("trialing"), &json!("2026-03-10T12:00:00.000Z")));
    app.live_to("2026-03-10T12:00:00Z");
    assert_eq!(bills(&app, &subscription), ["INV-000001 2026-03-10 2026-03-10..2026-04-10 9.99 open"]);
}

#[test]
fn rule_2_free_days_end_grace_and_suspension() {
    for day in ["2026-03-01T10:00:00Z", "2026-03-10T10:00:00Z"] {
        let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
        let subscription = begin(&app, json!({ "payment": "manual" }));
        app.live_to(day);
        let extended = app.full.act(&subscription, "extend", json!({ "days": 5 })).ok();
        assert_eq!((&extended["status"], &extended["accesses"][0]["status"]), (&json!("active"), &json!("active")));
        let end = string(&extended["currentPeriodEnd"]);
        assert_eq!(end, at(day).plus_ms(5 * 86_400_000).to_string());
        // The open invoice is issued anew, for the month behind the free days.
        let bills = bills(&app, &subscription);
        assert!(bills[1].ends_with("void") && bills[2].contains(&format!("{}..", &end[..10])) && bills[2].ends_with("open"), "{bills:?}");
        app.live_to(&end);
        assert_eq!(status(&app, &subscription), "past_due");
    }
}

#[test]
fn rule_2_an_invoice_that_the_vendor_gives_up_does_not_stop_the_timers() {
    for (how, becomes) in [("void", "void"), ("write-off", "uncollectible")] {
        let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
        let subscription = begin(&app, json!({ "payment": "manual" }));
        app.live_to("2026-02-22T10:00:00Z");
        let invoice = id(&app.full.invoices_of(&subscription)[1]);
        app.full.mark_paid(&json!(invoice), json!({ "amount": "2.00" })).ok();
        let path = format!("/api/v1/invoices/{invoice}/{how}");
        let given_up = app.full.post(&path, &json!({})).ok();
        assert_eq!(given_up["status"], becomes, "{given_up}");
        app.full.post(&path, &json!({})).refused(409, "state_conflict");
        app.full.mark_paid(&json!(invoice), json!({})).refused(409, "state_conflict");
        app.live_to("2026-03-10T10:00:00Z");
        assert_eq!((bills(&app, &subscription).len(), status(&app, &subscription)), (2, "suspended".into()), "{how}: no other invoice is opened");
        // He can still be sold a month.
        app.full.act(&subscription, "renew", json!({})).ok();
        assert_eq!((status(&app, &subscription), until(&app, &subscription)), ("active".into(), "2026-04-10T10:00:00.000Z".into()));
        app.live_to("2026-04-03T10:00:00Z");
        assert_eq!(bills(&app, &subscription).len(), 4, "{how}: and from there on as ever");
    }
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let paid = app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }))["latestInvoiceId"].clone();
    for how in ["void", "write-off"] {
        app.full.post(&format!("/api/v1/invoices/{}/{how}", string(&paid)), &json!({})).refused(409, "state_conflict");
    }
}

#[test]
fn rule_3_5_a_trials_setup_fee_is_owed_on_the_replacement_too() {
    for (day, extends) in [("2026-02-03T10:00:00Z", true), ("2026-02-10T10:00:00Z", false)] {
        let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
        let ana = app.full.new_customer("ana@example.com");
        let gold = id(&app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "9.99", "setupFee": "5.00" })).created());
        let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "trialDays": 2 })));
        app.live_to(day);
        if extends {
            app.full.act(&subscription, "extend", json!({ "days": 3 })).ok();
        }
        let paid = pay(&app, &subscription);
        assert_eq!((&paid["amount"], &paid["amountPaid"], &paid["status"]), (&json!("14.99"), &json!("14.99"), &json!("paid")), "{paid}");
        assert_eq!(app.count("SELECT COUNT(*) FROM balance_entry"), 0);
    }
}

#[test]
fn rule_3_5_a_setup_fee_that_was_never_billed_is_on_the_next_invoice() {
    let begun = || {
        let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
        let ana = app.full.new_customer("ana@example.com");
        let gold = id(&app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "9.99", "setupFee": "5.00" })).created());
        let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "trialDays": 2 })));
        app.live_to("2026-02-03T10:00:00Z");
        (app, subscription)
    };
    let last = |app: &TestApp, subscription: &str| app.full.invoices_of(subscription).last().map(|i| string(&i["amount"]));
    // The vendor takes the first invoice back, and sells the month by hand.
    let (app, subscription) = begun();
    let first = id(&app.full.invoices_of(&subscription)[0]);
    app.full.post(&format!("/api/v1/invoices/{first}/void"), &json!({})).ok();
    app.full.act(&subscription, "renew", json!({})).ok();
    assert_eq!(last(&app, &subscription).as_deref(), Some("14.99"));
    // And once only.
    app.full.act(&subscription, "renew", json!({})).ok();
    assert_eq!(last(&app, &subscription).as_deref(), Some("9.99"));
    // It expires in grace, and is renewed later.
    let (app, subscription) = begun();
    app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &json!({ "autoRenew": false })).ok();
    assert_eq!(status(&app, &subscription), "expired");
    app.full.act(&subscription, "renew", json!({})).ok();
    assert_eq!(last(&app, &subscription).as_deref(), Some("14.99"));
}

#[test]
fn rule_10_one_that_cannot_be_billed_stops_nobody_and_is_billed_once_when_it_is_mended() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let (ana, bob) = (app.full.new_customer("ana@example.com"), app.full.new_customer("bob@example.com"));
    let (gold, silver) = (app.full.new_product_at("1.00", "USD", "month"), app.full.new_product_at("2.00", "USD", "month"));
    let broken = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual", "quantity": 2 })));
    let whole = id(&app.full.subscribe(&bob, &silver, json!({ "payment": "manual" })));
    // Two of this are more than an invoice can hold.
    let price = |amount: &str| app.full.patch(&format!("/api/v1/products/{gold}"), &json!({ "price": amount })).ok();
    price("9999999999.00");
    let before = app.count("SELECT last_n FROM document_series");
    app.live_to("2026-02-21T14:30:00Z");
    assert_eq!((bills(&app, &whole).len(), bills(&app, &broken).len()), (2, 1));
    assert_eq!(app.count("SELECT last_n FROM document_series"), before + 1, "no number was used");
    // The vendor is told once, though it is tried every hour.
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'subscription.parked'"), 1);
    let page = app.owner().get(&format!("/admin/subscriptions/{broken}")).ok();
    assert!(page.html.contains("tried again every hour") && page.html.contains("too large"), "{page}");
    price("1.00");
    app.live_to("2026-02-21T15:30:00Z");
    assert_eq!(bills(&app, &broken)[1], "INV-000004 2026-02-21 2026-02-28..2026-03-31 2.00 open");
    app.live_to("2026-02-27T00:00:00Z");
    assert_eq!(bills(&app, &broken).len(), 2);
    assert!(!app.owner().get(&format!("/admin/subscriptions/{broken}")).ok().html.contains("tried again every hour"));
}

#[test]
fn rule_1_3_from_the_31st_over_two_years() {
    let app = TestApp::on_test_clock("2024-01-31T10:00:00Z");
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    // The balance pays each renewal the moment it opens.
    app.full.grant(&ana, "500.00", "USD");
    app.live_to("2026-01-31T10:00:00Z");
    let ends: Vec<String> = app.full.invoices_of(&subscription).iter().map(|i| string(&i["periodEnd"])[..10].to_owned()).collect();
    let expected = [
        "2024-02-29",
        "2024-03-31",
        "2024-04-30",
        "2024-05-31",
        "2024-06-30",
        "2024-07-31",
        "2024-08-31",
        "2024-09-30",
        "2024-10-31",
        "2024-11-30",
        "2024-12-31",
        "2025-01-31",
        "2025-02-28",
        "2025-03-31",
        "2025-04-30",
        "2025-05-31",
        "2025-06-30",
        "2025-07-31",
        "2025-08-31",
        "2025-09-30",
        "2025-10-31",
        "2025-11-30",
        "2025-12-31",
        "2026-01-31",
        "2026-02-28",
    ];
    assert_eq!(ends, expected);
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'subscription.renewed'"), 24);
}

/// What a world looks like but for its ids and hashes.
pub(super) fn world(app: &TestApp) -> Vec<String> {
    let sql = "SELECT 'sub ' || row || status || coalesce(current_period_start, '') || ' ' || coalesce(current_period_end, '') || ' ' || coalesce(next_at, '') FROM subscription
        UNION ALL SELECT 'inv ' || number || status || issued_at || ' ' || due_at || ' ' || coalesce(paid_at, '') || ' ' || total_minor FROM invoice
        UNION ALL SELECT 'pay ' || row || status || provider || coalesce(attempt, '') || ' ' || created_at || ' ' || updated_at FROM payment
        UNION ALL SELECT 'event ' || sequence || type || created_at FROM event
        UNION ALL SELECT 'period ' || subscription || ' ' || run || ' ' || k || ' ' || coalesce(start_at, '') || released FROM subscription_period
        UNION ALL SELECT 'posting ' || entry || account || amount_minor FROM ledger_posting";
    let db = app.sql();
    let mut statement = db.prepare(sql).expect("the question is well formed");
    let rows = statement.query_map([], |r| r.get(0)).expect("the rows can be read");
    let mut rows: Vec<String> = rows.collect::<Result<_, _>>().expect("the rows can be read");
    rows.sort();
    rows
}

#[test]
fn rule_1_7_one_jump_is_the_same_as_many_moves() {
    let lived = |moves: &[&str]| {
        let app = TestApp::on_test_clock("2025-01-31T10:00:00Z");
        for (n, (interval, grant)) in [("month", "60.00"), ("week", "100.00"), ("day", "20.00"), ("year", "0.01"), ("month", "0.01")].into_iter().enumerate() {
            let body = json!({ "email": format!("c{n}@example.com"), "billingTimezone": "Europe/Paris" });
            let customer = id(&app.full.post("/api/v1/customers", &body).created());
            let product = app.full.new_product_at("4.99", "USD", interval);
            app.full.subscribe(&customer, &product, json!({ "payment": "manual" }));
            app.full.grant(&customer, grant, "USD");
        }
        for to in moves {
            app.live_to(to);
            app.live_to(to);
        }
        world(&app)
    };
    let year = lived(&["2026-01-31T00:00:00Z"]);
    assert!(year.len() > 300, "{}", year.len());
    let days: Vec<String> = (1..=365).map(|n| at("2025-01-31T00:00:00Z").plus_ms(n * 86_400_000).to_string()).collect();
    let days: Vec<&str> = days.iter().skip(1).map(String::as_str).chain(["2026-01-31T00:00:00Z"]).collect();
    assert_eq!(lived(&days), year);
    assert_eq!(lived(&["2025-02-28T09:00:00Z", "2025-02-28T09:00:00.001Z", "2025-09-09T09:09:09.009Z", "2026-01-31T00:00:00Z"]), year);
}

#[test]
fn rule_1_7_after_downtime_each_boundary_is_billed_once_now() {
    let app = TestApp::start();
    let subscription = begin(&app, json!({ "payment": "manual" }));
    app.advance_to("2026-05-10T08:00:00Z");
    assert_eq!(app.bill(), 1);
    assert_eq!(app.bill(), 0, "nothing is due twice");
    // Only what was due while nobody was there is billed, with the day of today, and its grace begins today.
    assert_eq!(bills(&app, &subscription)[1..], ["INV-000002 2026-05-10 2026-02-28..2026-03-31 9.99 open"]);
    assert_eq!(status(&app, &subscription), "past_due");
    app.advance_to("2026-05-13T07:59:59Z");
    assert_eq!(app.bill(), 0);
    app.advance_to("2026-05-13T08:00:00Z");
    assert_eq!((app.bill(), status(&app, &subscription)), (1, "suspended".into()));
}

#[test]
fn a_command_meets_the_subscription_as_it_is_now_though_the_run_is_late() {
    let app = TestApp::start();
    let subscription = begin(&app, json!({ "payment": "manual", "autoRenew": false }));
    app.advance_to("2026-03-01T00:00:00Z");
    app.full.act(&subscription, "extend", json!({ "days": 3 })).refused(409, "state_conflict");
    assert_eq!(app.bill(), 1);
    assert_eq!(status(&app, &subscription), "expired");
}

#[test]
fn rule_1_1_the_test_clock_goes_only_forward() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    assert_eq!(app.full.get("/api/v1/test-clock").ok(), json!({ "now": "2026-01-31T10:00:00.000Z" }));
    app.live_to("2026-01-31T10:00:00Z");
    app.full.post("/api/v1/test-clock", &json!({ "now": "2026-01-31T09:59:59.999Z" })).refused(409, "state_conflict");
    app.full.post("/api/v1/test-clock", &json!({ "now": "2037-02-01T00:00:00Z" })).refused_for(422, "validation_error", &["now"]);
    app.full.post("/api/v1/test-clock", &json!({})).refused_for(422, "validation_error", &["now"]);
    app.read.post("/api/v1/test-clock", &json!({ "now": "2026-02-01T00:00:00Z" })).refused(403, "insufficient_scope");
    assert_eq!(app.full.get("/api/v1/test-clock").ok(), json!({ "now": "2026-01-31T10:00:00.000Z" }));
    // In real time there is none.
    let live = TestApp::start();
    live.full.get("/api/v1/test-clock").refused(404, "not_found");
    live.full.post("/api/v1/test-clock", &json!({ "now": "2026-02-01T00:00:00Z" })).refused(404, "not_found");
}

#[test]
fn moves_at_once_come_one_after_the_other() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = begin(&app, json!({ "payment": "manual" }));
    let statuses = at_once(8, |n| app.full.post("/api/v1/test-clock", &json!({ "now": format!("2026-0{}-01T00:00:00Z", 2 + n % 4) })).status);
    assert!(statuses.iter().all(|s| matches!(s, 200 | 409)) && statuses.contains(&200), "{statuses:?}");
    app.live_to("2026-06-01T00:00:00Z");
    assert_eq!(
        story(&app, &subscription)[1..],
        ["2026-02-28 10:00 past_due past_due", "2026-03-03 10:00 suspended suspended", "2026-04-02 10:00 cancelled cancelled"]
    );
}

#[test]
fn rule_2_a_trial_tells_once_that_it_ends_soon() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let trial = |days: u32| id(&app.full.subscribe(&ana, &gold, json!({ "trialDays": days })));
    let (long, short, paused) = (trial(14), trial(2), trial(14));
    let told = |s: &str| story(&app, s).into_iter().filter(|step| step.contains("trial_ending")).collect::<Vec<_>>();
    assert_eq!((told(&long).len(), told(&short)), (0, vec!["2026-01-31 10:00 trial_ending trialing".into()]));
    app.full.act(&paused, "pause", json!({})).ok();
    app.live_to("2026-02-11T09:59:59Z");
    assert_eq!(told(&long).len(), 0);
    app.live_to("2026-02-11T10:00:00Z");
    app.live_to("2026-02-13T10:00:00Z");
    assert_eq!(told(&long), ["2026-02-11 10:00 trial_ending trialing"]);
    // What was told of a trial is not told again when a pause makes it longer.
    app.full.act(&long, "pause", json!({})).ok();
    app.live_to("2026-03-01T10:00:00Z");
    app.full.act(&long, "resume", json!({})).ok();
    app.full.act(&paused, "resume", json!({})).ok();
    app.live_to("2026-04-01T00:00:00Z");
    assert_eq!((told(&long).len(), told(&paused)), (1, vec!["2026-03-12 10:00 trial_ending trialing".into()]));
}

#[test]
fn rule_2_a_changed_lead_holds_from_now_on_for_all() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscriptions: Vec<String> = (0..120)
        .map(|n| {
            let customer = app.full.new_customer(&format!("c{n}@example.com"));
            let product = if n == 0 { app.full.new_product() } else { string(&app.full.get("/api/v1/products").ok()["data"][0]["id"]) };
            id(&app.full.subscribe(&customer, &product, json!({ "payment": "manual" })))
        })
        .collect();
    let opened = || app.count("SELECT COUNT(*) FROM invoice WHERE status = 'open'");
    app.full.patch("/api/v1/settings", &json!({ "billing": { "invoiceLeadDays": 14 } })).ok();
    app.live_to("2026-02-14T09:59:59Z");
    assert_eq!(opened(), 0);
    app.live_to("2026-02-14T10:00:00Z");
    assert_eq!(opened(), 120, "two weeks ahead of 28 February");
    app.full.mark_paid(&app.full.invoices_of(&subscriptions[0])[1]["id"], json!({})).ok();
    // Longer than what is left: now. Shorter: not before its time.
    app.live_to("2026-02-20T00:00:00Z");
    app.full.patch("/api/v1/settings", &json!({ "billing": { "invoiceLeadDays": 60 } })).ok();
    app.full.patch("/api/v1/settings", &json!({ "billing": { "invoiceLeadDays": 2 } })).ok();
    app.live_to("2026-03-28T23:59:59Z");
    assert_eq!(bills(&app, &subscriptions[0]).len(), 2);
    app.live_to("2026-03-29T10:00:00Z");
    assert_eq!(bills(&app, &subscriptions[0])[2], "INV-000241 2026-03-29 2026-03-31..2026-04-30 9.99 open");
}

#[test]
fn rule_2_a_changed_lead_holds_in_real_time_too() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    assert_eq!(app.bill(), 0);
    app.advance_to("2026-02-10T10:00:00Z");
    app.full.patch("/api/v1/settings", &json!({ "billing": { "invoiceLeadDays": 20 } })).ok();
    assert_eq!((app.bill(), bills(&app, &subscription).len()), (1, 2));
    assert_eq!(app.bill(), 0, "it is looked at once");
}

#[test]
fn rule_2_one_whose_first_invoice_was_given_up_cannot_be_renewed() {
    let app = TestApp::on_test_clock("2026-01-31T10:00:00Z");
    let subscription = begin(&app, json!({}));
    app.full.post(&format!("/api/v1/invoices/{}/void", string(&app.full.invoices_of(&subscription)[0]["id"])), &json!({})).ok();
    let refused = app.full.act(&subscription, "renew", json!({}));
    assert!(refused.status == 409 && refused.body()["error"]["message"].as_str().is_some_and(|m| m.contains("given up")), "{refused}");
    app.live_to("2026-02-07T10:00:00Z");
    assert_eq!(status(&app, &subscription), "expired");
}
