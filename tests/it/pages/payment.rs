//! Stored payment methods, attempts and automatic collection on the pages.

use serde_json::json;

use crate::support::TestApp;
use crate::support::client::{rows, string};

#[test]
fn a_method_is_stored_and_removed_on_the_customers_page() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let browser = app.owner();
    let ana = app.full.new_customer("ana@example.com");
    let page = format!("/admin/customers/{ana}");
    assert!(browser.get(&page).ok().html.contains("Nothing that could be charged is stored."));
    let refused = browser.fill(&format!("{page}/payment-methods/new"), &[("behavior", "explode")]).expect(422);
    assert!(refused.errors()["behavior"].contains("late-failure"), "{refused}");
    let stored = browser.fill(&format!("{page}/payment-methods/new"), &[("behavior", "decline:2")]).ok();
    stored.assert_has(".notice", "stored");
    assert!(stored.html.contains("decline:2") && stored.html.contains("charged unless another is chosen"), "{stored}");
    let methods = app.full.get(&format!("/api/v1/customers/{ana}/payment-methods")).ok();
    let method = string(&rows(&methods)[0]["id"]);
    let remove = format!("{page}/payment-methods/{method}/delete");
    browser.get(&remove).ok().assert_has(".warning", "never charged again");
    browser.fill(&remove, &[]).ok().assert_has(".notice", "removed");
    browser.get(&remove).expect(404);
    // In real time nothing can be stored, and nothing is said of it.
    let live = TestApp::start();
    let (browser, bob) = (live.owner(), live.full.new_customer("bob@example.com"));
    browser.get(&format!("/admin/customers/{bob}/payment-methods/new")).expect(404);
    assert!(!browser.get(&format!("/admin/customers/{bob}")).ok().html.contains("Payment methods"));
}

#[test]
fn a_subscription_is_sold_against_a_charge_and_its_attempts_are_seen() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let browser = app.owner();
    let ana = app.full.new_customer("ana@example.com");
    app.full.new_product();
    let sell =
        |collection| browser.fill("/admin/subscriptions/new", &[("customerId", "ana@example.com"), ("payment", "automatic"), ("collection", collection)]);
    let refused = sell("automatic").expect(422);
    assert!(refused.html.contains("The customer has no payment method"), "{refused}");
    let methods = format!("/api/v1/customers/{ana}/payment-methods");
    app.full.post(&methods, &json!({ "type": "test", "behavior": "decline:1" })).created();
    let declined = sell("automatic").expect(402);
    assert!(declined.problem().contains("card_declined"), "{declined}");
    let sold = sell("automatic").ok();
    assert_eq!((sold.fact("Renewals"), sold.fact("Payment method")), ("charged".into(), "Test: decline:1".into()));
    // Another method is chosen, and shown.
    let other = string(&app.full.post(&methods, &json!({ "type": "test", "behavior": "decline" })).created()["id"]);
    let page = sold.path().split('?').next().unwrap_or_default().to_owned();
    let edited = browser.fill(&format!("{page}/edit"), &[("paymentMethodId", &other)]).ok();
    assert_eq!(edited.fact("Payment method"), "Test: decline");
    app.live_to("2026-03-01T10:00:00Z");
    let subscription = page.rsplit('/').next().unwrap_or_default();
    let invoice = string(&app.full.invoices_of(subscription)[1]["id"]);
    let shown = browser.get(&format!("/admin/invoices/{invoice}")).ok();
    let attempts: Vec<String> = shown.rows().into_iter().filter(|row| row.contains("test gateway")).collect();
    assert!(attempts.len() == 2 && attempts.iter().all(|row| row.contains("failed") && row.contains("card_declined")), "{attempts:?}");
    assert!(shown.html.contains("Payment attempt failed"), "{shown}");
    assert!(browser.get(&page).ok().html.contains("is charged again"));
    // By hand, with what the customer has.
    let renewal = browser.fill(&format!("{page}/renew"), &[("payment", "automatic")]).expect(402);
    assert!(renewal.problem().contains("card_declined"), "{renewal}");
    browser.fill(&format!("{page}/edit"), &[("paymentMethodId", ""), ("collection", "invoice")]).ok();
    browser.fill(&format!("{page}/renew"), &[("payment", "automatic")]).ok().assert_has(".notice", "renewed");
}

#[test]
fn what_is_charged_is_chosen_where_the_customer_is_known() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let browser = app.owner();
    let ana = app.full.new_customer("ana@example.com");
    app.full.new_product();
    let methods = format!("/api/v1/customers/{ana}/payment-methods");
    app.full.post(&methods, &json!({ "type": "test", "behavior": "decline" })).created();
    let good = string(&app.full.post(&methods, &json!({ "type": "test", "behavior": "succeed" })).created()["id"]);
    let path = format!("/admin/subscriptions/new?customerId={ana}");
    browser.fill(&path, &[("payment", "automatic")]).expect(402);
    let sold = browser.fill(&path, &[("payment", "automatic"), ("paymentMethodId", &good)]).ok();
    assert_eq!(sold.fact("Payment method"), "Test: succeed");
    assert!(!browser.get("/admin/subscriptions/new").ok().form().has("paymentMethodId"));
}

#[test]
fn the_days_of_attempts_are_typed_as_people_write_them() {
    let app = TestApp::start();
    let browser = app.owner();
    let days = || app.full.get("/api/v1/settings").ok()["billing"]["retryDays"].clone();
    assert_eq!(browser.get("/admin/settings").ok().form().value("billing.retryDays"), "0, 1, 3, 5, 7");
    browser.fill("/admin/settings", &[("billing.retryDays", "0,2 , \u{665}")]).ok();
    assert_eq!(days(), json!([0, 2, 5]));
    for (typed, said) in [
        ("1, 2", "Must begin with 0"),
        ("0, x", "Must be a whole number from 0 to 90"),
        ("0, 91", "Must be a whole number from 0 to 90"),
        ("", "Must begin with 0"),
    ] {
        let page = browser.fill("/admin/settings", &[("billing.retryDays", typed)]).expect(422);
        assert!(page.errors().get("billing.retryDays").is_some_and(|e| e.contains(said)), "{typed}: {page}");
        assert_eq!(page.form().value("billing.retryDays"), typed);
    }
    assert_eq!(days(), json!([0, 2, 5]));
}
