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
        [("status=refused", "status"), ("customerId=x", "customerId"), ("invoiceId=sub_1", "invoiceId"), ("provider=test", "provider"), ("limit=0", "limit")]
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
