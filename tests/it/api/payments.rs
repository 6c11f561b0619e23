//! The list of payments: its filters, its totals and its pages.

use serde_json::json;

use crate::support::TestApp;
use crate::support::client::{id, ids, rows, string};

#[test]
fn payments_are_listed_by_what_they_are_about() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let gold = app.full.new_product();
    let mut invoices = Vec::new();
    let mut customers = Vec::new();
    for (n, behavior) in ["succeed", "decline"].into_iter().enumerate() {
        let customer = app.full.new_customer(&format!("c{n}@example.com"));
        app.full.post(&format!("/api/v1/customers/{customer}/payment-methods"), &json!({ "type": "test", "behavior": behavior })).created();
        let made = app.full.subscribe(&customer, &gold, json!({ "payment": "manual", "collection": "automatic" }));
        invoices.push(string(&made["latestInvoiceId"]));
        customers.push(customer);
    }
    let invoice = string(&app.full.subscribe(&customers[0], &gold, json!({}))["latestInvoiceId"]);
    app.full.mark_paid(&json!(invoice), json!({ "amount": "1.00", "method": "Überweisung", "reference": "R-17" })).ok();
    app.live_to("2026-03-01T12:00:00Z");
    // Three by hand; one charge that succeeded on 28 February, and two that failed, the second on 1 March.
    let list = |query: &str| app.full.get(&format!("/api/v1/payments?{query}")).ok();
    let total = |query: &str| list(query)["pagination"]["total"].as_i64().unwrap_or(-1);
    for (query, n) in [
        (String::new(), 6),
        ("status=succeeded".into(), 4),
        ("status=failed".into(), 2),
        ("status=processing".into(), 0),
        ("provider=manual".into(), 3),
        ("provider=test".into(), 3),
        ("provider=test&status=failed".into(), 2),
        ("provider=none".into(), 0),
        (format!("provider=manual&customerId={}", customers[0]), 2),
        ("provider=test&createdAfter=2026-03-01".into(), 1),
        (format!("customerId={}", customers[0]), 3),
        (format!("customerId={}&status=failed", customers[1]), 2),
        (format!("invoiceId={}", invoices[1]), 1),
        ("createdAfter=2026-02-28".into(), 3),
        ("createdAfter=2026-03-01&createdBefore=2026-03-02&status=failed".into(), 1),
        ("createdBefore=2026-02-01&status=succeeded".into(), 3),
        ("updatedAfter=2026-03-01".into(), 1),
        ("q=%C3%9Cber".into(), 1),
        ("q=r-17".into(), 1),
        ("q=nothing".into(), 0),
        ("externalId=x".into(), 0),
        ("customerId=cust_019ab1f0c0de70008000000000000001".into(), 0),
    ] {
        assert_eq!((total(&query), rows(&list(&query)).len()), (n, usize::try_from(n).unwrap_or(0)), "{query}");
    }
    for (query, field) in
        [("status=refused", "status"), ("customerId=x", "customerId"), ("invoiceId=sub_1", "invoiceId"), ("provider=paypal", "provider"), ("limit=0", "limit")]
    {
        app.full.get(&format!("/api/v1/payments?{query}")).refused_for(400, "invalid_parameter", &[field]);
    }
    // Page by page, either way round.
    let all = ids(&list("limit=100"));
    let mut paged = Vec::new();
    let mut next = String::new();
    loop {
        let page = list(&format!("limit=2{next}"));
        paged.extend(ids(&page));
        match page["pagination"]["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    let newest = list("limit=1&order=desc");
    assert_eq!(rows(&newest).first().map(id), all.last().cloned());
    let shown = &rows(&newest)[0];
    assert_eq!(
        (&shown["status"], &shown["failureCode"], &shown["attempt"], &shown["paidAt"]),
        (&json!("failed"), &json!("card_declined"), &json!(1), &json!(null))
    );
    app.read.get("/api/v1/payments").ok();
    app.user("customers").get("/api/v1/payments").refused(403, "insufficient_scope");
}

#[test]
fn another_method_becomes_the_default_one_and_is_charged() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let (ana, bob, gold) = (app.full.new_customer("ana@example.com"), app.full.new_customer("bob@example.com"), app.full.new_product());
    let methods = format!("/api/v1/customers/{ana}/payment-methods");
    let store = |behavior: &str| id(&app.full.post(&methods, &json!({ "type": "test", "behavior": behavior })).created());
    let (bad, good) = (store("decline"), store("succeed"));
    let default = |method: &str| format!("{methods}/{method}/default");
    let flags = || rows(&app.full.get(&methods).ok()).iter().map(|m| (id(m), m["isDefault"] == json!(true))).collect::<Vec<_>>();
    assert_eq!(flags(), [(bad.clone(), true), (good.clone(), false)]);
    app.full.try_subscribe(&ana, &gold, json!({ "payment": "automatic" })).refused(402, "payment_failed");
    // Other people's ids, ids of nothing, bodies with something in them, keys that may not: nothing changes.
    let reads = app.user("customers:read");
    let before = app.row_counts();
    for wrong in ["pm_019ab1f0c0de70008000000000000001", "pm_x", &ana, "x"] {
        app.full.post(&default(wrong), &json!({})).refused(404, "not_found");
    }
    app.full.post(&format!("/api/v1/customers/{bob}/payment-methods/{good}/default"), &json!({})).refused(404, "not_found");
    app.full.post(&format!("/api/v1/customers/cust_019ab1f0c0de70008000000000000001/payment-methods/{good}/default"), &json!({})).refused(404, "not_found");
    app.full.post(&default(&good), &json!({ "isDefault": false })).refused_for(422, "validation_error", &["isDefault"]);
    app.full.post(&default(&good), &json!([])).refused(422, "validation_error");
    reads.post(&default(&good), &json!({})).refused(403, "insufficient_scope");
    assert_eq!((flags(), app.row_counts()), (vec![(bad.clone(), true), (good.clone(), false)], before));
    // Once, again, and again with the same key: one event of each method.
    let events = || app.count("SELECT COUNT(*) FROM event WHERE type = 'payment_method.updated'");
    let made = app.full.post_once("default-1", &default(&good), &json!({})).ok();
    assert_eq!((&made["id"], &made["isDefault"]), (&json!(good), &json!(true)));
    assert_eq!((flags(), events()), (vec![(bad.clone(), false), (good.clone(), true)], 2));
    assert_eq!(app.full.post_once("default-1", &default(&good), &json!({})).ok(), made);
    assert_eq!((app.full.post(&default(&good), &json!({})).ok(), events()), (made, 2));
    app.full.subscribe(&ana, &gold, json!({ "payment": "automatic" }));
    // Many at once leave one.
    crate::support::client::at_once(8, |n| app.full.post(&default(if n % 2 == 0 { &bad } else { &good }), &json!({})).ok());
    assert_eq!(flags().iter().filter(|(_, is_default)| *is_default).count(), 1);
    // What was taken away is none any more.
    app.full.delete(&format!("{methods}/{bad}")).ok();
    app.full.post(&default(&bad), &json!({})).refused(404, "not_found");
    assert_eq!(flags(), [(good, true)]);
}
