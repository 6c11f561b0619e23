//! Stored payment methods, attempts and automatic collection on the pages.

use serde_json::json;

use crate::support::TestApp;
use crate::support::client::{id, rows, string};

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

#[test]
fn another_method_is_made_the_default_one() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let browser = app.owner();
    let (ana, bob) = (app.full.new_customer("ana@example.com"), app.full.new_customer("bob@example.com"));
    let methods = format!("/api/v1/customers/{ana}/payment-methods");
    let store = |behavior: &str| id(&app.full.post(&methods, &json!({ "type": "test", "behavior": behavior })).created());
    let (first, second) = (store("decline"), store("succeed"));
    let (page, button) = (format!("/admin/customers/{ana}"), |method: &str| format!("/admin/customers/{ana}/payment-methods/{method}/default"));
    // The default one has no such button.
    let buttons = browser.get(&page).ok().attributes("form[method=post]", "action");
    assert_eq!(buttons.iter().filter(|action| action.ends_with("/default")).collect::<Vec<_>>(), [&button(&second)]);
    let old = browser.get(&page).ok().form_to(&button(&second));
    let made = browser.press(&page, &button(&second));
    made.assert_has(".notice", "charged from now on");
    let is_default = |method: &str| app.full.get(&format!("{methods}/{method}")).ok()["isDefault"] == json!(true);
    assert!(is_default(&second) && !is_default(&first));
    assert_eq!(browser.get(&page).ok().attributes("form[method=post]", "action").last(), Some(&button(&first)));
    // Pressed once more in another tab, it stays so.
    let before = app.row_counts();
    browser.send_form(&old).ok();
    assert_eq!(app.row_counts(), before);
    let form = browser.get(&page).ok().form_to(&button(&first));
    let stolen = {
        let mut form = form;
        form.action = button(&first).replace(&ana, &bob);
        form
    };
    browser.submit(&stolen).expect(404);
    assert!(is_default(&second));
}

#[test]
fn payments_are_listed_searched_and_shown() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let browser = app.owner();
    browser.get("/admin/payments").ok().assert_has(".empty", "taken by you or charged");
    let (ana, bob, gold) = (app.full.new_customer("ana@example.com"), app.full.new_customer("bob@example.com"), app.full.new_product());
    app.full.post(&format!("/api/v1/customers/{bob}/payment-methods"), &json!({ "type": "test", "behavior": "decline" })).created();
    app.full.try_subscribe(&bob, &gold, json!({ "payment": "automatic" })).refused(402, "payment_failed");
    let invoice = string(&app.full.subscribe(&ana, &gold, json!({}))["latestInvoiceId"]);
    app.full.mark_paid(&json!(invoice), json!({ "amount": "4.00", "method": "cash", "reference": "R-17" })).ok();
    app.full.mark_paid(&json!(invoice), json!({ "amount": "5.99" })).ok();
    app.full.credit_line(&invoice, "1.00", "refund");
    let page = browser.get("/admin/payments").ok();
    assert_eq!((page.row_links().len(), page.texts(".total").join("")), (3, "3 payments".to_owned()), "{page}");
    assert!(page.rows()[0].starts_with("ana@example.com") && page.rows()[0].contains("1.00 USD refunded"), "{:?}", page.rows());
    assert!(page.rows()[2].starts_with("bob@example.com") && page.rows()[2].contains("card_declined"), "{:?}", page.rows());
    for (query, n) in [
        ("status=failed".to_owned(), 1),
        ("status=succeeded".into(), 2),
        ("provider=test".into(), 1),
        ("provider=manual".into(), 2),
        ("q=r-17".into(), 1),
        (format!("customerId={ana}"), 2),
        (format!("invoiceId={invoice}&provider=manual"), 2),
        ("status=refunded".into(), 0),
    ] {
        let page = browser.get(&format!("/admin/payments?{query}")).ok();
        assert_eq!((page.row_links().len(), page.texts(".chip").is_empty()), (n, false), "{query}: {page}");
        assert!(page.raw_texts(".api code")[0].contains("/api/v1/payments?"), "{page}");
    }
    for wrong in ["status=x", "provider=x", "customerId=x"] {
        browser.get(&format!("/admin/payments?{wrong}")).expect(400);
    }
    // From the invoice and from the customer to the payment, and back.
    for page in [format!("/admin/invoices/{invoice}"), format!("/admin/customers/{ana}")] {
        let links = browser.get(&page).ok().row_links();
        assert_eq!(links.iter().filter(|link| link.starts_with("/admin/payments/")).count(), 2, "{links:?}");
    }
    let links = browser.get("/admin/payments?q=R-17").ok().row_links();
    let shown = browser.get(&links[0]).ok();
    assert_eq!([shown.heading(), shown.fact("Method"), shown.fact("Reference"), shown.fact("By")], ["4.00 USD", "cash", "R-17", "by hand"]);
    let facts = shown.attributes(".facts a", "href");
    assert!(facts.contains(&format!("/admin/invoices/{invoice}")) && facts.contains(&format!("/admin/customers/{ana}")), "{facts:?}");
    let failed = browser.get(&browser.get("/admin/payments?status=failed").ok().row_links()[0]).ok();
    assert_eq!([failed.fact("Invoice"), failed.fact("Reason"), failed.fact("Attempt")], ["none: the sale did not come about", "card_declined", "1"]);
    failed.assert_has(".title .state", "failed");
    let failed_id = failed.path().rsplit('/').next().unwrap_or_default().to_owned();
    assert!(failed.raw_texts(".api code")[0].contains(&format!("/api/v1/payments/{failed_id}")), "{failed}");
}

#[test]
fn more_than_is_due_is_asked_about_once_more() {
    let app = TestApp::start();
    let (customer, product) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let invoice = string(&app.full.subscribe(&customer, &product, json!({}))["latestInvoiceId"]);
    let (browser, arabic) = (app.owner(), app.owner_as(app.browser().with("accept-language", "ar")));
    let path = format!("/admin/invoices/{invoice}/mark-paid");
    let payments = || app.count("SELECT COUNT(*) FROM payment");
    let typed = [("amount", "999999999"), ("method", "Cash")];
    let page = browser.fill(&path, &typed).expect(422);
    assert!(page.problem().contains("Nothing was done yet"), "{page}");
    assert!(page.errors()["amount"].contains("999,999,989.01") && page.errors()["amount"].contains("customer’s balance"), "{page}");
    assert_eq!((page.form().value("amount").as_str(), page.form().value("method").as_str()), ("999999999", "Cash"));
    assert!(!page.html.contains("&quot;asked&quot;") && !page.html.contains("\"asked\":"), "the API knows no such field: {page}");
    assert!(arabic.fill(&path, &typed).expect(422).errors()["amount"].contains("رصيد العميل"));
    // Another amount is another question, and what is due none.
    let page = browser.submit(&page.form().fill(&[("amount", "99.9")])).expect(422);
    assert!(page.errors()["amount"].contains("89.91"), "{page}");
    let forged = page.form().force("asked", "1");
    browser.submit(&forged).expect(422);
    // What is no payment at all is said first.
    assert!(browser.submit(&page.form().fill(&[("paidAt", "31.1.2026")])).expect(422).errors().contains_key("paidAt"));
    assert_eq!(payments(), 0);
    browser.submit(&page.form()).expect(303);
    assert_eq!((payments(), app.full.get(&format!("/api/v1/customers/{customer}")).ok()["balances"][0]["amount"].clone()), (1, json!("89.91")));
    // The API is asked by programs, which mean what they say.
    let bob = app.full.new_customer("bob@example.com");
    let invoice = app.full.subscribe(&bob, &product, json!({}))["latestInvoiceId"].clone();
    app.full.mark_paid(&invoice, json!({ "amount": "10.00" })).ok();
}
